"""Truth 9, ``diff``: what of a ``.meta`` stops an import is told before. Each change is held against TensorFlow."""

from pathlib import Path

import known_arities
import pytest
import tensorflow.compat.v1 as tf
from tensorflow.core.framework import variable_pb2
from tensorflow.core.protobuf import control_flow_pb2, queue_runner_pb2, saver_pb2

from tfckpt import CheckpointError, diff
from tfckpt.compare.arities import ARITIES

FINDS = "finds every variable"
PROTOS = {
    "variables": variable_pb2.VariableDef,
    "trainable_variables": variable_pb2.VariableDef,
    "queue_runners": queue_runner_pb2.QueueRunnerDef,
    "cond_context": control_flow_pb2.CondContextDef,
    "while_context": control_flow_pb2.WhileContextDef,
    "savers": saver_pb2.SaverDef,
}


def build():
    """A graph with something of all that an import reads. Returns its MetaGraphDef and the prefix of a save."""
    tf.disable_v2_behavior()
    tf.disable_control_flow_v2()
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    w = tf.get_variable("w", [2, 2])
    r = tf.get_variable("r", [2], use_resource=True)
    tf.get_variable("p", [4, 2], partitioner=tf.fixed_size_partitioner(2))
    batch = tf.train.batch([tf.constant([1.0, 2.0])], 2)
    hidden = tf.cond(tf.reduce_sum(x) > 0, lambda: x @ w, lambda: x + r)
    tf.while_loop(lambda i, h: i < 3, lambda i, h: (i + 1, tf.cond(i > 1, lambda: h @ w, lambda: h)), [0, hidden])
    tf.identity(tf.split(batch, 2)[1], name="half")
    tf.add_to_collection("nodes", hidden)
    tf.add_to_collection("nodes", hidden.op)
    tf.add_to_collection("numbers", 7)
    tf.add_to_collection("texts", "any")
    saver = tf.train.Saver()
    tf.add_to_collection("savers", saver)
    return saver


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    prefix = str(tmp_path_factory.mktemp("import") / "m")
    with tf.Graph().as_default(), tf.Session() as sess:
        saver = build()
        sess.run(tf.global_variables_initializer())
        saver.save(sess, prefix)
    meta = tf.MetaGraphDef()
    meta.ParseFromString(Path(f"{prefix}.meta").read_bytes())
    assert {*PROTOS} <= {*meta.collection_def}
    return prefix, meta


def element(key, which=0, **values):
    """A change of fields of an element of a collection."""

    def change(meta):
        listed = meta.collection_def[key].bytes_list.value
        message = PROTOS[key].FromString(listed[which])
        for name, value in values.items():
            field = getattr(message, name)
            if isinstance(value, list):
                del field[:]
                field.extend(value)
            elif isinstance(value, dict):
                field.external_values.update(value)
            else:
                setattr(message, name, value)
        listed[which] = message.SerializeToString()

    return change


def inner(key, which, path, **values):
    """A change of a context within a context, or of what is in it."""

    def change(meta):
        listed = meta.collection_def[key].bytes_list.value
        for number, content in enumerate(listed):
            message = PROTOS[key].FromString(content)
            found = which(message)
            if found is not None:
                for name, value in values.items():
                    setattr(found, name, value) if not isinstance(value, list) else getattr(found, name).extend(value)
                listed[number] = message.SerializeToString()
                return
        raise AssertionError("there is no such context")

    return change


def nested_condition(message):
    return next((each.cond_ctxt for each in message.nested_contexts if each.HasField("cond_ctxt")), None)


def values_of(message):
    return message.values_def if message.values_def.values else None


def node(name, **values):
    def change(meta):
        found = next(each for each in meta.graph_def.node if each.name == name)
        for key, value in values.items():
            if key == "input":
                del found.input[:]
                found.input.extend(value)
            else:
                setattr(found, key, value)

    return change


def collection(key, kind, *values):
    def change(meta):
        getattr(meta.collection_def[key], kind).value.extend(values)

    return change


def saver(**values):
    return lambda meta: [setattr(meta.saver_def, name, value) for name, value in values.items()]


def function(name, gradient_of=None, gradient="", only_gradient=False):
    def change(meta):
        library = meta.graph_def.library
        if not only_gradient:
            new = library.function.add()
            new.signature.name = name
            new.signature.input_arg.add(name="a", type=1)
            new.signature.output_arg.add(name="b", type=1)
            new.ret["b"] = "a"
        if gradient_of:
            library.gradient.add(function_name=gradient_of, gradient_func=gradient)

    return change


def calls(kind, **attributes):
    """A change that adds an operation of a type, or with a function in its attributes."""

    def change(meta):
        new = meta.graph_def.node.add(name="calls", op=kind, input=["half"])
        for key, value in attributes.items():
            new.attr[key].CopyFrom(value)

    return change


def called(name):
    return tf.AttrValue(func=tf.NameAttrList(name=name))


def calling(call, *functions):
    """A change that adds functions, and an operation that calls the last one; the first has an operation of nobody.

    Each function calls the one before it.
    """

    def change(meta):
        before = ""
        for name in functions:
            function(name)(meta)
            new = meta.graph_def.library.function[-1]
            inside = new.node_def.add(name="n", op="PartitionedCall" if before else "NobodyKnowsThis", input=["a"])
            new.ret["b"] = "n:output:0" if before else "a"
            if before:
                for key, value in {"f": called(before), "Tin": FLOATS, "Tout": FLOATS}.items():
                    inside.attr[key].CopyFrom(value)
            before = name
        if call == "by its name":
            calls(before)(meta)
        elif call:
            calls(call, f=called(before), Tin=FLOATS, Tout=FLOATS)(meta)

    return change


def circle(*kinds):
    """A change that adds operations which take each other."""

    def change(meta):
        for number, kind in enumerate(kinds):
            other = f"c{(number or len(kinds)) - 1}"
            new = meta.graph_def.node.add(name=f"c{number}", op=kind, input=[other, "half"][: 1 + (kind == "Merge")])
            new.attr["T"].CopyFrom(tf.AttrValue(type=1))
            if kind == "Merge":
                new.attr["N"].CopyFrom(tf.AttrValue(i=2))

    return change


FLOATS = tf.AttrValue(list=tf.AttrValue.ListValue(type=[1]))
CHANGES = {  # what was changed in the graph
    "nothing": lambda meta: None,
    "a variable without a name": element("variables", variable_name=""),
    "a variable that is not there": element("variables", variable_name="gone:0"),
    "a variable without its output": element("variables", variable_name="w"),
    "a variable, another output": element("variables", variable_name="w:1"),
    "no initializer": element("variables", initializer_name=""),
    "an initializer that is not there": element("trainable_variables", initializer_name="w/Gone"),
    "an initializer, another output": element("variables", initializer_name="w/Assign:1"),
    "a snapshot that is not there": element("variables", snapshot_name="w/gone:0"),
    "a snapshot, another output": element("variables", snapshot_name="w/read:1"),
    "a snapshot with two colons": element("variables", snapshot_name="w/read:0:0"),
    "a snapshot without a number": element("variables", snapshot_name="w/read:"),
    "no snapshot": element("variables", snapshot_name=""),
    "a first value that is not there": element("variables", initial_value_name="gone:0"),
    "a first value that is an output": element("variables", initial_value_name="split:1"),
    "no first value": element("variables", initial_value_name=""),
    "a way to synchronize": element("variables", synchronization=9),
    "a way to aggregate": element("variables", aggregation=4),
    "a resource that is a reference": element("variables", is_resource=True),
    "a reference that is a resource": element("variables", 1, is_resource=False),
    "a resource without its snapshot": element("variables", 1, snapshot_name=""),
    "a resource, a snapshot of nothing": element("variables", 1, snapshot_name="x:0"),
    "a resource, another snapshot": element("variables", 1, snapshot_name="gone:0"),
    "a resource that is an operation": element("variables", 1, variable_name="r"),
    "bytes that are no variable": collection("variables", "bytes_list", b"\x0a\x7f"),
    "an empty variable": collection("variables", "bytes_list", b""),
    "a queue runner without a name": element("queue_runners", queue_name=""),
    "a queue runner, another queue": element("queue_runners", queue_name="gone"),
    "a queue runner that fills nothing": element("queue_runners", enqueue_op_name=["gone"]),
    "a queue runner without anything to fill": element("queue_runners", enqueue_op_name=[]),
    "a queue runner that does not close": element("queue_runners", close_op_name=""),
    "a queue runner that does not cancel": element("queue_runners", cancel_op_name="gone"),
    "a queue runner with an error": element("queue_runners", queue_closed_exception_types=[11, 1]),
    "a queue runner with an error of none": element("queue_runners", queue_closed_exception_types=[99]),
    "a queue runner with the error OK": element("queue_runners", queue_closed_exception_types=[0]),
    "an empty queue runner": collection("queue_runners", "bytes_list", b""),
    "a condition of nothing": element("cond_context", pred_name="gone:0"),
    "a condition without a pivot": element("cond_context", pivot_name=""),
    "a condition without a name": element("cond_context", context_name=""),
    "a condition, another output": element("cond_context", pred_name="Greater:1"),
    "a condition with more in it": inner("cond_context", values_of, None, values=["gone:0"]),
    "a condition that takes more": element("cond_context", values_def={"w:0": "gone:0"}),
    "a loop without a pivot": element("while_context", pivot_name=""),
    "a loop, another pivot": element("while_context", pivot_for_body_name="gone"),
    "a loop without a pivot to ask": element("while_context", pivot_for_pred_name=""),
    "a loop that ends elsewhere": element("while_context", loop_exit_names=["gone:0"]),
    "a loop that begins elsewhere": element("while_context", loop_enter_names=["gone:0"]),
    "a loop with so many rounds": element("while_context", maximum_iterations_name="gone:0"),
    "a condition in a loop": inner("while_context", nested_condition, None, pred_name="gone:0"),
    "the name of a condition in a loop": inner("while_context", nested_condition, None, context_name="other"),
    "a Saver in a collection": element("savers", save_tensor_name=""),
    "a Saver in a collection that restores nothing": element("savers", restore_op_name=""),
    "a Saver in a collection, without a file": element("savers", filename_tensor_name=""),
    "a Saver in a collection, elsewhere": element("savers", restore_op_name="gone", save_tensor_name="gone:0"),
    "a Saver that saves nothing": saver(save_tensor_name=""),
    "a Saver that restores nothing": saver(restore_op_name=""),
    "a Saver without a file": saver(filename_tensor_name=""),
    "a Saver of another version": saver(version=9),
    "no Saver": lambda meta: meta.ClearField("saver_def"),
    "a node that is not there": collection("more", "node_list", "gone:0"),
    "a node, another output": collection("more", "node_list", "half:1"),
    "a node, an output of several": collection("more", "node_list", "split:1"),
    "a node, an output too many": collection("more", "node_list", "half:10"),
    "a node without a name": collection("more", "node_list", ""),
    "numbers": collection("more", "int64_list", 1, 2),
    "fractions": collection("more", "float_list", 0.5),
    "texts": collection("more", "bytes_list", b"\xff"),
    "an empty collection": lambda meta: meta.collection_def["more"].SetInParent(),
    "variables as nodes": collection("local_variables", "node_list", "w:0"),
    "a metric as a node": collection("metric_variables", "node_list", "gone:0"),
    "a step that is none": collection("global_step", "bytes_list", b""),
    "an input that has to be given": collection("unbound_inputs", "bytes_list", b"x"),
    "no input that has to be given": lambda meta: meta.collection_def["unbound_inputs"].bytes_list.SetInParent(),
    "an input, another output": node("half", input=["x:1"]),
    "an input of nothing": node("half", input=["w/Assign:1"]),
    "an input too many": node("half", input=["x", "x"]),
    "no input": node("half", input=[]),
    "an input after": node("half", input=["^w", "x"]),
    "an input ahead": node("half", input=["x", "^w"]),
    "an output of several": node("half", input=["split"]),
    "a circle": node("half", input=["half"]),
    "a circle of two": circle("Identity", "Identity"),
    "a circle over what goes on": circle("NextIteration", "Identity"),
    "a loop": circle("Merge", "Identity", "NextIteration"),
    "a loop that does not go on": circle("Merge", "Identity"),
    "a circle of what comes before": node("half", input=["split:1", "^half"]),
    "a function": function("f"),
    "a function without a name": function(""),
    "two gradients": lambda meta: [function("f")(meta), function("g", "f", "g")(meta), function("h", "f", "h")(meta)],
    "gradients in a circle, and a function": lambda meta: [
        function("f")(meta),
        function("g", "f", "g")(meta),
        function("h", "g", "f")(meta),
    ],
    "a function of nobody that nothing calls": calling("", "f"),
    "a function of nobody, called": calling("PartitionedCall", "f"),
    "a function of nobody, called with a state": calling("StatefulPartitionedCall", "f"),
    "a function of nobody, called by its name": calling("by its name", "f"),
    "a function of nobody in another, called": calling("PartitionedCall", "f", "g", "h"),
    "a function of nobody in another, called by its name": calling("by its name", "f", "g"),
    "a function of nobody, of a gradient": calling("SymbolicGradient", "f"),
    "a gradient": lambda meta: [function("f")(meta), function("g", "f", "g")(meta)],
    "a gradient of nothing": function("f", "gone", "f"),
    "a gradient that is not there": function("f", "f", "gone"),
    "a gradient of itself": function("f", "f", "f"),
    "a gradient alone": function("", "gone", "f", only_gradient=True),
    "a function that is not there": calls("gone_function"),
    "a call of what is not there": calls("PartitionedCall", f=called("gone"), Tin=FLOATS, Tout=FLOATS),
    "a call of what is there": lambda meta: [
        function("f")(meta),
        calls("PartitionedCall", f=called("f"), Tin=FLOATS, Tout=FLOATS)(meta),
    ],
    "a gradient of a function that is not there": calls("SymbolicGradient", f=called("gone"), Tin=FLOATS, Tout=FLOATS),
    "an asset": lambda meta: meta.asset_file_def.add(filename="a.txt").tensor_info.__setattr__("name", "gone:0"),
    "a signature": lambda meta: meta.signature_def["s"].inputs["i"].__setattr__("name", "gone:0"),
}


def imported(meta, prefix):
    """What an import, and then a plain Saver, raise: a text, empty if nothing."""
    with tf.Graph().as_default(), tf.Session() as sess:
        try:
            tf.train.import_meta_graph(meta)
        except Exception as error:  # whatever it is, it is what is asked for
            return f"import: {type(error).__name__}: {error}"
        try:
            tf.train.Saver().restore(sess, prefix)
        except Exception as error:
            return f"restore: {type(error).__name__}: {error}"
    return ""


@pytest.mark.parametrize("what", CHANGES)
def test_what_stops_an_import_is_told_and_nothing_else(saved, what, tmp_path):
    prefix, original = saved
    changed = tf.MetaGraphDef()
    changed.CopyFrom(original)
    CHANGES[what](changed)
    (tmp_path / "c.meta").write_bytes(changed.SerializeToString())
    raised, says = imported(str(tmp_path / "c.meta"), prefix), said(prefix, tmp_path / "c.meta")
    if raised.startswith("import"):
        assert "import_meta_graph will fail" in says or "c.meta cannot be read at byte" in says, raised
    else:
        assert "import_meta_graph will fail" not in says, says[:300]
        assert (FINDS in says or "a plain one will not" in says) == (not raised), (raised, says[:300])


def said(prefix, meta):
    try:
        return " ".join(repr(diff(prefix, meta)).split())
    except CheckpointError as error:
        return str(error)


def test_the_list_of_arities_is_that_of_tensorflow():
    assert ARITIES.read_text(encoding="utf-8") == known_arities.text(), "python tests/known_arities.py writes it anew"
