"""``show.values``: what lives where. The graph, the session and the disk, side by side."""

import numpy as np
import tensorflow.compat.v1 as tf

from course.checkpoint import Bundle
from course.show.picture import INK, TINTS, Picture, box, canvas

WIDTH, HEIGHT, GAP_X, GAP_Y = 1.75, 0.56, 0.45, 0.2  # inches: a box, and the room between boxes


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
    columns = [("graph", in_graph(graph), "green")]
    columns += [(title, in_session(graph, session), "orange") for title, session in named.items()]
    if prefix is not None:
        columns.append(("disk", on_disk(prefix), "blue"))
    names = list(dict.fromkeys(name for _, column, _ in columns for name in column))
    return Picture(draw(columns, names), in_words(columns, names))


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
    for title, column, _ in columns:
        said = [f"{name}: {column[name]}" if name in column else f"{name}: nothing" for name in names]
        lines.append(f"{title.capitalize()}. {'; '.join(said) or 'no variables'}.")
    return "\n".join(lines)


def draw(columns, names):
    height = 0.6 + max(len(names), 1) * (HEIGHT + GAP_Y)
    figure, axes = canvas(0.3 + len(columns) * (WIDTH + GAP_X) - GAP_X, height)
    for number, (title, column, color) in enumerate(columns):
        x = 0.15 + number * (WIDTH + GAP_X)
        axes.text(x + WIDTH / 2, height - 0.3, title, ha="center", va="center", color=INK, fontsize=11.5)
        for row, name in enumerate(names):
            frame = (x, height - 0.6 - HEIGHT - row * (HEIGHT + GAP_Y), WIDTH, HEIGHT)
            missing = name not in column
            box(axes, frame, name, column.get(name, "nothing"), TINTS["white" if missing else color], dashed=missing)
    return figure
