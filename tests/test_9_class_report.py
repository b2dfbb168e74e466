"""Truth 9, ``course report``: the progress files of a class in one table, and what is none named and set apart."""

import csv
import io
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from conftest import run_course
from course import lessons, progress_file
from course.learner import report

CORRECT = progress_file.Entry(progress_file.CORRECT, attempts=2, hints=1, last="2026-11-20")
STUCK = progress_file.Entry(progress_file.NOT_YET, attempts=5, hints=3, solution=True, last="2026-11-24")


@pytest.fixture
def class_folder(tmp_path):
    folder = tmp_path / "class"
    folder.mkdir()
    progress_file.write(folder / "ann.json", {"name_the_writer": CORRECT, "create_scale": STUCK})
    progress_file.write(folder / "bo.json", {"name_the_writer": STUCK, "of_another_version": CORRECT})
    progress_file.write(folder / "cy.json", {})
    return folder


def run_report(*arguments, columns=120):
    return run_course("report", *arguments, COLUMNS=str(columns), PYTHONIOENCODING="utf-8")


def rows(shown):
    return [" ".join(line.split()) for line in shown.splitlines()]


def test_a_class(class_folder):
    done = run_report(class_folder)
    assert done.returncode == 0, done.stderr
    exercises, count = len(lessons.registry()), len(set(lessons.names()) - lessons.AT_HAND)
    assert f"ann 1 of {exercises} 1 of {count} 7 4 1 2026-11-24 01" in rows(done.stdout)
    assert f"bo 0 of {exercises} 0 of {count} 5 3 1 2026-11-24 00" in rows(done.stdout)
    assert f"cy 0 of {exercises} 0 of {count} 0 0 0" in rows(done.stdout)
    assert "00 name_the_writer 1 of 3 3.5 4 1" in rows(done.stdout)
    assert "01 create_scale 0 of 3 5.0 3 1" in rows(done.stdout)
    assert "build_two_graphs" not in done.stdout, "nobody has begun it"
    assert "not counted: of_another_version" in done.stderr


def test_csv_and_json_have_the_same_records(class_folder):
    in_csv, in_json = run_report("--csv", class_folder), run_report("--json", class_folder)
    assert in_csv.returncode == in_json.returncode == 0
    records = json.loads(in_json.stdout)
    lines = list(csv.DictReader(io.StringIO(in_csv.stdout)))
    assert [{key: str(value) for key, value in row.items()} for row in records] == lines
    assert len(records) == 3 * len(lessons.registry()) + 1
    by = {(row["name"], row["exercise"]): row for row in records}
    assert by["ann", "create_scale"] == {
        "name": "ann",
        "lesson": "01_create_a_graph",
        "exercise": "create_scale",
        "state": "not yet",
        "attempts": 5,
        "hints": 3,
        "solution": True,
        "last": "2026-11-24",
    }
    assert by["cy", "create_scale"]["state"] == "not begun"
    assert by["bo", "of_another_version"]["lesson"] == ""


def test_what_is_no_progress_file_is_named_and_set_apart(class_folder):
    (class_folder / "half.json").write_text('{"course": ', encoding="utf-8")
    (class_folder / "other.json").write_text('{"cells": []}', encoding="utf-8")
    (class_folder / "newer.json").write_text(f'{{"course": "{progress_file.COURSE}", "format": 9}}', encoding="utf-8")
    done = run_report(class_folder, class_folder / "gone.json")
    assert done.returncode == 1
    assert "ann 1 of" in rows(done.stdout)[3] + rows(done.stdout)[4], "the others are counted"
    for name, why in {
        "half": "it is not JSON",
        "other": "it is not a progress file of this course",
        "newer": "a newer version of the course wrote it",
        "gone": "there is no such file",
    }.items():
        assert f"Not counted: {class_folder / name}.json: {why}" in done.stderr
        assert name not in done.stdout
    assert "Traceback" not in done.stderr
    alone = run_report(class_folder / "half.json")
    assert (alone.returncode, alone.stdout) == (1, "")


def test_without_files():
    done = run_report()
    assert done.returncode == 2
    assert "Missing argument 'FILES...'" in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    assert report.gather([tmp_path / "pipe.json"])[1][0][1] == "there is no such file"


def test_names(tmp_path, monkeypatch):
    for name in ("a/progress.json", "b/progress.json", "b/ann.json", "ann.json", "zo\x1b[31m[bold].json", "=1+1.json"):
        if sys.platform == "win32" and "\x1b" in name:
            continue
        (tmp_path / name).parent.mkdir(exist_ok=True)
        progress_file.write(tmp_path / name, {})
    monkeypatch.chdir(tmp_path)
    learners, bad = report.gather(["ann.json", "a", "b", "b/ann.json", *Path().glob("zo*"), "=1+1.json"])
    assert bad == []
    names = [learner.name.replace(os.sep, "/") for learner in learners]
    expected = ["ann.json", "a", "b/ann.json", "b", "zo\ufffd[31m[bold]", "=1+1"]
    assert names == [name for name in expected if sys.platform != "win32" or not name.startswith("zo")]
    file = io.StringIO()
    report.write_csv(learners[-1:], file)
    assert "\n'=1+1,00_start_here," in file.getvalue().replace("\r", ""), "a spreadsheet shows it and computes nothing"


def handed_out(folder):
    """The progress of six people as learning systems, browsers and a hub hand it out."""
    for name in (
        "Ann Example_1201_assignsubmission_file/progress.json",
        "Bo Example_1202_assignsubmission_file_/progress (1).json",
        "week 1/cy/save-and-restore-course/progress.json",
        "home/jupyter-di/.local/share/save-and-restore-course/progress.json",
        "week 1/ed/ed.json",
        "FAY.JSON",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        progress_file.write(folder / name, {"name_the_writer": CORRECT})
    (folder / "._FAY.JSON").write_bytes(b"what macOS packs beside a file")


def test_folders_as_they_are_handed_out(tmp_path):
    handed_out(tmp_path)
    learners, bad = report.gather([tmp_path])
    assert bad == []
    assert {learner.name for learner in learners} == {"Ann Example", "Bo Example", "cy", "jupyter-di", "ed", "FAY"}


def test_what_is_in_a_folder_and_not_read_is_named(tmp_path):
    handed_out(tmp_path)
    shutil.make_archive(str(tmp_path / "gil"), "zip", tmp_path / "home")
    (tmp_path / "hal.json.txt").write_text("{}")
    learners, bad = report.gather([tmp_path, tmp_path / "gil.zip"])
    assert len(learners) == 6
    assert bad == [
        (str(tmp_path / "gil.zip"), "it is a ZIP file. Unpack it, and name the folder"),
        (str(tmp_path / "hal.json.txt"), "its name does not end in .json"),
    ]
    (tmp_path / "notes.txt").write_text("")
    seen = str(tmp_path / "hal.json.txt")
    assert report.gather([tmp_path])[1][1:] == [
        (str(tmp_path), f"2 files whose names do not end in .json, such as {seen}")
    ]
    (tmp_path / "empty").mkdir()
    assert report.gather([tmp_path / "empty"])[1] == [(str(tmp_path / "empty"), "no file is in this folder")]


def test_a_file_named_twice_counts_once_and_a_pattern_is_the_files_it_fits(class_folder):
    twice = report.gather([class_folder, class_folder / "ann.json", class_folder / ".." / "class" / "ann.json"])
    assert [learner.name for learner in twice[0]] == ["ann", "bo", "cy"]
    assert report.gather([class_folder / "[ab]*.json"]) == report.gather(
        [class_folder / "ann.json", class_folder / "bo.json"]
    )
    assert report.gather([class_folder / "x*.json"])[1] == [(str(class_folder / "x*.json"), "there is no such file")]


def test_names_are_whole_on_a_narrow_terminal(tmp_path):
    names = ["a name with many words and 123456789012", "a name with many words and 123456789013", "\u0646\u200c\u062c"]
    for name in names:
        progress_file.write(tmp_path / f"{name}.json", {"name_the_writer": STUCK})
    done = run_report(tmp_path, columns=80)
    assert done.returncode == 0, done.stderr
    first = "".join(line[:12].split("  ")[0].strip() for line in done.stdout.splitlines())
    assert "\u2026" not in done.stdout
    assert all(name.replace(" ", "") in first.replace(" ", "") for name in names)
    assert "2026-11-24" in done.stdout


def test_a_mark_of_an_editor_is_read_and_an_absurd_number_is_not(tmp_path):
    progress_file.write(tmp_path / "ann.json", {"name_the_writer": CORRECT})
    content = (tmp_path / "ann.json").read_bytes()
    (tmp_path / "ann.json").write_bytes(b"\xef\xbb\xbf" + content)
    (tmp_path / "bo.json").write_bytes(content.replace(b'"attempts": 2', b'"attempts": 1' + b"0" * 30))
    learners, bad = report.gather([tmp_path])
    assert [learner.name for learner in learners] == ["ann"]
    assert bad == [(str(tmp_path / "bo.json"), "its entry 'name_the_writer' is not one of this course's")]
