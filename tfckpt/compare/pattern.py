"""``Pattern``: the one replacement that turns each name of a group into the other: ``old/…`` into ``new/…``."""

from dataclasses import dataclass

from tfckpt.compare.names import ATTRIBUTE


@dataclass(frozen=True)
class Pattern:
    """A beginning and an end on either side; what stands in between is the same.

    Attributes:
        begins, ends: pairs of texts, of the left and of the right side.
    """

    begins: tuple
    ends: tuple

    def made(self, name):
        """The left side's name for a name on the right, or None if the pattern is not about this one."""
        (ours, theirs), (our_end, their_end) = self.begins, self.ends
        if len(name) < len(theirs) + len(their_end) or not (name.startswith(theirs) and name.endswith(their_end)):
            return None
        return ours + name[len(theirs) : len(name) - len(their_end)] + our_end

    def sides(self):
        """Both sides as texts, such as ``old/…`` and ``new/…``."""
        return tuple(f"{begin}…{end}" for begin, end in zip(self.begins, self.ends, strict=True))


def pattern(group):
    """The ``Pattern`` of a group of ``{left: right}``, the shortest one; None if one replacement does not do.

    Example:

        >>> pattern({"new/w": "old/w", "new/b": "old/b"}).sides()
        ('new/…', 'old/…')
    """
    first, second = next(iter(group.items()))
    ends = different_ends(first, second)
    left, right = first.removesuffix(ends[0]), second.removesuffix(ends[1])
    for cut in [0] + [at + 1 for at, letter in enumerate(right) if letter == "/"]:
        if left.endswith(right[cut:]):
            both = Pattern((left.removesuffix(right[cut:]), right[:cut]), ends)
            if all(both.made(b) == a for a, b in group.items()):
                return both
    return None


def different_ends(one, other):
    """What two names end in, from their last ``/`` on, if that differs."""
    if one.rpartition("/")[2] == other.rpartition("/")[2]:
        return "", ""
    return tuple(name[len(name.removesuffix(ATTRIBUTE).rpartition("/")[0]) :] for name in (one, other))
