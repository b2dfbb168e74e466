"""Exercises of lesson 04: values brought back from a checkpoint, and the prefix behind a file's name."""

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, must_be_array


@exercise(
    hints=[
        "The values are on disk and the graph is empty. What has to be in the graph before anything can be put into "
        "it?",
        "Variable, Saver, session, restore, run: in this order. The variable is called `layer/kernel`, and the Saver "
        "is made after it.",
        "In `with tf.Session() as sess:` stand two lines: `saver.restore(sess, prefix)`, then `return sess.run(...)` "
        "with the variable in the parentheses.",
    ],
    raised={
        "No variables to save": "The Saver was made before the variable, or there is no variable. A Saver looks at the "
        "graph once, when it is made.",
        "uninitialized value": "The variable got no value: `saver.restore` was not called, or in another session.",
        "not found in checkpoint": "The names differ. The checkpoint has `layer/kernel`, and the variable needs "
        "exactly this TensorFlow name.",
        "sstable": "A file was passed in place of the prefix. `saver.restore` wants the prefix as it is, without an "
        "ending.",
        "is not a valid checkpoint": "`prefix` was changed on the way to `saver.restore`. It is complete as it is.",
        "Assign requires shapes": "The shapes differ. The checkpoint has `[2, 2]`, so the variable needs the same "
        "shape.",
        "does not equal original dtype": "The dtypes differ. The checkpoint has `float32`: `tf.zeros([2, 2])` has it "
        "too.",
        "Attempted to use a closed Session": "The session was closed when its `with` block ended. Restore and run "
        "inside.",
    },
)
def restore_weights(prefix):
    """Restore "layer/kernel", float32 of shape [2, 2], and return its values as an array.

    prefix is the checkpoint's. Build the variable in the default graph. Its initializer
    may be anything: zeros, say.
    """
    # The graph has to have a place for the values, of the saved name, shape and dtype. The zeros are never used.
    kernel = tf.get_variable("layer/kernel", initializer=tf.zeros([2, 2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        # No initializer: restore gives the variable its value. Run after restore, it would put the zeros back.
        saver.restore(sess, prefix)
        return sess.run(kernel)


@restore_weights.examiner
def _(attempt):
    for number, values in enumerate(([[1.5, 2.5], [3.5, 4.5]], [[-1.0, 0.25], [8.0, 64.0]])):
        prefix = f"weights-{number}"
        save_kernel(values, prefix)
        judge_kernel(attempt(prefix), values)
    return (
        "The graph had the place, the file had the values, and `restore` brought them together in your session. No "
        "initializer was needed."
    )


def save_kernel(values, prefix):
    """Saves ``layer/kernel`` with these values, and leaves an empty default graph."""
    tf.reset_default_graph()
    tf.get_variable("layer/kernel", initializer=tf.constant(values, tf.float32))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, prefix)
    tf.reset_default_graph()


def judge_kernel(answer, values):
    expected = f"An array with the saved values, `{values}`."
    must_be_array(
        answer,
        expected,
        none="`saver.restore` returns nothing: it changes the session. Run the variable in that session, and `return` "
        "what comes back.",
    )
    if answer.tolist() == values:
        return
    if [op for op in tf.get_default_graph().get_operations() if op.type == "NoOp" and op.name.startswith("init")]:
        raise NotYet(
            seen=f"The function returned `{answer.tolist()}`, and the graph has an initializer operation.",
            expected=expected,
            because="The initializer ran after `restore` and wiped the restored values, or `restore` was never called. "
            "Initialize first, if at all; restore second.",
        )
    raise NotYet(
        seen=f"The function returned `{answer.tolist()}`.",
        expected=expected,
        because="These values did not come from the file: each call gets another prefix, with other values.",
    )


@restore_weights.wrong_attempt(says="wiped the restored values")
def initializes_after_restoring(prefix):
    kernel = tf.get_variable("layer/kernel", initializer=tf.zeros([2, 2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        sess.run(tf.global_variables_initializer())
        return sess.run(kernel)


@restore_weights.wrong_attempt(says="A file was passed in place of the prefix")
def passes_the_data_file(prefix):
    kernel = tf.get_variable("layer/kernel", initializer=tf.zeros([2, 2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, prefix + ".data-00000-of-00001")
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


@restore_weights.wrong_attempt(says="`saver.restore` was not called, or in another session")
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


@restore_weights.wrong_attempt(says="These values did not come from the file")
def writes_the_values_out(prefix):
    return np.array([[1.5, 2.5], [3.5, 4.5]], np.float32)


@exercise(
    hints=[
        "Which three endings can a file of a checkpoint have? And what else in a prefix may look like an ending?",
        "A dot may be part of the prefix, as in `model.ckpt-50`. So look for the three known endings, not for a dot.",
        'Compare the end: `path.endswith(".index")`, the same for `".meta"`; and for the data file cut before '
        '`".data-"` with `path.rpartition(".data-")[0]`.',
    ],
)
def prefix_of(path):
    """Return the prefix of a checkpoint. path is one of its files, or the prefix itself.

    path is a text. "run/model.ckpt-50.index" has the prefix "run/model.ckpt-50", and so
    has "run/model.ckpt-50".
    """
    # Only the known endings are cut off: a prefix may have dots of its own.
    for ending in (".index", ".meta"):
        if path.endswith(ending):
            return path[: -len(ending)]
    # The numbers in the data file's name say which part it is, so they vary; rpartition cuts at the last ".data-".
    before, _, after = path.rpartition(".data-")
    return before if "-of-" in after else path


@prefix_of.examiner
def _(attempt):
    wanted = {
        "run/model.ckpt-50.index": "run/model.ckpt-50",
        "run/model.ckpt-50.meta": "run/model.ckpt-50",
        "run/model.ckpt-50.data-00000-of-00001": "run/model.ckpt-50",
        "run/model.ckpt-50.data-00002-of-00004": "run/model.ckpt-50",
        "run/model.ckpt-50": "run/model.ckpt-50",
        "runs.2/pair.index": "runs.2/pair",
        "pair": "pair",
    }
    for path, prefix in wanted.items():
        answer = attempt(path)
        if answer != prefix:
            raise NotYet(
                seen=f"`prefix_of({path!r})` returned `{answer!r}`.",
                expected=f"`{prefix!r}`",
                because=why_not_the_prefix(path, prefix, answer),
            )
    return "Only the endings that a save makes are cut off, so dots of the prefix's own and folders stay as they are."


def why_not_the_prefix(path, prefix, answer):
    if not isinstance(answer, str):
        return "A prefix is a text. Hand it back with `return`."
    if answer == path:
        return "This file's ending was not cut off. There are three kinds: `.index`, `.meta` and `.data-…-of-…`."
    if "/" in prefix and "/" not in answer:
        return "The folder is part of the prefix. `saver.restore` would look in the current folder."
    if path == prefix:
        return "This is a prefix already, and its `.ckpt-50` is no ending of a file. A prefix may have dots of its own."
    return "The text was cut at the wrong place: a dot in the prefix or in a folder's name is not an ending."


@prefix_of.wrong_attempt(says="its `.ckpt-50` is no ending of a file")
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
