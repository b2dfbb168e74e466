"""An ``Inspection`` of a SavedModel: its graph, its variables, and what Keras wrote beside them."""

from dataclasses import replace
from pathlib import Path

from tfckpt.danger.keras_files import code_in_metadata, code_in_objects
from tfckpt.danger.two_files import doubts_of_assets, doubts_of_folder
from tfckpt.errors import CheckpointError
from tfckpt.identify import OF_SAVED_MODELS
from tfckpt.inspection import Inspection
from tfckpt.inspectors.checkpoints import with_bundle, with_left_overs, with_problems
from tfckpt.inspectors.graphs import Graph, graph_at, with_use
from tfckpt.inspectors.uses import use_of_saved_model
from tfckpt.kind import Kind
from tfckpt.misnamed import other_than
from tfckpt.readers.bundle import Bundle

MOST_FILES = 1000  # that are listed
NO_GRAPH = "a SavedModel without its saved_model.pb"
LOST = (
    "saved_model.pb is missing, and with it the graph: TensorFlow says 'SavedModel file does not exist at'. The values "
    "are there, as {prefix}. If it comes from TF Hub's cache, delete this folder and download it again."
)
OTHER_NAME = "{name} is its graph, and TensorFlow looks for saved_model.pb, or for saved_model.pbtxt if it is a text."
SLOTS = (
    "It was saved with its optimizer: tf.saved_model.load may stop at the slots ('_UserObject' object has no attribute "
    "'add_slot'). tf.compat.v1.saved_model.load reads it, and the values can be taken by name."
)


def of_saved_model(folder, verify, progress):
    folder = Path(folder)
    path = graph_in(folder) if folder.is_dir() else folder
    folder, graph = path.parent, graph_at(path)
    if not path.exists():
        graph = Graph(None, (LOST.format(prefix=(folder / "variables" / "variables").as_posix()),))
    tags = "; ".join(", ".join(each) for each in graph.meta.tags if each) if graph.meta else ""
    what = f"a SavedModel, tags {tags}" if tags else "a SavedModel" if path.exists() else NO_GRAPH
    known = None if graph.meta else other_than(path)
    what = f"the folder of a SavedModel whose {path.name} is {known[0]}" if known else what
    called = (OTHER_NAME.format(name=path.name),) if path.name not in OF_SAVED_MODELS else ()
    inspection = Inspection(folder.as_posix(), Kind.SAVED_MODEL, what, files=files_in(folder), obstacles=called)
    inspection = graph.added_to(inspection)
    prefix = folder / "variables" / "variables"
    if Path(f"{prefix}.index").exists():
        try:
            inspection = replace(with_bundle(inspection, Bundle(prefix), verify, progress), what=what)
        except CheckpointError as error:
            inspection = with_problems(inspection, str(error))
        inspection = with_left_overs(inspection, prefix, verify)
    elif graph.meta and graph.meta.variables:
        missing = f"{prefix.as_posix()}.index is missing, and the graph has {len(graph.meta.variables)} variables."
        inspection = with_problems(inspection, missing)
    if any(".OPTIMIZER_SLOT" in tensor.name for tensor in inspection.tensors):
        inspection = replace(inspection, notes=(*inspection.notes, SLOTS))
    use = use_of_saved_model(graph.meta, folder.as_posix()) if graph.meta and SLOTS not in inspection.notes else None
    return with_use(with_code(inspection, folder, graph.meta), use)


def graph_in(folder):
    """The file in the folder of a SavedModel that TensorFlow reads: the text only where there is no other."""
    path, text = folder / "saved_model.pb", folder / "saved_model.pbtxt"
    return text if text.is_file() and not path.exists() else path


def with_code(inspection, folder, meta):
    """The same inspection with what is beside the graph: other files to be loaded, and Python code of Keras 2."""
    suspects, problems = [*doubts_of_folder(folder), *(code_in_objects(meta.parts) if meta else ())], []
    suspects += doubts_of_assets(graph_in(folder))
    metadata = folder / "keras_metadata.pb"
    if metadata.exists():
        try:
            suspects += code_in_metadata(metadata)
        except CheckpointError as error:
            problems.append(str(error))
    unseen = (*inspection.unseen, *problems)
    return with_problems(replace(inspection, suspects=(*inspection.suspects, *suspects), unseen=unseen), *problems)


def files_in(folder):
    """The files in a folder and in those within it: triples of path, bytes and an empty role."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()][:MOST_FILES]
    return tuple((path.relative_to(folder).as_posix(), path.stat().st_size, "") for path in paths)
