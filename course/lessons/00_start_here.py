"""Exercise of lesson 00: so easy that it teaches only the loop of check, hint and solution."""

from course.practice import NotYet, exercise


@exercise(
    hints=[
        "Which line of a Python function hands a value back to whoever called it?",
        "Python has a word for it: `return`. What follows it is the value.",
        'Text goes in quotes. The line is `return "..."`, with the name between the quotes instead of the dots.',
    ],
    raised={
        "name 'Saver' is not defined": "Without quotes, Python takes `Saver` for the name of a variable. Text goes in "
        'quotes: `"Saver"`.',
        "name 'saver' is not defined": "Without quotes, Python takes `saver` for the name of a variable. Text goes in "
        'quotes: `"Saver"`.',
        "No variables to save": "`tf.train.Saver()` makes a Saver, which needs variables. Only its name is asked for "
        'here, as text: `"Saver"`.',
    },
)
def name_the_writer():
    """Return the text "Saver": the name of the object that writes variables to disk."""
    # return hands the text to whoever called the function, which here is
    # course.check. print would only show it, and the caller would get None.
    return "Saver"


@name_the_writer.examiner
def _(attempt):
    answer = attempt()
    expected = 'The function returns the text `"Saver"`.'
    if answer is None:
        raise NotYet(
            seen="The function returned `None`, which is what Python returns when nothing follows `return`, or when "
            "no `return` is reached.",
            expected=expected,
            because="Perhaps the text was printed. `print` shows a text; `return` hands it over.",
        )
    if not isinstance(answer, str):
        raise NotYet(
            seen=f"The function returned `{answer!r}`, of type `{type(answer).__name__}`.",
            expected=expected,
            because='Just the name is asked for, as text. Text goes in quotes, without brackets around it: `"Saver"`.',
        )
    if answer == "Saver":
        return (
            "Your function handed the text back, so the check could compare it. Every exercise works in this loop: "
            "change the function, run its cell, then run the check."
        )
    inner = answer.strip(" \t\n.\"'`")
    if inner == "Saver":
        raise NotYet(
            seen=f"The function returned `{answer!r}`.",
            expected=expected,
            because="The word is right, but there is something around it. Spaces, quotes and dots inside the outer "
            "quotes belong to the text.",
        )
    if inner.lower() == "saver":
        raise NotYet(
            seen=f"The function returned `{answer!r}`.",
            expected=expected,
            because="Python distinguishes capital letters from small ones, and so does TensorFlow when it looks up a "
            "name. Names have to agree in every letter.",
        )
    raise NotYet(
        seen=f"The function returned `{answer!r}`.",
        expected=expected,
        because="The function's docstring, the text below its first line, says which word is asked for.",
    )


@name_the_writer.wrong_attempt(says="`print` shows a text; `return` hands it over")
def prints_it():
    print("Saver")


@name_the_writer.wrong_attempt(says="Without quotes, Python takes `Saver`")
def forgets_the_quotes():
    return Saver  # noqa: F821


@name_the_writer.wrong_attempt(says="distinguishes capital letters")
def writes_it_small():
    return "saver"


@name_the_writer.wrong_attempt(says="says which word is asked for")
def returns_another_word():
    return "checkpoint"


@name_the_writer.wrong_attempt(says="there is something around it")
def puts_quotes_into_quotes():
    return "'Saver'"


@name_the_writer.wrong_attempt(says="without brackets around it")
def returns_a_list():
    return ["Saver"]


@name_the_writer.right_attempt
def keeps_it_in_a_variable():
    name = "Sav" + "er"
    print(name)
    return name
