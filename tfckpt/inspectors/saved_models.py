"""An ``Inspection`` of a SavedModel: its graph, its variables, and what Keras wrote beside them."""

from dataclasses import replace
from pathlib import Path

from tfckpt.danger.keras_code import code_in_metadata
from tfckpt.errors import CheckpointError
from tfckpt.inspection import Inspection
from tfckpt.inspectors.checkpoints import with_bundle, with_left_overs, with_problems
from tfckpt.inspectors.graphs import graph_at
from tfckpt.kind import Kind
from tfckpt.readers.bundle import Bundle

MOST_FILES = 1000  # that are listed


def of_saved_model(folder, verify, progress):
    folder = Path(folder)
    path = folder / "saved_model.pb" if folder.is_dir() else folder
    folder, graph = path.parent, graph_at(path)
    tags = "; ".join(", ".join(each) for each in graph.meta.tags if each) if graph.meta else ""
    what = f"a SavedModel, tags {tags}" if tags else "a SavedModel"
    inspection = graph.added_to(Inspection(folder.as_posix(), Kind.SAVED_MODEL, what, files=files_in(folder)))
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
    metadata = folder / "keras_metadata.pb"
    if not metadata.exists():
        return inspection
    try:
        return replace(inspection, suspects=(*inspection.suspects, *code_in_metadata(metadata)))
    except CheckpointError as error:
        return with_problems(inspection, str(error))


def files_in(folder):
    """The files in a folder and in those within it: triples of path, bytes and an empty role."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()][:MOST_FILES]
    return tuple((path.relative_to(folder).as_posix(), path.stat().st_size, "") for path in paths)
