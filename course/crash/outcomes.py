"""``outcome`` and ``table``: what is left after a kill, looked at and put side by side."""

from itertools import groupby

from course.crash.victim import run
from course.meanwhile import saying
from course.working_folder import emptied
from tfckpt.document import Table


def outcome(function, *arguments):
    """The result of ``function(*arguments)`` as a text; or, when it raises an error, the name of the error's type.

    Introduced in lesson 14b.
    """
    try:
        return str(function(*arguments))
    except Exception as error:  # any: what it is, is the answer
        return type(error).__name__


def table(function, folder, *arguments, looks):
    """Kills ``function`` before each step after its first printed line, and looks at what each kill left.

    Of several equal steps in a row, such as the writes to one file, the first and the last are taken.

    Args:
        function, folder, arguments: as of ``run``. The folder is emptied before each kill.
        looks: ``{title of a column: a function of the folder}``; each cell is its ``outcome``.

    Returns:
        A ``Table``: one row for each step of the second save.

    Introduced in lesson 14a.
    """
    rows = []
    with saying("Saving again and again, each time with a kill before another step"):
        whole = run(function, emptied(folder), *arguments)
        for number, label in chosen(whole.steps, first=whole.marks[0]):
            run(function, emptied(folder), *arguments, kill_before=number)
            rows.append((label, *(outcome(look, folder) for look in looks.values())))
    return Table(["killed before", *looks], rows)


def chosen(steps, first):
    """The numbers, from 1, of the steps behind the ``first`` ones, each with its label."""
    for text, group in groupby(enumerate(steps[first:], start=first + 1), key=lambda pair: pair[1]):
        numbers = [number for number, _ in group]
        verb, _, names = text.partition(" ")
        label = f"`rename to {names.rpartition(' -> ')[2]}`" if verb == "rename" else f"`{text}`"
        yield numbers[0], label if len(numbers) == 1 else f"{label}, the first"
        if len(numbers) > 1:
            yield numbers[-1], f"{label}, the last"
