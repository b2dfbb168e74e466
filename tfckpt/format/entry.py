"""``Entry``: what the table of an ``.index`` file says of one tensor.

Source: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto
"""

from dataclasses import dataclass

from tfckpt.format import slices
from tfckpt.format.dtypes import NAMES
from tfckpt.format.wire import Message, fields, integer, numbers, signed

MOST_DIMENSIONS = 254  # that TensorFlow's shapes have
CONSUMER = 1  # the version of the format of checkpoints that TensorFlow 2.21 reads, V1 ones as well


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

    Example:

        >>> Entry("w", "float32", (2, 3), shard=0, offset=0, size=24, crc32c=0).dtype
        'float32'
    """

    name: str
    dtype: str
    shape: tuple
    shard: int
    offset: int
    size: int
    crc32c: int
    slices: tuple = ()


def shape(value):
    r"""A ``TensorShapeProto`` as a tuple. Raises ValueError where a size is not known.

    Example:

        >>> shape(b"\x12\x02\x08\x02\x12\x02\x08\x03")
        (2, 3)
    """
    sizes = tuple(DIMENSION.decode(dimension)["size"] for number, dimension in fields(value) if number == 2)
    if len(sizes) > MOST_DIMENSIONS:
        raise ValueError(f"a shape of {len(sizes)} dimensions")
    if sizes and min(sizes) < 0:
        raise ValueError(f"a shape of {list(sizes)}")
    return sizes


def known_dtype(number, name):
    """The name of a dtype. Raises ValueError for one that TensorFlow 2.21 does not know.

    Example:

        >>> known_dtype(1, "w")
        'float32'
    """
    if number not in NAMES:
        raise ValueError(f"{name!r} has a dtype of number {number}, which TensorFlow 2.21 does not know")
    return NAMES[number]


def is_refused(versions):
    r"""Whether the versions that a checkpoint says it may be read by leave TensorFlow 2.21 out.

    Args:
        versions: as ``VERSIONS`` decodes them.

    Example:

        >>> is_refused(VERSIONS.decode(b"\x08\x01")), is_refused(VERSIONS.decode(b"\x08\x01\x10\x02"))
        (False, True)
    """
    bad = [number for listed in versions["bad_consumers"] for number in listed]
    return versions["min_consumer"] > CONSUMER or CONSUMER in bad


DIMENSION = Message(size=(1, signed))
VERSIONS = Message(producer=(1, integer), min_consumer=(2, signed), bad_consumers=(3, [numbers]))
BUNDLE_HEADER = Message(num_shards=(1, integer), endianness=(2, integer), version=(3, VERSIONS.decode))
BUNDLE_ENTRY = Message(
    dtype=(1, integer),
    shape=(2, shape),
    shard=(3, signed),
    offset=(4, signed),
    size=(5, signed),
    crc32c=(6, integer),
    slices=(7, [slices.extents]),
)


def entry_from(name, value):
    r"""An ``Entry`` from a ``BundleEntryProto``. Raises ValueError for what is none.

    Example:

        >>> entry_from("w", b"\x08\x01\x12\x04\x12\x02\x08\x02\x28\x08").shape
        (2,)
    """
    says = BUNDLE_ENTRY.decode(value)
    says["dtype"], says["slices"] = known_dtype(says["dtype"], name), tuple(says["slices"])
    return Entry(name, **says)
