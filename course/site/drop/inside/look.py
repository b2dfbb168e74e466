"""What the page asks of ``tfckpt``: what was dropped, what is in it, how two differ, and what a message means.

All that is returned is plain data, of which the page makes elements; nothing in it is HTML.
"""

import json
import os
from dataclasses import replace

from tfckpt import diff
from tfckpt.bounds import for_json
from tfckpt.compare.report import report as report_of
from tfckpt.errors import PACKAGES, missing_package, sentence
from tfckpt.explain.explanation import Explanation
from tfckpt.inspect import examine
from tfckpt.inspection import Checked
from tfckpt.kind import Kind
from tfckpt.report import Report

from .blocks import Blocks

PROGRAM = "python3 -m course"  # in the commands that an explanation names
MOST_MISSING = 5  # names of files that are asked for
LOOSE = "What was dropped"  # in place of the path of the folder that no one dropped as one
STATES = {  # of what nothing is wrong with: how far it was looked at
    Checked.NOTHING: ("plain", "Looked at"),
    Checked.STRUCTURE: ("good", "Whole, as far as its structure tells"),
    Checked.SIZES: ("good", "Whole, as far as names and sizes tell"),
    Checked.CHECKSUMS: ("good", "Whole: all checksums are right"),
    Checked.VALUES: ("good", "Whole: all values could be read"),
}


class Page(Blocks, Report):
    """The report of an ``Inspection`` as ``Blocks``."""


class Explained(Blocks, Explanation):
    """What a message means, as ``Blocks``."""


def look(path, verify=False, tell=None):
    """What is at a path: JSON with the report's ``blocks``, its ``state``, and what to do next.

    Args:
        path: as ``things`` has it.
        verify: whether to read all values and compare their checksums.
        tell: is told how many bytes have been read, and of how many.
    """
    try:
        inspection = examine(path, verify, in_steps(tell))
        deepest = inspection.inner[0] if inspection.inner and not inspection.tensors else inspection
        level, words = state(inspection, deepest)
        answer = {
            "path": path,
            "level": level,
            "words": words,
            "blocks": Page(named(inspection), rows=None).blocks,
            "verify": deepest.checked is Checked.SIZES and deepest.whole,
            "graph": f"{deepest.path}.meta" if deepest.kind is Kind.CHECKPOINT and deepest.graph else "",
            "prefix": deepest.path,
            "missing": missing(deepest),
            "hint": hint(inspection),
            "json": for_json(inspection.as_dict()),
        }
    except Exception as error:  # whatever it is, the page says it in a sentence
        answer = {"path": path, "error": in_a_sentence(error)}
    return json.dumps(answer)


def named(inspection):
    """The same inspection, in whose title the current folder has a name."""
    return replace(inspection, path=LOOSE) if inspection.path == os.curdir else inspection


def in_steps(tell):
    """What ``examine`` takes as its ``progress``."""

    def progress(total):
        done = 0

        def count(more):
            nonlocal done
            done += more
            if tell:
                tell(done, total)

        return count

    return progress


def state(inspection, deepest):
    """How it looks at a glance: a level, and a few words."""
    if not inspection.whole:
        return "bad", "Not whole"
    if inspection.suspicious:
        return "warn", "Suspicious"
    if inspection.obstructed:
        return "warn", "TensorFlow will not read it as it is"
    if inspection.incomplete:
        return "plain", "Looked at in part"
    if deepest.integrity.not_finite:
        return "warn", "Whole, with NaN or infinite values"
    return STATES[deepest.checked]


def missing(inspection):
    """The names of files that belong to a checkpoint and are not here."""
    if inspection.kind is Kind.GRAPH and inspection.path.endswith(".meta"):
        prefix = inspection.path.removesuffix(".meta")
        return [f"{os.path.basename(prefix)}.index", f"{os.path.basename(prefix)}.data-…"]
    if inspection.kind is not Kind.CHECKPOINT or inspection.whole:
        return []
    if not os.path.exists(f"{inspection.path}.index"):
        return [f"{os.path.basename(inspection.path)}.index"]
    if inspection.reader is None:
        return []
    needed = [inspection.reader.data_file(number) for number in range(min(inspection.reader.num_shards, 1000))]
    return [path.name for path in needed if not path.exists()][:MOST_MISSING]


def hint(inspection):
    """What to do about something that is not whole because it was not dropped whole: a sentence, or nothing."""
    if inspection.kind is Kind.SAVED_MODEL and not inspection.whole:
        return "Its values are in the folder variables beside it: drop the whole folder of the SavedModel."
    if inspection.kind is Kind.FOLDER and inspection.path == os.curdir and not inspection.inner:
        return "Drop the files of the checkpoint as well that it names."
    return ""


def compare(left, right):
    """How two of what was dropped differ: JSON with the blocks of the report."""
    try:
        difference = diff(left, right)
        answer = {
            "left": left,
            "right": right,
            "level": "warn" if difference.troubled else "good",
            "blocks": report_of(difference, everything=True, into=Blocks()).blocks,
            "json": json.loads(difference.json()),
        }
    except Exception as error:  # whatever it is, the page says it in a sentence
        answer = {"left": left, "right": right, "error": in_a_sentence(error)}
    return json.dumps(answer)


def explain(text):
    """What a message means: JSON with the blocks of the explanation."""
    try:
        explained = Explained(text, PROGRAM)
        answer = {"blocks": explained.blocks, "json": explained.as_dict()}
    except Exception as error:  # whatever it is, the page says it in a sentence
        answer = {"error": in_a_sentence(error)}
    return json.dumps(answer)


def in_a_sentence(error):
    """What the page says of an error."""
    if isinstance(error, ModuleNotFoundError) and error.name in PACKAGES:
        return f"{missing_package(error)} In a terminal, the course's own inspect reads it."
    return sentence(error)
