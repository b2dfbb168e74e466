"""Truth 9, the words: the glossary of lesson 21 has those of lesson 00, in its words, and links each to its lesson."""

import re

import nbformat

from course import notebooks


def text_of(lesson):
    cells = nbformat.read(notebooks.find(lesson), as_version=4).cells
    return "\n\n".join(cell.source for cell in cells)


def tables_of_words(lesson):
    """The rows of a lesson's tables of words, in order: lists of a word, its meaning and perhaps its lessons."""
    for table in re.findall(r"^\| word \| meaning \|.*\n\|.*\n((?:\|.*\n?)+)", text_of(lesson), re.MULTILINE):
        yield from (re.split(r" \| ", row.strip("| ")) for row in table.splitlines())


def test_the_words_of_lesson_00_mean_the_same():
    glossary = {word: (meaning, links) for word, meaning, links in tables_of_words("21")}
    rows = list(tables_of_words("00"))
    assert len(rows) >= 20
    for word, meaning, *lessons in rows:
        assert word in glossary, f"the glossary lacks {word}"
        assert glossary[word][0] == meaning, word
        if lessons:
            assert ", ".join(re.findall(r"\[(\w+)\]", glossary[word][1])) == lessons[0], word


def test_each_word_stands_once_in_its_place():
    words = [word.lower().removeprefix("to ") for word, *_ in tables_of_words("21")]
    assert len(words) >= 40
    assert words == sorted(set(words))


def test_each_word_is_in_the_lessons_that_it_names():
    for word, meaning, links in tables_of_words("21"):
        assert meaning
        found = re.findall(r"\[(\w+)\]\((\w+)\.ipynb\)", links)
        assert found and links == ", ".join(f"[{number}]({name}.ipynb)" for number, name in found), word
        for number, name in found:
            assert name.startswith(f"{number}_"), f"{word}: [{number}] leads to {name}"
            said = text_of(name).replace("_", " ").lower()
            for part in word.lower().removeprefix("to ").split(", "):
                assert re.search(rf"\b{re.escape(part)}s?\b", said), f"lesson {number} does not say {part}"
