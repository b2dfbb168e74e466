"""How pytest treats tests and notebooks alike: which share a worker, and what to type when an output is stale."""

import os
import re
import sys

import pytest

BROWSER = "test_8_in_the_browser"

# The tests, and the kernels that they start, neither read nor write the progress of whoever runs them.
os.environ["COURSE_PROGRESS"] = "off"
os.environ["COURSE_AHEAD"] = "off"  # nor does a kernel start what its first check may need: most are never asked
os.environ.setdefault("COURSE_WARM", "off")  # their kernels are ordinary, unless it is "on": see course/warm

collect_ignore_glob = ["notebooks/my_*.ipynb"]  # a learner's own, which `course reset` keeps beside the lessons


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Distributes the tests: all that execute one notebook share a worker, and so do all the other tests of a file."""
    from xdist.scheduler import LoadScopeScheduling

    class ByNotebook(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            notebook = re.search(r"(\d\d\w*)(\.ipynb::|\]$)", nodeid)
            return notebook[1] if notebook and BROWSER not in nodeid else nodeid.split("::")[0]

    return ByNotebook(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Puts the slowest group first, so that it does not run alone at the end; skips what only Linux can run."""
    for item in items:
        if sys.platform != "linux" and re.search(r"\b14[ab]_\w+(\.ipynb::|\]$)", item.nodeid):
            item.add_marker(pytest.mark.skip(reason="lesson 14 counts steps inside TensorFlow, on Linux only"))
    items.sort(key=lambda item: item.path.stem != BROWSER)


def pytest_terminal_summary(terminalreporter):
    passed = terminalreporter.stats.get("passed", [])
    told = [text for report in passed for name, text in getattr(report, "user_properties", []) if name == "told"]
    if told:
        terminalreporter.section("measured")
        terminalreporter.write_line("\n".join(told))
    failed = {
        report.nodeid.split("::")[0]
        for report in terminalreporter.stats.get("failed", [])
        if ".ipynb::" in report.nodeid
    }
    if failed:
        terminalreporter.section("stored outputs")
        for path in sorted(failed):
            terminalreporter.line(f"{path}: a stored output is not what runs today.")
        terminalreporter.line("If the new output is right, store it:  python3 -m course render")
