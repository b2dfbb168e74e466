"""``apart``: a second Python process that runs a function of the notebook, for what one process cannot show.

Settings such as ``tf.disable_v2_behavior()`` hold for a whole process and cannot be taken back. A lesson that needs
other settings, or a process that can be killed, starts a second Python.
"""

import json
import subprocess
import sys
import threading
import weakref

from course.meanwhile import saying
from course.practice.exercise import source_of

# What the second Python does: it loads TensorFlow, then reads a line for each call and answers with a line.
CHILD = """
import contextlib, io, json, os, signal, sys, traceback
if hasattr(os, "nice"):
    os.nice(5)  # the notebook goes first where both load TensorFlow at once
signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted notebook ends this process itself
answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)  # what TensorFlow itself writes must not stand between the answers
import course
import tensorflow.compat.v1 as tf
for line in sys.stdin:
    call = json.loads(line)
    printed, error = io.StringIO(), ""
    with contextlib.redirect_stdout(printed):
        try:
            namespace = {"__name__": "__main__"}
            exec(call["source"], namespace)
            namespace[call["name"]](*call["arguments"])
        except BaseException:
            error = traceback.format_exc()
    print(json.dumps({"printed": printed.getvalue(), "error": error}), file=answers, flush=True)
"""


class Apart:
    """A second Python process. It starts when this object is made, and ends with it or with the notebook."""

    def __init__(self):
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-c", CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        # Its end is noticed at once: otherwise a kernel that ends, and ends it first, goes on waiting for it.
        threading.Thread(target=self.process.wait, daemon=True).start()
        self._end = weakref.finalize(self, end, self.process)

    def run(self, function, *arguments):
        """Runs ``function(*arguments)`` in the second Python, and prints what it prints there.

        Args:
            function: a function of the notebook. Its source goes along and nothing else: it makes its own imports.
            arguments: numbers, texts, and lists of them.

        Raises:
            RuntimeError: the function raised something, which the message shows; or the process ended.
        """
        if self.process.poll() is not None:
            self.start()
        call = {"source": source_of(function), "name": function.__name__, "arguments": arguments}
        try:
            print(json.dumps(call), file=self.process.stdin, flush=True)
            with saying(f"{function.__name__} runs in the second Python"):
                answer = self.process.stdout.readline()
        except KeyboardInterrupt:
            self._end()
            raise
        if not answer:
            raise RuntimeError(f"The second Python ended without a word (exit code {self.process.wait()}).")
        answer = json.loads(answer)
        print(answer["printed"], end="")
        if answer["error"]:
            raise RuntimeError(f"{function.__name__} raised, in the second Python:\n\n{answer['error']}")


def end(process):
    process.stdin.close()
    process.stdout.close()
    process.kill()
    process.wait()


def apart():
    """Starts a second Python process and returns it: ``run(function, …)`` runs a function of the notebook there.

    It loads TensorFlow in its own time, beside this one. Introduced in lesson 11c.
    """
    return Apart()
