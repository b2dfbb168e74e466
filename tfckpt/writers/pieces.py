"""``Pieces``: the bytes of an array, piece by piece, and the checksum of those that were taken."""

from tfckpt.format.crc32c import extend

SIZE = 2**20  # bytes: a piece stays in the processor's cache until its checksum is computed and it is written


class Pieces:
    """The bytes of an array in the order of C, to be taken once.

    Args:
        values: a NumPy array that is contiguous, in this machine's byte order.

    Attributes:
        dtype: of the array.
        shape: of the array.
        checksum: the CRC-32C of the bytes that were taken so far.

    Example:

        >>> import numpy as np
        >>> pieces = Pieces(np.frombuffer(b"123456789", "u1"))
        >>> b"".join(pieces), hex(pieces.checksum)
        (b'123456789', '0xe3069283')
    """

    def __init__(self, values):
        self.dtype, self.shape, self.checksum = values.dtype, values.shape, 0
        self._content = memoryview(values.reshape(-1).view("u1")) if values.size else b""

    def __iter__(self):
        for start in range(0, len(self._content), SIZE):
            piece = bytes(self._content[start : start + SIZE])
            self.checksum = extend(self.checksum, piece)
            yield piece

    @property
    def fingerprint(self):
        """What two arrays have in common whose bytes are the same: dtype, shape and, when all are taken, checksum."""
        return self.dtype, self.shape, self.checksum
