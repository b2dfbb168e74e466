"""Truth 9, practising: what a verdict says beyond its own attempt, what comes next, and when a solution comes."""

import ast
import re
import sys
import types

import pytest

import course
from conftest import ROOT
from course import lessons, progress_file
from course.practice import feedback
from course.practice.exercise import without_docstring, wrapped_comments
from course.practice.panel import link, on_buttons, panel, shown
from course.practice.verdict import BLANK, CORRECT, NOT_YET, NotYet, Verdict
from tfckpt.document import Note


@pytest.fixture
def exercise(clean_exercises):
    return lessons.registry()["restore_weights"]


def wrong(source, because):
    verdict = Verdict.not_yet(NotYet("seen", "expected", because), printed="printed by it")
    verdict.source = f"def restore_weights(prefix):\n    {source}"
    return verdict


def said(exercise, *verdicts):
    """What is said of one attempt after another, in plain words."""
    return [repr(feedback.remember(exercise, verdict)) for verdict in verdicts]


def test_the_same_code_again(exercise):
    first, again, remark = said(exercise, wrong("a", "x"), wrong("a", "x"), wrong("a  # a remark", "x"))
    assert "the code of your last attempt" not in first
    for text in (again, remark):
        assert text.startswith(f"{NOT_YET}. This is the code of your last attempt, so the verdict is the same.")
        assert "run the cell with the function" in text
        assert "Likely cause: x" in text
    assert exercise.hints_given == 0, "a cell that was not run costs no hint"


def test_other_code_with_the_same_cause_gets_one_hint_after_the_other(exercise):
    texts = said(exercise, *(wrong(f"return {number}", "x") for number in range(6)))
    assert "Again." not in texts[0]
    for number in (1, 2, 3):
        assert "Again. Your code has changed, and the likely cause has not." in texts[number]
        assert f"Hint {number} of 3. {exercise.hints[number - 1][:20].replace('`', '')}" in texts[number]
    for text in texts[4:]:
        assert "Hint" not in text
        assert "Read the third hint once more, or compare with course.solution(restore_weights)." in text


def test_another_cause_is_no_again(exercise):
    first, other, back = said(exercise, wrong("a", "x"), wrong("b", "y"), wrong("a", "x"))
    assert "Again." not in first + other
    assert "Again. An earlier attempt of yours had the same likely cause. Hint 1 of 3." in back
    assert "has not" not in back, "the last attempt's was another one"


def test_a_cause_that_is_not_known_is_not_said_and_is_no_again(exercise):
    first, other, same = said(exercise, wrong("a", None), wrong("b", None), wrong("b", None))
    assert "Likely cause" not in first
    assert "Again." not in other
    assert "the code of your last attempt" in same


SAME_CODE = (
    "**This is the code of your last attempt**, so the verdict is the same. If you have changed it since, run the cell "
    "with the function."
)
CHANGED = "**Again.** Your code has changed, and the likely cause has not. "
EARLIER = "**Again.** An earlier attempt of yours had the same likely cause. "
READ_AGAIN = "Read the third hint once more, or compare with `course.solution(restore_weights)`."


@pytest.mark.parametrize(
    ("before", "code", "because", "hints", "first", "also"),
    [
        ([], "a", "x", 0, "", ""),
        ([(CORRECT, "a", "x")], "a", "x", 0, "", ""),  # a right attempt has no cause to come back to
        ([(BLANK, "a", None)], "a", None, 0, "", ""),
        ([(NOT_YET, "a", "y")], "a", "x", 0, "", ""),
        ([(NOT_YET, "a", "x")], "a", "x", 0, SAME_CODE, ""),
        ([(NOT_YET, "a", None)], "a # b", None, 0, SAME_CODE, ""),
        ([(NOT_YET, "a", None)], "b", None, 0, "", ""),
        ([(NOT_YET, "a", "x")], "b", "x", 0, "", f"{CHANGED}**Hint 1 of 3.** one?"),
        ([(NOT_YET, "a", "x")], "b", "x", 2, "", f"{CHANGED}**Hint 3 of 3.** three."),
        ([(NOT_YET, "a", "x")], "b", "x", 3, "", f"{CHANGED}{READ_AGAIN}"),
        ([(NOT_YET, "a", "x"), (NOT_YET, "b", "y")], "a", "x", 3, "", f"{EARLIER}{READ_AGAIN}"),
        ([(NOT_YET, "a", "x"), (NOT_YET, "b", "y")], "a", "x", 1, "", f"{EARLIER}**Hint 2 of 3.** two."),
        ([(NOT_YET, "a", "y"), (NOT_YET, "b", "x")], "c", "x", 3, "", f"{CHANGED}{READ_AGAIN}"),
        ([(NOT_YET, "a", "y"), (NOT_YET, "b", "x")], "a", "x", 3, "", f"{CHANGED}{READ_AGAIN}"),
    ],
)
def test_what_is_said_of_an_attempt_after_others(exercise, monkeypatch, before, code, because, hints, first, also):
    monkeypatch.setattr(exercise, "hints", ("one?", "two.", "three."))
    for state, source, cause in before:
        earlier = Verdict(state, "", because=cause)
        earlier.source = source
        exercise.tried.append(earlier)
    exercise.hints_given = hints
    verdict = wrong(code, because)
    verdict.source = code
    said = feedback.remember(exercise, verdict)
    paragraphs = [first, verdict.text.strip() if first else verdict.text, also]
    assert said.text == "\n\n".join(filter(None, paragraphs))
    assert said.printed == "printed by it"
    assert exercise.tried[-1] is verdict and len(exercise.tried) == len(before) + 1, "kept as it was judged"


def test_a_right_or_a_blank_attempt_is_kept_and_nothing_is_added(exercise):
    for state in (CORRECT, BLANK):
        exercise.tried[:] = [wrong("a", None)]
        verdict = Verdict(state, "")
        verdict.source = exercise.tried[0].source
        assert feedback.remember(exercise, verdict) is verdict
        assert exercise.tried[1:] == [verdict]


@pytest.mark.parametrize(
    ("tried", "told", "hints", "first"),
    [
        ([], False, 0, True),
        ([], False, 2, True),
        ([], False, 3, False),
        ([], True, 0, False),
        ([None], False, 0, False),
        ([None], True, 3, False),
    ],
)
def test_who_should_try_first(exercise, tried, told, hints, first):
    exercise.tried, exercise.told_to_try, exercise.hints_given = tried, told, hints
    assert feedback.should_try(exercise) is first


def test_what_is_said_to_who_should_try_first(exercise):
    assert feedback.try_first(exercise).markdown == (
        "**Try it first.** You have not attempted `restore_weights` yet. A wrong attempt costs nothing, and its "
        "verdict says what to look at; `course.hint(restore_weights)` helps on the way. To see the solution anyway, "
        "ask for it again."
    )
    assert exercise.told_to_try is True


def test_each_known_wrong_attempt_keeps_its_verdict_the_second_time(clean_exercises):
    """Here for one exercise; what the feedback adds, it adds to whatever the verdict says."""
    exercise = lessons.registry()["name_the_writer"]
    for attempt in exercise.wrong_attempts:
        for again in (False, True):
            verdict = feedback.remember(exercise, course.practice.check(exercise, attempt.function))
            assert attempt.says in verdict.markdown
            assert ("This is the code of your last attempt" in verdict.markdown) == again


def test_what_comes_next(exercise):
    assert lessons.after(exercise, {}) == "`prefix_of`, in this lesson."
    done = {"prefix_of": progress_file.Entry(progress_file.CORRECT)}
    following = lessons.after(exercise, done)
    assert following.startswith("[05 Reset the graph and fail](05_reset_the_graph_and_fail.ipynb).")
    assert "course.progress()" in following
    second = lessons.registry()["prefix_of"]
    assert lessons.after(second, {}) == "`restore_weights`, in this lesson.", "what was passed over"
    assert lessons.after(second, {"restore_weights": progress_file.Entry(progress_file.NOT_YET)}).startswith(
        "`restore_weights`"
    )
    exercise.tried.append(Verdict(CORRECT, ""))
    assert lessons.after(second, {}) == following, "what this process has seen counts, when nothing is kept too"


def test_after_each_exercise_comes_something_that_is_there():
    everything = {name: progress_file.Entry(progress_file.CORRECT) for name in lessons.registry()}
    last = [name for name in lessons.names() if name not in lessons.AT_HAND][-1]
    for exercise in lessons.registry().values():
        following = lessons.after(exercise, everything)
        if exercise.__module__.endswith(last):
            assert following.startswith("the exercises of the last lesson are done.")
        else:
            assert (ROOT / "notebooks" / following.partition("](")[2].partition(")")[0]).is_file()


def name_the_writer():
    return "Saver"


def test_a_right_attempt_says_what_comes_next(clean_exercises):
    verdict = course.check(name_the_writer)
    assert repr(verdict).splitlines()[-1].startswith("Next: 01 Create a graph. The exercises of this lesson are done,")
    assert "[01 Create a graph](01_create_a_graph.ipynb)" in verdict.markdown


def test_a_solution_before_the_first_attempt_comes_when_it_is_asked_for_again(clean_exercises):
    first, second = (repr(course.solution(name_the_writer)) for _ in range(2))
    assert first.startswith("Try it first. You have not attempted name_the_writer yet.")
    assert "ask for it again" in first
    assert "return" not in first
    assert 'return "Saver"' in second


def test_a_solution_after_an_attempt_or_after_the_hints_comes_at_once(exercise, tmp_path, monkeypatch):
    def solution():
        monkeypatch.setattr(exercise, "told_to_try", False)
        return repr(course.solution(exercise.reference))

    for _ in exercise.hints:
        assert solution().startswith("Try it first.")
        exercise.hint()
    assert solution().startswith("A solution of"), "the third hint says that the solution is left"
    exercise.hints_given = 0
    exercise.tried.append(wrong("a", "x"))
    assert solution().startswith("A solution of")
    exercise.tried.clear()
    monkeypatch.setenv(progress_file.VARIABLE, str(tmp_path / "progress.json"))
    assert solution().startswith("Try it first.")
    progress_file.keep("restore_weights", correct=False)  # yesterday, in another kernel
    assert solution().startswith("A solution of")


def test_the_contents_are_the_registrys():
    """Read from the sources without TensorFlow, and found by importing them: the same."""
    imported = {name: [] for name in lessons.names()}
    for name, exercise in lessons.registry().items():
        imported[exercise.__module__.removeprefix("course.lessons.")].append(name)
    assert lessons.contents() == imported


def test_without_an_argument_it_is_the_exercise_at_hand(clean_exercises, monkeypatch):
    notebook = types.ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", notebook)
    main = vars(notebook)
    monkeypatch.setattr(lessons, "asked_last", [])
    assert "No exercise is at hand" in repr(course.check())
    monkeypatch.setitem(main, "restore_weights", lessons.registry()["restore_weights"].reference)
    monkeypatch.setitem(main, "name_the_writer", lessons.registry()["name_the_writer"].reference)
    assert "Hint 1 of 3" in repr(course.hint())
    assert lessons.registry()["name_the_writer"].hints_given == 1, "the first one of the notebook"
    course.hint(main["restore_weights"])
    assert course.check().state == CORRECT
    assert [len(lessons.registry()[name].tried) for name in ("restore_weights", "name_the_writer")] == [1, 0]
    assert "A solution of restore_weights" in repr(course.solution())


def test_buttons_below_a_verdict(clean_exercises):
    exercise = lessons.registry()["name_the_writer"]

    def name_the_writer():
        return "saver"

    wrong = course.check(name_the_writer)
    assert list(wrong.actions) == ["Hint", "Solution"]
    assert "Hint 1 of 3" in repr(*wrong.actions["Hint"]())
    assert "A solution of name_the_writer" in repr(*wrong.actions["Solution"]())
    right = course.check(exercise.reference)
    own, solution = right.actions["Compare with a solution"]()
    assert "Your name_the_writer" in repr(own)
    assert "A solution of name_the_writer" in repr(solution)


def test_a_panel_is_the_verdict_and_what_a_button_brings(clean_exercises):
    def name_the_writer():
        return "saver"

    verdict = course.check(name_the_writer)
    box = panel(verdict, verdict.actions)
    shown, buttons, below = box.children
    assert shown.outputs[0]["data"]["text/markdown"] == verdict._repr_markdown_()
    assert [button.description for button in buttons.children] == ["Hint", "Solution"]
    assert below.children == ()
    buttons.children[0].click()
    assert "Hint 1 of 3" in below.children[0].outputs[0]["data"]["text/plain"]
    buttons.children[0].click()
    text = below.children[0].outputs[0]["data"]["text/plain"]
    assert 0 <= text.index("Hint 1 of 3") < text.index("Hint 2 of 3"), "the earlier hints stay"
    assert text.endswith("Ask again for the next one.")


def test_a_panel_names_its_buttons_and_not_the_calls(clean_exercises):
    def name_the_writer(): ...

    verdict = course.check(name_the_writer)
    assert repr(verdict).endswith("Stuck? course.hint(name_the_writer)"), "where there are no buttons"
    shown, buttons, below = panel(verdict, verdict.actions).children
    for text in shown.outputs[0]["data"].values():
        assert "then run this one again." in text
        assert "Stuck?" not in text and "hint" not in text, "the button says so"
    for _ in range(3):
        buttons.children[0].click()
    assert below.children[0].outputs[0]["data"]["text/plain"].endswith("What is left is Solution.")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Ask `course.hint(f_1)` or `course.solution(f_1)`.", "Ask **Hint** or **Solution**."),
        ("`course.hint(a)` `course.hint(b)`", "**Hint** **Hint**"),
        ("Go on. Stuck? `course.hint(f)` Or not.", "Go on. Or not."),
        ("`course.check(f)`, `course_hint(f)`, course.hint(f)", "`course.check(f)`, `course_hint(f)`, course.hint(f)"),
    ],
)
def test_a_call_that_stands_on_a_button_is_named_as_the_button_is(text, named):
    assert on_buttons(text) == named


def test_how_a_panel_is_laid_out():
    """The buttons and what they bring go on in a new row where the window is narrow."""
    verdict = Verdict(NOT_YET, "Wrong. **Next:** [02 Two](02_two.ipynb). Ask `course.hint(f)`.")
    notes = [Note("one, see `course.solution(f)`"), Note("**two**")]
    text, row, below = panel(verdict, {"Both": lambda: notes, "None": list}).children
    both, none, following = row.children
    assert text.outputs[0]["data"]["text/markdown"] == verdict.saying("Wrong. Ask **Hint**.")._repr_markdown_()
    assert [row.layout.flex_flow, below.layout.flex_flow] == ["row wrap"] * 2
    assert [both.description, none.description] == ["Both", "None"]
    assert [both.layout.width, none.layout.width] == ["auto"] * 2
    assert following.outputs == link("02 Two", "02_two.ipynb").outputs
    both.click()
    assert [each.outputs for each in below.children] == [
        shown(Note("one, see **Solution**")).outputs,
        shown(Note("**two**")).outputs,
    ]
    assert [each.layout.flex for each in below.children] == ["1 1 48em"] * 2
    none.click()
    assert below.children == ()


def test_how_a_note_is_shown_in_a_panel():
    widget = shown(Note("**two** `words`"))
    data = {"text/markdown": "**two** `words`", "text/plain": "two words"}
    assert widget.outputs == ({"output_type": "display_data", "data": data, "metadata": {}},)
    assert (widget.layout.flex, widget.layout.min_width) == ("none", "0")
    assert shown(Note(""), "1 1 48em").layout.flex == "1 1 48em"


def test_the_next_lesson_is_a_button(clean_exercises):
    """A link that looks like one: where there are no buttons, the verdict's text has it."""
    verdict = course.check(name_the_writer)
    text, buttons, _ = panel(verdict, verdict.actions).children
    compare, following = buttons.children
    assert compare.description == "Compare with a solution"
    assert following.outputs[0]["data"]["text/markdown"] == "[Next: 01 Create a graph](01_create_a_graph.ipynb)"
    assert "course-next" in following._dom_classes
    for said in text.outputs[0]["data"].values():
        assert "Create a graph" not in said and "you can close its tab" in said, "said once"


def test_a_comparison_leaves_the_docstrings_out(exercise):
    verdict = course.check(exercise.reference)
    for note in verdict.actions["Compare with a solution"]():
        assert "def restore_weights(prefix):" in repr(note) and "with tf.Session() as sess:" in repr(note)
        assert '"""' not in repr(note)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('def f():\n    """One."""\n    return 1', "def f():\n    return 1"),
        (
            'def f(a,\n      b):\n    """Two\n\n    lines."""\n    # why\n    return 1',
            "def f(a,\n      b):\n    # why\n    return 1",
        ),
        ("def f():\n    return 1", "def f():\n    return 1"),
        ('def f(): """One."""; return 1', 'def f(): """One."""; return 1'),
        ('def f():\n    """\u00fc."""; return 1', 'def f():\n    """\u00fc."""; return 1'),
    ],
)
def test_without_docstring(source, shown):
    assert without_docstring(source) == shown


def test_a_comment_is_wrapped_as_a_paragraph():
    """Lines that were broken for a wider page are not broken a second time, each for itself."""
    source = "    # one two three\n    # four\n    x = 1  # five six seven\n    # eight\n\n    # nine"
    assert wrapped_comments(source, 18).splitlines() == [
        "    # one two",
        "    # three four",
        "    # five six",
        "    # seven",
        "    x = 1",
        "    # eight",
        "",
        "    # nine",
    ]
    assert wrapped_comments(source) == source, "what fits stays as it is"


@pytest.mark.parametrize("name", lessons.registry())
def test_a_solution_can_be_read(name):
    """Shown without the docstring, which the learner has before their eyes, and with reasons that no page wraps."""
    exercise = lessons.registry()[name]
    tree = ast.parse(exercise.solution)
    tree.body[0].body = tree.body[0].body[1:]
    assert ast.unparse(ast.parse(exercise.to_read)) == ast.unparse(tree), "the same code"
    reasons = [line for line in exercise.to_read.splitlines() if line.strip().startswith("#")]
    assert max(map(len, reasons), default=0) <= 76
    words = [re.findall("[a-z]+", text) for text in (exercise.to_read, exercise.solution)]
    docstring = re.findall("[a-z]+", ast.get_docstring(ast.parse(exercise.solution).body[0]))
    assert len(words[0]) == len(words[1]) - len(docstring), "and its reasons"
