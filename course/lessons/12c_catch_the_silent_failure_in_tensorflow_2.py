"""Exercises of lesson 12c: three guards, for ``tf.train.Checkpoint`` and for weights and optimizers of Keras."""

import h5py
import numpy as np
import tensorflow as tf

from course import guards
from course.practice import NotYet, exercise


def modules(*names):
    """A ``tf.train.Checkpoint`` with a variable of two threes under each of the names."""
    return tf.train.Checkpoint(**{name: tf.Variable([3.0, 3.0]) for name in names})


restore_completely = exercise(
    hints=[
        "`checkpoint.restore(path)` returns an object. What can it be asked?",
        "It has four methods that begin with `assert_` or `expect_`. Two of them look at one side only, one is content "
        "with a single match, and one silences the warning.",
        "`checkpoint.restore(path).assert_consumed()` looks at both sides.",
    ],
    raised={
        "has no attribute 'assert_consumed'": "`assert_consumed` belongs to what `restore` returns: "
        "`checkpoint.restore(path).assert_consumed()`.",
    },
    lesson=__name__,
    tensorflow=2,
)(guards.restore_completely)


@restore_completely.examiner
def _(attempt):
    path = modules("body", "head").save("run/model")
    fresh = tf.train.Checkpoint(body=tf.Variable([0.0, 0.0]), head=tf.Variable([0.0, 0.0]))
    message = attempt.refusal(fresh, path)
    if message is not None:
        raise NotYet(
            seen=f"File and object fit, and your guard raised an error: `{message.splitlines()[0]}`.",
            expected="No error, and restored variables.",
            because="The objects are to be restored from `path`, and then `assert_consumed` has nothing to say.",
        )
    if fresh.body.numpy().tolist() != [3.0, 3.0]:
        raise NotYet(
            seen=f"Afterwards the variable `body` holds `{fresh.body.numpy().tolist()}`.",
            expected="`[3.0, 3.0]`, from the file.",
            because="The guard restores, and looks at what came of it. `checkpoint.restore(path)` belongs into it.",
        )
    for renamed, because in (
        (
            ("trunk", "top"),
            "Nothing but the counter of saves was restored. That is enough for `restore` itself, which "
            "says nothing, and for `assert_nontrivial_match`.",
        ),
        (
            ("body",),
            "The object asks for less than the file has: `head` was left behind. "
            "`assert_existing_objects_matched` looks at the objects, and all of them had their value.",
        ),
        (("body", "head", "more"), "The object `more` got no value. The file has none for it."),
    ):
        if attempt.refusal(modules(*renamed), path) is None:
            raise NotYet(
                seen="The file was saved from `body` and `head`, and restored into "
                f"{' and '.join(f'`{name}`' for name in renamed)}. Your guard raised nothing.",
                expected="An error.",
                because=because,
            )
    return "Each value in the file found its object, and each object its value. Anything else is an error now."


@restore_completely.wrong_attempt(says="`restore` itself, which says nothing")
def restores_and_hopes(checkpoint, path):
    checkpoint.restore(path)


@restore_completely.wrong_attempt(says="looks at the objects, and all of them had their value")
def looks_at_one_side(checkpoint, path):
    checkpoint.restore(path).assert_existing_objects_matched()


@restore_completely.wrong_attempt(says="belongs to what `restore` returns")
def asks_the_checkpoint(checkpoint, path):
    checkpoint.restore(path)
    checkpoint.assert_consumed()


@restore_completely.wrong_attempt(says="belongs into it")
def compares_without_restoring(checkpoint, path):
    for name, _ in tf.train.list_variables(path):
        if name.endswith("VARIABLE_VALUE") and not name.startswith("save_counter"):
            if not hasattr(checkpoint, name.split("/")[0]):
                raise ValueError(name)


def sequential(*units, names=None):
    """A Keras model of dense layers for two inputs, with weights of its own."""
    import keras

    names = names or [f"layer_{number}" for number in range(len(units))]
    layers = [keras.layers.Dense(count, name=name) for count, name in zip(units, names, strict=True)]
    return keras.Sequential([keras.Input([2]), *layers])


def trained(*units):
    """Such a model after three steps of Adam."""
    model = sequential(*units)
    model.compile("adam", "mse")
    model.fit(np.ones([1, 2], "float32"), np.ones([1, units[-1]], "float32"), epochs=3, verbose=0)
    return model


weights_loaded = exercise(
    hints=[
        "The file is HDF5, and `h5py` opens it. Which arrays does it have, and which ones the model?",
        "`file.visititems(function)` calls `function(name, item)` for all that is in the file. An array is an "
        '`h5py.Dataset`; skip names that begin with `"optimizer/"`. The model has `weight.numpy()` for each of '
        "`model.weights`.",
        "`item[()].tobytes()` makes an array comparable. Collect those of the file and those of the model in two "
        "lists, and raise if `sorted(saved) != sorted(held)`.",
    ],
    raised={
        "has no attribute 'numpy'": "A dataset of `h5py` becomes an array with `item[()]`; a weight with "
        "`weight.numpy()`.",
        "truth value of an array": "Lists of arrays cannot be compared or sorted. `array.tobytes()` can.",
        "Unable to synchronously open file": "`h5py.File(path)` wants the name of the file, with `.weights.h5`.",
    },
    lesson=__name__,
    tensorflow=2,
)(guards.weights_loaded)


@weights_loaded.examiner
def _(attempt):
    import keras

    keras.utils.set_random_seed(1)
    path = "large.weights.h5"
    trained(2, 2, 1).save_weights(path)
    same = sequential(2, 2, 1)
    same.load_weights(path)
    message = attempt.refusal(same, path)
    if message is not None:
        raise NotYet(
            seen="The weights were loaded into a model of the same layers, and your guard raised an error: "
            f"`{message}`.",
            expected="No error.",
            because="The file has the optimizer's arrays as well, under `optimizer/`, and they are no weights. And its "
            "order is not the model's: sort both.",
        )
    small = sequential(2, 2)
    small.load_weights(path)
    if attempt.refusal(small, path) is None:
        raise NotYet(
            seen="The weights of three layers were loaded into a model of two, and your guard raised nothing.",
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
    return "Both sides have the same arrays: nothing of the file was left behind, and nothing of the model is its own."


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


optimizer_loaded = exercise(
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
    lesson=__name__,
    tensorflow=2,
)(guards.optimizer_loaded)


@optimizer_loaded.examiner
def _(attempt):
    import warnings

    import keras

    keras.utils.set_random_seed(1)
    path = "trained.weights.h5"
    source = trained(2, 2, 1)
    source.save_weights(path)
    message = attempt.refusal(source, path)
    if message is not None:
        raise NotYet(
            seen=f"The model that was saved still has its optimizer, and your guard raised an error: `{message}`.",
            expected="No error.",
            because="The file's group is `optimizer/vars`, and its members are called `0`, `1` and so on: texts of "
            "numbers, and `10` stands before `2` in their own order.",
        )
    fresh = sequential(2, 2, 1)
    fresh.compile("adam", "mse")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fresh.load_weights(path)
    if attempt.refusal(fresh, path) is None:
        raise NotYet(
            seen="The optimizer was skipped: it is at step 0, the file at step 3. Your guard raised nothing.",
            expected="A ValueError.",
            because="Keras loads the weights and passes over the optimizer of a model that was not trained yet. "
            "Compare what is in the file with `model.optimizer.variables`.",
        )
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
    plain = sequential(2, 2, 1)
    plain.save_weights("plain.weights.h5")
    if attempt.refusal(source, "plain.weights.h5") is None:
        raise NotYet(
            seen="The file has no optimizer at all, and your guard raised nothing.",
            expected="A ValueError.",
            because="A model that was not compiled saves its weights alone. Nothing in the file is not the same.",
        )
    return "The optimizer's counter, learning rate and slots are those of the file. Training goes on from there."


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


@optimizer_loaded.wrong_attempt(says="texts of numbers, and `10` stands before `2`")
def takes_the_files_order(model, path):
    with h5py.File(path) as file:
        saved = list(file["optimizer/vars"].values())
        own = model.optimizer.variables
        if len(saved) != len(own) or not all(np.array_equal(s[()], v.numpy()) for s, v in zip(saved, own, strict=True)):
            raise ValueError("not the same")


@optimizer_loaded.wrong_attempt(says="Ask first")
def takes_for_granted_that_there_is_one(model, path):
    with h5py.File(path) as file:
        saved = file["optimizer/vars"]
        own = model.optimizer.variables
        same = len(saved) == len(own) and all(np.array_equal(saved[str(i)][()], v.numpy()) for i, v in enumerate(own))
    if not same:
        raise ValueError("not the same")
