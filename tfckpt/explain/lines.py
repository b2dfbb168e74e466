"""A text as people paste it, line by line without what a terminal, a log or a forum has put around it."""

import html
import re
from dataclasses import dataclass

from tfckpt.bounds import LONG_WORD, LONGEST_WORD, shortened_word
from tfckpt.explain.translated import in_english

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
    | (?:[-+•]|\d{{1,2}}[.)])\s+(?=[\w.]*(?:Error|Exception)\b:|-+>\s|\d+\s|Traceback|File\s)  # a list, or a difference
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
SOURCE = re.compile(r"[\w./]+\.cc(?=:\d+\])")
FENCE = re.compile(r"\s*```+(?P<rest>.*)$")
NAMES_A_LANGUAGE = re.compile(r"[\w+#.{}=-]*$")
OF_PYTHON_2 = re.compile(r"(?<![\w'])u(?=')")  # its texts, as Python 2 shows them in a message
FAILED_AT = re.compile(r"OP_REQUIRES failed at \S+ : ")
HARMLESS = re.compile(rf"\s*(?:{TIME}:?\s)?(?:I\s|I\d{{4}}\s|[-|\[(\s]{{0,3}}(?:INFO|DEBUG)\b)")
# A line of a program that has nothing but a text in quotation marks, as in a `raise` of several lines.
QUOTED = re.compile(r"(?:-+>\s*)?(?:\d+\s+)?(?:raise\s+[\w.]+\()?\s*[bfru]{0,2}'(?P<says>.*)'\s*(?:[,+)%\\].*)?$")
EMPTY_LINES = re.compile(
    r"(?:[\W_]*|File '.*|Traceback ?\(most recent.*|_{4,}.*|Epoch \d.*|.*\d+/\d+ \[[=>.]*\].*|.*\.pyc? in \w+\(.*|"
    r"(?:-+>\s*)?\d+\s.*|\w+(?:Error|Exception)\s+Traceback.*|<ipython-input.*)$"
)
SPEAKS_OF_FAILURE = re.compile(
    r"error|fail|can ?not|can't|could not|couldn't|unable|invalid|not |no such|exhausted|denied|missing|mismatch",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Line:
    """A line without what was put around it.

    Attributes:
        text: what is left.
        logged: whether it had the mark of a log before it: it may be a warning only.
        harmless: whether that mark says that all is well.
        source: the file of C++ that the mark names, which tells what program it was; empty without one.
    """

    text: str
    logged: bool
    harmless: bool = False
    source: str = ""


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
    line, logged, harmless, source = in_english(line.strip()), False, False, ""
    line = without_fence(line)
    for _ in range(6):  # a quotation in a box in a log
        if match := LOG.match(line):
            logged, harmless = True, bool(HARMLESS.match(match[0]))
            named = SOURCE.search(match[0])
            source = named[0] if named else source
        elif not (match := AROUND.match(line)):
            break
        line = line[match.end() :]
    line = FAILED_AT.sub("", line)
    text = quotes_alike(line.strip().strip("*").rstrip("│┃ ").strip())
    return Line(OF_PYTHON_2.sub("", text) if "u'" in text else text, logged, harmless, source)


def without_fence(line):
    """A line without the marks of Markdown for code, which may stand on the line of a message.

    Example:

        >>> without_fence("```python"), without_fence("```ValueError: No variables to save```")
        ('', 'ValueError: No variables to save')
    """
    opened = FENCE.match(line)
    rest = opened["rest"] if opened else line
    if opened and NAMES_A_LANGUAGE.match(rest):
        return ""
    return re.sub(r"```+\s*$", "", rest).strip() if opened or rest.count("```") % 2 else rest


def quoted_in(lines):
    """The texts that stand in several lines of a program, each put together: the message of a ``raise`` that was shown.

    Example:

        >>> quoted_in(cleaned("raise ValueError(\\n  'Unable to load weights '\\n  'into a model.')"))
        ['Unable to load weights into a model.']
    """
    texts, pieces = [], []
    for line in [*lines, Line("", False)]:
        if match := QUOTED.match(line.text):
            pieces.append(match["says"])
        else:
            texts += ["".join(pieces)] if len(pieces) > 1 else []
            pieces = []
    return texts


def most_telling(lines):
    """The last line that speaks of a failure; without one, the first that says something.

    Example:

        >>> most_telling(cleaned("INFO:tensorflow:no error\\nE x/y.cc:3] Could not make a handle\\nEpoch 2/2"))
        'Could not make a handle'
    """
    telling = [line.text for line in lines if not line.harmless and not EMPTY_LINES.match(line.text)]
    failing = [text for text in telling if SPEAKS_OF_FAILURE.search(text)]
    return next(iter([*failing[-1:], *telling[:1], *(line.text for line in lines if line.text)]), "")
