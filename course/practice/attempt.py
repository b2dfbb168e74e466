"""Runs an attempt apart: in a process of its own, with an empty graph, a temporary folder and a time limit.

The attempt travels as source text, with the modules it uses. Nothing else of the notebook goes along, so neither
can spoil the other. On Linux the processes are forked from one server that has TensorFlow loaded (the first attempt
waits for that, later ones take a tenth of a second); elsewhere each one imports TensorFlow anew.
"""

import ast
import inspect
import multiprocessing
import sys
import tempfile
import time
import types

from course.practice.exercise import is_blank, source_of
from course.practice.process import Job, serve
from course.practice.verdict import BLANK, NOT_YET, NotYet, Verdict

TIME_LIMIT = 20  # seconds


def check(exercise, function, seconds=TIME_LIMIT):
    """Runs ``function`` as an attempt at ``exercise``.

    Args:
        exercise: the ``Exercise``.
        function: the learner's function, defined in a notebook cell or in a file.
        seconds: the time limit, without the time to start a process.

    Returns:
        A ``Verdict``. Whatever the attempt does becomes one: nothing is raised.
    """
    try:
        source = source_of(function)
        blank = is_blank(source)
    except (OSError, TypeError, SyntaxError, IndexError):
        return Verdict(
            NOT_YET,
            f"The source of `{exercise.__name__}` cannot be read. Define it with `def` in a cell, and run that cell.",
        )
    if blank:
        text = "Replace the `...` with your code, run that cell, then run this one again."
        return Verdict(BLANK, f"{text} Stuck? `course.hint({exercise.__name__})`")
    with tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as folder:
        job = Job(function.__name__, source, folder)
        gather(function, source, job)
        verdict = run_apart(exercise, job, seconds)
        verdict.source = source
        return verdict


def gather(function, source, job):
    """Sorts the globals that a function names: modules, helpers (functions of the notebook), what stays behind."""
    names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    for name in sorted(names & function.__globals__.keys()):
        value = function.__globals__[name]
        if isinstance(value, types.FunctionType):
            value = inspect.unwrap(value)  # in a notebook, open is IPython's wrapper of Python's
        module, attribute = getattr(value, "__module__", None), getattr(value, "__qualname__", "")
        if isinstance(value, types.ModuleType):
            job.modules[name] = (value.__name__, None)
        elif module and module != "__main__" and getattr(sys.modules.get(module), attribute, None) is value:
            job.modules[name] = (module, attribute)
        elif helper := source_of_helper(value):
            if helper not in (source, *job.helpers):
                job.helpers.append(helper)
                gather(value, helper, job)
        else:
            job.left_behind.add(name)


def source_of_helper(value):
    """The source of a function of the notebook; empty for anything else, and where there is no source."""
    try:
        return source_of(value) if isinstance(value, types.FunctionType) else ""
    except (OSError, TypeError, SyntaxError, IndexError):  # made by exec, a lambda, or a part of a longer line
        return ""


def run_apart(exercise, job, seconds):
    """Runs a job in a process of its own and returns its verdict."""
    context = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
    if sys.platform == "linux":
        context.set_forkserver_preload(["tensorflow.compat.v1", "course.practice.process"])
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=serve, args=(sender, exercise, job), daemon=True)
    with Waiting():
        process.start()
        sender.close()
        try:
            receiver.recv()  # the process is there, and has TensorFlow: from here on the time counts
            began = time.monotonic()
            if receiver.poll(seconds):
                return receiver.recv()
            return too_slow(exercise, time.monotonic() - began)
        except EOFError:
            process.join()
            return died(process.exitcode)
        finally:
            process.kill()
            process.join()
            receiver.close()


class Waiting:
    """Says in a notebook that an attempt is running, and takes the line away when it is done."""

    first = True

    def __enter__(self):
        shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
        self.shown = Waiting.first and hasattr(shell, "kernel")
        Waiting.first = sys.platform != "linux"
        if self.shown:
            print("⏳ Your attempt runs in a process of its own. Starting it takes about five seconds.", flush=True)

    def __exit__(self, *_):
        if self.shown:
            from IPython.display import clear_output

            clear_output()


def too_slow(exercise, seconds):
    return Verdict.not_yet(
        NotYet(
            seen=f"`{exercise.__name__}` had not returned after {seconds:.0f} seconds, and was stopped.",
            expected="The function returns in a moment.",
            because="A loop that never ends (is its condition ever false?), or a wait for something that never comes.",
        )
    )


def died(exit_code):
    return Verdict.not_yet(
        NotYet(
            seen=f"The process that ran your attempt ended without a word (exit code {exit_code}). The notebook is "
            "untouched.",
            expected="The function returns.",
            because="A call that ends the process, such as `os._exit`, or one that used up the memory.",
        )
    )
