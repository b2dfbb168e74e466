"""The lessons' exercises: one module a notebook, of the same name. ``check``, ``hint`` and ``solution`` find them.

The registry is keyed by the name of the function: a learner who calls ``check(save_pair)`` names the exercise by it.
"""

import ast
import difflib
import functools
import importlib
import itertools
import pkgutil
import re
import sys
import types
from pathlib import Path

import click

from course import places, practice, progress_file
from course.practice import feedback
from course.practice.exercise import without_docstring
from course.practice.verdict import BLANK, CORRECT, NOT_YET, Verdict
from tfckpt.document import Note, fenced

# Where each Part begins. A test holds it against the maps in lesson 00 and in the README.
PARTS = {
    "00": "Part 1: the walk",
    "08a": "Part 2: in a real project",
    "11a": "Part 3: when it goes wrong",
    "16a": "Part 4: out of TensorFlow 1",
    "19a": "Part 5: beyond one machine",
    "21": "To keep at hand",
}
# Pages to look things up in, with neither steps nor exercises. They are in the maps, but nobody can have done them.
AT_HAND = frozenset({"21_in_a_hurry"})
REVIEW = re.compile(r"\d\dr_")  # the end of a Part: cases that mix its lessons, and no steps
TIME = re.compile(r"\*\*Time:\*\* (\d+) minutes")
FIRST_CELL = 4000  # characters, which is more than it takes
AS_WRITTEN = {"Train then": "Train, then", "tensorflow": "TensorFlow", "keras": "Keras"}  # in a title


def names():
    """The lessons' names, which are their notebooks' too, in order: ``03_save_the_variables``."""
    return sorted(info.name for info in pkgutil.iter_modules(__path__))


def is_review(name):
    """True for the name of a review, such as ``07r_review_the_walk``."""
    return bool(REVIEW.match(name))


@functools.cache
def registry():
    """All exercises of the course, by name, in the order of the lessons.

    Raises:
        ValueError: two exercises have the same name.
    """
    exercises = {}
    for module in names():
        for value in vars(importlib.import_module(f"{__name__}.{module}")).values():
            if isinstance(value, practice.Exercise):
                if value.__name__ in exercises:
                    other = exercises[value.__name__].__module__
                    raise ValueError(f"two exercises are called {value.__name__}: in {other} and {module}")
                exercises[value.__name__] = value
    return exercises


def find(name):
    """The exercise of this name, or None. Its lesson's module is imported, and no other one."""
    for lesson in names():
        if name and name in source(lesson) and name in exercises_of(lesson):
            return getattr(importlib.import_module(f"{__name__}.{lesson}"), name)
    return None


asked_last = []  # the names of the exercises that were asked for in this process, in order


def at_hand():
    """The notebook's function for the exercise at hand: the one that was asked for last, or else the first one there.

    None where no exercise's function is defined.
    """
    here = vars(sys.modules["__main__"])
    for name in itertools.chain(reversed(asked_last), *map(exercises_of, names())):
        if isinstance(here.get(name), types.FunctionType):
            return here[name]
    return None


def named(function):
    """The exercise of a function's name, or a ``Verdict`` that says what is wrong with the name."""
    if function is None:
        return Verdict(NOT_YET, "No exercise is at hand: run the cell that defines its function, then this one again.")
    name = getattr(function, "__name__", None)
    if exercise := find(name):
        asked_last.append(name)
        return exercise
    if name is None or not callable(function):
        seen = f"That is {type(function).__name__!r}, not a function."
        return Verdict(NOT_YET, f"{seen} Pass the function itself, without parentheses: `course.check(my_function)`.")
    known = list(itertools.chain(*contents().values()))
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    there = "`course.progress()` lists the exercises."
    advice = f"Did you mean `{close[0]}`?" if close else there
    return Verdict(NOT_YET, f"No exercise is called `{name}`. Keep the name that the exercise gives. {advice}")


def contents():
    """The names of the exercises of each lesson, in the order of the course: ``{name of the notebook: [name, …]}``."""
    return {lesson: exercises_of(lesson) for lesson in names()}


@functools.cache
def exercises_of(lesson):
    """The names of the exercises of a lesson, in order.

    They are read from its source. To import the lessons' modules is to import TensorFlow, which takes seconds; and to
    read all of the sources in this way takes as long as a check, so ``find`` looks for the name first.
    """
    return [name for node in ast.parse(source(lesson)).body if (name := exercise_in(node))]


def source(lesson):
    return (Path(__path__[0]) / f"{lesson}.py").read_text(encoding="utf-8")


def exercise_in(node):
    """The name of the exercise that a statement makes, as ``@exercise(…)`` or ``name = exercise(…)(…)``, or None."""
    if isinstance(node, ast.FunctionDef):
        name, calls = node.name, node.decorator_list
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.targets[0], ast.Name):
        name, calls = node.targets[0].id, [node.value.func]
    else:
        return None
    made = any(isinstance(call, ast.Call) and ast.unparse(call.func) == "exercise" for call in calls)
    return name if made else None


def title(lesson):
    """A lesson's number and title in words: ``03 Save the variables`` for ``03_save_the_variables``."""
    number, _, words = lesson.partition("_")
    words = words.replace("_", " ").capitalize()
    for plain, written in AS_WRITTEN.items():
        words = words.replace(plain, written)
    return f"{number} {words}"


def parts():
    """The Parts of the course and the names of their lessons, in order: ``{"Part 1: the walk": [name, …]}``."""
    lessons_of, part = {}, ""
    for lesson in names():
        part = PARTS.get(lesson.partition("_")[0], part)
        lessons_of.setdefault(part, []).append(lesson)
    return lessons_of


def minutes(lesson):
    """The minutes that a lesson takes, as the first cell of its notebook says, or 0 where that cannot be read."""
    try:
        with open(places.root() / "notebooks" / f"{lesson}.ipynb", encoding="utf-8", errors="replace") as file:
            time = TIME.search(file.read(FIRST_CELL))
    except (OSError, click.ClickException):
        return 0
    return int(time[1]) if time else 0


def check(function=None):
    """Runs your function as an attempt at the exercise of its name, apart from the notebook. Introduced in lesson 00.

    Without a function it takes the exercise at hand. How far you are is kept in a file of your own, which
    ``course.progress()`` shows.

    Returns:
        A verdict: ✅ correct, why it works and what comes next; ❌ not yet, with what was seen, what was expected and
        the likely cause; or ✏️ not attempted. It is never an exception.
    """
    function = at_hand() if function is None else function
    exercise = named(function)
    if isinstance(exercise, Verdict):
        return exercise
    verdict = practice.check(exercise, function)
    verdict.actions = actions(exercise, function, verdict)
    if verdict.source is None and verdict.state != BLANK:  # it was not run
        return verdict
    attempt = None if verdict.state == BLANK else verdict.state == CORRECT
    if attempt is not None:
        verdict = feedback.remember(exercise, verdict)
    entries, line = progress_file.keep(exercise.__name__, attempt, exercise.hints_given)
    if attempt:
        verdict = verdict.saying_also(f"**Next:** {after(exercise, entries)}")
    return verdict.saying_also(line) if line else verdict


def actions(exercise, function, verdict):
    """The buttons below a verdict: help on the way, and once it is right, a solution beside one's own."""
    if verdict.state == CORRECT:
        own = Note(f"Your `{exercise.__name__}`:\n\n{fenced(without_docstring(verdict.source), 'python')}")
        return {"Compare with a solution": lambda: [own, exercise.show_solution()]}
    return {"Hint": lambda: [hints(exercise, function)], "Solution": lambda: [solution(function)]}


def hints(exercise, function):
    """The next hint, below those before it: a verdict that is new has taken them away."""
    newest = hint(function)
    return Note("\n\n".join([*map(exercise.numbered, range(1, exercise.hints_given)), newest.markdown]))


def after(exercise, entries):
    """The exercise to do after one that is done: the next of its lesson, or else the next lesson."""
    lesson = exercise.__module__.rpartition(".")[2]
    beside = exercises_of(lesson)
    here = beside.index(exercise.__name__)
    for other in beside[here + 1 :] + beside[:here]:
        if not find(other).solved and entries.get(other, progress_file.Entry()).state != progress_file.CORRECT:
            return f"`{other}`, in this lesson."
    whole = "`course.progress()` shows the whole course."
    following = [other for other in names() if other > lesson and other not in AT_HAND]
    if not following:
        return f"the exercises of the last lesson are done. {whole}"
    done = "The exercises of this lesson are done, so you can close its tab"
    return f"[{title(following[0])}]({following[0]}.ipynb). {done}; {whole}"


def hint(function=None):
    """The next of the exercise's three hints: a question, a nudge, nearly there. Introduced in lesson 00.

    Without a function it takes the exercise at hand.
    """
    exercise = named(at_hand() if function is None else function)
    if isinstance(exercise, Verdict):
        return exercise
    note = exercise.hint()
    _, line = progress_file.keep(exercise.__name__, hints=exercise.hints_given)
    return note.saying_also(line) if line else note


def solution(function=None):
    """A solution of the exercise, with comments that say why. Introduced in lesson 00.

    Without a function it takes the exercise at hand. Before the first attempt, the first call says that an attempt
    costs nothing; the second one gives the solution.
    """
    exercise = named(at_hand() if function is None else function)
    if isinstance(exercise, Verdict):
        return exercise
    entries, line = progress_file.keep(exercise.__name__)
    entry = entries.get(exercise.__name__, progress_file.Entry())
    if feedback.should_try(exercise) and not entry.attempts and not entry.solution:
        note = feedback.try_first(exercise)
    else:
        note = exercise.show_solution()
        progress_file.keep(exercise.__name__, solution=True)
    return note.saying_also(line) if line else note
