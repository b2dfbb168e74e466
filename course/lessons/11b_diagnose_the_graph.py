"""Exercises of lesson 11b: three cures, for a graph that was built twice, is only half filled, or has other names."""

from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, must_be_array, same


def save_values(prefix, values):
    """Saves ``{name: array}`` as a checkpoint and leaves an empty default graph."""
    Path(prefix).parent.mkdir(exist_ok=True)
    tf.reset_default_graph()
    for name, value in values.items():
        tf.get_variable(name, initializer=tf.constant(value))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, prefix, write_meta_graph=False)
    tf.reset_default_graph()


class Words:
    """A model's code as an exercise gets it: it scores words. It counts its calls, and knows the right answers."""

    values = {
        "embedding": np.float32([[1, 2], [3, 4], [5, 6]]),
        "bias": np.float32([10, 20]),
        "scale": np.float32(2),
    }
    questions = ([0, 2], [1], [2, 2, 0])

    def __init__(self):
        self.graphs = []

    def __call__(self):
        self.graphs.append(tf.get_default_graph())
        return self.build()

    def build(self):
        ids = tf.placeholder(tf.int32, [None])
        embedding = tf.get_variable("embedding", [3, 2], initializer=tf.zeros_initializer())
        bias = tf.get_variable("bias", [2], initializer=tf.zeros_initializer())
        scale = tf.get_variable("scale", [], initializer=tf.zeros_initializer(), trainable=False)
        return ids, scale * tf.gather(embedding, ids) + bias

    def answer(self, ids):
        return self.values["scale"] * self.values["embedding"][ids] + self.values["bias"]


class Line(Words):
    """Another model, with a variable that has the same name as one of ``Words``."""

    values = {"line/kernel": np.float32([[2], [3]]), "bias": np.float32([7])}
    questions = ([[1, 1]], [[0, 2], [5, 1]], [[4.5, 0.25]])

    def build(self):
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        kernel = tf.get_variable("line/kernel", [2, 1], initializer=tf.zeros_initializer())
        bias = tf.get_variable("bias", [1], initializer=tf.zeros_initializer(), trainable=False)
        return x, tf.matmul(x, kernel) + bias

    def answer(self, x):
        return np.float32(x) @ self.values["line/kernel"] + self.values["bias"]


ANEW = "The model is built anew with every question. That works, but every question has to wait for it."
OTHER_GRAPH = "The session belongs to another graph than the model: `tf.Session(graph=graph)`."


@exercise(
    hints=[
        "What has to happen once, when the program starts, and what with every question?",
        "Once: a graph just for this model, `build()` in it, a Saver, a session, `restore`. The function that you "
        "return uses the session, so the session must stay open: no `with` around it.",
        "`graph = tf.Graph()`, then below `with graph.as_default():` the lines `x, y = build()` and "
        "`saver = tf.train.Saver()`; `sess = tf.Session(graph=graph)`; `saver.restore(sess, prefix)`; "
        "`return lambda value: sess.run(y, {x: value})`.",
    ],
    raised={
        "Cannot feed value of shape": "The value does not fit into this input. Pass it on as it is. And if input and "
        "session stand in global names, the second model took the place of the first.",
        "already exists, disallowed": "The same graph got the model twice, or got it beside what the program had "
        "there. Build once, in a graph just for this model.",
        "Trying to share variable": "`reuse=tf.AUTO_REUSE` shares whatever has this name in the graph, and the program "
        "has a variable of its own there. Build once, in a graph just for this model.",
        "Attempted to use a closed Session": "The `with` block that closes the session has ended before the first "
        "question came.",
        "uninitialized value": "Nothing was restored into this session.",
        "No variables to save": "The Saver was made outside of the graph that has the model.",
        "Cannot interpret feed_dict key": "The Saver and the session belong to different graphs, or the session and "
        "the input. Make the Saver below `with graph.as_default():`, and the session with `tf.Session(graph=graph)`.",
        "is not an element of this graph": OTHER_GRAPH,
        "The Session graph is empty": OTHER_GRAPH,
        "not found in checkpoint": "The Saver asks for more than the model: it was made for a graph that has other "
        "variables as well.",
    },
)
def serve(build, prefix):
    """Restore a model once, and return a function that answers: answer(value) -> array.

    build() builds the model in the default graph and returns its input, a placeholder,
    and its output. There will be many questions, and answering them must not add to the
    graph. A program may serve two models, and what it has in the default graph must stay.
    """
    graph = tf.Graph()  # just for this model, so that it does not meet a second one
    with graph.as_default():
        x, y = build()
        saver = tf.train.Saver()
    sess = tf.Session(graph=graph)  # stays open for as long as the returned function lives
    saver.restore(sess, prefix)
    graph.finalize()  # from here on, a line that adds to the graph is an error
    return lambda value: sess.run(y, {x: value})


serve.may_pass(
    "dropped: graph.finalize()", because="A guard for whoever changes the code later: the answers are the same."
)


@serve.examiner
def _(attempt):
    servers = []
    for model, prefix in ((Words, "run/words-9"), (Line, str(Path("far.v2/line-1").absolute()))):
        save_values(prefix, model.values)
        save_values(prefix + "0", {name: value * 3 for name, value in model.values.items()})  # the latest of the folder
        tf.get_variable("bias", initializer=tf.constant([5.0]))  # the program's own, of another meaning
        default, before = tf.get_default_graph(), operations(tf.get_default_graph())
        build = model()
        answer = attempt(build, prefix)
        if not callable(answer):
            raise NotYet(
                seen=f"The function returned an object of type `{type(answer).__name__}`.",
                expected="A function that takes a value and returns the model's answer.",
                because="Define a function inside yours, and hand it back with `return`, without calling it.",
            )
        if tf.get_default_graph() is not default or operations(default) != before:
            raise NotYet(
                seen="The default graph is another one than before, or has more operations.",
                expected="The program's default graph as it was.",
                because="The model was built there; or `tf.reset_default_graph()` threw away what the program had; or "
                "another graph was entered and not left, as an `InteractiveSession` does.",
            )
        servers.append((build, answer))
    for build, answer in servers:
        judge_answer(build, answer, build.questions[0])
    for path in [*Path("run").iterdir(), *Path("far.v2").iterdir()]:
        path.unlink()
    default = tf.get_default_graph()  # where the program asks
    sizes = [[operations(graph) for graph in [default, *build.graphs]] for build, _ in servers]
    for round_ in (1, 2):
        for build, answer in servers:
            sessions = Sessions()
            with sessions:
                judge_answer(build, answer, build.questions[round_])
            if sessions.opened:
                raise NotYet(
                    seen="A question opened a session.",
                    expected="One session, opened and filled before the second question.",
                    because="A new session has no values, so each question has to fill it once more.",
                )
    after = [[operations(graph) for graph in [default, *build.graphs]] for build, _ in servers]
    if after != sizes and after[0][0] != sizes[0][0]:
        raise NotYet(
            seen="The program's default graph had more operations after the third question than after the first.",
            expected="A graph that stays as it is, the model's and the program's.",
            because="A function such as `tf.constant` or `tf.convert_to_tensor` makes an operation each time, in the "
            "graph of whoever asks. A question is fed as it is, as a number, a list or an array.",
        )
    if after != sizes:
        raise NotYet(
            seen="A graph had more operations after the third question than after the first.",
            expected="A graph that stays as it is.",
            because="The returned function makes an operation each time. Make it once, outside; "
            "`graph.finalize()` would have raised an error.",
        )
    return "Later questions needed neither `build` nor the files, and added nothing to the graph."


def operations(graph):
    return len(graph.get_operations())


class Sessions:
    """Counts the sessions that are opened within a ``with`` block."""

    def __enter__(self):
        self.opened, self.init = 0, tf.Session.__init__

        def init(session, *arguments, **options):
            self.opened += 1
            self.init(session, *arguments, **options)

        tf.Session.__init__ = init

    def __exit__(self, *_):
        tf.Session.__init__ = self.init


def judge_answer(build, answer, question):
    given = asked(build, answer, question)
    must_be_array(
        given,
        "The answer as an array.",
        none="The returned function has no `return`.",
        seen="The returned function gave",
    )
    if len(build.graphs) != 1:
        raise NotYet(
            seen=f"`build` was called {len(build.graphs)} times.",
            expected="Once, before the second question.",
            because=ANEW
            if build.graphs
            else "`build` is the model's code. Without it, the function answers for one model only.",
        )
    if not same(given, np.float32(build.answer(question))):
        raise NotYet(
            seen=f"Asked for {question}, it answered `{given.tolist()}`.",
            expected=f"`{build.answer(question).tolist()}`, with the saved values.",
            because="The answer is what the model puts out for the whole question, in its shape."
            if given.shape != build.answer(question).shape
            else "The folder's latest checkpoint says so. `prefix` is an older one, and it was asked for."
            if same(given, np.float32(tripled(build, question)))
            else "That is the answer to whole numbers. Pass the question on as it is: this input is a `float32`."
            if same(given, np.float32(build.answer(np.trunc(question).astype(int))))
            else "These may be the initializer's values, of all variables or of those that are not trainable; the "
            "other model's values; or those of an earlier question.",
        )


def tripled(build, question):
    """What the model says with the values of the latest checkpoint, which are three times its own."""
    other = type(build)()
    other.values = {name: value * 3 for name, value in build.values.items()}
    return other.answer(question)


def asked(build, answer, question):
    try:
        return answer(question)
    except (ValueError, RuntimeError, TypeError, KeyError, OSError, AttributeError, tf.errors.OpError) as error:
        line = str(error).split("Originally")[0].strip().splitlines()[:1]
        causes = [cause for part, cause in serve.raised.items() if part in str(error)]
        if not list(Path("run").iterdir()):
            causes = [ANEW if len(build.graphs) > 1 else "The files are gone: it restores with every question."]
        raise NotYet(
            seen=f"The returned function raised `{type(error).__name__}: {' '.join(line)}`",
            expected="An answer to each question.",
            because=causes[0] if causes else "The message names what went wrong.",
        ) from error


@serve.wrong_attempt(says="The same graph got the model twice")
def uses_the_default_graph(build, prefix):
    x, y = build()
    sess = tf.Session()
    tf.train.Saver().restore(sess, prefix)
    return lambda value: sess.run(y, {x: value})


@serve.wrong_attempt(says="in the graph of whoever asks")
def makes_a_tensor_of_the_question(build, prefix):
    graph = tf.Graph()
    with graph.as_default():
        x, y = build()
        sess = tf.Session()
        tf.train.Saver().restore(sess, prefix)

    def answer(value):
        shape = tf.convert_to_tensor(value).shape.as_list()
        return sess.run(y, {x: np.reshape(value, shape)})

    return answer


@serve.wrong_attempt(says="That is the answer to whole numbers")
def expects_numbers_of_words(build, prefix):
    with tf.Graph().as_default():
        x, y = build()
        sess = tf.Session()
        tf.train.Saver().restore(sess, prefix)
    return lambda value: sess.run(y, {x: np.array(value, np.int32)})


@serve.wrong_attempt(says="The `with` block that closes the session has ended")
def closes_the_session(build, prefix):
    with tf.Graph().as_default():
        x, y = build()
        with tf.Session() as sess:
            tf.train.Saver().restore(sess, prefix)
            return lambda value: sess.run(y, {x: value})


@serve.wrong_attempt(says="The model is built anew")
def builds_for_each_question(build, prefix):
    def answer(value):
        with tf.Graph().as_default():
            x, y = build()
            with tf.Session() as sess:
                tf.train.Saver().restore(sess, prefix)
                return sess.run(y, {x: value})

    return answer


@serve.wrong_attempt(says="The Saver and the session belong to different graphs")
def leaves_the_graph_too_early(build, prefix):
    with tf.Graph().as_default():
        x, y = build()
        saver = tf.train.Saver()
    sess = tf.Session()
    saver.restore(sess, prefix)
    return lambda value: sess.run(y, {x: value})


@serve.wrong_attempt(says="it restores with every question")
def restores_for_each_question(build, prefix):
    graph = tf.Graph()
    with graph.as_default():
        x, y = build()
        saver = tf.train.Saver()

    def answer(value):
        with tf.Session(graph=graph) as sess:
            saver.restore(sess, prefix)
            return sess.run(y, {x: value})

    return answer


@serve.wrong_attempt(says="each question has to fill it once more")
def opens_a_session_for_each_question(build, prefix):
    reader = tf.train.load_checkpoint(prefix)
    values = {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}
    graph = tf.Graph()
    with graph.as_default():
        x, y = build()
        variables = tf.global_variables()
    graph.finalize()

    def answer(value):
        with tf.Session(graph=graph) as sess:
            for variable in variables:
                variable.load(values[variable.op.name], sess)
            return sess.run(y, {x: value})

    return answer


@serve.wrong_attempt(says="The returned function makes an operation each time")
def adds_to_the_graph(build, prefix):
    graph = tf.Graph()
    with graph.as_default():
        x, y = build()
        saver = tf.train.Saver()
    sess = tf.Session(graph=graph)
    saver.restore(sess, prefix)

    def answer(value):
        with graph.as_default():
            return sess.run(tf.identity(y), {x: value})

    return answer


@serve.wrong_attempt(says="threw away what the program had")
def resets_first(build, prefix):
    tf.reset_default_graph()
    x, y = build()
    sess = tf.Session()
    tf.train.Saver().restore(sess, prefix)
    return lambda value: sess.run(y, {x: value})


@serve.wrong_attempt(says="an older one, and it was asked for")
def takes_the_latest(build, prefix):
    import os

    graph = tf.Graph()
    with graph.as_default():
        x, y = build()
        saver = tf.train.Saver()
    sess = tf.Session(graph=graph)
    saver.restore(sess, tf.train.latest_checkpoint(os.path.dirname(prefix)))
    return lambda value: sess.run(y, {x: value})


@serve.wrong_attempt(says="took the place of the first")
def keeps_it_in_globals(build, prefix):
    global X, Y, SESS
    graph = tf.Graph()
    with graph.as_default():
        X, Y = build()
        SESS = tf.Session()
        tf.train.Saver().restore(SESS, prefix)
    return lambda value: SESS.run(Y, {X: value})


@serve.wrong_attempt(says="answers for one model only")
def reads_the_values(build, prefix):
    values = tf.train.load_checkpoint(prefix)
    embedding = values.get_tensor("embedding") if values.has_tensor("embedding") else None
    return lambda value: embedding[value]


@serve.right_attempt
def restores_with_the_first_question(build, prefix):
    kept = {}

    def answer(value):
        if not kept:
            with tf.Graph().as_default() as graph:
                kept["x"], kept["y"] = build()
                kept["sess"] = tf.Session(graph=graph)
                tf.train.Saver().restore(kept["sess"], prefix)
        return kept["sess"].run(kept["y"], feed_dict={kept["x"]: value})

    return answer


@serve.right_attempt
def makes_a_callable(build, prefix):
    sess = tf.InteractiveSession(graph=tf.Graph())
    x, y = build()
    tf.train.init_from_checkpoint(prefix, {variable.op.name: variable for variable in tf.global_variables()})
    sess.run(tf.global_variables_initializer())
    run = sess.make_callable(y, feed_list=[x])
    sess.close = lambda: None
    sess._default_graph.__exit__(None, None, None)
    return run


@exercise(
    hints=[
        "Which variables have no value after the restore, and how does lesson 02 find that out?",
        "`sess.run(tf.report_uninitialized_variables())` is an array of names, as bytes: `name.decode()` makes a "
        "string. It looks at `tf.global_variables()` and `tf.local_variables()`. Tables have their own initializer.",
        "`missing = {name.decode() for name in sess.run(tf.report_uninitialized_variables())}`, then run "
        "`tf.variables_initializer([v for v in tf.global_variables() + tf.local_variables() if v.op.name in missing])` "
        "and `tf.tables_initializer()`.",
    ],
    raised={
        "'bytes' object": "The reported names are bytes. `name.decode()` makes a string of each.",
        "a bytes-like object is required": "The reported names are bytes. `name.decode()` makes a string of each.",
        "default session": "`sess` is not the default session here. Use it: `sess.run(…)`.",
    },
)
def initialize_the_rest(sess):
    """Give its initial value to each variable that has none in sess, global or local.
    Fill the tables. All other values stay as they are.

    The default graph is that of sess. A restore has just filled some of its variables.
    """
    missing = {name.decode() for name in sess.run(tf.report_uninitialized_variables())}
    # Local variables as well: that is where tf.metrics keeps its sums.
    variables = tf.global_variables() + tf.local_variables()
    # Only what has no value: the initializer of a restored variable would wipe it.
    sess.run(tf.variables_initializer([v for v in variables if v.op.name in missing]))
    sess.run(tf.tables_initializer())


@initialize_the_rest.examiner
def _(attempt):
    embedding = np.float32([[1, 2], [3, 4]])
    save_values("run/words-3", {"embedding": embedding, "bias": np.float32([8])})
    for restored in ("embedding", "bias", "both", "all"):
        tf.reset_default_graph()
        variables = {
            name: tf.get_variable(
                name,
                initializer=value,
                trainable=name in ("net/head", "embedding"),
                use_resource=name == "steps",
                collections=[tf.GraphKeys.LOCAL_VARIABLES] if name in LOCAL else None,
            )
            for name, value in INITIAL.items()
        }
        saver = tf.train.Saver([variables[name] for name in NAMED[restored]])
        number = table(["a", "b"]).lookup(tf.constant("b")), table(["c", "d"]).lookup(tf.constant("d"))
        sess = tf.Session()  # not the default one: the attempt was given it
        saver.restore(sess, "run/words-3")
        wanted = INITIAL | {name: {"embedding": embedding, "bias": np.float32([8])}[name] for name in NAMED[restored]}
        wanted["net/head_2"] = np.float32([0])  # a value like any other
        if restored == "bias":  # the other way round: the one with the longer name is left without
            wanted |= {"net/head": INITIAL["net/head"] + 1, "net/head_2": INITIAL["net/head_2"]}
        if len(NAMED[restored]) == 2:  # then the local variable `sums` alone is left without a value
            wanted |= {name: INITIAL[name] + 1 for name in ("net/head", "seen")} | {"steps": MANY_STEPS}
        if restored == "all":  # then only the tables are left
            wanted["sums"] = INITIAL["sums"] + 1
        for name in wanted.keys() - NAMED[restored]:
            if not same(wanted[name], INITIAL[name]):
                variables[name].load(wanted[name], sess)
        attempt(sess)
        for name, variable in variables.items():
            judge_filled(name, variable, wanted[name], sess, name == "net/head" and restored == "bias")
        judge_tables(sess, number)
        sess.close()
    return "What had a value kept it, what had none got its initial value, and the tables are filled."


INITIAL = {
    "net/head": np.float32([0.5, 0.25]),
    "net/head_2": np.float32([1.5]),
    "embedding": np.float32([[0, 0], [0, 0]]),
    "bias": np.float32([0]),
    "steps": np.int64(3),
    "seen": np.int32(4),
    "sums": np.int32(6),
}
MANY_STEPS = np.int64(2**53 + 1)  # more than a float64 can hold
LOCAL = ("seen", "sums")
NAMED = {"embedding": ["embedding"], "bias": ["bias"], "both": ["embedding", "bias"], "all": ["embedding", "bias"]}


def table(words):
    content = tf.lookup.KeyValueTensorInitializer(words, [0, 1], value_dtype=tf.int64)
    return tf.lookup.StaticHashTable(content, -1)


def judge_filled(name, variable, wanted, sess, piece):
    local = name in LOCAL
    if not sess.run(tf.is_variable_initialized(variable)):
        raise NotYet(
            seen=f"`{variable.op.name}` has no value.",
            expected="A value for each variable.",
            because="It is a local variable, as `tf.metrics` makes them: `tf.local_variables()` lists it."
            if local
            else "It is a resource variable. Its tensor, `steps:0`, is a handle, which can be fetched without a value, "
            "too: `tf.is_variable_initialized(variable)` says whether there is one."
            if name == "steps"
            else "It is not trainable, and it needs a value all the same."
            if not variable.trainable
            else "Its initializer was not run. If names were compared: they are reported as bytes, `b'head'`, and "
            "no string equals them.",
        )
    value = sess.run(variable)
    if same(value, wanted):
        return
    raise NotYet(
        seen=f"`{variable.op.name}` is `{value.tolist()}`.",
        expected=f"`{wanted.tolist()}`",
        because="It had no value. `tf.variables_initializer` gives it the one that it was made with."
        if same(wanted, INITIAL[name])
        else "It went through a float, which cannot hold so large an integer. What has a value need not be touched."
        if name == "steps" and value != INITIAL[name]
        else "It is a local variable that had a value, and the initializer of all local variables wiped it."
        if local
        else "It had a value, and its name is a piece of `net/head_2`, which had none. Look for whole names."
        if piece
        else "It had a value, from the restore or from training, and its initializer wiped it. A variable that has a "
        "value may have zeros in it, and a name that begins like the name of one that has none.",
    )


def judge_tables(sess, numbers):
    try:
        found = sess.run(numbers)
    except tf.errors.FailedPreconditionError as error:
        raise NotYet(
            seen="`FailedPreconditionError: Table not initialized.`",
            expected="All tables, filled.",
            because="A table is not a variable: a Saver does not fill one of this kind, and neither does the "
            "initializer of a variable.",
        ) from error
    if [int(each) for each in found] != [1, 1]:
        raise NotYet(
            seen=f"The tables answer {found}.",
            expected="1 and 1.",
            because="They were filled with something else than their own initializer.",
        )


@initialize_the_rest.wrong_attempt(says="do not finalize it")
def finalizes_the_graph(sess):
    initialize_the_rest.reference(sess)
    sess.graph.finalize()


@initialize_the_rest.wrong_attempt(says="from the restore or from training")
def initializes_everything(sess):
    sess.run([tf.global_variables_initializer(), tf.local_variables_initializer(), tf.tables_initializer()])


@initialize_the_rest.wrong_attempt(says="It went through a float")
def brings_the_values_back_as_floats(sess):
    variables = tf.global_variables() + tf.local_variables()
    missing = sess.run(tf.report_uninitialized_variables(variables)).astype(str)
    kept = {v: sess.run(v).astype(float) for v in variables if v.op.name not in missing}
    sess.run([tf.global_variables_initializer(), tf.local_variables_initializer(), tf.tables_initializer()])
    for v, value in kept.items():
        v.load(value, sess)


@initialize_the_rest.wrong_attempt(says="A table is not a variable")
def forgets_the_tables(sess):
    missing = {name.decode() for name in sess.run(tf.report_uninitialized_variables())}
    variables = tf.global_variables() + tf.local_variables()
    sess.run(tf.variables_initializer([v for v in variables if v.op.name in missing]))


@initialize_the_rest.wrong_attempt(says="no string equals them")
def compares_bytes_with_text(sess):
    missing = list(sess.run(tf.report_uninitialized_variables()))
    sess.run(tf.variables_initializer([v for v in tf.global_variables() if v.op.name in missing]))
    sess.run(tf.tables_initializer())


@initialize_the_rest.wrong_attempt(says="Look for whole names")
def looks_for_names_in_a_text(sess):
    missing = b" ".join(sess.run(tf.report_uninitialized_variables())).decode()
    sess.run([v.initializer for v in tf.global_variables() + tf.local_variables() if v.op.name in missing])
    sess.run(tf.tables_initializer())


@initialize_the_rest.wrong_attempt(says="It is not trainable")
def looks_at_trainable_ones(sess):
    missing = {name.decode() for name in sess.run(tf.report_uninitialized_variables())}
    sess.run(tf.variables_initializer([v for v in tf.trainable_variables() if v.op.name in missing]))
    sess.run(tf.tables_initializer())


@initialize_the_rest.wrong_attempt(says="`tf.local_variables()` lists it")
def forgets_the_local_ones(sess):
    missing = {name.decode() for name in sess.run(tf.report_uninitialized_variables())}
    sess.run(tf.variables_initializer([v for v in tf.global_variables() if v.op.name in missing]))
    sess.run(tf.tables_initializer())


@initialize_the_rest.wrong_attempt(says="the initializer of all local variables wiped it")
def initializes_all_local_ones(sess):
    missing = {name.decode() for name in sess.run(tf.report_uninitialized_variables())}
    sess.run(tf.variables_initializer([v for v in tf.global_variables() if v.op.name in missing]))
    sess.run([tf.local_variables_initializer(), tf.tables_initializer()])


@initialize_the_rest.wrong_attempt(says="the one that it was made with")
def fills_with_zeros(sess):
    missing = {name.decode() for name in sess.run(tf.report_uninitialized_variables())}
    for v in tf.global_variables() + tf.local_variables():
        if v.op.name in missing:
            v.load(np.zeros(v.shape.as_list(), v.dtype.base_dtype.as_numpy_dtype), sess)
    sess.run(tf.tables_initializer())


@initialize_the_rest.wrong_attempt(says="is not the default session here")
def forgets_the_session(sess):
    missing = {name.decode() for name in tf.report_uninitialized_variables().eval()}
    sess.run(tf.variables_initializer([v for v in tf.global_variables() if v.op.name in missing]))


@initialize_the_rest.right_attempt
def asks_each_variable(sess):
    for v in {*tf.global_variables(), *tf.local_variables()}:
        if not sess.run(tf.is_variable_initialized(v)):
            v.initializer.run(session=sess)
    for each in tf.get_collection(tf.GraphKeys.TABLE_INITIALIZERS):
        sess.run(each)


@initialize_the_rest.right_attempt
def tries_to_read(sess):
    for v in tf.get_collection("variables") + tf.get_collection("local_variables"):
        try:
            sess.run(v)
        except tf.errors.FailedPreconditionError:
            sess.run(v.initializer)
    sess.run(tf.initializers.tables_initializer())


@initialize_the_rest.right_attempt
def runs_operations_by_name(sess):
    for name in tf.report_uninitialized_variables().eval(session=sess):
        sess.run(name.decode() + "/Assign")
    sess.run(tf.tables_initializer())


@exercise(
    hints=[
        "What are the three things that a name can be? Which of them does the graph have under exactly this name?",
        "With a `:` it is a tensor. Without, look through `graph.get_operations()`: first for the very name, then for "
        'names that begin with `asked + "/"`. An operation\'s tensors are its `outputs`, and some have none.',
        '`below = [op for op in graph.get_operations() if op.name.startswith(asked + "/") and op.outputs]`; what is '
        "meant is `below[-1].outputs[0]`. Before that, return `op.outputs[0]` if an operation is called `asked`.",
    ],
    raised={
        "looks like an (invalid) Operation name": "Neither an operation nor a tensor has this name. If it is a "
        "scope's, what is meant is the output of an operation below it.",
        "Tensor names must be of the form": "An operation's name was passed for a tensor's. `\"A:0\"` is a tensor, "
        '`"A"` an operation.',
        "refers to a Tensor which does not exist": "Nothing in this graph has exactly this name. It may be that of a "
        "scope: look at what is below it. And is it `graph` that was asked?",
        "list index out of range": "Nothing was there to take: `asked` may be a tensor, an operation or a scope, and "
        "an operation may have no output.",
    },
)
def tensor_meant(graph, asked):
    """Return the tensor that somebody means by this name.

    asked is the name of a tensor ("dense/Add:0"), of an operation ("dense/Add"), or of a
    scope ("dense"). An operation stands for its first output. A scope stands for the
    first output of the last operation in it that has one: a training step has none.
    """
    if ":" in asked:
        return graph.get_tensor_by_name(asked)
    operations = graph.get_operations()  # in the order in which they were made
    names = [operation.name for operation in operations]
    if asked in names:  # before scopes: the variable A is an operation, and A/read is below it
        return graph.get_operation_by_name(asked).outputs[0]
    # The slash keeps "dense_1/Add" out.
    below = [each for each in operations if each.name.startswith(asked + "/") and each.outputs]
    return below[-1].outputs[0]


@initialize_the_rest.wrong_attempt(says="a handle, which can be fetched without a value")
def tries_to_fetch_each_tensor(sess):
    for v in tf.global_variables() + tf.local_variables():
        try:
            sess.run(v.name)
        except tf.errors.FailedPreconditionError:
            sess.run(v.initializer)
    sess.run(tf.tables_initializer())


@initialize_the_rest.right_attempt
def keeps_the_values_and_initializes_all(sess):
    variables = tf.global_variables() + tf.local_variables()
    missing = sess.run(tf.report_uninitialized_variables(variables)).astype(str)
    kept = {v: sess.run(v) for v in variables if v.op.name not in missing}
    sess.run([tf.global_variables_initializer(), tf.local_variables_initializer(), tf.tables_initializer()])
    for v, value in kept.items():
        v.load(value, sess)


@tensor_meant.examiner
def _(attempt):
    first, second = tf.Graph(), tf.Graph()
    with first.as_default():
        x = tf.placeholder(tf.float32, [None, 2], name="x")
        for layer in ("dense", "dense_1"):
            with tf.variable_scope(layer):
                kernel = tf.get_variable("kernel", initializer=tf.ones([2, 2]))
                x = tf.nn.relu(tf.add(tf.matmul(x, kernel), 1.0, name="Add"), name="Relu")
    with second.as_default():
        halves = tf.split(tf.placeholder(tf.float32, [2, 4], name="pixels"), 2, name="halves")
        text = tf.constant("Nobody runs this.")
        with tf.name_scope("net"), tf.name_scope("top"):
            mean = tf.reduce_mean(halves[1], name="mean")
            kept = tf.identity(mean, name="kept")
            tf.group(kept, name="step")
            tf.io.write_file(text, text, name="log")
        with tf.name_scope("v1.0"):
            tf.negative(mean, name="turned")
            tf.constant(1.5, name="rate")
        with tf.name_scope("v1x0"):
            tf.constant(2.5, name="rate")
        with tf.name_scope("parts_2"):
            pair = tf.cast(tf.stack([kept, mean]), tf.int32, name="pair_1")
            tf.split(pair, 2, name="both")
        with tf.name_scope("other"), tf.name_scope("net"):
            tf.negative(mean, name="turned")
        tf.split(tf.placeholder(tf.float32, [12]), 12, name="months")
    tf.reset_default_graph()
    made = {graph: set(graph.get_operations()) for graph in (first, second)}
    for graph, wanted in (
        (
            first,
            {
                "dense_1/Add:0": "dense_1/Add:0",
                "dense/MatMul": "dense/MatMul:0",
                "x": "x:0",
                "dense/kernel": "dense/kernel:0",
                "dense": "dense/Relu:0",
                "dense_1": "dense_1/Relu:0",
            },
        ),
        (
            second,
            {
                "halves:1": "halves:1",
                "halves": "halves:0",
                "months:11": "months:11",
                "net/top/mean": "net/top/mean:0",
                "net/top": "net/top/kept:0",
                "net": "net/top/kept:0",
                "other/net": "other/net/turned:0",
                "v1.0": "v1.0/rate:0",
                "parts_2": "parts_2/both:0",
                "parts_2/pair_1": "parts_2/pair_1:0",
            },
        ),
    ):
        for asked_for, name in wanted.items():
            judge_meant(attempt(graph, asked_for), graph, asked_for, name, made[graph])
        if set(graph.get_operations()) != made[graph]:
            raise NotYet(
                seen=f"The graph has {len(set(graph.get_operations()) - made[graph])} operations more than before.",
                expected="The graph as it was: it was only asked.",
                because="A function such as `tf.identity` or `tf.convert_to_tensor` made them.",
            )
    return "Each of the three kinds of name led to the tensor that is meant."


def judge_meant(answer, graph, asked_for, name, made):
    if not isinstance(answer, tf.Tensor):
        raise NotYet(
            seen=f"For `{asked_for}` the function returned an object of type `{type(answer).__name__}`.",
            expected=f"The tensor `{name}`.",
            because="That is a name. `graph.get_tensor_by_name(name)` gives the tensor that has it."
            if isinstance(answer, str)
            else "An operation is not its output. `operation.outputs` is the list of its tensors.",
        )
    if answer is graph.get_tensor_by_name(name):
        return
    if answer.op not in made:
        raise NotYet(
            seen=f"For `{asked_for}` the function returned `{answer.name}`, the output of a new operation.",
            expected=f"`{name}`, which the graph has already.",
            because="A function such as `tf.identity` or an import makes a new tensor. The one that is there is meant.",
        )
    raise NotYet(
        seen=f"For `{asked_for}` the function returned `{answer.name}`.",
        expected=f"`{name}` of the graph that was passed.",
        because="`dense_1/…` begins with `dense` as well. What is below a scope begins with `dense/`."
        if asked_for == "dense" and answer.name.startswith("dense_1")
        else "An operation has exactly this name, and goes first. A variable's operation has others below it."
        if asked_for == "dense/kernel"
        else "In a regular expression a dot stands for any letter. `startswith` takes a name as it is."
        if answer.name.startswith("v1x0")
        else "A constant is an operation with an output, too. The one that was made last is meant, whatever its type."
        if asked_for == "v1.0"
        else "What is below a scope begins with its name and a slash. This name only contains it."
        if asked_for == "net" and answer.name.startswith("other")
        else "Below a scope, the operation that was made last is meant. `graph.get_operations()` lists them in that "
        "order."
        if asked_for in ("dense", "dense_1", "net", "net/top", "other/net")
        else "An operation may have several outputs. The number after a colon says which; without one it is the first.",
    )


@tensor_meant.wrong_attempt(says="a dot stands for any letter")
def takes_the_name_for_a_pattern(graph, asked):
    import re

    if ":" in asked:
        return graph.get_tensor_by_name(asked)
    exact = [each for each in graph.get_operations() if each.name == asked]
    below = [each for each in graph.get_operations() if re.match(f"{asked}/", each.name) and each.outputs]
    return (exact or below)[-1].outputs[0]


@tensor_meant.wrong_attempt(says="whatever its type")
def passes_over_constants(graph, asked):
    if ":" in asked:
        return graph.get_tensor_by_name(asked)
    exact = [each for each in graph.get_operations() if each.name == asked]
    below = [each for each in graph.get_operations() if each.name.startswith(f"{asked}/") and each.outputs]
    return (exact or [each for each in below if each.type != "Const"])[-1].outputs[0]


@tensor_meant.wrong_attempt(says="It may be that of a scope")
def adds_zero(graph, asked):
    return graph.get_tensor_by_name(asked if ":" in asked else asked + ":0")


@tensor_meant.wrong_attempt(says="An operation's name was passed for a tensor's")
def passes_it_on(graph, asked):
    return graph.get_tensor_by_name(asked)


@tensor_meant.wrong_attempt(says="Neither an operation nor a tensor has this name")
def passes_a_scope_on(graph, asked):
    for op in graph.get_operations():
        if op.name == asked:
            return op.outputs[0]
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


@tensor_meant.wrong_attempt(says="the operation that was made last is meant")
def takes_the_first_below(graph, asked):
    if ":" in asked:
        return graph.get_tensor_by_name(asked)
    found = [op for op in graph.get_operations() if op.name == asked or op.name.startswith(asked + "/")]
    return found[0].outputs[0]


@tensor_meant.wrong_attempt(says="an operation may have no output")
def trusts_that_all_have_outputs(graph, asked):
    if ":" in asked:
        return graph.get_tensor_by_name(asked)
    operations = {op.name: op for op in graph.get_operations()}
    below = [op for name, op in operations.items() if name.startswith(asked + "/") and op.type != "NoOp"]
    return (operations[asked] if asked in operations else below[-1]).outputs[0]


@tensor_meant.wrong_attempt(says="For `months:11` the function")
def reads_one_digit(graph, asked):
    if asked[-2:-1] != ":" and ":" in asked:
        return graph.get_operation_by_name(asked.split(":")[0]).outputs[int(asked[-1])]
    return tensor_meant.reference(graph, asked)


@tensor_meant.wrong_attempt(says="The one that is there is meant")
def makes_a_tensor_of_its_own(graph, asked):
    with graph.as_default():
        return tf.identity(tensor_meant.reference(graph, asked))


@tensor_meant.wrong_attempt(says="This name only contains it")
def looks_for_it_anywhere(graph, asked):
    if ":" in asked:
        return graph.get_tensor_by_name(asked)
    operations = {op.name: op for op in graph.get_operations()}
    if asked in operations:
        return operations[asked].outputs[0]
    return [op for name, op in operations.items() if asked + "/" in name and op.outputs][-1].outputs[0]


@tensor_meant.right_attempt
def lets_the_graph_decide(graph, asked):
    try:
        found = graph.as_graph_element(asked)
    except KeyError:
        found = next(
            op for op in reversed(graph.get_operations()) if (op.name + "/").find(asked + "/") == 0 and op.values()
        )
    return found if isinstance(found, tf.Tensor) else found.outputs[0]


@tensor_meant.right_attempt
def collects_tensors(graph, asked):
    if ":" in asked:
        return graph.get_tensor_by_name(asked)
    tensors = [tensor for op in graph.get_operations() for tensor in op.outputs[:1]]
    exact = [tensor for tensor in tensors if tensor.op.name == asked]
    scope = [tensor for tensor in tensors if tensor.op.name.split("/")[: asked.count("/") + 1] == asked.split("/")]
    return (exact or scope[-1:])[0]
