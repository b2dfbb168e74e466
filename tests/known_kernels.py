"""Writes ``tfckpt/compare/kernels.txt``: the operations that the installed TensorFlow knows and cannot run on a CPU.

    python tests/known_kernels.py

A test holds the file against the installed TensorFlow. On Linux: other systems have a few fewer.
"""

from pathlib import Path

import tensorflow as tf
from known_operations import definitions
from tensorflow.python.framework import kernels

FILE = Path(__file__).resolve().parents[1] / "tfckpt" / "compare" / "kernels.txt"
ON_A_CPU = {"CPU", "DEFAULT"}
REPLACED = {"AccumulateNV2"}  # before operations are placed on devices, by others that have kernels


def text():
    registered = {kernel.op for kernel in kernels.get_all_registered_kernels().kernel if kernel.device_type in ON_A_CPU}
    lines = []
    for definition in sorted(definitions(), key=lambda definition: (definition.name.lower(), definition.name)):
        name, removed = definition.name, definition.deprecation.version
        if name.startswith("_"):  # what TensorFlow makes of a graph while it runs
            continue
        marks = ["no-cpu"] * (name not in registered | REPLACED) + [f"removed {removed}"] * bool(removed)
        if marks:
            lines.append(" ".join([name, *marks]))
    return "\n".join([f"# TensorFlow {tf.__version__} GraphDef {tf.version.GRAPH_DEF_VERSION}", *lines]) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8", newline="\n")
