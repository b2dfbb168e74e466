"""How long the set-up takes in a fresh clone with an empty home, by uv and by pip, and the tests after it.

    python3 benchmarks/set_up.py

``--runs N`` sets the number of set-ups by each, ``--python PATH`` the Python, ``--write`` stores the table in
benchmarks/README.md. Each one downloads 0.5 GB: caches are cold. Linux and macOS.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from tables import markdown, store

ROOT = Path(__file__).resolve().parents[1]
KEPT = ("PATH", "LANG", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
PIPS_OWN = {"PIP_SRC": "src"}  # an option that uv has no word for, and that changes nothing here: pip installs


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="set-ups by each (default: 3)")
    parser.add_argument(
        "--python", default=getattr(sys, "_base_executable", sys.executable), help="the Python that sets up"
    )
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    options = parser.parse_args()
    found = {"uv": [], "pip": []}
    for number in range(options.runs):
        for installer, runs in found.items():
            print(f"set-up {number + 1} of {options.runs} by {installer} …", file=sys.stderr)
            runs.append(set_up(options.python, PIPS_OWN if installer == "pip" else {}, installer))
    (uv, of_uv), (pip, of_pip) = (
        [statistics.median(values) for values in zip(*runs, strict=True)] for runs in found.values()
    )
    rows = [
        ("set-up in a fresh clone, by uv", f"by pip ({pip:.0f} s)", f"{uv:.0f} s", "half", uv <= pip / 2),
        ("the same, processor time", f"by pip ({of_pip:.0f} s)", f"{of_uv:.0f} s", "", None),
    ]
    table = markdown(rows, options.runs)
    Console().print(table, markup=False, highlight=False)
    if options.write:
        store(table, "set-up", "end of set-up")
    return 0 if all(row[-1] is not False for row in rows) else 1


def set_up(python, variables, installer):
    """Seconds of a set-up, and of the processors meanwhile."""
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        clone, home = Path(folder) / "clone", Path(folder) / "home"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        home.mkdir()
        pip = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("PIP_")}
        before, began = used(), time.monotonic()
        done = subprocess.run(
            [python, "-m", "course", "progress"],
            cwd=clone,
            env={**pip, **variables, "HOME": str(home), "COURSE_AHEAD": "off"},
            capture_output=True,
            text=True,
        )
        seconds = time.monotonic() - began
        if done.returncode:
            sys.exit(f"the set-up failed:\n{done.stdout}{done.stderr}")
        installers = {path.read_text().strip() for path in clone.glob(".venv/lib/*/site-packages/numpy-*/INSTALLER")}
        if installers != {installer}:
            sys.exit(f"it was not {installer} that installed, but {installers}")
        return seconds, used() - before


def used():
    """Processor seconds of all processes that this one has started and waited for, and theirs."""
    times = resource.getrusage(resource.RUSAGE_CHILDREN)
    return times.ru_utime + times.ru_stime


if __name__ == "__main__":
    sys.exit(main())
