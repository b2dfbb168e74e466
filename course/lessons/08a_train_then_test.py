"""Exercises of lesson 08a: start or resume a training run, and test from its checkpoint alone."""

import math
import operator
import shutil
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, same


def line():
    """Builds a straight line with Adam and a step into an empty default graph. Returns the train op."""
    tf.reset_default_graph()
    x = tf.constant([[1.0], [2.0]])
    w = tf.get_variable("w", initializer=tf.fill([1, 1], 0.25))
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    loss = tf.reduce_mean(tf.square(tf.matmul(x, w) + b - 5.0))
    return tf.train.AdamOptimizer(0.1).minimize(loss, global_step=tf.train.get_or_create_global_step())


def layer():
    """Builds a line with a moving average that is not trained, a momentum and a step. Returns the train op."""
    tf.reset_default_graph()
    step = tf.train.get_or_create_global_step()
    w = tf.get_variable("w", initializer=tf.fill([1, 1], -1.0))
    average = tf.get_variable("norm.1/moving_mean", initializer=tf.ones([3]), trainable=False)
    b = tf.get_variable("b", initializer=tf.fill([1], 0.5))
    loss = tf.reduce_sum(tf.square(w * 3.0 + b + 2.0))
    with tf.control_dependencies([tf.assign(average, 0.9 * average + 0.1 * w[0])]):
        return tf.train.MomentumOptimizer(0.01, 0.9, name="Heavy").minimize(loss, global_step=step)


def train_in(folder, build, runs, name="model"):
    """Trains in ``folder``, anew in each of ``runs``, and saves after each of the steps of the run.

    Args:
        name: the prefix in the folder; ``None`` for one that is ``final`` and has no step.

    Returns:
        ``{step: {name: value}}``: the variables as saved, in the order of the saves; with ``None``, the initial values.
    """
    shutil.rmtree(folder, ignore_errors=True)
    Path(folder).mkdir(parents=True)
    train_op = build()
    variables = {variable.op.name: variable for variable in tf.global_variables()}
    initialize = tf.global_variables_initializer()
    found = {}
    with tf.Session() as sess:
        for saves in runs or ((),):
            saver = tf.train.Saver()
            sess.run(initialize)
            found[None] = sess.run(variables)
            for step in range(1, max(saves, default=0) + 1):
                sess.run(train_op)
                if step in saves:
                    saver.save(sess, f"{folder}/{name or 'final'}", global_step=step if name else None)
                    found.pop(step, None)
                    found[step] = sess.run(variables)
    tf.reset_default_graph()
    return found


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
        "is not a valid checkpoint": "No checkpoint has the prefix that `saver.restore` got. A folder is not one, and "
        "`model` lacks its step: `tf.train.latest_checkpoint(folder)` gives the prefix, or `None` if there is none.",
        "uninitialized value": "This variable was read before anything gave it a value. Without a checkpoint, run the "
        "initializer; with one, restore.",
        # Before the next one, which is a part of it.
        "not found in checkpoint file": "The name of the `.index` was passed instead of the prefix.",
        "not found in checkpoint": "The graph has a variable that this checkpoint lacks. Is it one of `folder`?",
        "Argument `fetch` = None": "What should be run is `None`. `tf.train.get_global_step()` gives that for a graph "
        "that has no step, or two of them: one that was built, and then imported.",
        "to clear nested graphs": "The graph is built, and the session is for it. Leave it as it is.",
        "invalid literal for int": "Not every checkpoint has a step in its name. The step is a variable: run it in the "
        "session.",
        "Session context managers are not re-entrant": "The caller has entered the session, and closes it. Use it as "
        "it is, without `with sess:`.",
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
    absolute = Path("old.runs/run-2").absolute().as_posix()
    cases = (
        ("run", line, (), "model"),
        ("run", line, ((5,),), "model"),
        ("run", line, ((9, 30, 31),), "model"),
        (absolute, layer, (), "model"),
        (absolute, layer, ((40,), (5, 12)), "net.ckpt"),  # begun anew after step 40, so the latest is not the largest
        ("run", layer, ((7,),), None),
    )
    for folder, build, runs, name in cases:
        found = train_in(folder, build, runs, name)
        Path(folder, "notes.txt").write_text("A folder may have other files.")
        build()
        saver = tf.train.Saver()
        with tf.Session() as sess:
            judge_start(attempt(sess, saver, folder), sess, found, named=bool(name))
        tf.reset_default_graph()
    return (
        "Each variable has the value of the latest checkpoint, the optimizer's and the step included. Without a "
        "checkpoint, each has its initial value."
    )


def judge_start(answer, sess, found, named):
    steps = [step for step in found if step is not None]
    last = steps[-1] if steps else None  # None: the initial values
    case = "a folder without a checkpoint"
    if steps:
        case = f"a folder with the checkpoints of the steps {', '.join(map(str, steps))}, saved in this order"
        case = case if steps[1:] else f"a folder with a checkpoint of step {last}"
        case = case if named else f"a folder with one checkpoint, `final`, of step {last}"
    values = current(sess, case, last)
    wrong = [name for name, value in values.items() if not same(value, found[last][name])]
    if wrong:
        raise NotYet(
            seen=f"With {case}, these have another value than they should: {', '.join(f'`{name}`' for name in wrong)}.",
            expected="The initial value for each variable."
            if last is None
            else f"For each variable the value of step {last}, the latest.",
            because=why_wrong(wrong, values, found),
        )
    if not is_number(answer) or operator.index(answer) != (last or 0):
        raise NotYet(
            seen=f"With {case}, the function returned `{answer!r}`.",
            expected=f"`{last or 0}`: the value of the global step.",
            because="The step is a number, and nothing has to be added to it or made of it: hand it back as `sess.run` "
            "gives it."
            if isinstance(answer, int | float | str | np.generic)
            else "Run the step in the session, after the variables have got their values, and hand it back with "
            "`return`: `sess.run(tf.train.get_global_step())`.",
        )


def current(sess, case, last):
    """The values of all variables in the session."""
    try:
        missing = [name.decode() for name in sess.run(tf.report_uninitialized_variables(tf.global_variables()))]
    except RuntimeError as error:
        raise NotYet(
            seen=f"With {case}, the session cannot be used afterwards: `{error}`",
            expected="An open session, in which training can begin.",
            because="The session belongs to the caller, who goes on using it: do not close it.",
        ) from None
    if missing:
        raise NotYet(
            seen=f"With {case}, the variables {missing} have no value afterwards.",
            expected="Every variable has a value, so that training can begin.",
            because="Without a checkpoint the initializer has to be run, in `sess`."
            if last is None
            else "The checkpoint has them all: `saver.restore` gives each variable of `saver` its value, in `sess`.",
        )
    return sess.run({variable.op.name: variable for variable in tf.global_variables()})


def why_wrong(wrong, values, found):
    for step, saved in found.items():
        if all(same(values[name], saved[name]) for name in values):
            return INITIAL if step is None else f"Those are the values of step {step}. {LATEST}"
    if all(same(values[name], found[None][name]) for name in wrong):
        return (
            "Those have their initial values, and the others do not. The checkpoint has all variables, and `saver` was "
            "made for all of them: restore with it."
        )
    return (
        "All together, they are neither the values of one checkpoint nor the initial ones. Did something change them "
        "afterwards?"
    )


INITIAL = "All variables have their initial values. The initializer was run after `restore`, or instead of it."
LATEST = (
    "`tf.train.latest_checkpoint(folder)` knows which checkpoint is the latest. Neither the order of the names nor the "
    "largest number tells: `-9` comes after `-31`, and a run may have begun anew."
)


def is_number(answer):
    """True for a whole number of Python or NumPy, an array of one number without a shape included."""
    try:
        operator.index(answer)
    except TypeError:
        return False
    return not isinstance(answer, bool)


@start.right_attempt
def initializes_first(sess, saver, folder):
    sess.run(tf.global_variables_initializer())
    if prefix := tf.train.latest_checkpoint(folder):
        tf.train.Saver().restore(sess, prefix)
    return int(tf.train.get_global_step().eval(session=sess))


@start.right_attempt
def asks_the_state(sess, saver, folder):
    state = tf.train.get_checkpoint_state(folder)
    if state:
        saver.restore(sess, state.model_checkpoint_path)
    else:
        for variable in tf.global_variables():
            sess.run(variable.initializer)
    return np.asarray(sess.run("global_step:0"))


@start.right_attempt
def tries(sess, saver, folder):
    try:
        saver.restore(sess, tf.train.latest_checkpoint(folder))
    except ValueError:
        with sess.as_default():
            tf.initializers.global_variables().run()
    return tf.train.global_step(sess, tf.train.get_global_step())


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


@start.wrong_attempt(says="Those are the values of step 9")
def takes_the_last_name(sess, saver, folder):
    found = sorted(path.with_suffix("") for path in Path(folder).glob("*.index"))
    if found:
        saver.restore(sess, found[-1].as_posix())
    else:
        sess.run(tf.global_variables_initializer())
    return sess.run(tf.train.get_global_step())


@start.wrong_attempt(says="Those are the values of step 40")
def takes_the_largest_number(sess, saver, folder):
    found = [path.with_suffix("").as_posix() for path in Path(folder).glob("*.index")]
    if found:
        saver.restore(sess, max(found, key=lambda prefix: int(prefix.split("-")[-1])))
    else:
        sess.run(tf.global_variables_initializer())
    return sess.run(tf.train.get_global_step())


@start.wrong_attempt(says="restore with it")
def leaves_the_optimizer_out(sess, saver, folder):
    sess.run(tf.global_variables_initializer())
    prefix = tf.train.latest_checkpoint(folder)
    if prefix:
        tf.train.Saver([*tf.trainable_variables(), tf.train.get_global_step()]).restore(sess, prefix)
    return sess.run(tf.train.get_global_step())


@start.wrong_attempt(says="Not every checkpoint has a step in its name")
def reads_the_step_from_the_name(sess, saver, folder):
    prefix = tf.train.latest_checkpoint(folder)
    if prefix:
        saver.restore(sess, prefix)
        return int(prefix.split("-")[-1])
    sess.run(tf.global_variables_initializer())
    return 0


@start.wrong_attempt(says="A folder is not one, and `model` lacks its step")
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


@start.wrong_attempt(says="without `with sess:`")
def enters_the_session_again(sess, saver, folder):
    with sess:
        prefix = tf.train.latest_checkpoint(folder)
        if prefix:
            saver.restore(sess, prefix)
        else:
            sess.run(tf.global_variables_initializer())
        return sess.run(tf.train.get_global_step())


@start.wrong_attempt(says="nothing has to be added to it")
def returns_the_next_step(sess, saver, folder):
    prefix = tf.train.latest_checkpoint(folder)
    if prefix is None:
        sess.run(tf.global_variables_initializer())
    else:
        saver.restore(sess, prefix)
    return sess.run(tf.train.get_global_step()) + 1


@start.wrong_attempt(says="The name of the `.index` was passed")
def passes_the_index(sess, saver, folder):
    found = sorted(Path(folder).glob("*.index"))
    if found:
        saver.restore(sess, found[-1].as_posix())
    else:
        sess.run(tf.global_variables_initializer())
    return sess.run(tf.train.get_global_step())


@start.wrong_attempt(says="one that was built, and then imported")
def imports_the_graph_too(sess, saver, folder):
    prefix = tf.train.latest_checkpoint(folder)
    if prefix:
        tf.train.import_meta_graph(f"{prefix}.meta").restore(sess, prefix)
    else:
        sess.run(tf.global_variables_initializer())
    return sess.run(tf.train.get_global_step())


@start.wrong_attempt(says="Did something change them")
def counts_on(sess, saver, folder):
    prefix = tf.train.latest_checkpoint(folder)
    if prefix:
        saver.restore(sess, prefix)
    else:
        sess.run(tf.global_variables_initializer())
    return sess.run(tf.train.get_global_step().assign_add(1))


@start.wrong_attempt(says="do not close it")
def closes_the_session(sess, saver, folder):
    prefix = tf.train.latest_checkpoint(folder)
    if prefix:
        saver.restore(sess, prefix)
    else:
        sess.run(tf.global_variables_initializer())
    step = sess.run(tf.train.get_global_step())
    sess.close()
    return step


@exercise(
    hints=[
        "The checkpoint has the variables of a whole training run. Which of them does a prediction need?",
        'Only `"w"`, float32 of shape [1, 1], and `"b"`, of shape [1]. A Saver asks for the variables of its graph and '
        "leaves the rest of the checkpoint alone.",
        "Build both and a placeholder; the error is `tf.reduce_mean(tf.square(...))` of prediction minus `y`. Make the "
        "Saver, restore, and `return sess.run(error, feed_dict={...})`.",
    ],
    raised={
        # Before the one that is a part of them.
        "not found in checkpoint file": "The name of the `.index` was passed instead of the prefix.",
        "Adam not found in checkpoint": "An optimizer was built as well, and not every checkpoint has what it keeps. A "
        "test needs `w` and `b` alone.",
        "not found in checkpoint": "The graph has a variable that the checkpoint lacks. Is it called `w` or `b` there, "
        "and nothing before the name?",
        "does not equal original dtype": "The dtypes differ: `w` and `b` are float32, and no other variable is needed.",
        "Dimensions must be equal": "The shapes do not fit each other. In `tf.matmul`, the rows of `x` come first: "
        "[n, 1] times [1, 1] gives [n, 1].",
        "You must feed a value for placeholder": "A placeholder has no value of its own. `feed_dict` gives it one.",
        "uninitialized value": "`restore` was not called in this session, or the Saver was made before this variable.",
        "No variables to save": "The Saver was made before the variables.",
        "Assign requires shapes": "The shapes differ: `w` has [1, 1], and `b` has [1].",
        "File does not exist": "This checkpoint has no `.meta`: build the graph from code.",
        "Cannot feed value of shape": "The placeholder has another shape: `[None, 1]` takes any number of rows.",
        "Can't load save_path when it is None": "`latest_checkpoint` found nothing. The prefix is the one that was "
        "passed.",
    },
)
def error_of(prefix, x, y):
    """Return the mean squared error of a trained line, from its checkpoint alone.

    The line is x * w + b. The checkpoint has "w" of shape [1, 1], "b" of shape [1], and
    what training needed. x and y are arrays of shape [n, 1]. There is no .meta.
    """
    # No optimizer and no loss of the training graph: of all the variables, testing needs two.
    inputs = tf.placeholder(tf.float32, [None, 1])
    targets = tf.placeholder(tf.float32, [None, 1])
    w = tf.get_variable("w", initializer=tf.zeros([1, 1]))
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    error = tf.reduce_mean(tf.square(tf.matmul(inputs, w) + b - targets))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(error, feed_dict={inputs: x, targets: y})


error_of.may_pass(
    "inputs = tf.placeholder(tf.float32, [None, 1]) -> inputs = tf.placeholder(tf.float32)",
    because="A shape lets TensorFlow refuse other rows; these fit.",
)
error_of.may_pass(
    "targets = tf.placeholder(tf.float32, [None, 1]) -> targets = tf.placeholder(tf.float32)",
    because="A shape lets TensorFlow refuse other rows; these fit.",
)


@error_of.examiner
def _(attempt):
    absolute = Path("old.runs/run-2").absolute().as_posix()
    for folder, build, step, rows in (("run", line, 7, 4), (absolute, layer, 5, 3), ("run", line, 40, 1)):
        values = train_in(folder, build, ((step, step + 9),))[step]
        Path(f"{folder}/model-{step}.meta").unlink()
        x = np.linspace(-1.0, 4.0, rows, dtype=np.float32).reshape(rows, 1)
        y = 2 * x - np.square(x)
        if folder == "run":
            Path(folder, "checkpoint").unlink()
        judge_error(attempt(f"{folder}/model-{step}", x, y), x, y, values["w"], values["b"])
        tf.reset_default_graph()
    return "`w` and `b` are all that the error depends on. The rest of the checkpoint is what training needs."


def judge_error(answer, x, y, w, b):
    off = x * w + b - y
    right = float(np.mean(np.square(off)))
    expected = f"{right:.4f}, a number: the mean over {len(x)} {'rows' if len(x) > 1 else 'row'}."
    if isinstance(answer, tf.Tensor | tf.Variable | tf.Operation):
        because = "That is not the value of a tensor. A session has the values: `sess.run(...)` fetches them."
        raise NotYet(f"The function returned `{answer!r}`.", expected, because)
    if isinstance(answer, str | bool) or not np.issubdtype(np.asarray(answer).dtype, np.number):
        because = "Hand back the number itself, with `return`: what `sess.run` gives for the error."
        raise NotYet(f"The function returned `{answer!r}`.", expected, because)
    if np.size(answer) != 1:
        because = "An error for each row is not yet their mean: `tf.reduce_mean`."
        raise NotYet(f"The function returned `{answer!r}`.", expected, because)
    if isinstance(answer, list | tuple):
        because = "`sess.run` of a list returns a list. Take the number out of it."
        raise NotYet(f"The function returned `{answer!r}`.", expected, because)
    given = np.asarray(answer).item()
    if not math.isclose(given, right, rel_tol=1e-4):
        raise NotYet(f"The function returned {given:.4f}.", expected, why_another_error(given, x, y, w, b))


def why_another_error(given, x, y, w, b):
    off, zero = x * w + b - y, "at zero. Is it in the line, and does the Saver cover it?"
    others = [
        (
            np.square(y),
            "That is the error with `w` and `b` at zero. Was the initializer run after `restore`, or instead of it?",
        ),
        (np.square(x * w - y), f"That is the error with `b` {zero}"),
        (np.square(b - y), f"That is the error with `w` {zero}"),
        (np.sum(np.square(off)), "That is the sum over the rows. The mean was asked for."),
        (np.sqrt(np.mean(np.square(off))), "That is the root of the mean. The mean itself was asked for."),
        (np.abs(off), "That is the mean of the differences, not of their squares: `tf.square`."),
        (off, "That is the mean of the differences, not of their squares: `tf.square`."),
        (np.square(off) / 2, "That is half of it. Some losses are defined so; the mean itself was asked for."),
        (np.square(np.mean(off)), "That is the square of the mean. Square first, then take the mean."),
        (
            np.square(x * w + b - y.ravel()),
            "Here each prediction was compared with each `y`, which happens when one of the two has the shape [n, 1] "
            "and the other one [n].",
        ),
    ]
    for value, because in others:
        if math.isclose(given, np.mean(value), rel_tol=1e-4):
            return because
    if any(math.isclose(given, round(float(np.mean(np.square(off))), digits), rel_tol=1e-6) for digits in range(4)):
        return "The number was rounded. Hand it back as it is."
    return "The error is the mean of `(x * w + b - y)` squared, with `w` and `b` from this very prefix."


@error_of.right_attempt
def with_a_reader_and_numpy(prefix, x, y):
    w, b = (tf.train.load_variable(prefix, name) for name in ("w", "b"))
    return float(np.mean((x @ w + b - y) ** 2))


@error_of.right_attempt
def with_a_loss_of_tensorflow_in_a_graph_apart(prefix, x, y):
    with tf.Graph().as_default(), tf.Session() as sess:
        weight, bias = tf.Variable([[0.0]], name="any"), tf.Variable([9.0], name="other", trainable=False)
        loss = tf.losses.mean_squared_error(y, x * weight + bias)
        tf.train.Saver({"w": weight, "b": bias}).restore(sess, prefix)
        return loss.eval()


@error_of.right_attempt
def in_doubles(prefix, x, y):
    w = tf.get_variable("w", [1, 1])
    b = tf.get_variable("b", [1])
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        slope, offset = (value.item() for value in sess.run([w, b]))
    return sum((slope * float(a[0]) + offset - float(c[0])) ** 2 for a, c in zip(x, y, strict=True)) / len(x)


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


@error_of.wrong_attempt(says="each prediction was compared with each")
def flattens_one_of_the_two(prefix, x, y):
    w = tf.get_variable("w", initializer=tf.zeros([1, 1]))
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    error = tf.reduce_mean(tf.square(tf.matmul(tf.constant(x), w) + b - y.ravel()))
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return sess.run(error)


@error_of.wrong_attempt(says="does the Saver cover it")
def makes_the_saver_too_early(prefix, x, y):
    w = tf.get_variable("w", initializer=tf.zeros([1, 1]))
    saver = tf.train.Saver()
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    error = tf.reduce_mean(tf.square(tf.matmul(tf.constant(x), w) + b - y))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        saver.restore(sess, prefix)
        return sess.run(error)


@error_of.wrong_attempt(says="from this very prefix")
def takes_another_checkpoint(prefix, x, y):
    step = int(prefix.split("-")[-1])
    w, b = (tf.train.load_variable(prefix.replace(f"-{step}", f"-{step + 9}"), name) for name in ("w", "b"))
    return np.mean((x * w + b - y) ** 2)


@error_of.wrong_attempt(says="The prefix is the one that was passed")
def takes_the_latest(prefix, x, y):
    w = tf.get_variable("w", initializer=tf.zeros([1, 1]))
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    error = tf.reduce_mean(tf.square(tf.matmul(tf.constant(x), w) + b - y))
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, tf.train.latest_checkpoint(str(Path(prefix).parent)))
        return sess.run(error)


@error_of.wrong_attempt(says="The graph has a variable that the checkpoint lacks")
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


@error_of.wrong_attempt(says="An optimizer was built as well")
def builds_the_training_too(prefix, x, y):
    w = tf.get_variable("w", [1, 1])
    b = tf.get_variable("b", [1])
    error = tf.reduce_mean(tf.square(tf.matmul(x, w) + b - y))
    tf.train.AdamOptimizer().minimize(error)
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return sess.run(error)


@error_of.wrong_attempt(says="not of their squares")
def forgets_to_square(prefix, x, y):
    w = tf.get_variable("w", [1, 1])
    b = tf.get_variable("b", [1])
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return sess.run(tf.reduce_mean(tf.matmul(x, w) + b - y))


@error_of.wrong_attempt(says="That is half of it")
def takes_half_of_it(prefix, x, y):
    w = tf.get_variable("w", [1, 1])
    b = tf.get_variable("b", [1])
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return sess.run(tf.reduce_mean(tf.square(tf.matmul(x, w) + b - y)) / 2)


@error_of.wrong_attempt(says="The number was rounded")
def rounds_it(prefix, x, y):
    w = tf.get_variable("w", [1, 1])
    b = tf.get_variable("b", [1])
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return round(float(sess.run(tf.reduce_mean(tf.square(tf.matmul(x, w) + b - y)))), 1)


@error_of.wrong_attempt(says="the rows of `x` come first")
def multiplies_the_other_way_round(prefix, x, y):
    w = tf.get_variable("w", [1, 1])
    b = tf.get_variable("b", [1])
    error = tf.reduce_mean(tf.square(tf.matmul(w, x) + b - y))
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return sess.run(error)


@error_of.wrong_attempt(says="`feed_dict` gives it one")
def forgets_to_feed(prefix, x, y):
    inputs = tf.placeholder(tf.float32, [None, 1])
    w = tf.get_variable("w", initializer=tf.zeros([1, 1]))
    b = tf.get_variable("b", initializer=tf.zeros([1]))
    error = tf.reduce_mean(tf.square(tf.matmul(inputs, w) + b - y))
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return sess.run(error)
