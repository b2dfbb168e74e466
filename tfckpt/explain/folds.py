"""Tracebacks whose lines were lost on the way, or cut: put into lines again."""

import re
from collections import Counter

NARROWEST, WIDEST = 40, 300  # characters of a terminal that cuts lines
USUAL = (79, 80, 119, 120)  # characters of a console of Windows, and others that nobody has changed
WORD = re.compile(r"[\w/\\][\w/\\]")
BEGINS = re.compile(  # what a line begins with that is no piece of the one before
    r"""\s*(?:File\ ["'] | [-=_]{10} | \w+Error\ {5}
      | Traceback | During\ handling | The\ above\ exc | Caused\ by | \[\[ | ``` | >>>\ | -+>\ *\d
      | [\w.]*(?:Error|Exception|Warning)\b[:\ ] | \d{4}-\d\d-\d\d | [IWEF]\d{4}\s | [IWEF]\ [\w/.]+\.cc
      | (?:INFO|WARNING|ERROR|DEBUG)\b)""",
    re.VERBOSE,
)
RULER = re.compile(r"([-=_*#~])\1{30,}$|\w+Error {5,}Traceback")  # IPython draws lines that are as long as its headings
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

    Where the edge is, is told by the lines that are as long as each other. In a box or a table most lines are; a line
    that begins as a message or a frame does is no piece of the one before.

    Example:

        >>> unwrapped("x" * 80 + "\n" + "y" * 80 + "\nKey w/bi\n") == "x" * 80 + "y" * 80 + "Key w/bi\n"
        True
    """
    lines = text.splitlines()
    width = edge(lines)
    if not width:
        return text
    pieces = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        cut = len(line) == width and following.strip() and line != following and not BEGINS.match(following)
        pieces.append(line if cut else f"{line}\n")
    return "".join(pieces)


def edge(lines):
    """The width of the terminal that cut some lines; 0 if none did.

    Two different lines that are the longest ones were cut, or three of another length; and of a terminal's usual width,
    one that ends within a word.
    """
    lines = [line for line in lines if not RULER.match(line)]
    lengths = Counter(len(line) for line in set(lines) if NARROWEST <= len(line) <= WIDEST)
    longest = max(map(len, lines), default=0)
    for width, count in sorted(lengths.items(), key=lambda each: (-each[1], -each[0])):
        full = sum(len(line) == width for line in lines)
        if count >= (2 if width == longest else 3) and full <= 0.9 * len(lines):
            return width
    within = [len(line) for line, after in zip(lines, lines[1:], strict=False) if WORD.search(line[-1:] + after[:1])]
    return next((width for width in within if width in USUAL and width == longest), 0)
