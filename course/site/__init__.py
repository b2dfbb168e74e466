"""``course html``: the lessons as pages to read, in a folder that needs no server and no network."""

import html
import os
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import click
import nbformat
from nbformat.v4 import new_markdown_cell, new_notebook

from course import lessons, notebooks, places
from course.learner import reset

MARK = ".made-by-course-html"
TEMPLATES = Path(__file__).parent  # nbconvert looks in there for the folder "template"
TIME = re.compile(r"^\*\*Time:\*\* \d+ minutes", re.MULTILINE)  # where a lesson's head line begins
TITLE = re.compile(r"^# .+$", re.MULTILINE)
TABLE = re.compile(r"^## The lessons\n.*?(?=^## )", re.MULTILINE | re.DOTALL)  # in the README
ON_THIS_PAGE = "ON-THIS-PAGE"  # where the list is put, once the page is made
HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)<a class="anchor-link"', re.DOTALL)
LINK = re.compile(r'(?P<before>(?:href|src)=")(?P<target>[^"#:]+)(?=["#])')  # a colon: an address, or data


def build(folder, progress=iter, mine=False):
    """Writes the site: the README, the lessons, and the files of the course that they link to.

    The lessons are those of the course, with blank exercises and the outputs that they are stored with, whatever a
    learner has done in theirs. Nothing is executed.

    Args:
        folder: a new or empty folder, or one that this function wrote before, which is replaced.
        progress: wraps the list of pages, to show a progress bar.
        mine: show the notebooks as they are now, with the learner's answers and outputs.

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
    linked = set().union(*(write(path, folder, mine) for path in progress(pages)))
    done = set(pages)
    while linked - done:
        path = min(linked - done)
        linked |= write(path, folder, mine)
        done.add(path)
    return folder / name_of(first)


def name_of(path):
    """The name in the site of a file of the course."""
    if path == places.root() / "README.md":
        return "index.html"
    if path.name == "README.md":
        return f"{path.parent.name}.html"
    return f"{path.stem}.html" if path.suffix in (".ipynb", ".md") else path.name


def write(path, folder, mine=False):
    """Writes a file of the course into the site, as a page or as it is. Returns the files of the course it links to."""
    if path.suffix not in (".ipynb", ".md"):
        shutil.copyfile(path, folder / name_of(path))
        return set()
    if path.suffix == ".md":
        notebook = new_notebook(cells=[new_markdown_cell(path.read_text(encoding="utf-8"))])
    else:
        read = nbformat.read(path, as_version=4) if mine else notebooks.read(as_the_course_has_it(path))
        notebook = notebooks.normalize(read)  # widgets would ask the network for a script
    add_ways(notebook.cells[0], path)
    linked = set()

    def in_the_site(match):
        target = (path.parent / unquote(html.unescape(match["target"]))).resolve()
        target = target / "README.md" if target.is_dir() else target
        if not target.is_relative_to(places.root()) or not target.is_file():
            return match[0]
        linked.add(target)
        return match["before"] + name_of(target)

    page = with_contents(LINK.sub(in_the_site, page_of(notebook)))
    (folder / name_of(path)).write_text(page, encoding="utf-8", newline="\n")
    return linked


def as_the_course_has_it(path):
    """The bytes of a lesson's notebook as it was given; those of any other notebook as they are."""
    current = path.read_bytes()
    if path.parent != notebooks.folder() or path.stem not in lessons.names() or notebooks.is_the_courses(current):
        return current
    return reset.fresh_copy(path, current)[0]


def add_ways(cell, path):
    """Adds the ways through the site to the first cell of a page: to all lessons, and to the page's own sections."""
    first = places.root() / "README.md"
    if path == first:
        table = TABLE.search(cell.source)
        if table:  # the lessons first: who reads here has come for them
            rest = cell.source.replace(table[0], "")
            cell.source = re.sub(r"\n(?=\n\*\*|\n## )", lambda _: f"\n\n{ON_THIS_PAGE}\n\n{table[0]}", rest, count=1)
        return
    home = f"[All lessons]({Path(os.path.relpath(first, path.parent)).as_posix()})"
    if TIME.search(cell.source):
        cell.source = TIME.sub(lambda time: f"{home} · {time[0]}", cell.source, count=1) + f"\n\n{ON_THIS_PAGE}"
    else:
        cell.source = TITLE.sub(lambda title: f"{title[0]}\n\n{home}\n\n{ON_THIS_PAGE}\n", cell.source, count=1)


def with_contents(page):
    """A page with the list of its sections in the place for it."""
    points = "".join(f'<li><a href="#{anchor}">{title}</a></li>' for anchor, title in HEADING.findall(page))
    contents = f'<nav aria-label="On this page"><strong>On this page</strong><ul>{points}</ul></nav>' if points else ""
    return page.replace(f"<p>{ON_THIS_PAGE}</p>", contents)


def page_of(notebook):
    """A notebook as a page. Its title is its first heading."""
    from nbconvert import HTMLExporter  # takes half a second: not before it is needed

    heading = re.search(r"^# (.+)$", "\n".join(cell.source for cell in notebook.cells), re.MULTILINE)
    exporter = HTMLExporter(extra_template_basedirs=[str(TEMPLATES)], template_name="template")
    style = (places.SETTINGS / "custom.css").read_text(encoding="utf-8")  # verdicts and tables look as in JupyterLab
    resources = {"metadata": {"name": heading[1] if heading else "Course"}, "course_style": style}
    body, _ = exporter.from_notebook_node(notebook, resources)
    return body
