"""Exercises of lesson 12a: two guards, one between a session and a checkpoint, one between a checkpoint and a graph."""

import tensorflow.compat.v1 as tf

from course import guards
from course.practice import NotYet, exercise

ERROR = "`raise ValueError(f\"… {', '.join(names)}\")`"


def save(prefix, values):
    """Saves ``{name: value}`` as variables, and leaves an empty default graph."""
    tf.reset_default_graph()
    variables = [tf.get_variable(name, initializer=tf.constant(value)) for name, value in values.items()]
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run([variable.initializer for variable in variables])
        saver.save(sess, prefix)
    tf.reset_default_graph()


def must_name(message, names, others, call, loss):
    """Raises ``NotYet`` unless a guard's message has all of ``names`` and none of ``others``."""
    said = f"`{call}` raised an error with the message `{message}`."
    for name in names:
        if name not in message:
            raise NotYet(
                seen=said,
                expected=f"A message that names {' and '.join(f'`{each}`' for each in names)}.",
                because=f"{loss} Collect the names of all of them, and raise once, after the loop.",
            )
    for name in others:
        if name in message:
            raise NotYet(
                seen=said,
                expected=f"A message without `{name}`.",
                because=f"`{name}` is in order. A guard that names what is in order sends people the wrong way.",
            )


same_as_file = exercise(
    hints=[
        "For one variable: where does its value in the session come from, and where its value in the file?",
        "`sess.run(variable)` has the one, `tf.train.NewCheckpointReader(prefix).get_tensor(variable.op.name)` the "
        "other. `has_tensor(name)` says whether there is one. NumPy compares: `np.array_equal`.",
        "Collect names in a list: of variables that the file lacks, whose arrays differ, or for which "
        f"`variable.shape.is_compatible_with(saved.shape)` is false. After the loop, if there are any: {ERROR}.",
    ],
    raised={
        "not found in checkpoint": "The file has no variable of this name. Ask first: `reader.has_tensor(name)`.",
        "The truth value of an array": "`==` compares each element. `np.array_equal` says whether all are equal.",
        "Unable to open table file": "The reader was asked for a file. It wants the prefix, as `restore` does.",
    },
    lesson=__name__,
)(guards.same_as_file)


@same_as_file.examiner
def _(attempt):
    save("run", {"kernel": [3.0, 3.0], "bias": [5.0]})
    kernel = tf.get_variable("kernel", initializer=tf.zeros([2]))
    bias = tf.get_variable("bias", initializer=tf.zeros([1]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, "run")
        message = attempt.refusal(sess, "run", [kernel, bias])
        if message is not None:
            raise NotYet(
                seen=f"After a restore, and nothing else, your guard raised an error: `{message}`.",
                expected="No error: session and file hold the same.",
                because="A guard that cries at every restore is soon taken out. Compare the values: "
                "`np.array_equal(sess.run(variable), reader.get_tensor(name))`.",
            )
        sess.run([kernel.initializer, bias.initializer])
        message = attempt.refusal(sess, "run", [kernel, bias])
        if message is None:
            raise NotYet(
                seen="The initializers were run after the restore, and your guard raised nothing.",
                expected="A ValueError that names `kernel` and `bias`.",
                because="The session holds zeros and the file does not. The value of each variable in the session has "
                f"to be compared with the one in the file. What differs leads to an error: {ERROR}.",
            )
        must_name(message, ["kernel", "bias"], [], "same_as_file", "Two variables were lost.")
        saver.restore(sess, "run")
        sess.run(kernel.assign([3.0, -3.0]))
        message = attempt.refusal(sess, "run", [kernel, bias])
        if message is None:
            raise NotYet(
                seen="One element of `kernel` was changed from 3 to -3 after the restore, and your guard raised "
                "nothing.",
                expected="A ValueError that names `kernel`.",
                because="A sum, a mean or the first element is not enough. `np.array_equal` looks at all elements.",
            )
        must_name(message, ["kernel"], ["bias"], "same_as_file", "One variable was changed.")
    two_models(attempt)
    other_shape(attempt)
    one_more(attempt)
    return (
        "Session and file are compared value by value, so it does not matter what came between: an initializer, a "
        "second model, a restore that did nothing."
    )


def two_models(attempt):
    """Two runs of one model are imported into one graph: the second restore goes into the first copy."""
    for prefix, value in (("first", 1.0), ("second", 2.0)):
        save(prefix, {"kernel": value})
    savers = {prefix: tf.train.import_meta_graph(f"{prefix}.meta") for prefix in ("first", "second")}
    with tf.Session() as sess:
        for prefix, saver in savers.items():
            saver.restore(sess, prefix)
        if attempt.refusal(sess, "first", tf.global_variables()) is None:
            raise NotYet(
                seen="Two models were imported into one graph and restored. Your guard said that the first one is as "
                "in its file.",
                expected="A ValueError that names `kernel`.",
                because="The second restore put its values over those of the first. Only the value tells: read it in "
                "the session.",
            )
    tf.reset_default_graph()


def other_shape(attempt):
    """A resource variable of four elements takes the two of the file."""
    save("pair", {"kernel": [3.0, 3.0]})
    kernel = tf.get_variable("kernel", initializer=tf.zeros([4]), use_resource=True)
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, "pair")
        if attempt.refusal(sess, "pair", [kernel]) is None:
            raise NotYet(
                seen="A resource variable that the graph declares with four elements got the two of the file. Your "
                "guard raised nothing.",
                expected="A ValueError that names `kernel`.",
                because="Its value is the file's, so values alone do not tell. Compare the shape that the graph "
                "declares as well: `variable.shape.is_compatible_with(saved.shape)`.",
            )
    tf.reset_default_graph()


def one_more(attempt):
    """The graph has a variable that the file lacks."""
    save("run", {"kernel": [3.0]})
    variables = [tf.get_variable(name, initializer=tf.zeros([1])) for name in ("kernel", "head")]
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.train.Saver(variables[:1]).restore(sess, "run")
        message = attempt.refusal(sess, "run", variables)
    if message is None:
        raise NotYet(
            seen="The list had a variable `head` that the file lacks, and your guard raised nothing.",
            expected="A ValueError that names `head`.",
            because="What the file lacks cannot have come from it. `reader.has_tensor(name)` says whether it is there.",
        )
    must_name(message, ["head"], ["kernel"], "same_as_file", "One variable is not in the file.")


@same_as_file.wrong_attempt(says="The value of each variable in the session has to be compared")
def compares_the_names(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    missing = [variable.op.name for variable in variables if not reader.has_tensor(variable.op.name)]
    if missing:
        raise ValueError(f"missing: {missing}")


@same_as_file.wrong_attempt(says="a restore, and nothing else, your guard raised an error")
def compares_a_variable_with_an_array(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    for variable in variables:
        if variable is not reader.get_tensor(variable.op.name):
            raise ValueError(variable.op.name)


@same_as_file.wrong_attempt(says="Collect the names of all of them")
def raises_at_the_first(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    for variable in variables:
        if (sess.run(variable) != reader.get_tensor(variable.op.name)).any():
            raise ValueError(f"{variable.op.name} differs")


@same_as_file.wrong_attempt(says="A sum, a mean or the first element")
def compares_sums(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    names = [v.op.name for v in variables if abs(sess.run(v)).sum() != abs(reader.get_tensor(v.op.name)).sum()]
    if names:
        raise ValueError(f"differ: {names}")


@same_as_file.wrong_attempt(says="Its value is the file's, so values alone do not tell")
def compares_the_values_only(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    names = []
    for variable in variables:
        saved = reader.get_tensor(variable.op.name)
        value = sess.run(variable)
        if value.shape != saved.shape or (value != saved).any():
            names.append(variable.op.name)
    if names:
        raise ValueError(f"differ: {names}")


@same_as_file.wrong_attempt(says="Ask first: `reader.has_tensor(name)`")
def takes_for_granted_that_all_is_there(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    names = []
    for variable in variables:
        saved = reader.get_tensor(variable.op.name)
        value = sess.run(variable)
        if variable.shape != saved.shape or (value != saved).any():
            names.append(variable.op.name)
    if names:
        raise ValueError(f"differ: {names}")


@same_as_file.wrong_attempt(says="`==` compares each element")
def compares_with_two_equal_signs(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    for variable in variables:
        if not sess.run(variable) == reader.get_tensor(variable.op.name):
            raise ValueError(variable.op.name)


all_saved = exercise(
    hints=[
        "Which variables does the graph have, and which of them does the file know?",
        "`tf.global_variables()` lists the graph's. A reader, `tf.train.NewCheckpointReader(prefix)`, says for a name "
        "whether the file has it: `has_tensor(name)`.",
        "The names: `variable.op.name` of each global variable for which `reader.has_tensor(variable.op.name)` is "
        f"false. If there are any: {ERROR}.",
    ],
    raised={
        "Unable to open table file": "The reader was asked for a file. It wants the prefix, as `restore` does.",
    },
    lesson=__name__,
)(guards.all_saved)


@all_saved.examiner
def _(attempt):
    weight = tf.get_variable("weight", initializer=[1.0])
    mean = tf.get_variable("moving_mean", initializer=[0.0], trainable=False)
    early = tf.train.Saver()
    variance = tf.get_variable("moving_variance", initializer=[1.0], trainable=False)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, "whole")
        tf.train.Saver(tf.trainable_variables()).save(sess, "trainable")
        early.save(sess, "early")
        tf.train.Saver({"weight": weight, "old/mean": mean, "old/variance": variance}).save(sess, "three")
    message = attempt.refusal("whole")
    if message is not None:
        raise NotYet(
            seen=f"The checkpoint has all variables, and your guard raised an error: `{message}`.",
            expected="No error.",
            because="A variable's name in the file is `variable.op.name`: `weight`. `variable.name` is that of its "
            "tensor, `weight:0`, which no file has.",
        )
    message = attempt.refusal("trainable")
    if message is None:
        raise NotYet(
            seen="The checkpoint was saved with `Saver(tf.trainable_variables())`. It lacks two averages, and your "
            "guard raised nothing.",
            expected="A ValueError that names `moving_mean` and `moving_variance`.",
            because="Moving averages are not trainable, but they are variables of the model: "
            "`tf.global_variables()` has them. What the file lacks leads to an error.",
        )
    must_name(message, ["moving_mean", "moving_variance"], ["weight"], "all_saved", "Two variables are missing.")
    message = attempt.refusal("early")
    if message is None:
        raise NotYet(
            seen="The Saver was made before the last variable. The checkpoint lacks `moving_variance`, and your guard "
            "raised nothing.",
            expected="A ValueError that names `moving_variance`.",
            because="One that is missing is enough. Look at each name, and at the file, not at a Saver of today.",
        )
    must_name(message, ["moving_variance"], ["moving_mean"], "all_saved", "One variable is missing.")
    if attempt.refusal("three") is None:
        raise NotYet(
            seen="The checkpoint has three variables as the graph does, but two of them under other names. Your guard "
            "raised nothing.",
            expected="A ValueError that names `moving_mean` and `moving_variance`.",
            because="A count does not say which variables are there. Ask the file for each name.",
        )
    return "The graph says what belongs to the model, the file what was saved. The Saver that saved it is not asked."


@all_saved.wrong_attempt(says="Moving averages are not trainable")
def looks_at_trainable_variables(prefix):
    reader = tf.train.NewCheckpointReader(prefix)
    missing = [v.op.name for v in tf.trainable_variables() if not reader.has_tensor(v.op.name)]
    if missing:
        raise ValueError(f"missing: {missing}")


@all_saved.wrong_attempt(says="which no file has")
def asks_for_the_tensors_name(prefix):
    reader = tf.train.NewCheckpointReader(prefix)
    missing = [v.name for v in tf.global_variables() if not reader.has_tensor(v.name)]
    if missing:
        raise ValueError(f"missing: {missing}")


@all_saved.wrong_attempt(says="Collect the names of all of them")
def names_the_first_only(prefix):
    reader = tf.train.NewCheckpointReader(prefix)
    for variable in tf.global_variables():
        if not reader.has_tensor(variable.op.name):
            raise ValueError(f"missing: {variable.op.name}")


@all_saved.wrong_attempt(says="sends people the wrong way")
def names_everything(prefix):
    reader = tf.train.NewCheckpointReader(prefix)
    names = [variable.op.name for variable in tf.global_variables()]
    if not all(reader.has_tensor(name) for name in names):
        raise ValueError(f"the graph has {names}")


@all_saved.wrong_attempt(says="A count does not say")
def counts(prefix):
    reader = tf.train.NewCheckpointReader(prefix)
    saved = reader.get_variable_to_shape_map()
    names = [variable.op.name for variable in tf.global_variables()]
    if len(saved) < len(names):
        raise ValueError([name for name in names if name not in saved])
