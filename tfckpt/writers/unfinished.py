"""``Unfinished``: the file that an export writes before it gets its name. Whatever ends the export, it is not kept.

Where a process is killed it can take nothing back. The next export of the same name removes what it left: a file that
no process has locked, as a system releases the locks of a process that ends.
"""

import os
import stat
import tempfile
from contextlib import suppress

from tfckpt.unfinished_names import RANDOM, beginning

try:
    import fcntl
except ImportError:  # Windows, which removes no file that is open
    fcntl = None

UNFINISHED = set()  # paths of the files that are being written


class Unfinished:
    """A new file beside the one that it is to become, which is removed at the end of ``with``.

    Attributes:
        path: of it, a text.
        handle: the number of the open file.

    Example:

        >>> import os
        >>> from pathlib import Path
        >>> with Unfinished(Path("new.npz")) as unfinished:
        ...     os.close(unfinished.handle)
        >>> os.path.exists(unfinished.path)
        False
    """

    def __init__(self, to):
        self.lock = None
        while True:
            self.handle, self.path = tempfile.mkstemp(prefix=beginning(to), suffix=to.suffix, dir=to.parent)
            UNFINISHED.add(self.path)
            if fcntl is None:
                return
            self.lock = os.dup(self.handle)  # it is locked until both are closed
            with suppress(OSError):  # a disk without locks
                fcntl.flock(self.lock, fcntl.LOCK_EX)
            if os.fstat(self.lock).st_nlink:  # or another process took it for one that was left, before it was locked
                return
            UNFINISHED.discard(self.path)
            os.close(self.handle)
            os.close(self.lock)

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        take_back()
        if self.lock is not None:
            os.close(self.lock)


def take_back():
    """Removes the files that were not finished."""
    while UNFINISHED:
        with suppress(OSError):
            os.unlink(UNFINISHED.pop())


def remove_left_overs(to):
    """Removes what exports of the same name have left that were killed, and nothing of one that runs.

    Returns:
        The names of what was removed, and of what was left, since nobody knows whether it is still being written.

    Example:

        >>> from pathlib import Path
        >>> remove_left_overs(Path("new.npz"))
        ([], [])
    """
    removed, left, start = [], [], beginning(to)
    for name in sorted(os.listdir(to.parent)):
        rest = name.removeprefix(start).removesuffix(to.suffix)
        if name == f"{start}{rest}{to.suffix}" and RANDOM.fullmatch(rest):
            path = os.path.join(to.parent, name)
            if path in UNFINISHED or not stat.S_ISREG(os.lstat(path).st_mode):
                continue
            try:
                remove(path)
                removed.append(name)
            except (FileNotFoundError, BlockingIOError, PermissionError):  # it is being written, or not ours
                continue
            except OSError:  # a disk without locks
                left.append(name)
    return removed, left


def remove(path):
    """Removes a file if no process has locked it. Raises OSError."""
    if fcntl is None:
        os.unlink(path)
        return
    handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        same = os.fstat(handle), os.lstat(path)
        if os.path.samestat(*same):
            os.unlink(path)
    finally:
        os.close(handle)
