"""Writes ``tfckpt/danger/operations.txt``: the types of operations that the installed TensorFlow knows.

    python tests/known_operations.py

A test holds the file against the installed TensorFlow. On Linux: other systems have a few fewer.
"""

from pathlib import Path

import tensorflow as tf
from tensorflow.core.framework import op_def_pb2
from tensorflow.python.client import pywrap_tf_session

FILE = Path(__file__).resolve().parents[1] / "tfckpt" / "danger" / "operations.txt"


def definitions():
    """The definitions of all registered operations, as a list of ``OpDef``."""
    buffer = pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList())
    return list(op_def_pb2.OpList.FromString(buffer).op)


def text():
    names = sorted((definition.name for definition in definitions()), key=lambda name: (name.lower(), name))
    return "\n".join([f"# TensorFlow {tf.__version__}", *names]) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8", newline="\n")
