"""Feeds damaged and hostile files of every kind to ``course inspect``: nothing may come but CheckpointError.

The tests run it for a second. A long run, which prints what it saw:

    python tests/fuzz_inspect.py 200000

HDF5 is read by h5py, and so by a library in C: ``python tests/fuzz_inspect.py 20000 0 hdf5`` feeds that one too.
"""

import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from fuzz_bundle import mutated, with_right_checksums

from tfckpt import CheckpointError
from tfckpt.inspect import examine
from tfckpt.report import Report

OURS = Path(__file__).parent / "tf-1.15.5"
SLOWEST = 20  # seconds of the processor that one input may take


def seeds(folder):
    """Writes a small one of each kind with TensorFlow. Returns ``{name: file}``: the files that are to be damaged."""
    import keras
    import tensorflow as tf
    import tensorflow.compat.v1 as tf1

    with tf1.Graph().as_default(), tf1.Session() as sess:
        tf1.get_variable("w", initializer=tf.ones([2, 3]))
        tf1.get_variable("n", initializer=tf.constant([1, -2, 3000000000], tf.int64))
        tf1.get_variable("text", initializer=tf.constant(["a", "bc"]))
        tf1.get_variable("p", [4, 2], initializer=tf1.ones_initializer(), partitioner=tf1.fixed_size_partitioner(2))
        sess.run(tf1.global_variables_initializer())
        (folder / "v1").mkdir()
        tf1.train.Saver(write_version=tf1.train.SaverDef.V1).save(sess, f"{folder}/v1/model")
    module = tf.Module()
    module.w, module.inner = tf.Variable([1.0, 2.0]), tf.Module()
    module.inner.v = tf.Variable(3)
    module.f = tf.function(lambda path: tf.io.read_file(path), input_signature=[tf.TensorSpec([], tf.string)])
    tf.saved_model.save(module, f"{folder}/saved")
    tf.train.Checkpoint(module=module).save(f"{folder}/objects/run")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2), keras.layers.Lambda(lambda x: 2 * x)])
    model.compile("adam", "mse")
    (folder / "keras").mkdir()
    model.save(folder / "keras" / "m.keras")
    model.save(folder / "keras" / "m.h5")
    shutil.copytree(OURS / "regression", folder / "regression")
    shutil.copy(folder / "regression" / "model-50.index", folder / "regression" / "model-50.index.tempstate7")
    return {
        "v1": folder / "v1" / "model",
        "meta": folder / "regression" / "model-50.meta",
        "saved model": folder / "saved" / "saved_model.pb",
        "state": folder / "regression" / "checkpoint",
        "objects": folder / "objects" / "run-1.index",
        "object graph": folder / "objects" / "run-1.data-00000-of-00001",
        "left over": folder / "regression" / "model-50.index.tempstate7",
        "keras": folder / "keras" / "m.keras",
        "hdf5": folder / "keras" / "m.h5",
    }


def fuzz(inputs, folder, files, kinds, seed=0, report=None):
    """Tries ``inputs`` damaged files, the same ones for the same ``seed``.

    Returns:
        How many could be looked at in spite of the damage.

    Raises:
        whatever is raised that is no CheckpointError.
    """
    chance, seen, slowest = random.Random(seed), 0, 0.0
    for number in range(inputs):
        kind = chance.choice(kinds)
        original = files[kind]
        copy = Path(folder) / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(original.parent, copy)
        content = mutated(original.read_bytes(), chance)
        if kind in ("v1", "objects", "left over") and chance.random() < 0.8:
            content = with_right_checksums(content)
        (copy / original.name).write_bytes(content)
        began = time.process_time()
        seen += looked_at(copy / original.name) + (chance.random() < 0.1 and looked_at(copy))
        took = time.process_time() - began
        slowest = max(slowest, took)
        assert took < SLOWEST, f"input {number} of seed {seed}, a {kind}, took {took:.0f} s"
        if report and (number + 1) % 100 == 0:
            report(number + 1, seen, slowest)
    return seen


def looked_at(path):
    """Looks at all that can be looked at. Returns whether it was recognized."""
    try:
        found = examine(path, verify=True)
    except CheckpointError as error:
        assert len(str(error)) < 4000
        return False
    report = Report(found)
    assert repr(report)
    assert report.markdown
    assert found.as_dict()
    for inspection in (found, *found.inner):
        for tensor in inspection.tensors if inspection.reader else ():
            try:
                inspection.reader.tensor(tensor.name)
            except CheckpointError:
                continue
    return True


def main(inputs=10_000, seed=0, kind=None):
    def report(number, seen, slowest):
        print(f"\r{number} inputs, {seen} looked at, the slowest took {1000 * slowest:.0f} ms", end="", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        files = seeds(Path(folder))
        kinds = [kind] if kind else [name for name in files if name != "hdf5"]
        fuzz(int(inputs), folder, files, kinds, int(seed), report)
    print()
    if sys.platform != "win32":
        import resource

        print(f"largest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
