"""What is missing or damaged of a checkpoint, and what the left-overs of a save that did not finish could rescue."""

import math
import os
import re
from dataclasses import dataclass
from pathlib import Path

from course.checkpoint.bundle import Bundle
from course.checkpoint.dtypes import item_size
from course.checkpoint.errors import CheckpointError
from course.checkpoint.shard import Shard
from course.checkpoint.sniff import instead

WORTH_TWO = 64 * 2**20  # bytes: with so many, two threads read
AT_ONCE = 256 * 2**20  # bytes: so many are read without being asked to find out what a left-over could rescue
LEFT_OVER = re.compile(r"(?P<of>\.index|\.data-\d{5}-of-\d{5})\.tempstate\d+$")


def stored(bundle, found):
    """The entries with bytes in data files: an ``Entry`` itself, or its parts."""
    return list(dict(bundle.parts_of(found)).values()) if found.slices else [found]


def by_size(bundle):
    """What names and sizes show: data files that are missing or short, entries whose sizes do not fit their shapes.

    Returns:
        A list of sentences; empty if all fits.
    """
    found, problems = {}, []
    for number in range(min(bundle.num_shards, 100_000)):
        path = bundle.data_file(number)
        try:
            found[number] = Shard(path).size
        except CheckpointError as error:
            problems.append(str(error) if path.exists() else f"{path.as_posix()} is missing, and with it its values.")
            if len(problems) > 10:
                break
    if problems:
        return problems
    needed = {}
    for entry in bundle.entries.values():
        try:
            parts = stored(bundle, entry)
        except ValueError as error:
            problems.append(f"{error}.")
            continue
        for part in parts:
            needed[part.shard] = max(needed.get(part.shard, 0), part.offset + part.size)
            size = item_size(part.dtype)
            takes = math.prod(part.shape) * size if size else part.size
            if takes != part.size:
                problems.append(f"{entry.name!r} has {part.size} bytes, and its shape takes {takes}.")
    for number, end in needed.items():
        if number not in found:
            problems.append(f"The index sends to data file number {number}, and says that there are {len(found)}.")
        elif end > found[number]:
            path = bundle.data_file(number)
            says = f"{path.as_posix()} has {found[number]} bytes, and the index speaks of {end}. {bundle.DATA_CAUSE}"
            problems.append(instead(path, says))
    return problems


def by_checksum(bundle, progress=lambda count: None):
    """What the checksums show. All values are read, in the order of the files.

    Args:
        bundle: a ``Bundle`` of which ``by_size`` found nothing wrong.
        progress: is told how many bytes have been read since it was told last.

    Returns:
        ``{name of a tensor: what is wrong}``.
    """
    parts = [(part, found.name) for found in bundle.entries.values() for part in stored(bundle, found)]
    parts.sort(key=lambda pair: (pair[0].shard, pair[0].offset))
    if sum(part.size for part, _ in parts) < WORTH_TWO:
        return wrong_ones(bundle, parts, progress)
    from concurrent.futures import ThreadPoolExecutor

    waiting = iter(parts)  # which both take from: while one waits for the disk, the other computes
    with ThreadPoolExecutor(2) as threads:
        done = [threads.submit(wrong_ones, bundle.twin(), waiting, progress) for _ in range(2)]
        found = {name: what for each in done for name, what in each.result().items()}
    return {name: found[name] for name in bundle.entries if name in found}


def wrong_ones(bundle, parts, progress):
    """What is wrong with parts of tensors, given as pairs ``(Entry, name)``: ``{name: what}``."""
    wrong = {}
    for part, name in parts:
        try:
            computed = bundle.checksum(part, progress)
            if computed != part.crc32c:
                wrong[name] = f"stored checksum {part.crc32c}, and its bytes give {computed}"
        except CheckpointError as error:
            wrong[name] = str(error)
    return wrong


@dataclass(frozen=True)
class LeftOver:
    """A file that a save left behind when it was stopped.

    Attributes:
        path: of the file.
        says: what it is good for, a sentence.
        renames: what to rename to what in order to rescue what it belongs to, as pairs of paths; empty if nothing.
    """

    path: Path
    says: str
    renames: tuple = ()


def left_overs(prefix, whole, asked):
    """What the files named ``….tempstate…`` of a prefix are good for.

    Args:
        prefix: of the checkpoint.
        whole: whether the checkpoint itself is whole, as its checksums say; None if they were not compared.
        asked: whether to read as many bytes as it takes.

    Returns:
        A list of ``LeftOver``. Nothing is renamed.
    """
    folder, start = os.path.split(os.fspath(prefix))  # a prefix may end in a separator: d/.index is its file
    names = sorted(os.listdir(folder or ".")) if os.path.isdir(folder or ".") else []
    mine = [name for name in names if name.startswith(start) and LEFT_OVER.match(name[len(start) :])]
    paths = [Path(folder, name) for name in mine]
    indexes = [path for path in paths if ".index.tempstate" in path.name[len(start) :]]
    found = []
    for path in paths:
        if path in indexes:
            found.append(of_index(path, prefix, paths, whole, asked))
        else:
            says = "values of a save that was stopped before its index was written"
            says += ". No left-over index tells what they are: they rescue nothing." if not indexes else ""
            found.append(LeftOver(path, says))
    used = {source for left in found for source, _ in left.renames}
    return [left for left in found if left.path not in used or left.renames]


def of_index(path, prefix, left, whole, asked):
    """What a left-over index is good for: it is held against the data files, and against those that are left over."""
    try:
        bundle = Bundle(prefix, index=path)
    except CheckpointError as error:
        return LeftOver(path, f"an index that was not written to its end: it rescues nothing. ({error})")
    renames = [(path, Path(f"{os.fspath(prefix)}.index"))]
    for number in range(min(bundle.num_shards, 1000)):
        data = bundle.data_file(number)
        if not data.exists():
            others = [other for other in left if other.name.startswith(f"{data.name}.tempstate")]
            if len(others) != 1:
                return LeftOver(path, f"an index whose data file {data.name} is missing: it rescues nothing.")
            renames.insert(0, (others[0], data))
            bundle.take(number, others[0])
    if by_size_of(bundle):
        return LeftOver(path, "an index that does not fit the sizes of the data files: it rescues nothing.")
    size = sum(part.size for entry in bundle.entries.values() for part in stored(bundle, entry))
    if size > AT_ONCE and not asked:
        return LeftOver(path, "an index of a save that was stopped. --verify tells what it could rescue.")
    if by_checksum(bundle):
        return LeftOver(path, "an index that does not fit the data files: it rescues nothing.")
    tensors = f"its {len(bundle.entries)} tensors have the right checksums"
    if whole:
        return LeftOver(path, f"an index that fits the data files: {tensors}, as those of the index in use have.")
    return LeftOver(path, f"the index that fits the data files: {tensors}. Renamed, it rescues them.", tuple(renames))


def by_size_of(bundle):
    try:
        for entry in bundle.entries.values():
            for part in stored(bundle, entry):
                bundle.checked_shard(part)
    except (CheckpointError, ValueError):
        return True
    return False
