"""Feeds damaged and hostile files to each reader of ``tfckpt``: nothing may come but CheckpointError.

The tests run it for a second. A long run, of each reader or of one, which prints what it saw:

    python tests/fuzz_readers.py 200000
    python tests/fuzz_readers.py 200000 0 hdf5

Each input is made of a real file of its kind, by ``mutated``; where a format has checksums, they are put right again.
"""

import json
import shutil
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from random import Random

import h5py
import numpy as np
from fuzz_bundle import mutated, with_right_checksums

from tfckpt import Bundle, CheckpointError, Meta
from tfckpt.compare.importing import of_graph_file
from tfckpt.danger.audit import suspects
from tfckpt.danger.keras_files import code_in_objects
from tfckpt.ends import ends
from tfckpt.errors import reading
from tfckpt.format.objects import object_graph
from tfckpt.inspectors.shards import of_list
from tfckpt.readers.constants import Constants
from tfckpt.readers.file_list import FileList
from tfckpt.readers.hdf5 import Hdf5
from tfckpt.readers.hdf5_text import texts
from tfckpt.readers.keras import KerasFile
from tfckpt.readers.meta_graph import meta_graph
from tfckpt.readers.npz import Npz
from tfckpt.readers.safetensors import Safetensors
from tfckpt.readers.v1 import V1Checkpoint

SLOWEST = 20  # seconds of the processor that one input may take
OURS = Path(__file__).parent / "tf-1.15.5"
LONGEST = 2000  # characters of an error


def seeds(folder):
    """Writes a small file of each kind. Returns ``{reader: file}``."""
    import keras
    import tensorflow as tf
    import tensorflow.compat.v1 as tf1

    with tf1.Graph().as_default() as graph, tf1.Session() as sess:
        tf1.get_variable("w", initializer=tf.ones([2, 3]), use_resource=False)
        tf1.get_variable("text", initializer=tf.constant(["a", "bc"]), use_resource=False)
        parts = {"partitioner": tf1.fixed_size_partitioner(2), "use_resource": False}
        tf1.get_variable("p", [4, 2], initializer=tf1.ones_initializer(), **parts)
        tf.constant([1.5] * 9, tf.bfloat16), tf.constant(["x", "y"]), tf.constant(7, shape=[3])
        sess.run(tf1.global_variables_initializer())
        tf1.train.Saver(write_version=tf1.train.SaverDef.V1).save(sess, f"{folder}/v1")
        tf1.train.Saver().save(sess, f"{folder}/bundle")
        (folder / "constants").write_bytes(graph.as_graph_def().SerializeToString())
    everything(folder / "importing.meta")
    module = tf.Module()
    module.v, path = tf.Variable([1.0, 2.0]), [tf.TensorSpec([], tf.string)]
    module.read = tf.function(lambda path: tf.io.read_file(path), input_signature=path)
    tf.saved_model.save(module, f"{folder}/saved")
    tf.train.Checkpoint(module=module).write(f"{folder}/objects")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.save(folder / "m.keras")
    model.save(folder / "text.h5")
    with h5py.File(folder / "hdf5", "w") as file:
        file.attrs["model_config"], file["layers/w"] = "{}", np.ones((2, 3))
        file.create_dataset("z", data=np.arange(60.0).reshape(6, 10), chunks=(2, 5), compression="gzip", shuffle=True)
        file["texts"], file["layers"].attrs["name"] = ["a", "bc"], "dense"
        file.create_dataset("lists", (2,), dtype=h5py.vlen_dtype("i4"))[0] = [1, 2]
    np.savez(folder / "a.npz", a=np.ones((2, 3)), b=np.array(["x"]), c=np.zeros(2, "V3"))
    tensor = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
    header = json.dumps({"__metadata__": {"a": "b"}, "w": tensor, "v": {**tensor, "data_offsets": [8, 16]}}).encode()
    (folder / "safetensors").write_bytes(len(header).to_bytes(8, "little") + header + bytes(16))
    saved, meta, text = folder / "saved" / "saved_model.pb", folder / "bundle.meta", folder / "text.meta"
    with tf1.Graph().as_default() as imported:
        tf1.train.import_meta_graph(str(OURS / "pair" / "model.meta"))
        tf1.train.export_meta_graph(str(text), as_text=True)
        tf1.train.write_graph(imported, str(folder), "graph.pbtxt")
    files = {letter: f"m-{number:05}-of-00002.safetensors" for number, letter in enumerate("ab", 1)}
    (folder / "list.index.json").write_text(json.dumps({"metadata": {"total_size": 8}, "weight_map": files}))
    weights = [{"name": "a", "shape": [2, 3], "dtype": "float32", "quantization": {"dtype": "uint8"}}]
    manifest = [{"paths": ["group1-shard1of1.bin"], "weights": weights}]
    (folder / "model.json").write_text(json.dumps({"modelTopology": {}, "weightsManifest": manifest}))
    return {
        "bundle": folder / "bundle.index",
        "objects": folder / "objects.data-00000-of-00001",
        "v1": folder / "v1",
        "meta": meta,
        "meta_graph": meta,
        "importing": folder / "importing.meta",
        "text": text,
        "text_graph_def": folder / "graph.pbtxt",
        "saved_objects": saved,
        "hdf5": folder / "hdf5",
        "hdf5_text": folder / "text.h5",
        "keras": folder / "m.keras",
        "constants": folder / "constants",
        "npz": folder / "a.npz",
        "safetensors": folder / "safetensors",
        "file_list": folder / "list.index.json",
        "manifest": folder / "model.json",
    }


def everything(path):
    """A graph with something of all that an import reads: queues, loops, conditions, functions, several variables."""
    import tensorflow.compat.v1 as tf1

    with tf1.Graph().as_default():
        data = tf1.data.Dataset.from_tensors((np.ones([2, 2], "f4"), np.ones(2, "i8"))).map(lambda x, y: (x + 1, y))
        x, y = tf1.data.make_one_shot_iterator(data).get_next()
        w = tf1.get_variable("w", initializer=tf1.ones([2, 2]), use_resource=True)
        batch = tf1.train.batch([tf1.ones([2])], 2)
        tf1.while_loop(lambda i, h: i < 3, lambda i, h: (i + 1, tf1.cond(i > 1, lambda: h @ w, lambda: h)), [0, batch])
        tf1.add_to_collection("savers", tf1.train.Saver())
        tf1.add_to_collection("nodes", tf1.identity(tf1.cast(y, tf1.float32) + x))
        tf1.train.export_meta_graph(str(path), as_text=False)


def values(reader):
    """Reads all that a reader has."""
    for name in reader.entries:
        for read in (reader.tensor, getattr(reader, "read", reader.tensor)):
            try:
                read(name)
            except CheckpointError as error:
                assert len(str(error)) <= LONGEST
    if hasattr(reader, "verify") and not isinstance(reader, Bundle):
        reader.verify()


def bundle(path):
    reader = Bundle(str(path).removesuffix(".index"))
    values(reader)
    for name in reader.entries:
        reader.verify(name)


def objects(path):
    object_graph(Bundle(str(path).removesuffix(".data-00000-of-00001")))


def meta(path):
    suspects(Meta(path))


def importing(path):
    """What stops an import of a graph, where it begins and ends, and what feeds it."""
    found = Meta(path)
    of_graph_file(found)
    ends(found)


def parsed(parse):
    """A function that parses the bytes of a file as a reader does."""

    def read(path):
        with reading(path, "Damage."):
            parse(path.read_bytes())

    return read


def saved_objects(path):
    """The objects of a SavedModel, which are read with its graph, and what they run."""
    found = Meta(path)
    code_in_objects(found.parts)


def keras(path):
    reader = KerasFile(path)
    reader.verify(lambda count: None)
    if reader.weights:
        values(reader.weights)


READERS = {
    "bundle": bundle,
    "objects": objects,
    "v1": lambda path: values(V1Checkpoint(path)),
    "meta": meta,
    "meta_graph": parsed(lambda content: meta_graph(memoryview(content), None)),
    "importing": importing,
    "text": importing,
    "text_graph_def": lambda path: suspects(Meta(path, graph_def=True)),
    "saved_objects": saved_objects,
    "hdf5": lambda path: values(Hdf5(path)),
    "hdf5_text": texts,
    "keras": keras,
    "constants": lambda path: values(Constants(Meta(path, graph_def=True))),
    "npz": lambda path: values(Npz(path)),
    "safetensors": lambda path: values(Safetensors(path)),
    "file_list": lambda path: of_list(FileList(path)),
    "manifest": lambda path: of_list(FileList(path)),
}


def hostile(reader, path, chance):
    """The bytes of a file, damaged, for a reader."""
    content = path.read_bytes()
    if reader in ("keras", "npz") and chance.random() < 0.7:  # within a member: its checksum is right
        return with_damaged_member(path, chance)
    content = mutated(content, chance)
    return with_right_checksums(content) if reader in ("bundle", "v1") and chance.random() < 0.8 else content


def with_damaged_member(path, chance):
    target = path.with_name("damaged")
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(target, "w") as damaged:
        names = archive.namelist()
        chosen = chance.choice(names)
        for name in names:
            content = archive.read(name)
            how = chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
            damaged.writestr(name, mutated(content, chance) if name == chosen else content, how)
    return target.read_bytes()


def fuzz(reader, inputs, folder, file, seed=0, report=None):
    """Tries ``inputs`` damaged files with a reader, the same ones for the same ``seed``.

    Returns:
        How many could be read in spite of the damage.

    Raises:
        whatever is raised that is no CheckpointError.
    """
    chance, opened, slowest = Random(f"{reader} {seed}"), 0, 0.0
    copy = Path(folder) / reader
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for other in file.parent.glob(f"{file.name.partition('.')[0]}.*"):  # what else is of the checkpoint
        shutil.copy(other, copy)
    for number in range(inputs):
        (copy / file.name).write_bytes(hostile(reader, file, chance))
        began = time.process_time()
        try:
            READERS[reader](copy / file.name)
            opened += 1
        except CheckpointError as error:
            assert len(str(error)) <= LONGEST
        slowest = max(slowest, time.process_time() - began)
        assert slowest < SLOWEST, f"input {number} of seed {seed} for {reader} took {slowest:.0f} s"
        if report and (number + 1) % 1000 == 0:
            report(reader, number + 1, opened, slowest)
    return opened


def main(inputs=1000, seed=0, *readers):
    def report(reader, number, opened, slowest):
        text = f"\r{reader}: {number} inputs, {opened} opened, the slowest took {1000 * slowest:.0f} ms"
        print(text, end="", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "seeds").mkdir()
        files = seeds(Path(folder) / "seeds")
        for reader in readers or READERS:
            began = time.perf_counter()
            fuzz(reader, int(inputs), folder, files[reader], int(seed), report)
            print(f", {time.perf_counter() - began:.0f} s")
    if sys.platform != "win32":
        import resource

        print(f"largest memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
