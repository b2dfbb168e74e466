"""Which byte of an ``.index`` file is what: its blocks, the entries in them, checksums and the footer."""

from dataclasses import dataclass

from tfckpt.format import table
from tfckpt.format.entry import BUNDLE_HEADER, entry_from
from tfckpt.format.table import FOOTER, MAGIC, SNAPPY, TRAILER, handle
from tfckpt.format.wire import text


@dataclass(frozen=True)
class Group:
    r"""Bytes that belong together.

    Attributes:
        kind: ``"lengths"``, ``"key"``, ``"value"``, ``"places"``, ``"checksum"`` or ``"fixed"``.
        content: the bytes.
        says: what they say, in a few words.
        label: the same where there is little room.

    Example:

        >>> Group("value", b"\x05", "a number, 5").content
        b'\x05'
    """

    kind: str
    content: bytes
    says: str
    label: str = ""


@dataclass(frozen=True)
class Row:
    """Groups one after the other: an entry, the end of a block, the footer. ``start`` is a byte of the file.

    Example:

        >>> Row("header", 0, ()).start
        0
    """

    name: str
    start: int
    groups: tuple


@dataclass(frozen=True)
class Section:
    """A block with what follows it, or the footer.

    Example:

        >>> Section("Footer", 94, 48, ()).size
        48
    """

    name: str
    start: int
    size: int
    rows: tuple


def layout(data):
    """The sections of a whole ``.index`` file, in the order of the bytes.

    Args:
        data: ``bytes``, of a table that ``Bundle`` can read.

    Example:

        >>> from pathlib import Path
        >>> [section.name for section in layout(Path("run/model-50.index").read_bytes())]
        ['Data block', 'Meta-index block', 'Index block', 'Footer']
    """
    footer = data[-FOOTER:]
    meta_index, at = handle(footer, 0)
    index, at = handle(footer, at)
    blocks = [("Meta-index block", meta_index, position), ("Index block", index, position)]
    for _, value in table.block(data, *index):
        blocks.append(("Data block", handle(value, 0)[0], tensor))
    sections = [section_of(data, *each) for each in blocks]
    places = f"{meta_index[0]}, {meta_index[1]}; {index[0]}, {index[1]}"
    handles = f"byte {meta_index[0]}, {meta_index[1]} bytes; byte {index[0]}, {index[1]} bytes"
    padding = len(footer) - len(MAGIC) - at
    groups = (
        Group("places", footer[:at], handles, places),
        Group("fixed", footer[at : -len(MAGIC)], f"{padding} bytes of padding", f"{padding} zeros"),
        Group("fixed", footer[-len(MAGIC) :], "the magic number of a table", "magic number"),
    )
    start = len(data) - FOOTER
    sections.append(Section("Footer", start, FOOTER, (Row("footer", start, groups),)))
    return sorted(sections, key=lambda section: section.start)


def section_of(data, name, place, describe):
    """The ``Section`` of a block and of the trailer behind it."""
    start, size = place
    compression, trailer = data[start + size], data[start + size : start + size + TRAILER]
    how = "compressed with Snappy" if compression == SNAPPY else "not compressed"
    ends = (
        Group("fixed", trailer[:1], how, "plain" if compression != SNAPPY else "Snappy"),
        Group("checksum", trailer[1:], "the checksum of the block", "checksum"),
    )
    if compression == SNAPPY:
        rows = [
            Row("compressed", start, (Group("value", data[start : start + size], f"{size} compressed bytes"), *ends))
        ]
    else:
        *rows, last = rows_of(data, start, size, describe)
        rows.append(Row(f"{last.name}, trailer", last.start, last.groups + ends))
    return Section(name, start, size + TRAILER, tuple(rows))


def rows_of(data, start, size, describe):
    content = data[start : start + size]
    restarts = int.from_bytes(content[-4:], "little")
    end = size - 4 - 4 * restarts
    for begin, shared, at, key, value in table.entries(content, end):
        new = key[shared:]
        rest, length = len(new), len(value)
        lengths = Group(
            "lengths", content[begin:at], f"{shared} shared, {rest} new, {length}", f"{shared}, {rest}, {length}"
        )
        name, says = describe(key, value)
        spelled = "place of a part" if key.startswith(b"\0") else f'"{text(new)}"'
        groups = (lengths, Group("key", new, spelled), Group("value", value, *says))
        yield Row(name, start + begin, tuple(group for group in groups if group.content))
    places = [int.from_bytes(content[i : i + 4], "little") for i in range(end, size - 4, 4)]
    shown = ", ".join(map(str, places[:4])) + (", …" if len(places) > 4 else "")
    groups = (
        Group("places", content[end : size - 4], f"a name in full at {shown}", f"in full at {shown}"),
        Group("places", content[size - 4 :], f"{restarts} of them", f"{restarts} of them"),
    )
    yield Row("restarts", start + end, groups)


def position(key, value):
    start, size = handle(value, 0)[0]
    return "a block", (f"byte {start}, {size} bytes", f"{start}, {size}")


def tensor(key, value):
    """Name and description of an entry of a data block."""
    if key == b"":
        shards = BUNDLE_HEADER.decode(value)["num_shards"]
        return "header", (f"{shards} data file" if shards == 1 else f"{shards} data files",)
    entry = entry_from("", value)
    name = "a part" if key.startswith(b"\0") else text(key)
    where = f"in {len(entry.slices)} parts" if entry.slices else f"at {entry.offset}, {entry.size} bytes, checksum"
    return name, (f"{entry.dtype} {list(entry.shape)}, {where}",)
