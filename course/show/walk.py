"""``show.walk``: what graph, session and disk hold after each step; one step at a time, where a page has styles."""

import html
import os
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import tensorflow.compat.v1 as tf

from course.show.columns import Column, draw, in_words, names_in, variables_of
from course.show.picture import DISK, GRAPH, SESSION, Picture
from course.show.values import in_session, on_disk

# The steps are radio buttons, each with its page. What is chosen, and the arrow keys, are the browser's own: no script,
# no kernel. A step's label is its number, and it is "Next" while the step before is shown, "Back" while the one after.
# All pages lie on each other, so that nothing moves. Where styles are left out (on GitHub), all of them are shown.
STYLE = """<style>
.course-walk { position: relative; display: grid; margin: 8px 0 12px; padding-top: 44px; overflow-x: auto; }
.course-walk > div { display: contents; }
.course-walk > div > div { grid-area: 1 / 1; display: flex; flex-direction: column; min-width: 0; }
.course-walk p + p { order: 1; }
.course-walk:has(:checked) > div:not(:has(:checked)) > div { visibility: hidden; }
.course-walk input { position: absolute; top: 2px; left: var(--left); width: 32px; height: 32px; opacity: 0; }
.course-walk label::before, .course-walk label::after { z-index: 1; }
.course-walk label::before, .course-walk label::after, .course-walk::before, .course-walk::after {
  position: absolute; top: 2px; box-sizing: border-box; height: 32px; line-height: 30px; text-align: center;
  border: 1px solid var(--jp-border-color1, #8a8a8a); border-radius: 4px; cursor: pointer;
  color: var(--jp-ui-font-color1, #1b1b1b); background: var(--jp-layout-color2, #eee); font-size: 14px; }
.course-walk label::before { content: attr(data-step); left: var(--left); width: 32px; }
.course-walk label:has(:checked)::before { font-weight: bold; border: 2px solid currentColor; line-height: 28px; }
.course-walk label:has(:focus-visible)::before { outline: 2px solid var(--jp-brand-color1, #1976d2); }
.course-walk::before, .course-walk div:has(+ div :checked) > label::after { content: "◀ Back"; left: 2px; width: 84px; }
.course-walk::after, .course-walk div:has(:checked) + div > label::after { content: "Next ▶"; left: 92px; width: 84px; }
.course-walk::before, .course-walk::after { opacity: 0.4; cursor: default; pointer-events: none; }
@media print {
  .course-walk > div > div { grid-area: auto; visibility: visible !important; }
  .course-walk > div > label, .course-walk::before, .course-walk::after { display: none; }
}
</style>"""
FIRST, EACH = 186, 38  # pixels: where the first number stands, and from one to the next


class Walk:
    """A walk through a program: looks at graph, session and disk after each step, and shows one step at a time.

    ``walk.step("run init_op", sess)`` says what was done and looks at what is there now. As the last line of a cell,
    ``walk`` shows the first step, with buttons: Next, Back, and a number for each step. Where a page has no styles, all
    steps stand below each other. Its text has every step in words.

    Args:
        prefix: the prefix of a checkpoint that is there, or will be. Without one there is no column for the disk.

    Introduced in lesson 01; the session joins in lesson 02, the disk in lesson 03.
    """

    def __init__(self, prefix=None):
        self.prefix, self.taken = prefix, []

    def step(self, done, session=None):
        """Looks at what is there now. Nothing is added to the graph, run but the reading, or changed.

        Args:
            done: what was done just before, in a few words, which stand over its picture.
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
        if not self.taken:
            return "<p>A walk without steps.</p>"
        steps = [step(number, frame) for number, frame in enumerate(self.frames)]
        return "\n".join([STYLE, '<form class="course-walk" method="dialog">', *steps, "</form>"])


walk = Walk


@dataclass(frozen=True)
class Frame:
    """The columns after a step, and those before it, if there was one."""

    title: str
    columns: list
    earlier: list | None
    names: tuple = ()  # of the variables in any of the steps

    @property
    def text(self):
        return "\n".join(filter(None, [self.title, self.changes, self.picture.text]))

    @cached_property
    def html(self):
        """The title and the changes in the page's own letters, the columns as a picture.

        The changes take one line, two or none, so a walk shows them below the picture, which stays where it is.
        """
        changes = f"<p>{html.escape(self.changes)}</p>\n" if self.changes else ""
        return f"<p><b>{html.escape(self.title)}</b></p>\n{changes}{self.picture._repr_html_()}"

    @property
    def changes(self):
        """The changes of the step, in words; nothing for the first step, which has nothing to compare with."""
        if self.earlier is None:
            return ""
        sentences = []
        for then, now in zip(self.earlier, self.columns, strict=True):
            parts = [f"from {then.state} to {now.state}"] if now.state != then.state else []
            held = [(name, *(column.held.get(name, "nothing") for column in (then, now))) for name in self.names]
            parts += [f"{name} from {old} to {new}" for name, old, new in held if old != new]
            sentences += [f"{now.title.capitalize()}: {'; '.join(parts)}."] if parts else []
        return " ".join(["Changed.", *sentences]) if sentences else "Nothing changed."

    @cached_property
    def picture(self):
        """The columns as a picture: each difference from before has a thick outline."""
        earlier = {column.title: column.held for column in self.earlier or ()}
        changed = {
            (column.title, name)
            for column in self.columns
            for name in self.names
            if self.earlier and column.held.get(name) != earlier[column.title].get(name)
        }
        return Picture(draw(self.columns, self.names, changed), in_words(self.columns, self.names))


def look(graph, session, prefix):
    """The content of graph, session and disk at this moment, a ``Column`` each."""
    count = len(graph.get_operations())
    columns = [Column("graph", variables_of(graph), GRAPH, f"{count} operation{'s' * (count != 1)}")]
    held = {} if session is None else in_session(graph, session)
    columns.append(Column("session", held, SESSION, state_of(session)))
    if prefix is not None:
        there = Path(os.fspath(prefix) + ".index").exists()
        state = "a checkpoint" if there else "no checkpoint"
        columns.append(Column("disk", on_disk(prefix) if there else {}, DISK, state))
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


def step(number, frame):
    """The radio button of a step, and its page."""
    left, checked = FIRST + EACH * number, " checked" if number == 0 else ""
    return (
        f'<div><label data-step="{number + 1}" style="--left: {left}px">'
        f'<input type="radio" name="step" aria-label="{html.escape(frame.title)}"{checked}></label>'
        f"<div>{frame.html}</div></div>"
    )
