"""The wire format of protocol buffers, as far as a checkpoint needs it: numbered fields with values.

Source: https://protobuf.dev/programming-guides/encoding
"""

from tfckpt.errors import CorruptError

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
TWICE = ", which no program writes: one that reads it may take the first, another the last"


def varint(data, at):
    r"""The number of up to 64 bits that begins at byte ``at``, and where it ends.

    Seven bits a byte, the lowest first; a byte of 128 or more has another one after it.

    Raises:
        ValueError: it runs past the end of ``data``, or is longer than ten bytes.

    Example:

        >>> varint(b"\xac\x02", 0)
        (300, 2)
    """
    number = shift = 0
    while True:
        if at >= len(data):
            raise CorruptError("a number runs past the end", data, at)
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number & 0xFFFFFFFFFFFFFFFF, at
        shift += 7
        if shift > 63:
            raise CorruptError("a number of more than ten bytes", data, at - 10)


def fields(data):
    r"""Yields ``(number, value)`` for each field of a message, in the order of the bytes.

    Args:
        data: ``bytes`` or a ``memoryview`` of bytes. It may be hostile: no length in it is believed.

    Yields:
        A value is an int of 64 bits without sign, or, for texts, bytes and inner messages, a piece of ``data``.

    Raises:
        ValueError: this is no message.

    Example:

        >>> list(fields(b"\x08\x05\x12\x02hi"))
        [(1, 5), (2, b'hi')]
    """
    if isinstance(data, int):
        raise ValueError("a number where a message belongs")
    at, end = 0, len(data)
    while at < end:
        tag = data[at]  # most numbers have one byte: to call varint for them doubles the time
        if tag < 0x80:
            at += 1
        else:
            tag, at = varint(data, at)
        number, kind = tag >> 3, tag & 7
        if not number:  # protobuf refuses it, and no serializer writes it
            raise CorruptError("a field with the number 0, which there is none of", data, at - 1)
        if kind == VARINT:
            value, at = varint(data, at)
        elif kind in (FIXED32, FIXED64, BYTES):
            length = 4 if kind == FIXED32 else 8
            if kind == BYTES:
                if at < end and data[at] < 0x80:
                    length, at = data[at], at + 1
                else:
                    length, at = varint(data, at)
            if length > end - at:
                raise CorruptError(f"{length} bytes are announced, but {end - at} are left", data, at)
            value, at = data[at : at + length], at + length
            if kind != BYTES:
                value = int.from_bytes(value, "little")
        else:
            raise CorruptError(f"a field of kind {kind}, which there is none of", data, at - 1)
        yield number, value


def single(data, repeated=()):
    r"""The fields of a message as ``{number: value}``.

    Protobuf takes the last value of a field that stands twice, or merges them; no serializer writes it twice. So two
    readers may disagree on such a message.

    Args:
        data: as ``fields`` takes it.
        repeated: the numbers of the fields that may stand more than once; they are left out.

    Raises:
        ValueError: this is no message, or another field stands twice.

    Example:

        >>> single(b"\x08\x05\x12\x02hi")
        {1: 5, 2: b'hi'}
    """
    values = {}
    for number, value in fields(data):
        if number in values:
            raise CorruptError(f"a field, number {number}, that stands twice{TWICE}", data, 0)
        if number not in repeated:
            values[number] = value
    return values


def integer(value):
    """A value that must be a number. Raises ValueError for a message or a text.

    Example:

        >>> integer(b"text")
        Traceback (most recent call last):
            ...
        ValueError: a message where a number belongs
    """
    if not isinstance(value, int):
        raise ValueError("a message where a number belongs")
    return value


def signed(value):
    """A number of 64 bits without sign as the int64 that was stored. Raises ValueError for a message or a text.

    Example:

        >>> signed(2**64 - 1)
        -1
    """
    number = integer(value)
    return number - (1 << 64) if number >> 63 else number


def numbers(value):
    r"""The numbers in a field that may stand there several times, packed or a single one, as a tuple of int64.

    Example:

        >>> numbers(5), numbers(b"\x01\x02")
        ((5,), (1, 2))
    """
    if isinstance(value, int):
        return (signed(value),)
    result, at = [], 0
    while at < len(value):
        number, at = varint(value, at)
        result.append(signed(number))
    return tuple(result)


def raw(value):
    """A value that must be a text, as ``bytes``. Raises ValueError for a number, of which as many zeros would come.

    Example:

        >>> raw(memoryview(b"text"))
        b'text'
    """
    if isinstance(value, int):
        raise ValueError("a number where a text belongs")
    return bytes(value)


def text(value):
    r"""Bytes as text. What is no UTF-8 is shown as ``\xNN``. Raises ValueError for a number.

    Example:

        >>> text(b"caf\xc3\xa9 \xff")
        'café \\xff'
    """
    return raw(value).decode("utf-8", errors="backslashreplace")


class Message:
    r"""The fields of a message that somebody wants, as its ``.proto`` names them.

    Args:
        named: for each field ``name=(number, kind)``, or ``(number, [kind])`` for one that may stand there several
            times. A kind is a function that makes a value of what ``fields`` yields: ``integer``, ``text``, another
            message's ``decode``. It makes the default of ``kind.default`` or of no bytes.

    Example:

        >>> SLICE = Message(start=(1, signed), length=(2, signed))
        >>> SLICE.decode(b"\x08\x05")
        {'start': 5, 'length': 0}
    """

    def __init__(self, **named):
        self.kinds, self.lists, self.defaults = {}, [], {}
        for name, (number, kind) in named.items():
            several = isinstance(kind, list)
            (kind,) = kind if several else (kind,)
            self.kinds[number] = name, kind, several
            if several:
                self.lists.append(name)
            else:
                self.defaults[name] = 0 if kind in (integer, signed) else kind(b"")

    def decode(self, data):
        """The fields of a message, ``{name: value}``: a list for one that may stand there several times.

        Raises:
            ValueError: this is no such message.
        """
        decoded, kinds = self.defaults.copy(), self.kinds
        for name in self.lists:
            decoded[name] = []
        for number, value in fields(data):
            if number in kinds:
                name, kind, several = kinds[number]
                if several:
                    decoded[name].append(kind(value))
                else:
                    decoded[name] = kind(value)
        return decoded
