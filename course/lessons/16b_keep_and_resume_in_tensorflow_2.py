"""Exercises of lesson 16b: to go on in a folder of checkpoints, in a dataset, and in a training by Keras."""

import contextlib
import itertools
import shutil
import time
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from course import guards
from course.practice import NotYet, exercise


def counted(name="step", value=0, **more):
    """A ``tf.train.Checkpoint`` with a counter of the given name, and some weights."""
    weights = tf.Variable([1.0 * value, 2.0])
    return tf.train.Checkpoint(**{name: tf.Variable(value)}, weights=weights, **more)


def folder_after(folder, saves, **more):
    """Saves so many checkpoints with a manager that keeps three: at the step 10, 20 and so on."""
    checkpoint = counted(**more)
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    for number in range(1, saves + 1):
        checkpoint.step.assign(10 * number)
        checkpoint.weights.assign([10.0 * number, -1.0])
        manager.save()
    return folder


def on_disk(folder):
    """The names of the checkpoints that are in a folder, by their number."""
    return sorted((path.stem for path in Path(folder).glob("*.index")), key=lambda name: int(name.split("-")[1]))


@exercise(
    hints=[
        "Three things can be in the folder: nothing, a list with a latest checkpoint, or checkpoints without a list. "
        "How do you tell them apart?",
        "`manager.latest_checkpoint` is a path or `None`. With a path: restore it, and ask the status. With `None`: "
        '`Path(folder).glob("*.index")` tells whether there are checkpoints all the same.',
        "`checkpoint.restore(manager.latest_checkpoint).assert_existing_objects_matched()` if there is a latest one; "
        'otherwise raise ValueError `if any(Path(folder).glob("*.index"))`. Return the manager.',
    ],
    raised={
        "max_to_keep": "`tf.train.CheckpointManager` wants to be told how many to keep: `max_to_keep=3`.",
    },
    tensorflow=2,
)
def going_on(checkpoint, folder):
    """Return a CheckpointManager for checkpoint and folder that keeps the newest three.

    If the folder lists a latest checkpoint, it is restored first, and later saves count
    on from it. Raise an error if a variable of checkpoint gets no value from it, or if
    there are checkpoints in the folder and no list. What else a file has may stay there.
    """
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    if manager.latest_checkpoint:
        # restore_or_initialize would restore as well, and would not ask.
        checkpoint.restore(manager.latest_checkpoint).assert_existing_objects_matched()
    elif any(Path(folder).glob("*.index")):
        # The list is lost. A training that begins anew here would write over what is left.
        raise ValueError(f"{folder} has checkpoints, and its list of them is lost")
    return manager


@going_on.examiner
def _(attempt):
    new = Path("new").resolve().as_posix()
    folder_after(f"{new}/best", 1)  # other checkpoints below a folder are no concern of it
    for folder, saves in (
        (folder_after("runs/a", 2), 2),
        (folder_after(Path("b").resolve().as_posix(), 10), 10),
        (new, 0),
    ):
        fresh = counted(value=7)
        went_on(attempt, fresh, folder, saves)
    more = folder_after("more", 4, extra=tf.Variable(1.0))
    went_on(attempt, counted(), more, 4)
    renamed = folder_after("renamed", 4)
    if refused_without_a_change(attempt, counted("steps"), renamed) is None:
        raise NotYet(
            seen="The counter is called `steps` now, and `step` in the file. No error was raised.",
            expected="An error: `steps` got no value.",
            because="The path of a checkpoint is no proof that it fits: `restore_or_initialize` returns it without "
            "asking the status. And for `assert_nontrivial_match` one value that matched is enough.",
        )
    lost = folder_after("lost", 5)
    Path(lost, "checkpoint").unlink()
    if refused_without_a_change(attempt, counted(), lost) is None:
        raise NotYet(
            seen="The folder has checkpoints, and the file `checkpoint` is gone. No error was raised.",
            expected="An error.",
            because="Without the list there is no latest one, and so it looks like a new folder. The next saves would "
            "write over the old files. Look whether there are any.",
        )
    other = Path(folder_after("other", 5))  # a manager with a checkpoint_name of its own wrote these
    for path in [*other.glob("ckpt-*")]:
        path.rename(path.with_name(path.name.replace("ckpt-", "model-")))
    (other / "checkpoint").unlink()
    if refused_without_a_change(attempt, counted(), other.as_posix()) is None:
        raise NotYet(
            seen="The folder has `model-3` to `model-5`, which a manager with `checkpoint_name='model'` wrote, and the "
            "file `checkpoint` is gone. No error was raised.",
            expected="An error.",
            because="`ckpt` is only what a manager calls its checkpoints by default. Each one has an `.index`.",
        )
    shards = Path(folder_after("shards", 2))
    for path in [*shards.glob("*.data*")]:
        path.rename(path.as_posix().replace("-of-00001", "-of-00002"))
    (shards / "checkpoint").unlink()
    if refused_without_a_change(attempt, counted(), shards.as_posix()) is None:
        raise NotYet(
            seen="The folder has checkpoints in several shards each, and the file `checkpoint` is gone. No error was "
            "raised.",
            expected="An error.",
            because="The name of a `.data` file tells how many there are. The `.index` is there in any case, once.",
        )
    latest_is_older(attempt)
    keeps_no_more(attempt)
    damaged = folder_after("damaged", 5)
    data = Path(damaged, "ckpt-5.data-00000-of-00001")
    data.write_bytes(data.read_bytes()[:-1] + b"x")
    if refused_without_a_change(attempt, counted(), damaged) is None:
        raise NotYet(
            seen="The data of `ckpt-5`, the latest checkpoint, are damaged. No error was raised.",
            expected="An error: not each variable got its value from it.",
            because="An error of the restore was caught. Whether to begin anew, or to go back to the one before, which "
            "is older, is not for the function to decide without a word.",
        )
    return "A folder is gone on with, begun, or refused; in none of these cases is anything lost without a word."


def refused_without_a_change(attempt, checkpoint, folder):
    """The message of an attempt's error, or ``None``. Raises ``NotYet`` if it changed the folder meanwhile."""
    before = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    message = attempt.refusal(checkpoint, folder, kinds=(Exception,))
    after = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    if message is not None and after != before:
        changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        raise NotYet(
            seen=f"The folder was refused. But meanwhile `{changed[0]}` was written, changed or deleted.",
            expected="The folder as it was.",
            because="Whoever gets the error has to find out what is there. A refusal that changes it takes that away.",
        )
    return message


def keeps_no_more(attempt):
    """A list whose last checkpoint that is kept for good is hours old: what else a manager keeps shows at once."""
    folder = folder_after("hours", 3)
    paths = [f"{folder}/ckpt-{number}" for number in (1, 2, 3)]
    tf.compat.v1.train.update_checkpoint_state(
        folder,
        paths[-1],
        paths,
        all_model_checkpoint_timestamps=[time.time()] * 3,
        last_preserved_timestamp=time.time() - 1e9,
    )
    manager = manager_of(attempt, counted(), folder, 3)
    for _ in range(3):
        manager.save()
    if len(on_disk(folder)) > 3:
        raise NotYet(
            seen=f"In a folder of a training of many hours are {', '.join(on_disk(folder))}, after three more saves.",
            expected="The newest three: ckpt-4, ckpt-5, ckpt-6.",
            because="With `keep_checkpoint_every_n_hours`, a manager keeps others besides.",
        )


def latest_is_older(attempt):
    """The list says that ``ckpt-4`` is the latest, and ``ckpt-5`` is still there: as after somebody went back to it."""
    folder = folder_after(Path("back").resolve().as_posix(), 5)
    paths = [f"{folder}/ckpt-{number}" for number in (3, 4)]
    tf.compat.v1.train.update_checkpoint_state(folder, paths[-1], paths, all_model_checkpoint_timestamps=[1.0, 2.0])
    there = on_disk(folder)
    checkpoint = counted()
    manager_of(attempt, checkpoint, folder, 5)
    if int(checkpoint.step) != 40:
        raise NotYet(
            seen="The list says that `ckpt-4` is the latest, and `ckpt-5` is in the folder, too. Afterwards `step` is "
            f"{int(checkpoint.step)}.",
            expected="40, as in `ckpt-4`.",
            because="The latest is what the list says: not the file with the highest number, nor the newest file. "
            "Somebody may have gone back, or begun to count anew.",
        )
    if on_disk(folder) != there:
        raise NotYet(
            seen=f"In the folder were {', '.join(there)}. Afterwards there are {', '.join(on_disk(folder))}.",
            expected="The same: nothing is saved yet, and nothing deleted.",
            because="A manager deletes what is too much when it saves, and only what is in its list. What is not in "
            "the list may be wanted by somebody.",
        )


def manager_of(attempt, checkpoint, folder, saves):
    """What an attempt returns. Raises ``NotYet`` where it raised, and why it need not have."""
    try:
        return attempt(checkpoint, folder)
    except NotYet as problem:
        cause = problem.__cause__
        if not saves and isinstance(cause, ValueError | AssertionError) and "max_to_keep" not in str(cause):
            raise NotYet(
                seen="The folder has no checkpoint, only a folder `best` with checkpoints of its own. An error was "
                f"raised: `{next(iter(str(cause).splitlines()), type(cause).__name__)}`",
                expected="A manager that begins there.",
                because="The first run has nothing to restore, and that is no mistake."
                if "save_path=None" in str(cause)
                else "Other things may be in the folder, and what is below it belongs to others.",
            ) from problem
        if isinstance(cause, AssertionError):
            raise NotYet(
                seen="The file has all that is here, and a variable `extra` besides. An error was raised.",
                expected="No error.",
                because="What only the file has may stay there. `assert_consumed` does not allow it.",
            ) from problem
        raise


def went_on(attempt, checkpoint, folder, saves):
    """Lets an attempt go on in a folder that has so many saves, then saves twice with its manager."""
    manager = manager_of(attempt, checkpoint, folder, saves)
    if not isinstance(manager, tf.train.CheckpointManager):
        raise NotYet(seen=f"Returned was `{manager!r}`.", expected="The manager.", because="`return manager`.")
    expected = ([10 * saves, [10.0 * saves, -1.0]]) if saves else ([7, [7.0, 2.0]])
    held = [int(checkpoint.step), checkpoint.weights.numpy().tolist()]
    if held != expected:
        raise NotYet(
            seen=f"The folder had {saves} saves. Afterwards `step` is {held[0]}.",
            expected=f"`step` is {expected[0]}, as in the latest checkpoint."
            if saves
            else "As it was: nothing is there.",
            because="`ckpt-9` comes after `ckpt-10` in the order of strings. The list in the folder knows the latest."
            if held[0] == 90 and saves == 10
            else "That is an older checkpoint. `manager.latest_checkpoint` is the path of the latest one."
            if held[0] in range(10, 10 * saves, 10)
            else "A manager knows the files of the folder, and restores nothing by itself.",
        )
    named = [Path(manager.save()).name for _ in range(2)]
    if named != [f"ckpt-{saves + 1}", f"ckpt-{saves + 2}"]:
        raise NotYet(
            seen=f"The folder had {saves} saves, and the next two became {' and '.join(named)}.",
            expected=f"`ckpt-{saves + 1}` and `ckpt-{saves + 2}`.",
            because="A manager calls its checkpoints `ckpt` unless it is told otherwise. Other names hide what was "
            "there before."
            if not named[0].startswith("ckpt-")
            else "Something was saved already, and that takes a number. The first save is for the caller to make."
            if int(named[0].split("-")[1]) > saves + 1
            else "The count, `save_counter`, belongs to `checkpoint` itself. If another `tf.train.Checkpoint` of "
            "the same variables was restored, it begins again at 1, over old files.",
        )
    manager.save()
    wanted = [f"ckpt-{number}" for number in range(saves + 1, saves + 4)]
    if on_disk(folder) != wanted:
        raise NotYet(
            seen=f"After three more saves, {', '.join(on_disk(folder))} are on disk.",
            expected=f"The newest three: {', '.join(wanted)}.",
            because="`max_to_keep` says how many a manager leaves.",
        )


going_on.right_attempt(guards.going_on)


@going_on.right_attempt
def looks_for_files_first(checkpoint, folder):
    import os

    found = os.path.isdir(folder) and [name for name in os.listdir(folder) if name.endswith(".index")]
    latest = tf.train.latest_checkpoint(folder)
    if found and latest is None:
        raise FileNotFoundError("no list")
    if latest:
        status = checkpoint.restore(latest)
        status.assert_existing_objects_matched()
    return tf.train.CheckpointManager(checkpoint, directory=folder, max_to_keep=3)


@going_on.right_attempt
def reads_instead(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    latest = manager.latest_checkpoint
    if latest is None and tf.io.gfile.glob(f"{folder}/*.index"):
        raise ValueError("no list")
    if latest is not None:
        checkpoint.read(latest).assert_existing_objects_matched()  # the count waits for the first save, and gets there
    return manager


@going_on.right_attempt
def restores_and_then_asks(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, 3)
    path = manager.restore_or_initialize()
    if path is None:
        assert not tf.io.gfile.glob(f"{folder}/*.index"), "no list"
    else:
        checkpoint.restore(path).assert_existing_objects_matched()
    return manager


@going_on.wrong_attempt(says="restores nothing by itself")
def makes_the_manager_only(checkpoint, folder):
    return tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3)


@going_on.wrong_attempt(says="A refusal that changes it takes that away")
def saves_and_then_refuses(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    if manager.latest_checkpoint:
        checkpoint.restore(manager.latest_checkpoint).assert_existing_objects_matched()
    elif any(Path(folder).glob("*.index")):
        manager.save()
        raise ValueError("The list was lost. There is a new one.")
    return manager


@going_on.wrong_attempt(says="The name of a `.data` file tells how many there are")
def looks_for_one_shard(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    if manager.latest_checkpoint:
        checkpoint.restore(manager.latest_checkpoint).assert_existing_objects_matched()
    elif any(Path(folder).glob("*.data-00000-of-00001")):
        raise ValueError("no list")
    return manager


@going_on.wrong_attempt(says="a manager keeps others besides")
def keeps_one_each_hour(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3, keep_checkpoint_every_n_hours=1)
    if manager.latest_checkpoint:
        checkpoint.restore(manager.latest_checkpoint).assert_existing_objects_matched()
    elif any(Path(folder).glob("*.index")):
        raise ValueError("no list")
    return manager


@going_on.wrong_attempt(says="That is an older checkpoint")
def restores_the_first_in_the_list(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    if manager.checkpoints:
        checkpoint.restore(manager.checkpoints[0]).assert_existing_objects_matched()
    elif any(Path(folder).glob("*.index")):
        raise ValueError("no list")
    return manager


@going_on.wrong_attempt(says="The first save is for the caller to make")
def saves_at_the_beginning(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    if manager.latest_checkpoint:
        checkpoint.restore(manager.latest_checkpoint).assert_existing_objects_matched()
    elif any(Path(folder).glob("*.index")):
        raise ValueError("no list")
    else:
        manager.save()
    return manager


@going_on.wrong_attempt(says="Other names hide what was")
def chooses_a_name(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3, checkpoint_name="model")
    if manager.latest_checkpoint:
        checkpoint.restore(manager.latest_checkpoint).assert_existing_objects_matched()
    elif any(Path(folder).glob("*.index")):
        raise ValueError("no list")
    return manager


@going_on.wrong_attempt(says="what is below it belongs to others")
def looks_below_the_folder(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    if manager.latest_checkpoint:
        checkpoint.restore(manager.latest_checkpoint).assert_existing_objects_matched()
    elif any(Path(folder).rglob("*.index")):
        raise ValueError
    return manager


@going_on.wrong_attempt(says="returns it without asking the status")
def takes_the_path_for_a_proof(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    manager.restore_or_initialize()
    return manager


@going_on.wrong_attempt(says="it begins again at 1, over old files")
def restores_into_another_checkpoint(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    if manager.latest_checkpoint:
        other = tf.train.Checkpoint(step=checkpoint.step, weights=checkpoint.weights)
        other.restore(manager.latest_checkpoint).assert_existing_objects_matched()
    return manager


@going_on.wrong_attempt(says="so it looks like a new folder")
def forgets_the_lost_list(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    if manager.latest_checkpoint:
        checkpoint.restore(manager.latest_checkpoint).assert_existing_objects_matched()
    return manager


@going_on.wrong_attempt(says="in the order of strings")
def sorts_the_files(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    found = sorted(path.as_posix().removesuffix(".index") for path in Path(folder).glob("*.index"))
    if found:
        checkpoint.restore(found[-1]).assert_existing_objects_matched()
    return manager


@going_on.wrong_attempt(says="`ckpt` is only what a manager calls its checkpoints by default")
def looks_for_the_usual_name(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    if manager.latest_checkpoint:
        checkpoint.restore(manager.latest_checkpoint).assert_existing_objects_matched()
    elif any(Path(folder).glob("ckpt-*.index")):
        raise ValueError("no list")
    return manager


@going_on.wrong_attempt(says="not the file with the highest number, nor the newest file")
def takes_the_highest_number(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    found = sorted(Path(folder).glob("*.index"), key=lambda path: int(path.stem.split("-")[-1]))
    if found and not manager.latest_checkpoint:
        raise ValueError("no list")
    if found:
        checkpoint.restore(found[-1].with_suffix("").as_posix()).assert_existing_objects_matched()
    return manager


@going_on.wrong_attempt(says="What is not in the list may be wanted by somebody")
def tidies_up(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    if manager.latest_checkpoint:
        checkpoint.restore(manager.latest_checkpoint).assert_existing_objects_matched()
    elif any(Path(folder).glob("*.index")):
        raise ValueError("no list")
    for path in Path(folder).glob("*.index"):
        if path.stem not in [Path(each).name for each in manager.checkpoints]:
            path.unlink()
    return manager


@going_on.wrong_attempt(says="is not for the function to decide without a word")
def falls_back(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    for path in reversed(manager.checkpoints):
        try:
            checkpoint.restore(path).assert_existing_objects_matched()
            return manager
        except (tf.errors.OpError, AssertionError, IndexError):
            continue
    if any(Path(folder).glob("*.index")):
        raise ValueError("nothing fits")
    return manager


@going_on.wrong_attempt(says="`assert_consumed` does not allow it")
def wants_the_whole_file(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    if manager.latest_checkpoint:
        checkpoint.restore(manager.latest_checkpoint).assert_consumed()
    return manager


@going_on.wrong_attempt(says="The first run has nothing to restore")
def wants_a_checkpoint(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    checkpoint.restore(manager.latest_checkpoint).assert_existing_objects_matched()
    return manager


@going_on.wrong_attempt(says="how many a manager leaves")
def keeps_five(checkpoint, folder):
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=5)
    if manager.latest_checkpoint:
        checkpoint.restore(manager.latest_checkpoint).assert_existing_objects_matched()
    return manager


@exercise(
    hints=[
        "Which object knows the position, the dataset or its iterator?",
        "Put the iterator into a `tf.train.Checkpoint`, and take all elements from this same iterator. Restore before "
        "the first element, save after the last.",
        "`iterator = iter(dataset)`, `tf.train.Checkpoint(iterator=iterator)`, a `tf.train.CheckpointManager` for it "
        "with `max_to_keep=1`; then `restore_or_initialize()`, `next(iterator)` so many times, `save()`.",
    ],
    raised={
        "Make sure the dataset definition has not changed": "The position that was restored is of another dataset. "
        "Does it come from `folder`?",
        "is stateful": "An iterator over something that Python computes cannot be saved. Take the dataset as it is.",
        "to be a trackable object": "A Python iterator cannot be saved. `iter(dataset)` of the dataset itself can.",
    },
    tensorflow=2,
)
def next_elements(dataset, folder, count):
    """Return the next count elements of dataset, a list of integers.

    A later call with the same folder goes on behind them, in another process too, and in
    the same shuffling: until the end, no element comes twice. The folder may be missing.
    """
    # The iterator has the position and what is in the shuffle buffer. A dataset has neither.
    iterator = iter(dataset)
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(iterator=iterator), folder, max_to_keep=1)
    manager.restore_or_initialize()
    elements = [int(next(iterator)) for _ in range(count)]
    # After the last element: what is saved is where the next call goes on.
    manager.save()
    return elements


@next_elements.examiner
def _(attempt):
    for start, folder in ((0, "first"), (100, Path("second").resolve().as_posix())):
        elements = listed(attempt(tf.data.Dataset.range(start, start + 10), folder, 3), 3)
        if elements != [start, start + 1, start + 2]:
            raise NotYet(
                seen=f"In a new folder, a dataset that begins with {start} yielded {elements}.",
                expected=f"Its first elements: {start}, {start + 1}, {start + 2}.",
                because="Each folder has its own position, and a new one is at the beginning. Does the position come "
                "from `folder`?",
            )
    none, then = attempt(tf.data.Dataset.range(7, 17), "none", 0), attempt(tf.data.Dataset.range(7, 17), "none", 1)
    if none != [] or then != [7]:
        raise NotYet(
            seen=f"In a new folder, 0 elements were asked for, and then 1. Returned were `{none}` and `{then}`.",
            expected="`[]` and `[7]`.",
            because="The loop asks whether there are enough when it has one already. Ask before the element is taken."
            if none
            else "An element that is taken from the iterator counts as taken, whether or not it is returned.",
        )
    shutil.rmtree("first", ignore_errors=True)
    if listed(attempt(tf.data.Dataset.range(10), "first", 1), 1) != [0]:
        raise NotYet(
            seen="The folder was deleted, and the next call still knew the position.",
            expected="The first element: 0.",
            because="The position is kept in memory, which another process does not have. It belongs into the folder.",
        )
    tf.random.set_seed(10)
    runs = (
        (lambda: tf.data.Dataset.range(40, 100).shuffle(60), "runs/a", (12, 1, 20, 12), None),
        (
            lambda: tf.data.Dataset.range(30).shuffle(10, seed=3, reshuffle_each_iteration=False),
            Path("b").resolve().as_posix(),
            (5, 5, 4),
            [int(each) for each in tf.data.Dataset.range(30).shuffle(10, seed=3, reshuffle_each_iteration=False)],
        ),
        (
            lambda: tf.data.Dataset.range(5).map(lambda each: each * each).repeat(),  # has no end
            "c",
            (4, 4, 4),
            3 * [0, 1, 4, 9, 16],
        ),
    )
    for make, folder, counts, order in runs:
        parts = []
        for number, count in enumerate(counts):
            tf.random.set_seed(10 + number if order is None else 10)  # another process has another one
            parts.append(listed(attempt(make(), folder, count), count))
        together = [int(each) for part in parts for each in part]
        repeated(parts, together, order, sorted(set(together)), "set_seed" in attempt.source)
    damaged(attempt)
    return "The iterator was saved with its position and its buffer, and it was the one that the elements came from."


def damaged(attempt):
    """The data of the saved position are cut: a call that begins anew would yield elements a second time."""
    first = listed(attempt(tf.data.Dataset.range(10), "damaged", 3), 3)
    for path in Path("damaged").glob("*.data*"):
        path.write_bytes(b"")
    try:
        again = listed(attempt(tf.data.Dataset.range(10), "damaged", 3), 3)
    except NotYet as problem:
        if problem.__cause__ is None:  # it returned, and something else than a list
            raise
        return
    if set(first) & set(again):
        raise NotYet(
            seen=f"The file with the position was damaged. The next call returned {again}, as the first one had.",
            expected="An error.",
            because="An error of the restore was caught, as if the folder were new, so elements come twice without a "
            "word. Ask whether there is a file; what it raises after that is no mistake of yours.",
        )


def listed(elements, count):
    if not isinstance(elements, list) or len(elements) != count:
        raise NotYet(
            seen=f"Asked for {count} elements. Returned was `{elements!r}`.",
            expected=f"A list of {count}.",
            because="`next(iterator)` once for each element, all in one list.",
        )
    if not all(isinstance(each, int | np.integer) for each in elements):
        raise NotYet(
            seen=f"The list has elements of the type `{type(elements[0]).__name__}`.",
            expected="Integers.",
            because="A dataset yields tensors: `int(element)`.",
        )
    return elements


def repeated(parts, together, order, distinct, seeded):
    """Whether the parts that were asked for one after the other are one pass through the dataset."""
    if order is None and len(distinct) < len(together):
        if seeded:
            because = "The dataset was made before your function set a seed, and another process made its own with "
            because += "another one. Only the iterator has the order."
        elif all(part[:1] == parts[0][:1] for part in parts):
            because = "Each call began at the beginning of the same shuffling."
        elif all(one[-1:] == other[:1] for one, other in itertools.pairwise(parts)):
            because = "The position was saved one element too early: save after the last one."
        else:
            because = (
                "To skip as many as were taken does not do: a dataset shuffles anew when it is iterated anew. And a "
                "dataset in a checkpoint saves nothing: its iterator does."
            )
        raise NotYet(
            seen=f"{len(together)} elements were asked for in {len(parts)} calls. {len(together) - len(distinct)} of "
            "them came twice.",
            expected="All of a shuffled dataset, each once.",
            because=because,
        )
    if order is not None and together != order[: len(together)]:
        raise NotYet(
            seen=f"In {len(parts)} calls came {together}.",
            expected=f"{order[: len(together)]}, as in one go.",
            because="A later call did not go on where the one before it had ended, in the order of the dataset. All "
            "have to come from the iterator that is in the checkpoint.",
        )


@next_elements.wrong_attempt(says="asks whether there are enough when it has one already")
def counts_after_the_element(dataset, folder, count):
    iterator = iter(dataset)
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(iterator=iterator), folder, max_to_keep=1)
    manager.restore_or_initialize()
    elements = []
    for element in iterator:
        elements.append(int(element))
        if len(elements) >= count:
            break
    manager.save()
    return elements


@next_elements.wrong_attempt(says="An element that is taken from the iterator counts as taken")
def takes_one_too_many(dataset, folder, count):
    iterator = iter(dataset)
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(iterator=iterator), folder, max_to_keep=1)
    manager.restore_or_initialize()
    elements = [int(element) for _, element in zip([*range(count), None], iterator, strict=False)][:count]
    manager.save()
    return elements


@next_elements.right_attempt
def without_a_manager(dataset, folder, count):
    iterator = iter(dataset)
    checkpoint = tf.train.Checkpoint(position=iterator)
    prefix = Path(folder) / "position"
    if prefix.with_suffix(".index").exists():
        checkpoint.read(prefix.as_posix()).assert_consumed()
    elements = []
    while len(elements) < count:
        elements.append(iterator.get_next().numpy().item())
    checkpoint.write(prefix.as_posix())
    return elements


@next_elements.right_attempt
def with_restore_and_save(dataset, folder, count):
    iterator = iter(dataset)
    checkpoint = tf.train.Checkpoint(iterator=iterator)
    latest = tf.train.latest_checkpoint(folder)
    if latest:
        checkpoint.restore(latest).assert_consumed()
    elements = [next(iterator).numpy() for _ in range(count)]
    checkpoint.save(f"{folder}/at")
    return elements


next_elements.may_pass(
    "manager = tf.train.CheckpointManager(tf.train.Checkpoint(iterator=iterator), folder, max_to_keep=1) -> "
    "manager = tf.train.CheckpointManager(tf.train.Checkpoint(iterator=iterator), folder, max_to_keep=2)",
    because="One more checkpoint is left on disk, and the latest one is restored all the same.",
)


@next_elements.wrong_attempt(says="a dataset in a checkpoint saves nothing")
def saves_the_dataset(dataset, folder, count):
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(dataset=dataset), folder, max_to_keep=1)
    manager.restore_or_initialize()
    iterator = iter(dataset)
    elements = [int(next(iterator)) for _ in range(count)]
    manager.save()
    return elements


@next_elements.wrong_attempt(says="as if the folder were new")
def tries_to_restore(dataset, folder, count):
    iterator = iter(dataset)
    checkpoint = tf.train.Checkpoint(iterator=iterator)
    with contextlib.suppress(Exception):  # the first time there is nothing
        checkpoint.read(f"{folder}/position")
    elements = [int(next(iterator)) for _ in range(count)]
    checkpoint.write(f"{folder}/position")
    return elements


@next_elements.wrong_attempt(says="Only the iterator has the order")
def fixes_the_seed_and_counts(dataset, folder, count):
    tf.random.set_seed(1)
    place = Path(folder) / "taken"
    place.parent.mkdir(parents=True, exist_ok=True)
    taken = int(place.read_text()) if place.exists() else 0
    place.write_text(str(taken + count))
    return [int(element) for element in itertools.islice(dataset, taken, taken + count)]


@next_elements.wrong_attempt(says="Each call began at the beginning of the same shuffling")
def saves_before_it_takes(dataset, folder, count):
    iterator = iter(dataset)
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(iterator=iterator), folder, max_to_keep=1)
    manager.restore_or_initialize()
    manager.save()
    return [int(next(iterator)) for _ in range(count)]


@next_elements.wrong_attempt(says="The position was saved one element too early")
def saves_before_the_last(dataset, folder, count):
    iterator = iter(dataset)
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(iterator=iterator), folder, max_to_keep=1)
    manager.restore_or_initialize()
    elements = []
    for number in range(count):
        if number == count - 1:
            manager.save()
        elements.append(int(next(iterator)))
    return elements


@next_elements.wrong_attempt(says="`next(iterator)` once for each element")
def returns_the_last(dataset, folder, count):
    iterator = iter(dataset)
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(iterator=iterator), folder, max_to_keep=1)
    manager.restore_or_initialize()
    for _ in range(count):
        element = int(next(iterator))
    manager.save()
    return element


@next_elements.wrong_attempt(says="kept in memory, which another process does not have")
def keeps_the_iterators_in_memory(dataset, folder, count):
    kept = keeps_the_iterators_in_memory.__dict__
    iterator = kept.setdefault(folder, iter(dataset))
    return [int(next(iterator)) for _ in range(count)]


@next_elements.wrong_attempt(says="A dataset yields tensors")
def returns_tensors(dataset, folder, count):
    iterator = iter(dataset)
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(iterator=iterator), folder, max_to_keep=1)
    manager.restore_or_initialize()
    elements = [next(iterator) for _ in range(count)]
    manager.save()
    return elements


@next_elements.wrong_attempt(says="A Python iterator cannot be saved")
def saves_a_python_iterator(dataset, folder, count):
    iterator = dataset.as_numpy_iterator()
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(iterator=iter(list(iterator))), folder, max_to_keep=1)
    manager.restore_or_initialize()
    return [int(next(iterator)) for _ in range(count)]


@next_elements.wrong_attempt(says="Does the position come from `folder`?")
def ignores_the_folder(dataset, folder, count):
    iterator = iter(dataset)
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(iterator=iterator), "position", max_to_keep=1)
    manager.restore_or_initialize()
    elements = [int(next(iterator)) for _ in range(count)]
    manager.save()
    return elements


def regression(rows, width):
    """Rows and answers for a small regression."""
    rng = np.random.default_rng(rows)
    x = rng.normal(size=[rows, width]).astype("float32")
    return x, (x.sum(axis=1, keepdims=True) ** 2).astype("float32")


def small_model(width, optimizer):
    keras.utils.set_random_seed(width)
    model = keras.Sequential([keras.Input([width]), keras.layers.Dense(3, "tanh"), keras.layers.Dense(1)])
    model.compile(optimizer, "mse", run_eagerly=True)
    return model


def trained_for(epochs, x, y, optimizer, rate=None, path=None, whole=None):
    """A run without a stop: after ``epochs`` the rate changes, and it goes on until ``whole``. Saves at the change."""
    model = small_model(x.shape[1], optimizer)
    how = {"batch_size": 8, "shuffle": False, "verbose": 0}
    model.fit(x, y, epochs=epochs, **how)
    model.save(path)
    model.optimizer.learning_rate = rate
    history = model.fit(x, y, epochs=whole, initial_epoch=epochs, **how)
    return model, history


@exercise(
    hints=[
        "Where does the file tell how far the training was?",
        "The optimizer came along, with its slots, its learning rate and `iterations`, the number of batches that it "
        "has seen. How many batches has an epoch here?",
        "`done = int(model.optimizer.iterations) // int(np.ceil(len(x) / 8))`. Set `model.optimizer.learning_rate`, "
        "then `model.fit(…, epochs=epochs, initial_epoch=done, batch_size=8, shuffle=False)`.",
    ],
    raised={
        "File not found": "The path already ends in `.keras`. Take it as it is.",
    },
    tensorflow=2,
    seconds=60,
)
def fit_on(path, x, y, epochs, rate):
    """Go on with the training in path until epochs epochs are done. Return fit's history.

    path is a ".keras" file that ModelCheckpoint wrote at the end of an epoch of training
    with these x and y, in batches of 8, without shuffling. Go on with it in the same way,
    but at the learning rate rate, and number the epochs on.
    """
    # A .keras file has the optimizer as well. To compile the model anew would make a new one.
    model = keras.saving.load_model(path)
    # ceil, because the last batch of an epoch may be smaller, and counts.
    done = int(model.optimizer.iterations) // int(np.ceil(len(x) / 8))
    # After loading: the old rate came back with the file.
    model.optimizer.learning_rate = rate
    return model.fit(x, y, batch_size=8, epochs=epochs, initial_epoch=done, shuffle=False, verbose=0)


@fit_on.examiner
def _(attempt):
    for rows, width, done, whole, rate, optimizer in (
        (25, 1, 3, 5, 0.03, keras.optimizers.Adam(0.01)),
        (16, 3, 2, 4, 0.002, keras.optimizers.SGD(0.05, momentum=0.9)),
    ):
        x, y = regression(rows, width)
        path = Path(f"run.{width}").resolve()
        path.mkdir()
        path = (path / "latest.keras").as_posix()
        straight, expected = trained_for(done, x, y, optimizer, rate, path, whole)
        before = Path(path).read_bytes()
        given = x.copy(), y.copy()
        history = attempt(path, *given, whole, rate)
        if not isinstance(history, keras.callbacks.History):
            raise NotYet(
                seen=f"Returned was `{type(history).__name__}`.",
                expected="What `fit` returns, a `History`.",
                because="`return model.fit(…)`.",
            )
        as_in_one_go(history, expected, straight, done, whole, rows)
        if not Path(path).exists():
            raise NotYet(
                seen="Afterwards the file is gone.",
                expected="The file, as it was or as a `ModelCheckpoint` left it.",
                because="Until the next save, it is the only one that a training can go on from.",
            )
        if Path(path).read_bytes() != before:
            still_goes_on(path, straight, done * -(-rows // 8))
        if not all(np.array_equal(one, other) for one, other in zip(given, (x, y), strict=True)):
            raise NotYet(
                seen="Afterwards `x` or `y` has other numbers than before.",
                expected="The same: they are the caller's, who goes on using them.",
                because="An array was changed in place. Take a copy.",
            )
    return "Step for step as without the stop: the weights, the optimizer's slots, the rate that you set, the epochs."


def still_goes_on(path, straight, steps):
    """A file that was written anew must be one that the training can go on from, as those of ModelCheckpoint are."""
    try:
        model = keras.saving.load_model(path)
        found = int(model.optimizer.iterations) if model.optimizer else "no optimizer"
        shapes = [weight.shape for weight in model.weights]
    except Exception as error:
        found, shapes = type(error).__name__, []
    there = range(steps, int(straight.optimizer.iterations) + 1)
    if shapes != [weight.shape for weight in straight.weights] or found not in there:
        raise NotYet(
            seen=f"The file was written over. Now it has {len(shapes)} weights, and of the optimizer's steps: {found}.",
            expected="The file, as it was or as a `ModelCheckpoint` left it.",
            because="Nobody can go on from this one: the model, its optimizer and the steps have to be in it.",
        )


def as_in_one_go(history, expected, straight, done, whole, rows):
    """The run that was gone on with must be, value for value, the one that was not stopped."""
    model = history.model
    as_many_steps = int(model.optimizer.iterations) == int(straight.optimizer.iterations)
    if len(history.epoch) < whole - done and as_many_steps:
        raise NotYet(
            seen=f"{whole - done} epochs were added, and the history that was returned tells of {len(history.epoch)}.",
            expected="The history of all that were added.",
            because="Each call of `fit` has a history of its own. One call runs all epochs.",
        )
    if len(history.epoch) != whole - done:
        raise NotYet(
            seen=f"{done} epochs were done, and {len(history.epoch)} were added. There ought to be {whole} in all.",
            expected=f"{whole - done} more.",
            because="`epochs` is the number of the epoch to stop at, and `initial_epoch` the one to start from: what "
            "is run is the difference."
            if not history.epoch or history.epoch[0] == 0
            else "How many epochs are done differs from file to file: `iterations` divided by the batches of an epoch."
            if rows % 8 == 0
            else "An epoch has one batch more than you divided by: a last batch that is smaller counts as one."
            if len(history.epoch) < whole - done
            else "The epochs are counted from 0, so the next one has the number of those that are done.",
        )
    if history.epoch != expected.epoch:
        raise NotYet(
            seen=f"The epochs are numbered {history.epoch}.",
            expected=f"{expected.epoch}: these are the numbers that callbacks such as a schedule get.",
            because="Without `initial_epoch`, `fit` counts from 0.",
        )
    steps = int(model.optimizer.iterations)
    if steps != int(straight.optimizer.iterations):
        raise NotYet(
            seen=f"The optimizer counts {steps} steps at the end.",
            expected=f"{int(straight.optimizer.iterations)}, as in one go.",
            because="A model that is compiled anew has a new optimizer, which begins at step 0 with empty slots."
            if steps * whole == int(straight.optimizer.iterations) * (whole - done)
            else "An epoch had another number of batches than before: `batch_size=8`.",
        )
    if not np.isclose(float(model.optimizer.learning_rate), float(straight.optimizer.learning_rate)):
        raise NotYet(
            seen=f"The learning rate is {float(model.optimizer.learning_rate):.3g}.",
            expected=f"{float(straight.optimizer.learning_rate):.3g}.",
            because="The learning rate is a variable of the optimizer, so the old one comes back with the file. Set it "
            "after loading.",
        )
    for one, other in zip(model.weights, straight.weights, strict=True):
        if not np.allclose(one, other, rtol=1e-5, atol=1e-6):
            raise NotYet(
                seen=f"At the end, `{one.path}` is not as it is after a run in one go.",
                expected="The same, since the optimizer and the order of the rows are the same.",
                because="Were the rows in the same order, and in batches of 8? `fit` shuffles by default. Or did the "
                "optimizer's slots begin anew?",
            )
    losses = history.history.get("loss", [])
    if len(losses) != whole - done or not np.allclose(losses, expected.history["loss"], rtol=1e-3):
        raise NotYet(
            seen=f"The losses in the history are {losses}.",
            expected=f"{expected.history['loss']}, as in one go.",
            because="The history is what `fit` returns: do not make one.",
        )


@fit_on.wrong_attempt(says="it is the only one that a training can go on from")
def tidies_the_file_up(path, x, y, epochs, rate):
    model = keras.models.load_model(path)
    done = int(model.optimizer.iterations) // -(-len(x) // 8)
    model.optimizer.learning_rate = rate
    Path(path).unlink()
    return model.fit(x, y, batch_size=8, epochs=epochs, initial_epoch=done, shuffle=False, verbose=0)


@fit_on.right_attempt
def counts_the_batches_otherwise(path, x, y, epochs, rate):
    model = keras.models.load_model(path)
    per_epoch = -(-len(x) // 8)
    first = round(float(model.optimizer.iterations.numpy()) / per_epoch)
    model.optimizer.learning_rate.assign(rate)
    data = tf.data.Dataset.from_tensor_slices((x, y)).batch(8)
    return model.fit(data, epochs=epochs, initial_epoch=first, verbose=0)


for verbose in ("", ", verbose=1"):
    fit_on.may_pass(
        "return model.fit(x, y, batch_size=8, epochs=epochs, initial_epoch=done, shuffle=False, verbose=0) -> "
        f"return model.fit(x, y, batch_size=8, epochs=epochs, initial_epoch=done, shuffle=False{verbose})",
        because="It prints how far it is, and trains the same.",
    )


@fit_on.wrong_attempt(says="what is run is the difference")
def runs_all_epochs_again(path, x, y, epochs, rate):
    model = keras.saving.load_model(path)
    model.optimizer.learning_rate = rate
    return model.fit(x, y, batch_size=8, epochs=epochs, shuffle=False, verbose=0)


@fit_on.wrong_attempt(says="Without `initial_epoch`, `fit` counts from 0")
def runs_the_rest_from_zero(path, x, y, epochs, rate):
    model = keras.saving.load_model(path)
    done = int(model.optimizer.iterations) // int(np.ceil(len(x) / 8))
    model.optimizer.learning_rate = rate
    return model.fit(x, y, batch_size=8, epochs=epochs - done, shuffle=False, verbose=0)


@fit_on.wrong_attempt(says="a new optimizer, which begins at step 0")
def compiles_anew(path, x, y, epochs, rate):
    model = keras.saving.load_model(path)
    done = int(model.optimizer.iterations) // int(np.ceil(len(x) / 8))
    model.compile(type(model.optimizer)(rate), "mse")
    return model.fit(x, y, batch_size=8, epochs=epochs, initial_epoch=done, shuffle=False, verbose=0)


@fit_on.wrong_attempt(says="a last batch that is smaller counts as one")
def leaves_the_last_batch_out(path, x, y, epochs, rate):
    model = keras.saving.load_model(path)
    done = int(model.optimizer.iterations) // (len(x) // 8)
    model.optimizer.learning_rate = rate
    return model.fit(x, y, batch_size=8, epochs=epochs, initial_epoch=done, shuffle=False, verbose=0)


@fit_on.wrong_attempt(says="differs from file to file")
def writes_the_number_out(path, x, y, epochs, rate):
    model = keras.saving.load_model(path)
    model.optimizer.learning_rate = rate
    return model.fit(x, y, batch_size=8, epochs=epochs, initial_epoch=3, shuffle=False, verbose=0)


@fit_on.wrong_attempt(says="An epoch had another number of batches")
def leaves_the_batches_to_keras(path, x, y, epochs, rate):
    model = keras.saving.load_model(path)
    done = int(model.optimizer.iterations) // int(np.ceil(len(x) / 8))
    model.optimizer.learning_rate = rate
    return model.fit(x, y, epochs=epochs, initial_epoch=done, shuffle=False, verbose=0)


@fit_on.wrong_attempt(says="so the old one comes back with the file")
def forgets_the_rate(path, x, y, epochs, rate):
    model = keras.saving.load_model(path)
    done = int(model.optimizer.iterations) // int(np.ceil(len(x) / 8))
    return model.fit(x, y, batch_size=8, epochs=epochs, initial_epoch=done, shuffle=False, verbose=0)


@fit_on.wrong_attempt(says="`fit` shuffles by default")
def shuffles(path, x, y, epochs, rate):
    model = keras.saving.load_model(path)
    done = int(model.optimizer.iterations) // int(np.ceil(len(x) / 8))
    model.optimizer.learning_rate = rate
    return model.fit(x, y, batch_size=8, epochs=epochs, initial_epoch=done, verbose=0)


@fit_on.wrong_attempt(says="Nobody can go on from this one")
def saves_what_is_left_of_it(path, x, y, epochs, rate):
    model = keras.saving.load_model(path)
    done = int(model.optimizer.iterations) // int(np.ceil(len(x) / 8))
    model.optimizer.learning_rate = rate
    history = model.fit(x, y, batch_size=8, epochs=epochs, initial_epoch=done, shuffle=False, verbose=0)
    keras.models.clone_model(model).save(path)
    return history


@fit_on.wrong_attempt(says="An array was changed in place")
def leaves_the_residuals(path, x, y, epochs, rate):
    model = keras.saving.load_model(path)
    done = int(model.optimizer.iterations) // int(np.ceil(len(x) / 8))
    model.optimizer.learning_rate = rate
    history = model.fit(x, y, batch_size=8, epochs=epochs, initial_epoch=done, shuffle=False, verbose=0)
    y -= model.predict(x, verbose=0)
    return history


@fit_on.wrong_attempt(says="One call runs all epochs")
def fits_epoch_by_epoch(path, x, y, epochs, rate):
    model = keras.saving.load_model(path)
    model.optimizer.learning_rate = rate
    for done in range(int(model.optimizer.iterations) // int(np.ceil(len(x) / 8)), epochs):
        history = model.fit(x, y, batch_size=8, epochs=done + 1, initial_epoch=done, shuffle=False, verbose=0)
    return history


@fit_on.wrong_attempt(says="the next one has the number of those that are done")
def begins_one_epoch_too_early(path, x, y, epochs, rate):
    model = keras.saving.load_model(path)
    done = int(model.optimizer.iterations) // int(np.ceil(len(x) / 8))
    model.optimizer.learning_rate = rate
    return model.fit(x, y, batch_size=8, epochs=epochs, initial_epoch=done - 1, shuffle=False, verbose=0)


@fit_on.wrong_attempt(says="The history is what `fit` returns")
def makes_a_history(path, x, y, epochs, rate):
    model = keras.saving.load_model(path)
    done = int(model.optimizer.iterations) // int(np.ceil(len(x) / 8))
    model.optimizer.learning_rate = rate
    model.fit(x, y, batch_size=8, epochs=epochs, initial_epoch=done, shuffle=False, verbose=0)
    history = keras.callbacks.History()
    history.set_model(model)
    history.epoch = list(range(done, epochs))
    return history


@fit_on.wrong_attempt(says="`return model.fit(…)`")
def returns_the_model(path, x, y, epochs, rate):
    model = keras.saving.load_model(path)
    done = int(model.optimizer.iterations) // int(np.ceil(len(x) / 8))
    model.optimizer.learning_rate = rate
    model.fit(x, y, batch_size=8, epochs=epochs, initial_epoch=done, shuffle=False, verbose=0)
    return model
