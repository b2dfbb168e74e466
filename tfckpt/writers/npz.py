"""Writes an ``.npz`` file, which ``numpy.load(path)`` reads: a zip of ``.npy`` files, not compressed.

Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

WIDENED = {  # what NumPy alone has no name for, and the smallest dtype that holds each of its values exactly
    "bfloat16": "float32",
    "float8": "float32",
    "float4": "float32",
    "int4": "int8",
    "int2": "int8",
    "uint4": "uint8",
    "uint2": "uint8",
}


def stored_as(dtype):
    """The NumPy dtype's name that a TensorFlow dtype is written as; None if there is none.

    Example:

        >>> stored_as("bfloat16"), stored_as("variant")
        ('float32', None)
    """
    if dtype in ("resource", "variant"):
        return None
    wider = next((wide for start, wide in WIDENED.items() if dtype.startswith(start)), None)
    return wider or dtype.removeprefix("q")


def write(file, tensors):
    """Writes tensors to an open binary file.

    Args:
        file: where to.
        tensors: yields pairs of a name and ``Pieces`` of an array, held no longer than it takes to write them.

    Example:

        >>> import numpy as np
        >>> from tfckpt.readers.npz import Npz
        >>> from tfckpt.writers.pieces import Pieces
        >>> with open("w.npz", "wb") as file:
        ...     write(file, [("w", Pieces(np.ones(2)))])
        >>> Npz("w.npz").entries["w"].dtype
        'float64'
    """
    import zipfile  # not before it is needed: it takes a while to load

    from numpy.lib import format as npy

    archive = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True)
    try:
        for name, pieces in tensors:
            header = {"descr": npy.dtype_to_descr(pieces.dtype), "fortran_order": False, "shape": pieces.shape}
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                npy.write_array_header_1_0(member, header)
                member.writelines(pieces)
    except BaseException:
        archive.fp = None  # in the middle of an array, to close it would raise an error of its own
        raise
    archive.close()
