"""``Shard``: a data file of a checkpoint, mapped where values are looked at and read where they are only checked."""

import mmap
import os
from contextlib import contextmanager, suppress

from tfckpt.errors import CheckpointError
from tfckpt.format.opened import opened

CHUNK = 2**20  # bytes that are read at a time: they stay in the processor's cache until they are checked
SMALL = 2**20  # bytes: such a file is read and not mapped


class Shard:
    r"""A data file. It is opened when it is first used, and stays open as long as this object lives.

    Raises:
        CheckpointError: there is no such file, or it cannot be opened.

    Example:

        >>> from pathlib import Path
        >>> bytes(Shard(Path("run/model-50.data-00000-of-00001")).view(0, 8))
        b'\x03\x00\x00\x00\x03\x00\x00\x00'
    """

    def __init__(self, path):
        self.path = path
        self.file = opened(path).detach()  # what has a buffer reads more than it is asked for
        self.size = os.fstat(self.file.fileno()).st_size
        self._mapped = None

    def __del__(self):
        if hasattr(self, "file"):
            self.file.close()

    def view(self, offset, size):
        """Bytes of the file as a read-only ``memoryview``, which is not read before it is looked at.

        Some file systems map no file, such as that of the files that a browser is given. There these bytes are read.
        """
        if self._mapped is None and self.size:
            with suppress(OSError):
                self._mapped = memoryview(mmap.mmap(self.file.fileno(), 0, access=mmap.ACCESS_READ))
        if self._mapped is None:
            return memoryview(b"".join(self.chunks(offset, min(size, self.size - offset))))
        return self._mapped[offset : offset + size]

    def forget(self):
        """Lets go of what has been looked at: it is read anew when it is looked at again."""
        if self._mapped is not None:
            let_go(self._mapped)

    def chunks(self, offset, size):
        """Yields bytes of the file piece by piece.

        They are read and not mapped: that is twice as fast, and they do not count as memory of this process.
        """
        try:
            self.file.seek(offset)
            while size > 0:
                chunk = self.file.read(min(size, CHUNK))
                if not chunk:
                    raise CheckpointError(f"{self.path.as_posix()} became shorter while it was read.")
                size -= len(chunk)
                yield chunk
        except OSError as error:
            raise CheckpointError(f"{self.path.as_posix()} cannot be read: {error.strerror}.") from error


def let_go(view):
    """Has the system take back the memory of a mapped file, where it can be told to.

    Example:

        >>> from pathlib import Path
        >>> shard = Shard(Path("run/model-50.index"))
        >>> let_go(shard.view(0, shard.size))
    """
    if isinstance(view.obj, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        view.obj.madvise(mmap.MADV_DONTNEED)


@contextmanager
def mapped(path, limit):
    """A file as a read-only ``memoryview`` of its bytes, which lives as long as somebody uses it.

    It is mapped and not read, but for a small one: where a mapped file becomes shorter, the system ends the process.

    Raises:
        CheckpointError: there is no such file, it cannot be opened, or it is larger than ``limit`` bytes.

    Example:

        >>> from pathlib import Path
        >>> with mapped(Path("run/model-50.index"), limit=1000) as data:
        ...     print(len(data))
        142
    """
    shard = Shard(path)
    if shard.size > limit:
        raise CheckpointError(f"{path.as_posix()} has {shard.size} bytes. Such a file is not that large.")
    yield memoryview(b"".join(shard.chunks(0, shard.size))) if shard.size <= SMALL else shard.view(0, shard.size)
