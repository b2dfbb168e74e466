"""Truth 9: each message that people search for can be looked up in the course; ``messages.toml`` says where."""

import re
import tomllib
from pathlib import Path

import nbformat
import pytest

from conftest import text_of
from course import notebooks
from tfckpt.explain.catalog import catalog
from tfckpt.explain.explanation import Explanation

OTHERS = tomllib.loads((Path(__file__).parent / "messages.toml").read_text(encoding="utf-8"))["messages"]
PIECES = [(message.id, *pair) for message in catalog().messages for pair in sorted(message.lessons.items())]
PIECES += [(other["row"], other["piece"], other["lessons"]) for other in OTHERS if "lessons" in other]
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


def test_there_are_many():
    assert len(PIECES) >= 88


@pytest.mark.parametrize("name, piece, lessons", PIECES, ids=[f"{name}-{piece[:30]}" for name, piece, _ in PIECES])
def test_message(name, piece, lessons):
    """A part of the message that is the same in every version and for every model stands in each of its lessons."""
    missing = [lesson for lesson in lessons if piece not in findable(notebooks.find(lesson))]
    assert lessons and not missing, f"{piece!r} cannot be found in {missing}"


def test_what_is_left_out_is_nowhere():
    """A lesson that has come to cover a message is named in the table, so that it stays covered."""
    texts = {notebook.stem: findable(notebook) for notebook in notebooks.all_notebooks()}
    found = {
        message["piece"]: [lesson for lesson, text in texts.items() if message["piece"] in text]
        for message in OTHERS
        if "left_out" in message
    }
    assert not {piece: lessons for piece, lessons in found.items() if lessons}
