"""Exercises of lesson 16a: what a save leaves out; a restore that is asked, of a Keras model and of a Saver's file."""

from pathlib import Path

import numpy as np
import tensorflow as tf

from course import guards
from course.legacy_files import copied
from course.practice import NotYet, exercise


class Box:
    """An object that TensorFlow does not know: what it holds is in no save."""

    def __init__(self, variable):
        self.variable = variable


def module(start, boxed=False):
    """A ``tf.Module`` and all of its variables, one of them out of TensorFlow's sight if ``boxed``."""
    made = tf.Module()
    made.kernel = tf.Variable([start, 0.0])
    made.parts = [tf.Variable([start + 1, 0.0]), tf.Variable([start + 2, 0.0])]
    made.seen = tf.Variable(7, trainable=False)
    hidden = tf.Variable([start, 0.0])  # which is as the kernel, so that values do not tell them apart
    made.more = Box(hidden) if boxed else (hidden,)
    return made, [made.kernel, *made.parts, made.seen, hidden]


def layered(kind):
    """A Keras model of a class of its own that keeps two of its three layers in a list, a tuple or a dictionary."""
    import keras

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            layers = [keras.layers.Dense(2), keras.layers.Dense(2)]
            self.parts = {"a": layers[0], "b": layers[1]} if kind is dict else kind(layers)
            self.head = keras.layers.Dense(1)

        def call(self, inputs):
            for part in self.parts.values() if kind is dict else self.parts:
                inputs = part(inputs)
            return self.head(inputs)

    net = Net()
    net(np.ones([1, 2], "float32"))
    return net


def saved_arrays(checkpoint, path):
    """How many arrays a save has, without the counter of saves."""
    return sum("VARIABLE_VALUE" in key for key, _ in tf.train.list_variables(checkpoint.save(path))) - 1


@exercise(
    hints=[
        "Both sides are objects. When are two of them the same one?",
        "`==` compares the values of variables, and two variables may have equal values. `id(variable)` is a number of "
        "its own for each object; `is` compares objects too.",
        "Collect `id(each)` of all `tf.train.TrackableView(checkpoint).descendants()` in a set. Raise ValueError if "
        "`id(variable)` is not in it for one of `variables`.",
    ],
    raised={
        "Attempt to convert a value": "`in` and `==` compare values. Compare the objects: `id(…)`, or `is`.",
        "truth value of an array": "`in` and `==` compare the values of variables. Compare the objects: `id(…)`, or "
        "`is`.",
        "is unhashable": "A variable cannot be a member of a set or a key, since `==` compares its value. Its `id(…)` "
        "can.",
    },
    tensorflow=2,
)
def all_tracked(checkpoint, variables):
    """Raise ValueError unless each of variables is in what a save of checkpoint writes.

    checkpoint is a tf.train.Checkpoint. variables are those of a tf.Module or of a Keras
    model, such as net.weights. tf.train.TrackableView(checkpoint).descendants() lists all
    objects that a save reaches, and the variables are among them.
    """
    # Identity: == would compare values, and two variables may hold the same.
    tracked = {id(each) for each in tf.train.TrackableView(checkpoint).descendants()}
    missing = [variable.name for variable in variables if id(variable) not in tracked]
    if missing:
        raise ValueError(f"in no save: {', '.join(missing)}")


@all_tracked.examiner
def _(attempt):
    for start in (3.0, 0.0):
        made, variables = module(start)
        asked = tf.train.Checkpoint(net=made, step=tf.Variable(5))
        tracked(attempt, asked, variables)
        if int(asked.save_counter):
            raise NotYet(
                seen=f"Afterwards, the checkpoint counts {int(asked.save_counter)} saves.",
                expected="0, as before: to be asked changes nothing.",
                because="`save` counts, and the next checkpoint of the training gets another number. Whether a "
                "variable is reached can be asked without a file; if one is needed, `write` does not count.",
            )
        tracked(attempt, tf.train.Checkpoint(made), variables[1:3])
        boxed, variables = module(start, boxed=True)
        more = [tf.Variable([9.0, 9.0]) for _ in range(3)]
        for some in (variables, variables[::-1]):
            left_out(
                attempt,
                tf.train.Checkpoint(net=boxed, more=more),
                some,
                "One is in an object that TensorFlow does not know, and has the value of another one, which is saved",
            )
        left_out(
            attempt, tf.train.Checkpoint(net=boxed), variables[-1:], "The only one that was asked about is not saved"
        )
        _, others = module(start)
        left_out(
            attempt, tf.train.Checkpoint(net=made), [others[3]], "It is not trainable, and it is of another module"
        )
    for kind in (list, dict, tuple):
        net = layered(kind)
        checkpoint = tf.train.Checkpoint(net=net)
        # Whether Keras's lists and dictionaries are reached is a matter of its version: a save says it.
        if saved_arrays(checkpoint, Path("probe").resolve().as_posix()) == len(net.weights):
            tracked(attempt, checkpoint, net.weights)
        else:
            what = f"They are of layers that a Keras model keeps in a {kind.__name__}, which a save does not reach"
            left_out(attempt, checkpoint, net.weights, what)
        tracked(attempt, tf.train.Checkpoint(all=net.weights), net.weights)
    return "Where it says nothing, each variable is in the save, whatever its value, name or kind."


def tracked(attempt, checkpoint, variables):
    message = attempt.refusal(checkpoint, variables)
    if message is not None:
        raise NotYet(
            seen=f"A save of the checkpoint has all {len(variables)} variables that were asked about. An error was "
            f"raised: `{first_line(message or 'without a message')}`",
            expected="No error.",
            because="The save may have more than was asked about. And its keys are made of attributes: they are not "
            "the variables' names.",
        )


def left_out(attempt, checkpoint, variables, what):
    before = len(tf.train.TrackableView(checkpoint).descendants())
    message = attempt.refusal(checkpoint, variables)
    more = len(tf.train.TrackableView(checkpoint).descendants()) - before
    if more:
        raise NotYet(
            seen=f"Not all variables that were asked about are in a save. Afterwards the checkpoint has {more} objects "
            "more than before.",
            expected="The same checkpoint: to be asked changes nothing.",
            because="What is attached to it gets new keys, which the file of another run does not have. Whoever is "
            "told decides where a variable belongs.",
        )
    if message is None:
        raise NotYet(
            seen=f"Of {len(variables)} variables that were asked about, not all are in a save. No error was raised.",
            expected="A ValueError.",
            because=f"{what}. What a save leaves out, a restore does not miss: neither side knows of it.",
        )


all_tracked.right_attempt(guards.all_tracked)


@all_tracked.right_attempt
def compares_with_is(checkpoint, variables):
    reached = tf.train.TrackableView(checkpoint).descendants()
    for variable in variables:
        if not any(each is variable for each in reached):
            raise ValueError(variable.name)


@all_tracked.right_attempt
def changes_each_and_reads_it_back(checkpoint, variables):
    import tempfile

    folder = tempfile.mkdtemp()

    def arrays():
        reader = tf.train.load_checkpoint(checkpoint.write(f"{folder}/probe"))
        keys = [
            key for key in reader.get_variable_to_shape_map() if "VARIABLE_VALUE" in key and "save_counter" not in key
        ]
        return {key: reader.get_tensor(key).tobytes() for key in keys}

    for variable in variables:
        before = variable.numpy()
        first = arrays()
        variable.assign(before + 1)
        second = arrays()
        variable.assign(before)
        if first == second:
            raise ValueError("a variable is in no save")


@all_tracked.wrong_attempt(says="and has the value of another one, which is saved")
def counts(checkpoint, variables):
    keys = [key for key, _ in tf.train.list_variables(checkpoint.write("probe/model")) if "VARIABLE_VALUE" in key]
    if len(keys) < len(variables):
        raise ValueError("too few")


@all_tracked.wrong_attempt(says="The only one that was asked about is not saved")
def compares_all_but_the_last(checkpoint, variables):
    reached = {id(each) for each in tf.train.TrackableView(checkpoint).descendants()}
    found = [id(variable) in reached for variable in variables]
    if len(found) > 1 and not all(found):
        raise ValueError("not all")


@all_tracked.wrong_attempt(says="and the next checkpoint of the training gets another number")
def saves_to_find_out(checkpoint, variables):
    checkpoint.save("probe/model")
    reached = {id(each) for each in tf.train.TrackableView(checkpoint).descendants()}
    if not all(id(variable) in reached for variable in variables):
        raise ValueError("not all")


@all_tracked.wrong_attempt(says="What is attached to it gets new keys")
def attaches_what_is_missing(checkpoint, variables):
    tracked = {id(each) for each in tf.train.TrackableView(checkpoint).descendants()}
    missing = [variable for variable in variables if id(variable) not in tracked]
    if missing:
        checkpoint.missing = missing
        raise ValueError(f"{len(missing)} variables were in no save")


@all_tracked.wrong_attempt(says="It is not trainable, and it is of another module")
def looks_at_the_trainable_ones(checkpoint, variables):
    reached = {id(each) for each in tf.train.TrackableView(checkpoint).descendants()}
    if not all(id(variable) in reached for variable in variables if variable.trainable):
        raise ValueError("not all")


@all_tracked.wrong_attempt(says="they are not the variables' names")
def looks_for_names(checkpoint, variables):
    keys = [key for key, _ in tf.train.list_variables(checkpoint.write("probe/model"))]
    for variable in variables:
        if not any(variable.name.split(":")[0] in key for key in keys):
            raise ValueError(variable.name)


@all_tracked.wrong_attempt(says="`in` and `==` compare values")
def asks_whether_it_is_in_the_list(checkpoint, variables):
    reached = tf.train.TrackableView(checkpoint).descendants()
    for variable in variables:
        if variable not in reached:
            raise ValueError(variable.name)


@all_tracked.wrong_attempt(says="A variable cannot be a member of a set or a key")
def collects_the_variables_in_a_set(checkpoint, variables):
    if not set(variables) <= set(tf.train.TrackableView(checkpoint).descendants()):
        raise ValueError("not all")


def class_of_its_own(*units, more=None):
    """A Keras model of a class of its own: dense layers, a batch normalization, and one more layer if it has a name."""
    import keras

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.parts = tuple(keras.layers.Dense(count, bias_initializer="normal") for count in units)
            self.norm = keras.layers.BatchNormalization(momentum=0.5)
            if more:
                setattr(self, more, keras.layers.Dense(1))

        def call(self, inputs, training=False):
            for part in self.parts:
                inputs = part(inputs)
            outputs = self.norm(inputs, training=training)
            return getattr(self, more)(outputs) if more else outputs

    return Net()


def with_a_list(kind, optimizer=False):
    """A Keras model of a class of its own that keeps one of its two layers in a list: ``kind`` is what it makes.

    It may have an optimizer, too: its two variables are no weights, and a save has them.
    """
    import keras

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.parts = [kind()]
            self.head = keras.layers.Dense(2, bias_initializer="normal")
            if optimizer:
                self.own = keras.optimizers.SGD()

        def call(self, inputs):
            return self.head(self.parts[0](inputs))

    return Net()


def block(kind):
    """A layer of a class of its own, with a layer in a list."""
    import keras

    class Block(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.parts = [kind()]

        def call(self, inputs):
            return self.parts[0](inputs)

    return Block()


def with_a_block(kind):
    """A Keras model of a class of its own, with no list, and a layer that keeps one of its own in a list."""
    import keras

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.block = block(kind)
            self.head = keras.layers.Dense(2, bias_initializer="normal")

        def call(self, inputs):
            return self.head(self.block(inputs))

    return Net()


def by_path(net):
    """The values of a Keras model, by the place of the variable."""
    return [variable.numpy() for variable in net.variables]


@exercise(
    hints=[
        "When does a layer make its variables? And how many variables are there, and can be asked about, before?",
        "First call `net` once with `example`: then all its variables exist. Restore after that.",
        "The file was saved from `tf.train.Checkpoint(net=…)`, so restore into `tf.train.Checkpoint(net=net)`, and ask "
        "`assert_existing_objects_matched()`. What neither side tracks is asked for by nobody: the guard above finds "
        "it, with `net.weights`. Return `net`.",
    ],
    raised={
        "File format not supported": "`load_weights` reads `.weights.h5` files. What `tf.train.Checkpoint` wrote is "
        "for `tf.train.Checkpoint` to restore.",
    },
    tensorflow=2,
    seconds=60,  # for one that calls net.predict, which compiles
)
def restored_net(net, path, example):
    """Restore path into net, and return net. path was saved from a Checkpoint(net=…, …).

    net is a Keras model of a class of its own, not compiled, that may never have been
    called; example is an input for it. Raise an error unless each of net.weights after
    its first call has its value from the file. What else the file has, or net, may stay.
    """
    # The first call makes the variables. What does not exist yet cannot be asked about, and Keras 3.15 starts it anew.
    net(example)
    # The name has to be the one that the file has: the keys begin with it.
    checkpoint = tf.train.Checkpoint(net=net)
    checkpoint.restore(path).assert_existing_objects_matched()
    # A layer in a list is tracked on neither side, so the status does not know of it.
    tracked = {id(each) for each in tf.train.TrackableView(checkpoint).descendants()}
    if not all(id(variable) in tracked for variable in net.weights):
        raise ValueError("net has variables that no checkpoint reaches")
    return net


@restored_net.examiner
def _(attempt):
    import keras

    keras.utils.set_random_seed(7)
    folder = Path("nets").resolve().as_posix()
    for units, width, besides in (((2, 3), 4, "step"), ((3,), 2, "epoch")):
        example = np.linspace(-1, 2, 5 * width, dtype="float32").reshape(5, width)
        old = class_of_its_own(*units)
        for _ in range(3):
            old(example, training=True)  # which moves the averages of the batch normalization
        path = tf.train.Checkpoint(net=old, **{besides: tf.Variable(3)}).save(f"{folder}/net")
        called = class_of_its_own(*units)
        called(example)
        refused(attempt, units, example, path, f"{folder}/other")
        compare(old, answer(attempt, called, path, example), "was called before")
        fresh = answer(attempt, class_of_its_own(*units), path, example)
        if not fresh.variables:
            raise NotYet(
                seen="A net that was never called before has no variables afterwards.",
                expected="A net with all its variables, restored.",
                because="It was not called, so there is nothing yet that could have been restored.",
            )
        if attempt.refusal(class_of_its_own(*units, more="last"), path, example, kinds=(Exception,)) is None:
            raise NotYet(
                seen="A net that was never called before needs a layer that the file lacks. No error was raised.",
                expected="An error: the variables of this layer got no value.",
                because="Whoever asks before the first call asks about nothing: there are no variables yet.",
            )
        compare(old, fresh, "was never called before")
    listed(attempt, f"{folder}/listed")
    return (
        "It first lets the layers make their variables, then restores, and asks about all of them: also about those "
        "that neither side tracks."
    )


def listed(attempt, path):
    """Nets with a layer in a list, which Keras 3.15 does not track: what a save leaves out, a restore must notice."""
    import keras

    example = np.linspace(-1, 2, 6, dtype="float32").reshape(3, 2)
    for make, kind, what in (
        (with_a_list, lambda: keras.layers.Dense(2, bias_initializer="normal"), "A net keeps a dense layer"),
        (
            lambda kind: with_a_list(kind, optimizer=True),
            lambda: keras.layers.Dense(2, bias_initializer="normal"),
            "The checkpoint reaches as many variables as `net.weights`, in all: an optimizer's too. One layer is",
        ),
        (
            with_a_list,
            lambda: keras.layers.BatchNormalization(center=False, scale=False),
            "A net keeps a normalization whose variables are not trained",
        ),
        (with_a_block, lambda: keras.layers.Dense(2, bias_initializer="normal"), "A layer of a net keeps a layer"),
    ):
        old = make(kind)
        old(example)
        more = [tf.Variable(float(number)) for number in range(9)]  # so that to count the keys proves nothing
        saved = tf.train.Checkpoint(net=old, more=more)
        at = saved.save(path)
        reached = {id(each) for each in tf.train.TrackableView(saved).descendants()}
        if all(id(variable) in reached for variable in old.weights):  # in a version of Keras that tracks lists
            compare(old, answer(attempt, make(kind), at, example), "has a layer in a list")
        elif attempt.refusal(make(kind), at, example, kinds=(Exception,)) is None:
            raise NotYet(
                seen=f"{what} in a list, so its variables are not in the file. No error was raised.",
                expected="An error: these variables kept what they had.",
                because="Keras does not track the layers in a list. The save left them out, and no status asks "
                "about them: neither side knows of them. Look whether the checkpoint reaches each of `net.weights`.",
            )


def first_line(error):
    """The first line of an error's message; its type, where it has none, as a bare ``assert``."""
    return next(iter(str(error).splitlines()), type(error).__name__)


def because(error):
    """The likely cause of an AssertionError of a status, for a file that has all that the net needs."""
    if not str(error):
        return (
            "An `assert` without a message failed: one of yours, or that of `tf.train.TrackableView(…)`, which does "
            "not keep its checkpoint. Give the checkpoint a name, so that it is still there when it is asked."
        )
    if "not assigned a value" in str(error):
        return (
            "The variables were made after the restore, by the first call, and then began anew. Call first, and "
            "restore after that."
        )
    return (
        "What only the file has may stay there, whatever it is called; `assert_consumed` does not allow it. Or the "
        "attribute of your checkpoint is not called `net`, as it was when the file was saved."
    )


def answer(attempt, net, path, example):
    """What an attempt returns for a file that has all that the net needs."""
    try:
        returned = attempt(net, path, example)
    except NotYet as problem:
        if isinstance(problem.__cause__, AssertionError):
            raise NotYet(
                seen="The file has all variables of `net`, and a counter besides. An error was raised: "
                f"`{first_line(problem.__cause__)}`",
                expected="No error: each variable of `net` can have its value.",
                because=because(problem.__cause__),
            ) from problem
        raise
    if returned is not net:
        raise NotYet(
            seen=f"Returned was {'nothing' if returned is None else 'something else'}.",
            expected="`net` itself.",
            because="The last line is `return net`.",
        )
    return returned


def compare(old, new, what):
    """The restored net must hold what was saved: no more, no less, and exactly."""
    here, there = by_path(new), by_path(old)
    if len(here) != len(there):
        raise NotYet(
            seen=f"A net that {what} has {len(here)} variables afterwards; the one that was saved has {len(there)}.",
            expected="The same number.",
            because="It was restored before its first call, and then a layer made a variable twice. Call first, and "
            "restore after that.",
        )
    if len(new.trainable_variables) != len(old.trainable_variables):
        raise NotYet(
            seen=f"A net that {what} has {len(new.trainable_variables)} variables to train afterwards; the one that "
            f"was saved has {len(old.trainable_variables)}.",
            expected="The same number.",
            because="What was asked for are the values. Whether a layer is trained is a matter of the program.",
        )
    different = [
        v.path for v, one, other in zip(new.variables, here, there, strict=True) if not np.array_equal(one, other)
    ]
    averages = [path for path in different if "moving" in path]
    if different and len(averages) == len(different):
        raise NotYet(
            seen=f"In a net that {what}, the variables `{'`, `'.join(averages)}` are not as in the file.",
            expected="All variables as in the file, those that are not trained too.",
            because="A call with `training=True` moves the averages of a batch normalization. `net(example)` does not.",
        )
    if different:
        raise NotYet(
            seen=f"In a net that {what}, {len(different)} of {len(here)} variables are not as in the file, and no "
            "error was raised.",
            expected="All variables as in the file.",
            because="Variables that are made after the restore may begin anew. And after a restore, nothing else may "
            "change them.",
        )


def refused(attempt, units, example, path, other):
    """Four files that do not fit a net whose variables are all there."""

    def called(more=None):
        net = class_of_its_own(*units, more=more)
        net(example)
        return net

    for net, at, because in (
        (
            called(),
            tf.train.Checkpoint(model=called()).write(other),
            "The file was saved under the name `model`: its keys do not begin with `net`. Nothing at all matched.",
        ),
        (
            called(),
            tf.train.Checkpoint(model=called()).save(other),
            "The file was saved under the name `model`. `save_counter` matched, and that satisfies "
            "`assert_nontrivial_match`.",
        ),
        (
            called("last"),
            path,
            "The layer `last` is not in the file: its kernel and its bias kept what they had.",
        ),
        (
            called("last"),
            tf.train.Checkpoint(net=called("head")).save(f"{other}-head"),
            "The file has as many variables as the net, of the same shapes. But the layer that the net calls `last` is "
            "`net/head` there, so `last` kept what it had.",
        ),
    ):
        if attempt.refusal(net, at, example, kinds=(Exception,)) is None:
            raise NotYet(
                seen="A file that does not fit the net was restored, and no error was raised.",
                expected="An error: not each variable of the net got its value.",
                because=because,
            )


@restored_net.right_attempt
def builds_it_by_a_prediction(net, path, example):
    net.predict(example, verbose=0)
    checkpoint = tf.train.Checkpoint(net=net)
    status = checkpoint.restore(path)
    status.assert_existing_objects_matched()
    status.expect_partial()
    reached = list(tf.train.TrackableView(checkpoint).descendants())
    for variable in net.variables:
        if not any(each is variable for each in reached):
            raise ValueError(variable.path)
    return net


@restored_net.right_attempt
def compares_with_the_file(net, path, example):
    net(example)
    tf.train.Checkpoint(net=net).restore(path).expect_partial()
    reader = tf.train.load_checkpoint(path)
    saved = [reader.get_tensor(key).tobytes() for key in reader.get_variable_to_shape_map() if key.startswith("net/")]
    if not all(variable.numpy().tobytes() in saved for variable in net.variables):
        raise ValueError(f"{path} does not have all variables")
    return net


@restored_net.wrong_attempt(says="Nothing at all matched")
def restores_then_calls(net, path, example):
    tf.train.Checkpoint(net=net).restore(path)
    net(example)
    return net


@restored_net.wrong_attempt(says="Whoever asks before the first call asks about nothing")
def asks_before_the_call(net, path, example):
    tf.train.Checkpoint(net=net).restore(path).assert_existing_objects_matched()
    net(example)
    return net


@restored_net.wrong_attempt(says="there is nothing yet that could have been restored")
def never_calls(net, path, example):
    tf.train.Checkpoint(net=net).restore(path).assert_existing_objects_matched()
    return net


@restored_net.wrong_attempt(says="and that satisfies `assert_nontrivial_match`")
def is_satisfied_with_a_match(net, path, example):
    net(example)
    tf.train.Checkpoint(net=net).restore(path).assert_nontrivial_match()
    return net


@restored_net.wrong_attempt(says="The file has as many variables as the net")
def counts_the_keys(net, path, example):
    net(example)
    tf.train.Checkpoint(net=net).restore(path).expect_partial()
    keys = [key for key, _ in tf.train.list_variables(path) if key.startswith("net/")]
    if len(keys) < len(net.variables):
        raise ValueError(f"{path} has {len(keys)} variables of the net")
    return net


@restored_net.wrong_attempt(says="which does not keep its checkpoint")
def views_a_checkpoint_that_is_gone(net, path, example):
    net(example)
    tf.train.Checkpoint(net=net).restore(path).assert_existing_objects_matched()
    view = tf.train.TrackableView(tf.train.Checkpoint(net=net))
    tracked = {id(each) for each in view.descendants()}
    if not all(id(variable) in tracked for variable in net.weights):
        raise ValueError("net has variables that no checkpoint reaches")
    return net


@restored_net.wrong_attempt(says="as many variables as `net.weights`, in all")
def counts_what_is_tracked(net, path, example):
    import keras

    net(example)
    checkpoint = tf.train.Checkpoint(net=net)
    checkpoint.restore(path).assert_existing_objects_matched()
    tracked = [each for each in tf.train.TrackableView(checkpoint).descendants() if isinstance(each, keras.Variable)]
    if len(tracked) < len(net.weights):
        raise ValueError("net has variables that no checkpoint reaches")
    return net


@restored_net.wrong_attempt(says="A net keeps a dense layer in a list, so")
def asks_the_status_only(net, path, example):
    net(example)
    tf.train.Checkpoint(net=net).restore(path).assert_existing_objects_matched()
    return net


@restored_net.wrong_attempt(says="A net keeps a normalization whose variables are not trained in a list")
def looks_for_what_is_trained(net, path, example):
    net(example)
    checkpoint = tf.train.Checkpoint(net=net)
    checkpoint.restore(path).assert_existing_objects_matched()
    tracked = {id(each) for each in tf.train.TrackableView(checkpoint).descendants()}
    if not all(id(variable) in tracked for variable in net.trainable_weights):
        raise ValueError("net has variables that no checkpoint reaches")
    return net


@restored_net.wrong_attempt(says="A layer of a net keeps a layer in a list")
def looks_for_lists_in_the_net(net, path, example):
    import keras

    net(example)
    tf.train.Checkpoint(net=net).restore(path).assert_existing_objects_matched()
    for name, value in vars(net).items():
        if not name.startswith("_") and isinstance(value, list):
            if any(isinstance(each, keras.layers.Layer) for each in value):
                raise ValueError(f"{name} is a list of layers")
    return net


@restored_net.wrong_attempt(says="What was asked for are the values")
def freezes_the_net(net, path, example):
    net(example)
    checkpoint = tf.train.Checkpoint(net=net)
    checkpoint.restore(path).assert_existing_objects_matched()
    tracked = {id(each) for each in tf.train.TrackableView(checkpoint).descendants()}
    if not all(id(variable) in tracked for variable in net.weights):
        raise ValueError("net has variables that no checkpoint reaches")
    net.trainable = False
    return net


@restored_net.wrong_attempt(says="and then began anew")
def asks_after_the_first_call(net, path, example):
    status = tf.train.Checkpoint(net=net).restore(path)
    net(example)
    status.assert_existing_objects_matched()
    return net


@restored_net.wrong_attempt(says="`assert_consumed` does not allow it")
def wants_the_whole_file_for_the_net(net, path, example):
    net(example)
    step = tf.Variable(0)  # which is the name in one of the files only
    tf.train.Checkpoint(net=net, step=step).restore(path).assert_consumed()
    return net


@restored_net.wrong_attempt(says="A call with `training=True` moves the averages")
def tries_it_in_training(net, path, example):
    net(example)
    tf.train.Checkpoint(net=net).restore(path).assert_existing_objects_matched()
    net(example, training=True)
    return net


@restored_net.wrong_attempt(says="The last line is `return net`")
def forgets_to_return(net, path, example):
    net(example)
    tf.train.Checkpoint(net=net).restore(path).assert_existing_objects_matched()


@restored_net.wrong_attempt(says="`load_weights` reads `.weights.h5` files")
def loads_weights(net, path, example):
    net(example)
    net.load_weights(path)
    return net


def functional(*parts, width=4):
    """A functional Keras model of dense layers of the given names and units, with relu between them."""
    import keras

    x = inputs = keras.Input([width])
    for number, (name, units) in enumerate(parts, 1):
        x = keras.layers.Dense(units, None if number == len(parts) else "relu", name=name)(x)
    return keras.Model(inputs, x)


def convnet(size=(3, 3)):
    """A functional Keras model for the net in ``convnet``, the folder of a legacy file."""
    import keras

    layers = keras.layers
    inputs = keras.Input([8, 8, 1])
    h = layers.BatchNormalization(name="bn")(layers.Conv2D(4, size, padding="same", name="conv")(inputs))
    h = layers.Flatten()(layers.MaxPooling2D(2)(layers.ReLU()(h)))
    return keras.Model(inputs, layers.Dense(3, name="logits")(h))


@exercise(
    hints=[
        "What inside a Keras model has a name that `tf.train.Checkpoint` can look up in such a file?",
        "Each of `model.variables` has a `tf.Variable` inside, as its `value`, with the name that the file has.",
        "`tf.train.Checkpoint` takes a list of them under any name: "
        "`tf.train.Checkpoint(all=[variable.value for variable in model.variables])`. Restore `prefix` into it, ask "
        "`assert_existing_objects_matched()`, and return `model`.",
    ],
    raised={
        "File format not supported": "`load_weights` does not read the files of a Saver, although the documentation of "
        "`tf.compat.v1.train.Saver` says so.",
        "is not compatible with provided weight shape": "`set_weights` goes by order, and the order of a file is that "
        "of its names: not the model's.",
    },
    tensorflow=2,
)
def filled_from_saver(model, prefix):
    """Fill model from prefix, a checkpoint that a tf.train.Saver wrote. Return model.

    model is a functional Keras model whose layers are called as in the file, so the path
    of each variable is its name there. Raise an error unless each one gets its value.
    What else the file has, such as an optimizer's slots, may stay there.
    """
    # The tf.Variables inside have names; what Keras wraps around them has none that is looked up.
    # All of them: moving averages are not trainable, and are as much a part of the model.
    inside = [variable.value for variable in model.variables]
    tf.train.Checkpoint(all=inside).restore(prefix).assert_existing_objects_matched()
    return model


ASK = "`restore` takes what matches and says nothing about the rest. Its status says it, if asked."
CUT = (
    "An array that is cut, repeated, reshaped or skipped to fit is another one: what has another shape is not its "
    "value. `assign` refuses another shape."
)
PARTS = [(name, what) for name in ("fc1", "fc2") for what in ("kernel", "bias")]
NEAR = [("", "/Adam", 10), ("", "/Adam_1", 20), ("", "_1", 30), ("old/", "", 40), ("a/b/", "", 50)]


def lacks(what):
    return f"The file lacks {what}. No error was raised."


def written(prefix, values, single=False):
    """A file as a Saver writes it: for each name, an array of two or of two by two of the same number."""
    shapes = [[2, 2] if "kernel" in name else [1] if single else [2] for name in values]
    tensors = [tf.fill(shape, float(value)) for shape, value in zip(shapes, values.values(), strict=True)]
    prefix = Path(prefix).resolve().as_posix()
    Path(prefix).parent.mkdir(exist_ok=True)
    tf.raw_ops.SaveV2(prefix=prefix, tensor_names=list(values), shape_and_slices=[""] * len(values), tensors=tensors)
    return prefix


@filled_from_saver.examiner
def _(attempt):
    dense, convolution = copied("dense"), copied("convnet")
    for folder, prefix, make in (
        (dense, dense / "model-40", lambda: functional(("fc1", 16), ("fc2", 3))),
        (convolution, convolution / "model-60", convnet),
    ):
        filled(attempt, make(), prefix.as_posix(), np.load(folder / "x.npy"), np.load(folder / "y.npy"))
    near = {f"{where}{name}/{what}{slot}": value for where, slot, value in NEAR for name, what in PARTS}
    exact = {f"{name}/{what}": value for value, (name, what) in enumerate(PARTS)}
    both = written("near/both", near | exact)
    filled(attempt, functional(("fc1", 2), ("fc2", 2), width=2), both)
    narrow = functional(("fc1", 8), ("fc2", 3))
    for model, prefix, seen, because in (
        (functional(("fc1", 16), ("other", 3)), dense / "model-40", lacks("`other/kernel` and `other/bias`"), ASK),
        (convnet(), convolution / "weights_only-60", lacks("the moving averages of `bn`"), ASK),
        (functional(("first", 2), ("second", 2), width=2), dense / "model-40", lacks("all that the model needs"), ASK),
        (
            functional(("fc1", 2), ("fc2", 2), width=2),
            Path(written("near/alone", near)),
            "The file has no `fc1/kernel`, but `fc1/kernel/Adam` and `old/fc1/kernel`. No error was raised.",
            "A name that only begins or ends like a variable's is another one. It has to be equal.",
        ),
        (narrow, dense / "model-40", "The layer `fc1` has 8 units here, and 16 in the file. No error was raised.", CUT),
        (
            convnet((9, 1)),
            convolution / "model-60",
            "The kernel of `conv` has the shape [9, 1, 1, 4] here, and [3, 3, 1, 4] in the file. No error was raised.",
            CUT,
        ),
        (
            functional(("fc1", 2), ("fc2", 2), width=2),
            Path(written("near/single", exact, single=True)),
            "The biases have two numbers here, and one in the file. No error was raised.",
            CUT,
        ),
    ):
        try:  # not attempt.refusal: that set_weights refuses a shape is a slip elsewhere, and right here
            attempt(model, prefix.as_posix())
        except NotYet:
            continue
        raise NotYet(seen=seen, expected="An error.", because=because)
    return "Equal names on both sides, all variables, and a question afterwards: nothing keeps its random values."


def filled(attempt, model, prefix, x=None, y=None):
    """A file that has all that the model needs: its outputs must be those that were recorded with it."""
    before, trained = by_path(model), len(model.trainable_variables)
    files = {path: path.read_bytes() for path in Path(prefix).parent.iterdir()}
    try:
        returned = attempt(model, prefix)
    except NotYet as problem:
        if isinstance(problem.__cause__, AssertionError):
            raise NotYet(
                seen="The file has all variables of the model, and slots of Adam besides. An error was raised: "
                f"`{first_line(problem.__cause__)}`",
                expected="No error, and a model with the values of the file.",
                because="Keras's own variables have no name that is looked up in such a file. The `tf.Variable` in "
                "each of them has.",
            ) from problem
        raise
    if returned is not model:
        raise NotYet(seen="The model was not returned.", expected="`model` itself.", because="`return model`.")
    if files != {path: path.read_bytes() for path in Path(prefix).parent.iterdir()}:
        raise NotYet(
            seen="Afterwards the files beside the checkpoint are not those that were there.",
            expected="The files as they were.",
            because="Something was saved to where the old checkpoint is. It may be the only copy.",
        )
    reader = tf.train.load_checkpoint(prefix)
    wrong = [v.path for v in model.variables if not np.array_equal(v.numpy(), reader.get_tensor(v.path))]
    same = [np.array_equal(one, other) for one, other in zip(before, by_path(model), strict=True)]
    if wrong:
        if all(same):
            because = (
                "Nothing arrived, and `restore` did not say so. A Keras model handed over as a whole gets nothing from "
                "a Saver's file, even under equal names."
            )
        elif all("moving" in path for path in wrong):
            because = "They are not trainable, so they are not among `model.trainable_variables`."
        else:
            because = "By order, or by a part of a name, the wrong array gets into a variable of the same shape. Go "
            because += "by the whole name."
        raise NotYet(
            seen=f"Of {len(model.variables)} variables, {len(wrong)} are not as in the file: `{'`, `'.join(wrong)}`.",
            expected="Each one as in the file.",
            because=because,
        )
    if len(model.trainable_variables) != trained:
        raise NotYet(
            seen=f"The model had {trained} variables to train, and has {len(model.trainable_variables)} afterwards.",
            expected="The same number.",
            because="The values were to be filled in. Whether a layer is trained is a matter of the program.",
        )
    if x is not None and not np.allclose(model(x), y, atol=1e-5):
        raise NotYet(
            seen="The variables are those of the file, and the outputs are not.",
            expected="The outputs that were recorded with the file.",
            because="Something else in the model was changed.",
        )


@filled_from_saver.right_attempt
def reads_and_assigns(model, prefix):
    reader = tf.train.load_checkpoint(prefix)
    for variable in model.variables:
        variable.assign(reader.get_tensor(variable.path))  # which raises an error for a name that is not there
    return model


@filled_from_saver.right_attempt
def under_names_of_its_own(model, prefix):
    named = {variable.path.replace("/", "_"): variable.value for variable in model.weights}
    status = tf.train.Checkpoint(**named).read(prefix)
    status.assert_consumed()
    return model


@filled_from_saver.wrong_attempt(says="Nothing arrived, and `restore` did not say so")
def hands_over_the_model(model, prefix):
    tf.train.Checkpoint(model).restore(prefix)
    return model


@filled_from_saver.wrong_attempt(says="Keras's own variables have no name that is looked up")
def hands_over_keras_variables_and_asks(model, prefix):
    tf.train.Checkpoint(all=model.variables).restore(prefix).assert_existing_objects_matched()
    return model


@filled_from_saver.wrong_attempt(says="so they are not among `model.trainable_variables`")
def takes_the_trainable_ones(model, prefix):
    inside = [variable.value for variable in model.trainable_variables]
    tf.train.Checkpoint(all=inside).restore(prefix).assert_existing_objects_matched()
    return model


@filled_from_saver.wrong_attempt(says="Its status says it, if asked")
def does_not_ask(model, prefix):
    tf.train.Checkpoint(all=[variable.value for variable in model.variables]).restore(prefix)
    return model


@filled_from_saver.right_attempt
def sets_the_weights_by_name(model, prefix):
    reader = tf.compat.v1.train.NewCheckpointReader(prefix)
    model.set_weights([reader.get_tensor(weight.path) for weight in model.weights])
    return model


@filled_from_saver.wrong_attempt(says="A name that only begins or ends like a variable's")
def takes_the_first_that_begins_so(model, prefix):
    reader = tf.train.load_checkpoint(prefix)
    for variable in model.variables:
        names = sorted(name for name in reader.get_variable_to_shape_map() if name.startswith(variable.path))
        variable.assign(reader.get_tensor(names[0]))
    return model


@filled_from_saver.wrong_attempt(says="It may be the only copy")
def saves_it_in_the_new_way(model, prefix):
    inside = [variable.value for variable in model.variables]
    tf.train.Checkpoint(all=inside).restore(prefix).assert_existing_objects_matched()
    tf.train.Checkpoint(model=model).write(prefix)
    return model


@filled_from_saver.wrong_attempt(says="Whether a layer is trained is a matter of the program")
def freezes_what_it_filled(model, prefix):
    inside = [variable.value for variable in model.variables]
    tf.train.Checkpoint(all=inside).restore(prefix).assert_existing_objects_matched()
    model.trainable = False
    return model


@filled_from_saver.wrong_attempt(says="has the shape [9, 1, 1, 4] here")
def reshapes(model, prefix):
    reader = tf.train.load_checkpoint(prefix)
    for variable in model.variables:
        variable.assign(reader.get_tensor(variable.path).reshape(variable.shape))
    return model


@filled_from_saver.wrong_attempt(says="The biases have two numbers here, and one in the file")
def broadcasts(model, prefix):
    reader = tf.train.load_checkpoint(prefix)
    for variable in model.variables:
        variable.assign(np.broadcast_to(reader.get_tensor(variable.path), variable.shape))
    return model


@filled_from_saver.wrong_attempt(says="By order, or by a part of a name, the wrong array")
def goes_by_order_within_a_layer(model, prefix):
    reader = tf.train.load_checkpoint(prefix)
    shapes = reader.get_variable_to_shape_map()
    for layer in model.layers:
        rest = [
            name for name in sorted(shapes, reverse=True) if name.startswith(f"{layer.name}/") and "Adam" not in name
        ]
        for variable in layer.variables:
            name = next(name for name in rest if shapes[name] == list(variable.shape))
            rest.remove(name)
            variable.assign(reader.get_tensor(name))
    return model


@filled_from_saver.wrong_attempt(says="has 8 units here, and 16 in the file")
def makes_the_shapes_fit(model, prefix):
    reader = tf.train.load_checkpoint(prefix)
    for variable in model.variables:
        variable.assign(np.resize(reader.get_tensor(variable.path), variable.shape))
    return model


@filled_from_saver.wrong_attempt(says="although the documentation of")
def loads_weights_from_it(model, prefix):
    model.load_weights(prefix)
    return model


@filled_from_saver.wrong_attempt(says="`set_weights` goes by order, and the order of a file is that")
def sets_the_weights_in_the_files_order(model, prefix):
    names = [name for name, _ in tf.train.list_variables(prefix)]
    mine = [name for name in names if any(name == variable.path for variable in model.variables)]
    model.set_weights([tf.train.load_variable(prefix, name) for name in mine])
    return model
