"""Truth 5: every known wrong attempt gets a verdict of its own; small changes of a reference solution do not pass."""

import linecache

import pytest
from small_changes import small_changes

from course import lessons, practice
from course.practice.verdict import CORRECT, NOT_YET

WRONG = [
    pytest.param(exercise, wrong, id=f"{name}-{wrong.function.__name__}")
    for name, exercise in lessons.registry().items()
    for wrong in exercise.wrong_attempts
]
EXERCISES = [pytest.param(exercise, id=name) for name, exercise in lessons.registry().items()]

pytestmark = pytest.mark.usefixtures("lessons_loaded")


@pytest.mark.parametrize(("exercise", "wrong"), WRONG)
def test_wrong_attempt(exercise, wrong):
    verdict = practice.check(exercise, wrong.function)
    assert verdict.state == NOT_YET
    said = [other.function.__name__ for other in exercise.wrong_attempts if other.says in verdict.markdown]
    assert said == [wrong.function.__name__], f"this verdict was meant for {said}:\n{verdict}"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_there_is_enough_to_learn_from(exercise):
    assert len(exercise.hints) == 3
    assert exercise.hints[0].endswith("?"), "the first hint is a question"
    assert len(exercise.wrong_attempts) >= 3
    assert "#" in exercise.solution, "a solution says why"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_small_changes_do_not_pass(exercise):
    changes = small_changes(exercise.solution)
    assert set(exercise.harmless_changes) <= set(changes), "a change that is listed is none any more"
    passed = {change for change, source in changes.items() if passes(exercise, source)}
    listed = set(exercise.harmless_changes)
    assert not passed - listed, "these got ✅:\n" + "\n".join(sorted(passed - listed))
    assert not listed - passed, "these are listed as harmless, and are refused:\n" + "\n".join(sorted(listed - passed))


def passes(exercise, source):
    """True when the examiner lets a changed reference solution pass."""
    name = f"<changed {exercise.__name__}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    namespace = dict(exercise.reference.__globals__)
    exec(compile(source, name, "exec"), namespace)
    return practice.check(exercise, namespace[exercise.__name__]).state == CORRECT
