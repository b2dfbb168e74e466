"""Truth 9, the reader of checkpoints: it reads what TensorFlow reads, and says in one error what it cannot read."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from fuzz_bundle import encoded, fuzz, with_right_checksums
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from conftest import OURS
from tfckpt import Bundle, CheckpointError
from tfckpt.format import crc32c, slices, snappy
from tfckpt.format.dtypes import NAMES, item_size, numpy_dtype
from tfckpt.format.table import FOOTER, MAGIC, TRAILER

FOLDERS = [OURS] + ([Path(os.environ["COURSE_CHECKPOINTS"])] if "COURSE_CHECKPOINTS" in os.environ else [])
PREFIXES = [str(path)[: -len(".index")] for folder in FOLDERS for path in sorted(folder.rglob("*.index"))]


def same(prefix):
    """Holds the reader against TensorFlow's own, tensor by tensor and byte by byte."""
    bundle, reader = Bundle(prefix), tf.compat.v1.train.NewCheckpointReader(prefix)
    shapes, dtypes = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    assert list(bundle.entries) == sorted(shapes, key=lambda name: name.encode())
    for name, entry in bundle.entries.items():
        assert list(entry.shape) == shapes[name]
        assert entry.dtype == dtypes[name].name
        if not bundle.data_file(entry.shard).exists():
            with pytest.raises(CheckpointError, match="No such file"):
                bundle.tensor(name)
            continue
        expected, found = reader.get_tensor(name), bundle.tensor(name)
        if entry.dtype == "string":
            assert found.tolist() == np.asarray(expected, object).tolist()
        else:
            assert found.tobytes() == expected.tobytes()
            assert found.shape == expected.shape
        stored, computed = bundle.verify(name)
        assert stored == computed


@pytest.mark.parametrize("prefix", PREFIXES, ids=lambda prefix: "/".join(Path(prefix).parts[-3:]))
def test_real_checkpoints(prefix):
    same(prefix)


def test_there_is_every_kind_in_ours():
    kinds = {entry.dtype for prefix in PREFIXES for entry in Bundle(prefix).entries.values()}
    assert {"float16", "bfloat16", "float64", "complex64", "bool", "string", "int64"} <= kinds
    assert Bundle(str(OURS / "sharded" / "model")).num_shards == 2
    assert len(Bundle(str(OURS / "kinds" / "model")).entries["partitioned"].slices) == 3


@pytest.mark.parametrize("name", [name for name in NAMES.values() if numpy_dtype(name)])
def test_every_dtype_of_fixed_size(tmp_path, name):
    """Also those that no NumPy array becomes: a quantized one is the bits of an integer."""
    dtype, prefix = numpy_dtype(name), str(tmp_path / "m")
    assert dtype.itemsize == item_size(name)
    values = (np.arange(6 * dtype.itemsize, dtype=np.uint8) % 2).view(dtype).reshape(2, 3)
    tensor = tf.bitcast(tf.constant(values), name) if name.startswith("q") else tf.constant(values)
    tf.raw_ops.SaveV2(prefix=prefix, tensor_names=["x"], shape_and_slices=[""], tensors=[tensor])
    bundle = Bundle(prefix)
    assert (bundle.entries["x"].dtype, bundle.entries["x"].shape) == (name, (2, 3))
    assert bundle.tensor("x").tobytes() == values.tobytes()
    stored, computed = bundle.verify("x")
    assert stored == computed


FIXED = [name for name in NAMES.values() if numpy_dtype(name) and not name.startswith(("q", "int2", "uint2", "float4"))]
ARRAYS = st.sampled_from(FIXED).flatmap(
    lambda name: arrays.arrays(np.uint8, arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)).map(
        lambda raw: (name, raw % 7)
    )
)
STRINGS = st.lists(st.binary(max_size=300), max_size=5)
TENSOR_NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(TENSOR_NAMES, ARRAYS | STRINGS, min_size=1, max_size=8))
def test_generated_checkpoints(tmp_path, content):
    names = sorted(content, key=str.encode)
    tensors = [
        tf.constant(value, tf.string)
        if isinstance(value, list)
        else tf.constant(value[1].astype(numpy_dtype(value[0])))
        for value in map(content.get, names)
    ]
    prefix = str(tmp_path / "generated")
    tf.raw_ops.SaveV2(prefix=prefix, tensor_names=names, shape_and_slices=[""] * len(names), tensors=tensors)
    same(prefix)


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
    st.lists(st.tuples(st.integers(0, 2**40), st.integers(-1, 2**40)), max_size=4),
)
def test_keys_of_parts_are_in_order(name, part):
    """The code keeps the order of what it encodes: TensorFlow relies on it, and it shows a slip in the code."""
    for i, (start, length) in enumerate(part):
        larger = [*part[:i], (start + 1, length), *part[i + 1 :]]
        assert slices.key(name, part) < slices.key(name, larger)


def written(path, entries, header=b"\x08\x01"):
    """Writes an ``.index`` by hand: ``entries`` is ``{name: BundleEntryProto}``, in bytes."""
    content = b"".join(
        bytes([0]) + encoded(len(key)) + encoded(len(value)) + key + value
        for key, value in [(b"", header), *sorted(entries.items())]
    )
    restarts = (0).to_bytes(4, "little") + (1).to_bytes(4, "little")
    block = content + restarts
    handle = encoded(0) + encoded(len(block))
    index = bytes([0, 1, len(handle)]) + b"~" + handle + restarts
    second = encoded(len(block) + TRAILER) + encoded(len(index))
    footer = (bytes([0, 0]) + second).ljust(FOOTER - len(MAGIC), b"\0") + MAGIC
    path.write_bytes(with_right_checksums(block + bytes(TRAILER) + index + bytes(TRAILER) + footer))


def message(*numbered):
    """A message of varint fields, ``(number, value)``."""
    return b"".join(encoded(number << 3) + encoded(value) for number, value in numbered)


def test_big_endian(tmp_path):
    """Written by hand, since no machine at hand is big-endian."""
    shape = b"\x12\x04\x12\x02\x08\x02"  # [2]
    entries = {
        b"half": message((1, 14)) + shape + message((5, 4)),
        b"int": message((1, 3)) + shape + message((4, 4), (5, 8)),
    }
    written(tmp_path / "m.index", entries, header=message((1, 1), (2, 1)))
    values = np.array([1, 2], ">f4").tobytes()
    bfloat16 = values[0:2] + values[4:6]  # the upper half of a float32
    (tmp_path / "m.data-00000-of-00001").write_bytes(bfloat16 + np.array([3, -4], ">i4").tobytes())
    bundle = Bundle(tmp_path / "m")
    assert bundle.byte_order == "big"
    assert bundle.tensor("half").tolist() == [1, 2]
    assert bundle.tensor("int").tolist() == [3, -4]


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (message((1, 3), (5, 2**40)), "has 1099511627776 bytes, but int32 \\[\\] takes 4"),
        (message((1, 3), (4, 2**40), (5, 4)), "has 8 bytes, but 'x' takes 4 at byte 1099511627776"),
        (message((1, 3), (4, 2**64 - 4), (5, 4)), "takes 4 at byte -4"),
        (message((1, 3), (3, 7), (5, 4)), "data file number 7, and says that there are 1"),
        (message((1, 7), (5, 8)) + b"\x12\x0b\x12\x09\x08" + encoded(2**50), "strings in 8 bytes"),
        (message((1, 20)), "is a resource"),
        (message((1, 99)), "dtype of number 99"),
    ],
)
def test_an_entry_that_lies(tmp_path, entry, says):
    written(tmp_path / "m.index", {b"x": entry})
    (tmp_path / "m.data-00000-of-00001").write_bytes(bytes(8))
    with pytest.raises(CheckpointError, match=says):
        Bundle(tmp_path / "m").tensor("x")


def test_it_reads_nothing_that_was_not_asked_for(tmp_path):
    shutil.copy(OURS / "kinds" / "model.index", tmp_path / "model.index")
    bundle = Bundle(tmp_path / "model")
    assert "scalar" in bundle.entries, "the table needs no data file"
    with pytest.raises(CheckpointError, match="data-00000-of-00001 cannot be opened: No such file"):
        bundle.tensor("scalar")


def test_a_view_cannot_be_written_to():
    values = Bundle(OURS / "pair" / "model").tensor("A")
    assert not values.flags.writeable
    assert not values.flags.owndata


def test_it_needs_no_tensorflow():
    code = (
        f"import sys; from tfckpt import Bundle; print(Bundle({str(OURS / 'kinds' / 'model')!r})"
        ".tensor('bfloat16')); assert 'tensorflow' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "[0 1 2]\n", done.stderr


@pytest.fixture
def damaged(tmp_path):
    """A function that copies a checkpoint of ours and changes one file of it."""

    def damage(ending, change, kind="kinds"):
        for name in ("model.index", "model.data-00000-of-00001"):
            shutil.copy(OURS / kind / name, tmp_path / name)
        path = tmp_path / f"model{ending}"
        path.write_bytes(change(path.read_bytes()))
        return tmp_path / "model"

    return damage


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda data: b"", "it is empty"),
        (lambda data: data[:100], "the last 8 bytes are not those of a table"),
        (lambda data: data[:20] + b"\xff" + data[21:], "the checksum of the block at byte 0 is"),
        (lambda data: data[100:], "the checksum of the block|a block of"),
        (lambda data: b"<!DOCTYPE html>" * 20, "the last 8 bytes are not those of a table"),
    ],
)
def test_damaged_index(damaged, change, says):
    with pytest.raises(CheckpointError, match=rf"model\.index cannot be read: .*({says}).*Copy it again"):
        Bundle(damaged(".index", change))


def test_damaged_data(damaged):
    data = ".data-00000-of-00001"
    bundle = Bundle(damaged(data, lambda content: content[:50]))
    with pytest.raises(CheckpointError, match=r"has 50 bytes, but 'text' takes .* at byte .*did not finish"):
        bundle.tensor("text")
    bundle = Bundle(damaged(data, lambda content: bytes([content[0] ^ 1]) + content[1:]))
    first = min(bundle.entries.values(), key=lambda entry: (bool(entry.slices), entry.offset)).name
    stored, computed = bundle.verify(first)
    assert stored != computed
    assert [name for name in bundle.entries if len(set(bundle.verify(name))) == 2] == [first]


def test_a_name_that_is_not_there():
    with pytest.raises(CheckpointError, match="has no tensor 'scaler' among its 11. Names like it: 'scalar'"):
        Bundle(OURS / "kinds" / "model").tensor("scaler")


def test_a_missing_index(damaged):
    prefix = damaged(".index", bytes)
    (prefix.parent / "model.index").unlink()
    with pytest.raises(CheckpointError, match=r"model.index is missing. Of this prefix there are: model.data-00000"):
        Bundle(prefix)


@pytest.mark.parametrize(
    ("compressed", "becomes"),
    [
        (b"\x00", b""),
        (b"\x03\x08abc", b"abc"),
        (b"\x0b\x08abc\x11\x03", b"abcabcabcab"),  # a copy of 8 bytes from 3 before: of what it is writing
        (b"\x06\x08abc\x0a\x03\x00", b"abcabc"),
        (b"\x40\xf0\x3f" + bytes(64), bytes(64)),  # a length in a byte of its own
    ],
)
def test_snappy(compressed, becomes):
    assert snappy.decompress(compressed) == becomes


@pytest.mark.parametrize("bad", [b"", b"\x05", b"\xff\xff\xff\xff\x0f", b"\x02\x01\x05", b"\x03\x20ab", b"\x01\x08abc"])
def test_bad_snappy(bad):
    with pytest.raises(ValueError):
        snappy.decompress(bad)


def test_fuzz():
    """A short run of the harness in fuzz_bundle.py; its docstring says how to make it long."""
    assert fuzz(inputs=1500, seed=20) > 0


@pytest.mark.parametrize("size", [0, 1, 9, 1000, 70_000])
def test_checksums_without_google_crc32c(size):
    data = os.urandom(size)
    assert crc32c.slowly(5, data) == crc32c.extend(5, data)
    assert crc32c.slowly(0, b"123456789") == 0xE3069283
    assert crc32c.unmasked(crc32c.masked(size)) == size
