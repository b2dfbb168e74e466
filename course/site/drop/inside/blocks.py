"""``Blocks``: a document as plain data, of which the page makes elements."""

import re

from tfckpt.bounds import LONGEST_WORD, shortened_word
from tfckpt.document import WIDEST, Document, printable

LABELED = re.compile(r"- \*\*([^*:]+):\*\* (.*)", re.DOTALL)  # a line of a document that is a fact


class Blocks(Document):
    """A document as plain data: dicts, each with a ``kind``, in place of Markdown and lines."""

    def block(self, kind, **fields):
        self.blocks.append({"kind": kind, **fields})

    def add(self, markdown, *lines):
        pasted = [text.removeprefix("    ") for style, text, _ in lines if style in ("command", "code")]
        if pasted:
            self.block("code", text="\n".join(pasted), why="")
        elif isinstance(markdown, str) and (labeled := LABELED.fullmatch(markdown)):
            self.block("fact", label=labeled[1], markdown=labeled[2], style=lines[0][0])
        elif isinstance(markdown, str) and markdown:
            item = markdown.startswith("- ")
            self.block("item" if item else "line", markdown=markdown.removeprefix("- "), style=lines[0][0])

    def fact(self, label, text, style=""):
        self.block("fact", label=label, text=printable(text), style=style)

    def heading(self, text):
        self.block("heading", text=printable(text))

    def paragraph(self, markdown, style=""):
        self.block("line", markdown=markdown, style=style)

    def bullets(self, title, items):
        if items:
            self.block("bullets", title=title, items=list(items))

    def command(self, text, why=""):
        self.block("code", text=printable(text), why=why)

    def code(self, text):
        self.block("code", text=text, why="")

    def table(self, title, columns, rows, align, names, most=None, more=""):
        rows = [[fitting(cell, number == names) for number, cell in enumerate(cells)] for cells in rows]
        self.block("table", title=printable(title), columns=columns, rows=rows, align=align, names=names)


def fitting(cell, is_name):
    return printable(shortened_word(cell, LONGEST_WORD if is_name else WIDEST))
