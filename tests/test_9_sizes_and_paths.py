"""Truth 9, each limit of a file's size is where it is said to be; and what is said of paths, signals and errors."""

import os
import signal
import stat
import struct
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from test_9_limits import encoded

from tfckpt import Bundle, CheckpointError, Meta, errors, prefix
from tfckpt.bounds import is_bomb
from tfckpt.danger.keras_files import code_in_folder, code_in_metadata
from tfckpt.format import snappy
from tfckpt.format.checkpoint_state import read_state
from tfckpt.format.heaps import refuse_circles
from tfckpt.format.opened import refuse
from tfckpt.format.safetensors import described
from tfckpt.format.wire import varint
from tfckpt.kind import IN_WORDS, Kind
from tfckpt.readers.npz import Npz
from tfckpt.readers.v1 import V1Checkpoint
from tfckpt.sentences import ended_as_by_ctrl_c, in_sentences

MB = 1 << 20
SPARSE = [  # (file, the most bytes that it may have, what reads it)
    ("m.meta", 2048 * MB, Meta),
    ("m.index", 256 * MB, lambda path: Bundle(path.with_suffix(""))),
    ("v1", 1 << 40, V1Checkpoint),
    ("keras_metadata.pb", 2048 * MB, code_in_metadata),
]


@pytest.mark.parametrize(("name", "most", "read"), SPARSE, ids=[row[0] for row in SPARSE])
def test_a_file_of_so_many_bytes_is_looked_at_and_a_larger_one_is_not(tmp_path, name, most, read):
    path = tmp_path / name
    for size, refused in ((most, False), (most + 1, True)):
        with open(path, "wb") as file:
            file.truncate(size)  # zeros that take no room on the disk
        with pytest.raises(CheckpointError) as caught:
            read(path)
        assert (f"has {size} bytes. Such a file is not that large." in str(caught.value)) == refused


def test_a_text_of_so_many_bytes_is_read_and_a_longer_one_is_not(tmp_path):
    line = 'model_checkpoint_path: "m"\n'
    for size in (4 * MB, 4 * MB + 1):
        (tmp_path / "checkpoint").write_text(line.ljust(size))
        if size == 4 * MB:
            assert read_state(tmp_path / "checkpoint").latest == "m"
        else:
            with pytest.raises(CheckpointError, match="has more than 4194304 bytes"):
                read_state(tmp_path / "checkpoint")
    for size, told in ((16 * MB, []), (16 * MB + 1, ["cannot be read: nobody knows what it does"])):
        (tmp_path / "config.json").write_text("{}".ljust(size))
        assert [code.does for code in code_in_folder(tmp_path)] == told


def test_what_a_file_announces_may_be_so_large():
    with pytest.raises(ValueError, match="becomes 0 bytes or more"):
        snappy.decompress(encoded(64 * MB))
    with pytest.raises(ValueError, match=f"says that it becomes {64 * MB + 1} bytes"):
        snappy.decompress(encoded(64 * MB + 1))
    for length, says in ((10**8, "Expecting value"), (10**8 + 1, "its header is said to have 100000001 bytes")):
        with pytest.raises(ValueError, match=says):
            described(memoryview(length.to_bytes(8, "little") + bytes(length)))


def test_the_list_of_members_of_a_zip_may_be_so_large(tmp_path):
    for size, says in (
        (10 * MB, "cannot be read"),
        (10 * MB + 1, f"a zip with a list of members of {10 * MB + 1} bytes"),
    ):
        (tmp_path / "m.npz").write_bytes(b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 0, 0, size, 0, 0))
        with pytest.raises(CheckpointError, match=says):
            Npz(tmp_path / "m.npz")


def test_a_file_of_so_many_bytes_is_looked_through_for_circles(tmp_path):
    circle = b"GCOL\x01\0\0\0" + (64).to_bytes(8, "little") + bytes(48)
    path = tmp_path / "m.h5"
    path.write_bytes(circle)
    os.truncate(path, 64 * MB)
    with path.open("rb") as file, pytest.raises(ValueError, match="the texts at byte 0 of it lead to themselves"):
        refuse_circles(file)
    os.truncate(path, 64 * MB + 1)
    with path.open("rb") as file:
        refuse_circles(file)


def test_how_much_may_come_of_few_bytes():
    assert not is_bomb(64 * MB, 0) and is_bomb(64 * MB + 1, 0)
    assert not is_bomb(100 * MB, MB) and is_bomb(100 * MB + 1, MB)
    assert is_bomb(101, 1, few=100) and not is_bomb(100, 1, few=100) and not is_bomb(101, 2, few=100)


# Paths


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("gs://b/m", "copy its files: gcloud storage cp"),
        ("GS://b/m", "copy its files: gcloud storage cp"),
        ("s3://b/m", "copy its files: aws s3 cp"),
        ("hdfs://b/m", "copy its files: hdfs dfs -get"),
        ("http://b/m", "download it"),
        ("https://b/m", "download it"),
        ("az://b/m", "copy its files: azcopy copy"),
        ("abfs://b/m", "copy its files: azcopy copy"),
        ("hf://b/m", "download it: hf download"),
        ("x-y.z+1://b/m", "copy it here"),
    ],
)
def test_an_address_is_no_path(path, says):
    assert prefix.nowhere(path) == f"{path} is an address, and this reads local files only. First {says}."


@pytest.mark.parametrize("ending", ".keras .h5 .hdf5 .pb .pbtxt .safetensors .npz .tflite .onnx .zip .meta".split())
def test_a_file_that_is_not_there(in_folder, ending):
    name = f"d/m{ending.upper()}"
    assert prefix.nowhere(name) == f"There is no file {name!r}, and no folder 'd'."
    Path("d").mkdir()
    assert prefix.nowhere(name) == f"There is no file {name!r}. The folder is empty."
    for number in range(10):
        Path(f"d/{number}").touch()
    assert prefix.nowhere(name).endswith("The folder has: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9.")
    Path("d/x").touch()
    assert prefix.nowhere(name).endswith("The folder has: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 1 more.")


def test_what_may_be_a_prefix_is_none_of_these():
    assert prefix.nowhere("run/model-50") is None and prefix.nowhere("C:/run/m") is None
    assert prefix.nowhere("~/m").startswith("There is no '~/m': a shell takes ~ for your home folder")
    assert prefix.nowhere("a~/m") is None


@pytest.mark.skipif(os.sep == "\\", reason="a backslash is a separator there")
def test_a_pattern_is_one_that_matches_no_file(in_folder):
    for name in ("run_[1]", "a*b?c", "back\\slash"):
        Path(name).mkdir()
        Path(name, "m.index").touch()
    Path("run_1").mkdir()
    assert prefix.is_pattern("run_[1]/m") and prefix.is_pattern("back\\slash/m")
    assert not prefix.is_pattern("a*b?c/m") and not prefix.is_pattern("nothing")
    Path("run_1/m.index").touch()
    assert not prefix.is_pattern("run_[1]/m"), "some file matches"
    Path("back[slash").mkdir()
    Path("back[slash/v").touch()
    assert not prefix.is_pattern("back\\[slash/v"), "the backslash takes the bracket literally"


@pytest.mark.parametrize(
    ("names", "asked", "says"),
    [
        (["m.index"], "m.index", "That is one of its files. Pass the prefix, the part that its files share: 'd/m'."),
        (["m.meta"], "m.meta", "That is one of its files. Pass the prefix, the part that its files share: 'd/m'."),
        (["m.data-00000-of-00001"], "m.data-00000-of-00001", "That is one of its files. Pass the prefix, the part"),
        (["m.index"], "m.meta", "The prefixes in that folder are: 'm'."),
        (["a.index", "b.index", "c"], "m", "The prefixes in that folder are: 'a', 'b'."),
        (["m.txt"], "m.txt", "The folder 'd' has no checkpoint in it (no file that ends in .index)."),
    ],
)
def test_a_prefix_that_no_file_has(in_folder, names, asked, says):
    Path("d").mkdir()
    assert says in prefix.advice(Path("d", asked), names)
    assert prefix.advice(Path("e", "m"), []) == "No checkpoint has the prefix 'e/m'. There is no folder 'e'."


def test_the_files_of_a_prefix_and_their_roles(in_folder):
    for name in (
        "m.index",
        "m.meta",
        "m.data-00000-of-00002",
        "m.data-00001-of-00002",
        "m-1.index",
        "l.index",
        "m.txt",
    ):
        Path(name).touch()
    Path("m.index.tempstate123").touch()
    Path("m.data-00000-of-00001.tempstate9").touch()
    found = [(path.name, role.partition(",")[0]) for path, role in prefix.files_of("m")]
    assert found == [
        ("m.data-00000-of-00002", "the values of the variables"),
        ("m.data-00001-of-00002", "the values of the variables"),
        ("m.index", "a table: the name of each variable"),
        ("m.meta", "the graph"),
        ("m.data-00000-of-00001.tempstate9", "left over from a save that did not finish"),
        ("m.index.tempstate123", "left over from a save that did not finish"),
    ]
    assert prefix.files_of("m")[1][1].endswith(" (one of 2 shards)")
    Path("checkpoint").touch()
    assert prefix.files_of("m")[-1][0].name == "checkpoint"
    Path("m.data-00000-of-00001").touch()
    assert "(part" not in prefix.files_of("m")[0][1]
    assert [path.name for path, _ in prefix.files_of("m", ["l.index", "m.index", "n.index"])][0] == "m.index"


KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


@pytest.mark.parametrize("mode", KINDS)
def test_what_is_no_file_is_called_by_its_name(mode):
    with pytest.raises(CheckpointError, match=f"d/x is {KINDS[mode]}, and not a file. It was not opened."):
        refuse(Path("d/x"), SimpleNamespace(st_mode=mode | 0o644))
    refuse(Path("d/x"), SimpleNamespace(st_mode=stat.S_IFREG | 0o644))


# Signals and errors


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="a signal of Linux and macOS")
@pytest.mark.parametrize("number", ["SIGTERM", "SIGHUP"])
def test_what_ends_a_program_does_it_as_ctrl_c_does(number):
    number = getattr(signal, number)
    before = signal.signal(number, signal.SIG_IGN)  # so that this test does not end the others, if it fails
    try:
        with pytest.raises(KeyboardInterrupt), ended_as_by_ctrl_c():
            os.kill(os.getpid(), number)
        assert signal.getsignal(number) is signal.SIG_IGN, "as it was before"
    finally:
        signal.signal(number, before)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (CheckpointError("it is damaged"), "it is damaged"),
        (PermissionError(13, "Permission denied"), "The system refused: [Errno 13] Permission denied."),
        (MemoryError(), "There is not enough memory for this."),
        (RecursionError("x"), "Something in it is nested too deeply to be read."),
        (
            ValueError("x"),
            "A mistake in this program, not in your command: ValueError in test_9_sizes_and_paths.py, line",
        ),
    ],
)
def test_an_error_becomes_a_sentence_and_an_exit_code(error, says):
    def command():
        raise error

    for code in (1, 2):
        with pytest.raises(click.ClickException) as caught:
            in_sentences(code)(command)()
        assert caught.value.message.replace("\n", " ").startswith(says) and caught.value.exit_code == code
    error.exit_code = 3
    with pytest.raises(click.ClickException) as caught:
        in_sentences()(command)()
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("error", [click.UsageError("x"), click.Abort(), ModuleNotFoundError("x", name="x")])
def test_some_errors_are_for_click_and_for_the_command_itself(error):
    def command():
        raise error

    with pytest.raises(type(error)) as caught:
        in_sentences()(command)()
    assert caught.value is error


def test_what_an_error_says_where_it_says_nothing_or_too_much():
    assert errors.shortened(KeyError("w")) == "w" and errors.shortened(KeyError()) == "KeyError"
    assert errors.shortened(ValueError()) == "ValueError" and errors.shortened(ValueError("a", 2)) == "('a', 2)"
    for length, whole in ((1000, True), (1001, False)):
        text = "ab " * 333 + "a" * (length - 999)
        assert (errors.shortened(ValueError(text)) == text) == whole
    error = CheckpointError("it is so")
    error.add_note("And so.")
    assert errors.sentence(error) == "it is so And so."


@pytest.mark.parametrize(("module", "package"), errors.PACKAGES.items())
def test_a_package_that_is_lacking_is_named_as_pip_wants_it(monkeypatch, module, package):
    says = errors.missing_package(ModuleNotFoundError(name=module))
    assert says.startswith(f"This needs {package}, which this Python lacks. Type:  ")
    assert says.endswith(f" -m pip install {package}")
    monkeypatch.setattr(errors.sys, "platform", "emscripten")
    assert errors.missing_package(ModuleNotFoundError(name=module)) == (
        f"This needs {package}, which Python in a browser lacks."
    )


def test_where_in_a_file_the_damage_is():
    whole = memoryview(bytes([1, 2, 3, 0x80]))
    for piece, said in ((whole[2:], " at byte 4"), (whole, " at byte 4"), (memoryview(b"\x80"), ""), (whole[4:], "")):
        with pytest.raises(CheckpointError) as caught, errors.reading(Path("m"), "Copy it.", whole=whole, form="it"):
            varint(piece[1:] if piece is whole else piece, len(piece) - (piece is whole))
        assert str(caught.value) == f"m cannot be read as it{said}: a number runs past the end. Copy it."


# Words


def test_one_and_several_of_each_kind():
    assert {kind.value for kind in Kind} == {
        *("checkpoint", "v1", "saved model", "keras", "hdf5", "graph", "graph def", "safetensors", "npz"),
        *("folder", "table", "state"),
    }
    for kind, (one, several) in IN_WORDS.items():
        assert kind.counted(1) == f"1 {one}" and kind.counted(2) == f"2 {several}" and kind.title == one
        words = [word.removesuffix("s") for word in several.removesuffix(" each").split()]
        assert words == [word.removesuffix("s") for word in one.split()] and several != one
