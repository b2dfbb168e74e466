"""Lesson 08a says that its cells are a training program that may be stopped at any time. Here they are one."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
import tensorflow.compat.v1 as tf

from conftest import interruptible
from course import notebooks

CELLS = ("data", "build", "train", "run")
FIRST = "import sys\n\nimport numpy as np\nimport tensorflow.compat.v1 as tf\n\ntf.disable_v2_behavior()"
LAST = "run(sys.argv[1], until=int(sys.argv[2]))"


@pytest.fixture
def script(in_folder):
    notebook = nbformat.read(notebooks.find("08a"), as_version=4)
    sources = {cell.id: cell.source for cell in notebook.cells}
    path = in_folder / "train.py"
    path.write_text("\n\n".join([FIRST, *(sources[name] for name in CELLS), LAST]), encoding="utf-8")
    return path


def start(script, folder, until):
    Path(folder).mkdir(exist_ok=True)
    command = [sys.executable, script, folder, str(until)]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL, **interruptible())


def steps(folder):
    return sorted(int(path.stem.removeprefix("model-")) for path in Path(folder).glob("model-*.index"))


@pytest.mark.parametrize("how", ["interrupt", "kill"])
def test_stopped_and_resumed(script, how):
    if how == "interrupt" and sys.platform == "win32":
        pytest.skip("Ctrl-C cannot be sent to one process on Windows")
    running = start(script, "stopped", until=1_000_000)
    while not steps("stopped"):
        assert running.poll() is None, "it ended by itself"
        time.sleep(0.01)
    running.send_signal(signal.SIGINT) if how == "interrupt" else running.kill()
    assert running.wait() != 0

    until = steps("stopped")[-1] + 120
    assert start(script, "stopped", until).wait() == 0
    assert start(script, "whole", until).wait() == 0
    for ending in (".index", ".data-00000-of-00001"):
        resumed, whole = (Path(folder, f"model-{until}{ending}").read_bytes() for folder in ("stopped", "whole"))
        assert resumed == whole


def test_the_last_step_is_saved(script):
    """Whatever the number of steps, and in a folder that the program makes."""
    command = [sys.executable, script, "new", "90"]
    assert subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0
    assert steps("new") == [40, 80, 90]


def rows(path, seed, restored):
    """Thirty rows of a shuffled input, from the eighth on: the first seven are before a save."""
    with tf.Graph().as_default(), tf.Session() as sess:
        iterator = tf.data.make_initializable_iterator(tf.data.Dataset.range(20).shuffle(20, seed=seed).repeat())
        row = iterator.get_next()
        tf.add_to_collection("saveable_objects", tf.data.experimental.make_saveable_from_iterator(iterator))
        saver = tf.train.Saver()
        if restored == "without initializing":
            saver.restore(sess, path)
        sess.run(iterator.initializer)
        if restored:
            saver.restore(sess, path)
        else:
            assert len([sess.run(row) for _ in range(7)]) == 7
            saver.save(sess, path)
        return [sess.run(row) for _ in range(30)]


def test_what_makes_a_shuffled_input_exact(in_folder):
    """The table of step 3 says: a seed, the input's state, and its iterator initialized before the restore."""
    saved = rows("./input", seed=7, restored=False)
    assert rows("./input", seed=7, restored=True) == saved
    with pytest.raises(tf.errors.FailedPreconditionError, match="has not been initialized"):
        rows("./input", seed=7, restored="without initializing")
    # Without a seed, the state has the rest of this pass over the rows, and the next passes differ.
    saved = rows("./input", seed=None, restored=False)
    resumed = rows("./input", seed=None, restored=True)
    assert resumed[:13] == saved[:13]
    assert resumed[13:] != saved[13:]
