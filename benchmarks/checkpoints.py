"""Measures ``tfckpt`` against TensorFlow's inspect_checkpoint, cat, cp and protobuf.

.venv/bin/python benchmarks/checkpoints.py [--runs N] [--write]
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.progress import track
from tables import markdown, store

ROOT = Path(__file__).resolve().parents[1]
LARGE = 100, 2_500_000  # tensors of so many float32: 1 GB
MANY = 20_000  # variables
OPERATIONS = 10_000  # of a graph
WRITE = """
import sys, numpy as np, tensorflow as tf
tensors, elements, prefix = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
names = sorted(f"scope_{n // 100}/layer_{n % 100}/kernel" for n in range(tensors))
values = np.random.default_rng(0).standard_normal((tensors, elements), np.float32)
tf.raw_ops.SaveV2(prefix=prefix, tensor_names=names, shape_and_slices=[""] * tensors, tensors=list(values))
"""


GRAPH = """
import sys, tensorflow.compat.v1 as tf
with tf.Graph().as_default():
    value = tf.placeholder(tf.float32, [None, 8], name="x")
    while len(tf.get_default_graph().get_operations()) < int(sys.argv[1]):
        value = tf.nn.relu(tf.matmul(value, tf.ones([8, 8])) + 1.0)
    tf.train.export_meta_graph(sys.argv[2], as_text=False)
"""
PARSE = """
import sys, time
from tensorflow.core.protobuf import meta_graph_pb2
began = time.perf_counter()
with open(sys.argv[1], "rb") as file:
    meta_graph_pb2.MetaGraphDef.FromString(file.read())
print(time.perf_counter() - began)
"""


def rows(runs):
    """Rows ``(what, compared with, measured, at most, kept)``, as ``measure.py`` shows them."""
    tensorflow = [sys.executable, "-m", "tensorflow.python.tools.inspect_checkpoint", "--file_name"]
    with tempfile.TemporaryDirectory() as folder:
        # An installed package has its bytecode, and a checkout does not where none is written.
        tfckpt = [sys.executable, "-X", f"pycache_prefix={os.path.join(folder, 'bytecode')}", "-m", "tfckpt"]
        large, many, graph = (os.path.join(folder, name) for name in ("large", "many", "graph.meta"))
        out = os.path.join(folder, "out")
        python(WRITE, *LARGE, large)
        python(WRITE, MANY, 1, many)
        python(GRAPH, OPERATIONS, graph)
        data = f"{large}.data-00000-of-00001"
        commands = {
            "inspect": [*tfckpt, "inspect", large],
            "tensorflow": [*tensorflow, large],
            "cat": ["cat", data],
            "verify": [*tfckpt, "inspect", large, "--verify"],
            "cp": ["cp", data, f"{out}.data"],
            "kept": ["sh", "-c", 'cp "$1" "$2" && sync "$2"', "sh", data, f"{out}.data"],  # on the disk, as by export
            "export": [*tfckpt, "export", large, "--to", f"{out}.safetensors"],
            "many": [*tfckpt, "inspect", many],
            "graph": [*tfckpt, "inspect", graph],
            "bare": [sys.executable, "-c", "pass"],
            "NumPy": [*tfckpt[:-2], "-c", "import numpy"],
        }
        seconds, megabytes = {name: [] for name in [*commands, "parse"]}, {name: [] for name in commands}
        processor = {name: [] for name in commands}
        for name in ("cat", "verify", "export", "graph", "NumPy"):  # so that files and bytecode are in memory
            measured(commands[name])
        for _ in track(range(runs), "tfckpt"):
            for name, command in commands.items():
                took, worked, peak = measured(command)
                seconds[name].append(took)
                processor[name].append(worked)
                megabytes[name].append(peak)
                for left in Path(folder).glob("out.*"):
                    left.unlink()
            seconds["parse"].append(float(python(PARSE, graph)))
        from_disk = {name: [] for name in ("cat", "verify")}
        for _ in range(runs if hasattr(os, "posix_fadvise") else 0):
            for name, values in from_disk.items():
                forget(data)
                values.append(measured(commands[name])[0])
    took = {name: statistics.median(values) for name, values in seconds.items()}
    worked = {name: statistics.median(values) for name, values in processor.items()}
    verify, export = took["verify"] / took["cat"], took["export"] / took["cp"]
    start = took["inspect"] + took["NumPy"] - took["bare"]  # what --verify takes before it reads the first value
    faster, parse = took["tensorflow"] / took["inspect"], (took["graph"] - took["bare"]) / took["parse"]
    with_tensorflow = f"TensorFlow's `inspect_checkpoint` ({took['tensorflow']:.1f} s)"
    with_protobuf = f"protobuf parses it ({1000 * took['parse']:.0f} ms)"
    yield "`tfckpt inspect`, 1 GB", with_tensorflow, f"1 / {faster:.0f}", "1 / 10", faster >= 10
    yield memory("`tfckpt inspect --verify`, 1 GB", [*megabytes["inspect"], *megabytes["verify"]], 100)
    cat = f"`cat` ({took['cat']:.2f} s)"
    yield "`tfckpt inspect --verify`, 1 GB", cat, f"{verify:.2f}", "1.6", verify <= 1.6
    yield "the same, before it reads a value", cat, f"{start / took['cat']:.2f}", "", None
    yield "the same, from then on", cat, f"{(took['verify'] - start) / took['cat']:.2f}", "", None
    with_cat = f"`cat` ({worked['cat']:.2f} s)"
    yield "the same, processor time", with_cat, f"{worked['verify'] / worked['cat']:.2f}", "", None
    if from_disk["cat"]:
        disk = {name: statistics.median(values) for name, values in from_disk.items()}
        ratio, with_cat = disk["verify"] / disk["cat"], f"`cat` ({disk['cat']:.2f} s)"
        yield "the same, of a file that is on the disk only", with_cat, f"{ratio:.2f}", "1.6", ratio <= 1.6
    yield f"`tfckpt inspect`, {MANY:,} variables", "", f"{took['many']:.2f} s", "1 s", took["many"] < 1
    yield "`tfckpt export`, 1 GB", f"`cp` ({took['cp']:.2f} s)", f"{export:.2f}", "4", export <= 4
    with_sync = f"`cp` and `sync` of the copy ({took['kept']:.2f} s)"
    yield "the same, which is on the disk then", with_sync, f"{took['export'] / took['kept']:.2f}", "", None
    yield memory("`tfckpt export`, 1 GB", megabytes["export"], 150)
    yield f"`tfckpt inspect`, {OPERATIONS:,} operations", with_protobuf, f"{parse:.0f}", "", None


def memory(what, megabytes, most):
    """A row: the largest of the peaks that were measured, in megabytes."""
    return f"{what}: memory", "", f"{max(megabytes):.0f} MB", f"{most} MB", max(megabytes) <= most


def forget(path):
    """Has the system let go of what it has of a file in memory."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def python(program, *arguments):
    """Runs a program in a process of its own, such as one with TensorFlow, and returns what it printed."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    return subprocess.run(command, check=True, env=environment, **streams).stdout


def measured(command):
    """Runs a command. Returns how many seconds it took, and its processor, and how many megabytes it had at most."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - began
    if status:
        sys.exit(f"{command} failed")
    return took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 2**20


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="runs of each measurement (default: 5)")
    parser.add_argument("--write", action="store_true", help="store the table in benchmarks/README.md")
    options = parser.parse_args()
    measurements = list(rows(options.runs))
    table = markdown(measurements, options.runs)
    print(table)
    if options.write:
        store(table, "checkpoints", "end of checkpoints")
    return 0 if all(row[-1] is not False for row in measurements) else 1


if __name__ == "__main__":
    sys.exit(main())
