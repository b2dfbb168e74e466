"""``V1Checkpoint``: reads the single file that Saver wrote before TensorFlow 1.0, and still does when it is asked to.

It is a sorted table. Its first entry describes all tensors; each other one is a tensor, or a part of one.
Sources: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/saved_tensor_slice.proto and
https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/tensor.proto
"""

import os
from pathlib import Path

from tfckpt.errors import CheckpointError, reading
from tfckpt.format import slices, table
from tfckpt.format.dtypes import elements, item_size
from tfckpt.format.entry import VERSIONS, Entry, is_refused, known_dtype, shape
from tfckpt.format.shard import mapped
from tfckpt.format.wire import Message, fields, integer, text
from tfckpt.prefix import no_such_tensor

LARGEST = 1 << 40  # bytes
CAUSE = "Likely a copy or download that did not finish, or a file of another kind."
SLICE_META = Message(name=(1, text), shape=(2, shape), dtype=(3, integer), slices=(4, [slices.extents]))


class V1Checkpoint:
    """A checkpoint in one file. Its list of tensors is read at once, their values when they are asked for.

    Args:
        path: of the file. It has no suffix of its own: it is what was passed to ``saver.save``.

    Attributes:
        entries: ``{name: Entry}``, sorted by name. An entry's ``size`` is that of its values in memory, -1 for strings.
        producer: the version of the format that it was written in.
        is_refused: whether it says that TensorFlow 2.21 may not read it.

    Raises:
        CheckpointError: there is no such file, or it is damaged. The text names the file, the byte and the cause.

    Example:

        >>> V1Checkpoint("old/model").tensor("A")
        array([1, 2], dtype=int32)
    """

    def __init__(self, path):
        self.path = Path(os.fspath(path))
        self.entries, self.producer, self.is_refused = {}, 0, False
        with mapped(self.path, LARGEST) as self._data, reading(self.path, CAUSE, whole=self._data):
            description = table.get(self._data, b"")
            meta = None if description is None else dict(fields(description)).get(1)
            if meta is None:
                raise ValueError("it is a table, but its first entry is no description of tensors")
            meta = SLICES_META.decode(meta)
            self.producer, self.is_refused = meta["versions"]["producer"], is_refused(meta["versions"])
            self.entries = {each.name: each for each in sorted(meta["tensors"], key=lambda each: each.name.encode())}

    def __repr__(self):
        return f"V1Checkpoint({self.path.as_posix()!r}): {len(self.entries)} tensors in one file"

    def tensor(self, name):
        """The values of a tensor as a NumPy array of the entry's shape.

        Raises:
            CheckpointError: no such name, or its values are missing or damaged.
        """
        import numpy as np

        entry = self.entry(name)
        dtype = np.dtype(object) if entry.dtype == "string" else self.numpy_dtype(entry)
        if elements(entry.shape) * dtype.itemsize > 64 * len(self._data) + 64:  # a value may be compressed, a bit
            raise CheckpointError(f"{self.path.as_posix()} is too small for {name!r} of shape {list(entry.shape)}.")
        with reading(self.path, CAUSE, whole=self._data):
            result = np.empty(entry.shape, dtype)
            for extents in entry.slices:
                region = slices.region(result, extents, name)
                region[...] = self.part(name, extents, region.size, dtype).reshape(region.shape)
            return result

    def entry(self, name):
        """The ``Entry`` with this name. Raises CheckpointError if there is none."""
        if name not in self.entries:
            raise no_such_tensor(self.path, name, self.entries)
        return self.entries[name]

    def numpy_dtype(self, entry):
        from tfckpt.format.dtypes import numpy_dtype

        dtype = numpy_dtype(entry.dtype)
        if dtype is None:
            raise CheckpointError(f"{entry.name!r} is a {entry.dtype}: an object of TensorFlow's own, not an array.")
        return dtype

    def part(self, name, extents, count, dtype):
        """The values of a part of a tensor, in one dimension."""
        from tfckpt.format.tensor_proto import values

        stored = table.get(self._data, slices.key(name, extents))
        if stored is None:
            raise ValueError(f"the part {extents} of {name!r} is not in the table")
        content = dict(fields(dict(fields(stored)).get(2, b"")))
        return values(content.get(3, b""), count, dtype)

    def verify(self, progress=lambda count: None):
        """Reads the whole file and compares the checksum of each block. ``progress`` is told how many bytes were read.

        Raises:
            CheckpointError: one differs, or the table is damaged.
        """
        with reading(self.path, CAUSE, whole=self._data):
            for _, value in table.items(self._data):
                progress(len(value))


def entry_from(content):
    """An ``Entry`` from a ``SavedSliceMeta``."""
    says = SLICE_META.decode(content)
    dtype = known_dtype(says["dtype"], says["name"])
    size = item_size(dtype)
    size = -1 if size is None else size * elements(says["shape"])
    return Entry(says["name"], dtype, says["shape"], 0, -1, size, 0, tuple(says["slices"]))


SLICES_META = Message(tensors=(1, [entry_from]), versions=(2, VERSIONS.decode))
