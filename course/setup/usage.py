"""What ``--help`` says, before the set-up and after it: one list. Standard library only."""

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
        "inspect": "Look at a checkpoint, a graph or a model; load nothing.",
        "export": "Write the values of a checkpoint to .npz or .safetensors.",
        "diff": "Say what a restore will stumble over, and how to rename.",
    },
    "Teach": {
        "report": "Gather the progress files of a class into a table.",
    },
    "Write lessons": {
        "render": "Execute lessons, and store their outputs in them.",
        "test": "Run every test there is.",
    },
}
NOT_SET_UP = """
The course is not set up yet. The first command that needs it does that:
about 0.5 GB to download, 2.1 GB of disk, one to five minutes."""


def usage():
    """The text, which fits 80 columns."""
    lines = [
        "Usage: python3 -m course [COMMAND] [ARGUMENTS]",
        "",
        "Save and Restore in TensorFlow: the hands-on course.",
    ]
    for group, commands in GROUPS.items():
        lines += ["", f"{group}:", *(f"  {name:10}{what}" for name, what in commands.items())]
    return "\n".join([*lines, "", "python3 -m course COMMAND --help says more of one. --version names the version."])
