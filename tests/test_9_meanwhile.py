"""Truth 9, waiting: what runs for longer than a moment is said to somebody who looks on, and to nobody else."""

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel

from course.meanwhile import loads_tensorflow

FIRST = "import course\n\nimport tensorflow.compat.v1 as tf\n\ntf.disable_v2_behavior()"
SLOW = """\
import time
from course.meanwhile import saying
print("before")
with saying("f runs"):
    time.sleep({seconds})
print("after")"""


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """A kernel with a TensorFlow that takes no time to load."""
    (tmp_path / "tensorflow/compat").mkdir(parents=True)
    (tmp_path / "tensorflow/compat/v1.py").write_text("def disable_v2_behavior(): pass")
    manager, client = start_new_kernel(cwd=str(tmp_path))
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def shown(client, code, **metadata):
    """What a cell sends to the page, in order: texts, and for a clearing whether it waits for the next output."""
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    message = client.session.msg("execute_request", content, metadata=metadata)
    client.shell_channel.send(message)
    found = []
    while True:
        answer = client.get_iopub_msg(timeout=60)
        if answer["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        kind, content = answer["msg_type"], answer["content"]
        if kind == "status" and content["execution_state"] == "idle":
            return found
        if kind in ("stream", "clear_output", "error"):
            found.append(content.get("text", content.get("wait", content.get("ename"))))


def test_loading_is_said_and_taken_away(kernel):
    assert shown(kernel, FIRST, cellId="first") == ["⏳ Loading TensorFlow …\n", True, False]
    assert shown(kernel, FIRST, cellId="first") == [], "it is there"


def test_an_error_while_loading_stays(kernel):
    found = shown(kernel, FIRST.replace("v1 as tf", "v9 as tf"), cellId="first")
    assert found == ["⏳ Loading TensorFlow …\n", True, "ModuleNotFoundError"], "it takes the line's place"
    assert shown(kernel, "print(3)", cellId="other") == ["3\n"], "later cells keep what they show"


def test_where_nobody_looks_on_nothing_is_said(kernel):
    assert shown(kernel, FIRST) == []
    assert "".join(shown(kernel, SLOW.format(seconds=0.8))) == "before\nafter\n"


def test_what_takes_longer_than_a_moment_is_said(kernel):
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
    assert shown(kernel, needed.format(5), cellId="later") == ["True\n"]


def test_the_first_cell_of_each_lesson_says_it(notebook):
    cells = [cell.source for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    assert [loads_tensorflow(source) for source in cells] == [True] + [False] * (len(cells) - 1)


@pytest.mark.parametrize(
    "code", ["import tensorflow\nprint(3)", "import tensorflow as tf\ntf.constant(3)", "%time 3", ""]
)
def test_a_cell_that_shows_something_does_not(code):
    assert not loads_tensorflow(code), "its output would be taken away with the line"
