"""Which paths TensorFlow does not find, although the files are there: it takes a path for a pattern."""

import os

from tfckpt.compare.obstacle import Obstacle
from tfckpt.document import code
from tfckpt.prefix import is_pattern


def of_path(prefix):
    """The ``Obstacle`` of a path that TensorFlow takes for a pattern; or none, in a list."""
    if not is_pattern(prefix):
        return []
    letters = " and ".join([code("[ ]")] * ("[" in prefix) + [code("\\")] * ("\\" in prefix and os.sep != "\\"))
    return [
        Obstacle(
            "path",
            f"TensorFlow takes {letters} in its path for a pattern, and finds no file",
            "Nothing in TensorFlow reads it under this name. Rename all files of the prefix, or the folder, and the "
            "line in the file `checkpoint`; the commands `inspect` and `export` read it where it is.",
        )
    ]
