"""An ``Inspection`` of a folder: what is in it, and which of it is the latest."""

import os
from collections import Counter
from pathlib import Path

from tfckpt.danger.keras_files import code_in_folder
from tfckpt.describe import natural
from tfckpt.errors import CheckpointError
from tfckpt.foreign import UnknownFileError
from tfckpt.format.checkpoint_state import read_state
from tfckpt.identify import in_folder, of_file
from tfckpt.inspection import Inspection, Integrity
from tfckpt.inspectors.newest import OF_A_SAVER, in_order, said
from tfckpt.inspectors.shards import incomplete
from tfckpt.integrity import check_sizes
from tfckpt.kind import Kind
from tfckpt.prefix import files_of, v1_shards
from tfckpt.readers.bundle import Bundle
from tfckpt.unfinished_names import says_of

MOST_OTHERS = 20  # files of other programs that are named
MOST_LOOKED_AT = 50  # checkpoints that are looked at for damage, the newest


def of_folder(folder, inspect):
    """Looks at what is in a folder.

    Args:
        folder: a path.
        inspect: a function of a kind and a place, as ``recognize`` gives them, that returns an ``Inspection``.

    Returns:
        An ``Inspection`` with that of the latest checkpoint within.

    Raises:
        CheckpointError: there is nothing in it.
    """
    folder = Path(folder)
    places = {name_of(place): (kind, place) for kind, place in in_folder(folder)}
    state, problems = state_of(folder)
    others = notes_on_others(folder)
    if not places and state is None and not others:
        inside = sorted(path.name for path in folder.iterdir() if path.is_dir())
        hint = f" It has the folders {', '.join(inside[:10])}." if inside else ""
        raise CheckpointError(f"There is no checkpoint, graph or model in the folder {folder.as_posix()!r}.{hint}")
    counts = Counter(kind for kind, _ in places.values())
    contents = joined([kind.counted(count) for kind, count in counts.items()])
    latest = latest_name(state, places)
    ordered, rule = in_order(places)
    damaged = damaged_ones(ordered, latest)
    chosen, says = choose(ordered, latest, damaged)
    order = [said(ordered, rule, chosen, damaged)] if rule and state is None else []
    inner, unseen = looked_at(places[chosen], inspect) if chosen else ((), ())
    problems += [*contradictions(state, places), *incomplete(folder)]
    problems += [problem for problem in unseen if problem not in problems]
    return Inspection(
        folder.as_posix(),
        Kind.FOLDER,
        f"a folder with {contents or 'no checkpoint'} in it",
        integrity=Integrity((*problems, *says)),
        files=files_in(places, latest, damaged) if len(places) > 1 else (),
        obstacles=() if places else ("There is nothing in it that TensorFlow restores.",),
        suspects=tuple(code_in_folder(folder)),
        notes=(*order, *gone(state, places), *others),
        inner=inner,
        unseen=unseen,
    )


def looked_at(place, inspect):
    """The ``Inspection`` of what is at a place, in a tuple, or none; and why it could not be looked at, sentences."""
    try:
        return (inspect(*place),), ()
    except CheckpointError as error:
        return (), (str(error),)


def damaged_ones(places, latest):
    """The names of checkpoints that are not whole, as far as names and sizes tell, among the newest and the latest."""
    newest = dict.fromkeys([*list(places)[-MOST_LOOKED_AT:], *([latest] if latest in places else [])])
    return {name for name in newest if is_damaged(*places[name])}


def choose(places, latest, damaged):
    """The name of what is looked at: the latest one, or the newest that is whole; and why, a sentence or nothing."""
    chosen = latest if latest in places else next(reversed(places), None)
    whole = [name for name, (kind, _) in places.items() if kind in OF_A_SAVER and name not in damaged]
    if latest and latest not in places and whole:
        return whole[-1], [f"The newest that is here and whole: {whole[-1]}"] if len(places) > 1 else []
    if chosen not in damaged or not whole:
        return chosen, []
    named = ", which its file checkpoint names as the latest," if chosen == latest else ""
    return whole[-1], [f"{chosen}{named} is not whole. The newest that is: {whole[-1]}"]


def latest_name(state, places):
    """The name of the checkpoint that the file ``checkpoint`` calls the latest, as ``places`` has it; or None."""
    if state is None:
        return None
    name = os.path.basename(state.latest)
    bare = next((other for other in places if other.endswith(os.sep)), None)
    return bare if name in ("", ".") and bare else name


def is_damaged(kind, place):
    """Whether something is wrong with a checkpoint, as far as names and sizes tell."""
    if kind is Kind.V1:
        return bool(v1_shards(Path(place))[1])
    if kind is not Kind.CHECKPOINT:
        return False
    try:
        return bool(check_sizes(Bundle(place)))
    except CheckpointError:
        return True


def notes_on_others(folder):
    """What of other programs lies in a folder, sentences."""
    notes = []
    for path in sorted(folder.iterdir(), key=lambda path: natural(path.name)):
        if not path.is_file() or path.name == "checkpoint":
            continue
        try:
            if says := says_of(path.name):
                raise CheckpointError(says)
            of_file(path)
        except UnknownFileError:
            continue
        except CheckpointError as error:
            notes.append(str(error))
            if len(notes) == MOST_OTHERS:
                break
    return notes


def joined(texts):
    """Texts as a list in a sentence."""
    return " and ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))


def name_of(place):
    """The last part of a path or prefix; of a prefix that ends in a separator, all of it."""
    return os.path.basename(os.fspath(place)) or os.fspath(place)


def files_in(places, latest, damaged):
    """What a folder has: triples of name, bytes and what it is."""
    roles = {name: ", the latest" * (name == latest) + ", not whole" * (name in damaged) for name in places}
    names = [sorted(os.listdir(folder)) for folder in {Path(os.path.dirname(place)) for _, place in places.values()}]
    names = names[0] if len(names) == 1 else None
    return tuple((name, bytes_of(*each, names), each[0].title + roles[name]) for name, each in places.items())


def state_of(folder):
    """The ``State`` of a folder, or None; and what is wrong with it, sentences."""
    if (folder / "checkpoint").is_file():
        try:
            return read_state(folder / "checkpoint"), []
        except CheckpointError as error:
            return None, [str(error)]
    return None, []


def contradictions(state, places):
    """What the file ``checkpoint`` says of the latest one that is not so: a sentence, or nothing."""
    if state is None:
        return []
    says = f"its file checkpoint says that the latest one is {state.latest!r}"
    if latest_name(state, places) not in places:
        return [f"{says}, which is not here: tf.train.latest_checkpoint returns None, or one in another folder"]
    if os.path.isabs(state.latest) and Path(state.latest).parent.resolve() != state.folder.resolve():
        return [f"{says}, in another folder: tf.train.latest_checkpoint returns that one, or None"]
    return []


def gone(state, places):
    """What the file ``checkpoint`` speaks of beside the latest one, and is not there: a sentence, or nothing."""
    named = {os.path.basename(state.latest), ".", *places} if state else ()
    names = [name for name in map(os.path.basename, state.all) if name not in named] if state else []
    if not names:
        return []
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return [f"Its file checkpoint speaks of {', '.join(names[:5])}{more} as well: not here."]


def bytes_of(kind, place, names):
    """How many bytes the files of a checkpoint or model have together. ``names`` is as ``files_of`` takes it."""
    if kind is Kind.CHECKPOINT:
        try:
            paths = [path for path, _ in files_of(place, names) if path.name != "checkpoint"]
        except CheckpointError:  # all that there is was left over from a save that was stopped
            paths = []
    else:
        folder = Path(place)
        paths = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else v1_shards(folder)[0]
    return sum(path.stat().st_size for path in paths)
