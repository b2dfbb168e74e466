"""``legacy``: the folders of files that TensorFlow 1 and old versions of Keras wrote, for the lessons of Part 4."""

import hashlib
import shutil
from difflib import get_close_matches
from pathlib import Path

import click

from course import places

SUMS = "SHA256SUMS"
AGAIN = (
    "To bring it back, type  git restore notebooks/legacy  in the course's folder. Without git, download the course "
    "again and take the folder notebooks/legacy from there."
)


class LegacyError(Exception):
    """A legacy file that is missing or is not the course's. The text says which one, and what brings it back."""


def legacy(name):
    """Returns a folder of ``notebooks/legacy`` as a ``Path``, once its files have proved to be those that were shipped.

    The path is relative, ``legacy/<name>``, where that folder stands beside the notebook. Anywhere else, such as in
    the process that runs an attempt, it is the absolute one in the checkout. ``notebooks/legacy/README.md`` says what
    the folders are. Lessons read there and never write. Introduced in lesson 16a.

    Args:
        name: the folder's name, such as ``dense``.

    Raises:
        LegacyError: there is no such folder; or a file in it is missing, or is another one than the course ships.
    """
    place = found()
    sums = shipped(place)
    folders = sorted({path.split("/")[0] for path in sums if "/" in path})
    if name not in folders:
        near = get_close_matches(str(name), folders, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise LegacyError(f"There is no legacy folder {name!r}. There are: {', '.join(folders)}.{hint}")
    for path, expected in sums.items():
        if path.startswith(f"{name}/"):
            compare(place, path, expected)
    return place / name


def copied(name):
    """A copy of a legacy folder in the current one, for an examiner: an attempt may write over what it is given."""
    copy = Path("legacy") / name
    if not copy.exists():
        shutil.copytree(legacy(name), copy)
    return copy


def found():
    """``notebooks/legacy``: the one beside the notebook, or else the checkout's."""
    beside = Path("legacy")
    if (beside / SUMS).is_file():
        return beside
    try:
        return places.root() / "notebooks" / "legacy"
    except click.ClickException:
        raise LegacyError(
            f"The legacy files are in the course's folder, in notebooks/legacy, and {Path.cwd()} is not in it. The "
            "installed package does not have them: download the course, and run its lessons in its folder."
        ) from None


def shipped(place):
    """The sum of each file that the course ships: ``{path in the folder: SHA-256}``."""
    try:
        lines = (place / SUMS).read_text(encoding="ascii").splitlines()
        return {path: expected for expected, path in (line.split("  ", 1) for line in lines)}
    except (OSError, ValueError):
        raise LegacyError(f"notebooks/legacy/{SUMS} is missing or damaged. {AGAIN}") from None


def compare(place, path, expected):
    """Raises LegacyError unless a file is there and has the expected sum."""
    try:
        content = (place / path).read_bytes()
    except OSError as error:
        raise LegacyError(f"notebooks/legacy/{path} cannot be read: {error.strerror}. {AGAIN}") from None
    if hashlib.sha256(content).hexdigest() != expected:
        raise LegacyError(f"notebooks/legacy/{path} is not the file that the course ships: it was changed. {AGAIN}")
