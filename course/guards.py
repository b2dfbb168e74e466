"""Guards against the silent failures of saving and restoring: each raises an error where TensorFlow says nothing.

Copy what you need into your own project: a guard needs the imports below and nothing else. Lessons 12a to 12c show
the failures, and let you write the guards: they are the reference solutions of those lessons.

===================================  =======================================================================
guard                                what it catches
===================================  =======================================================================
``same_as_file``, after a restore    initialized after restoring; two models in one graph; a value of another
                                     shape in a resource variable; a variable that was not restored
``all_saved``, after a save          a Saver of the trainable variables only; a Saver made too early
``latest_in``, before a restore      a copied run whose file ``checkpoint`` leads to the old one; no checkpoint
``all_listed``, before training      files that no Saver will delete any more (a run with ``max_to_keep=0`` or
                                     ``keep_checkpoint_every_n_hours`` has such files on purpose)
``named_prefix``, before both        files without a name; a prefix that is also a folder
``restore_completely``, TensorFlow 2  a renamed attribute; an object that only one of the two sides has
``weights_loaded``, in Keras         the weights of a larger model
``optimizer_loaded``, in Keras       an optimizer that begins anew
===================================  =======================================================================
"""

from pathlib import Path

import h5py
import numpy as np
import tensorflow.compat.v1 as tf


def same_as_file(sess, prefix, variables):
    """Raise ValueError unless the session holds what the checkpoint holds.

    Compare each of variables (a list of tf.Variable) with the file: its value, and the
    shape that the graph declares. The message names each variable that differs or that
    the file lacks.
    """
    # This reader takes the prefix as it is. tf.train.load_checkpoint looks into a folder of that name first.
    reader = tf.train.NewCheckpointReader(prefix)
    different = []
    for variable in variables:
        name = variable.op.name
        if not reader.has_tensor(name):
            different.append(name)
            continue
        saved = reader.get_tensor(name)
        # A resource variable takes a value of any shape, so the value alone does not tell.
        if not variable.shape.is_compatible_with(saved.shape) or not np.array_equal(sess.run(variable), saved):
            different.append(name)
    if different:
        raise ValueError(f"not as in {prefix}: {', '.join(different)}")


def all_saved(prefix):
    """Raise ValueError unless the checkpoint has all global variables of the graph.

    The graph is the default one. The message names each variable that the file lacks.
    """
    reader = tf.train.NewCheckpointReader(prefix)
    # Global, not trainable: moving averages and an optimizer's slots are no less part of the state.
    missing = [variable.op.name for variable in tf.global_variables() if not reader.has_tensor(variable.op.name)]
    if missing:
        raise ValueError(f"not saved in {prefix}: {', '.join(missing)}")


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


def all_listed(folder):
    """Raise ValueError unless the file "checkpoint" lists all checkpoints in folder.

    The message names each one that is not listed, by the last part of its prefix.
    """
    state = tf.train.get_checkpoint_state(folder)
    # Names without folders: the list may have absolute paths.
    listed = {Path(prefix).name for prefix in state.all_model_checkpoint_paths} if state else set()
    # Each checkpoint has one index, whatever the number of its data files.
    on_disk = {path.name.removesuffix(".index") for path in Path(folder).glob("*.index")}
    if on_disk - listed:
        raise ValueError(f"not listed in {folder}: {', '.join(sorted(on_disk - listed))}")


def named_prefix(prefix):
    """Return prefix. Raise ValueError if nothing follows its last "/", or it is a folder.

    prefix is a text. The folder that it leads to need not be there yet.
    """
    # Asked for separately: "new/" is no folder as long as nobody made it.
    if not prefix.rpartition("/")[2]:
        raise ValueError(f"no name after the last '/' of {prefix!r}: the files would be hidden")
    if Path(prefix).is_dir():
        raise ValueError(f"{prefix!r} is also a folder: some functions would read the latest checkpoint in it")
    return prefix


def restore_completely(checkpoint, path):
    """Restore path into checkpoint, a tf.train.Checkpoint whose variables are all there.

    Raise an error unless each value in the file got its object, and each object its
    value.
    """
    # Both directions: assert_existing_objects_matched passes over what only the file has.
    checkpoint.restore(path).assert_consumed()


def weights_loaded(model, path):
    """Raise ValueError unless the model holds what is in path, a ".weights.h5" file.

    Compare the arrays in the file with model.weights: each one must be in the other. What
    is in the file's group "optimizer" does not count.
    """
    saved = []

    def collect(name, item):
        if isinstance(item, h5py.Dataset) and not name.startswith("optimizer/"):
            saved.append(item[()].tobytes())

    with h5py.File(path) as file:
        file.visititems(collect)
    held = [weight.numpy().tobytes() for weight in model.weights]
    # Sorted, because file and model do not keep their arrays in one order.
    if sorted(saved) != sorted(held):
        raise ValueError(f"{path} has {len(saved)} arrays, and the model does not hold the same: it has {len(held)}")


def optimizer_loaded(model, path):
    """Raise ValueError unless model.optimizer is as in path, a ".weights.h5" file.

    The file has the optimizer's variables as "optimizer/vars/0", "optimizer/vars/1", …,
    in the order of model.optimizer.variables.
    """
    own = [variable.numpy() for variable in model.optimizer.variables]
    with h5py.File(path) as file:
        saved = file.get("optimizer/vars", {})
        # The number first: an optimizer that was never used has two variables, and the file has all.
        same = len(saved) == len(own) and all(np.array_equal(saved[str(i)][()], value) for i, value in enumerate(own))
        if not same:
            raise ValueError(f"{path} has {len(saved)} variables of the optimizer, and the model's are not the same")
