"""``show.walk``: what graph, session and disk hold after each step. Buttons where they run, a still page elsewhere."""

import html
import os
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import tensorflow.compat.v1 as tf

from course.show.picture import Picture
from course.show.values import Column, draw, in_graph, in_session, in_words, names_in, on_disk

VIEW = "application/vnd.jupyter.widget-view+json"  # how an output refers to a widget that lives in the kernel


def walk(prefix=None):
    """A walk through a program: looks at graph, session and disk after each step, and shows one step at a time.

    ``walk.step("run init_op", sess)`` says what was done and looks at what is there now. As the last line of a cell,
    ``walk`` shows a button for each step. Where buttons do not run, all steps stand below each other.

    Args:
        prefix: the prefix of a checkpoint that is there, or will be. Without one there is no column for the disk.

    Returns:
        A ``Walk``. Its text has every step in words.

    Introduced in lesson 01; the session joins in lesson 02, the disk in lesson 03.
    """
    return Walk(prefix)


class Walk:
    """The steps that were taken, and what was there after each."""

    def __init__(self, prefix):
        self.prefix, self.taken = prefix, []

    def step(self, done, session=None):
        """Looks at what is there now. Nothing is added to the graph, run but the reading, or changed.

        Args:
            done: what was done just before, in a few words, which stand on a button.
            session: a ``tf.Session``, open or closed: the graph is this session's. By default the default graph.

        Raises:
            ValueError: ``done`` has no words.
            CheckpointError: the checkpoint that is there cannot be read.
        """
        if not done.strip():
            raise ValueError("step wants a few words on what was done, such as 'run init_op'. It got none.")
        graph = tf.get_default_graph() if session is None else session.graph
        self.taken.append((done.strip(), look(graph, session, self.prefix)))
        self.__dict__.pop("frames", None)  # they are compared with each other, so a new step makes them anew

    @cached_property
    def frames(self):
        """The steps as ``Frame``, all with the same columns and rows.

        A session has no column if no step had one. A graph's number of operations stands there if some step changed it.
        """
        states = {}
        for _, columns in self.taken:
            for column in columns:
                states.setdefault(column.title, set()).add(column.state)
        frames, earlier = [], None
        for done, columns in self.taken:
            kept = [column for column in columns if states[column.title] != {"none"}]
            if len(states["graph"]) == 1:
                kept[0] = replace(kept[0], state="")
            frames.append(Frame(f"Step {len(frames) + 1} of {len(self.taken)}: {done}", kept, earlier))
            earlier = kept
        names = names_in([column for frame in frames for column in frame.columns])
        return [replace(frame, names=names) for frame in frames]

    def __repr__(self):
        return "\n".join(frame.text for frame in self.frames) or "A walk without steps."

    def _repr_html_(self):
        return "\n".join(frame.html for frame in self.frames) or "<p>A walk without steps.</p>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        """The buttons. What else an output has comes from the two methods above."""
        return {VIEW: buttons(self.frames).get_view_spec()} if self.taken else {}


@dataclass(frozen=True)
class Frame:
    """What was there after a step, and what was there before it, if anything was."""

    title: str
    columns: list
    earlier: list | None
    names: tuple = ()  # of the variables in any of the steps

    @property
    def text(self):
        return "\n".join(filter(None, [self.title, self.changes, self.picture.text]))

    @cached_property
    def html(self):
        """The title and the changes in the page's own letters, the columns as a picture."""
        changes = f"<br>{html.escape(self.changes)}" if self.changes else ""
        return f"<p><b>{html.escape(self.title)}</b>{changes}</p>\n{self.picture._repr_html_()}"

    @property
    def changes(self):
        """What the step changed, in words; nothing for the first step, which has nothing to compare with."""
        if self.earlier is None:
            return ""
        said = []
        for then, now in zip(self.earlier, self.columns, strict=True):
            parts = [f"from {then.state} to {now.state}"] if now.state != then.state else []
            held = [(name, *(column.held.get(name, "nothing") for column in (then, now))) for name in self.names]
            parts += [f"{name} from {old} to {new}" for name, old, new in held if old != new]
            said += [f"{now.title.capitalize()}: {'; '.join(parts)}."] if parts else []
        return " ".join(["Changed.", *said]) if said else "Nothing changed."

    @cached_property
    def picture(self):
        """What differs from before has a thick outline."""
        earlier = {column.title: column.held for column in self.earlier or ()}
        changed = {
            (column.title, name)
            for column in self.columns
            for name in self.names
            if self.earlier and column.held.get(name) != earlier[column.title].get(name)
        }
        return Picture(draw(self.columns, self.names, changed), in_words(self.columns, self.names))


def look(graph, session, prefix):
    """What graph, session and disk hold at this moment, a ``Column`` each."""
    count = len(graph.get_operations())
    columns = [Column("graph", in_graph(graph), "green", f"{count} operation{'s' * (count != 1)}")]
    held = {} if session is None else in_session(graph, session)
    columns.append(Column("session", held, "orange", state_of(session)))
    if prefix is not None:
        there = Path(os.fspath(prefix) + ".index").exists()
        state = "a checkpoint" if there else "no checkpoint"
        columns.append(Column("disk", on_disk(prefix) if there else {}, "blue", state))
    return columns


def state_of(session):
    """``none``, ``open`` or ``closed``."""
    if session is None:
        return "none"
    try:
        session.run([])
    except RuntimeError as error:  # closed, or its graph is empty
        return "closed" if "closed" in str(error) else "open"
    return "open"


def buttons(frames):
    """A widget: a row of buttons, one a step, and below it the step that was chosen last.

    The two are linked in the browser: they work while the kernel is busy, and after it has ended.
    """
    import ipywidgets  # takes 40 ms: not before it is needed

    words = [frame.title.partition(": ")[2] for frame in frames]
    row = ipywidgets.ToggleButtons(
        options=[(f"{number} {done}", number) for number, done in enumerate(words, 1)],
        style={"button_width": "auto"},
    )
    pages = [ipywidgets.HTML(frame.html) for frame in frames]
    stack = ipywidgets.Stack(pages, selected_index=0)
    ipywidgets.jslink((row, "index"), (stack, "selected_index"))
    return ipywidgets.VBox([row, stack])
