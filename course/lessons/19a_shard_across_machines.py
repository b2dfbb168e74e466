"""Exercises of lesson 19a: what is left of a checkpoint, shards from several disks, servers that were started anew."""

import os
import re
import shutil
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf
from tensorflow.python.ops.io_ops import save_v2

from course.practice import NotYet, exercise

EACH = "Put `try:` and `except (tf.errors.OpError, IndexError):` around the reading of one variable, inside the loop."
WHOLE = np.arange(8, dtype="f").reshape(4, 2)


def write_shards(shards):
    """Writes the shards of a sharded save with the operation that servers write them with, and leaves them unmerged.

    Args:
        shards: for each shard its prefix and ``{name: value}``. A name such as ``W[2:4]`` is rows of the variable W.
    """
    with tf.Graph().as_default(), tf.Session() as sess:
        for prefix, values in shards:
            names, slices = zip(*map(named, values), strict=True)
            sess.run(save_v2(prefix, names, slices, list(map(tf.constant, values.values()))))


def named(name):
    """The name and the slice with which ``SaveV2`` writes rows of ``WHOLE``, or a whole variable."""
    rows = re.fullmatch(r"(.*)\[(\d):(\d)\]", name)
    if rows is None:
        return name, ""
    start, end = int(rows[2]), int(rows[3])
    return rows[1], f"{len(WHOLE)} {WHOLE.shape[1]} {start},{end - start}:0,{WHOLE.shape[1]}"


def merge(prefix, shards):
    """Saves a sharded checkpoint, each of ``shards`` a shard, as a Saver does."""
    prefixes = [f"{prefix}_temp/part-{number:05}-of-{len(shards):05}" for number in range(len(shards))]
    write_shards(zip(prefixes, shards, strict=True))
    with tf.Graph().as_default(), tf.Session() as sess:
        sess.run(tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=prefixes, destination_prefix=prefix))


@exercise(
    hints=[
        "Which call can fail: listing the names, or reading the values of one?",
        "`tf.train.list_variables(prefix)` needs the index only. `tf.train.load_variable(prefix, name)` needs the "
        "shards "
        "that have the variable, and opens a reader of its own each time: one that has failed must not be used again.",
        f"{EACH} In the `try`, put the value into a dictionary; in the `except`, add the name to a set. Return both.",
    ],
    raised={
        "No such file": f"A shard is missing, so this variable is lost, and others are not. {EACH}",
        "Read less bytes": "A shard ends too early. That is Python's `IndexError`, not a `tf.errors.OpError`.",
        "Checksum does not match": f"A shard is damaged. Its variable is lost, and others are not. {EACH}",
        "cannot unpack": "Return two things: `return values, lost`.",
    },
)
def what_is_left(prefix):
    """Return what can still be read of a checkpoint, and what is lost.

    That is {name: value}, and the set of the other names. Shards may be missing or
    damaged. A variable that was partitioned is lost if one of its parts is.
    """
    values, lost = {}, set()
    for name, _ in tf.train.list_variables(prefix):  # the index is enough for that
        try:
            # A reader of its own for each: one that missed a part of a variable ends the process when asked again.
            values[name] = tf.train.load_variable(prefix, name)
        except (tf.errors.OpError, IndexError):  # IndexError: a shard ends too early
            lost.add(name)
    return values, lost


@what_is_left.examiner
def _(attempt):
    os.makedirs("run")
    small = [{"A": [3, 3], "W[0:2]": WHOLE[:2]}, {"B": [5.0], "W[2:4]": WHOLE[2:]}, {"step": np.int64(7)}]
    merge("run/pair", small)
    left(attempt, "run/pair", small, [], "All three shards are there.")
    os.remove("run/pair.data-00001-of-00003")
    left(attempt, "run/pair", small, ["B", "W"], "The second of three shards was deleted.")
    prefix = str(Path("other/net-12").absolute())
    os.makedirs("other")
    large = [{"a/x": [1.5] * 4}, {"m/bias": [4], "m/kernel": [2] * 9}, {"z": [True, False]}, {"W": WHOLE}]
    merge(prefix, large)
    os.truncate(f"{prefix}.data-00000-of-00004", 3)
    left(attempt, prefix, large, ["a/x"], "The first of four shards was cut off after 3 bytes.")
    content = bytearray(Path(f"{prefix}.data-00001-of-00004").read_bytes())
    content[-1] ^= 1
    Path(f"{prefix}.data-00001-of-00004").write_bytes(content)
    left(attempt, prefix, large, ["a/x", "m/kernel"], "The last bit of the second shard was flipped, too.")
    for number in range(4):
        Path(f"{prefix}.data-{number:05}-of-00004").unlink()
    left(attempt, prefix, large, ["a/x", "m/kernel", "m/bias", "z", "W"], "All shards were deleted.")
    return (
        "Your function asked for each variable by itself, so one lost shard cost no more than what was in it. Whether "
        "a "
        "checkpoint is whole, the same loop tells: if nothing is lost."
    )


def left(attempt, prefix, shards, lost, case):
    """Raises ``NotYet`` unless the attempt returns what is not lost, and the names of what is."""
    before = contents([Path(prefix).parent])
    answer = attempt(prefix)
    if contents([Path(prefix).parent]) != before:
        raise NotYet(
            seen=f"{case} Afterwards a file beside the checkpoint is new, changed or gone.",
            expected="The files as they were.",
            because="What is left of it may be all that there is, and to look changes nothing.",
        )
    whole = {named(name)[0]: WHOLE if named(name)[1] else value for shard in shards for name, value in shard.items()}
    expected = {name: value for name, value in whole.items() if name not in lost}
    if not (isinstance(answer, tuple | list) and len(answer) == 2 and isinstance(answer[0], dict)):
        raise NotYet(
            seen=f"{case} The function returned `{answer!r}`.",
            expected="A dictionary of values, and a set of names.",
            because="`return values, lost` hands both back.",
        )
    values, names = answer
    wrong = [name for name in expected if name in values and not np.array_equal(values[name], expected[name])]
    seen = f"{case} The function returned values for {listed(values)}, and as lost {listed(names)}."
    wanted = f"Values for {listed(expected)}; lost: {listed(lost)}."
    if wrong:
        name = wrong[0]
        raise NotYet(seen=f"{case} `{name}` is `{values[name]}`.", expected=f"`{expected[name]}`", because=EACH)
    with tf.Graph().as_default():
        kinds = {name: tf.constant(value).dtype.as_numpy_dtype for name, value in expected.items()}
    if others := [name for name in expected if name in values and np.asarray(values[name]).dtype != kinds[name]]:
        name = others[0]
        raise NotYet(
            seen=f"{case} `{name}` has the dtype `{np.asarray(values[name]).dtype}`.",
            expected=f"`{np.dtype(kinds[name])}`, as in the checkpoint.",
            because="Lists of Python's numbers, and casts, lose the dtype: a variable would not take the value back. "
            "Hand over what was read.",
        )
    if set(values) == set(expected) and set(names) == set(lost):
        return
    raise NotYet(seen=seen, expected=wanted, because=why_other_values(set(values), set(names), set(expected), lost))


def why_other_values(values, names, expected, lost):
    """The likely cause, where values of other variables were returned than can be read, or other names."""
    if not values and expected:
        return "Restoring with one Saver, or reading in one `try`, is all or nothing. Ask for each variable by itself."
    if not names and lost:
        return "The names in the index are no proof: it lists what is lost, too. Collect those that cannot be read."
    if values < expected:
        return "The loop ended at the first variable that could not be read. Others, after it, can be."
    if values - expected:
        return "A value was returned for a variable that cannot be read as a whole from the files that are left."
    return "Each name of the index belongs to one of the two: those that can be read, and those that cannot."


def listed(names):
    return ", ".join(f"`{name}`" for name in sorted(names)) or "nothing"


@what_is_left.wrong_attempt(says="The loop ended at the first variable that could not be read")
def stops_at_the_first(prefix):
    reader = tf.train.NewCheckpointReader(prefix)
    values = {}
    names = sorted(reader.get_variable_to_shape_map())
    try:
        for name in names:
            values[name] = reader.get_tensor(name)
    except (tf.errors.OpError, IndexError):
        pass
    return values, set(names) - set(values)


@what_is_left.wrong_attempt(says="A shard is missing, so this variable is lost, and others are not")
def asks_whether_it_exists(prefix):
    if not tf.train.checkpoint_exists(prefix):
        return {}, set()
    return {name: tf.train.load_variable(prefix, name) for name, _ in tf.train.list_variables(prefix)}, set()


@what_is_left.wrong_attempt(says="all that there is, and to look changes nothing")
def removes_the_rest(prefix):
    values, lost = what_is_left.reference(prefix)
    if lost:
        for path in Path(prefix).parent.glob(f"{Path(prefix).name}.data-*"):
            path.unlink()
    return values, lost


@what_is_left.wrong_attempt(says="lose the dtype")
def casts_all(prefix):
    values, lost = what_is_left.reference(prefix)
    return {name: np.asarray(value, np.float32) for name, value in values.items()}, lost


@what_is_left.wrong_attempt(says="is all or nothing")
def restores_with_one_saver(prefix):
    names = dict(tf.train.list_variables(prefix))
    reader = tf.train.NewCheckpointReader(prefix)
    types = reader.get_variable_to_dtype_map()
    with tf.Graph().as_default(), tf.Session() as sess:
        variables = {
            name: tf.get_variable(name, shape, types[name], initializer=tf.zeros_initializer())
            for name, shape in names.items()
        }
        try:
            tf.train.Saver(variables).restore(sess, prefix)
            return sess.run(variables), set()
        except (tf.errors.OpError, ValueError):
            return {}, set(names)


@what_is_left.wrong_attempt(says="The names in the index are no proof")
def lists_nothing_as_lost(prefix):
    values, listed = {}, dict(tf.train.list_variables(prefix))
    for name in listed:
        try:
            values[name] = tf.train.load_variable(prefix, name)
        except (tf.errors.OpError, IndexError):
            pass
    return values, set(tf.train.NewCheckpointReader(prefix).get_variable_to_shape_map()) - set(listed)


@what_is_left.wrong_attempt(says="Python's `IndexError`, not a `tf.errors.OpError`")
def knows_one_kind_of_error(prefix):
    values, lost = {}, []
    for name, _ in tf.train.list_variables(prefix):
        try:
            values[name] = tf.train.load_variable(prefix, name)
        except tf.errors.OpError:
            lost.append(name)
    return values, lost


@what_is_left.wrong_attempt(says="The process that ran your attempt ended without a word")
def uses_one_reader_for_all(prefix):
    reader = tf.train.NewCheckpointReader(prefix)
    values, lost = {}, set()
    for name in reader.get_variable_to_shape_map():
        try:
            values[name] = reader.get_tensor(name)
        except (tf.errors.OpError, IndexError):
            lost.add(name)
    return values, lost


@what_is_left.right_attempt
def with_a_session_for_each(prefix):
    reader = tf.train.load_checkpoint(prefix)
    types, found, gone = reader.get_variable_to_dtype_map(), {}, []
    for name, kind in types.items():
        with tf.Graph().as_default(), tf.Session() as sess:
            try:
                found[name] = sess.run(
                    tf.raw_ops.RestoreV2(prefix=prefix, tensor_names=[name], shape_and_slices=[""], dtypes=[kind])[0]
                )
            except Exception:
                gone.append(name)
    return found, gone


@exercise(
    hints=[
        "How many shards should there be, and where does it say so? And what does merging do to the files?",
        'The shards: `Path(folder).glob("part-*.index")`, without the ending. The last number of a name says how many '
        "there are in all. `tf.raw_ops.MergeV2Checkpoints` moves the files that it is given, so give it copies.",
        "Count the names and raise ValueError. Copy each folder with `shutil.copytree(folder, work, "
        "dirs_exist_ok=True)` "
        'into `work = f"{prefix}_temp"`, then run `MergeV2Checkpoints(checkpoint_prefixes=…, '
        "destination_prefix=prefix)` "
        "in a session, in a graph of its own.",
    ],
    raised={
        "No such file or directory": "A path is not right. A shard's prefix is its folder and its name, without "
        "`.index`.",
        "did not exist": "A prefix among `checkpoint_prefixes` leads to no shard: it is the path of the `.index`, "
        "without "
        "that ending.",
        "File exists": "`shutil.copytree(…, dirs_exist_ok=True)` copies into a folder that is there already.",
        "list index out of range": "One of the folders has no shards, or fewer than you take for granted.",
    },
)
def merge_shards(folders, prefix):
    """Merge the shards of one save, which are in several folders, into a checkpoint.

    They are called part-00000-of-00003 and so on, each an .index and its data. Raise
    ValueError if one is missing. The folders stay as they are, for a second try.
    """
    names = {path.stem for folder in folders for path in Path(folder).glob("part-*.index")}
    if not names or len(names) != int(max(names).rpartition("-")[2]):
        raise ValueError(f"these shards are no whole save: {sorted(names)}")
    work = f"{prefix}_temp"  # beside the checkpoint, since merging moves the files, and that ends at a disk's border
    for folder in folders:
        shutil.copytree(folder, work, dirs_exist_ok=True)
    with tf.Graph().as_default(), tf.Session() as sess:
        shards = [f"{work}/{name}" for name in sorted(names)]
        sess.run(tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=shards, destination_prefix=prefix))


for name in ("tem", "tempp"):
    merge_shards.may_pass(
        f"work = f'{{prefix}}_temp' -> work = f'{{prefix}}_{name}'", because="Any new folder beside the prefix will do."
    )
merge_shards.may_pass(
    "if not names or len(names) != int(max(names).rpartition('-')[2]): -> "
    "if len(names) != int(max(names).rpartition('-')[2]) or len(names) != int(max(names).rpartition('-')[2]):",
    because="`max` of nothing raises ValueError, too.",
)
merge_shards.may_pass(
    "if not names or len(names) != int(max(names).rpartition('-')[2]): -> "
    "if not names or len(names) != int(min(names).rpartition('-')[2]):",
    because="Each of the names says how many there are.",
)
merge_shards.may_pass(
    "names = {path.stem for folder in folders for path in Path(folder).glob('part-*.index')} -> "
    "names = {path.stem for folder in folders for path in Path(folder).rglob('part-*.index')}",
    because="The folders with shards have no folders in them.",
)
merge_shards.may_pass(
    "shards = [f'{work}/{name}' for name in sorted(names)] -> shards = [f'{work}//{name}' for name in sorted(names)]",
    because="Two slashes are one.",
)


@merge_shards.examiner
def _(attempt):
    for name in ("ps0", "ps1", "rescued"):
        os.makedirs(f"machines/{name}")
    pair = {
        "machines/ps0": {0: {"A": [3, 3], "W[0:2]": WHOLE[:2]}},
        "machines/ps1": {1: {"B": [5.0], "W[2:4]": WHOLE[2:]}},
    }
    merged(attempt, pair, "machines/rescued/pair", {"A": [3, 3], "B": [5.0], "W": WHOLE})
    far = str(Path("far").absolute())
    three = {
        f"{far}/two": {2: {"m/kernel": WHOLE * 2}, 0: {"step": np.int64(12)}},
        f"{far}/one": {1: {"m/bias": [4, 4, 4]}},
    }
    merged(attempt, three, f"{far}/net-12", {"m/kernel": WHOLE * 2, "step": 12, "m/bias": [4, 4, 4]})
    many = {f"{far}/many": {number: {f"v{number}": [float(number)]} for number in range(11)}}
    merged(attempt, many, f"{far}/eleven", {f"v{number}": [float(number)] for number in range(11)})
    must_be_whole(attempt, far)
    return (
        "Your function put a save together that TensorFlow had given up, after it had counted the shards, and without "
        "touching the only copy."
    )


def merged(attempt, folders, prefix, expected):
    """Raises ``NotYet`` unless the attempt merges the shards into a checkpoint with the expected values."""
    count = sum(map(len, folders.values()))
    for folder in folders:
        os.makedirs(folder, exist_ok=True)
    write_shards(
        (f"{folder}/part-{number:05}-of-{count:05}", values)
        for folder, shards in folders.items()
        for number, values in shards.items()
    )
    before, given = contents(folders), list(folders)
    attempt(given, prefix)
    case = f"{count} shards in {len(folders)} folders, to be merged as `{os.path.relpath(prefix)}`."
    if not Path(f"{prefix}.index").exists():
        found = listed(path.name for path in Path(prefix).parent.iterdir() if path.is_file())
        raise NotYet(
            seen=f"{case} Afterwards there is no `.index` of that prefix. Files beside it: {found}.",
            expected="A checkpoint that can be read",
            because="New names for the data do not make an index, which says where each variable is. "
            "`tf.raw_ops.MergeV2Checkpoints` writes it.",
        )
    values = {name: tf.train.load_variable(prefix, name) for name, _ in readable(case, prefix, expected)}
    for name, value in expected.items():
        if not np.array_equal(values[name], value):
            raise NotYet(
                seen=f"{case} `{name}` is `{values[name]}`.", expected=f"`{value}`", because="Merge all shards."
            )
    if given != list(folders):
        raise NotYet(
            seen=f"{case} Afterwards the list of the folders is {given}.",
            expected=f"{list(folders)}",
            because="`pop` and `sort` change the list of whoever called, who needs it for a second try.",
        )
    if links := [path.name for path in Path(prefix).parent.glob(f"{Path(prefix).name}.*") if path.is_symlink()]:
        raise NotYet(
            seen=f"{case} `{links[0]}` is a link into the folder of a shard.",
            expected="Files of its own.",
            because="When the old folders are cleared away, a checkpoint of links is gone with them. Copy the files.",
        )
    if contents(folders) != before:
        raise NotYet(
            seen=f"{case} It can be read, but files are gone from the folders with the shards, or are others.",
            expected="Folders as they were",
            because="Merging moves the files that it is given. Give it copies, so that a second try is possible.",
        )


def readable(case, prefix, expected):
    """The variables of a merged checkpoint. Raises ``NotYet`` unless they are the expected ones, and can be read."""
    found = tf.train.list_variables(prefix)
    if {name for name, _ in found} != set(expected):
        raise NotYet(
            seen=f"{case} The checkpoint has {listed(name for name, _ in found)}.",
            expected=listed(expected),
            because="It was made from some of the shards only. Collect the shards of all folders, then merge them at "
            "once.",
        )
    for name, _ in found:
        try:
            tf.train.load_variable(prefix, name)
        except (tf.errors.OpError, IndexError):
            raise NotYet(
                seen=f"{case} `{name}` cannot be read.",
                expected="Each variable can be read",
                because="The index is there, and the data are not where it says. Leave it to `MergeV2Checkpoints` to "
                "move "
                "and to name them.",
            ) from None
    return found


def must_be_whole(attempt, far):
    """Raises ``NotYet`` unless the attempt refuses what lacks its last shard, its first one, or all of them."""
    both = [f"{far}/two", f"{far}/one"]
    os.makedirs(f"{far}/empty")
    shutil.copytree(f"{far}/one", f"{far}/same")  # its shard is there twice
    last = (
        "A checkpoint without one of its shards looks whole, and its variables are not in it. Compare how many "
        "shards there are with the last number of their names."
    )
    first = "The last shard is there, and that does not tell whether the others are: count them."
    cases = (
        ("2", both, "One of three shards is missing, the last", last),
        ("0", both, "One of three shards is missing, the first", first),
        (
            "2",
            [*both, f"{far}/same"],
            "One of three shards is missing, and another one is in two folders",
            "Two copies of one shard are one shard. Count the names: a set has each of them once.",
        ),
        ("", [f"{far}/empty"], "No shard is there", "Nothing to merge is no whole save either."),
    )
    for number, (gone, folders, case, because) in enumerate(cases):
        for path in Path(far, "two").glob(f"part-0000{gone}*") if gone else ():
            path.rename(path.with_name(f"away-{path.name}"))
        kinds = (Exception,) if len(folders) > 2 else (ValueError,)  # TensorFlow refuses a shard that comes twice
        refused = attempt.refusal(list(folders), f"{far}/not-whole-{number}", kinds=kinds)
        for path in Path(far, "two").glob("away-*"):
            path.rename(path.with_name(path.name.removeprefix("away-")))
        if refused is None:
            raise NotYet(
                seen=f"{case}, and the function merged without an error.", expected="ValueError", because=because
            )
        if Path(f"{far}/not-whole-{number}.index").exists():
            raise NotYet(
                seen=f"{case}. The function raised an error, and there is a checkpoint of the others.",
                expected="An error, and no checkpoint.",
                because="Whoever looks there later takes what has an index for a whole one. Count before you merge.",
            )


def contents(folders):
    return {path: path.read_bytes() for folder in folders for path in sorted(Path(folder).iterdir())}


@merge_shards.wrong_attempt(says="New names for the data do not make an index")
def renames_the_data(folders, prefix):
    for folder in folders:
        for path in Path(folder).glob("part-*.data-*"):
            number, _, count = path.name.partition(".")[0].removeprefix("part-").partition("-of-")
            shutil.copy(path, f"{prefix}.data-{number}-of-{count}")


@merge_shards.wrong_attempt(says="the data are not where it says")
def takes_the_first_index(folders, prefix):
    indexes = sorted(path for folder in folders for path in Path(folder).glob("part-*.index"))
    merged = [str(path.with_suffix("")) for path in indexes]
    os.makedirs(f"{prefix}_copy")
    for number, shard in enumerate(merged):
        for path in (f"{shard}.index", f"{shard}.data-00000-of-00001"):
            shutil.copy(path, f"{prefix}_copy/{number}{Path(path).name[19:]}")
    with tf.Graph().as_default(), tf.Session() as sess:
        copies = [f"{prefix}_copy/{number}" for number in range(len(merged))]
        sess.run(tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=copies, destination_prefix=prefix))
    for path in Path(prefix).parent.glob(f"{Path(prefix).name}.data-*"):
        path.rename(f"{prefix}.data-00000-of-00001")


@merge_shards.wrong_attempt(says="Merging moves the files that it is given")
def merges_the_originals(folders, prefix):
    shards = {path.stem: path for folder in folders for path in Path(folder).glob("part-*.index")}
    if not shards or int(max(shards)[-5:]) != len(shards):
        raise ValueError("a shard is missing")
    with tf.Graph().as_default(), tf.Session() as sess:
        prefixes = [str(shards[name].with_suffix("")) for name in sorted(shards)]
        sess.run(
            tf.raw_ops.MergeV2Checkpoints(
                checkpoint_prefixes=prefixes, destination_prefix=prefix, delete_old_dirs=False
            )
        )


@merge_shards.wrong_attempt(says="A checkpoint without one of its shards looks whole")
def merges_what_there_is(folders, prefix):
    for folder in folders:
        shutil.copytree(folder, f"{prefix}_temp", dirs_exist_ok=True)
    shards = sorted(str(path.with_suffix("")) for path in Path(f"{prefix}_temp").glob("part-*.index"))
    with tf.Graph().as_default(), tf.Session() as sess:
        sess.run(tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=shards, destination_prefix=prefix))


@merge_shards.wrong_attempt(says="Count before you merge")
def counts_afterwards(folders, prefix):
    merges_what_there_is(folders, prefix)
    names = {path.stem for folder in folders for path in Path(folder).glob("part-*.index")}
    if len(names) != int(max(names)[-5:]):
        raise ValueError("a shard is missing")


@merge_shards.wrong_attempt(says="Two copies of one shard are one shard")
def counts_the_files(folders, prefix):
    names = [path.stem for folder in folders for path in Path(folder).glob("part-*.index")]
    if not names or len(names) != int(names[0][-5:]):
        raise ValueError("a shard is missing")
    for folder in folders:
        shutil.copytree(folder, f"{prefix}_temp", dirs_exist_ok=True)
    with tf.Graph().as_default(), tf.Session() as sess:
        shards = [f"{prefix}_temp/{name}" for name in sorted(set(names))]
        sess.run(tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=shards, destination_prefix=prefix))


@merge_shards.wrong_attempt(says="who needs it for a second try")
def takes_the_folders_off_the_list(folders, prefix):
    merge_shards.reference(list(folders), prefix)
    while folders:
        folders.pop()


@merge_shards.wrong_attempt(says="a checkpoint of links is gone with them")
def links_the_files(folders, prefix):
    names = {path.stem for folder in folders for path in Path(folder).glob("part-*.index")}
    if not names or len(names) != int(max(names)[-5:]):
        raise ValueError("a shard is missing")
    os.makedirs(f"{prefix}_temp")
    for path in (path for folder in folders for path in Path(folder).glob("part-*")):
        os.symlink(path.resolve(), f"{prefix}_temp/{path.name}")
    with tf.Graph().as_default(), tf.Session() as sess:
        shards = [f"{prefix}_temp/{name}" for name in sorted(names)]
        sess.run(tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=shards, destination_prefix=prefix))


@merge_shards.wrong_attempt(says="ValueError: a shard of 1 is missing")
def reads_one_digit(folders, prefix):
    names = {path.stem for folder in folders for path in Path(folder).glob("part-*.index")}
    if not names or len(names) != int(max(names)[-1]):
        raise ValueError(f"a shard of {max(names, default='0')[-1]} is missing")
    merge_shards.reference(folders, prefix)


@merge_shards.wrong_attempt(says="and that does not tell whether the others are")
def looks_at_the_last_number(folders, prefix):
    names = sorted(path.stem for folder in folders for path in Path(folder).glob("part-*.index"))
    if not names or int(names[-1][5:10]) + 1 != int(names[-1][-5:]):
        raise ValueError("a shard is missing")
    merges_what_there_is(folders, prefix)


@merge_shards.wrong_attempt(says="It was made from some of the shards only")
def merges_folder_by_folder(folders, prefix):
    for folder in folders:
        shutil.copytree(folder, f"{prefix}_temp")
        shards = sorted(str(path.with_suffix("")) for path in Path(f"{prefix}_temp").glob("part-*.index"))
        with tf.Graph().as_default(), tf.Session() as sess:
            sess.run(tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=shards, destination_prefix=prefix))


@merge_shards.right_attempt
def copies_the_files_one_by_one(folders, prefix):
    work = Path(f"{prefix}-work")
    work.mkdir()
    files = [os.path.join(folder, name) for folder in folders for name in os.listdir(folder) if name[:5] == "part-"]
    for path in files:
        shutil.copy(path, work)
    shards = [str(work / Path(path).stem) for path in files if path.endswith(".index")]
    assert shards and len(shards) == int(shards[0].split("-")[-1]) or not_whole()
    with tf.Graph().as_default() as graph:
        one = tf.raw_ops.MergeV2Checkpoints(
            checkpoint_prefixes=shards, destination_prefix=prefix, delete_old_dirs=False
        )
        tf.Session(graph=graph).run(one)
    shutil.rmtree(work)


def not_whole():
    raise ValueError("a shard is missing")


@exercise(
    hints=[
        "Three states: every variable has a value, some have none and there is a checkpoint, or there is no "
        "checkpoint. "
        "What is to be done in each?",
        "`sess.run(tf.report_uninitialized_variables(tf.global_variables()))` gives the names of those without a "
        "value. "
        "If there is one, restoring that one alone would mix two steps: restore all.",
        "If there are names: `prefix = tf.train.latest_checkpoint(folder)`; with a prefix "
        "`tf.train.Saver().restore(sess, "
        "prefix)`, without one `sess.run(tf.global_variables_initializer())`. In any case return "
        "`sess.run(tf.train.get_global_step())`.",
    ],
    raised={
        "Can't load save_path when it is None": "There is no checkpoint yet, so `latest_checkpoint` gives None. Then "
        "the "
        "variables are to be initialized.",
        "truth value of an array": "Ask for the length: `len(names)`, or `names.size`.",
    },
)
def take_over(sess, folder):
    """Bring all global variables of sess to one and the same step, and return that step.

    Some or all may have no value, because servers were started anew. Then all come from
    the newest checkpoint in folder; if there is none, all are initialized. If each has a
    value, another client has trained: leave them as they are. There is a global_step.
    """
    names = sess.run(tf.report_uninitialized_variables(tf.global_variables()))
    if len(names):
        prefix = tf.train.latest_checkpoint(folder)
        if prefix:
            # All of them: the others are some steps ahead, and the checkpoint is of one step.
            tf.train.Saver().restore(sess, prefix)
        else:
            sess.run(tf.global_variables_initializer())
    return sess.run(tf.train.get_global_step())


@take_over.examiner
def _(attempt):
    for number, names in enumerate([("A", "B", "average"), ("net/kernel", "net/bias", "net/seen")]):
        folder = "run" if number == 0 else str(Path("far/run-2").absolute())
        os.makedirs(folder)
        begun = {"step": 0}
        taken(attempt, folder, names, {}, begun, "No variable has a value, and there is no checkpoint.", "initialize")
        held = {0: 4, "step": 4}
        case = "Two variables are at step 4, two have no value, and there is no checkpoint."
        taken(attempt, folder, names, held, begun, case, "initialize")
        # In the order of strings model-9 is the last one; in the second folder somebody counts down.
        for step in (9, 10):
            save_at(folder, names, step, 29 - step if number else step)
        saved = {"step": 10}
        taken(
            attempt, folder, names, {}, saved, "No variable has a value, and the checkpoint is of step 10.", "restore"
        )
        for lost in ([1], [2], [0, "step"]):
            held = {key: 17 for key in (0, 1, 2, "step") if key not in lost}
            without = listed("global_step" if key == "step" else names[key] for key in lost)
            case = f"Without a value: {without}. The others were at step 17, and the checkpoint is of step 10."
            taken(attempt, folder, names, held, saved, case, "restore")
        held = dict.fromkeys((0, 1, 2, "step"), 17)
        case = "All variables are at step 17, and the checkpoint is of step 10."
        taken(attempt, folder, names, held, {"step": 17}, case, "leave")
        case = "All global variables are at step 17, a local one has no value, and the checkpoint is of step 10."
        taken(attempt, folder, names, held, {"step": 17}, case, "leave", local=True)
    return (
        "One step for all in each of the three states. A session of a cluster begins with this question, because the "
        "variables live on the servers: they may be older than the session, or gone."
    )


def variables_at(names, step):
    """Builds three variables, the last not trainable, and a global step. Returns them, and their values at a step."""
    a, b, c = names
    made = [
        tf.get_variable(a, initializer=[1, 1]),
        tf.get_variable(b, initializer=[[0.5], [1.5]]),
        tf.get_variable(c, initializer=2.0, trainable=False),
        tf.train.get_or_create_global_step(),
    ]
    return dict(zip((0, 1, 2, "step"), made, strict=True)), {
        0: np.array([1, 1]) + step,
        1: np.array([[0.5], [1.5]], "f") + step,
        2: np.float32(2 + step),
        "step": step,
    }


def save_at(folder, names, step, called):
    with tf.Graph().as_default(), tf.Session() as sess:
        variables, values = variables_at(names, step)
        for key, variable in variables.items():
            variable.load(values[key], sess)
        tf.train.Saver().save(sess, f"{folder}/model", global_step=called)


def taken(attempt, folder, names, held, expected, case, what, local=False):
    """Raises ``NotYet`` unless the attempt brings all variables to the expected step, and returns that."""
    with tf.Graph().as_default(), tf.Session() as sess:
        variables, _ = variables_at(names, 0)
        for key, step in held.items():
            variables[key].load(variables_values(names, step)[key], sess)
        if local:  # as the sums of a metric are
            tf.get_variable("sums", initializer=0.0, trainable=False, collections=[tf.GraphKeys.LOCAL_VARIABLES])
        there = contents([folder])
        answer = attempt(sess, folder)
        if contents([folder]) != there:
            raise NotYet(
                seen=f"{case} Afterwards a file in the folder is new, changed or gone.",
                expected="The folder as it was.",
                because="Nothing was to be saved. If this is not the chief, it writes where the chief does.",
            )
        missing = sess.run(tf.report_uninitialized_variables(tf.global_variables()))
        if len(missing):
            raise NotYet(
                seen=f"{case} Afterwards {listed(name.decode() for name in missing)} has no value.",
                expected=f"All variables at step {expected['step']}",
                because="Ask for the global variables: they are the trainable ones, and others, such as the step.",
            )
        before = variables_values(names, 0)
        now = {key: int(np.ravel(value - before[key])[0]) for key, value in sess.run(variables).items()}
    if set(now.values()) != {expected["step"]}:
        keys = zip((0, 1, 2, "step"), [*names, "global_step"], strict=True)
        steps = ", ".join(f"`{name}` {now[key]}" for key, name in keys)
        raise NotYet(
            seen=f"{case} Afterwards they are at these steps: {steps}.",
            expected=f"All at step {expected['step']}",
            because=LOCAL if local and len(set(now.values())) == 1 else why_not(set(now.values()), what),
        )
    if isinstance(answer, float | np.floating):
        raise NotYet(
            seen=f"{case} The variables are right. The function returned `{answer!r}`.",
            expected=f"`{expected['step']}`, a whole number.",
            because="A step counts. `range` refuses a float, and so does whatever goes on from it.",
        )
    if answer != expected["step"]:
        raise NotYet(
            seen=f"{case} The variables are right. The function returned `{answer!r}`.",
            expected=f"`{expected['step']}`",
            because="The value of `tf.train.get_global_step()` in the session, at the end, is the step."
            if answer not in (19, 20)
            else "The number in a checkpoint's name is what somebody gave it. The step is the value of "
            "`tf.train.get_global_step()` in the session.",
        )


LOCAL = (
    "A plain Saver leaves local variables out, such as the sum of a metric, and they were not asked for. "
    "`tf.report_uninitialized_variables()` looks at those as well: pass it `tf.global_variables()`."
)


def variables_values(names, step):
    with tf.Graph().as_default():
        return variables_at(names, step)[1]


def why_not(steps, what):
    if steps == {9}:
        return (
            "`model-9` comes after `model-10` in the order of strings. `tf.train.latest_checkpoint` knows the newest."
        )
    if len(steps) > 1:
        return (
            "The model mixes two steps. What still has a value is not of the step that the rest is brought to: bring "
            "all "
            "of them to one."
        )
    if what == "leave":
        if steps == {0}:
            return (
                "The initializer wiped out a training that was going on. It is only for variables without a checkpoint."
            )
        return "Every variable has a value: another client has trained since the last save. Going back loses its steps."
    return "With a checkpoint, all come from it; without one, all are initialized."


@take_over.wrong_attempt(says="what somebody gave it. The step is the value")
def reads_the_step_off_the_name(sess, folder):
    if not len(sess.run(tf.report_uninitialized_variables(tf.global_variables()))):
        return sess.run(tf.train.get_global_step())
    prefix = tf.train.latest_checkpoint(folder)
    if not prefix:
        sess.run(tf.global_variables_initializer())
        return 0
    tf.train.Saver().restore(sess, prefix)
    return int(prefix.rpartition("-")[2])


@take_over.wrong_attempt(says="Nothing was to be saved")
def saves_what_it_found(sess, folder):
    step = take_over.reference(sess, folder)
    tf.train.Saver().save(sess, f"{folder}/model", global_step=int(step))
    return step


@take_over.wrong_attempt(says="a whole number")
def returns_a_float(sess, folder):
    return float(take_over.reference(sess, folder))


@take_over.wrong_attempt(says="comes after")
def takes_the_last_by_name(sess, folder):
    if len(sess.run(tf.report_uninitialized_variables(tf.global_variables()))):
        if found := sorted(path.with_suffix("").as_posix() for path in Path(folder).glob("*.index")):
            tf.train.Saver(tf.global_variables()).restore(sess, found[-1])
        else:
            sess.run(tf.global_variables_initializer())
    return sess.run(tf.train.get_global_step())


@take_over.wrong_attempt(says="The model mixes two steps")
def restores_only_what_is_missing(sess, folder):
    names = {name.decode() for name in sess.run(tf.report_uninitialized_variables(tf.global_variables()))}
    missing = [variable for variable in tf.global_variables() if variable.op.name in names]
    prefix = tf.train.latest_checkpoint(folder)
    if prefix and missing:
        tf.train.Saver(missing).restore(sess, prefix)
    elif missing:
        sess.run(tf.global_variables_initializer())
    return sess.run(tf.train.get_global_step())


@take_over.wrong_attempt(says="The initializer wiped out a training")
def initializes_as_always(sess, folder):
    names = sess.run(tf.report_uninitialized_variables(tf.global_variables()))
    sess.run(tf.global_variables_initializer())
    prefix = tf.train.latest_checkpoint(folder)
    if prefix and len(names):
        tf.train.Saver().restore(sess, prefix)
    return sess.run(tf.train.get_global_step())


@take_over.wrong_attempt(says="Going back loses its steps")
def always_restores(sess, folder):
    prefix = tf.train.latest_checkpoint(folder)
    if prefix:
        tf.train.Saver().restore(sess, prefix)
    else:
        sess.run(tf.global_variables_initializer())
    return sess.run(tf.train.get_global_step())


@take_over.wrong_attempt(says="`latest_checkpoint` gives None")
def takes_a_checkpoint_for_granted(sess, folder):
    if sess.run(tf.report_uninitialized_variables(tf.global_variables())).size:
        tf.train.Saver().restore(sess, tf.train.latest_checkpoint(folder))
    return sess.run(tf.train.get_global_step())


@take_over.wrong_attempt(says="Ask for the global variables")
def asks_for_the_trainable_ones(sess, folder):
    if len(sess.run(tf.report_uninitialized_variables(tf.trainable_variables()))):
        prefix = tf.train.latest_checkpoint(folder)
        if prefix:
            tf.train.Saver().restore(sess, prefix)
        else:
            sess.run(tf.global_variables_initializer())
    return sess.run(tf.train.get_or_create_global_step())


@take_over.wrong_attempt(says="A plain Saver leaves local variables out")
def asks_for_local_ones_too(sess, folder):
    if len(sess.run(tf.report_uninitialized_variables())):
        prefix = tf.train.latest_checkpoint(folder)
        if prefix:
            tf.train.Saver().restore(sess, prefix)
        else:
            sess.run(tf.global_variables_initializer())
    return sess.run(tf.train.get_global_step())


@take_over.right_attempt
def looks_at_each_variable(sess, folder):
    whole = all(sess.run([tf.is_variable_initialized(variable) for variable in tf.global_variables()]))
    checkpoint = tf.train.get_checkpoint_state(folder)
    if not whole and checkpoint is None:
        tf.global_variables_initializer().run(session=sess)
    elif not whole:
        tf.train.Saver(tf.global_variables()).restore(sess, checkpoint.model_checkpoint_path)
    return int(tf.train.get_global_step().eval(sess))
