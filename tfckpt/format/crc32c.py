"""CRC-32C, the checksum in a checkpoint, and the form in which it is stored.

Source: https://github.com/google/leveldb/blob/main/util/crc32c.h
"""

from functools import cache

POLYNOMIAL = 0x82F63B78  # Castagnoli's, its bits in reverse


@cache
def extender():
    """The function that ``extend`` is: google-crc32c's or, where that is not installed, a slow one of our own."""
    try:
        from google_crc32c import extend  # not before it is needed: names and shapes of a graph have no checksums
    except ImportError:
        return slowly
    return extend


def extend(checksum, data):
    """The checksum of some bytes and of ``data`` after them.

    Args:
        checksum: of the bytes before, 0 for none.
        data: ``bytes``.

    Example:

        >>> hex(extend(0, b"123456789"))
        '0xe3069283'
    """
    return extender()(checksum, data)


@cache
def table():
    """The checksum of each single byte."""
    numbers = list(range(256))
    for _ in range(8):
        numbers = [number >> 1 ^ (POLYNOMIAL if number & 1 else 0) for number in numbers]
    return numbers


def slowly(checksum, data):
    """As ``extend``, in Python: some MB a second."""
    of_byte, checksum = table(), checksum ^ 0xFFFFFFFF
    for byte in data:
        checksum = of_byte[(checksum ^ byte) & 0xFF] ^ checksum >> 8
    return checksum ^ 0xFFFFFFFF


def masked(checksum):
    """How a CRC-32C is stored: turned by 15 bits, plus a constant, so that it is not the checksum of itself.

    Example:

        >>> hex(masked(0xE3069283))
        '0xc78ab0e5'
    """
    return ((checksum >> 15 | checksum << 17) + 0xA282EAD8) & 0xFFFFFFFF


def unmasked(stored):
    """The CRC-32C behind a stored one: the number that TensorFlow's messages show.

    Example:

        >>> unmasked(masked(7))
        7
    """
    turned = (stored - 0xA282EAD8) & 0xFFFFFFFF
    return (turned >> 17 | turned << 15) & 0xFFFFFFFF
