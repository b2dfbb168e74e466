"""What is missing or damaged of a checkpoint: as names and sizes show it, and as checksums do."""

import math
import re
from collections import deque

from tfckpt.errors import CheckpointError
from tfckpt.foreign import instead
from tfckpt.format.dtypes import item_size
from tfckpt.format.shard import Shard
from tfckpt.format.table import unmasked
from tfckpt.readers.meta import bare

NAME = re.compile(r"[A-Za-z0-9._][A-Za-z0-9_./>-]*")  # of an operation, as TensorFlow's kNodeNameRegex has it
WORTH_TWO = 64 * 2**20  # bytes: with so many, two threads read


def of_graph(meta):
    """What the names in a graph show, which has no checksums: a sentence, or nothing.

    TensorFlow imports no graph with such names. One whose numbers have changed looks like any other.
    """
    own = [found for found in meta.operations if not found.function]
    names = {found.name for found in own}
    graph = f"{meta.path.as_posix()} is damaged, and TensorFlow will not import it:"
    for found in own:
        if not NAME.fullmatch(found.name):
            return [f"{graph} no operation may have the name '{found.name}'. The values are not in this file."]
        for name in map(bare, found.inputs):
            if name not in names:
                says = f"the operation '{found.name}' takes its input from '{name}', which is not there"
                return [f"{graph} {says}. The values are not in this file."]
    return []


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
        return wrong_ones(bundle, deque(parts), progress)
    from concurrent.futures import ThreadPoolExecutor

    waiting = deque(parts)  # which both take from: while one waits for the disk, the other computes
    with ThreadPoolExecutor(2) as threads:
        try:
            done = [threads.submit(wrong_ones, bundle.twin(), waiting, progress) for _ in range(2)]
            found = {name: what for each in done for name, what in each.result().items()}
        finally:
            waiting.clear()  # somebody stopped it: the threads have nothing more to do
    return {name: found[name] for name in bundle.entries if name in found}


def wrong_ones(bundle, waiting, progress):
    """What is wrong with parts of tensors, ``{name: what}``. They are taken from a deque of ``(Entry, name)``."""
    wrong = {}
    while waiting:
        try:
            part, name = waiting.popleft()
        except IndexError:  # the other thread took the last one
            break
        try:
            computed = bundle.checksum(part, progress)
            if computed != part.crc32c:
                numbers = unmasked(part.crc32c), unmasked(computed)  # as TensorFlow's own message has them
                wrong[name] = f"stored checksum {numbers[0]}, and its bytes give {numbers[1]}"
        except CheckpointError as error:
            wrong[name] = str(error)
    return wrong
