"""Truth 2: every stored output is what runs today.

nbval compares them, strictly: the items ``notebooks/*.ipynb::Cell n``, which ``executions.py`` collects. Here is what
they leave to others: that there is something stored to compare, and that they would notice.
"""

import shutil
import subprocess
import sys

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

from conftest import ROOT


def test_every_code_cell_was_run(notebook):
    """nbval compares nothing in a cell without an execution count."""
    cells = [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1)), "type:  python3 -m course render"


def test_no_stored_error(notebook):
    for cell in nbformat.read(notebook, as_version=4).cells:
        assert not [output for output in cell.get("outputs", []) if output.output_type == "error"], (
            f"{cell.id} shows an error"
        )


def run_nbval(folder, stored):
    cell = new_code_cell("print(2 + 3)", execution_count=1, outputs=[new_output("stream", name="stdout", text=stored)])
    nbformat.write(new_notebook(cells=[cell]), folder / "small.ipynb")
    shutil.copy(ROOT / "conftest.py", folder)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        str(ROOT / "pyproject.toml"),
        "--numprocesses=0",
        "-p",
        "no:cacheprovider",
    ]
    return subprocess.run(
        [*command, "--rootdir", str(folder), str(folder / "small.ipynb")], cwd=ROOT, capture_output=True, text=True
    )


def test_a_current_output_passes(tmp_path):
    result = run_nbval(tmp_path, stored="5\n")
    assert result.returncode == 0, result.stdout


def test_a_stale_output_fails_and_says_what_to_type(tmp_path):
    result = run_nbval(tmp_path, stored="6\n")
    assert result.returncode == 1
    assert "python3 -m course render" in result.stdout
