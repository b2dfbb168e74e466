"""Truth 9, the legacy files: they are as they were shipped, lessons leave them so, and what is wrong is said."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from executions import execution

import course
from conftest import ROOT
from course import notebooks, places, practice
from course.legacy_files import SUMS, LegacyError, shipped
from course.practice import exercise
from course.practice.verdict import CORRECT, NOT_YET
from course.setup import checkout

FOLDER = ROOT / "notebooks" / "legacy"
NO_MODELS = {"README.md", "make.py", "make_keras.py", SUMS}


def what_is_there():
    """The sum of each file in the folder, apart from those that say how it was made."""
    files = (path for path in FOLDER.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    names = {path.relative_to(FOLDER).as_posix(): path for path in files}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in names.items() if name not in NO_MODELS
    }


def test_each_file_is_the_one_that_was_shipped():
    assert what_is_there() == shipped(FOLDER)
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 1_300_000


def test_the_readme_names_each_folder():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for folder in FOLDER.iterdir():
        if folder.is_dir() and folder.name != "__pycache__":
            assert f"`{folder.name}`" in text


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no clone")
def test_git_never_changes_a_byte_of_them():
    names = [f"notebooks/legacy/{name}" for name in shipped(FOLDER)]
    done = subprocess.run(
        ["git", "check-attr", "text", "--stdin"], cwd=ROOT, input="\n".join(names), capture_output=True, text=True
    )
    assert done.stdout.splitlines() == [f"{name}: text: unset" for name in names]


def lessons_that_read_them():
    return [path for path in notebooks.all_notebooks() if "course.legacy(" in path.read_text(encoding="utf-8")]


@pytest.mark.usefixtures("with_tensorflow")
@pytest.mark.parametrize("lesson", [pytest.param(path, id=path.stem) for path in lessons_that_read_them()])
@pytest.mark.parametrize("kind", ["untouched", "solved"])
def test_lessons_leave_them_as_they_are(lesson, kind):
    assert execution(lesson, kind).failures == []
    assert what_is_there() == shipped(FOLDER)


def test_beside_the_notebook_the_path_is_relative(monkeypatch):
    monkeypatch.chdir(ROOT / "notebooks")
    assert course.legacy("dense") == Path("legacy/dense")


def test_elsewhere_it_is_the_checkouts(in_folder):
    assert course.legacy("dense") == FOLDER / "dense"
    Path("legacy/dense").mkdir(parents=True)  # somebody's own, which happens to be called so
    assert course.legacy("dense") == FOLDER / "dense"


@pytest.fixture
def copy(in_folder):
    """A copy of the folder that stands beside the notebook."""
    shutil.copytree(FOLDER, "legacy")
    return Path("legacy")


@pytest.mark.parametrize("name", ["dens", "", "README.md", "..", "dense/", None, Path("dense")])
def test_a_name_that_is_none_of_them(name, copy):
    with pytest.raises(LegacyError) as error:
        course.legacy(name)
    assert str(error.value).startswith(f"There is no legacy folder {name!r}. There are: contrib, contrib_inside, conv")
    assert ("Did you mean dense?" in str(error.value)) == (name in ("dens", "dense/", Path("dense")))


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-1])


def with_other_line_ends(path):
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def a_folder_in_its_place(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (Path.unlink, "notebooks/legacy/dense/checkpoint cannot be read: No such file or directory."),
        (a_folder_in_its_place, "notebooks/legacy/dense/checkpoint cannot be read: "),
        (cut_short, "notebooks/legacy/dense/checkpoint is not the file that the course ships: it was changed."),
        (with_other_line_ends, "notebooks/legacy/dense/checkpoint is not the file that the course ships"),
    ],
)
def test_a_file_that_is_not_the_courses(damage, said, copy):
    damage(copy / "dense" / "checkpoint")
    with pytest.raises(LegacyError) as error:
        course.legacy("dense")
    assert said in str(error.value)
    assert "git restore notebooks/legacy" in str(error.value)
    assert "download the course again" in str(error.value)
    assert course.legacy("gpu") == Path("legacy/gpu"), "the other folders can still be used"


def test_a_folder_that_is_gone(copy):
    shutil.rmtree(copy / "dense")
    with pytest.raises(LegacyError, match="notebooks/legacy/dense/after.json cannot be read"):
        course.legacy("dense")


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"no sums\n"])
def test_the_list_of_sums_itself(content, in_folder, monkeypatch):
    checkout = in_folder / "checkout"
    (checkout / "notebooks" / "legacy").mkdir(parents=True)
    if content is not None:
        (checkout / "notebooks" / "legacy" / SUMS).write_bytes(content)
    monkeypatch.setattr(places, "root", lambda: checkout)
    with pytest.raises(LegacyError, match=f"notebooks/legacy/{SUMS} is missing or damaged. To bring it back"):
        course.legacy("dense")


def test_without_a_checkout(in_folder, monkeypatch):
    monkeypatch.setattr(checkout, "__file__", str(in_folder / "site" / "course" / "setup" / "checkout.py"))
    with pytest.raises(LegacyError, match="The installed package does not have them: download the course"):
        course.legacy("dense")


@exercise(hints=["which?", "this.", "return"])
def shape_of(path):
    """Return the shape of an array in a file."""
    # because
    import numpy as np

    return np.load(path).shape


@shape_of.examiner
def _(attempt):
    for name in ("dense", "gone") if "gone" in attempt.source else ("dense",):
        assert attempt(course.legacy(name) / "x.npy") == (32, 4)
    return "It is there."


@pytest.mark.usefixtures("with_tensorflow")
def test_an_examiner_finds_them():
    assert practice.check(shape_of, shape_of.reference).state == CORRECT


@pytest.mark.usefixtures("with_tensorflow")
def test_what_is_wrong_with_them_is_said_in_the_verdict():
    def shape_of(path):
        import numpy as np

        return np.load(path).shape  # and a folder is gone

    verdict = practice.check(globals()["shape_of"], shape_of)
    assert verdict.state == NOT_YET
    assert "There is no legacy folder 'gone'." in verdict.markdown
    assert "Your function was not the reason" in verdict.markdown
