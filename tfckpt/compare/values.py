"""What is known of the values of two checkpoints: from sizes and checksums, or from the values themselves."""

from tfckpt.errors import CheckpointError

SAME, EQUAL, OTHER, UNKNOWN = "same bytes", "equal values", "other values", "could not be read"


def same_bytes(left, right, ours, theirs):
    """Pairs of names of two checkpoints whose bytes are equal, as sizes and checksums say, and equal to no other's."""
    if not (left.reader and right.reader):
        return []
    mine, other = by_bytes(left, ours), by_bytes(right, theirs)
    return [
        (names[0], other[key][0]) for key, names in mine.items() if len(names) == 1 and len(other.get(key, ())) == 1
    ]


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
    with np.errstate(invalid="ignore"):
        largest = np.nanmax(np.abs(one - other)) if not np.isnan(np.abs(one - other)).all() else np.nan
    return f"{int(differ.sum())} of {one.size} elements differ, by at most {largest:.3g}"
