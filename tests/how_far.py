"""Says while the tests run how far they are: what is done, what is left, and at once what fails.

On a terminal it is one line that is written anew; in a file or a log it is a line now and then.
"""

import re
import time

import pytest

EVERY = 20  # seconds between two lines of a log
SECONDS = "course/seconds"  # where pytest's cache keeps how long each group of tests took in the last run


def group_of(nodeid):
    """The lesson that a test belongs to by its name, such as ``05_reset_the_graph_and_fail``, or else its file."""
    lesson = re.search(r"(\d\d[a-z]?_\w+)(\.ipynb::|\]$)", nodeid)
    return lesson[1] if lesson else nodeid.split("::")[0]


class HowFar:
    """The plugin. ``left`` has the number of tests of each group that have not run yet."""

    def __init__(self, reporter, cache):
        self.reporter, self.cache = reporter, cache
        self.live = reporter.isatty
        reporter.showfspath = False
        self.total = self.done = self.failed = self.skipped = 0
        self.left, self.took = {}, {}
        self.expected = cache.get(SECONDS, {}) if cache else {}
        self.began = self.said = time.monotonic()

    def pytest_collection_finish(self, session):
        self.count([item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids):
        self.count(ids)

    def count(self, ids):
        """Notes the tests that there are. Each worker of xdist collects the same ones."""
        if ids and not self.total:
            self.total = len(ids)
            for nodeid in ids:
                self.left[group_of(nodeid)] = self.left.get(group_of(nodeid), 0) + 1
            self.counts = dict(self.left)
            self.say()

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self):
        category, _, _ = yield
        return category, "", ""  # no dot: the line below says it

    def pytest_runtest_logreport(self, report):
        group = group_of(report.nodeid)
        self.took[group] = self.took.get(group, 0) + report.duration
        self.skipped += report.skipped and not hasattr(report, "wasxfail")
        if report.failed:
            self.failed += 1
            if self.live:
                self.reporter.rewrite("", erase=True)
            crash = getattr(report.longrepr, "reprcrash", None)
            why = (crash.message if crash else str(report.longrepr)).strip().splitlines() or [""]
            self.write(f"failed: {report.nodeid}: {why[0][:200]}")

    def pytest_runtest_logfinish(self, nodeid):
        self.done += 1
        self.left[group_of(nodeid)] = self.left.get(group_of(nodeid), 1) - 1
        now = time.monotonic()
        if now - self.said > (0.2 if self.live else EVERY) or self.done == self.total:
            self.said = now
            self.say()

    def write(self, line):
        """Writes a line of its own. On a terminal, the line that says how far it is comes below."""
        start = "\r" if self.live else ""
        self.reporter.write(f"{start}{line}\n", flush=True)

    def say(self):
        if self.live:
            width = self.reporter._tw.fullwidth - 1
            self.reporter.rewrite(self.line()[:width], erase=True)
        else:
            self.write(self.line())

    def line(self):
        """How far it is, as a line: ``1204 of 3759 tests, 9 of 28 lessons whole, 2 failed, 4:10 gone, 3:50 left``."""
        lessons = [group for group in self.left if not group.endswith(".py")]
        whole = sum(not self.left[lesson] for lesson in lessons)
        said = [f"{self.done} of {self.total} tests"]
        said += [f"{whole} of {len(lessons)} lessons whole"] if lessons else []
        said += [f"{self.failed} failed"]
        said += [f"{self.skipped} skipped"] if self.skipped else []
        gone = time.monotonic() - self.began
        said.append(f"{clock(gone)} gone")
        share = self.share()
        if share:
            said.append(f"about {clock(gone / share - gone)} left")
        return ", ".join(said)

    def share(self):
        """How much of the work is done, from 0 to 1, by the seconds of the last run. 0 where that is not known."""
        known = {group: self.expected[group] for group in self.left if group in self.expected}
        if len(known) < len(self.left):
            return 0
        done = sum(seconds * (1 - self.left[group] / self.counts[group]) for group, seconds in known.items())
        return done / (sum(known.values()) or 1)

    def pytest_sessionfinish(self, exitstatus):
        if self.live:
            self.reporter.write("\n")
        if self.cache and exitstatus == 0 and self.done == self.total:
            self.cache.set(SECONDS, {**self.expected, **self.took})


def clock(seconds):
    return f"{int(seconds // 60)}:{int(seconds % 60):02}"


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    config = session.config
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter and not hasattr(config, "workerinput") and config.get_verbosity() <= 0:
        config.pluginmanager.register(HowFar(reporter, getattr(config, "cache", None)), "how far")
