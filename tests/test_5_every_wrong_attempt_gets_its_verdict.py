"""Truth 5: every known wrong attempt gets a verdict of its own."""

import pytest

from course import lessons, practice
from course.practice.verdict import NOT_YET

WRONG = [
    pytest.param(exercise, wrong, id=f"{name}-{wrong.function.__name__}")
    for name, exercise in lessons.registry().items()
    for wrong in exercise.wrong_attempts
]
EXERCISES = [pytest.param(exercise, id=name) for name, exercise in lessons.registry().items()]


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
