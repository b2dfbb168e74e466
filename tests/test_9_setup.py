"""Truth 9, the set-up: an environment that is whole, or clear words and a non-zero exit for what goes wrong."""

import ast
import collections
import hashlib
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import zipfile
from dataclasses import replace
from importlib import util
from pathlib import Path

import pytest

from conftest import BASE, OURS, ROOT, interruptible, needs_a_bare_python, run_course, says
from course import __main__, __version__
from course.setup import install, origin, requirements, uv
from course.setup.checkout import Checkout
from course.setup.run_command import Line, StepError, explain, step

UNREACHABLE = "http://127.0.0.1:9/simple"  # a port on which nobody listens
OFFLINE = {"PIP_INDEX_URL": UNREACHABLE, "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull, "PYTHONPATH": ""}
OFFLINE |= {"PIP_FIND_LINKS": "", "PIP_EXTRA_INDEX_URL": "", "PIP_NO_CACHE_DIR": "1"}


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


def test_on_windows_the_launcher_of_python_is_what_is_typed(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(shutil, "which", {}.get)
    assert "then type:  py -3.13 -m course" in __main__.unsupported(), "there is no py here"


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


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (
            "explain",
            "Setting up what explain needs in PLACE (first use only): 0.1 GB of disk, and some seconds. "
            "inspect, diff and export need the same.",
        ),
        (
            "inspect",
            "Setting up what inspect needs in PLACE (first use only): 0.1 GB of disk, and some seconds. "
            "diff, export and explain need the same.",
        ),
        ("tfckpt", "Setting up what tfckpt needs in PLACE (first use only): 0.1 GB of disk, and some seconds."),
    ],
)
def test_a_set_up_names_what_was_typed(house, command, said):
    small = replace(house, small=True)
    assert install.beginning(small, command) == said.replace("PLACE", str(small.venv))


@needs_a_bare_python
@pytest.mark.parametrize(
    ("module", "arguments", "named"),
    [
        ("course", ["explain", "Key A_1 not found in checkpoint"], "explain"),
        ("tfckpt", ["explain", "Key A_1 not found in checkpoint"], "explain"),
        ("tfckpt", ["diff", "a", "b"], "diff"),
        ("tfckpt", [], "tfckpt"),
        ("tfckpt", ["--help"], "tfckpt"),
    ],
)
def test_each_way_to_the_small_environment_is_named_as_it_was_typed(checkout, bare, module, arguments, named):
    done = run_course(*arguments, cwd=checkout, python=bare, module=module, **OFFLINE)
    says(done, f"Setting up what {named} needs in ", f"What {named} needs is not set up: the package index")


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
    shutil.copy(ROOT / "pyproject.toml", tmp_path)  # where it is run, uv reads a [tool.uv] of it
    monkeypatch.chdir(tmp_path)
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


@pytest.mark.parametrize(
    "system, machine, triplet, name",
    [
        ("darwin", "x86_64", "", "Intel Macs"),
        ("win32", "ARM64", "", "Windows on ARM"),
        ("linux", "x86_64", "x86_64-pc-linux-musl", "musl systems such as Alpine"),
    ],
)
def test_no_build_of_tensorflow(house, monkeypatch, system, machine, triplet, name):
    """Who cannot set it up gets the link where it is known, and else hears whom to ask; the README says so before."""
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(sysconfig, "get_config_var", lambda variable: triplet)
    monkeypatch.setattr(origin, "of", lambda folder: None)
    with pytest.raises(install.SetupError, match=f"no build for {name}.*or ask whoever gave you the course for a Bind"):
        install.check_machine(house)
    where = origin.Origin("github", "ann", "course")
    monkeypatch.setattr(origin, "of", lambda folder: where)
    with pytest.raises(install.SetupError, match=f"no build for {name}.* Binder: open {re.escape(where.binder)}"):
        install.check_machine(house)
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert name.rpartition(" ")[2] in readme[readme.index("has no build for") :][:80]


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
    says(run_course("--version", cwd=checkout, python=python, PYTHONPATH=""), f"course {__version__}\n", code=0)
    says(run_course("doctor", cwd=checkout, python=python, PYTHONPATH=""), "not set up yet", "python3 -m course")
    assert not (checkout / ".venv").exists()


def test_a_python_that_tensorflow_does_not_have_yet(tmp_path):
    """What needs no TensorFlow works there all the same."""

    def course(*arguments, cwd=ROOT):
        code = (
            "import course, sys; course.PYTHONS = ((3, 10),); "
            f"sys.argv[1:] = {list(map(str, arguments))}; from course.__main__ import main; main()"
        )
        environment = {**os.environ, "PYTHONPATH": ""}
        return subprocess.run([sys.executable, "-c", code], cwd=cwd, env=environment, capture_output=True, text=True)

    says(course("inspect", OURS / "pair" / "model"), "is a TensorFlow 1 checkpoint", code=0)
    says(course("--version"), f"course {__version__}\n", code=0)
    says(course("doctor"), "The course needs 3.11, 3.12 or 3.13.", "Not ready: Python")
    for command in ([], ["run", "00"], ["lab"]):
        says(course(*command), "The course needs Python 3.11, 3.12 or 3.13. This is Python 3.")
    for package in ("course", "tfckpt"):  # as a wheel has them: without the lessons
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("scratch", "__pycache__"))
    before = set(tmp_path.rglob("*"))
    says(course(cwd=tmp_path), "can do here, without TensorFlow", "The lessons are not here", code=0)
    says(course("lab", cwd=tmp_path), "The course needs Python 3.11, 3.12 or 3.13.")
    assert {path for path in tmp_path.rglob("*") if "__pycache__" not in path.parts} == before


@pytest.mark.parametrize("name", ["PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PYTHONPATH", "PYTHONHOME", "UV_PYTHON"])
def test_what_would_lead_pip_elsewhere_is_not_passed_on(monkeypatch, capsys, name):
    monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setenv("PIP_INDEX_URL", UNREACHABLE)
    code = f"import os, sys; sys.exit({name!r} in os.environ or 'PIP_INDEX_URL' not in os.environ)"
    step("A step", [sys.executable, "-c", code])  # it raises StepError where the command fails
    assert "[A step]" in capsys.readouterr().out
