"""``show.values``: what lives where. The graph, the session and the disk, side by side."""

from dataclasses import dataclass

import numpy as np
import tensorflow.compat.v1 as tf

from course.show.picture import DISK, GRAPH, SESSION, TITLE, Picture, box, canvas, write
from tfckpt import Bundle

WIDTH, HEIGHT, GAP_X, GAP_Y = 1.6, 0.58, 0.24, 0.18  # inches: a box, and the room between boxes


@dataclass(frozen=True)
class Column:
    """What one place has of the variables."""

    title: str  # of the place: graph, session, disk
    held: dict  # {name: what it has, as a text}
    color: str
    state: str = ""  # of the place itself, such as "closed"


def values(graph, sessions=None, prefix=None):
    """Draws, for each variable, what the graph, one or more sessions and a checkpoint have of it.

    Everything is read at the moment of the call; nothing is added to the graph, run but the reading, or changed.

    Args:
        graph: a ``tf.Graph`` with reference variables.
        sessions: a ``tf.Session``, or several as ``{title: session}``. A closed one has nothing.
        prefix: the prefix of a checkpoint.

    Returns:
        A ``Picture``. Its text says the same, a line for each column.

    Raises:
        CheckpointError: no file has the prefix, or what is there cannot be read.

    Introduced in lesson 02.
    """
    named = sessions if isinstance(sessions, dict) else {"session": sessions} if sessions is not None else {}
    columns = [Column("graph", in_graph(graph), GRAPH)]
    columns += [Column(title, in_session(graph, session), SESSION) for title, session in named.items()]
    if prefix is not None:
        columns.append(Column("disk", on_disk(prefix), DISK))
    names = names_in(columns)
    return Picture(draw(columns, names), in_words(columns, names))


def names_in(columns):
    """The names of the variables in any of the columns, those of the first column first."""
    return list(dict.fromkeys(name for column in columns for name in column.held))


def in_graph(graph):
    """``{name: "int32 [2]"}`` of the global variables."""
    with graph.as_default():
        return {v.op.name: f"{v.dtype.base_dtype.name} {v.shape.as_list()}" for v in tf.global_variables()}


def in_session(graph, session):
    """``{name: value}`` of the variables that have a value in the session: none when it is closed."""
    held = {}
    for name in in_graph(graph):
        try:
            held[name] = as_text(session.run(graph.get_tensor_by_name(f"{name}:0")))
        except tf.errors.FailedPreconditionError:
            continue  # no value: an empty place in the picture
        except RuntimeError:  # the session is closed, or its graph is empty
            return {}
    return held


def on_disk(prefix):
    """``{name: value}`` of the variables in a checkpoint."""
    bundle = Bundle(prefix)
    return {name: as_text(bundle.tensor(name)) for name in bundle.entries}


def as_text(array):
    array = np.asarray(array)
    if array.ndim == 0:
        return str(array.item())
    return np.array2string(array, precision=3) if array.size <= 6 and array.ndim == 1 else f"{array.size} values"


def in_words(columns, names):
    lines = []
    for column in columns:
        state = f" ({column.state})" if column.state else ""
        said = "; ".join(f"{name}: {column.held.get(name, 'nothing')}" for name in names)
        lines.append(f"{column.title.capitalize()}{state}. {said or 'no variables'}.")
    return "\n".join(lines)


def draw(columns, names, changed=()):
    """The columns side by side, a row for each name. What is in ``changed``, as ``(title, name)``, is set apart."""
    states = 0.25 if any(column.state for column in columns) else 0
    top = 0.55 + states
    height = top + max(len(names), 1) * (HEIGHT + GAP_Y)
    figure, axes = canvas(0.3 + len(columns) * (WIDTH + GAP_X) - GAP_X, height)
    for number, column in enumerate(columns):
        x = 0.15 + number * (WIDTH + GAP_X)
        write(axes, x + WIDTH / 2, height - 0.28, column.title, TITLE, WIDTH + 0.1, "center")
        write(axes, x + WIDTH / 2, height - 0.28 - states, column.state, room=WIDTH + 0.1, ha="center")
        for row, name in enumerate(names):
            frame = (x, height - top - HEIGHT - row * (HEIGHT + GAP_Y), WIDTH, HEIGHT)
            missing, bold = name not in column.held, (column.title, name) in changed
            box(axes, frame, name, column.held.get(name, "nothing"), column.color, dashed=missing, bold=bold)
    return figure
