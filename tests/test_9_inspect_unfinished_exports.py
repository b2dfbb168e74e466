"""Truth 9, ``inspect``: what a killed export left behind is named as unfinished, even where it looks whole."""

import os
from pathlib import Path

import numpy as np
import pytest

from tfckpt import inspect
from tfckpt.unfinished_names import LONGEST, says_of
from tfckpt.writers.unfinished import Unfinished


@pytest.mark.parametrize("name", ["new.npz", "new.safetensors", "two\nlines.npz", "x" * (LONGEST + 10) + ".npz"])
def test_the_name_of_an_unfinished_export_is_known(name, in_folder):
    with Unfinished(Path(in_folder, name)) as unfinished:
        os.close(unfinished.handle)
        says = says_of(Path(unfinished.path).name)
    assert name[:LONGEST] in says and "unfinished export" in says and says_of(name) is None


@pytest.mark.parametrize("length", [None, 100, 0], ids=["all of it", "a part", "nothing"])
def test_what_a_killed_export_left(length, in_folder):
    np.savez(Path(in_folder, "new.npz"), w=np.arange(100.0))
    content = Path(in_folder, "new.npz").read_bytes()
    left = Path(in_folder, ".tfckpt-new.npz-0a1b2c3d.npz")
    left.write_bytes(content[:length])
    report = " ".join(repr(inspect(in_folder)).split())
    assert f"{left.name} is an unfinished export to new.npz" in report
    assert report.count(left.name) == 1, report  # and it is in no list
    if length is None:
        alone = " ".join(repr(inspect(left)).split())
        assert "unfinished export" in alone and "Whole yes" not in alone, alone
    left.unlink()
    assert "unfinished" not in repr(inspect(in_folder))
