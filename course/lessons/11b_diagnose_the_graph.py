"""Exercises of lesson 11b: three cures for a graph that was built twice, filled by half, or asked for a wrong name."""

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, must_be_array

WORDS = np.float32([[1, 2], [3, 4], [5, 6]])


def save_words(prefix, value=WORDS):
    tf.reset_default_graph()
    tf.get_variable("embedding", initializer=tf.constant(value))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, prefix, write_meta_graph=False)
    tf.reset_default_graph()


class Build:
    """A model's code as the exercise gets it. It counts its calls."""

    def __init__(self):
        self.graphs = []

    def __call__(self):
        self.graphs.append(tf.get_default_graph())
        ids = tf.placeholder(tf.int32, [None])
        embedding = tf.get_variable("embedding", initializer=tf.zeros(WORDS.shape))
        return ids, tf.gather(embedding, ids)


@exercise(
    hints=[
        "What has to happen once, when the program starts, and what with every question?",
        "Once: a graph of its own, `build()` in it, a Saver, a session, `restore`. The function that you return uses "
        "the session, so the session must stay open: no `with` around it.",
        "`graph = tf.Graph()`, then below `with graph.as_default():` the lines `x, y = build()` and "
        "`saver = tf.train.Saver()`; `sess = tf.Session(graph=graph)`; `saver.restore(sess, prefix)`; "
        "`return lambda value: sess.run(y, {x: value})`.",
    ],
    raised={
        "already exists, disallowed": "The same graph got the model twice: with the second question, or with the "
        "second server. Build once, in a graph of its own.",
        "Attempted to use a closed Session": "The `with` block that closes the session has ended before the first "
        "question came.",
        "uninitialized value": "Nothing was restored into this session.",
        "No variables to save": "The Saver was made outside of the graph that has the model.",
        "is not an element of this graph": "The session belongs to another graph than the model: "
        "`tf.Session(graph=graph)`.",
        "The Session graph is empty": "The session belongs to another graph than the model: `tf.Session(graph=graph)`.",
        "Cannot interpret feed_dict key": "The session belongs to another graph than the model: "
        "`tf.Session(graph=graph)`.",
    },
)
def serve(build, prefix):
    """Restore a model once, and return a function that answers: answer(value) -> array.

    build() builds the model in the default graph and returns its input, a placeholder,
    and its output. The answers are asked for many times. A program may serve two models.
    """
    graph = tf.Graph()  # of its own, so that a second model does not meet the first one
    with graph.as_default():
        x, y = build()
        saver = tf.train.Saver()
    sess = tf.Session(graph=graph)  # stays open for as long as the returned function lives
    saver.restore(sess, prefix)
    graph.finalize()  # from here on a line that adds to the graph is an error
    return lambda value: sess.run(y, {x: value})


@serve.examiner
def _(attempt):
    save_words("one")
    save_words("two", WORDS * 10)
    answers = []
    for prefix in ("one", "two"):
        build = Build()
        answer = attempt(build, prefix)
        if not callable(answer):
            raise NotYet(
                seen=f"The function returned an object of type `{type(answer).__name__}`.",
                expected="A function that takes a value and returns the model's answer.",
                because="Define a function inside yours, and hand it back with `return`, without calling it.",
            )
        answers.append((answer, build))
    for factor, (answer, build) in zip((1, 10), answers, strict=True):
        for ids in ([0, 2], [1]):
            given = asked(answer, ids)
            must_be_array(
                given,
                "The answer as an array.",
                none="The returned function has no `return`.",
                seen="The returned function gave",
            )
            if not np.array_equal(given, WORDS[ids] * factor):
                raise NotYet(
                    seen=f"Asked for {ids}, it answered `{given.tolist()}`.",
                    expected=f"`{(WORDS[ids] * factor).tolist()}`, the saved rows.",
                    because="These are the initializer's values, or the other model's.",
                )
        if len(build.graphs) > 1:
            raise NotYet(
                seen=f"`build` was called {len(build.graphs)} times for two questions.",
                expected="Once, before the first question.",
                because="The model is built and restored anew with every question. That works, and every question "
                "waits for it.",
            )
    return "Building and restoring happened once, in a graph of its own. A question only runs the session."


def asked(answer, ids):
    try:
        return answer(ids)
    except (ValueError, RuntimeError, TypeError, KeyError, tf.errors.OpError) as error:
        line = str(error).split("Originally")[0].splitlines()[0]
        causes = [cause for part, cause in serve.raised.items() if part in str(error)]
        raise NotYet(
            seen=f"The returned function raised `{type(error).__name__}: {line.strip()}`",
            expected="An answer to the first question, and to the second.",
            because=causes[0] if causes else "The message names what went wrong.",
        ) from error


@serve.wrong_attempt(says="The same graph got the model twice")
def uses_the_default_graph(build, prefix):
    x, y = build()
    sess = tf.Session()
    tf.train.Saver().restore(sess, prefix)
    return lambda value: sess.run(y, {x: value})


@serve.wrong_attempt(says="The `with` block that closes the session has ended")
def closes_the_session(build, prefix):
    with tf.Graph().as_default():
        x, y = build()
        with tf.Session() as sess:
            tf.train.Saver().restore(sess, prefix)
            return lambda value: sess.run(y, {x: value})


@serve.wrong_attempt(says="The model is built and restored anew")
def builds_for_each_question(build, prefix):
    def answer(value):
        with tf.Graph().as_default():
            x, y = build()
            with tf.Session() as sess:
                tf.train.Saver().restore(sess, prefix)
                return sess.run(y, {x: value})

    return answer


@serve.wrong_attempt(says="The session belongs to another graph")
def leaves_the_graph_too_early(build, prefix):
    with tf.Graph().as_default():
        x, y = build()
        saver = tf.train.Saver()
    sess = tf.Session()
    saver.restore(sess, prefix)
    return lambda value: sess.run(y, {x: value})


@serve.wrong_attempt(says="The Saver was made outside")
def makes_the_saver_outside(build, prefix):
    graph = tf.Graph()
    with graph.as_default():
        x, y = build()
    sess = tf.Session(graph=graph)
    tf.train.Saver().restore(sess, prefix)
    return lambda value: sess.run(y, {x: value})


@exercise(
    hints=[
        "Which variables have no value after the restore, and how does lesson 02 find that out?",
        "`sess.run(tf.report_uninitialized_variables())` is an array of names, as bytes: `name.decode()` makes a text. "
        "Tables have an initializer of their own.",
        "`missing = {name.decode() for name in sess.run(tf.report_uninitialized_variables())}`, then run "
        "`tf.variables_initializer([v for v in tf.global_variables() if v.op.name in missing])` and "
        "`tf.tables_initializer()`.",
    ],
    raised={
        "'bytes' object": "The reported names are bytes. `name.decode()` makes a text of each.",
        "a bytes-like object is required": "The reported names are bytes. `name.decode()` makes a text of each.",
    },
)
def initialize_the_rest(sess):
    """Give a value to each variable that has none, and fill the tables. The rest stays.

    The default graph is that of sess. A restore has just filled some of its variables.
    """
    missing = {name.decode() for name in sess.run(tf.report_uninitialized_variables())}
    # Only what has no value: the initializer of a restored variable would wipe it.
    sess.run(tf.variables_initializer([v for v in tf.global_variables() if v.op.name in missing]))
    sess.run(tf.tables_initializer())


@initialize_the_rest.examiner
def _(attempt):
    save_words("words")
    for _ in range(2):
        tf.reset_default_graph()
        embedding = tf.get_variable("embedding", initializer=tf.zeros(WORDS.shape))
        saver = tf.train.Saver()
        head = tf.get_variable("head", initializer=tf.constant([0.5, 0.5]))
        steps = tf.get_variable("steps", initializer=0, trainable=False)
        content = tf.lookup.KeyValueTensorInitializer(["a", "b"], [0, 1], value_dtype=tf.int64)
        number = tf.lookup.StaticHashTable(content, -1).lookup(tf.constant("b"))
        with tf.Session() as sess:
            saver.restore(sess, "words")
            attempt(sess)
            for variable in (head, steps):
                if not sess.run(tf.is_variable_initialized(variable)):
                    raise NotYet(
                        seen=f"`{variable.op.name}` has no value.",
                        expected="A value for each variable.",
                        because="It was not found among the reported names. They are bytes, `b'head'`, and no text "
                        "equals them."
                        if variable is head
                        else "It is not trainable, and it needs a value all the same.",
                    )
            if not np.array_equal(sess.run(embedding), WORDS):
                raise NotYet(
                    seen=f"`embedding` is `{sess.run(embedding).tolist()}`.",
                    expected=f"`{WORDS.tolist()}`, as restored.",
                    because="The initializer of a restored variable was run, and wiped it.",
                )
            try:
                sess.run(number)
            except tf.errors.FailedPreconditionError as error:
                raise NotYet(
                    seen="`FailedPreconditionError: Table not initialized.`",
                    expected="Tables that can be asked.",
                    because="A table is no variable: no Saver restores it, and no variable's initializer fills it.",
                ) from error
    return "What was restored stayed, what was missing got its initial value, and the tables were filled."


@initialize_the_rest.wrong_attempt(says="was run, and wiped it")
def initializes_everything(sess):
    sess.run([tf.global_variables_initializer(), tf.tables_initializer()])


@initialize_the_rest.wrong_attempt(says="A table is no variable")
def forgets_the_tables(sess):
    missing = {name.decode() for name in sess.run(tf.report_uninitialized_variables())}
    sess.run(tf.variables_initializer([v for v in tf.global_variables() if v.op.name in missing]))


@initialize_the_rest.wrong_attempt(says="no text equals them")
def compares_bytes_with_text(sess):
    missing = list(sess.run(tf.report_uninitialized_variables()))
    sess.run(tf.variables_initializer([v for v in tf.global_variables() if v.op.name in missing]))
    sess.run(tf.tables_initializer())


@initialize_the_rest.wrong_attempt(says="It is not trainable")
def looks_at_trainable_ones(sess):
    missing = {name.decode() for name in sess.run(tf.report_uninitialized_variables())}
    sess.run(tf.variables_initializer([v for v in tf.trainable_variables() if v.op.name in missing]))
    sess.run(tf.tables_initializer())


@exercise(
    hints=[
        "What are the three things that a name can be? Which of them does the graph have under exactly this name?",
        "With a `:` it is a tensor. Without, look through `graph.get_operations()`: first for the very name, then for "
        'names that begin with `asked + "/"`. An operation\'s tensors are its `outputs`.',
        '`below = [op for op in graph.get_operations() if op.name.startswith(asked + "/")]`; the last one\'s first '
        "output is `below[-1].outputs[0]`. Before that, return `op.outputs[0]` if an operation is called `asked`.",
    ],
    raised={
        "Tensor names must be of the form": "An operation's name was passed for a tensor's. `\"A:0\"` is a tensor, "
        '`"A"` an operation.',
        "refers to a Tensor which does not exist": "Nothing has exactly this name. It is that of a scope: look at what "
        "is below it.",
        "list index out of range": "Nothing was found. `asked` may be a tensor, an operation or a scope.",
    },
)
def tensor_meant(graph, asked):
    """Return the tensor that somebody means who asked for it by this name.

    asked is the name of a tensor ("dense/Add:0"), of an operation ("dense/Add"), whose
    first output is meant, or of a scope ("dense"), whose last operation is meant.
    """
    if ":" in asked:
        return graph.get_tensor_by_name(asked)
    names = [operation.name for operation in graph.get_operations()]
    if asked in names:  # before scopes: the variable A is an operation, and A/read stands below it
        return graph.get_operation_by_name(asked).outputs[0]
    # The slash keeps "dense_1/Add" out. Operations are listed in the order in which they were made.
    below = [name for name in names if name.startswith(asked + "/")]
    return graph.get_operation_by_name(below[-1]).outputs[0]


@tensor_meant.examiner
def _(attempt):
    graph = tf.Graph()
    with graph.as_default():
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        for layer in ("dense", "dense_1"):
            with tf.variable_scope(layer):
                kernel = tf.get_variable("kernel", initializer=tf.ones([2, 2]))
                x = tf.nn.relu(tf.add(tf.matmul(x, kernel), 1.0, name="Add"), name="Relu")
    tf.reset_default_graph()
    wanted = {
        "dense_1/Add:0": "dense_1/Add:0",
        "dense/MatMul": "dense/MatMul:0",
        "x": "x:0",
        "dense/kernel": "dense/kernel:0",
        "dense": "dense/Relu:0",
        "dense_1": "dense_1/Relu:0",
    }
    for asked_for, name in wanted.items():
        answer = attempt(graph, asked_for)
        if not isinstance(answer, tf.Tensor):
            raise NotYet(
                seen=f"For `{asked_for}` the function returned an object of type `{type(answer).__name__}`.",
                expected=f"The tensor `{name}`.",
                because="An operation is not its output. `operation.outputs` is the list of its tensors.",
            )
        if answer.name != name:
            raise NotYet(
                seen=f"For `{asked_for}` the function returned `{answer.name}`.",
                expected=f"`{name}`.",
                because="`dense_1/…` begins with `dense` as well. What stands below a scope begins with `dense/`."
                if answer.name.startswith("dense_1")
                else "An operation has exactly this name, and goes first. A variable's operation has others below it."
                if asked_for == "dense/kernel"
                else "The first operation below a scope is its start. The last one is what the layer puts out.",
            )
    return "A scope is no operation, and an operation is no tensor. Whoever says `fc1` may mean any of the three."


@tensor_meant.wrong_attempt(says="Nothing has exactly this name")
def adds_zero(graph, asked):
    return graph.get_tensor_by_name(asked if ":" in asked else asked + ":0")


@tensor_meant.wrong_attempt(says="An operation's name was passed for a tensor's")
def passes_it_on(graph, asked):
    return graph.get_tensor_by_name(asked)


@tensor_meant.wrong_attempt(says="begins with `dense` as well")
def takes_whatever_begins_so(graph, asked):
    names = [op.name for op in graph.get_operations()]
    if ":" in asked:
        return graph.get_tensor_by_name(asked)
    if asked in names:
        return graph.get_tensor_by_name(asked + ":0")
    return graph.get_tensor_by_name([name for name in names if name.startswith(asked)][-1] + ":0")


@tensor_meant.wrong_attempt(says="and goes first")
def takes_the_last_of_all(graph, asked):
    if ":" in asked:
        return graph.get_tensor_by_name(asked)
    names = [op.name for op in graph.get_operations() if (op.name + "/").startswith(asked + "/")]
    return graph.get_tensor_by_name(names[-1] + ":0")


@tensor_meant.wrong_attempt(says="An operation is not its output")
def returns_the_operation(graph, asked):
    if ":" in asked:
        return graph.get_tensor_by_name(asked)
    return [op for op in graph.get_operations() if op.name == asked or op.name.startswith(asked + "/")][-1]
