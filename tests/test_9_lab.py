"""Truth 9, JupyterLab: how the course starts it, on which port, and with nothing of the user's own."""

import ast
import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import run_course, says
from course import lab, places
from course.lab import address
from course.setup import doctor, requirements
from course.setup.checkout import Checkout


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


@pytest.fixture
def started(tmp_path, monkeypatch):
    """The command lines that JupyterLab would be started with, each with its environment."""
    calls = []
    monkeypatch.setattr(places, "root", lambda: tmp_path)
    monkeypatch.setattr(lab, "environment", lambda: {"OF": "the course"})
    monkeypatch.setattr(os, "execve", lambda program, command, environment: calls.append((command, environment)))
    return calls


@pytest.mark.skipif(sys.platform == "win32", reason="there is no root")
@pytest.mark.parametrize("user", [0, 1000])
def test_jupyterlab_starts_for_root_too(started, monkeypatch, user):
    """In a container everybody is; without the option JupyterLab refuses."""
    monkeypatch.setattr(os, "geteuid", lambda: user)
    lab.launch(["--no-browser"])
    ((command, environment),) = started
    assert ("--allow-root" in command) == (user == 0)
    assert command[-1] == "--no-browser" and environment["OF"] == "the course"


def test_a_kernel_of_the_course_logs_nothing_into_a_cell(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "root", lambda: tmp_path)
    variables = places.environment()
    code = (
        "from ipykernel.kernelapp import IPKernelApp\napp = IPKernelApp()\n"
        "app.init_profile_dir()\napp.init_config_files()\napp.load_config_file()\nprint(app.log_level)"
    )
    environment = {**os.environ, **variables}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.stdout.split()[-1:] == ["50"], done.stderr
