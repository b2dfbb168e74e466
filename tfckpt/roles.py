"""``roles``: which tensors of a checkpoint are variables, and which an optimizer or an average added to them."""

import re
from dataclasses import dataclass

from tfckpt.format.objects import KEY

# Role and heading, in the order in which they are shown.
HEADINGS = {
    "variable": "variables",
    "average": "moving averages",
    "slot": "optimizer slots",
    "optimizer": "other values of the optimizer",
    "counter": "counters",
    "object": "about the objects",
    "constant": "other constants",
}
AVERAGE = re.compile(r"ExponentialMovingAverage(_\d+)?|moving_(mean|variance|average)|biased|local_step")
SLOT = re.compile(  # names of slots in optimizers of TensorFlow 1, of Keras, and in TensorFlow's own spelling
    r"(\w*Adam|Adamax|AdamW|Nadam|Momentum|RMSProp|Adagrad|Adadelta|Ftrl|AMSGrad|LARS|LAMB)\w*(_\d+)?"
    r"|accumulator|linear|m|v|vhat|rms|mg|momentum|velocity|accum_(grad|var)|gradient_accumulator"
)
OPTIMIZER = re.compile(r"beta[12]_power(_\d+)?|_?learning_rate|decay_rate|beta_[12]|decay|loss_scale")
COUNTER = re.compile(r"(global_)?step|_?iterations?|iter|save_counter|epoch")


@dataclass(frozen=True, slots=True)
class Role:
    """What a tensor is: a key of ``HEADINGS``; and the name of the variable that it belongs to, or empty.

    Example:

        >>> Role("slot", "w").of
        'w'
    """

    name: str
    of: str = ""


def roles(names, graph):
    """The ``Role`` of each tensor, from its name or, in a checkpoint of objects, from what its objects say.

    Args:
        names: of all tensors in the checkpoint.
        graph: what ``object_graph`` returns.

    Returns:
        ``{name: Role}``.

    Example:

        >>> roles(["w", "w/Adam"], {})["w/Adam"]
        Role(name='slot', of='w')
    """
    names = set(names)
    by_path = {saved.path: key for key, saved in graph.items() if not saved.slot}
    by_name = {saved.full_name.replace("/", "_"): key for key, saved in graph.items() if saved.full_name}
    optimizers = {saved.path[:-1] for saved in graph.values() if saved.path[-1:] == ("_iterations",)}
    role_of = {
        name: of_object(graph[name], by_path, by_name, optimizers) if name in graph else of_name(name, names)
        for name in names
    }
    # An optimizer of Keras keeps all that is its own in a scope: its slots, which tell it, and a few numbers.
    scopes = {scope(name, role) for name, role in role_of.items() if role.name == "slot"} - {""}
    for name, role in role_of.items():
        if role.name == "variable" and name.rpartition("/")[0] in scopes:
            role_of[name] = Role("optimizer")
    return role_of


def scope(name, role):
    """What stands before the variable's name in the name of a slot."""
    return name.rpartition("/")[0].removesuffix(role.of).rstrip("/")


def of_object(saved, by_path, by_name, optimizers):
    """The ``Role`` of a tensor of an object. ``optimizers`` are the paths of those of Keras, under any name."""
    if saved.slot:
        return Role("slot", by_path.get(saved.slot_of, ""))
    if saved.attribute != "VARIABLE_VALUE":
        return Role("object")
    last, own_name = saved.path[-1] if saved.path else "", saved.full_name.rpartition("/")[2]
    if COUNTER.fullmatch(last):
        return Role("counter")
    its_own = saved.path[:-1] in optimizers or (saved.path[:-2] in optimizers and saved.path[-2:-1] == ("_variables",))
    if not its_own and ("optimizer" not in saved.path or "_trainable_variables" in saved.path):
        return Role("average") if AVERAGE.fullmatch(last) else Role("variable")
    if OPTIMIZER.fullmatch(last) or OPTIMIZER.fullmatch(own_name):
        return Role("optimizer")
    # Keras 3 keeps slots in a list. Their own names say of what: adam/dense_kernel_momentum is of dense/kernel.
    return Role("slot", by_name.get(own_name.rpartition("_")[0], ""))


def of_name(name, names):
    if name == KEY:
        return Role("object")
    parent, _, last = name.rpartition("/")
    if last == "ITERATOR_STATE" and parent.endswith(".ATTRIBUTES"):  # how far an iterator is in its data
        return Role("object")
    if last == "VARIABLE_VALUE":  # an object's, of whose graph nothing is known
        parent, _, last = parent.removesuffix("/.ATTRIBUTES").rpartition("/")
    if AVERAGE.fullmatch(last):
        return Role("average", parent if parent in names else "")
    if COUNTER.fullmatch(last):
        return Role("counter")
    if OPTIMIZER.fullmatch(last):
        return Role("optimizer")
    of = owner(parent, last, names)
    return Role("slot", of) if of else Role("variable")


def owner(parent, last, names):
    """The variable that a slot belongs to; empty if this is no slot.

    A slot is named after its variable: ``w/Adam`` or, if the optimizer was made within a scope, ``scope/w/Adam``.
    """
    if parent in names and not re.fullmatch(r"part_\d+", last):
        return parent
    while SLOT.fullmatch(last) and "/" in parent:
        parent = parent.partition("/")[2]
        if parent in names:
            return parent
    return ""
