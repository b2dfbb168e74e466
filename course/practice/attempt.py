"""Runs an attempt apart: in a process of its own, with an empty graph, a temporary folder and a time limit.

The attempt travels as source text, with the modules it uses. Nothing else of the notebook goes along, so neither
can spoil the other.
"""

import ast
import inspect
import sys
import tempfile
import threading
import types
from contextlib import contextmanager
from multiprocessing.util import get_temp_dir

from course.practice import child
from course.practice.exercise import NoSource, is_blank, source_of
from course.practice.inside import Job, serve
from course.practice.newest import error_of_its_cell
from course.practice.verdict import BLANK, NOT_YET, NotYet, Verdict


def check(exercise, function, seconds=None):
    """Runs ``function`` as an attempt at ``exercise``.

    Args:
        exercise: the ``Exercise``.
        function: the learner's function, defined in a notebook cell or in a file.
        seconds: the time limit, without the time to start a process; by default the exercise's own.

    Returns:
        A ``Verdict``. Whatever the attempt does becomes one: nothing is raised.
    """
    try:
        source = source_of(function)
    except NoSource as error:
        return Verdict(NOT_YET, str(error))
    if problem := error_of_its_cell(function, source):
        return Verdict(
            NOT_YET,
            f"The cell of `{exercise.__name__}` that you ran last ended in an error ({problem}), so Python kept the "
            "older function. Mend that cell, run it, then run this one again.",
        )
    if is_blank(source):
        text = "Replace the `...` with your code, run that cell, then run this one again."
        return Verdict(BLANK, f"{text} Stuck? `course.hint({exercise.__name__})`")
    # Where it goes with the other things of the children, if this process is killed.
    with tempfile.TemporaryDirectory(dir=get_temp_dir(), prefix="course-", ignore_cleanup_errors=True) as folder:
        job = Job(function.__name__, source, folder)
        gather(function, source, job)
        verdict = run_apart(exercise, job, seconds or exercise.seconds)
        verdict.source = source
        return verdict


def gather(function, source, job):
    """Sorts the globals that a function names: modules, helpers (functions of the notebook), what stays behind."""
    names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    there = inspect.unwrap(function).__globals__  # functools.cache, for one, makes a wrapper that has none
    for name in sorted(names & there.keys()):
        value = there[name]
        if is_a(types.FunctionType, value):
            value = inspect.unwrap(value)  # in a notebook, open is IPython's wrapper of Python's
        if is_a(types.ModuleType, value):
            job.modules[name] = (value.__name__, None)
        elif place := imported_from(value):
            job.modules[name] = place
        elif helper := source_of_helper(value):
            if helper not in (source, *job.helpers):
                job.helpers.append(helper)
                gather(value, helper, job)
        else:
            job.left_behind.add(name)


def is_a(kind, value):
    """``isinstance`` that asks the value nothing: some raise whatever they are asked, such as a library half loaded."""
    return issubclass(type(value), kind)


def imported_from(value):
    """The module and the name that a value can be imported by; None where it cannot, or raises when it is asked."""
    try:
        module, name = value.__module__, value.__qualname__
        found = module != "__main__" and getattr(sys.modules.get(module), name, None) is value
    except Exception:
        return None
    return (module, name) if found else None


def source_of_helper(value):
    """The source of a function of the notebook; empty for anything else, and where there is no source."""
    try:
        return source_of(value) if is_a(types.FunctionType, value) else ""
    except NoSource:
        return ""


def run_apart(exercise, job, seconds):
    """Runs a job in a process of its own and returns its verdict."""
    with saying_it_is_checked(exercise):
        try:
            process, pipe = child.start(serve, exercise, job)
        except (EOFError, OSError) as error:
            return Verdict(
                NOT_YET,
                f"Your attempt was not run: no process could be started for it (`{type(error).__name__}: {error}`). "
                "Restart the kernel, run the cells above, and check again.",
            )
        expired = threading.Event()
        watchdog = threading.Timer(seconds, lambda: (expired.set(), child.kill(process)))
        try:
            pipe.recv_bytes()  # the process is there, and has TensorFlow: from here on the time counts
            watchdog.start()
            return Verdict.from_json(pipe.recv_bytes())
        except (EOFError, OSError, ValueError):  # the process has ended, or something else wrote into its pipe
            child.kill(process)
            ending = child.ending(process)
            return too_slow(exercise, seconds) if expired.is_set() else died(ending)
        finally:
            watchdog.cancel()
            child.end(process, pipe)


@contextmanager
def saying_it_is_checked(exercise):
    """Says in a notebook that an attempt is running, and takes the line away when it is done."""
    if not hasattr(sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None, "kernel"):
        yield
        return
    load = "" if sys.platform == "linux" else " Its process has to load TensorFlow first."
    print(f"⏳ Checking {exercise.__name__} …{load}", flush=True)
    try:
        yield
    finally:
        from IPython.display import clear_output

        clear_output(wait=True)  # the verdict takes the place of the line, so that the page does not jump


def too_slow(exercise, seconds):
    return Verdict.not_yet(
        NotYet(
            seen=f"`{exercise.__name__}` had not returned after {seconds:.0f} seconds, and was stopped.",
            expected="The function returns in a moment.",
            because="A loop that never ends (is its condition ever false?), or a wait for something that never comes.",
        )
    )


def died(ending):
    return Verdict.not_yet(
        NotYet(
            seen=f"The process that ran your attempt {ending}. The notebook is untouched.",
            expected="The function returns.",
            because="A call that ends the process, such as `os._exit`; one that closes files which the function did "
            "not open; or one that used up the memory.",
        )
    )
