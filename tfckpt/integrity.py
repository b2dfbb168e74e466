"""What is missing or damaged of a checkpoint: as names and sizes show it, and as checksums do."""

import re
from collections import deque
from contextlib import suppress
from dataclasses import dataclass

from tfckpt.describe import size as in_units
from tfckpt.errors import CheckpointError
from tfckpt.format.crc32c import unmasked
from tfckpt.format.dtypes import elements, item_size
from tfckpt.format.not_finite import NotFinite
from tfckpt.format.shard import Shard
from tfckpt.inspection import Checked, Integrity
from tfckpt.misnamed import instead
from tfckpt.renamed import exchanged, of_another_number

NAME = re.compile(r"[A-Za-z0-9._][A-Za-z0-9_./>-]*")  # of an operation, as TensorFlow's kNodeNameRegex has it
MOST_SHARDS = 100_000
MOST_NAMES = 20  # in a sentence
WORTH_TWO = 64 * 2**20  # bytes: with so many, two threads read


def check(bundle, verify, progress):
    """Looks at a ``Bundle``'s files for damage: at names and sizes and, where nothing is wrong with them, at checksums.

    Args:
        bundle: a ``Bundle``.
        verify: whether to read all values and compare their checksums.
        progress: as ``tfckpt.inspect.examine`` takes it.

    Returns:
        An ``Integrity``.

    Example:

        >>> from tfckpt import Bundle
        >>> check(Bundle("run/model-50"), verify=False, progress=None).checked
        <Checked.SIZES: 'sizes'>
    """
    sizes = Integrity(tuple(check_sizes(bundle)), Checked.SIZES)
    if not verify or sizes.problems:
        return sizes
    total = sum(part.size for entry in bundle.entries.values() for part in bundle.stored(entry))
    checked = check_checksums(bundle, progress(total))
    return Integrity(tuple(damaged(bundle, checked.wrong)), Checked.CHECKSUMS, tuple(checked.not_finite))


def damaged(bundle, wrong):
    """What to say of tensors whose checksums are wrong: sentences.

    Example:

        >>> from tfckpt import Bundle
        >>> damaged(Bundle("run/model-50"), {"A": "its bytes differ."})
        ['A: its bytes differ.', '1 of 2 tensors are not what was saved. Likely a damaged copy.']
    """
    if not wrong:
        return []
    renamed = exchanged(bundle, wrong)
    many = len(wrong) > len(bundle.entries) // 2
    likely = "Likely a data file and an .index of two different saves." if many else "Likely a damaged copy."
    cause = f"{' '.join(renamed)} Likely renamed." if renamed else likely
    sentences = [f"{name}: {what}" for name, what in wrong.items()]
    return [*sentences, f"{len(wrong)} of {len(bundle.entries)} tensors are not what was saved. {cause}"]


def check_names(meta):
    """What the names in a graph show, which has no checksums: a sentence, or nothing.

    TensorFlow imports no graph with such names. One whose numbers have changed looks like any other.

    Example:

        >>> from tfckpt import Meta
        >>> check_names(Meta("run/model-50.meta"))
        []
    """
    from tfckpt.readers.meta import bare  # whoever has a graph has loaded it

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

    Example:

        >>> from tfckpt import Bundle
        >>> check_sizes(Bundle("run/model-50"))
        []
    """
    sizes, problems = sizes_of_shards(bundle)
    if problems:
        others = of_another_number(bundle)
        says = f"The index speaks of {bundle.num_shards} data files. Renamed, or of another save: {named(others)}."
        return [*problems, *[says] * bool(others), *lost(bundle, sizes)]
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
            takes = elements(part.shape) * size if size else part.size
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


def left_at_the_end(bundle):
    """The data files that go on after the last tensor of the index, which TensorFlow reads all the same: sentences.

    A Saver writes no such bytes: the file may be of another save, or somebody has appended to it.

    Example:

        >>> from tfckpt import Bundle
        >>> left_at_the_end(Bundle("run/model-50"))
        []
    """
    sizes, problems = sizes_of_shards(bundle)
    if problems or sum(sizes.values()) <= sum(entry.size for entry in bundle.entries.values()):
        return []
    ends = dict.fromkeys(sizes, 0)
    for entry in bundle.entries.values():
        try:
            for part in bundle.stored(entry):
                ends[part.shard] = max(ends.get(part.shard, 0), part.offset + part.size)
        except ValueError:  # which is told as damage
            return []
    return [
        f"{bundle.data_file(number).as_posix()} goes on for {in_units(sizes[number] - end)} after its last tensor: "
        "nothing in the index speaks of them. Is the .index of the same save?"
        for number, end in ends.items()
        if end < sizes.get(number, 0)
    ][:MOST_NAMES]


def lost(bundle, sizes):
    """Which tensors are in the data files that are missing, and which are not: sentences."""
    gone, there = [], []
    for name, entry in bundle.entries.items():
        try:
            whole = all(part.shard in sizes for part in bundle.stored(entry))
        except ValueError:
            whole = False
        (there if whole else gone).append(name)
    if not gone or not there:
        return []
    return [f"Lost with it: {named(gone)}.", f"Still readable: {named(there)}."]


def named(names):
    """The first of some names, and how many there are beside them.

    Example:

        >>> named(["A", "B"])
        'A, B'
    """
    return ", ".join(names[:MOST_NAMES]) + (f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else "")


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
        ``Checksums``.

    Example:

        >>> from tfckpt import Bundle
        >>> check_checksums(Bundle("run/model-50")).wrong
        {}
    """
    parts = [(part, entry.name) for entry in bundle.entries.values() for part in bundle.stored(entry)]
    parts.sort(key=lambda pair: (pair[0].shard, pair[0].offset))
    if sum(part.size for part, _ in parts) < WORTH_TWO:
        return wrong_checksums(bundle, deque(parts), progress).sorted_as(bundle.entries)
    from concurrent.futures import ThreadPoolExecutor

    waiting, other = deque(parts), []  # which both take from: while one waits for the disk, the other computes
    with ThreadPoolExecutor(1) as threads:
        try:
            with suppress(RuntimeError):  # no thread can be started: a browser has none, and a system may have a limit
                other.append(threads.submit(wrong_checksums, bundle.clone(), waiting, progress))
            results = [wrong_checksums(bundle, waiting, progress), *(each.result() for each in other)]
        finally:
            waiting.clear()  # somebody stopped it: the other thread has nothing more to do
    wrong = {name: what for each in results for name, what in each.wrong.items()}
    return Checksums(wrong, [name for each in results for name in each.not_finite]).sorted_as(bundle.entries)


@dataclass(frozen=True)
class Checksums:
    """What reading all values showed.

    Attributes:
        wrong: ``{name of a tensor: what is wrong}``.
        not_finite: the names of tensors with NaN or infinite values.
    """

    wrong: dict
    not_finite: list

    def sorted_as(self, names):
        """The same, in the order of ``names``, each once."""
        odd = set(self.not_finite)
        wrong = {name: self.wrong[name] for name in names if name in self.wrong}
        return Checksums(wrong, [name for name in names if name in odd])


def wrong_checksums(bundle, waiting, progress):
    """The ``Checksums`` of parts of tensors, which are taken from a deque of ``(Entry, name)``."""
    wrong, not_finite = {}, []
    while waiting:
        try:
            part, name = waiting.popleft()
        except IndexError:  # the other thread took the last one
            break
        try:
            odd = NotFinite(part.dtype, bundle.byte_order)
            computed = bundle.checksum(part, progress, odd.look)
            if computed != part.crc32c:
                numbers = unmasked(part.crc32c), unmasked(computed)  # as TensorFlow's own message has them
                wrong[name] = f"stored checksum {numbers[0]}, and its bytes give {numbers[1]}"
            elif odd.seen:
                not_finite.append(name)
        except CheckpointError as error:
            wrong[name] = str(error)
    return Checksums(wrong, not_finite)
