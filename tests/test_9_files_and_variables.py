"""Truth 9, ``files`` and ``variables``: they tell what is on disk, and say so when nothing is."""

import os
from pathlib import Path

import pytest
import tensorflow.compat.v1 as tf

import course
from tfckpt import CheckpointError
from tfckpt.describe import size

REAL = Path(os.environ["COURSE_CHECKPOINTS"]) if "COURSE_CHECKPOINTS" in os.environ else None


@pytest.fixture
def prefix(in_folder):
    tf.disable_v2_behavior()
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.get_variable("B", initializer=tf.constant(5, shape=[3]))
        tf.get_variable("layer/A", initializer=tf.constant(1.5, shape=[2, 2]))
        sess.run(tf.global_variables_initializer())
        (in_folder / "run").mkdir()
        return tf.train.Saver().save(sess, "run/pair")


def names(table):
    return [row[0] for row in table.rows[1:]]


def test_files(prefix):
    Path("run/pair2.index").touch()
    table = course.files(prefix)
    assert names(table) == ["pair.data-00000-of-00001", "pair.index", "pair.meta", "checkpoint"]
    assert table.rows[1][1] == "28 bytes"
    assert "| `pair.index` |" in table._repr_markdown_()
    assert course.files(Path(prefix)).rows == table.rows


def test_files_of_two_shards_and_of_an_interrupted_save(in_folder):
    for name in ("m.data-00000-of-00002", "m.data-00001-of-00002", "m.index", "m.index.tempstate123"):
        Path(name).touch()
    text = repr(course.files("m"))
    assert text.count("(one of 2 shards)") == 2
    assert "a save that did not finish" in text


def test_variables(prefix):
    table = course.variables(prefix)
    assert table.rows == [
        ["variable", "shape", "dtype", "size"],
        ["B", "[3]", "int32", "12 bytes"],
        ["layer/A", "[2, 2]", "float32", "16 bytes"],
    ]


@pytest.mark.parametrize("look", [course.files, course.variables])
def test_bad_prefixes(look, prefix):
    for wrong, advice in (
        ("run/pair.index", "That is one of its files. Pass the prefix, the part that its files share: 'run/pair'."),
        ("run/pair.data-00000-of-00001", "the part that its files share: 'run/pair'."),
        ("run/typo", "The prefixes in that folder are: 'pair'."),
        ("nowhere/pair", "There is no folder 'nowhere'."),
        ("pair", "The folder '.' has no checkpoint in it"),
    ):
        with pytest.raises(CheckpointError) as error:
            look(wrong)
        assert advice in str(error.value)


def test_a_damaged_index(prefix):
    Path(f"{prefix}.index").write_bytes(b"no table")
    with pytest.raises(
        CheckpointError, match="run/pair.index cannot be read: the last 8 bytes are not those of a table"
    ):
        course.variables(prefix)


def test_sizes():
    assert [size(n) for n in (0, 999, 1000, 11_952, 999_499, 1_500_000, 2_340_000_000)] == [
        "0 bytes",
        "999 bytes",
        "1 kB",
        "12 kB",
        "999 kB",
        "1.5 MB",
        "2.3 GB",
    ]


@pytest.mark.skipif(REAL is None, reason="COURSE_CHECKPOINTS does not name a folder with real checkpoints")
def test_checkpoints_of_tensorflow_1():
    pair = REAL / "tf-1.15.5" / "pair" / "model"
    assert names(course.files(pair)) == ["model.data-00000-of-00001", "model.index", "model.meta", "checkpoint"]
    assert names(course.variables(pair)) == ["A", "B"]
    sharded = repr(course.files(REAL / "tf-1.15.5" / "sharded" / "model"))
    assert "(one of 2 shards)" in sharded


@pytest.mark.skipif(REAL is None, reason="COURSE_CHECKPOINTS does not name a folder with real checkpoints")
def test_a_prefix_that_is_also_a_folder():
    """tf.train.list_variables reads the folder's latest checkpoint here; the prefix is what was asked for."""
    prefix = REAL / "tf2-cp-dsp" / "training_1"
    reader = tf.train.NewCheckpointReader(str(prefix))
    assert names(course.variables(prefix)) == sorted(reader.get_variable_to_shape_map())
