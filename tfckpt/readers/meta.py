"""``Meta``: reads a ``.meta``, a ``saved_model.pb`` or their text forms without TensorFlow. It runs nothing.

Sources: ``meta_graph.proto``, ``saver.proto``, ``saved_model.proto`` in
https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/protobuf
"""

import os
from pathlib import Path

from tfckpt.errors import CheckpointError, reading
from tfckpt.format.node import CAUSE, Source
from tfckpt.format.shard import mapped
from tfckpt.format.text_roots import GRAPH_DEF, SAVED_MODEL, root_of
from tfckpt.format.wire import fields, single
from tfckpt.readers.meta_graph import MOST_OPERATIONS, meta_graph, meta_graph_of_graph_def

LARGEST = 2**31  # bytes: protocol buffers, and so TensorFlow, end there
OF_BYTES, OF_TEXT = "saved_model.pb", "saved_model.pbtxt"
VARIABLES = ("VariableV2", "Variable", "VarHandleOp")
PASSING = ("Identity", "ReadVariableOp", "Cast")  # what may stand between a variable and the operation that saves it
MOST_STEPS = 100  # from an operation back along its inputs
# What saves: which inputs are the names, the parts of partitioned variables (Save has none), and the first value.
SAVING = {"SaveV2": (1, 2, 3), "SaveSlices": (1, 2, 3), "Save": (1, None, 2)}


def source_at(path, graph_def=False):
    """The ``Source`` of the graph in a file, and whether it is a SavedModel.

    TensorFlow takes a ``.meta`` for bytes first, and for text if that fails. What would be both is refused here.
    """
    with mapped(path, LARGEST) as data:
        root = None if path.name == OF_BYTES else SAVED_MODEL if path.name == OF_TEXT else root_of(data)
        if root is None:
            return Source(path, data), path.name == OF_BYTES
        from tfckpt.format.text_proto import encoded  # not before it is needed: most graphs are no texts

        with reading(path, CAUSE):
            if is_message(data):
                raise ValueError("it can be read as text and as bytes, which no program writes")
            if root == GRAPH_DEF and not graph_def:
                raise ValueError("it is a GraphDef, a graph without a Saver, where a MetaGraphDef belongs")
            content = encoded(data, GRAPH_DEF if graph_def else root)
        return Source(path, memoryview(content), is_text=True), root == SAVED_MODEL


def is_message(data):
    """Whether bytes are a message, as far as its first level tells."""
    try:
        return sum(1 for _ in fields(data)) > 0
    except ValueError:
        return False


class Meta:
    """What is in a ``.meta`` file, or in a ``saved_model.pb``, whose graphs are then taken together.

    Args:
        path: of the file, not a prefix. It may have the message as bytes or as text.
        graph_def: whether it is a ``GraphDef``, a graph without what a ``MetaGraphDef`` has beside it.

    Attributes:
        operations: a list of ``Operation``: those of the graph, then those in the bodies of its functions.
        functions: ``{name: (argument, …)}`` of its functions.
        variables: ``{name: (dtype, shape)}``. A shape is a tuple, with None for a size that is not known, or None.
        collections: ``{name: [text, …]}``: the names in a collection. What has no name is shown as its size.
        saver: a ``Saver``, or None if it was exported without one.
        signatures: ``{key: (inputs, outputs)}``, both ``{argument: (tensor, dtype, shape)}``.
        graphs: how many graphs are in it.
        tags: the tags of each graph in it, as a list of tuples.
        tensorflow_version: of the TensorFlow that wrote it, such as ``"1.15.5"``; empty if that is not recorded.
        producer: the version of the graph's format.
        stripped_ops: the types of operations that its writer says it uses.
        is_saved_model: whether this is a ``saved_model.pb`` or a ``saved_model.pbtxt``.
        source: the ``Source``: the bytes that were read, and whether they were a text.
        parts: the ``MetaGraph`` of each graph, of which the above is put together.

    Raises:
        CheckpointError: there is no such file, it is another one, or it is damaged.

    Example:

        >>> meta = Meta("run/model-50.meta")
        >>> meta.variables["A"]
        ('int32', (2,))
        >>> meta.operation("A").type
        'VariableV2'
    """

    def __init__(self, path, graph_def=False):
        self.path = Path(os.fspath(path))
        self.operations, self.functions, self.variables, self.collections = [], {}, {}, {}
        self.saver, self.signatures, self.tags, self.graphs = None, {}, [], 0
        self.tensorflow_version, self.producer, self.stripped_ops = "", 0, []
        self.source, self.is_saved_model = source_at(self.path, graph_def)
        data = self.source.data
        with self.source.reading():
            if not data:
                raise ValueError("it is empty")
            graphs = [data]
            if self.is_saved_model:
                single(data, repeated=(2,))
                graphs = [content for number, content in fields(data) if number == 2]
            make = meta_graph_of_graph_def if graph_def else meta_graph
            self.parts = [make(content, self.source) for content in graphs]
            for part in self.parts:
                self.add(part)
            if self.graphs == 0:
                raise ValueError("there is no graph in it")
            self.find_variables()

    def __repr__(self):
        return f"Meta({self.path.as_posix()!r}): {len(self.operations)} operations, {len(self.variables)} variables"

    def add(self, part):
        """Adds a ``MetaGraph``."""
        self.operations += part.operations
        if len(self.operations) > MOST_OPERATIONS:
            raise ValueError(f"it has more than {MOST_OPERATIONS} operations")
        self.functions |= part.functions
        self.collections |= part.collections
        self.signatures |= part.signatures
        self.tags.append(part.tags)
        self.graphs += part.has_graph
        self.saver = part.saver or self.saver
        self.tensorflow_version = part.tensorflow_version or self.tensorflow_version
        self.producer = part.producer or self.producer
        self.stripped_ops += part.stripped_ops

    def find_variables(self):
        """Fills ``variables``, and the names that the Saver uses for them."""
        self._named = {operation.name: operation for operation in self.operations if not operation.function}
        for operation in self._named.values():
            if operation.type in VARIABLES:
                dtype, shape = operation.attribute("dtype"), operation.attribute("shape")
                self.variables[operation.name] = (
                    dtype if isinstance(dtype, str) else "unknown",
                    shape if isinstance(shape, tuple) else None,
                )
            elif operation.type in SAVING and self.is_of_the_saver(operation):
                self.add_saved(operation, *SAVING[operation.type])

    def add_saved(self, saving, names_at, parts_at, values_at):
        """Adds what an operation saves to the names of the Saver."""
        names = self.constant(saving, names_at)
        parts = self.constant(saving, parts_at) if parts_at else [""] * len(names)
        values = [name for name in saving.inputs[values_at:] if not name.startswith("^")]
        for key, part, value in zip(names, parts, values, strict=False):
            variable = self.variable_of(value)
            self.saver.names.setdefault(key, variable)
            if part:
                self.saver.parts.setdefault(key, []).append((variable, part))

    def constant(self, operation, number):
        """The texts of an input of an operation, if it is a constant; or an empty list."""
        name = bare("".join(operation.inputs[number : number + 1]))
        return self._named[name].strings() if name in self._named else []

    def is_of_the_saver(self, operation):
        """Whether the name of the file that an operation reads or writes comes from where the Saver is fed with it."""
        if self.saver is None or operation.function:
            return False
        fed, seen, waiting = bare(self.saver.filename), set(), list(operation.inputs[:1])
        while waiting and len(seen) < MOST_STEPS:
            name = bare(waiting.pop())
            if name == fed:
                return True
            if name not in seen and name in self._named:
                seen.add(name)
                waiting += self._named[name].inputs
        return False

    def variable_of(self, name):
        """The variable that a tensor is the value of; None if it is another operation's."""
        for _ in range(MOST_STEPS):
            source = self._named.get(bare(name))
            if source is None or source.type in VARIABLES:
                return source.name if source else None
            if source.type not in PASSING or not source.inputs:
                return None
            name = source.inputs[0]
        return None

    def operation(self, name):
        """The operation of the graph with this name.

        Raises:
            CheckpointError: there is none.
        """
        if name in self._named:
            return self._named[name]
        raise CheckpointError(f"{self.path.as_posix()} has no operation {name!r} among its {len(self.operations)}.")


def bare(name):
    """The operation's name in the name of a tensor: without ``^`` in front, without ``:0`` at the end.

    Example:

        >>> bare("^dense/kernel:0")
        'dense/kernel'
    """
    return name.removeprefix("^").partition(":")[0]
