"""What a file is whose name says something else: it cannot be read as what it is called."""

import os

from tfckpt.errors import CheckpointError
from tfckpt.foreign import HEAD, foreign, graph_kind
from tfckpt.format.opened import opened
from tfckpt.kind import Kind

MISNAMED = "It has another name here than its content wants."

OF_TEXTS = (Kind.GRAPH, Kind.GRAPH_DEF, Kind.SAVED_MODEL)  # what may be a text, under any name but these
OF_OTHERS = (".meta", ".index", ".pb", ".h5", ".keras", "-00001")


def instead(path, error):
    """What to say of a file that cannot be read as what its name says: what it is instead, if that is known.

    Example:

        >>> from pathlib import Path
        >>> instead(Path("page.index"), ValueError("it was cut off"))[:25]
        'page.index is a web page.'
    """
    known = other_than(path)
    return f"{path.as_posix()} is {known[0]}. {known[1]}" if known else str(error)


def other_than(path):
    """What a file is that is none of TensorFlow's, as its name says, and what to do, or None if that is not known.

    Example:

        >>> from pathlib import Path
        >>> other_than(Path("page.index"))[0]
        'a web page'
    """
    try:
        with opened(path) as file:
            head = file.read(HEAD)
            known = foreign(head, file.seek(0, os.SEEK_END)) if head else None
    except (CheckpointError, OSError):
        return None
    if known in OF_TEXTS and not path.name.endswith(OF_OTHERS[known is Kind.GRAPH :]):
        return None
    return (f"a {known.title}", MISNAMED) if isinstance(known, Kind) else known


def begins_like(path):
    """The ``Kind`` of graph that a file begins like, which may be damaged further on; None if it does not.

    Example:

        >>> from pathlib import Path
        >>> begins_like(Path("run/model-50.meta"))
        <Kind.GRAPH: 'graph'>
    """
    try:
        with opened(path) as file:
            return graph_kind(file.read(HEAD))
    except (CheckpointError, OSError):
        return None
