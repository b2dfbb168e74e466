"""Truth 9, the command line: clear words and a non-zero exit for whatever goes wrong."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from conftest import BASE, OURS, ROOT, needs_a_bare_python, run_course, says, text_of
from course import __version__, cli, lessons, notebooks
from course.practice.exercise import is_blank
from course.practice.verdict import CORRECT
from course.setup import requirements
from tfckpt import commands, errors
from tfckpt.format import crc32c


def test_help_and_version():
    says(run_course("--help"), "lab", "run", "test", "doctor", "render", code=0)
    says(run_course("--version"), f"course {__version__}\n", code=0)
    says(run_course("run", "--help"), "--output", code=0)
    result = subprocess.run([sys.executable, "-m", "tfckpt", "--version"], cwd=ROOT, capture_output=True, text=True)
    says(result, f"tfckpt {__version__}\n", code=0)


def test_unknown_command_and_option():
    says(run_course("lesson"), "No such command 'lesson'", code=2)
    says(run_course("run", "--fast"), "No such option", code=2)


def test_solved_notebooks(tmp_path):
    """The answers of the one who teaches are not in them, and their progress stays as it is."""
    note = tmp_path / "progress.json"
    before = (ROOT / "notebooks" / "01_create_a_graph.ipynb").read_bytes()
    result = run_course("run", "01", "--solved", "-o", str(tmp_path / "solved"), COURSE_PROGRESS=str(note))
    says(result, "✅ ran", code=0)
    assert not note.exists()
    assert (ROOT / "notebooks" / "01_create_a_graph.ipynb").read_bytes() == before
    solved = nbformat.read(tmp_path / "solved" / "01_create_a_graph.ipynb", as_version=4)
    assert not [cell for cell in notebooks.exercise_cells(solved).values() if is_blank(cell.source)]
    checks = [cell for cell in solved.cells if cell.source.startswith("course.check(")]
    assert checks and all(text_of(cell).startswith(CORRECT) for cell in checks)


def damaged(checkout, number, change):
    """Changes a lesson's notebook in a copy of the checkout, with a function that is given it."""
    (path,) = checkout.glob(f"notebooks/{number}_*.ipynb")
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)
    return path


def exercise_cell(notebook):
    return next(iter(notebooks.exercise_cells(notebook).values()))


@pytest.mark.parametrize("attempt", ["import re\n\n{}\n    return 3", "{}\n    return (("])
def test_an_attempt_of_any_kind_is_replaced_by_the_solution(checkout, attempt):
    """Imports above the function kept a wrong attempt in the solved copy, and half a line made it fail."""

    def try_it(notebook):
        cell = exercise_cell(notebook)
        cell.source = attempt.format(cell.source.replace("...", ""))

    notebook = nbformat.read(damaged(checkout, "00", try_it), as_version=4)
    assert notebooks.solve(notebook) == ["name_the_writer"]
    assert exercise_cell(notebook).source == lessons.find("name_the_writer").solution


def test_a_lesson_without_its_exercise_is_not_called_solved(checkout, tmp_path):
    def rename(notebook):
        cell = exercise_cell(notebook)
        cell.source = cell.source.replace("name_the_writer", "name_it")

    damaged(checkout, "00", rename)
    done = run_course("run", "--solved", "00", "-o", tmp_path / "solved", cwd=checkout)
    says(done, "00_start_here.ipynb has no cell any more that defines name_the_writer", "course reset 00\n")
    assert not (tmp_path / "solved").exists()


def test_run_of_a_damaged_notebook(checkout, tmp_path):
    def half(notebook):
        cell = next(cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
        cell.source += "\nx = )"

    damaged(checkout, "04", half)
    (checkout / "notebooks" / "03_save_the_variables.ipynb").write_text("{half", encoding="utf-8")
    for command in ("run", "render"):
        done = run_course(command, "03", cwd=checkout)
        says(done, "Error: 03_save_the_variables.ipynb cannot be read: ", "type:  python3 -m course reset 03\n")
    done = run_course("run", "04", "-o", tmp_path / "out", cwd=checkout)
    says(done, "❌ 04_restore_the_variables: cell 2 raised SyntaxError")


def test_two_notebooks_of_one_name_are_not_copied_over_each_other(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        nbformat.write(new_notebook(cells=[]), tmp_path / folder / "mine.ipynb")
    given = [tmp_path / "a" / "mine.ipynb", tmp_path / "b" / "mine.ipynb"]
    says(run_course("run", *given, "-o", tmp_path / "out"), "have the same name, and so would their copies")
    assert not (tmp_path / "out").exists()
    says(run_course("run", given[0], given[0], "-o", tmp_path / "out"), code=0)


def test_many_files_that_cannot_be_copied_are_one_sentence(monkeypatch, capsys):
    def refuse(**_):
        raise shutil.Error([("a", f"site/{i}", f"[Errno 28] No space left on device: 'site/{i}'") for i in range(99)])

    monkeypatch.setattr(cli.cli, "main", lambda *_, **__: refuse())
    assert cli.run(["html"]) == 1
    assert capsys.readouterr().err == "Error: the system refused: [Errno 28] No space left on device: 'site/0'.\n"


def test_a_notebook_that_does_not_exist():
    last = notebooks.all_notebooks()[-1].stem[:2]
    lists = f"There are 00 to {last}; `python3 -m course progress` lists them."
    says(run_course("run", "99"), f"Error: There is no lesson 99. {lists}\n")
    says(run_course("reset", "77"), f"Error: There is no lesson 77. {lists}\n")
    says(run_course("render", "xyz"), f"Error: There is no lesson xyz. {lists}\n")
    says(run_course("run", "03_save_variables"), "no lesson 03_save_variables. Did you mean 03_save_the_variables or")
    says(run_course("reset", "3"), "Error: There is no lesson 3. Did you mean 03_save_the_variables?\n")
    says(run_course("run", "11"), "Lesson 11 has 3 parts. Name one of them: 11a_diagnose_the_error")


def test_a_folder_that_is_not_the_checkout(tmp_path):
    for name in ("course", "tfckpt"):
        shutil.copytree(ROOT / name, tmp_path / "elsewhere" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for command in (["run"], ["lab", "--no-browser"]):
        result = run_course(*command, cwd=tmp_path, PYTHONPATH=str(tmp_path / "elsewhere"))
        says(result, "The course's notebooks are not here", "Go to the folder with README.md")


@needs_a_bare_python
def test_an_installation_without_the_lessons(tmp_path, bare):
    """Says what it can do, in the words of the command that was typed, and makes nothing anywhere."""
    elsewhere = tmp_path / "site-packages"
    for name in ("course", "tfckpt"):
        shutil.copytree(ROOT / name, elsewhere / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "course").write_text("from course.__main__ import main\n\nmain()\n", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))

    def course(*arguments, python=bare):
        own = {**os.environ, "PYTHONPATH": str(elsewhere), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run([python, "course", *arguments], cwd=tmp_path, env=own, capture_output=True, text=True)

    for python in (bare, sys.executable):
        says(course(python=python), "What course can do here", "  inspect ", "The lessons are not here", code=0)
        says(course("--help", python=python), "Usage: course [COMMAND]", code=0)
    says(course("--version"), f"course {__version__}\n", code=0)
    for arguments in (["run", "03"], ["lab"], ["--port", "9000"], ["doctor"]):
        says(course(*arguments), f"course {' '.join(arguments)} works in the course's own folder", "python3 -m course")
    says(course("inspect", "model"), "needs more packages. Type:", "-m pip install numpy ml-dtypes google-crc32c click")
    done = course("inspect", str(OURS / "pair" / "model"), python=sys.executable)
    says(done, "\n    course inspect ", code=0)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Linux or macOS")
@pytest.mark.parametrize("python", [BASE, sys.executable])
def test_help_whose_reader_has_gone(python):
    done = subprocess.run(f"{python} -m course --help | true", shell=True, cwd=ROOT, capture_output=True, text=True)
    assert done.stderr == ""


def test_a_package_that_is_not_installed(tmp_path, monkeypatch, capsys):
    """Its name and what to type. What is read without it is shown; the slow checksums are the same ones."""
    (tmp_path / "model.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    pair = str(OURS / "pair" / "model")
    for package in ("h5py", "google_crc32c"):
        monkeypatch.setitem(sys.modules, package, None)
    crc32c.extender.cache_clear()
    for run in (cli.run, lambda arguments: commands.run(arguments, "tfckpt")):
        assert run(["inspect", str(tmp_path / "model.h5")]) == 1
        assert "are in HDF5. This needs h5py, which this Python lacks. Type:" in capsys.readouterr().out
        assert run(["inspect", pair, "--verify"]) == 0
        assert "all checksums are right" in capsys.readouterr().out
        with monkeypatch.context() as without:
            without.setitem(sys.modules, "numpy", None)
            assert run(["inspect", pair]) == 0
            assert run(["inspect", pair, "--values", "a"]) == 1
            assert "Error: This needs numpy, which this Python lacks. Type:" in capsys.readouterr().err
    crc32c.extender.cache_clear()
    assert {name.replace("-", "_"): name for name in requirements.SMALL} == errors.PACKAGES
    with pytest.raises(ModuleNotFoundError):  # our own mistake is not told as a missing package
        errors.missing_package(ModuleNotFoundError(name="course.nothing"))


def test_the_folder_can_be_named_in_place_of_the_module(tmp_path):
    result = subprocess.run(
        [sys.executable, ROOT / "course", "--version"], cwd=tmp_path, capture_output=True, text=True
    )
    says(result, f"course {__version__}\n", code=0)


def test_run(tmp_path):
    good, bad = tmp_path / "good.ipynb", tmp_path / "bad.ipynb"
    parameters = new_code_cell("a_value = 1", metadata={"tags": ["parameters"]})
    text = new_markdown_cell("# A title")
    nbformat.write(new_notebook(cells=[text, parameters, new_code_cell("print(a_value + 1)")]), good)
    nbformat.write(new_notebook(cells=[new_code_cell("raise ValueError('no')"), text, parameters]), bad)
    before = good.read_bytes()
    result = run_course("run", good, bad, "-p", "a_value", "41", "-o", tmp_path / "out")
    says(result, "good", "ran", "bad", "failed", "cell 1 raised ValueError: no")
    assert good.read_bytes() == before
    executed = nbformat.read(tmp_path / "out" / "good.ipynb", as_version=4)
    assert executed.cells[-1].outputs[0].text == "42\n"
    counted = [re.findall(r"(\d+)/\d+ \[", bar)[-1] for bar in re.split(r"^good$|^bad$", result.stderr, flags=re.M)[1:]]
    assert counted == re.findall(r"│ +(\d+) │", result.stdout), "the bar and the table count the same cells"
    says(run_course("run", good, "-o", tmp_path / "out"), "nothing is overwritten")
    says(run_course("run", good, "-p", "b_valeu", "1"), "No notebook has the parameter b_valeu. Known: a_value.")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder in which nobody can make one")
def test_a_folder_that_cannot_be_made():
    says(run_course("run", "00", "-o", "/proc/executed"), "Error: the system refused", "/proc/executed")


def test_test_passes_its_arguments_on():
    says(
        run_course("test", "--collect-only", "-q", "tests/test_4_every_solution_passes.py"),
        "test_solved[00_start_here]",
        code=0,
    )


def test_parameters_on_the_command_line():
    assert [cli.literal(text) for text in ("7", "[1, 2]", "a text", "1.5")] == [7, [1, 2], "a text", 1.5]


@pytest.mark.parametrize("error", [KeyboardInterrupt, click.Abort])
def test_ctrl_c_stops_a_command_in_one_line(monkeypatch, capsys, error):
    def stopped():
        raise error

    monkeypatch.setattr(cli.cli.commands["doctor"], "callback", stopped)
    assert cli.run(["doctor"]) == 130
    assert capsys.readouterr().err.strip() == "Stopped."


# The wrong command, and paths without quotation marks


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_text_with_a_message_goes_to_explain(tmp_path, encoding):
    text = tmp_path / "log"
    text.write_text('Traceback (most recent call last):\n  File "a.py"\nValueError: no\n', encoding=encoding)
    says(tfckpt("inspect", text), "a text with an error message in it", "Type `explain`", code=1)


def test_another_text_or_unknown_bytes_do_not(tmp_path):
    for number, content in enumerate((b"All went well: no Error: was seen\n", b"\x01\x02\nValueError: no\n")):
        file = tmp_path / f"file{number}"
        file.write_bytes(content)
        assert "explain" not in said(tfckpt("inspect", file))


def test_a_path_with_blanks_has_to_be_in_quotation_marks(tmp_path):
    file = tmp_path / "my old" / "x.meta"
    file.parent.mkdir()
    file.write_bytes(b"x")
    for arguments in (["inspect", *str(file).split()], ["inspect", "--json", *str(file).split()]):
        result = tfckpt(*arguments)
        says(result, "in quotation marks", code=2)
        assert f"'{file}'" in said(result)
    says(tfckpt("inspect", "a", "b"), "A path with blanks in it has to be in quotation marks", code=2)
    assert "'a b'" not in said(tfckpt("inspect", "a", "b")), "it is not there"
    says(tfckpt("diff", "a", "b", "c"), "in quotation marks", code=2)
    assert "quotation" not in said(tfckpt("inspect", "--fast", "a"))


def test_a_path_in_place_of_a_command_is_for_inspect(tmp_path):
    file = tmp_path / "model 1.meta"
    file.write_bytes(b"x")
    for typed in ([file], str(file).split()):
        result = tfckpt(*typed)
        says(result, "No such command", code=2)
        assert f"inspect '{file}'" in said(result)
    assert "tfckpt inspect run/model-4" in said(tfckpt("run/model-4"))
    assert "To look at" not in said(tfckpt("inspekt"))
    says(run_course("run/model-4"), "No such command", "course inspect run/model-4", code=2)


def tfckpt(*arguments):
    command = [sys.executable, "-m", "tfckpt", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def said(result):
    return " ".join((result.stdout + result.stderr).split())
