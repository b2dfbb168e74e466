"""``show.graphs``: several graphs side by side, and what a Saver would find in each."""

import tensorflow.compat.v1 as tf

from course.show.columns import Column, draw, in_words, names_in, variables_of
from course.show.grouping import MOST_BOXES
from course.show.picture import ASKED, CONSTANT, GRAPH, OTHER, VARIABLE, Picture


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
    columns = [column(title, graph, asked) for title, graph in graphs.items()]
    names = [name for name in names_in(columns) if name not in asked][: MOST_BOXES - len(asked)] + asked
    bars = [column.bars.get(name) for column in columns for name in names]
    kinds = {"variable": VARIABLE} | ({"constant": CONSTANT} if CONSTANT in bars else {}) | {"other operation": OTHER}
    text = in_words(columns, names, "nothing")
    if asked:
        kinds["what the Saver asks for"] = ASKED
        text = f"The Saver asks a graph for {' and '.join(asked)}.\n{text}"
    return Picture(draw(columns, names, kinds=kinds), text)


def column(title, graph, asked):
    """A graph's variables, the operations in ``asked``, and those in no scope, each with what it is."""
    held = variables_of(graph)
    initial = {source.op.name for name in held for source in assigned(graph, name)}
    bars = dict.fromkeys(held, VARIABLE)
    for operation in graph.get_operations():
        if operation.name in asked or "/" not in operation.name and operation.name not in initial:
            held.setdefault(operation.name, operation.type)
            bars.setdefault(operation.name, CONSTANT if operation.type == "Const" else OTHER)
    return Column(title, held, GRAPH, head(graph), bars | dict.fromkeys(asked, ASKED))


def assigned(graph, name):
    """The tensors that a variable's initializer puts into it: part of the variable, so it gets no box of its own."""
    names = {operation.name for operation in graph.get_operations()}
    return graph.get_operation_by_name(f"{name}/Assign").inputs[1:] if f"{name}/Assign" in names else []


def head(graph):
    """The line below a graph's title: its number of operations, and whether it is the default graph."""
    count = len(graph.get_operations())
    text = f"{count} operation{'s' * (count != 1)}"
    return f"default graph, {text}" if graph is tf.get_default_graph() else text
