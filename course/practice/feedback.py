"""The part of a verdict that looks at earlier attempts: that the same was wrong before, and what to do about it."""

import ast

from course.practice.verdict import NOT_YET
from tfckpt.document import Note


def remember(exercise, verdict):
    """Keeps an attempt's verdict with its exercise, for this process.

    Returns:
        The verdict. When an earlier attempt was wrong in the same way, it says so, and what may help: to run the cell
        that was changed, or the next hint.
    """
    before = list(exercise.tried)
    exercise.tried.append(verdict)
    wrong = [earlier.because for earlier in before if earlier.state == NOT_YET]
    if verdict.state != NOT_YET or verdict.because not in wrong:
        return verdict
    if code(verdict.source) == code(before[-1].source):
        return verdict.saying_first(
            "**This is the code of your last attempt**, so the verdict is the same. If you have changed it since, run "
            "the cell with the function."
        )
    if verdict.because is None:  # two causes that are not known need not be the same
        return verdict
    if verdict.because == before[-1].because:
        again = "Your code has changed, and the likely cause has not."
    else:
        again = "An earlier attempt of yours had the same likely cause."
    return verdict.saying_also(f"**Again.** {again} {advice(exercise)}")


def advice(exercise):
    """The sentence that may help: the next hint, or after the last one the solution."""
    if exercise.hints_given < len(exercise.hints):
        return exercise.hint().markdown.splitlines()[0]
    return f"Read the third hint once more, or compare with `course.solution({exercise.__name__})`."


def code(source):
    """A function's code without its comments and layout: two texts that do the same thing in the same way are equal."""
    return ast.unparse(ast.parse(source))


def should_try(exercise):
    """True when the solution is asked for the first time, before any attempt, and before the hints are used up."""
    return not (exercise.tried or exercise.told_to_try or exercise.hints_given == len(exercise.hints))


def try_first(exercise):
    """The note in place of a solution that is asked for before the first attempt."""
    exercise.told_to_try = True
    name = exercise.__name__
    return Note(
        f"**Try it first.** You have not attempted `{name}` yet. A wrong attempt costs nothing, and its verdict says "
        f"what to look at; `course.hint({name})` helps on the way. To see the solution anyway, ask for it again."
    )
