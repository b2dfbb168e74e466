"""Exercises of lesson 12c: three guards, for ``tf.train.Checkpoint`` and for weights and optimizers of Keras."""

import collections
import math
import os
import tempfile
from pathlib import Path

import h5py
import numpy as np
import tensorflow as tf

from course import guards
from course.practice import NotYet, exercise

HEAD = np.array([[0.5, -1.0], [2.0, 3.0]], "float32")


def objects(*names, trained=True):
    """A ``tf.train.Checkpoint`` with something under each of the names, after training or before it."""
    made = {}
    for name in names:
        module = tf.Module()
        module.kernel = tf.Variable(HEAD if trained else np.zeros_like(HEAD))
        module.seen = tf.Variable(7 if trained else 0, trainable=False)
        made[name] = module if name != "bias" else tf.Variable([3.0, 4.0] if trained else [0.0, 0.0])
    return tf.train.Checkpoint(**made)


def named(prefix, *names, **options):
    """Writes a checkpoint as a Saver does: with names."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as sess:
        for name in names:
            tf.compat.v1.get_variable(name, initializer=[3.0])
        sess.run(tf.compat.v1.global_variables_initializer())
        tf.compat.v1.train.Saver().save(sess, prefix, **options)


@exercise(
    hints=[
        "`checkpoint.restore(path)` returns an object. What can it be asked, and for which files does it answer?",
        "It has four methods that begin with `assert_` or `expect_`. Two look at one side only, and one silences the "
        "warning. And what a Saver wrote can be told by what `tf.train.list_variables(path)` lacks.",
        "`checkpoint.restore(path).assert_consumed()` looks at both sides. After it, raise ValueError if "
        '`"_CHECKPOINTABLE_OBJECT_GRAPH"` is not in `dict(tf.train.list_variables(path))`.',
    ],
    raised={
        "has no attribute 'assert_consumed'": "`assert_consumed` belongs to what `restore` returns: "
        "`checkpoint.restore(path).assert_consumed()`.",
    },
    tensorflow=2,
)
def restore_completely(checkpoint, path):
    """Restore path into checkpoint, a tf.train.Checkpoint whose variables are all there.

    Raise an error unless each value in the file got its object, and each object its
    value. Raise ValueError for a file that a tf.train.Saver wrote, which has no
    "_CHECKPOINTABLE_OBJECT_GRAPH" among its names.
    """
    # Both directions: assert_existing_objects_matched passes over what only the file has.
    checkpoint.restore(path).assert_consumed()
    # For a Saver's file, TensorFlow asks one direction only, whatever the question.
    if "_CHECKPOINTABLE_OBJECT_GRAPH" not in dict(tf.train.list_variables(path)):
        raise ValueError(f"{path} was written by a Saver: what was left over cannot be told")


def judge_restored(fresh, expected):
    """Raise NotYet unless the variables of the object, and its counter of saves, have the values that they should."""
    values = {"bias": fresh.bias, "body.kernel": fresh.body.kernel, "body.seen": fresh.body.seen}
    values["save_counter"] = fresh.save_counter  # a new tf.train.Checkpoint has one of its own
    for (name, variable), value in zip(values.items(), expected, strict=True):
        if variable.numpy().tolist() != value:
            raise NotYet(
                seen=f"Afterwards the variable `{name}` holds `{variable.numpy().tolist()}`.",
                expected=f"`{value}`, from the file that `path` names.",
                because="The guard restores, and looks at what came of it. `checkpoint.restore(path)` belongs in it, "
                "with the path that it was given.",
            )


@restore_completely.examiner
def _(attempt):
    folder = Path("runs.2024").resolve().as_posix()
    saved = objects("body", "bias")
    path = saved.save(f"{folder}/model.ckpt")
    saved.bias.assign([8.0, 9.0])
    later = saved.save(f"{folder}/model.ckpt")
    for asked, bias, saves in ((path, [3.0, 4.0], 1), (later, [8.0, 9.0], 2)):
        fresh = objects("body", "bias", trained=False)
        message = attempt.refusal(fresh, asked)
        if message is not None:
            raise NotYet(
                seen=f"File and object fit, and your guard raised an error: `{message.splitlines()[0]}`.",
                expected="No error, and restored variables.",
                because="`checkpoint.read` leaves out the counter of saves, so the file's own is left over. "
                "`checkpoint.restore` brings it back as well."
                if "(root).save_counter" in message
                else "The objects are to be restored from `path`, and then `assert_consumed` has nothing to say. "
                "The file has `_CHECKPOINTABLE_OBJECT_GRAPH`, so it is no Saver's.",
            )
        judge_restored(fresh, (bias, HEAD.tolist(), 7, saves))
    for names, because in (
        (
            ("trunk", "top"),
            "Nothing but the counter of saves was restored. That is enough for `restore` itself, which "
            "says nothing, and for `assert_nontrivial_match`.",
        ),
        (
            ("body",),
            "The object asks for less than the file has: `bias` was left behind. "
            "`assert_existing_objects_matched` looks at the objects, and all of them had their value.",
        ),
        (("body", "bias", "more"), "The object `more` got no value. The file has none for it."),
    ):
        if attempt.refusal(objects(*names, trained=False), path, kinds=(Exception,)) is None:
            raise NotYet(
                seen="The file was saved from `body` and `bias`, and restored into "
                f"{' and '.join(f'`{name}`' for name in names)}. Your guard raised nothing.",
                expected="An error.",
                because=because,
            )
    for names, meta in ((("body", "left_over"), True), (("body", "bias"), False)):
        named("names/model" if meta else "no_meta/model", *names, write_meta_graph=meta)
        held = tf.train.Checkpoint(**{name: tf.Variable([0.0], name=name) for name in names if name != "left_over"})
        if attempt.refusal(held, "names/model" if meta else "no_meta/model", kinds=(Exception,)) is None:
            raise NotYet(
                seen=f"A Saver wrote the file, {'with' if meta else 'without'} `.meta`, and with the names "
                f"{' and '.join(f'`{name}`' for name in names)}. Your guard raised nothing.",
                expected="A ValueError.",
                because="For such a file `assert_consumed` asks only whether each object got a value. Look for "
                "`_CHECKPOINTABLE_OBJECT_GRAPH` in `tf.train.list_variables(path)`."
                if meta
                else "A Saver writes no `.meta` with `write_meta_graph=False`, so its absence proves nothing. The "
                "names in the file tell: `_CHECKPOINTABLE_OBJECT_GRAPH` is not among them.",
            )
    return (
        "Your guard asks both sides: each object has to get a value, and each value in the file has to find an object."
    )


restore_completely.right_attempt(guards.restore_completely)


@restore_completely.right_attempt
def raises_errors_of_its_own(checkpoint, path):
    status = checkpoint.restore(path)
    try:
        status.assert_consumed()
    except AssertionError as error:
        raise RuntimeError(f"{path} does not fit") from error
    if not tf.train.load_checkpoint(path).has_tensor("_CHECKPOINTABLE_OBJECT_GRAPH"):
        raise KeyError(path)


@restore_completely.wrong_attempt(says="`restore` itself, which says nothing")
def restores_and_hopes(checkpoint, path):
    checkpoint.restore(path)


@restore_completely.wrong_attempt(says="looks at the objects, and all of them had their value")
def looks_at_one_side(checkpoint, path):
    checkpoint.restore(path).assert_existing_objects_matched()


@restore_completely.wrong_attempt(says="leaves out the counter of saves")
def reads_it(checkpoint, path):
    checkpoint.read(path).assert_consumed()


@restore_completely.wrong_attempt(says="belongs to what `restore` returns")
def asks_the_checkpoint(checkpoint, path):
    checkpoint.restore(path)
    checkpoint.assert_consumed()


@restore_completely.wrong_attempt(says="Look for `_CHECKPOINTABLE_OBJECT_GRAPH`")
def takes_each_file_for_one_with_objects(checkpoint, path):
    checkpoint.restore(path).assert_consumed()


@restore_completely.wrong_attempt(says="so its absence proves nothing")
def looks_for_meta(checkpoint, path):
    if Path(f"{path}.meta").exists():
        raise ValueError(f"{path} was written by a Saver")
    checkpoint.restore(path).assert_consumed()


@restore_completely.wrong_attempt(says="with the path that it was given")
def compares_without_restoring(checkpoint, path):
    for name, _ in tf.train.list_variables(path):
        if name.endswith("VARIABLE_VALUE") and not name.startswith("save_counter"):
            if not hasattr(checkpoint, name.split("/")[0]):
                raise ValueError(name)


def sequential(*units, bias=True, normalized=True):
    """A Keras model of dense layers for two inputs, with weights of its own."""
    import keras

    layers = [keras.layers.Dense(count) for count in units[:-1]]
    layers += [keras.layers.BatchNormalization()] if normalized else []
    return keras.Sequential([keras.Input([2]), *layers, keras.layers.Dense(units[-1], use_bias=bias)])


def trained(*units):
    """Such a model after three steps of Adam."""
    model = sequential(*units)
    model.compile("adam", "mse", run_eagerly=True)  # which is faster for three steps
    model.fit(np.ones([1, 2], "float32"), np.ones([1, units[-1]], "float32"), epochs=3, verbose=0)
    return model


@exercise(
    hints=[
        "The file is HDF5, and `h5py` opens it. Which arrays does it have, and which ones the model?",
        "`file.visititems(function)` calls `function(name, item)` for all that is in the file. An array is an "
        '`h5py.Dataset`; skip names that begin with `"optimizer/"`. The model has `weight.numpy()` for each of '
        "`model.weights`.",
        "`(item.shape, item[()].tobytes())` makes an array comparable: bytes alone have no shape. Collect those of the "
        "file and those of the model in two lists, and raise if `sorted(saved) != sorted(held)`.",
    ],
    raised={
        "has no attribute 'numpy'": "A dataset of `h5py` becomes an array with `item[()]`; a weight with "
        "`weight.numpy()`.",
        "truth value of an array": "Lists of arrays cannot be compared or sorted. `array.tobytes()` can.",
        "Unable to synchronously open file": "`h5py.File(path)` wants the name of the file, with `.weights.h5`.",
    },
    tensorflow=2,
)
def weights_loaded(model, path):
    """Raise ValueError unless the model holds what is in path, a ".weights.h5" file.

    Compare the arrays in the file with model.weights: each one must be in the other, as
    often as it is there. What is in the file's group "optimizer" does not count.
    """
    saved = []

    def collect(name, item):
        if isinstance(item, h5py.Dataset) and not name.startswith("optimizer/"):
            saved.append((item.shape, item[()].tobytes()))  # bytes alone have no shape

    with h5py.File(path) as file:
        file.visititems(collect)
    held = [(tuple(weight.shape), weight.numpy().tobytes()) for weight in model.weights]
    # Sorted, because file and model do not keep their arrays in one order.
    if sorted(saved) != sorted(held):
        raise ValueError(f"{path} has {len(saved)} arrays, and the model does not hold the same: it has {len(held)}")


@weights_loaded.examiner
def _(attempt):
    import keras

    keras.utils.set_random_seed(1)
    Path("runs.2024").mkdir()
    path = (Path("runs.2024").resolve() / "large.weights.h5").as_posix()
    trained(2, 2, 1).save_weights(path)
    same = sequential(2, 2, 1)
    same.load_weights(path)
    before = Path(path).read_bytes()
    message = attempt.refusal(same, path)
    if Path(path).read_bytes() != before:
        raise NotYet(
            seen="After the call of your guard, the file had other bytes.",
            expected="A guard that looks, and changes nothing.",
            because='`h5py.File(path, "a")` and `"r+"` open the file for writing. Without a mode it is opened for '
            "reading; pass over the optimizer's arrays instead of deleting them.",
        )
    if message is not None:
        raise NotYet(
            seen="The weights were loaded into a model of the same layers, and your guard raised an error: "
            f"`{message}`.",
            expected="No error.",
            because="The file has the optimizer's arrays as well, under `optimizer/`, and they are no weights. It has "
            "those that are not trainable, as `model.weights` does. And its order is not the model's: sort both.",
        )
    small = sequential(2, 2, normalized=False)
    small.layers[0].set_weights(same.layers[0].get_weights())
    small.layers[1].set_weights(same.layers[1].get_weights())
    if attempt.refusal(small, path) is None:
        raise NotYet(
            seen="The weights of the first two layers are in a model of two layers; the file has more. Your guard "
            "raised nothing.",
            expected="A ValueError.",
            because="Each weight of the model is in the file. What is in the file and not in the model has to count "
            "as well.",
        )
    if attempt.refusal(sequential(2, 2, 1), path) is None:
        raise NotYet(
            seen="Nothing was loaded into a model of the same layers, and your guard raised nothing.",
            expected="A ValueError.",
            because="Number and shapes agree, the values do not. Compare the arrays themselves.",
        )
    for number, weight in enumerate(same.weights):
        before = weight.numpy()
        changed = before.copy()
        changed.flat[-1] = np.nextafter(changed.flat[-1], np.float32(9))
        weight.assign(changed)
        if attempt.refusal(same, path) is None:
            raise NotYet(
                seen=f"One element of `model.weights[{number}]`, `{weight.path}`, was changed very little. Your guard "
                "raised nothing.",
                expected="A ValueError.",
                because="Loading brings back each element of each weight exactly: kernels, biases, and the averages of "
                "a batch normalization.",
            )
        weight.assign(before)
    exchanged(attempt, same, path)
    twice(attempt)
    one_layer_more(attempt)
    own_class(attempt)
    other_dtype(attempt)
    other_shape(attempt)
    return "Where your guard raises nothing, file and model have the same arrays: nothing of either is left over."


def exchanged(attempt, model, path):
    """The same numbers stand in another order in a kernel."""
    kernel = model.weights[0]
    kernel.assign(kernel.numpy()[::-1])
    if attempt.refusal(model, path) is None:
        raise NotYet(
            seen="Two rows of a kernel were exchanged. Your guard raised nothing.",
            expected="A ValueError.",
            because="All numbers are there, and not in their places. A sum, or sorted numbers, cannot tell: compare "
            "each array as a whole.",
        )


def twice(attempt):
    """A file with two equal biases of zeros, and a model that holds one of them."""
    whole = sequential(2, 2, normalized=False)
    whole.save_weights("zeros.weights.h5")
    part = sequential(2, 2, bias=False, normalized=False)
    part.set_weights(whole.get_weights()[:3])
    if attempt.refusal(part, "zeros.weights.h5") is None:
        raise NotYet(
            seen="The file has two biases of zeros, and the model holds one. Your guard raised nothing.",
            expected="A ValueError.",
            because="Two arrays may be equal. A set keeps one of them; a sorted list keeps both.",
        )


def one_layer_more(attempt):
    """Of two models, one is the beginning of the other: in their order, and in that of the shapes."""
    large, small = sequential(2, 9, normalized=False), sequential(2, normalized=False)
    small.layers[0].set_weights(large.layers[0].get_weights())
    for saved, held, seen, because in (
        (large, small, "The file has a layer more than the model", "the file's"),
        (small, large, "The model has a layer more than the file", "the model's"),
    ):
        saved.save_weights("more.weights.h5")
        if attempt.refusal(held, "more.weights.h5") is None:
            raise NotYet(
                seen=f"{seen}; all else is the same. Your guard raised nothing.",
                expected="A ValueError.",
                because=f"`zip` stops at the end of the shorter list, and never comes to {because} last ones. Compare "
                "how many there are, or the lists themselves.",
            )


def other_shape(attempt):
    """The same numbers, as a column in the file and as a row in the model."""
    import keras

    column = sequential(1, bias=False, normalized=False)
    column.save_weights("column.weights.h5")
    row = keras.Sequential([keras.Input([1]), keras.layers.Dense(2, use_bias=False)])
    row.set_weights([column.get_weights()[0].reshape([1, 2])])
    if attempt.refusal(row, "column.weights.h5") is None:
        raise NotYet(
            seen="The file has a kernel of the shape [2, 1], and the model has the same numbers in the shape [1, 2]. "
            "Your guard raised nothing.",
            expected="A ValueError.",
            because="Bytes, and arrays that were made flat, have no shape any more. It is a part of what is compared.",
        )


def other_dtype(attempt):
    """A weight in float64, which differs from the file's by less than a float32 can show."""
    import keras

    model = keras.Sequential([keras.Input([2]), keras.layers.Dense(1, dtype="float64")])
    model.save_weights("exact.weights.h5")
    kernel = model.weights[0]
    kernel.assign(np.nextafter(kernel.numpy(), 9.0))
    if attempt.refusal(model, "exact.weights.h5") is None:
        raise NotYet(
            seen="A kernel in float64 was changed by the least that it can be. Your guard raised nothing.",
            expected="A ValueError.",
            because="In float32, or with some digits only, both are the same number. Compare the arrays as they are.",
        )


def own_class(attempt):
    """Models of a class of their own, whose groups in the file are named after the attributes."""
    import keras

    class Model(keras.Model):
        def __init__(self, head):
            super().__init__()
            self.body = keras.layers.Dense(2)
            self.name_of_head = head
            setattr(self, head, keras.layers.Dense(1))
            if head == "gate":
                self.scale = self.add_weight(shape=[1], initializer="ones", name="scale")

        def call(self, inputs):
            return getattr(self, self.name_of_head)(self.body(inputs))

    for head, because in (
        ("head", "In its file the groups are named after the attributes, so there is no group `layers`."),
        ("head_optimizer", 'Only the group `optimizer` belongs to the optimizer: `name.startswith("optimizer/")`.'),
        (
            "gate",
            "The model has a weight of its own, `scale`, in no layer. It is in `model.weights`, and in the file as "
            "`vars/0`.",
        ),
    ):
        model = Model(head)
        model(np.ones([1, 2], "float32"))
        model.save_weights("own.weights.h5")
        says = f"A model of a class of its own has the layers `body` and `{head}`."
        message = attempt.refusal(model, "own.weights.h5", kinds=(Exception,))
        if message is not None:
            raise NotYet(
                seen=f"{says} It is as in its file, and your guard raised an error: `{message}`.",
                expected="No error.",
                because=because,
            )
        getattr(model, head).bias.assign([1.0])
        if attempt.refusal(model, "own.weights.h5") is None:
            raise NotYet(
                seen=f"{says} A bias of `{head}` was changed after the save, and your guard raised nothing.",
                expected="A ValueError.",
                because=because,
            )


weights_loaded.may_pass(
    "if isinstance(item, h5py.Dataset) and (not name.startswith('optimizer/')): -> "
    "if isinstance(item, h5py.Dataset) and (not name.startswith('optimizer')):",
    because="Keras puts layers under `layers`, or under an attribute's name that comes before it in the alphabet.",
)
weights_loaded.right_attempt(guards.weights_loaded)


@weights_loaded.right_attempt
def counts_each_array(model, path):
    def arrays(group):
        for item in group.values():
            if isinstance(item, h5py.Group):
                if item.name != "/optimizer":
                    yield from arrays(item)
            else:
                yield (item.shape, str(np.asarray(item).tolist()))

    with h5py.File(path, "r") as file:
        saved = collections.Counter(arrays(file))
    assert saved == collections.Counter((w.shape, str(w.numpy().tolist())) for w in model.variables), path


@weights_loaded.right_attempt
def saves_and_compares_two_files(model, path):
    def arrays(path):
        found = {}
        with h5py.File(path) as file:
            file.visititems(lambda name, item: found.update({name: item[()]} if hasattr(item, "dtype") else {}))
        return {name: array for name, array in found.items() if name.split("/")[0] != "optimizer"}

    with tempfile.TemporaryDirectory() as folder:
        model.save_weights(os.path.join(folder, "now.weights.h5"))
        now = arrays(os.path.join(folder, "now.weights.h5"))
    then = arrays(path)
    if then.keys() != now.keys() or not all(np.array_equal(then[name], now[name]) for name in now):
        raise ValueError(path)


@weights_loaded.wrong_attempt(says="In float32, or with some digits only")
def compares_in_float32(model, path):
    saved = []

    def collect(name, item):
        if isinstance(item, h5py.Dataset) and not name.startswith("optimizer/"):
            saved.append((item.shape, np.float32(item[()]).tobytes()))

    with h5py.File(path) as file:
        file.visititems(collect)
    if sorted(saved) != sorted((tuple(w.shape), np.float32(w.numpy()).tobytes()) for w in model.weights):
        raise ValueError("other arrays")


@weights_loaded.wrong_attempt(says="in no layer")
def asks_the_layers(model, path):
    saved = []

    def collect(name, item):
        if isinstance(item, h5py.Dataset) and not name.startswith("optimizer/"):
            saved.append((item.shape, item[()].tobytes()))

    with h5py.File(path) as file:
        file.visititems(collect)
    if sorted(saved) != sorted((w.shape, w.tobytes()) for layer in model.layers for w in layer.get_weights()):
        raise ValueError("other arrays")


@weights_loaded.wrong_attempt(says="A file was opened and not closed")
def leaves_the_file_open(model, path):
    global file
    weights_loaded.reference(model, path)
    file = h5py.File(path)


@weights_loaded.wrong_attempt(says="What is in the file and not in the model")
def looks_for_the_models_weights_only(model, path):
    saved = []
    with h5py.File(path) as file:
        file.visititems(lambda name, item: saved.append(item[()].tobytes()) if hasattr(item, "shape") else None)
    if not {weight.numpy().tobytes() for weight in model.weights} <= set(saved):
        raise ValueError("a weight is not from the file")


@weights_loaded.wrong_attempt(says="Number and shapes agree")
def compares_shapes(model, path):
    saved = []

    def collect(name, item):
        if hasattr(item, "shape") and not name.startswith("optimizer"):
            saved.append(item.shape)

    with h5py.File(path) as file:
        file.visititems(collect)
    if sorted(saved) != sorted(tuple(weight.shape) for weight in model.weights):
        raise ValueError("other shapes")


@weights_loaded.wrong_attempt(says="they are no weights")
def counts_the_optimizers_arrays(model, path):
    saved = []
    with h5py.File(path) as file:
        file.visititems(lambda name, item: saved.append(name) if hasattr(item, "shape") else None)
    if len(saved) != len(model.weights):
        raise ValueError("another number of arrays")


@weights_loaded.wrong_attempt(says="exactly: kernels, biases")
def compares_the_kernels(model, path):
    saved = []

    def collect(name, item):
        if hasattr(item, "shape") and len(item.shape) == 2 and not name.startswith("optimizer/"):
            saved.append(item[()].tobytes())

    with h5py.File(path) as file:
        file.visititems(collect)
    if sorted(saved) != sorted(w.numpy().tobytes() for w in model.weights if len(w.shape) == 2):
        raise ValueError("other kernels")


@weights_loaded.wrong_attempt(says="so there is no group `layers`")
def looks_into_the_group_of_layers(model, path):
    saved = []
    with h5py.File(path) as file:
        file["layers"].visititems(
            lambda name, item: saved.append(item[()].tobytes()) if hasattr(item, "shape") else None
        )
    if sorted(saved) != sorted(weight.numpy().tobytes() for weight in model.weights):
        raise ValueError("other arrays")


@weights_loaded.wrong_attempt(says="Only the group `optimizer` belongs to the optimizer")
def leaves_out_whatever_has_optimizer_in_its_name(model, path):
    saved = []

    def collect(name, item):
        if hasattr(item, "shape") and "optimizer" not in name:
            saved.append(item[()].tobytes())

    with h5py.File(path) as file:
        file.visititems(collect)
    if sorted(saved) != sorted(weight.numpy().tobytes() for weight in model.weights):
        raise ValueError("other arrays")


@weights_loaded.wrong_attempt(says="and not in their places")
def compares_sums(model, path):
    saved = []

    def collect(name, item):
        if isinstance(item, h5py.Dataset) and not name.startswith("optimizer/"):
            saved.append(math.fsum(item[()].ravel().tolist()))

    with h5py.File(path) as file:
        file.visititems(collect)
    if sorted(saved) != sorted(math.fsum(weight.numpy().ravel().tolist()) for weight in model.weights):
        raise ValueError("other arrays")


@weights_loaded.wrong_attempt(says="`zip` stops at the end of the shorter list")
def compares_sorted_pairs(model, path):
    found = []
    with h5py.File(path) as file:

        def visit(name, item):
            if isinstance(item, h5py.Dataset) and not name.startswith("optimizer/"):
                found.append(item[()])

        file.visititems(visit)
    one, other = (sorted((a.shape, a.tobytes()) for a in arrays) for arrays in (found, model.get_weights()))
    if any(a != b for a, b in zip(one, other)):  # noqa: B905
        raise ValueError(f"not as in {path}")


@weights_loaded.wrong_attempt(says="have no shape any more")
def compares_the_bytes(model, path):
    found = []
    with h5py.File(path) as file:

        def visit(name, item):
            if isinstance(item, h5py.Dataset) and not name.startswith("optimizer/"):
                found.append(item[()].tobytes())

        file.visititems(visit)
    if sorted(found) != sorted(array.tobytes() for array in model.get_weights()):
        raise ValueError(f"not as in {path}")


@weights_loaded.wrong_attempt(says="open the file for writing")
def takes_the_optimizer_out_of_the_file(model, path):
    with h5py.File(path, "a") as file:
        if "optimizer" in file:
            del file["optimizer"]
    weights_loaded.reference(model, path)


@weights_loaded.wrong_attempt(says="A set keeps one of them")
def compares_sets(model, path):
    saved = set()

    def collect(name, item):
        if hasattr(item, "shape") and not name.startswith("optimizer/"):
            saved.add(item[()].tobytes())

    with h5py.File(path) as file:
        file.visititems(collect)
    if saved != {weight.numpy().tobytes() for weight in model.weights}:
        raise ValueError("other arrays")


@exercise(
    hints=[
        "What does the file have of the optimizer, and what does the model's optimizer hold?",
        '`h5py.File(path)["optimizer/vars"]` is a group with the arrays `"0"`, `"1"`, …; `model.optimizer.variables` '
        "has as many, in this order, when it was loaded.",
        "Compare the number of both first. Then each pair: `np.array_equal(saved[str(number)][()], variable.numpy())`. "
        "Raise ValueError at a difference, and when the file has no such group.",
    ],
    raised={
        "object 'optimizer' doesn't exist": 'Some files have no optimizer. Ask first: `"optimizer/vars" in file`.',
        "component not found": 'Some files have no optimizer. Ask first: `"optimizer/vars" in file`.',
        "truth value of an array": "`==` compares each element. `np.array_equal` says whether all are equal.",
    },
    tensorflow=2,
)
def optimizer_loaded(model, path):
    """Raise ValueError unless model.optimizer is as in path, a ".weights.h5" file.

    The model is compiled. The file has the optimizer's variables as "optimizer/vars/0",
    "optimizer/vars/1", …, in the order of model.optimizer.variables, or none at all.
    """
    own = [variable.numpy() for variable in model.optimizer.variables]
    with h5py.File(path) as file:
        saved = file.get("optimizer/vars", {})
        # The number first: an optimizer that was never used has two variables, and the file has all.
        same = len(saved) == len(own) and all(np.array_equal(saved[str(i)][()], value) for i, value in enumerate(own))
        if not same:
            raise ValueError(f"{path} has {len(saved)} variables of the optimizer, and the model's are not the same")


@optimizer_loaded.examiner
def _(attempt):
    import warnings

    import keras

    keras.utils.set_random_seed(1)
    Path("runs.2024").mkdir()
    path = (Path("runs.2024").resolve() / "trained.weights.h5").as_posix()
    source = trained(2, 2, 1)
    source.save_weights(path)
    fresh = sequential(2, 2, 1)
    fresh.compile("adam", "mse")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fresh.load_weights(path)
    resumed = sequential(2, 2, 1)
    resumed.compile("adam", "mse")
    resumed.optimizer.build(resumed.trainable_variables)
    resumed.load_weights(path)
    for model, what in (
        (source, "The model that was saved still has its optimizer"),
        (resumed, "The optimizer was built first and then loaded"),
    ):
        message = attempt.refusal(model, path)
        if message is not None:
            raise NotYet(
                seen=f"{what}, and your guard raised an error: `{message}`.",
                expected="No error.",
                because="The file's group is `optimizer/vars`, and its members are called `0`, `1` and so on: "
                "strings, and `10` stands before `2` in their own order.",
            )
    message, number = attempt.refusal(fresh, path), len(fresh.optimizer.variables)
    if number != 2:
        raise NotYet(
            seen=f"After the call of your guard, the optimizer had {number} variables. Before, it had 2.",
            expected="A guard that looks, and changes nothing.",
            because="`optimizer.build` and a step of training make the slots, all at their start. Then it looks as if "
            "there had been something to load into.",
        )
    if message is None:
        raise NotYet(
            seen="The optimizer was skipped: it is at step 0, the file at step 3. Your guard raised nothing.",
            expected="A ValueError.",
            because="Keras loads the weights and passes over the optimizer of a model that was not trained yet. "
            "Compare what is in the file with `model.optimizer.variables`.",
        )
    as_it_is(attempt, resumed, path)
    fresh.optimizer.build(fresh.trainable_variables)
    if attempt.refusal(fresh, path) is None:
        raise NotYet(
            seen="The optimizer was built after loading. It has as many variables as the file, all at their start, and "
            "your guard raised nothing.",
            expected="A ValueError.",
            because="The number agrees, the values do not.",
        )
    fresh.optimizer.iterations.assign(3)
    if attempt.refusal(fresh, path) is None:
        raise NotYet(
            seen="The optimizer counts 3 steps as the file does, and its slots are zero. Your guard raised nothing.",
            expected="A ValueError.",
            because="The counter is one variable of many. Adam's slots are the others.",
        )
    short = sequential(2, 2, 1)
    short.compile("adam", "mse")
    short.optimizer.iterations.assign(3)
    if attempt.refusal(short, path) is None:
        raise NotYet(
            seen="The optimizer has two variables, which are as in the file, and the file has slots besides. Your "
            "guard raised nothing.",
            expected="A ValueError.",
            because="Without its slots, Adam begins anew. Compare how many there are on both sides: `zip` stops at "
            "the end of the shorter one.",
        )
    all_compared(attempt, resumed, path)
    other_slots(attempt)
    plain = sequential(2, 2, 1)
    plain.save_weights("plain.weights.h5")
    before = Path("plain.weights.h5").read_bytes()
    message = attempt.refusal(source, "plain.weights.h5")
    if Path("plain.weights.h5").read_bytes() != before:
        raise NotYet(
            seen="After the call of your guard, the file had other bytes.",
            expected="A guard that looks, and changes nothing.",
            because='`h5py.File(path, "a")` and `require_group` make a group that is not there. Without a mode, a file '
            "is opened for reading.",
        )
    if message is None:
        raise NotYet(
            seen="The file has no optimizer at all, and your guard raised nothing.",
            expected="A ValueError.",
            because="A model that was not compiled saves its weights alone. There is no state to compare with.",
        )
    return "Where your guard raises nothing, the optimizer's counter, learning rate and slots are those of the file."


def as_it_is(attempt, model, path):
    """The weights are not the optimizer's; and an optimizer that was not used yet can be as in a file, too."""
    weight = model.weights[0]
    before = weight.numpy()
    weight.assign(before + 1)
    message = attempt.refusal(model, path)
    weight.assign(before)
    if message is not None:
        raise NotYet(
            seen=f"A weight was changed, and nothing of the optimizer. Your guard raised an error: `{message}`.",
            expected="No error.",
            because="Whether the weights are those of the file is a question for `weights_loaded`. Compare what is in "
            "`optimizer/vars` alone.",
        )
    unused = sequential(1, normalized=False)
    unused.compile("adam", "mse")
    unused.save_weights("unused.weights.h5")
    message = attempt.refusal(unused, "unused.weights.h5")
    if message is not None:
        raise NotYet(
            seen="A model was compiled and saved before its first step. Its optimizer is as in the file, and your "
            f"guard raised an error: `{message}`.",
            expected="No error.",
            because="Both have the counter and the learning rate, and no slots yet: nothing is lost. Compare the two "
            "sides, and not one of them with what it will be.",
        )


def all_compared(attempt, model, path):
    """One variable of the optimizer after the other is changed, much and little; then two change places."""
    variables = model.optimizer.variables
    for much in (True, False):
        for number, variable in enumerate(variables):
            before = variable.numpy()
            if much or number == 0:  # the counter of steps is an integer
                variable.assign(before + 1)
            else:
                variable.assign(np.nextafter(before, np.float32(9)))
            if attempt.refusal(model, path) is None:
                raise NotYet(
                    seen=f"All of the optimizer is as in the file, but `model.optimizer.variables[{number}]`, which is "
                    f"`{variable.path}`{'' if much else ' and differs by very little'}. Your guard raised nothing.",
                    expected="A ValueError.",
                    because="One that differs is enough, the first, the last or one between. Compare each pair."
                    if much
                    else "Loading brings back each element exactly. `np.array_equal` compares exactly.",
                )
            variable.assign(before)
    one, other = [variable for variable in variables if tuple(variable.shape) == (1,)]  # the slots of the last bias
    values = one.numpy(), other.numpy()
    one.assign(values[1])
    other.assign(values[0])
    if attempt.refusal(model, path) is None:
        raise NotYet(
            seen=f"The values of `{one.path}` and `{other.path}` were exchanged. Your guard raised nothing.",
            expected="A ValueError.",
            because="The file's `0` belongs to the first of `model.optimizer.variables`, its `1` to the second, and so "
            "on. Sorted arrays do not show who has which.",
        )


def other_slots(attempt):
    """The optimizer's numbers, as columns in the file and as rows in the model."""
    import keras

    column = sequential(1, bias=False, normalized=False)
    column.compile("adam", "mse", run_eagerly=True)
    column.fit(np.ones([1, 2], "float32"), np.ones([1, 1], "float32"), epochs=2, verbose=0)
    column.save_weights("column.weights.h5")
    row = keras.Sequential([keras.Input([1]), keras.layers.Dense(2, use_bias=False)])
    row.compile("adam", "mse")
    row.optimizer.build(row.trainable_variables)
    for variable, saved in zip(row.optimizer.variables, column.optimizer.variables, strict=True):
        variable.assign(saved.numpy().reshape(tuple(variable.shape)))
    if attempt.refusal(row, "column.weights.h5") is None:
        raise NotYet(
            seen="The file has slots of the shape [2, 1], and the optimizer has the same numbers in the shape [1, 2]. "
            "Your guard raised nothing.",
            expected="A ValueError.",
            because="These are slots for another kernel. Bytes, and arrays that were made flat, do not show the shape: "
            "`np.array_equal` compares it as well.",
        )


optimizer_loaded.right_attempt(guards.optimizer_loaded)


@optimizer_loaded.right_attempt
def in_the_order_of_numbers(model, path):
    with h5py.File(path, "r") as file:
        assert "optimizer" in file, "no optimizer"
        group = file["optimizer"]["vars"]
        saved = [np.asarray(group[key]) for key in sorted(group, key=int)]
    variables = model.optimizer.variables
    assert len(variables) == len(saved)
    for one, other in zip(variables, saved, strict=True):
        np.testing.assert_array_equal(one.numpy(), other)


@optimizer_loaded.wrong_attempt(says="a question for `weights_loaded`")
def compares_the_weights_too(model, path):
    optimizer_loaded.reference(model, path)
    with h5py.File(path) as file:
        kernel = file["layers/dense/vars/0"][()]
    if not np.array_equal(kernel, model.weights[0].numpy()):
        raise ValueError("other weights")


@optimizer_loaded.wrong_attempt(says="and no slots yet: nothing is lost")
def wants_an_optimizer_that_was_used(model, path):
    if not model.optimizer.built:
        raise ValueError("the optimizer was never built")
    optimizer_loaded.reference(model, path)


@optimizer_loaded.wrong_attempt(says="make a group that is not there")
def makes_the_group(model, path):
    own = [variable.numpy() for variable in model.optimizer.variables]
    with h5py.File(path, "a") as file:
        saved = file.require_group("optimizer/vars")
        if len(saved) != len(own) or not all(np.array_equal(saved[str(i)][()], value) for i, value in enumerate(own)):
            raise ValueError("not the same")


@optimizer_loaded.wrong_attempt(says="One that differs is enough")
def compares_number_counter_and_last_slot(model, path):
    own = model.optimizer.variables
    with h5py.File(path) as file:
        saved = file.get("optimizer/vars", {})
        if len(saved) != len(own):
            raise ValueError("another number")
        for i in (0, len(own) - 1):
            if not np.array_equal(saved[str(i)][()], own[i].numpy()):
                raise ValueError(f"another value of {i}")


@optimizer_loaded.wrong_attempt(says="`np.array_equal` compares exactly")
def compares_roughly(model, path):
    own = model.optimizer.variables
    with h5py.File(path) as file:
        saved = file.get("optimizer/vars", {})
        if len(saved) != len(own) or not all(np.allclose(saved[str(i)], v.numpy()) for i, v in enumerate(own)):
            raise ValueError("not the same")


@optimizer_loaded.wrong_attempt(says="`zip` stops at the end")
def compares_as_far_as_both_go(model, path):
    with h5py.File(path) as file:
        group = file["optimizer/vars"] if "optimizer" in file else {}
        pairs = list(zip(sorted(group, key=int), model.optimizer.variables))  # noqa: B905
        if not pairs or not all(np.array_equal(group[key][()], variable.numpy()) for key, variable in pairs):
            raise ValueError("not the same")


@optimizer_loaded.wrong_attempt(says="do not show the shape")
def compares_the_bytes_of_each(model, path):
    own = [variable.numpy().tobytes() for variable in model.optimizer.variables]
    with h5py.File(path) as file:
        group = file.get("optimizer/vars", {})
        if [group[key][()].tobytes() for key in sorted(group, key=int)] != own:
            raise ValueError("not the same")


@optimizer_loaded.wrong_attempt(says="do not show who has which")
def compares_sorted_arrays(model, path):
    with h5py.File(path) as file:
        saved = sorted(array[()].tobytes() for array in file.get("optimizer/vars", {}).values())
    if saved != sorted(variable.numpy().tobytes() for variable in model.optimizer.variables):
        raise ValueError("not the same")


@optimizer_loaded.wrong_attempt(says="Adam's slots are the others")
def compares_the_counter(model, path):
    with h5py.File(path) as file:
        if "optimizer/vars" not in file or file["optimizer/vars/0"][()] != int(model.optimizer.iterations):
            raise ValueError("another step")


@optimizer_loaded.wrong_attempt(says="The number agrees, the values do not")
def compares_the_number(model, path):
    with h5py.File(path) as file:
        if len(file["optimizer/vars"]) != len(model.optimizer.variables):
            raise ValueError("another number")


@optimizer_loaded.wrong_attempt(says="passes over the optimizer of a model that was not trained yet")
def compares_what_the_model_has(model, path):
    with h5py.File(path) as file:
        for number, variable in enumerate(model.optimizer.variables[1:2]):
            if not np.array_equal(file[f"optimizer/vars/{number + 1}"][()], variable.numpy()):
                raise ValueError(variable.path)


@optimizer_loaded.wrong_attempt(says="strings, and `10` stands before `2`")
def takes_the_files_order(model, path):
    with h5py.File(path) as file:
        saved = list(file["optimizer/vars"].values())
        own = model.optimizer.variables
        if len(saved) != len(own) or not all(np.array_equal(s[()], v.numpy()) for s, v in zip(saved, own, strict=True)):
            raise ValueError("not the same")


@optimizer_loaded.wrong_attempt(says="make the slots, all at their start")
def builds_it_first(model, path):
    model.optimizer.build(model.trainable_variables)
    optimizer_loaded.reference(model, path)


@optimizer_loaded.wrong_attempt(says="Ask first")
def takes_for_granted_that_there_is_one(model, path):
    with h5py.File(path) as file:
        saved = file["optimizer/vars"]
        own = model.optimizer.variables
        same = len(saved) == len(own) and all(np.array_equal(saved[str(i)][()], v.numpy()) for i, v in enumerate(own))
    if not same:
        raise ValueError("not the same")
