"""``apart``: a second Python process that runs a function of the notebook, for what one process cannot show.

Settings such as ``tf.disable_v2_behavior()`` hold for a whole process and cannot be taken back. A lesson that needs
other settings, or a process that can be killed, starts a second Python.
"""

import io
import json
import os
import signal
import sys
import traceback
import weakref
from contextlib import redirect_stdout

from course.meanwhile import saying
from course.practice import child
from course.practice.attempt import gather
from course.practice.exercise import source_of
from course.practice.inside import Job, brought_along


class Apart:
    """A second Python process: ``run(function, …)`` runs a function of the notebook there.

    It loads TensorFlow in its own time, beside this one, and ends with this object or with the notebook. Introduced in
    lesson 11c, as ``course.apart()``.
    """

    def __init__(self):
        self.process = None
        if sys.platform == "linux":
            child.start_ahead()  # ``run`` takes a moment to fork it
        else:
            self.start()  # it loads TensorFlow meanwhile

    def start(self):
        self.process, self.pipe = child.start(serve)
        self._end = weakref.finalize(self, child.end, self.process, self.pipe)

    def run(self, function, *arguments):
        """Runs ``function(*arguments)`` in the second Python, and prints what it prints there.

        Args:
            function: a function of the notebook. Its source goes along, with the modules and the functions of the
                notebook that it names, and nothing else. What it imports itself, it imports there.
            arguments: numbers, texts, and lists of them.

        Raises:
            NoSource: the function's source cannot be read.
            RuntimeError: the function raised something, which the message shows; or the process ended.
        """
        job = Job(function.__name__, source_of(function), folder="")
        gather(function, job.source, job)
        call = json.dumps([job.name, job.source, job.modules, job.helpers, arguments])
        if self.process is None or not self.process.is_alive():
            self.start()
        try:
            with saying(f"{function.__name__} runs in the second Python"):
                self.pipe.send_bytes(call.encode())
                answer = json.loads(self.pipe.recv_bytes())
        except KeyboardInterrupt:
            self._end()
            raise
        except (EOFError, OSError):
            raise RuntimeError(f"The second Python {child.ending(self.process)}.") from None
        print(answer["printed"], end="")
        if answer["error"]:
            raise RuntimeError(f"{function.__name__} raised, in the second Python:\n\n{answer['error']}")


apart = Apart


def serve(pipe):
    """The second Python's program: it answers each call, until the notebook's end of the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted notebook ends this process itself
    if hasattr(os, "nice"):
        os.nice(5)  # the notebook goes first where both load TensorFlow at once
    import tensorflow.compat.v1  # noqa: F401

    while True:
        try:
            name, source, modules, helpers, arguments = json.loads(pipe.recv_bytes())
        except EOFError:
            return
        printed, error = io.StringIO(), ""
        with redirect_stdout(printed):
            try:
                namespace = brought_along(Job(name, source, "", modules, helpers), "__main__")
                exec(source, namespace)
                namespace[name](*arguments)
            except BaseException:  # SystemExit, too: the notebook shows what it was
                error = traceback.format_exc()
        pipe.send_bytes(json.dumps({"printed": printed.getvalue(), "error": error}).encode())
