"""A verdict with buttons below it, where a kernel lives. Everywhere else the verdict's own text is shown."""

import re

VIEW = "application/vnd.jupyter.widget-view+json"  # how an output refers to a widget that lives in the kernel


def panel(verdict, actions):
    """A widget: the verdict, a row of buttons, and below them what the button that was pressed last brought.

    Args:
        verdict: a ``Verdict``. The calls that it names stand on the buttons, so it names those.
        actions: ``{what stands on a button: function}``. The function takes nothing and returns a list of notes, which
            stand side by side where the window is wide enough.
    """
    import ipywidgets  # takes 40 ms: not before it is needed

    below = ipywidgets.HBox(layout={"flex_flow": "row wrap"})

    def button(words, action):
        made = ipywidgets.Button(description=words, layout={"width": "auto"})
        made.on_click(lambda _: setattr(below, "children", [shown(note, flex="1 1 48em") for note in action()]))
        return made

    row = ipywidgets.HBox([button(words, action) for words, action in actions.items()])
    return ipywidgets.VBox([shown(verdict), row, below])


def shown(note, flex="none"):
    """A widget with a note in it, which the front end draws as it draws a cell's own output."""
    import ipywidgets

    bundle = {"text/markdown": on_buttons(note._repr_markdown_()), "text/plain": on_buttons(repr(note))}
    return ipywidgets.Output(
        outputs=({"output_type": "display_data", "data": bundle, "metadata": {}},),
        layout={"flex": flex, "min_width": "0"},
    )


def on_buttons(text):
    """A text that names a button where it named the call: nobody has to type what stands right below."""
    for call, words in (("hint", "Hint"), ("solution", "Solution")):
        text = re.sub(rf"`course\.{call}\(\w+\)`", f"**{words}**", text)
        text = re.sub(rf"course\.{call}\(\w+\)", words, text)
    return text
