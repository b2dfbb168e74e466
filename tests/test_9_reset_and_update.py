"""Truth 9, the learner's notebooks: ``course reset`` and ``course update`` never lose what somebody wrote."""

import asyncio
import functools
import json
import os
import re
import shutil
import subprocess

import click
import nbformat
import pytest

from conftest import ROOT, copy_checkout, run_course, says
from course import lab, lessons, meanwhile, notebooks, places
from course.lab.contents import Lessons
from course.learner import originals, reset, update
from course.practice.panel import VIEW

LESSON, OTHER = "04_restore_the_variables", "05_reset_the_graph_and_fail"
ANSWER = 'def prefix_of(path):\n    return path.split(".")[0]  # my own'
MINE = r"my_04_restore_the_variables_\d{4}-\d\d-\d\d_\d{4}(_\d+)?\.ipynb"

needs_git = pytest.mark.skipif(not shutil.which("git"), reason="no git on this machine")


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A checkout with two lessons, as an unpacked zip has it: no git."""
    folder = tmp_path / "house"
    (folder / "notebooks").mkdir(parents=True)
    for name in ("00_start_here", LESSON, OTHER):
        shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", folder / "notebooks")
    monkeypatch.setattr(places, "root", lambda: folder)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    return folder


@pytest.fixture
def own_git(tmp_path, monkeypatch):
    """Git without the settings of whoever runs the tests."""
    settings = tmp_path / "gitconfig"
    settings.write_text("[user]\n\tname = Learner\n\temail = learner@example.org\n[init]\n\tdefaultBranch = main\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def clone(house, own_git, monkeypatch):
    """The learner's clone of ``house``."""
    git(house, "init", "--quiet")
    (house / "README.md").write_text("one", encoding="utf-8")
    commit(house)
    folder = house.parent / "clone"
    git(house.parent, "clone", "--quiet", house, folder)
    monkeypatch.setattr(places, "root", lambda: folder)
    return folder


def git(folder, *arguments):
    return subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True, text=True).stdout.strip()


def commit(folder):
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "a step")


def lesson(folder, name=LESSON):
    return folder / "notebooks" / f"{name}.ipynb"


def original(name=LESSON):
    return (ROOT / "notebooks" / f"{name}.ipynb").read_bytes()


def save_as_jupyterlab_does(path, source=None):
    """Writes a notebook as JupyterLab does after a run, with another source for the last exercise."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.language_info = {"name": "python", "version": "3.12.1", "file_extension": ".py"}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata["trusted"] = True
            cell.execution_count, cell.outputs = 99, []
    if source:
        list(notebooks.exercise_cells(notebook).values())[-1].source = source
    notebook.cells.append(nbformat.v4.new_code_cell(""))  # what Shift+Enter on the last cell leaves
    nbformat.write(notebook, path)


def kept(folder):
    return sorted(path for path in (folder / "notebooks").iterdir() if path.name.startswith("my_"))


def is_mine(path):
    return re.fullmatch(MINE, path.name) and "# my own" in path.read_text(encoding="utf-8")


@needs_git
def test_reset_in_a_clone(clone):
    save_as_jupyterlab_does(lesson(clone), ANSWER)
    before = lesson(clone).read_bytes()
    done = reset.reset("04")
    assert lesson(clone).read_bytes() == original()
    assert done.kept.read_bytes() == before
    assert is_mine(done.kept)
    assert "the course's version of 20" in done.what
    again = reset.reset("04")
    assert (again.changed, again.kept) == (False, None)
    assert kept(clone) == [done.kept]


@needs_git
def test_reset_after_the_learner_has_committed(clone):
    for number in range(3):
        save_as_jupyterlab_does(lesson(clone), f"{ANSWER} {number}")
        commit(clone)
    done = reset.reset("04")
    assert lesson(clone).read_bytes() == original()
    assert is_mine(done.kept)
    assert reset.reset("05").changed is False


@needs_git
def test_reset_takes_the_newest_of_the_courses_versions(clone, house):
    """Also when the learner merged it and kept their own."""
    save_as_jupyterlab_does(lesson(clone), ANSWER)
    commit(clone)
    newer = publish(house)
    git(clone, "fetch", "--quiet")
    git(clone, "merge", "--quiet", "--strategy=ours", "--no-edit", "@{upstream}")
    reset.reset("04")
    assert lesson(clone).read_bytes() == newer


@needs_git
def test_metadata_and_outputs_are_nobodys_work(clone):
    save_as_jupyterlab_does(lesson(clone))
    assert lesson(clone).read_bytes() != original()
    done = reset.reset("04")
    assert (done.changed, done.kept) == (True, None)
    assert lesson(clone).read_bytes() == original()
    assert kept(clone) == []


@needs_git
def test_a_deleted_lesson_comes_back(clone):
    lesson(clone).unlink()
    assert reset.reset("04").kept is None
    assert lesson(clone).read_bytes() == original()


@needs_git
@pytest.mark.parametrize(
    "content", [b"", b"{half", b"[]", b'{"cells": 3, "nbformat": 4}', b"\xff\xfe", b"<<<<<<< HEAD"]
)
def test_a_damaged_notebook_is_kept_too(clone, content):
    lesson(clone).write_bytes(content)
    done = reset.reset("04")
    assert done.kept.read_bytes() == content
    assert lesson(clone).read_bytes() == original()


@needs_git
def test_nothing_that_was_kept_is_overwritten(clone):
    for number in range(4):
        save_as_jupyterlab_does(lesson(clone), f"{ANSWER} {number}")
        reset.reset("04")
    texts = [path.read_text(encoding="utf-8") for path in kept(clone)]
    assert sorted(re.search(r"# my own (\d)", text)[1] for text in texts) == list("0123")


def test_reset_without_git_takes_what_the_first_start_put_aside(house):
    originals.store()
    save_as_jupyterlab_does(lesson(house), ANSWER)
    originals.store()  # the next start: a learner's notebook is not taken for the course's
    done = reset.reset("04")
    assert lesson(house).read_bytes() == original()
    assert is_mine(done.kept)
    assert "put aside when you first started" in done.what


def test_the_first_start_puts_the_notebooks_aside(house, monkeypatch):
    monkeypatch.setattr(os, "execve", lambda *_: None)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0))
    monkeypatch.setattr(lab, "lay_out", lambda folder: None)
    lab.launch([])
    assert (house / ".course" / "fresh" / f"{LESSON}.ipynb").read_bytes() == original()


def test_reset_with_nothing_to_copy_empties_the_exercises_and_says_so(house):
    save_as_jupyterlab_does(lesson(house), ANSWER)
    text = lesson(house).read_text(encoding="utf-8").replace("**You need**", "**You need**, I think,")
    lesson(house).write_text(text, encoding="utf-8")
    done = reset.reset("04")
    assert is_mine(done.kept)
    assert done.what.startswith("2 exercises are blank again, and the outputs are gone. The rest is as you left it.")
    notebook = nbformat.read(lesson(house), as_version=4)
    for name, cell in notebooks.exercise_cells(notebook).items():
        assert cell.source == lessons.registry()[name].stub
    assert "I think" in lesson(house).read_text(encoding="utf-8")
    assert not any(cell.get("outputs") for cell in notebook.cells)
    lesson(house).unlink()
    with pytest.raises(notebooks.NotebookError, match="is gone, and nothing here has a copy of it"):
        reset.reset("04")


def test_reset_of_what_is_no_lesson(house, tmp_path):
    shutil.copy(lesson(house), tmp_path / "mine.ipynb")
    with pytest.raises(notebooks.NotebookError, match="not a notebook of the course"):
        reset.reset(str(tmp_path / "mine.ipynb"))
    with pytest.raises(notebooks.NotebookError, match="There is no lesson 99"):
        reset.reset("99")


def test_every_notebook_of_the_course_is_taken_for_one(notebook):
    assert notebooks.is_the_courses(notebook.read_bytes())


def outputs_shown(path, content=True):
    """What JupyterLab gets of a notebook's outputs and numbers, by way of the course's own manager of files."""
    model = asyncio.run(Lessons(root_dir=str(path.parent)).get(path.name, content=content))
    assert (model["content"] is not None) == content
    cells = [cell for cell in model["content"].cells if cell.cell_type == "code"] if content else []
    return [(cell.outputs, cell.execution_count) for cell in cells if cell.outputs or cell.execution_count]


def test_a_lesson_opens_without_its_outputs_until_the_learner_has_run_it(house):
    path = lesson(house)
    assert outputs_shown(path) == []
    assert outputs_shown(path, content=False) == []
    assert path.read_bytes() == original(), "the file stays as it is"
    save_as_jupyterlab_does(path)
    assert (0, 99) in [(len(outputs), number) for outputs, number in outputs_shown(path)]


def test_what_is_saved_has_no_buttons_that_need_a_kernel(house):
    """A walk's page with all its steps and a verdict's text stay. A widget of the learner's own has no such text."""
    walk = nbformat.v4.new_output("display_data", {VIEW: {"model_id": "1"}, "text/html": "<p>all steps</p>"})
    verdict = nbformat.v4.new_output("execute_result", {VIEW: {"model_id": "3"}, "text/markdown": "**Correct.**"})
    own = nbformat.v4.new_output("display_data", {VIEW: {"model_id": "2"}, "text/plain": "IntSlider()"})
    content = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("walk", outputs=[walk, verdict, own])])
    manager = Lessons(root_dir=str(house))
    asyncio.run(manager.save({"type": "notebook", "content": json.loads(nbformat.writes(content))}, "mine.ipynb"))
    (cell,) = nbformat.read(house / "mine.ipynb", as_version=4).cells
    assert [sorted(output.data) for output in cell.outputs] == [
        ["text/html"],
        ["text/markdown"],
        [VIEW, "text/plain"],
    ]
    asyncio.run(manager.save({"type": "file", "format": "text", "content": "a text"}, "mine.txt"))
    assert (house / "mine.txt").read_text(encoding="utf-8") == "a text"


def test_what_a_cell_says_while_it_runs_is_not_saved(house):
    printed = nbformat.v4.new_output("stream", text="3")
    line = nbformat.v4.new_output("display_data", meanwhile.bundle("⏳ Running `f(3)` …"))
    table = nbformat.v4.new_output("display_data", {"text/html": "<p>Running</p>"})
    content = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("f(3)", outputs=[printed, line, table])])
    manager = Lessons(root_dir=str(house))
    asyncio.run(manager.save({"type": "notebook", "content": json.loads(nbformat.writes(content))}, "mine.ipynb"))
    (cell,) = nbformat.read(house / "mine.ipynb", as_version=4).cells
    assert cell.outputs == [printed, table]


def publish(house, name=LESSON):
    """The course's authors store a newer version of a lesson. Returns its content."""
    notebook = nbformat.read(lesson(house, name), as_version=4)
    notebook.cells[0].source = notebook.cells[0].source.replace("minutes", "newer minutes")
    notebooks.write(notebook, lesson(house, name))
    commit(house)
    return lesson(house, name).read_bytes()


@needs_git
def test_update_keeps_the_learners_notebook_beside_the_new_one(clone, house):
    newer = publish(house)
    save_as_jupyterlab_does(lesson(clone), ANSWER)
    done = update.update()
    assert lesson(clone).read_bytes() == newer
    assert done.kept == kept(clone)
    assert is_mine(done.kept[0])
    assert git(clone, "rev-parse", "HEAD") == git(house, "rev-parse", "HEAD")
    assert update.update() is None


@needs_git
def test_update_leaves_what_the_newer_version_does_not_change(clone, house):
    publish(house, OTHER)
    save_as_jupyterlab_does(lesson(clone), ANSWER)
    save_as_jupyterlab_does(lesson(clone, OTHER))  # opened and run only
    mine = lesson(clone).read_bytes()
    assert update.update().kept == kept(clone) == []
    assert lesson(clone).read_bytes() == mine
    assert lesson(clone, OTHER).read_bytes() == lesson(house, OTHER).read_bytes()


@needs_git
@pytest.mark.parametrize("how", ["staged", "deleted", "removed"])
def test_update_of_a_notebook_that_is(clone, house, how):
    newer = publish(house)
    if how == "staged":
        save_as_jupyterlab_does(lesson(clone), ANSWER)
        git(clone, "add", "--all")
    elif how == "deleted":
        lesson(clone).unlink()
    else:
        git(clone, "rm", "--quiet", lesson(clone))
    done = update.update()
    assert lesson(clone).read_bytes() == newer
    assert [bool(is_mine(path)) for path in done.kept] == ([True] if how == "staged" else [])


@needs_git
@pytest.mark.parametrize("mine", ["saved", "renamed"])
def test_a_lesson_that_has_another_name_in_the_newer_version(clone, house, mine):
    save_as_jupyterlab_does(lesson(clone), ANSWER)
    if mine == "renamed":
        git(clone, "mv", lesson(clone), lesson(clone, "my_04"))
    git(house, "mv", lesson(house), lesson(house, "04a_restore"))
    commit(house)
    done = update.update()
    assert lesson(clone, "04a_restore").read_bytes() == original()
    assert not lesson(clone).exists()
    assert any("# my own" in path.read_text(encoding="utf-8") for path in kept(clone))
    assert len(done.kept) == (mine == "saved")


@needs_git
def test_update_of_a_single_commit_says_what_to_type(clone, house):
    publish(house)
    git(clone, "switch", "--quiet", "--detach")
    with pytest.raises(click.ClickException) as refusal:
        update.update()
    git(clone, *refusal.value.message.rpartition("git ")[2].split())
    assert update.update().after


@needs_git
@pytest.mark.parametrize("added", [False, True])
def test_a_notebook_of_the_learners_in_a_new_ones_place(clone, house, added):
    content = lesson(house).read_bytes()
    lesson(clone, "04b_new").write_bytes(content.replace(b"minutes", b"# my own"))
    lesson(house, "04b_new").write_bytes(content)
    if added:
        git(clone, "add", "--all")
    commit(house)
    done = update.update()
    assert done.new == ["04b_new"]
    assert [path.name[:10] for path in done.kept] == ["my_04b_new"]
    assert "# my own" in done.kept[0].read_text(encoding="utf-8")
    assert lesson(clone, "04b_new").read_bytes() == content


def state(clone):
    files = {path: path.read_bytes() for path in clone.rglob("*") if path.is_file() and ".git" not in path.parts}
    return files, git(clone, "rev-parse", "HEAD")


@needs_git
def test_update_refuses_and_changes_nothing(clone, house, monkeypatch):
    save_as_jupyterlab_does(lesson(clone), ANSWER)
    publish(house)
    (clone / "README.md").write_text("mine", encoding="utf-8")
    (house / "README.md").write_text("newer", encoding="utf-8")
    commit(house)
    before = state(clone)
    with pytest.raises(click.ClickException, match="You changed what the newer version changes too: README.md"):
        update.update()
    assert state(clone) == before
    (house / "LICENSE").write_text("new", encoding="utf-8")
    (clone / "LICENSE").write_text("mine, which git does not know", encoding="utf-8")
    commit(house)
    with pytest.raises(click.ClickException, match="changes too: LICENSE, README.md"):
        update.update()
    git(clone, "remote", "set-url", "origin", house.parent / "gone")
    with pytest.raises(click.ClickException, match="git fetch says: "):
        update.update()
    git(clone, "branch", "--unset-upstream")
    with pytest.raises(click.ClickException, match="This branch follows no other one"):
        update.update()
    assert state(clone)[1] == before[1]
    monkeypatch.setattr(places, "root", lambda: house.parent)
    with pytest.raises(click.ClickException, match="is no git clone"):
        update.update()


@needs_git
def test_update_of_a_clone_with_own_commits_says_what_to_type_and_that_loses_nothing(clone, house):
    save_as_jupyterlab_does(lesson(clone), ANSWER)
    commit(clone)
    assert update.update() is None, "the newest version, with own commits"
    newer = publish(house)
    before = state(clone)
    with pytest.raises(click.ClickException) as refusal:
        update.update()
    assert state(clone) == before
    assert "has 1 commit of your own" in refusal.value.message
    for line in re.findall(r"^  git (.*)$", refusal.value.message, re.MULTILINE):
        git(clone, *line.split())
    assert lesson(clone).read_bytes() == newer
    assert "# my own" in git(clone, "show", f"my-work:notebooks/{LESSON}.ipynb")


@needs_git
def test_update_in_the_middle_of_a_merge(clone, house):
    publish(house)
    lesson(clone).write_bytes(original().replace(b"minutes", b"hours"))
    commit(clone)
    with pytest.raises(subprocess.CalledProcessError):
        git(clone, "pull", "--no-rebase", "--no-edit")
    with pytest.raises(click.ClickException, match="in the middle of a merge"):
        update.update()


@needs_git
def test_the_commands(tmp_path, own_git):
    origin = copy_checkout(tmp_path)
    git(origin, "init", "--quiet")
    commit(origin)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", origin, clone)
    course = functools.partial(printed, clone)
    assert course("update") == "This is the newest version."
    save_as_jupyterlab_does(lesson(clone), ANSWER)
    publish(origin)
    assert re.search(rf"was updated: from .*\nYours is kept as {MINE}\n.*python3 -m course$", course("update"))
    save_as_jupyterlab_does(lesson(clone), ANSWER)
    said = course("reset", "04")
    assert said.startswith(f"{LESSON}.ipynb: It is a fresh copy: the course's version of ")
    assert re.search(rf"\nYours is kept beside it as {MINE}\nIf the lesson is open in JupyterLab, ", said)
    assert course("reset", "04") == f"{LESSON}.ipynb: It is as the course has it already."
    assert "There is no lesson 99" in course("reset", "99", code=1)


def printed(folder, *arguments, code=0):
    done = run_course(*arguments, cwd=folder)
    says(done, code=code)
    return (done.stdout if code == 0 else done.stderr).strip()
