"""The values in a ``TensorProto``: as a constant in a graph has them, and a tensor in a V1 checkpoint.

Source: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/tensor.proto
"""

import numpy as np

from tfckpt.format.node import strings_of
from tfckpt.format.wire import fields, raw

CONTENT, HALF, FLOAT8 = 4, 13, 18
# The field that the values of a dtype stand in. Others are not looked at, and integers of up to 32 bits have INTEGERS.
FIELDS = {
    "float32": 5,
    "float64": 6,
    "complex64": 9,
    "int64": 10,
    "bool": 11,
    "complex128": 12,
    "float16": HALF,
    "bfloat16": HALF,
    "uint32": 16,
    "uint64": 17,
}
INTEGERS = 7
FIXED = {5: "<f4", 6: "<f8", 9: "<f4", 12: "<f8"}  # fields of numbers of fixed size: float, double, their complex


def values(content, count, dtype):
    r"""The values of a ``TensorProto``.

    Args:
        content: its bytes.
        count: how many values there must be. A last value that is repeated may be left out, if there is one.
        dtype: their NumPy dtype; ``object`` for strings.

    Returns:
        A NumPy array of one dimension.

    Raises:
        ValueError: there are more, or none, or it is damaged.

    Example:

        >>> values(b"\x3a\x02\x01\x02", 4, np.dtype("int32"))
        array([1, 2, 2, 2], dtype=int32)
    """
    parts = list(fields(content))
    whole = dict(parts).get(CONTENT, b"")
    if dtype.hasobject:
        strings = strings_of(parts)
        array = np.empty(len(strings), object)
        array[:] = strings
    elif len(raw(whole)):
        array = np.frombuffer(whole, dtype)
        if len(array) != count:
            raise ValueError(f"a tensor has {len(array)} values, and should have {count}")
    else:
        field = FLOAT8 if dtype.name.startswith("float8") else FIELDS.get(dtype.name, INTEGERS)
        arrays = [numbers_of(value, field, dtype) for number, value in parts if number == field]
        array = np.concatenate(arrays) if arrays else np.empty(0, dtype)
    if len(array) > count or (count and not len(array)):
        raise ValueError(f"a tensor has {len(array)} values, and should have {count}")
    return np.concatenate([array, np.repeat(array[-1:], count - len(array))]) if len(array) < count else array


def has_values(content):
    r"""Whether there is any value in a ``TensorProto``. In a graph, one without means zeros, or empty strings.

    Example:

        >>> has_values(b"\x08\x01"), has_values(b"\x08\x01\x3a\x01\x05")
        (False, True)
    """
    return any(number >= CONTENT for number, _ in fields(content))


def numbers_of(value, field, dtype):
    """The numbers in a field of a ``TensorProto``, packed or a single one, as an array of ``dtype``."""
    if field in FIXED:
        return floats(value, FIXED[field], dtype)
    if field == FLOAT8:
        return np.frombuffer(raw(value), dtype)
    packed = np.array([value], np.uint64) if isinstance(value, int) else varints(value)
    if field == HALF:  # the bits of a float16 or bfloat16 as an integer
        return packed.astype("u2").view(dtype)
    return packed.astype(np.int64).astype(dtype)


def floats(value, stored, dtype):
    """Numbers of fixed size, packed or a single one, as an array of ``dtype``: complex ones are pairs."""
    if isinstance(value, int):  # one that is not packed
        value = value.to_bytes(np.dtype(stored).itemsize, "little")
    if len(value) % np.dtype(stored).itemsize:
        raise ValueError(f"{len(value)} bytes are no row of numbers")
    array = np.frombuffer(value, stored)
    if dtype.kind == "c":
        if len(array) % 2:
            raise ValueError("half of a complex number")
        return array.astype(array.dtype).view(f"c{2 * array.itemsize}").astype(dtype)
    return array.astype(dtype)


def varints(packed):
    """Packed numbers of up to 64 bits, seven bits a byte, as an array of uint64."""
    content = np.frombuffer(packed, np.uint8)
    ends = np.flatnonzero(content < 0x80)
    if not len(content):
        return np.empty(0, np.uint64)
    if not len(ends) or ends[-1] != len(content) - 1:
        raise ValueError("a number runs past the end")
    starts = np.concatenate([[0], ends[:-1] + 1])
    lengths = ends - starts + 1
    if lengths.max() > 10:
        raise ValueError("a number of more than ten bytes")
    numbers = np.zeros(len(ends), np.uint64)
    for place in range(lengths.max()):
        longer = lengths > place
        bits = (content[starts[longer] + place] & 0x7F).astype(np.uint64)
        numbers[longer] |= bits << np.uint64(7 * place)
    return numbers
