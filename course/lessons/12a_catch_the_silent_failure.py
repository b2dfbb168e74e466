"""Exercises of lesson 12a: two guards, one between a session and a checkpoint, one between a checkpoint and a graph."""

import contextlib
import re
import textwrap
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from course import guards
from course.practice import NotYet, exercise

ERROR = "`raise ValueError(f\"… {', '.join(names)}\")`"


def save(prefix, values):
    """Saves ``{name: value}`` as variables, and leaves an empty default graph."""
    tf.reset_default_graph()
    Path(prefix).parent.mkdir(parents=True, exist_ok=True)
    variables = [tf.get_variable(name, initializer=tf.constant(value)) for name, value in values.items()]
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run([variable.initializer for variable in variables])
        saver.save(sess, prefix)
    tf.reset_default_graph()


def must_name(message, names, others, call, loss):
    """Raises ``NotYet`` unless a guard's message has all of ``names`` and none of ``others``."""
    said = f"`{call}` raised an error with the message `{textwrap.shorten(message, 300, placeholder=' […]')}`."
    for name in names:
        if not is_in(name, message):
            raise NotYet(
                seen=said,
                expected=f"A message that names {' and '.join(f'`{each}`' for each in names)}.",
                because=f"{loss} Collect the names of all of them, and raise once, after the loop.",
            )
    for name in others:
        if is_in(name, message):
            raise NotYet(
                seen=said,
                expected=f"A message without `{name}`.",
                because=f"`{name}` is as it should be. A guard that names it, too, sends people the wrong way.",
            )


def is_in(name, message):
    """True when a message has a variable's whole name, not only a longer one that contains it."""
    return re.search(rf"(?<![\w/]){re.escape(name)}(?![\w/])", message) is not None


@exercise(
    hints=[
        "For one variable: where does its value in the session come from, and where its value in the file?",
        "`sess.run(variable)` gets the one, `tf.train.NewCheckpointReader(prefix).get_tensor(variable.op.name)` the "
        "other. `has_tensor(name)` says whether there is one. `np.array_equal` compares; `equal_nan=True` is for NaN.",
        "Collect names in a list: of variables that the file lacks, whose arrays differ, or for which "
        f"`variable.shape.is_compatible_with(saved.shape)` is false. After the loop, if there are any: {ERROR}.",
    ],
    raised={
        "not found in checkpoint": "The file has no variable of this name. Ask first: `reader.has_tensor(name)`.",
        "The truth value of an array": "`==` compares each element. `np.array_equal` says whether all are equal.",
        "default session": "`sess` is not always the default session. Pass it on: `sess.run(variable)`.",
        "Unable to open table file": "The reader was given the name of a file. It needs the prefix, as `restore` does.",
    },
)
def same_as_file(sess, prefix, variables):
    """Raise ValueError unless the session holds what the checkpoint holds.

    Compare each of variables (a list of tf.Variable) with the file: its value, which may
    have NaN in it, and the shape that the graph declares. The message names each variable
    that differs or that the file lacks, and no other.
    """
    # This reader takes the prefix as it is. tf.train.load_checkpoint looks into a folder of that name first.
    reader = tf.train.NewCheckpointReader(prefix)
    different = []
    for variable in variables:
        name = variable.op.name
        if not reader.has_tensor(name):
            different.append(name)
            continue
        saved = reader.get_tensor(name)
        # NaN is not equal to itself, so a comparison without equal_nan complains about a restore that went well.
        same = np.array_equal(sess.run(variable), saved, equal_nan=True)
        # A resource variable takes a value of any shape, so the value alone does not tell.
        if not same or not variable.shape.is_compatible_with(saved.shape):
            different.append(name)
    if different:
        raise ValueError(f"not as in {prefix}: {', '.join(different)}")


SAVED = {
    "dense/kernel": [[0.5, np.nan], [0.25, 2.0]],
    "dense/bias": [5.0, 0.125],
    "moving_mean": [100.0],
    "global_step": np.int64(2**53),
}


@same_as_file.examiner
def _(attempt):
    # An absolute path, with a dot in a folder and a step at the end.
    prefix = (Path("runs.2024").resolve() / "model.ckpt-7").as_posix()
    save(
        prefix, {name: np.array(value, np.float32 if name != "global_step" else None) for name, value in SAVED.items()}
    )
    save("other", {name: np.array(value) * 0 for name, value in SAVED.items()})  # the latest, but not the one asked for
    variables = {
        name: tf.get_variable(
            name,
            initializer=tf.zeros(np.shape(value), tf.int64 if name == "global_step" else tf.float32),
            trainable=name.startswith("dense"),
        )
        for name, value in SAVED.items()
    }
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        message = attempt.refusal(sess, prefix, list(variables.values()))
        if message is not None:
            raise NotYet(
                seen=f"After a restore, and nothing else, your guard raised an error: `{message}`.",
                expected="No error: session and file hold the same.",
                because="One of the values is NaN, and `np.nan == np.nan` is false: "
                "`np.array_equal(value, saved, equal_nan=True)` takes NaN for equal."
                if is_in("dense/kernel", message) and not any(is_in(name, message) for name in list(SAVED)[1:])
                else "A guard that complains about every restore is soon taken out. Compare the values: "
                "`np.array_equal(sess.run(variable), reader.get_tensor(name), equal_nan=True)`.",
            )
        sess.run(tf.global_variables_initializer())
        message = attempt.refusal(sess, prefix, list(variables.values()))
        if message is None:
            raise NotYet(
                seen="The initializers were run after the restore, and your guard raised nothing.",
                expected=f"A ValueError that names {', '.join(f'`{name}`' for name in SAVED)}.",
                because="The session holds zeros and the file does not. The value of each variable in the session has "
                f"to be compared with the one in the file. What differs leads to an error: {ERROR}.",
            )
        must_name(message, SAVED, [], "same_as_file", "Four variables were lost.")
        if sess.run(variables["moving_mean"]).tolist() != [0.0]:
            raise NotYet(
                seen="After the call of your guard, the session held other values than before.",
                expected="A guard that looks, and changes nothing.",
                because="`restore` writes into the session, and so hides the failure. A reader reads the file alone: "
                "`tf.train.NewCheckpointReader(prefix)`.",
            )
        one_changed(attempt, sess, saver, prefix, variables)
    two_models(attempt)
    other_shape(attempt)
    one_of_many(attempt)
    one_more(attempt)
    return (
        "Your guard compares the session with the file, value by value, so it does not matter what came between: an "
        "initializer, a second model, a restore of something else."
    )


def one_changed(attempt, sess, saver, prefix, variables):
    """One variable after the other gets a slightly different value; the last time, nobody asks about it."""
    for name, changed in (
        ("dense/bias", [0.125, 5.0]),  # the same sum, and the same elements in another order
        ("dense/bias", [5.0, 0.125001]),
        ("moving_mean", [100.00001]),
        ("global_step", 2**53 + 1),
        ("dense/kernel", [[0.5, 0.0], [0.25, 2.0]]),
    ):
        saver.restore(sess, prefix)
        sess.run(variables[name].assign(changed))
        message = attempt.refusal(sess, prefix, list(variables.values()))
        if message is None:
            raise NotYet(
                seen=f"After the restore `{name}` was set to `{changed}`; the file has `{SAVED[name]}`. Your guard "
                "raised nothing.",
                expected=f"A ValueError that names `{name}`.",
                because="One element is NaN in the file and a number in the session. NaN is the same as NaN, and as "
                "nothing else: `np.array_equal(value, saved, equal_nan=True)`, of the arrays as they are."
                if name == "dense/kernel"
                else "A counter is an integer. As floats, 9007199254740992 and the next one are the same number: "
                "compare the arrays as they are, with `np.array_equal`."
                if name == "global_step"
                else "A restore brings back each element exactly, of each variable, trainable or not. A sum, a "
                "first element or `np.allclose` is not enough: `np.array_equal` looks at all elements.",
            )
        must_name(message, [name], set(SAVED) - {name}, "same_as_file", "One variable was changed.")
    message = attempt.refusal(sess, prefix, [variables["dense/bias"], variables["moving_mean"]])
    if message is not None:
        raise NotYet(
            seen=f"`global_step` was changed, your guard was asked about two other variables, and raised: `{message}`.",
            expected="No error.",
            because="The third argument says which variables to compare. Use it, not all that the graph has.",
        )


def two_models(attempt):
    """Two runs of one model are imported into one graph: the second restore goes into the first copy."""
    tf.reset_default_graph()
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
                "the session, and read the file that `prefix` names.",
            )
    tf.reset_default_graph()


def other_shape(attempt):
    """A resource variable of four elements takes the two of the file."""
    save("pair", {"kernel": [3.0, 3.0], "bias": 1, "turned": [[1.0, 2.0]]})
    kernel = tf.get_variable("kernel", initializer=tf.zeros([4]), use_resource=True)
    bias = tf.get_variable("bias", initializer=0, use_resource=True)
    turned = tf.get_variable("turned", initializer=tf.zeros([2, 1]), use_resource=True)
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, "pair")
        message = attempt.refusal(sess, "pair", [kernel, bias])
        if message is None:
            raise NotYet(
                seen="A resource variable that the graph declares with four elements got the two of the file. Your "
                "guard raised nothing.",
                expected="A ValueError that names `kernel`.",
                because="Its value is the file's, so values alone do not tell. Compare the shape that the graph "
                "declares as well: `variable.shape.is_compatible_with(saved.shape)`.",
            )
        must_name(message, ["kernel"], ["bias"], "same_as_file", "One variable has another shape.")
        if attempt.refusal(sess, "pair", [turned, bias]) is None:
            raise NotYet(
                seen="A resource variable that the graph declares as a column of two got the row of two of the file. "
                "Your guard raised nothing.",
                expected="A ValueError that names `turned`.",
                because="`[1, 2]` and `[2, 1]` have as many elements and as many dimensions, and are two shapes. "
                "Compare whole shapes: `variable.shape.is_compatible_with(saved.shape)`.",
            )
    tf.reset_default_graph()


def one_of_many(attempt):
    """One element of a large variable has changed, in the middle, where an array that is printed has dots."""
    value = np.zeros([40, 50], np.float32)
    save("large", {"embedding": value})
    embedding = tf.get_variable("embedding", initializer=tf.zeros([40, 50]))
    with contextlib.closing(tf.Session()) as sess:  # not the default one
        tf.train.Saver().restore(sess, "large")
        value[20, 25] = 1
        embedding.load(value, sess)
        if attempt.refusal(sess, "large", [embedding]) is None:
            raise NotYet(
                seen="After the restore, one of 2000 elements of `embedding` was changed. Your guard raised nothing.",
                expected="A ValueError that names `embedding`.",
                because="Each element counts. Compare the arrays themselves, with `np.array_equal`: `str` of a "
                "large array has dots where most of its elements are.",
            )
    tf.reset_default_graph()


def one_more(attempt):
    """The graph has variables that the file lacks, before, between and after those that it has."""
    save("run", {"kernel": [3.0], "kernel_2": [4.0]})
    variables = [tf.get_variable(name, initializer=tf.zeros([1])) for name in ("top", "kernel", "head", "kernel_2")]
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.train.Saver(variables[1::2]).restore(sess, "run")
        message = attempt.refusal(sess, "run", variables)
    if message is None:
        raise NotYet(
            seen="The list had variables `top` and `head` that the file lacks, and your guard raised nothing.",
            expected="A ValueError that names `top` and `head`.",
            because="What the file lacks cannot have come from it. `reader.has_tensor(name)` says whether it is there.",
        )
    must_name(message, ["top", "head"], ["kernel", "kernel_2"], "same_as_file", "Two variables are not in the file.")


same_as_file.right_attempt(guards.same_as_file)


@same_as_file.right_attempt
def fetches_all_at_once(sess, prefix, variables):
    found = dict(tf.train.list_variables(prefix))
    values = sess.run({variable.op.name: variable for variable in variables})
    wrong = set()
    for variable in variables:
        name = variable.name.split(":")[0]
        if name not in found or variable.shape.as_list() != found[name]:
            wrong.add(name)
        elif values[name].tobytes() != tf.train.load_variable(prefix, name).tobytes():
            wrong.add(name)
    if wrong:
        raise ValueError(sorted(wrong))


@same_as_file.right_attempt
def lets_numpy_raise(sess, prefix, variables):
    saved = tf.train.load_checkpoint(prefix)
    bad = []
    for variable in variables:
        try:
            np.testing.assert_array_equal(saved.get_tensor(variable.op.name), sess.run(variable))
            variable.shape.assert_is_compatible_with(saved.get_variable_to_shape_map()[variable.op.name])
        except Exception:
            bad += [variable.op.name]
    assert not bad, f"{prefix}: {bad}"


@same_as_file.wrong_attempt(says="The value of each variable in the session has to be compared")
def compares_the_names(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    missing = [variable.op.name for variable in variables if not reader.has_tensor(variable.op.name)]
    if missing:
        raise ValueError(f"missing: {missing}")


@same_as_file.wrong_attempt(says="complains about every restore")
def compares_a_variable_with_an_array(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    names = [variable.op.name for variable in variables if variable is not reader.get_tensor(variable.op.name)]
    if names:
        raise ValueError(names)


@same_as_file.wrong_attempt(says="`np.nan == np.nan` is false")
def forgets_nan(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    names = []
    for variable in variables:
        name = variable.op.name
        if not reader.has_tensor(name) or not np.array_equal(sess.run(variable), reader.get_tensor(name)):
            names.append(name)
    if names:
        raise ValueError(names)


@same_as_file.wrong_attempt(says="Collect the names of all of them")
def raises_at_the_first(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    for variable in variables:
        if not np.array_equal(sess.run(variable), reader.get_tensor(variable.op.name), equal_nan=True):
            raise ValueError(f"{variable.op.name} differs")


@same_as_file.wrong_attempt(says="`np.allclose` is not enough")
def compares_roughly(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    names = []
    for variable in variables:
        if not np.allclose(sess.run(variable), reader.get_tensor(variable.op.name), atol=0.5, equal_nan=True):
            names.append(variable.op.name)
    if names:
        raise ValueError(f"differ: {names}")


@same_as_file.wrong_attempt(says="One element is NaN in the file and a number in the session")
def takes_nan_for_zero(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    names = []
    for variable in variables:
        name = variable.op.name
        saved = reader.get_tensor(name) if reader.has_tensor(name) else np.array(None, float)
        same = np.array_equal(np.nan_to_num(sess.run(variable)), np.nan_to_num(saved))
        if not same or variable.shape.as_list() != list(saved.shape):
            names.append(name)
    if names:
        raise ValueError(f"differ: {names}")


@same_as_file.wrong_attempt(says="hides the failure")
def restores_once_more(sess, prefix, variables):
    before = sess.run(variables)
    tf.train.Saver(variables).restore(sess, prefix)
    after = sess.run(variables)
    names = [
        v.op.name for v, b, a in zip(variables, before, after, strict=True) if not np.array_equal(b, a, equal_nan=True)
    ]
    if names:
        raise ValueError(f"differ: {names}")


@same_as_file.wrong_attempt(says="Use it, not all that the graph has")
def ignores_the_list(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    names = []
    for variable in tf.global_variables():
        if not np.array_equal(sess.run(variable), reader.get_tensor(variable.op.name), equal_nan=True):
            names.append(variable.op.name)
    if names:
        raise ValueError(f"differ: {names}")


@same_as_file.wrong_attempt(says="Its value is the file's, so values alone do not tell")
def compares_the_values_only(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    names = []
    for variable in variables:
        if not np.array_equal(sess.run(variable), reader.get_tensor(variable.op.name), equal_nan=True):
            names.append(variable.op.name)
    if names:
        raise ValueError(f"differ: {names}")


@same_as_file.wrong_attempt(says="As floats, 9007199254740992 and the next one")
def compares_floats(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    different = []
    for variable in variables:
        name = variable.op.name
        value, saved = sess.run(variable), reader.get_tensor(name) if reader.has_tensor(name) else None
        if saved is None or not np.array_equal(np.float64(value), np.float64(saved), equal_nan=True):
            different.append(name)
    if different:
        raise ValueError(f"not as in {prefix}: {', '.join(different)}")


@same_as_file.wrong_attempt(says="are two shapes")
def counts_the_elements(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    different = []
    for variable in variables:
        name = variable.op.name
        saved = reader.get_tensor(name) if reader.has_tensor(name) else None
        if saved is None or saved.size != variable.shape.num_elements():
            different.append(name)
        elif not np.array_equal(sess.run(variable).ravel(), saved.ravel(), equal_nan=True):
            different.append(name)
    if different:
        raise ValueError(f"not as in {prefix}: {', '.join(different)}")


@same_as_file.wrong_attempt(says="not always the default session")
def takes_the_default_session(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    different = []
    for variable in variables:
        name = variable.op.name
        saved = reader.get_tensor(name) if reader.has_tensor(name) else None
        if saved is None or not variable.shape.is_compatible_with(saved.shape):
            different.append(name)
        elif not np.array_equal(variable.eval(), saved, equal_nan=True):
            different.append(name)
    if different:
        raise ValueError(f"not as in {prefix}: {', '.join(different)}")


@same_as_file.wrong_attempt(says="has dots where most of its elements are")
def compares_the_texts_of_arrays(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    names = []
    for variable in variables:
        name = variable.op.name
        saved = reader.get_tensor(name) if reader.has_tensor(name) else None
        if str(sess.run(variable)) != str(saved) or variable.shape != saved.shape:
            names.append(name)
    if names:
        raise ValueError(f"differ: {names}")


@same_as_file.wrong_attempt(says="Ask first: `reader.has_tensor(name)`")
def takes_for_granted_that_all_is_there(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    names = []
    for variable in variables:
        saved = reader.get_tensor(variable.op.name)
        same = np.array_equal(sess.run(variable), saved, equal_nan=True)
        if not same or variable.shape != saved.shape:
            names.append(variable.op.name)
    if names:
        raise ValueError(f"differ: {names}")


@same_as_file.wrong_attempt(says="`==` compares each element")
def compares_with_two_equal_signs(sess, prefix, variables):
    reader = tf.train.NewCheckpointReader(prefix)
    for variable in variables:
        if not sess.run(variable) == reader.get_tensor(variable.op.name):
            raise ValueError(variable.op.name)


@exercise(
    hints=[
        "Which variables does the graph have, and which of them does the file know?",
        "`tf.global_variables()` lists the graph's. A reader, `tf.train.NewCheckpointReader(prefix)`, says for a name "
        "whether the file has it: `has_tensor(name)`.",
        "The names: `variable.op.name` of each global variable for which `reader.has_tensor(variable.op.name)` is "
        f"false. If there are any: {ERROR}.",
    ],
    raised={
        "Unable to open table file": "The reader was given the name of a file. It needs the prefix, as `restore` does.",
        "Graph is finalized": "The guard added to the graph, as each Saver does. A reader and the names of the "
        "variables are enough, and need no operation.",
    },
)
def all_saved(prefix):
    """Raise ValueError unless the checkpoint has all global variables of the graph.

    The graph is the default one, and may be finalized. The message names each variable
    that the file lacks, and no other.
    """
    reader = tf.train.NewCheckpointReader(prefix)
    # Global, not trainable: moving averages and an optimizer's slots are no less part of the state.
    missing = [variable.op.name for variable in tf.global_variables() if not reader.has_tensor(variable.op.name)]
    if missing:
        raise ValueError(f"not saved in {prefix}: {', '.join(missing)}")


@all_saved.examiner
def _(attempt):
    Path("runs.2024").mkdir()
    folder = Path("runs.2024").resolve().as_posix()
    weight = tf.get_variable("norm/weight", initializer=[1.0])
    mean = tf.get_variable("norm/mean", initializer=[0.0], trainable=False)
    tf.get_variable("seen", initializer=0, trainable=False, collections=[tf.GraphKeys.LOCAL_VARIABLES])
    early = tf.train.Saver()
    late = tf.get_variable("norm/mean_2", initializer=[1.0], trainable=False)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        whole = tf.train.Saver().save(sess, f"{folder}/whole.ckpt", global_step=100)
        trainable = tf.train.Saver(tf.trainable_variables()).save(sess, f"{folder}/trainable.ckpt", global_step=100)
        early = early.save(sess, "early")
        untrained = tf.train.Saver([mean, late]).save(sess, "untrained")
        names = {"norm/weight": weight, "old/mean": mean, "old/mean_2": late}
        renamed = tf.train.Saver(names).save(sess, "renamed")
        longer = tf.train.Saver([weight, late]).save(sess, "longer")
    message = attempt.refusal(whole)
    if message is not None:
        raise NotYet(
            seen=f"The checkpoint has all global variables, and your guard raised an error: `{message}`.",
            expected="No error.",
            because="`seen` is a local variable, as metrics have them: a Saver leaves it out, and so does "
            "`tf.global_variables()`."
            if is_in("seen", message)
            else "A variable's name in the file is `variable.op.name`: `norm/weight`. `variable.name` is that of its "
            "tensor, `norm/weight:0`, which no file has."
            if ":0" in message
            else "Ask the file that `prefix` names, and not the latest one beside it.",
        )
    message = attempt.refusal(trainable)
    if message is None:
        raise NotYet(
            seen="The checkpoint was saved with `Saver(tf.trainable_variables())`. It lacks two averages, and your "
            "guard raised nothing.",
            expected="A ValueError that names `norm/mean` and `norm/mean_2`.",
            because="Moving averages are not trainable, but they are variables of the model: "
            "`tf.global_variables()` has them. What the file lacks leads to an error. The graph in `.meta` does not "
            "tell: it is the whole graph.",
        )
    must_name(message, ["norm/mean", "norm/mean_2"], ["norm/weight", "seen"], "all_saved", "Two variables are missing.")
    message = attempt.refusal(early)
    if message is None:
        raise NotYet(
            seen="The Saver was made before the last variable. The checkpoint lacks `norm/mean_2`, and your guard "
            "raised nothing.",
            expected="A ValueError that names `norm/mean_2`.",
            because="One that is missing is enough. Look at each name, and at the file, not at a Saver of today.",
        )
    must_name(message, ["norm/mean_2"], ["norm/mean", "norm/weight"], "all_saved", "One variable is missing.")
    message = attempt.refusal(untrained)
    if message is None:
        raise NotYet(
            seen="The checkpoint has the two averages and lacks the only weight. Your guard raised nothing.",
            expected="A ValueError that names `norm/weight`.",
            because="The weights belong to the model as the averages do. `tf.global_variables()` has both.",
        )
    must_name(message, ["norm/weight"], ["norm/mean", "norm/mean_2"], "all_saved", "One variable is missing.")
    message = attempt.refusal(renamed)
    if message is None:
        raise NotYet(
            seen="The checkpoint has three variables as the graph does, but two of them under other names. Your guard "
            "raised nothing.",
            expected="A ValueError that names `norm/mean` and `norm/mean_2`.",
            because="A count does not say which variables are there. Ask the file for each name.",
        )
    must_name(message, ["norm/mean", "norm/mean_2"], ["norm/weight"], "all_saved", "Two variables are missing.")
    message = attempt.refusal(longer)
    if message is None:
        raise NotYet(
            seen="The checkpoint has `norm/mean_2` and lacks `norm/mean`. Your guard raised nothing.",
            expected="A ValueError that names `norm/mean`.",
            because="One name is a part of the other. `reader.has_tensor(name)` asks for the whole name.",
        )
    must_name(message, ["norm/mean"], ["norm/mean_2", "norm/weight"], "all_saved", "One variable is missing.")
    another_graph(attempt, whole)
    in_training(attempt)
    return (
        "Your guard compares the graph with the file, so it does not matter which Saver wrote the file, or when that "
        "Saver was made."
    )


def another_graph(attempt, whole):
    """The graph has less than the file, then something that is neither in the file nor in its ``.meta``."""
    tf.reset_default_graph()
    tf.get_variable("norm/weight", initializer=[1.0])
    message = attempt.refusal(whole)
    if message is not None:
        raise NotYet(
            seen="The graph has `norm/weight` alone. The checkpoint has it, and two variables more. Your guard raised "
            f"an error: `{message}`.",
            expected="No error.",
            because="The question is what the file lacks. What only the file has was not lost.",
        )
    tf.get_variable("head", initializer=[1.0])
    message = attempt.refusal(whole)
    if message is None:
        raise NotYet(
            seen="The graph has a variable, `head`, that was made after the save. Your guard raised nothing.",
            expected="A ValueError that names `head`.",
            because="The graph is the default one, as it is now: `tf.global_variables()`. The `.meta` beside the "
            "checkpoint has the graph as it was when it was saved.",
        )
    must_name(message, ["head"], ["norm/mean", "norm/mean_2", "norm/weight"], "all_saved", "One variable is missing.")


def in_training(attempt):
    """A graph that is finalized: with an optimizer, a variable without a shape, and a collection of a library's."""
    tf.reset_default_graph()
    weight = tf.get_variable("weight", initializer=[1.0])
    free = tf.get_variable("free", initializer=tf.constant([2.0]), validate_shape=False, trainable=False)
    tf.add_to_collection(tf.GraphKeys.MODEL_VARIABLES, weight)
    tf.train.AdamOptimizer().minimize(tf.reduce_sum(weight))
    slots = [variable.op.name for variable in tf.global_variables() if variable not in (weight, free)]
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        whole = tf.train.Saver().save(sess, "training/whole")
        model = tf.train.Saver([weight, free]).save(sess, "training/model")
    tf.get_default_graph().finalize()
    message = attempt.refusal(whole)
    if message is not None:
        raise NotYet(
            seen="The checkpoint has all global variables. For one of them, `free`, the graph does not declare a "
            f"shape. Your guard raised an error: `{message}`.",
            expected="No error.",
            because="The question is whether the file has a variable of this name, and not of which shape it is.",
        )
    message = attempt.refusal(model)
    if message is None:
        raise NotYet(
            seen="The checkpoint has the model and lacks what Adam keeps. Your guard raised nothing.",
            expected=f"A ValueError that names {', '.join(f'`{name}`' for name in slots)}.",
            because="An optimizer's variables are global ones, and are lost like any other. `tf.global_variables()` "
            "has all; the collection `model_variables` has what some library has put there.",
        )
    must_name(message, slots, ["free"], "all_saved", "An optimizer's variables are missing.")


all_saved.right_attempt(guards.all_saved)


@all_saved.right_attempt
def with_sets(prefix):
    lost = {v.op.name for v in tf.global_variables()} - {name for name, _ in tf.train.list_variables(prefix)}
    if lost:
        raise ValueError(lost)


@all_saved.right_attempt
def by_the_collection_and_an_assertion(prefix):
    shapes = tf.train.load_checkpoint(prefix).get_variable_to_shape_map()
    graph = tf.get_default_graph()
    lost = [v.name[:-2] for v in graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES) if v.name[:-2] not in shapes]
    assert not lost, " ".join(lost)


@all_saved.wrong_attempt(says="Moving averages are not trainable")
def looks_at_trainable_variables(prefix):
    reader = tf.train.NewCheckpointReader(prefix)
    missing = [v.op.name for v in tf.trainable_variables() if not reader.has_tensor(v.op.name)]
    if missing:
        raise ValueError(f"missing: {missing}")


@all_saved.wrong_attempt(says="as metrics have them")
def looks_at_local_variables_too(prefix):
    reader = tf.train.NewCheckpointReader(prefix)
    names = [v.op.name for v in tf.global_variables() + tf.local_variables()]
    missing = [name for name in names if not reader.has_tensor(name)]
    if missing:
        raise ValueError(f"missing: {missing}")


@all_saved.wrong_attempt(says="not of which shape it is")
def compares_shapes(prefix):
    saved = tf.train.NewCheckpointReader(prefix).get_variable_to_shape_map()
    missing = [v.op.name for v in tf.global_variables() if saved.get(v.op.name) != v.shape.as_list()]
    if missing:
        raise ValueError(f"missing: {missing}")


@all_saved.wrong_attempt(says="has what some library has put there")
def looks_at_model_variables(prefix):
    reader = tf.train.NewCheckpointReader(prefix)
    variables = tf.get_collection(tf.GraphKeys.MODEL_VARIABLES) or tf.global_variables()
    missing = [v.op.name for v in variables if not reader.has_tensor(v.op.name)]
    if missing:
        raise ValueError(f"missing: {missing}")


@all_saved.wrong_attempt(says="as each Saver does")
def lets_a_saver_list_them(prefix):
    reader = tf.train.NewCheckpointReader(prefix)
    missing = [v.op.name for v in tf.train.Saver()._var_list if not reader.has_tensor(v.op.name)]
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


@all_saved.wrong_attempt(says="not at a Saver of today")
def asks_a_new_saver(prefix):
    if not tf.train.checkpoint_exists(prefix):
        raise ValueError("nothing was saved")
    reader = tf.train.NewCheckpointReader(prefix)
    missing = [v.op.name for v in tf.train.Saver()._var_list if not reader.has_tensor(v.op.name)]
    if len(missing) > 1:
        raise ValueError(f"missing: {missing}")


@all_saved.wrong_attempt(says="The weights belong to the model as the averages do")
def looks_at_the_averages_only(prefix):
    reader = tf.train.NewCheckpointReader(prefix)
    others = [v for v in tf.global_variables() if v not in tf.trainable_variables()]
    missing = [v.op.name for v in others if not reader.has_tensor(v.op.name)]
    if missing:
        raise ValueError(f"missing: {missing}")


@all_saved.wrong_attempt(says="asks for the whole name")
def looks_for_names_in_a_text(prefix):
    names = str(tf.train.list_variables(prefix))
    missing = [v.op.name for v in tf.global_variables() if v.op.name not in names]
    if missing:
        raise ValueError(f"missing: {missing}")


@all_saved.wrong_attempt(says="What only the file has was not lost")
def looks_both_ways(prefix):
    names = {v.op.name for v in tf.global_variables()} ^ {name for name, _ in tf.train.list_variables(prefix)}
    if names:
        raise ValueError(f"differ: {names}")


@all_saved.wrong_attempt(says="has the graph as it was when it was saved")
def asks_the_graph_in_meta(prefix):
    reader = tf.train.NewCheckpointReader(prefix)
    with tf.Graph().as_default():
        tf.train.import_meta_graph(f"{prefix}.meta")
        missing = [v.op.name for v in tf.global_variables() if not reader.has_tensor(v.op.name)]
    if missing:
        raise ValueError(f"missing: {missing}")


@all_saved.wrong_attempt(says="A count does not say")
def counts(prefix):
    reader = tf.train.NewCheckpointReader(prefix)
    saved = reader.get_variable_to_shape_map()
    names = [variable.op.name for variable in tf.global_variables()]
    if len(saved) < len(names):
        raise ValueError([name for name in names if name not in saved])
