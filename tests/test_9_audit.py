"""Truth 9, what is dangerous in a graph is found wherever it hides, and the Saver's own operations are told apart."""

import os
import re
import sys
from pathlib import Path

import known_operations
import pytest
import tensorflow as tf2
import tensorflow.compat.v1 as tf
from tensorflow.core.protobuf import meta_graph_pb2

from conftest import OURS
from tfckpt import CheckpointError, Meta, inspect
from tfckpt.danger.audit import suspects
from tfckpt.danger.side_effects import TOUCHES, harmless_types, known

REAL = Path(os.environ["COURSE_CHECKPOINTS"]) if "COURSE_CHECKPOINTS" in os.environ else None


@pytest.fixture
def pair(in_folder):
    """A function that saves the pair, after a change of the graph and of the MetaGraphDef, and returns its ``Meta``."""
    tf.disable_v2_behavior()

    def save(build=lambda: None, change=lambda graph: None, **saver):
        with tf.Graph().as_default(), tf.Session() as sess:
            tf.get_variable("A", initializer=tf.constant(3, shape=[2]))
            build()
            sess.run(tf.global_variables_initializer())
            tf.train.Saver(**saver).save(sess, "m")
        graph = meta_graph_pb2.MetaGraphDef.FromString(Path("m.meta").read_bytes())
        change(graph)
        Path("m.meta").write_bytes(graph.SerializeToString())
        return Meta("m.meta")

    return save


def unexpected(meta):
    return [str(suspect) for suspect in suspects(meta) if not suspect.expected]


@pytest.mark.skipif(sys.platform != "linux", reason="the list is made on Linux; other systems have a few fewer")
def test_the_list_of_known_operations_is_that_of_the_installed_tensorflow():
    assert known_operations.FILE.read_text(encoding="utf-8") == known_operations.text(), (
        "python tests/known_operations.py writes it anew"
    )
    assert known()[1] == tf2.__version__
    assert "SaveV2" in known()[0]
    assert "" not in known()[0]


def test_an_import_reads_a_file_to_find_out_a_shape_as_lesson_15_says(pair):
    def peek():
        Path("size").write_bytes(bytes([7, 0, 0, 0]))
        tf.fill(tf.io.decode_raw(tf.io.read_file("size", name="peek"), tf.int32), 1.0, name="filled")

    def forget_the_shapes(graph):
        for node in graph.graph_def.node:
            node.attr.pop("_output_shapes", None)

    (said,) = unexpected(pair(peek, forget_the_shapes))
    assert "ReadFile 'peek' reads a file 'size'" in said
    Path("size").write_bytes(bytes([9, 0, 0, 0]))  # after the graph was made
    with tf.Graph().as_default() as graph:
        tf.train.import_meta_graph("m.meta")
        assert graph.get_tensor_by_name("filled:0").shape == [9]


# Inputs and attributes that are named like files or addresses, and are not.
INNOCENT = {
    *"RegexFullMatch RegexReplace StaticRegexFullMatch StaticRegexReplace TPUReplicateMetadata".split(),
    *"ExperimentalSetStatsAggregatorDataset SetStatsAggregatorDataset".split(),
}


def test_all_that_takes_a_file_or_an_address_is_known_to_touch_the_outside():
    pattern = re.compile(
        "file|path|url|address|logdir|dir$|directory|pattern|prefix|stream|descriptor|token|module|host"
    )
    found = set()
    for definition in known_operations.definitions():
        texts = [argument.name for argument in definition.input_arg if argument.type == tf2.string.as_datatype_enum]
        texts += [attribute.name for attribute in definition.attr if attribute.type in ("string", "list(string)")]
        if any(pattern.search(text) for text in texts):
            found.add(definition.name)
    assert found & harmless_types() == INNOCENT
    assert not harmless_types() & set(TOUCHES)
    assert set(TOUCHES) - known()[0].keys() == set()


def test_where_they_take_it():
    """The number of an input, or the name of an attribute, is one that the operation has, and a text."""
    definitions = {definition.name: definition for definition in known_operations.definitions()}
    for kind, touch in TOUCHES.items():
        definition = definitions[kind]
        if isinstance(touch.where, int):
            argument = definition.input_arg[touch.where]
            assert argument.type == tf2.string.as_datatype_enum, kind
        elif touch.where:
            types = {attribute.name: attribute.type for attribute in definition.attr}
            assert types[touch.where] in ("string", "list(string)"), kind


def test_an_ordinary_graph_has_none(pair):
    assert unexpected(pair()) == []
    assert unexpected(pair(sharded=True)) == []
    assert unexpected(pair(write_version=tf.train.SaverDef.V1)) == []
    assert unexpected(pair(build=lambda: tf.train.Saver(name="another"))) == []
    for path in OURS.rglob("*.meta"):
        assert unexpected(Meta(path)) == []
        assert {suspect.runs for suspect in suspects(Meta(path))} == {("save",), ("restore",)}


def add(graph, name, kind, *inputs, to=None, **attributes):
    """Adds an operation to a MetaGraphDef, and makes another one run after it."""
    node = graph.graph_def.node.add(name=name, op=kind, input=inputs)
    for key, value in attributes.items():
        node.attr[key].CopyFrom(value)
    if to:
        next(n for n in graph.graph_def.node if n.name == to).input.append(f"^{name}")


def text(value):
    value = tf.make_tensor_proto(value)
    return {"dtype": tf.AttrValue(type=tf.string.as_datatype_enum), "value": tf.AttrValue(tensor=value)}


def test_a_file_that_is_written_on_restore(pair):
    def change(graph):
        add(graph, "innocent/path", "Const", **text("/etc/profile.d/x.sh"))
        add(graph, "innocent/content", "Const", **text("echo"))
        add(graph, "innocent/op", "WriteFile", "innocent/path", "innocent/content", to="save/restore_all")

    meta = pair(change=change)
    assert unexpected(meta) == ["WriteFile 'innocent/op' writes a file '/etc/profile.d/x.sh', when you restore"]


def test_one_in_the_body_of_a_function(pair):
    def build():
        @tf2.function(input_signature=[])
        def body():
            tf.io.write_file("hidden.txt", "x")
            return 1

        with tf.get_default_graph().as_default():
            tf.identity(body(), name="looks_harmless")

    found = [s for s in suspects(pair(build)) if not s.expected]
    assert [(s.operation.type, s.texts, s.runs) for s in found] == [("WriteFile", ("hidden.txt",), ())]
    assert found[0].operation.function.startswith("__inference_body")
    assert " in the function __inference_body" in str(found[0])


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: tf.io.read_file("/etc/passwd", name="r"), "ReadFile 'r' reads a file '/etc/passwd'"),
        (lambda: tf.io.matching_files("/home/*", name="m"), "MatchingFiles 'm' lists files '/home/*'"),
        (lambda: tf.py_func(lambda: 1, [], tf.int64, name="p"), "PyFunc 'p' calls a Python function 'pyfunc_"),
        (lambda: tf.print("x", output_stream="file://log", name="o"), "PrintV2 'o' prints 'file://log'"),
        (lambda: tf.raw_ops.Abort(error_msg="bye", name="e"), "Abort 'e' ends the process 'bye'"),
        (
            lambda: tf.raw_ops.SaveV2(
                prefix="elsewhere", tensor_names=["x"], shape_and_slices=[""], tensors=[1.0], name="s"
            ),
            "SaveV2 's' writes a checkpoint 'elsewhere'",
        ),
        (
            lambda: tf.raw_ops.DebugIdentity(input=1.0, debug_urls=["grpc://host:1", "file:///tmp"], name="d"),
            "DebugIdentity 'd' sends values away 'grpc://host:1', 'file:///tmp'",
        ),
        (
            lambda: tf.raw_ops.TextLineDataset(
                filenames=["a", "b", "c", "d", "e"], compression_type="", buffer_size=1, name="t"
            ),
            "TextLineDataset 't' reads a file 'a', 'b', 'c', '… and 2 more'",
        ),
    ],
)
def test_what_they_do(pair, build, says):
    (found,) = unexpected(pair(build))
    assert found.startswith(says)


def test_printing_to_the_screen_is_none(pair):
    assert unexpected(pair(lambda: tf.print("x"))) == []


@pytest.mark.parametrize(
    ("kind", "attribute", "harmless_ones", "harmful_ones"),
    [
        ("PrintV2", "output_stream", [None, b"stdout", b"log(info)"], [b"file://x", b"stderr/../x", b""]),
        ("DecodeProtoV2", "descriptor_source", [None, b"", b"local://", b"bytes://abc"], [b"/etc/x", b"local://x"]),
        ("FixedUnigramCandidateSampler", "vocab_file", [None, b""], [b"words.txt"]),
        ("Skipgram", "filename", [], [None, b"", b"x"]),
    ],
)
def test_what_touches_nothing_with_some_texts(pair, kind, attribute, harmless_ones, harmful_ones):
    def change(value):
        return lambda graph: add(graph, "o", kind, **({attribute: tf.AttrValue(s=value)} if value is not None else {}))

    for value in harmless_ones:
        assert unexpected(pair(change=change(value))) == [], value
    for value in harmful_ones:
        (found,) = unexpected(pair(change=change(value)))
        assert found.startswith(f"{kind} 'o' "), value


def test_a_constant_that_is_an_object(pair):
    """A variant may be a program: a dataset, for one."""

    def change(graph):
        value = tf.AttrValue()
        value.tensor.dtype = 21
        value.tensor.variant_val.add().type_name = "tensorflow::DatasetVariantWrapper"
        add(graph, "o", "Const", dtype=tf.AttrValue(type=21), value=value)

    assert unexpected(pair(change=change)) == ["Const 'o' has an object in it, which is not looked into"]


def test_the_name_that_a_saver_has_before_it_is_fed(pair):
    """Each Saver of TensorFlow's has "model"; with another one, what runs it without feeding it writes there."""

    def change(graph):
        for node in graph.graph_def.node:
            if node.op == "Const" and node.attr["value"].tensor.string_val[:] == [b"model"]:
                node.attr["value"].tensor.string_val[:] = [b"/etc/x"]

    found = unexpected(pair(change=change))
    assert found == [
        "SaveV2 'save/SaveV2' writes a checkpoint (computed from strings: '/etc/x'), when you save",
        "RestoreV2 'save/RestoreV2' reads a checkpoint (computed from strings: '/etc/x'), when you restore",
    ]


def test_two_graphs_with_the_same_names(in_folder):
    """Each is looked at by itself: what an operation takes in is what has that name in its own graph."""
    builder = tf.saved_model.Builder("sm")
    for tag, path in (("a", "/etc/passwd"), ("b", "harmless.txt")):
        with tf.Graph().as_default(), tf.Session() as sess:
            tf.get_variable("w", initializer=1.0)
            content = tf.io.read_file(tf.constant(path, name="path"), name="read")
            sess.run(tf.global_variables_initializer())
            signature = {tag: tf.saved_model.predict_signature_def({"x": content}, {"y": content})}
            if tag == "a":
                builder.add_meta_graph_and_variables(sess, [tag], signature)
            else:
                builder.add_meta_graph([tag], signature)
    builder.save()
    found = [(s.texts, s.runs[-1]) for s in suspects(Meta("sm/saved_model.pb")) if not s.expected]
    assert found == [(("/etc/passwd",), "a"), (("harmless.txt",), "b")]


def test_an_unknown_operation(pair):
    def change(graph):
        add(graph, "a/Warp", "ImageProjectiveTransform", to="save/restore_all")

    assert unexpected(pair(change=change)) == [
        f"ImageProjectiveTransform 'a/Warp' is not known to TensorFlow {tf2.__version__}, when you restore"
    ]


@pytest.mark.parametrize("trick", ["another constant", "a path that escapes", "replaced", "one file of two"])
def test_a_saver_that_writes_elsewhere(pair, trick):
    """It looks like the Saver's own, and its file's name is not what the Saver is fed with."""

    def change(graph):
        save = next(n for n in graph.graph_def.node if n.name == "save/SaveV2")
        add(graph, "save/extra", "Const", **text("/../../../etc/x" if trick == "a path that escapes" else "/etc/x"))
        if trick == "another constant":
            save.input[0] = "save/extra"
        elif trick == "a path that escapes":
            add(graph, "save/name", "StringJoin", "save/Const", "save/extra")
            save.input[0] = "save/name"
        elif trick == "replaced":
            add(graph, "save/name", "RegexReplace", "save/Const", "save/extra", "save/extra")
            save.input[0] = "save/name"
        else:
            add(graph, "save/merge", "MergeV2Checkpoints", "save/Const", "save/extra", to="save/restore_all")

    (found,) = unexpected(pair(change=change))
    assert "checkpoint" in found
    assert "/etc/x" in found


def test_a_saved_model_of_tensorflow_2(in_folder):
    class Model(tf2.Module):
        def __init__(self):
            self.w = tf2.Variable([1.0])

        @tf2.function(input_signature=[tf2.TensorSpec([], tf2.string)])
        def read(self, path):
            return {"content": tf2.io.read_file(path)}

    model = Model()
    tf2.saved_model.save(model, "sm", signatures={"read": model.read})
    found = suspects(Meta("sm/saved_model.pb"))
    assert {(s.operation.type, s.runs) for s in found if not s.expected} == {("ReadFile", ("read",))}
    assert {s.operation.type for s in found if s.expected} == {"SaveV2", "RestoreV2", "MergeV2Checkpoints"}


@pytest.mark.skipif(REAL is None, reason="COURSE_CHECKPOINTS does not name a folder with real checkpoints")
def test_real_graphs():
    for path in [*REAL.rglob("*.meta"), *REAL.rglob("saved_model.pb")]:
        found = {suspect.operation.type for suspect in suspects(Meta(path)) if not suspect.expected}
        assert found == ({"MatchingFiles", "RestoreV2", "TFRecordDataset"} if "taxi" in str(path) else set())


def node_of(graph, name):
    return next(node for node in graph.graph_def.node if node.name == name)


def test_an_attribute_with_two_values_is_damage(pair):
    """Protobuf takes the last one. No serializer writes two."""

    def change(graph):
        add(graph, "text", "Const", **text("x"))
        add(graph, "o", "PrintV2", "text", to="save/restore_all", output_stream=tf.AttrValue(s=b"stderr"))

    pair(change=change)
    data = Path("m.meta").read_bytes()
    one = tf.AttrValue(s=b"stderr").SerializeToString()
    assert data.count(one) == 1
    other = tf.AttrValue(s=b"file://x").SerializeToString()
    graph = meta_graph_pb2.MetaGraphDef.FromString(data)
    node = node_of(graph, "o")
    assert node.attr["output_stream"].s == b"stderr"
    node.attr["output_stream"].s = b"?" * (len(one) + len(other) - 2)
    data = graph.SerializeToString().replace(
        tf.AttrValue(s=b"?" * (len(one) + len(other) - 2)).SerializeToString(), one + other
    )
    read = meta_graph_pb2.MetaGraphDef.FromString(data)
    assert node_of(read, "o").attr["output_stream"].s == b"file://x", "what TensorFlow would take"
    Path("m.meta").write_bytes(data)
    with pytest.raises(CheckpointError, match="two values"):
        suspects(Meta("m.meta"))


def test_where_it_prints_is_given_by_the_caller_of_a_function(pair):
    def change(graph):
        body = graph.graph_def.library.function.add()
        body.signature.name = "speak"
        node = body.node_def.add(name="o", op="PrintV2", input=["text"])
        node.attr["output_stream"].placeholder = "where"
        add(graph, "call", "speak", to="save/restore_all", where=tf.AttrValue(s=b"file://x"))

    assert unexpected(pair(change=change)) == [
        "PrintV2 'o' in the function speak prints (as the caller of the function says), when you restore"
    ]


def test_a_graph_in_a_text(pair):
    def change(graph):
        add(graph, "program", "Const", **text("a serialized graph"))
        add(graph, "d", "DatasetFromGraph", "program", to="save/restore_all")

    assert unexpected(pair(change=change)) == [
        "DatasetFromGraph 'd' runs a graph that is in a string, when you restore"
    ]


def test_another_output_of_what_is_fed(pair):
    def change(graph):
        add(graph, "names", "Const", **text(["x", "/srv/me/model"]))
        add(graph, "split", "Unpack", "names")
        graph.saver_def.filename_tensor_name = "split:0"
        save = node_of(graph, "save/SaveV2")
        save.input[0] = "split:1"
        node_of(graph, "save/RestoreV2").input[0] = "split"
        node_of(graph, "save/control_dependency").input[0] = "split"

    found = unexpected(pair(change=change))
    assert any(says.startswith("SaveV2 'save/SaveV2' writes a checkpoint") for says in found)


def test_names_that_are_joined_by_a_way_out(pair):
    def change(graph):
        add(graph, "save/part", "Const", **text("x"))
        add(graph, "save/name", "StringJoin", "save/Const", "save/part", separator=tf.AttrValue(s=b"/../"))
        node_of(graph, "save/SaveV2").input[0] = "save/name"

    (found,) = unexpected(pair(change=change))
    assert found.startswith("SaveV2 'save/SaveV2' writes a checkpoint")


@pytest.mark.parametrize("pieces", [[".", "./x"], ["/.", "./x"]])
def test_a_way_out_in_two_pieces(pair, pieces):
    def change(graph):
        for number, piece in enumerate(pieces):
            add(graph, f"save/piece_{number}", "Const", **text(piece))
        add(graph, "save/name", "StringJoin", "save/Const", "save/piece_0", "save/piece_1")
        node_of(graph, "save/SaveV2").input[0] = "save/name"

    (found,) = unexpected(pair(change=change))
    assert found.startswith("SaveV2 'save/SaveV2' writes a checkpoint")


def test_another_checkpoint_among_the_shards(pair):
    """MergeV2Checkpoints deletes the shards that it has merged."""

    def change(graph):
        add(graph, "save/other", "Const", **text("/srv/me/model"))
        add(graph, "save/parts", "Pack", "save/Const", "save/other")
        add(graph, "save/merge", "MergeV2Checkpoints", "save/parts", "save/Const", to="save/control_dependency")

    (found,) = unexpected(pair(change=change))
    assert found.startswith("MergeV2Checkpoints 'save/merge' merges and deletes the shards of a checkpoint")


def test_a_saver_that_writes_when_you_restore(pair):
    """Into the folder where you are, under the name that Savers which are fed with nothing write to."""

    def change(graph):
        add(graph, "save/old", "Const", **text("model"))
        twin = graph.graph_def.node.add()
        twin.CopyFrom(node_of(graph, "save/SaveV2"))
        twin.name = "save/again"
        twin.input[0] = "save/old"
        node_of(graph, "save/restore_all").input.append("^save/again")

    assert unexpected(pair(change=change)) == ["SaveV2 'save/again' writes a checkpoint 'model', when you restore"]


def test_a_cache_whose_name_is_computed(pair):
    def change(graph):
        add(graph, "empty", "Const", **text(""))
        add(graph, "format", "StringFormat", template=tf.AttrValue(s=b"/srv/me/x"))
        add(graph, "name", "StringJoin", "empty", "format")
        add(graph, "cache", "CacheDataset", "A", "name", to="save/restore_all")

    (found,) = unexpected(pair(change=change))
    assert found.startswith("CacheDataset 'cache' writes and reads a file")


@pytest.mark.parametrize(
    "collection", "INIT_OP LOCAL_INIT_OP READY_OP READY_FOR_LOCAL_INIT_OP TABLE_INITIALIZERS".split()
)
def test_what_a_session_is_begun_with(pair, collection):
    """A ``Scaffold`` and a ``Supervisor`` take these from their collections, and run them."""

    def build():
        tf.add_to_collection(getattr(tf.GraphKeys, collection), tf.io.write_file("x", "y", name="w"))

    assert unexpected(pair(build=build)) == ["WriteFile 'w' writes a file 'x', when you initialize"]


def test_what_is_alike_is_told_once_with_its_number(pair):
    def build():
        for number in range(2):
            tf.add_to_collection(tf.GraphKeys.INIT_OP, tf.io.write_file("x", "y", name=f"w{number}"))

    pair(build=build)
    assert "WriteFile 'w0' writes a file 'x', when you initialize (and 1 more like it)" in repr(inspect("m"))


def test_a_value_of_a_collection_that_is_no_text_is_told_by_its_size(pair):
    def change(graph):
        graph.collection_def["mine"].bytes_list.value.append(b"\xff\xfe\xfd")

    (graph,) = pair(change=change).parts
    assert graph.collections["mine"] == ["(3 bytes)"]
