"""Where things are: the checkout, and the course's own folders, which Jupyter uses in place of the user's."""

import os
from contextlib import contextmanager
from pathlib import Path

import click

from course import progress_file, warm
from course.setup.checkout import Checkout, find

SETTINGS = Path(__file__).parent / "lab"


def root():
    """The checkout: the folder above this package, or else the current folder or one above it.

    Raises:
        click.ClickException: there is none.
    """
    checkout = find()
    if checkout:
        return checkout.root
    raise click.ClickException(
        f"The course's notebooks are not here: {Path.cwd()} is not its checkout, nor in it. Go to the folder with "
        "README.md and notebooks/, then try again."
    )


def environment():
    """The environment variables for Jupyter's programs: the course's settings, workspace, kernels and history.

    The user's own JupyterLab, its settings, kernels and IPython start-up files are neither read nor written. All of it
    goes to the git-ignored folder ``.course`` in the checkout.
    """
    own = root() / ".course"
    variables = {
        "JUPYTER_CONFIG_DIR": own / "config",
        "JUPYTER_DATA_DIR": own / "data",
        "JUPYTER_RUNTIME_DIR": own / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": own / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": own / "workspaces",
        "IPYTHONDIR": own / "ipython",
        "MPLCONFIGDIR": own / "matplotlib",
        "KERAS_HOME": own / "keras",
    }
    for folder in variables.values():
        folder.mkdir(parents=True, exist_ok=True)
    quiet = own / "ipython" / "profile_default" / "ipython_kernel_config.json"
    if not quiet.exists():  # at its usual level a kernel remarks that its connection on this machine is not encrypted
        quiet.parent.mkdir(parents=True, exist_ok=True)
        quiet.write_text('{"IPKernelApp": {"log_level": 50}}\n', encoding="utf-8")
    variables["JUPYTER_CONFIG_PATH"] = SETTINGS
    variables["PYTHONPATH"] = Checkout(root()).python_path  # so that a kernel finds the package beside its notebooks
    return {name: str(value) for name, value in variables.items()}


@contextmanager
def isolated():
    """Sets the variables of ``environment`` for the programs that are started within the block.

    These are tests and other runs of notebooks, which are nobody's progress.
    """
    before = dict(os.environ)
    os.environ.update(environment(), **{progress_file.VARIABLE: "off", "COURSE_AHEAD": "off"}, **warm.environment())
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
