"""Truth 9: what pages say of TensorFlow and Keras without showing it. Where one fails, a page is wrong now."""

import builtins
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.src.backend.common import global_state
from keras.src.callbacks import backup_and_restore
from keras.src.utils import file_utils


class Killed(BaseException):
    """What no callback of Keras catches."""


def started_again(saves, number=None):
    """A process that restores and saves in the background; it returns the value that it began with, and the files."""
    step = tf.Variable(0)
    checkpoint = tf.train.Checkpoint(step=step)
    manager = tf.train.CheckpointManager(checkpoint, "run", max_to_keep=3)
    manager.restore_or_initialize()
    began = int(step)
    for _ in range(saves):
        step.assign_add(1)
        manager.save(checkpoint_number=number and step, options=tf.train.CheckpointOptions(enable_async=True))
    checkpoint.sync()
    return began, sorted(path.stem for path in Path("run").glob("*.index"))


def test_saves_in_the_background_count_anew_after_a_restore(in_folder):
    """Lessons 14b and 16b."""
    assert started_again(5) == (0, ["ckpt-3", "ckpt-4", "ckpt-5"])
    assert started_again(1) == (5, ["ckpt-1", "ckpt-4", "ckpt-5"])
    assert started_again(1) == (6, ["ckpt-1", "ckpt-4", "ckpt-5"])  # over the latest one


def test_with_a_number_for_each_they_do_not(in_folder):
    """Lessons 16b and 20a."""
    assert started_again(5, number=True) == (0, ["ckpt-3", "ckpt-4", "ckpt-5"])
    assert started_again(1, number=True) == (5, ["ckpt-4", "ckpt-5", "ckpt-6"])


def fit(**options):
    keras.utils.set_random_seed(1)
    x = np.linspace(-1, 1, 8, dtype="float32").reshape(8, 1)
    model = keras.Sequential([keras.Input([1]), keras.layers.Dense(1)])
    model.compile("adam", "mse", run_eagerly=True)
    backup = keras.callbacks.BackupAndRestore("backup", **options)
    return model.fit(x, x**2, batch_size=4, epochs=4, shuffle=False, verbose=0, callbacks=[backup])


@pytest.mark.parametrize("double", [False, True])
@pytest.mark.parametrize("where", ["weights", "between", "metadata"])
def test_a_kill_while_a_backup_is_written(in_folder, monkeypatch, where, double):
    """Lesson 16b."""
    written = []

    def opened(path, mode="r"):
        if mode == "w" and len(written) == 3:
            if where == "weights":
                weights = Path("backup/latest.weights.h5")
                weights.write_bytes(weights.read_bytes()[:1000])
            if where == "metadata":
                Path(path).write_text("")
            raise Killed
        if mode == "w":
            written.append(path)
        return builtins.open(path, mode)

    whole = fit(delete_checkpoint=False).history["loss"]
    for path in Path("backup").iterdir():
        path.unlink()
    with monkeypatch.context() as patched:
        patched.setattr(backup_and_restore.file_utils, "File", opened)
        with pytest.raises(Killed):
            fit(double_checkpoint=double)
    assert backup_and_restore.file_utils.File is file_utils.File
    if where == "metadata" or (where, double) == ("weights", False):
        with pytest.raises(OSError if where == "weights" else ValueError):
            fit(double_checkpoint=double)
        return
    resumed = fit(double_checkpoint=double)
    if where == "weights":
        assert resumed.epoch == [3] and resumed.history["loss"] == whole[3:]
    else:
        assert resumed.epoch == [3] and resumed.history["loss"] != whole[3:]


def test_safe_mode_can_be_switched_off_for_the_process(in_folder):
    """Lesson 15."""
    twice = keras.layers.Lambda(lambda x: 2 * x)
    keras.Sequential([keras.Input([2]), twice]).save("code.keras")
    with pytest.raises(ValueError, match="Lambda"):
        keras.saving.load_model("code.keras", safe_mode=True)
    keras.config.enable_unsafe_deserialization()
    try:
        keras.saving.load_model("code.keras", safe_mode=True)
    finally:
        global_state.set_global_attribute("safe_mode_saving", None)
    with pytest.raises(ValueError, match="Lambda"):
        keras.saving.load_model("code.keras", safe_mode=True)


@pytest.mark.parametrize("resource", [False, True], ids=["reference", "resource"])
def test_from_eleven_parts_on_part_10_comes_before_part_1(in_folder, resource):
    """Lesson 13."""
    v1 = tf.compat.v1
    for parts, order in ((10, [*range(10)]), (12, [0, 10, 11, *range(1, 10)])):
        with tf.Graph().as_default(), v1.Session() as sess, v1.variable_scope("net", use_resource=resource):
            v1.get_variable("W", initializer=tf.range(float(parts)), partitioner=v1.fixed_size_partitioner(parts))
            sess.run(v1.global_variables_initializer())
            prefix = v1.train.Saver().save(sess, f"parts-{parts}")
        assert np.fromfile(f"{prefix}.data-00000-of-00001", "f4").tolist() == order
