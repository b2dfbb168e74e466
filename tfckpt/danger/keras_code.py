"""``code_in``: what of a Keras configuration is code, or has code imported. The configuration is read, never run."""

import json
from dataclasses import dataclass

from tfckpt.errors import blaming
from tfckpt.format.shard import mapped
from tfckpt.format.wire import fields, text

LARGEST = 2**31  # bytes

# Modules whose objects Keras builds from a configuration. Others are imported by the name that the file gives.
KNOWN = (
    "layers models initializers regularizers constraints optimizers losses metrics activations dtype_policies "
    "random quantizers optimizers.schedules applications ops"
).split()
FUNCTIONS_THAT_ACT = ("enable_unsafe_deserialization", "get_file", "load_model", "load_weights", "import_module")
# Layers that run what stands in another file, or in a pickle.
FOREIGN = {
    "TFSMLayer": "loads a SavedModel from elsewhere",
    "TorchModuleWrapper": "has a PyTorch module in it, which is unpickled",
}
LONGEST = 120


@dataclass(frozen=True)
class Code:
    """Something in a configuration that runs when the model is built or called: where, and what it does."""

    where: str
    does: str

    def __str__(self):
        return f"{repr(self.where) if self.where else 'The model'} {self.does}"

    def as_dict(self):
        """It as texts, for JSON."""
        return {"name": self.where, "touches": "Python", "does": self.does}


def code_in(config):
    """What runs when Keras builds a model from a configuration, or calls it.

    Args:
        config: of a ``.keras``, or ``model_config`` of an ``.h5``: dicts and lists.

    Returns:
        A list of ``Code``, each once.
    """
    found, waiting = {}, [("", config)]
    while waiting:
        where, value = waiting.pop()
        if isinstance(value, list):
            waiting += [(where, inner) for inner in reversed(value)]
        if not isinstance(value, dict):
            continue
        inner = value.get("config")
        name = inner.get("name") if isinstance(inner, dict) else None
        where = "/".join(filter(None, [where, name])) if isinstance(name, str) else where
        for does in doings(value):
            found[where[:LONGEST], does] = Code(where[:LONGEST], does)
        waiting += [(where, each) for each in reversed(list(value.values()))]
    return list(found.values())


def doings(value):
    """What one object of a configuration does, as pieces of sentences."""
    kind, module = value.get("class_name"), value.get("module")
    inner = value.get("config") if isinstance(value.get("config"), dict) else {}
    if kind == "Lambda":
        yield "is a Lambda layer: it calls a Python function each time the model is called"
    if kind == "__lambda__":
        yield "has Python bytecode in it"
    if kind == "Lambda" and isinstance(inner.get("function"), list):  # as Keras 2 wrote it
        yield "has Python bytecode in it"
    if isinstance(kind, str) and kind in FOREIGN:
        yield FOREIGN[kind] + (f": {str(inner['filepath'])[:LONGEST]!r}" if "filepath" in inner else "")
    if isinstance(inner.get("vocabulary"), str) and inner["vocabulary"]:  # and not a list, or None
        yield f"reads its vocabulary from the file {inner['vocabulary'][:LONGEST]!r}"
    if isinstance(module, str) and not known(module):
        yield f"has Keras import the module {module[:LONGEST]!r} for {str(kind)[:LONGEST]!r}"
    elif isinstance(module, str) and value.get("registered_name") not in (None, "", kind) and kind != "function":
        yield f"needs the class {str(value['registered_name'])[:LONGEST]!r}, which is not part of Keras"
    called = value.get("config") if kind == "function" else None
    if isinstance(called, str) and called in FUNCTIONS_THAT_ACT or kind in FUNCTIONS_THAT_ACT:
        yield f"calls {called or kind!r}, which no layer needs"


def known(module):
    first, _, rest = module.partition(".")
    if first == "builtins":
        return True
    return first in ("keras", "keras_core", "tf_keras") and (not rest or rest in KNOWN or known_inside(rest))


def known_inside(rest):
    return rest.startswith("src.") and any(part in KNOWN or part == "trainers" for part in rest.split("."))


def configuration(content):
    """JSON as Python objects. Raises ValueError for what is none, or nested too deeply."""
    try:
        return json.loads(text(content))
    except RecursionError:
        raise ValueError("a configuration in it is nested too deeply") from None


def code_in_metadata(path):
    """What runs when Keras 2 loads a SavedModel: as ``code_in``, from its ``keras_metadata.pb``.

    Raises:
        CheckpointError: it cannot be read.
    """
    with mapped(path, LARGEST) as data, blaming(path, "Likely a copy that did not finish.", data):
        found = []
        for number, node in fields(data):
            content = dict(fields(node)).get(5, b"") if number == 1 else b""
            if len(content):
                found += code_in(configuration(content))
        return list(dict.fromkeys(found))
