"""Which of a folder's checkpoints is the newest where no file ``checkpoint`` says so, and by which rule."""

import os
import re
from pathlib import Path

from tfckpt.kind import Kind
from tfckpt.prefix import v1_shards

OF_A_SAVER = (Kind.CHECKPOINT, Kind.V1)
STEP = re.compile(r".*-(\d{1,18})(?:\.ckpt)?(?:-\?{5}-of-\d{5})?", re.DOTALL)  # at the end of a name, as a save adds it
APART = 2  # seconds: a copy, or a save of several files, may take so long
BY_STEP, BY_TIME, BY_NAME = "has the highest step", "was written last, by the time of its files", "is the last by name"


def in_order(places):
    """What is in a folder, the newest last: checkpoints after all else, by step, or by the time of their files.

    Args:
        places: ``{name: (kind, place)}``, in the order of the names.

    Returns:
        The same in another order; and the rule, if there are several checkpoints: what is said of the last one.
    """
    several = {name: place for name, place in places.items() if place[0] in OF_A_SAVER}
    others = {name: place for name, place in places.items() if name not in several}
    steps = {name: int(match[1]) for name in several if (match := STEP.fullmatch(name))}
    times = {name: written(*place) for name, place in several.items()}
    ordered, rule = list(several), BY_NAME
    if len(steps) == len(several):
        ordered, rule = sorted(several, key=lambda name: (steps[name], times[name])), BY_STEP
    elif times and max(times.values()) - min(times.values()) > APART:
        ordered, rule = sorted(several, key=lambda name: times[name]), BY_TIME
    return others | {name: several[name] for name in ordered}, rule if len(several) > 1 else ""


def said(ordered, rule, chosen, damaged):
    """A sentence on which checkpoint was taken for the newest, and why.

    Args:
        ordered, rule: as ``in_order`` returns them.
        chosen: the name of the one that was taken.
        damaged: the names of those that are not whole.
    """
    whole = [name for name, place in ordered.items() if place[0] in OF_A_SAVER and name not in damaged]
    among = " of those that are whole" if damaged.intersection(ordered) and whole else ""
    later = [name for name in whole if written(*ordered[name]) - written(*ordered[chosen]) > APART]
    but = f", but {max(later, key=lambda name: written(*ordered[name]))} was written later" if later else ""
    return f"No file checkpoint says which one is the latest. {chosen} {rule}{among}{but}."


def written(kind, place):
    """When the file of a checkpoint that is written last was written, in seconds; 0 if it is not there."""
    paths = [Path(f"{os.fspath(place)}.index")] if kind is Kind.CHECKPOINT else v1_shards(Path(place))[0]
    return max((path.stat().st_mtime for path in paths if path.exists()), default=0)
