"""Truth 9: what a command answers in a terminal stays on its screen, also when the pager that showed it is left."""

import os
import select
import shutil
import struct
import subprocess
import sys
import time

import pytest

from conftest import OURS, ROOT
from tfckpt import terminal

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminal of this kind"),
    pytest.mark.skipif(shutil.which("less") is None, reason="there is no less"),
]
OTHER_SCREEN = b"\x1b[?1049h"  # what an xterm switches to, and back from at the end, with all that is on it
ROWS = 12
PAIR = str(OURS / "pair" / "model")
REGRESSION = str(OURS / "regression" / "model-50")
MESSAGE = "NotFoundError: Key A_1 not found in checkpoint"
COMMANDS = {
    "explain": (["explain", MESSAGE], "A_1"),
    "inspect": (["inspect", REGRESSION], "model-50 is a TensorFlow 1 checkpoint"),
    "diff": (["diff", PAIR, f"{REGRESSION}.meta"], "model"),
}


def in_a_terminal(arguments, keys, **variables):
    """What a command writes to a terminal of a few rows, in which these keys are pressed, one each time it waits."""
    import fcntl
    import termios

    ours, its = os.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, 100, 0, 0))
    unset = {"PAGER", "LESS", "COLUMNS", "LINES", "NO_COLOR"}
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment |= {"TERM": "xterm", "PYTHONPATH": str(ROOT), **variables}

    def takes_the_terminal():
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # less reads its keys from there

    command = [sys.executable, "-m", "tfckpt", *arguments]
    with subprocess.Popen(
        command,
        stdin=its,
        stdout=its,
        stderr=its,
        env=environment,
        start_new_session=True,
        preexec_fn=takes_the_terminal,
    ) as process:
        os.close(its)
        written, waiting, began = b"", list(keys), time.monotonic()
        while process.poll() is None and time.monotonic() - began < 60:
            if select.select([ours], [], [], 0.4)[0]:
                written += chunk(ours)
            elif waiting and written:
                os.write(ours, waiting.pop(0))
        assert process.poll() is not None, f"it still waits after {written[-500:]!r}"
        while select.select([ours], [], [], 0.2)[0] and (more := chunk(ours)):
            written += more
    os.close(ours)
    return written


def chunk(descriptor):
    try:
        return os.read(descriptor, 65536)
    except OSError:  # the other end was closed
        return b""


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("variables", [{}, {"LESS": "-R"}, {"PAGER": "less"}], ids=["as it is", "LESS", "PAGER"])
def test_an_answer_stays_on_the_screen_when_the_pager_is_left(name, variables):
    arguments, said = COMMANDS[name]
    written = in_a_terminal(arguments, [b"q"], **variables)
    assert OTHER_SCREEN not in written
    assert said in written.decode()


def test_all_that_was_paged_through_stays():
    """The last words of an answer too: less comes to its end, and is left there."""
    whole = subprocess.run(
        [sys.executable, "-m", "tfckpt", *COMMANDS["explain"][0]], capture_output=True, text=True, cwd=ROOT
    ).stdout
    written = in_a_terminal(COMMANDS["explain"][0], [b" "] * 12 + [b"q"], COLUMNS="100").decode()
    assert OTHER_SCREEN.decode() not in written
    assert whole.split()[-1] in written and whole.split()[0] in written


def test_an_answer_without_a_pager_waits_for_no_key():
    written = in_a_terminal([*COMMANDS["explain"][0], "--no-pager"], [], COLUMNS="100").decode()
    assert "11a Diagnose the error" in written, "its last line"


@pytest.mark.parametrize("size", [4094, 5000])
def test_a_line_that_the_terminal_cuts_is_spoken_of(size):
    line = f"{'x ' * (size // 2)}\n{MESSAGE}\n".encode()
    written = in_a_terminal(["explain", "--no-pager"], [line, b"\x04"]).decode()
    assert ("its end is missing" in written) == (size > 4095)
    assert "1 of 2 possible causes" in written


def test_the_pager_of_a_user_gets_what_was_set_for_it(monkeypatch):
    monkeypatch.setenv("LESS", "-i")
    with terminal.less_that_leaves_it():
        assert os.environ["LESS"] == "-FRX -i", "the user's own come last, and count"
    assert os.environ["LESS"] == "-i"
    monkeypatch.delenv("LESS")
    with terminal.less_that_leaves_it():
        assert os.environ["LESS"] == "-FRX"
    assert "LESS" not in os.environ
