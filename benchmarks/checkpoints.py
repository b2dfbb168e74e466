"""Measures ``tfckpt`` against TensorFlow's inspect_checkpoint, cat, cp and protobuf. ``measure.py`` shows it too.

Alone:  .venv/bin/python benchmarks/checkpoints.py
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.progress import track

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
            "export": [*tfckpt, "export", large, "--to", f"{out}.safetensors"],
            "many": [*tfckpt, "inspect", many],
            "graph": [*tfckpt, "inspect", graph],
            "bare": [sys.executable, "-c", "pass"],
        }
        seconds, megabytes = {name: [] for name in [*commands, "parse"]}, {name: [] for name in commands}
        for name in ("cat", "verify", "export", "graph"):  # so that files and bytecode are in memory
            measured(commands[name])
        for _ in track(range(runs), "tfckpt"):
            for name, command in commands.items():
                took, peak = measured(command)
                seconds[name].append(took)
                megabytes[name].append(peak)
                for left in Path(folder).glob("out.*"):
                    left.unlink()
            seconds["parse"].append(float(python(PARSE, graph)))
    took = {name: statistics.median(values) for name, values in seconds.items()}
    verify, export = took["verify"] / took["cat"], took["export"] / took["cp"]
    faster, parse = took["tensorflow"] / took["inspect"], (took["graph"] - took["bare"]) / took["parse"]
    with_tensorflow = f"TensorFlow's `inspect_checkpoint` ({took['tensorflow']:.1f} s)"
    with_protobuf = f"protobuf parses it ({1000 * took['parse']:.0f} ms)"
    yield "`tfckpt inspect`, 1 GB", with_tensorflow, f"1 / {faster:.0f}", "1 / 10", faster >= 10
    yield memory("`tfckpt inspect --verify`, 1 GB", [*megabytes["inspect"], *megabytes["verify"]], 100)
    yield "`tfckpt inspect --verify`, 1 GB", f"`cat` ({took['cat']:.2f} s)", f"{verify:.2f}", "1.6", verify <= 1.6
    yield f"`tfckpt inspect`, {MANY:,} variables", "", f"{took['many']:.2f} s", "1 s", took["many"] < 1
    yield "`tfckpt export`, 1 GB", f"`cp` ({took['cp']:.2f} s)", f"{export:.2f}", "4", export <= 4
    yield memory("`tfckpt export`, 1 GB", megabytes["export"], 150)
    yield f"`tfckpt inspect`, {OPERATIONS:,} operations", with_protobuf, f"{parse:.0f}", "none", True


def memory(what, megabytes, most):
    """A row: the largest of the peaks that were measured, in megabytes."""
    return f"{what}: memory", "", f"{max(megabytes):.0f} MB", f"{most} MB", max(megabytes) <= most


def python(program, *arguments):
    """Runs a program in a process of its own, such as one with TensorFlow, and returns what it printed."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    return subprocess.run(command, check=True, env=environment, **streams).stdout


def measured(command):
    """Runs a command. Returns how many seconds it took, and how many megabytes it had at most."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - began
    if status:
        sys.exit(f"{command} failed")
    return took, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 2**20


if __name__ == "__main__":
    results = list(rows(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
    for what, against, value, at_most, kept in results:
        print(f"{what:40} {against:50} {value:>8} (at most {at_most}) {'kept' if kept else 'NOT KEPT'}")
    sys.exit(0 if all(row[-1] for row in results) else 1)
