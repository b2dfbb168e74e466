"""Truth 9: a small file never becomes large in memory or on disk, and takes no time without end."""

import io
import json
import resource
import sys
import zipfile
import zlib

import h5py
import numpy as np
import pytest
from apart import tfckpt
from fuzz_bundle import encoded
from test_9_robust_output import field, meta, node

from tfckpt import CheckpointError, export, inspect, terminal
from tfckpt.format import strings
from tfckpt.readers.hdf5 import Hdf5

MOST = 200  # MB
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is asked of Linux")


def zipped(path, how=zipfile.ZIP_DEFLATED, **members):
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return path


def values(build):
    content = io.BytesIO()
    with h5py.File(content, "w", libver="latest") as file:
        build(file)
    return content.getvalue()


def nested_lists(folder):
    return zipped(folder / "m.keras", metadata__json="{}", config__json='{"a":' + "[" * 100_000 + "]" * 100_000 + "}")


def brackets(folder):
    return zipped(folder / "m.keras", metadata__json="{}", config__json='{"a":[' + "[]," * 10_000_000 + "[]]}")


def objects(folder):
    layers = '{"class_name":"x","config":{"name":"y"}},' * 1_000_000
    return zipped(folder / "m.keras", metadata__json="{}", config__json='{"layers":[' + layers + "{}]}")


def weights_of_zeros(folder):
    more = {"metadata__json": "{}", "config__json": "{}"}
    return zipped(folder / "m.keras", **more, model__weights__h5=bytes(300_000_000))


def member_of_bzip2(folder):
    """Of a few bytes of bzip2, a library makes hundreds of megabytes at once."""
    return zipped(folder / "m.keras", zipfile.ZIP_BZIP2, metadata__json="{}", config__json=" " * 300_000_000)


def members_that_overlap(folder):
    path = zipped(folder / "m.npz", big__npy=bytes(20_000_000))
    content = path.read_bytes()
    start, end = content.rfind(b"PK\x01\x02"), content.rfind(b"PK\x05\x06")
    member, many = content[start:end], 500
    last = bytearray(content[end:])
    last[8:12] = many.to_bytes(2, "little") * 2
    last[12:16] = (many * len(member)).to_bytes(4, "little")
    path.write_bytes(content[:start] + member * many + last)
    return path


def header_of_npy(folder):
    header = b"\x93NUMPY\x02\x00" + (2**31 - 1).to_bytes(4, "little") + b" " * 300_000_000
    return zipped(folder / "m.npz", a__npy=header)


def array_of_zeros(folder):
    np.savez_compressed(folder / "m.npz", a=np.zeros(300_000_000, "u1"))
    return folder / "m.npz"


def hdf5(folder, build):
    (folder / "m.h5").write_bytes(values(build))
    return folder / "m.h5"


def chunks_of_zeros(folder):
    return hdf5(folder, lambda file: file.create_dataset("a", data=np.zeros(75_000_000, "f4"), compression="gzip"))


def no_chunk_at_all(folder):
    return hdf5(folder, lambda file: file.create_dataset("a", shape=(60_000_000,), dtype="u1", chunks=(1,)))


def chunk_that_lies(folder):
    def build(file):
        dataset = file.create_dataset("a", shape=(2**14,), dtype="u1", chunks=(2**14,), compression="gzip")
        dataset.id.write_direct_chunk((0,), zlib.compress(bytes(300_000_000), 9))

    return hdf5(folder, build)


def deflated_twice(folder):
    def build(file):
        made = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        made.set_chunk((60_000_000,))
        made.set_deflate(9)
        made.set_deflate(9)
        space = h5py.h5s.create_simple((60_000_000,))
        h5py.Dataset(h5py.h5d.create(file.id, b"a", h5py.h5t.STD_U8LE, space, made))[:] = 0

    return hdf5(folder, build)


def strings_that_share(folder):
    """Half a megabyte of references to the same text of half a megabyte."""

    def build(file):
        dataset = file.create_dataset("a", shape=(30_000,), dtype=h5py.string_dtype())
        dataset[0] = "x" * 500_000

    path = hdf5(folder, build)
    content = bytearray(path.read_bytes())
    with h5py.File(path) as file:
        at = file["a"].id.get_offset()
    content[at : at + 16 * 30_000] = content[at : at + 16] * 30_000
    path.write_bytes(content)
    return path


def deep_names(folder):
    def build(file):
        for _ in range(150):
            file = file.create_group("g" * 1000)
            for number in range(30):
                file[f"d{number}"] = 1.0

    return hdf5(folder, build)


def functions_within_functions(folder):
    def body(number):
        call = field(5, field(1, "f") + field(2, field(10, field(1, f"f{number + 1}"))))
        return field(1, field(1, f"f{number}")) + field(3, field(1, "c") + field(2, "PartitionedCall") + call)

    bodies = b"".join(field(1, body(number)) for number in range(3000))
    return meta(folder / "m.meta", node("a", "NoOp") + field(2, bodies))


def escapes_in_a_state(folder):
    (folder / "checkpoint").write_text('model_checkpoint_path: "' + "\\\\" * 3_000_000 + '"\n')
    return folder


def tags(folder):
    content = field(1, b"".join(field(4, f"tag{number}") for number in range(100_000))) + field(2, node("a", "NoOp"))
    (folder / "saved_model.pb").write_bytes(b"\x08\x01" + field(2, content))
    return folder


BOMBS = (
    *(nested_lists, brackets, objects, weights_of_zeros, member_of_bzip2, members_that_overlap, header_of_npy),
    *(array_of_zeros, chunks_of_zeros, no_chunk_at_all, chunk_that_lies, deflated_twice, strings_that_share),
    *(deep_names, functions_within_functions, escapes_in_a_state, tags),
)


@pytest.mark.parametrize("make", BOMBS)
def test_memory_disk_and_time_are_bounded(tmp_path, monkeypatch, make):
    path = make(tmp_path)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    size = [(resource.RLIMIT_FSIZE, 100 * 2**20)]
    for how in (["inspect", path, "--verify"], ["inspect", path, "--values", "a"]):
        done = tfckpt(*how, limits=size, seconds=15)
        assert 0 < done.peak < MOST, (how, done.peak)
        assert done.code in (0, 1)
        assert "istake in this program" not in done.err and "system refused" not in done.err
    assert not list(temporary.iterdir())


@pytest.mark.parametrize("how", [[], ["--json"]])
def test_many_small_datasets_take_little_memory(tmp_path, how):
    """HDF5 keeps what it has read of a file's structure, and all of the JSON at once takes ten times its size."""
    with h5py.File(tmp_path / "m.h5", "w") as file:
        for number in range(20_000):
            file.create_dataset(f"layers/layer_{number}/kernel", data=np.float32(1))
    done = tfckpt("inspect", tmp_path / "m.h5", *how, seconds=30)
    assert done.code == 0 and done.out.count("/kernel") >= 20_000
    assert done.peak < 90


def test_json_is_printed_piece_by_piece(monkeypatch):
    printed, names = [], [f"w{number}" for number in range(3 * terminal.AT_ONCE)]
    monkeypatch.setattr(terminal.click, "echo", lambda text="", nl=True: printed.append(text + "\n" * nl))
    terminal.print_json({"names": names})
    assert json.loads("".join(printed)) == {"names": names, "cut": []}
    assert max(map(len, printed)) < sum(map(len, printed)) / 2


def test_a_keras_file_is_unpacked_as_far_as_it_is_small(tmp_path):
    """Values that are compressed as well as real ones are read."""
    chance = np.random.default_rng(0).random(20_000)
    weights = values(lambda file: file.create_dataset("w", data=chance))
    path = zipped(tmp_path / "m.keras", metadata__json="{}", config__json="{}", model__weights__h5=weights)
    assert inspect(path).values("w").tolist() == chance.tolist()


@pytest.mark.parametrize("how", [{}, {"compression": "gzip"}, {"compression": "lzf"}, {"chunks": (7, 11)}])
def test_values_of_every_layout_are_read_whole(tmp_path, how):
    array = np.arange(3000.0).reshape(50, 60)
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.create_dataset("a", data=array, shuffle=bool(how.get("compression")), **how)
        file.create_dataset("f", data=array, fletcher32=True, compression="gzip")
        file["texts"] = [["a", "bc"], ["", "d"]]
        file["text"], file["none"] = "alone", np.zeros((0, 3))
    reader = Hdf5(tmp_path / "m.h5")
    assert (reader.tensor("a") == array).all() and (reader.tensor("f") == array).all()
    assert reader.tensor("texts").tolist() == [[b"a", b"bc"], [b"", b"d"]] and reader.tensor("none").shape == (0, 3)
    assert reader.tensor("text")[()] == b"alone"
    for name in reader.entries:
        reader.read(name)


def test_the_checksum_of_strings_is_that_of_their_pieces(monkeypatch):
    content = b"".join(map(encoded, (3, 0, 2))) + bytes(4) + b"abcde"
    whole = strings.checksum_of_strings(content, 3)
    monkeypatch.setattr(strings, "CHUNK", 2)
    assert strings.checksum_of_strings(content, 3) == whole


def test_a_disk_is_not_filled(tmp_path):
    tensor = b"\x08\x01" + field(2, field(2, b"\x08" + encoded(2**20))) + field(5, np.float32(1).tobytes())
    dtype = field(5, field(1, "dtype") + field(2, b"\x30\x01"))
    attributes = dtype + field(5, field(1, "value") + field(2, field(8, tensor)))
    nodes = [field(1, field(1, f"c{number}") + field(2, "Const") + attributes) for number in range(100)]
    (tmp_path / "g.pb").write_bytes(b"".join(nodes))
    with pytest.raises(CheckpointError, match="would become 419.4 MB, as if somebody meant to fill a disk"):
        export(tmp_path / "g.pb", tmp_path / "g.npz", everything=True)
    assert [path.name for path in tmp_path.iterdir()] == ["g.pb"]
    export(tmp_path / "g.pb", tmp_path / "g.npz", filter="c7", everything=True)
    assert np.load(tmp_path / "g.npz")["c7"].shape == (2**20,)


def test_tensors_that_share_bytes_are_damage(tmp_path):
    header = {name: {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]} for name in "ab"}
    text = json.dumps(header).encode()
    (tmp_path / "a.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + bytes(8))
    with pytest.raises(CheckpointError, match="share bytes"):
        inspect(tmp_path / "a.safetensors")
