"""``of_graph_file``: what stops TensorFlow from importing a ``.meta``, and from restoring into it. It imports none."""

import re

from tfckpt.compare import shared
from tfckpt.compare.devices import NoDevice, device_of, is_here
from tfckpt.compare.exported import exported
from tfckpt.compare.kernels import kernels, needs
from tfckpt.compare.obstacle import BY_NAME, Obstacle, code, more
from tfckpt.compare.references import of_calls, of_kinds, of_names, places, reached
from tfckpt.compare.saveables import of_saveables
from tfckpt.compare.shapes import contradictions, declared_anew
from tfckpt.integrity import NAME
from tfckpt.readers.meta import bare

# What `packaging` takes for a version, as PEP 440 has it.
VERSION = re.compile(
    r"\s*v?([0-9]+!)?[0-9]+(\.[0-9]+)*([-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?[0-9]*)?(-[0-9]+|[-_.]?(post|rev|r)[-_.]?[0-9]*)?"
    r"([-_.]?dev[-_.]?[0-9]*)?(\+[a-z0-9]+([-_.][a-z0-9]+)*)?\s*",
    re.IGNORECASE,
)
FORGET = 'for node in meta.graph_def.node:\n    node.attr.pop("_output_shapes", None)\n'
AS_RECORDED = """for node in meta.graph_def.node:
    shapes = node.attr["_output_shapes"].list.shape
    if shapes and node.op in ("Variable", "VariableV2"):
        node.attr["shape"].shape.CopyFrom(shapes[0])
    node.attr.pop("_output_shapes")
"""


def of_graph_file(meta):
    """What stops an import of a ``Meta``, and a restore into it, as a list of ``Obstacle``.

    Compared are the types of its operations with those of TensorFlow 2.21, what its operations and collections name
    with what is there, their attributes and the dtypes that they take with their definitions, versions, devices, and
    those shapes that can be worked out easily. Other shapes, and what is in functions, are not compared, so an import
    may fail all the same.
    """
    beside = exported(meta)
    obstacles = [
        *of_unknown(meta),
        *of_removed(meta),
        *of_consumers(beside),
        *of_names(meta, beside),
        *of_refused_names(meta),
        *of_shapes(meta),
    ]
    obstacles += of_saveables(meta, beside)
    if not meta.is_saved_model:
        obstacles += [*of_version(meta), *of_saver(meta, beside), *of_crossed_names(meta, beside)]
        obstacles += shared.of_file(meta, beside.variables) if meta.graphs == 1 else []
    return obstacles + of_operations(
        (operation.name, operation.type, "" if is_placed_beside(operation) else operation.device)
        for operation in meta.operations
        if not operation.function
    )


def of_unknown(meta):
    """Operations that TensorFlow does not know, of the graph itself or of a function that an import goes through."""
    unknown = {}
    for operation in meta.operations:
        if operation.type not in kernels().types and operation.type not in meta.functions:
            unknown.setdefault(operation.function, {}).setdefault(operation.type, operation.name)
    through = {"", *(reached(meta) if unknown.keys() - {""} else ())}
    unknown = {kind: name for function, each in unknown.items() if function in through for kind, name in each.items()}
    if unknown:
        kind, name = next(iter(unknown.items()))
        which = f"{code(kind)} (of {code(name)}{more(len(unknown) - 1)})"
        says = f"TensorFlow {kernels().version} does not know the operation {which}"
        yield Obstacle("import", says, f"If a library of your own has it, load that first. {BY_NAME}")


def of_removed(meta):
    """Operations that TensorFlow refuses in graphs from a certain version of their format on."""
    refused = {
        operation.type: operation.name
        for operation in meta.operations
        if not operation.function and meta.producer >= kernels().removed.get(operation.type, meta.producer + 1)
    }
    if refused:
        kind, name = next(iter(refused.items()))
        which = f"{code(kind)} (of {code(name)}{more(len(refused) - 1)})"
        says = f"TensorFlow {kernels().version} has removed the operation {which}"
        yield Obstacle("import", says, BY_NAME)


def of_consumers(beside):
    ours = kernels().graph_version
    if beside.min_consumer > ours or ours in beside.bad_consumers:
        says = f"the graph says that TensorFlow {kernels().version} may not read it: a newer one wrote it"
        yield Obstacle("import", says, "Install the TensorFlow that wrote it.")


def of_refused_names(meta):
    """Names that TensorFlow lets no operation have, and no function."""
    bad = [each.name for each in meta.operations if not each.function and not NAME.fullmatch(each.name)]
    if bad:
        says = f"no operation may have the name {code(repr(bad[0]))}{more(len(bad) - 1)}"
        yield Obstacle("import", says, f"Somebody has changed the graph. {BY_NAME}")
    if taken := [name for name in meta.functions if name in kernels().types]:
        says = f"a function of it is called {code(taken[0])}, as an operation of TensorFlow is{more(len(taken) - 1)}"
        yield Obstacle("import", says, f"Somebody has changed the graph. {BY_NAME}")


def is_placed_beside(operation):
    """Whether an import gives an operation the device of another one, whatever its own is."""
    beside = set(places(operation))
    return bool(beside - {operation.name})


def of_shapes(meta):
    contradicting = list(contradictions(meta))
    if contradicting:
        operation, number, recorded, worked_out = contradicting[0]
        yield Obstacle(
            "import",
            f"output {number} of {code(operation.name)} ({operation.type}) is recorded with the shape "
            f"{text_of(recorded)}, and TensorFlow {kernels().version} works out {text_of(worked_out)}"
            f"{more(len(contradicting) - 1)}",
            *cure_of_shapes(declared_anew(meta)),
        )


def cure_of_shapes(variables):
    """What to do about shapes that contradict each other, in words and in lines.

    Args:
        variables: names of those whose own shape has been changed, and not what is assigned to them.
    """
    if not variables:
        return "The records are not needed: import the graph without them.", FORGET
    says = f"Somebody has changed the shape of {code(variables[0])}{more(len(variables) - 1)}, and not what is assigned"
    return f"{says} to it: give it the recorded shape again, and import the graph without records.", AS_RECORDED


def text_of(shape):
    return code(str([size if size is not None else "?" for size in shape]).replace("'", ""))


def of_version(meta):
    if meta.tensorflow_version and not VERSION.fullmatch(meta.tensorflow_version):
        yield Obstacle(
            "import",
            f"it says that TensorFlow {code(meta.tensorflow_version)} wrote it, which is no version that can be read",
            "The version is not needed: import the graph without it.",
            'meta.meta_info_def.tensorflow_version = ""\n',
        )


def of_saver(meta, beside):
    """What stops the Saver that an import returns, or a new one."""
    names = {operation.name for operation in meta.operations if not operation.function}
    named = [] if meta.saver is None else [meta.saver.filename, meta.saver.restore]
    if lost := [name for name in named if bare(name) not in names]:
        says = f"the Saver of the graph uses {code(lost[0])}, which is not in the graph"
        yield Obstacle("own saver", says, "Make a new one after the import: `tf.train.Saver()`.")
    for says in (*of_calls(meta), *of_kinds(meta, beside)):
        yield Obstacle("saver", says, f"Somebody has changed the graph. {BY_NAME}")
    if meta.variables and not beside.variables and "variables" not in meta.collections:
        says = "no collection of the graph lists its variables, so a plain `tf.train.Saver()` finds none to restore"
        cure = "Use the one that `tf.train.import_meta_graph` returns." if meta.saver else BY_NAME
        yield Obstacle("saver", says, cure)


def of_crossed_names(meta, beside):
    """Variables that the Saver of a graph keeps under the name of another variable: a plain one takes it literally."""
    kept = meta.saver.names.items() if meta.saver else ()
    crossed = [(name, variable) for name, variable in kept if variable and name != variable]
    for name, variable in crossed:
        if name in beside.variables and variable in beside.variables:
            says = f"that one keeps {code(variable)} under the name {code(name)}"
            yield Obstacle("crossed", says, "Use the one that `tf.train.import_meta_graph` returns.")
            return


def of_operations(operations):
    """What operations need that not every machine has: a GPU, a TPU, or another machine, as a list of ``Obstacle``.

    Args:
        operations: ``(name, type, device)`` of each.
    """
    cannot, pinned, none = {}, {}, {}
    for name, kind, device in operations:
        if kind in kernels().not_on_a_cpu:
            cannot.setdefault(kind, name)
        try:
            if not is_here(device_of(device)):
                pinned.setdefault(device, []).append(name)
        except NoDevice as error:
            none.setdefault(device, (name, error))
    obstacles = []
    if none:
        device, (name, error) = next(iter(none.items()))
        says = f"the device of {code(name)} is {code(repr(device))}, and {error}{more(len(none) - 1)}"
        cure = "The devices are not needed: import the graph with `clear_devices=True`."
        obstacles.append(Obstacle("import", says, cure, clear_devices=True))
    if cannot:
        kind, name = next(iter(cannot.items()))
        which = f"the operation {code(name)}{more(len(cannot) - 1)}"
        says = f"{code(kind)} {needs(kind)} in TensorFlow {kernels().version} ({which})"
        cure = f"A restore fails although it needs no such operation: they are all given a device first. {BY_NAME}"
        obstacles.append(Obstacle("place", says, cure))
    if pinned:
        device, names = next(iter(pinned.items()))
        count = sum(map(len, pinned.values()))
        first = code(names[0])
        which = f"{count} operations, such as {first}, are" if count > 1 else f"the operation {first} is"
        says = f"{which} pinned to {code(device)}"
        cure = (
            "Where there is no such device, import the graph with `clear_devices=True`. A graph that is built in code "
            "wants a session with `tf.ConfigProto(allow_soft_placement=True)`, which helps against a GPU only."
        )
        obstacles.append(Obstacle("place", says, cure, clear_devices=True))
    return obstacles
