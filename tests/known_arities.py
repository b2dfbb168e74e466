"""Writes ``tfckpt/compare/arities.txt``: how many tensors each operation of TensorFlow takes in and gives.

    python tests/known_arities.py

A test holds the file against the installed TensorFlow. A ``*`` is as many as its attributes say.
"""

from pathlib import Path

import tensorflow as tf
from known_operations import definitions

FILE = Path(__file__).resolve().parents[1] / "tfckpt" / "compare" / "arities.txt"


def count(arguments):
    varies = any(each.number_attr or each.type_list_attr for each in arguments)
    return "*" if varies else str(len(arguments))


def text():
    lines = [f"{each.name} {count(each.input_arg)} {count(each.output_arg)}" for each in definitions()]
    return "\n".join([f"# TensorFlow {tf.__version__}", *sorted(lines)]) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8", newline="\n")
