"""One learner of benchmarks/classroom.py: logs in to the hub, opens a lesson, runs it to the end and saves it.

The kernel is spoken to over the server's websocket, as JupyterLab does:
https://jupyter-server.readthedocs.io/en/latest/developers/websocket-protocols.html
"""

import json
import platform
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import nbformat
import requests
import websocket
from hub import CLONE

SECONDS = 300  # the longest that a learner waits for any one thing


class Trouble(Exception):
    """Something that a learner would have noticed."""


@dataclass
class Learner:
    """What one learner does, and how long they waited: ``seconds`` from login to a ready server, and to the end."""

    name: str
    address: str
    lesson: str  # such as "03_save_the_variables.ipynb"
    seconds: dict = field(default_factory=dict)
    trouble: list = field(default_factory=list)

    def __post_init__(self):
        self.path = f"{CLONE}/notebooks/{self.lesson}"
        self.http = requests.Session()
        self.http.trust_env = False  # no proxy: the hub is on this machine
        self.http.headers["Connection"] = "close"  # one that rests is dropped after 5 s, perhaps just as we ask

    def arrive(self, hub):
        """Before the class begins: the course is in the learner's home."""
        hub.prepare(self.name)

    @contextmanager
    def timed(self, what):
        """Notes the seconds of a stretch, and what went wrong in it, which ends the learner's part."""
        began = time.monotonic()
        try:
            yield
            self.seconds[what] = time.monotonic() - began
        except (Trouble, requests.RequestException, websocket.WebSocketException, OSError, LookupError) as error:
            self.trouble.append(f"{self.name}, {what}: {type(error).__name__}: {error}")

    def take_the_lesson(self, kill=None):
        """From the login to the saved lesson. ``kill`` ends this learner's server in the middle of it."""
        with self.timed("whole"):
            with self.timed("server"):
                self.log_in()
                self.start_server()
            if self.trouble:
                return
            if any(cell.get("outputs") for cell in self.read().cells):
                raise Trouble("the lesson opened with outputs, so its server does not have the course's settings")
            self.run(kill)

    def run(self, kill):
        notebook = self.read()
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for cell in cells:
            cell.outputs, cell.execution_count = [], None
        # JupyterLab notes it, too: a notebook in the course's own form is opened as one that nobody has run.
        notebook.metadata["language_info"] = {"name": "python", "version": platform.python_version()}
        middle = len(cells) // 2 if kill else None
        with self.kernel() as kernel:
            for cell in cells[:middle]:
                kernel.run(cell)
                self.save(notebook)
        if not kill:
            return
        kill(self.name)
        with self.timed("server again"):
            self.start_server()
        if self.read() != notebook:
            raise Trouble("what was saved before the server was killed is not there any more")
        self.run(None)

    def ask(self, method, path, good, **options):
        """One request. Raises Trouble for an answer that is not among the good ones."""
        answer = self.http.request(method, f"{self.address}{path}", timeout=SECONDS, **options)
        if answer.status_code not in good:
            raise Trouble(f"{method} {path.partition('?')[0]} gave {answer.status_code}: {answer.text[:200]!r}")
        return answer

    def log_in(self):
        """The login page, then a token of one's own for what a page's scripts would ask."""
        self.ask("GET", "/hub/login", {200})
        form = {"username": self.name, "password": "any", "_xsrf": self.http.cookies["_xsrf"]}
        self.ask("POST", "/hub/login?next=%2Fhub%2Fhome", {302}, data=form, allow_redirects=False)
        headers = {"X-XSRFToken": self.http.cookies["_xsrf"]}
        answer = self.ask("POST", f"/hub/api/users/{self.name}/tokens", {200, 201}, headers=headers, json={})
        self.http.cookies.clear()
        self.http.headers["Authorization"] = f"token {answer.json()['token']}"

    def start_server(self):
        """Asks for the server and waits for it, as the hub's page does.

        For a moment after a server was killed, the hub still takes it for running, and says 400.
        """
        deadline = time.monotonic() + SECONDS
        while self.ask("POST", f"/hub/api/users/{self.name}/server", {201, 202, 400}).status_code == 400:
            self.wait(1, deadline)
        while not (user := self.user())["servers"].get("", {}).get("ready"):
            if not user["pending"]:
                raise Trouble("the hub could not start the server")
            self.wait(0.5, deadline)

    def user(self):
        """What the hub says of the learner."""
        return self.ask("GET", f"/hub/api/users/{self.name}", {200}).json()

    def wait(self, seconds, deadline):
        if time.monotonic() > deadline:
            raise Trouble(f"no server after {SECONDS} s")
        time.sleep(seconds)

    def read(self):
        """The lesson as it stands on the learner's server."""
        answer = self.ask("GET", f"/user/{self.name}/api/contents/{self.path}?type=notebook", {200})
        notebook = nbformat.from_dict(answer.json()["content"])
        for cell in notebook.cells:
            cell.metadata.pop("trusted", None)  # the server's own note, which it keeps elsewhere
        return notebook

    def save(self, notebook):
        model = {"type": "notebook", "format": "json", "content": notebook}
        self.ask("PUT", f"/user/{self.name}/api/contents/{self.path}", {200, 201}, json=model)

    @contextmanager
    def kernel(self):
        """A session on the lesson, as an open tab has it. It stays when the lesson is done, as a tab does."""
        asked = {"path": self.path, "name": self.lesson, "type": "notebook", "kernel": {"name": "python3"}}
        session = self.ask("POST", f"/user/{self.name}/api/sessions", {201}, json=asked).json()
        address = f"{self.address.replace('http', 'ws', 1)}/user/{self.name}/api/kernels/{session['kernel']['id']}"
        header = {"Authorization": self.http.headers["Authorization"]}
        channels = websocket.create_connection(
            f"{address}/channels", timeout=SECONDS, header=header, http_no_proxy=["*"], enable_multithread=False
        )
        try:
            yield Kernel(channels)
        finally:
            channels.close()


class Kernel:
    """A kernel at the other end of a websocket."""

    def __init__(self, channels):
        self.channels = channels

    def run(self, cell):
        """Runs a cell and puts what it shows into it. Raises Trouble when it fails."""
        number = uuid.uuid4().hex
        header = {"msg_id": number, "msg_type": "execute_request", "username": "", "session": number, "version": "5.4"}
        header["date"] = datetime.now(UTC).isoformat()
        content = {"code": cell.source, "silent": False, "store_history": True, "allow_stdin": False}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        self.channels.send(json.dumps(message))
        idle = reply = None
        while not (idle and reply):
            message = json.loads(self.channels.recv())
            if message["parent_header"].get("msg_id") != number:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "execute_reply":
                reply = content
            elif kind == "status":
                idle = content["execution_state"] == "idle"
            elif kind in ("stream", "display_data", "execute_result", "error"):
                cell.outputs.append(nbformat.v4.output_from_msg(message))
        cell.execution_count = reply["execution_count"]
        if reply["status"] != "ok":
            raise Trouble(f"cell {cell.id} raised {reply['ename']}: {reply['evalue']}")
