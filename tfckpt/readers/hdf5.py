"""``Hdf5``: the tensors in an ``.h5`` or ``.weights.h5`` file, and what Keras recorded beside them.

h5py reads the format. No link to another place or file is followed, and no value that lies in another file is read.
"""

import math
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

from tfckpt.errors import CheckpointError, reading
from tfckpt.prefix import no_such_tensor

MOST_OBJECTS = 1_000_000
DEEPEST = 200  # groups
MOST_COMPRESSED = 1100  # times: what deflate can do
LARGEST_TEXT = 64 * 2**20  # bytes of an attribute
UNREADABLE = (OSError, KeyError, RuntimeError, ValueError, TypeError, OverflowError, AttributeError)
UNREADABLE += (EOFError, BadZipFile)  # from a zip that it is read out of
CAUSE = "Likely a copy that did not finish: a program writes this file in place, and ends it when it closes it."


@dataclass(frozen=True, slots=True)
class Dataset:
    """A tensor in the file: its path, dtype and shape, how many bytes its values take, and the layer it belongs to."""

    name: str
    dtype: str
    shape: tuple
    size: int | None
    layer: str


class Hdf5:
    """An HDF5 file. Its datasets are listed at once, their values are read when they are asked for.

    Args:
        file: a path, or an open binary file.
        name: what errors call it; a path needs none.

    Attributes:
        entries: ``{path: Dataset}``, in the order of the paths.
        texts: ``{name: text}``: the file's own attributes that are texts, such as ``model_config``.
        unread: the names of its own attributes that are no texts, or too large.
        is_of_layers: whether it has weights by layer, and no model: as Keras 2 and 3 save weights.
        leads: what leads out of the file, each ``(path, sentence)``. It is not followed.

    Raises:
        CheckpointError: it is no such file, or it is damaged.
    """

    def __init__(self, file, name=None):
        self.path = Path(name or file)
        self._file, self._is_path = None, name is None
        self.entries, self.texts, self.leads = {}, {}, []
        with self.reading():
            import h5py

            self._h5py = h5py
            self._file = h5py.File(file, "r", locking=False) if name is None else h5py.File(file, "r")
            self.texts = {key: text for key in self._file.attrs if (text := self.text(self._file, key)) is not None}
            self.unread = set(self._file.attrs) - self.texts.keys()
            layered = "layer_names" in self._file.attrs and "model_config" not in self._file.attrs
            self.look_into(self._file)
        self.entries = dict(sorted(self.entries.items()))
        self.is_of_layers = layered or any(name.startswith("layers/") for name in self.entries)

    @contextmanager
    def reading(self):
        """Makes a CheckpointError of what h5py raises of the file.

        An open binary file is closed then: HDF5 1.14 crashes at the end of a process where one is open and has failed.
        """
        with reading(self.path, CAUSE, UNREADABLE, form="HDF5"):
            try:
                yield
            except UNREADABLE:
                if self._file and not self._is_path:
                    self._file.close()
                raise

    def look_into(self, root):
        """Fills ``entries`` and ``leads``, each object once: a group may contain itself."""
        seen, waiting, count = {root.id.__hash__()}, [("", root, 0)], 0
        while waiting:
            path, group, depth = waiting.pop()
            for key in group:
                count += 1
                if count > MOST_OBJECTS or depth > DEEPEST:
                    raise ValueError(f"it has more than {MOST_OBJECTS} objects, or groups {DEEPEST} deep")
                link, name = group.get(key, getlink=True), f"{path}{key}"
                if isinstance(link, self._h5py.ExternalLink):
                    self.leads.append((name, f"leads to {link.path!r} in another file, {link.filename!r}"))
                elif isinstance(link, self._h5py.SoftLink):
                    self.leads.append((name, f"leads to {link.path!r} in this file"))
                elif isinstance(item := group[key], self._h5py.Group):
                    place = self._h5py.h5o.get_info(item.id).addr
                    if place not in seen:
                        seen.add(place)
                        waiting.append((f"{name}/", item, depth + 1))
                elif isinstance(item, self._h5py.Dataset):
                    self.add(name, item, group)

    def add(self, name, dataset, group):
        for file, *_ in dataset.external or ():
            self.leads.append((name, f"has its values in another file, {file!r}"))
        if dataset.is_virtual:
            self.leads += [
                (name, f"has values of {s.dset_name!r} in {s.file_name!r}") for s in dataset.virtual_sources()
            ]
        dtype = self.text(dataset, "dtype") or ("string" if dataset.dtype.kind in "OSU" else dataset.dtype.name)
        size = None if dataset.dtype.kind == "O" else math.prod(dataset.shape or ()) * dataset.dtype.itemsize
        self.entries[name] = Dataset(name, dtype, tuple(dataset.shape or ()), size, self.text(group, "name") or "")

    def text(self, holder, key):
        """An attribute that is a text; None if it is none, or too large."""
        if key not in holder.attrs or holder.attrs.get_id(key).get_storage_size() > LARGEST_TEXT:
            return None
        value = holder.attrs[key]
        value = value.decode("utf-8", errors="backslashreplace") if isinstance(value, bytes) else value
        return value if isinstance(value, str) else None

    def tensor(self, name):
        """The values of a dataset as a NumPy array.

        Raises:
            CheckpointError: no such name, values in another file, or more of them than the file can hold.
        """
        if name not in self.entries:
            raise no_such_tensor(self.path, name, self.entries)
        for path, sentence in self.leads:
            if path == name:
                raise CheckpointError(f"{self.path.as_posix()}: {name!r} {sentence}. It was not read.")
        if not self._file:
            raise CheckpointError(f"{self.path.as_posix()} is closed, since a read of it has failed. Open it again.")
        with self.reading():
            dataset = self._file[name]
            stored = dataset.id.get_storage_size()
            if dataset.nbytes > MOST_COMPRESSED * stored + 1024:
                raise ValueError(f"{name!r} says that it has {dataset.nbytes} bytes, and the file has {stored} of them")
            return dataset[()]
