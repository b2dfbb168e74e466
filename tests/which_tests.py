"""Which tests belong to a lesson, in which order they run, and which of them one worker runs in one go."""

import re

# The order: the browser keeps one worker busy for long. Truth 5 is many small groups, which end both workers evenly.
PLACES = {"test_8": 0, "test_1": 1, "test_9": 2, "test_5": 4}
OTHERS = 3
PER_LESSON = re.compile(r"def test_\w+\([^)]*\b(?:notebook|notebook_with_values|exercise)\b")


def place_of(path):
    """A number to sort a test file by. Tests of one file, and of one notebook, keep their order."""
    return PLACES.get(path.name[:6], OTHERS)


def scope_of(nodeid):
    """What one worker runs in one go: the tests that share an execution of a notebook, a fixture, or an exercise."""
    file = nodeid.split("::")[0]
    name = file.rpartition("/")[2]
    if name.startswith("test_5"):
        return nodeid.split("-")[0]
    notebook = re.search(r"(\d\d\w*)(\.ipynb::|\]$)", nodeid)
    return notebook[1] if notebook and not name.startswith("test_8") else file


def may_belong(path, lessons):
    """False for a file without a test of one of these lessons: it need not be imported, which takes seconds."""
    if path.suffix == ".py" and not is_about(path.stem, lessons):
        return bool(PER_LESSON.search(path.read_text(encoding="utf-8")))
    return path.suffix != ".ipynb" or path.stem in lessons


def belongs(item, lessons):
    """True when a test is of one of these lessons: of its notebook, or of an exercise in its module."""
    values = item.callspec.params if hasattr(item, "callspec") else {}
    notebook = item.path if item.path.suffix == ".ipynb" else values.get("notebook", values.get("notebook_with_values"))
    lesson = notebook.stem if notebook else getattr(values.get("exercise"), "__module__", "").rpartition(".")[2]
    return lesson in lessons or is_about(item.path.stem, lessons)


def is_about(name, lessons):
    """True for a test file that is about one of these lessons: ``test_9_lesson_08a_as_a_script``."""
    return any(f"lesson_{lesson.split('_')[0]}_" in name for lesson in lessons)
