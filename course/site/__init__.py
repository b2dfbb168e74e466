"""``course html``: the lessons as pages to read, in a folder that needs no server and no network."""

import html
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import click
import nbformat
from nbformat.v4 import new_markdown_cell, new_notebook

from course import notebooks, places
from course.site.outline import without_diagrams

MARK = ".made-by-course-html"
TEMPLATES = Path(__file__).parent  # nbconvert looks in there for the folder "template"
LINK = re.compile(r'(?P<before>(?:href|src)=")(?P<target>[^"#:]+)(?=["#])')  # a colon: an address, or data


def build(folder, progress=iter):
    """Writes the site: the README, the lessons, and the files of the course that they link to.

    Outputs are those that are stored in the notebooks; nothing is executed.

    Args:
        folder: a new or empty folder, or one that this function wrote before, which is replaced.
        progress: wraps the list of pages, to show a progress bar.

    Returns:
        The path of the first page.

    Raises:
        click.ClickException: the folder has something else in it.
    """
    folder = Path(folder)
    if folder.exists() and not (folder / MARK).exists() and any(folder.iterdir()):
        raise click.ClickException(
            f"{folder} has files in it that course html did not write, and it would delete them. Name a new folder "
            "with --output."
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    first = places.root() / "README.md"
    pages = [first, *notebooks.all_notebooks()]
    linked = set().union(*(write(path, folder) for path in progress(pages)))
    done = set(pages)
    while linked - done:
        path = min(linked - done)
        linked |= write(path, folder)
        done.add(path)
    return folder / name_of(first)


def name_of(path):
    """What a file of the course is called in the site."""
    if path == places.root() / "README.md":
        return "index.html"
    if path.name == "README.md":
        return f"{path.parent.name}.html"
    return f"{path.stem}.html" if path.suffix in (".ipynb", ".md") else path.name


def write(path, folder):
    """Writes a file of the course into the site, as a page or as it is. Returns the files of the course it links to."""
    if path.suffix not in (".ipynb", ".md"):
        shutil.copyfile(path, folder / name_of(path))
        return set()
    if path.suffix == ".md":
        notebook = new_notebook(cells=[new_markdown_cell(path.read_text(encoding="utf-8"))])
    else:
        notebook = notebooks.normalize(nbformat.read(path, as_version=4))  # widgets would ask the network for a script
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = without_diagrams(cell.source)
    linked = set()

    def in_the_site(match):
        target = (path.parent / unquote(html.unescape(match["target"]))).resolve()
        target = target / "README.md" if target.is_dir() else target
        if not target.is_relative_to(places.root()) or not target.is_file():
            return match[0]
        linked.add(target)
        return match["before"] + name_of(target)

    page = LINK.sub(in_the_site, page_of(notebook))
    (folder / name_of(path)).write_text(page, encoding="utf-8", newline="\n")
    return linked


def page_of(notebook):
    """A notebook as a page. Its title is its first heading."""
    from nbconvert import HTMLExporter  # takes half a second: not before it is needed

    heading = re.search(r"^# (.+)$", "\n".join(cell.source for cell in notebook.cells), re.MULTILINE)
    exporter = HTMLExporter(extra_template_basedirs=[str(TEMPLATES)], template_name="template")
    body, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": heading[1] if heading else "Course"}})
    return body
