"""Exercises of lesson 09: the newest and the best kept apart, and the list of a run that came from elsewhere."""

import os
import re
import shutil
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, same, watch


def empty(folder):
    shutil.rmtree(folder, ignore_errors=True)
    Path(folder).mkdir(parents=True)
    return Path(folder)


def names_in(folder):
    """The names of the checkpoints in a folder, by their steps."""
    names = sorted(path.name.removesuffix(".index") for path in Path(folder).glob("*.index"))
    return sorted(names, key=step_of)


@exercise(
    hints=[
        "How many lists of checkpoints does one Saver keep, and how many does this task need?",
        "Two Savers: `tf.train.Saver(max_to_keep=3)` for the newest, `tf.train.Saver(max_to_keep=1)` for the best. "
        'Keep the lowest loss so far in a name, which begins at `float("inf")`.',
        "In the loop: run `train_op`, then `step, now = sess.run([tf.train.get_global_step(), loss])`. Save with the "
        'first Saver under `folder + "/newest/model"`; if `now` is below the lowest, remember it and save with the '
        'second one under `folder + "/best/model"`. Both with `global_step=step`.',
    ],
    raised={
        "Parent directory of": "The folders `newest` and `best` exist, and no others. Look at the prefix.",
        "File exists": "The folders `newest` and `best` exist already.",
        "uninitialized value": "Everything is initialized in `sess`. A session of your own has no values.",
        "'<' not supported": "`loss` is a tensor. Its value comes from the session: `sess.run(loss)`.",
        "as a Python `bool`": "`loss` is a tensor. Its value comes from the session: `sess.run(loss)`.",
    },
)
def train_and_keep(sess, train_op, loss, steps, folder):
    """Train. Keep the newest three checkpoints, and the best one apart from them.

    Run train_op as many times as steps says. After each run, save all variables to
    folder/newest, and if the loss is now lower than after every earlier run, to
    folder/best too: under the name "model", with the global step. Both folders exist, and
    all variables have values. folder is a string.
    """
    newest = tf.train.Saver(max_to_keep=3)
    best = tf.train.Saver(max_to_keep=1)  # its own Saver, because one list would mix the newest and the best
    lowest = float("inf")
    for _ in range(steps):
        sess.run(train_op)
        step, now = sess.run([tf.train.get_global_step(), loss])  # a second run, so the loss is that of after the step
        newest.save(sess, folder + "/newest/model", global_step=step)
        if now < lowest:
            lowest = now
            best.save(sess, folder + "/best/model", global_step=step)


RUNS = (  # the loss before the first step and after each, the step to begin at, the folder ("./": as a full path)
    ((9.0, 5.0, 3.001, 3.0, 6.0, 5.0, 7.0, 8.0), 0, "run"),
    ((1e9, 8e8, 7e8, 6e8, 5e8, 4e8, 3e8), 40, "./results.v2"),
    ((2.0, 4.0, 6.0, 8.0, 10.0, 9.0, 11.0, 12.0), 0, "run"),
    ((5.0, 0.0, -3.0, -1.0, -3.0, 2.0, 1.0, 4.0), 3, "run"),
)


@train_and_keep.examiner
def _(attempt):
    for losses, first, place in RUNS:
        folder = Path(place).resolve().as_posix() if place.startswith("./") else place
        run = begin_run(losses, first)
        for name in ("newest", "best"):
            empty(f"{folder}/{name}")
        with tf.Session() as sess:
            sess.run(run.count.initializer)
            for variable in tf.global_variables():
                variable.load(run.begins[variable.op.name], sess)  # a run that goes on: not what the initializers give
            with watch() as seen:
                attempt(sess, run.train_op, run.loss, len(losses) - 1, folder)
            count = must_go_on(sess, run.count, first)
        if count != len(losses) - 1:
            raise NotYet(
                seen=f"`train_op` was run {count} times.",
                expected=f"{len(losses) - 1} times, as `steps` says.",
                because="Each `sess.run` that fetches `train_op` trains one step. The loop needs one of them each "
                "time, and goes on as often as `steps` says."
                if count > len(losses) - 1
                else "The loop ends too early, or does not run `train_op`.",
            )
        judge_kept(losses, first, folder, seen.saves)
        judge_values(losses, first, folder)
    return (
        "`newest` holds the last three steps, and `best` the step with the lowest loss, each with the values of that "
        "step. A Saver goes by age, not by the loss, so the best needs a place to itself."
    )


def must_go_on(sess, count, first):
    """How often ``train_op`` was run. Raises ``NotYet`` unless the session is open, with what that training gives."""
    try:
        count = int(sess.run(count))
    except RuntimeError as error:
        raise NotYet(
            seen=f"After the call: `{error}`",
            expected="The session is still open: whoever passed it goes on using it.",
            because="Something closed it, such as `sess.close()`. Whoever opened a session closes it.",
        ) from error
    step = int(sess.run(tf.train.get_global_step()))
    if step != first + count:
        raise NotYet(
            seen=f"`train_op` was run {count} times. Afterwards, the global step in the session is {step}.",
            expected=f"{first + count}, since it was {first} before.",
            because="The variables had values, and training goes on from them. An initializer was run, or `restore`.",
        )
    return count


def begin_run(losses, first):
    """A graph whose loss after each step is known, and in which the loss is always read before the step begins."""
    tf.reset_default_graph()
    step = tf.Variable(
        -1, trainable=False, name="global_step", dtype=tf.int64, collections=["global_step", "variables"]
    )
    begins = {"global_step": np.int64(first)} | values_at(0)
    variables = [tf.get_variable("layer/w", initializer=np.zeros_like(begins["layer/w"]))]
    variables += [tf.get_variable("layer/mean", initializer=np.zeros_like(begins["layer/mean"]), trainable=False)]
    count = tf.Variable(0, trainable=False, name="count", collections=["local_variables"])
    loss = tf.gather(tf.constant(losses), tf.clip_by_value(step - first, 0, len(losses) - 1))
    # A model's step begins with the loss, too. So a loss that is fetched beside the step is that of before it.
    with tf.control_dependencies([loss]):
        adding = [variable.assign_add(DELTAS[variable.op.name]) for variable in variables]
        train_op = tf.group(step.assign_add(1), count.assign_add(1), *adding)
    return SimpleNamespace(train_op=train_op, loss=loss, count=count, begins=begins)


DELTAS = {"layer/w": np.float32([1, -2]), "layer/mean": np.float32([0.5])}


def values_at(done):
    """The values of the model's variables after so many steps."""
    return {
        "layer/w": np.float32([7, 7]) + done * DELTAS["layer/w"],
        "layer/mean": np.float32([3]) + done * DELTAS["layer/mean"],
    }


def first_lowest(losses):
    return losses.index(min(losses))


def judge_kept(losses, first, folder, saves):
    """Raise NotYet unless each of the two folders has the checkpoints of the steps that it should have.

    Args:
        saves: the prefixes that were saved to.
    """
    steps = range(first + 1, first + len(losses))
    right = steps[first_lowest(losses[1:])]
    newest, best = names_in(f"{folder}/newest"), names_in(f"{folder}/best")
    expected_newest, expected_best = [f"model-{step}" for step in steps[-3:]], [f"model-{right}"]
    listed = {name: tf.train.get_checkpoint_state(f"{folder}/{name}") for name in ("newest", "best")}
    if expected_newest == newest and expected_best == best:
        judge_lists(listed, expected_newest[-1], expected_best[-1])
        return
    because = why_other_places(newest, best, listed, folder, saves, len(steps)) or why_another_number(
        newest, best, len(steps)
    )
    if not because and expected_newest != newest and step_of(best[0]) != right and first:
        because = f"The numbers are not the global step's, which began at {first} in this run."
    elif not because and expected_newest != newest:
        because = (
            "`newest` lacks the last step. Save after `train_op` was run, not before; and the number is the global "
        )
        because += "step's, not that of a loop which begins at 0."
    shown = ", ".join(f"{loss:g}" for loss in losses[1:])
    raise NotYet(
        seen=f"With the losses {shown}, `newest` has {newest}, and `best` has {best}.",
        expected=f"`newest`: {expected_newest}. `best`: {expected_best}.",
        because=because or why_another_best(step_of(best[0]), losses, steps),
    )


def why_other_places(newest, best, listed, folder, saves, steps):
    """The likely cause where a folder is empty, or where a checkpoint is called otherwise; empty if it is not that."""
    names = newest + best
    if not saves and not names:
        return "Nothing was saved. Each of the two Savers has a `save`, which takes the session and a prefix."
    if not names:
        return (
            f"Both folders are empty, and `{saves[-1]}` was saved to. A prefix is the folder, now `{folder}`, then "
            "`/newest/model` or `/best/model`."
        )
    if any(step_of(name) < 0 for name in names):
        return "A name has no step, so each save replaces the one before. `global_step=step` adds it."
    if not best and len({name.rpartition("-")[0] for name in newest}) > 1:
        return "Nothing was saved to `best`. Two Savers in one folder write over each other's list of checkpoints."
    if any(name.rpartition("-")[0] != "model" for name in names):
        return 'The name in front of the step should be "model".'
    if not best and not listed["best"] and len(saves) > steps:
        return "Both Savers save to `newest`. The prefix of the best is the folder, then `/best/model`."
    if not best and not listed["best"]:
        return (
            "Nothing was saved to `best`. Either no save goes there, or the lowest loss so far begins too low: it must "
            'begin above any loss, `float("inf")`.'
        )
    if not best or lists_the_other(listed, folder):
        return "One Saver has one list, over all folders: each save into one folder may delete a file in the other."
    return ""


def lists_the_other(listed, folder):
    """Whether the list of one of the two folders has a checkpoint that is not in that folder."""
    return any(
        Path(path).parent != Path(f"{folder}/{name}")
        for name, state in listed.items()
        if state
        for path in state.all_model_checkpoint_paths
    )


def why_another_number(newest, best, steps):
    """The likely cause where a folder has more checkpoints than it should, or fewer; empty if it has as many."""
    if len(newest) < 3:
        return "`newest` needs a save after each step, by a Saver that keeps three: `max_to_keep=3`."
    if len(newest) == steps:
        return "No checkpoint was deleted. Each new Saver begins with an empty list, so make both before the loop."
    if len(newest) > 3:
        return "A Saver keeps five unless it is told otherwise: `max_to_keep=3`."
    if len(best) > 1:
        return "When a better one comes, the one before has to go: `max_to_keep=1`."
    return ""


def why_another_best(kept, losses, steps):
    """The likely cause where `best` has one checkpoint, of the step ``kept``, and should have that of another one."""
    beside = steps[first_lowest(losses[:-1])]
    last_equal = max(step for step in steps if losses[step - steps[0] + 1] == min(losses[1:]))
    lower_than_before = max(
        step for step in steps if step == steps[0] or losses[step - steps[0] + 1] < losses[step - steps[0]]
    )
    if kept == steps[-1] and lower_than_before != steps[-1]:
        return "The last one is not the best one. Save to `best` only if the loss is the lowest so far."
    if kept == lower_than_before:
        return "The loss seems to be compared with the step before. Compare it with the lowest of all steps so far."
    if kept == beside:
        return (
            "The loss seems to be that of before the step. `sess.run([train_op, loss])` does not say which of the two "
            "comes first: run `train_op`, then fetch `loss` in a second `sess.run`."
        )
    if kept == last_equal:
        return "An equal loss is not lower: compare with `<`."
    return "Save to `best` when the loss is lower than all before it, however little, whatever its size or sign."


def step_of(name):
    """The step at the end of a checkpoint's name, or -1."""
    step = re.search(r"-(\d+)$", name)
    return int(step[1]) if step else -1


def judge_lists(listed, last, best):
    """A folder need not have the file ``checkpoint``, for a copy has none. Where it has, that names the right one."""
    for folder, name in (("newest", last), ("best", best)):
        state = listed[folder]
        if state and Path(state.model_checkpoint_path).name != name:
            raise NotYet(
                seen=f"The file `checkpoint` in `{folder}` says `{Path(state.model_checkpoint_path).name}`.",
                expected=f"`{name}`.",
                because="It was written by another save, or copied from the other folder.",
            )


def judge_values(losses, first, folder):
    """The checkpoints' values, all of them, against those that the variables had at each step."""
    for name in ("newest", "best"):
        for found in names_in(f"{folder}/{name}"):
            step = step_of(found)
            reader = tf.train.NewCheckpointReader(f"{folder}/{name}/{found}")
            expected = {"global_step": np.int64(step)} | values_at(step - first)
            for key, value in expected.items():
                if not reader.has_tensor(key):
                    raise NotYet(
                        seen=f"`{name}/{found}` lacks the variable `{key}`.",
                        expected=f"All variables: {sorted(expected)}.",
                        because="Training could not go on from it. `tf.train.Saver(max_to_keep=3)` saves all of them.",
                    )
                if not same(reader.get_tensor(key), value):
                    raise NotYet(
                        seen=f"In `{name}/{found}`, `{key}` is {reader.get_tensor(key).tolist()}.",
                        expected=f"{value.tolist()}, its value at step {step}.",
                        because="A Saver saves what the session holds at that moment. Save when the loss is known, "
                        "before the next step.",
                    )


@train_and_keep.wrong_attempt(says="An initializer was run, or `restore`")
def initializes_first(sess, train_op, loss, steps, folder):
    newest, best = tf.train.Saver(max_to_keep=3), tf.train.Saver(max_to_keep=1)
    sess.run(tf.global_variables_initializer())
    lowest = float("inf")
    for _ in range(steps):
        sess.run(train_op)
        step, now = sess.run([tf.train.get_global_step(), loss])
        newest.save(sess, folder + "/newest/model", global_step=step)
        if now < lowest:
            lowest = now
            best.save(sess, folder + "/best/model", global_step=step)


@train_and_keep.wrong_attempt(says="Something closed it")
def closes_the_session(sess, train_op, loss, steps, folder):
    newest, best = tf.train.Saver(max_to_keep=3), tf.train.Saver(max_to_keep=1)
    lowest = float("inf")
    for _ in range(steps):
        sess.run(train_op)
        step, now = sess.run([tf.train.get_global_step(), loss])
        newest.save(sess, folder + "/newest/model", global_step=step)
        if now < lowest:
            lowest = now
            best.save(sess, folder + "/best/model", global_step=step)
    sess.close()


@train_and_keep.wrong_attempt(says="`with sess:` is for whoever opened the session")
def enters_the_session(sess, train_op, loss, steps, folder):
    newest, best = tf.train.Saver(max_to_keep=3), tf.train.Saver(max_to_keep=1)
    with sess:
        for _ in range(steps):
            sess.run(train_op)
            newest.save(sess, folder + "/newest/model", tf.train.get_global_step())
            best.save(sess, folder + "/best/model", tf.train.get_global_step())


@train_and_keep.wrong_attempt(says="however little")
def rounds_the_loss(sess, train_op, loss, steps, folder):
    newest, best = tf.train.Saver(max_to_keep=3), tf.train.Saver(max_to_keep=1)
    lowest = float("inf")
    for _ in range(steps):
        sess.run(train_op)
        step, now = sess.run([tf.train.get_global_step(), loss])
        now = round(float(now), 2)
        newest.save(sess, folder + "/newest/model", global_step=step)
        if now < lowest:
            lowest = now
            best.save(sess, folder + "/best/model", global_step=step)


@train_and_keep.wrong_attempt(says="One Saver has one list")
def takes_one_saver_for_both(sess, train_op, loss, steps, folder):
    saver = tf.train.Saver(max_to_keep=3)
    lowest = float("inf")
    for _ in range(steps):
        sess.run(train_op)
        step, now = sess.run([tf.train.get_global_step(), loss])
        saver.save(sess, folder + "/newest/model", global_step=step)
        if now < lowest:
            lowest = now
            saver.save(sess, folder + "/best/model", global_step=step)


@train_and_keep.wrong_attempt(says="When a better one comes")
def keeps_all_that_were_best(sess, train_op, loss, steps, folder):
    newest, best = tf.train.Saver(max_to_keep=3), tf.train.Saver()
    lowest = float("inf")
    for _ in range(steps):
        sess.run(train_op)
        step, now = sess.run([tf.train.get_global_step(), loss])
        newest.save(sess, folder + "/newest/model", global_step=step)
        if now < lowest:
            lowest = now
            best.save(sess, folder + "/best/model", global_step=step)


@train_and_keep.wrong_attempt(says="The last one is not the best one")
def does_not_compare(sess, train_op, loss, steps, folder):
    newest, best = tf.train.Saver(max_to_keep=3), tf.train.Saver(max_to_keep=1)
    for _ in range(steps):
        sess.run(train_op)
        newest.save(sess, folder + "/newest/model", global_step=tf.train.get_global_step())
        best.save(sess, folder + "/best/model", global_step=tf.train.get_global_step())


@train_and_keep.wrong_attempt(says="seems to be compared with the step before")
def compares_with_the_step_before(sess, train_op, loss, steps, folder):
    newest, best = tf.train.Saver(max_to_keep=3), tf.train.Saver(max_to_keep=1)
    before = float("inf")
    for _ in range(steps):
        sess.run(train_op)
        step, now = sess.run([tf.train.get_global_step(), loss])
        newest.save(sess, folder + "/newest/model", global_step=step)
        if now < before:
            best.save(sess, folder + "/best/model", global_step=step)
        before = now


@train_and_keep.wrong_attempt(says="Two Savers in one folder")
def saves_both_to_one_folder(sess, train_op, loss, steps, folder):
    newest, best = tf.train.Saver(max_to_keep=3), tf.train.Saver(max_to_keep=1)
    lowest = float("inf")
    for _ in range(steps):
        sess.run(train_op)
        step, now = sess.run([tf.train.get_global_step(), loss])
        newest.save(sess, folder + "/newest/model", global_step=step)
        if now < lowest:
            lowest = now
            best.save(sess, folder + "/newest/best", global_step=step)


@train_and_keep.wrong_attempt(says="unless it is told otherwise")
def leaves_the_default(sess, train_op, loss, steps, folder):
    newest, best = tf.train.Saver(), tf.train.Saver(max_to_keep=1)
    lowest = float("inf")
    for _ in range(steps):
        sess.run(train_op)
        step, now = sess.run([tf.train.get_global_step(), loss])
        newest.save(sess, folder + "/newest/model", global_step=step)
        if now < lowest:
            lowest = now
            best.save(sess, folder + "/best/model", global_step=step)


@train_and_keep.wrong_attempt(says="A name has no step")
def leaves_the_step_out(sess, train_op, loss, steps, folder):
    newest, best = tf.train.Saver(max_to_keep=3), tf.train.Saver(max_to_keep=1)
    lowest = float("inf")
    for _ in range(steps):
        sess.run(train_op)
        now = sess.run(loss)
        newest.save(sess, folder + "/newest/model")
        if now < lowest:
            lowest = now
            best.save(sess, folder + "/best/model")


@train_and_keep.wrong_attempt(says="does not say which of the two comes first")
def fetches_the_loss_beside_the_step(sess, train_op, loss, steps, folder):
    newest, best = tf.train.Saver(max_to_keep=3), tf.train.Saver(max_to_keep=1)
    lowest = float("inf")
    for _ in range(steps):
        _, now = sess.run([train_op, loss])
        step = sess.run(tf.train.get_global_step())
        newest.save(sess, folder + "/newest/model", global_step=step)
        if now < lowest:
            lowest = now
            best.save(sess, folder + "/best/model", global_step=step)


@train_and_keep.wrong_attempt(says="what the session holds at that moment")
def saves_the_best_at_the_end(sess, train_op, loss, steps, folder):
    newest = tf.train.Saver(max_to_keep=3)
    lowest, best_step = float("inf"), None
    for _ in range(steps):
        sess.run(train_op)
        step, now = sess.run([tf.train.get_global_step(), loss])
        newest.save(sess, folder + "/newest/model", global_step=step)
        if now < lowest:
            lowest, best_step = now, step
    tf.train.Saver().save(sess, folder + "/best/model", global_step=best_step)


@train_and_keep.wrong_attempt(says="make both before the loop")
def makes_savers_in_the_loop(sess, train_op, loss, steps, folder):
    lowest = float("inf")
    for _ in range(steps):
        sess.run(train_op)
        step, now = sess.run([tf.train.get_global_step(), loss])
        tf.train.Saver(max_to_keep=3).save(sess, folder + "/newest/model", global_step=step)
        if now < lowest:
            lowest = now
            tf.train.Saver(max_to_keep=1).save(sess, folder + "/best/model", global_step=step)


@train_and_keep.wrong_attempt(says="The numbers are not the global step's")
def counts_in_the_loop(sess, train_op, loss, steps, folder):
    newest, best = tf.train.Saver(max_to_keep=3), tf.train.Saver(max_to_keep=1)
    lowest = float("inf")
    for step in range(1, steps + 1):
        sess.run(train_op)
        now = sess.run(loss)
        newest.save(sess, folder + "/newest/model", global_step=step)
        if now < lowest:
            lowest = now
            best.save(sess, folder + "/best/model", global_step=step)


@train_and_keep.wrong_attempt(says="lacks the variable")
def saves_what_is_trained(sess, train_op, loss, steps, folder):
    newest = tf.train.Saver(max_to_keep=3)
    best = tf.train.Saver(tf.trainable_variables(), max_to_keep=1)
    lowest = float("inf")
    for _ in range(steps):
        sess.run(train_op)
        step, now = sess.run([tf.train.get_global_step(), loss])
        newest.save(sess, folder + "/newest/model", global_step=step)
        if now < lowest:
            lowest = now
            best.save(sess, folder + "/best/model", global_step=step)


@train_and_keep.wrong_attempt(says="must begin above any loss")
def begins_at_a_number(sess, train_op, loss, steps, folder):
    newest, best = tf.train.Saver(max_to_keep=3), tf.train.Saver(max_to_keep=1)
    lowest = 1000.0
    for _ in range(steps):
        sess.run(train_op)
        step, now = sess.run([tf.train.get_global_step(), loss])
        newest.save(sess, folder + "/newest/model", global_step=step)
        if now < lowest:
            lowest = now
            best.save(sess, folder + "/best/model", global_step=step)


@train_and_keep.wrong_attempt(says="An equal loss is not lower")
def saves_what_is_equal(sess, train_op, loss, steps, folder):
    newest, best = tf.train.Saver(max_to_keep=3), tf.train.Saver(max_to_keep=1)
    lowest = float("inf")
    for _ in range(steps):
        sess.run(train_op)
        step, now = sess.run([tf.train.get_global_step(), loss])
        newest.save(sess, folder + "/newest/model", global_step=step)
        if now <= lowest:
            lowest = now
            best.save(sess, folder + "/best/model", global_step=step)


@train_and_keep.wrong_attempt(says="Each `sess.run` that fetches `train_op` trains one step")
def trains_twice(sess, train_op, loss, steps, folder):
    newest, best = tf.train.Saver(max_to_keep=3), tf.train.Saver(max_to_keep=1)
    lowest = float("inf")
    for _ in range(steps):
        sess.run(train_op)
        _, now = sess.run([train_op, loss])
        newest.save(sess, folder + "/newest/model", global_step=tf.train.get_global_step())
        if now < lowest:
            lowest = now
            best.save(sess, folder + "/best/model", global_step=tf.train.get_global_step())


@train_and_keep.wrong_attempt(says="Each of the two Savers has a `save`")
def only_trains(sess, train_op, loss, steps, folder):
    for _ in range(steps):
        sess.run(train_op)


@train_and_keep.wrong_attempt(says="Both folders are empty, and")
def forgets_the_slash(sess, train_op, loss, steps, folder):
    newest, best = tf.train.Saver(max_to_keep=3), tf.train.Saver(max_to_keep=1)
    lowest = float("inf")
    for _ in range(steps):
        sess.run(train_op)
        step, now = sess.run([tf.train.get_global_step(), loss])
        newest.save(sess, folder + "newest/model", global_step=step)
        if now < lowest:
            lowest = now
            best.save(sess, folder + "best/model", global_step=step)


@train_and_keep.wrong_attempt(says="not that of a loop which begins at 0")
def counts_from_zero(sess, train_op, loss, steps, folder):
    newest, best = tf.train.Saver(max_to_keep=3), tf.train.Saver(max_to_keep=1)
    lowest = float("inf")
    for number in range(steps):
        _, now = sess.run([train_op, loss])
        newest.save(sess, folder + "/newest/model", global_step=number)
        if now < lowest:
            lowest = now
            best.save(sess, folder + "/best/model", global_step=number)


@train_and_keep.wrong_attempt(says="Both Savers save to `newest`")
def saves_the_best_to_newest(sess, train_op, loss, steps, folder):
    newest, best = tf.train.Saver(max_to_keep=3), tf.train.Saver(max_to_keep=1)
    lowest = float("inf")
    for _ in range(steps):
        sess.run(train_op)
        step, now = sess.run([tf.train.get_global_step(), loss])
        newest.save(sess, folder + "/newest/model", global_step=step)
        if now < lowest:
            lowest = now
            best.save(sess, folder + "/newest/model", global_step=step)


@train_and_keep.wrong_attempt(says="exist already")
def makes_the_folders(sess, train_op, loss, steps, folder):
    os.mkdir(f"{folder}/newest")
    os.mkdir(f"{folder}/best")


@train_and_keep.right_attempt
def copies_the_best_from_the_newest(sess, train_op, loss, steps, folder):
    newest, best = Path(folder) / "newest", Path(folder) / "best"
    saver = tf.train.Saver(max_to_keep=3)
    lowest = None
    for _ in range(steps):
        sess.run(train_op)
        now = loss.eval(session=sess)
        prefix = Path(saver.save(sess, (newest / "model").as_posix(), global_step=tf.train.get_global_step()))
        if lowest is None or now < lowest:
            lowest = now
            for old in best.iterdir():
                old.unlink()
            for path in newest.glob(prefix.name + ".*"):
                shutil.copy(path, best)


@train_and_keep.right_attempt
def keeps_all_losses_in_a_list(sess, train_op, loss, steps, folder):
    savers = {name: tf.train.Saver(tf.global_variables(), max_to_keep=n) for name, n in (("newest", 3), ("best", 1))}
    losses = []
    while len(losses) < steps:
        sess.run(train_op)
        losses.append(sess.run({"loss": loss})["loss"])
        step = tf.train.global_step(sess, tf.train.get_global_step())
        names = ["newest"] + (["best"] if losses[-1] == min(losses) and losses.count(losses[-1]) == 1 else [])
        for name in names:
            savers[name].save(sess, "/".join([folder, name, "model"]), step)


@exercise(
    hints=[
        "What of each path in the file is still true here, and what is not?",
        "The name, such as `model-20`, is what stays. `tf.train.get_checkpoint_state(folder)` reads the file: "
        "`.model_checkpoint_path` is a string, `.all_model_checkpoint_paths` a list of them. "
        "`PureWindowsPath(path).name` is the name, of a path with slashes and of one with backslashes.",
        'Write the file anew: first a line `model_checkpoint_path: "…"`, then `all_model_checkpoint_paths: "…"` once '
        'for each, all with bare names: `(Path(folder) / "checkpoint").write_text("\\n".join(lines))`.',
    ],
    raised={
        "has no attribute 'model_checkpoint_path'": "There is no `checkpoint` any more when it is read. Read it before "
        "you change it.",
        "repeated field": "The list in the state cannot be set like a name. Write the text of the file.",
        "ParseError": "The file has a line that TensorFlow cannot read. Each is a name, a colon and a string in "
        "quotes.",
    },
)
def adopt(folder):
    """Mend a copied run, so that latest_checkpoint(folder) returns a prefix in folder.

    The file "checkpoint" in it has absolute paths of another machine, perhaps of Windows.
    The checkpoints that it lists are in folder. Keep the list, its order, and which one
    is the latest: it need not be the last. folder is a string, and may be moved again.
    """
    state = tf.train.get_checkpoint_state(folder)  # reads the paths, and does not ask whether they exist
    # Path would take all of D:\run\model-8 for a name here. PureWindowsPath splits at / and at \, on any machine.
    latest = PureWindowsPath(state.model_checkpoint_path).name
    names = [PureWindowsPath(path).name for path in state.all_model_checkpoint_paths]
    # A bare name is looked up in the folder that the file stands in, wherever that is.
    lines = [f'model_checkpoint_path: "{latest}"']
    lines += [f'all_model_checkpoint_paths: "{name}"' for name in names]
    (Path(folder) / "checkpoint").write_text("\n".join(lines))


adopt.may_pass(
    "(Path(folder) / 'checkpoint').write_text('\\n'.join(lines)) -> "
    "(Path(folder) / 'checkpoint').write_text(''.join(lines))",
    because="TensorFlow reads the entries in one line as well.",
)
adopt.may_pass(
    "(Path(folder) / 'checkpoint').write_text('\\n'.join(lines)) -> "
    "(Path(folder) / 'checkpoint').write_text('\\n\\n'.join(lines))",
    because="Blank lines between the entries mean nothing.",
)

COPIES = (  # where it was saved (None: here), the folder, the names as they were saved, the latest, what is not listed
    (None, "copy", ("model-8", "model-9", "model-10"), "model-10", ()),
    (
        "/data/elsewhere/run",
        "./runs.old/copy 2",
        ("net.ckpt-100", "net.ckpt-20", "net.ckpt-30"),
        "net.ckpt-30",
        ("net-1",),
    ),
    ("D:\\elsewhere\\run", "runs/copy", ("model-1", "model-2", "model-3"), "model-2", ("model-4",)),
)


@adopt.examiner
def _(attempt):
    for where, place, names, latest, unlisted in COPIES:
        folder = Path(place).resolve().as_posix() if place.startswith("./") else place
        save_elsewhere(where, folder, names, latest, unlisted)
        before = contents(folder)
        answer = attempt(folder)
        if contents(folder) != before:
            raise NotYet(
                seen="The checkpoints' own files are not what they were.",
                expected="Only the file `checkpoint` is changed.",
                because="The values are right as they are: the list needs other paths.",
            )
        judge_adopted(folder, names, latest, answer)
    return "The paths in `checkpoint` lead to the files beside it, wherever the folder goes."


def contents(folder):
    """The bytes of the checkpoints' files: all but the list, and what an attempt has put beside it."""
    files = [path for path in Path(folder).iterdir() if re.search(r"\.(index|meta|data-[-\w]+)$", path.name)]
    return {path.name: path.read_bytes() for path in files}


def save_elsewhere(where, folder, names, latest, unlisted):
    """Save under absolute paths in a folder that is then renamed, as if the run had come from another machine."""
    elsewhere = empty(Path("elsewhere").resolve())
    tf.reset_default_graph()
    number = tf.get_variable("number", initializer=0.0)
    count = number.assign_add(1)
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for name in (*unlisted, *names):
            sess.run(count)
            (tf.train.Saver() if name in unlisted else saver).save(sess, (elsewhere / name).as_posix())
    if where:
        separator = "\\\\" if "\\" in where else "/"  # a backslash is written twice
        start = where.replace("\\", "\\\\") + separator
        lines = [f'model_checkpoint_path: "{start}{latest}"']
        lines += [f'all_model_checkpoint_paths: "{start}{name}"' for name in names]
        (elsewhere / "checkpoint").write_text("\n".join(lines) + "\n")
    shutil.rmtree(folder, ignore_errors=True)
    Path(folder).parent.mkdir(parents=True, exist_ok=True)
    elsewhere.rename(folder)
    tf.reset_default_graph()


def judge_adopted(folder, names, latest, answer):
    expected = (
        f"The latest is `{latest}`, the list is {list(names)}, and both are found after the folder was moved again."
    )
    if not (Path(folder) / "checkpoint").exists():
        raise NotYet(
            seen="The folder has no file `checkpoint`.",
            expected=expected,
            because="Without it, `latest_checkpoint` returns `None`. Give it other paths; do not delete it.",
        )
    moved = f"{folder}-moved"
    shutil.rmtree(moved, ignore_errors=True)
    read_state(folder, expected)
    Path(folder).rename(moved)
    text = (Path(moved) / "checkpoint").read_text()
    after = paths_in(read_state(moved, expected))
    there = {path.name.removesuffix(".index") for path in Path(moved).glob("*.index")}
    because = (
        why_another_machine(text, answer)
        or why_another_folder([path for path in after if path.parent != Path(moved)], folder)
        or why_other_names([path.name for path in after], there, names, latest)
    )
    if because:
        lines = text.replace(Path.cwd().as_posix(), "…").split("\n")
        seen = f"After the call, the file has the lines `{'`, `'.join(line for line in lines if line)}`."
        raise NotYet(seen, expected, because)


def why_another_machine(text, answer):
    """The likely cause where the list's text still has a path of the machine that it came from; or empty."""
    if "\\" in text:
        return (
            "The file came from Windows, whose paths have backslashes. `Path` splits at them on Windows only; "
            "`PureWindowsPath` does so everywhere."
        )
    if "elsewhere" in text and answer is not None:
        return (
            "A path of the other machine is still in the file. What the function returns is not looked at: a prefix "
            "that is only returned changes nothing."
        )
    if "elsewhere" in text:
        return "A path of the other machine is still in the file."
    return ""


def why_another_folder(strays, folder):
    """The likely cause where the list has ``strays``, paths that are not in its folder; or empty."""
    if any(path.is_absolute() for path in strays) or (strays and Path(folder).is_absolute()):
        return "The new paths are absolute: they are true until the folder is moved again. Write bare names."
    if strays:
        return "A path that is not absolute begins in the folder of the file. There, the bare name is the path."
    return ""


def why_other_names(found, there, names, latest):
    """The likely cause where the list should have the name of the latest first, and then ``names``; or empty."""
    if not set(found) <= there:
        return (
            "The file has a name that no checkpoint here has. Take all of a path's last piece, and add no ending to "
            "it: `.stem` cuts at a dot, and not every run calls its checkpoints `model`."
        )
    if found[0] != latest:
        return "The latest is the one that the file names: not the last by name, nor by number, nor in the list."
    if found[1:] == [*names, latest]:
        return "The latest is in the list twice. `update_checkpoint_state` adds it at the end if it is not the last."
    if found[1:] != list(names):
        return "The list is not the same, or in another order. A Saver that recovers it deletes in that order."
    return ""


def paths_in(state):
    """What TensorFlow makes of a list: the path of the latest checkpoint, then those of all."""
    return [Path(path) for path in (state.model_checkpoint_path, *state.all_model_checkpoint_paths)]


def read_state(folder, expected):
    try:
        state = tf.train.get_checkpoint_state(folder)
    except ValueError:
        state = None
    if state is None:
        raise NotYet(
            seen="TensorFlow cannot read the file `checkpoint` after the call.",
            expected=expected,
            because='Each line is a name, a colon and a string in quotes: `model_checkpoint_path: "model-20"`.',
        )
    return state


@adopt.wrong_attempt(says="Give it other paths; do not delete it")
def deletes_the_file(folder):
    (Path(folder) / "checkpoint").unlink()


@adopt.wrong_attempt(says="they are true until the folder is moved again")
def writes_absolute_paths(folder):
    here = Path(folder).resolve()
    state = tf.train.get_checkpoint_state(folder)
    paths = [(here / Path(path).name).as_posix() for path in state.all_model_checkpoint_paths]
    tf.train.update_checkpoint_state(here.as_posix(), paths[-1], paths)


@adopt.wrong_attempt(says="The list is not the same")
def keeps_the_latest_only(folder):
    name = Path(tf.train.get_checkpoint_state(folder).model_checkpoint_path).name
    (Path(folder) / "checkpoint").write_text(f'model_checkpoint_path: "{name}"\n')


@adopt.wrong_attempt(says="not the last by name")
def sorts_the_names(folder):
    names = sorted(path.stem for path in Path(folder).glob("*.index"))
    tf.train.update_checkpoint_state(folder, f"{folder}/{names[-1]}", [f"{folder}/{name}" for name in names])


@adopt.wrong_attempt(says="There, the bare name is the path")
def writes_the_folder_too(folder):
    state = tf.train.get_checkpoint_state(folder)
    names = [Path(path).name for path in state.all_model_checkpoint_paths]
    lines = [f'model_checkpoint_path: "{folder}/{names[-1]}"']
    lines += [f'all_model_checkpoint_paths: "{folder}/{name}"' for name in names]
    (Path(folder) / "checkpoint").write_text("\n".join(lines))


@adopt.wrong_attempt(says="only returned changes nothing")
def returns_a_prefix(folder):
    state = tf.train.get_checkpoint_state(folder)
    return f"{folder}/{Path(state.model_checkpoint_path).name}"


@adopt.wrong_attempt(says="a name, a colon and a string in quotes")
def forgets_the_quotes(folder):
    state = tf.train.get_checkpoint_state(folder)
    lines = [f"model_checkpoint_path: {Path(state.model_checkpoint_path).name}"]
    (Path(folder) / "checkpoint").write_text("\n".join(lines))


@adopt.wrong_attempt(says="splits at them on Windows only")
def splits_at_slashes(folder):
    state = tf.train.get_checkpoint_state(folder)
    names = [path.split("/")[-1] for path in (state.model_checkpoint_path, *state.all_model_checkpoint_paths)]
    lines = [f'model_checkpoint_path: "{names[0]}"']
    lines += [f'all_model_checkpoint_paths: "{name}"' for name in names[1:]]
    (Path(folder) / "checkpoint").write_text("\n".join(lines).replace("\\", "\\\\"))


@adopt.wrong_attempt(says="`.stem` cuts at a dot")
def cuts_the_names_at_a_dot(folder):
    state = tf.train.get_checkpoint_state(folder)
    lines = [f'model_checkpoint_path: "{PureWindowsPath(state.model_checkpoint_path).stem}"']
    lines += [f'all_model_checkpoint_paths: "{PureWindowsPath(p).stem}"' for p in state.all_model_checkpoint_paths]
    (Path(folder) / "checkpoint").write_text("\n".join(lines))


@adopt.wrong_attempt(says="Only the file `checkpoint` is changed")
def deletes_the_older_ones(folder):
    state = tf.train.get_checkpoint_state(folder)
    latest = PureWindowsPath(state.model_checkpoint_path).name
    names = [PureWindowsPath(path).name for path in state.all_model_checkpoint_paths]
    lines = [f'model_checkpoint_path: "{latest}"']
    lines += [f'all_model_checkpoint_paths: "{name}"' for name in names]
    (Path(folder) / "checkpoint").write_text("\n".join(lines))
    for path in Path(folder).iterdir():
        if path.name != "checkpoint" and not path.name.startswith(latest):
            path.unlink()


@adopt.wrong_attempt(says="is in the list twice")
def lets_tensorflow_write_it(folder):
    state = tf.train.get_checkpoint_state(folder)
    latest = PureWindowsPath(state.model_checkpoint_path).name
    names = [PureWindowsPath(path).name for path in state.all_model_checkpoint_paths]
    here = os.getcwd()
    os.chdir(folder)
    tf.train.update_checkpoint_state(".", latest, names)
    os.chdir(here)


@adopt.right_attempt
def replaces_in_the_text(folder):
    path = Path(folder) / "checkpoint"
    path.write_text(re.sub(r'"[^"\n]*[/\\]', '"', path.read_text()))


@adopt.right_attempt
def changes_the_message(folder):
    state = tf.train.get_checkpoint_state(folder)

    def bare(path):
        return path.replace("\\", "/").rsplit("/", 1)[-1]

    state.model_checkpoint_path = bare(state.model_checkpoint_path)
    paths = [bare(path) for path in state.all_model_checkpoint_paths]
    del state.all_model_checkpoint_paths[:]
    state.all_model_checkpoint_paths.extend(paths)
    with open(folder + "/checkpoint", "w") as file:
        file.write(str(state))
