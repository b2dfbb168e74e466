"""``Meta``: reads a ``.meta`` or a ``saved_model.pb`` without TensorFlow. It builds no graph and runs nothing.

Sources: ``meta_graph.proto``, ``saver.proto``, ``saved_model.proto`` in
https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/protobuf
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

from tfckpt.errors import CheckpointError
from tfckpt.format.dtypes import NAMES
from tfckpt.format.node import Source, operation, pair, shape
from tfckpt.format.shard import mapped
from tfckpt.format.wire import fields, integer, text

LARGEST = 2**31  # bytes: protocol buffers, and so TensorFlow, end there
MOST_OPERATIONS = 1_000_000
VARIABLES = ("VariableV2", "Variable", "VarHandleOp")
PASSING = ("Identity", "ReadVariableOp", "Cast")  # what may stand between a variable and the operation that saves it
MOST_STEPS = 100  # from an operation back along its inputs
# What saves: which inputs are the names, the parts of partitioned variables (Save has none), and the first value.
SAVING = {"SaveV2": (1, 2, 3), "SaveSlices": (1, 2, 3), "Save": (1, None, 2)}


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


class Meta:
    """What is in a ``.meta`` file, or in a ``saved_model.pb``, whose graphs are then taken together.

    Args:
        path: of the file, not a prefix.

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

    Raises:
        CheckpointError: there is no such file, it is another one, or it is damaged.
    """

    def __init__(self, path):
        self.path = Path(os.fspath(path))
        self.is_saved_model = self.path.name == "saved_model.pb"
        self.operations, self.functions, self.variables, self.collections = [], {}, {}, {}
        self.saver, self.signatures, self.tags, self.graphs = None, {}, [], 0
        self.tensorflow_version, self.producer, self.stripped_ops = "", 0, []
        with mapped(self.path, LARGEST) as data:
            self._source = Source(self.path, data)
        with self._source.blaming():
            if not data:
                raise ValueError("it is empty")
            for graph in (
                [content for number, content in fields(data) if number == 2] if self.is_saved_model else [data]
            ):
                self.add_graph(graph)
            if self.graphs == 0:
                raise ValueError("there is no graph in it")
            self.find_variables()

    def __repr__(self):
        return f"Meta({self.path.as_posix()!r}): {len(self.operations)} operations, {len(self.variables)} variables"

    def add_graph(self, content):
        for number, value in fields(content):
            if number == 1:
                self.add_information(value)
            elif number == 2:
                self.graphs += 1
                self.add_operations(value)
            elif number == 3:
                self.add_saver(value)
            elif number == 4:
                key, collection = pair(value)
                self.collections[key] = [name for kind, listed in fields(collection) for name in names_in(kind, listed)]
            elif number == 5:
                key, signature = pair(value)
                inputs_outputs = ({}, {})
                for side, argument in fields(signature):
                    if side in (1, 2):
                        name, info = pair(argument)
                        inputs_outputs[side - 1][name] = tensor(info)
                self.signatures[key] = inputs_outputs

    def add_information(self, content):
        tags = []
        for number, value in fields(content):
            if number == 2:
                self.stripped_ops += [text(dict(fields(op)).get(1, b"")) for field, op in fields(value) if field == 1]
            elif number == 4:
                tags.append(text(value))
            elif number == 5:
                self.tensorflow_version = text(value)
        self.tags.append(tuple(tags))

    def add_operations(self, content):
        bodies = []
        for number, value in fields(content):
            if number == 1:
                self.add_operation(value)
            elif number == 2:
                bodies += [body for field, body in fields(value) if field == 1]
            elif number == 3:
                self.producer = self.producer or integer(value)
            elif number == 4:
                self.producer = integer(dict(fields(value)).get(1, 0))
        for body in bodies:
            parts = list(fields(body))
            signature = next((value for number, value in parts if number == 1), b"")
            name = text(dict(fields(signature)).get(1, b""))
            arguments = [value for number, value in fields(signature) if number == 2]
            self.functions[name] = tuple(text(dict(fields(argument)).get(1, b"")) for argument in arguments)
            for number, value in parts:
                if number == 3:
                    self.add_operation(value, name)

    def add_operation(self, content, function=""):
        if len(self.operations) >= MOST_OPERATIONS:
            raise ValueError(f"it has more than {MOST_OPERATIONS} operations")
        self.operations.append(operation(content, self._source, function))

    def add_saver(self, content):
        found = dict(fields(content))
        self.saver = Saver(
            *(text(found.get(number, b"")) for number in (1, 2, 3)),
            version="V2" if integer(found.get(7, 0)) == 2 else "V1",
            sharded=bool(integer(found.get(5, 0))),
        )

    def find_variables(self):
        """Fills ``variables``, and the names that the Saver uses for them."""
        self._named = {found.name: found for found in self.operations if not found.function}
        for found in self._named.values():
            if found.type in VARIABLES:
                self.variables[found.name] = found.attribute("dtype"), found.attribute("shape")
            elif found.type in SAVING and self.is_of_the_saver(found):
                self.add_saved(found, *SAVING[found.type])

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
    """The operation's name in the name of a tensor: without ``^`` in front, without ``:0`` at the end."""
    return name.removeprefix("^").partition(":")[0]


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


def tensor(content):
    """``(name, dtype, shape)`` of a ``TensorInfo``."""
    found = dict(fields(content))
    known = shape(found[3]) if 3 in found else None
    return text(found.get(1, b"")), NAMES.get(integer(found.get(2, 0)), "unknown"), known
