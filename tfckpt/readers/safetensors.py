"""``Safetensors``: the tensors in a ``.safetensors`` file."""

from pathlib import Path

from tfckpt.errors import CheckpointError, reading
from tfckpt.format.dtypes import NAMES, elements, item_size, numpy_dtype
from tfckpt.format.entry import Entry
from tfckpt.format.safetensors import described, unused
from tfckpt.format.shard import let_go, mapped
from tfckpt.prefix import no_such_tensor

LARGEST = 1 << 44  # bytes
CAUSE = "Likely a copy or download that did not finish, or a file of another kind."


class Safetensors:
    """A ``.safetensors`` file. Its header is read at once, values when they are asked for.

    Args:
        path: of the file.

    Attributes:
        entries: ``{name: Entry}``, sorted by name. An entry's ``crc32c`` is 0: the format has no checksums.
        metadata: texts by name.
        unused: the bytes that belong to no tensor: pairs of the first one and the one after the last.

    Raises:
        CheckpointError: there is no such file, or it is damaged.

    Example:

        >>> Safetensors("weights.safetensors").tensor("A")
        array([3, 3], dtype=int32)
    """

    def __init__(self, path):
        self.path = Path(path)
        with mapped(self.path, LARGEST) as self._data, reading(self.path, CAUSE):
            tensors, self.metadata = described(self._data)
            self.unused = unused(self._data, tensors)
            for name, (dtype, shape, _, size) in tensors.items():
                takes = elements(shape) * item_size(dtype) if dtype in NAMES.values() else size
                if takes != size:
                    raise ValueError(f"{name[:100]!r} has {size} bytes, and its shape takes {takes}")
            self.entries = {
                name: Entry(name, dtype, shape, 0, at, size, 0)
                for name, (dtype, shape, at, size) in sorted(tensors.items())
            }

    def forget(self):
        """Lets go of the memory of what has been looked at."""
        let_go(self._data)

    def tensor(self, name):
        """The values of a tensor as a NumPy array, a view of the file. Raises CheckpointError."""
        import numpy as np

        if name not in self.entries:
            raise no_such_tensor(self.path, name, self.entries)
        entry = self.entries[name]
        if entry.dtype not in NAMES.values():
            raise CheckpointError(f"{self.path.as_posix()}: {name!r} is of the dtype {entry.dtype}, not known here.")
        content = self._data[entry.offset : entry.offset + entry.size]
        return np.frombuffer(content, numpy_dtype(entry.dtype)).reshape(entry.shape)
