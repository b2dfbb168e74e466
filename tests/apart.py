"""``tfckpt``: a command of it in a process of its own, with the memory and the time that it took."""

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass

RUN = """
import sys
{before}
from tfckpt.commands import run
code = run(sys.argv[1:], "tfckpt")
sys.stdout.flush()
with open("/proc/self/status") as status:
    peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
print("peak", peak, file=sys.stderr)
sys.exit(code)
"""


@dataclass
class Done:
    """How a command ended: its exit code, what it printed, and the most memory that it had, in MB."""

    code: int
    out: str
    err: str
    peak: float

    @property
    def lines(self):
        return self.out.split("\n") + self.err.split("\n")


def tfckpt(*arguments, before="", limits=(), seconds=60, during=None, inherits=()):
    """Runs a command.

    Args:
        before: Python code that is run before it.
        limits: pairs of a resource and how much of it the process may have.
        seconds: of the processor that it may take.
        during: a function of the process, which is called while it runs.
        inherits: file descriptors that it gets.
    """

    def limit():
        for which, most in [(resource.RLIMIT_CPU, seconds), *limits]:
            resource.setrlimit(which, (most, most))

    call = [sys.executable, "-c", RUN.format(before=before), *map(str, arguments)]
    environment = {**os.environ, "PYTHONFAULTHANDLER": ""}
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(call, **pipes, env=environment, preexec_fn=limit, pass_fds=inherits)
    if during:
        during(process)
    out, err = (text.decode(errors="replace") for text in process.communicate(timeout=20 * seconds))
    assert "Traceback" not in out + err, err
    err, found, peak = err.rpartition("peak ")
    err, peak = (err, int(peak)) if found else (peak, 0)
    return Done(process.returncode, out, err, peak / 1000)


def wait_for(there, seconds=60):
    """Waits until a function returns something true, and returns it."""
    end = time.monotonic() + seconds
    while not (found := there()):
        assert time.monotonic() < end
        time.sleep(0.01)
    return found
