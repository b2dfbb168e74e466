"""Exercises of lesson 18b: the function between two kernels, values without an index, an LSTM of Keras 2."""

import json
import math
import struct
from pathlib import Path

import h5py
import numpy as np
import tensorflow as tf
import tensorflow.compat.v1 as v1

from course.legacy_files import copied, legacy
from course.practice import NotYet, exercise, same


def hard_sigmoid_of_keras_2(z):
    return np.clip(0.2 * z + 0.5, 0, 1)


def hard_sigmoid_of_keras_3(z):
    return np.clip(z / 6 + 0.5, 0, 1)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@exercise(
    hints=[
        "For a candidate, which output does the model have? And when is it the recorded one?",
        "The output is `function(x @ kernel + bias) @ kernel2 + bias2`. Two machines add up in another order, so "
        "`==` asks "
        "too much; and the largest of the outputs, the class, asks too little.",
        "Compare `np.abs(output - y).max()` with a small part of `np.abs(y).max()`, such as 1e-4 of it. Return the "
        "name of "
        "the first candidate that is as close, and `None` after the loop.",
    ],
    raised={
        "too many values to unpack": "`layers` has two pairs: `(kernel, bias), (kernel2, bias2) = layers`.",
        "matmul: Input operand": "`x @ kernel`: the input comes first, and its columns are the rows of the kernel.",
    },
    tensorflow=2,
)
def which_activation(layers, x, y, candidates):
    """Return the name of the activation between two dense layers, or None if none fits.

    layers is [(kernel, bias), (kernel, bias)], candidates {name: function}. For the
    input x, the old program recorded the output y, on another machine: the right one
    comes as close to it as float32 allows.
    """
    (kernel, bias), (kernel2, bias2) = layers
    for name, function in candidates.items():
        output = np.asarray(function(x @ kernel + bias)) @ kernel2 + bias2
        # Not equal: another machine adds up in another order. And by the size of the outputs, which may be small.
        if np.abs(output - y).max() < 1e-4 * np.abs(y).max():
            return name
    return None  # the nearest of several wrong ones is wrong, too


def two_layers(seed, sizes=(5, 40, 3), scale=1.0):
    random = np.random.RandomState(seed)
    pairs = zip(sizes[:-1], sizes[1:], strict=True)
    return [(scale * random.randn(a, b).astype("f"), scale * random.randn(b).astype("f")) for a, b in pairs]


def recorded_elsewhere(layers, x, function):
    """The output of another machine: the last digits differ."""
    (kernel, bias), (kernel2, bias2) = layers
    y = np.asarray(function(x @ kernel + bias)) @ kernel2 + bias2
    noise = np.random.RandomState(1).choice([-1, 0, 1], y.shape) * np.spacing(np.abs(y).max()) * 3
    return (y + noise).astype("f")


def relu(z):
    return np.maximum(z, 0)


ACTIVATIONS = {
    "identity": lambda z: z,
    "relu": relu,
    "tanh": np.tanh,
    "hard_sigmoid": hard_sigmoid_of_keras_3,
    "old_hard_sigmoid": hard_sigmoid_of_keras_2,
    "sigmoid": sigmoid,
    "swish": lambda z: z * sigmoid(z),
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
}
# What is right, what it is chosen from, and how large the weights are.
CASES = (
    ("tanh", ("relu", "tanh", "sigmoid"), 1.0),
    ("elu", ("identity", "relu", "elu", "swish"), 1.0),
    ("old_hard_sigmoid", ("sigmoid", "hard_sigmoid", "old_hard_sigmoid"), 0.03),
    (None, ("relu", "sigmoid", "identity", "swish"), 1.0),
    ("relu", ("tanh", "identity", "relu"), 100.0),
)


@which_activation.examiner
def _(attempt):
    reader = tf.train.load_checkpoint((legacy("dense") / "model-40").as_posix())
    x, y = (np.load(legacy("dense") / f"{name}.npy") for name in "xy")
    layers = [tuple(reader.get_tensor(f"fc{n}/{kind}") for kind in ("kernel", "bias")) for n in (1, 2)]
    functions = {"elu": tf.nn.elu, "linear": tf.identity, "relu": tf.nn.relu, "tanh": tf.tanh}
    judge(ask(attempt, layers, x, y, functions), "relu", layers, x, y, functions, "`legacy/dense`: ")
    for number, (right, names, scale) in enumerate(CASES):
        layers = two_layers(number, scale=scale)
        x = np.random.RandomState(number + 7).randn(30, 5).astype("f")
        y = recorded_elsewhere(layers, x, ACTIVATIONS.get(right, np.tanh))
        functions = {name: ACTIVATIONS[name] for name in names}
        of = f"Between the layers was `{right}`" if right else "Between the layers was `tanh`, which is no candidate"
        judge(ask(attempt, layers, x, y, functions), right, layers, x, y, functions, f"{of}: ")
    two_that_only_differ_in_scale(attempt)
    one_row_that_does_not_tell(attempt)
    one_mean_for_all(attempt)
    return "The outputs decide, in all their digits: neither the class, nor which one is nearest, nor what is usual."


def ask(attempt, layers, x, y, functions):
    """An attempt's answer. Raises ``NotYet`` if it changed what it was given: all of it is needed for the next pair."""
    copies = [tuple(array.copy() for array in pair) for pair in layers], x.copy(), y.copy(), dict(functions)
    answer = attempt(*copies)
    arrays = [*(array for pair in copies[0] for array in pair), *copies[1:3]]
    before = [*(array for pair in layers for array in pair), x, y]
    if list(copies[3]) != list(functions) or not all(map(same, arrays, before)):
        raise NotYet(
            seen="Afterwards the arrays, or `candidates`, are not what they were.",
            expected="All as it was: the caller goes on with them, for the next pair of layers.",
            because="`pop` and `y -= …` change what belongs to the caller. `output - y` is a new array.",
        )
    return answer


def one_row_that_does_not_tell(attempt):
    """One row and one column tell: in the others, what goes into the activation is positive, or not looked at."""
    ((kernel, bias), (kernel2, bias2)) = two_layers(12)
    kernel2[:, [0, 2]] = 0
    layers = [(np.abs(kernel), np.abs(bias)), (kernel2, bias2)]
    x = np.abs(np.random.RandomState(19).randn(30, 5).astype("f"))
    x[7] *= -1
    functions = {"identity": ACTIVATIONS["identity"], "relu": relu}
    y = recorded_elsewhere(layers, x, relu)
    answer = ask(attempt, layers, x, y, functions)
    if answer == "identity":
        raise NotYet(
            seen="Between the layers was `relu`. The function returned `'identity'`, which is right for all rows but "
            "one.",
            expected="`'relu'`.",
            because="In those rows all that goes into the activation is positive. Compare all rows and all columns "
            "that were recorded: not some, and not most of them.",
        )
    judge(answer, "relu", layers, x, y, functions, "Between the layers was `relu`: ")


def one_mean_for_all(attempt):
    """Each input is there with both signs, and the candidates are odd: all of them have one mean in each column."""
    ((kernel, bias), last) = two_layers(13)
    layers = [(kernel, bias * 0), last]
    x = np.random.RandomState(20).randn(15, 5).astype("f")
    x = np.concatenate([x, -x])
    functions = {name: ACTIVATIONS[name] for name in ("identity", "tanh")} | {"sine": np.sin}
    y = recorded_elsewhere(layers, x, np.tanh)
    answer = ask(attempt, layers, x, y, functions)
    if answer in ("identity", "sine"):
        raise NotYet(
            seen=f"Between the layers was `tanh`. The function returned `{answer!r}`, whose mean is the same.",
            expected="`'tanh'`.",
            because="What is too much in one output is too little in another, and a mean or a sum does not show it. "
            "Take each difference without its sign: `np.abs`.",
        )
    judge(answer, "tanh", layers, x, y, functions, "Between the layers was `tanh`: ")


def two_that_only_differ_in_scale(attempt):
    """One candidate is twice the other, and the last layer adds nothing: their outputs go up and down together."""
    (first, (kernel, bias)) = two_layers(11)
    layers = [first, (kernel, bias * 0)]
    x = np.random.RandomState(18).randn(30, 5).astype("f")
    functions = {"twice": lambda z: 2 * relu(z), "relu": relu}
    answer = ask(attempt, layers, x, recorded_elsewhere(layers, x, relu), functions)
    if answer == "twice":
        raise NotYet(
            seen="Between the layers was `relu`. The function returned `'twice'`, the double of it.",
            expected="`'relu'`.",
            because="The outputs go up and down together, and one is twice the other: a correlation does not see that.",
        )
    judge(answer, "relu", layers, x, recorded_elsewhere(layers, x, relu), functions, "Between the layers was `relu`: ")


def judge(answer, right, layers, x, y, functions, of):
    """Raise NotYet unless the answer is right; say what the answer's own output would be."""
    if answer == right:
        return
    if answer is not None and not (isinstance(answer, str) and answer in functions):
        raise NotYet(
            seen=f"{of}`{answer!r}`.",
            expected="A name from `candidates`, or `None`.",
            because="`candidates` is {name: function}: return the name." if answer is not None else "",
        )
    expected = f"`{right!r}`. `candidates` has {', '.join(f'`{name}`' for name in functions)}."
    if answer is None:
        raise NotYet(
            seen=f"{of}`None`.",
            expected=expected,
            because=f"The outputs are large, up to {np.abs(y).max():.2g}, and so are their last digits: choose the "
            "tolerance by the size of the outputs."
            if np.abs(y).max() > 1000
            else "Its output differs from the recorded one in the last digits of the largest output only, as it does "
            "on another machine. Do not ask for equality, nor number by number: one that is near zero may be off by "
            "more than a small part of itself.",
        )
    (kernel, bias), (kernel2, bias2) = layers
    output = np.asarray(functions[answer](x @ kernel + bias)) @ kernel2 + bias2
    off = np.abs(output - y).max()
    classes = np.mean(output.argmax(1) == y.argmax(1))
    if right is None:
        because = "The nearest of several wrong ones is wrong, too: say so with `None`."
    elif np.abs(y).max() < 1:
        because = (
            f"The outputs are small, up to {np.abs(y).max():.2f}: a tolerance has to follow their size, and `float32` "
            "has seven digits."
        )
    elif classes == 1:
        because = "It gives the same class for each of the inputs, and that decides nothing: compare the outputs."
    else:
        because = "What is usual decides nothing, and neither does what is only near: compare the outputs."
    raise NotYet(seen=f"{of}`{answer!r}`, whose output is off by {off:.2g}.", expected=expected, because=because)


which_activation.may_pass(
    "if np.abs(output - y).max() < 0.0001 * np.abs(y).max(): -> "
    "if np.abs(output - y).max() <= 0.0001 * np.abs(y).max():",
    because="No output is off by exactly that.",
)
which_activation.may_pass("dropped: return None", because="A function without return returns None.")


@which_activation.right_attempt
def nearest_if_it_is_near(layers, x, y, candidates):
    def off(name):
        hidden = candidates[name](tf.matmul(x, layers[0][0]) + layers[0][1])
        return np.max(np.abs(tf.matmul(tf.cast(hidden, tf.float32), layers[1][0]) + layers[1][1] - y))

    best = min(candidates, key=off)
    return best if off(best) <= 200 * np.spacing(np.abs(y).max()) else None


@which_activation.right_attempt
def with_allclose(layers, x, y, candidates):
    found = [
        name
        for name in candidates
        if np.allclose(
            np.array(candidates[name](x @ layers[0][0] + layers[0][1])) @ layers[1][0] + layers[1][1],
            y,
            rtol=1e-3,
            atol=1e-5 * np.ptp(y),
        )
    ]
    return found[0] if found else None


@which_activation.wrong_attempt(says="Compare all rows and all columns")
def tries_the_first_row(layers, x, y, candidates):
    (kernel, bias), (kernel2, bias2) = layers
    for name, function in candidates.items():
        output = np.asarray(function(x[:1] @ kernel + bias)) @ kernel2 + bias2
        if np.abs(output - y[:1]).max() < 1e-4 * np.abs(y).max():
            return name
    return None


@which_activation.wrong_attempt(says="change what belongs to the caller")
def takes_the_candidates_out(layers, x, y, candidates):
    (kernel, bias), (kernel2, bias2) = layers
    while candidates:
        name, function = candidates.popitem()
        output = np.asarray(function(x @ kernel + bias)) @ kernel2 + bias2
        if np.abs(output - y).max() < 1e-4 * np.abs(y).max():
            return name
    return None


@which_activation.wrong_attempt(says="What is usual decides nothing")
def relu_as_always(layers, x, y, candidates):
    return "relu" if "relu" in candidates else None


@which_activation.wrong_attempt(says="the same class for each of the inputs")
def by_the_class(layers, x, y, candidates):
    (kernel, bias), (kernel2, bias2) = layers
    scores = {}
    for name, function in candidates.items():
        output = np.asarray(function(x @ kernel + bias)) @ kernel2 + bias2
        scores[name] = np.mean(output.argmax(1) == y.argmax(1))
    return max(scores, key=scores.get)


@which_activation.wrong_attempt(says="The nearest of several wrong ones")
def the_nearest(layers, x, y, candidates):
    (kernel, bias), (kernel2, bias2) = layers

    def off(name):
        return np.abs(np.asarray(candidates[name](x @ kernel + bias)) @ kernel2 + bias2 - y).max()

    return min(candidates, key=off)


@which_activation.wrong_attempt(says="Do not ask for equality")
def equal_or_nothing(layers, x, y, candidates):
    (kernel, bias), (kernel2, bias2) = layers
    for name, function in candidates.items():
        if np.array_equal(np.asarray(function(x @ kernel + bias)) @ kernel2 + bias2, y):
            return name


@which_activation.wrong_attempt(says="a correlation does not see that")
def what_goes_up_and_down_with_it(layers, x, y, candidates):
    (kernel, bias), (kernel2, bias2) = layers
    for name, function in candidates.items():
        output = np.asarray(function(x @ kernel + bias)) @ kernel2 + bias2
        if np.corrcoef(output.ravel(), y.ravel())[0, 1] > 0.99999:
            return name


@which_activation.wrong_attempt(says="and a mean or a sum does not show it")
def with_the_mean_difference(layers, x, y, candidates):
    (kernel, bias), (kernel2, bias2) = layers
    for name, function in candidates.items():
        output = np.asarray(function(x @ kernel + bias)) @ kernel2 + bias2
        if abs(np.mean(output - y)) < 1e-5 * np.abs(y).max():
            return name


@which_activation.wrong_attempt(says="The outputs are large")
def with_a_tolerance_for_small_outputs(layers, x, y, candidates):
    (kernel, bias), (kernel2, bias2) = layers
    for name, function in candidates.items():
        if np.abs(np.asarray(function(x @ kernel + bias)) @ kernel2 + bias2 - y).max() < 1e-4:
            return name


@which_activation.wrong_attempt(says="a tolerance has to follow their size")
def with_a_loose_tolerance(layers, x, y, candidates):
    (kernel, bias), (kernel2, bias2) = layers
    for name, function in candidates.items():
        if np.allclose(np.asarray(function(x @ kernel + bias)) @ kernel2 + bias2, y, atol=1e-2):
            return name


@exercise(
    hints=[
        "Which names does the file have values for, and in which order do they stand?",
        'Make {name: (dtype, shape)} of all of them: the variables, `f"{name}/{slot}"` for each slot, with Adam '
        "`beta1_power` and `beta2_power`, and `global_step`. The file has them in the order of the sorted names.",
        "Go through the sorted names and take `size = np.dtype(dtype).itemsize * int(np.prod(shape))` bytes for "
        "each: `raw[at : at + size].view(dtype).reshape(shape)`, then `at += size`. In the end `at` is the size of "
        "the file, or else raise ValueError.",
    ],
    tensorflow=2,
)
def values_in_data(path, shapes, slots):
    """Return {name: array} of all that is in a .data file whose .index is lost.

    shapes is {name: shape} of the trained variables, float32. Each has the optimizer's
    slots: ["Adam", "Adam_1"], ["Momentum"] or []. With Adam there are also beta1_power
    and beta2_power. All files have a global_step, int64. Raise ValueError if the file
    has another size than that.
    """
    kinds = {"global_step": (np.int64, [])}
    for name, shape in shapes.items():
        for full in [name, *(f"{name}/{slot}" for slot in slots)]:
            kinds[full] = (np.float32, shape)
    if "Adam" in slots:
        kinds |= {"beta1_power": (np.float32, []), "beta2_power": (np.float32, [])}
    raw, values, at = np.fromfile(path, np.uint8), {}, 0
    # By name: neither in the order in which they were made, nor the slots apart.
    for name, (dtype, shape) in sorted(kinds.items()):
        size = np.dtype(dtype).itemsize * int(np.prod(shape))
        values[name] = raw[at : at + size].view(dtype).reshape(shape)
        at += size  # without gaps
    if at != len(raw):
        raise ValueError(f"{path} has {len(raw)} bytes, and these names and shapes need {at}")
    return values


def data_file(prefix, shapes, optimizer, steps):
    """Save variables of these shapes after some steps, and return what TensorFlow reads from the checkpoint."""
    with tf.Graph().as_default(), v1.Session() as sess:
        v1.set_random_seed(steps)
        loss = 0.0
        for name, shape in shapes.items():
            value = v1.get_variable(name, shape, initializer=v1.random_normal_initializer(), use_resource=False)
            loss += tf.reduce_sum(value**2)
        step = v1.train.get_or_create_global_step()
        train = optimizer().minimize(loss, step)
        sess.run(v1.global_variables_initializer())
        for _ in range(steps):
            sess.run(train)
        Path(prefix).parent.mkdir(parents=True, exist_ok=True)
        v1.train.Saver().save(sess, prefix)
    return read(prefix)


def read(prefix):
    reader = tf.train.load_checkpoint(prefix)
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


DATA = (
    (
        "runs.2018/model",
        {"hidden/kernel": [3, 4], "hidden/bias": [4], "Head/kernel": [4, 2], "a": [], "hidden/b": [2]},
        ["Momentum"],
        lambda: v1.train.MomentumOptimizer(0.1, 0.9),
        3,
    ),
    (
        "plain",
        {"w_2": [2, 3], "w": [5], "w/x": [2, 2, 2], "w-1": [3]},
        [],
        lambda: v1.train.GradientDescentOptimizer(0.1),
        300,
    ),
    ("adam", {"net/w": [2, 3], "net": [3], "alpha": [4]}, ["Adam", "Adam_1"], v1.train.AdamOptimizer, 7),
)


@values_in_data.examiner
def _(attempt):
    prefix = (copied("dense") / "model-40").as_posix()
    shapes = {"fc1/kernel": [4, 16], "fc1/bias": [16], "fc2/kernel": [16, 3], "fc2/bias": [3]}
    compare(attempt, prefix, shapes, ["Adam", "Adam_1"], read(prefix))
    for place, shapes, slots, optimizer, steps in DATA:
        prefix = Path(place).resolve().as_posix()
        expected = data_file(prefix, shapes, optimizer, steps)
        for ending in (".index", ".meta"):
            Path(prefix + ending).unlink()
        compare(attempt, prefix, shapes, slots, expected)
    whole = Path("plain.data-00000-of-00001").read_bytes()
    for name, content in (
        ("one number more", whole + bytes(4)),
        ("as much as a step more", whole + bytes(8)),
        ("one number less", whole[:-4]),
    ):
        Path("other").write_bytes(content)
        if attempt.refusal("other", DATA[1][1], []) is None:
            raise NotYet(
                seen=f"The file has {name} than the names and shapes need. Your function raised nothing.",
                expected="A ValueError.",
                because="The size of the file is all that can tell a wrong guess here. Compare it with the sum.",
            )
    return "Sorted names, one value after the other, each with its own dtype: so a guess of names and shapes is enough."


def compare(attempt, prefix, shapes, slots, expected):
    """Raise NotYet unless the attempt returns what the checkpoint has."""
    given = dict(shapes), list(slots)
    beside = {path: path.read_bytes() for path in Path(prefix).parent.iterdir() if path.is_file()}
    found = attempt(f"{prefix}.data-00000-of-00001", *given)
    if beside != {path: path.read_bytes() for path in Path(prefix).parent.iterdir() if path.is_file()}:
        raise NotYet(
            seen="Afterwards a file beside the data is new, changed or gone.",
            expected="The folder as it was.",
            because="It is all that is left of this model, and to read it changes nothing.",
        )
    of = f"Variables {shapes}, slots {slots}: "
    if given != (shapes, slots):
        raise NotYet(
            seen=f"{of}afterwards the arguments are {given[0]} and {given[1]}.",
            expected="As they were: with a next guess they are passed again.",
            because="`shapes[name] = …` and `slots.append(…)` change what the caller has. Make a new dict.",
        )
    if not isinstance(found, dict):
        raise NotYet(
            seen=f"{of}`{type(found).__name__}`.",
            expected="{name: array}.",
            because="Each value belongs to a name: collect them in a dictionary, and return it.",
        )
    if found.keys() != expected.keys():
        more, missing = sorted(found.keys() - expected.keys()), sorted(expected.keys() - found.keys())
        raise NotYet(
            seen=f"{of}{f'`{missing[0]}` is missing' if missing else f'`{more[0]}` is too much'}.",
            expected=f"`{sorted(expected)}`.",
            because="The file has the variables, their slots, the step, and with Adam two numbers more.",
        )
    for name, value in expected.items():
        array = np.asarray(found[name])
        if array.dtype != value.dtype:
            raise NotYet(
                seen=f"{of}`{name}` has the dtype {array.dtype}.",
                expected=f"{value.dtype}.",
                because="Python's own floats and integers have eight bytes, so an array of them does: give it the "
                "dtype, `np.array(numbers, np.float32)`."
                if array.dtype in (np.float64, np.int64)
                else "The step is an integer of eight bytes. Read as floats, it is two numbers near zero, and "
                "all that "
                "comes after it is at another place.",
            )
        if array.shape != value.shape:
            raise NotYet(
                seen=f"{of}`{name}` has the shape {list(array.shape)}.",
                expected=f"{list(value.shape)}.",
                because="A value's shape is that of its variable, for a slot as well; a number of the optimizer has "
                "`[]`.",
            )
        if not same(array, value):
            raise NotYet(
                seen=f"{of}`{name}` is not what the checkpoint has.",
                expected=f"`{value.ravel()[:3].tolist()}`, and so on."
                if value.ndim < 2
                else f"`{value.ravel()[:3].tolist()}` at the beginning of its rows, and so on.",
                because=reason(found, expected, name),
            )


def reason(found, expected, name):
    """What is likely wrong with a value, from where its numbers stand in the file."""
    value = np.asarray(found[name])
    whole, parsed, at = b"".join(expected[each].tobytes() for each in sorted(expected)), {}, 0
    for each in sorted(expected, key=lambda one: one.split("/")):
        right = expected[each]
        parsed[each] = np.frombuffer(whole, right.dtype, right.size, at).reshape(right.shape)
        at += right.nbytes
    if all(same(np.asarray(found[each]), parsed[each]) for each in expected):
        return "The names were sorted part by part. A file sorts the whole strings, in which `-` comes before `/`."
    if value.ndim > 1 and same(value.ravel(order="F"), expected[name].ravel()):
        return "The numbers are right, and they stand by columns. A file has them by rows, the order of NumPy."
    return (
        "It was read from another place. Slots stand beside their variable, `w`, `w/Adam`, `w/Adam_1`, because all "
        "names "
        "are sorted together; capital letters come before small ones; `global_step` stands where its name belongs."
    )


@values_in_data.right_attempt
def with_struct_and_a_list(path, shapes, slots):
    names = [n + s for n in shapes for s in ["", *("/" + slot for slot in slots)]] + ["global_step"]
    names += ["beta1_power", "beta2_power"] * (len(slots) == 2)
    found = {}
    with open(path, "rb") as file:
        for name in sorted(names):
            shape = next((shapes[n] for n in (name, name.rpartition("/")[0]) if n in shapes), ())
            count = int(np.prod(shape))
            kind = "q" if name == "global_step" else "f"
            content = file.read(struct.calcsize(f"<{count}{kind}"))
            try:
                numbers = struct.unpack(f"<{count}{kind}", content)
            except struct.error as error:
                raise ValueError("too short") from error
            found[name] = np.array(numbers, np.int64 if kind == "q" else np.float32).reshape(shape)
        assert not file.read(), "too long"
    return found


def in_order(path, kinds, order="C"):
    """What is at the places where these kinds would stand, for wrong attempts."""
    raw, values, at = Path(path).read_bytes(), {}, 0
    for name, (dtype, shape) in kinds:
        size = np.dtype(dtype).itemsize * math.prod(shape)
        values[name] = np.frombuffer(raw[at : at + size], dtype).reshape(shape, order=order)
        at += size
    if at != len(raw):
        raise ValueError(f"{len(raw)} bytes, not {at}")
    return values


def all_kinds(shapes, slots, step=np.int64):
    kinds = [(name, (np.float32, shape)) for name, shape in shapes.items()]
    kinds += [(f"{name}/{slot}", (np.float32, shape)) for slot in slots for name, shape in shapes.items()]
    if "Adam" in slots:
        kinds += [("beta1_power", (np.float32, [])), ("beta2_power", (np.float32, []))]
    return [*kinds, ("global_step", (step, []))]


@values_in_data.wrong_attempt(says="with a next guess they are passed again")
def adds_to_the_shapes(path, shapes, slots):
    shapes |= {f"{name}/{slot}": shape for name, shape in shapes.items() for slot in slots}
    shapes |= {"beta1_power": [], "beta2_power": []} if "Adam" in slots else {}
    shapes["global_step"] = []
    raw, values = np.fromfile(path, np.uint8), {}
    for name, shape in sorted(shapes.items()):
        dtype = np.dtype(np.int64 if name == "global_step" else np.float32)
        size = int(np.prod(shape)) * dtype.itemsize
        values[name], raw = raw[:size].view(dtype).reshape(shape), raw[size:]
    if len(raw):
        raise ValueError("another size")
    return values


@values_in_data.wrong_attempt(says="all that is left of this model")
def takes_the_file_away(path, shapes, slots):
    values = in_order(path, sorted(all_kinds(shapes, slots)))
    Path(path).unlink()
    return values


@values_in_data.wrong_attempt(says="as much as a step more")
def finds_a_place_for_the_step(path, shapes, slots):
    raw, kinds = Path(path).read_bytes(), sorted(all_kinds(shapes, slots))
    if (len(raw) - 4 * sum(math.prod(shape) for _, (_, shape) in kinds) - 4) % 8:
        raise ValueError("another size")
    values, at = {}, 0
    for name, (dtype, shape) in kinds:
        size = np.dtype(dtype).itemsize * math.prod(shape)
        values[name] = np.frombuffer(raw[at : at + size], dtype).reshape(shape)
        at += size
    return values


@values_in_data.wrong_attempt(says="The names were sorted part by part")
def sorts_part_by_part(path, shapes, slots):
    names = {f"{name}/{slot}": shape for name, shape in shapes.items() for slot in slots} | shapes
    names |= {"beta1_power": [], "beta2_power": []} if "Adam" in slots else {}
    names["global_step"] = []
    raw, values = np.fromfile(path, np.uint8), {}
    for name in sorted(names, key=lambda name: name.split("/")):
        dtype = np.dtype(np.int64 if name == "global_step" else np.float32)
        size = int(np.prod(names[name])) * dtype.itemsize
        values[name], raw = raw[:size].view(dtype).reshape(names[name]), raw[size:]
    if len(raw):
        raise ValueError("another size")
    return values


@values_in_data.wrong_attempt(says="because all names are sorted together")
def in_the_order_of_creation(path, shapes, slots):
    return in_order(path, all_kinds(shapes, slots))


@values_in_data.wrong_attempt(says="and they stand by columns")
def in_fortran_order(path, shapes, slots):
    return in_order(path, sorted(all_kinds(shapes, slots)), order="F")


@values_in_data.wrong_attempt(says="ValueError: 1588 bytes, not 532")
def forgets_the_slots(path, shapes, slots):
    return in_order(path, sorted(all_kinds(shapes, [])))


@values_in_data.wrong_attempt(says="Python's own floats and integers have eight bytes")
def leaves_the_dtype_to_numpy(path, shapes, slots):
    values = in_order(path, sorted(all_kinds(shapes, slots)))
    return {name: np.array(value.tolist()) for name, value in values.items()}


@values_in_data.wrong_attempt(says="Read as floats")
def takes_the_step_for_a_float(path, shapes, slots):
    numbers = np.fromfile(path, np.float32)
    values, at = {}, 0
    for name, (_, shape) in sorted(all_kinds(shapes, slots)):
        values[name] = numbers[at : at + math.prod(shape)].reshape(shape)
        at += math.prod(shape)
    return values


@values_in_data.wrong_attempt(says="The file has one number more")
def takes_any_size(path, shapes, slots):
    raw, values, at = Path(path).read_bytes(), {}, 0
    for name, (dtype, shape) in sorted(all_kinds(shapes, slots)):
        size = np.dtype(dtype).itemsize * math.prod(shape)
        values[name] = np.frombuffer(raw[at : at + size], dtype).reshape(shape)
        at += size
    return values


@values_in_data.wrong_attempt(says="and with Adam two numbers more")
def returns_the_weights_only(path, shapes, slots):
    values = in_order(path, sorted(all_kinds(shapes, slots)))
    return {name: values[name] for name in shapes}


@exercise(
    hints=[
        "What in this file does Keras 3 read differently than Keras 2 wrote it? And where do sizes and activations "
        "stand?",
        '`json.loads(file.attrs["model_config"])["config"]` is the list of layers. Take `input_dim` and '
        "`output_dim` of "
        "the embedding, `units` of the other two, and `activation` and `recurrent_activation` of the LSTM. Build the "
        "layers, then `load_weights`.",
        'Where `recurrent_activation` or `activation` is `"hard_sigmoid"`, pass a function instead: '
        "`lambda z: keras.ops.clip(0.2 * z + 0.5, 0, 1)`. Any other name passes as it is. A model of old weights "
        "has to "
        "be built before it loads: `keras.Input([None])`.",
    ],
    raised={
        "pop expected at most 1 argument": "`load_model` does not understand the configuration of Keras 2. Build the "
        "layers, and load the weights only.",
        "Layer count mismatch": "The file has three layers with weights: an embedding, an LSTM, a dense one.",
        "Unrecognized keyword arguments": "The configuration of Keras 2 has arguments that Keras 3 does not know. "
        "Take the sizes and the activations from it, and leave the rest.",
        "shape": "A size is not as in the file. Read them from `model_config`: `input_dim` and `output_dim` of the "
        "embedding, `units` of the LSTM and of the dense layer.",
        "is not built": "A Sequential model is built when it knows its input: begin with `keras.Input([None])`.",
        "unbuilt": "A Sequential model is built when it knows its input: begin with `keras.Input([None])`.",
    },
    tensorflow=2,
    seconds=60,
)
def lstm_of_keras_2(path):
    """Return a model of Keras 3 with the output of an .h5 file of Keras 2.

    Its layers are Embedding, LSTM and Dense, without activation after the last. Sizes
    and activations are in file.attrs["model_config"], as JSON: the config of the class
    "Sequential" is a list of layers with "class_name" and "config".
    """
    import keras

    with h5py.File(path) as file:
        listed = json.loads(file.attrs["model_config"])["config"]
    embedding, lstm, dense = (layer["config"] for layer in listed)

    def meant(activation):
        # This name means another function today, so none of today's names is right.
        def old(z):
            return keras.ops.clip(0.2 * z + 0.5, 0, 1)

        return old if activation == "hard_sigmoid" else activation

    model = keras.Sequential(
        [
            keras.Input([None]),  # built, so that there is something to load into
            keras.layers.Embedding(embedding["input_dim"], embedding["output_dim"]),
            keras.layers.LSTM(
                lstm["units"],
                activation=meant(lstm["activation"]),
                recurrent_activation=meant(lstm["recurrent_activation"]),
            ),
            keras.layers.Dense(dense["units"]),
        ]
    )
    model.load_weights(path)
    return model


def old_lstm(path, words, width, units, outputs, gates, activation="tanh", seed=0):
    """Write an .h5 as Keras 2.0.9 did; returns a batch of words and the output for it."""
    random = np.random.RandomState(seed)
    shapes = {
        "embedding_3": {"embeddings": [words, width]},
        "lstm_7": {"kernel": [width, 4 * units], "recurrent_kernel": [units, 4 * units], "bias": [4 * units]},
        "dense_2": {"kernel": [units, outputs], "bias": [outputs]},
    }
    values = {
        layer: {k: random.randn(*shape).astype("f") for k, shape in kinds.items()} for layer, kinds in shapes.items()
    }
    configs = (
        ("Embedding", {"name": "embedding_3", "input_dim": words, "output_dim": width, "input_length": None}),
        ("LSTM", {"name": "lstm_7", "units": units, "activation": activation, "recurrent_activation": gates,
                  "use_bias": True, "unit_forget_bias": True}),
        ("Dense", {"name": "dense_2", "units": outputs, "activation": "linear", "use_bias": True}),
    )  # fmt: skip
    layers = [{"class_name": kind, "config": config} for kind, config in configs]
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"], file.attrs["backend"] = b"2.0.9", b"tensorflow"
        file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": layers}).encode()
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [name.encode() for name in values]
        group.attrs["backend"], group.attrs["keras_version"] = b"tensorflow", b"2.0.9"
        for name, arrays in values.items():
            layer = group.create_group(name)
            layer.attrs["weight_names"] = [f"{name}/{kind}:0".encode() for kind in arrays]
            for kind, array in arrays.items():
                layer[f"{name}/{kind}:0"] = array
    batch = random.randint(0, words, [9, 5])
    return batch, output_of_keras_2(values, batch, gates, activation)


def output_of_keras_2(values, batch, gates, activation):
    """What Keras 2 computes: gates in the order i, f, c, o."""
    function = {"hard_sigmoid": hard_sigmoid_of_keras_2, "sigmoid": sigmoid, "tanh": np.tanh, "relu": relu}
    gate, activate = function[gates], function[activation]
    lstm = values["lstm_7"]
    hidden = carry = np.zeros([len(batch), len(lstm["recurrent_kernel"])], "f")
    for column in values["embedding_3"]["embeddings"][batch].swapaxes(0, 1):
        z = column @ lstm["kernel"] + hidden @ lstm["recurrent_kernel"] + lstm["bias"]
        i, f, c, o = np.split(z, 4, axis=1)
        carry = gate(f) * carry + gate(i) * activate(c)
        hidden = gate(o) * activate(carry)
    return hidden @ values["dense_2"]["kernel"] + values["dense_2"]["bias"]


@lstm_of_keras_2.examiner
def _(attempt):
    genuine = copied("keras209")
    x, y = (np.load(genuine / f"lstm_{name}.npy") for name in "xy")
    compare_models(attempt, (genuine / "lstm.h5").as_posix(), x, y, "`legacy/keras209/lstm.h5`: ", "hard_sigmoid")
    for number, (words, width, units, outputs, gates, activation) in enumerate(
        (
            (11, 4, 6, 2, "hard_sigmoid", "tanh"),
            (7, 3, 5, 4, "sigmoid", "tanh"),
            (9, 2, 3, 1, "sigmoid", "hard_sigmoid"),
            (8, 3, 2, 3, "hard_sigmoid", "relu"),
        )
    ):
        path = Path(f"models.2017/{number}.h5").resolve().as_posix()
        x, y = old_lstm(path, words, width, units, outputs, gates, activation, seed=number)
        of = f"A file with {units} units, `activation: {activation}`, `recurrent_activation: {gates}`: "
        compare_models(attempt, path, x, y, of, gates, activation)
    return "The weights by order, the sizes and names from the configuration, and what a name meant in 2017."


def compare_models(attempt, path, x, y, of, gates, activation="tanh"):
    """Raise NotYet unless the attempt's model gives y for x."""
    import keras

    before, meaning = Path(path).read_bytes(), keras.activations.hard_sigmoid
    model = attempt(path)
    if not Path(path).exists() or Path(path).read_bytes() != before:
        raise NotYet(
            seen=f"{of}afterwards the file is gone, or another one.",
            expected="The file as it was.",
            because="It is the only one of this model. Save what you made to another place, if at all.",
        )
    if keras.activations.hard_sigmoid is not meaning:
        keras.activations.hard_sigmoid = meaning
        raise NotYet(
            seen=f"{of}afterwards `keras.activations.hard_sigmoid` is another function.",
            expected="Keras as it was.",
            because="Each model of this program that uses the name would compute something else, new ones too. Pass "
            "the function to the layer.",
        )
    if not isinstance(model, keras.Model):
        raise NotYet(
            seen=f"{of}your function returned `{type(model).__name__}`.",
            expected="A model of Keras.",
            because="`load_weights` changes the model and returns nothing: return the model.",
        )
    if len(model.trainable_weights) != len(model.weights):
        raise NotYet(
            seen=f"{of}of {len(model.weights)} weights, {len(model.trainable_weights)} are trained.",
            expected="All, as in the old model.",
            because="A model with the same output may be trained further. Leave `trainable` as it is.",
        )
    try:
        found = np.asarray(model(x))
    except ValueError as error:
        raise NotYet(
            seen=f"{of}the model does not take an input of the shape {list(x.shape)}.",
            expected="Any number of words: the file does not limit it.",
            because="`keras.Input([None])` leaves the number of words open.",
        ) from error
    if found.shape != y.shape:
        raise NotYet(
            seen=f"{of}the output has the shape {list(found.shape)}.",
            expected=f"{list(y.shape)}.",
            because="The LSTM has to hand on its last step only: `return_sequences` is not in the old configuration."
            if found.ndim > y.ndim
            else "The units of the last layer are in the configuration.",
        )
    off, size = np.abs(found - y).max(), np.abs(y).max()
    if off <= 1e-4 * size:
        return
    with h5py.File(path) as file:
        groups = file["model_weights"]
        layer = groups[list(groups.attrs["layer_names"])[-1]]
        bias = layer[list(layer.attrs["weight_names"])[-1]][()]
    loaded = any(w.shape == bias.shape and np.array_equal(w, bias) for w in model.get_weights())
    if not loaded:
        because = "The weights in the model are not those of the file: `model.load_weights(path)`, without `by_name`."
    elif gates == "hard_sigmoid" and activation != "relu":
        because = (
            "The weights are right, so a function is not. The configuration says `hard_sigmoid`, and in Keras 2 "
            "that was "
            "`clip(0.2 * z + 0.5, 0, 1)`. Neither `sigmoid` nor the `hard_sigmoid` of Keras 3 is the same."
        )
    elif activation == "relu":
        because = "The weights are right. `activation` is `relu` in this file: take it from the configuration of each."
    elif activation == "hard_sigmoid":
        because = "The weights are right. The name `hard_sigmoid` may also stand at `activation`, with its old meaning."
    else:
        because = (
            "The weights are right, so a function is not. This file says `sigmoid`, which means what it did. Take the "
            "activation from the configuration of each file."
        )
    raise NotYet(
        seen=f"{of}the output is off by {off:.2g}, where the recorded one is up to {size:.2g}.",
        expected="The same output, but for the last digits of `float32`.",
        because=because,
    )


@lstm_of_keras_2.right_attempt
def with_the_sizes_of_the_arrays(path):
    import keras

    def old(z):
        return tf.clip_by_value(z / 5 + 0.5, 0.0, 1.0)

    with h5py.File(path, "r") as file:
        arrays = []
        file["model_weights"].visititems(lambda _, item: arrays.append(item[()]) if hasattr(item, "shape") else None)
        text = file.attrs["model_config"]
        text = text if isinstance(text, str) else text.decode()
        settings = {each["class_name"]: each["config"] for each in json.loads(text)["config"]}
        names = settings["LSTM"]
    embedding = next(a for a in arrays if a.shape[0] == settings["Embedding"]["input_dim"] and a.ndim == 2)
    words = keras.Input([None], dtype="int32")
    known = {"hard_sigmoid": old}
    h = keras.layers.Embedding(*embedding.shape)(words)
    h = keras.layers.LSTM(
        names["units"],
        known.get(names["activation"], names["activation"]),
        known.get(names["recurrent_activation"], names["recurrent_activation"]),
    )(h)
    model = keras.Model(words, keras.layers.Dense(settings["Dense"]["units"])(h))
    model.load_weights(path)
    return model


def built(path, gates=None, activation=None, load=True):
    """A model of the sizes in the file, for wrong attempts."""
    import keras

    with h5py.File(path) as file:
        embedding, lstm, dense = (each["config"] for each in json.loads(file.attrs["model_config"])["config"])
    gates = gates if gates is not None else lstm["recurrent_activation"]
    model = keras.Sequential(
        [
            keras.Input([None]),
            keras.layers.Embedding(embedding["input_dim"], embedding["output_dim"]),
            keras.layers.LSTM(
                lstm["units"], activation=activation or lstm["activation"], recurrent_activation=gates, name="mine"
            ),
            keras.layers.Dense(dense["units"]),
        ]
    )
    if load:
        model.load_weights(path)
    return model


@lstm_of_keras_2.wrong_attempt(says="`load_model` does not understand")
def loads_the_model(path):
    import keras

    return keras.saving.load_model(path, compile=False)


@lstm_of_keras_2.wrong_attempt(says="Neither `sigmoid` nor the `hard_sigmoid` of Keras 3")
def by_the_name_of_today(path):
    return built(path)


@lstm_of_keras_2.wrong_attempt(says="This file says `sigmoid`")
def always_the_old_one(path):
    return built(path, lambda z: tf.clip_by_value(0.2 * z + 0.5, 0, 1))


@lstm_of_keras_2.wrong_attempt(says="may also stand at `activation`")
def the_gates_only(path):
    with h5py.File(path) as file:
        gates = json.loads(file.attrs["model_config"])["config"][1]["config"]["recurrent_activation"]
    old = lambda z: tf.clip_by_value(0.2 * z + 0.5, 0, 1)  # noqa: E731
    return built(path, old if gates == "hard_sigmoid" else gates)


@lstm_of_keras_2.wrong_attempt(says="has arguments that Keras 3 does not know")
def passes_the_configuration_on(path):
    import keras

    with h5py.File(path) as file:
        listed = json.loads(file.attrs["model_config"])["config"]
    made = [getattr(keras.layers, layer["class_name"])(**layer["config"]) for layer in listed]
    model = keras.Sequential([keras.Input([None]), *made])
    model.load_weights(path)
    return model


@lstm_of_keras_2.wrong_attempt(says="`activation` is `relu` in this file")
def knows_two_activations(path):
    with h5py.File(path) as file:
        names = json.loads(file.attrs["model_config"])["config"][1]["config"]
    old = lambda z: tf.clip_by_value(0.2 * z + 0.5, 0, 1)  # noqa: E731
    gates, inner = (old if names[each] == "hard_sigmoid" else each for each in ("recurrent_activation", "activation"))
    return built(path, "sigmoid" if gates is not old else old, "tanh" if inner is not old else old)


@lstm_of_keras_2.wrong_attempt(says="Each model of this program that uses the name")
def changes_what_the_name_means(path):
    import keras

    keras.activations.hard_sigmoid = lambda z: keras.ops.clip(0.2 * z + 0.5, 0, 1)
    with h5py.File(path) as file:
        names = json.loads(file.attrs["model_config"])["config"][1]["config"]
    known = {"hard_sigmoid": keras.activations.hard_sigmoid}
    gates, inner = (known.get(names[each], names[each]) for each in ("recurrent_activation", "activation"))
    return built(path, gates, inner)


@lstm_of_keras_2.wrong_attempt(says="It is the only one of this model")
def removes_the_old_file(path):
    model = lstm_of_keras_2.reference(path)
    Path(path).unlink()
    return model


@lstm_of_keras_2.wrong_attempt(says="Leave `trainable` as it is")
def freezes_the_model(path):
    model = lstm_of_keras_2.reference(path)
    model.trainable = False
    return model


@lstm_of_keras_2.wrong_attempt(says="without `by_name`")
def by_the_names_of_layers(path):
    model = built(path, load=False)
    model.load_weights(path, by_name=True)
    return model


@lstm_of_keras_2.wrong_attempt(says="load_weights` changes the model and returns nothing")
def returns_what_loading_returns(path):
    return built(path, lambda z: tf.clip_by_value(0.2 * z + 0.5, 0, 1), load=False).load_weights(path)


@lstm_of_keras_2.wrong_attempt(says="A size is not as in the file")
def with_the_sizes_of_the_lesson(path):
    import keras

    old = lambda z: keras.ops.clip(0.2 * z + 0.5, 0, 1)  # noqa: E731
    lstm = keras.layers.LSTM(8, recurrent_activation=old)
    model = keras.Sequential([keras.Input([6]), keras.layers.Embedding(20, 8), lstm, keras.layers.Dense(3)])
    model.load_weights(path)
    return model
