"""``Hdf5``: the tensors in an ``.h5`` or ``.weights.h5`` file, and what Keras recorded beside them.

h5py reads the format. No link to another place or file is followed, and no value that lies in another file is read.
Of values that have no fixed length, only texts are read: see ``tfckpt.format.lists``.
"""

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import BadZipFile

from tfckpt.bounds import FEW
from tfckpt.errors import CheckpointError, reading
from tfckpt.format.chunks import is_harmful
from tfckpt.format.dtypes import elements
from tfckpt.format.heaps import refuse_circles
from tfckpt.format.lists import LISTS, has_lists, name_of
from tfckpt.format.opaque import BFLOAT16, OPAQUE, said
from tfckpt.format.opened import opened
from tfckpt.format.text_places import length_of_attribute
from tfckpt.prefix import no_such_tensor
from tfckpt.readers.hdf5_values import as_said, refuse_long, regions, shown, strings

MOST_OBJECTS = 1_000_000
DEEPEST = 200  # groups
LONGEST_PATH = 2000  # characters
LONGEST_DTYPE = 100
# Attributes of a file of weights: as Keras 2 writes it; with very many layers, in pieces; and as Keras 0 wrote it.
BY_LAYER = ("layer_names", "layer_names0", "nb_layers")
NOTHING = "nothing"  # in place of a dtype: a dataset without values
CACHE = 2**20  # bytes
LARGEST_TEXT = 16 * 2**20  # of an attribute: as JSON in memory, it takes thirty times as many bytes
OF_KERAS = ("model_config", "training_config", "keras_version", "backend")  # attributes of the file
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
        texts: ``{name: text}``: the file's own attributes in ``OF_KERAS``, such as ``model_config``.
        unread: the names of those that are no texts, or too large.
        is_of_layers: whether it has weights by layer, and no model: as Keras 2 and 3 save weights.
        leads: what leads elsewhere, each ``(path, sentence)``. It is not followed.
        outside: those of them that lead to another file.
        lists: the paths of datasets of lists, references and the like, whose values are not read.

    Raises:
        CheckpointError: it is no such file, or it is damaged.

    Example:

        >>> Hdf5("weights.h5").tensor("layers/dense/vars/0")
        array([1., 2.])
    """

    def __init__(self, file, name=None):
        self.path = Path(name or file)
        self._file, self._is_path, self._bytes = None, name is None, file
        self.entries, self.texts, self.unread, self.leads, self.lists = {}, {}, set(), [], []
        self.outside = []
        if self._is_path:
            opened(self.path).close()  # or it says what is in the way: HDF5 opens pipes and devices
        with self.reading():
            with opened(self.path) if self._is_path else nullcontext(file) as content:
                refuse_circles(content)
            import h5py

            self._h5py = h5py
            self._file = h5py.File(file, "r", locking=False) if self._is_path else h5py.File(file, "r")
            limit_cache(self._file.id)
            root = self._file["/"].id
            for key in OF_KERAS:
                text = self.text(root, key)
                if text is not None:
                    self.texts[key] = text
                elif h5py.h5a.exists(root, key.encode()):
                    self.unread.add(key)
            layered = "model_config" not in self._file.attrs and any(name in self._file.attrs for name in BY_LAYER)
            self.look_into(root)
        self.entries = dict(sorted(self.entries.items()))
        opaque = [name for name, entry in self.entries.items() if entry.dtype == OPAQUE]
        for name in said(opaque, self.texts.get("model_config", "{}")):
            self.entries[name] = replace(self.entries[name], dtype=BFLOAT16)
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
        """Fills ``entries`` and ``leads``, each group once: one may contain itself."""
        h5l, h5o = self._h5py.h5l, self._h5py.h5o
        seen, waiting, count = {h5o.get_info(root).addr}, [("", b"/", 0)], 0  # not the open groups: each takes 4 kB
        while waiting:
            path, place, depth = waiting.pop()
            group = h5o.open(root, place)
            links, layer = [], self.text(group, "name", LONGEST_PATH) or ""
            group.links.iterate(lambda name, link, links=links: links.append((name, link.type)), info=True)
            count += len(links)
            if count > MOST_OBJECTS or depth > DEEPEST:
                raise ValueError(f"it has more than {MOST_OBJECTS} objects, or groups {DEEPEST} deep")
            for key, kind in links:
                name = f"{path}{key.decode('utf-8', errors='backslashreplace')}"
                if len(name) > LONGEST_PATH:
                    raise ValueError(f"it has a name of {len(name)} characters")
                if kind == h5l.TYPE_EXTERNAL:
                    file, inside = map(shown, group.links.get_val(key))
                    self.add_outside(name, f"leads to {inside} in another file, {file}")
                elif kind != h5l.TYPE_HARD:
                    self.leads.append((name, f"leads to {shown(group.links.get_val(key))} in this file"))
                elif isinstance(item := h5o.open(group, key), self._h5py.h5g.GroupID):
                    address = h5o.get_info(item).addr
                    if address not in seen:
                        seen.add(address)
                        waiting.append((f"{name}/", place + b"/" + key, depth + 1))
                elif isinstance(item, self._h5py.h5d.DatasetID):
                    self.add(name, item, layer)

    def add_outside(self, name, sentence):
        """Adds what leads to another file."""
        self.leads.append((name, sentence))
        self.outside.append((name, sentence))

    def add(self, name, dataset, layer):
        """Adds a dataset of a layer, an ``h5py.h5d.DatasetID``: its low level takes half the time."""
        made = dataset.get_create_plist()
        if made.get_external_count():
            self.add_outside(name, f"has its values in another file, {shown(made.get_external(0)[0])}")
        if made.get_layout() == self._h5py.h5d.VIRTUAL:
            if count := made.get_virtual_count():
                number = next((each for each in range(count) if made.get_virtual_filename(each) != "."), None)
                source = map(shown, (made.get_virtual_dsetname(number or 0), made.get_virtual_filename(number or 0)))
                sentence = "has values of {} in {}".format(*source)
                if number is None:  # "." is this file itself
                    self.leads.append((name, sentence))
                else:
                    self.add_outside(name, sentence)
            else:
                self.leads.append((name, "has no values of its own"))
        dtype, shape = dataset.dtype, tuple(dataset.shape or ())
        known = self.text(dataset, "dtype", LONGEST_DTYPE)
        if has_lists(dtype):
            self.lists.append(name)
            known = None
        known = known or name_of(dtype)
        size = None if dtype.hasobject else elements(shape) * dtype.itemsize
        if dataset.shape is None:
            known, size = NOTHING, 0
        self.entries[name] = Dataset(name, known, shape, size, layer)

    def text(self, holder, key, most=LARGEST_TEXT):
        """An attribute that is a text; None if it is none, or too large.

        Of another type, it is not read: see ``tfckpt.format.lists``.
        """
        if not self._h5py.h5a.exists(holder, key.encode()):
            return None
        attribute = self._h5py.h5a.open(holder, key.encode())
        is_text = isinstance(attribute.get_type(), self._h5py.h5t.TypeStringID)
        if not is_text or attribute.get_storage_size() > 4 * most or attribute.shape != ():
            return None
        if attribute.get_type().is_variable_str():
            address, base = self._h5py.h5o.get_info(holder).addr, self._file.id.get_create_plist().get_userblock()
            with self.content() as content:
                length = length_of_attribute(content, address, key.encode(), base)
            if length is None:
                return None  # it is where only very many or very large attributes are
            refuse_long(length, self._file.id.get_filesize())
        high = self._h5py.Group if isinstance(holder, self._h5py.h5g.GroupID) else self._h5py.Dataset
        value = high(holder).attrs[key]
        value = value.decode("utf-8", errors="backslashreplace") if isinstance(value, bytes) else value
        return value if isinstance(value, str) and len(value) <= most else None

    def content(self):
        """The bytes of the file, open. To be used with ``with``, which closes only what was opened for it."""
        return opened(self.path) if self._is_path else nullcontext(self._bytes)

    def tensor(self, name):
        """The values of a dataset as a NumPy array.

        Raises:
            CheckpointError: no such name, values in another file, no numbers or texts, or more than the file can hold.
        """
        with self.reading():
            dataset = self.dataset(name)
            if not dataset.dtype.hasobject:
                return as_said(dataset[()], self.entries[name].dtype)
            import numpy as np

            values = np.empty(dataset.shape or (), object)
            with self.content() as content:
                for region, piece in strings(dataset, content, self._file.id.get_filesize()):
                    values[region] = piece
            return values

    def read(self, name):
        """Reads the values of a dataset, a piece at a time. Raises CheckpointError as ``tensor`` does."""
        with self.reading():
            dataset = self.dataset(name)
            if dataset.dtype.hasobject:
                with self.content() as content:
                    for _ in strings(dataset, content, self._file.id.get_filesize()):
                        pass
            elif dataset.nbytes <= FEW or not dataset.chunks:
                for region in regions(dataset.shape or (), FEW // dataset.dtype.itemsize):
                    dataset[region]
            else:
                for region in dataset.iter_chunks():
                    dataset[region]

    def dataset(self, name):
        """A dataset whose values can be read without harm. Raises ValueError for another one, or CheckpointError."""
        if name not in self.entries:
            raise no_such_tensor(self.path, name, self.entries)
        for path, sentence in self.leads:
            if path == name:
                raise CheckpointError(f"{self.path.as_posix()}: {name!r} {sentence}. It was not read.")
        if not self._file:
            raise CheckpointError(f"{self.path.as_posix()} is closed, since a read of it has failed. Open it again.")
        dataset = self._file[name]
        if has_lists(dataset.dtype):
            raise CheckpointError(f"{self.path.as_posix()}: {name!r} was not read: its values are {LISTS}")
        if sentence := is_harmful(dataset, self._file.id.get_filesize()):
            raise ValueError(f"{name[:200]!r} {sentence}")
        return dataset


def limit_cache(file):
    """Has HDF5 keep little of what it has read of a file's structure: 32 MB of it take ten times as much in memory."""
    cache = file.get_mdc_config()
    cache.set_initial_size, cache.initial_size, cache.min_size, cache.max_size = True, CACHE, CACHE, CACHE
    file.set_mdc_config(cache)
