"""Truth 9, ``inspect``: the inputs of a graph are said, also of one that is fed by an iterator or a queue."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tfckpt import Meta, inspect
from tfckpt.describe import shape_text
from tfckpt.ends import ends
from tfckpt.inspectors.graphs import RESULT
from tfckpt.inspectors.uses import BEFORE


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
