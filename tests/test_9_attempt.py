"""Truth 9, an attempt: what goes along to its process, and how that one is run and ended."""

import collections
import functools
import io
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
from course.practice import attempt, child, exercise, inside
from course.practice.attempt import gather, run_apart, saying_it_is_checked, source_of_helper
from course.practice.exercise import source_of
from course.practice.inside import Job
from course.practice.verdict import CORRECT, NOT_YET, Verdict

NOWHERE = 1 << 30  # no process has this number


@exercise(hints=["which?", "this.", "return 4"], seconds=50)
def four(path):
    """Return 4."""
    return 4


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
    assert done == [(inside.serve, four, JOB), *END]
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
