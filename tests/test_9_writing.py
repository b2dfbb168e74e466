"""Truth 9, ``export`` and the terminal: each refusal, each name and each number by itself, with readers by hand."""

import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import click
import numpy as np
import pytest

from tfckpt import CheckpointError, exporting, terminal
from tfckpt.exporting import Chosen
from tfckpt.format.crc32c import extend
from tfckpt.inspection import Checked, Inspection, Integrity, Tensor
from tfckpt.kind import Kind
from tfckpt.readers.npz import Npz
from tfckpt.readers.safetensors import Safetensors
from tfckpt.writers import npz, safetensors, unfinished
from tfckpt.writers.pieces import SIZE, Pieces


class Reader:
    """Of arrays in a dict."""

    def __init__(self, **values):
        self.values, self.forgotten = values, 0

    def tensor(self, name):
        value = self.values[name]
        if isinstance(value, Exception):
            raise value
        return value

    def forget(self):
        self.forgotten += 1


def chosen(name, dtype="float32", shape=(2,), stored_as=None, source=None):
    return Chosen(source or name, name, dtype, shape, stored_as or dtype)


# What may be written


@pytest.mark.parametrize(
    ("name", "of_npz", "of_safetensors"),
    [
        ("w", "", ""),
        ("a" * 60_000, "", ""),
        ("a" * 60_001, "its name is longer than 60000 bytes", "its name is longer than 60000 bytes"),
        ("ä" * 30_000, "", ""),
        ("ä" * 30_001, "its name is longer than 60000 bytes", "its name is longer than 60000 bytes"),
        ("a\0", "its name has a zero in it", "its name has a zero in it"),
        ("\udcff", "its name is no text in UTF-8", "its name is no text in UTF-8"),
        ("/a", "its name leads out of the folder", ""),
        ("a/../b", "its name leads out of the folder", ""),
        ("a/..b", "", ""),
    ],
)
def test_the_name_of_a_tensor_in_a_file(name, of_npz, of_safetensors):
    for form, says in ((npz, of_npz), (safetensors, of_safetensors)):
        found = exporting.is_no_name(name, form)
        assert found.startswith(says) and bool(found) == bool(says)


def test_the_path_of_a_new_file(in_folder):
    Path("there.npz").touch()
    os.symlink("gone", "link.npz")
    for path, says in (
        ("a.txt", "a.txt ends in neither .npz nor .safetensors"),
        ("there.npz", "There is a there.npz already"),
        ("link.npz", "There is a link.npz already"),
        ("gone/a.npz", "There is no folder 'gone' to write a.npz into."),
    ):
        with pytest.raises(CheckpointError) as caught:
            exporting.refuse(Path(path))
        assert str(caught.value).startswith(says)
    exporting.refuse(Path("a.npz"))
    exporting.refuse(Path("a.safetensors"))


def inspected(*tensors, reader=None, **more):
    return Inspection("m", Kind.CHECKPOINT, "a checkpoint", tensors=tensors, reader=reader, **more)


def test_names_and_dtypes_in_the_new_file():
    tensors = [Tensor("a/.ATTRIBUTES/VARIABLE_VALUE", "float32", (2,), 8), Tensor("b", "bfloat16", (), 2)]
    tensors += [Tensor("/c", "int32", (), 4), Tensor("d", "resource", (), 0), Tensor("e", "void16", (), 2)]
    found, left_out = exporting.choose(tensors, npz, {"a": "x"}, inspected(*tensors))
    assert [(each.source, each.name, each.stored_as) for each in found] == [
        ("a/.ATTRIBUTES/VARIABLE_VALUE", "x", "float32"), ("b", "b", "float32")]  # fmt: skip
    assert left_out == {
        "/c": "its name leads out of the folder in which somebody unpacks a zip, as an .npz is one",
        "d": "the format has nothing for the dtype resource",
        "e": "the format has nothing for the dtype void16",
    }
    whole_name = {"a/.ATTRIBUTES/VARIABLE_VALUE": "y"}
    assert exporting.choose(tensors, npz, whole_name, inspected(*tensors))[0][0].name == "y"
    for rename, says in (
        ({"a": "b"}, "'a' and 'b' would both be called 'b'."),
        ({"gone": "x"}, "m has no tensor 'gone' among its 5."),
    ):
        with pytest.raises(CheckpointError, match=says):
            exporting.choose(tensors, npz, rename, inspected(*tensors))
    with pytest.raises(CheckpointError, match="'b' is to be renamed, and is not exported: see --filter and --all."):
        exporting.choose(tensors[:1], npz, {"b": "x"}, inspected(*tensors))


def test_how_many_bytes_a_tensor_takes():
    assert chosen("a", "bfloat16", (2, 3), "float32").bytes == 24 and chosen("a", "int8", ()).bytes == 1
    assert chosen("a", "string", (5,)).bytes == 0


def test_no_disk_is_filled():
    for count, refused in ((16 * 2**20, False), (16 * 2**20 + 1, True)):
        try:
            exporting.refuse_to_fill_a_disk(
                [chosen("a", shape=(count,))], inspected(files=(("m", 8, ""), ("n", 2, "")))
            )
            assert not refused
        except CheckpointError as error:
            assert refused and str(error).startswith("m was not exported: its 10 bytes would become 67.1 MB")
    exporting.refuse_to_fill_a_disk([chosen("a", shape=(10**8,))], inspected(files=(("m", 4 * 10**6, ""),)))


def test_what_has_values():
    inner = inspected(Tensor("a", "float32", (), 4), reader=Reader())
    folder = Inspection("d", Kind.FOLDER, "a folder", inner=(inner,))
    assert exporting.with_values(inner) is inner and exporting.with_values(folder) is inner
    for without, says in (
        (inspected(Tensor("a", "float32", (), 4)), "m is a checkpoint: it has no values."),
        (inspected(reader=Reader()), "m is a checkpoint: it has no values."),
        (inspected(integrity=Integrity(("it is cut", "and more"))), "it is cut"),
    ):
        with pytest.raises(CheckpointError) as caught:
            exporting.with_values(without)
        assert str(caught.value) == says


def test_what_cannot_be_read_is_left_out():
    reader = Reader(a=np.ones(2, "f4"), s=np.array([b"x\0"], object), bad=ValueError("no"))
    inspection = inspected(reader=reader)
    left_out = {}
    found = exporting.those_that_hold([chosen("a"), chosen("s", "string", (1,))], inspection, left_out)
    assert [each.name for each in found] == ["a"]
    assert left_out == {"s": "a string in it ends in a zero, which an array of strings does not keep"}
    with pytest.raises(CheckpointError) as caught:
        exporting.those_that_hold([chosen("bad", "string")], inspection, {"x": "why", "y": "why", "z": "why"})
    assert str(caught.value) == "m was not exported: x: why; y: why; z: why."
    with pytest.raises(CheckpointError, match="m was not exported: no tensor of it fits what was asked for."):
        exporting.those_that_hold([], inspection, {})


def test_a_checksum_that_is_wrong_or_right():
    class Checked_(Reader):
        checked_shard, byte_order = True, "big"

        def verify(self, name):
            return (1, 1) if name in self.values else (1, 2)

    reader = Checked_(s=np.array([b"x\0"], object), a=np.ones(2, "f4"))
    exporting.check(reader, chosen("a"))
    with pytest.raises(CheckpointError, match="its checksum is not that of its bytes"):
        exporting.check(reader, chosen("b"))
    with pytest.raises(CheckpointError, match="ends in a zero"):
        exporting.check(reader, chosen("s", "string", (1,)))


def test_values_as_they_are_written():
    reader = Reader(
        s=np.array([["ä", b"abc"]], object), none=np.array([], object), big=np.array([1, 2], ">f4"), wrong=np.ones(3),
        text="x", bad=TypeError("it is odd"), empty=np.array([b""], object),
    )  # fmt: skip
    strings = exporting.values_of(reader, chosen("s", "string", (1, 2)))
    assert strings.tolist() == [["ä".encode(), b"abc"]] and strings.dtype == "S3"
    assert exporting.values_of(reader, chosen("none", "string", (0,))).dtype == "S1"
    assert exporting.values_of(reader, chosen("empty", "string", (1,))).dtype == "S1"
    assert exporting.values_of(reader, chosen("big")).dtype == np.dtype("f4")
    for name, says in (("wrong", "'wrong' cannot be written: "), ("text", "'text' cannot be written: "),
                       ("bad", "'bad' cannot be read: it is odd")):  # fmt: skip
        with pytest.raises(CheckpointError) as caught:
            exporting.values_of(reader, chosen(name))
        assert str(caught.value).startswith(says)


# How it is written


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_what_is_written_is_told_and_read_back(in_folder, suffix):
    told, totals = [], []
    reader = Reader(a=np.arange(2, dtype="f4"), b=np.arange(3, dtype="i8"))
    each = [chosen("a"), chosen("b", "int64", (3,))]
    exporting.write(Path(f"m{suffix}"), each, reader, lambda total: totals.append(total) or told.append)
    assert totals == [64] and sorted(told) == [8, 8, 24, 24] and reader.forgotten == 2
    written = Npz(f"m{suffix}") if suffix == ".npz" else Safetensors(f"m{suffix}")
    assert written.tensor("a").tolist() == [0, 1] and written.tensor("b").tolist() == [0, 1, 2]
    assert os.listdir() == [f"m{suffix}"] and Path(f"m{suffix}").stat().st_mode & 0o777 == 0o666 & ~exporting.umask()
    if suffix == ".safetensors":
        content = Path("m.safetensors").read_bytes()
        assert content.index(b'"b":') < content.index(b'"a":'), "the largest numbers first"


def all_taken(values):
    """``Pieces`` of an array, and what is known of them when all were taken."""
    pieces = Pieces(values)
    return b"".join(pieces), pieces.fingerprint


def test_pieces_of_an_array():
    large = np.arange(SIZE // 4 + 1, dtype="f4")
    assert all_taken(large)[0] == large.tobytes() and len(list(Pieces(large))) == 2
    assert all_taken(np.ones((0, 3), "f8")) == (b"", (np.dtype("f8"), (0, 3), 0))
    assert all_taken(np.array(7, "u1")) == (b"\x07", (np.dtype("u1"), (), extend(0, b"\x07")))


def test_what_is_read_back_must_be_the_same(in_folder):
    with open("m.npz", "wb") as file:
        arrays = {"a": np.ones(2, "f4"), "b": np.ones(2, "f8"), "c": np.ones((1, 2), "f4"), "n": np.full(2, np.nan)}
        npz.write(file, [(name, Pieces(values)) for name, values in arrays.items()])
    for name, value in (("a", np.zeros(2, "f4")), ("b", np.ones(2, "f4")), ("c", np.ones(2, "f4"))):
        with pytest.raises(CheckpointError, match=f"'{name}' was read back with other values than were written"):
            exporting.compare("m.npz", ".npz", [chosen(name)], {name: all_taken(value)[1]}, lambda count: None)
    fingerprints = {name: all_taken(values)[1] for name, values in arrays.items()}
    exporting.compare("m.npz", ".npz", [chosen(name) for name in arrays], fingerprints, lambda count: None)


def test_so_much_must_be_free_on_the_disk(in_folder, monkeypatch):
    reader = Reader(a=np.ones(2, "f4"))
    for free, enough in ((10**7 + 8, True), (10**7 + 7, False)):
        monkeypatch.setattr(exporting.shutil, "disk_usage", lambda folder, free=free: SimpleNamespace(free=free))
        if enough:
            exporting.write(Path("m.npz"), [chosen("a")], reader, lambda total: lambda count: None)
        else:
            with pytest.raises(CheckpointError, match="^. has 10.0 MB free, and the file takes 8 bytes.$"):
                exporting.write(Path("n.npz"), [chosen("a")], reader, lambda total: lambda count: None)
    assert os.listdir() == ["m.npz"]


def test_a_finished_file_gets_its_name_and_no_other_one_is_lost(in_folder, monkeypatch):
    def fails(*arguments):
        raise OSError(1, "no links here")

    for links in (True, False):
        if not links:
            monkeypatch.setattr(exporting.os, "link", fails)
        Path("new").write_text("new")
        exporting.give_name("new", Path(f"to{links}"))
        assert Path(f"to{links}").read_text() == "new" and Path("new").exists() == links
        Path("new").unlink(missing_ok=True)  # which may be the same file by another name
        Path("new").write_text("newer")
        with pytest.raises(CheckpointError, match=f"There is a to{links} by now, and nothing is overwritten."):
            exporting.give_name("new", Path(f"to{links}"))
        assert Path(f"to{links}").read_text() == "new"


def test_what_an_export_left_is_removed(in_folder):
    begin = unfinished.beginning(Path("m.npz"))
    assert begin == ".tfckpt-m.npz-" and len(unfinished.beginning(Path("ä" * 100 + ".npz")).encode()) == 9 + 150
    names = [
        f"{begin}abcd_123.npz",
        f"{begin}abcd_123",
        f"{begin}abcd_12.npz",
        f"{begin}ABCD_123.npz",
        ".tfckpt-n.npz-abcd_123.npz",
    ]
    for name in names:
        Path(name).touch()
    Path(f"{begin}folder_1.npz").mkdir()
    assert unfinished.remove_left_overs(Path("m.npz")) == ([names[0]], [])
    assert sorted(os.listdir()) == sorted([*names[1:], f"{begin}folder_1.npz"])
    with unfinished.Unfinished(Path("m.npz")) as file:
        os.close(file.handle)
        assert unfinished.remove_left_overs(Path("m.npz")) == ([], []) and os.path.exists(file.path)
    assert not os.path.exists(file.path) and not unfinished.UNFINISHED


def test_what_was_exported_is_said(in_folder):
    Path("m.npz").write_bytes(bytes(7))
    each = [
        chosen("a"),
        chosen("b", "bfloat16", (2,), "float32"),
        chosen("s", "string"),
        chosen("q", "qint8", (2,), "int8"),
    ]
    done = exporting.Exported("m.npz", each, {"x": "why"}, 3, ["one", "two"], ["three"])
    assert repr(done).splitlines() == [
        "  Written     m.npz: 4 tensors, 7 bytes, read back and compared",
        "  As          bfloat16 is written as float32, which holds each of its values",
        "  As          qint8 is written as int8: the range that it stands for is in the graph, not in the checkpoint",
        "  As          strings are written as bytes of one length, with zeros at the end of the shorter ones",
        "  Not asked   3 of an optimizer, counters and the like: --all writes them too",
        "  Removed     one, two: left by an export to this name that was killed",
        "  Left over   three: remove it if no export to this name is running",
        "  Left out    x: why",
    ]
    assert done.names == {each: each for each in "absq"} and done.left_out == {"x": "why"}
    assert (
        repr(exporting.Exported("m.npz", each[:1], {}, 0))
        == "  Written     m.npz: 1 tensor, 7 bytes, read back and compared"
    )
    assert [style for style, _ in done.lines(80)][0] == "good" and [style for style, _ in done.lines(80)][-1] == "bad"


# The terminal


@pytest.mark.parametrize(
    ("values", "lines"),
    [
        ([1.0, 2.0, 6.0], ["from 1 to 6, mean 3"]),
        ([np.nan, 1.0, np.inf], ["from 1 to 1, mean 1", "2 of 3 are NaN or infinite"]),
        ([np.nan], ["1 of 1 are NaN or infinite"]),
        ([], []),
        ([1e308, 1e308], ["from 1e+308 to 1e+308, mean inf"]),
    ],
)
def test_numbers_at_a_glance(values, lines):
    assert list(terminal.at_a_glance(np.array(values))) == lines


def test_very_many_numbers_at_a_glance(monkeypatch):
    monkeypatch.setattr(terminal, "AT_ONCE", 3)
    assert list(terminal.at_a_glance(np.arange(10))) == ["from 0 to 9, mean 4.5"]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_bar_where_it_is_worth_one(monkeypatch):
    for stream, total, shown in (
        (Terminal(), 200 * 2**20, True),
        (Terminal(), 200 * 2**20 - 1, False),
        (io.StringIO(), 10**9, False),
    ):
        monkeypatch.setattr(sys, "stderr", stream)
        tell = terminal.progress(total)
        tell(total // 2)
        tell(total - total // 2)
        assert ("comparing checksums" in stream.getvalue()) == shown == stream.getvalue().endswith("\n")


def test_a_long_text_goes_through_a_pager(monkeypatch):
    shown = []
    monkeypatch.setattr(terminal.click, "echo_via_pager", shown.append)
    monkeypatch.setattr(terminal.click, "echo", lambda text: shown.append(f"plain {text}"))
    monkeypatch.setattr(terminal.shutil, "get_terminal_size", lambda: (20, 5))
    monkeypatch.setattr(sys, "stdout", Terminal())

    def document(count, style=""):
        return SimpleNamespace(lines=lambda width: [(style, f"{width}")] * count)

    terminal.show(document(4))
    terminal.show(document(5))
    terminal.show(document(5), no_pager=True)
    assert shown == ["plain " + "40\n" * 3 + "40", "40\n" * 5, "plain " + "40\n" * 4 + "40"]
    shown.clear()
    monkeypatch.setattr(terminal.shutil, "get_terminal_size", lambda: (90, 50))
    for style in ("heading", "bad", "good", "command", "code"):
        terminal.show(document(1, style))
    assert [line.replace("\x1b[0m", "") for line in shown] == [
        "plain \x1b[1m90", "plain \x1b[31m90", "plain \x1b[32m90", "plain \x1b[36m90", "plain 90"]  # fmt: skip
    shown.clear()
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    terminal.show(document(9, "bad"))
    terminal.show(document(1), piped=77)
    assert shown == ["plain " + "300\n" * 8 + "300", "plain 77"]


def typed(inspection, path="my m", verify=False):
    with click.Context(
        click.Command("inspect"), info_name="inspect", parent=click.Context(click.Command("p"), info_name="p")
    ):
        return [command for command, _ in terminal.commands(path, inspection, verify)]


def test_what_to_type_next():
    tensors = Tensor("w/.ATTRIBUTES/VARIABLE_VALUE", "float32", (), 4), Tensor("m", "float32", (), 4, "slot")
    sizes = Integrity((), Checked.SIZES)
    whole = inspected(*tensors, reader=Reader(), integrity=sizes, graph=("a graph",))
    everything = ["p inspect 'my m' --verify", "p inspect 'my m' --values w", "p diff m m.meta"]
    assert typed(whole) == everything and typed(whole, verify=True) == everything[1:]
    assert typed(inspected(*tensors, integrity=sizes)) == everything[:1]
    assert typed(inspected(*tensors[1:], reader=Reader(), integrity=sizes)) == everything[:1]
    assert typed(inspected(*tensors, reader=Reader(), integrity=Integrity((), Checked.CHECKSUMS))) == everything[1:2]
    assert typed(inspected(*tensors, reader=Reader(), integrity=Integrity((), Checked.STRUCTURE))) == everything[:2]
    broken = Integrity(("it is cut",), Checked.SIZES)
    assert typed(inspected(*tensors, reader=Reader(), integrity=broken, graph=("a graph",))) == []
    folder = Inspection("d", Kind.FOLDER, "a folder", inner=(whole,))
    assert typed(folder) == everything


def test_json_in_pieces(monkeypatch, capsys):
    monkeypatch.setattr(terminal, "AT_ONCE", 2)
    terminal.print_json({"a": [1, 2]})
    assert capsys.readouterr().out == '{\n  "a": [\n    1,\n    2\n  ],\n  "cut": []\n}\n'
