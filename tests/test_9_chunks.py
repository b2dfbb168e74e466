"""Truth 9, a dataset of HDF5 that takes far more than its file lets one think is not read: each reason by itself."""

import zlib
from types import SimpleNamespace

import h5py
import numpy as np
import pytest

from tfckpt.format.chunks import DEFLATE, FLETCHER32, LZF, SHUFFLE, is_harmful

SZIP = 4


def dataset(shape=(4,), chunks=(4,), filters=(), contents=(), stored=None, kind="f", count=None, itemsize=4):
    """What ``is_harmful`` asks of an ``h5py.Dataset``, without a file."""
    made = SimpleNamespace(get_nfilters=lambda: len(filters), get_filter=lambda at: (filters[at], 0))
    of_chunks = {
        "get_storage_size": lambda: sum(map(len, contents)) if stored is None else stored,
        "get_num_chunks": lambda: len(contents) if count is None else count,
        "get_create_plist": lambda: made,
        "get_chunk_info": lambda at: SimpleNamespace(chunk_offset=at),
        "read_direct_chunk": lambda offset: (0, contents[offset]),
    }
    size = itemsize * int(np.prod(shape))
    dtype = SimpleNamespace(itemsize=itemsize, kind=kind)
    return SimpleNamespace(id=SimpleNamespace(**of_chunks), shape=shape, chunks=chunks, nbytes=size, dtype=dtype)


MB = 1 << 20
NOT_KERAS = "is written with the filters {}, which Keras does not use"
IN_ORDER = "is written with the filters {} in an order that no program uses"


@pytest.mark.parametrize(
    ("described", "file_size", "says"),
    [
        (dataset(stored=16), 16, ""),
        (dataset(chunks=None, stored=16), 16, ""),
        (dataset(chunks=None, stored=16), 15, "says that 16 bytes of it are in the file, which has 15"),
        (dataset(stored=16), 15, "says that 16 bytes of it are in the file, which has 15"),
        (dataset((16 * MB,), (16 * MB,), stored=0), 9, ""),
        (
            dataset((16 * MB + 1,), None, stored=2),
            9,
            f"says that it has {64 * MB + 4} bytes, and the file has 2 of them",
        ),
        (dataset((1000,), (1,), stored=4), 7, ""),
        (dataset((1001,), (1,), stored=4), 7, "has more chunks than the file can hold"),
        (dataset((1001,), (1,), stored=4), 8, ""),
        (dataset((2002,), (2,), stored=4), 7, "has more chunks than the file can hold"),
        (dataset((2001,), (2,), stored=4), 7, "has more chunks than the file can hold"),
        (dataset((2000,), (2,), stored=4), 7, ""),
        (
            dataset((1,), (16 * MB + 1,), stored=3, count=1),
            9,
            f"has chunks of {64 * MB + 4} bytes, and the file has 3 of them",
        ),
        (dataset((1,), (16 * MB,), stored=3, count=1), 9, ""),
        (dataset(stored=4, filters=(SHUFFLE,)), 9, ""),
        (dataset(stored=4, filters=(SZIP,)), 9, NOT_KERAS.format("[4]")),
        (dataset(stored=4, filters=(SHUFFLE, SHUFFLE)), 9, NOT_KERAS.format("[2, 2]")),
        (dataset(stored=4, filters=(DEFLATE, LZF)), 9, NOT_KERAS.format("[1, 32000]")),
        (dataset(stored=4, filters=(LZF,)), 9, ""),
        (
            dataset(stored=4, filters=(LZF,), kind="O"),
            9,
            "is a compressed list of strings, which Keras does not write",
        ),
        (
            dataset(stored=4, filters=(DEFLATE,), kind="O"),
            9,
            "is a compressed list of strings, which Keras does not write",
        ),
        (
            dataset(stored=4, filters=(SHUFFLE,), kind="O"),
            9,
            "is a compressed list of strings, which Keras does not write",
        ),
        (dataset(stored=4, filters=(FLETCHER32,), kind="O"), 9, ""),
        (dataset(stored=4, filters=(DEFLATE, SHUFFLE)), 9, IN_ORDER.format("[1, 2]")),
        (dataset(stored=4, filters=(FLETCHER32, DEFLATE)), 9, ""),
        (dataset(stored=4, filters=(SHUFFLE, DEFLATE, FLETCHER32)), 9, ""),
        (dataset(stored=4, filters=(DEFLATE, FLETCHER32, SHUFFLE)), 9, IN_ORDER.format("[1, 3, 2]")),
    ],
)
def test_what_speaks_against_reading_a_dataset(described, file_size, says):
    assert is_harmful(described, file_size) == says


@pytest.mark.parametrize(
    ("filters", "room"), [((DEFLATE,), 16), ((DEFLATE, FLETCHER32), 20), ((FLETCHER32, DEFLATE), 20)]
)
@pytest.mark.parametrize("more", [0, 1])
def test_a_chunk_that_becomes_more_than_it_should(filters, room, more):
    """A checksum behind the values counts with them."""
    becomes, refused = room + more, more > 0
    contents = [zlib.compress(bytes(16)), zlib.compress(bytes(becomes))]
    found = is_harmful(dataset((8,), (4,), filters, contents), 1000)
    assert found == (f"has a chunk of {room} bytes that becomes more" if refused else "")


def test_a_chunk_that_cannot_be_inflated_is_left_to_hdf5():
    contents = [b"no zlib", zlib.compress(bytes(17))]
    assert is_harmful(dataset((8,), (4,), (DEFLATE,), contents), 1000) == "has a chunk of 16 bytes that becomes more"
    assert is_harmful(dataset((4,), (4,), (DEFLATE,), contents[:1]), 1000) == ""


def test_what_h5py_writes(in_folder):
    with h5py.File("m.h5", "w") as file:
        file["plain"] = np.ones(8)
        file.create_dataset(
            "all", data=np.ones((10, 10)), chunks=(4, 4), compression="gzip", shuffle=True, fletcher32=True
        )
        file.create_dataset("lzf", data=np.ones(10), compression="lzf")
        for name in file:
            assert is_harmful(file[name], 10_000) == ""
