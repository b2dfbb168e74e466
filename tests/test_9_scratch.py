"""Truth 9, ``scratch``: a fresh folder, and nothing of others is deleted."""

import sys
from pathlib import Path

import pytest

import course


def test_scratch_is_fresh_and_ignored(in_folder):
    folder = course.scratch("03_lesson")
    assert folder == Path("scratch/03_lesson")
    (folder / "file").touch()
    other = course.scratch("04_lesson")
    (other / "file").touch()
    assert list(course.scratch("03_lesson").iterdir()) == []
    assert (other / "file").exists(), "another lesson's files stay"
    assert "*" in Path("scratch/.gitignore").read_text().splitlines()
    assert sorted(path.name for path in Path().iterdir()) == ["scratch"]


def test_scratch_deletes_nothing_of_others(in_folder):
    for name in ("../elsewhere", "a/b", "", "."):
        with pytest.raises(ValueError, match="plain folder name"):
            course.scratch(name)
    Path("scratch/03_lesson").mkdir(parents=True)
    Path("scratch/03_lesson/thesis").write_text("years of work")
    with pytest.raises(FileExistsError, match="did not make"):
        course.scratch("03_lesson")
    assert Path("scratch/03_lesson/thesis").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a link needs rights on Windows")
def test_scratch_does_not_follow_a_link(in_folder):
    Path("precious").mkdir()
    Path("precious/file").touch()
    course.scratch("one")
    Path("scratch/two").symlink_to(in_folder / "precious", target_is_directory=True)
    course.scratch("two")
    assert Path("precious/file").exists()
