"""``Operation``: one node of a graph, as a ``.meta`` or a ``saved_model.pb`` has it.

Sources: ``node_def.proto``, ``attr_value.proto`` and ``tensor.proto`` in
https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/framework
"""

from dataclasses import dataclass, field
from pathlib import Path

from tfckpt.errors import CorruptError, reading
from tfckpt.format.dtypes import NAMES, elements
from tfckpt.format.entry import MOST_DIMENSIONS
from tfckpt.format.strings import split_strings
from tfckpt.format.wire import BYTES, TWICE, VARINT, fields, integer, raw, signed, single, text

PLACEHOLDER = 9  # the value of an attribute that the caller of a function gives
DTYPE, SHAPE, CONTENT, STRINGS = 1, 2, 4, 8  # fields of a TensorProto; the values of each dtype are after the content
OBJECTS = RESOURCE, VARIANT = 20, 21  # dtypes whose values are objects: handles of resources, and variants
CONSTANTS = ("Const", "HostConst")
NO_FUNCTION = frozenset(b"\x12\x18\x25\x28\x30\x3a\x42\x4a")  # how other values of attributes begin
CAUSE = "Likely a copy or download that did not finish, or a file of another kind."


@dataclass(frozen=True, slots=True)
class Source:
    r"""A file that operations are read from: its path, and its bytes, of which their attributes are pieces.

    Attributes:
        path: of the file.
        data: a ``memoryview`` of its bytes; of a text, those that it stands for.
        is_text: whether it is one.

    Example:

        >>> source = Source(Path("run/model-50.meta"), memoryview(b""))
        >>> operation(b"\x0a\x01w\x12\x05Const", source).source.path.name
        'model-50.meta'
    """

    path: Path
    data: memoryview
    is_text: bool = False

    def reading(self):
        """Makes a CheckpointError of damage that is found in the file."""
        return reading(self.path, CAUSE, whole=b"" if self.is_text else self.data)


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
        with self.source.reading():
            return plain_value(self.attributes.get(name, b""))

    def is_given(self, name):
        """Whether an attribute is what the caller of the function says whose body this operation is in."""
        with self.source.reading():
            return any(number == PLACEHOLDER for number, _ in fields(self.attributes.get(name, b"")))

    def listed(self, name):
        """The texts in an attribute that is a list of them, as bytes; an empty list for any other attribute."""
        with self.source.reading():
            lists = [content for number, content in fields(self.attributes.get(name, b"")) if number == 1]
            return [raw(value) for content in lists for number, value in fields(content) if number == 2]

    def strings(self):
        """The values of a constant of dtype string, as texts; an empty list for any other operation."""
        if self.type != "Const":
            return []
        with self.source.reading():
            return [text(value) for value in strings_of(self.tensor())]

    def holds_an_object(self):
        """Whether it is a constant that is no array of values: a variant, or a handle of a resource."""
        if self.type not in CONSTANTS:
            return False
        with self.source.reading():
            content = self.tensor_bytes()
            if len(content) > 1 and content[0] == 0x08 and content[1] < RESOURCE:  # nearly always: numbers or texts
                return False
            return dict(self.tensor()).get(DTYPE) in OBJECTS

    def tensor(self):
        """The fields of the ``TensorProto`` of a constant. Raises ValueError if one stands twice that may not."""
        content = self.tensor_bytes()
        contents = list(fields(content))
        single_ones = [number for number, _ in contents if number <= CONTENT]
        if len(set(single_ones)) < len(single_ones):
            raise CorruptError(f"a tensor with two dtypes, shapes or contents{TWICE}", content, 0)
        if CONTENT in single_ones and len(single_ones) < len(contents):
            raise CorruptError(f"a tensor whose values stand in two places{TWICE}", content, 0)
        return contents

    def tensor_bytes(self):
        """The bytes of the ``TensorProto`` of a constant."""
        return next((value for number, value in fields(self.attributes.get("value", b"")) if number == 8), b"")

    def functions(self):
        """The names of the functions that its attributes name, as a list."""
        with self.source.reading():
            names = []
            for value in self.attributes.values():
                if len(value) and value[0] in NO_FUNCTION:
                    continue  # it would take twice the time to look into all
                for number, content in fields(value):
                    if number == 10:
                        names.append(called(content))
                    elif number == 1:
                        names += [called(inner) for kind, inner in fields(content) if kind == 9]
            return names


def strings_of(tensor):
    r"""The strings in the fields of a ``TensorProto``, as TensorFlow reads them: one by one, or all end to end.

    Raises:
        ValueError: those that stand end to end are not as many as the shape takes.

    Example:

        >>> strings_of([(8, b"a"), (8, b"bc")]), strings_of([(2, b"\x12\x02\x08\x02"), (4, b"\x01\x02abc")])
        ([b'a', b'bc'], [b'a', b'bc'])
    """
    parts = dict(tensor)
    content = parts.get(CONTENT, b"")
    if isinstance(content, int) or not len(content):
        return [raw(value) for number, value in tensor if number == STRINGS]
    sizes = shape(parts.get(SHAPE, b"")) or ()
    return split_strings(content, elements([size or 0 for size in sizes]), between=0)


def plain_value(content):
    """What an ``AttrValue`` holds, if it is plain: bytes, a number, a dtype's name, a shape; or None."""
    for number, value in fields(content):
        if number == 2:
            return raw(value)
        if number in (3, 5):
            return signed(value)
        if number == 6:
            return NAMES.get(integer(value) % 100, "unknown")  # 101 is a reference to a float32, which is 1
        if number == 7:
            return shape(value)
    return None


def operation(content, source, function=""):
    r"""An ``Operation`` from a ``NodeDef``. Raises ValueError for what is none.

    Example:

        >>> operation(b"\x0a\x01w\x12\x05Const", None).type
        'Const'
    """
    texts, inputs, attributes = {}, [], {}
    for number, value in fields(content):
        if number == 3:
            inputs.append(text(value))
        elif number == 5:
            key, inner = pair(value)
            if key in attributes or not is_one_value(inner):
                raise CorruptError(f"the attribute {key!r} has two values{TWICE}", content, 0)
            attributes[key] = inner
        elif number < 5:
            if number in texts:
                raise CorruptError(f"an operation with two names, types or devices{TWICE}", content, 0)
            texts[number] = text(value)
    return Operation(texts.get(1, ""), texts.get(2, ""), tuple(inputs), texts.get(4, ""), function, attributes, source)


def is_one_value(content):
    """Whether an ``AttrValue`` holds one value at most: it is a ``oneof``, of which protobuf takes the last."""
    if isinstance(content, int):
        raise ValueError("a number where the value of an attribute belongs")
    if len(content) > 1 and content[0] < 0x80 and content[1] < 0x80:  # nearly always: one field of few bytes
        kind = content[0] & 7
        if kind == BYTES and len(content) == 2 + content[1] or kind == VARINT and len(content) == 2:
            return True
    return sum(1 for _ in fields(content)) <= 1


def pair(content):
    r"""A key and the bytes of a value: an element of a map. Raises ValueError if one of them is there twice.

    Example:

        >>> pair(b"\x0a\x01k\x12\x01v")
        ('k', b'v')
    """
    parts = single(content)
    return text(parts.get(1, b"")), parts.get(2, b"")


def called(content):
    """The name of a function, from a ``NameAttrList``."""
    return text(single(content, repeated=(2,)).get(1, b""))


def shape(content):
    r"""A ``TensorShapeProto`` as a tuple with None for an unknown size; None if not even the rank is known.

    Example:

        >>> shape(b"\x12\x0b\x08" + b"\xff" * 9 + b"\x01\x12\x02\x08\x03")
        (None, 3)
    """
    sizes = []
    for number, value in fields(content):
        if number == 2:
            size = signed(dict(fields(value)).get(1, 0))
            sizes.append(None if size < 0 else size)
        elif number == 3 and integer(value):
            return None
    if len(sizes) > MOST_DIMENSIONS:
        raise ValueError(f"a shape of {len(sizes)} dimensions")
    return tuple(sizes)
