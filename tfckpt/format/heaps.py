"""``refuse_circles``: texts in an HDF5 file over which the HDF5 library, as of 1.14, goes in a circle without an end.

It keeps texts in "global heaps", and goes from one to the next by its size. A free space of the size 0 leads to itself.
Source: section III.E of https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html
"""

SIGNATURE = b"GCOL\x01"  # and a version; HDF5 does not look at the three bytes behind them
LARGEST = 64 * 2**20  # bytes of a file that is looked through
LARGEST_LENGTH = 2**63  # bytes
HEADER = 16  # bytes, of a heap and of what is in it


def refuse_circles(file):
    """Raises ValueError for a file with such a heap. One that is too large is not looked through.

    Args:
        file: open, binary.

    Example:

        >>> with open("weights.h5", "rb") as file:
        ...     refuse_circles(file)
    """
    if file.seek(0, 2) > LARGEST:
        return
    file.seek(0)
    content, start = file.read(), 0
    while (start := content.find(SIGNATURE, start)) >= 0:
        size = int.from_bytes(content[start + 8 : start + HEADER], "little")
        place, end = start + HEADER, min(start + size, len(content))
        while place + HEADER <= end:
            number = int.from_bytes(content[place : place + 2], "little")
            length = int.from_bytes(content[place + 8 : place + HEADER], "little")
            if number == 0 and length == 0 or length > LARGEST_LENGTH:  # the library counts on from there at 0
                raise ValueError(f"the texts at byte {start} of it lead to themselves")
            place += length if number == 0 else HEADER + -(-length // 8) * 8
        start += len(SIGNATURE)
