"""The progress files of a class, gathered into tables for its teacher. They say what the files hold, no more."""

import csv
import glob
import json
import os
import re
import zipfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from course import lessons, progress_file
from course.learner.progress import DONE, IN_PROGRESS, sorted_by_lesson
from tfckpt.document import Table

FIELDS = ("name", "lesson", "exercise", "state", "attempts", "hints", "solution", "last")
NOT_BEGUN = "not begun"
FORMULA = tuple("=+-@\t\r")  # what a spreadsheet takes for the beginning of a formula
ITSELF = re.compile(r"progress[ _-]*(\(?\d+\)?)?\.json", re.IGNORECASE)
# The folders between somebody's home and the file, as platformdirs has them on Linux, macOS and Windows.
ON_THE_WAY = (progress_file.COURSE, "share", ".local", "Application Support", "Library", "Local", "AppData")
JOINERS, REPLACED = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}", "\N{REPLACEMENT CHARACTER}"
ZIPPED = "it is a ZIP file. Unpack it, and name the folder"
MOODLE = re.compile(r"_\d+_assignsubmission_\w+$")  # what it puts after a name, in the folders that it hands out


@dataclass(frozen=True)
class Learner:
    """One progress file: the name that its file's name gives, and its entries by exercise."""

    name: str
    entries: dict


def gather(given):
    """Reads progress files.

    Args:
        given: paths of files, of folders, and patterns such as ``class/*.json``, which Windows hands over as they are.

    Returns:
        The learners in the order of the files, and what cannot be read: pairs of a path and why.
    """
    read, bad, seen = {}, [], set()
    for path, why in (found for place in map(Path, given) for found in files_of(place)):
        if path.resolve() in seen:  # named twice, or in a folder that is named too
            continue
        seen.add(path.resolve())
        try:
            read[path] = progress_file.load(path) if not why else refuse(why)
        except (progress_file.RecordError, OSError) as error:
            bad.append((printable(str(path)), getattr(error, "strerror", None) or str(error)))
    count = Counter(map(name_of, read))
    names = {path: name_of(path) if count[name_of(path)] == 1 else printable(str(path)) for path in read}
    return [Learner(names[path], entries) for path, entries in read.items()], bad


def refuse(why):
    raise progress_file.RecordError(why)


def files_of(path):
    """The files that a path means, each with why it is none to read, or ``""``: all ``*.json`` in a folder and below.

    What else is in a folder is not passed over in silence: somebody's progress may be in it.
    """
    if path.is_dir():
        yield from files_in(path)
    elif path.is_file():
        yield path, ZIPPED if zipfile.is_zipfile(path) else ""
    elif matching := sorted(glob.glob(str(path))) if not path.exists() else []:
        yield from (found for each in map(Path, matching) for found in files_of(each))
    else:
        yield path, "there is no such file"  # nor is a pipe one, which would never end


def files_in(folder):
    """``files_of`` a folder. It does not follow links to folders, which may lead to one that it has been in."""
    closed, files = [], []
    for place, _, names in os.walk(folder, onerror=closed.append):
        files += [Path(place, name) for name in names if not name.startswith(("._", ".DS_Store"))]  # macOS's own
    mine = sorted(path for path in files if path.suffix.lower() == ".json")
    zipped = sorted(path for path in files if path.suffix.lower() == ".zip")
    others = sorted(set(files) - {*mine, *zipped})
    yield from ((path, "" if path.is_file() else "there is no such file") for path in mine)
    yield from ((path, ZIPPED) for path in zipped)
    yield from ((Path(error.filename), error.strerror) for error in closed)
    if len(others) > 1:
        yield folder, f"{len(others)} files whose names do not end in .json, such as {printable(str(others[0]))}"
    else:
        yield from ((path, "its name does not end in .json") for path in others)
    if not files and not closed:
        yield folder, "no file is in this folder"


def name_of(path):
    """``ann`` for ``ann.json``; for ``ann/progress.json``, which is how the course itself calls the file; for the
    ``ann/progress (1).json`` that a browser makes of it; and in her home folder for its place there."""
    if not ITSELF.fullmatch(path.name):
        return printable(path.stem)
    folders = [parent.name for parent in path.resolve().parents]
    return printable(MOODLE.sub("", next((name for name in folders if name and name not in ON_THE_WAY), path.stem)))


def printable(text):
    """A name from outside, without what moves a terminal's cursor. Joiners belong to the letters of some scripts."""
    return "".join(each if each.isprintable() or each in JOINERS else REPLACED for each in text)


def learners_table(learners):
    """A row for each learner: what is done, in which lessons they are, and what it took."""
    rows = []
    for learner in learners:
        own = sorted_by_lesson(learner.entries)
        count = sum(len(lesson.entries) for lesson in own)
        rows.append(
            [
                learner.name,
                f"{sum(lesson.done for lesson in own)} of {count}",
                f"{sum(lesson.state == DONE for lesson in own)} of {len(own)}",
                *(sum(lesson.total(what) for lesson in own) for what in ("attempts", "hints", "solution")),
                max((entry.last for entry in learner.entries.values()), default=""),
                " ".join(lesson.name.split("_")[0] for lesson in own if lesson.state == IN_PROGRESS),
            ]
        )
    heading = ["name", "exercises", "lessons", "attempts", "hints", "solutions", "last day", "in progress"]
    return Table(heading, rows, "lrrrrrrl")


def exercises_table(learners):
    """A row for each exercise that somebody has begun: how many did it, and what it took all of them."""
    rows = []
    for name, lesson in lesson_of_each().items():
        entries = [learner.entries[name] for learner in learners if name in learner.entries]
        tried = [entry for entry in entries if entry.attempts]
        if entries:
            rows.append(
                [
                    lesson.split("_")[0],
                    name,
                    f"{sum(entry.state == progress_file.CORRECT for entry in entries)} of {len(learners)}",
                    f"{sum(entry.attempts for entry in tried) / len(tried):.1f}" if tried else "",
                    sum(entry.hints for entry in entries),
                    sum(entry.solution for entry in entries),
                ]
            )
    return Table(["lesson", "exercise", "correct", "attempts each", "hints", "solutions"], rows, "llrrrr")


def unknown(learners):
    """The exercises in the files that this version of the course does not have."""
    return sorted({name for learner in learners for name in learner.entries} - set(lesson_of_each()))


def lesson_of_each():
    """The exercises of the course in their order, and the lesson of each."""
    return {name: lesson for lesson, names in lessons.contents().items() for name in names}


def records(learners):
    """A mapping of ``FIELDS`` for each learner and each exercise, those that are not begun too."""
    known = lesson_of_each()
    for learner in learners:
        for name in [*known, *(name for name in learner.entries if name not in known)]:
            entry = learner.entries.get(name, progress_file.Entry(NOT_BEGUN))
            yield {"name": learner.name, "lesson": known.get(name, ""), "exercise": name, **asdict(entry)}


def write_csv(learners, file):
    """Writes the records as CSV. A name that a spreadsheet would compute gets an apostrophe before it."""
    writer = csv.DictWriter(file, FIELDS, lineterminator=os.linesep)
    writer.writeheader()
    for row in records(learners):
        name = f"'{row['name']}" if row["name"].startswith(FORMULA) else row["name"]
        writer.writerow({**row, "name": name})


def as_json(learners):
    """The records as one JSON text, a line each."""
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in records(learners)) + "\n]"
