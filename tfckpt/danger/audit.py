"""``suspects``: which operations of a graph touch the world outside, before anybody runs it. It is read, never run."""

from dataclasses import dataclass

from tfckpt.danger.reachability import Runs
from tfckpt.danger.side_effects import SAVING, TOUCHES, known

SCREEN = {"stdout", "stderr", "log(info)", "log(warning)", "log(error)"}  # where PrintV2 prints without a file
LONGEST = 200  # characters of a text that is shown
MOST_TEXTS = 3
READING = ("restore", "load", "initialize")


@dataclass(frozen=True)
class Suspect:
    """An operation that touches the world outside of the graph, or that TensorFlow does not know.

    Attributes:
        operation: the ``Operation``.
        touches: ``"files"``, ``"network"``, ``"Python"``, ``"process"``, ``"program"`` (one that is not looked into) or
            ``"unknown"``.
        does: what it does, such as ``"writes a file"``.
        texts: the constants that say which file, address or function, as a tuple of texts; empty if it is computed.
        runs: when it runs: ``"restore"``, ``"save"``, ``"load"``, ``"initialize"`` or keys of signatures; empty if only
            somebody who names it, or what needs it, runs it.
        expected: whether it is one that every Saver adds and reads or writes only the file that the Saver is given.
    """

    operation: object
    touches: str
    does: str
    texts: tuple
    runs: tuple
    expected: bool

    def __str__(self):
        body = f" in the function {self.operation.function}" if self.operation.function else ""
        texts = f" {', '.join(map(repr, self.texts))}" if self.texts else ""
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
            "runs": list(self.runs),
        }

    @property
    def when(self):
        """When it runs, as the end of a sentence."""
        verbs = [run if run in ("restore", "save", "load", "initialize") else f"call {run!r}" for run in self.runs]
        return f", when you {' or '.join(verbs)}" if verbs else ""


def suspects(meta):
    """The operations of a graph that touch the world outside, and those that TensorFlow 2.21 does not know.

    Args:
        meta: a ``Meta``.

    Returns:
        A list of ``Suspect``: first those that are not expected, each part in the order of the file.

    Raises:
        CheckpointError: an attribute of an operation is damaged.
    """
    runs, found = Runs(meta), []
    types, version = known()
    for operation in meta.operations:
        touch = TOUCHES.get(operation.type)
        if touch:
            texts = texts_of(operation, touch.where, runs)
            if touches_nothing(operation, texts, runs):
                continue
            when = runs.when(operation)
            # No Saver writes while it restores, whatever the file is called.
            expected = runs.is_savers(operation) and not (operation.type in SAVING and set(when) & set(READING))
            found.append(Suspect(operation, touch.what, touch.does, texts, when, expected))
        elif operation.type not in types and operation.type not in meta.functions:
            does = f"is not known to TensorFlow {version}"
            found.append(Suspect(operation, "unknown", does, (), runs.when(operation), False))
    return sorted(found, key=lambda suspect: suspect.expected)


def touches_nothing(operation, texts, runs):
    """Whether it prints to the screen, and not to a file, or keeps in memory what it could keep in a file.

    Only what is known to do so: a text that is computed, or that the caller of a function gives, may be any text.
    """
    if operation.type == "PrintV2":  # the standard error, if nothing is said
        return "output_stream" not in operation.attributes or (bool(texts) and set(texts) <= SCREEN)
    return operation.type in ("CacheDataset", "CacheDatasetV2") and texts == ("",) and runs.is_constant(operation, 1)


def texts_of(operation, where, runs):
    """The constants behind an input (a number) or an attribute (a name) of an operation."""
    if where is None:
        return ()
    if isinstance(where, int):
        found = runs.constants(operation, where)
    else:
        value = operation.attribute(where)
        texts = [value] if isinstance(value, bytes) else operation.listed(where)
        found = [text.decode("utf-8", errors="backslashreplace") for text in texts]
    more = (f"… and {len(found) - MOST_TEXTS} more",) if len(found) > MOST_TEXTS else ()
    return tuple(text[:LONGEST] + "…" * (len(text) > LONGEST) for text in found[:MOST_TEXTS]) + more
