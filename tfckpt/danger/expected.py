"""What a Saver and a loader do by themselves: operations that touch files and no others than those that they are given.

Whatever is not seen to be so is not expected. A Saver's operations are those that it runs, and that nothing else runs;
the name of their file begins with the tensor that this Saver is fed with, and goes on in constants that stay in the
same folder.
"""

import re
from pathlib import PurePosixPath

from tfckpt.danger.origins import MOST_STEPS, tensor
from tfckpt.danger.side_effects import RESTORING, SAVING

# Names that go on from the one that is fed: their first input, or all of them.
SAME, JOINED, LISTED = ("Identity",), ("StringJoin", "ShardedFilename"), ("Pack", "ConcatV2", "ExpandDims")
PART = re.compile(
    r"_temp(_[0-9a-f]{1,64})?/part"
)  # a folder that a Saver makes beside the file, and merges and deletes
OF_EACH_SAVER = "model"  # in the current folder: what a Saver writes to when it is fed with nothing
UNFED = ("Const", "Placeholder", "PlaceholderWithDefault")  # what is fed with the name of a file


def is_savers(operation, runs):
    """Whether an operation saves or restores, for one Saver, the file whose name that Saver is given, and no other one.

    An operation of a Saver that the graph was not exported with is one, too: nothing runs it, and its file's name
    begins with the name that each Saver has before it is fed.
    """
    if operation.type not in SAVING and operation.type not in RESTORING:
        return False
    reached = runs.reached_by(operation)
    kind = "save" if operation.type in SAVING else "restore"
    if any(start.when != kind or start.saver is None for start in reached) or not runs.saver_only.covers(operation):
        return False
    savers = {start.saver.filename for start in reached}
    if len(savers) > 1:
        return False
    fed = tensor(savers.pop()) if savers else None

    def is_fed(source, output):
        if source.function == "" and (source.name, output) == fed or not fed and source.type in UNFED:
            return is_unfed(source, runs)
        if output != 0 or len(source.inputs) > MOST_STEPS:
            return False
        if source.type in LISTED:
            given = sum(not name.startswith("^") for name in source.inputs)
            return [(source, number) for number in range(given - (source.type != "Pack"))]
        same = source.type in SAME or source.type in JOINED and stays(source, runs)
        return [(source, 0)] if same else False

    numbers = (0, 1) if operation.type == "MergeV2Checkpoints" else (0,)
    return all(runs.comes_from(operation, number, is_fed) for number in numbers)


def is_unfed(source, runs):
    """Whether a tensor that is fed with a file's name has none before, or the one that each Saver has."""
    for _ in range(MOST_STEPS):
        if source is None or source.type != "PlaceholderWithDefault":
            break
        source = runs.bodies[source.function].get(tensor("".join(source.inputs[:1]))[0])
    if source is None or source.type not in UNFED:
        return False
    return source.type == "Placeholder" or runs.strings(source) == [OF_EACH_SAVER]


def stays(operation, runs):
    """Whether what is joined to a file's name does not lead out of its folder."""
    if operation.type == "ShardedFilename":  # it adds two numbers
        return True
    if operation.attribute("separator") or operation.is_given("separator"):  # a Saver joins without one
        return False
    body, rest = runs.bodies[operation.function], []
    for name in operation.inputs[1:]:
        if not name.startswith("^"):
            pieces = choices(body.get(tensor(name)[0]), body, runs)
            if not pieces:
                return False
            rest.append(pieces)
    if len(rest) == 1:
        return all(PART.fullmatch(text) or leads_nowhere(text) for text in rest[0])
    return all(len(texts) == 1 for texts in rest) and leads_nowhere("".join(text for text, *_ in rest))


def choices(source, body, runs):
    """The texts that a tensor may be, if it is a constant or a choice between two of them; or an empty list."""
    if source is None:
        return []
    if source.type in ("Select", "SelectV2"):
        sources = [body.get(tensor(name)[0]) for name in source.inputs[1:3]]
        texts = [runs.strings(each) if each else [] for each in sources]
        return texts[0] + texts[1] if [len(each) for each in texts] == [1, 1] else []
    texts = runs.strings(source)
    return texts if len(texts) == 1 else []


def leads_nowhere(text):
    return not ("/" in text or "\\" in text or ".." in text or "\0" in text)


def is_asset(operation, number, runs):
    """Whether an input is the path of a file in the folder ``assets`` of a SavedModel, which a loader fills in.

    It does so when it loads, and not when somebody runs the operation later: then the constant in the graph counts.
    """
    names, files = runs.graph.asset_names, runs.graph.assets
    if any(start.when not in ("load", "initialize") for start in runs.reached_by(operation)):
        return False

    def source_is(source, output):
        if source.type in SAME and output == 0:
            return [(source, 0)]
        if source.type == "ReadVariableOp":
            return runs.assigned(source)
        own = names.get(source.name, ()) if source.function == "" and output == 0 else ()
        return bool(own) and all(map(stays_inside, own))

    def object_is(saved):
        return saved.kind == "asset" and saved.says < len(files) and stays_inside(files[saved.says][1])

    return runs.comes_from(operation, number, source_is, object_is)


def stays_inside(file):
    """Whether the name of an asset is one of a file in its folder."""
    if not file or "\\" in file or ":" in file or "\0" in file:
        return False
    path = PurePosixPath(file)
    return not path.is_absolute() and ".." not in path.parts
