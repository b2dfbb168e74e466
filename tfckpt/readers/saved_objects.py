"""``SavedObject``: the Python objects of a SavedModel of TensorFlow 2, which its loader makes again.

Source: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/saved_object_graph.proto
"""

from dataclasses import dataclass

from tfckpt.format.node import pair
from tfckpt.format.wire import fields, integer, single, text, varint

# Which field of a SavedObject says what kind it is.
KINDS = {4: "user", 5: "asset", 6: "function", 7: "variable", 8: "function", 9: "constant", 10: "resource"}


@dataclass(frozen=True, slots=True)
class SavedObject:
    """One object.

    Attributes:
        kind: a value of ``KINDS``, or empty.
        children: ``[(attribute, place), …]``: other objects by their places in the list of all.
        says: for a function the names of its concrete functions, a tuple; for an asset its place among the assets; for
            a constant the name of its operation; for a user's object ``(identifier, metadata)``; else None.
        restoring, saving: the places of the functions that restore and save it, if it has its own.
    """

    kind: str
    children: tuple
    says: object
    restoring: tuple
    saving: tuple


def saved_object(content):
    """A ``SavedObject`` from its bytes. Raises ValueError."""
    children, own, kind, says = [], [], "", None
    for number, value in fields(content):
        if number in (1, 15):
            child = single(value)
            children.append((text(child.get(2, b"")), integer(child.get(1, 0))))
        elif number == 11:
            functions = single(pair(value)[1])
            own.append((integer(functions.get(3, 0)), integer(functions.get(2, 0))))
        elif number in KINDS:
            if kind:
                raise ValueError("an object of two kinds")
            kind, says = KINDS[number], says_of(number, value)
    return SavedObject(kind, tuple(children), says, tuple(r for r, _ in own), tuple(s for _, s in own))


def says_of(number, content):
    """What a field of a SavedObject says, as ``SavedObject.says`` has it."""
    if number == 6:
        return tuple(text(value) for field, value in fields(content) if field == 1)
    if number == 8:
        return (text(single(content, repeated=(2,)).get(1, b"")),)
    if number == 5:
        return integer(single(content).get(1, 0))
    if number == 9:
        return text(single(content).get(1, b""))
    if number == 4:
        parts = single(content)
        return text(parts.get(1, b"")), text(parts.get(3, b""))
    return None


def captures(content):
    """``{function: (place, …)}``: the objects that a function takes in, of the bytes of a ``SavedObjectGraph``."""
    taken_in = {}
    for name, function in (pair(value) for number, value in fields(content) if number == 2):
        if name in taken_in:
            raise ValueError(f"the function {name!r} is there twice")
        taken_in[name] = tuple(place for number, value in fields(function) if number == 2 for place in numbers(value))
    return taken_in


def numbers(value):
    """Numbers that are packed in a row, or a single one."""
    if isinstance(value, int):
        return [value]
    read, at = [], 0
    while at < len(value):
        number, at = varint(value, at)
        read.append(number)
    return read
