"""``NotFinite``: whether there is NaN or infinity among numbers; told by their bytes where there is no NumPy.

A number is not finite if all bits of its exponent are set. Source: IEEE 754; bfloat16 is the first half of a float32.
"""

import re
from typing import NamedTuple

from tfckpt.format.dtypes import numpy_dtype


class Form(NamedTuple):
    """How numbers of a dtype look where all bits of the exponent are set.

    Attributes:
        size: bytes of one, or of a half of a complex one.
        highest: what its highest byte is, without the sign: any of these.
        below: the least that the byte below that one is.
    """

    size: int
    highest: bytes
    below: int


FORMS = {
    "float16": Form(2, b"\x7c\x7d\x7e\x7f", 0),
    "bfloat16": Form(2, b"\x7f", 0x80),
    "float32": Form(4, b"\x7f", 0x80),
    "float64": Form(8, b"\x7f", 0xF0),
    "complex64": Form(4, b"\x7f", 0x80),
    "complex128": Form(8, b"\x7f", 0xF0),
}


def has_not_finite(dtype, content):
    r"""Whether numbers have NaN or infinity among them. Of another dtype than those in ``FORMS`` none have.

    Args:
        dtype: of TensorFlow's, by name.
        content: the numbers' bytes, the lowest byte of each first.

    Example:

        >>> has_not_finite("bfloat16", b"\x80\x3f\x80\x7f"), has_not_finite("int32", b"\xff\xff\xff\xff")
        (True, False)
    """
    if dtype not in FORMS:
        return False
    form = FORMS[dtype]
    highest, below = content[form.size - 1 :: form.size], content[form.size - 2 :: form.size]
    negative = bytes(byte | 0x80 for byte in form.highest)
    found = re.finditer(b"[" + form.highest + negative + b"]", highest)
    return any(below[match.start()] >= form.below for match in found)


class NotFinite:
    r"""Looks for NaN and infinity in the bytes of a tensor, piece by piece.

    Attributes:
        seen: whether there was any.

    Example:

        >>> odd = NotFinite("float16", "little")
        >>> odd.look(b"\x00\x7c")
        >>> odd.seen
        True
    """

    def __init__(self, dtype, byte_order):
        self.seen, self.dtype = False, dtype if dtype in FORMS and byte_order == "little" else None

    def look(self, piece):
        if self.dtype is None or self.seen or len(piece) % FORMS[self.dtype].size:
            return
        try:
            import numpy as np

            dtype = numpy_dtype(self.dtype)
            values = np.frombuffer(piece, dtype)
        except ImportError:  # without NumPy it takes a little longer
            self.seen = has_not_finite(self.dtype, piece)
            return
        # To sum up takes half the time, squares of numbers of 32 bits or more a sixth, and both are finite only if all
        # values are.
        squares = dtype.itemsize > 2 and dtype.kind == "f"
        with np.errstate(all="ignore"):
            total = np.dot(values, values) if squares else values.sum()
            self.seen = not np.isfinite(total) and not np.isfinite(values).all()
