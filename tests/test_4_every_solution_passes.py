"""Truth 4: every notebook with the reference solutions put in runs, and every check says ✅."""

import re

from conftest import execution, text_of
from course.practice.verdict import CORRECT


def test_solved(notebook):
    done = execution(notebook, "solved")
    assert done.failures == []
    checks = [cell for cell in done.notebook.cells if re.match(r"course\.check\(", cell.source)]
    assert checks
    for cell in checks:
        assert text_of(cell).startswith(CORRECT), f"{cell.source} says: {text_of(cell)}"
