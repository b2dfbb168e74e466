"""``starts``: what of a graph is run from outside, and when: its Savers, collections, signatures and objects."""

from dataclasses import dataclass

INITIALIZING = ("init_op", "local_init_op", "ready_op", "ready_for_local_init_op", "table_initializer")  # collections
LOADING = ("saved_model_main_op", "legacy_init_op")
SIGNATURE_OF_LOADING = "__saved_model_init_op"
# Attributes of a resource that the loader of objects calls.
OF_RESOURCES = ("_create_resource", "_initialize", "_destroy_resource")
MOST_SAVERS = 20


@dataclass(frozen=True)
class Start:
    """What is run at one occasion.

    Attributes:
        when: ``"restore"``, ``"save"``, ``"load"``, ``"initialize"``, ``"use"`` (a collection names it), or the key of
            a signature or the name of a function that can be called.
        names: of tensors and operations of the graph that are run.
        functions: the names of functions that are called.
        saver: the ``Saver`` that does it, or None.
    """

    when: str
    names: tuple
    functions: tuple = ()
    saver: object = None


def starts(graph, most):
    """What of a ``MetaGraph`` is run from outside: a list of ``Start``.

    Args:
        graph: the ``MetaGraph``.
        most: how many signatures and functions are told apart: more would take minutes.
    """
    starts = []
    for saver in savers(graph):
        starts += [Start("restore", (saver.restore,), (), saver), Start("save", (saver.save,), (), saver)]
    loading, restoring, saving, called = of_objects(graph)
    signatures = {key: tuple(name for name, _, _ in outputs.values()) for key, (_, outputs) in graph.signatures.items()}
    first = signatures.pop(SIGNATURE_OF_LOADING, ())
    others = [key for key in graph.collections if key not in (*LOADING, *INITIALIZING)]
    starts += [
        Start("load", (*listed(graph, LOADING), *first), tuple(loading + restoring)),
        Start("initialize", (*listed(graph, INITIALIZING), *graph.initializers)),
        Start("save", (), tuple(saving)),
        Start("use", (*listed(graph, others), *graph.runners)),
    ]
    calls = [Start(key, names) for key, names in signatures.items()]
    calls += [Start(path, (), tuple(functions)) for path, functions in called.items()]
    starts += [*calls[:most], together(calls[most:])]
    return [start for start in starts if any(start.names) or start.functions]


def listed(graph, keys):
    """The names in some collections of a graph."""
    return [name for key in keys for name in graph.collections.get(key, ())]


def together(starts):
    """Some starts as one, which is empty if there are none."""
    names = tuple(name for start in starts for name in start.names)
    return Start("another signature", names, tuple(name for start in starts for name in start.functions))


def savers(graph):
    """The Savers that a graph was exported with, each once: its own, and those of its collection."""
    savers = {}
    for saver in [graph.saver, *graph.savers] if graph.saver else graph.savers:
        savers.setdefault((saver.filename, saver.save, saver.restore), saver)
    return list(savers.values())[:MOST_SAVERS]


def of_objects(graph):
    """The functions of the objects of a SavedModel: those that run when it is loaded, restored and saved, three lists,
    and those that one can call, ``{path: [function, …]}``."""
    loading, restoring, saving, called = [], [], [], {}

    def functions(place):
        saved = graph.objects[place] if place < len(graph.objects) else None
        return list(saved.says) if saved and saved.kind == "function" else []

    for saved in graph.objects:
        restoring += [name for place in saved.restoring for name in functions(place)]
        saving += [name for place in saved.saving for name in functions(place)]
        for attribute, place in saved.children if saved.kind != "function" else ():
            names = functions(place)
            if attribute in OF_RESOURCES:
                loading += names
            elif names:
                called.setdefault(attribute, []).extend(names)
    return loading, restoring, saving, called
