"""A tree that is drawn with Mermaid as a list of points, for pages that load no script."""

import re

import networkx

DIAGRAM = re.compile(r"^```mermaid\n(.*?)^```$", re.DOTALL | re.MULTILINE)
HEAD = ("%%", "flowchart ", "graph ")
NODE = re.compile(r'\s*(\w+)(?:\["([^"]*)"\])?')
ARROW = re.compile(r'\s*-->(?:\|"([^"]*)"\|)?')


def without_diagrams(markdown):
    """Markdown with a list in the place of each Mermaid tree. A diagram of another kind is shown as it is written."""

    def replaced(match):
        try:
            return outline(match[1])
        except ValueError:
            return f"```text\n{match[1]}```"

    return DIAGRAM.sub(replaced, markdown)


def outline(diagram):
    """The nodes of a tree as nested points. A node with two arrows to it stands in both places.

    Raises:
        ValueError: a line is not ``a["text"] -->|"label"| b["text"] --> …``, or the arrows run in a circle.
    """
    tree = networkx.DiGraph()
    for line in diagram.splitlines():
        if not line.startswith(HEAD):
            read(line, tree)
    if not networkx.is_directed_acyclic_graph(tree):
        raise ValueError("the arrows run in a circle")

    def points(name, depth, label=None):
        said = f"*{escaped(label)}:* " if label else ""
        yield f"{'  ' * depth}- {said}{escaped(tree.nodes[name].get('text', name))}"
        for below, arrow in tree[name].items():
            yield from points(below, depth + 1, arrow["label"])

    return "\n".join(point for name, arrows in tree.in_degree() if not arrows for point in points(name, 0))


def read(line, tree):
    """Adds a line's nodes and arrows to the tree."""
    at, source, label = 0, None, None
    while node := NODE.match(line, at):
        name, at = node[1], node.end()
        tree.add_node(name, **({"text": node[2]} if node[2] else {}))
        if source:
            tree.add_edge(source, name, label=label)
        arrow = ARROW.match(line, at)
        if not arrow:
            break
        source, label, at = name, arrow[1], arrow.end()
    if line[at:].strip():
        raise ValueError(f"not a line of a tree: {line.strip()!r}")


def escaped(text):
    """A text as Markdown shows it letter by letter."""
    return re.sub(r"([\\`*_<>\[\]])", r"\\\1", text)
