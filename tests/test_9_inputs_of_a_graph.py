"""Truth 9, ``inspect``: the inputs of a graph are said, also of one that is fed by an iterator or a queue."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from test_9_origins import field, node

from tfckpt import Meta, inspect
from tfckpt.describe import shape_text
from tfckpt.ends import NO_RESULTS, PASSING, ends
from tfckpt.inspectors.graphs import RESULT
from tfckpt.inspectors.uses import BEFORE
from tfckpt.readers.meta_graph import MetaGraph, Saver


def iterator():
    data = tf.data.Dataset.from_tensor_slices((np.zeros([9, 3], "f4"), np.zeros([9], "i8"))).batch(3)
    x, y = tf.data.make_one_shot_iterator(data).get_next()
    return x, y


def initializable():
    data = tf.data.Dataset.from_generator(list, (tf.float32, tf.int64), (tf.TensorShape([None, 3]), None))
    return tf.data.make_initializable_iterator(data).get_next()


def structure():
    """Of a dict: in the order of its keys."""
    data = tf.data.Dataset.from_tensors({"z": np.zeros(2, "i8"), "a": np.zeros([2, 3], "f4")})
    found = tf.data.make_one_shot_iterator(data).get_next()
    return found["a"], found["z"]


def batches():
    return tf.train.batch([tf.zeros([3]), tf.constant(7, tf.int64)], batch_size=5)


def queue():
    return tf.queue.FIFOQueue(5, [tf.float32, tf.int64], [[4, 3], []], name="q").dequeue()


def queue_of_unknown():
    return tf.queue.FIFOQueue(5, [tf.float32, tf.int64]).dequeue()


GRAPHS = {
    iterator: ("an iterator (tf.data)", ["IteratorGetNext:0 float32 [?, 3]", "IteratorGetNext:1 int64 [?]"]),
    initializable: ("an iterator (tf.data)", ["IteratorGetNext:0 float32 [?, 3]", "IteratorGetNext:1 int64 ?"]),
    structure: ("an iterator (tf.data)", ["IteratorGetNext:0 float32 [2, 3]", "IteratorGetNext:1 int64 [2]"]),
    batches: ("a queue", ["batch:0 float32 [5, 3]", "batch:1 int64 [5]"]),
    queue: ("a queue", ["q_Dequeue:0 float32 [4, 3]", "q_Dequeue:1 int64 []"]),
    queue_of_unknown: ("a queue", ["fifo_queue_Dequeue:0 float32 ?", "fifo_queue_Dequeue:1 int64 ?"]),
}


def exported(make, path, rate=False, shapes=True):
    tf.disable_v2_behavior()
    with tf.Graph().as_default() as graph:
        x, y = make()
        w = tf.get_variable("w", [3, 2])
        logits = tf.nn.xw_plus_b(tf.reshape(x, [-1, 3]), w, [0.0, 0.0], name="logits")
        if rate:
            logits = logits * tf.placeholder(tf.float32, [], name="rate")
        tf.multiply(tf.reduce_mean(logits), tf.reduce_sum(tf.cast(y, tf.float32)), name="loss")
        tf.train.Saver()
        if shapes:
            tf.train.export_meta_graph(str(path))
        else:
            path.write_bytes(tf.MetaGraphDef(graph_def=graph.as_graph_def()).SerializeToString())
    return path


@pytest.mark.parametrize("make", GRAPHS)
def test_what_feeds_a_graph_is_an_input(make, tmp_path):
    """Dtypes and shapes are TensorFlow's own, and what is computed of it is a result."""
    source, tensors = GRAPHS[make]
    path = exported(make, tmp_path / "g.meta")
    found = inspect(path).inspection
    assert [(*words(end), end.what) for end in found.inputs] == [
        (*each.split(" ", 2), f"from {source}") for each in tensors
    ]
    assert [(end.name, end.what) for end in found.outputs] == [("Mean:0", BEFORE), ("loss:0", RESULT)]
    with tf.Graph().as_default() as graph:
        tf.train.import_meta_graph(str(path))
        for feed in ends(Meta(path)).feeds:
            tensor = graph.get_tensor_by_name(feed.name)
            assert tensor.dtype.name == feed.dtype
            known = tensor.shape.rank is not None
            assert feed.shape == (tuple(tensor.shape.as_list()) if known else None)


def words(end):
    return end.name, end.dtype, shape_text(end.shape)


def test_a_placeholder_beside_it(tmp_path):
    report = inspect(exported(iterator, tmp_path / "g.meta", rate=True))
    assert words(report.inspection.inputs[0]) == ("rate:0", "float32", "[]")
    assert [end.name for end in report.inspection.outputs] == ["Mean:0", "loss:0"], "a rate is no data"
    shown = lines(report)
    assert "float32 [] rate:0" in shown
    assert "float32 [?, 3] IteratorGetNext:0 from an iterator (tf.data)" in shown
    assert "float32 [] Mean:0 before a loss" in shown
    assert "float32 [] loss:0 taken by nothing" in shown


def lines(report):
    """The lines of a report, with single blanks."""
    return [" ".join(line.split()) for line in repr(report).splitlines()]


def test_shapes_that_an_export_has_not_recorded(tmp_path):
    """An iterator says them itself, a queue says them elsewhere: they are not known then."""
    shown = lines(inspect(exported(iterator, tmp_path / "g.meta", shapes=False)))
    assert "float32 [?, 3] IteratorGetNext:0 from an iterator (tf.data)" in shown
    assert "int64 [?] IteratorGetNext:1 from an iterator (tf.data)" in shown
    shown = lines(inspect(exported(batches, tmp_path / "b.meta", shapes=False)))
    assert "float32 shape not in the file batch:0 from a queue" in shown


def test_very_many_are_cut_short(tmp_path):
    def many():
        data = tf.data.Dataset.from_tensors(tuple(np.zeros(3, "f4") for _ in range(50)))
        return tf.data.make_one_shot_iterator(data).get_next()[0], tf.zeros([1], tf.int64)

    report = inspect(exported(many, tmp_path / "g.meta"))
    shown = lines(report)
    assert "inputs: 50" in shown and "… and 30 more: --json lists them" in shown
    assert "float32 [3] IteratorGetNext:19 from an iterator (tf.data)" in shown
    assert not any("IteratorGetNext:20" in line for line in shown[: shown.index("variables: 1")])
    assert len(report.inspection.as_dict()["inputs"]) == 50


FLOAT, BOOL = {"dtype": b"\x30\x01"}, {"dtype": b"\x30\x0a"}
VECTOR, SCALAR = {"shape": b"\x3a\x04\x12\x02\x08\x02"}, {"shape": b"\x3a\x00"}


def by_hand(*operations, saver=None):
    found = ends(MetaGraph(operations=list(operations), saver=saver))
    outputs = [name.removesuffix(":0") for name in found.outputs]
    return [each.name for each in found.inputs], outputs, list(found.results)


X, V = node("x", "Placeholder", **FLOAT, **VECTOR), node("v", "VariableV2")


@pytest.mark.parametrize("kind", ["Placeholder", "PlaceholderWithDefault", "PlaceholderV2"])
def test_an_input_and_what_is_computed_of_it(kind):
    x = node("x", kind, **FLOAT, **VECTOR)
    assert by_hand(x, node("y", "Relu", "x"), node("z", "Relu", "y")) == (["x"], [], ["z"])
    assert by_hand(x, node("a", "Const"), node("z", "Relu", "a")) == (["x"], [], []), "not of an input"
    assert by_hand(x) == (["x"], [], [])


def test_what_stands_before_a_loss_is_computed_of_fewer_inputs():
    y = node("y", "Placeholder", **FLOAT, **VECTOR)
    logits, loss = node("logits", "MatMul", "x", "v"), node("loss", "Sub", "logits", "y")
    assert by_hand(X, y, V, logits, loss) == (["x", "y"], ["logits"], ["loss"])
    assert by_hand(X, y, logits, loss)[1] == [], "not of a variable"
    assert by_hand(X, y, V, node("logits", "MatMul", "x", "y"), node("loss", "Sub", "logits", "v"))[1] == []
    for kind in ("Variable", "VarHandleOp"):
        assert by_hand(X, y, node("v", kind), logits, loss)[1] == ["logits"]
    deep = [node("w", "ReadVariableOp", "v"), node("logits", "MatMul", "x", "w")]
    assert by_hand(X, y, V, *deep, loss)[1] == ["logits"]
    inside = node("loss", "Sub", "logits", "y", function="f")
    assert by_hand(X, y, V, logits, inside) == (["x", "y"], [], ["logits"]), "that of a function is no part of it"


@pytest.mark.parametrize("kind", sorted(NO_RESULTS))
def test_what_is_no_result_and_takes_none(kind):
    assert by_hand(X, node("y", "Relu", "x"), node("n", kind, "y")) == (["x"], [], ["y"])


@pytest.mark.parametrize("kind", ["Shape", "ShapeN", "Size", "Rank"])
def test_what_is_computed_of_a_size_is_not_computed_of_the_values(kind):
    assert by_hand(X, node("n", kind, "x"), node("y", "Relu", "n")) == (["x"], [], [])


@pytest.mark.parametrize("kind", PASSING)
def test_what_passes_values_on_is_no_result(kind):
    assert by_hand(X, node("n", kind, "x"))[2] == []
    assert by_hand(X, node("n", kind, "x"), node("y", "Relu", "n"))[2] == ["y"]


@pytest.mark.parametrize("name", ["gradients/y", "a/gradients_1/y", "y/Initializer/z", "y/Assign"])
def test_what_an_optimizer_adds_is_no_result(name):
    assert by_hand(X, node("y", "Relu", "x"), node(name, "Relu", "y"))[2] == ["y"]


def test_what_a_saver_adds_is_no_input_and_no_result():
    own = node("save/Const", "PlaceholderWithDefault", "a"), node("save/y", "Relu", "x")
    saver = Saver(filename="save/Const:0", save="s", restore="r")
    assert by_hand(X, *own, saver=saver) == (["x"], [], [])
    assert by_hand(X, *own) == (["x", "save/Const"], [], ["save/y"])
    assert by_hand(X, node("y", "Relu", "x"), saver=Saver(filename="Const:0"))[2] == ["y"]


def test_a_switch_or_a_rate_is_no_data():
    switch, rate = node("s", "Placeholder", **BOOL, **VECTOR), node("r", "Placeholder", **FLOAT, **SCALAR)
    of_both = node("y", "Mul", "x", "r"), node("z", "Relu", "s")
    assert by_hand(X, switch, rate, *of_both) == (["x", "s", "r"], [], ["y"])
    assert by_hand(switch, node("z", "Relu", "s"))[2] == ["z"], "it is all that there is"
    fed = node("i", "IteratorGetNext", output_types=field(1, b"\x30\x01"))
    assert by_hand(fed, switch, node("z", "Relu", "s"), node("y", "Relu", "i"))[2] == ["y"]
    several = node("i", "IteratorGetNext", output_types=field(1, b"\x30\x01\x30\x01"))
    outputs = by_hand(several, V, node("y", "Mul", "i", "v"), node("z", "Sub", "y", "i:1"))
    assert outputs == ([], ["y"], ["z"]), "each thing that it gives is an input"


def test_a_loop_is_gone_round_until_nothing_new_is_found():
    loop = [
        node("m", "Merge", "e", "n"),
        node("y", "Relu", "m"),
        node("n", "NextIteration", "y"),
        node("e", "Enter", "x"),
        node("exit", "Exit", "m"),
        X,
    ]
    assert by_hand(*loop)[2] == ["exit"]
    early = [each for each in loop if each.name != "n"]
    assert by_hand(*early)[2] == ["y", "exit"], "without a loop, too, where what one takes stands behind it"
