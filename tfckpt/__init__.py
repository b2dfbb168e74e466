"""Reads what TensorFlow and Keras leave on disk, without TensorFlow: nothing is run, and nothing is unpickled.

``inspect(path)`` says what is there, whether it is whole, and what in it is suspicious; ``diff(left, right)`` says what
a restore will stumble over; ``export(path, to)`` writes the values for other programs. ``Bundle(prefix)`` and
``Meta(path)`` are the readers behind them.
"""

from tfckpt.compare.diff import diff
from tfckpt.describe import files, variables
from tfckpt.errors import CheckpointError
from tfckpt.export import export
from tfckpt.inspect import inspect
from tfckpt.readers.bundle import Bundle
from tfckpt.readers.meta import Meta

__all__ = ["Bundle", "CheckpointError", "Meta", "diff", "export", "files", "inspect", "variables"]
