"""The values in a ``TensorProto``: as a constant in a graph has them, and a tensor in a V1 checkpoint.

Source: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/tensor.proto
"""

import numpy as np

from tfckpt.format.wire import fields

CONTENT, STRINGS, HALF = 4, 8, 13
FIXED = {5: "<f4", 6: "<f8", 9: "<f4", 12: "<f8"}  # fields of numbers of fixed size: float, double, their complex
VARINTS = (7, 10, 11, 13, 16, 17)  # fields of integers: int, int64, bool, half, uint32, uint64


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
    arrays, strings = [], []
    for number, value in fields(content):
        if number == STRINGS:
            strings.append(bytes(value))
        elif number == CONTENT and len(value):
            arrays.append(np.frombuffer(value, dtype))
        elif number in FIXED:
            arrays.append(floats(value, FIXED[number], dtype))
        elif number in VARINTS:
            packed = np.array([value], np.uint64) if isinstance(value, int) else varints(value)
            of_bits = number == HALF  # the bits of a float16 or bfloat16 as an integer
            arrays.append(packed.astype("u2").view(dtype) if of_bits else packed.astype(np.int64).astype(dtype))
    if dtype.hasobject:
        array = np.empty(len(strings), object)
        array[:] = strings
    else:
        array = np.concatenate(arrays) if arrays else np.empty(0, dtype)
    if len(array) > count or (count and not len(array)):
        raise ValueError(f"a tensor has {len(array)} values, and should have {count}")
    return np.concatenate([array, np.repeat(array[-1:], count - len(array))]) if len(array) < count else array


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
