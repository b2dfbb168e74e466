"""Where the boxes of a graph's picture stand, and which way each arrow takes: between the boxes, never behind one.

Boxes stand in layers, one generation after the other. An arrow to the next layer is a straight line, since nothing is
between them. One that passes layers goes through each of them in a lane: a place that no box covers.

The coordinates in here are ``(cross, main)``: along a layer, and from layer to layer.
"""

from collections import defaultdict

from course.show.picture import PAGE

WIDTH, HEIGHT = 1.5, 0.7  # inches: a box
ACROSS, DOWN = (0.8, 0.22), (0.45, 0.4)  # inches from layer to layer, and between boxes: side by side, or going down
MOST_ACROSS, MOST_IN_ROW = 3, 3  # layers side by side; boxes side by side where layers go down
EDGE, BEHIND = 0.15, 0.06  # inches: the margin of it all; how far the second box of a stack looks out
CLEAR = 0.05  # inches that a lane keeps from a box
LANE = 0.16  # inches from a lane to the next
PORT = 0.22  # inches between the ends of two arrows at a box


class Layout:
    """The places of boxes and arrows.

    Few generations stand side by side. Many go down the page, so that the picture stays as wide as a page.

    Attributes:
        width, height: of it all, in inches.
        boxes: ``{name: (left, bottom)}``.
        arrows: ``{(from, to): [(x, y), …]}``, the corners of each arrow.
    """

    def __init__(self, names, edges):
        layers = generations(names, edges)
        self.across = len(layers) <= MOST_ACROSS
        if not self.across:
            layers = [layer[i : i + MOST_IN_ROW] for layer in layers for i in range(0, len(layer), MOST_IN_ROW)]
        self.layer = {name: number for number, layer in enumerate(layers) for name in layer}
        self.size, self.deep = (HEIGHT, WIDTH) if self.across else (WIDTH, HEIGHT)  # of a box: along, and through
        self.gap, between = ACROSS if self.across else DOWN
        longest = max(map(len, layers))
        if self.across:
            self.gap = min(self.gap, (PAGE - 2 * EDGE - BEHIND - len(layers) * WIDTH) / max(len(layers) - 1, 1))
        else:
            between = min(between, (PAGE - 2 * EDGE - BEHIND - longest * WIDTH) / max(longest - 1, 1))
        self.along = longest * (self.size + between) - between
        through = len(layers) * (self.deep + self.gap) - self.gap
        inner = (through, self.along) if self.across else (self.along, through)
        self.width, self.height = inner[0] + 2 * EDGE + BEHIND, inner[1] + 2 * EDGE + BEHIND
        self.middle = {
            name: (j + (longest - len(layer)) / 2) * (self.size + between) + self.size / 2
            for layer in layers
            for j, name in enumerate(layer)
        }
        self.boxes = {name: self.corner(name) for name in names}
        self.arrows = self.routed(edges)

    def corner(self, name):
        x, y = self.point(self.middle[name], self.start(self.layer[name]) + self.deep / 2)
        return x - WIDTH / 2, y - HEIGHT / 2

    def start(self, layer):
        return layer * (self.deep + self.gap)

    def point(self, cross, main):
        """``(x, y)`` in inches, from the left and from the bottom."""
        x, down = (main, cross) if self.across else (cross, main)
        return EDGE + x, self.height - EDGE - BEHIND - down

    def routed(self, edges):
        """The corners of all arrows."""
        lanes = self.lanes(edges)
        stops = {edge: [self.middle[edge[0]], *(lanes[edge[0], k] for k in self.passed(*edge))] for edge in edges}
        for (_, target), along in stops.items():
            along.append(self.middle[target])
        leaves = ports({edge: (edge[0], along[1]) for edge, along in stops.items()})
        enters = ports({edge: (edge[1], along[-2]) for edge, along in stops.items()})
        return {
            edge: [self.point(*corner) for corner in self.corners(edge, along, leaves[edge], enters[edge])]
            for edge, along in stops.items()
        }

    def passed(self, source, target):
        """The layers between those of two boxes, in the order in which an arrow passes them."""
        a, b = self.layer[source], self.layer[target]
        return range(a + 1, b) if a < b else range(a - 1, b, -1)

    def corners(self, edge, along, leave, enter):
        a, b = (self.layer[name] for name in edge)
        forward = a <= b
        begin = along[0] + leave, self.start(a) + self.deep * forward
        if a == b:  # boxes that feed each other: through the gap behind their layer
            end = along[-1] + enter, self.start(b) + self.deep
            return [begin, ((begin[0] + end[0]) / 2, end[1] + self.gap / 2), end]
        end = along[-1] + enter, self.start(b) + self.deep * (not forward)
        passing = []
        for lane, layer in zip(along[1:-1], self.passed(*edge), strict=True):
            sides = [self.start(layer) - CLEAR, self.start(layer) + self.deep + CLEAR]
            passing += [(lane, side) for side in (sides if forward else sides[::-1])]
        return [begin, *passing, end]

    def lanes(self, edges):
        """``{(source, layer): its lane}``: where along the layer the arrows from one box pass it, all in one lane."""
        targets = defaultdict(list)
        for source, target in edges:
            for layer in self.passed(source, target):
                targets[source, layer].append(target)
        wanted = defaultdict(dict)  # as a straight line would pass
        for (source, layer), names in targets.items():
            others = [self.middle[name] for name in names]
            steps = [abs(self.layer[name] - self.layer[source]) for name in names]
            share = abs(layer - self.layer[source]) * len(steps) / sum(steps)
            goal = sum(others) / len(others)
            wanted[layer][source] = self.middle[source] + (goal - self.middle[source]) * min(share, 1)
        return {
            (source, layer): lane
            for layer, wishes in wanted.items()
            for source, lane in self.placed(layer, wishes).items()
        }

    def placed(self, layer, wishes):
        """The lanes through a layer: each in the nearest room between boxes, side by side where several share it."""
        rooms = self.rooms(layer)
        inside = defaultdict(list)
        for source in sorted(wishes, key=wishes.get):
            nearest = min(rooms, key=lambda room: max(room[0] - wishes[source], wishes[source] - room[1], 0))
            inside[nearest].append(source)
        return {
            source: place
            for room, sources in inside.items()
            for source, place in zip(sources, spread([wishes[source] for source in sources], *room), strict=True)
        }

    def rooms(self, layer):
        """The stretches along a layer that no box covers, the stack behind a box included."""
        half = self.size / 2 + CLEAR
        middles = sorted(middle for name, middle in self.middle.items() if self.layer[name] == layer)
        low = [-EDGE + CLEAR, *(middle + half + BEHIND * (not self.across) for middle in middles)]
        high = [*(middle - half - BEHIND * self.across for middle in middles), self.along + EDGE + BEHIND - CLEAR]
        return [(a, b) for a, b in zip(low, high, strict=True) if a <= b]


def spread(wishes, low, high):
    """Places between ``low`` and ``high``, near what is wished, in the same order, and apart where there is room."""
    apart = min(LANE, (high - low) / len(wishes))
    places = []
    for number, wish in enumerate(wishes):
        least = places[-1] + apart if places else low
        places.append(min(max(wish, least), high - apart * (len(wishes) - 1 - number)))
    return places


def ports(ends):
    """The distance of each arrow's end from the middle of its box: ``{edge: inches}``.

    Args:
        ends: ``{edge: (box, where the arrow goes to or comes from)}``. Those with the same share an end.
    """
    at = defaultdict(set)
    for box, other in ends.values():
        at[box].add(other)
    ranks = {box: sorted(others) for box, others in at.items()}
    return {edge: PORT * (ranks[box].index(other) - (len(ranks[box]) - 1) / 2) for edge, (box, other) in ends.items()}


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
