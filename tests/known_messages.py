"""Writes ``tfckpt/format/messages.txt``: the fields of all messages in a graph, by which its text form is read.

    python tests/known_messages.py

A test holds the file against the installed TensorFlow. A line is a message and its fields, ``name number type``, with a
``*`` where one may stand several times; or an enumeration and its values.
"""

from pathlib import Path

import tensorflow as tf
from google.protobuf.descriptor import FieldDescriptor
from tensorflow.core.framework import graph_pb2
from tensorflow.core.protobuf import meta_graph_pb2, saved_model_pb2

FILE = Path(__file__).resolve().parents[1] / "tfckpt" / "format" / "messages.txt"
ROOTS = (saved_model_pb2.SavedModel, meta_graph_pb2.MetaGraphDef, graph_pb2.GraphDef)
SCALARS = {
    getattr(FieldDescriptor, f"TYPE_{name.upper()}"): name
    for name in "double float int64 uint64 int32 fixed64 fixed32 bool string bytes uint32 sint32 sint64".split()
}


def text():
    messages, enums, waiting = {}, {}, [root.DESCRIPTOR for root in ROOTS]
    while waiting:
        message = waiting.pop()
        if message.full_name not in messages:
            messages[message.full_name] = ", ".join(map(described, message.fields))
            waiting += [field.message_type for field in message.fields if field.message_type]
            for kind in (field.enum_type for field in message.fields if field.enum_type):
                enums[kind.full_name] = " ".join(f"{value.name} {value.number}" for value in kind.values)
    lines = [f"message {name}: {fields}" for name, fields in sorted(messages.items())]
    lines += [f"enum {name}: {values}" for name, values in sorted(enums.items())]
    return "\n".join([f"# TensorFlow {tf.__version__}", *lines]) + "\n"


def described(field):
    kind = field.message_type or field.enum_type
    return f"{field.name} {field.number} {kind.full_name if kind else SCALARS[field.type]}{'*' * field.is_repeated}"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8", newline="\n")
