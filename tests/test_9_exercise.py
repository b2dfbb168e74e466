"""Truth 9, an exercise: what a lesson's module makes, what is shown of it, and where a function's source comes from."""

import dataclasses
import linecache
import pickle

import pytest

from course import practice
from course.practice.exercise import (
    Exercise,
    NoSource,
    WrongAttempt,
    exercise,
    is_blank,
    source_of,
    without_docstring,
    wrapped_comments,
)
from course.practice.verdict import CORRECT, NOT_YET, Verdict

HINTS = ["which?", "this.", "return 4"]


def test_the_package_has_the_names_that_it_lists():
    assert [name for name in practice.__all__ if not hasattr(practice, name)] == []
    assert {"Exercise", "NotYet", "check", "exercise", "same", "watch"} < set(practice.__all__), "as lessons use them"


def four():
    """Return 4.

    Not 5.
    """
    # because
    return 4


@exercise(hints=HINTS)
def kept():
    """Return 4."""
    return 4


def test_an_exercise_as_a_lesson_makes_it():
    made = exercise(hints=HINTS)(four)
    assert (made.reference, made.hints, made.raised) == (four, ("which?", "this.", "return 4"), {})
    assert (made.tensorflow, made.seconds, made.examine) == (1, 20, None)
    assert (made.hints_given, made.told_to_try, made.tried, made.solved) == (0, False, [], False)
    assert (made.wrong_attempts, made.right_attempts, made.harmless_changes) == ([], [], {})
    assert made.__name__ == made.__qualname__ == "four"
    assert made.__module__ == __name__
    assert vars(made) == vars(Exercise(four, HINTS))


def test_what_else_can_be_said_of_an_exercise():
    raised = {"special": "A cause."}
    made = exercise(HINTS, raised, "course.lessons.other", 2, 3)(four)
    assert (made.raised, made.__module__, made.tensorflow, made.seconds) == (raised, "course.lessons.other", 2, 3)
    raised["more"] = HINTS[0] = "which"
    assert (made.raised, made.hints[0]) == ({"special": "A cause."}, "which?"), "of its own"
    HINTS[0] = "which?"


def test_what_a_lesson_adds():
    made = exercise(hints=HINTS)(four)

    def examine(attempt):
        return "It is 4."

    def five():
        return 5

    assert made.examiner(examine) is made.examine is examine
    assert made.wrong_attempt(says="Count again.")(five) is five
    assert made.right_attempt(four) is four
    made.may_pass("4 -> 5", because="Nobody looks.")
    assert made.wrong_attempts == [WrongAttempt(five, "Count again.")]
    assert (made.wrong_attempts[0].function, made.wrong_attempts[0].says) == (five, "Count again.")
    assert made.right_attempts == [four]
    assert made.harmless_changes == {"4 -> 5": "Nobody looks."}
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.wrong_attempts[0].says = "another"


def test_it_travels_by_its_name():
    assert kept.__reduce__() == "kept"
    assert pickle.loads(pickle.dumps(kept)) is kept


@pytest.mark.parametrize(
    ("states", "solved"), [([], False), ([NOT_YET], False), ([CORRECT, NOT_YET], True), ([NOT_YET, CORRECT], True)]
)
def test_solved(states, solved):
    made = exercise(hints=HINTS)(four)
    made.tried += [Verdict(state, "") for state in states]
    assert made.solved is solved


def test_hints_come_one_after_the_other():
    made = exercise(hints=HINTS)(four)
    assert [made.numbered(number) for number in (1, 3)] == ["**Hint 1 of 3.** which?", "**Hint 3 of 3.** return 4"]
    notes = [(made.hint().markdown, made.hints_given) for _ in range(4)]
    last = "**Hint 3 of 3.** return 4\n\nWhat is left is `course.solution(four)`."
    assert notes == [
        ("**Hint 1 of 3.** which?\n\nAsk again for the next one.", 1),
        ("**Hint 2 of 3.** this.\n\nAsk again for the next one.", 2),
        (last, 3),
        (last, 3),
    ]


def test_the_solution_is_shown_without_its_docstring():
    made = exercise(hints=HINTS)(four)
    assert made.show_solution().markdown == (
        "A solution of `four`, with the reasons:\n\n```python\ndef four():\n    # because\n    return 4\n```"
    )
    assert made.to_read == "def four():\n    # because\n    return 4"
    assert made.solution == source_of(four)


def test_the_stub_has_the_docstring_and_no_code():
    made = exercise(hints=HINTS)(four)
    assert made.stub == 'def four():\n    """Return 4.\n\n    Not 5.\n    """\n    ...'


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('def f():\n    """One."""\n    return 1\n\n    # two', "def f():\n    return 1\n\n    # two"),
        ('def f():\n    """Two\n    lines."""; return 1', 'def f():\n    """Two\n    lines."""; return 1'),
        ('def f(): """Two\n    lines."""\n', 'def f(): """Two\n    lines."""\n'),
        ('def f():\n    """One."""  # remark\n    return 1', 'def f():\n    """One."""  # remark\n    return 1'),
        ('def f():\n    """ü."""  \n    return 1', "def f():\n    return 1"),
        ("def f():\n    return 1\n", "def f():\n    return 1\n"),
    ],
)
def test_a_docstring_goes_where_it_has_its_lines_for_itself(source, shown):
    assert without_docstring(source) == shown


@pytest.mark.parametrize(
    ("source", "wrapped"),
    [
        ("x = 1  # abcdefg", "x = 1  # abcdefg"),  # 16 characters, as many as there is room for
        ("x = 1  # abcdefgh", "# abcdefgh\nx = 1"),
        ("  x = 1  # abc def gh", "  # abc def gh\n  x = 1"),
        ("x = 1  # abcdefgh  # ij", "# abcdefgh  # ij\nx = 1"),
        ("x = 1  #abcdefghijk", "x = 1  #abcdefghijk"),  # no comment of ours
        ("x = '123456789012'", "x = '123456789012'"),  # code stays as long as it is
        ("# abc def ghi jk", "# abc def ghi jk"),
        ("# abc def ghi jkl", "# abc def ghi\n# jkl"),
        ("# abc\n# def ghi jkl mno", "# abc def ghi\n# jkl mno"),
        ("# abc def ghi jkl\n  # mno", "# abc def ghi\n# jkl\n  # mno"),
        ("#", "#"),
        ("", ""),
    ],
)
def test_comments_that_are_too_wide_are_wrapped(source, wrapped):
    assert wrapped_comments(source, 16) == wrapped


def test_a_page_is_76_characters_wide():
    fits = f"# {'a' * 37} {'b' * 36}"
    assert len(fits) == 76
    assert wrapped_comments(fits) == fits
    assert wrapped_comments(f"{fits}b") == f"# {'a' * 37}\n# {'b' * 37}"


@pytest.mark.parametrize(
    ("body", "blank"),
    [
        ("...", True),
        ("pass", True),
        ('"""What to do."""', True),
        ('"""What to do."""\n    ...', True),
        ('"""What to do."""\n    # nothing yet\n    pass\n    ...', True),
        ("return 4", False),
        ('"""What to do."""\n    return 4', False),
        ('"""What to do."""\n    return 4\n    ...', False),
        ('...\n    "a text"', False),
        ("x = ...", False),
    ],
)
def test_blank(body, blank):
    assert is_blank(f"def f():\n    {body}\n") is blank


def decorated(function):
    return function


def test_a_source_is_without_decorators_and_at_the_left_edge():
    @decorated
    @decorated
    def inner():

        return 4  # because

    assert source_of(inner) == "def inner():\n\n    return 4  # because"
    assert source_of(decorated) == "def decorated(function):\n    return function"


def from_text(text, name="f"):
    """A function whose source is a text, as ``inspect`` finds it."""
    lines = text.splitlines(keepends=True)
    linecache.cache["<text>"] = (len(text), None, lines, "<text>")
    namespace = {"__name__": "text"}
    exec(compile("\n" * (len(lines) - 1) + f"def {name}(): return 4", "<text>", "exec"), namespace)
    return namespace[name]


def in_brackets():
    return [
        lambda: 4
    ][0]  # fmt: skip


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(len, id="TypeError"),  # what inspect or ast raises
        pytest.param(eval("lambda: 4"), id="OSError"),
        pytest.param(lambda: 4, id="another name"),
        pytest.param(in_brackets(), id="a part of a longer line"),
        pytest.param(from_text("def f(:\n"), id="SyntaxError"),
        pytest.param(from_text("# nothing but a remark\n"), id="ValueError"),
        pytest.param(from_text("def g(): return 4\n"), id="the source of another function"),
        pytest.param(from_text("4\n"), id="no function"),
    ],
)
def test_there_is_no_source(function):
    with pytest.raises(NoSource) as error:
        source_of(function)
    assert str(error.value) == (
        f"The source of `{function.__name__}` cannot be read. Define it with `def` in a cell, and run that cell."
    )
