"""Exercises of lesson 14a: after a crash, with a folder of several checkpoints and with a broken one."""

import os
import re
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
    "A file of the folder that is not a checkpoint was opened. Each checkpoint has one file that ends in `.index`, and "
    "the prefix is what comes before that."
)


def save(values, only=None, length=2):
    """Saves three variables once for each ``{prefix: value}``, and leaves an empty default graph.

    Args:
        values: what to save where. The values of all three follow from the one given.
        only: how many of the variables the Saver covers, in the order of their names; all if not given.
        length: the number of elements of the first variable.
    """
    tf.reset_default_graph()
    a = tf.get_variable("A", initializer=[0] * length)
    b = tf.get_variable("net/B", initializer=tf.zeros([3], tf.float64), trainable=False)
    c = tf.get_variable("net/step", initializer=0, trainable=False)
    saver = tf.train.Saver([a, b, c][:only], max_to_keep=None)
    with tf.Session() as sess:
        for prefix, value in values.items():
            sess.run([a.assign([value] * length), b.assign([value / 2] * 3), c.assign(7)])
            saver.save(sess, prefix)
    tf.reset_default_graph()


@exercise(
    hints=[
        "Which checkpoints are in the folder, in which order do you try them, and how do you know that one is whole?",
        'The prefixes: `Path(folder).glob("*.index")`, without the ending. The order: the digits after the last `-`, '
        f"as an `int`, highest first. Whole: {READS}",
        "Loop over the sorted prefixes. In the loop, read everything inside a `try:`, with `except (tf.errors.OpError, "
        "IndexError): continue`, and then `return prefix`. After the loop, `return None`.",
    ],
    raised={
        "Unable to open table file": NOT_AN_INDEX,
        "Checksum does not match": "This checkpoint is damaged. `except tf.errors.OpError:` catches that, and the next "
        "one is tried.",
        "Read less bytes": "The data file ends too early. That is Python's `IndexError`, not a `tf.errors.OpError`.",
        "invalid literal for int()": "Not every prefix ends in digits. `string.isdecimal()` tells whether one does.",
        "No such file": NOT_AN_INDEX,
    },
)
def newest_readable(folder):
    """Return the prefix of the newest checkpoint in folder that can be read, or None.

    Newest is the one with the highest step: "model-10" is newer than "model-9". The step
    is what follows the last "-", if that is digits only; one without a step comes last.
    A checkpoint can be read if each of its values can.
    """

    def step(prefix):
        match = re.fullmatch(".*-([0-9]+)", prefix)
        return int(match[1]) if match else -1

    # From the disk, not from the file "checkpoint": after a crash, that may lag behind.
    prefixes = [path.as_posix().removesuffix(".index") for path in Path(folder).glob("*.index")]
    for prefix in sorted(prefixes, key=step, reverse=True):
        try:
            reader = tf.train.NewCheckpointReader(prefix)
            for name in reader.get_variable_to_shape_map():
                reader.get_tensor(name)  # compares the checksum
        except (tf.errors.OpError, IndexError):  # IndexError: the data file ends too early
            continue
        return prefix
    return None


newest_readable.may_pass("dropped: return None", because="A function that ends without `return` returns None.")
newest_readable.may_pass(
    "return int(match[1]) if match else -1 -> return int(match[1]) if match else -2",
    because="Whatever is below 0 comes last.",
)


@newest_readable.examiner
def _(attempt):
    for name in ("run/older", "empty"):
        Path(name).mkdir(parents=True)
    save({f"run/model-{step}": step for step in (7, 8, 9, 10)} | {"run/older/model-99": 1, "run/best": 1})
    # As after a copy: the dates say nothing, and neither does the file "checkpoint", which has "best" last.
    for date, step in enumerate((10, 9, 8, 7)):
        for path in Path("run").glob(f"model-{step}.*"):
            os.utime(path, (1e9 + date, 1e9 + date))
    must_be(
        attempt,
        "run",
        "run/model-10",
        "The folder has the steps 7, 8, 9 and 10.",
        {
            "run/model-9": "As strings, `model-9` comes after `model-10`. Compare the numbers: `int(…)`.",
            "run/model-7": "A file's date is when it was written or copied. Compare the steps.",
            None: "Hand the prefix back with `return`.",
            "run/best": "`best` has no step. It may be old or new, so those with a step come first, whatever the file "
            "`checkpoint` says.",
            "model-10": "A prefix has the folder in it: without it, nothing can be restored from here.",
            "run/older/model-99": "This one is in another folder, below the one that was passed.",
        },
    )
    Path("run/model-10.meta").unlink()
    must_be(
        attempt,
        "run",
        "run/model-10",
        "`model-10` has no `.meta`.",
        {
            "run/model-9": "`.meta` is the last file that a save renames, and it has the graph. The values are in the "
            "data, and the index says where, so look for `.index`.",
        },
    )
    flip("run/model-10.data-00000-of-00001", 0)
    must_be(
        attempt,
        "run",
        "run/model-9",
        "A bit of `model-10`'s data was flipped.",
        {
            "run/model-10": f"A checkpoint that can be opened may still be unreadable. {READS}",
        },
    )
    for step, place, variable in ((9, -1, "last"), (8, 10, "middle")):
        flip(f"run/model-{step}.data-00000-of-00001", place)
        must_be(
            attempt,
            "run",
            f"run/model-{step - 1}",
            f"The data of `model-{step}` are damaged in their {variable} variable.",
            {
                f"run/model-{step}": "Some of its variables can be read, and one cannot. Read all of them.",
            },
        )
    os.truncate("run/model-7.data-00000-of-00001", 0)
    must_be(
        attempt,
        "run",
        "run/best",
        "The data file of `model-7` was emptied, and `best` is left.",
        {
            "run/model-7": f"Its data file has no bytes. {READS}",
            None: "`best` has no step, but it can be read. Give it a low number, and try it last.",
        },
    )
    other = Path("v1.5-3").absolute()
    other.mkdir()
    names = ("net.2-99", "net.2-0100", "net-3-0101", "lr-0.5", "v999", "7")
    save({f"{other}/{name}": value for value, name in enumerate(names)})
    for name in ("net-3-0101", "net.2-0100", "net.2-99"):
        gone = names[names.index(name) + 1 : 3]  # the data files that were deleted
        must_be(
            attempt,
            str(other),
            f"{other}/{name}",
            "Another folder has `net.2-99`, `net.2-0100`, `net-3-0101`, and some without a step: `lr-0.5`, `v999` and "
            "`7`." + (f" No data file is left of {' and '.join(f'`{each}`' for each in gone)}." if gone else ""),
            {
                None: "The folder was passed as an absolute path, and the names are not `model`.",
                f"{other}/net.2-0100": "The step of `net-3-0101` is 101: it is what follows the last `-`, and a name "
                "may have others before it.",
                **{f"{other}/{each}": f"This one has an index without its data. {READS}" for each in gone},
                **dict.fromkeys(
                    (f"{other}/lr-0.5", f"{other}/v999", f"{other}/7"),
                    "A step is what follows the last `-`, if it is digits and nothing else.",
                ),
            },
        )
        Path(other, f"{name}.data-00000-of-00001").unlink()
    for path in other.glob("*.data*"):
        os.truncate(path, 1)
    must_be(attempt, str(other), None, "No checkpoint in the folder can be read.", {})
    must_be(attempt, "empty", None, "The folder is empty.", {})
    tf.get_variable("words", initializer=tf.constant(["save", "restore"]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for step in (1, 2):
            saver.save(sess, "texts/model", global_step=step)
    flip("texts/model-2.data-00000-of-00001", -1)
    must_be(
        attempt,
        "texts",
        "texts/model-1",
        "The only variable holds strings, and a bit of them was flipped in `model-2`.",
        {"texts/model-2": "Strings are values as well. Read each value, whatever its dtype."},
    )
    return (
        "Your function found the highest step of which each value can be read, whatever the dates and the file "
        "`checkpoint` said. `durable.newest_readable` does that too, and refuses a folder that TensorFlow cannot read."
    )


def must_be(attempt, folder, expected, case, reasons):
    """Raises ``NotYet`` unless the attempt returns the expected prefix, in any spelling."""
    before = {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}
    answer = attempt(folder)
    if before != {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}:
        raise NotYet(
            seen=f"{case} After the call, a file is gone, has other bytes, or there is one more.",
            expected="All files as they were.",
            because="What cannot be read may still be of use: one value of it, or an orphan that fits. The function "
            "looks for a checkpoint; a person decides what to delete.",
        )
    given = os.path.relpath(answer) if isinstance(answer, str | Path) and str(answer) else answer
    if given != (expected and os.path.relpath(expected)):
        shown = {reason and os.path.relpath(reason): text for reason, text in reasons.items()}
        raise NotYet(
            seen=f"{case} The function returned `{answer!r}`.",
            expected=f"`{expected!r}`",
            because=shown.get(
                given if isinstance(given, str) else None,
                "Try the prefixes from the highest step down, and return the first one of which "
                "each value can be read.",
            ),
        )


def flip(path, place):
    """Flips one bit of a file."""
    content = bytearray(Path(path).read_bytes())
    content[place] ^= 1
    Path(path).write_bytes(content)


@newest_readable.wrong_attempt(says="Strings are values as well")
def reads_numbers_only(folder):
    def step(prefix):
        number = prefix.rpartition("-")[2]
        return int(number) if "-" in prefix and number.isdigit() else -1

    prefixes = [f"{folder}/{path.name.removesuffix('.index')}" for path in Path(folder).glob("*.index")]
    for prefix in sorted(prefixes, key=lambda prefix: step(os.path.basename(prefix)), reverse=True):
        try:
            reader = tf.train.NewCheckpointReader(prefix)
            for name, dtype in reader.get_variable_to_dtype_map().items():
                if dtype != tf.string:
                    reader.get_tensor(name)
            return prefix
        except (tf.errors.OpError, IndexError):
            continue
    return None


@newest_readable.wrong_attempt(says="As strings, `model-9` comes after `model-10`")
def sorts_texts(folder):
    prefixes = [path.as_posix().removesuffix(".index") for path in Path(folder).glob("model*.index")]
    return max(prefixes, default=None)


@newest_readable.wrong_attempt(says="Compare the steps")
def asks_the_dates(folder):
    indexes = [path for path in Path(folder).glob("*.index") if re.search("-[0-9]+$", path.stem)]
    for path in sorted(indexes, key=os.path.getmtime, reverse=True):
        try:
            reader = tf.train.NewCheckpointReader(path.as_posix().removesuffix(".index"))
            for name in reader.get_variable_to_shape_map():
                reader.get_tensor(name)
            return path.as_posix().removesuffix(".index")
        except (tf.errors.OpError, IndexError):
            pass


@newest_readable.wrong_attempt(says="so look for `.index`")
def looks_for_the_graphs(folder):
    found = []
    for path in Path(folder).glob("*.meta"):
        step = re.search("-([0-9]+)$", path.stem)
        found.append((int(step[1]) if step else -1, str(path.with_suffix(""))))
    for _, prefix in sorted(found, reverse=True):
        try:
            reader = tf.train.NewCheckpointReader(prefix)
            for name in reader.get_variable_to_shape_map():
                reader.get_tensor(name)
            return prefix
        except Exception:
            continue


@newest_readable.wrong_attempt(says="may still be unreadable")
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


@newest_readable.wrong_attempt(says="Python's `IndexError`, not a `tf.errors.OpError`")
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


@newest_readable.wrong_attempt(says="Not every prefix ends in digits")
def takes_a_number_for_granted(folder):
    prefixes = [path.as_posix().removesuffix(".index") for path in Path(folder).glob("*.index")]
    return max(prefixes, key=lambda prefix: int(prefix.rpartition("-")[2]), default=None)


@newest_readable.wrong_attempt(says="if it is digits and nothing else")
def takes_the_last_digits(folder):
    def step(prefix):
        digits = re.findall("[0-9]+", os.path.basename(prefix))
        return int(digits[-1]) if digits else -1

    prefixes = [path.as_posix().removesuffix(".index") for path in Path(folder).glob("*.index")]
    for prefix in sorted(prefixes, key=step, reverse=True):
        try:
            reader = tf.train.NewCheckpointReader(prefix)
            for name in reader.get_variable_to_shape_map():
                reader.get_tensor(name)
            return prefix
        except (tf.errors.OpError, IndexError):
            pass


def step_after_the_first_hyphen(prefix):
    parts = Path(prefix).name.split("-")
    return int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() else -1


@newest_readable.wrong_attempt(says="a name may have others before it")
def takes_what_follows_the_first_hyphen(folder):
    prefixes = [str(path)[: -len(".index")] for path in Path(folder).glob("*.index")]
    for prefix in sorted(prefixes, key=step_after_the_first_hyphen, reverse=True):
        try:
            reader = tf.train.NewCheckpointReader(prefix)
            for name in reader.get_variable_to_shape_map():
                reader.get_tensor(name)
        except (tf.errors.OpError, IndexError):
            continue
        return prefix
    return None


@newest_readable.wrong_attempt(says="a person decides what to delete")
def deletes_what_cannot_be_read(folder):
    newest = newest_readable.reference(folder)
    for path in Path(folder).glob("*.index"):
        if newest and path.name.startswith("model-") and int(path.stem[6:]) > int(newest.rpartition("-")[2]):
            path.unlink()
    return newest


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


@newest_readable.right_attempt
def counts_down_with_list_variables(folder):
    found = {}
    for file in os.listdir(folder):
        name, ending = os.path.splitext(file)
        if ending == ".index":
            after = name.rpartition("-") if "-" in name else ("", "", "")
            found[os.path.join(folder, name)] = int(after[2]) if after[2].isdecimal() else -1
    while found:
        best = max(found, key=found.get)
        del found[best]
        try:
            for name, _ in tf.train.list_variables(best):
                tf.train.load_variable(best, name)
        except Exception:
            pass
        else:
            return best


@newest_readable.right_attempt
def takes_it_from_durable(folder):
    return durable.newest_readable(folder)


@exercise(
    hints=[
        "The data file is new and the index is old. Where is the new index, and how do you know that it is the one?",
        'The orphans: `Path(folder).glob(name + ".index.tempstate*")`. One is right if, when it is called `….index`, '
        "each value can be read, and the sum of `value.nbytes` is the size of the data file. " + READS,
        "Move the old index aside with a rename. For each orphan: rename it to the index, read everything in a `try:`, "
        "and `return` if that worked and the bytes add up; otherwise rename it back. After the loop, put the old index "
        "back and `raise ValueError(…)`.",
    ],
    raised={
        "Checksum does not match": "With this orphan the values cannot be read: it is from another save. `except "
        "tf.errors.OpError:` catches that, and the next one is tried.",
        "Read less bytes": "This orphan is from a save with more bytes than the data file has. That is Python's "
        "`IndexError`, not a `tf.errors.OpError`.",
        "not enough values to unpack": "There may be no orphan at all.",
        "No such file": "There may be no older index: the first save of all can be killed, too.",
        "too many values to unpack": "There may be several orphans, from several crashes. Try each.",
    },
)
def rescue(prefix):
    """Put the right index in place after a save that was killed between two renames.

    Orphans are called prefix + ".index.tempstate…", and there may be several. The right
    one is that with which each value can be read, and whose values (all of them numbers)
    take up the whole data file, of which there is one. Raise ValueError if none is right.
    If the index that is there is right already, change nothing. Other orphans stay in any
    case; and if none is right, so does every file.
    """
    index, aside = Path(prefix + ".index"), Path(prefix + ".index.aside")

    def fits():
        try:
            reader = tf.train.NewCheckpointReader(prefix)
            values = [reader.get_tensor(name) for name in reader.get_variable_to_shape_map()]
        except (tf.errors.OpError, IndexError):  # IndexError: the data file ends too early
            return False
        # Without this, the index of a smaller Saver might fit as well, and leave values out.
        return sum(value.nbytes for value in values) == os.path.getsize(prefix + ".data-00000-of-00001")

    if fits():
        return
    if index.exists():
        index.replace(aside)
    for orphan in list(index.parent.glob(index.name + ".tempstate*")):
        orphan.replace(index)  # a rename needs no room: this works on a full disk, too
        if fits():
            return
        index.replace(orphan)
    if aside.exists():
        aside.replace(index)
    raise ValueError(f"no orphan fits {prefix}: its data are from another save, or damaged")


for name in ("asid", "asidee"):
    rescue.may_pass(
        "index, aside = (Path(prefix + '.index'), Path(prefix + '.index.aside')) -> "
        f"index, aside = (Path(prefix + '.index'), Path(prefix + '.index.{name}'))",
        because="Any name will do that no other file has.",
    )


@rescue.examiner
def _(attempt):
    Path("saves").mkdir()
    save({"saves/old": 3, "saves/other": 4, "saves/new": 5})
    save({"saves/smaller": 5}, only=1)
    save({"saves/longer": 5}, length=50)
    for prefix in ("run/model", os.path.abspath("v1.5/net-2.ckpt")):
        one_orphan(attempt, prefix)
        several_orphans(attempt, prefix)
        nothing_to_rescue(attempt, prefix)
        none_is_right(attempt, prefix)
    return "The orphan that accounts for every byte of the data was found, and nothing was lost where there was none."


def broken(prefix, index="old", orphans=("new",)):
    """A folder after a kill between two renames: the data of 5, the index of 3, orphans of 5 and of other saves."""
    folder = Path(prefix).parent
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy("saves/new.data-00000-of-00001", f"{prefix}.data-00000-of-00001")
    if index:
        shutil.copy(f"saves/{index}.index", f"{prefix}.index")
    for number, name in enumerate(orphans, start=1):
        shutil.copy(f"saves/{name}.index", f"{prefix}.index.tempstate{number}")


def one_orphan(attempt, prefix):
    for index in ("old", "smaller", None):
        broken(prefix, index=index)
        message = attempt.refusal(prefix)
        if message is not None:
            raise NotYet(
                seen=f"The only orphan was the right one, and the function raised an error: `{message}`.",
                expected="The values of the save that was killed.",
                because="With this orphan each value can be read, and their bytes take up the whole data file. Add up "
                "what each value takes, whatever its dtype: `value.nbytes`.",
            )
        if index == "smaller" and held(prefix) == expected(5, only=1):
            raise NotYet(
                seen="The old index was that of a Saver with fewer variables, and your function left it: the "
                "checkpoint lacks `net/B` and `net/step`.",
                expected="The index that accounts for the whole data file.",
                because="With the old index, all that it lists can be read, and it does not list all that the file "
                "has. Ask of it what you ask of an orphan: do the bytes add up?",
            )
        if held(prefix) != expected(5):
            raise NotYet(
                seen="After the call the checkpoint still cannot be read."
                if held(prefix) is None
                else f"After the call the checkpoint has `{held(prefix)}`.",
                expected="The values of the save that was killed.",
                because="The data file is complete. What belongs to it is `….index.tempstate…`, and it has to be "
                "called `….index`" + ("." if index else ", even if there is no older index."),
            )


def several_orphans(attempt, prefix):
    orders = [["other", "longer"], ["smaller", "other"], ["longer", "smaller", "other"]]
    for orphans in [other for order in orders for other in (["new", *order], [*order, "new"])]:
        broken(prefix, orphans=orphans)
        before = orphans_of(prefix)
        attempt(prefix)
        if held(prefix) not in (expected(5), expected(5, only=1)):
            raise NotYet(
                seen=f"There were {len(before)} orphans, from as many crashes. After the call the checkpoint cannot "
                "be read.",
                expected="The values of the save that was killed last.",
                because="An orphan from another save does not fit the data. Dates do not tell either: copied files "
                "all have a new one. Only reading each value does.",
            )
        if held(prefix) != expected(5):
            raise NotYet(
                seen="There was also an orphan from a Saver with fewer variables, and your function took it: the "
                "checkpoint has lost `net/B` and `net/step`.",
                expected="The index that accounts for the whole data file.",
                because="All the values that this orphan lists can be read, but it does not list all that the file "
                "has. Add up the bytes: `value.nbytes` of each, against the size of the data file.",
            )
        lost = before.keys() - orphans_of(prefix).keys()
        if any(before[name] != Path("saves/new.index").read_bytes() for name in lost):
            raise NotYet(
                seen=f"After the call there are {len(orphans_of(prefix))} orphans left of {len(before)}.",
                expected="Those that are not right stay.",
                because="They may be needed for something else. Whoever looks at them later decides.",
            )


def nothing_to_rescue(attempt, prefix):
    for orphans in (["other"], ["new", "other"]):
        beside(attempt, prefix, orphans)


def beside(attempt, prefix, orphans):
    """The index is right, and there are orphans: perhaps one that is right as well, as a copy leaves it."""
    broken(prefix, index="new", orphans=orphans)
    before = files(prefix)
    message = attempt.refusal(prefix)
    if message is not None:
        raise NotYet(
            seen="A checkpoint that could be read lay beside an orphan from an older crash. The function raised "
            f"`{message or 'an error'}`.",
            expected="No error: its index is the right one.",
            because="Check first whether there is anything to rescue. The index that is there may be right already.",
        )
    if before != files(prefix):
        raise NotYet(
            seen="A checkpoint that could be read lay beside an orphan from an older crash. After the call "
            + ("it cannot be read any more." if held(prefix) is None else "the files are not as they were."),
            expected="A checkpoint that can be read stays as it is.",
            because="The right index was there before. Look at it before you look at the orphans."
            if "new" not in orphans
            else "An orphan, too, is right here, as a copy leaves it. The index that is there comes first.",
        )


def none_is_right(attempt, prefix):
    for index in ("old", None):
        for orphans in ([], ["other"], ["other", "smaller", "longer"]):
            broken(prefix, index=index, orphans=orphans)
            elsewhere = Path(prefix).parent / "backup"  # an orphan of somebody else
            elsewhere.mkdir()
            shutil.copy("saves/new.index", elsewhere / f"{Path(prefix).name}.index.tempstate1")
            if index is None:
                shutil.copy("saves/new.index", f"{prefix}-2.index.tempstate1")  # and of another checkpoint
            before = files(prefix)
            message = attempt.refusal(prefix)
            if message is None:
                raise NotYet(
                    seen="No orphan was right, and the function raised nothing.",
                    expected="A ValueError.",
                    because="An orphan of another checkpoint was taken, whose name begins alike. Those of this one "
                    'are called `prefix + ".index.tempstate…"`.'
                    if held(prefix) == expected(5)
                    else "Whoever calls the function will take the checkpoint for rescued. After the loop, raise.",
                )
            if before != files(prefix):
                raise NotYet(
                    seen="No orphan was right, and the files are not as they were.",
                    expected="The old index in its place, if there was one, and all orphans still there.",
                    because="A rescue that fails must not make things worse: somebody may know more. Put the old index "
                    "back, and each orphan.",
                )


def files(prefix):
    return {str(path): path.read_bytes() for path in Path(prefix).parent.rglob("*") if path.is_file()}


def orphans_of(prefix):
    return {name: content for name, content in files(prefix).items() if ".index.tempstate" in name}


def expected(value, only=None):
    """What ``save`` puts into a checkpoint."""
    return dict(list({"A": [value] * 2, "net/B": [value / 2] * 3, "net/step": 7}.items())[:only])


def held(prefix):
    """All that a checkpoint has, or None if it cannot be read."""
    try:
        reader = tf.train.NewCheckpointReader(prefix)
        return {name: reader.get_tensor(name).tolist() for name in sorted(reader.get_variable_to_shape_map())}
    except (tf.errors.OpError, IndexError, ValueError):
        return None


def accounts_for(index, prefix, size):
    """Whether the index gives values of as many bytes as the data has. ``size(value)`` is what a value counts."""
    trial = Path("trial").absolute()
    trial.mkdir(exist_ok=True)
    shutil.copy(index, trial / "model.index")
    shutil.copy(f"{prefix}.data-00000-of-00001", trial / "model.data-00000-of-00001")
    try:
        reader = tf.train.NewCheckpointReader(f"{trial}/model")
        total = sum(size(reader.get_tensor(name)) for name in reader.get_variable_to_shape_map())
        return total == os.path.getsize(f"{prefix}.data-00000-of-00001")
    except (tf.errors.OpError, IndexError):
        return False
    finally:
        shutil.rmtree(trial)


def put_in_place(orphans, prefix, size=lambda value: value.nbytes):
    for orphan in orphans:
        if accounts_for(orphan, prefix, size):
            os.replace(orphan, f"{prefix}.index")
            return
    raise ValueError("none is right")


@rescue.wrong_attempt(says="whose name begins alike")
def takes_orphans_of_others(prefix):
    if os.path.exists(f"{prefix}.index") and accounts_for(f"{prefix}.index", prefix, lambda value: value.nbytes):
        return
    put_in_place(sorted(Path(prefix).parent.glob(f"{Path(prefix).name}*.tempstate*")), prefix)


@rescue.wrong_attempt(says="An orphan, too, is right here")
def looks_at_the_orphans_first(prefix):
    try:
        put_in_place(sorted(Path(prefix).parent.glob(f"{Path(prefix).name}.index.tempstate*")), prefix)
    except ValueError:
        if not accounts_for(f"{prefix}.index", prefix, lambda value: value.nbytes):
            raise


@rescue.wrong_attempt(says="whatever its dtype: `value.nbytes`")
def counts_four_bytes_each(prefix):
    if os.path.exists(f"{prefix}.index") and accounts_for(f"{prefix}.index", prefix, lambda value: value.size * 4):
        return
    put_in_place(
        sorted(Path(prefix).parent.glob(f"{Path(prefix).name}.index.tempstate*")), prefix, lambda value: value.size * 4
    )


@rescue.wrong_attempt(says="The data file is complete")
def deletes_the_orphans(prefix):
    for orphan in Path(prefix).parent.glob("*.tempstate*"):
        orphan.unlink()


@rescue.wrong_attempt(says="Only reading each value does")
def takes_the_first(prefix):
    for orphan in sorted(Path(prefix).parent.glob(Path(prefix).name + ".index.tempstate*"), reverse=True):
        os.replace(orphan, prefix + ".index")
        return


@rescue.wrong_attempt(says="Try each")
def expects_one(prefix):
    (orphan,) = Path(prefix).parent.glob(Path(prefix).name + ".index.tempstate*")
    os.replace(orphan, prefix + ".index")


@rescue.wrong_attempt(says="Add up the bytes")
def takes_the_first_that_can_be_read(prefix):
    old = Path(prefix + ".index").read_bytes() if os.path.exists(prefix + ".index") else b""
    for orphan in sorted(Path(prefix).parent.glob(Path(prefix).name + ".index.tempstate*")):
        shutil.copy(orphan, prefix + ".index")
        try:
            reader = tf.train.NewCheckpointReader(prefix)
            for name in reader.get_variable_to_shape_map():
                reader.get_tensor(name)
            return
        except (tf.errors.OpError, IndexError):
            pass
    Path(prefix + ".index").write_bytes(old)
    raise ValueError("none fits")


@rescue.wrong_attempt(says="Whoever looks at them later decides")
def cleans_up(prefix):
    orphans = sorted(Path(prefix).parent.glob(Path(prefix).name + ".index.tempstate*"))
    size = os.path.getsize(prefix + ".data-00000-of-00001")
    for orphan in orphans:
        shutil.copy(orphan, prefix + ".index")
        try:
            reader = tf.train.NewCheckpointReader(prefix)
            if sum(reader.get_tensor(name).nbytes for name in reader.get_variable_to_shape_map()) == size:
                for other in orphans:
                    other.unlink()
                return
        except (tf.errors.OpError, IndexError):
            pass
    raise ValueError("none fits")


@rescue.wrong_attempt(says="Check first whether there is anything to rescue")
def looks_at_orphans_only(prefix):
    from pathlib import Path

    index, orphans = Path(prefix + ".index"), list(Path(prefix).parent.glob(Path(prefix).name + ".index.tempstate*"))
    old = index.read_bytes() if index.exists() else None
    index.unlink(missing_ok=True)
    try:
        rescue.reference(prefix)
    except ValueError:
        if old is not None:
            index.write_bytes(old)
        raise
    assert orphans


@rescue.wrong_attempt(says="do the bytes add up")
def trusts_an_index_that_can_be_read(prefix):
    try:
        reader = tf.train.NewCheckpointReader(prefix)
        for name in reader.get_variable_to_shape_map():
            reader.get_tensor(name)
    except (tf.errors.OpError, IndexError):
        rescue.reference(prefix)


@rescue.wrong_attempt(says="Look at it before you look at the orphans")
def always_takes_an_orphan(prefix):
    old = Path(prefix + ".index").read_bytes() if os.path.exists(prefix + ".index") else None
    size = os.path.getsize(prefix + ".data-00000-of-00001")
    for orphan in sorted(Path(prefix).parent.glob(Path(prefix).name + ".index.tempstate*")):
        shutil.copy(orphan, prefix + ".index")
        try:
            reader = tf.train.NewCheckpointReader(prefix)
            if sum(reader.get_tensor(name).nbytes for name in reader.get_variable_to_shape_map()) == size:
                return
        except (tf.errors.OpError, IndexError):
            pass
    os.unlink(prefix + ".index")


@rescue.wrong_attempt(says="After the loop, raise")
def says_nothing(prefix):
    try:
        durable.rescue(prefix)
    except ValueError:
        pass


@rescue.wrong_attempt(says="must not make things worse")
def leaves_a_mess(prefix):
    old = Path(prefix + ".index").read_bytes() if os.path.exists(prefix + ".index") else b""
    size = os.path.getsize(prefix + ".data-00000-of-00001")
    for content in [old, *(orphan.read_bytes() for orphan in Path(prefix).parent.glob("*.index.tempstate*"))]:
        Path(prefix + ".index").write_bytes(content)
        try:
            reader = tf.train.NewCheckpointReader(prefix)
            if sum(reader.get_tensor(name).nbytes for name in reader.get_variable_to_shape_map()) == size:
                return
        except (tf.errors.OpError, IndexError):
            pass
    raise ValueError("none fits")


@rescue.right_attempt
def copies_and_keeps_the_bytes(prefix):
    from glob import glob

    def whole():
        try:
            return sum(tf.train.load_variable(prefix, name).nbytes for name, _ in tf.train.list_variables(prefix))
        except Exception:
            return -1

    size = os.path.getsize(f"{prefix}.data-00000-of-00001")
    if whole() == size:
        return
    old = open(f"{prefix}.index", "rb").read() if os.path.exists(f"{prefix}.index") else None
    for orphan in sorted(glob(f"{prefix}.index.tempstate*")):
        shutil.copyfile(orphan, f"{prefix}.index")
        if whole() == size:
            os.remove(orphan)
            return
    if old is None:
        if os.path.exists(f"{prefix}.index"):
            os.remove(f"{prefix}.index")
    else:
        with open(f"{prefix}.index", "wb") as file:
            file.write(old)
    raise ValueError("none fits")


@rescue.right_attempt
def takes_the_rescue_from_durable(prefix):
    durable.rescue(prefix)
