"""Truth 9, the limits of what is said and of what is looked at for it: each of them holds by itself."""

import json
import os
import re
from collections import Counter
from pathlib import Path

import h5py
import numpy as np
import pytest
from fuzz_bundle import encoded, with_right_checksums
from test_9_limits import one_table

from conftest import OURS
from tfckpt import CheckpointError, Meta, diff
from tfckpt.bounds import for_json
from tfckpt.compare.copies import first_values, scopes_of_copies
from tfckpt.compare.doubt import of_rule
from tfckpt.compare.elements import Names, of_resource
from tfckpt.compare.names import parsed
from tfckpt.compare.obstacle import code
from tfckpt.compare.renames import misfitting
from tfckpt.compare.rules import candidates, rule
from tfckpt.compare.shapes import of_input
from tfckpt.danger.audit import shortened as shortened_texts
from tfckpt.danger.keras_code import code_in
from tfckpt.danger.reachability import Runs
from tfckpt.danger.tensorflow_layers import op_of_layer, symbol_of_layer
from tfckpt.ends import ends
from tfckpt.errors import reading, shortened
from tfckpt.exporting import is_no_name
from tfckpt.format.heaps import refuse_circles
from tfckpt.format.node import Source, operation
from tfckpt.inspect import examine
from tfckpt.inspection import NAMES, Inspection, Integrity, Tensor
from tfckpt.inspectors import graphs
from tfckpt.inspectors.keras import code_of, of_losses
from tfckpt.inspectors.keras_model import model_lines
from tfckpt.inspectors.saved_models import files_in
from tfckpt.integrity import named
from tfckpt.kind import Kind
from tfckpt.left_overs import left_overs
from tfckpt.readers.hdf5 import Hdf5
from tfckpt.readers.hdf5_text import texts
from tfckpt.readers.meta_graph import MetaGraph
from tfckpt.report import Report
from tfckpt.writers.unfinished import beginning


def of(name, kind, *inputs):
    """An ``Operation``."""
    return operation(of_bytes(name, kind, *inputs), Source(Path("graph.pb"), memoryview(b"")))


def chain(folder, length):
    """The ``Meta`` of a graph: a variable ``v``, and ``i0``, ``i1``, … that pass it on, one after the other."""
    nodes = [of_bytes("v", "VariableV2"), of_bytes("i0", "Identity", "v")]
    nodes += [of_bytes(f"i{number}", "Identity", f"i{number - 1}") for number in range(1, length)]
    (folder / "graph.pb").write_bytes(b"".join(b"\x0a" + encoded(len(node)) + node for node in nodes))
    return Meta(folder / "graph.pb", graph_def=True)


def of_bytes(name, kind, *inputs):
    said = [(1, name), (2, kind), *((3, each) for each in inputs)]
    return b"".join(bytes([number << 3 | 2]) + encoded(len(text)) + text.encode() for number, text in said)


# What is said


def test_what_was_left_out_of_json_is_not_told_one_by_one_without_end():
    cuts = for_json({"texts": ["x" * 2000] * 130})["cut"]
    assert len(cuts) == 101 and cuts[-1] == "and 30 more"
    assert for_json({"texts": ["x" * 2000] * 100})["cut"][-1].startswith("texts[99]: ")


def test_a_long_error_of_a_library_leaves_room_for_what_to_do():
    assert len(shortened(ValueError("no end " * 1000))) <= 1000
    with pytest.raises(CheckpointError) as caught, reading(Path("m.index"), "Copy it again."):
        raise ValueError("no end " * 1000)
    assert str(caught.value).endswith("more characters. Copy it again.")


def test_of_many_names_the_first_are_said():
    many = [f"n{number}" for number in range(25)]
    assert named(many).endswith("n19 and 5 more")
    assert shortened_texts(["a" * 300, *many]) == ("a" * 200 + "…", "n0", "n1", "… and 23 more")
    assert code("x" * 200).strip("`").startswith("x" * 120 + "…")


def test_of_a_signature_with_many_arguments_the_first_are_said():
    many = {f"x{number}": ("x:0", "float32", ()) for number in range(60)}
    assert graphs.arguments(many).endswith("x49 float32 [], and 10 more")


def test_of_many_signatures_the_first_are_said(monkeypatch):
    monkeypatch.setattr(graphs, "MOST_SIGNATURES", 2)
    monkeypatch.setattr(graphs, "ends", lambda meta: pytest.fail("it is no SavedModel"))

    class Signed(Meta):
        def __init__(self, path, graph_def=False):
            super().__init__(path, graph_def)
            self.is_saved_model, self.signatures = True, {f"s{number}": ({}, {}) for number in range(5)}

    monkeypatch.setattr(graphs, "Meta", Signed)
    assert graphs.graph_at(OURS / "pair" / "model.meta").lines[1:] == (
        "signature s0:  → ",
        "signature s1:  → ",
        "and 3 signatures more",
    )


def test_of_a_model_with_many_layers_and_needs_the_first_are_said():
    layers = [{"class_name": f"Own{number}", "config": {"name": f"l{number}"}} for number in range(30)]
    config = {"class_name": "Sequential", "config": {"name": "m", "layers": layers}}
    assert model_lines(config, layers=True)[-1].endswith("l19 (Own19) and 10 more")
    _, notes = code_of(config)
    assert len(notes) == 21 and notes[-1].startswith("It needs 10 more classes")
    assert len(of_losses({"loss": [f"own_{number}" for number in range(30)]})) == 20


def test_names_in_a_configuration_are_cut():
    (one,) = code_in({"class_name": "Lambda", "config": {"name": "n" * 500}})
    assert one.where == "n" * 120
    (one,) = code_in({"class_name": "function", "module": "m" * 500, "config": "f"})
    assert "m" * 120 in one.does and "m" * 121 not in one.does
    assert len(symbol_of_layer({"function": "f" * 500})) < 200
    assert len(op_of_layer({"node_def": {"op": "f" * 500}})) < 200


def test_a_name_that_no_zip_can_hold():
    from tfckpt.writers import npz

    assert is_no_name("n" * 60_000, npz) == ""
    assert "longer than 60000 bytes" in is_no_name("n" * 60_001, npz)


def test_the_unfinished_file_has_a_name_that_file_systems_take():
    assert len(os.fsencode(beginning(Path("x" * 250 + ".npz")))) == len(".tfckpt-") + 150 + 1


def test_of_many_problems_and_tensors_a_report_shows_the_first():
    wrong = tuple(f"p{number}p is wrong." for number in range(30))
    odd = tuple(f"o{number}o" for number in range(30))
    tensors = tuple(Tensor(f"t{number}t", "float32", (2,), 8) for number in range(70))
    inspection = Inspection("m", Kind.CHECKPOINT, NAMES, integrity=Integrity(wrong, not_finite=odd), tensors=tensors)
    text = str(Report(inspection))
    assert "p19p" in text and "p20p" not in text and "and 10 more problems" in text
    assert "o19o and 10 more" in text and "o20o" not in text
    assert len(re.findall(r"t\d+t", text)) == 60
    assert len(re.findall(r"t\d+t", str(Report(inspection, rows=None)))) == 70


def test_of_many_differences_the_first_are_listed(tmp_path):
    floats = b"\x08\x01\x12\x04\x12\x02\x08\x02\x28\x08"  # an entry: two float32
    for name, count in (("a", 30), ("b", 0)):
        rows = sorted((f"n{number}n".encode(), floats) for number in range(count)) + [(b"w", floats)]
        content = with_right_checksums(one_table([[(b"", b"\x08\x01\x1a\x02\x08\x01"), *rows]]))
        (tmp_path / f"{name}.index").write_bytes(content)
        (tmp_path / f"{name}.data-00000-of-00001").write_bytes(bytes(8))
    difference = diff(tmp_path / "a", tmp_path / "b")
    assert len(set(re.findall(r"n\d+n", str(difference.document(False))))) == 9, "and a line for the others"
    assert len(set(re.findall(r"n\d+n", str(difference.document(True))))) == 30


def test_of_many_holes_in_safetensors_the_first_are_said(tmp_path):
    tensor = {"dtype": "F32", "shape": [1]}
    text = {f"t{number}": {**tensor, "data_offsets": [8 * number, 8 * number + 4]} for number in range(7)}
    content = json.dumps(text).encode()
    (tmp_path / "m.safetensors").write_bytes(len(content).to_bytes(8, "little") + content + bytes(56))
    (problem,) = examine(tmp_path / "m.safetensors").problems
    assert problem.count(" to ") == 5 + 1, "five holes, and what they belong to"


# What is looked at


def test_files_in_a_folder(tmp_path, monkeypatch):
    for number in range(4):
        (tmp_path / f"a{number}.pdf").write_bytes(b"%PDF")
    assert len(files_in(tmp_path)) == 4
    monkeypatch.setattr("tfckpt.inspectors.saved_models.MOST_FILES", 2)
    assert len(files_in(tmp_path)) == 2
    assert len([note for note in examine(tmp_path).notes if "a PDF" in note]) == 4
    monkeypatch.setattr("tfckpt.inspectors.folders.MOST_OTHERS", 3)
    assert len([note for note in examine(tmp_path).notes if "a PDF" in note]) == 3


def test_checkpoints_of_a_folder_that_are_looked_at_for_damage(tmp_path, monkeypatch):
    for number in range(3):
        for path in (OURS / "pair").glob("model.*"):
            (tmp_path / path.name.replace("model", f"model-{number}")).write_bytes(path.read_bytes())
        (tmp_path / f"model-{number}.data-00000-of-00001").write_bytes(b"")
    looked = []
    monkeypatch.setattr("tfckpt.inspectors.folders.is_damaged", lambda kind, place: looked.append(place))
    for most in (2, 1):
        monkeypatch.setattr("tfckpt.inspectors.folders.MOST_LOOKED_AT", most)
        looked.clear()
        examine(tmp_path)
        assert [Path(place).name for place in looked] == ["model-1", "model-2"][-most:]


def test_left_overs(tmp_path, monkeypatch):
    for number in range(4):
        (tmp_path / f"m.data-00000-of-00001.tempstate{number}").touch()
    assert len(left_overs(str(tmp_path / "m"), True, False)) == 4
    monkeypatch.setattr("tfckpt.left_overs.MOST", 2)
    *_, last = left_overs(str(tmp_path / "m"), True, False)
    assert last.says == "and 2 like it were not looked at"


def test_a_left_over_that_is_large_is_read_when_asked(tmp_path, monkeypatch):
    (tmp_path / "m.index.tempstate1").write_bytes((OURS / "pair" / "model.index").read_bytes())
    data = (OURS / "pair" / "model.data-00000-of-00001").read_bytes()
    (tmp_path / "m.data-00000-of-00001.tempstate1").write_bytes(data)

    def says(asked):
        return left_overs(str(tmp_path / "m"), True, asked)[0].says

    assert "all its checksums show" in says(False)
    monkeypatch.setattr("tfckpt.left_overs.AT_ONCE", 10)
    assert "--verify tells" in says(False) and "all its checksums show" in says(True)


def test_a_large_hdf5_file_is_not_looked_through_for_circles(tmp_path, monkeypatch):
    with open(tmp_path / "heap", "w+b") as file:
        file.write(b"GCOL\x01\0\0\0" + (4096).to_bytes(8, "little") + bytes(64))
        with pytest.raises(ValueError, match="lead to themselves"):
            refuse_circles(file)
        monkeypatch.setattr("tfckpt.format.heaps.LARGEST", 79)
        refuse_circles(file)


def test_a_text_of_hdf5_that_says_a_dtype(tmp_path):
    with h5py.File(tmp_path / "m.h5", "w") as file:
        for name, length in (("short", 90), ("long", 101)):
            file[name] = np.ones(2)
            file[name].attrs["dtype"] = "x" * length
    entries = Hdf5(tmp_path / "m.h5").entries
    assert entries["short"].dtype == "x" * 90 and entries["long"].dtype == "float64"


def test_a_configuration_in_hdf5_that_is_longer_than_any(tmp_path):
    for length, unread in ((16 * 2**20, set()), (16 * 2**20 + 1, {"model_config"})):
        with h5py.File(tmp_path / "m.h5", "w") as file:
            file.attrs["model_config"] = "x" * length
        assert Hdf5(tmp_path / "m.h5").unread == unread


def test_configurations_that_stand_as_text_in_hdf5(tmp_path, monkeypatch):
    with h5py.File(tmp_path / "m.h5", "w") as file:
        for number in range(4):
            file.attrs[f"config_{number}"] = '{"class_name": "A' + "a" * 100 * number + '", "config": {}}'
    assert len(texts(tmp_path / "m.h5")) == 4
    monkeypatch.setattr("tfckpt.readers.hdf5_text.MOST", 2)
    assert len(texts(tmp_path / "m.h5")) == 2
    monkeypatch.setattr("tfckpt.readers.hdf5_text.MOST", 10)
    monkeypatch.setattr("tfckpt.readers.hdf5_text.FIRST", 16)
    assert len(texts(tmp_path / "m.h5")) == 4
    monkeypatch.setattr("tfckpt.readers.hdf5_text.LARGEST_TEXT", 256)
    assert len(texts(tmp_path / "m.h5")) == 3, "the longest has more than 256 characters"


def test_what_passes_a_variable_on(tmp_path, monkeypatch):
    meta = chain(tmp_path, 5)
    assert meta.variable_of("i4") == "v"
    monkeypatch.setattr("tfckpt.readers.meta.MOST_STEPS", 5)
    assert meta.variable_of("i4") is None and meta.variable_of("i3") == "v"


def test_the_way_back_from_an_operation(tmp_path, monkeypatch):
    graph = MetaGraph(
        operations=[of("t", "Const"), *(of(f"i{n}", "Identity", f"i{n - 1}" if n else "t") for n in range(9))]
    )
    user = of("use", "Identity", "i8")
    monkeypatch.setattr("tfckpt.danger.origins.MOST_STEPS", 20)
    runs = Runs(graph)
    monkeypatch.setattr(runs, "strings", lambda source: ["found"] if source.name == "t" else [])
    assert runs.constants(user, 0) == ["found"]

    def is_text(source, output):
        return [(source, 0)] if source.type == "Identity" else True

    assert runs.comes_from(user, 0, is_text)
    monkeypatch.setattr("tfckpt.danger.origins.MOST_STEPS", 4)
    assert runs.constants(user, 0) == [] and not runs.comes_from(user, 0, is_text)


def test_what_reads_a_resource(monkeypatch):
    def graph(length):
        passed = [of(f"i{n}", "Identity", f"i{n - 1}" if n else "read") for n in range(length)]
        handle = of("v", "VarHandleOp")
        handle.attributes["shape"] = b""
        return Names([handle, of("init", "NoOp"), of("read", "ReadVariableOp", "v"), *passed])

    said = {1: "v:0", 2: "init", 3: "i3:0"}
    assert of_resource(said, graph(4)) is None
    monkeypatch.setattr("tfckpt.compare.elements.MOST_STEPS", 4)
    assert of_resource(said, graph(4)) == "says that something reads it that does not"


def test_loops_within_loops(monkeypatch):
    """Each is listed before what it takes, as what comes round in a loop is."""
    shape = b"\x3a\x04\x12\x02\x08\x02"
    placeholder = of("x", "Placeholder")
    placeholder.attributes.update(dtype=b"\x30\x01", shape=shape)
    passed = [of(f"i{n}", "Identity", f"i{n - 1}" if n else "x") for n in range(6)]
    graph = MetaGraph(operations=[of("last", "Relu", "i5"), *passed[::-1], placeholder, of("n", "NextIteration", "i0")])
    assert "last" in ends(graph).results
    monkeypatch.setattr("tfckpt.ends.MOST_ROUNDS", 3)
    assert "last" not in ends(graph).results


def test_the_number_of_an_output_that_is_endless():
    assert of_input(of("a", "Identity", "b:1"), 0, {"b": [(1,), (2,)]}) == (2,)
    assert of_input(of("a", "Identity", "b:" + "9" * 5000), 0, {"b": [(1,), (2,)]}) == (1,)


# What is compared


def test_scopes_that_may_be_those_of_a_copy():
    others = [f"copy_{number}/dense/kernel" for number in range(30)]
    assert len(scopes_of_copies("net/dense/kernel", others)) == 20


def test_a_variable_whose_first_values_are_looked_for(monkeypatch):
    class Side:
        variables, unreadable = {"b": ("float32", (4,))}, ()

        def bytes_in_file(self, name):
            return bytes(16)

    assert first_values(Side(), ["b"]) == {"b": True}
    monkeypatch.setattr("tfckpt.compare.copies.MOST_VALUES", 3)
    assert first_values(Side(), ["b"]) == {}


def test_pairs_that_are_looked_at_one_by_one(monkeypatch):
    ours, theirs = ({f"s{n}/l{n}/kernel": ("float32", (2,)) for n in range(at, at + 12)} for at in (1, 100))
    known = {name: parsed(name) for name in [*ours, *theirs]}
    assert len(list(candidates(known, ours, theirs))) == 144
    monkeypatch.setattr("tfckpt.compare.rules.MOST_PAIRS", 100)
    assert set(Counter(a for a, _ in candidates(known, ours, theirs)).values()) == {8}


def test_pairs_that_a_rule_explains(monkeypatch):
    group = {f"a/{end}": f"b/{end}" for end in ("owl", "lamp", "cup", "tree")}
    key = rule(*map(parsed, next(iter(group.items()))))
    assert of_rule(group, key, False).telling == 4
    monkeypatch.setattr("tfckpt.compare.doubt.MOST", 1)
    assert of_rule(group, key, False).telling == 1


def test_variables_that_do_not_fit(monkeypatch):
    left, right = {"a/kernel": ("float32", (2,))}, {"b/kernel": ("float32", (3,))}
    rules = {rule(parsed("a/kernel"), parsed("b/kernel"))}
    assert misfitting(rules, left, right) == {"a/kernel": "b/kernel"}
    monkeypatch.setattr("tfckpt.compare.renames.MOST_ALIKE", 0)
    assert misfitting(rules, left, right) == {}
