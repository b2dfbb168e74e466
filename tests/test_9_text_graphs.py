"""Truth 9, graphs in text form: read as protobuf reads them, and what is said of them is that of their bytes."""

import os
import random
import re
import shutil
from functools import cache
from pathlib import Path

import hostile_files
import known_messages
import ordinary_files
import pytest
import tensorflow as tf2
import tensorflow.compat.v1 as tf
from apart import tfckpt
from google.protobuf import message, text_format
from tensorflow.core.framework import graph_pb2
from tensorflow.core.protobuf import meta_graph_pb2, saved_model_pb2
from test_9_several_files import run

from conftest import OURS, ROOT
from tfckpt import CheckpointError, Meta, diff
from tfckpt.compare.importing import of_graph_file
from tfckpt.danger.audit import suspects
from tfckpt.ends import ends
from tfckpt.format.messages import FILE, messages
from tfckpt.format.text_escapes import unescaped
from tfckpt.format.text_proto import DEEPEST, encoded
from tfckpt.format.text_roots import ROOTS, root_of
from tfckpt.inspect import examine
from tfckpt.readers.constants import Constants

CLASSES = {
    kind.DESCRIPTOR.full_name: kind
    for kind in (saved_model_pb2.SavedModel, meta_graph_pb2.MetaGraphDef, graph_pb2.GraphDef)
}
# What protobuf for Python and for C++ do not agree on: here it is called damaged, and not harmless.
REFUSED_HERE = {rf"node {{ name: '{escape}' }}" for escape in (r"\q", r"\?", r"\X41")}
REFUSED_HERE |= {"versions { producer: +5 }"}
NOT_TWICE = re.compile(r"should not have multiple|is specified along with|ore than one")


def class_of(path):
    return saved_model_pb2.SavedModel if path.name == "saved_model.pb" else meta_graph_pb2.MetaGraphDef


def graphs():
    """The files of all graphs that there are: the course's own, its legacy ones, and those of COURSE_CHECKPOINTS."""
    folders = [OURS, ROOT / "notebooks" / "legacy", os.environ.get("COURSE_CHECKPOINTS")]
    return sorted(
        path for folder in folders if folder for end in ("*.meta", "saved_model.pb") for path in Path(folder).rglob(end)
    )


def in_text(path, **how):
    """The text form of the graph in a file, and the message; None if protobuf cannot read it."""
    kind = class_of(path)
    try:
        original = kind.FromString(path.read_bytes())
        return text_format.MessageToString(original, **how), original
    except (message.DecodeError, UnicodeDecodeError):
        return None, None


def read(text, kind):
    """The message that this reader makes of a text."""
    return kind.FromString(encoded(memoryview(text.encode()), kind.DESCRIPTOR.full_name))


def test_the_fields_of_messages_are_those_of_tensorflow():
    assert FILE.read_text(encoding="utf-8") == known_messages.text(), "python tests/known_messages.py writes it anew"
    assert set(ROOTS) == set(CLASSES) <= set(messages())
    assert {root: set(names) for root, names in ROOTS.items()} == {root: set(messages()[root]) for root in ROOTS}


@pytest.mark.parametrize("path", graphs(), ids=lambda path: "/".join(path.parts[-3:]))
@pytest.mark.parametrize("how", [{}, {"as_one_line": True}, {"use_short_repeated_primitives": True}], ids=str)
def test_every_graph_that_there_is(path, how):
    text, original = in_text(path, **how)
    if text is None:
        pytest.skip("protobuf cannot read it")
    assert root_of(text.encode()) == class_of(path).DESCRIPTOR.full_name
    assert read(text, class_of(path)) == original


NUMBERS = "1 1.5 -1.5 .5 1. 1e9 1e-9 1.5f 1F inf -inf nan -nan Infinity INF 1e999 -1e999 0x10 017 e5 1e '1' --1"
TEXTS = [  # and what protobuf makes of them
    "",
    " \n# nothing",
    "node{}",
    "node<>",
    "node:{}",
    "node{name:'a' op:\"b\"}",
    "node{name:'a','b'}",
    "node{name:'a';op:'b',}",
    "node { name: 'a' 'b'\n# c\n\"d\" }",
    "node [{}, {name: 'a'}]",
    "node: [{}, <name: 'a'>]",
    "node: []",
    "node: [{},]",
    "node: [,{}]",
    "node: [{} {}]",
    "node: {} node {}",
    "node { input: ['a', 'b' 'c'] input: 'd' }",
    "node { input: [] }",
    "node { input: ['a',] }",
    "node { name: ['a'] }",
    "node { name 'a' }",
    "node { name: a }",
    "node { name: 1 }",
    "node { nothing: 1 }",
    "node { name: 'a\nb' }",
    "node { name: 'a",
    "node {",
    "node }",
    "node { >",
    "node",
    "node: 5",
    "5: 5",
    "node { 1: 'a' }",
    "node { name: {} }",
    "versions { producer: 5 }",
    "versions { producer: 0x1F min_consumer: 017 bad_consumers: -1 bad_consumers: [2, 3] }",
    "versions { producer: -0 }",
    "versions { producer: 089 }",
    "versions { producer: 2147483648 }",
    "versions { producer: -2147483648 }",
    "versions { producer: 1.0 }",
    "versions { producer: 1e3 }",
    "versions { producer: true }",
    "versions { producer: '5' }",
    "versions { producer: 5 5 }",
    "versions { producer: +5 }",
    "versions { producer: 5x }",
    "version: 3",
    "node { attr { key: 'a' value { i: 9223372036854775807 } } }",
    "node { attr { key: 'a' value { i: -9223372036854775809 } } }",
    "node { attr { key: 'a' value { i: 0 } } }",
    "node { attr { key: 'a' value { b: true } } }",
    "node { attr { key: 'a' value { b: t } } }",
    "node { attr { key: 'a' value { b: False } } }",
    "node { attr { key: 'a' value { b: 0 } } }",
    "node { attr { key: 'a' value { b: yes } } }",
    "node { attr { key: 'a' value { b: 2 } } }",
    "node { attr { key: 'a' value { b: TRUE } } }",
    *(f"node {{ attr {{ key: 'a' value {{ f: {number} }} }} }}" for number in NUMBERS.split()),
    "node { attr { key: 'a' value { type: DT_FLOAT } } }",
    "node { attr { key: 'a' value { type: 1 } } }",
    "node { attr { key: 'a' value { type: 12345 } } }",
    "node { attr { key: 'a' value { type: 03 } } }",
    "node { attr { key: 'a' value { type: 0x3 } } }",
    "node { attr { key: 'a' value { type: -1 } } }",
    "node { attr { key: 'a' value { type: DT_NONE_SUCH } } }",
    "node { attr { key: 'a' value { list { type: [DT_FLOAT, DT_INT32, 3] } } } }",
    "node { attr { key: 'a' value { list { f: [1, 2.5, inf] b: [true, false] i: [-1] s: ['a', 'b'] } } } }",
    "node { attr { key: 'a' value { list { shape: [{dim {size: -1}}, {unknown_rank: true}] } } } }",
    "node { attr { key: 'a' value { func { name: 'f' attr { key: 'b' value { s: 'c' } } } } } }",
    "node { attr { value { s: 'v' } } }",
    "library { function { signature { name: 'f' } node_def { name: 'n' } ret { key: 'a' value: 'b' } } }",
    "library { function { arg_attr { key: 3 value { } } resource_arg_unique_id { key: 1 value: 2 } } }",
    "debug_info { traces { key: 'a' value { frame_id: 18446744073709551615 } } }",
    *(
        f"node {{ name: '{escaped}' }}"
        for escaped in (
            r"\n\t\r\a\b\f\v\\\'\"",
            r"\?",
            r"\X41",
            r"\101\60\7\1012",
            r"\x41\x4\x4g",
            r"\u00e4\U0001F600",
            r"\303\244",
            "ä €",
            r"\q",
            r"\x",
            r"\u12",
            r"\400",
            r"\777",
            r"\ud800",
            r"\U00110000",
            "#",
            "{",
        )
    ),
    "[type.googleapis.com/tensorflow.NodeDef] {}",
    "node { [a.b] {} }",
    "\ufeffnode {}",
    "node {}\x00",
    "node {};; node {}",
    "; node {}",
    "node {} , node {}",
    "node # {\n {}",
    "node { attr { key: 'a' value { s: 'x' } } attr { key: 'a' value { s: 'y' } } }",
]


@pytest.mark.parametrize("text", TEXTS, ids=repr)
def test_it_reads_what_protobuf_reads_and_in_the_same_way(text):
    assert same_as_protobuf(text, graph_pb2.GraphDef) != (text in REFUSED_HERE)


def same_as_protobuf(text, kind):
    """Whether both read a text; and then it is the same message. What stands twice protobuf may refuse, or merge."""
    try:
        theirs = text_format.Parse(text, kind())
    except (text_format.ParseError, ValueError, UnicodeError) as error:
        theirs = None if not NOT_TWICE.search(str(error)) else merged(text, kind)
    try:
        ours = read(text, kind)
    except (ValueError, message.DecodeError):
        ours = None
    if ours is None:
        return theirs is None
    assert theirs is not None, "protobuf does not read it"
    assert ours.SerializeToString(deterministic=True) == theirs.SerializeToString(deterministic=True)
    return True


def merged(text, kind):
    try:
        return text_format.Merge(text, kind())
    except (text_format.ParseError, ValueError, UnicodeError):
        return None


def test_any_holds_a_message_of_its_type():
    text = """collection_def { key: "saved_model_assets" value { any_list { value {
        [type.googleapis.com/tensorflow.AssetFileDef] { tensor_info { name: "a:0" } filename: "b.txt" } } } } }"""
    assert same_as_protobuf(text, meta_graph_pb2.MetaGraphDef)
    for other in ("tensorflow.NoSuchType", "google.protobuf.Any"):
        same_as_protobuf(text.replace("tensorflow.AssetFileDef", other), meta_graph_pb2.MetaGraphDef)
    packed = 'collection_def { key: "a" value { any_list { value { type_url: "t" value: "\\001" } } } }'
    assert same_as_protobuf(packed, meta_graph_pb2.MetaGraphDef)


@pytest.mark.parametrize("seed", range(4))
def test_texts_that_were_changed_are_read_as_protobuf_reads_them_or_not_at_all(seed):
    """Two readers of a text that differ are a way to hide something."""
    chance, count = random.Random(seed), 0
    text, _ = in_text(OURS / "pair" / "model.meta")
    texts = [*TEXTS, text[:3000]]
    pieces = [
        "{",
        "}",
        "<",
        ">",
        "[",
        "]",
        ":",
        ",",
        ";",
        "#",
        "\n",
        '"',
        "'",
        "\\",
        "0",
        "-",
        " ",
        "node",
        "name",
        "\v",
        "\xa0",
    ]
    for _ in range(1500):
        changed = chance.choice(texts)
        for _ in range(chance.choice((1, 1, 2, 3))):
            at = chance.randrange(len(changed) + 1)
            end = at + chance.choice((0, 0, 1, 2, 5))
            changed = changed[:at] + chance.choice(pieces) * chance.choice((0, 1, 1)) + changed[end:]
        kind = CLASSES[root_of(changed.encode()) or "tensorflow.GraphDef"]
        count += same_as_protobuf(changed, kind)
    assert count > 1400, "nearly always both read it, or neither"


# The same findings as of the bytes


@cache
def pairs(folder):
    """Files with a graph, as bytes and as text: those that do harm, and ordinary ones."""
    tf.reset_default_graph()
    tf.enable_v2_behavior()
    made = {}
    for name, make in {
        **{name: make for name, (_, _, make) in hostile_files.MADE.items()},
        **ordinary_files.MADE,
    }.items():
        here = folder / name
        here.mkdir()
        path = make(here)
        path = Path(path[0] if isinstance(path, tuple) else path)
        path = path / "saved_model.pb" if (path / "saved_model.pb").exists() else path
        if path.name.endswith((".meta", "saved_model.pb")):
            made[name] = path
    return made


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return pairs(tmp_path_factory.mktemp("graphs"))


def findings(path):
    """What is said of a graph."""
    meta = Meta(path)
    found = [str(suspect) for suspect in suspects(meta)], [obstacle.says for obstacle in of_graph_file(meta)]
    beside = ends(meta)
    ways = [each.name for each in beside.inputs], list(beside.outputs), list(beside.results)
    kinds = sorted((each.name, each.type, each.inputs, each.function, each.device) for each in meta.operations)
    return [sorted(each) for each in (*found, *ways)], kinds, meta.variables, sorted(meta.collections), meta.signatures


def test_hostile_and_ordinary_graphs_have_the_same_findings_in_text(made):
    checked, hostile = 0, 0
    for name, path in made.items():
        text, _ = in_text(path)
        if text is None:  # two values of one attribute, for one: no message has them, and so no text
            continue
        other = path.with_name("saved_model.pbtxt" if path.name == "saved_model.pb" else "text.meta")
        other.write_text(text, encoding="utf-8")
        try:
            before = findings(path)
        except CheckpointError as error:
            assert "twice" in str(error) or "two" in str(error) or "program writes" in str(error), name
            continue
        assert findings(other) == before, name
        other.unlink()
        checked += 1
        hostile += bool(before[0][0])
    assert checked > 60 and hostile > 15


def test_a_saved_model_in_text_runs_what_is_in_it_and_is_called_suspicious(tmp_path):
    target = tmp_path / "harm"
    module = tf2.Module()
    module.f = tf2.function(lambda: tf2.io.write_file(str(target), "x") and None, input_signature=[])
    tf2.saved_model.save(module, str(tmp_path / "m"))
    path = tmp_path / "m" / "saved_model.pb"
    text, _ = in_text(path)
    (tmp_path / "m" / "saved_model.pbtxt").write_text(text, encoding="utf-8")
    path.unlink()
    tf2.saved_model.load(str(tmp_path / "m")).f()
    assert target.read_text() == "x"
    for where in (tmp_path / "m", tmp_path / "m" / "saved_model.pbtxt"):
        code, told = run("inspect", str(where), "--strict")
        assert code == 3 and "WriteFile" in told and "not looked at" not in told
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "m.pbtxt").write_text(text, encoding="utf-8")
    code, told = run("inspect", str(tmp_path / "other" / "m.pbtxt"))
    assert code == 1 and "WriteFile" in told and "TensorFlow looks for saved_model.pb" in told
    (tmp_path / "m" / "saved_model.pbtxt").write_text(text + "}", encoding="utf-8")
    code, told = run("inspect", str(tmp_path / "m"), "--strict")
    assert code == 3 and "in line" in told, "what cannot be read is not called harmless"


@pytest.mark.parametrize("name", ["text.meta", "graph.pbtxt"])
def test_a_graph_in_text_beside_its_checkpoint(tmp_path, name):
    for path in (OURS / "pair").glob("model.*"):
        shutil.copy(path, tmp_path)
    text, _ = in_text(tmp_path / "model.meta")
    (tmp_path / name).write_text(text, encoding="utf-8")
    told = repr(diff(tmp_path / "model", tmp_path / name))
    assert told == repr(diff(tmp_path / "model", tmp_path / "model.meta")).replace("model.meta", name)
    assert "finds every variable" in " ".join(told.split())
    tf.disable_v2_behavior()
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.train.import_meta_graph(str(tmp_path / name))
        tf.train.Saver().restore(sess, str(tmp_path / "model"))
        assert sess.run("A:0").tolist() == [3, 3]
    code, shown = run("inspect", str(tmp_path / name))
    assert code == 0 and "22 operations, 2 variables" in shown and "is a graph, with no values beside it" in shown
    (tmp_path / "model.meta").write_text(text, encoding="utf-8")
    assert "22 operations" in run("inspect", str(tmp_path / "model"))[1]


def test_the_code_reads_a_text_as_a_text(tmp_path):
    for path in (OURS / "pair").glob("model.*"):
        shutil.copy(path, tmp_path)
    text, graph = in_text(tmp_path / "model.meta")
    path = tmp_path / "text.meta"
    path.write_text(text.replace('tensorflow_version: "1.15.5"', 'tensorflow_version: "0.12.head"'), encoding="utf-8")
    found = diff(tmp_path / "model", path)
    tf.disable_v2_behavior()
    with tf.Graph().as_default(), tf.Session() as sess:
        names = {"tf": tf}
        exec(found.code, names)
        names["saver"].restore(sess, str(tmp_path / "model"))
        assert sess.run("A:0").tolist() == [3, 3]


def test_a_frozen_graph_in_text(tmp_path):
    tf.disable_v2_behavior()
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 2], "x")
        tf.identity(x @ tf.constant([[1.0], [2.0]], name="w"), "y")
    tf.train.write_graph(graph, str(tmp_path), "frozen.pbtxt", as_text=True)
    code, told = run("inspect", str(tmp_path / "frozen.pbtxt"))
    assert code == 0 and "a frozen graph (a GraphDef)" in told and "text_format" in told
    assert Constants(Meta(tmp_path / "frozen.pbtxt", graph_def=True)).tensor("w").tolist() == [[1], [2]]
    python = examine(tmp_path / "frozen.pbtxt").use.code
    exec(python.replace("{...}", "").replace(": ...", ": [[3.0, 4.0]]"), {})
    code, _ = run("export", str(tmp_path / "frozen.pbtxt"), "--to", str(tmp_path / "w.npz"))
    assert code == 0


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("m.meta", "graph_def { node { name: 'a' } ", "in line 1: '' where a field belongs"),
        (
            "m.meta",
            "graph_def {\n node {\n nothing: 1 } }",
            "in line 3: the field 'nothing', which tensorflow.NodeDef does",
        ),
        ("m.meta", "node { }", "a graph without a Saver"),
        ("m.meta", "graph_def { }\n" * 2, "stands twice"),
        ("m.pbtxt", "graph_def { node { name: 'a' } ", "in line 1"),
        ("saved_model.pbtxt", "", "cannot be read"),
        ("saved_model.pbtxt", "graph_def {}", "the field 'graph_def', which tensorflow.SavedModel does not have"),
        ("m.pbtxt", "node { name: 'a' name: 'b' }", "two names"),
        ("m.pbtxt", "node { attr { key: 'a' value { i: 1 b: true } } }", "has two values"),
    ],
)
def test_texts_that_are_damaged(tmp_path, name, content, says):
    (tmp_path / name).write_text(content, encoding="utf-8")
    code, told = run("inspect", str(tmp_path / name), "--strict")
    assert code in (1, 3) and says in told, told


def test_what_is_text_and_bytes_at_once_is_refused(tmp_path):
    inner = b"graph_def{}#" + b"x" * 20
    path = tmp_path / "m.meta"
    path.write_bytes(b"\n" + bytes([len(inner)]) + inner)  # a field of bytes, whose length is white space
    assert path.read_bytes()[1:2] == b" " and root_of(path.read_bytes()) == "tensorflow.MetaGraphDef"
    with pytest.raises(CheckpointError, match="as text and as bytes"):
        Meta(path)


def nested(depth):
    inside = "s: 'x'"
    for _ in range(depth):
        inside = f"func {{ attr {{ key: 'k' value {{ {inside} }} }} }}"
    return f"node {{ attr {{ key: 'a' value {{ {inside} }} }} }}"


def test_how_deep_a_text_may_be():
    assert same_as_protobuf(nested(30), graph_pb2.GraphDef)
    with pytest.raises(ValueError, match=f"more than {DEEPEST} messages in one another"):
        read(nested(40), graph_pb2.GraphDef)
    with pytest.raises(ValueError, match="messages in one another"):
        read(nested(20_000), graph_pb2.GraphDef)


@pytest.mark.parametrize(
    "content",
    [
        b"node{}" * 300_000,
        b'node{attr{key:"a" value{list{i:[' + b"-1," * 600_000 + b"1]}}}}",
        b"node{name:" + b'"a"' * 600_000 + b"}",
        b'node{name:"' + rb"\0" * 900_000 + b'"}',
        b'node{name:"' + b"a" * 2_000_000,
        b"node" + b" " * 2_000_000,
        b"node{}#" * 300_000,
        b"node:[" + b"{}," * 600_000 + b"{}]",
        b"versions{producer:" + b"1" * 2_000_000 + b"}",
    ],
    ids=lambda content: content[:12].decode(),
)
def test_large_texts_take_bounded_time_and_memory(tmp_path, content):
    path = tmp_path / "m.pbtxt"
    path.write_bytes(content)
    done = tfckpt("inspect", path, seconds=30)
    assert done.peak < 400 and max(map(len, done.lines)) <= 300


def test_a_text_that_is_too_large(tmp_path):
    path = tmp_path / "m.pbtxt"
    path.write_bytes(b"node{}" + b" " * (32 * 2**20))
    code, told = run("inspect", str(path), "--strict")
    assert code == 3 and "are not read" in told


def test_escapes():
    assert unescaped(rb"\0a\x4g\u20ac") == b"\0a\x04g\xe2\x82\xac"
    assert unescaped(b"plain") == b"plain" and unescaped(rb"\n\303\244\"") == b'\n\xc3\xa4"'
