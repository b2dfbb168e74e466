"""The words of a report: names as code, lists that end, and how many variables, slots and counters there are."""

from collections import Counter

from tfckpt.compare.names import ATTRIBUTE
from tfckpt.document import code as in_code
from tfckpt.report import words
from tfckpt.roles import HEADINGS


def code(name):
    """A name as code, without the ending that all names of ``tf.train.Checkpoint`` have."""
    return in_code(name.removesuffix(ATTRIBUTE))


def listed(names, most=4, word="and"):
    shown = ", ".join(map(code, names[:most]))
    return shown if len(names) <= most else f"{shown} {word} {len(names) - most} more"


def variables(count):
    return f"{count} variable" if count == 1 else f"{count} variables"


def counted(side, names):
    """How many of some names are of variables, how many of slots, and so on."""
    counts = Counter(side.role(name) for name in names)
    return (
        ", ".join(f"{counts[role]} {words(role, counts[role])}" for role in HEADINGS if counts[role]) or "no variables"
    )


def cut(lines, most):
    if most is None or len(lines) <= most:
        return lines
    return [*lines[: most - 1], f"… and {len(lines) - most + 1} more"]
