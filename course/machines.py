"""``launch``: runs a function of the notebook on several machines of TensorFlow 2, each of them a process of this one.

Without ``ps`` every worker runs it, as ``MultiWorkerMirroredStrategy`` wants it. With ``ps`` the chief runs it and has
servers to work with, as ``ParameterServerStrategy`` wants it.
"""

import json
import os
import signal
import socket
import threading
import time
import traceback
from contextlib import ExitStack, redirect_stdout
from multiprocessing import connection
from pathlib import Path

from course import loopback, servers
from course.crash.victim import Lines
from course.meanwhile import saying
from course.practice import child
from course.practice.attempt import gather
from course.practice.exercise import source_of
from course.practice.inside import Job, brought_along

USED = "requests", "multiprocessing.pool"  # modules that TensorFlow loads on each machine when it first needs them
QUIET = 60  # seconds in which some machine has to print a line or to come to its end
LISTENS, PAUSE = 5, 0.01  # seconds in which the first machine has to listen, and between two looks whether it does
# TensorFlow asks here whether it runs in Google's cloud. There is nobody: the lesson needs no net, and waits for none.
METADATA = {"GCE_METADATA_IP": f"{loopback.HOST}:9", "NO_PROXY": loopback.HOST, "no_proxy": loopback.HOST}


def start():
    """Starts the process that machines are forked from, where there is one. It loads TensorFlow while this one does.

    Introduced in lesson 19b.
    """
    child.start_ahead(__name__, *USED)


def launch(function, *arguments, workers=2, ps=0, folders=None, quiet=QUIET):
    """Runs ``function(*arguments)`` on several machines, and prints what each of them printed.

    Each machine is a process, with ``TF_CONFIG`` set, which tells TensorFlow of the others. They end before this
    returns, or with the notebook, whatever ends that. Introduced in lesson 19b.

    Args:
        function: a function of the notebook. Its source goes along, with the modules and the functions of the
            notebook that it names, and nothing else. Without ``ps`` each worker runs it; with ``ps`` the chief does.
        arguments: numbers and texts.
        workers, ps: how many machines of each kind.
        folders: without it, all work in the folder of the notebook. With it, each one has a folder of its own there,
            such as ``folders/worker0``, as if it had its own disk.
        quiet: once a machine is done, those that print nothing for so many seconds more are ended.

    Raises:
        NoSource: the function's source cannot be read.
        ValueError: these are no numbers of machines.
        RuntimeError: a machine raised something, which the message shows; or there is too little memory, or no free
            port. The message says what to do.
    """
    servers.check_size("machines.launch", ps, workers)
    job = Job(function.__name__, source_of(function), folder="")
    gather(function, job.source, job)
    call = (job.name, job.source, job.modules, job.helpers, arguments)
    with ExitStack() as stack, saying(f"{function.__name__} runs on several machines"):
        spec, names = {}, [("worker", index) for index in range(workers)]
        if ps:
            cluster = servers.cluster(ps, workers, folders)
            stack.callback(cluster.stop)
            cluster.start()
            spec, names = dict(cluster.spec), [("chief", 0)]
        servers.enough_memory(len(names))
        held = [stack.enter_context(port) for port in servers.ports(len(names))]
        spec[names[0][0]] = [loopback.address(port) for port in held]
        loopback.give_way(held)
        machines = []
        for name in names:
            machines.append(Machine(name, spec, folders, call))
            stack.callback(machines[-1].end)
        begin(machines, spec)
        follow(machines, quiet)
    for machine in machines:
        machine.show()


class Machine:
    """A process that runs the function; what it has printed, and how it ended."""

    def __init__(self, name, spec, folders, call):
        job, index = name
        self.name, self.printed, self.ending = f"{job} {index}", [], None
        folder = Path(folders, f"{job}{index}") if folders else Path()
        folder.mkdir(parents=True, exist_ok=True)
        setting = json.dumps({"cluster": spec, "task": {"type": job, "index": index}})
        offsets = loopback.slots_of_grpc()
        self.process, self.pipe = servers.started(serve, setting, str(folder.absolute()), offsets, call)

    def listen(self):
        """Takes in what the process says next.

        Raises:
            RuntimeError: it raised something, which the message shows.
        """
        try:
            kind, text = self.pipe.recv()
        except (EOFError, OSError):
            kind, text = "ended", child.ending(self.process)
        if kind == "raised":
            raise RuntimeError(f"{self.name} raised:\n\n{text}")
        if kind == "ended":
            self.ending = text
        else:
            self.printed.append(text)

    def end(self):
        servers.end(self.process, self.pipe)

    def show(self):
        for line in self.printed:
            print(f"{self.name}: {line}")
        if self.ending:
            print(f"{self.name} {self.ending}")


def begin(machines, spec):
    """Lets the machines begin, the first one first: all others connect to it.

    One that comes too early is refused, and gRPC then waits a second before it tries again. A function that has said
    something, or has come to its end, need not have such a server, and nobody waits for one longer than ``LISTENS``.
    """
    first, *others = machines
    first.pipe.send("begin")
    until = time.monotonic() + (LISTENS if others else 0)
    while time.monotonic() < until and not first.pipe.poll(PAUSE) and not reached(spec["worker"][0]):
        pass
    for machine in others:
        machine.pipe.send("begin")


def reached(address):
    """Whether somebody listens at an address of this machine."""
    host, _, port = address.partition(":")
    with socket.socket() as caller:
        return caller.connect_ex((host, int(port))) == 0


def follow(machines, quiet):
    """Takes in what machines say until all have come to their end. Those that say nothing for too long are given up."""
    while waiting := [machine for machine in machines if machine.ending is None]:
        seconds = quiet if len(waiting) < len(machines) else max(quiet, QUIET)
        ready = connection.wait([machine.pipe for machine in waiting], seconds)
        for machine in waiting:
            if machine.pipe in ready:
                machine.listen()
            elif not ready:
                machine.ending = f"was ended: it said nothing for {seconds:g} s"


def serve(pipe, setting, folder, offsets, call):
    """The program of a machine. When it has come to its end, the notebook ends it: others may still need it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a notebook that is interrupted ends this process itself
    servers.silence()
    os.chdir(folder)
    os.environ.update(METADATA, TF_CONFIG=setting)
    import tensorflow  # noqa: F401  what listens is exchanged in its library

    name, source, modules, helpers, arguments = call
    with redirect_stdout(Lines(lambda line: pipe.send(("printed", line)))), loopback.only(offsets):
        try:
            namespace = brought_along(Job(name, source, "", modules, helpers), "__main__")
            exec(source, namespace)
            pipe.recv()  # "begin"
            namespace[name](*arguments)
            pipe.send(("ended", ""))
        except SystemExit as leaving:
            pipe.send(("ended", f"left with exit code {leaving.code}"))
        except BaseException:
            pipe.send(("raised", traceback.format_exc()))
        threading.Event().wait()
