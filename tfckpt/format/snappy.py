"""Undoes Snappy, which compresses the tables that some programs write. Most of TensorFlow's are not compressed.

Source: https://github.com/google/snappy/blob/main/format_description.txt
"""

from tfckpt.format.wire import varint

LARGEST = 1 << 26  # bytes that a block may become; TensorFlow's blocks have 256 kB


def decompress(data):
    r"""The bytes that ``data`` was made from.

    Raises:
        ValueError: this is not Snappy, or it would become more than 64 MB.

    Example:

        >>> decompress(b"\x06\x04ab\x01\x02")
        b'ababab'
    """
    size, at = varint(data, 0)
    if size > LARGEST:
        raise ValueError(f"a compressed block says that it becomes {size} bytes")
    out = bytearray()
    while at < len(data):
        tag = data[at]
        kind, length = tag & 3, (tag >> 2) + 1
        at += 1
        if kind == 0:  # the bytes themselves; a length above 60 stands in 1 to 4 bytes after the tag
            if length > 60:
                width = length - 60
                length, at = int.from_bytes(data[at : at + width], "little") + 1, at + width
            if at + length > len(data):
                raise ValueError("a compressed block ends too early")
            out += data[at : at + length]
            at += length
        else:  # a copy of what came before
            if kind == 1:
                length, width, offset = (tag >> 2 & 7) + 4, 1, (tag >> 5) << 8
            else:
                width, offset = 2 if kind == 2 else 4, 0
            offset |= int.from_bytes(data[at : at + width], "little")
            at += width
            if not 0 < offset <= len(out):
                raise ValueError("a compressed block copies from before its beginning")
            for start in range(len(out) - offset, len(out) - offset + length):  # it may copy what it is writing
                out.append(out[start])
        if len(out) > size:
            break
    if len(out) != size:
        raise ValueError(f"a compressed block becomes {len(out)} bytes or more, and says {size}")
    return bytes(out)
