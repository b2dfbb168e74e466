"""How long texts in an HDF5 file say that they are: 16 bytes in place of a text have its length, and where it is.

HDF5 1.14.6 sets aside and clears as many bytes as they say, up to 4 GB for each, before it looks for the text.

Source: https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html, sections IV.A.1, IV.A.2.m and IV.A.2.q
"""

PLACE = 16  # bytes
ATTRIBUTE, CONTINUED = 0x0C, 0x10  # messages in the header of an object
HEADER = 16  # bytes, of a header of version 1 before its messages
LARGEST_BEGIN = 34  # bytes, of one of version 2
MOST_BLOCKS, LARGEST_BLOCK = 200, 2**20
MOST_MESSAGES = 10_000  # of a header: each takes 8 bytes at least, and a block may follow itself
AT_ONCE = 2**20  # bytes


def length_of_attribute(file, address, name, base=0):
    """The length that an attribute of one text says. None if it is not in the header of its object, but elsewhere.

    Args:
        file: open, binary.
        address: of that header, counted from ``base``.
        name: of the attribute, bytes.
        base: how many bytes stand before the HDF5 file.

    Example:

        >>> import io, h5py
        >>> content = io.BytesIO()
        >>> with h5py.File(content, "w") as hdf5:
        ...     hdf5.attrs["backend"] = "jax"
        ...     address = h5py.h5o.get_info(hdf5["/"].id).addr
        >>> length_of_attribute(content, address, b"backend")
        3
    """
    file.seek(base + address)
    begin = file.read(LARGEST_BEGIN)
    new = begin.startswith(b"OHDR")
    start, size, orders = begin_of_new(begin) if new else (HEADER, number(begin, 8, 4), 0)
    blocks, longest, count = [(base + address + start, size)], None, 0
    for place, size in blocks:
        file.seek(place)
        for kind, message in messages(file.read(min(size, LARGEST_BLOCK)), new, orders):
            if (count := count + 1) > MOST_MESSAGES:
                return None
            if kind == CONTINUED and len(blocks) < MOST_BLOCKS:
                skipped = 4 * new  # its signature; a checksum is at its end
                blocks.append((base + number(message, 0, 8) + skipped, number(message, 8, 8) - 2 * skipped))
            elif kind == ATTRIBUTE and (value := value_of(message, name)):
                longest = max(longest or 0, number(value, 0, 4))
    return longest


def begin_of_new(begin):
    """Of a header of version 2: where its messages begin, how many bytes they have, and 2 if each has its number."""
    flags = number(begin, 5, 1)
    at = 6 + 16 * bool(flags & 0x20) + 4 * bool(flags & 0x10)  # times, and limits of the number of attributes
    width = 1 << (flags & 3)
    return at + width, number(begin, at, width), 2 * bool(flags & 4)


def messages(block, new, orders):
    """Yields the messages in a block of a header, each its kind and its bytes."""
    at, before = 0, 4 + orders if new else 8
    while at + before <= len(block):
        kind, length = (
            (block[at], number(block, at + 1, 2)) if new else (number(block, at, 2), number(block, at + 2, 2))
        )
        yield kind, block[at + before : at + before + length]
        at += before + length


def number(content, at, size):
    return int.from_bytes(content[at : at + size], "little")


def value_of(message, name):
    """The bytes of the value of an attribute; none if it has another name."""
    version, sizes = number(message, 0, 1), [number(message, at, 2) for at in (2, 4, 6)]  # of name, dtype and shape
    begin = 9 if version == 3 else 8
    if message[begin : begin + sizes[0]].rstrip(b"\0") != name:
        return b""
    return message[begin + sum(-(-size // 8) * 8 if version == 1 else size for size in sizes) :]


def lengths_in_dataset(file, dataset):
    """Yields the largest length that texts of an ``h5py.Dataset`` say, of some of them at a time.

    Raises:
        ValueError: they are in a header, where no program of the field has them.

    Example:

        >>> import io, h5py
        >>> content = io.BytesIO()
        >>> with h5py.File(content, "w") as hdf5:
        ...     hdf5["texts"] = ["a", "bc"]
        >>> with h5py.File(content) as hdf5:
        ...     list(lengths_in_dataset(content, hdf5["texts"]))
        [2]
    """
    if dataset.chunks:
        for chosen in range(dataset.id.get_num_chunks()):
            yield longest(dataset.id.read_direct_chunk(dataset.id.get_chunk_info(chosen).chunk_offset)[1])
        return
    start, left = dataset.id.get_offset(), dataset.size * PLACE
    if start is None and dataset.id.get_storage_size():
        raise ValueError("its texts are in its header, where Keras writes none")
    if start is None or start == dataset.file.userblock_size - 1:  # HDF5 adds what stands before it to no place: -1
        return  # none was written
    file.seek(start)
    while left > 0 and (content := file.read(min(left, AT_ONCE))):
        left -= len(content)
        yield longest(content)


def longest(content):
    """The largest length in pieces of 16 bytes. A checksum may stand at their end."""
    return max((number(content, at, 4) for at in range(0, len(content) - PLACE + 1, PLACE)), default=0)
