"""What the commands need to be installed. Asked at each start, so it imports next to nothing."""

import os
import sys
from importlib import util

# The TensorFlow that the course is checked with. The weekly run tries the newest.
TENSORFLOW = os.environ.get("COURSE_TENSORFLOW", "2.21.")
# What these commands need, and no TensorFlow: they help on a machine on which it cannot be installed.
ALONE = ("inspect", "diff", "export", "explain")
SMALL = ("numpy", "ml-dtypes", "google-crc32c", "click", "h5py")
# Modules that show that an environment has what pyproject.toml names: for all other commands, and for one of them.
MODULES = (
    *"tensorflow keras matplotlib networkx PIL platformdirs psutil".split(),
    *"ipykernel ipywidgets nbformat jsonschema papermill rich".split(),
)
SITE = ("sphinx", "myst_nb", "sphinx_book_theme", "sphinx_copybutton")
MODULES_OF = {
    "lab": ("jupyterlab",),
    "html": SITE,
    "test": (
        *"jupyterlab pytest hypothesis nbval xdist pytest_timeout playwright axe_playwright_python".split(),
        *SITE,
        *"rattler yaml packaging ruff uv".split(),
        *(() if sys.platform == "win32" else ("repo2docker",)),
    ),
}


def command_of(arguments):
    """The command that ``python3 -m course ARGUMENTS`` means: ``lab`` unless another is named."""
    return arguments[0] if arguments and not arguments[0].startswith("-") else "lab"


def runs_on_any_python(arguments):
    """True for what is answered on Pythons that TensorFlow does not run on, too."""
    return bool(arguments) and arguments[0] in (*ALONE, "--help", "-h", "--version", "doctor")


def missing(command):
    """What this interpreter lacks for a command, as a list of names; empty when it lacks nothing."""
    small = [name.replace("-", "_") for name in SMALL]
    needed = small if command in ALONE else [*small, *MODULES, *MODULES_OF.get(command, ())]
    absent = [name for name in needed if util.find_spec(name) is None]
    version = None if command in ALONE else tensorflow_version()
    if version and not version.startswith(TENSORFLOW):
        absent.append(f"tensorflow {TENSORFLOW}* (here: {version})")
    return absent


def tensorflow_version():
    """The installed TensorFlow's version, read from its metadata in milliseconds; None without one."""
    from importlib import metadata  # not before it is needed: it takes longer than all the rest of this module

    for name in ("tensorflow-cpu", "tensorflow"):
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return None
