"""Truth 9, ``diff``: variables of two names that are one, held against what TensorFlow restores."""

from pathlib import Path

import pytest
import tensorflow.compat.v1 as tf

import course

CASES = [  # of a graph with a and b: shared_name of each, container of each
    (b"x", b"x", b"", b""),
    (b"", b"", b"", b""),
    (b"", b"a", b"", b""),
    (b"a", b"", b"", b""),
    (b"b", b"a", b"", b""),
    (b"x", b"y", b"", b""),
    (b"x", b"x", b"c", b""),
    (b"x", b"x", b"c", b"c"),
    (b"x", b"x", b"localhost", b""),
]


@pytest.mark.parametrize("resource", [False, True], ids=["reference", "resource"])
@pytest.mark.parametrize("names", CASES, ids=str)
def test_two_variables_that_share_a_name(names, resource, in_folder):
    prefix, path = str(Path(in_folder, "m")), Path(in_folder, "changed.meta")
    with tf.Graph().as_default(), tf.Session() as sess:
        for name, value in (("a", [1.0, 2.0]), ("b", [3.0, 4.0])):
            tf.get_variable(name, initializer=tf.constant(value), use_resource=resource)
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, prefix)
    meta = tf.MetaGraphDef.FromString(Path(f"{prefix}.meta").read_bytes())
    nodes = {node.name: node for node in meta.graph_def.node}
    for name, shared, container in zip("ab", names[:2], names[2:], strict=True):
        nodes[name].attr["shared_name"].s, nodes[name].attr["container"].s = shared, container
    path.write_bytes(meta.SerializeToString())
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        tf.train.import_meta_graph(str(path))
        tf.train.Saver().restore(sess, prefix)
        apart = [sess.run(f"{name}{'/Read/ReadVariableOp' if resource else ''}:0").tolist() for name in "ab"] == [
            [1, 2],
            [3, 4],
        ]
        for difference in (course.diff(prefix, path), course.diff(prefix, graph)):
            text = repr(difference)
            assert ("share one value" in text.splitlines()[0]) != apart, (apart, text)
            assert bool(difference.troubled) != apart
    if not apart:  # what is said to help
        for name in "ab":
            nodes[name].attr["shared_name"].s = name.encode()
        path.write_bytes(meta.SerializeToString())
        assert not course.diff(prefix, path).troubled
