"""Truth 9, the set-up and the command line: clear words and a non-zero exit for whatever goes wrong."""

import ast
import collections
import hashlib
import json
import logging
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import zipfile
from dataclasses import replace
from importlib import util
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from rich.cells import cell_len

from conftest import ROOT, interruptible
from course import __main__, cli, lab, places
from course.lab import address
from course.setup import doctor, install, requirements, uv
from course.setup.checkout import Checkout
from course.setup.run_command import Line, StepError, explain, step
from tfckpt import commands, errors
from tfckpt.format import crc32c

UNREACHABLE = "http://127.0.0.1:9/simple"  # a port on which nobody listens
OFFLINE = {"PIP_INDEX_URL": UNREACHABLE, "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull, "PYTHONPATH": ""}
OFFLINE |= {"PIP_FIND_LINKS": "", "PIP_EXTRA_INDEX_URL": "", "PIP_NO_CACHE_DIR": "1"}
OURS = ROOT / "tests" / "tf-1.15.5"
BASE = getattr(sys, "_base_executable", sys.executable)  # the Python that this environment was made with
needs_a_bare_python = pytest.mark.skipif(
    sys.platform == "win32" or sys.executable == BASE, reason="needs a Python without the packages, and links"
)


def run_course(*arguments, cwd=ROOT, python=sys.executable, module="course", **variables):
    """Runs ``python -m course ARGUMENTS``. Returns the finished process."""
    environment = {**os.environ, **variables}
    command = [python, "-m", module, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)


def says(result, *words, code=1):
    shown = result.stdout + result.stderr
    assert result.returncode == code, shown
    assert "Traceback" not in shown, shown
    for word in words:
        assert word in shown, shown


@pytest.fixture
def house(tmp_path):
    """An empty checkout."""
    (tmp_path / "requirements.lock").write_text("click==8.5.1 --hash=sha256:00\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text('[project.scripts]\ncourse = "course"\n\n[tool]\n', encoding="utf-8")
    return Checkout(tmp_path)


def test_an_old_python_can_read_the_front_and_is_told_what_to_do():
    for name in ("__init__.py", "__main__.py"):
        ast.parse((ROOT / "course" / name).read_text(encoding="utf-8"), feature_version=(3, 6))
    text = __main__.unsupported()
    assert "The course needs Python 3.11, 3.12 or 3.13. This is Python" in text
    assert "-m course" in text


@pytest.mark.skipif(not shutil.which("pyenv"), reason="no older Python at hand")
def test_real_old_pythons():
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    old = [path for path in versions.glob("3.*") if path.name.startswith(("3.6", "3.8", "3.10"))]
    for folder in old:
        result = run_course("--version", python=folder / "bin" / "python")
        says(
            result, "The course needs Python 3.11, 3.12 or 3.13. This is Python " + ".".join(folder.name.split(".")[:2])
        )


@pytest.mark.parametrize("small", [False, True])
def test_states_of_the_environment(house, small):
    house = replace(house, small=small)

    def finish(**changes):
        record = {"finished": True, "lock": house.lock_hash, "folder": str(house.root), **changes}
        house.record.write_text(json.dumps(record), encoding="utf-8")

    assert house.state == "absent"
    house.venv.mkdir()
    assert house.state == "unfinished", "stopped right after it began"
    (house.venv / "pyvenv.cfg").touch()
    assert house.state == "foreign", "somebody else's"
    house.note(finished=False)
    assert house.state == "unfinished"
    house.note(finished=True)
    assert house.state == "unfinished", "its Python is gone"
    house.python.parent.mkdir()
    house.python.touch()
    assert house.state == "ready"
    finish(folder="elsewhere")
    assert house.state == "unfinished", "the checkout was moved"
    finish(lock="another")
    assert house.state == "outdated"
    finish()
    project = house.root / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    project.write_text(f"{text}\n[tool.ruff]\n", encoding="utf-8")
    assert house.state == "ready"
    project.write_text(f'{text}\n[project.entry-points."a door"]\nname = "course"\n', encoding="utf-8")
    assert house.state == ("ready" if small else "outdated"), "the installed course has to announce it"
    house.record.write_text("{half", encoding="utf-8")
    assert house.state == "unfinished"
    assert replace(house, small=not small).state == "absent", "the one is not the other"


def test_a_foreign_environment_is_left_alone(house):
    house.venv.mkdir()
    (house.venv / "pyvenv.cfg").write_text("mine", encoding="utf-8")
    with pytest.raises(install.SetupError, match="that the course did not make"):
        install.set_up(house)
    assert (house.venv / "pyvenv.cfg").read_text(encoding="utf-8") == "mine"


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A Python that has no package at all."""
    venv = tmp_path_factory.mktemp("bare") / "venv"
    subprocess.run([BASE, "-m", "venv", "--without-pip", venv], check=True)
    return venv / "bin" / "python"


def borrow(venv):
    """Makes an environment that has the packages of the one that these tests run in. Returns its site-packages."""
    subprocess.run([BASE, "-m", "venv", "--without-pip", venv], check=True)
    (packages,) = venv.glob("lib/python3.*/site-packages")
    (packages / "borrowed.pth").write_text("\n".join(path for path in sys.path if path.endswith("site-packages")))
    return packages


@needs_a_bare_python
def test_a_foreign_environment_that_has_everything_is_used(checkout):
    """``.venv`` made by hand, by uv or by an editor: here a link to the environment that these tests run in."""
    venv = checkout / ".venv"
    packages = borrow(venv)
    says(run_course("run", "--help", cwd=checkout, python=BASE, PYTHONPATH=""), "Execute notebooks", code=0)
    assert not (venv / "course-setup.json").exists()
    (packages / "borrowed.pth").unlink()
    says(run_course("run", cwd=checkout, python=BASE, PYTHONPATH=""), "that the course did not make", "tensorflow")


@needs_a_bare_python
@pytest.mark.parametrize("small", [True, False], ids=["the small one", "the large one, which is there"])
def test_inspect_finds_its_environment(checkout, bare, small):
    environment = Checkout(checkout, small=small)
    borrow(environment.venv)
    environment.note(finished=True)
    for module in ("course", "tfckpt"):
        done = run_course("inspect", OURS / "pair" / "model", cwd=checkout, python=bare, module=module, PYTHONPATH="")
        says(done, "is a TensorFlow 1 checkpoint", f"python3 -m {module} inspect", code=0)
    assert not Checkout(checkout, small=not small).venv.exists()


@needs_a_bare_python
def test_inspect_sets_up_the_small_environment_and_prints_nothing_of_it(checkout, bare):
    for module in ("course", "tfckpt"):
        done = run_course("inspect", "model", "--json", cwd=checkout, python=bare, module=module, **OFFLINE)
        says(
            done, "[1/2 creating", "[2/2 installing", "inspect needs is not set up: the package index cannot be reached"
        )
        assert done.stdout == "", "it may be read as JSON"
        assert not (checkout / ".venv").exists()
        assert Checkout(checkout, small=True).state == "unfinished"


def wheel(folder, name, version, script=""):
    """Writes a package whose module has the version, and whose command is a script. Returns its lines of a lock."""
    module, info = name.replace("-", "_"), f"{name.replace('-', '_')}-{version}.dist-info"
    path = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{module}.py", f"version = {version!r}\n")
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        if script:
            runs = zipfile.ZipInfo(f"{module}-{version}.data/scripts/{name}")
            runs.external_attr = 0o100755 << 16
            file.writestr(runs, script)
        file.writestr(f"{info}/RECORD", "")
    return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n    # via x\n"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("", ([], {})),
        ("global.index-url='https://a/simple'", (["--default-index", "https://a/simple"], {})),
        (
            "global.extra-index-url='https://b/simple\\nhttps://c/simple'",
            (["--extra-index-url", "https://b/simple", "--extra-index-url", "https://c/simple"], {}),
        ),
        ("global.find-links='/w'\n:env:.find-links=\"/it's\"", (["--find-links", "/it's"], {})),
        ("global.index-url='https://a'\ninstall.index-url='https://b'", (["--default-index", "https://b"], {})),
        ("install.no-index='true'\nglobal.trusted-host='h'", (["--allow-insecure-host", "h", "--no-index"], {})),
        (":env:.no-index='0'\ndownload.no-index='1'", ([], {})),
        (
            "global.cert='/ca.pem'\nglobal.client-cert='/me'",
            ([], {"SSL_CERT_FILE": "/ca.pem", "SSL_CLIENT_CERT": "/me"}),
        ),
        ("global.proxy='p:1'", ([], {"HTTP_PROXY": "p:1", "HTTPS_PROXY": "p:1", "ALL_PROXY": "p:1"})),
        (":env:.default-timeout='9'\nglobal.retries='2'", ([], {"UV_HTTP_TIMEOUT": "9", "UV_HTTP_RETRIES": "2"})),
        ("global.user='true'\n:env:.config-file='/x'\n:env:.find-links=''", ([], {})),
        ("global.keyring-provider='subprocess'", None),
        ("global.use-feature='truststore'", None),
        ("global.constraint='here.txt'", ([], {})),
        ("global.constraint='here.txt other.txt'", None),
        ("global.constraint='more.txt'", None),
        ("global.constraint='gone.txt'", None),
    ],
)
def test_what_pip_is_told_is_told_to_uv(in_folder, monkeypatch, lines, told):
    """None: there is something that only pip can do. A constraint counts if it is about a package of the lock."""
    (in_folder / "here.txt").write_text("# torch\ntorch<=2  # ours\n", encoding="utf-8")
    (in_folder / "other.txt").write_text("torch<=2\nML.dtypes<1\n", encoding="utf-8")
    (in_folder / "more.txt").write_text("-r here.txt\n", encoding="utf-8")
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    assert uv.translated(lines, ["numpy", "ml-dtypes"]) == told
    if told == ([], {}):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/bundle.pem")
        assert uv.translated(lines, ["numpy"]) == ([], {"SSL_CERT_FILE": "/bundle.pem"})


@pytest.mark.skipif(sys.platform == "win32", reason="a script of Linux or macOS stands for uv")
def test_uv_installs_or_leaves_it_to_pip(tmp_path, monkeypatch):
    """The uv of these tests, behind a made-up package: what is installed, where from, and when it is pip's turn."""
    from uv import find_uv_bin

    house, packages = Checkout(tmp_path), tmp_path / "packages"
    packages.mkdir()
    for name, value in {**OFFLINE, "PIP_FIND_LINKS": str(packages), "PIP_NO_INDEX": "1"}.items():
        monkeypatch.setenv(name, value)
    subprocess.run([BASE, "-m", "venv", house.venv], check=True)
    pip = [str(house.python), *"-m pip install --no-deps".split()]

    def install_with(script):
        locked = [wheel(packages, "uv", "1.0", script), wheel(packages, "numpy", "1.0")]
        house.lock.write_text("".join(locked), encoding="utf-8")
        subprocess.run([*pip[:-2], "uninstall", "-y", "uv", "numpy"], check=True, capture_output=True)
        done = uv.install(house, pip, "packages")
        assert not (tmp_path / ".course" / "uv").exists(), "what uv downloaded is not kept twice"
        return done, (next(house.venv.glob("lib/python*/site-packages")) / "numpy.py").exists()

    real = f'#!/bin/sh\nexec "{find_uv_bin()}" "$@"\n'
    assert install_with(real) == (True, True)
    assert install_with("#!/bin/sh\nexit 1\n") == (False, False)
    assert install_with("#!/nowhere/at/all\n") == (False, False)
    monkeypatch.setenv("PIP_KEYRING_PROVIDER", "disabled")
    assert install_with(real) == (False, False)
    monkeypatch.delenv("PIP_KEYRING_PROVIDER")
    house.lock.write_text(
        house.lock.read_text().replace("numpy==1.0 \\\n    --hash=sha256:", "numpy==1.0 --hash=sha256:0")
    )
    assert not uv.install(house, pip, "packages"), "pip then says which package it is"
    house.lock.write_text("uv==1.0 --hash=sha256:" + "0" * 64, encoding="utf-8")
    with pytest.raises(StepError, match="not the one that requirements.lock names"):
        uv.install(house, [*pip, "--force-reinstall"], "packages")
    house.lock.write_text("uv==2.0 --hash=sha256:" + "0" * 64, encoding="utf-8")
    assert not uv.install(house, pip, "packages"), "there is no uv for this system"


@pytest.mark.parametrize("with_uv", [True, False])
def test_pip_installs_where_uv_does_not(house, monkeypatch, with_uv):
    steps = {}
    monkeypatch.setattr(install, "step", lambda title, command, **_: steps.update({title: command}))
    monkeypatch.setattr(uv, "install", lambda *_: with_uv)
    install.run_steps(house, new=False)
    assert ("2/4 installing packages" in steps) is not with_uv
    assert list(steps)[-2:] == [title for title in steps if title.startswith(("3/4 compiling", "4/4 adding"))]
    if not with_uv:
        assert steps["2/4 installing packages"][-2:] == ["-r", str(house.lock)]
        assert "--require-hashes" in steps["2/4 installing packages"]


def test_the_small_environment_is_installed_from_the_lock(tmp_path, monkeypatch):
    """From made-up packages: what is installed, that a changed lock is followed, and that hashes are compared."""
    house, packages = Checkout(tmp_path, small=True), tmp_path / "packages"
    packages.mkdir()
    for name, value in {**OFFLINE, "PIP_FIND_LINKS": str(packages), "PIP_NO_INDEX": "1"}.items():
        monkeypatch.setenv(name, value)

    def installed(name):
        code = f"import {name.replace('-', '_')} as module; print(module.version)"
        return subprocess.run([house.python, "-c", code], capture_output=True, text=True).stdout.strip()

    lines = [wheel(packages, name, "1.0") for name in (*requirements.SMALL, "tensorflow")]
    house.lock.write_text("# made by hand\n" + "".join(lines), encoding="utf-8")
    install.set_up(house)
    assert house.state == "ready"
    assert [installed(name) for name in requirements.SMALL] == ["1.0"] * 5
    assert installed("tensorflow") == ""
    house.lock.write_text("".join([*lines[:-1], wheel(packages, "tensorflow", "2.0")]), encoding="utf-8")
    assert house.state == "ready", "what it does not have has changed"
    lines[0] = wheel(packages, requirements.SMALL[0], "2.0")
    house.lock.write_text("".join(lines), encoding="utf-8")
    assert house.state == "outdated"
    install.set_up(house)
    assert [installed(name) for name in requirements.SMALL] == ["2.0", *["1.0"] * 4]
    house.lock.write_text("".join(lines[1:]) + "numpy==1.0 --hash=sha256:" + "0" * 64, encoding="utf-8")
    with pytest.raises(StepError, match="not the one that requirements.lock names"):
        install.set_up(house)
    assert house.state == "unfinished"


@pytest.mark.skipif(sys.platform == "win32", reason="a link needs rights on Windows")
def test_a_link_is_not_followed_to_delete_what_it_leads_to(house, tmp_path_factory):
    """An empty folder, a set-up of another checkout, nothing: the message says what to remove, and nothing is lost."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    house.venv.symlink_to(elsewhere)
    for state in ("unfinished", "foreign"):
        assert house.state == state
        with pytest.raises(
            install.SetupError, match="is a symbolic link, to .*\n.*Remove the link, not what it leads to"
        ):
            install.set_up(house)
        assert house.venv.is_symlink()
        if state == "unfinished":
            (elsewhere / "kept.txt").touch()
            house.note(finished=False)
            assert house.state == "unfinished"
            with pytest.raises(install.SetupError, match="is a symbolic link"):
                install.set_up(house)
            assert (elsewhere / "kept.txt").exists()
            shutil.rmtree(elsewhere)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot be asked for a process without ending it")
def test_two_set_ups_at_once(house):
    house.venv.mkdir()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        house.record.write_text(json.dumps({"finished": False, "process": other.pid}), encoding="utf-8")
        with pytest.raises(install.SetupError, match=f"another set-up is at work .process {other.pid}"):
            install.set_up(house)
        assert house.venv.exists()
        other.communicate(b"")
    install.refuse_second_set_up(house)  # the other one is gone: nothing is refused


def test_no_ensurepip(house, monkeypatch):
    find = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == "ensurepip" else find(name))
    for checkout in (house, replace(house, small=True)):
        with pytest.raises(install.SetupError, match="comes without ensurepip.*\n.*sudo apt install python3"):
            install.set_up(checkout)
        assert checkout.state == "absent"


def test_a_disk_that_is_too_small(house, monkeypatch):
    usage = collections.namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**10, 9 * 10**9, 10**9))
    with pytest.raises(install.SetupError, match="1.0 GB free, and the set-up needs 3 GB"):
        install.set_up(house)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**10, 10**10 - 10**8, 10**8))
    with pytest.raises(install.SetupError, match="0.1 GB free, and the set-up needs 0.3 GB"):
        install.set_up(replace(house, small=True))


@pytest.mark.parametrize(
    ("output", "cause"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "the disk is full"),
        ("NewConnectionError: Failed to establish a new connection", "the package index cannot be reached"),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE",
            "not the one that requirements.lock",
        ),
        ("PermissionError: [Errno 13] Permission denied: '/x'", "cannot be written to"),
        ("something new\nin two lines", "something new\nin two lines"),
    ],
)
def test_causes(output, cause):
    assert cause in explain(output)


def test_a_step_that_fails_names_its_cause():
    with pytest.raises(StepError, match="the disk is full"):
        step("writing", [sys.executable, "-c", "import os; raise OSError(28, os.strerror(28))"])
    step("writing", [sys.executable, "-c", "raise SystemExit(1)"], may_fail=True)


def test_progress_counts_packages(capsys):
    with Line("installing", 4) as line:
        for text in ("Collecting a==1", "  Downloading a-1.whl (2 MB)", "Collecting b==2", "other"):
            line.heard(text)
        line.show()
        line.heard("Installing collected packages: a, b")
        line.show()
    shown = capsys.readouterr().out.splitlines()
    assert "[installing] ##########..........   0 s b==2" in shown
    assert "[installing] ####################   0 s unpacking" in shown


def test_progress_of_uv(capsys, tmp_path):
    """It says what it downloads if that is large, so what is unpacked is counted."""
    with Line("installing", 4, unpacked=tmp_path / "archive") as line:
        line.heard("Resolved 4 packages in 3ms")
        line.show()
        for name in ("a", "b"):
            (tmp_path / "archive" / name).mkdir(parents=True)
        for text in ("Downloading tensorflow-cpu (255.6MiB)", "Downloading ruff (10.2MiB)", " Downloaded ruff"):
            line.heard(text)
        line.show()
        line.heard("Prepared 4 packages in 7s")
        line.show()
    shown = capsys.readouterr().out.splitlines()
    assert "[installing] ....................   0 s " in shown
    assert "[installing] ##########..........   0 s tensorflow-cpu (255.6MiB)" in shown
    assert "[installing] ####################   0 s unpacking" in shown


def test_no_network_on_first_use_and_the_start_after_it(checkout, tmp_path):
    python = getattr(sys, "_base_executable", sys.executable)
    if not [name for name in requirements.MODULES if util.find_spec(name) is None] and python == sys.executable:
        pytest.skip("this Python has the dependencies, so it would set nothing up")
    first = run_course("run", cwd=checkout, python=python, **OFFLINE)
    says(first, "Setting up the course", "about 0.5 GB", "the package index cannot be reached")
    again = run_course("run", cwd=checkout, python=python, **OFFLINE)
    says(again, "its set-up did not finish, or the folder was moved", "the package index cannot be reached")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to a console, not to a process")
def test_an_interrupted_set_up_says_so(checkout):
    environment = {**os.environ, "PYTHONPATH": "", "PYTHONUNBUFFERED": "1"}
    command = [getattr(sys, "_base_executable", sys.executable), "-m", "course", "run"]
    if command[0] == sys.executable:
        pytest.skip("this Python has the dependencies, so it would set nothing up")
    options = {"cwd": checkout, "env": environment, "text": True, **interruptible()}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options) as process:
        for line in process.stdout:
            if line.startswith("[1/4"):
                break
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert process.returncode == 130, rest
    assert "Set-up stopped. The next start begins it again." in rest
    assert "Traceback" not in rest
    assert (checkout / ".venv" / "course-setup.json").exists(), "the next start sees whose .venv it is"


def test_help_and_version_before_the_set_up(checkout):
    python = BASE
    if python == sys.executable:
        pytest.skip("this Python has the dependencies")
    says(run_course("--help", cwd=checkout, python=python, PYTHONPATH=""), "The course is not set up yet", code=0)
    says(run_course("--version", cwd=checkout, python=python, PYTHONPATH=""), "course 0.", code=0)
    says(run_course("doctor", cwd=checkout, python=python, PYTHONPATH=""), "not set up yet", "python3 -m course")
    assert not (checkout / ".venv").exists()


def test_help_and_version():
    says(run_course("--help"), "lab", "run", "test", "doctor", "render", code=0)
    says(run_course("--version"), "course 0.", code=0)
    says(run_course("run", "--help"), "--output", code=0)


def test_unknown_command_and_option():
    says(run_course("lesson"), "No such command 'lesson'", code=2)
    says(run_course("run", "--fast"), "No such option", code=2)


def test_a_notebook_that_does_not_exist():
    lists = "There are 00 to 18; `python3 -m course progress` lists them."
    says(run_course("run", "99"), f"Error: There is no lesson 99. {lists}\n")
    says(run_course("reset", "77"), f"Error: There is no lesson 77. {lists}\n")
    says(run_course("render", "xyz"), f"Error: There is no lesson xyz. {lists}\n")
    says(run_course("run", "03_save_variables"), "no lesson 03_save_variables. Did you mean 03_save_the_variables or")
    says(run_course("reset", "3"), "Error: There is no lesson 3. Did you mean 03_save_the_variables?\n")
    says(run_course("run", "11"), "Lesson 11 has 3 parts. Name one of them: 11a_diagnose_the_error")


def test_a_folder_that_is_not_the_checkout(tmp_path):
    for name in ("course", "tfckpt"):
        shutil.copytree(ROOT / name, tmp_path / "elsewhere" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for command in (["run"], ["lab", "--no-browser"]):
        result = run_course(*command, cwd=tmp_path, PYTHONPATH=str(tmp_path / "elsewhere"))
        says(result, "The course's notebooks are not here", "Go to the folder with README.md")


@needs_a_bare_python
def test_an_installation_without_the_lessons(tmp_path, bare):
    """Says what it can do, in the words of the command that was typed, and makes nothing anywhere."""
    elsewhere = tmp_path / "site-packages"
    for name in ("course", "tfckpt"):
        shutil.copytree(ROOT / name, elsewhere / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "course").write_text("from course.__main__ import main\n\nmain()\n", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))

    def course(*arguments, python=bare):
        own = {**os.environ, "PYTHONPATH": str(elsewhere), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run([python, "course", *arguments], cwd=tmp_path, env=own, capture_output=True, text=True)

    for python in (bare, sys.executable):
        says(course(python=python), "What course can do here", "  inspect ", "The lessons are not here", code=0)
        says(course("--help", python=python), "Usage: course [COMMAND]", code=0)
    says(course("--version"), "course 0.", code=0)
    for arguments in (["run", "03"], ["lab"], ["--port", "9000"], ["doctor"]):
        says(course(*arguments), f"course {' '.join(arguments)} works in the course's own folder", "python3 -m course")
    says(course("inspect", "model"), "needs more packages. Type:", "-m pip install numpy ml-dtypes google-crc32c click")
    done = course("inspect", str(OURS / "pair" / "model"), python=sys.executable)
    says(done, "\n    course inspect ", code=0)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Linux or macOS")
@pytest.mark.parametrize("python", [BASE, sys.executable])
def test_help_whose_reader_has_gone(python):
    done = subprocess.run(f"{python} -m course --help | true", shell=True, cwd=ROOT, capture_output=True, text=True)
    assert done.stderr == ""


def test_a_python_that_tensorflow_does_not_have_yet():
    """What needs no TensorFlow works there all the same."""

    def course(*arguments):
        code = (
            "import course, sys; course.PYTHONS = ((3, 10),); "
            f"sys.argv[1:] = {list(map(str, arguments))}; from course.__main__ import main; main()"
        )
        return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    says(course("inspect", OURS / "pair" / "model"), "is a TensorFlow 1 checkpoint", code=0)
    says(course("--version"), "course 0.", code=0)
    says(course("doctor"), "The course needs 3.11, 3.12 or 3.13.", "Not ready: Python")
    for command in ([], ["run", "00"], ["lab"]):
        says(course(*command), "The course needs Python 3.11, 3.12 or 3.13. This is Python 3.")


def test_a_package_that_is_not_installed(tmp_path, monkeypatch, capsys):
    """Its name and what to type. What is read without it is shown; the slow checksums are the same ones."""
    (tmp_path / "model.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    pair = str(OURS / "pair" / "model")
    for package in ("h5py", "google_crc32c"):
        monkeypatch.setitem(sys.modules, package, None)
    crc32c.extender.cache_clear()
    for run in (cli.run, lambda arguments: commands.run(arguments, "tfckpt")):
        assert run(["inspect", str(tmp_path / "model.h5")]) == 1
        assert "Error: This needs h5py, which this Python lacks. Type:" in capsys.readouterr().err
        assert run(["inspect", pair, "--verify"]) == 0
        assert "all checksums are right" in capsys.readouterr().out
        with monkeypatch.context() as without:
            without.setitem(sys.modules, "numpy", None)
            assert run(["inspect", pair]) == 0
            assert run(["inspect", pair, "--values", "a"]) == 1
            assert "Error: This needs numpy, which this Python lacks. Type:" in capsys.readouterr().err
    crc32c.extender.cache_clear()
    assert {name.replace("-", "_"): name for name in requirements.SMALL} == errors.PACKAGES
    with pytest.raises(ModuleNotFoundError):  # our own mistake is not told as a missing package
        errors.missing_package(ModuleNotFoundError(name="course.nothing"))


def test_the_folder_can_be_named_in_place_of_the_module(tmp_path):
    result = subprocess.run(
        [sys.executable, ROOT / "course", "--version"], cwd=tmp_path, capture_output=True, text=True
    )
    says(result, "course 0.", code=0)


def test_a_port_in_use():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for arguments in (["--port", port], [f"--port={port}"], ["lab", f"--ServerApp.port={port}"]):
            says(run_course(*arguments, "--no-browser"), f"Port {port} is in use")
    says(run_course("--port", "many"), "--port wants a number")


def test_only_the_line_with_the_addresses_is_changed():
    """Of one page. Where others are told how to reach it, and for any error, JupyterLab's own words stay."""

    def shown(message):
        record = logging.makeLogRecord({"levelno": logging.CRITICAL, "levelname": "CRITICAL", "msg": message})
        return address.Address(color=False).format(record)

    one, other = "http://localhost:8888/lab?token=1f", "http://127.0.0.1:8888/lab?token=1f"
    says_both = f"\n\nTo access the server, open this file in a browser:\n  file:///x\nOr copy:\n  {one}\n  {other}"
    assert shown(says_both) == f"\n    {other}\n"
    for message in ("received signal 15", f"see {one}", f"{one} {other}2", says_both.replace("localhost", "my-host")):
        assert all(line.strip() in shown(message) for line in message.splitlines())
        assert shown(message).startswith("[C ")
    (option,) = [ast.literal_eval(address.OPTION.partition("=")[2])]
    module, _, name = option["formatters"]["console"]["class"].rpartition(".")
    assert (module, name) == (address.__name__, "Address")


def test_arguments_of_jupyterlab():
    assert lab.asked_port(["--no-browser"]) is None
    assert lab.asked_port(["--no-browser", "--port", "9000"]) == 9000
    assert requirements.command_of([]) == "lab"
    assert requirements.command_of(["--port", "9000"]) == "lab"
    assert requirements.command_of(["test", "-x"]) == "test"


def test_run(tmp_path):
    good, bad = tmp_path / "good.ipynb", tmp_path / "bad.ipynb"
    parameters = new_code_cell("a_value = 1", metadata={"tags": ["parameters"]})
    text = new_markdown_cell("# A title")
    nbformat.write(new_notebook(cells=[text, parameters, new_code_cell("print(a_value + 1)")]), good)
    nbformat.write(new_notebook(cells=[new_code_cell("raise ValueError('no')"), text, parameters]), bad)
    before = good.read_bytes()
    result = run_course("run", good, bad, "-p", "a_value", "41", "-o", tmp_path / "out")
    says(result, "good", "ran", "bad", "failed", "cell 1 raised ValueError: no")
    assert good.read_bytes() == before
    executed = nbformat.read(tmp_path / "out" / "good.ipynb", as_version=4)
    assert executed.cells[-1].outputs[0].text == "42\n"
    counted = [re.findall(r"(\d+)/\d+ \[", bar)[-1] for bar in re.split(r"^good$|^bad$", result.stderr, flags=re.M)[1:]]
    assert counted == re.findall(r"│ +(\d+) │", result.stdout), "the bar and the table count the same cells"
    says(run_course("run", good, "-o", tmp_path / "out"), "nothing is overwritten")
    says(run_course("run", good, "-p", "b_valeu", "1"), "No notebook has the parameter b_valeu. Known: a_value.")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder in which nobody can make one")
def test_a_folder_that_cannot_be_made():
    says(run_course("run", "00", "-o", "/proc/executed"), "Error: the system refused", "/proc/executed")


def test_test_passes_its_arguments_on():
    says(
        run_course("test", "--collect-only", "-q", "tests/test_4_every_solution_passes.py"),
        "test_solved[00_start_here]",
        code=0,
    )


def test_the_users_own_jupyter_is_left_alone():
    variables = places.environment()
    for name in (
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTER_RUNTIME_DIR",
        "JUPYTERLAB_SETTINGS_DIR",
        "IPYTHONDIR",
    ):
        assert Path(variables[name]).is_relative_to(places.root() / ".course")


def test_doctor(capsys, monkeypatch):
    assert doctor.report() == 0
    assert "This machine is ready for the course." in capsys.readouterr().out
    monkeypatch.setattr(doctor, "available_memory", lambda: 300_000_000)
    assert doctor.report() == 1
    shown = capsys.readouterr().out
    assert "0.3 GB free" in shown
    assert "Not ready: memory." in shown
    assert "Something is missing" in repr(doctor.verdict())


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


@pytest.mark.parametrize(
    ("origin", "link"),
    [
        ("https://github.com/ann/course.git", "https://mybinder.org/v2/gh/ann/course/HEAD?urlpath="),
        ("git@github.com:ann/course.git", "https://mybinder.org/v2/gh/ann/course/HEAD?urlpath="),
        ("https://gitlab.com/ann/course", "https://mybinder.org/v2/gl/ann%2Fcourse/HEAD?urlpath="),
        ("/a/folder", None),
    ],
)
def test_binder_link(origin, link, tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", origin], check=True)
    found = doctor.binder_link(Checkout(tmp_path))
    assert (found or "").startswith(link or "")
    assert bool(found) == bool(link)


def test_parameters_on_the_command_line():
    assert [cli.literal(text) for text in ("7", "[1, 2]", "a text", "1.5")] == [7, [1, 2], "a text", 1.5]
