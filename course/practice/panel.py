"""A verdict with buttons below it, where a kernel lives. Everywhere else the verdict's own text is shown."""

import re

from tfckpt.document import Note

VIEW = "application/vnd.jupyter.widget-view+json"  # how an output refers to a widget that lives in the kernel
NEXT = re.compile(r"\*\*Next:\*\* \[([^]]+)\]\((\w+\.ipynb)\)\. ")


def panel(verdict, actions):
    """A widget: the verdict, a row of buttons, and below them what the button that was pressed last brought.

    Args:
        verdict: a ``Verdict``. A link to the next lesson that its text has becomes the last button. The calls that it
            names stand on buttons too, so it names those.
        actions: ``{what stands on a button: function}``. The function takes nothing and returns a list of notes, which
            stand side by side where the window is wide enough.
    """
    import ipywidgets  # takes 40 ms: not before it is needed

    below = ipywidgets.HBox(layout={"flex_flow": "row wrap"})

    def bring(action):
        below.children = [shown(Note(on_buttons(note.markdown)), flex="1 1 48em") for note in action()]

    def button(words, action):
        made = ipywidgets.Button(description=words, layout={"width": "auto"})
        made.on_click(lambda _: bring(action))
        return made

    row = [button(words, action) for words, action in actions.items()]
    row += [link(words, lesson) for words, lesson in NEXT.findall(verdict.text)]
    text = on_buttons(NEXT.sub("", verdict.text))
    return ipywidgets.VBox([shown(verdict.saying(text)), ipywidgets.HBox(row, layout={"flex_flow": "row wrap"}), below])


def link(words, lesson):
    """A link to a lesson that looks like a button. JupyterLab opens what a link in a text names; a button could not."""
    made = shown(Note(f"[Next: {words}]({lesson})"))
    made.add_class("course-next")
    return made


def shown(note, flex="none"):
    """A widget with a note in it, which the front end draws as it draws a cell's own output."""
    import ipywidgets

    bundle = {"text/markdown": note._repr_markdown_(), "text/plain": repr(note)}
    return ipywidgets.Output(
        outputs=({"output_type": "display_data", "data": bundle, "metadata": {}},),
        layout={"flex": flex, "min_width": "0"},
    )


def on_buttons(text):
    """A text that names a button where it named the call: nobody has to type what stands right below."""
    text = re.sub(r" Stuck\? `course\.hint\(\w+\)`", "", text)  # the button alone says as much
    for call, words in (("hint", "Hint"), ("solution", "Solution")):
        text = re.sub(rf"`course\.{call}\(\w+\)`", f"**{words}**", text)
    return text
