"""``ends``: the inputs of a graph and its results: the names that people need to run it or to convert it."""

from dataclasses import dataclass

from tfckpt.feeds import FEEDING, feeds, is_feed
from tfckpt.outputs import PLACEHOLDERS, VARIABLES
from tfckpt.readers.meta import bare

SAVING = ("SaveV2", "Save", "SaveSlices")
SIDE_WAYS = ("gradients/", "gradients_", "Initializer/", "/Assign")  # in the names of what computes no result
SIZES = ("Shape", "ShapeN", "Size", "Rank")  # what computes of these is not computed of their input's values
PASSING = ("Switch", "Merge", "Enter", "NextIteration", "LoopCond", "TensorArrayV3", "TensorArrayWriteV3")
MOST_FEEDING = 100  # operations of which it is said what they give
MOST_ROUNDS = 12  # through a graph in which operations stand before what they take
NO_RESULTS = {  # types of operations whose output is no result, and that take none
    *("Assign", "AssignVariableOp", "AssignAdd", "AssignSub", "AssignAddVariableOp", "NoOp", "SaveV2", "RestoreV2"),
    *("ScalarSummary", "HistogramSummary", "ImageSummary", "MergeSummary", "Assert", "ControlTrigger"),
    *("ApplyAdam", "ResourceApplyAdam", "ApplyGradientDescent", "ResourceApplyGradientDescent", "ApplyMomentum"),
    *("ApplyAdagrad", "ApplyRMSProp", "ScatterSub", "ScatterAdd", "IsVariableInitialized", *SIZES),
}


@dataclass(frozen=True, slots=True)
class End:
    """An input or an output of a graph.

    Attributes:
        name: of the tensor, such as ``"x:0"``.
        dtype, shape: the dtype is empty and the shape None where the file does not say it.
        what: what it is, in a few words, or empty.
        signature, argument: the key of the signature that it is in, and its name there; or empty.

    Example:

        >>> End("x:0", "float32", (None, 4)).signature
        ''
    """

    name: str
    dtype: str
    shape: tuple | None
    what: str = ""
    signature: str = ""
    argument: str = ""


@dataclass(frozen=True)
class Ends:
    """Where a graph begins and ends.

    Attributes:
        inputs: the placeholders, each an ``Operation``. That of a Saver is left out.
        feeds: what comes from an iterator, a queue or the like, each a ``Feed``.
        outputs: names of the tensors that are computed of some inputs and of variables, and only then held against the
            others: what stands before a loss. Empty if all inputs go in together.
        results: names of the operations that compute of the inputs what nothing takes, but gradients.
    """

    inputs: tuple
    feeds: tuple
    outputs: tuple
    results: tuple


def ends(graph):
    """The ``Ends`` of the operations of a ``Meta`` that are in no function.

    Example:

        >>> from tfckpt import Meta
        >>> ends(Meta("run/model-50.meta")).inputs
        ()
    """
    own = [operation for operation in graph.operations if not operation.function]
    of_savers = scopes_of_savers(graph.saver, own)
    forward = [operation for operation in own if is_forward(operation, of_savers)]
    inputs = [operation for operation in forward if operation.type in PLACEHOLDERS]
    feeding = [operation for operation in forward if is_feed(operation)]
    fed = [feed for operation in feeding[:MOST_FEEDING] for feed in feeds(operation)]
    flow = Flow(with_data(inputs, fed), fed)
    for _ in range(MOST_ROUNDS):
        before = dict(flow.of_inputs), set(flow.of_variables)
        flow.outputs.clear()
        for operation in forward:  # in the order in which they were made: what one takes mostly stands before it
            flow.add(operation)
        if not flow.early or (flow.of_inputs, flow.of_variables) == before:
            break
    results = (operation.name for operation in forward if flow.ends_in(operation))
    return Ends(tuple(inputs), tuple(fed), tuple(flow.outputs), tuple(results))


class Flow:
    """What is computed of what, as operations are added one by one.

    Args:
        inputs: placeholders, each an ``Operation``.
        feeds: what comes from elsewhere, each a ``Feed``: an operation may give several.

    Attributes:
        of_inputs: ``{name of an operation: of which inputs it is computed}``, a bit for each.
        of_variables: the names of what is computed of variables.
        outputs: the names of the tensors that are computed of variables and of fewer inputs than what takes them, the
            keys of a dict.
        taken: the names of what something takes that is computed of inputs.
        early: whether something takes what was not added before it: in a loop, and in a condition of TensorFlow 1.
    """

    def __init__(self, inputs, feeds=()):
        names = [*(f"{operation.name}:0" for operation in inputs), *(feed.name for feed in feeds)]
        self.given = {name: 1 << number for number, name in enumerate(names)}
        self.of_inputs, self.of_variables, self.outputs, self.taken, self.early = {}, set(), {}, set(), False

    def add(self, operation):
        names = [name for name in operation.inputs if not name.startswith("^")]
        sources = [bare(name) for name in names]
        if operation.type in VARIABLES or self.of_variables.intersection(sources):
            self.of_variables.add(operation.name)
        taken, inputs = [self.behind(name) for name in names], 0
        for each in () if operation.type in SIZES else taken:
            inputs |= each
        for source in () if self.early else sources:
            self.early = self.early or source not in self.of_inputs
        self.of_inputs[operation.name] = inputs
        if inputs and operation.type not in NO_RESULTS:
            self.taken.update(map(bare, operation.inputs))
            for name, source, each in zip(names, sources, taken, strict=True):
                if 0 < each < inputs and source in self.of_variables:
                    self.outputs[name if ":" in name else f"{name}:0"] = None

    def behind(self, name):
        """Of which inputs a tensor is computed, as bits."""
        tensor = name if ":" in name else f"{name}:0"
        return self.given[tensor] if tensor in self.given else self.of_inputs.get(bare(name), 0)

    def ends_in(self, operation):
        """Whether an operation is computed of inputs, is a result, and nothing takes it."""
        result = operation.type not in NO_RESULTS and operation.type not in (*PASSING, *PLACEHOLDERS, *FEEDING)
        return bool(self.of_inputs[operation.name]) and result and operation.name not in self.taken


def scopes_of_savers(saver, operations):
    """How the names of the operations of Savers begin: of the one that is named, and of those that can be fed."""
    scopes = {saver.filename.rpartition("/")[0]} if saver and "/" in saver.filename else set()
    saving = {operation.name.rpartition("/")[0] for operation in operations if operation.type in SAVING} - {""}
    given = {operation.name for operation in operations if operation.type == "PlaceholderWithDefault"} if saving else ()
    scopes |= {scope for scope in saving if f"{scope}/Const" in given or f"{scope}/filename" in given}
    return tuple(f"{scope}/" for scope in scopes)


def is_forward(operation, of_savers):
    """Whether an operation is neither of a Saver nor of an optimizer, as its name tells."""
    if operation.name.startswith(of_savers):
        return False
    return not any(part in operation.name for part in SIDE_WAYS)


def with_data(placeholders, fed):
    """Those of some placeholders that are fed with data: not with a switch such as ``training``, or a rate."""
    arrays = [each for each in placeholders if each.attribute("dtype") != "bool" and each.attribute("shape") != ()]
    return arrays or ([] if fed else placeholders)
