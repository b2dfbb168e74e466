"""The progress files of a class, gathered into tables for its teacher. They say what the files hold, no more."""

import csv
import json
import os
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from course import lessons, progress_file
from course.learner.progress import DONE, IN_PROGRESS, sorted_by_lesson
from tfckpt.document import Table

FIELDS = ("name", "lesson", "exercise", "state", "attempts", "hints", "solution", "last")
NOT_BEGUN = "not begun"
FORMULA = tuple("=+-@\t\r")  # what a spreadsheet takes for the beginning of a formula


@dataclass(frozen=True)
class Learner:
    """One progress file: the name that its file's name gives, and its entries by exercise."""

    name: str
    entries: dict


def gather(given):
    """Reads progress files.

    Args:
        given: paths of files, and of folders: of a folder, its ``*.json`` and the ``progress.json`` of its folders.

    Returns:
        The learners in the order of the files, and what cannot be read: pairs of a path and why.
    """
    read, bad = {}, []
    for path in dict.fromkeys(file for place in map(Path, given) for file in files_of(place)):
        try:
            if not path.is_file():  # a pipe would never end
                raise progress_file.RecordError("there is no such file")
            read[path] = progress_file.load(path)
        except (progress_file.RecordError, OSError) as error:
            bad.append((printable(str(path)), getattr(error, "strerror", None) or str(error)))
    count = Counter(map(name_of, read))
    names = {path: name_of(path) if count[name_of(path)] == 1 else printable(str(path)) for path in read}
    return [Learner(names[path], entries) for path, entries in read.items()], bad


def files_of(path):
    if not path.is_dir():
        return [path]
    return sorted([*path.glob("*.json"), *path.glob(f"*/{progress_file.FILE}")]) or [path]


def name_of(path):
    """``ann`` for ``ann.json``, and for ``ann/progress.json``, which is how the course itself calls the file."""
    return printable(path.resolve().parent.name if path.name == progress_file.FILE else path.stem)


def printable(text):
    """A name from outside, without what moves a terminal's cursor."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


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
