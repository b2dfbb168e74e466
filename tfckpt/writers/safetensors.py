"""Writes a ``.safetensors`` file, which ``safetensors.numpy.load_file(path)`` and other programs read."""

from tfckpt.format.safetensors import DTYPES, header


def stored_as(dtype):
    """The NumPy dtype's name that a TensorFlow dtype is written as; None if the format has none for it.

    Example:

        >>> stored_as("qint8"), stored_as("string")
        ('int8', None)
    """
    whole = dtype.removeprefix("q")
    return whole if whole in DTYPES else None


def write(file, described, tensors):
    """Writes tensors to an open binary file.

    Args:
        file: where to.
        described: ``{name: (dtype, shape, bytes)}``, in the order of ``tensors``.
        tensors: yields pairs of a name and ``Pieces`` of an array.

    Example:

        >>> import numpy as np
        >>> import os
        >>> from tfckpt.writers.pieces import Pieces
        >>> with open("w.safetensors", "wb") as file:
        ...     write(file, {"w": ("float32", (2,), 8)}, [("w", Pieces(np.ones(2, "float32")))])
        >>> os.path.getsize("w.safetensors")
        112
    """
    file.write(header(described, {"written_by": "tfckpt"}))
    for _, pieces in tensors:
        file.writelines(pieces)
