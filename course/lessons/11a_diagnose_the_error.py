"""Exercises of lesson 11a: the cause of a missing key, and two cures for what does not fit."""

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


def zeros(values):
    """Builds variables like ``values`` in the default graph, with zeros in them: ``{name: variable}``."""
    return {name: tf.get_variable(name, initializer=tf.zeros_like(value)) for name, value in values.items()}


def must_be_saver(answer):
    if not isinstance(answer, tf.train.Saver):
        raise NotYet(
            seen=f"The function returned an object of type `{type(answer).__name__}`.",
            expected="A `tf.train.Saver`.",
            because="Hand the Saver back with `return`. It is made of the mapping: `tf.train.Saver(mapping)`.",
        )


NAMES = ["conv_2/kernel", "dense/bias", "dense/kernel", "global_step"]
CAUSES = {
    "tensor name": ["dense/bias:0", "global_step:0"],
    "optimizer": [
        "beta1_power",
        "train/beta2_power",
        "dense/kernel/Adam",
        "dense/kernel/Adam_1",
        "dense/bias/Momentum",
    ],
    "average": ["dense/kernel/ExponentialMovingAverage"],
    "built twice": ["dense/bias_1", "dense_1/kernel", "dense_2/bias", "global_step_1"],
    "scope": ["net/dense/bias", "kernel", "teacher/net/dense/kernel"],
    "new": ["head/kernel", "pool_1/kernel", "lobal_step", "my_global_step", "conv/kernel"],
}


@exercise(
    hints=[
        "Which causes show in the end of the key alone, and for which do you have to look into `names`?",
        "First the ends: `:0`, `_power` or a last part like `Adam_1`, then `ExponentialMovingAverage`. "
        '`key.split("/")` gives the parts. '
        "What is left of the key's parts without `_1`, `_2`, …: is that one of `names`?",
        r'For "built twice": `"/".join(re.sub(r"_\d+$", "", part) for part in key.split("/")) in names`. For "scope": '
        'does the key end in `"/" + name`, or the name in `"/" + key`, for any of `names`?',
    ],
)
def cause_of(key, names):
    """Return why key is not in a checkpoint that has these names: the first that holds.

    "tensor name": it ends in :0, or another number;
    "optimizer": it is beta1_power or the like, or its last part is Adam, Adam_1 or
        Momentum;
    "average": its last part is ExponentialMovingAverage;
    "built twice": without the _1, _2, … of its parts it is one of names;
    "scope": it is one of names with a scope more, or a scope less;
    "new": none of these.
    """
    import re

    last = key.split("/")[-1]
    if re.search(r":\d+$", key):
        return "tensor name"
    # Before "built twice": Adam_1 is the second memory of Adam, and no second Adam.
    if last in ("Adam", "Adam_1", "Momentum") or last.endswith("_power"):
        return "optimizer"
    if last == "ExponentialMovingAverage":
        return "average"
    if "/".join(re.sub(r"_\d+$", "", part) for part in key.split("/")) in names:
        return "built twice"
    # The slash makes sure that a whole scope was added or taken away, and not a few letters.
    if any(key.endswith("/" + name) or name.endswith("/" + key) for name in names):
        return "scope"
    return "new"


@cause_of.examiner
def _(attempt):
    for cause, keys in CAUSES.items():
        for key in keys:
            answer = attempt(key, list(NAMES))
            if answer != cause:
                raise NotYet(
                    seen=f"For `{key}` the function returned `{answer!r}`.",
                    expected=f'`"{cause}"`. The checkpoint has `{"`, `".join(NAMES)}`.',
                    because=why_another_cause(key, answer),
                )
    return "Five causes out of six show in the key. The names in the checkpoint tell the rest."


def why_another_cause(key, answer):
    if answer not in CAUSES:
        return "The answer is one of the six texts, handed back with `return`."
    if key.endswith(("Adam", "Adam_1", "Momentum", "_power")):
        return (
            "`Adam_1` is Adam's second memory of a variable. Look for an optimizer before you look for `_1`."
            if answer == "built twice"
            else "An optimizer's variables may stand in a scope, too. Look at the last part of the key."
        )
    if key in ("dense_1/kernel", "dense_2/bias"):
        return "A layer that was built twice has its number in the middle: `dense_1/kernel`. Look at each part."
    if key == "pool_1/kernel":
        return "A number alone is no proof: a second layer is called `pool_1` as well. Is `pool/kernel` in `names`?"
    if key in ("lobal_step", "my_global_step", "conv/kernel"):
        return "A few letters more or less are no scope. A scope ends in a slash."
    return "Compare the key with each of the six descriptions, in their order."


@cause_of.wrong_attempt(says="Look for an optimizer before")
def looks_for_a_number_first(key, names):
    import re

    if re.search(r":\d+$", key):
        return "tensor name"
    if re.search(r"_\d+$", key):
        return "built twice"
    if key.split("/")[-1] in ("Adam", "Momentum") or key.endswith("_power"):
        return "optimizer"
    return "new"


@cause_of.wrong_attempt(says="has its number in the middle")
def looks_at_the_end_only(key, names):
    import re

    if re.search(r":\d+$", key):
        return "tensor name"
    if key.split("/")[-1] in ("Adam", "Adam_1", "Momentum") or key.endswith("_power"):
        return "optimizer"
    if key.endswith("ExponentialMovingAverage"):
        return "average"
    if re.sub(r"_\d+$", "", key) in names:
        return "built twice"
    return "new"


@cause_of.wrong_attempt(says="A number alone is no proof")
def does_not_look_into_the_names(key, names):
    import re

    if re.search(r":\d+$", key):
        return "tensor name"
    if key.split("/")[-1] in ("Adam", "Adam_1", "Momentum") or key.endswith("_power"):
        return "optimizer"
    if key.endswith("ExponentialMovingAverage"):
        return "average"
    if any(re.search(r"_\d+$", part) for part in key.split("/")):
        return "built twice"
    return "scope" if any(key.endswith("/" + name) or name.endswith("/" + key) for name in names) else "new"


@cause_of.wrong_attempt(says="A scope ends in a slash")
def forgets_the_slash(key, names):
    import re

    if re.search(r":\d+$", key):
        return "tensor name"
    if key.split("/")[-1] in ("Adam", "Adam_1", "Momentum") or key.endswith("_power"):
        return "optimizer"
    if key.endswith("ExponentialMovingAverage"):
        return "average"
    if "/".join(re.sub(r"_\d+$", "", part) for part in key.split("/")) in names:
        return "built twice"
    return "scope" if any(key.endswith(name) or name.endswith(key) for name in names) else "new"


@cause_of.wrong_attempt(says="An optimizer's variables may stand in a scope")
def expects_whole_names(key, names):
    if key.endswith(":0"):
        return "tensor name"
    return "optimizer" if key in ("beta1_power", "beta2_power") or key.endswith(("/Adam", "/Adam_1")) else "new"


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
