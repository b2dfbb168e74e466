"""Truth 9, the pages of ``course html``: they show what the notebooks hold, and need nothing from elsewhere."""

import re
import shutil

import nbformat
import pytest
from chromium import find_browser
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from conftest import ROOT
from course import notebooks, places, site
from course.cli import cli
from course.learner import originals
from course.practice.panel import VIEW

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    assert site.build(folder) == folder / "index.html"
    return {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}, folder


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        yield browser
        browser.close()


def test_each_lesson_has_its_page(pages):
    for path in notebooks.all_notebooks():
        page = pages[0][f"{path.stem}.html"]
        notebook = nbformat.read(path, as_version=4)
        title = notebook.cells[0].source.splitlines()[0].removeprefix("# ")
        assert f"<title>{title}</title>" in page
        assert '<html lang="en">' in page
        outputs = [str(cell.get("outputs")) for cell in notebook.cells]
        count = sum(text.count("<img ") for text in outputs)
        assert page.count("<img ") == len(re.findall("<img [^>]*alt=", page)) == count, "each with its words"


def test_a_notebook_that_was_run_is_a_page_without_widgets(tmp_path):
    """JupyterLab stores an output's widget and its state. On a page they would need a script from the network."""
    data = {VIEW: {"model_id": "1f"}, "text/html": "<p>all steps</p>", "text/plain": "all steps"}
    cells = [new_markdown_cell("# Run"), new_code_cell("walk", outputs=[new_output("execute_result", data)])]
    state = {"1f": {"model_name": "VBoxModel", "model_module": "@jupyter-widgets/controls", "state": {}}}
    widgets = {"application/vnd.jupyter.widget-state+json": {"version_major": 2, "version_minor": 0, "state": state}}
    nbformat.write(new_notebook(cells=cells, metadata={"widgets": widgets}), tmp_path / "run.ipynb")
    site.write(tmp_path / "run.ipynb", tmp_path)
    page = (tmp_path / "run.html").read_text(encoding="utf-8")
    assert "<p>all steps</p>" in page
    assert "widget-view" not in page and "require.min.js" not in page


def test_a_tree_is_a_list(pages):
    """The decision trees are nested lists in the lessons, so every front end shows them."""
    for name in ("11a_diagnose_the_error", "11b_diagnose_the_graph", "11c_diagnose_the_files"):
        page = pages[0][f"{name}.html"]
        assert re.search("<li>[^<]+\\s*<ul>\\s*<li>", page), name
        assert "flowchart" not in page


def test_links_inside_work(pages):
    texts, folder = pages
    for name, page in texts.items():
        for target in re.findall(r'(?:href|src)="([^"#:]+)["#]', page):
            assert (folder / target).is_file(), f"{name} links to {target}, which is not there"
    assert (folder / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes(), "what is linked comes along"


def test_each_page_leads_to_all_lessons_and_to_its_own_sections(pages):
    for name, page in pages[0].items():
        assert site.ON_THIS_PAGE not in page
        contents = re.findall(r'<nav aria-label="On this page">(.*?)</nav>', page, re.DOTALL)
        sections = re.findall(r'<h2 id="([^"]+)"', page)
        listed = [re.findall('href="#([^"]+)"', each) for each in contents]
        assert listed == ([sections] if sections else []), name
        assert name == "index.html" or '<a href="index.html">All lessons</a>' in page[: page.index("<h2")], name
    for path in notebooks.all_notebooks():
        (head,) = re.findall("<p>(.*<strong>Time:</strong>.*)</p>", pages[0][f"{path.stem}.html"])
        assert head.startswith('<a href="index.html">All lessons</a> · '), "it stands in the head line"


def test_the_first_page_begins_with_the_lessons(pages):
    page = pages[0]["index.html"]
    assert page.index("<h1") < page.index("The lessons</") < page.index("<table") < page.index("00_start_here.html")
    assert page.index("15_refuse_a_hostile_checkpoint.html") < page.index("<img")
    assert page.count("<h2") == (ROOT / "README.md").read_text(encoding="utf-8").count("\n## "), "nothing is lost"
    assert len(re.findall(r"15_refuse_a_hostile_checkpoint\.html", page)) == 1


def test_what_a_learner_did_is_shown_only_when_asked_for(checkout, tmp_path, monkeypatch):
    """In a folder without git, from what the first start put originals. Tests of ``reset`` have the clones."""
    monkeypatch.setattr(places, "root", lambda: checkout)
    originals.store()
    path = notebooks.folder() / "00_start_here.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = notebooks.exercise_cells(notebook)["name_the_writer"]
    cell.source = cell.source.replace("...", 'return "my own answer"')
    for other in notebook.cells:
        if other.cell_type == "code":
            other.outputs = [new_output("stream", text="my own output")]
    nbformat.write(notebook, path)
    before = path.read_bytes()
    texts = []
    for mine in (False, True):
        site.write(path, tmp_path, mine)
        texts.append(re.sub("<[^>]+>", "", (tmp_path / "00_start_here.html").read_text(encoding="utf-8")))
    assert [("my own answer" in text, "my own output" in text) for text in texts] == [(False, False), (True, True)]
    assert "Not attempted" in texts[0], "the outputs are those that the lesson is stored with"
    assert path.read_bytes() == before


@pytest.mark.skipif(find_browser() is None, reason="no Chromium or Chrome on this machine")
def test_code_in_outputs_and_verdicts_look_as_in_jupyterlab(browser, tmp_path):
    """Seen by what a browser computes: a font for code, and a box with a color of its own for each verdict."""
    kinds = ("correct", "not-yet", "blank")
    boxes = [f'<div class="verdict {kind}">\n\n> **A verdict.**\n\n</div>' for kind in kinds]
    shown = [new_output("execute_result", {"text/markdown": text}) for text in [*boxes, "```python\nx = 1\n```"]]
    cells = [new_markdown_cell("# Page"), new_code_cell("x", outputs=shown)]
    nbformat.write(new_notebook(cells=cells), tmp_path / "page.ipynb")
    site.write(tmp_path / "page.ipynb", tmp_path)
    names = "[s.borderLeftColor, s.borderLeftWidth, s.fontFamily]"
    style = f"element => {{ const s = getComputedStyle(element); return {names} }}"
    page = browser.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    found = [page.locator(f".verdict.{kind} > blockquote").evaluate(style) for kind in kinds]
    code = page.locator(".jp-OutputArea .highlight pre").evaluate(style)
    cell = page.locator(".jp-InputArea .highlight pre").evaluate(style)
    page.close()
    assert len({color for color, _, _ in found}) == 3
    assert {width for _, width, _ in found} == {"6px"}
    assert code[2] == cell[2] and "monospace" in code[2]
    assert code[1] == "1px"


@pytest.mark.skipif(find_browser() is None, reason="no Chromium or Chrome on this machine")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser(pages, browser, scheme):
    """Nothing is fetched, and axe-core finds nothing that a screen reader or weak eyes would stumble on."""
    from axe_playwright_python.sync_playwright import Axe

    _, folder = pages
    asked, found = [], []
    page = browser.new_context(color_scheme=scheme).new_page()
    page.on("request", lambda request: asked.append(request.url))
    for path in sorted(folder.glob("*.html")):
        page.goto(path.as_uri())
        for violation in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]:
            found.append((path.name, violation["id"], violation["nodes"][0]["html"][:200]))
    page.context.close()
    assert asked
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert found == []


def test_a_folder_of_somebody_else_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(notebooks, "all_notebooks", lambda: [notebooks.folder() / "00_start_here.ipynb"])
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work", encoding="utf-8")
    result = CliRunner().invoke(cli, ["html", "--output", str(mine)])
    assert result.exit_code == 1
    assert "has files in it that course html did not write" in result.output
    assert [path.name for path in mine.iterdir()] == ["thesis.txt"]

    (mine / "thesis.txt").unlink()
    for _ in range(2):  # an empty folder is taken, and what an earlier run wrote is replaced
        result = CliRunner().invoke(cli, ["html", "--output", str(mine)])
        assert result.exit_code == 0, result.output
        assert (mine / "index.html").exists()
        (mine / "old.html").touch()
    shutil.rmtree(mine)
