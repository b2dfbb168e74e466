"""``expect_error`` and ``outcome``: run lines that fail, or may, and show what the error says.

What is shown is the same on every machine.
"""

import re
import sys
import textwrap
import traceback
from contextlib import contextmanager
from typing import NamedTuple

WIDTH = 88  # characters: a wider line would break within a word where JupyterLab's window is not wide

last = None  # what was caught last: ``course.explain`` asks for it


class Caught(NamedTuple):
    """An error that was caught: its text alone, since its frames would keep graphs and sessions alive.

    Attributes:
        text: its traceback.
        before: the error that the notebook had shown in full by then, or None.
    """

    text: str
    before: BaseException | None


@contextmanager
def expect_error(*types):
    """Runs the lines of a ``with`` block, catches an error of one of ``types`` and prints what it says.

    A full TensorFlow error ends in a stack with the folders of the machine it ran on. What is cut is marked ``[…]``.
    Where an error is wrapped in another one, what the inner one says stands on a line of its own. Introduced in
    lesson 01.

    Raises:
        AssertionError: nothing was raised.
        Exception: whatever other error was raised, unchanged.
    """
    names = " or ".join(kind.__name__ for kind in types)
    try:
        yield
    except types as error:
        note(error)
        print(shown(error))
    else:
        raise AssertionError(f"These lines should have raised {names}, but they raised nothing.")


@contextmanager
def outcome():
    """Runs the lines of a ``with`` block and prints what comes of them: what an error says, or ``No error.``

    For lines whose outcome is to be predicted: they do not say what it will be. Introduced in lesson 01.
    """
    try:
        yield
    except Exception as error:
        note(error)
        print(shown(error))
    else:
        print("No error.")


def note(error):
    global last
    last = Caught("".join(traceback.format_exception(error)), getattr(sys, "last_value", None))


def shown(error):
    """An error's type and headline, in lines that break between words. The error that it wraps is indented."""
    outer, wraps, inner = headline(error).partition(" […] ")
    lines = wrapped(f"{type(error).__name__}: {outer}{wraps.rstrip()}")
    return "\n".join([*lines, *wrapped(inner, indent=4 * " ")])


def wrapped(text, indent=""):
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def headline(error):
    """The line of an error's message that says what is wrong, ending in ``[…]`` where the message goes on.

    TensorFlow puts ``Graph execution error:`` and the place in your code, down to a line ``Node: '…'``, before that
    line, and the name of the operation, as ``[[{{node …}}]]``, after it. What comes from another process has that
    twice, and a line ``From /job:…``. An error while restoring is wrapped in
    another one, which ends in ``Original error:``. Then the line has the beginning of both.
    """
    wrapper, wrapped, original = str(error).partition(" Original error:")
    if wrapped:
        return f"{wrapper.partition(' Please ensure')[0]} […] {cut(original)}"
    return cut(str(error))


def cut(message):
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    if lines[:1] == ["Graph execution error:"]:
        places = [number for number, line in enumerate(lines) if line.startswith("Node: '")]
        lines = lines[places[-1] + 1 if places else 1 :]
    lines = [line for line in lines if not re.fullmatch("=+|([A-Z_]+: )?From /job:.*:", line)]
    if not lines:
        return "(no message)"
    # "Op type not registered 'X' in binary running on <name of the machine>. Make sure …"
    line = re.sub(r"(in binary running on) \S+\.(?=\s|$)", r"\1 […].", lines[0])
    return line + (" […]" if len(lines) > 1 else "")
