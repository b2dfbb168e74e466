"""``CheckpointError``, the one error that a caller meets, and ``CorruptError``, which the parsers raise."""

import os
import sys
import traceback
from contextlib import contextmanager

from tfckpt.bounds import cut

# What a library may raise of a damaged file. Raised by a line of this package, it is a mistake in that line.
MISTAKES = (AttributeError, KeyError, TypeError)
REPORT = "Please report it, with the file if you can."
LONGEST = 1000  # characters of what is said of some bytes: a name in a damaged file may be very long

# The packages that tfckpt needs, by the names of their modules. Each is imported where it is needed.
PACKAGES = {
    "numpy": "numpy",
    "ml_dtypes": "ml-dtypes",
    "google_crc32c": "google-crc32c",
    "click": "click",
    "h5py": "h5py",
}


class CheckpointError(Exception):
    """A checkpoint that cannot be found or read. The text says what was seen and what to do.

    It is never long, whatever names or numbers of a file are in it.

    Example:

        >>> from tfckpt import Bundle
        >>> try:
        ...     Bundle("run/model-51")
        ... except CheckpointError as error:
        ...     print(error)
        No checkpoint has the prefix 'run/model-51'. The prefixes in that folder are: 'model-50'.
    """

    def __init__(self, text):
        super().__init__(cut(text))


class CorruptError(ValueError):
    r"""Bytes that are not what they should be: what is wrong, and at which byte of which piece of a file.

    Example:

        >>> error = CorruptError("a number runs past the end", b"\x80", 1)
        >>> error.at
        1
    """

    def __init__(self, text, data, at):
        super().__init__(text)
        self.data, self.at = data, at


@contextmanager
def reading(path, cause, errors=ValueError, whole=b"", offset=None, form=""):
    """Makes a CheckpointError of what is raised while a file is read: all readers do it here.

    Args:
        path: of the file.
        cause: the likely one, as a sentence, with what to do.
        errors: what the parser or the library raises of bytes that it cannot read.
        whole: all bytes of the file: then the error says at which byte of it the damage is.
        offset: that byte, where it is known already.
        form: what the file should be, such as ``"HDF5"``.

    Example:

        >>> from pathlib import Path
        >>> with reading(Path("run/model-50.index"), "Copy it again."):
        ...     raise ValueError("it is empty")
        Traceback (most recent call last):
            ...
        tfckpt.errors.CheckpointError: run/model-50.index cannot be read: it is empty. Copy it again.
    """
    try:
        yield
    except errors as error:
        if isinstance(error, MISTAKES) and raised_in(error).partition(".")[0] == __package__:
            raise
        if isinstance(error, CorruptError):
            inside = offset_in(whole, error.data)
            offset = inside + error.at if inside is not None else offset
        place = (f" as {form}" if form else "") + ("" if offset is None else f" at byte {offset}")
        raise CheckpointError(f"{path.as_posix()} cannot be read{place}: {shortened(error)}. {cause}") from error


def raised_in(error):
    """The name of the module whose line raised an error."""
    frames = error.__traceback__
    while frames.tb_next:
        frames = frames.tb_next
    return frames.tb_frame.f_globals.get("__name__", "")


def shortened(error):
    """What an error says, cut where it is very long; the name of its class where it says nothing.

    Example:

        >>> shortened(KeyError("w"))
        'w'
    """
    says = str(error.args[0] if isinstance(error, KeyError) and error.args else error) or type(error).__name__
    return cut(says, LONGEST)


def offset_in(whole, piece):
    """The byte of ``whole`` at which a ``memoryview`` into it begins; None where it is none, or without NumPy."""
    if not len(whole) or not len(piece):
        return None
    try:
        import numpy as np
    except ImportError:
        return None
    begins = [np.frombuffer(data, np.uint8).__array_interface__["data"][0] for data in (whole, piece)]
    offset = begins[1] - begins[0]
    return offset if 0 <= offset <= len(whole) - len(piece) else None


def missing_package(error):
    """What to say of a ``ModuleNotFoundError``. Raises it again if it is about none of ``PACKAGES``.

    Example:

        >>> missing_package(ModuleNotFoundError(name="h5py"))[:41]
        'This needs h5py, which this Python lacks.'
    """
    if error.name not in PACKAGES:
        raise error
    package = PACKAGES[error.name]
    if sys.platform == "emscripten":
        return f"This needs {package}, which Python in a browser lacks."
    return f"This needs {package}, which this Python lacks. Type:  {sys.executable} -m pip install {package}"


def sentence(error):
    """What to say of an error to somebody who asked for a report: never a traceback.

    Example:

        >>> sentence(MemoryError())
        'There is not enough memory for this.'
    """
    if isinstance(error, CheckpointError):
        return " ".join([str(error), *getattr(error, "__notes__", ())])
    if isinstance(error, OSError):
        return f"The system refused: {error}."
    if isinstance(error, MemoryError):
        return "There is not enough memory for this."
    if isinstance(error, RecursionError):
        return "Something in it is nested too deeply to be read."
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(place.filename)}, line {place.lineno}"
    return f"A mistake in this program, not in your command: {type(error).__name__} in {where}: {error}. {REPORT}"
