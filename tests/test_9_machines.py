"""Truth 9, machines: a function on several of them, which end with whoever started them; and nobody waits for ever."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from jupyter_client.manager import start_new_kernel

from conftest import gone, interruptible
from course import loopback, machines, servers

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="a port is held, and a server kept off the net, on Linux"
)
MOMENT = 60  # seconds in which what has to end ends, and what has to begin begins, on a busy machine too


def says_who(*words):
    import json

    setting = json.loads(os.environ["TF_CONFIG"])
    print(setting["task"]["type"], setting["task"]["index"], sorted(setting["cluster"]), Path.cwd().name, *words)


def test_each_worker_runs_the_function(in_folder, capsys):
    machines.launch(says_who, "a", 1, workers=3)
    said = [f"worker {number}: worker {number} ['worker'] {in_folder.name} a 1" for number in range(3)]
    assert capsys.readouterr().out.splitlines() == said


def test_the_chief_runs_it_where_there_are_servers(in_folder, capsys):
    machines.launch(says_who, workers=1, ps=1, folders="far")
    assert capsys.readouterr().out == "chief 0: chief 0 ['chief', 'ps', 'worker'] chief0\n"
    assert sorted(path.name for path in Path("far").iterdir()) == ["chief0", "ps0", "worker0"]


def helper():
    return "helped"


def uses_a_helper():
    print(helper(), end="")
    print()


def test_functions_of_the_notebook_go_along(in_folder, capsys):
    machines.launch(uses_a_helper, workers=1)
    assert capsys.readouterr().out == "worker 0: helped\n"


def waits(seconds):
    print(os.getpid())
    if os.environ["TF_CONFIG"].endswith('"index": 0}}'):
        time.sleep(seconds)
        print("waited")


def test_who_says_nothing_is_ended(in_folder, capsys):
    began = time.monotonic()
    machines.launch(waits, 300, quiet=1)
    assert time.monotonic() - began < 200
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "worker 0 was ended: it said nothing for 1 s"
    assert gone([int(lines[0].split()[-1]), int(lines[2].split()[-1])])


def test_as_long_as_nobody_is_done_there_is_more_time(in_folder, capsys):
    machines.launch(begins_late, workers=1, quiet=0.2)
    assert capsys.readouterr().out == "worker 0: late\n"


def begins_late():
    time.sleep(1.5)
    print("late")


def leaves(how):
    print(os.getpid())
    if how == "exit":
        raise SystemExit(42)
    if how == "raise":
        raise ValueError("of no use")
    os.kill(os.getpid(), signal.SIGKILL)


def test_how_a_machine_ends_is_said(in_folder, capsys):
    machines.launch(leaves, "exit", workers=1)
    assert capsys.readouterr().out.endswith("worker 0 left with exit code 42\n")
    machines.launch(leaves, "kill", workers=1)
    assert capsys.readouterr().out.endswith("worker 0 ended without a word (exit code -9)\n")
    with pytest.raises(RuntimeError, match=r"(?s)worker \d raised:\n\nTraceback .*ValueError: of no use"):
        machines.launch(leaves, "raise")


def test_they_listen_on_this_machine_alone(in_folder, capsys):
    machines.launch(tells_where_it_listens)
    assert capsys.readouterr().out == "".join(
        f"worker {number}: 0000000000000000FFFF00000100007F\n" for number in (0, 1)
    )


def tells_where_it_listens():
    import json
    import re

    import tensorflow as tf

    tf.distribute.MultiWorkerMirroredStrategy()
    setting = json.loads(os.environ["TF_CONFIG"])
    port = int(setting["cluster"]["worker"][setting["task"]["index"]].rpartition(":")[2])
    table = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    print(*re.findall(rf"^ *\d+: ([0-9A-F]+):{port:04X} \S+ 0A", table, re.MULTILINE))


def test_the_others_begin_when_the_first_one_listens(in_folder, capsys):
    machines.launch(meets)
    assert capsys.readouterr().out == "worker 1: 0\n"


def meets():
    import json
    import socket

    setting = json.loads(os.environ["TF_CONFIG"])
    host, _, port = setting["cluster"]["worker"][0].partition(":")
    if setting["task"]["index"] == 0:
        global listener  # it stays open after the function has come to its end
        time.sleep(1)
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, int(port)))
        listener.listen()
    else:
        with socket.socket() as caller:
            print(caller.connect_ex((host, int(port))))


def test_nobody_asks_the_net_whether_this_is_a_cloud(in_folder, capsys):
    machines.launch(asks_where_it_is, workers=1)
    assert capsys.readouterr().out == "worker 0: False True\n"


def asks_where_it_is():
    import socket

    from tensorflow.python.distribute.failure_handling import failure_handling_util

    asked = []
    resolve = socket.getaddrinfo
    socket.getaddrinfo = lambda host, *more, **options: asked.append(host) or resolve(host, *more, **options)
    print(failure_handling_util.on_gcp(), set(asked) <= {"127.0.0.1"})


SCRIPT = """
import os, sys, time
from course import machines
def waits():
    print(os.getpid())
    open(f"{os.getpid()}.pid", "w").close()
    time.sleep(300)
machines.launch(waits, **SIZE)
"""


def pids(folder, count):
    """The processes that ``SCRIPT`` started, as soon as all of them have begun."""
    until = time.monotonic() + 3 * MOMENT
    while time.monotonic() < until:
        found = [int(path.stem) for path in folder.glob("*.pid")]
        if len(found) == count:
            return found
        time.sleep(0.1)
    raise AssertionError("they did not begin")


@pytest.mark.parametrize(("size", "count"), [({"workers": 2}, 2), ({"ps": 1, "workers": 1}, 1)])
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_they_end_with_the_process_that_started_them(in_folder, sent, size, count):
    script = in_folder / "script.py"
    script.write_text(SCRIPT.replace("**SIZE", ", ".join(f"{name}={value}" for name, value in size.items())))
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **interruptible()
    ) as started:
        began = pids(in_folder, count)
        all_of_it = [process.pid for process in psutil.Process(started.pid).children(recursive=True)]
        started.send_signal(sent)
        started.wait(MOMENT)
        assert gone([*began, *all_of_it])


def test_a_kernel_is_interrupted_and_goes_on(in_folder):
    manager, client = start_new_kernel(cwd=str(in_folder), env={**os.environ, "COURSE_AHEAD": "off"})
    try:
        client.execute(SCRIPT.replace("**SIZE", "workers=2"))
        began = pids(in_folder, 2)
        manager.interrupt_kernel()
        while (message := client.get_shell_msg(timeout=MOMENT))["msg_type"] != "execute_reply":
            pass  # an answer to an earlier question of the client
        assert message["content"]["ename"] == "KeyboardInterrupt"
        assert gone(began)
        said = []
        again = "def who():\n    print('here')\nmachines.launch(who, workers=2)"
        state, end = "aborted", time.monotonic() + 60  # as a kernel does for a moment after an error
        while state == "aborted" and time.monotonic() < end:
            reply = client.execute_interactive(again, timeout=60, output_hook=lambda each: said.append(each["content"]))
            state = reply["content"]["status"]
        printed = "".join(content.get("text", "") for content in said)
        assert printed == "worker 0: here\nworker 1: here\n"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_ports_are_given_back(in_folder, capsys):
    machines.launch(tells_its_ports)
    (*_, found) = re.findall(r"\[.*\]", capsys.readouterr().out)
    import socket

    for port in map(int, re.findall(r"127\.0\.0\.1:(\d+)", found)):
        with socket.socket() as other:
            other.bind((loopback.HOST, port))
            other.listen()


def tells_its_ports():
    import json

    print(json.loads(os.environ["TF_CONFIG"])["cluster"]["worker"])


@pytest.mark.parametrize("size", [{"workers": 0}, {"workers": "two"}, {"ps": -1}, {"ps": 1.5}])
def test_a_size_that_is_none(size):
    with pytest.raises(ValueError, match=r"machines.launch\(.*give two whole numbers"):
        machines.launch(says_who, **size)


def test_bad_surroundings_are_a_sentence(in_folder, monkeypatch):
    monkeypatch.setattr(servers, "available_memory", lambda: 150_000_000)
    with pytest.raises(RuntimeError, match="2 tasks takes 200 MB, and 150 MB are free"):
        machines.launch(says_who)
    monkeypatch.undo()

    def none_free(count):
        raise OSError(98, "Address already in use")

    monkeypatch.setattr(servers.loopback, "reserved", none_free)
    with pytest.raises(RuntimeError, match="There are no 2 free ports for the cluster"):
        machines.launch(says_who)
    monkeypatch.undo()

    def no_fork(*_):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(servers.child, "start", no_fork)
    with pytest.raises(RuntimeError, match="No process could be started .* Resource temporarily unavailable"):
        machines.launch(says_who)
