"""Exercises of lesson 10: a scope restored under another name, whatever fits, and averages in place of weights."""

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, must_be_array

RECIPE = -1.0  # what each initializer of a graph gives; no checkpoint here has it


def build(shapes):
    """Builds variables of these ``{name: shape}`` in an empty default graph, with the recipe -1 everywhere."""
    tf.reset_default_graph()
    for name, shape in shapes.items():
        tf.get_variable(name, initializer=tf.fill(shape, RECIPE))


def save(shapes, prefix):
    """Saves variables with the values 1, 2, 3, … and returns ``{name: array}``."""
    build(shapes)
    values = {name: np.arange(1, 1 + np.prod(shape), dtype=np.float32).reshape(shape) for name, shape in shapes.items()}
    with tf.Session() as sess:
        for variable in tf.global_variables():
            variable.load(values[variable.op.name], sess)
        tf.train.Saver().save(sess, prefix)
    tf.reset_default_graph()
    return values


def judge_values(sess, expected, fitting):
    """Raises ``NotYet`` unless the variables in ``fitting`` have the expected values, and the others the recipe's."""
    missing = [name.decode() for name in sess.run(tf.report_uninitialized_variables())]
    if missing:
        raise NotYet(
            seen=f"Afterwards the variables {sorted(missing)} have no value.",
            expected="Every variable of the graph has one.",
            because="What is not restored has to be initialized: all of them first, then restore the part.",
        )
    for variable in tf.global_variables():
        name, value = variable.op.name, sess.run(variable)
        if name in fitting and not np.array_equal(value, expected[name]):
            wiped = np.all(value == RECIPE)
            raise NotYet(
                seen=f"Afterwards `{name}` is {value.tolist()}.",
                expected=f"{expected[name].tolist()}, as saved.",
                because="That is the recipe's value. The initializer was run after `restore`, or nothing was restored."
                if wiped
                else "These are the values of another variable of the checkpoint.",
            )
        if name not in fitting and not np.all(value == RECIPE):
            raise NotYet(
                seen=f"Afterwards `{name}` is {value.tolist()}.",
                expected=f"{RECIPE:g} everywhere, from its initializer.",
                because="It is not in the part that was to be restored.",
            )


@exercise(
    hints=[
        "What must a Saver be told, when a variable has one name in the graph and another one in the checkpoint?",
        'A mapping: `{name in the checkpoint: variable}`. `tf.global_variables(new + "/")` returns the variables in '
        "a scope. Only the first piece of their names differs.",
        "Initialize all. Then `tf.train.Saver({old + v.op.name[len(new):]: v for v in …})`, and restore with it.",
    ],
    raised={
        "Key net/": "The Saver asked for the names that the graph has. A mapping tells it those of the checkpoint.",
        "Key encoder/": "The Saver asked for the names that the graph has. A mapping tells it those of the checkpoint.",
        "Key head/": "The head is not in the checkpoint. Restore the variables of the scope, and no others.",
        ":0 not found": "`variable.name` is a tensor's name. The checkpoint has `variable.op.name`, without `:0`.",
        "Key featureswork": "A scope ends with a slash. Without it, `network/kernel` begins like `net` as well.",
        "Key features/features": "Only the first piece of a name is the scope. `replace` changed a later one, too.",
        "as a Python `bool`": "The mapping is the wrong way round: name in the checkpoint first, then the variable.",
        "No variables to save": "No variable was found in the scope. Look at how its name is put together.",
    },
)
def restore_scope(sess, prefix, old, new):
    """Restore the variables in the scope new. In the checkpoint the scope is called old.

    With old = "features" and new = "net", the variable "net/kernel" is for the values of
    "features/kernel". All other variables of the graph get theirs from the initializer.
    """
    sess.run(tf.global_variables_initializer())  # all of them, and before the restore
    # The slash keeps "network/kernel" out of the scope "net". Only the beginning of a name is exchanged.
    mapping = {old + v.op.name[len(new) :]: v for v in tf.global_variables(new + "/")}
    tf.train.Saver(mapping).restore(sess, prefix)


PIECES = {"kernel": [2, 3], "bias": [3]}
SCOPES = (  # old scope, new scope, what is in them, what else the graph has
    ("layers", "encoder", PIECES, {"head/kernel": [3, 1]}),
    ("features", "net", PIECES | {"net/scale": [1]}, {"head/kernel": [3, 1], "network/kernel": [2]}),
)


@restore_scope.examiner
def _(attempt):
    for old, new, pieces, others in SCOPES:
        saved = save({f"{old}/{piece}": shape for piece, shape in pieces.items()}, "saved")
        build({f"{new}/{piece}": shape for piece, shape in pieces.items()} | others)
        expected = {f"{new}/{piece}": saved[f"{old}/{piece}"] for piece in pieces}
        with tf.Session() as sess:
            attempt(sess, "saved", old, new)
            judge_values(sess, expected, fitting=expected)
    return "The mapping says which saved value is for which variable. The rest had its value before."


@restore_scope.wrong_attempt(says="A mapping tells it those of the checkpoint")
def takes_a_list(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    tf.train.Saver(tf.global_variables(new + "/")).restore(sess, prefix)


@restore_scope.wrong_attempt(says="The mapping is the wrong way round")
def maps_the_wrong_way_round(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    mapping = {v: old + v.op.name[len(new) :] for v in tf.global_variables(new + "/")}
    tf.train.Saver(mapping).restore(sess, prefix)


@restore_scope.wrong_attempt(says="without `:0`")
def uses_tensor_names(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    tf.train.Saver({old + v.name[len(new) :]: v for v in tf.global_variables(new + "/")}).restore(sess, prefix)


@restore_scope.wrong_attempt(says="`replace` changed a later one")
def replaces_everywhere(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    mapping = {v.op.name.replace(new, old): v for v in tf.global_variables(new + "/")}
    tf.train.Saver(mapping).restore(sess, prefix)


@restore_scope.wrong_attempt(says="A scope ends with a slash")
def forgets_the_slash(sess, prefix, old, new):
    sess.run(tf.global_variables_initializer())
    tf.train.Saver({old + v.op.name[len(new) :]: v for v in tf.global_variables(new)}).restore(sess, prefix)


@restore_scope.wrong_attempt(says="The initializer was run after `restore`")
def initializes_last(sess, prefix, old, new):
    tf.train.Saver({old + v.op.name[len(new) :]: v for v in tf.global_variables(new + "/")}).restore(sess, prefix)
    sess.run(tf.global_variables_initializer())


@restore_scope.wrong_attempt(says="What is not restored has to be initialized")
def does_not_initialize(sess, prefix, old, new):
    tf.train.Saver({old + v.op.name[len(new) :]: v for v in tf.global_variables(new + "/")}).restore(sess, prefix)


@exercise(
    hints=[
        "How do you know, before restoring, which variables the checkpoint can fill?",
        "`dict(tf.train.list_variables(prefix))` has the shape for each name, and `v.shape.as_list()` is a variable's. "
        "A Saver takes the list of those that fit.",
        "Initialize all. Collect `fitting = [v for v in tf.global_variables() if …]`. If there are any, restore with "
        "`tf.train.Saver(fitting)`. Return `sorted(v.op.name for v in fitting)`.",
    ],
    raised={
        "Assign requires shapes": "The names agree and the shapes do not. Such a variable does not fit.",
        "not found in checkpoint": "A variable is not in the checkpoint. Leave it out of the Saver.",
        "No variables to save": "Nothing fits this time, and a Saver of an empty list is not to be had. Ask first.",
    },
)
def fill(sess, prefix):
    """Restore what fits, initialize the rest, return the sorted names of what fits.

    A variable of the default graph fits if the checkpoint has its name, with its shape.
    It may be that none does. All dtypes are float32.
    """
    sess.run(tf.global_variables_initializer())
    saved = dict(tf.train.list_variables(prefix))
    # get returns None for a name that the checkpoint lacks, and None is no variable's shape.
    fitting = [v for v in tf.global_variables() if saved.get(v.op.name) == v.shape.as_list()]
    if fitting:  # a Saver cannot be made for nothing
        tf.train.Saver(fitting).restore(sess, prefix)
    return sorted(v.op.name for v in fitting)


SAVED = {"features/kernel": [2, 3], "features/bias": [3], "head/kernel": [3, 5]}
GRAPHS = (  # what the graph has, and what of it fits
    ({"features/kernel": [2, 3], "features/bias": [3], "gate": [1]}, ["features/bias", "features/kernel"]),
    ({"head/kernel": [3, 1], "features/kernel": [2, 3]}, ["features/kernel"]),
    ({"encoder/kernel": [2, 3], "head/kernel": [3, 1]}, []),
)


@fill.examiner
def _(attempt):
    saved = save(SAVED, "saved")
    for shapes, fitting in GRAPHS:
        build(shapes)
        with tf.Session() as sess:
            answer = attempt(sess, "saved")
            judge_values(sess, saved, fitting)
        if answer != fitting:
            raise NotYet(
                seen=f"For a graph with {shapes}, the function returned `{answer!r}`.",
                expected=f"`{fitting}`. The checkpoint has {SAVED}.",
                because="Hand back the sorted names with `return`, as a list: `variable.op.name`, without `:0`.",
            )
    return "All were initialized, and what the checkpoint has came on top. Nothing was left to chance or to an error."


@fill.wrong_attempt(says="The names agree and the shapes do not")
def compares_the_names_only(sess, prefix):
    sess.run(tf.global_variables_initializer())
    saved = dict(tf.train.list_variables(prefix))
    fitting = [v for v in tf.global_variables() if v.op.name in saved]
    if fitting:
        tf.train.Saver(fitting).restore(sess, prefix)
    return sorted(v.op.name for v in fitting)


@fill.wrong_attempt(says="Leave it out of the Saver")
def restores_all(sess, prefix):
    sess.run(tf.global_variables_initializer())
    tf.train.Saver().restore(sess, prefix)
    return sorted(v.op.name for v in tf.global_variables())


@fill.wrong_attempt(says="a Saver of an empty list is not to be had")
def does_not_think_of_none(sess, prefix):
    sess.run(tf.global_variables_initializer())
    saved = dict(tf.train.list_variables(prefix))
    fitting = [v for v in tf.global_variables() if saved.get(v.op.name) == v.shape.as_list()]
    tf.train.Saver(fitting).restore(sess, prefix)
    return sorted(v.op.name for v in fitting)


@fill.wrong_attempt(says="That is the recipe's value")
def initializes_what_was_restored(sess, prefix):
    saved = dict(tf.train.list_variables(prefix))
    fitting = [v for v in tf.global_variables() if saved.get(v.op.name) == v.shape.as_list()]
    if fitting:
        tf.train.Saver(fitting).restore(sess, prefix)
    sess.run(tf.global_variables_initializer())
    return sorted(v.op.name for v in fitting)


@fill.wrong_attempt(says="Hand back the sorted names")
def returns_the_tensors_names(sess, prefix):
    sess.run(tf.global_variables_initializer())
    saved = dict(tf.train.list_variables(prefix))
    fitting = [v for v in tf.global_variables() if saved.get(v.op.name) == v.shape.as_list()]
    if fitting:
        tf.train.Saver(fitting).restore(sess, prefix)
    return sorted(v.name for v in fitting)


@exercise(
    hints=[
        "Under which names does the checkpoint have the averages, and for which variables are they?",
        "Build `w` and `b`. `tf.train.ExponentialMovingAverage(0.9).variables_to_restore()` is the mapping, and a "
        "Saver takes it. The decay does not matter here: nothing is averaged.",
        "After `restore`, in the same session: `return sess.run(tf.matmul(x, w) + b)`.",
    ],
    raised={
        "No variables to save": "The mapping is empty: it was asked for before the variables were there.",
        "has invalid type": "`average(w)` is `None` in a graph where nothing was averaged. Restore into `w` itself.",
        "uninitialized value": "`restore` was not called in this session, or its Saver did not know all variables.",
        "Assign requires shapes": "The shapes differ: `w` has [2, 1], and `b` has [1].",
        "does not equal original dtype": "The dtypes differ: both variables are float32.",
    },
)
def predict_averaged(prefix, x):
    """Return x times w plus b, with the moving averages in place of the weights.

    The checkpoint was saved in training: "w", float32 of shape [2, 1], "b" of shape [1],
    and the average of each. x is an array of shape [n, 2]. The default graph is empty.
    """
    w = tf.get_variable("w", initializer=tf.zeros([2, 1]))
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    # The mapping has "w/ExponentialMovingAverage" for w, and the same for b: averages go where weights are read.
    averages = tf.train.ExponentialMovingAverage(decay=0.9).variables_to_restore()
    saver = tf.train.Saver(averages)
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(tf.matmul(x, w) + b)


@predict_averaged.examiner
def _(attempt):
    x = np.array([[1, 0], [0, 1], [2, -1]], np.float32)
    for number, (weights, averages) in enumerate((((1, 2, 3), (4, 6, 8)), ((5, -5, 0), (2, -1, 3)))):
        prefix = f"trained-{number}"
        save_trained(weights, averages, prefix)
        expected = predictions(x, averages)
        answer = attempt(prefix, x)
        shown = f"`{expected.tolist()}`: the averages are {averages[:2]} for `w` and {averages[2]} for `b`."
        must_be_array(answer, shown, none="Hand back what `sess.run` returns, with `return`.")
        if not np.array_equal(answer, expected):
            because = "Restore the averages into `w` and `b`, then compute `tf.matmul(x, w) + b`."
            if np.array_equal(answer, predictions(x, weights)):
                because = "These are the predictions with the weights. An ordinary Saver restores `w` into `w`."
            elif not np.any(answer):
                because = "Both variables are at zero: the initializer was run after `restore`, or in its place."
            raise NotYet(f"The function returned `{answer.tolist()}`.", shown, because)
    return "The model is the same. Its Saver looked for the averages, and put them where the weights are read."


def predictions(x, values):
    return x @ np.array(values[:2], np.float32).reshape(2, 1) + np.float32(values[2])


def save_trained(weights, averages, prefix):
    """Saves ``w`` and ``b`` with these values, with these averages, and with a slot of an optimizer each."""
    shapes = {"w": [2, 1], "b": [1]}
    build({f"{name}{end}": shapes[name] for name in shapes for end in ("", "/ExponentialMovingAverage", "/Momentum")})
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for end, values in (("", weights), ("/ExponentialMovingAverage", averages)):
            for variable in tf.global_variables():
                if variable.op.name == "w" + end:
                    variable.load(np.reshape(values[:2], [2, 1]), sess)
                elif variable.op.name == "b" + end:
                    variable.load([values[2]], sess)
        tf.train.Saver().save(sess, prefix)
    tf.reset_default_graph()


@predict_averaged.wrong_attempt(says="the predictions with the weights")
def restores_the_weights(prefix, x):
    w = tf.get_variable("w", initializer=tf.zeros([2, 1]))
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return sess.run(tf.matmul(x, w) + b)


@predict_averaged.wrong_attempt(says="The mapping is empty")
def asks_for_the_mapping_first(prefix, x):
    saver = tf.train.Saver(tf.train.ExponentialMovingAverage(0.9).variables_to_restore())
    w = tf.get_variable("w", initializer=tf.zeros([2, 1]))
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(tf.matmul(x, w) + b)


@predict_averaged.wrong_attempt(says="in a graph where nothing was averaged")
def fetches_the_average(prefix, x):
    w = tf.get_variable("w", initializer=tf.zeros([2, 1]))
    average = tf.train.ExponentialMovingAverage(0.9)
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return x @ sess.run(average.average(w))


@predict_averaged.wrong_attempt(says="Both variables are at zero")
def initializes_after_restoring(prefix, x):
    w = tf.get_variable("w", initializer=tf.zeros([2, 1]))
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    saver = tf.train.Saver(tf.train.ExponentialMovingAverage(0.9).variables_to_restore())
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        sess.run(tf.global_variables_initializer())
        return sess.run(tf.matmul(x, w) + b)
