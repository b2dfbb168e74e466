"""``examine``: looks at what is at a path, and fills an ``Inspection``. It runs no graph and unpickles nothing."""

import os
from pathlib import Path

from tfckpt.errors import CheckpointError
from tfckpt.filling import add_bundle, add_graph, add_left_overs, add_state, add_tensors, role_of
from tfckpt.folder import of_folder
from tfckpt.foreign import instead
from tfckpt.identify import recognize
from tfckpt.inspection import Inspection, Tensor
from tfckpt.prefix import found as files_found
from tfckpt.readers.bundle import Bundle
from tfckpt.report import Report
from tfckpt.roles import roles


def inspect(path, filter="", verify=False):
    """Looks at a checkpoint, a graph or a model on disk, without running or loading it, and returns what it found.

    Args:
        path: what there is: a prefix, any file of a checkpoint, a folder, a SavedModel, a ``.keras`` or ``.h5`` file.
        filter: which tensors to list: a piece of a name, or a whole name with wildcards; empty for all.
        verify: whether to read all values and compare their checksums.

    Returns:
        A ``Report``. Its ``values(name)`` are the values of a tensor; its ``inspection`` has all that was found.

    Raises:
        CheckpointError: there is nothing at the path, or something else. The text says what, and what to do.

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
    """
    progress = progress or (lambda total: lambda count: None)
    (kind, place), *others = recognize(path)

    def look(kind, place):
        if kind in ("keras", "hdf5"):
            from tfckpt import (
                inspecting_keras,  # not before it is needed: zipfile and h5py take a while
            )

            return inspecting_keras.BUILDERS[kind](place, verify, progress)
        return BUILDERS[kind](place, verify, progress)

    if kind == "folder":
        return of_folder(place, look)
    found = look(kind, place)
    for other, where in others:
        found.notes.append(f"{where.as_posix()} is {ALSO[other]} as well, which is another thing: {where.as_posix()}/")
    return found


ALSO = {"folder": "a folder", "saved model": "the folder of a SavedModel", "v1": "a checkpoint in one file"}


def of_checkpoint(prefix, verify, progress):
    found = Inspection(Path(prefix).as_posix(), "checkpoint", "a checkpoint")
    if os.fspath(prefix).endswith("/"):
        found.path += "/"
    try:
        found.files = [(path.name, path.stat().st_size, role_of(path)) for path, _ in files_found(prefix)]
        bundle = Bundle(prefix)
    except CheckpointError as error:
        found.problems.append(instead(Path(f"{prefix}.index"), error))
    else:
        add_bundle(found, bundle, verify, progress)
    add_left_overs(found, prefix, verify)
    meta = Path(f"{prefix}.meta")
    if meta.exists():
        add_graph(found, meta)
    add_state(found, prefix)
    return found


def of_saved_model(folder, verify, progress):
    folder = Path(folder)
    path = folder / "saved_model.pb" if folder.is_dir() else folder
    folder = path.parent
    found = Inspection(folder.as_posix(), "saved model", "a SavedModel")
    meta = add_graph(found, path)
    if meta:
        tags = "; ".join(", ".join(each) for each in meta.tags if each)
        found.what = f"a SavedModel, tags {tags}" if tags else "a SavedModel"
    found.files = [
        (file.relative_to(folder).as_posix(), file.stat().st_size, "")
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    ][:1000]
    prefix = folder / "variables" / "variables"
    if Path(f"{prefix}.index").exists():
        what = found.what
        try:
            add_bundle(found, Bundle(prefix), verify, progress)
        except CheckpointError as error:
            found.problems.append(str(error))
        found.what = what
        add_left_overs(found, prefix, verify)
    elif meta and meta.variables:
        found.problems.append(
            f"{prefix.as_posix()}.index is missing, and the graph has {len(meta.variables)} variables."
        )
    add_doubts_and_code(found, folder, meta)
    return found


def add_doubts_and_code(found, folder, meta):
    """Adds what a SavedModel has beside its graph: other files to be loaded, and Python code of Keras 2."""
    from tfckpt.danger.keras_code import code_in_metadata, code_in_objects
    from tfckpt.danger.two_files import doubts_of_folder

    found.suspects += doubts_of_folder(folder)
    found.suspects += code_in_objects(meta.parts) if meta else []
    metadata = folder / "keras_metadata.pb"
    if metadata.exists():
        try:
            found.suspects += code_in_metadata(metadata)
        except CheckpointError as error:
            found.problems.append(str(error))


def of_v1(path, verify, progress):
    from tfckpt.readers.v1 import V1Checkpoint

    path = Path(path)
    if path.name.endswith(".index") or is_index(path):
        raise CheckpointError(
            f"{path.as_posix()} is the .index of a checkpoint under another name. Rename it back to end in .index."
        )
    found = Inspection(path.as_posix(), "v1", "a checkpoint in one file, in the V1 format of TensorFlow before 1.0")
    found.files = [(path.name, path.stat().st_size, "names and values")]
    reader = found.reader = V1Checkpoint(path)
    add_tensors(found, reader.entries, {})
    found.checked = "sizes"
    if verify:
        try:
            reader.verify(progress(path.stat().st_size))
            found.checked = "checksums"
        except CheckpointError as error:
            found.problems.append(str(error))
    meta = path.with_name(path.name + ".meta")
    if meta.exists():
        found.files.append((meta.name, meta.stat().st_size, "graph"))
        add_graph(found, meta)
    return found


def is_index(path):
    try:
        return bool(Bundle(path, index=path).entries)
    except CheckpointError:
        return False


def of_graph(path, verify, progress):
    path = Path(path)
    found = Inspection(path.as_posix(), "graph", "a graph, with no values beside it")
    found.files = [(path.name, path.stat().st_size, "graph")]
    meta = add_graph(found, path)
    known = roles(meta.variables, {}) if meta else {}
    for name, (dtype, shape) in sorted(meta.variables.items()) if meta else ():
        role = known[name]
        found.tensors.append(Tensor(name, dtype, shape, None, role.name, role.of))
    return found


BUILDERS = {
    "checkpoint": of_checkpoint,
    "v1": of_v1,
    "saved model": of_saved_model,
    "graph": of_graph,
}
