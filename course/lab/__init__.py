"""JupyterLab in the course's own settings and workspace."""

import json
import os
import shutil
import socket
import sys
from pathlib import Path

import click

from course import places, warm
from course.learner import originals
from course.setup.run_command import hand_over

WORKSPACE = "course"
FIRST = "notebooks/00_start_here.ipynb"


def launch(arguments):
    """Starts JupyterLab and does not return before it ends. Returns its exit code.

    On the first start the first lesson is open; later, whatever was open when the learner left.

    Args:
        arguments: extra arguments, which go to JupyterLab as they are.

    Raises:
        click.ClickException: a port was asked for that is in use.
    """
    from course.lab import address  # tornado is not there before the set-up

    root = places.root()
    refuse_busy_port(arguments)
    own = {**os.environ, **environment()}
    originals.store()
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}"]
    command += ["--Application.log_level=ERROR", address.OPTION]  # the address is printed all the same
    command += warm.options()
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    click.echo("Starting JupyterLab. Its address is printed below. Ctrl-C here ends it.", err=True)
    return hand_over([*command, *arguments], own)


def environment():
    """The environment variables of the course's JupyterLab, whose workspace is laid out. Binder has them too."""
    variables = places.environment()
    lay_out(variables["JUPYTERLAB_WORKSPACES_DIR"])
    style = Path(variables["JUPYTER_CONFIG_DIR"]) / "custom"  # the one place where JupyterLab looks for it
    style.mkdir(exist_ok=True)
    shutil.copy(places.SETTINGS / "custom.css", style)
    return variables


def refuse_busy_port(arguments):
    """Raises ClickException when the port that was asked for is in use. Without one, JupyterLab finds a free port."""
    port = asked_port(arguments)
    if port is None:
        return
    with socket.socket() as probe:
        if os.name != "nt":  # a server that has just ended leaves its port waiting, which is no obstacle
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise click.ClickException(
                f"Port {port} is in use, perhaps by another JupyterLab. Choose another one, or leave --port out: then "
                "the next free one is taken."
            ) from None


def asked_port(arguments):
    """The port in ``--port 9000``, ``--port=9000`` or ``--ServerApp.port=9000``; None without one."""
    for i, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name in ("--port", "--ServerApp.port"):
            value = value or (arguments[i + 1] if i + 1 < len(arguments) else "")
            if not value.isdigit() or int(value) > 65535:
                raise click.ClickException(f"--port wants a number up to 65535, and was given {value!r}.")
            return int(value)
    return None


def lay_out(folder):
    """Writes the workspace with the first lesson open beside the list of lessons, unless the learner has one already.

    jupyter_lab_config.json names it as the page to begin with.
    """
    if any(os.scandir(folder)):
        return
    from jupyterlab_server.workspaces_handler import WorkspacesManager  # takes half a second, on the first start only

    lesson = f"notebook:{FIRST}"
    layout = {
        "data": {
            "layout-restorer:data": {
                "main": {"dock": {"type": "tab-area", "currentIndex": 0, "widgets": [lesson]}, "current": lesson},
                "left": {
                    "collapsed": False,
                    "current": "filebrowser",
                    "widgets": ["filebrowser", "@jupyterlab/toc:plugin"],
                },
                "right": {"collapsed": True, "visible": False, "widgets": []},
                "relativeSizes": [0.26, 0.74, 0],
            },
            "file-browser-filebrowser:cwd": {"path": "notebooks"},
            lesson: {"data": {"path": FIRST, "factory": "Notebook"}},
        },
        "metadata": {"id": WORKSPACE},
    }
    WorkspacesManager(folder).save(WORKSPACE, json.dumps(layout))
