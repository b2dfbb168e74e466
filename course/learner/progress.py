"""A learner's progress: the lessons and their exercises, done, in progress and not begun."""

from dataclasses import dataclass

from course import lessons, progress_file
from tfckpt.document import Note, Table, plain

# Words first: where a font has no such characters, all icons are the same empty box.
DONE, IN_PROGRESS, NOT_BEGUN = "done ✅", "in progress", "not begun"
OF_AN_EXERCISE = {progress_file.CORRECT: DONE, progress_file.NOT_YET: "not yet right", progress_file.BEGUN: "to do"}
INDENT = "\N{NO-BREAK SPACE}" * 4  # which Markdown keeps
EFFORT = ("attempts", "hints", "solution")


@dataclass
class Lesson:
    """A lesson and its exercises: ``{name: Entry}``, with a blank entry where nothing is kept."""

    name: str
    entries: dict
    begun: bool  # something is kept of at least one exercise

    @property
    def done(self):
        """The number of its exercises that are correct."""
        return sum(entry.state == progress_file.CORRECT for entry in self.entries.values())

    @property
    def state(self):
        if self.done == len(self.entries):
            return DONE
        return IN_PROGRESS if self.begun else NOT_BEGUN

    @property
    def minutes(self):
        """The minutes that it takes, as its first cell says: a number, or 0 where that cannot be read."""
        return lessons.minutes(self.name)

    @property
    def left(self):
        """The minutes that it still takes. One that is in progress counts whole: nobody knows how far it was read."""
        return 0 if self.state == DONE else self.minutes

    @property
    def last(self):
        """The last day that somebody worked on it, such as ``2026-11-24``, or empty."""
        return max((entry.last for entry in self.entries.values()), default="")

    @property
    def to_do(self):
        """The names of the exercises that are not done."""
        return [name for name, entry in self.entries.items() if entry.state != progress_file.CORRECT]

    def total(self, what):
        """The sum over its exercises of ``attempts``, ``hints`` or ``solution``."""
        return sum(getattr(entry, what) for entry in self.entries.values())


def sorted_by_lesson(entries):
    """The course's lessons in their order, each as a ``Lesson``. What this version does not have is left out.

    So are the pages to keep at hand, which have no exercises: they would be done from the start.

    Args:
        entries: what a progress file holds: ``{name of the exercise: Entry}``.
    """
    result = []
    for lesson, names in lessons.contents().items():
        if lesson in lessons.AT_HAND:
            continue
        own = {name: entries.get(name, progress_file.Entry()) for name in names}
        result.append(Lesson(lesson, own, begun=any(name in entries for name in names)))
    return result


def summary(all_lessons):
    """The numbers of exercises and lessons that are done, in a sentence."""
    count = sum(len(lesson.entries) for lesson in all_lessons)
    done = sum(lesson.done for lesson in all_lessons)
    whole = sum(lesson.state == DONE for lesson in all_lessons)
    if done == count:
        return f"All {count} exercises are done, in all {len(all_lessons)} lessons."
    return f"{done} of {count} exercises and {whole} of {len(all_lessons)} lessons are done."


def effort(all_lessons):
    """The attempts, hints and solutions, in a sentence."""
    attempts, hints, solutions = (sum(lesson.total(what) for lesson in all_lessons) for what in EFFORT)
    return f"So far: {number(attempts, 'attempt')}, {number(hints, 'hint')}, {number(solutions, 'solution')}."


def number(count, thing):
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def rows(all_lessons):
    """The table's rows, in Markdown: a Part, its lessons, and the exercises of a lesson that is in progress."""
    for part, names in lessons.parts().items():
        own = [lesson for lesson in all_lessons if lesson.name in names]
        if not own:
            continue
        left = sum(lesson.left for lesson in own)
        yield [f"**{part}**", "", f"{left} left" if left else "", DONE if all(map(is_done, own)) else ""]
        for lesson in own:
            minutes = str(lesson.left or "")
            yield [linked(lesson), f"{lesson.done} of {len(lesson.entries)}", minutes, lesson.state]
            if lesson.state == IN_PROGRESS:
                for name, entry in lesson.entries.items():
                    yield [f"{INDENT}`{name}`", "", "", OF_AN_EXERCISE[entry.state]]


def is_done(lesson):
    return lesson.state == DONE


def linked(lesson):
    """A lesson's title in Markdown, a link to its notebook, which is in the same folder."""
    return f"[{lessons.title(lesson.name)}]({lesson.name}.ipynb)"


def where_to_go_on(all_lessons):
    """The lesson to go on with, or None when all are done.

    It is the one in progress that was worked on last, or else the first that is left after the last one worked on.
    """
    begun = [lesson for lesson in all_lessons if lesson.state == IN_PROGRESS]
    if begun:
        return max(begun, key=lambda lesson: lesson.last)  # of the same day, the first
    day, place = max((lesson.last, place) for place, lesson in enumerate(all_lessons))
    last = place if day else 0
    return next((lesson for lesson in [*all_lessons[last:], *all_lessons[:last]] if not is_done(lesson)), None)


def go_on(all_lessons):
    """The last line, in Markdown: what comes next."""
    lesson = where_to_go_on(all_lessons)
    if lesson is None:
        return "**Go on:** with a checkpoint of your own: `python3 -m course inspect PATH`"
    word = "Go on" if any(lesson.begun for lesson in all_lessons) else "Begin"
    return f"**{word}:** {linked(lesson)}, `{lesson.to_do[0]}`"


class Progress(Note):
    """A learner's progress as a note: a sentence, a table, where it is kept, and what comes next."""

    def __init__(self, entries, path):
        all_lessons = sorted_by_lesson(entries)
        table = Table(["lesson", "exercises", "minutes", "how far"], rows(all_lessons), "lrrl")
        effort_so_far = f"{effort(all_lessons)} " if any(lesson.begun for lesson in all_lessons) else ""
        kept = f"{effort_so_far}It is kept on this machine only, in `{path}`."
        super().__init__("\n\n".join([f"**{summary(all_lessons)}**", table.markdown, kept, go_on(all_lessons)]))
        heading, *lines = repr(table).splitlines()
        self.lines = [plain(summary(all_lessons)), "", heading]
        for line in lines:
            self.lines += ["", line] if line.startswith(PART) else [line]
        self.lines += ["", *filter(None, [effort_so_far.strip(), "It is kept on this machine only, in", f"  {path}"])]
        self.lines += ["", plain(go_on(all_lessons))]

    def __repr__(self):
        return "\n".join(self.lines)


PART = "Part "  # what the heading of a Part begins with


def look():
    """The learner's progress as a ``Note``.

    Raises:
        progress_file.RecordError: what stands in its way.
    """
    path = progress_file.place()
    if path is None:
        return Note(f"Progress is switched off: `{progress_file.VARIABLE}` is `off`, so nothing is kept.")
    try:
        return Progress(progress_file.load(path), path)
    except progress_file.Damaged as error:
        raise progress_file.RecordError(
            f"{error} (`{path}`). The file stays: the next `course.check` keeps it under another name and begins anew"
        ) from error
    except OSError as error:
        raise progress_file.RecordError(progress_file.reason(error)) from error


def progress():
    """The lessons and exercises that you have done, as a table. It is kept in a file of your own, and sent nowhere.

    Returns:
        A ``Note``: the table, or what stands in its way.
    """
    try:
        return look()
    except progress_file.RecordError as error:
        return Note(f"Your progress cannot be read: {error}.")
