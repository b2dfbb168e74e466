"""Truth 9, notes and tables: what is shown is Markdown that says what it should."""

from tfckpt.bounds import in_lines
from tfckpt.document import Note, Table, fenced


def test_note():
    note = Note("**Bold** and `**code**`.\n\n```python\nx = 2**3\n```")
    assert repr(note) == "Bold and **code**.\n\n    x = 2**3"
    assert note._repr_markdown_().startswith("**Bold**")


def test_fence_longer_than_what_it_holds():
    assert fenced("```\ninside\n```") == "````\n```\ninside\n```\n````"


def test_table():
    table = Table(["name", "size"], [["`a|b`", 5], ["c", 1000]], align="lr")
    assert repr(table) == "name  size\na|b      5\nc     1000"
    assert table._repr_markdown_().splitlines()[:3] == ["| name | size |", "| :--- | ---: |", "| `a\\|b` | 5 |"]


def test_a_line_is_broken_between_words_only():
    """A path and an option are copied in one piece."""
    assert in_lines("type one --no-pager", 14) == "type one\n--no-pager"
    assert in_lines("run/a-long/model-50", 8) == "run/a-long/model-50"
