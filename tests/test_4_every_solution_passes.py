"""Truth 4: every notebook with the reference solutions put in runs, and every check says ✅.

So it does to every known right answer in another form.
"""

import re

import pytest
from executions import execution

from conftest import text_of
from course import lessons, practice
from course.practice.verdict import CORRECT

RIGHT = [
    pytest.param(exercise, right, id=f"{name}-{right.__name__}")
    for name, exercise in lessons.registry().items()
    for right in exercise.right_attempts
]


def test_solved(notebook):
    done = execution(notebook, "solved")
    assert done.failures == []
    checks = [cell for cell in done.notebook.cells if re.match(r"course\.check\(", cell.source)]
    assert checks or notebook.stem in lessons.AT_HAND  # which has no exercises: see truth 3
    for cell in checks:
        assert text_of(cell).startswith(CORRECT), f"{cell.source} says: {text_of(cell)}"


@pytest.mark.usefixtures("lessons_loaded")
@pytest.mark.parametrize(("exercise", "right"), RIGHT)
def test_right_attempt(exercise, right):
    verdict = practice.check(exercise, right)
    assert verdict.state == CORRECT, str(verdict)
