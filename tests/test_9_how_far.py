"""Truth 9, the tests themselves: what ``course test 05`` runs, how it is spread, and what is said meanwhile."""

import os
import re
import shutil
import subprocess
import sys
from types import SimpleNamespace

import executions
import pytest
import which_tests
from how_far import SECONDS, HowFar

from conftest import ROOT
from course import cli, lessons, notebooks, warm

FIVE = "05_reset_the_graph_and_fail"


@pytest.mark.parametrize(
    ("typed", "given"),
    [
        (["05", "-x"], [f"--lesson={FIVE}", "-x"]),
        (["05", FIVE], [f"--lesson={FIVE}"] * 2),
        (["-k", "03"], ["-k", "03"]),
        (["tests/test_7_one_environment.py::test_binder"], ["tests/test_7_one_environment.py::test_binder"]),
        ([], []),
    ],
)
def test_lessons_and_what_is_for_pytest(monkeypatch, typed, given):
    commands = []
    monkeypatch.setattr(
        subprocess, "run", lambda command, **_: commands.append(command) or SimpleNamespace(returncode=0)
    )
    assert cli.run(["test", *typed]) == 0
    assert commands == [[sys.executable, "-m", "pytest", *given]]


def test_a_lesson_that_there_is_not(capsys):
    assert cli.run(["test", "99"]) == 1
    assert "There is no lesson 99" in capsys.readouterr().err


def item(path, **parameters):
    return SimpleNamespace(path=ROOT / path, callspec=SimpleNamespace(params=parameters))


def test_what_belongs_to_a_lesson():
    exercise = SimpleNamespace(__module__=f"course.lessons.{FIVE}")
    other = SimpleNamespace(__module__="course.lessons.06_rebuild_the_graph")
    notebook = ROOT / "notebooks" / f"{FIVE}.ipynb"
    ours = [
        item(notebook),
        item("tests/test_1.py", notebook=notebook),
        item("tests/test_1.py", notebook_with_values=notebook),
        item("tests/test_5.py", exercise=exercise, wrong=None),
        item("tests/test_9_lesson_05_as_a_script.py"),
    ]
    others = [item("tests/test_5.py", exercise=other), item("notebooks/06_rebuild_the_graph.ipynb"), item("tests/a.py")]
    assert all(which_tests.belongs(each, [FIVE]) for each in ours)
    assert not any(which_tests.belongs(each, [FIVE]) for each in others)


def test_every_file_with_a_test_of_a_lesson_is_looked_at():
    files = {path.name[:6] for path in (ROOT / "tests").glob("test_*.py") if which_tests.may_belong(path, [FIVE])}
    assert files == {f"test_{truth}" for truth in (1, 2, 3, 4, 5, 6, 8, 9)}
    lessons = [path.stem for path in (ROOT / "notebooks").glob("*.ipynb") if which_tests.may_belong(path, [FIVE])]
    assert lessons == [FIVE]


def test_what_one_worker_runs_in_one_go():
    """An execution is shared by truths 1, 2, 4 and 6, the browser by truth 8; truth 5 comes in small pieces."""
    executed = ["notebooks/05_a.ipynb::Cell 3", "tests/test_1_b.py::test_c[05_a]", "tests/test_6_b.py::test_d[05_a]"]
    assert {which_tests.scope_of(nodeid) for nodeid in executed} == {"05_a"}
    browser = ["tests/test_8_b.py::test_lesson[05_a]", "tests/test_8_b.py::test_lesson[06_a]"]
    assert len({which_tests.scope_of(nodeid) for nodeid in browser}) == 1
    pieces = ["tests/test_5_b.py::test_c[start-one]", "tests/test_5_b.py::test_c[start-two]"]
    assert [which_tests.scope_of(nodeid) for nodeid in pieces] == ["tests/test_5_b.py::test_c[start"] * 2


def test_one_notebook_of_each_part_has_an_ordinary_kernel_and_with_cold_all_have(monkeypatch):
    def kernels():
        found = {}
        for path in notebooks.all_notebooks():
            with executions.kernel_for(path):
                found[path.stem] = os.environ[warm.SWITCH]
        return found

    firsts = [names[0] for names in lessons.parts().values()]
    assert [name for name, switch in kernels().items() if switch == "off"] == firsts
    assert set(kernels().values()) == {"on", "off"}
    monkeypatch.setattr(executions, "cold", True)
    assert set(kernels().values()) == {"off"}
    assert os.environ[warm.SWITCH] == "off", "as it was"


def test_a_log_says_how_far_it_is_in_lines(tmp_path):
    """Also what fails, at once. There is no carriage return, and no line for each test."""
    tests = (
        "import pytest\n\n@pytest.mark.parametrize('n', range(40))\ndef test_it(n):\n    assert n != 1, 'one is bad'\n"
    )
    (tmp_path / "test_small.py").write_text(tests, encoding="utf-8")
    shutil.copy(ROOT / "conftest.py", tmp_path)
    command = [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "-p", "no:cacheprovider", "--rootdir"]
    printed = subprocess.run(
        [*command, tmp_path, tmp_path / "test_small.py"], cwd=ROOT, capture_output=True, text=True
    ).stdout
    assert "\r" not in printed
    said = re.findall(r"^(\d+) of 40 tests, (\d) failed, \d+:\d\d gone$", printed, re.MULTILINE)
    assert said[0] == ("0", "0") and said[-1] == ("40", "1")
    assert len(said) < 10
    assert re.search(r"^failed: \S*test_small.py::test_it\[1\]: AssertionError: one is bad$", printed, re.MULTILINE)


class Terminal:
    """What ``HowFar`` writes to a terminal, as pytest's reporter would."""

    isatty = True

    def __init__(self):
        self._tw = SimpleNamespace(fullwidth=80)
        self.written = []

    def rewrite(self, line, erase):
        assert erase
        self.written.append(f"\r{line}")

    def write(self, text, flush=False):
        self.written.append(text)


def test_a_terminal_has_one_line_with_what_is_left(monkeypatch):
    """The time left is known from the last run: by the seconds of each lesson and file, not by the number of tests."""
    now = [0.0]
    monkeypatch.setattr("how_far.time", SimpleNamespace(monotonic=lambda: now[0]))
    lesson, file = "tests/test_1_a.py::test_b[05_a]", "tests/test_9_c.py::test_d"
    known = {"05_a": 30, "tests/test_9_c.py": 90}
    kept = {}
    cache = SimpleNamespace(get=lambda name, _: known, set=lambda name, value: kept.update({name: value}))
    terminal = Terminal()
    far = HowFar(terminal, cache)
    far.count([lesson, file])
    now[0] = 60
    far.pytest_runtest_logreport(SimpleNamespace(nodeid=lesson, duration=2, failed=False, skipped=False))
    far.pytest_runtest_logfinish(lesson)
    assert terminal.written[-1] == "\r1 of 2 tests, 1 of 1 lessons whole, 0 failed, 1:00 gone, about 3:00 left"
    far.pytest_runtest_logfinish(file)
    far.pytest_sessionfinish(0)
    assert kept == {SECONDS: {**known, "05_a": 2}}
