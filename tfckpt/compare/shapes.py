"""Shapes that a graph records of its operations and that contradict the graph: with one of them no import works.

A ``.meta`` has the shapes of all outputs in an attribute, ``_output_shapes``. An import works the shapes out anew, and
refuses a graph where the two contradict each other: because somebody changed one of them, or because TensorFlow has
since changed what it works out. Only what is certain is worked out here.
"""

from tfckpt.format.node import shape
from tfckpt.format.wire import fields
from tfckpt.outputs import NORMS, SAME_SHAPE
from tfckpt.readers.meta import bare

RECORDED = "_output_shapes"
OLDEST = 21  # the version of the format from which on an import compares them
ASSIGNING = {"Assign", "AssignAdd", "AssignSub"}
VARIABLES = {"VariableV2", "Variable"}
MOST_DIGITS = 7  # of the number of an output
KEPT = (
    3,
    4,
)  # outputs of their gradients that TensorFlow 1.15 gave a size where the net does not train, and 2 does not


def contradictions(meta):
    """Yields ``(operation, number of the output, shape that is recorded, shape that TensorFlow works out)``."""
    graph = {operation.name: operation for operation in meta.operations if not operation.function}
    if meta.producer < OLDEST or not any(RECORDED in operation.attributes for operation in graph.values()):
        return
    shapes = Recorded(graph)
    for name, operation in graph.items():
        for number, worked_out in sorted(outputs(operation, shapes).items()):
            if number < len(shapes[name]) and contradict(shapes[name][number], worked_out):
                yield operation, number, shapes[name][number], worked_out


def declared_anew(meta):
    """The names of variables whose own shape somebody has changed: what is assigned to them has the recorded one."""
    graph = {operation.name: operation for operation in meta.operations if not operation.function}
    shapes, names = Recorded(graph), []
    for operation in graph.values():
        if operation.type == "Assign" and operation.attribute("validate_shape") != 0 and operation.inputs:
            variable = graph.get(bare(operation.inputs[0]))
            if variable is not None and variable.type in VARIABLES:
                assigned, declared = of_input(operation, 1, shapes), outputs(variable, shapes)[0]
                kept = (shapes[variable.name] or [None])[0]
                if contradict(assigned, declared) and contradict(kept, declared) and not contradict(kept, assigned):
                    names.append(variable.name)
    return list(dict.fromkeys(names))


class Recorded(dict):
    """``{name of an operation: the shapes that are recorded of it}``, each read when it is asked for."""

    def __init__(self, graph):
        super().__init__()
        self.graph = graph

    def __missing__(self, name):
        self[name] = recorded(self.graph[name]) if name in self.graph else []
        return self[name]


def recorded(operation):
    """The shapes that are recorded of an operation's outputs, as a list."""
    if RECORDED not in operation.attributes:
        return []
    with operation.source.reading():
        lists = [content for number, content in fields(operation.attributes[RECORDED]) if number == 1]
        return [shape(value) for content in lists for number, value in fields(content) if number == 7]


def outputs(operation, shapes):
    """``{number of an output: its shape}``, as far as the operation and the shapes of its inputs tell."""
    if operation.type in NORMS:
        return dict.fromkeys(KEPT, (0,))
    if operation.type in VARIABLES:
        declared = operation.attribute("shape")
        return {0: declared if isinstance(declared, tuple) else None}
    if operation.type == "Const":
        return {0: of_constant(operation)}
    if operation.type in SAME_SHAPE:
        return {0: of_input(operation, 0, shapes)}
    if operation.type in ASSIGNING and operation.attribute("validate_shape") != 0:
        return {0: of_input(operation, 0, shapes)}
    if operation.type == "MatMul":
        return {0: of_product(operation, shapes)}
    return {}


def of_constant(operation):
    with operation.source.reading():
        tensors = [tensor for number, tensor in fields(operation.attributes.get("value", b"")) if number == 8]
        parts = [value for tensor in tensors for number, value in fields(tensor) if number == 2]
        return shape(parts[0]) if parts else ()


def of_input(operation, number, shapes):
    """The recorded shape of an input; None if it is not known."""
    if number >= len(operation.inputs):
        return None
    name, _, output = operation.inputs[number].partition(":")
    at = int(output) if output.isdecimal() and len(output) < MOST_DIGITS else 0
    of_all = shapes[name]
    return of_all[at] if at < len(of_all) else None


def of_product(operation, shapes):
    """The shape of a product of two matrices."""
    sizes = []
    for number, attribute in enumerate(("transpose_a", "transpose_b")):
        factor = of_input(operation, number, shapes)
        if factor is None or len(factor) != 2:
            return None
        sizes.append(factor[number if not operation.attribute(attribute) else 1 - number])
    return tuple(sizes)


def contradict(one, other):
    """Whether two shapes cannot be those of one tensor. What is not known contradicts nothing."""
    if one is None or other is None:
        return False
    return len(one) != len(other) or any(
        None not in sizes and sizes[0] != sizes[1] for sizes in zip(one, other, strict=True)
    )
