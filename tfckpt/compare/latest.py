"""``latest``: which checkpoint of a folder is compared."""

import os
from pathlib import Path

from tfckpt.errors import CheckpointError
from tfckpt.format.checkpoint_state import read_state
from tfckpt.identify import in_folder
from tfckpt.kind import Kind


def latest(folder):
    """The kind and place of the latest checkpoint in a folder, as its file ``checkpoint`` says, or of the only one."""
    places = {
        Path(place).name: (kind, place) for kind, place in in_folder(folder) if kind in (Kind.CHECKPOINT, Kind.V1)
    }
    values = folder / "variables" / "variables"
    if not places and os.path.exists(f"{values}.index"):  # of a SavedModel that has lost its saved_model.pb
        return Kind.CHECKPOINT, values
    state = folder / "checkpoint"
    named = Path(read_state(state).latest).name if state.exists() else ""
    kind, place = places.get(named, (None, None))
    if kind is Kind.V1 or (kind and os.path.exists(f"{place}.index")):
        return kind, place
    if len(places) == 1:
        return next(iter(places.values()))
    problem = f"with {len(places) or 'no'} checkpoints in it, and a comparison needs one"
    if kind:
        problem = f"whose file checkpoint names {named!r} as the latest, and {named}.index is not there"
    others = [repr(Path(folder, name).as_posix()) for name in places if name != named]
    have = f" Pass one of: {', '.join(others)}." if others else ""
    raise CheckpointError(f"{folder.as_posix()!r} is a folder {problem}.{have}")
