"""``show.graph``: the operations of a graph, what flows between them, and which has to wait for which."""

from collections import defaultdict

from course.show.grouping import grouped
from course.show.layers import HEIGHT, WIDTH, Layout
from course.show.picture import (
    ASSIGNS,
    BOLD,
    CONSTANT,
    DASHES,
    GRAPH,
    GRAY,
    OTHER,
    READS,
    TITLE,
    VARIABLE,
    Picture,
    box,
    canvas,
    legend,
    legend_height,
    write,
)

KINDS = {  # type of operation -> the pattern of its bar, and what the legend calls it
    "Const": (CONSTANT, "constant"),
    "VariableV2": (VARIABLE, "variable"),
    "VarHandleOp": (VARIABLE, "variable"),
    "Assign": (ASSIGNS, "assigns"),
    "AssignVariableOp": (ASSIGNS, "assigns"),
    "Identity": (READS, "reads"),
    "ReadVariableOp": (READS, "reads"),
}
UNKNOWN, SCOPE = (OTHER, "other"), ({"color": GRAPH, "stack": True}, "scope")


def graph(graph, before=()):
    """Draws the operations of a graph as boxes, and as arrows what one gives to another.

    A dashed arrow hands nothing over: it says only that the one has to run before the other (a control dependency).

    A graph of more than 16 operations is drawn by scope: the parts of the names between slashes. A large one stays
    at 16 boxes or fewer: scopes that differ in a number are one box, and so are the smallest ones.

    Args:
        graph: a ``tf.Graph``.
        before: the operations that it had at an earlier time, as ``graph.get_operations()`` gave them then. If there
            are any, the operations added since are set apart: a thick outline, and the word ``new``.

    Returns:
        A ``Picture``. Its text lists each box, what it feeds and what has to wait for it.

    Introduced in lesson 01.
    """
    operations = graph.get_operations()
    if not operations:
        return Picture(empty(), "A graph without operations.")
    boxes = grouped(operations)
    box_of = {operation: name for name, members in boxes.items() for operation in members}
    flows, waits = set(), set()
    for operation in operations:
        flows.update((box_of[tensor.op], box_of[operation]) for tensor in operation.inputs)
        waits.update((box_of[source], box_of[operation]) for source in operation.control_inputs)
    edges = sorted((a, b) for a, b in flows | waits if a != b)
    waits = waits & set(edges) - flows
    new = set(operations) - set(before) if before else set()
    captions = {name: caption(members, new) for name, members in boxes.items()}
    picture = draw(boxes, edges, waits, captions, new)
    return Picture(picture, in_words(captions, edges, waits, len(operations), len(new)))


def caption(members, new):
    """The line below a box's name: the type of its operation, or how many there are; and how many are new."""
    text = members[0].type if len(members) == 1 else f"{len(members)} operations"
    added = len(new & set(members))
    return text + (", new" if added == len(members) else f", {added} new" if added else "")


def in_words(captions, edges, waits, count, new):
    added = f", {new} of them new" if new else ""
    by_scope = "" if count == len(captions) else f", drawn as {len(captions)} boxes, one a scope"
    lines = [f"A graph of {count} operation{'s' * (count > 1)}{added}{by_scope}."]
    feeds, precedes = defaultdict(list), defaultdict(list)
    for source, target in edges:
        (precedes if (source, target) in waits else feeds)[source].append(target)
    for name, text in captions.items():
        gives = [f" feeds {', '.join(feeds[name])}"] if feeds[name] else []
        gives += [f" runs before {', '.join(precedes[name])}"] if precedes[name] else []
        lines.append(f"{name} ({text}){', and'.join(gives)}.")
    return "\n".join(lines)


def draw(boxes, edges, waits, captions, new):
    layout = Layout(boxes, edges)
    kinds = kinds_of(boxes) | ({"new": {"color": GRAPH, "line": BOLD}} if new else {})
    kinds |= {"runs before": {"dashes": True}} if waits else {}
    below = legend_height(kinds, layout.width)
    figure, axes = canvas(layout.width, layout.height + below)
    for edge, corners in layout.arrows.items():
        arrow(axes, [(x, y + below) for x, y in corners], dashed=edge in waits)
    for name, members in boxes.items():
        added, several = new and not set(members) - new, len(members) > 1
        mark = None if several else KINDS.get(members[0].type, UNKNOWN)[0]
        x, y = layout.boxes[name]
        box(axes, (x, y + below, WIDTH, HEIGHT), name, captions[name], GRAPH, mark, bold=added, stack=several)
    legend(axes, kinds)
    return figure


def empty():
    figure, axes = canvas(4.2, 0.8)
    write(axes, 2.1, 0.4, "a graph without operations", TITLE, ha="center")
    return figure


def arrow(axes, corners, dashed):
    """An arrow along its corners. It lies above the boxes, since it may end on a stack's second one."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    style = {"linestyle": DASHES if dashed else "solid", "color": GRAY, "linewidth": 1.2, "zorder": 3}
    axes.add_patch(FancyArrowPatch(path=Path(corners), arrowstyle="-|>", mutation_scale=12, **style))


def kinds_of(boxes):
    """``{word: look}`` for the legend; the captions say it too, so nothing hangs on patterns."""
    kinds = {}
    for members in boxes.values():
        look, word = KINDS.get(members[0].type, UNKNOWN) if len(members) == 1 else SCOPE
        kinds.setdefault(word, look)
    return kinds
