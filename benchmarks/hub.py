"""A JupyterHub on this machine, for benchmarks/classroom.py: installed apart, started, watched and ended.

The hub has the lines that a teacher's has (docs/jupyterhub_config.py). It listens on 127.0.0.1 alone. Its spawner does
not keep learners apart: it is for a measurement, not for a class.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import requests

from course.setup.run_command import step

ROOT = Path(__file__).resolve().parents[1]
OWN = ROOT / "benchmarks" / ".hub"  # git-ignored
REQUIREMENTS = ROOT / "benchmarks" / "hub_requirements.txt"
PROXY = "configurable-http-proxy@5.3.0"
CLONE = "save-and-restore"
TEACHERS = ROOT / "docs" / "jupyterhub_config.py"
MEASURED = """
c.JupyterHub.authenticator_class = "dummy"  # any name, any password
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r} + "/{{username}}"
c.Spawner.cmd = [{bin!r} + "/jupyterhub-singleuser"]
c.Spawner.args += ["--allow-root"]
c.Spawner.environment["JUPYTER_PATH"] = {jupyter!r}  # where the course's JupyterLab is, and not the hub's venv
c.Spawner.environment["JUPYTERLAB_DIR"] = {jupyter!r} + "/lab"
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}"
c.JupyterHub.hub_ip, c.JupyterHub.hub_port = "127.0.0.1", {ports[1]}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
c.ConfigurableHTTPProxy.auth_token = {secret!r}
c.ConfigurableHTTPProxy.command = [{proxy!r}]
"""


def install():
    """JupyterHub into a venv that also sees this environment's packages, and its proxy; nothing on the second run."""
    done = OWN / "installed.txt"
    wanted = f"{REQUIREMENTS.read_text(encoding='utf-8')}{PROXY} {sys.prefix} {ROOT}\n"
    if done.exists() and done.read_text(encoding="utf-8") == wanted:
        return
    if not shutil.which("npm"):
        sys.exit("JupyterHub's proxy is a Node.js program, and there is no npm here. Install Node.js, then try again.")
    shutil.rmtree(OWN, ignore_errors=True)
    step("1/3 a venv for JupyterHub", [sys.executable, "-m", "venv", str(OWN / "venv")])
    (packages,) = (OWN / "venv" / "lib").glob("python*/site-packages")
    here = Path(psutil.__file__).parents[1]
    (packages / "course_environment.pth").write_text(f"{here}\n{ROOT}\n", encoding="utf-8")
    extensions = OWN / "venv" / "etc" / "jupyter" / "jupyter_server_config.d"
    extensions.mkdir(parents=True)
    lab = {"ServerApp": {"jpserver_extensions": {"jupyterlab": True}}}
    (extensions / "jupyterlab.json").write_text(json.dumps(lab), encoding="utf-8")
    pip = [str(OWN / "venv" / "bin" / "python"), *"-m pip install --no-input --no-deps -r".split()]
    step("2/3 JupyterHub", [*pip, str(REQUIREMENTS)])
    step("3/3 its proxy", ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(OWN), PROXY])
    done.write_text(wanted, encoding="utf-8")


class Hub:
    """A running hub, as a context manager: ``address``, and what its processes take. It leaves nothing behind."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="classroom-"))
        self.homes = self.folder / "homes"
        self.seen = {}  # every process that was ever below the hub: {pid: Process}
        self.over = threading.Event()
        self.most = 0  # bytes, of all processes together, each shared page counted once
        self.most_of = {}  # bytes by learner, shared pages counted once

    def __enter__(self):
        install()
        self.homes.mkdir()
        self.origin = self.folder / CLONE  # what stands in for the fork on the network
        git("clone", "--quiet", ROOT, self.origin)
        git("-C", self.origin, "checkout", "--quiet", "-B", "main")
        ports = free_ports(3)
        config = self.folder / "jupyterhub_config.py"
        config.write_text(self.teachers_lines() + self.lines_of_ours(ports), encoding="utf-8")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTHON"))}
        self.address = f"http://127.0.0.1:{ports[0]}"
        self.log = open(self.folder / "hub.log", "w+", encoding="utf-8")
        self.process = psutil.Popen(
            [str(OWN / "venv" / "bin" / "jupyterhub"), "--config", str(config)],
            cwd=self.folder,
            env={**environment, "PATH": f"{OWN / 'venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"},
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.watcher = threading.Thread(target=self.watch, daemon=True)
        self.watcher.start()
        try:
            self.wait_until_it_answers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def teachers_lines(self):
        """The lines of docs/jupyterhub_config.py, with the folders of this machine."""
        lines = TEACHERS.read_text(encoding="utf-8")
        for told, here in (("/home/jovyan", f"{self.homes}/{{username}}"), ("/srv/save-and-restore", str(ROOT))):
            if f'"{told}' not in lines:
                sys.exit(f"{TEACHERS} no longer says {told}: put the new folder into benchmarks/hub.py.")
            lines = lines.replace(f'"{told}', f'"{here}')
        return lines

    def lines_of_ours(self, ports):
        return MEASURED.format(
            homes=str(self.homes),
            bin=str(OWN / "venv" / "bin"),
            jupyter=str(Path(sys.prefix) / "share" / "jupyter"),
            proxy=str(OWN / "node_modules" / ".bin" / "configurable-http-proxy"),
            secret=os.urandom(16).hex(),
            ports=ports,
        )

    def wait_until_it_answers(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if requests.get(f"{self.address}/hub/api/", timeout=5).ok:
                    return
            except requests.RequestException:
                time.sleep(0.2)
        sys.exit(f"The hub did not start. Its last lines:\n{self.last_lines()}")

    def last_lines(self, count=15):
        text = Path(self.log.name).read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-count:])

    def __exit__(self, *_):
        self.over.set()
        self.watcher.join()
        self.notice()
        if self.process.poll() is None:
            self.process.terminate()  # the hub ends the learners' servers and the proxy
        _, left = psutil.wait_procs([self.process, *self.seen.values()], timeout=60)
        for process in left:
            process.kill()
        psutil.wait_procs(left, timeout=10)
        self.left = [process.pid for process in left]
        self.log.close()
        shutil.copy(self.log.name, OWN / "last.log")
        shutil.rmtree(self.folder, ignore_errors=True)

    def prepare(self, name):
        """A home with the course in it, as nbgitpuller leaves it: a clone of what is committed here."""
        git("clone", "--quiet", "--depth=1", "--branch=main", self.origin.as_uri(), self.homes / name / CLONE)

    def notice(self):
        """The hub's processes now."""
        try:
            now = [self.process, *self.process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []
        self.seen.update({process.pid: process for process in now[1:] if process.pid not in self.seen})
        return now

    def watch(self):
        """Measures, every five seconds: often enough for memory that stays, too seldom to slow the class."""
        while not self.over.wait(5):
            self.measure()

    def measure(self):
        together, private, common = {}, {}, {}
        for process in self.notice():
            try:
                name = process.environ().get("JUPYTERHUB_USER", "")
                memory = process.memory_full_info()
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
            together[name] = together.get(name, 0) + memory.pss
            private[name] = private.get(name, 0) + memory.uss
            common[name] = max(common.get(name, 0), memory.rss - memory.uss)  # TensorFlow's files, above all
        self.most = max(self.most, sum(together.values()))
        for name in private.keys() - {""}:  # the hub itself
            self.most_of[name] = max(self.most_of.get(name, 0), private[name] + common[name])

    def kill_server_of(self, name):
        """Kills a learner's server, as a machine does that has run out of memory. Its kernel ends by itself."""
        for process in self.notice():
            if "jupyterhub-singleuser" in " ".join(process.cmdline()) and process.environ()["JUPYTERHUB_USER"] == name:
                process.kill()
                return
        raise LookupError(f"{name} has no server")


def git(*arguments):
    subprocess.run(["git", *map(str, arguments)], check=True, stdin=subprocess.DEVNULL)


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    try:
        for free in sockets:
            free.bind(("127.0.0.1", 0))
        return [free.getsockname()[1] for free in sockets]
    finally:
        for free in sockets:
            free.close()
