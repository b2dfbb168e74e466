"""Truth 9, the verdict: its words, its form in a notebook, its way from the attempt's process, and equal values."""

import subprocess
import sys

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from course.practice.panel import VIEW
from course.practice.verdict import BLANK, CORRECT, NOT_YET, NotYet, Verdict, must_be_array, same

NAN = float("nan")
NO_ARRAY = (
    "An array is asked for, as `sess.run(...)` returns it for one tensor. For a list of tensors it returns a list; "
    "`.tolist()`, `str` and the like make something else of an array."
)
BY_THE_BYTES = np.array([np.void(b"ab")])  # of a dtype that has no ``!=`` for each element


@pytest.mark.parametrize(
    ("state", "text", "printed", "markdown"),
    [
        (CORRECT, "It is 4.", "", "**✅ Correct.** It is 4."),
        (NOT_YET, "\n\n- **Seen:** 5", " \n", "**❌ Not yet.**\n\n- **Seen:** 5"),
        (
            BLANK,
            "Go on.\n",
            "  one\ntwo\n\n",
            "**✏️ Not attempted.** Go on.\n\n\nYour function printed:\n\n```\n  one\ntwo\n```",
        ),
    ],
)
def test_what_a_verdict_says(state, text, printed, markdown):
    verdict = Verdict(state, text, printed)
    assert verdict.markdown == markdown
    assert (verdict.state, verdict.text, verdict.printed, verdict.because) == (state, text, printed, None)
    assert (verdict.source, verdict.actions) == (None, None)


@pytest.mark.parametrize(
    ("because", "last_line"),
    [("Count again.", "\n- **Likely cause:** Count again."), ("", "\n- **Likely cause:** "), (None, "")],
)
def test_what_was_seen_what_was_expected_and_the_cause(because, last_line):
    verdict = Verdict.not_yet(NotYet("`5`", "`4`", because), printed="five")
    assert verdict.text == f"\n\n- **Seen:** `5`\n- **Expected:** `4`{last_line}"
    assert (verdict.state, verdict.printed, verdict.because) == (NOT_YET, "five", because)
    assert Verdict.not_yet(NotYet("`5`", "`4`", because)).printed == ""


def test_what_an_examiner_raises_says_the_same_where_nothing_catches_it():
    problem = NotYet(seen="`5`", expected="`4`", because="Count again.")
    assert problem.args == (problem.seen, problem.expected, problem.because) == ("`5`", "`4`", "Count again.")


def test_the_same_verdict_with_other_words():
    verdict = Verdict(NOT_YET, "\n\nWrong.\n", "printed", "a cause")
    verdict.source, verdict.actions = "def f(): pass", {"Hint": list}
    for other, text in (
        (verdict.saying("Other."), "Other."),
        (verdict.saying_also("More."), "\n\nWrong.\n\n\nMore."),
        (verdict.saying_first("First."), "First.\n\nWrong."),
    ):
        assert other.text == text
        assert (other.state, other.printed, other.because) == (NOT_YET, "printed", "a cause")
        assert (other.source, other.actions) == ("def f(): pass", {"Hint": list})
    assert verdict.text == "\n\nWrong.\n", "the first one stays as it is"


@pytest.mark.parametrize(("state", "kind"), [(CORRECT, "correct"), (NOT_YET, "not-yet"), (BLANK, "blank")])
def test_in_a_notebook_it_is_a_quotation_whose_class_has_a_color(state, kind):
    """Markdown within HTML needs the empty lines."""
    verdict = Verdict(state, "\n\nOne.\n\n  two")
    quoted = f"> **{state}.**\n>\n> One.\n>\n>   two"
    assert verdict._repr_markdown_() == f'<div class="verdict {kind}">\n\n{quoted}\n\n</div>'


def test_buttons_are_shown_where_there_is_something_to_do():
    verdict = Verdict(NOT_YET, "Wrong.")
    assert verdict._repr_mimebundle_() == verdict._repr_mimebundle_(include=None, exclude=None) == {}
    verdict.actions = {"Hint": list}
    bundle = verdict._repr_mimebundle_()
    assert list(bundle) == [VIEW] == ["application/vnd.jupyter.widget-view+json"]
    assert bundle[VIEW]["model_id"]


@pytest.mark.parametrize(
    "verdict",
    [Verdict(CORRECT, "It is 4.", "a\n"), Verdict.not_yet(NotYet("`5`", "`4`", "Ü"), "b"), Verdict(BLANK, "")],
)
def test_a_verdict_comes_whole_from_another_process(verdict):
    other = Verdict.from_json(verdict.as_json())
    assert isinstance(verdict.as_json(), bytes)
    assert vars(other) == vars(verdict)


@pytest.mark.parametrize(
    "data", [b"", b"ready", b"4", b"[]", b'["a", "b", "c"]', b'["a", "b", 3, null]', b'{"state": "a"}']
)
def test_anything_else_is_no_verdict(data):
    with pytest.raises(ValueError):
        Verdict.from_json(data)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (4, 4, True),
        (4, 5, False),
        (4, 4.0, False),  # another dtype
        ([1, 2], [[1, 2]], False),  # another shape
        ([1, 2], [1, 2, 3], False),
        ([1.5, 2.5], np.array([1.5, 2.5]), True),
        ([1, 2], [1, 3], False),
        (np.float32([1, 2]), np.float64([1, 2]), False),
        (np.float32([[1], [2]]), np.float32([1, 2]), False),
        (NAN, NAN, True),
        ([1, NAN], [1, -NAN], True),  # the bytes differ
        ([NAN, 1], [1, NAN], False),
        ([NAN, 1], [NAN, 2], False),
        ([1, -NAN], [1, 1], False),
        (0.0, -0.0, True),
        ([], [], True),
        ([], 0, False),
        (b"ab", b"ab", True),
        ("ab", "ac", False),
        (["a", "b"], ["a", "c"], False),
        (True, 1, False),
        (BY_THE_BYTES, BY_THE_BYTES.copy(), True),
    ],
)
def test_equal_values(one, other, equal):
    assert same(one, other) is equal
    assert same(other, one) is equal


@pytest.mark.parametrize("answer", [np.float32([1, 2]), np.float32(3), np.array("text"), np.bool_(True)])
def test_an_array_or_a_number_out_of_one_is_a_value(answer):
    assert must_be_array(answer, "an array", "nothing was returned") is None


@pytest.mark.parametrize(
    ("answer", "seen", "because"),
    [
        (None, "The function returned `None`.", "A `return` is missing."),
        (
            [1, 2],
            "The function returned an object of type `list`.",
            NO_ARRAY,
        ),
        (
            4,
            "The function returned an object of type `int`.",
            NO_ARRAY,
        ),
        (
            tf.TensorShape([2]),
            "The function returned an object of type `TensorShape`.",
            "That is not the value of a tensor. A session has the values: `sess.run(...)` fetches them.",
        ),
    ],
)
def test_what_beginners_return_in_place_of_a_value(answer, seen, because):
    for begins, options in (("The function returned", {}), ("The first one is", {"seen": "The first one is"})):
        with pytest.raises(NotYet) as problem:
            must_be_array(answer, "an array", "A `return` is missing.", **options)
        assert problem.value.seen == seen.replace("The function returned", begins)
        assert (problem.value.expected, problem.value.because) == ("an array", because)


def test_what_is_imported_with_the_front_door_needs_no_numpy():
    """The verdict's module is imported by ``course.check``: NumPy is not loaded before a value is compared."""
    code = "import sys, course.practice.verdict; print('numpy' in sys.modules, 'ipywidgets' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False"], done.stderr
