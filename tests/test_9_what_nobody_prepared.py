"""Truth 9: files that were renamed, changed by hand, or written by others, and what is true of them."""

import io
import json
import os
import shutil
import zipfile

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1
from click.testing import CliRunner
from fuzz_bundle import with_right_checksums
from test_9_limits import one_table

from conftest import OURS
from tfckpt import CheckpointError, diff, export
from tfckpt.commands import cli
from tfckpt.format import table
from tfckpt.format.safetensors import described, header
from tfckpt.inspect import examine
from tfckpt.readers.hdf5 import Hdf5
from tfckpt.readers.safetensors import Safetensors

PAIR = OURS / "pair"
ELSEWHERE = (
    "Some of its parts were saved elsewhere, or not at all; a graph with the same parts restores those that are here."
)


def with_header(folder, content):
    """The checkpoint ``pair`` with another header in its index. Returns the prefix."""
    entries = [
        (bytes(key), bytes(value)) for key, value in table.items(memoryview((PAIR / "model.index").read_bytes()))
    ]
    (folder / "m.index").write_bytes(with_right_checksums(one_table([[(b"", content), *entries[1:]]])))
    for ending in (".data-00000-of-00001", ".meta"):
        shutil.copy(PAIR / f"model{ending}", folder / f"m{ending}")
    return folder / "m"


@pytest.mark.parametrize(
    ("versions", "refused"),
    [(b"\x08\x01", False), (b"\x08\x01\x10\x02", True), (b"\x08\x01\x1a\x01\x01", True), (b"\x08\x01\x18\x01", True)],
    ids=["as written", "too new", "bad, packed", "bad, by itself"],
)
def test_versions_that_tensorflow_may_not_read(tmp_path, versions, refused):
    prefix = with_header(tmp_path, b"\x08\x01\x1a" + bytes([len(versions)]) + versions)
    found = examine(prefix)
    assert found.whole and found.obstructed == refused
    assert ("will fail: the checkpoint says" in str(diff(prefix, f"{prefix}.meta"))) == refused
    assert export(prefix, tmp_path / "m.npz").names
    if refused:
        with pytest.raises(ValueError, match="consumer"):
            tf.train.load_checkpoint(str(prefix))
    else:
        assert tf.train.load_checkpoint(str(prefix)).get_tensor("A").tolist() == [3, 3]


@pytest.fixture
def two_files(tmp_path):
    """A checkpoint in two data files, of the same size."""
    with tf1.Graph().as_default(), tf1.Session() as sess:
        for number, name in enumerate("xy"):
            part = {"tensor_names": [name], "shape_and_slices": [""], "tensors": [tf.fill([4], float(number))]}
            sess.run(tf.raw_ops.SaveV2(prefix=f"{tmp_path}/part{number}", **part))
        parts = [f"{tmp_path}/part{number}" for number in (0, 1)]
        merge = {"destination_prefix": f"{tmp_path}/m", "delete_old_dirs": False}
        sess.run(tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=parts, **merge))
    return tmp_path / "m"


def test_data_files_that_were_exchanged(two_files, monkeypatch):
    names = [two_files.with_name(f"m.data-0000{number}-of-00002") for number in (0, 1)]
    names[0].rename(two_files.with_name("other"))
    names[1].rename(names[0])
    two_files.with_name("other").rename(names[1])
    assert examine(two_files).whole, "as far as names and sizes tell"
    *_, last = examine(two_files, verify=True).problems
    assert last.startswith(
        "2 of 2 tensors are not what was saved. What belongs into m.data-00000-of-00002 is in m.data-"
    )
    assert last.endswith("What belongs into m.data-00001-of-00002 is in m.data-00000-of-00002. Likely renamed.")
    monkeypatch.setattr("tfckpt.renamed.MOST_TRIED", 0)
    *_, last = examine(two_files, verify=True).problems
    assert last.endswith("an .index of two different saves.")


def test_data_files_of_another_save_are_not_called_exchanged(two_files):
    path = two_files.with_name("m.data-00000-of-00002")
    path.write_bytes(bytes(15) + b"\1")
    *_, last = examine(two_files, verify=True).problems
    assert last == "1 of 2 tensors are not what was saved. Likely a damaged copy."


def test_data_files_with_another_number_in_their_names(two_files):
    for number in (0, 1):
        two_files.with_name(f"m.data-0000{number}-of-00002").rename(
            two_files.with_name(f"m.data-0000{number}-of-00003")
        )
    problems = examine(two_files).problems
    others = "m.data-00000-of-00003, m.data-00001-of-00003"
    assert f"The index speaks of 2 data files. Renamed, or of another save: {others}." in problems


def safetensors(path, body, *places):
    """A file with a tensor of two float32 at each of some places."""
    text = {
        f"t{number}": {"dtype": "F32", "shape": [2], "data_offsets": [at, at + 8]} for number, at in enumerate(places)
    }
    content = json.dumps(text).encode()
    path.write_bytes(len(content).to_bytes(8, "little") + content + bytes(body))
    return path, 8 + len(content)


@pytest.mark.parametrize(
    ("body", "places", "unused"),
    [(16, (0, 8), []), (20, (0, 8), [(16, 20)]), (24, (0, 16), [(8, 16)]), (16, (8,), [(0, 8)])],
    ids=["whole", "more at the end", "a hole", "more at the beginning"],
)
def test_bytes_of_safetensors_that_belong_to_nothing(tmp_path, body, places, unused):
    """The package safetensors 0.6 reads the first one and refuses the others: seen, and it is not installed here."""
    path, begin = safetensors(tmp_path / "m.safetensors", body, *places)
    assert Safetensors(path).unused == [(begin + first, begin + last) for first, last in unused]
    found = examine(path)
    assert found.whole != bool(unused)
    if unused:
        first, last = unused[0]
        assert f"bytes {begin + first} to {begin + last - 1} belong to no tensor" in found.problems[0]
    assert export(path, tmp_path / "m.npz").names


def test_what_is_no_json_in_safetensors(tmp_path):
    content = header({"w": ("float32", (2,), 8)}) + bytes(8)
    assert described(memoryview(content))[0]
    (tmp_path / "m.safetensors").write_bytes(content.replace(b"[2]", b"NaN"))
    with pytest.raises(CheckpointError, match="has NaN in it"):
        examine(tmp_path / "m.safetensors")


@pytest.fixture(scope="module")
def model():
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(2)])


def test_weights_in_several_files(tmp_path, model):
    model.save_weights(tmp_path / "w.weights.json", max_shard_size=1e-7)
    with pytest.raises(CheckpointError, match="the list of a model's files, of Keras"):
        examine(tmp_path / "w.weights.json")
    assert examine(tmp_path / "w_00000.weights.h5").whole


def test_a_keras_file_with_npz_in_it(tmp_path, model):
    model.save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as old, zipfile.ZipFile(tmp_path / "n.keras", "w") as new:
        for name in old.namelist():
            if not name.endswith(".h5"):
                new.writestr(name, old.read(name))
        content = io.BytesIO()
        np.savez(content, w=np.ones(2))
        new.writestr("model.weights.npz", content.getvalue())
    found = examine(tmp_path / "n.keras")
    assert found.whole and found.incomplete and "model.weights.npz" in found.unread[0]


def test_a_saved_model_whose_graph_has_another_form(tmp_path):
    module = tf.Module()
    module.v = tf.Variable([1.0])
    tf.saved_model.save(module, str(tmp_path / "m"))
    shutil.copy(tmp_path / "m" / "saved_model.pb", tmp_path / "m" / "saved_model.cpb")
    (beside,) = examine(tmp_path / "m").suspects
    assert "TensorFlow loads the .pb, which was looked at" in str(beside)
    os.remove(tmp_path / "m" / "saved_model.pb")
    (alone,) = examine(tmp_path / "m").suspects
    assert "which was not looked at: TensorFlow 2.21 does not load it" in str(alone)
    with pytest.raises(OSError, match="SavedModel file does not exist at"):
        tf.saved_model.load(str(tmp_path / "m"))


def test_what_hdf5_has_that_is_no_array_of_numbers_or_strings(tmp_path):
    """A list would become bytes, a reference a traceback, and nothing a number."""
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file["w"], file["texts"] = np.ones(2, "f4"), ["a", "bc"]
        file["reference"], file["nothing"] = file["w"].ref, h5py.Empty("f4")
        file.create_dataset("lists", (2,), dtype=h5py.vlen_dtype("i4"))[0] = [1, 2]
    dtypes = {tensor.name: tensor.dtype for tensor in examine(tmp_path / "m.h5").tensors}
    odd = {"reference": "reference", "nothing": "nothing", "lists": "list"}
    assert dtypes == {**odd, "w": "float32", "texts": "string"}
    done = export(tmp_path / "m.h5", tmp_path / "m.npz")
    assert sorted(done.names) == ["texts", "w"] and done.left_out.keys() == odd.keys()


@pytest.mark.parametrize("attribute", ["layer_names", "layer_names0", "nb_layers"])
def test_weights_of_old_keras(tmp_path, attribute):
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.attrs[attribute] = 1 if attribute == "nb_layers" else [b"dense"]
        file["dense/kernel"] = np.ones((2, 2))
    assert examine(tmp_path / "m.h5").what == "weights of a Keras model, HDF5"


def test_a_class_of_old_keras_is_not_called_somebodys_own(tmp_path):
    for kind, says in (("Merge", "which Keras 3 no longer has"), ("Mine", "which is not part of Keras")):
        config = {"class_name": "Sequential", "config": [{"class_name": kind, "config": {"name": "m"}}]}
        with h5py.File(tmp_path / "m.h5", "w") as file:
            file.attrs["model_config"] = json.dumps(config)
        assert f"'m' needs the class {kind!r}, {says}" in " ".join(examine(tmp_path / "m.h5").notes)
        assert not hasattr(keras.layers, kind)


def test_an_npz_with_more_than_arrays(tmp_path):
    np.savez(tmp_path / "m.npz", w=np.ones(2))
    with zipfile.ZipFile(tmp_path / "m.npz", "a") as archive:
        archive.writestr("README.txt", "weights")
    assert [tensor.name for tensor in examine(tmp_path / "m.npz").tensors] == ["w"]
    assert np.load(tmp_path / "m.npz")["w"].tolist() == [1, 1]


def test_an_attribute_that_is_a_list_is_not_read(tmp_path, monkeypatch):
    """HDF5 1.14.6 ends the whole process over one whose bytes in the file's heap are damaged: the fuzzer met two."""

    def read(attributes, name):
        raise AssertionError(f"{name} was read")

    one = np.empty((), object)
    one[()] = np.arange(3, dtype="uint8")
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file["w"] = np.ones(2, "float32")
        for holder, name in ((file, "model_config"), (file["w"], "dtype")):
            holder.attrs.create(name, one, dtype=h5py.vlen_dtype("uint8"))
    monkeypatch.setattr(h5py.AttributeManager, "__getitem__", read)
    found = Hdf5(tmp_path / "m.h5")
    assert (found.texts, found.unread) == ({}, {"model_config"})
    assert found.entries["w"].dtype == "float32"


def test_an_optimizer_of_keras_under_another_name(tmp_path):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(5)])
    model.compile(keras.optimizers.Adam(), "mse")
    model.optimizer.build(model.trainable_variables)
    data = iter(tf.data.Dataset.range(4))
    prefix = tf.train.Checkpoint(model=model, opt=model.optimizer, data=data).save(tmp_path / "m")
    roles = {tensor.name.removesuffix("/.ATTRIBUTES/VARIABLE_VALUE"): tensor.role for tensor in examine(prefix).tensors}
    assert [name for name, role in roles.items() if role == "variable"] == [
        "opt/_trainable_variables/0",
        "opt/_trainable_variables/1",
    ]
    assert {role for name, role in roles.items() if name.startswith("opt/_variables/")} == {"slot"}
    assert (roles["opt/_learning_rate"], roles["opt/_iterations"]) == ("optimizer", "counter")
    assert roles["data/.ATTRIBUTES/ITERATOR_STATE"] == "object", "what has no values is no variable"
    assert sorted(export(prefix, tmp_path / "m.npz").names) == [
        f"opt/_trainable_variables/{number}/.ATTRIBUTES/VARIABLE_VALUE" for number in range(2)
    ]


def test_what_is_typed_next_shows_values(tmp_path):
    """A pickle, and an object of TensorFlow's, have none: the first tensor that has some is named."""
    np.savez(tmp_path / "m.npz", a=np.array([{"x": 1}], dtype=object), b=np.ones(2))
    said = CliRunner().invoke(cli, ["inspect", str(tmp_path / "m.npz")]).output
    assert "--values b" in said and "--values a" not in said
    assert CliRunner().invoke(cli, ["inspect", str(tmp_path / "m.npz"), "--values", "b"]).exit_code == 0
    assert CliRunner().invoke(cli, ["inspect", str(tmp_path / "m.npz"), "--values", "a"]).exit_code == 1


def test_a_meta_in_text_form(tmp_path):
    """TensorFlow imports it, so that it is no damage; `diff` reads it as well, and says of a web page what that is."""
    with tf.Graph().as_default():
        tf1.get_variable("v", [2])
        tf1.train.export_meta_graph(str(tmp_path / "m.meta"), as_text=True)
    with tf.Graph().as_default():
        tf1.train.import_meta_graph(str(tmp_path / "m.meta"))
        assert [variable.op.name for variable in tf1.global_variables()] == ["v"]
    found = examine(tmp_path / "m.meta")
    assert found.whole and found.graph == ("m.meta: 11 operations, 1 variable",)
    assert diff(PAIR / "model", tmp_path / "m.meta").only_right == ["v"]
    (tmp_path / "page.meta").write_text("<html>")
    with pytest.raises(CheckpointError, match="is a web page"):
        diff(PAIR / "model", tmp_path / "page.meta")


def test_a_latest_one_that_is_not_here(tmp_path):
    """The newest whole one is looked at, not what is left of a newer one; its .meta is no graph of its own."""
    for number in (9, 10, 100):
        for path in PAIR.glob("model.*"):
            shutil.copy(path, tmp_path / path.name.replace("model", f"m-{number}", 1))
    (tmp_path / "m-100.index").unlink()
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "/old/m-1000"\n')
    assert tf.train.latest_checkpoint(str(tmp_path)) is None
    found = examine(tmp_path)
    assert [name for name, *_ in found.files] == ["m-9", "m-10", "m-100"]
    assert [inner.path for inner in found.inner] == [(tmp_path / "m-10").as_posix()]
    assert found.problems[-1] == "The newest that is here and whole: m-10"


@pytest.fixture
def old_shards(tmp_path):
    """A checkpoint in the V1 format, in a file for each of two devices. Returns the name that ``save`` returned."""
    with tf.Graph().as_default():
        with tf1.device(lambda operation: f"/cpu:{int(operation.name.startswith(('b', 'p/p/part_1')))}"):
            tf1.get_variable("a", initializer=tf.range(6.0), use_resource=False)
            tf1.get_variable("b", initializer=tf.ones([2, 2]), use_resource=False)
            with tf1.variable_scope("p", partitioner=tf1.fixed_size_partitioner(2), use_resource=False):
                tf1.get_variable("p", initializer=tf.reshape(tf.range(10.0), [5, 2]))
            saver = tf1.train.Saver(sharded=True, write_version=tf1.train.SaverDef.V1)
        with tf1.Session(config=tf1.ConfigProto(device_count={"CPU": 2})) as session:
            session.run(tf1.global_variables_initializer())
            return saver.save(session, str(tmp_path / "m"), global_step=3)


def test_shards_of_the_old_format(tmp_path, old_shards):
    """They are one checkpoint, under the name that the file ``checkpoint`` has, and are read as one."""
    assert old_shards == tf.train.latest_checkpoint(str(tmp_path)) == str(tmp_path / "m-3-?????-of-00002")
    for path in ("", "m-3", "m-3.meta", "m-3-00000-of-00002", "m-3-00001-of-00002", "m-3-?????-of-00002"):
        found = examine(tmp_path / path)
        assert found.whole and not found.problems, path
        found = found.inner[0] if path == "" else found
        assert found.path == (tmp_path / "m-3-?????-of-00002").as_posix()
        assert [(tensor.name, tensor.shape) for tensor in found.tensors] == [
            ("a", (6,)),
            ("b", (2, 2)),
            ("p/p", (5, 2)),
        ]
        assert [name for name, *_ in found.files] == ["m-3-00000-of-00002", "m-3-00001-of-00002", "m-3.meta"]
    told = []
    assert examine(tmp_path, True, lambda size: told.append).whole and told
    export(tmp_path, tmp_path / "m.npz")
    with np.load(tmp_path / "m.npz") as values:
        assert values["p/p"].tolist() == np.arange(10.0).reshape(5, 2).tolist()
        assert values["a"].tolist() == list(range(6)) and values["b"].tolist() == [[1, 1], [1, 1]]
    assert "3 variables of the same name, dtype and shape" in str(diff(tmp_path, tmp_path / "m-3.meta"))
    with tf.Graph().as_default(), tf1.Session() as session:
        saver = tf1.train.import_meta_graph(str(tmp_path / "m-3.meta"), clear_devices=True)
        with pytest.raises(ValueError, match="not a valid checkpoint"):
            saver.restore(session, str(tmp_path / "m-3"))
        saver.restore(session, old_shards)
        assert session.run("p/p/part_1:0").tolist() == [[6, 7], [8, 9]]


def test_a_shard_of_the_old_format_is_missing(tmp_path, old_shards):
    (tmp_path / "m-3-00000-of-00002").unlink()
    found = examine(tmp_path / "m-3")
    assert found.problems == ("m-3-00000-of-00002: not here, nor in this list what it alone has.",)
    assert [tensor.name for tensor in found.tensors] == ["b", "p/p"]
    assert not examine(tmp_path, True).whole
    exported = export(old_shards, tmp_path / "m.npz")
    assert list(exported.names) == ["b"]
    assert exported.left_out == {
        "m-3-00000-of-00002": "not here, nor is what it alone has",
        "p/p": f"'p/p' is not whole: 4 of its 10 values are here. {ELSEWHERE}",
    }
    with pytest.raises(CheckpointError, match="4 of its 10 values"):
        found.reader.tensor("p/p")
    reader = tf.train.load_checkpoint(old_shards)
    assert sorted(reader.get_variable_to_shape_map()) == ["b", "p/p"]


def test_some_parts_of_a_variable(tmp_path):
    """A Saver of some of them: the others are no values of anything, and are not what memory has by chance."""
    prefix = str(tmp_path / "m")
    with tf.Graph().as_default(), tf1.Session() as session:
        other = tf1.get_variable("other", initializer=tf.ones([100]), use_resource=False)
        with tf1.variable_scope("p", partitioner=tf1.fixed_size_partitioner(2), use_resource=False):
            parts = tf1.get_variable("p", initializer=tf.reshape(tf.range(10.0), [5, 2]))
        session.run(tf1.global_variables_initializer())
        tf1.train.Saver([other, list(parts)[1]]).save(session, prefix)
    with pytest.raises(ValueError, match="sufficient slices"):
        tf.train.load_variable(prefix, "p/p")
    found = examine(prefix, True)
    says = f"'p/p' is not whole: 4 of its 10 values are here. {ELSEWHERE}"
    assert found.whole and says in found.notes
    with pytest.raises(CheckpointError, match="4 of its 10 values"):
        found.reader.tensor("p/p")
    exported = export(prefix, tmp_path / "m.npz")
    assert list(exported.names) == ["other"] and exported.left_out == {"p/p": says}
    says = str(diff(prefix, f"{prefix}.meta"))
    assert "Saver() will fail: of p/p the checkpoint has some parts, and not all" in " ".join(says.split())
    with tf.Graph().as_default(), tf1.Session() as session:
        own = tf1.train.import_meta_graph(f"{prefix}.meta")
        own.restore(session, prefix)
        assert session.run("p/p/part_1:0").tolist() == [[6, 7], [8, 9]]
        with pytest.raises(tf.errors.OpError):
            tf1.train.Saver().restore(session, prefix)


def test_a_data_file_that_goes_on_after_its_last_tensor(tmp_path):
    """TensorFlow reads it. It may be of another save, so that all is whole is not all that is to be said."""
    prefix = with_header(tmp_path, b"\x08\x01\x1a\x02\x08\x01")
    assert examine(prefix).notes == ()
    with open(f"{prefix}.data-00000-of-00001", "ab") as file:
        file.write(bytes(1000))
    for verify in (False, True):
        found = examine(prefix, verify=verify)
        (note,) = found.notes
        assert found.whole and "goes on for 1 kB after its last tensor" in note
    assert tf.train.load_checkpoint(str(prefix)).get_tensor("A").tolist() == [3, 3]


def test_which_of_two_data_files_goes_on(two_files):
    assert examine(two_files).notes == ()
    with open(f"{two_files}.data-00001-of-00002", "ab") as file:
        file.write(b"x")
    (note,) = examine(two_files).notes
    assert "m.data-00001-of-00002 goes on for 1 byte after" in note
