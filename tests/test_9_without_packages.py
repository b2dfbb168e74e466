"""Truth 9, ``tfckpt`` where something is lacking: NumPy, threads, mapped files, h5py. A browser lacks all of them."""

import json
import mmap
import shutil
import subprocess
import sys
import threading

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import OURS, ROOT
from tfckpt import Bundle, integrity
from tfckpt.format.not_finite import FORMS, has_not_finite
from tfckpt.format.shard import Shard
from tfckpt.readers import hdf5_text

PACKAGES = ("numpy", "ml_dtypes", "google_crc32c", "h5py", "click")
ODD = (0x7C, 0x7F, 0xF0, 0x80, 0xFF, 0xFC, 0x7E, 0x00)


@given(st.sampled_from(sorted(FORMS)), st.lists(st.sampled_from(ODD) | st.integers(0, 255), min_size=16, max_size=64))
def test_nan_and_infinity_are_told_by_their_bytes(dtype, content):
    """As NumPy tells them, of each dtype."""
    form = np.dtype(getattr(ml_dtypes, dtype) if dtype == "bfloat16" else dtype)
    content = bytes(content[: len(content) // form.itemsize * form.itemsize])
    with np.errstate(all="ignore"):
        finite = np.isfinite(np.frombuffer(content, form).astype(np.complex128)).all()
    assert has_not_finite(dtype, content) == (not finite)


def without(code, *arguments, packages=PACKAGES):
    """What Python code prints where packages are lacking."""
    lacking = f"import sys; sys.modules.update(dict.fromkeys({packages!r})); "
    command = [sys.executable, "-c", lacking + code, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_functions_need_none_of_the_packages():
    """Not even click. ``inspect`` with all checksums, and ``diff``: the same as with them."""
    code = (
        "import json; from tfckpt.inspect import examine; from tfckpt import diff; p = sys.argv[1]; "
        "print(json.dumps([examine(p, verify=True).as_dict(), json.loads(diff(p, p + '.meta').json())]))"
    )
    for name in ("pair/model", "kinds/model", "sharded/model", "regression/model-50"):
        assert json.loads(without(code, OURS / name)) == json.loads(without(code, OURS / name, packages=()))


def test_files_that_cannot_be_mapped(monkeypatch):
    """Where the file system maps none, the same bytes are read."""
    path = OURS / "kinds" / "model.data-00000-of-00001"
    whole = path.read_bytes()

    def refuse(*_, **__):
        raise OSError(19, "No such device")

    monkeypatch.setattr(mmap, "mmap", refuse)
    shard = Shard(path)
    for offset, size in ((0, len(whole)), (3, 5), (len(whole) - 2, 10), (len(whole), 0)):
        assert shard.view(offset, size) == whole[offset : offset + size]
    bundle = Bundle(OURS / "kinds" / "model")
    assert all(stored == computed for stored, computed in map(bundle.verify, bundle.entries))
    assert any(entry.dtype == "string" for entry in bundle.entries.values()), "whose bytes are looked at in a view"


@pytest.mark.parametrize("damaged", [False, True])
def test_threads_that_cannot_be_started(monkeypatch, tmp_path, damaged):
    """A browser starts none. All tensors are looked at all the same, each once."""
    folder = shutil.copytree(OURS / "regression", tmp_path / "run")
    if damaged:
        data = folder / "model-50.data-00000-of-00001"
        data.write_bytes(bytes(data.stat().st_size))
    bundle = Bundle(folder / "model-50")
    expected = integrity.check_checksums(bundle)
    assert bool(expected.wrong) == damaged
    monkeypatch.setattr(integrity, "WORTH_TWO", 0)

    def refuse(_):
        raise RuntimeError("can't start new thread")

    counts = []
    assert integrity.check_checksums(bundle, counts.append) == expected
    with_threads, counts = sum(counts), []
    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert integrity.check_checksums(bundle, counts.append) == expected
    assert sum(counts) == with_threads == sum(entry.size for entry in bundle.entries.values())


def test_a_configuration_among_bytes(tmp_path, monkeypatch):
    """Wherever it stands, also across two pieces of the file; what only begins like one is passed over."""
    path, config = tmp_path / "m.h5", {"class_name": "Sequential", "config": {"name": "x" * 100_000}}
    inner = {"loss": {"class_name": "inner"}}
    monkeypatch.setattr(hdf5_text, "PIECE", 1000)
    for before in (0, 990, 995, 1000, 1001, 5000):
        text = json.dumps(config).encode()
        path.write_bytes(
            bytes(before) + b'{"class_name": "cut' + bytes(8) + text + bytes(8) + json.dumps(inner).encode()
        )
        assert hdf5_text.texts(path) == [config, inner]
    path.write_bytes(b'{"class_name": ' * 5000)
    assert hdf5_text.texts(path) == []
    monkeypatch.setattr(hdf5_text, "MOST", 3)
    path.write_bytes(b'{"loss": 1}' * 10)
    assert len(hdf5_text.texts(path)) == 3


def test_code_in_an_h5_is_told_without_h5py(tmp_path):
    config = {"class_name": "Lambda", "config": {"name": "twice", "function": "x"}}
    (tmp_path / "m.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + json.dumps(config).encode())
    code = "from tfckpt import inspect; print(inspect(sys.argv[1]))"
    shown = without(code, tmp_path / "m.h5")
    assert "'twice' is a Lambda layer" in shown and "This needs h5py, which this Python lacks." in shown
    assert "  Whole " not in shown
    (tmp_path / "m.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + b'{"loss": 1}' * hdf5_text.MOST)
    assert "1000 configurations or more in its file" in without(code, tmp_path / "m.h5")
