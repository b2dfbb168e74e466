"""Truth 9, the page that looks into checkpoints: it says what the command says, and sends nothing anywhere."""

import functools
import http.server
import json
import os
import re
import shutil
import stat
import sys
import tarfile
import threading
from pathlib import Path

import hostile_files
import platformdirs
import pytest
from chromium import find_browser

from conftest import OURS, ROOT, run_course
from course.site import drop
from course.site.drop import pyodide
from tfckpt.bounds import for_json
from tfckpt.explain import explanation
from tfckpt.inspect import examine

REAL = Path(os.environ["COURSE_CHECKPOINTS"]) if "COURSE_CHECKPOINTS" in os.environ else None
BUSY = re.compile(r"^(Loading|Looking|Reading|$)")
TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm"}  # whatever the system says
HOSTILE = "<img src=x onerror=alert(1)>"

pytestmark = [
    pytest.mark.skipif(
        bool(os.environ.get("COURSE_OFFLINE")), reason="COURSE_OFFLINE says that there is no network, and so no npm"
    ),
    pytest.mark.skipif(find_browser() is None, reason="needs Chromium or Chrome"),
]


class Server:
    """A plain folder over HTTP, and the paths that were asked for."""

    def __init__(self, folder):
        asked = self.asked = []

        class Handler(http.server.SimpleHTTPRequestHandler):
            extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, **TYPES}

            def log_message(self, *_):
                asked.append((self.command, self.path))

            def do_POST(self):
                asked.append(("POST", self.path))
                self.send_error(405)

        handler = functools.partial(Handler, directory=folder)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The page as it is built, in a folder of a site."""
    folder = tmp_path_factory.mktemp("site") / "drop"
    result = drop.build(folder)
    assert result.page == folder / "index.html", f"{result.why_not} (COURSE_OFFLINE=1 skips what needs the network)"
    return folder


@pytest.fixture(scope="module")
def server(built):
    server = Server(built)
    yield server
    server.stop()


class Visitor:
    """Somebody at the page, and what the browser had to complain of."""

    def __init__(self, browser, url):
        self.page = browser.new_page(viewport={"width": 1100, "height": 900})
        self.complaints, self.requests = [], []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda each: self.complaints.append(each.text) if each.type == "error" else None)
        self.page.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.requests.append((request.method, request.url)))
        self.page.goto(url)

    def said(self):
        """What the page says when it is done."""
        for _ in range(1200):
            text = self.page.inner_text("#status")
            if not BUSY.match(text):
                return text
            self.page.wait_for_timeout(50)
        raise AssertionError(f"it is not done after a minute: {text}")

    def does(self, act):
        self.page.evaluate("document.getElementById('status').textContent = ''")
        act()
        return self.said()

    def drops(self, *files):
        """Chooses files by the button. Of a dict, each name and its bytes."""
        if len(files) == 1 and isinstance(files[0], dict):
            files = [{"name": name, "mimeType": "", "buffer": content} for name, content in files[0].items()]
        else:
            files = list(map(str, files))
        return self.does(lambda: self.page.set_input_files("#files", files))

    def drops_folder(self, folder):
        return self.does(lambda: self.page.set_input_files("#folder", str(folder)))

    def clicks(self, text):
        return self.does(lambda: self.page.get_by_role("button", name=text, exact=True).first.click())

    def json(self, card="#reports article"):
        """The report as JSON, as the page saves it."""
        with self.page.expect_download() as download:
            self.page.locator(card).first.get_by_role("button", name="Save as JSON").click()
        return json.loads(Path(download.value.path()).read_text(encoding="utf-8"))

    def over(self):
        if self.page.locator("#again").is_visible():
            self.page.click("#again")

    @property
    def shown(self):
        return self.page.inner_text("#reports")


@pytest.fixture(scope="module")
def one_visitor(browser, server):
    visitor = Visitor(browser, server.url)
    yield visitor
    assert visitor.complaints == []
    visitor.page.close()


@pytest.fixture
def visitor(one_visitor):
    """Somebody with an empty page, in which Python may have been loaded by an earlier test."""
    one_visitor.over()
    one_visitor.page.set_viewport_size({"width": 1100, "height": 900})
    return one_visitor


def on_the_command_line(folder, *arguments):
    """What ``tfckpt … --json`` says in a folder."""
    done = run_course(*arguments, "--json", cwd=folder, module="tfckpt", PYTHONPATH=str(ROOT), PYTHONUTF8="1")
    return json.loads(done.stdout)


def loose_ones():
    """Pairs of a folder and a prefix in it: our own checkpoints, and real ones where there are some."""
    for root in filter(None, (OURS, REAL)):
        for index in sorted(root.rglob("*.index")):
            if "variables" not in index.parts and not [each for each in index.parent.iterdir() if each.is_dir()]:
                yield index.parent, index.stem


def test_it_says_what_the_command_says(visitor):
    """Names, shapes, dtypes, roles, whether it is whole, what is suspicious, for checkpoints that are dropped loose."""
    pairs = list(loose_ones())
    assert len(pairs) >= 8
    for folder, prefix in pairs:
        visitor.over()
        files = [path for path in folder.iterdir() if path.name.startswith((f"{prefix}.", "checkpoint"))]
        visitor.drops(*files)
        for path in files:
            assert path.name in visitor.page.locator("#list").text_content()
        answer, wanted = visitor.json(), on_the_command_line(folder, "inspect", prefix)
        assert answer == wanted, folder
        assert f"{prefix} is a TensorFlow" in visitor.page.inner_text("#reports h2")


@pytest.mark.parametrize("root", [OURS] + [REAL] * bool(REAL))
def test_folders_say_what_the_command_says(visitor, root):
    """A folder with a checkpoint in it, an Estimator's, a SavedModel: dropped as it is."""
    folders = [path for path in sorted(root.iterdir()) if list(path.glob("*.index")) or list(path.glob("*.pb"))]
    assert len(folders) >= 4
    for folder in folders:
        visitor.over()
        visitor.drops_folder(folder)
        wanted = on_the_command_line(root, "inspect", folder.name)
        assert visitor.json() == wanted, folder


def test_checksums_are_compared(visitor, tmp_path):
    """All of them, NaN is seen, and a byte that has changed is found: by the same numbers as on the command line."""
    folder = shutil.copytree(OURS / "kinds", tmp_path / "kinds")
    visitor.drops_folder(folder)
    assert visitor.clicks("Compare all checksums") == "kinds: Whole: all checksums are right."
    assert visitor.json() == on_the_command_line(tmp_path, "inspect", "kinds", "--verify")
    data = folder / "model.data-00000-of-00001"
    content = bytearray(data.read_bytes())
    content[5] ^= 1
    data.write_bytes(content)
    visitor.over()
    visitor.drops_folder(folder)
    assert visitor.clicks("Compare all checksums") == "kinds: Not whole."
    wanted = on_the_command_line(tmp_path, "inspect", "kinds", "--verify")
    assert visitor.json() == wanted
    assert "stored checksum" in wanted["inner"][0]["problems"][0]


def test_what_is_damaged_or_not_all_there(visitor, tmp_path):
    """Each says what is wrong in a sentence, and what else to drop; a second drop completes the first."""
    sharded = OURS / "sharded"
    assert visitor.drops(sharded / "model.index") == "model: Not whole."
    assert "To see more, drop also: model.data-00000-of-00002, model.data-00001-of-00002" in visitor.shown
    said = visitor.drops(*sharded.glob("model.data-*"))
    assert said == "model: Whole, as far as names and sizes tell."
    visitor.over()
    visitor.drops(sharded / "model.index")
    assert visitor.drops(*sharded.iterdir()) == said, "now all of them, and the index again"
    visitor.over()
    assert visitor.drops(sharded / "model.data-00000-of-00002") == "model: Not whole."
    assert "drop also: model.index" in visitor.shown
    visitor.over()
    assert "has no checkpoint" not in visitor.drops(sharded / "checkpoint")
    assert "Drop the files of the checkpoint as well that it names" in visitor.shown
    visitor.over()
    index = (sharded / "model.index").read_bytes()
    visitor.drops({"model.index": index[:60]})
    assert "model.index cannot be read" in visitor.shown and "Traceback" not in visitor.shown
    visitor.over()
    visitor.drops({"README.md": b"# Nothing", "empty": b""})
    assert "README.md is no checkpoint, nor any file that is known here" in visitor.shown
    assert "empty is empty" in visitor.shown


def test_two_checkpoints_are_compared(visitor):
    """Two of one name, dropped one after the other; the one that fits its own graph; a choice where there are more."""
    visitor.drops(*(OURS / "pair").iterdir())
    wanted = on_the_command_line(OURS / "pair", "diff", "model", "model.meta")
    assert visitor.clicks("Does it fit its graph?") == wanted["verdict"]
    assert visitor.json("#difference article") == wanted
    said = visitor.drops(*(OURS / "sharded").iterdir())
    wanted = on_the_command_line(OURS, "diff", "pair/model", "sharded/model")
    assert said.startswith(wanted["verdict"])
    answer = visitor.json("#difference article")
    assert {**answer, "left": 0, "right": 0} == {**wanted, "left": 0, "right": 0}
    visitor.page.select_option("#left", "model")
    visitor.page.select_option("#right", "drop 2/model.meta")
    wanted = on_the_command_line(OURS, "diff", "pair/model", "sharded/model.meta")
    assert visitor.clicks("Compare") == wanted["verdict"]
    assert wanted["verdict"] in visitor.page.inner_text("#difference")
    for path in wanted["only_right"]:
        assert path in visitor.page.inner_text("#difference")


def test_what_comes_from_a_file_is_text(visitor, tmp_path):
    """Names of tensors, of layers, of files and folders that are HTML, or that a script has for something else."""
    import tensorflow.compat.v1 as tf

    with tf.Graph().as_default(), tf.Session() as sess:
        odd = (HOSTILE, "a`b**c\\<b>", "__proto__", "[x](javascript:alert(1))")
        names = {name: tf.get_variable(f"v{number}", [2]) for number, name in enumerate(odd)}
        sess.run(tf.global_variables_initializer())
        tf.train.Saver(names).save(sess, str(tmp_path / "m" / "model"), write_state=False)
    files = {path.name.replace("model", HOSTILE): path.read_bytes() for path in (tmp_path / "m").iterdir()}
    visitor.drops(files)
    for name in (*names, f"{HOSTILE}.index"):
        assert name in visitor.shown
    visitor.clicks("Does it fit its graph?")
    assert HOSTILE in visitor.page.inner_text("#difference")
    visitor.over()
    config = {"class_name": "Sequential", "config": {"layers": [{"class_name": HOSTILE, "config": {"name": HOSTILE}}]}}
    visitor.drops({f"{HOSTILE}.h5": b"\x89HDF\r\n\x1a\n" + json.dumps(config).encode()})
    assert f"{HOSTILE} ({HOSTILE})" in visitor.shown
    visitor.over()
    for name in ("constructor", "__proto__", "drop 2"):  # names that JavaScript has for something else, and our own
        folder = tmp_path / "odd" / name
        shutil.copytree(OURS / "pair", folder)
        visitor.over()
        assert visitor.drops_folder(folder).endswith("Whole, as far as names and sizes tell.")
    assert visitor.page.locator("#served img, #served script, #served b, #served a").count() == 0


def test_keras_as_far_as_the_standard_library_goes(visitor, tmp_path):
    """Layers and code are told without h5py, and it is said what was not read."""
    import keras

    double = keras.layers.Lambda(lambda value: value * 2, name="twice")
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(8, name="hidden"), double])
    for name in ("m.keras", "m.h5"):
        model.save(tmp_path / name)
        visitor.over()
        assert visitor.drops(tmp_path / name) == f"{name}: Suspicious."
        assert "hidden (Dense), twice (Lambda)" in visitor.shown
        assert "which are in HDF5. This needs h5py, which Python in a browser lacks." in visitor.shown
        wanted = {suspect["does"] for suspect in on_the_command_line(tmp_path, "inspect", name)["suspects"]}
        assert {suspect["does"] for suspect in visitor.json()["suspects"]} == wanted != set()
    model.save_weights(tmp_path / "m.weights.h5")
    visitor.over()
    assert visitor.drops(tmp_path / "m.weights.h5") == "m.weights.h5: Looked at in part."
    visitor.over()
    visitor.drops({"a.npz": next(OURS.rglob("in.npz")).read_bytes()})
    assert "This needs numpy, which Python in a browser lacks." in visitor.shown


def test_a_message_is_explained(visitor):
    """As ``explain`` explains it, with a link to the lesson; HTML in it is text; without one, it asks for one."""
    message = "tensorflow.python.framework.errors_impl.NotFoundError: Key A_1 not found in checkpoint"
    wanted = explanation.Explanation(message).as_dict()
    page = visitor.page
    page.click("#asking summary")
    assert visitor.clicks("Explain") == "Paste a message first."
    page.fill("#message", f"Traceback (most recent call last):\n  ...\n{message}\n\t [[node save/RestoreV2]]")
    assert visitor.clicks("Explain") == "The explanation is below the message."
    shown = page.inner_text("#explained")
    assert wanted["known"]
    for cause in wanted["causes"]:
        assert re.sub("[`*]", "", cause["what"]) in shown
    assert page.locator("#explained a").first.get_attribute("href") == "../notebooks/06_rebuild_the_graph.html"
    page.fill("#message", f"{HOSTILE} [x](javascript:alert(1)) [x](00_y.ipynb)")
    assert visitor.clicks("Explain") == "This message is not one of those that are known here."
    assert HOSTILE in page.inner_text("#explained") and page.locator("#explained img, #explained a").count() == 0
    page.click("#asking summary")


def test_many_are_looked_at_when_they_are_opened(visitor, tmp_path):
    """The first five at once. A folder with nothing in it says so."""
    for number in range(7):
        shutil.copytree(OURS / "pair", tmp_path / "all" / f"run_{number}")
    assert visitor.drops_folder(tmp_path / "all").endswith(" And 2 more.")
    assert visitor.page.locator("#reports h2").count() == 5
    visitor.does(lambda: visitor.page.locator("#reports details summary").first.click())
    assert "all/run_5/model is a TensorFlow 1 checkpoint" in visitor.page.inner_text("#reports")
    visitor.over()
    (tmp_path / "none" / "inner").mkdir(parents=True)
    (tmp_path / "none" / "inner" / "notes.txt").write_text("nothing", encoding="utf-8")
    assert "There is no checkpoint, graph or model in the folder 'none'. It has: inner." in visitor.drops_folder(
        tmp_path / "none"
    )


def test_hostile_files_are_told_as_on_the_command_line(visitor, tmp_path, monkeypatch):
    """Whatever is suspicious there is suspicious here, in the same words; of HDF5 what stands in it as text."""
    import tensorflow.compat.v1 as tf

    tf.reset_default_graph()
    monkeypatch.chdir(tmp_path)
    told, byte = 0, re.compile(r" at byte \d+")  # which NumPy tells, and so not the browser
    for name, (_, _, make) in hostile_files.MADE.items():
        (tmp_path / name).mkdir()
        path = make(tmp_path / name)[0]
        monkeypatch.chdir(path.parent)
        wanted = json.loads(byte.sub("", json.dumps(for_json(examine(path.name).as_dict()))))
        visitor.over()
        if path.is_dir():
            visitor.drops_folder(path)
        else:
            visitor.drops(*(each for each in path.parent.iterdir() if each.name.startswith(path.stem)))
        answer = visitor.json()
        assert {each["does"] for each in answer["suspects"]} == {each["does"] for each in wanted["suspects"]}, name
        told += bool(answer["suspects"])
        assert answer["unread"] or answer == wanted, name
    assert told > 35


def test_a_mistake_of_the_page_itself(browser, server):
    """It is told as such, and what comes next goes on with another Python."""
    visitor = Visitor(browser, server.url)
    visitor.drops(*(OURS / "pair").iterdir())
    said = visitor.page.evaluate("python.ask('nothing', {}).catch(error => error.message)")
    assert said.startswith("A mistake in this page, not in your files: ") and "is not a function" in said
    assert visitor.clicks("Compare all checksums") == "model: Whole: all checksums are right."
    visitor.page.close()


def test_folders_that_are_dragged(visitor):
    """By a real drag: the browser opens them, and they are compared."""
    devtools = visitor.page.context.new_cdp_session(visitor.page)
    data = {"items": [], "files": [str(OURS / "pair"), str(OURS / "sharded")], "dragOperationsMask": 1}

    def drag():
        for kind in ("dragEnter", "dragOver", "drop"):
            devtools.send("Input.dispatchDragEvent", {"type": kind, "x": 500, "y": 300, "data": data})

    assert visitor.does(drag).startswith("The two differ in names. pair: Whole")
    for path in ("pair/model.index", "sharded/model.data-00001-of-00002"):
        assert path in visitor.page.locator("#list").text_content()


def test_files_that_are_dragged(visitor):
    """What a browser hands over at the end of a drag; and a drag of something else."""
    assert visitor.does(
        lambda: visitor.page.evaluate(
            """content => {
                const transfer = new DataTransfer();
                for (const [name, bytes] of content) transfer.items.add(new File([new Uint8Array(bytes)], name));
                dispatchEvent(new DragEvent("drop", {dataTransfer: transfer}));
            }""",
            [[path.name, list(path.read_bytes())] for path in (OURS / "pair").iterdir()],
        )
    ).startswith("model: Whole")
    nothing = 'dispatchEvent(new DragEvent("drop", {dataTransfer: new DataTransfer()}))'
    assert visitor.does(lambda: visitor.page.evaluate(nothing)).startswith("There was no file in it.")


def test_by_keyboard_and_with_a_screen_reader(browser, server):
    """From the top: the two buttons, the samples. What is told is in a live region; axe finds nothing."""
    from axe_playwright_python.sync_playwright import Axe

    visitor = Visitor(browser, server.url)
    page, reached = visitor.page, []
    for _ in range(5):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
    assert reached[1:] == ["files", "folder", "a checkpoint", "a graph"]
    assert page.locator("#status").get_attribute("role") == "status"
    page.keyboard.press("Enter")
    assert visitor.said() == "model.meta: Suspicious."
    visitor.clicks("a checkpoint")
    assert "2 files, 465 bytes, from the course" in page.inner_text("#dropped")
    visitor.drops(*(OURS / "regression").iterdir())
    assert "4 files" in page.inner_text("#dropped"), "the sample has gone"
    visitor.drops(*(OURS / "pair").iterdir())
    for width in (1100, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width, "nothing to scroll sideways"
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
            assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []
    page.get_by_role("button", name="Start over").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "files"
    assert visitor.complaints == []
    page.close()


def test_a_list_is_filtered_and_made_longer(visitor):
    """By a piece of a name, or a whole one with wildcards. What is left out is said."""
    visitor.drops(*(OURS / "regression").iterdir())
    shown = visitor.page.locator("#reports .tensors tbody tr")
    everything = shown.count()
    visitor.page.evaluate("document.querySelector('#reports').replaceChildren()")
    blocks = [
        {"kind": "table", "title": "variables: 500", "columns": ["dtype", "shape", "size", "name"], "align": "llrl"}
    ]
    blocks[0] |= {"names": 3, "rows": [["float32", "[1]", "4 bytes", f"layer_{number}/w"] for number in range(500)]}
    visitor.page.evaluate("blocks => document.getElementById('reports').append(...report(blocks))", blocks)
    assert shown.count() == 200 > everything
    visitor.page.get_by_role("button", name="Show all 500").click()
    assert shown.count() == 500
    for pattern, count in (("_49", 11), ("layer_?/w", 10), ("*9/w", 50), ("(", 0)):
        visitor.page.fill("input[type=search]", pattern)
        assert (shown.count(), visitor.page.inner_text(".filter .hint")) == (count, f"{count} of 500")


def test_nothing_leaves(browser, server, tmp_path):
    """All requests are for the page's own files. Neither the page nor the Python in it can send a thing elsewhere."""
    elsewhere = Server(tmp_path)
    server.asked.clear()
    visitor = Visitor(browser, server.url)
    visitor.drops(*(OURS / "pair").iterdir())
    visitor.clicks("Compare all checksums")
    assert {url.split(server.url)[0] for _, url in visitor.requests if not url.startswith(("blob:", "data:"))} == {""}
    assert {method for method, _ in server.asked} == {"GET"}
    assert not [path for _, path in server.asked if "model" in path], "not even a name is sent"
    refused = f"fetch('{elsewhere.url}', {{method: 'POST', body: 'x'}}).then(() => 'sent', error => error.message)"
    assert visitor.page.evaluate(refused) == "Failed to fetch"
    (worker,) = visitor.page.workers
    assert worker.evaluate(refused) == "Failed to fetch"
    image = (
        "new Promise(done => { const image = new Image(); image.onload = () => done('sent'); "
        f"image.onerror = () => done('refused'); image.src = '{elsewhere.url}x'; }})"
    )
    assert visitor.page.evaluate(image) == "refused"
    assert elsewhere.asked == []
    assert all("Content Security Policy" in each for each in visitor.complaints) and visitor.complaints
    visitor.page.close()
    elsewhere.stop()


def test_large_files(browser, server, tmp_path):
    """They are read in pieces, with a bar, which can be stopped. What comes after that goes on with another Python."""
    import tensorflow.compat.v1 as tf

    with tf.Graph().as_default(), tf.Session() as sess:
        values = [tf.get_variable(f"v{number}", [50, 2**20], initializer=tf.zeros_initializer()) for number in "ab"]
        sess.run([value.initializer for value in values])
        tf.train.Saver().save(sess, str(tmp_path / "model"), write_state=False, write_meta_graph=False)
    visitor = Visitor(browser, server.url)
    visitor.drops(*tmp_path.iterdir())
    visitor.page.get_by_role("button", name="Compare all checksums").click()
    visitor.page.wait_for_selector("#bar[value]")
    assert visitor.clicks("Stop") == "Stopped. Nothing more was read."
    assert not visitor.page.locator("#progress").is_visible()
    visitor.page.get_by_role("button", name="Compare all checksums").click()
    assert visitor.said() == "model: Whole: all checksums are right."
    visitor.over()
    visitor.drops(*(OURS / "pair").iterdir())
    assert visitor.clicks("Compare all checksums") == "model: Whole: all checksums are right."
    visitor.page.close()


def test_a_server_that_lacks_a_file(browser, built, tmp_path):
    """Then the page says that Python could not be loaded, and from where."""
    folder = shutil.copytree(built, tmp_path / "page")
    (folder / "pyodide" / "python_stdlib.zip").unlink()
    server = Server(folder)
    visitor = Visitor(browser, server.url)
    said = visitor.drops(OURS / "pair" / "model.index")
    assert said.startswith("Python could not be loaded: ") and "404" in said, said
    visitor.page.close()
    server.stop()


def test_opened_as_a_file(browser, built, tmp_path):
    """The page says why it does nothing there, what serves the site, what to do without a browser; and leads back."""
    from axe_playwright_python.sync_playwright import Axe

    folder = shutil.copytree(built, tmp_path / "a site" / "look", ignore=shutil.ignore_patterns("pyodide"))
    visitor = Visitor(browser, (folder / "index.html").as_uri())
    told = visitor.page.inner_text("#unserved")
    assert f'python3 -m http.server 8000 --bind 127.0.0.1 --directory "{folder.parent.as_posix()}"' in told
    assert visitor.page.get_attribute("#served-at", "href") == "http://127.0.0.1:8000/look/"
    assert "python3 -m tfckpt inspect PATH" in told
    assert (
        visitor.page.get_by_role("link", name="Back to the start of the site").get_attribute("href") == "../index.html"
    )
    assert not visitor.page.locator("#zone").is_visible()
    assert visitor.page.evaluate("getComputedStyle(document.body).maxWidth") != "none", "it has its style"
    assert visitor.complaints == []
    for scheme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=scheme)
        assert Axe().run(visitor.page, options={"resultTypes": ["violations"]}).response["violations"] == []
    visitor.page.close()


# How it is built


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_, **__: str(tmp_path / "cache"))
    return tmp_path / "cache"


def npm_that(folder, monkeypatch, does):
    """Puts a program ``npm`` first in the path that does something else."""
    folder.mkdir()
    (folder / "npm").write_text(f"#!{sys.executable}\n{does}\n", encoding="utf-8")
    (folder / "npm").chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", str(folder))


def test_without_npm(tmp_path, empty_cache, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    result = drop.build(tmp_path / "drop")
    assert result.page is None and not (tmp_path / "drop").exists()
    assert result.why_not.startswith("The page that looks into checkpoints was left out: npm, which fetches Pyodide,")


@pytest.mark.skipif(sys.platform == "win32", reason="the other npm is a script of Linux or macOS")
def test_npm_that_fetches_nothing(tmp_path, empty_cache, monkeypatch):
    npm_that(tmp_path / "bin", monkeypatch, "import sys; sys.exit('npm error network is unreachable')")
    result = drop.build(tmp_path / "drop")
    assert result.why_not.endswith("(exit code 1). It says: npm error network is unreachable")
    assert result.page is None and not (tmp_path / "drop").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="the other npm is a script of Linux or macOS")
def test_npm_that_brings_something_else(tmp_path, empty_cache, monkeypatch):
    """Other bytes than those that were tried are not used, and not kept."""
    with tarfile.open(tmp_path / "other.tgz", "w:gz") as archive:
        archive.add(ROOT / "README.md", "package/pyodide.mjs")
    does = f"import shutil; shutil.copy({str(tmp_path / 'other.tgz')!r}, 'pyodide-{pyodide.VERSION}.tgz')"
    npm_that(tmp_path / "bin", monkeypatch, does)
    result = drop.build(tmp_path / "drop")
    assert "npm brought a pyodide" in result.why_not and "It was not used" in result.why_not
    assert result.page is None and list(empty_cache.iterdir()) == []


def test_it_is_fetched_once(built, tmp_path, empty_cache, monkeypatch):
    """What is in the cache is used without npm; a damaged one is not."""
    monkeypatch.undo()
    kept = pyodide.package()
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_, **__: str(empty_cache))
    monkeypatch.setenv("PATH", str(tmp_path))
    empty_cache.mkdir()
    shutil.copy(kept, empty_cache)
    assert drop.build(tmp_path / "drop").page
    same = [path.relative_to(built) for path in built.rglob("*") if path.is_file()]
    assert all((tmp_path / "drop" / path).read_bytes() == (built / path).read_bytes() for path in same)
    with open(empty_cache / kept.name, "ab") as file:
        file.write(b"x")
    assert drop.build(tmp_path / "again").page is None


def test_the_page_names_no_other_server(built):
    """Neither in what we wrote nor anywhere that a browser would load from by itself."""
    for path in built.iterdir():
        if path.suffix in (".html", ".css", ".js"):
            assert re.findall(r"https?://(?!127\.0\.0\.1)[\w.]+", path.read_text(encoding="utf-8")) == []
