"""``Npz``: the arrays in an ``.npz`` file. A pickle in it is named and not read."""

import io
from pathlib import Path

from tfckpt.errors import CheckpointError, reading
from tfckpt.format.dtypes import elements
from tfckpt.format.entry import Entry
from tfckpt.format.zips import UNREADABLE, harmful, is_bomb, zip_at
from tfckpt.prefix import no_such_tensor

CAUSE = "Likely a copy or save that did not finish."
LONGEST_HEADER = 70_000  # bytes
PICKLE = "pickle"  # in place of a dtype


class Npz:
    """An ``.npz`` file. The headers of its arrays are read at once, values when they are asked for.

    Args:
        path: of the file.

    Attributes:
        entries: ``{name: Entry}``, sorted by name. The dtype of Python objects is ``"pickle"``.

    Raises:
        CheckpointError: there is no such file, or it is damaged.

    Example:

        >>> Npz("weights.npz").tensor("A")
        array([3, 3], dtype=int32)
    """

    def __init__(self, path):
        self.path = Path(path)
        with self.reading():
            self._zip = zip_at(self.path)
            arrays = [member for member in self._zip.infolist() if member.filename.endswith(".npy")]
            entries = [self.entry_of(member) for member in arrays]
        self.entries = {entry.name: entry for entry in sorted(entries, key=lambda entry: entry.name)}

    def reading(self):
        """Makes a CheckpointError of what the zip and the arrays in it raise."""
        return reading(self.path, CAUSE, UNREADABLE, form="arrays of NumPy's")

    def entry_of(self, member):
        """The ``Entry`` of a member of the zip, from its header."""
        from numpy.lib import format as npy

        with self._zip.open(member) as file:
            file = io.BytesIO(file.read(LONGEST_HEADER))  # NumPy reads one as long as the header says that it is
            version = npy.read_magic(file)
            read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
            shape, _, dtype = read(file)
        name = PICKLE if dtype.hasobject else "string" if dtype.kind in "SU" else dtype.name
        size = elements(shape) * dtype.itemsize
        return Entry(member.filename.removesuffix(".npy"), name, shape, 0, member.header_offset, size, member.CRC)

    def tensor(self, name):
        """The values of an array. Raises CheckpointError, of a pickle too."""
        from numpy.lib import format as npy

        if name not in self.entries:
            raise no_such_tensor(self.path, name, self.entries)
        if self.entries[name].dtype == PICKLE:
            raise CheckpointError(f"{self.path.as_posix()}: {name!r} is a pickle. To read one runs what is in it.")
        with self.reading(), self._zip.open(f"{name}.npy") as file:
            member, size = self._zip.getinfo(f"{name}.npy"), self.entries[name].size
            if size > member.file_size:
                raise ValueError(f"{name!r} is larger than the file that it is in")
            if is_bomb(size, member.compress_size):
                raise harmful(self.path, f"{name!r} becomes {size} bytes of {member.compress_size}")
            return npy.read_array(file, allow_pickle=False)

    def verify(self, progress=lambda count: None):
        """Reads all of it and compares the checksums of the zip. Raises CheckpointError."""
        with self.reading():
            for member in self._zip.infolist():
                with self._zip.open(member) as file:
                    while chunk := file.read(2**20):
                        progress(len(chunk))
