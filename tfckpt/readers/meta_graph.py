"""``MetaGraph``: one graph with all that was exported with it, as a ``.meta`` is one and a ``saved_model.pb`` has some.

Sources: ``meta_graph.proto``, ``saver.proto``, ``variable.proto``, ``queue_runner.proto`` and
``saved_object_graph.proto`` in https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/protobuf
"""

from dataclasses import dataclass, field
from functools import cached_property

from tfckpt.errors import CorruptError
from tfckpt.format.dtypes import NAMES
from tfckpt.format.node import operation, pair, shape
from tfckpt.format.wire import fields, integer, single, text
from tfckpt.readers.saved_objects import captures, saved_object

MOST_OPERATIONS = 1_000_000
# Collections of variables, whose elements say which operation gives a variable its first value.
OF_VARIABLES = {
    *("variables", "trainable_variables", "local_variables", "model_variables", "metric_variables"),
    *("moving_average_variables", "global_step"),
}


@dataclass
class Saver:
    """The Saver that a graph was exported with.

    Attributes:
        filename, save, restore: the tensor that is fed with the prefix, the tensor that is run to save, and the
            operation that is run to restore.
        version: of the format that it writes, ``"V1"`` or ``"V2"``.
        sharded: whether it writes a data file for each device.
        names: ``{name in the checkpoint: name of the variable}``, as the operations that save say it. The variable is
            None where it is not a variable that is saved, and the first part where it is a partitioned one.
        parts: ``{name in the checkpoint: [(variable, part), …]}`` of partitioned variables. A part is written as
            ``"10 4 0,4:-"``: the whole shape, then start and length in each dimension, ``-`` for all of it.
    """

    filename: str = ""
    save: str = ""
    restore: str = ""
    version: str = "V1"
    sharded: bool = False
    names: dict = field(default_factory=dict)
    parts: dict = field(default_factory=dict)


@dataclass
class MetaGraph:
    """A graph, and what was exported with it.

    Attributes:
        operations, functions, collections, saver, signatures, tensorflow_version, producer, stripped_ops: as in
            ``Meta``.
        tags: a tuple of texts.
        has_graph: whether there is a graph in it.
        savers: the ``Saver`` of each element of the collection ``savers``.
        initializers: the names of the operations that give variables their first values.
        runners: the names of the operations that fill queues, as the collection ``queue_runners`` has them.
        assets: ``[(tensor, file name), …]``: the tensors that a loader fills with the path of a file in ``assets/``.
        listed_assets: the same as a collection has them, which a loader takes if there are no others.
        objects: a list of ``SavedObject``, if TensorFlow 2 wrote it.
        captures: ``{function: (place in objects, …)}``: what a function takes in after what its caller gives.
    """

    operations: list = field(default_factory=list)
    functions: dict = field(default_factory=dict)
    collections: dict = field(default_factory=dict)
    saver: Saver | None = None
    signatures: dict = field(default_factory=dict)
    tags: tuple = ()
    tensorflow_version: str = ""
    producer: int = 0
    stripped_ops: list = field(default_factory=list)
    has_graph: bool = False
    savers: list = field(default_factory=list)
    initializers: list = field(default_factory=list)
    runners: list = field(default_factory=list)
    assets: list = field(default_factory=list)
    listed_assets: list = field(default_factory=list)
    objects: list = field(default_factory=list)
    captures: dict = field(default_factory=dict)

    @cached_property
    def asset_names(self):
        """``{operation: [file name, …]}``: the assets by the operations of their tensors."""
        names = {}
        for name, file in self.assets:
            names.setdefault(name.partition(":")[0], []).append(file)
        return names


def meta_graph(content, source):
    """A ``MetaGraph`` from the bytes of a ``MetaGraphDef``, a piece of a ``Source``. Raises ValueError."""
    graph = MetaGraph()
    parts = single(content, repeated=(4, 5, 6))
    if 1 in parts:
        add_information(graph, parts[1])
    if 2 in parts:
        graph.has_graph = True
        add_operations(graph, parts[2], source)
    if 3 in parts:
        graph.saver = saver(parts[3])
    if 7 in parts:
        graph.objects = [saved_object(value) for number, value in fields(parts[7]) if number == 1]
        graph.captures = captures(parts[7])
    for number, value in fields(content):
        if number == 4:
            add_collection(graph, *pair(value))
        elif number == 5:
            key, signature = pair(value)
            graph.signatures[once(key, graph.signatures)] = arguments(signature)
        elif number == 6:
            graph.assets.append(asset(value))
    graph.assets = graph.assets or graph.listed_assets
    return graph


def meta_graph_of_graph_def(content, source):
    """A ``MetaGraph`` from the bytes of a ``GraphDef`` alone. Raises ValueError."""
    graph = MetaGraph(has_graph=True)
    add_operations(graph, content, source)
    return graph


def asset(content):
    """A tensor and the name of its file, from an ``AssetFileDef``."""
    parts = single(content)
    return tensor(parts.get(1, b""))[0], text(parts.get(2, b""))


def once(name, taken):
    """A name that must not be taken yet. Raises ValueError."""
    if name in taken:
        raise ValueError(f"{name!r} is there twice")
    return name


def add_information(graph, content):
    tags = []
    for number, value in fields(content):
        if number == 2:
            ops = [op for field, op in fields(value) if field == 1]
            graph.stripped_ops += [text(dict(fields(op)).get(1, b"")) for op in ops]
        elif number == 4:
            tags.append(text(value))
        elif number == 5:
            graph.tensorflow_version = text(value)
    graph.tags = tuple(tags)


def add_operations(graph, content, source):
    parts = single(content, repeated=(1,))
    graph.producer = integer(single(parts.get(4, b"")).get(1, 0) or parts.get(3, 0)) if parts else 0
    bodies = [("", content, 1)]
    for body in (value for number, value in fields(parts.get(2, b"")) if number == 1):
        signature = single(body, repeated=(3, 4, 5, 6, 7, 8)).get(1, b"")
        name = once(text(single(signature, repeated=(2, 3, 4, 20)).get(1, b"")), graph.functions)
        given = [value for number, value in fields(signature) if number == 2]
        graph.functions[name] = tuple(text(dict(fields(argument)).get(1, b"")) for argument in given)
        bodies.append((name, body, 3))
    for name, body, place in bodies:
        for number, value in fields(body):
            if number == place:
                if len(graph.operations) >= MOST_OPERATIONS:
                    raise ValueError(f"it has more than {MOST_OPERATIONS} operations")
                graph.operations.append(operation(value, source, name))


def saver(content):
    parts = single(content)
    return Saver(
        *(text(parts.get(number, b"")) for number in (1, 2, 3)),
        version="V2" if integer(parts.get(7, 0)) == 2 else "V1",
        sharded=bool(integer(parts.get(5, 0))),
    )


def add_collection(graph, key, collection):
    names = []
    for kind, listed in single(collection).items():
        names += names_in(kind, listed)
        if kind == 2 and key in (*OF_VARIABLES, "savers", "queue_runners"):
            for element in (value for number, value in fields(listed) if number == 1):
                add_element(graph, key, element)
        elif kind == 5 and key == "saved_model_assets":  # as TensorFlow 1 writes them: an AnyList
            graph.listed_assets = [asset(single(value).get(2, b"")) for number, value in fields(listed) if number == 1]
    graph.collections[once(key, graph.collections)] = names


def add_element(graph, key, content):
    """Adds what an element of a collection says will be run; an element of another kind says nothing."""
    try:
        if key == "savers":
            graph.savers.append(saver(content))
        elif key == "queue_runners":
            graph.runners += [text(value) for number, value in fields(content) if number in (2, 3, 4)]
        else:
            graph.initializers.append(text(dict(fields(content)).get(2, b"")))
    except CorruptError:
        raise
    except ValueError:
        return


def names_in(kind, listed):
    """The names in a list of a collection: texts, or of a message its first field, which is its name if it has one."""
    for number, value in fields(listed):
        if number == 1 and kind == 1:
            yield text(value)
        elif number == 1 and kind == 2 and not isinstance(value, int):
            try:
                yield text(dict(fields(value))[1])
            except (ValueError, KeyError):
                yield f"({len(value)} bytes)"


def arguments(signature):
    """The inputs and the outputs of a ``SignatureDef``, both ``{argument: (tensor, dtype, shape)}``."""
    inputs_outputs = ({}, {})
    for side, argument in fields(signature):
        if side in (1, 2):
            name, info = pair(argument)
            inputs_outputs[side - 1][once(name, inputs_outputs[side - 1])] = tensor(info)
    return inputs_outputs


def tensor(content):
    """``(name, dtype, shape)`` of a ``TensorInfo``."""
    parts = single(content)
    known = shape(parts[3]) if 3 in parts else None
    return text(parts.get(1, b"")), NAMES.get(integer(parts.get(2, 0)), "unknown"), known
