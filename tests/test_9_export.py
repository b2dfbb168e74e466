"""Truth 9, ``tfckpt export``: the values are TensorFlow's own, byte by byte, and nothing is lost without a word."""

import json
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest
import tensorflow as tf2
import tensorflow.compat.v1 as tf

from conftest import OURS
from tfckpt import Bundle, CheckpointError, export, exporting, inspect
from tfckpt import export as export_function
from tfckpt.format.dtypes import NAMES
from tfckpt.readers.npz import Npz
from tfckpt.readers.safetensors import Safetensors
from tfckpt.writers import npz

FOLDERS = [OURS] + ([Path(os.environ["COURSE_CHECKPOINTS"])] if "COURSE_CHECKPOINTS" in os.environ else [])
PREFIXES = [str(path)[: -len(".index")] for folder in FOLDERS for path in sorted(folder.rglob("*.index"))]


@pytest.fixture(autouse=True)
def in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def save(**values):
    """Saves variables as a Saver does. Returns the prefix."""
    with tf.Graph().as_default(), tf.Session() as sess:
        for name, value in values.items():
            tf.Variable(value, name=name, use_resource=False)
        sess.run(tf.global_variables_initializer())
        return tf.train.Saver().save(sess, "./model")


def command(*arguments):
    """Runs ``tfckpt export``. Returns the exit code and what it printed, errors too."""
    call = [sys.executable, "-m", "tfckpt", "export", *map(str, arguments)]
    done = subprocess.run(call, capture_output=True, text=True, encoding="utf-8")
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


def bits(array):
    return np.ascontiguousarray(array).reshape(-1).view("u1").tobytes()


@pytest.mark.parametrize("prefix", PREFIXES, ids=lambda prefix: "/".join(Path(prefix).parts[-3:]))
def test_what_tensorflow_reads(prefix):
    reader = tf.train.NewCheckpointReader(prefix)
    try:
        export(prefix, "model.npz", everything=True)
        export(prefix, "model.safetensors", everything=True)
    except CheckpointError as error:  # a checkpoint whose data file was not kept, which TensorFlow cannot read either
        with pytest.raises(Exception, match="(?i)no such file|not found|is missing"):
            [reader.get_tensor(name) for name in reader.get_variable_to_shape_map()]
        assert "missing" in str(error) or "cannot be opened" in str(error)
        return
    arrays, tensors = np.load("model.npz", allow_pickle=False), Safetensors("model.safetensors")
    known = {tensor.short: tensor for tensor in inspect(prefix).inspection.tensors if tensor.role != "object"}
    assert set(arrays.files) == set(known)
    for short, tensor in known.items():
        expected = reader.get_tensor(tensor.name)
        if tensor.dtype == "string":
            assert arrays[short].reshape(-1).tolist() == np.asarray(expected, object).reshape(-1).tolist()
        else:
            assert bits(arrays[short]) == bits(expected.astype(arrays[short].dtype))
            assert bits(tensors.tensor(short)) == bits(expected)
            assert arrays[short].shape == tensors.tensor(short).shape == expected.shape


@pytest.mark.parametrize("dtype", sorted(set(NAMES.values()) - {"string", "resource", "variant"}))
def test_every_dtype_is_written_as_what_holds_it(dtype):
    """What NumPy has no name for is widened, exactly: each of its 16 or 256 or 65,536 values is the same number."""
    stored = npz.stored_as(dtype)
    small = dtype.removeprefix("q")
    if not hasattr(ml_dtypes, small):
        assert stored == small
        np.dtype(stored)
        return
    values = np.arange(2**16, dtype="u2").view(ml_dtypes.bfloat16) if small == "bfloat16" else every_value(small)
    wide = values.astype(stored)
    number = ~np.isnan(wide) if wide.dtype.kind == "f" else np.full(wide.shape, True)
    with np.errstate(invalid="ignore"):
        back = wide.astype(values.dtype)
    assert (back[number].astype("f8") == values[number].astype("f8")).all()


def every_value(name):
    """All values of a small dtype of ``ml_dtypes``, as far as it has them."""
    dtype = np.dtype(getattr(ml_dtypes, name))
    if name.startswith("float8"):
        return np.arange(256, dtype="u1").view(dtype)
    if name.startswith("float4"):
        return np.arange(16, dtype="u1").view(dtype)
    bits_ = 2 if name.endswith("2") else 4
    return np.arange(-(2 ** (bits_ - 1)) if name.startswith("int") else 0, 2 ** (bits_ - 1)).astype(dtype)


def test_half_precision():
    values = np.array([1.0, -2.5, np.inf, np.nan], ml_dtypes.bfloat16)
    prefix = save(h=np.float16([1, 2]), b=lambda: tf.constant(values, tf.bfloat16))
    shown = repr(export(prefix, "m.npz"))
    assert "As          bfloat16 is written as float32, which holds each of its values" in shown
    assert np.load("m.npz")["b"].dtype == np.float32
    assert bits(np.load("m.npz")["b"].astype(ml_dtypes.bfloat16)) == bits(values)
    assert "As " not in repr(export(prefix, "m.safetensors"))
    assert Safetensors("m.safetensors").entries["b"].dtype == "bfloat16"
    assert bits(Safetensors("m.safetensors").tensor("b")) == bits(values)


def test_strings():
    prefix = save(words=[["a", "Grüße"], ["", "z"]], w=[1.0])
    assert "strings are written as bytes of one length" in repr(export(prefix, "m.npz"))
    assert np.load("m.npz")["words"].tolist() == [[b"a", "Grüße".encode()], [b"", b"z"]]
    code, shown = command(prefix, "--to", "m.safetensors")
    assert code == 1
    assert "Left out    words: the format has nothing for the dtype string" in shown
    assert set(Safetensors("m.safetensors").entries) == {"w"}
    prefix = save(words=["a\0", "b"], w=[1.0])
    code, shown = command(prefix, "--to", "other.npz")
    assert code == 1
    assert "Left out    words: a string in it ends in a zero" in shown
    assert np.load("other.npz").files == ["w"]


def test_slots_and_counters_are_left_out_unless_asked_for():
    prefix = OURS / "regression" / "model-50"
    shown = repr(export(prefix, "m.npz"))
    assert "7 of an optimizer, counters and the like: --all writes them too" in shown
    assert sorted(np.load("m.npz").files) == ["b", "b/ExponentialMovingAverage", "w", "w/ExponentialMovingAverage"]
    assert len(export(prefix, "all.npz", everything=True).names) == 11


def test_filter_and_rename():
    prefix = save(net_w=[1.0], net_b=[2.0], head=[3.0])
    export(prefix, "m.npz", filter="net", rename={"net_w": "kernel"})
    assert {name: float(value[0]) for name, value in np.load("m.npz").items()} == {"kernel": 1.0, "net_b": 2.0}
    for rename, says in (
        ({"net_w": "net_b"}, "'net_b' and 'net_w' would both be called 'net_b'|would both be called 'net_b'"),
        ({"nothing": "x"}, "has no tensor 'nothing' among its 3"),
    ):
        with pytest.raises(CheckpointError, match=says):
            export(prefix, "n.npz", rename=rename)
    with pytest.raises(CheckpointError, match="'head' is to be renamed, and is not exported"):
        export(prefix, "n.npz", filter="net", rename={"head": "x"})
    with pytest.raises(CheckpointError, match="was not exported: no tensor of it fits what was asked for"):
        export(prefix, "n.npz", filter="nowhere")
    code, shown = command(prefix, "--to", "n.npz", "--rename", "net_w")
    assert code == 2
    assert "--rename wants OLD=NEW, and was given 'net_w'" in shown
    assert not Path("n.npz").exists()


def test_of_objects_and_of_keras():
    model = tf2.keras.Sequential([tf2.keras.Input((3,)), tf2.keras.layers.Dense(2)])
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    prefix = tf2.train.Checkpoint(model=model).save("objects")
    tf2.saved_model.save(tf2.Module(), "empty")
    module = tf2.Module()
    module.w = tf2.Variable([[1.0, 2.0]])
    tf2.saved_model.save(module, "saved")
    model.save("m.keras")
    model.save_weights("m.weights.h5")
    model.save("m.h5")
    kernel = model.layers[0].kernel.numpy()
    for number, path in enumerate((prefix, "m.keras", "m.weights.h5", "m.h5")):
        exported = export(path, f"{number}.npz")
        assert any(bits(array) == bits(kernel) for array in np.load(f"{number}.npz").values()), path
        assert len(exported.names) == 2, (path, exported.names)
    assert np.load(export("saved", "saved.npz").path)["w"].tolist() == [[1, 2]]
    assert np.load(export("0.npz", "again.npz").path).files == np.load("0.npz").files
    with pytest.raises(CheckpointError, match="empty was not exported: no tensor of it"):
        export("empty", "empty.npz")


@pytest.mark.parametrize("path", ["m.keras", "m.weights.h5"])
def test_half_precision_of_keras(path):
    """HDF5 has no name for bfloat16: Keras writes it beside the bytes."""
    model = tf2.keras.Sequential([tf2.keras.Input((3,)), tf2.keras.layers.Dense(2, dtype="bfloat16")])
    (model.save_weights if path.endswith(".h5") else model.save)(path)
    kernel = np.asarray(model.layers[0].kernel.numpy())
    assert kernel.dtype == ml_dtypes.bfloat16
    assert bits(inspect(path).values("layers/dense/vars/0")) == bits(kernel)
    export(path, "m.npz")
    assert bits(np.load("m.npz")["layers/dense/vars/0"].astype(ml_dtypes.bfloat16)) == bits(kernel)
    export(path, "m.safetensors")
    assert bits(Safetensors("m.safetensors").tensor("layers/dense/vars/0")) == bits(kernel)


def test_v1():
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.Variable([1.0, 2.0], name="w", use_resource=False)
        sess.run(tf.global_variables_initializer())
        tf.train.Saver(write_version=tf.train.SaverDef.V1).save(sess, "./old")
    export("old", "m.safetensors")
    assert Safetensors("m.safetensors").tensor("w").tolist() == [1, 2]


def test_nothing_is_overwritten():
    prefix = save(w=[1.0])
    Path("m.npz").write_bytes(b"mine")
    code, shown = command(prefix, "--to", "m.npz")
    assert code == 1
    assert "There is a m.npz already, and nothing is overwritten" in shown
    os.symlink("nowhere", "n.npz")
    with pytest.raises(CheckpointError, match="There is a n.npz already"):
        export(prefix, "n.npz")
    assert Path("m.npz").read_bytes() == b"mine"
    assert not Path("nowhere").exists()
    assert sorted(path.name for path in Path().iterdir() if "npz" in path.name) == ["m.npz", "n.npz"]


def test_a_file_that_somebody_else_makes_meanwhile(monkeypatch):
    prefix, real = save(w=[1.0]), os.link

    def link(source, target):
        Path(target).write_bytes(b"theirs")
        real(source, target)

    monkeypatch.setattr(os, "link", link)
    with pytest.raises(CheckpointError, match="There is a m.npz by now"):
        export(prefix, "m.npz")
    monkeypatch.setattr(os, "link", lambda source, target: real("/", target))  # a disk without links
    Path("m.npz").unlink()
    export(prefix, "m.npz")
    assert np.load("m.npz")["w"].tolist() == [1]
    assert [path.name for path in Path().iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("m.csv", "ends in neither .npz nor .safetensors"),
        ("nowhere/m.npz", "There is no folder 'nowhere'"),
    ],
)
def test_where_it_cannot_go(to, says):
    prefix = save(w=[1.0])
    code, shown = command(prefix, "--to", to)
    assert code == 1
    assert says in shown


def test_damage_is_not_exported():
    prefix = save(a=np.arange(100.0), b=np.arange(100.0))
    data = Path("model.data-00000-of-00001")
    content = bytearray(data.read_bytes())
    content[5] ^= 1
    data.write_bytes(content)
    code, shown = command(prefix, "--to", "m.npz")
    assert code == 1
    assert "Left out    a: its checksum is not that of its bytes" in shown
    assert np.load("m.npz").files == ["b"]
    data.unlink()
    code, shown = command(prefix, "--to", "n.npz")
    assert code == 1
    assert "model.data-00000-of-00001" in shown
    assert not Path("n.npz").exists()


def test_where_all_is_well_values_are_read_once(monkeypatch):
    prefix, read = save(a=np.arange(100.0), b=np.arange(4)), []
    checksum = Bundle.checksum
    monkeypatch.setattr(Bundle, "checksum", lambda self, entry: read.append(entry.name) or checksum(self, entry))
    export(prefix, "m.npz")
    assert read == []
    with open("model.data-00000-of-00001", "r+b") as file:
        file.write(b"x")
    Path(".tfckpt-n.npz-abcd_123.npz").touch()
    exported = export(prefix, "n.npz")
    assert read == ["a", "b"] and list(exported.left_out) == ["a"] and list(exported.names) == ["b"]
    assert "Removed     .tfckpt-n.npz-abcd_123.npz" in str(exported), "it is written twice, and this is told"
    assert sorted(path.name for path in Path().glob("*.npz")) == ["m.npz", "n.npz"]


@pytest.mark.parametrize("to", ["m.npz", "m.safetensors"])
def test_a_disk_that_keeps_something_else_is_noticed(monkeypatch, to):
    prefix, compare = save(w=np.arange(1000.0)), exporting.compare

    def changed(path, *arguments):
        with open(path, "r+b") as file:
            file.seek(4000)
            file.write(b"\x2a")
        compare(path, *arguments)

    monkeypatch.setattr(exporting, "compare", changed)
    with pytest.raises(CheckpointError, match="'w' was read back with other values|CRC"):
        export(prefix, to)
    assert not Path(to).exists() and [path for path in Path().iterdir() if path.name.startswith(".")] == []


def test_one_shard_is_missing():
    with tf.Graph().as_default(), tf.Session() as sess:
        for number in (0, 1):
            with tf.device(f"/cpu:{0}"):
                tf.Variable([float(number)], name=f"v{number}", use_resource=False)
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, "./model")
    os.rename("model.data-00000-of-00001", "kept")
    with pytest.raises(CheckpointError, match="was not exported: v0: .*cannot be opened|missing"):
        export("model", "m.npz")


def test_what_is_read_back_is_compared(monkeypatch):
    prefix = save(w=[1.0, 2.0])
    monkeypatch.setattr(Npz, "tensor", lambda self, name: np.float32([1, 3]))
    with pytest.raises(CheckpointError, match="'w' was read back with other values than were written"):
        export(prefix, "m.npz")
    assert not Path("m.npz").exists()
    assert [path.name for path in Path().iterdir() if path.name.startswith(".")] == []


def test_a_full_disk(monkeypatch):
    import shutil

    usage = type("usage", (), {"free": 1000})
    prefix = save(w=[1.0])
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(CheckpointError, match="has 1 kB free, and the file takes 4 bytes"):
        export(prefix, "m.npz")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no umask")
def test_rights_are_those_of_any_new_file():
    export(save(w=[1.0]), "m.npz")
    Path("other").touch()
    assert stat.S_IMODE(os.stat("m.npz").st_mode) == stat.S_IMODE(os.stat("other").st_mode)


def test_files_of_arrays_are_listed():
    np.savez("mixed.npz", a=np.zeros((2, 3), "f4"), o=np.array([{}], object))
    shown = repr(inspect("mixed.npz", verify=True))
    assert "mixed.npz is arrays of NumPy's (.npz)" in shown
    assert "float32  [2, 3]  24 bytes  a" in shown
    assert "'o' is a pickle of Python's. It was not read" in shown
    with pytest.raises(CheckpointError, match="'o' is a pickle"):
        inspect("mixed.npz").values("o")
    export(save(w=[[1.0]]), "m.safetensors")
    assert "  float32  [1, 1]  4 bytes  w" in repr(inspect("m.safetensors"))


def damaged_safetensors():
    def file(header, values=b""):
        text = json.dumps(header).encode() if not isinstance(header, bytes) else header
        return len(text).to_bytes(8, "little") + text + values

    tensor = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
    yield "outside", file({"w": tensor}, b"1234"), "'w' lies outside of the file"
    yield "shape", file({"w": {**tensor, "shape": [3]}}, bytes(8)), "'w' has 8 bytes, and its shape takes 12"
    yield "negative", file({"w": {**tensor, "shape": [-2]}}, bytes(8)), "'w' lies outside of the file"
    yield "offsets", file({"w": {**tensor, "data_offsets": "no"}}, bytes(8)), "'w' lies outside of the file"
    yield "deep", file(b"{" + b'"a":[' * 100_000), "cannot be read"


@pytest.mark.parametrize(("content", "says"), [pytest.param(*rest, id=name) for name, *rest in damaged_safetensors()])
def test_a_damaged_safetensors_file(content, says):
    Path("m.safetensors").write_bytes(content)
    with pytest.raises(CheckpointError, match=says):
        inspect("m.safetensors")


def test_a_damaged_npz():
    export(save(w=np.arange(1000.0)), "m.npz")
    content = Path("m.npz").read_bytes()
    Path("cut.npz").write_bytes(content[: len(content) // 2])
    with pytest.raises(CheckpointError, match="begins like a zip and does not end like one"):
        inspect("cut.npz")
    with zipfile.ZipFile("liar.npz", "w") as archive:
        header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (10000000000,), }".ljust(117) + b"\n"
        archive.writestr("w.npy", b"\x93NUMPY\x01\x00\x76\x00" + header)
    with pytest.raises(CheckpointError, match="'w' is larger than the file that it is in"):
        inspect("liar.npz").values("w")


def test_it_is_in_course_too():
    assert export_function is __import__("tfckpt").export
    done = subprocess.run([sys.executable, "-m", "course", "export", "--help"], capture_output=True, text=True)
    assert "other programs read" in done.stdout


def test_a_name_that_numpy_takes_for_another_one():
    """``numpy.load`` gives for ``w.npy`` the array ``w``, where there is one."""
    prefix = save(w=[1.0], v=[2.0], u=[3.0])
    done = export(prefix, "m.npz", rename={"v": "w.npy", "u": "u.npy"})
    assert list(done.left_out) == ["w.npy"] and "NumPy gives the array 'w' for it" in done.left_out["w.npy"]
    with np.load("m.npz") as arrays:
        assert {name: float(arrays[name][0]) for name in arrays.files} == {"w": 1.0, "u.npy": 3.0}
    export(prefix, "m.safetensors", rename={"v": "w.npy"})
    assert float(Safetensors("m.safetensors").tensor("w.npy")[0]) == 2.0


def test_a_name_that_safetensors_has_for_itself():
    prefix = save(w=[1.0], v=[2.0])
    done = export(prefix, "m.safetensors", rename={"v": "__metadata__"})
    assert list(done.left_out) == ["__metadata__"] and "of the whole file" in done.left_out["__metadata__"]
    assert list(Safetensors("m.safetensors").entries) == ["w"]
    assert export(prefix, "m.npz", rename={"v": "__metadata__"}).left_out == {}


def test_two_new_names_for_one_tensor():
    prefix = save(w=[1.0], v=[2.0])
    code, shown = command(prefix, "--to", "m.npz", "--rename", "w=a", "--rename", "w=b")
    assert code == 2 and "--rename was given two names for 'w'" in " ".join(shown.split())
    assert not Path("m.npz").exists()
    assert command(prefix, "--to", "m.npz", "--rename", "w=a", "--rename", "w=a")[0] == 0


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_an_end_in_the_middle_of_an_array_is_that_end(monkeypatch, stop):
    """A zip that is closed while an array in it is being written raises an error of its own."""
    prefix = save(w=[1.0], v=[2.0])

    def close(self):
        raise stop

    monkeypatch.setattr(zipfile._ZipWriteFile, "close", close)
    with pytest.raises(stop):
        export(prefix, "m.npz")
    assert [path.name for path in Path().iterdir() if "npz" in path.name] == []
