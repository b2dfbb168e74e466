"""``scratch``: a fresh working folder beside the notebook, where the learner sees it in the file browser."""

import re
import shutil
import tempfile
from pathlib import Path

PARENT = Path("scratch")
MARK = "# Made by course.scratch. What is in here is deleted when its lesson starts again.\n*\n"


def scratch(name):
    """Returns ``scratch/<name>`` as a relative ``Path``: a new, empty folder that git ignores.

    A folder of that name that an earlier run left is emptied, so that a lesson starts in the same state every
    time. Only below a ``scratch`` folder that this function made is anything deleted. Introduced in lesson 03.

    Args:
        name: the folder's name, by custom the notebook's: letters, digits, ``_`` and ``-``.

    Raises:
        ValueError: the name would lead out of the folder.
        FileExistsError: there is a folder ``scratch`` that this function did not make.
    """
    if not re.fullmatch(r"[\w-]+", name):
        raise ValueError(f"scratch({name!r}): give a plain folder name: letters, digits, _ and -.")
    mark = PARENT / ".gitignore"
    if not PARENT.exists():
        claim_parent()
    if not mark.exists() or mark.read_text(encoding="utf-8") != MARK:
        raise FileExistsError(
            f"There is a folder {PARENT} here that course.scratch did not make, and it would delete files in it. "
            "Rename that folder, then run the cell again."
        )
    folder = PARENT / name
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    return folder


def claim_parent():
    """Makes ``scratch`` with its mark in one step, so that two lessons that start at once do not meet half of it."""
    new = Path(tempfile.mkdtemp(prefix=".scratch-", dir="."))
    (new / ".gitignore").write_text(MARK, encoding="utf-8")
    try:
        new.rename(PARENT)
    except OSError:  # the other lesson was faster
        shutil.rmtree(new)


def emptied(folder):
    """Empties a folder below ``scratch`` that this module made, or makes it, and returns it as a ``Path``.

    Raises:
        ValueError: the folder is not below such a ``scratch``.
    """
    folder = Path(folder)
    mark = PARENT / ".gitignore"
    if not mark.exists() or PARENT.resolve() not in folder.resolve().parents:
        raise ValueError(f"{folder} is not a folder below {PARENT}: it is not emptied.")
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return folder
