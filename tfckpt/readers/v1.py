"""``V1Checkpoint``: reads the single file that Saver wrote before TensorFlow 1.0, and still does when it is asked to.

A Saver that is sharded writes one such file for each device. The name of them all has ``?????`` for their numbers.
A file is a sorted table. Its first entry describes all tensors; each other one is a tensor, or a part of one.
Sources: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/saved_tensor_slice.proto and
https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/tensor.proto
"""

import os
from dataclasses import replace
from pathlib import Path

from tfckpt.errors import CheckpointError, reading
from tfckpt.format import slices, table
from tfckpt.format.dtypes import elements, item_size
from tfckpt.format.entry import VERSIONS, Entry, is_refused, known_dtype, shape
from tfckpt.format.shard import mapped
from tfckpt.format.wire import Message, fields, integer, text
from tfckpt.prefix import no_such_tensor, v1_shards

LARGEST = 1 << 40  # bytes
CAUSE = "Likely a copy or download that did not finish, or a file of another kind."
SLICE_META = Message(name=(1, text), shape=(2, shape), dtype=(3, integer), slices=(4, [slices.extents]))


class V1Checkpoint:
    """A checkpoint in one file, or in one for each device.

    Its list of tensors is read at once, their values when they are asked for.

    Args:
        path: of the file. It has no suffix of its own: it is what was passed to ``saver.save``. Of several files, the
            name that ``saver.save`` returned, such as ``model-?????-of-00002``.

    Attributes:
        files: the paths of those that are there.
        missing: the names of shards that are not there.
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
        self.entries, self.producer, self.is_refused, self._tables = {}, 0, False, []
        self.files, self.missing = v1_shards(self.path)
        found = {}
        for file in self.files:
            self.read_names(file, found)
        self.entries = {name: found[name] for name in sorted(found, key=str.encode)}

    def read_names(self, file, found):
        """Adds the tensors of a file to ``found``. One of several devices may be in several files, in parts."""
        with mapped(file, LARGEST) as data, reading(file, CAUSE, whole=data):
            description = table.get(data, b"")
            meta = None if description is None else dict(fields(description)).get(1)
            if meta is None:
                raise ValueError("it is a table, but its first entry is no description of tensors")
            meta = SLICES_META.decode(meta)
            self.producer = max(self.producer, meta["versions"]["producer"])
            self.is_refused = self.is_refused or is_refused(meta["versions"])
            own = {each.name: each for each in meta["tensors"]}
            for name, entry in own.items():
                other = found.get(name, entry)
                if (other.dtype, other.shape) != (entry.dtype, entry.shape):
                    raise ValueError(f"{name!r} has another shape or dtype in another shard")
                found[name] = entry if other is entry else replace(entry, slices=(*other.slices, *entry.slices))
            self._tables.append((file, data))

    def __repr__(self):
        files = "one file" if len(self.files) == 1 else f"{len(self.files)} files"
        return f"V1Checkpoint({self.path.as_posix()!r}): {len(self.entries)} tensors in {files}"

    def tensor(self, name):
        """The values of a tensor as a NumPy array of the entry's shape.

        Raises:
            CheckpointError: no such name, or its values are missing or damaged.
        """
        import numpy as np

        entry = self.entry(name)
        slices.refuse_holes(entry)
        dtype = np.dtype(object) if entry.dtype == "string" else self.numpy_dtype(entry)
        if elements(entry.shape) * dtype.itemsize > 64 * self.size + 64:  # a value may be compressed, a bit
            raise CheckpointError(f"{self.path.as_posix()} is too small for {name!r} of shape {list(entry.shape)}.")
        with reading(self.path, CAUSE):
            result = np.empty(entry.shape, dtype)
            for extents in entry.slices:
                region = slices.region(result, extents, name)
                region[...] = self.part(name, extents, region.size, dtype).reshape(region.shape)
            return result

    @property
    def size(self):
        """How many bytes its files have."""
        return sum(len(data) for _, data in self._tables)

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

        for file, data in self._tables:
            with reading(file, CAUSE, whole=data):
                stored = table.get(data, slices.key(name, extents))
                if stored is not None:
                    content = dict(fields(dict(fields(stored)).get(2, b"")))
                    return values(content.get(3, b""), count, dtype)
        raise ValueError(f"the part {extents} of {name!r} is not in the table")

    def verify(self, progress=lambda count: None):
        """Reads the whole file and compares the checksum of each block. ``progress`` is told how many bytes were read.

        Raises:
            CheckpointError: one differs, or the table is damaged.
        """
        for file, data in self._tables:
            with reading(file, CAUSE, whole=data):
                for _, value in table.items(data):
                    progress(len(value))


def entry_from(content):
    """An ``Entry`` from a ``SavedSliceMeta``."""
    says = SLICE_META.decode(content)
    dtype = known_dtype(says["dtype"], says["name"])
    size = item_size(dtype)
    size = -1 if size is None else size * elements(says["shape"])
    return Entry(says["name"], dtype, says["shape"], 0, -1, size, 0, tuple(says["slices"]))


SLICES_META = Message(tensors=(1, [entry_from]), versions=(2, VERSIONS.decode))
