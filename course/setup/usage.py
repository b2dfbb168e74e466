"""The list of commands, and what ``--help`` makes of it before the set-up and after it. Standard library only."""

import os
import sys

import course

GROUPS = {
    "Learn": {
        "lab": "Open the course in JupyterLab (the default).",
        "progress": "Show how far you are, and what to go on with.",
        "reset": "Give back a fresh copy of a lesson, and keep yours.",
        "update": "Get the newest version, and keep your notebooks.",
        "run": "Execute lessons, and show the results as a table.",
        "html": "Write the lessons as web pages, to read.",
        "doctor": "Say what is here, what is missing and what to type.",
    },
    "Your own checkpoint": {
        "explain": "Say what an error message means, and what to do.",
        "inspect": "Look at a checkpoint, a graph or a model; load nothing.",
        "export": "Write the values of a checkpoint to .npz or .safetensors.",
        "diff": "Say what a restore will stumble over, and how to rename.",
    },
    "Teach": {
        "report": "Gather the progress files of a class into a table.",
    },
    "Write lessons": {
        "new": "Make the notebook and the module of a new lesson.",
        "render": "Execute lessons, and store their outputs in them.",
        "test": "Run every test there is, or those of a lesson.",
    },
}
COMMANDS = {name: what for commands in GROUPS.values() for name, what in commands.items()}
NOT_SET_UP = """
The course is not set up yet. The first command that needs it does that:
about 0.5 GB to download, 2.3 GB of disk, one to five minutes.
explain, inspect, export and diff alone need 0.1 GB and a few seconds."""
AWAY = """
The lessons are not here, but in the course's own folder, beside README.md.
Go there and type:  python3 -m course"""


def program():
    """How the course was called: ``course`` where that is a command, else ``python3 -m course``."""
    called = os.path.basename(sys.argv[0]).removesuffix(".exe")
    return "course" if called == "course" and not os.path.isdir(sys.argv[0]) else "python3 -m course"


def usage():
    """What ``--help`` says, which fits 80 columns."""
    lines = [
        f"Usage: {program()} [COMMAND] [ARGUMENTS]",
        "",
        "Save and Restore in TensorFlow: the hands-on course.",
    ]
    for group in GROUPS:
        lines += ["", *listed(group)]
    return "\n".join([*lines, "", f"{program()} COMMAND --help says more of one. --version names the version."])


def listed(group):
    return [f"{group}:", *(f"  {name:10}{what}" for name, what in GROUPS[group].items())]


def away():
    """What an installation without the lessons can do."""
    can = f"What {program()} can do here, without TensorFlow:"
    return "\n".join([can, "", *listed("Your own checkpoint"), AWAY])


def answered(arguments, note):
    """Answers ``--help``, with a note below it, and ``--version``. Returns False for anything else."""
    first = "".join(arguments[:1])
    if first == "--version":
        print(f"course {course.__version__}")
    elif first in ("--help", "-h"):
        print(f"{usage()}\n{note}".rstrip())
    return first in ("--help", "-h", "--version")


def refuse_away(arguments, lacking):
    """Says what a command lacks where there is no checkout in which to install it. Returns the exit code."""
    if answered(arguments, AWAY):
        return 0
    called = f"{program()} {' '.join(arguments)}"
    if arguments[0] in GROUPS["Your own checkpoint"]:
        packages = " ".join(lacking).replace("_", "-")
        print(f"{called} needs more packages. Type:  {sys.executable} -m pip install {packages}", file=sys.stderr)
    else:
        print(f"{called} works in the course's own folder, which this is not.\n\n{away()}", file=sys.stderr)
    return 1
