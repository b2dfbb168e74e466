"""Truth 9, what rescues a graph of TensorFlow 1, on the graphs that it may meet in other projects."""

import ast
import json
import os
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as v1

import course
from course import rescue

X = np.array([[1.0, -2.0], [0.5, 3.0], [-1.0, 0.25]], np.float32)
SPEC = {"question": tf.TensorSpec([None, 2], tf.float32)}
BOTH_KINDS = pytest.mark.parametrize("resource", [False, True], ids=["reference", "resource"])


def saved(build, feed, prefix="run/model", saver=lambda: v1.train.Saver(), train=False):
    """Save the graph that build makes, and return what its last tensor, ``answer:0``, is for the feed."""
    with tf.Graph().as_default(), v1.Session() as sess:
        v1.set_random_seed(1)
        build()
        sess.run([v1.global_variables_initializer(), v1.tables_initializer()])
        Path("run").mkdir(exist_ok=True)
        saver().save(sess, prefix)
        return sess.run("answer:0", feed)


def question(shape=(None, 2)):
    return v1.placeholder(tf.float32, shape, "question")


def weights(name, shape, **options):
    return v1.get_variable(name, shape, initializer=v1.random_normal_initializer(seed=3), **options)


def dense(resource=False, loss=True, **options):
    """Two layers and, if you want, a loss with its optimizer."""
    x = question()
    with v1.variable_scope("my/net", use_resource=resource):
        hidden = tf.tanh(tf.matmul(x, weights("first", [2, 5], **options)) + weights("shift", [5]))
        frozen = weights("fixed", [5, 3], trainable=False)
        answer = tf.identity(tf.matmul(hidden, frozen), "ignored")
    answer = tf.add(answer, 1.0, name="answer")
    if loss:
        label = v1.placeholder(tf.float32, [None, 3], "label")
        v1.train.AdamOptimizer().minimize(tf.reduce_mean((answer - label) ** 2, name="how_wrong"))
    return answer


def run(part, x=X, inputs=SPEC, output="answer"):
    return rescue.function(part, inputs, [output])(x)[output].numpy()


def test_the_table_names_what_is_there():
    for name in ("plain", "look", "keep", "values", "freeze", "function", "by_name", "Trainable"):
        assert f"``{name}(" in rescue.__doc__ and getattr(rescue, name).__doc__


def test_what_one_copies_needs_nothing_of_the_course():
    assert "course" not in {name.split(".")[0] for name in imported_by(rescue.__file__)}


def imported_by(file):
    for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


# plain


def contradiction(prefix):
    """Write a note of a shape into the meta graph that the operation cannot have, as a gradient of TensorFlow 1.15."""
    meta = v1.MetaGraphDef.FromString(Path(f"{prefix}.meta").read_bytes())
    node = next(node for node in meta.graph_def.node if node.name == "answer")
    shape = node.attr["_output_shapes"].list.shape[0]
    shape.dim[1].size = 77
    node.device = "/job:worker/device:GPU:7"
    meta.meta_info_def.tensorflow_version = "0.12.head"
    Path(f"{prefix}.meta").write_bytes(meta.SerializeToString())


def test_a_graph_that_contradicts_itself(in_folder):
    y = saved(dense, {"question:0": X})
    contradiction("run/model")
    with tf.Graph().as_default(), pytest.raises(ValueError, match="has an _output_shapes attribute inconsistent"):
        meta = v1.MetaGraphDef.FromString(Path("run/model.meta").read_bytes())
        tf.graph_util.import_graph_def(meta.graph_def)
    for node in meta.graph_def.node:
        node.attr.pop("_output_shapes", None)
    with tf.Graph().as_default(), pytest.raises(Exception, match=r"Invalid version: '0\.12\.head'"):
        v1.train.import_meta_graph(meta)
    with tf.Graph().as_default(), v1.Session() as sess:
        v1.train.import_meta_graph(rescue.plain("run/model")).restore(sess, "run/model")
        assert np.array_equal(sess.run("answer:0", {"question:0": X}), y)


@pytest.mark.parametrize("version", ["1.15.5", "2.21.0", "1.4.0-rc1", "2.0.0-beta1", "1.15"])
def test_a_version_that_can_be_read_stays(in_folder, version):
    saved(dense, {"question:0": X})
    meta = rescue.plain("run/model.meta")
    meta.meta_info_def.tensorflow_version = version
    Path("run/model.meta").write_bytes(meta.SerializeToString())
    assert rescue.plain("run/model").meta_info_def.tensorflow_version == version


def test_functions_are_made_plain_as_well(in_folder):
    saved(with_a_function, {"question:0": X})
    meta = rescue.plain("run/model")
    assert meta.graph_def.library.function
    assert not [n for n in rescue.all_nodes(meta.graph_def) if "_output_shapes" in n.attr or n.device]


@pytest.mark.parametrize("content", [b"", b"not a protocol buffer at all", b"\x0a\x00"])
def test_another_kind_of_file(in_folder, content):
    (in_folder / "x.meta").write_bytes(content)
    with pytest.raises(ValueError, match="x.meta"):
        rescue.plain(in_folder / "x.meta")
    with pytest.raises(FileNotFoundError, match="there is no gone.meta"):
        rescue.plain("gone")


# look


def test_what_a_graph_has(in_folder):
    saved(dense, {"question:0": X})
    seen = rescue.look(rescue.plain("run/model").graph_def)
    assert seen["inputs"] == {"question": ("float32", [None, 2]), "label": ("float32", [None, 3])}
    assert seen["ends"] == ["answer", "how_wrong"]
    assert seen["unknown"] == seen["python"] == seen["tables"] == []


def test_inputs_that_come_from_an_iterator(in_folder):
    def build():
        labels = np.zeros([3], np.int32)
        data = tf.data.Dataset.from_tensors((X, labels, 2 * X)).repeat()
        x, label, other = v1.data.make_one_shot_iterator(data).get_next()
        answer = tf.add(tf.matmul(x, weights("w", [2, 2])), tf.matmul(other, weights("v", [2, 2])), name="answer")
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(label, answer, name="loss")
        v1.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(losses, name="how_wrong"))

    y = saved(build, {})
    graph = rescue.plain("run/model").graph_def
    seen = rescue.look(graph)
    assert seen["inputs"] == {
        "IteratorGetNext": ("float32", [3, 2]),
        "IteratorGetNext:1": ("int32", [3]),
        "IteratorGetNext:2": ("float32", [3, 2]),
    }
    assert seen["readers"]["IteratorGetNext"] == ["MatMul"]
    assert seen["readers"]["IteratorGetNext:2"] == ["MatMul_1"]
    assert "loss/loss" in seen["readers"]["IteratorGetNext:1"]
    assert {"answer", "how_wrong"} <= set(seen["ends"])
    inputs = {"IteratorGetNext:0": SPEC["question"], "IteratorGetNext:2": SPEC["question"]}
    frozen = rescue.freeze("run/model", inputs, ["answer"])
    np.testing.assert_allclose(rescue.function(frozen, inputs, ["answer"])(X, 2 * X)["answer"], y, rtol=1e-6)
    for some, said in ({"IteratorGetNext:0": inputs["IteratorGetNext:0"]}, 2), ({}, 0):
        with pytest.raises(ValueError, match=f"the outputs also need IteratorGetNext:{said}"):
            rescue.freeze("run/model", some, ["answer"])
    with pytest.raises(ValueError, match="the outputs do not depend on IteratorGetNext:1"):
        rescue.freeze("run/model", inputs | {"IteratorGetNext:1": tf.TensorSpec([3], tf.int32)}, ["answer"])


def test_what_does_not_belong_here(in_folder):
    def build():
        x = v1.placeholder(tf.float32, None, "question")
        x = v1.py_func(np.sin, [x], tf.float32, name="sine")
        words = tf.lookup.KeyValueTensorInitializer(["a"], tf.constant([1], tf.int64))
        table = tf.lookup.StaticHashTable(words, 0, name="words")
        tf.identity(x + tf.cast(table.lookup(tf.constant(["a"])), tf.float32), "answer")
        v1.get_variable("v", [])

    saved(build, {"question:0": X})
    meta = v1.MetaGraphDef.FromString(Path("run/model.meta").read_bytes())
    meta.graph_def.node.add(name="old", op="Resampler", device="/device:GPU:3")
    meta.graph_def.library.function.add().node_def.add(name="deep", op="GatherTree")
    seen = rescue.look(meta.graph_def)
    assert seen["inputs"] == {"question": ("float32", None)}
    assert seen["unknown"] == ["GatherTree", "Resampler"]
    assert seen["devices"] == ["/device:CPU:0", "/device:GPU:3"]
    assert (seen["python"], seen["tables"]) == (["sine"], ["words"])


# keep


def test_only_what_is_needed_is_kept(in_folder):
    saved(dense, {"question:0": X})
    graph = rescue.plain("run/model").graph_def
    part = rescue.keep(graph, ["answer"])
    names = {node.name for node in part.node}
    assert {"question", "my/net/first", "answer"} <= names
    assert not {"label", "how_wrong", "my/net/first/Adam", "my/net/first/Assign"} & names
    assert names == {node.name for node in v1.graph_util.extract_sub_graph(graph, ["answer"]).node}
    assert [n.name for n in part.node] == [n.name for n in graph.node if n.name in names], "in the graph's order"
    short = {node.name for node in rescue.keep(graph, ["answer:0"], ["my/net/Tanh:0"]).node}
    assert short < names and "my/net/first" not in short and "my/net/fixed" in short


@BOTH_KINDS
def test_an_assignment_on_the_way(in_folder, resource):
    def build():
        with v1.variable_scope("", use_resource=resource):
            seen = v1.get_variable("seen", initializer=0.0, trainable=False)
        with tf.control_dependencies([v1.assign_add(seen, 1.0)]):
            tf.identity(question() * weights("w", [2]), "answer")

    saved(build, {"question:0": X})
    if resource:
        module = rescue.Trainable("run/model", SPEC, ["answer"])
        before = module.weights["seen"].numpy()
        module(X)
        assert module.weights["seen"].numpy() == before + 1
    else:
        with pytest.raises((ValueError, TypeError), match="AssignAdd"):
            rescue.Trainable("run/model", SPEC, ["answer"])


def test_operations_that_take_a_reference(in_folder):
    y = saved(dense, {"question:0": X})
    meta = rescue.plain("run/model")
    next(node for node in meta.graph_def.node if node.name == "my/net/first/read").op = "RefIdentity"
    assert np.array_equal(run(rescue.freeze("run/model", SPEC, ["answer"], meta)), y)
    assert np.array_equal(rescue.Trainable("run/model", SPEC, ["answer"], meta)(X)["answer"], y)


def test_which_variables_are_trained_is_not_said(in_folder):
    def build():
        weights("w", [2, 2]), v1.get_variable("rows", initializer=[0, 1, 2])
        with v1.variable_scope("", reuse=True):
            w, rows = v1.get_variable("w", [2, 2]), v1.get_variable("rows", [3], tf.int32)
        tf.gather(tf.matmul(question(), w), rows, name="answer")

    y = saved(build, {"question:0": X})
    meta = rescue.plain("run/model")
    del meta.collection_def["trainable_variables"]
    module = rescue.Trainable("run/model", SPEC, ["answer"], meta)
    assert {name: weight.trainable for name, weight in module.weights.items()} == {"w": True, "rows": False}
    np.testing.assert_allclose(module(X)["answer"], y, rtol=1e-6)


def test_the_second_output_is_another_tensor(in_folder):
    def build():
        best = tf.nn.top_k(question(), 2, name="best")
        v1.get_variable("v", [])
        tf.add(tf.cast(best.indices, tf.float32) * 10.0, best.values, name="answer")

    y = saved(build, {"question:0": X})
    graph = rescue.plain("run/model").graph_def
    both = rescue.keep(graph, ["answer"], ["best:1"])
    assert "question" in {node.name for node in both.node}, "the first output is still computed"
    inputs = SPEC | {"best:1": tf.TensorSpec([None, 2], tf.int32)}
    given = rescue.function(graph, inputs, ["answer"])(X, np.zeros([3, 2], np.int32))["answer"]
    assert np.array_equal(given, y - 10 * np.argsort(-X, axis=1))
    inputs = {"best": tf.TensorSpec([None, 2]), "best:1": tf.TensorSpec([None, 2], tf.int32)}
    given = rescue.function(graph, inputs, ["answer", "Cast:0"])(X, np.ones([3, 2], np.int32))
    assert np.array_equal(given["answer"], X + 10) and np.array_equal(given["Cast:0"], np.ones([3, 2]))


def test_control_inputs(in_folder):
    def build():
        x = question()
        with tf.control_dependencies([v1.assert_less(x, 100.0, name="small")]):
            x = tf.identity(x, "checked")
        with tf.control_dependencies([v1.py_func(lambda: None, [], [], name="told")]):
            x = tf.identity(x, "said")
        v1.get_variable("v", [])
        tf.multiply(x, 2.0, name="answer")

    saved(build, {"question:0": X})
    graph = rescue.plain("run/model").graph_def
    assert "told" in {node.name for node in rescue.keep(graph, ["answer"]).node}
    part = rescue.keep(graph, ["answer"], ["told"])
    assert "told" not in {node.name for node in part.node}
    assert not [i for node in part.node for i in node.input if "told" in i]
    # At the tensor, the operation that waits is gone as well.
    assert np.array_equal(run(graph, inputs={"said": SPEC["question"]}), 2 * X)
    early = rescue.keep(graph, ["answer"], ["checked"])
    assert [node.name for node in early.node if node.op == "PyFunc"] == ["told"], "what is behind it still waits"
    assert "question" not in {node.name for node in early.node}


def test_names_that_are_not_there(in_folder):
    saved(dense, {"question:0": X})
    graph = rescue.plain("run/model").graph_def
    with pytest.raises(ValueError, match="no operation 'anwser': is it answer"):
        rescue.keep(graph, ["anwser"])
    with pytest.raises(ValueError, match="no operation 'qestion': is it question"):
        rescue.keep(graph, ["answer"], ["qestion"])
    with pytest.raises(ValueError, match="the outputs do not depend on label"):
        rescue.freeze("run/model", SPEC | {"label": tf.TensorSpec([None, 3])}, ["answer"])
    with pytest.raises(ValueError, match="the outputs also need label"):
        rescue.freeze("run/model", SPEC, ["how_wrong"])
    late = {"answer": tf.TensorSpec([None, 3], tf.float32)}
    with pytest.raises(ValueError, match="the outputs also need label"):
        rescue.function(graph, late, ["how_wrong"])
    label = {"label": tf.TensorSpec([None, 3], tf.float32)}
    with pytest.raises(ValueError, match="the outputs do not depend on question"):
        rescue.function(graph, late | label | SPEC, ["how_wrong"])


def with_a_function():
    """Two functions that call a third one, and one that nobody calls after the cut."""

    @tf.function
    def inner(x):
        return tf.sin(x) + 1.0

    @tf.function
    def outer(x, w):
        return tf.cond(tf.reduce_sum(x) > 0, lambda: inner(x) @ w, lambda: tf.cos(x) @ w)

    @tf.function
    def unused(x):
        return x + 5.0

    weights("w", [2, 2], use_resource=True)
    with v1.variable_scope("", reuse=True):
        w = v1.get_variable("w", [2, 2], use_resource=True)
    y = outer(question(), w)
    tf.identity(unused(y), "elsewhere")
    tf.identity(y, "answer")


def test_functions_of_the_library(in_folder):
    y = saved(with_a_function, {"question:0": X})
    graph = rescue.plain("run/model").graph_def
    part = rescue.keep(graph, ["answer"])
    names = [function.signature.name for function in part.library.function]
    assert [name for name in names if "inner" in name] and not [name for name in names if "unused" in name]
    np.testing.assert_allclose(run(rescue.freeze("run/model", SPEC, ["answer"])), y, rtol=1e-6)
    np.testing.assert_allclose(rescue.Trainable("run/model", SPEC, ["answer"])(X)["answer"], y, rtol=1e-6)
    np.testing.assert_allclose(run(rescue.freeze("run/model", SPEC, ["answer"]), -X), other(-X), rtol=1e-5)


def test_two_graphs_with_functions_of_one_name(in_folder):
    for number in (1.0, 2.0):
        with tf.Graph().as_default(), v1.Session() as sess:
            call = tf.function(lambda x, number=number: x + number)
            y = call(question())
            v1.get_variable("v", [])
            tf.identity(y, "answer")
            meta = v1.train.Saver().export_meta_graph()
            sess.close()
        (function,) = meta.graph_def.library.function
        old, function.signature.name = function.signature.name, "their_name"
        for node in meta.graph_def.node:
            if "f" in node.attr and node.attr["f"].func.name == old:
                node.attr["f"].func.name = "their_name"
        assert np.array_equal(run(meta.graph_def), X + number)


def other(x):
    w = tf.train.load_variable("run/model", "w")
    return np.cos(x) @ w if x.sum() <= 0 else (np.sin(x) + 1) @ w


# freeze, function, Trainable


def test_variables_and_placeholders_of_the_first_kind(in_folder):
    """As in a graph of before TensorFlow 1.0."""
    y = saved(lambda: dense(loss=False), {"question:0": X})
    meta = rescue.plain("run/model")
    meta.graph_def.versions.producer = 19
    for node in meta.graph_def.node:
        node.op = {"VariableV2": "Variable"}.get(node.op, node.op)
        if node.name == "question":
            node.attr["shape"].shape.Clear()
    assert rescue.look(meta.graph_def)["inputs"] == {"question": ("float32", None)}
    assert np.array_equal(run(rescue.freeze("run/model", SPEC, ["answer"], meta)), y)
    assert np.array_equal(rescue.Trainable("run/model", SPEC, ["answer"], meta)(X)["answer"], y)


@BOTH_KINDS
def test_both_kinds_of_variables(in_folder, resource):
    y = saved(lambda: dense(resource), {"question:0": X})
    frozen = rescue.freeze("run/model", SPEC, ["answer"])
    assert not rescue.variables_of(frozen)
    assert np.array_equal(run(frozen), y)
    module = rescue.Trainable("run/model", SPEC, ["answer"])
    assert np.array_equal(module(X)["answer"], y)
    assert sorted(module.weights) == ["my/net/first", "my/net/fixed", "my/net/shift"]
    assert [v.name for v in module.variables if not v.trainable] == ["my/net/fixed:0"]
    for name, variable in module.weights.items():
        assert np.array_equal(variable, tf.train.load_variable("run/model", name))


@BOTH_KINDS
def test_gradients_and_what_is_saved(in_folder, resource):
    saved(lambda: dense(resource), {"question:0": X})
    module = rescue.Trainable("run/model", SPEC, ["answer"])
    first, shift = module.weights["my/net/first"], module.weights["my/net/shift"]
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(module(X)["answer"] ** 2)
    found = tape.gradient(loss, [first, shift])
    with tf.GradientTape() as tape:
        hidden = tf.tanh(X @ first + shift)
        loss = tf.reduce_sum((hidden @ module.weights["my/net/fixed"] + 1.0) ** 2)
    for gradient, expected in zip(found, tape.gradient(loss, [first, shift]), strict=True):
        np.testing.assert_allclose(gradient, expected, rtol=1e-4)
    before = module(X)["answer"].numpy()
    first.assign_sub(0.1 * found[0])
    after = module(X)["answer"].numpy()
    assert not np.allclose(before, after)
    tf.saved_model.save(module, "served", signatures=module.call)
    loaded = tf.saved_model.load("served")
    assert np.array_equal(loaded.signatures["serving_default"](question=tf.constant(X))["answer"], after)
    loaded.weights["my/net/shift"].assign(np.zeros(5))
    assert not np.array_equal(loaded.call(X)["answer"], after), "the variables in the file are those of the function"


@pytest.mark.parametrize("functions", [False, True], ids=["switches", "functions"])
@BOTH_KINDS
def test_a_condition(in_folder, resource, functions):
    def build():
        x, switch = question(), v1.placeholder_with_default(False, [], "training")
        (v1.enable_control_flow_v2 if functions else v1.disable_control_flow_v2)()
        with v1.variable_scope("", use_resource=resource):
            w, second = weights("w", [2, 2]), weights("second", [2, 2])
        x = tf.cond(switch, lambda: x @ second, lambda: tf.sin(x @ w), name="either")
        tf.identity(x, "answer")

    try:
        y = saved(build, {"question:0": X})
    finally:
        v1.enable_control_flow_v2()
    ops = {node.op for node in rescue.plain("run/model").graph_def.node}
    assert ops & ({"If", "StatelessIf"} if functions else {"Switch", "RefSwitch"})
    assert np.array_equal(run(rescue.freeze("run/model", SPEC, ["answer"])), y)
    inputs = SPEC | {"training": tf.TensorSpec([], tf.bool)}
    module = rescue.Trainable("run/model", inputs, ["answer"])
    w, second = module.weights["w"], module.weights["second"]
    for training in (False, True):
        with tf.GradientTape(persistent=True) as tape:
            loss = tf.reduce_sum(module(X, training)["answer"] ** 2)
            expected = tf.reduce_sum((X @ second if training else tf.sin(X @ w)) ** 2)
        np.testing.assert_allclose(loss, expected, rtol=1e-5)
        for variable in (w, second):
            zero = tf.zeros([2, 2])
            found, wanted = (tape.gradient(of, variable) for of in (loss, expected))
            np.testing.assert_allclose(
                zero if found is None else found, zero if wanted is None else wanted, rtol=1e-4, atol=1e-6
            )


def test_a_condition_in_which_a_resource_variable_is_not_only_read(in_folder):
    def build():
        switch = v1.placeholder_with_default(False, [], "training")
        v1.disable_control_flow_v2()
        table = weights("table", [3, 2], use_resource=True)
        row = tf.cast(question(), tf.int32)[:, 0]
        tf.identity(tf.cond(switch, lambda: tf.gather(table, row), lambda: tf.zeros([3, 2]), name="either"), "answer")

    x = np.array([[2, 0], [0, 0], [1, 0]], np.float32)
    try:
        y = saved(build, {"question:0": x, "training:0": True})
    finally:
        v1.enable_control_flow_v2()
    inputs = SPEC | {"training": tf.TensorSpec([], tf.bool)}
    frozen = rescue.freeze("run/model", inputs, ["answer"])
    assert np.array_equal(rescue.function(frozen, inputs, ["answer"])(x, True)["answer"], y)
    with pytest.raises(ValueError, match="a condition of TensorFlow 1 that has no gradient here: either/"):
        rescue.Trainable("run/model", inputs, ["answer"])


def test_a_while_loop(in_folder):
    def build():
        v1.disable_control_flow_v2()
        w = weights("w", [2, 2])
        loop = v1.while_loop(lambda n, _: n < 3, lambda n, x: (n + 1, tf.tanh(x @ w)), [0, question()], name="repeat")
        tf.identity(loop[1], "answer")

    try:
        y = saved(build, {"question:0": X})
    finally:
        v1.enable_control_flow_v2()
    assert "Enter" in {node.op for node in rescue.plain("run/model").graph_def.node}
    assert np.array_equal(run(rescue.freeze("run/model", SPEC, ["answer"])), y)
    with pytest.raises(ValueError, match="a while loop of TensorFlow 1 that has no gradient here: repeat/"):
        rescue.Trainable("run/model", SPEC, ["answer"])


def test_a_while_loop_of_functions(in_folder):
    def build():
        w = weights("w", [2, 2], use_resource=True)
        loop = tf.while_loop(lambda n, _: n < 3, lambda n, x: (n + 1, tf.tanh(x @ w)), [0, question()], name="repeat")
        tf.identity(loop[1], "answer")

    y = saved(build, {"question:0": X})
    assert {node.op for node in rescue.plain("run/model").graph_def.node} & {"While", "StatelessWhile"}
    assert np.array_equal(run(rescue.freeze("run/model", SPEC, ["answer"])), y)
    module = rescue.Trainable("run/model", SPEC, ["answer"])
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(module(X)["answer"])
    assert np.array_equal(module(X)["answer"], y)
    (gradient,) = tape.gradient(loss, module.trainable_variables)
    with tf.GradientTape() as tape:
        x = X
        for _ in range(3):
            x = tf.tanh(x @ module.weights["w"])
        loss = tf.reduce_sum(x)
    np.testing.assert_allclose(gradient, tape.gradient(loss, module.weights["w"]), rtol=1e-4)


@BOTH_KINDS
def test_partitioned_variables(in_folder, resource):
    def build():
        with v1.variable_scope("", use_resource=resource, partitioner=v1.fixed_size_partitioner(2)):
            table = weights("table", [5, 3])
        v1.nn.embedding_lookup(table, tf.cast(question(), tf.int32), partition_strategy="div", name="answer")

    x = np.array([[0, 4], [2, 3]], np.float32)
    y = saved(build, {"question:0": x})
    assert np.array_equal(run(rescue.freeze("run/model", SPEC, ["answer"]), x), y)
    module = rescue.Trainable("run/model", SPEC, ["answer"])
    assert np.array_equal(module(x)["answer"], y)
    assert sorted(module.weights) == ["table/part_0", "table/part_1"]
    assert all(variable.trainable for variable in module.variables)


def test_a_saver_with_names_of_its_own(in_folder):
    def saver():
        return v1.train.Saver({"renamed": v1.global_variables()[0], "shift": v1.global_variables()[1]})

    def build():
        tf.add(tf.matmul(question(), weights("w", [2, 2])), weights("b", [2]), name="answer")

    y = saved(build, {"question:0": X}, saver=saver)
    assert np.array_equal(run(rescue.freeze("run/model", SPEC, ["answer"])), y)
    held = rescue.values("run/model", SPEC, ["answer"])
    assert np.array_equal(held["w"], tf.train.load_variable("run/model", "renamed"))


def test_a_variable_that_the_saver_left_out(in_folder):
    saved(dense, {"question:0": X}, saver=lambda: v1.train.Saver(v1.trainable_variables()))
    with pytest.raises(ValueError, match="the Saver of run/model does not restore my/net/fixed"):
        rescue.values("run/model", SPEC, ["answer"])
    with pytest.raises((ValueError, tf.errors.FailedPreconditionError), match="my/net/fixed"):
        rescue.freeze("run/model", SPEC, ["answer"])


def test_several_savers_and_shards(in_folder):
    def saver():
        v1.train.Saver(v1.trainable_variables()[:1])  # its operations are save/…, and the file's Saver has save_1/…
        return v1.train.Saver(sharded=True)

    y = saved(dense, {"question:0": X}, saver=saver)
    assert np.array_equal(run(rescue.freeze("run/model", SPEC, ["answer"])), y)
    assert list(rescue.look(rescue.plain("run/model").graph_def)["inputs"]) == ["question", "label"]


def test_no_saver_in_the_file(in_folder):
    saved(dense, {"question:0": X})
    meta = rescue.plain("run/model")
    meta.ClearField("saver_def")
    with pytest.raises(ValueError, match="has no Saver: it was exported without one"):
        rescue.freeze("run/model", SPEC, ["answer"], meta)


def unknown(prefix, name):
    """Turn an operation into one that this TensorFlow does not have."""
    meta = rescue.plain(prefix)
    next(node for node in meta.graph_def.node if node.name == name).op = "PeriodicResample"
    Path(f"{prefix}.meta").write_bytes(meta.SerializeToString())


def test_an_operation_that_is_gone(in_folder):
    y = saved(dense, {"question:0": X})
    hidden = {"my/net/Tanh": tf.TensorSpec([None, 5], tf.float32)}
    value = run(rescue.freeze("run/model", SPEC, ["my/net/Tanh"]), output="my/net/Tanh")
    unknown("run/model", "my/net/add")
    with pytest.raises(tf.errors.NotFoundError, match="Op type not registered 'PeriodicResample'"):
        rescue.freeze("run/model", SPEC, ["answer"])
    assert np.array_equal(run(rescue.freeze("run/model", hidden, ["answer"]), value, hidden), y)
    assert np.array_equal(rescue.Trainable("run/model", hidden, ["answer"])(value)["answer"], y)
    label = {"label": tf.TensorSpec([None, 3], tf.float32), "answer": tf.TensorSpec([None, 3], tf.float32)}
    loss = rescue.function(rescue.plain("run/model").graph_def, label, ["how_wrong"])(y + 2, y)["how_wrong"]
    np.testing.assert_allclose(loss, 4.0, rtol=1e-5)


def test_a_graph_with_variables_or_tables_is_no_function(in_folder):
    saved(dense, {"question:0": X})
    with pytest.raises(ValueError, match="the outputs need the variables my/net/first"):
        rescue.function(rescue.plain("run/model").graph_def, SPEC, ["answer"])

    def build():
        words = tf.lookup.KeyValueTensorInitializer([0, 1], [1.0, 2.0], tf.int64)
        table = tf.lookup.StaticHashTable(words, 0.0, name="words")
        tf.identity(table.lookup(tf.cast(question(), tf.int64)), "answer")
        v1.get_variable("v", [])

    saved(build, {"question:0": X}, "run/table")
    with pytest.raises(ValueError, match="the outputs need the tables words, which would not be initialized"):
        rescue.function(rescue.freeze("run/table", SPEC, ["answer"]), SPEC, ["answer"])


def test_a_shape_that_was_left_open(in_folder):
    def build():
        w = v1.get_variable("w", initializer=tf.ones([2, 3]), validate_shape=False)
        tf.matmul(question(), w, name="answer")

    y = saved(build, {"question:0": X})
    assert np.array_equal(rescue.Trainable("run/model", SPEC, ["answer"])(X)["answer"], y)


def test_several_inputs_and_outputs(in_folder):
    def build():
        first, second = question(), v1.placeholder(tf.float32, [None, 2], "a/second")
        both = tf.split(tf.matmul(tf.concat([first, second], 1), weights("w", [4, 2])), 2, 1, name="halves")
        tf.subtract(*both, name="answer")

    saved(build, {"question:0": X, "a/second:0": 2 * X})
    inputs = {"a/second:0": tf.TensorSpec([None, 2]), "question:0": tf.TensorSpec([None, 2])}
    call = rescue.function(rescue.freeze("run/model", inputs, ["answer:0", "halves:1"]), inputs, ["halves:1", "answer"])
    found = call(2 * X, X)
    expected = np.concatenate([X, 2 * X], 1) @ tf.train.load_variable("run/model", "w")
    np.testing.assert_allclose(found["halves:1"], expected[:, 1:], rtol=1e-5)
    np.testing.assert_allclose(found["answer"], expected[:, :1] - expected[:, 1:], rtol=1e-4)
    assert [spec.name for spec in call.input_signature] == ["a_second", "question"]


# by_name


def four_rows():
    """A graph that takes four rows of two inputs, and a switch; no row depends on another one."""
    x, other = v1.placeholder(tf.float32, [4, 2], "question"), v1.placeholder(tf.int64, [4], "other")
    on = v1.placeholder_with_default(False, [], "on")
    picked = tf.gather(weights("table", [5, 3]), tf.reshape(other, tf.constant([4, 1])))
    hidden = tf.matmul(x, weights("w", [2, 3])) + tf.reshape(picked, tf.constant([4, 3]))
    answer = tf.add(hidden, tf.where(on, 100.0, 0.0), name="answer")
    tf.reduce_mean(answer, name="how_wrong")


FOUR = {
    "question": tf.TensorSpec([4, 2], tf.float32),
    "other": tf.TensorSpec([4], tf.int64, "word"),
    "on": tf.TensorSpec([], tf.bool),
}


def by_name(outputs=("answer",), rows=4, inputs=FOUR, prefix="run/model"):
    return rescue.by_name(rescue.function(rescue.freeze(prefix, inputs, outputs), inputs, outputs), rows)


@pytest.fixture
def nine(in_folder):
    """Nine rows for four_rows, and the answers to them, from the graph itself."""
    rng = np.random.default_rng(5)
    x, word = rng.normal(size=[9, 2]).astype(np.float32), rng.integers(0, 5, 9)
    saved(four_rows, {"question:0": x[:4], "other:0": word[:4]})
    with tf.Graph().as_default(), v1.Session() as sess:
        v1.train.import_meta_graph("run/model.meta").restore(sess, "run/model")
        y = [sess.run("answer:0", {"question:0": x[at], "other:0": word[at]}) for at in np.split(np.arange(8), 2)]
        last = sess.run("answer:0", {"question:0": x[5:], "other:0": word[5:]})[-1:]
    return x, word, np.concatenate([*y, last])


def test_any_number_of_rows(nine):
    x, word, y = nine
    opened = FOUR | {"question": tf.TensorSpec([None, 2], tf.float32), "other": tf.TensorSpec([None], tf.int64)}
    frozen = rescue.freeze("run/model", opened, ["answer"])
    with pytest.raises(tf.errors.InvalidArgumentError):  # to open the shape alone is no help
        rescue.function(frozen, opened, ["answer"])(x[:3], word[:3], False)
    module = tf.Module()
    module.call = by_name()
    tf.saved_model.save(module, "out", signatures=module.call)
    loaded = tf.saved_model.load("out")
    assert set(loaded.signatures["serving_default"].structured_input_signature[1]) == {"question", "word", "on"}
    for call in (module.call, loaded.call):
        for count in (0, 1, 3, 4, 5, 8, 9):
            found = call({"question": x[:count], "word": word[:count], "on": False})["answer"]
            assert found.shape == (count, 3)
            np.testing.assert_allclose(found, y[:count], atol=1e-6)
        found = call({"question": x, "word": word, "on": True})["answer"]
        np.testing.assert_allclose(found, y + 100, rtol=1e-6)
    with pytest.raises(tf.errors.InvalidArgumentError, match="not the same number of rows"):
        module.call({"question": x, "word": word[:8], "on": False})


def test_several_inputs_in_keras(nine):
    x, word, y = nine
    module, inputs = tf.Module(), {name: FOUR[name] for name in ("question", "other")}
    module.call = by_name(inputs=inputs)
    tf.saved_model.save(module, "out")
    inputs = {"question": keras.Input([2], name="question"), "word": keras.Input([], dtype="int64", name="word")}
    model = keras.Model(inputs, keras.layers.TFSMLayer("out", call_endpoint="call")(inputs)["answer"])
    np.testing.assert_allclose(model({"question": x, "word": word}), y, atol=1e-6)
    np.testing.assert_allclose(model.predict({"question": x, "word": word}, batch_size=5, verbose=0), y, atol=1e-6)


def test_training_in_batches(nine):
    x, word, y = nine
    module = rescue.Trainable("run/model", FOUR, ["answer"])
    call = rescue.by_name(module.call, 4)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(call({"question": x, "word": word, "on": False})["answer"])
    gradients = dict(zip(module.weights, tape.gradient(loss, list(module.weights.values())), strict=True))
    np.testing.assert_allclose(gradients["w"], np.tile(x.sum(0)[:, None], [1, 3]), rtol=1e-5, err_msg="no copy counts")
    np.testing.assert_allclose(tf.convert_to_tensor(gradients["table"])[:, 0], np.bincount(word, minlength=5))


def test_rows_that_are_not_there(nine):
    x, word, y = nine
    found = by_name(rows=None)({"question": x[:4], "word": word[:4], "on": False})["answer"]
    np.testing.assert_allclose(found, y[:4], atol=1e-6)
    with pytest.raises(ValueError, match="question has 4 rows, not 3"):
        by_name(rows=3)
    with pytest.raises(ValueError, match="the output how_wrong is one number"):
        by_name(["answer", "how_wrong"])
    twice = FOUR | {"question": tf.TensorSpec([4, 2], tf.float32, "word")}
    with pytest.raises(ValueError, match="two arguments have one name: word, word, on"):
        by_name(inputs=twice)

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32, "x")])
    def number(x):
        return {"answer": x}

    with pytest.raises(ValueError, match="no argument has rows"):
        rescue.by_name(number, 4)


# Graphs that genuine TensorFlow 1 wrote

GRAPHS = Path(__file__).parent / "tf-1.15.5" / "graphs"
REAL = Path(os.environ.get("COURSE_CHECKPOINTS", "none"))


def recorded(path):
    return {name.replace("|", "/"): value for name, value in np.load(path).items()}


def specs(prefix, names):
    """The inputs of these names, with an open number of rows."""
    inputs = rescue.look(rescue.plain(prefix).graph_def)["inputs"]
    return {name: tf.TensorSpec([None, *inputs[name][1][1:]], inputs[name][0]) for name in names}


@pytest.mark.parametrize("folder", sorted(GRAPHS.iterdir()), ids=lambda folder: folder.name)
def test_graphs_of_tensorflow_1(folder):
    prefix = (folder / "model").as_posix()
    expected = recorded(folder / "out.npz")
    given = {name: value for name, value in recorded(folder / "in.npz").items() if name.rpartition("/")[2] != "t"}
    inputs = specs(prefix, given)
    frozen = rescue.function(rescue.freeze(prefix, inputs, list(expected)), inputs, list(expected))
    for name, value in frozen(*given.values()).items():
        np.testing.assert_allclose(value, expected[name], rtol=1e-5, atol=1e-5)
    if folder.name == "loops":
        with pytest.raises(ValueError, match="a while loop of TensorFlow 1"):
            rescue.Trainable(prefix, inputs, list(expected))
        return
    module = rescue.Trainable(prefix, inputs, list(expected))
    for name, value in module(*given.values()).items():
        np.testing.assert_allclose(value, expected[name], rtol=1e-5, atol=1e-5)
    gradients_are_right(module, list(given.values()))


def gradients_are_right(module, given):
    """Hold one element of each gradient against what the loss does when that element is changed a little."""

    def loss():
        return tf.add_n([tf.reduce_sum(tf.cast(value, tf.float32) ** 2) for value in module(*given).values()])

    with tf.GradientTape() as tape:
        gradients = tape.gradient(loss(), module.trainable_variables)
    for variable, gradient in zip(module.trainable_variables, gradients, strict=True):
        before, at = variable.numpy(), (0,) * len(variable.shape)
        losses = []
        for change in (0.01, -0.01):
            changed = before.copy()
            changed[at] += change
            variable.assign(changed)
            losses.append(loss().numpy())
        variable.assign(before)
        slope = (losses[0] - losses[1]) / 0.02
        np.testing.assert_allclose(tf.convert_to_tensor(gradient).numpy()[at], slope, rtol=0.03, atol=0.02)


@pytest.mark.parametrize(
    ("folder", "file", "start", "prepare"),
    [
        ("dense", "model-40", "x", None),
        ("gpu", "model-40", "x", None),
        ("convnet", "model-60", "x", None),
        ("lstm", "model-60", "x", None),
        ("contrib", "model", "augment/Merge", None),
        ("pyfunc", "model", "clean", lambda x: np.clip(x, -1, 1)),
    ],
)
def test_the_legacy_files(folder, file, start, prepare):
    legacy = course.legacy(folder)
    x, y = np.load(legacy / "x.npy"), np.load(legacy / "y.npy")
    x = prepare(x) if prepare else x
    inputs = {start: tf.TensorSpec([None, *x.shape[1:]], x.dtype)}
    prefix = (legacy / file).as_posix()
    np.testing.assert_allclose(run(rescue.freeze(prefix, inputs, ["y"]), x, inputs, "y"), y, atol=1e-5)
    if folder != "lstm":
        module = rescue.Trainable(prefix, inputs, ["y"])
        np.testing.assert_allclose(module(x)["y"], y, atol=1e-5)
        assert len(module.trainable_variables) == (6 if folder == "convnet" else 2 if folder == "pyfunc" else 4)


@pytest.mark.skipif(not REAL.is_dir(), reason="needs COURSE_CHECKPOINTS")
def test_an_estimator_of_other_people():
    prefix = (REAL / "tfx-chicago-taxi-estimator" / "model.ckpt-1000").as_posix()
    graph = rescue.plain(prefix).graph_def
    part = rescue.keep(graph, ["dnn/logits/BiasAdd"], rescue.look(graph)["inputs"])
    taken = {rescue.full(name) for node in part.node for name in node.input if not name.startswith("^")}
    inputs = {
        name: tf.TensorSpec(shape, dtype)
        for name, (dtype, shape) in rescue.look(graph)["inputs"].items()
        if rescue.full(name) in taken
    }
    given = [np.linspace(0, 1, 40, dtype=np.float32) * n for n in (1, 2, 3)]
    assert len(inputs) == len(given)
    with tf.Graph().as_default(), v1.Session() as sess:
        v1.train.import_meta_graph(rescue.plain(prefix)).restore(sess, prefix)
        feed = {rescue.full(name): value for name, value in zip(inputs, given, strict=True)}
        y = sess.run("dnn/logits/BiasAdd:0", feed)
    frozen = rescue.function(rescue.freeze(prefix, inputs, ["dnn/logits/BiasAdd"]), inputs, ["dnn/logits/BiasAdd"])
    np.testing.assert_allclose(frozen(*given)["dnn/logits/BiasAdd"], y, rtol=1e-6)
    module = rescue.Trainable(prefix, inputs, ["dnn/logits/BiasAdd"])
    np.testing.assert_allclose(module(*given)["dnn/logits/BiasAdd"], y, rtol=1e-6)
    gradients_are_right(module, given)


def features_of(seen, labels):
    """Name the inputs of an Estimator's graph by who reads them, as lesson 18a says."""
    named = {name: readers[0].split("/")[-2] for name, readers in seen["readers"].items() if readers}
    kinds = {name: seen["inputs"][name] for name in named if name != labels}
    return {name: tf.TensorSpec(shape, dtype, named[name]) for name, (dtype, shape) in kinds.items()}


def test_an_estimator_of_tensorflow_1():
    """Its table stays behind: what the table returned is put in."""
    prefix = (course.legacy("estimator") / "run" / "model.ckpt-20").as_posix()
    seen = rescue.look(rescue.plain(prefix).graph_def)
    inputs = features_of(seen, labels="IteratorGetNext:2")
    (column,) = (name.rpartition("/to_sparse_input")[0] for name in seen["readers"]["IteratorGetNext:1"][:1])
    inputs[f"{column}/hash_table_Lookup/LookupTableFindV2"] = tf.TensorSpec([4], tf.int64, "number")
    call = by_name(["dnn/logits/BiasAdd"], 4, inputs, prefix)
    x = json.loads((course.legacy("estimator") / "x.json").read_text())
    number = [["cat", "dog", "fish", "whale"].index(word) for (word,) in x["pet"]]
    number = np.array([-1 if place == 3 else place for place in number])
    features = {"age": np.float32(x["age"]), "to_sparse_input": np.array(x["pet"]), "number": number}
    logits = np.load(course.legacy("estimator") / "logits.npy")
    for rows in (slice(0, 4), slice(1, 4), [3, 0, 1, 2, 0, 1]):
        found = call({name: value[rows] for name, value in features.items()})["dnn/logits/BiasAdd"]
        np.testing.assert_allclose(found, logits[rows], atol=1e-5)


@pytest.mark.skipif(not REAL.is_dir(), reason="needs COURSE_CHECKPOINTS")
def test_the_whole_of_an_estimator_of_other_people(in_folder):
    """As the module's docstring has it: out of the .meta, into Keras, for any number of rows."""
    prefix = (REAL / "tfx-chicago-taxi-estimator" / "model.ckpt-1000").as_posix()
    inputs = features_of(rescue.look(rescue.plain(prefix).graph_def), labels="IteratorGetNext:16")
    rng = np.random.default_rng(11)
    x = {s.name: rng.normal(size=40) if s.dtype == tf.float32 else rng.integers(-1, 12, 40) for s in inputs.values()}
    x = {spec.name: x[spec.name].astype(spec.dtype.as_numpy_dtype) for spec in inputs.values()}
    with tf.Graph().as_default(), v1.Session() as sess:
        v1.train.import_meta_graph(rescue.plain(prefix)).restore(sess, prefix)
        y = sess.run("add_2:0", {rescue.full(name): x[spec.name] for name, spec in inputs.items()})
    module = tf.Module()
    module.call = by_name(["add_2"], 40, inputs, prefix)
    tf.saved_model.save(module, "out")
    layer = keras.layers.TFSMLayer("out", call_endpoint="call")
    for count in (40, 17):
        found = layer({name: value[:count] for name, value in x.items()})["add_2"]
        np.testing.assert_allclose(found, y[:count], atol=1e-5)
    assert len(inputs) == 12 and "fare_xf_1" in x


@pytest.mark.skipif(not REAL.is_dir(), reason="needs COURSE_CHECKPOINTS")
@pytest.mark.parametrize("folder", ["serving-v2-half-plus-two", "serving-v1-bad-half-plus-two"])
def test_graphs_of_before_tensorflow_1(folder):
    prefix, inputs = (REAL / folder / "export").as_posix(), {"Placeholder": tf.TensorSpec(None, tf.float32)}
    frozen = rescue.function(rescue.freeze(prefix, inputs, ["Add"]), inputs, ["Add"])
    assert frozen([[1.0], [2.0]])["Add"].numpy().tolist() == [[2.5], [3.0]]
    assert rescue.Trainable(prefix, inputs, ["Add"])([4.0])["Add"].numpy().tolist() == [4.0]


# Checkpoints of objects, by Keras before version 3 (lesson 18b)

VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"


def test_weights_of_tf_keras_go_by_key():
    legacy, layers = course.legacy("keras_h5"), keras.layers
    first = [keras.Input([8, 8, 1]), layers.Conv2D(4, 3, activation="relu"), layers.BatchNormalization()]
    net = keras.Sequential([*first, layers.Flatten(), layers.Dense(3, activation="softmax")])
    prefix = (legacy / "weights_tf").as_posix()
    with pytest.raises(ValueError, match="File format not supported"):
        net.load_weights(prefix)
    with pytest.raises(AssertionError, match="Nothing except the root object matched"):
        tf.train.Checkpoint(net).restore(prefix).expect_partial().assert_nontrivial_match()
    filled_by_key(net, tf.train.load_checkpoint(prefix))
    np.testing.assert_allclose(net(np.load(legacy / "x.npy")), np.load(legacy / "y.npy"), atol=1e-5)


def filled_by_key(net, reader):
    for number, layer in enumerate(layer for layer in net.layers if layer.weights):
        for weight in layer.weights:
            weight.assign(reader.get_tensor(f"layer_with_weights-{number}/{weight.name}{VALUE}"))


@pytest.mark.skipif(not REAL.is_dir(), reason="needs COURSE_CHECKPOINTS")
def test_some_have_the_configuration_of_their_layers():
    prefix = (REAL / "tf2-cp-dsp" / "training_1").as_posix()
    other = tf.train.load_checkpoint(prefix)  # the latest one of the folder with that name, as lesson 18b warns
    reader = v1.train.NewCheckpointReader(prefix)
    assert reader.get_variable_to_shape_map() != other.get_variable_to_shape_map()
    kept = [json.loads(reader.get_tensor(f"layer_with_weights-{k}/.ATTRIBUTES/OBJECT_CONFIG_JSON")) for k in range(3)]
    assert [layer["config"]["activation"] for layer in kept] == ["relu", "relu", "sigmoid"]
    dense = [keras.layers.Dense(layer["config"]["units"], layer["config"]["activation"]) for layer in kept]
    net = keras.Sequential([keras.Input([211]), *dense])
    filled_by_key(net, reader)
    x = y = np.random.default_rng(2).normal(size=[20, 211])
    functions = {"relu": lambda z: np.maximum(z, 0), "sigmoid": lambda z: 1 / (1 + np.exp(-z))}
    for number, layer in enumerate(kept):
        kernel, bias = (reader.get_tensor(f"layer_with_weights-{number}/{name}{VALUE}") for name in ("kernel", "bias"))
        y = functions[layer["config"]["activation"]](y @ kernel.astype(float) + bias)
    np.testing.assert_allclose(net(x.astype(np.float32)), y, atol=1e-6)
