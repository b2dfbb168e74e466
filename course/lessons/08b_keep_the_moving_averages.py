"""Exercise of lesson 08b: choose what a checkpoint for testing has to hold."""

import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise


@exercise(
    hints=[
        "Which variables of the graph does a prediction need, and which ones are there for training only?",
        "The optimizer knows its own: `optimizer.variables()`. The step is `tf.train.get_global_step()`. All else in "
        "`tf.global_variables()` belongs to the model, trainable or not.",
        "Collect the names of what training needs, then "
        "`return [variable for variable in tf.global_variables() if variable.op.name not in names]`.",
    ],
    raised={
        "has no attribute 'op'": "`global_step` may be None, or a name was taken for a variable.",
        "truth value": "Variables are compared element by element. Compare their names: `variable.op.name`.",
    },
)
def variables_to_hand_on(optimizer):
    """Return the list of variables that a checkpoint for testing has to hold.

    They are the model's: the trained ones, and the moving averages. What only training
    needs stays out: the optimizer's variables and the global step. The graph is built.
    The order of the list does not matter.
    """
    # By what training owns, not by name: a slot may be called w/Adam or w/Momentum, a moving average anything.
    for_training = {variable.op.name for variable in optimizer.variables()}
    for_training.add(tf.train.get_global_step().op.name)
    return [variable for variable in tf.global_variables() if variable.op.name not in for_training]


def build(optimizer, averages):
    """A small model with moving averages of these names, and training by an optimizer, in an empty graph."""
    tf.reset_default_graph()
    w = tf.get_variable("w", initializer=tf.zeros([3, 1]))
    for name in averages:
        tf.get_variable(name, initializer=tf.zeros([3]), trainable=False)
    optimizer.minimize(tf.reduce_mean(tf.square(w - 1.0)), global_step=tf.train.get_or_create_global_step())


@variables_to_hand_on.examiner
def _(attempt):
    cases = (
        (tf.train.AdamOptimizer(0.1), ("moving_mean", "moving_variance")),
        (tf.train.MomentumOptimizer(0.1, 0.9), ("layer/moving_mean", "layer/running_var")),
        (tf.train.GradientDescentOptimizer(0.1), ("statistics/mean",)),
    )
    for optimizer, averages in cases:
        build(optimizer, averages)
        judge(attempt(optimizer), optimizer, ["w", *averages])
    return "Taking away what training owns keeps all the rest, whatever it is called."


def judge(answer, optimizer, expected):
    kind = type(optimizer).__name__
    try:
        names = sorted(variable.op.name for variable in answer)
    except (TypeError, AttributeError):
        raise NotYet(
            seen=f"The function returned `{answer!r}`.",
            expected="A list of variables.",
            because="`tf.train.Saver` takes variables, not names. Hand the list back with `return`.",
        ) from None
    if names == sorted(expected):
        return
    slots = {variable.op.name for variable in optimizer.variables()}
    because = "Start from `tf.global_variables()`, and leave out what training owns."
    if "global_step" in names:
        because = "The global step counts training. `tf.train.get_global_step()` is that variable."
    if slots & set(names):
        because = f"{', '.join(sorted(slots & set(names)))}: the optimizer's. `optimizer.variables()` lists them."
    if set(expected) - set(names):
        because = (
            "A moving average is not trainable, and its name may be any."
            if names == ["w"]
            else "Names such as `moving_mean` are a custom. Other models call their averages otherwise."
        )
    raise NotYet(
        seen=f"With {kind}, the list has {', '.join(names) or 'nothing'}.",
        expected=f"{', '.join(sorted(expected))}.",
        because=because,
    )


@variables_to_hand_on.wrong_attempt(says="A moving average is not trainable")
def takes_the_trainable_ones(optimizer):
    return tf.trainable_variables()


@variables_to_hand_on.wrong_attempt(says="`optimizer.variables()` lists them")
def takes_all(optimizer):
    return tf.global_variables()


@variables_to_hand_on.wrong_attempt(says="The global step counts training")
def forgets_the_step(optimizer):
    slots = {variable.op.name for variable in optimizer.variables()}
    return [variable for variable in tf.global_variables() if variable.op.name not in slots]


@variables_to_hand_on.wrong_attempt(says="Other models call their averages otherwise")
def goes_by_the_name(optimizer):
    return tf.trainable_variables() + [v for v in tf.global_variables() if "moving_" in v.op.name]


@variables_to_hand_on.wrong_attempt(says="takes variables, not names")
def returns_names(optimizer):
    slots = {variable.op.name for variable in optimizer.variables()}
    return [v.op.name for v in tf.global_variables() if v.op.name not in slots | {"global_step"}]
