"""Takes the pictures of the README from the course itself:  .venv/bin/python docs/pictures.py

It works through a step and an exercise of lesson 04 in JupyterLab in Chromium, in a copy of the checkout, and writes
docs/lesson.png and docs/walk.gif. It needs Chromium or Chrome, and a font with emoji.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tests"))

import chromium  # noqa: E402

LESSON = "04_restore_the_variables"
STEP = "Step 3: initialize and restore"
EXERCISE = "restore_weights"
SECONDS = 2.5  # that a frame of the walk stays
WIDTH, HEIGHT = 1000, 760
COLORS = 200  # with fewer, a green check mark is gray
WRONG = """\
def restore_weights(prefix):
    kernel = tf.get_variable("layer/kernel", initializer=tf.zeros([2, 2]))
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        sess.run(tf.global_variables_initializer())
        return sess.run(kernel)"""
RIGHT = WRONG.replace("        sess.run(tf.global_variables_initializer())\n", "")


@contextmanager
def jupyterlab():
    """Runs the course's JupyterLab in a copy of the checkout. Gives its address."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "checkout"
        left_out = shutil.ignore_patterns(".*", "__pycache__", "scratch", "executed", "site")
        shutil.copytree(ROOT, copy, ignore=left_out)
        command = [sys.executable, "-m", "course", "--no-browser", "--port-retries=100"]
        environment = {**os.environ, "HOME": folder}
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        with subprocess.Popen(command, cwd=copy, env=environment, **streams) as lab:
            try:
                yield next(found[0] for line in lab.stdout if (found := re.search(r"http://127\S+", line)))
            finally:
                lab.terminate()


class Lesson:
    """A lesson that is open in a browser, and what a learner does in it."""

    def __init__(self, page, address):
        self.page = page
        page.set_default_timeout(60_000)
        page.goto(address.replace("/workspaces/course", f"/workspaces/pictures/tree/notebooks/{LESSON}.ipynb"))
        page.wait_for_selector(".jp-CodeCell")
        self.wait()
        page.keyboard.press("ControlOrMeta+b")  # the file browser makes room

    def wait(self):
        self.page.wait_for_function("() => document.body.innerText.includes('(ipykernel) | Idle')")

    def choose(self, menu, command):
        self.page.click(f'.lm-MenuBar-itemLabel:text-is("{menu}")')
        self.page.click(f'[data-command="{command}"]')
        self.page.wait_for_timeout(3000)
        self.wait()

    def cell(self, text):
        return self.page.locator(".jp-Cell", has_text=text).first

    def show(self, text):
        """Scrolls so that the cell with this text stands at the top."""
        self.cell(text).evaluate("node => node.scrollIntoView()")
        self.page.wait_for_timeout(800)

    def attempt(self, source):
        """Types an attempt and runs its check."""
        stub = self.page.locator(".jp-CodeCell", has_text=f"def {EXERCISE}(").first
        stub.locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Shift+Enter")
        self.page.keyboard.press("Shift+Enter")

    def frame(self):
        return Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")

    def part(self, text):
        """The cell with this text, without what is around it."""
        return Image.open(io.BytesIO(self.cell(text).screenshot())).convert("RGB")


def stacked(*parts):
    """Pictures below each other, as one."""
    whole = Image.new("RGB", (max(part.width for part in parts), sum(part.height for part in parts)), "white")
    top = 0
    for part in parts:
        whole.paste(part, (0, top))
        top += part.height
    return whole


def main():
    with jupyterlab() as address, chromium.started() as browser:
        lesson = Lesson(browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}), address)
        lesson.choose("Edit", "editmenu:clear-all")
        lesson.show(STEP)
        frames = [lesson.frame()]
        lesson.choose("Run", "runmenu:run-all")
        for _ in range(2):  # the first time, pictures above may still grow
            lesson.show("initialize, then restore:")
        lesson.page.get_by_label(re.compile("run init_op")).first.check(force=True)
        lesson.page.wait_for_timeout(500)
        frames.append(lesson.frame())
        lesson.page.set_viewport_size({"width": WIDTH, "height": 2 * HEIGHT})
        lesson.show(STEP)
        parts = [lesson.part(STEP), lesson.part("initialize, then restore:")]
        lesson.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        for source, verdict in ((WRONG, "Not yet"), (RIGHT, "Correct")):
            lesson.attempt(source)
            lesson.page.locator(".jp-OutputArea-output", has_text=verdict).first.wait_for()
            lesson.show(f"def {EXERCISE}(")
            frames.append(lesson.frame())
        parts.append(lesson.part(f"def {EXERCISE}("))
        parts.append(lesson.part(f"course.check({EXERCISE})"))
        browser.close()
    stacked(*parts).quantize(COLORS).save(ROOT / "docs" / "lesson.png", optimize=True)
    walk = [frame.quantize(COLORS) for frame in frames]
    walk[0].save(ROOT / "docs" / "walk.gif", save_all=True, append_images=walk[1:], duration=int(SECONDS * 1000))
    for path in sorted((ROOT / "docs").glob("*.[pg][ni][gf]")):
        print(f"{path.name}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
