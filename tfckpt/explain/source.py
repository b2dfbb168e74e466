"""Where the text comes from: a file, a pipe, a paste, the command line itself; bytes of any encoding, of any length."""

import json
import stat
import sys
from pathlib import Path

from tfckpt.errors import CheckpointError

MOST = 32 * 2**20  # bytes: of more, the end is read, where a traceback stands
PIECE = 2**20
PASTE = "Paste the message, press Enter, then Ctrl-D (Windows: Ctrl-Z and Enter)."

LONGEST_TYPED = 4095  # bytes of a line that Linux passes on from a terminal: it drops the rest
CUT = (
    f"A line has {LONGEST_TYPED} characters, and a terminal passes no more of one on: its end is missing.\n"
    "Put the text into a file and give its name, or send it through a pipe."
)


def text_from(words):
    """The text that somebody wants explained.

    Args:
        words: of the command line: nothing or ``-`` for the standard input, a file, or the message itself.

    Raises:
        CheckpointError: there is no such file, or it is no text.

    Example:

        >>> text_from(("Key A not found in checkpoint",))
        'Key A not found in checkpoint'
    """
    if not words or words == ("-",):
        return pasted()
    if not "".join(words).strip():
        raise CheckpointError("There is nothing between the quotation marks: no message to explain.")
    path = Path(words[0])
    if len(words) > 1 or not exists(path):
        return message_in(words)
    if path.is_dir():
        raise CheckpointError(f"{path} is a folder. What is to be explained is a message, or a file with one in it.")
    if not stat.S_ISREG(path.stat().st_mode) and not stat.S_ISFIFO(path.stat().st_mode):
        raise CheckpointError(f"{path} is a device, and no file with a message in it.")
    with path.open("rb") as stream:
        text = decoded(end_of(stream), str(path))
    return error_in_notebook(text, path) if path.suffix == ".ipynb" else text


def error_in_notebook(text, path):
    """The last error that is stored in a notebook. Raises CheckpointError if there is none."""
    try:
        cells = json.loads(text)["cells"]
        outputs = [output for cell in cells for output in cell.get("outputs", ())]
        errors = ["\n".join(output["traceback"]) for output in outputs if output["output_type"] == "error"]
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{path} cannot be read as a notebook: {error}.") from error
    if not errors:
        raise CheckpointError(f"No error is stored in {path}. Save it after the cell has failed.")
    return errors[-1]


def exists(path):
    try:
        return path.exists()
    except (OSError, ValueError):  # a message may be longer than a name can be
        return False


def message_in(words):
    """The message that stands on the command line itself. Raises CheckpointError for what looks like a path."""
    text = " ".join(words)
    if " " not in text.strip():
        raise CheckpointError(
            f"There is no file {text}. Put a message in quotation marks, or leave it out and paste it when asked."
        )
    return text


def pasted():
    """What comes through a pipe, or what somebody types until the end of the input."""
    if sys.stdin is None:
        raise CheckpointError("There is no input. Give a file with the message in it.")
    typed = sys.stdin.isatty()
    if typed:
        print(PASTE, file=sys.stderr, flush=True)
    stream = getattr(sys.stdin, "buffer", None)
    if not stream:
        return sys.stdin.read()
    content = end_of(stream)
    if typed and any(len(line) == LONGEST_TYPED for line in content.split(b"\n")):
        print(CUT, file=sys.stderr, flush=True)
    return decoded(content, "the input")


def end_of(stream):
    """The bytes of a stream, at most the last ``MOST`` of them."""
    pieces, size, piece = [], 0, b"?" * PIECE
    while len(piece) == PIECE:  # a shorter one was the last: in a terminal, Ctrl-D ends one reading and not the next
        piece = stream.read(PIECE)
        pieces.append(piece)
        size += len(piece)
        while size - len(pieces[0]) >= MOST:
            size -= len(pieces.pop(0))
    return b"".join(pieces)


def decoded(content, name):
    r"""Bytes as text. Raises CheckpointError for what is empty or no text.

    Example:

        >>> decoded("Key A".encode("utf-16"), "a file")
        'Key A'
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    elif content[1:200:2].count(0) > len(content[:200]) // 3:  # PowerShell, without its mark
        text = content.decode("utf-16-le", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if not text.strip("\x00 \t\r\n\ufeff"):
        raise CheckpointError(f"There is nothing in {name}: no message to explain.")
    strange = sum(not (each.isprintable() or each in "\t\r\n\x1b\x08\x0c") for each in text[:4000])
    if strange > len(text[:4000]) // 10:
        raise CheckpointError(
            f"What is in {name} is no text. If it is a file of a checkpoint or a model, `tfckpt inspect` looks at it."
        )
    return text
