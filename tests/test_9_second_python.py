"""Truth 9, ``apart``: the second Python runs a function of the notebook, and says what became of it."""

import contextlib
import gc
import json
import multiprocessing
import os
import re
import signal
import sys
import threading

import pytest
import tensorflow.compat.v1 as tf

import course
from course.practice import child, second_python
from course.practice.exercise import NoSource, source_of

SECRET = ["of the notebook"]


@pytest.fixture(scope="module")
def second():
    return course.apart()


def test_it_runs_a_function_in_another_process(second, capfd):

    def say(word, numbers):
        import os

        print(word, sum(numbers), os.getpid())

    second.run(say, "three:", [1, 2])
    words = capfd.readouterr().out.split()
    assert words[:2] == ["three:", "3"]
    assert int(words[2]) == second.process.pid != os.getpid()


def twice(number):
    return 2 * number


def test_it_takes_modules_and_functions_of_the_notebook_along(second, capfd, monkeypatch):
    monkeypatch.setattr(twice, "__module__", "__main__")  # as in a notebook

    def say(number):
        print(twice(number), re.sub("a", "b", "aa"))

    second.run(say, 4)
    assert capfd.readouterr().out == "8 bb\n"


def test_it_leaves_values_of_the_notebook_behind(second):
    def say():
        print(SECRET)

    with pytest.raises(RuntimeError, match="NameError: name 'SECRET' is not defined"):
        second.run(say)


def test_it_has_settings_of_its_own(second, capfd):
    """The process has TensorFlow, and TensorFlow 2 as it is, whatever this one has switched off."""
    tf.disable_v2_behavior()

    def tell():
        import tensorflow as tf

        print("eager:", tf.executing_eagerly())

    second.run(tell)
    assert capfd.readouterr().out == "eager: True\n"


def test_it_shows_what_was_raised(second):
    def fail():
        print("before")
        raise KeyError("a message")

    with pytest.raises(RuntimeError, match=r"(?s)fail raised, in the second Python:.*KeyError: 'a message'"):
        second.run(fail)

    def go_on():
        pass

    second.run(go_on)  # it lives


def test_one_that_ended_starts_again(second, capfd):

    def leave():
        import os

        os._exit(3)

    with pytest.raises(RuntimeError, match=r"ended without a word \(exit code 3\)"):
        second.run(leave)

    def say():
        print("again")

    second.run(say)
    assert capfd.readouterr().out == "again\n"


def test_it_ends_with_its_name():
    def go_on():
        pass

    second = course.apart()
    second.run(go_on)
    process = second.process
    del second
    assert not process.is_alive()


def sleeps():
    import time

    time.sleep(600)


@pytest.mark.skipif(sys.platform == "win32", reason="there, no process can send itself what Ctrl-C sends")
def test_ctrl_c_ends_the_process_and_the_next_call_is_answered(second, capfd):
    def say():
        print("again")

    second.run(say)
    others = set(multiprocessing.active_children()) - {second.process}
    timer = threading.Timer(2, signal.pthread_kill, [threading.main_thread().ident, signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        second.run(sleeps)
    timer.join()
    second.run(say)
    assert set(multiprocessing.active_children()) - {second.process} == others, "what was interrupted has ended"
    assert capfd.readouterr().out.endswith("again\nagain\n")


def test_it_wants_a_function_with_a_source(second):
    with pytest.raises(NoSource, match="The source of `print` cannot be read. Define it with `def` in a cell"):
        second.run(print)


class Pipe:
    """Stands for a pipe: what is read from it is given, what is written is kept, and an error is raised."""

    def __init__(self, *answers):
        self.answers, self.written = list(answers), []

    def send_bytes(self, data):
        self.written.append(json.loads(data))

    def recv_bytes(self):
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return json.dumps(answer).encode()


class Process:
    """Stands for the second Python."""

    exitcode = 3

    def __init__(self):
        self.alive = True

    def is_alive(self):
        return self.alive

    def join(self):
        self.alive = False


@pytest.fixture
def events(monkeypatch):
    """What is done to the second Python, in order; ``answers`` is what it answers."""

    class Events(list):
        answers, processes = (), ()

    events = Events()

    def start(target):
        events.append(target)
        events.processes = (*events.processes, Process())
        events.pipe = Pipe(*events.answers)
        return events.processes[-1], events.pipe

    @contextlib.contextmanager
    def saying(text):
        events.append(text)
        yield
        events.append("said")

    monkeypatch.setattr(child, "start", start)
    monkeypatch.setattr(child, "start_ahead", lambda: events.append("ahead"))
    monkeypatch.setattr(child, "end", lambda *ended: events.append(("end", *ended)))
    monkeypatch.setattr(second_python, "saying", saying)
    monkeypatch.setattr(sys, "platform", "linux")
    return events


def answer(printed="", error=""):
    return {"printed": printed, "error": error}


SAYS = ["twice runs in the second Python", "said"]


def test_it_starts_with_its_first_call_where_it_is_forked_in_a_moment(events, capsys):
    events.answers = answer("one"), answer("two\n")
    second = course.apart()
    assert (events, second.process) == (["ahead"], None)
    second.run(twice, 4, [1, "a"])
    second.run(twice)
    assert events == ["ahead", second_python.serve, *SAYS, *SAYS]
    call = ["twice", source_of(twice), {}, []]
    assert events.pipe.written == [[*call, [4, [1, "a"]]], [*call, []]]
    assert capsys.readouterr().out == "onetwo\n", "as it was printed there"


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_it_starts_at_once(events, monkeypatch, platform):
    """It has to load TensorFlow: meanwhile the notebook goes on."""
    monkeypatch.setattr(sys, "platform", platform)
    second = course.apart()
    assert (events, second.process) == ([second_python.serve], events.processes[0])


def calls_others(path):
    return os.path.join(twice(path), re.escape(path))


def test_modules_and_functions_are_named_in_the_call(events, monkeypatch):
    monkeypatch.setattr(twice, "__module__", "__main__")
    events.answers = [answer()]
    course.apart().run(calls_others, "a")
    modules = {"os": ["os", None], "re": ["re", None]}
    assert events.pipe.written == [["calls_others", source_of(calls_others), modules, [source_of(twice)], ["a"]]]


@pytest.mark.parametrize("error", [EOFError(), OSError("handle is closed"), BrokenPipeError()])
def test_one_that_does_not_answer_has_ended_and_another_takes_its_place(events, error):
    events.answers = error, answer()
    second = course.apart()
    with pytest.raises(RuntimeError) as raised:
        second.run(twice)
    assert str(raised.value) == "The second Python ended without a word (exit code 3)."
    assert raised.value.__suppress_context__, "how it was noticed is of no use"
    events.answers = [answer()]
    second.run(twice)
    assert [event for event in events if callable(event)] == [second_python.serve] * 2
    assert second.process is events.processes[1]


def test_an_interrupt_ends_it(events):
    events.answers = [KeyboardInterrupt()]
    second = course.apart()
    with pytest.raises(KeyboardInterrupt):
        second.run(twice)
    assert events[-1] == ("end", events.processes[0], events.pipe)


def test_it_ends_with_the_last_name_for_it(events):
    events.answers = [answer()]
    second = course.apart()
    second.run(twice)
    del second
    gc.collect()
    assert events[-1] == ("end", events.processes[0], events.pipe)


def test_what_was_raised_comes_after_what_was_printed(events, capsys):
    events.answers = [answer("before\n", "Traceback: KeyError")]
    with pytest.raises(RuntimeError) as raised:
        course.apart().run(twice)
    assert str(raised.value) == "twice raised, in the second Python:\n\nTraceback: KeyError"
    assert capsys.readouterr().out == "before\n"


def test_its_program_answers_each_call_until_nobody_asks(monkeypatch):
    settings = []
    monkeypatch.setattr(signal, "signal", lambda *arguments: settings.append(arguments))
    monkeypatch.setattr(os, "nice", settings.append)
    source = "def tell(a, b=2):\n    print(__name__, m.sep, g(a), b)\n    return a"
    call = ["tell", source, {"m": ["os", None]}, ["def g(a):\n    return 2 * a"]]
    leaves = "def leave():\n    print('one')\n    raise SystemExit('bye')"
    pipe = Pipe([*call, [4]], [*call, [5, "c"]], ["leave", leaves, {}, [], []], ["no", source, {}, [], []], EOFError())
    second_python.serve(pipe)
    assert settings == [(signal.SIGINT, signal.SIG_IGN), 5]
    assert pipe.written[:2] == [answer(f"__main__ {os.sep} 8 2\n"), answer(f"__main__ {os.sep} 10 c\n")]
    assert [reply["printed"] for reply in pipe.written[2:]] == ["one\n", ""]
    assert [reply["error"].splitlines()[-1] for reply in pipe.written[2:]] == ["SystemExit: bye", "KeyError: 'no'"]
    monkeypatch.delattr(os, "nice")
    second_python.serve(Pipe(EOFError()))  # as on Windows
