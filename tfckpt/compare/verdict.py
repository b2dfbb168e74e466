"""``verdict``: what a restore will do, in a sentence, or how two checkpoints differ; no more than was compared."""

from tfckpt.compare.values import EQUAL, SAME
from tfckpt.compare.words import code, listed
from tfckpt.kind import Kind

FAILS = "A restore with a plain `tf.train.Saver()` will fail:"
FINDS = "Compared names, shapes and dtypes: a plain `tf.train.Saver()` finds every variable"
SAME_VALUES = (SAME, EQUAL)


def verdict(diff):
    """What will happen, in a sentence: of a plain restore into a graph, or of two checkpoints whether they differ."""
    if diff.left.kind == diff.right.kind:
        return of_two_alike(diff)
    if not diff.right.variables:
        return "There are no variables in the graph, so there is nothing to restore."
    return next(filter(None, (says(diff) for says in IN_ORDER)), None) or when_nothing_is_in_the_way(diff)


def of_path(diff):
    return next((f"{FAILS} {obstacle.says}." for obstacle in diff.obstacles if obstacle.stage == "path"), None)


def of_import(diff):
    stopping = next((obstacle for obstacle in diff.obstacles if obstacle.stage == "import"), None)
    if stopping:
        loading = "An import of this graph" if diff.right.meta.is_saved_model else "`tf.train.import_meta_graph`"
        return f"{loading} will fail: {stopping.says}."
    return None


def of_files(diff):
    lost = [name for name in diff.left.unreadable if name in diff.right.variables]
    if diff.left.missing_files() and (lost or not diff.left.readable):
        return f"{FAILS} a data file is missing."
    return f"{FAILS} a data file ends before {code(lost[0])}." if lost else None


def of_objects(diff):
    if diff.left.written_by_objects:
        return "`tf.train.Checkpoint` wrote it, with paths of objects for names: a plain `tf.train.Saver()` may fail."
    return None


def of_names(diff):
    absent = [name for name in diff.right.variables if name not in diff.left.variables]
    if absent:
        others = {1: " is", 2: f" and {code(absent[-1])} are"}.get(len(absent), f" and {len(absent) - 1} more are")
        return f"{FAILS} {code(absent[0])}{others} not in the checkpoint."
    return None


def of_kinds(diff):
    misfits = [name for name in diff.mismatched if name in diff.right.variables]
    if of_dtype := [name for name in misfits if diff.left.variables[name][0] != diff.right.variables[name][0]]:
        return f"{FAILS} {code(of_dtype[0])} has another dtype in the checkpoint."
    if misfits:  # a resource variable takes any shape
        return f"{FAILS[:-1]} or go wrong: {code(misfits[0])} has another shape in the checkpoint."
    return None


def of_saver(diff):
    return next((f"{FAILS} {obstacle.says}." for obstacle in diff.obstacles if obstacle.stage == "saver"), None)


def of_place(diff):
    stopping = next((obstacle for obstacle in diff.obstacles if obstacle.stage == "place"), None)
    if stopping and stopping.clear_devices:
        return f"A restore fails where there is no such device: {stopping.says}."
    return f"A restore fails on a machine that has only a CPU: {stopping.says}." if stopping else None


def of_own_saver(diff):
    stopping = next((obstacle for obstacle in diff.obstacles if obstacle.stage == "own saver"), None)
    if stopping:
        return f"The Saver that `tf.train.import_meta_graph` returns will fail, a plain one will not: {stopping.says}."
    return None


def of_crossed_names(diff):
    stopping = next((obstacle for obstacle in diff.obstacles if obstacle.stage == "crossed"), None)
    return f"{FINDS}, but takes other values than the Saver of the graph: {stopping.says}." if stopping else None


def of_shared_values(diff):
    stopping = next((obstacle for obstacle in diff.obstacles if obstacle.stage == "shared"), None)
    return f"{FINDS}, but not each gets its own values: {stopping.says}." if stopping else None


IN_ORDER = (
    *(of_path, of_import, of_files, of_objects, of_names, of_kinds, of_saver, of_place, of_own_saver),
    of_shared_values,
    of_crossed_names,
)


def when_nothing_is_in_the_way(diff):
    if diff.trained:
        first, second = next(iter(diff.trained.names.items()))
        return f"{FINDS}, but takes the copy that looks untrained: {code(first)}, where {code(second)} was trained."
    return f"{FINDS}."


def of_two_alike(diff):
    """The verdict on two checkpoints, or on two graphs."""
    names = diff.renames or diff.only_left or diff.only_right
    values = any(text not in SAME_VALUES for text in diff.values.values())
    differing = zip((names, diff.mismatched, values), ("names", "shapes or dtypes", "values"), strict=True)
    other = [kind for differs, kind in differing if differs]
    if other:
        return f"The two differ in {' and in '.join(other)}."
    known = "bytes" if set(diff.values.values()) == {SAME} else "values"
    return f"The two have the same names, shapes{f', dtypes and {known}' if diff.values else ' and dtypes'}."


def of_its_own_saver(diff):
    """What to know of the Saver of a ``.meta``, if it asks for other names than a plain one; or an empty text."""
    meta = diff.right.meta
    if not diff.restores or meta is None or meta.saver is None or not meta.saver.names:
        return ""
    asked, plain = set(meta.saver.names), set(diff.right.variables)
    if asked == plain or diff.left.kind is not Kind.CHECKPOINT:
        return ""
    absent = sorted(asked - diff.left.variables.keys())
    if absent and asked - plain:
        verb = "is" if len(absent) == 1 else "are"
        absence = f"{listed(absent)} {verb} not in the checkpoint"
        return f"The Saver of the graph asks for other names than a plain one: {absence}."
    if not absent and plain - diff.left.variables.keys():
        return (
            "The Saver of the graph asks for other names, and all of these are in the checkpoint: use the one that "
            "`tf.train.import_meta_graph` returns."
        )
    return ""
