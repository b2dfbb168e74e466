"""The report of a ``Diff``, in Markdown: what matches, what does not, and what to do."""

from tfckpt.compare.one_sided import by_kind, kind, notes
from tfckpt.compare.pasted import castable, import_code
from tfckpt.compare.pattern import pattern
from tfckpt.compare.values import OTHER, SAME, UNKNOWN
from tfckpt.compare.verdict import FINDS, of_its_own_saver, verdict
from tfckpt.compare.words import code, counted, cut, listed, variables
from tfckpt.document import Document, plain, printable
from tfckpt.document import code as in_code
from tfckpt.kind import Kind

MOST = 10  # lines of a list, unless all are wanted
TRAINS_ON = (
    "If an Estimator or a MonitoredTrainingSession raised the error: it goes on with what is in its `model_dir`. Give "
    "the new model another folder, and take the rest with `tf.train.init_from_checkpoint` or `warm_start_from`."
)


def report(diff, everything=False, into=None):
    """The report as a ``Document``.

    Args:
        everything: no list is cut short.
        into: another ``Document`` to fill and return, which may be of a class of its own.
    """
    most = None if everything else MOST
    ours, theirs = sides(diff)
    document = into or Document()
    document.paragraph(f"**{verdict(diff)}**", "heading")
    document.paragraph(f"{described(diff.left)} against {described(diff.right)}. {summary(diff)}".rstrip())
    add_obstacles(document, diff, ours, theirs)
    add_renames(document, diff, most)
    document.bullets(
        f"Another shape or dtype ({len(diff.mismatched)})",
        by_kind(diff.mismatched, diff.left, lambda name: misfit(diff, name, ours, theirs), most),
    )
    for side, names, where, lines in (
        (diff.left, diff.only_left, ours, notes(diff, of_the_graph=False)),
        (diff.right, diff.only_right, theirs, notes(diff, of_the_graph=True)),
    ):
        lines += by_kind(names, side, lambda name, side=side: f"{code(name)}: {kind(side.variables[name])}", most)
        document.bullets(f"Only in {where} ({len(names)})", lines)
    document.bullets(*values(diff, most))
    if diff.code:
        document.paragraph(before_code(diff, theirs))
        document.code(diff.code.rstrip("\n"))
    return document


def plain_verdict(diff):
    """The first line of the report, as plain words."""
    return plain(verdict(diff))


def sides(diff):
    """What to call the two sides in a sentence."""
    if diff.left.kind != diff.right.kind:
        return f"the {diff.left.kind.value}", f"the {diff.right.kind.value}"
    return "the first", "the second"


def described(side):
    title = side.title if side.title == "the graph" else in_code(side.title)
    return f"{title} ({counted(side, side.variables)})"


def summary(diff):
    """What is the same, and what was not compared."""
    if not diff.right.variables and diff.right.kind is Kind.GRAPH:
        return ""
    if not diff.same:
        same_model = "" if diff.renames or of_dtype_only(diff) else " Are these two of the same model?"
        return f"No variable has the same name, dtype and shape on both sides.{same_model}{in_another_dtype(diff)}"
    unread = " The values were not read." if verdict(diff).startswith(FINDS) and not diff.trained else ""
    return f"{counted(diff.left, diff.same)} of the same name, dtype and shape.{in_another_dtype(diff)}{unread}"


def of_dtype_only(diff):
    """The variables that differ in nothing but their dtype."""
    kinds = ((a, diff.left.variables[a], diff.right.variables[b]) for a, b in diff.mismatched.items())
    return [a for a, ours, theirs in kinds if ours[0] != theirs[0] and ours[1] == theirs[1]]


def in_another_dtype(diff):
    names = of_dtype_only(diff)
    if not names:
        return ""
    cast = " The code below casts them." if castable(diff) else ""
    return f" {counted(diff.left, names)} of the same name and shape, but of another dtype.{cast}"


def add_obstacles(document, diff, ours, theirs):
    """What stands in the way of a restore, each with what to do."""
    for side, where in ((diff.left, ours), (diff.right, theirs)):
        if side.unreadable or side.missing_files():
            document.paragraph(unreadable(side, where), "bad")
    first_line = verdict(diff)
    for obstacle in diff.obstacles:
        label = "**What to do:**" if obstacle.says in first_line else f"**In the way:** {obstacle.says}."
        document.paragraph(f"{label} {obstacle.cure}", "bad")
    if saver := of_its_own_saver(diff):
        document.paragraph(saver)
    if diff.trained:
        reasons = "; ".join(diff.trained.reasons)
        names = " and so on" if len(diff.trained.names) > 1 else ""
        first, second = next(iter(diff.trained.names.items()))
        document.paragraph(
            f"**Twice in the checkpoint:** {code(second)}{names} have the shapes of {code(first)}{names}, in the same "
            f"order, and it is that copy which looks trained: {reasons}. The code below takes that copy.",
            "bad",
        )


def unreadable(side, where):
    """Which data files are missing or too short, and which variables went with them."""
    missing, lost = side.missing_files(), [name for name in side.variables if name in side.unreadable]
    short = sorted(set(side.unreadable.values()) - set(missing))
    files = [f"**Missing:** {listed(missing)}"] * bool(missing) + [f"**Cut short:** {listed(short)}"] * bool(short)
    if not side.readable:
        return f"{'. '.join(files)}. Without it nothing of {where} can be restored."
    return f"{'. '.join(files)}, and with it {listed(lost)}. Still readable: {listed(side.readable)}."


def add_renames(document, diff, most):
    """The likely renames, and those that are not clear."""
    renamed = sum(len(group) for _, group in diff.renames)
    document.bullets(f"Likely renamed ({renamed})", cut([rename(*group) for group in diff.renames], most))
    doubtful = sum(len(group) for _, group, _ in diff.doubtful)
    lines = [question(a, b, evidence) for _, group, evidence in diff.doubtful for a, b in group.items()]
    document.bullets(f"Perhaps renamed ({doubtful}), so only a comment in the code", cut(lines, most))
    if diff.doubtful and diff.restores:
        document.paragraph(TRAINS_ON)
    document.bullets(
        f"The same name, and perhaps another layer ({len(diff.shifted)}), so no more than a comment in the code",
        cut([of_a_series(*pair) for pair in diff.shifted.items()], most),
    )
    document.bullets(
        f"Ambiguous ({len(diff.ambiguous)}), so left out",
        cut([f"{code(name)} could be {listed(several, word='or')}" for name, several in diff.ambiguous.items()], most),
    )
    document.bullets(
        f"The only ones left of their shape and dtype ({len(diff.guesses)}): a guess, so left out",
        cut([f"{code(a)} could be {code(b)}" for a, b in diff.guesses.items()], most),
    )


def rename(why, group):
    both = pattern(group) if len(group) > 1 else None
    if both:
        a, b = both.sides()
        return f"{in_code(a)} → {in_code(b)}: {variables(len(group))} ({printable(why)})"
    a, b = next(iter(group.items()))
    names = f"{code(a)} → {code(b)}" if code(a) != code(b) else f"{in_code(a)} → {in_code(b)}"
    more = f", and {len(group) - 1} more like it" if len(group) > 1 else ""
    return f"{names}{more} ({printable(why)})"


def question(a, b, evidence):
    same = f"the last {evidence.shared + 1} parts" if evidence.shared else "only the last part"
    return (
        f"{code(a)} → {code(b)}: {same} and the shape are the same, and {evidence.others} others match without this. "
        "Is it the same thing?"
    )


def of_a_series(name, other):
    could_be = (
        f": if the numbers are shifted, it is {code(other)}" if other else ": not there if the numbers are shifted"
    )
    return code(name) + could_be


def misfit(diff, name, ours, theirs):
    other = diff.mismatched[name]
    names = code(name) if name == other else f"{code(name)} → {code(other)}"
    return f"{names}: {kind(diff.left.variables[name])} in {ours}, {kind(diff.right.variables[other])} in {theirs}"


def values(diff, most):
    """Title and lines on the values of two checkpoints."""
    if not diff.differs or not diff.values:
        return "Values", []
    results = list(diff.values.values())
    counts = {text: results.count(text) for text in (SAME, OTHER, UNKNOWN)}
    not_compared = len(diff.mismatched) + len(diff.only_left) + len(diff.only_right)
    if counts[SAME] == len(results):
        fitting = f"of the {len(results)} that {'fits' if len(results) == 1 else 'fit'}: the same bytes"
        return "Values", [fitting, f"{not_compared} could not be compared"] if not_compared else ["all the same bytes"]
    measured = {name: text for name, text in diff.values.items() if text not in counts}
    lines = [f"{variables(count)}: {text}" for text, count in counts.items() if count]
    lines += cut([f"{code(name)}: {text}" for name, text in measured.items()], most)
    return "Values", lines + [f"{not_compared} more could not be compared"] * bool(not_compared)


def before_code(diff, theirs):
    """What the code is, and what to do before it."""
    if diff.right.written_by_objects:
        return "The second was written by `tf.train.Checkpoint`: its names are paths of objects. What belongs together:"
    lost = [name for name in diff.same if name in diff.left.unreadable or name in diff.shifted]
    cast = castable(diff)
    rest = len(diff.only_right) + len(diff.mismatched) + len(lost) - len(cast)
    before = f" Initialize before you restore: {variables(rest)} of {theirs} will not be in it." if rest else ""
    then = " Then `restore(sess, prefix)` instead of `saver.restore`." if cast else ""
    where = "instead of the import of the graph" if import_code(diff) else "where the graph is built"
    return f"**To paste**, {where}.{before}{then}"
