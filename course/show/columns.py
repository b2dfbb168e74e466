"""Columns side by side, a row of boxes for each name: what ``values``, ``walk`` and ``graphs`` draw."""

from dataclasses import dataclass, field

import tensorflow.compat.v1 as tf

from course.show.picture import TITLE, box, canvas, legend, legend_height, write

WIDTH, GAP = 1.6, 0.24  # inches: a box, and the room between columns
HEIGHT, GAP_Y = 0.58, 0.18
HEIGHT_WITH_BAR, GAP_Y_WITH_BAR = 0.7, 0.14


@dataclass(frozen=True)
class Column:
    """One place, and the content of each name there."""

    title: str  # of the place: graph, session, disk
    held: dict  # {name: what it has, as a text}
    color: str
    state: str = ""  # of the place itself, such as "closed"
    bars: dict = field(default_factory=dict)  # {name: the pattern of its bar}


def names_in(columns):
    """The names in any of the columns, those of the first column first."""
    return list(dict.fromkeys(name for column in columns for name in column.held))


def variables_of(graph):
    """``{name: "int32 [2]"}`` of a graph's global variables."""
    with graph.as_default():
        return {v.op.name: f"{v.dtype.base_dtype.name} {v.shape.as_list()}" for v in tf.global_variables()}


def in_words(columns, names, without_names="no variables"):
    """The content of the columns, a line each."""
    lines = []
    for column in columns:
        state = f" ({column.state})" if column.state else ""
        boxes = "; ".join(f"{name}: {column.held.get(name, 'nothing')}" for name in names)
        lines.append(f"{column.title[:1].upper()}{column.title[1:]}{state}. {boxes or without_names}.")
    return "\n".join(lines)


def draw(columns, names, changed=(), kinds=None):
    """The columns as a figure.

    Args:
        columns: a list of ``Column``.
        names: a row each.
        changed: pairs ``(title, name)``, which are set apart.
        kinds: ``{word: pattern}`` of the legend, where boxes have bars.
    """
    box_height, gap = (HEIGHT_WITH_BAR, GAP_Y_WITH_BAR) if kinds else (HEIGHT, GAP_Y)
    states = 0.25 if any(column.state for column in columns) else 0
    top, width = 0.55 + states, 0.3 + len(columns) * (WIDTH + GAP) - GAP
    height = top + max(len(names), 1) * (box_height + gap) + (legend_height(kinds, width) if kinds else 0)
    figure, axes = canvas(width, height)
    for number, column in enumerate(columns):
        x = 0.15 + number * (WIDTH + GAP)
        write(axes, x + WIDTH / 2, height - 0.28, column.title, TITLE, WIDTH + 0.1, "center")
        write(axes, x + WIDTH / 2, height - 0.28 - states, column.state, room=WIDTH + 0.1, ha="center")
        for row, name in enumerate(names):
            frame = (x, height - top - box_height - row * (box_height + gap), WIDTH, box_height)
            missing, bold = name not in column.held, (column.title, name) in changed
            text, bar = column.held.get(name, "nothing"), column.bars.get(name)
            box(axes, frame, name, text, column.color, bar, dashed=missing, bold=bold)
    if kinds:
        legend(axes, kinds)
    return figure
