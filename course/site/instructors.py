"""The instructors' page: for each lesson what to say, its points, its exercises, and what people get wrong in them."""

import inspect
import re
import textwrap
import tomllib

from course import lessons, notebooks, places
from course.practice.exercise import source_of
from tfckpt.document import fenced

INTRODUCTION = """\
---
orphan: true
nosearch: true
---

# For instructors

For each lesson: its minutes, what to say, its points, and its exercises with three wrong attempts that people make, a
piece of the verdict that each of them gets, and the solution. No page for learners leads here.

How to teach with the course, and what a class needs, stands in [Teach with this course](docs/teaching.md).
`python3 -m course run --solved` writes the lessons with all exercises solved."""
FOR_RUFF = re.compile(r" +# noqa.*$", re.MULTILINE)
POINTS = re.compile(r"^## In short\n\n((?:- .*\n?)+)", re.MULTILINE)
ATTEMPTS = 3


def page():
    """The page in Markdown. It imports the modules of all lessons, and with them TensorFlow, and runs nothing."""
    say = tomllib.loads((places.root() / "docs" / "what_to_say.toml").read_text(encoding="utf-8"))
    exercises = {}
    for exercise in lessons.registry().values():
        exercises.setdefault(exercise.__module__.rpartition(".")[2], []).append(exercise)
    parts = [INTRODUCTION]
    for part, names in lessons.parts().items():
        parts.append(f"## {part}")
        for name in names:
            parts += of_lesson(name, say[name.partition("_")[0]], exercises.get(name, []))
    return "\n\n".join(parts) + "\n"


def of_lesson(name, say, exercises):
    """What the page has of one lesson: pieces of Markdown."""
    yield f"### {lessons.title(name)}"
    yield f"{lessons.minutes(name)} minutes, [the lesson](notebooks/{name}.ipynb)"
    yield f"**Say.** {' '.join(say.split())}"
    last = notebooks.read((notebooks.folder() / f"{name}.ipynb").read_bytes()).cells[-1].source
    if points := POINTS.search(last):
        yield f"**Points.**\n\n{points[1].strip()}"
    for exercise in exercises:
        yield from of_exercise(exercise)


def of_exercise(exercise):
    """What the page has of one exercise: its task, wrong attempts, and the solution, folded."""
    task = inspect.cleandoc(exercise.reference.__doc__ or "").partition("\n\n")[0]
    yield f"**Exercise `{exercise.__name__}`.** {' '.join(task.split())}"
    for attempt in exercise.wrong_attempts[:ATTEMPTS]:
        code = textwrap.indent(fenced(FOR_RUFF.sub("", source_of(attempt.function)), "python"), "  ")
        yield f"- *not yet:* … {attempt.says} …\n\n{code}"
    yield f"<details>\n<summary>Solution</summary>\n\n{fenced(exercise.to_read, 'python')}\n\n</details>"
