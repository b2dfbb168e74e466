"""Truth 8: in a real JupyterLab, in a real browser, a learner runs each notebook, sees no error, and does an exercise.

JupyterLab is started by ``python3 -m course`` itself, in a copy of the checkout.
"""

import os
import re
import subprocess
import sys
import threading
import time
from urllib.parse import urljoin

import nbformat
import pytest
from chromium import find_browser

from conftest import copy_checkout
from course import lessons, notebooks, progress_file, warm

PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
MINUTE = 60_000  # milliseconds

pytestmark = pytest.mark.skipif(
    find_browser() is None, reason="no Chromium or Chrome on this machine, so JupyterLab was not tested in a browser"
)


@pytest.fixture(scope="module")
def progress(tmp_path_factory):
    """The learner's progress file."""
    return tmp_path_factory.mktemp("own") / "progress.json"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The copy of the checkout that JupyterLab is started in."""
    return copy_checkout(tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="module")
def address(checkout, tmp_path_factory, progress, request):
    """The address that ``python3 -m course`` prints, while its JupyterLab runs: its first kernel is an ordinary one."""
    home = tmp_path_factory.mktemp("home")
    environment = {**os.environ, "HOME": str(home), "USERPROFILE": str(home), progress_file.VARIABLE: str(progress)}
    if not request.config.getoption("cold"):
        del environment[warm.SWITCH]
    command = [sys.executable, "-m", "course", "--no-browser", "--port-retries=100"]
    options = {"cwd": checkout, "env": environment, "text": True}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options) as lab:
        giving_up = threading.Timer(60, lab.kill)
        giving_up.start()
        printed = []
        for line in lab.stdout:
            printed.append(line)
            found = re.search(r"http://127\.0\.0\.1:\d+/\S+", line)
            if found:
                break
        giving_up.cancel()
        assert printed and found, f"no address was printed:\n{''.join(printed)}"
        assert [line.strip() for line in printed if "://" in line] == [found[0]], "one address is printed, and no file"
        threading.Thread(target=lab.stdout.read, daemon=True).start()  # so that the server never waits for us to read
        yield found[0]
        lab.terminate()
    left = sorted(path.name for path in home.iterdir() if path.name != ".cache")  # fonts' cache, for one
    assert not left, f"the user's own folder was written to: {left}"


@pytest.fixture(scope="module")
def context(browser):
    """What the pages share: the programs that make up JupyterLab are loaded once."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(MINUTE)
    yield context
    context.close()


@pytest.fixture
def put_back(checkout):
    """After a test, the lessons are what they were: JupyterLab saves by itself every two minutes, attempts included."""
    before = {path: path.read_bytes() for path in (checkout / "notebooks").glob("*.ipynb")}
    yield
    for path, content in before.items():
        path.write_bytes(content)


@pytest.fixture
def page(context, put_back):
    page = context.new_page()
    yield page
    page.close()


class Lab:
    """One JupyterLab for many lessons, each opened in it and closed again, as a learner does. To load it takes seconds.

    After a test that failed, the next one gets another.
    """

    def __init__(self, context, address):
        self.context, self.address, self.page, self.pages = context, address, None, 0

    def open(self, notebook):
        """Opens a lesson from the list of files. Returns the page.

        Where a page that has been open for many lessons does not answer, as on a machine that does other work, a new
        one is taken, once; what was on the old one is printed.
        """
        from playwright.sync_api import TimeoutError as Late

        if self.page is not None:
            try:
                return self.choose(notebook, MINUTE / 3)
            except Late:
                print("a page did not answer:", *self.page.locator(".jp-Dialog").all_inner_texts())
                shut_down_all(self.page, self.address)
                self.page.close()
        self.page = self.context.new_page()
        self.pages += 1  # a workspace of its own: it would bring back the tabs of a page that was closed
        self.page.goto(self.address.replace("/workspaces/course", f"/workspaces/lessons-{self.pages}/tree/notebooks"))
        return self.choose(notebook, MINUTE)

    def choose(self, notebook, patience):
        self.page.locator(".jp-DirListing-itemText", has_text=notebook.name).dblclick(timeout=patience)
        self.page.locator(".lm-DockPanel-tabBar .lm-mod-current", has_text=notebook.name).wait_for(timeout=patience)
        return self.page

    def close(self):
        """Closes the lesson, with what was typed into it, and waits until its kernel has ended."""
        close_tab(self.page)
        deadline = time.monotonic() + 20
        while self.page.locator(PANEL).count():
            assert time.monotonic() < deadline, "the tab stays open"
            unsaved = self.page.locator(".jp-Dialog button", has_text="Discard")
            if unsaved.count():  # not where JupyterLab has just saved by itself
                unsaved.click()
            self.page.wait_for_timeout(100)
        wait_until_at_work(self.page, self.address, [])

    def give_up(self):
        """Closes all, where a test has left a lesson or a dialog open."""
        if self.page and self.page.locator(f"{PANEL}, .jp-Dialog").count():
            shut_down_all(self.page, self.address)
            self.page.close()
            self.page = None


@pytest.fixture(scope="module")
def shared_lab(context, address):
    return Lab(context, address)


@pytest.fixture
def lab(shared_lab, put_back):
    yield shared_lab
    shared_lab.give_up()


def wait_for_kernel(page):
    page.locator("#jp-main-statusbar", has_text="(ipykernel) | Idle").wait_for()


def wait_until_at_rest(node):
    """Waits until a node has stood at one place for a row of frames: what is above it is drawn, and nothing scrolls."""
    node.evaluate(
        """node => new Promise(done => {
            let last = '', same = 0;
            const look = () => {
                const place = JSON.stringify(node.getBoundingClientRect());
                same = place === last ? same + 1 : 0;
                last = place;
                same < 20 ? requestAnimationFrame(look) : done();
            };
            look();
        })"""
    )


# The colors of text and links, and which outputs scroll (a line with an emoji does in some fonts).
JUPYTERLABS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable")
BUT_JUPYTERLABS = {rule: {"enabled": False} for rule in JUPYTERLABS}


def accessibility_problems(
    page, parts=(".jp-RenderedMarkdown", ".jp-RenderedHTML", ".jp-RenderedText"), rules=BUT_JUPYTERLABS
):
    """What axe-core finds in what the lesson itself brings."""
    from axe_playwright_python.sync_playwright import Axe

    ours = {"include": [[part] for part in parts]}
    options = {"rules": rules, "resultTypes": ["violations"]}  # what is right is counted, and not told
    violations = Axe().run(page, ours, options).response["violations"]
    return [(violation["id"], violation["nodes"][0]["html"][:200]) for violation in violations]


def step_through_the_walks(page):
    """Goes through each walk, by keyboard and with the mouse, which stays where it is, and so does the picture."""
    for walk in page.locator(f"{PANEL} .course-walk").all():
        walk.scroll_into_view_if_needed()
        walk.evaluate("node => node.scrollIntoView({block: 'center'})")
        wait_until_at_rest(walk)  # cells that come near are drawn
        steps = walk.locator("input")
        steps.first.focus()
        count, size, place = steps.count(), walk.bounding_box(), shown(walk)[1]
        assert count > 1

        def is_at(number, walk=walk, count=count, size=size, place=place):
            walk.locator("b:visible", has_text=f"Step {number} of {count}: ").wait_for()
            title, image = shown(walk)
            assert walk.locator("input:checked").get_attribute("aria-label") == title
            assert (image, walk.bounding_box()) == (place, size), "nothing moves"

        for number in range(2, count + 1):
            page.keyboard.press("ArrowRight")
            is_at(number)
        page.keyboard.press("ArrowLeft")
        is_at(count - 1)
        for number in range(count - 2, 0, -1):
            page.mouse.click(size["x"] + 40, size["y"] + 18)
            is_at(number)
        for number in range(2, count + 1):
            page.mouse.click(size["x"] + 130, size["y"] + 18)
            is_at(number)
        page.keyboard.press("Enter")  # a form, which nothing submits
        is_at(count)
        # The hidden pages keep their room, and a button that leads nowhere is pale.
        assert accessibility_problems(page, [".course-walk"], {}) == [], "colors included"


def shown(walk):
    """The title that a walk shows, and where the picture is that it shows: one step at a time."""
    (title,) = [node.inner_text() for node in walk.locator("b").all() if node.is_visible()]
    (image,) = [node.bounding_box() for node in walk.locator("img").all() if node.is_visible()]
    changed = [node.bounding_box() for node in walk.locator("p + p").all() if node.is_visible()]
    assert all(said["y"] > image["y"] + image["height"] for said in changed), "what changed is said below"
    return title, image


def shut_down_all(page, address):
    """Ends the kernels, so that the next lesson finds the memory free."""
    page.evaluate(
        """async (base) => {
            const token = new URL(base).searchParams.get('token');
            const headers = {Authorization: `token ${token}`};
            const root = new URL('/api/sessions', base);
            for (const session of await (await fetch(root, {headers})).json())
                await fetch(new URL(`/api/sessions/${session.id}`, base), {method: 'DELETE', headers});
        }""",
        address,
    )


def test_the_first_cell_says_that_it_loads_and_the_last_verdict_leads_on(page, address):
    """The first test: the first kernel of a server is an ordinary one, which has TensorFlow to load."""
    page.goto(address.replace("/workspaces/course", "/workspaces/on/tree/notebooks/00_start_here.ipynb"))
    wait_for_kernel(page)
    first = page.locator(f"{PANEL} .jp-CodeCell").first
    first.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    first.locator(".jp-OutputArea-output", has_text="Loading TensorFlow").wait_for()
    wait_for_kernel(page)
    first.locator(".jp-OutputArea-output").wait_for(state="detached")
    check = solve(page, "name_the_writer", lessons.registry()["name_the_writer"].solution)
    check.locator("a:text-is('Next: 01 Create a graph')").click()
    page.locator(f"{PANEL} h1", has_text="Create a graph").wait_for()
    assert len(page.context.pages) == 1
    wait_for_kernel(page)
    shut_down_all(page, address)


def test_the_first_start_opens_the_first_lesson(page, address):
    page.goto(address)
    page.wait_for_selector(f"{PANEL} h1")
    assert page.inner_text(f"{PANEL} h1").startswith("Start here")
    assert "token=" in address
    assert "127.0.0.1" in address, "it listens on this machine alone"

    listed = page.locator(".jp-DirListing-itemText")
    listed.first.wait_for()
    assert [name for name in listed.all_inner_texts() if name not in ("scratch", "legacy")] == [
        path.name for path in notebooks.all_notebooks()
    ], "the map is not at hand"
    wait_for_kernel(page)
    in_the_way = page.locator(".jp-Dialog, .Toastify__toast, .jp-SideBar.jp-mod-right, [data-id*=extensionmanager]")
    assert [node.inner_html()[:200] for node in in_the_way.all() if node.is_visible()] == []


def test_the_way_to_the_next_lesson_and_back(page, address):
    """One click each way, in the same window; a lesson's kernel ends when its tab is closed."""
    page.goto(address)
    page.wait_for_selector(f"{PANEL} h1")
    wait_for_kernel(page)
    first, second = (f"notebooks/{path.name}" for path in notebooks.all_notebooks()[:2])
    for link, title in (("Create a graph", "Create a graph"), ("Start here", "Start here")):
        page.locator(f"{PANEL} .jp-MarkdownCell", has_text="Time:").locator(f"a:text-is('{link}')").first.click()
        page.locator(f"{PANEL} h1", has_text=title).wait_for()
        wait_for_kernel(page)
    assert len(page.context.pages) == 1
    assert sorted(lessons_at_work(page, address)) == [first, second]

    save(page)
    close_tab(page)
    wait_until_at_work(page, address, [second])
    shut_down_all(page, address)


def close_tab(page):
    page.locator(".lm-DockPanel-tabBar .lm-mod-current .lm-TabBar-tabCloseIcon").click()


def wait_until_at_work(page, address, expected):
    """Waits until no other lessons than these have a kernel."""
    deadline = time.monotonic() + 20
    while (found := lessons_at_work(page, address)) != expected:
        assert time.monotonic() < deadline, f"the tab is closed, and its kernel goes on: {found}"
        time.sleep(0.2)


def run_all(page):
    page.click("text=Run >> nth=0")
    page.click('[data-command="runmenu:run-all"]')


def wait_until_all_ran(page, count):
    """Waits until each of the notebook's code cells has a number."""
    page.wait_for_function(
        """([panel, count]) => {
            const prompts = [...document.querySelectorAll(`${panel} .jp-CodeCell .jp-InputPrompt`)];
            return prompts.length === count && prompts.every(node => /^\\[\\d+\\]:$/.test(node.textContent.trim()));
        }""",
        arg=[PANEL, count],
        polling=200,  # not in each frame that is drawn
    )


def save(page):
    page.keyboard.press("ControlOrMeta+s")  # on opening, JupyterLab notes the kernel in the file
    page.wait_for_function("() => !document.querySelector('.lm-DockPanel-tabBar .lm-mod-current.jp-mod-dirty')")


def lessons_at_work(page, address):
    """The paths of the notebooks that have a kernel."""
    token = address.partition("token=")[2]
    answer = page.request.get(urljoin(address, "/api/sessions"), headers={"Authorization": f"token {token}"})
    return [session["path"] for session in answer.json()]


def test_lesson(lab, notebook, progress):
    """Opens the lesson, runs all its cells, and does its first exercise by typing the solution, which is kept."""
    page = lab.open(notebook)
    page.wait_for_selector(f"{PANEL} .jp-CodeCell")
    wait_for_kernel(page)
    assert page.locator(f"{PANEL} .jp-OutputArea-output").count() == 0, "the answers stand beside the questions"

    run_all(page)
    cells = [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    wait_until_all_ran(page, len(cells))
    wait_for_kernel(page)
    assert page.locator(f'{PANEL} [data-mime-type="application/vnd.jupyter.error"]').count() == 0
    assert page.locator(f'{PANEL} [data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    for image in page.locator(f"{PANEL} .jp-OutputArea-output img").all():
        assert image.evaluate("node => node.naturalWidth") > 0, "the picture is not shown"
        assert image.get_attribute("alt")

    assert accessibility_problems(page) == []
    step_through_the_walks(page)
    if notebook.stem not in lessons.AT_HAND:  # which have no exercises: see truth 3
        do_the_first_exercise(page, cells, progress)
    lab.close()


def do_the_first_exercise(page, cells, progress):
    """Types the solution of the first exercise in a lesson's code cells, and has it checked."""
    name = next(iter(notebooks.exercise_cells(nbformat.from_dict({"cells": cells}))))
    number = next(i for i, cell in enumerate(cells) if cell.source.startswith(f"def {name}("))
    stub, check = (page.locator(f"{PANEL} .jp-CodeCell").nth(i) for i in (number, number + 1))
    stub.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(lessons.registry()[name].solution)
    wait_until_at_rest(check)  # what was typed takes its room
    check.evaluate("node => node.scrollIntoView({block: 'center'})")
    wait_until_at_rest(check)  # cells that come near are drawn
    place = check.locator(".jp-InputArea").bounding_box()
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    check.locator(".jp-OutputArea-output", has_text="✅ Correct").first.wait_for()
    assert abs(check.locator(".jp-InputArea").bounding_box()["y"] - place["y"]) < 5, "the page jumps at a check"
    assert "Not attempted" not in check.inner_text()
    assert "Next:" in check.inner_text()
    entry = progress_file.load(progress)[name]
    assert (entry.state, entry.attempts) == (progress_file.CORRECT, 1)


def solve(page, name, source):
    """Types an attempt, runs its cell and its check, and waits for the verdict with its buttons."""
    stub, check = (
        page.locator(f"{PANEL} .jp-CodeCell", has_text=f"{words}{name}").first for words in ("def ", "check(")
    )
    stub.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(source)
    page.keyboard.press("Shift+Enter")
    check.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    check.locator("button").first.wait_for()
    return check


def run_first(page, source):
    """Types a source into the first cell and runs it. Returns the cell and what it says while it runs."""
    cell = page.locator(f"{PANEL} .jp-CodeCell").first
    cell.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(source)
    page.keyboard.press("Shift+Enter")
    return cell, cell.locator(".course-runs")


def test_a_cell_says_what_it_runs_until_it_shows_something(page, address, checkout):
    """Where the kernel is restarted meanwhile, the line is neither seen nor saved."""
    name = "00_start_here.ipynb"
    page.goto(address.replace("/workspaces/course", f"/workspaces/runs/tree/notebooks/{name}"))
    wait_for_kernel(page)
    run_first(page, "import course")
    wait_for_kernel(page)

    cell, line = run_first(page, "import time\ntime.sleep(4.8)\nprint('shown')")
    page.wait_for_function("() => document.querySelector('.course-runs')?.innerText === '⏳ Running time.sleep(4.8) …'")
    line.filter(has_text="… 3 s").wait_for()
    cell.evaluate("node => { node.id = 'running'; }")
    assert accessibility_problems(page, ["#running .jp-OutputArea"], {}) == []
    assert page.locator("[aria-live] .course-runs, [role=log] .course-runs").count() == 0, "read out each second"
    cell.locator(".jp-OutputArea-output", has_text="shown").wait_for()
    assert (line.count(), cell.locator(".jp-OutputArea-output").count()) == (0, 1)

    cell, line = run_first(page, "time.sleep(300)")
    line.wait_for()
    save(page)
    page.click('.lm-MenuBar-itemLabel:text-is("Kernel")')
    page.click('[data-command="kernelmenu:restart"]')
    page.click('.jp-Dialog button:has-text("Restart")')
    line.wait_for(state="hidden")
    wait_for_kernel(page)
    stored = (checkout / "notebooks" / name).read_text(encoding="utf-8")
    assert "time.sleep(300)" in stored and "⏳" not in stored
    shut_down_all(page, address)


@pytest.mark.parametrize("theme", ["Dark", "Light"])  # what is chosen last stays for the other tests
def test_walk_and_verdict_in_both_themes(page, address, theme):
    """Nothing is found in them, colors included, in a wide window and in a narrow one."""
    page.goto(address.replace("/workspaces/course", "/workspaces/themes/tree/notebooks/01_create_a_graph.ipynb"))
    wait_for_kernel(page)
    page.click('.lm-MenuBar-itemLabel:text-is("Settings")')
    page.hover('.lm-Menu-itemLabel:text-is("Theme")')
    page.click(f'.lm-Menu-itemLabel:text-is("JupyterLab {theme}")')
    page.wait_for_function("is => document.body.dataset.jpThemeLight === is", arg=str(theme == "Light").lower())
    run_all(page)
    page.locator(f"{PANEL} .course-walk").wait_for()
    name = lessons.contents()["01_create_a_graph"][0]
    solution = lessons.registry()[name].solution
    for source, button in ((f"def {name}(*_):\n    return 1", "Hint"), (solution, "Compare with a solution")):
        check = solve(page, name, source)
        check.locator(f"button:text-is('{button}')").click()
        check.locator(".widget-hbox + .widget-hbox .jp-RenderedMarkdown").first.wait_for()
        check.evaluate("node => { node.id = 'checked'; }")
        for width in (1280, 700):
            page.set_viewport_size({"width": width, "height": 1000})
            page.wait_for_function(f"() => document.querySelector('{PANEL}').getBoundingClientRect().right <= {width}")
            wait_until_at_rest(check)
            ours = [".course-walk", "#checked .jp-OutputArea"]
            assert accessibility_problems(page, ours, {}) == [], (theme, width)
    shut_down_all(page, address)


def verdicts(page):
    """The check cells with the verdicts on attempts not made: JupyterLab draws an output when its cell comes near."""
    checks = page.locator(f"{PANEL} .jp-CodeCell", has_text="course.check(").all()
    for check in checks:
        verdict = check.locator(".jp-OutputArea-output", has_text="Not attempted").first
        deadline = time.monotonic() + MINUTE / 1000
        while not verdict.is_visible():  # what is drawn above it meanwhile moves it away again
            assert time.monotonic() < deadline, f"no verdict in sight: {check.inner_text()[:200]!r}"
            check.scroll_into_view_if_needed()
            wait_until_at_rest(check)
    return checks


def test_a_lesson_that_is_opened_again(page, address):
    """What the learner ran is there, and a walk goes on: it needs no kernel. Other buttons do, and are left out."""
    lesson = address.replace("/workspaces/course", "/workspaces/again/tree/notebooks/01_create_a_graph.ipynb")
    page.goto(lesson)
    wait_for_kernel(page)
    run_all(page)
    wait_until_all_ran(page, page.locator(f"{PANEL} .jp-CodeCell").count())
    assert [check.locator("button").count() for check in verdicts(page)] == [2, 2], "Hint and Solution"
    save(page)
    shut_down_all(page, address)
    page.goto(lesson)
    wait_for_kernel(page)
    page.locator(f"{PANEL} .course-walk").wait_for()
    step_through_the_walks(page)
    assert [check.locator("button").count() for check in verdicts(page)] == [0, 0]
    assert page.locator(f"{PANEL} :is(.jupyter-widgets, .jupyter-widgets-disconnected)").count() == 0
    assert "Error displaying widget" not in page.inner_text(PANEL)
    shut_down_all(page, address)
