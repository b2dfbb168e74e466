"""The values of a dataset in an HDF5 file, a region at a time: strings are each as long as they like to be."""

from tfckpt.bounds import FEW, cut
from tfckpt.format.dtypes import NAMES, OF_ML_DTYPES, elements, numpy_dtype
from tfckpt.format.text_places import lengths_in_dataset

OF_BYTES = {name for name in NAMES.values() if name.startswith(OF_ML_DTYPES)}  # HDF5 has them as bytes


def strings(dataset, content, size):
    """Yields regions of a dataset of strings, and their values.

    Args:
        dataset: an ``h5py.Dataset``.
        content: the bytes of the file, open.
        size: how many these are.

    Raises:
        ValueError: they have more bytes together than the file, of which they are pieces.
    """
    for length in lengths_in_dataset(content, dataset):
        refuse_long(length, size)
    room = size
    for region in regions(dataset.shape or (), FEW // size):
        piece = dataset[region]
        room -= sum(len(value) for value in getattr(piece, "flat", [piece]) if hasattr(value, "__len__"))
        if room < 0:
            raise ValueError("its strings have more bytes than the file: many of them share the same")
        yield region, piece


def refuse_long(length, size):
    """Raises ValueError for the length of a text that is larger than the file: HDF5 would take as much memory."""
    if length > size:
        raise ValueError(f"a text in it has {length} bytes, as it says, and the file has {size}")


def as_said(values, dtype):
    """An array of bytes that HDF5 has no dtype for, as the one that Keras wrote beside it; any other as it is."""
    known = numpy_dtype(dtype) if values.dtype.kind == "V" and dtype in OF_BYTES else None
    return values.view(known) if known and known.itemsize == values.dtype.itemsize else values


def shown(name):
    """The name of a file or an object in quotes."""
    return repr(cut(name.decode("utf-8", errors="backslashreplace") if isinstance(name, bytes) else name))


def regions(shape, most):
    """Yields tuples of slices that together are a shape, each of at most so many elements, or of one."""
    if not shape:
        yield ()
        return
    rows = most // max(elements(shape[1:]), 1)
    for start in range(0, shape[0], max(rows, 1)):
        for rest in [()] if rows else regions(shape[1:], most):
            yield slice(start, start + max(rows, 1)), *rest
