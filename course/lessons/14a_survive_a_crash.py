"""Exercises of lesson 14a: after a crash, with a folder of several checkpoints and with a broken one."""

import os
import shutil
from pathlib import Path

import tensorflow.compat.v1 as tf

from course import durable
from course.practice import NotYet, exercise

READS = (
    "`reader = tf.train.NewCheckpointReader(prefix)` opens, and `reader.get_tensor(name)` for each name in "
    "`reader.get_variable_to_shape_map()` reads and compares the checksum."
)
NOT_AN_INDEX = (
    "A file of the folder that is no checkpoint was opened. Each checkpoint has one file that ends in `.index`, and "
    "the prefix is what comes before that."
)


def save(values):
    """Saves the variable ``A`` once for each ``{prefix: value}``, and leaves an empty default graph."""
    tf.reset_default_graph()
    a = tf.get_variable("A", initializer=0)
    b = tf.get_variable("B", initializer=0)
    saver = tf.train.Saver(max_to_keep=None)
    with tf.Session() as sess:
        for prefix, value in values.items():
            sess.run([a.assign(value), b.assign(7)])
            saver.save(sess, prefix)
    tf.reset_default_graph()


newest_readable = exercise(
    hints=[
        "Which checkpoints are in the folder, in which order do you try them, and how do you know that one is whole?",
        'The prefixes: `Path(folder).glob("*.index")`, without the ending. The order: the number after the last `-`, '
        f"as an `int`, highest first. Whole: {READS}",
        "A loop over the sorted prefixes. In it `try:` read everything, `except (tf.errors.OpError, IndexError): "
        "continue`, and after that `return prefix`. Behind the loop `return None`.",
    ],
    raised={
        "Unable to open table file": NOT_AN_INDEX,
        "Checksum does not match": "This checkpoint is damaged. `except tf.errors.OpError:` catches that, and the next "
        "one is tried.",
        "Read less bytes": "The data file ends too early. That is Python's `IndexError`, and no `tf.errors.OpError`.",
        "invalid literal for int()": "Not each prefix ends in a number. `text.isdigit()` says whether one does.",
        "No such file": NOT_AN_INDEX,
    },
    lesson=__name__,
)(durable.newest_readable)


@newest_readable.examiner
def _(attempt):
    for name in ("run", "empty"):
        Path(name).mkdir()
    save({f"run/model-{step}": step for step in (7, 8, 9, 10)} | {"run/best": 1})
    must_be(
        attempt,
        "run",
        "run/model-10",
        "The folder has the steps 7, 8, 9 and 10.",
        {
            "run/model-9": "As texts, `model-9` comes after `model-10`. Compare the numbers: `int(…)`.",
            None: "The prefix has to be handed back with `return`.",
            "run/best": "`best` has no step. It may be old or new, so those with a step come first.",
        },
    )
    flip("run/model-10.data-00000-of-00001", 0)
    must_be(
        attempt,
        "run",
        "run/model-9",
        "A bit of `model-10`'s data was flipped.",
        {
            "run/model-10": f"That it can be opened does not mean that it can be read. {READS}",
        },
    )
    flip("run/model-9.data-00000-of-00001", 4)
    must_be(
        attempt,
        "run",
        "run/model-8",
        "The data of `model-9` were damaged in their last variable.",
        {
            "run/model-9": "The first variable can be read, and the second cannot. Read all of them.",
        },
    )
    os.truncate("run/model-8.data-00000-of-00001", 0)
    must_be(
        attempt,
        "run",
        "run/model-7",
        "The data file of `model-8` was emptied.",
        {
            "run/model-8": f"A file without bytes. {READS}",
        },
    )
    Path("run/model-7.data-00000-of-00001").unlink()
    must_be(
        attempt,
        "run",
        "run/best",
        "The data file of `model-7` was deleted, and `best` was left.",
        {
            "run/model-7": f"An index without its data. {READS}",
            None: "`best` has no step, but it can be read. Give it a low number, and try it last.",
        },
    )
    must_be(attempt, "empty", None, "The folder is empty.", {})
    return "The disk was asked, not the file `checkpoint`, and a checkpoint counts only when each value was read."


def must_be(attempt, folder, expected, case, reasons):
    """Raises ``NotYet`` unless the attempt returns the expected prefix."""
    answer = attempt(folder)
    answer = answer.as_posix() if isinstance(answer, Path) else answer
    if answer != expected:
        raise NotYet(
            seen=f"{case} The function returned `{answer!r}`.",
            expected=f"`{expected!r}`",
            because=reasons.get(
                answer,
                "Try the prefixes from the highest step down, and return the first one of which "
                "each value can be read.",
            ),
        )


def flip(path, place):
    """Flips one bit of a file."""
    content = bytearray(Path(path).read_bytes())
    content[place] ^= 1
    Path(path).write_bytes(content)


@newest_readable.wrong_attempt(says="As texts, `model-9` comes after `model-10`")
def sorts_texts(folder):
    prefixes = [path.as_posix().removesuffix(".index") for path in Path(folder).glob("model*.index")]
    return max(prefixes, default=None)


@newest_readable.wrong_attempt(says="That it can be opened does not mean")
def only_opens(folder):
    prefixes = [path.as_posix().removesuffix(".index") for path in Path(folder).glob("model*.index")]
    for prefix in sorted(prefixes, key=lambda prefix: int(prefix.rpartition("-")[2]), reverse=True):
        try:
            tf.train.NewCheckpointReader(prefix)
            return prefix
        except tf.errors.OpError:
            pass


@newest_readable.wrong_attempt(says="Read all of them")
def reads_one_variable(folder):
    prefixes = [path.as_posix().removesuffix(".index") for path in Path(folder).glob("model*.index")]
    for prefix in sorted(prefixes, key=lambda prefix: int(prefix.rpartition("-")[2]), reverse=True):
        try:
            tf.train.NewCheckpointReader(prefix).get_tensor("A")
            return prefix
        except tf.errors.OpError:
            pass


@newest_readable.wrong_attempt(says="Python's `IndexError`, and no `tf.errors.OpError`")
def takes_an_empty_file_for_impossible(folder):
    prefixes = [path.as_posix().removesuffix(".index") for path in Path(folder).glob("model*.index")]
    for prefix in sorted(prefixes, key=lambda prefix: int(prefix.rpartition("-")[2]), reverse=True):
        try:
            reader = tf.train.NewCheckpointReader(prefix)
            for name in reader.get_variable_to_shape_map():
                reader.get_tensor(name)
            return prefix
        except tf.errors.OpError:
            pass


@newest_readable.wrong_attempt(says="Not each prefix ends in a number")
def takes_a_number_for_granted(folder):
    prefixes = [path.as_posix().removesuffix(".index") for path in Path(folder).glob("*.index")]
    return max(prefixes, key=lambda prefix: int(prefix.rpartition("-")[2]), default=None)


@newest_readable.wrong_attempt(says="those with a step come first")
def asks_latest_checkpoint(folder):
    return tf.train.latest_checkpoint(folder)


@newest_readable.wrong_attempt(says="catches that, and the next one is tried")
def lets_the_error_out(folder):
    prefixes = [path.as_posix().removesuffix(".index") for path in Path(folder).glob("model*.index")]
    for prefix in sorted(prefixes, key=lambda prefix: int(prefix.rpartition("-")[2]), reverse=True):
        reader = tf.train.NewCheckpointReader(prefix)
        for name in reader.get_variable_to_shape_map():
            reader.get_tensor(name)
        return prefix


rescue = exercise(
    hints=[
        "The data file is new and the index is old. Where is the new index, and how do you know that it is the one?",
        'The orphans: `Path(folder).glob(name + ".index.tempstate*")`. One fits if, in the place of the index, each '
        f"value can be read. {READS}",
        "Keep the bytes of the old index. For each orphan: `shutil.copy(orphan, index)`, read everything in a `try:`, "
        "and `return` if that worked. Behind the loop write the old bytes back and `raise ValueError(…)`.",
    ],
    raised={
        "Checksum does not match": "With this orphan the values cannot be read: it is of another save. `except "
        "tf.errors.OpError:` catches that, and the next one is tried.",
        "not enough values to unpack": "There may be no orphan at all.",
        "too many values to unpack": "There may be several orphans, of several crashes. Try each.",
    },
    lesson=__name__,
)(durable.rescue)


@rescue.examiner
def _(attempt):
    folder = Path("run")
    broken(folder)
    attempt("run/model")
    if value() != 5:
        raise NotYet(
            seen="After the call the checkpoint still cannot be read.",
            expected="The values of the save that was killed.",
            because="The data file is complete. What belongs to it is `model.index.tempstate…`, and it has to be "
            "called `model.index`.",
        )
    broken(folder, older_orphans=True)
    attempt("run/model")
    if value() != 5:
        raise NotYet(
            seen="There were three orphans, of three crashes. After the call the checkpoint cannot be read.",
            expected="The values of the save that was killed last.",
            because="An orphan of another save does not fit the data. Its date does not tell either: copied files all "
            "have a new one. Only reading does.",
        )
    for orphan in folder.glob("*.tempstate*"):
        orphan.unlink()
    shutil.copy(folder / "other.index", folder / "model.index.tempstate4")
    attempt("run/model")
    if value() != 5:
        raise NotYet(
            seen="A checkpoint that could be read, beside an orphan of an older crash, cannot be read any more.",
            expected="A checkpoint that can be read stays as it is.",
            because="Look first whether there is anything to rescue.",
        )
    broken(folder)
    next(folder.glob("*.tempstate*")).unlink()
    shutil.copy(folder / "other.index", folder / "model.index.tempstate9")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    message = attempt.refusal("run/model")
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    if message is None:
        raise NotYet(
            seen="No orphan fitted the data, and the function raised nothing.",
            expected="A ValueError.",
            because="Somebody who hears nothing will take the checkpoint for rescued. Behind the loop, raise.",
        )
    if before != after:
        raise NotYet(
            seen="No orphan fitted the data, and the files are not as they were.",
            expected="The old index in its place, and the orphan still there.",
            because="A rescue that fails must not make it worse: somebody may know more. Keep the bytes of the old "
            "index, and write them back.",
        )
    return "The orphan that fits was found by reading, and nothing was lost where none did."


def broken(folder, older_orphans=False):
    """A folder after a kill between two renames: the data of 5, the index of 3, the index of 5 as an orphan."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    save({"run/model": 3})
    old = (folder / "model.index").read_bytes()
    save({"run/other": 4, "run/model": 5})
    if older_orphans:
        shutil.copy(folder / "other.index", folder / "model.index.tempstate1")
        shutil.copy(folder / "other.index", folder / "model.index.tempstate3")
    os.replace(folder / "model.index", folder / "model.index.tempstate2")
    (folder / "model.index").write_bytes(old)


def value():
    """What the checkpoint has for ``A``, or None if it cannot be read."""
    try:
        return int(tf.train.NewCheckpointReader("run/model").get_tensor("A"))
    except (tf.errors.OpError, ValueError):
        return None


@rescue.wrong_attempt(says="The data file is complete")
def deletes_the_orphans(prefix):
    for orphan in Path(prefix).parent.glob("*.tempstate*"):
        orphan.unlink()


@rescue.wrong_attempt(says="Only reading does")
def takes_the_first(prefix):
    for orphan in sorted(Path(prefix).parent.glob(Path(prefix).name + ".index.tempstate*")):
        os.replace(orphan, prefix + ".index")
        return


@rescue.wrong_attempt(says="Try each")
def expects_one(prefix):
    (orphan,) = Path(prefix).parent.glob(Path(prefix).name + ".index.tempstate*")
    os.replace(orphan, prefix + ".index")


@rescue.wrong_attempt(says="Look first whether there is anything to rescue")
def always_takes_the_last_that_opens(prefix):
    for orphan in sorted(Path(prefix).parent.glob(Path(prefix).name + ".index.tempstate*"), reverse=True):
        shutil.copy(orphan, prefix + ".index")
        try:
            reader = tf.train.NewCheckpointReader(prefix)
            for name in reader.get_variable_to_shape_map():
                reader.get_tensor(name)
            return
        except tf.errors.OpError:
            pass
    os.unlink(prefix + ".index")


@rescue.wrong_attempt(says="Behind the loop, raise")
def says_nothing(prefix):
    old = Path(prefix + ".index").read_bytes()
    for content in [old, *(orphan.read_bytes() for orphan in Path(prefix).parent.glob("*.index.tempstate*")), old]:
        Path(prefix + ".index").write_bytes(content)
        try:
            reader = tf.train.NewCheckpointReader(prefix)
            for name in reader.get_variable_to_shape_map():
                reader.get_tensor(name)
            return
        except tf.errors.OpError:
            pass


@rescue.wrong_attempt(says="must not make it worse")
def leaves_a_mess(prefix):
    old = Path(prefix + ".index").read_bytes()
    for content in [old, *(orphan.read_bytes() for orphan in Path(prefix).parent.glob("*.index.tempstate*"))]:
        Path(prefix + ".index").write_bytes(content)
        try:
            reader = tf.train.NewCheckpointReader(prefix)
            for name in reader.get_variable_to_shape_map():
                reader.get_tensor(name)
            return
        except tf.errors.OpError:
            pass
    raise ValueError("none fits")
