"""Truth 9, the pages of ``course html``: they show what the notebooks hold, and need nothing from elsewhere."""

import html
import re
import shutil
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urlencode

import click
import nbformat
import pytest
from chromium import find_browser
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from conftest import ROOT
from course import lessons, notebooks, places, site
from course.cli import cli
from course.learner import originals
from course.practice.panel import VIEW
from course.setup import origin
from course.site import messages, sources
from tfckpt.explain.catalog import catalog
from tfckpt.explain.explanation import Explanation

WHERE = origin.Origin("github", "OWNER", "NAME", "trunk")
COLORFUL = ["index", "notebooks/04_restore_the_variables", "course/durable", "search"]
needs_a_browser = pytest.mark.skipif(find_browser() is None, reason="no Chromium or Chrome on this machine")


class Page(HTMLParser):
    """What the tests look at in a page: its text, its anchors, its links, its pictures."""

    def __init__(self, path):
        super().__init__()
        self.source = path.read_text(encoding="utf-8")
        self.ids, self.links, self.pictures, self.texts, self.skipped = set(), [], [], [], 0
        self.feed(self.source)
        self.text = "".join(self.texts)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.ids.add(values.get("id"))
        self.links += [values[name] for name in ("href", "src") if values.get(name)]
        self.pictures += [values] if tag == "img" else []
        self.skipped += tag in ("script", "style")

    def handle_endtag(self, tag):
        self.skipped -= tag in ("script", "style")

    def handle_data(self, data):
        self.texts += [] if self.skipped else [data]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The whole site, as it is made in a clone: its folder, and what was said of it."""
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(origin, "of", lambda checkout: WHERE)
        first, said = site.build(folder)
    assert first == folder / "index.html"
    return folder, said


@pytest.fixture(scope="module")
def pages(built):
    folder, _ = built
    others = {"_static", sources.DROP}  # the page that looks into checkpoints has tests of its own
    paths = [path for path in folder.rglob("*.html") if not others & set(path.parts)]
    return {path.relative_to(folder).with_suffix("").as_posix(): Page(path) for path in paths}


def converted(tmp_path, notebook, name="page"):
    """The page of a notebook that is all there is in a site."""
    source = tmp_path / "source"
    source.mkdir()
    nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    (source / "index.ipynb").write_text(sources.text_of(tmp_path / f"{name}.ipynb", mine=True), encoding="utf-8")
    assert site.convert(source, tmp_path / "made") == []
    return tmp_path / "made" / "index.html"


def violations(page, contrast=True):
    """What axe-core finds in a page that a browser shows: rules, and where they are broken."""
    from axe_playwright_python.sync_playwright import Axe

    # The theme's title is in no region. All else that the theme brings is looked at, too.
    rules = {"region": {"enabled": False}, "color-contrast": {"enabled": contrast}}
    found = Axe().run(page, options={"resultTypes": ["violations"], "rules": rules}).response["violations"]
    return [(violation["id"], violation["nodes"][0]["html"][:200]) for violation in found]


def lesson_pages(pages):
    return {path.stem: pages[f"notebooks/{path.stem}"] for path in notebooks.all_notebooks()}


def test_each_lesson_has_its_page(pages):
    for name, page in lesson_pages(pages).items():
        notebook = nbformat.read(notebooks.folder() / f"{name}.ipynb", as_version=4)
        title = notebook.cells[0].source.splitlines()[0].removeprefix("# ")
        assert f"<title>{title} &#8212; Save and Restore in TensorFlow</title>" in page.source
        assert '<html lang="en"' in page.source
        outputs = [str(cell.get("outputs")) for cell in notebook.cells]
        shown = [picture for picture in page.pictures if picture.get("class") == "course-picture"]
        assert len(shown) == sum(text.count("<img ") for text in outputs)
        assert all(picture["alt"] for picture in shown), "each with its words"


def test_sphinx_has_nothing_to_say(built):
    """Links to other pages and their anchors, tables, titles: a warning would be a sentence here."""
    assert built[1] == []


def test_links_inside_work(built, pages):
    """Each leads to a file of the site, and where it names an anchor, to one that is there."""
    folder, count = built[0], 0
    for name, page in pages.items():
        for link in page.links:
            if re.match("[a-z]+:", link) or link.startswith("//"):
                continue
            address, anchor = urldefrag(link)
            path = unquote(address.partition("?")[0])
            target = (folder / name).parent / path if path else folder / f"{name}.html"
            assert target.is_file(), f"{name} links to {link}, which is not there"
            if anchor and target.suffix == ".html":
                there = pages[target.resolve().relative_to(folder.resolve()).with_suffix("").as_posix()]
                assert unquote(anchor) in there.ids, f"{name} links to {link}, and there is no such anchor"
                count += 1
    assert count > 300
    assert "a-jupyterhub" in pages["docs/teaching"].ids, "an anchor as GitHub names it"
    linked = [link for link in pages["index"].links if link.endswith("/LICENSE")]
    assert (folder / linked[0]).read_bytes() == (ROOT / "LICENSE").read_bytes(), "what is linked comes along"


def test_the_sidebar_has_all_lessons_by_part(pages):
    for name, page in pages.items():
        (sidebar,) = re.findall(r'<nav class="bd-links.*?</nav>', page.source, re.DOTALL)
        captions = re.findall(r'class="caption-text">(.*?)<', sidebar)
        parts = list(lessons.parts())
        assert captions[: captions.index("Files to copy")][-len(parts) :] == parts, name
        titles = [
            re.sub(r"\s+", " ", text).strip() for text in re.findall(r'<a class="[^"]*internal"[^>]*>([^<]*)', sidebar)
        ]
        assert [title for title in titles if title[:2].isdigit()] == [
            lessons.title(lesson) for lesson in lessons.names()
        ]
        assert {"Glossary", "guards.py", "durable.py", "rescue.py", "Teach with this course"} <= set(titles)


def test_a_page_lists_its_sections(pages):
    for name, page in lesson_pages(pages).items():
        (contents,) = re.findall(r'<nav id="pst-page-toc-nav".*?</nav>', page.source, re.DOTALL)
        notebook = nbformat.read(notebooks.folder() / f"{name}.ipynb", as_version=4)
        texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
        assert contents.count("toc-h2") == len(re.findall("^## ", "\n".join(texts), re.MULTILINE)), name


def test_nothing_of_the_readme_is_lost(pages):
    page = pages["index"]
    headings = re.findall("^## (.+)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [heading for heading in headings if heading in page.text] == headings
    assert "15_refuse_a_hostile_checkpoint.html" in page.source
    assert "at the top of this page" not in page.text, "which is the repository's"
    assert page.text.index("Find your message, its causes") < page.text.index("Open the course on Binder")
    assert page.text.index("Open the course on Binder") < page.text.index("Is it for you?")


def test_who_has_no_folder_is_told_where_it_is(pages):
    """Each page that names commands leads to it; the start says so of the one page that has to be served."""
    assert "get-the-folder" in pages["index"].ids
    for name in ("find_your_message", "what_is_in_this_checkpoint"):
        assert "index.html#get-the-folder" in pages[name].links, name
    assert "at the top of the page of OWNER/NAME" in pages["index"].text and WHERE.address in pages["index"].links
    start = " ".join(pages["index"].text.split())
    assert start.index("if you opened this site as a file, its folder has to be served") < start.index("Is it for")


def test_the_start_without_an_origin_names_no_page_that_is_not_there():
    start = sources.first_page((ROOT / "README.md").read_text(encoding="utf-8"), None)
    assert "(get-the-folder)=\n**Get the folder:** it is the folder that this site was built from." in start
    assert "at the top of this page" not in start and "Download ZIP" not in start
    assert "All commands below are typed in it" in start


def test_a_tree_is_a_list(pages):
    """The decision trees are nested lists in the lessons, so every front end shows them."""
    for name in ("11a_diagnose_the_error", "11b_diagnose_the_graph", "11c_diagnose_the_files"):
        page = pages[f"notebooks/{name}"].source
        assert re.search(r"<li><p>[^\n]+</p>\s*<ul>\s*<li>", page), name
        assert "flowchart" not in page


def test_tables_in_outputs_are_tables(pages):
    for name, page in lesson_pages(pages).items():
        assert not re.search(r"^\|? ?:?-{3,}:? ?\|", page.text, re.MULTILINE), name


def test_files_to_copy_are_pages(pages):
    """The docstring as text, and below it the whole file, as it is."""
    for name in ("guards", "durable", "rescue"):
        page, source = pages[f"course/{name}"], (ROOT / "course" / f"{name}.py").read_text(encoding="utf-8")
        assert f"<title>{name}.py &#8212;" in page.source
        assert page.source.count("<table") == 1, "its table"
        block = re.sub("<[^>]+>", "", re.findall(r'<div class="highlight-python.*?</pre>', page.source, re.DOTALL)[-1])
        assert html.unescape(block).strip() == source.strip()


def test_the_glossary_is_lesson_21s(pages):
    notebook = nbformat.read(next(notebooks.folder().glob("21_*.ipynb")), as_version=4)
    (cell,) = [cell for cell in notebook.cells if cell.id == "glossary"]
    assert pages["notebooks/glossary"].source.count("<tr") == len(re.findall(r"^\|", cell.source, re.MULTILINE)) - 1


def test_find_your_message(pages):
    """Each message of the one source has its anchor, its causes and what to do, and leads to a section of a lesson."""
    page = pages["find_your_message"]
    known = catalog()
    assert {message.id for message in known.messages} <= page.ids
    assert page.source.count('<div class="message"') == len(known.messages)
    causes = [cause for message in known.messages for cause in message.causes]
    assert page.text.count("What to do. ") == len(causes)
    lead = [link for link in page.links if re.match(r"notebooks/\d\d\w+\.html#", link)]
    assert len(lead) > 0.9 * len([cause for cause in causes if cause.lesson]), "with the anchor of the section"
    assert not re.search(r"\{(key|prefix|shape|path|name)\}", page.text), "what the example has stands in the braces"


def test_the_section_of_a_cell():
    cells = [new_markdown_cell("# Title", id="title"), new_code_cell("1", id="first")]
    cells += [new_markdown_cell("## Step 1: `a`", id="a"), new_code_cell("2", id="second")]
    cells += [new_markdown_cell("text\n\n## Step 1: `a`", id="b"), new_code_cell("3", id="third")]
    notebook = new_notebook(cells=cells)
    found = [messages.anchor_of(notebook, cell) for cell in ("first", "a", "second", "third")]
    assert found == ["", "#step-1-a", "#step-1-a", "#step-1-a-1"]
    with pytest.raises(ValueError, match="no cell has the id fourth"):
        messages.anchor_of(notebook, "fourth")


@pytest.fixture
def messages_page(built, browser):
    """The page "Find your message" in a browser, offline."""
    page = browser.new_context(offline=True).new_page()
    page.goto((built[0] / "find_your_message.html").as_uri())
    yield page
    page.context.close()


TRACEBACK = """\
2026-11-26 10:00:00.123: W tensorflow/core/framework/op_kernel.cc:1830] something else
Traceback (most recent call last):
  File "a.py", line 3, in <module>
    raise ValueError("No variables to save")
{}
"""


def messages_in_sight(page):
    """The ids of the messages that are shown, in their order. A locator takes seconds to look at each of hundreds."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".message")].map((mark) => mark.parentElement)
            .filter((section) => section.checkVisibility()).map((section) => section.id)"""
    )


@needs_a_browser
def test_words_of_a_message(messages_page):
    """The message that says them comes first and is open, all others are folded: those that only advise come last."""
    page, count = messages_page, len(catalog().messages)
    field, status = page.get_by_label("Paste your message"), page.locator("#message-filter [role=status]")
    titles = page.locator("#message-results h2")
    assert status.inner_text().startswith(f"{count} messages are here.") and len(messages_in_sight(page)) == count
    field.fill("NOT  found in Checkpoint")
    said = re.match(r"(\d+) of \d+ messages have these words: (\d+) in what it says, (\d+) in", status.inner_text())
    assert int(said[1]) == int(said[2]) + int(said[3]) < count
    assert titles.all_inner_texts() == ["The best match", "Others that say it", "Only in causes and advice"]
    assert messages_in_sight(page) == ["key-not-found"]
    folded = page.locator("#message-results details")
    assert "not found in checkpoint" in folded.first.inner_text() and "not found in" not in folded.last.inner_text()
    field.press("Tab")  # to the link in the best match, and on to those that are folded
    folded.first.locator("summary").press("Enter")
    opened = page.locator("#message-results details[open]")
    opened.wait_for()
    assert len(messages_in_sight(page)) == 2 and "What to do." in opened.inner_text()
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(f"document.documentElement.dataset.theme === '{scheme}'")
        assert violations(page) == []
    before = folded.count()
    page.get_by_role("button", name="more").first.click()
    assert folded.count() > before
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY", "the keyboard goes on where the button was"
    field.fill("")
    ids = messages_in_sight(page)
    page.reload()
    assert ids == messages_in_sight(page), "all are back in their places"


@needs_a_browser
def test_a_whole_traceback(messages_page):
    """The error that it ends in counts, and neither what is logged before it nor what stands in the program's lines."""
    page = messages_page
    field, status = page.get_by_label("Paste your message"), page.locator("#message-filter [role=status]")
    titles = page.locator("#message-results h2")
    for error, name in (
        ("NotFoundError: Key my/net_7 not found in checkpoint", "key-not-found"),
        ("E   tensorflow.errors.NotFoundError: Key “my/net” not found\nin checkpoint", "key-not-found"),
    ):
        field.fill(TRACEBACK.format(error))
        assert [each[: len(name)] for each in messages_in_sight(page)] == [name], error
        assert titles.first.inner_text() == "Your message"
    field.fill(TRACEBACK.format("KeyError: 'name'"))
    assert "may be yours" in status.inner_text() and not messages_in_sight(page)
    field.fill(TRACEBACK.format("EelError: my hovercraft is full of eels"))
    assert "None is certain" in status.inner_text() and not messages_in_sight(page), "no line of a program"


@needs_a_browser
def test_nothing_found(built, messages_page):
    """It says what to do next. A link to a message that is filtered away shows it."""
    page = messages_page
    field, status = page.get_by_label("Paste your message"), page.locator("#message-filter [role=status]")
    field.fill("restoring the checkpoint files of my hovercraft")
    assert re.fullmatch(r"None of the \d+ messages has this. Below: what to do next.*", status.inner_text())
    links = page.locator("#message-results a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert links and all((built[0] / link.partition("#")[0]).is_file() for link in links)
    assert not messages_in_sight(page)
    headings = page.locator("section > h2").evaluate_all("all => all.filter((each) => each.checkVisibility()).length")
    assert headings == 0, "nor is there a heading of nothing"
    assert violations(page) == []
    page.evaluate("location.hash = 'no-variables-to-save'")
    page.wait_for_function("document.querySelector('#message').value === ''")
    assert len(messages_in_sight(page)) == len(catalog().messages)


@needs_a_browser
def test_the_page_recognizes_what_explain_does(messages_page):
    """Each message of the catalog in a traceback: the page nearly always does what ``explain`` does."""
    texts = [TRACEBACK.format(f"ValueError: {message.example}") for message in catalog().messages]
    found = messages_page.evaluate(
        """texts => {
            const entries = [...document.querySelectorAll(".message")].map((mark) => new Entry(mark));
            entries.sort((a, b) => b.letters - a.letters);
            return texts.map((text) => recognized(entries, text).found[0]?.section.id ?? null);
        }""",
        texts,
    )
    wanted = [known.message.id if (known := Explanation(text).found) else None for text in texts]
    same = sum(mine == theirs for mine, theirs in zip(found, wanted, strict=True))
    assert same >= 0.97 * len(texts)
    others = [pair for pair in zip(found, wanted, strict=True) if None not in pair and pair[0] != pair[1]]
    assert len(others) <= 1, "it may know less, and hardly ever says something else"


@needs_a_browser
def test_each_pattern_is_one_of_javascript_too(messages_page):
    """All compile, and none has what means something else there, as ``\\A`` does: the letter."""
    found = messages_page.evaluate(
        """() => [...document.querySelectorAll(".message")].flatMap(({dataset}) =>
            [dataset.pattern, ...JSON.parse(dataset.causes).flatMap(([when, unless]) => [when, unless])])
            .filter((pattern) => pattern && (expression(pattern), true))"""
    )
    assert len(found) >= len(catalog().messages)
    assert not [pattern for pattern in found if re.search(r"(?<!\\)\\[AZ]|\(\?P|\(\?[a-hj-rt-z]", pattern)]


@needs_a_browser
def test_messages_without_scripts(built, browser):
    plain = browser.new_context(java_script_enabled=False, offline=True).new_page()
    plain.goto((built[0] / "find_your_message.html").as_uri())
    assert plain.locator("section:has(> .message):visible").count() == len(catalog().messages)
    assert plain.locator("textarea").count() == 0
    plain.context.close()


def test_a_lesson_says_which_course_it_is_of(pages):
    """Counted, not typed: how many lessons there are, and where they start."""
    names = lessons.names()
    count = len([name for name in names if not lessons.is_review(name) and name not in lessons.AT_HAND])
    for name, page in lesson_pages(pages).items():
        (place,) = re.findall(r'<p class="place">(.*?)</p>', page.source)
        assert f"of a course of {count} lessons, " in place and 'href="../index.html"' in place
        assert (f'href="{names[0]}.html"' in place) == (name != names[0])


def test_what_a_search_engine_shows(pages):
    """A title and a description of each page, which no other page has; not of the solutions."""
    titles, descriptions = {}, {}
    for name, page in pages.items():
        (titles[name],) = re.findall(r"<title>(.*?)</title>", page.source)
        descriptions[name] = html.unescape("".join(re.findall(r'name="description" content="(.*?)"', page.source)))
        descriptions[name] = descriptions[name] or "".join(re.findall(r'content="(.*?)" name="desc', page.source))
    del titles["search"], descriptions["search"]
    assert len(set(titles.values())) == len(titles)
    assert all("Save and Restore in TensorFlow" in title for title in titles.values())
    assert titles["index"].count("Save and Restore") == 1
    assert len(set(descriptions.values())) == len(descriptions)
    assert [name for name, text in descriptions.items() if len(text) < 40 or "<" in text] == []
    assert descriptions["notebooks/04_restore_the_variables"].startswith(
        "Learn to restore variables into a new session;"
    )
    assert 'name="robots" content="noindex"' in pages["instructors"].source
    assert [name for name, page in pages.items() if "noindex" in page.source] == ["instructors"]


@needs_a_browser
@pytest.mark.parametrize("size", [(1280, 700), (1024, 700), (800, 700), (400, 700)])
def test_the_doors_are_in_sight(built, pages, browser, size):
    """On each page, from the first moment, without a scroll: my restore fails, and what is in this checkpoint."""
    page = browser.new_page(viewport=dict(zip(("width", "height"), size, strict=True)))
    for name in pages if size[0] == 400 else COLORFUL:
        page.goto((built[0] / f"{name}.html").as_uri())
        doors = page.get_by_role("navigation", name="My restore fails").get_by_role("link")
        boxes = [door.bounding_box() for door in doors.all()]
        assert len(boxes) == 2, name
        assert all(box["y"] < 100 and box["x"] >= 0 and box["x"] + box["width"] <= size[0] for box in boxes), name
        assert len({round(box["y"]) for box in boxes}) == 1, "one line"
        first = page.locator("h1:visible").first.bounding_box()
        assert all(box["y"] + box["height"] <= first["y"] for box in boxes), f"{name}: above the title, not over it"
    page.close()


def test_a_teacher_finds_the_way(pages):
    """From the first sentences of the site; no page leads to the solutions."""
    assert "docs/teaching.html#where-the-class-works" in pages["index"].links
    assert pages["index"].text.index("You teach?") < pages["index"].text.index("Is it for you?")
    leading = {name for name, page in pages.items() if any("instructors.html" in link for link in page.links)}
    assert leading <= {"instructors"}


def test_buttons_lead_to_the_checkouts_origin(pages):
    repository = "https://github.com/OWNER/NAME"
    for name, page in lesson_pages(pages).items():
        path = f"notebooks/{name}.ipynb"
        assert f"https://mybinder.org/v2/gh/OWNER/NAME/trunk?urlpath=lab/tree/{path}" in page.links
        colab = "https://colab.research.google.com/github/OWNER/NAME"
        assert f"{colab}/blob/gh-pages/colab/{name}.ipynb" in page.links
        assert f"{repository}/edit/trunk/{path}" in page.links
        assert any(link.startswith(f"{repository}/issues/new?title=") for link in page.links)
    assert f"{repository}/edit/trunk/README.md" in pages["index"].links, "it is made of the README"
    assert f"{repository}/edit/trunk/course/guards.py" in pages["course/guards"].links
    assert not any("mybinder.org" in link for link in pages["course/guards"].links)
    assert WHERE.binder in pages["index"].links


def test_without_an_origin_there_are_no_buttons_and_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(origin, "of", lambda checkout: None)
    monkeypatch.setattr(sources, "write", small_site)
    result = CliRunner().invoke(cli, ["html", "--output", str(tmp_path / "pages")])
    assert result.exit_code == 0, result.output
    assert "has no origin on GitHub or GitLab, so the pages have no buttons" in result.output
    page = Page(tmp_path / "pages" / "index.html")
    assert [link for link in page.links if link.startswith("http")] == []
    assert not (tmp_path / "pages" / "colab").exists()


def small_site(folder, mine=False, where=None, why_no_drop_page=""):
    """In place of ``sources.write``: one page."""
    folder.mkdir()
    nbformat.write(new_notebook(cells=[new_markdown_cell("# Page")]), folder / "index.ipynb")
    return ["index.ipynb"]


@pytest.mark.parametrize(
    "address, expected",
    [
        ("https://github.com/OWNER/NAME.git", ("https://github.com/OWNER/NAME", "gh/OWNER/NAME")),
        ("git@gitlab.com:OWNER/NAME", ("https://gitlab.com/OWNER/NAME", "gl/OWNER%2FNAME")),
        ("ssh://git@ssh.github.com:443/OWNER/NAME.git", ("https://github.com/OWNER/NAME", "gh/OWNER/NAME")),
        ("https://gitlab.com/GROUP/SUB/NAME.git", ("https://gitlab.com/GROUP/SUB/NAME", "gl/GROUP%2FSUB%2FNAME")),
        ("https://github.com/OWNER/NAME/tree/main", None),
        ("https://example.com/OWNER/NAME", None),
    ],
)
def test_origin(address, expected, tmp_path):
    from course.setup import git

    git.git(tmp_path, "init", "--quiet")
    assert origin.of(tmp_path) is None
    git.git(tmp_path, "remote", "add", "origin", address)
    found = origin.of(tmp_path)
    assert expected == (found and (found.address, re.search("v2/(.*)/HEAD", found.binder)[1]))
    assert not found or (found.colab("x.ipynb") is None) == (found.host == "gitlab"), "Colab reads from GitHub"
    if found:
        git.git(tmp_path, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
        assert (found.branch, origin.of(tmp_path).branch) == ("main", "trunk")


def test_copies_for_colab(built):
    """Each lesson with one cell more, without outputs; elsewhere that cell does nothing."""
    from IPython.core.inputtransformer2 import TransformerManager

    folder = built[0] / "colab"
    assert {path.stem for path in folder.iterdir()} == set(lessons.names())
    for path in notebooks.all_notebooks():
        copy, lesson = nbformat.read(folder / path.name, as_version=4), nbformat.read(path, as_version=4)
        nbformat.validate(copy)
        added = copy.cells.pop(1)
        assert "git clone --quiet --depth 1 https://github.com/OWNER/NAME" in added.source
        assert [cell.id for cell in copy.cells] == [cell.id for cell in lesson.cells]
        assert not any(cell.get("outputs") for cell in copy.cells), "they would answer the predictions"
        code = [cell.source for cell in lesson.cells if cell.cell_type == "code"]
        assert [cell.source for cell in copy.cells if cell.cell_type == "code"] == code
        for cell in copy.cells:
            assert cell.cell_type == "code" or not re.search(r"\]\((?!https?:|#)", cell.source), "no link leads nowhere"
    said = []
    shell = type("Shell", (), {name: lambda *a: said.append(a) for name in ("system", "run_line_magic")})()
    exec(TransformerManager().transform_cell(added.source), {"get_ipython": lambda: shell})
    assert said == []


def test_a_notebook_that_was_run_is_a_page_without_widgets(tmp_path):
    """JupyterLab stores an output's widget and its state. On a page they would need a script from the network."""
    data = {VIEW: {"model_id": "1f"}, "text/html": "<p>all steps</p>", "text/plain": "all steps"}
    cells = [new_markdown_cell("# Run"), new_code_cell("walk", outputs=[new_output("execute_result", data)])]
    state = {"1f": {"model_name": "VBoxModel", "model_module": "@jupyter-widgets/controls", "state": {}}}
    widgets = {"application/vnd.jupyter.widget-state+json": {"version_major": 2, "version_minor": 0, "state": state}}
    page = converted(tmp_path, new_notebook(cells=cells, metadata={"widgets": widgets})).read_text(encoding="utf-8")
    assert "<p>all steps</p>" in page
    assert "widget-view" not in page and "require.min.js" not in page


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
    texts = [sources.text_of(path, mine) for mine in (False, True)]
    assert [("my own answer" in text, "my own output" in text) for text in texts] == [(False, False), (True, True)]
    assert "Not attempted" in texts[0], "the outputs are those that the lesson is stored with"
    assert path.read_bytes() == before
    sources.write(tmp_path / "source", mine=True)
    assert (tmp_path / "source" / "notebooks" / path.name).read_text(encoding="utf-8") == texts[1]


@pytest.mark.parametrize("content", ["", "{}", '{"cells": [', "[1, 2]"])
def test_a_damaged_notebook_is_named(content, tmp_path):
    (tmp_path / "05_reset.ipynb").write_text(content, encoding="utf-8")
    with pytest.raises(click.ClickException, match="05_reset.ipynb cannot be read .*Type:  python3 -m course reset 05"):
        sources.text_of(tmp_path / "05_reset.ipynb", mine=True)


@needs_a_browser
def test_code_in_outputs_and_verdicts_look_as_in_jupyterlab(browser, tmp_path):
    """Seen by what a browser computes: a font for code, and a box with a color of its own for each verdict."""
    kinds = ("correct", "not-yet", "blank")
    boxes = [f'<div class="verdict {kind}">\n\n> **A verdict.**\n\n</div>' for kind in kinds]
    shown = [new_output("execute_result", {"text/markdown": text}) for text in [*boxes, "```python\nx = 1\n```"]]
    cells = [new_markdown_cell("# Page"), new_code_cell("x", outputs=shown)]
    path = converted(tmp_path, new_notebook(cells=cells))
    names = "[s.borderLeftColor, s.borderLeftWidth, s.fontFamily]"
    style = f"element => {{ const s = getComputedStyle(element); return {names} }}"
    page = browser.new_page()
    page.goto(path.as_uri())
    found = [page.locator(f".verdict.{kind} > blockquote").evaluate(style) for kind in kinds]
    code = page.locator(".cell_output .highlight pre").evaluate(style)
    cell = page.locator(".cell_input .highlight pre").evaluate(style)
    page.close()
    assert len({color for color, _, _ in found}) == 3
    assert {width for _, width, _ in found} == {"6px"}
    assert code[2] == cell[2] and "monospace" in code[2]


@needs_a_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser(built, pages, browser, scheme):
    """From a folder, offline: nothing is fetched, and axe-core finds nothing that people would stumble on.

    Contrast is most of its work, so it is looked at on the pages that have one of everything.
    """
    folder, asked, found = built[0], [], []
    page = browser.new_context(color_scheme=scheme, offline=True).new_page()
    page.on("request", lambda request: asked.append(request.url))
    for name in pages if scheme == "light" else COLORFUL:
        page.goto((folder / f"{name}.html").as_uri())
        assert page.evaluate("document.documentElement.dataset.theme") == scheme
        found += [(name, *violation) for violation in violations(page, contrast=name in COLORFUL)]
    page.context.close()
    assert asked
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert found == []


@needs_a_browser
def test_on_a_narrow_screen_nothing_is_cut_off(built, pages, browser):
    page = browser.new_page(viewport={"width": 390, "height": 800})
    for name in pages:
        page.goto((built[0] / f"{name}.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == 390, name
    page.close()


@needs_a_browser
@pytest.mark.parametrize("width", [1280, 800, 390])
def test_what_a_link_leads_to_is_not_under_the_bar(built, browser, width):
    """And what is to be typed is not broken within a word."""
    page = browser.new_page(viewport={"width": width, "height": 700})
    page.goto((built[0] / "notebooks/05_reset_the_graph_and_fail.html").as_uri() + "#when-it-goes-wrong")
    page.wait_for_function("scrollY > 100")
    bar, heading = page.locator(".bd-header-article").bounding_box(), page.locator("#when-it-goes-wrong h2")
    assert bar["y"] + bar["height"] <= heading.bounding_box()["y"] < 200
    commands = page.locator("#when-it-goes-wrong code", has_text=re.compile(r"^tf\.disable_v2_behavior\(\)$"))
    assert commands.count() >= 4
    assert {command.evaluate("element => element.getClientRects().length") for command in commands.all()} == {1}
    page.close()


@needs_a_browser
def test_tables_of_messages_need_no_scrolling(built, pages, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 700})
    for name in lesson_pages(pages):
        page.goto((built[0] / f"notebooks/{name}.html").as_uri())
        tables = page.locator("#when-it-goes-wrong .pst-scrollable-table-container")
        more = tables.evaluate_all("tables => tables.map(table => table.scrollWidth - table.clientWidth)")
        assert all(pixels <= 0 for pixels in more), name
    page.close()


@pytest.fixture(scope="module")
def search(built, browser):
    """What the search of the site finds without a server: the titles, in the order in which they are shown."""
    page = browser.new_context(offline=True).new_page()

    def titles(words):
        page.goto(f"{(built[0] / 'search.html').as_uri()}?{urlencode({'q': words})}")
        page.wait_for_selector("#search-results .search-summary:not(:empty)")
        return page.locator("#search-results li > a").all_inner_texts()

    yield titles
    page.context.close()


@needs_a_browser
def test_search_without_a_server(search):
    titles = search("FailedPreconditionError")
    assert any("Initialize the variables" in title for title in titles), titles


@needs_a_browser
@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("reset default graph", "Reset the graph and fail"),
        ("resume training tensorflow 2", "Keep and resume in TensorFlow 2"),
        ("import_meta_graph", "Import the meta graph"),
        ("moving average", "Keep the moving averages"),
        ("silent failures", "Catch the silent failure"),
        ("choosing a format", "Choose a format"),
    ],
)
def test_what_a_page_is_about_stands_first_in_a_search(search, words, first):
    assert search(words)[0] == first


def test_a_folder_of_somebody_else_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "write", small_site)
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
        assert not (mine / "old.html").exists()
        (mine / "old.html").touch()
    shutil.rmtree(mine)


def test_a_folder_that_cannot_be_written_to_is_said_before_the_work(tmp_path, monkeypatch):
    """The pages take minutes. A file in a folder's place refuses whoever runs the tests, an administrator too."""
    (tmp_path / "file").touch()
    monkeypatch.setattr(site.sources, "write", lambda *_: pytest.fail("the work has begun"))
    with pytest.raises(OSError):
        site.build(tmp_path / "file" / "site")
