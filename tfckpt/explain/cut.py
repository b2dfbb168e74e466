"""Messages of which only the beginning came, as in a title or a log: found by the words of their examples."""

import re

from tfckpt.explain.patterns import blanked

MOST_PIECES = 8  # of a line, behind its colons
LEAST_LETTERS = 8  # of a message that is looked for elsewhere in the text
LEAST = 5  # words, and all but one of them the same: fewer begin too many messages
VARIES = re.compile(r"[\d'/\\<>\[\](){}=…]")  # in a word that is another one in each message
WHOLE = ("'", ".", ")", "]", "}", ";")  # a line that ends like this was not cut
KIND = re.compile(r"^(?:raise )?[\w.]*(?:Error|Exception|Warning)(?: \(see above for traceback\))?(?:: |\('?)")


def begun(line, messages):
    """What a line may have been that ends too early: pairs of a message whose example begins like it, and the whole.

    Args:
        line: with one kind of quotation marks.
        messages: of the catalog.
    """
    if line.endswith(WHOLE):
        return []
    found = []
    for message in messages:
        rests = {begins(words, blanked(message.pattern, message.example)) for words in endings(line)} - {None}
        found += [(message, f"{line}{rest}") for rest in sorted(rests)]
    return found


def completed(lines):
    """The message that the last of some lines ends within, as it stands elsewhere in them; None if it does not.

    Example:

        >>> completed(["raise ValueError('No model found in config file.')", "ValueError: No model found in config fi"])
        'No model found in config file.'
    """
    said = [line for line in lines if line]
    beginning = KIND.sub("", said[-1]) if said else ""
    if len(beginning) < LEAST_LETTERS:
        return None
    for line in reversed(said[:-1]):
        _, found, rest = line.partition(beginning)
        if found and rest[:1] not in ("", "'", ")"):
            return f"{beginning}{rest}".rstrip(")").rstrip("'")
    return None


def endings(line):
    """The words of a line, and those behind each of its colons: a message often stands behind another one.

    Example:

        >>> list(endings("ValueError: not found: a file"))
        [['not', 'found:', 'a', 'file'], ['a', 'file']]
    """
    pieces = KIND.sub("", line).split(": ")
    for number in range(max(0, len(pieces) - MOST_PIECES), len(pieces)):
        yield ": ".join(pieces[number:]).split()


def begins(words, example):
    """What an example has behind some words that are its beginning; None if they are not.

    Example:

        >>> begins("Layer 'b' has no weights that could b".split(), "Layer '…' has no weights that could be loaded.")
        'e loaded.'
    """
    for known in endings(example):
        if LEAST <= len(words) <= len(known) and known[len(words) - 1 :] != words[-1:]:
            pairs = list(zip(words[:-1], known, strict=False))
            same = sum(mine == other for mine, other in pairs)
            alike = all(mine == other or VARIES.search(other) for mine, other in pairs)
            last, other = words[-1], known[len(words) - 1]
            if alike and same >= LEAST - 1 and other.startswith(last):
                return " ".join([other[len(last) :], *known[len(words) :]])
    return None
