"""How far a rename is to be doubted: what speaks for it, and whether that is enough for code to paste."""

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import islice

from tfckpt.compare.names import ROLES, parsed
from tfckpt.compare.renames import BYTES, LIBRARY
from tfckpt.compare.rules import similarity

COMMON = {  # what layers are called everywhere: it tells no layer from another
    *("dense", "linear", "fc", "conv", "conv2d", "output", "outputs", "out", "layer", "logits", "layer_norm", "norm"),
    *("layernorm", "batch_normalization", "batchnorm", "bn", "embedding", "embeddings", "head", "projection"),
}
CERTAIN = (BYTES, LIBRARY)
MOST = 200  # pairs of a rule that are looked at
ENOUGH = 4  # names of variables that layers of all kinds do not have, and that both have: a likeness of its own
ALIKE = 0.8  # of two names of scopes: more than an abbreviation is
FEW, MANY = 4, 3  # variables of a layer or two; how many times as many there are of others then


@dataclass(frozen=True)
class Evidence:
    """What speaks for a group of renames.

    Attributes:
        pairs: how many it explains.
        shared: how many parts of their names, the last one apart, are the same in a pair at most and tell a layer
            from another.
        telling: how many different last parts are the same that are not the name of just any kernel or bias.
        alike: how alike the parts are that differ, from 0 to 1.
        certain: whether equal bytes, or a library's own renaming, say it.
        others: how many variables of the model keep their names, or are explained by another rule that is not weak.
    """

    pairs: int
    shared: int
    telling: int
    alike: float
    certain: bool
    others: int = 0

    @property
    def weak(self):
        """Whether the names have little more in common than their last parts."""
        likeness = self.shared > 0 or self.telling >= ENOUGH or self.alike >= ALIKE
        return not (self.certain or likeness)

    @property
    def doubt(self):
        """``"none"``, ``"little"`` or ``"great"``.

        It is great where the evidence is weak, while half of the model or more needs none of it, or where it is about a
        layer or two, while most of the model needs none: so it is with two heads of one shape.
        """
        if self.certain:
            return "none"
        few = self.pairs <= FEW and self.others >= MANY * self.pairs and self.alike < 1
        return "great" if self.weak and self.others >= self.pairs or few else "little"


def evidence(renames, same):
    """The ``Evidence`` for each group of ``Renames``.

    Args:
        same: how many variables of the model have kept their names.
    """
    by_rule = defaultdict(dict)
    for rule, (_, group) in zip(renames.rules, renames.groups, strict=True):
        by_rule[rule] |= group
    speaking = {(kind, key): of_rule(pairs, key, kind in CERTAIN) for (kind, key), pairs in by_rule.items()}
    strong = same + sum(one.pairs for one in speaking.values() if not one.weak)
    return [replace(speaking[rule], others=strong) for rule in renames.rules]


def of_rule(group, key, certain):
    """The ``Evidence`` for ``{left: right}``, all pairs that a rule explains, but for what others there are."""
    pairs = [(parsed(a), parsed(b)) for a, b in islice(group.items(), MOST)]
    return Evidence(
        len(group),
        max(shared(a, b) for a, b in pairs),
        len({a.role for a, b in pairs if a.role == b.role and a.role[0] not in ROLES.values()}),
        likeness(*key[:2]),
        certain,
    )


def shared(a, b):
    """How many parts of the scopes, from the end, two names have in common that are more than the name of a layer."""
    count = 0
    for one, other in zip(a.scopes[::-1], b.scopes[::-1], strict=False):
        if one != other:
            break
        stem, number = one
        count += number > 0 or stem.lower() not in COMMON
    return count


def likeness(ours, theirs):
    """How alike the parts are in which names differ, from 0 to 1; 1 where only numbers differ."""
    ours, theirs = ("".join(stems).lower() for stems in (ours, theirs))
    if ours == theirs:
        return 1.0
    return similarity(ours, theirs) if ours and theirs else 0.0
