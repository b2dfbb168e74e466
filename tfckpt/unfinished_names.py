"""The name of the file that an export writes before it is finished, and what to say of one that lies there."""

import re

LONGEST = 150  # bytes of the new file's name that are in the name of the unfinished one
RANDOM = re.compile(r"[a-z0-9_]{8}")  # what mkstemp puts in
NAME = re.compile(rf"\.tfckpt-(.+)-{RANDOM.pattern}(?:\.[^.]*)?", re.DOTALL)


def beginning(to):
    """What the name of an unfinished file begins with.

    Example:

        >>> from pathlib import Path
        >>> beginning(Path("run/new.npz"))
        '.tfckpt-new.npz-'
    """
    return f".tfckpt-{to.name.encode()[:LONGEST].decode(errors='ignore')}-"


def says_of(name):
    """What to know of a file with the name of an unfinished one, a sentence; or None.

    Example:

        >>> says_of(".tfckpt-new.npz-0a1b2c3d.npz")
        '.tfckpt-new.npz-0a1b2c3d.npz is an unfinished export to new.npz: it was stopped, or still runs. Do not use it.'
        >>> says_of("new.npz") is None
        True
    """
    match = NAME.fullmatch(name)
    says = "is an unfinished export to {}: it was stopped, or still runs. Do not use it."
    return f"{name} {says.format(match[1])}" if match else None
