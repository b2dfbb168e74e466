"""``pasted``: the code that a report ends in: an import, the ``var_list``, and casts, as far as they are needed."""

from tfckpt.compare.rules import same_shape
from tfckpt.compare.var_list import HEAD, SAVER, casts, plain_mapping, var_list
from tfckpt.describe import quoted
from tfckpt.kind import Kind

FLOATS = {"float16", "bfloat16", "float32", "float64"}
INTEGERS = {"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"}
OF_BYTES = """meta = tf.MetaGraphDef()
with open({path}, "rb") as file:
    meta.ParseFromString(file.read())
"""
OF_TEXT = """from google.protobuf import text_format

meta = tf.MetaGraphDef()
with open({path}, encoding="utf-8") as file:
    text_format.Merge(file.read(), meta)
"""


def pasted(diff):
    """The code for a ``Diff``; empty if a plain Saver does, or if nothing can be restored."""
    if diff.right.written_by_objects:
        names = {a: b for _, group in diff.renames for a, b in group.items()}
        return plain_mapping(names) if names else ""
    importing, needed = import_code(diff), is_needed(diff)
    groups, cast = restored(diff), castable(diff)
    if not needed or not (groups or cast):
        return importing
    saver = var_list(groups, diff.right.parts, left_out(diff, groups), questions(diff)) if groups else ""
    casting = casts(cast) if cast else ""
    casting = casting if groups else casting.replace(SAVER, "")
    return "\n".join(filter(None, [importing, HEAD + saver + ("\n" if saver and casting else "") + casting]))


def is_needed(diff):
    """Whether a plain Saver would not do, or would take what is not wanted."""
    differs = diff.renames or diff.only_right or diff.mismatched
    return bool(differs or diff.left.unreadable or diff.trained) and bool(diff.mapping or castable(diff))


def restored(diff):
    """The groups of ``{name in the checkpoint: name in the graph}`` that can be restored: what can be read of it."""
    trained = diff.trained.names if diff.trained else {}
    unclear = {*trained, *diff.shifted, *diff.right.saveables}
    same = {name: name for name in diff.same if name not in unclear}
    groups = [same, {copy: name for name, copy in trained.items()}, *(group for _, group in diff.renames)]
    readable = [{a: b for a, b in group.items() if a not in diff.left.unreadable} for group in groups]
    return [group for group in readable if group]


def left_out(diff, groups):
    """The names of the graph that the code does not restore with a Saver."""
    done = {b for group in groups for b in group.values()}
    return [name for name in diff.right.variables if name not in done and name not in diff.right.saveables]


def questions(diff):
    """The pairs that may belong together and may not, which stand in the code as comments."""
    shifted = [(name, name) for name in diff.same if name in diff.shifted]
    pairs = [*shifted, *(pair for _, group, _ in diff.doubtful for pair in group.items())]
    return [pair for pair in pairs if pair[0] not in diff.left.unreadable]


def castable(diff):
    """``{name in the checkpoint: name in the graph}`` of what differs in its dtype only, and can be cast."""
    if diff.right.kind is not Kind.GRAPH:
        return {}
    names = {}
    for a, b in diff.mismatched.items():
        (ours, our_shape), (theirs, their_shape) = diff.left.variables[a], diff.right.variables[b]
        numbers = any({ours, theirs} <= kinds for kinds in (FLOATS, INTEGERS))
        whole = b not in diff.right.parts and a not in diff.left.unreadable and a not in diff.shifted
        if numbers and whole and ours != theirs and same_shape(our_shape, their_shape):
            names[a] = b
    return names


def is_curable(obstacle):
    return bool(obstacle.code or obstacle.clear_devices)


def import_code(diff):
    """Code that imports the graph, where it cannot be imported as it is and lines of code are the cure."""
    meta = diff.right.meta
    if meta is None or meta.is_saved_model:
        return ""
    stopping = [obstacle for obstacle in diff.obstacles if obstacle.stage in ("import", "place")]
    if not any(map(is_curable, stopping)) or not all(is_curable(one) or one.stage == "place" for one in stopping):
        return ""
    curable = list(filter(is_curable, stopping))
    clear = ", clear_devices=True" if any(obstacle.clear_devices for obstacle in curable) else ""
    path, lines = quoted(diff.right.title), "".join(obstacle.code for obstacle in curable)
    if not lines:
        return f"saver = tf.train.import_meta_graph({path}{clear})\n"
    read = (OF_TEXT if meta.source.is_text else OF_BYTES).format(path=path)
    return f"{read}{lines}saver = tf.train.import_meta_graph(meta{clear})\n"
