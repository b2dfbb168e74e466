"""Which variables of one side are likely those of the other side under another name.

Two variables may be the same if dtype and shape fit, and if their names say that they are the same kind of thing: a
kernel and a kernel, a slot and a slot. What differs between their names is a *rule*, such as "``model/`` in front".
A rule that explains many pairs is believed before one that explains few, and a pair that another rule of about the
same weight contradicts is reported as ambiguous and not proposed.
"""

import difflib
import heapq
import math
from collections import defaultdict
from dataclasses import dataclass
from itertools import product

from course.checkpoint.names import AVERAGE, Name, parsed, spelling

MARGIN = 0.15  # of weight, by which a rule must beat those that contradict it
LEAST = 0.6  # of agreement: with less, a single pair is a guess
MOST_PAIRS = 20_000  # of one kind, dtype and shape, that are looked at one by one


@dataclass(frozen=True)
class Renames:
    """What ``likely`` finds.

    Attributes:
        groups: a list of ``(why, {left: right})``, the largest first: what one rule explains.
        ambiguous: ``{left: rights}`` with several candidates, or with one that could as well be another's.
        guesses: ``{left: right}``: the only ones left of a dtype and shape, with names that have nothing in common.
    """

    groups: list
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
            groups[kind, key, spelling(a), spelling(b)][a] = b
    done = pairs + more
    guesses = guessed(rest(left, done, 1, ambiguous), rest(right, done, 2, set().union(*ambiguous.values())))
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), min(item[1])))
    return Renames([(why(*key), group) for key, group in ordered], ambiguous, guesses)


def rest(side, triples, which, unclear):
    gone = {triple[which] for triple in triples}
    return {name: kind for name, kind in side.items() if name not in gone and name not in unclear}


def without_average(name):
    return Name(name.scopes, name.role, tuple(slot for slot in name.slots if slot != AVERAGE))


def fits(one, other):
    """Whether two ``(dtype, shape)`` can hold the same values. A shape or size that is not known fits any."""
    if one[0] != other[0]:
        return False
    if one[1] is None or other[1] is None:
        return True
    return len(one[1]) == len(other[1]) and all(
        a == b or None in (a, b) for a, b in zip(one[1], other[1], strict=True)
    )


def rule(a, b):
    """What differs between two names: ``(stems, stems, what is added to their numbers)``, without what they share."""
    a, b = a.path, b.path
    end = next((i for i, (x, y) in enumerate(zip(a[::-1], b[::-1], strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[: len(a) - end], b[: len(b) - end]
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[start:], b[start:]
    shared = min(len(a), len(b))
    steps = tuple(y - x for (_, x), (_, y) in zip(a[len(a) - shared :], b[len(b) - shared :], strict=True))
    ahead = tuple(number for _, number in a[: len(a) - shared] + b[: len(b) - shared])
    return tuple(stem for stem, _ in a), tuple(stem for stem, _ in b), steps, ahead


def candidates(names, left, right):
    """Yields the pairs that fit and are of the same kind."""
    kinds = defaultdict(lambda: ([], []))
    for side, content in enumerate((left, right)):
        for name, (dtype, shape) in content.items():
            rank = None if shape is None or None in shape else shape
            kinds[names[name].role[0], names[name].slots, dtype, rank][side].append(name)
    for (role, slots, dtype, shape), (ours, theirs) in list(kinds.items()):
        if shape is None:  # a variable without a known shape may be any of its kind
            everything = [kinds[key] for key in list(kinds) if key[:3] == (role, slots, dtype) and key[3] is not None]
            loose = [(a, b) for a in ours for _, found in everything for b in found]
            loose += [(a, b) for found, _ in everything for a in found for b in theirs]
            yield from (pair for pair in loose if fits(left[pair[0]], right[pair[1]]))
        if len(ours) * len(theirs) <= MOST_PAIRS:
            yield from ((a, b) for a, b in product(ours, theirs) if fits(left[a], right[b]))
        else:
            yield from alike(names, ours, theirs)


def alike(names, ours, theirs):
    """The pairs among very many that share the most of their ends, or all parts but one."""
    ends, without_one = defaultdict(list), defaultdict(list)
    for name in theirs:
        path = names[name].path
        for i in range(len(path)):
            ends[path[i:]].append(name)
            without_one[path[:i], path[i + 1 :]].append(name)
    for name in ours:
        path = names[name].path
        longest = next((ends[path[i:]] for i in range(len(path)) if path[i:] in ends), [])
        near = [found for i in range(len(path)) for found in without_one.get((path[:i], path[i + 1 :]), [])]
        for other in dict.fromkeys([*longest[:50], *near[:50]]):
            yield name, other


class Rules:
    """All rules between two sides, each with the pairs that it explains and that are still free."""

    def __init__(self, names, left, right):
        self.names, self.pairs, self.by_name = names, defaultdict(set), defaultdict(set)
        for a, b in candidates(names, left, right):
            key = rule(names[a], names[b])
            self.pairs[key].add((a, b))
            self.by_name[1, a].add(key)
            self.by_name[2, b].add(key)
        self.sides = defaultdict(lambda: (set(), set()))
        for (ours, theirs, _, _), pairs in self.pairs.items():
            self.sides[ours, theirs][0].update(a for a, _ in pairs)
            self.sides[ours, theirs][1].update(b for _, b in pairs)

    def weight(self, key):
        """How much speaks for a rule: the more pairs, the more of their names is the same, the higher."""
        pairs = self.pairs[key]
        if not pairs:
            return -math.inf
        ours, theirs, steps, _ = key
        all_ours, all_theirs = self.sides[ours, theirs]
        complete = len(pairs) == len(all_ours) == len(all_theirs)
        return (
            self.agreement(key)
            + 0.25 * math.log2(len(pairs))
            + (0.3 if not any(steps) else 0)
            + (0.5 if complete else 0)
        )

    def agreement(self, key):
        """How much of two names is the same: the part of their parts that both have, and how alike the others are."""
        ours, theirs, _, _ = key
        a, b = (self.names[name] for name in min(self.pairs[key]))
        shorter = min(len(a.path), len(b.path))
        shared = shorter - min(len(ours), len(theirs))
        return shared / shorter + (similarity("/".join(ours).lower(), "/".join(theirs).lower()) if ours and theirs else 0)

    def take(self, ours, theirs):
        """Removes names from all rules that could use them."""
        for side, gone in ((1, ours), (2, theirs)):
            for name in gone:
                for key in self.by_name[side, name]:
                    self.pairs[key] = {pair for pair in self.pairs[key] if pair[side - 1] != name}

    def against(self, key):
        """``{pair of this rule: pairs of others that contradict it and weigh as much}``."""
        own = self.weight(key)
        rivals = {other for a, b in self.pairs[key] for other in self.by_name[1, a] | self.by_name[2, b]} - {key}
        rivals = [other for other in rivals if self.weight(other) > own - MARGIN]
        found = defaultdict(list)
        for other in rivals:
            theirs = defaultdict(list)
            for pair in self.pairs[other]:
                theirs[1, pair[0]].append(pair)
                theirs[2, pair[1]].append(pair)
            for pair in self.pairs[key]:
                found[pair] += theirs[1, pair[0]] + theirs[2, pair[1]]
        return {pair: others for pair, others in found.items() if others}


def similarity(one, other):
    """From 0 to 1. An abbreviation is at least 0.6."""
    ratio = difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
    return max(ratio, 0.6) if one.startswith(other) or other.startswith(one) else ratio


def matched(names, left, right, taken):
    """``[(rule, left, right), …]`` and ``{left: rights}`` of those that are ambiguous."""
    rules = Rules(names, left, right)
    numbered = numbers(taken)
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
        doubtful = rules.agreement(key) < LEAST and len(rules.pairs[key]) < 2
        accepted = []
        for pair in sorted(rules.pairs[key]):
            if pair in contradicted:
                for a, b in [pair, *contradicted[pair]]:
                    ambiguous[a].add(b)
            elif shifted(key, pair, numbered, names):
                ambiguous[pair[0]].add(pair[1])
            elif not doubtful:
                accepted.append(pair)
        found += [(key, a, b) for a, b in accepted]
        rules.take(
            {a for a, _ in accepted} | set(ambiguous),
            {b for _, b in accepted} | {b for several in ambiguous.values() for b in several},
        )
        rules.pairs[key].clear()
    return found, {a: sorted(several) for a, several in sorted(ambiguous.items())}


def numbers(taken):
    """The parts of the names that both sides have, as ``(parts before it, stem)``."""
    found = set()
    for name in taken:
        path = parsed(name).path
        found.update((path[:i], stem) for i, (stem, _) in enumerate(path))
    return found


def shifted(key, pair, numbered, names):
    """Whether only numbers differ, and both sides have others of the series: then all of it may be shifted."""
    ours, theirs, steps, _ = key
    if ours != theirs or not any(steps):
        return False
    a, b = (names[name].path for name in pair)
    first = next(i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y)
    return (a[:first], a[first][0]) in numbered


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
        parts.append(f"{(ours_end[1] or theirs_end[1]).rpartition('/')[2]} at the end")
    if ours_end[0] != theirs_end[0] and kind != "average":
        parts.append("another spelling")
    if kind == "average":
        parts.append("its moving average")
    return ", ".join(dict.fromkeys(parts)) or "another spelling"
