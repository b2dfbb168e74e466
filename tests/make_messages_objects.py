"""Raises messages of Keras 3 and ``tf.train.Checkpoint`` about objects that cannot be saved, exported or read back.

There is one function for each ``made_by`` of ``tfckpt/messages``, called by its name, as in make_messages.py,
which calls them. It gets an empty folder as its current one. It raises the error, or leaves a warning in the log.
"""

import json
import os
import zipfile

import keras
import numpy as np
import tensorflow as tf
from keras import layers

X, Y = np.ones([2, 3], "float32"), np.ones([2, 2], "float32")


class Tools:
    """What the functions share."""

    @staticmethod
    def net():
        return keras.Sequential([keras.Input([3]), layers.Dense(2, name="dense")], name="net")

    @staticmethod
    def with_another_config(change):
        """The path of a ``.keras`` file whose description was changed, as another version would have written it."""
        Tools.net().save("first.keras")
        with zipfile.ZipFile("first.keras") as old, zipfile.ZipFile("model.keras", "w") as new:
            for name in old.namelist():
                data = old.read(name)
                if name == "config.json":
                    config = json.loads(data)
                    change(config["config"]["layers"][1]["config"])
                    data = json.dumps(config)
                new.writestr(name, data)
        return "model.keras"


class Unbuilt(keras.Model):
    """A model of one's own that makes its layers in ``__init__``, and has no ``build``."""

    def __init__(self, **options):
        super().__init__(**options)
        self.dense = layers.Dense(2)

    def call(self, inputs):
        return self.dense(inputs)


def list_changed_in_place():
    module = tf.Module()
    module.parts = [tf.Variable(1.0), tf.Variable(2.0)]
    module.parts[0] = tf.Variable(3.0)
    tf.train.Checkpoint(module=module).save("run/model")


def saved_model_in_a_function():
    tf.function(lambda: tf.saved_model.save(tf.Module(), "saved"))()


def exported_before_it_was_built():
    archive = keras.export.ExportArchive()
    archive.track(Unbuilt())


def folder_where_a_model_is_to_go():
    os.mkdir("model.keras")
    model = Tools.net()
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=0, callbacks=[keras.callbacks.ModelCheckpoint("model.keras")])


def better_up_or_down():
    model = Tools.net()
    model.compile("sgd", "mse", metrics=[keras.metrics.MeanMetricWrapper(lambda y, p: y - p, name="score")])
    data = {"callbacks": [keras.callbacks.ModelCheckpoint("m.keras", monitor="val_score", save_best_only=True)]}
    model.fit(X, Y, verbose=0, validation_data=(X, Y), **data)


def compiled_in_its_own_way():
    class Own(Unbuilt):
        def compile(self, weight=1.0, **options):
            super().compile(**options)

    model = Own()
    model.compile(optimizer="sgd", loss="mse")
    model.fit(X, Y, verbose=0)
    model.save("model.keras")
    keras.saving.load_model("model.keras", custom_objects={"Own": Own})


def path_as_name_of_a_download():
    keras.utils.get_file("weights/w.h5", "file:///w.h5", cache_dir=".")


def config_is_none():
    class Own(layers.Layer):
        def get_config(self):
            super().get_config()

    keras.Sequential([keras.Input([3]), Own(name="own")]).save("model.keras")


def name_with_a_slash():
    keras.saving.load_model(Tools.with_another_config(lambda config: config.update(name="conv1/conv")))


def must_be_compiled():
    Tools.net().save("model.keras")
    keras.saving.load_model("model.keras").fit(X, Y)


def folder_in_place_of_a_file():
    os.mkdir("saved")
    tf.io.gfile.GFile("saved", "rb").read()
