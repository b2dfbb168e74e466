"""Truth 9, clusters: servers on this machine alone, which end with whoever made them; and nobody waits for ever."""

import gc
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import tensorflow.compat.v1 as tf
from jupyter_client.manager import start_new_kernel

import course
from conftest import gone, interruptible, until
from course import closing, loopback, servers

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="a port is held, and a server kept off the net, on Linux"
)
MOMENT = 180  # seconds in which a kernel answers, on a busy machine too
IN_ITS_OWN_NET = ["unshare", "--map-root-user", "--net"]


@pytest.fixture
def graph(in_folder):
    """A fresh graph in TensorFlow 1, in an empty folder; afterwards no cluster is left."""
    with tf.Graph().as_default() as graph:
        yield graph
    while servers.LATEST:
        if left := servers.LATEST.pop()():
            left.stop()


def saved(cluster, prefix, sharded=True):
    """Saves A and B, one on each of two parameter servers."""
    with tf.Graph().as_default():
        a, b = pair(cluster)
        with tf.Session(cluster.target) as session:
            session.run([a.initializer, b.initializer])
            tf.train.Saver([a, b], sharded=sharded).save(session, prefix, write_meta_graph=False, write_state=False)


def pair(cluster):
    with tf.device(tf.train.replica_device_setter(cluster=cluster.spec)):
        return (
            tf.get_variable("A", initializer=[3, 3], use_resource=False),
            tf.get_variable("B", initializer=[5, 5, 5], use_resource=False),
        )


def pids(cluster):
    return [process.pid for process, _ in cluster.tasks.values()]


def ports(cluster):
    return [int(address.rpartition(":")[2]) for addresses in cluster.spec.values() for address in addresses]


def test_each_server_writes_its_shard_and_another_cluster_restores_them(graph):
    saved(course.cluster(ps=2), os.path.abspath("pair"))
    sizes = {path.name: path.stat().st_size for path in Path().glob("pair.data*")}
    assert sizes == {"pair.data-00000-of-00002": 8, "pair.data-00001-of-00002": 12}
    for size in ({"ps": 3}, {"ps": 1, "workers": 2}):
        other = course.cluster(**size)
        with tf.Graph().as_default():
            both = pair(other)
            with tf.Session(other.target) as session:
                tf.train.Saver().restore(session, os.path.abspath("pair"))
                assert [list(value) for value in session.run(both)] == [[3, 3], [5, 5, 5]]


def test_a_task_has_another_folder(graph):
    two = course.cluster(ps=2, folders="machines")
    saved(two, "./far", sharded=False)  # by the worker
    files = ["far.data-00000-of-00001", "far.index"]
    assert sorted(path.name for path in Path("machines/worker0").glob("far*")) == files
    assert not list(Path().glob("far*"))
    two.restart("worker", 0, folder="elsewhere")
    saved(two, "./far", sharded=False)
    assert Path("elsewhere/far.index").exists()


def test_a_killed_server_has_forgotten_its_variables_when_it_is_back(graph):
    two = course.cluster(ps=2)
    a, b = pair(two)
    uninitialized = tf.report_uninitialized_variables([a, b])
    session = tf.Session(two.target)
    session.run([a.initializer, b.initializer])
    two.kill("ps", 1)
    assert repr(two).splitlines()[1] == "ps 1      was killed"
    with pytest.raises(tf.errors.UnavailableError):
        session.run(b)
    two.kill("ps", 1)  # the cell is run again
    two.restart("ps", 1)
    with tf.Session(two.target) as again:
        assert list(again.run(uninitialized)) == [b"B"]
        assert list(again.run(a)) == [3, 3]


def test_nobody_waits_for_a_task_that_does_not_run(graph):
    two = course.cluster(ps=2)
    two.kill("ps", 1)
    with pytest.raises(RuntimeError, match=r'ps 1 was killed.*call restart\("ps", 1\), or run the cell'):
        _ = two.target
    process, _ = two.tasks["ps", 0]
    os.kill(process.pid, signal.SIGKILL)  # by something else
    process.join()
    with pytest.raises(RuntimeError, match=r"ps 0 has ended: somebody or the system killed it, .*for ever"):
        _ = two.target


def test_a_session_whose_worker_has_ended_is_closed_all_the_same(graph):
    """TensorFlow's own ``close`` waits for the worker for ever, also where Python closes it by itself."""
    for ending in ("stop", "kill"):
        one = course.cluster(ps=1)
        session = tf.Session(one.target)
        assert session.run(tf.constant(3)) == 3
        one.stop() if ending == "stop" else one.kill("worker", 0)
        session.close()
        with pytest.raises(RuntimeError, match="closed Session"):
            session.run(tf.constant(3))
        del session


def test_closing_a_session_is_given_up_where_a_task_does_not_answer(graph, monkeypatch, capsys):
    one = course.cluster(ps=1)
    session = tf.Session(one.target)
    session.run(tf.constant(3))
    monkeypatch.setattr(closing, "SECONDS", 0.5)
    os.kill(one.tasks["worker", 0][0].pid, signal.SIGSTOP)
    session.close()
    assert "given up after 0.5 seconds: a task of its cluster does not answer" in capsys.readouterr().out


def test_there_is_one_cluster_at_a_time(graph):
    first = course.cluster(ps=1)
    _ = first.target
    before = pids(first)
    second = course.cluster(ps=1)
    assert gone(before)
    for use in (lambda: first.target, lambda: first.restart("ps", 0)):
        with pytest.raises(RuntimeError, match="a newer cluster took its place.*Run the cell|run the cell"):
            use()
    _ = second.target
    before = pids(second)
    del second
    gc.collect()
    assert gone(before)


def test_it_ends_after_its_time(graph, monkeypatch):
    monkeypatch.setattr(servers, "MINUTES", 0.05)
    short = course.cluster(ps=1)
    _ = short.target
    assert gone(pids(short))
    for process, _ in short.tasks.values():
        process.join(10)  # the fork server tells of an end a moment after it
    with pytest.raises(RuntimeError, match="or it ran for 0.05 minutes"):
        _ = short.target


def test_servers_listen_on_this_machine_alone(graph):
    """Without ``loopback.only`` they listen on every interface, and run what whoever sends them."""
    two = course.cluster(ps=2)
    _ = two.target
    table = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    wanted = "|".join(f"{port:04X}" for port in ports(two))
    listening = re.findall(rf"^ *\d+: ([0-9A-F]+):(?:{wanted}) \S+ 0A", table, re.MULTILINE)
    assert listening == ["0000000000000000FFFF00000100007F"] * 3  # ::ffff:127.0.0.1


def test_a_port_is_nobody_elses_also_while_its_server_is_down(graph):
    one = course.cluster(ps=1)
    for prepare in (lambda: None, lambda: one.target, lambda: one.kill("ps", 0)):
        prepare()
        with socket.socket() as other, pytest.raises(OSError, match="already in use"):
            other.bind((loopback.HOST, ports(one)[0]))
    one.restart("ps", 0)
    one.stop()
    for port in ports(one):
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections may still be closing
            other.bind((loopback.HOST, port))
            other.listen()


SCRIPT = """
import os, sys, time
import course
two = course.cluster(ps=2)
print(two.target)
print(*[process.pid for process, _ in two.tasks.values()], flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_it_ends_with_the_process_that_made_it(in_folder, sent):
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **interruptible()
    ) as made:
        made.stdout.readline()
        numbers = [int(pid) for pid in made.stdout.readline().split()]
        assert len(numbers) == 3
        assert all(map(psutil.pid_exists, numbers))
        made.send_signal(sent)
        assert gone(numbers)


FIRST = """
import course; two = course.cluster(ps=2)
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
with tf.device(tf.train.replica_device_setter(cluster=two.spec)):
    a, b = tf.get_variable("A", initializer=3), tf.get_variable("B", initializer=3)
session = tf.Session(two.target)
session.run(tf.global_variables_initializer())
more = [a.assign_add(1), b.assign_add(1)]
"""


def printed(client, code):
    """What a cell printed; of one that raised, the error."""
    said = []
    reply = client.execute_interactive(
        code, timeout=MOMENT, output_hook=lambda message: said.append(message["content"])
    )
    if reply["content"]["status"] == "error":
        return reply["content"]["evalue"]
    return "".join(content.get("text", "") for content in said)


def test_a_kernel_is_interrupted_and_restarted(in_folder):
    manager, client = start_new_kernel(cwd=str(in_folder), env={**os.environ, "COURSE_AHEAD": "off"})
    try:
        assert printed(client, FIRST) == ""
        numbers = [int(pid) for pid in printed(client, "print(*[task.pid for task, _ in two.tasks.values()])").split()]
        assert len(numbers) == 3
        going = in_folder / "going"
        client.execute("while True:\n    session.run(more)\n    with open('going', 'a') as steps: steps.write('.')")
        until(lambda: going.is_file() and going.stat().st_size > 4, seconds=MOMENT)
        manager.interrupt_kernel()  # which tells all processes of the kernel
        assert client.get_shell_msg(timeout=MOMENT)["content"]["ename"] == "KeyboardInterrupt"
        said = printed(client, "print(session.run(a) > 4, two)")
        assert said.split() == "True ps 0 runs ps 1 runs worker 0 runs".split(), f"the cluster does not go on: {said}"
        client.execute("target = two.target; two.kill('ps', 1); tf.Session(target).run(a)")
        time.sleep(2)
        assert all(map(psutil.pid_exists, [numbers[0], numbers[2]])), "it waits, and would do so for ever"
        manager.restart_kernel(now=True)
        assert gone(numbers)
        client.wait_for_ready(timeout=MOMENT)
        assert printed(client, FIRST) == "", "the cells can be run again"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("given", [{"ps": "two"}, {"ps": -1}, {"workers": 0}, {"ps": 1.0}, {"workers": None}])
def test_a_size_that_is_none(given):
    with pytest.raises(ValueError, match="give two whole numbers, such as ps=2 and workers=1"):
        course.cluster(**given)


def test_a_task_that_there_is_not(graph):
    one = course.cluster(ps=1)
    for use in (one.kill, one.restart):
        with pytest.raises(ValueError, match=r"no task 'ps', 1 in this cluster. There are: \"ps\", 0, \"worker\", 0."):
            use("ps", 1)


def test_too_little_memory(graph, monkeypatch):
    monkeypatch.setattr(servers, "available_memory", lambda: 150_000_000)
    with pytest.raises(RuntimeError, match="3 tasks takes 300 MB, and 150 MB are free. Shut down kernels"):
        course.cluster(ps=2)


def test_no_process_can_be_started(graph, monkeypatch):
    def no_fork(*_):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    one = course.cluster(ps=1)
    monkeypatch.setattr(servers.child, "start", no_fork)
    with pytest.raises(RuntimeError, match="No process could be started .* Resource temporarily unavailable"):
        _ = one.target


def test_a_server_that_does_not_come_up_leaves_nothing(graph):
    one = course.cluster(ps=1)
    one.sockets[1].close()
    with socket.socket() as other:  # the worker's port is somebody else's now
        other.bind((loopback.HOST, ports(one)[1]))
        other.listen()
        with pytest.raises(RuntimeError, match="worker 0 could not start its server"):
            _ = one.target
    assert gone(pids(one))


def test_a_task_that_dies_before_it_is_up(graph, monkeypatch):
    one = course.cluster(ps=1)
    monkeypatch.setattr(servers, "serve", dies)
    with pytest.raises(RuntimeError, match=r"ps 0 ended without a word \(exit code 9\). Perhaps the memory is used up"):
        _ = one.target


def dies(*_):
    os._exit(9)


def in_a_net(prepare, lines):
    """What a script says in a net of its own, with nobody else in it: the last line of its errors."""
    if not shutil.which("unshare") or subprocess.run([*IN_ITS_OWN_NET, "true"], capture_output=True).returncode:
        pytest.skip("this system lets nobody make a net of their own")
    command = f'{prepare}; exec "{sys.executable}" -c "$0"'
    done = subprocess.run([*IN_ITS_OWN_NET, "sh", "-c", command, lines], capture_output=True, text=True, timeout=120)
    return done.stderr.strip().splitlines()[-1]


def test_no_free_port(in_folder):
    only_two = "echo 40000 40001 > /proc/sys/net/ipv4/ip_local_port_range"
    said = in_a_net(only_two, "import course; course.cluster(ps=2)")
    assert said.startswith("RuntimeError: There are no 3 free ports for the cluster (Address already in use).")


def test_loopback_is_closed(in_folder):
    said = in_a_net("true", "import course; course.cluster(ps=1).target")
    assert "ps 0 runs, but 127.0.0.1 cannot be reached (Network is unreachable): something on this machine" in said
