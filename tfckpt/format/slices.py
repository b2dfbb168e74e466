"""Parts of a partitioned variable: what part it is, and under which key it stands in the table.

The key is TensorFlow's ``EncodeTensorNameSlice``, in an order-preserving code:
https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/saved_tensor_slice_util.cc
"""

from tfckpt.errors import CheckpointError
from tfckpt.format.dtypes import elements
from tfckpt.format.wire import Message, fields, signed

# What the first two bytes of a signed number are combined with, by its length in bytes.
LENGTH_BITS = (0, 0x8000, 0xC000, 0xE000, 0xF000, 0xF800, 0xFC00, 0xFE00, 0xFF00, 0xFF80, 0xFFC0)


def whole_or(value):
    """The length in an extent: -1, the whole dimension, where none is written."""
    return -1 if value == b"" else signed(value)


EXTENT = Message(start=(1, signed), length=(2, whole_or))


def extents(value):
    r"""A ``TensorSliceProto`` as ``((start, length), …)``. The length of a whole dimension is -1.

    Example:

        >>> extents(b"\x0a\x02\x10\x04\x0a\x00")
        ((0, 4), (0, -1))
    """
    decoded = (EXTENT.decode(extent) for number, extent in fields(value) if number == 1)
    return tuple((extent["start"], extent["length"]) for extent in decoded)


def region(array, part, name):
    """The view of an array that a part of it fills.

    Args:
        array: a NumPy array of the whole shape.
        part: as ``extents`` returns it.
        name: of the variable, for the error.

    Raises:
        ValueError: the part has another number of dimensions.

    Example:

        >>> import numpy as np
        >>> region(np.zeros((4, 3)), ((2, 2), (0, -1)), "w").shape
        (2, 3)
    """
    if len(part) != array.ndim:
        raise ValueError(misfit(array, part, name))
    return array[(*(slice(start, None if length < 0 else start + length) for start, length in part), ...)]


def in_parts(shape, parts):
    """How many values of a variable its parts have together; fewer than it has where only some parts were saved.

    Example:

        >>> in_parts((4, 3), [((2, 2), (0, -1))])
        6
    """
    return sum(
        elements([whole if length < 0 else length for (_, length), whole in zip(part, shape, strict=False)])
        for part in parts
    )


def refuse_holes(entry):
    """Raises CheckpointError for a variable of which only some parts were saved.

    Args:
        entry: an ``Entry``.

    Example:

        >>> from tfckpt import Bundle
        >>> refuse_holes(Bundle("run/model-50").entries["A"])
    """
    if says := hole(entry):
        raise CheckpointError(says)


def hole(entry):
    """What to say of a variable of which only some parts were saved: a sentence, or an empty text.

    Args:
        entry: an ``Entry``.

    Example:

        >>> from types import SimpleNamespace
        >>> half = SimpleNamespace(name="w", shape=(4, 3), slices=[((2, 2), (0, -1))])
        >>> hole(half).partition(".")[0]
        "'w' is not whole: 6 of its 12 values are here"
    """
    parts = getattr(entry, "slices", ())  # the formats of others have none
    here, all_of_it = (in_parts(entry.shape, parts), elements(entry.shape)) if parts else (0, 0)
    if here >= all_of_it:
        return ""
    return (
        f"{entry.name!r} is not whole: {here} of its {all_of_it} values are here. Some of its parts were saved "
        "elsewhere, or not at all; a graph with the same parts restores those that are here."
    )


def misfit(array, part, name):
    """What to say of a part that does not fit."""
    return f"the part {part} of {name!r} does not fit into the shape {array.shape}"


def key(name, part):
    r"""The key of a part in the table.

    Args:
        name: of the variable.
        part: ``((start, length), …)``.

    Example:

        >>> key("w", ((0, 4),))
        b'\x00w\x00\x01\x01\x01\x80\x84'
    """
    escaped = name.encode("utf-8", "surrogateescape").replace(b"\xff", b"\xff\x00").replace(b"\x00", b"\x00\xff")
    encoded = number(0) + escaped + b"\x00\x01" + number(len(part))
    for start, length in part:
        encoded += signed_number(start) + signed_number(length)
    return encoded


def number(value):
    """A number that is not negative: how many bytes it takes, and those bytes, the highest first."""
    length = (value.bit_length() + 7) // 8
    return bytes([length]) + value.to_bytes(length, "big")


def signed_number(value):
    """An int64: seven bits a byte, the highest first; how many bytes there are stands in its first bits."""
    length = (~value if value < 0 else value).bit_length() // 7 + 1
    bits = value & ((1 << 8 * length) - 1)
    flip = LENGTH_BITS[length] >> 8 if length == 1 else LENGTH_BITS[length] << 8 * (length - 2)
    return (bits ^ flip).to_bytes(length, "big")
