"""A child process with a pipe to it: ``check``, ``apart`` and ``crash.run`` run functions of the notebook in one.

On Linux it is forked from a server that has TensorFlow loaded: the first one waits for that, later ones take a tenth of
a second. Elsewhere each one imports TensorFlow anew.
"""

import json
import multiprocessing
import os
import select
import signal
import socket
import sys
import threading
import time
import types
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.util import get_temp_dir

# What the server loads, once for all children. The modules of this package are named here, and not imported.
PRELOAD = ("course.practice.preload", "course.practice.inside", "course.practice.second_python")
LAST = "course.practice.before_forks"
TEMPORARY = "COURSE_TEMPORARY"  # the environment variable that tells the server what to clear away, and after whom
FLUSHED = 0.2  # seconds in which a stream of a kernel that shuts down is flushed
PAUSES = (0.1, 0.3, 1, 3)  # seconds: where an earlier attempt ended the server, a new one comes up


def start_ahead(*modules):
    """Starts the server, where there is one, so that the first child need not wait for it.

    Args:
        modules: names of what else it should load. A server that runs already stays as it is.
    """
    if sys.platform == "linux":
        from multiprocessing import forkserver

        modules = [*PRELOAD, *modules, LAST]
        multiprocessing.set_forkserver_preload(modules)
        os.environ[TEMPORARY] = f"{os.getpid()}:{get_temp_dir()}"  # where the server's socket is, too
        spare = getattr(sys.modules.get("_course_zygote"), "spare", None)
        if spare is not None and spare.kernel == os.getpid():
            with suppress(OSError):  # it has ended
                take(spare, modules)
        forkserver.ensure_running()
        shut_down_at_once()


def shut_down_at_once():
    """Lets a kernel shut down in good order and at once. Jupyter waits 2.5 seconds for it, and then has it killed.

    ipykernel sends SIGTERM to the kernel's children, and waits until they have ended. The resource tracker of
    ``multiprocessing`` takes no notice: it ends with the kernel. Then ipykernel flushes the streams, for which it waits
    ten seconds if the thread that does it has ended just before.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    kernel = getattr(shell, "kernel", None)
    if not hasattr(kernel, "_process_children") or "_process_children" in vars(kernel):
        return
    children, do_shutdown = kernel._process_children, kernel.do_shutdown
    tracker = resource_tracker._resource_tracker
    kernel._process_children = lambda: [child for child in children() if child.pid != tracker._pid]

    def hurry(restart):
        for stream in (sys.stdout, sys.stderr):
            stream.flush_timeout = FLUSHED
        return do_shutdown(restart)

    kernel.do_shutdown = hurry


def take(spare, modules):
    """Makes the process that was forked along with a warm kernel the fork server, which need not import TensorFlow.

    This does what ``multiprocessing.forkserver.ForkServer.ensure_running`` does where it starts a new Python.

    Args:
        spare: what ``course/warm/zygote.py`` says of the process.
        modules: names of what it should load.

    Raises:
        OSError: the process has ended.
    """
    from multiprocessing import connection, forkserver

    server = forkserver._forkserver
    with server._lock:
        if spare.connection.fileno() < 0 or server._forkserver_pid is not None:
            return  # it was taken before
        address = connection.arbitrary_address("AF_UNIX")
        with socket.socket(socket.AF_UNIX) as listener, spare.connection:
            listener.bind(address)
            os.chmod(address, 0o600)
            listener.listen()
            alive, ours = os.pipe()
            try:
                socket.send_fds(spare.connection, [b"s"], [listener.fileno(), alive, 1, 2])
                request = {"folder": os.getcwd(), "environment": dict(os.environ), "path": sys.path, "modules": modules}
                spare.connection.sendall(json.dumps(request).encode())
            except OSError:
                os.close(ours)
                raise
            finally:
                os.close(alive)
        server._forkserver_address, server._forkserver_alive_fd, server._forkserver_pid = address, ours, spare.pid


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
        process = context.Process(target=begin, args=(there, target, *arguments), daemon=True)
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


def begin(pipe, target, *arguments):
    """The program of a child: ``target``, as long as the process that started it has the other end of the pipe."""
    if hasattr(select, "poll"):
        threading.Thread(target=end_with, args=[os.dup(pipe.fileno())], daemon=True).start()
    target(pipe, *arguments)


def end_with(pipe):
    """Ends this process, and the group that it leads, when nobody has the other end of a pipe any more."""
    poll = select.poll()
    poll.register(pipe, 0)  # for nothing but that
    if poll.poll()[0][1] & select.POLLHUP:
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)
        os._exit(1)


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
