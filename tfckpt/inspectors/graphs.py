"""An ``Inspection`` of a ``.meta`` file, of a SavedModel, and of the graph beside a checkpoint."""

from dataclasses import dataclass, replace
from pathlib import Path

from tfckpt.danger.audit import suspects
from tfckpt.errors import CheckpointError
from tfckpt.foreign import instead
from tfckpt.inspection import Inspection, Tensor, shape_text
from tfckpt.integrity import check_names
from tfckpt.kind import Kind
from tfckpt.readers.meta import Meta
from tfckpt.roles import roles


@dataclass(frozen=True)
class Graph:
    """What a ``.meta`` or ``saved_model.pb`` says.

    Attributes:
        meta: a ``Meta``; None if it cannot be read.
        problems: what is damaged, sentences.
        lines: what is in it.
        suspicious: what touches the world outside, each a ``Suspect``, those of the Saver too.
    """

    meta: Meta | None
    problems: tuple
    lines: tuple = ()
    suspicious: tuple = ()

    def added_to(self, inspection):
        """An inspection with what this graph says."""
        inspection = replace(inspection, integrity=inspection.integrity.also(*self.problems))
        if self.meta is None:
            return inspection
        version = self.meta.tensorflow_version
        return replace(
            inspection,
            written_by=f"TensorFlow {version}" if version else inspection.written_by,
            graph=(*inspection.graph, *self.lines),
            suspects=(*inspection.suspects, *(suspect for suspect in self.suspicious if not suspect.expected)),
            expected=inspection.expected + sum(suspect.expected for suspect in self.suspicious),
            notes=(*inspection.notes, *self.missing({tensor.name for tensor in inspection.tensors})),
        )

    def missing(self, names):
        """What the Saver asks for that is not among the names of a checkpoint: a sentence, or nothing."""
        lacking = set(self.meta.saver.names) - names if names and self.meta.saver else ()
        if not lacking:
            return []
        return [
            f"The graph's Saver asks for {len(lacking)} names that the checkpoint does not have, such as "
            f"{min(lacking)!r}: restoring with it fails."
        ]


def graph_at(path):
    """The ``Graph`` in a ``.meta`` or ``saved_model.pb``."""
    try:
        meta = Meta(path)
        suspicious, problems = suspects(meta), check_names(meta)
    except CheckpointError as error:
        return Graph(None, (instead(path, error),))
    counts = ("operation", meta.operations), ("function", meta.functions), ("variable", meta.variables)
    counted = [f"{len(those)} {word}{'s' * (len(those) != 1)}" for word, those in counts if those or word != "function"]
    lines = [f"{path.name}: {', '.join(counted)}"]
    for key, (inputs, outputs) in meta.signatures.items():
        if not key.startswith("__"):
            lines.append(f"signature {key}: {arguments(inputs)} → {arguments(outputs)}")
    return Graph(meta, tuple(problems), tuple(lines), tuple(suspicious))


def arguments(signature):
    """The arguments of a signature in words."""
    return ", ".join(f"{name} {dtype} {shape_text(shape)}" for name, (_, dtype, shape) in signature.items())


def of_graph(path, verify, progress):
    path = Path(path)
    graph = graph_at(path)
    variables = graph.meta.variables if graph.meta else {}
    known = roles(variables, {})
    tensors = [
        Tensor(name, dtype, shape, None, known[name].name, known[name].of)
        for name, (dtype, shape) in sorted(variables.items())
    ]
    what = "a graph, with no values beside it"
    files = ((path.name, path.stat().st_size, "graph"),)
    inspection = graph.added_to(Inspection(path.as_posix(), Kind.GRAPH, what, files=files))
    return replace(inspection, tensors=tuple(tensors))
