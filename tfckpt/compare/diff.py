"""``diff``: what two checkpoints, or a checkpoint and a graph, have in common, and what a restore will stumble over."""

import json
from dataclasses import dataclass, field

from tfckpt.compare import report as diff_report
from tfckpt.compare.renames import likely
from tfckpt.compare.rules import fits
from tfckpt.compare.side import side
from tfckpt.compare.var_list import plain_mapping, var_list
from tfckpt.errors import CheckpointError
from tfckpt.kind import Kind


@dataclass(repr=False)
class Diff:
    """What ``diff`` found. In a notebook and in a terminal it is a report.

    Attributes:
        left, right: the two ``Side``.
        same: the names that both have, with a dtype and shape that fit.
        mismatched: ``{name on the left: name on the right}``: the same name, or a likely rename, but the dtypes or
            shapes do not fit.
        renames: a list of ``(why, {name on the left: name on the right})``: the likely renames, by what explains them.
        ambiguous: ``{name on the left: names on the right}``: several fit equally well, so none is proposed.
        guesses: ``{name on the left: name on the right}``: the only two left of their dtype and shape.
        only_left, only_right: what is left over. What is ambiguous or guessed is in these too.
        values: of two checkpoints, ``{name on the left: what is known of the values}``: ``"same bytes"``,
            ``"other values"``, or how far they are apart.
    """

    left: object
    right: object
    same: list
    mismatched: dict
    renames: list
    ambiguous: dict
    guesses: dict
    only_left: list
    only_right: list
    values: dict = field(default_factory=dict)

    @property
    def differs(self):
        """Whether there is any difference: in names, shapes, dtypes, or, as far as is known, in values."""
        other = any(text not in (SAME, EQUAL) for text in self.values.values())
        return bool(self.mismatched or self.renames or self.only_left or self.only_right or other)

    @property
    def mapping(self):
        """``{name on the left: name on the right}`` of what is the same or likely renamed."""
        return {name: name for name in self.same} | {a: b for _, group in self.renames for a, b in group.items()}

    @property
    def code(self):
        """Code to paste: it makes a Saver that restores the left side into the graph. Empty if none is needed."""
        groups = [group for _, group in self.renames]
        if not self.mapping or not (self.renames or self.only_right or self.mismatched) or self.left.kind is Kind.GRAPH:
            return ""
        if self.right.written_by_objects:
            return plain_mapping({a: b for group in groups for a, b in group.items()}) if groups else ""
        return var_list(self.same, groups, self.right.parts, [*self.only_right, *self.mismatched.values()])

    def _repr_markdown_(self):
        return diff_report.report(self)._repr_markdown_()

    def __repr__(self):
        return repr(diff_report.report(self))

    def document(self, everything=False):
        """The report as a ``Document``.

        Args:
            everything: no list is cut short.
        """
        return diff_report.report(self, everything)

    def json(self):
        """The same as text in JSON, with all names."""
        kinds = {"left": self.left.variables, "right": self.right.variables}

        def described(names, which):
            return {name: dict(zip(("dtype", "shape"), kinds[which][name], strict=True)) for name in names}

        found = {
            "left": {"path": self.left.title, "kind": self.left.kind.value, "variables": len(self.left.variables)},
            "right": {"path": self.right.title, "kind": self.right.kind.value, "variables": len(self.right.variables)},
            "differs": self.differs,
            "same": self.same,
            "mismatched": [
                {"left": described([a], "left"), "right": described([b], "right")} for a, b in self.mismatched.items()
            ],
            "renames": [{"why": why, "names": group} for why, group in self.renames],
            "ambiguous": self.ambiguous,
            "guesses": self.guesses,
            "only_left": described(self.only_left, "left"),
            "only_right": described(self.only_right, "right"),
            "values": self.values,
            "code": self.code,
        }
        return json.dumps(found, indent=2, ensure_ascii=False)


SAME, EQUAL, OTHER = "same bytes", "equal values", "other values"


def diff(left, right, values=False):
    """Compares a checkpoint with a graph, or with another checkpoint, and says what a restore will stumble over.

    It finds what matches by name, dtype and shape, what is missing on either side, and the likely renames: a scope that
    was added, removed or changed, ``_1`` and other numbers, ``:0`` at the end, ``weights`` and ``kernel``, names of
    ``tf.train.Checkpoint``. It ends in the ``var_list`` to paste. Nothing is restored and no graph is run or changed.

    Args:
        left: what is to be restored: a prefix or one of its files, or a folder with a checkpoint in it.
        right: a ``tf.Graph``, the path of a ``.meta`` file, or another checkpoint.
        values: of two checkpoints, read the values that differ and say by how much.

    Returns:
        A ``Diff``, which shows as a report. ``.code`` is the code to paste, ``.mapping`` the names.

    Raises:
        CheckpointError: a side is not there, or cannot be read. The text says which, and what to pass.

    Introduced in lesson 11a.
    """
    left, right = read("first", left), read("second", right)
    if left.kind is Kind.GRAPH and right.kind is Kind.CHECKPOINT:
        left, right = right, left
    shared = [name for name in left.variables if name in right.variables]
    same = [name for name in shared if fits(left.variables[name], right.variables[name])]
    gone = set(same)
    ours = {name: kind for name, kind in left.variables.items() if name not in gone}
    theirs = {name: kind for name, kind in right.variables.items() if name not in gone}
    found = likely(ours, theirs, same, same_bytes(left, right, ours, theirs))
    renamed = {name for _, group in found.groups for pair in group.items() for name in pair}
    mismatched = {name: name for name in shared if name not in gone and name not in renamed}
    mismatched |= {a: b for a, b in found.misfits.items() if a not in mismatched and b not in mismatched.values()}
    used = {a for _, group in found.groups for a in group}, {b for _, group in found.groups for b in group.values()}
    result = Diff(
        left,
        right,
        same,
        mismatched,
        found.groups,
        found.ambiguous,
        {a: b for a, b in found.guesses.items() if a not in mismatched and b not in mismatched.values()},
        [name for name in ours if name not in used[0] and name not in mismatched],
        [name for name in theirs if name not in used[1] and name not in mismatched.values()],
    )
    if left.reader and right.reader:
        result.values = {a: compared(left, right, a, b, values) for a, b in result.mapping.items()}
    return result


def read(which, what):
    try:
        return side(what)
    except CheckpointError as error:
        raise CheckpointError(f"The {which} of the two: {error}") from error


def same_bytes(left, right, ours, theirs):
    """Pairs of names of two checkpoints whose bytes are equal, as sizes and checksums say, and equal to no other's."""
    if not (left.reader and right.reader):
        return []
    found = [{}, {}]
    for number, (one, names) in enumerate(((left, ours), (right, theirs))):
        for name in names:
            if one.bytes_of(name):
                found[number].setdefault(one.bytes_of(name), []).append(name)
    return [
        (names[0], found[1][key][0])
        for key, names in found[0].items()
        if len(names) == 1 and len(found[1].get(key, ())) == 1
    ]


def compared(left, right, a, b, read_values):
    """What is known of the values of two variables."""
    one, other = left.bytes_of(a), right.bytes_of(b)
    if one and one == other:
        return SAME
    if one and other and one[0] == other[0] and one[3] == other[3] and not read_values:  # byte order, parts
        return OTHER
    return apart(left.reader.tensor(a), right.reader.tensor(b))


def apart(one, other):
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
