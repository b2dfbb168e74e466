"""``diff``: what two checkpoints, or a checkpoint and a graph, have in common, and what a restore will stumble over."""

import json
from dataclasses import dataclass, field

from tfckpt.bounds import for_json
from tfckpt.compare import report as diff_report
from tfckpt.compare.copies import trained_copy
from tfckpt.compare.doubt import evidence
from tfckpt.compare.partitions import of_holes
from tfckpt.compare.pasted import pasted
from tfckpt.compare.renames import likely
from tfckpt.compare.rules import fits
from tfckpt.compare.shifted import shifted
from tfckpt.compare.side import side
from tfckpt.compare.values import EQUAL, SAME, compared, exchanged, same_bytes
from tfckpt.document import plain
from tfckpt.errors import CheckpointError
from tfckpt.kind import Kind


@dataclass(repr=False)
class Diff:
    """What ``diff`` returns. In a notebook and in a terminal it is a report.

    Attributes:
        left, right: the two ``Side``.
        same: the names that both have, with a dtype and shape that fit.
        mismatched: ``{name on the left: name on the right}``: the same name, or a likely rename, but the dtypes or
            shapes do not fit.
        renames: a list of ``(why, {name on the left: name on the right})``: the likely renames, by what explains them.
        evidence: for each of these, ``Evidence``: what speaks for it.
        doubtful: a list of ``(why, {left: right}, evidence)``: what could be a rename and may well be none.
        ambiguous: ``{name on the left: names on the right}``: several fit equally well, so none is proposed.
        guesses: ``{name on the left: name on the right}``: the only two left of their dtype and shape.
        shifted: ``{name on both sides: name on the right}``: what may be that one, as the numbers may be shifted.
        only_left, only_right: what is left over. What is doubtful, ambiguous or guessed is in these too.
        values: of two checkpoints, ``{name on the left: what is known of the values}``: ``"same bytes"``,
            ``"other values"``, or how far they are apart.
        trained: a ``Trained``: the copy in the checkpoint that looks trained while what the graph asks for does not.
    """

    left: object
    right: object
    same: list
    mismatched: dict
    renames: list
    evidence: list
    doubtful: list
    ambiguous: dict
    guesses: dict
    shifted: dict
    only_left: list
    only_right: list
    values: dict = field(default_factory=dict)
    trained: object = None

    @property
    def differs(self):
        """Whether there is any difference: in names, shapes, dtypes, or, as far as is known, in values."""
        other = any(text not in (SAME, EQUAL) for text in self.values.values())
        return bool(self.mismatched or self.renames or self.only_left or self.only_right or other)

    @property
    def restores(self):
        """Whether this is about a restore of a checkpoint into a graph, and no comparison of two that are alike."""
        return self.left.kind is Kind.CHECKPOINT and self.right.kind is Kind.GRAPH

    @property
    def obstacles(self):
        """What stands in the way of a restore besides names, shapes and dtypes, as a list of ``Obstacle``."""
        if not self.restores:
            return []
        return [
            *self.left.obstacles,
            *of_holes(self.left.reader, self.right.parts, self.mapping),
            *self.right.obstacles,
        ]

    @property
    def troubled(self):
        """Whether a restore will stumble, or the two differ: what the exit code of the command says."""
        return bool(self.differs or self.obstacles or self.left.unreadable or self.right.unreadable)

    @property
    def mapping(self):
        """``{name on the left: name on the right}`` of what is the same or likely renamed."""
        return {name: name for name in self.same} | {a: b for _, group in self.renames for a, b in group.items()}

    @property
    def code(self):
        """Code to paste: it makes a Saver that restores the left side into the graph. Empty if none is needed."""
        return "" if self.left.kind is Kind.GRAPH else pasted(self)

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
        """``as_dict`` as text in JSON, as far as it does not become endless: ``cut`` says what was cut."""
        return json.dumps(for_json(self.as_dict()), indent=2)

    def as_dict(self):
        """All of it as dicts, lists, texts and numbers."""
        kinds = {"left": self.left.variables, "right": self.right.variables}

        def described(names, which):
            return {name: dict(zip(("dtype", "shape"), kinds[which][name], strict=True)) for name in names}

        return {
            "left": {"path": self.left.title, "kind": self.left.kind.value, "variables": len(self.left.variables)},
            "right": {"path": self.right.title, "kind": self.right.kind.value, "variables": len(self.right.variables)},
            "differs": self.differs,
            "verdict": diff_report.plain_verdict(self),
            "obstacles": [
                {"stage": each.stage, "says": plain(each.says), "cure": plain(each.cure)} for each in self.obstacles
            ],
            "unreadable": self.left.unreadable | self.right.unreadable,
            "same": self.same,
            "mismatched": [
                {"left": described([a], "left"), "right": described([b], "right")} for a, b in self.mismatched.items()
            ],
            "renames": [
                {"why": why, "names": group, "doubt": evidence.doubt}
                for (why, group), evidence in zip(self.renames, self.evidence, strict=True)
            ],
            "doubtful": [{"why": why, "names": group} for why, group, _ in self.doubtful],
            "ambiguous": self.ambiguous,
            "guesses": self.guesses,
            "shifted": self.shifted,
            "trained_copy": self.trained.names if self.trained else {},
            "only_left": described(self.only_left, "left"),
            "only_right": described(self.only_right, "right"),
            "values": self.values,
            "code": self.code,
        }


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

    Example:

        >>> diff("run/model-50", "run/model-50.meta").same
        ['A', 'B']

    Introduced in lesson 11a.
    """
    left, right = read("first", left), read("second", right)
    if left.kind is Kind.GRAPH and right.kind is Kind.CHECKPOINT:
        left, right = right, left
    result = by_names(left, right)
    if result.restores and not left.written_by_objects:
        result.trained = trained_copy(left, result.same, result.only_left)
    if left.reader and right.reader:
        result.values = {a: compared(left, right, a, b, values) for a, b in result.mapping.items()}
    return result


def read(which, what):
    try:
        return side(what)
    except CheckpointError as error:
        raise CheckpointError(f"The {which} of the two: {error}") from error


def by_names(left, right):
    """A ``Diff`` of what is the same, renamed, or on one side only."""
    shared = [name for name in left.variables if name in right.variables]
    elsewhere = exchanged(left, right, set(shared))
    same = [name for name in shared if name not in elsewhere and fits(left.variables[name], right.variables[name])]
    ours, theirs = without(left.variables, same), without(right.variables, same)
    renames = likely(ours, theirs, same, same_bytes(left, right, ours, theirs))
    likely_ones, doubtful = by_doubt(renames, len(left.of_the_model(same)))
    renamed = [group for _, group, _ in likely_ones]
    gone = {a for group in renamed for a in group}, {b for group in renamed for b in group.values()}
    mismatched = {name: name for name in shared if name in ours and name not in gone[0] | gone[1]}
    mismatched |= apart_from(mismatched, renames.misfits)
    return Diff(
        left,
        right,
        same,
        mismatched,
        [(why, group) for why, group, _ in likely_ones],
        [speaking for _, _, speaking in likely_ones],
        doubtful,
        renames.ambiguous,
        apart_from(mismatched, renames.guesses),
        of_those(shifted(left.variables, right.variables), {*same, *mismatched}),
        list(without(ours, gone[0] | mismatched.keys())),
        list(without(theirs, gone[1] | set(mismatched.values()))),
    )


def without(names, others):
    """What of ``{name: …}`` has another name than those, in the same order."""
    others = set(others)
    return {name: value for name, value in names.items() if name not in others}


def of_those(names, those):
    """What of ``{name: …}`` has one of those names."""
    return {name: value for name, value in names.items() if name in those}


def apart_from(mismatched, pairs):
    """Those of ``{left: right}`` of which no name is in another pair already."""
    taken = set(mismatched.values())
    return {a: b for a, b in pairs.items() if a not in mismatched and b not in taken}


def by_doubt(renames, same):
    """The likely and the doubtful ones of renames, as two lists of ``(why, {left: right}, evidence)``.

    Args:
        renames: ``Renames``.
        same: how many variables of the model have kept their names.
    """
    judged = [(*group, speaking) for group, speaking in zip(renames.groups, evidence(renames, same), strict=True)]
    return [one for one in judged if one[2].doubt != "great"], [one for one in judged if one[2].doubt == "great"]
