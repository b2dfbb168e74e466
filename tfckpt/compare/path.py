"""Which paths TensorFlow does not find, although the files are there: it takes a path for a pattern.

Source: ``Saver.restore`` and ``TensorSliceReader``, which call ``GetMatchingPaths``, and so fnmatch(3).
"""

import glob
import os

from tfckpt.compare.obstacle import Obstacle
from tfckpt.document import code


def of_path(prefix):
    """The ``Obstacle`` of a path in which brackets or a backslash are no pattern of its own files; or none, in a list.

    ``*`` and ``?`` match themselves, and so does ``[`` without ``]``. It is enough that some file matches: the pattern
    is only asked whether there is one, and the prefix is then opened as it is written.
    """
    if "[" not in prefix and ("\\" not in prefix or os.sep == "\\"):
        return []
    if any(glob.glob(as_python_has_it(name)) for name in (f"{prefix}.index", prefix)):
        return []
    letters = " and ".join([code("[ ]")] * ("[" in prefix) + [code("\\")] * ("\\" in prefix and os.sep != "\\"))
    return [
        Obstacle(
            "path",
            f"TensorFlow takes {letters} in its path for a pattern, and finds no file",
            "Nothing in TensorFlow reads it under this name. Rename all files of the prefix, or the folder, and the "
            "line in the file `checkpoint`; `course inspect` and `course export` read it where it is.",
        )
    ]


def as_python_has_it(pattern):
    """A pattern of fnmatch(3) as one of Python, to which a backslash means nothing."""
    if os.sep == "\\":
        return pattern
    letters, result = iter(pattern), []
    for letter in letters:
        result.append(glob.escape(next(letters, "")) if letter == "\\" else letter)
    return "".join(result)
