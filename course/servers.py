"""``cluster``: servers of TensorFlow as processes of this machine, which save, are killed, and come back.

TensorFlow calls its processes *tasks*: ``ps`` 0, 1, … keep variables, ``worker`` 0, 1, … compute. The notebook is a
client of theirs and has no server of its own, because a process that had one could not be the source of another.
"""

import os
import signal
import socket
import sys
import weakref
from contextlib import suppress
from pathlib import Path

from course import loopback
from course.closing import close_in_time
from course.meanwhile import saying
from course.practice import child
from course.warm.memory import available_memory

FORKED, IMPORTING = 100_000_000, 600_000_000  # bytes that a task takes: forked, or with an import of its own
UP, REACHED = 120, 5  # seconds in which a task has to be up, and to be reached
MINUTES = 60  # after which a task ends by itself
LATEST = []  # the one cluster, as a weak reference


class Cluster:
    """Servers of TensorFlow, each a process of this machine, for ``tf.Session(cluster.target)``.

    They start when they are first needed, and end with this object, with the notebook, whatever ends that, or after an
    hour. There is one cluster at a time: a new one ends the one before. Introduced in lesson 19a.

    Args:
        ps, workers: how many tasks of each kind. There is at least one worker, to which the session speaks.
        folders: without it, all tasks work in the folder of the notebook. With it, each one has a folder of its own
            there, as if it were on another machine: ``folders/ps0``, ``folders/ps1``, …, ``folders/worker0``.

    Attributes:
        spec: the addresses, ``{"ps": […], "worker": […]}``, for ``tf.train.replica_device_setter(cluster=…)``.

    Raises:
        ValueError: these are no numbers of tasks.
        RuntimeError: there is too little memory, or no free port. The message says what to do.
    """

    def __init__(self, ps=2, workers=1, folders=None):
        check_size("course.cluster", ps, workers)
        while LATEST:
            if before := LATEST.pop()():
                before.stop()
        names = [("ps", index) for index in range(ps)] + [("worker", index) for index in range(workers)]
        enough_memory(len(names))
        self.sockets = ports(len(names))
        addresses = list(map(loopback.address, self.sockets))
        self.spec = {"ps": addresses[:ps], "worker": addresses[ps:]}
        self.folders = {name: Path(folders, f"{name[0]}{name[1]}") if folders else Path() for name in names}
        self.tasks, self.ended = {}, {}  # name -> (process, pipe); name -> why it does not run
        self.stop = weakref.finalize(self, end_all, self.tasks, self.sockets)
        LATEST.append(weakref.ref(self))
        if sys.platform == "linux":
            child.start_ahead(__name__)  # forking them takes a moment, so it is left to the first use
        else:
            self.start()  # they load TensorFlow meanwhile

    def __repr__(self):
        states = [(f"{job} {index}", self.state((job, index))) for job, index in self.folders]
        return "\n".join(f"{name:9} {state}" for name, state in states)

    def state(self, name):
        """What can be said of a task: ``runs``, ``has not started yet``, or why it has ended."""
        if name in self.ended:
            return self.ended[name]
        if not self.stop.alive:
            return "has ended: a newer cluster took its place, or this one was stopped"
        if name not in self.tasks:
            return "has not started yet"
        if self.tasks[name][0].is_alive():
            return "runs"
        return f"has ended: somebody or the system killed it, or it ran for {MINUTES} minutes"

    @property
    def target(self):
        """The address of worker 0, for ``tf.Session``. It waits until all tasks are up.

        Raises:
            RuntimeError: a task does not run. A session would wait for it, without end and without a word.
        """
        self.start()
        states = {name: self.state(name) for name in self.folders}
        for (job, index), state in states.items():
            if state != "runs":
                again = f'call restart("{job}", {index}), or run' if self.stop.alive else "run"
                raise RuntimeError(
                    f"{job} {index} {state}. A session would wait for it for ever. To go on, {again} the cell that "
                    "made this cluster again."
                )
        target = f"grpc://{self.spec['worker'][0]}"
        close_in_time(target, self.answers)
        return target

    def answers(self):
        """Whether the task that sessions speak to runs."""
        return self.state(("worker", 0)) == "runs"

    def start(self):
        """Starts the tasks that have not started yet, and waits until they are up."""
        missing = [name for name in self.folders if name not in self.tasks and name not in self.ended]
        if missing and self.stop.alive:
            self.begin(missing)

    def begin(self, names):
        """Starts tasks, and waits until they are up. If one is not, none is left of the cluster."""
        for name in names:
            self.folders[name].mkdir(parents=True, exist_ok=True)
        loopback.give_way(self.sockets)
        try:
            with saying("The cluster starts"):
                for name in names:
                    self.ended.pop(name, None)
                    folder, offsets = str(self.folders[name].absolute()), loopback.slots_of_grpc()
                    self.tasks[name] = started(serve, self.spec, *name, folder, offsets, MINUTES * 60)
                for name in names:
                    self.wait_for(*name)
        except BaseException:  # a KeyboardInterrupt, too
            self.stop()
            raise

    def wait_for(self, job, index):
        """Waits until a task says that it is up, and until its address can be reached."""
        process, pipe = self.tasks[job, index]
        try:
            said = pipe.recv_bytes().decode() if pipe.poll(UP) else f"was not up after {UP} seconds"
        except (EOFError, OSError):
            said = child.ending(process)
        if said != "up":
            raise RuntimeError(
                f"{job} {index} {said}. Perhaps the memory is used up: shut down kernels that you do not need, and run "
                "this cell again."
            )
        host, _, port = self.spec[job][index].partition(":")
        try:
            socket.create_connection((host, int(port)), timeout=REACHED).close()
        except OSError as error:
            raise RuntimeError(
                f"{job} {index} runs, but {host} cannot be reached ({error.strerror or error}): something on this "
                "machine, such as a firewall, closes the address that a machine has for itself. Allow it, and run this "
                "cell again."
            ) from None

    def kill(self, job, index):
        """Kills a task with SIGKILL, as the system does when memory is short. One that has ended stays so."""
        self.start()
        end(*self.tasks[self.named(job, index)])
        self.ended[job, index] = "was killed"

    def restart(self, job, index, folder=None):
        """Starts a task anew at its address: with nothing in memory, and, if you like, in another folder."""
        name = self.named(job, index)
        if not self.stop.alive:
            raise RuntimeError(f"{job} {index} {self.state(name)}. Run the cell that made this cluster again.")
        if name in self.tasks:
            end(*self.tasks[name])
        self.folders[name] = Path(folder) if folder else self.folders[name]
        self.begin([name])

    def named(self, job, index):
        """The name of a task. Raises ValueError where there is none."""
        if (job, index) not in self.folders:
            names = ", ".join(f'"{job}", {index}' for job, index in self.folders)
            raise ValueError(f"There is no task {job!r}, {index!r} in this cluster. There are: {names}.")
        return job, index


cluster = Cluster


def check_size(caller, ps, workers):
    """Raises ValueError unless these are numbers of tasks."""
    if not (isinstance(ps, int) and isinstance(workers, int) and ps >= 0 and workers >= 1):
        raise ValueError(
            f"{caller}(ps={ps!r}, workers={workers!r}): give two whole numbers, such as ps=2 and workers=1. "
            "There may be no ps, but one worker is needed."
        )


def ports(count):
    """``loopback.reserved``, where it is a sentence that there are no free ports."""
    try:
        return loopback.reserved(count)
    except OSError as error:
        raise RuntimeError(
            f"There are no {count} free ports for the cluster ({error.strerror}). Shut down kernels that you do not "
            "need, restart this one, and run the cells again."
        ) from None


def enough_memory(count):
    """Raises RuntimeError where the memory is too short for so many tasks: the system might end the notebook."""
    needed = count * (FORKED if sys.platform == "linux" else IMPORTING)
    available = available_memory()
    if available < needed:
        raise RuntimeError(
            f"A cluster of {count} tasks takes {needed / 10**6:.0f} MB, and {available / 10**6:.0f} MB are free. "
            "Shut down kernels that you do not need (in JupyterLab: Kernel, Shut Down All Kernels), and run the cells "
            "again."
        )


def started(target, *arguments):
    """``child.start``, where a process that cannot be started is a sentence."""
    try:
        return child.start(target, *arguments)
    except (EOFError, OSError) as error:
        raise RuntimeError(
            f"No process could be started for the cluster ({type(error).__name__}: {error}). Shut down kernels that "
            "you do not need, restart this one, and run the cells again."
        ) from None


def end(process, pipe):
    """Ends a task that runs, and waits until it has ended. (Not ``child.end``: a task leads no group of its own.)"""
    process.kill()
    process.join()
    pipe.close()


def end_all(tasks, sockets):
    """Ends all tasks, and gives the ports back."""
    for process, _ in tasks.values():
        process.kill()
    for task in tasks.values():
        end(*task)
    for one in sockets:
        one.close()


def serve(pipe, spec, job, index, folder, offsets, seconds):
    """The program of a task: a server, until the notebook's end of the pipe is closed, whatever closes it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a cell that is interrupted still needs it, to come to its end
    silence()
    os.chdir(folder)
    import tensorflow.compat.v1 as tf

    try:
        with loopback.only(offsets):
            tf.train.Server(spec, job_name=job, task_index=index)  # it serves as long as the process lives
    except tf.errors.OpError as error:
        pipe.send_bytes(f"could not start its server ({error.message})".encode())
        return
    pipe.send_bytes(b"up")
    with suppress(EOFError, OSError):
        pipe.poll(seconds)
    os._exit(0)  # nothing that TensorFlow would do at its end


def silence():
    """What the servers print would appear in the notebook, in another order each time."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
