"""Truth 9, a child process: which server it is forked from, how often it is tried, and what is left of it."""

import gc
import importlib
import importlib.util
import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import types
from multiprocessing import forkserver
from multiprocessing.util import get_temp_dir
from types import SimpleNamespace

import pytest

from course.practice import child

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="there is a server on Linux only")


def test_what_the_server_loads_is_there():
    """It would pass over a name that it cannot import."""
    assert tuple(f"course.practice.{name}" for name in ("preload", "inside", "second_python")) == child.PRELOAD
    assert child.LAST == "course.practice.before_forks"
    assert all(map(importlib.util.find_spec, [*child.PRELOAD, child.LAST]))


def test_what_it_loads_first_leaves_the_collection_of_garbage_as_it_is(monkeypatch):
    """It is off during the import of TensorFlow only, and comes back where that fails, too."""
    monkeypatch.delitem(sys.modules, child.PRELOAD[0], raising=False)
    importlib.import_module(child.PRELOAD[0])
    assert gc.isenabled()
    monkeypatch.delitem(sys.modules, child.PRELOAD[0])
    monkeypatch.setitem(sys.modules, "tensorflow.compat.v1", None)
    with pytest.raises(ImportError):
        importlib.import_module(child.PRELOAD[0])
    assert gc.isenabled()


@pytest.fixture
def ahead(monkeypatch):
    """What ``start_ahead`` does, in order."""
    done = []
    monkeypatch.setattr(multiprocessing, "set_forkserver_preload", lambda names: done.append(("preload", *names)))
    monkeypatch.setattr(forkserver, "ensure_running", lambda: done.append("running"))
    monkeypatch.setattr(child, "take", lambda spare, modules: done.append((spare, *modules)))
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delitem(sys.modules, "_course_zygote", raising=False)
    monkeypatch.setenv(child.TEMPORARY, "")
    return done


def loaded(*modules):
    return *child.PRELOAD, *modules, child.LAST


def test_the_server_knows_whose_temporary_files_it_clears_away(ahead, monkeypatch):
    monkeypatch.setenv(child.TEMPORARY, "1:of an earlier notebook")
    child.start_ahead()
    assert os.environ[child.TEMPORARY] == f"{os.getpid()}:{get_temp_dir()}"


def zygote(monkeypatch, **attributes):
    monkeypatch.setitem(sys.modules, "_course_zygote", SimpleNamespace(**attributes))


def test_the_server_is_started_with_what_it_should_load(ahead):
    child.start_ahead()
    child.start_ahead("a", "b")
    assert ahead == [("preload", *loaded()), "running", ("preload", *loaded("a", "b")), "running"]


def test_a_spare_process_of_this_kernel_becomes_the_server(ahead, monkeypatch):
    spare = SimpleNamespace(kernel=os.getpid())
    zygote(monkeypatch, spare=spare)
    child.start_ahead("a")
    assert ahead == [("preload", *loaded("a")), (spare, *loaded("a")), "running"]


@pytest.mark.parametrize("attributes", [{}, {"spare": None}, {"spare": SimpleNamespace(kernel=os.getpid() + 1)}])
def test_no_spare_process_or_that_of_another_kernel(ahead, monkeypatch, attributes):
    """A fork of a kernel has the kernel's modules, and not its processes."""
    zygote(monkeypatch, **attributes)
    child.start_ahead()
    assert ahead == [("preload", *loaded()), "running"]


def test_a_spare_process_that_has_ended_is_no_loss(ahead, monkeypatch):
    def take(spare, modules):
        raise BrokenPipeError

    monkeypatch.setattr(child, "take", take)
    zygote(monkeypatch, spare=SimpleNamespace(kernel=os.getpid()))
    child.start_ahead()
    assert ahead == [("preload", *loaded()), "running"]


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_there_is_no_server(ahead, monkeypatch, platform):
    monkeypatch.setattr(sys, "platform", platform)
    zygote(monkeypatch, spare=SimpleNamespace(kernel=os.getpid()))
    child.start_ahead("a")
    assert ahead == []


@pytest.fixture
def server(monkeypatch):
    """Stands for the fork server of ``multiprocessing``, not started yet."""
    made = SimpleNamespace(
        _lock=threading.Lock(), _forkserver_pid=None, _forkserver_address=None, _forkserver_alive_fd=None
    )
    monkeypatch.setattr(forkserver, "_forkserver", made)
    return made


@pytest.fixture
def spare():
    """A spare process as a kernel knows it, and the process's end of the connection."""
    here, there = socket.socketpair()
    with here, there:
        yield SimpleNamespace(pid=77, kernel=os.getpid(), connection=here), there


def descriptors():
    return set(os.listdir("/proc/self/fd"))


@needs_linux
def test_taking_a_spare_process(server, spare):
    """It gets a socket to listen on, a pipe that ends with the kernel, the kernel's streams, and what to load."""
    spare, there = spare
    child.take(spare, ["a", "b"])
    first, (listener, alive, *streams), _, _ = socket.recv_fds(there, 1, 8)
    request = json.loads(b"".join(iter(lambda: there.recv(65536), b"")))
    assert first == b"s"
    assert request == {"folder": os.getcwd(), "environment": dict(os.environ), "path": sys.path, "modules": ["a", "b"]}
    assert [os.path.sameopenfile(*pair) for pair in zip(streams, (1, 2), strict=True)] == [True, True]
    assert spare.connection.fileno() == -1, "nothing more comes"
    assert server._forkserver_pid == 77
    assert os.stat(server._forkserver_address).st_mode & 0o777 == 0o600, "for this user only"
    with socket.socket(fileno=listener), socket.socket(socket.AF_UNIX) as client:
        client.connect(server._forkserver_address)
    os.write(server._forkserver_alive_fd, b"x")
    assert os.read(alive, 1) == b"x"
    for number in (alive, *streams):
        os.close(number)
    with pytest.raises(BrokenPipeError):  # nobody else, not this process either, has the end for reading
        os.write(server._forkserver_alive_fd, b"x")
    os.close(server._forkserver_alive_fd)


@needs_linux
def test_a_spare_process_is_taken_once_and_not_where_a_server_runs(server, spare):
    spare, there = spare
    server._forkserver_pid = 1
    child.take(spare, [])
    assert (spare.connection.fileno() >= 0, server._forkserver_pid, server._forkserver_address) == (True, 1, None)
    there.setblocking(False)
    with pytest.raises(BlockingIOError):
        there.recv(1)
    server._forkserver_pid = None
    spare.connection.close()
    child.take(spare, [])
    assert (server._forkserver_pid, server._forkserver_address) == (None, None)


@needs_linux
def test_a_spare_process_that_has_ended_is_not_the_server(server, spare):
    spare, there = spare
    there.close()
    before = descriptors()
    with pytest.raises(OSError):
        child.take(spare, [])
    assert (server._forkserver_pid, server._forkserver_address, server._forkserver_alive_fd) == (None, None, None)
    assert len(descriptors()) == len(before) - 1, "its connection is closed, and nothing else is left open"


class Context:
    """Stands for a context of ``multiprocessing`` whose first processes do not start."""

    def __init__(self, *errors):
        self.errors, self.pipes, self.asked = list(errors), [], []

    def Pipe(self):
        ends = [SimpleNamespace(closed=False) for _ in range(2)]
        for end in ends:
            end.close = lambda end=end: setattr(end, "closed", True)
        self.pipes.append(ends)
        return ends

    def Process(self, **options):
        self.asked.append(options)
        return SimpleNamespace(start=self.start)

    def start(self):
        self.main = sys.modules["__main__"]
        if self.errors:
            raise self.errors.pop(0)


@pytest.fixture
def starting(monkeypatch):
    """A function that sets the context up. Returns it, and the list of what happens beside."""

    def prepare(*errors, platform="linux"):
        context, events = Context(*errors), []
        monkeypatch.setattr(sys, "platform", platform)
        monkeypatch.setattr(multiprocessing, "get_context", lambda name: events.append(name) or context)
        monkeypatch.setattr(child, "start_ahead", lambda: events.append("ahead"))
        monkeypatch.setattr(time, "sleep", events.append)
        return context, events

    return prepare


@pytest.mark.parametrize(("platform", "method"), [("linux", "forkserver"), ("darwin", "spawn"), ("win32", "spawn")])
def test_how_a_child_is_started(starting, platform, method):
    context, events = starting(platform=platform)
    main = sys.modules["__main__"]
    process, here = child.start(print, "a", 2)
    ((ours, theirs),) = context.pipes
    assert context.asked == [{"target": child.begin, "args": (theirs, print, "a", 2), "daemon": True}]
    assert (here, ours.closed, theirs.closed, process.start) == (ours, False, True, context.start)
    assert events == [method, "ahead"]
    assert context.main is not main and context.main.__name__ == "__main__"
    assert set(vars(context.main)) == set(vars(types.ModuleType("__main__"))), "nothing of the program that starts it"
    assert sys.modules["__main__"] is main


@pytest.mark.parametrize("error", [EOFError, OSError, ConnectionRefusedError])
def test_a_child_that_does_not_start_is_tried_again(starting, error):
    """An attempt may have ended the server: the next child waits until a new one is there."""
    context, events = starting(error(), error())
    _, here = child.start(print)
    assert events == ["forkserver", "ahead", 0.1, "ahead", 0.3, "ahead"]
    assert here is context.pipes[2][0]
    assert [[end.closed for end in ends] for ends in context.pipes] == [[True, True], [True, True], [False, True]]


def test_a_child_that_never_starts(starting):
    context, events = starting(*(OSError(number) for number in range(1, 9)))
    with pytest.raises(OSError, match="5"):
        child.start(print)
    assert [event for event in events if event != "ahead"] == ["forkserver", 0.1, 0.3, 1, 3]
    assert all(end.closed for ends in context.pipes for end in ends) and len(context.pipes) == 5
    context, events = starting(ValueError())
    with pytest.raises(ValueError):
        child.start(print)
    assert (events, context.pipes[0][1].closed) == (["forkserver", "ahead"], True), "another error is no reason to wait"


def test_the_program_that_starts_a_child_comes_back_whatever_happens():
    main = sys.modules["__main__"]
    with pytest.raises(KeyboardInterrupt), child.without_main():
        assert sys.modules["__main__"] is not main
        raise KeyboardInterrupt
    assert sys.modules["__main__"] is main


class Process:
    """Stands for a child. ``done`` lists what was done to it."""

    exitcode = -9

    def __init__(self, pid=1 << 30):
        self.pid, self.done = pid, []

    def __getattr__(self, name):
        return lambda: self.done.append(name)


def test_the_end_of_a_child():
    process = Process()
    child.end(process, SimpleNamespace(close=lambda: process.done.append("close")))
    assert process.done == ["kill", "join", "close"], "in this order: what lives is not waited for"
    process = Process()
    assert child.ending(process) == "ended without a word (exit code -9)"
    assert process.done == ["join"], "its exit code is known then"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no groups of processes there")
def test_killing_a_child_kills_its_group():
    leader = subprocess.Popen(
        [sys.executable, "-c", "import subprocess; print(subprocess.Popen(['sleep', '600']).pid, flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    with leader:
        started = int(leader.stdout.readline())
        process = Process(leader.pid)
        child.kill(process)
        assert leader.wait(20) == -signal.SIGKILL, "of the group: the one that stands for it kills nothing"
    assert process.done == ["kill"], "and itself, where it leads none"
    until = time.monotonic() + 20
    while lives(started):
        assert time.monotonic() < until
        time.sleep(0.01)


def lives(pid):
    """Whether a process runs. One that has ended, and that nobody has asked for yet, does not."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return done.returncode == 0 and not done.stdout.startswith("Z")


def test_where_there_are_no_groups_the_process_is_killed(monkeypatch):
    monkeypatch.delattr(os, "killpg", raising=False)
    process = Process(os.getpid())
    child.kill(process)
    assert process.done == ["kill"]
