"""The Chromium or Chrome of this machine, for tests and benchmarks to drive."""

import os
import shutil
from contextlib import contextmanager

# As root it starts without its sandbox only; what it would load for itself from the network is left out.
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split()
FLAGS += "--disable-component-update --disable-sync".split()


@contextmanager
def started():
    """A browser of Playwright's, for as long as the block runs. In it, no other event loop can run in this thread."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def find_browser():
    """The path of a Chromium or Chrome on this machine, or None."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"):
        if shutil.which(name):
            return shutil.which(name)
    places = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ]
    places += [
        os.path.join(os.environ[variable], r"Google\Chrome\Application\chrome.exe")
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        if variable in os.environ
    ]
    return next((place for place in places if os.path.exists(place)), None)
