"""The fields of the messages in a graph, by their names, and how a value of each is written in bytes.

The names and numbers stand in ``messages.txt``, which ``tests/known_messages.py`` takes from TensorFlow.
"""

import re
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tfckpt.format.wire import BYTES, FIXED32, FIXED64, VARINT

FILE = Path(__file__).with_name("messages.txt")
INTEGER = re.compile(rb"(-?)(?:0[xX]([0-9a-fA-F]{1,16})|0([0-7]{1,22})|(0|[1-9][0-9]{0,19}))")
IN_ENUM = re.compile(rb"-?(?:0|[1-9][0-9]{0,9}|0[xX][0-9a-fA-F]{1,8})")  # and no octal number
FLOAT = re.compile(rb"-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,9})?[fF]?")
ODD_FLOATS = {b"inf": "inf", b"infinity": "inf", b"nan": "nan", b"inff": "inf", b"nanf": "nan", b"infinityf": "inf"}
BOOLS = {b"true": 1, b"t": 1, b"True": 1, b"1": 1, b"false": 0, b"f": 0, b"False": 0, b"0": 0}
RANGES = {  # the lowest and the highest number
    "int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1), "uint32": (0, 2**32 - 1), "uint64": (0, 2**64 - 1),
    "sint32": (-(2**31), 2**31 - 1), "sint64": (-(2**63), 2**63 - 1), "fixed32": (0, 2**32 - 1),
    "fixed64": (0, 2**64 - 1),
}  # fmt: skip
LONGEST = 1000  # characters of a number


@dataclass(frozen=True)
class Field:
    """A field of a message.

    Attributes:
        tag: the bytes that stand before its value.
        kind: ``"string"``, ``"bytes"``, another scalar, or the name of a message or an enumeration.
        several: whether it may stand there several times.
        message: its fields, if it is a message: ``{name: Field}``; they are looked up by ``kind``.
        encode: a function of a word in a text, which returns the bytes of the value; None of texts and messages.
    """

    tag: bytes
    kind: str
    several: bool
    message: bool
    encode: object


@cache
def messages():
    """``{name of a message: {name of a field: Field}}``; the names of fields are bytes.

    Example:

        >>> messages()["tensorflow.NodeDef"][b"op"].kind
        'string'
    """
    lines = [line.partition(": ") for line in FILE.read_text(encoding="utf-8").splitlines()[1:]]
    enums = {head.partition(" ")[2]: values.split() for head, _, values in lines if head.startswith("enum ")}
    enums = {name: dict(zip(values[::2], map(int, values[1::2]), strict=True)) for name, values in enums.items()}
    found = {head.partition(" ")[2]: fields for head, _, fields in lines if head.startswith("message ")}
    return {
        name: dict(field(each, found, enums) for each in fields.split(", ") if each) for name, fields in found.items()
    }


def field(described, found, enums):
    """The name of a field, and the ``Field``."""
    name, number, kind = described.split()
    several, kind = kind.endswith("*"), kind.removesuffix("*")
    encode, wire = None, BYTES
    if kind in enums:
        names = {each.encode(): value for each, value in enums[kind].items()}
        encode, wire = lambda word: of_enum(word, names), VARINT
    elif kind not in (*found, "string", "bytes"):
        encode, wire = SCALARS[kind]
    return name.encode(), Field(varint(int(number) << 3 | wire), kind, several, kind in found, encode)


def varint(number):
    """A number of up to 64 bits without sign in bytes.

    Example:

        >>> varint(300)
        b'\\xac\\x02'
    """
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def whole(word, lowest, highest):
    """The whole number that a word is. Raises ValueError for none, or one that does not fit."""
    match = INTEGER.fullmatch(word)
    if not match:
        raise ValueError(f"{shown(word)} where a whole number belongs")
    sign, hexadecimal, octal, decimal = match.groups()
    number = int(hexadecimal, 16) if hexadecimal else int(octal, 8) if octal else int(decimal)
    number = -number if sign else number
    if not lowest <= number <= highest:
        raise ValueError(f"the number {number}, which does not fit into its field")
    return number


def of_whole(kind):
    """A function that encodes the whole numbers of a kind."""
    lowest, highest = RANGES[kind]
    if kind.startswith("fixed"):
        return lambda word: whole(word, lowest, highest).to_bytes(int(kind[5:]) // 8, "little")
    if kind.startswith("sint"):
        return lambda word: varint((number << 1) ^ (number >> 63) if (number := whole(word, lowest, highest)) else 0)
    return lambda word: varint(whole(word, lowest, highest) & 0xFFFFFFFFFFFFFFFF)


def of_bool(word):
    if word not in BOOLS:
        raise ValueError(f"{shown(word)} where true or false belongs")
    return bytes([BOOLS[word]])


def of_enum(word, names):
    """The number of a value of an enumeration, which may be given as a number."""
    if word in names:
        return varint(names[word] & 0xFFFFFFFFFFFFFFFF)
    if not IN_ENUM.fullmatch(word):
        raise ValueError(f"{shown(word)}, which its enumeration does not have")
    return varint(whole(word, *RANGES["int32"]) & 0xFFFFFFFFFFFFFFFF)


def of_float(word, form):
    """A number with a fraction, as ``struct`` writes it in a form."""
    bare = word.removeprefix(b"-")
    if bare.lower() in ODD_FLOATS:
        number = float("-" * (bare != word) + ODD_FLOATS[bare.lower()])
    elif len(word) <= LONGEST and FLOAT.fullmatch(word):
        number = float(word.rstrip(b"fF"))
    else:
        raise ValueError(f"{shown(word)} where a number belongs")
    try:
        return struct.pack(form, number)
    except OverflowError:  # too large for its bytes
        return struct.pack(form, float("inf") if number > 0 else float("-inf"))


def shown(word):
    """A word in an error."""
    return repr(word[:40].decode("utf-8", "replace"))


SCALARS = {  # how a scalar is encoded, and its wire type
    **{kind: (of_whole(kind), VARINT) for kind in RANGES},
    "fixed32": (of_whole("fixed32"), FIXED32),
    "fixed64": (of_whole("fixed64"), FIXED64),
    "bool": (of_bool, VARINT),
    "float": (lambda word: of_float(word, "<f"), FIXED32),
    "double": (lambda word: of_float(word, "<d"), FIXED64),
}
