"""What is missing or damaged of a checkpoint: as names and sizes show it, and as checksums do."""

import math
import re
from collections import deque

from tfckpt.errors import CheckpointError
from tfckpt.foreign import instead
from tfckpt.format.crc32c import unmasked
from tfckpt.format.dtypes import item_size
from tfckpt.format.shard import Shard
from tfckpt.inspection import Checked, Integrity
from tfckpt.readers.meta import bare

NAME = re.compile(r"[A-Za-z0-9._][A-Za-z0-9_./>-]*")  # of an operation, as TensorFlow's kNodeNameRegex has it
MOST_SHARDS = 100_000
WORTH_TWO = 64 * 2**20  # bytes: with so many, two threads read


def check(bundle, verify, progress):
    """Looks at a ``Bundle``'s files for damage: at names and sizes and, where nothing is wrong with them, at checksums.

    Args:
        bundle: a ``Bundle``.
        verify: whether to read all values and compare their checksums.
        progress: as ``tfckpt.inspect.examine`` takes it.

    Returns:
        An ``Integrity``.
    """
    sizes = Integrity(tuple(check_sizes(bundle)), Checked.SIZES)
    if not verify or sizes.problems:
        return sizes
    total = sum(part.size for entry in bundle.entries.values() for part in bundle.stored(entry))
    wrong = check_checksums(bundle, progress(total))
    return Integrity(tuple(damaged(bundle, wrong)), Checked.CHECKSUMS)


def damaged(bundle, wrong):
    """What to say of tensors whose checksums are wrong: sentences."""
    if not wrong:
        return []
    many = len(wrong) > len(bundle.entries) // 2
    cause = "Likely a data file and an .index of two different saves." if many else "Likely a damaged copy."
    sentences = [f"{name}: {what}" for name, what in wrong.items()]
    return [*sentences, f"{len(wrong)} of {len(bundle.entries)} tensors are not what was saved. {cause}"]


def check_names(meta):
    """What the names in a graph show, which has no checksums: a sentence, or nothing.

    TensorFlow imports no graph with such names. One whose numbers have changed looks like any other.
    """
    own = [operation for operation in meta.operations if not operation.function]
    names = {operation.name for operation in own}
    graph = f"{meta.path.as_posix()} is damaged, and TensorFlow will not import it:"
    for operation in own:
        if not NAME.fullmatch(operation.name):
            return [f"{graph} no operation may have the name '{operation.name}'. The values are not in this file."]
        for name in map(bare, operation.inputs):
            if name not in names:
                says = f"the operation '{operation.name}' takes its input from '{name}', which is not there"
                return [f"{graph} {says}. The values are not in this file."]
    return []


def check_sizes(bundle):
    """What names and sizes show: data files that are missing or short, entries whose sizes do not fit their shapes.

    Returns:
        A list of sentences; empty if all fits.
    """
    sizes, problems = sizes_of_shards(bundle)
    if problems:
        return problems
    needed = {}  # how many bytes the index speaks of, by the number of the data file
    for entry in bundle.entries.values():
        try:
            parts = bundle.stored(entry)
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
        if number not in sizes:
            problems.append(f"The index sends to data file number {number}, and says that there are {len(sizes)}.")
        elif end > sizes[number]:
            path = bundle.data_file(number)
            says = f"{path.as_posix()} has {sizes[number]} bytes, and the index speaks of {end}. {bundle.DATA_CAUSE}"
            problems.append(instead(path, says))
    return problems


def sizes_of_shards(bundle):
    """The bytes of each data file, ``{its number: bytes}``, and what is missing of them: sentences."""
    sizes, problems = {}, []
    for number in range(min(bundle.num_shards, MOST_SHARDS)):
        path = bundle.data_file(number)
        try:
            sizes[number] = Shard(path).size
        except CheckpointError as error:
            problems.append(str(error) if path.exists() else f"{path.as_posix()} is missing, and with it its values.")
            if len(problems) > 10:
                break
    return sizes, problems


def check_checksums(bundle, progress=lambda count: None):
    """What the checksums show. All values are read, in the order of the files.

    Args:
        bundle: a ``Bundle`` of which ``check_sizes`` found nothing wrong.
        progress: is told how many bytes have been read since it was told last.

    Returns:
        ``{name of a tensor: what is wrong}``.
    """
    parts = [(part, entry.name) for entry in bundle.entries.values() for part in bundle.stored(entry)]
    parts.sort(key=lambda pair: (pair[0].shard, pair[0].offset))
    if sum(part.size for part, _ in parts) < WORTH_TWO:
        return differing(bundle, deque(parts), progress)
    from concurrent.futures import ThreadPoolExecutor

    waiting = deque(parts)  # which both take from: while one waits for the disk, the other computes
    with ThreadPoolExecutor(2) as threads:
        try:
            done = [threads.submit(differing, bundle.clone(), waiting, progress) for _ in range(2)]
            wrong = {name: what for each in done for name, what in each.result().items()}
        finally:
            waiting.clear()  # somebody stopped it: the threads have nothing more to do
    return {name: wrong[name] for name in bundle.entries if name in wrong}


def differing(bundle, waiting, progress):
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
