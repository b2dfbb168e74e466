"""``show.index``: what each byte of an ``.index`` file is."""

from course.show.picture import (
    DISK,
    INK,
    NAME,
    PAGE,
    SMALL,
    TEXT,
    TITLE,
    WHITE,
    Picture,
    Pictures,
    byte_cells,
    canvas,
    fitted,
    inches,
    legend,
    legend_height,
    rectangle,
    write,
)
from tfckpt import Bundle
from tfckpt.format.layout import Group, Row, Section, layout
from tfckpt.format.table import TRAILER

MOST_ROWS = 7  # of a block; with more, those in the middle are left out
MOST_BYTES = 26  # of a row; in a longer one, of a name or an entry those in the middle are left out
CUT = {"key": 8, "value": 14}
CELL, ROW, HEAD, BAR, GAP = 0.204, 0.8, 0.34, 0.07, 0.08  # inches: a byte, a row, a heading, a pattern, between texts
LOOKS = {  # all of it is on disk; what the bytes are for is the pattern above them
    "lengths": {"hatch": "////////"},
    "key": {"color": INK},
    "value": {"color": DISK},
    "places": {"hatch": "........"},
    "checksum": {"hatch": "xxxxxxxx"},
    "fixed": {"color": WHITE},
}
WORDS = {
    "lengths": "three lengths",
    "key": "new bytes of the name",
    "value": "entry",
    "places": "places and sizes",
    "checksum": "checksum",
    "fixed": "other",
}


def index(prefix):
    """Draws the bytes of a checkpoint's ``.index``, a picture for each block and one for the footer.

    Args:
        prefix: of a checkpoint.

    Returns:
        ``Pictures``. Their text says the same, a line for each row of bytes.

    Raises:
        CheckpointError: no file has the prefix, or what is there cannot be read.

    Introduced in lesson 13.
    """
    path = Bundle(prefix).index
    data = path.read_bytes()
    sections = [folded(section) for section in layout(data)]
    titles = [f"{path.name}: {len(data)} bytes"] + [""] * (len(sections) - 1)
    return Pictures(
        Picture(draw(title, section), in_words(title, section)) for title, section in zip(titles, sections, strict=True)
    )


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


def in_words(title, section):
    lines = [f"{title}."] if title else []
    lines.append(f"{heading(section)}.")
    for row in section.rows:
        groups = [f"{in_hex(group)} is {group.says}" if group.content else group.says for group in row.groups]
        lines.append(f"{row.name}, from byte {row.start}: {'; '.join(groups)}.")
    return "\n".join(lines)


def heading(section):
    """The name of a section and its bytes: of a block those that its handle counts, without the trailer."""
    trailer = 0 if section.name == "Footer" else TRAILER
    last = section.start + section.size - trailer - 1
    return f"{section.name}, bytes {section.start} to {last}" + (f", and a trailer of {trailer}" if trailer else "")


def in_hex(group):
    if len(group.content) > MOST_BYTES and not any(group.content):
        return f"{len(group.content)} times 00"
    if len(group.content) > MOST_BYTES:
        return f"{group.content[:8].hex(' ')} … {group.content[-4:].hex(' ')}"
    return group.content.hex(" ")


def draw(title, section):
    kinds = list(dict.fromkeys(group.kind for row in section.rows for group in row.groups if group.content))
    looks = {WORDS[kind]: LOOKS[kind] for kind in kinds}
    above = 0.42 if title else 0.08
    height = above + HEAD + ROW * len(section.rows) + legend_height(looks, PAGE) + 0.08
    figure, axes = canvas(PAGE, height)
    y = height - above
    write(axes, 0.15, y + 0.14, title, TITLE, PAGE - 0.3)
    y -= HEAD
    write(axes, 0.15, y + 0.13, heading(section), NAME, PAGE - 0.3, weight="bold")
    for row in section.rows:
        y -= ROW
        write(axes, 0.15, y + 0.65, f"{row.name}, from byte {row.start}", TEXT, PAGE - 0.3)
        x, after = 0.15, 0.15
        for group, count in zip(row.groups, cells(row), strict=True):
            x, after = draw_group(axes, x, y, group, count, after)
    legend(axes, looks)
    return figure


def cells(row):
    """The number of bytes that are drawn, for each group of a row."""
    counts = [len(group.content) if any(group.content) else min(len(group.content), 4) for group in row.groups]
    if sum(counts) <= MOST_BYTES:
        return counts
    return [min(count, CUT.get(group.kind, count)) for count, group in zip(counts, row.groups, strict=True)]


def draw_group(axes, x, y, group, count, after):
    """Draws ``count`` bytes of a group, and below them what they say, right of ``after``.

    Returns:
        Where the next group begins, and where its text may.
    """
    if not group.content:
        write(axes, x, y + 0.39, group.says)
        return x, after
    begin, digits = x, [f"{byte:02x}" for byte in group.content]
    if count < len(digits):
        digits = [*digits[: count // 2], "…", *digits[len(digits) - (count - count // 2 - 1) :]]
    x = byte_cells(axes, (x, y + 0.28, CELL, 0.22), digits, SMALL)
    rectangle(axes, (begin, y + 0.5, x - begin, BAR), LOOKS[group.kind], 0.6)
    rectangle(axes, (begin, y + 0.28, x - begin, 0.22 + BAR), "none", 1.4)
    return x, caption(axes, begin, x, y + 0.17, group, after)


def caption(axes, begin, end, y, group, after):
    """Writes a group's meaning in the middle below its bytes, if that is free. Returns where the next may begin."""
    room = max(end - begin, end - after)
    text = group.says if inches(group.says, SMALL) <= room else group.label or group.says
    text = fitted(text, max(room, 0.5), SMALL)
    width = inches(text, SMALL)
    left = max((begin + end - width) / 2, after)
    write(axes, left, y, text, SMALL)
    return left + width + GAP
