"""The ``var_list`` to paste: which variable of the graph gets which entry of the checkpoint, as Python code.

The code needs ``tf`` and the graph, and works in TensorFlow 1.15 and 2.
"""

from course.checkpoint.names import ATTRIBUTE

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
    everything = {name for group in groups for name in group.values()} | set(others)
    entries = []
    for group in groups:
        pairs = {a: b for a, b in group.items() if b in parts}
        plain = {a: b for a, b in group.items() if b not in parts}
        rule = as_rule(plain, everything - set(parts)) if len(plain) > SHORT else None
        entries += [rule] if rule else [entry(a, f"variables[{quoted(b)}]") for a, b in plain.items()]
        entries += [entry(a, f"[variables[part] for part in {listed(parts[b])}]") for a, b in pairs.items()]
    return HEAD + "var_list = {\n" + "\n".join(entries) + "\n}\nsaver = tf.train.Saver(var_list)\n"


def entry(name, value):
    line = f"    {quoted(name)}: {value},"
    return line if len(line) <= WIDTH else f"    {quoted(name)}:\n        {value},"


def listed(names):
    return f"[{', '.join(map(quoted, names))}]"


def quoted(name):
    """A name as Python code, in double quotes where that needs no escape."""
    return f'"{name}"' if repr(name) == f"'{name}'" and '"' not in name else repr(name)


def as_rule(group, everything):
    """One entry that makes all pairs of a group from the graph's names; None if there is none that makes only them."""
    first, second = next(iter(group.items()))
    ends = different_ends(first, second)
    middles = first.removesuffix(ends[0]), second.removesuffix(ends[1])
    for cut in [0] + [at + 1 for at, letter in enumerate(middles[1]) if letter == "/"]:
        if middles[0].endswith(middles[1][cut:]):
            begins = middles[0].removesuffix(middles[1][cut:]), middles[1][:cut]
            if all(made(name, begins, ends) == a for a, name in group.items()):
                extra = sorted(name for name in everything - set(group.values()) if made(name, begins, ends))
                return written(begins, ends, extra) if len(extra) <= SHORT else None
    return None


def different_ends(one, other):
    """What two names end in, from their last ``/`` on if that differs."""
    if one.rpartition("/")[2] == other.rpartition("/")[2]:
        return "", ""
    return tuple(name[len(name.removesuffix(ATTRIBUTE).rpartition("/")[0]) :] for name in (one, other))


def made(name, begins, ends):
    """The name in the checkpoint that a rule makes of a graph's, or None if it is not about this one."""
    if not name.startswith(begins[1]) or not name.endswith(ends[1]) or len(name) < len(begins[1]) + len(ends[1]):
        return None
    return begins[0] + name[len(begins[1]) : len(name) - len(ends[1])] + ends[0]


def written(begins, ends, extra):
    cut = f"[len({quoted(begins[1])}):" if begins[1] else "[:"
    cut += f"-len({quoted(ends[1])})]" if ends[1] else "]"
    pieces = [quoted(begins[0])] if begins[0] else []
    pieces += ["name" if cut == "[:]" else f"name{cut}"]
    pieces += [quoted(ends[0])] if ends[0] else []
    conditions = [f"name.startswith({quoted(begins[1])})"] if begins[1] else []
    conditions += [f"name.endswith({quoted(ends[1])})"] if ends[1] else []
    conditions += [f"name not in {listed(extra)}"] if extra else []
    lines = [f"        {' + '.join(pieces)}: variable", "        for name, variable in variables.items()"]
    lines += [f"        if {' and '.join(conditions)}"] if conditions else []
    return "\n".join(["    **{", *lines, "    },"])
