"""A lesson given back as the course has it, with what a learner wrote kept beside it: none of it is overwritten.

Where a fresh copy comes from: in a git clone, from the newest version in its history that the course's authors stored,
whatever the learner has committed since; in a folder without git, from the copy that the first start put aside
(``originals``). Where there is neither, the exercises are emptied, and the rest stays as it is.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from course import lessons, notebooks, places
from course.learner import originals
from course.setup import git


def work(content):
    """Somebody's work in a notebook: the cells' kinds, texts and attached files. In a damaged one, all of it.

    Outputs, numbers and metadata are not: opening a notebook and running it changes those.
    """
    try:
        cells = notebooks.read(content).cells
    except ValueError:
        return content
    return [(cell.cell_type, cell.source.strip(), cell.get("attachments")) for cell in cells if cell.source.strip()]


def keep_beside(path, content):
    """Writes a notebook's content beside it, as ``my_…_<date>_<time>.ipynb``, a name that no file has yet.

    Returns:
        The new path.
    """
    now = datetime.now().strftime("%Y-%m-%d_%H%M")
    for number in ("", *(f"_{i}" for i in range(2, 1000))):
        kept = path.with_name(f"my_{path.stem}_{now}{number}.ipynb")
        try:
            with open(kept, "xb") as file:
                file.write(content)
            return kept
        except FileExistsError:
            continue
    raise FileExistsError(f"{path.parent} has a thousand copies of this minute")


def from_git(path):
    """The newest version in the clone's history that is the course's, and its day; ``(None, "")`` without one."""
    root = places.root()
    file = path.relative_to(root).as_posix()
    try:
        # All of the history: with a merge, git would else follow one side only.
        log = git.text(root, "log", "--full-history", "--format=%H %cs", "HEAD", "--", file)
    except git.GitError:  # no git, no clone, no commit
        return None, ""
    for line in log.splitlines():
        commit, day = line.split()
        try:
            content = git.git(root, "cat-file", "blob", f"{commit}:./{file}")
        except git.GitError:  # this commit deleted it
            continue
        if notebooks.is_the_courses(content):
            return content, day
    return None, ""


def emptied(content, lesson):
    """A notebook with its exercises as they were given and without outputs; the rest stays.

    Returns:
        The new content, and the number of exercises that were emptied.
    """
    notebook = notebooks.read(content)
    stubs = {name: lessons.registry()[name].stub for name in lessons.contents()[lesson]}
    count = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.outputs, cell.execution_count = [], None
        if name := notebooks.exercise_in(cell, stubs):
            cell.source = stubs[name]
            count += 1
    return notebooks.content_of(notebooks.normalize(notebook)), count


@dataclass(frozen=True)
class Reset:
    """The outcome of a reset: the notebook, what it holds now, and the learner's copy, or None."""

    path: Path
    what: str
    kept: Path | None = None
    changed: bool = True


def reset(name):
    """Gives a lesson's notebook back as the course has it, and keeps the learner's beside it.

    Args:
        name: the lesson, as a person names it. It may have been deleted.

    Raises:
        notebooks.NotebookError: there is no such lesson, or nothing to make a fresh copy from.
    """
    there = {name: notebooks.folder() / f"{name}.ipynb" for name in lessons.names()}
    path = notebooks.find(name, list(there.values()))
    if path not in there.values():
        raise notebooks.NotebookError(f"{path} is not a notebook of the course, so there is no fresh copy of it.")
    current = path.read_bytes() if path.exists() else None
    fresh, what = fresh_copy(path, current)
    if fresh == current:
        return Reset(path, "It is as the course has it already.", changed=False)
    kept = keep_beside(path, current) if current is not None and work(current) != work(fresh) else None
    notebooks.write_bytes(fresh, path)
    return Reset(path, what, kept)


def fresh_copy(path, current):
    """The content for a fresh copy, and in words where it is from."""
    fresh, day = from_git(path)
    if fresh is not None:
        return fresh, f"It is a fresh copy: the course's version of {day}, from this clone's history."
    stored = originals.folder() / path.name
    if stored.exists():
        return stored.read_bytes(), "It is a fresh copy, the one that was put aside when you first started the course."
    again = f"For a fresh copy of all of it, unpack the course once more, elsewhere, and take {path.name} from there."
    if current is None:
        raise notebooks.NotebookError(f"{path.name} is gone, and nothing here has a copy of it. {again}")
    try:
        content, count = emptied(current, path.stem)
    except ValueError:
        raise notebooks.NotebookError(
            f"{path.name} cannot be read, and nothing here has a copy of it. {again}"
        ) from None
    exercises = "1 exercise is" if count == 1 else f"{count} exercises are"
    return content, f"{exercises} blank again, and the outputs are gone. The rest is as you left it. {again}"
