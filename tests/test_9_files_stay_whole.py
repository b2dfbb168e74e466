"""Truth 9, files that are written: whoever reads sees the old one or the new one, whatever happens in between."""

import contextlib
import errno
import os
import re
import time

import pytest

from course import lock, notebooks, progress_file


@pytest.fixture
def lesson(tmp_path):
    path = tmp_path / "lesson.ipynb"
    path.write_bytes(b"old")
    return path


@pytest.fixture
def record(tmp_path):
    """A progress file with one exercise in it."""
    path = tmp_path / "progress.json"
    progress_file.change(path, "save_pair", lambda entry: None)
    return path


def refuse(*_):
    raise PermissionError(errno.EACCES, "Access is denied")


def test_a_notebook_is_never_half_written(lesson, monkeypatch):
    """It is written under another name, so its own name always leads to a whole file."""
    seen = []
    replace = os.replace
    monkeypatch.setattr(os, "replace", lambda *paths: (seen.append(lesson.read_bytes()), replace(*paths)))
    notebooks.write_bytes(b"new", lesson)
    assert (seen, lesson.read_bytes()) == ([b"old"], b"new")
    assert os.listdir(lesson.parent) == ["lesson.ipynb"]


def test_a_notebook_that_cannot_be_replaced_stays_and_leaves_nothing_beside_it(lesson, monkeypatch):
    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(PermissionError):
        notebooks.write_bytes(b"new", lesson)
    assert lesson.read_bytes() == b"old"
    assert os.listdir(lesson.parent) == ["lesson.ipynb"]


def test_progress_is_on_disk_before_it_has_its_name(record, monkeypatch):
    """A machine that loses power between the two would have the name and no content."""
    events = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda file: (events.append("sync"), fsync(file)))
    monkeypatch.setattr(os, "replace", lambda *paths: (events.append("rename"), replace(*paths)))
    progress_file.change(record, "scale", lambda entry: None)
    assert events == ["sync", "rename"]


def test_progress_that_cannot_be_written_leaves_nothing_beside_it(record, monkeypatch):
    before = record.read_bytes()
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(PermissionError):
        progress_file.change(record, "scale", lambda entry: None)
    assert record.read_bytes() == before
    assert sorted(os.listdir(record.parent)) == ["progress.json", "progress.json.lock"]


@pytest.mark.parametrize("times", [1, 4])
def test_windows_refuses_while_somebody_reads_so_it_is_tried_again(record, monkeypatch, times):
    replace, pauses = os.replace, []
    refusals = iter([refuse] * times)
    monkeypatch.setattr(os, "replace", lambda *paths: next(refusals, replace)(*paths))
    monkeypatch.setattr(time, "sleep", pauses.append)
    progress_file.change(record, "scale", lambda entry: None)
    assert set(progress_file.load(record)) == {"save_pair", "scale"}
    assert len(pauses) == times


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS])
def test_on_a_disk_without_locks_progress_is_kept_all_the_same(record, monkeypatch, code):
    def no_locks(file):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(lock, "acquire", no_locks)
    progress_file.change(record, "scale", lambda entry: None)
    assert set(progress_file.load(record)) == {"save_pair", "scale"}


def test_any_other_refusal_of_a_lock_is_told(record, monkeypatch):
    def broken(file):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(lock, "acquire", broken)
    with pytest.raises(OSError, match="Input/output error"):
        progress_file.change(record, "scale", lambda entry: None)


def test_a_lock_keeps_others_out_and_is_lifted_by_an_error(tmp_path):
    path = tmp_path / "lock"
    with contextlib.suppress(KeyError), lock.locked(path, 0):
        held = re.escape(f"another program has held {path} for 0 seconds")
        with pytest.raises(TimeoutError, match=held), lock.locked(path, 0):
            pass
        raise KeyError
    with lock.locked(path, 0):
        pass
