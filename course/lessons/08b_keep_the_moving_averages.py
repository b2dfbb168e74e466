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
        "'NoneType' object has no attribute 'op'": "A graph without a global step is among the cases: "
        "`tf.train.get_global_step()` is None there.",
        "has no attribute 'op'": "A name was taken for a variable.",
        "truth value": "Variables may be compared element by element. Compare their names: `variable.op.name`.",
        "not in list": "Not every graph has that in its variables. Filter the list instead of removing from it.",
    },
)
def variables_to_hand_on(optimizer):
    """Return the list of variables that a checkpoint for testing has to hold.

    They are the model's: the trained ones, and the moving averages. What only training
    needs stays out: the optimizer's variables, and the global step if there is one. The
    graph is built. The order of the list does not matter.
    """
    # By what training owns, not by name: a slot may be called w/Adam or w/Momentum, a moving average anything.
    for_training = {variable.op.name for variable in optimizer.variables()}
    step = tf.train.get_global_step()
    if step is not None:
        for_training.add(step.op.name)
    return [variable for variable in tf.global_variables() if variable.op.name not in for_training]


def normalized(*, scope, averages, trained):
    """A model in an empty graph with a normalized layer: trained variables, and averages that are not trained."""
    tf.reset_default_graph()
    w = tf.get_variable("w", initializer=tf.zeros([3, 1]))
    with tf.variable_scope(scope):
        for name in averages:
            tf.get_variable(name, initializer=tf.zeros([3]), trainable=False)
        layer = [tf.get_variable(name, initializer=tf.ones([3])) for name in trained]
        layer.append(tf.get_variable("size", initializer=1.0))  # a single number, as the optimizer's powers are
    tf.get_local_variable("rows_seen", initializer=0)  # such as a metric keeps: no Saver saves it by default
    return tf.add_n([tf.reduce_sum(tf.square(variable - 2.0)) for variable in (w, *layer)])


def global_step():
    return tf.train.get_or_create_global_step()


def step_of_another_name():
    """A step that is found by its collection, as one is that was made in a scope."""
    collections = [tf.GraphKeys.GLOBAL_VARIABLES, tf.GraphKeys.GLOBAL_STEP]
    return tf.get_variable("run/step", initializer=tf.constant(0, tf.int64), trainable=False, collections=collections)


def no_step():
    return None


CASES = (
    (
        tf.train.AdamOptimizer(0.1),
        {"scope": "batch_normalization", "averages": ("moving_mean", "moving_variance"), "trained": ("gamma", "beta")},
        global_step,
    ),
    (
        tf.train.MomentumOptimizer(0.1, 0.9),
        {"scope": "layer.1", "averages": ("moving_mean", "running_var"), "trained": ("beta", "Adam_1")},
        step_of_another_name,
    ),
    (
        tf.train.AdamOptimizer(0.1, name="Best"),
        {"scope": "global_step_size", "averages": ("statistics", "beta1_power"), "trained": ("Momentum",)},
        no_step,
    ),
    (
        tf.train.GradientDescentOptimizer(0.1),
        {"scope": "Adam", "averages": ("moving_mean",), "trained": ("w",)},
        global_step,
    ),
)


@variables_to_hand_on.examiner
def _(attempt):
    for optimizer, model, make_step in CASES:
        loss = normalized(**model)
        expected = [variable.op.name for variable in tf.global_variables()]
        step = make_step()
        optimizer.minimize(loss, global_step=step)
        before = tf.global_variables()
        answer = attempt(optimizer)
        if tf.global_variables() != before:
            raise NotYet(
                seen=f"The graph has {len(tf.global_variables()) - len(before)} variable more than before.",
                expected="The graph as it was built.",
                because="`tf.train.get_or_create_global_step()` makes a step where there is none: "
                "`tf.train.get_global_step()` is `None` there.",
            )
        judge(answer, optimizer, expected, step)
    tf.reset_default_graph()
    return "All that the model has is in the list, whatever it is called, and nothing that only training owns."


def judge(answer, optimizer, expected, step):
    kind = type(optimizer).__name__
    if isinstance(answer, dict) or not isinstance(answer, list | tuple | set | frozenset):
        because = "A list of variables was asked for. Hand it back with `return`."
        if hasattr(answer, "__next__"):
            because = "A Saver refuses an iterator such as this. Make a list of it: `list(...)`."
        raise NotYet(f"The function returned `{answer!r}`.", "A list of variables.", because)
    strangers = [item for item in answer if not isinstance(item, tf.Variable)]
    if strangers:
        raise NotYet(
            seen=f"In the list is an object of type `{type(strangers[0]).__name__}`: `{strangers[0]!r}`.",
            expected="A list of variables.",
            because="A list for `tf.train.Saver` has the variables themselves, not their names or tensors.",
        )
    names = sorted(variable.op.name for variable in answer)
    if names == sorted(expected):
        return
    raise NotYet(
        seen=f"With {kind}, the list has {', '.join(names) or 'nothing'}.",
        expected=f"{', '.join(sorted(expected))}.",
        because=why_wrong(names, expected, {variable.op.name for variable in optimizer.variables()}, step),
    )


def why_wrong(names, expected, slots, step):
    missing = set(expected) - set(names)
    trainable = {variable.op.name for variable in tf.trainable_variables()}
    if set(names) <= slots:
        return "Start from `tf.global_variables()`, and leave out what training owns."
    if missing and set(names) <= trainable:
        return "A moving average is not trainable, so `tf.trainable_variables()` leaves it out."
    if missing & trainable and all(name.endswith("/size") for name in missing):
        return f"{', '.join(missing)}: a single number, and trained. `optimizer.variables()` tells them apart."
    if missing & trainable:
        return (
            f"{', '.join(sorted(missing & trainable))}: trained, and part of the model. A name does not tell what is "
            "the optimizer's; `optimizer.variables()` does."
        )
    if missing:
        return (
            f"{', '.join(sorted(missing))}: not trained, and still part of the model. Names such as `moving_mean` are "
            "a convention; another model may call its averages something else."
        )
    if slots & set(names):
        return f"{', '.join(sorted(slots & set(names)))}: the optimizer's. `optimizer.variables()` lists them."
    if step is not None and step.op.name in names:
        return "The global step counts training. `tf.train.get_global_step()` is that variable, whatever its name."
    if len(names) > len(set(names)):
        return "A variable stands in the list twice."
    return "The list has a local variable, which a program needs while it runs. Start from `tf.global_variables()`."


@variables_to_hand_on.right_attempt
def by_identity(optimizer):
    owned = [*optimizer.variables(), tf.train.get_global_step()]
    return tuple(v for v in tf.global_variables() if not any(v is other for other in owned))


@variables_to_hand_on.right_attempt
def as_a_set(optimizer):
    step = tf.train.get_global_step()
    return set(tf.global_variables()) - set(optimizer.variables()) - ({step} if step else set())


@variables_to_hand_on.right_attempt
def takes_away_one_by_one(optimizer):
    left = {v.name: v for v in tf.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)}
    for v in optimizer.variables():
        left.pop(v.name, None)
    step = tf.train.get_global_step()
    return [v for v in left.values() if step is None or v.name != step.name][::-1]


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


@variables_to_hand_on.wrong_attempt(says="another model may call its averages something else")
def goes_by_the_name(optimizer):
    return tf.trainable_variables() + [v for v in tf.global_variables() if "moving_" in v.op.name]


@variables_to_hand_on.wrong_attempt(says="trained, and part of the model")
def leaves_out_names_of_optimizers(optimizer):
    known = ("Adam", "Momentum", "beta", "global_step")
    return [v for v in tf.global_variables() if not any(part in v.op.name for part in known)]


@variables_to_hand_on.wrong_attempt(says="A graph without a global step is among the cases")
def counts_on_a_step(optimizer):
    names = {variable.op.name for variable in optimizer.variables()} | {tf.train.get_global_step().op.name}
    return [variable for variable in tf.global_variables() if variable.op.name not in names]


@variables_to_hand_on.wrong_attempt(says="has the variables themselves")
def returns_names(optimizer):
    slots = {variable.op.name for variable in optimizer.variables()}
    return [v.op.name for v in tf.global_variables() if v.op.name not in slots | {"global_step"}]


@variables_to_hand_on.wrong_attempt(says="Make a list of it")
def returns_a_filter(optimizer):
    names = {variable.op.name for variable in optimizer.variables()} | {"global_step"}
    return filter(lambda variable: variable.op.name not in names, tf.global_variables())


@variables_to_hand_on.wrong_attempt(says="The list has a local variable")
def adds_the_local_ones(optimizer):
    names = {variable.op.name for variable in optimizer.variables()} | {"global_step"}
    return [v for v in tf.global_variables() + tf.local_variables() if v.op.name not in names]


@variables_to_hand_on.wrong_attempt(says="makes a step where there is none")
def makes_a_step(optimizer):
    out = [*optimizer.variables(), tf.train.get_or_create_global_step()]
    return [v for v in tf.global_variables() if v not in out]


@variables_to_hand_on.wrong_attempt(says="a single number, and trained")
def takes_single_numbers_for_the_optimizers(optimizer):
    return [v for v in tf.global_variables() if v.shape.rank and v not in optimizer.variables()]
