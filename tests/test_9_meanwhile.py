"""Truth 9, waiting: what runs for longer than a moment is said to somebody who looks on, and to nobody else."""

import functools
import sys
import threading
from contextlib import contextmanager

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel

from course.code_now import begins_with_imports

FIRST = "import course\n\nimport tensorflow.compat.v1 as tf\n\ntf.disable_v2_behavior()"
LOADS = "import time\ntime.sleep(0.3)\ndef disable_v2_behavior(): pass"
SLOW = """\
import time
from course.meanwhile import saying
print("before")
with saying("f runs"):
    time.sleep({seconds})
print("after")"""


@contextmanager
def started(folder):
    """A kernel with a TensorFlow that takes little time to load: its manager and its client."""
    (folder / "tensorflow/compat").mkdir(parents=True)
    (folder / "tensorflow/compat/v1.py").write_text(LOADS)
    manager, client = start_new_kernel(cwd=str(folder))
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel(tmp_path):
    with started(tmp_path) as (_, client):
        yield client


def shown(client, code, answer=None, after=(), **metadata):
    """What a cell sends to the page, in order: texts, and for a clearing whether it waits for the next output.

    Args:
        answer: what is typed where the cell asks for something.
        after: ``(seconds, function)`` to call while the cell runs.
    """
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
    content["allow_stdin"] = answer is not None
    message = client.session.msg("execute_request", content, metadata=metadata)
    client.shell_channel.send(message)
    if after:
        threading.Timer(*after).start()
    if answer is not None:
        client.get_stdin_msg(timeout=60)
        client.input(answer)
    found = []
    while True:
        message_of = client.get_iopub_msg(timeout=60)
        if message_of["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        kind, content = message_of["msg_type"], message_of["content"]
        if kind == "status" and content["execution_state"] == "idle":
            return found
        if kind in ("stream", "clear_output", "error"):
            found.append(content.get("text", content.get("wait", content.get("ename"))))
        elif "data" in content:
            found.append(content["data"]["text/plain"])


def test_loading_is_said_and_taken_away(kernel):
    first, clears, *counted, last = shown(kernel, FIRST, cellId="first")
    assert (first, clears, last) == ("⏳ Loading TensorFlow …", True, False)
    assert all(line.startswith(f"{first} ") for line in counted), "on a slow machine: how many seconds"
    assert shown(kernel, FIRST, cellId="first") == [], "it is there"


def test_an_error_while_loading_stays(kernel):
    found = shown(kernel, FIRST.replace("v1 as tf", "v9 as tf"), cellId="first")
    assert found[:2] == ["⏳ Loading TensorFlow …", True] and found[-1] == "ModuleNotFoundError"
    assert False not in found, "the error takes the line's place"
    assert shown(kernel, "print(3)", cellId="other") == ["3\n"], "later cells keep what they show"


@pytest.mark.parametrize("before", ["print('mine')\n", "%time 3\n"])
def test_what_the_first_cell_showed_before_the_course_was_there_stays(kernel, before):
    found = shown(kernel, before + FIRST + "\nimport time; time.sleep(0.8)", cellId="first")
    assert True not in found and False not in found, "nothing is cleared"


def test_where_nobody_looks_on_nothing_is_said(kernel):
    assert shown(kernel, FIRST) == []
    assert "".join(shown(kernel, SLOW.format(seconds=0.8))) == "before\nafter\n"
    assert shown(kernel, "import time; time.sleep(0.8)") == []


@pytest.fixture(scope="module")
def in_use(tmp_path_factory):
    """A kernel with the course, for many cells: its manager and its client."""
    with started(tmp_path_factory.mktemp("in use")) as (manager, client):
        shown(client, FIRST, cellId="first")
        shown(client, "import time", cellId="second")
        yield manager, client


@pytest.fixture
def watched(in_use):
    """A function that runs a cell for somebody who looks on."""
    return functools.partial(shown, in_use[1], cellId="cell")


def test_a_cell_that_takes_longer_than_a_moment_says_what_it_runs(watched):
    assert watched("pause = time.sleep(\n    0.8,\n)") == ["⏳ Running time.sleep(0.8) …", True, False]
    assert watched("time.sleep(0.2)") == []


def test_what_the_cell_shows_takes_the_place_of_the_line(watched):
    line = ["⏳ Running time.sleep(0.8) …", True]
    assert watched("time.sleep(0.8)\nprint(3)") == [*line, "3\n"]
    assert watched("time.sleep(0.8)\n3") == [*line, "3"]
    found = watched("time.sleep(0.8)\n1 / 0")  # on a slow machine the line is renewed while the error is worded
    assert (found[:2], found[-1]) == (line, "ZeroDivisionError") and False not in found
    assert watched("print(1)\ntime.sleep(0.8)\nprint(2)") == ["1\n", "2\n"], "it has shown something before"


def test_what_was_printed_just_before_the_moment_keeps_the_line_away(watched):
    assert "".join(watched("time.sleep(0.4)\nprint(1)\ntime.sleep(0.5)\nprint(2)")) == "1\n2\n"


def test_what_another_thread_prints_takes_the_place_of_the_line(watched):
    threads = "import threading\nthreading.Timer(0.8, lambda: print('thread')).start()\ntime.sleep(1.2)"
    assert watched(threads) == ["⏳ Running time.sleep(1.2) …", True, "thread\n"]


def test_after_some_seconds_the_line_says_how_many(watched):
    line = "⏳ Running time.sleep(4.8) …"
    assert watched("time.sleep(4.8)") == [line, True, f"{line} 3 s", f"{line} 4 s", False]


def test_the_line_says_what_runs_now(watched):
    found = watched("for pause in 0.9, 1.2:\n    if pause < 1:\n        time.sleep(0.9)\n    else: time.sleep(1.2)")
    assert found == ["⏳ Running time.sleep(0.9) …", True, "⏳ Running time.sleep(1.2) …", False]


SLOW_CLASS = """
class Slow:
    def __enter__(self): time.sleep(0.8)
    def __exit__(self, *error): pass"""


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import slow_one", "Loading slow_one"),
        ("from slow_two.part import x", "Loading slow_two"),
        ("%time time.sleep(0.8)", "Running %time time.sleep(0.8)"),
        ("%%capture\ntime.sleep(0.8)", "Running %%capture"),
        ("with Slow() as x:\n    pass", f"Running {'Slow()' if sys.version_info >= (3, 13) else 'with Slow() as x:'}"),
        ("import asyncio\nawait asyncio.sleep(0.8)", "Running"),
        ("get_ipython().run_cell('time.sleep(0.8)')\n3", "Running get_ipython().run_cell('time.sleep(0.8)')"),
        (f"time.sleep(max({'0.8, ' * 30}))", f"Running time.sleep(max({'0.8, ' * 11}…"),
        ("'<ä>'; time.sleep(0.8 if '<ä>' else 0)", "Running time.sleep(0.8 if '<ä>' else 0)"),
    ],
)
def test_it_reads_well(watched, tmp_path, code, said):
    for name in "slow_one", "slow_two":
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("import time\ntime.sleep(0.8)")
        (tmp_path / name / "part.py").write_text("x = 3")
    watched(f"{SLOW_CLASS}\nimport sys\nsys.path.append({str(tmp_path)!r})")
    found = watched(code)
    assert found[0] == f"⏳ {said} …", found


def test_an_interrupted_cell_ends_with_its_error(watched, in_use):
    found = watched("time.sleep(30)", after=(1.5, in_use[0].interrupt_kernel))
    assert found[:2] == ["⏳ Running time.sleep(30) …", True] and found[-1] == "KeyboardInterrupt"
    assert watched("time.sleep(0.8)")[1:] == [True, False], "the next one is watched as ever"


def test_where_a_cell_asks_for_something_the_line_is_empty(watched):
    found = watched("time.sleep(0.8)\nname = input('Who? ')\ntime.sleep(0.8)\nprint(name)", answer="me")
    assert found == ["⏳ Running time.sleep(0.8) …", True, "", "me\n"], "it is not cleared: that would take the field"


def test_what_a_cell_clears_itself(watched):
    watched("from IPython.display import clear_output")
    line = "⏳ Running time.sleep(0.8) …"
    assert watched("time.sleep(0.8)\nclear_output()\ntime.sleep(0.8)") == [line, True, False], "it is gone"
    assert watched("time.sleep(0.8)\nclear_output(wait=True)\nprint(3)") == [line, True, True, "3\n"]
    assert watched("time.sleep(0.8)\nclear_output(wait=True)") == [line, True, True, False], "nothing else clears it"


def test_a_cell_within_a_cell_does_not_end_the_line(watched):
    inner = "get_ipython().run_cell('x = 1')\ntime.sleep(0.8)\nprint(3)"
    assert watched(inner) == ["⏳ Running time.sleep(0.8) …", True, "3\n"]


def test_where_the_output_is_captured_the_line_is_taken_away(watched):
    code = "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as text:\n    print(1)\n"
    assert watched(code + "    time.sleep(0.8)") == ["⏳ Running time.sleep(0.8) …", True, False]


def test_better_words_stand_in_the_line(watched):
    watched("from course.meanwhile import saying")
    found = watched("with saying('f runs'):\n    with saying('inner'):\n        time.sleep(0.8)\nprint('after')")
    assert found == ["⏳ f runs …", True, "after\n"]


def test_what_takes_longer_than_a_moment_is_said_below_what_was_shown(kernel):
    line = "⏳ f runs …"
    over = f"{line}\r{' ' * len(line)}\r"
    assert "".join(shown(kernel, SLOW.format(seconds=0.8), cellId="slow")) == f"before\n{over}after\n"
    assert "".join(shown(kernel, SLOW.format(seconds=0), cellId="fast")) == "before\nafter\n"


def test_short_blocks_that_take_long_together_are_said(kernel):
    many = SLOW.replace("with saying", "for _ in range(4): \n  with saying").replace("    time", "     time")
    text = "".join(shown(kernel, many.format(seconds=0.3), cellId="many"))
    line = "⏳ f runs …"
    said = f"{line}\r{' ' * len(line)}\r"
    assert text in ("before\n" + 3 * said + "after\n", "before\n" + 4 * said + "after\n"), "after half a second"
    assert "".join(shown(kernel, SLOW.format(seconds=0.3), cellId="next")) == "before\nafter\n", "a cell of its own"


def test_within_a_block_that_says_something_nothing_is_said(kernel):
    inner = SLOW.replace("    time", "    with saying('inner'):\n        time")
    line = "⏳ f runs …"
    assert (
        "".join(shown(kernel, inner.format(seconds=0.8), cellId="in")) == f"before\n{line}\r{' ' * len(line)}\rafter\n"
    )


def test_what_the_first_picture_needs_is_loaded_after_the_first_cell(kernel):
    shown(kernel, FIRST, cellId="first")
    needed = "import sys, time\ntime.sleep({})\nprint('matplotlib.backends.backend_agg' in sys.modules)"
    assert shown(kernel, needed.format(5), cellId="later")[-1] == "True\n"


def test_the_first_cell_of_each_lesson_is_watched(notebook):
    cells = [cell.source for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    assert begins_with_imports(cells[0])
