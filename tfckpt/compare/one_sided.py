"""What one side alone has: by kind, and what explains it: copies, other towers, more layers."""

from tfckpt.compare.copies import going_on, numbered_copies, other_towers
from tfckpt.compare.names import AVERAGE, parsed
from tfckpt.compare.words import code, cut, variables
from tfckpt.kind import Kind

OF_TRAINING = {"counter": "a counter of training", "optimizer": "a value of the optimizer"}


def kind(variable):
    dtype, shape = variable
    return f"{dtype} {'of unknown shape' if shape is None else list(shape)}"


def by_kind(names, side, line, most):
    """Lines for names: the model's variables one by one, and what only training needs by kind."""
    model, counters, slots, averages = [], [], [], []
    for name in names:
        if AVERAGE in parsed(name).slots:
            averages.append(name)
        elif side.role(name) == "slot":
            slots.append(name)
        else:
            (counters if side.role(name) in OF_TRAINING else model).append(name)
    lines = cut([line(name) for name in model], most)
    lines += [f"{line(name)}, {OF_TRAINING[side.role(name)]}" for name in counters]
    return [*lines, *together(slots, "slots of an optimizer", line), *together(averages, "moving averages", line)]


def together(names, word, line):
    if len(names) < 2:
        return [line(name) for name in names]
    return [f"{len(names)} {word}, such as {code(names[0])}"]


def notes(diff, of_the_graph):
    """Lines that explain what one side alone has, if its names do."""
    side, other = (diff.right, diff.left) if of_the_graph else (diff.left, diff.right)
    names = side.of_the_model(diff.only_right if of_the_graph else diff.only_left)
    if not diff.restores or not names or (diff.trained and not of_the_graph):
        return []
    if of_the_graph:
        if copies := twice(diff, names):
            return copies
        if towers := other_towers(names):
            return [f"{variables(len(towers))} of other GPUs, such as {code(towers[0])}: copies of those of the first"]
    series = going_on(names, other.of_the_model(other.variables))
    if not series:
        return []
    first, count = next(iter(series)), variables(sum(map(len, series.values())))
    here, there, depth = ("graph", "checkpoint", "deeper") if of_the_graph else ("checkpoint", "graph", "less deep")
    twice_in_part = ", or was a part of it built twice" if of_the_graph and first.endswith("_1") else ""
    goes_on = f"the {here} goes on where the {there} ends, with {code(first)} ({count})"
    shifted = ", or are its numbers shifted, so that equal names are not the same" * bool(diff.shifted)
    return [f"{goes_on}: a model that is {depth}, or another checkpoint{twice_in_part}{shifted}?"]


def twice(diff, names):
    """A line that says so when what the graph alone has are numbered copies of what matches."""
    same = diff.left.of_the_model(diff.same)
    kinds = diff.right.variables
    copies = numbered_copies(same, names, kinds, kinds)
    if not copies or diff.right.kind is not Kind.GRAPH:
        return []
    first = set(copies[0].values())
    name = next(name for name in names if name in first)
    return [f"numbered copies of variables that match, such as {code(name)}: was the graph built twice?"]
