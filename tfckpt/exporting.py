"""``export``: the values of a checkpoint as a file that other programs read, without TensorFlow."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tfckpt.bounds import cut, is_bomb
from tfckpt.describe import size
from tfckpt.document import Document
from tfckpt.errors import CheckpointError
from tfckpt.format.crc32c import unmasked
from tfckpt.format.dtypes import NAMES, elements, item_size
from tfckpt.format.safetensors import METADATA
from tfckpt.format.slices import refuse_holes
from tfckpt.inspect import examine
from tfckpt.integrity import named
from tfckpt.report import matches
from tfckpt.writers import npz, safetensors
from tfckpt.writers.pieces import Pieces
from tfckpt.writers.unfinished import Unfinished, remove_left_overs

MODEL = ("variable", "average")  # roles that a model needs; the others are an optimizer's, or say how far training was
LONGEST_NAME = 60_000  # bytes: a zip has two bytes for the length of a name
FORMS = {".npz": npz, ".safetensors": safetensors}


@dataclass(frozen=True)
class Chosen:
    """A tensor that is to be written: its name in the checkpoint and in the new file, its dtype here and there."""

    source: str
    name: str
    dtype: str
    shape: tuple
    stored_as: str

    @property
    def bytes(self):
        """How many bytes it takes in the new file; of strings, what is known beforehand: none."""
        return 0 if self.dtype == "string" else elements(self.shape) * item_size(self.stored_as)


class Damaged(CheckpointError):
    """The stored checksum of a tensor is not that of its bytes."""

    def __init__(self):
        super().__init__("its checksum is not that of its bytes: they are not what was saved")


class Exported(Document):
    """What ``export`` wrote, to read.

    Attributes:
        path: of the file.
        names: ``{name in the checkpoint: name in the file}``.
        left_out: ``{name in the checkpoint: why}``: what was wanted and could not be written.
    """

    def __init__(self, path, chosen, left_out, not_wanted, removed=(), left=()):
        super().__init__()
        self.path = Path(path)
        self.names, self.left_out = {each.source: each.name for each in chosen}, left_out
        written = f"{len(chosen)} tensor{'s' * (len(chosen) != 1)}, {size(self.path.stat().st_size)}"
        self.fact("Written", f"{self.path.as_posix()}: {written}, read back and compared", "good")
        for dtype, stored in sorted(
            {(each.dtype, each.stored_as) for each in chosen if each.dtype in BECOMES or each.dtype != each.stored_as}
        ):
            self.fact("As", BECOMES.get(dtype, f"{dtype} is written as {stored}, which holds each of its values"))
        if not_wanted:
            self.fact("Not asked", f"{not_wanted} of an optimizer, counters and the like: --all writes them too")
        if removed:
            self.fact("Removed", f"{', '.join(removed)}: left by an export to this name that was killed")
        if left:
            self.fact("Left over", f"{', '.join(left)}: remove it if no export to this name is running")
        for name, why in left_out.items():
            self.fact("Left out", f"{name}: {why}", "bad")


BECOMES = {
    "string": "strings are written as bytes of one length, with zeros at the end of the shorter ones",
    **{
        f"q{name}": f"q{name} is written as {name}: the range that it stands for is in the graph, not in the checkpoint"
        for name in ("int8", "uint8", "int16", "uint16", "int32")
    },
}


def export(path, to, filter="", rename=None, everything=False, progress=None):
    """Writes the values of a checkpoint to an ``.npz`` or ``.safetensors`` file, and reads them back.

    One tensor at a time is in memory. Checksums are compared, where the checkpoint has them.

    Args:
        path: what ``inspect`` takes: of a Saver, of objects, V1, SavedModel, ``.keras``, ``.h5``, ``.npz`` …
        to: the new file. Nothing is overwritten.
        filter: which tensors: a piece of a name, or a whole name with wildcards; empty for all.
        rename: ``{name in the checkpoint: name in the file}``.
        everything: also what only training needs: slots of an optimizer, counters.
        progress: as ``tfckpt.inspect.examine`` takes it.

    Returns:
        An ``Exported``.

    Raises:
        CheckpointError: there is nothing to export, a name is not there or there twice, or the file cannot be written.

    Example:

        >>> print(export("run/model-50", "model.npz", filter="A"))
          Written     model.npz: 1 tensor, 264 bytes, read back and compared
    """
    to = Path(to)
    refuse(to)
    inspection = with_values(examine(path))
    wanted = [tensor for tensor in inspection.tensors if tensor.role != "object" and matches(tensor, filter)]
    asked = [tensor for tensor in wanted if everything or tensor.role in MODEL]
    chosen, left_out = choose(asked, FORMS[to.suffix], dict(rename or {}), inspection)
    if missing := getattr(inspection.reader, "missing", None):
        left_out[named(missing)] = "not here, nor is what it alone has"
    progress = progress or (lambda total: lambda count: None)
    readable = those_that_hold(chosen, inspection, left_out)
    refuse_to_fill_a_disk(readable, inspection)
    removed, left = remove_left_overs(to)
    try:
        write(to, readable, inspection.reader, progress)
    except Damaged:  # seldom: where all is well, values are read once
        readable = those_that_hold(readable, inspection, left_out, at_once=True)
        write(to, readable, inspection.reader, progress)
    return Exported(to, readable, left_out, len(wanted) - len(asked), removed, left)


def refuse(to):
    """Raises CheckpointError for a path that no file can be written to."""
    if to.suffix not in FORMS:
        raise CheckpointError(f"{to.as_posix()} ends in neither .npz nor .safetensors: it is not known what to write.")
    if os.path.lexists(to):
        raise CheckpointError(f"There is a {to.as_posix()} already, and nothing is overwritten. Choose another name.")
    if not to.parent.is_dir():
        raise CheckpointError(f"There is no folder {to.parent.as_posix()!r} to write {to.name} into.")


def those_that_hold(chosen, inspection, left_out, at_once=False):
    """Those of the chosen tensors whose values can be read; why not, is added to ``left_out``.

    Checksums that ``write`` compares are left to it, unless they are to be compared ``at_once``.
    """
    readable = []
    for each in chosen:
        try:
            check(inspection.reader, each, at_once)
            readable.append(each)
        except CheckpointError as error:
            left_out[each.source] = str(error)
    if not readable:
        reasons = "; ".join(f"{name}: {why}" for name, why in list(left_out.items())[:3])
        nothing = reasons.rstrip(".") or "no tensor of it fits what was asked for"
        raise CheckpointError(f"{inspection.path} was not exported: {nothing}.")
    return readable


def refuse_to_fill_a_disk(readable, inspection):
    """Raises CheckpointError where far more bytes would be written than there are."""
    total, read = sum(each.bytes for each in readable), sum(bytes_ for _, bytes_, _ in inspection.files)
    if is_bomb(total, read):
        raise CheckpointError(
            f"{inspection.path} was not exported: its {size(read)} would become {size(total)}, as if somebody meant to "
            "fill a disk. Give the tensors that you need with --filter."
        )


def with_values(inspection):
    """The inspection, or the one within a folder, that has values."""
    for each in (inspection, *inspection.inner):
        if each.tensors and each.reader:
            return each
    reasons = [problem for each in (inspection, *inspection.inner) for problem in each.problems]
    raise CheckpointError(reasons[0] if reasons else f"{inspection.path} is {inspection.what}: it has no values.")


def choose(tensors, form, rename, inspection):
    """Which tensors can be written under which names: a list of ``Chosen``, and ``{name: why}`` of the others."""
    for old in [old for old in rename if old not in {tensor.short for tensor in tensors}]:
        name = inspection.find(old).short
        rename[name] = rename.pop(old)
        if name not in {tensor.short for tensor in tensors}:
            raise CheckpointError(f"{old!r} is to be renamed, and is not exported: see --filter and --all.")
    chosen, left_out, taken = [], {}, {}
    names = {rename.get(tensor.short, tensor.short) for tensor in tensors}
    for tensor in tensors:
        name = rename.get(tensor.short, tensor.short)
        if why := is_no_name(name, form) or is_another_one(name, form, names):
            left_out[cut(name, 100)] = why
            continue
        if name in taken:
            raise CheckpointError(f"{taken[name]!r} and {tensor.short!r} would both be called {name!r}.")
        taken[name] = tensor.short
        stored_as = form.stored_as(tensor.dtype) if tensor.dtype in NAMES.values() else None
        if stored_as is None:
            left_out[tensor.short] = f"the format has nothing for the dtype {tensor.dtype}"
        else:
            chosen.append(Chosen(tensor.name, name, tensor.dtype, tensor.shape, stored_as))
    return chosen, left_out


def is_no_name(name, form):
    """Why a tensor cannot have a name in a new file, the end of a sentence; or an empty text."""
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        return "its name is no text in UTF-8"
    if length > LONGEST_NAME:
        return f"its name is longer than {LONGEST_NAME} bytes"
    if "\0" in name:
        return "its name has a zero in it"
    if form is npz and (name.startswith("/") or ".." in name.split("/")):
        return "its name leads out of the folder in which somebody unpacks a zip, as an .npz is one"
    if form is safetensors and name == METADATA:
        return "a safetensors file has under this name what is said of the whole file"
    return ""


def is_another_one(name, form, names):
    """Why a tensor cannot have a name in a new file beside these others, the end of a sentence; or an empty text."""
    other = name.removesuffix(".npy")
    if form is npz and other != name and other in names:
        return f"NumPy gives the array {cut(other, 100)!r} for it, where there is one: use --rename"
    return ""


def check(reader, chosen, at_once=True):
    """Raises CheckpointError if a tensor cannot be read, or its stored checksum is not that of its bytes."""
    refuse_holes(getattr(reader, "entries", {}).get(chosen.source))
    later = stored_checksum(reader, chosen) is not None
    if hasattr(reader, "checked_shard") and (at_once or not later):  # others have none, or check while they read
        stored, computed = reader.verify(chosen.source)
        if stored != computed:
            raise Damaged
    if later or chosen.dtype == "string":
        values_of(reader, chosen)


def stored_checksum(reader, chosen):
    """The CRC-32C that a checkpoint has of the very bytes that are written of a tensor; None if it has none of them."""
    if not hasattr(reader, "checked_shard") or reader.byte_order == "big":
        return None
    entry = reader.entry(chosen.source)
    as_they_are = chosen.dtype == chosen.stored_as != "string" and not entry.slices
    return unmasked(entry.crc32c) if as_they_are else None


def values_of(reader, chosen):
    """The values of a tensor as they are written: a NumPy array in the order of C, in this machine's byte order."""
    import numpy as np

    try:
        values = np.asarray(reader.tensor(chosen.source))
    except (ValueError, TypeError, MemoryError) as error:  # a shape that NumPy does not take, or too many values
        raise CheckpointError(f"{chosen.name!r} cannot be read: {error}") from error
    if chosen.dtype == "string":
        strings = [value.encode() if isinstance(value, str) else bytes(value) for value in values.reshape(-1)]
        if any(string.endswith(b"\0") for string in strings):
            raise CheckpointError("a string in it ends in a zero, which an array of strings does not keep")
        longest = max(map(len, strings), default=1)
        return np.array(strings, f"S{max(longest, 1)}").reshape(values.shape)
    from tfckpt.format.dtypes import numpy_dtype

    try:
        return np.ascontiguousarray(values, numpy_dtype(chosen.stored_as)).reshape(chosen.shape)
    except (ValueError, TypeError) as error:
        raise CheckpointError(f"{chosen.name!r} cannot be written: {error}") from error


def write(to, chosen, reader, progress):
    """Writes to a temporary file beside ``to``, reads it back, and gives it its name. Raises CheckpointError."""
    total = sum(each.bytes for each in chosen)
    free = shutil.disk_usage(to.parent).free
    if free < total + 10**7:
        raise CheckpointError(f"{to.parent.as_posix()} has {size(free)} free, and the file takes {size(total)}.")
    tell = progress(2 * total)
    try:
        unfinished = Unfinished(to)
    except OSError as error:
        raise CheckpointError(f"{to.parent.as_posix()} cannot be written to: {error.strerror}.") from error
    with unfinished:
        try:
            os.chmod(unfinished.path, 0o666 & ~umask())
            with os.fdopen(unfinished.handle, "wb") as file, ThreadPoolExecutor(1) as disk:
                fingerprints = write_tensors(file, to.suffix, chosen, reader, tell, flushing(file, disk))
                file.flush()
                on_the_disk = disk.submit(os.fsync, file.fileno())
                compare(unfinished.path, to.suffix, chosen, fingerprints, tell)
                on_the_disk.result()
            give_name(unfinished.path, to)
        except OSError as error:
            raise CheckpointError(f"{to.as_posix()} cannot be written: {error.strerror}.") from error


def umask():
    """Which rights a new file of this process does not get."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def write_tensors(file, suffix, chosen, reader, tell, flush):
    """Writes tensors in the form that a suffix names.

    Returns:
        ``{name in the file: Pieces.fingerprint}``.

    Raises:
        Damaged: a stored checksum is not that of the bytes that were written.
    """
    ordered = chosen if suffix == ".npz" else sorted(chosen, key=lambda each: (-item_size(each.stored_as), each.name))
    fingerprints = {}

    def tensors():
        for each in ordered:
            pieces = Pieces(values_of(reader, each))
            yield each.name, pieces
            if stored_checksum(reader, each) not in (None, pieces.checksum):
                raise Damaged
            fingerprints[each.name] = pieces.fingerprint
            forget(reader)
            flush()
            tell(each.bytes)

    if suffix == ".npz":
        npz.write(file, tensors())
    else:
        described = {each.name: (each.stored_as, each.shape, each.bytes) for each in ordered}
        safetensors.write(file, described, tensors())
    return fingerprints


def flushing(file, disk):
    """A function that has what was written of a file put on the disk by another thread, if that one has time."""
    pending = []

    def flush():
        if pending and pending[0].done():
            pending.pop().result()
        if not pending:
            pending.append(disk.submit(os.fsync, file.fileno()))

    return flush


def compare(path, suffix, chosen, fingerprints, tell):
    """Reads the new file, and raises CheckpointError if a tensor in it is not what was written."""
    from tfckpt.readers.npz import Npz
    from tfckpt.readers.safetensors import Safetensors

    written = Npz(path) if suffix == ".npz" else Safetensors(path)
    for each in chosen:
        pieces = Pieces(written.tensor(each.name))
        for _ in pieces:
            pass
        if pieces.fingerprint != fingerprints[each.name]:
            raise CheckpointError(f"{each.name!r} was read back with other values than were written: is the disk well?")
        forget(written)
        tell(each.bytes)


def forget(reader):
    """Has a reader let go of what it has mapped, so that one tensor at a time is in memory."""
    if hasattr(reader, "forget"):
        reader.forget()


def give_name(temporary, to):
    """Gives a finished file its name, and never that of another file."""
    try:
        os.link(temporary, to)
    except FileExistsError:
        raise CheckpointError(f"There is a {to.as_posix()} by now, and nothing is overwritten.") from None
    except OSError:  # a disk without links
        if os.path.lexists(to):
            raise CheckpointError(f"There is a {to.as_posix()} by now, and nothing is overwritten.") from None
        os.rename(temporary, to)
