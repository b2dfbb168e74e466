"""``of_shared``: variables that are one and the same while a graph runs, whatever their names: they share it.

A restore gives both one value, of whichever is read last, and nothing is said. Source: ``VarHandleOp`` and
``VariableOp`` in https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/kernels
"""

from tfckpt.compare.obstacle import Obstacle, code, more

HANDLE, REFERENCES = "VarHandleOp", ("Variable", "VariableV2")
ANONYMOUS = b"cd2c89b7-88b7-44c8-ad83-06c2a9158347"  # asks for a new one each time
DEFAULT = b"localhost"  # the container of what names none


def of_shared(variables):
    """Those variables that have the place of another one, as an ``Obstacle``; or nothing.

    Args:
        variables: ``(name, type, container, shared name)`` of each, the last two as bytes.
    """
    places, shared = {}, []
    for name, kind, container, own in variables:
        if kind in REFERENCES:
            own = own or name.encode()  # a handle without a name shares it with the others that have none
        if own != ANONYMOUS:
            first = places.setdefault((kind == HANDLE, container or DEFAULT, own), name)
            shared += [(first, name)] * (first != name)
    if shared:
        first, name = shared[0]
        says = f"{code(first)} and {code(name)} share one value, as `shared_name` says{more(len(shared) - 1)}"
        cure = "Give each a name of its own before the import: in the graph, set `shared_name` to the operation's name."
        yield Obstacle("shared", says, cure)


def of_file(meta, names):
    """The same of those variables of a ``Meta`` that have the given names."""
    found = [each for each in meta.operations if not each.function and each.name in names]
    values = (
        (each, [each.attribute(key) for key in ("container", "shared_name")]) for each in found if is_one(each.type)
    )
    return of_shared(
        (each.name, each.type, *(value if isinstance(value, bytes) else b"" for value in both)) for each, both in values
    )


def of_graph(graph, names):
    """The same of a ``tf.Graph``."""
    found = [each for each in graph.get_operations() if each.name in names and is_one(each.type)]
    return of_shared((each.name, each.type, each.get_attr("container"), each.get_attr("shared_name")) for each in found)


def is_one(kind):
    """Whether operations of a type are variables."""
    return kind == HANDLE or kind in REFERENCES
