"""Which checkpoints TensorFlow does not read, although the files are whole: by their paths, and by their versions."""

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


def of_versions(reader):
    """The ``Obstacle`` of a checkpoint that says that TensorFlow may not read it; or none, in a list."""
    if not getattr(reader, "is_refused", False):
        return []
    says = "the checkpoint says that TensorFlow 2.21 may not read it: a newer version wrote it, or somebody changed it"
    return [Obstacle("path", says, "Install the TensorFlow that wrote it; `inspect` and `export` read it as it is.")]
