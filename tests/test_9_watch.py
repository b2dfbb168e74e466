"""Truth 9, ``watch``: what an attempt did with sessions, Savers and readers."""

import os

import pytest
import tensorflow.compat.v1 as tf

from course.practice import watch


@pytest.fixture
def pair(tmp_path):
    """A graph with a global variable ``A`` = 3 and a local one ``count``, a Saver of ``A``, and a prefix."""
    with tf.Graph().as_default():
        a = tf.get_variable("A", initializer=3, use_resource=False)
        tf.get_variable("count", initializer=0, collections=["local_variables"], use_resource=False)
        saver, prefix = tf.train.Saver([a]), os.fspath(tmp_path / "pair")
        with tf.Session() as sess:
            sess.run(a.initializer)
            saver.save(sess, prefix, write_meta_graph=False)
        yield a, saver, prefix


def test_what_was_done(pair):
    a, saver, prefix = pair
    with watch() as seen:
        with tf.Session() as sess:
            saver.restore(sess, prefix)
            saver.save(sess, f"{prefix}-2", write_meta_graph=False)
        tf.train.load_variable(prefix, "A")
    assert (seen.restores, seen.saves, seen.reads) == ([(prefix, ["A"])], [f"{prefix}-2"], [prefix])
    assert seen.runs == 2, "what looks at the variables afterwards is not counted"


def test_what_each_session_held_at_its_end(pair):
    a, saver, prefix = pair
    with watch() as seen:
        with tf.Session() as sess:
            saver.restore(sess, prefix)
        with tf.Session() as sess:
            sess.run(tf.local_variables_initializer())
        still_open = tf.Session()
        still_open.run(a.assign(5))
        again = tf.Session()
        again.close()
        again.close()
    assert seen.held == [{"A": 3}, {"count": 0}, {}, {"A": 5}], "the one that was left open comes last"
    assert still_open.run(a) == 5, "and stays open"
    still_open.close()


def test_nothing_is_watched_afterwards(pair):
    a, saver, prefix = pair
    with watch() as seen:
        pass
    with tf.Session() as sess:
        saver.restore(sess, prefix)
    assert (seen.restores, seen.runs, seen.held) == ([], 0, [])
