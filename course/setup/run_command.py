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


class StepError(Exception):
    """A command that failed. The text is the likely cause and what to do."""


def step(title, command, packages=None, may_fail=False):
    """Runs one command behind a line of progress. Raises StepError with the likely cause when it fails."""
    environment = {
        k: v
        for k, v in os.environ.items()
        if k not in ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX")
    }
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        last = deque(maxlen=200)
        try:
            with Line(title, packages) as line:
                for text in process.stdout:
                    last.append(text.rstrip())
                    line.heard(text)
        except BaseException:
            process.kill()
            raise
    if process.returncode and not may_fail:
        raise StepError(explain("\n".join(last)))


def hand_over(command, environment):
    """Becomes another program. On Windows, where that would return to the shell at once, waits for its exit code."""
    if os.name == "nt":
        return subprocess.run(command, env=environment).returncode
    sys.stdout.flush()
    os.execve(command[0], command, environment)


class Line:
    """One line of progress: rewritten every second on a terminal; elsewhere a new line every ten seconds."""

    def __init__(self, title, packages):
        self.title, self.packages, self.count, self.what = title, packages, 0, ""
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
            self.what = " ".join(words[1:])[:60]
        elif words[:2] == ["Installing", "collected"]:
            self.count, self.what = self.packages or 0, "unpacking"

    def tick(self):
        while not self.stop.wait(1 if sys.stdout.isatty() else 10):
            self.show()

    def show(self, end=""):
        text = f"[{self.title}]"
        if self.packages:
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


def explain(output):
    """A failed command's output as one likely cause and what to do; its last lines when the cause is not known."""
    for signs, cause in CAUSES:
        if any(sign in output for sign in signs):
            return cause
    tail = "\n".join(output.splitlines()[-8:])
    return f"a step failed. Its last lines:\n{tail}\nStart again; if it fails in the same way, report these lines."
