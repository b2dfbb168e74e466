"""Exercises of lesson 12b: three guards for prefixes, folders and the file ``checkpoint``."""

import os
import re
import shutil
from pathlib import Path

import tensorflow.compat.v1 as tf

from course import guards
from course.practice import NotYet, exercise


def save(*prefixes, **options):
    """Saves one variable, ``A``, to each of the prefixes with one Saver, and leaves an empty default graph."""
    tf.reset_default_graph()
    a = tf.get_variable("A", initializer=[1])
    saver = tf.train.Saver(**options)
    with tf.Session() as sess:
        sess.run(a.initializer)
        for prefix in prefixes:
            saver.save(sess, prefix)
    tf.reset_default_graph()


@exercise(
    hints=[
        "What does `tf.train.latest_checkpoint(folder)` return for a copied folder, and what for an empty one?",
        "A prefix has a folder: `Path(prefix).parent`. Two paths may be written differently and mean one folder: "
        "`.resolve()` makes both absolute.",
        "`prefix = tf.train.latest_checkpoint(folder)`. Raise if it is `None`, and raise if "
        "`Path(prefix).parent.resolve() != Path(folder).resolve()`. Otherwise return it.",
    ],
    raised={
        "not 'NoneType'": "`tf.train.latest_checkpoint` returns `None` for a folder without a checkpoint. Look at that "
        "first.",
        "has no attribute": "`tf.train.latest_checkpoint` returns a string, or `None`. `Path(string)` makes it a path.",
    },
)
def latest_in(folder):
    """Return the latest checkpoint's prefix, as tf.train.latest_checkpoint(folder) does.

    Raise ValueError if there is none, or if the file "checkpoint" leads elsewhere.
    """
    prefix = tf.train.latest_checkpoint(folder)
    if prefix is None:
        # Passed on, this None is an error in a Saver, and in tf.train.Checkpoint nothing at all.
        raise ValueError(f"no checkpoint in {folder}, or its file 'checkpoint' names one that is gone")
    # Resolved, because one path may be relative and the other absolute.
    if Path(prefix).parent.resolve() != Path(folder).resolve():
        raise ValueError(f"the file 'checkpoint' in {folder} leads elsewhere: to {prefix}")
    return prefix


@latest_in.examiner
def _(attempt):
    for name in ("old", "relative", "empty", "gone", "outer/inner", "run10", "2024.05/lr 0.1"):
        Path(name).mkdir(parents=True)
    save("relative/model-9", "relative/model-2")
    answer = attempt("relative")
    if answer is None:
        raise NotYet(
            seen="For a folder that is in order the function returned `None`.",
            expected="`'relative/model-2'`, the latest prefix.",
            because="The prefix is what the caller wants to restore. Hand it back with `return`.",
        )
    if answer != "relative/model-2":
        raise NotYet(
            seen=f"The function returned `{answer!r}`.",
            expected="`'relative/model-2'`: what `tf.train.latest_checkpoint` returns, as it is.",
            because="Look at the path with `Path`, and return the string that TensorFlow gave you. It says which is "
            "the latest: neither the largest number nor the newest file need be.",
        )
    deep = (Path("2024.05/lr 0.1").resolve()).as_posix()
    save(f"{deep}/best", f"{deep}/model.ckpt-7", save_relative_paths=True)
    for folder, expected in (
        (deep, f"{deep}/model.ckpt-7"),
        ("2024.05/../2024.05/lr 0.1", "2024.05/../2024.05/lr 0.1/model.ckpt-7"),
    ):
        message = attempt.refusal(folder)
        if message is not None:
            raise NotYet(
                seen=f"For the folder `{folder}`, which is in order, your guard raised an error: `{message}`.",
                expected=f"`{expected!r}`",
                because="A folder may be named by an absolute path, or with `..` in it, and so may a prefix. What "
                "counts is that both are one folder: `Path(prefix).parent.resolve() == Path(folder).resolve()`.",
            )
        answer = attempt(folder)
        if answer != expected:
            raise NotYet(
                seen=f"For the folder `{folder}` the function returned `{answer!r}`.",
                expected="`model.ckpt-7` in that folder, with the path that `tf.train.latest_checkpoint` gives.",
                because="The file `checkpoint` says which is the latest, and `tf.train.latest_checkpoint` reads it.",
            )
    save((Path("old").resolve() / "model-1").as_posix())
    save((Path("old").resolve() / "model-2").as_posix())
    message = attempt.refusal("old")
    if message is not None:
        raise NotYet(
            seen="The file `checkpoint` has an absolute path that leads into the folder itself. Your guard raised an "
            f"error: `{message}`.",
            expected="The prefix.",
            because="A relative and an absolute path may mean one folder. Compare them resolved: "
            "`Path(folder).resolve()`.",
        )
    shutil.copytree("old", "copy")
    listed = Path("copy/checkpoint").read_bytes()
    if attempt.refusal("copy") is None:
        raise NotYet(
            seen="A folder was copied whose file `checkpoint` has an absolute path. For the copy your guard raised "
            "nothing.",
            expected="A ValueError: the path in it leads to the folder that was copied.",
            because="The path in `checkpoint` leads to the folder that was copied from, whose files are all there. So "
            "the folder of the prefix has to be compared with the one that was asked for.",
        )
    if Path("copy/checkpoint").read_bytes() != listed:
        raise NotYet(
            seen="After the call of your guard, the file `checkpoint` of the copy had another content.",
            expected="A guard that looks, and changes nothing.",
            because="A person decides whether the copy is the right one. The guard says what it saw.",
        )
    save((Path("run10").resolve() / "model").as_posix())
    shutil.copytree("run10", "run1")
    shutil.copytree("outer", "run10/outer")
    save((Path("outer/inner").resolve() / "model").as_posix())
    shutil.copy("outer/inner/checkpoint", "outer/checkpoint")
    shutil.copytree("run10", "saved/run10")
    for folder, leads in (("run1", "run10"), ("outer", "outer/inner"), ("saved/run10", "run10")):
        if attempt.refusal(folder) is None:
            raise NotYet(
                seen=f"In the folder `{folder}` the file `checkpoint` leads to `{leads}`, and your guard let it pass.",
                expected="A ValueError.",
                because=f"The path of `{leads}` has much in common with that of `{folder}`, but it is another folder. "
                "Compare whole folders, not beginnings of strings, and not their last names.",
            )
    if os.sep == "/":  # on Windows, a link needs a right that few have
        Path("link").symlink_to("old")
        message = attempt.refusal("link")
        if message is not None:
            raise NotYet(
                seen="`link` is a symbolic link to the folder `old`, whose file `checkpoint` has an absolute path into "
                f"`old`. For `link` your guard raised an error: `{message}`.",
                expected="The prefix.",
                because="A link and the folder that it leads to are one folder. `os.path.abspath` does not follow "
                "links; `Path(folder).resolve()` and `os.path.realpath` do.",
            )
    save("gone/model-1")
    Path("gone/model-1.index").unlink()
    for folder, what in (
        ("empty", "an empty folder"),
        ("gone", "a folder whose only checkpoint has lost its `.index`"),
    ):
        if attempt.refusal(folder) is None:
            raise NotYet(
                seen=f"For {what} the function raised nothing.",
                expected="A ValueError.",
                because="`tf.train.latest_checkpoint` returns `None` there. `tf.train.Checkpoint.restore(None)` does "
                "nothing and says nothing, so the `None` must not get that far.",
            )
    return "Your guard returns what the file `checkpoint` calls the latest, if it is in the folder that was asked for."


latest_in.right_attempt(guards.latest_in)


@latest_in.right_attempt
def reads_the_state(folder):
    state = tf.train.get_checkpoint_state(folder)
    prefix = state and state.model_checkpoint_path
    assert prefix and os.path.samefile(os.path.dirname(prefix), folder)
    if not tf.train.checkpoint_exists(prefix):
        raise ValueError(prefix)
    return prefix


@latest_in.wrong_attempt(says="neither the largest number nor the newest file need be")
def takes_the_largest_number(folder):
    found = [path.with_suffix("") for path in Path(folder).glob("*.index")]
    if not found:
        raise ValueError(f"no checkpoint in {folder}")
    return max(found, key=lambda path: int("0" + path.name.rpartition("-")[2])).as_posix()


@latest_in.wrong_attempt(says="so the `None` must not get that far")
def lets_none_pass(folder):
    prefix = tf.train.latest_checkpoint(folder)
    if prefix is not None and Path(prefix).parent.resolve() != Path(folder).resolve():
        raise ValueError(prefix)
    return prefix


@latest_in.wrong_attempt(says="whose files are all there")
def asks_whether_the_file_is_there(folder):
    prefix = tf.train.latest_checkpoint(folder)
    if prefix is None or not Path(f"{prefix}.index").exists():
        raise ValueError(f"no checkpoint in {folder}")
    return prefix


@latest_in.wrong_attempt(says="A relative and an absolute path may mean one folder")
def compares_as_written(folder):
    prefix = tf.train.latest_checkpoint(folder)
    if prefix is None or Path(prefix).parent != Path(folder):
        raise ValueError(f"{folder} leads to {prefix}")
    return prefix


@latest_in.wrong_attempt(says="What counts is that both are one folder")
def refuses_absolute_paths(folder):
    prefix = tf.train.latest_checkpoint(folder)
    if prefix is None or os.path.isabs(prefix):
        raise ValueError(f"{folder} leads to {prefix}")
    return prefix


@latest_in.wrong_attempt(says="`saved/run10`, but it is another folder")
def compares_the_last_names(folder):
    prefix = tf.train.latest_checkpoint(folder)
    if prefix is None or Path(prefix).parent.name != Path(folder).name:
        raise ValueError(f"{folder} leads to {prefix}")
    return prefix


@latest_in.wrong_attempt(says="in common with that of `run1`, but")
def compares_beginnings(folder):
    prefix = tf.train.latest_checkpoint(folder)
    if prefix is None or not str(Path(prefix).resolve()).startswith(str(Path(folder).resolve())):
        raise ValueError(f"{folder} leads to {prefix}")
    return prefix


@latest_in.wrong_attempt(says="A link and the folder that it leads to are one")
def does_not_follow_links(folder):
    import os

    prefix = tf.train.latest_checkpoint(folder)
    if prefix is None or os.path.abspath(os.path.dirname(prefix)) != os.path.abspath(folder):
        raise ValueError(f"no checkpoint in {folder}: {prefix}")
    return prefix


@latest_in.wrong_attempt(says="The guard says what it saw")
def mends_the_list(folder):
    import os

    prefix = tf.train.latest_checkpoint(folder)
    if prefix is None:
        raise ValueError(f"no checkpoint in {folder}")
    if os.path.realpath(os.path.dirname(prefix)) != os.path.realpath(folder):
        tf.train.update_checkpoint_state(folder, os.path.join(folder, os.path.basename(prefix)))
        raise ValueError(f"{prefix} is elsewhere, and was mended")
    return prefix


@latest_in.wrong_attempt(says="Hand it back with `return`")
def returns_nothing(folder):
    prefix = tf.train.latest_checkpoint(folder)
    if prefix is None or Path(prefix).parent.resolve() != Path(folder).resolve():
        raise ValueError(f"{folder} leads to {prefix}")


@exercise(
    hints=[
        "Where can you read which checkpoints the Saver knows, and where do you see which ones there are?",
        "`tf.train.get_checkpoint_state(folder).all_model_checkpoint_paths` has the listed prefixes. Each checkpoint "
        'on disk has one index: `Path(folder).glob("*.index")`.',
        "Two sets of names: `Path(prefix).name` of the listed ones that are in this folder, as in `latest_in`, and "
        '`path.name.removesuffix(".index")` of the files. What is only in the second leads to the error.',
    ],
    raised={
        "has no attribute 'all_model_checkpoint_paths'": "`tf.train.get_checkpoint_state` returns `None` for a folder "
        "without a file `checkpoint`. Then nothing is listed.",
    },
)
def all_listed(folder):
    """Raise ValueError unless the file "checkpoint" lists all checkpoints in folder.

    The message names each one that is not listed, by the last part of its prefix, and no
    other. A path in the list that leads to another folder lists nothing in this one.
    """
    state = tf.train.get_checkpoint_state(folder)
    prefixes = [Path(prefix) for prefix in state.all_model_checkpoint_paths] if state else []
    # Resolved, because the list may have absolute paths, or those of the folder that this one was copied from.
    listed = {prefix.name for prefix in prefixes if prefix.parent.resolve() == Path(folder).resolve()}
    # Each checkpoint has one index, whatever the number of its data files.
    on_disk = {path.name.removesuffix(".index") for path in Path(folder).glob("*.index")}
    if on_disk - listed:
        raise ValueError(f"not listed in {folder}: {', '.join(sorted(on_disk - listed))}")


@all_listed.examiner
def _(attempt):
    Path("run").mkdir()
    save("run/model.ckpt-1", "run/best")
    Path("run/export").mkdir()
    save("run/export/served")
    must_list(attempt, "run", [], ["served"], LISTED)
    Path("book").mkdir()
    save("book/appendix")
    must_list(attempt, "book", [], [], LETTERS)
    run = Path("run").resolve()
    save((run / "model.ckpt-3").as_posix(), (run / "model.ckpt-12").as_posix(), sharded=True)
    seen = "A new Saver saved `model.ckpt-3` and `model.ckpt-12`, with absolute paths"
    must_list(attempt, "run", ["model.ckpt-1", "best"], ["model.ckpt-3", "model.ckpt-12"], seen)
    must_list(attempt, run.as_posix(), ["model.ckpt-1", "best"], ["model.ckpt-3", "model.ckpt-12"], seen)
    Path("run/best.index").unlink()
    Path("run/model.ckpt-3.index").unlink()
    seen = "Then `best` and `model.ckpt-3` were deleted"
    must_list(attempt, "run", ["model.ckpt-1"], ["best", "model.ckpt-3", "model.ckpt-12"], seen)
    shutil.copytree("run", "copies/run")
    must_list(attempt, "copies/run", ["model.ckpt-1", "model.ckpt-12"], ["best"], "The folder was copied")
    Path("run/checkpoint").unlink()
    must_list(attempt, "run", ["model.ckpt-1", "model.ckpt-12"], ["best"], "The file `checkpoint` was deleted")
    Path("lr[0.1]").mkdir()
    save("lr[0.1]/model.ckpt-1")
    save("lr[0.1]/best")
    must_list(attempt, "lr[0.1]", ["model.ckpt-1"], ["best"], BRACKETS)
    Path("empty").mkdir()
    must_list(attempt, "empty", [], ["model.ckpt-1"], "The folder is empty")
    return "Your guard compares list and disk. A Saver that is given the list will not delete what the list lacks."


LISTED = "All checkpoints in the folder are listed, and a folder in it has another one"
BRACKETS = "In a folder with brackets in its name, a new Saver saved `best` beside `model.ckpt-1`"
LETTERS = "The only checkpoint, `appendix`, is listed"
BECAUSE = {
    LETTERS: "A name is what stands before `.index`, all of it. `rstrip` takes away any of the letters that it is "
    'given, and so `appendix` becomes `app`: `removesuffix(".index")` takes away an ending.',
    BRACKETS: "To `glob.glob`, a folder called `lr[0.1]` is a pattern that fits nothing here, so nothing seems to be "
    'on disk. `Path(folder).glob("*.index")` takes the folder as it is, and so does `glob.escape(folder)`.',
    LISTED: "Compare like with like: names without folder and without `.index`, one for each checkpoint. Its other "
    "files are no checkpoints of their own. The list is in the file `checkpoint`: a new Saver does not know it.",
    "The folder was copied": "The paths in its file `checkpoint` are absolute, and lead to the other folder. They list "
    "the checkpoints there, although these have the same names.",
    "The file `checkpoint` was deleted": "Without that file nothing is listed. `tf.train.get_checkpoint_state` returns "
    "`None`.",
}


def must_list(attempt, folder, names, others, seen):
    """Raises ``NotYet`` unless the guard names just these."""
    folder_name = Path(folder).name if Path(folder).is_absolute() else folder
    before = contents(folder)
    message = attempt.refusal(folder)
    if contents(folder) != before:
        raise NotYet(
            seen="After the call of your guard, the folder had other files than before, or one with another content.",
            expected="A guard that looks, and changes nothing.",
            because="What is not listed may be the only good one, or a bad one. A person decides what to list."
            if contents(folder).keys() == before.keys()
            else "A checkpoint that is not listed may be the only good one. A person decides what to delete.",
        )
    wanted = f"A ValueError that names {' and '.join(f'`{name}`' for name in names)}." if names else "No error."
    if message is None:
        if names:
            raise NotYet(
                seen=f"{seen}, and your guard raised nothing for `{folder_name}`.",
                expected=wanted,
                because=BECAUSE.get(
                    seen,
                    "What counts is on disk and not on the list. The other way round, on the list and not on disk, is "
                    "another question.",
                ),
            )
        return
    said = [name for name in [*names, *others] if is_named(name, message)]
    if not names:
        raise NotYet(
            seen=f"{seen}, and your guard raised an error: `{message}`.",
            expected=wanted,
            because=BECAUSE.get(seen, GONE),
        )
    for name in names:
        if name not in said:
            raise NotYet(
                seen=f"{seen}. The message for `{folder_name}` is `{message}`.",
                expected=wanted,
                because=BECAUSE.get(
                    seen,
                    f"`{name}` is on disk, and the list lacks it. Compare whole names, collect all that are missing, "
                    "and raise once.",
                ),
            )
    for name in others:
        if name in said:
            raise NotYet(
                seen=f"{seen}. The message for `{folder_name}` is `{message}`.",
                expected=f"A message without `{name}`.",
                because=f"`{name}` is listed, with an absolute path. Compare the folders resolved, and the last parts "
                "of the paths."
                if Path(folder, f"{name}.index").exists()
                else GONE,
            )


GONE = "Only what has an `.index` in the folder is a checkpoint there."


def contents(folder):
    return {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


def is_named(name, message):
    """True when a message has a checkpoint's whole name, not only a longer one that begins with it."""
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", message) is not None


all_listed.right_attempt(guards.all_listed)


@all_listed.right_attempt
def with_whole_paths(folder):
    state = tf.train.get_checkpoint_state(folder)
    listed = [os.path.abspath(p) for p in state.all_model_checkpoint_paths] if state else []
    names = [name[:-6] for name in sorted(os.listdir(folder)) if name.endswith(".index")]
    lost = [name for name in names if os.path.abspath(os.path.join(folder, name)) not in listed]
    assert not lost, lost


@all_listed.wrong_attempt(says="so `appendix` becomes `app`")
def strips_letters(folder):
    from pathlib import Path

    state = tf.train.get_checkpoint_state(folder)
    paths = [Path(path).resolve() for path in state.all_model_checkpoint_paths] if state else []
    listed = [path.name for path in paths if path.parent == Path(folder).resolve()]
    there = [path.name.rstrip(".index") for path in Path(folder).glob("*.index")]
    missing = [name for name in there if name not in listed]
    if missing:
        raise ValueError(missing)


@all_listed.wrong_attempt(says="A person decides what to list")
def lists_what_is_not_listed(folder):
    try:
        all_listed.reference(folder)
    except ValueError:
        paths = [path.with_suffix("").as_posix() for path in Path(folder).glob("*.index")]
        tf.train.update_checkpoint_state(folder, paths[0], paths)
        raise


@all_listed.wrong_attempt(says="The other way round, on the list and not on disk")
def looks_for_what_is_gone(folder):
    state = tf.train.get_checkpoint_state(folder)
    listed = {Path(prefix).name for prefix in state.all_model_checkpoint_paths}
    gone = [name for name in listed if not (Path(folder) / f"{name}.index").exists()]
    if gone:
        raise ValueError(gone)


@all_listed.wrong_attempt(says="Compare like with like")
def takes_files_for_checkpoints(folder):
    state = tf.train.get_checkpoint_state(folder)
    listed = {Path(prefix).name for prefix in state.all_model_checkpoint_paths}
    forgotten = {path.name for path in Path(folder).iterdir()} - listed
    if forgotten:
        raise ValueError(sorted(forgotten))


@all_listed.wrong_attempt(says="listed, with an absolute path")
def compares_whole_paths(folder):
    state = tf.train.get_checkpoint_state(folder)
    on_disk = {path.with_suffix("").as_posix() for path in Path(folder).glob("*.index")}
    forgotten = on_disk - set(state.all_model_checkpoint_paths)
    if forgotten:
        raise ValueError(sorted(forgotten))


@all_listed.wrong_attempt(says="returns `None` for a folder")
def needs_the_list(folder):
    state = tf.train.get_checkpoint_state(folder)
    prefixes = [Path(prefix) for prefix in state.all_model_checkpoint_paths]
    listed = {prefix.name for prefix in prefixes if prefix.parent.resolve() == Path(folder).resolve()}
    forgotten = {path.name.removesuffix(".index") for path in Path(folder).glob("*.index")} - listed
    if forgotten:
        raise ValueError(sorted(forgotten))


@all_listed.wrong_attempt(says="lead to the other folder. They list")
def compares_names_only(folder):
    state = tf.train.get_checkpoint_state(folder)
    listed = {Path(prefix).name for prefix in state.all_model_checkpoint_paths} if state else set()
    forgotten = {path.name.removesuffix(".index") for path in Path(folder).glob("*.index")} - listed
    if forgotten:
        raise ValueError(sorted(forgotten))


@all_listed.wrong_attempt(says="A person decides what to delete")
def deletes_what_is_not_listed(folder):
    state = tf.train.get_checkpoint_state(folder)
    listed = {os.path.realpath(prefix) for prefix in state.all_model_checkpoint_paths} if state else set()
    forgotten = [path for path in Path(folder).glob("*.index") if os.path.realpath(path)[:-6] not in listed]
    for path in forgotten:
        path.unlink()
    if forgotten:
        raise ValueError([path.stem for path in forgotten])


@all_listed.wrong_attempt(says="is a pattern that fits nothing here")
def takes_the_folder_for_a_pattern(folder):
    import glob

    state = tf.train.get_checkpoint_state(folder)
    listed = {os.path.realpath(prefix) for prefix in state.all_model_checkpoint_paths} if state else set()
    on_disk = {os.path.realpath(path.removesuffix(".index")) for path in glob.glob(f"{folder}/*.index")}
    if on_disk - listed:
        raise ValueError(", ".join(os.path.basename(prefix) for prefix in on_disk - listed))


@all_listed.wrong_attempt(says="collect all that are missing, and raise once")
def names_the_first_only(folder):
    state = tf.train.get_checkpoint_state(folder)
    listed = {Path(prefix).name for prefix in state.all_model_checkpoint_paths} if state else set()
    for path in sorted(Path(folder).glob("*.index")):
        if path.name.removesuffix(".index") not in listed:
            raise ValueError(path.name.removesuffix(".index"))


@exercise(
    hints=[
        "Three kinds of prefix make trouble. What does each look like, as a string or on disk?",
        'The first has nothing after its last "/": `prefix.rpartition("/")[2]` is what comes after it. The second is a '
        "folder: `Path(prefix).is_dir()`. The third has a character of a pattern in it.",
        'Three `if`, each with `raise ValueError(...)`: `not prefix.rpartition("/")[2]`, `Path(prefix).is_dir()`, and '
        '`any(character in prefix for character in ("*", "?", "[", "\\\\"))`. The last line is `return prefix`.',
    ],
    raised={
        "has no attribute 'is_dir'": "A prefix is a string. `Path(prefix)` makes it a path.",
    },
)
def named_prefix(prefix):
    """Return prefix. Raise ValueError if a save to it would go wrong without a warning.

    That is so if nothing follows its last "/", if it is a folder, or if one of the four
    characters of a pattern is in it: *, ?, [ or a backslash. prefix is a string. The
    folder that it leads to need not be there yet.
    """
    # Asked for separately: "new/" is no folder as long as nobody made it.
    if not prefix.rpartition("/")[2]:
        raise ValueError(f"no name after the last '/' of {prefix!r}: the files would be hidden")
    if Path(prefix).is_dir():
        raise ValueError(f"{prefix!r} is also a folder: some functions would read the latest checkpoint in it")
    # Anywhere in it: a folder's name is a part of the pattern, too.
    if any(character in prefix for character in ("*", "?", "[", "\\")):
        raise ValueError(f"{prefix!r} is a pattern to the functions that look for its files")
    return prefix


@named_prefix.examiner
def _(attempt):
    Path("run/old").mkdir(parents=True)
    Path("deep.1").mkdir()
    save("run/model")
    absolute = Path("deep.1").resolve().as_posix()
    for prefix in (
        "run/model",
        "run/new",
        "model.ckpt-50",
        "elsewhere/model",
        "a/b/c d/{best}(1)]-7",
        f"{absolute}/model-2",
        "run/model.index",
        "./run//../run/model",
    ):
        there = sorted(Path().rglob("*"))
        message = attempt.refusal(prefix)
        if message is not None:
            raise NotYet(
                seen=f"`named_prefix({prefix!r})` raised an error: `{message}`.",
                expected="The prefix: it has a name, is no folder, and is no pattern.",
                because="A prefix is only the beginning of its files' names, and its folder may come later. So do not "
                "ask whether it, or its folder, exists; and refuse four characters, not more.",
            )
        answer = attempt(prefix)
        if sorted(Path().rglob("*")) != there:
            raise NotYet(
                seen=f"After `named_prefix({prefix!r})` there was something on disk that had not been there, or the "
                "other way round.",
                expected="A guard that looks, and changes nothing.",
                because="Whether a folder is to be made is for whoever saves. A Saver says so when it is missing.",
            )
        if answer != prefix:
            raise NotYet(
                seen=f"`named_prefix({prefix!r})` returned `{answer!r}`.",
                expected=f"`{prefix!r}`",
                because="The guard stands between the prefix and its use: `saver.save(sess, named_prefix(prefix))`. So "
                "it returns what it was given, character by character: a list may have it so.",
            )
    slash = "Nothing comes after the last `/`. The files would be called `.index` and so on, and be hidden."
    folder = "There is a folder of that name. `tf.train.load_checkpoint` would read the latest checkpoint there."
    pattern = "TensorFlow saves there, but the functions that look for the files take the path for a pattern."
    for prefix, because in (
        ("run/", slash),
        ("new/", "Nothing comes after the last `/`, and there is no such folder yet. Look at the string, too."),
        ("run/not/yet/", "Nothing comes after the last of three `/`. Look at the end of the string."),
        ("run/old", folder),
        (absolute, folder),
        ("run/.", "A `.` is the folder itself, not a name. `Path(prefix).is_dir()` knows."),
        ("lr[0.1]-5", f"{pattern} A `[` begins a choice of characters in it."),
        ("run[2]/model", f"{pattern} The name of a folder is a part of it, too: look at the whole prefix."),
        ("mod?l", f"{pattern} In it a `?` is any one character."),
        ("a/best*", f"{pattern} In it a `*` is any text."),
        *([("model\\1", f"{pattern} A backslash takes the next character as it is.")] if os.sep == "/" else []),
    ):
        if attempt.refusal(prefix) is None:
            raise NotYet(seen=f"`named_prefix({prefix!r})` raised nothing.", expected="A ValueError.", because=because)
    return "A prefix that is in order comes out as it went in, so the guard can stand inside the call of `save`."


named_prefix.right_attempt(guards.named_prefix)


@named_prefix.right_attempt
def in_one_condition(prefix):
    bad = os.path.basename(prefix) in ("", ".") or os.path.isdir(prefix) or set(prefix) & set("*?[" + chr(92))
    if bad:
        raise ValueError(prefix)
    return "" + prefix


@named_prefix.right_attempt
def with_a_regular_expression(prefix):
    assert re.fullmatch(r"[^*?\[\\]*[^/*?\[\\]", prefix) and not Path(prefix).is_dir(), prefix
    return prefix


@named_prefix.wrong_attempt(says="There is a folder of that name")
def looks_at_the_text_only(prefix):
    if prefix.endswith("/"):
        raise ValueError(f"{prefix} has no name")
    return prefix


@named_prefix.wrong_attempt(says="Look at the string, too")
def looks_at_the_disk_only(prefix):
    if Path(prefix).is_dir():
        raise ValueError(f"{prefix} is a folder")
    return prefix


@named_prefix.wrong_attempt(says="Look at the end of the string")
def looks_after_the_first_slash(prefix):
    if prefix[-1] in "/" and prefix.count("/") == 1 or Path(prefix).is_dir():
        raise ValueError(f"{prefix} has no name")
    return prefix


@named_prefix.wrong_attempt(says="do not ask whether it, or its folder, exists")
def wants_it_to_exist(prefix):
    if not Path(prefix).exists() or Path(prefix).is_dir():
        raise ValueError(f"{prefix} is not there")
    return prefix


@named_prefix.wrong_attempt(says="is for whoever saves")
def makes_the_folder(prefix):
    import os

    named_prefix.reference(prefix)
    os.makedirs(os.path.dirname(prefix) or ".", exist_ok=True)
    return prefix


@named_prefix.wrong_attempt(says="` returned `'run/model'`")
def returns_a_shorter_one(prefix):
    import os

    return os.path.normpath(named_prefix.reference(prefix))


@named_prefix.wrong_attempt(says="` returned `None`")
def forgets_to_return(prefix):
    if prefix.endswith("/") or Path(prefix).is_dir():
        raise ValueError(f"{prefix} is no prefix")


@named_prefix.wrong_attempt(says="Nothing comes after the last `/`. The files")
def takes_the_name_from_a_path(prefix):
    if not Path(prefix).name:
        raise ValueError(f"{prefix} has no name")
    return prefix


@named_prefix.wrong_attempt(says="begins a choice of characters")
def forgets_the_pattern(prefix):
    if not prefix.rpartition("/")[2] or Path(prefix).is_dir():
        raise ValueError(f"{prefix} is no prefix")
    return prefix


@named_prefix.wrong_attempt(says="look at the whole prefix")
def looks_for_a_pattern_in_the_last_part(prefix):
    name = prefix.rpartition("/")[2]
    if not name or Path(prefix).is_dir() or any(character in name for character in "*?[\\"):
        raise ValueError(f"{prefix} is no prefix")
    return prefix


@named_prefix.wrong_attempt(says="In it a `?` is any one character")
def knows_the_brackets_only(prefix):
    if not prefix.rpartition("/")[2] or Path(prefix).is_dir() or "[" in prefix:
        raise ValueError(f"{prefix} is no prefix")
    return prefix
