"""Truth 9, ``diff``: its verdicts hold. Each is held against a real import and a real restore, in another process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from hypothesis import example, given
from hypothesis import strategies as st
from packaging import version

import course
from tfckpt.compare.importing import VERSION
from tfckpt.identify import is_table

FINDS = "Compared names, shapes and dtypes: a plain tf.train.Saver() finds every variable."
LINUX = sys.platform == "linux"


def net(scope="", sizes=(4, 5, 2), dtype=tf.float32, resource=False, stem="fc"):
    """Layers with a kernel and a bias; the loss of their output."""
    x = tf.ones([3, sizes[0]], dtype)
    with tf.variable_scope(scope or tf.get_variable_scope(), use_resource=resource):
        for number, (size, other) in enumerate(zip(sizes, sizes[1:], strict=False), 1):
            with tf.variable_scope(f"{stem}{number}"):
                kernel = tf.get_variable("kernel", [size, other], dtype)
                x = tf.nn.relu(
                    tf.matmul(x, kernel) + tf.get_variable("bias", [other], dtype, initializer=tf.zeros_initializer())
                )
    return tf.reduce_sum(x)


def default_net():
    """A net of variables without names of their own."""
    x = tf.ones([3, 4])
    for size, other in ((4, 5), (5, 2)):
        x = tf.matmul(x, tf.Variable(tf.random.normal([size, other]))) + tf.Variable(tf.zeros([other]))
    return tf.reduce_sum(tf.square(x - 7))


def save(build, prefix, train=False, change=None, meta=True, **saver):
    """Builds a graph, runs it if ``build`` returns an operation, and saves it, with a change of the MetaGraphDef."""
    tf.disable_v2_behavior()
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.set_random_seed(1)
        made = build()
        sess.run(tf.global_variables_initializer())
        if train:
            for _ in range(3):
                sess.run(made)
        writer = tf.train.Saver(**saver)
        writer.save(sess, str(prefix), write_meta_graph=False)
        if meta:
            exported = writer.export_meta_graph(None)
            if change:
                change(exported)
            Path(f"{prefix}.meta").write_bytes(exported.SerializeToString())
    return str(prefix), f"{prefix}.meta"


def graph(build, path, **options):
    return save(build, path, **options)[1]


def node(exported, name):
    return next(node for node in exported.graph_def.node if node.name == name)


def added(kind, *inputs, **attributes):
    """A change that adds an operation."""

    def change(exported):
        new = exported.graph_def.node.add(name="added", op=kind, input=inputs)
        for key, value in attributes.items():
            new.attr[key].CopyFrom(value)

    return change


def on(device):
    return lambda exported: setattr(node(exported, "fc1/kernel"), "device", device)


def written_by(text):
    return lambda exported: setattr(exported.meta_info_def, "tensorflow_version", text)


def recorded(name, *sizes):
    def change(exported):
        shapes = node(exported, name).attr["_output_shapes"].list.shape
        shapes[0].CopyFrom(tf.TensorShape(sizes).as_proto())

    return change


def in_a_function_called(name):
    """A change that adds a function, in which there is an operation that nobody knows."""

    def change(exported):
        function = exported.graph_def.library.function.add()
        function.signature.name = name
        function.signature.input_arg.add(name="a", type=1)
        function.signature.output_arg.add(name="b", type=1)
        function.node_def.add(name="n", op="NobodyKnowsThis", input=["a"])
        function.ret["b"] = "n:y:0"

    return change


in_a_function = in_a_function_called("never_called")


def without_collections(exported):
    for key in ("variables", "trainable_variables"):
        del exported.collection_def[key]


FLOAT, ONE = tf.AttrValue(type=1), tf.AttrValue(i=1)
OF_NCCL = {"T": FLOAT, "reduction": tf.AttrValue(s=b"sum"), "num_devices": ONE, "shared_name": tf.AttrValue(s=b"n")}
BATCH_NORM = {  # as TensorFlow 1.15 writes the gradient of a net that does not train
    "T": FLOAT,
    "U": FLOAT,
    "epsilon": tf.AttrValue(f=1e-3),
    "data_format": tf.AttrValue(s=b"NHWC"),
    "is_training": tf.AttrValue(b=False),
}


def batch_norm_of_1_15(exported):
    image, scale = (exported.graph_def.node.add(name=name, op="Placeholder") for name in ("image", "scale"))
    for each, sizes in ((image, [1, 2, 2, 4]), (scale, [4])):
        each.attr["dtype"].CopyFrom(FLOAT)
        each.attr["shape"].shape.CopyFrom(tf.TensorShape(sizes).as_proto())
    added("FusedBatchNormGradV3", "image", "image", "scale", "scale", "scale", "scale", **BATCH_NORM)(exported)
    for sizes in ([1, 2, 2, 4], [4], [4], [4], [4]):
        new = exported.graph_def.node[-1].attr["_output_shapes"].list.shape.add()
        new.CopyFrom(tf.TensorShape(sizes).as_proto())


def changed_graph(change):
    return lambda folder: save(net, folder / "m", change=change)


def at(name):
    def make(folder):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        prefix, meta = save(net, folder / name)
        os.replace(meta, folder / "graph.meta")  # which is no matter of the path
        return prefix, str(folder / "graph.meta")

    return make


def with_a_file_that_matches(folder):
    save(net, folder / "m2", meta=False)
    return at("m[2]")(folder)


def two(left, right, **options):
    """A checkpoint of one net, and the graph of another."""
    return lambda folder: (save(left, folder / "m", **options)[0], graph(right, folder / "other"))


def trained_second(optimizer, first, second=None):
    """A net that was built twice, of which the second is trained."""

    def build():
        first()
        return optimizer.minimize((second or first)())

    return build


def norms(scope):
    def build():
        with tf.variable_scope(scope):
            loss = net(sizes=(4, 2))
            for name, value in (("moving_mean", 0.0), ("moving_variance", 1.0)):
                variable = tf.get_variable(f"norm/{name}", [2], initializer=tf.constant_initializer(value))
                tf.add_to_collection(scope, variable.assign_add([0.5, 0.25]))
            return loss

    return build


def train_norms():
    norms("first")()
    norms("second")()
    return tf.get_collection("second")


def target():
    """As of a net that is trained towards a copy of itself."""
    net("target")
    loss = net("online")
    train = tf.train.AdamOptimizer().minimize(loss)
    ours, theirs = (tf.global_variables(scope) for scope in ("target", "online"))
    with tf.control_dependencies([train]):
        return [one.assign(other) for one, other in zip(ours, theirs, strict=False)]


def biased_net():
    """A net whose biases do not begin at 0."""
    x = tf.ones([3, 4])
    for size, other in ((4, 5), (5, 2)):
        x = tf.matmul(x, tf.Variable(tf.random.normal([size, other]))) + tf.Variable(tf.constant(0.1, shape=[other]))
    return tf.reduce_sum(tf.square(x - 7))


def layers():
    """Layers with names as TensorFlow gives them: dense, dense_1, …"""
    x = tf.ones([3, 4])
    for size, other in ((4, 4), (4, 2)):
        with tf.variable_scope(None, "dense"):
            bias = tf.get_variable("bias", [other], initializer=tf.zeros_initializer())
            x = tf.matmul(x, tf.get_variable("kernel", [size, other])) + bias
    return tf.reduce_sum(tf.square(x - 7))


def cut_short(folder):
    prefix, meta = save(net, folder / "m")
    file = Path(f"{prefix}.data-00000-of-00001")
    file.write_bytes(file.read_bytes()[:-8])
    return prefix, meta


def sharded(folder, asked=("a", "b")):
    def build():
        with tf.device("/cpu:0"):
            tf.get_variable("a", [4])
        with tf.device("/cpu:1"):
            tf.get_variable("b", [3])

    tf.disable_v2_behavior()
    with tf.Graph().as_default(), tf.Session(config=tf.ConfigProto(device_count={"CPU": 2})) as sess:
        build()
        sess.run(tf.global_variables_initializer())
        tf.train.Saver(sharded=True).save(sess, str(folder / "m"), write_meta_graph=False)
    (folder / "m.data-00001-of-00002").unlink()
    shapes = {"a": [4], "b": [3]}
    return str(folder / "m"), graph(lambda: [tf.get_variable(name, shapes[name]) for name in asked], folder / "other")


def towers(count):
    return lambda: [net(f"tower_{number}") for number in range(count)]


def partitioned(scope):
    def build():
        with tf.variable_scope(scope, partitioner=tf.fixed_size_partitioner(2)):
            variable = tf.get_variable("w", [6, 3])
        with tf.variable_scope(scope):
            return tf.train.AdagradOptimizer(0.1).minimize(tf.reduce_sum(tf.convert_to_tensor(variable)))

    return build


def averaged(folder):
    """The Saver of the graph asks for moving averages, a plain one for the variables."""

    def build():
        net()
        return tf.train.ExponentialMovingAverage(0.9).apply()

    prefix, _ = save(build, folder / "m", train=True)
    tf.disable_v2_behavior()
    with tf.Graph().as_default():
        net()
        names = {f"{each.op.name}/ExponentialMovingAverage": each for each in tf.global_variables()}
        tf.train.Saver(names).export_meta_graph(str(folder / "other.meta"))
    return prefix, str(folder / "other.meta")


def crossed(folder):
    """The Saver keeps each of two variables under the name of the other one."""
    tf.disable_v2_behavior()
    with tf.Graph().as_default(), tf.Session() as sess:
        a, b = (tf.get_variable(name, initializer=tf.fill([3], value)) for name, value in (("a", 1.0), ("b", 2.0)))
        sess.run(tf.global_variables_initializer())
        tf.train.Saver({"a": b, "b": a}).save(sess, str(folder / "m"))
    return str(folder / "m"), str(folder / "m.meta")


def of_unknown_shape():
    tf.get_variable("v", initializer=tf.ones([2, 3]), validate_shape=False)


ADAM, SGD, MOMENTUM = (
    lambda: tf.train.AdamOptimizer(),
    lambda: tf.train.GradientDescentOptimizer(0.1),
    lambda: tf.train.MomentumOptimizer(0.1, 0.9),
)


def late(optimizer, *nets):
    """``trained_second``, whose optimizer is made where the graph is."""
    return lambda: trained_second(optimizer(), *nets)()


PATTERN = "TensorFlow takes"
MADE = {  # what makes a prefix and a .meta, and what the first line of the report says
    "a net and its graph": (lambda folder: save(net, folder / "m"), FINDS),
    "V1": (lambda folder: save(net, folder / "m", write_version=tf.train.SaverDef.V1), FINDS),
    "brackets in the name": (at("run_[200]_lr"), PATTERN),
    "brackets in a folder": (at("run[1]/m"), PATTERN),
    "a range in brackets": (at("m[0-9]"), PATTERN),
    "brackets that match another file": (with_a_file_that_matches, FINDS),
    "one bracket": (at("m[1"), FINDS),
    "other marks": (at("a b{1}~x"), FINDS),
    "a version that is none": (changed_graph(written_by("1.4.0-custom")), "wrote it, which is no version"),
    "a version of a head": (changed_graph(written_by("0.12.head")), "0.12.head wrote it"),
    "a version unknown": (changed_graph(written_by("unknown")), "unknown wrote it"),
    "a version of a night": (changed_graph(written_by("1.15.0-dev20190821")), FINDS),
    "no version": (changed_graph(written_by("")), FINDS),
    "an operation of nobody": (
        changed_graph(added("AdjustHsvInYiq", "fc1/kernel/read")),
        "does not know the operation",
    ),
    "an operation of nobody in a function": (changed_graph(in_a_function), FINDS),
    "an operation that was removed": (
        changed_graph(added("Skipgram", filename=tf.AttrValue(s=b""), batch_size=ONE)),
        "has removed the operation Skipgram",
    ),
    "an operation for a GPU": (
        changed_graph(added("NcclAllReduce", "fc1/kernel/read", **OF_NCCL)),
        "runs on a GPU only",
    ),
    "an operation for a TPU": (
        changed_graph(added("InfeedDequeue", dtype=FLOAT, shape=tf.AttrValue(shape=tf.TensorShape([2]).as_proto()))),
        "InfeedDequeue runs on a TPU only",
    ),
    "an operation without kernel": (
        changed_graph(added("BoostedTreesEnsembleResourceHandleOp")),
        "has no implementation for a CPU",
    ),
    "pinned to a GPU": (changed_graph(on("/device:GPU:0")), "pinned to /device:GPU:0"),
    "pinned to a server": (changed_graph(on("/job:ps/task:0")), "pinned to /job:ps/task:0"),
    "pinned to a second CPU": (changed_graph(on("/cpu:1")), "pinned to /cpu:1"),
    "a device that is none": (changed_graph(on("/device:CPU")), "will fail: the device of fc1/kernel is '/device:CPU'"),
    "a device in other letters": (changed_graph(on("/Job:localhost")), "and 'Job' is no part of a device's name"),
    "a device of two types": (changed_graph(on("/cpu:0/device:CPU:0")), "and it has two types of devices"),
    "a device without a number": (changed_graph(on("/replica:*")), "and '*' is no number"),
    "pinned to a device in other letters": (changed_graph(on("/device:Cpu:0")), "pinned to /device:Cpu:0"),
    "pinned to a CPU, briefly": (changed_graph(on("cpu:0")), FINDS),
    "pinned to a CPU of any job": (changed_graph(on("/job:*/cpu:00")), FINDS),
    "pinned to any device": (changed_graph(on("/device:*:*")), FINDS),
    "pinned to a CPU, in another order": (changed_graph(on("/device:cpu:0//job:localhost/")), FINDS),
    "pinned to a CPU": (changed_graph(on("/job:localhost/replica:0/task:0/device:CPU:0")), FINDS),
    "batch normalization of 1.15": (changed_graph(batch_norm_of_1_15), "is recorded with the shape [4]"),
    "a shape of a variable": (changed_graph(recorded("fc1/kernel", 4, 9)), "is recorded with the shape [4, 9]"),
    "a shape of a product": (changed_graph(recorded("fc2/MatMul", 3, 7)), "is recorded with the shape [3, 7]"),
    "a shape of an activation": (changed_graph(recorded("fc1/Relu", 1, 5)), "is recorded with the shape [1, 5]"),
    "a shape of an assignment": (changed_graph(recorded("fc1/bias/Assign", 9)), "is recorded with the shape [9]"),
    "a shape less known": (changed_graph(recorded("fc1/Relu", None, 5)), FINDS),
    "a graph that was cut": (
        changed_graph(lambda exported: node(exported, "fc1/Relu").input.append("^gone")),
        "fc1/Relu names gone, which is not in the graph",
    ),
    "beside what is not there": (
        changed_graph(lambda exported: node(exported, "fc1/Relu").attr["_class"].list.s.append(b"loc:@gone")),
        "fc1/Relu names gone, which is not in the graph",
    ),
    "a collection that names what is not there": (
        changed_graph(lambda exported: exported.collection_def["train_op"].node_list.value.append("gone")),
        "train_op names gone, which is not in the graph",
    ),
    "a name that no operation may have": (
        changed_graph(lambda exported: setattr(exported.graph_def.node.add(op="NoOp"), "name", "no\nname")),
        "no operation may have the name 'no\\nname'",
    ),
    "a function with the name of an operation": (
        changed_graph(in_a_function_called("Relu")),
        "a function of it is called Relu, as an operation of TensorFlow is",
    ),
    "of a TensorFlow to come": (
        changed_graph(lambda exported: setattr(exported.graph_def.versions, "min_consumer", 99999)),
        "a newer one wrote it",
    ),
    "no collection": (changed_graph(without_collections), "no collection of the graph lists its variables"),
    "a Saver that is cut": (
        changed_graph(lambda exported: setattr(exported.saver_def, "restore_op_name", "save/gone")),
        "returns will fail, a plain one will not: the Saver of the graph uses save/gone",
    ),
    "a data file cut short": (cut_short, "a data file ends before"),
    "a shard is missing": (sharded, "a data file is missing"),
    "a shard that is not asked for is missing": (lambda folder: sharded(folder, ["a"]), FINDS),
    "double": (two(lambda: net(dtype=tf.float64), net), "has another dtype"),
    "half": (two(lambda: net(dtype=tf.float16), net), "has another dtype"),
    "bfloat16": (two(lambda: net(dtype=tf.bfloat16), net), "has another dtype"),
    "half for a resource": (two(lambda: net(dtype=tf.float16), lambda: net(resource=True)), "has another dtype"),
    "counters of 32 bits": (
        two(
            lambda: tf.get_variable("global_step", initializer=np.int32(3)),
            lambda: tf.get_variable("global_step", initializer=np.int64(0)),
        ),
        "has another dtype",
    ),
    "another shape": (two(net, lambda: net(sizes=(4, 5, 3))), "has another shape"),
    "another shape of a resource": (
        two(lambda: net(resource=True), lambda: net(sizes=(4, 5, 3), resource=True)),
        "has another shape",
    ),
    "an unknown shape": (lambda folder: save(of_unknown_shape, folder / "m"), FINDS),
    "twice, and the second trained": (two(late(ADAM, default_net), default_net, train=True), "looks untrained"),
    "twice, trained without slots": (two(late(SGD, default_net), default_net, train=True), "looks untrained"),
    "twice in scopes": (
        two(late(MOMENTUM, lambda: net("test"), lambda: net("train")), lambda: net("test"), train=True),
        "looks untrained",
    ),
    "twice, and its averages": (two(train_norms, norms("first"), train=True), "looks untrained"),
    "twice, and the first trained": (
        two(late(ADAM, lambda: net("b"), lambda: net("a")), lambda: net("a"), train=True),
        FINDS,
    ),
    "twice, and the first a target of the second": (two(target, lambda: net("target"), train=True), FINDS),
    "three times": (
        two(late(ADAM, lambda: [default_net(), default_net()], default_net), default_net, train=True),
        "looks untrained",
    ),
    "twice, with biases that begin at 0.1": (two(late(SGD, biased_net), biased_net, train=True), "looks untrained"),
    "twice, with numbered layers": (two(late(ADAM, layers), layers, train=True), "looks untrained"),
    "twice, and nothing trained": (two(lambda: [default_net(), default_net()], default_net), FINDS),
    "deeper": (two(lambda: net(sizes=(4, 4, 4)), lambda: net(sizes=(4, 4, 4, 4, 4))), "fc3/kernel and 3 more"),
    "less deep": (two(lambda: net(sizes=(4, 4, 4, 4, 4)), lambda: net(sizes=(4, 4, 4))), FINDS),
    "less deep, and trained": (
        two(lambda: tf.train.AdamOptimizer().minimize(net(sizes=(4, 4, 4, 4))), lambda: net(sizes=(4, 4)), train=True),
        FINDS,
    ),
    "towers": (two(towers(1), towers(2)), "tower_1/fc1/kernel and 3 more"),
    "one of two towers": (two(towers(2), towers(1)), FINDS),
    "partitioned, with slots": (lambda folder: save(partitioned("net"), folder / "m", train=True), FINDS),
    "the averages of a Saver": (averaged, FINDS),
    "a Saver that crosses names": (crossed, "takes other values than the Saver of the graph: that one keeps b under"),
    "another scope": (two(lambda: net("old"), lambda: net("new")), "new/fc1/kernel and 3 more"),
}
if LINUX:
    MADE["a backslash"] = (at("m\\1"), PATTERN)
    MADE["a star"] = (at("m*1"), FINDS)
    MADE["a question mark"] = (at("m?1"), FINDS)


@pytest.fixture(scope="module")
def restores(tmp_path_factory):
    """``{name: (Diff, what a real restore did)}`` of all cases."""
    root, diffs = tmp_path_factory.mktemp("made"), {}
    for number, (name, (make, _)) in enumerate(MADE.items()):
        folder = root / str(number)
        folder.mkdir()
        prefix, meta = make(folder)
        diffs[name] = prefix, meta, course.diff(prefix, meta)
    answers = restored_apart(diffs.values(), root / "jobs.json")
    return {name: (diff, answer) for (name, (_, _, diff)), answer in zip(diffs.items(), answers, strict=True)}


def restored_apart(diffs, jobs):
    """What real restores did of each ``(prefix, meta, Diff)``, as a list of dicts. All run in one process."""
    jobs.write_text(json.dumps([[prefix, meta, diff.code] for prefix, meta, diff in diffs]))
    command = [sys.executable, Path(__file__).with_name("real_restore.py"), jobs]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(answers) == len(diffs), done.stderr[-2000:]
    return answers


@pytest.mark.parametrize("name", MADE)
def test_the_verdict_is_what_a_restore_does(name, restores):
    diff, real = restores[name]
    first = repr(diff).splitlines()[0]
    assert MADE[name][1] in first, diff
    if first == FINDS:
        assert (real["import"], real["plain"], real["other"]) == ("", "", []), real
    elif "import_meta_graph will fail" in first:
        assert real["import"], first
    elif "takes other values" in first:
        assert (real["import"], real["plain"], real["own"], diff.troubled) == ("", "", "", True), real
        assert real["apart"], "the two Savers give the variables other values"
    elif "a plain one will not" in first:
        assert real["plain"] == "" and real["own"], real
    elif "will fail:" in first:
        assert real["plain"], first
    elif "fails" in first:
        assert "OpKernel" in real["plain"] or "Cannot assign a device" in real["plain"], real
    if diff.code and PATTERN not in first:
        assert real["code"] == "", diff.code


@pytest.mark.parametrize("name", [name for name, (_, says) in MADE.items() if says == "looks untrained"])
def test_the_code_takes_the_trained_copy(name, restores):
    diff, _ = restores[name]
    assert diff.trained
    for first, second in diff.trained.names.items():
        assert f'"{second}": variables["{first}"]' in diff.code.replace("\n       ", "")


REAL = [Path(os.environ[name]) for name in ("COURSE_CHECKPOINTS", "COURSE_CASES") if name in os.environ]
OTHERS = [Path(__file__).parent / "tf-1.15.5", *(folder.parent / "legacy" for folder in REAL[:1])]


def test_real_graphs_are_imported_or_not_as_is_said(tmp_path):
    """Those of other people and of TensorFlow 1, each with the checkpoint beside it."""
    diffs = []
    for meta in sorted({meta for folder in REAL + OTHERS for meta in folder.rglob("*.meta")}):
        prefix = str(meta).removesuffix(".meta")
        if os.path.exists(f"{prefix}.index") or is_table(Path(prefix)):
            diffs.append((prefix, str(meta), course.diff(prefix, meta)))
    for (prefix, _, diff), real in zip(diffs, restored_apart(diffs, tmp_path / "jobs.json"), strict=True):
        first = repr(diff).splitlines()[0]
        assert (first == FINDS) == (real["plain"] == ""), (prefix, first, real)
        assert bool(real["import"]) == ("import_meta_graph will fail" in first), (prefix, first, real)
        assert not real["other"], prefix
        if diff.code and "data file is missing" not in first:
            assert real["code"] == "", (prefix, diff.code)
    assert len(diffs) >= (29 if len(REAL) == 2 else 2)


def test_a_graph_def(tmp_path):
    """Frozen, there is nothing to restore; with its variables, no collection says which a Saver restores."""
    prefix, meta = save(net, tmp_path / "m")
    exported = tf.MetaGraphDef.FromString(Path(meta).read_bytes())
    (tmp_path / "with_variables.pb").write_bytes(exported.graph_def.SerializeToString())
    with tf.Graph().as_default() as frozen:
        tf.identity(tf.constant([[1.0, 2.0]]), "out")
    (tmp_path / "frozen.pb").write_bytes(frozen.as_graph_def().SerializeToString())
    diff = course.diff(prefix, tmp_path / "with_variables.pb")
    assert diff.same == ["fc1/bias", "fc1/kernel", "fc2/bias", "fc2/kernel"]
    assert "will fail: a GraphDef has no collection that lists its variables" in repr(diff).replace("\n", " ")
    with tf.Graph().as_default():
        tf.import_graph_def(exported.graph_def, name="")
        with pytest.raises(ValueError, match="No variables to save"):
            tf.train.Saver()
    diff = course.diff(prefix, tmp_path / "frozen.pb")
    assert repr(diff).startswith("There are no variables in the graph, so there is nothing to restore.")
    assert "In the way" not in repr(diff)


def test_no_claim_where_there_is_no_file(restores):
    """All cases whose restore failed say so, in the verdict or in the exit code."""
    for name, (diff, real) in restores.items():
        if real["plain"]:
            assert diff.troubled, name


@given(st.text("0123456789.-_+abrcpostdev! ", max_size=12))
@example("1.15.0-rc1")
@example("0.12.head")
@example("v1!2.0.post1.dev2+a.b-c")
@example("1.0-1")
@example("\N{ARABIC-INDIC DIGIT ONE}.0")
def test_a_version_is_what_packaging_takes(text):
    try:
        version.parse(text)
    except version.InvalidVersion:
        assert not VERSION.fullmatch(text)
    else:
        assert VERSION.fullmatch(text)
