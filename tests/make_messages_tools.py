"""Raises the messages of what lies around a checkpoint for real: TensorFlow Lite, monitored sessions, graphs as text.

There is one function for each ``made_by`` of ``tfckpt/messages``, called by its name, as in make_messages.py,
which calls them. It gets an empty folder as its current one.
"""

import os
from pathlib import Path

import keras
import tensorflow as tf
from google.protobuf import text_format
from keras import layers

v1 = tf.compat.v1
POINTER = "version https://git-lfs.github.com/spec/v1\n"


def net():
    return keras.Sequential([keras.Input([3]), layers.Dense(2, name="dense")], name="net")


def lite_of_tensorflow_1():
    tf.lite.TFLiteConverter.from_keras_model_file("model.h5")


def lite_of_a_path():
    tf.lite.TFLiteConverter.from_keras_model("model.h5").convert()


def lite_not_converted():
    converter = tf.lite.TFLiteConverter.from_keras_model(net())
    with open("model.tflite", "wb") as file:
        file.write(converter)


def lite_no_flatbuffer():
    Path("model.tflite").write_text(POINTER)
    tf.lite.Interpreter("model.tflite")


def lite_not_there():
    tf.lite.Interpreter("no.tflite")


def float_for_a_resource():
    """A graph in which a constant stands for the variable, as after freezing, and one operation wants the variable."""
    with tf.Graph().as_default() as graph:
        v1.get_variable("w", [2], use_resource=True)
    frozen = graph.as_graph_def()
    for node in frozen.node:
        if node.op == "VarHandleOp":
            node.op = "Const"
            node.ClearField("attr")
            node.attr["dtype"].type = tf.float32.as_datatype_enum
            node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto([1.0, 2.0]))
    with tf.Graph().as_default():
        tf.import_graph_def(frozen)


def graph_is_no_text():
    text_format.Merge("j: 1", v1.GraphDef())


def saved_model_empty():
    os.mkdir("saved")
    Path("saved/saved_model.pb").touch()
    tf.saved_model.load("saved")


def folder_named_checkpoint():
    os.makedirs("run/checkpoint")
    tf.train.CheckpointManager(tf.train.Checkpoint(a=tf.Variable(1.0)), "run", max_to_keep=3).save()
