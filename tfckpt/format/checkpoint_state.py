"""``State``: the text file ``checkpoint``, which says which checkpoint in a folder is the latest.

Source: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/python/training/checkpoint_state.proto
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from tfckpt.errors import CheckpointError
from tfckpt.format.opened import opened

LARGEST = 4 * 2**20  # bytes: in memory, escapes take eighty times as many
LINE = re.compile(r'\s*(\w+)\s*:\s*(?:"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'|([-+.\w]+))')


@dataclass(frozen=True)
class State:
    """What the file says.

    Attributes:
        folder: the one that it is in.
        latest: the prefix of the latest checkpoint, as written.
        all: the prefixes that the Saver has not deleted, as written, the oldest first.
    """

    folder: Path
    latest: str
    all: tuple

    def path(self, written):
        """The prefix that TensorFlow takes a written one for: it is relative to the folder, or absolute."""
        return os.path.join(self.folder, written)


def read_state(path):
    """The ``State`` in a file ``checkpoint``. Raises CheckpointError if it is no such file.

    Example:

        >>> read_state("run/checkpoint").latest
        'model-50'
    """
    path = Path(path)
    try:
        with opened(path) as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise CheckpointError(f"{path.as_posix()} cannot be read: {error.strerror}.") from error
    if len(content) > LARGEST:
        raise CheckpointError(f"{path.as_posix()} has more than {LARGEST} bytes. Such a file is not that large.")
    content = content.decode("utf-8", errors="surrogateescape")
    paths = {"model_checkpoint_path": [], "all_model_checkpoint_paths": []}
    for line in content.splitlines():
        match = LINE.match(line)
        if match and match[1] in paths:
            paths[match[1]].append(unescaped(match[2] or match[3] or ""))
    latest = paths["model_checkpoint_path"]
    if not latest:
        says = "is empty" if not content.strip() else "has no line that begins with model_checkpoint_path"
        raise CheckpointError(f"{path.as_posix()} {says}: it was cut off, or it is another file.")
    return State(path.parent, latest[-1], tuple(paths["all_model_checkpoint_paths"]))


def unescaped(text):
    """A text with its escapes undone: ``\\\\``, ``\\"``, ``\\n`` and bytes in octal, as protocol buffers write them."""
    parts = re.split(r"((?:\\[0-7]{3})+|\\.)", text)
    return "".join(unescaped_part(part) if part.startswith("\\") else part for part in parts)


def unescaped_part(part):
    if re.match(r"\\[0-7]{3}", part):
        return bytes(int(digits, 8) & 0xFF for digits in part[1:].split("\\")).decode("utf-8", errors="surrogateescape")
    return {"n": "\n", "t": "\t", "r": "\r"}.get(part[1], part[1])
