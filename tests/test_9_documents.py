"""Truth 9, notes and tables: what is shown is Markdown that says what it should."""

import os

import pytest

from tfckpt.bounds import cut, for_json, in_lines, shortened_word
from tfckpt.document import Document, Note, Table, code, escaped, fenced, folded, plain, printable


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


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("**bold** and `co**de`", "bold and co**de"),
        ("```python\nx = 1\n  y\n```\nafter", "    x = 1\n      y\nafter"),
        ("  ```\n**x**\n  ```", "    **x**"),
        ("[06 Rebuild](06_rebuild.ipynb) [a](b)", "06 Rebuild [a](b)"),
        ("a\N{NO-BREAK SPACE}b", "a b"),
        ("a` b", "a` b"),
    ],
)
def test_markdown_as_plain_words(markdown, words):
    assert plain(markdown) == repr(Note(f"\n{markdown}\n")) == words
    assert Note(f"\n{markdown}\n")._repr_markdown_() == markdown.strip()
    assert Note("a").saying_also("b").markdown == "a\n\nb"


def test_a_table_in_markdown_and_in_words():
    table = Table(["name", "size"], [["`a|b`", 7], ["c", 123456]], align="lr")
    assert table.markdown == "| name | size |\n| :--- | ---: |\n| `a\\|b` | 7 |\n| c | 123456 |"
    assert repr(table) == "name    size\na|b        7\nc     123456"
    assert repr(Table(["a", "b"], [["cc", "d"]])) == "a   b\ncc  d"


def test_no_text_ends_a_fence():
    assert fenced("a") == "```\na\n```" and fenced("``") == "```\n``\n```"
    assert fenced("a ``` b", "python") == "````python\na ``` b\n````"


def test_a_document_in_markdown_and_in_lines():
    document = Document()
    document.paragraph("**First** things")
    document.fact("Whole", "a_b", "good")
    document.fact("", "more")
    document.heading("A *list*")
    document.bullets("Title", ["one `x`", "two"])
    document.bullets("Nothing", [])
    document.code("x = 1\ny = 2")
    document.paragraph("Last", "bad")
    assert document.markdown == (
        "**First** things\n\n- **Whole:** a\\_b\n- more\n\n**A \\*list\\***\n\n**Title**\n\n- one `x`\n- two\n\n"
        "```python\nx = 1\ny = 2\n```\n\nLast"
    )
    assert list(document.lines(80)) == [
        ("", "First things"), ("good", "  Whole       a_b"), ("", "              more"), ("", ""),
        ("heading", "A *list*"), ("", ""), ("heading", "Title"), ("", ""), ("", "- one x"), ("", "- two"), ("", ""),
        ("code", "x = 1"), ("code", "y = 2"), ("", ""), ("bad", "Last"),
    ]  # fmt: skip
    assert repr(document).startswith("First things\n  Whole       a_b\n") and "\n    x = 1\n" in repr(document)


@pytest.mark.parametrize("why", ["", "look"])
def test_a_command_in_a_document(why):
    document = Document()
    document.command("tfckpt inspect m", why)
    assert document.markdown == "```\ntfckpt inspect m\n```"
    assert [line for _, line in document.lines(80)] == ([f"    # {why}"] if why else []) + ["    tfckpt inspect m"]
    for word, told in (("x" * 260, False), ("x" * 261, True), ("x " * 1000, False), ("x " * 1000 + "y", True)):
        document = Document()
        document.command(word)
        assert ("(not shown: a command of" in repr(document)) == told, len(word)
        assert not told or f"of {len(word)} characters" in repr(document)


def test_lines_are_as_wide_as_a_window():
    document = Document()
    document.fact("Word", "one two-three " * 3)
    document.heading("one two three")
    document.add("x", ("", "kept in one line", None))
    assert [line for _, line in document.lines(30)] == [
        "  Word        one two-three", "              one two-three", "              one two-three", "",
        "one two three", "kept in one line",
    ]  # fmt: skip
    assert [line for _, line in document.lines(10)][-3:] == ["one two", "  three", "kept in one line"]
    document.add("x", ("", "x" * 400, None))
    assert len(list(document.lines(30))[-1][1]) == 300 and len(list(document.lines(350))[-1][1]) == 350


@pytest.mark.skipif(os.name == "nt", reason="its shell joins no lines")
def test_a_long_command_goes_on_in_the_next_line():
    command = "    tfckpt diff 'a b' second third"
    assert folded(command, 34) == [command]
    assert folded(command, 33) == ["    tfckpt diff 'a b' \\", "        second third"]
    for width in (20, 25, 33):
        joined = " ".join(line.removesuffix("\\").strip() for line in folded(command, width))
        assert joined == command.strip() and all(len(line) <= width + 4 for line in folded(command, width))


def rows_of(count, most=None, names=0, wide=0):
    document = Document()
    document.table(
        "Title", ["name", "size"], [[f"a_{n}" + "x" * wide, str(n)] for n in range(count)], "lr", names, most, ": --all"
    )
    return document


def test_a_table_in_a_document():
    document = rows_of(11)
    assert document.markdown.startswith("**Title**\n\n| name | size |\n| :--- | ---: |\n| `a_0` | 0 |")
    assert [line for _, line in document.lines(80)][1:4] == ["Title", "  a_0    0", "  a_1    1"]
    assert "more" not in repr(document) and "| a\\_0 | `0` |" in rows_of(1, names=1).markdown
    short = rows_of(11, most=10)
    assert short.markdown.endswith("\n\n… and 1 more: --all") and repr(short).endswith("\n  … and 1 more: --all")
    assert "a_9" in repr(short) and "a_10" not in repr(short)
    wide = rows_of(2, wide=100).lines(500)
    assert [len(line) for _, line in wide][2:] == [108, 108], "a name is longer than the column"


def test_texts_in_markdown():
    assert (
        escaped(r"\`*_{}[]<>#|~$&") == "".join(f"\\{mark}" for mark in r"\`*_{}[]<>#|~$&")
        and escaped("a-b.c") == "a-b.c"
    )
    assert code("a_b") == "`a_b`" and code("a`b_") == "a\\`b\\_"
    assert printable("a\nb\u202e\x1b") == "a\\nb\\u202e\\x1b" and printable("ä€") == "ä€"


# How much is passed on


def test_a_long_text_is_cut():
    assert cut("a" * 260) == "a" * 260 and len(cut("a" * 261)) <= 260
    assert cut("a " * 1000) == "a " * 1000
    assert cut("ab " * 667) == ("ab " * 667)[:1960] + "… and 41 more characters"
    assert cut("ab cd", 50) == "ab cd"
    assert shortened_word("x" * 100, 100) == "x" * 100
    word = shortened_word("a" * 100 + "b" * 101, 100)
    assert len(word) == 100 and word.startswith("a" * 50) and word.endswith("…" + "b" * 30) and "(161 more)" in word
    assert shortened_word("abcdefghij" * 5, 20) == "abcdefghijabcdefghi…"
    assert (
        in_lines("one two-three", 8) == "one\ntwo-three"
        and in_lines("") == ""
        and in_lines("a " * 200).count("\n") == 1
    )


def test_what_is_kept_of_json(monkeypatch):
    assert for_json({"a": [1, 2.5, None, True, (3,)], "7": {"b": "c"}}) == {
        "a": [1, 2.5, None, True, [3]], "7": {"b": "c"}, "cut": []}  # fmt: skip
    assert for_json({"n": 2**64 - 1, "m": 2**64}) == {"n": 2**64 - 1, "m": "about 2**65", "cut": []}
    kept = for_json({"t": ["x" * 1000, "y" * 1001]})
    assert kept["t"][0] == "x" * 1000 and len(kept["t"][1]) == 1000
    assert kept["cut"] == ["t[1]: 1001 characters, of which 1000 are here"]
    lines = "\n".join(["x" * 1000] * 3 + ["y" * 1100])
    kept = for_json({"code": lines, "other": lines})
    assert kept["code"].count("\n") == 3 and len(kept["code"]) == 4003 and len(kept["other"]) == 1000
    assert kept["cut"][0] == f"code: {len(lines)} characters, of which 4003 are here"
    monkeypatch.setattr("tfckpt.bounds.LARGEST_JSON", 100)
    kept = for_json(
        {"list": ["x" * 10] * 10, "more": {str(n): n for n in range(200)}, "few": {str(n): n for n in range(100)}}
    )
    assert len(kept["list"]) < 10 and kept["cut"][0] == f"list: {10 - len(kept['list'])} of its 10 items"
    assert kept["more"] == {} and kept["cut"][1] == "more: 200 of its 200 items" and len(kept["few"]) == 100
