"""``said``: the dtype of bytes in an ``.h5`` file that HDF5 has no dtype for, where the file says it elsewhere.

Keras writes bfloat16 as two bytes without a meaning. In a ``.weights.h5`` it says so beside them; in the older form the
configuration of the layer says it.
"""

import json
from collections import defaultdict

BFLOAT16 = "bfloat16"
OPAQUE = "void16"  # what NumPy calls two bytes without a meaning
MOST_PIECES = 50  # of the name of a slot
WEIGHTS, SLOTS = "model_weights/", "optimizer_weights/"


def said(names, configuration):
    """Which of some datasets are of bfloat16.

    Args:
        names: of the datasets of two bytes an element, without a meaning.
        configuration: ``model_config``, JSON.

    Returns:
        A set of names.

    Example:

        >>> said(["model_weights/a/a/kernel"], '{"layers": [{"config": {"name": "a", "dtype": "bfloat16"}}]}')
        {'model_weights/a/a/kernel'}
    """
    if not names:
        return set()
    try:
        layers = kinds_of_layers(json.loads(configuration))
    except (ValueError, RecursionError):
        return set()
    weights = {name for name in names if name.startswith(WEIGHTS) and is_of_bfloat16(name, layers)}
    variables = {spelled(name.removeprefix(WEIGHTS).partition("/")[2]) for name in weights} - {""}
    slots = {name for name in names if name.startswith(SLOTS) and is_slot(spelled(name), variables)}
    return weights | slots


def kinds_of_layers(config):
    """``{name of a layer: {whether its variables are of bfloat16}}``, of all layers in a configuration."""
    kinds, waiting = defaultdict(set), [config]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            waiting += value.values()
            name, dtype = value.get("name"), value.get("dtype")
            if isinstance(name, str) and dtype is not None:
                kinds[name].add(policy(dtype) == BFLOAT16)
    return kinds


def policy(dtype):
    """The dtype of the variables of a layer, from its ``dtype``: a text, or a policy of Keras 2 or 3."""
    inner = dtype.get("config") if isinstance(dtype, dict) else None
    name = inner.get("name") if isinstance(inner, dict) else dtype
    return name.rpartition("_from_")[2] if isinstance(name, str) else ""  # int8_from_bfloat16 is for what is quantized


def is_of_bfloat16(name, layers):
    """Whether the innermost layer that a name speaks of has its variables in bfloat16."""
    for part in reversed(name.split("/")[1:-1]):
        if part in layers:
            return layers[part] == {True}
    return False


def is_slot(name, variables):
    """Whether the name of a slot, as ``spelled`` has it, is about one of some variables."""
    ends = [place for place, letter in enumerate(f"{name}_") if letter == "_"][:MOST_PIECES]
    begins = [0, *(place + 1 for place in ends)]
    return any(name[begin:end] in variables for begin in begins for end in ends if begin < end)


def spelled(name):
    """A name as Keras 3 has it within the name of a slot, without the ``:0`` of Keras 2."""
    return name.partition(":")[0].replace("/", "_")
