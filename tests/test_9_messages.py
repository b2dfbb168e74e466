"""Truth 9, the one source of messages: it is well formed, its examples are real, and each is found as itself."""

import json
import re
import subprocess
import sys

import nbformat
import pytest

from conftest import ROOT
from course import notebooks
from tfckpt.explain import catalog
from tfckpt.explain.explanation import Explanation, lesson_file
from tfckpt.explain.find import Text
from tfckpt.explain.lines import quotes_alike
from tfckpt.explain.patterns import keyword

CATALOG = catalog.catalog()
MESSAGES = sorted(CATALOG.messages, key=lambda message: message.id)
MADE = [message for message in MESSAGES if message.made_by]


def named(messages):
    return {"argvalues": messages, "ids": [message.id for message in messages]}


def as_searched(text):
    """A text in one line, with 0 in place of each number that is another one in each run, as Python 3.11 has it."""
    text = text.replace("missing a required keyword-only argument", "missing a required argument")  # since Python 3.12
    return re.sub(r"\d{6,}", "0", " ".join(quotes_alike(text).split()))


@pytest.fixture(scope="module")
def made(with_tensorflow):
    """What the functions of ``make_messages.py`` raise, all in one process: ``{name: text}``."""
    if sys.platform != "linux":
        pytest.skip("the examples are those of Linux: other systems have other words for a full disk, a lock, a path")
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "make_messages.py"], cwd=ROOT, capture_output=True, text=True, timeout=550
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.mark.parametrize("message", **named(MESSAGES))
def test_the_example_is_found_as_itself(message):
    found = Explanation(message.example).found
    assert found or all(cause.when for cause in message.causes), "evidence is needed for each of its causes"
    if found:
        assert found.message.id == message.id


def test_an_argument_that_python_3_12_calls_keyword_only():
    said = "missing a required keyword-only argument: 'x'"
    bound = Explanation(f"TypeError: Binding inputs to tf.function failed due to `{said}`.").found
    assert bound.message.id == "binding-inputs-failed"
    exported = Explanation(f"    model.export(folder)\nTypeError: {said}").found
    assert exported.message.id == "call-with-several-arguments"


@pytest.mark.parametrize("message", **named(MADE))
def test_it_is_what_comes_today(made, message):
    text = made[message.made_by]
    assert Text(text).whole.search(message.pattern), text
    assert as_searched(message.example) in as_searched(text), text
    found = Explanation(text).found
    assert found and found.message.id == message.id, text


def test_each_function_is_used(made):
    assert set(made) == {message.made_by for message in MADE}


def test_the_lessons_and_cells_exist():
    cells = {}
    for number, title in CATALOG.lessons.items():
        path = notebooks.find(number)
        assert path.name == lesson_file(number, CATALOG.lessons)
        notebook = nbformat.read(path, as_version=4)
        assert notebook.cells[0].source.startswith(f"# {title}\n")
        cells[number] = {cell.id for cell in notebook.cells}
    assert set(CATALOG.lessons) == {path.name.partition("_")[0] for path in notebooks.all_notebooks()}
    for message in MESSAGES:
        for cause in message.causes:
            if cause.lesson:
                assert cause.cell in cells[cause.lesson], f"{message.id}: {cause.lesson} has no cell {cause.cell}"


@pytest.mark.parametrize("message", **named(MESSAGES))
def test_each_match_has_the_keyword(message):
    """Nothing is missed by looking for the keyword first: also where one of the pieces that may be missing is."""
    assert keyword(message.pattern) in quotes_alike(message.example)
    for found in catalog.compiled(message.pattern).finditer(quotes_alike(message.example)):
        assert keyword(message.pattern) in found[0]


@pytest.mark.parametrize(
    "pattern, word",
    [
        (r"files?", "file"),
        (r"ab*cd{0,2}e", "a"),
        (r"one|another", ""),
        (r"(one|another) word", "word"),
        (r"a[bc]+def\.g", "def.g"),
        (r"[]]abc", "abc"),
        (r"`name`", "'name'"),
        (r"x+yz", "yz"),
        (r"[^\]]long", "long"),
        (r"", ""),
    ],
)
def test_keyword(pattern, word):
    assert len(keyword(pattern)) == len(word)
    assert keyword(pattern) in word or not word


GOOD = """
[[message]]
id = "a-message"
worlds = ["saver"]
pattern = 'no (?P<key>\\S+) here'
example = "no A here"
made_by = "key_not_found"

[[message.cause]]
what = "There is no {key}."
do = "Look for {key}."
code = "print({'a': '{key}'})"
run = "tfckpt inspect {prefix}"
lesson = "06"
cell = "a-cell"
"""


@pytest.mark.parametrize(
    "change, says",
    [
        (("worlds = ", "world = "), "the field world is not known"),
        (('id = "a-message"', 'id = "A message"'), "kebab case"),
        (('"saver"', '"savers"'), "savers is none of the worlds"),
        (("?P<key>", "?P<keys>"), "the group keys is none of"),
        (("(?P<key>", "(?P<key>("), "its pattern is no regular expression"),
        (('made_by = "key_not_found"', ""), "either made_by or seen"),
        (("no {key}.", "no {shape}."), "what has {shape}, which its pattern does not have"),
        (("what = ", "cause = "), "the field cause is not known"),
        (('do = "Look for {key}."', ""), "do is missing"),
        (("tfckpt inspect", "rm -r"), "run is no command of tfckpt"),
        (('cell = "a-cell"', ""), "lesson and cell go together"),
        (('run = "tfckpt', "when = '('\nrun = \"tfckpt"), "when is no regular expression"),
        (('lesson = "06"', "lesson = 6"), "lesson is not a str"),
    ],
)
def test_what_is_wrong_in_the_source_is_said(tmp_path, change, says):
    path = tmp_path / "some.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert catalog.read(tmp_path).messages[0].causes[0].what == "There is no {key}."
    path.write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(catalog.CatalogError, match=re.escape(says)):
        catalog.read(tmp_path)
    path.write_text(GOOD + GOOD, encoding="utf-8")
    with pytest.raises(catalog.CatalogError, match="the id a-message stands there 2 times"):
        catalog.read(tmp_path)


def test_all_that_is_wrong_is_said_in_a_line_each(tmp_path):
    path = tmp_path / "some.toml"
    other = GOOD.replace('id = "a-message"', "").replace("worlds = ", "world = ")
    path.write_text(GOOD.replace('do = "Look for {key}."', "").replace("what = ", "cause = ") + other, encoding="utf-8")
    with pytest.raises(catalog.CatalogError) as caught:
        catalog.read(tmp_path)
    assert str(caught.value).splitlines() == [
        f"{tmp_path}:",
        "message 1 (a-message): cause 1: the field cause is not known",
        "message 1 (a-message): cause 1: what is missing",
        "message 1 (a-message): cause 1: do is missing",
        "message 2 (without id): the field world is not known",
        "message 2 (without id): id is missing",
        "message 2 (without id): worlds is missing",
        "message 2 (without id): its id is not in kebab case, such as key-not-found",
    ]
