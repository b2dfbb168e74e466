"""``Side``: what ``diff`` compares: the variables of a checkpoint or of a graph, in one form for both."""

import os
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tfckpt.compare import shared
from tfckpt.compare.exported import exported
from tfckpt.compare.importing import of_graph_file, of_operations
from tfckpt.compare.latest import latest
from tfckpt.compare.names import AVERAGE, parsed
from tfckpt.compare.obstacle import Obstacle
from tfckpt.compare.partitions import whole
from tfckpt.compare.path import of_path, of_versions
from tfckpt.compare.saveables import of_collections, saved
from tfckpt.errors import CheckpointError, reading
from tfckpt.format.objects import KEY, object_graph
from tfckpt.identify import recognize
from tfckpt.kind import Kind
from tfckpt.misnamed import instead
from tfckpt.prefix import nowhere
from tfckpt.readers.bundle import MADE_UP, Bundle
from tfckpt.readers.meta import Meta
from tfckpt.roles import roles

NO_VARIABLE = re.compile(rf"{KEY}|.*/\.ATTRIBUTES/(?!VARIABLE_VALUE$)[^/]*", re.DOTALL)  # that objects write beside

NO_COLLECTIONS = Obstacle(
    "saver",
    "a GraphDef has no collection that lists its variables, so a plain `tf.train.Saver()` finds none to restore",
    "`tf.train.import_meta_graph` does not read it, and `tf.import_graph_def` makes operations, not variables, of it. "
    "Build the graph in code, or get the `.meta`.",
)


@dataclass
class Side:
    """The variables of one side.

    Attributes:
        title: the path, or ``"the graph"``.
        kind: ``Kind.CHECKPOINT`` or ``Kind.GRAPH``.
        variables: ``{name: (dtype, shape)}``. A shape is a tuple, or None where it is not known.
        parts: ``{name: names of its parts}`` of the partitioned variables of a graph, which has each part apart.
        reader: the ``Bundle`` or ``V1Checkpoint`` of a checkpoint.
        meta: the ``Meta`` of a graph in a file.
        graph: the ``tf.Graph`` of one in memory.
        saveables: those names of ``variables`` that are of other things a Saver restores, such as tables.
    """

    title: str
    kind: Kind
    variables: dict
    parts: dict = field(default_factory=dict)
    reader: object = None
    meta: object = None
    graph: object = None
    saveables: frozenset = frozenset()

    @property
    def written_by_objects(self):
        """Whether ``tf.train.Checkpoint`` wrote it: then its names are paths of objects."""
        return self.reader is not None and KEY in self.reader.entries

    def role(self, name):
        """What a variable is: a key of ``HEADINGS``, such as ``"variable"`` or ``"slot"``."""
        slots = parsed(name).slots
        if AVERAGE in slots:
            return "average"
        return "slot" if slots else self.roles[name].name

    @cached_property
    def roles(self):
        """``{name: Role}``, which also says of which variable a slot is."""
        objects = {}
        if self.written_by_objects and KEY not in self.unreadable:
            objects = object_graph(self.reader)
        return roles(self.variables, objects)

    def of_the_model(self, names):
        """Those of some names that are of variables of the model: no slots, counters or other values of training."""
        return [name for name in names if self.role(name) in ("variable", "average") and not parsed(name).slots]

    @cached_property
    def obstacles(self):
        """What stands in the way of a restore on this side, as a list of ``Obstacle``."""
        if self.meta is not None:
            return of_graph_file(self.meta)
        if self.graph is not None:
            operations = self.graph.get_operations()
            placed = of_operations((each.name, each.type, each.device) for each in operations)
            return [*of_collections(self.graph), *placed, *shared.of_graph(self.graph, saved(self.graph)[0])]
        if self.kind is Kind.CHECKPOINT:
            return [*of_path(self.title), *of_versions(self.reader)]
        return [NO_COLLECTIONS] if self.variables else []

    def missing_files(self):
        """The names of a checkpoint's data files that are not there."""
        if not isinstance(self.reader, Bundle):
            return []
        shards = {entry.shard for name in self.variables for entry in self.stored(name)}
        return [path.name for path in map(self.reader.data_file, sorted(shards)) if not path.exists()]

    @cached_property
    def unreadable(self):
        """``{name: name of the file}`` of what is in a data file that is missing, or that ends before it."""
        if not isinstance(self.reader, Bundle):
            return {}
        sizes, unreadable = {}, {}
        for name in self.reader.entries:
            for part in self.stored(name):
                if part.shard not in sizes:
                    path = self.reader.data_file(part.shard)
                    sizes[part.shard] = path.stat().st_size if path.exists() else -1
                if part.offset + part.size > sizes[part.shard]:
                    unreadable[name] = self.reader.data_file(part.shard).name
        return unreadable

    @property
    def readable(self):
        """The names of the variables that can be read."""
        return [name for name in self.variables if name not in self.unreadable]

    def stored(self, name):
        """The entries of a ``Bundle`` that have a variable's bytes: one, or those of its parts."""
        entry = self.reader.entries[name]
        with reading(self.reader.index, MADE_UP):
            return self.reader.stored(entry)

    def bytes_in_file(self, name):
        """The values of a variable as they are in the file. Empty in the V1 format where there is no NumPy."""
        if isinstance(self.reader, Bundle):
            return b"".join(bytes(self.reader.bytes_of(part)) for part in self.stored(name))
        try:
            return self.reader.tensor(name).tobytes()
        except ImportError:
            return b""

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
    if "://" in os.fspath(what) and (says := nowhere(os.fspath(what))):
        raise CheckpointError(says)
    if Path(what).name.endswith((".meta", "saved_model.pb", "saved_model.pbtxt")):
        return of_meta(Path(what))
    kind, place = recognize(what)[0]
    if kind is Kind.FOLDER:
        kind, place = latest(place)
    return READERS[kind](place)


def of_checkpoint(prefix):
    bundle = Bundle(prefix)
    variables = {
        name: (entry.dtype, entry.shape) for name, entry in bundle.entries.items() if not NO_VARIABLE.fullmatch(name)
    }
    title = os.fspath(prefix).replace(os.sep, "/")  # not as a path: it may end in a separator
    return Side(title, Kind.CHECKPOINT, variables, reader=bundle)


def of_v1(path):
    from tfckpt.readers.v1 import V1Checkpoint

    reader = V1Checkpoint(path)
    variables = {name: (entry.dtype, entry.shape) for name, entry in reader.entries.items()}
    return Side(Path(path).as_posix(), Kind.CHECKPOINT, variables, reader=reader)


def of_saved_model(folder):
    return of_checkpoint(folder / "variables" / "variables")


def of_meta(path):
    try:
        meta = Meta(path)
    except CheckpointError as error:
        raise CheckpointError(instead(Path(path), error)) from error
    global_ones = exported(meta).variables
    variables = {name: kind for name, kind in meta.variables.items() if name in global_ones or not global_ones}
    parts = {name: part for name, part in global_ones.items() if part}
    return Side(Path(path).as_posix(), Kind.GRAPH, *whole(variables, parts), meta=meta)


def of_graph_def(path):
    meta = Meta(path, graph_def=True)
    return Side(Path(path).as_posix(), Kind.GRAPH, *whole(meta.variables, {}))


def of_keras(path):
    name = Path(path).as_posix()
    raise CheckpointError(f"{name} is a file of Keras, which a Saver cannot read. `inspect` lists its names.")


def of_arrays(path):
    name = Path(path).as_posix()
    raise CheckpointError(f"{name} has arrays, which a Saver cannot read. `inspect` lists their names.")


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
    variables, parts, saveables = saved(graph)
    return Side(
        "the graph",
        Kind.GRAPH,
        *whole(variables | saveables, parts),
        graph=graph,
        saveables=frozenset(saveables.keys() - variables.keys()),
    )
