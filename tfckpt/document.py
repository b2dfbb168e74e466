"""Something to read: Markdown in a notebook, plain words in a terminal, for a screen reader and in tests."""

import os
import re
import shlex
import textwrap

from tfckpt.bounds import LINE, LONGEST_TEXT, LONGEST_WORD, cut, shortened_word

LABEL = 12  # characters: the column of words such as "Whole"
WIDEST = 100  # characters that the cells of a column are filled up to
TOO_LONG = "(not shown: a command of {} characters)"
NOT_TO_TYPE = "(not shown: a command with a character that cannot be printed)"


class Note:
    """A text in Markdown that shows as such in a notebook, and without its marks everywhere else.

    Example:

        >>> Note("**2** variables in `model`")
        2 variables in model
    """

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
    """Markdown as plain words: the marks of bold, code and fences go, code keeps its characters.

    Example:

        >>> plain("**Whole:** `yes`")
        'Whole: yes'
    """
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

    Example:

        >>> Table(["name", "size"], [["w", 24]], align="lr")
        name  size
        w       24
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
    r"""A text as a code block that no line of the text can end early.

    Example:

        >>> fenced("x = 1", "python")
        '```python\nx = 1\n```'
    """
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


class Document(Note):
    """A long text that is built block by block, each as Markdown and as lines for a terminal.

    Attributes:
        blocks: pairs of a block's Markdown, or a function that makes it; and of its lines, triples ``(style, text,
            indent)``. A style is empty, ``"heading"``, ``"bad"``, ``"good"``, ``"command"`` or ``"code"``. What does
            not fit into a line goes on, indented, in the next one; an indent of None keeps it in one.

    Example:

        >>> document = Document()
        >>> document.fact("Whole", "yes")
        >>> document
          Whole       yes
        >>> document.markdown
        '- **Whole:** yes'
    """

    def __init__(self):
        self.blocks = []

    def add(self, markdown, *lines):
        self.blocks.append((markdown, lines))

    def fact(self, label, text, style=""):
        """A word, and what is to be said of it."""
        item = f"- {f'**{label}:** ' if label else ''}{escaped(text)}"
        self.add(item, (style, f"  {label:<{LABEL}}{printable(text)}".rstrip(), LABEL + 2))

    def heading(self, text):
        """A line above what belongs together."""
        self.add(f"**{escaped(text)}**", ("", "", None), ("heading", printable(text), 2))

    def paragraph(self, markdown, style=""):
        """A paragraph in Markdown, with an empty line before it."""
        self.add(markdown, *[("", "", None)][: len(self.blocks)], (style, plain(markdown), 0))

    def bullets(self, title, items):
        """A title and a list, all in Markdown. Nothing if there are no items."""
        if items:
            self.paragraph(f"**{title}**", "heading")
            lines = [("", f"- {plain(item)}", 2) for item in items]
            self.add("\n".join(f"- {item}" for item in items), ("", "", None), *lines)

    def command(self, text, why=""):
        """A line for a shell, which can be copied; before it, why. None that cannot be pasted as it is."""
        if len(text) > LONGEST_TEXT or any(len(shlex.quote(word)) > LONGEST_WORD for word in shlex.split(text)):
            text = TOO_LONG.format(len(text))
        elif not text.isprintable():  # escaped, it would name another file
            text = NOT_TO_TYPE
        self.add(fenced(printable(text)), ("", f"    # {why}", None), ("command", f"    {printable(text)}", None))
        if not why:
            self.blocks[-1] = self.blocks[-1][0], self.blocks[-1][1][1:]

    def code(self, text):
        """Python to paste. In a terminal it begins at the left edge."""
        lines = [("code", f"    {line}", None) for line in text.splitlines()]
        self.add(fenced(text, "python"), ("", "", None), *lines)

    def table(self, title, columns, rows, align, names, most=None, more=""):
        """Rows under a heading. Plain text has no heading of the columns: one sees what they are.

        Args:
            title: the heading.
            columns, align: as ``Table`` takes them.
            rows: the cells as plain texts.
            names: the number of the column whose cells are names, which are shown as code.
            most: how many rows are shown; None for all.
            more: what to do to see the others.
        """
        self.heading(title)
        rows = [[fitting(cell, number == names) for number, cell in enumerate(cells)] for cells in rows]
        shown = rows[:most]
        widths = [min(max(map(len, cells)), WIDEST) for cells in zip(*rows, strict=True)]
        pad = [str.rjust if side == "r" else str.ljust for side in align]
        aligned = [
            "  " + "  ".join(p(cell, width) for p, cell, width in zip(pad, cells, widths, strict=True))
            for cells in shown
        ]
        self.add(
            lambda: Table(columns, [marked(cells, names) for cells in shown], align).markdown,
            *(("", line.rstrip(), None) for line in aligned),
        )
        if len(rows) > len(shown):
            text = f"… and {len(rows) - len(shown)} more{more}"
            self.add(text, ("", f"  {text}", 2))

    @property
    def markdown(self):
        """All of it as Markdown, which a terminal does not wait for."""
        blocks = [made for block, _ in self.blocks if (made := block if isinstance(block, str) else block())]
        return "".join(
            block + ("\n" if block.startswith("- ") and after.startswith("- ") else "\n\n")
            for block, after in zip(blocks, [*blocks[1:], ""], strict=True)
        ).strip()

    def __repr__(self):
        return "\n".join(text for _, lines in self.blocks for _, text, _ in lines)

    def lines(self, width):
        """Pairs ``(style, line)``, each line as wide as a window, where it can be.

        Prose is broken between words, what is to be copied where a shell joins it again. Python stays as it is.
        """
        for style, text, indent in (line for _, lines in self.blocks for line in lines):
            pieces = [text]
            if style == "command":
                pieces = folded(text, width)
            elif style == "code":
                pieces = [text[4:]]
            elif indent is not None and len(text) > width:
                # A path stays in one piece, so that it can be copied: the terminal breaks it.
                keep = {"break_on_hyphens": False, "break_long_words": False}
                pieces = textwrap.wrap(text, width, subsequent_indent=" " * indent, **keep)
            yield from ((style, shortened_word(piece, max(width, LINE))) for piece in pieces)


def marked(cells, names):
    """The cells of a row in Markdown, the one with the name as code."""
    return [code(cell) if number == names else escaped(cell) for number, cell in enumerate(cells)]


def code(text):
    """A text as code in Markdown.

    Example:

        >>> code("dense/kernel")
        '`dense/kernel`'
    """
    return escaped(text) if "`" in text else f"`{printable(text)}`"


def escaped(text):
    r"""A text in Markdown, in which nothing is taken for a mark or for HTML: names may come from a stranger.

    Example:

        >>> escaped("a_b*")
        'a\\_b\\*'
    """
    return re.sub(r"([\\`*_{}\[\]<>#|~$&])", r"\\\1", printable(text))


def fitting(cell, is_name):
    """A cell of a table, which a long name or a shape of a hundred dimensions does not make as wide as they are."""
    return printable(shortened_word(cell, LONGEST_WORD if is_name else WIDEST))


def printable(text):
    r"""A text without what moves a terminal's cursor, starts a line or turns the direction of reading: names again.

    Example:

        >>> printable("a\x1b[2J")
        'a\\x1b[2J'
    """
    text = cut(text)
    if text.isprintable():  # nearly always, and a hundred times faster
        return text
    return cut("".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text))


def folded(command, width):
    """A command in lines that a shell joins again, as wide as the window where it can be. Windows joins none."""
    if len(command) <= width or os.name == "nt":
        return [command]
    indent = command[: len(command) - len(command.lstrip())]
    lines = [""]
    for word in map(shlex.quote, shlex.split(command)):
        together = f"{lines[-1]} {word}".lstrip()
        lines = [*lines[:-1], together] if len(indent + together) <= width - 6 or not lines[-1] else [*lines, word]
    after = f" \\\n{indent}    "
    return (indent + after.join(lines)).splitlines()
