"""Says in a notebook what runs, where it takes longer than a moment, and takes the line away when it is done.

Only where somebody looks on: a front end such as JupyterLab says which cell it runs. Whatever else runs a notebook,
such as papermill or the tests, does not, so the line is in no stored output.
"""

import ast
import sys
import threading
import time
from contextlib import contextmanager
from importlib import import_module

MOMENT = 0.5  # seconds
# Calls beside the imports that show nothing.
SILENT = {"course.apart", "course.cluster", "crash.start", "machines.start", "tf.disable_v2_behavior"}


def watched():
    """IPython's shell, while it runs a cell for somebody who looks on; otherwise None."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if not hasattr(shell, "kernel") or "cellId" not in shell.get_parent().get("metadata", {}):
        return None
    return shell


def say_while_loading():
    """Says that TensorFlow is loading, for a cell that loads it and shows nothing else: the first one of a lesson."""
    shell = watched()
    if shell is None or "tensorflow" in sys.modules or not loads_tensorflow(shell.get_parent()["content"]["code"]):
        return
    from IPython.display import clear_output

    print("⏳ Loading TensorFlow …", flush=True)
    clear_output(wait=True)  # an error would take its place

    def done(result):
        shell.events.unregister("post_run_cell", done)
        if result.success:
            clear_output()
            # The first picture would take longer than a moment. Nobody waits while this is read.
            threading.Thread(target=import_module, args=["matplotlib.backends.backend_agg"], daemon=True).start()

    shell.events.register("post_run_cell", done)


def loads_tensorflow(source):
    """True when a cell has nothing but imports and calls that show nothing, and TensorFlow is among them."""
    try:
        statements = ast.parse(source).body
    except SyntaxError:  # a line for IPython alone, such as %time
        return False
    others = [node for node in statements if not isinstance(node, ast.Import | ast.ImportFrom)]
    silent = all(isinstance(getattr(node, "value", None), ast.Call) and called(node) in SILENT for node in others)
    return silent and "tensorflow" in source


def called(node):
    return ast.unparse(node.value.func)


@contextmanager
def saying(words):
    """Says ``words`` when the cell has taken longer than a moment since the first such block of it.

    What is printed after the block stands in their place. What the cell has shown before stays as it is. Within another
    block that says something, nothing is said.
    """
    shell = watched()
    if shell is None or Wait.within:
        yield
        return
    lines = []

    def say():
        lines.append(f"⏳ {words} …")
        print(lines[0], end="", flush=True)

    timer = threading.Timer(MOMENT - Wait.of(shell.get_parent()["header"]["msg_id"]), say)
    timer.start()
    Wait.within = True
    try:
        yield
    finally:
        Wait.within = False
        timer.cancel()
        timer.join()
        if lines:
            print(f"\r{' ' * len(lines[0])}\r", end="", flush=True)


class Wait:
    """How long somebody has waited for a cell, in which many short blocks may follow each other."""

    within = False
    cell, since = None, 0

    @classmethod
    def of(cls, cell):
        """Seconds since this was first asked for the cell."""
        if cls.cell != cell:
            cls.cell, cls.since = cell, time.monotonic()
        return time.monotonic() - cls.since
