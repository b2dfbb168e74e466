"""A class at once on this machine's JupyterHub:  .venv/bin/python benchmarks/classroom.py --learners 3

Each learner logs in, gets a server, and runs a lesson to its end in a kernel of their own, all at the same time and
without a pause for thought: harder than any class. Afterwards every notebook is read from the disk: all cells ran, and
their outputs are the stored ones. With ``--kill``, one learner's server is killed in the middle: they start it again,
find what was saved, and finish; the others notice nothing. ``--write`` puts the numbers into benchmarks/README.md,
and the rule that follows from them into docs/teaching.md.

JupyterHub and its proxy are installed into benchmarks/.hub on first use. All traffic stays on 127.0.0.1. It ends by
itself and leaves no process behind. Linux only. Exits with 1 when something was lost or went wrong.
"""

import argparse
import json
import math
import os
import platform
import re
import signal
import statistics
import sys
import textwrap
import threading
import time
from pathlib import Path

import click
import nbformat
import psutil
from browser import LearnerInBrowser
from hub import CLONE, Hub
from learner import Learner
from rich.console import Console

from course import notebooks
from course.setup.run_command import StepError

README = Path(__file__).with_name("README.md")
TEACHING = README.parents[1] / "docs" / "teaching.md"
EACH = 0.5e9  # bytes that a learner takes, measured; the default number of learners is made from it
LEFT = 5e9  # bytes that stay free for the rest of the machine
PIXELS = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]+")  # as in tests/nbval.cfg
MINUTES = 15  # after which the measurement ends, whoever is still at work


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learners", type=int, help="how many (default: as many as fit into the memory)")
    parser.add_argument("--lesson", default="03", help="number or name of the lesson that they take (default: 03)")
    parser.add_argument("--kill", action="store_true", help="kill one learner's server in the middle")
    parser.add_argument("--browsers", type=int, default=0, help="how many of them use a real Chromium (default: 0)")
    parser.add_argument("--write", action="store_true", help="store the numbers in the two pages")
    options = parser.parse_args()
    if sys.platform != "linux":
        sys.exit("The memory of each process is read as Linux gives it: run this on Linux.")

    fit = int((psutil.virtual_memory().available - LEFT) / EACH)
    count = fit if options.learners is None else options.learners
    if fit < 1:
        sys.exit(f"There is no memory for a class: {LEFT / 1e9:.0f} GB are to stay free. End other programs.")
    if not 1 <= count <= fit:
        sys.exit(f"--learners {count}: 1 to {fit} fit into the memory now, with {LEFT / 1e9:.0f} GB left free.")
    lesson = notebooks.find(options.lesson)
    browsers = min(options.browsers, count - options.kill)
    learners, hub, trouble = hold_class(count, lesson, options.kill, browsers)
    Console().print(
        text := report(learners, hub, lesson, browsers, trouble), markup=False, highlight=False, soft_wrap=True
    )
    for line in trouble:
        print(f"❌ {line}", file=sys.stderr)
    if options.write and not trouble:
        write(text, README, "class with a kill" if options.kill else "class")
        write(rule(learners, hub), TEACHING, "rule")
    return 1 if trouble else 0


def hold_class(count, lesson, kill, browsers):
    """Lets the learners loose on a hub. Returns ``(learners, hub, trouble)``, the last as a list of texts."""
    trouble = []
    with Hub() as hub:
        names = [f"learner-{number:02}" for number in range(1, count + 1)]
        kinds = [LearnerInBrowser if number >= count - browsers else Learner for number in range(count)]
        learners = [kind(name, hub.address, lesson.name) for kind, name in zip(kinds, names, strict=True)]
        threads = [threading.Thread(target=learner.take_the_lesson, daemon=True) for learner in learners]
        if kill:
            threads[0] = threading.Thread(target=learners[0].take_the_lesson, args=[hub.kill_server_of], daemon=True)
        for learner in learners:
            learner.arrive(hub)
        for thread in threads:
            thread.start()
        trouble += until_all_are_done(threads)
        hub.measure()  # with every lesson still open
        lost = [line for learner in learners for line in differences(hub, learner, lesson)]
        trouble += [line for learner in learners for line in learner.trouble] + lost
        if trouble:
            print(hub.last_lines(), file=sys.stderr)
    if hub.left:
        trouble.append(f"{len(hub.left)} processes did not end by themselves, and were killed")
    return learners, hub, trouble


def until_all_are_done(threads):
    """Waits for the learners, within the time and the memory that there is. Returns what came in between."""
    deadline = time.monotonic() + 60 * MINUTES
    with Console(stderr=True).status("") as status:
        while working := sum(thread.is_alive() for thread in threads):
            free = psutil.virtual_memory().available
            status.update(f"{working} of {len(threads)} learners at work, {free / 1e9:.1f} GB free")
            if time.monotonic() > deadline:
                return [f"{working} learners were still at work after {MINUTES} minutes"]
            if free < LEFT - 5e8:
                return [f"stopped, since only {free / 1e9:.1f} GB of memory were free"]
            time.sleep(1)
    return []


def differences(hub, learner, lesson):
    """What is wrong with a learner's notebook on the disk, as a list of texts; empty if all of it is there."""
    path = hub.homes / learner.name / CLONE / "notebooks" / lesson.name
    if not path.exists():
        return [f"{learner.name}: the lesson is not there"]
    pairs = zip(code_cells(path), code_cells(lesson), strict=True)
    found = [(theirs, shown(theirs) == shown(stored)) for theirs, stored in pairs]
    return [
        f"{learner.name}: cell {cell.id} {f'shows {shown(cell)[:500]}' if cell.execution_count else 'did not run'}"
        for cell, same in found
        if not (same and cell.execution_count)
    ]


def code_cells(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def shown(cell):
    """What a cell shows, as JSON without its pixels, which differ from machine to machine: what the tests compare."""
    outputs = [(output.get("text"), output.get("data")) for output in notebooks.joined(cell.outputs)]
    return PIXELS.sub("", json.dumps(outputs))


def report(learners, hub, lesson, browsers, trouble):
    """The numbers as a table, below a line that says where and when."""
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    each = sorted(hub.most_of.values()) or [0]
    rows = [
        (
            "memory of all processes together",
            f"{hub.most / 1e9:.1f} GB, {hub.most / len(learners) / 1e9:.2f} a learner",
        ),
        ("memory of one learner's processes, counted alone", two(each, 1e9, ".2f", "GB")),
        ("from login to a ready server", two(times(learners, "server"))),
        ("from login to the end of the lesson, saved", two(times(learners, "whole"))),
    ]
    again = times(learners, "server again")
    if again:
        rows.append(("from the killed server to the next one", f"{again[0]:.1f} s, with all that was saved"))
    rows.append(("lost, different or failed", "nothing" if not trouble else f"{len(trouble)} times"))
    head = f"{time.strftime('%Y-%m-%d')}, {machine}: {len(learners)} at once, each taking lesson {lesson.stem}"
    head += f", {browsers} of them in Chromium" if browsers else ""
    head += ", and the server of one is killed in the middle" if again else ""
    return f"{head}:\n\n| what | measured |\n| --- | --- |\n" + "\n".join(f"| {a} | {b} |" for a, b in rows)


def times(learners, what):
    return sorted(learner.seconds[what] for learner in learners if what in learner.seconds)


def two(values, unit=1, form=".0f", name="s"):
    """The median and the largest of sorted values."""
    if not values:
        return "nobody came so far"
    return f"median {statistics.median(values) / unit:{form}} {name}, most {values[-1] / unit:{form}} {name}"


def rule(learners, hub):
    """What a class needs, from what this one took: memory rounded up to 50 MB a learner."""
    count, each = len(learners), math.ceil(hub.most / len(learners) / 5e7) / 20
    classes = ", ".join(f"{math.ceil(number * each + 2)} GB for {number}" for number in (10, 20, 30))
    slowest = times(learners, "whole")[-1]
    text = (
        f"On one machine, {each:.2f} GB of memory for each learner at work, and 2 GB for hub and system: {classes}. "
        f"With {count} learners who all ran one lesson in the same moment, {os.cpu_count()} cores made the last wait "
        f"{slowest:.0f} s from the login to the end of the lesson; people who read are hardly ever at work all at once."
    )
    return f"{textwrap.fill(text, 120)}\n[How that was measured](../benchmarks/README.md#a-class-at-once)."


def write(text, page, block):
    """Puts a text between the marks of its block in a page."""
    marks = re.compile(rf"(?<=<!-- {block} -->\n).*(?=<!-- end of {block} -->)", re.DOTALL)
    before = page.read_text(encoding="utf-8")
    page.write_text(marks.sub(lambda _: text + "\n", before), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))  # in order, so that no process is left
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    except (click.ClickException, StepError) as error:  # a lesson that is not there, an installation that failed
        sys.exit(str(error))
