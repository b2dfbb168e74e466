"""``show.graph``: the operations of a graph, what flows between them, and which has to wait for which."""

from collections import defaultdict

from course.show.grouping import grouped
from course.show.picture import (
    ASSIGNS,
    BOLD,
    CONSTANT,
    DASHES,
    GRAPH,
    GRAY,
    OTHER,
    PAGE,
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
WIDTH, HEIGHT = 1.5, 0.7  # inches: a box
ACROSS, DOWN = (0.8, 0.22), (0.4, 0.45)  # inches between boxes, sideways and upwards: generations beside or below
MOST_ACROSS, MOST_IN_ROW = 3, 3  # generations side by side; boxes side by side where generations go down


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
    """What stands below a box's name: the type of its operation, or how many there are; and how many are new."""
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


def generations(boxes, edges):
    """The boxes in the order of what feeds what: each comes in a later generation than all that feed it.

    What nothing feeds, such as a constant, comes just before what it feeds. Boxes that feed each other in a circle
    share a generation.
    """
    import networkx

    directed = networkx.DiGraph()
    directed.add_nodes_from(boxes)
    directed.add_edges_from(edges)
    without_circles = networkx.condensation(directed)
    number = {part: i for i, parts in enumerate(networkx.topological_generations(without_circles)) for part in parts}
    for part, fed in without_circles.adjacency():
        if fed and not without_circles.in_degree(part):
            number[part] = min(number[target] for target in fed) - 1
    part_of = without_circles.graph["mapping"]
    members = defaultdict(list)
    for name in boxes:
        members[number[part_of[name]]].append(name)
    return [members[i] for i in sorted(members)]


def places(boxes, edges):
    """Where each box stands, ``{name: (left, bottom)}`` in inches; width and height of it all; whether it runs across.

    Few generations stand side by side. Many go down the page, so that the picture stays as wide as a page.
    """
    lines = generations(boxes, edges)
    across = len(lines) <= MOST_ACROSS
    if not across:
        lines = [line[i : i + MOST_IN_ROW] for line in lines for i in range(0, len(line), MOST_IN_ROW)]
    longest = max(map(len, lines))
    gap_x, gap_y = ACROSS if across else DOWN
    columns, rows = (len(lines), longest) if across else (longest, len(lines))
    gap_x = min(gap_x, (PAGE - 0.36 - columns * WIDTH) / max(columns - 1, 1))
    width, height = columns * (WIDTH + gap_x) - gap_x + 0.36, rows * (HEIGHT + gap_y) - gap_y + 0.4
    found = {}
    for i, line in enumerate(lines):
        for j, name in enumerate(line):
            middle = j + (longest - len(line)) / 2
            x, y = (i, middle) if across else (middle, i)
            found[name] = (0.15 + x * (WIDTH + gap_x), height - 0.22 - HEIGHT - y * (HEIGHT + gap_y))
    return found, width, height, across


def draw(boxes, edges, waits, captions, new):
    place, width, height, across = places(boxes, edges)
    kinds = kinds_of(boxes) | ({"new": {"color": GRAPH, "line": BOLD}} if new else {})
    kinds |= {"runs before": {"dashes": True}} if waits else {}
    below = legend_height(kinds, width)
    figure, axes = canvas(width, height + below)
    place = {name: (x, y + below) for name, (x, y) in place.items()}
    for source, target in edges:
        arrow(axes, place[source], place[target], across, dashed=(source, target) in waits)
    for name, members in boxes.items():
        added, several = new and not set(members) - new, len(members) > 1
        mark = None if several else KINDS.get(members[0].type, UNKNOWN)[0]
        box(axes, (*place[name], WIDTH, HEIGHT), name, captions[name], GRAPH, mark, bold=added, stack=several)
    legend(axes, kinds)
    return figure


def empty():
    figure, axes = canvas(4.2, 0.8)
    write(axes, 2.1, 0.4, "a graph without operations", TITLE, ha="center")
    return figure


def arrow(axes, source, target, across, dashed):
    """An arrow between two boxes, from the side that looks at the target."""
    from matplotlib.patches import FancyArrowPatch

    (x, y), (to_x, to_y) = source, target
    if x != to_x if across else y == to_y:  # sideways
        right = to_x > x
        start, end = (x + WIDTH * right, y + HEIGHT / 2), (to_x + WIDTH * (not right), to_y + HEIGHT / 2)
    else:
        up = to_y > y
        start, end = (x + WIDTH / 2, y + HEIGHT * up), (to_x + WIDTH / 2, to_y + HEIGHT * (not up))
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=12,
            linewidth=1.2,
            linestyle=DASHES if dashed else "solid",
            color=GRAY,
            shrinkA=1,
            shrinkB=2,
        )
    )


def kinds_of(boxes):
    """``{word: look}`` for the legend; the captions say it too, so nothing hangs on patterns."""
    kinds = {}
    for members in boxes.values():
        look, word = KINDS.get(members[0].type, UNKNOWN) if len(members) == 1 else SCOPE
        kinds.setdefault(word, look)
    return kinds
