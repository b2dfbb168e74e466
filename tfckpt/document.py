"""Something to read: Markdown in a notebook, plain words in a terminal, for a screen reader and in tests."""

import re


class Note:
    """A text in Markdown that shows as such in a notebook, and without its marks everywhere else."""

    def __init__(self, markdown):
        self.markdown = markdown.strip()

    def saying_also(self, text):
        """The same note with another paragraph."""
        return Note(f"{self.markdown}\n\n{text}")

    def _repr_markdown_(self):
        return self.markdown

    def __repr__(self):
        return plain(self.markdown)


def plain(markdown):
    """Markdown as plain words: the marks of bold, code and fences go, code keeps its characters."""
    lines, fenced = [], False
    for line in markdown.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced:
            lines.append("    " + line)
        else:
            lines.append("".join(unmarked(part) for part in re.split(r"(`[^`]*`)", line)))
    return "\n".join(lines)


def unmarked(part):
    """A piece of Markdown, either code in backticks or text, without its marks. A link to a lesson keeps its words."""
    if part.startswith("`"):
        return part.strip("`")
    return re.sub(r"\[([^]]*)\]\(\w+\.ipynb\)", r"\1", part).replace("**", "").replace("\N{NO-BREAK SPACE}", " ")


class Table(Note):
    """Rows under a heading. ``align`` has one letter a column: ``l`` or ``r``.

    Args:
        heading: the column titles.
        rows: the rows, each as many texts as there are titles.
    """

    def __init__(self, heading, rows, align=None):
        rows = [[str(cell) for cell in row] for row in rows]
        align = align or "l" * len(heading)
        bars = ["---:" if side == "r" else ":---" for side in align]
        cells = [[cell.replace("|", "\\|") for cell in row] for row in [heading, bars, *rows]]
        super().__init__("\n".join("| " + " | ".join(row) + " |" for row in cells))
        self.rows = [[plain(cell) for cell in row] for row in [heading, *rows]]
        self.align = align

    def __repr__(self):
        widths = [max(len(row[column]) for row in self.rows) for column in range(len(self.align))]
        pad = [str.rjust if side == "r" else str.ljust for side in self.align]
        lines = [
            "  ".join(p(cell, width) for p, cell, width in zip(pad, row, widths, strict=True)) for row in self.rows
        ]
        return "\n".join(line.rstrip() for line in lines)


def fenced(text, language=""):
    """A text as a code block that no line of the text can end early."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
