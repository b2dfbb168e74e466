"""Runs pytest in a process that has imported TensorFlow and nothing of the course, and says what each test reaches."""

import os
import re
import socket
import sys
from multiprocessing import connection, forkserver, process
from pathlib import Path

import pytest

PACKAGES = Path(__file__).resolve().parent / ".mutation" / "packages"  # git-ignored: Coverage.py is there
PLUGINS = ("-p", "_hypothesis_pytestplugin", "-p", "pytest_timeout")
MEASURED = """
[run]
parallel = true
data_file = {data}
source_pkgs = course, tfckpt
context = ${{PYTEST_CURRENT_TEST-}}
patch = fork, _exit
disable_warnings = no-data-collected, module-not-imported, module-not-measured
"""


def processor_time():
    """The seconds of a processor that this process has used, and the children that it has waited for."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


class Notes:
    """A plugin of pytest: the tests that failed, how long each one took, and what they share.

    Attributes:
        failed: a list of tests.
        seconds: of a processor, by test, without the fixtures that several tests share. By the clock, a machine with
            much else to do would take many times as long.
        fixtures: seconds of each of those fixtures.
        needs: by test, the names of those of them that it needs.
        started: by the number of a process, the test that started it.
    """

    def __init__(self, coverage=None):
        self.coverage, self.test = coverage, ""
        self.failed, self.seconds, self.fixtures, self.needs, self.started = [], {}, {}, {}, {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        self.test = item.nodeid
        self.needs[item.nodeid] = list(item.fixturenames)
        self.begin(item.nodeid)
        began = processor_time()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = self.seconds.get(item.nodeid, 0) + processor_time() - began

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef, request):
        """What a fixture does for several tests, all of those in the file may need."""
        if fixturedef.scope == "function":
            return (yield)
        self.begin("")
        began = processor_time()
        try:
            return (yield)
        finally:
            took = self.fixtures[fixturedef.argname] = processor_time() - began
            self.seconds[self.test] = self.seconds.get(self.test, 0) - took
            self.begin(request.node.nodeid if request.scope == "function" else "")

    def begin(self, test):
        if self.coverage:
            self.coverage.switch_context(test)

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed.append(report.nodeid)


def serve_forks():
    """Starts the server that ``check`` forks attempts from, as a fork: it need not import TensorFlow once more.

    This does what ``multiprocessing.forkserver.ForkServer.ensure_running`` does where it starts a new Python.
    """
    server, address = forkserver._forkserver, connection.arbitrary_address("AF_UNIX")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen()
    alive, ours = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(ours)
        forkserver.main(listener.fileno(), alive, ["course.practice.inside", "course.practice.second_python"])
        os._exit(0)
    listener.close()
    os.close(alive)
    server._forkserver_address, server._forkserver_alive_fd, server._forkserver_pid = address, ours, pid


def measure_processes(notes):
    """Notes which test starts which process, and has each one save what it reached before it sends something.

    The process of an attempt is killed when it has sent its verdict, and is a fork of one that no single test started.
    """
    start, send = process.BaseProcess.start, connection.Connection.send_bytes

    def starting(started):
        start(started)
        notes.started[started.pid] = notes.test

    def sending(pipe, *arguments):
        from coverage import Coverage

        if os.getpid() != notes.pid and (coverage := Coverage.current()):
            coverage.save()
        send(pipe, *arguments)

    notes.pid = os.getpid()
    process.BaseProcess.start, connection.Connection.send_bytes = starting, sending


def run(arguments, coverage=None):
    """Runs pytest in this process. Returns its exit code, and what ``Notes`` noted."""
    from hypothesis import Phase, settings

    notes = Notes(coverage)
    if coverage:
        measure_processes(notes)
    serve_forks()

    settings.register_profile("changed", database=None, phases=[Phase.explicit, Phase.generate])  # no smaller example
    settings.load_profile("changed")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    options = ["-q", "-o", "addopts=", "--tb=no", "-p", "no:cacheprovider"]
    options += ["-p", "_hypothesis_pytestplugin", "-p", "pytest_timeout"]
    code = pytest.main([*options, *arguments], plugins=[notes])
    needs = {test: [name for name in names if name in notes.fixtures] for test, names in notes.needs.items()}
    found = {"seconds": notes.seconds, "failed": notes.failed, "fixtures": notes.fixtures, "needs": needs}
    found["started"] = notes.started
    return int(code), found


def measured(arguments, house, folder):
    """Runs pytest with each line noted that a test, or a process that it starts, reaches. To be called in a fork."""
    sys.path.append(str(PACKAGES))
    from coverage import Coverage

    settings = Path(folder, "settings")
    settings.write_text(MEASURED.format(data=Path(folder, "lines")), encoding="utf-8")
    os.environ["COVERAGE_PROCESS_START"] = str(settings)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(house), str(PACKAGES)])
    coverage = Coverage(config_file=str(settings))
    coverage.start()
    ending = run(arguments, coverage)
    coverage.stop()
    coverage.save()
    return ending


def reached(folder, house, tests, started):
    """``{module: {line: numbers of the tests that reach it}}``; -1 is the number of what no single test reached.

    Args:
        folder: where each process has saved its lines.
        house: the folder with the packages.
        tests: a list of tests.
        started: ``{number of a process: the test that started it}``.
    """
    sys.path.append(str(PACKAGES))
    from coverage import CoverageData
    from coverage.exceptions import DataError

    numbers = {test: number for number, test in enumerate(tests)}
    lines = {}
    for path in Path(folder).glob("lines*"):
        data = CoverageData(str(path))
        try:
            data.read()
        except DataError:  # its process was killed before it had written anything
            continue
        test = started.get(re.search(r"\.pid(\d+)", path.name)[1])
        for file in filter(lambda file: Path(file).is_relative_to(house), data.measured_files()):
            of_module = lines.setdefault(Path(file).relative_to(house).as_posix(), {})
            for line, contexts in data.contexts_by_lineno(file).items():
                seen = {
                    numbers.get(test or context.strip("|").rpartition(" (")[0] or context, -1) for context in contexts
                }
                of_module[line] = sorted(seen.union(of_module.get(line, [])))
    return {module: of_module for module, of_module in lines.items() if of_module}
