"""``code_in``: what of a Keras configuration is not known to compute only. The configuration is read, never run."""

import builtins
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tfckpt.danger.keras_strings import lacking, lacking_to_compile
from tfckpt.danger.tensorflow_layers import op_of_layer, symbol_of_layer

LONGEST = 120
OBJECTS = Path(__file__).with_name("keras_objects.txt")
KERAS = ("keras", "keras_core", "tf_keras")
# Packages that a model's own classes are not in. What is in them has other uses than a layer.
OF_OTHERS = {
    *sys.stdlib_module_names,
    *"keras_cv keras_hub keras_nlp numpy tensorflow torch jax flax scipy pandas sklearn h5py pip setuptools".split(),
    *"pkg_resources google absl six yaml requests joblib dill cloudpickle".split(),
}
# Layers of Keras 1 whose names are known for nothing since.
OF_KERAS_1 = ("Merge", "TimeDistributedMerge")
# What stands for plain values.
VALUES = {
    *"__keras_tensor__ __tensor__ __numpy__ __bytes__ __slice__ __ellipsis__ __tuple__ __set__ __complex__".split(),
    *"TensorShape TypeSpec CompositeTensor Ellipsis".split(),
}
# Layers that run what stands in another file, in a text, or in a pickle.
FOREIGN = {
    "Lambda": "is a Lambda layer: it calls a Python function each time the model is called",
    "TFSMLayer": "loads a SavedModel from elsewhere",
    "TorchModuleWrapper": "has a PyTorch module in it, which is unpickled",
    "JaxLayer": "calls functions of JAX",
    "FlaxLayer": "calls a module of Flax",
    "InstanceMethod": "calls a method of a tensor",
    "ClassMethod": "calls a method of a class",
    "__lambda__": "has Python bytecode in it",
}


@dataclass(frozen=True)
class Code:
    """Something in a configuration that is not known to compute only: where, and what it does.

    Attributes:
        where: the names of the layers that lead to it.
        does: what it does, a piece of a sentence.
        needs: whether it runs nothing by itself, but needs a class or function of whoever made the model.
    """

    where: str
    does: str
    needs: bool = False

    def __str__(self):
        return f"{repr(self.where) if self.where else 'The model'} {self.does}"

    def as_dict(self):
        """It as texts, for JSON."""
        return {"name": self.where, "touches": "Python", "does": self.does}


def code_in(config):
    """What runs when Keras builds a model from a configuration, or calls it, and what it needs to do so.

    Args:
        config: of a ``.keras``, or ``model_config`` of an ``.h5``: dicts and lists.

    Returns:
        A list of ``Code``, each once.

    Example:

        >>> [str(code) for code in code_in({"class_name": "Lambda", "config": {"function": "x"}})]
        ['The model is a Lambda layer: it calls a Python function each time the model is called']
    """
    unique = {}
    for where, value, is_layer in objects_in(config):
        for code in codes(where, value, is_layer):
            unique[code] = code
    return list(unique)


def objects_in(config):
    """Yields each object in a configuration: the names of the layers that lead to it, it, and whether it is a layer."""
    waiting = [inside("", [config], False)]  # of which each goes on when what is in it is done: it may be wide
    while waiting:
        where, value, is_layer = next(waiting[-1], ("", None, False))
        if value is None:
            waiting.pop()
        elif isinstance(value, list):
            waiting.append(inside(where, value, is_layer))
        else:
            inner = value.get("config")
            name = inner.get("name") if isinstance(inner, dict) else None
            where = "/".join(filter(None, [where, name]))[:LONGEST] if isinstance(name, str) else where
            yield where, value, is_layer
            waiting.append(inside(where, value, is_layer))


def inside(where, value, is_layer):
    """Yields the lists and objects in a list, or in an object, whose ``layers`` are layers."""
    pairs = value.items() if isinstance(value, dict) else ((None, each) for each in value)
    for key, each in pairs:
        if isinstance(each, list | dict):
            yield where, each, is_layer if key is None else key == "layers"


def codes(where, value, is_layer):
    """What one object of a configuration does, as ``Code``."""
    kind, inner = value.get("class_name"), value.get("config")
    inner = inner if isinstance(inner, dict) else {}
    if not isinstance(kind, str):
        return
    if is_layer and kind == "function":
        yield Code(where, f"has a function in the place of a layer: {short(value.get('config'))}, which is called")
    if kind == "Lambda" and isinstance(inner.get("function"), list):  # as Keras 2 wrote it
        yield Code(where, FOREIGN["__lambda__"])
    if kind == "Merge" and inner.get("mode_type", "raw") != "raw":  # as Keras 1 wrote it
        yield Code(where, "calls a Python function to merge what it takes in")
    for key in ("vocabulary", "vocabulary_file"):
        if isinstance(inner.get(key), str) and inner[key]:  # and not a list, or None
            yield Code(where, f"reads its vocabulary from the file {short(inner[key])}")
    if kind in known_objects()["class"] and is_of_keras(value.get("module") or "keras"):
        yield from (Code(where, unknown(*each), True) for each in lacking(inner, known_objects()))
    if isinstance(value.get("compile_config"), dict):
        yield from code_to_compile(where, value["compile_config"])
    judged = of_function(value) if kind == "function" else of_class(kind, value, inner)
    if judged:
        yield Code(where, *judged)


def of_class(kind, value, inner):
    """What an object of a class does, and whether it only needs that class; None if it computes and no more."""
    module, name = value.get("module"), value.get("registered_name")
    if kind in FOREIGN:
        place = f": {short(inner['filepath'])}" if "filepath" in inner else ""
        return FOREIGN[kind] + place, False
    if isinstance(module, str) and module and not is_of_keras(module) and kind not in VALUES:
        return of_module(module, kind, name)
    if kind in ("TFOpLambda", "TensorFlowOpLayer"):
        does = symbol_of_layer(inner) if kind == "TFOpLambda" else op_of_layer(inner)
        return (does, False) if does else None
    if kind == "__typespec__":
        return (f"has Keras import {short(module)}", False) if module else None
    return of_registered(kind, module, name)


def of_registered(kind, module, name):
    """The same of an object whose class Keras finds by its name, or in a module of its own."""
    known_one = kind.removeprefix("Custom>") in known_objects()["class"] or kind in VALUES
    if known_one and name in (None, "", kind):
        return None
    if known_one or not module or module == "builtins" or ">" in str(name) and not is_of_keras(module):
        return needed("class", kind, name), True
    if isinstance(name, str) and ">" in name:
        return f"needs the class {short(name)}, which is not part of Keras", False
    return f"has Keras make a {short(kind)} of {short(module)}, which is not known to be harmless", False


def of_module(module, kind, name):
    """The same of an object of a module that is not part of Keras."""
    if module.partition(".")[0] in OF_OTHERS or module == "builtins":
        return f"has Keras import the module {short(module)} for {short(kind)}", False
    return needed("class", kind, name) + f" (of the module {short(module)}, which Keras before 3.9 imports)", True


def of_function(value):
    """What a function does that an object names, and whether it only needs that function; None if it computes."""
    module, name = value.get("module"), value.get("config")
    if not isinstance(name, str):
        of = f" of {short(module)}" if module else ""
        return f"takes a function{of} that it does not name", False
    if isinstance(module, str) and module and not is_of_keras(module):
        return f"has Keras import the module {short(module)} for {short(name)}", False
    if name in known_objects()["function"] and "utils" not in str(module).split("."):  # keras.utils has its own `copy`
        return None
    if module in (None, "", "builtins"):
        if hasattr(builtins, name) or "." in name:
            return f"takes {short(name)} of Python, which is not known to be harmless", False
        return needed("function", name, name), True
    return f"takes {short(name)} of {short(module)}, which is not known to be harmless", False


def needed(what, kind, name):
    """What a model needs, in words."""
    own = kind.rpartition(">")[2]
    name = name if isinstance(name, str) else kind
    registered = f", registered as {short(name)}" if name != own else ""
    has_it = "Keras 3 no longer has" if own in OF_KERAS_1 else "is not part of Keras"
    return f"needs the {what} {short(own)}{registered}, which {has_it}"


def unknown(what, name):
    """What to say of a name of something that Keras lacks."""
    return f"needs the {what} {short(name)}, which Keras {known_objects()['version']} does not have"


def code_to_compile(where, config):
    """What a model's ``compile`` needs that Keras lacks, by its name in a configuration, as a list of ``Code``."""
    return [Code(where, unknown(*each), True) for each in dict.fromkeys(lacking_to_compile(config, known_objects()))]


def is_of_keras(module):
    return isinstance(module, str) and (module.partition(".")[0] in KERAS or module == "builtins")


def short(value):
    return repr(str(value)[:LONGEST])


@cache
def known_objects():
    """What of Keras is known: ``{"class": names, "function": names}`` of what computes and no more, and its version.

    Under ``"activation"``, ``"loss"`` and so on are the names that it takes in the place of one.
    """
    head, *lines = OBJECTS.read_text(encoding="utf-8").splitlines()
    names = {}
    for what, _, name in (line.partition(" ") for line in lines):
        names.setdefault(what, set()).add(name)
    return {what: frozenset(each) for what, each in names.items()} | {"version": head.split()[-1]}
