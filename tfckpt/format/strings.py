"""Strings in a data file: their lengths, a checksum of the lengths, then the strings end to end.

Source: ``WriteStringTensor`` in
https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/tensor_bundle/tensor_bundle.cc
In a constant of a graph they may stand like this as well, without the checksum: ``DecodeStringList`` in
https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/platform/tensor_coding.cc
"""

from tfckpt.format.crc32c import extend, masked
from tfckpt.format.wire import varint

CHUNK = 2**16  # bytes of which the checksum is computed at a time
CHECKSUM = 4  # bytes between the lengths and the strings


def lengths_of(content, count, between=CHECKSUM):
    """The lengths of ``count`` strings, and the byte at which the list of them ends."""
    if count > len(content):
        raise ValueError(f"{count} strings in {len(content)} bytes")
    lengths, at = [], 0
    for _ in range(count):
        length, at = varint(content, at)
        lengths.append(length)
    check_sum(content, count, at, sum(lengths), between)
    return lengths, at


def split_strings(content, count, between=CHECKSUM):
    r"""A list of ``bytes``. Raises ValueError when the lengths do not fit.

    Args:
        content: the bytes.
        count: how many strings there must be.
        between: how many bytes there are between the lengths and the strings: none in a constant.

    Example:

        >>> split_strings(b"\x01\x02" + bytes(4) + b"abb", 2)
        [b'a', b'bb']
    """
    lengths, at = lengths_of(content, count, between)
    at += between
    strings = []
    for length in lengths:
        strings.append(bytes(content[at : at + length]))
        at += length
    return strings


def checksum_of_strings(content, count):
    r"""The masked CRC-32C as TensorFlow computes it: over the lengths as integers of 4 or 8 bytes, then the rest.

    Example:

        >>> checksum_of_strings(b"\x01\x02" + bytes(4) + b"abb", 2)
        31220335
    """
    if count > len(content):
        raise ValueError(f"{count} strings in {len(content)} bytes")
    checksum, at, total, raw = 0, 0, 0, bytearray()
    for number in range(count):
        length, at = varint(content, at)
        total += length
        raw += length.to_bytes(4 if length <= 0xFFFFFFFF else 8, "little")
        if len(raw) >= CHUNK or number == count - 1:
            checksum, raw = extend(checksum, bytes(raw)), bytearray()
    check_sum(content, count, at, total)
    for start in range(at, len(content), CHUNK):
        checksum = extend(checksum, bytes(content[start : start + CHUNK]))
    return masked(checksum)


def check_sum(content, count, at, total, between=CHECKSUM):
    """Raises ValueError if so many strings of so many bytes together do not fill what is left from byte ``at`` on."""
    if at + between + total != len(content):
        raise ValueError(f"{count} strings of {total} bytes together do not fill {len(content)} bytes")
