"""Whether a kernel is to be a warm one: what the program knows that starts it, a Jupyter server, papermill, pytest.

Each program has a warm process of its own, which ends with it. It starts ten seconds after the first kernel, so that it
does not compete with the first lesson's own import of TensorFlow.
"""

import os
import subprocess
import threading
import time
from contextlib import suppress

from course import warm
from course.warm.memory import PLENTY, available_memory
from course.warm.process import WarmError, WarmProcess, fixed, library

AFTER = 10  # seconds from the first kernel to the start of the warm process
START = 60  # seconds that it may take until it is ready
MOST_SLOW = 3  # warm processes that may be too slow, or not answer, before there is no other one


class Program:
    """What this program knows of its warm process. There is one, ``program``."""

    def __init__(self):
        self.lock = threading.Lock()
        self.process = self.starting = None
        self.failed = ""  # why there is not to be another one
        self.slow = 0  # how many warm processes did not fork in time

    def warm_process(self, environment):
        """The warm process, ready to fork a kernel with this environment; None where that is to be an ordinary one.

        Where it is yet to come, this arranges for it.
        """
        with self.lock:
            if self.failed or warm.why_none() or any(not path.startswith("/") for path in paths(environment)):
                return None
            at_once = os.environ.get(warm.SWITCH) == "on"
            if self.process and (self.process.ended or self.process.library != library()):
                self.process.end()
                self.process = None
            if self.process is None:
                self.arrange(environment, at_once)
            if self.process is None or self.process.fixed != fixed(environment):
                return None
            try:
                return self.process if self.process.wait(START if at_once else 0) else None
            except WarmError as error:
                self.fail(error)
                return None

    def arrange(self, environment, at_once):
        """Starts the warm process at once, or when the lesson that was opened first has."""
        if at_once:
            self.begin(environment)
        elif self.starting is None:
            self.starting = threading.Timer(AFTER, self.start, [environment])
            self.starting.daemon = True
            self.starting.start()

    def start(self, environment):
        """Starts the warm process, where there is memory enough."""
        with self.lock:
            self.starting = None
            if available_memory() >= PLENTY:
                self.begin(environment)

    def begin(self, environment):
        try:
            self.process = WarmProcess(environment)
        except OSError as error:  # no process or no descriptor is left
            self.fail(error)

    def fail(self, error):
        self.failed = str(error)
        if self.process:
            self.process.end()
        self.process = None

    def give_up(self, process, error):
        """Ends a warm process that did not fork in time. The machine may have been busy: there will be another one.

        Not after the third one. One that was just ending does not count.
        """
        with self.lock:
            with suppress(subprocess.TimeoutExpired):
                process.process.wait(0.5)
            if process.ended or process is not self.process:
                return
            self.slow += 1
            if self.slow >= MOST_SLOW:
                self.fail(error)
            else:
                self.process.end()
                self.process = None


def trial(environment):
    """Starts a warm process and ends it. Returns the seconds until it was ready. Raises WarmError if it never was."""
    began = time.monotonic()
    process = WarmProcess(environment)
    try:
        if not process.wait(START):
            raise WarmError(f"the warm process was not ready after {START} s")
    finally:
        process.end()
    return time.monotonic() - began


def paths(environment):
    """The folders in PYTHONPATH. A relative one would be another folder for the warm process than for the kernel."""
    return environment["PYTHONPATH"].split(os.pathsep) if environment.get("PYTHONPATH") else []


program = Program()
