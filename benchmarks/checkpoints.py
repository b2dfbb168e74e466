"""Measures ``course inspect`` against TensorFlow's inspect_checkpoint and against cat. ``measure.py`` shows it too.

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
WRITE = """
import sys, numpy as np, tensorflow as tf
tensors, elements, prefix = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
names = sorted(f"scope_{n // 100}/layer_{n % 100}/kernel" for n in range(tensors))
values = np.random.default_rng(0).standard_normal((tensors, elements), np.float32)
tf.raw_ops.SaveV2(prefix=prefix, tensor_names=names, shape_and_slices=[""] * tensors, tensors=list(values))
"""


def rows(runs):
    """Rows ``(what, compared with, measured, at most, kept)``, as ``measure.py`` shows them."""
    course = [sys.executable, "-m", "course", "inspect"]
    tensorflow = [sys.executable, "-m", "tensorflow.python.tools.inspect_checkpoint", "--file_name"]
    with tempfile.TemporaryDirectory() as folder:
        large, many = os.path.join(folder, "large"), os.path.join(folder, "many")
        write(large, *LARGE)
        write(many, MANY, 1)
        commands = {
            "inspect": [*course, large],
            "tensorflow": [*tensorflow, large],
            "verify": [*course, large, "--verify"],
            "cat": ["cat", f"{large}.data-00000-of-00001"],
            "many": [*course, many],
        }
        seconds, megabytes = {name: [] for name in commands}, {name: [] for name in commands}
        subprocess.run(commands["cat"], stdout=subprocess.DEVNULL, check=True)  # so that the file is in memory
        for _ in track(range(runs), "course inspect"):
            for name, command in commands.items():
                took, peak = measured(command)
                seconds[name].append(took)
                megabytes[name].append(peak)
    took = {name: statistics.median(values) for name, values in seconds.items()}
    peak = max(*megabytes["inspect"], *megabytes["verify"])
    faster, slower = took["tensorflow"] / took["inspect"], took["verify"] / took["cat"]
    with_tensorflow = f"TensorFlow's `inspect_checkpoint` ({took['tensorflow']:.1f} s)"
    yield "`course inspect`, 1 GB", with_tensorflow, f"1 / {faster:.0f}", "1 / 10", faster >= 10
    yield "`course inspect --verify`, 1 GB: memory", "", f"{peak:.0f} MB", "100 MB", peak < 100
    yield "`course inspect --verify`, 1 GB", f"`cat` ({took['cat']:.2f} s)", f"{slower:.2f}", "2", slower <= 2
    yield f"`course inspect`, {MANY:,} variables", "", f"{took['many']:.2f} s", "1 s", took["many"] < 1


def write(prefix, tensors, elements):
    """Writes a checkpoint with TensorFlow, in a process of its own."""
    command = [sys.executable, "-c", WRITE, str(tensors), str(elements), prefix]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL, env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"})


def measured(command):
    """Runs a command. Returns how many seconds it took, and how many megabytes it had at most."""
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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
