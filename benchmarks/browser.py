"""A learner of benchmarks/classroom.py in a real browser, who comes by the link that a teacher gives out."""

import sys
from pathlib import Path
from urllib.parse import quote, urlencode

from learner import SECONDS, Learner, Trouble

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

import chromium  # noqa: E402


class LearnerInBrowser(Learner):
    """Follows an nbgitpuller link to the login, the server and the lesson, runs all cells, and saves."""

    def arrive(self, hub):
        """Nothing is prepared: nbgitpuller brings the course. The link is the one of docs/teaching.md."""
        wanted = {"repo": hub.origin.as_uri(), "branch": "main", "urlpath": f"lab/tree/{self.path}"}
        self.link = f"{self.address}/hub/user-redirect/git-pull?{urlencode(wanted, quote_via=quote)}"

    def take_the_lesson(self, kill=None):
        from playwright.sync_api import Error

        with self.timed("whole"), chromium.started() as browser:
            try:
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                page.set_default_timeout(1000 * SECONDS)
                self.click_through(page)
            except Error as error:
                raise Trouble(error.message.splitlines()[0]) from error

    def click_through(self, page):
        page.goto(self.link)
        with self.timed("server"):
            page.fill("[name=username]", self.name)
            page.fill("[name=password]", "any")
            page.click("#login_submit")
            page.wait_for_url(f"**/user/{self.name}/**")
        page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell")
        page.wait_for_function("() => document.body.innerText.includes('(ipykernel) | Idle')")
        page.click("text=Run >> nth=0")
        page.click('[data-command="runmenu:run-all"]')
        page.wait_for_function(
            """() => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].every(
                prompt => /^\\[\\d+\\]:$/.test(prompt.textContent.trim()))"""
        )
        page.wait_for_function("() => document.body.innerText.includes('(ipykernel) | Idle')")
        page.keyboard.press("ControlOrMeta+s")
        page.wait_for_function("() => !document.querySelector('.lm-DockPanel-tabBar .jp-mod-dirty')")
