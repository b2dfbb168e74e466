"""Copies of a net within one file or graph: a graph that was built twice, more layers of a kind, several GPUs."""

import re
from collections import defaultdict
from dataclasses import dataclass

from tfckpt.compare.libraries import OTHER_TOWER
from tfckpt.compare.names import parsed, stem_and_number
from tfckpt.compare.rules import fits

MOST_SCOPES = 20  # that are tried as those of a copy
MOST_VALUES = 10_000_000  # elements of a variable that is looked at for its first values


def numbered_copies(names, others, ours, theirs):
    """The copies of a net that TensorFlow has numbered, each ``{name: name of its copy}``.

    Args:
        names: of the net.
        others: names among which its copies may be.
        ours, theirs: ``{name: (dtype, shape)}`` of both.

    Returns:
        A list, empty if not all of the net is there as many times. ``dense_1`` may be a copy of ``dense``, but
        ``layer_1`` is none of ``layer_0``: that counts itself.
    """
    families = defaultdict(lambda: ([], []))
    for side, content in enumerate((names, others)):
        for name in content:
            words = parsed(name)
            families[tuple(stem for stem, _ in words.path), words.slots][side].append(name)
    pairs = [both for both in families.values() if both[0]]
    counts = {len(copies) / len(originals) for originals, copies in pairs}
    if len(counts) != 1 or not (count := counts.pop()) or count != int(count):
        return []
    result = [{} for _ in range(int(count))]
    for originals, copies in pairs:
        if not numbered_by_tensorflow([*originals, *copies]):
            return []
        originals, copies = sorted(originals, key=by_number), sorted(copies, key=by_number)
        for at, name in enumerate(copies):
            original = originals[at % len(originals)]
            if not fits(ours[original], theirs[name]):
                return []
            result[at // len(originals)][original] = name
    return result


def by_number(name):
    return tuple(number for _, number in parsed(name).path)


def numbered_by_tensorflow(names):
    """Whether of several names that differ in numbers, the first one has none: ``dense``, ``dense_1``, …"""
    parts = [name.split("/") for name in sorted(names, key=by_number)]
    first = parts[0]
    return all(
        re.fullmatch(rf"{re.escape(part)}_\d+", other)
        for others in parts[1:]
        if len(others) == len(first)
        for part, other in zip(first, others, strict=True)
        if part != other
    )


def scoped_copies(names, others, ours, theirs):
    """The copies of a net under another scope, each ``{name: name of its copy}``; see ``numbered_copies``."""
    if not names:
        return []
    longest = max(names, key=len)
    available, result = set(others), []
    for old, new in scopes_of_copies(longest, others):
        copy = {name: new + name.removeprefix(old) for name in names if name.startswith(old)}
        complete = len(copy) == len(names) and available.issuperset(copy.values())
        if complete and all(fits(ours[a], theirs[b]) for a, b in copy.items()):
            result.append(copy)
    return result


def scopes_of_copies(name, others):
    """The pairs of scopes that would make a name one of others, the longest common end first."""
    pairs = {}
    for other in others:
        for at in [0] + [place + 1 for place, letter in enumerate(name) if letter == "/"]:
            if other != name and other.endswith(name[at:]) and other[: -len(name[at:])][-1:] in ("/", ""):
                pairs[name[:at], other[: -len(name[at:])]] = None
                break
    return list(pairs)[:MOST_SCOPES]


@dataclass(frozen=True)
class Trained:
    """A copy of a net in a checkpoint that looks trained while the one that a graph asks for does not.

    Attributes:
        names: ``{name that the graph asks for: name of its copy}``.
        reasons: what tells, as a list of pieces of sentences.
    """

    names: dict
    reasons: list


def trained_copy(side, names, others):
    """The copy of a net that was trained, if another was; or None.

    Args:
        side: the ``Side`` of a checkpoint.
        names: those of its variables that a graph asks for.
        others: the rest of them.
    """
    model, rest = side.of_the_model(names), side.of_the_model(others)
    if not model or not rest:
        return None
    kinds = side.variables
    copies = numbered_copies(model, rest, kinds, kinds) or scoped_copies(model, rest, kinds, kinds)
    judged = [Trained(copy, reasons(side, copy)) for copy in copies]
    return max((one for one in judged if one.reasons), key=lambda one: len(one.reasons), default=None)


def reasons(side, copy):
    """What tells that the values of a copy are of a training and those of the original are not."""
    reasons = []
    first, second = (first_values(side, names) for names in (copy.keys(), copy.values()))
    if not all(first.values()) or (second and all(second.values())):
        return []  # the first is trained itself, or a copy of what was; or nothing is
    owners = {role.of for role in side.roles.values() if role.name == "slot"}
    if not owners.intersection(copy) and owners.intersection(copy.values()):
        reasons.append("only it has slots of an optimizer")
    if first:
        reasons.append("the biases and moving averages of the others are as before the first step")
    return reasons


def first_values(side, names):
    """``{name: whether its values are as before the first step}`` of biases and moving averages: all of them equal.

    Bytes are compared, which needs no NumPy.
    """
    result = {}
    for name in names:
        dtype, shape = side.variables[name]
        if len(shape) == 1 and 0 < shape[0] <= MOST_VALUES and "float" in dtype and name not in side.unreadable:
            content = side.bytes_in_file(name)
            value = content[: len(content) // shape[0]]
            result[name] = content == value * shape[0] and (shape[0] > 1 or not any(value))
    return result


def other_towers(names):
    """Those of some names that are of another GPU than the first."""
    return [name for name in names if OTHER_TOWER.search(name)]


def going_on(names, others):
    """``{part of a name: names}`` of those names in which a series of others goes on: ``layer_2`` after ``layer_1``."""
    last = defaultdict(int)
    for name in others:
        for place, number in numbered_parts(name):
            last[place] = max(last[place], number)
    series = defaultdict(list)
    for name in names:
        for place, number in numbered_parts(name):
            if place in last and number > last[place]:
                series[f"{place[1]}{place[2]}{number}"].append(name)
                break
    return dict(series)


def numbered_parts(name):
    """Yields ``((what stands before, stem, what joins them, what stands behind), number)`` for each numbered part."""
    parts = name.split("/")
    for i, part in enumerate(parts):
        match = re.fullmatch(r"(.*?)([_-]?)(\d{1,6})", part, re.DOTALL)
        if match:
            yield (tuple(parts[:i]), match[1], match[2], tuple(parts[i + 1 :])), int(match[3])
        elif stem_and_number(part)[1] == 0:
            yield (tuple(parts[:i]), part, "_", tuple(parts[i + 1 :])), 0
