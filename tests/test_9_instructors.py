"""Truth 9, the instructors' page: every lesson and exercise is on it, and no page for learners leads to it."""

import re

import pytest

from conftest import ROOT
from course import lessons, notebooks
from course.site import instructors


@pytest.fixture(scope="module")
def page():
    return instructors.page()


def test_it_has_every_lesson_and_exercise(page):
    headings = re.findall(r"^### (.*)$", page, re.MULTILINE)
    assert headings == [lessons.title(name) for name in lessons.names()]
    named = re.findall(r"^\*\*Exercise `(\w+)`", page, re.MULTILINE)
    assert sorted(named) == sorted(lessons.registry())
    assert page.count("<summary>Solution</summary>") == len(named)
    assert page.count("*not yet:*") == 3 * len(named)
    said = page.count("**Say.** ")
    assert said == len(headings) and page.count("**Points.**") >= said - len(REVIEWS) - len(lessons.AT_HAND)
    assert "noqa" not in page


REVIEWS = [name for name in lessons.names() if lessons.is_review(name)]


def test_its_links_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page, flags=re.DOTALL)  # a list that is called looks like a link
    targets = set(re.findall(r"\]\(([^)]+)\)", text))
    assert [target for target in targets if not target.startswith("https://") and not (ROOT / target).exists()] == []


def test_no_learner_is_led_to_it():
    for path in [*notebooks.all_notebooks(), ROOT / "README.md"]:
        assert "instructors" not in path.read_text(encoding="utf-8")
