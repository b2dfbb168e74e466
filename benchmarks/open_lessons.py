"""How soon an opened lesson answers, and what open lessons take of the memory, in warm kernels and in ordinary ones.

    .venv/bin/python benchmarks/open_lessons.py

``--runs N`` sets the number of runs, ``--write`` stores the table in benchmarks/README.md. Linux is needed.

A run is a program of its own, which starts kernels through Jupyter's ordinary door, as JupyterLab does. In each it runs
the first cells of a lesson: the imports, a session, a picture. Memory is what belongs to no other process: each page
that several share is divided among them (PSS, ``man 5 proc_pid_smaps``).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.progress import track
from tables import markdown, store

ROOT = Path(__file__).resolve().parents[1]
OPEN = (1, 2, 4)  # lessons at once
IMPORT = "import course\nimport tensorflow.compat.v1 as tf\ntf.disable_v2_behavior()"
SESSION = "with tf.Session() as sess:\n    print(sess.run(tf.constant(3) + 4))"
PICTURE = "a = tf.get_variable('a', [2])\ncourse.show.graph(tf.get_default_graph())"
IS_READY = 30  # seconds after which the warm process should be


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="runs of each measurement (default: 5)")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)  # a run, in a process of its own
    options = parser.parse_args()
    if options.one:
        print(json.dumps(opened()))
        return 0
    runs = {"ordinary": [], "warm": []}
    for _ in track(range(options.runs), "open lessons"):
        for kind, found in runs.items():
            found.append(run(kind))
    rows = [*answers(runs), *memory(runs)]
    table = markdown(rows, options.runs)
    Console().print(table, markup=False, highlight=False)
    if options.write:
        store(table, "open lessons", "end of open lessons")
    return 0 if all(row[-1] is not False for row in rows) else 1


def run(kind):
    """Four lessons, one after the other. Warm ones as a learner has them: the first is an ordinary one even then."""
    variables = {name: value for name, value in os.environ.items() if name != "COURSE_WARM"}
    done = subprocess.run(
        [sys.executable, __file__, "--one"],
        env=variables | ({"COURSE_WARM": "off"} if kind == "ordinary" else {}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def opened():
    """``{"seconds": [...], "bytes": {...}}``: of each lesson, and of all processes with so many of them open."""
    from jupyter_client.provisioning import KernelProvisionerFactory

    from course import places, warm

    os.environ.update(places.environment() | warm.environment())
    if warm.environment():
        KernelProvisionerFactory.instance().default_provisioner_name = warm.NAME
    nothing = memory_of_children()
    kernels, found = [], {"seconds": [], "bytes": {}}
    try:
        for number in range(1, max(OPEN) + 1):
            kernels.append(Kernel())
            found["seconds"].append(kernels[-1].seconds)
            if number == 1 and warm.environment():
                wait_for_the_warm_process()
            if number in OPEN:
                found["bytes"][number] = memory_of_children() - nothing
    finally:
        for kernel in kernels:
            kernel.close()
    return found


class Kernel:
    """A kernel in which a lesson's first cells have run. ``seconds``: of its start, and from the key to each result."""

    def __init__(self):
        from jupyter_client.manager import KernelManager

        self.manager = KernelManager()
        began = time.monotonic()
        self.manager.start_kernel(env=dict(os.environ))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.seconds = {"start": time.monotonic() - began}
        began = time.monotonic()
        for name, code in (("import", IMPORT), ("session", SESSION), ("picture", PICTURE)):
            reply = self.client.execute_interactive(code, output_hook=lambda message: None, timeout=60)
            if reply["content"]["status"] != "ok":
                sys.exit(f"{name}: {reply['content']['ename']}: {reply['content']['evalue']}")
            self.seconds[name] = time.monotonic() - began

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def wait_for_the_warm_process():
    from course.warm.choice import program

    began = time.monotonic()
    while not (program.process and program.process.wait(0)):
        if time.monotonic() - began > IS_READY or program.failed:
            sys.exit(f"no warm process: {program.failed or f'none after {IS_READY} s; is there memory for one?'}")
        time.sleep(0.2)


def memory_of_children():
    """Bytes of all processes that this one has started, and theirs."""
    import psutil

    return sum(child.memory_full_info().pss for child in psutil.Process().children(recursive=True))


def answers(runs):
    """The second lesson that is opened: until its kernel is there, and from the key to its results."""
    for name, what, most in (
        ("start", "the next lesson is opened: until its kernel is there", None),
        ("session", "from the key to its first result of TensorFlow", 1.0),
        ("picture", "from the key to its first picture", None),
    ):
        ordinary, warm = (statistics.median(run["seconds"][1][name] for run in found) for found in runs.values())
        kept = None if most is None else warm <= most
        yield what, f"in an ordinary kernel ({ordinary:.2f} s)", f"{warm:.2f} s", f"{most} s" if most else "", kept


def memory(runs):
    """All processes together; and what each further lesson takes of it, against the first one."""
    sizes = {
        kind: {number: statistics.median(run["bytes"][str(number)] for run in found) for number in OPEN}
        for kind, found in runs.items()
    }
    for number in OPEN:
        ordinary, warm = (sizes[kind][number] / 10**6 for kind in runs)
        what = f"memory of {number} open lesson{'s' * (number > 1)}, the warm process included"
        yield what, f"ordinary kernels ({ordinary:.0f} MB)", f"{warm:.0f} MB", "", None
    first = sizes["ordinary"][1]
    further = (sizes["warm"][4] - sizes["warm"][2]) / 2
    compared = f"the first one ({first / 10**6:.0f} MB)"
    yield "memory of one more open lesson", compared, f"{further / first:.2f}", "0.5", further / first < 0.5


if __name__ == "__main__":
    sys.exit(main())
