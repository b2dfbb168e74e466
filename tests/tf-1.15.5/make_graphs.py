"""Graphs by genuine TensorFlow 1.15.5, with recorded outputs, for tests/test_9_rescue.py.

python3.7 -m venv V; V/bin/pip install 'tensorflow==1.15.5' 'protobuf<3.21'; V/bin/python make_graphs.py (in this folder)

Each folder of graphs/ has a checkpoint with .meta, in.npz {placeholder: value} and out.npz {tensor: value}; "|" stands for "/".
"""

import os
import shutil

import numpy as np
import tensorflow as tf
from tensorflow.python.framework import function

assert tf.__version__ == "1.15.5"
X = np.random.RandomState(0).randn(6, 4).astype("f")
T = np.random.RandomState(1).randn(6, 2).astype("f")


def save(name, build, feed):
    tf.reset_default_graph()
    tf.set_random_seed(3)
    folder = "graphs/" + name
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    outputs = build()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        training = {"training:0": True} if "training" in [o.name for o in tf.get_default_graph().get_operations()] else {}
        for train in tf.get_collection("train_op") * 5:
            sess.run(train, dict(feed, **training))
        tf.train.Saver(save_relative_paths=True).save(sess, folder + "/model")
        os.remove(folder + "/checkpoint")
        found = sess.run({o: o if ":" in o else o + ":0" for o in outputs}, feed)
    np.savez(folder + "/out.npz", **{key.replace("/", "|"): value for key, value in found.items()})
    np.savez(folder + "/in.npz", **{key[:-2].replace("/", "|"): value for key, value in feed.items()})


def functions():
    """A function of the library that calls another one."""

    @function.Defun(tf.float32, tf.float32)
    def inner(a, b):
        return tf.sin(a) * b

    @function.Defun(tf.float32, tf.float32)
    def outer(a, b):
        return inner(a, b) + tf.reduce_sum(a)

    tf.identity(outer(tf.placeholder(tf.float32, [None, 4], "x"), tf.get_variable("w", [4])), "y")
    return ["y"]


def resource():
    """Batch normalization with resource variables, which tf.cond reads in its branches; scopes; momentum."""
    training = tf.placeholder_with_default(False, [], "training")
    with tf.variable_scope("a/b", use_resource=True):
        x, t = tf.placeholder(tf.float32, [None, 4], "x"), tf.placeholder(tf.float32, [None, 2], "t")
        h = tf.layers.batch_normalization(tf.layers.dense(x, 5, tf.nn.relu, name="d"), training=training)
        y = tf.identity(tf.layers.dense(h, 2, name="e"), "y")
        with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
            tf.train.MomentumOptimizer(0.1, 0.9).minimize(tf.reduce_mean((y - t) ** 2))
    return ["a/b/y"]


def many():
    """Two inputs, three outputs, a partitioned variable, dropout, tf.cond, an assertion that is waited for."""
    training = tf.placeholder_with_default(False, [], "training")
    x, t = tf.placeholder(tf.float32, [None, 4], "x"), tf.placeholder(tf.float32, [None, 2], "t")
    u = tf.placeholder(tf.int32, [None], "u")
    with tf.variable_scope("p", partitioner=tf.fixed_size_partitioner(3)):
        table = tf.get_variable("table", [7, 4])
        rows = tf.nn.embedding_lookup(table, u, partition_strategy="div")
    h, w = tf.layers.dropout(x + rows, 0.5, training=training), tf.get_variable("w", [4, 2])
    h = tf.cond(training, lambda: tf.matmul(h, w) * 2.0, lambda: tf.matmul(h, w))
    with tf.control_dependencies([tf.assert_less(tf.reduce_sum(x), 1e6)]):
        y = tf.identity(h, "y")
    tf.nn.top_k(y, 1, name="best")
    tf.train.AdamOptimizer(0.01).minimize(tf.reduce_mean((y - t) ** 2))
    return ["y", "best:0", "best:1"]


def loops():
    """Two while loops, as dynamic_rnn makes them."""
    x = tf.placeholder(tf.float32, [None, 3, 4], "x")
    cells = tf.nn.rnn_cell.GRUCell(3), tf.nn.rnn_cell.LSTMCell(3)
    tf.concat(tf.nn.bidirectional_dynamic_rnn(*cells, x, dtype=tf.float32)[0], 2, name="y")
    return ["y"]


save("functions", functions, {"x:0": X})
save("resource", resource, {"a/b/x:0": X, "a/b/t:0": T})
save("many", many, {"x:0": X, "u:0": np.arange(6), "t:0": T})
save("loops", loops, {"x:0": X.reshape(2, 3, 4)})
