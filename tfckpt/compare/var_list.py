"""The ``var_list`` to paste: which variable of the graph gets which entry of the checkpoint, as Python code.

The code needs ``tf`` and the graph, and runs in TensorFlow 1.15 and in 2.
"""

from tfckpt.compare.pattern import pattern
from tfckpt.describe import quoted

SHORT = 16  # entries that are written one by one
WIDTH = 88
HEAD = "variables = {variable.op.name: variable for variable in tf.global_variables()}\n"
SAVER = "    saver.restore(sess, prefix)\n"
RESTORE = f"""def restore(sess, prefix):
{SAVER}    reader = tf.train.load_checkpoint(prefix)
    for name, variable in cast.items():
        variable.load(reader.get_tensor(name).astype(variable.dtype.base_dtype.as_numpy_dtype), sess)
"""


def var_list(groups, parts, others=(), questions=()):
    """Python code that makes a Saver which restores what is the same and what is renamed.

    Args:
        groups: a list of ``{name in the checkpoint: name in the graph}``.
        parts: ``{name: names of its parts}`` of the partitioned variables of the graph.
        others: names of the graph that are not restored.
        questions: pairs of names that may belong together and may not: they stand there as comments.
    """
    restored = [b for group in groups for b in group.values()]
    everything = {part for b in [*others, *restored] for part in parts.get(b, [b])}
    entries = [line for group in groups for line in entries_of(group, parts, everything)]
    entries += [commented(a, variable(b, parts)) for a, b in questions]
    return "var_list = {\n" + "\n".join(entries) + "\n}\nsaver = tf.train.Saver(var_list)\n"


def entries_of(group, parts, everything):
    """The entries of a group: one that makes them all if there are many, or one for each."""
    whole = {a: b for a, b in group.items() if b not in parts}
    line = comprehension(whole, everything) if len(whole) > SHORT else None
    entries = [line] if line else [entry(a, variable(b, parts)) for a, b in whole.items()]
    return entries + [entry(a, variable(b, parts)) for a, b in group.items() if b in parts]


def variable(name, parts):
    return listed(parts[name], "variables[{}]") if name in parts else f"variables[{quoted(name)}]"


def commented(name, value):
    """An entry as a comment, with a question."""
    lines = entry(name, value).splitlines()
    return "\n".join(["    # Is it the same thing?", *(f"    # {line.removeprefix('    ')}" for line in lines)])


def casts(names):
    """Python code of a function that restores, and that casts what the checkpoint has in another dtype.

    Args:
        names: ``{name in the checkpoint: name in the graph}`` of what has another dtype.
    """
    entries = "\n".join(entry(a, f"variables[{quoted(b)}]") for a, b in names.items())
    return f"cast = {{\n{entries}\n}}\n\n\n{RESTORE}"


def plain_mapping(names):
    """The names alone, where the right side was written by ``tf.train.Checkpoint`` and has no names of variables."""
    return "names = {\n" + "\n".join(entry(a, quoted(b)) for a, b in names.items()) + "\n}\n"


def entry(name, value):
    line = f"    {quoted(name)}: {value},"
    return line if len(line) <= WIDTH else f"    {quoted(name)}:\n        {value},"


def listed(names, form="{}"):
    return f"[{', '.join(form.format(quoted(name)) for name in names)}]"


def comprehension(group, everything):
    """One entry that makes all pairs of a group from the graph's names; None if none makes them and no others."""
    both = pattern(group)
    if both is None:
        return None
    extra = sorted(name for name in everything - set(group.values()) if both.made(name) is not None)
    if len(extra) > SHORT:
        return None
    (ours, theirs), (our_end, their_end) = both.begins, both.ends
    start = f"len({quoted(theirs)})" if theirs else ""
    stop = f"-len({quoted(their_end)})" if their_end else ""
    name = f"name[{start}:{stop}]" if start or stop else "name"
    key = " + ".join([quoted(ours)] * bool(ours) + [name] + [quoted(our_end)] * bool(our_end))
    lines = [f"{key}: variable", "for name, variable in variables.items()"]
    if conditions := conditions_of(theirs, their_end, extra):
        lines += f"if {' and '.join(conditions)}".split("\n")
    return "\n".join(["    **{", *(f"        {line}" for line in lines), "    },"])


def conditions_of(begin, end, extra):
    """What the names of a group fulfil and no others."""
    conditions = [f"name.startswith({quoted(begin)})"] * bool(begin) + [f"name.endswith({quoted(end)})"] * bool(end)
    if extra:
        excluded = f"name not in {listed(extra)}"
        if len(excluded) > WIDTH:
            excluded = "\n".join(["name not in [", *(f"    {quoted(name)}," for name in extra), "]"])
        conditions.append(excluded)
    return conditions
