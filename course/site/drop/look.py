"""What the page asks of ``tfckpt``: what was dropped, what is in it, how two differ, and what a message means.

It runs in the browser, in Pyodide, where it is a module of its own beside ``tfckpt``: standard library only. All
that it returns is plain data, of which the page makes elements; nothing in it is HTML.
"""

import json
import os
import re
from dataclasses import replace
from pathlib import Path, PurePosixPath

from tfckpt import CheckpointError, diff
from tfckpt.bounds import LONGEST_WORD, for_json, shortened_word
from tfckpt.compare.report import report as report_of
from tfckpt.document import WIDEST, Document, printable
from tfckpt.errors import PACKAGES, missing_package, sentence
from tfckpt.explain.explanation import Explanation
from tfckpt.identify import in_folder, of_file, recognize
from tfckpt.inspect import examine
from tfckpt.inspection import Checked
from tfckpt.kind import Kind
from tfckpt.report import Report

DROP = "drop {}"  # the folder of what was dropped later, and has names that were there already
LABELED = re.compile(r"- \*\*([^*:]+):\*\* (.*)", re.DOTALL)  # a line of a document that is a fact
PROGRAM = "python3 -m course"  # in the commands that an explanation names
MOST_THINGS = 200
MOST_FOLDERS = 2000
MOST_MISSING = 5  # names of files that are asked for
COMPARABLE = (Kind.CHECKPOINT, Kind.V1, Kind.SAVED_MODEL, Kind.GRAPH, Kind.GRAPH_DEF)
LOOSE = "What was dropped"  # in place of the path of the folder that no one dropped as one
STATES = {  # of what nothing is wrong with: how far it was looked at
    Checked.NOTHING: ("plain", "Looked at"),
    Checked.STRUCTURE: ("good", "Whole, as far as its structure tells"),
    Checked.SIZES: ("good", "Whole, as far as names and sizes tell"),
    Checked.CHECKSUMS: ("good", "Whole: all checksums are right"),
    Checked.VALUES: ("good", "Whole: all values could be read"),
}


class Blocks(Document):
    """A document as plain data: dicts, each with a ``kind``, in place of Markdown and lines."""

    def block(self, kind, **fields):
        self.blocks.append({"kind": kind, **fields})

    def add(self, markdown, *lines):
        pasted = [text.removeprefix("    ") for style, text, _ in lines if style in ("command", "code")]
        if pasted:
            self.block("code", text="\n".join(pasted), why="")
        elif isinstance(markdown, str) and (labeled := LABELED.fullmatch(markdown)):
            self.block("fact", label=labeled[1], markdown=labeled[2], style=lines[0][0])
        elif isinstance(markdown, str) and markdown:
            item = markdown.startswith("- ")
            self.block("item" if item else "line", markdown=markdown.removeprefix("- "), style=lines[0][0])

    def fact(self, label, text, style=""):
        self.block("fact", label=label, text=printable(text), style=style)

    def heading(self, text):
        self.block("heading", text=printable(text))

    def paragraph(self, markdown, style=""):
        self.block("line", markdown=markdown, style=style)

    def bullets(self, title, items):
        if items:
            self.block("bullets", title=title, items=list(items))

    def command(self, text, why=""):
        self.block("code", text=printable(text), why=why)

    def code(self, text):
        self.block("code", text=text, why="")

    def table(self, title, columns, rows, align, names, most=None, more=""):
        rows = [[fitting(cell, number == names) for number, cell in enumerate(cells)] for cells in rows]
        self.block("table", title=printable(title), columns=columns, rows=rows, align=align, names=names)


class Page(Blocks, Report):
    """The report of an ``Inspection`` as ``Blocks``."""


class Explained(Blocks, Explanation):
    """What a message means, as ``Blocks``."""


def fitting(cell, is_name):
    return printable(shortened_word(cell, LONGEST_WORD if is_name else WIDEST))


def lay_out(paths, blobs, root):
    """Makes a folder of links to the dropped files, and goes into it.

    Args:
        paths: of the files as they were dropped, with ``/`` between folders.
        blobs: the folder that has these files under their numbers, ``0``, ``1`` and so on.
        root: a new folder to make.

    Returns:
        JSON of a list: what there is to look at.
    """
    root = Path(root)
    root.mkdir(parents=True)
    os.chdir(root)
    for number, path in enumerate(paths):
        parts = [part for part in PurePosixPath(path.replace("\0", "")).parts if part not in ("/", "..")]
        if parts:
            place = Path(*parts)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(Path(blobs, str(number)))
    return json.dumps(things())


def things():
    """What there is to look at in the current folder: dicts with ``path``, ``title``, ``compare`` or ``error``."""
    found = []
    drops = [Path(), *sorted(path for path in Path().iterdir() if path.is_dir() and is_drop(path.name))]
    for folder in drops:
        found += loose(folder)
        for path in sorted(folder.iterdir()):
            if path.is_dir() and path not in drops:
                found += within(path)
    return found[:MOST_THINGS]


def is_drop(name):
    return any(name == DROP.format(number) for number in range(2, 100))


def loose(folder):
    """What there is among the files of a folder that nobody dropped as one."""
    found, errors = {}, []
    files = sorted(path for path in folder.iterdir() if path.is_file())
    for path in files:
        if path.name == "checkpoint":
            continue
        try:
            kind, place = of_file(path)
        except CheckpointError as error:
            errors.append({"path": os.fspath(path), "error": str(error)})
            continue
        if kind is Kind.SAVED_MODEL:  # its folder is not here: its graph is
            kind, place = Kind.GRAPH, path
        found[os.fspath(place).removeprefix(os.path.join(os.curdir, ""))] = kind
    for place, kind in list(found.items()):  # a graph beside its checkpoint is looked at with it
        if kind is Kind.GRAPH and place.endswith(".meta") and place.removesuffix(".meta") in found:
            del found[place]
    if not found and not errors and any(path.name == "checkpoint" for path in files):
        found[os.fspath(folder / "checkpoint")] = Kind.FOLDER
    return [thing(kind, place) for place, kind in found.items()] + errors


def within(folder):
    """What there is in a dropped folder: the folder itself, if something lies in it, and in those within it."""
    found, waiting, seen = [], [folder], 0
    while waiting and (seen := seen + 1) < MOST_FOLDERS:
        path = waiting.pop(0)
        inside = sorted(each for each in path.iterdir() if each.is_dir())
        try:
            (kind, place), *_ = recognize(path)
            if kind is Kind.SAVED_MODEL:
                found.append(thing(kind, os.fspath(path)))
                continue
            places = in_folder(path)
            if any(not Path(where).is_dir() for _, where in places) or (path / "checkpoint").is_file():
                kinds = [each for each in places if each[0] in COMPARABLE]
                found.append({"path": os.fspath(path), "compare": [os.fspath(each) for _, each in kinds]})
        except CheckpointError as error:
            found.append({"path": os.fspath(path), "error": str(error)})
            continue
        waiting += inside
    return found or [{"path": os.fspath(folder), "error": nothing_in(folder)}]


def nothing_in(folder):
    names = sorted(path.name for path in folder.iterdir())
    has = f" It has: {', '.join(names[:10])}." if names else " It is empty."
    return f"There is no checkpoint, graph or model in the folder {os.fspath(folder)!r}.{has}"


def thing(kind, place):
    """One that is not a folder: a checkpoint may be compared, and so may its graph."""
    compare = [place] if kind in COMPARABLE else []
    if kind is Kind.CHECKPOINT and os.path.isfile(f"{place}.meta"):
        compare.append(f"{place}.meta")
    return {"path": place, "compare": compare}


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
