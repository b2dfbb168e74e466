"""Truth 9, the constants of a graph: their values are those that TensorFlow reads, wherever in the file they stand."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from fuzz_bundle import encoded
from tensorflow.core.framework import graph_pb2

from tfckpt import CheckpointError, Meta, inspect
from tfckpt.danger.audit import touched
from tfckpt.format.node import Source, operation
from tfckpt.readers.constants import Constants

FLOAT32, INT32, STRING, COMPLEX64, BOOL, QINT8, BFLOAT16, FLOAT16, VARIANT = 1, 3, 7, 8, 10, 11, 14, 19, 21


def end_to_end(*texts):
    """Strings as TensorFlow writes them in one piece: their lengths, then the strings."""
    return b"".join(encoded(len(text)) for text in texts) + b"".join(texts)


def graph_of(folder, dtype, shape, tensor_content=b"", **values):
    """Writes a graph of one constant, and returns its path."""
    graph = graph_pb2.GraphDef()
    node = graph.node.add(name="c", op="Const")
    node.attr["dtype"].type = dtype
    tensor = node.attr["value"].tensor
    tensor.dtype, tensor.tensor_content = dtype, tensor_content
    for length in shape:
        tensor.tensor_shape.dim.add(size=length)
    for field, listed in values.items():
        getattr(tensor, field).extend(listed)
    path = folder / "graph.pb"
    path.write_bytes(graph.SerializeToString())
    return path


def ours(path):
    return Constants(Meta(path, graph_def=True)).tensor("c")


def tensorflows(path):
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.import_graph_def(graph_pb2.GraphDef.FromString(path.read_bytes()), name="")
        return np.asarray(sess.run("c:0"))


SAME = {
    "strings one by one": (STRING, [2], {"string_val": [b"a", b"bc"]}),
    "strings end to end": (STRING, [2], {"tensor_content": end_to_end(b"a", b"bc")}),
    "one string for all": (STRING, [3], {"string_val": [b"a"]}),
    "no string": (STRING, [2], {}),
    "no number": (FLOAT32, [3], {}),
    "no truth": (BOOL, [2], {}),
    "the last one for the rest": (INT32, [4], {"int_val": [1, -2]}),
    "halves": (FLOAT16, [2], {"half_val": [0x3C00]}),
    "bfloat16": (BFLOAT16, [2], {"half_val": [0x3F80, 0x4000]}),
    "quantized": (QINT8, [2], {"int_val": [-1, 2]}),
    "complex": (COMPLEX64, [2], {"scomplex_val": [1.0, 2.0]}),
    "content": (FLOAT32, [2], {"tensor_content": np.float32([1, 2]).tobytes()}),
}


@pytest.mark.parametrize("case", SAME.values(), ids=SAME)
def test_values_are_those_that_tensorflow_reads(tmp_path, case):
    dtype, shape, values = case
    path = graph_of(tmp_path, dtype, shape, **values)
    expected = tensorflows(path)
    assert np.array_equal(ours(path), expected) and ours(path).shape == expected.shape


REFUSED = {
    "too few bytes": (FLOAT32, [4], {"tensor_content": np.float32([7]).tobytes()}),
    "other strings than the shape says": (STRING, [3], {"tensor_content": end_to_end(b"a", b"bc")}),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_what_tensorflow_cannot_read_is_refused(tmp_path, case):
    dtype, shape, values = case
    path = graph_of(tmp_path, dtype, shape, **values)
    with pytest.raises(CheckpointError, match="cannot be read"):
        ours(path)
    with pytest.raises(tf.errors.InvalidArgumentError):
        tensorflows(path)


def test_numbers_in_the_field_of_another_dtype_are_none(tmp_path):
    """TensorFlow does not look at them, and takes zeros. No program writes that, so they are not shown as values."""
    path = graph_of(tmp_path, FLOAT32, [2], int_val=[3, 4])
    assert tensorflows(path).tolist() == [0, 0]
    with pytest.raises(CheckpointError, match="a tensor has 0 values, and should have 2"):
        ours(path)


@pytest.mark.parametrize(
    ("dtype", "values"),
    [
        (STRING, {"tensor_content": end_to_end(b"evil"), "string_val": [b"good"]}),
        (FLOAT32, {"tensor_content": bytes(4), "float_val": [1.0]}),
    ],
)
def test_values_in_two_places_are_damage(tmp_path, dtype, values):
    path = graph_of(tmp_path, dtype, [1], **values)
    tensorflows(path)
    with pytest.raises(CheckpointError, match="values stand in two places"):
        ours(path)


@pytest.mark.parametrize("kind", ["Const", "HostConst"])
@pytest.mark.parametrize("declared", [FLOAT32, VARIANT])
def test_an_object_in_a_constant_is_named_whatever_stands_beside_it(kind, declared):
    """TensorFlow makes it before it compares its dtype with what is said of the constant."""
    node = graph_pb2.GraphDef().node.add(name="c", op=kind)
    node.attr["dtype"].type = declared
    node.attr["value"].tensor.dtype = VARIANT
    node.attr["value"].tensor.tensor_content = b"\x01\x00"

    def touch():
        return touched(operation(node.SerializeToString(), Source(Path("graph.pb"), memoryview(b""))), None)

    assert "has an object in it" in touch().does
    node.attr["value"].tensor.dtype = FLOAT32
    assert touch() is None


def test_a_number_in_the_place_of_a_text_takes_no_memory(tmp_path):
    """``bytes(10**9)`` are as many zeros. Protocol buffers leave such a field out."""
    lie = b"\x0a\x0doutput_stream\x12\x06\x10" + encoded(2**31)
    node = b"\x0a\x01p\x12\x07PrintV2" + b"\x2a" + encoded(len(lie)) + lie
    (tmp_path / "graph.pb").write_bytes(b"\x0a" + encoded(len(node)) + node)
    found = inspect(tmp_path / "graph.pb").inspection
    assert "a number where a text belongs" in " ".join(found.problems + found.unseen)
