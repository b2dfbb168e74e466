"""Truth 9: each message that people search for can be looked up in the course; ``messages.toml`` says where."""

import re
import tomllib
from pathlib import Path

import nbformat
import pytest

from conftest import text_of
from course import notebooks

MESSAGES = tomllib.loads((Path(__file__).parent / "messages.toml").read_text(encoding="utf-8"))["messages"]
ROWS = {"1": 34, "2": 19, "3": 9, "4": 9}  # how many rows each of the four lists has
CODE = re.compile(r"```.*?```|``(.+?)``|`([^`]+)`", re.DOTALL)


def findable(notebook):
    """What a search for a message finds in a notebook: what stands in code in its text, and what its cells print."""
    found = []
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "markdown":
            found += [match[1] or match[2] or match[0] for match in CODE.finditer(cell.source)]
        else:
            found.append(" ".join(text_of(cell).split()))  # a long line is printed in several
    return "\n".join(found)


def test_each_row_of_the_lists_is_there():
    expected = {f"{number}.{row}" for number, count in ROWS.items() for row in range(1, count + 1)}
    assert {message["row"] for message in MESSAGES} == expected


@pytest.mark.parametrize("message", MESSAGES, ids=[f"{each['row']}-{each['piece'][:30]}" for each in MESSAGES])
def test_message(message):
    assert message.keys() in ({"row", "piece", "lessons"}, {"row", "piece", "left_out"})
    assert message.get("lessons") or message.get("left_out"), "where it is, or why it is nowhere"
    missing = [
        lesson for lesson in message.get("lessons", ()) if message["piece"] not in findable(notebooks.find(lesson))
    ]
    assert not missing, f"{message['piece']!r} cannot be found in {missing}"


def test_what_is_left_out_is_nowhere():
    """A lesson that has come to cover a message is named in the table, so that it stays covered."""
    texts = {notebook.stem: findable(notebook) for notebook in notebooks.all_notebooks()}
    found = {
        message["piece"]: [lesson for lesson, text in texts.items() if message["piece"] in text]
        for message in MESSAGES
        if "left_out" in message
    }
    assert not {piece: lessons for piece, lessons in found.items() if lessons}
