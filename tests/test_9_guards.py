"""Truth 9, the guards: the file that people copy from has the lessons' guards, all and only them, and each is right."""

import ast
import builtins
import inspect

import pytest

from course import guards, lessons
from course.practice.exercise import source_of

GUARDS = {name: value for name, value in vars(guards).items() if inspect.isfunction(value)}


def test_each_guard_is_a_right_answer_to_the_exercise_of_its_name():
    """What it does beyond the exercise is tested in test_9_guards_on_their_adversaries.py."""
    exercises = lessons.registry()
    of_lesson_12 = {name for name in exercises if exercises[name].__module__.startswith("course.lessons.12")}
    assert of_lesson_12 <= GUARDS.keys(), "each exercise of lessons 12a to 12c is a guard; other lessons have some more"
    assert GUARDS.keys() <= exercises.keys()
    for name, guard in GUARDS.items():
        assert guard in exercises[name].right_attempts, f"course.guards.{name} is not checked"
        assert inspect.signature(guard) == inspect.signature(exercises[name].reference)


@pytest.mark.parametrize("name", GUARDS)
def test_a_copied_guard_needs_the_imports_and_nothing_else(name):
    tree = ast.parse(inspect.getsource(guards))
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    alone = ast.Module([*imports, ast.parse(source_of(GUARDS[name])).body[0]], type_ignores=[])
    namespace = {}
    exec(compile(ast.unparse(alone), "<copy>", "exec"), namespace)
    used = {node.id for node in ast.walk(alone) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    made = {node.id for node in ast.walk(alone) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    inner = {node.name for node in ast.walk(alone) if isinstance(node, ast.FunctionDef)}
    arguments = {node.arg for node in ast.walk(alone) if isinstance(node, ast.arg)}
    missing = used - made - inner - arguments - set(namespace) - set(dir(builtins))
    assert missing == set()


def test_the_table_has_each_guard():
    for name in GUARDS:
        assert f"``{name}``" in guards.__doc__
