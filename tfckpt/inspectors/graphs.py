"""An ``Inspection`` of a ``.meta`` file, of a SavedModel, and of the graph beside a checkpoint."""

from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from tfckpt.danger.audit import suspects
from tfckpt.ends import ends
from tfckpt.errors import CheckpointError
from tfckpt.foreign import instead
from tfckpt.inspection import Inspection, Tensor, shape_text
from tfckpt.integrity import check_names
from tfckpt.kind import Kind
from tfckpt.readers.constants import Constants
from tfckpt.readers.meta import PASSING, Meta, bare
from tfckpt.roles import roles

MOST_LISTED = 8  # inputs, or results
MOST_SIGNATURES = 100
MOST_ARGUMENTS = 50  # of a signature
SAVING_AND_RESTORING = {"Save", "SaveSlices", "SaveV2", "Restore", "RestoreSlice", "RestoreV2"}


@dataclass(frozen=True)
class Graph:
    """What a ``.meta`` or ``saved_model.pb`` says.

    Attributes:
        meta: a ``Meta``; None if it cannot be read.
        problems: what is damaged, sentences.
        lines: what is in it.
        suspicious: what touches the world outside, each a ``Suspect``, those of the Saver too.
        unseen: what could not be looked at, sentences: it may do anything.
    """

    meta: Meta | None
    problems: tuple
    lines: tuple = ()
    suspicious: tuple = ()
    unseen: tuple = ()

    def added_to(self, inspection):
        """An inspection with what this graph says."""
        integrity = inspection.integrity.also(*self.problems)
        inspection = replace(inspection, integrity=integrity, unseen=(*inspection.unseen, *self.unseen))
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


def graph_at(path, graph_def=False):
    """The ``Graph`` in a ``.meta`` or ``saved_model.pb``, or in the file of a ``GraphDef``."""
    try:
        meta = Meta(path, graph_def)
        suspicious, problems = suspects(meta), check_names(meta)
    except CheckpointError as error:
        says = (instead(path, error),)
        return Graph(None, says, unseen=says)
    counts = ("operation", meta.operations), ("function", meta.functions), ("variable", meta.variables)
    counted = [f"{len(those)} {word}{'s' * (len(those) != 1)}" for word, those in counts if those or word != "function"]
    lines = [f"{path.name}: {', '.join(counted)}"]
    if not meta.is_saved_model:
        lines += lines_of(ends(meta))
    signatures = [key for key in meta.signatures if not key.startswith("__")]
    for key in signatures[:MOST_SIGNATURES]:
        inputs, outputs = map(arguments, meta.signatures[key])
        lines.append(f"signature {key}: {inputs} → {outputs}")
    if len(signatures) > MOST_SIGNATURES:
        lines.append(f"and {len(signatures) - MOST_SIGNATURES} signatures more")
    return Graph(meta, tuple(problems), tuple(lines), tuple(suspicious))


def arguments(signature):
    """The arguments of a signature in words."""
    described = [f"{name} {dtype} {shape_text(shape)}" for name, (_, dtype, shape) in signature.items()]
    more = [f"and {len(described) - MOST_ARGUMENTS} more"] if len(described) > MOST_ARGUMENTS else []
    return ", ".join(described[:MOST_ARGUMENTS] + more)


def of_graph(path, verify, progress):
    path = Path(path)
    graph = graph_at(path)
    variables = graph.meta.variables if graph.meta else {}
    tensors = [Tensor(name, dtype, shape, None, *role) for name, dtype, shape, role in variable_roles(variables)]
    what = "a graph, with no values beside it"
    files = ((path.name, path.stat().st_size, "graph"),)
    inspection = graph.added_to(Inspection(path.as_posix(), Kind.GRAPH, what, files=files))
    return replace(inspection, tensors=tuple(tensors))


def of_graph_def(path, verify, progress):
    path = Path(path)
    graph = graph_at(path, graph_def=True)
    if graph.meta is None:
        return graph.added_to(Inspection(path.as_posix(), Kind.GRAPH_DEF, "a graph without a Saver (a GraphDef)"))
    constants, variables = Constants(graph.meta), graph.meta.variables
    read = {bare(operation.inputs[0]) for operation in graph.meta.operations if operation.type in PASSING}
    tensors = [Tensor(name, dtype, shape, None, *role) for name, dtype, shape, role in variable_roles(variables)]
    for name, entry in constants.entries.items():
        weight = not variables and (name in read or entry.shape) and entry.dtype.startswith(("float", "bfloat", "q"))
        size = None if entry.size < 0 else entry.size
        tensors.append(Tensor(name, entry.dtype, entry.shape, size, "variable" if weight else "constant"))
    saving = sorted(operation.name for operation in graph.meta.operations if operation.type in SAVING_AND_RESTORING)
    what = "a frozen graph (a GraphDef): constants in place of variables"
    notes = ["There is nothing to restore. tf.import_graph_def reads it; tfckpt export writes its constants."]
    if variables:
        what = "a graph without values (a GraphDef)"
        notes = ["tf.import_graph_def reads it. tf.train.import_meta_graph does not: it is no MetaGraphDef."]
        if saving:
            notes.append(f"It has operations that save and restore, such as {saving[0]!r}: run them by name.")
    inspection = Inspection(
        path.as_posix(),
        Kind.GRAPH_DEF,
        what,
        tensors=tuple(sorted(tensors, key=lambda tensor: tensor.name)),
        files=((path.name, path.stat().st_size, "graph"),),
        notes=tuple(notes),
        reader=constants,
    )
    return graph.added_to(inspection)


def variable_roles(variables):
    """Name, dtype, shape and ``(role, of)`` of each variable of a graph."""
    known = roles(variables, {})
    return [(name, *kind, (known[name].name, known[name].of)) for name, kind in sorted(variables.items())]


def lines_of(ends):
    """What ``Ends`` say, lines."""
    given = [f"{each.name} {each.attribute('dtype')} {shape_text(each.attribute('shape'))}" for each in ends.inputs]
    fed = defaultdict(list)
    for feed in ends.feeds:
        fed[feed.source].append(f"{feed.name} {feed.dtype} {shape_text(feed.shape)}")
    named = (
        ("inputs", given),
        *((f"inputs, taken from {source}", texts) for source, texts in fed.items()),
        ("outputs, before a loss", ends.outputs),
        ("results that nothing takes", ends.results),
    )
    return [f"{title}: {listed(texts)}" for title, texts in named if texts]


def listed(texts):
    """The first of some texts, and how many there are beside them."""
    more = f" and {len(texts) - MOST_LISTED} more" if len(texts) > MOST_LISTED else ""
    return ", ".join(texts[:MOST_LISTED]) + more
