"""A lock that several processes share: one at a time goes on. However a process ends, the system lifts its lock."""

import errno
import random
import time
from contextlib import contextmanager

try:
    import fcntl
except ImportError:  # Windows
    import msvcrt

    def acquire(file):
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def release(file):
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

    BUSY = PermissionError
else:

    def acquire(file):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def release(file):
        fcntl.flock(file, fcntl.LOCK_UN)

    BUSY = BlockingIOError

NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS}  # some disks of a network know none


@contextmanager
def locked(path, seconds):
    """Runs a ``with`` block while no other process runs one for the same path. Where the disk knows no locks, it runs.

    Args:
        path: a file that is there for this alone. It is made where it is missing, and stays, empty.
        seconds: how long to wait for the others.

    Raises:
        TimeoutError: the others did not finish in time.
        OSError: the file cannot be made.
    """
    with open(path, "a") as file:
        acquired = wait_for(file, seconds)
        try:
            yield
        finally:
            if acquired:
                release(file)


def wait_for(file, seconds):
    """Takes the lock. Returns False where there are none."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            acquire(file)
            return True
        except BUSY:
            if time.monotonic() > deadline:
                raise TimeoutError(f"another program has held {file.name} for {seconds} seconds") from None
            time.sleep(random.uniform(0.001, 0.01))  # so that no two processes ask in step
        except OSError as error:
            if error.errno in NO_LOCKS:
                return False
            raise
