"""Truth 9, a model in several files: what is missing of it is told as missing, in a folder and of the list alone."""

import contextlib
import gc
import io
import json
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from apart import tfckpt

from tfckpt import CheckpointError, commands, inspect
from tfckpt.format.safetensors import header
from tfckpt.readers.file_list import FileList, NoListError

LETTERS = ("a", "b", "c")


def safetensors(name, *tensors):
    described = dict.fromkeys(tensors, ("float32", (2,), 8))
    Path(name).write_bytes(header(described) + bytes(8 * len(tensors)))


def shards():
    """A model of three shards of safetensors and their list, as Hugging Face's libraries write it."""
    names = {letter: f"model-{number:05}-of-00003.safetensors" for number, letter in enumerate(LETTERS, 1)}
    for letter, name in names.items():
        safetensors(name, letter)
    write("model.safetensors.index.json", {"metadata": {"total_size": 24}, "weight_map": names})


def write(name, content):
    Path(name).write_text(json.dumps(content), encoding="utf-8")


def of_keras():
    model = keras.Sequential([keras.Input((40,)), keras.layers.Dense(100), keras.layers.Dense(100)])
    model.save_weights("m.weights.json", max_shard_size=0.00005)
    assert len(list(Path.cwd().glob("m_*.weights.h5"))) > 1


def of_tensorflow_js(name="model.json"):
    weights = [{"name": letter, "dtype": "float32", "shape": [2]} for letter in LETTERS]
    files = ["group1-shard1of2.bin", "group1-shard2of2.bin"]
    manifest = [{"paths": files, "weights": weights}]
    write(name, {"modelTopology": {}, "weightsManifest": manifest} if name == "model.json" else manifest)
    for file in files:
        Path(file).write_bytes(bytes(12))


def of_pytorch():
    names = {letter: f"pytorch_model-{number:05}-of-00003.bin" for number, letter in enumerate(LETTERS, 1)}
    for name in names.values():
        Path(name).write_bytes(b"\x80\x02}q\x00.")
    write("pytorch_model.bin.index.json", {"weight_map": names})


def of_hdf5():
    names = {letter: f"tf_model-{number:05}-of-00003.h5" for number, letter in enumerate(LETTERS, 1)}
    for letter, name in names.items():
        with h5py.File(name, "w") as file:
            file[letter] = np.ones(2)
    write("tf_model.h5.index.json", {"weight_map": names})


def without_a_list():
    shards()
    Path("model.safetensors.index.json").unlink()


def run(*arguments):
    told = io.StringIO()
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        code = commands.run(list(arguments), "tfckpt")
    return code, " ".join(told.getvalue().split())


MADE = {
    "safetensors": (shards, "model-00002-of-00003.safetensors"),
    "safetensors without a list": (without_a_list, "model-00002-of-00003.safetensors"),
    "Keras": (of_keras, "m_00001.weights.h5"),
    "TensorFlow.js": (of_tensorflow_js, "group1-shard2of2.bin"),
    "a manifest": (lambda: of_tensorflow_js("weights_manifest.json"), "group1-shard1of2.bin"),
    "PyTorch": (of_pytorch, "pytorch_model-00003-of-00003.bin"),
    "HDF5": (of_hdf5, "tf_model-00001-of-00003.h5"),
}


def gone(path):
    path.unlink()


def empty(path):
    path.write_bytes(b"")


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def of_git_lfs(path):
    path.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")


def to_nowhere(path):
    path.unlink()
    path.symlink_to("/nowhere/at/all")


@pytest.mark.parametrize("damage", [gone, empty, cut, of_git_lfs, to_nowhere], ids=lambda each: each.__name__)
@pytest.mark.parametrize("which", MADE)
def test_a_file_that_is_not_there_or_damaged(in_folder, which, damage):
    make, name = MADE[which]
    make()
    before = inspect(".").inspection.problems  # an assertion would keep what it looks at
    assert not before
    gc.collect()  # HDF5 goes by a file of the same name that is still open
    damage(Path(name))
    if damage in (cut, of_git_lfs) and which == "PyTorch":
        return  # pickles are not looked into
    found = inspect(".").inspection
    assert found.problems and any(name in problem for problem in found.problems), found.problems
    code, told = run("inspect", ".")
    assert code == 1 and "not whole" in told and name in told
    assert not json.loads(run("inspect", ".", "--json")[1])["whole"]
    lists = [path.name for path in Path.cwd().glob("*.json")]
    if damage in (gone, to_nowhere) and lists:
        code, told = run("inspect", lists[0])
        assert code == 1 and f"Not here: {name}." in told


def test_it_is_said_what_is_lost_and_who_says_so(in_folder):
    shards()
    Path("model-00002-of-00003.safetensors").unlink()
    Path("model-00003-of-00003.safetensors").unlink()
    assert inspect(".").inspection.problems == (
        "model-00002-of-00003.safetensors, model-00003-of-00003.safetensors are not here, and "
        "model.safetensors.index.json says that weights are in there.",
        "Lost with it: b, c.",
    )


def test_a_shard_of_another_model(in_folder):
    shards()
    safetensors("model-00002-of-00003.safetensors", "other")
    (problem,) = inspect(".").inspection.problems
    assert problem.endswith("says that it is in model-00002-of-00003.safetensors, and it is not: b.")


def test_files_elsewhere_are_not_looked_at(in_folder):
    write("x.index.json", {"weight_map": {"a": "../b.safetensors", "b": "/etc/passwd", "c": "C:\\x", "d": "a\0b"}})
    safetensors("other.safetensors", "a")
    (problem,) = inspect(".").inspection.problems
    assert "that are not in its folder" in problem and "/etc/passwd" in problem


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "cannot be read"),
        ('{"weight_map": {"a": ', "cannot be read"),
        ('{"weight_map": []}', "it has list where dict belongs"),
        ('{"weight_map": {"a": 1}}', "it has int where str belongs"),
        ('{"weight_map": {}}', "names no file"),
        ('{"weightsManifest": [{"paths": 1}]}', "it has int where list belongs"),
        ('{"weightsManifest": [{"paths": ["\\ud800"], "weights": []}]}', "not here"),
        ("[" * 100_000, "nested too deeply"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_lists_that_are_damaged(in_folder, content, says):
    safetensors("other.safetensors", "a")
    Path("x.index.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert any(says in problem for problem in inspect(".").inspection.problems), inspect(".").inspection.problems
    assert run("inspect", ".")[0] == 1 and run("inspect", "x.index.json")[0] == 1


@pytest.mark.parametrize("content", ["{}", "[]", '{"docs": 1}', "[1]", '"x"', '[{"weights": []}]'])
def test_lists_of_other_programs_are_none(in_folder, content):
    safetensors("other.safetensors", "a")
    Path("x.index.json").write_text(content, encoding="utf-8")
    assert not inspect(".").inspection.problems
    with pytest.raises(NoListError):
        FileList(Path("x.index.json"))


def test_a_list_beside_its_model_in_a_folder_of_another(in_folder):
    """Keras's, whose names are those of its own shards: other files are no matter to it."""
    of_keras()
    safetensors("model-00001-of-00001.safetensors", "a")
    assert not inspect(".").inspection.problems


def test_numbers_that_claim_too_many(in_folder):
    safetensors("m-00001-of-99999.safetensors", "a")
    found = inspect(".").inspection
    assert len(found.problems) == 1 and "and 9994 more are not here" in found.problems[0]


def test_many_files_of_many_weights_take_no_memory(tmp_path):
    weights = [{"name": f"w{number}", "dtype": "float32", "shape": [1]} for number in range(100_000)]
    paths = [f"f{number}" for number in range(9000)]
    (tmp_path / "model.json").write_text(json.dumps({"weightsManifest": [{"paths": paths, "weights": weights}]}))
    assert tfckpt("inspect", tmp_path, seconds=10).peak < 200


def test_what_is_no_file_list():
    with pytest.raises(CheckpointError):
        FileList(Path("/nowhere/x.index.json"))
