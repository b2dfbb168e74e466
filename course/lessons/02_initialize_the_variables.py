"""Exercises of lesson 02: a value read from a session, and the names of what has no value yet."""

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, must_be_array


@exercise(
    hints=[
        "Two things must have happened before a variable can be read. Which of the two needs a session?",
        "The initializer operation is made after the variable and run before reading: "
        "`sess.run(tf.global_variables_initializer())`.",
        "In `with tf.Session() as sess:` run the initializer first, then `return sess.run(...)` with the variable in "
        "the parentheses.",
    ],
)
def read_weight(value):
    """Place a variable "weight" of shape [3] that begins as value in the default graph.

    Initialize it in a session and return what it holds, as a NumPy array.
    """
    weight = tf.get_variable("weight", initializer=tf.constant(value, shape=[3]))
    # Made after the variable: the operation covers the variables that exist at this moment.
    init_op = tf.global_variables_initializer()
    with tf.Session() as sess:
        sess.run(init_op)  # until here the variable has a shape and a name, but no value
        return sess.run(weight)  # what run returns is an array; it outlives the session


@read_weight.examiner
def _(attempt):
    for value in (2, 9):
        tf.reset_default_graph()
        try:
            answer = attempt(value)
        except NotYet as problem:
            raise why_uninitialized(problem, attempt.source) from problem
        expected = f"Called with {value}, the function returns the array `{np.full(3, value)}`."
        must_be_array(
            answer,
            expected,
            none="`sess.run(init_op)` returns nothing: it only changes the session. Run the variable itself, and "
            "`return` what comes back.",
        )
        if answer.tolist() != [value] * 3:
            raise NotYet(
                seen=f"The function returned `{answer}`.",
                expected=expected,
                because="The initializer decides: `tf.constant(value, shape=[3])`.",
            )
        if [variable.op.name for variable in tf.global_variables()] != ["weight"]:
            raise NotYet(
                seen=f"The variables in the graph are {[variable.op.name for variable in tf.global_variables()]}.",
                expected="One variable with the TensorFlow name `weight`.",
                because="The values are right, but they did not come from a variable of that name.",
            )
    return (
        "The graph held the variable, the session held its value, and the initializer, run in that session, put it "
        "there."
    )


def why_uninitialized(problem, source):
    """Tells apart why a variable had no value: no initializer, one made too early, not run, or run elsewhere."""
    if "uninitialized value" not in problem.seen:
        return problem
    initializers = [op for op in tf.get_default_graph().get_operations() if op.type == "NoOp"]
    if not initializers:
        because = (
            "No initializer was made. `tf.global_variables_initializer()` makes the operation, and a session runs it."
        )
    elif not any(op.control_inputs for op in initializers):
        because = (
            "The initializer was made before the variable, so it initializes nothing. It covers the variables that "
            "exist when it is made."
        )
    elif source.count("Session(") > 1:
        because = (
            "The initializer ran in one session, and the variable was read in another. Values belong to the session "
            "that made them."
        )
    else:
        because = (
            "An initializer was made but not run. Making the operation computes nothing: `sess.run(init_op)` does."
        )
    return NotYet(problem.seen, "The variable is initialized, then read.", because)


@read_weight.wrong_attempt(says="No initializer was made")
def does_not_initialize(value):
    weight = tf.get_variable("weight", initializer=tf.constant(value, shape=[3]))
    with tf.Session() as sess:
        return sess.run(weight)


@read_weight.wrong_attempt(says="An initializer was made but not run")
def makes_the_initializer_only(value):
    weight = tf.get_variable("weight", initializer=tf.constant(value, shape=[3]))
    tf.global_variables_initializer()
    with tf.Session() as sess:
        return sess.run(weight)


@read_weight.wrong_attempt(says="the variable was read in another")
def initializes_another_session(value):
    weight = tf.get_variable("weight", initializer=tf.constant(value, shape=[3]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
    with tf.Session() as sess:
        return sess.run(weight)


@read_weight.wrong_attempt(says="The initializer was made before the variable")
def makes_the_initializer_too_early(value):
    init_op = tf.global_variables_initializer()
    weight = tf.get_variable("weight", initializer=tf.constant(value, shape=[3]))
    with tf.Session() as sess:
        sess.run(init_op)
        return sess.run(weight)


@read_weight.wrong_attempt(says="That is not the value of a tensor")
def returns_the_variable(value):
    weight = tf.get_variable("weight", initializer=tf.constant(value, shape=[3]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return weight


@read_weight.wrong_attempt(says="it only changes the session")
def returns_what_init_returns(value):
    tf.get_variable("weight", initializer=tf.constant(value, shape=[3]))
    with tf.Session() as sess:
        return sess.run(tf.global_variables_initializer())


@exercise(
    hints=[
        "Which operation of the lesson answers the question: who has no value yet?",
        "`sess.run(tf.report_uninitialized_variables())` returns an array of bytes, such as `b'B'`. A text is made of "
        "bytes by `.decode()`.",
        "Return a list: `[name.decode() for name in sess.run(...)]`. Initialize nothing.",
    ],
)
def names_without_value(sess):
    """Return the names of the variables that have no value yet in sess: a list of texts.

    sess is an open session. The variables are in its graph already.
    """
    # The operation is asked in this session: another session could give another answer.
    names = sess.run(tf.report_uninitialized_variables())
    # TensorFlow's texts arrive as bytes. decode makes Python texts of them, which compare equal to "A".
    return [name.decode() for name in names]


@names_without_value.examiner
def _(attempt):
    for ready in ({"A"}, {"A", "C"}, set()):
        tf.reset_default_graph()
        variables = [tf.get_variable(name, initializer=tf.constant(1, shape=[2])) for name in "ABC"]
        expected = sorted(variable.op.name for variable in variables if variable.op.name not in ready)
        with tf.Session() as sess:
            sess.run([variable.initializer for variable in variables if variable.op.name in ready])
            answer = attempt(sess)
            left = [name.decode() for name in sess.run(tf.report_uninitialized_variables())]
        judge_names(answer, ready, expected, left)
    return (
        "The answer depends on the session, not on the graph: the same graph in another session could have other gaps."
    )


def judge_names(answer, ready, expected, left):
    having = f"`{', '.join(sorted(ready))}`" if ready else "no variable"
    task = f"In a session where {having} of `A`, `B`, `C` has a value, the function returns `{expected}`."
    if left != expected:
        raise NotYet(
            seen="After the call, other variables had values than before.",
            expected="The function looks, and changes nothing.",
            because="An initializer was run. `tf.report_uninitialized_variables()` only asks.",
        )
    if isinstance(answer, np.ndarray | list | tuple):
        answer = list(answer)
    if not isinstance(answer, list):
        raise NotYet(
            seen=f"The function returned an object of type `{type(answer).__name__}`.",
            expected=task,
            because="`tf.report_uninitialized_variables()` makes an operation. `sess.run(...)` gets its answer.",
        )
    if any(isinstance(name, bytes) for name in answer):
        raise NotYet(
            seen=f"The function returned `{answer}`.",
            expected=task,
            because="The names are bytes, marked by the `b` before the quote. `name.decode()` makes a text of one.",
        )
    if any(not isinstance(name, str) for name in answer) or {name.removesuffix(":0") for name in answer} == {
        "A",
        "B",
        "C",
    } != set(expected):
        raise NotYet(
            seen=f"The function returned `{answer}`.",
            expected=task,
            because="`tf.global_variables()` lists the graph's variables, whether they have a value or not. The "
            "session knows who has one.",
        )
    if sorted(answer) != expected:
        raise NotYet(
            seen=f"The function returned `{sorted(answer)}`.",
            expected=task,
            because="The answer has to come from the session, each time anew: nothing about it is fixed.",
        )


@names_without_value.wrong_attempt(says="The names are bytes")
def returns_bytes(sess):
    return list(sess.run(tf.report_uninitialized_variables()))


@names_without_value.wrong_attempt(says="makes an operation")
def does_not_run_it(sess):
    return tf.report_uninitialized_variables()


@names_without_value.wrong_attempt(says="whether they have a value or not")
def lists_all_variables(sess):
    return [variable.op.name for variable in tf.global_variables()]


@names_without_value.wrong_attempt(says="An initializer was run")
def initializes_first(sess):
    sess.run(tf.global_variables_initializer())
    return [name.decode() for name in sess.run(tf.report_uninitialized_variables())]


@names_without_value.wrong_attempt(says="nothing about it is fixed")
def writes_the_answer_out(sess):
    return ["B"]
