"""The warm process: it has imported TensorFlow and ipykernel, and forks a kernel for each request.

``course.warm.process`` runs this file as a script: ``python zygote.py CONTROL IDLE``, where CONTROL is the number of a
socket and IDLE how many seconds it may be without a kernel. Nothing of the course is loaded here, so that each kernel
loads it as it then is on the disk. No session is made, nor a thread: neither would survive a fork.

A request is one byte on the control socket, with three descriptors: a connection, and the kernel's stdout and stderr.
On the connection the new process says its number, and reads what it is to be; nothing, if nobody wants it any longer.
At the end its exit code is sent there. The control socket closes when the server ends; then so does this process.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))  # Python begins a script's path with it, but not a kernel's
sys.path[:] = [path for path in sys.path if path != HERE]

import contextlib  # noqa: E402
import gc  # noqa: E402
import importlib.util  # noqa: E402
import json  # noqa: E402
import logging  # noqa: E402
import select  # noqa: E402
import selectors  # noqa: E402
import socket  # noqa: E402
import threading  # noqa: E402
import types  # noqa: E402
import warnings  # noqa: E402


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
    gc.disable()  # collections would go through the many objects that an import makes: a fifth of its time
    for module in ("ipykernel.ipkernel", "ipykernel.kernelapp", "numpy.random", "tensorflow.compat.v1"):
        importlib.import_module(module)
    gc.enable()

    del sys.ps1
    if threading.active_count() > 1:
        raise RuntimeError("an import has started a thread")
    gc.collect()
    handlers = [one for one in gc.get_objects() if issubclass(type(one), logging.StreamHandler)]
    gc.freeze()  # a kernel's first collection would copy the pages of all that is here
    variables = {name: value for name, value in os.environ.items() if before.get(name) != value}
    return [one for one in handlers if vars(one).get("stream") in (sys.stdout, sys.stderr)], variables


def fork():
    """``os.fork``, without the warning that there are threads: they are NumPy's, which stops them before a fork."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


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
        pid = fork()
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
    request = wanted(connection)
    settle(request["folder"], request["environment"] | variables, streams)
    sys.argv = [importlib.util.find_spec("ipykernel_launcher").origin, *request["arguments"]]

    import numpy as np
    from ipykernel.kernelapp import IPKernelApp

    fork_spare(server)
    np.random.seed()  # Python's own generator reseeds itself after a fork
    streams = {sys.stdout: "stdout", sys.stderr: "stderr"}
    names = [streams[handler.stream] for handler in handlers]
    app = IPKernelApp.instance()
    app.initialize(sys.argv[1:])
    for handler, name in zip(handlers, names, strict=True):
        handler.setStream(getattr(sys, name))
    app.poller = threading.Thread(target=end_with, args=(server,), daemon=True)
    app.start()


def wanted(connection):
    """What this new process is to be. Ends it, if nobody wants it any longer."""
    with connection:
        text = b"".join(iter(lambda: connection.recv(65536), b""))
    if not text:
        os._exit(0)
    return json.loads(text)


def settle(folder, variables, streams):
    """Takes a folder, environment variables, and descriptors for stdout and stderr."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    for number, stream in enumerate(streams, start=1):
        os.dup2(stream, number)
        os.close(stream)


def fork_spare(server):
    """Forks, while this kernel has no threads yet, the process that its attempts at exercises are to be forked from.

    ``course.practice.child`` takes it as the fork server of ``multiprocessing``, which would have to import TensorFlow.
    It finds it here: ``sys.modules["_course_zygote"].spare``, with its process number, the kernel's, and a socket.
    """
    here, there = socket.socketpair()
    pid = fork()
    if pid == 0:
        here.close()
        os.close(server)
        become_fork_server(there)
    there.close()
    module = sys.modules["_course_zygote"] = types.ModuleType("_course_zygote", fork_spare.__doc__)
    module.spare = types.SimpleNamespace(pid=pid, kernel=os.getpid(), connection=here)


def become_fork_server(connection):
    """Waits until it is needed, and is the fork server from then on; ends if it never is."""
    # A group of its own: an interrupt of a cell is not for it, nor does ipykernel wait for it when it shuts down, which
    # takes 2.5 seconds, since nobody asks how this process has ended.
    os.setpgid(0, 0)
    _, descriptors, _, _ = socket.recv_fds(connection, 1, 4)
    request = wanted(connection)
    listener, alive, *streams = descriptors
    settle(request["folder"], request["environment"], streams)
    sys.path[:] = request["path"]
    log = logging.getLogger("tensorflow")  # which is not as a notebook has it in a Python that nobody watches
    log.setLevel(logging.NOTSET)
    for handler in log.handlers:
        handler.setStream(sys.stderr)
    from multiprocessing import forkserver

    try:
        forkserver.main(listener, alive, request["modules"])
    finally:
        end = sys.modules.get("course.practice.before_forks")  # one of the modules that the request has named
        if end:
            end.clear_away()
        os._exit(0)


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
