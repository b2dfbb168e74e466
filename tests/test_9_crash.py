"""Truth 9, crashes: a child is killed where ``course.crash`` says, and the recipe of lesson 14b loses nothing."""

import ast
import importlib.util
import inspect
import os
import shutil
import sys
import threading
from pathlib import Path

import nbformat
import pytest
import tensorflow.compat.v1 as tf

from conftest import ROOT
from course import crash, durable, lessons
from course.crash.interpose import FUNCTIONS, LIBRARY, slots
from course.practice.exercise import Exercise
from course.working_folder import scratch

KILLS = 200
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="steps inside TensorFlow are counted on Linux")


@pytest.fixture
def folder(in_folder):
    return scratch("crash")


def cells_of(name, *ids):
    """The functions that cells of a lesson define, as modules that ``course.crash`` can read the source of."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    return {cell.id: cell.source for cell in notebook.cells if cell.id in ids}


def defined(source, in_folder):
    """The function that a source defines. Its source can be read again, as ``course.crash.run`` does."""
    path = in_folder / "from_the_notebook.py"
    path.write_text(source, encoding="utf-8")
    namespace = {}
    exec(compile(source, str(path), "exec"), namespace)
    return namespace[ast.parse(source).body[0].name]


def rename_twice(folder):
    import os

    for name in ("a", "b"):
        with open(f"{folder}/{name}.part", "w") as file:
            file.write(name)
        os.replace(f"{folder}/{name}.part", f"{folder}/{name}")
        print(name)
    os.remove(f"{folder}/a")


def test_steps_of_python_are_counted_in_their_order(folder):
    done = crash.run(rename_twice, folder)
    one = ["open {0}.part", "write {0}.part", "rename {0}.part -> {0}"]
    assert done.steps == [step.format(name) for name in "ab" for step in one] + ["delete a"]
    assert (done.printed, done.marks, done.killed) == (["a", "b"], [3, 6], False)


@pytest.mark.parametrize(("before", "left"), [(1, []), (3, ["a.part"]), (4, ["a"]), (7, ["a", "b"])])
def test_a_killed_child_did_what_came_before(folder, before, left):
    done = crash.run(rename_twice, folder, kill_before=before)
    assert done.killed
    assert len(done.steps) == before
    assert sorted(path.name for path in folder.iterdir()) == left


def test_elsewhere_it_says_what_to_do(folder, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(
        NotImplementedError, match="on Linux only. Read the page that `python3 -m course html` writes, or open"
    ):
        crash.run(rename_twice, folder)


def test_a_number_beyond_the_last_step_kills_nobody(folder):
    assert not crash.run(rename_twice, folder, kill_before=8).killed


def test_an_error_in_the_child_is_told(folder):
    def fail(folder):
        print("before")
        raise KeyError("a message")

    with pytest.raises(RuntimeError, match=r"(?s)fail raised, in the child process:.*KeyError: 'a message'"):
        crash.run(fail, folder)

    def leave(folder):
        import os

        os._exit(3)

    with pytest.raises(RuntimeError, match=r"ended without a word \(exit code 3\)"):
        crash.run(leave, folder)


def test_files_elsewhere_do_not_count(folder):
    def elsewhere(folder):
        with open(f"{folder}-beside", "w") as file:
            file.write("x")

    assert crash.run(elsewhere, folder).steps == []


def test_the_steps_inside_tensorflow_are_the_systems(folder):
    """The files whose renames were counted are those that are there, and each rename changed what the next one saw."""
    (save_twice,) = (defined(source, folder) for source in cells_of("14a_survive_a_crash", "victim").values())
    pair = crash.emptied(folder / "pair")
    whole = crash.run(save_twice, pair, 3, 5)
    assert [step.rpartition(" -> ")[2] for step in whole.steps[:4]] == [
        "pair.data-00000-of-00001",
        "pair.index",
        "checkpoint",
        "pair.meta",
    ]
    assert whole.steps[4:] == whole.steps[:4]
    for number in range(1, 5):
        crash.run(save_twice, crash.emptied(pair), 3, 5, kill_before=number)
        there = {path.name for path in pair.iterdir()}
        done = {step.rpartition(" -> ")[2] for step in whole.steps[: number - 1]}
        assert {name for name in there if ".temp" not in name and ".tmp" not in name} == done
        assert len(there - done) == 1, "the file whose rename did not come to be, under its temporary name"


def test_the_library_has_what_is_interposed():
    library = Path(importlib.util.find_spec("tensorflow").origin).parent / LIBRARY
    assert set(slots(library, set(FUNCTIONS))) == set(FUNCTIONS)
    with pytest.raises(NotImplementedError, match="does not call no_such_function by its table"):
        slots(library, {"no_such_function"})


def test_a_file_that_is_no_library(in_folder):
    (in_folder / "file").write_bytes(b"MZ" + bytes(100))
    with pytest.raises(NotImplementedError, match="is not an ELF file"):
        slots(in_folder / "file", {"rename"})


def test_emptied_deletes_nothing_of_others(folder):
    (folder / "file").touch()
    assert list(crash.emptied(folder).iterdir()) == []
    Path("thesis").mkdir()
    Path("thesis/chapter").touch()
    for place in ("thesis", ".", "scratch"):
        with pytest.raises(ValueError, match="not a folder below scratch"):
            crash.emptied(place)
    assert Path("thesis/chapter").exists()


def killed_again_and_again(train, folder, kills, moves=0):
    """Runs ``train`` until it was killed so many times, at all of its steps.

    In between, ``moves`` times, it goes on in a copy of the folder, whose files have their dates in reversed order.

    Returns:
        The last checkpoint that was promised, how many were lost, and the folder at the end.
    """
    promised = killed = lost = number = moved = 0
    while killed < kills:
        victim = crash.run(train, folder, kill_before=1 + number % 24)
        number += 1
        killed += victim.killed
        promised = max([promised, *(int(line.split("-")[-1]) for line in victim.printed)])
        found = durable.newest_readable(folder)
        held = int(tf.train.NewCheckpointReader(found).get_tensor("A")) if found else 0
        lost += held < promised or (found or "-0").split("-")[-1] != str(held)
        promised = held  # what is lost is counted once
        if moves and killed >= (moved + 1) * kills // (moves + 1):
            moved += 1
            folder = copied(folder, folder.with_name(f"moved-{moved}"))
    return promised, lost, folder


def copied(folder, target):
    """A copy of a folder, whose newer files have older dates. The original is gone, as after a move."""
    shutil.copytree(folder, target)
    shutil.rmtree(folder)
    for path in target.iterdir():
        date = 2e9 - path.stat().st_mtime
        os.utime(path, (date, date))
    return target


def test_the_recipe_loses_nothing(folder, record_property):
    (source,) = cells_of("14b_save_so_that_nothing_is_lost", "recipe").values()
    (told,) = cells_of("14b_save_so_that_nothing_is_lost", "cost").values()
    assert f"with {KILLS} kills, with the folder copied" in told
    train = defined(source, folder.parent)
    promised, lost, folder = killed_again_and_again(train, folder, KILLS, moves=3)
    record_property("told", f"lesson 14b, the recipe: {KILLS} kills, {promised} checkpoints promised, {lost} lost")
    assert promised > KILLS / 2, "it goes on from kill to kill"
    assert lost == 0
    assert len(list(folder.glob("*.index"))) < KILLS, "older ones are deleted: at most one for each crash stays"


def save_again_and_again(folder, text):
    """A victim: three saves of a model to one path, beside a second process that saves there, too."""
    import os
    import time

    from course import durable

    class Model:
        def __init__(self, number):
            self.content = f"{text}{number}\n" * 500

        def save(self, path):
            with open(path, "w", encoding="utf-8") as file:
                for start in range(0, len(self.content), 1000):
                    file.write(self.content[start : start + 1000])
                    file.flush()

    for number in range(3):
        durable.save_keras(Model(number), os.path.join(folder, "m.keras"))
        print(text, number)
        time.sleep(0.001)


def test_save_keras_killed_at_each_step_beside_a_second_writer(folder):
    """Whoever is killed, wherever: there is a whole file, and the other one gets no error."""
    other, stop, problems = folder / "m.keras", threading.Event(), []

    def second_writer():
        class Model:
            def save(self, path):
                Path(path).write_text("other\n" * 500, encoding="utf-8")

        while not stop.is_set():
            try:
                durable.save_keras(Model(), other)
            except Exception as error:
                problems.append(error)

    whole = crash.run(save_again_and_again, folder, "one")
    assert other.read_text() == "one2\n" * 500
    writer = threading.Thread(target=second_writer)
    writer.start()
    try:
        for number in range(1, len(whole.steps) + 1):
            assert crash.run(save_again_and_again, folder, "one", kill_before=number).killed
            lines = set(other.read_text().splitlines())
            assert len(lines) == 1, "never a mix of two"
            assert lines <= {"one0", "one1", "one2", "other"}
            assert len(other.read_text()) == 500 * (len(lines.pop()) + 1), "never half a file"
    finally:
        stop.set()
        writer.join()
    assert problems == []
    left = [path for path in folder.iterdir() if path != other]
    assert left, "what a killed process left: its docstring says so"
    assert all(path.name.startswith(".save-") for path in left)


def test_without_the_recipe_the_same_loop_finds_losses(folder):
    (source,) = cells_of("14b_save_so_that_nothing_is_lost", "recipe").values()
    careless = source.replace('durable.save_durably(saver, sess, f"{folder}/model", step)', "one(saver, sess, folder)")
    careless = careless.replace(
        "    tf.disable_v2_behavior()\n",
        "    tf.disable_v2_behavior()\n"
        "    one = lambda saver, sess, folder: saver.save(sess, f'{folder}/model-1') + f'-{sess.run(a)}'\n",
    )
    assert careless.count("one") >= 2
    with pytest.raises(RuntimeError, match="no checkpoint .* can be read"):  # resume does not begin anew over them
        killed_again_and_again(defined(careless, folder.parent), folder, 24)
    assert durable.newest_readable(folder) is None


def test_each_exercise_has_a_function_to_copy_which_is_a_right_answer():
    functions = {name: value for name, value in vars(durable).items() if inspect.isfunction(value)}
    written = {
        name: exercise
        for name, exercise in lessons.registry().items()
        if isinstance(exercise, Exercise) and exercise.__module__.startswith("course.lessons.14")
    }
    assert written.keys() <= functions.keys()
    for name, exercise in written.items():
        assert any(f"durable.{name}(" in inspect.getsource(right) for right in exercise.right_attempts)
    for name in functions:
        assert f"``{name}``" in durable.__doc__
