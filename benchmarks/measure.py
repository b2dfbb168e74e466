"""Measures what the course promises about speed, as ratios in one run:  .venv/bin/python benchmarks/measure.py

Each number is the median of several runs, taken in turn with the runs it is compared with, so that a busy machine
slows both. ``--write`` puts the table into benchmarks/README.md. Exits with 1 when a promise is not kept.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
from forks import adopt, end_what_is_left
from jupyter_client.provisioning import KernelProvisionerFactory
from nbformat.v4 import new_code_cell, new_notebook
from rich.console import Console
from rich.progress import track
from set_up import used
from tables import markdown, store

from course import notebooks, places, warm
from course.setup import checkout

ROOT = Path(__file__).resolve().parents[1]
FLOOR = new_notebook(cells=[new_code_cell("import tensorflow.compat.v1 as tf")])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="runs of each measurement (default: 5)")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    parser.add_argument("--tests", action="store_true", help="measure a whole run of the tests as well (minutes)")
    options = parser.parse_args()

    rows = [*lessons(options.runs), import_course(options.runs), second_start(options.runs), durable(options.runs)]
    if options.tests:
        rows += tests()
    table = markdown(rows, options.runs)
    Console().print(table, markup=False, highlight=False)
    if options.write:
        store(table, "measured", "end")
    return 0 if all(row[-1] is not False for row in rows) else 1


def lessons(runs):
    """Each lesson against a notebook that imports TensorFlow; and all of them in warm kernels."""
    named = {"floor": FLOOR, **{path.stem: nbformat.read(path, as_version=4) for path in notebooks.all_notebooks()}}
    kinds = {"off": "ordinary", "on": "warm"} if warm.environment() else {"off": "ordinary"}
    seconds = {switch: {name: [] for name in named} for switch in kinds}
    for _ in track(range(runs), "lessons"):
        for name, notebook in named.items():
            for switch in kinds:
                seconds[switch][name].append(executed(name, notebook, switch))
    medians = {
        switch: {name: statistics.median(found) for name, found in each.items()} for switch, each in seconds.items()
    }
    floor = medians["off"].pop("floor")
    for name, median in medians["off"].items():
        against = f"a notebook that imports TensorFlow ({floor:.2f} s)"
        most = 1.3 if name < "08" else 2.0  # from lesson 08 on, models are trained and processes killed
        yield f"lesson {name}", against, f"{median / floor:.2f}", f"{most}", median / floor <= most
    if "on" in medians:
        ordinary = sum(medians["off"].values())
        ours = sum(medians["on"].values()) - medians["on"].pop("floor")
        against = f"in ordinary ones ({ordinary:.0f} s)"
        yield f"all {len(medians['on'])} lessons in warm kernels", against, f"{ours / ordinary:.2f}", "", None


def executed(name, notebook, switch):
    """Seconds that a notebook takes, with ``COURSE_WARM`` as it is given."""
    os.environ[warm.SWITCH] = switch
    os.environ.update(warm.environment())
    KernelProvisionerFactory.instance().default_provisioner_name = warm.NAME if switch == "on" else "local-provisioner"
    done = notebooks.execute(notebook, name)
    if done.failures:
        sys.exit(f"{name}: {done.failures}")
    return done.seconds


def import_course(runs):
    """``import course`` against bare Python."""
    seconds = {"pass": [], "import course": []}
    for _ in track(range(4 * runs), "import course"):
        for code, values in seconds.items():
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            values.append(time.perf_counter() - began)
    bare, ours = (1000 * statistics.median(values) for values in seconds.values())
    return "`import course`", f"bare Python ({bare:.0f} ms)", f"+{ours - bare:.0f} ms", "+50 ms", ours - bare <= 50


def second_start(runs):
    """From ``python3 -m course`` to an answer of JupyterLab, against ``jupyter lab`` alone, in folders of their own."""
    base = getattr(sys, "_base_executable", sys.executable)
    with tempfile.TemporaryDirectory() as home:
        alone = {"HOME": home, "JUPYTER_CONFIG_DIR": home, "JUPYTER_DATA_DIR": home, "JUPYTER_RUNTIME_DIR": home}
        commands = {
            "course": ([base, "-m", "course"], {}),
            "alone": ([str(checkout.find().python), "-m", "jupyterlab", "--allow-root"], alone),
        }
        seconds = {name: [] for name in commands}
        for _ in track(range(runs), "second start"):
            for name, (command, variables) in commands.items():
                seconds[name].append(until_it_answers(command, variables))
    ours, alone = (statistics.median(seconds[name]) for name in ("course", "alone"))
    ratio = ours / alone
    return "second start of `python3 -m course`", f"`jupyter lab` ({alone:.2f} s)", f"{ratio:.2f}", "1.3", ratio <= 1.3


def until_it_answers(command, variables):
    """Seconds from the start of a JupyterLab to its first answer; the server is ended afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.perf_counter()
    with subprocess.Popen(
        [*command, "--no-browser", f"--port={port}"],
        cwd=ROOT,
        env={**os.environ, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            while time.perf_counter() - began < 60:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=1).close()
                    return time.perf_counter() - began
                except (urllib.error.URLError, OSError):
                    time.sleep(0.02)
            sys.exit(f"{command} did not answer within a minute")
        finally:
            server.terminate()


DURABLE = """
import statistics, sys, tempfile, time
import course
from course import durable
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
values = tf.get_variable("values", initializer=tf.random.uniform([10_000_000], seed=1))
saver = tf.train.Saver(max_to_keep=2)
seconds = {False: [], True: []}
with tf.Session() as sess, tempfile.TemporaryDirectory(dir=".") as folder:
    sess.run(values.initializer)
    for step in range(2 * int(sys.argv[1]) + 2):
        began = time.perf_counter()
        if step % 2:
            durable.save_durably(saver, sess, f"{folder}/model", step)
        else:
            saver.save(sess, f"{folder}/model", global_step=step)
        seconds[bool(step % 2)].append(time.perf_counter() - began)
print(*(statistics.median(values[1:]) for values in seconds.values()))  # the first of each warms up
"""


def durable(runs):
    """A save that is read back and on the disk (lesson 14b), against a save alone: 40 MB, on the checkout's disk."""
    done = subprocess.run(
        [sys.executable, "-c", DURABLE, str(runs)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    alone, ours = map(float, done.stdout.split())
    against = f"`saver.save` of 40 MB ({1000 * alone:.0f} ms)"
    return "`save_durably`, which calls `fsync`", against, f"{ours / alone:.1f}", "10", ours / alone <= 10


def tests():
    """A whole run of the tests, with everything warm: its time, and that of the processors for each lesson."""
    adopt()
    began, before = time.perf_counter(), used()
    result = subprocess.run([sys.executable, "-m", "course", "test", "-q"], cwd=places.root())
    minutes = (time.perf_counter() - began) / 60
    end_what_is_left()
    for_each = (used() - before) / len(notebooks.all_notebooks())
    passed = not result.returncode
    yield "`python3 -m course test`, warm", "two cores", f"{minutes:.1f} min", "15 min", passed and minutes <= 15
    yield "the same, processor time for each lesson", "", f"{for_each:.0f} s", "20 s", passed and for_each <= 20


if __name__ == "__main__":
    sys.exit(main())
