"""Which messages of the catalog a text has, and which of their causes fit what else stands in it."""

import re
from dataclasses import dataclass
from functools import cached_property

from tfckpt.explain.catalog import ANYWHERE
from tfckpt.explain.failures import failures_in
from tfckpt.explain.lines import cleaned
from tfckpt.explain.patterns import compiled, keyword
from tfckpt.explain.prefixes import prefix_in

LONGEST_LINE = 200  # characters of a line that is shown as it is
MOST_FAILURES = 200  # of a log, the last ones
LONGEST_PARAGRAPH = 8000  # characters in which a pattern is searched as in one line


class Text:
    """A text, ready to be searched.

    Attributes:
        lines: its lines without what was put around them, a list of ``Line``.
        failures: the errors that it tells of, a list of ``Failure``.
    """

    def __init__(self, text):
        self.lines = cleaned(text)
        self.failures = failures_in(self.lines)

    @cached_property
    def whole(self):
        """All of it as a ``Passage``."""
        return Passage([line.text for line in self.lines])

    @cached_property
    def prefix(self):
        """The prefix of a checkpoint, wherever it stands in it; None if it stands nowhere."""
        return prefix_in(self.whole.text)


class Passage:
    """Some lines in which patterns are searched: as they are, and each paragraph as one line, as it was once."""

    def __init__(self, lines):
        self.text = "\n".join(lines)

    @cached_property
    def paragraphs(self):
        """Its paragraphs of several lines, each in one line."""
        pieces = [" ".join(piece.split()) for piece in re.split(r"\n\n+", self.text) if "\n" in piece.strip()]
        return [piece for piece in pieces if len(piece) <= LONGEST_PARAGRAPH]

    def search(self, pattern):
        """The first match of a pattern; None without one."""
        if keyword(pattern) not in self.text:
            return None
        pattern = compiled(pattern)
        if match := pattern.search(self.text):
            return match
        return next((match for piece in self.paragraphs if (match := pattern.search(piece))), None)


@dataclass(frozen=True)
class Found:
    """A message of the catalog that a text has.

    Attributes:
        message: the ``Message``.
        causes: those of its causes that fit the text.
        groups: what the pattern read, ``{"key": "A_1"}``; also the prefix, wherever it stands.
        shown: the line of the text that matters.
        ends_in: the error that the text ends in, if that is another one and unknown.
    """

    message: object
    causes: tuple
    groups: dict
    shown: str
    ends_in: str = ""


def find(text, messages):
    """What a text is about: a ``Found``, or None if it is none of the messages.

    The last error of a chain that is known counts, then that of the chains before. Where a text has no error, it is
    searched as it is. A warning does not count where the text ends in an error that is not known.

    Args:
        text: a ``Text``.
        messages: of the catalog, the more exact ones first.
    """
    if not text.failures:
        return best(text.whole, text, messages)
    last = text.failures[-1]
    for failure in reversed(text.failures[-MOST_FAILURES:]):
        found = best(Passage(failure.lines), text, messages)
        if found:
            unknown = failure.chain != last.chain and last.lines[0]
            return Found(found.message, found.causes, found.groups, found.shown, unknown or "")
    return None


def best(passage, text, messages):
    """The most exact of the messages that a passage of a text has; None if it has none."""
    for message in messages:
        match = passage.search(message.pattern)
        if match and (causes := fitting(message, text.whole)):
            groups = {name: trimmed(value) for name, value in match.groupdict().items() if value}
            if ANYWHERE not in groups and text.prefix:
                groups[ANYWHERE] = text.prefix
            return Found(message, causes, groups, shown(passage, match))
    return None


def fitting(message, whole):
    """The causes of a message that fit a text: if it has evidence for some, those alone."""
    causes = [
        cause
        for cause in message.causes
        if not (cause.when and not whole.search(cause.when)) and not (cause.unless and whole.search(cause.unless))
    ]
    return tuple([cause for cause in causes if cause.when] or causes)


def trimmed(value):
    """What a group read, without the marks that end a sentence or enclose a name."""
    return value.strip().rstrip(",;:").strip("'")


def shown(passage, match):
    """The line in which a match begins, as the reader has it; of a very long one, what was matched."""
    if match.string is not passage.text:
        return match[0]
    start = match.string.rfind("\n", 0, match.start()) + 1
    end = match.string.find("\n", match.end())
    line = " ".join(match.string[start : end if end > 0 else None].split())
    return line if len(line) <= LONGEST_LINE else " ".join(match[0].split())
