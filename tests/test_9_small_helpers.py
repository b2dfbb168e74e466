"""Truth 9, the small helpers: the front door, ``expect_error``, ``scratch``, ``show``, notes, notebooks."""

import ast
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import networkx
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import course
from conftest import ROOT
from course import memory, notebooks
from course.expected_errors import headline
from tfckpt.document import Note, Table, fenced


def floors():
    """The floors of the two packages as CONTRIBUTING.md lists them, from top to bottom: each a list of modules."""
    house = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## The house")[2]
    return [re.findall(r"`([\w.]+)`", line) for line in re.findall(r"^- (.*(?:\n  .*)*)", house, re.MULTILINE)]


def imports():
    """The imports among the packages' own modules, those inside functions too: pairs ``(importer, imported)``."""
    files = {}
    for package in ("course", "tfckpt"):
        for path in (ROOT / package).rglob("*.py"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            files[name] = path
    for name, path in files.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((name, alias.name) for alias in node.names if alias.name in files)
            elif isinstance(node, ast.ImportFrom) and node.module in files:
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    yield name, inner if inner in files else node.module


def floor(module):
    """The number of the floor that lists a module, or the nearest package above it: the more exact line wins."""
    known = {name: number for number, names in enumerate(floors()) for name in names}
    room = module
    while room not in known or (room in ("course", "tfckpt") and room != module):
        assert "." in room, f"CONTRIBUTING.md lists no floor for {module}"
        room = room.rpartition(".")[0]
    return known[room]


def test_imports_run_down_and_never_in_a_circle():
    edges = [(a, b) for a, b in imports() if not b.startswith(a + ".")]  # a room's own front may name its modules
    assert len(edges) > 200
    for importer, imported in edges:
        assert floor(importer) <= floor(imported), f"{importer} imports {imported}, which is above it"
    circles = list(networkx.simple_cycles(networkx.DiGraph(edges)))
    assert circles == []


def test_tfckpt_needs_nothing_of_the_course():
    assert not [edge for edge in imports() if edge[0].startswith("tfckpt") and edge[1].startswith("course")]


def test_import_course_is_light():
    code = (
        "import sys, course; heavy = {'tensorflow', 'numpy', 'matplotlib', 'jupyterlab', 'IPython', 'click'} & "
        "set(sys.modules); print(heavy)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"


def test_the_front_door_says_what_it_has():
    for name in course.__all__:
        assert f"``{name}" in course.__doc__
        assert getattr(course, name).__doc__
    assert set(course.__all__) <= set(dir(course))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = course.nothing


def test_tensorflow_starts_quietly():
    code = (
        "import course\nimport tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\ntf.logging.warning('this stays')"
    )
    result = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.ps1 = '>>> '\n{code}"], capture_output=True, text=True
    )
    assert (result.stdout + result.stderr).strip() == "WARNING:tensorflow:this stays"


def test_what_is_hidden_is_kept():
    code = (
        "import course\nimport tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()\ntf.disable_v2_behavior()\n"
        "from course.quiet import hidden\nprint(*hidden(), sep='|')"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert result.stdout.startswith("From […]: disable_resource_variables (from tensorflow")
    assert "is deprecated and will be removed in a future version" in result.stdout
    assert "|" not in result.stdout, "each notice once, and no other one"


def test_outcome(capsys):
    with course.outcome():
        raise ValueError("no\nmore")
    with course.outcome():
        pass
    assert capsys.readouterr().out == "ValueError: no […]\nNo error.\n"
    with pytest.raises(KeyboardInterrupt), course.outcome():
        raise KeyboardInterrupt


def test_expect_error(capsys):
    with course.expect_error(ValueError):
        raise ValueError("one line")
    with course.expect_error(KeyError, ValueError):
        raise ValueError("first\n\nsecond /a/path")
    assert capsys.readouterr().out == "ValueError: one line\nValueError: first […]\n"
    with (
        pytest.raises(AssertionError, match="should have raised ValueError, but they raised nothing"),
        course.expect_error(ValueError),
    ):
        pass
    with pytest.raises(TypeError), course.expect_error(ValueError):
        raise TypeError("another")


def test_a_long_message_breaks_between_words_and_sets_apart_what_it_wraps(capsys):
    guess = "Restoring from checkpoint failed. This is most likely due to a mismatch between the graph and the graph."
    with course.outcome():
        raise ValueError(f"{guess} Please ensure that. Original error:\n\nKey {'long/' * 30}kernel not found")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "ValueError: Restoring from checkpoint failed. This is most likely due to a mismatch",
        "between the graph and the graph. […]",
    ]
    assert lines[2:] == ["    Key", f"    {'long/' * 30}kernel", "    not found"]


def test_headline():
    message = (
        "Graph execution error:\n\nDetected at node 'A' defined at (most recent call last):\n  File x\nNode: 'A'\n"
        "Attempting to …\n\t [[{{node A}}]]"
    )
    assert headline(ValueError(message)) == "Attempting to … […]"
    assert headline(ValueError()) == "(no message)"


def test_headline_does_not_name_the_machine():
    message = "Op type not registered 'X' in binary running on lab-7.example.org. Make sure the Op is registered."
    assert headline(ValueError(message)) == (
        "Op type not registered 'X' in binary running on […]. Make sure the Op is registered."
    )


def test_headline_of_a_wrapped_error():
    """An error while restoring begins with a guess; the fact stands behind "Original error:"."""
    guess = "Restoring from checkpoint failed. This is most likely due to a mismatch."
    wrapped = f"{guess} Please ensure that you have not altered the graph. Original error:\n\n"
    assert headline(ValueError(f"{wrapped}Key C not found in checkpoint\n\t [[{{node save}}]]")) == (
        f"{guess} […] Key C not found in checkpoint […]"
    )
    assert headline(ValueError(f"{wrapped}Graph execution error:\n\nNode: 'save/Assign'\nAssign requires …")) == (
        f"{guess} […] Assign requires …"
    )


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


def test_note():
    note = Note("**Bold** and `**code**`.\n\n```python\nx = 2**3\n```")
    assert repr(note) == "Bold and **code**.\n\n    x = 2**3"
    assert note._repr_markdown_().startswith("**Bold**")


def test_fence_longer_than_what_it_holds():
    assert fenced("```\ninside\n```") == "````\n```\ninside\n```\n````"


def test_table():
    table = Table(["name", "size"], [["`a|b`", 5], ["c", 1000]], align="lr")
    assert repr(table) == "name  size\na|b      5\nc     1000"
    assert table._repr_markdown_().splitlines()[:3] == ["| name | size |", "| :--- | ---: |", "| `a\\|b` | 5 |"]


def test_find_notebooks(in_folder):
    lesson = next(path for path in notebooks.all_notebooks() if path.stem == "03_save_the_variables")
    for name in (
        "03",
        "03_save_the_variables",
        "03_save_the_variables.ipynb",
        "notebooks/03_save_the_variables.ipynb",
        str(lesson),
    ):
        assert notebooks.find(name) == lesson
    with pytest.raises(notebooks.NotebookError, match="Did you mean 03_save_the_variables"):
        notebooks.find("save_variables")
    with pytest.raises(notebooks.NotebookError, match="There is no lesson 99. There are 00 to 20; "):
        notebooks.find("99")
    assert notebooks.find("11a").stem.startswith("11a_")
    with pytest.raises(notebooks.NotebookError, match=r"Lesson 11 has \d parts. Name one of them: 11a_.*, 11b_"):
        notebooks.find("11")


def test_render_stores_outputs_once(in_folder):
    path = in_folder / "small.ipynb"
    cell = new_code_cell("import sys\nprint(1)\nsys.stdout.flush()\nprint(2)", id="a")
    nbformat.write(new_notebook(cells=[cell], metadata={"vscode": {"interpreter": "/a/path"}}), path)
    assert notebooks.render(path).failures == []
    first = path.read_bytes()
    assert b"interpreter" not in first
    (stored,) = nbformat.read(path, as_version=4).cells
    assert [output.text for output in stored.outputs] == ["1\n2\n"]
    assert stored.execution_count == 1
    notebooks.render(path)
    assert path.read_bytes() == first
    assert sorted(in_folder.iterdir()) == [path], "nothing else is left behind"


def test_render_leaves_a_failing_notebook_as_it_was(in_folder):
    path = in_folder / "small.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 / 0")]), path)
    before = path.read_bytes()
    done = notebooks.render(path)
    assert done.failures == ["cell 1 raised ZeroDivisionError: division by zero"]
    assert path.read_bytes() == before


def test_render_leaves_a_learners_notebook_as_it_was(in_folder):
    path = in_folder / "small.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("def f():\n    return 1", metadata={"tags": ["exercise"]})]), path)
    before = path.read_bytes()
    with pytest.raises(notebooks.NotebookError, match=r"has an answer in f, so it was left as it is"):
        notebooks.render(path)
    assert path.read_bytes() == before


def test_style():
    for command in (["check"], ["format", "--check", "--diff"]):
        result = subprocess.run([sys.executable, "-m", "ruff", *command, "."], cwd=ROOT, capture_output=True, text=True)
        assert result.returncode == 0, result.stdout + result.stderr


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
