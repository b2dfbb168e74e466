"""Truth 9: a name in a Keras configuration that this Keras has nothing for is named, and no other: asked of Keras."""

import json
import zipfile

import h5py
import keras
import numpy as np
import pytest
from keras.src import activations, constraints, initializers, losses, metrics, optimizers, regularizers

from tfckpt import inspect
from tfckpt.danger.keras_code import code_in, known_objects
from tfckpt.danger.keras_strings import lacking, lacking_to_compile

GETS = {
    "activation": activations,
    "constraint": constraints,
    "initializer": initializers,
    "loss": losses,
    "metric": metrics,
    "optimizer": optimizers,
    "regularizer": regularizers,
}
# Names of Keras 1 and 2, of tf.nn, of packages, of people, in several spellings; and all that Keras has of any kind.
OTHERS = """
    ReLU Relu relu7 leakyrelu LeakyReLU hardswish hard_swish swish gelu_new quick_gelu my_act Custom>my_act softmax_v2
    tf.nn.relu keras.activations.relu zero one uniform lecun_uniform GlorotUniformV2 glorot_uniform_v2 truncated_normal
    unit_norm unitnorm maxnorm max_norm nonneg l1l2 l1_l2 L1L2 activity_l2 logcosh log_cosh huber huber_loss Huber kld
    kullback_leibler_divergence cosine cosine_proximity my_loss dice_loss focal_loss mean_squared_error MSE mse Mse acc
    accuracy f1 f1_score F1Score AUC auc precision_m recall_m Adam adam ADAM rmsprop RMSprop SGD sgd Nadam AdamW adamw
    radam lookahead TFOptimizer
""".split()
EVERYTHING = sorted({*OTHERS, *(name for module in GETS.values() for name in module.ALL_OBJECTS_DICT)})


def is_found(kind, name):
    try:
        GETS[kind].get(name)
    except ValueError as error:
        return not str(error).startswith("Could not interpret")
    except (TypeError, KeyError, ImportError):  # it is there, and wants arguments, or a package
        return True
    return True


@pytest.mark.parametrize("kind", GETS)
def test_what_keras_does_not_find_is_named_and_nothing_else(kind):
    known = known_objects()
    for name in EVERYTHING:
        if kind in ("loss", "metric", "optimizer"):
            key = {"metric": "metrics"}.get(kind, kind)
            named = list(lacking_to_compile({key: name}, known))
        else:
            named = list(lacking({f"recurrent_{kind}": name}, known))
        if kind == "metric" and name in ("acc", "accuracy"):  # compile finds these itself
            assert not named
        else:
            assert bool(named) != is_found(kind, name), name
        assert named in ([], [(kind, name)])


def layer(**config):
    return {"module": "keras.layers", "class_name": "Dense", "config": {"name": "d", "units": 2, **config}}


def test_where_it_stands_is_said():
    inner = {"class_name": "Sequential", "module": "keras", "config": {"name": "m", "layers": [layer(activation="x7")]}}
    (code,) = code_in(inner)
    assert str(code) == f"'m/d' needs the activation 'x7', which Keras {keras.__version__} does not have"
    assert code.needs


@pytest.mark.parametrize(
    "config", [{"activation": None}, {"activation": "relu"}, {"activation": {"a": 1}}, {"activity": "x"}, {"name": "?"}]
)
def test_what_is_no_name_is_not_named(config):
    assert code_in(layer(**config)) == []


def test_the_layer_of_somebody_else_names_what_it_likes():
    own = {"module": "package", "class_name": "Own", "registered_name": "p>Own", "config": {"activation": "theirs"}}
    assert len(code_in(own)) == 1


def test_a_custom_activation_in_an_h5(tmp_path):
    """As Keras 2 wrote it: the name alone. Keras 3 says "Could not interpret activation function identifier"."""
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, activation="relu")])
    model.save(tmp_path / "m.h5")
    with h5py.File(tmp_path / "m.h5", "r+") as file:
        file.attrs["model_config"] = file.attrs["model_config"].replace('"relu"', '"my_act"')
    assert "needs the activation 'my_act'" in repr(inspect(tmp_path / "m.h5"))
    with pytest.raises((ValueError, TypeError), match="my_act"):
        keras.models.load_model(tmp_path / "m.h5", compile=False)
    objects = {"my_act": keras.ops.relu}
    assert keras.models.load_model(tmp_path / "m.h5", objects, compile=False).layers[0].activation is keras.ops.relu


@pytest.mark.parametrize("old, new", [('"mae"', '"own_metric"'), ('"mse"', '"huber_loss"')])
def test_how_a_keras_file_was_compiled(tmp_path, old, new):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile("sgd", "mse", metrics=["mae", "accuracy"])
    model.save(tmp_path / "m.keras")
    assert "needs the" not in repr(inspect(tmp_path / "m.keras"))
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert old in json.dumps(json.loads(members["config.json"])["compile_config"])
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content.replace(old.encode(), new.encode()))
    kind = "metric" if "metric" in new else "loss"
    assert f"needs the {kind} '{new[1:-1]}'" in repr(inspect(tmp_path / "m.keras"))
    with pytest.raises(ValueError, match=f"Could not interpret {kind} identifier: {new[1:-1]}"):
        keras.models.load_model(tmp_path / "m.keras").evaluate(np.ones((2, 3)), np.ones((2, 2)), verbose=0)


def test_a_metric_in_an_h5(tmp_path):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile("sgd", keras.losses.MeanSquaredError(), metrics=["mae"])
    model.save(tmp_path / "m.h5")
    with h5py.File(tmp_path / "m.h5", "r+") as file:
        file.attrs["training_config"] = file.attrs["training_config"].replace('"mae"', '"f1_m"')
    assert "The model needs the metric 'f1_m'" in repr(inspect(tmp_path / "m.h5"))
