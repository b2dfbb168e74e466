"""Exercises of lesson 05: which graph has what, and a restore into a graph that is no longer the default one."""

import os

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, must_be_array, watch


@exercise(
    hints=[
        "`tf.global_variables()` takes no graph. Whose variables does it list?",
        "It lists those of the default graph. Inside `with graph.as_default():`, `graph` is the default graph.",
        "In that block, return a list of `variable.op.name`, one for each of `tf.global_variables()`.",
    ],
    raised={
        "'Graph' object has no attribute 'global_variables'": "`global_variables` is a function of `tf`, and asks the "
        "default graph. What a graph has itself is `get_collection`.",
        "'list' object has no attribute": "`tf.global_variables()` is a list. Ask each of its variables: "
        "`variable.op.name`.",
    },
)
def variables_of(graph):
    """Return the TensorFlow names of graph's global variables, as a list, oldest first.

    graph is a tf.Graph, and need not be the default graph. Such a list says whether a
    Saver would find any variables. Leave all graphs as they are.
    """
    # Each graph has a collection of its variables. In the block, this graph
    # is the default one; at its end, the former default graph is, again.
    with graph.as_default():
        return [variable.op.name for variable in tf.global_variables()]


@variables_of.examiner
def _(attempt):
    for names in (["A", "B"], [], ["layer/kernel", "layer/bias", "step", "block_10"]):
        tf.reset_default_graph()
        tf.get_variable("of_the_default_graph", initializer=0)
        default = tf.get_default_graph()
        graph = tf.Graph()
        with graph.as_default():
            tf.placeholder(tf.float32, name="x")
            for number, name in enumerate(names):
                tf.get_variable(name, initializer=tf.zeros([2]), trainable=number % 2 == 0)
            tf.get_variable("count", initializer=0, collections=[tf.GraphKeys.LOCAL_VARIABLES], trainable=False)
        before = [contents(each) for each in (graph, default)]
        answer = attempt(graph)
        judge_graphs(graph, default, before)
        judge_variables(answer, names)
    return "A graph keeps its own list of variables. Where it is empty, `tf.train.Saver()` has no variables to save."


def contents(graph):
    """How many operations a graph has, and the names of its global variables."""
    return len(graph.get_operations()), [variable.op.name for variable in graph.get_collection("variables")]


def judge_graphs(graph, default, before):
    expected = "The function looks, and changes nothing."
    if tf.get_default_graph() is not default:
        raise NotYet(
            seen="After the call, another graph was the default graph.",
            expected=expected,
            because="`tf.reset_default_graph()` replaces the default graph for everybody, and a "
            "`tf.InteractiveSession` keeps its graph the default one until it is closed.",
        )
    after = [contents(each) for each in (graph, default)]
    if [operations for operations, _ in after] != [operations for operations, _ in before]:
        raise NotYet(
            seen="After the call, a graph had more operations than before.",
            expected=expected,
            because="Something was built there: a Saver, for one, adds operations to the graph that it is made in.",
        )
    if after != before:
        raise NotYet(
            seen="After the call, a graph did not list the same global variables as before.",
            expected=expected,
            because="`get_collection_ref` gives the graph's own list, `get_collection` a copy of it.",
        )


def judge_variables(answer, names):
    expected = f"`{names}`" + ("" if names else ": a graph may have operations and no global variable.")
    seen = f"The function returned `{answer!r}`."
    if not isinstance(answer, list):
        raise NotYet(seen, expected, "Hand back a list of strings with `return`.")
    if answer == names:
        return
    texts = [str(name) for name in answer]
    if "of_the_default_graph" in [text.removesuffix(":0") for text in texts]:
        because = "That is a variable of the default graph. `tf.global_variables()` looks only there: make `graph` the "
        because += "default graph for a moment."
    elif [text.removesuffix(":0") for text in texts] == names:
        because = "`variable.name` is the name of a tensor, with `:0`. `variable.op.name` is the variable's own."
    elif not answer:
        because = "The list is empty, but the graph has global variables. Their collection is called "
        because += "`tf.GraphKeys.GLOBAL_VARIABLES`, which is the string `variables`."
    elif "x" in answer:
        because = "Those are operations. A variable brings several, and other operations are not variables."
    elif "count" in answer:
        because = "`count` is a local variable. A Saver that is made without arguments does not take it."
    elif set(answer) < set(names):
        because = "A global variable is missing. It may be one that is not trainable, or `return` stands in the loop."
    elif answer and not names:
        because = "This graph has none, so the names do not come from `graph`. Ask it anew in each call."
    elif texts == [name.rpartition("/")[2] for name in names]:
        because = "The whole name counts, with the scope before the slash."
    elif len(texts) == len(names) and all(map(str.startswith, names, texts)):
        because = 'A name was cut too far. `rstrip(":0")`, for one, takes away every `0` at the end, and every colon.'
    elif sorted(texts) == sorted(names):
        because = "The names are right, and their order is not: the oldest comes first, as in `tf.global_variables()`."
    else:
        because = "Return the name of each variable, in the order of `tf.global_variables()`."
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


@variables_of.wrong_attempt(says="replaces the default graph for everybody")
def resets_first(graph):
    tf.reset_default_graph()
    with graph.as_default():
        return [variable.op.name for variable in tf.global_variables()]


@variables_of.wrong_attempt(says="Hand back a list of strings")
def prints_them(graph):
    with graph.as_default():
        print([variable.op.name for variable in tf.global_variables()])


@variables_of.wrong_attempt(says="one that is not trainable")
def lists_the_trainable_ones(graph):
    return [variable.op.name for variable in graph.get_collection("trainable_variables")]


@variables_of.wrong_attempt(says="`count` is a local variable")
def looks_for_the_type(graph):
    return [operation.name for operation in graph.get_operations() if operation.type == "VariableV2"]


@variables_of.wrong_attempt(says="adds operations to the graph")
def asks_a_saver(graph):
    with graph.as_default():
        saver = tf.train.Saver(allow_empty=True)
        return [variable.op.name for variable in saver._var_list or []]


@variables_of.wrong_attempt(says="the oldest comes first")
def sorts_them(graph):
    return sorted(variable.op.name for variable in graph.get_collection("variables"))


@variables_of.wrong_attempt(says="A name was cut too far")
def strips_colon_and_zero(graph):
    return [variable.name.rstrip(":0") for variable in graph.get_collection("variables")]


@variables_of.wrong_attempt(says="gives the graph's own list")
def empties_the_list(graph):
    variables, names = graph.get_collection_ref("variables"), []
    while variables:
        names.append(variables.pop(0).op.name)
    return names


@variables_of.wrong_attempt(says="Their collection is called")
def asks_for_the_wrong_collection(graph):
    return [variable.op.name for variable in graph.get_collection("global_variables")]


@variables_of.wrong_attempt(says="What a graph has itself is `get_collection`")
def asks_the_graph_for_them(graph):
    return [variable.op.name for variable in graph.global_variables()]


@variables_of.wrong_attempt(says="Ask each of its variables")
def asks_the_list_for_its_name(graph):
    with graph.as_default():
        return tf.global_variables().op.name


@variables_of.wrong_attempt(says="so the names do not come from `graph`")
def writes_the_names_out(graph):
    return ["A", "B"]


@variables_of.wrong_attempt(says="with the scope before the slash")
def cuts_the_scopes(graph):
    with graph.as_default():
        return [variable.op.name.rpartition("/")[2] for variable in tf.global_variables()]


@variables_of.right_attempt
def asks_the_collection(graph):
    return [variable.name.split(":")[0] for variable in graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)]


@variables_of.right_attempt
def makes_a_session_of_the_graph(graph):
    names = []
    with tf.Session(graph=graph):
        for variable in tf.global_variables():
            names.append(str(variable.op.name))
    return names


@exercise(
    hints=[
        "The default graph is empty, but the variable was not thrown away. Which attribute of `variable` says where "
        "it lives?",
        "`variable.graph` is that graph. A session can be made for any graph: `tf.Session(graph=...)`.",
        "In `with tf.Session(graph=variable.graph) as sess:`, restore with the old `saver`, then run the variable and "
        "return its value.",
    ],
    raised={
        "The Session graph is empty": "The session was made for an empty graph: the default one, or a new one. "
        "`tf.Session(graph=...)` takes the one that has the variable.",
        "No variables to save": "A new Saver looks at the default graph, which is empty. The old one still fits the "
        "old graph.",
        "Cannot interpret feed_dict key": "The session runs a graph that does not have the Saver's operations.",
        "The name '": "A name was written out that this graph does not have. `variable` is a different one in each "
        "call: run `variable` itself.",
        "is not an element of this graph": "The session does not run the graph that `variable` belongs to.",
        "uninitialized value": "The variable has no value in this session: `saver.restore` was not called in it.",
        "clear nested graphs": "The reset stands inside a `with` block of a session or a graph. No reset is needed "
        "here.",
        "No default session": "`eval()` asks the default session, which is the one of a `with` block. Use "
        "`sess.run(variable)`, or pass the session: `variable.eval(sess)`.",
        "Expected binary or unicode string": "The session comes first and the prefix second: "
        "`saver.restore(sess, prefix)`.",
        "not found in checkpoint": "Either the file has this variable under another name, which only `saver` knows, or "
        "it is not the checkpoint that `prefix` names.",
        "Parent directory of": "`saver.save` was called. This task only reads: `saver.restore` alone.",
        "'Saver' object has no attribute 'graph'": "A Saver does not say which graph it was made in. `variable` does: "
        "`variable.graph`.",
    },
)
def restore_after_reset(variable, saver, prefix):
    """Restore with saver from prefix, and return the value of variable as an array.

    The default graph was reset after variable and saver were made: it is empty, and it
    must stay empty.
    """
    # A variable knows its graph, and a graph lives as long as somebody holds on to a part of it.
    with tf.Session(graph=variable.graph) as sess:
        saver.restore(sess, prefix)
        return sess.run(variable)


ROUNDS = (  # the prefix, and the value of each variable; the second one is asked for
    ("model", {"bias": [0.5], "kernel": [1.5, 2.5]}),
    ("runs.2/model.ckpt-7", {"scale": [[2.0]], "step": np.int64(2**24 + 1), "late": [-0.1]}),
)


@restore_after_reset.examiner
def _(attempt):
    for number, (prefix, values) in enumerate(ROUNDS):
        prefix = os.path.abspath(prefix) if number else prefix
        variable, saver = save_and_reset(values, prefix, renamed=number > 0)
        values = list(values.values())[1]
        with watch() as seen:
            answer = attempt(variable, saver, prefix)
        judge_restored(answer, np.asarray(values, variable.dtype.base_dtype.as_numpy_dtype), prefix, seen)
        if tf.get_default_graph() is variable.graph:
            raise NotYet(
                seen="After the call, the old graph is the default graph.",
                expected="The default graph is the one that was empty before the call.",
                because="A `tf.InteractiveSession` keeps its graph the default one until it is closed.",
            )
        if tf.get_default_graph().get_operations():
            raise NotYet(
                seen="After the call, the default graph has operations.",
                expected="The values come from the graph that `variable` belongs to. The default graph stays empty.",
                because="If you built or imported the variable again: that is a way, too, and the next lessons take "
                "it. Here it is not needed.",
            )
        own = os.path.abspath(prefix), [each.op.name for each in variable.graph.get_collection("variables")]
        restores = [(os.path.abspath(path), names) for path, names in seen.restores]
        if own not in restores and (restores or seen.reads):
            raise NotYet(
                seen="The value is right, and `saver` did not restore it.",
                expected="`saver` restores it into a session of the graph that it was made in.",
                because="It came from another Saver, or from a reader. For those you have to find out under which name "
                "the file has it.",
            )
    return "The graph that has the variable and the Saver's operations is still there, default or not."


def save_and_reset(values, prefix, renamed):
    """Saves variables, and other values at two other prefixes, before and after. Leaves an empty default graph.

    Returns the second variable and the Saver. ``renamed``: the file has the variables under other names.
    """
    tf.reset_default_graph()
    # The recipe gives other values than the file has, so that the check can tell initializing from restoring.
    variables = [
        tf.get_variable(name, initializer=tf.zeros_like(value), trainable=name != "step")
        for name, value in values.items()
    ]
    saver = tf.train.Saver({f"old/{v.op.name}": v for v in variables} if renamed else None)
    with tf.Session() as sess:
        for add, where in ((2, f"{prefix}-earlier"), (0, prefix), (1, f"{prefix}-later")):
            for variable, value in zip(variables, values.values(), strict=True):
                variable.load(np.add(value, add), sess)
            saver.save(sess, where)
    tf.reset_default_graph()
    return variables[1], saver


def judge_restored(answer, value, prefix, seen):
    expected = f"The saved value, `{value.tolist()}`, as an array."
    if isinstance(answer, list | tuple):
        raise NotYet(
            seen=f"The function returned a {type(answer).__name__}.",
            expected=expected,
            because="`sess.run` of the variable itself returns its array. `sess.run` of a list returns a list, and "
            "`.tolist()` makes one of an array.",
        )
    must_be_array(
        answer,
        expected,
        none="Either the result was not handed back, or it was that of an operation, which is `None`: "
        "`saver.restore` returns nothing, and neither does `variable.op`. Run the variable, and `return` what comes "
        "back.",
    )
    restored = [os.path.abspath(path) for path, _ in seen.restores]
    held = any(np.array_equal(each, value) for variables in seen.held for each in variables.values())
    if answer.tolist() != value.tolist():
        if seen.saves:
            because = "`saver.save` was called: what it wrote has replaced what was saved. A restore needs no save."
        elif restored and os.path.abspath(prefix) not in restored:
            because = "The checkpoint that was restored is not the one that `prefix` names."
        elif held:
            because = "The variable had the saved value in your session, and something else was returned: another "
            because += "variable, a changed value, or what was fetched before `restore`."
        elif restored:
            because = "An initializer that runs after `restore` puts its own values over the restored ones."
        else:
            because = "`saver.restore` was never called. These values may be an initializer's, or your own."
        raise NotYet(f"The function returned `{answer.tolist()}`.", expected, because)
    if not held:
        raise NotYet(
            seen="The value is right, but the variable did not have it at the end of any session.",
            expected="`saver` restores it into a session, and it is fetched from there.",
            because="A reader took it from the file, so `saver` was not used."
            if seen.reads
            else "It was written into the function, or taken from the file without TensorFlow.",
        )


@restore_after_reset.wrong_attempt(says="The session was made for an empty graph")
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


@restore_after_reset.wrong_attempt(says="under another name, which only `saver` knows")
def makes_a_new_saver_in_the_old_graph(variable, saver, prefix):
    with variable.graph.as_default(), tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return sess.run(variable)


@restore_after_reset.wrong_attempt(says="does not have the Saver's operations")
def puts_something_into_the_graph(variable, saver, prefix):
    tf.constant(0.0)
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(variable)


@restore_after_reset.wrong_attempt(says="that is a way, too")
def builds_it_again(variable, saver, prefix):
    kernel = tf.get_variable("kernel", initializer=tf.zeros([2]))
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return sess.run(kernel)


@restore_after_reset.wrong_attempt(says="`saver.restore` was never called. These")
def initializes_instead(variable, saver, prefix):
    with tf.Session(graph=variable.graph) as sess:
        sess.run(variable.initializer)
        return sess.run(variable)


@restore_after_reset.wrong_attempt(says="puts its own values over the restored ones")
def initializes_after_restoring(variable, saver, prefix):
    with tf.Session(graph=variable.graph) as sess:
        saver.restore(sess, prefix)
        sess.run(variable.initializer)
        return sess.run(variable)


@restore_after_reset.wrong_attempt(says="was not called in it")
def restores_another_session(variable, saver, prefix):
    with tf.Session(graph=variable.graph) as sess:
        saver.restore(sess, prefix)
    with tf.Session(graph=variable.graph) as sess:
        return sess.run(variable)


@restore_after_reset.wrong_attempt(says="A reader took it from the file")
def reads_the_file(variable, saver, prefix):
    return tf.train.load_variable(prefix, variable.op.name)


@restore_after_reset.wrong_attempt(says="is not the one that `prefix` names")
def restores_the_last_one(variable, saver, prefix):
    with tf.Session(graph=variable.graph) as sess:
        saver.restore(sess, saver.last_checkpoints[-1])
        return sess.run(variable)


@restore_after_reset.wrong_attempt(says="came from another Saver")
def imports_the_meta_graph_aside(variable, saver, prefix):
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.train.import_meta_graph(prefix + ".meta").restore(sess, prefix)
        return sess.run(variable.name)


@restore_after_reset.wrong_attempt(says="keeps its graph the default one")
def leaves_an_interactive_session_open(variable, saver, prefix):
    sess = tf.InteractiveSession(graph=variable.graph)
    saver.restore(sess, prefix)
    return variable.eval()


@restore_after_reset.wrong_attempt(says="or what was fetched before `restore`")
def returns_the_first_variable(variable, saver, prefix):
    with tf.Session(graph=variable.graph) as sess:
        saver.restore(sess, prefix)
        return sess.run(variable.graph.get_collection("variables")[0])


@restore_after_reset.wrong_attempt(says="`eval()` asks the default session")
def evaluates_without_a_session(variable, saver, prefix):
    sess = tf.Session(graph=variable.graph)
    saver.restore(sess, prefix)
    return variable.eval()


@restore_after_reset.wrong_attempt(says="A Saver does not say which graph")
def asks_the_saver_for_an_attribute(variable, saver, prefix):
    with tf.Session(graph=saver.graph) as sess:
        saver.restore(sess, prefix)
        return sess.run(variable)


@restore_after_reset.wrong_attempt(says="has replaced what was saved")
def saves_before_restoring(variable, saver, prefix):
    with tf.Session(graph=variable.graph) as sess:
        sess.run([each.initializer for each in variable.graph.get_collection("variables")])
        saver.save(sess, prefix)
        saver.restore(sess, prefix)
        return sess.run(variable)


@restore_after_reset.wrong_attempt(says="neither does `variable.op`")
def runs_the_operation(variable, saver, prefix):
    with tf.Session(graph=variable.graph) as sess:
        saver.restore(sess, prefix)
        return sess.run(variable.op)


@restore_after_reset.right_attempt
def makes_the_old_graph_the_default_one(variable, saver, prefix):
    with variable.graph.as_default():
        sess = tf.Session()
        saver.restore(sess, prefix)
        return variable.eval(sess)


@restore_after_reset.right_attempt
def runs_the_two_names_of_the_saver(variable, saver, prefix):
    with tf.Session(graph=variable.graph) as sess:
        sess.run(saver.saver_def.restore_op_name, {saver.saver_def.filename_tensor_name: prefix})
        return sess.run(variable)


@restore_after_reset.right_attempt
def asks_the_saver_for_the_graph(variable, saver, prefix):
    sess = tf.InteractiveSession(graph=variable.op.graph)
    sess.run(variable.initializer)
    saver.restore(sess, prefix)
    value = sess.run(f"{variable.op.name}:0")
    sess.close()
    return value
