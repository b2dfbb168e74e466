"""``ends``: the inputs of a graph and its results: the names that people need to run it or to convert it."""

from dataclasses import dataclass

from tfckpt.readers.meta import bare

PLACEHOLDERS = ("Placeholder", "PlaceholderWithDefault", "PlaceholderV2")
VARIABLES = ("VariableV2", "Variable", "VarHandleOp")
SIDE_WAYS = ("gradients/", "gradients_", "Initializer/", "/Assign")  # in the names of what computes no result
SIZES = ("Shape", "ShapeN", "Size", "Rank")  # what computes of these is not computed of their input's values
PASSING = ("Switch", "Merge", "Enter", "NextIteration", "LoopCond", "TensorArrayV3", "TensorArrayWriteV3")
NO_RESULTS = {  # types of operations whose output is no result, and that take none
    *("Assign", "AssignVariableOp", "AssignAdd", "AssignSub", "AssignAddVariableOp", "NoOp", "SaveV2", "RestoreV2"),
    *("ScalarSummary", "HistogramSummary", "ImageSummary", "MergeSummary", "Assert", "ControlTrigger"),
    *("ApplyAdam", "ResourceApplyAdam", "ApplyGradientDescent", "ResourceApplyGradientDescent", "ApplyMomentum"),
    *("ApplyAdagrad", "ApplyRMSProp", "ScatterSub", "ScatterAdd", "IsVariableInitialized", *SIZES),
}


@dataclass(frozen=True)
class Ends:
    """Where a graph begins and ends.

    Attributes:
        inputs: the placeholders, each an ``Operation``. That of a Saver is left out.
        outputs: names of what is computed of some inputs and of variables, and only then held against the others: what
            stands before a loss. Empty if all inputs go in together.
        results: names of what is computed of the inputs and nothing takes, but gradients.
    """

    inputs: tuple
    outputs: tuple
    results: tuple


def ends(graph):
    """The ``Ends`` of the operations of a ``Meta`` that are in no function."""
    own = [operation for operation in graph.operations if not operation.function]
    of_saver = graph.saver.filename.rpartition("/")[0] + "/" if graph.saver and "/" in graph.saver.filename else None
    forward = [operation for operation in own if is_forward(operation, of_saver)]
    inputs = [operation for operation in forward if operation.type in PLACEHOLDERS]
    given = {operation.name: 1 << number for number, operation in enumerate(with_data(inputs))}
    of_inputs, of_variables = {}, set()  # of which inputs an operation is computed, as bits; which are of variables
    outputs, taken = set(), set()
    for operation in forward:  # in the order in which they were made: what one takes stands before it
        sources = [bare(name) for name in operation.inputs]
        if operation.type in VARIABLES or of_variables.intersection(sources):
            of_variables.add(operation.name)
        mine = given.get(operation.name, 0)
        for name in sources if operation.type not in SIZES else ():
            mine |= of_inputs.get(name, 0)
        of_inputs[operation.name] = mine
        if mine and operation.type not in NO_RESULTS:
            taken.update(sources)
            outputs.update(name for name in sources if 0 < of_inputs.get(name, 0) < mine and name in of_variables)
    ignored = {*NO_RESULTS, *PASSING, *PLACEHOLDERS}
    results = [
        operation.name
        for operation in forward
        if of_inputs[operation.name] and operation.name not in taken and operation.type not in ignored
    ]
    return Ends(tuple(inputs), tuple(each.name for each in forward if each.name in outputs), tuple(results))


def is_forward(operation, of_saver):
    """Whether an operation is neither of a Saver nor of an optimizer, as its name tells."""
    if of_saver and operation.name.startswith(of_saver):
        return False
    return not any(part in operation.name for part in SIDE_WAYS)


def with_data(placeholders):
    """Those of some placeholders that are fed with data: not with a switch such as ``training``, or a rate."""
    arrays = [each for each in placeholders if each.attribute("dtype") != "bool" and each.attribute("shape") != ()]
    return arrays or placeholders
