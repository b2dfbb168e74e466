"""An ``Inspection`` of a checkpoint: in several files, or in a single one as TensorFlow wrote it before 1.0."""

import os
from dataclasses import replace
from pathlib import Path

from tfckpt.describe import natural, size_of
from tfckpt.errors import CheckpointError
from tfckpt.format.checkpoint_state import read_state
from tfckpt.format.objects import KEY, object_graph
from tfckpt.format.slices import hole
from tfckpt.inspection import NAMES, OBJECTS, Checked, Inspection, Integrity, Tensor
from tfckpt.integrity import check, check_checksums, damaged, left_at_the_end, named
from tfckpt.kind import Kind
from tfckpt.left_overs import left_overs
from tfckpt.misnamed import instead, other_than
from tfckpt.prefix import OF_V1_SHARDS, files_of, is_pattern
from tfckpt.readers.bundle import Bundle
from tfckpt.readers.v1 import V1Checkpoint
from tfckpt.roles import roles

PATTERN = (
    "TensorFlow takes brackets (and on Linux a backslash) in a path for a pattern, and will not find these files: "
    "rename them, all that the prefix has, and the line in the file checkpoint. Here they were read."
)
MOST_HOLES = 3  # that are told of
SHARDS = "shards, a file for each device"
RESTORE_SHARDS = "Give saver.restore this name as it is, with its question marks: without them it finds nothing."
REFUSED = (
    "It says that TensorFlow 2.21 may not read it: a newer version wrote it, or somebody changed it. Here it was read."
)
ROLES = (  # of a checkpoint's files, in a few words
    (".index", "names, dtypes, shapes, places"),
    (".meta", "graph"),
    ("checkpoint", "which one is the latest"),
)


def of_checkpoint(prefix, verify, progress):
    path = Path(prefix).as_posix() + "/" * os.fspath(prefix).endswith("/")
    inspection = Inspection(path, Kind.CHECKPOINT, "a checkpoint")
    try:
        files = [(path.name, path.stat().st_size, role_of(path)) for path, _ in files_of(prefix)]
        inspection = replace(inspection, files=tuple(files))
        inspection = with_bundle(inspection, Bundle(prefix), verify, progress)
    except CheckpointError as error:
        index = Path(f"{prefix}.index")
        known = other_than(index)
        what = f"a checkpoint whose .index is {known[0]}" if known else inspection.what
        inspection = with_problems(replace(inspection, what=what), instead(index, error))
    inspection = with_left_overs(inspection, prefix, verify)
    inspection = with_graph(inspection, Path(f"{prefix}.meta"))
    if is_pattern(prefix):
        inspection = replace(inspection, obstacles=(PATTERN, *inspection.obstacles))
    notes = (*state_notes(prefix), *notes_on_names(prefix, inspection.tensors))
    return replace(inspection, notes=(*inspection.notes, *notes))


def notes_on_names(prefix, tensors):
    """What the names of a checkpoint's files and of its tensors show, sentences."""
    notes = ["Its files begin with a dot: they are hidden, and * passes over them."] * is_bare(prefix)
    trained = {tensor.of for tensor in tensors if tensor.role == "slot" and tensor.of}
    variables = sorted((tensor for tensor in tensors if tensor.role == "variable"), key=lambda each: natural(each.name))
    with_slots = [tensor for tensor in variables if tensor.name in trained]
    without = [tensor for tensor in variables if tensor.name not in trained]
    if len(without) > 1 and [kind_of(each) for each in without] == [kind_of(each) for each in with_slots]:
        first, second = (f"{each[0].short} … {each[-1].short}" for each in (without, with_slots))
        notes.append(
            f"{second} have the dtypes and shapes of {first} in the same order, and only they have slots of an "
            "optimizer: was the graph built twice, and only one of the two trained? Restore that one."
        )
    return notes


def kind_of(tensor):
    return tensor.dtype, tensor.shape


def is_bare(prefix):
    """Whether the names of a checkpoint's files begin with a dot, as after ``saver.save(sess, "folder/")``."""
    return os.path.basename(os.fspath(prefix)) == ""


def of_v1(path, verify, progress):
    path = Path(path)
    if path.name.endswith(".index") or is_index(path):
        raise CheckpointError(
            f"{path.as_posix()} is the .index of a checkpoint under another name. Rename it back to end in .index."
        )
    reader = V1Checkpoint(path)
    tensors = tensors_of(reader.entries, {})
    integrity = Integrity(lost(reader), Checked.SIZES)
    if verify:
        try:
            reader.verify(progress(reader.size))
            integrity = Integrity(lost(reader), Checked.CHECKSUMS)
        except CheckpointError as error:
            integrity = integrity.also(str(error))
    sharded = OF_V1_SHARDS.fullmatch(path.name)
    meta = path.with_name(f"{sharded[1] if sharded else path.name}.meta")
    files = [(file.name, file.stat().st_size, "names and values") for file in reader.files]
    inspection = Inspection(
        path.as_posix(),
        Kind.V1,
        f"a checkpoint in {SHARDS if sharded else 'one file'}, in the V1 format of TensorFlow before 1.0",
        integrity=integrity,
        tensors=tensors,
        obstacles=(REFUSED,) if reader.is_refused else (),
        files=(*files, (meta.name, meta.stat().st_size, "graph")) if meta.exists() else tuple(files),
        notes=(*[RESTORE_SHARDS] * bool(sharded), *holes(reader.entries, tensors)),
        reader=reader,
    )
    return with_graph(inspection, meta)


def holes(entries, tensors):
    """What to say of variables of which only some parts were saved, sentences. A slot of a part always is one."""
    says = [hole(entries[tensor.name]) for tensor in tensors if tensor.role == "variable"]
    return [each for each in says if each][:MOST_HOLES]


def lost(reader):
    """Which shards of a checkpoint in the V1 format are not there: a sentence, or nothing."""
    return (f"{named(reader.missing)}: not here, nor in this list what it alone has.",) if reader.missing else ()


def with_graph(inspection, meta):
    """The same inspection with what a ``.meta`` file says, if there is one."""
    if not meta.exists():
        return inspection
    from tfckpt.inspectors.graphs import graph_at  # not before it is needed: it takes a while to load

    return graph_at(meta).added_to(inspection)


def is_index(path):
    try:
        return bool(Bundle(path, index=path).entries)
    except CheckpointError:
        return False


def role_of(path):
    """What a file of a checkpoint is, in a few words."""
    if ".tempstate" in path.name:
        return "left over from a save that was stopped"
    return next((role for ending, role in ROLES if path.name.endswith(ending)), "values")


def with_problems(inspection, *problems):
    """The same inspection with more problems."""
    return replace(inspection, integrity=inspection.integrity.also(*problems))


def with_bundle(inspection, bundle, verify, progress):
    """The same inspection with the tensors of a ``Bundle``, and with what is wrong with them."""
    integrity, graph = check(bundle, verify, progress), {}
    if not integrity.problems or integrity.checked is Checked.CHECKSUMS:
        try:
            graph = object_graph(bundle)
        except CheckpointError as error:
            integrity = integrity.also(str(error))
    tensors = tensors_of(bundle.entries, graph)
    return replace(
        inspection,
        what=OBJECTS if KEY in bundle.entries else NAMES,
        integrity=inspection.integrity.also(
            *integrity.problems, checked=integrity.checked, not_finite=integrity.not_finite
        ),
        tensors=tensors,
        obstacles=(*inspection.obstacles, *[REFUSED] * bundle.is_refused),
        notes=(
            *inspection.notes,
            *holes(bundle.entries, tensors),
            *([] if integrity.problems else left_at_the_end(bundle)),
        ),
        reader=bundle,
    )


def tensors_of(entries, graph):
    """A ``Tensor`` for each ``Entry``. ``graph`` is what ``object_graph`` returns."""
    known, tensors = roles(entries, graph), []
    for name, entry in entries.items():
        own = graph[name].full_name if name in graph else ""
        size = size_of(entry) if entry.size >= 0 else None
        tensors.append(Tensor(name, entry.dtype, entry.shape, size, known[name].name, known[name].of, own))
    return tuple(tensors)


def with_left_overs(inspection, prefix, verify):
    """The same inspection with what a save that was stopped left behind.

    Where that could rescue the checkpoint, the checksums of the checkpoint itself are compared: is it the index in use
    that fits, or the one that was left over?
    """
    known = inspection.problems or inspection.checked is not Checked.SIZES
    lefts = left_overs(prefix, not inspection.problems if known else None, verify)
    if not known and any(left.renames for left in lefts):
        wrong = check_checksums(inspection.reader).wrong
        problems = damaged(inspection.reader, wrong)
        inspection = replace(inspection, integrity=inspection.integrity.also(*problems, checked=Checked.CHECKSUMS))
        lefts = left_overs(prefix, not wrong, True)
    return replace(inspection, left_overs=tuple(lefts))


def state_notes(prefix):
    """What the text file ``checkpoint`` beside a checkpoint says of it: a sentence, or nothing."""
    path = Path(prefix).parent / "checkpoint"
    if os.fspath(prefix).endswith("/") or not path.is_file():
        return []
    try:
        state = read_state(path)
    except CheckpointError as error:
        return [str(error)]
    if os.path.basename(state.latest) == Path(prefix).name and not Path(f"{prefix}.index").exists():
        return [f"{path.as_posix()} names it as the latest one, and tf.train.latest_checkpoint returns None."]
    if os.path.basename(state.latest) == Path(prefix).name:
        return [f"It is the latest one, as {path.as_posix()} says."]
    return [f"{path.as_posix()} says that the latest one is {state.latest!r}."]
