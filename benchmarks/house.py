"""A copy of this checkout in which a module can be changed, and the tests be run, for benchmarks/mutation.py.

The tests run in forks of this process, which has imported TensorFlow and the other packages, but nothing of the course:
each fork loads the course as the copy then has it.
"""

import ast
import gc
import hashlib
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from forks import adopt, forked
from pytest_runs import PACKAGES, measured, reached, run

ROOT = Path(__file__).resolve().parents[1]
OWN = PACKAGES.parent
MEASURED_BY = "benchmarks/pytest_runs.py"
REQUIREMENTS = ROOT / "benchmarks" / "mutation_requirements.txt"
LOADED = (
    *"numpy h5py keras tensorflow.compat.v1 matplotlib.pyplot nbformat rich psutil click google_crc32c".split(),
    *"hypothesis _hypothesis_pytestplugin pytest_timeout ipykernel.kernelapp sqlite3".split(),
)
ENOUGH = 30, 3  # seconds of a processor, and how many times as long as the tests took
# A process that a test starts measures itself, too: Python imports a module of this name when it starts.
SITECUSTOMIZE = """
import os
if os.environ.get("COVERAGE_PROCESS_START"):
    import coverage
    coverage.process_startup()
"""


def install():
    """Coverage.py into a folder of its own; nothing on the second run."""
    wanted, done = REQUIREMENTS.read_text(encoding="utf-8"), OWN / "installed.txt"
    if not done.exists() or done.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(PACKAGES, ignore_errors=True)
        pip = [sys.executable, *"-m pip install --quiet --no-input --no-deps --target".split()]
        subprocess.run([*pip, str(PACKAGES), "-r", str(REQUIREMENTS)], check=True)
        (PACKAGES / "sitecustomize.py").write_text(SITECUSTOMIZE, encoding="utf-8")
        done.write_text(wanted, encoding="utf-8")


class House:
    """A copy of the checkout. Its two packages are written anew from their syntax trees, as changed files will be."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="mutation-")) / "house"
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        for name in filter(None, names.split("\0")):
            if (ROOT / name).is_file():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, self.folder / name)
        self.sources = {}
        for package in ("course", "tfckpt"):
            for path in sorted((self.folder / package).rglob("*.py")):
                name = path.relative_to(self.folder).as_posix()
                if not name.startswith("course/lessons/"):
                    self.sources[name] = ast.unparse(ast.parse(path.read_text(encoding="utf-8")))
                    path.write_text(self.sources[name], encoding="utf-8")
        compiled = ["-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "course", "tfckpt"]
        subprocess.run([sys.executable, *compiled], cwd=self.folder, check=True)

    def __enter__(self):
        sys.path[:] = [str(self.folder), *(path for path in sys.path if Path(path or ".").resolve() != ROOT)]
        os.environ["PYTHONPATH"] = str(self.folder)
        os.environ |= {"COURSE_PROGRESS": "off", "COURSE_AHEAD": "off", "TF_CPP_MIN_LOG_LEVEL": "3"}
        os.chdir(self.folder)
        adopt()
        for module in LOADED:
            importlib.import_module(module)
        gc.freeze()  # pytest collects its garbage thoroughly, and would look through all of this each time
        loaded = {name.partition(".")[0] for name in sys.modules} & {"course", "tfckpt"}
        if loaded or threading.active_count() > 1:
            sys.exit(
                f"Nothing of the course may be loaded here, and no thread may run: {loaded}, {threading.enumerate()}"
            )
        return self

    def __exit__(self, *_):
        os.chdir(ROOT)
        shutil.rmtree(self.folder.parent, ignore_errors=True)

    def reach(self, file):
        """What each test of a file reaches: measured once, and again when the packages or the tests have changed.

        Returns:
            A dict: ``seconds`` by test, ``failed`` tests, and ``lines``, the numbers of tests by module and line.
        """
        known = OWN / f"{Path(file).stem}.json"
        if known.exists():
            noted = json.loads(known.read_text(encoding="utf-8"))
            if noted["of"] == self.state(file, noted["of"]):
                return noted
        with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
            ending, noted = forked(lambda: measured([file], self.folder, folder), 1800)
            if "seconds" not in noted:
                sys.exit(f"{file} did not run to its end ({ending}):\n{noted['said']}")
            noted["lines"] = reached(folder, self.folder, list(noted["seconds"]), noted["started"])
        noted["of"] = self.state(file, noted["lines"])
        known.write_text(json.dumps(noted), encoding="utf-8")
        return noted

    def state(self, file, modules):
        """Hashes of a test file, of what it imports from the folder tests, of the modules that it reaches, and of how.

        Those of the lessons are not among them: no room has them, and each test that looks at exercises loads them all.
        """
        text = (self.folder / file).read_text(encoding="utf-8")
        imported = set(re.findall(r"^(?:from|import) (\w+)", text, re.M)) | {"conftest"}
        beside = {f"tests/{name}.py" for name in imported if (self.folder / "tests" / f"{name}.py").exists()}
        modules = {path for path in modules if not path.startswith("course/lessons/")}
        paths = (path for path in {file, MEASURED_BY, *beside, *modules} if (self.folder / path).exists())
        return {path: hashlib.sha256((self.folder / path).read_bytes()).hexdigest()[:16] for path in sorted(paths)}

    def fails(self, name, source, tests):
        """Runs tests with a module changed until one fails: those of the quickest file, then all others in one go.

        Args:
            name: the module's path in the checkout.
            source: its text.
            tests: ``{test: seconds that it took}``.

        Returns:
            The test that failed, ``"time"`` where the tests took far too long, or None.
        """
        if not tests:
            return None
        by_file = {}
        for test in sorted(tests, key=tests.get):
            by_file.setdefault(test.partition("::")[0], []).append(test)
        first, *others = sorted(by_file.values(), key=lambda chosen: sum(map(tests.get, chosen)))
        try:
            return self.first_failure(name, source, first, tests) or self.first_failure(
                name, source, [test for chosen in others for test in chosen], tests
            )
        finally:
            (self.folder / name).write_text(self.sources[name], encoding="utf-8")

    def first_failure(self, name, source, tests, seconds):
        """The first of some tests that fails with the module changed, and passes without the change.

        A machine with much else to do is no reason for a failure.
        """
        path, limit = self.folder / name, ENOUGH[0] + ENOUGH[1] * sum(map(seconds.get, tests))
        while tests:
            path.write_text(source, encoding="utf-8")
            ending, noted = forked(lambda tests=tests: run(["-x", *tests]), limit)
            if ending == 0:
                return None
            failed = noted.get("failed") or tests
            path.write_text(self.sources[name], encoding="utf-8")
            without, _ = forked(lambda failed=failed: run(["-x", *failed]), limit)
            if without == 0 and ending == "time":
                return "time"
            if without == 0:
                return failed[0] if noted.get("failed") else f"{failed[0]} (ended with {ending})"
            if without != "time":
                tests = [test for test in tests if test not in failed]  # it fails by itself: it tells nothing
            limit *= 3
        return None
