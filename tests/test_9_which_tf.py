"""Truth 9, ``explain``: its code has the names that the reader's ``tf`` has, or says which ``tf`` it is for."""

import re
import sys
from types import SimpleNamespace

import pytest

from conftest import ROOT
from course.last_error import explain
from course.site.messages import entry
from tfckpt.explain.catalog import Cause, catalog
from tfckpt.explain.explanation import Explanation
from tfckpt.explain.which_tf import NOTE, OLD, OLD_NAMES, Tf, tf_of, written_for

NAME = re.compile(r"(?<![\w.'/])tf\.([A-Za-z_]\w*(?:\.\w+)*)")
TEXTS = ("what", "tell", "do", "code")
GONE = {  # neither TensorFlow 2 nor its compat.v1 has them; and tf of JavaScript
    *("contrib", "estimator", "keras.backend.get_session", "keras.backend.set_session", "keras.estimator"),
    "keras.backend.set_learning_phase",
    *("keras.__internal__", "compat.v1.keras.backend", "layers", "compat.v1.layers"),
    *("keras.experimental", "keras.layers.experimental", "loadGraphModel", "loadLayersModel", "serialization"),
}
CAUSES = [(message.id, cause) for message in catalog().messages for cause in message.causes]
TRACEBACK = """Traceback (most recent call last):
  File "/srv/train.py", line 12, in <module>
    {}
  File "/usr/lib/python3.11/site-packages/tensorflow/python/training/saver.py", line 1416, in restore
NotFoundError: Restoring from checkpoint failed. Key A_1 not found in checkpoint
"""
BESIDE = TRACEBACK.format("saver = tf.compat.v1.train.Saver()")


def has(module, name):
    for part in name.split("."):
        try:
            module = getattr(module, part)
        except (AttributeError, ImportError):  # Keras 3 has no tf.compat.v1.layers, and says so by either
            return False
    return True


def is_gone(name):
    return any(f"{name}.".startswith(f"{each}.") for each in GONE)


@pytest.fixture(scope="module")
def tensorflow():
    return pytest.importorskip("tensorflow")


def test_the_old_names_are_those_that_tensorflow_2_has_in_compat_v1_only(tensorflow):
    used = {name for _, cause in CAUSES for text in TEXTS for name in NAME.findall(getattr(cause, text))}
    only_old = {name for name in used if not has(tensorflow, name) and not is_gone(name)}
    unknown = {name for name in only_old if not OLD.match(f"tf.{name}")}
    assert not unknown, "the catalog has these, TensorFlow 2 has not: they belong into OLD_NAMES"
    assert not {name for name in OLD_NAMES if has(tensorflow, name) and name != "layers"}
    assert not {name for name in OLD_NAMES if not has(tensorflow.compat.v1, name) and name != "layers"}
    assert not {old for old in OLD_NAMES if not any(f"{name}.".startswith(f"{old}.") for name in used)}
    assert not {name for name in used if has(tensorflow, name) and OLD.match(f"tf.{name}")}


@pytest.mark.parametrize("tf", [Tf.BOTH, Tf.V2])
def test_for_tensorflow_2_each_name_is_one_of_it(tensorflow, tf):
    wrong = []
    for number, cause in CAUSES:
        written = written_for(cause, tf)
        if written == cause and "import tensorflow.compat.v1 as tf" in cause.code:
            continue
        wrong += [(number, name) for name in NAME.findall(written.code) if not has(tensorflow, name)]
    assert not [(number, name) for number, name in wrong if not is_gone(name)]


def test_code_that_needs_another_import_than_it_has_says_so():
    for number, cause in CAUSES:
        code = written_for(cause, Tf.UNKNOWN).code
        lacks = OLD.search(code) and "import tensorflow.compat.v1 as tf" not in code
        assert code.startswith(NOTE) == bool(lacks), number
        compile(code, number, "exec") if lacks else None


@pytest.mark.parametrize(
    ("text", "tf"),
    [
        (BESIDE, Tf.BOTH),
        (TRACEBACK.format("saver = tf.train.Saver()"), Tf.V1),
        (TRACEBACK.format("with tf.Session() as sess:"), Tf.V1),
        (TRACEBACK.format("import tensorflow.compat.v1 as tf"), Tf.V1),
        ("from tensorflow.compat import v1 as tf\nKey A_1 not found in checkpoint", Tf.V1),
        ("TensorFlow 1.15\nKey A_1 not found in checkpoint", Tf.V1),
        ("The name tf.train.Saver is deprecated. Please use tf.compat.v1.train.Saver instead.", Tf.UNKNOWN),
        ("TensorFlow 2.21\nKey A_1 not found in checkpoint", Tf.V2),
        ("s = tf.Session()\nAttributeError: module 'tensorflow' has no attribute 'Session'", Tf.V2),
        ("tf.placeholder() is not compatible with eager execution.", Tf.UNKNOWN),
        ("Key A_1 not found in checkpoint", Tf.UNKNOWN),
        (TRACEBACK.format("my_tf.compat.v1.train.Saver()"), Tf.UNKNOWN),
    ],
)
def test_what_tf_is(text, tf):
    assert tf_of(text) is tf


def test_a_program_with_tf_compat_v1_is_answered_in_its_own_words():
    shown = repr(Explanation(BESIDE))
    assert "tf.compat.v1.reset_default_graph()" in shown and "with tf.compat.v1.Session()" in shown
    assert "tf.compat.v1.global_variables() has both" in shown, "a sentence"
    assert "tf.train.list_variables(" in shown, "a name that TensorFlow 2 has"
    assert not OLD.search(shown) and NOTE not in shown
    codes = "".join(cause["code"] for cause in Explanation(BESIDE).as_dict()["causes"])
    assert "tf.compat.v1.train.Saver(" in codes and not OLD.search(codes)
    assert not OLD.search(Explanation(BESIDE).markdown)


def test_an_error_before_it_is_written_so_too():
    shown = repr(Explanation(f"{BESIDE}\n\nTraceback (most recent call last):\nValueError: No variables to save"))
    assert "Another error earlier" in shown and not OLD.search(shown)


def test_an_import_is_that_of_the_program_where_it_writes_tf_compat_v1():
    message = "RuntimeError: tf.placeholder() is not compatible with eager execution."
    shown = repr(Explanation(f"x = tf.compat.v1.placeholder(tf.float32)\n{message}"))
    assert "import tensorflow as tf\n" in shown and "tf.compat.v1.disable_v2_behavior()" in shown
    assert "import was changed" not in shown, "nobody has changed it"
    shown = repr(Explanation(message))
    assert "import tensorflow.compat.v1 as tf" in shown and "tf.disable_v2_behavior()" in shown
    advice = repr(Explanation("x = tf.compat.v1.a()\nmodule 'tensorflow' has no attribute 'placeholder'"))
    assert "import tensorflow.compat.v1 as tf" in advice, "the advice is to import it"


def test_where_it_cannot_be_told_the_code_says_which_tf_it_is_for():
    assert repr(Explanation("Key A_1 not found in checkpoint")).count(NOTE.strip()) == 2
    assert NOTE not in repr(Explanation(TRACEBACK.format("saver = tf.train.Saver()")))
    assert written_for(Cause("w", "d", code="tf.train.list_variables(a)"), Tf.UNKNOWN).code.startswith("tf.")


def test_the_page_of_messages_says_it_too():
    [message] = [message for message in catalog().messages if message.id == "key-not-found"]
    text = "\n".join(entry(message, ROOT, catalog().lessons))
    codes = [code for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if OLD.search(code)]
    assert codes and all(NOTE in code for code in codes)


def test_in_a_notebook_it_is_what_stands_there(monkeypatch):
    main = sys.modules["__main__"]
    monkeypatch.setattr(main, "tf", SimpleNamespace(__name__="tensorflow.compat.v1"), raising=False)
    shown = str(explain("Key A_1 not found in checkpoint").markdown)
    assert NOTE not in shown and "tf.reset_default_graph()" in shown
    monkeypatch.setattr(main, "tf", SimpleNamespace(__name__="tensorflow"))
    assert NOTE in explain("Key A_1 not found in checkpoint").markdown
