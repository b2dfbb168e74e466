"""Exercises of lesson 06: a graph rebuilt from what a checkpoint tells, and what keeps a graph from fitting one."""

import os
import shutil
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, must_be_array, same, watch

KINDS = (
    {"layer/kernel": ("float32", [2, 3]), "step": ("int64", []), "layer/bias_1": ("float32", [1])},
    {"w": ("float64", [4]), "b": ("int32", [1]), "dense.2/mask": ("bool", [2, 1, 2]), "level": ("uint8", [3])},
)
# A regression with Adam and moving averages, saved after 50 steps by genuine TensorFlow 1.15.5.
OF_1_15 = Path(__file__).parent / "files" / "06_rebuild_the_graph"


def save_kinds(kinds, prefix):
    """Saves variables with the values 1.1, 2.1, 3.1, …, as far as their dtypes allow. Every other one is not trainable.

    Leaves an empty default graph. Returns ``{name: array}``.
    """
    tf.reset_default_graph()
    for number, (name, (dtype, shape)) in enumerate(kinds.items()):
        size = tf.TensorShape(shape).num_elements()
        value = (np.arange(size) + 1.1).astype(dtype).reshape(shape)
        tf.get_variable(name, initializer=tf.constant(value), trainable=number % 2 == 0)
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        saver.save(sess, prefix)
        values = {variable.op.name: sess.run(variable) for variable in tf.global_variables()}
    tf.reset_default_graph()
    return values


def copy_of_1_15(folder):
    """Copies the checkpoint of TensorFlow 1.15.5 into a folder, with a ``.meta`` of its variables alone.

    Leaves an empty default graph. Returns the prefix and ``{name: array}``.
    """
    shutil.copytree(OF_1_15, folder)
    prefix = os.path.join(folder, "model-50")
    reader = tf.train.load_checkpoint(prefix)
    values = {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}
    tf.reset_default_graph()
    for name, value in values.items():
        tf.get_variable(name, initializer=tf.zeros(value.shape, value.dtype))
    tf.train.Saver().export_meta_graph(f"{prefix}.meta")
    tf.reset_default_graph()
    return prefix, values


@exercise(
    hints=[
        "Three things must agree. Which of them does `tf.train.list_variables(prefix)` tell, and which one is missing?",
        "The dtypes come from the reader: `tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()`. Collect the "
        "variables in a dict while you build them.",
        "Build each with `tf.get_variable(name, initializer=tf.zeros(shape, dtypes[name]))`, then make the Saver, open "
        "a session, restore, and `return sess.run(...)` of the dict: a session runs a dict as well.",
    ],
    raised={
        "does not equal original dtype": "The dtypes differ. `tf.zeros(shape)` is `float32` unless it gets the dtype "
        "that the checkpoint has.",
        "Assign requires shapes": "The shapes differ. `tf.train.list_variables(prefix)` gives name and shape in pairs.",
        # Before the next one, which is a part of it.
        "not found in checkpoint file": "The name of the `.index` was passed instead of the prefix.",
        "not found in checkpoint": "The names differ. Pass the name of the checkpoint to `tf.get_variable`; a label in "
        "Python is not saved.",
        "No variables to save": "The Saver was made before the variables. It looks at the graph once.",
        "uninitialized value": "A variable got no value in this session: `saver.restore` was not called in it, or the "
        "Saver was made too early.",
        "already exists, disallowed": "The graph was built twice. Build each variable once and keep it.",
        "not enough values to unpack": "`tf.train.list_variables(prefix)` gives pairs, name and shape. The dtypes come "
        "from the reader: `tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()`.",
    },
)
def restore_all(prefix):
    """Bring back all variables of a checkpoint whose code is lost: return {name: array}.

    Build the variables in the default graph, which is empty, and give them the values in
    a session. Names, dtypes and shapes differ from one checkpoint to another.
    """
    dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    # Name, shape and dtype are the checkpoint's. The zeros are never used.
    variables = {
        name: tf.get_variable(name, initializer=tf.zeros(shape, dtypes[name]))
        for name, shape in tf.train.list_variables(prefix)
    }
    saver = tf.train.Saver()  # after the last variable
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(variables)


@restore_all.examiner
def _(attempt):
    absolute = os.path.join(os.getcwd(), "runs.2", "model.ckpt-7")
    checkpoints = [(prefix, save_kinds(kinds, prefix)) for prefix, kinds in zip(("lost", absolute), KINDS, strict=True)]
    for prefix, saved in (*checkpoints, copy_of_1_15("of-1.15")):
        tf.reset_default_graph()
        with watch() as seen:
            answer = attempt(prefix)
        expected = f"A dict with the names {list(saved)}, and the saved array for each."
        judge_names(answer, saved, expected)
        for name, value in saved.items():
            judge_value(name, answer[name], value, expected, seen)
        judge_sessions(saved, seen)
    return (
        "Name, shape and dtype agreed with the checkpoint's, and that was enough to give all variables their values. "
        "The last checkpoint was written by TensorFlow 1.15, in the middle of training."
    )


def judge_names(answer, saved, expected):
    if not isinstance(answer, dict):
        raise NotYet(
            seen=f"The function returned an object of type `{type(answer).__name__}`.",
            expected=expected,
            because="`sess.run` of a dict returns a dict with the same names and, for each, its value. Hand it back "
            "with `return`.",
        )
    if answer.keys() != saved.keys():
        names = sorted(map(str, answer))
        if [name.removesuffix(":0") for name in names] == sorted(saved):
            because = "`variable.name` is a tensor's name, with `:0`. The checkpoint has `variable.op.name`."
        elif set(answer) < set(saved):
            because = "Some of the checkpoint's variables are missing. Its list has them all."
        else:
            because = "Use the names that are in the checkpoint, as `tf.train.list_variables` gives them."
        raise NotYet(seen=f"The dict has the names {names}.", expected=expected, because=because)


def judge_value(name, answer, value, expected, seen):
    must_be_array(
        answer,
        expected,
        none=f"Either it was not run in the session, or only its "
        f"operation was, and running one returns nothing: the tensor is `{name}:0`.",
        seen=f"For `{name}` there is",
    )
    if same(answer, value):
        return
    if seen.saves:
        because = "`saver.save` was called: what it wrote has replaced what was saved. A restore needs no save."
    elif np.array_equal(np.ravel(answer), value.ravel()):
        because = "The dtype or the shape is not the saved one."
    elif any(same(held[name], value) for held in seen.held if name in held):
        because = "The variable had the saved value in a session, and something else came back: another variable's, a "
        because += "changed value, or what was fetched before `restore`."
    elif seen.restores and all(names and name not in names for _, names in seen.restores):
        because = (
            "The Saver does not cover this variable: it was made before it, or for others. An initializer hides that."
        )
    elif seen.restores:
        because = "An initializer that runs after `restore` puts its own values over the restored ones."
    else:
        because = "`restore` was never called: these are the values of an initializer."
    raise NotYet(
        seen=f"`{name}` came back as `{np.asarray(answer).tolist()}`, {answer.dtype}.",
        expected=f"`{value.tolist()}`, {value.dtype}, as saved.",
        because=because,
    )


def judge_sessions(saved, seen):
    if all(any(same(each, value) for held in seen.held for each in held.values()) for value in saved.values()):
        return
    raise NotYet(
        seen="The values are right, but there were no variables that had them at the end of a session.",
        expected=f"A variable for each of {sorted(saved)}. It gets its value in a session, and is fetched from there.",
        because="There are variables, and the values were taken from a reader beside them."
        if tf.global_variables()
        else "A reader gives values without a graph, and that is enough for looking at them. A model needs them in the "
        "variables of its graph.",
    )


@restore_all.wrong_attempt(says="The dtypes differ")
def leaves_the_dtype_out(prefix):
    variables = {n: tf.get_variable(n, initializer=tf.zeros(s)) for n, s in tf.train.list_variables(prefix)}
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(variables)


@restore_all.wrong_attempt(says="The names differ")
def gives_names_in_python_only(prefix):
    dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    variables = {n: tf.Variable(tf.zeros(s, dtypes[n])) for n, s in tf.train.list_variables(prefix)}
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(variables)


@restore_all.wrong_attempt(says="The Saver was made before the variables")
def makes_the_saver_first(prefix):
    saver = tf.train.Saver()
    dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    variables = {n: tf.get_variable(n, initializer=tf.zeros(s, dtypes[n])) for n, s in tf.train.list_variables(prefix)}
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(variables)


@restore_all.wrong_attempt(says="The graph was built twice")
def builds_twice(prefix):
    dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    for name, shape in tf.train.list_variables(prefix):
        tf.get_variable(name, initializer=tf.zeros(shape, dtypes[name]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return {
            n: sess.run(tf.get_variable(n, initializer=tf.zeros(s, dtypes[n])))
            for n, s in tf.train.list_variables(prefix)
        }


@restore_all.wrong_attempt(says="puts its own values over the restored ones")
def initializes_after_restoring(prefix):
    dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    variables = {n: tf.get_variable(n, initializer=tf.zeros(s, dtypes[n])) for n, s in tf.train.list_variables(prefix)}
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        sess.run(tf.global_variables_initializer())
        return sess.run(variables)


@restore_all.wrong_attempt(says="`restore` was never called")
def initializes_instead(prefix):
    dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    variables = {n: tf.get_variable(n, initializer=tf.zeros(s, dtypes[n])) for n, s in tf.train.list_variables(prefix)}
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return sess.run(variables)


@restore_all.wrong_attempt(says="A reader gives values without a graph")
def reads_without_a_graph(prefix):
    reader = tf.train.load_checkpoint(prefix)
    return {name: reader.get_tensor(name) for name, _ in tf.train.list_variables(prefix)}


@restore_all.wrong_attempt(says="from a reader beside them")
def reads_beside_the_graph(prefix):
    reader = tf.train.load_checkpoint(prefix)
    for name, dtype in reader.get_variable_to_dtype_map().items():
        tf.get_variable(name, reader.get_variable_to_shape_map()[name], dtype)
    return {name: reader.get_tensor(name) for name, _ in tf.train.list_variables(prefix)}


@restore_all.wrong_attempt(says="Some of the checkpoint's variables are missing")
def skips_what_training_owns(prefix):
    dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    listed = [(n, s) for n, s in tf.train.list_variables(prefix) if not n.endswith(("Adam", "_1", "step"))]
    variables = {n: tf.get_variable(n, initializer=tf.zeros(s, dtypes[n])) for n, s in listed}
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return sess.run(variables)


@restore_all.wrong_attempt(says="is a tensor's name, with `:0`")
def keeps_tensor_names(prefix):
    dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    variables = [tf.get_variable(n, initializer=tf.zeros(s, dtypes[n])) for n, s in tf.train.list_variables(prefix)]
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return {variable.name: sess.run(variable) for variable in variables}


@restore_all.wrong_attempt(says="The Saver does not cover this variable")
def makes_the_saver_in_between(prefix):
    dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    variables, saver = {}, None
    for name, shape in tf.train.list_variables(prefix):
        variables[name] = tf.get_variable(name, initializer=tf.zeros(shape, dtypes[name]))
        saver = saver or tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        saver.restore(sess, prefix)
        return sess.run(variables)


@restore_all.wrong_attempt(says="another variable's, a changed value")
def returns_them_in_another_order(prefix):
    dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    variables = [tf.get_variable(n, initializer=tf.zeros(s, dtypes[n])) for n, s in tf.train.list_variables(prefix)]
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return dict(zip(dtypes, sess.run(sorted(variables, key=lambda v: v.dtype.name)), strict=True))


@restore_all.wrong_attempt(says="The dtype or the shape is not the saved one")
def makes_all_values_floats(prefix):
    dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    variables = {n: tf.get_variable(n, initializer=tf.zeros(s, dtypes[n])) for n, s in tf.train.list_variables(prefix)}
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return {name: sess.run(variable).astype(float) for name, variable in variables.items()}


@restore_all.wrong_attempt(says="gives pairs, name and shape")
def expects_the_dtypes_in_the_list(prefix):
    variables = {name: tf.get_variable(name, shape, dtype) for name, shape, dtype in tf.train.list_variables(prefix)}
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return sess.run(variables)


@restore_all.wrong_attempt(says="only its operation was")
def runs_the_operations(prefix):
    dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    for name, shape in tf.train.list_variables(prefix):
        tf.get_variable(name, initializer=tf.zeros(shape, dtypes[name]))
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return {name: sess.run(name) for name in dtypes}


@restore_all.wrong_attempt(says="has replaced what was saved")
def saves_before_restoring(prefix):
    dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    variables = {
        name: tf.get_variable(name, initializer=tf.zeros(shape, dtypes[name]))
        for name, shape in tf.train.list_variables(prefix)
    }
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        saver.save(sess, prefix)
        saver.restore(sess, prefix)
        return sess.run(variables)


@restore_all.wrong_attempt(says="`.tolist()`, `str` and the like")
def makes_lists_of_the_arrays(prefix):
    dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    variables = {
        name: tf.get_variable(name, initializer=tf.zeros(shape, dtypes[name]))
        for name, shape in tf.train.list_variables(prefix)
    }
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return {name: value.tolist() for name, value in sess.run(variables).items()}


@restore_all.right_attempt
def takes_values_from_a_reader_to_the_session(prefix):
    reader = tf.train.load_checkpoint(prefix)
    sess = tf.Session()
    for name, shape in reader.get_variable_to_shape_map().items():
        variable = tf.get_variable(name, shape, reader.get_variable_to_dtype_map()[name])
        variable.load(reader.get_tensor(name), sess)
    return {variable.op.name: variable.eval(sess) for variable in tf.global_variables()}


@restore_all.right_attempt
def makes_a_graph_the_default_one(prefix):
    dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    with tf.Graph().as_default(), tf.Session() as sess:
        variables = {n: tf.get_variable(n, s, dtypes[n]) for n, s in tf.train.list_variables(prefix)}
        tf.train.Saver().restore(sess, prefix)
        return sess.run(variables)


@restore_all.right_attempt
def tells_the_saver_the_names(prefix):
    reader = tf.train.load_checkpoint(prefix)
    dtypes, shapes = reader.get_variable_to_dtype_map(), reader.get_variable_to_shape_map()
    variables = {name: tf.Variable(tf.zeros(shapes[name], dtypes[name])) for name in shapes}
    with tf.Session() as sess:
        tf.train.Saver(variables).restore(sess, prefix)
        return sess.run(variables)


@restore_all.right_attempt
def makes_the_values_initializers(prefix):
    for name, _ in tf.train.list_variables(prefix):
        tf.Variable(tf.train.load_variable(prefix, name), name=name, trainable=False)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return {variable.op.name: sess.run(variable) for variable in tf.global_variables()}


@restore_all.right_attempt
def imports_the_meta_graph(prefix):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run({variable.op.name: variable for variable in tf.global_variables()})


@restore_all.right_attempt
def restores_one_after_the_other(prefix):
    reader = tf.train.NewCheckpointReader(prefix)
    values = {}
    for name, dtype in reader.get_variable_to_dtype_map().items():
        variable = tf.get_variable(name, initializer=tf.zeros(reader.get_variable_to_shape_map()[name], dtype))
        with tf.Session() as sess:
            tf.train.Saver([variable]).restore(sess, prefix)
            values[name] = sess.run(variable)
    return values


@exercise(
    hints=[
        "A variable fits when three things agree. Where do you read each of them, in the graph and in the checkpoint?",
        "In the graph: `variable.op.name`, `variable.shape.as_list()`, `variable.dtype.base_dtype`. In the checkpoint: "
        "the reader's two maps, `get_variable_to_shape_map()` and `get_variable_to_dtype_map()`.",
        "Loop over `tf.global_variables()`. Keep the name when `shapes.get(name)` is not the variable's shape, or "
        "`dtypes.get(name)` is not its dtype: a name that is missing gives `None` in both. Return the names `sorted`.",
    ],
    raised={
        "layer/bias": "The checkpoint has no such name, and asking for it raised an error. A name that is missing is a "
        "misfit: ask with `shapes.get(name)`, or with `reader.has_tensor(name)`.",
    },
)
def misfits(prefix):
    """Return the sorted names of the graph's variables that the checkpoint cannot fill.

    Look at the global variables of the default graph: an ordinary Saver would need the
    same name, shape and dtype in the checkpoint. Restore nothing, and leave the graph as
    it is.
    """
    reader = tf.train.load_checkpoint(prefix)
    shapes, dtypes = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    found = []
    for variable in tf.global_variables():
        name = variable.op.name
        # A name that the checkpoint lacks gives None, which is neither the shape nor the dtype of anything.
        same_shape = shapes.get(name) == variable.shape.as_list()
        # base_dtype, because the dtype of a variable of TensorFlow 1's kind is a reference: float32_ref.
        same_dtype = dtypes.get(name) == variable.dtype.base_dtype
        if not (same_shape and same_dtype):
            found.append(name)
    return sorted(found)


SAVED = (
    ("saved", {"layer/kernel": ("float32", [2, 3]), "step": ("int64", [])}),
    ("runs.2/model.ckpt-7", {"a": ("int32", [1]), "layer/kernel": ("float64", [3]), "A_1": ("bool", [])}),
)
GRAPHS = (  # for each of the two: what the graph has, and why each misfit is one
    (
        ({"layer/kernel": ("float32", [2, 3]), "step": ("int64", [])}, {}),
        ({"step": ("int64", []), "layer/bias": ("float32", [3])}, {"layer/bias": "name"}),
        ({"layer/kernel": ("float32", [3, 2]), "step": ("int64", [])}, {"layer/kernel": "shape"}),
        ({"layer/kernel": ("float32", [2, 4])}, {"layer/kernel": "shape"}),
        ({"layer/kernel": ("float32", [4, 3])}, {"layer/kernel": "shape"}),
        ({"step": ("int32", []), "layer/kernel": ("float32", [2, 3])}, {"step": "dtype"}),
        (
            {"step": ("int32", []), "layer/kernel": ("float32", [6]), "head": ("float32", [])},
            {"step": "dtype", "layer/kernel": "shape", "head": "name"},
        ),
    ),
    (
        ({"a": ("int32", []), "A_1": ("bool", [1])}, {"a": "shape", "A_1": "shape"}),
        ({"A": ("int32", [1]), "layer/kernel": ("float64", [3])}, {"A": "name"}),
        ({"a": ("float32", [1]), "layer/kernel": ("int64", [3])}, {"a": "dtype", "layer/kernel": "dtype"}),
        ({"layer/kernel_1": ("float64", [3]), "A_1": ("bool", [])}, {"layer/kernel_1": "name"}),
        ({"kernel": ("float64", [3]), "a": ("int64", [1])}, {"kernel": "name", "a": "dtype"}),
    ),
)


@misfits.examiner
def _(attempt):
    for (prefix, saved), graphs in zip(SAVED, GRAPHS, strict=True):
        save_kinds(saved, prefix := os.path.abspath(prefix))
        for kinds, reasons in graphs:
            build(kinds)
            before = contents()
            answer = attempt(prefix)
            if contents() != before:
                raise NotYet(
                    seen="After the call, the graph does not have the same operations or variables as before.",
                    expected="The function looks, and changes nothing.",
                    because="A Saver adds operations, and so does whatever else is built; a reset takes all of them "
                    "away. Compare without building anything.",
                )
            judge_misfits(answer, kinds, reasons, saved)
    return "All misfits at once. The error of a `restore` is seldom about all of them: mend one, and you meet the next."


def contents():
    """How many operations the default graph has, and the names of its global variables."""
    return len(tf.get_default_graph().get_operations()), [variable.op.name for variable in tf.global_variables()]


def build(kinds):
    """Builds variables in an empty default graph, trainable and not, and a local one, which a Saver leaves out."""
    tf.reset_default_graph()
    for number, (name, (dtype, shape)) in enumerate(kinds.items()):
        tf.get_variable(name, initializer=tf.zeros(shape, dtype), trainable=number % 2 == 1)
    tf.get_variable("count", initializer=0, collections=[tf.GraphKeys.LOCAL_VARIABLES], trainable=False)


def judge_misfits(answer, kinds, reasons, saved):
    has, in_file = (
        ", ".join(f"`{name}` {dtype} {shape}" for name, (dtype, shape) in each.items()) for each in (kinds, saved)
    )
    seen = f"For a graph with {has}, the function returned `{answer!r}`."
    expected = f"`{sorted(reasons)}`. The checkpoint has {in_file}."
    if not isinstance(answer, list):
        raise NotYet(seen, expected, "Hand back a list with `return`. When all fit, it is empty.")
    if not all(isinstance(name, str) for name in answer):
        raise NotYet(seen, expected, "The list has things that are not names. `variable.op.name` is a variable's name.")
    because = why_other_misfits(answer, kinds, reasons)
    if because:
        raise NotYet(seen, expected, because)


def why_other_misfits(answer, kinds, reasons):
    """The likely cause where the answer is not the sorted names of ``reasons``; empty where it is."""
    missing = [reason for name, reason in reasons.items() if name not in answer]
    extra = {name for name in answer if name not in reasons}
    if any(name.endswith(":0") for name in answer):
        return "`variable.name` is a tensor's name, with `:0`. The checkpoint has `variable.op.name`."
    if "count" in extra:
        return "`count` is a local variable. A Saver that is made without arguments leaves it out."
    if extra and extra <= set(kinds):
        return (
            "A variable that fits is in the list. Look it up by its whole name, and compare like with like: "
            "`variable.shape.as_list()` is a list as in the map, and `variable.dtype.base_dtype` has no `_ref`. Or is "
            "the question turned around?"
        )
    if extra:
        return (
            "The list has a name that no variable of the graph has. What is only in the checkpoint is not a misfit: a "
            "restore skips it without an error."
        )
    if missing:
        return f"A variable whose {missing[0]} does not agree is not in the list."
    if answer != sorted(answer):
        return "The names are right, but not sorted."
    if len(set(answer)) < len(answer):
        return "A name is in the list more than once."
    return ""


@misfits.wrong_attempt(says="whose shape does not agree")
def compares_the_names_only(prefix):
    saved = dict(tf.train.list_variables(prefix))
    return sorted(v.op.name for v in tf.global_variables() if v.op.name not in saved)


@misfits.wrong_attempt(says="whose dtype does not agree")
def forgets_the_dtype(prefix):
    saved = dict(tf.train.list_variables(prefix))
    return sorted(v.op.name for v in tf.global_variables() if saved.get(v.op.name) != v.shape.as_list())


@misfits.wrong_attempt(says="a tensor's name, with `:0`")
def uses_tensor_names(prefix):
    saved = dict(tf.train.list_variables(prefix))
    return sorted(v.name for v in tf.global_variables() if v.name not in saved)


@misfits.wrong_attempt(says="compare like with like")
def compares_the_reference_dtype(prefix):
    reader = tf.train.load_checkpoint(prefix)
    shapes, dtypes = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    return sorted(
        v.op.name
        for v in tf.global_variables()
        if shapes.get(v.op.name) != v.shape.as_list() or dtypes.get(v.op.name) != v.dtype
    )


@misfits.wrong_attempt(says="no variable of the graph has")
def looks_from_the_other_side(prefix):
    names = {v.op.name for v in tf.global_variables()}
    return sorted(name for name, _ in tf.train.list_variables(prefix) if name not in names)


@misfits.wrong_attempt(says="Compare without building anything")
def asks_restore(prefix):
    try:
        with tf.Session() as sess:
            tf.train.Saver().restore(sess, prefix)
        return []
    except (tf.errors.NotFoundError, tf.errors.InvalidArgumentError) as error:
        return [v.op.name for v in tf.global_variables() if v.op.name in str(error)]


@misfits.wrong_attempt(says="asking for it raised an error")
def expects_every_name(prefix):
    reader = tf.train.load_checkpoint(prefix)
    shapes, dtypes = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    return sorted(
        v.op.name
        for v in tf.global_variables()
        if shapes[v.op.name] != v.shape or dtypes[v.op.name] != v.dtype.base_dtype
    )


@misfits.wrong_attempt(says="The list has things that are not names")
def returns_the_variables(prefix):
    saved = dict(tf.train.list_variables(prefix))
    return [v for v in tf.global_variables() if saved.get(v.op.name) != v.shape.as_list()]


@misfits.wrong_attempt(says="`count` is a local variable")
def looks_at_the_local_ones_too(prefix):
    reader = tf.train.load_checkpoint(prefix)
    shapes, dtypes = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    return sorted(
        v.op.name
        for v in tf.global_variables() + tf.local_variables()
        if (shapes.get(v.op.name), dtypes.get(v.op.name)) != (v.shape.as_list(), v.dtype.base_dtype)
    )


@misfits.wrong_attempt(says="The names are right, but not sorted")
def leaves_them_unsorted(prefix):
    reader = tf.train.load_checkpoint(prefix)
    shapes, dtypes = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    return [
        v.op.name
        for v in tf.global_variables()
        if shapes.get(v.op.name) != v.shape or dtypes.get(v.op.name) != v.dtype.base_dtype
    ]


@misfits.wrong_attempt(says="A name is in the list more than once")
def counts_each_reason(prefix):
    reader = tf.train.load_checkpoint(prefix)
    shapes, dtypes = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    found = []
    for v in tf.global_variables():
        found += [v.op.name] * (shapes.get(v.op.name) != v.shape)
        found += [v.op.name] * (dtypes.get(v.op.name) != v.dtype.base_dtype)
    return sorted(found)


@misfits.right_attempt
def compares_what_numpy_says(prefix):
    reader = tf.train.load_checkpoint(prefix)

    def fits(variable):
        if not reader.has_tensor(variable.op.name):
            return False
        value = reader.get_tensor(variable.op.name)
        return value.shape == tuple(variable.shape) and value.dtype == variable.dtype.as_numpy_dtype

    return sorted(variable.op.name for variable in tf.global_variables() if not fits(variable))


@misfits.right_attempt
def tries_each_in_a_graph_apart(prefix):
    found = set()
    for variable in tf.get_collection("variables"):
        name = variable.name.removesuffix(":0")
        with tf.Graph().as_default(), tf.Session() as sess:
            tf.get_variable(name, variable.shape, variable.dtype.base_dtype)
            try:
                tf.train.Saver().restore(sess, prefix)
            except (tf.errors.NotFoundError, tf.errors.InvalidArgumentError):
                found.add(name)
    return sorted(found)
