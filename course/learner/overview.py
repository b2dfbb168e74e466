"""How far a learner is: the lessons and their exercises, done, in progress and not begun."""

from dataclasses import dataclass

from course import lessons, record
from course.note import Note, Table, plain

DONE, IN_PROGRESS, NOT_BEGUN = "✅ done", "📖 in progress", "⬜ not begun"
ICONS = {record.CORRECT: "✅", record.NOT_YET: "❌", record.BEGUN: "✏️"}  # those of the verdicts
EFFORT = ("attempts", "hints", "solution")


@dataclass
class Lesson:
    """A lesson and its exercises: ``{name: Entry}``, with a blank entry where nothing is kept."""

    name: str
    entries: dict
    begun: bool  # something is kept of at least one exercise

    @property
    def done(self):
        """How many of its exercises are correct."""
        return sum(entry.state == record.CORRECT for entry in self.entries.values())

    @property
    def state(self):
        if self.done == len(self.entries):
            return DONE
        return IN_PROGRESS if self.begun else NOT_BEGUN

    def total(self, what):
        """The sum over its exercises of ``attempts``, ``hints`` or ``solution``."""
        return sum(getattr(entry, what) for entry in self.entries.values())


def sorted_by_lesson(entries):
    """The course's lessons in their order, each as a ``Lesson``. What this version does not have is left out.

    Args:
        entries: what a progress file holds: ``{name of the exercise: Entry}``.
    """
    result = []
    for lesson, names in lessons.contents().items():
        own = {name: entries.get(name, record.Entry()) for name in names}
        result.append(Lesson(lesson, own, begun=any(name in entries for name in names)))
    return result


def summary(found):
    """How many exercises and lessons are done, in a sentence."""
    count = sum(len(lesson.entries) for lesson in found)
    done = sum(lesson.done for lesson in found)
    whole = sum(lesson.state == DONE for lesson in found)
    return f"{done} of {count} exercises and {whole} of {len(found)} lessons are done."


def effort(found):
    """The attempts, hints and solutions, in a sentence."""
    attempts, hints, solutions = (sum(lesson.total(what) for lesson in found) for what in EFFORT)
    return f"So far: {number(attempts, 'attempt')}, {number(hints, 'hint')}, {number(solutions, 'solution')}."


def number(count, thing):
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def row(lesson):
    """A lesson's row, in Markdown. Of a lesson that is in progress it names what is left."""
    left = [f"{ICONS[entry.state]} `{name}`" for name, entry in lesson.entries.items() if entry.state != record.CORRECT]
    return [
        f"[{lessons.title(lesson.name)}]({lesson.name}.ipynb)",
        lesson.state,
        f"{lesson.done} of {len(lesson.entries)}",
        " ".join(left) if lesson.state == IN_PROGRESS else "",
    ]


class Progress(Note):
    """How far a learner is: a sentence, a table, and where it is kept."""

    def __init__(self, entries, path):
        found = sorted_by_lesson(entries)
        self.table = Table(["lesson", "how far", "exercises", "left"], map(row, found), "llrl")
        self.before = summary(found)
        self.after = f"{effort(found)} ❌ is not yet right, ✏️ not attempted. Kept on this machine alone, in `{path}`."
        super().__init__(f"**{self.before}**\n\n{self.table.markdown}\n\n{self.after}")

    def __repr__(self):
        return f"{self.before}\n\n{self.table!r}\n\n{plain(self.after)}"


def look():
    """The learner's progress as a ``Note``.

    Raises:
        record.RecordError: what stands in its way.
    """
    path = record.place()
    if path is None:
        return Note(f"Progress is switched off: `{record.VARIABLE}` is `off`, so nothing is kept.")
    try:
        return Progress(record.load(path), path)
    except record.Damaged as error:
        raise record.RecordError(
            f"{error} (`{path}`). The file stays: the next `course.check` keeps it under another name and begins anew"
        ) from error
    except OSError as error:
        raise record.RecordError(record.reason(error)) from error


def progress():
    """The lessons and exercises that you have done, as a table. It is kept in a file of your own, and sent nowhere.

    Returns:
        A ``Note``: the table, or what stands in its way.
    """
    try:
        return look()
    except record.RecordError as error:
        return Note(f"Your progress cannot be read: {error}.")
