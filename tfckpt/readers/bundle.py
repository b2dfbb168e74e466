"""``Bundle``: reads ``.index`` and ``.data-SSSSS-of-NNNNN`` without TensorFlow.

The format, which TensorFlow calls a tensor bundle:
https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/tensor_bundle.proto and
https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/tensor_bundle/tensor_bundle.cc
"""

import copy
import os
from pathlib import Path

from tfckpt.errors import CheckpointError, reading
from tfckpt.format import slices, table
from tfckpt.format.crc32c import extend, masked
from tfckpt.format.dtypes import elements
from tfckpt.format.entry import BUNDLE_HEADER, entry_from, is_refused
from tfckpt.format.shard import Shard, mapped
from tfckpt.format.strings import checksum_of_strings
from tfckpt.format.wire import text
from tfckpt.prefix import files_of, no_such_tensor

LARGEST_INDEX = 256 * 2**20  # bytes
INDEX_CAUSE = (
    "Likely a copy or download that did not finish, or a file of another kind. Copy it again and compare the sizes."
)
MADE_UP = (
    "Its checksums are right, so it was written like this: by another program, or by somebody who wants to do harm."
)


class Bundle:
    """A checkpoint with exactly this prefix. Its table is read at once, its values when they are asked for.

    Args:
        prefix: what was passed to ``saver.save``, with the ``-step`` suffix if there is one: a text or a path.
        index: another file than the prefix's own ``.index``, such as one that a save left behind.

    Attributes:
        entries: ``{name: Entry}``, sorted by name.
        num_shards: how many data files belong to it.
        byte_order: ``"little"`` or ``"big"``.
        producer: the version of the format that it was written in.
        is_refused: whether it says that TensorFlow 2.21 may not read it.

    Raises:
        CheckpointError: there is no such file, or it is damaged. The text names the file, the byte and the cause.

    Example:

        >>> bundle = Bundle("run/model-50")
        >>> bundle.entries["A"].shape
        (2,)
        >>> bundle.tensor("A")
        array([3, 3], dtype=int32)
    """

    DATA_CAUSE = "Likely a copy that did not finish, or a data file and an .index of two different saves."

    def __init__(self, prefix, index=None):
        self.prefix = os.fspath(prefix)
        self.index = Path(index or self.prefix + ".index")
        self.num_shards, self.byte_order, self.producer, self.is_refused = 1, "little", 0, False
        self.entries, self.parts, self._shards = {}, {}, {}
        if not self.index.exists():
            names = [path.name for path, _ in files_of(self.prefix)]
            raise CheckpointError(f"{self.index.as_posix()} is missing. Of this prefix there are: {', '.join(names)}.")
        with mapped(self.index, LARGEST_INDEX) as data, reading(self.index, INDEX_CAUSE, whole=data):
            for number, (key, value) in enumerate(table.items(data)):
                if number == 0 and key != b"":
                    raise ValueError("the first entry has a name: this is a table, but not an index of a checkpoint")
                self.add(key, value)
            if not self.entries and not self.parts and self.producer == 0:
                raise ValueError("it has no entries, not even a header")

    def add(self, key, value):
        if key == b"":
            header = BUNDLE_HEADER.decode(value)
            self.num_shards, self.producer = header["num_shards"], header["version"]["producer"]
            self.byte_order = "big" if header["endianness"] else "little"
            self.is_refused = is_refused(header["version"])
        elif key.startswith(b"\0"):  # a part of a partitioned variable
            self.parts[key] = entry_from("", value)
        else:
            name = text(key)
            self.entries[name] = entry_from(name, value)

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
        if name not in self.entries:
            raise no_such_tensor(self.index, name, self.entries)
        return self.entries[name]

    def tensor(self, name):
        """The values of a tensor.

        Returns:
            A NumPy array of the entry's shape. Of a fixed-size dtype it is a view into the mapped file: nothing is
            read before it is looked at, and it cannot be written to. Strings are an array of ``bytes`` objects. A
            partitioned variable is put together in memory.

        Raises:
            CheckpointError: no such name, a dtype without values in the file, or a data file that is missing or short.
        """
        entry = self.entry(name)
        from tfckpt.format.arrays import array

        with reading(self.index, MADE_UP):
            return array(self, entry)

    def parts_of(self, entry):
        """Yields the extents and the ``Entry`` of each part of a partitioned variable."""
        for extents in entry.slices:
            part = self.parts.get(slices.key(entry.name, extents))
            if part is None:
                raise ValueError(f"the part {extents} of {entry.name!r} is not in the table")
            yield extents, part

    def stored(self, entry):
        """The entries that have bytes in data files: an ``Entry`` itself, or its parts. Raises ValueError."""
        return [part for _, part in self.parts_of(entry)] if entry.slices else [entry]

    def bytes_of(self, entry):
        """The bytes of an ``Entry`` that is not partitioned, as a ``memoryview`` of the mapped data file."""
        return self.checked_shard(entry).view(entry.offset, entry.size)

    def checked_shard(self, entry):
        """The data file of an ``Entry`` that is not partitioned, long enough to hold it."""
        shard = self.shard(entry.shard)
        if entry.offset < 0 or entry.size < 0 or entry.offset + entry.size > shard.size:
            raise CheckpointError(
                f"{shard.path.as_posix()} has {shard.size} bytes, but {entry.name or 'a part'!r} takes {entry.size} at "
                f"byte {entry.offset}. {self.DATA_CAUSE}"
            )
        return shard

    def shard(self, number):
        """A data file as a ``Shard``, opened once."""
        if not 0 <= number < self.num_shards:
            raise ValueError(f"it sends to data file number {number}, and says that there are {self.num_shards}")
        if number not in self._shards:
            self._shards[number] = Shard(self.data_file(number))
        return self._shards[number]

    def clone(self):
        """Another reader of the same files, for another thread: a file has one position."""
        clone = copy.copy(self)
        clone._shards = {number: Shard(shard.path) for number, shard in self._shards.items()}
        return clone

    def use_data_file(self, number, path):
        """Reads another file as data file ``number``, such as one that a save left behind."""
        self._shards[number] = Shard(path)

    def forget(self):
        """Lets go of the memory of what has been looked at in the data files."""
        for shard in self._shards.values():
            shard.forget()

    def verify(self, name):
        """Compares the stored checksum of a tensor with that of its bytes.

        Returns:
            ``(stored, computed)``: two masked CRC-32C, equal when the bytes are as they were written. For a
            partitioned variable, those of the first part that differs, or of the last one.

        Raises:
            CheckpointError: the data file is missing or too short, or the strings cannot be told apart.
        """
        entry = self.entry(name)
        stored = computed = 0
        with reading(self.index, MADE_UP):
            for part in self.stored(entry):
                stored, computed = part.crc32c, self.checksum(part)
                if stored != computed:
                    break
        return stored, computed

    def checksum(self, entry, progress=None, look=None):
        """The masked CRC-32C of an entry's bytes, read piece by piece.

        Args:
            entry: an ``Entry`` that is not partitioned.
            progress: is told how many bytes were read.
            look: is given each piece.
        """
        shard = self.checked_shard(entry)
        if entry.dtype == "string":
            with reading(shard.path, self.DATA_CAUSE, offset=entry.offset):
                return checksum_of_strings(self.bytes_of(entry), elements(entry.shape))
        checksum = 0
        for chunk in shard.chunks(entry.offset, entry.size):
            checksum = extend(checksum, chunk)
            if look:
                look(chunk)
            if progress:
                progress(len(chunk))
        return masked(checksum)
