"""What is in a notebook: whether it is the course's as it was given, and what in it is somebody's work."""

import nbformat

from course import notebooks


def is_the_courses(content):
    """True for a notebook as the course stores it: in the canonical form of ``course render``, with blank exercises.

    JupyterLab saves another form, so a notebook that a learner saved is not taken for one of the course's.
    """
    try:
        notebook = read(content)
        return (
            not notebooks.filled_exercises(notebook) and notebooks.content_of(notebooks.normalize(notebook)) == content
        )
    except (ValueError, SyntaxError, AttributeError, IndexError):  # no notebook, or an exercise that is no function
        return False


def read(content):
    """The notebook in a file's bytes. Raises ValueError when there is none."""
    try:
        notebook = nbformat.reads(content.decode("utf-8"), as_version=4)
        for cell in notebook.cells:
            _ = cell.cell_type, cell.source.strip(), cell.metadata
        return notebook
    except (AttributeError, KeyError, TypeError, RecursionError, nbformat.ValidationError) as error:
        raise ValueError(f"not a notebook: {error}") from error


def work(content):
    """What in a notebook is somebody's work: the cells' kinds, texts and attached files. In a damaged one, all of it.

    Outputs, numbers and metadata are not: opening a notebook and running it changes those.
    """
    try:
        cells = read(content).cells
    except ValueError:
        return content
    return [(cell.cell_type, cell.source.strip(), cell.get("attachments")) for cell in cells if cell.source.strip()]
