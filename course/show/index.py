"""``show.index``: what each byte of an ``.index`` file is."""

from course.checkpoint import Bundle
from course.checkpoint.format.layout import Group, Row, Section, layout
from course.show.picture import INK, TINTS, Picture, canvas, legend, rectangle, short

MOST_ROWS = 7  # of a block; with more, those in the middle are left out
MOST_BYTES = 26  # of a row; in a longer one, of a name or an entry those in the middle are left out
CUT = {"key": 8, "value": 14}
LABEL, CELL, ROW, HEAD, LETTER = 1.6, 0.265, 0.47, 0.36, 0.058  # inches: names, a byte, a row,
COLORS = {
    "lengths": "purple",
    "key": "orange",
    "value": "blue",
    "places": "gray",
    "checksum": "green",
    "fixed": "white",
}
WORDS = {
    "lengths": "three lengths",
    "key": "new bytes of the name",
    "value": "entry",
    "places": "places and sizes",
    "checksum": "checksum",
}


def index(prefix):
    """Draws the bytes of a checkpoint's ``.index``: its blocks and entries, their checksums, and the footer.

    Args:
        prefix: of a checkpoint.

    Returns:
        A ``Picture``. Its text says the same, a line for each row of bytes.

    Raises:
        CheckpointError: no file has the prefix, or what is there cannot be read.

    Introduced in lesson 13.
    """
    path = Bundle(prefix).index
    data = path.read_bytes()
    sections = [folded(section) for section in layout(data)]
    return Picture(draw(path.name, len(data), sections), in_words(path.name, len(data), sections))


def folded(section):
    """A section with at most seven rows: the first and the last ones, and how many are left out."""
    rows = section.rows
    if len(rows) > MOST_ROWS:
        first, last = rows[: MOST_ROWS - 3], rows[-2:]
        left_out = rows[len(first) : -2]
        size = last[0].start - left_out[0].start
        gap = Row(f"{len(left_out)} more", left_out[0].start, (Group("value", b"", f"{size} bytes, not drawn"),))
        rows = (*first, gap, *last)
    return Section(section.name, section.start, section.size, rows)


def in_words(name, size, sections):
    lines = [f"{name}: {size} bytes."]
    for section in sections:
        lines.append(f"{section.name}, bytes {section.start} to {section.start + section.size - 1}.")
        for row in section.rows:
            said = [f"{in_hex(group)} is {group.says}" if group.content else group.says for group in row.groups]
            lines.append(f"{row.name}, from byte {row.start}: {'; '.join(said)}.")
    return "\n".join(lines)


def in_hex(group):
    if len(group.content) > MOST_BYTES and not any(group.content):
        return f"{len(group.content)} times 00"
    if len(group.content) > MOST_BYTES:
        return f"{group.content[:8].hex(' ')} … {group.content[-4:].hex(' ')}"
    return group.content.hex(" ")


def draw(name, size, sections):
    widest = max(sum(cells(row)) for section in sections for row in section.rows)
    rows = sum(len(section.rows) for section in sections)
    height = 0.85 + HEAD * len(sections) + ROW * rows
    figure, axes = canvas(0.3 + LABEL + CELL * max(widest, MOST_BYTES), height)
    y = height - 0.35
    axes.text(0.15, y + 0.08, f"{name}: {size} bytes", fontsize=11, va="center", color=INK)
    for section in sections:
        y -= HEAD
        place = f"{section.name}, bytes {section.start} to {section.start + section.size - 1}"
        axes.text(0.15, y + 0.13, place, fontsize=9.5, weight="bold", va="center", color=INK)
        for row in section.rows:
            y -= ROW
            axes.text(0.15, y + 0.33, short(row.name, 21), fontsize=9, va="center", color=INK)
            x = 0.15 + LABEL
            for group, count in zip(row.groups, cells(row), strict=True):
                x = draw_group(axes, x, y, group, count)
    legend(axes, {word: TINTS[COLORS[kind]] for kind, word in WORDS.items()})
    return figure


def cells(row):
    """How many bytes of each group of a row are drawn."""
    counts = [len(group.content) if any(group.content) else min(len(group.content), 4) for group in row.groups]
    if sum(counts) <= MOST_BYTES:
        return counts
    return [min(count, CUT.get(group.kind, count)) for count, group in zip(counts, row.groups, strict=True)]


def draw_group(axes, x, y, group, count):
    """Draws ``count`` bytes of a group, and below them what they say. Returns where the next group begins."""
    middle = {"ha": "center", "va": "center", "color": INK}
    if not group.content:
        axes.text(x, y + 0.33, group.says, fontsize=8, va="center", color=INK)
        return x
    begin = x
    for place in range(count):
        left_out = count < len(group.content) and place == count // 2
        byte = group.content[place if place < count // 2 else place - count]
        rectangle(axes, (x, y + 0.22, CELL, 0.22), TINTS[COLORS[group.kind]], 0.5)
        axes.text(
            x + CELL / 2, y + 0.33, "…" if left_out else f"{byte:02x}", fontsize=7.5, family="monospace", **middle
        )
        x += CELL
    rectangle(axes, (begin, y + 0.22, x - begin, 0.22), "none", 1.4)
    room = int((x - begin) / LETTER)
    fits = group.says if len(group.says) <= room else group.label or group.says
    axes.text((begin + x) / 2, y + 0.12, short(fits, max(room, 5)), fontsize=7, **middle)
    return x
