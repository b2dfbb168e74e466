"""``Meta``: reads a ``.meta`` or a ``saved_model.pb`` without TensorFlow. It builds no graph and runs nothing.

Sources: ``meta_graph.proto``, ``saver.proto``, ``saved_model.proto`` in
https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/protobuf
"""

import os
from pathlib import Path

from tfckpt.errors import CheckpointError
from tfckpt.format.node import Source
from tfckpt.format.shard import mapped
from tfckpt.format.wire import fields, single
from tfckpt.readers.meta_graph import MOST_OPERATIONS, meta_graph, meta_graph_of_graph_def

LARGEST = 2**31  # bytes: protocol buffers, and so TensorFlow, end there
VARIABLES = ("VariableV2", "Variable", "VarHandleOp")
PASSING = ("Identity", "ReadVariableOp", "Cast")  # what may stand between a variable and the operation that saves it
MOST_STEPS = 100  # from an operation back along its inputs
# What saves: which inputs are the names, the parts of partitioned variables (Save has none), and the first value.
SAVING = {"SaveV2": (1, 2, 3), "SaveSlices": (1, 2, 3), "Save": (1, None, 2)}


class Meta:
    """What is in a ``.meta`` file, or in a ``saved_model.pb``, whose graphs are then taken together.

    Args:
        path: of the file, not a prefix.
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
        is_saved_model: whether this is a ``saved_model.pb``.
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
        self.is_saved_model = self.path.name == "saved_model.pb"
        self.operations, self.functions, self.variables, self.collections = [], {}, {}, {}
        self.saver, self.signatures, self.tags, self.graphs = None, {}, [], 0
        self.tensorflow_version, self.producer, self.stripped_ops = "", 0, []
        with mapped(self.path, LARGEST) as data:
            self._source = Source(self.path, data)
        with self._source.reading():
            if not data:
                raise ValueError("it is empty")
            graphs = [data]
            if self.is_saved_model:
                single(data, repeated=(2,))
                graphs = [content for number, content in fields(data) if number == 2]
            make = meta_graph_of_graph_def if graph_def else meta_graph
            self.parts = [make(content, self._source) for content in graphs]
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
