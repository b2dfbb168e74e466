"""Raises the messages of ``tfckpt/messages`` for real: one function for each ``made_by``, called by its name.

A function gets an empty folder as its current one. It raises the error, or leaves a warning in the log. Those with
``@tensorflow_1`` run after the others, when TensorFlow 2's behavior has been switched off for good, each in a graph of
its own. ``python tests/make_messages.py`` prints what all of them raise, as JSON.
"""

import contextlib
import inspect
import json
import logging
import os
import sys
import tempfile
import traceback
import warnings

import make_messages_objects
import make_messages_tf2
import make_messages_tools
import tensorflow.compat.v1 as tf

import course  # noqa: F401  quiet start-up

IN_TENSORFLOW_1 = set()


def tensorflow_1(function):
    """A function that needs sessions and reference variables."""
    IN_TENSORFLOW_1.add(function.__name__)
    return function


def saved(prefix="run/model", **variables):
    """Saves variables with these values, in a graph of its own. Returns the prefix."""
    os.makedirs(os.path.dirname(prefix) or ".", exist_ok=True)
    with tf.Graph().as_default(), tf.Session() as session:
        for name, value in variables.items():
            tf.get_variable(name, initializer=value)
        session.run(tf.global_variables_initializer())
        return tf.train.Saver().save(session, prefix)


def restored(prefix, saver=None, **options):
    """Restores into the variables that the default graph has."""
    with tf.Session() as session:
        (saver or tf.train.Saver(**options)).restore(session, prefix)


@tensorflow_1
def key_not_found():
    prefix = saved(A=[1.0, 2.0])
    tf.get_variable("A", initializer=[0.0, 0.0])
    tf.get_variable("C", initializer=[0.0])
    restored(prefix)


@tensorflow_1
def key_of_a_second_copy():
    prefix = saved(A=[1.0, 2.0])
    for _ in range(2):
        tf.Variable([0.0, 0.0], name="A")
    restored(prefix)


@tensorflow_1
def key_of_an_optimizer():
    prefix = saved(w=1.0)
    loss = tf.square(tf.get_variable("w", initializer=0.0))
    tf.train.AdamOptimizer().minimize(loss)
    restored(prefix)


@tensorflow_1
def table_in_an_imported_graph():
    tf.lookup.experimental.MutableHashTable(tf.int64, tf.int64, -1, name="MutableHashTable")
    saver = tf.train.Saver()
    os.makedirs("run", exist_ok=True)
    with tf.Session() as session:
        prefix = saver.save(session, "run/model")
    with tf.Graph().as_default():
        tf.train.import_meta_graph(prefix + ".meta")
        tf.train.Saver()


def no_numpy_type():
    return tf.variant.as_numpy_dtype


@tensorflow_1
def key_of_a_part():
    prefix = saved(words=[[1.0], [2.0]])
    tf.get_variable("words", [2, 1], partitioner=tf.fixed_size_partitioner(2))
    restored(prefix, var_list={variable.op.name: variable for variable in tf.global_variables()})


@tensorflow_1
def key_of_an_average():
    prefix = saved(w=1.0)
    tf.get_variable("w", initializer=0.0)
    restored(prefix, var_list=tf.train.ExponentialMovingAverage(0.9).variables_to_restore())


@tensorflow_1
def key_of_a_tensor_name():
    prefix = saved(A=1.0)
    tf.get_variable("A", initializer=0.0)
    restored(prefix, var_list={variable.name: variable for variable in tf.global_variables()})


@tensorflow_1
def key_of_batch_normalization():
    prefix = saved(**{"bn/gamma": 1.0})
    tf.get_variable("bn/gamma", initializer=0.0)
    tf.get_variable("bn/moving_mean", initializer=0.0, trainable=False)
    restored(prefix)


@tensorflow_1
def key_of_a_cell():
    prefix = saved(**{"rnn/basic_lstm_cell/weights": 1.0})
    tf.get_variable("rnn/basic_lstm_cell/kernel", initializer=0.0)
    restored(prefix)


@tensorflow_1
def key_of_the_step():
    prefix = saved(A=1.0)
    tf.get_variable("A", initializer=0.0)
    tf.train.get_or_create_global_step()
    restored(prefix)


@tensorflow_1
def other_shape():
    prefix = saved(A=[1.0, 2.0])
    tf.get_variable("A", initializer=[0.0, 0.0, 0.0])
    restored(prefix)


@tensorflow_1
def other_number_of_elements():
    prefix = saved(A=[1.0, 2.0])
    tf.get_variable("A", initializer=[0.0, 0.0, 0.0])
    restored(prefix, reshape=True)


@tensorflow_1
def other_dtype():
    prefix = saved(A=[1, 2])
    tf.get_variable("A", initializer=[0.0, 0.0])
    restored(prefix)


@tensorflow_1
def other_shape_of_a_part():
    prefix = saved(A=[1.0, 2.0, 3.0])
    tf.get_variable("A", [4], partitioner=tf.fixed_size_partitioner(2))
    restored(prefix)


@tensorflow_1
def not_found_by_init_from_checkpoint():
    prefix = saved(A=[1.0, 2.0])
    tf.get_variable("B", initializer=[0.0, 0.0])
    tf.train.init_from_checkpoint(prefix, {"B": "B"})


@tensorflow_1
def other_shape_in_init_from_checkpoint():
    prefix = saved(A=[1.0, 2.0])
    tf.get_variable("A", initializer=[0.0, 0.0, 0.0])
    tf.train.init_from_checkpoint(prefix, {"A": "A"})


@tensorflow_1
def no_such_variable_in_the_graph():
    prefix = saved(A=[1.0, 2.0])
    tf.get_variable("A", initializer=[0.0, 0.0])
    tf.train.init_from_checkpoint(prefix, {"A": "B"})


@tensorflow_1
def already_exists():
    for _ in range(2):
        tf.get_variable("A", initializer=0.0)


@tensorflow_1
def does_not_exist():
    with tf.variable_scope("net", reuse=True):
        tf.get_variable("A", [2])


@tensorflow_1
def shared_with_another_shape():
    tf.get_variable("A", [2])
    with tf.variable_scope("", reuse=True):
        tf.get_variable("A", [3])


@tensorflow_1
def not_a_valid_scope():
    tf.get_variable("A:0", initializer=0.0)


@tensorflow_1
def reset_in_a_block():
    with tf.Session():
        tf.reset_default_graph()


@tensorflow_1
def two_of_one_name():
    with tf.Graph().as_default():
        prefix = saved(A=1.0)
    tf.train.import_meta_graph(prefix + ".meta")
    tf.train.import_meta_graph(prefix + ".meta")
    tf.train.Saver()


@tensorflow_1
def uninitialized():
    a = tf.get_variable("A", initializer=0.0)
    with tf.Session() as session:
        session.run(a)


@tensorflow_1
def uninitialized_resource():
    tf.get_variable("A", initializer=0.0, use_resource=True)
    with tf.Session() as session:
        session.run("A/Read/ReadVariableOp:0")


@tensorflow_1
def uninitialized_average():
    prefix = saved(**{"bn/gamma": 1.0})
    gamma = tf.get_variable("bn/gamma", initializer=0.0)
    mean = tf.get_variable("bn/moving_mean", initializer=0.0, trainable=False)
    with tf.Session() as session:
        tf.train.Saver([gamma]).restore(session, prefix)
        session.run(mean)


@tensorflow_1
def table_not_initialized():
    initializer = tf.lookup.KeyValueTensorInitializer(["a"], [1])
    table = tf.lookup.StaticHashTable(initializer, -1)
    with tf.Session() as session:
        session.run(table.lookup(tf.constant(["a"])))


@tensorflow_1
def not_ready():
    tf.get_variable("A", initializer=0.0)
    tf.get_variable("B", initializer=0.0)
    [first, _] = tf.global_variables()
    manager = tf.train.SessionManager(ready_op=tf.report_uninitialized_variables())
    manager.prepare_session("", init_op=first.initializer)


@tensorflow_1
def session_graph_empty():
    with tf.Session() as session:
        session.run("A:0")


@tensorflow_1
def session_closed():
    a = tf.constant(1)
    with tf.Session() as session:
        pass
    session.run(a)


@tensorflow_1
def no_variables_to_save():
    tf.train.Saver()


@tensorflow_1
def saver_of_another_graph():
    with tf.Graph().as_default():
        tf.get_variable("A", initializer=0.0)
        saver = tf.train.Saver()
        prefix = saved(A=1.0)
    tf.get_variable("A", initializer=0.0)
    restored(prefix, saver)


@tensorflow_1
def fetched_from_another_graph():
    with tf.Graph().as_default():
        a = tf.get_variable("A", initializer=0.0)
    tf.get_variable("B", initializer=0.0)
    with tf.Session() as session:
        session.run(a)


@tensorflow_1
def fed_into_another_graph():
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, name="x")
    y = tf.constant(1.0)
    with tf.Session() as session:
        session.run(y, {x: 1.0})


@tensorflow_1
def two_graphs_in_one_operation():
    with tf.Graph().as_default():
        a = tf.constant(1.0, name="a")
    tf.add(a, tf.constant(2.0, name="b"))


@tensorflow_1
def tensor_does_not_exist():
    tf.get_default_graph().get_tensor_by_name("nope:0")


@tensorflow_1
def output_does_not_exist():
    tf.constant(1.0, name="a")
    tf.get_default_graph().get_tensor_by_name("a:1")


@tensorflow_1
def operation_does_not_exist():
    tf.get_default_graph().get_operation_by_name("nope")


@tensorflow_1
def operation_for_a_tensor():
    tf.constant(1.0, name="A")
    tf.get_default_graph().get_tensor_by_name("A")


@tensorflow_1
def tensor_for_an_operation():
    tf.constant(1.0, name="A")
    tf.get_default_graph().get_operation_by_name("A:0")


@tensorflow_1
def not_fed():
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    with tf.Session() as session:
        session.run(x + 1.0)


@tensorflow_1
def fed_with_another_shape():
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    with tf.Session() as session:
        session.run(x + 1.0, {x: [[1.0, 2.0, 3.0]]})


@tensorflow_1
def finalized():
    tf.get_variable("A", initializer=0.0)
    tf.get_default_graph().finalize()
    tf.train.Saver()


@tensorflow_1
def no_step_for_the_hook():
    tf.get_variable("A", initializer=0.0)
    hook = tf.train.CheckpointSaverHook("run", save_steps=1)
    with tf.train.MonitoredSession(hooks=[hook]):
        pass


@tensorflow_1
def save_a_monitored_session():
    tf.get_variable("A", initializer=0.0)
    saver = tf.train.Saver()
    with tf.train.MonitoredSession() as session:
        saver.save(session, "run/model")


@tensorflow_1
def restore_without_a_session():
    tf.get_variable("A", initializer=0.0)
    tf.train.Saver().restore("run/model")


@tensorflow_1
def run_after_should_stop():
    step = tf.train.get_or_create_global_step()
    count = tf.assign_add(step, 1)
    with tf.train.MonitoredSession(hooks=[tf.train.StopAtStepHook(last_step=1)]) as session:
        session.run(count)
        session.run(count)


@tensorflow_1
def imported_with_another_dtype():
    with tf.Graph().as_default() as graph:
        tf.negative(tf.placeholder(tf.int64, name="x"), name="y")
    tf.import_graph_def(graph.as_graph_def(), input_map={"x": tf.placeholder(tf.int32, name="other")})


def pickle_with_persistent_ids():
    import pickle

    pickle.loads(b"\x80\x02X\x01\x00\x00\x00aQ.")


def pickle_without_its_class():
    import pickle

    pickle.loads(b"\x80\x02cnumpy\nOldPolicy\n.")


@tensorflow_1
def latest_checkpoint_is_none():
    tf.train.latest_checkpoint(".").split("-")


@tensorflow_1
def input_map_of_another_graph():
    with tf.Graph().as_default() as graph:
        tf.constant(0.0, name="y")
    tf.import_graph_def(graph.as_graph_def(), input_map={"x:0": tf.constant(0.0)})


@tensorflow_1
def too_large_a_constant():
    import numpy as np

    tf.constant(np.zeros(2**31 + 8, np.uint8))


@tensorflow_1
def not_a_variable():
    tf.train.Saver([tf.constant(1.0, name="A")])


@tensorflow_1
def collection_of_variables():
    tf.train.Saver("A")


@tensorflow_1
def prefix_is_none():
    tf.get_variable("A", initializer=0.0)
    restored(tf.train.latest_checkpoint("empty"))


@tensorflow_1
def state_is_none():
    return tf.train.get_checkpoint_state("empty").model_checkpoint_path


@tensorflow_1
def saver_is_none():
    with tf.Graph().as_default():
        tf.constant(1.0)
        tf.train.export_meta_graph("graph.meta")
    saver = tf.train.import_meta_graph("graph.meta")
    with tf.Session() as session:
        saver.restore(session, "model")


@tensorflow_1
def none_and_meta():
    tf.train.import_meta_graph(tf.train.latest_checkpoint("empty") + ".meta")


@tensorflow_1
def folder_was_moved():
    prefix = saved(A=1.0)
    tf.train.update_checkpoint_state("run", "/old-machine/run/model")
    assert tf.train.latest_checkpoint(os.path.dirname(prefix)) is None


@tensorflow_1
def state_invalid():
    saved(A=1.0)
    with open("run/checkpoint", "w"):
        pass
    tf.train.get_checkpoint_state("run")


@tensorflow_1
def state_is_no_text():
    saved(A=1.0)
    with open("run/checkpoint", "w") as file:
        file.write("run/model-100")
    tf.train.latest_checkpoint("run")


@tensorflow_1
def no_state_file():
    os.mkdir("run")
    tf.train.load_checkpoint("run")


@tensorflow_1
def not_a_valid_checkpoint():
    saved("run/pair", A=1.0)
    tf.get_variable("A", initializer=0.0)
    restored("run/pairs")


@tensorflow_1
def no_matching_files():
    tf.train.NewCheckpointReader("run/words")


@tensorflow_1
def meta_in_place_of_prefix():
    prefix = saved(A=[float(number) for number in range(100)])
    tf.get_variable("A", initializer=[0.0])
    restored(prefix + ".meta")


@tensorflow_1
def index_in_place_of_prefix():
    prefix = saved(A=1.0)
    tf.get_variable("A", initializer=0.0)
    restored(prefix + ".index")


@tensorflow_1
def index_cut_short():
    prefix = saved(A=1.0)
    with open(prefix + ".index", "r+b") as file:
        file.truncate(100)
    tf.get_variable("A", initializer=0.0)
    restored(prefix)


@tensorflow_1
def index_empty():
    prefix = saved(A=1.0)
    with open(prefix + ".index", "wb"):
        pass
    tf.get_variable("A", initializer=0.0)
    restored(prefix)


@tensorflow_1
def index_damaged():
    prefix = saved(A=1.0)
    with open(prefix + ".index", "r+b") as file:
        file.seek(10)
        file.write(b"\xff\xff")
    tf.get_variable("A", initializer=0.0)
    restored(prefix)


@tensorflow_1
def checksum():
    prefix = saved(A=[1.0, 2.0])
    with open(prefix + ".data-00000-of-00001", "r+b") as file:
        file.write(b"\xff")
    tf.get_variable("A", initializer=[0.0, 0.0])
    restored(prefix)


@tensorflow_1
def data_cut_short():
    prefix = saved(A=[1.0, 2.0])
    with open(prefix + ".data-00000-of-00001", "r+b") as file:
        file.truncate(3)
    tf.get_variable("A", initializer=[0.0, 0.0])
    restored(prefix)


@tensorflow_1
def data_missing():
    prefix = saved(A=[1.0, 2.0])
    os.remove(prefix + ".data-00000-of-00001")
    tf.get_variable("A", initializer=[0.0, 0.0])
    restored(prefix)


@tensorflow_1
def meta_missing():
    prefix = saved(A=1.0)
    os.remove(prefix + ".meta")
    tf.train.import_meta_graph(prefix + ".meta")


@tensorflow_1
def meta_damaged():
    prefix = saved(A=1.0)
    with open(prefix + ".meta", "r+b") as file:
        file.write(b"\xff\xff\xff")
    tf.train.import_meta_graph(prefix + ".meta")


@tensorflow_1
def meta_is_other_text():
    with open("graph.meta", "w") as file:
        file.write("version https://git-lfs.example\noid 1\n")
    tf.train.import_meta_graph("graph.meta")


def edited_meta(change):
    """Imports the ``.meta`` of a saved ``A`` after a change of its proto."""
    with tf.Graph().as_default():
        prefix = saved(A=1.0)
    with open(prefix + ".meta", "rb") as file:
        meta = tf.MetaGraphDef.FromString(file.read())
    change(meta)
    with open("edited.meta", "wb") as file:
        file.write(meta.SerializeToString())
    return tf.train.import_meta_graph("edited.meta")


@tensorflow_1
def meta_lost_an_attribute():
    def change(meta):
        [node] = [node for node in meta.graph_def.node if node.op == "VariableV2"]
        node.attr.clear()

    edited_meta(change)


@tensorflow_1
def meta_lost_a_node():
    def change(meta):
        del meta.graph_def.node[0]

    edited_meta(change)


@tensorflow_1
def version_between_two():
    def change(meta):
        meta.meta_info_def.tensorflow_version = "0.12.head"

    edited_meta(change)


@tensorflow_1
def unknown_operation():
    def change(meta):
        meta.graph_def.node[0].op = "ThreeNN"

    edited_meta(change)


@tensorflow_1
def no_kernel():
    def change(meta):
        [node] = [node for node in meta.graph_def.node if node.name == "A/read"]
        node.op = "InfeedDequeue"
        del node.input[:]
        node.attr.clear()
        node.attr["dtype"].type = 1
        node.attr["shape"].shape.SetInParent()

    saver = edited_meta(change)
    with tf.Session() as session:
        saver.restore(session, "run/model")
        session.run("A/read:0")


@tensorflow_1
def prefix_renamed():
    os.makedirs("results")
    tf.get_variable("model.ckpt", initializer=0.0)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        path = tf.train.Saver().save(session, "checkpoints/model", global_step=2600)
    os.rename(path, "results/best_model.ckpt")


@tensorflow_1
def device_missing():
    with tf.device("/device:GPU:7"):
        a = tf.get_variable("A", initializer=0.0)
    with tf.Session() as session:
        session.run(a.initializer)


@tensorflow_1
def function_missing():
    def change(meta):
        [node] = [node for node in meta.graph_def.node if node.name == "A/initial_value"]
        node.op = "PyFunc"
        node.attr.clear()
        node.attr["token"].s = b"pyfunc_0"
        node.attr["Tin"].list.SetInParent()
        node.attr["Tout"].list.type.append(1)

    edited_meta(change)
    with tf.Session() as session:
        session.run("A/initial_value:0")


@tensorflow_1
def frozen_reference():
    with tf.Graph().as_default() as graph:
        a = tf.get_variable("A", initializer=0.0)
        a.assign_add(1.0, name="add")
    definition = graph.as_graph_def()
    for node in definition.node:
        if node.name == "A":
            node.op = "Const"
            node.attr.clear()
            node.attr["dtype"].type = 1
            node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(0.0))
    tf.import_graph_def(definition)


@tensorflow_1
def end_not_in_the_graph():
    tf.get_variable("A", initializer=0.0)
    with tf.Session() as session:
        tf.graph_util.convert_variables_to_constants(session, tf.get_default_graph().as_graph_def(), ["output"])


@tensorflow_1
def not_a_graph():
    saved(A=1.0)
    with open("run/model.index", "rb") as file:
        tf.GraphDef.FromString(file.read())


@tensorflow_1
def folder_missing():
    a = tf.get_variable("A", initializer=0.0)
    with tf.Session() as session:
        session.run(a.initializer)
        tf.train.Saver().save(session, "nodir/sub/model")


@tensorflow_1
def prefix_called_checkpoint():
    a = tf.get_variable("A", initializer=0.0)
    with tf.Session() as session:
        session.run(a.initializer)
        tf.train.Saver().save(session, "checkpoint")


@tensorflow_1
def prefix_is_a_path():
    import pathlib

    a = tf.get_variable("A", initializer=0.0)
    with tf.Session() as session:
        session.run(a.initializer)
        tf.train.Saver().save(session, pathlib.Path("run/pair"))


@tensorflow_1
def cloud_not_built_in():
    tf.train.NewCheckpointReader("hdfs://server/run/model")


@tensorflow_1
def folder_not_writable():
    a = tf.get_variable("A", initializer=0.0)
    with tf.Session() as session:
        session.run(a.initializer)
        tf.train.Saver().save(session, "/proc/model")


def placeholder_of_tensorflow_1():
    import tensorflow

    tensorflow.placeholder(tf.float32)


def saver_of_tensorflow_1():
    import tensorflow

    tensorflow.train.Saver()


def contrib():
    import tensorflow

    return tensorflow.contrib.slim


def placeholder_in_eager():
    tf.placeholder(tf.float32)


def saver_in_eager():
    tf.train.Saver()


def import_in_eager():
    tf.train.import_meta_graph("graph.meta")


def layers_of_keras_2():
    tf.layers.dense(tf.zeros([1, 2]), 3)


def makers():
    """The functions that make messages, by their names: those of TensorFlow 2 first."""
    helpers = {"tensorflow_1", "saved", "restored", "edited_meta", "makers", "made", "all_made", "heard", "net"}
    own = {
        name: value
        for module in (sys.modules[__name__], make_messages_objects, make_messages_tf2, make_messages_tools)
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and name not in helpers
    }
    return dict(sorted(own.items(), key=lambda pair: pair[0] in IN_TENSORFLOW_1))


@contextlib.contextmanager
def heard(lines):
    """Adds to a list what Python's logs and warnings say meanwhile, one text each."""

    class Listener(logging.Handler):
        def emit(self, record):
            lines.append(f"{record.levelname}:{record.name}:{record.getMessage()}")

    listener, loggers = Listener(), [logging.getLogger(name) for name in ("tensorflow", "absl")]
    for logger in loggers:
        logger.addHandler(listener)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield
    finally:
        for logger in loggers:
            logger.removeHandler(listener)
    lines += [f"{each.category.__name__}: {each.message}" for each in caught]


def made(function):
    """What comes of one function: a traceback, and before it what was logged."""
    lines, before = [], os.getcwd()
    with tempfile.TemporaryDirectory() as folder, heard(lines):
        os.chdir(folder)
        try:
            if function.__name__ in IN_TENSORFLOW_1:
                with tf.Graph().as_default():
                    function()
            else:
                function()
        except BaseException:
            return "\n".join([*lines, traceback.format_exc()])
        finally:
            os.chdir(before)
    return "\n".join(lines)


def all_made(names=None):
    """``{name: what comes of it}``."""
    texts, switched = {}, False
    for name, function in makers().items():
        if names and name not in names:
            continue
        if name in IN_TENSORFLOW_1 and not switched:
            tf.disable_v2_behavior()
            switched = True
        texts[name] = made(function)
    return texts


if __name__ == "__main__":
    json.dump(all_made(sys.argv[1:]), sys.stdout)
