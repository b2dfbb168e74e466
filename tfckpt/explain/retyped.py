"""Messages that somebody typed, or an older version wrote with other letters: known by the words of their examples."""

import re
from difflib import SequenceMatcher

from tfckpt.explain.lines import quotes_alike
from tfckpt.explain.patterns import BLANK, blanked, compiled, without_quotes

LONGEST = 1000  # characters of a line that is compared
MOST_WORDS = 60  # of a line that are looked at
LEAST_SAME = 5  # words that have to be the same, letter by letter
LEAST_LETTERS = 20  # of these words together
MOST_OTHERS = 2  # words that may be spelled in another way
MOST_LETTERS = 3  # by which a word may be longer
LIKE = 0.75  # of a word's letters, for it to be another spelling
MARKS = ".,:;!()[]{}'*_-"
KIND = re.compile(r"^[\w.]*(?:Error|Exception|Warning):? ")


def retyped(line, messages):
    """The one message whose example has the words of a line, but for a letter or two; None if there is none.

    Args:
        line: with one kind of quotation marks.
        messages: of the catalog.
    """
    if len(line) > LONGEST:
        return None
    mine = words(line)
    found = [
        message
        for message in messages
        if alike(mine, words(blanked(message.pattern, message.example)), may_lack_quotes(line, message))
    ]
    return found[0] if len(found) == 1 else None


def may_lack_quotes(line, message):
    """Whether a line has fewer quotation marks than an example, and its pattern takes it without them."""
    fewer = line.count("'") < quotes_alike(message.example).count("'")
    return fewer and bool(compiled(without_quotes(message.pattern)).search(line))


def words(text):
    """The words of a message, without the marks around them and its kind."""
    pieces = [word.strip(MARKS).replace("'", "") for word in KIND.sub("", quotes_alike(text)).split()[:MOST_WORDS]]
    return [word for word in pieces if word]


def alike(mine, known, unquoted=False):
    """Whether some words are those of an example, in its order, and one is spelled in another way.

    Where none is, the pattern of the message refused the line for what it names. Without quotation marks, it may only
    have missed those.

    Example:

        >>> example = words("SavedModel file does not exist at: …/{saved_model.pbtxt|saved_model.pb}")
        >>> alike(words("OSError: SavedModel file does not exists at: policy/{saved_model.pb}"), example)
        True
        >>> alike(words("The file does not exist on this server"), example)
        False
    """
    if not mine or len(known) > len(mine) + MOST_OTHERS:
        return False
    first = next((number for number, word in enumerate(mine) if spelled_alike(word, known[0])), None)
    if first is None:
        return False
    pairs = list(zip(mine[first:], known, strict=False))
    same = [word for word, other in pairs if word == other]
    others = [(word, other) for word, other in pairs if word != other and BLANK not in other]
    return (
        len(pairs) == len(known)
        and len(same) >= LEAST_SAME
        and sum(map(len, same)) >= LEAST_LETTERS
        and (0 if unquoted else 1) <= len(others) <= MOST_OTHERS
        and all(spelled_alike(*pair) for pair in others)
    )


def spelled_alike(word, other):
    """Whether two words differ by a letter or two; names do not count as words."""
    if word == other:
        return True
    if word[0].lower() != other[0].lower() or abs(len(word) - len(other)) > MOST_LETTERS:
        return False
    return (word + other).isalpha() and SequenceMatcher(None, word.lower(), other.lower()).ratio() >= LIKE
