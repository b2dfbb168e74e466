"""Truth 9, an attempt: what goes along to its process, how that one is run, and what becomes of what it raises."""

import collections
import functools
import io
import linecache
import math
import os
import re
import sys
import threading
import types
from types import SimpleNamespace

import pytest
import tensorflow.compat.v1 as tf

from course import practice
from course.legacy_files import LegacyError
from course.practice import NotYet, attempt, child, exercise, process
from course.practice.attempt import gather, run_apart, saying_it_is_checked, source_of_helper
from course.practice.exercise import source_of
from course.practice.process import PRINTED_LIMIT, Attempt, Job, Printed, brought_along, code, define, quoted
from course.practice.verdict import CORRECT, NOT_YET, Verdict

NOWHERE = 1 << 30  # no process has this number


@exercise(hints=["which?", "this.", "return 4"], raised={"special": "A special cause.", "": "Any."}, seconds=50)
def four(path):
    """Return 4."""
    return 4


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


# What goes along


def helps(number):
    return number


def helps_twice(number):
    return helps(number) + also_helps(number)


def also_helps(number):
    return helps_twice(number - 1) if number else 0


def attempts():
    names = [math, tf, dirname, Counter, open, helps_twice, cached, SECRET, NOTHING, thing, double, attempts]  # noqa: F821
    return names and names.missing


def in_a_notebook(function, *others, **values):
    """A function as a cell of a notebook defines it, beside other functions and values."""
    notebook = {"__name__": "__main__", **values}
    for each in (function, *others):
        notebook[each.__name__] = types.FunctionType(each.__code__, notebook, each.__name__)
    return notebook[function.__name__]


def gathered(function):
    job = Job(function.__name__, source_of(function), "")
    gather(function, job.source, job)
    return job


def test_modules_go_along_by_name_functions_as_source_and_values_stay():
    from IPython.core.interactiveshell import _modified_open

    thing = collections.Counter()  # its class is in a module, and it is not
    function = in_a_notebook(
        *(attempts, helps, helps_twice, also_helps),
        math=math,
        tf=tf,
        dirname=os.path.dirname,
        Counter=collections.Counter,
        open=_modified_open,
        cached=functools.cache(helps),
        double=eval("lambda number: 2 * number"),
        SECRET=["a"],
        NOTHING=None,
        thing=thing,
        unused="b",
    )
    job = gathered(function)
    assert job.modules == {
        "math": ("math", None),
        "tf": (tf.__name__, None),
        "dirname": (os.path.dirname.__module__, "dirname"),
        "Counter": ("collections", "Counter"),
        "open": (open.__module__, "open"),
    }
    assert job.helpers == [source_of(each) for each in (helps_twice, also_helps, helps)], "each once, however they call"
    assert job.left_behind == {"cached", "SECRET", "NOTHING", "thing", "double"}


def test_a_function_of_the_notebook_is_one_though_main_has_it_too(monkeypatch):
    """What the notebook defines stands in ``__main__``, which the other process has not."""
    function = in_a_notebook(helps_twice, helps, also_helps)
    main = types.ModuleType("__main__")
    vars(main).update(function.__globals__)
    monkeypatch.setitem(sys.modules, "__main__", main)
    job = gathered(function)
    assert (job.modules, job.helpers) == ({}, [source_of(each) for each in (also_helps, helps_twice, helps)])


def test_a_function_of_a_module_goes_along_by_name_and_one_within_another_does_not():
    def inner():
        return 4

    inner.__module__ = __name__
    monkey = types.FunctionType(helps_twice.__code__, {"helps": helps, "also_helps": inner})
    job = gathered(monkey)
    assert (job.modules, job.helpers) == ({"helps": (__name__, "helps")}, [source_of(inner)])


def test_the_job_begins_empty():
    one, other = Job("f", "source", "folder"), Job("f", "source", "folder")
    assert one == Job(name="f", source="source", folder="folder", modules={}, helpers=[], left_behind=set()) == other
    one.modules["a"] = one.left_behind.add("b")
    one.helpers.append("c")
    assert (other.modules, other.helpers, other.left_behind) == ({}, [], set())


def test_what_has_no_source_is_no_helper():
    assert source_of_helper(helps) == "def helps(number):\n    return number"
    assert source_of_helper(eval("lambda: 4")) == source_of_helper(len) == source_of_helper(four) == ""


# How it is run


class Process(SimpleNamespace):
    """Stands for a child process. ``done`` lists what was done to it and its pipe."""

    pid, exitcode = NOWHERE, 7

    def kill(self):
        self.done.append("kill")
        self.killed.set()

    def join(self):
        self.done.append("join")


class Pipe(SimpleNamespace):
    """Stands for the pipe: each answer is bytes, an error, or None to wait until the process is killed."""

    def recv_bytes(self):
        answer = self.answers.pop(0)
        if answer is None:
            assert self.killed.wait(20)
            raise EOFError
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self):
        self.done.append("close")


@pytest.fixture
def answering(monkeypatch):
    """A function that lets the next attempt's process give some answers. Returns the list of what is done to it."""

    def prepare(*answers):
        done, killed = [], threading.Event()

        def start(target, *arguments):
            done.append((target, *arguments))
            return Process(done=done, killed=killed), Pipe(done=done, killed=killed, answers=list(answers))

        monkeypatch.setattr(child, "start", start)
        return done

    return prepare


def watchdogs():
    """The timers that still wait."""
    timers = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    return [timer for timer in timers if not timer.finished.is_set()]


JOB = Job("four", "def four(): pass", "")
END = ["kill", "join", "close"]
DIED = (
    "\n\n- **Seen:** The process that ran your attempt ended without a word (exit code 7). The notebook is untouched.\n"
    "- **Expected:** The function returns.\n"
    "- **Likely cause:** A call that ends the process, such as `os._exit`; one that closes files which the function "
    "did not open; or one that used up the memory."
)
TOO_SLOW = (
    "\n\n- **Seen:** `four` had not returned after 0 seconds, and was stopped.\n"
    "- **Expected:** The function returns in a moment.\n"
    "- **Likely cause:** A loop that never ends (is its condition ever false?), or a wait for something that never "
    "comes."
)


def test_a_verdict_is_what_the_process_says_second(answering):
    """First it says that it is there."""
    right = Verdict(CORRECT, "It is 4.", "printed")
    done = answering(b"ready", right.as_json())
    verdict = run_apart(four, JOB, 50)
    assert vars(verdict) == vars(right)
    assert done == [(process.serve, four, JOB), *END]
    assert not watchdogs(), "nothing is left"


@pytest.mark.parametrize(
    "answers",
    [
        [EOFError()],
        [OSError("bad message length")],
        [b"ready", EOFError()],
        [b"ready", OSError("handle is closed")],
        [b"ready", b"not a verdict"],
        [b"ready", b"[1, 2]"],
    ],
)
def test_a_process_that_ends_without_a_verdict(answering, answers):
    done = answering(*answers)
    verdict = run_apart(four, JOB, 50)
    assert (verdict.state, verdict.text) == (NOT_YET, DIED)
    assert done[1:] == ["kill", "join", *END], "killed first: it may live, and nobody waits for that"
    assert not watchdogs()


def test_a_process_that_takes_too_long(answering):
    done = answering(b"ready", None)
    verdict = run_apart(four, JOB, 0.1)
    assert (verdict.state, verdict.text) == (NOT_YET, TOO_SLOW)
    assert done[-3:] == END
    verdict = attempt.too_slow(four, 20.4)
    assert "after 20 seconds," in verdict.text


def test_the_time_to_start_does_not_count(answering, monkeypatch):
    """The clock runs from the process's first word on."""
    started = []
    monkeypatch.setattr(threading.Timer, "start", lambda timer: started.append(timer.interval))
    answering(EOFError())
    run_apart(four, JOB, 50)
    assert started == []
    answering(b"ready", Verdict(CORRECT, "").as_json())
    run_apart(four, JOB, 50)
    assert started == [50]


@pytest.mark.parametrize("error", [EOFError("no more"), OSError("no more"), ConnectionRefusedError("no more")])
def test_no_process_could_be_started(monkeypatch, error):
    def start(*arguments):
        raise error

    monkeypatch.setattr(child, "start", start)
    verdict = practice.check(four, helps)
    assert (verdict.state, verdict.because) == (NOT_YET, None)
    assert verdict.text == (
        f"Your attempt was not run: no process could be started for it (`{type(error).__name__}: no more`). Restart "
        "the kernel, run the cells above, and check again."
    )
    assert verdict.source == source_of(helps)


@pytest.mark.parametrize(("asked", "limit"), [(None, 50), (3, 3)])
def test_the_time_limit_is_the_exercises_own_where_no_other_is_asked_for(monkeypatch, asked, limit):
    jobs = []

    def run(*arguments):
        jobs.append((*arguments, os.path.isdir(arguments[1].folder)))
        return Verdict(CORRECT, "")

    monkeypatch.setattr(attempt, "run_apart", run)
    verdict = practice.check(four, helps_twice, *filter(None, [asked]))
    ((of, job, seconds, there),) = jobs
    assert (of, seconds, there, verdict.source) == (four, limit, True, source_of(helps_twice))
    assert (job.name, job.source) == ("helps_twice", source_of(helps_twice))
    assert job.modules == {name: (__name__, name) for name in ("helps", "also_helps")}
    assert re.fullmatch("course-[a-z0-9_]{8}", os.path.basename(job.folder))
    assert not os.path.exists(job.folder), "gone with the attempt"


def test_a_folder_that_cannot_be_removed_is_no_error(monkeypatch):
    """As on Windows, where a process that has not quite ended holds a file in it."""

    def refuses(*arguments, **options):
        raise OSError("in use")

    monkeypatch.setattr(attempt, "run_apart", lambda exercise, job, seconds: Verdict(CORRECT, job.folder))
    with monkeypatch.context() as patched:
        patched.setattr(os, "rmdir", refuses)
        verdict = practice.check(four, helps)
    assert verdict.state == CORRECT
    os.rmdir(verdict.text)


def test_a_blank_attempt_is_not_run(monkeypatch):
    monkeypatch.setattr(attempt, "run_apart", None)
    assert practice.check(four, blank).markdown == (
        "**✏️ Not attempted.** Replace the `...` with your code, run that cell, then run this one again. "
        "Stuck? `course.hint(four)`"
    )


def blank(path):
    """Return 4."""


def test_a_function_without_a_source_is_not_run(monkeypatch):
    monkeypatch.setattr(attempt, "run_apart", None)
    text = "The source of `len` cannot be read. Define it with `def` in a cell, and run that cell."
    assert practice.check(four, len).markdown == f"**❌ Not yet.** {text}"


class Screen(io.StringIO):
    """Notes, in order, what is printed, flushed and cleared."""

    def __init__(self):
        super().__init__()
        self.events = []

    def write(self, text):
        self.events.append(text)

    def flush(self):
        self.events.append("flushed")

    def clear_output(self, wait=False):
        self.events.append(f"cleared, wait={wait}")


@pytest.fixture
def screen(monkeypatch):
    made = Screen()
    monkeypatch.setitem(sys.modules, "IPython.display", made)
    return made


@pytest.mark.parametrize(
    ("platform", "more"),
    [
        ("linux", ""),
        ("darwin", " Its process has to load TensorFlow first."),
        ("win32", " Its process has to load TensorFlow first."),
    ],
)
def test_a_notebook_says_that_an_attempt_is_checked_until_it_is(screen, monkeypatch, platform, more):
    kernel = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=None))
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(sys, "stdout", screen)
    said = [f"⏳ Checking four …{more}", "\n", "flushed"]
    with saying_it_is_checked(four):
        assert screen.events == said
    assert screen.events == [*said, "cleared, wait=True"]
    with pytest.raises(KeyboardInterrupt), saying_it_is_checked(four):
        raise KeyboardInterrupt
    assert screen.events[4:] == [*said, "cleared, wait=True"], "interrupted, too"


@pytest.mark.parametrize("shell", [None, SimpleNamespace()])
def test_elsewhere_nothing_is_said(screen, monkeypatch, shell):
    """In IPython without a kernel, or in a Python without a shell."""
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    with saying_it_is_checked(four):
        pass
    monkeypatch.delitem(sys.modules, "IPython")
    with saying_it_is_checked(four):
        pass
    assert screen.events == []


# In its process


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
    "Nothing is called `missing`. A text needs quotes; a module needs its `import`; otherwise look at the spelling."
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
        ("def f():\n    raise ValueError('No variables to save')", None, process.OFTEN["No variables to save"]),
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
        process.serve(sender, exercise, Job("f", source, os.fspath(tmp_path)))
        first, last = sender.sent
        return first, Verdict.from_json(last)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "setsid", lambda: None)
    log = process.logging.getLogger("tensorflow")
    monkeypatch.setattr(log, "disabled", False)
    return serve


@pytest.mark.parametrize(
    ("body", "state", "text"),
    [
        ("return 5", CORRECT, "It is 5."),
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
    assert process.logging.getLogger("tensorflow").disabled, "its warnings are no words of the learner's"


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
