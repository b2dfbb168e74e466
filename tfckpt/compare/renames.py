"""Which variables of one side are likely those of the other side under another name.

Two variables may be the same if dtype and shape fit, and if their names say that they are the same kind of thing: a
kernel and a kernel, a slot and a slot. What differs between their names is a *rule*, such as "``model/`` in front".
A rule that explains many pairs is believed before one that explains few, and a pair that another rule of about the
same weight contradicts is reported as ambiguous and not proposed.
"""

import heapq
from collections import defaultdict
from dataclasses import dataclass

from tfckpt.compare.libraries import of_libraries
from tfckpt.compare.names import ATTRIBUTE, AVERAGE, Name, parsed, spelling
from tfckpt.compare.rules import Rules, fits, rule
from tfckpt.compare.unclear import Doubts
from tfckpt.format.dtypes import elements

LEAST = 0.5  # of agreement: with less, a single pair is a guess
MOST_ALIKE = 1000  # variables of one kind that are looked at for one that does not fit
BYTES, LIBRARY, NAME, AVERAGED = "bytes", "library", "name", "average"  # what tells that two are the same


@dataclass(frozen=True)
class Renames:
    """What ``likely`` returns.

    Attributes:
        groups: a list of ``(why, {left: right})``, the largest first: what one rule explains.
        rules: for each group, the rule, which several of them may share, and what tells of it: ``"bytes"``,
            ``"library"``, ``"name"`` or ``"average"``.
        ambiguous: ``{left: rights}`` with several candidates, or with one that could as well be another's.
        misfits: ``{left: right}``: a rule that explains others would pair them, but dtype or shape does not fit.
        guesses: ``{left: right}``: the only ones left of a dtype and shape, with names that have nothing in common.
    """

    groups: list
    rules: list
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
    known = [(rule(parsed(a), parsed(b)), a, b) for a, b in same_bytes]
    left, right = rest(left, known, 1), rest(right, known, 2)
    respelled = [(reasons, rule(parsed(a), parsed(b)), a, b) for reasons, a, b in of_libraries(left, right, fits)]
    by_library = [triple for _, *triple in respelled]
    left, right = rest(left, by_library, 1), rest(right, by_library, 2)
    names = {name: parsed(name) for name in [*left, *right]}
    pairs, ambiguous = matched(names, left, right, taken)
    averaged, unclear = averages(
        names, rest(left, pairs, 1, ambiguous), rest(right, pairs, 2, several(ambiguous)), taken
    )
    ambiguous |= unclear
    groups = grouped(
        [
            *evidence(BYTES, known),
            *((LIBRARY if reasons else NAME, reasons, *triple) for reasons, *triple in respelled),
            *evidence(NAME, pairs),
            *evidence(AVERAGED, averaged),
        ]
    )
    done = pairs + averaged
    ours, theirs = rest(left, done, 1, ambiguous), rest(right, done, 2, several(ambiguous))
    misfits = misfitting({key for key, _, _ in [*known, *by_library, *pairs]}, ours, theirs)
    ours, theirs = rest(ours, misfits.items(), 0), rest(theirs, misfits.items(), 1)
    return Renames(
        [(why(*key), group) for key, group in groups],
        [(kind, key) for (kind, _, key, *_), _ in groups],
        misfits,
        ambiguous,
        guessed(ours, theirs),
    )


def evidence(kind, triples):
    """Triples ``(rule, left, right)`` with what tells that the two are the same."""
    return [(kind, (), *triple) for triple in triples]


def several(ambiguous):
    """The names on the right that could be those of several on the left."""
    return set().union(*ambiguous.values())


def averages(names, left, right, taken):
    """What ``matched`` returns, of moving averages on the left that are to be the variables themselves."""
    averaged = {name: kind for name, kind in left.items() if AVERAGE in parsed(name).slots}
    return matched(names | {name: without_average(parsed(name)) for name in averaged}, averaged, right, taken)


def grouped(pairs):
    """A list of ``(what they share, {left: right})``, the largest first, from what tells of each pair."""
    groups = defaultdict(dict)
    for kind, reasons, key, a, b in pairs:
        groups[kind, reasons, key, *respelled_ends(a, b)][a] = b
    return sorted(groups.items(), key=lambda item: (-len(item[1]), min(item[1])))


def misfitting(rules, left, right):
    """Pairs that a rule explains which explains others too, whose dtype or shape does not fit."""
    known = {name: parsed(name) for name in [*left, *right]}
    alike = defaultdict(list)
    for name in right:
        alike[known[name].role, known[name].slots].append(name)
    misfits, used = {}, set()
    for a in left:
        pairs = [b for b in alike[known[a].role, known[a].slots][:MOST_ALIKE] if rule(known[a], known[b]) in rules]
        if len(pairs) == 1 and pairs[0] not in used:
            misfits[a] = pairs[0]
            used.add(pairs[0])
    return misfits


def respelled_ends(a, b):
    """The ends of two names, empty where they are the same."""
    pairs = [("", "") if x == y else (x, y) for x, y in zip(spelling(a), spelling(b), strict=True)]
    return tuple(zip(*pairs, strict=True))


def rest(side, triples, which, unclear=()):
    gone = {triple[which] for triple in triples}
    return {name: kind for name, kind in side.items() if name not in gone and name not in unclear}


def without_average(name):
    return Name(name.scopes, name.role, tuple(slot for slot in name.slots if slot != AVERAGE))


def matched(names, left, right, taken):
    """``[(rule, left, right), …]`` and ``{left: rights}`` of those that are ambiguous."""
    rules = Rules(names, left, right)
    doubts = Doubts(rules, left, right, taken)
    pairs, ambiguous = [], defaultdict(set)
    for key in heaviest_first(rules):
        doubtful = len(rules.pairs[key]) == 1 and alone(rules.agreements[key], *rules.pairs[key], names, left, right)
        clear = without_contradictions(rules, key, ambiguous)
        unclear = doubts.of_rule(key, clear)
        for (a, _), rights in unclear.items():
            if rights:
                ambiguous[a] |= rights
        accepted = [] if doubtful else [pair for pair in clear if pair not in unclear]
        pairs += [(key, a, b) for a, b in accepted]
        rules.accept(accepted)
        rules.take({a for a, _ in accepted} | set(ambiguous), {b for _, b in accepted}.union(*ambiguous.values()))
        rules.pairs[key].clear()
    return pairs, {a: sorted(rights) for a, rights in sorted(ambiguous.items())}


def heaviest_first(rules):
    """Yields the rules that explain pairs that are still free, each when none weighs more."""
    heap = [(-rules.weight(key), key) for key in rules.pairs]
    heapq.heapify(heap)
    while heap:
        weight, key = heapq.heappop(heap)
        if rules.pairs[key] and -weight > rules.weight(key):  # it has lost pairs since
            heapq.heappush(heap, (-rules.weight(key), key))
        elif rules.pairs[key]:
            yield key


def without_contradictions(rules, key, ambiguous):
    """The pairs of a rule that no other rule contradicts, in order. What is contradicted is added to ``ambiguous``."""
    contradicted = rules.against(key)
    for pair in sorted(contradicted):
        for a, rights in contradicted[pair].items():
            ambiguous[a] |= rights
    return [pair for pair in sorted(rules.pairs[key]) if pair not in contradicted]


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


def guessed(left, right):
    """The only two left of a dtype and shape, when they are no scalars."""
    by_kind = defaultdict(lambda: ([], []))
    for side, content in enumerate((left, right)):
        for name, (dtype, shape) in content.items():
            if shape and None not in shape and elements(shape) > 1:
                by_kind[parsed(name).slots, dtype, shape][side].append(name)
    return {ours[0]: theirs[0] for ours, theirs in by_kind.values() if len(ours) == len(theirs) == 1}


def why(kind, reasons, key, ours_end, theirs_end):
    """In a few words what differs."""
    if kind == BYTES:
        return "the same bytes"
    if kind == LIBRARY:
        return ", ".join(reasons)
    parts = [scopes_differ(key), *ends_differ(kind, ours_end, theirs_end)]
    return ", ".join(dict.fromkeys(filter(None, parts))) or "another spelling"


def scopes_differ(key):
    ours, theirs, steps, _ = key
    if ours == theirs:
        return "another number" if any(steps) else ""
    if not ours:
        return f"{'/'.join(theirs)}/ added"
    return "another scope" if theirs else f"{'/'.join(ours)}/ removed"


def ends_differ(kind, ours_end, theirs_end):
    if ours_end[1] != theirs_end[1]:
        tail = ours_end[1] or theirs_end[1]
        yield "a path of objects" if tail == ATTRIBUTE else f"{tail} at the end"
    if ours_end[0] != theirs_end[0] and kind != AVERAGED:
        yield "another spelling"
    if kind == AVERAGED:
        yield "its moving average"
