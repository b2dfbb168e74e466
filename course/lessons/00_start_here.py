"""Exercise of lesson 00: so easy that it teaches only the loop of check, hint and solution."""

from course.practice import NotYet, exercise


@exercise(
    hints=[
        "Which line of a Python function hands a value back to the one who called it?",
        "Python has a word for it: `return`. What follows it is the value.",
        'A text stands in quotes. The line is `return "..."`, with the name between the quotes in place of the dots.',
    ],
    raised={
        "name 'Saver' is not defined": "Without quotes, Python takes `Saver` for the name of a variable. A text "
        'stands in quotes: `"Saver"`.',
        "name 'saver' is not defined": "Without quotes, Python takes `saver` for the name of a variable. A text "
        'stands in quotes: `"Saver"`.',
    },
)
def name_the_writer():
    """Return the text "Saver": the name of the object that writes variables to disk."""
    # return hands the text to whoever called the function, here to course.check.
    # print would only show it: the caller would get None.
    return "Saver"


@name_the_writer.examiner
def _(attempt):
    answer = attempt()
    expected = 'The function returns the text `"Saver"`.'
    if answer is None:
        raise NotYet(
            seen="The function returned `None`, which is what a function returns that has no `return`.",
            expected=expected,
            because="Perhaps the text was printed. `print` shows a text; `return` hands it over.",
        )
    if not isinstance(answer, str):
        raise NotYet(
            seen=f"The function returned `{answer!r}`, of type `{type(answer).__name__}`.",
            expected=expected,
            because='A text stands in quotes: `"Saver"`.',
        )
    if answer.strip().lower() == "saver" and answer != "Saver":
        raise NotYet(
            seen=f"The function returned `{answer!r}`.",
            expected=expected,
            because="Python and TensorFlow tell capitals from small letters, and count spaces. Names have to agree in "
            "every letter.",
        )
    if answer != "Saver":
        raise NotYet(
            seen=f"The function returned `{answer!r}`.",
            expected=expected,
            because="The function's docstring, the text below its first line, says which word is asked for.",
        )
    return (
        "The function hands the text back with `return`, so the check could compare it. This is how every exercise of "
        "the course works."
    )


@name_the_writer.wrong_attempt(says="`print` shows a text; `return` hands it over")
def prints_it():
    print("Saver")


@name_the_writer.wrong_attempt(says="Without quotes, Python takes `Saver`")
def forgets_the_quotes():
    return Saver  # noqa: F821


@name_the_writer.wrong_attempt(says="tell capitals from small letters")
def writes_it_small():
    return "saver"


@name_the_writer.wrong_attempt(says="says which word is asked for")
def returns_another_word():
    return "checkpoint"
