"""The lessons for Colab: copies with one cell more, which gets the course, and without outputs."""

import posixpath
import re

import nbformat
from nbformat.v4 import new_code_cell

from course import notebooks

FOLDER = "colab"  # in the site
LINK = re.compile(r"\]\((?!https?:)([^)\s#]+)")
GET = """\
# On Colab this gets the course; anywhere else it does nothing. Colab has a TensorFlow of its own, so some outputs
# differ a little from those that the lesson's web page shows.
import sys

if "google.colab" in sys.modules:
    %cd -q /content
    !test -d {name} || git clone --quiet --depth 1 {address}
    %pip install -q --no-deps ./{name}
    %cd -q {name}/notebooks
"""


def write(folder, sources, where):
    """Writes a copy of each lesson into the site.

    Args:
        folder: the site.
        sources: the folder that it was made from.
        where: the ``Origin`` on GitHub, from which Colab reads the copies and gets the course.
    """
    target = folder / FOLDER
    target.mkdir()
    for path in sorted(sources.glob("notebooks/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
            else:
                cell.source = LINK.sub(lambda link: f"]({address(link[1], where)}", cell.source)
        notebook.cells.insert(1, new_code_cell(GET.format(name=where.name, address=where.address), id="get-the-course"))
        notebooks.write(notebook, target / path.name)


def address(link, where):
    """Where a link in a lesson leads on Colab: to the copy of another lesson, or to a file of the repository."""
    path = posixpath.normpath(posixpath.join("notebooks", link))
    if path.endswith(".ipynb"):
        return where.colab(f"{FOLDER}/{posixpath.basename(path)}")
    return f"{where.address}/blob/{where.branch}/{path}"
