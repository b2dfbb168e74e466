"""TensorFlow's dtypes: number, name, and the NumPy dtype of the same bytes.

Source: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/types.proto
"""

import re
from functools import cache

NAMES = {
    1: "float32", 2: "float64", 3: "int32", 4: "uint8", 5: "int16", 6: "int8", 7: "string", 8: "complex64",
    9: "int64", 10: "bool", 11: "qint8", 12: "quint8", 13: "qint32", 14: "bfloat16", 15: "qint16", 16: "quint16",
    17: "uint16", 18: "complex128", 19: "float16", 20: "resource", 21: "variant", 22: "uint32", 23: "uint64",
    24: "float8_e5m2", 25: "float8_e4m3fn", 26: "float8_e4m3fnuz", 27: "float8_e4m3b11fnuz", 28: "float8_e5m2fnuz",
    29: "int4", 30: "uint4", 31: "int2", 32: "uint2", 33: "float4_e2m1fn",
}  # fmt: skip
WITHOUT_SIZE = ("string", "resource", "variant")
SMALL = ("float8", "float4", "int4", "uint4", "int2", "uint2")  # beginnings of names: a byte each
OF_ML_DTYPES = ("bfloat16", *SMALL)
MOST_ELEMENTS = 2**63 - 1


def numpy_dtype(name):
    """The NumPy dtype of a TensorFlow dtype: what lies in a data file, an element a number of whole bytes.

    Args:
        name: such as ``"float32"`` or ``"qint8"``, which has the bytes of ``int8``.

    Returns:
        A ``numpy.dtype``, or None for ``string``, ``resource`` and ``variant``, whose elements have no fixed size.

    Example:

        >>> numpy_dtype("qint8")
        dtype('int8')
    """
    if name in WITHOUT_SIZE:
        return None
    import numpy as np  # not before it is needed: a list of names takes less time than to load it

    if name.startswith(OF_ML_DTYPES):
        import ml_dtypes  # not before it is needed: few checkpoints have them

        return np.dtype(getattr(ml_dtypes, name))
    return np.dtype(name.removeprefix("q"))


def elements(shape):
    """How many elements a shape has, at most ``MOST_ELEMENTS``: a file may say more than any memory has."""
    if 0 in shape:
        return 0
    count = 1
    for length in shape:
        count *= length
        if count > MOST_ELEMENTS:
            return MOST_ELEMENTS
    return count


@cache
def item_size(name):
    """How many bytes an element of a TensorFlow dtype takes in a file; None if they have no fixed size.

    Example:

        >>> item_size("bfloat16"), item_size("string")
        (2, None)
    """
    if name in WITHOUT_SIZE:
        return None
    if name == "bool" or name.startswith(SMALL):
        return 1
    return int(re.search(r"\d+$", name)[0]) // 8
