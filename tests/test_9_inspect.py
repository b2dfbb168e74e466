"""Truth 9, ``course inspect``: it says what a path is, whether it is whole and what is in it, and never loads it."""

import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import fuzz_inspect
import google_crc32c
import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf2
import tensorflow.compat.v1 as tf
from google.protobuf.message import DecodeError

import course
from conftest import OURS, ROOT
from course import cli
from course.setup import requirements
from tfckpt import Bundle, CheckpointError, Meta
from tfckpt.document import folded
from tfckpt.format.objects import object_graph
from tfckpt.inspect import examine
from tfckpt.inspection import Inspection, Tensor
from tfckpt.inspectors.saved_models import files_in
from tfckpt.kind import Kind
from tfckpt.readers.constants import Constants
from tfckpt.readers.hdf5 import Hdf5
from tfckpt.readers.v1 import V1Checkpoint
from tfckpt.report import HEADINGS, words

REAL = Path(os.environ["COURSE_CHECKPOINTS"]) if "COURSE_CHECKPOINTS" in os.environ else None


@pytest.fixture
def run(capsys):
    """A function that runs ``course inspect`` with some arguments. Returns the exit code and all that it printed."""

    def run(*arguments):
        code = cli.run(["inspect", *map(str, arguments)])
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    return run


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    """A folder with a small one of each kind, written by TensorFlow and Keras."""
    folder = tmp_path_factory.mktemp("kinds")
    files = fuzz_inspect.seeds(folder)
    return folder, files


@pytest.fixture
def pair(tmp_path):
    """A copy of the course's pair: the prefix."""
    for path in (OURS / "pair").iterdir():
        shutil.copy(path, tmp_path / path.name)
    return tmp_path / "model"


@pytest.mark.parametrize(
    "name", "model model.index model.meta model.data-00000-of-00001 checkpoint . model.index.tempstate1".split()
)
def test_any_of_its_files_is_the_checkpoint(pair, run, monkeypatch, name):
    monkeypatch.chdir(pair.parent)
    if "tempstate" in name:
        Path(name).write_bytes(b"half")
    code, shown = run(name)
    assert code == 0, shown
    assert "model is a TensorFlow 1 checkpoint (Saver).\n  In it       2 tensors, 20 bytes: 2 var" in shown
    assert "Written by  TensorFlow 1.15.5" in shown
    assert "  int32  [2]   8 bytes  A\n  int32  [3]  12 bytes  B" in shown


def test_a_prefix_that_ends_in_a_separator(pair, run, monkeypatch):
    """saver.save(sess, 'd/') writes d/.index and so on."""
    monkeypatch.chdir(pair.parent)
    Path("d").mkdir()
    for ending in (".index", ".data-00000-of-00001", ".meta"):
        shutil.move(f"model{ending}", f"d/{ending}")
    for path in ("d/", "d", "d/.index"):
        code, shown = run(path)
        assert code == 0, shown
        assert "In it       2 tensors" in shown
    assert course.inspect("d/").values("A").tolist() == [3, 3]
    Path("d/.index.tempstate5").write_bytes(b"half")
    assert "Left over   .index.tempstate5: an index that was not written to its end" in run("d/")[1]


def test_a_prefix_that_is_also_a_folder(pair, run):
    pair.mkdir()
    shutil.copy(pair.with_name("model.index"), pair / "other.index")
    code, shown = run(pair)
    assert "model is a TensorFlow 1 checkpoint (Saver)." in shown
    assert f"Note        {pair.as_posix()} is a folder as well, which is another thing: {pair.as_posix()}/" in shown
    code, shown = run(f"{pair}/")
    assert "model is a folder with 1 checkpoint in it" in shown
    assert "other.data-00000-of-00001 is missing, and with it its values" in shown
    assert code == 1


def test_roles(run):
    code, shown = run(OURS / "regression" / "model-50")
    assert "2 variables, 2 moving averages, 4 optimizer slots, 2 other values of the optimizer, 1 counter" in shown
    assert "moving averages: 2, 8 bytes\n  float32  [1]     4 bytes  b/ExponentialMovingAverage" in shown
    found = {tensor.name: (tensor.role, tensor.of) for tensor in examine(OURS / "regression" / "model-50").tensors}
    assert found["w/Adam_1"] == ("slot", "w")
    assert found["global_step"] == ("counter", "")


def test_objects(kinds, run):
    folder, files = kinds
    bundle = Bundle(folder / "objects" / "run-1")
    graph = object_graph(bundle)
    assert graph["module/inner/v/.ATTRIBUTES/VARIABLE_VALUE"].path == ("module", "inner", "v")
    assert graph["module/w/.ATTRIBUTES/VARIABLE_VALUE"].full_name == "Variable"
    code, shown = run(folder / "objects")
    assert "run-1 is a TensorFlow 2 checkpoint (tf.train.Checkpoint)." in shown
    assert "float32  [2]  8 bytes  module/w" in shown
    assert "end in /.ATTRIBUTES/VARIABLE_VALUE" in shown
    assert course.inspect(folder / "objects").values("module/w").tolist() == [1, 2]


def test_slots_of_objects(in_folder):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="d"), keras.layers.BatchNormalization()])
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    tf2.train.Checkpoint(model=model, optimizer=model.optimizer).save("run")
    found = {tensor.own_name: tensor for tensor in examine("run-1").tensors}
    slot = next(tensor for own, tensor in found.items() if own.endswith("d_kernel_momentum"))
    kernel = next(tensor for own, tensor in found.items() if own.endswith("d/kernel"))
    assert (slot.role, slot.of) == ("slot", kernel.name)
    assert next(tensor for own, tensor in found.items() if own.endswith("/iteration")).role == "counter"
    assert next(tensor for own, tensor in found.items() if own.endswith("/learning_rate")).role == "optimizer"
    assert {tensor.role for own, tensor in found.items() if "moving_" in own} == {"average"}
    assert {tensor.role for own, tensor in found.items() if own.endswith(("d/kernel", "d/bias"))} == {"variable"}


def test_v1(kinds, run):
    folder, _ = kinds
    path = folder / "v1" / "model"
    for name in (path, f"{path}.meta", path.parent):
        code, shown = run(name, "--verify")
        assert code == 0, shown
        assert "is a checkpoint in one file, in the V1 format" in shown
        assert "all checksums are right" in shown
    checkpoint = V1Checkpoint(path)
    assert checkpoint.tensor("n").tolist() == [1, -2, 3000000000]
    assert checkpoint.tensor("text").tolist() == [b"a", b"bc"]
    assert checkpoint.tensor("p").tolist() == np.ones((4, 2)).tolist()
    with pytest.raises(CheckpointError, match="has no tensor 'texts' among its 4. Names like it: 'text'"):
        checkpoint.tensor("texts")


@pytest.mark.parametrize(
    "dtype",
    "float32 float64 int32 uint8 int16 int8 complex64 complex128 int64 bool float16 uint16 qint8".split(),
)
def test_v1_values_are_those_that_were_saved(in_folder, dtype):
    with tf.Graph().as_default(), tf.Session() as sess:
        values = [[0, 1, 100], [7, 3, 2]] if dtype.startswith("u") else [[0, -1, 100], [-7, 3, 2]]
        variable = tf.Variable(tf.cast(tf.constant(values), dtype), name="x")
        sess.run(tf.global_variables_initializer())
        tf.train.Saver(write_version=tf.train.SaverDef.V1).save(sess, "./m")
        expected = sess.run(variable)
    found = V1Checkpoint("m").tensor("x")
    assert found.tobytes() == expected.tobytes()
    assert found.shape == (2, 3)


def test_v1_of_constants_and_large(in_folder):
    large = np.random.default_rng(0).standard_normal((300, 1000)).astype(np.float32)  # more than a block of the table
    with tf.Graph().as_default(), tf.Session() as sess:
        for number in range(20):
            tf.get_variable(f"v{number}", initializer=tf.fill([3], float(number)))
        tf.get_variable("large", shape=large.shape).load(large, sess)
        sess.run([tf.variables_initializer([v for v in tf.global_variables() if v.op.name != "large"])])
        tf.train.Saver(write_version=tf.train.SaverDef.V1).save(sess, "./m")
    checkpoint = V1Checkpoint("m")
    assert checkpoint.tensor("large").tobytes() == large.tobytes()
    assert [checkpoint.tensor(f"v{number}").tolist() for number in (0, 7, 19)] == [[0.0] * 3, [7.0] * 3, [19.0] * 3]
    content = bytearray(Path("m").read_bytes())
    content[200_000] ^= 1
    Path("m").write_bytes(content)
    with pytest.raises(CheckpointError, match="the checksum of the block at byte"):
        V1Checkpoint("m").verify()


def test_saved_models(kinds, run):
    folder, _ = kinds
    for path in (folder / "saved", folder / "saved" / "saved_model.pb"):
        code, shown = run(path)
        assert code == 0, shown
        assert "is a SavedModel, tags serve" in shown
        assert f"Written by  TensorFlow {tf2.__version__}" in shown
        assert "ReadFile 'ReadFile' in the function __inference_" in shown
        assert "  float32  [2]  8 bytes  w" in shown


def test_a_prefix_that_is_also_a_file(pair, run):
    """``model.h5`` beside ``model.h5.index``: Keras wrote both; or a prefix that looks like another one's file."""
    of_keras = "another thing as well (HDF5 file), which was not looked at"
    for name, other in (("model.h5", of_keras), ("model.index", "")):
        for ending in ("index", "data-00000-of-00001"):
            shutil.copy(f"{pair}.{ending}", pair.with_name(f"{name}.{ending}"))
        path = pair.with_name(name)
        if other:
            keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]).save(path)
        code, shown = run(path)
        assert code == 0, shown
        assert f"{name} is a TensorFlow 1 checkpoint (Saver)." in shown
        other = other or f"a file of the checkpoint {str(pair)!r} as well, which is another thing."
        assert f"Note        {path.as_posix()} is {other}" in shown


def test_keras(kinds, run):
    folder, _ = kinds
    code, shown = run(folder / "keras" / "m.keras", "--verify")
    assert code == 0, shown
    assert f"Written by  Keras {keras.__version__}" in shown
    assert "is a Lambda layer: it calls a Python function each time the model is called" in shown
    assert "has Python bytecode in it" in shown
    assert "all checksums are right" in shown
    assert "Checksums were not compared" in run(folder / "keras" / "m.keras")[1]
    assert "graph\n  Sequential of 3 layers" in shown
    code, shown = run(folder / "keras" / "m.h5", "--verify")
    assert code == 0, shown
    assert "is a model in Keras's old format, HDF5" in shown
    assert "has Python bytecode in it" in shown
    assert "all values could be read" in shown
    code, shown = run(folder / "keras" / "m.keras", "--values", "layers/dense/vars/1")
    assert shown.endswith("from 0 to 0, mean 0\n[0. 0.]\n")


def test_that_nothing_was_found_is_no_proof(pair, tmp_path, run):
    says = "Suspicious  no operation of the known kinds was found that touches files, network or Python (its Saver's"
    shown = run(pair)[1]
    assert says in shown
    assert "That is no proof" in shown
    keras.Sequential([keras.layers.Input([2]), keras.layers.ReLU()]).save(tmp_path / "plain.keras")
    shown = run(tmp_path / "plain.keras")[1]
    assert "Suspicious  no code of the known kinds was found that touches files, network or Python. That is" in shown


def test_code_of_others_in_a_configuration(tmp_path, run):
    config = {
        "module": "keras",
        "class_name": "Sequential",
        "config": {
            "name": "s",
            "layers": [
                {"module": "keras.layers", "class_name": "Dense", "config": {"name": "d"}, "registered_name": None},
                {"module": "os", "class_name": "function", "config": "system", "registered_name": "function"},
                {
                    "module": "keras.layers",
                    "class_name": "Mine",
                    "config": {"name": "m"},
                    "registered_name": "p>Mine",
                },
                {"module": "keras.config", "class_name": "function", "config": "enable_unsafe_deserialization"},
            ],
        },
    }
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("../../escape", "x")
    code, shown = run(tmp_path / "m.keras")
    assert code == 1
    for says in (
        "'s' has a function in the place of a layer: 'system', which is called",
        "'s' has Keras import the module 'os' for 'system'",
        "'s/m' needs the class 'p>Mine', which is not part of Keras",
        "'s' takes 'enable_unsafe_deserialization' of 'keras.config', which is not known to be harmless",
        "'../../escape' in it would be unpacked outside of its folder",
        "has no model.weights.h5",
    ):
        assert says in shown
    assert "'s/d'" not in shown


def test_layers_that_bring_in_other_files(tmp_path, run):
    layers = [
        {"module": "keras.layers", "class_name": "TFSMLayer", "config": {"name": "t", "filepath": "/elsewhere"}},
        {"module": "keras.layers", "class_name": "StringLookup", "config": {"name": "v", "vocabulary": "/secret"}},
        {"module": "keras.layers", "class_name": "StringLookup", "config": {"name": "own", "vocabulary": ["a", "b"]}},
        {"module": "keras.layers", "class_name": "TorchModuleWrapper", "config": {"name": "p", "module": "UEsDB"}},
    ]
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        config = {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": layers}}
        archive.writestr("config.json", json.dumps(config))
    shown = run(tmp_path / "m.keras")[1]
    assert "'s/t' loads a SavedModel from elsewhere: '/elsewhere'" in shown
    assert "'s/v' reads its vocabulary from the file '/secret'" in shown
    assert "'s/p' has a PyTorch module in it, which is unpickled" in shown
    assert "'s/own'" not in shown


def test_code_in_how_a_model_is_trained(tmp_path, run):
    model = keras.Sequential([keras.layers.Input([2]), keras.layers.Dense(1)])
    model.compile(loss="mse")
    model.save(tmp_path / "m.h5")
    assert "Suspicious  no code of the known kinds" in run(tmp_path / "m.h5")[1]
    with h5py.File(tmp_path / "m.h5", "a") as file:
        config = json.loads(file.attrs["training_config"])
        file.attrs["training_config"] = json.dumps({**config, "loss": {"class_name": "__lambda__", "config": {}}})
    assert "has Python bytecode in it" in run(tmp_path / "m.h5")[1]


LOSSES = ["mse", "MAE", "bce", "kld", "mean_squared_error", "binary_crossentropy", "huber", "huber_loss", "my_loss"]
LOSSES += [["mse"], {"d": "mse"}, ["binary_crossentropy"]]


@pytest.mark.parametrize("loss", LOSSES, ids=str)
def test_a_loss_in_hdf5_that_keras_does_not_load(loss, tmp_path, run):
    """Held against ``load_model``."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, name="d")])
    model.compile("adam", "mean_squared_error")
    model.save(tmp_path / "m.h5")
    with h5py.File(tmp_path / "m.h5", "a") as file:
        config = json.loads(file.attrs["training_config"])
        file.attrs["training_config"] = json.dumps({**config, "loss": loss})
    try:
        keras.models.load_model(tmp_path / "m.h5")
        loads = True
    except (ValueError, TypeError):
        loads = False
    code, shown = run(tmp_path / "m.h5")
    assert ("load_model of Keras 3 stumbles over its loss" in shown) != loads, shown
    assert code == 0
    assert keras.models.load_model(tmp_path / "m.h5", compile=False).layers, "the cure"


def test_a_file_that_leads_out_of_its_folder_is_suspicious(tmp_path, run):
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras", "a") as archive:
        archive.writestr("assets/../../x", "x")
    code, shown = run(tmp_path / "m.keras", "--strict")
    assert code == 3
    assert "Suspicious  'm.keras' has 'assets/../../x' in it, which would be unpacked outside of its folder" in shown


@pytest.mark.parametrize("deep", [1, 2, 3])
def test_what_a_loop_returns_is_a_result(deep, tmp_path, run):
    """In a graph with loops of TensorFlow 1, each within another one."""
    v1 = tf.compat.v1

    def mapped(x, depth):
        return tf.map_fn(lambda row: mapped(row, depth - 1), x) if depth else 2 * x

    v1.disable_control_flow_v2()
    try:
        with tf.Graph().as_default():
            tf.identity(mapped(v1.placeholder(tf.float32, [2] * (deep + 1), name="x"), deep), name="out")
            v1.train.export_meta_graph(str(tmp_path / "loop.meta"))
    finally:
        v1.enable_control_flow_v2()
    shown = run(tmp_path / "loop.meta")[1]
    shown = " ".join(shown.split())
    assert f"inputs: 1 float32 {[2] * (deep + 1)} x:0" in shown
    assert f"outputs: 1 float32 {[2] * (deep + 1)} out:0 taken by nothing" in shown


@pytest.mark.parametrize("kind", ["VariableV2", "Variable", "VarHandleOp"])
def test_what_stands_before_a_loss_is_computed_of_inputs_and_variables(tmp_path, run, kind):
    """Of variables of each kind: the oldest are of TensorFlow before 0.8."""
    graph = tf.MetaGraphDef()
    node = graph.graph_def.node.add
    for name, source in [("x", "Placeholder"), ("w", kind), ("label", "Placeholder"), ("one", "Const")]:
        node(name=name, op=source).attr["dtype"].type = tf.float32.as_datatype_enum
    node(name="scaled", op="Mul", input=["x", "one"])
    node(name="logits", op="MatMul", input=["scaled", "w"])
    node(name="loss", op="Sub", input=["logits", "label"])
    (tmp_path / "m.meta").write_bytes(graph.SerializeToString())
    shown = run(tmp_path / "m.meta")[1]
    shown = " ".join(shown.split())
    assert "? [?, ?] logits:0 before a loss" in shown, "a product of matrices is a matrix"
    assert "? shape not in the file loss:0 taken by nothing" in shown


def test_the_files_of_a_folder_are_those_within_it_as_well(tmp_path):
    (tmp_path / "variables" / "deep").mkdir(parents=True)
    (tmp_path / "saved_model.pb").write_bytes(b"12")
    (tmp_path / "variables" / "deep" / "x").write_bytes(b"345")
    assert files_in(tmp_path) == (("saved_model.pb", 2, ""), ("variables/deep/x", 3, ""))


def test_a_constant_that_is_not_there(tmp_path):
    graph = tf.GraphDef()
    graph.node.add(name="c", op="Const").attr["value"].tensor.CopyFrom(tf.make_tensor_proto([1.0]))
    meta = tf.MetaGraphDef(graph_def=graph)
    (tmp_path / "m.meta").write_bytes(meta.SerializeToString())
    constants = Constants(Meta(tmp_path / "m.meta"))
    assert constants.tensor("c").tolist() == [1.0]
    with pytest.raises(CheckpointError, match="has no tensor 'd'"):
        constants.tensor("d")


def test_one_is_not_called_by_the_word_for_several():
    assert {role: words(role, 1) for role in HEADINGS} == {
        "variable": "variable",
        "average": "moving average",
        "slot": "optimizer slot",
        "optimizer": "other values of the optimizer",
        "counter": "counter",
        "object": "about the objects",
        "constant": "other constant",
    }
    assert {role: words(role, 2) for role in HEADINGS} == HEADINGS


def test_keras_files_that_want_to_do_harm(tmp_path, run):
    path = tmp_path / "m.keras"
    for content, says in (
        ({"config.json": "{" + " " * 2_000_000 + "}"}, "config.json in it becomes 2000002 bytes of"),
        ({"config.json": "[" * 500_000}, "config.json in it is nested too deeply"),
        ({"config.json": "{}", "model.weights.h5": bytes(70_000_000)}, "model.weights.h5 in it becomes 70000000 bytes"),
    ):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in content.items():
                archive.writestr(name, text)
        assert path.stat().st_size < 100_000
        code, shown = run(path)
        assert code == 1
        assert says in shown
        assert "somebody wants to do harm" in shown


@pytest.mark.parametrize("error", [EOFError(), zipfile.BadZipFile("Bad CRC-32")])
def test_hdf5_in_a_zip_that_cannot_be_read_to_its_end(tmp_path, error):
    class Member(io.BytesIO):
        def readinto(self, buffer):
            if len(buffer) > 4096:  # the values
                raise error
            return super().readinto(buffer)

    with h5py.File(tmp_path / "values.h5", "w") as file:
        file["values"] = np.arange(10_000.0)
    weights = Hdf5(Member((tmp_path / "values.h5").read_bytes()), "model.keras:model.weights.h5")
    with pytest.raises(CheckpointError, match="model.keras:model.weights.h5 cannot be read as HDF5"):
        weights.tensor("values")
    with pytest.raises(CheckpointError, match="is closed, since a read of it has failed"):  # HDF5 would crash
        weights.tensor("values")


def test_our_own_mistake_is_not_told_as_a_damaged_file(tmp_path, monkeypatch):
    with h5py.File(tmp_path / "values.h5", "w") as file:
        file["values"] = np.arange(3.0)
    monkeypatch.setattr("tfckpt.readers.hdf5.elements", None)
    with pytest.raises(TypeError, match="'NoneType' object is not callable"):
        Hdf5(tmp_path / "values.h5")


def test_hdf5_that_leads_elsewhere(tmp_path, run):
    """A file may have links, datasets and virtual datasets in other files: none is followed."""
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["x"] = np.arange(3.0)
    (tmp_path / "raw").write_bytes(bytes(24))
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file["layers/dense/vars/0"] = np.ones(2)
        file["layers/again"] = file["layers"]  # a group in itself
        file["soft"] = h5py.SoftLink("/layers/dense")
        file["linked"] = h5py.ExternalLink("secret.h5", "x")
        file.create_dataset("outside", (3,), "f8", external=[(str(tmp_path / "raw"), 0, 24)])
        layout = h5py.VirtualLayout((3,), "f8")
        layout[:] = h5py.VirtualSource(str(tmp_path / "secret.h5"), "x", (3,))
        file.create_virtual_dataset("virtual", layout)
        file.create_dataset("bomb", (10**12,), "f8", chunks=(10**6,))
    code, shown = run(tmp_path / "m.h5")
    assert code == 1
    for says in (
        "'linked' leads to 'x' in another file, 'secret.h5'. It was not followed",
        "'outside' has its values in another file",
        "'virtual' has values of 'x' in",
        "'soft' leads to '/layers/dense' in this file",
    ):
        assert says in shown
    for name, says in (
        ("outside", "was not read"),
        ("virtual", "was not read"),
        ("bomb", "says that it has 8000"),
    ):
        code, shown = run(tmp_path / "m.h5", "--values", name)
        assert code == 1
        assert says in shown
    assert "has no tensor 'linked'" in run(tmp_path / "m.h5", "--values", "linked")[1]


def bad_zip(names):
    def write(path):
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in names.items():
                archive.writestr(name, content)

    return write


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty: 0 bytes"),
        (bytes(5000), "is full of zeros"),
        (b"\n<!DOCTYPE html><html>", "is a web page. The download saved a page"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied', "is XML. Likely the error message of a storage service"),
        (
            b"version https://git-lfs.github.com/spec/v1\n",
            "is a pointer of Git LFS, not the file itself. Type:",
        ),
        (b"\x80\x04\x95\x0b\x00", "is a pickle of Python's. It was not read: to read one runs what is in it"),
        (bad_zip({"archive/data.pkl": b""}), "is a checkpoint of PyTorch: a zip with a pickle. It was not read"),
        (bad_zip({"a.npy": b""}), "cannot be read as arrays of NumPy's"),
        (bad_zip({"m/saved_model.pb": b""}), "is a zip with a SavedModel in it. Unpack it"),
        (bad_zip({"readme": b""}), "is a zip. Unpack it first"),
        (b"PK\x03\x04 cut off", "begins like a zip and does not end like one"),
        (b"\x08\x07\x12\x07pytorch\x1a\x031.0", "is a model of ONNX"),
        (b'\x40\0\0\0\0\0\0\0{"w": {"dtype"' + bytes(100), "cannot be read: Expecting"),
        (b"\x1c\0\0\0TFL3" + bytes(90), "is a model of TensorFlow Lite"),
        (b"\x1f\x8b\x08" + bytes(9), "is compressed with gzip. Unpack it first"),
        (b'{"class_name": "Sequential"}', "is JSON. A model's configuration, perhaps"),
        (b"\x7fELF" + bytes(90), "is a program or library. Do not load it"),
        (b"some words about training", "is no checkpoint, nor any file that is known here"),
    ],
)
def test_what_is_no_checkpoint(tmp_path, run, content, says):
    path = tmp_path / "file"
    path.write_bytes(content) if isinstance(content, bytes) else content(path)
    code, shown = run(path)
    assert code == 1
    assert shown.startswith(f"Error: {path.as_posix()} ")
    assert says in shown
    assert "Traceback" not in shown


def test_nothing_there(tmp_path, run, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    for path, says in (
        ("nothing", "No checkpoint has the prefix 'nothing'"),
        ("a/b", "There is no folder 'a'"),
        ("a/", "There is no folder 'a/', nor a checkpoint with this prefix"),
        ("empty", "There is no checkpoint, graph or model in the folder 'empty'"),
        ("", "The path is empty"),
    ):
        code, shown = run(path)
        assert code == 1
        assert says in shown
    code, shown = run("nothing", "--json")
    assert json.loads(shown.partition("\nError")[0])["error"].startswith("No checkpoint has the prefix")
    assert run()[0] == 2


def test_missing_and_damaged(pair, run):
    data = pair.with_name("model.data-00000-of-00001")
    content = data.read_bytes()
    data.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    assert run(pair)[0] == 0, "sizes do not show it"
    code, shown = run(pair, "--verify")
    assert code == 1
    numbers = google_crc32c.value(content[:8]), google_crc32c.value(data.read_bytes()[:8])  # as TensorFlow shows them
    assert f"Whole       no: A: stored checksum {numbers[0]}, and its bytes give {numbers[1]}" in shown
    assert "1 of 2 tensors are not what was saved. Likely a damaged copy" in shown
    data.write_bytes(bytes(20))
    assert "two different saves" in run(pair, "--verify")[1]
    data.write_bytes(content[:10])
    code, shown = run(pair)
    assert code == 1
    assert "has 10 bytes, and the index speaks of 20" in shown
    data.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid"[:19])
    data.unlink()
    code, shown = run(pair)
    assert code == 1
    assert "data-00000-of-00001 is missing, and with it its values" in shown
    assert "  int32  [2]   8 bytes  A" in shown, "the names are there all the same"
    pair.with_name("model.index").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    assert "model.index is a pointer of Git LFS" in run(pair)[1]
    pair.with_name("model.meta").write_bytes(b"\x12\x7f")
    assert "model.meta cannot be read at byte 2: 127 bytes are announced, but 0 are left" in run(pair)[1]


def test_the_index_that_a_crash_left_behind_rescues_both(in_folder, run):
    """Saved twice to one prefix, stopped between the two renames: the data is new, the index is old."""
    with tf.Graph().as_default(), tf.Session() as sess:
        a = tf.get_variable("A", initializer=tf.constant(3, shape=[2]))
        saver = tf.train.Saver()
        sess.run(a.initializer)
        saver.save(sess, "./model")
        old = Path("model.index").read_bytes()
        a.load([7, 7], sess)
        saver.save(sess, "./model")
    Path("model.index").rename("model.index.tempstate123")
    Path("model.index").write_bytes(old)
    with pytest.raises(tf.errors.OpError, match="Checksum does not match"):
        tf.train.load_checkpoint("model").get_tensor("A")
    before = sorted(path.name for path in Path().iterdir())
    code, shown = run("model")
    assert code == 1
    assert "Left over   model.index.tempstate123: an index that fits the data files, as all its checksums" in shown
    assert "    mv model.index.tempstate123 model.index\n" in shown
    assert sorted(path.name for path in Path().iterdir()) == before, "it says which, and does nothing"
    Path("model.index.tempstate123").replace("model.index")
    assert run("model", "--verify")[0] == 0
    assert tf.train.load_checkpoint("model").get_tensor("A").tolist() == [7, 7]


def test_left_overs_that_rescue_nothing(pair, run):
    index, left = pair.with_name("model.index"), pair.with_name("model.index.tempstate9")
    shutil.copy(index, left)
    code, shown = run(pair)
    assert (code, "mv " in shown) == (0, False)
    assert "So does the index in use: it is not needed" in shown
    data = pair.with_name("model.data-00000-of-00001")
    content = data.read_bytes()
    data.write_bytes(bytes(len(content)))
    code, shown = run(pair, "--verify")
    assert (code, "mv " in shown) == (1, False)
    assert "an index that does not fit the data files, as checksums show: it rescues nothing" in shown
    data.write_bytes(content[:10])
    assert "an index that does not fit the data files, as their sizes show: it rescues nothing" in run(pair)[1]
    data.write_bytes(content)
    left.unlink()
    shutil.copy(data, pair.with_name("model.data-00000-of-00001.tempstate9"))
    code, shown = run(pair)
    assert code == 0
    assert "a save that was stopped before its index was written" in shown
    index.rename(left)
    pair.with_name("model.data-00000-of-00001").unlink()
    code, shown = run(pair)
    assert code == 1
    assert shown.count("    mv ") == 2, "here both were left over, and together they are whole"


@pytest.mark.parametrize("moved", ["the index", "both", "no file"])
def test_the_folder_that_a_crash_left_behind(in_folder, run, moved):
    """TensorFlow 2 writes parts to a folder beside the prefix, then moves the data, then writes the index anew."""
    tf2.train.Checkpoint(v=tf2.Variable([1.0, 2.0])).write("run")
    data, index = Path("run.data-00000-of-00001"), Path("run.index")
    Path("run_temp").mkdir()
    if moved != "no file":
        index.rename("run_temp/part-00000-of-00001.index")
    if moved == "both":
        data.rename("run_temp/part-00000-of-00001.data-00000-of-00001")
    if moved == "no file":
        assert "Left over   run_temp: a folder of a save that was stopped, with no index in it" in run("run")[1]
        return
    for path in ("run", "."):
        code, shown = run(path)
        assert code == 1
        assert "Left over   run_temp: an index that fits the data files, as all its checksums show" in shown
    renames = [line.split()[1:] for line in shown.splitlines() if line.startswith("    mv ")]
    assert len(renames) == (2 if moved == "both" else 1)
    for source, target in renames:
        Path(source).rename(target)
    assert run("run", "--verify")[0] == 0
    assert tf2.train.load_checkpoint("run").get_tensor("v/.ATTRIBUTES/VARIABLE_VALUE").tolist() == [1, 2]


def test_parts_that_a_crash_left_behind(pair, run):
    folder = pair.with_name("model_temp")
    folder.mkdir()
    for number in (0, 1):
        shutil.copy(pair.with_name("model.index"), folder / f"part-0000{number}-of-00002.index")
    assert "model_temp: 2 shards of a save that was stopped before they were merged" in run(pair)[1]


def test_values_where_there_are_none(pair, run):
    for ending in (".index", ".data-00000-of-00001"):
        pair.with_name(f"model{ending}").unlink()
    code, shown = run(f"{pair}.meta", "--values", "A")
    assert code == 1
    assert "is a graph, with no values beside it: there are no values in it" in shown
    pair.with_name("model.index").write_bytes(b"")
    assert "model.index cannot be read: it is empty" in run(pair, "--values", "A")[1]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_a_pipe_is_not_waited_for(pair, run):
    data = pair.with_name("model.data-00000-of-00001")
    data.unlink()
    os.mkfifo(data)
    os.mkfifo(pair.with_name("other"))
    for path in (pair, pair.parent):
        code, shown = run(path)
        assert code == 1
        assert "model.data-00000-of-00001 is a pipe, and not a file" in shown


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Linux or macOS")
def test_a_pipe_that_is_closed(in_folder):
    names = sorted(f"v{number}" for number in range(20_000))
    tf2.raw_ops.SaveV2(prefix="m", tensor_names=names, shape_and_slices=[""] * 20_000, tensors=[1.0] * 20_000)
    command = f"{sys.executable} -m course inspect m | head -1"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env=environment)
    assert done.stderr == ""
    assert done.stdout.startswith("m is a TensorFlow 1 checkpoint (Saver).")


def test_the_file_checkpoint(pair, run):
    folder = pair.parent
    lines = ['model_checkpoint_path: "/old/run/model"', 'all_model_checkpoint_paths: "gone-1"']
    (folder / "checkpoint").write_text("\n".join(lines))
    code, shown = run(folder)
    assert code == 1
    assert "the latest one is '/old/run/model', in another folder" in shown
    assert "speaks of gone-1 as well: not here" in shown
    (folder / "checkpoint").write_text('model_checkpoint_path: "gone-2"\n')
    assert "'gone-2', which is not here" in run(folder)[1]
    (folder / "checkpoint").write_text("")
    assert "checkpoint is empty: it was cut off" in run(folder)[1]
    (folder / "checkpoint").write_text('model_checkpoint_path: "Gr\\303\\266\\303\\237e \\"x\\""\n')
    assert "'Größe \"x\"'" in run(folder)[1]


def test_values(run):
    code, shown = run(OURS / "kinds" / "model", "--values", "float64", "--values", "text")
    assert code == 0
    assert "float64  float64 [3]\nfrom 0 to 2, mean 1\n[0. 1. 2.]\n" in shown
    assert "[b'saver' b'' b'Gr\\xc3\\xb6\\xc3\\x9fe']" in shown
    code, shown = run(OURS / "kinds" / "model", "--values", "float65")
    assert code == 1
    assert "Names like it: 'float64'" in shown


def test_values_that_are_no_numbers(in_folder, run):
    values = np.array([1.0, np.nan, np.inf], np.float32)
    tf2.raw_ops.SaveV2(prefix="m", tensor_names=["x"], shape_and_slices=[""], tensors=[values])
    assert "from 1 to 1, mean 1\n2 of 3 are NaN or infinite" in run("m", "--values", "x")[1]


def test_filter(run):
    prefix = OURS / "regression" / "model-50"
    code, shown = run(prefix, "--filter", "Adam")
    assert "4 of 11 tensors match 'Adam'" in shown
    assert "b/Adam_1" in shown
    assert "global_step" not in shown.partition("files")[2]
    assert "2 of 11 tensors match '?/Adam'" in run(prefix, "--filter", "?/Adam")[1]
    assert "0 of 11 tensors match 'nothing'" in run(prefix, "--filter", "nothing")[1]


def test_json(run):
    code, shown = run(OURS / "regression" / "model-50", "--json")
    found = json.loads(shown)
    assert found["whole"] is True
    assert found["written_by"] == "TensorFlow 1.15.5"
    assert found["what"] == "a checkpoint of names, as a Saver writes it", "what scripts have read so far"
    w = {"name": "w", "dtype": "float32", "shape": [1, 1], "bytes": 4, "role": "variable", "of": "", "own_name": ""}
    assert w in found["tensors"]
    assert len(found["tensors"]) == 11


def test_names_that_a_saver_asks_for_in_vain(pair, run):
    shutil.copy(OURS / "regression" / "model-50.meta", pair.with_name("model.meta"))
    assert "asks for 11 names that the checkpoint does not have, such as 'b'" in run(pair)[1]


def test_in_a_notebook():
    report = course.inspect(OURS / "regression" / "model-50", filter="w/")
    first = report._repr_markdown_().splitlines()[0]
    assert first.endswith("model-50` is **a TensorFlow 1 checkpoint (Saver)**.")
    assert r"| float32 | \[1, 1\] | 4 bytes | `w/Adam` |" in report.markdown
    assert "3 of 11 tensors match 'w/'" in repr(report)
    assert report.values("w").shape == (1, 1)
    assert "Type next" not in repr(report)


def test_a_long_list(in_folder, run):
    names = sorted(f"v{number}" for number in range(100))
    tf2.raw_ops.SaveV2(prefix="m", tensor_names=names, shape_and_slices=[""] * 100, tensors=[1.0] * 100)
    shown = run("m")[1]
    assert shown.count("float32") == 100, "a pipe gets all"
    assert shown.index(" v2\n") < shown.index(" v10\n")
    report = course.inspect("m")
    assert repr(report).count("float32") == 60
    assert "… and 40 more" in repr(report)
    assert "… and 40 more" in report.markdown


@pytest.mark.parametrize("lines", [10, 200])
def test_in_a_terminal(monkeypatch, lines):
    """A pager only where the list is longer than the terminal; lines that are as wide as it."""
    from tfckpt import terminal

    monkeypatch.chdir(OURS / "regression")
    paged, echoed = [], []
    monkeypatch.setattr(terminal.click, "echo_via_pager", paged.append)
    monkeypatch.setattr(terminal.click, "echo", echoed.append)
    monkeypatch.setattr(terminal.shutil, "get_terminal_size", lambda: os.terminal_size((60, lines)))
    monkeypatch.setattr(terminal.sys.stdout, "isatty", lambda: True, raising=False)
    assert cli.run(["inspect", "model-50"]) == 0
    assert bool(paged) == (lines == 10)
    shown = terminal.click.unstyle((paged + echoed)[0]).splitlines()
    assert "    python3 -m course inspect model-50 --verify" in shown, "in one piece, to be copied"
    assert max(map(len, shown[: shown.index("")])) <= 60
    assert any(line.startswith(" " * 14) for line in shown), "a long line goes on, indented, in the next one"
    paged.clear()
    assert cli.run(["inspect", "--no-pager", "model-50"]) == 0
    assert not paged


def test_each_command_that_it_proposes_can_be_typed(in_folder, run):
    (in_folder / "my run").mkdir()
    for path in (OURS / "pair").iterdir():
        shutil.copy(path, in_folder / "my run" / path.name)
    _, shown = run(Path("my run", "model"))
    typed = re.findall(r"^    # \w.*\n    python3 -m course (\S.*)$", shown, re.MULTILINE)
    assert [shlex.split(command.replace("\\", "/")) for command in typed] == [
        ["inspect", "my run/model", "--verify"],
        ["inspect", "my run/model", "--values", "A"],
        ["diff", "my run/model", "my run/model.meta"],
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Linux or macOS")
def test_a_command_that_is_too_long_goes_on_where_a_shell_joins_it(tmp_path):
    """What is copied from a narrow window is what was meant, and no line begins at the left edge."""
    command = "    printf '%s,' a 'b c' '$HOME' '--a=b' '" + "d" * 30 + "' ''"
    for width in (20, 40, 80, 200):
        lines = folded(command, width)
        assert all(line.startswith("    ") for line in lines)
        assert all(len(line) <= width or len(line.split()) <= 2 for line in lines), lines
        done = subprocess.run("\n".join(lines), shell=True, capture_output=True, text=True)
        assert done.stdout == f"a,b c,$HOME,--a=b,{'d' * 30},,"
    assert folded(command, 200) == [command]


@pytest.mark.parametrize("bit", [0, 7])
@pytest.mark.parametrize("where", [b"\x0a\x01A\x12", b"\x0a\x08A/Assign", b"\x1a\x01A"])
def test_a_graph_that_no_longer_makes_sense_is_not_whole(pair, run, where, bit):
    """A flipped bit in a name: of a variable, an operation, an input. Without it, the same file is whole."""
    assert run(pair, "--verify")[0] == 0
    meta = pair.with_name("model.meta")
    content = bytearray(meta.read_bytes())
    content[content.index(where) + 2] ^= 1 << bit
    meta.write_bytes(content)
    with tf.Graph().as_default(), pytest.raises((ValueError, KeyError, DecodeError)):
        tf.train.import_meta_graph(str(meta))
    for more in ((), ("--verify",)):
        code, shown = run(pair, *more)
        assert code == 1
        assert "model is a TensorFlow 1 checkpoint (Saver), and it is not whole." in shown
        assert f"Whole       no: {meta.as_posix()} is damaged, and TensorFlow will not import it" in shown
        assert "Whole       yes" not in shown
        assert "\\\\" not in shown, "a byte that is no text is shown once escaped"


def test_a_graph_without_checksums_is_said(pair, run):
    assert "Whole       yes: all checksums are right. A graph has none\n" in run(pair, "--verify")[1]
    pair.with_name("model.meta").unlink()
    assert "Whole       yes: all checksums are right\n" in run(pair, "--verify")[1]


@pytest.mark.parametrize(("option", "more"), [("--no-pager", set()), ("--verify", {"numpy", "pickle"})])
def test_it_imports_no_tensorflow_and_little_else(option, more):
    """NumPy looks for NaN where all values are read, and imports pickle, which unpickles nothing here."""
    heavy = {"tensorflow", "numpy", "h5py", "zipfile", "rich", "pickle"} - more
    code = (
        "import sys; from course import cli; "
        f"cli.run(['inspect', {str(OURS / 'regression' / 'model-50')!r}, {option!r}]); "
        f"print({heavy!r} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0
    assert done.stderr.strip() == "set()"


def test_it_needs_no_tensorflow(monkeypatch):
    monkeypatch.setattr(requirements.util, "find_spec", lambda name: None if name == "tensorflow" else True)
    monkeypatch.setattr(requirements, "tensorflow_version", lambda: None)
    assert requirements.missing("inspect") == []
    assert requirements.missing("lab") == ["tensorflow"]


def test_fuzz(kinds, tmp_path):
    """A short run of the harness in fuzz_inspect.py; its docstring says how to make it long."""
    _, files = kinds
    assert fuzz_inspect.fuzz(300, tmp_path, files, [kind for kind in files if kind != "hdf5"], seed=7) > 100


@pytest.mark.skipif(REAL is None, reason="COURSE_CHECKPOINTS does not name a folder with real checkpoints")
def test_real_ones(run):
    for path, code, says in (
        ("oselm-mnist", 1, "model.ckpt.data-00000-of-00001 is missing, and with it its values"),
        ("serving-savedmodel-half-plus-three", 0, "a SavedModel, tags serve"),
        ("serving-savedmodel-tf2-half-plus-two", 0, "Written by  TensorFlow 2.14.0"),
        ("serving-v1-bad-half-plus-two/export", 0, "the V1 format of TensorFlow before 1.0"),
        ("serving-v2-half-plus-two/export", 0, "Written by  TensorFlow 0.12.head"),
        ("tf-1.15.5/kinds", 0, "float32    [10, 4]  160 bytes  partitioned"),
        ("tf-1.15.5/sharded/model", 0, "model.data-00001-of-00002  values"),
        ("tf2-cp-dsp", 0, "2 checkpoints in it"),
        ("tf2-cp-dsp/training_1", 0, "training_1 is a folder as well"),
        ("tf2-cp-dsp/training_2", 0, "values of a save that was stopped before its index was written"),
        ("tf2onnx-regression/model", 0, "Written by  TensorFlow 1.11.0"),
        (
            "tfx-chicago-taxi-estimator",
            0,
            "20 variables, 30 optimizer slots, 8 other values of the optimizer, 2 counters",
        ),
    ):
        found = run(REAL / path, "--verify")
        assert found[0] == code, found[1]
        assert says in found[1]


HOSTILE = "\x1b[2J\x1b]0;title\x07|`<img src=x onerror=alert(1)>`**_\n\u202etxt"


def test_names_that_would_act_on_a_terminal_or_a_page(in_folder, run):
    """A name in a file is a stranger's text: it moves no cursor, starts no line, and is no HTML."""
    tf2.raw_ops.SaveV2(prefix="m", tensor_names=[HOSTILE], shape_and_slices=[""], tensors=[1.0])
    for arguments in ((), ("--values", HOSTILE), ("--values", HOSTILE + "x"), ("--filter", "\x1b")):
        shown = run("m", *arguments)[1]
        assert "\\x1b[2J" in shown
        assert not set(shown) & set("\x1b\x07\u202e")
    markdown = course.inspect("m").markdown
    assert not set(markdown) & set("\x1b\x07\u202e")
    assert "\\<img src=x" in markdown
    assert len([line for line in markdown.splitlines() if line.startswith("| float32")]) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_to_nowhere(in_folder):
    """What git-annex and DVC leave of a file that was not fetched."""
    Path("model.index").symlink_to("../.git/annex/objects/gone")
    said = "model.index is a link to '../.git/annex/objects/gone', which is not here"
    assert any(said in problem for problem in examine("model").problems)
    with pytest.raises(CheckpointError, match=said):
        examine("model.index")


def test_a_name_that_several_have_means_none_of_them():
    tensors = [Tensor(f"{scope}/w", "float32", (2,), 8, own_name="dense/kernel") for scope in ("one", "two")]
    inspection = Inspection("m.h5", Kind.HDF5, "an HDF5 file", tensors=tuple(tensors))
    assert inspection.find("two/w") == tensors[1]
    with pytest.raises(CheckpointError, match="has several tensors that are called 'dense/kernel': 'one/w', 'two/w'"):
        inspection.find("dense/kernel")
