"""Which operations of a graph share a box of its picture."""

import re
from collections import defaultdict

COLLAPSE_ABOVE = 16  # operations; a larger graph is drawn by scope
MOST_BOXES = 16
FEWEST_BOXES = 3  # with fewer, all is in one scope or two: look one level deeper


def grouped(operations):
    """Sorts operations into boxes: each its own, or by scope where there are more than 16.

    Args:
        operations: a list of ``tf.Operation``, not empty.

    Returns:
        ``{name of the box: its operations}``, at most 16 boxes, in the order of the operations.
    """
    if len(operations) <= COLLAPSE_ABOVE:
        return {operation.name: [operation] for operation in operations}
    deepest = max(operation.name.count("/") for operation in operations) + 1
    for depth in range(1, deepest + 1):
        boxes = by(lambda operation, depth=depth: "/".join(operation.name.split("/")[:depth]), operations)
        if len(boxes) >= FEWEST_BOXES:
            break
    if len(boxes) > MOST_BOXES:
        boxes = numbered_together(boxes)
    if len(boxes) > MOST_BOXES:
        boxes = smallest_together(boxes)
    return boxes


def by(name_of, operations):
    boxes = defaultdict(list)
    for operation in operations:
        boxes[name_of(operation)].append(operation)
    return dict(boxes)


def numbered_together(boxes):
    """Puts boxes whose names differ in their last number, such as ``layer``, ``layer_1``, …, into one: ``layer…``."""
    alike = defaultdict(list)
    for name in boxes:
        alike[re.sub(r"_?\d+$", "", name)].append(name)
    return {
        f"{stem}…" if len(names) > 1 else names[0]: [operation for name in names for operation in boxes[name]]
        for stem, names in alike.items()
    }


def smallest_together(boxes):
    """Keeps the largest boxes and puts the rest into one."""
    largest = sorted(boxes, key=lambda name: -len(boxes[name]))[: MOST_BOXES - 1]
    kept = {name: boxes[name] for name in boxes if name in largest}
    rest = [name for name in boxes if name not in largest]
    return kept | {f"{len(rest)} others": [operation for name in rest for operation in boxes[name]]}
