"""Truth 9, ``course doctor``: what it says of this machine, and what it leaves alone."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from rich.cells import cell_len

from course.setup import doctor, origin, requirements


def test_doctor(capsys, monkeypatch):
    assert doctor.report() == 0
    assert "This machine is ready for the course." in capsys.readouterr().out
    monkeypatch.setattr(doctor, "available_memory", lambda: 300_000_000)
    assert doctor.report() == 1
    shown = capsys.readouterr().out
    assert "0.3 GB free" in shown
    assert "Not ready: memory." in shown
    assert "Something is missing" in repr(doctor.verdict())


@pytest.mark.parametrize("where", [None, origin.Origin("github", "ann", "course")])
def test_doctor_has_a_link_or_says_why_not(capsys, monkeypatch, where):
    monkeypatch.setattr(origin, "of", lambda folder: where)
    monkeypatch.setattr(doctor, "lacking", lambda: ["tensorflow"])  # the slow ones are not looked at
    doctor.report()
    shown = capsys.readouterr().out
    assert (where.binder if where else "no origin on GitHub or GitLab, so no Binder link") in shown
    assert shown.splitlines()[-1].startswith("Not ready"), "what a teacher asks for"


def test_doctor_fits_80_columns(capsys):
    doctor.report()
    for line in capsys.readouterr().out.splitlines():
        assert cell_len(line) <= 80 or len(line.split()) < 5, line


def test_doctor_writes_nothing_into_a_home(checkout, tmp_path):
    """Neither before the set-up nor after it, when it starts TensorFlow, which imports Keras and matplotlib."""
    home = tmp_path / "home"
    home.mkdir()
    own = dict.fromkeys(("HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA"), str(home))
    own |= dict.fromkeys(("KERAS_HOME", "MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), "")
    environment = {name: value for name, value in {**os.environ, **own}.items() if value}
    before = getattr(sys, "_base_executable", sys.executable)
    for python, path in ((before, ""), (sys.executable, str(checkout))):
        command = [python, "-m", "course", "doctor"]
        done = subprocess.run(
            command, cwd=checkout, env={**environment, "PYTHONPATH": path}, capture_output=True, text=True, timeout=120
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert ("starts in" in done.stdout) == (python == sys.executable), done.stdout
        assert list(home.rglob("*")) == []


def test_doctor_on_another_tensorflow(monkeypatch):
    monkeypatch.setattr(requirements, "tensorflow_version", lambda: "2.19.0")
    assert doctor.tensorflow().state == doctor.MISSING
    assert "2.19.0" in doctor.tensorflow().seen
    assert any("2.19.0" in text for text in requirements.missing("lab"))


def test_a_disk_that_is_full(monkeypatch):
    assert doctor.disk().state == doctor.OK
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: SimpleNamespace(free=50 * 10**6))
    assert doctor.disk().state == doctor.MISSING
    assert "50 MB free; a lesson needs 100 MB." in str(doctor.disk())


def test_versions_that_are_not_those_of_the_lock(monkeypatch):
    assert doctor.versions().state == doctor.OK
    right = doctor.metadata.version
    monkeypatch.setattr(doctor.metadata, "version", lambda name: "0.0.1" if name == "numpy" else right(name))
    assert doctor.versions().state != doctor.OK
    assert "numpy 0.0.1 (" in str(doctor.versions())


def test_a_notebook_that_another_program_shows(monkeypatch):
    """A kernel without JupyterLab, as VS Code has it, lacks nothing; a terminal without it does."""
    right = doctor.util.find_spec
    monkeypatch.setattr(doctor.util, "find_spec", lambda name: None if name == "jupyterlab" else right(name))
    assert doctor.jupyterlab().state == doctor.MISSING
    shell = SimpleNamespace(kernel="a kernel")
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert doctor.jupyterlab().state == doctor.OK
    assert str(doctor.verdict()).startswith("✅ This machine is ready. Looked at: Python, TensorFlow, JupyterLab,")


def test_colab(monkeypatch, capsys):
    """Its own TensorFlow, no JupyterLab and no papermill: that is said, and is no fault."""
    right, there = doctor.util.find_spec, doctor.util.find_spec("json")
    others = {"jupyterlab": None, "papermill": None, "google.colab": there}
    monkeypatch.setattr(doctor.util, "find_spec", lambda name: others[name] if name in others else right(name))
    monkeypatch.setattr(requirements, "tensorflow_version", lambda: "2.19.0")
    assert doctor.report() == 0
    assert "not installed, and not needed" in capsys.readouterr().out
    assert "2.19.0, and the course is checked with 2.21.*. It is Colab's own" in str(doctor.verdict())
    others["google.colab"] = None
    assert doctor.report() == 1
    assert "Something is missing" in str(doctor.verdict())
