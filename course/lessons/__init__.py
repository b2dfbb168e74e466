"""The lessons' exercises: one module a notebook, of the same name. ``check``, ``hint`` and ``solution`` find them.

The registry is keyed by the name of the function: a learner who calls ``check(save_pair)`` names the exercise by it.
"""

import difflib
import functools
import importlib
import pkgutil

from course import practice
from course.practice.verdict import NOT_YET, Verdict


@functools.cache
def registry():
    """All exercises of the course, by name, in the order of the lessons.

    Raises:
        ValueError: two exercises have the same name.
    """
    found = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__)):
        for value in vars(importlib.import_module(f"{__name__}.{module}")).values():
            if isinstance(value, practice.Exercise):
                if value.__name__ in found:
                    raise ValueError(
                        f"two exercises are called {value.__name__}: in {found[value.__name__].__module__} and {module}"
                    )
                found[value.__name__] = value
    return found


def named(function):
    """The exercise of a function's name, or a ``Verdict`` that says what is wrong with the name."""
    name = getattr(function, "__name__", None)
    if name in registry():
        return registry()[name]
    if name is None or not callable(function):
        seen = f"That is {type(function).__name__!r}, not a function."
        return Verdict(NOT_YET, f"{seen} Pass the function itself, without parentheses: `course.check(my_function)`.")
    close = difflib.get_close_matches(name, registry(), n=1, cutoff=0.5)
    advice = f"Did you mean `{close[0]}`?" if close else f"They are: {', '.join(f'`{known}`' for known in registry())}."
    return Verdict(NOT_YET, f"No exercise is called `{name}`. Keep the name that the exercise gives. {advice}")


def check(function):
    """Runs your function as an attempt at the exercise of its name, apart from the notebook. Introduced in lesson 00.

    Returns:
        A verdict: ✅ correct and why it works; ❌ not yet, with what was seen, what was expected and the likely cause;
        or ✏️ not attempted. It is never an exception.
    """
    exercise = named(function)
    return exercise if isinstance(exercise, Verdict) else practice.check(exercise, function)


def hint(function):
    """The next of the exercise's three hints: a question, a nudge, nearly there. Introduced in lesson 00."""
    exercise = named(function)
    return exercise if isinstance(exercise, Verdict) else exercise.hint()


def solution(function):
    """A solution of the exercise, with comments that say why. Introduced in lesson 00."""
    exercise = named(function)
    return exercise if isinstance(exercise, Verdict) else exercise.show_solution()
