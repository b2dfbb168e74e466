"""Truth 9, ``inspect``: the inputs of a graph are said, also of one that is fed by an iterator or a queue."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from tfckpt import Meta, inspect
from tfckpt.ends import ends


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
    shown = repr(inspect(path)).splitlines()
    assert f"  inputs, taken from {source}: {', '.join(tensors)}" in shown
    assert any(line.startswith("  results that nothing takes: ") and "loss" in line for line in shown)
    assert any(line.startswith("  outputs, before a loss: ") and "Mean" in line for line in shown)
    with tf.Graph().as_default() as graph:
        tf.train.import_meta_graph(str(path))
        for feed in ends(Meta(path)).feeds:
            tensor = graph.get_tensor_by_name(feed.name)
            assert tensor.dtype.name == feed.dtype
            known = tensor.shape.rank is not None
            assert feed.shape == (tuple(tensor.shape.as_list()) if known else None)


def test_a_placeholder_beside_it(tmp_path):
    shown = repr(inspect(exported(iterator, tmp_path / "g.meta", rate=True))).splitlines()
    assert any(line.startswith("  inputs: rate float32 []") for line in shown)
    assert "  outputs, before a loss: Mean" in shown, "a rate is no data"
    assert any(line.startswith("  inputs, taken from an iterator (tf.data): ") for line in shown)
    assert any("results that nothing takes" in line and "loss" in line for line in shown)


def test_shapes_that_an_export_has_not_recorded(tmp_path):
    """An iterator says them itself, a queue says them elsewhere: they are not known then."""
    shown = repr(inspect(exported(iterator, tmp_path / "g.meta", shapes=False)))
    assert "IteratorGetNext:0 float32 [?, 3], IteratorGetNext:1 int64 [?]" in shown
    assert "batch:0 float32 ?, batch:1 int64 ?" in repr(inspect(exported(batches, tmp_path / "b.meta", shapes=False)))


def test_very_many_are_cut_short(tmp_path):
    def many():
        data = tf.data.Dataset.from_tensors(tuple(np.zeros(3, "f4") for _ in range(50)))
        return tf.data.make_one_shot_iterator(data).get_next()[0], tf.zeros([1], tf.int64)

    assert "IteratorGetNext:7 float32 [3] and 42 more" in repr(inspect(exported(many, tmp_path / "g.meta")))
