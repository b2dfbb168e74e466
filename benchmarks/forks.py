"""Forks of this process that do one thing and end, with all that they started. Linux only."""

import contextlib
import ctypes
import json
import math
import os
import resource
import tempfile
import time
import traceback
import warnings
from pathlib import Path

import psutil

MEMORY = 6 << 30  # bytes that a fork may ask for: a change can take a limit away
PATIENCE = 10
PR_SET_CHILD_SUBREAPER = 36  # of <sys/prctl.h>


def adopt():
    """From now on, what loses its parent below this process becomes its own child, and is ended with the fork."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def forked(work, seconds):
    """Calls ``work()`` in a fork of this process, and ends it and all that it started.

    Args:
        work: a function that returns an exit code, and a dict for JSON.
        seconds: how much of a processor's time it gets.

    Returns:
        Its exit code, or ``"time"``; and what it returned, a dict, with what was printed as ``said``.
    """
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the threads are NumPy's, which stops them before a fork
        answer, said = Path(folder, "answer"), Path(folder, "said")
        pid = os.fork()
        if pid == 0:
            code = 70
            try:
                os.setsid()
                resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
                stream = os.open(said, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                os.dup2(stream, 1)
                os.dup2(stream, 2)
                code, noted = work()
                answer.write_text(json.dumps(noted), encoding="utf-8")
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        ending = waited(pid, seconds)
        end_what_is_left()
        noted = json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else {}
        return ending, {**noted, "said": said.read_text(encoding="utf-8", errors="replace")}


def waited(pid, seconds):
    """The exit code of a child; ``"time"`` if it has not ended when it had that many seconds of a processor.

    A process that waits for something that never comes uses none, so it gets ``PATIENCE`` times as long by the clock.
    """
    began, looked = time.monotonic(), 0
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        now = time.monotonic() - began
        if now > PATIENCE * seconds or (now > looked + 1 and processor_time(pid) > seconds):
            return "time"
        looked = max(looked, math.floor(now))
        time.sleep(0.02)


def processor_time(pid):
    """The seconds of a processor that a process and all that it started have used."""
    used = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                used += sum(process.cpu_times()[:4])
    return used


def end_what_is_left():
    """Ends every process below this one, whatever a changed course has left."""
    while left := psutil.Process().children(recursive=True):
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        time.sleep(0.01)
