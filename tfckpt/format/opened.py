"""``opened``: a file to read, and nothing else: a pipe waits for a writer, and a device may have no end."""

import os
import stat
from pathlib import Path

from tfckpt.errors import CheckpointError

KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def opened(path):
    """A binary file, open for reading. What is no file is not opened.

    Raises:
        CheckpointError: there is no such file, it is something else, or it cannot be opened.

    Example:

        >>> with opened("run/checkpoint") as file:
        ...     print(file.read(21))
        b'model_checkpoint_path'
    """
    path = Path(path)
    try:
        refuse(path, os.stat(path))
        file = open(path, "rb", opener=at_once)  # noqa: SIM115, whoever asks for it closes it
    except OSError as error:
        raise CheckpointError(f"{path.as_posix()} cannot be opened: {error.strerror}.") from error
    try:
        status = os.fstat(file.fileno())
        refuse(path, status)  # somebody may have put another one there meanwhile
        if not status.st_size:
            refuse_to_wait(path, file)
    except CheckpointError:
        file.close()
        raise
    return file


def refuse_to_wait(path, file):
    """Raises CheckpointError for what is called an empty file, and waits for somebody: so are some of the system's."""
    try:
        os.read(file.fileno(), 1)
        os.lseek(file.fileno(), 0, os.SEEK_SET)
    except OSError as error:
        raise CheckpointError(f"{path.as_posix()} cannot be read: {error.strerror}.") from error


def at_once(path, flags):
    """Opens a path without waiting for anybody."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def refuse(path, status):
    """Raises CheckpointError for what is no file.

    Args:
        path: of it.
        status: what ``os.stat`` says of it.
    """
    for is_one, what in KINDS:
        if is_one(status.st_mode):
            raise CheckpointError(f"{path.as_posix()} is {what}, and not a file. It was not opened.")
