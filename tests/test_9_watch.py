"""Truth 9, ``watch``: what an attempt did with sessions, Savers and readers."""

import os

import pytest
import tensorflow.compat.v1 as tf

from course.practice import watch
from course.practice.seen import Seen, variables_of


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


def test_before_anything_was_done():
    assert Seen() == Seen([], [], [], 0, [])
    with watch() as seen:
        assert seen == Seen()
    assert seen == Seen()


@pytest.mark.parametrize(
    ("passed", "written"),
    [
        ({"args": (), "options": {}}, "pair-2"),
        ({"args": (7,), "options": {}}, "pair-2-7"),
        ({"args": (), "options": {"global_step": 8}}, "pair-2-8"),
        ({"args": (), "options": {"latest_filename": "other"}}, "pair-2"),
    ],
)
def test_a_save_is_done_as_it_was_asked_for(pair, passed, written):
    """What is noted is the prefix as it was passed; what is written has all that was passed along."""
    a, saver, prefix = pair
    with watch() as seen, tf.Session() as sess:
        sess.run(a.initializer)
        path = saver.save(sess, f"{prefix}-2", *passed["args"], write_meta_graph=False, **passed["options"])
    assert (os.path.basename(path), seen.saves) == (written, [f"{prefix}-2"])
    assert os.path.exists(f"{path}.index") and not os.path.exists(f"{path}.meta")
    list_file = passed["options"].get("latest_filename", "checkpoint")
    assert tf.train.latest_checkpoint(os.path.dirname(prefix), list_file) == path


def test_a_session_runs_as_it_was_asked_to(pair):
    a, saver, prefix = pair
    other = tf.Graph()
    with watch() as seen:
        with tf.Session(graph=other) as sess:
            assert sess.graph is other
        with tf.Session("", other) as sess:
            assert sess.graph is other
        with tf.Session() as sess:
            assert sess.run(a.initializer) is None
            assert sess.run(fetches=a + 1, feed_dict={a: 4}) == 5
            assert sess.run(a + 1, {a: 5}) == 6
    assert (seen.runs, seen.held) == (3, [{}, {}, {"A": 3}])


def test_a_restore_is_one_and_says_what_its_saver_was_made_for(pair):
    """A list of variables, a dict of them, all that there are, or an imported graph's, of which nothing is known."""
    a, _, prefix = pair
    with tf.Session() as sess:
        sess.run([a.initializer, tf.local_variables_initializer()])
        tf.train.Saver({"other": a}).save(sess, f"{prefix}-dict", write_meta_graph=False)
        tf.train.Saver().save(sess, f"{prefix}-all")
    savers = [(tf.train.Saver({"other": a}), "dict"), (tf.train.Saver(), "all")]
    with tf.Graph().as_default() as imported:
        savers.append((tf.train.import_meta_graph(f"{prefix}-all.meta"), "all"))
    with watch() as seen:
        for saver, name in savers:
            with tf.Session(graph=imported if saver is savers[-1][0] else a.graph) as sess:
                assert saver.restore(sess, f"{prefix}-{name}") is None
    restored = [(os.path.basename(path), names) for path, names in seen.restores]
    assert restored == [("pair-dict", ["A"]), ("pair-all", ["A"]), ("pair-all", [])]
    assert seen.held == [{"A": 3}] * 3
    assert list(variables_of(savers[0][0])) == [a] and variables_of(savers[-1][0]) == []


def test_each_way_to_read_a_checkpoint_is_noted_and_reads_it(pair):
    a, _, prefix = pair
    with watch() as seen:
        assert tf.train.NewCheckpointReader(prefix).get_tensor("A") == 3
        assert tf.train.load_checkpoint(prefix).has_tensor("A")
        assert tf.train.load_variable(prefix, "A") == 3
        assert tf.train.list_variables(prefix) == [("A", [])]
        with tf.Graph().as_default():
            a = tf.get_variable("A", initializer=0, use_resource=False)
            tf.train.init_from_checkpoint(prefix, {"A": a})
    assert set(seen.reads) == {prefix} and len(seen.reads) >= 5


def test_what_is_watched_looks_as_it_is():
    """``help`` and a traceback name what the learner called."""
    with watch():
        watched = [tf.train.Saver.restore, tf.train.Saver.save, tf.Session.run, tf.train.NewCheckpointReader]
        names = [each.__name__ for each in watched]
    assert names == ["restore", "save", "run", tf.train.NewCheckpointReader.__name__]


def test_variables_without_a_value_and_what_is_no_variable_are_left_out(pair):
    a, saver, prefix = pair
    a.graph.add_to_collection("variables", "no variable")
    tf.get_variable("after", initializer=4, use_resource=False)
    with watch() as seen, tf.Session() as sess:
        sess.run(tf.global_variables()[-1].initializer)
    assert seen.held == [{"after": 4}]


def test_what_the_lines_raise_comes_through_and_nothing_is_watched_afterwards(pair):
    a, saver, prefix = pair
    before = tf.train.Saver.restore, tf.train.Saver.save, tf.Session.run, tf.Session.__init__, tf.Session.close
    with pytest.raises(ZeroDivisionError), watch():
        assert tf.train.Saver.restore is not before[0]
        raise ZeroDivisionError
    assert before == (
        *(tf.train.Saver.restore, tf.train.Saver.save),
        *(tf.Session.run, tf.Session.__init__, tf.Session.close),
    )
