"""Exercises of lesson 06: a graph rebuilt from what a checkpoint tells, and what keeps a graph from fitting one."""

import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, must_be_array

KINDS = ({"layer/kernel": ("float32", [2, 3]), "step": ("int64", [])}, {"w": ("float64", [4]), "b": ("int32", [1])})


def save_kinds(kinds, prefix):
    """Saves variables with the values 1, 2, 3, … and leaves an empty default graph. Returns ``{name: array}``."""
    tf.reset_default_graph()
    for name, (dtype, shape) in kinds.items():
        size = tf.TensorShape(shape).num_elements()
        tf.get_variable(name, initializer=tf.reshape(tf.cast(tf.range(1, size + 1), dtype), shape))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        saver.save(sess, prefix)
        values = {variable.op.name: sess.run(variable) for variable in tf.global_variables()}
    tf.reset_default_graph()
    return values


@exercise(
    hints=[
        "Three things must agree. Which of them does `tf.train.list_variables(prefix)` tell, and which one is missing?",
        "The dtypes come from the reader: `tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()`. Collect the "
        "variables in a dict while you build them.",
        "Build all with `tf.get_variable(name, initializer=tf.zeros(shape, dtypes[name]))`, then make the Saver, open "
        "a session, restore, and `return sess.run(...)` of the dict: a session runs a dict as well.",
    ],
    raised={
        "does not equal original dtype": "The dtypes differ. `tf.zeros(shape)` is `float32` unless it gets the dtype "
        "that the checkpoint has.",
        "Assign requires shapes": "The shapes differ. `tf.train.list_variables(prefix)` gives name and shape in pairs.",
        "not found in checkpoint": "The names differ. Pass the name of the checkpoint to `tf.get_variable`; a label in "
        "Python is not saved.",
        "No variables to save": "The Saver was made before the variables. It looks at the graph once.",
        "uninitialized value": "A variable got no value: `saver.restore` was not called, in another session, or the "
        "Saver was made too early.",
        "already exists, disallowed": "The graph was built twice. Build each variable once and keep it.",
    },
)
def restore_all(prefix):
    """Bring back all variables of a checkpoint whose code is lost: return {name: array}.

    Build the variables in the default graph, which is empty. Dtypes and shapes differ
    from one checkpoint to another.
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
    for number, kinds in enumerate(KINDS):
        prefix = f"lost-{number}"
        saved = save_kinds(kinds, prefix)
        answer = attempt(prefix)
        expected = f"A dict with the names {list(saved)}, and the saved array for each."
        if not isinstance(answer, dict):
            raise NotYet(
                seen=f"The function returned an object of type `{type(answer).__name__}`.",
                expected=expected,
                because="`sess.run` of a dict returns a dict with the same names and, for each, its value. Hand it "
                "back with `return`.",
            )
        if answer.keys() != saved.keys():
            raise NotYet(
                seen=f"The dict has the names {sorted(map(str, answer))}.",
                expected=expected,
                because="The names to use are the ones in the checkpoint, without `:0`.",
            )
        for name, value in saved.items():
            must_be_array(
                answer[name], expected, none=f"`{name}` was not run in the session.", seen=f"For `{name}` there is"
            )
            if answer[name].tolist() != value.tolist():
                raise NotYet(
                    seen=f"`{name}` came back as `{answer[name].tolist()}`.",
                    expected=f"`{value.tolist()}`, as saved.",
                    because="These values are the recipe's. The initializer was run after `restore`, or in place of "
                    "it.",
                )
        judge_graph(saved)
    return "Name, shape and dtype were the checkpoint's. The rest of the lost code was not needed to get the values."


def judge_graph(saved):
    names = sorted(variable.op.name for variable in tf.global_variables())
    if names != sorted(saved):
        raise NotYet(
            seen=f"The graph has the variables {names}.",
            expected=f"The variables {sorted(saved)} in the default graph, each once.",
            because="The values were read from the file without a graph to run, or into variables of other names. A "
            "model needs them in its graph.",
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


@restore_all.wrong_attempt(says="These values are the recipe's")
def initializes_after_restoring(prefix):
    dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    variables = {n: tf.get_variable(n, initializer=tf.zeros(s, dtypes[n])) for n, s in tf.train.list_variables(prefix)}
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        sess.run(tf.global_variables_initializer())
        return sess.run(variables)


@restore_all.wrong_attempt(says="without a graph to run")
def reads_without_a_graph(prefix):
    reader = tf.train.load_checkpoint(prefix)
    return {name: reader.get_tensor(name) for name, _ in tf.train.list_variables(prefix)}


@exercise(
    hints=[
        "A variable fits when three things agree. Where do you read each of them, in the graph and in the checkpoint?",
        "In the graph: `variable.op.name`, `variable.shape.as_list()`, `variable.dtype.base_dtype`. In the checkpoint: "
        "the reader's two maps, `get_variable_to_shape_map()` and `get_variable_to_dtype_map()`.",
        "Loop over `tf.global_variables()`. Keep the name when `shapes.get(name)` is not the variable's shape, or "
        "`dtypes.get(name)` is not its dtype: a name that is missing gives `None` in both. Return the names `sorted`.",
    ],
)
def misfits(prefix):
    """Return the sorted names of the graph's variables that the checkpoint cannot fill.

    Look at the global variables of the default graph. Nothing is restored, and the graph
    stays as it is.
    """
    reader = tf.train.load_checkpoint(prefix)
    shapes, dtypes = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    found = []
    for variable in tf.global_variables():
        name = variable.op.name
        # A name that the checkpoint lacks gives None, which is neither the shape nor the dtype of anything.
        same_shape = shapes.get(name) == variable.shape.as_list()
        # base_dtype, since the dtype of a variable of TensorFlow 1's kind is a reference: float32_ref.
        same_dtype = dtypes.get(name) == variable.dtype.base_dtype
        if not (same_shape and same_dtype):
            found.append(name)
    return sorted(found)


GRAPHS = (  # what the graph has, and why each misfit is one
    ({"layer/kernel": ("float32", [2, 3]), "step": ("int64", [])}, {}),
    ({"step": ("int64", []), "layer/bias": ("float32", [3])}, {"layer/bias": "name"}),
    ({"layer/kernel": ("float32", [3, 2]), "step": ("int64", [])}, {"layer/kernel": "shape"}),
    ({"step": ("int32", []), "layer/kernel": ("float32", [2, 3])}, {"step": "dtype"}),
    (
        {"step": ("int32", []), "layer/kernel": ("float32", [6]), "head": ("float32", [])},
        {"step": "dtype", "layer/kernel": "shape", "head": "name"},
    ),
)


@misfits.examiner
def _(attempt):
    save_kinds(KINDS[0], "saved")
    for kinds, reasons in GRAPHS:
        tf.reset_default_graph()
        for name, (dtype, shape) in kinds.items():
            tf.get_variable(name, initializer=tf.zeros(shape, dtype))
        before = len(tf.get_default_graph().get_operations())
        answer = attempt("saved")
        if tf.get_default_graph().get_operations()[before:]:
            raise NotYet(
                seen="After the call, the graph has more operations than before.",
                expected="The function looks, and changes nothing.",
                because="A Saver adds operations, and `restore` stops at the first misfit. Compare without both.",
            )
        judge_misfits(answer, kinds, reasons)
    return "All misfits at once. `restore` names one at a time: mend it, and you meet the next."


def judge_misfits(answer, kinds, reasons):
    has = ", ".join(f"`{name}` {dtype} {shape}" for name, (dtype, shape) in kinds.items())
    seen = f"For a graph with {has}, the function returned `{answer!r}`."
    expected = f"`{sorted(reasons)}`. The checkpoint has `layer/kernel` float32 [2, 3] and `step` int64 []."
    if not isinstance(answer, list):
        raise NotYet(seen, expected, "Hand back a list with `return`. When all fit, it is empty.")
    missing = [reason for name, reason in reasons.items() if name not in answer]
    extra = [name for name in answer if name not in reasons]
    if any(str(name).endswith(":0") for name in answer):
        because = "`variable.name` is a tensor's name, with `:0`. The checkpoint has `variable.op.name`."
    elif extra and not set(extra) - set(kinds):
        because = "A variable that fits is in the list. Compare like with like: `variable.shape.as_list()` is a list "
        because += "as in the map, and `variable.dtype.base_dtype` is a dtype without `_ref`."
    elif extra:
        because = "That is in the checkpoint but not in the graph. A restore leaves it out and does not complain."
    elif missing:
        because = f"A variable whose {missing[0]} does not agree is not in the list."
    elif answer != sorted(answer):
        because = "The names are right, but not sorted."
    else:
        return
    raise NotYet(seen, expected, because)


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


@misfits.wrong_attempt(says="Compare like with like")
def compares_the_reference_dtype(prefix):
    reader = tf.train.load_checkpoint(prefix)
    shapes, dtypes = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    return sorted(
        v.op.name
        for v in tf.global_variables()
        if shapes.get(v.op.name) != v.shape.as_list() or dtypes.get(v.op.name) != v.dtype
    )


@misfits.wrong_attempt(says="in the checkpoint but not in the graph")
def looks_from_the_other_side(prefix):
    names = {v.op.name for v in tf.global_variables()}
    return sorted(name for name, _ in tf.train.list_variables(prefix) if name not in names)


@misfits.wrong_attempt(says="`restore` stops at the first misfit")
def asks_restore(prefix):
    try:
        with tf.Session() as sess:
            tf.train.Saver().restore(sess, prefix)
        return []
    except (tf.errors.NotFoundError, tf.errors.InvalidArgumentError) as error:
        return [v.op.name for v in tf.global_variables() if v.op.name in str(error)]
