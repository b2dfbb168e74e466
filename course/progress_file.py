"""The progress of a learner, in a small file of their own: never in the checkout, never sent anywhere.

The file is JSON that people can read. ``COURSE_PROGRESS`` names another file, or is ``off``: then nothing is read or
written, as in the course's own tests.
"""

import json
import os
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from course.lock import locked

VARIABLE = "COURSE_PROGRESS"
COURSE, FORMAT = "save-and-restore-course", 1
FILE = "progress.json"
LIMIT = 1_000_000  # bytes: a hundred times what a file of this course takes
MANY = 1_000_000  # attempts or hints, which nobody comes to
PATIENCE = 5  # seconds to wait for other kernels, each of which takes milliseconds

BEGUN, NOT_YET, CORRECT = "begun", "not yet", "correct"


class RecordError(Exception):
    """The file cannot be used. The text says what was seen."""


class Damaged(RecordError):
    """The file's content is not this course's, or no longer."""


@dataclass
class Entry:
    """One exercise: how far it is, the attempts, the hints and the solution that were asked for, and the last day."""

    state: str = BEGUN  # looked at, "not yet" or "correct"; what was correct once stays so
    attempts: int = 0  # until the first that was correct
    hints: int = 0
    solution: bool = False
    last: str = ""  # 2026-11-24


def place():
    """The path of the learner's file; None when ``COURSE_PROGRESS`` is ``off``.

    Raises:
        RecordError: there is no place for it.
    """
    asked = os.environ.get(VARIABLE, "").strip()
    if asked.lower() == "off":
        return None
    if asked:
        path = Path(os.path.expanduser(asked))
        path = path / FILE if path.is_dir() else path
        if not path.is_absolute():
            raise RecordError(f"{VARIABLE} is {asked!r}: it wants the full path of a file, or off")
    else:
        import platformdirs  # not before it is needed: `import course` is light

        path = Path(platformdirs.user_data_dir(COURSE, appauthor=False)) / FILE
        if not path.is_absolute():
            raise RecordError("this account has no home folder")
    return Path(os.path.realpath(path))  # a link to the file stays a link


def parse(content):
    """The entries in a file's bytes: ``{name of the exercise: Entry}``.

    Raises:
        Damaged: it is not such a file, and why.
        RecordError: a newer version of the course wrote it.
    """
    if len(content) > LIMIT:
        raise Damaged(f"it has more than {LIMIT // 10**6} MB")
    try:
        record = json.loads(content.decode("utf-8-sig"))  # some editors put a mark before it
    except (ValueError, RecursionError):  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise Damaged("it is not JSON" if content.strip() else "it is empty") from None
    if not isinstance(record, dict) or record.get("course") != COURSE:
        raise Damaged("it is not a progress file of this course")
    if isinstance(record.get("format"), int) and record["format"] > FORMAT:
        raise RecordError("a newer version of the course wrote it")
    exercises = record.get("exercises")
    if record.get("format") != FORMAT or not isinstance(exercises, dict):
        raise Damaged("it lacks a part")
    return {name: entry(name, values) for name, values in exercises.items()}


def entry(name, values):
    kinds = {field: type(value) for field, value in asdict(Entry()).items()}
    right = (
        name.isidentifier()
        and isinstance(values, dict)
        and {field: type(value) for field, value in values.items()} == kinds
        and values["state"] in (BEGUN, NOT_YET, CORRECT)
        and 0 <= min(values["attempts"], values["hints"]) <= max(values["attempts"], values["hints"]) < MANY
        and is_day(values["last"])
    )
    if not right:
        raise Damaged(f"its entry {name[:60]!r} is not one of this course's")
    return Entry(**values)


def is_day(text):
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def load(path):
    """The entries in a file; empty when there is no file. Raises as ``parse`` does, and OSError."""
    try:
        with open(path, "rb") as file:
            return parse(file.read(LIMIT + 1))
    except FileNotFoundError:
        return {}


def change(path, name, update):
    """Changes an exercise's entry in a file, in one step: other kernels wait, readers see the old file or the new one.

    Args:
        path: the file, which is made where it is missing.
        name: the exercise's.
        update: a function that changes the ``Entry`` it is given.

    Returns:
        All entries after it, and the path that damaged content was put aside to, or None.

    Raises:
        RecordError: a newer version's file, which stays as it is.
        OSError: the system refused.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path.with_name(f"{path.name}.lock"), PATIENCE):
        aside = None
        try:
            entries = load(path)
        except Damaged:
            entries, aside = {}, put_aside(path)
        before = entries.get(name)
        after = Entry(**asdict(before)) if before else Entry()
        update(after)
        if before is None or asdict(before) != asdict(after):
            after.last = date.today().isoformat()
            entries[name] = after
            write(path, entries)
        return entries, aside


def put_aside(path):
    """Gives a file another name beside its own, which no file has yet. Returns the new path."""
    now = datetime.now().strftime("%Y-%m-%d_%H%M%S")
    names = (f"{path.stem}_put_aside_{now}{number}{path.suffix}" for number in ("", *(f"_{i}" for i in range(2, 99))))
    new = next(path.with_name(name) for name in names if not path.with_name(name).exists())
    path.rename(new)
    return new


def write(path, entries):
    content = {"course": COURSE, "format": FORMAT, "exercises": {name: asdict(entries[name]) for name in entries}}
    handle, part = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
            json.dump(content, file, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())  # without it, a machine that loses power may keep the name and lose the content
        replace(part, path)
    except BaseException:
        os.unlink(part)
        raise


def replace(part, path):
    """``os.replace``, again for a moment while Windows refuses because somebody reads the file."""
    for pause in (0.01, 0.03, 0.1, 0.3):
        try:
            return os.replace(part, path)
        except PermissionError:
            time.sleep(pause)
    return os.replace(part, path)


shown = set()  # messages that this process has shown: each is shown once


def keep(name, correct=None, hints=0, solution=False):
    """Keeps in the learner's file what they did with an exercise. A file that cannot be had never raises anything.

    Args:
        name: the exercise's.
        correct: whether an attempt was; None for anything but an attempt.
        hints: how many hints were given so far.
        solution: whether the solution was shown.

    Returns:
        The entries, ``{}`` where nothing is recorded; and a line to show: a message that this process
        has not shown yet, if there is one.
    """

    def update(entry):
        if correct is not None and entry.state != CORRECT:
            entry.attempts += 1
            entry.state = CORRECT if correct else NOT_YET
        entry.hints = max(entry.hints, hints)
        entry.solution = entry.solution or solution

    try:
        path = place()
        if path is None:
            return {}, ""
        entries, aside = change(path, name, update)
    except (RecordError, OSError) as error:
        return {}, once(f"Your progress is not recorded: {reason(error)}.")
    if aside:
        return entries, once(f"Your progress file could not be read. It is kept as `{aside}`; a new one has begun.")
    return entries, ""


def reason(error):
    """The error in words."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror.lower()} (`{error.filename}`)"
    return str(error)


def once(line):
    if line in shown:
        return ""
    shown.add(line)
    return line
