"""Where this machine has a Chromium or Chrome, for tests, benchmarks and the pictures of the README to drive."""

import os
import shutil


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
