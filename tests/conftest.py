"""What the tests share: the notebooks, and folders to work in."""

import os
import shutil
import signal
import subprocess
import sys
import time
from importlib import util
from pathlib import Path

import chromium
import nbformat
import pytest

from course import lessons, notebooks
from course.practice import child

ROOT = Path(__file__).resolve().parents[1]
OURS = ROOT / "tests" / "tf-1.15.5"  # what genuine TensorFlow 1.15.5 wrote
BASE = getattr(sys, "_base_executable", sys.executable)  # the Python that this environment was made with
CHECKOUT = ("course", "tfckpt", "docs", "notebooks", "pyproject.toml", "requirements.lock", "README.md")

needs_a_bare_python = pytest.mark.skipif(
    sys.platform == "win32" or sys.executable == BASE, reason="needs a Python without the packages, and links"
)


def pytest_generate_tests(metafunc):
    """``notebook`` is each of the course's notebooks; ``notebook_with_values`` each with a ``parameters`` cell."""
    paths = notebooks.all_notebooks()
    for name in {"notebook", "notebook_with_values"} & set(metafunc.fixturenames):
        chosen = [
            path for path in paths if name == "notebook" or notebooks.parameters(nbformat.read(path, as_version=4))
        ]
        metafunc.parametrize(name, chosen, ids=[path.stem for path in chosen])


def text_of(cell):
    """What a cell shows, as plain text: its streams and the ``text/plain`` of its results."""
    return "".join(output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in cell.outputs)


def run_course(*arguments, cwd=ROOT, python=sys.executable, module="course", **variables):
    """Runs ``python -m course ARGUMENTS``. Returns the finished process."""
    environment = {**os.environ, **variables}
    command = [python, "-m", module, *map(str, arguments)]
    encoding = variables.get("PYTHONIOENCODING")
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, encoding=encoding, timeout=120
    )


def says(result, *words, code=1):
    """Sees to it that a process ended with a code, and that what it printed has some words and no traceback."""
    shown = result.stdout + result.stderr
    assert result.returncode == code, shown
    assert "Traceback" not in shown, shown
    for word in words:
        assert word in shown, shown


@pytest.fixture(scope="session")
def with_tensorflow():
    """What needs the whole installation is skipped where only tfckpt is installed, on a Python without TensorFlow."""
    if util.find_spec("tensorflow") is None:
        pytest.skip("needs TensorFlow: install the whole course")


@pytest.fixture(scope="module")
def browser():
    with chromium.started() as browser:
        yield browser


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A Python that has no package at all."""
    venv = tmp_path_factory.mktemp("bare") / "venv"
    subprocess.run([BASE, "-m", "venv", "--without-pip", venv], check=True)
    return venv / "bin" / "python"


def copy_checkout(folder):
    """Copies the checkout, without .venv, into a folder, to run ``python3 -m course`` in. Returns the copy."""
    copy = folder / "checkout"
    for name in CHECKOUT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(
                source, copy / name, ignore=shutil.ignore_patterns("__pycache__", "scratch", ".ipynb_checkpoints")
            )
        else:
            shutil.copy(source, copy / name)
    return copy


def interruptible():
    """Options for ``subprocess.Popen``: what starts in the background may have been told to ignore Ctrl-C."""
    if sys.platform == "win32":
        return {}
    return {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}


def until(condition, seconds=5.0):
    """Waits until a condition holds."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it did not come to pass"
        time.sleep(0.02)


def gone(pids, seconds=60):
    """Whether these processes end in time. A zombie, which nobody has asked for its end yet, has ended."""
    import psutil  # not in the light installation

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"]:
            return True
        time.sleep(0.1)
    return False


@pytest.fixture(scope="session")
def lessons_loaded():
    """The process that attempts are forked from has the lessons' modules, so that no attempt has to load its own."""
    child.start_ahead(*(f"course.lessons.{name}" for name in lessons.names()))


@pytest.fixture
def checkout(tmp_path):
    return copy_checkout(tmp_path)


@pytest.fixture
def in_folder(tmp_path, monkeypatch):
    """Runs a test in an empty folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def tensorflow_as_it_is():
    """Each test begins with TensorFlow 2 as it is, whatever a test before it in the same process switched off.

    What several tests share is made before that, so each ends so as well.
    """
    switch_on_again()
    yield
    switch_on_again()


def switch_on_again():
    if "tensorflow" in sys.modules:
        import tensorflow.compat.v1 as tf

        tf.reset_default_graph()  # with operations in it, nothing can be switched on again
        tf.enable_v2_behavior()


@pytest.fixture
def clean_exercises(monkeypatch):
    """No exercise of the course has been tried in this process, and no hint was given."""
    for exercise in lessons.registry().values():
        monkeypatch.setattr(exercise, "tried", [])
        monkeypatch.setattr(exercise, "hints_given", 0)
        monkeypatch.setattr(exercise, "told_to_try", False)
