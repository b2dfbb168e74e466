"""Truth 9, the checksums: two threads find what one does, and what is read is told."""

import io
import shutil
import sys
import threading

import numpy as np
import pytest
import tensorflow as tf

from conftest import OURS
from tfckpt import Bundle, integrity, left_overs, terminal
from tfckpt.format.crc32c import unmasked
from tfckpt.integrity import check_checksums
from tfckpt.readers.v1 import V1Checkpoint

NAMES = [f"w{number}" for number in range(8)]
DAMAGED, NOT_FINITE = ["w1", "w4", "w6"], ["w0", "w3", "w7"]


@pytest.fixture
def damaged(tmp_path):
    """The prefix of eight tensors, three of them damaged and three with NaN."""
    values = [np.full(100, np.nan if name in NOT_FINITE else 1, np.float32) for name in NAMES]
    prefix = str(tmp_path / "model")
    tf.raw_ops.SaveV2(prefix=prefix, tensor_names=NAMES, shape_and_slices=[""] * 8, tensors=values)
    bundle = Bundle(prefix)
    content = bytearray(bundle.data_file(0).read_bytes())
    for name in DAMAGED:
        content[bundle.entries[name].offset] ^= 1
    bundle.data_file(0).write_bytes(content)
    return prefix


@pytest.fixture(params=[0, 2**40], ids=["two threads", "one"])
def progress(request, monkeypatch):
    """Has two threads read, or one, and two of them one tensor each before either goes on. Notes what it is told."""
    monkeypatch.setattr(integrity, "WORTH_TWO", request.param)
    both, met, told = threading.Barrier(2), set(), []

    def progress(count):
        if request.param == 0 and threading.get_ident() not in met:
            met.add(threading.get_ident())
            both.wait(timeout=30)
        told.append(count)

    progress.told, progress.threads = told, met
    return progress


def test_two_threads_find_what_one_does(damaged, progress):
    checked = check_checksums(Bundle(damaged), progress)
    assert len(progress.threads) == (2 if integrity.WORTH_TWO == 0 else 0)
    assert list(checked.wrong) == DAMAGED, "in the order of the names, whoever found them"
    assert checked.not_finite == NOT_FINITE
    bundle = Bundle(damaged)
    stored, computed = map(unmasked, bundle.verify("w4"))
    assert checked.wrong["w4"] == f"stored checksum {stored}, and its bytes give {computed}"
    assert sum(progress.told) == 8 * 400, "all that was read"


ODD = {  # values of one tensor, and whether all of them are finite
    "zeros": (np.zeros(9, np.float32), True),
    "squares too large": (np.full(9, -3e30, np.float32), True),
    "a sum too large": (np.full(9, 6e4, np.float16), True),
    "opposite infinities": (np.array([np.inf, -np.inf, 1], np.float32), False),
    "one infinity": (np.array([0] * 8 + [-np.inf], np.float64), False),
    "one NaN": (np.array([np.nan] + [0] * 8, np.float64), False),
    "a NaN of half precision": (np.array([1, np.nan], np.float16), False),
    "an imaginary NaN": (np.array([1, complex(0, np.nan)], np.complex64), False),
    "bfloat16": (tf.constant([1.0, np.inf], tf.bfloat16).numpy(), False),
    "bfloat16, large": (tf.constant([3e38, 3e38], tf.bfloat16).numpy(), True),
    "whole numbers": (np.full(9, -1, np.int32), True),
}


@pytest.mark.parametrize("what", ODD)
def test_only_what_is_not_finite_is_called_so(tmp_path, what):
    values, finite = ODD[what]
    prefix = str(tmp_path / "model")
    tf.raw_ops.SaveV2(prefix=prefix, tensor_names=["w"], shape_and_slices=[""], tensors=[tf.constant(values)])
    assert check_checksums(Bundle(prefix)).not_finite == ([] if finite else ["w"])


def test_a_v1_checkpoint_tells_what_it_reads(tmp_path):
    tf.raw_ops.Save(filename=str(tmp_path / "v1"), tensor_names=["x"], data=[tf.zeros([1000], tf.complex64)])
    told = []
    V1Checkpoint(tmp_path / "v1").verify(told.append)
    assert len(told) == 2 and sum(told) == pytest.approx((tmp_path / "v1").stat().st_size, abs=200)


def test_the_bar_goes_on_with_what_is_read(monkeypatch):
    class Window(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(terminal, "WORTH_A_BAR", 100)
    monkeypatch.setattr(sys, "stderr", Window())
    terminal.progress(99)(99)
    assert sys.stderr.getvalue() == "", "it is done before one could read a bar"
    tell = terminal.progress(1000)
    assert "0%" in sys.stderr.getvalue()
    for _ in range(10):
        tell(100)
    assert "100%" in sys.stderr.getvalue()


def test_a_large_left_over_is_read_when_it_is_asked_for(tmp_path, monkeypatch):
    for path in (OURS / "pair").glob("model.*"):
        shutil.copy(path, tmp_path)
    shutil.copy(tmp_path / "model.index", tmp_path / "model.index.tempstate1")

    def says(asked):
        (left,) = left_overs.left_overs(tmp_path / "model", None, asked)
        return left.says

    assert "fits the data files, as all its checksums show" in says(asked=False)
    monkeypatch.setattr(left_overs, "AT_ONCE", 1)
    assert "--verify tells what it could rescue" in says(asked=False)
    assert "fits the data files, as all its checksums show" in says(asked=True)
