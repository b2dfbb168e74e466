"""A text as people paste it, line by line without what a terminal, a log or a forum has put around it."""

import html
import re
from dataclasses import dataclass

from tfckpt.bounds import LONG_WORD, LONGEST_WORD, shortened_word

MOST = 2000  # characters at the beginning of a line, and at its end, that are looked at

QUOTES = str.maketrans(dict.fromkeys('"`´‘’‚‛“”„‟′″«»‹›「」『』＂＇', "'"))
INVISIBLE = str.maketrans({**dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\x00"), "\u00a0": " ", "\u202f": " "})
COLORS = re.compile(
    r"(?:\x1b|\\x1b|\\u001b|\\033|\^\[)(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,200}(?:\x07|\x1b\\))"
    r"|\[(?:\d{1,3};)*\d{1,3}m"  # where the first character was lost on the way
)
ENTITY = re.compile(r"&(?:[a-z]{2,6}|#\d{1,5}|#x[0-9a-fA-F]{1,4});")
TIME = r"(?:\d{4}[-/]\d\d[-/]\d\d[T ]|[A-Z][a-z]{2} [ \d]\d )?\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"
# What stands before each line where the text came another way: mail and forums, boxes, containers, clusters.
AROUND = re.compile(
    rf"""\s*(?:
      >(?!>>\s)\s?                             # a quotation, and no prompt of Python's
    | [│┃|╭╰]\s?                               # a box, or docker compose
    | E(?:\s{{2,}}(?=\S)|\s*$)                 # pytest
    | \#\s+(?=\S)                              # a comment
    | \[\d+,\d+\]<std(?:err|out)>:\s?          # mpirun
    | \([\w. ]{{0,40}}pid=\d+[^)]{{0,40}}\)\s  # ray
    | [\w.-]{{1,40}}_\d+\s+\|\s                # docker compose
    | {TIME}\s+std(?:err|out)\s[FP]\s          # kubernetes
    | \[?{TIME}\]?\s(?:[\w.-]+\s[\w.-]+\[\d+\]:\s)?  # journals
    )""",
    re.VERBOSE,
)
LEVEL = r"(?:DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL)"
LOG = re.compile(
    rf"""\s*(?:
      (?:{TIME}:\s)?[IWEF]\s[\w./]+\.cc:\d+\]\s                   # TensorFlow in C++
    | [IWEF]\d{{4}}\s[\d:.]+\s+\d*\s*[\w./<>]+:\d+\]\s            # absl
    | {LEVEL}:[\w.]+:                                             # Python's logging
    | (?:{TIME}\s*)?[-|\[(\s]{{0,3}}{LEVEL}\b[-\])|:\s]{{1,4}}(?:[\w.:]+\s[-|:]\s)?   # other people's
    )""",
    re.VERBOSE,
)
FAILED_AT = re.compile(r"OP_REQUIRES failed at \S+ : ")


@dataclass(frozen=True)
class Line:
    """A line without what was put around it.

    Attributes:
        text: what is left.
        logged: whether it had the mark of a log before it: it may be a warning only.
    """

    text: str
    logged: bool


def quotes_alike(text):
    """A text with one kind of quotation marks.

    Example:

        >>> quotes_alike("“A” and `B`")
        "'A' and 'B'"
    """
    return text.translate(QUOTES)


def cleaned(text):
    """The lines of a text, a list of ``Line``.

    Example:

        >>> cleaned("> E   ValueError: No variables to save")[0].text
        'ValueError: No variables to save'
    """
    return [clean(line) for line in text.splitlines()]


def clean(line):
    if len(line) > LONGEST_WORD:  # to search a word takes time by the square of its length
        line = line if len(line) <= 2 * MOST else f"{line[:MOST]} … {line[-MOST:]}"
        line = LONG_WORD.sub(lambda match: shortened_word(match[0], LONGEST_WORD), line)
    if not line.isascii():
        line = line.translate(INVISIBLE)
    if "[" in line:
        line = COLORS.sub("", line)
    if "&" in line and ENTITY.search(line):
        line = html.unescape(line)
    line, logged = line.strip(), False
    if line.startswith("```"):
        return Line("", False)
    for _ in range(6):  # a quotation in a box in a log
        if match := LOG.match(line):
            logged = True
        elif not (match := AROUND.match(line)):
            break
        line = line[match.end() :]
    line = FAILED_AT.sub("", line)
    return Line(quotes_alike(line.strip().strip("*").rstrip("│┃ ").strip()), logged)
