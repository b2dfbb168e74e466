"""What belongs to a lesson, how the tests go to pytest's workers, and what to type when an output is stale."""

import os
import re
import signal
import sys

import pytest
import which_tests

pytest_plugins = ["how_far"]  # like which_tests in the folder tests, which pyproject.toml puts on the path

# The tests, and the kernels that they start, neither read nor write the progress of whoever runs them.
os.environ["COURSE_PROGRESS"] = "off"
os.environ["COURSE_AHEAD"] = "off"  # nor does a kernel start what its first check may need: most are never asked
os.environ["COURSE_WARM"] = "off"  # nor are kernels warm ones, but where executions.py and truth 8 have them

collect_ignore_glob = ["notebooks/my_*.ipynb"]  # a learner's own, which `course reset` keeps beside the lessons


def pytest_addoption(parser):
    parser.addoption("--cold", action="store_true", help="Ordinary kernels for all notebooks, not only some.")
    parser.addoption(
        "--lesson", action="append", default=[], help="Only what belongs to a lesson: 05_reset_the_graph_and_fail."
    )


def pytest_ignore_collect(collection_path, config):
    """With --lesson, a file that has no test of one lesson is not even imported: TensorFlow takes seconds."""
    chosen = config.getoption("lesson")
    return (
        True if chosen and collection_path.is_file() and not which_tests.may_belong(collection_path, chosen) else None
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadScopeScheduling

    class ByScope(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return which_tests.scope_of(nodeid)

    return ByScope(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Leaves out what belongs to no chosen lesson, puts the tests in order, skips what only Linux can run."""
    import executions

    executions.cold = config.getoption("cold")
    chosen = config.getoption("lesson")
    if chosen:
        config.hook.pytest_deselected(items=[item for item in items if not which_tests.belongs(item, chosen)])
        items[:] = [item for item in items if which_tests.belongs(item, chosen)]
    for item in items:
        if sys.platform != "linux" and re.search(r"\b14[ab]_\w+(\.ipynb::|\]$)", item.nodeid):
            item.add_marker(pytest.mark.skip(reason="lessons 14a and 14b count steps inside TensorFlow, on Linux only"))
    items.sort(key=lambda item: which_tests.place_of(item.path))


class Notebooks:
    """Collects the lessons' notebooks: an item for each code cell, whose stored output is compared with today's."""

    def pytest_collect_file(self, file_path, parent):
        if file_path.suffix == ".ipynb":
            from executions import StoredNotebook

            return StoredNotebook.from_parent(parent, path=file_path)
        return None


def pytest_configure(config):
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background processes have Ctrl-C ignored
    config.pluginmanager.register(Notebooks(), "notebooks")


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
