"""Truth 9: each message that people search for can be looked up in the course; ``tfckpt/messages`` says where."""

import re

import nbformat
import pytest

from conftest import text_of
from course import notebooks
from tfckpt.explain.catalog import catalog
from tfckpt.explain.explanation import Explanation

PIECES = [(message.id, *pair) for message in catalog().messages for pair in sorted(message.lessons.items())]
LEFT_OUT = {  # of the lessons, on purpose
    "Unrecognized keyword arguments": "Keras 2 and Keras 3 reading each other's files",
    "Protobuf gencode version": "TensorFlow 2.19 and 2.20 only; not seen with the versions that this course installs",
}
# In a table, too little of these is left to tell what they are; and evidence is in the traceback around some.
SHORTENED = [
    ("11a", "InvalidArgumentError: x Input to reshape is a tensor with 8 values, but the requested shape has 12"),
    ("11c", "NotFoundError: x /old-machine/run; No such file or directory"),
    ("11c", "KeyError: 'ThreeNN'"),
    ("11c", "TypeError: pop expected at most 1 argument, got 2"),
    ("14a", "Check failed: x"),
    ("16a", "NotFoundError: x You may be missing the checkpoint suffix (e.g. the '-1' in 'path/to/ckpt-1')."),
    ("16b", "DataLossError"),
    ("16b", "ValueError: Received incompatible tensor with shape () when attempting to restore variable with shape x"),
    ("17a", "ValueError: File format not supported: filepath=x Keras 3 only supports V3 x"),
    ("17b", "ValueError: File format not supported: filepath=saved_model. Keras 3 only supports V3 x"),
    ("18a", "InvalidArgumentError: x Incompatible shapes: [7,1] vs. [40,1]"),
    ("18b", "TypeError: pop expected at most 1 argument, got 2"),
    ("19a", "Check failed: x"),
    ("19a", "UnavailableError"),
    ("19b", "InvalidArgumentError"),
    ("20b", "OverflowError: math range error"),
]
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


def in_the_tables():
    """The messages in code in the first column of each "When it goes wrong": pairs of a lesson's number and a text."""
    for notebook in notebooks.all_notebooks():
        for cell in nbformat.read(notebook, as_version=4).cells:
            rows = cell.source.partition("## When it goes wrong")[2].partition("## In short")[0]
            for row in re.findall(r"^\| (.*?) \|", rows, re.MULTILINE):
                for match in CODE.finditer(row):
                    text = (match[1] or match[2]).strip()
                    if re.search(r"Error\b|Warning\b|WARNING|Check failed", text):
                        yield notebook.stem.partition("_")[0], text.replace("…", "x")


def test_what_the_tables_have_is_known():
    unknown = [(lesson, text) for lesson, text in in_the_tables() if not Explanation(text).found]
    assert [each for each in unknown if each not in SHORTENED] == []
    assert [each for each in SHORTENED if each not in unknown] == [], "these are known by now"


def test_who_is_to_switch_behavior_off_is_told_of_which_module():
    """TensorFlow 2's own ``tf`` has no ``disable_v2_behavior``."""
    told = []
    for notebook in notebooks.all_notebooks():
        for cell in nbformat.read(notebook, as_version=4).cells:
            rows = cell.source.partition("## When it goes wrong")[2].partition("## In short")[0]
            cures = re.findall(r"^\|.*\|([^|\n]+)\|$", rows, re.MULTILINE)
            told += [(notebook.stem, cure) for cure in cures if "disable_v2_behavior" in cure]
    assert len(told) >= 5
    assert [each for each in told if "`import tensorflow.compat.v1 as tf`" not in each[1]] == []


def test_there_are_many():
    assert len(PIECES) >= 88


@pytest.mark.parametrize("name, piece, lessons", PIECES, ids=[f"{name}-{piece[:30]}" for name, piece, _ in PIECES])
def test_message(name, piece, lessons):
    """A part of the message that is the same in every version and for every model stands in each of its lessons."""
    missing = [lesson for lesson in lessons if piece not in findable(notebooks.find(lesson))]
    assert lessons and not missing, f"{piece!r} cannot be found in {missing}"


def test_what_is_left_out_is_nowhere():
    """A lesson that has come to cover a message is named in the source, so that it stays covered."""
    texts = {notebook.stem: findable(notebook) for notebook in notebooks.all_notebooks()}
    assert not [(piece, lesson) for piece in LEFT_OUT for lesson, text in texts.items() if piece in text]
