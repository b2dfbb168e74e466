"""Exercises of lesson 14b: a save that is safe when it returns, and a file that is never half written."""

import os
from pathlib import Path

import tensorflow.compat.v1 as tf

from course import durable
from course.practice import NotYet, exercise

FOLDER = (
    "A folder cannot be opened for writing. `os.open(folder, os.O_RDONLY)` gives a descriptor for `os.fsync`, on Linux "
    "and macOS."
)


class Fsync:
    """Stands in for ``os.fsync`` within a block, and notes what it was called for: files by name, and the order."""

    def __init__(self, folder):
        self.folder, self.done = Path(folder), []

    def __enter__(self):
        self.real, os.fsync = os.fsync, self
        return self

    def __exit__(self, *_):
        os.fsync = self.real

    def __call__(self, file):
        self.real(file)
        descriptor = file if isinstance(file, int) else file.fileno()
        there = {path.stat().st_ino: path.name for path in [self.folder, *self.folder.iterdir()]}
        self.done.append(there.get(os.fstat(descriptor).st_ino))


class Flipping:
    """A Saver on a bad disk: after each save one bit of the data file is another one."""

    def __init__(self, saver):
        self.saver = saver

    def save(self, *arguments, **options):
        saved = self.saver.save(*arguments, **options)
        data = Path(f"{saved}.data-00000-of-00001")
        content = bytearray(data.read_bytes())
        content[-1] ^= 1
        data.write_bytes(content)
        return saved


save_durably = exercise(
    hints=[
        "When `saver.save` returns, what is not sure yet: of what was written, and of where it is?",
        "Of what: read it back, `tf.train.NewCheckpointReader(saved).get_tensor(name)` for each name. Of where: "
        "`os.fsync(descriptor)` of each file, and of the folder, whose descriptors `os.open(path, flags)` gives.",
        "After the save: a loop over `reader.get_variable_to_shape_map()`. Then for each file that begins with `saved` "
        "and a dot: `descriptor = os.open(path, os.O_RDWR)`, `os.fsync(descriptor)`, `os.close(descriptor)`. The "
        'folder last, with `os.O_RDONLY`, if `os.name == "posix"`. `return saved`.',
    ],
    raised={
        "Is a directory": FOLDER,
        "Permission denied": FOLDER,  # the same, on Windows
        "No such file": "The prefix is no file. Its files are called `saved + '.index'` and so on.",
        "Unable to open table file": "The reader wants the prefix that `saver.save` returned, with the step.",
        "Failed to find any matching files": "The reader wants the prefix that `saver.save` returned, with the step.",
    },
    lesson=__name__,
)(durable.save_durably)


@save_durably.examiner
def _(attempt):
    Path("run").mkdir()
    a = tf.get_variable("A", initializer=3)
    saver = tf.train.Saver(max_to_keep=None)
    with tf.Session() as sess:
        sess.run(a.initializer)
        with Fsync("run") as fsync:
            answer = attempt(saver, sess, "run/model", 5)
        names = {path.name for path in Path("run").iterdir()}
        if "model-5.index" not in names:
            raise NotYet(
                seen=f"The folder has {', '.join(f'`{name}`' for name in sorted(names)) or 'no file'}.",
                expected="A checkpoint `model-5`.",
                because="`saver.save(sess, prefix, global_step=step)` puts the step into the name, so that no save "
                "touches the files of another one.",
            )
        if answer != "run/model-5":
            raise NotYet(
                seen=f"The function returned `{answer!r}`.",
                expected="`'run/model-5'`, what `saver.save` returned.",
                because="Hand the prefix back with `return`: it is the word that all is safe.",
            )
        if not fsync.done:
            raise NotYet(
                seen="`os.fsync` was not called.",
                expected="A call for each file of the checkpoint.",
                because="What a program wrote is in the memory of the operating system for a while, and a power "
                "failure takes it. `flush` and `close` do not change that, and `saver.save` never calls `fsync`.",
            )
        missing = [name for name in ("model-5.data-00000-of-00001", "model-5.index") if name not in fsync.done]
        if missing:
            raise NotYet(
                seen=f"`os.fsync` was not called for {' and '.join(f'`{name}`' for name in missing)}.",
                expected="A call for each file of the checkpoint.",
                because="The values are in the data file and the names in the index. One without the other is nothing.",
            )
        if os.name == "posix" and fsync.done[-1] != "run":
            raise NotYet(
                seen="`os.fsync` was called for " + ", ".join(f"`{name}`" for name in fsync.done) + ".",
                expected="The folder `run`, as the last one.",
                because="A rename changes the folder, not the file. Without `fsync` of the folder the file may be on "
                "the disk under no name.",
            )
        message = damaged(attempt, Flipping(saver), sess)
        if message is None:
            raise NotYet(
                seen="A bit was flipped on the way to the disk. The function returned as if nothing were wrong.",
                expected="An error.",
                because="A checksum is compared when a value is read. So read each value: "
                "`tf.train.NewCheckpointReader(saved).get_tensor(name)`.",
            )
    return "When this function returns, the checkpoint can be read, and a power failure does not take it."


def damaged(attempt, saver, sess):
    """The error that an attempt lets out when what it saved is damaged, or None."""
    try:
        attempt(saver, sess, "run/model", 6)
    except NotYet as problem:
        return str(problem.__cause__)
    return None


@save_durably.wrong_attempt(says="`os.fsync` was not called.")
def only_reads_back(saver, sess, prefix, step):
    saved = saver.save(sess, prefix, global_step=step)
    reader = tf.train.NewCheckpointReader(saved)
    for name in reader.get_variable_to_shape_map():
        reader.get_tensor(name)
    return saved


@save_durably.wrong_attempt(says="So read each value")
def only_opens_the_reader(saver, sess, prefix, step):
    saved = saver.save(sess, prefix, global_step=step)
    tf.train.NewCheckpointReader(saved)
    folder = Path(saved).parent
    for path in folder.iterdir():
        with open(path, "rb+") as file:
            os.fsync(file.fileno())
    if os.name == "posix":
        os.fsync(os.open(folder, os.O_RDONLY))
    return saved


if os.name == "posix":  # elsewhere there is no folder to forget

    @save_durably.wrong_attempt(says="under no name")
    def forgets_the_folder(saver, sess, prefix, step):
        saved = saver.save(sess, prefix, global_step=step)
        for path in Path(saved).parent.iterdir():
            with open(path, "rb+") as file:
                os.fsync(file.fileno())
        return saved


@save_durably.wrong_attempt(says="One without the other is nothing")
def forgets_the_data(saver, sess, prefix, step):
    saved = saver.save(sess, prefix, global_step=step)
    with open(saved + ".index", "rb+") as file:
        os.fsync(file.fileno())
    return saved


@save_durably.wrong_attempt(says="no save touches the files of another one")
def uses_one_prefix(saver, sess, prefix, step):
    return saver.save(sess, prefix)


@save_durably.wrong_attempt(says="A folder cannot be opened for writing")
def opens_the_folder_for_writing(saver, sess, prefix, step):
    saved = saver.save(sess, prefix, global_step=step)
    descriptor = os.open(os.path.dirname(saved), os.O_RDWR)
    os.fsync(descriptor)
    return saved


class Model:
    """Stands in for a Keras model: ``save`` notes what there is, writes, and may break off in the middle."""

    def __init__(self, content, path, breaks=False):
        self.content, self.path, self.breaks = content, Path(path), breaks
        self.at_save, self.saved_to = None, None

    def save(self, path, *_, **__):
        path = Path(path)
        self.saved_to = path
        if path.suffix != ".keras":
            raise ValueError(f"Invalid filepath extension for saving. Please add either a `.keras` extension: {path}")
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.content[:3])
            file.flush()
            self.at_save = self.path.read_text(encoding="utf-8") if self.path.exists() else None
            if self.breaks:
                raise OSError("No space left on device")
            file.write(self.content[3:])


save_keras = exercise(
    hints=[
        "What can be done with a file in one step, so that nobody sees half of it?",
        "`os.replace(a, b)` gives `a` the name `b`, in one step, and in place of an older `b`. So save under another "
        "name first: in the same folder, and ending in `.keras`.",
        'Three lines: `temporary = f"{path}.part.keras"`, `model.save(temporary)`, `os.replace(temporary, path)`.',
    ],
    raised={
        "Invalid filepath extension": "Keras looks at the ending: the temporary name has to end in `.keras` as well.",
        "No such file": "There may be no older file. `os.replace` does not mind.",
        "File exists": "`os.rename` raises this on Windows when the target is there. `os.replace` works everywhere.",
    },
    lesson=__name__,
)(durable.save_keras)


@save_keras.examiner
def _(attempt):
    Path("run").mkdir()
    path = "run/model.keras"
    first = Model("the first", path)
    attempt(first, path)
    if not Path(path).exists() or Path(path).read_text(encoding="utf-8") != "the first":
        raise NotYet(
            seen=f"After the call the folder has {', '.join(f'`{p.name}`' for p in Path('run').iterdir())}.",
            expected="`model.keras`, with what the model saved.",
            because="The file has to get its final name at the end: `os.replace(temporary, path)`.",
        )
    second = Model("the second", path)
    attempt(second, path)
    if second.at_save != "the first":
        raise NotYet(
            seen="While the model was saving, "
            + ("the old file was gone." if second.at_save is None else "`model.keras` was half written."),
            expected="The old file, whole, under its name.",
            because="A process that is killed at this moment leaves neither the old model nor the new one. Save under "
            "another name, and rename when all is written.",
        )
    if second.saved_to.parent.resolve() != Path("run").resolve():
        raise NotYet(
            seen=f"The model was saved to another folder first: `{second.saved_to.parent.name}`.",
            expected="A temporary name beside the target.",
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
    if not Path(path).exists() or Path(path).read_text(encoding="utf-8") != "the second":
        raise NotYet(
            seen="The disk was full in the middle of a save, and `model.keras` is not the old file any more.",
            expected="The old file.",
            because="Rename after the save, and only if it raised nothing: no `finally`.",
        )
    return "The name `model.keras` goes from the old file to the new one in one step, and only when that is whole."


@save_keras.wrong_attempt(says="`model.keras` was half written")
def saves_in_place(model, path):
    model.save(path)


@save_keras.wrong_attempt(says="the old file was gone")
def makes_room_first(model, path):
    if os.path.exists(path):
        os.remove(path)
    model.save(path + ".part.keras")
    os.rename(path + ".part.keras", path)


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


@save_keras.wrong_attempt(says="no `finally`")
def renames_in_any_case(model, path):
    temporary = path + ".part.keras"
    try:
        model.save(temporary)
    finally:
        os.replace(temporary, path)


@save_keras.wrong_attempt(says="The file has to get its final name")
def forgets_the_rename(model, path):
    model.save(path + ".part.keras")
