"""The patterns of the catalog: how they are searched, how exact they are, and which word says that one cannot match."""

import re
from functools import cache

from tfckpt.explain.lines import quotes_alike

NOT_LITERAL = re.compile(r"\(\?<?[!=][^)]*\)|\\[A-Za-z]|\[[^\]]*\]|\(\?P<\w+>|\(\?[:=!<]*|\{[\d,]+\}|[\\()*+?|^$.]")
# What may stand in the line after a path that is empty: no path begins like this. It has nothing that JavaScript lacks,
# since the site searches with these patterns as well.
NO_PATH = (
    r"(?!(?:[Nn]ot found|NOT_FOUND|[Ff]ailed precondition|[Dd]ata loss|DATA_LOSS|[Uu]nsuccessful|[Ff]ailed to"
    r"|Caused by|During handling|Original stack|Original [Ee]rror|Traceback|WARNING|INFO)\b"
    r"|[Ff]ile '|\[\[|\{\{|[A-Za-z.]+Error\b|\d{4}-\d\d-\d\d)"
)
BLANK = "…"  # in an example, in place of what its pattern reads: it is another word in each message
PIECES = re.compile(
    r"\\(?:x[0-9a-fA-F]{2}|(?P<escaped>.))|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<mark>[()|])|(?P<count>[?*]|\{[\d,]+\})"
    r"|(?P<char>[^.^$+ \\])|."
)


@cache
def compiled(pattern, any_case=False):
    """A pattern as it is searched: any quotation marks, and a line may be broken at each blank.

    A path or prefix may stand in the line after the words before it, but is not taken from another message there.

    Example:

        >>> bool(compiled("no 'key'").search("no\\n'key'"))
        True
    """
    pattern = re.sub(r"( [?*]?)(?=\(\?P<(?:path|prefix)>)", lambda match: f"{match[1]}{NO_PATH}", quotes_alike(pattern))
    counted = re.sub(" (?=[?*+{])", lambda _: r"\s", pattern)
    flags = re.MULTILINE | re.IGNORECASE if any_case else re.MULTILINE
    return re.compile(re.sub(" +", lambda _: r"\s+", counted), flags)


def without_quotes(pattern):
    """A pattern whose quotation marks may be missing.

    Example:

        >>> bool(compiled(without_quotes("no '(?P<key>[^']+)' here")).search("no key here"))
        True
    """
    pieces = re.split(r"(\[\^?\]?[^\]]*\])", quotes_alike(pattern))
    return "".join(piece if piece.startswith("[") else piece.replace("'", "'?") for piece in pieces)


@cache
def blanked(pattern, example):
    """An example with a blank in place of each thing that its pattern reads.

    Example:

        >>> blanked(r"Key (?P<key>\\S+) not found", "Key A_1 not found")
        'Key … not found'
    """
    example = quotes_alike(" ".join(example.split()))
    match = compiled(pattern).search(example)
    spans = sorted((match.span(name) for name in match.groupdict() if match[name]), reverse=True) if match else []
    for start, end in spans:
        example = f"{example[:start]}{BLANK}{example[end:]}"
    return example


def exactness(pattern):
    """How many letters a pattern has besides its marks: of two that match, the one with more is the more exact one.

    Example:

        >>> exactness(r"Key (\\S+)/Adam not found") > exactness(r"Key (\\S+) not found")
        True
    """
    return len(NOT_LITERAL.sub("", pattern))


@cache
def keyword(pattern):
    """The longest word that each match of a pattern has; empty if that is not certain.

    To look for it is a hundred times faster than to search, and a text of strange characters takes no time at all.

    Example:

        >>> keyword(r"Key (?P<key>\\S+) not found in checkpoints?")
        'checkpoint'
    """
    words, depth = [""], 0
    for piece in PIECES.finditer(quotes_alike(pattern)):
        character = piece["char"] or (piece["escaped"] if piece["escaped"] and not piece["escaped"].isalnum() else "")
        if piece["mark"] == "|" and depth == 0:
            return ""
        if piece["mark"] in ("(", ")"):
            depth += 1 if piece["mark"] == "(" else -1
        if piece["count"]:  # what stands before it may be missing
            words[-1] = words[-1][:-1]
        if character and depth == 0:
            words[-1] += character
        else:
            words.append("")
    return max(words, key=len)
