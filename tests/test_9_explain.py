"""Truth 9, ``explain``: it finds the message in what people really paste, and gives no advice on what is none of it."""

import html
import json
import os
import re
import subprocess
import sys
import textwrap

import pytest

from conftest import ROOT, says
from course.last_error import explain
from tfckpt import commands
from tfckpt.errors import CheckpointError
from tfckpt.explain import source
from tfckpt.explain.catalog import catalog
from tfckpt.explain.explanation import Explanation
from tfckpt.explain.find import Passage
from tfckpt.explain.folds import unwrapped
from tfckpt.explain.prefixes import prefix_in

FAILS = f"""
import os, sys, tempfile
sys.path.insert(0, {str(ROOT / "tests")!r})
import make_messages
os.chdir(tempfile.mkdtemp())
make_messages.tf.disable_v2_behavior()
make_messages.key_of_a_second_copy()
"""


def printed(*command, code=1, **options):
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=300, **options)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def python_text(with_tensorflow, tmp_path_factory):
    """What Python prints of a failed restore: two tracebacks, chained, and TensorFlow's log before them."""
    script = tmp_path_factory.mktemp("python") / "failing.py"
    script.write_text(FAILS, encoding="utf-8")
    text = printed(sys.executable, script)
    assert text.count("Traceback") >= 2 and text.count("\n") > 90
    return text


@pytest.fixture(scope="module")
def ipython_text(with_tensorflow, tmp_path_factory):
    """What IPython prints, in colors."""
    script = tmp_path_factory.mktemp("ipython") / "shell.py"
    script.write_text(
        "from IPython.core.interactiveshell import InteractiveShell\n"
        f"InteractiveShell.instance(colors='linux').run_cell({FAILS!r})",
        encoding="utf-8",
    )
    text = printed(sys.executable, script, code=0)
    assert "\x1b[" in text and "-> " in text
    return text


@pytest.fixture(scope="module")
def pytest_text(with_tensorflow, tmp_path_factory):
    """What pytest prints, in colors, with its summary."""
    folder = tmp_path_factory.mktemp("pytest")
    (folder / "failing.py").write_text(FAILS, encoding="utf-8")
    (folder / "test_it.py").write_text("def test_restore():\n    import failing\n", encoding="utf-8")
    options = ["-p", "no:cacheprovider", "-q", "--color=yes", "--rootdir", folder]
    text = printed(sys.executable, "-m", "pytest", *options, folder, cwd=folder)
    assert "FAILED" in text and re.search(r"\x1b\[\d+m\x1b\[\d+mE   ", text)
    return text


def in_markdown(text):
    return "I get this:\n\n```python-traceback\n" + text + "```\n\nWhat can I do? I use Windows."


def with_logs(text):
    lines = [f"2019-01-01 12:00:00.{number:06}: I tensorflow/core/platform/x.cc:12] Hello" for number in range(200)]
    after = "W0000 00:00:1795698870.307759   20825 op_kernel.cc:1858] Something went on\nWARNING:tensorflow:Unresolved"
    return "\n".join([*lines, text, after])


def in_kubernetes(text):
    return "\n".join(f"2024-05-01T10:00:00.123456789Z stderr F {line}" for line in text.splitlines())


HABITS = {
    "as it is": lambda text: text,
    "quoted": lambda text: "\n".join(f"> {line}" for line in text.splitlines()),
    "quoted twice": lambda text: "\n".join(f">> {line}" for line in text.splitlines()),
    "fenced": in_markdown,
    "indented": lambda text: textwrap.indent(text, "    "),
    "entities": html.escape,
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "wrapped": lambda text: "\n".join(textwrap.fill(line, 60) for line in text.splitlines()),
    "cut at the edge": lambda text: re.sub(r"(.{80})(?=.)", r"\1\n", text),
    "logs around": with_logs,
    "kubernetes": in_kubernetes,
    "docker compose": lambda text: "\n".join(f"train_1  | {line}" for line in text.splitlines()),
    "mpirun": lambda text: "\n".join(f"[1,0]<stderr>:{line}" for line in text.splitlines()),
    "a box": lambda text: "\n".join(f"│ {line[:118]:<118} │" for line in text.splitlines()),
    "colors without escape": lambda text: text.replace("NotFoundError", "[0;31mNotFoundError[0m"),
    "windows": lambda text: text.replace(str(ROOT), r"C:\Users\Jane Doe\project").replace("site-packages/", r"site\\"),
    "another traceback after it": lambda text: text + OTHER,
    "ignored at the end": lambda text: text + "\nException ignored in: <function S.__del__ at 0x7f>\n" + OTHER,
    "twice": lambda text: text + "\n" + text,
    "one line": lambda text: " ".join(text.split()),
    "escaped": lambda text: json.dumps({"log": text, "stream": "stderr"}),
    "escaped twice": lambda text: json.dumps(json.dumps({"log": text})),
}
OTHER = '\nTraceback (most recent call last):\n  File "x.py", line 3, in <module>\n    d["x"]\nKeyError: \'x\'\n'


@pytest.mark.parametrize("habit", HABITS)
def test_habits_of_those_who_paste(python_text, habit):
    found = Explanation(HABITS[habit](python_text)).found
    assert found and found.message.id == "key-not-found-second-copy"
    assert found.groups["key"] == "A_1" and "Key A_1 not found in checkpoint" in found.shown and len(found.shown) <= 200
    assert bool(found.ends_in) == (habit == "another traceback after it")


def test_a_notebook_file(ipython_text, tmp_path, capsys):
    path = tmp_path / "model.ipynb"
    error = {"output_type": "error", "ename": "NotFoundError", "evalue": "", "traceback": ipython_text.split("\n")}
    first = {"output_type": "error", "ename": "E", "evalue": "", "traceback": ["ValueError: No variables to save"]}
    outputs = [first, {"output_type": "stream", "text": "x"}, error]
    path.write_text(json.dumps({"cells": [{"source": ""}, {"outputs": outputs}]}), encoding="utf-8")
    assert commands.run(["explain", str(path)], "tfckpt") == 0
    assert "The graph was built twice" in capsys.readouterr().out
    for text, sentence in {
        '{"cells": []}': "No error is stored",
        "{": "cannot be read as",
        "[]": "cannot be read as",
    }.items():
        path.write_text(text, encoding="utf-8")
        assert commands.run(["explain", str(path)], "tfckpt") == 2
        assert sentence in " ".join(capsys.readouterr().err.split())


def test_ipython_and_pytest(ipython_text, pytest_text):
    for text in (ipython_text, pytest_text, re.sub(r"\x1b\[[\d;]*m", "", ipython_text)):
        found = Explanation(text).found
        assert found and found.message.id == "key-not-found-second-copy" and found.groups["key"] == "A_1"


OLD = """
W tensorflow/core/framework/op_kernel.cc:993] Not found: Key {key} not found in checkpoint
Traceback (most recent call last):
  File "run.py", line 3, in <module>
    saver.restore(sess, "models/run 2/model.ckpt-100")
NotFoundError: Key {key} not found in checkpoint
\t [[Node: save/RestoreV2_5 = RestoreV2[dtypes=[DT_FLOAT], _device="/job:localhost/replica:0/task:0/cpu:0"](_recv)]]

Caused by op u'save/RestoreV2_5', defined at:
  File "run.py", line 2, in <module>
    saver = tf.train.Saver()

NotFoundError (see above for traceback): Key {key} not found in checkpoint
\t [[Node: save/RestoreV2_5 = RestoreV2[dtypes=[DT_FLOAT], _device="/job:localhost/replica:0/task:0/cpu:0"](_recv)]]
"""


@pytest.mark.parametrize(
    "text, message, groups",
    [
        (OLD.format(key="net/bias"), "key-not-found", {"key": "net/bias", "prefix": "models/run 2/model.ckpt-100"}),
        (OLD.format(key="w/Adam_7"), "key-not-found-optimizer", {"key": "w/Adam_7"}),
        (
            "Assign requires shapes of both tensors to match. lhs shape= [6] rhs shape= [1001]\n\t [[Node: save_1/As"
            'sign_4 = Assign[_class=["loc:@aux_logits/FC/biases"], use_locking=true](aux_logits, save_1/r)]]',
            "shapes-differ",
            {"shape": "[6]", "other_shape": "[1001]", "name": "aux_logits/FC/biases"},
        ),
        ("The name “A” refers to an Operation, not a Tensor.", "operation-for-a-tensor", {"name": "A"}),
        ("The name &#39;A&#39; refers to an Operation, not a Tensor.", "operation-for-a-tensor", {"name": "A"}),
        ("The name «A» refers to an Operation, not a Tensor.", "operation-for-a-tensor", {"name": "A"}),
        ("The name ‚A‘ refers to an Operation, not a Tensor.", "operation-for-a-tensor", {"name": "A"}),
        (
            "ValueError: The passed save_path is not a valid checkpoint: C:\\Users\\Jane Doe\\run\\model.ckpt",
            "not-a-valid-checkpoint",
            {"prefix": "C:\\Users\\Jane Doe\\run\\model.ckpt"},
        ),
        (
            "ValueError: Cannot feed value of shape (32, 4) for Tensor u'x:0', which has shape '(?, 3)'",
            "fed-with-another-shape",
            {"other_shape": "(32, 4)", "shape": "(?, 3)"},
        ),
        ("OSError: File does not exist. Received: my run/model.meta.", "meta-missing", {"path": "my run/model.meta"}),
    ],
)
def test_what_is_read_in_a_message(text, message, groups):
    found = Explanation(text).found
    assert found and found.message.id == message
    assert {name: found.groups.get(name) for name in groups} == groups


@pytest.mark.parametrize(
    "text, says",
    [
        ('  File "monitored_session.py", line 1\nNotFoundError: Key C not found in checkpoint', "restores the latest"),
        ("NotFoundError: Key C not found in checkpoint", "1 of 2 possible causes"),
        (
            "FailedPreconditionError: Attempting to use uninitialized value A\n\t [[node save/SaveV2]]\n\n"
            "During handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):"
            "\nValueError: Parent directory of run/model doesn't exist, can't save.",
            "that is not what went wrong",
        ),
        ("ValueError: The passed save_path is not a valid checkpoint: run[1]/model", "has a bracket"),
        (
            "Unable to open table file run/m.data-00000-of-00001: Data loss: not an sstable (bad magic number)",
            "A file of the checkpoint was passed, run/m.data-00000-of-00001, and not its prefix.",
        ),
        ("Unable to open table file run: FAILED_PRECONDITION: run; Is a directory: perhaps", "A folder was passed"),
        ("Unable to open table file m.bin2: DATA_LOSS: not an sstable (bad magic number)", "another format"),
        ("Unable to open table file m.pb: DATA_LOSS: not an sstable (bad magic number)", "m.pb is a graph"),
        ("Unable to open table file m.npy: DATA_LOSS: not an sstable (bad magic number)", "has arrays of NumPy"),
    ],
)
def test_evidence_decides_between_causes(text, says):
    assert says in repr(Explanation(text))


RESTORED = "[[Node: save/RestoreV2_6 = RestoreV2[dtypes=[DT_FLOAT]](_recv_save/Const_0)]]"


@pytest.mark.parametrize(
    "text, message, says",
    [
        (f"ResourceExhaustedError: m/model.data-00000-of-00001\n{RESTORED}", "no-space-left-1x", "for reading"),
        ("Resource exhausted: m/model.index; Too many open files", "no-space-left-1x", "as many files open"),
        ("Resource exhausted: m/model-9.tempstate12", "no-space-left-1x", "could not be written"),
        ("Resource exhausted: m/model.index", "no-space-left-1x", "your text does not say which"),
        (
            "in save_model\n  File 'network.py', line 9, in get_config\nTypeError: can't pickle _thread.lock objects",
            "checkpoint-not-pickled",
            "asks each layer for its configuration",
        ),
        ("ValueError: Unknown layer:layers", "unknown-layer", "a word of the description itself"),
        ("Unknown initializer: GlorotUniform", "unknown-layer", "belongs to Keras or TensorFlow"),
        ("ValueError: ('Unknown loss function', ':my_loss')", "unknown-layer", "names my_loss"),
        (
            "Received incompatible tensor with shape (4,) when attempting to restore variable with shape (5,) and name"
            " Adam/v/dense/bias:0.",
            "incompatible-tensor",
            "a variable of the optimizer",
        ),
        (
            "Assign requires shapes of both tensors to match. lhs shape= [3,3,8,16] rhs shape= [16,8,3,3]",
            "shapes-differ",
            "with its axes turned",
        ),
        ("Dimension 0 ... for 'Assign_1' (op: 'Assign') with input shapes: [3,8], [8,3].", None, "axes turned"),
        ("Unrecognized keyword arguments passed to LSTM: {'time_major': False}", None, "2 of 2 possible causes"),
        ("Argument(s) not recognized: {'lr': 0.1}", None, "2 of 2 possible causes"),
        ("IOError: Unable to open file (Truncated file: eof = 9, sblock->base_addr = 0)", "hdf5-cut-short", "shorter"),
        ("OSError: Unable to open file (File signature not found)", "no-hdf5-file", ""),
        (
            "Key RNN_637347710831/fw/basic_lstm_cell/weights/Adam_1 not found in checkpoint\nsave_5/RestoreV2",
            "name-made-of-time-or-chance",
            "made anew each time",
        ),
        ("Key m_7f8b2c3d4e5f/dense/kernel not found in checkpoint", "name-made-of-time-or-chance", "fixed name"),
        ("Key rnn_1234/basic_lstm_cell/weights/Adam not found in checkpoint", "key-not-found-optimizer", ""),
        (
            "import tflearn\nTensor name 'Training_step' not found in checkpoint files vgg16.tflearn",
            "counter-of-tflearn-not-in-file",
            "weights_only=True",
        ),
        (
            "import tflearn\nNotFoundError: Key Accuracy/Mean/moving_avg_1 not found in checkpoint",
            "key-not-found-second-copy",
            "The graph was built twice",
        ),
        ("__init__() got an unexpected keyword argument 'border_mode'", "argument-of-keras-1", "argument of Keras 1"),
        (
            "load_model(path, custom_objects=known)\nTypeError: 'str' object is not callable",
            "text-in-place-of-a-function",
            "load the weights alone",
        ),
        (
            "UnimplementedError            Traceback (most recent call last)\nTPUStrategy\n---> 50     model.save('m')",
            "cut-save-on-a-tpu",
            "is missing",
        ),
    ],
)
def test_kinds_that_were_told_apart_wrongly(text, message, says):
    """Each of them got an advice once that did not fit, or none."""
    explanation = Explanation(text)
    assert explanation.found and says in " ".join(repr(explanation).split())
    assert message in (None, explanation.found.message.id)


@pytest.mark.parametrize(
    "text",
    [
        "I save it:\n```python\nsave()\n```\n```{}```\nThe same with\n```python\nsave(2)\n```",
        "I save it:\n```\n{}\n```",
        "I save it:\n```{}\n```",
        "- saver.py in save(self)\n- -> 1365  'Parent directory of {{}} doesn't exist, can't save.'.format(path)\n- {}",
        "1. KeyError: 1\n\n2. {}",
        "    raise ValueError(f\"Parent directory of {{path}} doesn't exist, can't save.\")\n{}",
    ],
)
def test_where_the_message_stands(text):
    """On the line of a fence, behind a list's mark, after the line of the program that makes it."""
    found = Explanation(text.format("ValueError: Parent directory of run/model doesn't exist, can't save.")).found
    assert found and found.message.id == "parent-directory" and found.groups["path"] == "run/model"
    assert found.shown.startswith("ValueError: Parent")


def test_a_line_of_a_program_alone_gives_no_code_without_its_value():
    explanation = Explanation("'Parent directory of {} doesn't exist, can't save.'.format(path)")
    assert explanation.found.message.id == "parent-directory" and "path" not in explanation.found.groups
    assert "makedirs" not in repr(explanation)


def test_two_errors_of_two_paragraphs_are_both_answered():
    first = "OSError: Unable to open file (truncated file: eof = 9, sblock->base_addr = 0, stored_eof = 22)"
    second = "OSError: Unable to open file (file signature not found)"
    explanation = Explanation(f"{first}\n\nWith another way of downloading:\n```\n{second}\n```")
    assert (explanation.found.message.id, explanation.found.also.message.id) == ("no-hdf5-file", "hdf5-cut-short")
    shown = " ".join(repr(explanation).split())
    assert "Another error earlier in the text" in shown and "The file is shorter than it says itself" in shown
    assert explanation.as_dict()["also"]["id"] == "hdf5-cut-short"
    assert Explanation(f"{second}\n\nthen\n\n{second}").found.also is None
    unknown = Explanation(f"{second}\n\nWith h5py 3:\nKeyError: 'x'").found
    assert unknown.message.id == "no-hdf5-file" and unknown.ends_in == "KeyError: 'x'"


def test_a_message_that_was_raised_as_a_tuple():
    text = "  File 'x.py', line 1, in load_model\nValueError: ('Could not interpret metric function identifier:', 0.5)"
    assert Explanation(text).found.groups["key"] == "0.5"


def test_a_path_ends_with_its_line():
    line = "W tensorflow/core/framework/op_kernel.cc:1192] Not found: Unsuccessful TensorSliceReader constructor: "
    empty = Explanation(f"{line}Failed to find any matching files for \n" * 3).found
    assert empty.message.id == "no-matching-files-for-an-empty-path" and "prefix" not in empty.groups
    wrapped = Explanation(
        "Unsuccessful TensorSliceReader constructor: Failed to find any matching files for\nrun/model-7"
    )
    assert wrapped.found.groups["prefix"] == "run/model-7"


@pytest.mark.parametrize(
    "text, message",
    [
        ("ValueError: Optimizer weight shape (512,) not compatible w", "optimizer-weights-do-not-fit"),
        ("ValueError: A total of 2 objects could not be loaded. Example e", "objects-could-not-be-loaded"),
        ("Failed to get matching files on gs://my/bucket/model.ckpt: Permissi", "matching-files-in-the-cloud"),
        ("ValueError: Model <A object at 0x7> cannot be saved because the input sh", "input-shapes-not-set"),
        ("ValueError: You are trying to load a wei", None),
        ("You are loading weights into a model that has not y", "model-not-yet-built"),
        ("The model could not be found, and so it", None),
    ],
)
def test_a_message_that_was_cut(text, message):
    found = Explanation(text).found
    assert (found.message.id if found else None) == message


def test_the_lines_of_a_raise():
    text = (
        "~/keras/engine/training.py in load_weights(self, filepath)\n   2222       raise ValueError(\n"
        "-> 2223           'Unable to load weights saved in HDF5 format into a subclassed '\n"
        "   2224           'Model which has not created its variables yet. Call the Model '\n"
        "   2225           'first, then load the weights.')\n"
    )
    assert Explanation(text).found.message.id == "model-not-yet-built"
    assert Explanation(f"{text}\nKeyError: 'x'").found is None, "it is quoted only, and another error is what came"


@pytest.mark.parametrize(
    "text, shown",
    [
        (
            "2020-11-18 04:32:32.5: I tensorflow_serving/x.cc:5]  (Re-)adding model: m\nCould not do it",
            "Could not do it",
        ),
        ("Epoch 00001: reducing\nEpoch 1/5\nE x/y.cc:3] Could not create a handle\n", "Could not create a handle"),
        ("_____________\nSomething went on", "Something went on"),
        (
            "Traceback(most recent calls last):\n  File 'x.py', line 3\nraise Foo(bar) is missing",
            "raise Foo(bar) is missing",
        ),
    ],
)
def test_the_line_that_is_shown_of_what_is_unknown(text, shown):
    explanation = Explanation(text)
    assert explanation.found is None and explanation.asked == shown


def test_code_and_command_have_the_readers_own_names():
    text = 'saver.restore(sess, "run/model-50")\nNotFoundError: Key beta1_power not found in checkpoint'
    shown = repr(Explanation(text, program="python3 -m course"))
    assert 'tf.train.Saver(fitting).restore(sess, "run/model-50")' in shown
    assert "\n    python3 -m course inspect run/model-50" in shown
    assert "11a Diagnose the error: notebooks/11a_diagnose_the_error.ipynb" in shown
    without = repr(Explanation("NotFoundError: Key beta1_power not found in checkpoint"))
    assert "# PREFIX is what stands before .index" in without and "Type next" not in without


def test_what_a_stranger_wrote_is_shown_as_text():
    evil = 'saver.restore(sess, "a`b\\"; import os #")\nNotFoundError: Key <b>w</b>`|x`[l](u) not found in checkpoint'
    explanation = Explanation(evil)
    assert "<b>" not in re.sub(r"`[^`]*`", "", explanation.markdown)
    assert "[l](u)" not in re.sub(r"`[^`]*`", "", explanation.markdown)
    compile("\n".join(re.findall(r"```python\n(.*?)```", explanation.markdown, re.DOTALL)), "pasted", "exec")
    assert "\x1b" not in repr(Explanation("Key a\x1b[2Jb\x07 not found in checkpoint"))


FOREIGN = """
{}["x"]
import a_module_that_is_not_there
from os import a_name_that_is_not_there
[][1]
1 / 0
import json; json.loads("{")
open("data/train.csv")
b"caf\\xe9".decode("utf-8")
None.shape
None + "x"
None.weights
"x" + 1
raise MemoryError
(lambda f: f(f))(lambda f: f(f))
assert 1 == 2, "shapes differ"
next(iter([]))
import subprocess; subprocess.run(["false"], check=True)
import socket; socket.create_connection(("127.0.0.1", 9), timeout=1)
import pickle; pickle.loads(b"x")
import zipfile, io; zipfile.ZipFile(io.BytesIO(b"x"))
import sqlite3; sqlite3.connect(":memory:").execute("select * from variables")
import numpy as np; np.ones((2, 3)) @ np.ones((2, 3))
import numpy as np; np.ones(3) + np.ones(4)
import numpy as np; np.load("weights.npy")
np.zeros(3)
int("ten")
object().restore
import yaml; yaml.safe_load("a: [")
eval("1 +")
import logging; logging.nothing
raise KeyboardInterrupt
raise RuntimeError("checkpoint was refused by the scheduler")
raise ValueError("The variables of the form are not valid")
import tensorflow as tf; tf.matmul(tf.ones([2, 3]), tf.ones([2, 3]))
import tensorflow as tf; tf.reshape(tf.ones([10]), [12])
import tensorflow as tf; tf.nothing_of_that_name
import tensorflow as tf; list(tf.data.TFRecordDataset("train.tfrecord"))
import tensorflow as tf; open("x.tfrecord", "wb").write(b"x" * 99); list(tf.data.TFRecordDataset("x.tfrecord"))
import tensorflow as tf; tf.io.read_file("labels.txt")
import tensorflow as tf; tf.ones([2]) + tf.ones([3])
import keras; keras.Sequential([keras.Input([2]), keras.layers.Dense(1)])(keras.ops.ones([1, 3]))
import keras; keras.layers.LSTM(4, batch_input_shape=(1, 1, 7), no_such_argument=True)
import keras; keras.layers.Dense(4, no_such_argument=1)
import keras; keras.optimizers.get("no such optimizer")
import tensorflow as tf; tf.nn.softmax_cross_entropy_with_logits(tf.ones([2, 3]), tf.ones([2, 4]))
import numpy as np; np.ones([2, 3]).transpose(2, 1, 0)
import numpy as np; np.ones(6).reshape(4, 2)
import numpy as np; np.zeros(3)[:] = np.ones(4)
import threading, copy; copy.deepcopy(threading.RLock())
import json; json.dumps({1, 2})
import collections; collections.namedtuple("A", "b")(c=1)
class A: pass\\nA(units=3)
class A:\\n    def __init__(self, units): pass\\nA()
open("t.txt", "w").write(b"x")
open("t.txt", "wb").write("x")
[1]["x"]
"x"["y"]
{0: 1}[1]
{}[0]
raise NotImplementedError
[].items()
None.decode("utf-8")
b"\\xd5".decode("utf-8")
b"\\x81".decode("cp1252")
b"\\xe9".decode("ascii")
from tensorflow.python import keras; keras.nothing
import inspect; inspect.signature(print).parameters["default"]
""".strip().splitlines()
SEEN = [
    "RuntimeError: CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 7.79 GiB total capacity)",
    "ResourceExhaustedError: OOM when allocating tensor with shape[64,512,56,56] and type float on /job:localhost",
    "RuntimeError: Error(s) in loading state_dict for Net: Missing key(s) in state_dict: 'fc.weight'",
    "Corruption: not an sstable (bad magic number): /var/db/000012.ldb",
    "java.io.IOException: Failed to rename temporary file",
    "ERROR: Could not find a version that satisfies the requirement torch==1.15",
    "OSError: [Errno 28] No space left on device",
    "Killed",
    "Segmentation fault (core dumped)",
    "npm ERR! code ENOENT",
    "Could not create cudnn handle: CUDNN_STATUS_ALLOC_FAILED",
    "UnknownError: Failed to get convolution algorithm. This is probably because cuDNN failed to initialize",
    "ImportError: cannot import name 'builder' from 'google.protobuf.internal'",
    "TypeError: Descriptors cannot not be created directly.",
    "ValueError: logits and labels must have the same shape ((?, 100, 100) vs (?, ?))",
    "ValueError: Shapes (None, 1) and (None, 10) are incompatible",
    "ValueError: Dimensions 6 and 11 are not compatible",
    "model.add(LSTM(4, batch_input_shape=(1, 1, 7)))\n"
    "ValueError: Unrecognized keyword arguments passed to LSTM: {'batch_input_shape': (1, 1, 7)}",
    "KeyError: 'val_loss'",
    "model.add(Convolution2D(32, 3, 3, input_shape=(1, 28, 28)))\n"
    "TypeError: __init__() got an unexpected keyword argument 'input_shape'",
    "  File 'torch/serialization.py', line 920, in _legacy_load\n    model = pickle_module.load(f)\n"
    "_pickle.UnpicklingError: invalid load key, 'W'.",
    "Could not load dynamic library 'cudart64_101.dll'; dlerror: cudart64_101.dll not found",
    "OSError: [Errno 24] Too many open files: '/proc/1/stat'",
    "tensorflow.python.framework.errors_impl.ResourceExhaustedError: data/73.tfrecords; Too many open files",
    "  File 'spark.py', line 3, in main\nTypeError: cannot pickle '_thread.RLock' object",
    "  File 'views.py', line 3, in index\nAttributeError: 'str' object has no attribute 'decode'",
    "  File 'a.py', line 1, in f\nKeyError: 0",
    "unknown object type: blob",
    "Unknown function: count",
    "Key error: the license key was not found",
    "OSError: [WinError 5] Access is denied: 'c:\\\\python\\\\lib\\\\site-packages\\\\numpy'",
    "FileNotFoundError: [Errno 2] No such file or directory: 'config.json'",
    "TypeError: save() takes at least 2 arguments (1 given)",
    "AttributeError: Can't get attribute 'worker' on <module '__main__' (built-in)>\n  File 'multiprocessing/spawn.py'",
    "import requests\nAttributeError: 'module' object has no attribute 'Session'",
    "=> no checkpoint found at 'runs/model_best.pth.tar'",
    "layer1.0.weight not found in checkpoint",
    "I draw a graph of the model: KeyError: 'CustomerName'",
    "The name 'x' is not there, and the file does not exists at all on this machine",
]


@pytest.fixture(scope="module")
def foreign_texts(tmp_path_factory):
    script = textwrap.dedent(
        """
        import json, sys, traceback

        texts = []
        for program in json.load(sys.stdin):
            try:
                exec(program.replace("\\\\n", "\\n"), {})
                texts.append(program + " does not fail")
            except BaseException:
                texts.append(traceback.format_exc())
        json.dump(texts, open("texts.json", "w"))
        """
    )
    folder = tmp_path_factory.mktemp("foreign")
    printed(sys.executable, "-c", script, code=0, input=json.dumps(FOREIGN), cwd=folder)
    return json.loads((folder / "texts.json").read_text(encoding="utf-8"))


def test_no_advice_on_other_peoples_errors(foreign_texts):
    assert len(FOREIGN) >= 30
    assert [text for text in foreign_texts if not text.startswith("Traceback")] == []
    for text in [*foreign_texts, *SEEN]:
        explanation = Explanation(text)
        assert explanation.found is None, text
        assert "This is not one of the messages of saving and restoring" in repr(explanation)


def test_of_two_known_errors_the_last_one_counts():
    first, second = "ValueError: No variables to save", "ValueError: Can't load save_path when it is None."
    chained = "\n\nDuring handling of the above exception, another exception occurred:\n\n"
    for between in ("\n", chained, "\nTraceback (most recent call last):\n"):
        assert Explanation(first + between + second).found.message.id == "save-path-is-none"
        assert Explanation(second + between + first).found.message.id == "no-variables-to-save"
    assert Explanation(first + chained + "KeyError: 'x'").found.message.id == "no-variables-to-save"


def test_two_failing_tests_are_two_errors(pytest_text):
    other = "\n____________ test_other ____________\n\n    def test_other():\n>       d['x']\nE       KeyError: 'x'\n"
    found = Explanation(pytest_text.partition("short test summary")[0] + other).found
    assert found.message.id == "key-not-found-second-copy" and found.ends_in == "KeyError: 'x'"


def test_a_warning_before_another_error_is_no_cause():
    text = "WARNING:tensorflow:Couldn't match files for checkpoint run/model-7\n" + OTHER
    explanation = Explanation(text)
    assert explanation.found is None
    assert "Earlier in the text stands one that is known" in repr(explanation)
    assert "run/model-7" in repr(explanation) and "KeyError: 'x'" in repr(explanation)
    assert Explanation("WARNING:tensorflow:Couldn't match files for checkpoint run/model-7").found


def test_an_unknown_message_is_called_unknown():
    explanation = Explanation("ValueError: No variables to frobnicate in this Saver")
    assert explanation.found is None and 1 <= len(explanation.nearest) <= 3
    shown = repr(explanation)
    assert "No variables to save (both have: " in shown and "Perhaps none of them is yours" in shown
    assert "To do" not in shown
    assert not Explanation("zzz qqq").nearest


def test_the_command(tmp_path, capsys):
    message = "NotFoundError: Key A_1 not found in checkpoint"
    file = tmp_path / "a log.txt"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"):
        file.write_bytes(f"Schlüssel “A”\n{message}\n".encode(encoding))
        assert commands.run(["explain", str(file)], "tfckpt") == 0, encoding
        assert "The graph was built twice" in capsys.readouterr().out
    assert commands.run(["explain", "--json", message], "tfckpt") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["known"], told["id"], told["read"]["key"]) == (True, "key-not-found-second-copy", "A_1")
    assert len(told["causes"]) == 2 and told["causes"][0]["lesson"] == "06"
    assert commands.run(["explain", *message.split()], "tfckpt") == 0, "without quotation marks"
    assert commands.run(["explain", "KeyError: 'x'"], "tfckpt") == 1
    assert commands.run(["explain", "--json", "KeyError: 'x'"], "tfckpt") == 1
    assert '"known": false' in capsys.readouterr().out


NOTEBOOK = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(colors="nocolor")
for cell in {cells!r}:
    shell.run_cell(cell)
"""


def notebook(*cells):
    """What IPython prints for some cells."""
    return printed(sys.executable, "-c", NOTEBOOK.format(cells=["import course", *cells]), code=0, cwd=ROOT)


def test_the_last_error_of_a_notebook():
    saver = 'raise ValueError("No variables to save")'
    outcome = f"with course.outcome():\n    {saver}"
    expected = f"with course.expect_error(ValueError):\n    {saver}"
    shows = "print(course.explain())"
    assert "There was no error yet." in notebook(shows)
    for cells in (
        [saver],
        [outcome],
        [expected],
        ["1/0", saver],
        ["1/0", outcome],
        [expected, "course.nothing", saver],
    ):
        assert "The Saver was made where the default graph has no variables" in notebook(*cells, shows), cells
    for cells in ([saver, "1/0"], [outcome, "1/0"], ["1/0", "with course.outcome():\n    pass"]):
        assert "not one of the messages" in notebook(*cells, shows), cells
    assert "The graph was built twice" in notebook("print(course.explain('Key A_1 not found in checkpoint'))")


def test_in_a_notebook_it_is_framed_and_links_to_the_lesson():
    explained = explain("NotFoundError: Key A_1 not found in checkpoint")
    lines = explained._repr_markdown_().splitlines()
    assert lines[0] == '<div class="verdict not-yet">' and lines[-1] == "</div>"
    assert all(line.startswith(">") for line in lines[2:-2])
    assert "[06 Rebuild the graph](06_rebuild_the_graph.ipynb)" in explained._repr_markdown_()
    assert "<div" not in repr(explained) and "`A_1`" in explained.markdown
    assert explain(ValueError("No variables to save")).found


@pytest.mark.parametrize("package", ["course", "tfckpt"])
@pytest.mark.parametrize("words", [["explain"], ["explain", "-"]])
def test_a_pipe(package, words):
    def piped(text):
        command = [sys.executable, "-m", package, *words]
        return subprocess.run(command, cwd=ROOT, input=text, capture_output=True, text=True)

    text = 'saver.restore(sess, "run/m")\nKey A_1 not found in checkpoint\n'
    says(piped(text), "The graph was built twice", f"python3 -m {package} inspect run/m", code=0)
    says(piped(""), "There is nothing in the input", code=2)


def test_what_cannot_be_read_is_said(tmp_path, capsys):
    (tmp_path / "model.index").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "empty.txt").write_text(" \n\n")
    for words, sentence in {
        (str(tmp_path / "model.index"),): "is no text. If it is a file of a checkpoint or a model, `tfckpt inspect`",
        (str(tmp_path / "empty.txt"),): "There is nothing in",
        (str(tmp_path),): "is a folder",
        ("traceback.txt",): "There is no file traceback.txt. Put a message in quotation marks",
        ("/dev/null",): "is a device",
    }.items():
        assert commands.run(["explain", *words], "tfckpt") == 2
        out = capsys.readouterr()
        assert sentence in " ".join(out.err.split()) and "Traceback" not in out.err
    with pytest.raises(CheckpointError):
        source.decoded(b"\x00\x01\x02" * 100, "the input")


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of Linux or macOS")
def test_a_paste_in_a_terminal():
    import pty

    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tfckpt", "explain"],
        cwd=ROOT,
        stdin=child,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    os.close(child)
    os.write(parent, b"Key A_1 not found in checkpoint\n\x04")
    out, err = process.communicate(timeout=60)
    os.close(parent)
    assert b"Paste the message, press Enter, then Ctrl-D (Windows: Ctrl-Z and Enter)." in err
    assert process.returncode == 0 and b"The graph was built twice" in out


@pytest.mark.timeout(300)  # it takes some seconds; a pattern that takes time by the square of a length takes hours
def test_a_log_of_ten_megabytes(python_text, tmp_path):
    line = (
        "2019-01-01 12:00:00.123456: I tensorflow/core/platform/x.cc:12] step 1 loss 0.5 [[node save/Assign]] 'a' & b\n"
    )
    text = line * (10 * 2**20 // len(line)) + python_text
    assert Explanation(text).found.message.id == "key-not-found-second-copy"
    (tmp_path / "long.log").write_text(text * 5, encoding="utf-8")
    assert len(source.text_from((str(tmp_path / "long.log"),))) <= source.MOST + source.PIECE
    assert Explanation("Key " + "x" * 10**6 + " not found").found is None
    assert Explanation(("A" * 4000 + "\n") * 2000 + "; No such file or directory in checkpoint").found is None
    assert Explanation((OTHER + "\n") * 5000).found is None
    assert Explanation("a" * 10**6 + "\n" * 10**5 + "No variables to save").found


def test_a_long_name_is_cut():
    shown = repr(Explanation(f"Key {'x' * 1500} not found in checkpoint"))
    assert "more)…" in shown and max(map(len, shown.splitlines())) < 1500


@pytest.mark.parametrize(
    "text, says, never",
    [
        (
            'saver = tf.train.import_meta_graph("m.meta")\n  File "a.py", line 3\nFailedPreconditionError: '
            "Attempting to use uninitialized value w",
            "There are two copies of the graph",
            "the initializer was not run",
        ),
        (
            'File "a.py", line 24, in load\n  saver = tf.train.import_meta_graph("m.meta")\n  '
            "graph.get_operation_by_name('x')\nKeyError: \"The name 'x' refers to an Operation not in the graph.\"",
            "The graph has the operation under another name",
            "A collection of the .meta",
        ),
        (
            'File "a.py", line 24, in load\n  tf.train.import_meta_graph("m.meta")\n  File "meta_graph.py", line 3, in '
            "import_scoped_meta_graph\nKeyError: \"The name 'x' refers to an Operation not in the graph.\"",
            "A collection of the .meta",
            "The graph has the operation under another name",
        ),
        ('File "a.py", line 2\n  tf.train.Saver(found)\nValueError: No variables to save', "is empty", "TensorFlow 2"),
        (
            'File "a.py", line 2\n  tf.train.Saver(max_to_keep=5)\nValueError: No variables to save',
            "where the default graph has no variables",
            "was given the variables",
        ),
        (
            "RuntimeError: MetaGraphDef associated with tags serve could not be found in SavedModel.",
            "given as a string",
            "can have several",
        ),
        (
            "RuntimeError: MetaGraphDef associated with tags 'serve' could not be found in SavedModel.",
            "can have several",
            "given as a string",
        ),
        (
            "Layer 'c' expected 4 variables, but received 2 variables during loading. "
            "Expected: ['kernel', 'bias', 'kernel', 'bias']",
            "each of its weights twice",
            "with or without bias",
        ),
        (
            "Layer 'c' expected 2 variables, but received 3 variables during loading. Expected: ['kernel', 'bias']",
            "with or without bias",
            "each of its weights twice",
        ),
        (
            "ValueError: Unknown metric function: {'class_name': 'Recall', 'config': {'name': 'recall_1'}}",
            "custom_objects cannot help",
            "your own class",
        ),
        ("Unable to open table file a/checkpoint: Data loss: not an sstable", "is a small text", "another format"),
        ("Unable to open table file a/my_checkpoint: Data loss: not an sstable", "another format", "is a small text"),
        (
            "You are trying to load a weight file containing 1 layers into a model with 4 layers.",
            "multi_gpu_model",
            "include_top",
        ),
        (
            "Cannot assign value to variable ' out/kernel:0': Shape mismatch.The variable shape (9, 47), and the "
            "assigned value shape (9, 46) are incompatible.",
            "number of classes",
            "an axis that was turned",
        ),
        (
            "Cannot assign value to variable ' out/kernel:0': Shape mismatch.The variable shape (9, 47), and the "
            "assigned value shape (8, 47) are incompatible.",
            "an axis that was turned",
            "number of classes",
        ),
        (
            "File format not supported: filepath=. Keras 3 only supports V3 .keras files and legacy H5 format files",
            "is empty",
            "tf_keras",
        ),
        (
            "File format not supported: filepath=m. Keras 3 only supports V3 .keras files and legacy H5 format files",
            "tf_keras",
            "is empty",
        ),
        (
            "NotFoundError: m/variables/variables_temp/part-00000-of-00001.index; No such file or directory "
            "[Op:MergeV2Checkpoints]\nray 1.13.0",
            "a path of its own",
            "the same absolute path",
        ),
        (
            "NotFoundError: m_temp_5d8d53/part-00001-of-00002; No such file or directory\nis_chief=True",
            "the same absolute path",
            "a path of its own",
        ),
        (
            "multi-worker training, /job:ps/task:1\nNotFoundError: m_temp_5d8d53ab/part-00000-of-00002.index; "
            "No such file or directory",
            "the same absolute path",
            "a path of its own",
        ),
        (
            "multi-worker training, /job:ps/task:1\nW x/y.cc:1] /disk/train/m_temp_5d8d53ab/part-00001-of-00002"
            "; No such file or directory",
            "the same absolute path",
            "a path of its own",
        ),
        (
            "allow_missing_files was set to false and m/variables/variables_temp/part-00000-of-00001 did not exist.",
            "a path of its own",
            "to its own disk",
        ),
        (
            "`Checkpoint` was expecting optimizer to be a trackable object (an object), got RMSprop. If you",
            "optimizer=model.optimizer",
            "Put the value into",
        ),
        (
            "`Checkpoint` was expecting optimizer to be a trackable object (an object), got <keras.src.optimizers.adam."
            "Adam object at 0x7b>. If you",
            "3.1.1 or later",
            "optimizer=model.optimizer",
        ),
        (
            "`Checkpoint` was expecting a trackable object (an object), got <tensorflow.python.keras.optimizers.Adam "
            "object at 0x7b>. If you",
            "from tensorflow import keras",
            "Put the value into",
        ),
        (
            "/job:worker/replica:0/task:1}} /disk/m/variables/variables_temp/part-00000-of-00001.data-00000-of-00001; "
            "No such file or directory [Op:MergeV2Checkpoints]",
            "a path of its own",
            "same absolute path",
        ),
        (
            "`Checkpoint` was expecting epoch to be a trackable object (an object), got 3. If you",
            "step = tf.Variable(0)",
            "optimizer=model.optimizer",
        ),
        (
            "summarizer = {'directory': 'x'}\nTried to export a function which references untracked object "
            "Tensor('1:0', shape=(), dtype=resource)",
            "experimental_trackable=True",
            "Make it an attribute",
        ),
        (
            "batch = next(iterator)\nTried to export a function which references an 'untracked' resource.",
            "take the data as an argument",
            "Make it an attribute",
        ),
        (
            "File 'hsearch.py', line 5, in loss_fn\nValueError: At least two variables have the same name: ppo/w",
            "takes each once",
            "outside of that function",
        ),
        (
            "HTTP response code 404\nError executing an HTTP request: HTTP response code 404 when reading metadata of "
            "gs://b/m/variables/variables_temp/part-00000-of-00001.data-00000-of-00001",
            "a path of its own",
            "There is no such bucket",
        ),
        (
            "File 'eval.py', line 3, in main\n'NoneType' object has no attribute 'model_checkpoint_path'",
            "1 of 2 possible causes",
            "outside of that function",
        ),
        (
            "def policy_fn(name):\nValueError: At least two variables have the same name: pi/count",
            "outside of that function",
            "import_meta_graph",
        ),
        (
            "load_model('m.keras')\nValueError: A total of 4 objects could not be loaded. Example error message",
            "it cannot be another model",
            "it is not the model that was saved",
        ),
        (
            "load_model('m.keras')\nThe shape of the target variable and the shape of the target value in "
            "`variable.assign(value)` must match. variable.shape=(4,), Received: value.shape=(7,). Target variable: "
            "<Variable path=l/w, shape=(4,)",
            "it cannot be another model",
            "Build the model with the sizes of the file",
        ),
        (
            "{'load': False, 'train': False}\n'NoneType' object has no attribute 'model_checkpoint_path'",
            "train first",
            "a wrong folder",
        ),
        (
            "cat part* > w.h5\nUnable to open file (truncated file: eof = 60000000, sblock->base_addr = 0)",
            "put together from parts",
            "a download or a copy stopped",
        ),
        (
            "load_model(path, safe_mode=False)\nRequested the deserialization of a `Lambda` layer whose `function` is "
            "a Python lambda. you can pass `safe_mode=False`",
            "was passed already",
            "Keras refuses unless you ask for it.  To do",
        ),
    ],
)
def test_what_else_stands_in_the_text_decides(text, says, never):
    shown = " ".join(repr(Explanation(text)).split())
    assert says in shown and never not in shown, shown


CONSOLE = 'NotFoundError (see above for traceback): Tensor name "Box_0/biases" not found in checkpoint files .\\train'


def in_a_console(text, width=80):
    """Text as a console of Windows copies it: cut at its edge, also within words."""
    return "\n".join(line[i : i + width] for line in text.splitlines() for i in range(0, max(len(line), 1), width))


@pytest.mark.parametrize(
    "text, message, groups",
    [
        (
            in_a_console(
                f"{CONSOLE}ing\\model.ckpt-649.index\n\t [[Node: save/RestoreV2 = RestoreV2[dtypes=[DT_FLOAT, DT_FLOAT,"
                " DT_FLOAT, DT_FLOAT, DT_INT64], _device='/job:localhost'](_arg_save/Const_0_0, save/RestoreV2/n)]]\n"
                "Traceback (most recent call last):\n  File 'export_inference_graph.py', line 1"
            ),
            "tensor-name-not-found",
            {"path": ".\\training\\model.ckpt-649.index"},
        ),
        (
            "    raise ValueError('No model found in config file.')\n\nValueError: No model found in config fi",
            "no-model-in-file",
            {},
        ),
        (
            "W x/op_kernel.cc:975] Not found: Unsuccessful TensorSliceReader constructor: Failed to find any matching "
            "files for W:\\models\\net\nTraceback (most recent call last):\n  File 'a.py', line 1\n"
            "NotFoundError: Unsuccessf",
            "no-matching-files",
            {"prefix": "W:\\models\\net"},
        ),
        ("NotFoundError: Key conv13/weights not found in checkpoin", "key-not-found", {"key": "conv13/weights"}),
        ("    raise RuntimeError('The Session graph is empty.  Ad", "session-graph-empty", {}),
        ("OSError: SavedModel file does not exists at: run/{saved_model.pb}", "saved-model-not-there", {"path": "run"}),
        ("ValueError: Parent directory of run/model doesnt exist, can't save.", "parent-directory", {}),
        ("Currently save requires model to be a graph network", "save-needs-a-graph-network", {}),
        ("I got the error message:KeyError: 'HorovodAllreduce' with the ckpt files", "op-key-error", {}),
        (".... Adam_1 not found in checkpoint", "key-not-found-optimizer", {"key": "Adam_1"}),
        ("net/conv/weights not found in checkpoint", "key-not-found", {"key": "net/conv/weights"}),
        (
            "NotFoundError: Key a/b not found in checkpoint\n\nDuring handling of the above exception, another "
            "exception occurred:\n\nTraceback (most recent call last):\n  File 'saver.py', line 1, in restore\n"
            "NotFoundError: Key _CHECKPOINTABLE_OBJECT_GRAPH not found in checkpoint",
            "key-not-found",
            {"key": "a/b"},
        ),
    ],
)
def test_how_a_paste_is_read(text, message, groups):
    found = Explanation(text).found
    assert found and found.message.id == message
    assert {name: found.groups.get(name) for name in groups} == groups


@pytest.mark.parametrize(
    "text",
    [
        "The file does not exist on this server, so we cannot serve it",
        "AttributeError: module 'tensorflow' has no attribute 'placeholders_of_mine'",
        "the licence was not found in checkpoint",
        "x" * 80 + "\n" + "y" * 80 + "\nKeyError: 'x'",
    ],
)
def test_what_is_only_like_a_message_is_unknown(text):
    assert Explanation(text).found is None


def test_a_terminal_that_cut_nothing():
    text = "\n".join(
        [
            *(f"W x/y.cc:1] Not found: Key {name} not found in checkpoint" for name in "abc"),
            "Traceback (most recent call last):",
        ]
    )
    assert unwrapped(text + "\n") == text + "\n", "lines of one length that begin as messages do are no pieces"


def test_a_prefix_is_no_ending_that_somebody_speaks_of():
    text = "a .ckpt.data file, a .ckpt.index file\nUnable to open table file m/model-1.meta: Data loss: not an sstable"
    found = Explanation(text).found
    assert found.groups["prefix"] == "m/model-1"


def test_code_for_a_session_is_not_for_who_runs_a_tool():
    message = "NotFoundError: Key a/b not found in checkpoint"
    own, tool = (repr(Explanation(f"{command}\n{message}")) for command in ("python train.py", "python DeepSpeech.py"))
    assert "restore(sess" in own and "The code prints" in own
    assert "sess," not in tool and "The code prints" not in tool and "version of the code" in tool


@pytest.mark.parametrize(
    "text, says, never",
    [
        (
            "python run_pretraining.py --output_dir=out/run --init_checkpoint=bert/bert_model.ckpt\n"
            "INFO:tensorflow:Restoring parameters from out/run/model.ckpt-20\n"
            "NotFoundError: Key layer_12/beta not found in checkpoint",
            "new, empty folder",
            "under another name",
        ),
        (
            "Restoring from checkpoint failed. This is most likely due to a mismatch between the current graph and the "
            "graph from the checkpoint. Please ensure",
            "a shape or a dtype that differs",
            "a missing variable",
        ),
        ("W x/y.cc:95] Could not open w/Meso4: Data loss: not an sstable\nKeras==2.4.3", "harmless", "another format"),
        ("RuntimeError: Unable to open table file a/m.h5: Data loss: not an sstable", "load_weights", "pointer of Git"),
        ("model.load_weights('t.hdf5')\nData loss: not an sstable (bad magic number)", "harmless", "cut short"),
        ("DataLossError: not an sstable (bad magic number)", "1 of 2 possible causes", "harmless"),
        (
            "Layer #362 (named 'anchors'), weight <tf.Variable 'V:0'> has shape (2, 9, 4), but the saved weight has "
            "shape (1, 9, 4).",
            "IMAGES_PER_GPU",
            "mrcnn_class_logits",
        ),
        (
            "Layer #389 (named 'mrcnn_bbox_fc'), weight <tf.Variable 'k:0'> has shape (9, 8), but the saved weight has "
            "shape (9, 324).",
            "mrcnn_class_logits",
            "IMAGES_PER_GPU",
        ),
        ("File 'freeze_graph.py', line 2\nValueError: No variables to save", "--input_meta_graph", "TensorFlow 2"),
        (
            "  File 'estimator.py', line 3\nAssign requires shapes of both tensors to match. lhs shape= [6] rhs shape= "
            "[5]\n[[node save/Assign]]",
            "new, empty folder",
            "restore(sess",
        ),
        ("Failed to find any matching files for object_detection/\n", "A folder was passed", "misspelled"),
    ],
)
def test_the_reader_decides(text, says, never):
    shown = " ".join(repr(Explanation(text)).split())
    assert says in shown and never not in shown, shown


LOCATED = "TypeError: Could not locate {} '{}'. Make sure custom classes are decorated with "
LOCATED += "`@keras.saving.register_keras_serializable()`. Full object config: {{'module': 'm', 'class_name': '{}', "
LOCATED += "'config': {}, 'registered_name': '{}'}}\n"
CLASS, FUNCTION = ("class", "Blur", "Blur", "{}", "Blur"), ("function", "my_loss", "function", "'my_loss'", "function")
WIDER = (
    "Layer #9 (named 'class_head'), weight <tf.Variable 'k:0' shape=(1, 1, 88, {0})> has shape (1, 1, 88, {0}), but "
)
WIDER += "the saved weight has shape (1, 1, 88, {1})."
CALLED = "Could not find matching concrete function to call loaded from the SavedModel. Got:\n"
CALLED += "  Positional arguments (1 total):\n    * <tf.Tensor 'x:0' shape={} dtype={}>\n  Keyword arguments: {{}}\n\n"
CALLED += " Expected these arguments to match one of the following 1 option(s):\n\nOption 1:\n"
CALLED += (
    "  Positional arguments (1 total):\n    * TensorSpec(shape={}, dtype=tf.{}, name='x')\n  Keyword arguments: {{}}"
)


@pytest.mark.parametrize(
    "text, says, never",
    [
        (LOCATED.format(*FUNCTION) + "@register_keras_serializable('mine')\ndef my_loss(a, b):", "3.9", "not told"),
        (LOCATED.format(*FUNCTION) + "but my_loss is already registered!", "up to 3.6", "Or decorate it"),
        (
            LOCATED.format(*CLASS) + "The class has been decorated and imported.",
            "under the name of the file",
            "not told",
        ),
        (LOCATED.format(*CLASS) + "get_registered_name gives lib>Blur", "newer Keras does not help", "not told"),
        (LOCATED.format(*CLASS), "has not told Keras of it", "newer Keras does not help"),
        (LOCATED.format(*CLASS) + "I think it is not decorated. Other>Thing", "not told", "newer Keras does not help"),
        (LOCATED.format("class", "Blur", "Blur", "{}", "lib>Blur"), 'custom_objects={"lib>Blur"', "not told"),
        ("evaluate.py\n" + WIDER.format(9, 810), "Name the file that your own training wrote", "skip_mismatch"),
        ("model.predict(x)\n" + WIDER.format(3, 80), "Name the file that your own training wrote", "skip_mismatch"),
        ("python infer_video.py\n" + WIDER.format(27, 819), "your own training wrote", "Build it with the size"),
        (
            "Layer #9 (named 'b'), weight <V 'b:0'> has shape (9,), but the saved weight has shape (720,).\neval.py",
            "your own training wrote",
            "skip_mismatch",
        ),
        (
            "python evaluate.py\nmodel.load_weights(path)\nValueError: Shapes (1, 1, 88, 9) and (1, 1, 88, 810) are "
            "incompatible",
            "your own training wrote",
            "skip_mismatch",
        ),
        (
            "python predict.py\nmodel.load_weights(path)\nValueError: Cannot assign value to variable 'head/kernel:0': "
            "Shape mismatch.The variable shape (256, 5), and the assigned value shape (256, 1000) are incompatible.",
            "your own training wrote",
            "by_name",
        ),
        (
            "python test.py\nmodel.load_weights(path)\nValueError: Shape mismatch in layer #9 (named head)for weight "
            "head/kernel:0. Weight expects shape (256, 4). Received saved weight with shape (256, 80)",
            "your own training wrote",
            "skip_mismatch",
        ),
        (
            "python predict.py\nmodel.load_weights(path)\nValueError: Cannot assign value to variable 'head/kernel:0': "
            "Shape mismatch.The variable shape (256, 5), and the assigned value shape (256, 7) are incompatible.",
            "number of classes",
            "published weights",
        ),
        ("python train.py\n" + WIDER.format(9, 810), "Only to begin a training", "another one than the program"),
        ("python evaluate.py\n" + WIDER.format(16, 24), "Build it with the size of the file", "published"),
        (CALLED.format("(1, 300, 400, 3)", "uint8", "(None, 96, 96, 3)", "float32"), "tf.image.resize(", "signature"),
        (CALLED.format("(8, 96, 96, 3)", "uint8", "(None, 96, 96, 3)", "float32"), "The dtype differs", "resize"),
        (CALLED.format("(96, 96, 3)", "float32", "(None, 96, 96, 3)", "float32"), "x[tf.newaxis, ...]", "resize"),
        (CALLED.format("(8, 5)", "tf.float32", "(None, 7)", "float32"), "Compare 'Got' with", "The dtype differs"),
        (CALLED.format("(8, 5)", "float32", "(None, 7)", "float32"), "Compare 'Got' with the options", "tf.constant("),
        (
            "Could not find meta graph def matching supplied tags: { serve }\nMetaGraphDef with tag-set: 's, e, r, v'",
            "taken letter by letter",
            "frozen graph was renamed",
        ),
        (
            "Could not find meta graph def matching supplied tags: { serve }\nMetaGraphDef with tag-set: 'serve, gpu'",
            "exported with other tags",
            "letter by letter",
        ),
        ("RuntimeError: Unable to parse file 'net.pb'.", "--saved-model FOLDER", "nothing"),
        (
            "  File 'site-packages/tf2onnx/convert.py', line 1, in main\nRuntimeError: Unable to load file 'net.h5'.",
            "--keras FILE.h5",
            "nothing",
        ),
    ],
)
def test_what_the_text_shows_decides_between_causes(text, says, never):
    shown = " ".join(repr(Explanation(text)).replace('\\"', "'").split()).replace("“", "'").replace("”", "'")
    shown = shown.replace('Compare "Got"', "Compare 'Got'")
    assert says in shown and never not in shown, shown


def test_a_file_that_another_program_could_not_parse_is_none_of_tf2onnx():
    assert Explanation("RuntimeError: Unable to load file 'level3.map'.").found is None


def test_the_end_of_a_path_is_no_prefix():
    failed = "FailedPreconditionError: Attempting to use uninitialized value w\n"
    for call in ("import_meta_graph(folder + '/net.meta')", "restore(sess, os.path.join(folder, 'net.index'))"):
        shown = repr(Explanation(f"{call}\n{failed}"))
        assert "inspect" not in shown and '"net"' not in shown, shown
    assert "run/net" in repr(Explanation(f"tf.train.import_meta_graph('run/net.meta')\n{failed}"))


PLACED = (
    "InvalidArgumentError: Cannot assign a device for operation 'w': Operation was explicitly assigned to "
    "/job:ps/task:0/device:CPU:0 but available devices are [ /job:localhost/replica:0/task:0/device:CPU:0 ]."
)
IMPORTED = "  File 'demo.py', line 3, in main\n    saver = tf.train.import_meta_graph(path + '.meta')\n"
GIVEN = "explicitly assigned to /job:ps/task:0/device:CPU:0 but available devices are [ "
OLDER = "Could not satisfy explicit device specification '/job:worker/task:1' because no devices matching that "
OLDER += "specification are registered in this process; available devices: "


@pytest.mark.parametrize(
    "text, imported, cluster",
    [
        (IMPORTED + PLACED, True, False),
        (IMPORTED + PLACED.replace("/job:ps", "/job:trainer"), True, False),
        (IMPORTED + PLACED.replace(f"Operation was {GIVEN}", OLDER).replace(" ].", ""), True, False),
        ("  File 'a.py', line 3, in f\n    tf.import_graph_def(graph_def)\n" + PLACED, True, False),
        ("  File 'tensorflow/python/saved_model/loader.py', line 2, in load\n" + PLACED, True, False),
        ("  File 'train.py', line 3, in f\n    sess.run(init)\n" + PLACED, False, True),
        (PLACED, True, True),
        (IMPORTED + PLACED.replace("/job:ps/task:0", ""), False, False),
    ],
)
def test_the_devices_of_a_graph_from_a_file(text, imported, cluster):
    causes = " ".join(cause.what for cause in Explanation(text).found.causes)
    assert ("has for each operation the device of then" in causes) == imported
    assert ("The program was told of a cluster" in causes) == cluster
    assert not imported or "clear_devices=True" in repr(Explanation(text))


UNDECODED = "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xd5 in position 46: invalid continuation byte"


@pytest.mark.parametrize(
    "around",
    [
        "df = pd.read_csv('a.csv')",
        "Traceback (most recent call last):\n  File 'a.py', line 3, in f\n    for line in open('a.txt'):",
        "with open(path) as f:\n    text = f.read()",
        "subprocess.check_output(command).decode('utf-8')",
        "pip install something fails",
    ],
)
def test_a_text_of_another_program_that_is_not_utf_8(around):
    explanation = Explanation(f"{around}\n{UNDECODED}")
    assert explanation.found is None and not any("'utf-8' codec" in each.example for each, _ in explanation.nearest)
    for ours in ("pickle.load(open('m.pkl'))", "tf.train.import_meta_graph('x.meta')"):
        assert Explanation(f"{around}\n{ours}\n{UNDECODED}").found


RENAMED = "FileNotFoundError: [Errno 2] No such file or directory: 'run/model-2600' -> 'results/best_model.ckpt'"
COPIED = "FileNotFoundError: [Errno 2] No such file or directory: 'run/model.ckpt-100'"


@pytest.mark.parametrize(
    "text",
    [
        RENAMED,
        RENAMED.replace(
            "[Errno 2] No such file or directory", "[WinError 2] The system cannot find the file specified"
        ),
        f"  File 'a.py', line 3, in f\n    shutil.copy(path, 'best')\n{COPIED}",
        f"  File 'up.py', line 9, in f\n    s3.upload_file('run/model.ckpt-100', 'bucket', 'm')\n{COPIED}",
        "TensorFlow 1.4\n$ cp model.ckpt-5000 best/\ncp: cannot stat 'model.ckpt-5000': No such file or directory",
    ],
)
def test_a_prefix_that_was_taken_for_a_file(text):
    explanation = Explanation(text)
    assert explanation.found.message.id == "prefix-renamed-or-copied-as-a-file"
    assert ".index" in explanation.found.causes[0].what and "glob.escape(old)" in repr(explanation)


@pytest.mark.parametrize(
    "text",
    [
        "FileNotFoundError: [Errno 2] No such file or directory: 'models/ldm/stable-diffusion-v1/model.ckpt'",
        "    torch.load('model.ckpt')\n    open(name)\n" + COPIED.replace("-100", ""),
        "    os.rename(a, b)\n  File 'transformers/trainer.py', line 4, in save\nFileNotFoundError: [Errno 2] No such "
        "file or directory: 'out/tmp-checkpoint-1000' -> 'out/checkpoint-1000'",
        "    os.rename(a, b)\nFileNotFoundError: [Errno 2] No such file or directory: 'log/app-2024' -> 'old/app'",
    ],
)
def test_a_file_that_is_no_prefix(text):
    assert Explanation(text).found is None


def test_an_unresolved_object_in_the_words_of_tensorflow_1():
    text = "AssertionError: Unresolved object in checkpoint: attributes {\n  name: 'VARIABLE_VALUE'\n}"
    for each in (text, text.replace("attributes", "children")):
        causes = Explanation(each).found.causes
        assert "has no variable yet" in causes[0].what and all(cause.tell for cause in causes)


def test_keras_1_has_no_compile_to_leave_out():
    shown = " ".join(repr(Explanation("Exception: Optimizer weight shape (2, 3) not compatible with weight")).split())
    assert "without_optimizer.h5" in shown and "compile=False" not in shown
    shown = " ".join(repr(Explanation("ValueError: Optimizer weight shape (2, 3) not compatible with weight")).split())
    assert "compile=False" in shown and "without_optimizer.h5" not in shown


def test_a_message_that_the_text_has_is_not_called_the_nearest():
    text = next(message.example for message in catalog().messages if "Failed to get convolution" in message.example)
    explanation = Explanation(text)
    assert explanation.found is None and text not in [message.example for message, _ in explanation.nearest]


def test_a_prefix_has_its_folder_where_another_line_tells_it():
    text = "found 69-9.91.data-00000-of-00001\nCould not open ./dir/69-9.91.data-00000-of-00001: DATA_LOSS"
    assert prefix_in(text) == "./dir/69-9.91"
    assert prefix_in(f"{text}\nCould not open ./other/69-9.91.index") == "69-9.91", "two folders: it may be either"


def test_what_is_asked_of_all_of_a_text_is_not_asked_of_a_paragraph():
    text = Passage(["I use Keras.", "", "one line", "and another", "", "call('a long path', 'b')"])
    assert not text.search(r"\A(?![\s\S]*Keras)") and text.search(r"\A(?=[\s\S]*another)[\s\S]*Keras")
    assert text.search("one line and another")


TRAINED = '  File "keras/engine/training.py", line 8, in fit\n{}'


@pytest.mark.parametrize(
    "line",
    [
        "InvalidArgumentError: indices[3,4] = 100 is not in [0, 100)",
        "ValueError: Input 0 of layer dense is incompatible with the layer: expected axis -1 of input shape",
        "ValueError: Error when checking input: expected input_1 to have 4 dimensions, but got (9, 28)",
        "ValueError: could not convert string to float: 'red'",
    ],
)
def test_what_a_training_says_too_needs_a_sign_of_loading(line):
    assert Explanation(TRAINED.format(line)).found is None and Explanation(f"I train with Keras.\n{line}").found is None
    loaded = "model = tf.keras.models.load_model('m.keras')\nTextVectorization tf.saved_model.save(\nmodel.predict(x)\n"
    assert Explanation(loaded + line).found.message.id in {
        "embedding-row-not-there",
        "input-unlike-the-loaded-model",
        "text-into-a-float-signature",
    }


def test_a_text_of_python_2_is_read_as_one_of_python_3():
    text = "load_model('m.h5')\nTypeError: ('Keyword argument not understood:', {}'data_format')"
    old, new = (Explanation(text.format(mark)).found for mark in ("u", ""))
    assert old.groups["name"] == new.groups["name"] == "data_format" and old.causes == new.causes


def test_a_model_that_is_copied_has_no_file_at_fault():
    text = "  File 'quantize.py', line 4, in quantize_apply\nValueError: Unknown layer: Anchors"
    assert "No file is at fault" in Explanation(text).found.causes[0].what
    assert "No file is at fault" not in Explanation("load_model('m.h5')\n" + text).found.causes[0].what
