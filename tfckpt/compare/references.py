"""``of_names``: what operations, collections and functions of a graph name, and is not there: an import stops at it."""

from collections import defaultdict

from tfckpt.compare.arities import takes
from tfckpt.compare.elements import Names, of_another_kind, wrong
from tfckpt.compare.kernels import kernels
from tfckpt.compare.obstacle import BY_NAME, Obstacle, code, more
from tfckpt.compare.signatures import wrong_with
from tfckpt.errors import reading
from tfckpt.format.node import CAUSE
from tfckpt.readers.meta import bare

MERGING, GOING_ON = ("Merge", "RefMerge"), ("NextIteration", "RefNextIteration")
CALLS = ("PartitionedCall", "StatefulPartitionedCall")  # which an import looks into, to work out shapes


def of_names(meta, beside):
    """Operations that others, or collections, name and that are not there, and those that are there twice."""
    graph = [operation for operation in meta.operations if not operation.function]
    names = Names(graph)
    missing = [
        *((name, operation.name) for operation in graph for name in named_by(operation) if name not in names.types),
        *((name, key) for key, mentioned in beside.mentioned.items() for name in mentioned if not names.has(name)),
    ]
    if missing:
        name, by = missing[0]
        says = f"{code(by)} names {code(name)}, which is not in the graph{more(len(missing) - 1)}"
        yield Obstacle("import", says, f"Somebody has cut the graph, or changed it. {BY_NAME}")
    elif len(names.types) < len(graph) and meta.graphs == 1:
        yield Obstacle("import", "two of its operations have the same name", f"Somebody has changed it. {BY_NAME}")
    elif meta.graphs == 1:
        wrong_elements = of_elements(meta, beside, names)
        ill_defined = [says for each in graph if (says := wrong_with(each, names.operations))]
        says = [
            *of_inputs(graph, names),
            *ill_defined,
            *of_circles(names),
            *wrong_elements,
            *of_functions(meta, beside),
        ]
        yield from (Obstacle("import", each, f"Somebody has changed the graph. {BY_NAME}") for each in says[:1])


def of_inputs(graph, names):
    """What is wrong with what operations take, sentences."""
    for operation in graph:
        taken = [name for name in operation.inputs if not name.startswith("^")]
        wanted = takes(operation.type)
        if wanted is not None and len(taken) != wanted:
            kind = f"{code(operation.name)} ({code(operation.type)})"
            yield f"{kind} takes {len(taken)} tensors, and should take {wanted}"
        for name in taken:
            if not names.has_tensor(name if ":" in name else f"{name}:0"):
                yield f"{code(operation.name)} takes {code(name)}, and that operation gives no such tensor"
        if operation.inputs[: len(taken)] != tuple(taken):
            yield f"{code(operation.name)} names an operation that comes before it ahead of the tensors that it takes"


def of_circles(names):
    """What goes in a circle and is no loop: a sentence, or nothing. A loop goes on from a NextIteration to a Merge."""
    waiting, followers = {}, defaultdict(list)
    for name, operation in names.operations.items():
        sources = {bare(each) for each in operation.inputs}
        if operation.type in MERGING:
            sources = {each for each in sources if names.types[each] not in GOING_ON}
        waiting[name] = len(sources)
        for source in sources:
            followers[source].append(name)
    ready = [name for name, count in waiting.items() if not count]
    while ready:
        for name in followers[ready.pop()]:
            waiting[name] -= 1
            if not waiting[name]:
                ready.append(name)
    circle = [name for name, count in waiting.items() if count]
    if circle:
        yield f"{code(circle[0])}{more(len(circle) - 1)} go in a circle, and are no loop"


def of_elements(meta, beside, names):
    """What is wrong with the elements of collections, and with the Saver, sentences."""
    if beside.unbound:
        yield f"it has inputs that have to be given, such as {code(beside.unbound[0])}"
    with reading(meta.path, CAUSE):
        for kind, content in beside.elements:
            if says := wrong(kind, content, names):
                what = "a variable of its collections" if kind == "variable" else f"its collection {code(kind)}"
                yield f"{what} {says}"
    if meta.saver and not (meta.saver.save and meta.saver.restore):
        yield "its Saver does not say what saves, or what restores"


def of_functions(meta, beside):
    """What is wrong with the gradients of the functions of a graph, sentences."""
    if not meta.functions:  # then nobody looks at gradients
        return
    known = {}
    for function, gradient in beside.gradients:
        for name in (function, gradient):
            if name not in meta.functions:
                yield f"a gradient is recorded of or by the function {code(name)}, which is not there"
        if known.setdefault(function, gradient) != gradient:
            yield f"the function {code(function)} has two gradients"
    if known.keys() >= meta.functions.keys():
        yield "each of its functions has a gradient, so that their gradients go in a circle"


def reached(meta):
    """The names of the functions that an import goes through, as operations of the graph call them."""
    inside, found = defaultdict(list), set()
    for operation in meta.operations:
        inside[operation.function].append(operation)
    waiting = [""]
    while waiting:
        for operation in inside[waiting.pop()]:
            names = [operation.type, *(operation.functions() if operation.type in CALLS else ())]
            new = {name for name in names if name in meta.functions and name not in kernels().types} - found
            found |= new
            waiting += new
    return found


def of_calls(meta):
    """What calls a function that is not there: a sentence, or nothing. An import lets it pass, and no restore does."""
    for operation in meta.operations:
        if not operation.function and operation.type in CALLS:
            for name in operation.functions():
                if name not in meta.functions:
                    yield f"{code(operation.name)} calls the function {code(name)}, which is not in the graph"
                    return


def of_kinds(meta, beside):
    """Variables in a collection that are recorded as another kind than they are, a sentence: a Saver stops at them."""
    names = Names(operation for operation in meta.operations if not operation.function)
    with reading(meta.path, CAUSE):
        for kind, content in beside.elements:
            if kind == "variable" and (name := of_another_kind(content, names)):
                yield f"a collection has {code(name)} as a variable of another kind than it is"
                return


def named_by(operation):
    """The operations that an operation takes something from, or has to be beside on a device."""
    yield from map(bare, operation.inputs)
    yield from places(operation)


def places(operation):
    """The operations beside which an operation has to be on a device."""
    if "_class" in operation.attributes:
        for place in operation.listed("_class"):
            if place.startswith(b"loc:@"):
                yield place[5:].decode("utf-8", "replace")
