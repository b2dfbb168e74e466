"""Truth 9, ``explain``: what it says is for the one who asks, with their versions, and as sure as the text makes it."""

import pytest

from tfckpt.explain.audience import audience_of, for_the_reader, in_a_bucket
from tfckpt.explain.catalog import Cause, Message, catalog
from tfckpt.explain.explanation import Explanation
from tfckpt.explain.nearest import nearest

KEYS = "Not found: Key {} not found in checkpoint\n"
ADDRESS = "Unsuccessful TensorSliceReader constructor: Failed to find any matching files for gs://mine/model.ckpt\n"


@pytest.mark.parametrize(
    "text, reader, other",
    [
        ("TensorFlow version: 2.3.0", "no session", "TensorFlow version: 2.3.0, sess.run(x)"),
        ("tensorflow-gpu==1.15.2", "tensorflow 1", "tensorflow-gpu==2.15.0"),
        ("/lib/python3.5/site-packages/x.py", "tensorflow 1", "/lib/python3.8/site-packages/x.py"),
        ("tf.__version__ '2.16.1'", "tensorflow 2", "tf.__version__ '1.4'"),
        ("Using TensorFlow backend.", "old keras", "Using TensorFlow backend. import tensorflow.keras"),
        ("site-packages/keras/engine/saving.py", "old keras", "tensorflow/python/keras/engine/saving.py"),
        (r"site-packages\keras\engine\topology.py", "old keras", "site-packages/keras/engine/training.py"),
        ("Keras version: 2.2.4", "old keras", "Keras version: 2.12.0"),
        ("tensorflow 2.11.0", "before 2.12", "tensorflow 2.12.0"),
        ("tensorflow 2.11.0", "before 2.12", "tensorflow 2.11.0 cannot open model.keras"),
        ("keras/src/models/model.py, line 9", "keras 3", "keras/src/saving/legacy/save.py, line 9"),
        ("at org.tensorflow.SavedModelBundle.load(Native)", "no python", "File 'x.py', line 3, org.tensorflow"),
        (r"C:\Users\me\model.h5", "windows", "/data/model.h5"),
    ],
)
def test_who_reads(text, reader, other):
    assert reader in audience_of(text)
    assert reader not in audience_of(other)


def test_a_text_without_a_sign_says_nothing_of_its_reader():
    assert audience_of("ValueError: No variables to save") == frozenset()


CAUSE = Cause(
    what="w",
    do="Initialize in the session. Save as `.keras`. The code prints them. Save as `.h5`.",
    code="sess.run(a)",
    not_for=("keras 3",),
)


def test_what_is_no_use_to_a_reader_is_left_out():
    assert for_the_reader(CAUSE, "no sign", {}) == CAUSE
    assert for_the_reader(CAUSE, "Keras 3.3", {}) is None
    later = for_the_reader(CAUSE, "TensorFlow 2.13", {})
    assert (later.code, later.do) == ("", "Save as `.keras`. Save as `.h5`.")
    old = for_the_reader(CAUSE, "tensorflow 1.4", {})
    assert old.code and "Initialize" in old.do and ".keras" not in old.do
    only = Cause(what="w", do="d", only_for=("no session",))
    assert for_the_reader(only, "no sign", {}) is None and for_the_reader(only, "TensorFlow 2.13", {}) == only
    alone = Cause(what="w", do="Save as `.keras`.")
    assert for_the_reader(alone, "tensorflow 1.4", {}).do == alone.do, "a cause without advice is none"


def test_no_folder_is_listed_for_an_address():
    shown = repr(Explanation(ADDRESS))
    assert "tf.io.gfile.glob" in shown and "import glob" not in shown and "os.getcwd" not in shown
    assert "glob.glob" in repr(Explanation(ADDRESS.replace("gs://", "/")))
    listing = Cause(what="w", do="d", code='import glob\nprint(glob.glob("{prefix}*"))')
    assert "tf.io.gfile.glob" in for_the_reader(listing, ADDRESS, {"prefix": "gs://mine/model.ckpt"}).code
    assert for_the_reader(listing, ADDRESS, {"prefix": "run/model"}) == listing
    assert in_a_bucket("import h5py\nh5py.File(path)") == ""


def test_no_session_for_who_has_none():
    text = "NotFoundError: Key a/b not found in checkpoint\nTensorFlow version 2.13.0"
    shown = repr(Explanation(text))
    assert "list_variables" in shown and "sess" not in shown and "train.Saver" not in shown
    assert "tf.compat.v1.train.Saver" in repr(Explanation(f"{text}\nin sess.run"))


def test_all_names_that_are_missing_count():
    alone = Explanation(KEYS.format("bn/moving_mean") + KEYS.format("bn_1/moving_variance")).found
    assert alone.message.id == "key-not-found-batch-normalization"
    found = Explanation(KEYS.format("bn/moving_mean") + KEYS.format("conv/Adam") + KEYS.format("conv/kernel")).found
    assert found.message.id == "key-not-found" and found.groups["key"] == "conv/kernel"


@pytest.mark.parametrize(
    "text, label",
    [
        ("NotFoundError: Key A:0 not found in checkpoint", "Cause"),
        ("OSError: Unable to open file (file signature not found)", "Likely"),
        ("NotFoundError: Key C not found in checkpoint", "Possibly"),
        ("File 'monitored_session.py', line 1\nNotFoundError: Key C not found in checkpoint", "Cause"),
    ],
)
def test_the_label_says_how_sure_it_is(text, label):
    explanation = Explanation(text)
    assert f"  {label}  " in repr(explanation) and f"**{label}:**" in explanation._repr_markdown_()
    assert {cause["label"] for cause in explanation.as_dict()["causes"]} == {label}
    if label == "Likely":
        assert "Tell by" in repr(explanation)


def test_causes_that_are_shown_together_can_be_told_apart():
    """Of the causes that need no evidence, each says how to tell it, or what must not be in the text for it."""
    for message in catalog().messages:
        without = [cause for cause in message.causes if not cause.when]
        if len(without) > 1:
            told = [cause for cause in without if cause.tell or cause.unless or cause.not_for or cause.only_for]
            assert told == without, message.id


def test_the_words_of_the_nearest_have_an_order():
    """Words that weigh the same would stand in the order of a set, which is another one in each process."""
    example = "zeta eta theta alpha beta gamma delta"
    message = Message(id="greek", worlds=("saver",), pattern="zeta", example=example, causes=())
    assert nearest(example, [message]) == [(message, sorted(example.split()))]
