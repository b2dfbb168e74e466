"""Truth 9, ``inspect``: suspicious are files of the machine that are loaded along, and pickles; and what is not.

A model may have links to any file of the machine on which it is loaded. Nothing here is followed.
"""

import json
import os
import shutil
import sys
import zipfile

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.src.applications.convnext import LayerScale, StochasticDepth
from keras.src.applications.inception_resnet_v2 import CustomScaleLayer

from tfckpt.commands import run
from tfckpt.danger.keras_code import code_in
from tfckpt.inspect import examine

LINKS = pytest.mark.skipif(sys.platform == "win32", reason="links want rights there")


def external(file, secret):
    file.create_dataset("layers/dense/vars/0", (2,), "f4", external=[(str(secret), 0, 8)])


def virtual(file, secret):
    layout = h5py.VirtualLayout((2,), "f4")
    layout[:] = h5py.VirtualSource(str(secret), "x", (2,))
    file.create_virtual_dataset("layers/dense/vars/0", layout)


def partly_virtual(file, secret):
    file["x"] = np.ones(2)
    layout = h5py.VirtualLayout((2, 2), "f4")
    layout[0] = h5py.VirtualSource(".", "x", (2,))
    layout[1] = h5py.VirtualSource(str(secret), "x", (2,))
    file.create_virtual_dataset("layers/dense/vars/0", layout)


def link(file, secret):
    file["layers/dense/vars"] = h5py.ExternalLink(str(secret), "/x")


def in_this_file(file, secret):
    file["x"] = np.ones(2)
    file["soft"] = h5py.SoftLink("/x")
    layout = h5py.VirtualLayout((2,), "f4")
    layout[:] = h5py.VirtualSource(".", "x", (2,))
    file.create_virtual_dataset("y", layout)


HDF5 = [(external, 1), (virtual, 1), (partly_virtual, 1), (link, 1), (in_this_file, 0)]


@pytest.mark.parametrize("ending", [".weights.h5", ".h5", ".keras"])
@pytest.mark.parametrize(("make", "suspicious"), HDF5)
def test_hdf5_with_values_in_another_file(tmp_path, capsys, make, suspicious, ending):
    """Keras before 3.13 reads them: values of any file come to be weights, which the model may then give away."""
    path, weights = tmp_path / f"m{ending}", tmp_path / "w.h5"
    with h5py.File(weights, "w") as file:
        make(file, tmp_path / "secret")
    if ending == ".keras":
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(2)])
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("metadata.json", "{}")
            archive.writestr("config.json", json.dumps(keras.saving.serialize_keras_object(model)))
            archive.write(weights, "model.weights.h5")
    else:
        shutil.copy(weights, path)
    found = examine(path)
    assert len(found.suspects) == suspicious
    assert run(["inspect", str(path), "--strict"], "tfckpt") == (3 if suspicious else 1)
    assert ("whoever loads it may read that file" in " ".join(capsys.readouterr().out.split())) == bool(suspicious)


def test_a_pickle_among_arrays(tmp_path, capsys):
    np.savez(tmp_path / "m.npz", a=np.ones(2), p=np.array([{}], object))
    assert run(["inspect", str(tmp_path / "m.npz"), "--strict"], "tfckpt") == 3
    assert "Suspicious 'p' is a pickle of Python's" in " ".join(capsys.readouterr().out.split())
    np.savez(tmp_path / "n.npz", a=np.ones(2))
    assert run(["inspect", str(tmp_path / "n.npz"), "--strict"], "tfckpt") == 0


@pytest.fixture
def with_words(tmp_path):
    """A SavedModel with a table that it reads from an asset. Returns its folder."""
    (tmp_path / "words.txt").write_text("a\nb\n")

    class Words(tf.Module):
        def __init__(self):
            key, value = tf.lookup.TextFileIndex.LINE_NUMBER, tf.lookup.TextFileIndex.WHOLE_LINE
            made = tf.lookup.TextFileInitializer(str(tmp_path / "words.txt"), tf.int64, key, tf.string, value)
            self.table = tf.lookup.StaticHashTable(made, "?")

        @tf.function(input_signature=[tf.TensorSpec([], tf.int64)])
        def look(self, number):
            return self.table.lookup(number)

    tf.saved_model.save(Words(), str(tmp_path / "m"))
    return tmp_path / "m"


def replaced_by_link(path, to):
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    path.symlink_to(to)


@LINKS
@pytest.mark.parametrize("what", ["assets/words.txt", "assets"])
def test_an_asset_behind_a_link(with_words, what):
    """TensorFlow takes the words of the file to which it leads."""
    secret = with_words.parent / "secret" / "words.txt"
    secret.parent.mkdir()
    secret.write_text("the secret\n")
    assert examine(with_words).suspects == ()
    replaced_by_link(with_words / what, secret if what.endswith("txt") else secret.parent)
    assert tf.saved_model.load(str(with_words)).look(0) == b"the secret"
    (suspect,) = examine(with_words).suspects
    assert str(suspect).startswith(f"{what!r} is a link to ")
    assert run(["inspect", str(with_words), "--strict"], "tfckpt") == 3


@LINKS
@pytest.mark.parametrize("store", ["blobs", ".git/annex/objects", ".dvc/cache", "files"])
def test_links_into_the_store_that_the_graph_is_in(with_words, store):
    """So a cache has them. A folder of another name is no store, or a link to the graph would be enough."""
    place = with_words.parent / store
    for number, name in enumerate(("saved_model.pb", "assets/words.txt")):
        target = place / str(number) / f"h{number}"
        target.parent.mkdir(parents=True)
        shutil.move(with_words / name, target)
        (with_words / name).symlink_to(os.path.relpath(target, (with_words / name).parent))
    assert tf.saved_model.load(str(with_words)).look(0) == b"a"
    assert bool(examine(with_words).suspects) == (store == "files")


@LINKS
def test_a_folder_that_is_called_like_a_store_is_none(with_words):
    """Where the graph itself is no link, nothing is stored there: it is where somebody unpacked the model."""
    model = with_words.parent / "blobs" / "m"
    shutil.copytree(with_words, model)
    (with_words.parent / "blobs" / "secret").write_text("the secret\n")
    replaced_by_link(model / "assets" / "words.txt", "../../secret")
    assert tf.saved_model.load(str(model)).look(0) == b"the secret"
    assert len(examine(model).suspects) == 1


@LINKS
def test_a_link_within_the_model(with_words):
    shutil.move(with_words / "assets" / "words.txt", with_words / "words")
    (with_words / "assets" / "words.txt").symlink_to("../words")
    assert examine(with_words).suspects == ()


@pytest.mark.parametrize("layer", [LayerScale(1e-6, 4), StochasticDepth(0.1), CustomScaleLayer(0.2)])
def test_layers_of_the_models_that_keras_has_are_harmless(layer):
    assert code_in(keras.saving.serialize_keras_object(layer)) == []


def test_a_class_of_keras_by_its_own_name(tmp_path):
    """An .h5 has the name of the class, which is not the one that Keras exports it by."""
    inputs = keras.Input((5, 8))
    model = keras.Model(inputs, keras.layers.GroupQueryAttention(4, 4, 2)(inputs, inputs))
    model.save(tmp_path / "m.h5")
    assert keras.models.load_model(tmp_path / "m.h5", compile=False).layers
    found = examine(tmp_path / "m.h5")
    assert [note for note in found.notes if "which is not part of Keras" in note] == []
    assert found.suspects == ()


def test_a_function_by_no_name_or_of_another_module_of_keras():
    def of(**value):
        return [(str(code), code.needs) for code in code_in({"class_name": "function", **value})]

    for config in ({"system": 1}, ["system"], None):
        assert of(module="os", config=config) == [("The model takes a function of 'os' that it does not name", False)]
    assert of(module="keras.ops", config="copy") == of(module="builtins", config="relu") == []
    ((says, needs),) = of(module="keras.src.utils.file_utils", config="copy")
    assert says.startswith("The model takes 'copy' of 'keras.src.utils.file_utils'") and not needs
