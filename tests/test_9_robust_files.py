"""Truth 9: what is no file is not opened, and whatever stops a command leaves nothing half written behind."""

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from apart import tfckpt

from tfckpt import CheckpointError, commands, export, inspect
from tfckpt.format.opened import opened
from tfckpt.writers.unfinished import UNFINISHED, beginning

OURS = Path(__file__).parent / "tf-1.15.5" / "pair"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes, links and signals of Linux and macOS")


@pytest.fixture
def pair(tmp_path, monkeypatch):
    """A folder with the checkpoint ``model``."""
    for path in OURS.iterdir():
        shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pipe(path):
    os.mkfifo(path)


def device(path):
    path.symlink_to("/dev/zero")


def loop(path):
    path.symlink_to(path.name)


def folder(path):
    path.mkdir()


def unix_socket(path):
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)


KINDS = {
    pipe: "is a pipe",
    device: "is a device",
    loop: "leads back to itself",
    folder: "folder",
    unix_socket: "is a soc",
}
PARTS = ["model.index", "model.data-00000-of-00001", "model.meta", "checkpoint", "model.index.tempstate7"]


@pytest.mark.parametrize("make", KINDS)
@pytest.mark.parametrize("name", [*PARTS, "m.keras", "m.h5", "saved_model.pb", "config.json", "g.pb", "a.npz"])
def test_what_is_no_file_is_not_opened(pair, capsys, monkeypatch, make, name):
    path = Path(name)
    path.unlink(missing_ok=True)
    make(path)

    def open_files_only(which, *arguments, **options):
        assert not isinstance(which, str | Path) or Path(which).is_file() or not Path(which).exists(), which
        return real(which, *arguments, **options)

    real = os.open
    monkeypatch.setattr(os, "open", open_files_only)
    for what in (
        ["inspect", name],
        ["inspect", "model", "--verify"],
        ["inspect", "."],
        ["diff", "model", "model.meta"],
    ):
        code = commands.run(what, "tfckpt")
        shown = capsys.readouterr()
        assert code in (0, 1, 2)
        assert "istake in this program" not in shown.err
        if what == ["inspect", name] and name not in (*PARTS, "saved_model.pb", "config.json"):
            assert KINDS[make] in shown.err


def test_a_link_to_a_file_is_opened(pair):
    Path("other.keras").symlink_to("model.index")
    with opened("other.keras") as file:
        assert file.read(1)
    with pytest.raises(CheckpointError, match="cannot be opened: No such file"):
        opened("gone")


def test_what_is_put_in_its_place_meanwhile_is_not_read(pair, monkeypatch):
    status = os.stat("model.index")
    os.unlink("model.index")
    os.mkfifo("model.index")
    monkeypatch.setattr(os, "stat", lambda path: status)
    with pytest.raises(CheckpointError, match="is a pipe"):
        opened("model.index")


@pytest.mark.parametrize(
    "path", ["x" * 5000, "x/" * 3000, "a\0b", "\udcff", "/proc/self/mem", "/dev/zero", "/dev/stdin"]
)
def test_a_path_that_is_none(path):
    with pytest.raises(CheckpointError) as caught:
        inspect(path)
    assert len(str(caught.value)) < 2001


def test_an_encrypted_zip(tmp_path):
    for name in ("m.keras", "a.npz"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("config.json" if name == "m.keras" else "a.npy", "{}")
        content = bytearray((tmp_path / name).read_bytes())
        content[content.index(b"PK\x01\x02") + 8] |= 1
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CheckpointError, match="is an encrypted zip. Unpack it with its password first"):
            inspect(tmp_path / name)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (MemoryError(), "There is not enough memory"),
        (RecursionError(), "nested too deeply"),
        (KeyError("x"), "A mistake in this program, not in your command: KeyError in "),
        (PermissionError(13, "Permission denied"), "Permission denied"),
    ],
)
@pytest.mark.parametrize(
    "how", [["inspect", "model"], ["diff", "model", "model"], ["export", "model", "--to", "a.npz"]]
)
def test_what_nobody_foresaw_is_a_sentence(pair, monkeypatch, capsys, error, says, how):
    def fail(*arguments, **options):
        raise error

    monkeypatch.setattr("tfckpt.readers.bundle.Bundle.add", fail)
    code = commands.run(how, "tfckpt")
    assert says in capsys.readouterr().err.replace("\n", " ")
    assert code == (2 if how[0] == "diff" else 1)


def large(folder, megabytes=40):
    """A file with a tensor of so many megabytes, which is mapped."""
    text = json.dumps(
        {"a": {"dtype": "U8", "shape": [megabytes * 10**6], "data_offsets": [0, megabytes * 10**6]}}
    ).encode()
    with open(folder / "a.safetensors", "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(file.tell() + megabytes * 10**6)
    return folder / "a.safetensors"


SHRINKS = """
import os
from tfckpt.format.shard import Shard
view = Shard.view
def cut(shard, offset, size):
    seen = view(shard, offset, size)
    os.truncate(shard.path, 100)
    return seen
Shard.view = cut
"""


@pytest.mark.parametrize(
    "how", [["inspect", "a.safetensors", "--values", "a"], ["export", "a.safetensors", "--to", "b.npz"]]
)
def test_a_file_that_shrinks_while_it_is_read(tmp_path, monkeypatch, how):
    monkeypatch.chdir(tmp_path)
    large(tmp_path, 4)
    done = tfckpt(*how, before=SHRINKS)
    assert (done.code, done.err.strip()) == (1, "Error: A file became shorter while it was read.")
    assert os.listdir() == ["a.safetensors"]


def test_a_small_file_is_read_and_not_mapped(pair):
    meta = inspect("model").inspection
    os.truncate("model.index", 0)
    os.truncate("model.meta", 0)
    assert meta.tensors and repr(meta.graph)


WAITS = """
import sys
import time
import tfckpt.exporting
def wait(*arguments):
    print("now", flush=True)
    time.sleep(60)
sys.modules["tfckpt.exporting"].{} = wait
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("where", ["compare", "give_name", "write_tensors"])
def test_whoever_stops_an_export_finds_nothing_of_it(pair, number, where):
    before = sorted(os.listdir())

    def stop(process):
        assert process.stdout.readline() == b"now\n"
        assert len(os.listdir()) == len(before) + 1
        process.send_signal(number)

    done = tfckpt("export", "model", "--to", "a.npz", before=WAITS.format(where), during=stop)
    assert (done.code, done.err.strip()) == (130, "Stopped.")
    assert sorted(os.listdir()) == before


@pytest.mark.parametrize("where", ["compare", "give_name", "write_tensors"])
def test_what_a_killed_export_left_is_removed_by_the_next_one(pair, where):
    def kill(process):
        assert process.stdout.readline() == b"now\n"
        process.kill()

    before = set(os.listdir())
    assert tfckpt("export", "model", "--to", "a.npz", before=WAITS.format(where), during=kill).code == -signal.SIGKILL
    (left,) = set(os.listdir()) - before
    others = [
        ".tfckpt-a.npz-short.npz",
        ".tfckpt-a.npz-abcdefgh.npy",
        ".tfckpt-b.npz-abcdefgh.npz",
        "a.npz-abcdefgh.npz",
    ]
    for name in others:
        Path(name).write_bytes(b"somebody's")
    Path(".tfckpt-a.npz-abcdefg1.npz").symlink_to(others[0])
    Path(".tfckpt-a.npz-abcdefg2.npz").mkdir()
    done = tfckpt("export", "model", "--to", "a.npz")
    assert f"Removed     {left}: left by an export to this name that was killed" in done.out
    kept = {*others, ".tfckpt-a.npz-abcdefg1.npz", ".tfckpt-a.npz-abcdefg2.npz"}
    assert set(os.listdir()) == before | kept | {"a.npz"}
    assert "Removed" not in repr(export("model", "a.safetensors"))


@pytest.mark.parametrize("where", ["compare", "give_name", "write_tensors"])
def test_what_another_process_is_writing_stays(pair, where):
    def meanwhile(process):
        assert process.stdout.readline() == b"now\n"
        (other,) = [name for name in os.listdir() if name.startswith(beginning(Path("a.npz")))]
        export("model", "a.npz")
        assert other in os.listdir()
        process.send_signal(signal.SIGTERM)

    done = tfckpt("export", "model", "--to", "a.npz", before=WAITS.format(where), during=meanwhile)
    assert done.code == 130 and not [name for name in os.listdir() if name.startswith(".")]


def test_a_disk_without_locks_keeps_what_may_be_in_use(pair, monkeypatch):
    def refuse(*arguments):
        raise OSError(37, "No locks available")

    Path(".tfckpt-a.npz-abcdefgh.npz").write_bytes(b"")
    monkeypatch.setattr("fcntl.flock", refuse)
    assert "Left over   .tfckpt-a.npz-abcdefgh.npz: remove it if no export" in repr(export("model", "a.npz"))
    assert Path(".tfckpt-a.npz-abcdefgh.npz").exists()


def test_a_new_file_that_is_taken_for_one_that_was_left_is_made_anew(pair, monkeypatch):
    """Between its making and its lock, another export may find it unlocked and remove it."""
    import fcntl

    lock, taken = fcntl.flock, []

    def too_late(handle, how):
        if not taken:
            taken.extend(name for name in os.listdir() if name.startswith(".tfckpt-"))
            os.unlink(taken[0])
        return lock(handle, how)

    monkeypatch.setattr("fcntl.flock", too_late)
    assert sorted(np.load(export("model", "a.npz").path)) == ["A", "B"]
    assert taken and not [name for name in os.listdir() if name.startswith(".")]


def test_the_longest_name(pair):
    name = "é" * 125 + ".npz"
    assert export("model", name).path.exists()


@pytest.mark.parametrize("to", ["b.npz", "b.safetensors"])
def test_a_disk_that_becomes_full(tmp_path, monkeypatch, to):
    monkeypatch.chdir(tmp_path)
    large(tmp_path)
    done = tfckpt("export", "a.safetensors", "--to", to, limits=[(resource.RLIMIT_FSIZE, 10**6)])
    assert done.code == 1
    assert f"Error: {to} cannot be written: File too large" in done.err
    assert os.listdir() == ["a.safetensors"]


def test_of_two_exports_to_one_name_one_is_whole_and_one_says_so(pair):
    call = [sys.executable, "-m", "tfckpt", "export", "model", "--to", "a.npz"]
    several = [subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    errors = [process.communicate()[1] for process in several]
    assert sorted(process.returncode for process in several) == [0, 1, 1]
    assert sum("nothing is overwritten" in error.replace("\n", " ") for error in errors) == 2
    assert sorted(np.load("a.npz")) == ["A", "B"]
    assert not [name for name in os.listdir() if name.startswith(".")]


@pytest.mark.parametrize("make", KINDS)
def test_where_something_is_nothing_is_written(pair, make):
    make(Path("to.npz"))
    with pytest.raises(CheckpointError, match="There is a to.npz already, and nothing is overwritten"):
        export("model", "to.npz")
    assert not UNFINISHED


def test_a_folder_that_may_not_be_written_to(pair, monkeypatch):
    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)  # root may write anywhere
    with pytest.raises(CheckpointError, match="cannot be written to: Permission denied"):
        export("model", "a.npz")


ODD = [
    "../../climbs",
    "/absolute",
    "a/../../b",
    "zero\0",
    "\ud800",
    "a\\b",
    "a:0",
    "",
    " ",
    "\x1b[31m",
    "é",
    "__metadata__",
]


@pytest.mark.parametrize("ending", [".npz", ".safetensors"])
def test_odd_names_are_written_as_they_are_or_left_out(tmp_path, ending):
    tensors = {
        name: {"dtype": "U8", "shape": [1], "data_offsets": [number, number + 1]}
        for number, name in enumerate(name for name in ODD if name != "__metadata__" or ending == ".npz")
        if name != "__metadata__"
    }
    text = json.dumps(tensors).encode()
    (tmp_path / "in.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + bytes(range(len(ODD))))
    done = export(tmp_path / "in.safetensors", tmp_path / f"out{ending}")
    left_out = {"\ud800", "zero\0"} | ({"../../climbs", "/absolute", "a/../../b"} if ending == ".npz" else set())
    assert set(done.left_out) == left_out
    assert set(done.names) == tensors.keys() - left_out
    again = inspect(tmp_path / f"out{ending}")
    for name in done.names:
        assert again.values(name).tolist() == inspect(tmp_path / "in.safetensors").values(name).tolist()


def test_two_tensors_do_not_get_one_name(pair):
    with pytest.raises(CheckpointError, match="would both be called 'B'"):
        export("model", "a.npz", rename={"A": "B"})
    assert not Path("a.npz").exists()


def test_what_is_called_empty_and_waits_for_somebody(tmp_path, monkeypatch):
    """As /proc/kmsg on Linux does: a read that does not wait gives nothing, not even an end."""
    path = tmp_path / "m.index"
    path.touch()
    with opened(path) as file:
        assert file.read() == b""

    def wait(*arguments):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("tfckpt.format.opened.os.read", wait)
    with pytest.raises(CheckpointError, match=r"m\.index cannot be read: Resource temporarily unavailable"):
        opened(path)
    assert "m.index cannot be read: Resource temporarily unavailable." in str(inspect(path.with_name("m")))
