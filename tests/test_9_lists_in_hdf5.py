"""Truth 9, ``tfckpt.format.lists``: over damaged lists in an HDF5 file the library ends the process. None is read.

What reads such a file here does so in a process of its own, which is asked how it ended.
"""

import io
import re
import time

import h5py
import numpy as np
import pytest
from apart import tfckpt

from tfckpt import CheckpointError
from tfckpt.format.lists import LISTS
from tfckpt.format.text_places import length_of_attribute
from tfckpt.inspect import examine
from tfckpt.readers.hdf5 import Hdf5

LENGTHLESS = re.compile(rb"(\x19)\x01([\x00-\x11][\x00\x01]\x10\0\0\0)")  # the type of a text
TEXT, INTEGERS = h5py.string_dtype(), h5py.vlen_dtype("int32")
OF_LISTS = {
    "list": INTEGERS,
    "array": np.dtype((TEXT, (3,))),
    "nested": h5py.vlen_dtype(INTEGERS),
    "of texts": h5py.vlen_dtype(TEXT),
    "record": np.dtype([("number", "f4"), ("text", TEXT)]),
    "reference": h5py.ref_dtype,
    "region": h5py.regionref_dtype,
}
OTHERS = {
    "number": np.dtype("f4"),
    "text": TEXT,
    "bytes": np.dtype("S3"),
    "numbers": np.dtype([("a", "f4"), ("b", "i2")]),
    "opaque": np.dtype("V2"),
    "flag": np.dtype(bool),
    "word": h5py.enum_dtype({"RED": 1, "BLUE": 2}),
}


@pytest.fixture
def file(tmp_path):
    """An HDF5 file with weights and a dataset of each of the dtypes, and the path of it."""
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file["layers/w"] = np.ones(2, "f4")
        for name, dtype in {**OF_LISTS, **OTHERS}.items():
            file.create_dataset(name, (2,), dtype)
    return tmp_path / "m.h5"


@pytest.fixture(params=[2, 3, 15])
def damaged(request, tmp_path):
    """A file of texts, in a dataset and an attribute, whose type says that they are neither texts nor lists."""
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file["layers/w"], file["texts"] = np.ones(2, "f4"), ["a", "bc"]
        file.attrs["model_config"] = file["layers"].attrs["name"] = "{}"
    content, count = LENGTHLESS.subn(rb"\g<1>%c\g<2>" % request.param, (tmp_path / "m.h5").read_bytes())
    assert count == 3
    (tmp_path / "m.h5").write_bytes(content)
    return tmp_path / "m.h5"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["inspect", "{}", "--verify"], 1, "Not read    the values of 'texts': lists, references or the like"),
        (["inspect", "{}", "--values", "texts"], 1, "'texts' was not read: its values are lists"),
        (["export", "{}", "--to", "{}.npz"], 1, "Left out    texts: the format has nothing for the dtype list"),
    ],
    ids=["verify", "values", "export"],
)
def test_a_type_that_is_neither_text_nor_list(damaged, arguments, code, says):
    """Without ``has_lists``, the process ends with signal 11."""
    done = tfckpt(*(argument.format(damaged) for argument in arguments))
    assert done.code == code
    assert says in done.out + done.err


def test_lists_are_not_read_and_all_else_is(file):
    found = Hdf5(file)
    assert set(found.lists) == OF_LISTS.keys()
    assert {name: found.entries[name].size for name in OF_LISTS} == dict.fromkeys(OF_LISTS)
    for name in OF_LISTS:
        for read in (found.tensor, found.read):
            with pytest.raises(CheckpointError, match=re.escape(f"{name!r} was not read: its values are {LISTS}")):
                read(name)
    for name in OTHERS:
        assert found.tensor(name).shape == (2,)


def test_a_file_with_lists_is_neither_broken_nor_called_whole(file):
    inspection = examine(file, verify=True)
    assert not inspection.problems
    assert inspection.incomplete
    assert inspection.unread == (f"the values of 'array' and {len(OF_LISTS) - 1} more: {LISTS}",)
    text = tfckpt("inspect", file, "--verify").out
    assert "Whole       yes, as far as its values were read." in text
    assert "all values" not in text
    assert "--values bytes" in text  # the first that is read


def test_without_lists_all_values_were_read(tmp_path):
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file["texts"] = ["a", "bc"]
    inspection = examine(tmp_path / "m.h5", verify=True)
    assert not inspection.incomplete
    assert "yes: all values could be read" in tfckpt("inspect", tmp_path / "m.h5", "--verify").out


def test_an_attribute_does_not_make_another_dtype_of_a_list(file):
    with h5py.File(file, "a") as opened:
        opened["list"].attrs["dtype"] = "float32"
    assert Hdf5(file).entries["list"].dtype == "list"


@pytest.mark.parametrize("libver", ["earliest", "latest"])
@pytest.mark.parametrize("before", [0, 512])
@pytest.mark.parametrize("chunks", [None, (2,)])
def test_texts_of_every_form_are_read(tmp_path, libver, before, chunks):
    with h5py.File(tmp_path / "m.h5", "w", libver=libver, userblock_size=before) as file:
        file.attrs["keras_version"] = "z" * 500
        file.create_dataset("texts", data=["x" * 300, "y", ""] * 5, chunks=chunks)
        file.create_dataset("one", data="w")
        file.create_dataset("not written", (3,), TEXT)
        file.create_dataset("none", (0,), TEXT)
    found = Hdf5(tmp_path / "m.h5")
    assert found.texts == {"keras_version": "z" * 500}
    assert found.tensor("texts").tolist() == [b"x" * 300, b"y", b""] * 5
    assert found.tensor("one") == b"w"
    assert found.tensor("not written").tolist() == [b""] * 3
    assert found.tensor("none").shape == (0,)


@pytest.mark.parametrize("libver", ["earliest", "latest"])
@pytest.mark.parametrize("before", [0, 512])
@pytest.mark.parametrize("ordered", [False, True])
def test_the_length_that_an_attribute_says(tmp_path, libver, before, ordered):
    """A header of the form ``latest`` has a checksum: damage is seen, but who means harm computes it anew."""
    with h5py.File(tmp_path / "m.h5", "w", libver=libver, userblock_size=before) as file:
        group = file.create_group("g", track_order=ordered)
        for number in range(8):  # not in one piece, since each was added later
            group.attrs[f"a{number}"] = "x" * (100 + number)
            group.create_group(f"g{number}")
        address = h5py.h5o.get_info(group.id).addr
    with open(tmp_path / "m.h5", "rb") as file:
        lengths = [length_of_attribute(file, address, b"a%d" % number, before) for number in range(9)]
    assert lengths == [*range(100, 108), None]


def test_a_header_that_goes_on_in_itself():
    goes_on = b"\x10\0\x10\0\0\0\0\0" + (16).to_bytes(8, "little") + (2**20).to_bytes(8, "little")
    header = b"\1\0\1\0\1\0\0\0\x18\0\0\0\0\0\0\0" + goes_on + bytes(2**20)
    began = time.process_time()
    assert length_of_attribute(io.BytesIO(header), 0, b"name") is None
    assert time.process_time() - began < 2


@pytest.mark.parametrize("length", [2**64 - 1, 2**64 - 16, 2**64 - 24])
def test_texts_whose_length_leads_back(tmp_path, length):
    """The library adds to it, without a look whether the sum is too large for 64 bits, and goes on for ever."""
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file["texts"], file.attrs["keras_version"] = ["x" * 77], "3"
    content = (tmp_path / "m.h5").read_bytes()
    place = content.index((77).to_bytes(8, "little") + b"x")
    content = content[:place] + length.to_bytes(8, "little") + content[place + 8 :]
    (tmp_path / "m.h5").write_bytes(content)
    done = tfckpt("inspect", tmp_path / "m.h5", "--verify", seconds=10)
    assert done.code == 1
    assert "lead to themselves" in done.out + done.err


@pytest.mark.parametrize("ordered", [False, True])
def test_an_attribute_that_is_not_in_the_header_is_not_read(tmp_path, ordered):
    with h5py.File(tmp_path / "m.h5", "w", libver="latest", track_order=ordered) as file:
        for number in range(20):
            file.attrs[f"a{number}"] = "x"
        file.attrs["keras_version"] = "3.0"
    found = Hdf5(tmp_path / "m.h5")
    assert (found.texts, found.unread) == ({}, {"keras_version"})


@pytest.mark.parametrize("where", ["attribute", "dataset", "chunks"])
def test_a_text_that_says_it_has_four_gigabytes(tmp_path, where):
    """HDF5 would set aside and clear as many bytes: a file of a few kB took 4 GB of memory."""
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file["w"] = np.ones(2, "f4")
        if where == "attribute":
            file.attrs["keras_version"] = "x" * 77
        else:
            file.create_dataset("texts", data=["x" * 77], chunks=(1,) if where == "chunks" else None)
    content = (tmp_path / "m.h5").read_bytes()
    place = re.compile(rb"M\0\0\0(?=.{8}\x01\0\0\0)", re.DOTALL)  # 77 bytes, the first of a heap
    content, count = place.subn(b"\xf0\xff\xff\xff", content)
    assert count == 1
    (tmp_path / "m.h5").write_bytes(content)
    done = tfckpt("inspect", tmp_path / "m.h5", "--verify")
    assert done.code == 1
    assert f"a text in it has 4294967280 bytes, as it says, and the file has {len(content)}" in done.out + done.err
    assert done.peak < 200
