"""Partitioned variables: a checkpoint has each as one, under a name that may be another than that of its parts."""

import re
from collections import defaultdict

from tfckpt.compare.obstacle import Obstacle, code
from tfckpt.format.slices import hole

PART = re.compile(r"(.+)/part_(\d+)")


def whole(variables, parts):
    """Puts the parts of partitioned variables together, under the names that a Saver asks for.

    Args:
        variables: ``{name: (dtype, shape)}``.
        parts: ``{name: Part}`` of those of which that is known. Where it is not, ``w/part_0`` is a part of ``w``.

    Returns:
        ``{name: (dtype, shape)}`` and ``{name: names of its parts}``.
    """
    result, together = dict(variables), {}
    known = defaultdict(list)
    for name, part in parts.items():
        if name in variables:
            known[part.whole].append((part.start, name))
    for name, pieces in known.items():
        names = [piece for _, piece in sorted(pieces)]
        put(result, together, name, names, (variables[names[0]][0], parts[names[0]].shape))
    for name, numbered in by_name(result, parts).items():
        names = [numbered[number] for number in sorted(numbered)]
        kind = joined([variables[part] for part in names])
        if kind and sorted(numbered) == list(range(len(names))) and name not in variables:
            put(result, together, name, names, kind)
    return result, together


def put(result, together, name, names, kind):
    """Puts a whole variable in the place of its parts."""
    for part in names:
        del result[part]
    result[name], together[name] = kind, names


def by_name(variables, known):
    """``{name of the whole: {number: name of the part}}``, as the names say it."""
    numbered = defaultdict(dict)
    for name in variables:
        match = PART.fullmatch(name)
        if match and name not in known:
            numbered[match[1]][int(match[2])] = name
    return numbered


def joined(kinds):
    """The dtype and shape of parts that were cut along one axis; None if they do not fit."""
    dtypes, shapes = {dtype for dtype, _ in kinds}, [shape for _, shape in kinds]
    if len(dtypes) > 1 or any(not shape or None in shape for shape in shapes):
        return None
    first = shapes[0]
    if any(len(shape) != len(first) for shape in shapes):
        return None
    cut = [axis for axis in range(len(first)) if len({shape[axis] for shape in shapes}) > 1] or [0]
    if len(cut) > 1:
        return None
    length = sum(shape[cut[0]] for shape in shapes)
    return dtypes.pop(), (*first[: cut[0]], length, *first[cut[0] + 1 :])


def of_holes(reader, parts, names):
    """The ``Obstacle`` of variables of which only some parts were saved; or none, in a list.

    A slot of a part is one itself, which has the shape of the whole: the graph wants no more of it than was saved.

    Args:
        reader: of a checkpoint.
        parts: of the graph: ``{name: names of its parts}``.
        names: ``{name in the checkpoint: name in the graph}``.
    """
    stored = getattr(reader, "entries", {})
    entries = {name: stored[name] for name in names if hole(stored.get(name))}
    holes = [
        name for name, each in entries.items() if len(parts.get(names[name], ())) not in range(1, len(each.slices) + 1)
    ]
    if not holes:
        return []
    others = f" and of {len(holes) - 1} more" * (len(holes) > 1)
    return [
        Obstacle(
            "saver",
            f"of {code(holes[0])}{others} the checkpoint has some parts, and not all",
            "The others are in another checkpoint, or nowhere. A Saver of the parts that are here, "
            "`tf.train.Saver([part])`, restores those alone; initialize before.",
        )
    ]
