"""``feeds``: what feeds a graph by itself, without a placeholder: an iterator, a queue, a staging area, an infeed."""

from dataclasses import dataclass

from tfckpt.format.dtypes import NAMES
from tfckpt.format.node import shape
from tfckpt.format.wire import fields, integer, varint

ITERATOR, QUEUE, STAGED, INFEED = "an iterator (tf.data)", "a queue", "a staging area", "the infeed of a TPU"
# Types of operations: what each takes from, and the attributes that say dtypes and shapes.
FEEDING = {
    **dict.fromkeys(("IteratorGetNext", "IteratorGetNextSync"), (ITERATOR, "output_types", "output_shapes")),
    **dict.fromkeys(("QueueDequeue", "QueueDequeueV2"), (QUEUE, "component_types", "")),
    **dict.fromkeys(("QueueDequeueMany", "QueueDequeueManyV2"), (QUEUE, "component_types", "")),
    **dict.fromkeys(("QueueDequeueUpTo", "QueueDequeueUpToV2"), (QUEUE, "component_types", "")),
    "Unstage": (STAGED, "dtypes", ""),
    "InfeedDequeueTuple": (INFEED, "dtypes", "shapes"),
}
RECORDED = "_output_shapes"  # as an export adds them


@dataclass(frozen=True)
class Feed:
    """A tensor that a graph takes from somewhere by itself.

    Attributes:
        name: of the tensor, such as ``"IteratorGetNext:1"``.
        source: what it comes from, in words.
        dtype, shape: as in ``Meta.variables``; the shape is None where it is not known.
    """

    name: str
    source: str
    dtype: str
    shape: tuple | None


def is_feed(operation):
    """Whether an operation takes from such a place what it gives.

    Example:

        >>> from tfckpt import Meta
        >>> is_feed(Meta("run/model-50.meta").operation("A"))
        False
    """
    return operation.type in FEEDING


def feeds(operation):
    r"""The ``Feed`` of each tensor that such an operation gives, a list. Raises CheckpointError for a damaged one.

    Example:

        >>> from pathlib import Path
        >>> from tfckpt.format.node import Source, operation
        >>> feeds(operation(b"\x0a\x01i\x12\x07Unstage", Source(Path("a.meta"), memoryview(b""))))
        []
    """
    source, types, shapes = FEEDING[operation.type]
    with operation.source.reading():
        dtypes = [NAMES.get(number % 100, "unknown") for number in listed(operation, types, 6)]
        known = [shape(content) for content in listed(operation, RECORDED, 7) or listed(operation, shapes, 7)]
    known += [None] * (len(dtypes) - len(known))
    pairs = zip(dtypes, known, strict=False)
    return [Feed(f"{operation.name}:{at}", source, *kind) for at, kind in enumerate(pairs)]


def listed(operation, name, kind):
    """The values of a kind, the number of a field, in an attribute that is a list; an empty list for another one.

    Example:

        >>> from tfckpt import Meta
        >>> len(listed(Meta("run/model-50.meta").operation("A"), RECORDED, 7))
        1
    """
    values = []
    for number, content in fields(operation.attributes.get(name, b"")):
        if number == 1:
            for field, value in fields(content):
                if field == kind:
                    values += numbers(value) if kind == 6 else [value]
    return values


def numbers(value):
    """The numbers in a repeated field, packed or one by one."""
    if isinstance(value, int):
        return [integer(value)]
    result, at = [], 0
    while at < len(value):
        number, at = varint(value, at)
        result.append(number)
    return result
