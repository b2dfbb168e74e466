"""``of_saveables``: what a plain Saver finds in the collections that it takes, and cannot save: tables, iterators."""

from collections import Counter

from tfckpt.compare.exported import SAVEABLE, SAVED, Part
from tfckpt.compare.obstacle import BY_NAME, Obstacle, code, more
from tfckpt.readers.meta import bare

REFERENCES = ("Variable", "VariableV2")
OWN = "Use the Saver that `tf.train.import_meta_graph` returns"
VARIABLES_ALONE = "`tf.train.Saver(tf.global_variables())` restores the variables alone."
ITERATORS = ("Iterator", "IteratorV2", "OneShotIterator")
FIRST = "An iterator has to be initialized before that Saver restores it."
WITHOUT = "The variables do not need that collection: import the graph without it."


def of_saveables(meta, beside):
    """What stops a plain Saver of a ``Meta``, and without a Saver of its own the import as well: it makes a plain one.

    An import gets a table, an iterator or the like back as an operation or a tensor, of which nobody can make a Saver.

    Args:
        meta: a ``Meta``.
        beside: its ``Exported``.
    """
    kinds = {operation.name: operation.type for operation in meta.operations if not operation.function}
    if meta.graphs > 1:  # only one of them is loaded
        return
    for key in SAVED:
        others = [name for collection, name in beside.no_variables if collection == key]
        if others:
            of_type = code(kinds.get(bare(others[0]), "nothing"))
            says = f"the collection {code(key)} has {code(others[0])} ({of_type}), which is no variable"
            yield obstacle(meta, key, says + more(len(others) - 1), kinds.get(bare(others[0])))
        elif key in beside.unreadable:
            says = f"what the collection {code(key)} has is no variable, so no plain `tf.train.Saver()` can be made"
            yield obstacle(meta, key, says)
    if beside.repeated:
        yield obstacle(meta, "variables", twice(beside.repeated))


def twice(names):
    return f"the collections have the variable {code(names[0])} twice{more(len(names) - 1)}"


def obstacle(meta, key, says, kind=""):
    """The ``Obstacle`` of what stands in a collection."""
    has_another = key == SAVEABLE
    if meta.is_saved_model:
        return Obstacle("saver", says, VARIABLES_ALONE if has_another else BY_NAME)
    if meta.saver is None:
        cure, lines = (WITHOUT, f'del meta.collection_def["{SAVEABLE}"]\n') if has_another else (BY_NAME, "")
        return Obstacle("import", says, cure, lines)
    restores_it = has_another and any(variable is None for variable in meta.saver.names.values())
    sentences = [
        f"{OWN}: it restores that too." if restores_it else f"{OWN}.",
        FIRST if restores_it and kind in ITERATORS else "",
        VARIABLES_ALONE if has_another else "",
    ]
    return Obstacle("saver", says, " ".join(filter(None, sentences)))


def name_in(element):
    """The name that a plain Saver saves an element of a collection of a ``tf.Graph`` under; None if it is no variable.

    Args:
        element: a variable, a tensor of one, or what an import made of something else.
    """
    operation = getattr(element, "op", None)
    if hasattr(element, "initializer") and operation is not None:
        return operation.name
    kind = getattr(operation, "type", None)
    if kind == "ReadVariableOp":
        return operation.inputs[0].op.name
    return operation.name if kind in REFERENCES else None


def saved(graph):
    """What a plain Saver saves of a ``tf.Graph``.

    Returns:
        ``{name: (dtype, shape)}`` of its variables, ``{name: Part}`` of those that are parts of others, and
        ``{name: (dtype, None)}`` of other things, such as tables.
    """
    variables, parts, saveables = {}, {}, {}
    for element in (each for key in SAVED for each in graph.get_collection(key)):
        for spec in getattr(element, "specs", ()):
            saveables[spec.name] = (spec.dtype.base_dtype.name, None)
        name = None if hasattr(element, "specs") else name_in(element)
        if name is not None:
            shape = element.shape
            known = None if shape.rank is None else tuple(shape.as_list())
            variables[name] = (element.dtype.base_dtype.name, known)
            piece = getattr(element, "_save_slice_info", None)
            if piece:
                parts[name] = Part(piece.full_name, tuple(piece.full_shape), tuple(piece.var_offset))
    return variables, parts, saveables


def of_collections(graph):
    """What stops a plain Saver of a ``tf.Graph``."""
    names = []
    for key in SAVED:
        for element in graph.get_collection(key):
            if hasattr(element, "specs"):  # a table or an iterator as it was made, not as it was imported
                continue
            name = name_in(element)
            if name is None:
                kind = getattr(getattr(element, "op", element), "type", type(element).__name__)
                says = f"the collection {code(key)} has {code(str(getattr(element, 'name', element)))} ({code(kind)})"
                yield Obstacle("saver", f"{says}, which is no variable", VARIABLES_ALONE)
            else:
                names.append(name)
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        yield Obstacle("saver", twice(repeated), BY_NAME)
