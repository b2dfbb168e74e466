"""``unescaped``: the bytes that a text stands for, in the text form of protocol buffers."""

import re

from tfckpt.format.messages import shown

PLAIN = re.compile(rb"(?:[^\\]++|\\(?:[0-3][0-7][0-7]|[ntr\"'\\]))*+")  # escapes as protobuf writes them
ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
LETTERS = {b"a": 7, b"b": 8, b"f": 12, b"n": 10, b"r": 13, b"t": 9, b"v": 11, b"\\": 92, b"'": 39, b'"': 34}


def unescaped(text):
    r"""A text with its escapes undone.

    Example:

        >>> unescaped(rb"a\n\303\244")
        b'a\n\xc3\xa4'
    """
    if b"\\" not in text:
        return text
    if PLAIN.fullmatch(text):
        return text.decode("unicode_escape").encode("latin-1")
    out, end = bytearray(), 0
    for match in ESCAPE.finditer(text):  # and no `sub`, which keeps all pieces in memory
        out += text[end : match.start()]
        out += unescaped_one(match)
        end = match.end()
    return bytes(out + text[end:])


def unescaped_one(match):
    octal, hexadecimal, short, long, letter = match.groups()
    if octal or hexadecimal:
        number = int(octal, 8) if octal else int(hexadecimal, 16)
        if number > 0xFF:
            raise ValueError(f"the escape {shown(match[0])}, which is more than a byte")
        return bytes([number])
    if short or long:
        return chr(int(short or long, 16)).encode()
    if letter not in LETTERS:
        raise ValueError(f"the escape {shown(match[0])}, which there is none of")
    return bytes([LETTERS[letter]])
