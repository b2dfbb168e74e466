"""``has_not_finite``: whether there is NaN or infinity among numbers, told by their bytes, where there is no NumPy.

A number is not finite if all bits of its exponent are set. Source: IEEE 754; bfloat16 is the first half of a float32.
"""

import re
from typing import NamedTuple


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
