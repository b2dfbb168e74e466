"""``show.graph``: the operations of a graph and what flows between them."""

from collections import defaultdict

from course.show.picture import INK, TINTS, Picture, box, canvas

COLLAPSE_ABOVE = 16  # operations; a larger graph is drawn by scope

KINDS = {  # type of operation -> tint, and what the legend calls it
    "Const": ("gray", "constant"),
    "VariableV2": ("orange", "variable"),
    "VarHandleOp": ("orange", "variable"),
    "Assign": ("blue", "assigns"),
    "AssignVariableOp": ("blue", "assigns"),
    "Identity": ("green", "reads"),
    "ReadVariableOp": ("green", "reads"),
}
WIDTH, HEIGHT, GAP_X, GAP_Y = 1.75, 0.56, 1.1, 0.26  # inches: a box, and the room between boxes


def graph(graph):
    """Draws the operations of a graph as boxes, and as arrows what one gives to another.

    A graph of more than 16 operations is drawn by scope: the part of the names before the first ``/``.

    Args:
        graph: a ``tf.Graph``.

    Returns:
        A ``Picture``. Its text lists each box and what it feeds.

    Introduced in lesson 01.
    """
    operations = graph.get_operations()
    if not operations:
        return Picture(empty(), "A graph without operations.")
    by_scope = len(operations) > COLLAPSE_ABOVE
    boxes = defaultdict(list)  # name of a box -> its operations
    box_of = {}
    for operation in operations:
        box_of[operation.name] = operation.name.split("/")[0] if by_scope else operation.name
        boxes[box_of[operation.name]].append(operation)
    edges = set()
    for operation in operations:
        sources = [tensor.op for tensor in operation.inputs] + list(operation.control_inputs)
        edges.update((box_of[source.name], box_of[operation.name]) for source in sources)
    edges = sorted((a, b) for a, b in edges if a != b)
    return Picture(draw(boxes, edges), in_words(boxes, edges, len(operations)))


def caption(operations):
    """What stands below a box's name: the type of its operation, or how many there are."""
    return operations[0].type if len(operations) == 1 else f"{len(operations)} operations"


def in_words(boxes, edges, count):
    by_scope = "" if count == len(boxes) else f", drawn as {len(boxes)} boxes, one a scope"
    lines = [f"A graph of {count} operation{'s' * (count > 1)}{by_scope}."]
    for name, operations in boxes.items():
        fed = [target for source, target in edges if source == name]
        lines.append(f"{name} ({caption(operations)})" + (f" feeds {', '.join(fed)}." if fed else "."))
    return "\n".join(lines)


def layers(boxes, edges):
    """The columns of the picture, from left to right: a box stands to the right of all that feed it.

    Boxes that feed each other in a circle share a column.
    """
    import networkx

    directed = networkx.DiGraph()
    directed.add_nodes_from(boxes)
    directed.add_edges_from(edges)
    without_circles = networkx.condensation(directed)
    order = {name: i for i, name in enumerate(boxes)}
    columns = []
    for generation in networkx.topological_generations(without_circles):
        members = [name for part in generation for name in without_circles.nodes[part]["members"]]
        columns.append(sorted(members, key=order.get))
    return columns


def draw(boxes, edges):
    columns = layers(boxes, edges)
    tallest = max(map(len, columns))
    height = tallest * (HEIGHT + GAP_Y) + 0.5
    figure, axes = canvas(len(columns) * (WIDTH + GAP_X) - GAP_X + 0.3, height)
    places = {}
    for x, column in enumerate(columns):
        top = (tallest - len(column)) / 2
        for y, name in enumerate(column):
            places[name] = (0.15 + x * (WIDTH + GAP_X), height - 0.15 - HEIGHT - (top + y) * (HEIGHT + GAP_Y))
    for source, target in edges:
        arrow(axes, places[source], places[target])
    for name, operations in boxes.items():
        box(axes, (*places[name], WIDTH, HEIGHT), name, caption(operations), tint(operations))
    legend(axes, boxes)
    return figure


def empty():
    figure, axes = canvas(4.2, 0.8)
    axes.text(2.1, 0.4, "a graph without operations", ha="center", va="center", color=INK, fontsize=11)
    return figure


def tint(operations):
    return TINTS[KINDS.get(operations[0].type, ("purple", ""))[0]] if len(operations) == 1 else TINTS["purple"]


def arrow(axes, source, target):
    from matplotlib.patches import FancyArrowPatch

    start = (source[0] + WIDTH, source[1] + HEIGHT / 2)
    end = (target[0], target[1] + HEIGHT / 2)
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=12, linewidth=1.2, color="#555555", shrinkA=1, shrinkB=2
        )
    )


def legend(axes, boxes):
    """Says in words what the tints mean; the boxes say it too, so nothing hangs on color."""
    from matplotlib.patches import Patch

    kinds = {}
    for operations in boxes.values():
        word = KINDS.get(operations[0].type, ("", "other"))[1] if len(operations) == 1 else "scope"
        kinds.setdefault(word, tint(operations))
    handles = [Patch(facecolor=color, edgecolor=INK, label=word) for word, color in kinds.items()]
    axes.legend(
        handles=handles,
        loc="lower left",
        ncols=len(handles),
        frameon=False,
        fontsize=9,
        borderaxespad=0,
        borderpad=0.9,
        handlelength=1.2,
    )
