"""Rescue a graph of TensorFlow 1: look at it, cut what you need out of it, and run or train that in TensorFlow 2.

Copy what you need into your own project: a function needs the imports below that it uses, and the functions that it
calls. Lessons 18a and 18b show what each is for, and let you write the core of them. These here know more that a
graph of TensorFlow 1 may have: functions, loops, control inputs, several outputs, reference variables and resource
variables, partitioned ones, a Saver whose names are not the variables' own.

===========================  ==================================================================================
name                         what it does
===========================  ==================================================================================
``plain(path)``              reads a ``.meta``, and takes out what keeps TensorFlow 2 from importing it
``look(graph_def)``          inputs, ends, devices, unknown operations, Python functions and tables
``keep(graph_def, …)``       the nodes that some outputs need, as far back as you want
``values(prefix, …)``        the values of the variables that some outputs need, restored by the file's own Saver
``freeze(prefix, …)``        the same nodes, with those values as constants
``function(graph_def, …)``   a part of a graph as a ``tf.function``, which can be called, differentiated and saved
``by_name(call, …)``         such a function as one of a dictionary, for Keras, and for any number of rows
``Trainable(prefix, …)``     a ``tf.Module`` whose ``tf.Variable`` objects stand in for the graph's variables
===========================  ==================================================================================

The names of tensors are TensorFlow 1's: ``"x"`` and ``"x:0"`` are the first output of the operation ``x``, ``"x:1"`` is
the second one.

The whole way, with a graph that an Estimator trained. It has no placeholders: an iterator returns the features, and
its batches have 40 rows. ``look`` says who reads which feature, and ``add_2`` is one of its ends::

    seen = look(plain(prefix).graph_def)
    inputs = {
        "IteratorGetNext:5": tf.TensorSpec([40], tf.float32, "fare"),
        "IteratorGetNext:11": tf.TensorSpec([40], tf.float32, "miles"),
    }
    call = function(freeze(prefix, inputs, ["add_2"]), inputs, ["add_2"])
    module = tf.Module()
    module.call = by_name(call, rows=40)
    tf.saved_model.save(module, folder)
    layer = keras.layers.TFSMLayer(folder, call_endpoint="call")
    layer({"fare": …, "miles": …})["add_2"]

A graph is a program, and ``values``, ``freeze`` and ``Trainable`` run a part of it: the Saver's operation for
restoring, and what that waits for. Read a stranger's graph first (lesson 15). ``plain``, ``look`` and ``keep`` run
nothing. None of these functions knows whether the outputs are right: compare them with recorded ones.
"""

import difflib
import hashlib
import os
import re

import tensorflow as tf
import tensorflow.compat.v1 as v1
from tensorflow.core.framework.variable_pb2 import VariableDef
from tensorflow.python.framework import op_def_registry  # TensorFlow has no public name for it

REFERENCE = ("Variable", "VariableV2", "TemporaryVariable")
RESOURCE = ("VarHandleOp",)
GRADIENTS = r"(^|/)gradients[^/]*/"  # where in a name tf.gradients puts what it makes
VERSION = r"\d+(\.\d+)*([-._]?(a|b|c|rc|alpha|beta|dev|post)[-._]?\d*)*"  # as Python's packages have it
# Operations that take a reference, and their twins that take a value.
WITHOUT_REFERENCE = {f"Ref{op}": op for op in ("Switch", "Merge", "Enter", "Exit", "NextIteration", "Identity")}


def plain(path):
    """Return what a .meta file holds, as a MetaGraphDef that TensorFlow 2 can import. Nothing is imported or run.

    Three things are taken out, in functions of the graph as well. The attribute _output_shapes is a note of the shapes
    that the TensorFlow which saved had worked out; where TensorFlow 2 works out another one, as with the gradient of
    FusedBatchNormV3, it refuses the whole graph. Devices may be ones that this machine does not have. A version that
    is no number, such as "0.12.head", cannot be parsed.

    path is a .meta file, or its prefix. Raise FileNotFoundError if it is not there, and ValueError if it holds
    something else.
    """
    path = os.fspath(path)
    if not path.endswith(".meta"):
        path += ".meta"
    if not os.path.exists(path):
        raise FileNotFoundError(f"there is no {path}: without it, the numbers are left (lesson 18b)")
    with open(path, "rb") as file:
        content = file.read()
    try:
        meta = v1.MetaGraphDef.FromString(content)
    except Exception as error:  # the parser's own class, which protobuf does not promise to keep
        raise ValueError(f"{path} is not a meta graph: {error}") from error
    if not meta.graph_def.node:
        raise ValueError(f"{path} has no operations: it is empty, or another kind of file")
    for node in all_nodes(meta.graph_def):
        node.attr.pop("_output_shapes", None)
        node.device = ""
    if not re.fullmatch(VERSION, meta.meta_info_def.tensorflow_version):
        meta.meta_info_def.tensorflow_version = ""
    return meta


def all_nodes(graph_def):
    """Yield the nodes of a graph, then those in its functions."""
    yield from graph_def.node
    for function in graph_def.library.function:
        yield from function.node_def


def tensor(name):
    """Return operation and number of a tensor's name, as ("x", 0). A control input, "^x", has no number: None."""
    if name.startswith("^"):
        return name[1:], None
    operation, _, number = name.partition(":")
    return operation, int(number or 0)


def look(graph_def):
    """Return a dictionary that says what a graph has. Nothing is imported or run.

    inputs: {name of a tensor: (dtype, shape)} of the placeholders, without a Saver's, and of what an iterator returns;
        a shape is a list, or None if its rank is not known.
    readers: {name of an input: names of the operations that take it}, without gradients. What an iterator returns has
        no name of its own, and the names of its readers tell what it is.
    ends: names of operations that may be the outputs. They depend on an input, and then either nothing takes what
        they return, or they meet an input that they do not depend on, as predictions meet labels in a loss.
        Gradients, shapes, and what an optimizer does are left out. These are candidates: there may be more than you
        want.
    unknown: types of operations that this TensorFlow does not have, in functions as well.
    devices: what operations are pinned to. Savers pin themselves to the CPU.
    python: names of operations that call a Python function, which is in no file.
    tables: names of the lookup tables, which need to be initialized (the collection table_initializer).
    """
    nodes = list(all_nodes(graph_def))
    functions = {function.signature.name for function in graph_def.library.function}
    return {
        "inputs": inputs_of(graph_def),
        "readers": readers_of(graph_def),
        "ends": ends_of(graph_def),
        "unknown": sorted({n.op for n in nodes if op_def_registry.get(n.op) is None} - functions),
        "devices": sorted({node.device for node in nodes} - {""}),
        "python": sorted(n.name for n in nodes if n.op in ("PyFunc", "PyFuncStateless", "EagerPyFunc")),
        "tables": sorted(n.name for n in nodes if "Table" in n.op and "Lookup" not in n.op and "Init" not in n.op),
    }


def inputs_of(graph_def):
    """Return the inputs of a graph: see look."""
    found = {}
    for node in graph_def.node:
        if node.op.startswith("Placeholder") and not re.match(r"save(_\d+)?/", node.name):
            dtype, shape = described(node.attr["dtype"].type, node.attr["shape"].shape)
            # Before this version, [] was written for a shape that is open (TensorFlow's public/version.h).
            found[node.name] = dtype, None if shape == [] and graph_def.versions.producer < 22 else shape
        elif node.op == "IteratorGetNext":
            kinds, shapes = node.attr["output_types"].list.type, node.attr["output_shapes"].list.shape
            for number, (kind, shape) in enumerate(zip(kinds, shapes, strict=True)):
                found[f"{node.name}:{number}" if number else node.name] = described(kind, shape)
    return found


def readers_of(graph_def):
    """Return the names of the operations that take each input of a graph: see look."""
    found = {name: [] for name in inputs_of(graph_def)}
    names = {tensor(name): name for name in found}
    for node in graph_def.node:
        if not re.search(GRADIENTS, node.name):
            for taken in {tensor(i) for i in node.input} & names.keys():
                found[names[taken]].append(node.name)
    return found


def described(dtype, shape):
    """Return the name of a dtype, and a shape as a list with None for what is open, or None."""
    shape = tf.TensorShape(shape)
    return tf.as_dtype(dtype).name, None if shape.rank is None else shape.as_list()


def ends_of(graph_def):
    """Return the names of the operations that may be a model's outputs: see look."""
    op = {node.name: node.op for node in graph_def.node}
    takes = {node.name: {t for t in map(tensor, node.input) if is_value(t, op)} for node in graph_def.node}
    readers = {name: set() for name in op}  # of a node
    sources = {name: set() for name in op}  # the inputs that a node depends on
    begin = {tensor(name): set() for name in inputs_of(graph_def) if "WithDefault" not in op[tensor(name)[0]]}
    for name, taken in takes.items():
        for other in taken:
            readers[other[0]].add(name)
            begin.get(other, set()).add(name)
    for source, first in begin.items():
        for name in reached(first, readers):
            sources[name].add(source)

    def depends(taken):
        return sources[taken[0]] or ({taken} & begin.keys())

    def is_end(name):
        if not sources[name] or not may_be_end(name, op[name]):
            return False
        real = [r for r in readers[name] if not re.search(GRADIENTS, r) and "Apply" not in op[r]]
        others = [depends(taken) for reader in real for taken in takes[reader]]
        return not real or any(found and not found & sources[name] for found in others)

    return [name for name in op if is_end(name)]


def is_value(taken, nodes):
    """Tell whether a tensor, as tensor returns it, is a node's and no control input."""
    return taken[1] is not None and taken[0] in nodes


def may_be_end(name, op):
    """Tell whether an operation may be an output by its name and type: not in a gradient, a Saver or an optimizer."""
    if re.search(r"(^|/)(gradients|save)[^/]*/", name):
        return False
    return not re.search("Assign|Apply|Scatter|Assert|^(NoOp|Shape|ShapeN|Size|Rank|Exit)$", op)


def reached(first, leads):
    """Return the names that one comes to from the first ones, and these, by {name: names that it leads to}."""
    names, todo = set(), list(first)
    while todo:
        name = todo.pop()
        if name not in names:
            names.add(name)
            todo += leads[name]
    return names


def keep(graph_def, ends, stops=()):
    """Return a GraphDef of the nodes that the ends need, without what lies behind the stops.

    Args:
        ends: names of tensors or operations.
        stops: names of tensors that you will put in yourself, with function or with the input_map of
            tf.graph_util.import_graph_def. What waits for a stopped operation (a control input) waits no longer.

    Functions that no node is left to call are dropped. Raise ValueError for a name that the graph does not have. A
    stop within a while loop of TensorFlow 1 leaves a loop that does not run.
    """
    nodes = {node.name: node for node in graph_def.node}
    # Names that only stand in inputs are known as well: the graph may have been cut before.
    known = nodes.keys() | {tensor(i)[0] for node in graph_def.node for i in node.input}
    stopped = {tensor(named_in(known, stop)) for stop in stops}
    kept = up_to(stopped, nodes, ends)
    part = v1.GraphDef(versions=graph_def.versions)
    part.node.extend(without_others(node, kept) for node in graph_def.node if node.name in kept)
    called = functions_called(part.node, graph_def.library)
    part.library.function.extend(f for f in graph_def.library.function if f.signature.name in called)
    part.library.gradient.extend(g for g in graph_def.library.gradient if g.function_name in called)
    return part


def up_to(stopped, nodes, ends):
    """Return the names of the nodes that the ends need, up to the stopped tensors."""
    stopped_operations = {operation for operation, _ in stopped}
    kept, todo = set(), [tensor(named_in(nodes, end)) for end in ends]
    while todo:
        name, number = todo.pop()
        cut = (name, number) in stopped if number is not None else name in stopped_operations
        if name not in kept and not cut:
            kept.add(named_in(nodes, name))
            todo += map(tensor, nodes[name].input)
    return kept


def without_others(node, kept):
    """Return a copy of a node that waits for the kept nodes only, and runs on the device of these only."""
    copy = v1.NodeDef()
    copy.CopyFrom(node)
    copy.ClearField("input")
    copy.input.extend(i for i in node.input if not i.startswith("^") or i[1:] in kept)
    # A node that must run on the device of another one cannot, when that is gone.
    left = [s for s in node.attr["_class"].list.s if s[5:].decode() in kept] if "_class" in node.attr else []
    copy.attr.pop("_class", None)
    if left:
        copy.attr["_class"].list.s.extend(left)
    return copy


def named_in(nodes, name):
    """Return name. Raise ValueError, with the names that are near, if its operation is not in the graph."""
    operation, _ = tensor(name)
    if operation not in nodes:
        near = difflib.get_close_matches(operation, nodes, n=3)
        raise ValueError(
            f"the graph has no operation {operation!r}" + (f": is it {' or '.join(near)}?" if near else "")
        )
    return name


def functions_called(nodes, library):
    """Return the names of the functions that nodes call, and those that these call."""
    functions = {function.signature.name: function for function in library.function}
    gradients = {gradient.function_name: gradient.gradient_func for gradient in library.gradient}
    called, todo = set(), list(nodes)
    while todo:
        node = todo.pop()
        names = {node.op}
        for value in node.attr.values():
            names |= {value.func.name} | {function.name for function in value.list.func}
        for name in names & functions.keys() - called:
            called.add(name)
            todo += functions[name].node_def
            if name in gradients:  # another function, as if a node called it
                todo.append(v1.NodeDef(op=gradients[name]))
    return called


def restored(prefix, inputs, outputs, meta):
    """Return a session that has what the outputs need, with its variables restored, and what inputs became there.

    No collection is imported, so none can fail, and no Saver is made: its operation is in the graph.
    """
    saver = meta.saver_def
    if not saver.restore_op_name:
        raise ValueError(f"the meta graph of {prefix} has no Saver: it was exported without one")
    part = keep(meta.graph_def, [*outputs, saver.restore_op_name, saver.filename_tensor_name], inputs)
    for node in part.node:
        if node.op == "Variable":  # the first kind, which TensorFlow 2 runs, but does not freeze
            node.op = "VariableV2"
    with tf.Graph().as_default() as graph:
        given = {full(name): v1.placeholder(spec.dtype, spec.shape) for name, spec in needed(part, inputs).items()}
        tf.graph_util.import_graph_def(part, given, name="")
        for node in variables_of(part):
            read = f"{node.name}/Read/ReadVariableOp"  # where TensorFlow looks for a value to freeze
            if node.op in RESOURCE and read not in {other.name for other in part.node}:
                handle = graph.get_tensor_by_name(node.name + ":0")
                v1.raw_ops.ReadVariableOp(resource=handle, dtype=node.attr["dtype"].type, name=read)
    session = v1.Session(graph=graph)
    session.run(saver.restore_op_name, {saver.filename_tensor_name: os.fspath(prefix)})
    return session, given


def full(name):
    """Return a tensor's name with its number: "x:0" for "x"."""
    return "{}:{}".format(*tensor(name))


def needed(part, inputs):
    """Return inputs. Raise ValueError if one of them is not needed, or if the part needs another one.

    That is a placeholder, or what an iterator returns: it would read the old program's data.
    """
    taken = {full(i) for node in part.node for i in node.input if not i.startswith("^")}
    if idle := [name for name in inputs if full(name) not in taken]:
        raise ValueError(f"the outputs do not depend on {', '.join(idle)}")
    more = [node.name for node in part.node if node.op == "Placeholder"]
    iterators = {node.name for node in part.node if node.op == "IteratorGetNext"}
    more += sorted(name for name in taken - set(map(full, inputs)) if tensor(name)[0] in iterators)
    if more:
        raise ValueError(f"the outputs also need {', '.join(more)}: give it as an input, or stop before it")
    return inputs


def values(prefix, inputs, outputs, meta=None):
    """Return {name: array} of the variables that the outputs need.

    The Saver of the .meta restores them, so a Saver with names of its own, such as one of moving averages, and the
    parts of partitioned variables are right. The arguments are those of freeze. Raise ValueError for a variable that
    the Saver does not restore.
    """
    meta = plain(prefix) if meta is None else meta
    names = {node.name: node for node in variables_of(keep(meta.graph_def, outputs, inputs))}
    session, _ = restored(prefix, inputs, outputs, meta)
    with session:
        found = {}
        for name, node in names.items():
            try:
                found[name] = session.run(f"{name}/Read/ReadVariableOp:0" if node.op in RESOURCE else f"{name}:0")
            except tf.errors.FailedPreconditionError as error:
                raise ValueError(f"the Saver of {prefix} does not restore {name}") from error
        return found


def variables_of(graph_def):
    return [node for node in graph_def.node if node.op in REFERENCE + RESOURCE]


def freeze(prefix, inputs, outputs, meta=None):
    """Return a GraphDef of what the outputs need, in which the variables are constants: for function.

    Args:
        prefix: a checkpoint's prefix.
        inputs: {name of a tensor: tf.TensorSpec}: what will be put in. They need not be placeholders: with a tensor
            in the middle, what lies before it is dropped, operations that TensorFlow 2 does not have included.
        outputs: names of tensors.
        meta: a MetaGraphDef, if not plain(prefix).
    """
    meta = plain(prefix) if meta is None else meta
    session, given = restored(prefix, inputs, outputs, meta)
    with session:
        ends = sorted({tensor(name)[0] for name in outputs})
        frozen = v1.graph_util.convert_variables_to_constants(session, session.graph.as_graph_def(), ends)
    names = {placeholder.op.name: name for name, placeholder in given.items()}
    part = v1.GraphDef(versions=frozen.versions, library=frozen.library)
    for node in frozen.node:
        if node.name not in names:
            copy = part.node.add()
            copy.CopyFrom(node)
            copy.input[:] = [names.get(i.removesuffix(":0"), i) for i in node.input]
    return part


def function(graph_def, inputs, outputs, replaced=None):
    """Return a part of a graph as a tf.function of its inputs. It returns {output: tensor}.

    It can be called, differentiated, and given to tf.saved_model.save as an attribute of a tf.Module, or as its
    signature. What the inputs make superfluous is dropped. Raise ValueError if the outputs need variables, which
    have no values here (freeze, Trainable), or a lookup table, which nobody would initialize (lesson 18a).

    Args:
        graph_def: such as freeze or keep returns, or the content of a frozen .pb file.
        inputs: {name of a tensor: tf.TensorSpec}, in the order of the function's arguments. A spec with a name of its
            own gives it to the argument; the others are called as the tensor is.
        outputs: names of tensors.
        replaced: {name of a tensor: function without arguments}, called for the value at each call.
    """
    replaced = replaced or {}
    part = keep(graph_def, outputs, [*inputs, *replaced])
    needed(part, inputs)
    if left := variables_of(part):
        raise ValueError(f"the outputs need the variables {', '.join(node.name for node in left)}")
    if tables := look(part)["tables"]:
        raise ValueError(
            f"the outputs need the tables {', '.join(tables)}, which would not be initialized: "
            "give what the table returns (of LookupTableFindV2) as an input"
        )
    for node in part.node:
        node.op = WITHOUT_REFERENCE.get(node.op, node.op)
    rename_functions(part)
    signature = [
        tf.TensorSpec(spec.shape, spec.dtype, spec.name or re.sub(r"\W", "_", name.removesuffix(":0")))
        for name, spec in inputs.items()
    ]

    def whole(*arguments):
        given = {full(name): argument for name, argument in zip(inputs, arguments, strict=True)}
        given |= {full(name): value() for name, value in replaced.items()}
        return tf.graph_util.import_graph_def(part, given, [full(name) for name in outputs], name="")

    # Not in the tf.function itself: it makes operations with a state wait for each other, also across the border of a
    # while loop of TensorFlow 1, which then does not run.
    wrapped = v1.wrap_function(whole, signature)

    @tf.function(input_signature=signature)
    def call(*arguments):
        return dict(zip(outputs, wrapped(*arguments), strict=True))

    return call


def by_name(call, rows=None):
    """Return what function returned, as a tf.function of one dictionary: {name of an argument: tensor}.

    keras.layers.TFSMLayer cannot call a signature with more than one input, so this is how it calls such a graph.

    Args:
        call: what function returned, or the attribute call of a Trainable.
        rows: how many rows the graph takes, if it takes no other number: the size of its batches was known when it was
            built, and stands in its constants. The new function takes any number. It runs the graph on so many rows at
            a time, and fills up the last batch with copies of the last row, for which nothing is returned. This is
            right if no row depends on another one. An argument that is one number, such as a switch for training, is
            passed on as it is.

    Raise ValueError if an argument or an output has a shape in which there are not so many rows.
    """
    specs = {spec.name: spec for spec in call.input_signature}
    if len(specs) < len(call.input_signature):
        raise ValueError(f"two arguments have one name: {', '.join(spec.name for spec in call.input_signature)}")
    given = call
    if rows is not None:
        given = in_batches(call, rows)
        for name, spec in specs.items():
            if spec.shape.rank:
                specs[name] = tf.TensorSpec([None, *spec.shape[1:]], spec.dtype, name)

    @tf.function(input_signature=[specs], autograph=False)
    def named(features):
        return given(*(features[name] for name in specs))

    return named


def in_batches(call, rows):
    """Return a function like call, for any number of rows. The arguments of call have so many: see by_name."""
    outputs = call.get_concrete_function().structured_outputs
    kinds = {name: tf.TensorSpec(output.shape, output.dtype, name) for name, output in outputs.items()}
    cut = [has_rows(spec, rows) for spec in call.input_signature]
    if not any(cut):
        raise ValueError("no argument has rows")
    if single := [spec.name for spec in kinds.values() if not has_rows(spec, rows)]:
        raise ValueError(f"the output {', '.join(single)} is one number, whatever the rows are")

    def given(*arguments):
        counts = [tf.shape(argument)[0] for argument, is_cut in zip(arguments, cut, strict=True) if is_cut]
        same = [tf.debugging.assert_equal(count, counts[0], "not the same number of rows") for count in counts[1:]]
        batches = -(-counts[0] // rows)
        with tf.control_dependencies(same):  # or else gather may be the first to complain
            places = tf.reshape(tf.minimum(tf.range(batches * rows), counts[0] - 1), [batches, rows])

        def batch(rows_of_it):
            return call(*(tf.gather(a, rows_of_it) if is_cut else a for a, is_cut in zip(arguments, cut, strict=True)))

        found = tf.map_fn(batch, places, fn_output_signature=kinds)
        return {name: joined(output)[: counts[0]] for name, output in found.items()}

    return given


def has_rows(spec, rows):
    """Tell whether a tensor has rows. Raise ValueError if it has a fixed number of others."""
    if spec.shape.rank and spec.shape[0] not in (None, rows):
        raise ValueError(f"{spec.name} has {spec.shape[0]} rows, not {rows}")
    return spec.shape.rank != 0


def joined(batches):
    """Return the rows of all batches, one after the other."""
    return tf.reshape(batches, tf.concat([[-1], tf.shape(batches)[2:]], 0))


def rename_functions(graph_def):
    """Give the functions of a graph names of their own: TensorFlow 2 has one function of a name in a process.

    Another graph may have another function of the same name, and so has this one once it was frozen.
    """
    library = graph_def.library.SerializeToString(deterministic=True)
    names = {
        f.signature.name: f"{f.signature.name}_{hashlib.sha256(library).hexdigest()[:16]}"
        for f in graph_def.library.function
    }
    for node in all_nodes(graph_def):
        node.op = names.get(node.op, node.op)
        for value in node.attr.values():
            # Not both at once: to read the one that is not there sets nothing, to write it drops the other.
            for call in [value.func] if value.HasField("func") else value.list.func:
                call.name = names.get(call.name, call.name)
    for function in graph_def.library.function:
        function.signature.name = names[function.signature.name]
    for gradient in graph_def.library.gradient:
        gradient.function_name = names[gradient.function_name]
        gradient.gradient_func = names.get(gradient.gradient_func, gradient.gradient_func)


class Trainable(tf.Module):
    """A part of a graph with tf.Variable objects in place of its variables: call it, train it, save it.

    weights is {name: tf.Variable}, under the names that they have in the graph. Those that are trainable there are
    trainable here. Calling it returns {output: tensor}, as of function, and tf.saved_model.save(module, folder,
    signatures=module.call) keeps all of it. The arguments are those of freeze.

    Raise ValueError for a while loop of TensorFlow 1 on the way, and for a tf.cond of TensorFlow 1 that does more with
    a resource variable than read it: TensorFlow 2 runs them (freeze, function), but has no gradient for them once they
    are imported. Cut behind them. If an output waits for an assignment, such as of a moving average, calling raises an
    error for a reference variable, and carries it out for a resource variable: cut there as well.
    """

    def __init__(self, prefix, inputs, outputs, meta=None):
        super().__init__()
        meta = plain(prefix) if meta is None else meta
        held = values(prefix, inputs, outputs, meta)
        self.weights, replaced = {}, {}
        part = keep(meta.graph_def, outputs, inputs)
        by_value = read_by_value(part)
        handles = {node.name for node in part.node if node.op in RESOURCE} - by_value
        for node in part.node:
            if node.op in ("Enter", "RefEnter") or (node.op == "Switch" and tensor(node.input[0])[0] in handles):
                kind = "condition" if node.op == "Switch" else "while loop"
                raise ValueError(f"the outputs need a {kind} of TensorFlow 1 that has no gradient here: {node.name}")
        for node in variables_of(part):
            self.weights[node.name] = variable = tf.Variable(
                held[node.name],
                name=node.name,
                trainable=is_trained(meta, node),
                shape=tf.TensorShape(node.attr["shape"].shape),
            )
            replaced[node.name] = reader(variable, node.name in handles)
        self.call = function(part, inputs, outputs, replaced)

    def __call__(self, *arguments):
        return self.call(*arguments)


def is_trained(meta, node):
    """Tell whether a variable was trainable. Where the graph does not say, those of floating-point numbers are."""
    if "trainable_variables" not in meta.collection_def:
        return tf.as_dtype(node.attr["dtype"].type).is_floating
    listed = meta.collection_def["trainable_variables"].bytes_list.value
    return node.name + ":0" in {VariableDef.FromString(content).variable_name for content in listed}


def read_by_value(part):
    """Let operations that only read a resource variable take its value, and return the names of such variables.

    A condition of TensorFlow 1 hands on the handle to its branch, and a gradient does not find its way back through
    that. Values it hands on like any other tensor. What does more than read keeps its handle.
    """
    dtypes = {node.name: node.attr["dtype"].type for node in part.node if node.op in RESOURCE}
    carried = handed_on(dtypes, part)
    reading = [node for node in part.node if node.op in ("Switch", "ReadVariableOp")]
    for node in part.node:
        if node.op not in ("Switch", "ReadVariableOp"):
            for taken in {tensor(i)[0] for i in node.input if not i.startswith("^")} & carried.keys():
                dtypes.pop(carried[taken], None)
    for node in reading:
        variable = carried.get(tensor(node.input[0])[0])
        if variable in dtypes:
            if node.op == "ReadVariableOp":
                node.op = "Identity"
                node.attr.pop("dtype")
            node.attr["T"].type = dtypes[variable]
    return set(dtypes)


def handed_on(names, part):
    """Return {node: variable} of the variables with these names, and of the switches that hand on their handles."""
    carried = {name: name for name in names}
    switches = [node for node in part.node if node.op == "Switch"]
    while more := [n for n in switches if n.name not in carried and tensor(n.input[0])[0] in carried]:
        carried |= {node.name: carried[tensor(node.input[0])[0]] for node in more}
    return carried


def reader(variable, by_handle):
    """Return a function that returns a variable's value, or its handle, and lets a GradientTape know of it."""

    def read():
        value = variable.read_value()
        return v1.get_default_graph().capture(variable.handle) if by_handle else value

    return read
