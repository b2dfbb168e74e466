"""Truth 9, the limits of the readers: each of them holds by itself, so that a hostile file gets no work beyond it."""

import json
import zipfile
from dataclasses import replace
from importlib import import_module

import h5py
import numpy as np
import pytest
from fuzz_bundle import encoded, with_right_checksums

from conftest import OURS
from tfckpt import Bundle, CheckpointError, Meta, export
from tfckpt.bounds import FEW, MOST_TIMES, is_bomb
from tfckpt.compare.elements import Names, wrong
from tfckpt.compare.shifted import shifted
from tfckpt.danger.keras_files import code_in_folder, code_in_metadata
from tfckpt.danger.starts import savers, starts
from tfckpt.ends import ends
from tfckpt.feeds import Feed
from tfckpt.format import snappy, table
from tfckpt.format.checkpoint_state import read_state
from tfckpt.format.node import operation
from tfckpt.format.objects import Saved, object_graph, saved
from tfckpt.format.opaque import said
from tfckpt.format.table import FOOTER, MAGIC, TRAILER
from tfckpt.inspect import examine
from tfckpt.readers.constants import Constants
from tfckpt.readers.hdf5 import Hdf5
from tfckpt.readers.keras import KerasFile
from tfckpt.readers.meta_graph import MetaGraph, Saver
from tfckpt.readers.npz import Npz
from tfckpt.readers.safetensors import Safetensors
from tfckpt.readers.v1 import V1Checkpoint

MODEL = OURS / "pair" / "model"
META = OURS / "pair" / "model.meta"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small file of each kind."""
    folder = tmp_path_factory.mktemp("limits")
    with h5py.File(folder / "m.h5", "w") as file:
        file["a/b/values"] = np.ones(1000)
        file.create_dataset("chunks", data=np.ones(1200, "u1"), chunks=(1,))
        file.attrs["model_config"] = "{}"
    with zipfile.ZipFile(folder / "m.keras", "w") as archive:
        archive.writestr("config.json", "{}")
        archive.writestr("metadata.json", "{}")
    for suffix in ("npz", "safetensors"):
        export(MODEL, folder / f"m.{suffix}")
    (folder / "checkpoint").write_text('model_checkpoint_path: "model"\n')
    (folder / "v1").write_bytes(with_right_checksums(one_table([[(b"", b"\x0a\x00")]])))
    (folder / "saved").mkdir()
    content = META.read_bytes()
    two = b"\x08\x01" + 2 * (b"\x12" + encoded(len(content)) + content)
    (folder / "saved" / "saved_model.pb").write_bytes(two)
    (folder / "saved" / "keras_metadata.pb").touch()
    return folder


def one_table(blocks, places=None):
    """A table.

    Args:
        blocks: for each block its entries, pairs of a key and a value.
        places: for each block the byte at which the table says that it begins, where that is a lie.
    """
    content, handles = b"", []
    for number, entries in enumerate(blocks):
        block = block_of(entries)
        handles.append((entries[-1][0] + b"~", (places or {}).get(number, len(content)), len(block)))
        content += block + bytes(TRAILER)
    index = block_of([(key, encoded(start) + encoded(size)) for key, start, size in handles])
    footer = bytes(2) + encoded(len(content)) + encoded(len(index))
    return content + index + bytes(TRAILER) + footer.ljust(FOOTER - len(MAGIC), b"\0") + MAGIC


def block_of(entries):
    written = (bytes([0]) + encoded(len(key)) + encoded(len(value)) + key + value for key, value in entries)
    return b"".join(written) + (0).to_bytes(4, "little") + (1).to_bytes(4, "little")


def items(data):
    return [key for key, _ in table.items(memoryview(with_right_checksums(data)))]


def test_where_a_v1_checkpoint_is_damaged_is_said(tmp_path):
    block = block_of([(b"", b"\x0a\x05")])
    (tmp_path / "v1").write_bytes(with_right_checksums(one_table([[(b"", b"\x0a\x05")]])))
    with pytest.raises(CheckpointError, match=f"v1 cannot be read at byte {block.index(0x0A) + 2}: "):
        V1Checkpoint(tmp_path / "v1")


LIMITS = [  # (module, limit, the value that is too low, what then meets it, what is said)
    ("format.table", "MOST_ENTRIES", 1, lambda folder: Bundle(MODEL), "has more than 1 entries"),
    ("format.table", "LONGEST_KEY", 0, lambda folder: Bundle(MODEL), "are longer than any that TensorFlow writes"),
    ("readers.bundle", "LARGEST_INDEX", 100, lambda folder: Bundle(MODEL), "Such a file is not that large"),
    ("readers.meta", "LARGEST", 100, lambda folder: Meta(META), "Such a file is not that large"),
    ("readers.meta_graph", "MOST_OPERATIONS", 1, lambda folder: Meta(META), "has more than 1 operations"),
    ("readers.meta", "MOST_OPERATIONS", 30, lambda folder: Meta(folder / "saved" / "saved_model.pb"), "more than 30"),
    ("readers.hdf5", "MOST_OBJECTS", 1, lambda folder: Hdf5(folder / "m.h5"), "has more than 1 objects"),
    ("readers.hdf5", "DEEPEST", 1, lambda folder: Hdf5(folder / "m.h5"), "groups 1 deep"),
    ("readers.hdf5", "LONGEST_PATH", 6, lambda folder: Hdf5(folder / "m.h5"), "has a name of 10 characters"),
    ("readers.keras", "LARGEST_TEXT", 1, lambda folder: KerasFile(folder / "m.keras"), "json in it becomes 2 bytes"),
    ("readers.npz", "LONGEST_HEADER", 20, lambda folder: Npz(folder / "m.npz"), "EOF|expected"),
    ("format.zips", "LARGEST_DIRECTORY", 9, lambda folder: Npz(folder / "m.npz"), "a list of members of"),
    ("format.chunks", "BYTES_OF_A_CHUNK", 10**9, lambda folder: values(folder), "more chunks than the file can hold"),
    ("readers.safetensors", "LARGEST", 9, lambda folder: Safetensors(folder / "m.safetensors"), "not that large"),
    ("format.safetensors", "LARGEST_HEADER", 9, lambda folder: Safetensors(folder / "m.safetensors"), "is said to"),
    ("readers.v1", "LARGEST", 9, lambda folder: V1Checkpoint(folder / "v1"), "Such a file is not that large"),
    ("readers.constants", "MOST_TIMES", 0, lambda folder: constant(), "cannot be its constant"),
    ("format.checkpoint_state", "LARGEST", 9, lambda folder: read_state(folder / "checkpoint"), "not that large"),
    (
        "danger.keras_files",
        "LARGEST",
        -1,
        lambda folder: code_in_metadata(folder / "saved" / "keras_metadata.pb"),
        "not",
    ),
]


def values(folder):
    """Of a dataset in 1,200 chunks."""
    return Hdf5(folder / "m.h5").tensor("chunks")


def constant():
    return Constants(Meta(META)).tensor("save/SaveV2/tensor_names")


@pytest.mark.parametrize(
    ("module", "limit", "low", "look", "says"), LIMITS, ids=[f"{row[0]}-{row[1]}" for row in LIMITS]
)
def test_a_limit_holds(folder, monkeypatch, module, limit, low, look, says):
    look(folder)
    monkeypatch.setattr(import_module(f"tfckpt.{module}"), limit, low)
    with pytest.raises(CheckpointError, match=says):
        look(folder)


def test_keys_that_become_much_longer_than_their_block(monkeypatch):
    """What a key shares with the one before it is left out: few bytes could say very many."""
    assert items(MODEL.with_suffix(".index").read_bytes()) == [b"", b"A", b"B"]
    monkeypatch.setattr(table, "MOST_EXPANDED", 0)
    monkeypatch.setattr(table, "LONGEST_KEY", 1)
    with pytest.raises(ValueError, match="are longer than any that TensorFlow writes"):
        items(MODEL.with_suffix(".index").read_bytes())


def test_blocks_that_lie_in_one_another_and_keys_that_are_not_in_order():
    """Otherwise one block of bytes could be read as often as somebody likes."""
    blocks = [[(b"", b""), (b"a", b"1")], [(b"b", b"2")]]
    assert items(one_table(blocks)) == [b"", b"a", b"b"]
    with pytest.raises(ValueError, match="lies inside the one before it"):
        items(one_table([blocks[0], blocks[0]], places={1: 0}))
    for entries in ([(b"b", b"1"), (b"a", b"2")], [(b"a", b"1"), (b"a", b"2")]):
        with pytest.raises(ValueError, match="are not in order"):
            items(one_table([entries]))
    with pytest.raises(ValueError, match="are not in order"):
        items(one_table(blocks[::-1]))


def test_few_bytes_that_become_very_many_are_not_unpacked():
    assert not is_bomb(FEW, 1), "so much is no matter"
    assert is_bomb(FEW + 1, 1)
    assert not is_bomb(MOST_TIMES * FEW, FEW)
    assert is_bomb(MOST_TIMES * FEW + 1, FEW)


def test_an_array_that_becomes_very_many_bytes_is_not_read(folder, monkeypatch):
    assert Npz(folder / "m.npz").tensor("A").tolist() == [3, 3]
    monkeypatch.setattr("tfckpt.bounds.MOST_TIMES", 0)
    monkeypatch.setattr(is_bomb, "__defaults__", (0,))
    with pytest.raises(CheckpointError, match="'A' becomes 8 bytes of"):
        Npz(folder / "m.npz").tensor("A")


def test_a_compressed_block_does_not_become_larger_than_the_limit(monkeypatch):
    assert snappy.decompress(b"\x06\x04ab\x01\x02") == b"ababab"
    monkeypatch.setattr(snappy, "LARGEST", 5)
    with pytest.raises(ValueError, match="says that it becomes 6 bytes"):
        snappy.decompress(b"\x06\x04ab\x01\x02")


def test_a_graph_of_objects_that_is_too_large(monkeypatch):
    from tfckpt.format import objects

    bundle = Bundle(OURS / "kinds" / "model")
    entry = replace(bundle.entries["text"], shape=())
    bundle.entries[objects.KEY] = entry
    monkeypatch.setattr(objects, "LARGEST", 1)
    with pytest.raises(CheckpointError, match=f"{objects.KEY} is a string of {entry.size} bytes"):
        object_graph(bundle)


def test_a_path_of_objects_ends_somewhere(monkeypatch):
    from tfckpt.format import objects

    child = {"node": 1, "name": "layer"}
    attribute = {"name": "VARIABLE_VALUE", "full_name": "", "key": "layer/w"}
    nodes = [
        {"children": [child], "attributes": [], "slots": []},
        {"children": [], "attributes": [attribute], "slots": []},
    ]
    assert saved(nodes) == {"layer/w": Saved(("layer",), "VARIABLE_VALUE", "")}
    monkeypatch.setattr(objects, "LONGEST_PATH", 5)
    assert saved(nodes) == {"layer/w": Saved((), "VARIABLE_VALUE", "")}


def test_a_text_in_hdf5_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    """Neither one that is long, nor one that takes much room."""
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.attrs["model_config"] = np.array(b"{}", "S2")
        file.attrs["training_config"] = np.array(b"[]", "S100")
    assert Hdf5(tmp_path / "m.h5").texts == {"model_config": "{}", "training_config": "[]"}
    for most, kept in ((2, {"model_config": "{}"}), (1, {})):
        monkeypatch.setattr(Hdf5.text, "__defaults__", (most,))
        file = Hdf5(tmp_path / "m.h5")
        assert file.texts == kept
        assert file.texts.keys() | file.unread == {"model_config", "training_config"}


def test_values_that_would_be_larger_than_their_v1_file(tmp_path):
    """A shape is a claim: ``float32 [2**28]`` in a file of some bytes."""
    shape = b"\x12\x06\x12\x04\x08" + encoded(2**20)[:3]
    tensor = b"\x0a\x01x" + shape + b"\x18\x01" + b"\x22\x02\x0a\x00"
    description = b"\x0a" + encoded(len(tensor) + 2) + b"\x0a" + encoded(len(tensor)) + tensor
    (tmp_path / "v1").write_bytes(with_right_checksums(one_table([[(b"", description)]])))
    with pytest.raises(CheckpointError, match=r"is too small for 'x' of shape \[1048576\]"):
        V1Checkpoint(tmp_path / "v1").tensor("x")


def test_an_index_that_speaks_of_very_many_data_files(tmp_path, monkeypatch):
    (tmp_path / "m.index").write_bytes(
        with_right_checksums(one_table([[(b"", b"\x08" + encoded(10**6) + b"\x1a\x02\x08\x01")]]))
    )
    monkeypatch.setattr("tfckpt.integrity.MOST_SHARDS", 3)
    assert len(examine(tmp_path / "m").problems) == 3


def test_very_many_signatures_and_savers_are_taken_together(monkeypatch):
    graph = MetaGraph(signatures={f"s{i}": ({}, {"y": (f"y{i}:0", "float32", ())}) for i in range(5)})
    assert [start.when for start in starts(graph, 2)] == ["s0", "s1", "another signature"]
    graph = MetaGraph(savers=[Saver(filename=f"save_{i}/Const:0") for i in range(50)])
    assert len(savers(graph)) == 20
    visits = []
    monkeypatch.setattr("tfckpt.danger.reachability.MOST_VISITS", 700)
    monkeypatch.setattr("tfckpt.danger.reachability.starts", lambda graph, most: visits.append(most) or [])
    from tfckpt.danger.reachability import Runs

    Runs(Meta(META).parts[0])
    assert visits == [700 // 23], "as many as can visit the 22 operations"


def test_a_configuration_in_a_folder_that_is_too_large_is_told(tmp_path, monkeypatch):
    (tmp_path / "config.json").write_text(json.dumps({"class_name": "Dense", "config": {"name": "d"}}))
    assert code_in_folder(tmp_path) == []
    monkeypatch.setattr("tfckpt.danger.keras_files.LARGEST_TEXT", 10)
    (code,) = code_in_folder(tmp_path)
    assert "cannot be read" in str(code)


def test_a_configuration_that_becomes_much_larger_than_it_is_stored(tmp_path):
    """Below the limit for all texts: two megabytes of spaces, of two kilobytes."""
    with zipfile.ZipFile(tmp_path / "m.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metadata.json", "{}")
        archive.writestr("config.json", "{" + " " * 2_000_000 + "}")
    with pytest.raises(CheckpointError, match="config.json in it becomes 2000002 bytes"):
        KerasFile(tmp_path / "m.keras")


def test_texts_in_hdf5_that_lead_to_themselves(tmp_path):
    """HDF5 1.14 goes on for ever, in C, where nothing stops it. A fuzzer found it."""
    path = tmp_path / "m.h5"
    with h5py.File(path, "w") as file:
        file.attrs["model_config"], file["texts"] = "{}", ["a", "bc"]
    content = path.read_bytes()
    heap = content.find(b"GCOL")
    assert Hdf5(path).texts == {"model_config": "{}"}
    circle = content[: heap + 64] + content[heap + 72 :] + bytes(8)
    for reserved in (b"\0\0\4", bytes(3)):  # HDF5 does not look at them
        path.write_bytes(circle[: heap + 5] + reserved + circle[heap + 8 :])
        with pytest.raises(CheckpointError, match=f"the texts at byte {heap} of it lead to themselves"):
            Hdf5(path)
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        archive.writestr("config.json", "{}")
        archive.write(path, "model.weights.h5")
    with pytest.raises(CheckpointError, match="lead to themselves"):
        KerasFile(tmp_path / "m.keras")


def test_contexts_within_contexts_end_somewhere(monkeypatch):
    def within(depth):
        content = b"\x12\x01a\x1a\x01a"  # names twice the operation a
        for _ in range(depth):
            inner = b"\x0a" + encoded(len(content)) + content
            content = b"\x12\x01a\x1a\x01a\x32" + encoded(len(inner)) + inner
        return wrong("cond_context", content, names)

    names = Names([operation(b"\x0a\x01a\x12\x04NoOp", None)])
    assert within(50) is None
    assert within(5000) == "has contexts within contexts, more than 50 deep"
    monkeypatch.setattr("tfckpt.compare.elements.DEEPEST", 2)
    assert within(3) is None and "more than 2 deep" in within(4)


def test_a_slot_with_very_many_parts_in_its_name(monkeypatch):
    config = '{"config": {"name": "a", "dtype": "bfloat16"}}'
    names = ["model_weights/a/a/w", "optimizer_weights/" + "_" * 3 + "a_w_m"]
    assert said(names, config) == set(names)
    monkeypatch.setattr("tfckpt.format.opaque.MOST_PIECES", 3)
    assert said(names, config) == {names[0]}


def test_a_series_of_very_many_layers_is_not_tried(monkeypatch):
    ours, theirs = ({f"d_{number}/w": ("float32", (2,)) for number in range(first, first + 9)} for first in (1, 2))
    assert len(shifted(ours, theirs)) == 8
    monkeypatch.setattr("tfckpt.compare.shifted.LONGEST", 8)
    assert shifted(ours, theirs) == {}


def test_very_many_operations_that_feed_a_graph(monkeypatch):
    graph = MetaGraph(operations=[operation(b"\x0a\x01%c\x12\x0fIteratorGetNext" % each, None) for each in b"abc"])
    monkeypatch.setattr("tfckpt.ends.feeds", lambda each: [Feed(f"{each.name}:0", "", "float32", None)])
    assert len(ends(graph).feeds) == 3
    monkeypatch.setattr("tfckpt.ends.MOST_FEEDING", 2)
    assert len(ends(graph).feeds) == 2
