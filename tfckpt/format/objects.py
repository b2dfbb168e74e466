"""``object_graph``: the objects in a checkpoint of TensorFlow 2: which attribute of which object a tensor is.

Source: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/trackable_object_graph.proto
"""

from collections import deque
from dataclasses import dataclass

from tfckpt.errors import CheckpointError, reading
from tfckpt.format.wire import Message, integer, text

KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
LARGEST = 256 * 2**20  # bytes
LONGEST_PATH = 10_000  # characters
CHILD = Message(node=(1, integer), name=(2, text))
ATTRIBUTE = Message(name=(1, text), full_name=(2, text), key=(3, text))
SLOT = Message(variable=(1, integer), name=(2, text), slot=(3, integer))
NODE = Message(children=(1, [CHILD.decode]), attributes=(2, [ATTRIBUTE.decode]), slots=(3, [SLOT.decode]))
OBJECT_GRAPH = Message(nodes=(1, [NODE.decode]))


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

    Example:

        >>> from tfckpt import Bundle
        >>> object_graph(Bundle("objects/ckpt-1"))["w/.ATTRIBUTES/VARIABLE_VALUE"].path
        ('w',)
    """
    if KEY not in bundle.entries:
        return {}
    entry = bundle.entries[KEY]
    if entry.dtype != "string" or entry.shape != () or entry.size > LARGEST:
        raise CheckpointError(f"{bundle.index.as_posix()}: {KEY} is a {entry.dtype} of {entry.size} bytes.")
    from tfckpt.format.strings import split_strings

    content = bundle.bytes_of(entry)
    with reading(bundle.data_file(entry.shard), bundle.DATA_CAUSE, whole=content, offset=entry.offset):
        (content,) = split_strings(content, 1)
        return saved(OBJECT_GRAPH.decode(content)["nodes"])


def saved(nodes):
    """``{key: Saved}`` of nodes, each with the shortest path to it. Objects may lead back to themselves."""
    paths, waiting = {0: ()}, deque([0])
    while waiting:
        number = waiting.popleft()
        for child, name in map(dict.values, nodes[number]["children"] if number < len(nodes) else ()):
            if child not in paths and sum(map(len, paths[number])) + len(name) < LONGEST_PATH:
                paths[child] = (*paths[number], name)
                waiting.append(child)
    tensors, slots = {}, {}
    for slot in (slot for node in nodes for slot in node["slots"]):
        slots[slot["slot"]] = slot["name"], paths.get(slot["variable"], ())
    for number, node in enumerate(nodes):
        for attribute in node["attributes"]:
            path = paths.get(number, ())
            tensors[attribute["key"]] = Saved(
                path, attribute["name"], attribute["full_name"], *slots.get(number, ("", ()))
            )
    return tensors
