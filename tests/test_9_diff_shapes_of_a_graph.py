"""Truth 9, ``diff``: shapes in a graph that contradict each other: what is proposed makes the import work."""

from pathlib import Path

import pytest
import tensorflow.compat.v1 as tf

import course


def declared(name, *sizes):
    return lambda nodes: nodes[name].attr["shape"].shape.CopyFrom(tf.TensorShape(sizes).as_proto())


def recorded(name, *sizes):
    record = tf.TensorShape(sizes).as_proto()
    return lambda nodes: nodes[name].attr["_output_shapes"].list.shape[0].CopyFrom(record)


CHANGES = {
    "a variable, more rows": declared("w", 5, 3),
    "a variable of another rank": declared("b", 1, 3),
    "the record of a variable": recorded("w", 5, 3),
    "the record of a first value": recorded("w/Initializer/zeros", 5, 3),
    "the record of a product": recorded("MatMul", 9, 9),
}


@pytest.mark.parametrize("case", CHANGES)
def test_the_cure_of_shapes_that_contradict_each_other(case, in_folder):
    prefix, path = str(Path(in_folder, "m")), Path(in_folder, "changed.meta")
    with tf.Graph().as_default(), tf.Session() as sess:
        w, b = (
            tf.get_variable(name, sizes, initializer=tf.zeros_initializer(), use_resource=False)
            for name, sizes in (("w", (4, 3)), ("b", (3,)))
        )
        tf.matmul(tf.placeholder(tf.float32, (None, 4)), w) + b
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, prefix)
    meta = tf.MetaGraphDef.FromString(Path(f"{prefix}.meta").read_bytes())
    CHANGES[case]({node.name: node for node in meta.graph_def.node})
    path.write_bytes(meta.SerializeToString())
    with tf.Graph().as_default(), pytest.raises(ValueError, match="_output_shapes|shapes must be equal"):
        tf.train.import_meta_graph(str(path))
    difference = course.diff(prefix, path)
    assert "will fail" in repr(difference).splitlines()[0], difference
    assert ("the recorded shape again" in repr(difference).replace("\n", " ")) == case.startswith("a variable")
    with tf.Graph().as_default(), tf.Session() as sess:
        exec(difference.code, {"tf": tf})
        tf.train.Saver().restore(sess, prefix)
