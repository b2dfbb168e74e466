"""Save so that a crash loses nothing, and find what is left after one that did. Copy what you need.

====================================  ====================================================  ==========================
function                              what it is for                                        copy with it
====================================  ====================================================  ==========================
``newest_readable``, at the start     find the checkpoint to go on from, whatever a crash   ``readable``, ``read_all``,
                                      left in the folder                                    ``plain``
``resume``, at the start              restore it, and let the Saver delete older ones       ``readable``, ``read_all``,
                                      in time                                               ``plain``, ``flush``,
                                                                                            ``flush_folder``,
                                                                                            ``flush_checkpoint``,
                                                                                            ``listed_in``
``rescue``, after a crash             repair one prefix that was saved to twice, when a     ``read_all``, ``plain``,
                                      kill came between two renames                         ``flush``, ``flush_folder``
``save_durably``, while training      save so that the checkpoint is whole, and on the      ``readable``, ``read_all``,
                                      disk, when the call returns                           ``plain``, ``flush``,
                                                                                            ``flush_folder``,
                                                                                            ``flush_checkpoint``,
                                                                                            ``take_back``
``save_keras``, in Keras              save a ``.keras`` file that is never half written     ``flush``, ``flush_folder``
``readable``                          tell whether each value of a checkpoint can be read   ``read_all``
``readable_apart``                    the same for a file of strangers, which may be made   nothing
                                      to crash the reader
====================================  ====================================================  ==========================

These stand on ``read_all``, ``plain``, ``flush``, ``flush_folder``, ``flush_checkpoint``, ``listed_in``
and ``take_back``. Every function needs the imports below, with ``DAMAGED``. They run on Python 3.7 or later, so with
TensorFlow 1.15, too. They were run on Linux; what is for macOS and Windows in them was not run there.

What they do not do:

- They do not guard against the disk's own errors. What is read back right after a save comes from the memory of the
  system, so a bit that the disk itself turns is found only later. Keep a copy elsewhere for that.
- They do not share a folder: the functions for a Saver assume that one thread of one process saves there, and that
  nobody looks or copies meanwhile: what was found may be deleted before it is read. Only ``save_keras`` may be called
  by several processes for one path.
- They are for a Saver's default format, V2. ``save_durably`` refuses to write another, and ``newest_readable`` does not
  find the files of the older one, V1.

Lessons 14a and 14b show what each of them is needed for. Their exercises ask for the core of four of them.
"""

import collections
import contextlib
import numbers
import os
import re
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import tensorflow.compat.v1 as tf

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None

# What TensorFlow's reader raises for a damaged file. IndexError: the data file ends too early.
DAMAGED = (tf.errors.OpError, IndexError, ValueError)


def read_all(prefix):
    """Read each value of a checkpoint, and return how many bytes they take in its data files.

    Reading compares a value's checksum, so a damaged checkpoint raises one of DAMAGED. What
    NumPy has no type for (tf.variant: the state of an input pipeline) is passed over.
    """
    reader, size = tf.train.NewCheckpointReader(os.fspath(prefix)), 0
    for name, dtype in reader.get_variable_to_dtype_map().items():
        if dtype == tf.variant:
            continue
        value = reader.get_tensor(name)
        if dtype == tf.string:  # for each text its bytes and its length, 7 bits in a byte; then a checksum of 4 bytes
            texts = np.ravel(np.array(value, dtype=object))
            size += 4 + sum(len(text) + max(1, -(-len(text).bit_length() // 7)) for text in texts)
        else:
            size += dtype.size * np.size(value)
    return size


def readable(prefix):
    """Return True if each value of a checkpoint can be read.

    A file that this process may not open, or cannot because too many are open, counts as
    damaged. So does one whose path TensorFlow takes for a pattern (see plain). A file that
    somebody made for it can end TensorFlow's reader, and this process with it: for files of
    strangers use readable_apart.
    """
    try:
        read_all(prefix)
    except DAMAGED:
        return False
    return True


def readable_apart(prefix):
    """Return True if each value can be read, even if the file was made to crash the reader.

    TensorFlow's reader aborts the process for some shapes that no Saver writes, such as
    [2**62, 4] or [-5]. Here that ends a second Python only. It has to load TensorFlow, which
    takes some seconds and some hundred MB for each checkpoint. It is no sandbox.
    """
    code = (
        "import sys\n"
        "sys.path[:] = [path for path in sys.path if path]\n"  # not from here: a stranger's numpy.py would be run
        "import tensorflow.compat.v1 as tf\n"
        "print('loaded', flush=True)\n"
        "reader = tf.train.NewCheckpointReader(sys.argv[1])\n"
        "for name, dtype in reader.get_variable_to_dtype_map().items():\n"
        "    dtype == tf.variant or reader.get_tensor(name)\n"
    )
    child = [sys.executable, "-c", code, os.fspath(prefix)]
    done = subprocess.run(child, capture_output=True)
    if b"loaded" not in done.stdout:  # then it says nothing about the checkpoint
        raise RuntimeError("the second Python could not load TensorFlow:\n" + done.stderr.decode(errors="replace"))
    return done.returncode == 0


def plain(prefix):
    r"""Return prefix as a string. Raise ValueError if TensorFlow would take it for a pattern.

    With * ? [ or, except on Windows, \ in a path, a Saver saves there without a warning, but
    may find nothing when it restores, and may delete files of another folder that fit.
    """
    prefix = os.fspath(prefix)
    if re.search(r"[*?\[]" if os.name == "nt" else r"[*?\[\\]", prefix):
        raise ValueError(f"TensorFlow takes {prefix!r} for a pattern, not for a path: rename it, without * ? [ or \\")
    return prefix


def flush(path):
    """Wait until a file, or the names in a folder, have been handed to the disk."""
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
        if hasattr(fcntl, "F_FULLFSYNC"):  # macOS: until here, they may be in the memory of the drive itself
            with contextlib.suppress(OSError):  # a network drive, for one, does not know it
                fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    finally:
        os.close(descriptor)


def flush_folder(folder):
    """Wait until the names in folder are on the disk, and its own name, which may be new, too."""
    folder = os.path.realpath(folder or ".")
    while os.name != "nt":  # Windows cannot open a folder
        flush(folder)
        above = os.path.dirname(folder)
        if os.path.ismount(folder) or not os.access(above, os.R_OK):  # such as /home: nobody made that just now
            break
        folder = above


def flush_checkpoint(prefix):
    """Wait until a checkpoint's files, the file "checkpoint" and their folder are on the disk."""
    folder, name = os.path.split(prefix)
    for file in os.listdir(folder or "."):
        if file.startswith(name + ".") or file == "checkpoint":
            flush(os.path.join(folder, file))
    # The names are in the folder, so it has to be on the disk as well: last, when what they lead to is there.
    flush_folder(folder)


def newest_readable(folder, check=readable):
    """Return the prefix of the newest checkpoint in folder that can be read, or None.

    Newest is the one with the highest step, the number after the last "-": "model-10" is
    newer than "model-9", whatever the dates of the files. One without a step comes last.
    So a run that begins anew, at a low step, needs its own folder. Raise ValueError for a path
    that TensorFlow takes for a pattern (see plain).

    Args:
        folder: a string or a Path. A folder that is not there raises FileNotFoundError.
        check: tells whether a checkpoint can be read. If strangers can write to the folder,
            pass readable_apart: a file of theirs may end TensorFlow's reader by SIGABRT.
    """

    def step(name):
        match = re.search("-([0-9]+)$", name)
        return (int(match[1]) if match else -1, name)

    # From the disk, not from the file "checkpoint": after a crash, that may lag behind.
    names = [name[: -len(".index")] for name in os.listdir(folder or ".") if name.endswith(".index")]
    for name in sorted(names, key=step, reverse=True):
        prefix = os.path.join(folder, name)
        if check(plain(prefix)):
            return prefix
    return None


def resume(saver, sess, prefix, check=readable):
    """Restore the newest checkpoint prefix-STEP that can be read, and return its prefix.

    Return None, and restore nothing, if there is none: then initialize. Raise ValueError if
    there are some and none can be read: to start anew would, in time, save over them.

    The Saver gets back what the file "checkpoint" lists of this prefix, and deletes the
    oldest with each save, as it does with its own. It does not get, so never deletes, what is
    not listed: other names, what keep_checkpoint_every_n_hours kept, what a crash left. And it
    deletes no more than one with each save: if it gets more than max_to_keep, because it was
    higher before or a crash left one more, so many stay.

    Args:
        saver: its max_to_keep may be another one than before.
        prefix: as you pass it to save_durably, in the same spelling: a Saver that gets to
            know one checkpoint by two names deletes it by one while it counts on the other.
        check: as of newest_readable.
    """
    prefix = plain(prefix)
    folder, name = os.path.split(prefix)
    # .meta, too: a checkpoint of the old format V1 has no .index, and one that lost it should be noticed.
    pattern = re.compile(re.escape(name) + r"-([0-9]+)\.(index|meta)")
    found = [pattern.fullmatch(file) for file in os.listdir(folder or ".")]
    steps = sorted({match[1] for match in found if match}, key=int)
    if not steps:
        return None
    latest = next((step for step in reversed(steps) if check(f"{prefix}-{step}")), None)
    if latest is None:
        raise ValueError(f"no checkpoint {prefix}-… can be read: look at them, or move them away, before you train")
    saver.restore(sess, f"{prefix}-{latest}")
    flush_checkpoint(f"{prefix}-{latest}")  # a save that was killed did not come to that, and older ones go for it
    if not saver.saver_def.max_to_keep:
        return f"{prefix}-{latest}"  # it keeps all, so there is nothing to hand over
    listed = listed_in(folder) | {f"{name}-{latest}"}  # complete, but a crash may have come before it was listed
    # By step, not by date: copies have other dates. Without newer ones: they are damaged, and must not count.
    kept = [f"{prefix}-{step}" for step in steps if f"{name}-{step}" in listed and int(step) <= int(latest)]
    saver.recover_last_checkpoints(kept)
    return f"{prefix}-{latest}"


def listed_in(folder):
    """Return the names of the checkpoints that the file "checkpoint" in folder lists."""
    try:
        state = tf.train.get_checkpoint_state(folder or ".")
    except ValueError:  # a crash may have emptied the file
        return set()
    # By name: in a folder that was moved or copied, the file has the old paths.
    return {os.path.basename(path) for path in (state.all_model_checkpoint_paths if state else [])}


def rescue(prefix):
    """Put the right index in place after a save that was killed between two renames.

    Orphans are called prefix + ".index.tempstate…", and there may be several. The right one
    is that with which each value can be read, and whose values take up exactly the bytes of
    the data files: an index of another, smaller Saver may fit as well, and would leave
    values out. Raise ValueError if none is right, or if two that differ are.

    Nothing is written but the last rename, so a full disk or an error changes nothing. Call it
    when nobody is saving to prefix. It does not rescue what has a tf.variant in it, does not
    look into prefix + "_temp", where tf.train.Checkpoint and a sharded Saver leave theirs
    (lesson 14b), and reads in this process (see readable_apart). On Windows it needs the right
    to make symbolic links.
    """
    prefix = os.fspath(prefix)
    folder, name = os.path.split(prefix)
    there = os.listdir(folder or ".")
    data, sizes = [], collections.Counter()
    for file in there:
        match = re.fullmatch(re.escape(name) + r"(\.data-[0-9]{5}-of-([0-9]{5}))", file)
        if match:
            data.append(match[1])
            sizes[match[2]] += os.path.getsize(os.path.join(folder, file))  # per number of data files

    def fits(index):
        # Tried in another folder, by symbolic links: the files themselves stay as they are.
        with tempfile.TemporaryDirectory() as trial:
            link = plain(os.path.join(trial, "trial"))
            os.symlink(os.path.abspath(index), link + ".index")
            for ending in data:
                os.symlink(os.path.abspath(prefix + ending), link + ending)
            try:
                return read_all(link) in sizes.values()
            except DAMAGED:
                return False

    if os.path.exists(prefix + ".index") and fits(prefix + ".index"):
        return
    right = {}
    for file in there:
        orphan = os.path.join(folder, file)
        if file.startswith(name + ".index.tempstate") and fits(orphan):
            with open(orphan, "rb") as content:
                right[content.read()] = orphan
    if len(right) != 1:
        raise ValueError(f"{len(right) or 'no'} orphans fit {prefix}: nothing was changed")
    (orphan,) = right.values()
    for path in [orphan, *(prefix + ending for ending in data)]:  # the save that was killed did not come to that
        flush(path)
    os.replace(orphan, prefix + ".index")
    flush_folder(folder)


def save_durably(saver, sess, prefix, step):
    """Save to prefix-STEP. Return what saver.save returns, once all is safe.

    Safe: each value could be read back, and the checkpoint's files, their names and their
    folder are on the disk, as far as the system can tell (os.fsync; on macOS F_FULLFSYNC). So
    neither a killed process nor a power failure should take it. If something fails, let the error
    out: older checkpoints stay safe, and go on with another step (see take_back).

    Raise ValueError for max_to_keep=1 (it would delete the old checkpoint before the new one
    is on the disk), for the old format V1, for a step below 0, and for a prefix that TensorFlow
    takes for a pattern. Raise FileExistsError if prefix-STEP is there and can be read: a kill in
    the middle of saving over it could lose both. Save with this function only, and from one
    thread of one process.
    """
    if saver.saver_def.max_to_keep == 1:
        raise ValueError("max_to_keep=1 deletes the old checkpoint before the new one is safe: keep 2 or more")
    if saver.saver_def.version != tf.train.SaverDef.V2:
        raise ValueError("the Saver writes the old format: make it with write_version=tf.train.SaverDef.V2")
    if not isinstance(step, numbers.Integral):
        step = tf.train.global_step(sess, step)  # a variable, as Saver.save takes it
    if step < 0:
        raise ValueError(f"step {step}: in a name, the hyphen would not count as a minus")
    wanted = f"{plain(prefix)}-{step:d}"
    if os.path.exists(wanted + ".index") and readable(wanted):
        raise FileExistsError(f"{wanted} is there already. Resume from it, or take another prefix or step")
    try:
        saved = saver.save(sess, wanted)  # with global_step, pad_step_number=True would make it another name
        read_all(saved)
        flush_checkpoint(saved)
    except BaseException:
        take_back(saver, wanted)
        raise
    return saved


def take_back(saver, prefix):
    """Clean up after a save to prefix that failed, so that it neither counts nor fills the disk.

    If the Saver counted it, it would delete an older, safe checkpoint for it. What cannot be
    read is deleted; what can be read stays, as the first that the Saver deletes.
    """
    kept = [other for other in saver.last_checkpoints if other != prefix]
    saver.recover_last_checkpoints(kept)
    whole = readable(prefix)
    if whole:
        saver.recover_last_checkpoints([prefix, *kept])
    folder, name = os.path.split(prefix)
    final = re.escape(name) + r"\.(index|meta|data-[0-9]{5}-of-[0-9]{5})"
    if not os.path.isdir(folder or "."):
        return  # so that what the Saver says of it comes out
    for file in os.listdir(folder or "."):
        temporary = re.fullmatch(rf"({final}|checkpoint)\.(tempstate[0-9]+|tmp[0-9a-f]{{32}})", file)
        if temporary or (re.fullmatch(final, file) and not whole):
            os.remove(os.path.join(folder, file))
        if re.fullmatch(re.escape(name) + r"_temp(_[0-9a-f]{32})?", file):  # of a sharded Saver
            shutil.rmtree(os.path.join(folder, file), ignore_errors=True)


def save_keras(model, path):
    """Save model to path, which ends in ".keras", so that path is never half written.

    At every moment path is an old file or a new one, whole, even if several processes save
    there: the last one wins. If model.save raises an error, the old file stays and what was
    half written is deleted. When the call returns, the new file is on the disk (as of
    save_durably).

    A symbolic link stays one, and its target is replaced. The new file gets the old one's
    mode, but not its owner or its other names (hard links). A process that is killed leaves
    the old file and a folder ".save-…" beside it, which you may delete.
    """
    if not os.fspath(path).endswith(".keras"):
        raise ValueError(f"{path} does not end in .keras, the only format that this function saves")
    path = os.path.realpath(path)
    folder = os.path.dirname(path)
    # A folder of its own, so that no other process has the same name; beside the target, because a rename is one
    # step only within a disk.
    with tempfile.TemporaryDirectory(prefix=".save-", dir=folder) as own:
        temporary = os.path.join(own, "model.keras")
        model.save(temporary)
        flush(temporary)  # else a power failure may leave the new name on an empty file
        if os.path.exists(path):
            shutil.copymode(path, temporary)
        os.replace(temporary, path)
    flush_folder(folder)
