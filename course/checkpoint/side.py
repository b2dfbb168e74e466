"""``Side``: what ``diff`` compares: the variables of a checkpoint or of a graph, in one form for both."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from course.checkpoint.bundle import MADE_UP, Bundle
from course.checkpoint.errors import CheckpointError, blaming
from course.checkpoint.names import NO_VARIABLES, SLOT
from course.checkpoint.prefix import advice

PART = re.compile(r"(.+)/part_(\d+)")


@dataclass
class Side:
    """The variables of one side.

    Attributes:
        title: the path, or ``"the graph"``.
        kind: ``"checkpoint"`` or ``"graph"``.
        variables: ``{name: (dtype, shape)}``. A shape is a tuple, or None where it is not known.
        parts: ``{name: names of its parts}`` of the partitioned variables of a graph, which has each part apart.
        bundle: the ``Bundle`` of a checkpoint.
        written_by_objects: whether ``tf.train.Checkpoint`` wrote it: then its names are paths of objects.
    """

    title: str
    kind: str
    variables: dict
    parts: dict = field(default_factory=dict)
    bundle: object = None
    written_by_objects: bool = False

    def missing_files(self):
        """The names of a checkpoint's data files that are not there."""
        if self.bundle is None:
            return []
        found = [entry for name in self.variables for entry in self.stored(name)]
        paths = [self.bundle.data_file(shard) for shard in sorted({entry.shard for entry in found})]
        return [path.name for path in paths if not path.exists()]

    def stored(self, name):
        """The entries that have a variable's bytes: one, or those of its parts."""
        entry = self.bundle.entries[name]
        with blaming(self.bundle.index, MADE_UP):
            return list(dict(self.bundle.parts_of(entry)).values()) if entry.slices else [entry]

    def bytes_of(self, name):
        """What tells whether two variables have the same bytes, without reading them: sizes and checksums. Or None."""
        if self.bundle is None:
            return None
        entry = self.bundle.entries[name]
        stored = tuple((part.size, part.crc32c) for part in self.stored(name))
        return self.bundle.byte_order, entry.dtype, entry.shape, entry.slices, stored


def side(what):
    """Reads one side.

    Args:
        what: a prefix or one of its files, the path of a ``.meta`` file, or a ``tf.Graph``.

    Raises:
        CheckpointError: there is nothing like that, or it cannot be read.
    """
    if hasattr(what, "get_collection"):
        return of_graph(what)
    path = Path(what)
    if path.name.endswith(".meta") or path.name == "saved_model.pb":
        return of_meta(path)
    return of_checkpoint(prefix_of(path))


def prefix_of(path):
    """The prefix that a path means: itself, or that of the file that it is."""
    if path.with_name(path.name + ".index").exists():
        return path
    shorter = re.sub(r"\.(index|data-\d{5}-of-\d{5})$", "", path.name)
    if shorter != path.name and path.exists():
        return path.with_name(shorter)
    if path.is_dir():
        raise CheckpointError(folder_advice(path))
    names = sorted(found.name for found in path.parent.iterdir()) if path.parent.is_dir() else []
    raise CheckpointError(advice(path, names))


def folder_advice(folder):
    prefixes = sorted(path.name.removesuffix(".index") for path in folder.glob("*.index"))
    seen = f"{folder.as_posix()!r} is a folder, and a comparison needs one checkpoint."
    if (folder / "saved_model.pb").exists():
        return f"{seen} It is a SavedModel: pass {(folder / 'variables' / 'variables').as_posix()!r}."
    if prefixes:
        return f"{seen} Pass one of: {', '.join(repr((folder / name).as_posix()) for name in prefixes)}."
    return f"{seen} It has none (no file that ends in .index)."


def of_checkpoint(prefix):
    bundle = Bundle(prefix)
    variables = {
        name: (entry.dtype, entry.shape) for name, entry in bundle.entries.items() if not name.endswith(NO_VARIABLES)
    }
    written_by_objects = len(variables) < len(bundle.entries) or any(SLOT in name for name in variables)
    return Side(Path(prefix).as_posix(), "checkpoint", variables, bundle=bundle, written_by_objects=written_by_objects)


def of_meta(path):
    from course.checkpoint.meta import Meta

    meta = Meta(path)
    global_ones = {name.partition(":")[0] for name in meta.collections.get("variables", ())}
    variables = {name: kind for name, kind in meta.variables.items() if name in global_ones or not global_ones}
    return Side(path.as_posix(), "graph", *whole(variables))


def of_graph(graph):
    """The global variables of a ``tf.Graph``. What is asked of it needs no import of TensorFlow."""
    variables = {}
    for variable in graph.get_collection("variables"):
        shape = variable.shape
        known = None if shape.rank is None else tuple(shape.as_list())
        variables[variable.op.name] = (variable.dtype.base_dtype.name, known)
    return Side("the graph", "graph", *whole(variables))


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
