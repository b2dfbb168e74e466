"""The values of tensors as NumPy arrays, from the bytes of a ``Bundle``. Apart, since NumPy takes a while to load."""

import numpy as np

from tfckpt.errors import CheckpointError, reading
from tfckpt.format import slices
from tfckpt.format.dtypes import elements, numpy_dtype
from tfckpt.format.strings import split_strings

OF_ML_DTYPES = 2  # what numpy.dtype.isbuiltin says of them; they know one byte order, the machine's


def array(bundle, entry):
    """The values of an ``Entry``: see ``Bundle.tensor``.

    Example:

        >>> from tfckpt import Bundle
        >>> bundle = Bundle("run/model-50")
        >>> array(bundle, bundle.entries["A"])
        array([3, 3], dtype=int32)
    """
    return assembled(bundle, entry, dict(bundle.parts_of(entry))) if entry.slices else read(bundle, entry)


def assembled(bundle, entry, parts):
    """A partitioned variable, put together from ``{extents: Entry}``."""
    slices.refuse_holes(entry)
    dtype, count = dtype_of(bundle, entry), elements(entry.shape)
    stored = sum(bundle.shard(number).size for number in {part.shard for part in parts.values()})
    if count * dtype.itemsize > stored:
        raise ValueError(f"{entry.name!r} has {count} elements, which is more than its data files hold")
    result = np.empty(entry.shape, dtype)
    for extents, part in parts.items():
        region, values = slices.region(result, extents, entry.name), read(bundle, part)
        if region.shape != values.shape:
            raise ValueError(slices.misfit(result, extents, entry.name))
        region[...] = values
    return result


def dtype_of(bundle, entry):
    """The NumPy dtype of an entry, in the byte order of the file; ``object`` for strings."""
    if entry.dtype == "string":
        return np.dtype(object)
    dtype = numpy_dtype(entry.dtype)
    if dtype is None:
        raise CheckpointError(
            f"{entry.name!r} is a {entry.dtype}: an object of TensorFlow's own, not an array. Only TensorFlow, "
            "with the program that made it, can restore it."
        )
    return dtype.newbyteorder(">") if bundle.byte_order == "big" and dtype.isbuiltin != OF_ML_DTYPES else dtype


def read(bundle, entry):
    """The values of an ``Entry`` that is not partitioned.

    Example:

        >>> from tfckpt import Bundle
        >>> bundle = Bundle("run/model-50")
        >>> read(bundle, bundle.entries["B"])
        array([5, 5, 5], dtype=int32)
    """
    dtype = dtype_of(bundle, entry)
    count = elements(entry.shape)
    if entry.dtype == "string":
        with reading(bundle.data_file(entry.shard), bundle.DATA_CAUSE, offset=entry.offset):
            strings = split_strings(bundle.bytes_of(entry), count)
            values = np.empty(count, object)
            values[:] = strings
            return values.reshape(entry.shape)
    if count * dtype.itemsize != entry.size:
        takes = f"{entry.dtype} {list(entry.shape)} takes {count * dtype.itemsize}"
        raise ValueError(f"{entry.name!r} has {entry.size} bytes, but {takes}")
    content = bundle.bytes_of(entry)
    if bundle.byte_order == "big" and dtype.isbuiltin == OF_ML_DTYPES:
        content = np.frombuffer(content, f">u{dtype.itemsize}").astype(f"u{dtype.itemsize}").tobytes()
    return np.frombuffer(content, dtype).reshape(entry.shape)
