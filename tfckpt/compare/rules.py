"""``Rules``: what can differ between the names of two sides, and which pairs of variables that would explain."""

import difflib
import functools
import math
from collections import defaultdict
from itertools import product

MARGIN = 0.15  # of weight, by which a rule must beat those that contradict it
ABBREVIATED = 0.6  # how alike a word and its abbreviation are
MOST_ALIKE = 8  # of very many that share the same
MOST_PAIRS = 20_000  # of one kind, dtype and shape, that are looked at one by one


def fits(one, other):
    """Whether two ``(dtype, shape)`` can hold the same values. A shape or size that is not known fits any."""
    return one[0] == other[0] and same_shape(one[1], other[1])


def same_shape(one, other):
    """Whether two shapes can be the same. What is not known fits any."""
    if one is None or other is None:
        return True
    return len(one) == len(other) and all(a == b or None in (a, b) for a, b in zip(one, other, strict=True))


def difference(a, b):
    """The parts of two ``Name`` without those that they share at either end."""
    a, b = a.path, b.path
    end = next((i for i, (x, y) in enumerate(zip(a[::-1], b[::-1], strict=False)) if x != y), min(len(a), len(b)))
    a, b = a[: len(a) - end], b[: len(b) - end]
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return a[start:], b[start:]


def rule(a, b):
    """What differs between two names: stems, stems, what is added to their numbers, numbers that have no partner."""
    return rule_of(*difference(a, b))


def rule_of(a, b):
    """``rule``, of the parts in which two names differ."""
    shared = min(len(a), len(b))
    steps = tuple(y - x for (_, x), (_, y) in zip(a[len(a) - shared :], b[len(b) - shared :], strict=True))
    alone = tuple(number for _, number in a[: len(a) - shared] + b[: len(b) - shared])
    return tuple(stem for stem, _ in a), tuple(stem for stem, _ in b), steps, alone


def candidates(names, left, right):
    """Yields the pairs that fit and are of the same kind."""
    yield from ((a, b) for a, b in of_one_kind(names, left, right) if names[a].may_be(names[b]))


def of_one_kind(names, left, right):
    """The same, whichever optimizer's slots they are."""
    kinds = defaultdict(lambda: ([], []))
    for side, content in enumerate((left, right)):
        for name, (dtype, shape) in content.items():
            rank = None if shape is None or None in shape else shape
            kinds[names[name].role[0], names[name].slots, dtype, rank][side].append(name)
    for key, (ours, theirs) in list(kinds.items()):
        if key[-1] is None:
            yield from (pair for pair in loose(kinds, key) if fits(left[pair[0]], right[pair[1]]))
        if len(ours) * len(theirs) <= MOST_PAIRS:
            yield from ((a, b) for a, b in product(ours, theirs) if fits(left[a], right[b]))
        else:
            yield from alike(names, ours, theirs)


def loose(kinds, key):
    """Yields the pairs in which one has no known shape: it may be any of its kind."""
    ours, theirs = kinds[key]
    for other, (lefts, rights) in list(kinds.items()):
        if other[:3] == key[:3] and other[3] is not None:
            yield from product(ours, rights)
            yield from product(lefts, theirs)


def alike(names, ours, theirs):
    """The pairs among very many that share most: the longest end, all numbers, or all parts but for numbers."""
    by_key = defaultdict(list)
    for name in theirs:
        for key in keys(names[name].path):
            if len(by_key[key]) < MOST_ALIKE:
                by_key[key].append(name)
    for name in ours:
        *ends, numbers, stems = keys(names[name].path)
        longest = next((by_key[key] for key in ends if key in by_key), [])
        others = [*longest, *by_key.get(numbers, ()), *by_key.get(stems, ())]
        yield from ((name, other) for other in dict.fromkeys(others))


def keys(path):
    """What two names may share: an end, from the longest to the shortest; all numbers; all but those."""
    yield from (("end", path[i:]) for i in range(len(path)))
    yield "numbers", tuple(number for _, number in path if number)
    yield "stems", tuple(stem for stem, _ in path)


class Rules:
    """All rules between two sides, each with the pairs that it explains and that are still free."""

    def __init__(self, names, left, right):
        self.names, self.pairs, self.by_name = names, defaultdict(set), defaultdict(list)
        self.agreements, self.weights = {}, {}
        self.sides, self.numbers = defaultdict(lambda: (set(), set())), defaultdict(lambda: (set(), set()))
        self.by_stems, self.accepted = defaultdict(list), (set(), set())
        for pair in candidates(names, left, right):
            self.add(pair)

    def add(self, pair):
        a, b = (self.names[name] for name in pair)
        differing = difference(a, b)
        key = rule_of(*differing)
        ours, theirs, steps, _ = key
        self.by_stems[changed(ours, theirs)].append((steps, pair))
        self.pairs[key].add(pair)
        for side, parts in enumerate(differing):
            self.by_name[side, pair[side]].append((key, pair))
            self.sides[ours, theirs][side].add(pair[side])
            self.numbers[ours, theirs][side].add(tuple(number for _, number in parts[len(parts) - len(steps) :]))
        agreement = agreement_of(a, b, ours, theirs)
        self.agreements[key] = min(agreement, self.agreements.get(key, agreement))

    def weight(self, key):
        """How much speaks for a rule: the more pairs, and the more of their names is the same, the higher."""
        if key not in self.weights:
            self.weights[key] = self.weighed(key)
        return self.weights[key]

    def weighed(self, key):
        count = len(self.pairs[key])
        if not count:
            return -math.inf
        ours, theirs, steps, _ = key
        all_ours, all_theirs = self.sides[ours, theirs]
        first, second = self.numbers[ours, theirs]
        complete = count == len(all_ours) == len(all_theirs)
        same_numbers = not any(steps) and min(first) == min(second)
        return self.agreements[key] + 0.25 * math.log2(count) + (0.3 if same_numbers else 0) + (0.5 if complete else 0)

    def accept(self, pairs):
        """Takes pairs as explained."""
        for side, names in enumerate(self.accepted):
            names.update(pair[side] for pair in pairs)

    def take(self, lefts, rights):
        """Removes names from all rules that could use them."""
        for side, gone in enumerate((lefts, rights)):
            for name in gone:
                for key, pair in self.by_name.pop((side, name), ()):
                    self.pairs[key].discard(pair)
                    self.weights.pop(key, None)

    def against(self, key):
        """What contradicts a rule and weighs as much: ``{pair of the rule: {left: all rights that fit so well}}``."""
        least, contradictions = self.weight(key) - MARGIN, {}
        for a, b in self.pairs[key]:
            lefts = {other for other, _ in self.near(1, b, least)} | {a}
            fitting = {left: {right for _, right in self.near(0, left, least)} for left in sorted(lefts)}
            if len(lefts) > 1 or len(fitting[a]) > 1:
                contradictions[a, b] = fitting
        return contradictions

    def uneven(self, key):
        """What is unclear where parts change that have nothing in common, and a series has more numbers on one side.

        Then the numbers may have been counted from elsewhere, or only some of the layers were kept.

        What is ambiguous counts, too: what a contradiction leaves over of a series is no more certain than the rest.

        Returns:
            ``{pair of the rule: what the left one could be}``, empty where the rule explains the whole series.
        """
        ours, theirs, steps, _ = key
        if not (ours and theirs) or alike_stems(ours, theirs):
            return {}
        rights, lefts, explained = defaultdict(set), defaultdict(set), set()
        for other_steps, (a, b) in self.by_stems[changed(ours, theirs)]:
            if a in self.accepted[0] or b in self.accepted[1]:
                continue
            rights[a].add(b)
            lefts[b].add(a)
            if [step for step in other_steps if step] == [step for step in steps if step]:
                explained |= {(0, a), (1, b)}
        if len(explained) == len(rights) + len(lefts):
            return {}
        return {(a, b): rights[a] for a, b in self.pairs[key] if len(rights[a]) > 1 or len(lefts[b]) > 1}

    def near(self, side, name, least):
        """The free pairs with a name on one side that a rule of more than the least weight explains."""
        return [
            pair
            for key, pair in self.by_name.get((side, name), ())
            if pair in self.pairs[key] and self.weight(key) > least
        ]


def changed(ours, theirs):
    """The stems that two names do not share at their ends: in the numbers behind these they may differ as well."""
    while ours and theirs and ours[-1] == theirs[-1]:
        ours, theirs = ours[:-1], theirs[:-1]
    return ours, theirs


def agreement_of(a, b, ours, theirs):
    """How much of two names is the same: which part of their parts both have, and how alike the others are."""
    shorter = min(len(a.path), len(b.path))
    shared = shorter - min(len(ours), len(theirs))
    return shared / shorter + (alike_stems(ours, theirs) if ours and theirs else 0)


def alike_stems(ours, theirs):
    """How alike the parts are that differ, from 0 to 1."""
    return similarity("".join(ours).lower(), "".join(theirs).lower())


@functools.cache
def similarity(one, other):
    """From 0 to 1; 0 of words that share letters by chance, as "mean" and "sigma" do.

    An abbreviation is at least ``ABBREVIATED``: the beginning of a word, one word of several, or the first letter and
    others in their order.
    """
    ratio = difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
    shorter, longer = sorted((one, other), key=len)
    if longer.startswith(shorter) or shorter in longer.split("_") or abbreviates(shorter, longer):
        return max(ratio, ABBREVIATED)
    return ratio if ratio >= ABBREVIATED else 0


def abbreviates(short, word):
    """Whether a text has the first letter of a word, and more of its letters in their order.

    Example:

        >>> abbreviates("tgt", "target"), abbreviates("one", "second")
        (True, False)
    """
    letters = iter(word)
    return short[:1] == word[:1] and all(letter in letters for letter in short)
