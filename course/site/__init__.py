"""``course html``: the lessons as pages to read, in a folder that needs no server and no network.

Sphinx makes them, with myst-nb for the notebooks and the sphinx-book-theme. What is made here is what Sphinx reads: a
folder with the lessons and the files that they link to (``sources``).
"""

import io
import shutil
import tempfile
from pathlib import Path

import click

from course import places
from course.setup import origin
from course.site import colab, drop, sources
from course.site.settings import settings

MARK = ".made-by-course-html"
NO_ORIGIN = (
    "This checkout has no origin on GitHub or GitLab, so the pages have no buttons that launch a lesson, edit it or "
    "report an issue with it."
)


def build(folder, progress=iter, mine=False):
    """Writes the site: the README, the lessons, and the files of the course that they link to.

    The lessons are those of the course, with blank exercises and the outputs that they are stored with, whatever a
    learner has done in theirs. Nothing is executed.

    Args:
        folder: a new or empty folder, or one that this function wrote before, which is replaced.
        progress: wraps the list of pages, to show a progress bar. Each page is in it twice: it is read, then written.
        mine: show the notebooks as they are now, with the learner's answers and outputs.

    Returns:
        The path of the first page, and what there is to say of the site, as a list of sentences.

    Raises:
        click.ClickException: the folder has something else in it.
        OSError: nothing can be written to it.
    """
    folder = Path(folder)
    if folder.exists() and not (folder / MARK).exists() and any(folder.iterdir()):
        raise click.ClickException(
            f"{folder} has files in it that course html did not write, and it would delete them. Name a new folder "
            "with --output."
        )
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):  # a disk that is read-only refuses now, and not after minutes
        pass
    where = origin.of(places.root())
    with tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as temporary:
        source, made = Path(temporary, "source"), Path(temporary, "made")
        dropped = drop.build(Path(temporary, "drop"))
        pages = sources.write(source, mine, where, dropped.why_not)
        said = convert(source, made, where, iter(progress([*pages, *pages])))
        if where and where.host == "github":
            colab.write(made, source, where)
        if dropped.page:
            shutil.copytree(dropped.page.parent, made / sources.DROP)
        said += [dropped.why_not] if dropped.why_not else []
        (made / MARK).touch()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(made, folder, dirs_exist_ok=True)
    return folder / "index.html", said if where else [*said, NO_ORIGIN]


def convert(source, made, where=None, steps=None):
    """Makes the pages of a folder of sources. Returns what Sphinx has to say against them, as a list of sentences.

    Args:
        source: the folder.
        made: a folder for the pages.
        where: the ``Origin`` that buttons lead to, or None.
        steps: an iterator that is asked for its next item when a page was read, and again when it was written.
    """
    from sphinx.application import Sphinx  # takes half a second: not before it is needed
    from sphinx.util.console import strip_escape_sequences
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    warnings, steps = io.StringIO(), steps or iter(())
    with patch_docutils(), docutils_namespace():
        app = Sphinx(source, None, made, made.parent / "doctrees", "html", settings(where), None, warnings)
        app.connect("doctree-read", lambda *_: step(steps))
        app.connect("html-page-context", lambda *_: step(steps))
        app.build()
    for _ in steps:  # the progress bar comes to its end
        pass
    return strip_escape_sequences(warnings.getvalue()).replace(f"{source}/", "").splitlines()


def step(steps):
    """Moves the progress bar on. Sphinx is handed nothing: it would take it for the name of a template."""
    next(steps, None)
