"""``is_harmful``: whether to read a dataset of HDF5 takes far more memory or time than its file lets one think.

Source of the filters: https://support.hdfgroup.org/documentation/hdf5/latest/group___h5_z.html
"""

import zlib
from math import prod

from tfckpt.bounds import is_bomb

DEFLATE, SHUFFLE, FLETCHER32, LZF = 1, 2, 3, 32000
KNOWN = {DEFLATE, SHUFFLE, FLETCHER32, LZF}
TRAILER = 4  # bytes of a Fletcher32 checksum
FEW_CHUNKS = 1000
BYTES_OF_A_CHUNK = 8  # at least, in the list of chunks that a file has


def is_harmful(dataset, file_size):
    """What speaks against reading a dataset, the end of a sentence; or an empty text.

    Args:
        dataset: an ``h5py.Dataset``.
        file_size: of its file, in bytes.

    Example:

        >>> import h5py
        >>> is_harmful(h5py.File("weights.h5")["layers/dense/vars/0"], file_size=10)
        'says that 16 bytes of it are in the file, which has 10'
    """
    stored, size = dataset.id.get_storage_size(), dataset.nbytes
    if is_bomb(size, stored):
        return f"says that it has {size} bytes, and the file has {stored} of them"
    if dataset.chunks:
        counts = [-(-length // chunk) for length, chunk in zip(dataset.shape, dataset.chunks, strict=True)]
        if prod(counts) > FEW_CHUNKS + file_size // BYTES_OF_A_CHUNK:
            return "has more chunks than the file can hold"
        size = max(size, prod(dataset.chunks) * dataset.dtype.itemsize * dataset.id.get_num_chunks())
        if is_bomb(size, stored):
            return f"has chunks of {size} bytes, and the file has {stored} of them"
    if stored > file_size:
        return f"says that {stored} bytes of it are in the file, which has {file_size}"
    if not dataset.chunks:
        return ""
    made = dataset.id.get_create_plist()
    filters = [made.get_filter(number)[0] for number in range(made.get_nfilters())]
    if not KNOWN.issuperset(filters) or len(set(filters)) < len(filters) or {DEFLATE, LZF}.issubset(filters):
        return f"is written with the filters {filters}, which Keras does not use"
    if dataset.dtype.kind == "O" and not {FLETCHER32}.issuperset(filters):
        return "is a compressed list of strings, which Keras does not write"
    if DEFLATE in filters:
        return inflated(dataset, filters)
    return ""


def inflated(dataset, filters):
    """What speaks against it after its chunks have been inflated, each as far as it may be large."""
    if filters[filters.index(DEFLATE) + 1 :] not in ([], [FLETCHER32]):
        return f"is written with the filters {filters} in an order that no program uses"
    size = prod(dataset.chunks) * dataset.dtype.itemsize + (TRAILER if FLETCHER32 in filters else 0)
    for number in range(dataset.id.get_num_chunks()):
        chunk = dataset.id.get_chunk_info(number)
        _, content = dataset.id.read_direct_chunk(chunk.chunk_offset)
        try:
            becomes = zlib.decompressobj().decompress(content, size + 1)
        except zlib.error:
            continue  # HDF5 says so as well
        if len(becomes) > size:
            return f"has a chunk of {size} bytes that becomes more"
    return ""
