"""``run``: a function of the notebook in a child process, which counts its steps on disk and dies before one."""

import os
import signal
import sys
import traceback
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

from course.crash.steps import watch
from course.meanwhile import saying
from course.practice import child
from course.practice.exercise import source_of


@dataclass
class Run:
    """The events in a child, up to its end.

    Attributes:
        steps: texts such as ``rename pair.index.tempstate… -> pair.index``. A killed child did not do the last.
        printed: the lines that the function printed.
        marks: for each of these lines, how many steps came before it.
        killed: whether the child was killed.
    """

    steps: list = field(default_factory=list)
    printed: list = field(default_factory=list)
    marks: list = field(default_factory=list)
    killed: bool = False


def start(*modules):
    """Starts the process that children are forked from. It loads TensorFlow while this one does.

    Args:
        modules: names of what else it should load, once for all children: ``"keras"``.

    Introduced in lesson 14a.

    Raises:
        NotImplementedError: this system is not Linux.
    """
    if sys.platform != "linux":
        raise NotImplementedError(
            "Lesson 14 stops a process inside TensorFlow's own calls of rename, and course.crash can do that on Linux "
            "only. Read the page that `python3 -m course html` writes, or open the lesson on Binder."
        )
    child.start_ahead("course.crash.victim", "course.crash.warm", *modules)


def run(function, folder, *arguments, kill_before=None):
    """Runs ``function(folder, *arguments)`` in a child process, and kills it before one of its steps on disk.

    A step is: a file opened for writing, a write to it by Python, a rename, a deletion; of files in ``folder`` only,
    by TensorFlow or by Python. They are counted from 1, so nothing depends on time.

    Args:
        function: a function of the notebook. Its source goes along and nothing else: it makes its own imports.
        folder: a ``Path`` or a text; the function gets it as a text.
        arguments: numbers and texts.
        kill_before: the number of the step that the child does not live to do. None: it runs to its end.

    Returns:
        A ``Run``.

    Raises:
        RuntimeError: the function raised something, which the message shows.

    Introduced in lesson 14a.
    """
    start()
    call = (source_of(function), function.__name__, Path(folder).as_posix(), arguments, kill_before)
    with saying(f"{function.__name__} runs in a child process"):
        process, pipe = child.start(serve, *call)
        done = Run()
        try:
            while True:
                kind, text = pipe.recv()
                if kind == "raised":
                    raise RuntimeError(f"{function.__name__} raised, in the child process:\n\n{text}")
                if kind == "printed":
                    done.marks.append(len(done.steps))
                getattr(done, "steps" if kind == "step" else "printed").append(text)
        except EOFError:  # the child is gone, and its end of the pipe with it
            ending = child.ending(process)
        finally:
            child.end(process, pipe)
    done.killed = process.exitcode == -signal.SIGKILL
    if process.exitcode and not done.killed:
        raise RuntimeError(f"The child process {ending}.")
    return done


def serve(sender, source, name, folder, arguments, kill_before):
    """The child's program: it watches the folder, runs the function, and tells of each step before it is done."""
    count = 0

    def before_each_step(text):
        nonlocal count
        count += 1
        sender.send(("step", text))
        if count == kill_before:
            os.kill(os.getpid(), signal.SIGKILL)

    namespace = {"__name__": "__main__"}
    exec(source, namespace)
    with redirect_stdout(Lines(lambda line: sender.send(("printed", line)))):
        try:
            with watch(folder, before_each_step):
                namespace[name](folder, *arguments)
        except BaseException:
            sender.send(("raised", traceback.format_exc()))
    sender.close()
    os._exit(0)  # nothing that TensorFlow would do at its end


class Lines:
    """A stream that hands on each line as soon as it is whole."""

    def __init__(self, hand_on):
        self.hand_on, self.rest = hand_on, ""

    def write(self, text):
        *lines, self.rest = (self.rest + text).split("\n")
        for line in lines:
            self.hand_on(line)
        return len(text)

    def flush(self):
        pass
