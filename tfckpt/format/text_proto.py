"""``encoded``: a graph in the text form of protocol buffers (``.pbtxt``), in bytes, as its binary form has them.

So whatever reads the bytes of a graph reads its text as well. Nothing is imported of protobuf. What protobuf's own
parsers take and this one does not is damage, with the number of its line, such as an escape that they do not agree on;
they take all that this one takes, but a field that stands twice: whoever reads the bytes tells of that.

Source: https://protobuf.dev/reference/protobuf/textformat-spec
"""

import re

from tfckpt.format.messages import messages, shown, varint
from tfckpt.format.text_escapes import unescaped
from tfckpt.format.text_roots import SPACE

LARGEST = 32 * 2**20  # bytes of a text: the worst one takes half a minute
DEEPEST = 100  # messages in messages, as protobuf has it for bytes
ANY = "google.protobuf.Any"
NAME = rb"(?:([A-Za-z_]\w*+)|\[[ \t]*([\w./-]{1,500})[ \t]*\])"  # of a field, or of the type of an Any
BEGIN = re.compile(SPACE + NAME + SPACE + rb"(:?)" + SPACE + rb"([{<\[]?)")
CLOSE = re.compile(SPACE + rb"([}>]|\Z)")
QUOTED = rb"""("(?:[^"\\\n]++|\\[^\n])*+"|'(?:[^'\\\n]++|\\[^\n])*+')"""
WORD = re.compile(SPACE + rb"(?:" + QUOTED + rb"|(-?[.\w][-+.\w]*+))")
MORE = re.compile(SPACE + QUOTED)
IN_LIST = re.compile(SPACE + rb"([],{<])")
SEPARATOR = re.compile(SPACE + rb"[,;]")


class Frame:
    """A message that is being read: its fields, its bytes so far, what ends it, and where it belongs.

    Attributes:
        kind, fields: the name of the message, and ``{name: Field}``.
        out: its bytes.
        closes: what ends it: ``b"}"``, ``b">"``, or for the whole text nothing.
        tag: what stands before it in the message that it is in.
        listed: the ``Field`` whose list it is in, or None.
        url: of the type, if it stands in place of an ``Any``.
    """

    __slots__ = ("closes", "fields", "kind", "listed", "out", "tag", "url")

    def __init__(self, kind, closes, tag=b"", listed=None, url=b""):
        self.kind, self.fields, self.out = kind, messages()[kind], bytearray()
        self.closes, self.tag, self.listed, self.url = closes, tag, listed, url


def encoded(data, root):
    r"""The bytes of a message that is written as text.

    Args:
        data: ``bytes`` or a ``memoryview`` of them. It may be hostile.
        root: the message that it is, a key of ``messages``.

    Raises:
        ValueError: it is no such message. The text says in which line.

    Example:

        >>> encoded(b'node { name: "w" op: "Const" }', "tensorflow.GraphDef")
        b'\n\n\n\x01w\x12\x05Const'
    """
    if len(data) > LARGEST:
        raise ValueError(f"it is a text of {len(data)} bytes, and more than {LARGEST} are not read")
    parser = Parser(data, root)
    try:
        return parser.parse()
    except ValueError as error:
        line = bytes(data[: parser.at]).count(b"\n") + 1
        raise ValueError(f"in line {line}: {error}") from None


class Parser:
    """Reads a text field by field.

    Attributes:
        data: the text.
        at: the byte up to which it was read.
        frames: the messages that were begun and have not ended, each a ``Frame``.
        out: at last, the bytes of the message.
    """

    def __init__(self, data, root):
        self.data, self.at, self.frames, self.out = data, 0, [Frame(root, b"")], b""

    def parse(self):
        frames, match = self.frames, BEGIN.match
        while frames:
            begin = match(self.data, self.at)
            if begin is None:
                self.close()
            else:
                self.field(begin)
        return bytes(self.out)

    def field(self, begin):
        """Reads a field, or begins one that is a message."""
        frame = self.frames[-1]
        name, url, colon, opens = begin.groups()
        self.at = begin.end(1) if name else begin.end(2)
        if url:
            self.any(frame, url, opens)
            self.at = begin.end()
            return
        field = frame.fields.get(name)
        if field is None:
            raise ValueError(f"the field {shown(name)}, which {frame.kind} does not have")
        if opens == b"[" and not field.several:
            raise ValueError(f"a list for the field {shown(name)}, which has one value")
        if field.message:
            if not opens:
                raise ValueError(f"no {{ after the field {shown(name)}")
            self.at = begin.end()
            if opens == b"[":
                self.go_on(field, first=True)
            else:
                self.open(field, opens)
        elif not colon or opens in (b"{", b"<"):
            raise ValueError(f"no value after the field {shown(name)}")
        else:
            self.at = begin.end()
            self.scalars(frame.out, field, listed=opens == b"[")
            self.skip_separator()

    def open(self, field, opens, listed=None):
        if len(self.frames) > DEEPEST:
            raise ValueError(f"more than {DEEPEST} messages in one another")
        self.frames.append(Frame(field.kind, b"}" if opens == b"{" else b">", field.tag, listed))

    def any(self, frame, url, opens):
        """Begins a message that stands in place of an ``Any``."""
        kind = url.rpartition(b"/")[2].decode()
        if frame.kind != ANY or opens not in (b"{", b"<") or not opens:
            raise ValueError(f"the type {shown(url)} where none belongs")
        if kind not in messages():
            raise ValueError(f"the type {shown(url)}, which is not known here")
        self.frames.append(Frame(kind, b"}" if opens == b"{" else b">", url=url))

    def close(self):
        """Ends the message that is being read."""
        frame, match = self.frames[-1], CLOSE.match(self.data, self.at)
        if match is None or match[1] != frame.closes:
            raise ValueError(f"{shown(bytes(self.data[self.at : self.at + 40]).strip())} where a field belongs")
        self.at = match.end()
        self.frames.pop()
        if not self.frames:
            self.out = frame.out
            return
        out, content = self.frames[-1].out, frame.out
        if frame.url:
            fields = messages()[ANY]
            out += fields[b"type_url"].tag + varint(len(frame.url)) + frame.url
            frame.tag = fields[b"value"].tag
        out += frame.tag + varint(len(content))
        out += content
        if frame.listed:
            self.go_on(frame.listed)
        else:
            self.skip_separator()

    def go_on(self, field, first=False):
        """Goes on with the next message of a list, or ends the list."""
        match = IN_LIST.match(self.data, self.at)
        wanted = (b"{", b"<", b"]") if first else (b"]",)
        if match and match[1] == b"," and not first:
            self.at, wanted = match.end(), (b"{", b"<")
            match = IN_LIST.match(self.data, self.at)
        if match is None or match[1] not in wanted:
            raise ValueError("a list that does not go on, or end")
        self.at = match.end()
        if match[1] == b"]":
            self.skip_separator()
        else:
            self.open(field, match[1], field)

    def scalars(self, out, field, listed):
        """Reads a value, or a list of them."""
        if listed and (end := IN_LIST.match(self.data, self.at)) and end[1] == b"]":
            self.at = end.end()
            return
        while True:
            out += field.tag + self.scalar(field)
            if not listed:
                return
            match = IN_LIST.match(self.data, self.at)
            if match is None or match[1] not in (b",", b"]"):
                raise ValueError("a list that does not go on, or end")
            self.at = match.end()
            if match[1] == b"]":
                return

    def scalar(self, field):
        """The bytes of a value."""
        match = WORD.match(self.data, self.at)
        if match is None or (match[1] is None) != (field.encode is not None):
            raise ValueError(f"{shown(bytes(self.data[self.at : self.at + 40]).strip())} where a value belongs")
        self.at = match.end()
        if field.encode is not None:
            return field.encode(match[2])
        content, more = unescaped(match[1][1:-1]), bytearray()
        while match := MORE.match(self.data, self.at):  # texts one after the other are one
            self.at = match.end()
            more += unescaped(match[1][1:-1])
        return varint(len(content) + len(more)) + content + more

    def skip_separator(self):
        if match := SEPARATOR.match(self.data, self.at):
            self.at = match.end()
