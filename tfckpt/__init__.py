"""Reads what TensorFlow and Keras leave on disk, without TensorFlow: nothing is run, and nothing is unpickled.

``inspect(path)`` says what is there, whether it is whole, and what in it is suspicious; ``diff(left, right)`` says what
a restore will stumble over; ``export(path, to)`` writes the values for other programs. ``Bundle(prefix)`` and
``Meta(path)`` are the readers behind them.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("tfckpt needs Python 3.11 or newer. This is {} ({}).".format(sys.version.split()[0], sys.executable))

from tfckpt.describe import files, variables  # noqa: E402
from tfckpt.errors import CheckpointError  # noqa: E402
from tfckpt.inspect import inspect  # noqa: E402
from tfckpt.readers.bundle import Bundle  # noqa: E402

__version__ = "1.0.0"  # that of the distribution, as course.__version__ is

__all__ = ["Bundle", "CheckpointError", "Meta", "diff", "export", "files", "inspect", "variables"]
LATER = {  # where it is imported from when it is asked for: `inspect` needs none of these, or not of every file
    "Meta": "tfckpt.readers.meta",
    "diff": "tfckpt.compare.diff",
    "export": "tfckpt.exporting",
}


def __getattr__(name):
    if name not in LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    globals()[name] = getattr(import_module(LATER[name]), name)
    return globals()[name]


def __dir__():
    return sorted({*globals(), *LATER})
