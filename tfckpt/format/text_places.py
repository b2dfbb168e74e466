"""How long texts in an HDF5 file say that they are: 16 bytes in place of a text have its length, and where it is.

HDF5 1.14.6 sets aside and clears as many bytes as they say, up to 4 GB for each, before it looks for the text.

Source: https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html, sections IV.A.1.a, IV.A.2.m and IV.A.2.q
"""

PLACE = 16  # bytes
ATTRIBUTE, CONTINUED = 0x0C, 0x10  # messages in the header of an object
HEADER = 16  # bytes, of a header of version 1
MOST_BLOCKS, LARGEST_BLOCK = 1000, 2**20
AT_ONCE = 2**20  # bytes


def length_of_attribute(file, address, name, base=0):
    """The length that an attribute of one text says. None where its header is of the form of ``libver="latest"``.

    Args:
        file: open, binary.
        address: of the header of its object, counted from ``base``.
        name: of the attribute, bytes.
        base: how many bytes stand before the HDF5 file.
    """
    file.seek(base + address)
    header = file.read(HEADER)
    if len(header) < HEADER or header[0] != 1:
        return None
    blocks, longest = [(base + address + HEADER, number(header, 8, 4))], None
    for start, size in blocks:
        file.seek(start)
        block, at = file.read(min(size, LARGEST_BLOCK)), 0
        while at + 8 <= len(block):
            kind, length = number(block, at, 2), number(block, at + 2, 2)
            message = block[at + 8 : at + 8 + length]
            at += 8 + length
            if kind == CONTINUED and len(blocks) < MOST_BLOCKS:
                blocks.append((base + number(message, 0, 8), number(message, 8, 8)))
            elif kind == ATTRIBUTE and (place := value_of(message, name)):
                longest = max(longest or 0, number(place, 0, 4))
    return longest


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
