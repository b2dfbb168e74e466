"""Warm kernels behave as ordinary ones do, and where they cannot, the kernel is an ordinary one."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerFactory

from conftest import until
from course import places, warm
from course.setup import doctor
from course.warm import choice, memory, provisioner
from course.warm.process import ForkedKernel, WarmError, WarmProcess

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="warm kernels are for Linux")

SESSION = """
import course
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
with tf.Session() as sess:
    print(sess.run(tf.constant(3) + 4))
"""


@pytest.fixture(scope="module")
def environment():
    """The environment of the kernels. Without pytest's own variable: ipykernel would capture no output of C."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(warm.SWITCH, "on")
        patch.delenv(warm.DOOR, raising=False)
        for name, value in (places.environment() | warm.environment()).items():
            patch.setenv(name, value)
        assert os.environ.get(warm.DOOR) == warm.NAME, (
            f"{warm.why_none()}. Type:  {sys.executable} -m pip install --no-deps --no-build-isolation --editable ."
        )
        patch.setattr(KernelProvisionerFactory.instance(), "default_provisioner_name", warm.NAME)
        yield {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}


@pytest.fixture(scope="module")
def shared(environment):
    """The warm process that most of these tests share."""
    process = WarmProcess(environment)
    assert process.wait(choice.START)
    yield process
    process.end()


@pytest.fixture
def program(monkeypatch, shared):
    """What this program knows of the shared warm process, for one test."""
    known = choice.Program()
    known.process = shared
    monkeypatch.setattr(provisioner, "program", known)
    yield known
    if known.starting:
        known.starting.cancel()
    if known.process not in (None, shared):
        known.process.end()


@pytest.fixture
def start(program, environment):
    """A function that starts a kernel and returns it."""
    started = []

    def start(**changes):
        started.append(Kernel({**environment, **changes}))
        return started[-1]

    yield start
    for kernel in started:
        kernel.close()


class Kernel:
    """A kernel, through Jupyter's ordinary door."""

    def __init__(self, environment):
        self.manager = KernelManager()
        self.manager.start_kernel(env=environment)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    @property
    def pid(self):
        return self.manager.provisioner.pid

    @property
    def is_warm(self):
        return isinstance(self.manager.provisioner.process, ForkedKernel)

    def run(self, code, **options):
        """What a cell shows: its streams, results, and the names of errors."""
        return run(self.client, code, **options)

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def run(client, code, **options):
    shown = []

    def keep(message):
        content = message["content"]
        shown.append(content.get("text") or content.get("data", {}).get("text/plain") or content.get("ename") or "")

    client.execute_interactive(code, output_hook=keep, timeout=60, **options)
    return "".join(shown)


def is_running(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_the_first_result_comes_from_a_forked_kernel(start, shared):
    kernel = start()
    assert kernel.is_warm and psutil.Process(kernel.pid).ppid() == shared.process.pid
    assert kernel.run(SESSION) == "7\n"


def test_it_is_what_an_ordinary_kernel_is(start, program):
    """The same arguments, paths, folder, variables, streams, log and threads."""
    code = """
import logging, os, signal, sys, threading
fresh = not [name for name in sys.modules if name.partition(".")[0] in ("course", "tfckpt")]
import course, tensorflow, matplotlib
log = logging.getLogger("tensorflow")
print(sys.argv[:-1], sys.path, sys.flags, os.getcwd(), __name__, fresh, matplotlib.rcParams._get("backend"))
print(sorted(os.environ.items()), signal.getsignal(signal.SIGINT))
print([(type(h).__name__, h.stream is sys.stdout) for h in log.handlers], log.level, os.getpgid(0) == os.getpid())
print(logging.root.handlers, logging.root.level, len(threading.enumerate()), os.readlink("/proc/self/fd/1")[:4])
"""
    kernel = start()
    program.failed = "no more"
    other = start()
    assert (kernel.is_warm, other.is_warm) == (True, False)
    assert kernel.run(code).splitlines() == other.run(code).splitlines()


def test_what_c_and_children_and_tensorflow_print_is_in_the_cell(start):
    kernel = start()
    code = "import os; os.write(1, b'from C\\n'); os.system('echo from a child >&2')"
    shown = kernel.run(f"{code}\nimport time; time.sleep(0.5)")
    assert "from C\n" in shown and "from a child\n" in shown
    shown = kernel.run("import tensorflow as tf; tf.get_logger().warning('from TensorFlow')")
    assert shown == "WARNING:tensorflow:from TensorFlow\n"


def test_interrupt(start):
    kernel = start()
    for busy in (
        "import time; print('busy', flush=True); time.sleep(30)",
        "print('busy', flush=True)\nwhile True: pass",
    ):
        timer = threading.Timer(0.5, kernel.manager.interrupt_kernel)
        timer.start()
        assert kernel.run(busy) == "busy\nKeyboardInterrupt"
    assert kernel.run("1 + 1") == "2"


def test_restart(start):
    kernel = start()
    before = kernel.pid
    kernel.run("here = 1")
    kernel.manager.restart_kernel()
    kernel.client.wait_for_ready(timeout=60)
    assert kernel.is_warm and kernel.pid != before and not is_running(before)
    assert kernel.run("here") == "NameError"


def test_shutdown_while_busy(start):
    kernel = start()
    kernel.client.execute("while True: pass")
    pid = kernel.pid
    kernel.manager.shutdown_kernel()
    assert not is_running(pid) and not kernel.manager.is_alive()


def test_a_killed_kernel_is_noticed_and_can_be_restarted_at_once(start):
    """Its successor has the same sockets, and once got the request to shut down that was meant for the dead one."""
    kernel = start()
    for number in (signal.SIGKILL, signal.SIGSEGV, signal.SIGKILL):
        process = kernel.manager.provisioner.process
        os.kill(kernel.pid, number)
        until(lambda kernel=kernel: not kernel.manager.is_alive())
        assert process.poll() == -number
        kernel.manager.restart_kernel()
        kernel.client.wait_for_ready(timeout=60)
        time.sleep(0.3)
        assert kernel.manager.is_alive() and kernel.run("1 + 1") == "2"


def test_exit_codes(start):
    kernel = start()
    process = kernel.manager.provisioner.process
    kernel.client.execute("import os; os._exit(5)")
    assert process.wait() == 5


def test_input(start):
    kernel = start()
    answer = {"stdin_hook": lambda message: kernel.client.input("an answer")}
    assert kernel.run("print(input('?'))", allow_stdin=True, **answer) == "an answer\n"
    assert kernel.run("import os; os.read(0, 1)") == "b''"


def test_random_numbers_differ(start):
    code = """
import random, tempfile, uuid
import numpy as np, tensorflow as tf
print(random.random(), np.random.rand(), np.random.default_rng().random(), uuid.uuid4(), tempfile.mktemp())
drawn = [tf.random.uniform([]), tf.keras.random.uniform([]), tf.keras.layers.Dense(1)(np.ones([1, 1]))]
print(*[float(tf.reshape(value, [])) for value in drawn])
"""
    numbers = [re.split(r"\s+", start().run(code).strip()) for _ in range(2)]
    assert len(numbers[0]) == 8
    assert not set(numbers[0]) & set(numbers[1])


@pytest.mark.parametrize(
    "changes", [{"TF_ENABLE_ONEDNN_OPTS": "1"}, {"CUDA_VISIBLE_DEVICES": "0"}, {"PYTHONHASHSEED": "1"}, {"OTHER": "1"}]
)
def test_another_environment_gets_an_ordinary_kernel(start, changes):
    kernel = start(**changes)
    assert not kernel.is_warm
    (name,) = changes
    assert kernel.run(f"import os; os.environ['{name}']") == repr(changes[name])


def test_a_relative_path_gets_an_ordinary_kernel(start, environment):
    assert not start(PYTHONPATH=f"{environment['PYTHONPATH']}:here").is_warm


CHECK = """
import course
def name_the_writer():
    return "Saver"
print(course.check(name_the_writer).state, forkserver._forkserver._forkserver_pid)
"""


def test_attempts_are_forked_from_a_process_that_was_forked_with_the_kernel(start):
    """It outlives an interrupt, and ends with the kernel; where an attempt ends it, another one starts."""
    kernel = start()
    timer = threading.Timer(0.5, kernel.manager.interrupt_kernel)
    timer.start()
    assert kernel.run("import time; time.sleep(30)") == "KeyboardInterrupt"
    kernel.run("from multiprocessing import forkserver")
    (spare,) = psutil.Process(kernel.pid).children()
    assert kernel.run(CHECK).endswith(f"✅ Correct {spare.pid}\n")
    spare.kill()
    shown = kernel.run(CHECK)
    assert "✅" in shown and str(spare.pid) not in shown
    below = psutil.Process(kernel.pid).children(recursive=True)
    assert below
    kernel.close()
    until(lambda: not [process for process in below if is_running(process.pid)])


def test_nothing_is_left_open(start, shared):
    def open_files():
        return [len(os.listdir(f"/proc/{pid}/fd")) for pid in (shared.process.pid, os.getpid())]

    start().close()
    before = open_files()
    for _ in range(5):
        start().close()
    until(lambda: open_files()[0] <= before[0])
    assert open_files()[1] <= before[1] + 1
    assert not psutil.Process(shared.process.pid).children()


def test_the_first_kernel_is_ordinary_the_next_is_warm_and_goes_on_when_the_warm_process_is_killed(
    start, program, environment, monkeypatch
):
    monkeypatch.delenv(warm.SWITCH)
    monkeypatch.setattr(choice, "AFTER", 0.1)
    monkeypatch.setattr(choice, "available_memory", lambda: memory.PLENTY)
    program.process = None
    assert program.warm_process(environment) is None
    until(lambda: program.process)
    assert program.warm_process(environment) is None, "it is not ready yet, and nobody waits"
    until(lambda: program.warm_process(environment), seconds=60)
    monkeypatch.setattr(choice, "AFTER", 60)
    kernel = start()
    assert kernel.is_warm
    program.process.process.kill()
    assert kernel.run(SESSION) == "7\n"
    os.kill(kernel.pid, signal.SIGKILL)
    until(lambda: not kernel.manager.is_alive())
    kernel.manager.restart_kernel()
    kernel.client.wait_for_ready(timeout=60)
    assert not kernel.is_warm and kernel.run("1 + 1") == "2"
    assert program.starting and not program.failed, "another one starts later"


def test_when_the_warm_process_hangs_the_kernel_is_an_ordinary_one(start, program, environment):
    process = program.process = WarmProcess(environment)
    kernel = start()
    assert kernel.is_warm
    process.process.send_signal(signal.SIGSTOP)
    os.kill(kernel.pid, signal.SIGKILL)
    until(lambda: not kernel.manager.is_alive())
    assert not start().is_warm
    assert process.ended and program.process is None and not program.failed, "another one may be quicker"


def test_after_three_slow_ones_there_is_no_other(environment):
    program = choice.Program()
    for number in range(1, choice.MOST_SLOW + 1):
        program.process = process = WarmProcess(environment)
        program.give_up(process, WarmError("too slow"))
        assert process.ended
        assert bool(program.failed) == (number == choice.MOST_SLOW), number
    assert program.failed == "too slow" and program.warm_process(environment) is None


def test_one_that_was_just_ending_does_not_count(environment):
    program = choice.Program()
    program.process = process = WarmProcess(environment)
    process.end()
    program.give_up(process, WarmError("too slow"))
    assert program.slow == 0


def test_a_kernel_that_nobody_waits_for_ends(shared):
    """The warm process was stopped for a while: what it forks afterwards reads that nobody wants it."""
    os.kill(shared.process.pid, signal.SIGSTOP)
    here, there = socket.socketpair()
    with here, there:
        socket.send_fds(shared.control, [b"k"], [there.fileno(), 1, 2])
    os.kill(shared.process.pid, signal.SIGCONT)
    time.sleep(0.3)
    until(lambda: not psutil.Process(shared.process.pid).children())
    assert not shared.ended


def test_it_ends_when_idle(environment):
    idle = WarmProcess(environment, idle=0.5)
    assert idle.wait(choice.START)
    assert idle.process.wait(timeout=5) == 0
    idle.end()


def test_one_that_cannot_import_tensorflow_is_not_tried_again(environment, program, tmp_path):
    (tmp_path / "tensorflow").mkdir()
    (tmp_path / "tensorflow" / "__init__.py").write_text("raise ImportError('half installed')")
    broken = {**environment, "PYTHONPATH": f"{tmp_path}:{environment['PYTHONPATH']}"}
    program.process = None
    assert program.warm_process(broken) is None and program.process is None
    assert program.failed == "the warm process did not start: ImportError: half installed"
    assert program.warm_process(environment) is None and program.process is None


HOST = """
import sys
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel()
from course.warm.choice import program
print(manager.provisioner.pid, program.process.process.pid, flush=True)
sys.stdin.read()
"""


def test_two_servers_each_have_their_own_and_it_ends_with_its_server(environment):
    options = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment}
    hosts = [subprocess.Popen([sys.executable, "-c", HOST], **options) for _ in range(2)]
    pids = [host.pid for host in hosts]
    try:
        (kernel, zygote), (others_kernel, others_zygote) = [map(int, host.stdout.readline().split()) for host in hosts]
        pids += [kernel, zygote, others_kernel, others_zygote]
        assert zygote != others_zygote
        hosts[0].kill()
        until(lambda: not is_running(zygote) and not is_running(kernel))
        assert is_running(others_zygote) and is_running(others_kernel)
        os.kill(others_zygote, signal.SIGKILL)
        hosts[1].kill()
        until(lambda: not is_running(others_kernel))
    finally:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for host in hosts:
            host.communicate()


def test_in_jupyterlab_a_closed_tab_ends_its_kernel_and_the_server_all(checkout, environment):
    command = [sys.executable, "-m", "course", "--no-browser", "--port-retries=100"]
    own = {**environment, "PYTHONPATH": f"{checkout}:{environment['PYTHONPATH']}"}
    del own[warm.DOOR]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "env": own, "cwd": checkout}
    with subprocess.Popen(command, **options) as lab:
        try:
            url, token = next(
                found.groups() for line in lab.stdout if (found := re.search(r"(http://[\d.:]+)/\S*token=(\w+)", line))
            )

            def ask(method, path, body=None):
                headers = {"Authorization": f"token {token}", "Content-Type": "application/json"}
                data = json.dumps(body).encode() if body else None
                request = urllib.request.Request(f"{url}/api/{path}", data, headers, method=method)
                return urllib.request.urlopen(request, timeout=60).read()

            def answers():
                with contextlib.suppress(urllib.error.URLError):
                    return ask("GET", "status")

            until(answers, seconds=60)  # it prints its address before it listens
            lesson = {"path": "notebooks/03_save_the_variables.ipynb", "type": "notebook", "name": ""}
            session = json.loads(ask("POST", "sessions", {**lesson, "kernel": {"name": "python3"}}))
            client = BlockingKernelClient()
            client.load_connection_file(next(Path(checkout).glob(f".course/runtime/*{session['kernel']['id']}.json")))
            client.start_channels()
            client.wait_for_ready(timeout=60)
            assert run(client, SESSION) == "7\n"
            assert run(client, "import os; os.getcwd()") == repr(str(checkout / "notebooks"))
            pid = int(run(client, "os.getpid()"))
            client.stop_channels()
            assert "zygote.py" in psutil.Process(pid).parent().cmdline()[1]
            assert warm.DOOR not in psutil.Process(lab.pid).environ(), "its terminals would have it, too"
            ask("DELETE", f"sessions/{session['id']}")
            until(lambda: not is_running(pid))
            below = psutil.Process(lab.pid).children(recursive=True)
            assert below
        finally:
            lab.terminate()
        psutil.wait_procs(below, timeout=5)
        assert not [process for process in below if is_running(process.pid)]


def test_where_memory_is_short_it_does_not_start(monkeypatch, environment):
    monkeypatch.setattr(choice, "available_memory", lambda: memory.PLENTY - 1)
    program = choice.Program()
    program.start(environment)
    assert program.process is None
    monkeypatch.setattr(doctor, "available_memory", lambda: memory.PLENTY - 1)
    assert doctor.kernels().seen == "ordinary ones: warm ones need 6 GB of free memory."


def test_a_containers_limit_counts(tmp_path, monkeypatch):
    """For a limit on a group above the process's own, too; files that are only kept in memory do not count."""
    monkeypatch.setattr(memory, "CGROUPS", tmp_path)
    own = tmp_path / "own"
    for folder, limit in ((tmp_path / "user", "3000000"), (tmp_path / "user" / "lab", "max")):
        folder.mkdir()
        for name, text in (("max", limit), ("current", "2500000"), ("stat", "anon 1\ninactive_file 500000\n")):
            (folder / f"memory.{name}").write_text(text)
    own.write_text("0::/user/lab\n")
    assert list(memory.left_by_limits(own)) == [1_000_000]
    own.write_text("0::/elsewhere\n")
    assert list(memory.left_by_limits(own)) == []
    version_1 = tmp_path / "memory"
    version_1.mkdir()
    for name, text in (("limit_in_bytes", "4000"), ("usage_in_bytes", "1000"), ("stat", "total_inactive_file 10\n")):
        (version_1 / f"memory.{name}").write_text(text)
    own.write_text("3:cpu:/docker/1\n4:memory:/docker/1\n")
    assert list(memory.left_by_limits(own)) == [3010]


def test_packages_that_were_installed_since_are_loaded(monkeypatch, environment, program, shared):
    monkeypatch.delenv(warm.SWITCH)
    monkeypatch.setattr(shared, "end", lambda: None)
    assert program.warm_process(environment) is shared
    monkeypatch.setattr(shared, "library", shared.library - 1)
    assert program.warm_process(environment) is None
    assert program.starting, "another one starts later"


def test_why_there_are_none(monkeypatch):
    monkeypatch.delenv(warm.DOOR, raising=False)
    monkeypatch.setenv(warm.SWITCH, "off")
    assert (warm.environment(), warm.why_none()) == ({}, "COURSE_WARM is off")
    monkeypatch.delenv(warm.SWITCH)
    assert (warm.environment(), warm.why_none()) == ({warm.DOOR: warm.NAME}, "")
    monkeypatch.setenv(warm.DOOR, "of-a-hub")
    assert (warm.environment(), warm.why_none()) == ({}, "JUPYTER_DEFAULT_PROVISIONER_NAME is of-a-hub")
    monkeypatch.delenv(warm.DOOR)
    monkeypatch.setattr(warm, "is_announced", lambda: False)
    assert (warm.environment(), warm.why_none()) == ({}, warm.NOT_ANNOUNCED)
    assert "--editable" in doctor.kernels().advice
    monkeypatch.setattr(sys, "platform", "darwin")
    assert (warm.environment(), doctor.kernels().seen) == ({}, "ordinary ones: they are for Linux.")


def test_doctor_tries_it(monkeypatch):
    monkeypatch.delenv(warm.SWITCH, raising=False)
    monkeypatch.setattr(doctor, "available_memory", lambda: memory.PLENTY)
    assert doctor.kernels().seen.startswith("the first ordinary, then warm")
    monkeypatch.setattr("course.warm.process.SCRIPT", "/not/there.py")
    assert doctor.kernels().seen.startswith("ordinary ones: the warm process ended while it started (exit code 2)")
