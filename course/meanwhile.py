"""Says in a notebook what runs, where it takes longer than a moment, and takes the line away when it is done.

Only where somebody looks on: a front end such as JupyterLab says which cell it runs. Whatever else runs a notebook,
such as papermill or the tests, does not, so the line is in no stored output.
"""

import html
import re
import sys
import threading
import time
import uuid
from contextlib import contextmanager
from importlib import import_module

from course import code_now

MOMENT = 0.5  # seconds
COUNTED = 3  # seconds, from which on the line says how many
# Messages that put something below a cell, or are answered there.
SHOWS = {"stream", "display_data", "execute_result", "error", "input_request", "clear_output"}
AS_WRITTEN = {"tensorflow": "TensorFlow", "keras": "Keras", "numpy": "NumPy"}
MARK = '<div class="course-runs">'  # how a line begins that only somebody sees who looks on


def watched():
    """IPython's shell, while it runs a cell for somebody who looks on; otherwise None."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if not hasattr(shell, "kernel") or "cellId" not in shell.get_parent().get("metadata", {}):
        return None
    return shell


def watch_cells():
    """From now on, says of each cell that has run for a moment and has shown nothing yet what it does.

    The cell that calls this is one of them, if nothing but imports comes before the call.
    """
    shell = sys.modules["IPython"].get_ipython()
    if Cell.begin in shell.events.callbacks["pre_run_cell"]:
        return
    shell.events.register("pre_run_cell", Cell.begin)
    shell.events.register("post_run_cell", Cell.end)
    if watched() and code_now.begins_with_imports(shell.get_parent()["content"]["code"]):
        Cell.begin(None)


class Cell:
    """The line of a cell that runs.

    It is sent together with the request to clear what the cell has shown *before the next output*, so that whatever
    comes takes its place, and nothing flickers. Only where nothing came, the end of the cell clears it. All of this is
    done in the thread that sends IPython's output, one thing after the other, between the messages of the cell.
    """

    now = None  # the one that runs
    heard = {}  # those whose output may still be on its way, by the request that they answer

    @classmethod
    def begin(cls, info):
        """IPython calls this before a cell; and again with another ``info`` when the cell itself runs another one."""
        shell = watched()
        if shell is None or (cls.now and cls.now.request == shell.get_parent()["header"]["msg_id"]):
            return
        if cls.now:
            cls.end(None)
        overhear(shell.kernel.session)
        cls.now = cls(shell, info)
        cls.heard[cls.now.request] = cls.now
        cls.now.thread.schedule(cls.now.wait)

    @classmethod
    def end(cls, result):
        """IPython calls this after a cell, also one that another cell has run: then there is more to come."""
        cell = cls.now
        if cell is None or (cell.info and result and result.info is not cell.info):
            return
        cls.now = None
        cell.over = True
        cell.thread.schedule(cell.take_away)
        if cell.loads and result and result.success:
            # The first picture would take longer than a moment. Nobody waits while this is read.
            threading.Thread(target=import_module, args=["matplotlib.backends.backend_agg"], daemon=True).start()

    def __init__(self, shell, info):
        self.info, self.since, self.runs_in = info, time.monotonic(), threading.get_ident()
        self.parent, self.session = shell.get_parent(), shell.kernel.session
        self.request, self.source = self.parent["header"]["msg_id"], self.parent["content"]["code"]
        self.namespace, self.thread = shell.user_ns, shell.kernel.iopub_thread
        self.streams = [stream for stream in (sys.stdout, sys.stderr) if hasattr(stream, "pub_thread")]
        self.words = []  # what ``saying`` says, the outermost first
        self.loads = "tensorflow" in self.source and "tensorflow" not in sys.modules
        self.shown = self.over = False
        self.line, self.display = None, uuid.uuid4().hex
        self.timer = None

    def wait(self):
        """Comes back after a moment; at once, if TensorFlow is loaded, of which it is known that it takes longer."""
        self.timer = self.thread.io_loop.call_later(0 if self.loads else MOMENT, self.say)

    def say(self):
        """Sends the line, or a newer one, as long as the cell has shown nothing, and comes back at the next second."""
        for stream in self.streams:
            stream.flush()
        if self.shown or self.over:
            return
        line = self.text()
        if line != self.line:
            kind = "display_data" if self.line is None else "update_display_data"
            first, self.line = self.line is None, line
            self.send(kind, data=bundle(line), metadata={}, transient={"display_id": self.display})
            if first:
                self.send("clear_output", wait=True)
        self.timer = self.thread.io_loop.call_later(1 - (time.monotonic() - self.since) % 1, self.say)

    def text(self):
        words = self.words[0] if self.words else self.doing()
        seconds = int(time.monotonic() - self.since)
        return f"⏳ {words} …" + (f" {seconds} s" if seconds >= COUNTED else "")

    def doing(self):
        """What the cell does now, in words: ``Loading TensorFlow``, or ``Running`` with the call."""
        code = code_now.running(self.runs_in, self.namespace, self.source)
        if code.startswith(("import ", "from ")):
            package = re.split(r"[\s.,]", code)[1]
            if package == "course" and self.loads:
                package = "tensorflow"
            return f"Loading {AS_WRITTEN.get(package, package)}"
        return f"Running `{code}`" if code else "Running"

    def take_away(self):
        """After the cell: clears the line, where nothing has taken its place."""
        self.thread.io_loop.remove_timeout(self.timer)
        for stream in self.streams:
            stream.flush()
        if self.line and not self.shown:
            self.send("clear_output", wait=False)
        del self.heard[self.request]

    def send(self, kind, **content):
        send = getattr(self.session.send, "unheard", self.session.send)
        send(self.thread, kind, content, parent=self.parent, ident=kind.encode())

    def hears(self, kind, content):
        """Notes that the cell shows something, or asks for something."""
        if kind not in SHOWS or self.shown or (kind == "clear_output" and content.get("wait")):
            return
        self.shown = True
        if kind == "input_request":
            self.thread.schedule(self.empty)

    def empty(self):
        """Takes the words away. To clear the line could take away the field to type in, if that came first."""
        if self.line:
            nothing = {"text/plain": ""}
            self.send("update_display_data", data=nothing, metadata={}, transient={"display_id": self.display})


def overhear(session):
    """Lets the cells know what a session of Jupyter sends of them."""
    from jupyter_client.session import extract_header

    unheard = session.send
    if hasattr(unheard, "unheard"):
        return

    def send(stream, msg_or_type, content=None, parent=None, *arguments, **options):
        whole = isinstance(msg_or_type, dict)
        parent_header = msg_or_type.get("parent_header", {}) if whole else extract_header(parent or {"msg_id": None})
        cell = Cell.heard.get(parent_header.get("msg_id"))
        if cell:
            kind, said = (msg_or_type["msg_type"], msg_or_type["content"]) if whole else (msg_or_type, content)
            cell.hears(kind, said)
        return unheard(stream, msg_or_type, content, parent, *arguments, **options)

    send.unheard = unheard
    session.send = send


def bundle(line):
    """The line as Jupyter shows it. It is no live region: a screen reader does not read out each second of it."""
    marked = re.sub(r"`(.*)`", lambda code: f"<code>{code[1]}</code>", html.escape(line))
    return {"text/html": f"{MARK}{marked}</div>", "text/plain": line.replace("`", "")}


@contextmanager
def saying(words):
    """Says ``words`` in the cell's line; or, below what the cell has shown, in a line of its own.

    That comes when the cell has taken longer than a moment since the first such block of it. What is printed after the
    block stands in its place. Within another block that says something, nothing is said.
    """
    cell = Cell.now if watched() else None
    if cell is None or cell.words:
        yield
        return
    lines = []

    def say():
        for stream in cell.streams:
            stream.flush()
        if cell.shown:
            lines.append(f"⏳ {words} …")
            print(lines[0], end="", flush=True)

    timer = threading.Timer(MOMENT - Wait.of(cell.request), say)
    timer.start()
    cell.words.append(words)
    try:
        yield
    finally:
        cell.words.remove(words)
        timer.cancel()
        timer.join()
        if lines:
            print(f"\r{' ' * len(lines[0])}\r", end="", flush=True)


class Wait:
    """How long somebody has waited for a cell, in which many short blocks may follow each other."""

    cell, since = None, 0

    @classmethod
    def of(cls, cell):
        """Seconds since this was first asked for the cell."""
        if cls.cell != cell:
            cls.cell, cls.since = cell, time.monotonic()
        return time.monotonic() - cls.since
