"""``object_graph``: the objects in a checkpoint of TensorFlow 2: which attribute of which object a tensor is.

Source: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/trackable_object_graph.proto
"""

from collections import deque
from dataclasses import dataclass

from tfckpt.errors import CheckpointError, blaming
from tfckpt.format.wire import fields, integer, text

KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
LARGEST = 256 * 2**20  # bytes
LONGEST_PATH = 10_000  # characters


@dataclass(slots=True)
class Saved:
    """A tensor of an object.

    Attributes:
        path: the attributes that lead to the object from the one that was saved, such as ``("model", "layer", "w")``.
        attribute: what of the object it is; ``"VARIABLE_VALUE"`` for a variable.
        full_name: the variable's own name, such as ``"dense/kernel"``; empty if it is not recorded.
        slot: the name of the slot, such as ``"momentum"``, if it is one of an optimizer; or empty.
        slot_of: the path of the variable that the slot belongs to.
    """

    path: tuple
    attribute: str
    full_name: str
    slot: str = ""
    slot_of: tuple = ()


def object_graph(bundle):
    """The objects in a checkpoint.

    Args:
        bundle: a ``Bundle``.

    Returns:
        ``{key in the checkpoint: Saved}``; empty for a checkpoint of names, as TensorFlow 1 writes it.

    Raises:
        CheckpointError: the graph of objects cannot be read.
    """
    if KEY not in bundle.entries:
        return {}
    entry = bundle.entries[KEY]
    if entry.dtype != "string" or entry.shape != () or entry.size > LARGEST:
        raise CheckpointError(f"{bundle.index.as_posix()}: {KEY} is a {entry.dtype} of {entry.size} bytes.")
    from tfckpt.format.strings import split_strings

    content = bundle.bytes_of(entry)
    with blaming(bundle.data_file(entry.shard), bundle.DATA_CAUSE, content, entry.offset):
        (content,) = split_strings(content, 1)
        return saved([node(value) for number, value in fields(content) if number == 1])


def node(content):
    """The children, attributes and slots of a ``TrackableObject``."""
    children, attributes, slots = [], [], []
    for number, value in fields(content):
        if number == 1:
            child = dict(fields(value))
            children.append((integer(child.get(1, 0)), text(child.get(2, b""))))
        elif number == 2:
            attribute = dict(fields(value))
            attributes.append(tuple(text(attribute.get(field, b"")) for field in (1, 2, 3)))
        elif number == 3:
            slot = dict(fields(value))
            slots.append((integer(slot.get(1, 0)), text(slot.get(2, b"")), integer(slot.get(3, 0))))
    return children, attributes, slots


def saved(nodes):
    """``{key: Saved}`` of the nodes, each with the shortest path to it. Objects may lead back to themselves."""
    paths, waiting = {0: ()}, deque([0])
    while waiting:
        number = waiting.popleft()
        for child, name in nodes[number][0] if number < len(nodes) else ():
            if child not in paths and sum(map(len, paths[number])) + len(name) < LONGEST_PATH:
                paths[child] = (*paths[number], name)
                waiting.append(child)
    found, slots = {}, {}
    for _, _, of_this in nodes:
        for variable, name, number in of_this:
            slots[number] = name, paths.get(variable, ())
    for number, (_, attributes, _) in enumerate(nodes):
        slot, slot_of = slots.get(number, ("", ()))
        for attribute, full_name, key in attributes:
            found[key] = Saved(paths.get(number, ()), attribute, full_name, slot, slot_of)
    return found
