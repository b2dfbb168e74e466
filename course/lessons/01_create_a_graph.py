"""Exercises of lesson 01: a variable with a TensorFlow name, and two graphs that do not meet."""

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
        "do not specify shape": "An initializer that is a value or a tensor brings its own shape. Pass "
        "`tf.constant(value, shape=[4])`, and no shape beside it.",
        "is not a valid root scope name": "`scale:0` is the name of a tensor. A variable is created with the plain "
        "name; TensorFlow adds the `:0`.",
        "Expected int32, but got": "With a `dtype` of whole numbers, the variable cannot begin as a number such as "
        "2.5. Leave the `dtype` out: `tf.constant(value, ...)` chooses one that fits.",
        "Shapes must be equal rank": "`tf.Variable` has the shape of what it begins as: `[value] * 4`, and no `shape` "
        "beside it.",
        "and explicit dtype": "The variable gets the dtype of its initializer. Leave the other `dtype` out.",
    },
)
def create_scale(value):
    """Place one variable in the default graph and return it.

    Its TensorFlow name is "scale", its shape is [4], and each of its four elements
    begins as value, which is a number.
    """
    # The first argument is the TensorFlow name. A Saver will store the variable under it, so choose it well.
    # The constant is a recipe for the first value: nothing is computed here.
    return tf.get_variable("scale", initializer=tf.constant(value, shape=[4]))


@create_scale.examiner
def _(attempt):
    for value in (1, 7, -1025.25):  # the last one does not fit into a dtype of 16 bits
        tf.reset_default_graph()
        default = tf.get_default_graph()
        check_scale(attempt(value), value, default)
    return (
        'The graph has one variable, and its TensorFlow name is `"scale"`. The name that it has in your Python code '
        "does not matter: a Saver stores it as `scale`, unless it is told another name."
    )


def check_scale(answer, value, default):
    expected = 'One variable in the default graph, with the TensorFlow name `"scale"` and the shape `[4]`.'
    variables = tf.global_variables()
    if not variables:
        raise no_variable(answer, expected, default)
    names = [variable.op.name for variable in variables]
    if names != ["scale"]:
        raise NotYet(
            seen=f"The graph has {listing(names)}.",
            expected=expected,
            because=why_other_names(names),
        )
    if answer is not variables[0]:
        raise NotYet(
            seen=f"The variable is in the graph. The function returned `{answer!r}`.",
            expected="The function returns the variable.",
            because="The variable was not handed back: the last line is `return`, followed by what `tf.get_variable` "
            "returned.",
        )
    shape = variables[0].shape
    if shape.rank is None or shape.as_list() != [4]:
        raise NotYet(
            seen=f"The variable has the shape `{shape}`.",
            expected=expected,
            because="A variable gets the shape of its initializer. `tf.constant(value)` alone is a single number, of "
            "shape `[]`: give it `shape=[4]`."
            if not shape.rank
            else "`[4]` is one dimension with four elements, and the initializer says so: "
            "`tf.constant(value, shape=[4])`.",
        )
    with tf.Session() as sess:
        sess.run(variables[0].initializer)
        begins = sess.run(variables[0]).tolist()
    if begins != [value] * 4:
        raise NotYet(
            seen=f"Called with {value}, the variable begins as `{begins}`.",
            expected=f"It begins as `{[value] * 4}`.",
            because="The argument `value` has to reach the initializer as it is: `tf.constant(value, shape=[4])`.",
        )


def no_variable(answer, expected, default):
    """Tells apart why the default graph, which was ``default`` before, has no variable that a Saver would save."""
    kind = f"The function returned an object of type `{type(answer).__name__}`."
    if not isinstance(answer, tf.Variable):
        return NotYet(
            seen=f"The default graph has no variable. {kind}",
            expected=expected,
            because="Nothing made a variable there. `tf.constant` makes an operation that always gives the same value, "
            "and that no Saver saves; `tf.get_variable` makes a variable.",
        )
    if answer.graph is not tf.get_default_graph():
        return NotYet(
            seen="The variable that came back is in another graph. The default graph has none.",
            expected=expected,
            because="`tf.reset_default_graph()` threw the graph away that has the variable. Nothing is to be reset at "
            "the end."
            if answer.graph is default
            else "Inside `with graph.as_default():` another graph is the default one. This exercise needs no "
            "`tf.Graph()`.",
        )
    return NotYet(
        seen=f"The graph has the variable `{answer.op.name}`, but not among its global variables.",
        expected=expected,
        because="With `collections=`, a variable is listed there instead of among the global ones, which are those "
        "that a Saver takes by default. Leave the argument out.",
    )


def listing(names):
    quoted = ", ".join(f"`{name}`" for name in names)
    return f"one variable, {quoted}" if len(names) == 1 else f"{len(names)} variables: {quoted}"


def why_other_names(names):
    if len(names) > 1:
        return "One call makes one variable. Four elements are one variable of shape `[4]`."
    last = names[0].rpartition("/")[2]
    if last == "scale":
        return "The variable was made in a scope, which TensorFlow puts before the name."
    if last.lower() == "scale":
        return "Capital letters count: a restore looks for a name letter by letter."
    return (
        "The name on the left of `=` is Python's. The TensorFlow name is the first argument of `tf.get_variable`, or "
        "`name=` of `tf.Variable`, which makes one up if there is none."
    )


@create_scale.wrong_attempt(says="makes one up if there is none")
def names_it_in_python_only(value):
    scale = tf.Variable(tf.constant(value, shape=[4]))
    return scale


@create_scale.wrong_attempt(says="`tf.constant` makes an operation")
def makes_a_constant(value):
    scale = tf.constant(value, shape=[4], name="scale")
    return scale


@create_scale.wrong_attempt(says="A variable gets the shape of its initializer")
def forgets_the_shape(value):
    return tf.get_variable("scale", initializer=tf.constant(value))


@create_scale.wrong_attempt(says="`scale:0` is the name of a tensor")
def names_the_tensor(value):
    return tf.get_variable("scale:0", initializer=tf.constant(value, shape=[4]))


@create_scale.wrong_attempt(says="brings its own shape")
def says_the_shape_beside_the_value(value):
    return tf.get_variable("scale", shape=[4], initializer=tf.constant(value))


@create_scale.wrong_attempt(says="The variable was not handed back")
def does_not_return_it(value):
    tf.get_variable("scale", initializer=tf.constant(value, shape=[4]))


@create_scale.wrong_attempt(says="has to reach the initializer")
def writes_the_value_out(value):
    return tf.get_variable("scale", initializer=tf.constant(1, shape=[4]))


@create_scale.wrong_attempt(says="Leave the argument out")
def makes_it_local(value):
    return tf.get_variable(
        "scale", initializer=tf.constant(value, shape=[4]), collections=[tf.GraphKeys.LOCAL_VARIABLES]
    )


@create_scale.wrong_attempt(says="Inside `with graph.as_default():` another graph")
def makes_a_graph_for_it(value):
    with tf.Graph().as_default():
        return tf.get_variable("scale", initializer=tf.constant(value, shape=[4]))


@create_scale.wrong_attempt(says="One call makes one variable")
def makes_four_variables(value):
    return [tf.get_variable(f"scale_{i}", initializer=tf.constant(value)) for i in range(4)]


@create_scale.wrong_attempt(says="Capital letters count")
def writes_the_name_in_capitals(value):
    scale = tf.get_variable("SCALE", initializer=tf.constant(value, shape=[4]))
    return scale


@create_scale.wrong_attempt(says="The variable was made in a scope")
def makes_it_in_a_scope(value):
    with tf.variable_scope("scale"):
        return tf.get_variable("scale", initializer=tf.constant(value, shape=[4]))


@create_scale.wrong_attempt(says="With a `dtype` of whole numbers")
def takes_the_dtype_of_the_lesson(value):
    return tf.get_variable("scale", initializer=tf.constant(value, tf.int32, shape=[4]))


@create_scale.wrong_attempt(says="one dimension with four elements")
def makes_a_column(value):
    return tf.get_variable("scale", initializer=tf.constant(value, shape=[4, 1]))


@create_scale.wrong_attempt(says="threw the graph away that has the variable")
def resets_at_the_end(value):
    scale = tf.get_variable("scale", initializer=tf.constant(value, shape=[4]))
    tf.reset_default_graph()
    return scale


@create_scale.wrong_attempt(says="Leave the other `dtype` out")
def says_the_dtype_twice(value):
    return tf.get_variable("scale", dtype=tf.float32, initializer=tf.constant(value, shape=[4]))


@create_scale.wrong_attempt(says="`tf.Variable` has the shape of what it begins as")
def says_the_shape_to_the_older_class(value):
    return tf.Variable(value, shape=[4], name="scale")


@create_scale.right_attempt
def takes_the_older_class(value):
    return tf.Variable([value] * 4, name="scale", trainable=False)


@create_scale.right_attempt
def says_shape_and_value_apart(value):
    weights = tf.get_variable("scale", [4], tf.float64, tf.constant_initializer(value), use_resource=True)
    return weights


@exercise(
    hints=[
        "The lesson shows two ways to begin with an empty graph. Which of them keeps both graphs?",
        "`tf.Graph()` makes a graph. The lines in `with graph.as_default():` place their operations in it.",
        "The same three lines, twice: `graph = tf.Graph()`, then `with graph.as_default():`, then the variable. Use a "
        "loop, or a second pair of names.",
    ],
    raised={
        "already exists, disallowed": "Both variables went into the same graph. Two calls of `tf.get_variable` need "
        "two graphs, each made by `tf.Graph()` and entered with `with graph.as_default():`.",
        "to clear nested graphs": "`tf.reset_default_graph()` cannot run inside `with graph.as_default():`. Two calls "
        "of `tf.Graph()` do without it.",
        "Expected int32, but got": "With a `dtype` of whole numbers, the variable cannot begin as a number such as "
        "2.5. Leave the `dtype` out: `tf.constant(value, ...)` chooses one that fits.",
        "and explicit dtype": "The variable gets the dtype of its initializer. Leave the other `dtype` out.",
    },
)
def build_two_graphs(value):
    """Return two graphs, as a pair.

    Each has one variable: its TensorFlow name is "A", its shape is [2], and each of its
    elements begins as value, which is a number.
    The default graph stays as it was.
    """
    graphs = []
    for _ in range(2):
        # A new graph for each: names have to be different within a graph, not between graphs.
        graph = tf.Graph()
        with graph.as_default():
            tf.get_variable("A", initializer=tf.constant(value, shape=[2]))
        graphs.append(graph)
    return tuple(graphs)


@build_two_graphs.examiner
def _(attempt):
    default = tf.get_default_graph()
    for value in (3, -1025.25):  # the second one does not fit into a dtype of 16 bits
        before = default.get_operations()
        answer = attempt(value)
        check_pair(answer, default, before)
        for number, graph in enumerate(answer, start=1):
            check_a(graph, number, value, variables_in(answer[2 - number]))
        with default.as_default():
            tf.Variable([1, 1], name="kept")  # the second time, the default graph has something to keep
    return (
        "Names have to be different within one graph. Two graphs know nothing of each other, so both can have an `A`."
    )


def check_pair(answer, default, before):
    if (
        not isinstance(answer, tuple | list)
        or len(answer) != 2
        or not all(isinstance(graph, tf.Graph) for graph in answer)
    ):
        items = list(answer.values()) if isinstance(answer, dict) else answer
        many = isinstance(items, tuple | list | set) and all(isinstance(item, tf.Graph) for item in items)
        seen = f"The function returned an object of type `{type(answer).__name__}`"
        raise NotYet(
            seen=f"{seen}, with {len(answer)} graphs in it." if many else f"{seen}.",
            expected="A pair of graphs: `return first, second`.",
            because=why_no_pair(answer, many),
        )
    if answer[0] is answer[1]:
        raise NotYet(
            seen="The two graphs are one and the same.",
            expected="Two different graphs, each with one variable `A`.",
            because="A second name for a graph, or `tf.AUTO_REUSE`, does not make a second graph. Each call of "
            "`tf.Graph()` makes one.",
        )
    if tf.get_default_graph() is not default or default in answer or default.get_operations() != before:
        raise NotYet(
            seen="Afterwards, the default graph is a different one, has more in it, or is one of the two.",
            expected="The default graph stays as it was, and both graphs are new.",
            because="`tf.reset_default_graph()` throws the old default graph away, and what is created outside "
            "`with graph.as_default():` goes into the default graph. A graph that was entered without `with`, or by a "
            "`tf.InteractiveSession`, stays the default one. Make both with `tf.Graph()`, and enter them in a `with`.",
        )


def why_no_pair(answer, many):
    """The likely cause where something else than two graphs came back; ``many``: it has graphs in it, and no others."""
    if answer is None:
        return "The graphs were not handed back: the last line is `return first, second`."
    if isinstance(answer, tf.Graph):
        return "One graph came back, and two are asked for: each call of `tf.Graph()` makes one."
    if many or hasattr(answer, "__next__"):
        return "A pair is two things in a fixed order, as a tuple or a list."
    return "The graphs themselves are asked for: what `tf.Graph()` returned."


def variables_in(graph):
    """Name and shape of each global variable of a graph."""
    return [(variable.op.name, str(variable.shape)) for variable in graph.get_collection("variables")]


def check_a(graph, number, value, in_the_other):
    expected = "One variable each, called `A`, of shape `[2]`."
    variables = graph.get_collection("variables")
    if not variables:
        operations = graph.get_operations()
        raise NotYet(
            seen=f"Graph {number} of the two has no variable. Operations in it: {len(operations)}.",
            expected=expected,
            because=why_no_variable_in(operations),
        )
    found = variables_in(graph)
    if found != [("A", "(2,)")]:
        shown = ", ".join(f"`{name}` of shape `{shape}`" for name, shape in found)
        raise NotYet(
            seen=f"Graph {number} of the two has {shown}.",
            expected=expected,
            because=why_another_variable(found, in_the_other),
        )
    with tf.Session(graph=graph) as sess:
        sess.run(variables[0].initializer)
        begins = sess.run(variables[0]).tolist()
    if begins != [value] * 2:
        raise NotYet(
            seen=f"Called with {value}, the variable of graph {number} begins as `{begins}`.",
            expected=f"It begins as `{[value] * 2}`.",
            because="The argument `value` has to reach the initializer of both variables: `tf.constant(value, "
            "shape=[2])`.",
        )


def why_no_variable_in(operations):
    if not operations:
        return (
            "A graph that is made but not entered stays empty: the variable's line belongs inside `with "
            "graph.as_default():`."
        )
    if any(operation.type in ("VariableV2", "VarHandleOp") for operation in operations):
        return "The graph's operations were copied without the list of its variables. Create the variable in it."
    return "What was made there is no variable: `tf.constant` and `tf.placeholder` make none, `tf.get_variable` does."


def why_another_variable(found, in_the_other):
    """The likely cause where a graph has ``found``, names with shapes, and should have one ``A`` of shape ``(2,)``."""
    if len(found) > 1 and not in_the_other:
        return (
            "Two variables went into one graph. `graph.as_default()` does something only in a `with`: `with "
            "graph.as_default():`, and the lines of its block."
        )
    if len(found) > 1:
        return "One variable in each graph is all that is asked for."
    if found != in_the_other:
        return "Both calls of `tf.get_variable` are the same, down to name and shape: only the graph differs."
    if found[0][0] == "A":
        return "The shape is the initializer's, in both graphs: `tf.constant(value, shape=[2])`."
    return (
        "The name is right in neither graph. It is the first argument of `tf.get_variable`, or `name=` of "
        "`tf.Variable`. TensorFlow adds a number to one that the graph has already, and a scope to the front."
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


@build_two_graphs.wrong_attempt(says="has to reach the initializer of both variables")
def writes_one_value_out(value):
    first, second = tf.Graph(), tf.Graph()
    with first.as_default():
        tf.get_variable("A", initializer=tf.constant(value, shape=[2]))
    with second.as_default():
        tf.get_variable("A", initializer=tf.constant(3, shape=[2]))
    return first, second


@build_two_graphs.wrong_attempt(says="only the graph differs")
def names_the_second_one_otherwise(value):
    first, second = tf.Graph(), tf.Graph()
    for graph, name in ((first, "A"), (second, "B")):
        with graph.as_default():
            tf.get_variable(name, initializer=tf.constant(value, shape=[2]))
    return first, second


@build_two_graphs.wrong_attempt(says="Two variables went into one graph")
def forgets_the_with(value):
    first, second = tf.Graph(), tf.Graph()
    with first.as_default():
        tf.get_variable("A", initializer=tf.constant(value, shape=[2]))
        second.as_default()
        tf.get_variable("A_2", initializer=tf.constant(value, shape=[2]))
    return first, second


@build_two_graphs.wrong_attempt(says="A pair is two things in a fixed order")
def returns_a_dictionary(value):
    graphs = {}
    for name in ("first", "second"):
        with tf.Graph().as_default() as graphs[name]:
            tf.get_variable("A", initializer=tf.constant(value, shape=[2]))
    return graphs


@build_two_graphs.wrong_attempt(says="cannot run inside")
def resets_inside_the_block(value):
    first = tf.Graph()
    with first.as_default():
        tf.get_variable("A", initializer=tf.constant(value, shape=[2]))
        tf.reset_default_graph()
        tf.get_variable("A", initializer=tf.constant(value, shape=[2]))
        return first, tf.get_default_graph()


@build_two_graphs.wrong_attempt(says="What was made there is no variable")
def makes_constants(value):
    first, second = tf.Graph(), tf.Graph()
    for graph in (first, second):
        with graph.as_default():
            tf.constant(value, shape=[2], name="A")
    return first, second


@build_two_graphs.wrong_attempt(says="were copied without the list of its variables")
def copies_the_operations(value):
    first, second = tf.Graph(), tf.Graph()
    with first.as_default():
        tf.get_variable("A", initializer=tf.constant(value, shape=[2]))
    with second.as_default():
        tf.import_graph_def(first.as_graph_def(), name="")
    return first, second


@build_two_graphs.wrong_attempt(says="One graph came back")
def returns_one_graph(value):
    with tf.Graph().as_default() as graph:
        tf.get_variable("A", initializer=tf.constant(value, shape=[2]))
    return graph


@build_two_graphs.wrong_attempt(says="is all that is asked for")
def adds_another_variable(value):
    first, second = tf.Graph(), tf.Graph()
    with first.as_default():
        tf.get_variable("A", initializer=tf.constant(value, shape=[2]))
    with second.as_default():
        tf.get_variable("A", initializer=tf.constant(value, shape=[2]))
        tf.get_variable("B", initializer=tf.constant(value, shape=[2]))
    return first, second


@build_two_graphs.wrong_attempt(says="The shape is the initializer's, in both graphs")
def forgets_the_shape_twice(value):
    first, second = tf.Graph(), tf.Graph()
    for graph in (first, second):
        with graph.as_default():
            tf.get_variable("A", initializer=tf.constant(value))
    return first, second


@build_two_graphs.wrong_attempt(says="The name is right in neither graph")
def names_them_in_python_only(value):
    first, second = tf.Graph(), tf.Graph()
    for graph in (first, second):
        with graph.as_default():
            A = tf.Variable([value, value])  # noqa: F841, N806
    return first, second


@build_two_graphs.right_attempt
def copies_the_first_with_its_collections(value):
    first, second = tf.Graph(), tf.Graph()
    with first.as_default():
        tf.Variable([value, value], name="A")
        meta_graph = tf.train.export_meta_graph()
    with second.as_default():
        tf.train.import_meta_graph(meta_graph)
    return [first, second]


@build_two_graphs.right_attempt
def enters_both_at_once(value):
    with tf.Graph().as_default() as first, tf.Graph().as_default() as second:
        tf.get_variable("A", [2], tf.float32, tf.constant_initializer(value))
        with first.as_default():
            tf.get_variable("A", [2], tf.float32, tf.constant_initializer(value))
    return first, second
