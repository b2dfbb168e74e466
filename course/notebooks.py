"""Finds, executes and renders the course's notebooks, and keeps their files in one canonical form."""

import ast
import os
import re
import tempfile
import time
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import click
import nbformat

from course import places
from course.practice.panel import VIEW


class NotebookError(click.ClickException):
    """A notebook that cannot be found or may not be changed."""


@dataclass
class Execution:
    """An executed notebook, the seconds it took, and what went wrong, if anything."""

    name: str
    notebook: nbformat.NotebookNode
    seconds: float
    failures: list = field(default_factory=list)  # texts: "cell 4 raised ValueError: …"

    @property
    def cells(self):
        """The number of cells that papermill went through, those of text too: what its progress bar counts."""
        states = [cell.metadata.get("papermill", {}).get("status") for cell in self.notebook.cells]
        return sum(state in ("completed", "failed") for state in states)


def folder():
    return places.root() / "notebooks"


def all_notebooks():
    """The paths of the course's notebooks, in the order of the lessons."""
    return sorted(folder().glob("[0-9][0-9]*_*.ipynb"))


def find(name, among=None):
    """The path of a notebook that a person names: a path, a name with or without ending, or a lesson's number.

    Args:
        name: what the person typed.
        among: the paths of the notebooks that there are, or should be. By default all that are there.

    Raises:
        NotebookError: there is none, with the nearest names if there are any; or it has several parts, with theirs.
    """
    given = Path(name)
    if given.suffix == ".ipynb" and given.is_file():
        return given.resolve()
    paths = {path.stem: path for path in among or all_notebooks()}
    asked = given.name.removesuffix(".ipynb")
    stems = [stem for stem in paths if asked in (stem, stem.split("_")[0])]
    if len(stems) == 1:
        return paths[stems[0]]
    raise NotebookError(no_lesson(name, asked, list(paths)))


def no_lesson(name, asked, stems):
    """The message on a name that is no lesson's: which ones are meant, perhaps, or which ones there are."""
    parts = [stem for stem in stems if re.fullmatch(rf"{re.escape(asked)}[a-z]_.*", stem)]
    if parts:
        return f"Lesson {asked} has {len(parts)} parts. Name one of them: {', '.join(parts)}."
    near = [stem for stem in stems if re.match(rf"0{re.escape(asked)}[a-z]?_", stem)]  # 3 for 03
    if near := near or get_close_matches(asked, stems, n=2, cutoff=0.6):
        return f"There is no lesson {name}. Did you mean {' or '.join(near)}?"
    numbers = sorted(re.match(r"[0-9]*", stem)[0] for stem in stems)
    between = f"There are {numbers[0]} to {numbers[-1]}; " if numbers else ""
    return f"There is no lesson {name}. {between}`python3 -m course progress` lists them."


def execute(notebook, name, values=None, cwd=None, progress=False):
    """Executes a notebook with papermill, to the end or to its first error.

    Args:
        notebook: a path, or a notebook in memory.
        name: what to call it in a report.
        values: other values for names in its ``parameters`` cell; names that it does not have are passed over.
        cwd: the folder it runs in. By default a temporary one, which is gone afterwards.
        progress: show a progress bar on stderr.

    Returns:
        An ``Execution``.
    """
    import papermill  # takes half a second: not before it is needed

    source = notebook if isinstance(notebook, nbformat.NotebookNode) else nbformat.read(notebook, as_version=4)
    own = {key: value for key, value in (values or {}).items() if key in parameters(source)}
    with tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as temporary:
        given, executed = Path(temporary) / "given.ipynb", Path(temporary) / f"{name}.ipynb"
        nbformat.write(source, given)
        run_in = Path(cwd) if cwd else Path(temporary) / "run"
        run_in.mkdir(exist_ok=True)
        began = time.monotonic()
        failures = []
        with places.isolated():
            try:
                papermill.execute_notebook(
                    given,
                    executed,
                    parameters=own,
                    cwd=run_in,
                    kernel_name="python3",
                    language="python",
                    progress_bar=progress,
                    autosave_cell_every=0,
                )
            except papermill.PapermillExecutionError as error:
                failures.append(f"cell {error.exec_count} raised {error.ename}: {error.evalue}")
            except Exception as error:  # a kernel that died or never answered: the other notebooks go on
                failures.append(f"{type(error).__name__}: {error}")
        result = nbformat.read(executed if executed.exists() else given, as_version=4)
        return Execution(name, result, time.monotonic() - began, failures)


def render(path, progress=False):
    """Executes a notebook and stores the outputs in its file. Sources stay as they are.

    Returns:
        An ``Execution``. After a failure the file is as it was.

    Raises:
        NotebookError: an exercise in it is filled in: the file is a learner's, whose outputs are theirs.
    """
    notebook = load(path)
    filled = filled_exercises(notebook)
    if filled:
        raise NotebookError(
            f"{path.name} has an answer in {', '.join(filled)}, so it was left as it is. render is for authors: it "
            "stores the outputs of notebooks whose exercises are blank."
        )
    done = execute(notebook, path.stem, progress=progress)
    if not done.failures:
        for cell, executed in zip(notebook.cells, done.notebook.cells, strict=True):
            if cell.cell_type == "code":
                cell.outputs = executed.outputs
                cell.execution_count = executed.execution_count
        write(normalize(notebook), path)
    return done


def is_the_courses(content):
    """True for a notebook as the course stores it: in the canonical form of ``course render``, with blank exercises.

    JupyterLab saves another form, so a notebook that a learner saved is not taken for one of the course's.
    """
    try:
        notebook = read(content)
        nbformat.validate(notebook)
    except (ValueError, nbformat.ValidationError):
        return False
    return not filled_exercises(notebook) and content_of(normalize(notebook)) == content


def read(content):
    """The notebook in a file's bytes. Raises ValueError when there is none."""
    try:
        notebook = nbformat.reads(content.decode("utf-8"), as_version=4)
        _ = [(cell.cell_type, cell.source.strip(), cell.metadata) for cell in notebook.cells]
        return notebook
    except (AttributeError, KeyError, TypeError, RecursionError, nbformat.ValidationError) as error:
        raise ValueError(f"not a notebook: {error}") from error


def load(path):
    """The notebook in a file. Raises NotebookError, with what to type, when there is none in it."""
    try:
        return read(path.read_bytes())
    except ValueError as error:
        again = "For a fresh copy of a lesson, with yours kept beside it, type:  python3 -m course reset"
        raise NotebookError(
            f"{path.name} cannot be read: {str(error).splitlines()[0][:200]}. {again} {path.stem.partition('_')[0]}"
        ) from None


def filled_exercises(notebook):
    """The names of the exercises in a notebook that are not blank. One without a function has its cell's id."""
    from course.practice.exercise import is_blank

    cells = [(function_in(cell), cell) for cell in notebook.cells if "exercise" in cell.metadata.get("tags", [])]
    return [name or cell.get("id", "a cell") for name, cell in cells if name is None or not is_blank(cell.source)]


def exercise_cells(notebook):
    """The cells that define an exercise's function: ``{name: cell}``. They carry the tag ``exercise``."""
    cells = [cell for cell in notebook.cells if "exercise" in cell.metadata.get("tags", [])]
    return {name: cell for cell in cells if (name := function_in(cell))}


def solve(notebook):
    """Puts the reference solutions into the exercises of a notebook, whatever is there. Returns the exercises' names.

    What stands there may have imports above the function, or be half typed.
    """
    from course import lessons

    solved = []
    for cell in notebook.cells:
        name = exercise_in(cell, lessons.registry())
        if name:
            cell.source = lessons.find(name).solution
            solved.append(name)
    return solved


def exercise_in(cell, names):
    """The first of some exercises' names that a cell with the tag ``exercise`` defines, however broken it is; or None.

    ``function_in`` is stricter: a cell that says more than the function is nobody's blank exercise.
    """
    if cell.cell_type != "code" or "exercise" not in cell.metadata.get("tags", []):
        return None
    return next((name for name in re.findall(r"^def (\w+)\(", cell.source, re.MULTILINE) if name in names), None)


def function_in(cell):
    """The name of the function that a cell begins with, or None."""
    try:
        statements = ast.parse(cell.source).body
    except (SyntaxError, ValueError):  # ValueError: there is a null character in it
        return None
    return statements[0].name if statements and isinstance(statements[0], ast.FunctionDef) else None


def parameters(notebook):
    """The names that a notebook's ``parameters`` cell gives values to, as a set; empty without such a cell."""
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    try:
        nodes = [node for cell in cells for node in ast.walk(ast.parse(cell.source))]
    except (SyntaxError, ValueError):  # half typed: whoever runs it will see so
        return set()
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def normalize(notebook):
    """Brings a notebook into the one form that the repository keeps: the same sources give the same bytes.

    Only the metadata that mean something stay; streams that arrived in pieces become one; transient ids go, and with
    them the widgets that they name: what else the output has stays.
    """
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    notebook.metadata = nbformat.from_dict({"kernelspec": kernel, "language_info": {"name": "python"}})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
    return notebook


def joined(outputs):
    """Outputs with neighboring pieces of one stream put together, and without metadata of a machine."""
    result = []
    for output in outputs:
        last = result[-1] if result else {}
        if output.output_type == "stream" == last.get("output_type") and output.name == last.name:
            last.text += output.text
            continue
        if "metadata" in output:
            output.metadata = nbformat.from_dict({})
        output.get("data", {}).pop(VIEW, None)
        result.append(output)
    return result


def write(notebook, path):
    """Writes a notebook in one step: a reader sees the old file or the new one, never half of it."""
    write_bytes(content_of(notebook), path)


def content_of(notebook):
    """A notebook as the bytes of its file."""
    return (nbformat.writes(notebook, version=nbformat.NO_CONVERT).rstrip("\n") + "\n").encode("utf-8")


def write_bytes(content, path):
    """Writes a file in one step."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
