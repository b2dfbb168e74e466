"""Truth 9, the notebooks: which are the course's, and how ``course render`` stores their outputs."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course import notebooks


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
    last = notebooks.all_notebooks()[-1].stem[:2]
    with pytest.raises(notebooks.NotebookError, match=f"There is no lesson 99. There are 00 to {last}; "):
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
