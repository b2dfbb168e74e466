"""Writes ``tfckpt/compare/signatures.txt``: the inputs, outputs and attributes of each operation of TensorFlow.

    python tests/known_signatures.py

A line: the type, its inputs, ``>``, its outputs, ``:``, its attributes. An input or output is the number of a dtype, or
the attribute that has it; ``&`` is a reference, ``N*`` as many as the attribute ``N`` says, ``@`` as a list says.
An attribute has a kind, ``=`` if it need not be there, ``>=`` the least number, and what is allowed in braces.
"""

from pathlib import Path

import tensorflow as tf
from known_operations import definitions

FILE = Path(__file__).resolve().parents[1] / "tfckpt" / "compare" / "signatures.txt"


def argument(one):
    kind = f"@{one.type_list_attr}" if one.type_list_attr else one.type_attr or str(one.type)
    many = f"{one.number_attr}*" if one.number_attr else ""
    return f"{'&' if one.is_ref else ''}{many}{kind}"


def attribute(one):
    least = f">={one.minimum}" if one.has_minimum else ""
    allowed = [*map(str, one.allowed_values.list.type), *(text.decode() for text in one.allowed_values.list.s)]
    only = "{" + "|".join(allowed) + "}" if allowed else ""
    return f"{one.name}:{one.type}{'=' if one.HasField('default_value') else ''}{least}{only}"


def line(definition):
    inputs, outputs = (map(argument, side) for side in (definition.input_arg, definition.output_arg))
    return " ".join([definition.name, *inputs, ">", *outputs, ":", *map(attribute, definition.attr)])


def text():
    return "\n".join([f"# TensorFlow {tf.__version__}", *sorted(map(line, definitions()))]) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8", newline="\n")
