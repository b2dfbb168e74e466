"""``kind_of``: what a file is, by its bytes and not by its name."""

import os
import re

from tfckpt.danger.two_files import loaded_as
from tfckpt.errors import CheckpointError, shortened
from tfckpt.format import table
from tfckpt.format.crc32c import extend, masked
from tfckpt.format.opened import opened
from tfckpt.format.text_roots import GRAPH_DEF, META_GRAPH_DEF, SAVED_MODEL, root_of
from tfckpt.format.wire import fields
from tfckpt.kind import Kind

HEAD = 4096  # bytes that are looked at
# A line of a text that has an error message in it.
FAILURE = re.compile(rb"^(?:Traceback \(most recent call last\)|[\w.]*(?:Error|Exception): )", re.MULTILINE)
NO_TEXT = re.compile(rb"[\x01-\x07\x0e-\x1a\x1c-\x1f]")
ELSEWHERE = "Nothing of TensorFlow's reads it."

# Files of other programs: how they begin, what they are, what to do.
FOREIGN = (
    (b"version https://git-lfs.github.com/spec/", "a pointer of Git LFS, not the file itself", "Type:  git lfs pull"),
    (b"/annex/objects/", "a pointer of git-annex, not the file itself", "Type:  git annex get"),
    (b"GGUF", "a GGUF file, for llama.cpp", ELSEWHERE),
    (b"\x93NUMPY", "an array of NumPy's", "numpy.load(path, allow_pickle=False) reads it."),
    (b"\x1f\x8b", "compressed with gzip", "Unpack it first."),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "Unpack it first."),
    (b"BZh", "compressed with bzip2", "Unpack it first."),
    (b"\xfd7zXZ\x00", "compressed with xz", "Unpack it first."),
    (b"7z\xbc\xaf\x27\x1c", "an archive of 7-Zip", "Unpack it first."),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"%PDF", "a PDF", ELSEWHERE),
    (b"\x89PNG", "a picture", ELSEWHERE),
    (b"\x7fELF", "a program or library", "Do not load it: it would run."),
    (b"MZ", "a program or library of Windows", "Do not load it: it would run."),
)
TEXTS = {SAVED_MODEL: Kind.SAVED_MODEL, META_GRAPH_DEF: Kind.GRAPH, GRAPH_DEF: Kind.GRAPH_DEF}  # of graphs, by root_of
WORDS = (  # how other texts begin, in lower case
    (
        rb"<!doctype html|<html",
        "a web page",
        "The download saved a page (a login, an error, or GitHub's view) in place of the file.",
    ),
    (rb"<\?xml", "XML", "Likely the error message of a storage service, saved in place of the file."),
    (
        rb'\{.*"(weightsmanifest|modeltopology)"',
        "a model of TensorFlow.js",
        "Its values are in the files beside it; tensorflowjs_converter reads it.",
    ),
    (
        rb'\{.*"weight_map"',
        "the list of a model's files, of Keras (.weights.json) or safetensors",
        "Its values are in the files that it names, beside it: inspect those one by one.",
    ),
    (rb"[{\[]", "JSON", "A model's configuration, perhaps: it has no values in it."),
)


class UnknownFileError(CheckpointError):
    """A file of which nothing is known.

    Example:

        >>> issubclass(UnknownFileError, CheckpointError)
        True
    """


def kind_of(path):
    """What a file is.

    Returns:
        A ``Kind``: ``TABLE``, ``HDF5``, ``KERAS``, ``GRAPH`` (a ``MetaGraphDef``), ``SAVED_MODEL`` or ``STATE``.

    Raises:
        CheckpointError: it is something else. The text says what, and what to do.

    Example:

        >>> from pathlib import Path
        >>> kind_of(Path("weights.npz"))
        <Kind.NPZ: 'npz'>
    """
    try:
        with opened(path) as file:
            head = file.read(HEAD)
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - table.FOOTER))
            tail = file.read()
            kind = loaded_as(path) if tail else None
            if kind:
                return zip_kind(path) if kind == "zip" else Kind(kind)
    except OSError as error:
        raise CheckpointError(f"{path.as_posix()} cannot be opened: {error.strerror}.") from error
    if tail.endswith(table.MAGIC):
        return Kind.TABLE
    if b"model_checkpoint_path" in head:
        return Kind.STATE
    kind = foreign(head, size) or graph_kind(head)
    if isinstance(kind, Kind):
        return kind
    if kind is None and FAILURE.search(head.replace(b"\0", b"")) and not NO_TEXT.search(head):  # or it is UTF-16
        told = "a text with an error message in it, and no checkpoint. Type `explain` instead of `inspect`."
        raise UnknownFileError(f"{path.as_posix()} is {told}")
    if kind is None:
        nothing = "no checkpoint, nor any file that is known here. Where did it come from?"
        raise UnknownFileError(f"{path.as_posix()} is {nothing}")
    from tfckpt.readers.file_list import not_there  # not before it is needed: json takes a while

    raise CheckpointError(f"{path.as_posix()} is {kind[0]}. {kind[1]}{not_there(path)}")


def foreign(head, size):
    """What a file is that TensorFlow did not write, and what to do, or a ``Kind``; None if that is not known.

    Example:

        >>> foreign(b"", 0)[0]
        'empty: 0 bytes'
    """
    if not size:
        return "empty: 0 bytes", "Likely a save, copy or download that did not finish."
    if not head.strip(b"\0"):
        return "full of zeros, as far as was looked", "Likely a crash before its bytes reached the disk, or a bad copy."
    for beginning, what, advice in FOREIGN:
        if head.startswith(beginning):
            return what, advice
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") < max(size, 1):
        return Kind.SAFETENSORS
    return binary(head) or TEXTS.get(root_of(head)) or in_words(head.lstrip(b"\xef\xbb\xbf \r\n\t").lower())


def binary(head):
    """What a file is whose first bytes are no fixed ones, and what to do; None if that is not known."""
    if head[4:8] == b"TFL3":
        return "a model of TensorFlow Lite", "tf.lite.Interpreter reads it; there is no way back to variables."
    if head[257:262] == b"ustar":
        return "a tar archive", "Unpack it first."
    if re.match(rb"\x80[\x02-\x05]|\(dp|\(lp|ccollections|cnumpy", head):
        advice = "It was not read: to read one runs what is in it. Old versions of PyTorch write these."
        return "a pickle of Python's", advice
    if is_onnx(head):
        return "a model of ONNX, or something alike", "The package onnx reads it."
    if is_records(head):
        if b"brain.Event:" in head[:64]:
            return "a log for TensorBoard (events), no model", "Its checkpoints are mostly in the folder above."
        return "a TFRecord file: records, mostly data to train with, no model", "tf.data.TFRecordDataset reads it."
    return None


def in_words(text):
    """What a text is, in lower case, and what to do; None if that is not known."""
    for pattern, what, advice in WORDS:
        if re.match(pattern, text, re.DOTALL):
            return what, advice
    return None


def zip_kind(path):
    """What a zip is: ``Kind.KERAS``, ``Kind.NPZ``, or an error that says what else."""
    from tfckpt.format.zips import UNREADABLE, zip_at  # not before it is needed: zipfile takes a while

    try:
        with zip_at(path) as archive:
            names = archive.namelist()
    except UNREADABLE as error:
        raise CheckpointError(
            f"{path.as_posix()} begins like a zip and does not end like one: {shortened(error)}. Likely a save, copy "
            "or download that did not finish."
        ) from error
    if "config.json" in names or "model.weights.h5" in names:
        return Kind.KERAS
    what, advice = "a zip", "Unpack it first."
    if any(name.endswith("data.pkl") for name in names):
        what, advice = (
            "a checkpoint of PyTorch: a zip with a pickle",
            "It was not read: to read one runs what is in it.",
        )
    elif any(name.endswith("saved_model.pb") for name in names):
        what, advice = "a zip with a SavedModel in it", "Unpack it, then inspect its folder."
    elif any(name.endswith(".index") for name in names):
        what, advice = "a zip with a checkpoint in it", "Unpack it, then inspect its prefix."
    elif any(name.endswith(".npy") for name in names):  # NumPy takes those, and passes over others
        return Kind.NPZ
    raise CheckpointError(f"{path.as_posix()} is {what}. {advice}")


def is_records(head):
    """TFRecords begin with a length of eight bytes, then its masked checksum."""
    length, stored = head[:8], int.from_bytes(head[8:12], "little")
    return len(head) >= 12 and masked(extend(0, length)) == stored


def is_onnx(head):
    """An ONNX ``ModelProto`` begins with the version of its format, a small number, then with who made it, a text."""
    length = int.from_bytes(head[3:4])
    maker = head[4 : 4 + length]
    return head[:1] == b"\x08" and head[1:2] < b"\x20" and head[2:3] == b"\x12" and 2 <= length < 64 and maker.isalnum()


def graph_kind(head):
    """Whether a file begins like a ``MetaGraphDef`` or a ``SavedModel``, or is a graph without either.

    Example:

        >>> graph_kind(bytes([0x0A, 0x02, 0x2A, 0x00]))
        <Kind.GRAPH: 'graph'>
    """
    try:
        number, first = next(fields_of_beginning(head))
    except (ValueError, StopIteration):
        return None
    if number == 1 and first == 1:
        return Kind.SAVED_MODEL
    inner = dict(fields_of_beginning(first)) if not isinstance(first, int) else {}
    if number == 1 and {1, 2} <= inner.keys() and not isinstance(inner[2], int) and bytes(inner[2][:1]).isalpha():
        return Kind.GRAPH_DEF
    return Kind.GRAPH if number == 1 and (5 in inner or 2 in inner) or number == 2 else None


def fields_of_beginning(data):
    """The fields of a message of which only the beginning is there: the last one may be cut off."""
    try:
        yield from fields(data)
    except ValueError as error:
        cut = getattr(error, "at", 0)
        if not isinstance(data, int) and 0 < cut < len(data):
            tag = data[0]
            if cut <= 6 and tag & 7 == 2:  # not even the first field is whole: yield what there is of it
                yield tag >> 3, data[cut:]
