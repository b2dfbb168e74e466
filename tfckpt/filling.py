"""Fills an ``Inspection``: the tensors of a checkpoint, what a graph says, left-overs, and which one is the latest."""

import os
from pathlib import Path

from tfckpt.danger.audit import suspects
from tfckpt.describe import size_of
from tfckpt.errors import CheckpointError
from tfckpt.foreign import instead
from tfckpt.format.checkpoint_state import read_state
from tfckpt.format.objects import KEY, object_graph
from tfckpt.inspection import NAMES, OBJECTS, Tensor, shape_text
from tfckpt.integrity import by_checksum, by_size, of_graph
from tfckpt.left_overs import left_overs
from tfckpt.readers.meta import Meta
from tfckpt.roles import roles

ROLES = (  # of a checkpoint's files, in a few words
    (".index", "names, dtypes, shapes, places"),
    (".meta", "graph"),
    ("checkpoint", "which one is the latest"),
)


def role_of(path):
    """What a file of a checkpoint is, in a few words."""
    if ".tempstate" in path.name:
        return "left over from a save that was stopped"
    return next((role for ending, role in ROLES if path.name.endswith(ending)), "values")


def add_bundle(found, bundle, verify, progress):
    """Adds the tensors of a ``Bundle``, and what is wrong with them."""
    found.reader = bundle
    found.problems += by_size(bundle)
    found.checked = "sizes"
    try:
        graph = object_graph(bundle) if not found.problems else {}
    except CheckpointError as error:
        graph = {}
        found.problems.append(str(error))
    found.what = OBJECTS if KEY in bundle.entries else NAMES
    add_tensors(found, bundle.entries, graph)
    if verify and not found.problems:
        total = sum(tensor.size or 0 for tensor in found.tensors)
        wrong = by_checksum(bundle, progress(total))
        found.checked = "checksums"
        found.problems += [f"{name}: {what}" for name, what in wrong.items()]
        if wrong:
            many = len(wrong) > len(bundle.entries) // 2
            found.problems.append(
                f"{len(wrong)} of {len(bundle.entries)} tensors are not what was saved. "
                + ("Likely a data file and an .index of two different saves." if many else "Likely a damaged copy.")
            )


def add_tensors(found, entries, graph):
    known = roles(entries, graph)
    for name, entry in entries.items():
        saved = graph.get(name)
        own = saved.full_name if saved else ""
        bytes_ = size_of(entry) if entry.size >= 0 else None
        role = known[name]
        found.tensors.append(Tensor(name, entry.dtype, entry.shape, bytes_, role.name, role.of, own))


def add_graph(found, path):
    """Adds what a ``.meta`` or ``saved_model.pb`` says, and what is suspicious in it."""
    try:
        meta = Meta(path)
        suspicious = suspects(meta)
        found.problems += of_graph(meta)
    except CheckpointError as error:
        found.problems.append(instead(path, error))
        return None
    found.written_by = f"TensorFlow {meta.tensorflow_version}" if meta.tensorflow_version else found.written_by
    counts = ("operation", meta.operations), ("function", meta.functions), ("variable", meta.variables)
    counted = [f"{len(those)} {word}{'s' * (len(those) != 1)}" for word, those in counts if those or word != "function"]
    found.graph.append(f"{path.name}: {', '.join(counted)}")
    for key, (inputs, outputs) in meta.signatures.items():
        if not key.startswith("__"):
            found.graph.append(f"signature {key}: {described(inputs)} → {described(outputs)}")
    found.suspects += [suspect for suspect in suspicious if not suspect.expected]
    found.expected += sum(suspect.expected for suspect in suspicious)
    names = {tensor.name for tensor in found.tensors}
    wanted = set(meta.saver.names) if meta.saver else set()
    if names and wanted - names:
        found.notes.append(
            f"The graph's Saver asks for {len(wanted - names)} names that the checkpoint does not have, such as "
            f"{min(wanted - names)!r}: restoring with it fails."
        )
    return meta


def described(arguments):
    """The arguments of a signature in words."""
    return ", ".join(f"{name} {dtype} {shape_text(shape)}" for name, (_, dtype, shape) in arguments.items())


def add_left_overs(found, prefix, verify):
    whole = None if found.checked == "sizes" and not found.problems else not found.problems
    found.left_overs = left_overs(prefix, whole, verify)
    if whole is None and any(left.renames for left in found.left_overs):  # is it the index in use that fits?
        wrong = by_checksum(found.reader)
        found.checked = "checksums"
        found.problems += [f"{name}: {what}" for name, what in wrong.items()]
        found.left_overs = left_overs(prefix, not wrong, True)


def add_state(found, prefix):
    """Adds what the text file ``checkpoint`` beside a checkpoint says of it."""
    path = Path(prefix).parent / "checkpoint"
    if os.fspath(prefix).endswith("/") or not path.is_file():
        return
    try:
        state = read_state(path)
    except CheckpointError as error:
        found.notes.append(str(error))
        return
    if os.path.basename(state.latest) == Path(prefix).name:
        found.notes.append(f"It is the latest one, as {path.as_posix()} says.")
    else:
        found.notes.append(f"{path.as_posix()} says that the latest one is {state.latest!r}.")
