"""``show.graphs``: several graphs side by side, and what a Saver would find in each."""

import tensorflow.compat.v1 as tf

from course.show.grouping import MOST_BOXES
from course.show.picture import (
    ASKED,
    GRAPH,
    OTHER,
    TITLE,
    VARIABLE,
    Picture,
    box,
    canvas,
    legend,
    legend_height,
    write,
)

WIDTH, HEIGHT, GAP_X, GAP_Y = 1.6, 0.7, 0.24, 0.14  # inches: a box, and the room between boxes


def graphs(graphs, saver=None):
    """Draws graphs side by side: their variables, the operations that a Saver asks for, and what else they have.

    A Saver does not know a graph. It has names of operations, and asks the session's graph for them: one to hand over
    the prefix, one to run.

    Args:
        graphs: ``{title: tf.Graph}``.
        saver: a ``tf.train.Saver``.

    Returns:
        A ``Picture``. Its text says the same, a line for each graph.

    Introduced in lesson 05.
    """
    asked = [saver.saver_def.filename_tensor_name.split(":")[0], saver.saver_def.restore_op_name] if saver else []
    columns = {title: column(graph, asked) for title, graph in graphs.items()}
    names = list(dict.fromkeys(name for found in columns.values() for name in found if name not in asked))
    names = names[: MOST_BOXES - len(asked)] + asked
    heads = {title: head(graph) for title, graph in graphs.items()}
    return Picture(draw(columns, heads, names, asked), in_words(columns, heads, names, asked))


def column(graph, asked):
    """``{name: what it is}`` of a graph's variables, of the operations in ``asked``, and of those in no scope."""
    with graph.as_default():
        found = {v.op.name: f"{v.dtype.base_dtype.name} {v.shape.as_list()}" for v in tf.global_variables()}
    recipes = {source.op.name for name in found for source in assigned(graph, name)}
    for operation in graph.get_operations():
        if operation.name in asked or "/" not in operation.name and operation.name not in recipes:
            found.setdefault(operation.name, operation.type)
    return found


def assigned(graph, name):
    """What the initializer of a variable puts into it: part of the variable, so it gets no box of its own."""
    names = {operation.name for operation in graph.get_operations()}
    return graph.get_operation_by_name(f"{name}/Assign").inputs[1:] if f"{name}/Assign" in names else []


def head(graph):
    """What stands below a graph's title: how many operations it has, and whether it is the default graph."""
    count = len(graph.get_operations())
    text = f"{count} operation{'s' * (count != 1)}"
    return f"default graph, {text}" if graph is tf.get_default_graph() else text


def in_words(columns, heads, names, asked):
    lines = [f"The Saver asks a graph for {' and '.join(asked)}."] if asked else []
    for title, found in columns.items():
        said = "; ".join(f"{name}: {found.get(name, 'nothing')}" for name in names)
        lines.append(f"{title[0].upper()}{title[1:]} ({heads[title]}). {said or 'nothing'}.")
    return "\n".join(lines)


def draw(columns, heads, names, asked):
    kinds = {"variable": VARIABLE, "other operation": OTHER} | ({"what the Saver asks for": ASKED} if asked else {})
    width = 0.3 + len(columns) * (WIDTH + GAP_X) - GAP_X
    height = 0.8 + max(len(names), 1) * (HEIGHT + GAP_Y) + legend_height(kinds, width)
    figure, axes = canvas(width, height)
    for number, (title, found) in enumerate(columns.items()):
        x = 0.15 + number * (WIDTH + GAP_X)
        write(axes, x + WIDTH / 2, height - 0.27, title, TITLE, WIDTH + 0.1, "center")
        write(axes, x + WIDTH / 2, height - 0.52, heads[title], room=WIDTH + 0.1, ha="center")
        for row, name in enumerate(names):
            frame = (x, height - 0.75 - HEIGHT - row * (HEIGHT + GAP_Y), WIDTH, HEIGHT)
            missing = name not in found
            mark = ASKED if name in asked else None if missing else VARIABLE if "[" in found[name] else OTHER
            box(axes, frame, name, found.get(name, "nothing"), GRAPH, mark, dashed=missing)
    legend(axes, kinds)
    return figure
