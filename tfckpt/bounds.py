"""How much of what a file says is passed on: a name in it may have a megabyte, and a list a million items."""

import re
import textwrap

LINE = 300  # characters of a line that a command prints, where a terminal is not wider
LONGEST_WORD = 260  # characters without a space between them: with its indent, it fits into a line
LONGEST_TEXT = 2000  # characters of a sentence, or of some
LONGEST_IN_JSON = 1000  # characters of a line of a text
LARGEST_JSON = 16 * 2**20  # characters, about
MOST_CUTS = 100  # that are told one by one
SMALL = 100  # items: a dict of so few has fields, not names
LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")


def cut(text, longest=LONGEST_TEXT):
    """A text with the middle of each word left out that is longer than a name, and with its end if it is too long."""
    text = LONG_WORD.sub(lambda match: shortened_word(match[0], LONGEST_WORD), text)
    return text if len(text) <= longest else f"{text[: longest - 40]}… and {len(text) - longest + 40} more characters"


def shortened_word(word, longest):
    """A word with its middle left out, so that it has ``longest`` characters at most."""
    if len(word) <= longest:
        return word
    said = f"…({len(word) - longest + 60} more)…"
    start = longest - len(said) - 30
    return f"{word[:start]}{said}{word[-30:]}" if start > 0 else f"{word[: longest - 1]}…"


def in_lines(text, width=LINE):
    """A text in lines, which break between words."""
    keep = {"break_on_hyphens": False, "break_long_words": False}
    return "\n".join(textwrap.wrap(text, width, **keep)) or text


def for_json(fields):
    """A dict of dicts, lists, texts and numbers, of which so much is kept that JSON of it is not endless.

    Returns:
        A dict with a field more: ``cut`` says what was left out, sentences.
    """
    kept = Kept()
    fields = kept.item(fields, "")
    more = [f"and {len(kept.cuts) - MOST_CUTS} more"] if len(kept.cuts) > MOST_CUTS else []
    return {**fields, "cut": kept.cuts[:MOST_CUTS] + more}


class Kept:
    """What is kept of nested lists and dicts.

    Attributes:
        cuts: what was left out, sentences.
    """

    def __init__(self):
        self.cuts, self.room = [], LARGEST_JSON

    def item(self, value, where):
        """What is kept of a value that stands at a place, such as ``"tensors[0].name"``."""
        if isinstance(value, str):
            return self.text(value, where)
        if isinstance(value, dict):
            pairs = self.items(value.items(), len(value), where, whole=len(value) <= SMALL)
            return {self.text(str(key), where): self.item(each, f"{where}.{key[:50]}") for key, each in pairs}
        if isinstance(value, list | tuple):
            pairs = self.items(enumerate(value), len(value), where)
            return [self.item(each, f"{where}[{number}]") for number, each in pairs]
        self.room -= 10
        return f"about 2**{value.bit_length()}" if isinstance(value, int) and value.bit_length() > 64 else value

    def items(self, pairs, count, where, whole=False):
        """Yields pairs until there is no room for more."""
        for number, pair in enumerate(pairs):
            if self.room <= 0 and not whole:
                self.cuts.append(f"{where.lstrip('.')}: {count - number} of its {count} items")
                return
            self.room -= 10
            yield pair

    def text(self, text, where):
        if len(text) > LONGEST_IN_JSON:
            lines = [shortened_word(line, LONGEST_IN_JSON) for line in text[: max(self.room, 0)].split("\n")]
            short = "\n".join(lines)
            if len(short) < len(text):
                self.cuts.append(f"{where.lstrip('.')}: {len(text)} characters, of which {len(short)} are here")
            text = short
        self.room -= len(text)
        return text
