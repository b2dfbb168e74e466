"""Strings in a data file: their lengths, a checksum of the lengths, then the strings end to end.

Source: ``WriteStringTensor`` in
https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/tensor_bundle/tensor_bundle.cc
"""

from tfckpt.format.crc32c import extend, masked
from tfckpt.format.wire import varint


def lengths_of(content, count):
    """The lengths of ``count`` strings, and the byte at which the list of them ends."""
    if count > len(content):
        raise ValueError(f"{count} strings in {len(content)} bytes")
    lengths, at = [], 0
    for _ in range(count):
        length, at = varint(content, at)
        lengths.append(length)
    if at + 4 + sum(lengths) != len(content):
        raise ValueError(f"{count} strings of {sum(lengths)} bytes together do not fill {len(content)} bytes")
    return lengths, at


def split_strings(content, count):
    """A list of ``bytes``. Raises ValueError when the lengths do not fit."""
    lengths, at = lengths_of(content, count)
    at += 4
    strings = []
    for length in lengths:
        strings.append(bytes(content[at : at + length]))
        at += length
    return strings


def checksum_of_strings(content, count):
    """The masked CRC-32C as TensorFlow computes it: over the lengths as integers of 4 or 8 bytes, then the rest."""
    lengths, at = lengths_of(content, count)
    raw = b"".join(length.to_bytes(4 if length <= 0xFFFFFFFF else 8, "little") for length in lengths)
    return masked(extend(extend(0, raw), bytes(content[at:])))
