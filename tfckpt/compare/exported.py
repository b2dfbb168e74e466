"""``Exported``: what a ``.meta`` says of its variables and collections, as far as an import and a Saver go by it.

Sources: ``variable.proto``, ``meta_graph.proto`` and ``versions.proto`` in
https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core
"""

from dataclasses import dataclass, field

from tfckpt.format.node import pair
from tfckpt.format.wire import fields, integer, numbers, text
from tfckpt.readers.meta import bare

OF_VARIABLES = {
    *("variables", "trainable_variables", "local_variables", "model_variables", "metric_variables"),
    *("moving_average_variables", "global_step"),
}
SAVEABLE, UNBOUND = "saveable_objects", "unbound_inputs"
SAVED = ("variables", SAVEABLE)  # the collections that a plain Saver takes
OTHERS = ("savers", "queue_runners", "cond_context", "while_context")  # whose elements look up names


@dataclass(frozen=True)
class Part:
    """Which part of a partitioned variable a variable is.

    Attributes:
        whole: the name under which a Saver saves all parts together.
        shape: of all of it.
        start: where the part begins in each dimension.
    """

    whole: str
    shape: tuple
    start: tuple


@dataclass
class Exported:
    """What a ``.meta``, or the graphs of a ``saved_model.pb``, say beside their operations.

    Attributes:
        variables: ``{name: Part, or None}`` of what a plain Saver takes for variables: the global ones, and others.
        repeated: the names of those that it finds twice.
        nodes: ``[(collection, name), …]``: operations and tensors that it finds where variables should be.
        no_variables: those of them that are no variables.
        mentioned: ``{collection: names of operations and tensors}`` that an import looks up.
        unreadable: the collections in which it finds neither, but texts or numbers.
        elements: pairs of what an element of a collection is, a key of ``compare.elements.KINDS``, and its bytes.
        unbound: names of inputs that whoever imports the graph has to give.
        gradients: pairs of a function and the function that is its gradient.
        min_consumer: the oldest version of the format of graphs that may read this.
        bad_consumers: versions that may not.
    """

    variables: dict = field(default_factory=dict)
    repeated: list = field(default_factory=list)
    nodes: list = field(default_factory=list)
    no_variables: list = field(default_factory=list)
    mentioned: dict = field(default_factory=dict)
    unreadable: list = field(default_factory=list)
    elements: list = field(default_factory=list)
    unbound: list = field(default_factory=list)
    gradients: list = field(default_factory=list)
    min_consumer: int = 0
    bad_consumers: tuple = ()

    def add(self, name, part):
        """Adds a variable that a plain Saver finds."""
        if name in self.variables:
            self.repeated.append(name)
        self.variables[name] = part


def exported(meta):
    """``Exported``, of a ``Meta``.

    Raises:
        CheckpointError: it is damaged.
    """
    result = Exported()
    data = meta.source.data
    with meta.source.reading():
        graphs = [content for number, content in fields(data) if number == 2] if meta.is_saved_model else [data]
        for graph in graphs:
            for number, value in fields(graph):
                if number == 2:
                    add_versions(result, value)
                elif number == 4:
                    add_collection(result, *pair(value))
    add_nodes(result, meta)
    return result


def add_nodes(result, meta):
    """Adds those operations and tensors that a plain Saver takes for variables, and names the others."""
    operations = {operation.name: operation for operation in meta.operations if not operation.function}
    for key, name in result.nodes:
        variable = saved_as(name, operations.get(bare(name)))
        if variable is None:
            result.no_variables.append((key, name))
        else:
            result.add(variable, None)


def saved_as(name, operation):
    """The name of the variable that a plain Saver saves if it is given a tensor; None if it raises an error.

    Args:
        name: of the tensor, or of an operation: that is none.
        operation: the one whose tensor it is, or None.
    """
    if operation is None or not name.endswith(":0"):
        return None
    if operation.type == "ReadVariableOp":
        return bare("".join(operation.inputs[:1]))
    return operation.name if operation.type in ("Variable", "VariableV2") else None


def add_versions(result, graph):
    """Adds which versions may read a graph, and which gradients its functions have."""
    for number, value in fields(graph):
        if number == 2:
            pairs = (dict(fields(gradient)) for kind, gradient in fields(value) if kind == 2)
            result.gradients += [tuple(text(names.get(number, b"")) for number in (1, 2)) for names in pairs]
        if number == 4:
            for kind, version in fields(value):
                if kind == 2:
                    result.min_consumer = max(result.min_consumer, integer(version))
                elif kind == 3:
                    result.bad_consumers += numbers(version)


def add_collection(result, key, collection):
    for kind, listed in fields(collection):
        values = [value for number, value in fields(listed) if number == 1] if kind in (1, 2) else []
        if key == UNBOUND and kind in (1, 2):
            result.unbound += map(text, values)
        elif kind == 1:
            result.mentioned.setdefault(key, []).extend(map(text, values))
            result.nodes += [(key, text(value)) for value in values if key in SAVED]
        elif kind == 2 and key in OTHERS:
            result.elements += [(key, value) for value in values]
        elif key in SAVED and (kind > 2 or key == SAVEABLE) and len(listed):
            result.unreadable.append(key)
        elif kind == 2 and key in OF_VARIABLES:
            for value in values:
                add_variable(result, key, value)


def add_variable(result, key, content):
    names, part = {}, None
    for number, value in fields(content):
        if number in (1, 2, 3, 6):
            names[number] = text(value)
        elif number == 4:
            part = part_of(value)
    result.elements.append(("variable", content))
    if key == "variables":
        result.add(names.get(1, "").partition(":")[0], part)


def part_of(content):
    """A ``Part`` from a ``SaveSliceInfoDef``; None of one that is empty."""
    name, sizes = "", {2: (), 3: ()}
    for number, value in fields(content):
        if number == 1:
            name = text(value)
        elif number in sizes:
            sizes[number] += numbers(value)
    return Part(name, sizes[2], sizes[3]) if name else None
