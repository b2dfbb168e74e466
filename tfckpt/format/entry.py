"""``Entry``: what the table of an ``.index`` file says of one tensor.

Source: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto
"""

from dataclasses import dataclass

from tfckpt.format import slices
from tfckpt.format.dtypes import NAMES
from tfckpt.format.wire import fields, integer, signed


@dataclass(frozen=True, slots=True)
class Entry:
    """One tensor in a checkpoint.

    Attributes:
        name: its name, as ``tf.train.list_variables`` gives it.
        dtype: the name of its dtype, such as ``"float32"``.
        shape: a tuple of ints.
        shard: the number of the data file that has it.
        offset: the byte at which it begins there.
        size: how many bytes it has. 0 for a partitioned variable, whose parts are in ``slices``.
        crc32c: the stored checksum, masked.
        slices: the parts of a partitioned variable, each a tuple of ``(start, length)``, one for each dimension.
            A length of -1 is the whole dimension.
    """

    name: str
    dtype: str
    shape: tuple
    shard: int
    offset: int
    size: int
    crc32c: int
    slices: tuple = ()


def entry(name, value):
    """An ``Entry`` from a ``BundleEntryProto``. Raises ValueError for what is none."""
    dtype = shard = offset = size = crc32c = 0
    sizes, parts = (), []
    for number, content in fields(value):
        if number == 1:
            dtype = integer(content)
        elif number == 2:
            sizes = shape(content)
        elif number == 3:
            shard = signed(content)
        elif number == 4:
            offset = signed(content)
        elif number == 5:
            size = signed(content)
        elif number == 6:
            crc32c = integer(content)
        elif number == 7:
            parts.append(slices.extents(content))
    if dtype not in NAMES:
        raise ValueError(f"{name!r} has a dtype of number {dtype}, which TensorFlow 2.21 does not know")
    return Entry(name, NAMES[dtype], sizes, shard, offset, size, crc32c, tuple(parts))


def shape(value):
    """A ``TensorShapeProto`` as a tuple."""
    sizes = []
    for number, dimension in fields(value):
        if number == 2:
            sizes.append(signed(dict(fields(dimension)).get(1, 0)))
    if sizes and min(sizes) < 0:
        raise ValueError(f"a shape of {sizes}")
    return tuple(sizes)
