"""Exercises of lesson 14b: a save that is safe when it returns, and a file that is never half written."""

import os
import tempfile
from pathlib import Path
from unittest import mock

import tensorflow.compat.v1 as tf

from course import durable
from course.practice import NotYet, exercise

FOLDER = (
    "A folder cannot be opened for writing. `os.open(folder, os.O_RDONLY)` gives a descriptor for `os.fsync`, on Linux "
    "and macOS."
)


class Fsync:
    """Stands in for ``os.fsync`` within a block, and notes what it was called for, in order.

    Attributes:
        done: for each call the inode, and the path that it had at the time if it is below ``folder``, else None.
        open: descriptors that were passed, and the inode that each had.
    """

    def __init__(self, folder):
        self.folder, self.done, self.open = Path(folder), [], {}

    def __enter__(self):
        self.real, os.fsync = os.fsync, self
        return self

    def __exit__(self, *_):
        os.fsync = self.real

    def __call__(self, file):
        self.real(file)
        descriptor = file if isinstance(file, int) else file.fileno()
        inode = os.fstat(descriptor).st_ino
        there = {path.stat().st_ino: path for path in [self.folder, *self.folder.rglob("*")]}
        self.done.append((inode, there.get(inode)))
        self.open[descriptor] = inode

    @property
    def paths(self):
        return [path for _, path in self.done]

    def left_open(self):
        """How many of the descriptors are still open."""
        return sum(inode_of(descriptor) == inode for descriptor, inode in self.open.items())


def inode_of(descriptor):
    try:
        return os.fstat(descriptor).st_ino
    except OSError:
        return None


class Flipping:
    """A Saver whose files are damaged on the way: after each save one bit of a data file is another one."""

    def __init__(self, saver, place):
        self.saver, self.place = saver, place

    def __getattr__(self, name):
        return getattr(self.saver, name)

    def save(self, *arguments, **options):
        saved = self.saver.save(*arguments, **options)
        data = sorted(Path(saved).parent.glob(f"{Path(saved).name}.data-*"))[min(self.place, 0)]
        content = bytearray(data.read_bytes())
        content[self.place] ^= 1
        data.write_bytes(content)
        return saved


@exercise(
    hints=[
        "When `saver.save` returns, what is not certain yet: about what was written, and about where it is?",
        "About what: read it back, `tf.train.NewCheckpointReader(saved).get_tensor(name)` for each name. About where: "
        "`os.fsync(descriptor)` of each file, and of the folder. `os.open(path, os.O_RDONLY)` gives a descriptor.",
        "After the save: loop over `reader.get_variable_to_shape_map()`. Then for each file whose name begins with "
        "the checkpoint's and a dot: `descriptor = os.open(path, os.O_RDONLY)`, `os.fsync(descriptor)`, "
        "`os.close(descriptor)`. The folder comes last, in the same way. `return saved`.",
    ],
    raised={
        "Is a directory": FOLDER,
        "Permission denied": FOLDER,  # the same, on Windows
        "No such file or directory: ''": "A prefix may have no folder in it. Then its files are in the current one, a "
        'folder called `.`: `os.path.dirname(saved) or "."`.',
        "No such file": "The prefix is not a file. Its files are called `saved + '.index'` and so on.",
        "Unable to open table file": "The reader wants the prefix that `saver.save` returned, with the step.",
        "Failed to find any matching files": "The reader wants the prefix that `saver.save` returned, with the step.",
    },
)
def save_durably(saver, sess, prefix, step):
    """Save with global_step=step. Return what saver.save returns, once all is safe.

    Safe: each value can be read back from the file, and the checkpoint's files (there may
    be several data files) and then their folder have been passed to os.fsync. If a value
    cannot be read, let the error out.
    """
    saved = saver.save(sess, prefix, global_step=step)
    # A checksum is compared when a value is read. So read all of them, while the session still has them.
    reader = tf.train.NewCheckpointReader(saved)
    for name in reader.get_variable_to_shape_map():
        reader.get_tensor(name)
    folder = Path(saved).parent
    files = [path for path in folder.iterdir() if path.name.startswith(Path(saved).name + ".")]
    # The names are in the folder, so it has to be on the disk as well: last, when what they lead to is there.
    for path in [*files, folder]:
        descriptor = os.open(path, os.O_RDONLY)  # on Windows: os.O_RDWR, and without the folder
        os.fsync(descriptor)
        os.close(descriptor)  # else there are no descriptors left after some hundred saves
    return saved


for change in (
    "files = [path for path in folder.iterdir() if path.name.startswith(Path(saved).name + '.')] -> "
    "files = [path for path in folder.iterdir() if path.name.startswith(Path(saved).name + '')]",
    "files = [path for path in folder.iterdir() if path.name.startswith(Path(saved).name + '.')] -> "
    "files = [path for path in folder.iterdir()]",
):
    save_durably.may_pass(change, because="It costs time, and does no harm, to pass more files to os.fsync.")


@save_durably.examiner
def _(attempt):
    with tf.device("/cpu:0"):
        a = tf.get_variable("A", initializer=[3, 3])
        b = tf.get_variable("net/B", initializer=[0.5] * 3, trainable=False)
    with tf.device("/cpu:1"):
        c = tf.get_variable("net/C", initializer=[7.0, 8.0])
    # Two processors as TensorFlow sees it: a sharded Saver writes a data file for each.
    with tf.Session(config=tf.ConfigProto(device_count={"CPU": 2})) as sess:
        sess.run([a.initializer, b.initializer, c.initializer])
        for prefix, step, sharded in (
            ("here", 5, False),  # the first, while the current folder has nothing else
            ("run/model", 5, False),
            (os.path.abspath("v1.5/net-2.ckpt"), 12, True),
        ):
            saver = tf.train.Saver(max_to_keep=None, sharded=sharded)
            Path(prefix).parent.mkdir(exist_ok=True)
            a_save(attempt, saver, sess, prefix, step)
            for place in (0, -1, 10):  # 10 is in the variable that is not trainable
                a_damaged_save(attempt, Flipping(saver, place), sess, prefix, step + 1 + abs(place))
    return (
        "When your function returns, each value could be read, and files and folder have been passed to `os.fsync`: "
        "neither a killed process nor a power failure takes them. Against a disk that damages what it stores, only a "
        "copy elsewhere helps."
    )


def a_save(attempt, saver, sess, prefix, step):
    folder, wanted = Path(prefix).parent, f"{prefix}-{step}"
    with Fsync(folder) as fsync:
        answer = attempt(saver, sess, prefix, step)
    names = sorted(path.name for path in folder.iterdir())
    if f"{Path(wanted).name}.index" not in names:
        raise NotYet(
            seen=f"The folder has {', '.join(f'`{name}`' for name in names) or 'no file'}.",
            expected=f"A checkpoint `{Path(wanted).name}`.",
            because="`saver.save(sess, prefix, global_step=step)` puts the step into the name, so that no save "
            "touches the files of another one.",
        )
    if answer != wanted:
        raise NotYet(
            seen=f"The function returned `{answer!r}`.",
            expected=f"`{wanted!r}`, what `saver.save` returned.",
            because="Hand the prefix back with `return`: to the caller it means that all is safe.",
        )
    files = [folder / name for name in names if name.startswith(f"{Path(wanted).name}.")]
    judge_fsync(fsync, files, folder)


def judge_fsync(fsync, files, folder):
    """Raise NotYet unless the files, and then their folder, were passed to ``os.fsync``, and all was closed again."""
    if not fsync.done:
        raise NotYet(
            seen="`os.fsync` was not called.",
            expected="A call for each file of the checkpoint.",
            because="What a program wrote is in the memory of the operating system for a while, and a power "
            "failure takes it. `flush` and `close` do not change that, and `saver.save` does not call `fsync`.",
        )
    missing = [f"`{path.name}`" for path in files if path not in fsync.paths]
    if missing:
        raise NotYet(
            seen=f"`os.fsync` was not called for {' and '.join(missing)}.",
            expected="A call for each file of the checkpoint.",
            because="The graph is in `.meta`, which is a file of the checkpoint as well."
            if not [path for path in files if path not in fsync.paths and path.suffix != ".meta"]
            else "The values are in the data files, of which a sharded Saver writes several, and the names are in "
            "the index. Without one of them the rest is of no use.",
        )
    last = max(place for place, path in enumerate(fsync.paths) if path in files)
    if os.name == "posix" and folder not in fsync.paths[last:]:
        raise NotYet(
            seen="`os.fsync` was called for "
            + ", ".join(f"`{path.name}`" if path else "a file elsewhere" for path in fsync.paths)
            + ".",
            expected=f"The folder `{folder.name or '.'}`, after its files.",
            because="A rename changes the folder, not the file. Without `fsync` of the folder the file may be on "
            "the disk under no name.",
        )
    if fsync.left_open():
        raise NotYet(
            seen=f"After the call {fsync.left_open()} descriptors are still open.",
            expected="`os.close(descriptor)` for each.",
            because="A process has a limited number of them, often 1024. A long training would end with `Too many open "
            "files`.",
        )


def a_damaged_save(attempt, saver, sess, prefix, step):
    try:
        attempt(saver, sess, prefix, step)
    except NotYet:
        return
    raise NotYet(
        seen="A bit was flipped before the files reached the disk. The function returned as if nothing were wrong.",
        expected="An error.",
        because="A checksum is compared when a value is read. So read each value, and let the error out: "
        "`tf.train.NewCheckpointReader(saved).get_tensor(name)`."
        if saver.place <= 0
        else "The bit is in `net/B`, which no optimizer trains. All that was saved has to be read, trainable or not: "
        "`reader.get_variable_to_shape_map()` has the names.",
    )


@save_durably.wrong_attempt(says="a folder called `.`")
def expects_a_folder_in_the_prefix(saver, sess, prefix, step):
    saved = saver.save(sess, prefix, global_step=step)
    reader = tf.train.NewCheckpointReader(saved)
    for name in reader.get_variable_to_shape_map():
        reader.get_tensor(name)
    folder = os.path.dirname(saved)
    for path in [*Path(folder).glob(f"{os.path.basename(saved)}.*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    return saved


@save_durably.wrong_attempt(says="trainable or not")
def reads_trainable_ones(saver, sess, prefix, step):
    saved = saver.save(sess, prefix, global_step=step)
    reader = tf.train.NewCheckpointReader(saved)
    for variable in tf.trainable_variables():
        reader.get_tensor(variable.op.name)
    folder = Path(saved).parent
    for path in [*folder.glob(f"{Path(saved).name}.*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    return saved


@save_durably.wrong_attempt(says="`os.fsync` was not called.")
def only_reads_back(saver, sess, prefix, step):
    saved = saver.save(sess, prefix, global_step=step)
    reader = tf.train.NewCheckpointReader(saved)
    for name in reader.get_variable_to_shape_map():
        reader.get_tensor(name)
    return saved


@save_durably.wrong_attempt(says="So read each value, and let")
def only_opens_the_reader(saver, sess, prefix, step):
    saved = saver.save(sess, prefix, global_step=step)
    tf.train.NewCheckpointReader(saved)
    folder = Path(saved).parent
    for path in [*folder.iterdir(), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    return saved


if os.name == "posix":  # elsewhere there is no folder to forget

    @save_durably.wrong_attempt(says="under no name")
    def forgets_the_folder(saver, sess, prefix, step):
        saved = saver.save(sess, prefix, global_step=step)
        for path in Path(saved).parent.iterdir():
            with open(path, "rb+") as file:
                os.fsync(file.fileno())
        return saved

    @save_durably.wrong_attempt(says="Too many open files")
    def closes_nothing(saver, sess, prefix, step):
        saved = saver.save(sess, prefix, global_step=step)
        reader = tf.train.NewCheckpointReader(saved)
        for name in reader.get_variable_to_shape_map():
            reader.get_tensor(name)
        for path in [*Path(saved).parent.iterdir(), Path(saved).parent]:
            os.fsync(os.open(path, os.O_RDONLY))
        return saved


@save_durably.wrong_attempt(says="of which a sharded Saver writes several")
def writes_out_one_data_file(saver, sess, prefix, step):
    saved = saver.save(sess, prefix, global_step=step)
    reader = tf.train.NewCheckpointReader(saved)
    for name in reader.get_variable_to_shape_map():
        reader.get_tensor(name)
    first = next(path for path in Path(saved).parent.iterdir() if path.name.startswith(Path(saved).name + ".data"))
    for path in (first, saved + ".index", saved + ".meta", Path(saved).parent):
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    return saved


@save_durably.wrong_attempt(says="The graph is in `.meta`")
def leaves_the_graph_out(saver, sess, prefix, step):
    saved = saver.save(sess, prefix, global_step=step)
    reader = tf.train.NewCheckpointReader(saved)
    for name in reader.get_variable_to_shape_map():
        reader.get_tensor(name)
    folder = Path(saved).parent
    for path in [*folder.glob(Path(saved).name + ".data-*"), Path(saved + ".index"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    return saved


@save_durably.wrong_attempt(says="no save touches the files of another one")
def uses_one_prefix(saver, sess, prefix, step):
    return saver.save(sess, prefix)


@save_durably.wrong_attempt(says="A folder cannot be opened for writing")
def opens_the_folder_for_writing(saver, sess, prefix, step):
    saved = saver.save(sess, prefix, global_step=step)
    descriptor = os.open(os.path.dirname(saved) or ".", os.O_RDWR)
    os.fsync(descriptor)
    return saved


@save_durably.wrong_attempt(says="it means that all is safe")
def returns_what_it_was_given(saver, sess, prefix, step):
    saved = saver.save(sess, prefix, global_step=step)
    with open(saved + ".index", "rb") as file:
        os.fsync(file)
    return prefix


@save_durably.right_attempt
def takes_it_from_durable(saver, sess, prefix, step):
    return durable.save_durably(saver, sess, prefix, step)


@save_durably.right_attempt
def flushes_first_and_more_and_reads_last(saver, sess, prefix, step):
    saved = saver.save(sess, prefix, global_step=step)
    folder = os.path.dirname(os.path.abspath(saved))
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            os.fsync(file)
    for place in (folder, os.path.dirname(folder)):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    for name, _ in tf.train.list_variables(saved):
        tf.train.load_variable(saved, name)
    return saved


class Model:
    """Stands in for a Keras model: ``save`` writes in two halves, and something may happen in between.

    Args:
        content: what it writes.
        path: the target, which it looks at between the two halves.
        breaks: whether the disk is full then.
        meanwhile: a function to call then: another process, which may save to the same path.
    """

    def __init__(self, content, path, breaks=False, meanwhile=None):
        self.content, self.path, self.breaks, self.meanwhile = content, Path(path), breaks, meanwhile
        self.at_save, self.saved_to = None, None

    def save(self, path, *_, **__):
        path = Path(path)
        self.saved_to = path.absolute()
        if path.suffix != ".keras":
            raise ValueError(f"Invalid filepath extension for saving. Please add either a `.keras` extension: {path}")
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.content[:3])
            file.flush()
            self.at_save = text_of(self.path)
            if self.breaks:
                raise OSError("No space left on device")
            if self.meanwhile:
                self.meanwhile()
            file.write(self.content[3:])


class Renames:
    """Notes in a block from where files are renamed, in order: ``sources``, and to names of no file: ``missing``."""

    def __enter__(self):
        self.sources, self.missing = [], []
        self.patches = [mock.patch(f"os.{name}", self.noting(name)) for name in ("rename", "replace")]
        for patch in self.patches:
            patch.start()
        return self

    def __exit__(self, *_):
        for patch in self.patches:
            patch.stop()

    def noting(self, name):
        real = getattr(os, name)

        def rename(source, target, **options):
            self.sources.append(Path(os.fsdecode(source)).absolute())
            self.missing += [] if os.path.exists(target) else [Path(os.fsdecode(target)).absolute()]
            return real(source, target, **options)

        return rename


def text_of(path):
    return Path(path).read_text(encoding="utf-8") if Path(path).exists() else None


@exercise(
    hints=[
        "What can be done with a file in one step, so that nobody sees half of it?",
        "`os.replace(a, b)` gives `a` the name `b`, in one step, instead of an older `b`. So save under another name "
        "first: in the same folder (a rename is one step only within a disk), ending in `.keras`, and one that no "
        "other process uses.",
        "`with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(path))) as own:` makes a folder that "
        "no other process has, and deletes it at the end, even after an error. In the block: `model.save(temporary)`, "
        "`os.open`, `os.fsync`, `os.close`, and `os.replace(temporary, path)`.",
    ],
    raised={
        "Invalid filepath extension": "Keras looks at the ending: the temporary name has to end in `.keras` as well.",
        "No such file": "There may be no older file, and another process may save to the same path at the same time. A "
        "temporary file that both use is gone when the first has renamed it: give yours a name that no other has.",
        "File exists": "`os.rename` raises this on Windows when the target is there. `os.replace` works everywhere.",
    },
)
def save_keras(model, path):
    """Save model to path, a ".keras" file, so that path is never half written.

    At every moment path is an old file or a new one, whole: also if the power fails, and
    if several processes save there at the same time. If model.save raises an error, let
    it out: the old file stays, and nothing else is left.
    """
    # A folder that no other process has, and that is deleted at the end, whatever happens. It is beside the target,
    # because a rename is one step only within a disk.
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(path))) as own:
        temporary = os.path.join(own, "model.keras")  # Keras insists on the ending
        model.save(temporary)
        descriptor = os.open(temporary, os.O_RDONLY)  # on Windows: os.O_RDWR
        os.fsync(descriptor)  # else a power failure may leave the new name on an empty file
        os.close(descriptor)
        os.replace(temporary, path)


@save_keras.examiner
def _(attempt):
    for path in ("run/model.keras", os.path.abspath("v1.5/net-2.keras")):
        Path(path).parent.mkdir()
        three_saves(attempt, path)
        two_writers(attempt, path)
        a_power_failure(attempt, path)
    return (
        "The name goes from one whole file to the next in one step: whoever else saves, and also if the disk is full. "
        "`durable.save_keras` does the same, keeps links and modes, and refuses other endings."
    )


def three_saves(attempt, path):
    folder, name = Path(path).parent, Path(path).name
    first = Model("the first", path)
    attempt(first, path)
    if text_of(path) != "the first":
        raise NotYet(
            seen=f"After the call the folder has {', '.join(f'`{p.name}`' for p in folder.iterdir()) or 'no file'}.",
            expected=f"`{name}`, with what the model saved.",
            because="The file has to get its final name at the end: `os.replace(temporary, path)`.",
        )
    second, inode = Model("the second", path), os.stat(path).st_ino
    with Renames() as renames:
        attempt(second, path)
    if second.at_save != "the first":
        raise NotYet(
            seen="While the model was saving, "
            + ("the old file was gone." if second.at_save is None else f"`{name}` was half written."),
            expected="The old file, whole, under its name.",
            because="A process that is killed at this moment leaves neither the old model nor the new one. Save under "
            "another name, and rename when all is written.",
        )
    if first.at_save is not None:
        raise NotYet(
            seen=f"There was no file yet. While the model was saving the first time, `{name}` had `{first.at_save}`.",
            expected="No file of this name, until all is written.",
            because="The first save can be killed as well. Then half a file has the name, and whoever looks for it "
            "finds that. Save under another name each time, the first time too.",
        )
    if os.path.exists(path) and os.stat(path).st_ino == inode:
        raise NotYet(
            seen="The new content was copied into the old file.",
            expected="A new file, which gets the name of the old one.",
            because="A copy takes its time, and until it is done there is neither the old model nor the new one. "
            "`os.replace` is one step.",
        )
    if Path(path).absolute() in renames.missing:
        raise NotYet(
            seen="When the new file got its name, there was no old file of this name any more.",
            expected="The old file, until the new one takes its name.",
            because="Between the removal and the rename there is neither model, and a process can be killed there. "
            "`os.replace` needs no room to be made: it takes the name in one step.",
        )
    source = (renames.sources or [second.saved_to])[-1]
    if folder.resolve() not in source.resolve().parents:
        raise NotYet(
            seen=f"The file was moved there from another folder: `{source.parent.name}`.",
            expected="A rename from a temporary name beside the target, or in a new folder beside it.",
            because="A rename is one step only within one disk. Between two it is a copy, which can be half done.",
        )
    try:
        attempt(Model("the third", path, breaks=True), path)
    except NotYet as problem:
        if not isinstance(problem.__cause__, OSError):
            raise
    else:
        raise NotYet(
            seen="The disk was full in the middle of a save, and the function said nothing.",
            expected="The error of `model.save`.",
            because="Whoever calls the function has to know that there is no new file. Let the error out.",
        )
    if text_of(path) != "the second":
        raise NotYet(
            seen=f"The disk was full in the middle of a save, and `{name}` is not the old file any more.",
            expected="The old file.",
            because="Rename after the save, and only if it raised nothing: not in a `finally`.",
        )
    left = sorted(p.name for p in folder.iterdir() if p.name != name)
    if left:
        raise NotYet(
            seen=f"After a save that failed on a full disk, and two that did not, the folder also has `{left[0]}`.",
            expected=f"`{name}`, and nothing else.",
            because="What is left of a failed save takes up room on a disk that is full already, so the next save "
            "fails, too. Delete it when there is an error (`try`, `except`, `raise`), or let "
            "`tempfile.TemporaryDirectory` do that.",
        )


def two_writers(attempt, path):
    """While one process is in the middle of its save, another one saves, from its beginning to its end."""
    seen, problems = [], []

    def other_process():
        with mock.patch("os.getpid", return_value=os.getpid() + 1):
            try:
                attempt(Model("the other process's", path), path)
            except NotYet as problem:
                problems.append(problem)
        seen.append(text_of(path))

    attempt(Model("the one process's", path, meanwhile=other_process), path)
    seen.append(text_of(path))
    if problems:
        raise problems[0]
    if seen != ["the other process's", "the one process's"]:
        raise NotYet(
            seen=f"Two processes saved to one path at the same time, and it had {' and then '.join(map(repr, seen))}.",
            expected="The whole file of one, then the whole file of the other.",
            because="Both used the same temporary name, so one wrote into the file of the other. Give it a name that "
            "no other process has.",
        )


def a_power_failure(attempt, path):
    with Fsync(Path(path).parent) as fsync:
        attempt(Model("the last", path), path)
    before = [was for inode, was in fsync.done if inode == os.stat(path).st_ino]
    if not before or before[0] is None or before[0].resolve() == Path(path).resolve():
        raise NotYet(
            seen="`os.fsync` was not called for the new file" + (" before it got its name." if before else "."),
            expected="`os.fsync` between `model.save` and the rename.",
            because="The rename can reach the disk before the bytes do. A power failure in between leaves the name on "
            "an empty file, and the old one is gone.",
        )
    if fsync.left_open():
        raise NotYet(
            seen="After the call the descriptor that was passed to `os.fsync` is still open.",
            expected="`os.close(descriptor)`.",
            because="A process has a limited number of them, often 1024. A long training would end with `Too many open "
            "files`.",
        )


@save_keras.wrong_attempt(says="`model.keras` was half written")
def saves_in_place(model, path):
    model.save(path)


@save_keras.wrong_attempt(says="the old file was gone")
def makes_room_first(model, path):
    if os.path.exists(path):
        os.remove(path)
    model.save(path + ".part.keras")
    os.rename(path + ".part.keras", path)


@save_keras.wrong_attempt(says="needs no room to be made")
def removes_the_old_file_last(model, path):
    temporary = f"{path}.{os.getpid()}.keras"
    try:
        model.save(temporary)
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        if os.path.exists(path):
            os.remove(path)
        os.rename(temporary, path)
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)


@save_keras.wrong_attempt(says="The first save can be killed as well")
def saves_the_first_time_in_place(model, path):
    if os.path.exists(path):
        save_keras.reference(model, path)
    else:
        model.save(path)


@save_keras.wrong_attempt(says="`os.replace` is one step")
def copies_over_the_old_file(model, path):
    import shutil

    model.save(path + ".part.keras")
    shutil.copyfile(path + ".part.keras", path)
    os.remove(path + ".part.keras")


@save_keras.wrong_attempt(says="which can be half done")
def saves_into_the_temporary_folder(model, path):
    import shutil
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        model.save(os.path.join(folder, "model.keras"))
        shutil.move(os.path.join(folder, "model.keras"), path)


@save_keras.wrong_attempt(says="Keras looks at the ending")
def appends_another_ending(model, path):
    model.save(path + ".tmp")
    os.replace(path + ".tmp", path)


@save_keras.wrong_attempt(says="not in a `finally`")
def renames_in_any_case(model, path):
    temporary = path + ".part.keras"
    try:
        model.save(temporary)
    finally:
        os.replace(temporary, path)


@save_keras.wrong_attempt(says="The file has to get its final name")
def forgets_the_rename(model, path):
    model.save(path + ".part.keras")


@save_keras.wrong_attempt(says="takes up room on a disk that is full already")
def leaves_half_a_file(model, path):
    temporary = path + ".part.keras"
    model.save(temporary)
    with open(temporary, "rb") as file:
        os.fsync(file)
    os.replace(temporary, path)


@save_keras.wrong_attempt(says="give yours a name that no other has")
def has_one_temporary_name_for_all(model, path):
    temporary = path + ".part.keras"
    try:
        model.save(temporary)
        with open(temporary, "rb") as file:
            os.fsync(file)
        os.replace(temporary, path)
    except BaseException:
        os.remove(temporary)
        raise


@save_keras.wrong_attempt(says="The rename can reach the disk before the bytes do")
def leaves_out_fsync(model, path):
    import tempfile

    with tempfile.TemporaryDirectory(dir=os.path.dirname(path)) as own:
        model.save(os.path.join(own, "model.keras"))
        os.replace(os.path.join(own, "model.keras"), path)


@save_keras.right_attempt
def takes_the_save_from_durable(model, path):
    durable.save_keras(model, path)


@save_keras.right_attempt
def copies_it_beside_the_target(model, path):
    with tempfile.TemporaryDirectory() as elsewhere:
        model.save(os.path.join(elsewhere, "model.keras"))
        content = Path(elsewhere, "model.keras").read_bytes()
    with tempfile.NamedTemporaryFile(dir=Path(path).resolve().parent, delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.rename(file.name, path)


@save_keras.right_attempt
def names_its_file_by_its_process(model, path):
    temporary = Path(path).with_suffix(f".{os.getpid()}.keras")
    try:
        model.save(str(temporary))
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.rename(path)
    finally:
        temporary.unlink(missing_ok=True)
