"""``Doubts``: what speaks against a pair of names that one rule explains and no other rule contradicts.

- Its numbers may be shifted, or counted in another way.
- It crosses what names say: ``fc1`` is to be ``net/fc2``, while a ``net/fc1`` is there as well.
"""

from collections import defaultdict

from tfckpt.compare.names import parsed
from tfckpt.compare.rules import fits


class Doubts:
    """What is unclear between two sides.

    Args:
        rules: ``Rules``.
        left, right: ``{name: (dtype, shape)}``.
        taken: the names that both sides have.
    """

    def __init__(self, rules, left, right, taken):
        self.rules, self.ends = rules, Ends(rules.names, left, right)
        self.series = series({name: rules.names[name] for name in left})
        self.taken = series({name: parsed(name) for name in taken})

    def of_rule(self, key, pairs):
        """``{pair: what the left one could be}`` of those pairs of a rule that are unclear; empty sets of no others."""
        unclear = self.rules.uneven(key) if pairs else {}
        for a, b in [pair for pair in pairs if pair not in unclear]:
            same, turned = self.ends.crossing(a, b)
            if same or self.may_be_shifted(key, (a, b)):
                unclear[a, b] = {b, *same}
            elif turned:
                unclear[a, b] = set()
        return unclear

    def may_be_shifted(self, key, pair):
        """Whether only numbers differ, and the rule does not explain the whole series: any of it may be shifted."""
        ours, theirs, steps, _ = key
        if ours != theirs or not any(steps):
            return False
        a, b = (self.rules.names[name].path for name in pair)
        first = next(i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y)
        place = a[:first], a[first][0], self.rules.names[pair[0]].slots
        explained = {name for name, _ in self.rules.pairs[key]}
        return bool(self.taken.get(place)) or not self.series[place] <= explained


def series(names):
    """``{(parts before it, stem, slots): names}`` for each part of the names."""
    places = defaultdict(set)
    for name, words in names.items():
        for i, (stem, _) in enumerate(words.path):
            places[words.path[:i], stem, words.slots].add(name)
    return places


class Ends:
    """The ends of the names of two sides.

    Args:
        names: ``{name: Name}`` of both sides.
        left, right: ``{name: (dtype, shape)}``.
    """

    def __init__(self, names, left, right):
        self.names, self.sides = names, (left, right)
        self.by_end = defaultdict(list), defaultdict(list)
        for side, content in enumerate(self.sides):
            for name in content:
                path = names[name].path
                for at in range(len(path)):
                    self.by_end[side][names[name].slots, path[at:]].append(name)

    def crossing(self, a, b):
        """The names on the right that share more with ``a`` than ``b`` does, or are to be no other's than ``a``'s.

        Counted are whole parts from the end, with their numbers, and only what has the same shape or a transposed one.

        Returns:
            Two lists: of those of the same shape, and of those of a transposed one.
        """
        one, other = self.names[a], self.names[b]
        pairs = zip(one.path[::-1], other.path[::-1], strict=False)
        shared = next((at for at, (x, y) in enumerate(pairs) if x != y), min(len(one.path), len(other.path)))
        mine = self.ending(1, one, shared + 1)
        nearer = self.ending(0, other, shared + 1)
        left, right = self.sides
        same = [each for each in mine if fits(left[a], right[each])]
        same += [b] * any(fits(left[each], right[b]) for each in nearer)
        turned = [each for each in mine if are_transposed(left[a], right[each])]
        turned += [b] * any(are_transposed(left[each], right[b]) for each in nearer)
        return same, turned

    def ending(self, side, name, count):
        """The names of a side that end in as many parts as a name does; none if it has no more than these."""
        return self.by_end[side].get((name.slots, name.path[-count:]), ()) if count <= len(name.path) else ()


def are_transposed(one, other):
    """Whether two ``(dtype, shape)`` are those of a matrix and of the same matrix transposed."""
    shapes = one[1], other[1]
    return (
        None not in shapes
        and one[0] == other[0]
        and len(shapes[0]) > 1
        and not fits(one, other)
        and (sorted(map(str, shapes[0])) == sorted(map(str, shapes[1])))
    )
