"""``Side``: what ``diff`` compares: the variables of a checkpoint or of a graph, in one form for both."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tfckpt.compare.names import NO_VARIABLES
from tfckpt.errors import CheckpointError, blaming
from tfckpt.format.checkpoint_state import read_state
from tfckpt.format.objects import KEY
from tfckpt.identify import in_folder, recognize
from tfckpt.kind import Kind
from tfckpt.readers.bundle import MADE_UP, Bundle
from tfckpt.readers.meta import Meta
from tfckpt.roles import roles

PART = re.compile(r"(.+)/part_(\d+)")


@dataclass
class Side:
    """The variables of one side.

    Attributes:
        title: the path, or ``"the graph"``.
        kind: ``Kind.CHECKPOINT`` or ``Kind.GRAPH``.
        variables: ``{name: (dtype, shape)}``. A shape is a tuple, or None where it is not known.
        parts: ``{name: names of its parts}`` of the partitioned variables of a graph, which has each part apart.
        reader: the ``Bundle`` or ``V1Checkpoint`` of a checkpoint.
    """

    title: str
    kind: Kind
    variables: dict
    parts: dict = field(default_factory=dict)
    reader: object = None

    @property
    def written_by_objects(self):
        """Whether ``tf.train.Checkpoint`` wrote it: then its names are paths of objects."""
        return self.reader is not None and KEY in self.reader.entries

    def roles(self):
        """``{name: role}``, such as ``"variable"`` or ``"slot"``."""
        return {name: role.name for name, role in roles(self.variables, {}).items()}

    def missing_files(self):
        """The names of a checkpoint's data files that are not there."""
        if not isinstance(self.reader, Bundle):
            return []
        shards = {entry.shard for name in self.variables for entry in self.stored(name)}
        return [path.name for path in map(self.reader.data_file, sorted(shards)) if not path.exists()]

    def stored(self, name):
        """The entries of a ``Bundle`` that have a variable's bytes: one, or those of its parts."""
        entry = self.reader.entries[name]
        with blaming(self.reader.index, MADE_UP):
            return self.reader.stored(entry)

    def bytes_of(self, name):
        """What tells whether two variables have the same bytes, without reading them: sizes and checksums.

        None where there are no checksums: in the V1 format.
        """
        if not isinstance(self.reader, Bundle):
            return None
        entry = self.reader.entries[name]
        stored = tuple((part.size, part.crc32c) for part in self.stored(name))
        return self.reader.byte_order, entry.dtype, entry.shape, entry.slices, stored


def side(what):
    """Reads one side.

    Args:
        what: a prefix or one of its files, a folder with a checkpoint in it, the path of a ``.meta`` file or of a
            ``saved_model.pb``, or a ``tf.Graph``.

    Raises:
        CheckpointError: there is nothing like that, or it cannot be read.
    """
    if hasattr(what, "get_collection"):
        return of_graph(what)
    if Path(what).name.endswith((".meta", "saved_model.pb")):
        return of_meta(Path(what))
    kind, place = recognize(what)[0]
    if kind is Kind.FOLDER:
        kind, place = latest(place)
    return READERS[kind](place)


def latest(folder):
    """The kind and place of the latest checkpoint in a folder, as its file ``checkpoint`` says, or of the only one."""
    places = {
        Path(place).name: (kind, place) for kind, place in in_folder(folder) if kind in (Kind.CHECKPOINT, Kind.V1)
    }
    state = folder / "checkpoint"
    if state.exists() and Path(read_state(state).latest).name in places:
        return places[Path(read_state(state).latest).name]
    if len(places) == 1:
        return next(iter(places.values()))
    have = f"Pass one of: {', '.join(repr(Path(folder, name).as_posix()) for name in places)}." if places else ""
    number = f"{len(places) or 'no'} checkpoints in it"
    raise CheckpointError(
        f"{folder.as_posix()!r} is a folder with {number}, and a comparison needs one. {have}".strip()
    )


def of_checkpoint(prefix):
    bundle = Bundle(prefix)
    variables = {
        name: (entry.dtype, entry.shape) for name, entry in bundle.entries.items() if not name.endswith(NO_VARIABLES)
    }
    return Side(Path(prefix).as_posix(), Kind.CHECKPOINT, variables, reader=bundle)


def of_v1(path):
    from tfckpt.readers.v1 import V1Checkpoint

    reader = V1Checkpoint(path)
    variables = {name: (entry.dtype, entry.shape) for name, entry in reader.entries.items()}
    return Side(Path(path).as_posix(), Kind.CHECKPOINT, variables, reader=reader)


def of_saved_model(folder):
    return of_checkpoint(folder / "variables" / "variables")


def of_meta(path):
    meta = Meta(path)
    global_ones = {name.partition(":")[0] for name in meta.collections.get("variables", ())}
    variables = {name: kind for name, kind in meta.variables.items() if name in global_ones or not global_ones}
    return Side(Path(path).as_posix(), Kind.GRAPH, *whole(variables))


def of_graph_def(path):
    meta = Meta(path, graph_def=True)
    return Side(Path(path).as_posix(), Kind.GRAPH, *whole(meta.variables))


def of_keras(path):
    name = Path(path).as_posix()
    raise CheckpointError(f"{name} is a file of Keras, which a Saver cannot read. `course inspect` lists its names.")


def of_arrays(path):
    name = Path(path).as_posix()
    raise CheckpointError(f"{name} has arrays, which a Saver cannot read. `course inspect` lists their names.")


READERS = {
    Kind.CHECKPOINT: of_checkpoint,
    Kind.V1: of_v1,
    Kind.SAVED_MODEL: of_saved_model,
    Kind.GRAPH: of_meta,
    Kind.GRAPH_DEF: of_graph_def,
    Kind.KERAS: of_keras,
    Kind.HDF5: of_keras,
    Kind.SAFETENSORS: of_arrays,
    Kind.NPZ: of_arrays,
}


def of_graph(graph):
    """The global variables of a ``tf.Graph``. What is asked of it needs no import of TensorFlow."""
    variables = {}
    for variable in graph.get_collection("variables"):
        shape = variable.shape
        known = None if shape.rank is None else tuple(shape.as_list())
        variables[variable.op.name] = (variable.dtype.base_dtype.name, known)
    return Side("the graph", Kind.GRAPH, *whole(variables))


def whole(variables):
    """Puts the parts of partitioned variables together.

    Returns:
        ``{name: (dtype, shape)}`` and ``{name: names of its parts}``. A checkpoint has a partitioned variable as one.
    """
    found = defaultdict(dict)
    for name in variables:
        if match := PART.fullmatch(name):
            found[match[1]][int(match[2])] = name
    result, parts = dict(variables), {}
    for name, numbered in found.items():
        names = [numbered[number] for number in sorted(numbered)]
        together = joined([variables[part] for part in names])
        if together and sorted(numbered) == list(range(len(names))) and name not in variables:
            parts[name], result[name] = names, together
            for part in names:
                del result[part]
    return result, parts


def joined(kinds):
    """The dtype and shape of parts that were cut along one axis; None if they do not fit."""
    (dtype, first), shapes = kinds[0], [shape for _, shape in kinds]
    if any(kind[0] != dtype for kind in kinds) or any(shape is None or None in shape for shape in shapes):
        return None
    if any(len(shape) != len(first) for shape in shapes):
        return None
    cut = [axis for axis in range(len(first)) if len({shape[axis] for shape in shapes}) > 1] or [0]
    if len(cut) > 1 or not first:
        return None
    return dtype, tuple(
        sum(shape[axis] for shape in shapes) if axis == cut[0] else size for axis, size in enumerate(first)
    )
