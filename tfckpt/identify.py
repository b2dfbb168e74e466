"""``recognize``: what people have, a path or a prefix, and what it is."""

import os
import re
from pathlib import Path

from tfckpt.describe import natural
from tfckpt.errors import CheckpointError
from tfckpt.foreign import UnknownFileError, kind_of
from tfckpt.format.dtypes import elements, item_size
from tfckpt.format.opened import opened
from tfckpt.kind import Kind
from tfckpt.prefix import OF_V1_SHARDS, advice, link_to_nowhere, nowhere
from tfckpt.unfinished_names import says_of as unfinished

# What the names of a checkpoint's files have after the prefix.
SEPARATORS = tuple(filter(None, (os.sep, os.altsep)))
OF_SAVED_MODELS = ("saved_model.pb", "saved_model.pbtxt")
OF_ORBAX = ("_CHECKPOINT_METADATA", "_METADATA", "manifest.ocdbt")
V1_SHARD = re.compile(r"(.*)-\d{5}-of-(\d{5})", re.DOTALL)
SUFFIX = re.compile(r"(\.index|\.meta|\.data-\d{5}-of-\d{5})(\.tempstate\d+|\.tmp\w+)?$")


def recognize(path):
    """What is at a path: one thing, or two where a prefix is also a folder or a file.

    Args:
        path: a prefix, any one of a checkpoint's files, a folder, a SavedModel, a Keras file, and so on.

    Returns:
        A list of pairs ``(kind, place)``, first the likelier one. A kind is a ``Kind``; a checkpoint's place is its
        prefix.

    Raises:
        CheckpointError: there is nothing, or something else. The text says what, and what to do.

    Example:

        >>> recognize("run/model-50")
        [(<Kind.CHECKPOINT: 'checkpoint'>, 'run/model-50')]
    """
    text = os.fspath(path)
    if not text:
        raise CheckpointError("The path is empty. Is it a variable of the shell that was not set?")
    if "\0" in text:
        raise CheckpointError(f"No path has a zero character in it, as {text!r} has.")
    path, kinds = Path(text), kinds_of(text)
    matches = [(Kind.CHECKPOINT, text)] if kinds - {".meta"} else []
    if not kinds - {".meta"} and not path.exists() and (shards := shards_of_v1(path)):
        matches.append((Kind.V1, shards))
    elif kinds == {".meta"} and not path.is_file():
        matches.append((Kind.GRAPH, Path(f"{text}.meta")))
    if path.is_dir():
        matches.append((kind_of_folder(path), path))
    elif path.is_file() and not (text.endswith(SEPARATORS) and not matches):
        matches.append(of_file(path))
    elif path.is_symlink() and not path.exists():
        raise link_to_nowhere(path)
    elif path.exists() and not matches:
        opened(path).close()  # which says what it is: a pipe, for one
    if not matches:
        raise CheckpointError(nothing_at(text))
    return matches


def nothing_at(text):
    """What to say of a path at which there is nothing: a sentence."""
    path = Path(text)
    if text.endswith(SEPARATORS):
        return f"There is no folder {text!r}, nor a checkpoint with this prefix."
    names = sorted(os.listdir(path.parent)) if path.parent.is_dir() else []
    return nowhere(text) or advice(path, names)


def kind_of_folder(path):
    """``Kind.SAVED_MODEL`` or ``Kind.FOLDER``. Raises CheckpointError for what another program reads."""
    return Kind.SAVED_MODEL if is_saved_model(path) else folder_kind(path)


def is_saved_model(folder):
    """Whether a folder is that of a SavedModel, which may lack its graph."""
    variables = folder / "variables"
    return any((folder / name).is_file() for name in OF_SAVED_MODELS) or any(variables.glob("variables.index"))


def folder_kind(folder):
    """``Kind.FOLDER``. Raises CheckpointError for the folder of another program's checkpoint."""
    for place in (folder, *sorted(path for path in folder.iterdir() if path.name.isdigit())[-1:]):
        if any((place / name).exists() for name in OF_ORBAX):
            raise CheckpointError(
                f"{place.as_posix()} is a checkpoint of Orbax, as JAX and Flax write it, and Keras 3 may. The package "
                "orbax-checkpoint reads it; nothing of it is read here."
            )
    if (folder / "Manifest.json").is_file() and (folder / "Data").is_dir():
        raise CheckpointError(
            f"{folder.as_posix()} is a model of Core ML (.mlpackage). The package coremltools reads it."
        )
    return Kind.FOLDER


def kinds_of(prefix):
    """Which files have a prefix: a set of suffixes, such as ``".index"`` or ``".data-00000-of-00001"``.

    A prefix may end in a separator: then the names of its files begin with a dot.
    """
    folder, name = os.path.split(prefix)
    if not name and not prefix.endswith(SEPARATORS):
        return set()
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return set()
    rests = [other[len(name) :] for other in names if other.startswith(name)]
    return {match[1] for match in map(SUFFIX.fullmatch, rests) if match} | ({"_temp"} & set(rests))


def of_file(path):
    """What a file is: a part of a checkpoint by its name, or anything by its bytes.

    Example:

        >>> of_file(Path("weights.npz"))[0]
        <Kind.NPZ: 'npz'>
    """
    if path.name in OF_SAVED_MODELS:
        return Kind.SAVED_MODEL, path.parent
    suffix = SUFFIX.search(path.name)
    if suffix:
        prefix = os.path.join(path.parent, path.name[: suffix.start()])  # as text: it may end in a separator
        if suffix[1] != ".meta" or os.path.exists(f"{prefix}.index"):
            return Kind.CHECKPOINT, prefix
        of_v1 = Path(prefix) if is_table(Path(prefix)) else shards_of_v1(Path(prefix))
        return (Kind.V1, of_v1) if of_v1 else (Kind.GRAPH, path)
    try:
        kind = kind_of(path)
    except UnknownFileError as error:
        raise (data_file_by_another_name(path) or error) from error
    if kind == Kind.STATE:
        return Kind.FOLDER, path.parent
    if kind == Kind.TABLE:
        shard = V1_SHARD.fullmatch(path.name)
        return Kind.V1, path.with_name(f"{shard[1]}-?????-of-{shard[2]}") if shard else path
    return kind, path


def data_file_by_another_name(path):
    """A CheckpointError if a file has just as many bytes as the variables that the graph beside it saves; or None."""
    graph = path.with_name(f"{path.name}.meta")
    if not graph.is_file():
        return None
    from tfckpt.readers.meta import Meta  # not before it is needed: most have no graph

    try:
        meta = Meta(graph)
    except CheckpointError:
        return None
    kinds = [meta.variables.get(name) for name in (meta.saver.names.values() if meta.saver else ())]
    if not kinds or not all(kind and kind[1] is not None and None not in kind[1] for kind in kinds):
        return None
    takes = sum((item_size(dtype) or 0) * elements(shape) for dtype, shape in kinds)
    if takes != path.stat().st_size:
        return None
    return CheckpointError(
        f"{path.as_posix()} has {takes} bytes, as all variables of {graph.name} together: it is likely a data file "
        f"that was renamed. Rename it back to {path.name}.data-00000-of-00001, and get {path.name}.index, without "
        "which nobody knows where each value is."
    )


def shards_of_v1(path):
    """The name of all shards of a checkpoint in the V1 format, with ``?????`` for their numbers; None if none is there.

    Args:
        path: that name, or what stands before the numbers: what was passed to ``saver.save``.
    """
    given = OF_V1_SHARDS.fullmatch(path.name)
    start, count = given.groups() if given else (path.name, None)
    for name in sorted(os.listdir(path.parent)) if path.parent.is_dir() else ():
        shard = V1_SHARD.fullmatch(name)
        if shard and shard[1] == start and count in (None, shard[2]) and is_table(path.with_name(name)):
            return path.with_name(f"{start}-?????-of-{shard[2]}")
    return None


def is_table(path):
    try:
        return path.is_file() and kind_of(path) == Kind.TABLE
    except CheckpointError:
        return False


def in_folder(folder):
    """What is in a folder, not in the folders within it, as a list of pairs like those of ``recognize``.

    Example:

        >>> in_folder(Path("run"))
        [(<Kind.CHECKPOINT: 'checkpoint'>, 'run/model-50')]
    """
    try:
        names = sorted(os.listdir(folder), key=natural)
    except OSError as error:
        raise CheckpointError(f"{folder.as_posix()} cannot be opened: {error.strerror}.") from error
    by_place = {}
    for path in (Path(folder, name) for name in names if name != "checkpoint" and not unfinished(name)):
        if path.name.endswith("_temp") and any(path.glob("*.index")):
            prefix = os.fspath(path).removesuffix("_temp")
            by_place[prefix] = Kind.CHECKPOINT, prefix
        if not path.is_file() and not is_saved_model(path):  # a pipe, for one, must not be opened
            continue
        try:
            kind, place = (Kind.SAVED_MODEL, path) if path.is_dir() else of_file(path)
        except CheckpointError:
            continue  # something else, which is nobody's question here
        if kind != Kind.FOLDER:
            by_place[os.fspath(place)] = kind, place
    for place, (kind, _) in list(by_place.items()):
        if kind is Kind.GRAPH and by_place.get(place.removesuffix(".meta"), ("",))[0] is Kind.CHECKPOINT:
            del by_place[place]  # of a checkpoint that has lost its .index
    return list(by_place.values())
