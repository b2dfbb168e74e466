"""Truth 9, ``apart``: the second Python runs a function of the notebook, and says what became of it."""

import multiprocessing
import os
import re
import signal
import sys
import threading

import pytest
import tensorflow.compat.v1 as tf

import course
from course.practice.exercise import NoSource

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
