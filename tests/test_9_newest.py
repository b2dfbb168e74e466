"""Truth 9: what is judged is what the learner ran last; where that ended in an error, the verdict says so."""

import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell

from course.practice import exercise
from course.practice.attempt import check
from course.practice.verdict import BLANK, CORRECT, NOT_YET

NAME = "return_four"
BLANK_CELL = 'def return_four():\n    """Return 4."""\n    ...'
RIGHT = "def return_four():\n    return 4"
WRONG = "def return_four():\n    return 5"
UNINDENTED = "def return_four():\nreturn 4"
FAILS_ABOVE = "import no_such_module_at_all\ndef return_four():\n    return 4"
AN_OLDER_ONE = "ended in an error"


@exercise(hints=["which?", "this.", "return 4"], lesson=__name__)
def return_four():
    """Return 4."""
    return 4


@return_four.examiner
def _(attempt):
    assert attempt() == 4
    return "It is 4."


@pytest.fixture
def shell(monkeypatch):
    """A shell as a kernel has one, whose cells the test runs. What they define stands in ``__main__``."""
    made = InteractiveShell()
    monkeypatch.setattr(sys.modules["IPython"], "get_ipython", lambda: made)
    monkeypatch.setattr(made, "showtraceback", lambda *_, **__: None)
    monkeypatch.setattr(made, "showsyntaxerror", lambda *_, **__: None)
    made.user_ns["__name__"] = "__main__"
    return made


def said(shell, *cells):
    """The verdict after these cells. The process of the attempt is not what is looked at."""
    for cell in cells:
        shell.run_cell(cell, store_history=True)
    return check(return_four, shell.user_ns[NAME])


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ([BLANK_CELL, UNINDENTED], "IndentationError in its line 2"),
        ([WRONG, RIGHT + ")"], "SyntaxError in its line 2: unmatched ')'"),
        ([RIGHT, f"{WRONG}\n  x"], "IndentationError in its line 3"),
        ([RIGHT, f"%%capture\n{UNINDENTED}"], "IndentationError in its line 3"),
        ([WRONG, FAILS_ABOVE], "it did not come to `def return_four`"),
        ([WRONG, FAILS_ABOVE, UNINDENTED], "IndentationError"),
        ([WRONG, UNINDENTED, FAILS_ABOVE], "it did not come to"),
        ([WRONG, "@no_such_decorator\n" + RIGHT], "it did not come to"),
        ([RIGHT, UNINDENTED, "print('another cell')"], "IndentationError"),
        ([f"if True:\n    {RIGHT}".replace("\n    return", "\n        return"), UNINDENTED], "IndentationError"),
    ],
)
def test_a_cell_that_ended_in_an_error_is_named_and_nothing_older_is_judged(shell, cells, why):
    verdict = said(shell, *cells)
    assert verdict.state == NOT_YET
    assert AN_OLDER_ONE in verdict.text
    assert why in verdict.text
    assert verdict.source is None, "it does not count as an attempt"


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ([BLANK_CELL], BLANK),
        ([UNINDENTED, RIGHT], CORRECT),
        ([RIGHT, UNINDENTED, RIGHT], CORRECT),
        ([WRONG, FAILS_ABOVE, RIGHT], CORRECT),
        ([WRONG, RIGHT + "\n1 / 0"], CORRECT),
        ([WRONG, "import functools\n@functools.cache\n" + RIGHT], CORRECT),
        ([WRONG, f"if False:\n    pass\nelse:\n    {RIGHT}".replace("\n    return", "\n        return")], CORRECT),
        ([RIGHT, "text = '''\ndef return_four() comes next\n'''"], CORRECT),
        ([RIGHT, "# def return_four("], CORRECT),
        ([WRONG, f"%%capture\n{RIGHT}"], CORRECT),
        ([RIGHT, "def return_four_more():\nreturn"], CORRECT),
        ([RIGHT + "  # four", RIGHT], CORRECT),
        ([f"{WRONG}\n\n{RIGHT}"], CORRECT),
    ],
)
def test_all_else_is_judged_as_it_is(shell, cells, state):
    verdict = said(shell, *cells)
    assert AN_OLDER_ONE not in verdict.text
    assert verdict.state == state


def test_a_function_out_of_a_file_is_judged_whatever_the_cells_say(shell, in_folder):
    path = in_folder / "mine.py"
    path.write_text(RIGHT)
    assert said(shell, UNINDENTED, f"%run {path.name}").state == CORRECT
    assert (
        said(shell, WRONG, UNINDENTED, "import sys; sys.path[:0] = ['.']\nfrom mine import return_four").state
        == CORRECT
    )


@pytest.mark.parametrize(
    "cell",
    [
        "import functools\n@functools.cache\n" + RIGHT,  # which has no globals of its own
        "import functools\nclass Kept:\n    def __init__(self, f):\n        functools.update_wrapper(self, f)\n"
        "@Kept\n" + RIGHT,
    ],
)
def test_an_attempt_in_a_wrapper_is_judged_as_it_is_written(shell, cell):
    assert said(shell, cell).state == CORRECT


@pytest.mark.parametrize("cell", ["class return_four:\n    ...", "async def return_four():\n    return 4"])
def test_what_is_no_plain_function_meets_a_sentence(shell, cell):
    assert "Define it with `def` in a cell" in said(shell, cell).text


@pytest.mark.parametrize(
    "made",
    [
        "class Angry:\n    def __getattribute__(self, name):\n        raise ImportError(name)\nvalue = Angry()",
        "from unittest.mock import MagicMock\nvalue = MagicMock()\nvalue.__module__ = value.__qualname__ = value",
    ],
)
def test_a_value_that_does_not_let_itself_be_asked_stays_behind(shell, made):
    verdict = said(shell, made, "def return_four():\n    return value or 4")
    assert "`value` was made in the notebook" in verdict.text
