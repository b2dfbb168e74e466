"""What the site is made from: a folder laid out as the checkout, with the lessons and what they link to."""

import re
import shutil
from urllib.parse import unquote

import click
import nbformat

from course import lessons, notebooks, places
from course.learner import reset
from course.site import instructors, messages

LINK = re.compile(r"\]\(([^)\s#]+)")  # in Markdown
PAGES = (".ipynb", ".md", ".py")  # what becomes a page; all else that is linked to is handed over as it is
TOCTREE = "```{{toctree}}\n:hidden:\n:caption: {}\n\n{}\n```\n"
INDEX, GLOSSARY, MESSAGES = "index.md", "notebooks/glossary.md", "find_your_message.md"
LOOK, INSTRUCTORS = "what_is_in_this_checkpoint.md", "instructors.md"
DROP = "look"  # the folder of the page that looks into checkpoints
# What these pages are made of: whoever wants to edit one of them has to go there.
MADE_OF = {INDEX: "README.md", GLOSSARY: "notebooks/21_in_a_hurry.ipynb", MESSAGES: "tfckpt/messages/00_lessons.toml"}
MADE_OF |= {LOOK: "course/site/drop/page/index.html", INSTRUCTORS: "docs/what_to_say.toml"}
FIRST = "**Is it for you?**"  # what follows the first sentences of the README
WAYS = f"""\
**A restore fails?** [Find your message]({MESSAGES}), its causes and what to do. **You have a file?** [Look into
it]({LOOK}), here in the browser; if you opened this site as a file, its folder has to be served first, by one
command. **You teach?** [Where thirty people work](docs/teaching.md#where-the-class-works), what it costs, and what to
do the evening before.

"""
LOOKS = """\
---
myst:
  html_meta:
    description: See the variables and shapes in a TensorFlow checkpoint, a graph, a SavedModel or a Keras file, and
      what does not fit. In your browser; nothing is uploaded.
---

# What is in this checkpoint?

{way}

It says what you have: a checkpoint, a graph, a SavedModel, a Keras file; whether it is whole; which tensors are in it;
and what in it would touch files, the network or Python. Of two checkpoints, or of a checkpoint and a graph, it tells
what does not fit.

In a terminal, the same takes some seconds and files of any size, and needs no TensorFlow, but the course's folder:
[get the folder first](#get-the-folder).

```
python3 -m tfckpt inspect PATH
python3 -m tfckpt diff CHECKPOINT GRAPH.meta
```
"""
OPEN = f"""\
<a class="open-drop-page" href="{DROP}/index.html">Open the page, and drop your files into it.</a> They stay on your
machine: the page reads them in this browser, sends nothing, and runs nothing of what is in them. It has to
come from a server: if you opened this site as a file, it says by which command you serve the folder."""
ON_BINDER = "**[Open the course on Binder]({})**, with nothing installed. Its start takes a minute or two.\n\n"
HERE = "at the top of this page"  # the README's page in the repository
GET, ANCHOR = "**Get the folder:**", "(get-the-folder)=\n"  # pages that name commands lead to it
FROM_THE_REPOSITORY = re.compile(r"(?<=\*\*Get the folder:\*\* ).+?\.(?= All commands)", re.DOTALL)
NO_REPOSITORY = "it is the folder that this site was built from. Ask whoever gave you the site for it."


def write(folder, mine=False, where=None, why_no_drop_page=""):
    """Writes the folder. Returns the names of its pages, as paths in it.

    Args:
        folder: a new one.
        mine: the notebooks as they are, with a learner's answers and outputs.
        where: the checkout's ``Origin``, if it has one.
        why_no_drop_page: why the site has no page that looks into checkpoints; empty if it has one.
    """
    root = places.root()
    first, todo, done = root / "README.md", [root / "README.md", *notebooks.all_notebooks()], set()
    while todo:
        path = todo.pop()
        if path in done:
            continue
        done.add(path)
        target = folder / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix not in PAGES:
            shutil.copyfile(path, target)
            continue
        text = text_of(path, mine)
        target.write_text(text, encoding="utf-8", newline="\n")
        todo += linked(text, path.parent)
    (folder / first.name).unlink()
    pages = sorted(path.relative_to(root).as_posix() for path in done - {first} if path.suffix in PAGES)
    pages += made_pages(folder, why_no_drop_page)
    index = first_page(first.read_text(encoding="utf-8"), where) + "\n" + sidebar(pages)
    (folder / INDEX).write_text(index, encoding="utf-8", newline="\n")
    return [INDEX, *pages]


def first_page(readme, where):
    """The README as the site's first page: it begins with the ways to what people come for."""
    ways = WAYS
    if where:
        ways += ON_BINDER.format(where.binder)
        readme = readme.replace(HERE, f"at the top of [the page of {where.owner}/{where.name}]({where.address})")
    else:
        readme = FROM_THE_REPOSITORY.sub(NO_REPOSITORY, readme, count=1)
        readme = readme.replace(HERE, "at the top of a fork's page on GitHub")
    return readme.replace(GET, ANCHOR + GET, 1).replace(FIRST, ways + FIRST, 1)


def linked(text, folder):
    """The files of the checkout that a text in a folder links to."""
    root = places.root()
    targets = ((folder / unquote(target)).resolve() for target in LINK.findall(text) if ":" not in target)
    return [target for target in targets if target.is_file() and target.is_relative_to(root)]


def text_of(path, mine):
    """A file as the site shows it: notebooks in the course's one form, which has no widgets, as they need a server.

    Raises:
        click.ClickException: a notebook of the learner's cannot be read.
    """
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    try:
        notebook = notebooks.read(path.read_bytes() if mine else as_the_course_has_it(path))
    except ValueError as error:
        number, reason = path.stem.partition("_")[0], str(error).splitlines()[0]
        raise click.ClickException(
            f"{path.name} cannot be read ({reason}). Type:  python3 -m course reset {number}  for a fresh copy, with "
            "yours kept beside it; without --mine, the pages show the course's own lessons."
        ) from error
    return notebooks.content_of(notebooks.normalize(notebook)).decode("utf-8")


def as_the_course_has_it(path):
    """The bytes of a lesson's notebook as it was given; those of any other notebook as they are."""
    current = path.read_bytes()
    if path.parent != notebooks.folder() or path.stem not in lessons.names() or notebooks.is_the_courses(current):
        return current
    return reset.fresh_copy(path, current)[0]


def made_pages(folder, why_no_drop_page):
    """Writes the pages that no file of the checkout is. Returns their names."""
    made = {
        GLOSSARY: glossary(folder),
        MESSAGES: messages.page(folder),
        LOOK: LOOKS.format(way=why_no_drop_page or OPEN),
        INSTRUCTORS: instructors.page(),
    }
    for name, text in made.items():
        if text:
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [name for name, text in made.items() if text]


def glossary(folder):
    """The words of the course, which stand at the end of lesson 21; empty where that has none."""
    for path in folder.glob("notebooks/21_*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.id == "glossary":
                return "# Glossary\n" + cell.source.partition("\n")[2]
    return ""


def sidebar(pages):
    """The ways through the site, which stand beside each page: the lessons by part, and then what is not a lesson.

    The pages for whoever is in trouble stand at the head of each page instead (``heads.DOORS``): the sidebar scrolls.
    """
    here = {page.rpartition("/")[2].partition(".")[0]: page for page in pages}
    groups = lessons.parts()
    groups["To keep at hand"] = [*groups["To keep at hand"], "glossary"]
    groups["Files to copy"] = [name for name, page in here.items() if page.startswith("course/")]
    groups["Teach, contribute"] = ["teaching", "CONTRIBUTING"]
    trees = []
    for caption, names in groups.items():
        entries = [entry(name, here[name]) for name in names if name in here]
        trees += [TOCTREE.format(caption, "\n".join(entries))] if entries else []
    return "\n".join(trees)


def entry(name, page):
    """A page in the sidebar: a lesson with its number, any other one as its title has it."""
    name_of_page = page.rpartition(".")[0]
    return f"{lessons.title(name)} <{name_of_page}>" if name in lessons.names() else name_of_page
