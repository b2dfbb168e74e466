"""Guards against the silent failures of saving and restoring: each raises an error where TensorFlow says nothing.

Copy what you need into your own project: a guard needs the imports below that it uses, and nothing else. Lessons 12a
to 12c, 16a and 16b show the failures, and let you write the guards. These here are right answers to those exercises,
and know more that a project may have: partitioned variables, NaN, bfloat16, a variable without a value, LoRA.

====================================  =======================================================================
guard                                 what it catches
====================================  =======================================================================
``same_as_file``, after a restore     initialized after restoring; two models in one graph; a value of another
                                      shape in a resource variable; a variable that was not restored
``all_saved``, after a save           a Saver of the trainable variables only; a Saver made too early
``latest_in``, before a restore       a copied run whose file ``checkpoint`` leads to the old one; no checkpoint
``all_listed``, before training       files that no Saver will delete any more (a run with ``max_to_keep=0`` or
                                      ``keep_checkpoint_every_n_hours`` has such files on purpose)
``named_prefix``, before both         hidden files; a prefix that is also a folder; a path that TensorFlow takes
                                      for a pattern: it cannot read it back, or deletes another run's files
``all_tracked``, in TensorFlow 2      a variable that no save reaches: in a set, or, with Keras 3.15, in a layer
                                      that a model keeps in a list or a dictionary
``going_on``, in TensorFlow 2         a run that begins anew in a folder of checkpoints, and writes over them: the
                                      list is lost, or a variable got no value; a folder that TensorFlow takes for
                                      a pattern, by which a manager deletes
``restore_completely``, TensorFlow 2  a renamed attribute; an object that only one of the two sides has
``weights_loaded``, in Keras 3        the weights of a larger model; weights that were not loaded
``optimizer_loaded``, in Keras 3      an optimizer that begins anew; the state of another kind of optimizer
====================================  =======================================================================

The first five run on Python 3.6 and later, so in a project with TensorFlow 1.15 as well (tested with 1.15.5 on
Python 3.7), and with TensorFlow 2 in graph mode. The last five are for TensorFlow 2 and Keras 3.

A guard compares what it says it compares. None of them knows whether the values are good ones, and none looks at what
is in no checkpoint: a vocabulary, the order of the classes, or a scaling that your Python code keeps.
"""

import os
import tempfile

import h5py
import numpy as np
import tensorflow.compat.v1 as tf


def same_as_file(sess, prefix, variables):
    """Raise ValueError unless the session holds what the checkpoint holds.

    Compare each of variables (a list of tf.Variable) with the file: its value, and the
    shape that the graph declares. The message names each variable that differs, that has
    no value, or that the file lacks. NaN is the same as NaN. An empty list is an error.

    Each variable is looked up under its own name, so this is not for a Saver that was
    given other names or reshape=True, nor for a file that tf.train.Checkpoint wrote. What
    the file has and the list lacks is not looked at.
    """
    variables = list(variables)  # a filter object is true even when nothing is left of it
    if not variables:
        raise ValueError(f"no variables to compare with {prefix}: are they in another graph?")
    # This reader takes the prefix as it is. tf.train.load_checkpoint looks into a folder of that name first.
    reader = tf.train.NewCheckpointReader(prefix)
    different = []
    for variable in variables:
        # A part of a partitioned variable: the file has the whole one. TensorFlow has no public name for this.
        part = getattr(variable, "_save_slice_info", None)
        if not reader.has_tensor(part.full_name if part else variable.op.name):
            different.append(variable.op.name)
            continue
        saved = reader.get_tensor(part.full_name if part else variable.op.name)
        if part:
            where = zip(part.var_offset, part.var_shape)  # noqa: B905 (Python 3.6 has no "strict")
            saved = saved[tuple(slice(at, at + size) for at, size in where)]
        try:
            value = sess.run(variable)
        except tf.errors.FailedPreconditionError:
            different.append(variable.op.name)
            continue
        if variable.dtype.base_dtype == tf.string:
            same = np.array_equal(np.array(value, object), np.array(saved, object))
        else:
            # Bytes: NaN is not equal to itself, and NumPy cannot compare all of TensorFlow's dtypes.
            same = (value.dtype, value.shape, value.tobytes()) == (saved.dtype, saved.shape, saved.tobytes())
        # A resource variable takes a value of any shape, so the value alone does not tell.
        if not same or not variable.shape.is_compatible_with(np.shape(value)):
            different.append(variable.op.name)
    if different:
        raise ValueError(f"not as in {prefix}: {', '.join(different)}")


def all_saved(prefix):
    """Raise ValueError unless the checkpoint has all global variables of the graph.

    The graph is the default one; if it has no variables, that is an error as well. The
    message names each variable that the file lacks.

    Only names are compared, and each variable under its own, as in same_as_file. Values
    are not compared, nor are local variables, which a Saver leaves out by default, and
    lookup tables, which are no variables and which Saver(tf.global_variables()) leaves out.
    """
    reader = tf.train.NewCheckpointReader(prefix)
    # Global, not trainable: moving averages and an optimizer's slots are no less part of the state.
    variables = tf.global_variables()
    if not variables:
        raise ValueError(f"the default graph has no variables to look for in {prefix}: is the model in another graph?")
    missing = set()
    for variable in variables:
        part = getattr(variable, "_save_slice_info", None)  # as in same_as_file
        name = part.full_name if part else variable.op.name
        if not reader.has_tensor(name):
            missing.add(name)
        elif part:
            try:
                reader.get_tensor(name)
            except (ValueError, tf.errors.InvalidArgumentError):  # the file has some of its parts only
                missing.add(name)
    if missing:
        raise ValueError(f"not saved in {prefix}: {', '.join(sorted(missing))}")


def latest_in(folder):
    """Return the latest checkpoint's prefix, as tf.train.latest_checkpoint(folder) does.

    Raise ValueError if there is none, or if the file "checkpoint" leads elsewhere.

    The latest is what that file says. Whether a newer one is in the folder, and whether
    its values can be read, is not looked at.
    """
    prefix = tf.train.latest_checkpoint(folder)
    if prefix is None:
        # Passed on, this None is an error in a Saver, and in tf.train.Checkpoint nothing at all.
        raise ValueError(
            f"no checkpoint in {folder}: its file 'checkpoint' is missing, or names one that is gone or cannot be found"
        )
    # Real paths, because one may be relative, or lead through a link, and the other not.
    if os.path.realpath(os.path.dirname(prefix)) != os.path.realpath(folder):
        raise ValueError(f"the file 'checkpoint' in {folder} leads elsewhere: to {prefix}")
    return prefix


def all_listed(folder):
    """Raise ValueError unless the file "checkpoint" lists all checkpoints in folder.

    The message names each one that is not listed, by the last part of its prefix. A
    checkpoint of the same name in another folder is another checkpoint.

    Each file that ends in ".index" counts as a checkpoint, and nothing else does, so none
    in the old format V1. Files that a run keeps unlisted on purpose are named as well. A
    folder that is not there passes.
    """
    folder = folder or "."  # os.path.dirname("model") is empty
    state = tf.train.get_checkpoint_state(folder)
    prefixes = state.all_model_checkpoint_paths if state else []
    # With their folders: in a copied or moved run, the list may have the names and lead elsewhere.
    here = os.path.realpath(folder)
    listed = {os.path.basename(prefix) for prefix in prefixes if os.path.realpath(os.path.dirname(prefix)) == here}
    # Each checkpoint has one index, whatever the number of its data files.
    files = tf.io.gfile.listdir(folder) if tf.io.gfile.isdir(folder) else []
    on_disk = {name[: -len(".index")] for name in files if name.endswith(".index")}
    if on_disk - listed:
        raise ValueError(f"not listed in {folder}: {', '.join(sorted(on_disk - listed))}")


def named_prefix(prefix):
    """Return prefix, a string. Raise ValueError if a save to it goes wrong without a warning.

    It does if the files would be hidden (after the last "/" comes nothing, or a "."), if
    prefix is a folder as well, or if it has one of the characters * ? [ and, except on
    Windows, a backslash: functions that look for the files take them for a pattern, and a
    Saver that deletes its old checkpoints may so delete those of another run. The folder
    that prefix leads to need not be there yet.

    Only the text of prefix is looked at, not the folder in which the program runs, nor
    the "-step" that a Saver may add.
    """
    # On Windows a backslash does what "/" does, and os.path knows it.
    if os.path.basename(prefix)[:1] in ("", "."):
        raise ValueError(f"the last part of {prefix!r} is empty or begins with a dot: the files would be hidden")
    if tf.io.gfile.isdir(prefix):
        raise ValueError(f"{prefix!r} is also a folder: some functions would read the latest checkpoint in it")
    pattern = [character for character in "*?[\\" if character in prefix and character != os.sep]
    if pattern:
        raise ValueError(f"{' '.join(pattern)} in {prefix!r}: TensorFlow saves there, and takes it for a pattern later")
    return prefix


def all_tracked(checkpoint, variables):
    """Raise ValueError unless each of variables is in what a save of checkpoint writes.

    checkpoint is a tf.train.Checkpoint. variables are those of a tf.Module or of a Keras
    model, such as net.weights; one that does not exist yet, because the model was never
    called, is in no list. The message names each one that a save does not reach. An empty
    list is an error.

    net.variables of a Keras model has the states of random numbers besides (Dropout), and
    with Keras 3.15 a save does not reach those.
    """
    variables = list(variables)
    if not variables:
        raise ValueError("no variables to look for: was the model never called?")
    # Identity: == would compare values, and two variables may hold the same.
    tracked = {id(each) for each in tf.compat.v2.train.TrackableView(checkpoint).descendants()}
    missing = [
        getattr(variable, "path", variable.name)  # a Keras variable's name is its last part only
        for variable in variables
        # A Keras variable has a tf.Variable inside, and someone may have handed over that one.
        if id(variable) not in tracked and id(getattr(variable, "_value", None)) not in tracked
    ]
    if missing:
        raise ValueError(f"in no save of this checkpoint: {', '.join(missing)}")


def going_on(checkpoint, folder):
    """Return a CheckpointManager for checkpoint and folder that keeps the newest three.

    checkpoint is a tf.train.Checkpoint whose variables are all there. If the folder lists
    a latest checkpoint, it is restored first, and later saves count on from it. Raise
    AssertionError if a variable of checkpoint gets no value from it, and ValueError if
    there are checkpoints in the folder and no list: a new run would write over them. Raise
    ValueError, too, if folder has one of the characters * ? [ and, except on Windows, a
    backslash: TensorFlow takes such a path for a pattern, may find nothing there again, and
    deletes files of other folders that fit it.

    What else a file has may stay there. A variable that does not exist yet is not missed:
    call a Keras model before, and ask all_tracked(checkpoint, model.weights). If the latest
    checkpoint is damaged, the one before is not tried: TensorFlow's error is raised.
    """
    pattern = [character for character in "*?[\\" if character in os.fspath(folder) and character != os.sep]
    if pattern:  # a manager deletes by it, so files of another folder, too
        raise ValueError(f"{' '.join(pattern)} in {os.fspath(folder)!r}: TensorFlow takes the folder for a pattern")
    manager = tf.compat.v2.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    if manager.latest_checkpoint:
        # restore_or_initialize restores as well, and does not ask.
        checkpoint.restore(manager.latest_checkpoint).assert_existing_objects_matched()
    elif tf.io.gfile.isdir(folder) and any(name.endswith(".index") for name in tf.io.gfile.listdir(folder)):
        raise ValueError(
            f"there are checkpoints in {folder}, and its file 'checkpoint' is missing or lists none of them"
        )
    return manager


def restore_completely(checkpoint, path):
    """Restore path into checkpoint, a tf.train.Checkpoint whose variables are all there.

    Raise an error unless each value in the file got its object, and each object its
    value. A file that a Saver wrote is an error: it has names and no objects, and
    TensorFlow does not say which of its values were left over.

    path is what save returned, not write. What tf.train.Checkpoint does not track, such
    as a variable in a set, is in no file, and is not missed. Objects in a list go by their
    place. Where the file has two objects and the program has one, as when two layers were
    tied since, one value is left over, and TensorFlow only logs "Inconsistent references".
    """
    # Both directions: assert_existing_objects_matched passes over what only the file has.
    checkpoint.restore(path).assert_consumed()
    # For a Saver's file, TensorFlow asks one direction only, whatever the question.
    # This reader takes the path as it is, as restore does. tf.train.list_variables looks into a folder of that name.
    if not tf.train.NewCheckpointReader(os.fspath(path)).has_tensor("_CHECKPOINTABLE_OBJECT_GRAPH"):
        raise ValueError(f"{path} was written by a Saver: what was left over cannot be told")


def weights_loaded(model, path):
    """Raise ValueError unless the model holds what is in path, a ".weights.h5" file.

    Compare the arrays in the file with those that the model would save now: each one must
    be in the other. What is in the file's group "optimizer" does not count. A file
    without arrays is an error.

    Arrays that changed places, as two layers of one kind may, are not found. A tf.Variable
    that is an attribute of a Keras model is in no such file, and is not missed. The guard
    saves the model to a temporary file, so it needs the disk space for one.
    """

    def arrays(name_of_file):
        found = []

        def collect(name, item):
            if isinstance(item, h5py.Dataset) and not name.startswith("optimizer/"):
                # Bytes: NaN is not equal to itself, and h5py does not know bfloat16.
                found.append((item.shape, item[()].tobytes()))

        with h5py.File(name_of_file, "r") as file:
            file.visititems(collect)
        # Sorted, because not all versions of Keras call the groups the same.
        return sorted(found)

    with tempfile.TemporaryDirectory() as folder:
        # As the model would be saved, because model.weights is not always what a file has: with LoRA it has more.
        model.save_weights(os.path.join(folder, "held.weights.h5"))
        held = arrays(os.path.join(folder, "held.weights.h5"))
    saved = arrays(path)
    if not saved or saved != held:
        raise ValueError(f"{path} has {len(saved)} arrays, and the model does not hold the same: it has {len(held)}")


def optimizer_loaded(model, path):
    """Raise ValueError unless model.optimizer is as in path, a ".weights.h5" file.

    Compare what the file has in its group "optimizer" with what the model would save
    there now: the arrays, in Adam's case "optimizer/vars/0", "optimizer/vars/1", …, and
    the name that Keras notes beside them, which is that of the kind of optimizer unless
    you chose one. Files of older versions have no name, and then the arrays must do. A
    file without an optimizer is an error.

    The guard saves the model to a temporary file, so it needs the disk space for one.
    Settings that are no variables, such as Adam's beta_1, are in no such file, nor is the
    weight that a slot belongs to: slots of equal shape go by their place.
    """

    def state(name_of_file):
        found = {}

        def collect(name, item):
            if name.startswith("optimizer/") and isinstance(item, h5py.Dataset):
                found[name] = (item.shape, item[()].tobytes())
            elif name.startswith("optimizer/") and "name" in item.attrs:
                # Keras counts optimizers of one kind: adam, adam_1, adam_2.
                found[name] = item.attrs["name"].rstrip("0123456789").rstrip("_")

        with h5py.File(name_of_file, "r") as file:
            file.visititems(collect)
        return found

    with tempfile.TemporaryDirectory() as folder:
        model.save_weights(os.path.join(folder, "held.weights.h5"))
        held = state(os.path.join(folder, "held.weights.h5"))
    saved = state(path)
    held = {name: value for name, value in held.items() if isinstance(value, tuple) or name in saved}
    if not saved or saved != held:
        count = sum(isinstance(value, tuple) for value in saved.values())
        raise ValueError(f"{path} has {count} variables of the optimizer, and the model's are not the same")
