"""An ``Inspection`` of a ``.meta`` file, of a SavedModel, and of the graph beside a checkpoint."""

from dataclasses import dataclass, replace
from pathlib import Path

from tfckpt.danger.audit import suspects
from tfckpt.describe import shape_text
from tfckpt.ends import End, ends
from tfckpt.errors import CheckpointError
from tfckpt.inspection import Checked, Inspection, Integrity, Tensor
from tfckpt.inspectors.uses import BEFORE, use_of_frozen, use_of_graph
from tfckpt.inspectors.without_code import what_to_do
from tfckpt.integrity import check_names
from tfckpt.kind import Kind
from tfckpt.misnamed import begins_like, instead, other_than
from tfckpt.outputs import Outputs
from tfckpt.readers.constants import Constants
from tfckpt.readers.meta import PASSING, Meta, bare
from tfckpt.roles import roles

MOST_ENDS = 1000  # inputs, or outputs
MOST_SIGNATURES = 100
MOST_ARGUMENTS = 50  # of a signature
GRAPH = "a graph, with no values beside it"
RESULT = "taken by nothing"  # what an output is
DEFAULT = "has a default"
VALUES = (
    "the values. A save writes them beside it, to {name}.index and {name}.data-…: without these two nothing can be "
    "restored"
)
ELSEWHERE = "the values of its variables. A checkpoint has them, in two files or more: PREFIX.index and PREFIX.data-…"
SAVING_AND_RESTORING = {"Save", "SaveSlices", "SaveV2", "Restore", "RestoreSlice", "RestoreV2"}


@dataclass(frozen=True)
class Graph:
    """What a ``.meta`` or ``saved_model.pb`` says.

    Attributes:
        meta: a ``Meta``; None if it cannot be read.
        problems: what is damaged, sentences.
        lines: what is in it.
        inputs, outputs: each an ``End``.
        suspicious: what touches the world outside, each a ``Suspect``, those of the Saver too.
        unseen: what could not be looked at, sentences: it may do anything.
    """

    meta: Meta | None
    problems: tuple
    lines: tuple = ()
    inputs: tuple = ()
    outputs: tuple = ()
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
            inputs=self.inputs,
            outputs=self.outputs,
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
    signatures = [key for key in meta.signatures if not key.startswith("__")]
    for key in signatures[:MOST_SIGNATURES]:
        lines.append(f"signature {key}: {' → '.join(map(arguments, meta.signatures[key]))}")
    if len(signatures) > MOST_SIGNATURES:
        lines.append(f"and {len(signatures) - MOST_SIGNATURES} signatures more")
    inputs, outputs = signed(meta)
    if not meta.is_saved_model:
        try:
            inputs, outputs = ([*more, *those] for more, those in zip(ends_of(meta), (inputs, outputs), strict=True))
        except CheckpointError as error:
            problems = [*problems, str(error)]
    return Graph(meta, tuple(problems), tuple(lines), tuple(inputs), tuple(outputs), tuple(suspicious))


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
    what = GRAPH if graph.meta else what_instead(path)
    files = ((path.name, path.stat().st_size, "graph"),)
    checked = Integrity(checked=Checked.STRUCTURE) if graph.meta else Integrity()
    name = path.name.removesuffix(".meta") if path.name.endswith(".meta") else "PREFIX"
    lacking = (VALUES.format(name=name),) if variables else ()
    inspection = Inspection(
        path.as_posix(), Kind.GRAPH, what, files=files, lacking=lacking, integrity=checked, mistaken=what != GRAPH
    )
    inspection = replace(graph.added_to(inspection), tensors=tuple(tensors))
    if graph.meta is None:
        return inspection
    if inspection.suspects and not inspection.problems:
        return replace(inspection, use=what_to_do(inspection.suspects, name if variables else ""))
    return with_use(inspection, use_of_graph(graph.meta, graph.outputs, path.as_posix()))


def what_instead(path):
    """What a file is that is called .meta, and that cannot be read as a graph."""
    known, begins = other_than(path), begins_like(path)
    if known:
        return f"{known[0]}{': there is no graph in it' if ',' in known[0] else ', not a graph'}"
    if begins is Kind.GRAPH:
        return GRAPH
    if begins:
        return f"called .meta, and begins like a {begins.title}"
    if not path.name.endswith(".meta") and known is None:
        return "a graph that cannot be read"
    return "called .meta, and cannot be read as a graph" if path.stat().st_size else "empty: there is no graph in it"


def with_use(inspection, use):
    """The same inspection with a ``Use``, if nothing was found that speaks against it."""
    return (
        inspection if inspection.problems or inspection.suspects or inspection.unseen else replace(inspection, use=use)
    )


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
        lacking=(ELSEWHERE,) if variables else (),
        integrity=Integrity(checked=Checked.STRUCTURE),
        reader=constants,
    )
    inspection = graph.added_to(inspection)
    if inspection.suspects and not inspection.problems:
        return replace(inspection, use=what_to_do(inspection.suspects))
    return with_use(inspection, use_of_frozen(graph.meta, graph.outputs, path.as_posix()))


def variable_roles(variables):
    """Name, dtype, shape and ``(role, of)`` of each variable of a graph."""
    known = roles(variables, {})
    return [(name, *kind, (known[name].name, known[name].of)) for name, kind in sorted(variables.items())]


def ends_of(meta):
    """The inputs and the outputs of a graph, two lists of ``End``. Raises CheckpointError where it is damaged."""
    found, given = ends(meta), Outputs(meta)
    inputs = [End(*given.tensor(f"{each.name}:0"), DEFAULT if "Default" in each.type else "") for each in found.inputs]
    inputs += [End(feed.name, feed.dtype, feed.shape, f"from {feed.source}") for feed in found.feeds]
    outputs = [End(*given.tensor(name), BEFORE) for name in found.outputs[:MOST_ENDS]]
    seen = {each.name for each in outputs}
    results = [result for name in found.results[:MOST_ENDS] for result in given.of(meta.operation(name))]
    outputs += [End(*result, RESULT) for result in results if result[0] not in seen]
    return inputs[:MOST_ENDS], outputs[:MOST_ENDS]


def signed(meta):
    """The inputs and the outputs of the signatures of a graph, as ``ends_of`` returns them."""
    inputs_outputs = [], []
    for key in [key for key in meta.signatures if not key.startswith("__")][:MOST_SIGNATURES]:
        for those, signature in zip(inputs_outputs, meta.signatures[key], strict=True):
            arguments = list(signature.items())[:MOST_ARGUMENTS]
            those += [End(*tensor, "", key, argument) for argument, tensor in arguments]
    return inputs_outputs
