"""``course new``: the notebook and the module of a new lesson, in the shape that CONTRIBUTING.md asks for.

Both run as they are, and every test of a lesson passes but those that ask for what only an author knows: wherever the
files say TODO, and the places in other files that ``left_to_do`` lists.
"""

import re
from pathlib import Path
from string import Template

import click
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course import lessons, notebooks, places

HERE = Path(__file__).parent
NUMBER = re.compile(r"\d\d[a-z]?")
WORDS = re.compile(r"[A-Za-z]+( [A-Za-z0-9]+)+")
CELL = re.compile(r"^%% (code|markdown) ([a-z0-9-]+)(?: ([a-z]+))?\n", re.MULTILINE)


def make(number, title):
    """Writes the notebook and the module of a new lesson.

    Args:
        number: two digits and perhaps a letter, which place it among the others: ``07`` or ``11d``.
        title: a few words, a verb first: ``Share a variable``.

    Returns:
        The paths of the notebook and of the module.

    Raises:
        click.ClickException: the number or the title has another form, or there is such a lesson, function or file.
    """
    title = title.strip()
    if not NUMBER.fullmatch(number):
        raise click.ClickException(f"The number is {number!r}. Give two digits, and perhaps a letter: 07 or 11d.")
    if not WORDS.fullmatch(title):
        raise click.ClickException(
            f"The title is {title!r}. Give a few plain words in quotation marks, a verb first: 'Share a variable'."
        )
    function = title.lower().replace(" ", "_")
    name = f"{number}_{function}"
    refuse_what_there_is(number, function)
    paths = notebooks.folder() / f"{name}.ipynb", places.root() / "course" / "lessons" / f"{name}.py"
    before, after = neighbors(name)
    values = {
        "number": number,
        "title": lessons.title(name).removeprefix(f"{number} "),
        "name": name,
        "function": function,
        "neighbors": "".join(
            f" · **{word}:** [{title_of(path)}]({path.name})"
            for word, path in (("Previous", before), ("Next", after))
            if path
        ),
        "next": f"\n**Next:** [{number_of(after)} {title_of(after)}]({after.name})\n" if after else "",
    }
    module = filled("module.txt", values)
    values["stub"] = stub_in(module, function)
    paths[1].write_text(module, encoding="utf-8")
    notebooks.write(notebooks.normalize(new_notebook(cells=cells_of(filled("notebook.txt", values)))), paths[0])
    return paths


def refuse_what_there_is(number, function):
    """Raises when a lesson has this number, or an exercise this name."""
    taken = [name for name in lessons.names() if name.partition("_")[0] == number]
    if taken:
        raise click.ClickException(
            f"There is a lesson {number}: {taken[0]}. Choose another number, or a letter: {number}b."
        )
    if any(function in exercises for exercises in lessons.contents().values()):
        raise click.ClickException(f"There is an exercise called {function}. Choose another title.")


def neighbors(name):
    """The notebooks before and after the place of a lesson; None at either end."""
    others = notebooks.all_notebooks()
    before = [path for path in others if path.stem < name]
    after = [path for path in others if path.stem > name]
    return before[-1] if before else None, after[0] if after else None


def title_of(path):
    """A notebook's title, as its first line has it."""
    return notebooks.read(path.read_bytes()).cells[0].source.splitlines()[0].removeprefix("# ")


def filled(template, values):
    return Template((HERE / template).read_text(encoding="utf-8")).safe_substitute(values)


def stub_in(module, function):
    """The reference's signature and docstring with ``...`` below: the cell that the notebook has."""
    start = module.index(f"def {function}(")
    end = module.index('"""\n', module.index('"""', start) + 3) + len('"""\n')
    return module[start:end] + "    ..."


def cells_of(text):
    """The cells of a template. Each begins with a line such as ``%% code name-of-the-cell tag``."""
    _, *parts = CELL.split(text)
    cells = []
    for kind, name, tag, source in zip(*[iter(parts)] * 4, strict=True):
        make_cell = new_code_cell if kind == "code" else new_markdown_cell
        cells.append(make_cell(source.strip("\n"), id=name, metadata={"tags": [tag]} if tag else {}))
    return cells


def left_to_do(notebook):
    """What an author does next, as lines: in the two files, in the lessons before and after, and in the maps."""
    number = number_of(notebook)
    before, after = neighbors(notebook.stem)
    links = [f"Lesson {number_of(before)}: **Next:** in its first cell and in its last"] if before else []
    links += [f"Lesson {number_of(after)}: **Previous:** in its first cell"] if after else []
    return [
        "Write what says TODO in both files: CONTRIBUTING.md says how.",
        *links,
        f"README.md and lesson 00: a row for {number} in the table of the lessons",
        f"Then type:  python3 -m course render {number}",
        f"            python3 -m course test {number}",
    ]


def number_of(path):
    return path.stem.partition("_")[0]
