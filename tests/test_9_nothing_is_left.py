"""Truth 9, children: they end with the notebook's process, whatever ends that, and leave nothing on the disk."""

import os
import signal
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from jupyter_client.manager import start_new_kernel

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="children are forked on Linux only")
MOMENT = 60  # seconds in which what has to end ends, and what has to begin begins, on a busy machine too

LAUNCH = """
from course import machines
def writes():
    import tempfile
    tempfile.mkstemp()
    print("written")
machines.launch(writes)
"""
ENDLESS = """
import course, os, time
def name_the_writer():
    open(f"{os.getpid()}.pid", "w").close()
    while True:
        time.sleep(1)
"""


@pytest.fixture
def temporary():
    """A folder for temporary files. Its path is short, as that of a socket in it has to be."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@contextmanager
def kernel(folder, temporary):
    """A kernel in a folder, whose temporary files go to another one, with its client."""
    environment = {**os.environ, "TMPDIR": str(temporary), "COURSE_AHEAD": "off"}
    manager, client = start_new_kernel(cwd=str(folder), env=environment)
    try:
        yield manager, client
    finally:
        client.stop_channels()
        if manager.has_kernel:
            manager.shutdown_kernel(now=True)


def run(client, code):
    """What a kernel prints."""
    said = []
    reply = client.execute_interactive(code, timeout=3 * MOMENT, output_hook=lambda each: said.append(each["content"]))
    assert reply["content"]["status"] == "ok", reply["content"]
    return "".join(content.get("text", "") for content in said)


def within_a_moment(true):
    until = time.monotonic() + MOMENT
    while not true() and time.monotonic() < until:
        time.sleep(0.1)
    return true()


def alive(processes):
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("how", ["shut down", "restarted", "killed with its group", "killed alone"])
def test_no_process_and_no_temporary_file_is_left(in_folder, temporary, how):
    with kernel(in_folder, temporary) as (manager, client):
        assert run(client, LAUNCH).splitlines() == ["worker 0: written", "worker 1: written"]
        assert list(temporary.iterdir())
        started = psutil.Process(manager.provisioner.pid).children(recursive=True)
        assert started
        if how == "shut down":
            manager.shutdown_kernel()
        elif how == "restarted":
            manager.restart_kernel()
        elif how == "killed with its group":
            manager.shutdown_kernel(now=True)
        else:
            os.kill(manager.provisioner.pid, signal.SIGKILL)
        assert within_a_moment(lambda: not alive(started))
        assert within_a_moment(lambda: not list(temporary.iterdir()))


def test_a_kernel_with_children_shuts_down_by_itself(in_folder, temporary):
    with kernel(in_folder, temporary) as (manager, client):
        run(client, LAUNCH + "import atexit\natexit.register(open, 'the end', 'w')\n")
        manager.shutdown_wait_time = 20  # seconds: after half of them it is ended, and ipykernel would wait for longer
        manager.shutdown_kernel()
    assert (in_folder / "the end").exists()


def test_a_kernel_that_shuts_down_does_not_wait_for_its_streams(in_folder, temporary):
    with kernel(in_folder, temporary) as (_, client):
        run(client, "from course.practice import child\nchild.start_ahead()\nchild.start_ahead()")
        hurry = "import sys\nget_ipython().kernel.do_shutdown(restart=False)\nprint(sys.stdout.flush_timeout)"
        assert run(client, hurry) == "0.2\n"


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_an_attempt_without_end_ends_with_the_notebook(in_folder, temporary, sent):
    with kernel(in_folder, temporary) as (manager, client):
        client.execute(f"{ENDLESS}\ncourse.check(name_the_writer)")
        assert within_a_moment(lambda: list(temporary.glob("**/*.pid")))
        (attempt,) = (psutil.Process(int(path.stem)) for path in temporary.glob("**/*.pid"))
        os.kill(manager.provisioner.pid, sent)
        assert within_a_moment(lambda: not alive([attempt]))
        assert within_a_moment(lambda: not list(temporary.iterdir()))


def test_the_garbage_collector_goes_around_what_the_children_share(in_folder, capsys):
    from course import machines

    machines.launch(counts, workers=1)
    (line,) = capsys.readouterr().out.splitlines()
    assert int(line.split()[-1]) > 100_000  # objects that TensorFlow's modules have


def counts():
    import gc

    print(gc.get_freeze_count())


def test_the_cell_that_imports_tensorflow_runs_without_collections(in_folder, temporary):
    with kernel(in_folder, temporary) as (_, client):
        assert run(client, "import course, gc\nprint(gc.isenabled())") == "False\n"
        assert run(client, "print(gc.isenabled())") == "True\n"
        assert (
            run(client, "import tensorflow, sys\ndel sys.modules['course']\nimport course\nprint(gc.isenabled())")
            == "True\n"
        )
