"""A tree that is drawn with Mermaid as a list of points, for pages that load no script."""

import re
from collections import defaultdict

DIAGRAM = re.compile(r"^```mermaid\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NODE = re.compile(r'\s*(\w+)(?:\["([^"]*)"\])?')
ARROW = re.compile(r'\s*-->(?:\|"([^"]*)"\|)?')


def without_diagrams(markdown):
    """Markdown with a list in the place of each Mermaid diagram.

    Raises:
        ValueError: a diagram has a line that is not ``a["text"] -->|"label"| b["text"] --> …``.
    """
    return DIAGRAM.sub(lambda match: outline(match[1]), markdown)


def outline(diagram):
    """A ``flowchart``'s nodes as nested points. A node with two arrows to it stands in both places."""
    lines = [line for line in diagram.splitlines() if not line.startswith(("%%", "flowchart "))]
    texts, below, targets = {}, defaultdict(list), set()
    for line in lines:
        source = label = None
        at = 0
        while node := NODE.match(line, at):
            name, at = node[1], node.end()
            texts[name] = node[2] or texts.get(name, name)
            if source:
                below[source].append((label, name))
                targets.add(name)
            arrow = ARROW.match(line, at)
            if not arrow:
                break
            source, label, at = name, arrow[1], arrow.end()
        if line[at:].strip():
            raise ValueError(f"course html cannot read this line of a diagram: {line.strip()!r}")

    def points(name, depth, label=None):
        yield f"{'  ' * depth}- {f'*{escaped(label)}:* ' if label else ''}{escaped(texts[name])}"
        for said, target in below[name]:
            yield from points(target, depth + 1, said)

    return "\n".join(point for name in texts if name not in targets for point in points(name, 0))


def escaped(text):
    """A text as Markdown shows it letter by letter."""
    return re.sub(r"([\\`*_<>\[\]])", r"\\\1", text)
