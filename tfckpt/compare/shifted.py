"""``shifted``: equal names that need not be the same thing, since the numbers in them may have been counted on.

``dense_1`` to ``dense_3`` against ``dense`` to ``dense_2``: were two of three layers kept, or is each one number less?
"""

from collections import defaultdict

from tfckpt.compare.names import parsed
from tfckpt.compare.rules import same_shape

LONGEST = 500  # layers of a series: with more, the shifts are not tried


def shifted(left, right):
    """Names that both sides have and that may be another one's on the right, by a shift that explains as much.

    Args:
        left, right: ``{name: (dtype, shape)}`` of either side.

    Returns:
        ``{name: name on the right}``, empty where no series has members on either side that the other lacks.

    Example:

        >>> kind = "float32", (2,)
        >>> shifted({"fc_1/w": kind, "fc_2/w": kind}, {"fc/w": kind, "fc_1/w": kind})
        {'fc_1/w': 'fc/w'}
    """
    result, theirs = {}, series(right)
    for place, ours in series(left).items():
        pairs = [(numbers, theirs[place][rest]) for rest, numbers in ours.items() if rest in theirs.get(place, ())]
        if step := likely_step(pairs, left, right):
            for mine, other in pairs:
                both = (number for number in mine if number in other)
                result |= {mine[number]: other.get(number + step, "") for number in both}
    return result


def series(names):
    """``{(parts before it, stem): {(parts behind it, slots): {number: name}}}`` for each part of the names."""
    places = defaultdict(lambda: defaultdict(dict))
    for name in names:
        words = parsed(name)
        for at, (stem, number) in enumerate(words.path):
            places[words.path[:at], stem][words.path[at + 1 :], words.slots][number] = name
    return places


def likely_step(pairs, left, right):
    """What is added to the numbers of a series, if that explains as many of it as equal names do; or 0.

    Args:
        pairs: of ``{number: name}``, one for each variable that the layers of the series have.
        left, right: as ``shifted`` takes them.
    """
    lost = any(mine.keys() - other.keys() for mine, other in pairs)
    new = min((number for mine, other in pairs for number in other.keys() - mine.keys()), default=None)
    layers = {number for mine, _ in pairs for number in mine}
    equal = [(mine[number], other[number]) for mine, other in pairs for number in mine.keys() & other.keys()]
    if not lost or new is None or not equal or len(layers) > LONGEST:
        return 0
    least = sum(same_shape(left[a][1], right[b][1]) for a, b in equal)
    steps = sorted({new - number for number in layers}, key=abs)
    return next((step for step in steps if step and explained(pairs, step, left, right) >= max(least, 1)), 0)


def explained(pairs, step, left, right):
    """How many variables have a partner by a step in their numbers; 0 if one of these does not fit."""
    count = 0
    for mine, other in pairs:
        for number in mine:
            if number + step in other:
                if not same_shape(left[mine[number]][1], right[other[number + step]][1]):
                    return 0
                count += 1
    return count
