"""Exercises of lesson 12b: three guards for prefixes, folders and the file ``checkpoint``."""

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


latest_in = exercise(
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
        "has no attribute": "`tf.train.latest_checkpoint` returns a text, or `None`. `Path(text)` makes it a path.",
    },
    lesson=__name__,
)(guards.latest_in)


@latest_in.examiner
def _(attempt):
    for name in ("old", "relative", "empty", "gone", "outer/inner", "run10"):
        Path(name).mkdir(parents=True)
    save("relative/model-1", "relative/model-2")
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
            because="Look at the path with `Path`, and return the text that you were given.",
        )
    save((Path("old").resolve() / "model-1").as_posix())
    if attempt.refusal("old") is not None:
        raise NotYet(
            seen="The file `checkpoint` has an absolute path that leads into the folder itself. Your guard raised an "
            "error.",
            expected="The prefix.",
            because="A relative and an absolute path may mean one folder. Compare them resolved: "
            "`Path(folder).resolve()`.",
        )
    shutil.copytree("old", "copy")
    if attempt.refusal("copy") is None:
        raise NotYet(
            seen="A folder was copied whose file `checkpoint` has an absolute path. For the copy your guard returned "
            f"the old folder's `{Path(tf.train.latest_checkpoint('copy')).parent.name}/model-1`.",
            expected="A ValueError.",
            because="The path in `checkpoint` leads to the folder that was copied from, whose files are all there. So "
            "the folder of the prefix has to be compared with the one that was asked for.",
        )
    save((Path("run10").resolve() / "model").as_posix())
    shutil.copytree("run10", "run1")
    shutil.copytree("outer", "run10/outer")
    save((Path("outer/inner").resolve() / "model").as_posix())
    shutil.copy("outer/inner/checkpoint", "outer/checkpoint")
    for folder, leads in (("run1", "run10"), ("outer", "outer/inner")):
        if attempt.refusal(folder) is None:
            raise NotYet(
                seen=f"In the folder `{folder}` the file `checkpoint` leads to `{leads}`, and your guard let it pass.",
                expected="A ValueError.",
                because=f"The path of `{leads}` begins like that of `{folder}`, but it is another folder. Compare "
                "folders, not beginnings of texts.",
            )
    if attempt.refusal("empty") is None:
        raise NotYet(
            seen="For an empty folder the function raised nothing.",
            expected="A ValueError.",
            because="`tf.train.latest_checkpoint` returns `None` there. `tf.train.Checkpoint.restore(None)` does "
            "nothing and says nothing, so the `None` must not get that far.",
        )
    return "The name in `checkpoint` was looked up, and its folder compared with the one that you asked for."


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


@latest_in.wrong_attempt(says="not beginnings of texts")
def compares_beginnings(folder):
    prefix = tf.train.latest_checkpoint(folder)
    if prefix is None or not str(Path(prefix).resolve()).startswith(str(Path(folder).resolve())):
        raise ValueError(f"{folder} leads to {prefix}")
    return prefix


@latest_in.wrong_attempt(says="Hand it back with `return`")
def returns_nothing(folder):
    prefix = tf.train.latest_checkpoint(folder)
    if prefix is None or Path(prefix).parent.resolve() != Path(folder).resolve():
        raise ValueError(f"{folder} leads to {prefix}")


all_listed = exercise(
    hints=[
        "Where can you read which checkpoints the Saver knows, and where which ones there are?",
        "`tf.train.get_checkpoint_state(folder).all_model_checkpoint_paths` has the listed prefixes. Each checkpoint "
        'on disk has one index: `Path(folder).glob("*.index")`.',
        'Two sets of names: `Path(prefix).name` of the listed ones, and `path.name.removesuffix(".index")` of the '
        "files. What is in the second and not in the first leads to the error.",
    ],
    raised={
        "has no attribute 'all_model_checkpoint_paths'": "`tf.train.get_checkpoint_state` returns `None` for a folder "
        "without a file `checkpoint`. Then nothing is listed.",
    },
    lesson=__name__,
)(guards.all_listed)


@all_listed.examiner
def _(attempt):
    Path("run").mkdir()
    save("run/model-1", "run/model-2")
    message = attempt.refusal("run")
    if message is not None:
        raise NotYet(
            seen=f"All checkpoints are listed, and your guard raised an error: `{message}`.",
            expected="No error.",
            because="Compare like with like: names without folder and without `.index`, one for each checkpoint. Its "
            "other files are no checkpoints of their own.",
        )
    save((Path("run").resolve() / "model-3").as_posix())
    message = attempt.refusal("run")
    if message is None:
        raise NotYet(
            seen="A new Saver saved `model-3`. The file `checkpoint` lists nothing else, `model-1` and `model-2` are "
            "on disk, and your guard raised nothing.",
            expected="A ValueError that names `model-1` and `model-2`.",
            because="What counts is on disk and not on the list. The other way round, on the list and not on disk, is "
            "a matter of its own.",
        )
    for name in ("model-1", "model-2"):
        if name not in message:
            raise NotYet(
                seen=f"The message is `{message}`.",
                expected="A message that names `model-1` and `model-2`.",
                because="Two were forgotten. Collect the names, and raise once.",
            )
    if "model-3" in message:
        raise NotYet(
            seen=f"The message is `{message}`.",
            expected="A message without `model-3`.",
            because="`model-3` is listed, with an absolute path. Compare the last parts of the paths.",
        )
    Path("run/checkpoint").unlink()
    if attempt.refusal("run") is None:
        raise NotYet(
            seen="The file `checkpoint` was deleted, and your guard raised nothing.",
            expected="A ValueError that names all three.",
            because="Without that file nothing is listed. `tf.train.get_checkpoint_state` returns `None`.",
        )
    return "The list and the disk were compared. What the list lacks, no Saver will delete, and no tool will offer."


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
    listed = {Path(prefix).name for prefix in state.all_model_checkpoint_paths}
    forgotten = {path.name.removesuffix(".index") for path in Path(folder).glob("*.index")} - listed
    if forgotten:
        raise ValueError(sorted(forgotten))


@all_listed.wrong_attempt(says="Two were forgotten")
def names_the_first_only(folder):
    state = tf.train.get_checkpoint_state(folder)
    listed = {Path(prefix).name for prefix in state.all_model_checkpoint_paths}
    for path in sorted(Path(folder).glob("*.index")):
        if path.name.removesuffix(".index") not in listed:
            raise ValueError(path.name.removesuffix(".index"))


named_prefix = exercise(
    hints=[
        "Two kinds of prefix make trouble. What does each look like, as a text and on disk?",
        'The one has nothing after its last "/": `prefix.rpartition("/")[2]` is what comes after it. The other is a '
        "folder: `Path(prefix).is_dir()`.",
        'Two `if`, each with a `raise ValueError(...)`: `not prefix.rpartition("/")[2]`, and `Path(prefix).is_dir()`. '
        "The last line is `return prefix`.",
    ],
    raised={
        "has no attribute 'is_dir'": "A prefix is a text. `Path(prefix)` makes it a path.",
    },
    lesson=__name__,
)(guards.named_prefix)


@named_prefix.examiner
def _(attempt):
    Path("run/old").mkdir(parents=True)
    save("run/model")
    for prefix in ("run/model", "run/new", "model.ckpt-50", "elsewhere/model"):
        message = attempt.refusal(prefix)
        if message is not None:
            raise NotYet(
                seen=f"`named_prefix({prefix!r})` raised an error: `{message}`.",
                expected="The prefix: it has a name, and is no folder.",
                because="No file has a prefix as its whole name, before a save or after it, and its folder may come "
                "later. So do not ask whether it exists.",
            )
        answer = attempt(prefix)
        if answer != prefix:
            raise NotYet(
                seen=f"`named_prefix({prefix!r})` returned `{answer!r}`.",
                expected=f"`{prefix!r}`",
                because="The guard stands between the prefix and its use: `saver.save(sess, named_prefix(prefix))`. So "
                "it returns what it was given.",
            )
    for prefix, because in (
        ("run/", "Nothing comes after the last `/`. The files would be called `.index` and so on, and be hidden."),
        ("new/", "Nothing comes after the last `/`, and there is no such folder yet. Look at the text, too."),
        (
            "run/old",
            "There is a folder of that name. `tf.train.load_checkpoint` would read the latest checkpoint there.",
        ),
        ("run/.", "A `.` is the folder itself, not a name. `Path(prefix).is_dir()` knows."),
    ):
        if attempt.refusal(prefix) is None:
            raise NotYet(seen=f"`named_prefix({prefix!r})` raised nothing.", expected="A ValueError.", because=because)
    return "A prefix goes through the guard before a save and before a restore, and comes out as it was."


@named_prefix.wrong_attempt(says="There is a folder of that name")
def looks_at_the_text_only(prefix):
    if prefix.endswith("/"):
        raise ValueError(f"{prefix} has no name")
    return prefix


@named_prefix.wrong_attempt(says="Look at the text, too")
def looks_at_the_disk_only(prefix):
    if Path(prefix).is_dir():
        raise ValueError(f"{prefix} is a folder")
    return prefix


@named_prefix.wrong_attempt(says="do not ask whether it exists")
def wants_it_to_exist(prefix):
    if not Path(prefix).exists() or Path(prefix).is_dir():
        raise ValueError(f"{prefix} is not there")
    return prefix


@named_prefix.wrong_attempt(says="it returns what it was given")
def forgets_to_return(prefix):
    if prefix.endswith("/") or Path(prefix).is_dir():
        raise ValueError(f"{prefix} is no prefix")


@named_prefix.wrong_attempt(says="Nothing comes after the last `/`. The files")
def takes_the_name_from_a_path(prefix):
    if not Path(prefix).name:
        raise ValueError(f"{prefix} has no name")
    return prefix
