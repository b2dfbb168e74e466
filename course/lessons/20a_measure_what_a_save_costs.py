"""Exercises of lesson 20a: a save in the background, weights in half precision, and a torn checkpoint."""

import threading
import time
from pathlib import Path

import numpy as np
import tensorflow as tf

from course.practice import NotYet, exercise, same

LARGE = 10_000_000  # numbers: 40 MB, which take long enough to write that nothing is there at once


@exercise(
    hints=[
        "Which option makes `write` return at once, which method waits for the file, and who tells of an error?",
        "`tf.train.CheckpointOptions(enable_async=True)` goes to `write`; `train()` comes next, then "
        "`checkpoint.sync()`. After that, look whether the checkpoint is there.",
        "`checkpoint.write(prefix, options)`, `train()`, `checkpoint.sync()`, and raise OSError if there is no "
        'file `f"{prefix}.index"`.',
    ],
    raised={
        "has no attribute 'checkpoint_exists'": "TensorFlow 2 has it as `tf.compat.v1.train.checkpoint_exists`; or "
        "look for the index.",
    },
    tensorflow=2,
)
def write_meanwhile(checkpoint, prefix, train):
    """Write checkpoint to prefix in the background, and call train() meanwhile.

    What is written are the values from before train(). Return when the checkpoint is
    complete; raise an error if it was not written. Nothing is at prefix yet.
    """
    import os

    checkpoint.write(prefix, tf.train.CheckpointOptions(enable_async=True))
    train()
    checkpoint.sync()  # returns None after an error, too
    if not os.path.exists(f"{prefix}.index"):  # written last; prefix itself is the name of no file
        raise OSError(f"{prefix} was not written")


@write_meanwhile.examiner
def _(attempt):
    Path("run").mkdir()
    for prefix, value in (("run/model-7", 3.0), (Path("elsewhere").resolve().as_posix(), -1.0)):
        large = tf.Variable(tf.fill([LARGE], value))
        # So many that `checkpoint.write` in a thread of the attempt's own still reads when `train` changes them. It is
        # no listed wrong attempt, because nothing makes sure of that.
        small = [tf.Variable(value) for _ in range(100)]
        checkpoint = tf.train.Checkpoint(net=large, steps=tf.Variable(int(value)), small=small)
        trained_meanwhile(attempt, checkpoint, prefix, value)
    Path("file").write_text("")
    for prefix in ("file/model", Path("file", "other").resolve().as_posix()):
        checkpoint = tf.train.Checkpoint(net=tf.Variable([1.0, 2.0]), steps=tf.Variable(1))
        if attempt.refusal(checkpoint, prefix, lambda: None, kinds=(Exception,)) is None:
            raise NotYet(
                seen="`file` is a file, so nothing can be written below it. No error was raised.",
                expected="An error.",
                because="`sync` returns `None` whether it was written or not. Only a look at the disk tells.",
            )
    checkpoint = tf.train.Checkpoint(net=tf.Variable([1.0, 2.0]), steps=tf.Variable(1))
    if attempt.refusal(checkpoint, "run/stopped", fails, kinds=(Exception,)) is None:
        raise NotYet(
            seen="`train` raised a RuntimeError, and your function raised none.",
            expected="The error of the training.",
            because="It was caught, or it ended a thread of its own, where nobody hears of it. The file is complete, "
            "and the training is not: whoever called has to know.",
        )
    return "Training goes on while the file is written, and what was not written is not taken for saved."


def fails():
    raise RuntimeError("the training failed")


def trained_meanwhile(attempt, checkpoint, prefix, value):
    """Lets an attempt save a checkpoint whose values all say ``value``, and train it meanwhile."""
    found, ended, caller = [], [], threading.current_thread()

    def train():
        found.append(Path(f"{prefix}.index").exists())
        for variable in (checkpoint.steps, *reversed(checkpoint.small), checkpoint.net):
            variable.assign_add(tf.ones_like(variable))
        if threading.current_thread() is not caller:
            time.sleep(2)  # longer than the file takes: to wait for the file is not to wait for this thread
        ended.append(True)

    try:
        attempt(checkpoint, prefix, train)
        there = Path(f"{prefix}.index").exists()
    except NotYet as problem:
        if found and isinstance(problem.__cause__, OSError) and Path(f"{prefix}.index").exists():
            raise NotYet(
                seen=f"`{prefix}` was written, and an error was raised: `{problem.__cause__}`.",
                expected="No error.",
                because="A prefix is no file: the files are called `….index` and `….data-00000-of-00001`.",
            ) from problem
        raise
    if len(found) != 1:
        raise NotYet(
            seen=f"`train` was called {len(found)} times.",
            expected="Once.",
            because="The training goes on while the file is written: call it after `write`, and before `sync`.",
        )
    if not ended:
        raise NotYet(
            seen="When the function returned, `train` was still running, in a thread of its own.",
            expected="Both are done: the training and the file.",
            because="`sync` waits for the file only. A thread is waited for with `join()`; and `train()` needs none, "
            "since it is the writing that goes on in the background.",
        )
    if not there:
        raise NotYet(
            seen="When the function returned, the checkpoint was not there.",
            expected="It is complete.",
            because="`write` returns before the file is there. Which method waits for it?",
        )
    now = {float(variable.numpy().ravel()[0]) for variable in (checkpoint.steps, checkpoint.net, *checkpoint.small)}
    if now != {value + 1}:
        raise NotYet(
            seen=f"`train()` made {value + 1:g} of {value:g}. Afterwards the variables have {listed(now)}.",
            expected=f"{value + 1:g}: the training goes on from there.",
            because="What was read back, or put back, takes the training back. To see that a file can be read, read it "
            "into something else.",
        )
    held = tf.train.load_checkpoint(prefix)
    key = ".ATTRIBUTES/VARIABLE_VALUE"
    values = {float(held.get_tensor(f"small/{number}/{key}")) for number in range(len(checkpoint.small))}
    values |= {float(held.get_tensor(f"net/{key}")[0]), float(held.get_tensor(f"steps/{key}"))}
    if values != {value}:
        raise NotYet(
            seen=f"Before `train()` the values were {value:g}, and in the file they are {listed(values)}.",
            expected=f"{value:g}.",
            because="`train()` came first, or ran while a thread of yours was still reading the variables. What is "
            "to be written are the values of the moment of `write`.",
        )
    if found[0]:
        raise NotYet(
            seen="When `train` was called, the checkpoint was complete already.",
            expected="It is being written while `train` runs.",
            because="The training waited for the save. `enable_async=True` is what lets it go on, until `sync`.",
        )


def listed(values):
    return " and ".join(f"{value:g}" for value in sorted(values))


@write_meanwhile.right_attempt
def reads_it_back(checkpoint, prefix, train):
    options = tf.train.CheckpointOptions(enable_async=True)
    path = checkpoint.write(prefix, options=options)
    train()
    checkpoint.sync()
    tf.train.load_checkpoint(path)
    return path


@write_meanwhile.right_attempt
def as_tensorflow_1_asks(checkpoint, prefix, train):
    options = tf.train.CheckpointOptions(experimental_enable_async_checkpoint=True)
    checkpoint.write(prefix, options)
    train()
    checkpoint.sync()
    assert tf.compat.v1.train.checkpoint_exists(prefix), "not written"


@write_meanwhile.wrong_attempt(says="takes the training back")
def reads_it_back_afterwards(checkpoint, prefix, train):
    write_meanwhile.reference(checkpoint, prefix, train)
    checkpoint.read(prefix).assert_consumed()


@write_meanwhile.wrong_attempt(says="`sync` waits for the file only")
def trains_in_a_thread(checkpoint, prefix, train):
    import os
    import threading

    checkpoint.write(prefix, tf.train.CheckpointOptions(enable_async=True))
    threading.Thread(target=train).start()
    checkpoint.sync()
    if not os.path.exists(f"{prefix}.index"):
        raise OSError(f"{prefix} was not written")


@write_meanwhile.wrong_attempt(says="or it ended a thread of its own, where nobody hears of it")
def goes_on_after_an_error(checkpoint, prefix, train):
    import contextlib
    import os

    checkpoint.write(prefix, tf.train.CheckpointOptions(enable_async=True))
    with contextlib.suppress(Exception):
        train()
    checkpoint.sync()
    if not os.path.exists(f"{prefix}.index"):
        raise OSError(f"{prefix} was not written")


@write_meanwhile.wrong_attempt(says="`sync` returns `None` whether")
def trusts_sync(checkpoint, prefix, train):
    checkpoint.write(prefix, tf.train.CheckpointOptions(enable_async=True))
    train()
    checkpoint.sync()


@write_meanwhile.wrong_attempt(says="Which method waits for it?")
def does_not_wait(checkpoint, prefix, train):
    checkpoint.write(prefix, tf.train.CheckpointOptions(enable_async=True))
    train()


@write_meanwhile.wrong_attempt(says="The training waited for the save")
def saves_first(checkpoint, prefix, train):
    checkpoint.write(prefix)
    train()


@write_meanwhile.wrong_attempt(says="`train()` came first")
def trains_first(checkpoint, prefix, train):
    train()
    checkpoint.write(prefix, tf.train.CheckpointOptions(enable_async=True))
    checkpoint.sync()


@write_meanwhile.wrong_attempt(says="A prefix is no file")
def looks_for_the_prefix(checkpoint, prefix, train):
    checkpoint.write(prefix, tf.train.CheckpointOptions(enable_async=True))
    train()
    checkpoint.sync()
    if not Path(prefix).exists():
        raise OSError(prefix)


@exercise(
    hints=[
        "Which of the arrays are weights, and what does `astype` do with a number that is too large?",
        "Go by the key and by the dtype. A number that was finite and is not after `astype(np.float16)` says that the "
        "array has to stay.",
        'For each key and array: if `key.startswith("model/")` and `array.dtype == np.float32`, make '
        "`half = array.astype(np.float16)`, and take it if `np.array_equal(np.isfinite(half), np.isfinite(array))`.",
    ],
    tensorflow=2,
)
def to_half(values):
    """Return a copy of a checkpoint's arrays, {key: array}, in which weights are halved.

    Weights are the float32 arrays whose key begins with "model/". They become float16,
    unless that makes a number of the array infinite: then the array stays as it is, and
    so does all else, such as counters and what belongs to the optimizer.
    """
    halved = {}
    for key, array in values.items():
        halved[key] = array
        if key.startswith("model/") and array.dtype == np.float32:
            with np.errstate(over="ignore"):  # what overflows is looked for below
                half = array.astype(np.float16)
            if np.array_equal(np.isfinite(half), np.isfinite(array)):
                halved[key] = half
    return halved


def checkpoints():
    """Two checkpoints, each with what belongs halved: ``[({key: array}, {key, …}), …]``."""
    random = np.random.default_rng(0)
    dense = random.normal(size=[3, 4]).astype(np.float32)
    yield (
        {
            "model/steps": np.array([257, 70_000], np.int64),
            "model/statistics": np.array([1.5, 2.5], np.float64),
            "model/dense/kernel": dense,
            "model/dense/bias": np.array([0.0, 65_510.0], np.float32),
            "model/dense/scale": np.array([1.0, 3e-8], np.float32),
            "model/embedding": np.array([[1.0, -1e5]], np.float32),
            "optimizer/model/dense/kernel/velocity": np.full([3, 4], 1e-9, np.float32),
            "optimizer/iterations": np.int64(2049),
        },
        {"model/dense/kernel", "model/dense/bias", "model/dense/scale"},
    )
    yield (
        {
            "optimizer/learning_rate": np.array(1e-8, np.float32),
            "the_model/kernel": np.array([4.0], np.float32),
            "model_average/kernel": np.array([4.0], np.float32),
            "model/scale": np.array(3.25, np.float32),
            "model/mask": np.array([0.0, -np.inf], np.float32),
            "model/large": np.array([65_520.0], np.float32),
            "model/both": np.array([-np.inf, 1e5], np.float32),
            "counter": np.array(3.0, np.float32),
        },
        {"model/scale", "model/mask"},
    )


@to_half.examiner
def _(attempt):
    for values, halved in checkpoints():
        given = {key: array.copy() for key, array in values.items()}
        answer = attempt(given)
        if not isinstance(answer, dict) or answer.keys() != values.keys():
            raise NotYet(
                seen=f"Returned was `{answer!r:.200}`.",
                expected="A dict with the same keys.",
                because="What is not halved belongs to the checkpoint, too.",
            )
        if answer is given or not all(same(given.get(key), values[key]) for key in values):
            raise NotYet(
                seen="The dict that was passed has changed.",
                expected="A copy.",
                because="Whoever passed it may still want to go on training from it.",
            )
        for key, array in values.items():
            expected = array.astype(np.float16) if key in halved else array
            must_be(answer[key], expected, key, array)
    return "Weights lose digits only; what overflows, counts, or belongs to the optimizer is kept whole."


def must_be(found, expected, key, array):
    found = np.asarray(found)
    if found.dtype == expected.dtype and np.array_equal(found, expected):
        return
    if expected.dtype == np.float16:
        because = why_halved(array)
    elif array.dtype != np.float32:
        because = "Only float32 arrays are weights. A counter of 2049 becomes 2048 in float16."
    elif not key.startswith("model/"):
        because = "It does not begin with `model/`. An optimizer's small numbers become 0, and its next steps huge."
    else:
        because = "From 65,520 on a number becomes infinite in float16, so this array has to stay."
        if not np.isfinite(array).all():
            because = (
                "One number was infinite before, and another one becomes it. Ask for each number, not for the array."
            )
    raise NotYet(
        seen=f"`{key}`, {array.dtype.name} {array.tolist()}, became {found.dtype.name} {found.tolist()}.",
        expected=f"{expected.dtype.name} {expected.tolist()}.",
        because=because,
    )


def why_halved(array):
    """Why an array has to become float16."""
    if not np.isfinite(array).all():
        return "A weight that was infinite before does not become it: it fits."
    if array.max() > np.finfo(np.float16).max:
        return (
            "65,510 is rounded to 65,504, the largest number of float16, and so it does not become infinite. Look at "
            "what `astype` makes of each number."
        )
    if 0 < np.abs(array).min() < 1e-7:
        return "A small number loses digits, or becomes 0. Only what becomes infinite is a reason to keep the array."
    return "A weight that fits has to be halved."


to_half.may_pass(
    "with np.errstate(over='ignore'): -> with np.errstate():",
    because="NumPy then warns of the overflow, and what is returned is the same.",
)


@to_half.right_attempt
def by_the_largest(values):
    def fits(array):
        finite = np.abs(array[np.isfinite(array)])
        return finite.size == 0 or finite.max() < 65_520

    weights = {key for key, array in values.items() if key[:6] == "model/" and array.dtype.name == "float32"}
    return {key: a.astype("float16") if key in weights and fits(a) else a for key, a in values.items()}


@to_half.wrong_attempt(says="Only float32 arrays are weights")
def halves_all_of_the_model(values):
    return {key: array.astype(np.float16) if "model/" in key[:6] else array for key, array in values.items()}


@to_half.wrong_attempt(says="has to stay")
def forgets_the_overflow(values):
    halves = key_of_weights(values)
    return {key: array.astype(np.float16) if key in halves else array for key, array in values.items()}


@to_half.wrong_attempt(says="It does not begin with `model/`")
def goes_by_the_dtype(values):
    fits = {key for key, array in values.items() if array.dtype == np.float32 and np.abs(array).max() < 65_520}
    return {key: array.astype(np.float16) if key in fits else array for key, array in values.items()}


@to_half.wrong_attempt(says="A copy.")
def changes_the_dict(values):
    for key in key_of_weights(values):
        if np.isfinite(values[key].astype(np.float16)).all():
            values[key] = values[key].astype(np.float16)
    return values


@to_half.wrong_attempt(says="Ask for each number, not for the array")
def asks_whether_any_is_infinite(values):
    halved = dict(values)
    for key in key_of_weights(values):
        half = values[key].astype(np.float16)
        if not np.isinf(half).any() or np.isinf(values[key]).any():
            halved[key] = half
    return halved


@to_half.wrong_attempt(says="is rounded to 65,504")
def compares_with_the_largest_number(values):
    halved = dict(values)
    for key in key_of_weights(values):
        finite = np.abs(values[key][np.isfinite(values[key])])
        if finite.max(initial=0) <= np.finfo(np.float16).max:
            halved[key] = values[key].astype(np.float16)
    return halved


@to_half.wrong_attempt(says="Only what becomes infinite is a reason")
def wants_nearly_the_same_numbers(values):
    halves = {
        key for key in key_of_weights(values) if np.allclose(values[key].astype(np.float16), values[key], rtol=1e-2)
    }
    return {key: array.astype(np.float16) if key in halves else array for key, array in values.items()}


@to_half.wrong_attempt(says="it fits.")
def wants_all_finite(values):
    halves = {key for key in key_of_weights(values) if np.isfinite(values[key].astype(np.float16)).all()}
    return {key: array.astype(np.float16) if key in halves else array for key, array in values.items()}


def key_of_weights(values):
    return {key for key, array in values.items() if key.startswith("model/") and array.dtype == np.float32}


@exercise(
    hints=[
        "Where does a list of the keys of a checkpoint come from, without the objects?",
        "`tf.train.list_variables(prefix)` has the keys. Read those that end in "
        '`"/steps/.ATTRIBUTES/VARIABLE_VALUE"` with `tf.train.load_variable`, all of them, and compare.',
        "`len(set(steps)) > 1` for the list of their values as `int`.",
    ],
    tensorflow=2,
)
def is_torn(prefix):
    """Return True if a checkpoint is of more than one step.

    Each layer of the model has a variable called steps, which counts the steps that the
    layer was trained for. Between two steps of the training, all of them are equal. Their
    keys end in "/steps/.ATTRIBUTES/VARIABLE_VALUE".
    """
    keys = [key for key, _ in tf.train.list_variables(prefix) if key.endswith("/steps/.ATTRIBUTES/VARIABLE_VALUE")]
    # All of them: a tear can be anywhere, between the last two as well.
    return len({int(tf.train.load_variable(prefix, key)) for key in keys}) > 1


class Layer(tf.Module):
    """A layer with its own counter of steps, and a variable whose name only begins or ends like it."""

    def __init__(self, steps, number):
        super().__init__()
        self.steps = tf.Variable(steps, dtype=tf.int64)
        self.warm_steps = tf.Variable(100 + number)
        self.kernel = tf.Variable([1.0 * number, 2.0])


@is_torn.examiner
def _(attempt):
    for prefix, steps, *name in (
        ("whole", [7, 7, 7, 7]),
        ("first", [8, 7, 7, 7]),
        (Path("last").resolve().as_posix(), [3, 3, 3, 3, 2]),
        ("middle", [5, 6, 6, 5]),
        ("one", [9]),
        ("zero", [0, 0, 0]),
        ("rising", [6, 7]),
        ("begun", [1, 0, 0]),
        ("named", [4, 3], "blocks"),
        ("mean", [6, 5, 7]),
        ("late", [2**24, 2**24 + 1]),
        ("later", [2**53 + 1, 2**53, 2**53 + 1]),
        ("many", [5] * 11 + [4]),
        ("runs/older", [2, 2]),
        ("runs/newer", [4, 3]),
        ("runs/older", [3, 2]),
    ):
        Path(prefix).parent.mkdir(exist_ok=True)
        layers = [Layer(each, number) for number, each in enumerate(steps)]
        tf.train.Checkpoint(**{(name or ["layers"])[0]: layers}, epoch=tf.Variable(1), limit=Limit()).write(prefix)
        if prefix.startswith("runs/"):  # a list that says another one is the latest
            other = "runs/newer" if prefix == "runs/older" and steps[0] == steps[1] else "runs/older"
            tf.compat.v1.train.update_checkpoint_state("runs", other)
        before = {path: path.read_bytes() for path in Path(prefix).parent.iterdir() if path.is_file()}
        answer = attempt(prefix)
        if before != {path: path.read_bytes() for path in Path(prefix).parent.iterdir() if path.is_file()}:
            raise NotYet(
                seen="Afterwards a file beside the checkpoint is new, changed or gone.",
                expected="The files as they were.",
                because="Whether a torn checkpoint is thrown away is for whoever asked to decide.",
            )
        if not isinstance(answer, bool | np.bool_):
            raise NotYet(
                seen=f"Returned was `{answer!r}`.",
                expected="`True` or `False`.",
                because="Whether there are several steps is asked, not which ones.",
            )
        if answer != (len(set(steps)) > 1):
            raise NotYet(
                seen=f"The layers count {', '.join(map(str, steps))}, and the answer was `{answer}`.",
                expected=f"`{not answer}`.",
                because=tear_mistake(answer, steps)
                if not name
                else "The layers are below `blocks` in this file: each "
                "program has another way to them. What is known of the keys is how they end.",
            )
    for path in Path().glob("first.data-*"):
        path.write_bytes(b"")
    if attempt.refusal("first", kinds=(Exception,)) is None:
        raise NotYet(
            seen="The data of a checkpoint are gone. The function returned an answer.",
            expected="The error of the reader.",
            because="An error was caught. What cannot be read is neither torn nor whole, and worse than torn.",
        )
    return "All counters were compared, and nothing else."


class Limit(tf.Module):
    """Has a number of steps that no layer counts: its key ends otherwise."""

    def __init__(self):
        super().__init__()
        self.total_steps = tf.Variable(1000)


def tear_mistake(answer, steps):
    if answer:
        return "Only the variables called `steps` count: a kernel, an epoch and `warm_steps` may be anything."
    if min(steps) >= 2**24:
        return (
            "They are integers, and differ by one: `float32` has no number between 2**24 and 2**24 + 2, `float64` none "
            "between 2**53 and 2**53 + 2. Compare them as integers, and exactly."
        )
    if sum(steps) == len(steps) * steps[0]:
        return "The mean is the first one's step, and the others are not: a sum does not show a tear. Compare each."
    if 0 in steps:
        return "0 is a step, too: one layer was trained once, and the others not yet."
    if steps == sorted(steps):
        return (
            "The later layer is ahead, which is a tear as well. Ask whether all are equal, not whether one is smaller."
        )
    if steps[0] == steps[-1]:
        return "The first and the last one agree, and between them there is another step: compare all of them."
    if len(steps) > 10:
        return "It has 12 layers, and the last one is behind: their number is in no description, so go by the keys."
    if steps[0] == steps[1]:
        return "The first two agree. The tear is further on: compare all of them."
    return None


@is_torn.right_attempt
def with_a_reader(prefix):
    reader = tf.train.load_checkpoint(prefix)
    found = [reader.get_tensor(key) for key in reader.get_variable_to_dtype_map() if "/steps/" in key]
    return bool(max(found) != min(found))


@is_torn.wrong_attempt(says="Whether a torn checkpoint is thrown away")
def throws_it_away(prefix):
    torn = is_torn.reference(prefix)
    if torn:
        for path in Path(prefix).parent.glob(f"{Path(prefix).name}.*"):
            path.unlink()
    return torn


@is_torn.wrong_attempt(says="and worse than torn")
def takes_an_error_for_whole(prefix):
    try:
        return is_torn.reference(prefix)
    except Exception:
        return False


@is_torn.wrong_attempt(says="so go by the keys")
def counts_to_ten(prefix):
    names = dict(tf.train.list_variables(prefix))
    end = "/steps/.ATTRIBUTES/VARIABLE_VALUE"
    first = next(name for name in names if name.endswith(end)).partition("/")[0]
    keys = [f"{first}/{number}{end}" for number in range(10)]
    return len({int(tf.train.load_variable(prefix, key)) for key in keys if key in names}) > 1


@is_torn.wrong_attempt(says="What is known of the keys is how they end")
def writes_the_way_out(prefix):
    found, number = set(), 0
    while True:
        try:
            key = f"layers/{number}/steps/.ATTRIBUTES/VARIABLE_VALUE"
            found.add(int(tf.train.load_variable(prefix, key)))
        except tf.errors.OpError:
            return len(found) > 1
        number += 1


@is_torn.wrong_attempt(says="Compare them as integers, and exactly")
def compares_floats(prefix):
    keys = [key for key, _ in tf.train.list_variables(prefix) if "/steps/" in key]
    return len({float(np.float32(tf.train.load_variable(prefix, key))) for key in keys}) > 1


@is_torn.wrong_attempt(says="a sum does not show a tear")
def divides_the_sum(prefix):
    keys = [key for key, _ in tf.train.list_variables(prefix) if "/steps/" in key]
    found = [int(tf.train.load_variable(prefix, key)) for key in keys]
    return sum(found) != len(found) * found[0]


@is_torn.wrong_attempt(says="0 is a step, too")
def leaves_out_what_was_not_trained(prefix):
    end = "/steps/.ATTRIBUTES/VARIABLE_VALUE"
    found = {
        int(tf.train.load_variable(prefix, key)) for key, _ in tf.train.list_variables(prefix) if key.endswith(end)
    }
    return len(found - {0}) > 1


@is_torn.wrong_attempt(says="Only the variables called `steps` count")
def compares_all_that_contain_steps(prefix):
    found = {int(tf.train.load_variable(prefix, key)) for key, _ in tf.train.list_variables(prefix) if "steps" in key}
    return len(found) > 1


@is_torn.wrong_attempt(says="The first two agree")
def compares_the_first_two(prefix):
    keys = [key for key, _ in tf.train.list_variables(prefix) if "/steps/" in key]
    first, *others = [int(tf.train.load_variable(prefix, key)) for key in keys]
    return bool(others) and first != others[0]


@is_torn.wrong_attempt(says="The first and the last one agree")
def compares_first_and_last(prefix):
    keys = [key for key, _ in tf.train.list_variables(prefix) if "/steps/" in key]
    found = [int(tf.train.load_variable(prefix, key)) for key in keys]
    return found[0] != found[-1]


@is_torn.wrong_attempt(says="The later layer is ahead")
def expects_the_steps_to_fall(prefix):
    keys = [key for key, _ in tf.train.list_variables(prefix) if "/steps/" in key]
    found = [int(tf.train.load_variable(prefix, key)) for key in keys]
    return any(one > other for one, other in zip(found, found[1:], strict=False))


@is_torn.wrong_attempt(says="`True` or `False`")
def returns_the_steps(prefix):
    keys = [key for key, _ in tf.train.list_variables(prefix) if "/steps/" in key]
    return {int(tf.train.load_variable(prefix, key)) for key in keys}
