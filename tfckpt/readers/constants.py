"""``Constants``: the constants of a graph as tensors: what a frozen graph has in place of variables."""

from tfckpt.errors import CheckpointError, reading
from tfckpt.format.dtypes import NAMES, elements, item_size, numpy_dtype
from tfckpt.format.entry import Entry, shape
from tfckpt.format.node import CAUSE
from tfckpt.prefix import no_such_tensor

MOST_TIMES = 1024  # how much larger than its file a constant may be: one value may stand for all


class Constants:
    """The constants of a graph. Their dtypes and shapes are listed at once, values when they are asked for.

    Args:
        meta: a ``Meta``.

    Attributes:
        entries: ``{name: Entry}``, sorted by name.

    Raises:
        CheckpointError: one is damaged.

    Example:

        >>> from tfckpt import Meta
        >>> Constants(Meta("run/model-50.meta")).tensor("save/SaveV2/tensor_names")
        array([b'A', b'B'], dtype=object)
    """

    def __init__(self, meta):
        self.path, self._size, self._tensors = meta.path, meta.path.stat().st_size, {}
        entries = []
        for operation in meta.operations:
            if operation.type == "Const" and not operation.function:
                with operation.source.reading():
                    entries.append(self.entry_of(operation))
        self.entries = {entry.name: entry for entry in sorted(entries, key=lambda entry: entry.name)}

    def entry_of(self, operation):
        """The ``Entry`` of a constant, from its ``TensorProto``."""
        fields = operation.tensor()
        described = {number: value for number, value in fields if number in (1, 2)}
        dtype = NAMES.get(described.get(1, 0), "unknown")
        sizes = shape(described[2]) if 2 in described else ()
        item = item_size(dtype) if dtype in NAMES.values() else None
        self._tensors[operation.name] = operation
        return Entry(operation.name, dtype, sizes, 0, -1, -1 if item is None else item * elements(sizes), 0)

    def tensor(self, name):
        """The values of a constant as a NumPy array. Raises CheckpointError."""
        import numpy as np

        from tfckpt.format.tensor_proto import has_values, values

        if name not in self.entries:
            raise no_such_tensor(self.path, name, self.entries)
        entry, operation = self.entries[name], self._tensors[name]
        if entry.dtype not in NAMES.values():
            raise CheckpointError(f"{self.path.as_posix()}: {name!r} is of a dtype that is not known here.")
        dtype = np.dtype(object) if entry.dtype == "string" else numpy_dtype(entry.dtype)
        if dtype is None or elements(entry.shape) * dtype.itemsize > MOST_TIMES * self._size:
            raise CheckpointError(
                f"{self.path.as_posix()}: {name!r} of shape {list(entry.shape)} cannot be its constant."
            )
        with reading(self.path, CAUSE, whole=operation.source.data):
            content = operation.tensor_bytes()
            if not has_values(content):
                return np.full(entry.shape, b"", dtype) if entry.dtype == "string" else np.zeros(entry.shape, dtype)
            return values(content, elements(entry.shape), dtype).reshape(entry.shape)
