"""``things``: which checkpoints, graphs and models there are among the files that were dropped."""

import json
import os
from pathlib import Path, PurePosixPath

from tfckpt import CheckpointError
from tfckpt.identify import in_folder, of_file, recognize
from tfckpt.kind import Kind

DROP = "drop {}"  # the folder of what was dropped later, and has names that were there already
MOST_THINGS = 200
MOST_FOLDERS = 2000
COMPARABLE = (Kind.CHECKPOINT, Kind.V1, Kind.SAVED_MODEL, Kind.GRAPH, Kind.GRAPH_DEF)


def lay_out(paths, blobs, root):
    """Makes a folder of links to the dropped files, and goes into it.

    Args:
        paths: of the files as they were dropped, with ``/`` between folders.
        blobs: the folder that has these files under their numbers, ``0``, ``1`` and so on.
        root: a new folder to make.

    Returns:
        JSON of a list: what there is to look at.
    """
    root = Path(root)
    root.mkdir(parents=True)
    os.chdir(root)
    for number, path in enumerate(paths):
        parts = [part for part in PurePosixPath(path.replace("\0", "")).parts if part not in ("/", "..")]
        if parts:
            place = Path(*parts)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(Path(blobs, str(number)))
    return json.dumps(things())


def things():
    """What there is to look at in the current folder: dicts with ``path``, ``title``, ``compare`` or ``error``."""
    found = []
    drops = [Path(), *sorted(path for path in Path().iterdir() if path.is_dir() and is_drop(path.name))]
    for folder in drops:
        found += loose(folder)
        for path in sorted(folder.iterdir()):
            if path.is_dir() and path not in drops:
                found += within(path)
    return found[:MOST_THINGS]


def is_drop(name):
    return any(name == DROP.format(number) for number in range(2, 100))


def loose(folder):
    """What there is among the files of a folder that nobody dropped as one."""
    found, errors = {}, []
    files = sorted(path for path in folder.iterdir() if path.is_file())
    for path in files:
        if path.name == "checkpoint":
            continue
        try:
            kind, place = of_file(path)
        except CheckpointError as error:
            errors.append({"path": os.fspath(path), "error": str(error)})
            continue
        if kind is Kind.SAVED_MODEL:  # its folder is not here: its graph is
            kind, place = Kind.GRAPH, path
        found[os.fspath(place).removeprefix(os.path.join(os.curdir, ""))] = kind
    for place, kind in list(found.items()):  # a graph beside its checkpoint is looked at with it
        if kind is Kind.GRAPH and place.endswith(".meta") and place.removesuffix(".meta") in found:
            del found[place]
    if not found and not errors and any(path.name == "checkpoint" for path in files):
        found[os.fspath(folder / "checkpoint")] = Kind.FOLDER
    return [thing(kind, place) for place, kind in found.items()] + errors


def within(folder):
    """What there is in a dropped folder: the folder itself, if something lies in it, and in those within it."""
    found, waiting, seen = [], [folder], 0
    while waiting and (seen := seen + 1) < MOST_FOLDERS:
        path = waiting.pop(0)
        inside = sorted(each for each in path.iterdir() if each.is_dir())
        try:
            (kind, place), *_ = recognize(path)
            if kind is Kind.SAVED_MODEL:
                found.append(thing(kind, os.fspath(path)))
                continue
            places = in_folder(path)
            if any(not Path(where).is_dir() for _, where in places) or (path / "checkpoint").is_file():
                kinds = [each for each in places if each[0] in COMPARABLE]
                found.append({"path": os.fspath(path), "compare": [os.fspath(each) for _, each in kinds]})
        except CheckpointError as error:
            found.append({"path": os.fspath(path), "error": str(error)})
            continue
        waiting += inside
    return found or [{"path": os.fspath(folder), "error": nothing_in(folder)}]


def nothing_in(folder):
    names = sorted(path.name for path in folder.iterdir())
    has = f" It has: {', '.join(names[:10])}." if names else " It is empty."
    return f"There is no checkpoint, graph or model in the folder {os.fspath(folder)!r}.{has}"


def thing(kind, place):
    """One that is not a folder: a checkpoint may be compared, and so may its graph."""
    compare = [place] if kind in COMPARABLE else []
    if kind is Kind.CHECKPOINT and os.path.isfile(f"{place}.meta"):
        compare.append(f"{place}.meta")
    return {"path": place, "compare": compare}
