"""How many tensors an operation takes in and gives, and whether a name is one of those that it gives."""

from functools import cache
from pathlib import Path

ARITIES = Path(__file__).with_name("arities.txt")
MANY = "*"  # as many as attributes say


@cache
def arities():
    """``{type: (how many it takes, how many it gives)}``, each None where its attributes say how many."""
    lines = ARITIES.read_text(encoding="utf-8").splitlines()[1:]
    counts = (line.split() for line in lines)
    return {name: tuple(None if each == MANY else int(each) for each in both) for name, *both in counts}


def takes(kind):
    """How many tensors an operation takes; None if that is not known.

    Example:

        >>> takes("MatMul"), takes("AddN")
        (2, None)
    """
    return arities().get(kind, (None, None))[0]


def gives(kind):
    """How many tensors an operation gives; None if that is not known.

    Example:

        >>> gives("TopKV2"), gives("NoOp"), gives("Split")
        (2, 0, None)
    """
    return arities().get(kind, (None, None))[1]


def is_tensor(name, types):
    """Whether a name such as ``"w:0"`` is that of a tensor of a graph.

    Args:
        name: with a colon and a number.
        types: ``{name of an operation: its type}``.
    """
    operation, colon, number = name.partition(":")
    if not (colon and number.isdecimal() and number.isascii() and operation in types):
        return False
    given = gives(types[operation])
    return given is None or int(number) < given


def is_element(name, types):
    """Whether a name is that of an operation or a tensor of a graph. Arguments are as for ``is_tensor``."""
    return name in types or is_tensor(name, types)
