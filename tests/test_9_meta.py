"""Truth 9, the reader of graphs: what ``Meta`` says of a ``.meta`` is what TensorFlow says of it."""

import os
from pathlib import Path

import pytest
import tensorflow.compat.v1 as tf
from tensorflow.core.protobuf import meta_graph_pb2, saved_model_pb2

from conftest import OURS
from tfckpt import CheckpointError
from tfckpt.readers.meta import Meta

FOLDERS = [OURS] + ([Path(os.environ["COURSE_CHECKPOINTS"])] if "COURSE_CHECKPOINTS" in os.environ else [])
GRAPHS = [path for folder in FOLDERS for end in ("*.meta", "saved_model.pb") for path in sorted(folder.rglob(end))]


def of_tensorflow(path):
    content = path.read_bytes()
    if path.suffix == ".meta":
        return [meta_graph_pb2.MetaGraphDef.FromString(content)]
    return saved_model_pb2.SavedModel.FromString(content).meta_graphs


@pytest.mark.parametrize("path", GRAPHS, ids=lambda path: "/".join(path.parts[-3:]))
def test_real_graphs(path):
    meta, graphs = Meta(path), of_tensorflow(path)
    nodes = [node for graph in graphs for node in graph.graph_def.node]
    nodes += [node for graph in graphs for body in graph.graph_def.library.function for node in body.node_def]
    assert [(op.name, op.type, list(op.inputs), op.device) for op in meta.operations] == [
        (node.name, node.op, list(node.input), node.device) for node in nodes
    ]
    for op, node in zip(meta.operations, nodes, strict=True):
        assert set(op.attributes) == set(node.attr)
        if op.type == "Const" and node.attr["dtype"].type == tf.string.as_datatype_enum:
            assert op.strings() == [
                text.decode(errors="backslashreplace") for text in node.attr["value"].tensor.string_val
            ]
    assert meta.tensorflow_version == graphs[0].meta_info_def.tensorflow_version
    assert meta.producer == graphs[0].graph_def.versions.producer
    assert set(meta.collections) == {name for graph in graphs for name in graph.collection_def}
    assert set(meta.signatures) == {name for graph in graphs for name in graph.signature_def}
    for name, collection in graphs[0].collection_def.items():
        if collection.WhichOneof("kind") == "node_list":
            assert meta.collections[name] == list(collection.node_list.value)
    saver = graphs[0].saver_def
    assert (meta.saver.filename, meta.saver.save, meta.saver.restore, meta.saver.sharded) == (
        saver.filename_tensor_name,
        saver.save_tensor_name,
        saver.restore_op_name,
        saver.sharded,
    )


@pytest.mark.parametrize("kind", ["pair", "regression", "kinds", "sharded"])
def test_variables_are_those_that_tensorflow_imports(kind):
    (path,) = (OURS / kind).glob("*.meta")
    meta = Meta(path)
    with tf.Graph().as_default():
        tf.train.import_meta_graph(str(path))
        variables = tf.global_variables()
    expected = {v.op.name: (v.dtype.base_dtype.name, tuple(v.shape)) for v in variables}
    assert meta.variables == expected
    saved = {
        part for name in meta.saver.names for part, _ in meta.saver.parts.get(name, [(meta.saver.names[name], "")])
    }
    assert saved == set(expected)


def test_parts_of_a_partitioned_variable():
    saver = Meta(OURS / "kinds" / "model.meta").saver
    assert saver.names["partitioned"] == "partitioned/part_0"
    assert saver.parts == {
        "partitioned": [
            ("partitioned/part_0", "10 4 0,4:0,4"),
            ("partitioned/part_1", "10 4 4,3:0,4"),
            ("partitioned/part_2", "10 4 7,3:0,4"),
        ]
    }


def test_the_names_of_a_mapping_and_of_another_saver(in_folder):
    """A Saver with its own names in the file, in a graph that has another Saver and resource variables."""
    with tf.Graph().as_default(), tf.Session() as sess:
        a = tf.get_variable("A", initializer=tf.constant(3, shape=[2]), use_resource=True)
        b = tf.get_variable("scope/B", initializer=tf.constant(5.0))
        sess.run(tf.global_variables_initializer())
        tf.train.Saver({"not this one": b})
        tf.train.Saver({"old/A": a, "old/B": b}).save(sess, "m")
    meta = Meta("m.meta")
    assert meta.saver.names == {"old/A": "A", "old/B": "scope/B"}
    assert meta.variables == {"A": ("int32", (2,)), "scope/B": ("float32", ())}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it is empty"),
        (b"<!DOCTYPE html>" * 20, " at byte 0: a field of kind 4"),
        (b"\x12\x7f\x00", " at byte 2: 127 bytes are announced, but 1 are left"),
        (b"\x0a\x00", "no graph in it"),
        (b"\x0a\x00\x0a\x00", "a field, number 1, that stands twice"),
        (b"\x12\x07\x0a\x05\x2a\x03\x0a\x00\x10", "number"),
        (b"\x12\x08\x0a\x06\x2a\x04\x0a\x00\x10\x01", "a number where the value of an attribute belongs"),
        (b"\x12\x00" + bytes(8), "at byte 2: a field with the number 0"),
        (b"\x12\x0c\x0a\x0a\x0a\x01a\x0a\x01b\x12\x02No", "two names, types or devices"),
    ],
)
def test_damaged(tmp_path, content, says):
    (tmp_path / "m.meta").write_bytes(content)
    with pytest.raises(CheckpointError, match=f"m.meta cannot be read.*{says}.*Likely"):
        Meta(tmp_path / "m.meta")


def test_the_byte_at_which_it_is_damaged(tmp_path):
    content = (OURS / "pair" / "model.meta").read_bytes()
    at = content.index(b"\x12\x05Const")  # the type of the first constant: two bytes of a text, by its length
    (tmp_path / "m.meta").write_bytes(content[:at] + b"\x12\xff\x7f" + content[at + 3 :])
    with pytest.raises(CheckpointError, match=f"cannot be read at byte {at + 3}: 16383 bytes are announced"):
        Meta(tmp_path / "m.meta")


def test_a_graph_that_does_not_say_which_version_wrote_it(tmp_path):
    """It has none, then, or that of the field which TensorFlow 0.5 had for it."""
    graph = meta_graph_pb2.MetaGraphDef()
    graph.graph_def.node.add(name="a", op="NoOp")
    for written in (0, 7):
        graph.graph_def.version = written
        (tmp_path / "m.meta").write_bytes(graph.SerializeToString())
        assert Meta(tmp_path / "m.meta").producer == written
    graph.graph_def.versions.producer = 9
    (tmp_path / "m.meta").write_bytes(graph.SerializeToString())
    assert Meta(tmp_path / "m.meta").producer == 9


def test_missing():
    with pytest.raises(CheckpointError, match="nowhere.meta cannot be opened: No such file"):
        Meta("nowhere.meta")
    with pytest.raises(CheckpointError, match="has no operation 'a' among its 22"):
        Meta(OURS / "pair" / "model.meta").operation("a")


def test_what_is_said_of_a_very_long_name_is_short(tmp_path):
    from tfckpt.errors import reading

    with pytest.raises(CheckpointError) as error, reading(tmp_path / "m", "Likely a copy."):
        raise ValueError("x" * 100_000)
    assert len(str(error.value)) < 2000
    assert " more)…" in str(error.value) and str(error.value).endswith("x. Likely a copy.")
