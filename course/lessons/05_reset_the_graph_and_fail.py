"""Exercises of lesson 05: which graph has what, and a restore into a graph that is no longer the default one."""

import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, must_be_array


@exercise(
    hints=[
        "`tf.global_variables()` takes no graph. Whose variables does it list?",
        "It lists those of the default graph. Inside `with graph.as_default():`, `graph` is the default graph.",
        "In that block, return a list of `variable.op.name`, one for each of `tf.global_variables()`.",
    ],
)
def variables_of(graph):
    """Return the TensorFlow names of the variables in graph, as a list, oldest first.

    graph is a tf.Graph, and need not be the default graph. Such a list says whether a
    Saver would find anything.
    """
    # The collection of variables belongs to a graph. The block makes this graph the default one, and gives back
    # the former default graph at its end.
    with graph.as_default():
        return [variable.op.name for variable in tf.global_variables()]


@variables_of.examiner
def _(attempt):
    for names in (["A", "B"], [], ["layer/kernel", "layer/bias", "step"]):
        tf.reset_default_graph()
        tf.get_variable("of_the_default_graph", initializer=0)
        default = tf.get_default_graph()
        graph = tf.Graph()
        with graph.as_default():
            tf.placeholder(tf.float32, name="x")
            for name in names:
                tf.get_variable(name, initializer=tf.zeros([2]))
        answer = attempt(graph)
        if tf.get_default_graph() is not default:
            raise NotYet(
                seen="After the call, another graph was the default graph.",
                expected="The function looks, and changes nothing.",
                because="`tf.reset_default_graph()` takes the default graph away for everybody.",
            )
        judge_variables(answer, names)
    return "A graph keeps its own list of variables. With an empty list, `tf.train.Saver()` finds nothing to save."


def judge_variables(answer, names):
    expected = f"`{names}`" + ("" if names else ": a graph may have operations and no variable.")
    seen = f"The function returned `{answer!r}`."
    if not isinstance(answer, list):
        raise NotYet(seen, expected, "Hand back a list of texts with `return`.")
    if answer == names:
        return
    if "of_the_default_graph" in answer:
        because = "That is a variable of the default graph. `tf.global_variables()` looks only there: make `graph` the "
        because += "default graph for a moment."
    elif [str(name).removesuffix(":0") for name in answer] == names:
        because = "`variable.name` is the name of a tensor, with `:0`. `variable.op.name` is the variable's own."
    elif "x" in answer:
        because = "Those are operations. A variable brings several, and other operations are no variables."
    else:
        because = "Return the names of all the variables, in the order of `tf.global_variables()`."
    raise NotYet(seen, expected, because)


@variables_of.wrong_attempt(says="`tf.global_variables()` looks only there")
def asks_the_default_graph(graph):
    return [variable.op.name for variable in tf.global_variables()]


@variables_of.wrong_attempt(says="Those are operations")
def lists_the_operations(graph):
    return [operation.name for operation in graph.get_operations()]


@variables_of.wrong_attempt(says="the name of a tensor, with `:0`")
def gives_tensor_names(graph):
    with graph.as_default():
        return [variable.name for variable in tf.global_variables()]


@variables_of.wrong_attempt(says="takes the default graph away for everybody")
def resets_first(graph):
    tf.reset_default_graph()
    with graph.as_default():
        return [variable.op.name for variable in tf.global_variables()]


@variables_of.wrong_attempt(says="Hand back a list of texts")
def prints_them(graph):
    with graph.as_default():
        print([variable.op.name for variable in tf.global_variables()])


@exercise(
    hints=[
        "The default graph is empty, but the variable was not thrown away. Which attribute of `variable` says where "
        "it lives?",
        "`variable.graph` is that graph. A session can be made for any graph: `tf.Session(graph=...)`.",
        "In `with tf.Session(graph=variable.graph) as sess:` restore with the old `saver`, then run the variable and "
        "return its value.",
    ],
    raised={
        "The Session graph is empty": "The session was made for the default graph, which is empty. "
        "`tf.Session(graph=...)` takes another one.",
        "No variables to save": "A new Saver looks at the default graph, which is empty. The old one still fits the "
        "old graph.",
        "Cannot interpret feed_dict key": "The session runs a graph that does not have the Saver's operations.",
        "is not an element of this graph": "The session runs another graph than the one that `variable` belongs to.",
        "uninitialized value": "The variable has no value in this session: `saver.restore` was not called in it.",
    },
)
def restore_after_reset(variable, saver, prefix):
    """Restore with saver from prefix, and return the value of variable as an array.

    The default graph was reset after variable and saver were made: it is empty. It stays
    so.
    """
    # A variable knows its graph, and a graph lives as long as somebody holds on to a part of it.
    with tf.Session(graph=variable.graph) as sess:
        saver.restore(sess, prefix)
        return sess.run(variable)


@restore_after_reset.examiner
def _(attempt):
    for number, values in enumerate(([1.5, 2.5], [-4.0, 8.0])):
        tf.reset_default_graph()
        # The recipe gives other values than the file, so that initializing is told from restoring.
        kernel = tf.get_variable("kernel", initializer=tf.zeros([2]))
        saver = tf.train.Saver()
        with tf.Session() as sess:
            sess.run(kernel.assign(values))
            saver.save(sess, f"kernel-{number}")
        tf.reset_default_graph()
        answer = attempt(kernel, saver, f"kernel-{number}")
        judge_restored(answer, values)
        if tf.get_default_graph().get_operations():
            raise NotYet(
                seen="After the call, the default graph has operations.",
                expected="The values come from the graph that `variable` belongs to. The default graph stays empty.",
                because="The variable was built again. That works too, and is the matter of the next lesson; here "
                "it is not needed.",
            )
    return "The session was made for the graph that has the variable and the Saver's operations, default or not."


def judge_restored(answer, values):
    expected = f"An array with the saved values, `{values}`."
    must_be_array(
        answer,
        expected,
        none="`saver.restore` returns nothing: it changes the session. Run the variable, and `return` what comes back.",
    )
    if answer.tolist() != values:
        raise NotYet(
            seen=f"The function returned `{answer.tolist()}`.",
            expected=expected,
            because="The initializer's values are there: it was run after `restore`, or in place of it.",
        )


@restore_after_reset.wrong_attempt(says="The session was made for the default graph")
def opens_a_plain_session(variable, saver, prefix):
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(variable)


@restore_after_reset.wrong_attempt(says="A new Saver looks at the default graph")
def makes_a_new_saver(variable, saver, prefix):
    new_saver = tf.train.Saver()
    with tf.Session(graph=variable.graph) as sess:
        new_saver.restore(sess, prefix)
        return sess.run(variable)


@restore_after_reset.wrong_attempt(says="does not have the Saver's operations")
def puts_something_into_the_graph(variable, saver, prefix):
    tf.constant(0.0)
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(variable)


@restore_after_reset.wrong_attempt(says="the matter of the next lesson")
def builds_it_again(variable, saver, prefix):
    kernel = tf.get_variable("kernel", initializer=tf.zeros([2]))
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return sess.run(kernel)


@restore_after_reset.wrong_attempt(says="The initializer's values are there")
def initializes_instead(variable, saver, prefix):
    with tf.Session(graph=variable.graph) as sess:
        sess.run(variable.initializer)
        return sess.run(variable)


@restore_after_reset.wrong_attempt(says="was not called in it")
def restores_another_session(variable, saver, prefix):
    with tf.Session(graph=variable.graph) as sess:
        saver.restore(sess, prefix)
    with tf.Session(graph=variable.graph) as sess:
        return sess.run(variable)
