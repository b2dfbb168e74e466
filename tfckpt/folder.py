"""``of_folder``: an ``Inspection`` of a folder: what is in it, and which of it is the latest."""

import os
from collections import Counter
from pathlib import Path

from tfckpt.errors import CheckpointError
from tfckpt.format.checkpoint_state import read_state
from tfckpt.identify import in_folder
from tfckpt.inspection import Inspection
from tfckpt.prefix import found as files_found

# What may be in a folder: one of it, several.
KINDS = {
    "checkpoint": ("checkpoint", "checkpoints"),
    "v1": ("checkpoint in one file", "checkpoints in one file each"),
    "saved model": ("SavedModel", "SavedModels"),
    "keras": ("Keras model", "Keras models"),
    "hdf5": ("HDF5 file", "HDF5 files"),
    "graph": ("graph", "graphs"),
}


def of_folder(folder, look):
    """Looks at what is in a folder.

    Args:
        folder: a path.
        look: a function of a kind and a place, as ``recognize`` gives them, that returns an ``Inspection``.

    Returns:
        An ``Inspection`` with that of the latest checkpoint within.

    Raises:
        CheckpointError: there is nothing in it.
    """
    folder = Path(folder)
    found = Inspection(folder.as_posix(), "folder", "a folder")
    places = {name_of(place): (kind, place) for kind, place in in_folder(folder)}
    state = state_of(folder, found)
    if not places and state is None:
        inside = sorted(path.name for path in folder.iterdir() if path.is_dir())
        hint = f" It has the folders {', '.join(inside[:10])}." if inside else ""
        raise CheckpointError(f"There is no checkpoint, graph or model in the folder {folder.as_posix()!r}.{hint}")
    counts = Counter(kind for kind, _ in places.values())
    kinds = [f"{count} {KINDS[kind][count > 1]}" for kind, count in counts.items()]
    found.what = f"a folder with {joined(kinds) or 'no checkpoint'} in it"
    latest = os.path.basename(state.latest) if state else None
    if state:
        hold_against(state, places, found)
    if len(places) > 1:
        for name, (kind, place) in places.items():
            role = KINDS[kind][0] + (", the latest" if name == latest else "")
            found.files.append((name, bytes_of(kind, place), role))
    if places:
        chosen = places.get(latest) or list(places.values())[-1]
        found.inner = [look(*chosen)]
    return found


def joined(texts):
    """Texts as a list in a sentence."""
    return " and ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))


def name_of(place):
    """The last part of a path or prefix; of a prefix that ends in a separator, all of it."""
    return os.path.basename(os.fspath(place)) or os.fspath(place)


def state_of(folder, found):
    """The ``State`` of a folder, or None; what is wrong with it is added to the problems."""
    if (folder / "checkpoint").is_file():
        try:
            return read_state(folder / "checkpoint")
        except CheckpointError as error:
            found.problems.append(str(error))
    return None


def hold_against(state, places, found):
    """Adds what the file ``checkpoint`` says that is not so."""
    named = os.path.basename(state.latest)
    if named not in places:
        found.problems.append(
            f"its file checkpoint says that the latest one is {state.latest!r}, which is not here: "
            "tf.train.latest_checkpoint returns None, or one in another folder"
        )
    elif os.path.isabs(state.latest) and Path(state.latest).parent.resolve() != state.folder.resolve():
        found.problems.append(
            f"its file checkpoint says that the latest one is {state.latest!r}, in another folder: "
            "tf.train.latest_checkpoint returns that one, or None"
        )
    gone = [name for name in map(os.path.basename, state.all) if name not in places and name != named]
    if gone:
        more = f" and {len(gone) - 5} more" if len(gone) > 5 else ""
        found.notes.append(f"Its file checkpoint speaks of {', '.join(gone[:5])}{more} as well: not here.")


def bytes_of(kind, place):
    """How many bytes the files of a checkpoint or model have together."""
    if kind == "checkpoint":
        try:
            paths = [path for path, _ in files_found(place) if path.name != "checkpoint"]
        except CheckpointError:  # all that there is was left over from a save that was stopped
            paths = []
    else:
        paths = [path for path in Path(place).rglob("*") if path.is_file()] if Path(place).is_dir() else [Path(place)]
    return sum(path.stat().st_size for path in paths)
