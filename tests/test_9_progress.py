"""Truth 9, progress: what ``course.check`` keeps of a learner's work, where, and that nothing of it is ever lost."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import course
from conftest import ROOT, run_course
from course import lessons, places, progress_file
from course.learner import progress
from course.practice.verdict import BLANK, CORRECT

COUNTED = [name for name in lessons.names() if name not in lessons.AT_HAND]


@pytest.fixture
def path(tmp_path, monkeypatch):
    """Where this test's learner has their progress: nothing is there yet, and this process has told no trouble."""
    path = tmp_path / "own" / "progress.json"
    monkeypatch.setenv(progress_file.VARIABLE, str(path))
    monkeypatch.setattr(progress_file, "shown", set())
    return path


@pytest.fixture
def learner(path, clean_exercises):
    return path


def name_the_writer():
    return "Saver"


def wrong():
    def name_the_writer():
        return "saver"

    return name_the_writer


def blank():
    def name_the_writer():
        """Nothing yet."""

    return name_the_writer


def kept(path):
    return json.loads(path.read_text(encoding="utf-8"))["exercises"]


def test_check_hint_and_solution_are_kept(learner):
    today = time.strftime("%Y-%m-%d")
    entry = {"state": "begun", "attempts": 0, "hints": 0, "solution": False, "last": today}
    assert course.check(blank()).state == BLANK
    assert kept(learner) == {"name_the_writer": entry}
    course.hint(blank())
    course.hint(blank())
    assert kept(learner)["name_the_writer"] == entry | {"hints": 2}
    course.check(wrong())
    course.check(name_the_writer)
    assert kept(learner)["name_the_writer"] == entry | {"state": "correct", "attempts": 2, "hints": 2}
    course.check(wrong())
    course.solution(blank())
    assert kept(learner)["name_the_writer"] == entry | {
        "state": "correct",  # what was correct once stays so
        "attempts": 2,  # up to then
        "hints": 3,  # the third one came with the second wrong attempt of a kind
        "solution": True,
    }
    assert sorted(file.name for file in learner.parent.iterdir()) == ["progress.json", "progress.json.lock"]


def test_progress_shows_it(learner):
    assert "0 of" in repr(course.progress())
    assert not learner.parent.exists(), "looking writes nothing"
    progress_file.keep("name_the_writer", correct=True, hints=2)
    progress_file.keep("create_scale", correct=False, solution=True)
    progress_file.keep("of_another_version", correct=True)
    shown = repr(course.progress())
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert lines[0].startswith("1 of ")
    assert lines[0].endswith(f"and 1 of {len(COUNTED)} lessons are done.")
    at = lines.index("00 Start here 1 of 1 done ✅")
    assert lines[at - 1] == f"Part 1: the walk {minutes_of('Part 1') - 10} left"
    assert lines[at + 1 : at + 5] == [
        "01 Create a graph 0 of 2 12 in progress",
        "create_scale not yet right",
        "build_two_graphs to do",
        "02 Initialize the variables 0 of 2 12 not begun",
    ]
    titles = [line for line in lines if line.startswith(tuple(map(lessons.title, lessons.names())))]
    assert [line.split()[0] for line in titles] == [name.split("_")[0] for name in COUNTED]
    assert "So far: 2 attempts, 2 hints, 1 solution." in shown
    assert f"in {learner}" in " ".join(lines)
    assert lines[-1] == "Go on: 01 Create a graph, create_scale"
    markdown = course.progress().markdown
    assert "[00 Start here](00_start_here.ipynb)" in markdown
    assert markdown.endswith("**Go on:** [01 Create a graph](01_create_a_graph.ipynb), `create_scale`")
    with_exercises = [part for part, names in lessons.parts().items() if set(names) & set(COUNTED)]
    assert markdown.count("**Part ") == shown.count("\n\nPart ") == len(with_exercises)
    printed = run_course("progress", **{progress_file.VARIABLE: str(learner)})
    assert printed.returncode == 0
    assert printed.stdout == shown + "\n"


def minutes_of(part):
    return sum(lessons.minutes(name) for heading, names in lessons.parts().items() if part in heading for name in names)


def progress_of(exercises, **entry):
    entries = {name: progress_file.Entry(progress_file.CORRECT, **entry) for name in exercises}
    return progress.Progress(entries, Path("a") / "folder" / "progress.json")


def test_it_fits_80_columns_and_is_told_apart_without_icons():
    """A longest title beside its exercises, and states that do not differ by a character that a font may lack."""
    from rich.cells import cell_len

    every = [name for names in lessons.contents().values() for name in names]
    for exercises in (every, every[:-1], every[::2], []):
        lines = repr(progress_of(exercises)).splitlines()
        assert max(map(cell_len, lines)) <= 80, max(lines, key=cell_len)
        assert all(title in "\n".join(lines) for title in map(lessons.title, COUNTED)), "no title is broken"
    states = [progress.DONE, progress.IN_PROGRESS, progress.NOT_BEGUN, *progress.OF_AN_EXERCISE.values()]
    words = [state.encode("ascii", errors="ignore").decode().strip() for state in states]
    assert len(set(words)) == len(set(states)) == 5
    assert all(words)


def test_where_to_go_on():
    """The lesson in progress that was worked on last; else what follows the last one; else what is left; else all."""
    contents = lessons.contents()
    every = [name for names in contents.values() for name in names]

    def last_line(exercises, **entry):
        return repr(progress_of(exercises, **entry)).splitlines()[-1]

    assert last_line([]) == "Begin: 00 Start here, name_the_writer"
    assert last_line(["name_the_writer"], last="2026-11-24") == "Go on: 01 Create a graph, create_scale"
    part_3 = contents["11a_diagnose_the_error"]
    assert last_line(part_3, last="2026-11-24").startswith("Go on: 11b Diagnose the graph, ")
    assert last_line(part_3[:1], last="2026-11-24") == f"Go on: 11a Diagnose the error, {part_3[1]}"
    assert last_line(every[1:], last="2026-11-24") == "Go on: 00 Start here, name_the_writer"
    entries = {
        "create_scale": progress_file.Entry(last="2026-11-23"),
        part_3[0]: progress_file.Entry(last="2026-11-24"),
    }
    assert "Go on: 11a Diagnose" in repr(progress.Progress(entries, Path("p")))
    done = repr(progress_of(every))
    assert done.startswith(f"All {len(every)} exercises are done, in all {len(COUNTED)} lessons.")
    assert done.endswith("Go on: with a checkpoint of your own: python3 -m course inspect PATH")
    assert " left" not in done
    assert "So far" not in repr(progress_of([]))


def test_parts_and_minutes_are_those_of_the_maps():
    """The Parts stand in one place, and the minutes in each lesson's first cell: the two maps say the same."""
    cells = json.loads((ROOT / "notebooks" / "00_start_here.ipynb").read_text(encoding="utf-8"))["cells"]
    for text in ((ROOT / "README.md").read_text(encoding="utf-8"), "\n".join("".join(c["source"]) for c in cells)):
        found, part = {}, None
        for line in text.splitlines():
            title, *_, last = (cell.strip() for cell in line.strip("|").split("|")) if "|" in line else ("", "")
            if title.startswith("**"):
                part = title.strip("*")
                assert int(last) == minutes_of(part), part
            elif title[:1] == "[" or title == "00 Start here":
                found.setdefault(part, []).append((title.partition("]")[0].strip("["), int(last)))
        expected = {
            part: [(lessons.title(name), lessons.minutes(name)) for name in names]
            for part, names in lessons.parts().items()
        }
        assert found == expected
    assert lessons.minutes("99_not_there") == 0


def test_every_title_is_its_notebooks(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    heading = "".join(cells[0]["source"]).splitlines()[0].removeprefix("# ")
    assert lessons.title(notebook.stem).partition(" ")[2] == heading


def test_where_it_is(tmp_path, monkeypatch):
    monkeypatch.delenv(progress_file.VARIABLE)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "AppData"))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert progress_file.place().is_relative_to(tmp_path.resolve())
    assert progress_file.place().parts[-2:] == (progress_file.COURSE, "progress.json")
    monkeypatch.setenv(progress_file.VARIABLE, "~/mine.json")
    assert progress_file.place() == tmp_path.resolve() / "mine.json"
    monkeypatch.setenv(progress_file.VARIABLE, str(tmp_path))
    assert progress_file.place() == tmp_path.resolve() / "progress.json"
    monkeypatch.setenv(progress_file.VARIABLE, "OFF")
    assert progress_file.place() is None
    monkeypatch.setenv(progress_file.VARIABLE, "notebooks/progress.json")
    with pytest.raises(progress_file.RecordError, match="wants the full path of a file, or off"):
        progress_file.place()


def test_off_means_off(tmp_path, monkeypatch, clean_exercises):
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    assert os.environ[progress_file.VARIABLE] == "off", "conftest.py says so for all tests and their kernels"
    assert course.check(name_the_writer).state == CORRECT
    assert "switched off" in repr(course.progress())
    assert list(tmp_path.iterdir()) == []


def test_runs_are_nobodys_progress(tmp_path):
    """``course run`` checks exercises in a kernel, as ``render`` and ``test`` do."""
    mine = tmp_path / "progress.json"
    done = run_course("run", "00", "-o", tmp_path / "out", **{progress_file.VARIABLE: str(mine)})
    assert done.returncode == 0, done.stderr
    assert not mine.exists()
    with places.isolated():
        assert os.environ[progress_file.VARIABLE] == "off"


WORK = """
import sys, time
from course import progress_file
kernel, rounds = sys.argv[1:]
for i in range(int(rounds)):
    for name in (f"exercise_{kernel}_{i}", "of_all"):  # one of its own, and one that all of them do
        line = progress_file.keep(name, correct=False)[1]
        assert not line, line
        time.sleep(0.01)
"""


def test_several_kernels_at_once_lose_nothing(path):
    kernels, rounds = 6, 15
    commands = [[sys.executable, "-c", WORK, str(kernel), str(rounds)] for kernel in range(kernels)]
    processes = [subprocess.Popen(command, cwd=ROOT) for command in commands]
    while any(process.poll() is None for process in processes):
        progress_file.load(path)  # a reader sees the old file or the new one: never half of it, which would raise
        time.sleep(0.002)
    assert [process.returncode for process in processes] == [0] * kernels
    entries = progress_file.load(path)
    assert entries.pop("of_all").attempts == kernels * rounds
    assert set(entries) == {f"exercise_{kernel}_{i}" for kernel in range(kernels) for i in range(rounds)}
    assert sorted(file.name for file in path.parent.iterdir()) == ["progress.json", "progress.json.lock"]


HOLD = """
import sys, time
from course.lock import locked
with locked(sys.argv[1], 1):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_kernel_that_is_killed_holds_nobody_up(path, clean_exercises, monkeypatch):
    """While another program has the lock, the verdict comes all the same; when that one is killed, all is as before."""
    path.parent.mkdir()
    command = [sys.executable, "-c", HOLD, path.with_name("progress.json.lock")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        monkeypatch.setattr(progress_file, "PATIENCE", 0.2)
        verdict = course.check(name_the_writer)
        assert verdict.state == CORRECT
        assert "Your progress is not recorded: another program has held" in repr(verdict)
        assert not path.exists()
        other.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    assert progress_file.keep("name_the_writer", correct=True)[1] == ""
    assert kept(path)["name_the_writer"]["state"] == "correct"


def own(**entry):
    blank = {"state": "begun", "attempts": 0, "hints": 0, "solution": False, "last": "2026-11-24"}
    return json.dumps(
        {"course": progress_file.COURSE, "format": 1, "exercises": {"restore_weights": blank | entry}}
    ).encode()


STRANGE = {
    "empty": b"",
    "half": own()[:90],
    "no text": b"\x00\xff\xfe" * 10,
    "another program's": b'{"cells": []}',
    "a list": b"[]",
    "a state that is none": own(state="perfect"),
    "a number that is none": own(attempts="many"),
    "a truth that is a number": own(solution=1),
    "less than nothing": own(hints=-1),
    "a day that is none": own(last="yesterday"),
    "more than it should have": own(name="Ann"),
    "no exercises": json.dumps({"course": progress_file.COURSE, "format": 1}).encode(),
    "a name that is none": own().replace(b"restore_weights", b"<script>"),
    "deep": b"[" * 100_000,
    "endless": own() + b" " * progress_file.LIMIT,
}


@pytest.mark.parametrize("content", STRANGE.values(), ids=STRANGE.keys())
def test_strange_content_is_put_aside(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    assert "The file stays" in repr(course.progress())
    assert path.read_bytes() == content, "looking changes nothing"
    entries, line = progress_file.keep("name_the_writer", correct=True)
    assert set(entries) == {"name_the_writer"} == set(kept(path))
    (aside,) = path.parent.glob("progress_put_aside_*.json")
    assert aside.read_bytes() == content
    assert line == f"Your progress file could not be read. It is kept as `{aside}`; a new one has begun."


def test_nothing_that_was_put_aside_is_overwritten(path):
    path.parent.mkdir()
    for number in range(3):
        path.write_text(f"my notes, page {number}", encoding="utf-8")
        progress_file.keep("name_the_writer")
    pages = [file.read_text(encoding="utf-8") for file in path.parent.glob("progress_put_aside_*")]
    assert sorted(pages) == [f"my notes, page {number}" for number in range(3)]


def test_a_newer_versions_file_stays_as_it_is(path):
    path.parent.mkdir()
    content = own().replace(b'"format": 1', b'"format": 2')
    path.write_bytes(content)
    assert "a newer version of the course wrote it" in progress_file.keep("name_the_writer")[1]
    assert "a newer version of the course wrote it" in repr(course.progress())
    assert path.read_bytes() == content


def test_no_place_to_write_is_told_in_one_line_once(learner, tmp_path, monkeypatch):
    (tmp_path / "own").write_text("a file where the folder should be", encoding="utf-8")
    first, second = (repr(course.check(name_the_writer)) for _ in range(2))
    assert first.startswith(CORRECT)
    assert first.splitlines()[-1].startswith("Your progress is not recorded: ")
    assert first.count("Your progress") == 1
    assert "Your progress" not in second
    assert "Your progress cannot be read" in repr(course.progress())
    result = run_course("progress", **{progress_file.VARIABLE: str(learner)})
    assert result.returncode == 1
    assert "Error: Your progress cannot be read" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder in which nobody can write")
def test_a_folder_that_cannot_be_written_to(clean_exercises, monkeypatch):
    monkeypatch.setattr(progress_file, "shown", set())
    monkeypatch.setenv(progress_file.VARIABLE, "/proc/progress.json")
    verdict = repr(course.check(name_the_writer))
    assert verdict.startswith(CORRECT)
    assert "Your progress is not recorded: " in verdict.splitlines()[-1]


def test_no_home(clean_exercises, monkeypatch, in_folder):
    """Without a home, ``~`` would be a folder of that name in the current one, which may be the checkout."""
    import platformdirs

    monkeypatch.setattr(progress_file, "shown", set())
    monkeypatch.delenv(progress_file.VARIABLE)
    monkeypatch.setattr(platformdirs, "user_data_dir", lambda *_, **__: "~/.local/share/x")
    assert "this account has no home folder" in repr(course.check(name_the_writer))
    assert list(in_folder.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a link needs rights on Windows")
def test_a_link_to_the_file_stays_a_link(path, tmp_path):
    path.parent.mkdir()
    path.symlink_to(tmp_path / "real.json")
    progress_file.keep("name_the_writer", correct=True)
    assert path.is_symlink()
    assert kept(tmp_path / "real.json")


def test_lessons_are_told_apart_by_their_state():
    entries = {"name_the_writer": progress_file.Entry(progress_file.CORRECT), "create_scale": progress_file.Entry()}
    states = [lesson.state for lesson in progress.sorted_by_lesson(entries)]
    assert states[:3] == [progress.DONE, progress.IN_PROGRESS, progress.NOT_BEGUN]
