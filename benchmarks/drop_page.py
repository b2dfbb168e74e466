"""Measures the page that looks into checkpoints: Python in the browser loads, a large checkpoint is looked at.

.venv/bin/python benchmarks/drop_page.py [--runs N] [--write]
"""

import argparse
import datetime
import functools
import http.server
import platform
import re
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT), str(ROOT / "tests")]

import chromium  # noqa: E402
from checkpoints import WRITE, python  # noqa: E402

from course.site import drop  # noqa: E402

README = Path(__file__).with_name("README.md")
PLACE = re.compile("(?<=<!-- drop page -->\n).*(?=<!-- end of drop page -->)", re.DOTALL)
CHECKPOINTS = {"80 MB": (20, 2**20), "500 MB": (20, 25 * 2**18), "20,000 variables": (20_000, 1)}  # tensors of float32
MOST = 120_000  # milliseconds


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and logs nothing."""

    def log_message(self, *_):
        pass


def main():
    """Prints the table, or stores it in the README."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="of which the median counts (default: 5)")
    parser.add_argument("--write", action="store_true", help="store the table in benchmarks/README.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        built = drop.build(folder / "site" / "drop")
        if not built.page:
            sys.exit(built.why_not)
        for name, (tensors, elements) in CHECKPOINTS.items():
            (folder / name).mkdir()
            python(WRITE, tensors, elements, folder / name / "model")
        handler = functools.partial(Quiet, directory=folder / "site")
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        runs = [seconds(f"http://127.0.0.1:{server.server_port}/drop/", folder) for _ in range(options.runs)]
        server.shutdown()
    table = shown({what: statistics.median(run[what] for run in runs) for what in runs[0]}, options.runs)
    print(table)
    if options.write:
        text = README.read_text(encoding="utf-8")
        README.write_text(PLACE.sub(lambda _: table + "\n", text), encoding="utf-8")


def seconds(url, folder):
    """One visit in a new browser: ``{what: seconds}``."""
    measured = {}
    with chromium.started() as browser:
        page = browser.new_page()
        page.set_default_timeout(MOST)
        page.goto(url)
        began = time.perf_counter()
        page.click("[data-sample=checkpoint]")
        page.wait_for_selector("#reports .verdict")
        measured["from a click on the page to the first report, Python loaded from this machine"] = since(began)
        for name in CHECKPOINTS:
            page.click("#again")
            files = [str(path) for path in (folder / name).iterdir()]
            began = time.perf_counter()
            page.set_input_files("#files", files)
            page.wait_for_selector("#reports .verdict")
            measured[f"{name}: from the drop to the report"] = since(began)
            began = time.perf_counter()
            page.click("text=Compare all checksums")
            page.wait_for_selector("#reports .verdict:has-text('all checksums are right')")
            measured[f"{name}: all checksums"] = since(began)
    return measured


def since(began):
    return time.perf_counter() - began


def shown(measured, runs):
    """The table in Markdown."""
    today, python = datetime.date.today().isoformat(), platform.python_version()
    head = f"{today}, {platform.system()} {platform.machine()}, Chromium, medians of {runs} visits (Python {python}):"
    rows = "".join(f"| {what} | {value:.2f} s |\n" for what, value in measured.items())
    return f"{head}\n\n| what | measured |\n| --- | ---: |\n{rows}"


if __name__ == "__main__":
    main()
