"""``wrong_with``: what of an operation's attributes and inputs is not as this TensorFlow defines the operation.

An import refuses the graph then. Sources: ``op_def.proto`` and ``attr_value.proto`` in
https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/framework
"""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tfckpt.compare.obstacle import code
from tfckpt.format.dtypes import NAMES
from tfckpt.format.wire import fields, integer, numbers, raw, signed
from tfckpt.readers.meta import bare

SIGNATURES = Path(__file__).with_name("signatures.txt")
ATTRIBUTE = re.compile(r"(\w+):(list\()?(\w+)\)?(=)?(?:>=(-?\d+))?(?:\{(.*)\})?")
FIELDS = {"string": 2, "int": 3, "float": 4, "bool": 5, "type": 6, "shape": 7, "tensor": 8, "func": 10}
LIST, TYPE, FUNCTIONS = 1, 6, 9  # fields: of a list, of a dtype, and in a list of functions
REFERENCE = 100  # what is added to the number of a dtype
MOST = 100_000  # tensors of an operation


class Attribute(NamedTuple):
    """An attribute as an operation is defined: its kind, and what it may be."""

    name: str
    is_list: bool
    kind: str
    is_optional: bool
    least: int | None
    allowed: tuple


class Signature(NamedTuple):
    """The inputs, outputs and attributes of an operation. See tests/known_signatures.py for their form."""

    inputs: tuple
    outputs: tuple
    attributes: tuple


@cache
def lines():
    """``{type: the rest of its line}``."""
    rows = SIGNATURES.read_text(encoding="utf-8").splitlines()[1:]
    return {name: rest for name, _, rest in (row.partition(" ") for row in rows)}


@cache
def signature(kind):
    """The ``Signature`` of a type of operations; None if it is not known."""
    if kind not in lines():
        return None
    words = lines()[kind].split(" ")
    end, colon = words.index(">"), words.index(":")
    return Signature(
        tuple(words[:end]), tuple(words[end + 1 : colon]), tuple(attribute(word) for word in words[colon + 1 :])
    )


def attribute(word):
    name, listed, kind, optional, least, allowed = ATTRIBUTE.fullmatch(word).groups()
    only = tuple(allowed.split("|")) if allowed else ()
    return Attribute(name, bool(listed), kind, bool(optional), None if least is None else int(least), only)


def wrong_with(operation, operations):
    """What is wrong with an operation, a sentence; or None.

    Args:
        operation: an ``Operation``.
        operations: ``{name: Operation}`` of the graph.
    """
    defined = signature(operation.type)
    if defined is None:
        return None
    with operation.source.reading():
        name = f"{code(operation.name)} ({code(operation.type)})"
        for each in defined.attributes:
            if says := wrong_attribute(each, operation.attributes.get(each.name)):
                return f"{name} {says}"
        taken = [each for each in operation.inputs if not each.startswith("^")]
        wanted = tensors(operation, defined.inputs)
        if wanted is None:
            return None
        if len(wanted) != len(taken):
            return f"{name} takes {len(taken)} tensors, and should take {len(wanted)}"
        for tensor, expected in zip(taken, wanted, strict=True):
            given = dtype_of(tensor, operations)
            if None not in (given, expected) and given != expected and given - REFERENCE != expected:
                return f"{name} takes {code(tensor)}, which is {of_dtype(given)}, and should be {of_dtype(expected)}"
    return None


def of_dtype(number):
    reference = " reference" if number > REFERENCE else ""
    return f"{NAMES.get(number % REFERENCE, f'of dtype {number}')}{reference}"


def wrong_attribute(defined, content):
    """What is wrong with the bytes of an attribute, the end of a sentence; or None."""
    named = code(defined.name)
    if content is None:
        return None if defined.is_optional else f"lacks the attribute {named}"
    parts = list(fields(content))
    if not parts and defined.is_optional:  # an import takes the default
        return None
    if not parts and defined.is_list:
        parts = [(LIST, b"")]
    if [number for number, _ in parts] != [LIST if defined.is_list else FIELDS.get(defined.kind)]:
        return f"has an attribute {named} of another kind than {'a list of ' * defined.is_list}{defined.kind}"
    values = [value for _, value in parts]
    if defined.is_list:
        values = list(inner(values[0], FUNCTIONS if defined.kind == "func" else FIELDS[defined.kind]))
        if defined.least is not None and len(values) < defined.least:
            return f"has {len(values)} values in the attribute {named}, and should have {defined.least} or more"
    elif defined.kind == "int" and defined.least is not None and signed(values[0]) < defined.least:
        return f"has {signed(values[0])} for the attribute {named}, and should have {defined.least} or more"
    if defined.kind == "type":
        bad = next((value for value in map(integer, values) if value not in NAMES), None)
        if bad is not None:
            return f"has no dtype in the attribute {named}, but the number {bad}"
    for value in values if defined.allowed else ():
        text = str(integer(value)) if defined.kind == "type" else raw(value).decode("utf-8", "replace")
        if text not in defined.allowed:
            what = of_dtype(int(text)) if defined.kind == "type" else text
            return f"has {code(what)} for the attribute {named}, which TensorFlow does not allow there"
    return None


def inner(content, field):
    """The values of a list in an ``AttrValue``: one by one, or numbers together."""
    for number, value in fields(content):
        if number == field:
            yield from [value] if isinstance(value, int) or field not in (3, 5, 6) else numbers(value)


def tensors(operation, arguments):
    """The dtypes of all inputs or outputs, as numbers, and None for each that is not known; None if nor is how many."""
    result = []
    for argument in arguments:
        many, _, kind = argument.lstrip("&").rpartition("*")
        if kind.startswith("@"):
            if kind[1:] not in operation.attributes:
                return None
            found = [
                integer(each) for _, value in fields(operation.attributes[kind[1:]]) for each in inner(value, TYPE)
            ]
        else:
            count = number_in(operation, many) if many else 1
            if count is None or count > MOST:
                return None
            found = [int(kind) if kind.isdecimal() else number_in(operation, kind, TYPE)] * count
        extra = REFERENCE if argument.startswith("&") else 0
        result += [None if each is None else each + extra for each in found]
    return result


def number_in(operation, name, field=3):
    """The number in an attribute; None if there is none."""
    found = [integer(value) for number, value in fields(operation.attributes.get(name, b"")) if number == field]
    return found[0] if found else None


def dtype_of(tensor, operations):
    """The number of the dtype of a tensor, or None if it is not known."""
    source, number = operations.get(bare(tensor)), tensor.partition(":")[2] or "0"
    defined = signature(source.type) if source else None
    given = tensors(source, defined.outputs) if defined else None
    at = int(number) if number.isdecimal() and len(number) < 6 else MOST
    return given[at] if given and at < len(given) else None
