"""The process that runs an attempt: the source becomes a function, which the examiner calls."""

import importlib
import inspect
import io
import linecache
import logging
import os
import re
import traceback
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field

from course.expected_errors import headline
from course.legacy_files import LegacyError
from course.practice.often import OFTEN
from course.practice.verdict import CORRECT, NotYet, Verdict

PRINTED_LIMIT = 4000  # characters of what an attempt prints
FILE = "<your attempt>"


@dataclass
class Job:
    """The message to the process: picklable, and nothing of the notebook but text."""

    name: str
    source: str
    folder: str
    modules: dict = field(default_factory=dict)  # name in the notebook -> (module, attribute or None)
    helpers: list = field(default_factory=list)  # sources of the notebook's functions that the attempt calls
    left_behind: set = field(default_factory=set)  # names of the notebook that do not go along


def serve(sender, exercise, job):
    """Runs a job and sends its verdict: the target of the process."""
    if hasattr(os, "setsid"):
        os.setsid()  # what the attempt starts ends with it
    import tensorflow.compat.v1 as tf

    if exercise.tensorflow == 1:
        tf.disable_v2_behavior()
    logging.getLogger("tensorflow").disabled = True  # its warnings are no words of the learner's function
    os.chdir(job.folder)
    sender.send_bytes(b"ready")
    printed = Printed()
    with redirect_stdout(printed), redirect_stderr(printed):
        try:
            function = define(job)
            why = exercise.examine(Attempt(function, exercise, job))
            verdict = Verdict(CORRECT, why, printed.getvalue())
        except NotYet as problem:
            verdict = Verdict.not_yet(problem, printed.getvalue())
        except LegacyError as error:  # the examiner found no file to examine with
            verdict = Verdict.not_yet(not_examined(error), printed.getvalue())
        except Exception as error:  # the examiner stumbled over what the attempt returned or left behind
            verdict = Verdict.not_yet(stumbled(exercise, error), printed.getvalue())
    with suppress(OSError):  # an attempt may have closed the pipe: then the other end says that the process ended
        sender.send_bytes(verdict.as_json())


def quoted(error):
    """An error's type and the line of its message that says what is wrong, as code."""
    return code(f"{type(error).__name__}: {headline(error).rstrip('.')}")


def code(text):
    """A text as code in Markdown: between more backticks than it has in a row."""
    marks = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    edge = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{marks}{edge}{text}{edge}{marks}"


def not_examined(error):
    return NotYet(
        seen=str(error),
        expected="The legacy files as the course ships them.",
        because="Your function was not the reason: this check needs the file. Bring it back, then check again.",
    )


def stumbled(exercise, error):
    because = "It returned, or left behind, something of quite another kind. If it did not, the check is wrong, and "
    because += "not your function."
    if "Attempted to use a closed Session" in str(error):
        because = "The session is the caller's, who goes on using it: do not close it."
    if "already open" in str(error):
        because = "A file was opened and not closed. `with` closes it: `with h5py.File(path) as file:`."
    if "Graph is finalized" in str(error):
        because = "The graph is the caller's, who goes on building: do not finalize it."
    return NotYet(
        seen=f"Looking at what `{exercise.__name__}` did raised {quoted(error)}",
        expected="What its description asks for.",
        because=because,
    )


class Printed(io.StringIO):
    """Keeps what is printed up to a limit, so that an endless loop of prints does not fill the memory."""

    def write(self, text):
        room = PRINTED_LIMIT - self.tell()
        if room > 0:
            super().write(text if len(text) <= room else text[:room] + "\n[…]")
        return len(text)


def brought_along(job, name):
    """A namespace, of a module called ``name``, with the modules and the helpers of a job."""
    namespace = {"__name__": name}
    for known_as, (module, attribute) in job.modules.items():
        value = importlib.import_module(module)
        namespace[known_as] = getattr(value, attribute) if attribute else value
    for source in job.helpers:
        exec(compile(source, "<helper>", "exec"), namespace)
    return namespace


def define(job):
    """Turns a job's source into a function, in a namespace with its modules and helpers."""
    try:
        namespace = brought_along(job, "attempt")
        linecache.cache[FILE] = (len(job.source), None, job.source.splitlines(keepends=True), FILE)
        exec(compile(job.source, FILE, "exec"), namespace)
    except Exception as error:
        raise NotYet(
            seen=f"Defining `{job.name}` raised {quoted(error)}",
            expected="A function that can be defined on its own.",
            because="Its first line uses something that only the notebook has. Keep the signature as it was.",
        ) from error
    return namespace[job.name]


def is_current(folder):
    """True when ``folder`` is the current folder, which may have been deleted."""
    with suppress(FileNotFoundError):
        return os.getcwd() == folder
    return False


class Attempt:
    """The learner's function as an examiner calls it: what it raises becomes ``NotYet``."""

    def __init__(self, function, exercise, job):
        self.function, self.exercise, self.job = function, exercise, job

    @property
    def source(self):
        """The function's source text."""
        return self.job.source

    def __call__(self, *arguments):
        here = os.getcwd()
        try:
            answer = self.function(*arguments)
        except BaseException as error:  # SystemExit too, and a KeyboardInterrupt that the attempt itself raises
            lines = [frame.line for frame in traceback.extract_tb(error.__traceback__) if frame.filename == FILE]
            where = f", at the line {code(lines[-1])}" if lines else ""
            raise NotYet(
                seen=f"{quoted(error)}{where}.",
                expected="The function returns without an error.",
                because=self.cause(error),
            ) from error
        finally:
            moved = not is_current(here)
            with suppress(FileNotFoundError):
                os.chdir(here)
        if not os.path.isdir(here):
            raise NotYet(
                seen="After the call, the current folder is gone.",
                expected="The current folder as it was, with all that is in it.",
                because="It is the caller's: make a folder of your own for what is to be deleted.",
            )
        if moved:
            raise NotYet(
                seen="After the call, the current folder is another one.",
                expected="The current folder as it was: the caller's relative paths lead somewhere else from another.",
                because="`os.chdir` holds for the whole program. Put the folder before the name instead: "
                "`os.path.join(folder, name)`.",
            )
        return answer

    def refusal(self, *arguments, kinds=(ValueError, AssertionError)):
        """The message of the error that a guard raises, or ``None`` where it lets pass.

        An error of another kind is no refusal, and neither is a message that the exercise knows as a slip of its own
        (``raised``): it becomes ``NotYet``.
        """
        try:
            self(*arguments)
        except NotYet as problem:
            message = str(problem.__cause__)
            slip = any(part in message for part in self.exercise.raised)
            if isinstance(problem.__cause__, kinds) and not slip:
                return message
            kind = " or ".join(f"`{kind.__name__}`" for kind in kinds)
            expected = f"No error other than {kind}, raised on purpose."
            raise NotYet(problem.seen, expected, problem.because) from problem.__cause__
        return None

    def cause(self, error):
        """The likely cause of an error: what the exercise says of its message, or what is often true of it."""
        message = str(error)
        name = getattr(error, "name", None) if isinstance(error, NameError) else None
        if name in self.job.left_behind:
            return (
                f"`{name}` was made in the notebook. An attempt runs apart from the notebook, in an empty graph: make "
                f"`{name}` inside the function, or use the function's arguments."
            )
        for part, cause in [*self.exercise.raised.items(), *OFTEN.items()]:
            if part in message:
                return cause
        if name:
            return (
                f"Nothing is called `{name}`. A string needs quotes; a module needs its `import`; otherwise look at "
                "the spelling."
            )
        wanted, given = (list(inspect.signature(f).parameters) for f in (self.exercise.reference, self.function))
        if isinstance(error, TypeError) and wanted != given:
            return "The function's signature was changed. Put it back as it was in the notebook's cell."
        return f"The message names what went wrong. `course.hint({self.exercise.__name__})` may help."
