"""Checkpoints by genuine TensorFlow 1.15.5: python3.7 -m venv V; V/bin/pip install 'tensorflow==1.15.5' 'protobuf<3.21'; V/bin/python make.py"""

import os

import numpy as np
import tensorflow as tf

assert tf.__version__ == "1.15.5"


def save(name, build, target="", **saver):
    tf.reset_default_graph()
    tf.set_random_seed(7)
    run = build() or (lambda sess: None)
    saver = tf.train.Saver(save_relative_paths=True, **saver)
    with tf.Session(target) as sess:
        sess.run(tf.global_variables_initializer())
        step = run(sess)
        os.makedirs(name)
        saver.save(sess, "%s/model" % name, global_step=step)


def pair():
    tf.get_variable("A", initializer=tf.constant(3, shape=[2]))
    tf.get_variable("B", initializer=tf.constant(5, shape=[3]))


def regression():
    x = tf.placeholder(tf.float32, [None, 1], name="x")
    y = tf.placeholder(tf.float32, [None, 1], name="y")
    w = tf.get_variable("w", initializer=tf.constant([[0.5]]))
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    loss = tf.losses.mean_squared_error(y, tf.add(tf.matmul(x, w), b, name="prediction"))
    step = tf.train.get_or_create_global_step()
    averages = tf.train.ExponentialMovingAverage(0.9, step)
    with tf.control_dependencies([tf.train.AdamOptimizer(0.1).minimize(loss, step)]):
        train = averages.apply([w, b])

    def run(sess):
        xs = np.linspace(-1, 1, 20, dtype=np.float32)[:, None]
        for _ in range(50):
            sess.run(train, {x: xs, y: 3 * xs + 2})
        return 50

    return run


def kinds():
    for dtype in (tf.float16, tf.bfloat16, tf.float64, tf.int8, tf.uint8, tf.int64, tf.bool, tf.complex64):
        tf.Variable(tf.cast(tf.constant([0, 1, 2]), dtype), name=dtype.name)
    tf.Variable(tf.constant([b"saver", b"", "Größe".encode()]), name="text")
    tf.Variable(3.5, name="scalar")
    tf.get_variable(
        "partitioned", [10, 4], initializer=tf.random_normal_initializer(), partitioner=tf.fixed_size_partitioner(3)
    )


def two_devices():
    for i in (0, 1):
        with tf.device("/job:ps/task:%d/cpu:0" % i):
            tf.get_variable("on_%d" % i, initializer=tf.range(4) + i)


save("pair", pair)
save("regression", regression)
save("kinds", kinds)
cluster = tf.train.ClusterSpec({"ps": ["localhost:20001", "localhost:20002"]})
servers = [tf.train.Server(cluster, "ps", i) for i in (0, 1)]
save("sharded", two_devices, servers[0].target, sharded=True)
