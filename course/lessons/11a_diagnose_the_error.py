"""Exercises of lesson 11a: four cures for a graph and a checkpoint that do not fit each other."""

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise


def saved(values, prefix):
    """Saves ``{name: array}`` as a checkpoint and leaves an empty default graph."""
    tf.reset_default_graph()
    variables = [tf.get_variable(name, initializer=tf.constant(value)) for name, value in values.items()]
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.train.Saver(variables).save(sess, prefix, write_meta_graph=False)
    tf.reset_default_graph()


def zeros(values, scope=""):
    """Builds variables like ``values`` in the default graph, below a scope, with zeros: ``{name: variable}``."""
    with tf.variable_scope(scope):
        return {name: tf.get_variable(name, initializer=tf.zeros_like(value)) for name, value in values.items()}


def must_be_saver(answer):
    if not isinstance(answer, tf.train.Saver):
        raise NotYet(
            seen=f"The function returned an object of type `{type(answer).__name__}`.",
            expected="A `tf.train.Saver`.",
            because="Hand the Saver back with `return`. It is made of the mapping: `tf.train.Saver(mapping)`.",
        )


LAYERS = {
    "embedding": np.float32([[1, 2], [3, 4]]),
    "layer/kernel": np.float32([5, 6]),
    "out/kernel": np.float32([7, 8]),
}


@exercise(
    hints=[
        "A Saver made of a dict looks each variable up under the dict's key. Which key belongs to `net/out/kernel`?",
        'Take the variables whose `variable.op.name` begins with `scope + "/"`, and cut off that much of the name: '
        '`len(scope) + 1` characters, or `removeprefix(scope + "/")`.',
        "`mapping = {v.op.name.removeprefix(start): v for v in tf.global_variables() if "
        'v.op.name.startswith(start)}` with `start = scope + "/"`, then `return tf.train.Saver(mapping)`.',
    ],
    raised={
        "No variables to save": "The mapping is empty: no name begins with what you compared it to.",
    },
)
def saver_without_scope(scope):
    """Return a Saver for a checkpoint that was saved before the model stood in scope.

    The default graph has variables below scope, such as "net/bias", and others. The
    Saver takes those below scope only, and looks them up without it: "bias".
    """
    start = scope + "/"
    # The key is the name in the checkpoint, the value the variable of this graph. op.name has no ":0" at its end.
    mapping = {v.op.name.removeprefix(start): v for v in tf.global_variables() if v.op.name.startswith(start)}
    return tf.train.Saver(mapping)


@saver_without_scope.examiner
def _(attempt):
    for scope in ("net", "teacher/bed"):
        saved(LAYERS, "bare")
        variables = zeros(LAYERS, scope)
        tf.get_variable(f"{scope}work", initializer=0.0)  # begins with the scope's name, and is not below it
        saver = attempt(scope)
        must_be_saver(saver)
        with tf.Session() as sess:
            restore_and_blame(saver, sess, "bare", scope)
            for name, variable in variables.items():
                if sess.run(tf.is_variable_initialized(variable)) and np.array_equal(sess.run(variable), LAYERS[name]):
                    continue
                raise NotYet(
                    seen=f"`{variable.op.name}` did not get the value of `{name}`.",
                    expected="Each variable below the scope has the value that the checkpoint has without it.",
                    because="The mapping left it out, or gave it another one's key.",
                )
    return "The keys were the checkpoint's names and the values this graph's variables. Nothing had to be saved again."


def restore_and_blame(saver, sess, prefix, scope):
    """Restores; a key that is not found becomes a verdict that says what is wrong with it."""
    try:
        saver.restore(sess, prefix)
    except tf.errors.NotFoundError as error:
        key = str(error).partition("Original error:")[2].partition("Key ")[2].partition(" not found")[0]
        if key.endswith(":0"):
            because = "`variable.name` is the name of a tensor, with `:0`. A checkpoint has `variable.op.name`."
        elif key == f"{scope}work":
            because = f"`{key}` only begins like the scope. What is below it begins with `{scope}/`."
        elif key.startswith(scope):
            because = "The scope still stands in the key. A key is the name in the checkpoint, where there is no scope."
        elif "/" not in key and key != "embedding" and any(name.endswith("/" + key) for name in LAYERS):
            because = "More than the scope was cut off: `layer/kernel` has a scope of its own, which the file knows."
        else:
            because = (
                "Too many letters went. `lstrip` takes off any of the *letters* it is given, for as long as it finds "
                "one; `removeprefix` takes off the text."
            )
        raise NotYet(
            seen=f"`Key {key} not found in checkpoint`.",
            expected=f"Keys that the checkpoint has: `{'`, `'.join(LAYERS)}`.",
            because=because,
        ) from error


@saver_without_scope.wrong_attempt(says="The scope still stands in the key")
def takes_the_names_of_the_graph(scope):
    return tf.train.Saver([v for v in tf.global_variables() if v.op.name.startswith(scope + "/")])


@saver_without_scope.wrong_attempt(says="is the name of a tensor, with `:0`")
def takes_the_names_of_tensors(scope):
    start = scope + "/"
    return tf.train.Saver({v.name[len(start) :]: v for v in tf.global_variables() if v.name.startswith(start)})


@saver_without_scope.wrong_attempt(says="Too many letters went")
def strips_letters(scope):
    start = scope + "/"
    return tf.train.Saver({v.op.name.lstrip(start): v for v in tf.global_variables() if v.op.name.startswith(start)})


@saver_without_scope.wrong_attempt(says="More than the scope was cut off")
def keeps_the_last_part(scope):
    below = [v for v in tf.global_variables() if v.op.name.startswith(scope + "/")]
    return tf.train.Saver({v.op.name.split("/")[-1]: v for v in below})


@saver_without_scope.wrong_attempt(says="only begins like the scope")
def forgets_the_slash(scope):
    return tf.train.Saver({v.op.name.replace(scope + "/", ""): v for v in tf.global_variables()})


@saver_without_scope.wrong_attempt(says="It is made of the mapping")
def returns_the_mapping(scope):
    start = scope + "/"
    return {v.op.name.removeprefix(start): v for v in tf.global_variables() if v.op.name.startswith(start)}


@exercise(
    hints=[
        "Which names does the checkpoint have? Which variables of the graph have such a name, and which have not?",
        "`tf.train.list_variables(prefix)` gives pairs of a name and a shape. Sort `tf.global_variables()` into two "
        "lists by `variable.op.name`.",
        "Run `tf.variables_initializer(rest)` for the ones that the checkpoint lacks, then "
        "`tf.train.Saver(there).restore(sess, prefix)`.",
    ],
    raised={
        "not found in checkpoint": "The Saver asks for a name that the checkpoint lacks, such as the optimizer's "
        "`beta1_power`. Give it only what is there.",
        "is not a valid checkpoint": "No checkpoint has this prefix. Pass `prefix` as it is.",
    },
)
def restore_what_is_there(sess, prefix):
    """Give every variable of the graph a value: the saved one, or its initializer's.

    The default graph is that of sess, and nothing in it is initialized. Some of its
    variables are in the checkpoint, under their own names. The others start afresh.
    """
    names = {name for name, _ in tf.train.list_variables(prefix)}
    there = [v for v in tf.global_variables() if v.op.name in names]
    rest = [v for v in tf.global_variables() if v.op.name not in names]
    # The two lists have nothing in common, so neither step undoes the other.
    sess.run(tf.variables_initializer(rest))
    tf.train.Saver(there).restore(sess, prefix)


@restore_what_is_there.examiner
def _(attempt):
    model = {"weights": np.float32([4, 5])}
    with_adam = model | {"weights/Adam": np.float32([6, 7]), "weights/Adam_1": np.float32([8, 9])}
    for checkpoint in (model, with_adam):
        saved(checkpoint, "start")
        weights = tf.get_variable("weights", initializer=tf.zeros([2]))
        tf.train.AdamOptimizer().minimize(tf.reduce_sum(weights * weights))
        with tf.Session() as sess:
            attempt(sess, "start")
            for variable in tf.global_variables():
                judge_filled(variable, checkpoint, sess)
    return (
        "The model went on from the checkpoint, and Adam began anew where nothing was saved. With Adam's variables in "
        "the file, its memory came along."
    )


def judge_filled(variable, checkpoint, sess):
    name = variable.op.name
    expected = "The saved value for each name that the checkpoint has, and the initializer's for the rest."
    if not sess.run(tf.is_variable_initialized(variable)):
        raise NotYet(
            seen=f"`{name}` has no value.",
            expected=expected,
            because="It is not in the checkpoint and nobody initialized it."
            if name not in checkpoint
            else "It is in the checkpoint, but no Saver restored it.",
        )
    value = sess.run(variable)
    if name in checkpoint and not np.array_equal(value, checkpoint[name]):
        raise NotYet(
            seen=f"`{name}` is `{value.tolist()}`; the checkpoint has `{checkpoint[name].tolist()}`.",
            expected=expected,
            because="The initializer ran over what had been restored. Initialize first, or only what is missing."
            if name == "weights"
            else "Adam's own variables, its memory, are in this checkpoint and were left there. They are no trainable "
            "variables.",
        )


@restore_what_is_there.wrong_attempt(says="The Saver asks for a name that the checkpoint lacks")
def restores_everything(sess, prefix):
    sess.run(tf.global_variables_initializer())
    tf.train.Saver().restore(sess, prefix)


@restore_what_is_there.wrong_attempt(says="The initializer ran over")
def initializes_afterwards(sess, prefix):
    names = {name for name, _ in tf.train.list_variables(prefix)}
    tf.train.Saver([v for v in tf.global_variables() if v.op.name in names]).restore(sess, prefix)
    sess.run(tf.global_variables_initializer())


@restore_what_is_there.wrong_attempt(says="nobody initialized it")
def restores_only(sess, prefix):
    names = {name for name, _ in tf.train.list_variables(prefix)}
    tf.train.Saver([v for v in tf.global_variables() if v.op.name in names]).restore(sess, prefix)


@restore_what_is_there.wrong_attempt(says="They are no trainable variables")
def restores_trainable_ones(sess, prefix):
    sess.run(tf.global_variables_initializer())
    tf.train.Saver(tf.trainable_variables()).restore(sess, prefix)


@exercise(
    hints=[
        "`averages.variables_to_restore()` is a dict: name in the checkpoint, variable of the graph. Which of its "
        "names does this checkpoint lack?",
        "Keep the dict's key where the checkpoint has it. Where not, the variable's own name, `variable.op.name`, "
        "takes its place.",
        "`mapping = {name if name in saved else v.op.name: v for name, v in averages.variables_to_restore().items()}`, "
        "with `saved` the set of names in the checkpoint.",
    ],
    raised={"not found in checkpoint": "A key is in neither form in the file. Look at `tf.train.list_variables`."},
)
def saver_of_averages(averages, prefix):
    """Return a Saver that prefers moving averages: it reads the average of each variable
    where the checkpoint has one, and the variable's own value where it has none.

    averages is a tf.train.ExponentialMovingAverage. The default graph is that of a model
    in use: its variables, and no averages beside them.
    """
    saved = {name for name, _ in tf.train.list_variables(prefix)}
    mapping = {}
    for name, variable in averages.variables_to_restore().items():
        # For a trainable variable, name is that of its average: "bias/ExponentialMovingAverage".
        mapping[name if name in saved else variable.op.name] = variable
    return tf.train.Saver(mapping)


AVERAGE = "/ExponentialMovingAverage"


@saver_of_averages.examiner
def _(attempt):
    plain = {"weights": np.float32([1, 2]), "bias": np.float32([3])}
    one = plain | {"weights" + AVERAGE: np.float32([10, 20])}
    both = one | {"bias" + AVERAGE: np.float32([30])}
    for checkpoint in (both, plain, one):
        saved(checkpoint, "averages")
        variables = zeros(plain)
        saver = attempt(tf.train.ExponentialMovingAverage(0.99), "averages")
        must_be_saver(saver)
        with tf.Session() as sess:
            try:
                saver.restore(sess, "averages")
            except tf.errors.NotFoundError as error:
                raise NotYet(
                    seen="`Key …/ExponentialMovingAverage not found in checkpoint`, for a checkpoint with the names "
                    f"`{'`, `'.join(checkpoint)}`.",
                    expected="A Saver that asks for names that are there.",
                    because="`variables_to_restore` does not look at the file: it gives a name for every average that "
                    "there could be.",
                ) from error
            for name, variable in variables.items():
                judge_average(name, variable, checkpoint, sess)
    return "Every key was one that the file has. A training that kept no averages, or a few, can be used as well."


def judge_average(name, variable, checkpoint, sess):
    wanted = checkpoint.get(name + AVERAGE, checkpoint[name])
    if not sess.run(tf.is_variable_initialized(variable)):
        raise NotYet(
            seen=f"`{name}` has no value.",
            expected=f"`{wanted.tolist()}`, its own value, since the checkpoint has no average of it.",
            because="A variable without an average was left out of the mapping.",
        )
    value = sess.run(variable)
    if not np.array_equal(value, wanted):
        raise NotYet(
            seen=f"`{name}` is `{value.tolist()}`.",
            expected=f"`{wanted.tolist()}`, which the checkpoint has as `{name + AVERAGE}`.",
            because="The plain values were restored where there are averages."
            if len(checkpoint) == 4
            else "One average is missing in this file, and the others were given up as well. Decide for each variable.",
        )


@saver_of_averages.wrong_attempt(says="does not look at the file")
def asks_for_all_averages(averages, prefix):
    return tf.train.Saver(averages.variables_to_restore())


@saver_of_averages.wrong_attempt(says="The plain values were restored")
def takes_plain_values(averages, prefix):
    return tf.train.Saver()


@saver_of_averages.wrong_attempt(says="was left out of the mapping")
def drops_what_has_no_average(averages, prefix):
    saved = {name for name, _ in tf.train.list_variables(prefix)}
    found = {name: v for name, v in averages.variables_to_restore().items() if name in saved}
    return tf.train.Saver(found or None)


@saver_of_averages.wrong_attempt(says="Decide for each variable")
def takes_all_or_none(averages, prefix):
    saved = {name for name, _ in tf.train.list_variables(prefix)}
    mapping = averages.variables_to_restore()
    return tf.train.Saver(mapping if mapping.keys() <= saved else None)


@exercise(
    hints=[
        "No Saver converts. But which object reads a value from a checkpoint without a graph?",
        "`tf.train.load_checkpoint(prefix).get_tensor(variable.op.name)` is a NumPy array. `sess.run(variable)` is the "
        "present value, with its further rows.",
        "`value = sess.run(variable).copy()`, then `value[: len(saved)] = saved`, which converts the dtype as well, "
        "then `variable.load(value, sess)`.",
    ],
    raised={
        "Assign requires shapes": "A Saver puts a value where the shape is the same, and nowhere else. Read the value, "
        "and put it in by yourself.",
        "Input to reshape": "`reshape=True` orders the same elements anew. It cannot make more of them.",
        "does not equal original dtype": "A Saver does not convert. Read the value, and put it in by yourself.",
        "Cannot feed value of shape": "The saved value has fewer rows than the variable. Put it into a value that has "
        "all of them.",
        "incompatible with shape": "The saved value has fewer rows than the variable. Put it into a value that has all "
        "of them.",
        "not found in checkpoint": "The names in the checkpoint have no `:0`: use `variable.op.name`.",
        "read-only": "What `sess.run` returned may not be written to. Make a copy: `.copy()`.",
    },
)
def restore_into_larger(sess, variable, prefix):
    """Put the saved value of variable into its first rows. Its further rows stay.

    The saved value may have fewer rows than variable, another dtype, or both. In sess,
    variable is initialized already.
    """
    saved = tf.train.load_checkpoint(prefix).get_tensor(variable.op.name)
    value = sess.run(variable).copy()  # the further rows have their values from the initializer
    value[: len(saved)] = saved  # NumPy converts to the dtype of value
    variable.load(value, sess)


@restore_into_larger.examiner
def _(attempt):
    grown = np.float32([[9, 9], [9, 9], [7, 8]])
    patients = [
        ("embedding", np.float32([[1, 2], [3, 4]]), grown),
        ("counts", np.int32([5, 6]), np.int64([0, 1])),
        ("scores", np.float64([1.5]), np.float32([0.5, 2.5])),
    ]
    for name, old, start in patients:
        saved({name: old}, "small")
        variable = tf.get_variable(name, initializer=tf.constant(start))
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            attempt(sess, variable, "small")
            value = sess.run(variable)
        expected = np.concatenate([old.astype(start.dtype), start[len(old) :]])
        if np.array_equal(value, expected):
            continue
        raise NotYet(
            seen=f"`{name}` is `{value.tolist()}`.",
            expected=f"`{expected.tolist()}`: the saved rows first, then what the initializer gave.",
            because="The variable is as it was. An operation that assigns has to be run."
            if np.array_equal(value, start)
            else "The further rows lost what the initializer had given them."
            if np.array_equal(value[: len(old)], expected[: len(old)])
            else "The saved rows belong at the top, in their order.",
        )
    return "The reader gave the old value and NumPy made room for it: more words, and another dtype, at no cost."


@restore_into_larger.wrong_attempt(says="A Saver puts a value where the shape is the same")
def restores_as_ever(sess, variable, prefix):
    tf.train.Saver([variable]).restore(sess, prefix)


@restore_into_larger.wrong_attempt(says="It cannot make more of them")
def trusts_reshape(sess, variable, prefix):
    tf.train.Saver([variable], reshape=True).restore(sess, prefix)


@restore_into_larger.wrong_attempt(says="has to be run")
def forgets_to_run(sess, variable, prefix):
    saved = tf.train.load_checkpoint(prefix).get_tensor(variable.op.name)
    value = sess.run(variable).copy()
    value[: len(saved)] = saved
    variable.assign(value)


@restore_into_larger.wrong_attempt(says="lost what the initializer had given them")
def fills_up_with_zeros(sess, variable, prefix):
    saved = tf.train.load_checkpoint(prefix).get_tensor(variable.op.name)
    value = np.zeros(variable.shape.as_list(), variable.dtype.base_dtype.as_numpy_dtype)
    value[: len(saved)] = saved
    variable.load(value, sess)


@restore_into_larger.wrong_attempt(says="Put it into a value that has all of them")
def loads_the_small_value(sess, variable, prefix):
    variable.load(tf.train.load_checkpoint(prefix).get_tensor(variable.op.name), sess)
