"""``wrong``: what an import looks up for each element of a collection, and stumbles over if it is not there.

Sources: ``from_proto`` of the variables, ``QueueRunner``, ``CondContext``, ``WhileContext`` and ``Saver`` in
https://github.com/tensorflow/tensorflow/tree/master/tensorflow/python, and the messages in ``core/protobuf``.
"""

from tfckpt.compare.arities import is_element, is_tensor
from tfckpt.compare.obstacle import code
from tfckpt.format.node import pair
from tfckpt.format.wire import fields, integer, text
from tfckpt.readers.meta import bare

ENUMERATED = 4  # ways to synchronize, and ways to aggregate
CODES = range(1, 17)  # of errors, as TensorFlow numbers them
DEEPEST = 50  # contexts within contexts
MOST_STEPS = 100


class Names:
    """The names of the operations and tensors of a graph.

    Args:
        operations: each an ``Operation``, those of the graph itself.
    """

    def __init__(self, operations):
        self.operations = {operation.name: operation for operation in operations}
        self.types = {name: operation.type for name, operation in self.operations.items()}

    def lacks(self, names):
        """Says of the first of some names that is no operation or tensor of the graph; or None."""
        return next((f"names {code(name)}, which is not in the graph" for name in names if not self.has(name)), None)

    def has(self, name):
        return is_element(name, self.types)

    def has_tensor(self, name):
        return is_tensor(name, self.types)


def wrong(kind, content, names):
    """What of an element of a collection stops an import, the end of a sentence; or None.

    Args:
        kind: of the element: a key of ``KINDS``.
        content: the element, bytes.
        names: ``Names``.
    """
    return KINDS[kind](content, names)


def of_variable(content, names):
    """Of a ``VariableDef``: its tensor, its initializer, its first value and what reads it."""
    said = {number: value for number, value in fields(content) if number != 4}
    named = {number: text(said[number]) for number in (1, 2, 3, 6) if number in said}
    if any(integer(said.get(number, 0)) not in range(ENUMERATED) for number in (8, 9)):
        return "has a way to synchronize or to aggregate that TensorFlow does not know"
    if integer(said.get(5, 0)):
        return of_resource(named, names)
    if not names.has(named.get(1, "")):
        return f"has a variable {code(named.get(1, ''))}, which is not in the graph"
    return names.lacks([named.get(2, ""), named.get(3, ""), *filter(None, [named.get(6)])])


def of_another_kind(content, names):
    """The name of a variable that is recorded as a reference and is none, or not by its tensor; or None."""
    said = {number: value for number, value in fields(content) if number in (1, 5)}
    name = text(said.get(1, b""))
    if integer(said.get(5, 0)) or not names.has(name):
        return None
    return None if names.has_tensor(name) and names.types[bare(name)] != "VarHandleOp" else name


def of_resource(named, names):
    """The same of a resource variable, which finds by itself what reads it."""
    handle, snapshot = named.get(1, ""), named.get(3)
    if not names.has_tensor(handle) or "shape" not in names.operations[bare(handle)].attributes:
        return f"has a variable {code(handle)}, which is no handle in the graph"
    if missing := names.lacks([named.get(2, ""), *filter(None, [named.get(6)])]):
        return missing
    snapshot = snapshot or f"{bare(handle)}/Read/ReadVariableOp:0"
    for _ in range(MOST_STEPS):
        if not names.has_tensor(snapshot):
            return f"says that {code(snapshot)} reads it, which is no tensor of the graph"
        source = names.operations[bare(snapshot)]
        if source.type == "ReadVariableOp":
            return None
        snapshot = next(iter(source.inputs), "")
        snapshot = snapshot if ":" in snapshot else f"{snapshot}:0"
    return "says that something reads it that does not"


def of_saver(content, names=None):
    """Of a ``SaverDef``: nothing of it is looked up."""
    said = dict(fields(content))
    lacking = [
        what for number, what in ((2, "save_tensor_name"), (3, "restore_op_name")) if not len(said.get(number, b""))
    ]
    return f"has a Saver without a {code(lacking[0])}" if lacking else None


def of_runner(content, names):
    """Of a ``QueueRunnerDef``: its queue, and the operations that fill, close and cancel it."""
    named, codes = {1: "", 3: "", 4: ""}, []
    filling = []
    for number, value in fields(content):
        if number == 2:
            filling.append(text(value))
        elif number in named:
            named[number] = text(value)
        elif number == 5:
            codes += [value] if isinstance(value, int) else list(value)
    if any(code not in CODES for code in codes):
        return "has a code of an error that TensorFlow does not know"
    return names.lacks([named[1], *filling, named[3], named[4]])


def of_condition(content, names, depth=0):
    """Of a ``CondContextDef``."""
    return of_context(content, names, depth, needed=(2, 3), optional=(), listed=(), values=5, inner=6)


def of_loop(content, names, depth=0):
    """Of a ``WhileContextDef``."""
    return of_context(content, names, depth, needed=(5, 6, 7), optional=(11,), listed=(8, 10), values=9, inner=12)


def of_context(content, names, depth, needed, optional, listed, values, inner):
    """Of a context: what its fields name, what is in it, and the contexts within.

    Args:
        needed, optional, listed: the numbers of fields that name one thing, or none, or many.
        values, inner: the numbers of the fields with what is in it, and with a context within.
    """
    said = dict.fromkeys(needed, "")
    many, problems = [], []
    for number, value in fields(content):
        if number in needed or number in optional:
            said[number] = text(value)
        elif number in listed:
            many.append(text(value))
        elif number == values:
            problems.append(of_values(value, names))
        elif number == inner:
            problems.append(of_inner(value, names, depth))
    named = [name for number, name in said.items() if name or number in needed]
    return names.lacks([*named, *many]) or next(filter(None, problems), None)


def of_inner(content, names, depth):
    """Of a ``ControlFlowContextDef``: a condition or a loop."""
    if depth > DEEPEST:
        return f"has contexts within contexts, more than {DEEPEST} deep"
    which = {1: of_condition, 2: of_loop}
    found = (which[number](value, names, depth + 1) for number, value in fields(content) if number in which)
    return next(filter(None, found), None)


def of_values(content, names):
    """Of a ``ValuesDef``: the operations that are in a context, and what it takes from outside of it."""
    inside, outside = set(), {}
    for number, value in fields(content):
        if number == 1:
            inside.add(text(value))
        elif number == 2:
            key, external = pair(value)
            outside[key] = text(external)
    own = sorted(name.partition(":")[0] for name in inside - outside.keys())
    missing = next((name for name in own if name not in names.types), None)
    if missing is not None:
        return f"names {code(missing)}, which is not in the graph"
    return names.lacks(outside.values())


KINDS = {
    "variable": of_variable,
    "savers": of_saver,
    "queue_runners": of_runner,
    "cond_context": of_condition,
    "while_context": of_loop,
}
