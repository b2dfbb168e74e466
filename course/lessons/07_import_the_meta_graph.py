"""Exercises of lesson 07: a model restored from its files alone, by the names of tensors and by collections."""

from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, must_be_array, same, watch


def pair():
    """Builds ``A``, ``B`` and ``total`` as in the lesson."""
    a = tf.get_variable("A", initializer=tf.zeros([2], tf.int32))
    b = tf.get_variable("B", initializer=tf.zeros([3], tf.int32))
    tf.add(tf.reduce_sum(a), tf.reduce_sum(b), name="total")


def product():
    """Builds other variables of these names, one that is not trained, a third one, and another ``total``."""
    rate = tf.placeholder_with_default(1.0, [], name="rate")
    c = tf.get_variable("layer.1/C", initializer=tf.ones([2, 1]))
    a = tf.get_variable("A", initializer=tf.ones([2, 2]), trainable=False)
    b = tf.get_variable("B", initializer=tf.ones([2, 1]))
    tf.add(tf.matmul(a, b) * rate, c, name="total")
    tf.get_variable("global_step", initializer=tf.constant(0, tf.int64), trainable=False)
    tf.train.Saver([a])  # so `save/…` is not the Saver of the file


def save_filled(prefix, first, fetches, feeds=None):
    """Fills the variables of the default graph with ``first``, ``first + 1`` and so on, saves them, and empties it.

    A later checkpoint in the same folder has the initial values.

    Returns:
        What ``fetches`` gave with these values, and what it gave with the initial ones.
    """
    initializer = tf.global_variables_initializer()
    saver = tf.train.Saver()
    Path(prefix).parent.mkdir(parents=True, exist_ok=True)
    with tf.Session() as sess:
        sess.run(initializer)
        initial = sess.run(fetches, feeds)
        for variable in tf.global_variables():
            size = variable.shape.num_elements()
            values = (
                np.arange(first, first + size).reshape(variable.shape).astype(variable.dtype.base_dtype.as_numpy_dtype)
            )
            # Fed, so that the values do not stand in the graph.
            sess.run(variable.initializer, {variable.initializer.inputs[1]: values})
            first += size
        filled = sess.run(fetches, feeds)
        saver.save(sess, prefix)
        sess.run(initializer)
        saver.save(sess, f"{prefix}-later")  # so the folder's latest checkpoint is another one
    tf.reset_default_graph()
    return filled, initial


def another_checkpoint(seen, prefix):
    """Says what was restored, if that is another checkpoint than the one that was asked for."""
    for restored, _ in seen.restores:
        if Path(restored).absolute() != Path(prefix).absolute():
            return f"`{restored}` was restored. The checkpoint that was asked for, `{prefix}`, need not be the latest."
    return None


@exercise(
    hints=[
        "What does `tf.train.import_meta_graph` return, and what does it put where?",
        'It fills the graph and returns a Saver. The file is `prefix + ".meta"`; the Saver restores from `prefix`.',
        'In a session: `saver.restore(sess, prefix)`, then `return sess.run(["A:0", "B:0", "total:0"])`. The `:0` '
        "makes it the name of a tensor.",
    ],
    raised={
        "File does not exist": "`import_meta_graph` wants a file: the prefix with `.meta` at its end.",
        "is not a valid checkpoint": "No checkpoint has this prefix. `restore` wants the prefix that was passed, as it "
        "is.",
        "sstable": "A file was passed instead of the prefix. `restore` wants the prefix without `.meta`, as it is.",
        "uninitialized value": "This copy of the variable got no value. Was `restore` called in this session? Was the "
        "graph imported twice, or beside variables of the same names? Then there is a second copy, `A_1`, and the "
        "Saver has filled one of the two.",
        "does not exist in the graph": "No tensor has this name. Python names are not in the file. The tensors are "
        "called `A:0`, `B:0` and `total:0`, and with an `import_scope` its name stands before them.",
        "not in the graph": "Nothing in the graph has this name. Python names are not in the file. The tensors are "
        "called `A:0`, `B:0` and `total:0`, and with an `import_scope` its name stands before them.",
        "The Session graph is empty": "The session has an empty graph. Import first, then open the session.",
        "No variables to save": "The graph has no variables yet. `import_meta_graph` brings them, and returns a Saver "
        "for them.",
        "At least two variables have the same name": "The graph was imported twice. Import it once.",
        # Before the next one, which is a part of it.
        "not found in checkpoint file": "The name of the `.index` was passed instead of the prefix. `restore` wants "
        "the prefix as it is.",
        "not found in checkpoint": "The Saver asks for a variable that the file does not have. The one that "
        "`import_meta_graph` returns knows what the file has.",
        "does not equal original dtype": "A variable was built in code, as in the lesson. This model is somebody "
        "else's: the graph in its `.meta` has all that it needs.",
        "Parent directory of": "`save` was called. This task only reads: `restore` alone.",
        "codec can't decode": "`import_meta_graph` was given another file than the one that ends in `.meta`.",
        "SerializeToString": "`sess.run` wants what it fetches in one list. Its second argument is for feeding.",
        "argument: 'save_path'": "`restore` wants two things: the session and the prefix.",
        "has no attribute 'restore'": "`restore` is a method of the Saver that `import_meta_graph` returns.",
    },
)
def restore_from_meta(prefix):
    """Import somebody's model, restore it, and return the values of "A", "B" and "total".

    "A" and "B" are reference variables. "total" is computed from variables; how, only the
    graph in .meta knows. Return a list of three arrays. The default graph is empty.
    """
    # The graph comes from the file. What is returned is a Saver that knows the imported variables.
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        # No Python name leads to the tensors, so they are fetched by name: operation A, output 0.
        return sess.run(["A:0", "B:0", "total:0"])


for _name in ("A", "B", "total"):
    restore_from_meta.may_pass(
        'return sess.run(["A:0", "B:0", "total:0"]) -> '.replace('"', "'")
        + f"return sess.run({[name + (':00' if name == _name else ':0') for name in ('A', 'B', 'total')]})",
        because="`A:00` is output number 0 as well: TensorFlow reads a number after the colon.",
    )


@restore_from_meta.examiner
def _(attempt):
    folder = Path("old.run-2").absolute().as_posix()
    for build, first, prefix in ((pair, 3, "pair"), (product, -4, f"{folder}/model-40"), (pair, 40, "run/pair-7")):
        tf.reset_default_graph()
        build()
        values, initial = save_filled(prefix, first, ["A:0", "B:0", "total:0"])
        with watch() as seen:
            answer = attempt(prefix)
        judge_restored(answer, values, initial, seen, prefix)
        tf.reset_default_graph()
    return "`.meta` brought the graph with `total`; `.index` and `.data` brought the values of the variables."


def judge_restored(answer, values, initial, seen, prefix):
    listed = ", ".join(f"`{value.tolist()}`" for value in values)
    expected = f"A list of three arrays with the values {listed}."
    if not isinstance(answer, list | tuple) or len(answer) != 3:
        count = f" with {len(answer)} items" if isinstance(answer, list | tuple) else ""
        raise NotYet(
            seen=f"The function returned an object of type `{type(answer).__name__}`{count}.",
            expected=expected,
            because="A list was asked for: `A`, `B`, `total`. `sess.run` of a list of three tensors returns one. Hand "
            "it back with `return`.",
        )
    for given in answer:
        must_be_array(
            given,
            expected,
            none='`"A"` is the name of an operation, and running it gives `None`. The tensor that it puts out is '
            '`"A:0"`.',
            seen="In the list is",
        )
    if not all(map(same, answer, values)):
        because = (
            "The order is that of the description: `A`, then `B`, then `total`. `A` and `B` are as they are in the "
            "file, and `total` is what the imported graph computes from its variables."
        )
        if seen.saves:
            because = "`save` was called: what it wrote has replaced what was saved. A restore needs no save."
        elif another := another_checkpoint(seen, prefix):
            because = another
        elif all(map(same, answer, initial)):
            because = (
                "Those are the initial values. The imported graph brings its initializer along: it was run after "
                "`restore`, or instead of it."
            )
        shown = ", ".join(f"`{given.tolist()}`" for given in answer)
        if all(map(np.array_equal, answer, values)):
            shown += f" of the dtypes {', '.join(str(given.dtype) for given in answer)}"
            expected = f"{expected[:-1]} of the dtypes {', '.join(str(value.dtype) for value in values)}."
            because = (
                "The numbers are right, and a dtype is not: something was converted, or computed outside of the graph. "
                "What `sess.run` returns for the three tensors is the answer as it is."
            )
        raise NotYet(f"The values are {shown}.", expected, because)
    if seen.reads and not seen.restores:
        raise NotYet(
            seen="The values are right, but they were read from the file, and no Saver restored them.",
            expected="The Saver that came with the graph restores all variables.",
            because="A reader gives values one by one, and what to do with each is left to you. `restore` gives all "
            "variables of the imported graph their values.",
        )


@restore_from_meta.right_attempt
def in_a_graph_and_a_scope_apart(prefix):
    with tf.Graph().as_default() as graph:
        saver = tf.train.import_meta_graph(f"{prefix}.meta", import_scope="theirs", clear_devices=True)
        with tf.Session(graph=graph) as sess:
            saver.restore(sess, prefix)
            return [graph.get_tensor_by_name(f"theirs/{name}:0").eval() for name in ("A", "B", "total")]


@restore_from_meta.right_attempt
def with_a_new_saver_and_operations(prefix):
    tf.train.import_meta_graph(prefix + ".meta")
    operations = [tf.get_default_graph().get_operation_by_name(name) for name in ("A", "B", "total")]
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return tuple(sess.run([operation.outputs[0] for operation in operations]))


@restore_from_meta.right_attempt
def runs_the_restore_operation(prefix):
    names = tf.train.import_meta_graph(prefix + ".meta").as_saver_def()
    with tf.Session() as sess:
        sess.run(names.restore_op_name, {names.filename_tensor_name: prefix})
        return sess.run(["A:0", "B:0", "total:0"])


@restore_from_meta.right_attempt
def looks_at_the_file_first(prefix):
    assert {"A", "B"} <= {name for name, shape in tf.train.list_variables(prefix)}
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        saver.restore(sess, prefix)
        variables = {variable.op.name: variable for variable in tf.global_variables()}
        return [sess.run(variables["A"]), sess.run(variables["B"]), sess.run("total:0")]


@restore_from_meta.wrong_attempt(says="A variable was built in code")
def builds_it_as_in_the_lesson(prefix):
    pair()
    with tf.Session() as sess:
        tf.train.Saver().restore(sess, prefix)
        return sess.run(["A:0", "B:0", "total:0"])


@restore_from_meta.wrong_attempt(says="has replaced what was saved")
def saves_before_restoring(prefix):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        saver.save(sess, prefix)
        saver.restore(sess, prefix)
        return sess.run(["A:0", "B:0", "total:0"])


@restore_from_meta.wrong_attempt(says="The name of the `.index` was passed")
def restores_from_the_index(prefix):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix + ".index")
        return sess.run(["A:0", "B:0", "total:0"])


@restore_from_meta.wrong_attempt(says="In the list is `None`")
def fetches_operations(prefix):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(["A", "B", "total"])


@restore_from_meta.wrong_attempt(says="No tensor has this name")
def fetches_python_names(prefix):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(["a:0", "b:0", "total:0"])


@restore_from_meta.wrong_attempt(says="Then there is a second copy")
def imports_twice(prefix):
    tf.train.import_meta_graph(prefix + ".meta")
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(["A_1:0", "B_1:0", "total_1:0"])


@restore_from_meta.wrong_attempt(says="wants a file: the prefix with `.meta`")
def imports_the_prefix(prefix):
    saver = tf.train.import_meta_graph(prefix)
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(["A:0", "B:0", "total:0"])


@restore_from_meta.wrong_attempt(says="without `.meta`")
def restores_from_the_meta_file(prefix):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix + ".meta")
        return sess.run(["A:0", "B:0", "total:0"])


@restore_from_meta.wrong_attempt(says="Those are the initial values")
def runs_the_imported_initializer(prefix):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        sess.run("init")
        return sess.run(["A:0", "B:0", "total:0"])


@restore_from_meta.wrong_attempt(says="no Saver restored them")
def reads_and_feeds(prefix):
    tf.train.import_meta_graph(prefix + ".meta")
    values = {v: tf.train.load_variable(prefix, v.op.name) for v in tf.global_variables()}
    with tf.Session() as sess:
        return sess.run(["A:0", "B:0", "total:0"], {f"{v.op.name}:0": value for v, value in values.items()})


@restore_from_meta.wrong_attempt(says="of type `list` with 2 items")
def reads_the_file_only(prefix):
    return [tf.train.load_variable(prefix, "A"), tf.train.load_variable(prefix, "B")]


@restore_from_meta.wrong_attempt(says="computed outside of the graph")
def computes_the_total_as_in_the_lesson(prefix):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        a, b = sess.run(["A:0", "B:0"])
        return [a, b, a.sum() + b.sum()]


@restore_from_meta.wrong_attempt(says="The order is that of the description")
def takes_the_first_two_variables(prefix):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run([*tf.global_variables()[:2], "total:0"])


@restore_from_meta.wrong_attempt(says="need not be the latest")
def restores_the_latest(prefix):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, tf.train.latest_checkpoint(Path(prefix).parent.as_posix()))
        return sess.run(["A:0", "B:0", "total:0"])


@exercise(
    hints=[
        "Nobody told you the names of the tensors. What does `.meta` keep besides the operations?",
        'After the import, `tf.get_collection("inputs")` returns the list of what was put there: one tensor. The same '
        'for `"outputs"`.',
        "In a session, after `restore`: `return sess.run(output, feed_dict={input: x})`, with the two tensors out of "
        "the collections.",
    ],
    raised={
        "You must feed a value for placeholder": "The output depends on a placeholder. `feed_dict` gives `x` to the "
        "tensor in the collection `inputs`; another placeholder was fed, or none.",
        "list index out of range": "A list is empty here. If it is a collection: the two are called `inputs` and "
        "`outputs`, and they come with the import, so look after it.",
        "unhashable type: 'list'": "A list stands where a tensor belongs. `tf.get_collection` returns a list: take its "
        "one element, `[0]`. In `feed_dict`, the tensor comes first, and `x` after the colon.",
        "must be a dictionary": "The second argument of `sess.run` is a dict, which says what goes where: the tensor "
        "of the collection `inputs`, a colon, and `x`.",
        "SavedModel file does not exist": "This is a checkpoint with its `.meta`, and no SavedModel: "
        "`tf.train.import_meta_graph` reads the graph.",
        "uninitialized value": "`restore` was not called in this session, or the Saver does not have this variable.",
        "does not exist in the graph": "That name was a guess: each model has its own names. The collections have the "
        "tensors.",
        "not in the graph": "That name was a guess: each model has its own names. The collections have the tensors.",
        "Cannot feed value of shape": "This value does not fit the tensor that it was fed to. `x`, as it is, goes to "
        "the one in the collection `inputs`; a model may have other placeholders.",
        "Cannot interpret feed_dict key": "What is fed is a tensor: the one in the collection `inputs`, not the "
        "collection's name.",
        "File does not exist": "`import_meta_graph` wants a file: the prefix with `.meta` at its end.",
    },
)
def apply_model(prefix, x):
    """Restore a model that you know nothing about. Return its output for x, as an array.

    Its author put the input, a placeholder, into the collection "inputs", and the output
    into "outputs": one tensor in each. The default graph is empty.
    """
    saver = tf.train.import_meta_graph(prefix + ".meta")
    # A collection is a named list that travels in .meta. So the names of the tensors need not be known.
    (model_input,) = tf.get_collection("inputs")
    (model_output,) = tf.get_collection("outputs")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(model_output, feed_dict={model_input: x})


def scaled_sum():
    """Builds a model that sums up row after row, and multiplies by a variable. Returns input and output."""
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    scale = tf.get_variable("scale", initializer=0.0)
    return x, tf.multiply(tf.cumsum(tf.reduce_sum(x, axis=1)), scale, name="y")


def layer_in_training():
    """Builds a layer with a mean that is not trained, and what training needs. Returns the layer's input and output."""
    rate = tf.placeholder_with_default(0.1, [], name="rate")
    labels = tf.placeholder(tf.float32, [None, 2], name="labels")
    images = tf.placeholder(tf.float32, [None, 3], name="images")
    mean = tf.get_variable("norm/mean", initializer=tf.zeros([3]), trainable=False)
    with tf.variable_scope("tower.1"):
        kernel = tf.get_variable("kernel", initializer=tf.ones([3, 2]))
        bias = tf.get_variable("bias", initializer=tf.zeros([2]))
        score = tf.add(tf.matmul(images - mean, kernel), bias, name="score")
    loss = tf.reduce_mean(tf.square(score - labels)) * 0.5
    tf.train.GradientDescentOptimizer(rate).minimize(loss, global_step=tf.train.get_or_create_global_step())
    return images, score


def table():
    """Builds a model that looks up a row for each of some whole numbers. Returns input and output."""
    rows = tf.get_variable("rows", initializer=tf.zeros([4, 2], tf.float64))
    ids = tf.placeholder(tf.int32, [None], name="x")
    found = tf.gather(rows, ids, name="y")
    tf.multiply(found, 2.0, name="doubled")
    return ids, found


MODELS = (
    (scaled_sum, "model", ([[1.25, 2.0], [4.0, 8.0]], [[0.5, 0.0]])),
    (layer_in_training, "runs.old/layer-3", ([[1.0, 2.0, 3.0], [4.0, 0.0, 8.0]], [[2.0, -1.0, 0.0]] * 3)),
    (table, "table-0", ([3, 0, 1], [2])),
)


@apply_model.examiner
def _(attempt):
    for build, prefix, inputs in MODELS:
        for number, x in enumerate(inputs):
            tf.reset_default_graph()
            model_input, model_output = build()
            tf.add_to_collection("inputs", model_input)
            tf.add_to_collection("outputs", model_output)
            where = Path(f"{prefix}-{number}").absolute().as_posix() if number else prefix
            output, initial = save_filled(where, 7 + number, model_output, {model_input: x})
            with watch() as seen:
                answer = attempt(where, x)
            judge_output(answer, output, initial, another_checkpoint(seen, where))
    tf.reset_default_graph()
    return "The models had other names for everything. Their collections said which tensors matter."


def judge_output(answer, output, initial, another):
    expected = f"`{output.tolist()}`: the model's output for `x`, with the restored variables."
    if isinstance(answer, list | tuple) and len(answer) == 1 and isinstance(answer[0], np.ndarray):
        raise NotYet(
            seen="The function returned a list with an array in it.",
            expected=expected,
            because="`sess.run` of a list returns a list, and `tf.get_collection` returns one too. Take its one "
            "element: `[0]`.",
        )
    if isinstance(answer, list | tuple):
        raise NotYet(
            seen=f"The function returned a {type(answer).__name__}.",
            expected=expected,
            because="An array was asked for: what `sess.run` returns for one tensor, as it is.",
        )
    must_be_array(
        answer, expected, none="Hand back what `sess.run` returns, with `return`. The name of a tensor ends in `:0`."
    )
    if same(answer, output):
        return
    because = (
        "That is not the output for `x` with the restored variables. Was `x` itself fed, the tensor in "
        "`outputs` fetched as it is, and every variable restored, with nothing run in between that changes one?"
    )
    if another:
        because = another
    elif np.array_equal(answer, output):
        because = f"The numbers are right, and their dtype is not: `{answer.dtype}` instead of `{output.dtype}`."
    elif answer.shape == output.shape and answer.ndim and same(answer[:1], output[:1]):
        because = "The first row is right. What a model makes of a row may depend on the others: feed `x` as a whole."
    elif same(answer, initial):
        because = "The variables have their initial values: the initializer was run after `restore`, or instead of it."
    raise NotYet(seen=f"The function returned `{answer.tolist()}`.", expected=expected, because=because)


@apply_model.right_attempt
def by_name_in_a_graph_apart(prefix, x):
    graph = tf.Graph()
    with graph.as_default():
        saver = tf.train.import_meta_graph(prefix + ".meta", import_scope="theirs")
    sess = tf.Session(graph=graph)
    saver.restore(sess, prefix)
    source, target = (graph.get_collection(name)[0].name for name in ("inputs", "outputs"))
    return sess.run({"found": target}, {source: np.asarray(x)})["found"]


@apply_model.right_attempt
def replaces_the_input(prefix, x):
    meta = tf.MetaGraphDef.FromString(open(prefix + ".meta", "rb").read())
    (name,) = meta.collection_def["inputs"].node_list.value
    (node,) = (node for node in meta.graph_def.node if node.name == name.split(":")[0])
    saver = tf.train.import_meta_graph(meta, input_map={name: tf.constant(x, node.attr["dtype"].type)})
    with tf.Session().as_default() as sess:
        saver.restore(sess, prefix)
        return tf.get_collection("outputs")[-1].eval()


@apply_model.wrong_attempt(says="The second argument of `sess.run` is a dict")
def passes_x_alone(prefix, x):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(tf.get_collection("outputs")[0], x)


@apply_model.wrong_attempt(says="and their dtype is not")
def makes_doubles(prefix, x):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(tf.get_collection("outputs")[0], {tf.get_collection("inputs")[0]: x}).astype(float)


@apply_model.wrong_attempt(says="and no SavedModel")
def loads_a_saved_model(prefix, x):
    return tf.saved_model.load_v2(prefix)(x)


@apply_model.wrong_attempt(says="The output depends on a placeholder")
def forgets_to_feed(prefix, x):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(tf.get_collection("outputs")[0])


@apply_model.wrong_attempt(says="That name was a guess")
def guesses_the_names(prefix, x):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run("output:0", feed_dict={"input:0": x})


@apply_model.wrong_attempt(says="they come with the import")
def looks_before_importing(prefix, x):
    model_input = tf.get_collection("inputs")[0]
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(tf.get_collection("outputs")[0], feed_dict={model_input: x})


@apply_model.wrong_attempt(says="A list stands where a tensor belongs")
def feeds_the_list(prefix, x):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(tf.get_collection("outputs")[0], feed_dict={tf.get_collection("inputs"): x})


@apply_model.wrong_attempt(says="returned a list with an array in it")
def fetches_the_list(prefix, x):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(tf.get_collection("outputs"), feed_dict={tf.get_collection("inputs")[0]: x})


@apply_model.wrong_attempt(says="The variables have their initial values")
def initializes_instead(prefix, x):
    tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return sess.run(tf.get_collection("outputs")[0], feed_dict={tf.get_collection("inputs")[0]: x})


@apply_model.wrong_attempt(says="`restore` was not called in this session")
def forgets_to_restore(prefix, x):
    tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        return sess.run(tf.get_collection("outputs")[0], feed_dict={tf.get_collection("inputs")[0]: x})


@apply_model.wrong_attempt(says="This value does not fit the tensor")
def takes_the_first_placeholder_and_the_last_product(prefix, x):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    operations = tf.get_default_graph().get_operations()
    model_input = next(operation for operation in operations if operation.type.startswith("Placeholder")).outputs[0]
    model_output = [operation for operation in operations if operation.type == "Mul"][-1].outputs[0]
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(model_output, feed_dict={model_input: x})


@apply_model.wrong_attempt(says="Was `x` itself fed")
def feeds_something_of_the_same_size(prefix, x):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(tf.get_collection("outputs")[0], {tf.get_collection("inputs")[0]: np.ones_like(x)})


@apply_model.wrong_attempt(says="as a whole")
def asks_row_by_row(prefix, x):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        (model_input,), (model_output,) = tf.get_collection("inputs"), tf.get_collection("outputs")
        return np.array([sess.run(model_output, {model_input: [row]})[0] for row in x])


@apply_model.wrong_attempt(says="need not be the latest")
def takes_the_latest(prefix, x):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, tf.train.latest_checkpoint(Path(prefix).parent.as_posix()))
        return sess.run(tf.get_collection("outputs")[0], {tf.get_collection("inputs")[0]: x})
