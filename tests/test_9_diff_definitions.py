"""Truth 9, ``diff``: attributes and dtypes that an operation's definition does not allow stop an import."""

from pathlib import Path

import known_signatures
import pytest
import tensorflow.compat.v1 as tf

import course
from tfckpt.compare.signatures import SIGNATURES, lines, signature

VALUE = tf.AttrValue
TWO = VALUE.ListValue(type=[3, 1])
FLOAT, INT, TEXT = (VALUE(type=number) for number in (1, 3, 7))


def attribute(name, key, value):
    return lambda nodes, graph: nodes[name].attr[key].CopyFrom(value)


def without(name, key):
    return lambda nodes, graph: nodes[name].attr.pop(key)


def inputs(name, *those):
    def change(nodes, graph):
        del nodes[name].input[:]
        nodes[name].input.extend(those)

    return change


def added(kind, *those, **attributes):
    def change(nodes, graph):
        node = graph.node.add(name="added", op=kind, input=those)
        for key, value in attributes.items():
            node.attr[key].CopyFrom(value)

    return change


REFUSED = {
    "no dtype": without("MatMul", "T"),
    "a dtype that is not allowed": attribute("MatMul", "T", TEXT),
    "another dtype than its inputs have": attribute("MatMul", "T", INT),
    "another dtype than its variable": attribute("w/Assign", "T", INT),
    "a placeholder of another dtype": attribute("x", "dtype", INT),
    "a placeholder without a dtype": without("x", "dtype"),
    "no such dtype": attribute("x", "dtype", VALUE(type=99)),
    "a dtype of 0": attribute("x", "dtype", VALUE(type=0)),
    "a reference for a dtype": attribute("w", "dtype", VALUE(type=101)),
    "a variable without a shape": without("w", "shape"),
    "a text that is not allowed": attribute("BiasAdd", "data_format", VALUE(s=b"XYZ")),
    "another kind of value": attribute("MatMul", "transpose_a", VALUE(i=1)),
    "no value": attribute("MatMul", "T", VALUE()),
    "no value for a list": attribute("save/SaveV2", "dtypes", VALUE()),
    "a list for one value": attribute("MatMul", "T", VALUE(list=VALUE.ListValue(type=[1]))),
    "a constant of another dtype": attribute("save/SaveV2/tensor_names", "dtype", INT),
    "what is saved, without dtypes": without("save/SaveV2", "dtypes"),
    "what is restored, of no dtype": attribute("save/RestoreV2", "dtypes", VALUE(list=VALUE.ListValue())),
    "what is restored, of another dtype": attribute("save/RestoreV2", "dtypes", VALUE(list=TWO)),
    "a value where a reference belongs": inputs("w/Assign", "w/read", "w/Initializer/zeros"),
    "a text for a number": inputs("Relu", "save/Const"),
    "a handle for a number": inputs("Relu", "r"),
    "more than there are": added("AddN", "x", "x", T=FLOAT, N=VALUE(i=3)),
    "how many is not said": added("AddN", "x", "x", T=FLOAT),
    "none of at least one": added("AddN", T=FLOAT, N=VALUE(i=0)),
    "too few sizes": added("MaxPool", "x", T=FLOAT, padding=VALUE(s=b"SAME"), ksize=VALUE(list=VALUE.ListValue(i=[1])),
                           strides=VALUE(list=VALUE.ListValue(i=[1] * 4))),
}  # fmt: skip
TAKEN = {
    "unchanged": lambda nodes, graph: None,
    "an attribute with a default": without("MatMul", "transpose_a"),
    "no value where there is a default": attribute("MatMul", "transpose_a", VALUE()),
    "an attribute that nobody knows": attribute("MatMul", "unheard", VALUE(i=1)),
    "a reference for a value": inputs("Relu", "w"),
    "a second output": added("Identity", "save/RestoreV2:1", T=FLOAT),
    "as many as are said": added("AddN", "x", "x", T=FLOAT, N=VALUE(i=2)),
    "a list that may be empty": added("IdentityN", "x", "w", T=VALUE(list=VALUE.ListValue(type=[1, 1]))),
    "what comes before": inputs("Relu", "BiasAdd", "^x"),
}


@pytest.mark.parametrize("case", [*REFUSED, *TAKEN])
def test_what_the_definition_of_an_operation_allows(case, in_folder):
    prefix, path = str(Path(in_folder, "m")), Path(in_folder, "changed.meta")
    with tf.Graph().as_default(), tf.Session() as sess:
        w = tf.get_variable("w", (4, 3), initializer=tf.zeros_initializer(), use_resource=False)
        r = tf.get_variable("r", (3,), use_resource=True)
        tf.nn.relu(tf.nn.bias_add(tf.matmul(tf.placeholder(tf.float32, (None, 4), "x"), w), r))
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, prefix)
    meta = tf.MetaGraphDef.FromString(Path(f"{prefix}.meta").read_bytes())
    for node in meta.graph_def.node:
        node.attr.pop("_output_shapes", None)  # of which another test is
    nodes = {node.name: node for node in meta.graph_def.node}
    (REFUSED | TAKEN)[case](nodes, meta.graph_def)
    path.write_bytes(meta.SerializeToString())
    difference = course.diff(prefix, path)
    first = repr(difference).splitlines()[0]
    with tf.Graph().as_default(), tf.Session() as sess:
        if case in REFUSED:
            with pytest.raises(ValueError):
                tf.train.import_meta_graph(str(path))
            assert "import_meta_graph will fail" in first, difference
        else:
            tf.train.import_meta_graph(str(path))
            tf.train.Saver().restore(sess, prefix)
            assert "finds every variable" in first and not difference.troubled, difference


def test_the_list_of_definitions_is_that_of_tensorflow():
    stored = SIGNATURES.read_text(encoding="utf-8")
    assert stored == known_signatures.text(), "python tests/known_signatures.py writes it anew"
    assert all(map(signature, lines()))
