"""Saving so that a crash loses nothing, and what to do after one that did. Copy what you need, with the imports.

===================================  =======================================================================
function                             what it is for
===================================  =======================================================================
``newest_readable``, at the start    the checkpoint to go on from, whatever a crash left in the folder
``resume``, at the start             restores it, and lets the Saver delete older ones in time
``rescue``, after a crash            one prefix used twice, and a process killed between two renames
``save_durably``, while training     a save that is whole, and on the disk, when it returns
``save_keras``, in Keras             a ``.keras`` file that is never half written
===================================  =======================================================================

Lessons 14a and 14b show what each of them is needed for. All but ``resume`` are the solutions of their exercises.
"""

import os
import shutil
from pathlib import Path

import tensorflow.compat.v1 as tf


def newest_readable(folder):
    """Return the prefix of the newest checkpoint in folder that can be read, or None.

    Newest is the one with the highest step: "model-10" is newer than "model-9". One
    without a step comes last. A checkpoint can be read if each of its values can.
    """

    def step(prefix):
        number = prefix.rpartition("-")[2]
        return int(number) if number.isdigit() else -1

    # From the disk, not from the file "checkpoint": after a crash, that may lag behind.
    prefixes = [path.as_posix().removesuffix(".index") for path in Path(folder).glob("*.index")]
    for prefix in sorted(prefixes, key=step, reverse=True):
        try:
            reader = tf.train.NewCheckpointReader(prefix)
            for name in reader.get_variable_to_shape_map():
                reader.get_tensor(name)  # compares the checksum
        except (tf.errors.OpError, IndexError, ValueError):  # IndexError: the data file ends too early
            continue
        return prefix
    return None


def resume(saver, sess, folder):
    """Restore the newest checkpoint in folder that can be read, and return its prefix.

    Return None, and restore nothing, if there is none: then initialize. The Saver takes
    over older checkpoints of the same name, and deletes one with each save, as it does
    with its own. Needs newest_readable.
    """
    latest = newest_readable(folder)
    if latest is not None:
        saver.restore(sess, latest)
        # Of the same name: a copy of the best one, called otherwise, is not the Saver's to delete.
        prefixes = [path.as_posix().removesuffix(".index") for path in Path(folder).glob("*.index")]
        older = [prefix for prefix in prefixes if prefix.rpartition("-")[0] == latest.rpartition("-")[0]]
        # Oldest first, as the Saver itself lists them.
        saver.recover_last_checkpoints(sorted(older, key=lambda prefix: os.path.getmtime(prefix + ".index")))
    return latest


def rescue(prefix):
    """Put the right index in place after a save that was killed between two renames.

    Orphans are called prefix + ".index.tempstate…", and there may be several. The right
    one is that with which each value can be read. Raise ValueError if none is, and leave
    all files as they were.
    """

    def readable():
        try:
            reader = tf.train.NewCheckpointReader(prefix)
            for name in reader.get_variable_to_shape_map():
                reader.get_tensor(name)  # compares the checksum
        except (tf.errors.OpError, IndexError, ValueError):  # IndexError: the data file ends too early
            return False
        return True

    if readable():
        return
    index = Path(prefix + ".index")
    before = index.read_bytes() if index.exists() else None
    for orphan in index.parent.glob(index.name + ".tempstate*"):
        # A copy: until it has shown that it is the right one, the orphan stays.
        shutil.copy(orphan, index)
        if readable():
            orphan.unlink()
            return
    if before is None:
        index.unlink(missing_ok=True)
    else:
        index.write_bytes(before)
    raise ValueError(f"no orphan fits {prefix}: its data are of another save, or damaged")


def save_durably(saver, sess, prefix, step):
    """Save with global_step=step. Return what saver.save returns, once all is safe.

    Safe: each value can be read back from the file, and the checkpoint's files and their
    folder are on the disk (os.fsync). If a value cannot be read, let the error out.
    """
    saved = saver.save(sess, prefix, global_step=step)
    # A checksum is compared when a value is read. So read all of them, now that the session still has them.
    reader = tf.train.NewCheckpointReader(saved)
    for name in reader.get_variable_to_shape_map():
        reader.get_tensor(name)
    files = [path for path in Path(saved).parent.iterdir() if path.name.startswith(Path(saved).name + ".")]
    for path in files:
        descriptor = os.open(path, os.O_RDWR)
        os.fsync(descriptor)
        os.close(descriptor)
    if os.name == "posix":  # elsewhere a folder cannot be opened
        # The names are in the folder, so it has to be on the disk as well: last, when what they lead to is there.
        descriptor = os.open(Path(saved).parent, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    return saved


def save_keras(model, path):
    """Save model to path, a ".keras" file, so that path is never half written.

    At every moment path is the old file or the new one, whole. If model.save raises an
    error, the old one stays.
    """
    # Beside the target: a rename is one step only within a disk. Keras insists on the ending.
    temporary = f"{path}.part.keras"
    model.save(temporary)
    descriptor = os.open(temporary, os.O_RDWR)
    os.fsync(descriptor)  # else a power failure may leave the new name on an empty file
    os.close(descriptor)
    os.replace(temporary, path)
