"""The sorted table that an ``.index`` file is: blocks of keys and values, each block with a checksum.

The format is LevelDB's: https://github.com/google/leveldb/blob/main/doc/table_format.md
A V1 checkpoint, of a time before ``.index``, is such a table as well.
"""

from tfckpt.format.crc32c import extend, masked
from tfckpt.format.snappy import decompress
from tfckpt.format.wire import varint

MAGIC = bytes.fromhex("57fb808b247547db")
FOOTER = 48  # bytes: two handles, padding, the magic number
TRAILER = 5  # bytes after a block: how it is compressed, and a checksum
SNAPPY = 1  # how a block may be compressed; 0 is not at all, which TensorFlow prefers
MOST_ENTRIES = 2_000_000
LONGEST_KEY = 1 << 16  # bytes
MOST_EXPANDED = 64  # times: how much longer the keys of a block may be together, in full, than the block


def items(data):
    """Yields ``(key, value)`` of a table, in the order of the keys.

    Args:
        data: a ``memoryview`` of the whole file. It may be hostile: each block is read once, and the work that it
            asks for is bounded by its size.

    Yields:
        ``bytes``, and a piece of ``data``.

    Raises:
        ValueError: this is no table, or it is damaged. The text says what is wrong, and at which byte.

    Example:

        >>> from pathlib import Path
        >>> [key for key, value in items(memoryview(Path("run/model-50.index").read_bytes()))]
        [b'', b'A', b'B']
    """
    end, count, last = 0, 0, None
    for _, start, size in places(data):
        if start < end:
            raise ValueError(f"the block at byte {start} lies inside the one before it, which ends at byte {end}")
        end = start + size + TRAILER
        for key, value in block(data, start, size):
            if last is not None and key <= last:
                raise ValueError(f"the keys in the block at byte {start} are not in order")
            count, last = count + 1, key
            if count > MOST_ENTRIES:
                raise ValueError(f"it has more than {MOST_ENTRIES} entries")
            yield key, value


def places(data):
    """Yields a key that is not before the last one of a block, and where the block begins and how long it is.

    Example:

        >>> from pathlib import Path
        >>> list(places(memoryview(Path("run/model-50.index").read_bytes())))
        [(b'C', 0, 57)]
    """
    if len(data) < FOOTER or data[-len(MAGIC) :] != MAGIC:
        raise ValueError(f"the last {len(MAGIC)} bytes are not those of a table" if len(data) else "it is empty")
    footer = data[-FOOTER:]
    _, at = handle(footer, 0)  # of a block that TensorFlow leaves empty
    (start, size), _ = handle(footer, at)
    for key, position in block(data, start, size):
        yield key, *handle(position, 0)[0]


def get(data, key):
    r"""The value of a key in a table, of which only the block that has it is read; None if there is none.

    Raises:
        ValueError: as ``items`` does.

    Example:

        >>> from pathlib import Path
        >>> bytes(get(memoryview(Path("run/model-50.index").read_bytes()), b""))
        b'\x08\x01\x1a\x02\x08\x01'
    """
    for last, start, size in places(data):
        if key <= last:
            return next((value for each, value in block(data, start, size) if each == key), None)
    return None


def handle(data, at):
    r"""Where a block begins and how long it is, read at byte ``at``; and where the handle ends.

    Example:

        >>> handle(b"\x31\x08", 0)
        ((49, 8), 2)
    """
    start, at = varint(data, at)
    size, at = varint(data, at)
    return (start, size), at


def block(data, start, size):
    """Yields the keys and values of the block at byte ``start``.

    A key leaves out what it shares with the key before it. At the end stand the numbers of the bytes at which a key
    is written in full, which only a search needs, and how many they are.

    Example:

        >>> from pathlib import Path
        >>> data = memoryview(Path("run/model-50.index").read_bytes())
        >>> [key for key, value in block(data, start=0, size=57)]
        [b'', b'A', b'B']
    """
    if start + size + TRAILER > len(data):
        raise ValueError(f"a block of {size} bytes at byte {start}, but the file has {len(data)}: it was cut off")
    content, compression = data[start : start + size], data[start + size]
    stored = int.from_bytes(data[start + size + 1 : start + size + TRAILER], "little")
    computed = masked(extend(0, bytes(data[start : start + size + 1])))
    if stored != computed:
        raise ValueError(f"the checksum of the block at byte {start} is {stored}, and its bytes give {computed}")
    if compression == SNAPPY:
        content = decompress(content)
    elif compression:
        raise ValueError(f"the block at byte {start} is compressed in an unknown way, number {compression}")
    size = len(content)
    restarts = int.from_bytes(content[-4:], "little")
    end = size - 4 - 4 * restarts
    if size < 4 or end < 0:
        raise ValueError(f"the block at byte {start} has {size} bytes and {restarts} restarts")
    for *_, key, value in entries(content, end, start):
        yield key, value


def entries(content, end, start=0):
    """Yields each entry in the content of a block, up to the byte ``end`` of it.

    Yields:
        The byte at which it begins with three lengths; how many bytes of its key are those of the key before it, and
        left out; the byte at which the rest of its key begins; the whole key; the value.

    Raises:
        ValueError: an entry is longer than the block, or its key than any key. The text names the block by ``start``.
    """
    at, key, expanded = 0, b"", 0
    while at < end:
        begin = at
        shared, at = varint(content, at)
        rest, at = varint(content, at)
        length, at = varint(content, at)
        if shared > len(key) or rest + length > end - at:
            raise ValueError(f"an entry in the block at byte {start} is longer than the block")
        key = key[:shared] + bytes(content[at : at + rest])
        expanded += len(key)
        if len(key) > LONGEST_KEY or expanded > MOST_EXPANDED * len(content) + LONGEST_KEY:
            raise ValueError(f"the names in the block at byte {start} are longer than any that TensorFlow writes")
        yield begin, shared, at, key, content[at + rest : at + rest + length]
        at += rest + length
