"""Truth 9: whatever is in a file, a command prints no endless line or JSON, and nothing that moves a cursor."""

import json
import os

import apart
import h5py
import numpy as np
import pytest
from fuzz_bundle import encoded
from test_9_bundle import message, written

from tfckpt import CheckpointError, Meta, commands, inspect
from tfckpt.bounds import LARGEST_JSON, LINE, LONGEST_IN_JSON, for_json
from tfckpt.describe import size
from tfckpt.format.dtypes import elements

EVIL = "\x1b[31m\x07\u202e\u2066\n\r\x9b"
FLOATS = message((1, 1)) + b"\x12\x04\x12\x02\x08\x02" + message((5, 8))  # an entry of the index: two float32


@pytest.fixture
def tfckpt(capsys):
    """A function that runs a command in this process."""

    def run(*arguments):
        code = commands.run([str(argument) for argument in arguments], "tfckpt")
        return apart.Done(code, *capsys.readouterr(), peak=0)

    return run


def field(number, content):
    content = content.encode() if isinstance(content, str) else content
    return encoded(number << 3 | 2) + encoded(len(content)) + content


def node(name, kind, *inputs):
    return field(1, field(1, name) + field(2, kind) + b"".join(field(3, each) for each in inputs))


def meta(path, nodes, more=b""):
    path.write_bytes(field(1, field(5, "2.15")) + field(2, nodes) + more)
    return path


def long_names(folder):
    written(folder / "m.index", {b"%d" % number + b"x" * 60_000: FLOATS for number in range(3)})
    (folder / "m.data-00000-of-00001").write_bytes(bytes(8))
    return folder / "m"


def evil_names(folder):
    written(folder / "m.index", {(EVIL + "x").encode(): FLOATS, b"\xff\xfe": FLOATS, "\u2028".encode(): FLOATS})
    (folder / "m.data-00000-of-00001").write_bytes(bytes(8))
    (folder / "checkpoint").write_text(f'model_checkpoint_path: "\\000{EVIL}{"x" * 100_000}"\n')
    return folder / "m"


def many_signatures(folder):
    signature = field(1, field(1, "x" + EVIL) + field(2, field(1, "a:0")))
    each = b"".join(field(5, field(1, f"s{number}" + EVIL) + field(2, signature)) for number in range(5000))
    wide = b"".join(field(1, field(1, f"x{number}") + field(2, field(1, "a:0"))) for number in range(5000))
    return meta(folder / "m.meta", node("a", "NoOp"), each + field(5, field(1, "wide") + field(2, wide)))


def long_operation(folder):
    return meta(folder / "m.meta", node("a" * 10**6, "Evil" * 10**6) + node("r", "ReadFile", "a" * 10**6))


def long_attributes(folder):
    with h5py.File(folder / "m.h5", "w", libver="latest") as file:
        file.attrs["keras_version"] = "3" * 60_000
        file.attrs["backend"] = EVIL * 9000
        file.create_dataset(EVIL.encode() + b"\xff", data=1.0)
        file.create_group("layer").attrs["name"] = EVIL * 5000
        for number in range(50):
            file[f"layer/{number}"] = 1.0
        file["away"] = h5py.ExternalLink("f" * 60_000, "/x")
    return folder / "m.h5"


HOSTILE = (long_names, evil_names, many_signatures, long_operation, long_attributes)


@pytest.mark.parametrize("make", HOSTILE)
@pytest.mark.parametrize("how", [("inspect",), ("inspect", "--verify"), ("diff",), ("export", "--to", "new.npz")])
def test_no_line_is_endless_and_nothing_moves_a_cursor(tfckpt, tmp_path, monkeypatch, make, how):
    monkeypatch.chdir(tmp_path)
    path = make(tmp_path)
    done = tfckpt(how[0], path, *how[1:], *([path] if how[0] == "diff" else []))
    assert max(map(len, done.lines)) <= LINE
    assert len(done.out) < 400_000
    assert not set(done.out + done.err) & (set(EVIL) - {"\n", "[", "3", "1", "m"})
    assert done.out or done.err.startswith("Error: ")


@pytest.mark.parametrize("make", HOSTILE)
@pytest.mark.parametrize("how", ["inspect", "diff"])
def test_json_is_not_endless_and_says_what_it_lacks(tfckpt, tmp_path, make, how):
    path = make(tmp_path)
    done = tfckpt(how, path, *([path] if how == "diff" else []), "--json")
    assert len(done.out) < 2_000_000
    if not done.out:
        assert how == "diff" and "Error: " in done.err
        return
    found = json.loads(done.out)
    assert max(map(len, done.out.split("\n"))) < 6 * LONGEST_IN_JSON + 100  # a character may become \\u1234
    if make is long_names and how == "inspect":
        assert found["cut"] == [
            f"tensors[{number}].name: 60001 characters, of which 1000 are here" for number in range(3)
        ]


def test_lists_in_json_end_when_there_is_no_room_and_fields_do_not():
    kept = for_json({"many": ["x" * 900] * (LARGEST_JSON // 500), "later": [1, 2], "says": "all"})
    assert len(json.dumps(kept)) < 1.2 * LARGEST_JSON
    assert kept["says"] == "all" and kept["later"] == []
    assert kept["cut"][0].startswith("many: ") and kept["cut"][1] == "later: 2 of its 2 items"


def test_code_to_paste_is_whole_in_json():
    code = "names = {\n" + '    "a": "b",\n' * 1000 + "}\n"
    assert for_json({"code": code}) == {"code": code, "cut": []}


def test_an_error_is_not_endless():
    error = CheckpointError("It has " + "y" * 10**6 + " and " + "no end " * 10**5)
    assert len(str(error)) <= 2000 and max(map(len, str(error).split())) <= LINE


def test_a_command_is_whole_or_not_shown(tfckpt, tmp_path):
    written(tmp_path / "m.index", {b"x" * 1000: FLOATS})
    (tmp_path / "m.data-00000-of-00001").write_bytes(bytes(8))
    shown = tfckpt("inspect", tmp_path / "m").out
    assert "--values" not in shown and "(not shown: a command of 1" in shown


def test_a_shape_of_very_many_elements(tfckpt, tmp_path):
    assert elements((2**62,) * 200) == 2**63 - 1 and elements((2**62,) * 200 + (0,)) == 0
    assert size(2**200) == "more than 10^18 bytes"
    for lengths in ((2**62,) * 5000, (1,) * 100_000):
        shape = b"".join(field(2, message((1, length))) for length in lengths)
        written(tmp_path / "m.index", {b"a": message((1, 1)) + field(2, shape) + message((5, 4))})
        (tmp_path / "m.data-00000-of-00001").write_bytes(bytes(8))
        assert f"a shape of {len(lengths)} dimensions" in tfckpt("inspect", tmp_path / "m").out
    written(tmp_path / "m.index", {b"a": message((1, 1)) + field(2, field(2, message((1, 2**62))) * 254)})
    assert tfckpt("inspect", tmp_path / "m", "--json").code == 1


def test_values_are_looked_at_piece_by_piece(tfckpt, tmp_path):
    np.savez(tmp_path / "a.npz", a=np.arange(6e6, dtype="f4"), s=np.array(["x" * 10**6 + "\x1b"]), r=np.zeros(2, "V3"))
    done = tfckpt("inspect", tmp_path / "a.npz", "--values", "a", "--values", "s", "--values", "r")
    assert "from 0 to 6e+06, mean 3e+06" in done.out
    assert done.code == 0 and max(map(len, done.lines)) <= LINE and "\x1b" not in done.out


def test_names_in_memory_stay_whole(tmp_path):
    path = meta(tmp_path / "m.meta", node("a" * 10**5, "NoOp"))
    assert Meta(path).operations[0].name == "a" * 10**5
    assert inspect(path)


def test_a_closed_pipe_is_no_error(tmp_path):
    path = long_names(tmp_path)
    reading, writing = os.pipe()
    os.close(reading)
    for how in (["inspect", path], ["diff", path, path]):
        done = apart.tfckpt(*how, before=f"import os; os.dup2({writing}, 1)", inherits=[writing])
        assert (done.code, done.err) == (0, "")
    os.close(writing)
