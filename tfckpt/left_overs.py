"""``left_overs``: what a save that was stopped left behind, and what that could rescue. Nothing is renamed here."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from tfckpt.errors import CheckpointError
from tfckpt.integrity import check_checksums
from tfckpt.readers.bundle import Bundle

AT_ONCE = 256 * 2**20  # bytes: so many are read without being asked to find out what a left-over could rescue
FILE = re.compile(r"\.(index|data-\d{5}-of-\d{5})\.tempstate\d+")
FOLDER = re.compile(r"_temp(_\w+)?")  # of a sharded save, or of one of objects
NOTHING = "it rescues nothing."
MOST = 100  # left-overs of a kind


@dataclass(frozen=True)
class LeftOver:
    """A file or folder that a save left behind when it was stopped.

    Attributes:
        path: of it.
        says: what it is good for, a sentence.
        renames: what to rename to what in order to rescue the checkpoint, as pairs of paths; empty if nothing.
    """

    path: Path
    says: str
    renames: tuple = ()


def left_overs(prefix, whole, asked):
    """What the left-overs of a prefix are good for: files named ``….tempstate…`` and folders named ``…_temp``.

    Args:
        prefix: of the checkpoint.
        whole: whether the checkpoint itself is whole, as its checksums say; None if they were not compared.
        asked: whether to read as many bytes as it takes.

    Returns:
        A list of ``LeftOver``.

    Example:

        >>> left_overs("run/model-50", True, False)
        []
    """
    rests = beginning_with(prefix)
    files = [path for path, rest in rests if FILE.fullmatch(rest)]
    more = [LeftOver(path, f"and {len(files) - MOST} like it were not looked at") for path in files[MOST : MOST + 1]]
    files = files[:MOST]
    indexes = [path for path in files if ".index.tempstate" in path.name]
    lefts = [of_index(path, prefix, files, whole, asked) for path in indexes]
    used = {source for left in lefts for source, _ in left.renames}
    values = "values of a save that was stopped before its index was written"
    says = values if indexes else f"{values}. Without an index {NOTHING}"
    lefts += [LeftOver(path, says) for path in files if path not in indexes and path not in used]
    return [*lefts, *(of_folder(path, prefix, whole, asked) for path in folders_among(rests)[:MOST]), *more]


def folders_among(rests):
    """The folders of saves that were stopped, among what ``beginning_with`` returns."""
    return [path for path, rest in rests if FOLDER.fullmatch(rest) and path.is_dir()]


def beginning_with(prefix):
    """What begins with a prefix: pairs of a path and what its name has after the prefix."""
    folder, start = os.path.split(os.fspath(prefix))  # a prefix may end in a separator: d/.index is its file
    names = sorted(os.listdir(folder or ".")) if os.path.isdir(folder or ".") else []
    return [(Path(folder, name), name[len(start) :]) for name in names if name.startswith(start)]


def of_index(path, prefix, files, whole, asked):
    """A left-over index: it is held against the data files, or those of them that are left over."""
    try:
        bundle = Bundle(prefix, index=path)
    except CheckpointError as error:
        return LeftOver(path, f"an index that was not written to its end: {NOTHING} ({error})")
    renames = []
    for number in range(min(bundle.num_shards, 1000)):
        data = bundle.data_file(number)
        others = [other for other in files if other.name.startswith(f"{data.name}.tempstate")]
        if not data.exists() and len(others) == 1:
            renames.append((others[0], data))
            bundle.use_data_file(number, others[0])
    return judged(bundle, path, [*renames, (path, Path(f"{os.fspath(prefix)}.index"))], whole, asked)


def of_folder(folder, prefix, whole, asked):
    """A left-over folder. Each shard in it is a checkpoint of its own; if there is one only, it is the whole."""
    indexes = sorted(folder.glob("*.index"))
    if len(indexes) != 1:
        several = (
            f"{len(indexes)} shards of a save that was stopped before they were merged, each a checkpoint of its own"
        )
        none = f"a folder of a save that was stopped, with no index in it: {NOTHING}"
        return LeftOver(folder, several if indexes else none)
    (index,), renames = indexes, []
    try:
        bundle = Bundle(prefix, index=index)
        data = Path(f"{os.fspath(index).removesuffix('.index')}.data-00000-of-00001")
        if data.exists():
            bundle.use_data_file(0, data)
            renames.append((data, bundle.data_file(0)))
    except CheckpointError as error:
        return LeftOver(folder, f"a shard of a save that cannot be read: {NOTHING} ({error})")
    return judged(bundle, folder, [*renames, (index, Path(f"{os.fspath(prefix)}.index"))], whole, asked)


def judged(bundle, path, renames, whole, asked):
    """What an index is good for, with the data files that its ``Bundle`` has."""
    try:
        parts = [part for entry in bundle.entries.values() for part in bundle.stored(entry)]
        for part in parts:
            bundle.checked_shard(part)
    except (CheckpointError, ValueError):
        return LeftOver(path, f"an index that does not fit the data files, as their sizes show: {NOTHING}")
    if sum(part.size for part in parts) > AT_ONCE and not asked:
        return LeftOver(path, "an index of a save that was stopped. --verify tells what it could rescue.")
    if check_checksums(bundle).wrong:
        return LeftOver(path, f"an index that does not fit the data files, as checksums show: {NOTHING}")
    says = "an index that fits the data files, as all its checksums show"
    if whole:
        return LeftOver(path, f"{says}. So does the index in use: it is not needed.")
    return LeftOver(path, f"{says}. Renamed, it rescues them.", tuple(renames))
