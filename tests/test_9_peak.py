"""Truth 9, ``course.peak``: the most memory that a function needs while it runs."""

import threading
import time

import numpy as np
import pytest

import course
from course import memory


def needs_40_mb():
    array = np.ones(5_000_000)
    time.sleep(0.2)  # so that who looks now and then sees it, on a busy machine, too
    return array.sum()


@pytest.mark.parametrize("way", [course.peak, memory.sampled])
def test_peak(way):
    assert 39e6 < way(needs_40_mb) < 60e6
    assert way(lambda: None) < 10e6


def test_peak_where_the_kernel_keeps_no_mark(monkeypatch, tmp_path):
    monkeypatch.setattr(memory, "RESET", tmp_path / "missing" / "clear_refs")
    assert 39e6 < course.peak(needs_40_mb) < 60e6


def test_peak_of_what_fails():
    before = threading.active_count()
    for way in (course.peak, memory.sampled):
        with pytest.raises(ZeroDivisionError):
            way(lambda: 1 / 0)
    assert threading.active_count() == before, "nobody goes on looking"
