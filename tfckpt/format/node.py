"""``Operation``: one node of a graph, as a ``.meta`` or a ``saved_model.pb`` has it.

Sources: ``node_def.proto``, ``attr_value.proto`` and ``tensor.proto`` in
https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/framework
"""

from dataclasses import dataclass, field
from pathlib import Path

from tfckpt.errors import blaming
from tfckpt.format.dtypes import NAMES
from tfckpt.format.wire import fields, integer, signed, text

CAUSE = "Likely a copy or download that did not finish, or a file of another kind."


@dataclass(frozen=True, slots=True)
class Source:
    """A file that operations are read from: its path, and its bytes, of which their attributes are pieces."""

    path: Path
    data: memoryview

    def blaming(self):
        """Makes a CheckpointError of damage that is found in the file."""
        return blaming(self.path, CAUSE, self.data)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. Its methods raise CheckpointError where its attributes are damaged.

    Attributes:
        name: such as ``"save/RestoreV2"``.
        type: such as ``"RestoreV2"``.
        inputs: what it takes, as written: ``"A"``, ``"A:1"``, or ``"^A"`` for "after A".
        device: such as ``"/job:ps/task:0/cpu:0"``; empty if it is not pinned.
        function: the function whose body it is in; empty for an operation of the graph itself.
        attributes: ``{name: bytes of an AttrValue}``; ``attribute`` reads one.
        source: the file that it was read from.
    """

    name: str
    type: str
    inputs: tuple
    device: str
    function: str
    attributes: dict = field(repr=False)
    source: Source = field(repr=False)

    def attribute(self, name):
        """The value of an attribute: bytes, a number, a dtype's name, a shape; None if it has none of these."""
        with self.source.blaming():
            content = self.attributes.get(name, b"")
            if sum(1 for _ in fields(content)) > 1:  # protobuf would take the last, and no serializer writes two
                raise ValueError(f"the attribute {name!r} of {self.name!r} has two values")
            return plain_value(content)

    def listed(self, name):
        """The texts in an attribute that is a list of them, as bytes; an empty list for any other attribute."""
        with self.source.blaming():
            lists = [content for number, content in fields(self.attributes.get(name, b"")) if number == 1]
            return [bytes(value) for content in lists for number, value in fields(content) if number == 2]

    def strings(self):
        """The values of a constant of dtype string, as texts; an empty list for any other operation."""
        if self.type != "Const":
            return []
        with self.source.blaming():
            tensors = [tensor for number, tensor in fields(self.attributes.get("value", b"")) if number == 8]
            return [text(value) for tensor in tensors for number, value in fields(tensor) if number == 8]

    def functions(self):
        """The names of the functions that its attributes name, as a list."""
        with self.source.blaming():
            found = []
            for value in self.attributes.values():
                for number, content in fields(value):
                    if number == 10:
                        found.append(called(content))
                    elif number == 1:
                        found += [called(inner) for kind, inner in fields(content) if kind == 9]
            return found


def plain_value(content):
    """What an ``AttrValue`` holds, if it is plain: bytes, a number, a dtype's name, a shape; or None."""
    for number, value in fields(content):
        if number == 2:
            return bytes(value)
        if number in (3, 5):
            return signed(value)
        if number == 6:
            return NAMES.get(integer(value) % 100, "unknown")  # 101 is a reference to a float32, which is 1
        if number == 7:
            return shape(value)
    return None


def operation(content, source, function=""):
    """An ``Operation`` from a ``NodeDef``. Raises ValueError for what is none."""
    name = kind = device = ""
    inputs, attributes = [], {}
    for number, value in fields(content):
        if number == 1:
            name = text(value)
        elif number == 2:
            kind = text(value)
        elif number == 3:
            inputs.append(text(value))
        elif number == 4:
            device = text(value)
        elif number == 5:
            key, inner = pair(value)
            attributes[key] = inner
    return Operation(name, kind, tuple(inputs), device, function, attributes, source)


def pair(content):
    """A key and the bytes of a value: an element of a map. Raises ValueError if one of them is there twice."""
    parts = list(fields(content))
    found = dict(parts)
    if len(found) < len(parts):  # protobuf would merge them, and no serializer writes them
        raise ValueError("an element of a map with two keys or two values")
    return text(found.get(1, b"")), found.get(2, b"")


def called(content):
    """The name of a function, from a ``NameAttrList``."""
    return text(dict(fields(content)).get(1, b""))


def shape(content):
    """A ``TensorShapeProto`` as a tuple with None for an unknown size; None if not even the rank is known."""
    sizes = []
    for number, value in fields(content):
        if number == 2:
            size = signed(dict(fields(value)).get(1, 0))
            sizes.append(None if size < 0 else size)
        elif number == 3 and integer(value):
            return None
    return tuple(sizes)
