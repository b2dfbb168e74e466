"""``show.disk``: which bytes of a data file belong to which variable."""

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from course.checkpoint import Bundle
from course.checkpoint.describe import size
from course.checkpoint.format.arrays import read
from course.show.picture import INK, TINTS, Picture, canvas, legend, rectangle, short

MOST_BYTES = 16  # of one variable; with more the picture has blocks in place of bytes
MOST_PIECES = 12
LABEL, CELL, ROW = 1.75, 0.36, 0.8  # inches: the column of names, a byte, a line of bytes
BAR, LINE = 4.4, 0.34  # inches: a whole data file, a line of blocks


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
        len(found) <= MOST_PIECES and all(piece.size <= MOST_BYTES for piece, _ in found) for found in shards.values()
    )
    files = {}
    for shard in sorted(shards):
        found = sorted(shards[shard], key=lambda pair: pair[0].start)
        drawn = [with_values(bundle, *pair) for pair in found] if few else folded([piece for piece, _ in found])
        files[bundle.data_file(shard)] = drawn
    return Picture((draw_bytes if few else draw_blocks)(files), in_words(files))


def pieces(bundle):
    """``{number of a data file: its pieces, each with its entry}``."""
    found = defaultdict(list)
    for entry in bundle.entries.values():
        parts = [part for _, part in bundle.parts_of(entry)] or [entry]
        for number, part in enumerate(parts):
            name = f"{entry.name}, part {number}" if entry.slices else entry.name
            piece = Piece(name, f"{part.dtype} {list(part.shape)}", part.offset, part.size)
            found[part.shard].append((piece, part))
    return found


def with_values(bundle, piece, entry):
    """The piece with its bytes, and with the values that they are."""
    content = bytes(bundle.bytes_of(entry))
    values = () if entry.dtype == "string" else tuple(as_text(value) for value in read(bundle, entry).ravel())
    return replace(piece, content=content, values=values)


def as_text(value):
    return np.array2string(np.asarray(value), precision=4)


def folded(found):
    """At most 12 pieces: variables of one scope lie side by side, since they are sorted by name."""
    for depth in range(max(piece.name.count("/") for piece in found) + 1, 0, -1):
        if len(found) > MOST_PIECES:
            together = groupby(found, key=lambda piece, depth=depth: "/".join(piece.name.split("/")[:depth]))
            found = [joined(name, list(group)) for name, group in together]
    if len(found) > MOST_PIECES:
        rest = found[MOST_PIECES - 1 :]
        found = [*found[: MOST_PIECES - 1], joined(f"{len(rest)} others", rest)]
    return found


def joined(name, group):
    if len(group) == 1:
        return group[0]
    count = sum(int(piece.kind.split()[0]) if piece.kind.endswith(" variables") else 1 for piece in group)
    return Piece(name, f"{count} variables", group[0].start, sum(piece.size for piece in group))


def in_words(files):
    lines = []
    for path, found in files.items():
        lines.append(f"{path.name}: {size(sum(piece.size for piece in found))}.")
        for piece in found:
            last = piece.start + piece.size - 1
            where = f"bytes {piece.start} to {last}" if piece.size else "no bytes"
            if piece.content:
                groups = [group.hex(" ") for group in elements(piece)]
                said = [f"{group} is {value}" for group, value in zip(groups, piece.values, strict=False)] or groups
                where += f": {', '.join(said)}"
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
    rows = sum(len(found) for found in files.values())
    height = 0.45 * len(files) + ROW * rows + 0.1
    figure, axes = canvas(0.3 + LABEL + MOST_BYTES * CELL, height)
    middle = {"ha": "center", "va": "center", "color": INK}
    y = height
    for path, found in files.items():
        y -= 0.45
        axes.text(
            0.15, y + 0.13, f"{path.name}: {size(sum(p.size for p in found))}", fontsize=11, va="center", color=INK
        )
        for number, piece in enumerate(found):
            y -= ROW
            axes.text(0.15, y + 0.5, short(piece.name, 17), fontsize=10.5, weight="bold", va="center", color=INK)
            axes.text(0.15, y + 0.3, short(piece.kind, 26), fontsize=8.5, va="center", color=INK)
            tint, x = TINTS["blue" if number % 2 else "orange"], 0.15 + LABEL
            for group, value in zip(elements(piece), piece.values or ("",), strict=False):
                for byte in group:
                    place = piece.start + round((x - 0.15 - LABEL) / CELL)
                    rectangle(axes, (x, y + 0.27, CELL, 0.28), tint, 0.6)
                    axes.text(x + CELL / 2, y + 0.41, f"{byte:02x}", fontsize=9.5, family="monospace", **middle)
                    axes.text(x + CELL / 2, y + 0.63, place, fontsize=6.5, **middle)
                    x += CELL
                width = len(group) * CELL
                rectangle(axes, (x - width, y + 0.27, width, 0.28), "none", 1.6)
                axes.text(x - width / 2, y + 0.13, short(value, 12), fontsize=9, **middle)
    return figure


def draw_blocks(files):
    """A line for each block: its name, its size, and where in the data file it lies."""
    rows = sum(len(found) for found in files.values())
    height = 0.6 * len(files) + LINE * rows + 0.55
    figure, axes = canvas(0.3 + LABEL + 1.75 + BAR, height)
    left, y = 0.15 + LABEL + 1.75, height
    for path, found in files.items():
        total = max(max(piece.start + piece.size for piece in found), 1)
        y -= 0.6
        axes.text(0.15, y + 0.25, f"{path.name}: {size(total)}", fontsize=11, va="center", color=INK)
        axes.text(left + BAR, y + 0.07, f"byte {total}", fontsize=7.5, ha="right", va="center", color=INK)
        axes.text(left, y + 0.07, "byte 0", fontsize=7.5, va="center", color=INK)
        for piece in found:
            y -= LINE
            axes.text(0.15, y + LINE / 2, short(piece.name, 24), fontsize=9.5, weight="bold", va="center", color=INK)
            what = f"{piece.kind}, {size(piece.size)}"
            axes.text(left - 0.12, y + LINE / 2, short(what, 28), fontsize=8, ha="right", va="center", color=INK)
            rectangle(axes, (left, y + 0.05, BAR, LINE - 0.1), TINTS["gray"], 0)
            place = (left + BAR * piece.start / total, y + 0.05, max(BAR * piece.size / total, 0.02), LINE - 0.1)
            rectangle(axes, place, TINTS[tint(piece)], 1)
    legend(axes, {"one variable": TINTS["blue"], "several": TINTS["purple"], "the rest of the file": TINTS["gray"]})
    return figure


def tint(piece):
    return "purple" if piece.kind.endswith(" variables") else "blue"
