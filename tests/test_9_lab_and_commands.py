"""Truth 9, how JupyterLab and the commands are started and stopped."""

import os
import subprocess
import sys

import click
import pytest

from course import cli, lab, places


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


@pytest.mark.parametrize("error", [KeyboardInterrupt, click.Abort])
def test_ctrl_c_stops_a_command_in_one_line(monkeypatch, capsys, error):
    def stopped():
        raise error

    monkeypatch.setattr(cli.cli.commands["doctor"], "callback", stopped)
    assert cli.run(["doctor"]) == 130
    assert capsys.readouterr().err.strip() == "Stopped."
