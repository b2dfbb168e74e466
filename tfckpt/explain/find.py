"""Which messages of the catalog a text has, and which of their causes fit what else stands in it."""

import re
from dataclasses import dataclass, replace
from functools import cached_property

from tfckpt.explain.audience import for_the_reader
from tfckpt.explain.catalog import ANYWHERE, LISTED
from tfckpt.explain.cut import begun, completed
from tfckpt.explain.failures import failures_in
from tfckpt.explain.lines import cleaned, most_telling, quoted_in
from tfckpt.explain.patterns import BLANK as CUT_AWAY
from tfckpt.explain.patterns import compiled, keyword
from tfckpt.explain.prefixes import listed_in, prefix_in, unescaped
from tfckpt.explain.retyped import retyped

LONGEST_LINE = 200  # characters of a line that is shown as it is
MOST_CAUSES = 3  # that somebody can tell apart
MOST_FAILURES = 200  # of a log, the last ones
LONGEST_PARAGRAPH = 8000  # characters in which a pattern is searched as in one line
LETTERS_IN_ANY_CASE = 24  # of a pattern that is specific enough to be searched without regard to capitals
LETTERS_OF_A_WORD = 5  # evidence that has such a word of the message is about what the message itself says
FRAME = re.compile(
    r"File '[^'\n]+', line \d|Traceback ?\(most recent|^\s*-+> *\d|\.pyc? in |\.py:\d+(?:: in |, in |: \w+Error)",
    re.MULTILINE,
)
BLANK = re.compile(r"\{\d*(?:![rs])?\}|(?<!\w)%[sdr](?!\w)")  # where a program puts a value in
TEMPLATE = re.compile(rf"{BLANK.pattern}|\{{[A-Za-z_]\w*\}}")
TUPLE = re.compile(r"\('([^'\n]{3,300}?)', ?([^\n]{1,1000})\)")


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
    def evidence(self):
        """All of it, and then the files of C++ that its log names, as a ``Passage``: they tell what program it is."""
        sources = dict.fromkeys(line.source for line in self.lines if line.source)
        return Passage([*(line.text for line in self.lines), "", *sources]) if sources else self.whole

    @cached_property
    def has_frames(self):
        """Whether it says which program the message comes from."""
        return bool(FRAME.search(self.whole.text))

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

    @cached_property
    def lowered(self):
        return self.text.lower()

    @cached_property
    def tuples(self):
        """What stands in it as a tuple, ``('Unknown thing:', 'x')``, as a sentence: so errors were raised once."""
        return [f"{match[1]} {match[2]}" for match in TUPLE.finditer(self.text)]

    def search(self, pattern, any_case=False):
        """The first match of a pattern; None without one. Where it says ``\\A``, all of the text is meant.

        A tuple or a paragraph of it begins in a line of its own, so that what is asked of all of the text, such as
        that it lacks a word, is not asked of a part of it.
        """
        word = keyword(pattern)
        if (word.lower() not in self.lowered) if any_case else (word not in self.text):
            return None
        pattern = compiled(pattern, any_case)
        for piece in self.tuples:
            if match := said(pattern, f"\n{piece}", 1):
                return match
        if match := said(pattern, self.text):
            return match
        return next((match for piece in self.paragraphs if (match := said(pattern, f"\n{piece}", 1))), None)


def said(pattern, text, start=0):
    """The first match of a pattern that is a message, and not the line of a program that makes one; else the first."""
    first = pattern.search(text, start)
    if not first or not TEMPLATE.search(first[0]):
        return first
    return next((match for match in pattern.finditer(text, start) if not TEMPLATE.search(match[0])), first)


@dataclass(frozen=True)
class Found:
    """A message of the catalog that a text has.

    Attributes:
        message: the ``Message``.
        causes: those of its causes that fit the text.
        groups: what the pattern read, ``{"key": "A_1"}``; also the prefix, wherever it stands.
        shown: the line of the text that matters.
        certain: whether the text proves the causes: one has evidence there, or the message itself can have no other.
        ends_in: the error that the text ends in, if that is another one and unknown.
        also: another error of the text that is known and not of the same chain, the last one before this, as a
            ``Found``; or None.
    """

    message: object
    causes: tuple
    groups: dict
    shown: str
    certain: bool = False
    ends_in: str = ""
    also: object = None

    @property
    def label(self):
        """What each of the causes is called: the cause, the usual one, or one of several that are possible."""
        if len(self.causes) > 1:
            return "Possibly"
        return "Cause" if self.certain else "Likely"


def find(text, messages):
    """What a text is about: a ``Found``, or None if it is none of the messages.

    The last error of a chain that is known counts, then that of the chains before. Where a text has no error, it is
    searched as it is, and then what is quoted in the program's lines. A warning does not count where the text ends in
    an error that is not known. Capitals count at first, and not where nothing was found.

    Args:
        text: a ``Text``.
        messages: of the catalog, the more exact ones first.
    """
    specific = [message for message in messages if message.exactness >= LETTERS_IN_ANY_CASE]
    return found_in(text, messages) or found_in(text, specific, any_case=True) or cut_short(text, messages)


def cut_short(text, messages):
    """What a text is about that ends within its message, or has a letter of it wrong: a ``Found``, or None.

    The end of the message may stand elsewhere in the text, or in an example.
    """
    lines = [line.text for line in text.lines if line.text]
    if whole := completed(lines):
        return best(Passage([whole]), text, messages)
    begins = begun(lines[-1], messages) if lines else []
    for _, whole in begins:
        if found := best(Passage([whole]), text, messages):
            return found
    if len(begins) == 1 and (found := without_groups(begins[0][0], text, lines[-1])):
        return found
    asked = text.failures[-1].lines[0] if text.failures else most_telling(text.lines)
    message = retyped(asked, messages)
    return without_groups(message, text, asked) if message else None


def without_groups(message, text, line):
    """A message of which nothing could be read, as a ``Found``; None if none of its causes fits the text."""
    causes, certain = fitting(message, text, {})
    return Found(message, causes, {}, line, certain) if causes else None


def found_in(text, messages, any_case=False):
    if not text.failures:
        sources = Passage(quoted_in(text.lines))
        return best(text.whole, text, messages, any_case) or best(sources, text, messages, any_case)
    last, found, of = text.failures[-1], None, None
    for failure in reversed(text.failures[-MOST_FAILURES:]):
        if found and not apart(failure, of, text):
            continue
        each = best(Passage(failure.lines), text, messages, any_case)
        if each and not found:
            unknown = last.lines[0] if apart(failure, last, text) else ""
            found, of = replace(each, ends_in=unknown), failure
        elif each and each.message is not found.message:
            return replace(found, also=each)
    return found


def apart(failure, later, text):
    """Whether a later failure does not belong to a failure: it is of another chain, or came in another paragraph."""
    if failure is later:
        return False
    return failure.chain != later.chain or (not text.has_frames and "" in failure.lines)


def best(passage, text, messages, any_case=False):
    """The most exact of the messages that a passage of a text has; None if it has none."""
    too_special = []
    for message in messages:
        match = passage.search(message.pattern, any_case)
        if match and not is_every_one(message, text):
            too_special.append(compiled(message.pattern))
        elif match:
            match = decisive(match, too_special)
            groups = {
                name: unescaped(trimmed(value))
                for name, value in match.groupdict().items()
                if value and value != CUT_AWAY and not TEMPLATE.search(value)
            }
            if ANYWHERE not in groups and text.prefix:
                groups[ANYWHERE] = text.prefix
            if listed := listed_in(text.whole.text, groups.get("path") or groups.get(ANYWHERE, "")):
                groups[LISTED] = listed
            causes, certain = fitting(message, text, groups)
            if causes:
                return Found(message, causes, groups, shown(passage, match), certain)
    return None


def is_every_one(message, text):
    """Whether all lines of a text that are alike are this message, where the message asks for that."""
    if not message.every:
        return True
    pattern = compiled(message.pattern)
    return all(pattern.search(each[0]) for each in compiled(message.every).finditer(text.whole.text))


def decisive(match, too_special):
    """Of the matches of a pattern, the first that is none of some special messages; without them, the first."""
    if not too_special:
        return match
    others = match.re.finditer(match.string, match.start())
    return next((each for each in others if not any(pattern.search(each[0]) for pattern in too_special)), match)


def fitting(message, text, groups):
    """The causes of a message that fit a text, and whether that is certain: if it has evidence for some, those alone.

    If it has none, and is a message without frames, the evidence may have been left out: then the causes that say how
    to tell them from the others are shown with them. Of several that are proven, the first is the most special one,
    and another one is shown only if it says how to tell it.
    """
    possible = [cause for cause in message.causes if not (cause.unless and text.evidence.search(cause.unless))]
    possible = [mine for cause in possible if (mine := for_the_reader(cause, text.whole.text, groups))]
    possible = [cause for cause in possible if not cause.speaks_of_listed or LISTED in groups]
    proven = [cause for cause in possible if cause.speaks_of_listed or cause.when]
    proven = [cause for cause in proven if not cause.when or text.evidence.search(cause.when)]
    told = [cause for cause in proven if cause is proven[0] or cause.tell]
    told = told or [cause for cause in possible if not cause.when or (cause.tell and left_out(cause, message, text))]
    told = list({cause.what: cause for cause in told}.values())  # two may say the same, and differ in their evidence
    certain = bool(proven) or (len(message.causes) == 1 and not message.causes[0].tell)  # the message itself says it
    return tuple(told[:MOST_CAUSES]), certain


def left_out(cause, message, text):
    """Whether the evidence for a cause may only have been left out: it stands around the message, and not in it."""
    words = [word for word in keyword(cause.when).split() if len(word) >= LETTERS_OF_A_WORD]
    return not text.has_frames and not any(word in message.pattern for word in words)


def trimmed(value):
    """What a group read, without the marks that end a sentence or enclose a name."""
    value = value.strip().rstrip(",;:")
    return (value if "(" in value else value.rstrip(")")).strip("'")


def shown(passage, match):
    """The line in which a match begins, as the reader has it; of a very long one, what was matched."""
    if match.string is not passage.text:
        return match[0]
    start = match.string.rfind("\n", 0, match.start()) + 1
    end = match.string.find("\n", match.end())
    line = " ".join(match.string[start : end if end > 0 else None].split())
    return line if len(line) <= LONGEST_LINE else " ".join(match[0].split())
