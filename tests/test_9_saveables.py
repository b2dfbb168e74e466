"""Truth 9, ``diff``: tables, iterators and others that a plain Saver finds in collections. Held against TensorFlow."""

from pathlib import Path

import pytest
import tensorflow.compat.v1 as tf
from tensorflow.python.ops import boosted_trees_ops, lookup_ops

from tfckpt import diff

FINDS = "finds every variable"
KEY = tf.GraphKeys.SAVEABLE_OBJECTS


def beside(value, key=KEY):
    tf.add_to_collection(key, value)


def local(resource):
    return tf.get_variable("v", [2], use_resource=resource, collections=["local_variables"])


def iterator(key=None):
    made = tf.data.make_initializable_iterator(tf.data.Dataset.range(5))
    made.get_next()
    if key:
        beside(tf.data.experimental.make_saveable_from_iterator(made), key)
    return made.initializer


def table_of_a_file():
    path = Path("vocabulary.txt").absolute()
    path.write_text("a\nb\n", encoding="utf-8")
    lookup_ops.index_table_from_file(str(path), num_oov_buckets=1)


def of_constants():
    values = tf.lookup.KeyValueTensorInitializer(tf.constant(["a"]), tf.constant([1], tf.int64))
    tf.lookup.StaticHashTable(values, -1)


def nothing():
    pass


MADE = {  # what stands in the graph beside a variable
    "nothing": nothing,
    "a table of constants": of_constants,
    "a table of a file": table_of_a_file,
    "a table that changes": lambda: lookup_ops.MutableHashTable(tf.string, tf.int64, -1) and None,
    "two tables": lambda: [lookup_ops.MutableHashTable(tf.string, tf.int64, -1) for _ in range(2)] and None,
    "a dense table": lambda: (
        lookup_ops.DenseHashTable(tf.string, tf.int64, -1, "", "?", initial_num_buckets=8) and None
    ),
    "a table that is kept out": lambda: lookup_ops.MutableHashTable(tf.string, tf.int64, -1, checkpoint=False) and None,
    "an iterator": iterator,
    "an iterator that is saved": lambda: iterator(KEY),
    "trees": lambda: boosted_trees_ops.TreeEnsemble("trees") and None,
    "a reference": lambda: beside(local(resource=False)),
    "the tensor of a reference": lambda: beside(local(resource=False).op.outputs[0]),
    "a reference's operation": lambda: beside(local(resource=False).op),
    "a reference's copy": lambda: beside(tf.identity(local(resource=False))),
    "a resource": lambda: beside(local(resource=True)),
    "the handle of a resource": lambda: beside(local(resource=True).handle),
    "what a resource is read by": lambda: beside(local(resource=True).value()),
    "a copy of a resource": lambda: beside(tf.identity(local(resource=True))),
    "a constant": lambda: beside(tf.constant(1.0)),
    "a text": lambda: beside("any"),
    "a number": lambda: beside(7),
    "a variable twice": lambda: beside(tf.get_variable("v", [2], use_resource=False)),
    "a resource twice": lambda: beside(tf.get_variable("v", [2], use_resource=True)),
    "one twice in one collection": lambda: beside(tf.get_variable("v", [2], use_resource=False), "variables"),
    "an empty collection": lambda: tf.get_default_graph().get_collection_ref(KEY),
}


def made(build, prefix, resource=False):
    """Saves a graph with something in it. Returns its MetaGraphDef."""
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.get_variable("w", initializer=tf.ones([2]), use_resource=resource)
        first = build()
        try:
            saver = tf.train.Saver()
        except (TypeError, ValueError, IndexError, AttributeError):  # nor where the graph is built
            saver = tf.train.Saver({variable.op.name: variable for variable in tf.global_variables()})
        start = [tf.global_variables_initializer(), tf.local_variables_initializer()]
        try:
            sess.run(start if first is None else [*start, first])
            saver.save(sess, prefix, write_meta_graph=False)
        except tf.errors.InvalidArgumentError:  # no TensorFlow of today has trees
            made(nothing, prefix)
        return saver.export_meta_graph(None)


def raised(action):
    try:
        action()
    except Exception as error:  # whatever it is, it is what is asked for
        return f"{type(error).__name__}: {error}"
    return ""


def of_tensorflow(meta, prefix, which):
    """What an import and then a restore by a Saver raise, as ``"import: …"`` or ``"restore: …"``; or an empty text."""
    with tf.Graph().as_default(), tf.Session() as sess:
        own = []
        if stopped := raised(lambda: own.append(tf.train.import_meta_graph(meta))):
            return f"import: {stopped}"
        saver = {
            "own": lambda: own[0],
            "plain": tf.train.Saver,
            "global": lambda: tf.train.Saver(tf.global_variables()),
        }[which]

        def restore():
            for operation in tf.get_default_graph().get_operations():
                if operation.type == "MakeIterator":
                    sess.run(operation)
            saver().restore(sess, prefix)

        if stopped := raised(restore):
            return f"restore: {stopped}"
        assert sess.run("w:0" if which == "code" else tf.global_variables()[0]).tolist() == [1, 1]
    return ""


def said(left, right):
    return " ".join(repr(diff(left, right)).split())


@pytest.mark.parametrize("has_saver", [True, False], ids=["with a Saver", "without one"])
@pytest.mark.parametrize("what", MADE)
def test_what_a_plain_saver_finds_beside_variables(what, has_saver, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tf.disable_v2_behavior()
    prefix, path = str(tmp_path / "m"), str(tmp_path / "c.meta")
    meta = made(MADE[what], prefix)
    if not has_saver:
        meta.ClearField("saver_def")
    Path(path).write_bytes(meta.SerializeToString())
    plain, told = of_tensorflow(path, prefix, "plain"), said(prefix, path)
    if "not in the graph" in plain or what == "trees" or "not found in checkpoint" in plain:
        assert FINDS not in told
        return
    assert ("import_meta_graph will fail" in told) == plain.startswith("import"), (plain, told)
    assert (FINDS in told) == (not plain), (plain, told)
    if "Use the Saver that tf.train.import_meta_graph returns" in told:
        assert not of_tensorflow(path, prefix, "own")
    if "restores the variables alone" in told:
        assert not of_tensorflow(path, prefix, "global")
    if "before that Saver restores it" in told:
        assert what == "an iterator that is saved"


@pytest.mark.parametrize("what", ["a table that changes", "an iterator that is saved", "a number", "two tables"])
def test_the_code_imports_a_graph_without_the_collection(what, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tf.disable_v2_behavior()
    prefix, path = str(tmp_path / "m"), str(tmp_path / "c.meta")
    meta = made(MADE[what], prefix)
    meta.ClearField("saver_def")
    Path(path).write_bytes(meta.SerializeToString())
    code = diff(prefix, path).code
    assert 'del meta.collection_def["saveable_objects"]' in code
    with tf.Graph().as_default(), tf.Session() as sess:
        names = {"tf": tf}
        exec(code, names)
        names["saver"].restore(sess, prefix)
        assert sess.run("w:0").tolist() == [1, 1]


@pytest.mark.parametrize("what", MADE)
def test_a_graph_in_memory_that_was_imported(what, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tf.disable_v2_behavior()
    prefix = str(tmp_path / "m")
    meta = made(MADE[what], prefix)
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        tf.train.import_meta_graph(meta)
        told = said(prefix, graph)
        stopped = raised(lambda: tf.train.Saver().restore(sess, prefix))
    assert (FINDS in told) == (not stopped), (stopped, told)


def test_a_table_in_a_graph_that_was_built_is_no_obstacle(tmp_path):
    tf.disable_v2_behavior()
    prefix = str(tmp_path / "m")
    made(MADE["a table that changes"], prefix)
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        tf.get_variable("w", [2], use_resource=False)
        MADE["a table that changes"]()
        assert FINDS in said(prefix, graph)
        tf.train.Saver().restore(sess, prefix)


def test_a_saved_model_with_a_table(tmp_path):
    tf.disable_v2_behavior()
    folder = tmp_path / "saved"
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.get_variable("w", initializer=tf.ones([2]), use_resource=False)
        lookup_ops.MutableHashTable(tf.string, tf.int64, -1)
        sess.run(tf.global_variables_initializer())
        w = tf.identity(tf.global_variables()[0])
        tf.saved_model.simple_save(sess, str(folder), {"x": tf.placeholder(tf.float32)}, {"w": w})
    told = said(str(folder), str(folder / "saved_model.pb"))
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.saved_model.load(sess, ["serve"], str(folder))
        assert raised(lambda: tf.train.Saver().restore(sess, f"{folder}/variables/variables")).startswith("TypeError")
        tf.train.Saver(tf.global_variables()).restore(sess, f"{folder}/variables/variables")
    assert FINDS not in told and "MutableHashTable" in told and "the variables alone" in told
