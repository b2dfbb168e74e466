"""Truth 9, ``inspect`` of a graph: its inputs and outputs with dtype and shape, what is missing, and what to do."""

import json
import re
import shutil
from types import SimpleNamespace

import known_outputs
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from conftest import OURS, ROOT
from tfckpt import Meta, inspect
from tfckpt.commands import run
from tfckpt.inspectors.without_code import types
from tfckpt.outputs import OUTPUTS, Outputs

LEGACY = ROOT / "notebooks" / "legacy"
GRAPHS = [
    *sorted(LEGACY.glob("*/model*.meta")),
    *sorted((OURS / "graphs").glob("*/model.meta")),
    OURS / "regression" / "model-50.meta",
]


def named(path):
    return "/".join(path.parts[-2:])


def test_the_list_of_dtypes_is_that_of_tensorflow():
    assert OUTPUTS.read_text(encoding="utf-8") == known_outputs.text(), "python tests/known_outputs.py writes it anew"


def without_shapes(path, folder):
    """A copy of a ``.meta`` without the shapes that were recorded in it, as a frozen graph has none."""
    graph = tf.MetaGraphDef.FromString(path.read_bytes())
    for node in graph.graph_def.node:
        node.attr.pop("_output_shapes", None)
    copy = folder / "bare.meta"
    copy.write_bytes(graph.SerializeToString())
    return copy


@pytest.mark.parametrize("path", GRAPHS, ids=named)
def test_a_shape_that_was_not_recorded_is_the_recorded_one_or_unknown(path, tmp_path):
    """Of all tensors of graphs of TensorFlow 1.15.5: what follows without the records does not contradict them."""
    recorded, bare = Meta(path), Meta(without_shapes(path, tmp_path))
    with_records, without = Outputs(recorded), Outputs(bare)
    inferred = 0
    for operation in bare.operations:
        if operation.function or operation.type == "VarHandleOp":  # whose tensor is a handle
            continue
        for name, dtype, shape in without.of(operation):
            _, same_dtype, known = with_records.tensor(name)
            assert dtype == same_dtype
            if shape is not None and known is not None:
                assert len(shape) == len(known), name
                assert all(a is None or a == b for a, b in zip(shape, known, strict=True)), (name, shape, known)
                inferred += operation.type not in ("Const", "Placeholder", "VariableV2")
    assert inferred


@pytest.mark.parametrize("path", GRAPHS, ids=named)
def test_the_dtypes_are_tensorflows(path, tmp_path):
    """As it knows them when it imports the graph, where it can."""
    meta = Meta(path)
    source = tf.MetaGraphDef.FromString(without_shapes(path, tmp_path).read_bytes())
    with tf.Graph().as_default() as graph:
        try:
            tf.train.import_meta_graph(source, clear_devices=True)
        except (ValueError, tf.errors.NotFoundError) as error:
            assert "contrib" in path.parent.name, error  # this TensorFlow has not all of its operations
            return
        given = Outputs(meta)
        for operation in meta.operations:
            if not operation.function and operation.type not in meta.functions:
                for name, dtype, _ in given.of(operation):
                    assert tf.as_dtype(dtype).base_dtype == graph.get_tensor_by_name(name).dtype.base_dtype, name


def added(tmp_path, build):
    with tf.Graph().as_default():
        build()
        tf.train.export_meta_graph(str(tmp_path / "g.meta"))
    return Meta(without_shapes(tmp_path / "g.meta", tmp_path))


@pytest.mark.parametrize(
    ("shape", "other", "known"),
    [
        ([None, 3], [3], (None, 3)),
        ([4, 3], [1, 3], (4, 3)),
        ([4, 1], [3], None),
        ([3], [4, 3], None),
        (None, [3], None),
    ],
)
def test_a_bias_leaves_the_shape_and_another_array_may_not(tmp_path, shape, other, known):
    def build():
        x = tf.placeholder(tf.float32, shape, name="x")
        tf.nn.softmax(tf.add(x, tf.placeholder(tf.float32, other, name="b")), name="y")

    meta = added(tmp_path, build)
    assert Outputs(meta).tensor("y:0") == ("y:0", "float32", known)


@pytest.mark.parametrize("turned", [(False, False), (True, False), (False, True), (True, True)])
def test_a_product_of_matrices(tmp_path, turned):
    def build():
        x, w = ([3, 5], [3, 5][::-1])
        x, w = (each[::-1] if turn else each for each, turn in zip((x, w), turned, strict=True))
        product = tf.placeholder(tf.float32, x), tf.placeholder(tf.float32, w)
        tf.matmul(*product, *turned, name="y")

    assert Outputs(added(tmp_path, build)).tensor("y:0")[2] == (3, 3)


def test_a_placeholder_of_a_graph_from_before_shapes_were_certain(tmp_path):
    """Graphs before version 24 write no shape and an empty one in the same way."""
    for producer, known in ((23, None), (24, ())):
        graph = tf.MetaGraphDef()
        graph.graph_def.versions.producer = producer
        node = graph.graph_def.node.add(name="x", op="Placeholder")
        node.attr["dtype"].type, node.attr["shape"].shape.unknown_rank = 1, False
        (tmp_path / "m.meta").write_bytes(graph.SerializeToString())
        assert Outputs(Meta(tmp_path / "m.meta")).tensor("x:0") == ("x:0", "float32", known)


def test_chains_that_are_longer_than_one_follows(tmp_path):
    graph = tf.MetaGraphDef()
    graph.graph_def.node.add(name="n0", op="Placeholder").attr["shape"].shape.dim.add(size=2)
    for number in range(1, 3000):
        graph.graph_def.node.add(name=f"n{number}", op="MatMul", input=[f"n{number - 1}"] * 2)
        graph.graph_def.node.add(name=f"i{number}", op="Identity", input=[f"i{number - 1}" if number > 1 else "n0"])
    graph.graph_def.node.add(name="round", op="Identity", input=["round"])
    (tmp_path / "m.meta").write_bytes(graph.SerializeToString())
    given = Outputs(Meta(tmp_path / "m.meta"))
    assert given.tensor("n2999:0")[2] == (None, None)
    assert given.tensor("i10:0")[2] == (2,) and given.tensor("i2999:0")[2] is None
    assert given.tensor("round:0")[2] is None and given.tensor("gone:7") == ("gone:7", "", None)


@pytest.mark.parametrize("name", ["convnet/model-60", "lstm/model-60", "dense/model-40", "gpu/model-40"])
def test_what_stands_before_the_loss_is_found_whatever_the_order(name):
    """Operations of a condition, and of a loop, stand before what they take; nothing that asserts is a result."""
    outputs = [(end.name, end.dtype, end.shape) for end in inspect(f"{LEGACY / name}.meta").inspection.outputs]
    assert outputs[0] == ("y:0", "float32", (None, 3))
    many = inspect(OURS / "graphs" / "many" / "model.meta").inspection.outputs
    assert not any("Assert" in end.name for end in many)
    assert {"best:0": "float32", "best:1": "int32"}.items() <= {end.name: end.dtype for end in many}.items()


@pytest.fixture
def alone(tmp_path, monkeypatch):
    """A folder with nothing in it but a ``.meta``."""
    shutil.copy(LEGACY / "convnet" / "model-60.meta", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_lone_meta_says_what_goes_in_what_comes_out_what_is_missing_and_what_to_do(alone, capsys):
    assert run(["inspect", "model-60.meta"], "tfckpt") == 0
    shown = capsys.readouterr().out
    at = [
        shown.index(text)
        for text in ("Missing ", "inputs: 3", "outputs: 2", "type next", "With TensorFlow and", "variables: 6")
    ]
    assert at == sorted(at)
    assert "model-60.index and model-60.data-…: without these two nothing can be restored" in shown
    assert run(["inspect", "model-60.meta", "--json"], "tfckpt") == 0
    fields = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in fields["inputs"]] == ["x:0", "t:0", "training:0"]
    assert fields["outputs"][0] == {
        "name": "y:0",
        "dtype": "float32",
        "shape": [None, 3],
        "what": "before a loss",
        "signature": "",
        "argument": "",
    }
    assert fields["use"]["lesson"] == "07" and fields["use"]["code"] in shown.replace("\n    ", "\n    ")
    assert "model-60.index" in fields["lacking"][0]
    command = re.search(r"# are the values .*\n    tfckpt (.*)", shown)[1]
    assert run(command.split(), "tfckpt") == 0, "it can be typed"


def printed(code, **arrays):
    """What the code of a ``Use`` prints, with arrays in place of ``...``, by the names of what is fed."""
    for name, array in arrays.items():
        code = re.sub(rf'(\b{name}(?::0)?"?[:=] ?(?:tf\.constant\()?)\.\.\.', rf"\g<1>{array}", code)
    assert "..." not in re.sub("#.*", "", code), code
    said = []
    exec(code, {"np": np, "print": lambda value: said.append(value)})
    return said[0]


RANDOM = "sess.run(tf.global_variables_initializer())  # random values: nothing is learned yet"
RESTORE = re.compile(r"# (saver\.restore\(.*\))")
TRAIN = re.compile(r"# To train anew, run this for each batch:\n( *)# (sess\.run\(.*\))")
ALONE = {
    "convnet/model-60": (["Adam", "sparse_softmax_cross_entropy_loss/value:0"], {"training": "True"}),
    "dense/model-40": (["train", "loss:0"], {}),
    "gpu/model-40": (["train", "loss:0"], {}),
    "lstm/model-60": (["Adam", "sparse_softmax_cross_entropy_loss/value:0"], {}),
    "lookup/model": (None, {}),
}


@pytest.fixture(params=ALONE)
def legacy(request, tmp_path, monkeypatch):
    """The name of a legacy model whose ``.meta`` lies in the current folder, and what it is fed with, as Python."""
    monkeypatch.chdir(tmp_path)
    folder = LEGACY / request.param.split("/")[0]
    shutil.copy(f"{LEGACY / request.param}.meta", tmp_path)
    words = folder / "x.json"
    return request.param, words.read_text() if words.exists() else f"np.load({str(folder / 'x.npy')!r})"


def code_alone(name):
    return inspect(f"{name.split('/')[1]}.meta").inspection.use.code


def test_the_code_for_a_lone_meta_runs_as_it_stands_and_says_that_its_values_are_random(legacy):
    name, x = legacy
    y = np.load(LEGACY / name.split("/")[0] / "y.npy")
    code = code_alone(name)
    assert code.count(RANDOM) == 1 and "saver.restore" not in RESTORE.sub("", code)
    drawn = printed(code, x=x)
    assert drawn.shape == y.shape and np.isfinite(drawn).all()
    assert name == "lookup/model" or not np.allclose(drawn, y), "that one was not trained, and its graph has the seed"


def test_the_code_for_a_lone_meta_computes_what_the_old_program_did_with_the_values(legacy):
    name, x = legacy
    code = code_alone(name)
    for path in LEGACY.glob(f"{name}.*"):
        shutil.copy(path, ".")
    end = name.split("/")[1]
    assert f'# Where "{end}.index" and "{end}.data-…" are, instead of that line:' in code
    restored = RESTORE.sub(r"\1", code.replace(RANDOM, "pass"))
    y = np.load(LEGACY / name.split("/")[0] / "y.npy")
    np.testing.assert_allclose(printed(restored, x=x), y, rtol=1e-5, atol=1e-6)


def test_what_the_code_for_a_lone_meta_says_of_training_trains(legacy):
    """The loss falls, and the output is no longer that of the random values."""
    name, x = legacy
    (run, more), code = ALONE[name], code_alone(name)
    if run is None:
        assert "# No operation that trains was found in the graph: to train anew, add one (lesson 18a)." in code
        assert not TRAIN.search(code)
        return
    y = np.load(LEGACY / name.split("/")[0] / "y.npy")
    indent, step = TRAIN.search(code).groups()
    assert step.startswith(f"sess.run({json.dumps(run)}, {{")
    loop = f"losses = [{step}[1] for _ in range(60)]\n{indent}print(losses)\n{indent}"
    trained = TRAIN.sub(lambda match: f"tf.set_random_seed(1)\n{indent}{loop}", code)
    classes = y.argmax(axis=-1)
    t = np.eye(y.shape[1])[classes] if run[1] == "loss:0" else classes  # as each graph wants them
    losses = printed(trained, x=x, t=t.tolist(), **more)
    assert np.isfinite(losses).all() and np.mean(losses[-5:]) < 0.9 * np.mean(losses[:5]), losses


def graph_of(build, folder):
    with tf.Graph().as_default():
        build()
        tf.train.export_meta_graph(str(folder / "g.meta"), collection_list=["variables", "local_variables"])
    return inspect(folder / "g.meta").inspection.use


def model(w=None):
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    w = tf.get_variable("w", [2, 1]) if w is None else w
    t = tf.placeholder(tf.float32, [None, 1], name="t")
    loss = tf.reduce_mean(tf.square(tf.matmul(x, w, name="y") - t), name="loss")
    tf.train.Saver()
    return loss


@pytest.mark.parametrize("resource", [False, True])
@pytest.mark.parametrize("counted", [False, True])
def test_what_trains_is_found_without_the_collection(tmp_path, resource, counted):
    def build():
        tf.get_variable_scope().set_use_resource(resource)
        step = tf.train.get_or_create_global_step() if counted else None
        both = [optimizer.minimize(loss, step) for loss in [model()] for optimizer in optimizers()]
        tf.group(*both, name="both")

    def optimizers():
        return [tf.train.AdamOptimizer(0.1), tf.train.GradientDescentOptimizer(0.1)]

    code = graph_of(build, tmp_path).code
    assert '# sess.run(["both", "loss:0"], {"t:0": ..., "x:0": ...})' in code
    step = TRAIN.sub(r"\2", code)
    printed(step, x="[[1, 2]]", t="[[3]]")


@pytest.mark.parametrize("resource", [False, True])
def test_what_counts_a_step_last_is_what_trains(tmp_path, resource):
    def build():
        tf.get_variable_scope().set_use_resource(resource)
        tf.train.GradientDescentOptimizer(0.1).minimize(model(), tf.train.get_or_create_global_step(), name="descend")

    assert 'sess.run(["descend", "loss:0"], {' in graph_of(build, tmp_path).code


def test_what_has_a_default_is_among_what_training_can_be_fed(tmp_path):
    def build():
        rate = tf.placeholder_with_default(0.1, [], name="rate")
        tf.train.GradientDescentOptimizer(rate).minimize(model())

    assert '{"rate:0": ..., "t:0": ..., "x:0": ...}' in graph_of(build, tmp_path).code


def test_two_that_train_are_both_named(tmp_path):
    def build():
        loss = model()
        tf.train.GradientDescentOptimizer(0.1).minimize(loss, name="one")
        tf.train.GradientDescentOptimizer(0.1).minimize(loss, name="other")

    assert 'sess.run(["one", "other", "loss:0"], {' in graph_of(build, tmp_path).code


def test_an_assignment_and_a_group_of_others_train_nothing(tmp_path):
    def build():
        model()
        with tf.control_dependencies([tf.assign_add(tf.get_variable("n", []), 1.0)]):
            tf.no_op("train")

    assert "No operation that trains" in graph_of(build, tmp_path).code


def test_variables_that_are_initialized_by_what_is_fed_can_only_be_restored(tmp_path):
    def build():
        model(tf.Variable(tf.placeholder(tf.float32, [2, 1], name="first")))

    use = graph_of(build, tmp_path)
    assert use.says == "With TensorFlow and the values"
    assert "    saver.restore(sess, " in use.code and "initializer" not in use.code


def test_variables_of_the_process_are_initialized_as_well(tmp_path):
    def build():
        model(tf.get_variable("w", [2, 1]) * tf.get_local_variable("scale", [], initializer=tf.ones_initializer()))

    code = graph_of(build, tmp_path).code
    assert "sess.run(tf.local_variables_initializer())" in code
    assert printed(code, x="[[1, 2]]").shape == (1, 1)


def test_the_code_for_a_frozen_graph(monkeypatch):
    monkeypatch.chdir(LEGACY / "frozen")
    inspection = inspect("frozen.pb").inspection
    assert [(end.name, end.shape) for end in inspection.outputs] == [("y:0", (None, 3))], "it follows from the weights"
    y = printed(inspection.use.code, x="np.load('x.npy')")
    np.testing.assert_allclose(y, np.load("y.npy"), rtol=1e-5, atol=1e-6)


def test_the_code_for_a_saved_model(monkeypatch):
    import tensorflow

    monkeypatch.chdir(LEGACY / "savedmodel")
    inspection = inspect("saved_model").inspection
    assert [(end.signature, end.argument, end.shape) for end in inspection.inputs] == [
        ("serving_default", "x", (None, 4))
    ]
    tensorflow.compat.v1.enable_v2_behavior()
    try:
        (y,) = printed(inspection.use.code, x="np.load('x.npy')").values()
    finally:
        tensorflow.compat.v1.disable_v2_behavior()
    np.testing.assert_allclose(y, np.load("y.npy"), rtol=1e-5, atol=1e-6)


def test_no_code_for_what_is_suspicious_or_damaged(tmp_path):
    shutil.copy(LEGACY / "pyfunc" / "model.meta", tmp_path)
    inspection = inspect(tmp_path / "model.meta").inspection
    assert inspection.suspects and inspection.outputs and not inspection.use.code
    path = shutil.copy(LEGACY / "dense" / "model-40.meta", tmp_path)
    graph = tf.MetaGraphDef.FromString((tmp_path / "model-40.meta").read_bytes())
    dimensions = next(node for node in graph.graph_def.node if node.name == "y").attr["_output_shapes"].list.shape[0]
    for _ in range(300):
        dimensions.dim.add(size=1)
    (tmp_path / "model-40.meta").write_bytes(graph.SerializeToString())
    inspection = inspect(path).inspection
    assert "a shape of 302 dimensions" in inspection.problems[0]
    assert inspection.use is None and inspection.tensors, "the rest is said"


def test_what_no_code_can_be_written_for(tmp_path):
    """No name to run; too many to feed; a name that is no keyword; several graphs in one file."""
    from tfckpt.inspectors.uses import use_of_graph, use_of_saved_model

    meta = Meta(OURS / "pair" / "model.meta")
    assert use_of_graph(meta, (), "model.meta") is None

    class Signed:
        graphs = 1
        signatures = {"s": ({"class": ("c:0", "float32", ())}, {})}

    assert 'model.signatures["s"](**{"class": tf.constant(...)})' in use_of_saved_model(Signed, "m").code
    Signed.signatures = {"s": ({f"x{number}": ("c:0", "float32", ()) for number in range(9)}, {})}
    assert use_of_saved_model(Signed, "m") is None
    Signed.signatures = {"__saved_model_init_op": ({}, {})}
    assert use_of_saved_model(Signed, "m") is None


def test_what_to_do_with_a_graph_that_cannot_be_imported_or_run(tmp_path, monkeypatch, capsys):
    """Why there is no code, which lesson, and what of the values; and TensorFlow says the same."""
    monkeypatch.chdir(tmp_path)
    for name, lesson, says in (
        ("contrib", "18a", "TensorFlow cannot import it: it does not know AdjustHsvInYiq, "),
        ("contrib_inside", "18a", "TensorFlow cannot import it: it does not know Resampler, "),
        ("pyfunc", "18a", "What needs PyFunc cannot be run: "),
    ):
        shutil.copy(LEGACY / name / "model.meta", tmp_path)
        assert run(["inspect", "model.meta"], "tfckpt") == 0
        shown = " ".join(capsys.readouterr().out.split())
        assert f"What to do (lesson {lesson}): {says}" in shown
        assert "The values need no graph: where model.index and model.data-… are, export them (lesson 18b)." in shown
        run(["inspect", "model.meta", "--json"], "tfckpt")
        use = json.loads(capsys.readouterr().out)["use"]
        assert use["says"].startswith(says) and use["code"] == "" and use["lesson"] == lesson
        with tf.Graph().as_default():
            if name == "pyfunc":
                tf.train.import_meta_graph("model.meta")
            else:
                with pytest.raises(tf.errors.NotFoundError, match="Op type not registered"):
                    tf.train.import_meta_graph("model.meta")


def test_what_to_do_with_what_touches_files(tmp_path):
    def build():
        x = tf.placeholder(tf.string, [None], name="x")
        tf.io.write_file("here", x[0], name="write")

    use = graph_of(build, tmp_path)
    assert (use.lesson, use.code) == ("15", "") and "The values" not in use.says
    assert use.says.startswith("There is no code here, because of what is suspicious.")


def test_types_of_operations_in_words():
    def of(*names):
        return types([SimpleNamespace(operation=SimpleNamespace(type=name)) for name in names])

    assert of("A", "A") == "A" and of("A", "B", "A", "C") == "A, B and C"
    assert of(*"ABCDEFG") == "A, B, C, D, E and 2 more"


def test_that_a_graph_has_no_checksums_is_said_and_what_a_question_mark_is(alone, capsys):
    for path in ("model-60.meta", LEGACY / "frozen" / "frozen.pb"):
        assert run(["inspect", str(path)], "tfckpt") == 0
        shown = capsys.readouterr().out
        assert "  Whole       yes, as far as its structure tells. Its format has no checksums\n" in shown
        assert shown.count("A ? in a shape: any size will do there, such as that of a batch.") == 1
        assert "--verify" not in shown
        run(["inspect", str(path), "--json"], "tfckpt")
        assert json.loads(capsys.readouterr().out)["checked"] == "structure"


CALLED_META = {
    b"<!doctype html>": "a web page, not a graph",
    b"version https://git-lfs.github.com/spec/": "a pointer of Git LFS, not the file itself: there is no graph in it",
    b"": "empty: there is no graph in it",
    bytes(100): "full of zeros, as far as was looked: there is no graph in it",
    b"\x93\x1c\x07 random": "called .meta, and cannot be read as a graph",
    b"\x1f\x8b\x08": "compressed with gzip, not a graph",
}


@pytest.mark.parametrize("content", CALLED_META, ids=CALLED_META.values())
def test_what_is_called_meta_and_is_no_graph(tmp_path, monkeypatch, capsys, content):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.meta").write_bytes(content)
    assert run(["inspect", "m.meta"], "tfckpt") == 1
    shown = capsys.readouterr().out
    assert shown.startswith(f"m.meta is {CALLED_META[content]}.\n  Reason  ")
    assert "whole" not in shown.lower() and "Written by" not in shown
    assert run(["inspect", "m.meta", "--json"], "tfckpt") == 1
    fields = json.loads(capsys.readouterr().out)
    assert fields["what"] == CALLED_META[content] and not fields["whole"] and fields["problems"]


def test_what_begins_like_a_graph_is_one_that_is_not_whole(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    content = (LEGACY / "dense" / "model-40.meta").read_bytes()
    (tmp_path / "m.meta").write_bytes(content[: len(content) // 2])
    run(["inspect", "m.meta"], "tfckpt")
    assert "m.meta is a graph, with no values beside it, and it is not whole.\n  Whole  " in capsys.readouterr().out
    shutil.copy(LEGACY / "frozen" / "frozen.pb", "m.meta")
    run(["inspect", "m.meta"], "tfckpt")
    assert "m.meta is called .meta, and begins like a graph without a Saver.\n  Reason  " in capsys.readouterr().out


def test_pages_in_place_of_an_index_and_of_a_saved_model(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for path in ("m.index", "m.data-00000-of-00001", "s/saved_model.pb"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("<html>")
    for path, says in (
        ("m", "m is a checkpoint whose .index is a web page, and it is not whole."),
        ("s", "s is the folder of a SavedModel whose saved_model.pb is a web page, and it is not whole."),
    ):
        assert run(["inspect", path], "tfckpt") == 1
        assert capsys.readouterr().out.startswith(says)


@pytest.mark.parametrize("kind", ["VariableV2", "Placeholder"])
def test_attributes_that_are_no_dtype_and_no_shape(tmp_path, kind):
    """Lost, or of another kind: damage that a file can have and be parsed all the same."""
    graph = tf.MetaGraphDef()
    graph.graph_def.node.add(name="lost", op=kind)
    node = graph.graph_def.node.add(name="wrong", op=kind)
    node.attr["dtype"].s, node.attr["shape"].i = b"float32", 7
    graph.graph_def.node.add(name="y", op="Identity", input=["wrong"])
    (tmp_path / "m.meta").write_bytes(graph.SerializeToString())
    report = inspect(tmp_path / "m.meta")
    assert "wrong" in repr(report) and report.inspection.as_dict()
    assert Outputs(Meta(tmp_path / "m.meta")).tensor("y:0") == ("y:0", "", None)
