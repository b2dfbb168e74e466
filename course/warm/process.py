"""The warm process and the kernels that it forks, as the program sees them that starts kernels."""

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path

from course.quiet import SETTINGS

SCRIPT = Path(__file__).with_name("zygote.py")
PATIENCE = 3  # seconds until it has forked a kernel; it takes a few hundredths
IDLE = 1800  # seconds without a kernel, after which it ends
# Variables that nothing reads before the fork. With any other difference a kernel is an ordinary one.
MAY_DIFFER = ("JPY_", "JUPYTER_", "COURSE_", "PYTEST_")
MAY_DIFFER_TOO = ("PWD", "OLDPWD", "SHLVL", "_")


class WarmError(Exception):
    """The warm process cannot be used. The text says why."""


class WarmProcess:
    """A running warm process.

    Args:
        environment: the environment variables of the kernels that it is for.
        idle: seconds without a kernel, after which it ends.
    """

    def __init__(self, environment, idle=IDLE):
        self.fixed, self.library = fixed(environment), library()
        self.control, there = socket.socketpair()
        with there:
            self.process = subprocess.Popen(
                [sys.executable, str(SCRIPT), str(there.fileno()), str(idle)],
                env={**SETTINGS, **environment},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # nothing of its import is any lesson's
                pass_fds=[there.fileno()],
                start_new_session=True,  # Ctrl-C in the server's terminal is for the server
            )
        self.ready = False

    def wait(self, seconds):
        """Waits until it is ready, at most so many seconds. Returns whether it is.

        Raises:
            WarmError: it never will be.
        """
        self.control.settimeout(seconds)
        if not self.ready:
            try:
                said = self.control.recv(4096)
            except (TimeoutError, BlockingIOError):
                return False
            except OSError:  # it was killed
                said = b""
            if not said:
                raise WarmError(f"the warm process ended while it started (exit code {self.process.wait()})")
            if error := json.loads(said).get("error"):
                raise WarmError(f"the warm process did not start: {error}")
            self.ready = True
        return True

    async def fork(self, request, streams):
        """Lets it fork a kernel.

        Args:
            request: ``{"arguments": …, "environment": …, "folder": …}`` for the new process.
            streams: two descriptors, its stdout and stderr.

        Returns:
            A ``ForkedKernel``.

        Raises:
            WarmError: there is no kernel, and there will be none.
        """
        here, there = socket.socketpair()
        here.setblocking(False)
        try:
            with there:
                socket.send_fds(self.control, [b"k"], [there.fileno(), *streams])
            loop = asyncio.get_running_loop()
            pid = int(await asyncio.wait_for(loop.sock_recv(here, 20), PATIENCE))
            await asyncio.wait_for(loop.sock_sendall(here, json.dumps(request).encode()), PATIENCE)
            kernel = ForkedKernel(pid, here)
            here.shutdown(socket.SHUT_WR)
            return kernel
        except (OSError, ValueError, TimeoutError) as error:
            here.close()  # a kernel that is forked after all reads nothing, and ends
            raise WarmError("the warm process did not answer") from error

    def end(self):
        """Ends it, unless it has ended. The kernels that it has forked go on."""
        self.control.close()
        self.process.kill()
        self.process.wait()

    @property
    def ended(self):
        return self.process.poll() is not None


class ForkedKernel:
    """A kernel that the warm process has forked, with what jupyter_client uses of ``subprocess.Popen``.

    Args:
        pid: its process number.
        connection: the socket on which the warm process tells how it ended.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid, connection):
        self.pid, self.connection, self.returncode = pid, connection, None
        self.pidfd = os.pidfd_open(pid)

    def poll(self):
        """Its exit code, None while it runs, and 1 if there is nobody left who knows."""
        if self.returncode is None and self.has_ended(0):
            self.connection.settimeout(0.5)
            with suppress(OSError, ValueError):
                self.returncode = int(self.connection.recv(20))
            self.returncode = 1 if self.returncode is None else self.returncode
            self.connection.close()
            os.close(self.pidfd)
        return self.returncode

    def has_ended(self, seconds):
        poll = select.poll()
        poll.register(self.pidfd, select.POLLIN)
        return bool(poll.poll(None if seconds is None else 1000 * seconds))

    def wait(self):
        if self.returncode is None:
            self.has_ended(None)
        return self.poll()

    def send_signal(self, number):
        if self.poll() is None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, number)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self.send_signal(signal.SIGKILL)


def fixed(environment):
    """The environment variables in which the kernels of one warm process are alike."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith(MAY_DIFFER) and name not in MAY_DIFFER_TOO
    }


def library():
    """What changes when a package is installed or removed: the warm process has loaded those that there were."""
    try:
        return os.stat(sysconfig.get_path("purelib")).st_mtime_ns
    except OSError:
        return None
