"""What the course adds to Sphinx and its theme: files of Python as pages, and buttons that lead where they should."""

import ast
import re
from posixpath import basename
from textwrap import indent

from sphinx.parsers import RSTParser

from course.site import colab, heads, sources


class PythonSource(RSTParser):
    """Makes a page of a file of Python: its docstring as text, then the file as it is."""

    supported = ("python-source",)

    def parse(self, inputstring, document):
        name = document.settings.env.docname.rpartition("/")[2] + ".py"
        text = ast.get_docstring(ast.parse(inputstring)) or ""
        title = f"{name}\n{'=' * len(name)}"
        block = f".. code-block:: python\n\n{indent(inputstring, '   ')}"
        super().parse(f"{title}\n\n{text}\n\n{block}\n", document)


def mend_buttons(app, page, template, context, doctree):
    """Adds Colab to the theme's buttons, and lets those that edit a page lead to what it is made of."""
    where = context.get("course_origin")
    for group in context.get("header_buttons", ()) if where else ():
        if group.get("label") == "launch-buttons" and (
            address := where.colab(f"{colab.FOLDER}/{basename(page)}.ipynb")
        ):
            looks = {"text": "Colab", "tooltip": "Launch on Colab", "icon": "_static/images/logo_colab.png"}
            group["buttons"].append({"type": "link", "url": address, **looks})
        for button in group.get("buttons", ()):
            if button.get("label") == "source-edit-button":
                for made, source in sources.MADE_OF.items():
                    button["url"] = re.sub(f"/{re.escape(made)}$", f"/{source}", button["url"])


def setup(app):
    app.add_source_parser(PythonSource)
    app.connect("html-page-context", mend_buttons, priority=900)  # after the theme's
    app.connect("html-page-context", heads.doors)
    app.connect("html-page-context", heads.describe)
    app.connect("doctree-resolved", heads.place)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
