"""Truth 6: every notebook is well formed: anatomy, sizes, links, alt text, ids, canonical form, no machine's path.

And it can be run twice: each cell twice in a row, and the whole notebook again in the same kernel.

A page of ``lessons.AT_HAND`` is for looking things up. It asks nothing, so it has no predictions, no Practice and no In
short; instead, each of its recipes ends with a check. A review at the end of a Part has cases to judge, as its module
has them, and no steps. All else is true of both.
"""

import ast
import importlib
import itertools
import re
from html.parser import HTMLParser

import nbformat
import pytest
from executions import execution

from conftest import ROOT, text_of
from course import lessons, notebooks
from course.practice.cases import Case, as_markdown

FIRST_LINES = "import course  # quiet start-up; your own scripts do not need it\n\n"
LAST_LINES = (
    "import tensorflow.compat.v1 as tf\n\ntf.disable_v2_behavior()",
    "import tensorflow as tf",  # a lesson on TensorFlow 2 as it is
)


@pytest.fixture
def cells(notebook):
    return nbformat.read(notebook, as_version=4).cells


def prose(cells):
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def test_each_cell_twice_and_the_whole_again(notebook):
    done = execution(notebook, "untouched")
    once = {cell.id: text_of(cell) for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"}
    cells = done.notebook.cells
    first, again = cells[: len(once)], cells[len(once) :]
    assert len(again) == 2 * len(once)
    for number, cell in enumerate(again):
        if not cell.source.startswith("course.hint("):  # which gives the next hint each time
            original = first[number // 2]
            assert text_of(cell) == once[original.id], f"{original.id}, run again"


def test_size(cells):
    assert len(cells) <= 30
    for cell in cells:
        if cell.cell_type == "code":
            lines = [line for line in cell.source.splitlines() if line.strip()]
            assert len(lines) <= 12, f"{cell.id} has {len(lines)} lines: one idea in a cell"


def test_nothing_is_left_to_do(notebook, cells):
    """``course new`` writes TODO where an author writes."""
    module = ROOT / "course" / "lessons" / f"{notebook.stem}.py"
    for text in (prose(cells), module.read_text(encoding="utf-8")):
        assert "TODO" not in text


def test_minutes(cells):
    minutes = re.search(r"\*\*Time:\*\* (\d+) minutes", cells[0].source)
    assert minutes, "the first cell says how long the lesson takes"
    assert int(minutes[1]) <= 15


def test_beginning(notebook, cells):
    assert re.match(r"# [A-Z][a-z]+,?( \w+,?)*\n\n", cells[0].source), "a title, a verb first"
    first_code = next(cell for cell in cells if cell.cell_type == "code")
    if lessons.is_review(notebook.stem):
        assert first_code.source == FIRST_LINES.strip(), "cases need no TensorFlow"
    else:
        assert first_code.source.startswith(FIRST_LINES)
        assert first_code.source.endswith(LAST_LINES)
    order = notebooks.all_notebooks()
    before, after = order[: order.index(notebook)], order[order.index(notebook) + 1 :]
    for lesson in after[:1]:
        assert f"**Next:** [{title_of(lesson)}]({lesson.name})" in cells[0].source, "a link to the next lesson"
        numbered = f"{lesson.stem.split('_')[0]} {title_of(lesson)}"
        assert f"**Next:** [{numbered}]({lesson.name})" in cells[-1].source, "a link to the next lesson"
    for lesson in before[-1:]:
        assert f"**Previous:** [{title_of(lesson)}]({lesson.name})" in cells[0].source, "a link to the previous lesson"


def test_anatomy(notebook, cells):
    if notebook.stem in lessons.AT_HAND:
        anatomy_of_recipes(cells)
        return
    if lessons.is_review(notebook.stem):
        anatomy_of_review(notebook, cells)
        return
    assert "**You will be able to**" in cells[1].source
    assert "**You need**" in cells[1].source
    abilities = re.findall(r"^- ", cells[1].source, re.MULTILINE)
    assert 2 <= len(abilities) <= 4
    headings = re.findall(r"^## (.*)$", prose(cells), re.MULTILINE)
    for heading in ("Practice", "When it goes wrong", "In short"):
        assert any(found.startswith(heading) for found in headings), f"a part called {heading}"
    assert headings[-1] == "In short"
    points = re.findall(r"^- ", cells[-1].source.split("**Next:**")[0], re.MULTILINE)
    assert len(points) == len(abilities), "as many points as abilities"
    assert "**Next:**" in cells[-1].source
    assert "**Further reading**" in cells[-1].source


def anatomy_of_recipes(cells):
    """Of a page at hand: a few recipes for each kind of saving, each with a check that can fail; then the words."""
    headings = re.findall(r"^## (.*)$", prose(cells), re.MULTILINE)
    assert headings[-1] == "The words"
    sections = [place for place, cell in enumerate(cells) if cell.source.startswith("## With ")]
    assert len(sections) == 3
    for place in sections:
        own = list(itertools.takewhile(lambda cell: cell.cell_type == "code", cells[place + 1 :]))
        recipes = [cell for cell in own if not all(isinstance(part, ast.FunctionDef) for part in parts_of(cell))]
        assert len(own) <= 6
        assert len(recipes) >= 5, f"{cells[place].id}: save and restore, resume, best, part, another machine"
        for cell in recipes:
            assert any(isinstance(node, ast.Assert) for node in ast.walk(parts_of(cell)[-1])), f"{cell.id} has no check"


def anatomy_of_review(notebook, cells):
    """Of a review: above each exercise its cases, as its module has them."""
    module = importlib.import_module(f"course.lessons.{notebook.stem}")
    known = [value for value in vars(module).values() if isinstance(value, list) and isinstance(value[0], Case)]
    exercises = [place for place, cell in enumerate(cells) if "exercise" in cell.metadata.get("tags", [])]
    assert len(exercises) == len(known) == 2
    for place, cases in zip(exercises, known, strict=True):
        assert cells[place - 1].source.endswith("\n\n" + as_markdown(cases))
    assert "**Next:**" in cells[-1].source


def parts_of(cell):
    return ast.parse(cell.source).body


def title_of(lesson):
    return nbformat.read(lesson, as_version=4).cells[0].source.splitlines()[0].removeprefix("# ")


@pytest.mark.parametrize("where", ["README.md", "notebooks/00_start_here.ipynb"])
def test_the_maps_have_the_lesson(notebook, cells, where):
    """Both tables name each lesson with its number, its title and its minutes."""
    number, title = notebook.stem.split("_")[0], title_of(notebook)
    minutes = re.search(r"\*\*Time:\*\* (\d+) minutes", cells[0].source)[1]
    path = ROOT / where
    text = path.read_text(encoding="utf-8") if path.suffix == ".md" else prose(nbformat.read(path, as_version=4).cells)
    rows = [row for row in text.splitlines() if row.startswith("|") and f"{number} {title}" in row]
    assert len(rows) == 1, f"one row for {number} {title}"
    assert rows[0].endswith(f"| {minutes} |")
    link = f"]({notebook.relative_to(path.parent).as_posix()})"
    assert link in rows[0] or path == notebook


@pytest.mark.parametrize(
    "where", ["README.md", "CONTRIBUTING.md", "docs/teaching.md", "docs/commands.md", "benchmarks/README.md"]
)
def test_links_of_a_page(where):
    page = ROOT / where
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not target.startswith("https://"):
            assert (page.parent / target).exists(), f"{where} links to {target}, which is not there"


def test_the_teachers_plan_has_the_lessons_minutes():
    plan = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| \[.*?\]\(\.\./(notebooks/\w+\.ipynb)\)", plan, re.MULTILINE)
    assert len(rows) >= 6
    for minutes, path in rows:
        first = nbformat.read(ROOT / path, as_version=4).cells[0].source
        assert f"**Time:** {minutes} minutes" in first, path


def test_steps_ask_before_they_show(notebook, cells):
    steps = [cell for cell in cells if re.search(r"^## Step", cell.source, re.MULTILINE)]
    if notebook.stem in lessons.AT_HAND or lessons.is_review(notebook.stem):
        assert not steps and "**Predict.**" not in prose(cells), "one that asks is a lesson"
        return
    if not notebook.stem.startswith("00"):
        assert 2 <= len(steps) <= 4
    predictions = [cell for cell in cells if "**Predict.**" in cell.source]
    assert len(predictions) >= max(1, len(steps))
    for cell in predictions:
        question = re.search(r"^> \*\*Predict\.\*\* .*?(?=\n\n|\Z)", cell.source, re.DOTALL | re.MULTILINE)
        assert question, f"{cell.id}: the question is set apart, as a quotation"
        said = re.sub(r"^> ?", "", question[0], flags=re.MULTILINE)
        assert re.search(r"<details>\n<summary>Answer</summary>\n\n.+\n\n</details>", said, re.DOTALL), (
            f"{cell.id}: the answer stands with its question"
        )
        assert cell.source.rstrip().endswith(question[0]), f"{cell.id}: what is predicted comes right below"
        predicted = list(itertools.takewhile(lambda other: other.cell_type == "code", cells[cells.index(cell) + 1 :]))
        assert predicted, f"{cell.id}: the code comes next"
        for code in predicted:
            assert "expect_error" not in code.source, f"{code.id} is to be predicted: use course.outcome()"


def test_practice_says_what_to_do_after_a_break(notebook, cells):
    if notebook.stem in lessons.AT_HAND or lessons.is_review(notebook.stem):
        text = prose(cells)  # somebody comes for one of its cells
    else:
        text = next(cell.source for cell in cells if re.search("^## Practice", cell.source, re.MULTILINE))
    assert "Run All Above Selected Cell" in text


def test_paragraphs_are_short(cells):
    for cell in cells:
        if cell.cell_type == "markdown":
            for paragraph in re.split(r"\n>?\s*\n", cell.source):
                if not paragraph.lstrip("> ").startswith(("|", "-", "```", "<")):
                    assert len(paragraph) <= 600, f"{cell.id}: a paragraph of {len(paragraph)} characters"


def test_plain_markdown(cells):
    """No directives, and no HTML but ``details``: anything else shows raw somewhere."""
    text = re.sub(r"```.*?```|`[^`]*`", "", prose(cells), flags=re.DOTALL)
    assert ":::" not in text
    assert set(re.findall(r"</?([a-zA-Z]+)[ >]", text)) <= {"details", "summary"}
    for cell in cells:
        if cell.cell_type == "markdown":
            for image, alt in re.findall(r"(!\[([^\]]*)\])", cell.source):
                assert alt.strip(), f"{image} has no alt text"


def test_links(notebook, cells):
    for text, target in re.findall(r"\[([^\]]+)\]\(([^)]+)\)", prose(cells)):
        assert text.lower() not in ("here", "link", "this"), f"a link says where it leads: {target}"
        assert "`" not in text, f"code hides that it is a link: {target}"
        if not target.startswith("https://"):
            assert (notebook.parent / target).exists(), f"{target} is not there"


def test_every_error_message_is_in_code(cells):
    """People search for messages, so they stand exactly as TensorFlow prints them, and in code."""
    for cell in cells:
        if cell.source.startswith("## When it goes wrong"):
            rows = [row for row in cell.source.splitlines() if row.startswith("| ")][2:]
            assert len(rows) >= 2
            for row in rows:
                seen = row.split(" | ")[0]
                if "Error" in seen:
                    assert re.search(r"`[^`]*Error[^`]*`", seen), seen


def test_ids(cells):
    ids = [cell.id for cell in cells]
    assert len(set(ids)) == len(ids)
    for name in ids:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name), f"the id {name} is a name, so that a link to it lasts"


class Words(HTMLParser):
    """What a page says, from top to bottom: its text, and in place of each picture its ``alt``."""

    def __init__(self):
        super().__init__()
        self.images, self.said = [], []
        self.in_style = False

    def handle_starttag(self, tag, attributes):
        self.in_style = tag == "style"
        if tag == "img":
            self.images.append(dict(attributes))
            self.said.append(self.images[-1]["alt"])

    def handle_data(self, text):
        self.said += [text] if text.strip() and not self.in_style else []


def test_pictures_have_their_words(cells):
    for cell in cells:
        for output in cell.get("outputs", []):
            bundle = output.get("data", {})
            assert not [kind for kind in bundle if kind.startswith("image/")], f"{cell.id}: a picture without alt text"
            page = Words()
            page.feed(bundle.get("text/html", ""))
            if page.images:
                assert "\n".join(page.said) == bundle["text/plain"], f"{cell.id}: the words and the page differ"
            for image in page.images:
                assert image["alt"].strip(), f"{cell.id}: a picture without alt text"
                assert len(image["src"]) < 100_000, f"{cell.id}: a picture of {len(image['src'])} bytes"


def test_no_widget_is_stored(notebook):
    """A widget lives in a kernel, under a random id: stored, it would be another one on each run, and never there."""
    assert "widget-view" not in notebook.read_text(encoding="utf-8"), "type:  python3 -m course render"


def test_canonical(notebook, tmp_path):
    """The same content has one form on disk: a change of a notebook shows in a diff what was changed."""
    copy = tmp_path / notebook.name
    notebooks.write(notebooks.normalize(nbformat.read(notebook, as_version=4)), copy)
    assert copy.read_bytes() == notebook.read_bytes(), "type:  python3 -m course render"
    nbformat.validate(nbformat.read(notebook, as_version=4))


def test_no_machine(notebook):
    text = notebook.read_text(encoding="utf-8")
    found = re.findall(r"(?:/home/\w+|/Users/\w+|/root\b|/tmp/\w+|[A-Z]:\\\\\w+|site-packages)[^\s\"]*", text)
    assert not found, "a path of the machine that it was rendered on"
    assert str(ROOT) not in text


def test_code_fits_and_hides_no_error(cells):
    for cell in cells:
        if cell.cell_type == "code":
            tree = ast.parse(cell.source)
            assert not [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)], (
                f"{cell.id}: use course.expect_error"
            )
            assert max(map(len, cell.source.splitlines())) <= 90, f"{cell.id}: a line that does not fit"
