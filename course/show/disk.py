"""``show.disk``: which bytes of a data file belong to which variable."""

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from course.show.picture import (
    CARD,
    DISK,
    NAME,
    PAGE,
    SMALL,
    TEXT,
    TITLE,
    Picture,
    byte_cells,
    canvas,
    legend,
    legend_height,
    rectangle,
    write,
)
from tfckpt import Bundle
from tfckpt.describe import size
from tfckpt.format.arrays import read

MOST_BYTES = 16  # of one variable; with more the picture has blocks in place of bytes
MOST_PIECES = 12
LABEL, CELL, ROW = 1.22, 0.255, 0.8  # inches: the column of names, a byte, a line of bytes
WORDS, LINE = 2.3, 0.42  # inches: what a block is, a line of blocks
KINDS = {
    "one variable": {"color": DISK},
    "several": {"color": DISK, "hatch": "//////"},
    "the rest of the file": {"color": CARD},
}


@dataclass(frozen=True)
class Piece:
    """Bytes of a data file that belong together: a variable's, a part's, or those of a scope."""

    name: str
    kind: str  # such as "int32 [2]", or how many variables a scope has
    start: int
    size: int
    content: bytes = b""  # when they are few
    values: tuple = ()  # as texts, when each takes the same number of bytes


def disk(prefix):
    """Draws the bytes of a checkpoint's data files, and which variable they belong to, as the ``.index`` says.

    Few bytes are drawn one by one, with the values that they are. Many are drawn as blocks, in proportion to their
    sizes, and more than 12 variables by scope.

    Args:
        prefix: of a checkpoint.

    Returns:
        A ``Picture``. Its text says the same, a line for each block.

    Raises:
        CheckpointError: no file has the prefix, or what is there cannot be read.

    Introduced in lesson 03.
    """
    bundle = Bundle(prefix)
    shards = pieces(bundle)
    few = all(
        len(pairs) <= MOST_PIECES and all(piece.size <= MOST_BYTES for piece, _ in pairs) for pairs in shards.values()
    )
    files = {}
    for shard in sorted(shards):
        pairs = sorted(shards[shard], key=lambda pair: pair[0].start)
        drawn = [with_values(bundle, *pair) for pair in pairs] if few else folded([piece for piece, _ in pairs])
        files[bundle.data_file(shard)] = drawn
    return Picture((draw_bytes if few else draw_blocks)(files), in_words(files))


def pieces(bundle):
    """``{number of a data file: its pieces, each with its entry}``."""
    pairs = defaultdict(list)
    for entry in bundle.entries.values():
        parts = [part for _, part in bundle.parts_of(entry)] or [entry]
        for number, part in enumerate(parts):
            name = f"{entry.name}, part {number}" if entry.slices else entry.name
            piece = Piece(name, f"{part.dtype} {list(part.shape)}", part.offset, part.size)
            pairs[part.shard].append((piece, part))
    return pairs


def with_values(bundle, piece, entry):
    """The piece with its bytes, and with the values that they are."""
    content = bytes(bundle.bytes_of(entry))
    values = () if entry.dtype == "string" else tuple(as_text(value) for value in read(bundle, entry).ravel())
    return replace(piece, content=content, values=values)


def as_text(value):
    return np.array2string(np.asarray(value), precision=4)


def folded(pieces):
    """At most 12 pieces: variables of one scope lie side by side, since they are sorted by name."""
    for depth in range(max(piece.name.count("/") for piece in pieces) + 1, 0, -1):
        if len(pieces) > MOST_PIECES:
            together = groupby(pieces, key=lambda piece, depth=depth: "/".join(piece.name.split("/")[:depth]))
            pieces = [joined(name, list(group)) for name, group in together]
    if len(pieces) > MOST_PIECES:
        rest = pieces[MOST_PIECES - 1 :]
        pieces = [*pieces[: MOST_PIECES - 1], joined(f"{len(rest)} others", rest)]
    return pieces


def joined(name, group):
    if len(group) == 1:
        return group[0]
    count = sum(int(piece.kind.split()[0]) if piece.kind.endswith(" variables") else 1 for piece in group)
    return Piece(name, f"{count} variables", group[0].start, sum(piece.size for piece in group))


def in_words(files):
    lines = []
    for path, drawn in files.items():
        lines.append(f"{path.name}: {size(sum(piece.size for piece in drawn))}.")
        for piece in drawn:
            last = piece.start + piece.size - 1
            where = f"bytes {piece.start} to {last}" if piece.size else "no bytes"
            if piece.content:
                groups = [group.hex(" ") for group in elements(piece)]
                values = [f"{group} is {value}" for group, value in zip(groups, piece.values, strict=False)] or groups
                where += f": {', '.join(values)}"
            else:
                where += f", {size(piece.size)}"
            lines.append(f"{piece.name} ({piece.kind}), {where}.")
    return "\n".join(lines)


def elements(piece):
    """The bytes of a piece, an element each; all together where its elements have no fixed size."""
    width = len(piece.content) // len(piece.values) if piece.values else len(piece.content) or 1
    return [piece.content[i : i + width] for i in range(0, len(piece.content), width)]


def draw_bytes(files):
    """A line for each variable, a box for each byte, its number above, the values below."""
    rows = sum(len(drawn) for drawn in files.values())
    height = 0.45 * len(files) + ROW * rows + 0.1
    figure, axes = canvas(PAGE, height)
    y = height
    for path, drawn in files.items():
        y -= 0.45
        write(axes, 0.15, y + 0.13, f"{path.name}: {size(sum(p.size for p in drawn))}", TITLE, PAGE - 0.3)
        for piece in drawn:
            y -= ROW
            write(axes, 0.15, y + 0.5, piece.name, NAME, LABEL - 0.06, weight="bold")
            write(axes, 0.15, y + 0.29, piece.kind, TEXT, LABEL - 0.06)
            x, place = 0.15 + LABEL, piece.start
            for group, value in zip(elements(piece), piece.values or ("",), strict=False):
                for number in range(len(group)):
                    write(axes, x + CELL * (number + 0.5), y + 0.65, place + number, SMALL, ha="center")
                width, place = len(group) * CELL, place + len(group)
                x = byte_cells(axes, (x, y + 0.27, CELL, 0.28), [f"{byte:02x}" for byte in group], TEXT)
                rectangle(axes, (x - width, y + 0.27, width, 0.28), "none", 1.6)
                write(axes, x - width / 2, y + 0.14, value, TEXT, width + 0.05, "center")
    return figure


def draw_blocks(files):
    """A line for each block: its name, what it is, and where in the data file it lies."""
    rows = sum(len(drawn) for drawn in files.values())
    height = 0.65 * len(files) + LINE * rows + 0.1 + legend_height(KINDS, PAGE)
    figure, axes = canvas(PAGE, height)
    left, bar, y = 0.15 + WORDS, PAGE - 0.3 - WORDS, height
    for path, drawn in files.items():
        total = max(max(piece.start + piece.size for piece in drawn), 1)
        y -= 0.65
        write(axes, 0.15, y + 0.37, f"{path.name}: {size(total)}", TITLE, PAGE - 0.3)
        write(axes, left + bar, y + 0.09, f"byte {total}", SMALL, ha="right")
        write(axes, left, y + 0.09, "byte 0", SMALL)
        for piece in drawn:
            y -= LINE
            write(axes, 0.15, y + 0.31, piece.name, NAME, WORDS - 0.1, weight="bold")
            write(axes, 0.15, y + 0.11, f"{piece.kind}, {size(piece.size)}", SMALL, WORDS - 0.1)
            rectangle(axes, (left, y + 0.08, bar, LINE - 0.14), KINDS["the rest of the file"], 0.6)
            place = (left + bar * piece.start / total, y + 0.08, max(bar * piece.size / total, 0.02), LINE - 0.14)
            rectangle(axes, place, KINDS[kind(piece)], 1)
    legend(axes, KINDS)
    return figure


def kind(piece):
    return "several" if piece.kind.endswith(" variables") else "one variable"
