"""Writes ``tfckpt/outputs.txt``: of which dtypes the tensors are that each operation of TensorFlow gives.

    python tests/known_outputs.py

A line has the type of an operation, and of each output a dtype, such as ``bool``, or the attribute that says it, such
as ``T``; where that attribute has a default, ``output_type=int64``. A ``*`` before it stands for as many of them as
another attribute says, an ``@`` for a list of dtypes. A test holds the file against the installed TensorFlow.
"""

from pathlib import Path

import tensorflow as tf
from known_operations import definitions

FILE = Path(__file__).resolve().parents[1] / "tfckpt" / "outputs.txt"


def dtype(output, defaults):
    if output.type_list_attr:
        return f"@{output.type_list_attr}"
    name = output.type_attr or tf.as_dtype(output.type).name
    default = defaults.get(output.type_attr)
    return "*" * bool(output.number_attr) + name + (f"={tf.as_dtype(default).name}" if default else "")


def line(definition):
    defaults = {each.name: each.default_value.type for each in definition.attr}
    return " ".join([definition.name, *(dtype(output, defaults) for output in definition.output_arg)])


def text():
    lines = sorted(map(line, definitions()))
    return "\n".join([f"# TensorFlow {tf.__version__}", *lines]) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8", newline="\n")
