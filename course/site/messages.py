"""The page "Find your message": every message of the one source, ``tfckpt/messages``, with an anchor of its own.

Its filter is a script that the site brings along (``static/find_your_message.js``). Without scripts it is a long page.
"""

import html
import json
import re

import nbformat
from myst_parser.slugs import github_slugify

from tfckpt.document import fenced
from tfckpt.explain import filled
from tfckpt.explain.catalog import WORLDS, catalog
from tfckpt.explain.lines import quotes_alike
from tfckpt.explain.patterns import compiled, keyword
from tfckpt.explain.which_tf import Tf, written_for

LONGEST = 90  # characters of a heading
NAMES = {
    "saver": "Saver",
    "checkpoint": "`tf.train.Checkpoint`",
    "keras": "Keras",
    "savedmodel": "SavedModel",
    "estimator": "Estimator",
    "distributed": "Distributed training",
}
BEGINNING = """\
---
tocdepth: 2
---

# Find your message

What TensorFlow and Keras say when a save or a restore goes wrong, with the likely causes and what to do. Names, shapes
and paths in the examples are made up; yours differ. In a terminal, `python3 -m tfckpt explain` reads a whole traceback
and answers with your own names. All commands on this page need the course's folder:
[get the folder first](#get-the-folder).

<div id="message-filter"></div>
<script src="_static/find_your_message.js" defer></script>
"""
HEADING = re.compile(r"^#{1,3} (.+)$", re.MULTILINE)
PROGRAM = "python3 -m tfckpt"


def page(folder, known=None):
    """The page in Markdown.

    Args:
        folder: the sources of the site, whose lessons the messages lead to.
        known: a ``Catalog``; by default the one that ``tfckpt`` has.
    """
    known = known or catalog()
    lines = [BEGINNING]
    for world in WORLDS:
        messages = [message for message in known.messages if message.worlds[0] == world]
        lines += [f"## {NAMES[world]}"] if messages else []
        for message in sorted(messages, key=lambda message: message.example.lower()):
            lines += entry(message, folder, known.lessons)
    return "\n\n".join(lines) + "\n"


def entry(message, folder, titles):
    """Yields the paragraphs of a message.

    Args:
        titles: of the lessons, by their numbers.
    """
    groups = examples_groups(message)
    yield f"({message.id})=\n### {heading(message.example)}"
    yield for_the_filter(message)
    if heading(message.example).strip("`") != message.example:
        yield fenced(message.example, "text")
    yield where(message)
    causes = sorted(message.causes, key=lambda cause: bool(cause.when) and not cause.tell)  # rarer ones come last
    for number, cause in enumerate(causes, 1):
        word = f"Cause {number} of {len(causes)}." if len(causes) > 1 else "Cause."
        yield f"**{word}** {filled.markdown(cause.what, groups)}"
        if cause.tell:
            yield f"**How to tell.** {filled.markdown(cause.tell, groups)}"
        yield f"**What to do.** {filled.markdown(cause.do, groups)}"
        if code := written_for(cause, Tf.UNKNOWN).code:
            yield fenced(filled.python(code, groups), "python")
        if command := filled.command(cause.run, {filled.ANYWHERE: filled.UNKNOWN, **groups}, PROGRAM):
            yield f"**In a terminal:** `{command}`"
        if cause.lesson:
            yield f"**Lesson:** {link(cause, folder, titles)}"


def for_the_filter(message):
    """What the script has to know of a message: its text, its pattern, how exact that is, and what its causes need."""
    known = {
        "message": " ".join(message.example.split()),
        "pattern": for_javascript(message.pattern),
        "word": keyword(message.pattern),
        "letters": message.exactness,
        "causes": json.dumps([needs(cause) for cause in message.causes]),
    }
    values = " ".join(f'data-{name}="{html.escape(str(value), quote=True)}"' for name, value in known.items())
    return f'<div class="message" {values} hidden></div>'


def needs(cause):
    """What a text must have and must not have for a cause to fit, and whether that can be told without it."""
    return for_javascript(cause.when), for_javascript(cause.unless), bool(cause.tell)


def for_javascript(pattern):
    """A pattern as it is searched, in JavaScript's spelling; empty if it is."""
    spelled = pattern and compiled(pattern).pattern
    for ours, theirs in (("(?P<", "(?<"), (r"\A", r"(?<![\s\S])"), (r"\Z", r"(?![\s\S])")):
        spelled = spelled.replace(ours, theirs)
    return spelled


def examples_groups(message):
    """What the pattern reads in the message's own example."""
    found = compiled(message.pattern).search(quotes_alike(message.example))
    return {name: value for name, value in found.groupdict().items() if value} if found else {}


def heading(example):
    """The beginning of a message, as code."""
    line = " ".join(example.split()).replace("`", "'")
    return f"`{line}`" if len(line) <= LONGEST else f"`{line[:LONGEST].rpartition(' ')[0]} …`"


def where(message):
    """In which worlds and versions a message is seen."""
    said = [", ".join(NAMES[world] for world in message.worlds)]
    said += [f"since TensorFlow {message.since}"] if message.since else []
    said += [f"until TensorFlow {message.until}"] if message.until else []
    said += [f"seen with {message.seen}"] if message.seen else []
    return f"**Where.** {'; '.join(said)}"


def link(cause, folder, titles):
    """A link to the section of a lesson that has the cause's cell."""
    (path,) = folder.glob(f"notebooks/{cause.lesson}_*.ipynb")
    anchor = anchor_of(nbformat.read(path, as_version=4), cause.cell)
    return f"[{cause.lesson} {titles[cause.lesson]}](notebooks/{path.name}{anchor})"


def anchor_of(notebook, cell):
    """The anchor of the section that a cell is in, by the cell's id: ``#step-1-restore``; empty above the first one.

    Raises:
        ValueError: the notebook has no such cell.
    """
    seen, last = [], ""
    for each in notebook.cells:
        for found in HEADING.findall(each.source) if each.cell_type == "markdown" else ():
            slug = github_slugify(found.replace("`", ""))
            last = f"#{slug}-{seen.count(slug)}" if slug in seen else f"#{slug}"
            seen.append(slug)
        if each.id == cell:
            return last if len(seen) > 1 else ""
    raise ValueError(f"no cell has the id {cell}")
