"""Truth 9, ``explain``: each step of reading a text by itself: what was cut, retyped, folded or wrapped."""

import io

import pytest

from tfckpt.errors import CheckpointError
from tfckpt.explain import cut, filled, find, folds, nearest, source
from tfckpt.explain.catalog import Cause, Message
from tfckpt.explain.failures import failures_in
from tfckpt.explain.lines import cleaned, most_telling, quoted_in
from tfckpt.explain.retyped import alike, retyped, spelled_alike, words


def message(pattern, example, name="one", **cause):
    causes = (Cause(**{"what": "It is so.", "do": "Do it.", **cause}),)
    return Message(id=name, worlds=("saver",), pattern=pattern, example=example, causes=causes)


# Of which only the beginning came

EXAMPLE = "ValueError: Cannot load 'w' into the model: it has been made with 3 layers and not with 4 of them, so stop"
CUT = message(r"Cannot load '(?P<key>\S+)' into the model: it has been made with \d+ layers and not", EXAMPLE)


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("ValueError: Cannot load 'abc' into the model: it has been ma", "de with 3 layers and not with 4"),
        ("Cannot load 'abc' into the mo", "del: it has been made with 3 layers and not with 4 of them, so stop"),
        ("raise ValueError('Cannot load 'abc' into the mo", "del: it has been made with 3 layers"),
        ("tf.errors.NotFoundError (see above for traceback): Cannot load 'abc' into the mo", "del: it has been"),
        ("UserWarning: it has been made with 7 lay", "ers and not with 4 of them, so stop"),
        ("a: b: c: d: e: f: g: it has been made wi", "th 3 layers"),
        ("it has been made with 3 layers and not with 4 of them, so st", "op"),
        ("Cannot load 'abc' in", None),
        ("it has been made", None),
        ("it has been made with 3 layers and", " not with 4 of them"),
        ("it has never been made with 3 lay", None),
        ("it has been made with 3 layers and not with 4 of them, so stop", None),
        ("it has never been made wi", None),
        ("it has no been made wi", None),
        ("it has been made with 3 layers and not with 4 of them, so stop at", None),
        ("it was been made with 3 lay", None),
    ],
)  # fmt: skip
def test_a_line_that_ends_too_early_goes_on_as_the_example_does(line, rest):
    found = cut.begun(line, [CUT])
    assert bool(found) == (rest is not None)
    if rest:
        assert found[0][0] is CUT and found[0][1].startswith(line + rest)


@pytest.mark.parametrize("mark", "'.)]};")
def test_a_line_that_ends_as_a_sentence_does_was_not_cut(mark):
    example = f"it has been made{mark} with 3 layers"
    assert cut.begun(f"so it: it has been made{mark} wi", [message("has been made", example)])
    assert cut.begun("it has been made with", [message("has been made", "it has been made with 3 layers")])
    assert cut.begun(f"and it has been made{mark}", [message("has been made", f"and {example}")]) == []


def test_a_line_that_several_examples_begin_with_may_be_any_of_them():
    other = message("it has been made with 3 lanterns", "it has been made with 3 lanterns")
    line = "it has been made with 3 la"
    assert [one.id for one, _ in cut.begun(line, [CUT, other])] == ["one", "one"]
    assert cut.begun("", [CUT]) == []


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (["raise ValueError('Nothing was found here.')", "ValueError: Nothing was fo"], "Nothing was found here."),
        (["Nothing was found here", "", "Nothing was fo", ""], "Nothing was found here"),
        (["Nothing was found there", "Nothing was found here", "Nothing was found"], "Nothing was found here"),
        (["Nothing", "Noth"], None),
        (["Everything", "Everythi"], "Everything"),
        (["Everything", "Everyth"], None),
        (["Nothing was found", "Nothing was found"], None),
        (["'Nothing was found'", "Nothing was found"], None),
        (["f(Nothing was found)", "Nothing was found"], None),
        (["f('Nothing was found')", "Nothing was found"], None),
        (["Something else", "Nothing was fo"], None),
        ([], None),
    ],
)
def test_the_message_that_a_text_ends_within_may_stand_elsewhere_in_it(lines, whole):
    assert cut.completed(lines) == whole


# What somebody typed

KNOWN = words("The file of your network does not exist at this place")


@pytest.mark.parametrize(
    ("line", "like"),
    [
        ("The file of your netwrok does not exist at this place", True),
        ("OSError: The file of your network does not exists at this place", True),
        ("So: the file of your network does not exists at this place, and more", True),
        ("The file of your network does not exist at this place", False),
        ("The file of your netwerk does not exists at this place", True),
        ("The file of yuor netwerk does not exists at this place", False),
        ("The file of your computer does not exist at this place", False),
        ("The file of your netw0rk does not exist at this place", False),
        ("The file of your network does not exist at", False),
        ("file of your network does not exist", False),
        ("", False),
    ],
)
def test_a_line_that_was_typed_has_the_words_of_the_example_but_for_one_or_two(line, like):
    assert alike(words(line), KNOWN) == like


def test_so_many_words_and_letters_have_to_be_the_same():
    five = words("alpha beta gamma delta epsilon zeta")
    assert alike(words("alpha beta gamma delta epsilon zetta"), five)
    assert not alike(words("alpha beta gamma delta zetta"), words("alpha beta gamma delta zeta"))
    assert not alike(words("a be ga de ep zetta"), words("a be ga de ep zeta"))
    assert alike(words("alpha beta gamma delta zeta"), words("alpha beta gamma delta zeta"), unquoted=True)
    assert not alike(words("alpha beta gamma delta epsilon zeta"), five)


@pytest.mark.parametrize(
    ("word", "other", "like"),
    [
        ("network", "network", True),
        ("network", "networks", True),
        ("Network", "network", True),
        ("netwrok", "network", True),
        ("etwork", "network", False),
        ("abcdefgh", "abcdefghijk", True),
        ("abcdefgh", "abcdefghijkl", False),
        ("abcd", "abxy", False),
        ("net_1", "net_2", False),
    ],
)
def test_two_spellings_of_a_word(word, other, like):
    assert spelled_alike(word, other) == like


def test_only_one_message_may_be_the_one_that_was_typed():
    one = message("The file of your network does not exist", "The file of your network does not exist")
    line = "The file of your network does not exists"
    assert retyped(line, [one]) is one
    assert retyped(line, [one, message(one.pattern, one.example, "two")]) is None
    assert retyped(line + " " * 961, [one]) is None and retyped(line + " " * 960, [one]) is one
    quoted = message(
        "The file 'your network' does not exist at this place$", "The file 'your network' does not exist at this place"
    )
    assert retyped("The file your network does not exist at this place", [quoted]) is quoted
    assert retyped("The file your network does not exist at this placed", [quoted]) is quoted
    assert retyped("The file 'your network' does not exist at this place", [quoted]) is None


def test_of_a_long_line_the_first_words_are_looked_at():
    assert len(words("word " * 70)) == 60
    assert words("KeyError: 'it's' (so), [ok] - ") == ["its", "so", "ok"]


# What came in one line, or was cut at the edge of a terminal


@pytest.mark.parametrize("width", [40, 79, 80, 119, 120, 133, 300])
def test_lines_that_a_terminal_cut_are_put_together(width):
    text = ("word" * 200)[: 2 * width] + "end"
    wrapped = "\n".join([text[:width], text[width : 2 * width].upper(), text[2 * width :], "", "short"]) + "\n"
    assert folds.unwrapped(wrapped) == text[:width] + text[width : 2 * width].upper() + "end\n\nshort\n"


@pytest.mark.parametrize(
    ("lines", "width"),
    [
        (["a" * 39, "b" * 39, "c"], 0),
        (["a" * 301, "b" * 301, "c"], 0),
        (["a" * 60, "b" * 60, "c"], 60),
        (["a" * 60, "a" * 60, "c"], 0),
        (["a" * 60, "b"], 0),
        (["a" * 80, "b"], 80),
        (["a" * 80, " b"], 0),
        (["a" * 80 + "bc", "d" * 80, "b"], 0),
        (["a" * 90, "b" * 60, "c" * 60, "d"], 0),
        (["a" * 90, "b" * 60, "c" * 60, "e" * 60, "d"], 60),
        (["a" * 60, "b" * 60, "c" * 70, "d" * 70, "e"], 70),
        ([chr(97 + n) * 60 for n in range(9)] + ["end"], 60),
        ([chr(97 + n) * 60 for n in range(10)] + ["end"], 0),
        ([], 0),
    ],
)
def test_where_the_edge_of_a_terminal_was(lines, width):
    assert folds.edge(lines) == width


@pytest.mark.parametrize(
    "begins",
    [
        "File \"x.py\", line 3", "Traceback (most", "During handling", "Caused by op", "[[node", "```", ">>> x",
        "--> 3 x", "ValueError: x", "2020-01-01 x", "I0102 x", "E tensorflow/x.cc:3",
        "WARNING:x", "The above exception", "tf.errors.NotFoundError: x", "Warning: x",
    ],
)  # fmt: skip
def test_what_begins_a_line_is_no_piece_of_the_one_before(begins):
    text = "\n".join(["a" * 80, begins, "b" * 80, "c"]) + "\n"
    assert folds.unwrapped(text) == "\n".join(["a" * 80, begins, "b" * 80 + "c"]) + "\n"


def test_a_line_is_not_put_together_with_itself_or_with_nothing():
    text = "\n".join(["a" * 80, "a" * 80, "b" * 80, "", "c" * 80, "d"]) + "\n"
    assert folds.unwrapped(text) == "\n".join(["a" * 80, "a" * 80 + "b" * 80, "", "c" * 80 + "d"]) + "\n"


def test_a_traceback_gets_its_lines_back():
    escaped = r'{"log": "Traceback (most recent call last):\n  File \"a.py\", line 1\n\tf()\nValueError: \'x\'"}'
    assert folds.unfolded(escaped).split("\n")[1:] == ['  File "a.py", line 1', "\tf()", "ValueError: 'x'\"}"]
    assert folds.unfolded(r"a\nb \"c\"") == r"a\nb \"c\"", "no traceback"
    one = (
        'Traceback (most recent call last):  File "a.py", line 1, in f tf.NotFoundError: x During handling of the above'
    )
    assert folds.unfolded(one).split("\n")[1:] == [
        'File "a.py", line 1, in f', "tf.NotFoundError: x", "During handling of the above"]  # fmt: skip
    assert folds.unfolded(one.replace("  File", " file")).count("\n") == 0


# The errors that a text tells of


def kinds(text):
    return [(failure.kind, failure.chain) for failure in failures_in(cleaned(text))]


TRACEBACK = "Traceback (most recent call last):\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ValueError: x", [("ValueError", 0)]),
        ("Error:\n2018-06-29 16:02:00.398756: F a/b.cc:260] Check failed: c", []),
        ("Error:\nit failed", [("Error", 0)]),
        ("tf.errors.NotFoundError: x", [("NotFoundError", 0)]),
        ("KeyboardInterrupt", [("KeyboardInterrupt", 0)]),
        ("SystemExit : 3", [("SystemExit", 0)]),
        ("FAILED a.py::test - ValueError: x", [("ValueError", 0)]),
        ("Uncaught ValueError: x", [("ValueError", 0)]),
        ("NotFoundError (see above for traceback): x", [("NotFoundError", 0)]),
        ("'ValueError: x'", [("ValueError", 0)]),
        ("zipfile.BadZipFile: x", [("BadZipFile", 0)]),
        ("InvalidVersion: x", [("InvalidVersion", 0)]),
        ("error: x", []),
        ("lowerError: x", []),
        ("The ValueError: x", []),
        ("ValueErrors: x", []),
        (f"{TRACEBACK}ValueError: x\n{TRACEBACK}KeyError: y", [("ValueError", 1), ("KeyError", 2)]),
        (
            f"{TRACEBACK}ValueError: x\nDuring handling of the above exception, y\n{TRACEBACK}KeyError: y",
            [("ValueError", 1), ("KeyError", 1)],
        ),
        (
            f"{TRACEBACK}ValueError: x\nThe above exception was the direct cause\n{TRACEBACK}KeyError: y",
            [("ValueError", 1), ("KeyError", 1)],
        ),
        (f"Exception ignored in: f\n{TRACEBACK}KeyError: y\nValueError: x", [("ValueError", 1)]),
        ("UserWarning: a", [("UserWarning", 0)]),
        ("UserWarning: a\nValueError: x", [("ValueError", 0)]),
        ("ValueError: a _CHECKPOINTABLE_OBJECT_GRAPH", [("ValueError", 0)]),
        ("KeyError: x\nNotFoundError: Key _CHECKPOINTABLE_OBJECT_GRAPH", [("KeyError", 0)]),
        (
            f"KeyError: x\n{TRACEBACK}NotFoundError: Key _CHECKPOINTABLE_OBJECT_GRAPH",
            [("KeyError", 0), ("NotFoundError", 1)],
        ),
    ],
)
def test_the_errors_of_a_text_and_their_chains(text, found):
    assert kinds(text) == found


@pytest.mark.parametrize(
    "after",
    ["==== 1 failed ====", "In [3]:", "In[]:", ">>> f()", "-----", "FAILED a", "PASSED b", "I x/y.cc:3] hi", TRACEBACK],
)  # fmt: skip
def test_a_message_ends_where_something_else_begins(after):
    (failure,) = failures_in(cleaned(f"ValueError: a\nb\n{after}\nc"))
    assert failure.lines == ("ValueError: a", "b")


def test_a_message_has_so_many_lines():
    (failure,) = failures_in(cleaned("ValueError: a\n" + "b\n" * 3000))
    assert len(failure.lines) == 2000


# What is found


def test_of_many_causes_so_many_are_told():
    causes = tuple(Cause(what=str(n), do="x") for n in range(5))
    many = Message(id="m", worlds=(), pattern="it fails here", example="it fails here", causes=causes)
    assert [cause.what for cause in find.find(find.Text("it fails here"), [many]).causes] == ["0", "1", "2"]


def test_capitals_do_not_count_in_a_pattern_with_many_letters():
    for length, found in ((24, True), (23, False)):
        pattern = "x" * length
        assert bool(find.find(find.Text(pattern.upper()), [message(pattern, pattern)])) == found


def test_a_paragraph_of_so_many_characters_is_searched_as_one_line():
    for length, found in ((8000, True), (8001, False)):
        assert bool(find.Passage(["it", "x" * (length - 9), "fails"]).search("it.x+.fails")) == found


def test_a_very_long_line_is_shown_by_what_was_matched_in_it():
    one = message("it fails here", "it fails here")
    for length, whole in ((200, True), (201, False)):
        line = "it fails here " + "x" * (length - len("it fails here "))
        assert find.find(find.Text(line), [one]).shown == (line if whole else "it fails here")
    assert find.find(find.Text("before\nso  it fails here  today\nafter"), [one]).shown == "so it fails here today"


def test_so_many_errors_of_a_log_are_looked_at():
    one = message("it fails here", "it fails here")
    for others, found in ((199, True), (200, False)):
        text = "ValueError: it fails here\n" + "KeyError: 'x'\n" * others
        assert bool(find.find(find.Text(text), [one])) == found


def test_what_a_group_reads_is_without_the_marks_around_it():
    one = message("no (?P<key>.+) here", "no key here")
    for text, key in (("no 'a', here", "a"), ("no a;: here", "a"), ("no  a  here", "a")):
        assert find.find(find.Text(text), [one]).groups == {"key": key}
    assert find.find(find.Text("no {} here"), [one]).groups == {}, "a program's own line names nothing"
    assert find.find(find.Text("no a here of run/m.index"), [one]).groups == {"key": "a", "prefix": "run/m"}


@pytest.mark.parametrize(
    ("cause", "text", "found"),
    [
        ({"unless": "never"}, "it fails here", True),
        ({"unless": "never"}, "it fails here, never", False),
        ({"when": "so"}, "it fails here", False),
        ({"when": "so"}, "it fails here, so", True),
        ({"when": "so", "tell": "by x"}, "it fails here", True),
        ({"when": "so", "tell": "by x"}, "it fails here\n  File 'a.py', line 3", False),
    ],
)
def test_a_cause_fits_by_what_else_stands_in_the_text(cause, text, found):
    assert bool(find.find(find.Text(text), [message("it fails here", "it fails here", **cause)])) == found


def test_evidence_for_one_cause_leaves_out_the_others():
    causes = (Cause(what="a", do="x"), Cause(what="b", do="x", when="so"), Cause(what="c", do="x", unless="so"))
    many = Message(id="m", worlds=(), pattern="it fails here", example="it fails here", causes=causes)
    assert [cause.what for cause in find.find(find.Text("it fails here, so"), [many]).causes] == ["b"]
    assert [cause.what for cause in find.find(find.Text("it fails here"), [many]).causes] == ["a", "c"]


# What is like an unknown one


def test_messages_are_alike_by_the_share_of_their_words():
    examples = ["red apples fall", "red plums fall", "green leaves turn yellow early every autumn", "stone"]
    messages = [message(text, text, name) for text, name in zip(examples, "dcba", strict=True)]
    found = nearest.nearest("Red APPLES fall from trees", messages)
    assert [(one.id, sorted(shared)) for one, shared in found] == [
        ("d", ["apples", "fall", "red"]),
        ("c", ["fall", "red"]),
    ]
    assert found[0][1][0] == "apples", "the rarest word first"
    assert [one.id for one, _ in nearest.nearest("green things", messages)] == []
    assert [one.id for one, _ in nearest.nearest("green leaves", messages)] == ["b"]
    assert [one.id for one, _ in nearest.nearest("red plums fall", messages, count=1)] == ["c"]
    same = [message("one stone", "one stone", name) for name in "zyx"]
    assert [one.id for one, _ in nearest.nearest("one stone", same, count=2)] == ["x", "y"]
    assert nearest.nearest("x " * 400 + "stone", [message("stone", "stone")])
    many = [f"word{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(300)]
    assert nearest.nearest(" ".join([*many[:299], "stone"]), messages)
    assert nearest.nearest(" ".join([*many, "stone"]), messages) == []


# What is put in


def test_no_value_ends_the_text_that_it_stands_in():
    assert filled.python('f("{key}")', {"key": "a\"b'c\nd{e}f\\g"}) == 'f("abcdef/g")'
    assert filled.python('f("{prefix}")', {}) == filled.NOTE + 'f("PREFIX")'
    assert filled.python('f("{prefix}")', {"prefix": "run/m"}) == 'f("run/m")'
    assert filled.python('f("{prefix}", "{key}")', {"prefix": "run/m"}) == ""
    assert filled.python("\nf({other})\n", {}) == "f({other})"
    assert filled.words("{key} {name} {other} {prefix}", {"key": "a`b"}) == "a'b … {other} PREFIX"


@pytest.mark.parametrize(
    ("system", "value", "typed"),
    [
        ("posix", "my run/m", "'my run/m'"),
        ("posix", "run/m", "run/m"),
        ("nt", "my run/m", '"my run/m"'),
        ("nt", "m", "m"),
    ],
)
def test_a_command_is_quoted_for_the_shell(monkeypatch, system, value, typed):
    monkeypatch.setattr(filled, "os", type("System", (), {"name": system}))
    assert filled.command("tfckpt inspect {prefix} --values {key}", {"prefix": value, "key": "w"}, "p") == (
        f"p inspect {typed} --values w"
    )
    assert filled.command("tfckpt inspect {prefix} --values {key}", {"prefix": value}, "p") is None
    assert filled.command("", {}, "p") is None


# Where it comes from


def test_of_a_long_text_the_end_is_read(monkeypatch):
    monkeypatch.setattr(source, "PIECE", 10)
    content = bytes(range(95))
    for most, kept in ((30, 35), (25, 25), (20, 25), (1000, 95)):  # whole pieces, so that nothing is copied
        monkeypatch.setattr(source, "MOST", most)
        assert source.end_of(io.BytesIO(content)) == content[-kept:]


@pytest.mark.parametrize(
    "content",
    [
        "Schlüssel A".encode(), "Schlüssel A".encode("utf-8-sig"), "Schlüssel A".encode("utf-16"),
        "Schlüssel A".encode("utf-16-le"), "Schlüssel A".encode("cp1252"),
        b"\xfe\xff" + "Schlüssel A".encode("utf-16-be"),
    ],
)  # fmt: skip
def test_a_text_of_any_encoding(content):
    assert source.decoded(content, "it").lstrip("\ufeff") == "Schlüssel A"


def test_half_a_letter_is_no_reason_to_give_up():
    half = b"\x00\xd8"
    for content in (
        "Key A".encode("utf-16-le") + half,
        "Key A".encode("utf-16") + half,
        "Key A".encode("utf-16") + b"x",
    ):
        assert source.decoded(content, "it").rstrip("\ufffd") == "Key A"
    assert source.decoded(b"Key A\x81", "it") == "Key A\ufffd"


def test_what_is_no_text():
    for content in (b"", b" \n\t", "\ufeff".encode(), b"\0\0"):
        with pytest.raises(CheckpointError, match="There is nothing in it"):
            source.decoded(content, "it")
    assert source.decoded(b"a" * 90 + b"\x01" * 10, "it") and source.decoded(b"a\t\r\n\x1b\x08\x0c" * 9, "it")
    with pytest.raises(CheckpointError, match="What is in it is no text"):
        source.decoded(b"a" * 80 + b"\x01" * 20, "it")
    assert source.decoded(b"a" * 4000 + b"\x01" * 4000, "it"), "the beginning tells"


def test_words_on_the_command_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log").write_text("in the file")
    assert source.text_from(("log",)) == "in the file"
    assert source.text_from(("log", "file")) == "log file"
    assert source.text_from(("it fails " * 1000,)).startswith("it fails")
    assert source.text_from(("a\0 b",)) == "a\0 b"
    for nothing in (("",), (" ", "")):
        with pytest.raises(CheckpointError, match="nothing between the quotation marks"):
            source.text_from(nothing)
    with pytest.raises(CheckpointError, match="There is no file lag"):
        source.text_from(("lag",))
    for words_of_it in ((), ("-",)):
        monkeypatch.setattr("sys.stdin", io.StringIO("typed"))
        assert source.text_from(words_of_it) == "typed"
        monkeypatch.setattr("sys.stdin", None)
        with pytest.raises(CheckpointError, match="There is no input"):
            source.text_from(words_of_it)


# Lines


def test_the_texts_of_a_program_are_put_together():
    lines = cleaned("raise ValueError(\n  'a '\n  'b')\nx\n'c'\n---> 3  f'd ' \n   4  u'e' % f\n'g'")
    assert quoted_in(lines) == ["a b", "cd eg"]
    assert quoted_in(cleaned("'only one'\nx")) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("all went well\nit could not be read\nno such file\nEpoch 3\nbye", "no such file"),
        ("all went well\nbye", "all went well"),
        ("I x/y.cc:3] an error\nhello", "hello"),
        ("I x/y.cc:3] an error", "an error"),
        ("-----\n", "-----"),
        ("", ""),
    ],
)
def test_the_line_of_an_unknown_text_that_tells_most(text, line):
    assert most_telling(cleaned(text)) == line


def test_of_one_chain_one_error_is_told():
    first, second = message("it fails here", "it fails here"), message("it stops here", "it stops here", "two")
    chained = "ValueError: it fails here\n\nDuring handling of the above exception, x\n\nKeyError: it stops here"
    found = find.find(find.Text(f"{TRACEBACK}{chained.replace('KeyError', TRACEBACK + 'KeyError')}"), [first, second])
    assert found.message.id == "two" and found.also is None
    apart = f"{TRACEBACK}ValueError: it fails here\n{TRACEBACK}KeyError: it stops here"
    assert find.find(find.Text(apart), [first, second]).also.message.id == "one"


# Paths of Windows


@pytest.mark.parametrize(
    ("written", "prefix"),
    [
        (r'saver.restore(sess, r"C:\Users\Ana Maria\model-1")', r"C:\Users\Ana Maria\model-1"),
        (r'saver.restore(sess, "C:\\Users\\Ana Maria\\model-1")', r"C:\Users\Ana Maria\model-1"),
        (r'tf.train.import_meta_graph(R"C:\run\model-1.meta")', r"C:\run\model-1"),
        (r'saver.restore(sess, "\\\\server\\share\\model-1")', r"\\server\share\model-1"),
        (r'saver.restore(sess, r"\\server\share\model-1")', r"\\server\share\model-1"),
        (r"Restoring parameters from C:\run\\model-1", r"C:\run\\model-1"),
        (r"saver.restore(sess, u'run/model-1')", "run/model-1"),
    ],
)
def test_a_path_of_windows_is_read_as_python_reads_it(written, prefix):
    assert find.Text(written).prefix == prefix


def test_a_path_in_a_message_has_no_doubled_backslashes():
    found = find.find(find.Text(r"no 'C:\\run\\model'"), [message("no '(?P<path>[^']+)'", "no 'x'")])
    assert found.groups["path"] == r"C:\run\model"
