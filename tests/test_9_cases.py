"""Truth 9, the cases of the reviews: each wrong choice is answered, and the answer does not give the right one away."""

import dataclasses
import importlib
from fractions import Fraction

import pytest

from course import lessons
from course.practice.cases import Case, as_markdown, judge, right_answers
from course.practice.verdict import NotYet

REVIEWS = [name for name in lessons.names() if lessons.is_review(name)]
LISTS = [
    pytest.param(value, id=f"{name}-{key}")
    for name in REVIEWS
    for key, value in vars(importlib.import_module(f"course.lessons.{name}")).items()
    if isinstance(value, list) and isinstance(value[0], Case)
]
PAIR = [
    Case("one", "right", {"wrong": "Because of this.", "Also wrong": "Because of that."}),
    Case("two", "yes", {"no": "It is not."}),
]


def test_there_is_a_review_at_the_end_of_each_part():
    numbered = {part: names for part, names in lessons.parts().items() if part.startswith("Part ")}
    assert [names[-1] for names in numbered.values()] == REVIEWS


@pytest.mark.parametrize("cases", LISTS)
def test_each_wrong_choice_has_its_answer(cases):
    answers = right_answers(cases)
    assert judge(cases, answers)
    said = []
    for number, case in enumerate(cases, 1):
        assert len(case.choices) == 3
        for letter in set(case.choices) - {case.letter}:
            with pytest.raises(NotYet) as verdict:
                judge(cases, {**answers, number: letter})
            assert f"{number}{letter}" in verdict.value.seen
            assert case.right not in verdict.value.because, "it would give the right choice away"
            said.append(verdict.value.because)
    assert len(set(said)) == len(said)
    assert len(set(answers.values())) > 1, "the same letter everywhere"
    assert all(text.endswith((".", "?", "`", ")")) for text in said)


def test_the_longest_choice_is_seldom_the_right_one():
    """Whoever always takes the longest choice gets no more right than by throwing a die with three sides."""
    cases = [case for each in LISTS for case in each.values[0]]
    longest = [case for case in cases if len(case.right) > max(map(len, case.wrong))]
    assert len(longest) <= len(cases) / 3, [case.right for case in longest]


def test_letters_are_in_the_order_of_the_alphabet():
    assert list(PAIR[0].choices.items()) == [("a", "Also wrong"), ("b", "right"), ("c", "wrong")]
    assert list(Case("", "Zebra", {"ant": "", "Bee": ""}).choices.values()) == ["ant", "Bee", "Zebra"], "not its case"
    assert right_answers(PAIR) == {1: "b", 2: "b"}


def test_the_cases_as_the_page_has_them():
    assert as_markdown(PAIR) == (
        "**1.** one\n\n- **a:** Also wrong\n- **b:** right\n- **c:** wrong\n\n**2.** two\n\n- **a:** no\n- **b:** yes"
    )


def test_a_case_stays_as_it_was_written():
    with pytest.raises(dataclasses.FrozenInstanceError):
        PAIR[0].right = "wrong"


FORM = 'a dict from the number of each case, 1 to 2, to a letter, such as `{1: "b", 2: "a"}`'
FITS = "one choice in each case that fits all that is seen"
OTHER_FORM = "The answer has another form; the choices were not looked at."
NO_SUCH = (
    "There is no such case, or it has no such choice. A number is whole and stands without quotes; a choice is its "
    "letter alone, in quotes."
)
STILL = "The other cases are still to come."


@pytest.mark.parametrize(
    ("answer", "seen", "expected", "because"),
    [
        (None, "`None`", FORM, OTHER_FORM),
        ("bb", "`'bb'`", FORM, OTHER_FORM),
        ({}, "Right so far: 0 of 2. Without a choice: 1, 2.", FORM, STILL),
        ({1: "b"}, "Right so far: 1 of 2. Without a choice: 2.", FORM, STILL),
        ({2: "b"}, "Right so far: 1 of 2. Without a choice: 1.", FORM, STILL),
        ({1: "c"}, "Not right yet: 1c.", FITS, "**1c.** Because of this."),
        ({1: "b", 2: "a"}, "Not right yet: 2a.", FITS, "**2a.** It is not."),
        ({2: "a", 1: "A "}, "Not right yet: 1a and 2a.", FITS, "**1a.** Because of that.\n\n**2a.** It is not."),
        ({1: "b", 2: "d"}, "`2: 'd'`", FORM, NO_SUCH),
        ({1: "B", 2: "D "}, "`2: 'D '`", FORM, NO_SUCH),
        ({1: "x", 5: "b"}, "`5: 'b'`", FORM, NO_SUCH),
        ({0: "b", 1: "b"}, "`0: 'b'`", FORM, NO_SUCH),
        ({3: "b", 1: "b"}, "`3: 'b'`", FORM, NO_SUCH),
        ({"1": "b"}, "`'1': 'b'`", FORM, NO_SUCH),
        ({1.0: "b", 2: "b"}, "`1.0: 'b'`", FORM, NO_SUCH),
        ({Fraction(1): "b", 2: "b"}, "`Fraction(1, 1): 'b'`", FORM, NO_SUCH),
        ({1: ["b"], 2: "b"}, r"`1: ['b']`", FORM, NO_SUCH),
    ],
)
def test_answers_that_are_not_right_yet(answer, seen, expected, because):
    with pytest.raises(NotYet) as verdict:
        judge(PAIR, answer)
    assert (verdict.value.seen, verdict.value.expected, verdict.value.because) == (seen, expected, because)


def test_what_else_there_is_to_say_comes_with_the_right_choice():
    case = Case("three", "short", {"longer": "No."}, more="And why.")
    assert judge([case], {1: "b"}) == "All 1 are right.\n\n**1.** Short. And why."
    assert "And why" not in as_markdown([case])


@pytest.mark.parametrize("answer", [{1: "b", 2: "b"}, {2: " B ", 1: "B"}])
def test_right_answers(answer):
    assert judge(PAIR, answer) == "All 2 are right.\n\n**1.** Right.\n\n**2.** Yes."
