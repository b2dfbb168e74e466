"""Exercises of lesson 01: a variable with a name of its own, and two graphs that do not meet."""

import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise


@exercise(
    hints=[
        "Two names are involved: the one in your Python code and the one in the graph. Which argument of "
        "`tf.get_variable` is the one in the graph?",
        "The first argument of `tf.get_variable` is the TensorFlow name. The argument `initializer=` says how the "
        "variable begins.",
        'Write `return tf.get_variable("scale", initializer=tf.constant(..., shape=[...]))` and fill in the value '
        "and the shape.",
    ],
    raised={
        "is not a valid root scope name": "`scale:0` is the name of a tensor. A variable is created with the plain "
        "name; TensorFlow adds the `:0`.",
    },
)
def create_scale(value):
    """Place one variable in the default graph and return it.

    Its TensorFlow name is "scale", its shape is [4], and each of its four elements
    begins as value.
    """
    # The first argument is the TensorFlow name. It is what a checkpoint will store, so it is worth choosing.
    # The constant is a recipe for the first value: nothing is computed here.
    return tf.get_variable("scale", initializer=tf.constant(value, shape=[4]))


@create_scale.examiner
def _(attempt):
    expected = 'One variable in the graph, with the TensorFlow name `"scale"` and the shape `[4]`.'
    for value in (1, 7):
        tf.reset_default_graph()
        check_scale(attempt(value), value, expected)
    return (
        'The graph has one variable, and its TensorFlow name is `"scale"`. What the variable is called in Python '
        "does not matter: a checkpoint will store `scale`."
    )


def check_scale(answer, value, expected):
    variables = tf.global_variables()
    if not variables:
        kind = type(answer).__name__
        raise NotYet(
            seen=f"The graph has no variable. The function returned an object of type `{kind}`.",
            expected=expected,
            because="`tf.constant` makes a constant: an operation that always gives the same value, and that is never "
            "saved. A variable is made by `tf.get_variable`.",
        )
    names = [variable.op.name for variable in variables]
    if names != ["scale"]:
        raise NotYet(
            seen=f"The variables in the graph are called {', '.join(f'`{name}`' for name in names)}.",
            expected=expected,
            because="The name on the left of `=` is Python's. The TensorFlow name is the first argument of "
            "`tf.get_variable`, or `name=`; without it, TensorFlow makes one up.",
        )
    if answer is not variables[0]:
        raise NotYet(
            seen=f"The function returned `{answer!r}`.",
            expected="The function returns the variable.",
            because="The variable is in the graph, but it was not handed back: the last line is `return` and the "
            "variable.",
        )
    shape = variables[0].shape.as_list()
    if shape != [4]:
        raise NotYet(
            seen=f"The variable has the shape `{shape}`.",
            expected=expected,
            because="A variable gets the shape of its initializer. `tf.constant(value)` alone is a single number, of "
            "shape `[]`: give it `shape=[4]`.",
        )
    with tf.Session() as sess:
        sess.run(variables[0].initializer)
        begins = sess.run(variables[0]).tolist()
    if begins != [value] * 4:
        raise NotYet(
            seen=f"Called with {value}, the variable begins as `{begins}`.",
            expected=f"It begins as `{[value] * 4}`.",
            because="The argument `value` has to reach the initializer: `tf.constant(value, shape=[4])`.",
        )


@create_scale.wrong_attempt(says="without it, TensorFlow makes one up")
def names_it_in_python_only(value):
    scale = tf.Variable(tf.constant(value, shape=[4]))
    return scale


@create_scale.wrong_attempt(says="`tf.constant` makes a constant")
def makes_a_constant(value):
    scale = tf.constant(value, shape=[4], name="scale")
    return scale


@create_scale.wrong_attempt(says="A variable gets the shape of its initializer")
def forgets_the_shape(value):
    return tf.get_variable("scale", initializer=tf.constant(value))


@create_scale.wrong_attempt(says="`scale:0` is the name of a tensor")
def names_the_tensor(value):
    return tf.get_variable("scale:0", initializer=tf.constant(value, shape=[4]))


@create_scale.wrong_attempt(says="it was not handed back")
def does_not_return_it(value):
    tf.get_variable("scale", initializer=tf.constant(value, shape=[4]))


@create_scale.wrong_attempt(says="has to reach the initializer")
def writes_the_value_out(value):
    return tf.get_variable("scale", initializer=tf.constant(1, shape=[4]))


@exercise(
    hints=[
        "The lesson shows two ways out of `already exists`. Which of them keeps both graphs?",
        "`tf.Graph()` makes a graph. The lines in `with graph.as_default():` place their operations in it.",
        "Twice the same three lines: `graph = tf.Graph()`, then `with graph.as_default():`, then the variable. A loop "
        "or a second pair of names does it.",
    ],
    raised={
        "already exists, disallowed": "Both variables went into the same graph. Two calls of `tf.get_variable` need "
        "two graphs, each made by `tf.Graph()` and entered with `with graph.as_default():`.",
    },
)
def build_two_graphs(value):
    """Return two graphs, as a pair.

    Each has one variable: its TensorFlow name is "A", its shape is [2], and it begins
    as value.
    The default graph stays as it was.
    """
    graphs = []
    for _ in range(2):
        # A graph of its own for each: names have to be different within a graph, not between graphs.
        graph = tf.Graph()
        with graph.as_default():
            tf.get_variable("A", initializer=tf.constant(value, shape=[2]))
        graphs.append(graph)
    return tuple(graphs)


@build_two_graphs.examiner
def _(attempt):
    default = tf.get_default_graph()
    answer = attempt(3)
    expected = "Two different graphs, each with one variable `A`."
    if (
        not isinstance(answer, tuple | list)
        or len(answer) != 2
        or not all(isinstance(graph, tf.Graph) for graph in answer)
    ):
        raise NotYet(
            seen=f"The function returned an object of type `{type(answer).__name__}`"
            + (": the graph's variable, perhaps." if answer is not None else "."),
            expected="A pair of graphs: `return first, second`.",
            because="The graphs themselves are asked for: what `tf.Graph()` returned.",
        )
    first, second = answer
    if first is second:
        raise NotYet(
            seen="The two graphs are one and the same.",
            expected=expected,
            because="`tf.AUTO_REUSE` or a second name does not make a second graph. Each call of `tf.Graph()` makes "
            "one.",
        )
    if tf.get_default_graph() is not default or default in (first, second) or default.get_operations():
        raise NotYet(
            seen="The default graph was used, or thrown away.",
            expected="The default graph stays as it was, and both graphs are new.",
            because="`tf.reset_default_graph()` throws the old default graph away. To keep both, make each with "
            "`tf.Graph()` and place the variable in `with graph.as_default():`.",
        )
    for number, graph in enumerate(answer, start=1):
        with graph.as_default():
            variables = tf.global_variables()
        found = [(variable.op.name, variable.shape.as_list()) for variable in variables]
        if found != [("A", [2])]:
            raise NotYet(
                seen=f"Graph {number} of the two has these variables: `{found}`.",
                expected="One variable each, called `A`, of shape `[2]`.",
                because="A graph that is made but not entered stays empty: the variable's line belongs into `with "
                "graph.as_default():`.",
            )
    return (
        "Names have to be different within one graph. Two graphs know nothing of each other, so both can have an `A`."
    )


@build_two_graphs.wrong_attempt(says="Both variables went into the same graph")
def puts_both_into_one(value):
    first = tf.get_default_graph()
    tf.get_variable("A", initializer=tf.constant(value, shape=[2]))
    second = tf.get_default_graph()
    tf.get_variable("A", initializer=tf.constant(value, shape=[2]))
    return first, second


@build_two_graphs.wrong_attempt(says="throws the old default graph away")
def resets_in_between(value):
    graphs = []
    for _ in range(2):
        tf.reset_default_graph()
        tf.get_variable("A", initializer=tf.constant(value, shape=[2]))
        graphs.append(tf.get_default_graph())
    return tuple(graphs)


@build_two_graphs.wrong_attempt(says="does not make a second graph")
def reuses_the_variable(value):
    graph = tf.Graph()
    with graph.as_default(), tf.variable_scope("", reuse=tf.AUTO_REUSE):
        tf.get_variable("A", shape=[2], dtype=tf.int32, initializer=tf.constant_initializer(value))
        tf.get_variable("A", shape=[2], dtype=tf.int32, initializer=tf.constant_initializer(value))
    return graph, graph


@build_two_graphs.wrong_attempt(says="A graph that is made but not entered stays empty")
def forgets_to_enter(value):
    first, second = tf.Graph(), tf.Graph()
    with first.as_default():
        tf.get_variable("A", initializer=tf.constant(value, shape=[2]))
    return first, second


@build_two_graphs.wrong_attempt(says="The graphs themselves are asked for")
def returns_the_variables(value):
    with tf.Graph().as_default():
        first = tf.get_variable("A", initializer=tf.constant(value, shape=[2]))
    with tf.Graph().as_default():
        second = tf.get_variable("A", initializer=tf.constant(value, shape=[2]))
    return first, second
