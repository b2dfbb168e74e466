"""Tracebacks whose lines were lost on the way, or cut: put into lines again."""

import re

NARROWEST, WIDEST = 40, 300  # characters of a terminal that cuts lines
ESCAPED = re.compile(r"Traceback \(most recent call last\):\\+n")
IN_ONE_LINE = re.compile(r"Traceback \(most recent call last\): +File ")
BEGINS_A_LINE = re.compile(
    r"""(?<=\S)\ +(?=
      File\ ["'][^"'\n]{1,300}["'],\ line\ \d
    | (?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit):\s
    | During\ handling\ of\ the\ above | The\ above\ exception\ was | Traceback\ \(most\ recent
    )""",
    re.VERBOSE,
)


def unfolded(text):
    r"""A text in which a traceback has its lines, where it came as one line or with escaped ends of lines.

    Example:

        >>> unfolded('Traceback (most recent call last): File "x.py", line 1, in f ValueError: no').count("\n")
        2
        >>> unfolded(r'{"log": "Traceback (most recent call last):\n  File ...\nValueError: no"}').count("\n")
        2
    """
    if ESCAPED.search(text):
        text = re.sub(r"\\+n", "\n", text)
        text = re.sub(r"\\+t", "\t", text)
        text = re.sub(r'\\+(?=["\'])', "", text)
    if IN_ONE_LINE.search(text):
        text = BEGINS_A_LINE.sub("\n", text)
    return text


def unwrapped(text):
    r"""A text whose lines a terminal has cut at its edge, within words too, with the pieces put together again.

    Lines that are as long as the longest one were cut, if there are some of them and most are shorter: in a box or a
    table, most are as long.

    Example:

        >>> unwrapped("x" * 80 + "\n" + "x" * 80 + "\nKey w/bi\n") == "x" * 160 + "Key w/bi\n"
        True
    """
    lines = text.splitlines()
    width = max(map(len, lines), default=0)
    full = sum(len(line) == width for line in lines)
    if not NARROWEST <= width <= WIDEST or full < 2 or full > 0.9 * len(lines):
        return text
    return "".join(line if len(line) == width else f"{line}\n" for line in lines)
