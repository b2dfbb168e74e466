"""Exercises of lesson 04: values brought back from a checkpoint, and the prefix behind a file's name."""

import os

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, must_be_array, watch


@exercise(
    hints=[
        "The values are on disk and the graph is empty. What has to be in the graph before anything can be put into "
        "it?",
        "Variable, Saver, session, restore, run: in this order. The variable is called `layer/kernel`, and the Saver "
        "is made after it.",
        "Two lines go into `with tf.Session() as sess:`. The first is `saver.restore(sess, prefix)`, the second is "
        "`return sess.run(...)` with the variable in the parentheses.",
    ],
    raised={
        "No variables to save": "The Saver was made before the variable, or the graph has no global variable. A Saver "
        "looks at the graph once, when it is made.",
        "uninitialized value": "The variable got no value in this session: `saver.restore` was not called, or it was "
        "called with a different session.",
        # Before the next one, which is a part of it.
        "not found in checkpoint file": "The name of the `.index` was passed instead of the prefix. `saver.restore` "
        "wants the prefix as it is, without an ending.",
        "Key layer/bias not found": "The Saver covers `layer/bias`, too, and this checkpoint has none: what is in "
        "it beside `layer/kernel` differs. Build `layer/kernel` alone.",
        "not found in checkpoint": "The names differ. The checkpoint has `layer/kernel`, and the variable needs "
        "exactly this TensorFlow name. `variable.op.name` says which name a variable got.",
        "Expected binary or unicode string": "The session comes first and the prefix second: "
        "`saver.restore(sess, prefix)`. The prefix is a string.",
        "sstable": "A file was passed instead of the prefix. `saver.restore` wants the prefix as it is, without an "
        "ending.",
        "is not a valid checkpoint": "No checkpoint has the prefix that `saver.restore` got. `prefix` is complete as "
        "it is.",
        "Assign requires shapes": "The shapes differ. The checkpoint has `[2, 2]`, so the variable needs the same "
        "shape.",
        "does not equal original dtype": "The dtypes differ. The checkpoint has `float32`, and so does "
        "`tf.zeros([2, 2])`.",
        "Attempted to use a closed Session": "The session was closed: its `with` block had ended, or `sess.close()` "
        "was called. Restore and run before that.",
        "Parent directory of": "`saver.save` was called. This task only reads: `saver.restore` alone.",
    },
)
def restore_weights(prefix):
    """Restore "layer/kernel", float32 of shape [2, 2], and return its values as an array.

    prefix is the checkpoint's; other variables may be in it, too. Build the variable in
    the default graph. Its initializer may be anything: zeros, say.
    """
    # The graph needs a place for the values, with the saved name, shape and dtype. The zeros are never used.
    kernel = tf.get_variable("layer/kernel", initializer=tf.zeros([2, 2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        # No initializer: restore gives the variable its value. If one ran after restore, it would put the zeros back.
        saver.restore(sess, prefix)
        return sess.run(kernel)


@restore_weights.examiner
def _(attempt):
    absolute = os.path.join(os.getcwd(), "runs.2", "model.ckpt-50")  # save makes the folder
    restored = []
    for prefix, beside, values in (
        ("weights", "layer/bias", [[1.5, 2.5], [3.5, 4.5]]),
        (absolute, "head/bias", [[-0.1, 1e-30], [8.0, 65536.5]]),
    ):
        save_layer(values, prefix, beside)
        save_layer(np.add(values, 1), f"{prefix}-later", beside)  # the latest in this folder, and not what is asked for
        with watch() as seen:
            answer = attempt(prefix)
        restored += [judge_kernel(answer, np.array(values, np.float32), prefix, seen)]
    if all(restored):
        return (
            "The graph had the place, the file had the values, and `restore` brought them together in your session. No "
            "initializer was needed."
        )
    return (
        "The file's values reached the variable in your session, though not by `saver.restore`. A Saver does the same "
        "for all of its variables at once."
    )


def save_layer(values, prefix, beside):
    """Saves ``layer/kernel`` with these values beside two other variables, and leaves an empty default graph."""
    tf.reset_default_graph()
    tf.get_variable(beside, initializer=tf.constant([0.5, 0.5]))
    tf.get_variable("layer/kernel", initializer=tf.constant(values, tf.float32))
    tf.get_variable("step", initializer=tf.constant(50, tf.int64), trainable=False)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, prefix)
    tf.reset_default_graph()


def judge_kernel(answer, values, prefix, seen):
    """Raises ``NotYet``, or says whether it was ``saver.restore`` that brought the values."""
    expected = f"An array with the saved values, `{values.tolist()}`."
    if isinstance(answer, list | tuple):
        raise NotYet(
            seen=f"The function returned a {type(answer).__name__}.",
            expected=expected,
            because="`sess.run` of the variable itself returns its array. `sess.run` of a list returns a list, and "
            "`.tolist()` makes one of an array.",
        )
    must_be_array(
        answer,
        expected,
        none="Either the result was not handed back, or it was that of an operation, which is `None`: "
        "`saver.restore` returns nothing, and `layer/kernel` without `:0` is an operation. Run the variable in that "
        "session, and `return` what comes back.",
    )
    restored = [os.path.abspath(path) for path, _ in seen.restores]
    held = any(np.array_equal(value, values) for held in seen.held for value in held.values())
    if answer.tolist() != values.tolist():
        because = why_other_values(answer, values, held, os.path.abspath(prefix), restored, seen)
        raise NotYet(f"The function returned `{answer.tolist()}`.", expected, because)
    if not held:
        raise NotYet(
            seen="The values are right, but no variable had them at the end of a session.",
            expected="The variable gets the values in a session, and they are fetched from there.",
            because="They were read from the file with a reader, not restored. A model needs them in its variables."
            if seen.reads
            else "They were written into the function, or taken from the file without a variable.",
        )
    return os.path.abspath(prefix) in restored


def why_other_values(answer, values, held, prefix, restored, seen):
    if seen.saves:
        return "`saver.save` was called: what it wrote has replaced what was saved. A restore needs no save."
    if restored and prefix not in restored:
        return "What `saver.restore` got is not `prefix`, which is complete as it is. The folder has several of them."
    if held:
        return (
            "The variable had the saved values in your session, and something else was returned: another variable, a "
            "changed value, or what was fetched before `restore`."
        )
    if answer.ravel().tolist() == values.ravel().tolist():
        return "The values are right, and their shape is not: the variable needs the shape that was saved."
    if restored:
        return (
            "`restore` was called, and at the end the variable had other values. An initializer that runs after "
            "`restore` puts its own values over the restored ones. Initialize first, if at all; restore second."
        )
    if seen.runs:
        return "`saver.restore` was never called. These values may be an initializer's, or your own."
    return "These values did not come from the file. Each call gets a different prefix, with other values."


@restore_weights.wrong_attempt(says="puts its own values over the restored ones")
def initializes_after_restoring(prefix):
    kernel = tf.get_variable("layer/kernel", initializer=tf.zeros([2, 2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        sess.run(tf.global_variables_initializer())
        return sess.run(kernel)


@restore_weights.wrong_attempt(says="`saver.restore` was never called")
def initializes_only(prefix):
    kernel = tf.get_variable("layer/kernel", initializer=tf.zeros([2, 2]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return sess.run(kernel)


@restore_weights.wrong_attempt(says="with a reader, not restored")
def reads_the_file(prefix):
    return tf.train.load_variable(prefix, "layer/kernel")


@restore_weights.wrong_attempt(says="What `saver.restore` got is not `prefix`")
def restores_the_latest(prefix):
    kernel = tf.get_variable("layer/kernel", initializer=tf.zeros([2, 2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, tf.train.latest_checkpoint(os.path.dirname(prefix) or "."))
        return sess.run(kernel)


@restore_weights.wrong_attempt(says="A file was passed instead of the prefix")
def passes_the_data_file(prefix):
    kernel = tf.get_variable("layer/kernel", initializer=tf.zeros([2, 2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, prefix + ".data-00000-of-00001")
        return sess.run(kernel)


@restore_weights.wrong_attempt(says="The name of the `.index` was passed")
def passes_the_index(prefix):
    kernel = tf.get_variable("layer/kernel", initializer=tf.zeros([2, 2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, prefix + ".index")
        return sess.run(kernel)


@restore_weights.wrong_attempt(says="The Saver was made before the variable")
def makes_the_saver_first(prefix):
    saver = tf.train.Saver()
    kernel = tf.get_variable("layer/kernel", initializer=tf.zeros([2, 2]))
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(kernel)


@restore_weights.wrong_attempt(says="The names differ")
def names_it_in_python_only(prefix):
    kernel = tf.Variable(tf.zeros([2, 2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(kernel)


@restore_weights.wrong_attempt(says="The dtypes differ")
def takes_integers(prefix):
    kernel = tf.get_variable("layer/kernel", initializer=[[0, 0], [0, 0]])
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(kernel)


@restore_weights.wrong_attempt(says="called with a different session")
def restores_another_session(prefix):
    kernel = tf.get_variable("layer/kernel", initializer=tf.zeros([2, 2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, prefix)
    with tf.Session() as sess:
        return sess.run(kernel)


@restore_weights.wrong_attempt(says="`saver.restore` returns nothing")
def returns_what_restore_returns(prefix):
    tf.get_variable("layer/kernel", initializer=tf.zeros([2, 2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        return saver.restore(sess, prefix)


@restore_weights.wrong_attempt(says="`sess.run` of a list returns a list")
def runs_a_list(prefix):
    kernel = tf.get_variable("layer/kernel", initializer=tf.zeros([2, 2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run([kernel])


@restore_weights.wrong_attempt(says="They were written into the function")
def writes_the_values_out(prefix):
    return np.array([[1.5, 2.5], [3.5, 4.5]], np.float32)


@restore_weights.wrong_attempt(says="These values did not come from the file")
def makes_the_values_up(prefix):
    return np.zeros([2, 2], np.float32)


@restore_weights.wrong_attempt(says="what was fetched before `restore`")
def fetches_too_early(prefix):
    kernel = tf.get_variable("layer/kernel", initializer=tf.zeros([2, 2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        values = sess.run(kernel)
        saver.restore(sess, prefix)
    return values


@restore_weights.wrong_attempt(says="The values are right, and their shape is not")
def reshapes(prefix):
    kernel = tf.get_variable("layer/kernel", initializer=tf.zeros([4]))
    saver = tf.train.Saver(reshape=True)
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(kernel)


@restore_weights.wrong_attempt(says="Build `layer/kernel` alone")
def builds_a_bias_as_well(prefix):
    with tf.variable_scope("layer"):
        kernel = tf.get_variable("kernel", [2, 2])
        tf.get_variable("bias", [2])
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return sess.run(kernel)


@restore_weights.wrong_attempt(says="has replaced what was saved")
def saves_before_restoring(prefix):
    kernel = tf.get_variable("layer/kernel", initializer=tf.zeros([2, 2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        saver.save(sess, prefix)
        saver.restore(sess, prefix)
        return sess.run(kernel)


@restore_weights.wrong_attempt(says="This task only reads")
def saves_instead(prefix):
    tf.get_variable("layer/kernel", initializer=tf.zeros([2, 2]))
    with tf.Session() as sess:
        return tf.train.Saver().save(sess, prefix)


@restore_weights.right_attempt
def initializes_before_and_restores_everything(prefix):
    dtypes = tf.train.load_checkpoint(prefix).get_variable_to_dtype_map()
    listed = tf.train.list_variables(prefix)
    kernel = {name: tf.get_variable(name, shape, dtypes[name]) for name, shape in listed}["layer/kernel"]
    sess = tf.InteractiveSession()
    sess.run(tf.global_variables_initializer())
    tf.train.Saver().restore(sess, prefix)
    return kernel.eval()


@restore_weights.right_attempt
def restores_by_a_mapping(prefix):
    mine = tf.Variable(tf.zeros([2, 2]), trainable=False)
    with tf.Session() as sess:
        tf.train.Saver({"layer/kernel": mine}).restore(sess, prefix)
        return sess.run(mine)


@restore_weights.right_attempt
def makes_the_file_the_initializer(prefix):
    kernel = tf.get_variable("layer/kernel", [2, 2])
    tf.train.init_from_checkpoint(prefix, {"layer/": "layer/"})
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return sess.run(kernel)


@restore_weights.right_attempt
def loads_what_a_reader_read(prefix):
    kernel = tf.get_variable("layer/kernel", [2, 2])
    sess = tf.Session()
    kernel.load(tf.train.load_variable(prefix, "layer/kernel"), sess)
    return sess.run(kernel)


@exercise(
    hints=[
        "Which three endings can a file of a checkpoint have? And what else in a prefix may look like an ending?",
        "A dot may be part of the prefix, as in `model.ckpt-50`, or of a folder's name. So look for the three known "
        "endings, and only at the end of the string.",
        'A regular expression says all of it: `re.sub(r"...\\Z", "", path)`, with `\\.(index|meta|data-\\d+-of-\\d+)` '
        "for the dots. Or test `path.endswith(...)` for `.index` and `.meta`, and look at what stands after the last "
        "`.data-`.",
    ],
    raised={
        "'NoneType' object has no attribute 'group'": "The expression does not match every path, and where it does "
        "not, the result is `None`. A path that has none of the endings is the prefix itself.",
    },
)
def prefix_of(path):
    """Return the prefix of a checkpoint. path is one of its files, or the prefix itself.

    path is a string. "run/model.ckpt-50.index" has the prefix "run/model.ckpt-50", and so
    has "run/model.ckpt-50".
    """
    import re

    # Only the known endings are cut off, because a prefix may have dots, too.
    # \Z is the end of the string: a folder's name may look like an ending.
    # The numbers of the data file vary: which shard it is, and of how many.
    return re.sub(r"\.(index|meta|data-\d+-of-\d+)\Z", "", path)


@prefix_of.examiner
def _(attempt):
    wanted = {
        "run/model.ckpt-50.index": "run/model.ckpt-50",
        "run/model.ckpt-50.meta": "run/model.ckpt-50",
        "run/model.ckpt-50.data-00000-of-00001": "run/model.ckpt-50",
        "run/model.ckpt-50.data-00012-of-00340": "run/model.ckpt-50",
        "run/model.ckpt-50": "run/model.ckpt-50",
        "runs.2/pair.index": "runs.2/pair",
        "pair": "pair",
        "pair.meta": "pair",
        "run/model": "run/model",
        "/disk/runs.2/model.ckpt-7.data-00000-of-00001": "/disk/runs.2/model.ckpt-7",
        "run/old.data-2024/pair.index": "run/old.data-2024/pair",
        "run/old.data-00000-of-00001/pair": "run/old.data-00000-of-00001/pair",
        "run.index/pair.meta": "run.index/pair",
        "run/my.data-2.index": "run/my.data-2",
        "run/my.data-2": "run/my.data-2",
        "run/my.data-2.data-00000-of-00001": "run/my.data-2",
        "run/reindex": "run/reindex",
        "Run/B.meta": "Run/B",
    }
    for path, prefix in wanted.items():
        answer = attempt(path)
        if answer != prefix:
            raise NotYet(
                seen=f"`prefix_of({path!r})` returned `{answer!r}`.",
                expected=f"`{prefix!r}`",
                because=why_not_the_prefix(path, prefix, answer),
            )
    return "Only the ending of a file was cut off. Dots in the prefix and in the names of folders stayed."


def why_not_the_prefix(path, prefix, answer):
    if answer is None:
        return "Nothing came back. Hand the prefix back with `return`, for a path without an ending, too."
    if not isinstance(answer, str):
        return f"A prefix is a string, and this is an object of type `{type(answer).__name__}`."
    if answer == path:
        return "This file's ending was not cut off. There are three kinds: `.index`, `.meta` and `.data-…-of-…`."
    if not answer:
        return "Nothing is left of the path. `rpartition`, for one, returns an empty string first if it finds nothing."
    if "/" in prefix and "/" not in answer:
        return "The folder is part of the prefix. Without it, `saver.restore` would look in the current folder."
    if len(answer) < prefix.rfind("/"):
        return "The name of a folder was cut. What looks like an ending counts at the end of the path only."
    if path == prefix and "." not in path:
        return (
            "An ending begins with a dot, and this path has none. In a regular expression, `.` stands for any "
            "character, and `\\.` for a dot."
        )
    if path == prefix:
        return "This is a prefix already: it ends in none of the three endings. A prefix may have dots, too."
    return (
        "The string was cut at the wrong place, or changed elsewhere. Cut off only the ending of a file, with its dot: "
        "other dots, and a step such as `-50`, belong to the prefix."
    )


@prefix_of.wrong_attempt(says="it ends in none of the three endings")
def splits_the_extension(path):
    import os

    return os.path.splitext(path)[0]


@prefix_of.wrong_attempt(says="cut at the wrong place")
def splits_at_the_first_dot(path):
    return path.split(".")[0]


@prefix_of.wrong_attempt(says="This file's ending was not cut off")
def knows_the_index_only(path):
    return path.removesuffix(".index")


@prefix_of.wrong_attempt(says="The folder is part of the prefix")
def loses_the_folder(path):
    from pathlib import Path

    return Path(path).stem


@prefix_of.wrong_attempt(says="The name of a folder was cut")
def cuts_at_data_anywhere(path):
    import re

    return re.sub(r"\.(index|meta|data-.*)$", "", path)


@prefix_of.wrong_attempt(says="Nothing came back")
def forgets_the_prefix_itself(path):
    for ending in (".index", ".meta", ".data-00000-of-00001", ".data-00012-of-00340"):
        if path.endswith(ending):
            return path[: -len(ending)]


@prefix_of.wrong_attempt(says="begins with a dot")
def takes_any_character_for_the_dot(path):
    import re

    return re.sub(r".(index|meta|data-\d+-of-\d+)$", "", path)


@prefix_of.wrong_attempt(says="Nothing is left of the path")
def looks_for_data_everywhere(path):
    for ending in (".index", ".meta"):
        if path.endswith(ending):
            return path[: -len(ending)]
    return path.rpartition(".data-")[0]


@prefix_of.wrong_attempt(says="an object of type")
def returns_a_path(path):
    from pathlib import Path

    return Path(path).with_suffix("")


@prefix_of.wrong_attempt(says="The expression does not match every path")
def expects_an_ending(path):
    import re

    return re.match(r"(.*)\.(index|meta|data-\d+-of-\d+)\Z", path).group(1)


@prefix_of.right_attempt
def looks_for_each_ending(path):
    for ending in (".index", ".meta"):
        if path.endswith(ending):
            return path[: -len(ending)]
    before, _, after = path.rpartition(".data-")
    first, of, last = after.partition("-of-")
    return before if of and first.isdigit() and last.isdigit() else path


@prefix_of.right_attempt
def splits_off_the_last_part(path):
    from pathlib import PurePosixPath

    name, _, ending = PurePosixPath(path).name.rpartition(".")
    is_file = ending in ("index", "meta") or (ending.startswith("data-") and "-of-" in ending)
    return str(PurePosixPath(path).parent / name) if is_file else path
