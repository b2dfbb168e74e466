"""What Jupyter asks for a kernel: the warm process's, or else an ordinary one."""

import asyncio
import os
import sys
from pathlib import Path

from jupyter_client.provisioning import LocalProvisioner

from course.warm import DOOR
from course.warm.choice import program
from course.warm.process import WarmError

ORDINARY = ["-m", "ipykernel_launcher"]  # what the command of a kernel says that a forked one can stand for
UNDERSTOOD = {"env", "cwd", "stdout", "stderr", "kernel_id", "extra_arguments"}
LINGERING = 0.25  # seconds: a request to shut down may reach the successor, whose sockets are the same, for 0.1 s


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel as jupyter_client's own provisioner does, but where it can, from the warm process."""

    async def launch_kernel(self, cmd, **kwargs):
        """Starts the kernel. Returns how to connect to it."""
        kwargs["env"] = {name: value for name, value in kwargs.get("env", os.environ).items() if name != DOOR}
        kernel = await self.forked(cmd, kwargs)
        if kernel is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid, self.pgid = kernel, kernel.pid, kernel.pid
        self.cwd = kwargs.get("cwd") or Path.cwd()
        return self.connection_info

    async def forked(self, command, options):
        """A kernel from the warm process; None where an ordinary one is to be started.

        Args:
            command: the ordinary kernel's, as a list.
            options: those that ``subprocess.Popen`` would get.
        """
        streams = [descriptor(options.get(name), number) for name, number in (("stdout", 1), ("stderr", 2))]
        folder = options.get("cwd") or os.getcwd()
        usual = command[:3] == [sys.executable, *ORDINARY] and set(options) <= UNDERSTOOD
        if not usual or None in streams or not os.access(folder, os.X_OK):
            return None
        process = await asyncio.to_thread(program.warm_process, options["env"])
        if process is None:
            return None
        if self.pid is not None:
            await asyncio.sleep(LINGERING)
        request = {
            "arguments": command[3:],
            "environment": {**options["env"], "JPY_PARENT_PID": str(os.getpid())},
            "folder": str(folder),
        }
        try:
            return await process.fork(request, streams)
        except WarmError as error:
            await asyncio.to_thread(program.give_up, process, error)
            return None


def descriptor(stream, default):
    """The descriptor that ``subprocess.Popen`` would give a process for a stream; None for a pipe and the like."""
    if stream is None:
        return default
    number = stream if isinstance(stream, int) else stream.fileno()
    return number if number >= 0 else None
