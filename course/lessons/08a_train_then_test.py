"""Exercises of lesson 08a: start or resume a training run, and test from its checkpoint alone."""

import shutil
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise


def build_line():
    """A straight line with Adam and a step, in an empty default graph. Returns its train op and its step."""
    tf.reset_default_graph()
    x = tf.constant([[1.0], [2.0]])
    w = tf.get_variable("w", initializer=tf.zeros([1, 1]))
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    loss = tf.reduce_mean(tf.square(tf.matmul(x, w) + b - 5.0))
    step = tf.train.get_or_create_global_step()
    return tf.train.AdamOptimizer(0.1).minimize(loss, global_step=step), step


def train_line(folder, saves):
    """Trains a line in ``folder`` and saves after each of the steps in ``saves``. Leaves an empty default graph."""
    shutil.rmtree(folder, ignore_errors=True)
    Path(folder).mkdir()
    train_op, step = build_line()
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for number in range(1, max(saves, default=0) + 1):
            sess.run(train_op)
            if number in saves:
                saver.save(sess, f"{folder}/model", global_step=step)
        values = sess.run({variable.op.name: variable for variable in tf.global_variables()})
    tf.reset_default_graph()
    return values


@exercise(
    hints=[
        "How does a program find out whether there is a checkpoint to go on from?",
        "`tf.train.latest_checkpoint(folder)` returns a prefix, or None when there is none. Restore in the one case, "
        "run `tf.global_variables_initializer()` in the other.",
        "At the end, in both cases: `return sess.run(tf.train.get_global_step())`.",
    ],
    raised={
        "Can't load save_path when it is None": "There is no checkpoint, so `latest_checkpoint` returned None. Ask "
        "before you restore.",
        "is not a valid checkpoint": "`saver.restore` wants a prefix. A folder is none, and `model` lacks its step: "
        "`tf.train.latest_checkpoint(folder)` gives the prefix.",
        "uninitialized value": "Without a checkpoint nothing has given the variables a value: run the initializer.",
        "Graph is finalized": "The graph cannot be changed any more.",
    },
)
def start(sess, saver, folder):
    """Give the variables of sess their values, and return the step where training begins.

    If folder has a checkpoint, go on from the latest one. If not, begin anew. The graph
    is built, and has a global step. saver was made for all its variables.
    """
    prefix = tf.train.latest_checkpoint(folder)
    if prefix is None:
        sess.run(tf.global_variables_initializer())
    else:
        # All variables are in the checkpoint, the optimizer's included: nothing is left to initialize.
        saver.restore(sess, prefix)
    # The step is a variable like the others: 0 after the initializer, and as saved after a restore.
    return sess.run(tf.train.get_global_step())


@start.examiner
def _(attempt):
    for saves in ((), (5,), (5, 12), (9, 30, 31)):
        values = train_line("run", saves)
        build_line()
        saver = tf.train.Saver()
        with tf.Session() as sess:
            answer = attempt(sess, saver, "run")
            judge_start(answer, sess, saves, values)
    return "Restore if there is something to restore, initialize if not. The step came with the other variables."


def judge_start(answer, sess, saves, values):
    last = max(saves, default=0)
    case = f"a folder with checkpoints of the steps {list(saves)}" if saves else "a folder without a checkpoint"
    missing = [name.decode() for name in sess.run(tf.report_uninitialized_variables())]
    if missing:
        raise NotYet(
            seen=f"With {case}, the variables {missing} have no value afterwards.",
            expected="Every variable has a value, so that training can begin.",
            because="Without a checkpoint the initializer has to be run; with one, `restore` gives each a value.",
        )
    w = sess.run(tf.get_default_graph().get_tensor_by_name("w:0"))
    if saves and not np.array_equal(w, values["w"]):
        began = "as the initializer makes it" if not w.any() else "that of another checkpoint"
        raise NotYet(
            seen=f"With {case}, `w` is {began}.",
            expected=f"The values of step {last}, the latest.",
            because="The initializer was run after `restore`, or in place of it."
            if not w.any()
            else "`tf.train.latest_checkpoint(folder)` knows which one is the latest. Sorting names does not: `-9` "
            "comes after `-31`.",
        )
    if answer is None or not isinstance(answer, int | np.integer) or answer != last:
        raise NotYet(
            seen=f"With {case}, the function returned `{answer!r}`.",
            expected=f"`{last}`: the value of the global step.",
            because="Run the step in the session and hand it back with `return`: "
            "`sess.run(tf.train.get_global_step())`.",
        )


@start.wrong_attempt(says="Ask before you restore")
def restores_always(sess, saver, folder):
    saver.restore(sess, tf.train.latest_checkpoint(folder))
    return sess.run(tf.train.get_global_step())


@start.wrong_attempt(says="The initializer was run after `restore`")
def initializes_last(sess, saver, folder):
    prefix = tf.train.latest_checkpoint(folder)
    if prefix:
        saver.restore(sess, prefix)
    sess.run(tf.global_variables_initializer())
    return sess.run(tf.train.get_global_step())


@start.wrong_attempt(says="Sorting names does not")
def takes_the_last_name(sess, saver, folder):
    found = sorted(path.with_suffix("") for path in Path(folder).glob("*.index"))
    if found:
        saver.restore(sess, found[-1].as_posix())
    else:
        sess.run(tf.global_variables_initializer())
    return sess.run(tf.train.get_global_step())


@start.wrong_attempt(says="A folder is none, and `model` lacks its step")
def passes_the_name_without_its_step(sess, saver, folder):
    if tf.train.latest_checkpoint(folder):
        saver.restore(sess, folder + "/model")
    else:
        sess.run(tf.global_variables_initializer())
    return sess.run(tf.train.get_global_step())


@start.wrong_attempt(says="hand it back with `return`")
def returns_the_tensor(sess, saver, folder):
    prefix = tf.train.latest_checkpoint(folder)
    if prefix:
        saver.restore(sess, prefix)
    else:
        sess.run(tf.global_variables_initializer())
    return tf.train.get_global_step()


@start.wrong_attempt(says="Without a checkpoint the initializer has to be run")
def does_nothing_without_one(sess, saver, folder):
    prefix = tf.train.latest_checkpoint(folder)
    if prefix:
        saver.restore(sess, prefix)
        return sess.run(tf.train.get_global_step())
    return 0


@exercise(
    hints=[
        "The checkpoint has nine variables. Which of them does a prediction need?",
        'Only `"w"`, float32 of shape [1, 1], and `"b"`, of shape [1]. A Saver asks for the variables of its graph and '
        "leaves the rest of the checkpoint alone.",
        "Build both and a placeholder; the error is `tf.reduce_mean(tf.square(...))` of prediction minus `y`. Make the "
        "Saver, restore, and `return sess.run(error, feed_dict={...})`.",
    ],
    raised={
        "not found in checkpoint": "The graph has a variable that the checkpoint lacks. It has `w` and `b`, and what "
        "the optimizer added.",
        "You must feed a value for placeholder": "A placeholder has no value of its own. `feed_dict` gives it one.",
        "uninitialized value": "`restore` was not called in this session, or the Saver was made before the variables.",
        "No variables to save": "The Saver was made before the variables.",
        "Assign requires shapes": "The shapes differ: `w` has [1, 1], and `b` has [1].",
        "File does not exist": "This checkpoint has no `.meta`: build the graph from code.",
        "Cannot feed value of shape": "The placeholder has another shape: `[None, 1]` takes any number of rows.",
    },
)
def error_of(prefix, x, y):
    """Return the mean squared error of a trained line, from its checkpoint alone.

    The line is x * w + b. The checkpoint has "w" of shape [1, 1], "b" of shape [1], and
    what Adam needed. x and y are arrays of shape [n, 1]. There is no .meta.
    """
    # No optimizer and no loss of the training graph: testing needs two of the nine variables.
    inputs = tf.placeholder(tf.float32, [None, 1])
    w = tf.get_variable("w", initializer=tf.zeros([1, 1]))
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    error = tf.reduce_mean(tf.square(tf.matmul(inputs, w) + b - y))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(error, feed_dict={inputs: x})


@error_of.examiner
def _(attempt):
    for steps, rows in ((7, 4), (40, 3)):
        values = train_line("run", (steps,))
        Path(f"run/model-{steps}.meta").unlink()
        x = np.arange(rows, dtype=np.float32).reshape(rows, 1)
        y = 2 * x - 1
        errors = (x * values["w"] + values["b"] - y) ** 2
        answer = attempt(f"run/model-{steps}", x, y)
        judge_error(answer, errors, untrained=np.mean(y**2))
    return "Two variables and a Saver: the rest of the checkpoint belongs to training, and nobody asked for it."


def judge_error(answer, errors, untrained):
    expected = f"{errors.mean():.4f}, a number: the mean over {len(errors)} rows."
    try:
        given = float(answer)
    except (TypeError, ValueError):
        because = "Hand back what `sess.run` returns, with `return`."
        if isinstance(answer, np.ndarray) and answer.size > 1:
            because = "An error for each row is not yet their mean: `tf.reduce_mean`."
        raise NotYet(f"The function returned `{answer!r}`.", expected, because) from None
    if np.isclose(given, errors.mean(), rtol=1e-3):
        return
    because = "Squared difference of `x * w + b` and `y`, then the mean of it, with the restored `w` and `b`."
    if np.isclose(given, untrained, rtol=1e-3):
        because = (
            "That is the error with `w` and `b` at zero: the initializer was run after `restore`, or in its place."
        )
    elif np.isclose(given, errors.sum(), rtol=1e-3):
        because = "That is the sum over the rows. The mean was asked for."
    raise NotYet(f"The function returned {given:.4f}.", expected, because)


@error_of.wrong_attempt(says="the error with `w` and `b` at zero")
def initializes_after_restoring(prefix, x, y):
    w = tf.get_variable("w", initializer=tf.zeros([1, 1]))
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    error = tf.reduce_mean(tf.square(tf.matmul(tf.constant(x), w) + b - y))
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        sess.run(tf.global_variables_initializer())
        return sess.run(error)


@error_of.wrong_attempt(says="That is the sum over the rows")
def sums_up(prefix, x, y):
    w = tf.get_variable("w", initializer=tf.zeros([1, 1]))
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    error = tf.reduce_sum(tf.square(tf.matmul(tf.constant(x), w) + b - y))
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return sess.run(error)


@error_of.wrong_attempt(says="not yet their mean")
def returns_all_errors(prefix, x, y):
    w = tf.get_variable("w", initializer=tf.zeros([1, 1]))
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    error = tf.square(tf.matmul(tf.constant(x), w) + b - y)
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return sess.run(error)


@error_of.wrong_attempt(says="It has `w` and `b`, and what the optimizer added")
def gives_other_names(prefix, x, y):
    w = tf.get_variable("weights", initializer=tf.zeros([1, 1]))
    b = tf.get_variable("bias", initializer=tf.zeros([1]))
    error = tf.reduce_mean(tf.square(tf.matmul(tf.constant(x), w) + b - y))
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return sess.run(error)


@error_of.wrong_attempt(says="This checkpoint has no `.meta`")
def imports_the_graph(prefix, x, y):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        w, b = sess.run(["w:0", "b:0"])
        return np.mean((x * w + b - y) ** 2)


@error_of.wrong_attempt(says="`feed_dict` gives it one")
def forgets_to_feed(prefix, x, y):
    inputs = tf.placeholder(tf.float32, [None, 1])
    w = tf.get_variable("w", initializer=tf.zeros([1, 1]))
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    error = tf.reduce_mean(tf.square(tf.matmul(inputs, w) + b - y))
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return sess.run(error)
