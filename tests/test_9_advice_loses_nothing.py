"""Truth 9: a program that follows the advice of ``explain`` does not go on with random values and say nothing.

Nor does one that was copied from lesson 21 delete what is another run's.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tfckpt.explain import filled
from tfckpt.explain.catalog import catalog
from tfckpt.explain.explanation import Explanation

ROOT = Path(__file__).resolve().parents[1]
SAVED = """
import tensorflow.compat.v1 as tf

tf.disable_v2_behavior()


def build(train=False):
    weight = tf.Variable(tf.random_normal([2, 2]), name="weight")
    if train:
        tf.train.AdamOptimizer().minimize(tf.reduce_sum(weight**2))
    return weight


with tf.Session() as sess:
    weight = build(TRAIN)
    sess.run(tf.global_variables_initializer())
    saved = sess.run(weight)
    tf.train.Saver().save(sess, "./model")
tf.reset_default_graph()
"""
AFTER = "\nprint('as saved:', bool((sess.run(weight) == saved).all()))"
TWICE = "build(True)\nweight = build(True)\nsess = tf.Session()\n"
IMPORTED = (
    "weight = build()\nsess = tf.Session()\nsaver = tf.train.import_meta_graph('./model.meta')\n"
    "saver.restore(sess, './model')\n"
)
NEW = "weight = build()\nnew = tf.Variable([1.0], name='new')\nsess = tf.Session()\n"
NEW_AFTER = (
    "weight = build()\nsaver = tf.train.Saver()\n{}sess = tf.Session()\nsaver.restore(sess, './model')\n".format(
        "new = tf.Variable([1.0], name='new')\n"
    )
)


def codes(name):
    """The code of each cause of a message, about ./model."""
    [message] = [message for message in catalog().messages if message.id == name]
    return [filled.python(cause.code, {"prefix": "./model"}) for cause in message.causes if cause.code]


def run(folder, program, code, train=False):
    text = SAVED.replace("TRAIN", str(train)) + program + code + AFTER
    done = subprocess.run([sys.executable, "-c", text], cwd=folder, capture_output=True, text=True, timeout=280)
    return done.stdout, done.stderr


def restoring(name):
    """Those of the codes that initialize a part."""
    return [code for code in codes(name) if "tf.variables_initializer(" in code]


@pytest.mark.parametrize("name", ["key-not-found", "key-not-found-optimizer", "shapes-differ"])
def test_a_second_copy_is_not_left_random(tmp_path, name):
    printed, error = run(tmp_path, TWICE, restoring(name)[-1], train=True)
    assert "the graph was built twice" in error and "weight_1" in error, printed + error


@pytest.mark.parametrize("name", ["uninitialized", "uninitialized-optimizer", "resource-not-found"])
def test_a_copy_beside_the_imported_one_is_not_left_random(tmp_path, name):
    printed, error = run(tmp_path, IMPORTED, restoring(name)[0])
    assert "in the file, and not restored: ['weight']" in error, printed + error


def test_the_advice_beside_an_import_gives_the_saved_values(tmp_path):
    [advice] = [code for code in codes("uninitialized") if "import_meta_graph" in code]
    printed, error = run(tmp_path, IMPORTED.partition("saver =")[0], advice)
    assert "as saved: True" in printed, error


@pytest.mark.parametrize("name, program", [("key-not-found", NEW), ("uninitialized", NEW_AFTER)])
def test_what_is_new_is_named_and_the_rest_restored(tmp_path, name, program):
    printed, error = run(tmp_path, program, restoring(name)[-1])
    assert "NOT restored, at their initial values: ['new']" in printed, error
    assert "as saved: True" in printed


def test_no_code_restores_or_initializes_a_part_in_silence():
    for message in catalog().messages:
        for cause in message.causes:
            where = f"{message.id}: {cause.code}"
            if "tf.variables_initializer(" in cause.code:
                assert "NOT restored" in cause.code and re.search(
                    r"which (?:variables )?were not restored|what was not", cause.do
                ), where
            assert not re.search(r"global_variables_initializer\(\)\)[\s\S]*restore\(", cause.code), where
            assert not re.search(r"initialize (?:all|everything)[^.]*then restore", cause.do, re.IGNORECASE), where


def test_the_graph_that_was_built_twice_is_told():
    text = "NotFoundError: Key beta1_power_4 not found in checkpoint\n[[Node: save_5/RestoreV2_61 = RestoreV2[]]]"
    found = Explanation(text).found
    assert len(found.causes) == 1 and "built several times" in found.causes[0].what


def test_an_initializer_of_metrics_overwrites_nothing():
    assert codes("uninitialized-local") == ["sess.run(tf.local_variables_initializer())"]


def test_a_second_saver_alone_is_no_proof():
    text = "NotFoundError: Key w/Adam not found in checkpoint\n[[Node: save_1/RestoreV2 = RestoreV2[]]]"
    first, second = Explanation(text).found.causes
    assert "built several times" in first.what and "saved without it" in second.what
    assert len(Explanation(text.replace("save_1", "save")).found.causes) == 1


def test_a_run_that_is_resumed_in_a_copy_leaves_the_original_as_it_is(tmp_path):
    """The recipe of lesson 21: a Saver's list of absolute paths would lead back, and old files be deleted there."""
    cells = nbformat.read(ROOT / "notebooks" / "21_in_a_hurry.ipynb", as_version=4).cells
    sources = {cell.id: cell.source for cell in cells if cell.cell_type == "code"}
    code = [source for source in sources.values() if re.search(r"^import keras|^def build\(|^def same\(", source, re.M)]
    assert len(code) == 3
    copied = """
train_graph(folder / "original", steps=5)
before = sorted(path.name for path in (folder / "original").iterdir())
shutil.copytree(folder / "original", folder / "copy")
train_graph(folder / "copy", steps=3)
print("as before:", sorted(path.name for path in (folder / "original").iterdir()) == before)
print("copy:", sorted(path.name for path in (folder / "copy").glob("*.index")))
"""
    text = "\n\n".join([*code, sources["saver-train"], copied])
    here = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", text], cwd=tmp_path, env=here, capture_output=True, text=True, timeout=280
    )
    assert "as before: True" in done.stdout, done.stdout + done.stderr
    names = ", ".join(f"'model-{step}.index'" for step in range(4, 9))
    assert f"copy: [{names}]" in done.stdout
