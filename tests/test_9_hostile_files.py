"""Truth 9: a hostile file meets a sentence, not a traceback, and leaves nothing behind."""

import json
from pathlib import Path

import fuzz_readers
import h5py
import numpy as np
import pytest

from tfckpt import CheckpointError, export, inspect
from tfckpt.danger.two_files import doubts_of_hdf5


def safetensors(path, header):
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(16))


def tensor(**changes):
    return {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **changes}


@pytest.mark.parametrize(
    "header",
    [
        {"a": tensor(data_offsets=[0.0, 8.0])},
        {"a": tensor(dtype=[])},
        {"a": tensor(shape=[-2])},
        {"__metadata__": [1], "a": tensor()},
    ],
    ids=["offsets", "dtype", "shape", "metadata"],
)
def test_a_safetensors_header_of_other_types(tmp_path, header):
    safetensors(tmp_path / "a.safetensors", header)
    with pytest.raises(CheckpointError, match="cannot be read"):
        inspect(tmp_path / "a.safetensors")


@pytest.mark.parametrize("shape", [[1] * 100 + [2], [0, 2**62, 2**62]], ids=["dimensions", "overflow"])
def test_a_shape_that_numpy_does_not_take(tmp_path, shape):
    safetensors(tmp_path / "a.safetensors", {"a": tensor(shape=shape, data_offsets=[0, 0 if 0 in shape else 8])})
    with pytest.raises(CheckpointError):
        export(tmp_path / "a.safetensors", tmp_path / "b.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["a.safetensors"]


def test_a_pickle_and_a_record_are_left_out(tmp_path):
    np.savez(tmp_path / "a.npz", p=np.array([{}], object), r=np.zeros(2, [("x", "f4")]), good=np.ones(2, "f4"))
    done = export(tmp_path / "a.npz", tmp_path / "b.npz")
    assert set(done.left_out) == {"p", "r"} and list(done.names) == ["good"]


def test_a_name_that_no_zip_holds_is_left_out(tmp_path):
    safetensors(tmp_path / "a.safetensors", {"x" * 10**6: tensor(), "good": tensor(data_offsets=[8, 16])})
    done = export(tmp_path / "a.safetensors", tmp_path / "b.npz")
    assert list(done.names) == ["good"] and len(done.left_out) == 1 and len(repr(done)) < 1000


@pytest.mark.parametrize("shape", [[1] * 100 + [2], [0, 2**62, 2**62]], ids=["dimensions", "overflow"])
def test_values_of_a_shape_that_numpy_does_not_take(tmp_path, shape):
    safetensors(tmp_path / "a.safetensors", {"a": tensor(shape=shape, data_offsets=[0, 0 if 0 in shape else 8])})
    with pytest.raises(CheckpointError, match="the values of 'a' cannot be read: "):
        inspect(tmp_path / "a.safetensors").values("a")


def test_bytes_before_an_hdf5_file_are_not_passed_over(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w", userblock_size=1024):
        pass
    (doubt,) = doubts_of_hdf5(tmp_path / "a.h5")
    assert str(doubt) == "'a.h5' has 1024 bytes before its HDF5 begins, which were not looked at"


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    return fuzz_readers.seeds(tmp_path_factory.mktemp("seeds"))


@pytest.mark.parametrize("reader", fuzz_readers.READERS)
def test_fuzz(seeds, tmp_path, reader):
    """A short run of the harness in fuzz_readers.py; its docstring says how to make it long."""
    assert fuzz_readers.fuzz(reader, 100, tmp_path, seeds[reader], seed=3) > 0


def test_there_is_a_fuzzer_for_each_reader():
    readers = {path.stem for path in Path(fuzz_readers.Hdf5.__init__.__code__.co_filename).parent.glob("[a-z]*.py")}
    assert readers - {"hdf5_values"} <= fuzz_readers.READERS.keys(), "whose values are read by hdf5's"
