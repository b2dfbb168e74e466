"""Exercises of lesson 18a: a graph of TensorFlow 1 as a SavedModel, a part of it, and as something to train."""

import contextlib
from pathlib import Path

import numpy as np
import tensorflow as tf
import tensorflow.compat.v1 as v1
from tensorflow.core.protobuf import saved_model_pb2

from course import rescue
from course.legacy_files import copied
from course.practice import NotYet, exercise

QUESTIONS = np.random.RandomState(5).randn(6, 3).astype(np.float32)


def close(found, expected):
    """True where two outputs are the same, but for the order in which float32 was added up."""
    found, expected = np.asarray(found), np.asarray(expected)
    return found.shape == expected.shape and bool(np.allclose(found, expected, rtol=1e-4, atol=1e-5))


FROZEN = "tower"  # the scope of the model whose last bias is not trained


def old_model(prefix, x="x", y="y", scope="net", device=None, steps=(3,), note=True):
    """Train and save a model as TensorFlow 1 did; returns its output after each of the steps, for ``QUESTIONS``.

    It has a batch normalization with moving averages, a placeholder ``label``, and a switch with a default. ``note``
    puts a shape into the meta graph that contradicts the graph, as TensorFlow 1.15 did.
    """
    outputs = {}
    with tf.Graph().as_default() as graph, v1.Session(config=v1.ConfigProto(allow_soft_placement=True)) as sess:
        v1.set_random_seed(len(scope))
        with tf.device(device):
            question, label = v1.placeholder(tf.float32, [None, 3], x), v1.placeholder(tf.float32, [None, 2], "label")
            switch = v1.placeholder_with_default(False, [], f"{scope}_training")
            with v1.variable_scope(scope, use_resource=False):
                hidden = normalized(tf.matmul(question, weights("first/kernel", [3, 4])), switch)
                answer = tf.matmul(tf.nn.relu(hidden), weights("second/kernel", [4, 2])) + weights(
                    "second/bias", [2], scope != FROZEN
                )
            answer = tf.identity(answer, y)
            tf.nn.softmax(answer, name=f"{y}_shares")
            loss = tf.reduce_mean((answer - label) ** 2)
            step = v1.train.get_or_create_global_step()
            with tf.control_dependencies(v1.get_collection(v1.GraphKeys.UPDATE_OPS)):
                train = v1.train.AdamOptimizer(0.1).minimize(loss, step)
        sess.run(v1.global_variables_initializer())
        saver = v1.train.Saver(max_to_keep=9)
        Path(prefix).parent.mkdir(parents=True, exist_ok=True)
        for number in range(1, max(steps) + 1):
            sess.run(train, {f"{x}:0": QUESTIONS, "label:0": QUESTIONS[:, :2], f"{scope}_training:0": True})
            if number in steps:
                saver.save(sess, prefix, step)
                feed = {f"{x}:0": QUESTIONS}
                outputs[number] = {name: sess.run(f"{name}:0", feed) for name in (y, f"{y}_shares")}
        del graph
    for number in steps if note else ():
        contradict(f"{prefix}-{number}.meta")
    return outputs


def weights(name, shape, trainable=True):
    return v1.get_variable(name, shape, initializer=v1.random_normal_initializer(), trainable=trainable)


def normalized(hidden, switch):
    """Batch normalization of a [batch, channels] tensor, with moving averages in two variables that are not trained."""
    mean = v1.get_variable("bn/moving_mean", [4], initializer=v1.zeros_initializer(), trainable=False)
    variance = v1.get_variable("bn/moving_variance", [4], initializer=v1.ones_initializer(), trainable=False)
    moments = tf.nn.moments(hidden, [0])
    for average, moment in zip((mean, variance), moments, strict=True):
        v1.add_to_collection(v1.GraphKeys.UPDATE_OPS, v1.assign(average, 0.7 * average + 0.3 * moment))
    used = [tf.where(switch, moment, average) for average, moment in zip((mean, variance), moments, strict=True)]
    gamma = v1.get_variable("bn/gamma", [4], initializer=v1.ones_initializer())
    return tf.nn.batch_normalization(hidden, *used, None, gamma, 1e-3)


def contradict(path):
    meta = v1.MetaGraphDef.FromString(Path(path).read_bytes())
    node = next(n for n in meta.graph_def.node if n.name.startswith("gradients/") and n.op == "MatMul")
    node.attr["_output_shapes"].list.shape[0].dim[1].size = 77
    Path(path).write_bytes(meta.SerializeToString())


NOTE = (
    "A known operation, and a note that contradicts the graph: delete the attribute `_output_shapes` from each node "
    "before you import. `clear_devices` is about devices, and leaves the notes."
)
IN_THE_WAY = {
    "_output_shapes attribute inconsistent": NOTE,
    "Cannot assign a device": "The graph is pinned to a device that this machine does not have. "
    "`import_meta_graph(…, clear_devices=True)` forgets devices.",
    "is not in graph": "An output has another name here. `outputs` has the names: write none out.",
    "Attempting to use uninitialized value": "The variables have no values: restore them with the Saver that "
    "`import_meta_graph` returns, in the same session, before you freeze.",
}


@exercise(
    hints=[
        "Which steps of the lesson lead from a `.meta` to a SavedModel, and what does each of them need?",
        "Read the meta graph and delete the notes; import it, without its devices, and restore; freeze with the names "
        "in `outputs` as ends; then a `tf.function` that imports the frozen graph.",
        "The function returns a dictionary: `dict(zip(outputs, found))`. A name for each input comes from "
        "`tf.TensorSpec(spec.shape, spec.dtype, name)`. Put the function into a `tf.Module`, and pass it as "
        "`signatures` to `tf.saved_model.save`.",
    ],
    raised=IN_THE_WAY
    | {
        "non-empty `name`": "`input_map` takes tensors. In a `tf.function` the arguments are tensors; outside, "
        "`tf.convert_to_tensor` makes them.",
        "must be a tf.Module": "`tf.saved_model.save` wants an object that can be tracked, such as a `tf.Module` with "
        "the function as an attribute.",
    },
    tensorflow=2,
    seconds=60,
)
def export_graph(prefix, inputs, outputs, folder):
    """Save a model of TensorFlow 1 to folder, as a SavedModel of TensorFlow 2.

    prefix is its checkpoint's, with .meta. inputs is {name of a placeholder:
    tf.TensorSpec}, outputs a list of operations. The SavedModel's signature
    "serving_default" takes the inputs and returns the outputs under their names. All
    operations are known. The other inputs of the graph have defaults. The checkpoint's
    files stay as they are.
    """
    meta = v1.MetaGraphDef.FromString(Path(f"{prefix}.meta").read_bytes())
    for node in meta.graph_def.node:
        # A note of shapes, which TensorFlow 2 may contradict. It works them out again.
        node.attr.pop("_output_shapes", None)
    with tf.Graph().as_default() as graph, v1.Session() as sess:
        # This machine need not have the devices that the graph names.
        v1.train.import_meta_graph(meta, clear_devices=True).restore(sess, str(prefix))
        # After restoring: freezing takes the values that the session holds.
        frozen = v1.graph_util.convert_variables_to_constants(sess, graph.as_graph_def(), outputs)

    def run(*given):
        given = {f"{name}:0": value for name, value in zip(inputs, given, strict=True)}
        found = tf.graph_util.import_graph_def(frozen, given, [f"{name}:0" for name in outputs], name="")
        return dict(zip(outputs, found, strict=True))  # a signature returns its outputs by name

    module = tf.Module()
    signature = [tf.TensorSpec(spec.shape, spec.dtype, name) for name, spec in inputs.items()]
    module.run = tf.function(run, input_signature=signature)
    tf.saved_model.save(module, folder, signatures=module.run)


GPU = "/device:GPU:3"  # which hardly any machine has
CASES_TO_EXPORT = (
    {"prefix": "runs.2017/model", "x": "x", "y": "y", "scope": "net", "steps": (2, 5)},
    {"prefix": "other/last.ckpt", "x": "pixels", "y": "scores", "scope": "tower", "steps": (3,), "device": GPU},
)


@export_graph.examiner
def _(attempt):
    for case in CASES_TO_EXPORT:
        case, asked = dict(case), case["steps"][0]
        case["prefix"] = Path(case["prefix"]).resolve().as_posix() if case["x"] == "pixels" else case["prefix"]
        expected = old_model(**case)[asked]
        given = {case["x"]: tf.TensorSpec([None, 3], tf.float32)}
        prefix = f"{case['prefix']}-{asked}"
        served = f"served/{case['scope']}"
        names = list(expected)
        with files_stay(prefix):
            attempt(prefix, given, names, served)
        if names != list(expected) or given.keys() != {case["x"]}:
            raise NotYet(
                seen="Afterwards `inputs` or `outputs` has other names than before.",
                expected="Both as they were: the caller goes on using them.",
                because="`pop`, `clear`, `sort` and `append` change what is the caller's. Make a new one.",
            )
        of = f"A model with the input `{case['x']}` and the outputs {' and '.join(f'`{name}`' for name in expected)}: "
        compare_served(of, served, {case["x"]: QUESTIONS}, expected)
        compare_served(of, served, {case["x"]: QUESTIONS[:1]}, {name: y[:1] for name, y in expected.items()})
    two_inputs(attempt)
    x, y = (np.load(legacy_file("convnet", f"{name}.npy")) for name in "xy")
    attempt(
        legacy_file("convnet", "model-60"), {"x": tf.TensorSpec([None, 8, 8, 1], tf.float32)}, ["y"], "served/convnet"
    )
    compare_served("`legacy/convnet`, by TensorFlow 1.15.5: ", "served/convnet", {"x": x}, {"y": y})
    return (
        "Without its notes, the graph can be imported; restored before it was saved, it holds the values of the "
        "checkpoint; and as a SavedModel it needs neither a session nor TensorFlow 1."
    )


def two_inputs(attempt):
    """A model with two inputs of two dtypes, and two outputs; neither are in the order of the alphabet."""
    with tf.Graph().as_default(), v1.Session() as sess:
        zoom = v1.placeholder(tf.float32, [None, 2], "zoom")
        ids = v1.placeholder(tf.int32, [None], "ids")
        with v1.variable_scope("", use_resource=False):
            table = weights("table", [4, 2])
        near = tf.multiply(tf.gather(table, ids), zoom, name="near")
        far = tf.subtract(near, 3 * zoom, name="far")
        sess.run(table.initializer)
        Path("two").mkdir()
        v1.train.Saver().save(sess, "two/model")
        given = {"zoom": np.array([[1, 2], [-3, 0.5]], "f"), "ids": np.array([3, 1], "i")}
        found = sess.run([near, far], {zoom: given["zoom"], ids: given["ids"]})
    specs = {"zoom": tf.TensorSpec([None, 2], tf.float32), "ids": tf.TensorSpec([None], tf.int32)}
    try:
        attempt("two/model", specs, ["near", "far"], "served/two")
    except NotYet as problem:
        if isinstance(problem.__cause__, ValueError | TypeError | tf.errors.InvalidArgumentError):
            raise NotYet(
                seen=f"A model with the inputs `zoom`, of `float32`, and `ids`, of `int32`. {problem.seen}",
                expected="A SavedModel of it.",
                because="There can be several inputs, and each has its own shape and dtype in `inputs`: each has to "
                "get to the placeholder of its name.",
            ) from problem
        raise
    expected = dict(zip(("near", "far"), found, strict=True))
    compare_served("A model with two inputs: ", "served/two", given, expected, specs)


@contextlib.contextmanager
def files_stay(prefix):
    """Raises ``NotYet`` if the files of a checkpoint are others afterwards."""
    before = {path: path.read_bytes() for path in Path(prefix).resolve().parent.iterdir() if path.is_file()}
    yield
    if changed := [path for path, there in before.items() if not path.exists() or path.read_bytes() != there]:
        raise NotYet(
            seen=f"After your function, `{changed[0].name}` is not as it was.",
            expected="The checkpoint's files as they were.",
            because="To save beside a checkpoint writes the list of its folder anew: another one is the latest then."
            if changed[0].name == "checkpoint"
            else "It may be the only one that is left of this graph. A `MetaGraphDef` that was changed can be "
            "imported as it is: `import_meta_graph(meta)` takes one, too.",
        )


def legacy_file(folder, name):
    return (copied(folder) / name).as_posix()


def compare_served(of, folder, inputs, expected, specs=None):
    """Raise NotYet unless a SavedModel in folder returns what is expected for the inputs."""
    if not tf.saved_model.contains_saved_model(folder):
        raise NotYet(
            seen=f"{of}your function returned, and `folder` has no SavedModel.",
            expected="`saved_model.pb`, in `folder`.",
            because="`tf.saved_model.save(module, folder, signatures=…)` writes it. `folder` is an argument.",
        )
    written = saved_model_pb2.SavedModel.FromString(Path(folder, "saved_model.pb").read_bytes())
    if not all(meta.HasField("object_graph_def") for meta in written.meta_graphs):
        raise NotYet(
            seen=f"{of}the SavedModel is one of TensorFlow 1: it describes a graph, and no objects.",
            expected="A SavedModel of TensorFlow 2.",
            because="`simple_save` and `SavedModelBuilder` of `tf.compat.v1` still write the old kind. Its signature "
            "computes, but its variables stay out of sight, and `tf.saved_model.load` finds nothing else in it. "
            "`tf.saved_model.save` writes the new kind.",
        )
    parts = [part for meta in written.meta_graphs for part in meta.graph_def.library.function]
    if python := [node.name for part in parts for node in part.node_def if "PyFunc" in node.op]:
        raise NotYet(
            seen=f"{of}the operation `{python[0]}` of the SavedModel calls a function of Python.",
            expected="A SavedModel that computes by itself.",
            because="The file has a number for such a function, as `pyfunc` of the lesson has, and the function itself "
            "ends with this process. Import the frozen graph instead.",
        )
    signatures = tf.saved_model.load(folder).signatures
    if "serving_default" not in signatures:
        raise NotYet(
            seen=f"{of}the SavedModel has the signatures `{sorted(signatures)}`.",
            expected='`"serving_default"`.',
            because="Pass the function as `signatures=` to `tf.saved_model.save`, and give it an `input_signature`: "
            "without a signature, others cannot call it.",
        )
    signature = signatures["serving_default"]
    named = sorted(signature.structured_input_signature[1])
    if named != sorted(inputs):
        raise NotYet(
            seen=f"{of}the signature takes `{named}`.",
            expected=f"`{sorted(inputs)}`.",
            because="The name of an argument in a signature is that of its `tf.TensorSpec`: give each the name of its "
            "placeholder.",
        )
    for name, taken in signature.structured_input_signature[1].items():
        if taken.dtype != inputs[name].dtype:
            raise NotYet(
                seen=f"{of}the signature takes `{taken}`.",
                expected=f"The dtype `{inputs[name].dtype}` for `{name}`.",
                because="The placeholder has it, and `inputs` says it: `spec.dtype`, for each of them.",
            )
        if not taken.shape.is_compatible_with(inputs[name].shape):
            raise NotYet(
                seen=f"{of}the signature takes `{taken}`.",
                expected=f"An input of the shape {list(inputs[name].shape)} as well.",
                because="The shape in `inputs` is open where it says `None`: use that shape.",
            )
    found = signature(**{name: tf.constant(value) for name, value in inputs.items()})
    if found.keys() != expected.keys():
        raise NotYet(
            seen=f"{of}the signature returns `{sorted(found)}`.",
            expected=f"`{sorted(expected)}`.",
            because="Each of `outputs` is wanted, and there may be several."
            if found.keys() < expected.keys()
            else "A function that returns a dictionary gives its outputs names. From a list they become `output_0`, "
            "`output_1`.",
        )
    for name, y in expected.items():
        if found[name].shape != y.shape or (len(inputs) > 1 and not close(found[name], y)):
            raise NotYet(
                seen=f"{of}`{name}` is not what the old program returned for the same inputs.",
                expected=f"The output `{name}`.",
                because="Which name is whose? `inputs` and `outputs` have an order of their own, which need not be "
                "that of the alphabet.",
            )
        if not close(found[name], y):
            raise NotYet(
                seen=f"{of}for the same input, `{name}` differs from what the old program returned by "
                f"{np.abs(found[name].numpy() - y).max():.2g}.",
                expected="The same, but for the last digits.",
                because="The graph runs, with other values. Restore exactly the checkpoint that `prefix` names, and "
                "restore before you freeze: initial values are as good to freeze as any.",
            )


GIVEN = "given = {f'{name}:0': value for name, value in zip(inputs, given, strict=True)} -> "
FOUND = "found = tf.graph_util.import_graph_def(frozen, given, [f'{name}:0' for name in outputs], name='') -> "
RETURNED = "return dict(zip(outputs, found, strict=True)) -> "
for change, because in {
    GIVEN + "given = {f'{name}:0': value for name, value in zip(inputs, given)}": "There are as many.",
    GIVEN + "given = {f'{name}:0': value for name, value in zip(inputs, given, strict=False)}": "There are as many.",
    RETURNED + "return dict(zip(outputs, found))": "There are as many.",
    RETURNED + "return dict(zip(outputs, found, strict=False))": "There are as many.",
    GIVEN + "given = {f'{name}:00': value for name, value in zip(inputs, given, strict=True)}": "00 is 0.",
    FOUND
    + "found = tf.graph_util.import_graph_def(frozen, given, [f'{name}:00' for name in outputs], name='')": "00 is 0.",
    FOUND
    + "found = tf.graph_util.import_graph_def(frozen, given, [f'{name}:0' for name in outputs])": "Only names differ.",
    "node.attr.pop('_output_shapes', None) -> node.attr.pop('_output_shapes')": "A Saver notes them for every node.",
    "tf.saved_model.save(module, folder, signatures=module.run) -> tf.saved_model.save(module, folder)": "Without "
    "signatures, TensorFlow takes the only function that has an input_signature.",
}.items():
    export_graph.may_pass(change, because=because)


@export_graph.right_attempt
def with_a_saved_model_of_its_own_class(prefix, inputs, outputs, folder):
    frozen = rescue.freeze(prefix, {f"{name}:0": spec for name, spec in inputs.items()}, outputs)
    module = tf.Module()
    module.call = rescue.function(frozen, inputs, outputs)
    tf.saved_model.save(module, folder, module.call)


@export_graph.right_attempt
def with_variables_and_a_wrapped_function(prefix, inputs, outputs, folder):
    class Served(tf.Module):
        pass

    module = Served()
    whole = rescue.values(prefix, {f"{k}:0": spec for k, spec in inputs.items()}, outputs)
    module.weights = [tf.Variable(value) for value in whole.values()]
    part = rescue.keep(rescue.plain(prefix).graph_def, outputs, inputs)

    def run(**given):
        replaced = {f"{name}:0": w.read_value() for name, w in zip(whole, module.weights, strict=True)}
        replaced |= {f"{name}:0": value for name, value in given.items()}
        found = tf.graph_util.import_graph_def(part, replaced, [f"{name}:0" for name in outputs], name="")
        return dict(zip(outputs, found, strict=True))

    specs = {name: tf.TensorSpec(spec.shape, spec.dtype, name) for name, spec in inputs.items()}
    tf.saved_model.save(module, folder, {"serving_default": tf.function(run).get_concrete_function(**specs)})


def served_by(prefix, inputs, outputs, folder, named=None, dtype=None):
    """A nearly right SavedModel, for wrong attempts."""
    frozen = rescue.freeze(prefix, {f"{name}:0": spec for name, spec in inputs.items()}, outputs)
    specs = [tf.TensorSpec(spec.shape, dtype or spec.dtype, name) for name, spec in inputs.items()]

    @tf.function(input_signature=specs)
    def run(*given):
        given = {f"{name}:0": tf.cast(x, inputs[name].dtype) for name, x in zip(inputs, given, strict=True)}
        found = tf.graph_util.import_graph_def(frozen, given, [f"{name}:0" for name in outputs], name="")
        return dict(zip(named or outputs, found, strict=True))

    module = tf.Module()
    module.run = run
    tf.saved_model.save(module, folder, signatures=run)


@export_graph.wrong_attempt(says="each has to get to the placeholder of its name")
def takes_the_first_input(prefix, inputs, outputs, folder):
    name, spec = next(iter(inputs.items()))
    served_by(prefix, {name: spec}, outputs, folder)


@export_graph.wrong_attempt(says="which need not be that of the alphabet")
def sorts_the_outputs(prefix, inputs, outputs, folder):
    served_by(prefix, inputs, outputs, folder, named=sorted(outputs))


@export_graph.wrong_attempt(says="The placeholder has it, and `inputs` says it")
def takes_doubles(prefix, inputs, outputs, folder):
    served_by(prefix, inputs, outputs, folder, dtype=tf.float64)


@export_graph.wrong_attempt(says="ends with this process")
def keeps_the_session(prefix, inputs, outputs, folder):
    with tf.Graph().as_default() as graph:
        session = v1.Session()
        v1.train.import_meta_graph(rescue.plain(prefix), clear_devices=True).restore(session, prefix)
    tensors = [graph.get_tensor_by_name(f"{name}:0") for name in outputs]

    def computed(*given):
        return session.run(tensors, {f"{name}:0": value for name, value in zip(inputs, given, strict=True)})

    def run(*given):
        found = tf.numpy_function(computed, given, [tensor.dtype for tensor in tensors])
        shaped = [tf.ensure_shape(each, tensor.shape) for each, tensor in zip(found, tensors, strict=True)]
        return dict(zip(outputs, shaped, strict=True))

    module = tf.Module()
    signature = [tf.TensorSpec(spec.shape, spec.dtype, name) for name, spec in inputs.items()]
    module.run = tf.function(run, input_signature=signature)
    tf.saved_model.save(module, folder, signatures=module.run)


@export_graph.wrong_attempt(says="Make a new one")
def uses_the_outputs_up(prefix, inputs, outputs, folder):
    served_by(prefix, inputs, list(outputs), folder)
    while outputs:
        outputs.pop()


@export_graph.wrong_attempt(says="writes the list of its folder anew")
def saves_it_again(prefix, inputs, outputs, folder):
    with tf.Graph().as_default(), v1.Session() as sess:
        saver = v1.train.import_meta_graph(rescue.plain(prefix), clear_devices=True)
        saver.restore(sess, prefix)
        saver.save(sess, f"{prefix}-new")
    served_by(prefix, inputs, outputs, folder)


@export_graph.wrong_attempt(says="the only one that is left of this graph")
def cleans_the_file(prefix, inputs, outputs, folder):
    Path(f"{prefix}.meta").write_bytes(rescue.plain(prefix).SerializeToString())
    served_by(prefix, inputs, outputs, folder)


@export_graph.wrong_attempt(says="`clear_devices` is about devices")
def imports_it_as_it_is(prefix, inputs, outputs, folder):
    with tf.Graph().as_default() as graph, v1.Session() as sess:
        v1.train.import_meta_graph(f"{prefix}.meta", clear_devices=True).restore(sess, prefix)
        frozen = v1.graph_util.convert_variables_to_constants(sess, graph.as_graph_def(), outputs)
    module = tf.Module()
    module.run = tf.function(
        lambda x: tf.graph_util.import_graph_def(frozen, {"x:0": x}, [f"{name}:0" for name in outputs])
    )


@export_graph.wrong_attempt(says="forgets devices")
def leaves_the_devices(prefix, inputs, outputs, folder):
    meta = v1.MetaGraphDef.FromString(Path(f"{prefix}.meta").read_bytes())
    for node in meta.graph_def.node:
        node.attr.pop("_output_shapes", None)
    with tf.Graph().as_default() as graph, v1.Session() as sess:
        v1.train.import_meta_graph(meta).restore(sess, prefix)
        frozen = v1.graph_util.convert_variables_to_constants(sess, graph.as_graph_def(), outputs)
    rescued(frozen, inputs, outputs, folder)


def rescued(frozen, inputs, outputs, folder):
    """The last part of a right attempt, for wrong ones that fail before it."""
    module = tf.Module()
    module.call = rescue.function(frozen, inputs, outputs)
    tf.saved_model.save(module, folder, module.call)


@export_graph.wrong_attempt(says="initial values are as good to freeze as any")
def initializes_where_it_should_restore(prefix, inputs, outputs, folder):
    meta = v1.MetaGraphDef.FromString(Path(f"{prefix}.meta").read_bytes())
    for node in meta.graph_def.node:
        node.attr.pop("_output_shapes", None)
    with tf.Graph().as_default() as graph, v1.Session() as sess:
        v1.train.import_meta_graph(meta, clear_devices=True)
        sess.run(v1.global_variables_initializer())
        frozen = v1.graph_util.convert_variables_to_constants(sess, graph.as_graph_def(), outputs)
    rescued(frozen, inputs, outputs, folder)


@export_graph.wrong_attempt(says="restore them with the Saver that `import_meta_graph` returns")
def freezes_before_it_restores(prefix, inputs, outputs, folder):
    meta = v1.MetaGraphDef.FromString(Path(f"{prefix}.meta").read_bytes())
    for node in meta.graph_def.node:
        node.attr.pop("_output_shapes", None)
    with tf.Graph().as_default() as graph, v1.Session() as sess:
        saver = v1.train.import_meta_graph(meta, clear_devices=True)
        frozen = v1.graph_util.convert_variables_to_constants(sess, graph.as_graph_def(), outputs)
        saver.restore(sess, prefix)
    rescued(frozen, inputs, outputs, folder)


@export_graph.wrong_attempt(says="From a list they become `output_0`")
def returns_a_list(prefix, inputs, outputs, folder):
    frozen = rescue.freeze(prefix, inputs, outputs)

    def run(*given):
        given = {f"{name}:0": value for name, value in zip(inputs, given, strict=True)}
        return tf.graph_util.import_graph_def(frozen, given, [f"{name}:0" for name in outputs], name="")

    module = tf.Module()
    signature = [tf.TensorSpec(spec.shape, spec.dtype, name) for name, spec in inputs.items()]
    module.run = tf.function(run, input_signature=signature)
    tf.saved_model.save(module, folder, signatures=module.run)


@export_graph.wrong_attempt(says="still write the old kind")
def saves_it_simply(prefix, inputs, outputs, folder):
    with tf.Graph().as_default() as graph, v1.Session() as sess:
        v1.train.import_meta_graph(rescue.plain(prefix), clear_devices=True).restore(sess, prefix)
        given, found = ({name: graph.get_tensor_by_name(f"{name}:0") for name in names} for names in (inputs, outputs))
        v1.saved_model.simple_save(sess, folder, given, found)


@export_graph.wrong_attempt(says="and there may be several")
def takes_the_first_output(prefix, inputs, outputs, folder):
    rescued(rescue.freeze(prefix, inputs, outputs[:1]), inputs, outputs[:1], folder)


@export_graph.wrong_attempt(says="without a signature, others cannot call it")
def forgets_the_signature(prefix, inputs, outputs, folder):
    frozen = rescue.freeze(prefix, inputs, outputs)
    module = tf.Module()
    module.run = tf.function(rescue.function(frozen, inputs, outputs))
    tf.saved_model.save(module, folder)


@export_graph.wrong_attempt(says="`folder` is an argument")
def saves_elsewhere(prefix, inputs, outputs, folder):
    rescued(rescue.freeze(prefix, inputs, outputs), inputs, outputs, "served_here")


@exercise(
    hints=[
        "A node names what it takes. From the ends, where does that lead, and where does it stop?",
        "Keep a list of names to look at, and a set of names that you have seen: a loop of TensorFlow 1 leads back to "
        "itself. An input may be written `name`, `name:1` or `^name`.",
        "Take a name from the list; skip it if it is seen or in `stops`; else note it and add its node's inputs, each "
        'as `i.split(":")[0].lstrip("^")`. Then copy the nodes that you noted into '
        "`v1.GraphDef(versions=graph_def.versions)`.",
    ],
    raised={
        ":1'": "Look names up without `:1` and without `^`: what follows the colon is the number of the output.",
        "'^": "Look names up without `:1` and without `^`: with `^` a node only waits for another one.",
        "maximum recursion depth": "A loop of TensorFlow 1 leads back to itself: remember which nodes you have seen.",
    },
    tensorflow=2,
)
def nodes_needed(graph_def, ends, stops):
    """Return a GraphDef of the nodes that the operations in ends need.

    Do not look behind the operations in stops: they will be put in later, so they are
    left out, and so are nodes that are only needed for them. A node also needs those
    that it waits for ("^name"). Nodes stay as they are, and so do the graph's versions.
    """
    nodes = {node.name: node for node in graph_def.node}
    needed, todo = set(), list(ends)
    while todo:
        # "name" and "name:1" are outputs of an operation, and "^name" only waits for it.
        name = todo.pop().split(":")[0].lstrip("^")
        # Seen before: in a while loop of TensorFlow 1, a node needs itself in the end.
        if name not in needed and name not in stops:
            needed.add(name)
            todo += nodes[name].input
    part = v1.GraphDef(versions=graph_def.versions)
    part.node.extend(node for node in graph_def.node if node.name in needed)
    return part


def graph_to_cut(scope):
    """A graph with a loop, a second output, control inputs and an operation that TensorFlow does not have."""
    with tf.Graph().as_default() as graph:
        v1.disable_control_flow_v2()
        try:
            x = v1.placeholder(tf.float32, [None, 3], f"{scope}/x")
            with tf.control_dependencies([tf.no_op(f"{scope}/waited_for")]):
                gone = tf.sin(x, name=f"{scope}/gone")
            best = tf.nn.top_k(tf.tanh(gone, name=f"{scope}/color"), 2, name=f"{scope}/best")
            where = tf.cast(best.indices, tf.float32, name=f"{scope}/where")
            loop = v1.while_loop(lambda n, _: n < 3, lambda n, v: (n + 1, v * 2.0), [0, where], name=f"{scope}/loop")
            with tf.control_dependencies([tf.no_op(f"{scope}/first")]):
                tf.identity(tf.negative(loop[1], f"{scope}/color_turned"), f"{scope}/answer")
            tf.identity(gone, f"{scope}/elsewhere")
        finally:
            v1.enable_control_flow_v2()
        graph_def = graph.as_graph_def()
    graph_def.versions.producer -= 100
    graph_def.versions.min_consumer = 12
    next(node for node in graph_def.node if node.name == f"{scope}/gone").op = "AdjustHsvInYiq"
    for node in graph_def.node:
        node.attr["_output_shapes"].list.shape.add().unknown_rank = True
        node.device = "/device:GPU:0"
    return graph_def


@nodes_needed.examiner
def _(attempt):
    for scope, ends, stops in (
        ("net", ["answer"], ["color"]),
        ("net", ["answer"], ["best"]),
        ("other/tower", ["answer", "color"], ["gone"]),
        ("other/tower", ["elsewhere", "where"], ["x", "color"]),
        ("net", ["answer"], []),
        ("net", ["answer"], ["first", "color"]),
        ("net", ["answer", "best"], ["color_turned"]),
    ):
        graph_def = graph_to_cut(scope)
        before = graph_def.SerializeToString(deterministic=True)
        ends, stops = ([f"{scope}/{name}" for name in names] for names in (ends, stops))
        asked = list(ends), set(stops)
        part = attempt(graph_def, *asked)
        if asked != (ends, set(stops)):
            raise NotYet(
                seen="Your function changed `ends` or `stops`.",
                expected="Both as they were: the caller imports with them.",
                because="`todo = ends` is the same list under another name, and `pop` takes from it. `list(ends)` is a "
                "copy.",
            )
        if graph_def.SerializeToString(deterministic=True) != before:
            raise NotYet(
                seen="Your function changed `graph_def`, the graph that it was given.",
                expected="A new GraphDef, and the old one as it was.",
                because="`v1.GraphDef()` makes an empty one; `node.extend` copies nodes into it.",
            )
        compare_part(part, graph_def, ends, stops)
    return "Your part holds what the ends need, and nothing else; so an operation behind a stop need not be known."


def compare_part(part, graph_def, ends, stops):
    """Raise NotYet unless part is what the ends need."""
    if not isinstance(part, v1.GraphDef):
        raise NotYet(
            seen=f"`{type(part).__name__}`.",
            expected="A `v1.GraphDef`.",
            because="Collect the nodes, then put them into `v1.GraphDef(versions=graph_def.versions)`.",
        )
    whole = {node.name: node for node in graph_def.node}
    nodes, expected = {node.name: node for node in part.node}, set()
    todo = list(ends)
    while todo:
        name, _ = rescue.tensor(todo.pop())
        if name not in expected | set(stops):
            expected.add(name)
            todo += whole[name].input
    asked = f"Asked for {ends}, with the stops {stops}: "
    if len(part.node) != len(nodes):
        raise NotYet(
            seen=f"{asked}a node is in the part twice.",
            expected="Each node once.",
            because="Two nodes may need the same third one.",
        )
    if stopped := sorted(nodes.keys() & set(stops)):
        raise NotYet(
            seen=f"{asked}`{stopped[0]}` is in the part.",
            expected="Without the stops.",
            because="A stop is put in from outside. If it is the operation that TensorFlow does not have, the part "
            "cannot be imported with it.",
        )
    if more := sorted(nodes.keys() - expected):
        raise NotYet(
            seen=f"{asked}`{more[0]}` is in the part.",
            expected="Only what the ends need, if one does not look behind the stops.",
            because="Looking for what a node needs ends at a stop. What is only needed behind it is not needed any "
            "more: `extract_sub_graph` knows no stops.",
        )
    if missing := sorted(expected - nodes.keys()):
        taken = {rescue.tensor(each)[0] for node in part.node for each in node.input}
        like_a_stop = [name for name in missing if name in taken and name.startswith(tuple(stops))]
        name = (like_a_stop or missing)[0]
        waits = any(f"^{name}" in node.input for node in graph_def.node)
        inside = [stop for stop in stops if name in stop]
        alike = [stop for stop in stops if name.startswith(stop)] if like_a_stop else []
        raise NotYet(
            seen=f"{asked}`{name}` is missing.",
            expected="All nodes that the ends need.",
            because=f"Its name begins like the stop `{alike[0]}`, and it is another operation: compare whole names."
            if alike
            else f"Its name stands in that of the stop `{inside[0]}`, and it is another operation: `in` a text looks "
            "for pieces. Look for whole names, in a list or a set."
            if inside
            else "Another node waits for it, with `^`. An input like that has no value, and is needed all the same."
            if waits
            else "The ends themselves belong to the part, and what they need, and what that needs. An input such as "
            "`best:1` is the second output of `best`.",
        )
    if changed := [name for name, node in nodes.items() if node != whole[name]]:
        raise NotYet(
            seen=f"{asked}the node `{changed[0]}` is not what it was.",
            expected="Each node as in `graph_def`.",
            because="Its inputs stay as they are, those that lead to a stop included: `input_map` finds them by their "
            "names."
            if list(nodes[changed[0]].input) != list(whole[changed[0]].input)
            else "Devices and attributes are the node's own, too. Whoever imports the part decides about them.",
        )
    if part.versions != graph_def.versions:
        raise NotYet(
            seen=f"{asked}the part has the versions `{str(part.versions).split()}`.",
            expected=f"`{str(graph_def.versions).split()}`.",
            because="There is more than the producer in `versions`, such as the oldest TensorFlow that may read the "
            "graph. Take all of it."
            if part.versions.producer == graph_def.versions.producer
            else "By its version TensorFlow decides how to read an old graph: "
            "`v1.GraphDef(versions=graph_def.versions)`.",
        )


nodes_needed.may_pass(
    "name = todo.pop().split(':')[0].lstrip('^') -> name = todo.pop().split(':')[0].lstrip('^^')",
    because="lstrip takes a set of characters.",
)


@nodes_needed.right_attempt
def node_by_node(graph_def, ends, stops):
    part = v1.GraphDef()
    part.CopyFrom(graph_def)
    found = {name for name in ends if name not in stops}
    while True:
        more = {
            i.lstrip("^").rpartition(":")[0] or i.lstrip("^")
            for node in graph_def.node
            if node.name in found
            for i in node.input
        }
        if more - found <= set(stops):
            break
        found |= more - set(stops)
    for number in reversed(range(len(part.node))):
        if part.node[number].name not in found:
            del part.node[number]
    return part


@nodes_needed.wrong_attempt(says="Its name begins like the stop")
def leaves_out_what_begins_like_a_stop(graph_def, ends, stops):
    nodes = {node.name: node for node in graph_def.node}
    needed, todo = set(), list(ends)
    while todo:
        name = todo.pop().split(":")[0].lstrip("^")
        if name not in needed and not any(name.startswith(stop) for stop in stops):
            needed.add(name)
            todo += nodes[name].input
    part = v1.GraphDef(versions=graph_def.versions)
    part.node.extend(node for node in graph_def.node if node.name in needed)
    return part


@nodes_needed.wrong_attempt(says="`extract_sub_graph` knows no stops")
def extracts(graph_def, ends, stops):
    part = v1.graph_util.extract_sub_graph(graph_def, ends)
    names = set(stops)
    kept = v1.GraphDef(versions=graph_def.versions)
    kept.node.extend(node for node in part.node if node.name not in names)
    return kept


@nodes_needed.wrong_attempt(says="is the same list under another name")
def takes_from_the_ends(graph_def, ends, stops):
    nodes, needed, todo = {node.name: node for node in graph_def.node}, set(), ends
    while todo:
        name = todo.pop().split(":")[0].lstrip("^")
        if name not in needed and name not in stops:
            needed.add(name)
            todo += nodes[name].input
    part = v1.GraphDef(versions=graph_def.versions)
    part.node.extend(node for node in graph_def.node if node.name in needed)
    return part


@nodes_needed.wrong_attempt(says="Devices and attributes are the node's own")
def clears_the_notes(graph_def, ends, stops):
    part = nodes_needed.reference(graph_def, ends, stops)
    for node in part.node:
        node.attr.pop("_output_shapes", None)
    return part


@nodes_needed.wrong_attempt(says="those that lead to a stop included")
def waits_for_no_stop(graph_def, ends, stops):
    part = nodes_needed.reference(graph_def, ends, stops)
    for node in part.node:
        kept = [each for each in node.input if each.lstrip("^") not in stops or not each.startswith("^")]
        node.ClearField("input")
        node.input.extend(kept)
    return part


@nodes_needed.wrong_attempt(says="Look for whole names, in a list or a set")
def looks_for_the_name_in_a_text(graph_def, ends, stops):
    return nodes_needed.reference(graph_def, ends, " ".join(stops))


@nodes_needed.wrong_attempt(says="A stop is put in from outside")
def keeps_the_stops(graph_def, ends, stops):
    nodes, needed, todo = {node.name: node for node in graph_def.node}, set(), list(ends)
    while todo:
        name = todo.pop().split(":")[0].lstrip("^")
        if name not in needed:
            needed.add(name)
            if name not in stops:
                todo += nodes[name].input
    part = v1.GraphDef(versions=graph_def.versions)
    part.node.extend(node for node in graph_def.node if node.name in needed)
    return part


@nodes_needed.wrong_attempt(says="and is needed all the same")
def forgets_what_is_waited_for(graph_def, ends, stops):
    nodes, needed, todo = {node.name: node for node in graph_def.node}, set(), list(ends)
    while todo:
        name = todo.pop().split(":")[0]
        if name not in needed and name not in stops and name in nodes:
            needed.add(name)
            todo += nodes[name].input
    part = v1.GraphDef(versions=graph_def.versions)
    part.node.extend(node for node in graph_def.node if node.name in needed)
    return part


@nodes_needed.wrong_attempt(says="Look names up without `:1`")
def looks_up_outputs(graph_def, ends, stops):
    nodes, needed, todo = {node.name: node for node in graph_def.node}, set(), list(ends)
    while todo:
        name = todo.pop().lstrip("^")
        if name not in needed and name not in stops:
            needed.add(name)
            todo += nodes[name].input
    part = v1.GraphDef(versions=graph_def.versions)
    part.node.extend(node for node in graph_def.node if node.name in needed)
    return part


@nodes_needed.wrong_attempt(says="remember which nodes you have seen")
def goes_round_in_circles(graph_def, ends, stops):
    nodes = {node.name: node for node in graph_def.node}

    def needed(name):
        name = name.split(":")[0].lstrip("^")
        return set() if name in stops else {name}.union(*map(needed, nodes[name].input))

    names = set().union(*map(needed, ends))
    part = v1.GraphDef(versions=graph_def.versions)
    part.node.extend(node for node in graph_def.node if node.name in names)
    return part


@nodes_needed.wrong_attempt(says="There is more than the producer in `versions`")
def takes_the_producer_only(graph_def, ends, stops):
    part = nodes_needed.reference(graph_def, ends, stops)
    part.versions.Clear()
    part.versions.producer = graph_def.versions.producer
    return part


@nodes_needed.wrong_attempt(says="By its version TensorFlow decides")
def forgets_the_versions(graph_def, ends, stops):
    nodes, needed, todo = {node.name: node for node in graph_def.node}, set(), list(ends)
    while todo:
        name = todo.pop().split(":")[0].lstrip("^")
        if name not in needed and name not in stops:
            needed.add(name)
            todo += nodes[name].input
    part = v1.GraphDef()
    part.node.extend(node for node in graph_def.node if node.name in needed)
    return part


@nodes_needed.wrong_attempt(says="the second output of `best`")
def looks_one_step_far(graph_def, ends, stops):
    nodes = {node.name: node for node in graph_def.node}
    needed = set(ends) | {i.split(":")[0].lstrip("^") for end in ends for i in nodes[end].input}
    part = v1.GraphDef(versions=graph_def.versions)
    part.node.extend(node for node in graph_def.node if node.name in needed - set(stops))
    return part


@exercise(
    hints=[
        "Which tensor of the graph can a variable take the place of, and which of the graph's variables does the "
        "output need?",
        "In a graph of its own, `import_meta_graph` fills `v1.global_variables()`, and each has `op.name` and "
        "`trainable`. `extract_sub_graph` says which ones the output needs. Let a class of `tf.Module` hold one "
        "`tf.Variable` for each.",
        'In `__call__`, a `tf.function`: `given[f"{name}/read:0"] = weight.read_value()` for each variable, the input '
        'beside them, and `tf.graph_util.import_graph_def(part, given, [f"{output}:0"], name="")[0]`. An '
        "`input_signature` makes it possible to save it.",
    ],
    raised={
        "_output_shapes attribute inconsistent": "Delete the attribute `_output_shapes` from each node before you "
        "import.",
        "non-empty `name`": "`input_map` takes tensors: `weight.read_value()`, not the variable; and it has to be in a "
        "`tf.function`.",
        "not callable": "`module(x)` calls `type(module).__call__`: define it in a class, not as an attribute of an "
        "object.",
        "Attempted to map inputs that were not found": "Not every variable of the graph is needed for the output: take "
        "those whose `NAME/read` is in the part.",
        "input_signature missing type constraint": "In a method with `input_signature`, the first parameter has to be "
        "called `self`.",
    },
    tensorflow=2,
    seconds=60,
)
def trainable_graph(prefix, input, output):
    """Return a tf.Module with the model of a .meta: call it, train it, save it.

    prefix is a checkpoint's, with .meta. input is a placeholder, output an operation.
    module(x) returns the output for x. Each tf.get_variable of the graph that the output
    needs is a tf.Variable of the module, with the value in the checkpoint; it is
    trainable if it was. The graph reads a variable NAME by the operation NAME/read. The
    checkpoint's files stay as they are.
    """
    meta = v1.MetaGraphDef.FromString(Path(f"{prefix}.meta").read_bytes())
    for node in meta.graph_def.node:
        node.attr.pop("_output_shapes", None)
    with tf.Graph().as_default():
        v1.train.import_meta_graph(meta)
        trainable = {v.op.name: v.trainable for v in v1.global_variables()}
    part = v1.graph_util.extract_sub_graph(meta.graph_def, [output])
    nodes = {node.name: node for node in part.node}
    spec = tf.TensorSpec(nodes[input].attr["shape"].shape, nodes[input].attr["dtype"].type)

    class Rescued(tf.Module):
        def __init__(self):
            super().__init__()
            # Only those that the output needs: an optimizer's slots are variables as well.
            self.weights = {
                name: tf.Variable(tf.train.load_variable(str(prefix), name), trainable=trained)
                for name, trained in trainable.items()
                if f"{name}/read" in nodes
            }

        @tf.function(input_signature=[spec])  # a SavedModel keeps the functions that were traced
        def __call__(self, x):
            # Read at each call, so that training shows, and a gradient finds its way back.
            given = {f"{name}/read:0": weight.read_value() for name, weight in self.weights.items()}
            given[f"{input}:0"] = x
            return tf.graph_util.import_graph_def(part, given, [f"{output}:0"], name="")[0]

    return Rescued()


@trainable_graph.examiner
def _(attempt):
    for case in CASES_TO_EXPORT:
        case = {key: value for key, value in case.items() if key != "device"}
        expected = old_model(**case)
        number = case["steps"][0]
        prefix = f"{case['prefix']}-{number}"
        with files_stay(prefix):
            module = attempt(prefix, case["x"], case["y"])
        of = f"A model with the input `{case['x']}` and the output `{case['y']}`: "
        compare_module(of, module, prefix, QUESTIONS, expected[number][case["y"]], case["scope"])
        shares = attempt(prefix, case["x"], f"{case['y']}_shares")
        if not close(shares(tf.constant(QUESTIONS)), expected[number][f"{case['y']}_shares"]):
            raise NotYet(
                seen=f"{of}asked for `{case['y']}_shares`, the module returns something else.",
                expected="That output.",
                because='`output` is an argument: ask for `f"{output}:0"`.',
            )
    table = words_model("words/model")
    module = attempt("words/model", "ids", "meaning")
    try:
        found = module(tf.constant([2, 0, 1]))
    except (ValueError, TypeError, tf.errors.InvalidArgumentError) as error:
        raise NotYet(
            seen="A model whose input is `int32`: the module does not take one.",
            expected="The dtype of the placeholder.",
            because='A placeholder says what it takes: `node.attr["dtype"].type`, and `node.attr["shape"].shape`.',
        ) from error
    if not close(found, 2 * table[[2, 0, 1]]):
        raise NotYet(
            seen="A model that looks up rows in one variable: the module returns something else than the old program.",
            expected="Twice the rows.",
            because="It has one variable, `table`, which is read by `table/read` as usual.",
        )
    x, y = (np.load(legacy_file("dense", f"{name}.npy")) for name in "xy")
    module = attempt(legacy_file("dense", "model-40"), "x", "y")
    if not close(module(tf.constant(x)), y):
        raise NotYet(
            seen="`legacy/dense`, by TensorFlow 1.15.5: the module returns something else than the old program.",
            expected="The recorded output.",
            because="Another model than before: other names, other shapes.",
        )
    return "The old graph computes, and your variables hold what it computes with: so it can be trained, and saved."


def words_model(prefix):
    """Save a model that looks up rows in a table; returns the table."""
    with tf.Graph().as_default(), v1.Session() as sess:
        ids = v1.placeholder(tf.int32, [None], "ids")
        with v1.variable_scope("", use_resource=False):
            table = weights("table", [4, 2])
        tf.multiply(tf.gather(table, ids), 2.0, name="meaning")
        sess.run(table.initializer)
        Path(prefix).parent.mkdir(exist_ok=True)
        v1.train.Saver().save(sess, prefix)
        return sess.run(table)


def compare_module(of, module, prefix, x, y, scope):
    """Raise NotYet unless a module computes y, holds the right variables, can be trained, and saved."""
    if not isinstance(module, tf.Module):
        raise NotYet(
            seen=f"{of}your function returned `{type(module).__name__}`.",
            expected="A `tf.Module`.",
            because="A `tf.Module` finds the variables in its attributes, in lists and dictionaries too.",
        )
    held = list(module.variables)
    needed = {
        f"{scope}/{name}": trained
        for name, trained in {
            "first/kernel": True, "bn/gamma": True, "bn/moving_mean": False, "bn/moving_variance": False,
            "second/kernel": True, "second/bias": scope != FROZEN,
        }.items()
    }  # fmt: skip
    if not held:
        raise NotYet(
            seen=f"{of}the module has no variables.",
            expected=f"{len(needed)} of them.",
            because="Constants of a frozen graph and reference variables of an imported one are none that a "
            "`tf.Module` can hold. Make a `tf.Variable` for each, in an attribute of the module.",
        )
    if len(held) != len(needed):
        raise NotYet(
            seen=f"{of}the module has {len(held)} variables.",
            expected=f"{len(needed)}: those that the output needs.",
            because="The slots of the optimizer and the step are variables of the graph as well, and the output does "
            "not need them. Averages are needed, though nobody trains them.",
        )
    values = {name: tf.train.load_variable(prefix, name) for name in needed}
    owner = {}
    for variable in held:
        same = [name for name in values if name not in owner and np.array_equal(values[name], variable)]
        if not same:
            raise NotYet(
                seen=f"{of}a variable of the module holds `{variable.numpy().tolist()}`.",
                expected="A value that the checkpoint has.",
                because="`tf.train.load_variable(prefix, name)` reads one. The prefix is an argument.",
            )
        owner[same[0]] = variable
    if not close(module(tf.constant(x)), y):
        raise NotYet(
            seen=f"{of}the module returns something else than the old program for the same input.",
            expected="The same, but for the last digits.",
            because="The values are right, so they are put in at the wrong places, or the input is.",
        )
    wrong = [name for name, trained in needed.items() if owner[name].trainable != trained]
    if wrong:
        raise NotYet(
            seen=f"{of}the variable of `{wrong[0]}` has `trainable={owner[wrong[0]].trainable}`.",
            expected=f"`{needed[wrong[0]]}`.",
            because="Whoever made this model froze a bias, and its name does not say so: ask "
            "`v1.trainable_variables()` of the imported graph, or `trainable` of each variable."
            if wrong[0].endswith("second/bias")
            else "The moving averages are not trained, and the rest is: `v1.trainable_variables()` of the imported "
            "graph, or `trainable` of each variable, tells.",
        )
    train_and_save(of, module, owner, x, scope)


def train_and_save(of, module, owner, x, scope):
    """Raise NotYet unless gradients reach the variables, a change of each shows, and a SavedModel keeps all that."""
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(module(tf.constant(x)) ** 2)
    gradients = tape.gradient(loss, list(module.trainable_variables))
    before = module(tf.constant(x)).numpy()
    for variable in owner.values():
        variable.assign(variable * 1.5 + 0.25)
        after = module(tf.constant(x)).numpy()
        if close(before, after):
            raise NotYet(
                seen=f"{of}after a change of a variable, the module returns what it did before.",
                expected="Another output.",
                because="The value was taken once, when the module was made. Read the variable at each call.",
            )
        before = after
    if [g for g in gradients if g is None]:
        raise NotYet(
            seen=f"{of}a gradient is `None`.",
            expected="A gradient for each variable that is trained.",
            because="On the way from the variable to the output something is no tensor, such as `numpy()`.",
        )
    tf.saved_model.save(module, f"kept/{scope}")
    loaded = tf.saved_model.load(f"kept/{scope}")
    if not callable(loaded):
        raise NotYet(
            seen=f"{of}saved with `tf.saved_model.save` and loaded again, it cannot be called.",
            expected="A module that can be called after loading as well.",
            because="A SavedModel keeps the functions that were traced: make `__call__` a `tf.function` with an "
            "`input_signature`.",
        )
    try:
        again = loaded(tf.constant(x[:2]))
    except (ValueError, TypeError) as error:
        raise NotYet(
            seen=f"{of}saved and loaded again, it does not take an input of another length.",
            expected="An output for two rows, too.",
            because="It was traced for the shape that it had met. Give `__call__` an `input_signature` with the "
            "placeholder's shape.",
        ) from error
    if not close(again, before[:2]):
        raise NotYet(
            seen=f"{of}saved and loaded again, it returns something else.",
            expected="What it returned before it was saved.",
            because="What was changed since is in the variables: the function has to read those.",
        )


trainable_graph.may_pass("dropped: super().__init__()", because="tf.Module gets along without it.")
trainable_graph.may_pass(
    "node.attr.pop('_output_shapes', None) -> node.attr.pop('_output_shapes')",
    because="A Saver notes the shapes of every node.",
)
trainable_graph.may_pass(
    "return tf.graph_util.import_graph_def(part, given, [f'{output}:0'], name='')[0] -> "
    "return tf.graph_util.import_graph_def(part, given, [f'{output}:0'])[0]",
    because="Only the names in the new graph differ.",
)
for change in (
    "given = {f'{name}/read:0': weight.read_value() for name, weight in self.weights.items()} -> "
    "given = {f'{name}/read:00': weight.read_value() for name, weight in self.weights.items()}",
    "given[f'{input}:0'] = x -> given[f'{input}:00'] = x",
    "return tf.graph_util.import_graph_def(part, given, [f'{output}:0'], name='')[0] -> "
    "return tf.graph_util.import_graph_def(part, given, [f'{output}:00'], name='')[0]",
):
    trainable_graph.may_pass(change, because="00 is a number, and it is 0.")


@trainable_graph.right_attempt
def from_the_file_to_copy_from(prefix, input, output):
    node = next(n for n in rescue.plain(prefix).graph_def.node if n.name == input)
    spec = tf.TensorSpec(node.attr["shape"].shape, node.attr["dtype"].type)
    held = rescue.Trainable(prefix, {input: spec}, [output])

    class OneOutput(tf.Module):
        def __init__(self):
            super().__init__()
            self.held = held

        @tf.function(input_signature=[spec])
        def __call__(self, x):
            return self.held.call(x)[output]

    return OneOutput()


@trainable_graph.right_attempt
def with_a_list_of_variables(prefix, input, output):
    with tf.Graph().as_default() as graph:
        v1.train.import_meta_graph(rescue.plain(prefix))
        variables = v1.global_variables()
        x = graph.get_tensor_by_name(f"{input}:0")
        needed = v1.graph_util.extract_sub_graph(graph.as_graph_def(), [output])
    names = [node.name for node in needed.node]

    class Net(tf.Module):
        def __init__(self):
            self.variables_here = [
                (v.op.name, tf.Variable(tf.train.load_checkpoint(prefix).get_tensor(v.op.name), trainable=v.trainable))
                for v in variables
                if v.op.name in names
            ]

        @tf.function(input_signature=[tf.TensorSpec.from_tensor(x, "x")])
        def __call__(self, x):
            replaced = {f"{name}/read": tf.identity(v) for name, v in self.variables_here} | {input: x}
            return tf.import_graph_def(needed, replaced, [output + ":0"])[0]

    return Net()


def with_variables(prefix, input, output, kept=None, trained=None, function=True, once=False):
    """A nearly right module, for wrong attempts."""
    meta = rescue.plain(prefix)
    with tf.Graph().as_default():
        v1.train.import_meta_graph(meta)
        variables = {v.op.name: v.trainable for v in v1.global_variables()}
    part = v1.graph_util.extract_sub_graph(meta.graph_def, [output])
    names = {node.name for node in part.node}
    node = next(n for n in part.node if n.name == input)
    spec = tf.TensorSpec(node.attr["shape"].shape, node.attr["dtype"].type)

    class Net(tf.Module):
        def __init__(self):
            super().__init__()
            self.weights = {
                name: tf.Variable(
                    tf.train.load_variable(prefix, name), trainable=trainable if trained is None else trained
                )
                for name, trainable in variables.items()
                if kept or name in names
            }
            self.first = {name: weight.numpy() for name, weight in self.weights.items()} if once else None

        def call(self, x):
            if once:
                given = {name: tf.constant(value) for name, value in self.first.items()}
            else:
                given = {name: weight.read_value() for name, weight in self.weights.items()}
            given = {f"{name}/read:0": value for name, value in given.items() if name in names}
            return tf.graph_util.import_graph_def(part, given | {f"{input}:0": x}, [f"{output}:0"], name="")[0]

        def __call__(self, x):
            return tf.function(self.call)(x)

    class Saved(Net):
        __call__ = tf.function(Net.call, input_signature=[spec])

    return Saved() if function else Net()


@trainable_graph.wrong_attempt(says="the only one that is left of this graph")
def cleans_the_meta(prefix, input, output):
    Path(f"{prefix}.meta").write_bytes(rescue.plain(prefix).SerializeToString())
    return with_variables(prefix, input, output)


@trainable_graph.wrong_attempt(says="Constants of a frozen graph")
def freezes_it(prefix, input, output):
    meta = rescue.plain(prefix)
    with tf.Graph().as_default() as graph, v1.Session() as sess:
        v1.train.import_meta_graph(meta).restore(sess, prefix)
        frozen = v1.graph_util.convert_variables_to_constants(sess, graph.as_graph_def(), [output])

    class Frozen(tf.Module):
        @tf.function
        def __call__(self, x):
            return tf.graph_util.import_graph_def(frozen, {f"{input}:0": x}, [f"{output}:0"], name="")[0]

    return Frozen()


@trainable_graph.wrong_attempt(says="A `tf.Module` finds the variables in its attributes")
def wraps_the_whole_graph(prefix, input, output):
    whole = v1.wrap_function(lambda: v1.train.import_meta_graph(rescue.plain(prefix)) and None, [])
    return whole.prune(whole.graph.as_graph_element(f"{input}:0"), whole.graph.as_graph_element(f"{output}:0"))


@trainable_graph.wrong_attempt(says="The slots of the optimizer")
def takes_all_variables(prefix, input, output):
    return with_variables(prefix, input, output, kept=True)


@trainable_graph.wrong_attempt(says="The moving averages are not trained")
def trains_the_averages(prefix, input, output):
    return with_variables(prefix, input, output, trained=True)


@trainable_graph.wrong_attempt(says="froze a bias, and its name does not say so")
def goes_by_the_names(prefix, input, output):
    module = with_variables(prefix, input, output)
    for name, weight in module.weights.items():
        module.weights[name] = tf.Variable(weight, trainable="moving" not in name)
    return module


@trainable_graph.wrong_attempt(says="The value was taken once")
def reads_once(prefix, input, output):
    return with_variables(prefix, input, output, once=True)


@trainable_graph.wrong_attempt(says="A SavedModel keeps the functions that were traced")
def has_nothing_to_save(prefix, input, output):
    return with_variables(prefix, input, output, function=False)
