"""``suspects``: which operations of a graph are not known to be harmless, before anybody runs it. Nothing is run."""

from dataclasses import dataclass

from tfckpt.danger.expected import is_asset, is_savers
from tfckpt.danger.reachability import Runs
from tfckpt.danger.side_effects import OBJECT, TOUCHES, UNKNOWN, Touch, harmless_types, known

LONGEST = 200  # characters of a text that is shown
MOST_TEXTS = 3
VERBS = {
    "import": "import or load it (if a shape depends on it)",
    "restore": "restore",
    "save": "save",
    "load": "load",
    "initialize": "initialize",
    "use": "run what a collection names",
}


@dataclass(frozen=True)
class Suspect:
    """An operation that is not known to be harmless: it touches the world outside of the graph, or may.

    Attributes:
        operation: the ``Operation``.
        touches: ``"files"``, ``"network"``, ``"Python"``, ``"process"``, ``"program"`` (one that is not looked into) or
            ``"unknown"``.
        does: what it does, such as ``"writes a file"``.
        texts: the constants that say which file, address or function, as a tuple of texts; empty if there are none.
        computed: how the text that says so comes about if it is no constant, such as ``"computed"``; or empty.
        runs: when it runs: ``"import"``, ``"restore"``, ``"save"``, ``"load"``, ``"initialize"``, ``"use"`` or keys of
            signatures and functions; empty if only somebody who names it, or what needs it, runs it.
        expected: whether it is one that every Saver adds and reads or writes only the file that the Saver is given.
    """

    operation: object
    touches: str
    does: str
    texts: tuple
    computed: str
    runs: tuple
    expected: bool

    def __str__(self):
        body = f" in the function {self.operation.function}" if self.operation.function else ""
        texts = f" {', '.join(map(repr, self.texts))}" if self.texts else ""
        if self.computed:
            texts = f" ({self.computed}{':' if texts else ''}{texts})"
        return f"{self.operation.type} {self.operation.name!r}{body} {self.does}{texts}{self.when}"

    def as_dict(self):
        """It as texts and lists, for JSON."""
        return {
            "name": self.operation.name,
            "type": self.operation.type,
            "function": self.operation.function,
            "touches": self.touches,
            "does": self.does,
            "texts": list(self.texts),
            "computed": self.computed,
            "runs": list(self.runs),
        }

    @property
    def when(self):
        """When it runs, as the end of a sentence."""
        verbs = [VERBS.get(run, f"call {run!r}") for run in self.runs]
        if not verbs:
            return "" if self.touches == "unknown" else ", only when you run it or what needs it"
        return f", when you {' or '.join(verbs)}"


def suspects(meta):
    """The operations of a graph that are not known to be harmless.

    Args:
        meta: a ``Meta``.

    Returns:
        A list of ``Suspect``: first those that are not expected, each part in the order of the file.

    Raises:
        CheckpointError: an attribute of an operation is damaged.

    Example:

        >>> from tfckpt import Meta
        >>> suspects(Meta("run/model-50.meta"))[0].expected
        True
    """
    suspects = []
    for graph in meta.parts:
        runs = Runs(graph)
        for operation in graph.operations:
            touch = touched(operation, graph)
            if touch:
                suspects += suspect(operation, touch, runs)
    return sorted(suspects, key=lambda suspect: suspect.expected)


def touched(operation, graph):
    """The ``Touch`` of an operation that is not known to be harmless; None for all others."""
    kind = operation.type
    if kind in harmless_types():
        return OBJECT if operation.holds_an_object() else None
    if kind in TOUCHES:
        return TOUCHES[kind]
    types, version = known()
    if kind in types:
        return UNKNOWN
    return None if kind in graph.functions else Touch("unknown", f"is not known to TensorFlow {version}", None)


def suspect(operation, touch, runs):
    """An operation as a list of one ``Suspect``; an empty one if it is seen to touch nothing."""
    texts, computed = texts_of(operation, touch.where, runs)
    if not computed and all(is_harmless_text(text, touch) for text in texts or (None,)):
        return []
    if isinstance(touch.where, int) and touch.does.startswith("reads") and is_asset(operation, touch.where, runs):
        return []
    return [
        Suspect(
            operation,
            touch.what,
            touch.does,
            shortened(texts),
            computed,
            runs.when(operation),
            is_savers(operation, runs),
        )
    ]


def is_harmless_text(text, touch):
    """Whether a text, or None, is one with which an operation touches nothing, as ``Touch.harmless`` says it."""
    for known_one in touch.harmless:
        if text is None or known_one is None:
            same = text is known_one
        else:
            same = text == known_one[:-1] if known_one.endswith("$") else text.startswith(known_one)
        if same:
            return True
    return False


def texts_of(operation, where, runs):
    """The constants behind an input (a number) or an attribute (a name), and how they make it up if they are not it."""
    if where is None:
        return (), ""
    if isinstance(where, int):
        return tuple(runs.constants(operation, where)), runs.how_computed(operation, where)
    if operation.is_given(where):
        return (), "as the caller of the function says"
    value = operation.attribute(where)
    texts = [value] if isinstance(value, bytes) else operation.listed(where)
    return tuple(text.decode("utf-8", errors="backslashreplace") for text in texts), ""


def shortened(texts):
    more = (f"… and {len(texts) - MOST_TEXTS} more",) if len(texts) > MOST_TEXTS else ()
    return tuple(text[:LONGEST] + "…" * (len(text) > LONGEST) for text in texts[:MOST_TEXTS]) + more
