"""Truth 9, ``check``, ``hint`` and ``solution``, whatever the attempt does."""

import linecache
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time
import types
from pathlib import Path

import pytest
import tensorflow.compat.v1 as tf

import course
from course import lessons, practice
from course.practice import NotYet, exercise, inside
from course.practice.verdict import BLANK, CORRECT, NOT_YET
from tfckpt.document import Note

SECRET = ["of the notebook"]


@exercise(hints=["which?", "this.", "return 4"], raised={"special": "A special cause."})
def four():
    """Return 4."""
    # because
    return 4


@four.examiner
def _(attempt):
    answer = attempt()
    if answer != 4:
        raise NotYet(seen=f"`{answer}`", expected="`4`", because="Count again.")
    return "It is 4."


@exercise(hints=["which?", "this.", "raise"], raised={"a slip": "A slip's cause."}, lesson=__name__, tensorflow=2)
def refuse_odd(number):
    """Raise ValueError for an odd number."""
    # because
    if number % 2:
        raise ValueError("odd")


@refuse_odd.examiner
def _(attempt):
    assert tf.executing_eagerly(), "TensorFlow 2 as it is"
    refused = [attempt.refusal(number) for number in (2, 3)]
    if refused != [None, "odd"]:
        raise NotYet(seen=f"{refused}", expected="[None, 'odd']", because="Look at 3.")
    return "It refuses."


def check(function, **options):
    return practice.check(four, function, **options)


def test_right():
    verdict = check(four.reference)
    assert verdict.state == CORRECT
    assert "It is 4." in repr(verdict)


def test_an_exercise_that_has_to_raise():
    """``refusal`` tells the message of a guard's error from one that the attempt did not mean."""

    def lets_all_pass(number):
        return number

    def by_assertion(number):
        assert number % 2 == 0, "odd"

    def slips(number):
        raise ValueError("a slip")

    def raises_another(number):
        raise KeyError("odd")

    assert practice.check(refuse_odd, refuse_odd.reference).state == CORRECT
    assert practice.check(refuse_odd, by_assertion).state == CORRECT
    assert "[None, None]" in repr(practice.check(refuse_odd, lets_all_pass))
    assert "A slip's cause." in repr(practice.check(refuse_odd, slips))
    another = repr(practice.check(refuse_odd, raises_another))
    assert "KeyError" in another
    assert "No error other than ValueError or AssertionError, raised on purpose." in another.replace("`", "")


def test_blank():
    def blank():
        """Return 4."""

    assert check(blank).state == BLANK
    assert "course.hint(four)" in repr(check(blank))


def test_wrong_says_what_was_seen_and_expected():
    def wrong():
        return 5

    text = repr(check(wrong))
    assert text.startswith(NOT_YET)
    for word in ("Seen:", "Expected:", "Likely cause:", "5", "4", "Count again."):
        assert word in text


def test_crashing():
    def crashing():
        raise RuntimeError("a special day")

    text = repr(check(crashing))
    assert "RuntimeError: a special day" in text
    assert 'raise RuntimeError("a special day")' in text, "the line that raised"
    assert "A special cause." in text
    assert "Traceback" not in text


def test_endless(tmp_path):
    def endless():
        import subprocess
        import sys

        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "of-an-attempt"])
        while True:
            pass

    check(four.reference)  # starts the server, whose time does not count
    others = set(multiprocessing.active_children())
    began = time.monotonic()
    verdict = check(endless, seconds=1)
    assert time.monotonic() - began < 5
    assert verdict.state == NOT_YET
    assert "had not returned after 1 seconds" in repr(verdict)
    assert set(multiprocessing.active_children()) == others, "its process was ended"
    assert check(four.reference).state == CORRECT, "the next attempt is not held up"
    if sys.platform == "linux":
        assert not running("of-an-attempt"), "what the attempt started ends with it"


def running(argument):
    """The processes with an argument in their command line. One that has ended and was not yet reaped has none."""
    lines = [path.read_bytes().split(b"\0") for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    return [line for line in lines if argument.encode() in line]


def ends_its_parent():
    import os
    import signal

    os.kill(os.getppid(), signal.SIGKILL)


def ends_its_parent_and_itself():
    import os
    import signal

    os.kill(os.getppid(), signal.SIGKILL)
    os._exit(1)


def closes_its_pipe():
    import os

    os.closerange(3, 200)


def writes_into_its_pipe():
    import contextlib
    import os

    for descriptor in range(3, 60):
        with contextlib.suppress(OSError):
            os.write(descriptor, b"not a verdict")


def writes_half_a_message_and_goes_on():
    import contextlib
    import os

    for descriptor in range(3, 60):
        with contextlib.suppress(OSError):
            os.write(descriptor, b"\0\0")
    while True:
        pass


def raises_what_ctrl_c_raises():
    raise KeyboardInterrupt


@pytest.mark.skipif(sys.platform == "win32", reason="what these attempts do, they do to processes of Linux and macOS")
@pytest.mark.parametrize(
    "attempt",
    [
        ends_its_parent,
        ends_its_parent_and_itself,
        closes_its_pipe,
        writes_into_its_pipe,
        writes_half_a_message_and_goes_on,
        raises_what_ctrl_c_raises,
    ],
)
def test_whatever_an_attempt_does_to_its_process_the_next_one_is_judged(attempt):
    assert check(attempt, seconds=3).state == NOT_YET
    assert check(four.reference).state == CORRECT


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each attempt's process imports TensorFlow anew")
@pytest.mark.parametrize(
    ("kernel", "setting", "started"),
    [(True, "", True), (True, "on", True), (True, "off", False), (False, "", False)],
)
def test_in_a_kernel_the_first_check_is_prepared(kernel, setting, started):
    code = (
        "import sys, threading\nfrom types import SimpleNamespace\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "from traitlets.config import Config\n"
        "InteractiveShell.instance(config=Config(HistoryManager={'enabled': False}))  # as every kernel has one\n"
        f"app = SimpleNamespace(initialized=lambda: {kernel})\n"
        "sys.modules['ipykernel.kernelapp'] = SimpleNamespace(IPKernelApp=app)\nimport course\n"
        "for thread in threading.enumerate()[1:]: thread.join(30)\n"
        "from multiprocessing import forkserver\nprint(forkserver._forkserver._forkserver_pid is not None)"
    )
    environment = {**os.environ, "COURSE_AHEAD": setting}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.stdout.strip() == str(started), done.stderr


def test_in_a_script_that_guards_nothing(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import course\n\nprint('once')\n\n\ndef name_the_writer():\n    return 'Saver'\n\n\n"
        "print(course.check(name_the_writer))\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True)
    assert done.stdout.count("once") == 1, "the process of the attempt does not run the script again"
    assert "✅" in done.stdout, done.stdout + done.stderr


def test_the_process_ends():
    def ends():
        import os

        os._exit(3)

    assert "exit code 3" in repr(check(ends))


def test_sys_exit():
    def leaves():
        import sys

        sys.exit("bye")

    assert "SystemExit: bye" in repr(check(leaves))


def test_asks_for_input():
    def asks():
        return input("?")

    assert check(asks).state == NOT_YET


def test_what_it_prints_is_shown_up_to_a_limit():
    def prints():
        print("a" * 10)
        for _ in range(10_000):
            print("b" * 100)

    text = repr(check(prints))
    assert "aaaaaaaaaa" in text
    assert "[…]" in text
    assert len(text) < 6000


def reads_an_uninitialized_variable():
    with tf.Session() as sess:
        return sess.run(tf.get_variable("A", initializer=1))


def creates_a_variable_twice():
    tf.get_variable("A", initializer=1)
    tf.get_variable("A", initializer=1)


def runs_in_a_closed_session():
    a = tf.constant(1)
    with tf.Session() as sess:
        pass
    return sess.run(a)


def opens_a_session_for_an_empty_graph():
    return tf.Session(graph=tf.Graph()).run("A:0")


def makes_a_saver_of_nothing():
    tf.train.Saver()


def runs_an_operation_of_another_graph():
    with tf.Graph().as_default() as graph:
        tf.constant(1)
    return tf.Session(graph=graph).run(tf.constant(2))


def runs_without_a_session():
    tf.constant(1).eval()


def passes_the_graph_first():
    tf.Session(tf.Graph())


def enters_an_interactive_session():
    with tf.InteractiveSession():
        pass


def enters_a_session_twice():
    sess = tf.Session()
    with sess, sess:
        pass


def passes_a_constant_to_a_saver():
    tf.train.Saver({"A": tf.constant(1)})


def passes_a_name_to_a_saver():
    tf.train.Saver({"old": "new"})


def passes_the_prefix_alone():
    tf.get_variable("A", initializer=1)
    tf.train.Saver().restore("run/model")


def calls_save_on_the_class():
    tf.train.Saver.save(tf.Session(), "./model")


def restores_what_was_not_found():
    tf.get_variable("A", initializer=1)
    tf.train.Saver().restore(tf.Session(), tf.train.latest_checkpoint("."))


def saves_to_a_folder_that_is_not_there():
    a = tf.get_variable("A", initializer=1)
    with tf.Session() as sess:
        sess.run(a.initializer)
        tf.train.Saver().save(sess, "no/such/model")


def saves_without_a_folder_and_values():
    tf.get_variable("A", initializer=1)
    tf.train.Saver().save(tf.Session(), "model")


def resets_within_a_session():
    with tf.Session():
        tf.reset_default_graph()


def asks_a_variable_for_its_value():
    tf.get_variable("A", initializer=1).numpy()


def asks_a_resource_variable_for_its_value():
    tf.get_variable("A", initializer=1, use_resource=True).numpy()


def asks_a_tensor_for_its_value():
    tf.constant(1).numpy()


def asks_in_an_if():
    if tf.constant(1) < 2:
        return 4


def imports_tensorflow_2():
    import tensorflow as tf

    tf.get_variable("A", initializer=1)


def passes_the_shape_for_the_dtype():
    tf.constant(1, [4])


def passes_the_initializer_for_the_dtype():
    tf.get_variable("A", [4], tf.zeros_initializer())


def forgets_to_call():
    tf.get_variable("A", initializer=1)
    tf.Session().run(tf.global_variables_initializer)


def enters_a_method():
    with tf.Graph().as_default:
        pass


def enters_a_class():
    with tf.Session as sess:
        return sess


def assigns_what_it_reads():
    A = tf.get_variable(A, initializer=1)  # noqa: F821, N806
    return A


def goes_through_a_number():
    for _ in 4:
        pass


def feeds_the_wrong_way_round():
    import numpy as np

    x = tf.placeholder(tf.float32)
    tf.Session().run(x, {np.zeros(2): x})


OFTEN = [
    (reads_an_uninitialized_variable, "A variable was read before a session ran its initializer."),
    (creates_a_variable_twice, "The same graph got two variables of one name."),
    (runs_in_a_closed_session, "The session was closed: its with block had ended, or sess.close() was called."),
    (enters_a_session_twice, "with sess: is for whoever opened the session"),
    (runs_without_a_session, "There is no default session here"),
    (passes_the_graph_first, "The first argument of tf.Session is an address."),
    (enters_an_interactive_session, "A tf.InteractiveSession cannot be used in a with."),
    (opens_a_session_for_an_empty_graph, "The session was made for another graph than the one with your variables."),
    (makes_a_saver_of_nothing, "The Saver was made before the variables, or nothing made one"),
    (passes_a_constant_to_a_saver, "A Saver takes the variables themselves"),
    (passes_a_name_to_a_saver, "A Saver takes the variables themselves"),
    (passes_the_prefix_alone, "save and restore want two things"),
    (calls_save_on_the_class, "save and restore want two things"),
    (restores_what_was_not_found, "tf.train.latest_checkpoint returned None"),
    (saves_to_a_folder_that_is_not_there, "saver.save did not write."),
    (saves_without_a_folder_and_values, "saver.save did not write."),
    (runs_an_operation_of_another_graph, "Something of another graph was passed to the session."),
    (resets_within_a_session, "tf.reset_default_graph() cannot run while a with block"),
    (asks_a_variable_for_its_value, "What belongs to a graph has no value while the function builds it"),
    (asks_a_resource_variable_for_its_value, "What belongs to a graph has no value while the function builds it"),
    (asks_a_tensor_for_its_value, "What belongs to a graph has no value while the function builds it"),
    (asks_in_an_if, "What belongs to a graph has no value while the function builds it"),
    (imports_tensorflow_2, "tensorflow is TensorFlow 2."),
    (passes_the_shape_for_the_dtype, "Something else stands where a dtype belongs"),
    (passes_the_initializer_for_the_dtype, "Something else stands where a dtype belongs"),
    (forgets_to_call, "A function was passed where its result belongs"),
    (enters_a_method, "Parentheses are missing in the with line"),
    (enters_a_class, "Parentheses are missing in the with line"),
    (assigns_what_it_reads, "The function assigns this name somewhere"),
    (goes_through_a_number, "You cannot loop over a number."),
    (feeds_the_wrong_way_round, "An array stands where a key belongs."),
]


@pytest.mark.parametrize(("attempt", "cause"), OFTEN)
def test_what_goes_wrong_often_has_its_cause(attempt, cause):
    """TensorFlow's own message leads to it, whatever the exercise."""
    assert f"Likely cause: {cause}" in repr(check(attempt))


def test_each_cause_that_is_known_is_met_above():
    said = [repr(Note(cause)) for cause in inside.OFTEN.values()]
    assert not [cause for cause in said if not any(cause.startswith(met) for _, met in OFTEN)]


def test_a_message_with_backticks_is_code_all_the_same():
    def raises():
        raise ValueError("`axis` is not `0`")

    def draws():
        return int("`")

    assert "`` ValueError: `axis` is not `0` ``, at the line" in check(raises).markdown
    assert '``return int("`")``' in check(draws).markdown


def test_deep_recursion():
    def recursive():
        def down(n):
            return down(n + 1)

        return down(0)

    assert "RecursionError" in repr(check(recursive))


def test_what_the_notebook_made_stays_behind():
    def uses_the_notebook():
        return len(SECRET)

    text = repr(check(uses_the_notebook))
    assert "SECRET was made in the notebook" in text


def test_modules_and_functions_go_along():
    def uses_modules():
        assert re.match("a", "abc") and os.sep
        return helper()

    assert check(uses_modules).state == CORRECT


def helper():
    return 4


def test_what_ipython_has_put_in_the_place_of_pythons_own_goes_along():
    """In a notebook, open is IPython's wrapper. And a function without a source stays behind, like a value."""
    from IPython.core.interactiveshell import _modified_open

    def in_a_notebook():
        with open("four.txt", "w") as file:
            file.write("4")
        return int(open("four.txt").read())  # noqa: SIM115

    def calls_a_lambda():
        return double(2)  # noqa: F821

    notebook = {"open": _modified_open, "double": eval("lambda value: 2 * value")}
    assert check(types.FunctionType(in_a_notebook.__code__, notebook)).state == CORRECT
    verdict = check(types.FunctionType(calls_a_lambda.__code__, notebook))
    assert verdict.state == NOT_YET
    assert "double was made in the notebook" in repr(verdict)


def test_tensorflows_warnings_are_not_shown_as_what_the_function_printed(in_folder):
    """Neither in the verdict nor, past it, in the cell."""
    code = (
        "import course, tensorflow as tf\n"
        "def restore_completely(checkpoint, path):\n    print('mine')\n    checkpoint.restore(path)\n"
        "if __name__ == '__main__':\n    print(repr(course.check(restore_completely)))\n"
    )
    Path("attempt.py").write_text(code, encoding="utf-8")
    done = subprocess.run([sys.executable, "attempt.py"], capture_output=True, text=True)
    assert "Not yet" in done.stdout and "mine" in done.stdout
    assert "WARNING" not in done.stdout + done.stderr


def test_an_attempt_has_an_empty_graph_and_an_empty_folder():
    def looks():
        import os

        assert os.listdir(".") == []
        assert tf.get_default_graph().get_operations() == []
        open("left", "w").close()
        tf.get_variable("A", initializer=[1])
        return 4

    tf.disable_v2_behavior()
    before = sorted(os.listdir("."))
    operations = len(tf.get_default_graph().get_operations())
    for _ in range(2):
        assert check(looks).state == CORRECT
    assert sorted(os.listdir(".")) == before
    assert len(tf.get_default_graph().get_operations()) == operations


def test_a_changed_signature():
    def wants_more(a, b):
        return 4

    text = repr(check(wants_more))
    assert "TypeError" in text
    assert "The function's signature was changed." in text


def test_annotations_and_defaults_of_the_notebook():
    def annotated(path: re.Pattern = None) -> os.PathLike:
        return 4

    def defaulted(secret=SECRET):
        return 4

    assert check(annotated).state == CORRECT
    assert "Defining defaulted raised NameError" in repr(check(defaulted))


def test_an_answer_that_the_examiner_cannot_handle():
    def strange():
        class Strange:
            def __ne__(self, other):
                raise ArithmeticError("incomparable")

        return Strange()

    assert "ArithmeticError: incomparable" in repr(check(strange))


def test_source_that_cannot_be_read():
    assert check(len).state == NOT_YET
    linecache.cache["<string>"] = (9, None, ["import os\n", "x = 1\n"], "<string>")  # as python -c does since 3.13
    namespace = {}
    exec("def made():\n    return 4", namespace)
    assert "cannot be read" in repr(check(namespace["made"]))


def test_names_that_are_no_exercise():
    def name_the_witer():
        return 1

    assert "Did you mean name_the_writer?" in repr(course.check(name_the_witer))
    assert "without parentheses" in repr(course.check(4))
    assert "No exercise is called" in repr(course.hint(helper))
    assert "No exercise is called" in repr(course.solution(helper))


def test_hints_come_one_at_a_time():
    given = [repr(four.hint()) for _ in range(4)]
    assert given[0].startswith("Hint 1 of 3. which?")
    assert given[1].startswith("Hint 2 of 3. this.")
    assert given[2].startswith("Hint 3 of 3. return 4")
    assert given[3] == given[2]
    assert "course.solution(four)" in given[2]


def test_solution_is_the_code_that_the_tests_run(clean_exercises):
    reference = lessons.registry()["name_the_writer"].reference
    course.solution(reference)  # which says to try it first
    text = course.solution(reference)
    assert "```python\ndef name_the_writer():" in text.markdown
    assert "@exercise" not in text.markdown


def test_stub():
    assert four.stub == 'def four():\n    """Return 4."""\n    ...'


def test_two_exercises_may_not_share_a_name(monkeypatch):
    module = sys.modules[lessons.registry()["create_scale"].__module__]
    monkeypatch.setattr(module, "again", lessons.registry()["name_the_writer"], raising=False)
    lessons.registry.cache_clear()
    try:
        with pytest.raises(ValueError, match="two exercises are called name_the_writer"):
            lessons.registry()
    finally:
        lessons.registry.cache_clear()


def sleeps():
    time.sleep(600)


@pytest.mark.skipif(sys.platform == "win32", reason="there, no process can send itself what Ctrl-C sends")
def test_ctrl_c_ends_the_attempt_and_the_next_one_is_checked():
    others = set(multiprocessing.active_children())
    timer = threading.Timer(2, signal.pthread_kill, [threading.main_thread().ident, signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        check(sleeps)
    timer.join()
    assert set(multiprocessing.active_children()) == others, "what was interrupted has ended"
    assert check(four.reference).state == CORRECT
