"""Runs an attempt apart: in a process of its own, with an empty graph, a temporary folder and a time limit.

The attempt travels as source text, with the modules it uses. Nothing else of the notebook goes along, so neither
can spoil the other. On Linux the processes are forked from one server that has TensorFlow loaded (the first attempt
waits for that, later ones take a tenth of a second); elsewhere each one imports TensorFlow anew.
"""

import dis
import importlib
import inspect
import io
import linecache
import multiprocessing
import os
import sys
import tempfile
import time
import traceback
import types
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field

from course.failure import headline
from course.practice.exercise import is_blank, source_of
from course.practice.verdict import BLANK, CORRECT, NOT_YET, NotYet, Verdict

TIME_LIMIT = 20  # seconds
PRINTED_LIMIT = 4000  # characters of what an attempt prints
FILE = "<your attempt>"


@dataclass
class Job:
    """What travels to the process: picklable, and nothing of the notebook but text."""

    name: str
    source: str
    folder: str
    modules: dict = field(default_factory=dict)  # name in the notebook -> (module, attribute or None)
    helpers: list = field(default_factory=list)  # sources of the notebook's functions that the attempt calls
    left_behind: set = field(default_factory=set)  # names of the notebook that do not go along


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
        return Verdict(NOT_YET, f"The source of `{exercise.__name__}` cannot be read. Define it with `def` in a cell, and run that cell.")
    if blank:
        text = "Replace the `...` with your code, run that cell, then run this one again."
        return Verdict(BLANK, f"{text} Stuck? `course.hint({exercise.__name__})`")
    with tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as folder:
        job = Job(function.__name__, source, folder)
        gather(function, job)
        return run_apart(exercise, job, seconds)


def gather(function, job):
    """Sorts the globals that a function uses into modules, helpers (functions of the notebook) and what stays behind."""
    for name in sorted(global_names(function.__code__)):
        if name not in function.__globals__:
            continue
        value = function.__globals__[name]
        module, attribute = getattr(value, "__module__", None), getattr(value, "__qualname__", "")
        if isinstance(value, types.ModuleType):
            job.modules[name] = (value.__name__, None)
        elif module and module != "__main__" and getattr(sys.modules.get(module), attribute, None) is value:
            job.modules[name] = (module, attribute)
        elif isinstance(value, types.FunctionType) and value is not function:
            source = source_of(value)
            if source not in job.helpers:
                job.helpers.append(source)
                gather(value, job)
        elif value is not function:
            job.left_behind.add(name)


def global_names(code):
    """The names that a code object, and those nested in it, look up as globals."""
    names = {op.argval for op in dis.get_instructions(code) if op.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    return names.union(*(global_names(c) for c in code.co_consts if isinstance(c, types.CodeType)))


def run_apart(exercise, job, seconds):
    """Runs a job in a process of its own and returns its verdict."""
    context = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
    if sys.platform == "linux":
        context.set_forkserver_preload(["tensorflow.compat.v1", "course.practice.attempt"])
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
            seen=f"The process that ran your attempt ended without a word (exit code {exit_code}). The notebook is untouched.",
            expected="The function returns.",
            because="A call that ends the process, such as `os._exit`, or one that used up the memory.",
        )
    )


# From here on: what happens in the other process.


def serve(sender, exercise, job):
    """Runs a job and sends its verdict: the target of the process."""
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    os.chdir(job.folder)
    sender.send("ready")
    printed = Printed()
    with redirect_stdout(printed), redirect_stderr(printed):
        try:
            function = define(job)
            why = exercise.examine(Attempt(function, exercise, job))
            verdict = Verdict(CORRECT, why, printed.getvalue())
        except NotYet as problem:
            verdict = Verdict.not_yet(problem, printed.getvalue())
    sender.send(verdict)


class Printed(io.StringIO):
    """Keeps what is printed up to a limit, so that an endless loop of prints does not fill the memory."""

    def write(self, text):
        room = PRINTED_LIMIT - self.tell()
        if room > 0:
            super().write(text if len(text) <= room else text[:room] + "\n[…]")
        return len(text)


def define(job):
    """Turns a job's source into a function, in a namespace with its modules and helpers."""
    namespace = {"__name__": "attempt"}
    try:
        for name, (module, attribute) in job.modules.items():
            value = importlib.import_module(module)
            namespace[name] = getattr(value, attribute) if attribute else value
        for source in job.helpers:
            exec(compile(source, "<helper>", "exec"), namespace)
        linecache.cache[FILE] = (len(job.source), None, job.source.splitlines(keepends=True), FILE)
        exec(compile(job.source, FILE, "exec"), namespace)
    except Exception as error:
        raise NotYet(
            seen=f"Defining `{job.name}` raised `{type(error).__name__}: {headline(error)}`",
            expected="A function that can be defined on its own.",
            because="Its first line uses something that only the notebook has. Keep the signature as it was.",
        ) from error
    return namespace[job.name]


class Attempt:
    """The learner's function as an examiner calls it: what it raises becomes ``NotYet``."""

    def __init__(self, function, exercise, job):
        self.function, self.exercise, self.job = function, exercise, job

    @property
    def source(self):
        """The function's source text."""
        return self.job.source

    def __call__(self, *arguments):
        try:
            return self.function(*arguments)
        except (Exception, SystemExit) as error:
            lines = [frame.line for frame in traceback.extract_tb(error.__traceback__) if frame.filename == FILE]
            where = f", at the line `{lines[-1]}`" if lines else ""
            raise NotYet(
                seen=f"`{type(error).__name__}: {headline(error).rstrip('.')}`{where}.",
                expected="The function returns without an error.",
                because=self.cause(error),
            ) from error

    def cause(self, error):
        """The likely cause of an error: what the exercise says of its message, or what is often true of it."""
        message = str(error)
        name = getattr(error, "name", None) if isinstance(error, NameError) else None
        if name in self.job.left_behind:
            return (
                f"`{name}` was made in the notebook. An attempt runs apart from the notebook, in an empty graph: "
                f"make `{name}` inside the function, or use the function's arguments."
            )
        for part, cause in [*self.exercise.raised.items(), *OFTEN.items()]:
            if part in message:
                return cause
        if name:
            return f"Nothing is called `{name}`. A text needs quotes; a module needs its `import`; otherwise look at the spelling."
        if isinstance(error, TypeError) and "argument" in message and not inspect.signature(self.function).parameters.keys() >= (
            inspect.signature(self.exercise.reference).parameters.keys()
        ):
            return "The function's signature was changed. Put it back as it was in the notebook's cell."
        return f"The message names what went wrong. `course.hint({self.exercise.__name__})` may help."


OFTEN = {
    "Attempting to use uninitialized value": "A variable was read before a session ran its initializer.",
    "already exists, disallowed": "The same graph got two variables of one name. Each name once, or a graph of its own for each.",
    "Attempted to use a closed Session": "The session was closed when its `with` block ended. Do everything that needs it inside.",
    "The Session graph is empty": "The session was made for another graph than the one with your variables.",
    "No variables to save": "The Saver was made before the variables. It looks at the graph once, when it is made.",
    "is not an element of this graph": "Something of another graph was passed to the session.",
}
