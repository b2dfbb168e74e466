"""``show.values``: what lives where. The graph, the session and the disk, side by side."""

import numpy as np
import tensorflow.compat.v1 as tf

from course.show.columns import Column, draw, in_words, names_in, variables_of
from course.show.picture import DISK, GRAPH, SESSION, Picture
from tfckpt import Bundle


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
    columns = [Column("graph", variables_of(graph), GRAPH)]
    columns += [Column(title, in_session(graph, session), SESSION) for title, session in named.items()]
    if prefix is not None:
        columns.append(Column("disk", on_disk(prefix), DISK))
    names = names_in(columns)
    return Picture(draw(columns, names), in_words(columns, names))


def in_session(graph, session):
    """``{name: value}`` of the variables that have a value in the session: none when it is closed."""
    held = {}
    for name in variables_of(graph):
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
