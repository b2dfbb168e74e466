"""Runs a command of the set-up behind a line of progress, and says what a failure means; becomes another program.

Standard library only.
"""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections import deque

# What would lead pip or uv past the environment of the course, or Python past its packages.
LEFT_OUT = (
    *("PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"),
    *("UV_SYSTEM_PYTHON", "UV_PYTHON", "UV_TARGET", "UV_PREFIX"),
)


class StepError(Exception):
    """A command that failed. The text is the likely cause and what to do; ``output`` is what the command printed."""

    def __init__(self, output):
        super().__init__(explain(output))
        self.output = output


def own_environment():
    """The environment variables for a command of the set-up."""
    return {name: value for name, value in os.environ.items() if name not in LEFT_OUT}


def step(title, command, packages=None, may_fail=False, unpacked=None, variables=None):
    """Runs one command behind a line of progress. Raises StepError with the likely cause when it fails.

    Args:
        title: what the line says.
        command: the command as a list.
        packages: how many packages it installs; None if it installs none.
        may_fail: whether a failure is passed over.
        unpacked: a folder with one entry for each package that is there; None where the command itself tells.
        variables: more environment variables for the command.
    """
    with subprocess.Popen(
        command,
        env={**own_environment(), **(variables or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        last = deque(maxlen=200)
        try:
            with Line(title, packages, unpacked) as line:
                for text in process.stdout:
                    last.append(text.rstrip())
                    line.heard(text)
        except BaseException:
            process.kill()
            raise
    if process.returncode and not may_fail:
        raise StepError("\n".join(last))


def hand_over(command, environment):
    """Becomes another program. On Windows, where that would return to the shell at once, waits for its exit code."""
    if os.name == "nt":
        return subprocess.run(command, env=environment).returncode
    sys.stdout.flush()
    os.execve(command[0], command, environment)


class Line:
    """One line of progress: rewritten every second on a terminal; elsewhere a new line every ten seconds."""

    def __init__(self, title, packages, unpacked=None):
        self.title, self.packages, self.count, self.what = title, packages, 0, ""
        self.unpacked, self.loading = unpacked, {}
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.tick, daemon=True)

    def __enter__(self):
        self.began = time.monotonic()
        self.show()
        self.thread.start()
        return self

    def __exit__(self, kind, *_):
        self.stop.set()
        self.thread.join()
        self.what = "" if kind is None else "stopped"
        self.show(end="\n")

    def heard(self, text):
        words = text.split()
        if words[:1] == ["Collecting"]:
            self.count += 1
            self.what = words[1].split(";")[0]
        elif words[:1] == ["Downloading"]:
            self.what = self.loading[words[1]] = " ".join(words[1:])[:60]
        elif words[:1] == ["Downloaded"]:  # uv downloads several at once, and says of each when it is done
            self.loading.pop(words[1], None)
            self.what = next(iter(self.loading.values()), "")
        elif words[:2] == ["Installing", "collected"] or words[:1] == ["Prepared"]:  # pip says the one, uv the other
            self.count, self.what, self.unpacked = self.packages or 0, "unpacking", None

    def tick(self):
        while not self.stop.wait(1 if sys.stdout.isatty() else 10):
            self.show()

    def show(self, end=""):
        text = f"[{self.title}]"
        if self.packages:
            if self.unpacked and self.unpacked.exists():
                self.count = len(os.listdir(self.unpacked))
            done = min(20, 20 * self.count // self.packages)
            text += f" {'#' * done}{'.' * (20 - done)}"
        text += f" {time.monotonic() - self.began:3.0f} s {self.what}"
        if sys.stdout.isatty():
            width = shutil.get_terminal_size().columns - 1
            print("\r" + text[:width].ljust(width), end=end, flush=True)
        else:
            print(text, flush=True)


CAUSES = (  # what pip or the system prints -> what to say
    (
        ("No space left on device", "Errno 28", "not enough space on the disk"),
        "the disk is full. Free 3 GB and start again.",
    ),
    (
        ("DO NOT MATCH THE HASHES",),
        "a downloaded package is not the one that requirements.lock names. Try again on another network; if it happens "
        "again, do not install it, and report it.",
    ),
    (
        (
            *("name resolution", "nodename nor servname", "getaddrinfo", "Network is unreachable", "ProxyError"),
            *("NewConnectionError", "Max retries exceeded", "ConnectTimeout", "Read timed out", "Connection reset"),
            "(from versions: none)",
        ),
        "the package index cannot be reached. Check the network, and the proxy if there is one (pip reads "
        "HTTPS_PROXY), then start again.",
    ),
    (
        ("Permission denied", "Errno 13", "Read-only file system", "Errno 30"),
        "the checkout cannot be written to. Put it into a folder of your own.",
    ),
)


def known_cause(output):
    """The likely cause of a failed command's output and what to do; None when it is not known."""
    return next((cause for signs, cause in CAUSES if any(sign in output for sign in signs)), None)


def explain(output):
    """A failed command's output as one likely cause and what to do; its last lines when the cause is not known."""
    cause = known_cause(output)
    if cause:
        return cause
    tail = "\n".join(output.splitlines()[-8:])
    return f"a step failed. Its last lines:\n{tail}\nStart again; if it fails in the same way, report these lines."
