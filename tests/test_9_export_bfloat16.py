"""Truth 9: bfloat16 in the older form of a Keras ``.h5``, as bytes without a dtype: the configuration says it."""

import json

import h5py
import ml_dtypes
import numpy as np
import pytest
import tensorflow as tf

from tfckpt import export, inspect
from tfckpt.format.opaque import said
from tfckpt.readers.hdf5 import Hdf5

keras = tf.keras


def layers(dtype):
    inner = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, dtype=dtype, name="deep")], name="inner")
    return [
        keras.layers.Dense(4, dtype=dtype, name="first_layer"),
        keras.layers.BatchNormalization(dtype="mixed_bfloat16"),
        inner,
        keras.layers.Reshape((1, 2)),
        keras.layers.Bidirectional(keras.layers.LSTM(3, dtype=dtype, recurrent_initializer="zeros"), dtype=dtype),
        keras.layers.Dense(1, dtype=keras.dtype_policies.DTypePolicy("float32"), name="last"),
    ]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A model in several dtypes, with the slots of its optimizer, and the older form that Keras has saved of it."""
    model = keras.Sequential([keras.Input((3,)), *layers("bfloat16")])
    model.compile("adam", "mse")
    model.fit(np.ones((2, 3)), np.ones((2, 1)), verbose=0)
    path = tmp_path_factory.mktemp("bfloat16") / "m.h5"
    model.save(path)
    return model, path


def bits(array):
    return np.ascontiguousarray(array).reshape(-1).view("u1").tobytes()


def test_the_dtype_is_that_of_the_layer(trained, tmp_path):
    model, path = trained
    report = inspect(path)
    assert not [tensor for tensor in report.inspection.tensors if tensor.dtype.startswith("void")]
    export(path, tmp_path / "m.npz", everything=True)
    exported, seen = np.load(tmp_path / "m.npz"), set()
    for weight in model.weights:
        name = next(each.name for each in report.inspection.tensors if each.name.endswith(f"/{weight.path}"))
        ours, values = report.inspection.find(name), np.asarray(weight.numpy())
        assert ours.dtype == weight.dtype and bits(report.values(name)) == bits(values)
        assert bits(exported[name].astype(values.dtype)) == bits(values)
        seen.add(weight.dtype)
    assert seen == {"bfloat16", "float32"}
    slots = {tensor.name: tensor.dtype for tensor in report.inspection.tensors if tensor.role == "slot"}
    assert len(slots) > 10
    for variable in model.optimizer.variables[2:]:
        assert slots[f"optimizer_weights/{variable.path}"] == variable.dtype


def test_what_keras_does_with_such_a_file(trained):
    model, path = trained
    assert "load_model and load_weights of Keras 3 fail at bfloat16" in repr(inspect(path))
    for load in (lambda: keras.models.load_model(path, compile=False), lambda: model.load_weights(path)):
        with pytest.raises(ValueError, match="No cast function available"):
            load()


def test_what_the_file_does_not_say_is_named(tmp_path):
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file.attrs["layer_names"] = ["a"]
        file["a/a/kernel:0"], file["a/a/scale:0"] = np.zeros(3, "V2"), np.zeros((2, 2), "V1")
    report = inspect(tmp_path / "w.h5")
    assert [tensor.dtype for tensor in report.inspection.tensors] == ["void16", "void8"]
    says = repr(report)
    assert "'a/a/kernel:0': HDF5 has no dtype for these bytes, void16, and the file does not say what they are" in says
    assert "only bfloat16 has two bytes" in says and "'a/a/scale:0': HDF5 has no dtype for these bytes, void8" in says


CONFIGURATIONS = {
    "a text": ("bfloat16", True),
    "a policy of Keras 3": ({"module": "keras", "class_name": "DTypePolicy", "config": {"name": "bfloat16"}}, True),
    "a policy of Keras 2": ({"class_name": "Policy", "config": {"name": "bfloat16"}}, True),
    "quantized from it": ({"class_name": "QuantizedDTypePolicy", "config": {"name": "int8_from_bfloat16"}}, True),
    "variables of float32": ({"class_name": "DTypePolicy", "config": {"name": "mixed_bfloat16"}}, False),
    "half precision": ("float16", False),
    "a map": ({"class_name": "DTypePolicyMap", "config": {"default_policy": None, "policy_map": {}}}, False),
    "nothing sensible": ([["bfloat16"]], False),
}


@pytest.mark.parametrize("which", CONFIGURATIONS)
def test_only_what_a_policy_says_is_believed(which):
    dtype, believed = CONFIGURATIONS[which]
    config = json.dumps({"config": {"layers": [{"config": {"name": "a", "dtype": dtype}}]}})
    names = ["model_weights/a/a/kernel:0", "model_weights/b/b/kernel:0", "optimizer_weights/Adam/m/a/kernel:0", "x"]
    assert said(names, config) == ({names[0], names[2]} if believed else set())


def test_a_configuration_that_cannot_be_read_says_nothing():
    for config in ("", "[" * 100_000, "7", "null", '{"name": "a"}'):
        assert said(["model_weights/a/a/kernel"], config) == set()


def test_two_layers_of_a_name_that_differ_say_nothing(tmp_path):
    inner = [{"config": {"name": "a", "dtype": dtype}} for dtype in ("bfloat16", "float32")]
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": {"layers": inner}})
        file["model_weights/a/a/kernel"] = np.zeros(3, ml_dtypes.bfloat16)
    assert Hdf5(tmp_path / "m.h5").entries["model_weights/a/a/kernel"].dtype == "void16"
