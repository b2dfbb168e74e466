"""``Bundle``: reads ``.index`` and ``.data-SSSSS-of-NNNNN`` without TensorFlow.

The format, which TensorFlow calls a tensor bundle:
https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto and
https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/tensor_bundle/tensor_bundle.cc
"""

import math
import mmap
import os
from contextlib import contextmanager
from pathlib import Path

import google_crc32c
import numpy as np

from course.checkpoint import slices, table
from course.checkpoint.dtypes import numpy_dtype
from course.checkpoint.entry import entry
from course.checkpoint.errors import CheckpointError, blaming
from course.checkpoint.prefix import found as files_found
from course.checkpoint.strings import checksum_of_strings, split_strings
from course.checkpoint.wire import fields, integer, text

LARGEST_INDEX = 256 * 2**20  # bytes
OF_ML_DTYPES = 2  # what numpy.dtype.isbuiltin says of them; they know one byte order, the machine's
CHUNK = 4 * 2**20  # bytes that are read at a time to compute a checksum


class Bundle:
    """A checkpoint with exactly this prefix. Its table is read at once, its values when they are asked for.

    Args:
        prefix: what was passed to ``saver.save``, with the ``-step`` suffix if there is one: a text or a path.

    Attributes:
        entries: ``{name: Entry}``, sorted by name.
        num_shards: how many data files belong to it.
        byte_order: ``"little"`` or ``"big"``.
        producer: the version of the format that it was written in.

    Raises:
        CheckpointError: there is no such file, or it is damaged. The text names the file, the byte and the cause.
    """

    def __init__(self, prefix):
        self.prefix = os.fspath(prefix)
        self.index = Path(self.prefix + ".index")
        self.num_shards, self.byte_order, self.producer = 1, "little", 0
        self.entries, self.parts, self._mapped = {}, {}, {}
        if not self.index.exists():
            names = [path.name for path, _ in files_found(self.prefix)]
            raise CheckpointError(f"{self.index.as_posix()} is missing. Of this prefix there are: {', '.join(names)}.")
        with mapped(self.index, LARGEST_INDEX) as data, blaming(self.index, INDEX_CAUSE, data):
            for number, (key, value) in enumerate(table.items(data)):
                if number == 0 and key != b"":
                    raise ValueError("the first entry has a name: this is a table, but not an index of a checkpoint")
                self.add(key, value)
            if not self.entries and not self.parts and self.producer == 0:
                raise ValueError("it has no entries, not even a header")

    def add(self, key, value):
        if key == b"":
            for number, content in fields(value):
                if number == 1:
                    self.num_shards = integer(content)
                elif number == 2:
                    self.byte_order = "big" if integer(content) else "little"
                elif number == 3:
                    self.producer = integer(dict(fields(content)).get(1, 0))
        elif key.startswith(b"\0"):  # a part of a partitioned variable
            self.parts[key] = entry("", value)
        else:
            name = text(key)
            self.entries[name] = entry(name, value)

    def __repr__(self):
        return f"Bundle({self.prefix!r}): {len(self.entries)} tensors in {self.num_shards} data file(s)"

    def data_file(self, shard):
        """The path of data file number ``shard``."""
        return Path(f"{self.prefix}.data-{shard:05d}-of-{self.num_shards:05d}")

    def entry(self, name):
        """The ``Entry`` with this name.

        Raises:
            CheckpointError: there is none. The text says which names are alike.
        """
        if name in self.entries:
            return self.entries[name]
        import difflib

        alike = difflib.get_close_matches(name, self.entries, n=3)
        like = f"Names like it: {', '.join(map(repr, alike))}." if alike else "No name is like it."
        raise CheckpointError(f"{self.index.as_posix()} has no tensor {name!r} among its {len(self.entries)}. {like}")

    def tensor(self, name):
        """The values of a tensor.

        Returns:
            A NumPy array of the entry's shape. Of a fixed-size dtype it is a view into the mapped file: nothing is
            read before it is looked at, and it cannot be written to. Strings are an array of ``bytes`` objects. A
            partitioned variable is put together in memory.

        Raises:
            CheckpointError: no such name, a dtype without values in the file, or a data file that is missing or short.
        """
        found = self.entry(name)
        with blaming(self.index, MADE_UP):
            if not found.slices:
                return self.read(found)
            return self.assembled(found, dict(self.parts_of(found)))

    def assembled(self, found, parts):
        """A partitioned variable, put together from ``{extents: Entry}``."""
        dtype, count = self.dtype_of(found), math.prod(found.shape)
        stored = sum(len(self.mapped_shard(shard)) for shard in {part.shard for part in parts.values()})
        if count * dtype.itemsize > stored:
            raise ValueError(f"{found.name!r} has {count} elements, which is more than its data files hold")
        result = np.empty(found.shape, dtype)
        for extents, part in parts.items():
            where = tuple(slice(start, None if length < 0 else start + length) for start, length in extents)
            values = self.read(part)
            if len(where) != result.ndim or result[where].shape != values.shape:
                raise ValueError(f"the part {extents} of {found.name!r} does not fit into the shape {found.shape}")
            result[where] = values
        return result

    def parts_of(self, found):
        """Yields the extents and the ``Entry`` of each part of a partitioned variable."""
        for extents in found.slices:
            part = self.parts.get(slices.key(found.name, extents))
            if part is None:
                raise ValueError(f"the part {extents} of {found.name!r} is not in the table")
            yield extents, part

    def dtype_of(self, found):
        """The NumPy dtype of an entry, in the byte order of the file; ``object`` for strings."""
        if found.dtype == "string":
            return np.dtype(object)
        dtype = numpy_dtype(found.dtype)
        if dtype is None:
            raise CheckpointError(
                f"{found.name!r} is a {found.dtype}: an object of TensorFlow's own, not an array. Only TensorFlow, "
                "with the program that made it, can restore it."
            )
        return dtype.newbyteorder(">") if self.byte_order == "big" and dtype.isbuiltin != OF_ML_DTYPES else dtype

    def read(self, found):
        """The values of an ``Entry`` that is not partitioned."""
        dtype = self.dtype_of(found)
        count = math.prod(found.shape)
        if found.dtype == "string":
            with blaming(self.data_file(found.shard), DATA_CAUSE, offset=found.offset):
                strings = split_strings(self.bytes_of(found), count)
                array = np.empty(count, object)
                array[:] = strings
                return array.reshape(found.shape)
        if count * dtype.itemsize != found.size:
            takes = f"{found.dtype} {list(found.shape)} takes {count * dtype.itemsize}"
            raise ValueError(f"{found.name!r} has {found.size} bytes, but {takes}")
        content = self.bytes_of(found)
        if self.byte_order == "big" and dtype.isbuiltin == OF_ML_DTYPES:
            content = np.frombuffer(content, f">u{dtype.itemsize}").astype(f"u{dtype.itemsize}").tobytes()
        return np.frombuffer(content, dtype).reshape(found.shape)

    def bytes_of(self, found):
        """The bytes of an ``Entry`` that is not partitioned, as a ``memoryview`` of the mapped data file."""
        data, path = self.mapped_shard(found.shard), self.data_file(found.shard)
        if found.offset < 0 or found.size < 0 or found.offset + found.size > len(data):
            raise CheckpointError(
                f"{path.as_posix()} has {len(data)} bytes, but {found.name or 'a part'!r} takes {found.size} at byte "
                f"{found.offset}. {DATA_CAUSE}"
            )
        return data[found.offset : found.offset + found.size]

    def mapped_shard(self, shard):
        """A data file, mapped into memory and kept so."""
        if not 0 <= shard < self.num_shards:
            raise ValueError(f"it sends to data file number {shard}, and says that there are {self.num_shards}")
        if shard not in self._mapped:
            with mapped(self.data_file(shard)) as data:
                self._mapped[shard] = data
        return self._mapped[shard]

    def verify(self, name):
        """Compares the stored checksum of a tensor with that of its bytes.

        Returns:
            ``(stored, computed)``: two masked CRC-32C, equal when the bytes are as they were written. For a
            partitioned variable, those of the first part that differs, or of the last one.

        Raises:
            CheckpointError: the data file is missing or too short, or the strings cannot be told apart.
        """
        found = self.entry(name)
        stored = computed = 0
        with blaming(self.index, MADE_UP):
            for part in dict(self.parts_of(found)).values() if found.slices else [found]:
                stored, computed = part.crc32c, self.checksum(part)
                if stored != computed:
                    break
        return stored, computed

    def checksum(self, found):
        """The masked CRC-32C of an entry's bytes, read piece by piece."""
        content = self.bytes_of(found)
        if found.dtype == "string":
            with blaming(self.data_file(found.shard), DATA_CAUSE, offset=found.offset):
                return checksum_of_strings(content, math.prod(found.shape))
        checksum = 0
        for start in range(0, len(content), CHUNK):
            checksum = google_crc32c.extend(checksum, bytes(content[start : start + CHUNK]))
        return table.masked(checksum)


INDEX_CAUSE = (
    "Likely a copy or download that did not finish, or a file of another kind. Copy it again and compare the sizes."
)
MADE_UP = (
    "Its checksums are right, so it was written like this: by another program, or by somebody who wants to do harm."
)
DATA_CAUSE = "Likely a copy that did not finish, or a data file and an .index of two different saves."


@contextmanager
def mapped(path, limit=None):
    """A file as a read-only ``memoryview`` of its bytes, mapped and not read. It lives as long as somebody uses it.

    Raises:
        CheckpointError: there is no such file, it cannot be opened, or it is larger than ``limit`` bytes.
    """
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if limit and size > limit:
                raise CheckpointError(f"{path.as_posix()} has {size} bytes. Such a file is not that large.")
            yield memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b"")
    except OSError as error:
        raise CheckpointError(f"{path.as_posix()} cannot be opened: {error.strerror}.") from error
