"""The warm process: it has imported TensorFlow and ipykernel, and forks a kernel for each request.

``course.warm.server`` runs this file as a script: ``python zygote.py CONTROL IDLE``, where CONTROL is the number of a
socket and IDLE how many seconds it may be without a kernel. Nothing of the course is loaded here, so that each kernel
loads it as it then is on the disk. No session is made, nor a thread: neither would survive a fork.

A request is one byte on the control socket, with three descriptors: a connection, and the kernel's stdout and stderr.
On the connection the new process says its number, and reads what it is to be; nothing, if nobody wants it any longer.
At the end its exit code is sent there. The control socket closes when the server ends; then so does this process.
"""

import sys

del sys.path[0]  # this file's folder, which is not on a kernel's path

import contextlib  # noqa: E402
import gc  # noqa: E402
import importlib.util  # noqa: E402
import json  # noqa: E402
import logging  # noqa: E402
import os  # noqa: E402
import select  # noqa: E402
import selectors  # noqa: E402
import socket  # noqa: E402
import threading  # noqa: E402
import warnings  # noqa: E402

DEVNULL = os.open(os.devnull, os.O_RDWR)


def prepare():
    """Imports what a lesson's kernel needs.

    Returns:
        The handlers of log records that write to this process's streams, and the environment variables that the imports
        have set: the modules are a kernel's, so these have to be, too.

    Raises:
        RuntimeError: there is more than one thread now, so that forks are not safe.
    """
    # What ipykernel reads when it is imported: 1 means that it watches no parent, which this process is not for long.
    os.environ["JPY_PARENT_PID"] = "1"
    # As in a kernel: matplotlib draws into the notebook, and TensorFlow's log has the level of an interactive program.
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    sys.ps1 = "In : "
    before = dict(os.environ)
    for module in ("ipykernel.ipkernel", "ipykernel.kernelapp", "tensorflow.compat.v1"):
        importlib.import_module(module)

    del sys.ps1
    if threading.active_count() > 1:
        raise RuntimeError("an import has started a thread")
    gc.collect()
    handlers = [one for one in gc.get_objects() if issubclass(type(one), logging.StreamHandler)]
    gc.freeze()  # a kernel's first collection would copy the pages of all that is here
    variables = {name: value for name, value in os.environ.items() if before.get(name) != value}
    return [one for one in handlers if vars(one).get("stream") in (sys.stdout, sys.stderr)], variables


class Ended(Exception):
    """The server has ended, or no kernel was needed for a while."""


class Zygote:
    """Waits for requests and for ends of kernels.

    Args:
        control: the socket on which requests come.
        idle: seconds without a kernel after which it ends.
    """

    def __init__(self, control, idle):
        self.control, self.idle = control, idle
        self.server = os.pidfd_open(os.getppid())
        self.kernels = {}  # a kernel's pidfd: its process number, and the connection on which its end is told
        self.selector = selectors.DefaultSelector()
        for watched in (control, self.server):
            self.selector.register(watched, selectors.EVENT_READ)

    def serve(self):
        """Returns in each new process, with its connection and streams. Raises Ended in this one."""
        while True:
            events = self.selector.select(None if self.kernels else self.idle)
            if not events:
                raise Ended
            for key, _ in events:
                if key.fileobj == self.server:
                    raise Ended
                if key.fileobj == self.control:
                    kernel = self.fork()
                    if kernel:
                        return kernel
                else:
                    self.tell_end(key.fileobj)

    def fork(self):
        """Forks for the next request. Returns what ``serve`` does in the new process, and None in this one."""
        message, descriptors, _, _ = socket.recv_fds(self.control, 1, 3)
        if not message:
            raise Ended
        connection, *streams = descriptors
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # NumPy's own threads, which it stops before a fork
            pid = os.fork()
        if pid == 0:
            self.forget()
            return socket.socket(fileno=connection), streams
        for stream in streams:
            os.close(stream)
        pidfd = os.pidfd_open(pid)
        self.kernels[pidfd] = pid, socket.socket(fileno=connection)
        self.selector.register(pidfd, selectors.EVENT_READ)
        return None

    def forget(self):
        """Closes, in a new process, all that is this one's, but for the server's pidfd."""
        self.selector.close()
        self.control.close()
        for pidfd, (_, connection) in self.kernels.items():
            os.close(pidfd)
            connection.close()

    def tell_end(self, pidfd):
        """Tells the server that a kernel has ended, with its exit code."""
        self.selector.unregister(pidfd)
        os.close(pidfd)
        pid, connection = self.kernels.pop(pidfd)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        with contextlib.suppress(OSError):  # nobody wants to know
            connection.sendall(str(code).encode())
        connection.close()


def become_kernel(connection, streams, server, handlers, variables):
    """Turns this new process into the kernel that is asked for on the connection, and runs it to its end.

    Args:
        connection: the socket to the server.
        streams: descriptors for stdout and stderr.
        server: a pidfd of the server, with which the kernel ends.
        handlers, variables: what ``prepare`` returned.
    """
    os.setsid()  # an interrupt goes to the kernel and what it starts
    connection.sendall(str(os.getpid()).encode())
    request = b"".join(iter(lambda: connection.recv(65536), b""))
    connection.close()
    if not request:
        os._exit(0)
    request = json.loads(request)
    for number, stream in enumerate((DEVNULL, *streams)):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"] | variables)
    sys.argv = [importlib.util.find_spec("ipykernel_launcher").origin, *request["arguments"]]

    import numpy as np
    from ipykernel.kernelapp import IPKernelApp

    np.random.seed()  # Python's own generator reseeds itself after a fork
    streams = {sys.stdout: "stdout", sys.stderr: "stderr"}
    names = [streams[handler.stream] for handler in handlers]
    app = IPKernelApp.instance()
    app.initialize(sys.argv[1:])
    for handler, name in zip(handlers, names, strict=True):
        handler.setStream(getattr(sys, name))
    app.poller = threading.Thread(target=end_with, args=(server,), daemon=True)
    app.start()


def end_with(server):
    """Ends this process when the server does, as an ordinary kernel ends with its parent."""
    poll = select.poll()
    poll.register(server, select.POLLIN)
    poll.poll()
    os._exit(1)


def main():
    control, idle = socket.socket(fileno=int(sys.argv[1])), float(sys.argv[2])
    try:
        zygote = Zygote(control, idle)
        prepared = prepare()
        control.sendall(b"{}\n")
    except Exception as error:  # whatever the reason is, the server is told, and its kernels are ordinary ones
        control.sendall(json.dumps({"error": f"{type(error).__name__}: {error}"}).encode() + b"\n")
        os._exit(1)
    try:
        kernel = zygote.serve()
    except (Ended, OSError):
        os._exit(0)
    become_kernel(*kernel, zygote.server, *prepared)


main()
