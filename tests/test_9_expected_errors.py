"""Truth 9, ``outcome`` and ``expect_error``: an error is one line, the same on every machine."""

import pytest

import course
from course.expected_errors import headline


def test_outcome(capsys):
    with course.outcome():
        raise ValueError("no\nmore")
    with course.outcome():
        pass
    assert capsys.readouterr().out == "ValueError: no […]\nNo error.\n"
    with pytest.raises(KeyboardInterrupt), course.outcome():
        raise KeyboardInterrupt


def test_expect_error(capsys):
    with course.expect_error(ValueError):
        raise ValueError("one line")
    with course.expect_error(KeyError, ValueError):
        raise ValueError("first\n\nsecond /a/path")
    assert capsys.readouterr().out == "ValueError: one line\nValueError: first […]\n"
    with (
        pytest.raises(AssertionError, match="should have raised ValueError, but they raised nothing"),
        course.expect_error(ValueError),
    ):
        pass
    with pytest.raises(TypeError), course.expect_error(ValueError):
        raise TypeError("another")


def test_a_long_message_breaks_between_words_and_sets_apart_what_it_wraps(capsys):
    guess = "Restoring from checkpoint failed. This is most likely due to a mismatch between the graph and the graph."
    with course.outcome():
        raise ValueError(f"{guess} Please ensure that. Original error:\n\nKey {'long/' * 30}kernel not found")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "ValueError: Restoring from checkpoint failed. This is most likely due to a mismatch",
        "between the graph and the graph. […]",
    ]
    assert lines[2:] == ["    Key", f"    {'long/' * 30}kernel", "    not found"]


def test_headline():
    message = (
        "Graph execution error:\n\nDetected at node 'A' defined at (most recent call last):\n  File x\nNode: 'A'\n"
        "Attempting to …\n\t [[{{node A}}]]"
    )
    assert headline(ValueError(message)) == "Attempting to … […]"
    assert headline(ValueError()) == "(no message)"


def test_headline_of_an_error_from_another_process():
    """The place stands there once for each process that the error went through, and then who sent it."""
    place = "Detected at node 'save/Merge' defined at (most recent call last):\n  File x\nNode: 'save/Merge'\n"
    for sender in ("From /job:worker/replica:0/task:0:\n", "=====\nINVALID_ARGUMENT: From /job:ps/task:1:\n"):
        message = f"Graph execution error:\n\n{place * 2}{sender}./part-0 did not exist.\n\t [[{{{{node save}}}}]]\n"
        assert headline(ValueError(message)) == "./part-0 did not exist. […]"


def test_headline_does_not_name_the_machine():
    message = "Op type not registered 'X' in binary running on lab-7.example.org. Make sure the Op is registered."
    assert headline(ValueError(message)) == (
        "Op type not registered 'X' in binary running on […]. Make sure the Op is registered."
    )


def test_headline_of_a_wrapped_error():
    """An error while restoring begins with a guess; the fact stands behind "Original error:"."""
    guess = "Restoring from checkpoint failed. This is most likely due to a mismatch."
    wrapped = f"{guess} Please ensure that you have not altered the graph. Original error:\n\n"
    assert headline(ValueError(f"{wrapped}Key C not found in checkpoint\n\t [[{{node save}}]]")) == (
        f"{guess} […] Key C not found in checkpoint […]"
    )
    assert headline(ValueError(f"{wrapped}Graph execution error:\n\nNode: 'save/Assign'\nAssign requires …")) == (
        f"{guess} […] Assign requires …"
    )
