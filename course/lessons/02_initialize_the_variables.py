"""Exercises of lesson 02: a value read from a session, and the names of what has no value yet."""

from contextlib import contextmanager
from unittest import mock

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, must_be_array


@exercise(
    hints=[
        "Before a variable can be read, it has to be made, and it has to be initialized. Which of the two needs a "
        "session?",
        "The initializer operation is made after the variable and run before reading: "
        "`sess.run(tf.global_variables_initializer())`.",
        "In `with tf.Session() as sess:` run the initializer first, then `return sess.run(...)` with the variable in "
        "the parentheses.",
    ],
    raised={
        "Expected int32, but got": "With a `dtype` of whole numbers, the variable cannot begin as a number such as "
        "2.5. Leave the `dtype` out: `tf.constant(value, ...)` chooses one that fits.",
        "Can not convert a function": "`tf.global_variables_initializer` without `()` is a function. With them, it "
        "is called, and makes the operation that a session can run.",
        "the variable is uninitialized": "No initializer of this variable was run in the session that reads it.",
    },
)
def read_weight(value):
    """Place a variable "weight" of shape [3] in the default graph, and read it.

    Each element begins as value, which is a number. Initialize the variable in a session
    and return what it holds there, as a NumPy array.
    """
    weight = tf.get_variable("weight", initializer=tf.constant(value, shape=[3]))
    # Made after the variable: the operation covers the variables that exist at this moment.
    init_op = tf.global_variables_initializer()
    with tf.Session() as sess:
        sess.run(init_op)  # so far the variable has a shape and a name, but no value
        return sess.run(weight)  # what run returns is an array; it outlives the session


@read_weight.examiner
def _(attempt):
    for value in (2, 9, -1025.25):  # the last one does not fit into a dtype of 16 bits
        tf.reset_default_graph()
        with recorded() as runs:
            try:
                answer = attempt(value)
            except NotYet as problem:
                raise why_uninitialized(problem, runs) from problem
        judge_weight(answer, value, runs)
    return (
        "The variable is in the graph. In your session it was given its first value, and then the session handed that "
        "value out."
    )


def judge_weight(answer, value, runs):
    expected = f"Called with {value}, the function returns the array `{np.full(3, value)}`."
    if isinstance(answer, list | tuple):
        raise NotYet(
            seen=f"The function returned `{answer!r}`, of type `{type(answer).__name__}`.",
            expected=expected,
            because="`sess.run` with one variable returns a NumPy array; with a list of them, a list of arrays. The "
            "array itself is asked for.",
        )
    must_be_array(
        answer,
        expected,
        none="Either `return` is missing, or an operation was run, such as an initializer: running one returns "
        "nothing, it only changes the session. Run the variable itself, and `return` what comes back.",
    )
    if answer.tolist() != [value] * 3:
        raise NotYet(
            seen=f"The function returned `{answer}`.",
            expected=expected,
            because="The initializer decides: `tf.constant(value, shape=[3])`."
            if answer.shape == (3,)
            else "The whole variable is asked for, and it has the shape `[3]`, which comes from its initializer: "
            "`tf.constant(value, shape=[3])`.",
        )
    variables = tf.global_variables()
    if [variable.op.name for variable in variables] != ["weight"]:
        raise NotYet(
            seen=f"The global variables in the default graph are {[variable.op.name for variable in variables]}.",
            expected="One variable, with the TensorFlow name `weight`.",
            because="The values are right, and this one variable is all that is asked for."
            if "weight" in [variable.op.name for variable in variables]
            else "The values are right, but afterwards no variable of that name is there: none was made, or it has "
            "another name, is in another graph or collection, or was thrown away with `tf.reset_default_graph()`.",
        )
    if not was_read(variables[0], answer, runs):
        raise NotYet(
            seen="The array has the right values, but no session read them from the variable after initializing it.",
            expected="In one session, one run initializes the variable, and a later run reads it.",
            because="NumPy can make such an array, and so can the constant that the variable begins as. Only its "
            "session knows what the variable *holds*: `sess.run(weight)`.",
        )

    with tf.Session() as sess:
        sess.run(variables[0].initializer)
        begins = sess.run(variables[0])
    if begins.tolist() != [value] * 3:
        raise NotYet(
            seen=f"The array is right. But the variable begins as `{begins}`, and only got these values later.",
            expected=f"Called with {value}, the variable begins as `{np.full(3, value)}`.",
            because="What a variable begins as comes from its initializer: `tf.constant(value, shape=[3])`. An "
            "assignment comes after that, and has to be repeated in each session.",
        )


@contextmanager
def recorded():
    """Notes each run of a session within a ``with`` block.

    Yields:
        A list that fills with ``(session, fetched, values)``: the operations that were fetched, and what came of them
        (nothing if the run failed).
    """
    from tensorflow.python.client.session import BaseSession

    run, make_callable = BaseSession.run, BaseSession.make_callable
    runs = []

    def noted(session, fetches, work):
        elements = [session.graph.as_graph_element(fetch) for fetch in tf.nest.flatten(fetches)]
        values = []
        runs.append((session, [getattr(element, "op", element) for element in elements], values))
        result = work()
        values += tf.nest.flatten(result)
        return result

    def running(session, fetches, *arguments, **options):
        return noted(session, fetches, lambda: run(session, fetches, *arguments, **options))

    def making(session, fetches, *arguments, **options):
        call = make_callable(session, fetches, *arguments, **options)
        return lambda *values, **more: noted(session, fetches, lambda: call(*values, **more))

    with mock.patch.object(BaseSession, "run", running), mock.patch.object(BaseSession, "make_callable", making):
        yield runs


def was_read(variable, answer, runs):
    """True when sessions gave ``answer``, at once or bit by bit, out of the variable after it had been assigned there.

    A fetch that assigns the variable on its way counts as well.
    """
    assigned, read = [], []
    for session, fetched, values in runs:
        for operation, value in zip(fetched, values, strict=False):
            if variable.op in behind(operation) and (session in assigned or assigns(operation, variable)):
                read += np.ravel(value).tolist()
        if any(assigns(operation, variable) for operation in fetched):
            assigned.append(session)
    return len(read) >= answer.size and set(answer.ravel().tolist()) <= set(read)


def assigns(operation, variable):
    """True when running ``operation`` gives the variable a value."""
    return any(
        other.type in ("Assign", "AssignVariableOp") and other.inputs[0].op is variable.op
        for other in behind(operation)
    )


def behind(operation):
    """An operation and all that has to run before it."""
    found, waiting = set(), [operation]
    while waiting:
        operation = waiting.pop()
        if operation not in found:
            found.add(operation)
            waiting += [tensor.op for tensor in operation.inputs] + list(operation.control_inputs)
    return found


def why_uninitialized(problem, runs):
    """Tells apart why a variable had no value: no initializer, an empty one, not run, or run elsewhere."""
    if "uninitialized value" not in problem.seen:
        return problem
    variables = tf.global_variables()
    initializers = [op for op in tf.get_default_graph().get_operations() if op.type == "NoOp"]
    run = [
        number
        for number, (_, fetched, _) in enumerate(runs)
        if any(assigns(operation, variable) for operation in fetched for variable in variables)
    ]
    if not variables:
        because = (
            "The default graph has no global variable, and those are what `tf.global_variables_initializer()` covers. "
            "The variable is in another graph, or in another collection."
        )
    elif run == [len(runs) - 1]:
        because = (
            "The initializer and the variable were fetched in one run, and the order within a run is not defined. Use "
            "one run to initialize, and another one to read."
        )
    elif run:
        because = (
            "The initializer ran in one session, and the variable was read in another. Values belong to the session "
            "in which they were made."
        )
    elif not initializers:
        because = (
            "No initializer was made. `tf.global_variables_initializer()` makes the operation, and a session runs it."
        )
    elif not any(op.control_inputs for op in initializers):
        because = (
            "The initializer covers no variable. Either it was made before the variable (it covers those that exist "
            "when it is made), or it is one for another kind, such as local variables."
        )
    else:
        because = (
            "An initializer was made, but it had not been run when the variable was read. Making the operation "
            "computes nothing: `sess.run(init_op)` does."
        )
    return NotYet(problem.seen, "The variable is initialized, then read.", because)


@read_weight.wrong_attempt(says="No initializer was made")
def does_not_initialize(value):
    weight = tf.get_variable("weight", initializer=tf.constant(value, shape=[3]))
    with tf.Session() as sess:
        return sess.run(weight)


@read_weight.wrong_attempt(says="An initializer was made, but it had not been run")
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


@read_weight.wrong_attempt(says="The initializer covers no variable")
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


@read_weight.wrong_attempt(says="session knows what the variable *holds*")
def initializes_and_makes_the_array_itself(value):
    tf.get_variable("weight", initializer=tf.constant(value, shape=[3]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
    return np.full(3, value)


@read_weight.wrong_attempt(says="The array itself is asked for")
def returns_a_list_of_arrays(value):
    weight = tf.get_variable("weight", initializer=tf.constant(value, shape=[3]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return sess.run([weight])


@read_weight.wrong_attempt(says="The initializer decides")
def writes_the_first_value_out(value):
    weight = tf.get_variable("weight", initializer=tf.constant(2, shape=[3]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return sess.run(weight)


@read_weight.wrong_attempt(says="An assignment comes after that")
def assigns_it_later(value):
    weight = tf.get_variable("weight", [3])
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return sess.run(weight.assign([value] * 3))


@read_weight.wrong_attempt(says="without `()` is a function")
def forgets_to_call(value):
    weight = tf.get_variable("weight", initializer=tf.constant(value, shape=[3]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer)
        return sess.run(weight)


@read_weight.wrong_attempt(says="The whole variable is asked for")
def reads_one_element(value):
    weight = tf.get_variable("weight", initializer=tf.constant(value, shape=[3]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return sess.run(weight[0])


@read_weight.wrong_attempt(says="afterwards no variable of that name is there")
def tidies_up_too_much(value):
    weight = tf.get_variable("weight", initializer=tf.constant(value, shape=[3]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        answer = sess.run(weight)
    tf.reset_default_graph()
    return answer


@read_weight.right_attempt
def evaluates_in_an_interactive_session(value):
    weight = tf.Variable([value] * 3, name="weight")
    sess = tf.InteractiveSession()
    weight.initializer.run()
    answer = weight.eval()
    sess.close()
    return answer


@read_weight.right_attempt
def fetches_a_resource_variable_by_name(value):
    tf.get_variable("weight", [3], tf.float64, tf.constant_initializer(value), use_resource=True)
    with tf.Session() as sess:
        sess.run(tf.variables_initializer(tf.global_variables()))
        return sess.run({"answer": tf.global_variables()[0].read_value()})["answer"]


@read_weight.right_attempt
def assigns_and_reads_in_one_run(value):
    weight = tf.get_variable("weight", initializer=tf.constant(value, shape=[3]))
    with tf.control_dependencies([weight.initializer]):
        after = weight.read_value()
    with tf.Session() as sess:
        return sess.make_callable(after)()


@read_weight.right_attempt
def reads_one_element_at_a_time(value):
    weight = tf.get_variable("weight", initializer=tf.fill([3], value))
    with tf.Session() as sess:
        weight.load(np.full(3, value), sess)
        return np.array([sess.run(weight[i]) for i in range(3)])


@exercise(
    hints=[
        "Which operation of the lesson answers the question: who has no value yet?",
        "`sess.run(tf.report_uninitialized_variables())` returns an array of bytes, such as `b'B'`. `.decode()` makes "
        "a string of bytes.",
        "Return a list: `[name.decode() for name in sess.run(...)]`. Initialize nothing.",
    ],
    raised={
        "'str' object has no attribute 'decode'": "`.decode()` is for bytes, and this is a string already.",
        "'numpy.ndarray' object has no attribute 'decode'": "The names come as an array. `.decode()` is for each of "
        "them: `[name.decode() for name in names]`.",
        "a bytes-like object is required": "The names are bytes: `.decode()` makes a string of each.",
        "can only concatenate str": "The names are bytes: `.decode()` makes a string of each.",
        "not re-entrant": "`with sess:` is for whoever opened the session, and closes it at the end. Use "
        "`sess.run(...)` alone.",
    },
)
def names_without_value(sess):
    """Return the names of the variables without a value in sess, as a list of strings.

    sess is an open session of the default graph. The variables are in the graph already.
    """
    # The operation is asked in this session: another session could give another answer.
    names = sess.run(tf.report_uninitialized_variables())
    # TensorFlow's strings arrive as bytes. decode makes Python strings of them, which compare equal to "A".
    return [name.decode() for name in names]


# For each call: the variables' names, and those that have a value. What is called "step…" is not trainable.
SESSIONS = (
    ("ABC", "A"),
    ("ABC", "AC"),
    (("layer/kernel", "layer/bias", "step"), ("layer/bias",)),
    (("A", "step"), ("A", "step")),
    (("step_10", "layer_2/B.1", "bias"), ()),
)


@names_without_value.examiner
def _(attempt):
    for names, ready in SESSIONS:
        tf.reset_default_graph()
        variables = {
            name: tf.get_variable(name, initializer=tf.constant(7, shape=[2]), trainable=not name.startswith("step"))
            for name in names
        }
        with tf.Session() as sess:
            sess.run([variables[name].initializer for name in ready])
            sess.run([variables[name].assign(value_of(name)) for name in ready])
            answer = attempt(sess)
            must_be_as_before(sess, variables, ready)
        judge_names(answer, sorted(names), sorted(ready))
    return (
        "The answer comes from the session, not from the graph: in another session of the same graph, other variables "
        "may lack a value."
    )


def value_of(name):
    """What a variable holds that has a value: not what it begins as, and 0 is a value, too."""
    return [0, 0] if name == "C" else [8, 9]


def must_be_as_before(sess, variables, ready):
    try:
        left = {name.decode() for name in sess.run(tf.report_uninitialized_variables())}
    except RuntimeError as error:
        raise NotYet(
            seen=f"After the call: `{error}`",
            expected="The session is still open: whoever passed it goes on using it.",
            because="Something closed it, such as `sess.close()`. Whoever opened a session closes it. Use "
            "`sess.run(...)` alone.",
        ) from error
    if left != set(variables) - set(ready) or any(
        sess.run(variables[name]).tolist() != value_of(name) for name in ready
    ):
        raise NotYet(
            seen="After the call, variables had different values, or values where they had none.",
            expected="The function looks, and changes nothing.",
            because="An initializer, or another assignment, was run. `tf.report_uninitialized_variables()` only asks.",
        )


def judge_names(answer, names, ready):
    expected = sorted(set(names) - set(ready))
    having = ", ".join(f"`{name}`" for name in ready) or "none"
    task = (
        f"Of the variables {', '.join(f'`{name}`' for name in names)}, those with a value are: {having}. The function "
    )
    task += f"returns `{expected}`."
    if answer is None:
        raise NotYet("The function returned `None`.", task, "The list was made but not handed back: `return` it.")
    if isinstance(answer, tf.Tensor | tf.Operation):
        raise NotYet(
            seen=f"The function returned an object of type `{type(answer).__name__}`.",
            expected=task,
            because="`tf.report_uninitialized_variables()` makes an operation. `sess.run(...)` gets its answer.",
        )
    if not isinstance(answer, np.ndarray | list | tuple):
        raise NotYet(
            seen=f"The function returned an object of type `{type(answer).__name__}`.",
            expected=task,
            because="A list is asked for: square brackets, as in `[name.decode() for name in names]`.",
        )
    answer = list(answer)
    if any(isinstance(name, bytes) for name in answer):
        raise NotYet(
            seen=f"The function returned `{answer}`.",
            expected=task,
            because="The names are bytes, marked by the `b` before the quote. `name.decode()` makes a string of one.",
        )
    if all(isinstance(name, str) for name in answer) and sorted(answer) == expected:
        return
    raise NotYet(seen=f"The function returned `{answer}`.", expected=task, because=why_other(answer, names, ready))


def why_other(answer, names, ready):
    if not all(isinstance(name, str) for name in answer):
        return "Names are asked for, as strings. `variable.op.name` is the name of a variable."
    if any(name.startswith(("b'", 'b"')) for name in answer):
        return "`str` writes the `b` and the quotes of bytes into the string. `name.decode()` does not."
    plain, missing = sorted(name.removesuffix(":0") for name in answer), sorted(set(names) - set(ready))
    if plain == names != missing:
        return (
            "`tf.global_variables()` lists all of them, whether they have a value or not, and a new session has a "
            "value for none. The session that was passed knows."
        )
    if not plain:
        return (
            "The list is empty. Perhaps the report was asked about other variables: made without arguments, it covers "
            "the global ones and the local ones."
        )
    if plain != sorted(answer):
        return "`A:0` is the name of a tensor. `variable.op.name`, without `:0`, is the name of the variable."
    return why_other_names(plain, ready, missing)


def why_other_names(plain, ready, missing):
    """The likely cause where the names are written as they should be, and are not those that are missing a value."""
    if plain == ready:
        return "These are the variables that *have* a value: the question was turned around."
    if plain and plain == [name for name in missing if not name.startswith("step")]:
        return "`step` is not trainable, but it is a variable all the same. `tf.trainable_variables()` leaves it out."
    if plain == sorted(str(name.encode()).strip("b'") for name in missing):
        return "`strip` takes every `b` from both ends, that of `bias` too. `name.decode()` takes none."
    if len(plain) > len(missing) and set(plain) > set(missing):
        return "Some of these have a value. A value of 0 is one, too."
    if plain == sorted(name.rpartition("/")[2] for name in missing):
        return "The whole name counts, with the scope before the slash."
    return "The answer has to come from the session, anew in each call, and be complete: nothing about it is fixed."


@names_without_value.wrong_attempt(says="The names are bytes")
def returns_bytes(sess):
    return list(sess.run(tf.report_uninitialized_variables()))


@names_without_value.wrong_attempt(says="makes an operation")
def does_not_run_it(sess):
    return tf.report_uninitialized_variables()


@names_without_value.wrong_attempt(says="whether they have a value or not")
def lists_all_variables(sess):
    return [variable.op.name for variable in tf.global_variables()]


@names_without_value.wrong_attempt(says="An initializer, or another assignment, was run")
def initializes_first(sess):
    sess.run(tf.global_variables_initializer())
    return [name.decode() for name in sess.run(tf.report_uninitialized_variables())]


@names_without_value.wrong_attempt(says="nothing about it is fixed")
def writes_the_answer_out(sess):
    return ["B"]


@names_without_value.wrong_attempt(says="A list is asked for")
def returns_a_set(sess):
    return {name.decode() for name in sess.run(tf.report_uninitialized_variables())}


@names_without_value.wrong_attempt(says="Whoever opened a session closes it")
def closes_the_session(sess):
    names = [name.decode() for name in sess.run(tf.report_uninitialized_variables())]
    sess.close()
    return names


@names_without_value.wrong_attempt(says="`with sess:` is for whoever opened the session")
def enters_the_session(sess):
    with sess:
        return [name.decode() for name in sess.run(tf.report_uninitialized_variables())]


@names_without_value.wrong_attempt(says="`str` writes the `b` and the quotes")
def makes_text_with_str(sess):
    return [str(name) for name in sess.run(tf.report_uninitialized_variables())]


@names_without_value.wrong_attempt(says="`strip` takes every `b` from both ends")
def strips_the_marks(sess):
    return [str(name).strip("b'") for name in sess.run(tf.report_uninitialized_variables())]


@names_without_value.wrong_attempt(says="A value of 0 is one, too")
def takes_zero_for_no_value(sess):
    without = sess.run(tf.report_uninitialized_variables()).tolist()
    return [v.op.name for v in tf.global_variables() if v.op.name.encode() in without or not sess.run(v).any()]


@names_without_value.wrong_attempt(says="`tf.trainable_variables()` leaves it out")
def asks_about_trainable_variables(sess):
    report = tf.report_uninitialized_variables(tf.trainable_variables())
    return [name.decode() for name in sess.run(report)]


@names_without_value.wrong_attempt(says="it covers the global ones and the local ones")
def asks_about_local_variables(sess):
    report = tf.report_uninitialized_variables(tf.local_variables())
    return [name.decode() for name in sess.run(report)]


@names_without_value.wrong_attempt(says="the question was turned around")
def names_those_with_a_value(sess):
    without = sess.run(tf.report_uninitialized_variables())
    return [variable.op.name for variable in tf.global_variables() if variable.op.name.encode() not in without]


@names_without_value.wrong_attempt(says="The names come as an array")
def decodes_the_array(sess):
    return sess.run(tf.report_uninitialized_variables()).decode()


@names_without_value.right_attempt
def asks_each_variable(sess):
    return [v.op.name for v in sess.graph.get_collection("variables") if not sess.run(tf.is_variable_initialized(v))]


@names_without_value.right_attempt
def tries_to_read_each_variable(sess):
    names = []
    for variable in tf.global_variables():
        try:
            sess.run(variable)
        except tf.errors.FailedPreconditionError:
            names.insert(0, variable.op.name)
    return tuple(names)


@names_without_value.right_attempt
def decodes_with_numpy(sess):
    return np.char.decode(sess.run(tf.report_uninitialized_variables()).astype(bytes)).tolist()
