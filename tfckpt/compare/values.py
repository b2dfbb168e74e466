"""What is known of the values of two checkpoints: from sizes and checksums, or from the values themselves."""

import struct

from tfckpt.compare.names import parsed
from tfckpt.errors import CheckpointError
from tfckpt.format.dtypes import elements

SAME, EQUAL, OTHER, UNKNOWN = "same bytes", "equal values", "other values", "could not be read"


LOOKED_AT = 4096  # bytes of a variable, which tell whether its elements are all the same
FIRST = {b"\x80\x3f", *(struct.pack(f"<{kind}", 1) for kind in "efdbhiq")}  # with 0, what variables begin with


def same_bytes(left, right, ours, theirs):
    """Pairs of names of two checkpoints whose bytes are equal, as sizes and checksums say, and equal to no other's.

    What begins with one value over and over, if only a 0 or a 1, or is not even called alike, is in no pair: zeros are
    the zeros of any layer.
    """
    if not (left.reader and right.reader):
        return []
    mine, other = by_bytes(left, ours), by_bytes(right, theirs)
    pairs = [
        (names[0], other[key][0]) for key, names in mine.items() if len(names) == 1 and len(other.get(key, ())) == 1
    ]
    return [(a, b) for a, b in pairs if is_telling(left, a, parsed(a).role == parsed(b).role)]


def is_telling(side, name, called_alike):
    """Whether no other variable is likely to have the bytes of this one by chance, as far as they can be read."""
    if name in side.unreadable:
        return False
    content, count = side.bytes_in_file(name), elements(side.variables[name][1] or ())
    size = len(content) // max(count, 1)
    one = content[:size]
    several = count > 1 and content[size : size + LOOKED_AT] != content[:-size][:LOOKED_AT]  # moved by one element
    return several or (called_alike and any(one) and one not in FIRST)


def exchanged(left, right, names):
    """Those of a set of names that two checkpoints have whose bytes stand under other names on either side.

    What follows another, such as a target network, has the other's older bytes on one side only, and is not meant.
    """
    pairs = [(a, b) for a, b in same_bytes(left, right, left.variables, right.variables) if a != b]
    shared = [{name for name in pair if name in names} for pair in pairs]
    found = {a for a, _ in pairs} & {b for _, b in pairs} & set().union(*shared)
    while half := {name for both in shared for name in both & found if not both <= found}:
        found -= half
    return found


def by_bytes(side, names):
    """``{what tells its bytes: names}`` of those variables of which something does."""
    result = {}
    for name in names:
        if key := side.bytes_of(name):
            result.setdefault(key, []).append(name)
    return result


def compared(left, right, a, b, read_values):
    """What is known of the values of two variables."""
    one, other = left.bytes_of(a), right.bytes_of(b)
    if one and one == other:
        return SAME
    if one and other and one[0] == other[0] and one[3] == other[3] and not read_values:  # byte order, parts
        return OTHER
    try:
        return difference(left.reader.tensor(a), right.reader.tensor(b))
    except CheckpointError:
        if a in left.unreadable or b in right.unreadable:
            return UNKNOWN
        raise


def difference(one, other):
    """How far two arrays of the same shape are apart."""
    import numpy as np

    if one.dtype == object or other.dtype == object or one.dtype.kind == "b":
        count = int(np.count_nonzero(one != other))
        return EQUAL if count == 0 else f"{count} of {one.size} elements differ"
    kind = complex if one.dtype.kind == "c" else float
    one, other = one.astype(kind), other.astype(kind)
    differ = ~((one == other) | (np.isnan(one) & np.isnan(other)))
    if not differ.any():
        return EQUAL
    differences = np.abs(one[differ] - other[differ])
    numbers = differences[~np.isnan(differences)]
    says = f"{differences.size} of {one.size} elements differ"
    if numbers.size:
        says += f", by at most {numbers.max():.3g}"
    if numbers.size < differences.size:
        says += f", {differences.size - numbers.size} of them NaN on one side"
    return says
