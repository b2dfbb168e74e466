"""Which variables of one side are likely those of the other side under another name.

Two variables may be the same if dtype and shape fit, and if their names say that they are the same kind of thing: a
kernel and a kernel, a slot and a slot. What differs between their names is a *rule*, such as "``model/`` in front".
A rule that explains many pairs is believed before one that explains few, and a pair that another rule of about the
same weight contradicts is reported as ambiguous and not proposed.
"""

import heapq
import math
from collections import defaultdict
from dataclasses import dataclass

from tfckpt.compare.names import ATTRIBUTE, AVERAGE, Name, parsed, spelling
from tfckpt.compare.rules import Rules, fits, rule

LEAST = 0.5  # of agreement: with less, a single pair is a guess
MOST_ALIKE = 1000  # variables of one kind that are looked at for one that does not fit


@dataclass(frozen=True)
class Renames:
    """What ``likely`` finds.

    Attributes:
        groups: a list of ``(why, {left: right})``, the largest first: what one rule explains.
        ambiguous: ``{left: rights}`` with several candidates, or with one that could as well be another's.
        misfits: ``{left: right}``: a rule that explains others would pair them, but dtype or shape does not fit.
        guesses: ``{left: right}``: the only ones left of a dtype and shape, with names that have nothing in common.
    """

    groups: list
    misfits: dict
    ambiguous: dict
    guesses: dict


def likely(left, right, taken=(), same_bytes=()):
    """Finds the likely renames between what two sides have and the other has not.

    Args:
        left: ``{name: (dtype, shape)}``, the names that the right side lacks.
        right: the same of the right side. A shape of None, or a None in it, fits any.
        taken: the names that both sides have.
        same_bytes: pairs ``(left, right)`` whose stored values are equal, and equal to no other's.

    Returns:
        ``Renames``.
    """
    found = [(rule(parsed(a), parsed(b)), a, b) for a, b in same_bytes]
    left = {name: kind for name, kind in left.items() if name not in {a for _, a, _ in found}}
    right = {name: kind for name, kind in right.items() if name not in {b for _, _, b in found}}
    names = {name: parsed(name) for name in [*left, *right]}
    pairs, ambiguous = matched(names, left, right, taken)
    averaged = {name: kind for name, kind in rest(left, pairs, 1, ambiguous).items() if AVERAGE in parsed(name).slots}
    names |= {name: without_average(parsed(name)) for name in averaged}
    wanted = rest(right, pairs, 2, {b for candidates in ambiguous.values() for b in candidates})
    more, unclear = matched(names, averaged, wanted, taken)
    ambiguous |= unclear
    groups = defaultdict(dict)
    for kind, triples in (("bytes", found), ("name", pairs), ("average", more)):
        for key, a, b in triples:
            groups[kind, key, *respelled(a, b)][a] = b
    done = pairs + more
    ours, theirs = rest(left, done, 1, ambiguous), rest(right, done, 2, set().union(*ambiguous.values()))
    misfits = misfitting({key for key, _, _ in [*found, *pairs]}, ours, theirs)
    ours = {name: kind for name, kind in ours.items() if name not in misfits}
    theirs = {name: kind for name, kind in theirs.items() if name not in misfits.values()}
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), min(item[1])))
    return Renames([(why(*key), group) for key, group in ordered], misfits, ambiguous, guessed(ours, theirs))


def misfitting(rules, left, right):
    """Pairs that a rule explains which explains others too, whose dtype or shape does not fit."""
    said = {name: parsed(name) for name in [*left, *right]}
    alike = defaultdict(list)
    for name in right:
        alike[said[name].role, said[name].slots].append(name)
    found = {}
    for a in left:
        pairs = [b for b in alike[said[a].role, said[a].slots][:MOST_ALIKE] if rule(said[a], said[b]) in rules]
        if len(pairs) == 1 and pairs[0] not in found.values():
            found[a] = pairs[0]
    return found


def respelled(a, b):
    """The ends of two names, empty where they are the same."""
    pairs = [("", "") if x == y else (x, y) for x, y in zip(spelling(a), spelling(b), strict=True)]
    return tuple(zip(*pairs, strict=True))


def rest(side, triples, which, unclear):
    gone = {triple[which] for triple in triples}
    return {name: kind for name, kind in side.items() if name not in gone and name not in unclear}


def without_average(name):
    return Name(name.scopes, name.role, tuple(slot for slot in name.slots if slot != AVERAGE))


def matched(names, left, right, taken):
    """``[(rule, left, right), …]`` and ``{left: rights}`` of those that are ambiguous."""
    rules = Rules(names, left, right)
    ours, shared = series({name: names[name] for name in left}), series({name: parsed(name) for name in taken})
    heap = [(-rules.weight(key), key) for key in rules.pairs]
    heapq.heapify(heap)
    found, ambiguous = [], defaultdict(set)
    while heap:
        weight, key = heapq.heappop(heap)
        if not rules.pairs[key]:
            continue
        if -weight > rules.weight(key):  # it has lost pairs since
            heapq.heappush(heap, (-rules.weight(key), key))
            continue
        contradicted = rules.against(key)
        doubtful = len(rules.pairs[key]) == 1 and alone(rules.agreements[key], *rules.pairs[key], names, left, right)
        accepted = []
        for pair in sorted(rules.pairs[key]):
            if pair in contradicted:
                for a, several in contradicted[pair].items():
                    ambiguous[a] |= several
            elif may_be_shifted(key, pair, rules, ours, shared):
                ambiguous[pair[0]].add(pair[1])
            elif not doubtful:
                accepted.append(pair)
        found += [(key, a, b) for a, b in accepted]
        rules.take({a for a, _ in accepted} | set(ambiguous), {b for _, b in accepted}.union(*ambiguous.values()))
        rules.pairs[key].clear()
    return found, {a: sorted(several) for a, several in sorted(ambiguous.items())}


def alone(agreement, pair, names, left, right):
    """Whether too little speaks for a rule of one pair: names unlike, or neighbors in their scopes that do not fit."""
    a, b = pair
    neighbors = (
        not fits(left[x], right[y])
        for x in left
        if names[x].scopes == names[a].scopes
        for y in right
        if names[y] == Name(names[b].scopes, names[x].role, names[x].slots)
    )
    return agreement < LEAST or any(neighbors)


def series(names):
    """``{(parts before it, stem, slots): names}`` for each part of the names."""
    found = defaultdict(set)
    for name, said in names.items():
        for i, (stem, _) in enumerate(said.path):
            found[said.path[:i], stem, said.slots].add(name)
    return found


def may_be_shifted(key, pair, rules, left, taken):
    """Whether only numbers differ, and the rule does not explain the whole series, so that any of it may be shifted."""
    ours, theirs, steps, _ = key
    if ours != theirs or not any(steps):
        return False
    a, b = (rules.names[name].path for name in pair)
    first = next(i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y)
    place = a[:first], a[first][0], rules.names[pair[0]].slots
    explained = {name for name, _ in rules.pairs[key]}
    return bool(taken.get(place)) or not left[place] <= explained


def guessed(left, right):
    """The only two left of a dtype and shape, when they are no scalars."""
    by_kind = defaultdict(lambda: ([], []))
    for side, content in enumerate((left, right)):
        for name, (dtype, shape) in content.items():
            if shape and None not in shape and math.prod(shape) > 1:
                by_kind[parsed(name).slots, dtype, shape][side].append(name)
    return {ours[0]: theirs[0] for ours, theirs in by_kind.values() if len(ours) == len(theirs) == 1}


def why(kind, key, ours_end, theirs_end):
    """In a few words what differs."""
    ours, theirs, steps, _ = key
    if kind == "bytes":
        return "the same bytes"
    if ours == theirs:
        reason = "another number" if any(steps) else ""
    elif not ours:
        reason = f"{'/'.join(theirs)}/ added"
    elif not theirs:
        reason = f"{'/'.join(ours)}/ removed"
    else:
        reason = "another scope"
    parts = [reason] if reason else []
    if ours_end[1] != theirs_end[1]:
        tail = ours_end[1] or theirs_end[1]
        parts.append("a path of objects" if tail == ATTRIBUTE else f"{tail} at the end")
    if ours_end[0] != theirs_end[0] and kind != "average":
        parts.append("another spelling")
    if kind == "average":
        parts.append("its moving average")
    return ", ".join(dict.fromkeys(parts)) or "another spelling"
