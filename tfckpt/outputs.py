"""``outputs``: the tensors that an operation gives, with dtype and shape, as far as the file of its graph says them."""

from functools import cache
from pathlib import Path

from tfckpt.feeds import RECORDED, listed
from tfckpt.format.dtypes import NAMES
from tfckpt.format.node import shape
from tfckpt.format.wire import fields
from tfckpt.readers.meta import bare

OUTPUTS = Path(__file__).with_name("outputs.txt")
MOST = 8  # tensors of one operation
DEEPEST = 50  # operations that a shape is handed through
PLACEHOLDERS = ("Placeholder", "PlaceholderWithDefault", "PlaceholderV2")
VARIABLES = ("VariableV2", "Variable", "VarHandleOp")
SAME_SHAPE = {  # as their first input
    *("Identity", "StopGradient", "PreventGradient", "Relu", "Relu6", "Elu", "Selu", "LeakyRelu", "Sigmoid", "Tanh"),
    *("Softplus", "Softsign", "Softmax", "LogSoftmax", "Neg", "Abs", "Sign", "Exp", "Log", "Sqrt", "Rsqrt", "Square"),
    *("Floor", "Ceil", "Round", "Cast", "ZerosLike", "OnesLike", "BiasAdd", "LogicalNot", "Rint", "Erf", "Sin", "Cos"),
    *("Enter", "RefIdentity"),
}
READING = "ReadVariableOp"  # which has the shape of its variable, and the handle for an input
# Outputs of these have a size in graphs of TensorFlow 1.15, and none as TensorFlow 2 works them out: it refuses them.
NORMS = {"FusedBatchNormGrad", "FusedBatchNormGradV2", "FusedBatchNormGradV3"}
ADDING = ("Add", "AddV2", "Mul", "Sub")  # of a bias or the like
UNKNOWN_IF_EMPTY = 24  # graphs of before this version have an empty shape in a placeholder where it is not known


@cache
def known():
    """``{type: [dtype of each output, as outputs.txt has it]}``."""
    lines = OUTPUTS.read_text(encoding="utf-8").splitlines()[1:]
    return {name: outputs for name, *outputs in (line.split() for line in lines)}


class Outputs:
    """The tensors that the operations of a graph give.

    Args:
        graph: a ``Meta``.

    Example:

        >>> from tfckpt import Meta
        >>> meta = Meta("run/model-50.meta")
        >>> Outputs(meta).of(meta.operation("A"))
        [('A:0', 'int32', (2,))]
    """

    def __init__(self, graph):
        self.producer = graph.producer
        self.named = {operation.name: operation for operation in graph.operations if not operation.function}

    def of(self, operation):
        """``[(name, dtype, shape), …]`` of the first tensors that an operation gives.

        The dtype is empty and the shape None where the file does not say it. Raises CheckpointError for a damaged one.
        """
        with operation.source.reading():
            shapes = [shape(content) for content in listed(operation, RECORDED, 7)]
            declared = known().get(operation.type, ["?"])
            dtypes = [each for output in declared for each in dtypes_of(operation, output)]
            count = min(max(len(dtypes), len(shapes)), MOST)
            alike = len(declared) == 1 and declared[0].startswith("*")
            dtypes += [dtypes[0] if alike else ""] * (count - len(dtypes))
        return [
            (f"{operation.name}:{at}", dtypes[at], self.shape(f"{operation.name}:{at}", DEEPEST)) for at in range(count)
        ]

    def tensor(self, name):
        """``(name, dtype, shape)`` of a tensor, with nothing known of one that is not in the graph."""
        operation = self.named.get(bare(name))
        given = self.of(operation) if operation else []
        return next((each for each in given if each[0] == name), (name, "", self.shape(name, DEEPEST)))

    def shape(self, name, deepest):
        """The shape of a tensor, as it was recorded or as it follows from what it is computed of; None if unknown."""
        operation, number = self.named.get(bare(name)), name.partition(":")[2] or "0"
        if operation is None or deepest < 1:
            return None
        if operation.type in VARIABLES:  # also of one whose tensor is a handle
            return tuple_in(operation)
        with operation.source.reading():
            recorded = listed(operation, RECORDED, 7)
            if number.isdecimal() and len(number) < 5 and int(number) < len(recorded):
                return shape(recorded[int(number)])
        if number != "0":
            return None
        if operation.type in PLACEHOLDERS:
            stated = tuple_in(operation)
            return None if stated == () and self.producer < UNKNOWN_IF_EMPTY else stated
        if operation.type == "Const":
            with operation.source.reading():
                return shape(dict(operation.tensor()).get(2, b""))
        return self.computed(operation, deepest)

    def computed(self, operation, deepest):
        """The shape of what an operation computes, where a rule for it is known."""
        inputs = [name for name in operation.inputs if not name.startswith("^")]
        if operation.type in (*SAME_SHAPE, READING) and inputs:
            return self.shape(inputs[0], deepest - 1)
        if operation.type not in (*ADDING, "MatMul") or len(inputs) != 2:
            return None
        left, right = self.shape(inputs[0], deepest - 1), self.shape(inputs[1], min(deepest - 1, 3))
        if operation.type == "MatMul":
            return (
                side(left, operation.attribute("transpose_a"), 0),
                side(right, operation.attribute("transpose_b"), 1),
            )
        fits = left is not None and right is not None and len(right) <= len(left)
        return left if fits and all(a in (b, 1) for a, b in zip(right[::-1], left[::-1], strict=False)) else None


def tuple_in(operation):
    """The shape that an attribute of an operation states; None if it states none, or something else."""
    stated = operation.attribute("shape")
    return stated if isinstance(stated, tuple) else None


def side(sizes, turned, which):
    """The number of rows (0) or columns (1) of a matrix that may be turned; None if it is not known."""
    return sizes[which ^ bool(turned)] if sizes is not None and len(sizes) == 2 else None


def dtypes_of(operation, output):
    """The dtypes of an output as ``outputs.txt`` has it: one, or several. Empty if the file does not say it."""
    name, _, default = output.lstrip("*@").partition("=")
    if output.startswith("@"):
        return [NAMES.get(number % 100, "") for number in listed(operation, name, 6)]
    if name in operation.attributes:
        return [dtype_in(operation.attributes[name])]
    return [default or (name if name in NAMES.values() else "")]


def dtype_in(content):
    """The dtype in the bytes of an attribute; empty if there is none."""
    number = dict(fields(content)).get(6, 0)
    return NAMES.get(number % 100, "") if isinstance(number, int) else ""
