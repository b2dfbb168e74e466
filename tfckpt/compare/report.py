"""The report of a ``Diff``, in Markdown: what matches, what does not, and what to do."""

from collections import Counter

from tfckpt.compare.names import ATTRIBUTE, AVERAGE, parsed
from tfckpt.compare.pattern import pattern
from tfckpt.document import Document, printable
from tfckpt.document import code as in_code
from tfckpt.kind import Kind

FAILS = "A restore with a plain `tf.train.Saver()` will fail:"
SAME_VALUES = ("same bytes", "equal values")
MOST = 10  # lines of a list, unless all are wanted


def report(diff, everything=False):
    """The report as a ``Document``.

    Args:
        everything: no list is cut short.
    """
    most = None if everything else MOST
    ours, theirs = sides(diff)
    lacking = [(side.missing_files(), where) for side, where in ((diff.left, ours), (diff.right, theirs))]
    lacking = [(missing, where) for missing, where in lacking if missing]
    compared = f"{described(diff.left)} against {described(diff.right)}. {summary(diff)}".rstrip()
    document = Document()
    document.paragraph(f"**{verdict(diff)}**", "heading")
    document.paragraph(compared)
    for missing, where in lacking:
        document.paragraph(f"**Missing:** {listed(missing)}. Without it nothing of {where} can be restored.", "bad")
    renamed = sum(len(group) for _, group in diff.renames)
    document.bullets(f"Likely renamed ({renamed})", cut([rename(*group) for group in diff.renames], most))
    document.bullets(
        f"Another shape or dtype ({len(diff.mismatched)})",
        by_kind(diff.mismatched, diff.left, lambda name: misfit(diff, name, ours, theirs), most),
    )
    document.bullets(
        f"Ambiguous ({len(diff.ambiguous)}), so left out",
        cut([f"{code(name)} could be {listed(several)}" for name, several in diff.ambiguous.items()], most),
    )
    document.bullets(
        f"The only ones left of their shape and dtype ({len(diff.guesses)}): a guess, so left out",
        cut([f"{code(a)} could be {code(b)}" for a, b in diff.guesses.items()], most),
    )
    for side, names, where, lines in (
        (diff.left, diff.only_left, ours, []),
        (diff.right, diff.only_right, theirs, twice(diff)),
    ):
        lines = lines + by_kind(
            names, side, lambda name, side=side: f"{code(name)}: {kind(side.variables[name])}", most
        )
        document.bullets(f"Only in {where} ({len(names)})", lines)
    document.bullets(*values(diff, most))
    if diff.code:
        document.paragraph(before_code(diff, theirs))
        document.code(diff.code.rstrip("\n"))
    return document


def sides(diff):
    """What to call the two sides in a sentence."""
    if diff.left.kind != diff.right.kind:
        return f"the {diff.left.kind.value}", f"the {diff.right.kind.value}"
    return "the first", "the second"


def described(side):
    title = side.title if side.title == "the graph" else in_code(side.title)
    return f"{title} ({variables(len(side.variables))})"


def variables(count):
    return f"{count} variable" if count == 1 else f"{count} variables"


def kind(found):
    dtype, shape = found
    return f"{dtype} {'of unknown shape' if shape is None else list(shape)}"


def listed(names, most=4):
    shown = ", ".join(map(code, names[:most]))
    return shown if len(names) <= most else f"{shown} or {len(names) - most} more"


def misfit(diff, name, ours, theirs):
    other = diff.mismatched[name]
    names = code(name) if name == other else f"{code(name)} → {code(other)}"
    return f"{names}: {kind(diff.left.variables[name])} in {ours}, {kind(diff.right.variables[other])} in {theirs}"


def code(name):
    """A name as code, without the ending that all names of ``tf.train.Checkpoint`` have."""
    return in_code(name.removesuffix(ATTRIBUTE))


def verdict(diff):
    """What will happen, in a sentence: of a plain restore into a graph, or of two checkpoints whether they differ.

    It says no more than was compared: names, shapes and dtypes, and, of two checkpoints, values.
    """
    if diff.left.kind == diff.right.kind:
        return of_two_alike(diff)
    if not diff.right.variables:
        return "There are no variables in the graph, so there is nothing to restore."
    if diff.left.missing_files():
        return f"{FAILS} a data file is missing."
    if diff.left.written_by_objects:
        return "`tf.train.Checkpoint` wrote it, with paths of objects for names: a plain `tf.train.Saver()` may fail."
    absent = [name for name in diff.right.variables if name not in diff.left.variables]
    if absent:
        others = {1: " is", 2: f" and {code(absent[-1])} are"}.get(len(absent), f" and {len(absent) - 1} more are")
        return f"{FAILS} {code(absent[0])}{others} not in the checkpoint."
    misfits = [name for name in diff.mismatched if name in diff.right.variables]
    if of_dtype := [name for name in misfits if diff.left.variables[name][0] != diff.right.variables[name][0]]:
        return f"{FAILS} {code(of_dtype[0])} has another dtype in the checkpoint."
    if misfits:  # a resource variable takes any shape
        return f"{FAILS[:-1]} or go wrong: {code(misfits[0])} has another shape in the checkpoint."
    return "Compared names, shapes and dtypes: a plain `tf.train.Saver()` finds every variable."


def of_two_alike(diff):
    """The verdict on two checkpoints, or on two graphs."""
    names = diff.renames or diff.only_left or diff.only_right
    values = any(text not in SAME_VALUES for text in diff.values.values())
    kinds = zip((names, diff.mismatched, values), ("names", "shapes or dtypes", "values"), strict=True)
    other = [kind for found, kind in kinds if found]
    if other:
        return f"The two differ in {' and in '.join(other)}."
    known = "bytes" if set(diff.values.values()) == {"same bytes"} else "values"
    return f"The two have the same names, shapes{f', dtypes and {known}' if diff.values else ' and dtypes'}."


def summary(diff):
    count = len(diff.same)
    if not diff.right.variables and diff.right.kind is Kind.GRAPH:
        return ""
    if count == 0:
        same_model = "" if diff.renames else " Are these two of the same model?"
        return f"No variable has the same name, dtype and shape on both sides.{same_model}"
    return f"{variables(count)} of the same name, dtype and shape."


def rename(why, group):
    found = pattern(group) if len(group) > 1 else None
    if found:
        a, b = found.sides()
        return f"{in_code(a)} → {in_code(b)}: {variables(len(group))} ({printable(why)})"
    a, b = next(iter(group.items()))
    names = f"{code(a)} → {code(b)}" if code(a) != code(b) else f"{in_code(a)} → {in_code(b)}"
    more = f", and {len(group) - 1} more like it" if len(group) > 1 else ""
    return f"{names}{more} ({printable(why)})"


OF_TRAINING = {"counter": "a counter of training", "optimizer": "a value of the optimizer"}


def by_kind(names, side, line, most):
    """Lines for names: the model's variables one by one, and what only training needs by kind."""
    roles, model, counters, slots, averages = side.roles(), [], [], [], []
    for name in names:
        if AVERAGE in parsed(name).slots:
            averages.append(name)
        elif parsed(name).slots or roles[name] == "slot":
            slots.append(name)
        else:
            (counters if roles[name] in ("counter", "optimizer") else model).append(name)
    lines = cut([line(name) for name in model], most)
    lines += [f"{line(name)}, {OF_TRAINING[roles[name]]}" for name in counters]
    for word, found in (("slots of an optimizer", slots), ("moving averages", averages)):
        if len(found) == 1:
            lines.append(line(found[0]))
        elif found:
            lines.append(f"{len(found)} {word}, such as {code(found[0])}")
    return lines


def cut(lines, most):
    if most is None or len(lines) <= most:
        return lines
    return [*lines[: most - 1], f"… and {len(lines) - most + 1} more"]


def twice(diff):
    """A line that says so when what the graph alone has are numbered copies of what matches."""
    same = {parsed(name).path for name in diff.same}
    numbered = [name for name in diff.only_right if any(number for _, number in parsed(name).path)]
    copies = [name for name in numbered if original(name) in same]
    if not copies or diff.right.kind is not Kind.GRAPH:
        return []
    return [f"numbered copies of variables that match, such as {code(copies[0])}: was the graph built twice?"]


def original(name):
    """The path of a name whose first number is taken away."""
    path = list(parsed(name).path)
    at = next(i for i, (_, number) in enumerate(path) if number)
    path[at] = (path[at][0], 0)
    return tuple(path)


def values(diff, most):
    """Title and lines on the values of two checkpoints."""
    counts = Counter(diff.values.values())
    if not diff.differs or not counts:
        return "Values", []
    if set(counts) == {"same bytes"}:
        return "Values", ["all the same bytes"]
    measured = {name: text for name, text in diff.values.items() if text not in ("same bytes", "other values")}
    lines = [f"{variables(counts[text])}: {text}" for text in ("same bytes", "other values") if counts[text]]
    return "Values", lines + cut([f"{code(name)}: {text}" for name, text in measured.items()], most)


def before_code(diff, theirs):
    """What the code is, and what to do before it."""
    if diff.right.written_by_objects:
        return "The second was written by `tf.train.Checkpoint`: its names are paths of objects. What belongs together:"
    rest = len(diff.only_right) + len(diff.mismatched)
    before = f" Initialize before you restore: {variables(rest)} of {theirs} will not be in it." if rest else ""
    return f"**To paste**, where the graph is built.{before}"
