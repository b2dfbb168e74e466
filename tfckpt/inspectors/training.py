"""What trains a graph: the operations that apply gradients to its variables, and the loss, as names to run."""

from tfckpt.readers.meta import bare

# Types of what one runs to train: it groups the operations that apply gradients, or counts a step after them.
GROUPING = ("NoOp", "AssignAdd", "AssignAddVariableOp", "Identity")
APPLYING = ("Apply", "ResourceApply", "SparseApply", "ResourceSparseApply")  # how the types of those begin
NAMED = "train_op"  # the collection that minimize and apply_gradients add to
LOSSES = "losses"  # that of tf.losses
IN_NAMES = ("loss", "cost")


def train_operations(meta, named):
    """The names of the operations that one runs to train: as a collection has them, or as the graph shows them.

    Args:
        meta: a ``Meta``.
        named: ``{name: Operation}`` of its graph.
    """
    listed = [bare(name) for name in meta.collections.get(NAMED, ()) if bare(name) in named]
    applying = {name for name, operation in named.items() if operation.type.startswith(APPLYING)}
    if not applying:
        return []
    found = list(dict.fromkeys(listed)) or grouped(named, applying)
    before = [source for name in found for source in sources(named, name)]
    below = reached(before, lambda name: sources(named, name))
    return [name for name in found if name not in below] or found


def grouped(named, applying):
    """The names of the operations that group those that apply gradients; of these, where nothing groups them."""
    after = {}
    for name in named:
        for source in sources(named, name):
            after.setdefault(source, []).append(name)
    behind = reached(applying, lambda name: after.get(name, ())) - applying
    grouping = [name for name in named if name in behind and named[name].type in GROUPING]
    return grouping or [name for name in named if name in applying]


def reached(names, steps):
    """Some names, and all that can be reached from them by a function that returns the names next to one."""
    waiting, found = list(names), set(names)
    while waiting:
        more = [name for name in steps(waiting.pop()) if name not in found]
        found.update(more)
        waiting += more
    return found


def sources(named, name):
    """The names of the operations that an operation takes something of, or that have to run before it."""
    return [source for source in map(bare, named[name].inputs) if source in named]


def loss(meta, named, outputs):
    """The name of the tensor that is the loss; empty if that is not known.

    Args:
        meta, named: as above.
        outputs: each an ``End``.
    """
    listed = {name for name in meta.collections.get(LOSSES, ()) if bare(name) in named}
    if len(listed) == 1:
        return listed.pop()
    alike = [end.name for end in outputs if end.shape == () and any(part in end.name.lower() for part in IN_NAMES)]
    return alike[0] if len(alike) == 1 else ""
