"""Raises the messages of TensorFlow 2, Keras and SavedModel for real, for ``tfckpt/messages``.

There is one function for each ``made_by``, called by its name, as in make_messages.py, which calls them. It gets an
empty folder as its current one. It raises the error, or leaves a warning in the log.
"""

import base64
import contextlib
import fcntl
import gc
import io
import json
import logging
import os
import pickle
import shutil
import warnings
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np
import tensorflow as tf
from keras import layers
from tensorflow.tools.compatibility import ast_edits, tf_upgrade_v2

import course

v1 = tf.compat.v1
X, Y = np.ones([2, 3], "float32"), np.ones([2, 2], "float32")
POINTER = "version https://git-lfs.github.com/spec/v1\n"


class Tools:
    """What the functions share."""

    @staticmethod
    def pair(**more):
        return tf.train.Checkpoint(a=tf.Variable([1.0, 2.0]), b=tf.Variable([3.0, 4.0, 5.0]), **more)

    @staticmethod
    def net(inputs=3, units=2):
        # NumPy says of Keras what has nothing to do with any message here.
        warnings.filterwarnings("ignore", "__array__ implementation", DeprecationWarning)
        return keras.Sequential([keras.Input([inputs]), layers.Dense(units, name="dense")], name="net")

    @staticmethod
    def compiled(model=None):
        model = model or Tools.net()
        model.compile(keras.optimizers.Adam(name="adam"), keras.losses.MeanSquaredError())
        return model

    @staticmethod
    def trained(*callbacks, model=None):
        model = Tools.compiled(model)
        model.fit(X, Y, verbose=0, callbacks=list(callbacks))
        return model

    @staticmethod
    def reloaded(model, path="model.keras", **options):
        model.save(path)
        return keras.saving.load_model(path, **options)

    @staticmethod
    def cut(path, size):
        Path(path).write_bytes(Path(path).read_bytes()[:size])

    @staticmethod
    def changed_config(path, change):
        """Changes the description of the model in an .h5 file, as another version of Keras would have written it."""
        with h5py.File(path, "a") as file:
            config = json.loads(file.attrs["model_config"])
            change(config["config"]["layers"])
            file.attrs["model_config"] = json.dumps(config)

    @staticmethod
    def saver(name="a", value=(1.0, 2.0)):
        """A checkpoint of a Saver. Returns its prefix."""
        with tf.Graph().as_default(), v1.Session() as session:
            v1.get_variable(name, initializer=list(value))
            session.run(v1.global_variables_initializer())
            return v1.train.Saver().save(session, "./model")

    @staticmethod
    def exported(path="saved", **options):
        tf.saved_model.save(Served(), path, **options)
        return path

    @staticmethod
    def simple_saved(path="old", use_resource=False):
        with tf.Graph().as_default(), v1.Session() as session:
            x = v1.placeholder(tf.float32, [None], "x")
            w = v1.get_variable("w", initializer=2.0, use_resource=use_resource)
            session.run(v1.global_variables_initializer())
            v1.saved_model.simple_save(session, path, {"x": x}, {"y": w * x})
        return path

    @staticmethod
    def graph_of(name, file):
        return v1.MetaGraphDef.FromString((course.legacy(name) / file).read_bytes())

    @staticmethod
    @contextlib.contextmanager
    def without_rights():
        """A folder in which nobody may write; for the superuser too, who becomes another user meanwhile."""
        os.chmod(".", 0o711)
        os.mkdir("folder")
        os.chmod("folder", 0o511)
        superuser = os.geteuid() == 0
        if superuser:
            os.seteuid(65534)
        try:
            yield "folder"
        finally:
            if superuser:
                os.seteuid(0)


class Served(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(2.0)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        return self.w * x

    @tf.function
    def free(self, x):
        return x + 1


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(3)

    def call(self, inputs):
        return self.dense(inputs)


class Scale(layers.Layer):
    def build(self, shape):
        self.factor = self.add_weight(name="factor", shape=shape[-1:])

    def call(self, inputs):
        return inputs * self.factor


# tf.train.Checkpoint


def objects_not_bound():
    path = Tools.pair().save("run/model")
    tf.train.Checkpoint(weights=tf.Variable([0.0, 0.0])).restore(path).assert_existing_objects_matched()


def unresolved_object():
    path = Tools.pair().save("run/model")
    tf.train.Checkpoint(a=tf.Variable([0.0, 0.0])).restore(path).assert_consumed()


def value_not_found():
    path = Tools.pair().save("run/model")
    tf.train.Checkpoint(net=tf.Variable(0.0)).restore(path)
    gc.collect()


def not_assigned():
    old, new = Subclassed(), Subclassed()
    old(X)
    path = tf.train.Checkpoint(net=old).save("run/model")
    status = tf.train.Checkpoint(net=new).restore(path)
    new(X)
    status.assert_existing_objects_matched()


def attributes_not_restored():
    path = Tools.pair().save("run/model")
    Tools.pair().restore(path + ".index").assert_consumed()


def only_root_matched():
    path = Tools.pair().write("run/model")
    tf.train.Checkpoint(c=tf.Variable([0.0, 0.0])).read(path).assert_nontrivial_match()


def not_trackable():
    tf.train.Checkpoint(step=3)


def incompatible_tensor():
    path = Tools.pair().save("run/model")
    tf.train.Checkpoint(a=tf.Variable([1.0, 2.0, 3.0])).restore(path)


def missing_suffix():
    Tools.pair().save("run/model")
    Tools.pair().restore("run/model")


def no_checkpoint_specified():
    Tools.pair().restore(None).assert_consumed()


def iterator_is_stateful():
    dataset = tf.data.Dataset.range(3).map(lambda number: tf.random.uniform([]))
    tf.train.Checkpoint(iterator=iter(dataset)).save("run/model")


def other_pipeline():
    dataset = tf.data.Dataset.range(9).shuffle(3)
    path = tf.train.Checkpoint(iterator=iter(dataset)).save("run/model")
    tf.train.Checkpoint(iterator=iter(dataset.map(lambda x: x + 1))).restore(path)


def step_counter_missing():
    tf.train.CheckpointManager(Tools.pair(), "run", 3, checkpoint_interval=10)


def max_to_keep_zero():
    tf.train.CheckpointManager(Tools.pair(), "run", 0)


def max_to_keep_missing():
    tf.train.CheckpointManager(Tools.pair(), "run")


def object_dtype():
    path = tf.train.Checkpoint(a=tf.Variable([1.0], dtype=tf.float16)).save("run/model")
    tf.train.Checkpoint(a=tf.Variable([1.0])).restore(path)


def dtype_by_name():
    path = Tools.saver("a", [1, 2])
    tf.train.Checkpoint(v=tf.Variable([0.0, 0.0], name="a")).restore(path)


def async_second_save():
    options = tf.train.CheckpointOptions(enable_async=True)
    checkpoint = tf.train.Checkpoint(Tools.net())
    checkpoint.save("run/model", options=options)
    checkpoint.save("run/model", options=options)


def not_a_directory():
    Path("run").touch()
    Tools.pair().write("run/model")


def no_object_graph():
    tf.train.load_checkpoint(Tools.saver()).get_tensor("_CHECKPOINTABLE_OBJECT_GRAPH")


def overwritten_before_restored():
    path = Tools.pair().write("run/model")
    waiting = tf.train.Checkpoint()
    waiting.read(path)
    tf.train.Checkpoint(a=tf.Variable([1.0, 2.0])).write("run/model")
    waiting.b = tf.Variable([0.0, 0.0, 0.0])


def save_in_a_function():
    checkpoint = Tools.pair()
    tf.function(lambda: checkpoint.save("run/model"))()


# From TensorFlow 1 to 2


def estimator_gone():
    tf.estimator.RunConfig()


def upgrade_of_contrib():
    Path("old.py").write_text("import tensorflow as tf\nx = tf.contrib.layers.flatten(y)\n")
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        ast_edits.ASTCodeUpgrader(tf_upgrade_v2.TFAPIChangeSpec()).process_file("old.py", "new.py")
    warnings.warn(shown.getvalue(), stacklevel=1)


def session_of_keras():
    keras.backend.get_session()


def pickle_of_keras_2():
    pickle.loads(b"ckeras.src.engine.functional\nFunctional\n.")


def private_module_moved():
    import tensorflow.python.training.tracking.data_structures  # noqa: F401


def legacy_optimizers():
    keras.optimizers.legacy.Adam()


def learning_rate_abbreviated():
    keras.optimizers.Adam(lr=0.1)


def output_shapes():
    with tf.Graph().as_default():
        v1.train.import_meta_graph(Tools.graph_of("convnet", "model-60.meta"))


def frames():
    graph = Tools.graph_of("lstm", "model-60.meta").graph_def
    tf.function(lambda: tf.graph_util.import_graph_def(graph, name=""))()


def moving_mean_missing():
    reader = tf.train.load_checkpoint((course.legacy("convnet") / "weights_only-60").as_posix())
    values = {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}
    values["bn/moving_mean"]


# Keras


def load_model_format():
    Tools.net().export("saved", verbose=False)
    keras.saving.load_model("saved")


def object_as_path():
    Tools.net().load_weights(keras.callbacks.ModelCheckpoint("run/model.keras"))


def load_weights_format():
    Tools.net().load_weights("run/words-2")


def weights_ending():
    Tools.net().save_weights("run/model")


def save_extension():
    Tools.net().save("run/model")


def save_format_argument():
    Tools.net().save("model.keras", save_format="tf")


def save_weights_arguments():
    Tools.net().save_weights("model.weights.h5", save_format="h5")


def save_arguments():
    Tools.net().save("model.keras", signatures=None)


def keras_file_not_found():
    keras.saving.load_model("model.keras")


def weights_missing_in_keras():
    Tools.net().save("whole.keras")
    with zipfile.ZipFile("whole.keras") as whole, zipfile.ZipFile("model.keras", "w") as file:
        file.writestr("metadata.json", whole.read("metadata.json"))
        file.writestr("config.json", whole.read("config.json"))
    keras.saving.load_model("model.keras")


def not_a_zip():
    Path("model.keras").write_text(POINTER)
    zipfile.ZipFile("model.keras")


def objects_not_loaded():
    class Strict(Scale):
        def load_own_variables(self, store):
            self.factor.assign(store["factor"])

    model = keras.Sequential([keras.Input([3]), Strict(name="strict")])
    model.save_weights("model.weights.h5")
    model.load_weights("model.weights.h5")


def expected_variables():
    Tools.net().save_weights("model.weights.h5")
    model = keras.Sequential([keras.Input([3]), layers.Dense(2), layers.Dense(2, name="head")])
    model.load_weights("model.weights.h5")


def assigned_shape():
    Tools.net(3).save_weights("model.weights.h5")
    Tools.net(5).load_weights("model.weights.h5")


def never_built():
    class Around(layers.Layer):
        def __init__(self, builds):
            super().__init__()
            self.scale, self.builds = Scale(name="scale"), builds

        def build(self, shape):
            if self.builds:
                self.scale.build(shape)

        def call(self, inputs, training=False):
            return self.scale(inputs) if training else inputs

    whole, new = (keras.Sequential([keras.Input([3]), Around(builds)]) for builds in (True, False))
    whole.save_weights("model.weights.h5")
    new.load_weights("model.weights.h5")


def not_yet_built():
    Tools.net().save_weights("model.weights.h5")
    keras.Sequential([layers.Dense(2)]).load_weights("model.weights.h5")


def class_not_located():
    Tools.reloaded(keras.Sequential([keras.Input([3]), Scale()]))


def argument_not_accepted():
    class Power(Scale):
        def __init__(self, exponent):
            super().__init__()
            self.exponent = exponent

        def get_config(self):
            return super().get_config() | {"exponent": self.exponent}

    Tools.reloaded(keras.Sequential([keras.Input([3]), Power(2)]), custom_objects={"Power": Power})


def inner_layer_as_dict():
    class Around(layers.Layer):
        def __init__(self, inner, **options):
            super().__init__(**options)
            self.units, self.inner = inner.units, inner

        def call(self, inputs):
            return self.inner(inputs)

        def get_config(self):
            return super().get_config() | {"inner": self.inner.get_config()}

    Tools.reloaded(keras.Sequential([keras.Input([3]), Around(layers.Dense(2))]), custom_objects={"Around": Around})


def unknown_layer():
    Tools.reloaded(keras.Sequential([keras.Input([3]), Scale()]), "model.h5")


def argument_of_keras_2():
    keras.Sequential([keras.Input([8, 8]), layers.LSTM(3)]).save("model.h5")
    Tools.changed_config("model.h5", lambda config: config[1]["config"].update(time_major=False))
    keras.saving.load_model("model.h5")


def policy_of_keras_2():
    Tools.net().save("model.h5")
    policy = {"class_name": "Policy", "config": {"name": "mixed_float16"}}
    Tools.changed_config("model.h5", lambda config: config[1]["config"].update(dtype=policy))
    keras.saving.load_model("model.h5")


def lambda_refused():
    Tools.reloaded(keras.Sequential([keras.Input([3]), layers.Lambda(lambda x: 2 * x)]))


def lambda_without_output_shape():
    layers.Lambda(lambda x: x.numpy())(keras.Input([3]))


def vocabulary_file_refused():
    Path("words.txt").write_text("a\nb\n")
    config = json.loads(keras.Sequential([keras.Input([1], dtype="string"), layers.StringLookup()]).to_json())
    config["config"]["layers"][1]["config"]["vocabulary"] = "words.txt"  # as an earlier Keras 3 wrote it
    keras.models.model_from_json(json.dumps(config))


def saved_model_layer_refused():
    Tools.net().export("saved", verbose=False)
    Tools.reloaded(keras.Sequential([keras.Input([3]), layers.TFSMLayer("saved")]))


def bytecode_of_another_python():
    keras.Sequential([keras.Input([3]), layers.Lambda(lambda x: 2 * x)]).save("whole.keras")
    with zipfile.ZipFile("whole.keras") as whole, zipfile.ZipFile("model.keras", "w") as file:
        config = json.loads(whole.read("config.json"))
        function = config["config"]["layers"][1]["config"]["function"]
        function["config"]["code"] = base64.b64encode(b"\x02bytecode").decode()
        file.writestr("config.json", json.dumps(config))
        for name in ("metadata.json", "model.weights.h5"):
            file.writestr(name, whole.read(name))
    keras.saving.load_model("model.keras", safe_mode=False)


def metric_not_saveable():
    model = Tools.net()
    model.compile("adam", "mse", metrics=["mse"])
    Tools.reloaded(model, "model.h5")


def layer_count():
    keras.Sequential([keras.Input([3]), layers.Dense(2), layers.Dense(2)]).save("model.h5")
    Tools.net().load_weights("model.h5")


def weight_count():
    model = keras.Sequential([keras.Input([6]), layers.Embedding(20, 8), layers.LSTM(8, name="lstm"), layers.Dense(3)])
    model.load_weights((course.legacy("keras122") / "lstm.h5").as_posix())


def weight_shape_in_h5():
    Tools.net(5).save("model.h5")
    Tools.net(3).load_weights("model.h5")


def variable_shape():
    tf.Variable([0.0, 0.0, 0.0], name="dense/kernel").assign([1.0, 2.0])


def set_weights_shape():
    Tools.net().layers[0].set_weights([np.ones([2]), np.ones([3, 2])])


def set_weights_count():
    Tools.net().layers[0].set_weights([np.ones([3, 2])])


def optimizer_skipped():
    Tools.trained().save_weights("model.weights.h5")
    Tools.compiled().load_weights("model.weights.h5")


def unknown_variable():
    Tools.reloaded(Tools.trained(), "model.h5").fit(X, Y, verbose=0)


def not_compiled():
    absl = logging.getLogger("absl")
    absl.setLevel(logging.ERROR)  # saving says something of its own
    Tools.net().save("model.h5")
    absl.setLevel(logging.WARNING)
    keras.saving.load_model("model.h5")


def metrics_not_built():
    Tools.reloaded(Tools.trained(), "model.h5")


def legacy_h5():
    Tools.net().save("model.h5")


def no_model_in_file():
    Tools.net().save_weights("model.weights.h5")
    keras.saving.load_model("model.weights.h5")


def no_hdf5_file():
    Path("model.h5").write_text(POINTER)
    keras.saving.load_model("model.h5")


def truncated_hdf5():
    Tools.net().save("model.h5")
    Tools.cut("model.h5", 4000)
    keras.saving.load_model("model.h5")


def hdf5_locked():
    h5py.File("model.h5", "w").close()
    with open("model.h5", "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        keras.saving.load_model("model.h5")


def hdf5_not_there():
    keras.saving.load_model("model.h5")


def hdf5_without_folder():
    Tools.net().save_weights("run/model.weights.h5")


def hdf5_permission():
    with Tools.without_rights() as folder:
        Tools.net().save_weights(f"{folder}/model.weights.h5")


def hdf5_already_open():
    with h5py.File("model.h5", "w") as file:
        file.flush()
        Tools.net().save("model.h5")


def hdf5_name_twice():
    class Two(Scale):
        def build(self, shape):
            super().build(shape)
            self.other = self.add_weight(name="factor", shape=shape[-1:])

    keras.Sequential([keras.Input([3]), Two()]).save("model.h5")


def hdf5_header_too_large():
    with h5py.File("model.h5", "w") as file:
        file.attrs["weight_names"] = np.array([b"block/layer/kernel" * 6] * 1000)


def hdf5_no_such_object():
    Tools.net().save_weights("model.weights.h5")
    with h5py.File("model.weights.h5") as file:
        file["model_weights"]


def get_config_missing():
    class Around(layers.Layer):
        def __init__(self, inner):
            super().__init__()
            self.inner = inner

        def call(self, inputs):
            return inputs

    keras.Sequential([keras.Input([3]), Around(object())]).save("model.keras")


def export_unbuilt():
    keras.Sequential([layers.Dense(2)]).export("saved")


def export_of_two_arguments():
    class Sum(keras.Model):
        def call(self, a, b):
            return a + b

    model = Sum()
    model(X, X)
    model.export("saved", verbose=False)


def sequential_never_called():
    Tools.reloaded(keras.Sequential([keras.Input([3]), layers.Dense(2)], name="sequential")).input  # noqa: B018


def saved_model_layer_is_no_model():
    Tools.net().export("saved", verbose=False)
    layers.TFSMLayer("saved", call_endpoint="serving_default").predict(X)


def predict_of_a_path():
    "model.keras".predict(X)


def saving_unbuilt():
    keras.Sequential([layers.Dense(2)]).save("model.keras")


def checkpoint_weights_ending():
    keras.callbacks.ModelCheckpoint("run/model.ckpt", save_weights_only=True)


def checkpoint_ending():
    keras.callbacks.ModelCheckpoint("run/best")


def best_only_without_monitor():
    Tools.trained(keras.callbacks.ModelCheckpoint("best.keras", monitor="val_loss", save_best_only=True))


def early_stopping_without_monitor():
    Tools.trained(keras.callbacks.EarlyStopping(monitor="val_loss"))


def checkpoint_name_format():
    Tools.trained(keras.callbacks.ModelCheckpoint("model-{val_acc:.2f}.keras"))


def checkpoint_arguments():
    keras.callbacks.ModelCheckpoint("model.keras", period=5)


def backup_unbuilt():
    Tools.trained(keras.callbacks.BackupAndRestore("backup"), model=keras.Sequential([layers.Dense(2)]))


def keras_of_2017():
    keras.saving.load_model((course.legacy("keras209") / "model.h5").as_posix())


def json_of_keras_1():
    keras.models.model_from_json((course.legacy("keras122") / "model.json").read_text())


def foreign_layer():
    keras.Sequential([keras.Input([3]), Served()])


def symbolic_input():
    tf.reduce_sum(keras.Input([3]))


def optimizer_unbuilt():
    keras.optimizers.Adam().set_weights([np.zeros(())])


def optimizer_weights_gone():
    keras.optimizers.Adam().get_weights()


def by_name_of_new_file():
    Tools.net().save_weights("model.weights.h5")
    Tools.net().load_weights("model.weights.h5", by_name=True)


# SavedModel


def reference_variable():  # the first one that loads such a file: TensorFlow says it five times in a process
    tf.saved_model.load((course.legacy("savedmodel") / "saved_model").as_posix())


def saved_model_not_there():
    tf.saved_model.load("saved")


def tags_of_tensorflow_1():
    Tools.exported()
    with tf.Graph().as_default(), v1.Session() as session:
        v1.saved_model.loader.load(session, ["train"], "saved")


def tags_not_there():
    tf.saved_model.load(Tools.exported(), tags=["train"])


def tags_needed():
    builder = v1.saved_model.Builder("saved")
    with tf.Graph().as_default(), v1.Session() as session:
        v1.get_variable("a", initializer=1.0)
        session.run(v1.global_variables_initializer())
        builder.add_meta_graph_and_variables(session, ["serve"])
        builder.add_meta_graph(["train"])
    builder.save()
    tf.saved_model.load("saved")


def main_op_twice():
    with tf.Graph().as_default(), v1.Session() as session:
        v1.get_variable("a", initializer=1.0)
        session.run(v1.global_variables_initializer())
        for folder in ("saved", "saved-2"):
            builder = v1.saved_model.Builder(folder)
            builder.add_meta_graph_and_variables(session, ["serve"], main_op=v1.tables_initializer())
            builder.save()


def no_such_endpoint():
    layers.TFSMLayer(Tools.exported())


def variables_deleted():
    tf.saved_model.load(Tools.exported()).f(tf.ones([2]))


def no_such_attribute():
    tf.saved_model.load(Tools.exported()).predict(X)


def not_callable():
    tf.saved_model.load(Tools.simple_saved(use_resource=True))(tf.ones([2]))


def binding_failed():
    module = Served()
    tf.saved_model.save(module, "saved", signatures=module.f)
    loaded = tf.saved_model.load("saved")
    loaded.signatures["serving_default"](inputs=tf.ones([2]))


def cannot_cast():
    loaded = tf.saved_model.load(Tools.exported())
    loaded.f(tf.ones([2, 2]))


def no_concrete_function():
    module = Served()
    module.free(tf.ones([2]))
    tf.saved_model.save(module, "saved")
    loaded = tf.saved_model.load("saved")
    loaded.free(tf.ones([2, 3]))


def no_restored_functions():
    loaded = tf.saved_model.load(Tools.exported())
    loaded.free(tf.ones([2]))


def untracked_resource():
    module, variable = tf.Module(), tf.Variable(1.0)
    module.f = tf.function(lambda x: x * variable, input_signature=[tf.TensorSpec([], tf.float32)])
    tf.saved_model.save(module, "saved")


def export_directory_exists():
    Tools.simple_saved()
    Tools.simple_saved()


def signature_output():
    module = tf.Module()
    module.f = tf.function(lambda x: {"a": {"b": x}}, input_signature=[tf.TensorSpec([], tf.float32)])
    tf.saved_model.save(module, "saved", signatures=module.f)


def signature_without_types():
    module = Served()
    tf.saved_model.save(module, "saved", signatures=module.free)


def export_not_trackable():
    tf.saved_model.save({"a": 1}, "saved")


def variables_folder_lost():
    shutil.rmtree(Path(Tools.exported()) / "variables")
    tf.saved_model.load("saved")


def asset_lost():
    Path("vocabulary.txt").write_text("a\nb\n")
    module, index = tf.Module(), tf.lookup.TextFileIndex
    file = ("vocabulary.txt", tf.string, index.WHOLE_LINE, tf.int64, index.LINE_NUMBER)
    module.table = tf.lookup.StaticHashTable(tf.lookup.TextFileInitializer(*file), -1)
    module.f = tf.function(lambda x: module.table.lookup(x), input_signature=[tf.TensorSpec([], tf.string)])
    tf.saved_model.save(module, "saved")
    os.remove("saved/assets/vocabulary.txt")
    tf.saved_model.load("saved")


def saved_model_damaged():
    Tools.exported()
    Path("saved/saved_model.pb").write_text(POINTER)
    tf.saved_model.load("saved")


def loader_of_tensorflow_1():
    tf.saved_model.loader.load(None, [], "saved")


def serialized_examples():
    loaded = tf.saved_model.load((course.legacy("estimator") / "saved_model").as_posix())
    loaded.signatures["predict"](examples=tf.constant(["x"]))


def fixed_rows():
    def graph():
        x = v1.placeholder(tf.float32, [None, 1], "x")
        tf.add(x, v1.placeholder_with_default(tf.ones([40, 1]), [None, 1]), name="y")

    wrapped = v1.wrap_function(graph, [])
    element = wrapped.graph.as_graph_element
    wrapped.prune(element("x:0"), element("y:0"))(tf.ones([7, 1]))


def unfed_placeholder():
    def graph():
        x, y = (v1.placeholder(tf.float32, [None], name) for name in "xy")
        tf.add(x, y, name="z")

    wrapped = v1.wrap_function(graph, [])
    element = wrapped.graph.as_graph_element
    wrapped.prune(element("x:0"), element("z:0"))


# Estimator and what came with it


def no_global_step():
    with tf.Graph().as_default(), v1.train.MonitoredTrainingSession(checkpoint_dir="run"):
        pass


# The disk


def disk_full():
    tf.io.write_file("/dev/full", "0" * 100_000)


# Several machines


def part_not_there():
    Tools.pair().write("run/part")
    parts = ["run/part", "run/model_temp/part-00001-of-00002"]
    tf.raw_ops.MergeV2Checkpoints(checkpoint_prefixes=parts, destination_prefix="run/model")


def shard_lost():
    policy = tf.train.experimental.MaxShardSizePolicy(max_shard_size=400)
    options = tf.train.CheckpointOptions(experimental_sharding_callback=policy)
    checkpoint = tf.train.Checkpoint(a=tf.Variable(tf.zeros([200])))
    checkpoint.write("run/model", options=options)
    os.remove("run/model.data-00001-of-00002")
    checkpoint.read("run/model")


def slices_lost():
    with tf.Graph().as_default(), v1.Session() as session:
        parts = list(v1.get_variable("W", [4, 2], partitioner=v1.fixed_size_partitioner(2)))
        session.run(v1.global_variables_initializer())
        path = v1.train.Saver(parts[:1]).save(session, "./model")
    tf.train.load_variable(path, "W")


def io_device_unknown():
    options = tf.train.CheckpointOptions(experimental_io_device="/job:chief/task:0")
    Tools.pair().write("run/model", options=options)


def strategies_mixed():
    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        model = Tools.net()
    Tools.trained(model=model)


def collective_after_start():
    workers = {"cluster": {"worker": ["127.0.0.1:1", "127.0.0.1:2"]}, "task": {"type": "worker", "index": 0}}
    tf.ones([1])
    os.environ["TF_CONFIG"] = json.dumps(workers)
    try:
        tf.distribute.MultiWorkerMirroredStrategy()
    finally:
        del os.environ["TF_CONFIG"]


def deadline_exceeded():
    with tf.Graph().as_default():
        one = tf.constant(1)
        v1.Session("grpc://127.0.0.1:1", config=v1.ConfigProto(operation_timeout_in_ms=200)).run(one)


# Disks, clouds and other people's files


def permission_denied():
    with Tools.without_rights() as folder:
        Tools.pair().write(f"{folder}/model")


def name_too_long():
    Tools.pair().write("model-" * 60)


def object_arrays():
    np.savez("weights.npz", a=np.array([{"a": 1}]))
    np.load("weights.npz")["a"]


def no_npy_file():
    Path("weights.npz").write_text("<html>")
    np.load("weights.npz")


def not_in_the_archive():
    np.savez("weights.npz", kernel=np.ones(3))
    np.load("weights.npz")["bias"]


def npy_cut_short():
    np.save("weights.npy", np.ones(300))
    Tools.cut("weights.npy", 800)
    np.load("weights.npy")


def invalid_load_key():
    Path("model.pkl").write_text(POINTER)
    with open("model.pkl", "rb") as file:
        pickle.load(file)


def pickle_empty():
    Path("weights.pkl").touch()
    with open("weights.pkl", "rb") as weights:
        pickle.load(weights)


def session_not_pickled():
    with tf.Graph().as_default(), v1.Session() as session:
        pickle.dumps(session)


def checkpoint_not_pickled():
    pickle.dumps(tf.train.Checkpoint(a=tf.Variable(1.0)))


# Files of another Keras, and calls that another Keras has


def parent_module_missing():
    Tools.net().save("model.keras")
    with zipfile.ZipFile("model.keras") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(parts["config.json"])
    config.update(module="keras.src.engine.functional", class_name="Functional")
    with zipfile.ZipFile("model.keras", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, json.dumps(config) if name == "config.json" else content)
    keras.saving.load_model("model.keras")


def load_weights_keyword():
    Tools.net().save_weights("model.weights.h5")
    Tools.net().load_weights("model.weights.h5", reshape=True)


def not_json():
    class Odd(layers.Layer):
        def get_config(self):
            return {**super().get_config(), "odd": {1, 2}}

    keras.Sequential([keras.Input([3]), Odd()]).to_json()


def no_such_signature():
    tf.saved_model.save(tf.Module(), "saved")
    tf.saved_model.load("saved").signatures["serving_default"]


def pickle_into_text():
    with open("weights.pkl", "w", encoding="utf-8") as file:
        pickle.dump([1.0], file)


def pickle_of_python_2():
    pickle.loads(b"S'\\xe9'\n.")


def module_pickled():
    pickle.dumps(keras)
