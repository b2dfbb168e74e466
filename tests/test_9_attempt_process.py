"""Truth 9, the process of an attempt: how a function is made of its source, and what becomes of what it raises."""

import collections
import linecache
import os
import sys

import pytest
import tensorflow.compat.v1 as tf

from course.legacy_files import LegacyError
from course.practice import NotYet, exercise, inside
from course.practice.inside import PRINTED_LIMIT, Attempt, Job, Printed, brought_along, code, define, quoted
from course.practice.verdict import CORRECT, NOT_YET, Verdict


@exercise(hints=["which?", "this.", "return 4"])
def five():
    """Return 5."""
    return 5


@five.examiner
def _(attempt):
    answer = attempt()
    if answer == "raise":
        raise LegacyError("The file `a` is not there.")
    if answer != 5:
        raise NotYet(seen=f"`{answer}`", expected="`5`", because="Count again.")
    return "It is 5."


@pytest.mark.parametrize(
    ("texts", "kept"),
    [
        (["a", "b\n"], "ab\n"),
        ([], ""),
        (["a" * PRINTED_LIMIT], "a" * PRINTED_LIMIT),
        (["a" * PRINTED_LIMIT, "b"], "a" * PRINTED_LIMIT),
        (["a" * (PRINTED_LIMIT - 1), "bc", "d"], "a" * (PRINTED_LIMIT - 1) + "b\n[…]"),
        (["a", "b" * PRINTED_LIMIT, "c"], "a" + "b" * (PRINTED_LIMIT - 1) + "\n[…]"),
    ],
)
def test_what_is_printed_is_kept_up_to_a_limit(texts, kept):
    assert PRINTED_LIMIT == 4000
    printed = Printed()
    assert [printed.write(text) for text in texts] == [len(text) for text in texts], "as any stream says"
    assert printed.getvalue() == kept


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("a b", "`a b`"),
        ("", "``"),
        ("a`b", "``a`b``"),
        ("`a", "`` `a ``"),
        ("a`", "`` a` ``"),
        ("a``b`c", "```a``b`c```"),
        ("a`b``c", "```a`b``c```"),
    ],
)
def test_code_stands_between_more_backticks_than_it_has(text, marked):
    assert code(text) == marked


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("odd."), "`ValueError: odd`"),
        (ValueError("odd..."), "`ValueError: odd`"),
        (KeyError("a"), "`KeyError: 'a'`"),
        (ValueError("one\ntwo"), "`ValueError: one […]`"),
    ],
)
def test_an_error_in_a_line(error, words):
    assert quoted(error) == words


def test_what_was_brought_along():
    job = Job("f", "", "", {"m": ("os.path", None), "Counter": ("collections", "Counter")}, ["def g():\n    return m"])
    namespace = brought_along(job, "attempt")
    assert (namespace["__name__"], namespace["m"], namespace["Counter"]) == ("attempt", os.path, collections.Counter)
    assert namespace["g"]() is os.path
    assert namespace["g"].__code__.co_filename == "<helper>"


def test_a_definition():
    function = define(Job("f", "def f():\n    return g(), __name__\n", "", helpers=["def g():\n    return 4"]))
    assert function() == (4, "attempt")
    assert linecache.getlines("<your attempt>") == ["def f():\n", "    return g(), __name__\n"]


@pytest.mark.parametrize(
    ("job", "error"),
    [
        (Job("f", "def f(a=missing): pass", ""), "`NameError: name 'missing' is not defined`"),
        (Job("f", "def f(): pass", "", {"m": ("no_such", None)}), "`ModuleNotFoundError: No module named 'no_such'`"),
        (Job("f", "def f(): pass", "", {"m": ("os", "no")}), "`AttributeError: module 'os' has no attribute 'no'`"),
    ],
)
def test_what_cannot_be_defined(job, error):
    with pytest.raises(NotYet) as problem:
        define(job)
    assert (problem.value.seen, problem.value.expected, problem.value.because) == (
        f"Defining `f` raised {error}",
        "A function that can be defined on its own.",
        "Its first line uses something that only the notebook has. Keep the signature as it was.",
    )


def attempt_at(exercise, source, **job):
    job = Job("f", source, "", **job)
    return Attempt(define(job), exercise, job)


def test_an_attempt_is_the_function():
    attempt = attempt_at(five, "def f(a, b):\n    return a - b")
    assert attempt(5, 3) == 2
    assert attempt.source == "def f(a, b):\n    return a - b"


NAMED = "The message names what went wrong. `course.hint(five)` may help."
SPELLING = (
    "Nothing is called `missing`. A string needs quotes; a module needs its `import`; otherwise look at the spelling."
)
SIGNATURE = "The function's signature was changed. Put it back as it was in the notebook's cell."
BEHIND = (
    "`SECRET` was made in the notebook. An attempt runs apart from the notebook, in an empty graph: make `SECRET` "
    "inside the function, or use the function's arguments."
)


@pytest.mark.parametrize(
    ("source", "seen", "because"),
    [
        ("def f():\n    raise ValueError('odd.')", "`ValueError: odd`, at the line `raise ValueError('odd.')`.", NAMED),
        ("def f(): raise SystemExit(3)", "`SystemExit: 3`, at the line `def f(): raise SystemExit(3)`.", NAMED),
        (
            "def f():\n    g()\n\ndef g():\n    raise KeyboardInterrupt",
            "`KeyboardInterrupt: (no message)`, at the line `raise KeyboardInterrupt`.",
            NAMED,
        ),
        (
            "def f():\n    return missing",
            "`NameError: name 'missing' is not defined`, at the line `return missing`.",
            SPELLING,
        ),
        (
            "def f():\n    return SECRET",
            "`NameError: name 'SECRET' is not defined`, at the line `return SECRET`.",
            BEHIND,
        ),
        ("def f():\n    raise NameError('bare')", "`NameError: bare`, at the line `raise NameError('bare')`.", NAMED),
        (
            "def f():\n    import no_such",
            "`ModuleNotFoundError: No module named 'no_such'`, at the line `import no_such`.",
            NAMED,
        ),
        ("def f():\n    return 1 + 'a'", None, NAMED),  # a TypeError, with the signature as it was
        ("def f(a=0):\n    return 1 + 'a'", None, SIGNATURE),
        ("def f(a=0):\n    raise ValueError", None, NAMED),
        ("def f(a):\n    return 4", None, SIGNATURE),  # called without an argument
        ("def f():\n    raise ValueError('No variables to save')", None, inside.OFTEN["No variables to save"]),
        (
            "def f():\n    raise TypeError('it is not an element of this graph')",
            None,
            "Something of another graph was passed to the session.",
        ),
    ],
)
def test_what_an_attempt_raises_and_its_likely_cause(source, seen, because):
    with pytest.raises(NotYet) as problem:
        attempt_at(five, source, left_behind={"SECRET"})()
    assert problem.value.expected == "The function returns without an error."
    assert problem.value.because == because
    if seen:
        assert problem.value.seen == seen


def test_an_error_that_was_raised_before_a_line_of_it_ran():
    with pytest.raises(NotYet) as problem:
        attempt_at(five, "def f():\n    return 5")(1)
    assert problem.value.seen == "`TypeError: f() takes 0 positional arguments but 1 was given`."
    assert isinstance(problem.value.__cause__, TypeError)


def test_what_the_exercise_says_of_a_message_goes_first():
    made = exercise(["a?", "b", "c"], {"to save": "Its own cause.", "b": "Another."})(five.reference)
    for message, because in (("No variables to save", "Its own cause."), ("bad", "Another."), ("", NAMED)):
        with pytest.raises(NotYet) as problem:
            attempt_at(made, f"def f():\n    raise ValueError({message!r})")()
        assert problem.value.because == because


GUARD = "def f(kind, message):\n    if kind:\n        raise kind(message)"


def test_a_refusal_is_the_message_of_an_error_that_is_meant():
    attempt = attempt_at(five, GUARD)
    assert attempt.refusal(None, "") is None
    assert attempt.refusal(ValueError, "odd.\nVery.") == "odd.\nVery."
    assert attempt.refusal(AssertionError, "odd") == "odd"
    assert attempt.refusal(UnicodeError, "odd") == "odd", "a kind of ValueError"
    assert attempt.refusal(KeyError, "odd", kinds=(KeyError,)) == "'odd'"


@pytest.mark.parametrize(
    ("kind", "message", "kinds", "expected"),
    [
        (TypeError, "odd", {}, "No error other than `ValueError` or `AssertionError`, raised on purpose."),
        (ValueError, "a slip", {}, "No error other than `ValueError` or `AssertionError`, raised on purpose."),
        (ValueError, "odd", {"kinds": (KeyError,)}, "No error other than `KeyError`, raised on purpose."),
    ],
)
def test_another_error_or_a_slip_that_is_known_is_no_refusal(kind, message, kinds, expected):
    made = exercise(["a?", "b", "c"], {"never said": "Another.", "slip": "A slip's cause."})(five.reference)
    with pytest.raises(NotYet) as problem:
        attempt_at(made, GUARD).refusal(kind, message, **kinds)
    because = SIGNATURE if kind is TypeError else "A slip's cause." if "slip" in message else NAMED
    assert (problem.value.expected, problem.value.because) == (expected, because)
    assert problem.value.seen == f"`{kind.__name__}: {message}`, at the line `raise kind(message)`."
    assert isinstance(problem.value.__cause__, kind)


class Sender:
    """Stands for an attempt's end of the pipe."""

    def __init__(self, closed=False):
        self.sent, self.closed = [], closed

    def send_bytes(self, data):
        self.sent.append(data)
        if self.closed and len(self.sent) > 1:
            raise OSError("handle is closed")


@pytest.fixture
def served(monkeypatch, tmp_path):
    """A function that runs a job here, as its process would. Returns what it sends first, and the verdict."""

    def serve(source, exercise=five, closed=False):
        sender = Sender(closed)
        inside.serve(sender, exercise, Job("f", source, os.fspath(tmp_path)))
        first, last = sender.sent
        return first, Verdict.from_json(last)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "setsid", lambda: None)
    log = inside.logging.getLogger("tensorflow")
    monkeypatch.setattr(log, "disabled", False)
    return serve


@pytest.mark.parametrize(
    ("body", "state", "text"),
    [
        ("return 5", CORRECT, "It is 5."),
        (
            "__import__('os').chdir('/'); return 5",
            NOT_YET,
            "\n\n- **Seen:** After the call, the current folder is another one.\n- **Expected:** The current folder as "
            "it was: the caller's relative paths lead somewhere else from another.\n- **Likely cause:** `os.chdir` "
            "holds for the whole program. Put the folder before the name instead: `os.path.join(folder, name)`.",
        ),
        ("return 4", NOT_YET, "\n\n- **Seen:** `4`\n- **Expected:** `5`\n- **Likely cause:** Count again."),
        (
            "return 'raise'",
            NOT_YET,
            "\n\n- **Seen:** The file `a` is not there.\n- **Expected:** The legacy files as the course ships them.\n"
            "- **Likely cause:** Your function was not the reason: this check needs the file. Bring it back, then "
            "check again.",
        ),
        (
            "return __import__('numpy').zeros(2)",
            NOT_YET,
            "\n\n- **Seen:** Looking at what `five` did raised `ValueError: The truth value of an array with more than "
            "one element is ambiguous. Use a.any() or a.all()`\n- **Expected:** What its description asks for.\n"
            "- **Likely cause:** It returned, or left behind, something of quite another kind. If it did not, the "
            "check is wrong, and not your function.",
        ),
    ],
)
def test_each_end_of_an_attempt_has_its_verdict_and_what_was_printed(served, body, state, text):
    source = f"def f():\n    import sys\n    print('out')\n    print('err', file=sys.stderr)\n    {body}"
    first, verdict = served(source)
    assert (first, verdict.state, verdict.text, verdict.printed) == (b"ready", state, text, "out\nerr\n")


def test_the_current_folder_is_brought_back_after_an_error_too(served, tmp_path):
    moves = exercise(["a?", "b", "c"])(five.reference)

    @moves.examiner
    def _(attempt):
        assert attempt.refusal() == "on purpose"
        assert os.getcwd() == os.fspath(tmp_path)
        return "It is there."

    source = "def f():\n    __import__('os').chdir('/')\n    raise ValueError('on purpose')"
    assert served(source, moves)[1].state == CORRECT


@pytest.mark.skipif(sys.platform == "win32", reason="a folder that is in use cannot be deleted there")
def test_an_attempt_that_deletes_the_current_folder_is_told_so(served):
    verdict = served("def f():\n    import os, shutil\n    shutil.rmtree(os.getcwd())\n    return 5")[1]
    assert "After the call, the current folder is gone." in verdict.text


def test_an_attempt_runs_in_its_folder_with_the_tensorflow_of_its_exercise(served, monkeypatch, tmp_path):
    switched = []
    monkeypatch.setattr(tf, "disable_v2_behavior", lambda: switched.append("off"))
    two = exercise(["a?", "b", "c"], tensorflow=2)(five.reference)
    two.examiner(five.examine)
    monkeypatch.chdir("/")
    source = "def f():\n    import os\n    print(os.getcwd())\n    return 5"
    assert served(source, two)[1].printed == f"{tmp_path}\n"
    assert switched == []
    assert served(source, five)[1].printed == f"{tmp_path}\n"
    assert switched == ["off"]
    assert inside.logging.getLogger("tensorflow").disabled, "its warnings are no words of the learner's"


def test_a_pipe_that_the_attempt_has_closed_is_no_error_of_its_process(served):
    assert served("def f():\n    return 5", closed=True)[1].state == CORRECT


@pytest.mark.skipif(sys.platform == "win32", reason="there are no sessions there")
def test_an_attempt_leads_a_session_so_that_all_it_starts_ends_with_it(served, monkeypatch):
    sessions = []
    monkeypatch.setattr(os, "setsid", lambda: sessions.append("new"))
    served("def f():\n    return 5")
    assert sessions == ["new"]
    monkeypatch.delattr(os, "setsid")
    assert served("def f():\n    return 5")[1].state == CORRECT, "as on Windows"
