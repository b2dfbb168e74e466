"""Exercises of lesson 17a: a Keras model filled by names, a GRU translated, the steps of an optimizer read."""

import math

import numpy as np
import tensorflow as tf

from course.legacy_files import legacy
from course.practice import NotYet, exercise
from course.practice.verdict import same


def read(folder, prefix):
    """All arrays of a checkpoint in a legacy folder, in the reverse of the file's order: order proves nothing."""
    reader = tf.train.load_checkpoint((legacy(folder) / prefix).as_posix())
    return {name: reader.get_tensor(name) for name in sorted(reader.get_variable_to_shape_map(), reverse=True)}


def recorded(folder, *names):
    return [np.load(legacy(folder) / f"{name}.npy") for name in names]


def gap(one, other):
    return float(np.max(np.abs(np.asarray(one) - np.asarray(other))))


def old_convnet():
    """The net of ``convnet``, with layers of other names, and a Dropout, which has a random state and no weights."""
    import keras  # takes a second, so not before it is needed
    from keras import layers

    inputs = keras.Input([8, 8, 1])
    h = layers.Conv2D(4, 3, padding="same", name="features")(inputs)
    h = layers.BatchNormalization(name="normal")(h)
    h = layers.Flatten()(layers.MaxPooling2D(2)(layers.ReLU()(h)))
    return keras.Model(inputs, layers.Dense(3, name="head")(layers.Dropout(0.5)(h)))


def old_dense():
    """The net of ``dense`` as a Sequential model, whose paths begin with the model's name."""
    return sequential((4, "hidden", 16, "relu"), (16, "output", 3, None))


def crossed():
    """Two layers of one shape, each called as the other one is in the file."""
    return sequential((2, "fc1", 2, None), (2, "fc2", 2, None))


def sequential(*dense):
    import keras

    made = [keras.layers.Dense(units, activation=activation, name=name) for _, name, units, activation in dense]
    return keras.Sequential([keras.Input([dense[0][0]]), *made])


CROSSED = {  # the slots of the optimizer come first
    f"{scope}/{name}{slot}": np.full([2, 2] if name == "kernel" else [2], value + extra, np.float32)
    for slot, extra in (("/Adam_1", 20), ("/Adam", 10), ("", 0))
    for scope, name, value in (("fc2", "kernel", 4), ("fc2", "bias", 3), ("fc1", "kernel", 2), ("fc1", "bias", 1))
}
CONVNET = {"features": "conv", "normal": "bn", "head": "logits"}


@exercise(
    hints=[
        "Which part of a variable's path is the layer's name, and which is the variable's own?",
        'The last two parts count: `variable.path.split("/")[-2:]`. Go through `model.weights`: unlike '
        "`model.variables`, it leaves out the random state of a Dropout.",
        'For each weight: `layer, name = weight.path.split("/")[-2:]`, then '
        '`weight.assign(values[f"{scopes[layer]}/{name}"])`. Nothing is to be skipped: the KeyError is wanted.',
    ],
    raised={
        "is not compatible with provided weight shape": "`set_weights` takes a list in Keras' own order, and the "
        "file's names in alphabetical order are another one. Assign each variable by its name.",
        "seed_generator": "`model.variables` has the random state of a Dropout, which no old file has. `model.weights` "
        "has the weights only.",
        "`variable.assign(value)` must match": "A variable was given another one's array. Layer and variable have to "
        "agree: the last two parts of the path.",
        "not enough values to unpack": "A path may have one part more than you expect: count from its end.",
        "too many values to unpack": "A path may have one part more than you expect: count from its end.",
        "sequential": "In a Sequential model the path begins with the model's name. Count from its end.",
        "hidden/kernel": "The file has its own names for the layers: `scopes` translates.",
        "features/kernel": "The file has its own names for the layers: `scopes` translates.",
    },
    tensorflow=2,
)
def fill_model(model, values, scopes):
    """Give each weight of a Keras model its array from an old checkpoint.

    values has the checkpoint's arrays by name. scopes has, for each layer with weights,
    what it is called in the checkpoint, such as {"features": "conv", "head": "logits"}.
    The paths of weights end in the layer's name, "/" and the weight's own name, which is
    the same in the file: kernel, bias, gamma and so on. Raise KeyError if a weight has
    no array there, and ValueError if it has another shape.
    """
    # weights, not variables: a Dropout's random state is in no old file. Moving averages are weights.
    for weight in model.weights:
        layer, name = weight.path.split("/")[-2:]  # a Sequential model puts its own name before them
        weight.assign(values[f"{scopes[layer]}/{name}"])  # a KeyError is better than a random weight


@fill_model.examiner
def _(attempt):
    for folder, prefix, model, scopes in (
        ("convnet", "model-60", old_convnet(), CONVNET),
        ("dense", "model-40", old_dense(), {"hidden": "fc1", "output": "fc2"}),
    ):
        values = read(folder, prefix)
        x, y = recorded(folder, "x", "y")
        trained = len(model.trainable_weights)
        fill_and_leave(attempt, model, values, scopes)
        must_hold(model, values, scopes)
        if len(model.trainable_weights) != trained:
            raise NotYet(
                seen=f"The model had {trained} weights to train, and has {len(model.trainable_weights)} afterwards.",
                expected="The same number.",
                because="Whether a layer is trained is a matter of the program. Only the values were asked for.",
            )
        if gap(model(x), y) > 1e-5:
            raise NotYet(
                seen=f"The outputs of `{folder}` are {gap(model(x), y):.1g} off.",
                expected="Those that TensorFlow 1.15.5 recorded.",
                because="The weights are right, so something else of the model was changed.",
            )
    model = crossed()
    fill_and_leave(attempt, model, dict(CROSSED), {"fc2": "fc1", "fc1": "fc2"})
    must_hold(model, CROSSED, {"fc2": "fc1", "fc1": "fc2"})
    scopes = {"fc2": "net/tower/fc1", "fc1": "net/fc2"}
    model, nested = crossed(), {f"net/tower/{name}": -array for name, array in CROSSED.items()}
    nested |= {name.replace("tower/", ""): -2 * array for name, array in nested.items()} | CROSSED
    fill_and_leave(attempt, model, nested, scopes)
    must_hold(model, nested, scopes)
    must_refuse(attempt)
    must_refuse_the_shape(attempt)
    return "Each weight has the array of its name, the outputs are those of TensorFlow 1.15.5, and nothing was skipped."


def must_hold(model, values, scopes):
    """Raises NotYet for the first weight that is not the one of its name."""
    for weight in model.weights:
        layer, name = weight.path.split("/")[-2:]
        if same(weight.numpy(), values[f"{scopes[layer]}/{name}"]):
            continue
        because = "Each weight takes the array of its layer's scope and its own name."
        twins = {"gamma": "beta", "beta": "gamma"}
        if name in twins and same(weight.numpy(), values[f"{scopes[layer]}/{twins[name]}"]):
            because = (
                "That is the other one's array. Keras has gamma before beta, and the alphabet has it the other way "
                "round. Both have the same shape, so nothing was raised."
            )
        elif name.startswith("moving"):
            because = (
                "A moving average is not trained, and counts all the same: at test time the layer uses it. "
                "`model.trainable_weights` leaves it out."
            )
        elif any(same(weight.numpy(), array) for key, array in values.items() if "/Adam" in key):
            because = "That is a slot of the optimizer, whose name begins like the weight's. The name has to be equal."
        elif scopes[layer].count("/"):
            because = "A scope may have slashes of its own, as `net/tower/fc1` has. Take it as it stands in `scopes`."
        elif any(
            f"{scope}/{name}" in values and same(weight.numpy(), values[f"{scope}/{name}"])
            for scope in set(scopes.values()) - {scopes[layer]}
        ):
            because = "That is the array of another layer of the same shape. Names decide, as `scopes` has them."
        elif np.allclose(weight.numpy(), values[f"{scopes[layer]}/{name}"], rtol=0.01):
            because = "It is nearly that. The numbers were rounded on the way, as to float16: take them as they are."
        raise NotYet(
            seen=f"The weight `{weight.path}` does not hold the array `{scopes[layer]}/{name}`.",
            expected="That array, exactly.",
            because=because,
        )


def fill_and_leave(attempt, model, values, scopes):
    """Calls an attempt, which has to leave the arrays and the scopes as they are."""
    before, names = {name: array.copy() for name, array in values.items()}, dict(scopes)
    attempt(model, values, scopes)
    if (
        scopes != names
        or values.keys() != before.keys()
        or not all(same(values[name], before[name]) for name in before)
    ):
        raise NotYet(
            seen="Afterwards `values` or `scopes` is not what it was.",
            expected="Both as they were: the caller goes on using them, for a second model or for the slots.",
            because="`pop`, `clear`, `array[:] = …` and the like change what belongs to the caller.",
        )


def must_refuse(attempt):
    """A file without the moving averages: a Saver of ``trainable_variables`` wrote it."""
    try:
        attempt(old_convnet(), read("convnet", "weights_only-60"), CONVNET)
    except NotYet as problem:
        if isinstance(problem.__cause__, KeyError):
            return
        raise NotYet(
            seen=f"A file without `bn/moving_mean` made your function raise `{type(problem.__cause__).__name__}`.",
            expected="A KeyError.",
            because="A name that is missing is a KeyError in Python, and `values[name]` raises it by itself.",
        ) from problem.__cause__
    raise NotYet(
        seen="A file without `bn/moving_mean` and `bn/moving_variance` filled the model, and nothing was raised.",
        expected="A KeyError.",
        because="What was skipped keeps its first value, and the model computes something else: with this file, "
        f"{without_averages():.1f} off.",
    )


def must_refuse_the_shape(attempt):
    """An array with as many rows as the weight, or numbers, or with more of both; one that is turned."""
    wide = (2, "fc1", 3, None), (3, "fc2", 2, None)
    for dense, shape in (
        (None, [4]),
        (None, [1, 4]),
        (None, [3, 3]),
        (None, [2, 1]),
        (wide, [2, 3]),
    ):
        model = sequential(*dense) if dense else crossed()
        values = {**CROSSED, "fc2/kernel": np.ones(shape, np.float32)}
        if dense:
            values |= {"fc1/kernel": np.ones([2, 3], np.float32), "fc1/bias": np.ones([3], np.float32)}
        try:
            attempt(model, values, {"fc2": "fc2", "fc1": "fc1"})
        except NotYet as problem:
            if isinstance(problem.__cause__, ValueError):  # Keras raises it
                continue
            raise NotYet(
                seen=f"An array has another shape than its weight: {problem.seen}",
                expected="A ValueError.",
                because="The kind of an error is what a caller asks for. `assign` raises this one by itself.",
            ) from problem.__cause__
        raise NotYet(
            seen=f"A kernel has the shape {[3, 2] if dense else [2, 2]}, and its array in the file has {shape}. "
            "Nothing was raised.",
            expected="A ValueError.",
            because="The model is another one than the old. An array that is turned, reshaped, repeated or cut to fit "
            "is not what was trained; `assign` raises by itself.",
        )


def without_averages():
    model, values = old_convnet(), read("convnet", "model-60")
    for weight in model.trainable_weights:
        layer, name = weight.path.split("/")[-2:]
        weight.assign(values[f"{CONVNET[layer]}/{name}"])
    x, y = recorded("convnet", "x", "y")
    return gap(model(x), y)


@fill_model.right_attempt
def layer_after_layer(model, values, scopes):
    for layer in model.layers:
        if layer.weights:
            scope = scopes[layer.name]
            layer.set_weights([values[scope + "/" + weight.name] for weight in layer.weights])


@fill_model.right_attempt
def goes_through_the_scopes(model, values, scopes):
    for name, scope in scopes.items():
        layer = model.get_layer(name)
        layer.set_weights([values[f"{scope}/{weight.name}"] for weight in layer.weights])


@fill_model.right_attempt
def collects_first(model, values, scopes):
    found = [values["/".join([scopes[w.path.split("/")[-2]], w.path.rsplit("/", 1)[1]])] for w in model.weights]
    model.set_weights(found)


@fill_model.right_attempt
def looks_and_then_raises(model, values, scopes):
    pairs = []
    for layer in model.layers:
        for weight in layer.weights:
            name = f"{scopes[layer.name]}/{weight.name}"
            if name not in values:
                raise KeyError(f"{name} is not in the file")
            pairs.append((weight, tf.convert_to_tensor(values[name])))
    for weight, value in pairs:
        weight.assign(value)


@fill_model.wrong_attempt(says="the alphabet has it the other way round")
def takes_the_norm_in_the_files_order(model, values, scopes):
    for layer in model.layers:
        if layer.weights:
            scope = scopes[layer.name]
            names = sorted(name for name in values if name.startswith(scope + "/") and "Adam" not in name)
            if len(names) == 2:
                names.reverse()
            layer.set_weights([values[name] for name in names])


@fill_model.wrong_attempt(says="in alphabetical order are another one")
def takes_all_in_the_files_order(model, values, scopes):
    names = sorted(name for name in values if name.count("/") == 1)
    model.set_weights([values[name] for name in names])


@fill_model.wrong_attempt(says="What was skipped keeps its first value")
def skips_what_is_not_there(model, values, scopes):
    for weight in model.weights:
        layer, name = weight.path.split("/")[-2:]
        if f"{scopes[layer]}/{name}" in values:
            weight.assign(values[f"{scopes[layer]}/{name}"])


@fill_model.wrong_attempt(says="is a KeyError in Python")
def raises_another_error(model, values, scopes):
    for weight in model.weights:
        layer, name = weight.path.split("/")[-2:]
        array = values.get(f"{scopes[layer]}/{name}")
        if array is None:
            raise ValueError(f"{weight.path} has no array")
        weight.assign(array)


@fill_model.wrong_attempt(says="A moving average is not trained")
def fills_what_is_trained(model, values, scopes):
    for weight in model.trainable_weights:
        layer, name = weight.path.split("/")[-2:]
        weight.assign(values[f"{scopes[layer]}/{name}"])


@fill_model.wrong_attempt(says="has the random state of a Dropout")
def fills_all_variables(model, values, scopes):
    for variable in model.variables:
        layer, name = variable.path.split("/")[-2:]
        variable.assign(values[f"{scopes.get(layer, layer)}/{name}"])


@fill_model.wrong_attempt(says="count from its end")
def counts_from_the_beginning(model, values, scopes):
    for weight in model.weights:
        layer, name = weight.path.split("/")
        weight.assign(values[f"{scopes[layer]}/{name}"])


@fill_model.wrong_attempt(says="`scopes` translates")
def takes_the_path_as_it_is(model, values, scopes):
    for weight in model.weights:
        weight.assign(values[weight.path])


@fill_model.wrong_attempt(says="whose name begins like the weight's")
def takes_the_first_that_begins_so(model, values, scopes):
    for weight in model.weights:
        layer, name = weight.path.split("/")[-2:]
        weight.assign(next(value for key, value in values.items() if key.startswith(f"{scopes[layer]}/{name}")))


@fill_model.wrong_attempt(says="Only the values were asked for")
def freezes_what_it_filled(model, values, scopes):
    for weight in model.weights:
        layer, name = weight.path.split("/")[-2:]
        weight.assign(values[f"{scopes[layer]}/{name}"])
    model.trainable = False


@fill_model.wrong_attempt(says="change what belongs to the caller")
def takes_them_out(model, values, scopes):
    for weight in model.weights:
        layer, name = weight.path.split("/")[-2:]
        weight.assign(values.pop(f"{scopes[layer]}/{name}"))


@fill_model.wrong_attempt(says="It is nearly that")
def halves_the_numbers(model, values, scopes):
    for weight in model.weights:
        layer, name = weight.path.split("/")[-2:]
        weight.assign(values[f"{scopes[layer]}/{name}"].astype("float16"))


@fill_model.wrong_attempt(says="An array has another shape than its weight")
def asserts_the_shape(model, values, scopes):
    for weight in model.weights:
        layer, name = weight.path.split("/")[-2:]
        array = values[f"{scopes[layer]}/{name}"]
        assert array.shape == tuple(weight.shape), name
        weight.assign(array)


@fill_model.wrong_attempt(says="A kernel has the shape [3, 2]")
def turns_what_does_not_fit(model, values, scopes):
    for weight in model.weights:
        layer, name = weight.path.split("/")[-2:]
        array = values[f"{scopes[layer]}/{name}"]
        weight.assign(array if array.shape == tuple(weight.shape) else array.T)


@fill_model.wrong_attempt(says="A kernel has the shape [2, 2]")
def makes_the_shapes_fit(model, values, scopes):
    for weight in model.weights:
        layer, name = weight.path.split("/")[-2:]
        weight.assign(np.resize(values[f"{scopes[layer]}/{name}"], weight.shape))


@fill_model.wrong_attempt(says="A scope may have slashes of its own")
def compares_the_last_two_parts(model, values, scopes):
    ends = {"/".join(name.split("/")[-2:]): array for name, array in values.items()}
    for weight in model.weights:
        layer, name = weight.path.split("/")[-2:]
        weight.assign(ends[f"{scopes[layer].split('/')[-1]}/{name}"])


@fill_model.wrong_attempt(says="the array of another layer of the same shape")
def goes_by_shape(model, values, scopes):
    left = {key: value for key, value in values.items() if key.count("/") == 1}
    for weight in model.weights:
        name = weight.path.split("/")[-1]
        key = next(key for key in sorted(left) if key.endswith("/" + name) and left[key].shape == tuple(weight.shape))
        weight.assign(left.pop(key))


def gru(kernel, recurrent, bias, x):
    """What a Keras GRU with these weights returns at each step."""
    import keras

    layer = keras.layers.GRU(recurrent.shape[0], reset_after=False, return_sequences=True)
    layer.build(x.shape)
    layer.set_weights([kernel, recurrent, bias])
    return layer(x).numpy()


def cell_by_hand(values, scope, x):
    """What TensorFlow 1's ``dynamic_rnn`` of a GRUCell computes: ``rnn_cell_impl.GRUCell.call`` in NumPy."""
    units = values[f"{scope}/candidate/bias"].size
    state, outputs = np.zeros([len(x), units], np.float32), []
    for step in range(x.shape[1]):
        both = np.concatenate([x[:, step], state], 1)
        gates = 1 / (1 + np.exp(-(both @ values[f"{scope}/gates/kernel"] + values[f"{scope}/gates/bias"])))
        reset, update = np.split(gates, 2, axis=1)
        both = np.concatenate([x[:, step], reset * state], 1)
        candidate = np.tanh(both @ values[f"{scope}/candidate/kernel"] + values[f"{scope}/candidate/bias"])
        state = update * state + (1 - update) * candidate
        outputs.append(state)
    return np.stack(outputs, 1)


def cells():
    """The arrays of two cells, their scope, an input and what comes out: a recorded one, and one of other sizes."""
    values = read("gru", "model-60")
    x, hidden = recorded("gru", "x", "hidden")
    yield values, "rnn/gru_cell", values["embedding"][x], hidden
    rng = np.random.default_rng(5)
    shapes = {"gates/kernel": [8, 10], "gates/bias": [10], "candidate/kernel": [8, 5], "candidate/bias": [5]}
    other = {f"encoder/cell_0/{name}": rng.normal(0, 1, shape).astype("f") for name, shape in shapes.items()}
    x = rng.normal(0, 1, [4, 7, 3]).astype("f")
    yield other, "encoder/cell_0", x, cell_by_hand(other, "encoder/cell_0", x)


@exercise(
    hints=[
        "In which order does Keras want the three gates, and which of the old arrays is each of them?",
        "`np.split(gates_kernel, 2, axis=1)` gives the kernels of r and u. Keras' z is u, its h is the candidate: "
        "`np.concatenate([u, r, candidate], axis=1)`. The same for the biases, which have one axis.",
        "The units are `candidate_bias.size`. The last `units` rows belong to the state: `kernel[:-units]` is the "
        "kernel, `kernel[-units:]` the recurrent one.",
    ],
    raised={
        "rnn/gru_cell": "The scope is an argument, and another cell has another one.",
        "array split does not result in an equal division": "The gates stand side by side in the columns, the second "
        "axis: `axis=1`. There are two of them.",
        "all the input array dimensions except for the concatenation axis must match": "Gates stand side by side: "
        "concatenate kernels along `axis=1`.",
    },
    tensorflow=2,
)
def gru_weights(values, scope):
    """Return kernel, recurrent kernel and bias for a Keras GRU with reset_after=False.

    values has the arrays of a TensorFlow 1 GRUCell, named scope + "/gates/kernel",
    "/gates/bias", "/candidate/kernel" and "/candidate/bias". The first rows of a kernel
    are the input's, as many as it has numbers, and the last ones the state's, as many as
    there are units. The columns of the gates are r, then u. Keras has z, r and h in this
    order: z is the old u, h the candidate. Neither program adds anything when it runs.
    """
    reset, update = np.split(values[f"{scope}/gates/kernel"], 2, axis=1)
    kernel = np.concatenate([update, reset, values[f"{scope}/candidate/kernel"]], axis=1)
    reset, update = np.split(values[f"{scope}/gates/bias"], 2)
    bias = np.concatenate([update, reset, values[f"{scope}/candidate/bias"]])
    units = reset.size  # not half of the rows: the input may have another size than the state
    return [kernel[:-units], kernel[-units:], bias]


@gru_weights.examiner
def _(attempt):
    for values, scope, x, hidden in cells():
        # Other cells of the file, before it and behind it: the names that end alike belong to the scope that was asked.
        ours = {name: array for name, array in values.items() if name.startswith(f"{scope}/")}
        other, last = ({f"{at}/{scope}{name[len(scope) :]}": array * 0 for name, array in ours.items()} for at in "az")
        second = {f"{scope}_1{name[len(scope) :]}": array * 0 for name, array in ours.items()}  # as TensorFlow names it
        slots = {f"{name}/Adam": array * 0 for name, array in ours.items()}
        values = {**other, **slots, **values, **second, **last}
        before = {name: array.copy() for name, array in values.items()}
        answer = attempt(values, scope)
        if values.keys() != before.keys() or not all(same(values[name], before[name]) for name in before):
            raise NotYet(
                seen="Afterwards the arrays in `values` are others than before.",
                expected="Arrays as they were in the checkpoint: another layer may need them, or a second try.",
                because="`array[:] = …` and `+=` write into the array itself, and a slice of it is no copy. "
                "`np.concatenate` makes a new one.",
            )
        units = values[f"{scope}/candidate/bias"].size
        shapes = [(x.shape[2], 3 * units), (units, 3 * units), (3 * units,)]
        arrays = three_arrays(answer, shapes)
        off = gap(gru(*arrays, x), hidden)
        if off > 1e-5:
            raise NotYet(
                seen=f"All shapes are right, and the outputs are {off:.1g} off.",
                expected=f"Those of the old cell{', recorded under TensorFlow 1.15.5' if units == 8 else ''}.",
                because=likely(arrays, values, scope, x, hidden),
            )
    return "The layer computes what the old cell computed, for each step of each sequence."


def three_arrays(answer, shapes):
    """The answer as NumPy arrays. Raises NotYet unless there are three, of these shapes."""
    expected = f"Three arrays of the shapes {', '.join(map(str, shapes))}."
    if not isinstance(answer, list | tuple) or len(answer) != 3:
        kind = f"{len(answer)} values" if isinstance(answer, list | tuple) else f"`{type(answer).__name__}`"
        raise NotYet(
            seen=f"The function returned {kind}.",
            expected=expected,
            because="Keras keeps the input's rows and the state's in two arrays; the old cell has both in one.",
        )
    arrays = [np.asarray(part) for part in answer]
    if [array.shape for array in arrays] != shapes:
        because = "Keras wants the columns of three gates in each array, and the bias with one axis."
        rows = [array.shape[0] if array.ndim else 0 for array in arrays[:2]]
        if arrays[2].shape == shapes[2] and rows != [shape[0] for shape in shapes[:2]]:
            because = (
                "The rows were cut at the wrong place. The last `units` rows are the state's; the input may have "
                "another size than the state, so the middle is right only by chance."
            )
        raise NotYet(
            seen=f"The three arrays have the shapes {', '.join(str(array.shape) for array in arrays)}.",
            expected=expected,
            because=because,
        )
    return arrays


def likely(arrays, values, scope, x, hidden):
    """The likely cause of wrong outputs: what makes them right."""
    kernel, recurrent, bias = arrays
    if not any(array.any() for array in arrays):
        return (
            "It is all 0, and that of another cell in the file, or a slot's. Names that end alike differ in their "
            "scope, and one that begins alike may go on."
        )
    order = [1, 0, 2]

    def turned(array):
        return np.concatenate([np.split(array, 3, axis=-1)[gate] for gate in order], axis=-1)

    def right(*arrays):
        return gap(gru(*arrays, x), hidden) < 1e-5

    if right(turned(kernel), turned(recurrent), turned(bias)):
        return "The gates are in the old order, r before u. Keras has z first, which is u."
    if right(kernel, recurrent, turned(bias)):
        return "The kernels are right, and the bias still has the old order of the gates."
    if right(turned(kernel), turned(recurrent), bias):
        return "The bias is right, and the kernels still have the old order of the gates."
    if kernel.shape == recurrent.shape and right(recurrent, kernel, bias):
        return "Kernel and recurrent kernel are exchanged. The input's rows come first in the old kernel."
    units = bias.size // 3
    if any(right(kernel, recurrent, bias - add) for add in np.eye(3).repeat(units, axis=1)) or right(
        kernel, recurrent, bias - np.float32([1, 1, 0]).repeat(units)
    ):
        return (
            "Something was added to the bias. It is the LSTM's cell that adds a forget bias when it runs; the GRU's "
            "has its bias in the file, whole."
        )
    if gap(gru(*arrays, x), hidden) < 0.02:
        return "That is nearly right. The numbers were rounded on the way, as to float16: take them as they are."
    return "Gate by gate: z takes the old u, r takes r, h takes the candidate, in kernels and bias alike."


@gru_weights.right_attempt
def by_slices(values, scope):
    gates, candidate = values[scope + "/gates/kernel"], values[scope + "/candidate/kernel"]
    units = candidate.shape[1]
    inputs = candidate.shape[0] - units
    whole = np.hstack([gates[:, units:], gates[:, :units], candidate])
    bias = np.hstack([np.roll(values[scope + "/gates/bias"], units), values[scope + "/candidate/bias"]])
    return whole[:inputs], whole[inputs:], bias


@gru_weights.right_attempt
def with_tensors(values, scope):
    r, u = tf.split(values[f"{scope}/gates/kernel"], 2, axis=1)
    whole = tf.concat([u, r, values[f"{scope}/candidate/kernel"]], 1)
    r, u = tf.split(values[f"{scope}/gates/bias"], 2)
    bias = tf.concat([u, r, values[f"{scope}/candidate/bias"]], 0)
    units = int(r.shape[0])
    return whole[:-units], whole[-units:], bias


@gru_weights.wrong_attempt(says="another layer may need them, or a second try")
def turns_them_where_they_are(values, scope):
    gates, biases = values[f"{scope}/gates/kernel"], values[f"{scope}/gates/bias"]
    units = biases.size // 2
    gates[:] = np.concatenate([gates[:, units:], gates[:, :units]], axis=1)
    biases[:] = np.concatenate([biases[units:], biases[:units]])
    kernel = np.concatenate([gates, values[f"{scope}/candidate/kernel"]], axis=1)
    return kernel[:-units], kernel[-units:], np.concatenate([biases, values[f"{scope}/candidate/bias"]])


@gru_weights.wrong_attempt(says="that of another cell in the file")
def takes_the_last_that_begins_so(values, scope):
    def found(what):
        return [array for name, array in values.items() if name.startswith(scope) and what in name][-1]

    reset, update = np.split(found("gates/kernel"), 2, axis=1)
    kernel = np.concatenate([update, reset, found("candidate/kernel")], axis=1)
    reset, update = np.split(found("gates/bias"), 2)
    bias = np.concatenate([update, reset, found("candidate/bias")])
    return kernel[: -bias.size // 3], kernel[-bias.size // 3 :], bias


@gru_weights.right_attempt
def takes_what_is_below_the_scope(values, scope):
    own = {name.removeprefix(f"{scope}/"): array for name, array in values.items() if name.startswith(f"{scope}/")}
    (reset, update), bias = np.split(own["gates/kernel"], 2, axis=1), own["gates/bias"].reshape(2, -1)
    kernel = np.c_[update, reset, own["candidate/kernel"]]
    units = bias.shape[1]
    return kernel[:-units].tolist(), kernel[-units:].tolist(), [*bias[1], *bias[0], *own["candidate/bias"]]


@gru_weights.wrong_attempt(says="That is nearly right")
def halves_the_arrays(values, scope):
    reset, update = np.split(values[f"{scope}/gates/kernel"], 2, axis=1)
    kernel = np.concatenate([update, reset, values[f"{scope}/candidate/kernel"]], axis=1).astype("float16")
    reset, update = np.split(values[f"{scope}/gates/bias"], 2)
    bias = np.concatenate([update, reset, values[f"{scope}/candidate/bias"]]).astype("float16")
    return [kernel[: -reset.size], kernel[-reset.size :], bias]


@gru_weights.wrong_attempt(says="Keras has z first, which is u")
def keeps_the_order(values, scope):
    kernel = np.concatenate([values[f"{scope}/gates/kernel"], values[f"{scope}/candidate/kernel"]], axis=1)
    bias = np.concatenate([values[f"{scope}/gates/bias"], values[f"{scope}/candidate/bias"]])
    units = values[f"{scope}/candidate/bias"].size
    return [kernel[:-units], kernel[-units:], bias]


@gru_weights.wrong_attempt(says="the bias still has the old order")
def forgets_the_bias(values, scope):
    reset, update = np.split(values[f"{scope}/gates/kernel"], 2, axis=1)
    kernel = np.concatenate([update, reset, values[f"{scope}/candidate/kernel"]], axis=1)
    bias = np.concatenate([values[f"{scope}/gates/bias"], values[f"{scope}/candidate/bias"]])
    units = reset.shape[1]
    return [kernel[:-units], kernel[-units:], bias]


@gru_weights.wrong_attempt(says="The input's rows come first")
def exchanges_the_kernels(values, scope):
    reset, update = np.split(values[f"{scope}/gates/kernel"], 2, axis=1)
    kernel = np.concatenate([update, reset, values[f"{scope}/candidate/kernel"]], axis=1)
    reset, update = np.split(values[f"{scope}/gates/bias"], 2)
    bias = np.concatenate([update, reset, values[f"{scope}/candidate/bias"]])
    return [kernel[-reset.size :], kernel[: -reset.size], bias]


@gru_weights.wrong_attempt(says="the middle is right only by chance")
def cuts_in_the_middle(values, scope):
    reset, update = np.split(values[f"{scope}/gates/kernel"], 2, axis=1)
    kernel = np.concatenate([update, reset, values[f"{scope}/candidate/kernel"]], axis=1)
    reset, update = np.split(values[f"{scope}/gates/bias"], 2)
    bias = np.concatenate([update, reset, values[f"{scope}/candidate/bias"]])
    half = len(kernel) // 2
    return [kernel[:half], kernel[half:], bias]


@gru_weights.wrong_attempt(says="that adds a forget bias when it runs")
def adds_a_forget_bias(values, scope):
    reset, update = np.split(values[f"{scope}/gates/kernel"], 2, axis=1)
    kernel = np.concatenate([update, reset, values[f"{scope}/candidate/kernel"]], axis=1)
    reset, update = np.split(values[f"{scope}/gates/bias"], 2)
    bias = np.concatenate([update + 1, reset, values[f"{scope}/candidate/bias"]])
    return [kernel[: -reset.size], kernel[-reset.size :], bias]


@gru_weights.wrong_attempt(says="and the bias with one axis")
def adds_a_second_bias(values, scope):
    reset, update = np.split(values[f"{scope}/gates/kernel"], 2, axis=1)
    kernel = np.concatenate([update, reset, values[f"{scope}/candidate/kernel"]], axis=1)
    reset, update = np.split(values[f"{scope}/gates/bias"], 2)
    bias = np.concatenate([update, reset, values[f"{scope}/candidate/bias"]])
    return [kernel[: -reset.size], kernel[-reset.size :], np.stack([bias, np.zeros_like(bias)])]


@gru_weights.wrong_attempt(says="Gate by gate")
def puts_the_candidate_first(values, scope):
    reset, update = np.split(values[f"{scope}/gates/kernel"], 2, axis=1)
    kernel = np.concatenate([values[f"{scope}/candidate/kernel"], update, reset], axis=1)
    reset, update = np.split(values[f"{scope}/gates/bias"], 2)
    bias = np.concatenate([values[f"{scope}/candidate/bias"], update, reset])
    return [kernel[: -reset.size], kernel[-reset.size :], bias]


@gru_weights.wrong_attempt(says="the old cell has both in one")
def leaves_the_kernel_whole(values, scope):
    reset, update = np.split(values[f"{scope}/gates/kernel"], 2, axis=1)
    kernel = np.concatenate([update, reset, values[f"{scope}/candidate/kernel"]], axis=1)
    reset, update = np.split(values[f"{scope}/gates/bias"], 2)
    return [kernel, np.concatenate([update, reset, values[f"{scope}/candidate/bias"]])]


@gru_weights.wrong_attempt(says="The scope is an argument")
def writes_the_scope_out(values, scope):
    reset, update = np.split(values["rnn/gru_cell/gates/kernel"], 2, axis=1)
    kernel = np.concatenate([update, reset, values["rnn/gru_cell/candidate/kernel"]], axis=1)
    reset, update = np.split(values["rnn/gru_cell/gates/bias"], 2)
    bias = np.concatenate([update, reset, values["rnn/gru_cell/candidate/bias"]])
    return [kernel[: -reset.size], kernel[-reset.size :], bias]


TOO_SMALL = (
    "The logarithm of 0: `beta1_power` is 0 after 828 steps with the usual beta_1, `beta2_power` after some 87,000."
)
# Adam's two powers after so many steps, as TensorFlow 1.15.5 had them in a run of 95,000 steps with its defaults.
POWERS = {
    0: (0.9, 0.999),
    1: (0.80999994, 0.99800104),
    700: (8.394423e-33, 0.49591962),
    827: (1.2965468e-38, 0.4367461),
    828: (0.0, 0.43630934),
    3000: (0.0, 0.04966469),
    60000: (0.0, 8.495653e-27),
    87200: (0.0, 1.2901178e-38),
}


def powers(beta1, beta2, **more):
    return {"beta1_power": np.float32(beta1), "beta2_power": np.float32(beta2), **more}


@exercise(
    hints=[
        "After 828 steps `beta1_power` is 0, too small for float32. How long does the other one last?",
        "`beta2_power` is beta_2 to the power of steps + 1, so steps + 1 is the quotient of two logarithms. The file's "
        "beta_2 is a float32: `np.float32(0.999)` is a little more than 0.999, which counts after 40,000 steps.",
        '`power = float(values["beta2_power"])`. If it is 0, raise ValueError. Otherwise '
        "`round(math.log(power) / math.log(np.float32(beta_2))) - 1`.",
    ],
    raised={
        "math domain error": TOO_SMALL,
        "expected a positive input": TOO_SMALL,
        "cannot convert float infinity to integer": TOO_SMALL,
        "global_step": "The file has no `global_step`. The powers of beta are always there.",
    },
    tensorflow=2,
)
def adam_steps(values, beta_1=0.9, beta_2=0.999):
    """Return how many steps TensorFlow 1's Adam had taken, as an int.

    values has the arrays of a checkpoint, among them "beta1_power" and "beta2_power",
    which are float32. Before the first step they are beta_1 and beta_2; each step
    multiplies them by beta_1 and beta_2, which is the larger one. A "global_step" may be
    missing, or count something else. Raise ValueError if both powers have become 0: the
    file cannot tell.
    """
    # beta2_power: with the usual betas it lasts a hundred times as long as beta1_power.
    power = float(values["beta2_power"])
    if power == 0:
        raise ValueError("beta2_power is 0: the number of steps cannot be told from it")
    # The float32 that TensorFlow multiplied by; the first power was there before the first step.
    return round(math.log(power) / math.log(np.float32(beta_2))) - 1


adam_steps.may_pass(
    "def adam_steps(values, beta_1=0.9, beta_2=0.999): -> def adam_steps(values, beta_1=1.9, beta_2=0.999):",
    because="beta2_power tells the steps whatever beta_1 is.",
)
for harmless in (
    "dropped: if power == 0:",
    "if power == 0: -> if power == 1:",
    "raise ValueError('beta2_power is 0: the number of steps cannot be told from it') -> pass",
):
    adam_steps.may_pass(harmless, because="The logarithm of 0 raises a ValueError, too, if a less clear one.")


@adam_steps.examiner
def _(attempt):
    for folder, prefix in (("dense", "model-40"), ("convnet", "model-60"), ("lstm", "model-60")):
        values = read(folder, prefix)
        steps = int(values["global_step"])
        before = {name: array.copy() if hasattr(array, "copy") else array for name, array in values.items()}
        attempt(values)
        if values.keys() != before.keys() or not all(same(values[name], before[name]) for name in before):
            raise NotYet(
                seen="Afterwards `values` is not what it was.",
                expected="All arrays as they were: they are needed for the conversion itself.",
                because="`pop` and `del` take an entry out for good. To read one, `values[name]` is enough.",
            )
        must_be(attempt({**values, "global_step": np.int64(2 * steps)}), steps, f"The checkpoint of `{folder}`")
        del values["global_step"]
        must_be(attempt(values), steps, f"The checkpoint of `{folder}`, without its `global_step`,")
    for steps, (beta1, beta2) in POWERS.items():
        must_be(attempt(powers(beta1, beta2)), steps, f"A file with the powers {beta1} and {beta2}")
    for beta_1, beta_2 in ((0.5, 0.99), (0.9, 0.9999)):
        power = {0: np.float32(beta_1), 1: np.float32(beta_2)}
        for _ in range(250):
            power = {0: power[0] * np.float32(beta_1), 1: power[1] * np.float32(beta_2)}
        what = f"A file whose betas are {beta_1} and {beta_2}"
        must_be(attempt(powers(power[0], power[1]), beta_1, beta_2), 250, what, beta_2)
    try:  # not attempt.refusal: the ValueError of a logarithm of 0 is right here, and only here
        made_up = attempt(powers(0, 0))
    except NotYet as problem:
        if not isinstance(problem.__cause__, ValueError):
            raise NotYet(
                seen=f"Both powers are 0: {problem.seen}",
                expected="A ValueError.",
                because="The kind of an error is what a caller asks for, and the description says which one.",
            ) from problem.__cause__
    else:
        raise NotYet(
            seen=f"Both powers are 0, and your function returned `{made_up!r}`.",
            expected="A ValueError.",
            because="After some 87,000 steps both are 0, and whatever is computed from them is made up.",
        )
    return "Right from the first step to the 87,200th, and where the file cannot tell, the function says so."


def must_be(answer, steps, what, beta_2=0.999):
    expected = f"`{steps}`."
    seen = f"{what}: your function returned `{answer!r}`."
    if answer is None:
        raise NotYet(seen=seen, expected=expected, because="Hand the number back, with `return`.")
    if isinstance(answer, bool | float | np.floating) or not isinstance(answer, int | np.integer):
        raise NotYet(
            seen=seen, expected=f"{expected} An int.", because="`round(…)` without a second argument is an int."
        )
    if answer == steps:
        return
    because = "The powers are beta to the power of steps + 1. The quotient of two logarithms gives the exponent."
    if answer == steps + 1 and steps < 20000:
        because = "The exponent is one more than the steps: before the first step the power is beta already."
    elif answer == steps - 1 and steps < 20000:
        because = "One is missing. `int` cuts 40.9995 to 40: use `round`."
    elif abs(answer - steps) == 1:
        because = (
            "TensorFlow multiplied by the float32 that is nearest to 0.999. It is a little more, and after so many "
            "steps that makes a step: `np.float32(beta_2)`."
        )
    elif beta_2 != 0.999 and answer == round((steps + 1) * math.log(beta_2) / math.log(0.999)) - 1:
        because = "The betas are arguments: this file's are others than 0.9 and 0.999."
    elif answer == 2 * steps:
        because = "That is what `global_step` says. In this file it counts something else."
    raise NotYet(seen=seen, expected=expected, because=because)


@adam_steps.right_attempt
def with_numpy(values, beta_1=0.9, beta_2=0.999):
    power = values["beta2_power"].astype(np.float64)
    if not power > 0:
        raise ValueError("cannot be told")
    return int(np.rint(np.log(power) / np.log(np.float64(np.float32(beta_2))))) - 1


@adam_steps.right_attempt
def leaves_it_to_the_logarithm(values, beta_1=0.9, beta_2=0.999):
    return round(math.log(values["beta2_power"], np.float32(beta_2))) - 1


@adam_steps.right_attempt
def counts(values, beta_1=0.9, beta_2=0.999):
    if values["beta2_power"] == 0:
        raise ValueError("the power is 0")
    power, steps = np.float32(beta_2), 0
    while power > values["beta2_power"] * np.float32(1 + (1 - beta_2) / 2):
        power *= np.float32(beta_2)
        steps += 1
    return steps


@adam_steps.wrong_attempt(says="the description says which one")
def raises_an_arithmetic_error(values, beta_1=0.9, beta_2=0.999):
    if values["beta2_power"] == 0:
        raise ArithmeticError("cannot be told")
    return round(math.log(values["beta2_power"]) / math.log(np.float32(beta_2))) - 1


@adam_steps.wrong_attempt(says="take an entry out for good")
def takes_the_power_out(values, beta_1=0.9, beta_2=0.999):
    power = values.pop("beta2_power")
    if power == 0:
        raise ValueError("cannot be told")
    return round(math.log(power) / math.log(np.float32(beta_2))) - 1


@adam_steps.wrong_attempt(says="The logarithm of 0")
def takes_beta_1(values, beta_1=0.9, beta_2=0.999):
    return round(math.log(values["beta1_power"]) / math.log(beta_1)) - 1


@adam_steps.wrong_attempt(says="before the first step the power is beta already")
def forgets_the_one(values, beta_1=0.9, beta_2=0.999):
    if values["beta2_power"] == 0:
        raise ValueError("cannot be told")
    return round(math.log(values["beta2_power"]) / math.log(np.float32(beta_2)))


@adam_steps.wrong_attempt(says="`int` cuts 40.9995 to 40")
def cuts(values, beta_1=0.9, beta_2=0.999):
    if values["beta2_power"] == 0:
        raise ValueError("cannot be told")
    return int(math.log(values["beta2_power"]) / math.log(beta_2)) - 1


@adam_steps.wrong_attempt(says="the float32 that is nearest to 0.999")
def takes_beta_2_as_it_is_written(values, beta_1=0.9, beta_2=0.999):
    if values["beta2_power"] == 0:
        raise ValueError("cannot be told")
    return round(math.log(values["beta2_power"]) / math.log(beta_2)) - 1


@adam_steps.wrong_attempt(says="The betas are arguments")
def writes_the_beta_out(values, beta_1=0.9, beta_2=0.999):
    if values["beta2_power"] == 0:
        raise ValueError("cannot be told")
    return round(math.log(values["beta2_power"]) / math.log(np.float32(0.999))) - 1


@adam_steps.wrong_attempt(says="In this file it counts something else")
def takes_the_global_step(values, beta_1=0.9, beta_2=0.999):
    return int(values["global_step"])


@adam_steps.wrong_attempt(says="is made up")
def says_none_left(values, beta_1=0.9, beta_2=0.999):
    if values["beta2_power"] == 0:
        return 0
    return round(math.log(values["beta2_power"]) / math.log(np.float32(beta_2))) - 1


@adam_steps.wrong_attempt(says="without a second argument")
def returns_a_float(values, beta_1=0.9, beta_2=0.999):
    if values["beta2_power"] == 0:
        raise ValueError("cannot be told")
    return round(math.log(values["beta2_power"]) / math.log(np.float32(beta_2)), 0) - 1


@adam_steps.wrong_attempt(says="Hand the number back")
def prints_the_number(values, beta_1=0.9, beta_2=0.999):
    print(round(math.log(values["beta2_power"]) / math.log(np.float32(beta_2))) - 1)
