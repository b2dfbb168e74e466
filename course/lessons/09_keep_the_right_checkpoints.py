"""Exercises of lesson 09: the newest and the best kept apart, and the list of a run that came from elsewhere."""

import shutil
from pathlib import Path

import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise


def steps_in(folder):
    """The steps whose checkpoints are in a folder, in order. -1 stands for a name without a step."""
    stems = [path.stem for path in Path(folder).glob("*.index")]
    return sorted(int(step) if step.isdigit() else -1 for step in (stem.rpartition("-")[2] for stem in stems))


def empty(folder):
    shutil.rmtree(folder, ignore_errors=True)
    Path(folder).mkdir(parents=True)


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
        "Parent directory of": "The folders `newest` and `best` are there, and no other one. Look at the prefix.",
        "uninitialized value": "Everything is initialized in `sess`. A session of your own has no values.",
        "'<' not supported": "`loss` is a tensor. Its value comes from the session: `sess.run(loss)`.",
        "as a Python `bool`": "`loss` is a tensor. Its value comes from the session: `sess.run(loss)`.",
    },
)
def train_and_keep(sess, train_op, loss, steps, folder):
    """Train. Keep the newest three checkpoints, and the best one apart from them.

    Run train_op as often as steps says. After each time save to folder/newest, and if the
    loss is lower than ever before, to folder/best too: under the name "model", with the
    global step. Both folders are there, all variables have values. folder is a text.
    """
    newest = tf.train.Saver(max_to_keep=3)
    best = tf.train.Saver(max_to_keep=1)  # a Saver of its own: its list knows nothing of the newest
    lowest = float("inf")
    for _ in range(steps):
        sess.run(train_op)
        step, now = sess.run([tf.train.get_global_step(), loss])
        newest.save(sess, folder + "/newest/model", global_step=step)
        if now < lowest:
            lowest = now
            best.save(sess, folder + "/best/model", global_step=step)


LOSSES = (  # before the first step, and after each
    (9.0, 5.0, 3.0, 4.0, 6.0, 5.0, 7.0),
    (1.0, 8.0, 7.0, 6.0, 5.0, 4.0),
    (2.0, 4.0, 6.0, 8.0, 10.0, 9.0, 11.0, 12.0),
)


@train_and_keep.examiner
def _(attempt):
    for losses in LOSSES:
        tf.reset_default_graph()
        step = tf.train.get_or_create_global_step()
        loss = tf.gather(tf.constant(losses), step)
        train_op = step.assign_add(1)
        empty("run/newest")
        empty("run/best")
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            attempt(sess, train_op, loss, len(losses) - 1, "run")
        judge_kept(losses)
    return "Two Savers, two lists, two folders: what the one deletes, the other does not know of."


def judge_kept(losses):
    last = len(losses) - 1
    newest, best = steps_in("run/newest"), steps_in("run/best")
    lowest = min(losses[1:])
    right = losses.index(lowest, 1)
    shown = ", ".join(f"{loss:g}" for loss in losses[1:])
    seen = f"With the losses {shown}, `newest` has the steps {newest}, and `best` has {best}."
    last_three = list(range(last - 2, last + 1))
    expected = f"`newest`: {last_three}. `best`: [{right}]."
    lower_than_before = max(
        number for number in range(1, last + 1) if number == 1 or losses[number] < losses[number - 1]
    )
    if -1 in newest + best:
        because = "A name has no step, so each save replaces the one before. `global_step=step` adds it."
    elif not best and not tf.train.get_checkpoint_state("run/best"):
        because = "Nothing was saved to `best`. Two Savers in one folder write over each other's list of checkpoints."
    elif len(newest) < 3 or not best:
        because = "One Saver has one list, over all folders: each save into one folder may delete a file in the other."
    elif len(newest) > 3:
        because = "A Saver keeps five unless it is told otherwise: `max_to_keep=3`."
    elif len(best) > 1:
        because = "When a better one comes, the one before has to go: `max_to_keep=1`."
    elif newest == last_three and best == [right]:
        return
    elif best == [last] and lower_than_before != last:
        because = "The last one is not the best one. Save to `best` only if the loss is the lowest so far."
    elif best == [lower_than_before]:
        because = "The loss was compared with the step before. Compare it with the lowest of all steps so far."
    else:
        because = "Save after each run of `train_op`. The best has the lowest loss so far, in the folder `best`."
    raise NotYet(seen, expected, because)


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


@train_and_keep.wrong_attempt(says="compared with the step before")
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


@exercise(
    hints=[
        "What of each path in the file is still true here, and what is not?",
        "The name, such as `model-20`, is what stays. `tf.train.get_checkpoint_state(folder)` reads the file: "
        "`.model_checkpoint_path` is a text, `.all_model_checkpoint_paths` a list of them. `Path(path).name` is the "
        "name.",
        'Write the file anew: first a line `model_checkpoint_path: "…"`, then `all_model_checkpoint_paths: "…"` once '
        'for each, all with bare names: `(Path(folder) / "checkpoint").write_text("\\n".join(lines))`.',
    ],
    raised={
        "has no attribute 'model_checkpoint_path'": "There is no `checkpoint` any more when it is read. Read it before "
        "you change it.",
        "repeated field": "The list in the state cannot be set like a name. Write the text of the file.",
        "ParseError": "The file has a line that TensorFlow cannot read. Each is a name, a colon and a text in quotes.",
    },
)
def adopt(folder):
    """Mend a copied run: latest_checkpoint(folder) is to return a prefix in folder.

    The file "checkpoint" in it has absolute paths of another machine. The checkpoints
    that it lists are there. Keep the list, its order, and which one is the latest.
    folder is a text, and may be moved again.
    """
    state = tf.train.get_checkpoint_state(folder)  # reads the paths, and does not ask whether they exist
    latest = Path(state.model_checkpoint_path).name
    names = [Path(path).name for path in state.all_model_checkpoint_paths]
    # A bare name is looked up in the folder that the file stands in, wherever that is.
    lines = [f'model_checkpoint_path: "{latest}"']
    lines += [f'all_model_checkpoint_paths: "{name}"' for name in names]
    (Path(folder) / "checkpoint").write_text("\n".join(lines))


LISTS = ([8, 9, 10], [100, 20, 30])  # each in the order of saving; the second run began anew after 100


@adopt.examiner
def _(attempt):
    for number, steps in enumerate(LISTS):
        folder = f"copy-{number}"
        save_elsewhere(steps, folder)
        attempt(folder)
        judge_adopted(folder, steps)
    return "Bare names are looked up beside the file, wherever it goes. `save_relative_paths=True` writes them."


def save_elsewhere(steps, folder):
    """Saves under absolute paths in a folder that is then renamed, as if the run had come from another machine."""
    elsewhere = Path("elsewhere").resolve()
    empty(elsewhere)
    tf.reset_default_graph()
    tf.get_variable("w", initializer=0.0)
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for step in steps:
            saver.save(sess, (elsewhere / "model").as_posix(), global_step=step)
    shutil.rmtree(folder, ignore_errors=True)
    elsewhere.rename(folder)
    tf.reset_default_graph()


def judge_adopted(folder, steps):
    names = [f"model-{step}" for step in steps]
    expected = f"The latest is `{names[-1]}`, the list is {names}, and both are found after the folder was moved again."
    if not (Path(folder) / "checkpoint").exists():
        raise NotYet(
            seen="The folder has no file `checkpoint`.",
            expected=expected,
            because="Without it nobody knows which checkpoint is the latest. It needs other paths, not to go.",
        )
    moved = f"{folder}-moved"
    shutil.rmtree(moved, ignore_errors=True)
    before = paths_in(read_state(folder, expected))
    Path(folder).rename(moved)
    after = paths_in(read_state(moved, expected))
    strays = [path for path in after if path.parent != Path(moved)]
    found = [path.name for path in after]
    if any("elsewhere" in path.parts for path in before):
        because = "A path of the other machine is in the file. A prefix that is only returned changes nothing."
    elif any(path.is_absolute() for path in strays):
        because = "The new paths are absolute: they are true until the folder is moved again. Write bare names."
    elif strays:
        because = "A path that is not absolute begins in the folder of the file. There, the bare name is the path."
    elif found[0] != names[-1]:
        because = "The latest is what was saved last, as the file says: not the last by name, nor by number."
    elif found[1:] != names:
        because = "The list is incomplete, or in another order. A Saver that recovers it deletes in that order."
    else:
        return
    lines = (Path(moved) / "checkpoint").read_text().replace(Path.cwd().as_posix(), "…").split("\n")
    seen = f"After the call, the file has the lines `{'`, `'.join(line for line in lines if line)}`."
    raise NotYet(seen, expected, because)


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
            because='Each line is a name, a colon and a text in quotes: `model_checkpoint_path: "model-20"`.',
        )
    return state


@adopt.wrong_attempt(says="It needs other paths, not to go")
def deletes_the_file(folder):
    (Path(folder) / "checkpoint").unlink()


@adopt.wrong_attempt(says="they are true until the folder is moved again")
def writes_absolute_paths(folder):
    here = Path(folder).resolve()
    state = tf.train.get_checkpoint_state(folder)
    paths = [(here / Path(path).name).as_posix() for path in state.all_model_checkpoint_paths]
    tf.train.update_checkpoint_state(here.as_posix(), paths[-1], paths)


@adopt.wrong_attempt(says="The list is incomplete")
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


@adopt.wrong_attempt(says="a name, a colon and a text in quotes")
def forgets_the_quotes(folder):
    state = tf.train.get_checkpoint_state(folder)
    lines = [f"model_checkpoint_path: {Path(state.model_checkpoint_path).name}"]
    (Path(folder) / "checkpoint").write_text("\n".join(lines))
