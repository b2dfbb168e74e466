"""Which operations this TensorFlow cannot import, or cannot run on a CPU."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from tfckpt.danger.side_effects import known

KERNELS = Path(__file__).with_name("kernels.txt")
DEVICES = {"Cudnn": "runs on a GPU only", "Nccl": "runs on a GPU only", "TPU": "runs on a TPU only"}


class Kernels(NamedTuple):
    """What TensorFlow says of its operations.

    Attributes:
        version: of TensorFlow, such as ``"2.21.0"``.
        graph_version: of the format of graphs, which counts on with TensorFlow's versions.
        types: those that it knows, a set.
        not_on_a_cpu: those that have no implementation for a CPU.
        removed: ``{type: version of the format of graphs from which on it is refused}``.
    """

    version: str
    graph_version: int
    types: frozenset
    not_on_a_cpu: frozenset
    removed: dict


@cache
def kernels():
    """``Kernels``, from the two lists of which a test holds that they are TensorFlow's own."""
    head, *lines = KERNELS.read_text(encoding="utf-8").splitlines()
    _, _, version, _, graph_version = head.split()
    marks = {line.split()[0]: line.split()[1:] for line in lines}
    return Kernels(
        version,
        int(graph_version),
        frozenset(known()[0]),
        frozenset(name for name, words in marks.items() if "no-cpu" in words),
        {name: int(words[-1]) for name, words in marks.items() if "removed" in words},
    )


def needs(kind):
    """What an operation that has no implementation for a CPU needs, as the end of a sentence."""
    if kind.startswith(("Infeed", "Outfeed")):
        return DEVICES["TPU"]
    return next((says for word, says in DEVICES.items() if word in kind), "has no implementation for a CPU")
