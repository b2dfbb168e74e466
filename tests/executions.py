"""The executions of the notebooks, each made once for all tests that ask, and the stored outputs beside them.

A worker of xdist runs all the tests of one notebook: see the root's ``conftest.py``.
"""

import copy
import functools
import os
from contextlib import contextmanager

import nbformat
from nbval.plugin import IPyNbCell, IPyNbFile, coalesce_streams

from course import lessons, notebooks, warm

OTHER_VALUES = {"a_value": 41, "b_value": 77}
# What a newer TensorFlow shows otherwise because its version has another name: the name, and half of a file with it.
OF_A_VERSION = {
    r"(Written by\S*\s+TensorFlow) \S+": r"\1",
    r"can't decode byte 0x\w\w in position \d+": "can't decode a byte",
}
ORDINARY = {names[0] for names in lessons.parts().values()}


cold = False  # with --cold, each kernel is an ordinary one


@contextmanager
def kernel_for(path):
    """Within the block a kernel is warm, where there are warm ones; ordinary for the first notebook of each Part."""
    before = os.environ.get(warm.SWITCH)
    os.environ[warm.SWITCH] = "off" if cold or path.stem in ORDINARY else "on"
    try:
        yield
    finally:
        del os.environ[warm.SWITCH]
        if before is not None:
            os.environ[warm.SWITCH] = before


@functools.cache
def execution(path, kind):
    """Executes a notebook once for all tests that ask: ``untouched``, ``other values`` or ``solved``."""
    notebook = nbformat.read(path, as_version=4)
    with kernel_for(path):
        if kind == "untouched":
            return notebooks.execute(three_times(notebook), path.stem)
        if kind == "other values":
            return notebooks.execute(notebook, path.stem, OTHER_VALUES)
        if kind == "solved":
            notebooks.solve(notebook)
            return notebooks.execute(notebook, path.stem)
    raise ValueError(kind)


def three_times(notebook):
    """The code cells of a notebook, from first to last, and then again with each cell twice in a row."""
    once = [cell for cell in notebook.cells if cell.cell_type == "code"]
    again = [copy.deepcopy(cell) for cell in once for _ in range(2)]
    for number, cell in enumerate(again):
        cell.id = f"again-{number}"
        cell.metadata.pop("tags", None)
    result = copy.deepcopy(notebook)
    result.cells = once + again
    return result


class StoredNotebook(IPyNbFile):
    """A notebook as nbval collects it: an item for each code cell. Its execution is the ``untouched`` one."""

    def setup(self):
        self.setup_sanitize_files()
        if os.environ.get("COURSE_TENSORFLOW"):  # as the weekly run has it, with the newest
            self.sanitize_patterns.update(OF_A_VERSION)

    def collect(self):
        for item in super().collect():
            yield StoredCell.from_parent(
                self, name=item.name, cell_num=item.cell_num, cell=item.cell, options=item.options
            )


class StoredCell(IPyNbCell):
    """A cell whose stored output is compared, by nbval and strictly, with what ran today."""

    def runtest(self):
        done = execution(self.path, "untouched")
        ran = [cell for cell in done.notebook.cells if cell.cell_type == "code"][self.cell_num]
        assert ran.source == self.cell.source
        if ran.execution_count is None or any(output.output_type == "error" for output in ran.outputs):
            self.raise_cell_error("The cell did not run to its end", "; ".join(done.failures))
        stored = self.cell.outputs
        if self.cell.execution_count is None and stored:
            self.raise_cell_error("The cell has outputs and was never run")
        if not self.compare_outputs(coalesce_streams(ran.outputs), coalesce_streams(stored)):
            self.raise_cell_error("Cell outputs differ", "\n".join(self.comparison_traceback))
