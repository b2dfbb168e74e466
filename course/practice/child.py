"""A child process with a pipe to it: ``check``, ``apart`` and ``crash.run`` run functions of the notebook in one.

On Linux it is forked from a server that has TensorFlow loaded: the first one waits for that, later ones take a tenth of
a second. Elsewhere each one imports TensorFlow anew.
"""

import multiprocessing
import os
import signal
import sys
import time
import types
from contextlib import contextmanager, suppress

# What the server loads, once for all children. The modules of this package are named here, and not imported.
PRELOAD = ("tensorflow.compat.v1", "course.practice.process", "course.practice.second_python")
PAUSES = (0.1, 0.3, 1, 3)  # seconds: where an earlier attempt ended the server, a new one comes up


def start_ahead(*modules):
    """Starts the server, where there is one, so that the first child need not wait for it.

    Args:
        modules: names of what else it should load. A server that runs already stays as it is.
    """
    if sys.platform == "linux":
        from multiprocessing import forkserver

        multiprocessing.set_forkserver_preload([*PRELOAD, *modules])
        forkserver.ensure_running()


def start(target, *arguments):
    """Runs ``target(pipe, *arguments)`` in a child process, until ``end`` is called.

    Returns:
        The ``Process``, and this end of the pipe.

    Raises:
        EOFError, OSError: it did not start, and neither did any of the further tries.
    """
    context = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
    for pause in (*PAUSES, None):
        here, there = context.Pipe()
        process = context.Process(target=target, args=(there, *arguments), daemon=True)
        try:
            start_ahead()
            with without_main():
                process.start()
            return process, here
        except (EOFError, OSError):
            here.close()
            if pause is None:
                raise
            time.sleep(pause)
        finally:
            there.close()


def end(process, pipe):
    """Ends a child, and waits until it has ended."""
    kill(process)
    process.join()
    pipe.close()


def kill(process):
    """Ends a process at once, and on Linux and macOS all that it started, if it leads a group of its own."""
    if hasattr(os, "killpg"):
        with suppress(OSError):  # it has ended already, or has no such group
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


def ending(process):
    """Waits for the end of a child that closed its pipe, and says how it ended: the end of a sentence."""
    process.join()
    return f"ended without a word (exit code {process.exitcode})"


@contextmanager
def without_main():
    """Keeps a process that starts within the block from running the program that starts it once more.

    What runs there travels as text. So a script may call ``check`` without ``if __name__ == "__main__":``.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
