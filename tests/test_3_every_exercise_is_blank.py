"""Truth 3: every exercise is blank in its notebook, and its stub is the reference's: same signature, same docstring."""

import nbformat

from course import lessons, notebooks
from course.practice.exercise import is_blank


def exercises_of(notebook):
    return {
        name: exercise
        for name, exercise in lessons.registry().items()
        if exercise.__module__ == f"course.lessons.{notebook.stem}"
    }


def test_the_notebook_has_its_exercises(notebook):
    cells = notebooks.exercise_cells(nbformat.read(notebook, as_version=4))
    assert list(cells) == list(exercises_of(notebook)), (
        "a cell tagged exercise for each one in the lesson's module, in its order"
    )
    if notebook.stem in lessons.AT_HAND:
        assert not cells, "a page to look things up in: the progress does not count it"
    else:
        assert cells, "at least one exercise"


def test_each_stub_is_the_references(notebook):
    cells = notebooks.exercise_cells(nbformat.read(notebook, as_version=4))
    for name, exercise in exercises_of(notebook).items():
        assert is_blank(cells[name].source), f"{name} is filled in"
        assert cells[name].source == exercise.stub


def test_each_exercise_is_checked_in_the_next_cell(notebook):
    cells = nbformat.read(notebook, as_version=4).cells
    for cell, following in zip(cells, cells[1:], strict=False):
        if "exercise" in cell.metadata.get("tags", []):
            name = next(iter(notebooks.exercise_cells(nbformat.from_dict({"cells": [cell]}))))
            assert following.source == f"course.check({name})"


def test_a_filled_stub_is_not_blank():
    assert is_blank('def f():\n    """What to do."""\n    ...')
    assert is_blank("def f():\n    pass")
    assert not is_blank('def f():\n    """What to do."""\n    return 1')
    assert not is_blank('def f():\n    "text"\n    3')
