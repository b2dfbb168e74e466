"""The ``var_list`` to paste: which variable of the graph gets which entry of the checkpoint, as Python code.

The code needs ``tf`` and the graph, and runs in TensorFlow 1.15 and in 2.
"""

from tfckpt.compare.pattern import pattern

SHORT = 16  # entries that are written one by one
WIDTH = 88
HEAD = "variables = {variable.op.name: variable for variable in tf.global_variables()}\n"


def var_list(same, groups, parts, others=()):
    """Python code that makes a Saver which restores what is the same and what is renamed.

    Args:
        same: the names that both sides have.
        groups: a list of ``{name in the checkpoint: name in the graph}``.
        parts: ``{name: names of its parts}`` of the partitioned variables of the graph.
        others: names of the graph that are not restored.
    """
    groups = [group for group in ({name: name for name in same}, *groups) if group]
    everything = {
        part for b in [*others, *(b for group in groups for b in group.values())] for part in parts.get(b, [b])
    }
    entries = []
    for group in groups:
        whole = {a: b for a, b in group.items() if b not in parts}
        line = comprehension(whole, everything) if len(whole) > SHORT else None
        entries += [line] if line else [entry(a, f"variables[{quoted(b)}]") for a, b in whole.items()]
        entries += [entry(a, listed(parts[b], "variables[{}]")) for a, b in group.items() if b in parts]
    return HEAD + "var_list = {\n" + "\n".join(entries) + "\n}\nsaver = tf.train.Saver(var_list)\n"


def plain_mapping(names):
    """The names alone, where the right side was written by ``tf.train.Checkpoint`` and has no names of variables."""
    return "names = {\n" + "\n".join(entry(a, quoted(b)) for a, b in names.items()) + "\n}\n"


def entry(name, value):
    line = f"    {quoted(name)}: {value},"
    return line if len(line) <= WIDTH else f"    {quoted(name)}:\n        {value},"


def listed(names, form="{}"):
    return f"[{', '.join(form.format(quoted(name)) for name in names)}]"


def quoted(name):
    """A name as Python code, in double quotes where that needs no escape."""
    return f'"{name}"' if repr(name) == f"'{name}'" and '"' not in name else repr(name)


def comprehension(group, everything):
    """One entry that makes all pairs of a group from the graph's names; None if none makes them and no others."""
    found = pattern(group)
    if found is None:
        return None
    extra = sorted(name for name in everything - set(group.values()) if found.made(name) is not None)
    if len(extra) > SHORT:
        return None
    (ours, theirs), (our_end, their_end) = found.begins, found.ends
    start = f"len({quoted(theirs)})" if theirs else ""
    stop = f"-len({quoted(their_end)})" if their_end else ""
    name = f"name[{start}:{stop}]" if start or stop else "name"
    key = " + ".join([quoted(ours)] * bool(ours) + [name] + [quoted(our_end)] * bool(our_end))
    conditions = [f"name.startswith({quoted(theirs)})"] * bool(theirs)
    conditions += [f"name.endswith({quoted(their_end)})"] * bool(their_end)
    conditions += [f"name not in {listed(extra)}"] * bool(extra)
    lines = [f"{key}: variable", "for name, variable in variables.items()"]
    lines += [f"if {' and '.join(conditions)}"] * bool(conditions)
    return "\n".join(["    **{", *(f"        {line}" for line in lines), "    },"])
