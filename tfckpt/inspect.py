"""``inspect``: what is at a path. It runs no graph and unpickles nothing."""

import os
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from tfckpt.errors import CheckpointError
from tfckpt.identify import recognize
from tfckpt.kind import Kind
from tfckpt.report import Report

INSPECTORS = {  # imported when they are needed: zipfile and h5py take a while
    Kind.CHECKPOINT: ("checkpoints", "of_checkpoint"),
    Kind.V1: ("checkpoints", "of_v1"),
    Kind.SAVED_MODEL: ("saved_models", "of_saved_model"),
    Kind.GRAPH: ("graphs", "of_graph"),
    Kind.GRAPH_DEF: ("graphs", "of_graph_def"),
    Kind.KERAS: ("keras", "of_keras"),
    Kind.HDF5: ("keras", "of_hdf5"),
    Kind.SAFETENSORS: ("arrays", "of_safetensors"),
    Kind.NPZ: ("arrays", "of_npz"),
    Kind.FOLDER: ("folders", "of_folder"),
}
FOLDERS = {Kind.FOLDER: "a folder", Kind.SAVED_MODEL: "the folder of a SavedModel"}


def inspect(path, filter="", verify=False):
    """Looks at a checkpoint, a graph or a model on disk, without running or loading it, and returns what is there.

    Args:
        path: what there is: a prefix, any file of a checkpoint, a folder, a SavedModel, a ``.keras`` or ``.h5`` file.
        filter: which tensors to list: a piece of a name, or a whole name with wildcards; empty for all.
        verify: whether to read all values and compare their checksums.

    Returns:
        A ``Report``. Its ``values(name)`` are the values of a tensor; its ``inspection`` has all that was seen.

    Raises:
        CheckpointError: there is nothing at the path, or something else. The text says what, and what to do.

    Example:

        >>> inspect("run/model-50").values("A")
        array([3, 3], dtype=int32)

    Introduced in lesson 11c.
    """
    return Report(examine(path, verify), filter)


def examine(path, verify=False, progress=None):
    """Looks at what is at a path.

    Args:
        path: as ``recognize`` takes it.
        verify: whether to read all values and compare their checksums.
        progress: a function that is told how many bytes there are to read, and returns one that is told how many were.

    Returns:
        An ``Inspection``.

    Raises:
        CheckpointError: there is nothing at the path, or it is no checkpoint, graph or model.

    Example:

        >>> examine("run/model-50", verify=True).integrity.checked
        <Checked.CHECKSUMS: 'checksums'>
    """
    progress = progress or (lambda total: lambda count: None)
    try:
        return examined(path, verify, progress)
    except OSError as error:
        raise CheckpointError(f"{os.fspath(path)} cannot be looked at: {error.strerror or error}.") from error


def examined(path, verify, progress):
    """What ``examine`` returns. The system may refuse to list a folder, or to look at a path."""
    (kind, place), *others = recognize(path)

    def look(kind, place):
        return inspector(kind)(place, verify, progress)

    if kind is Kind.FOLDER:
        return inspector(kind)(place, look)
    inspection = look(kind, place)
    also = [
        as_well(other, where, path) for other, where in others if not isinstance(place, str) or not place.endswith("/")
    ]
    return replace(inspection, notes=(*inspection.notes, *also))


def inspector(kind):
    """The function that looks at a ``Kind``."""
    module, name = INSPECTORS[kind]
    return getattr(import_module(f"tfckpt.inspectors.{module}"), name)


def as_well(kind, place, path):
    """What to say of a prefix that is another thing, too: a folder, or a file that may be of another checkpoint."""
    name = Path(path).as_posix()
    if kind is Kind.CHECKPOINT:
        return f"{name} is a file of the checkpoint {os.fspath(place)!r} as well, which is another thing."
    if kind in FOLDERS:
        return f"{name} is {FOLDERS[kind]} as well, which is another thing: {name}/"
    return f"{name} is another thing as well ({kind.title}), which was not looked at."
