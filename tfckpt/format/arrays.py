"""The values of tensors as NumPy arrays, from the bytes of a ``Bundle``. Apart, since NumPy takes a while to load."""

import math

import numpy as np

from tfckpt.errors import CheckpointError, blaming
from tfckpt.format.dtypes import numpy_dtype
from tfckpt.format.strings import split_strings

OF_ML_DTYPES = 2  # what numpy.dtype.isbuiltin says of them; they know one byte order, the machine's


def array(bundle, found):
    """The values of an ``Entry``: see ``Bundle.tensor``."""
    return assembled(bundle, found, dict(bundle.parts_of(found))) if found.slices else read(bundle, found)


def assembled(bundle, found, parts):
    """A partitioned variable, put together from ``{extents: Entry}``."""
    dtype, count = dtype_of(bundle, found), math.prod(found.shape)
    stored = sum(bundle.shard(number).size for number in {part.shard for part in parts.values()})
    if count * dtype.itemsize > stored:
        raise ValueError(f"{found.name!r} has {count} elements, which is more than its data files hold")
    result = np.empty(found.shape, dtype)
    for extents, part in parts.items():
        where = tuple(slice(start, None if length < 0 else start + length) for start, length in extents)
        values = read(bundle, part)
        if len(where) != result.ndim or result[where].shape != values.shape:
            raise ValueError(f"the part {extents} of {found.name!r} does not fit into the shape {found.shape}")
        result[where] = values
    return result


def dtype_of(bundle, found):
    """The NumPy dtype of an entry, in the byte order of the file; ``object`` for strings."""
    if found.dtype == "string":
        return np.dtype(object)
    dtype = numpy_dtype(found.dtype)
    if dtype is None:
        raise CheckpointError(
            f"{found.name!r} is a {found.dtype}: an object of TensorFlow's own, not an array. Only TensorFlow, "
            "with the program that made it, can restore it."
        )
    return dtype.newbyteorder(">") if bundle.byte_order == "big" and dtype.isbuiltin != OF_ML_DTYPES else dtype


def read(bundle, found):
    """The values of an ``Entry`` that is not partitioned."""
    dtype = dtype_of(bundle, found)
    count = math.prod(found.shape)
    if found.dtype == "string":
        with blaming(bundle.data_file(found.shard), bundle.DATA_CAUSE, offset=found.offset):
            strings = split_strings(bundle.bytes_of(found), count)
            values = np.empty(count, object)
            values[:] = strings
            return values.reshape(found.shape)
    if count * dtype.itemsize != found.size:
        takes = f"{found.dtype} {list(found.shape)} takes {count * dtype.itemsize}"
        raise ValueError(f"{found.name!r} has {found.size} bytes, but {takes}")
    content = bundle.bytes_of(found)
    if bundle.byte_order == "big" and dtype.isbuiltin == OF_ML_DTYPES:
        content = np.frombuffer(content, f">u{dtype.itemsize}").astype(f"u{dtype.itemsize}").tobytes()
    return np.frombuffer(content, dtype).reshape(found.shape)
