"""Truth 9, ``course new``: what it makes runs, is well formed, and is judged as any lesson is."""

import re
import shutil
import subprocess
import sys

import click
import pytest

from conftest import ROOT
from course import lessons, new_lesson, notebooks


@pytest.fixture
def checkout(tmp_path):
    """A copy of what a lesson needs: packages, notebooks, tests."""
    for name in ("course", "tfckpt", "tests", "docs", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "scratch", "my_*"))
    for name in (
        "README.md",
        "conftest.py",
        "pyproject.toml",
        "requirements.lock",
        "environment.yml",
        "CONTRIBUTING.md",
    ):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def course(checkout, *arguments):
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, timeout=240)


def test_a_new_lesson_passes_all_that_needs_no_author(checkout):
    done = course(checkout, "course", "new", "05b", "keep calm in TensorFlow")
    assert done.returncode == 0, done.stderr
    notebook = checkout / "notebooks" / "05b_keep_calm_in_tensorflow.ipynb"
    assert "Lesson 05: **Next:** in its first cell and in its last\n" in done.stdout
    assert "Lesson 06: **Previous:** in its first cell\n" in done.stdout
    assert len(max(done.stdout.splitlines(), key=len)) <= 80
    written = notebooks.read(notebook.read_bytes())
    assert written.cells[0].source.startswith("# Keep calm in TensorFlow\n")
    assert course(checkout, "course", "render", "05b").returncode == 0
    tests = course(checkout, "pytest", "-n", "0", "-p", "no:cacheprovider", f"--lesson={notebook.stem}")
    failed = re.findall(r"^ (tests/\S+)(?: - .*)?$", tests.stdout, re.MULTILINE)
    for_the_author = {"test_the_maps_have_the_lesson", "test_nothing_is_left_to_do"}
    assert failed and {re.search(r"::(\w+)", name)[1] for name in failed} <= for_the_author, tests.stdout[-3000:]
    assert re.search(r"\d+ passed", tests.stdout)


@pytest.mark.parametrize(
    ("number", "title", "says"),
    [
        ("7", "Share a variable", "two digits"),
        ("07b2", "Share a variable", "two digits"),
        ("05", "Share a variable", "There is a lesson 05: 05_reset"),
        ("05b", "Share", "a few plain words"),
        ("05b", "Share the ../variable", "a few plain words"),
        ("05b", "", "a few plain words"),
        ("05b", "Restore after reset", "There is an exercise called restore_after_reset"),
    ],
)
def test_what_is_refused(number, title, says):
    before = lessons.names()
    with pytest.raises(click.ClickException, match=re.escape(says)):
        new_lesson.make(number, title)
    assert lessons.names() == before
