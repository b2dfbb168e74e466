"""Exercises of lesson 07: a model restored from its files alone, by the names of tensors and by collections."""

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, must_be_array


def save_pair(first, second, prefix):
    """Saves ``A``, of two elements, and ``B``, of three, and leaves an empty default graph. The recipes are zeros."""
    tf.reset_default_graph()
    a = tf.get_variable("A", initializer=tf.zeros([2], tf.int32))
    b = tf.get_variable("B", initializer=tf.zeros([3], tf.int32))
    tf.global_variables_initializer()
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run([a.assign([first] * 2), b.assign([second] * 3)])
        saver.save(sess, prefix)
    tf.reset_default_graph()


@exercise(
    hints=[
        "What does `tf.train.import_meta_graph` return, and what does it put where?",
        'It fills the graph and returns a Saver. The file is `prefix + ".meta"`; the Saver restores from `prefix`.',
        'In a session: `saver.restore(sess, prefix)`, then `return sess.run(["A:0", "B:0"])`. The `:0` makes it the '
        "name of a tensor.",
    ],
    raised={
        "File does not exist": "`import_meta_graph` wants a file: the prefix with `.meta` at its end.",
        "is not a valid checkpoint": "No checkpoint has this prefix. `restore` wants the one passed, as it is.",
        "sstable": "A file was passed in place of the prefix. `restore` wants it without `.meta`, as it is.",
        "uninitialized value": "`restore` was not called in this session; or the graph was imported twice, and the "
        "second copy, `A_1`, got no value.",
        "does not exist in the graph": "No tensor has this name. Python names are not in the file: the tensors are "
        "called `A:0` and `B:0`.",
        "not in the graph": "Nothing in the graph has this name. Python names are not in the file: the tensors are "
        "called `A:0` and `B:0`.",
        "The Session graph is empty": "The graph was not imported before the session ran something.",
        "No variables to save": "The graph has no variables yet. `import_meta_graph` brings them, and returns a Saver "
        "besides.",
        "At least two variables have the same name": "The graph was imported twice. Import it once.",
        "already exists": "The graph was built and imported. One of the two is enough.",
        "has no attribute 'restore'": "What `import_meta_graph` returns was not kept, or something else was taken for "
        "it.",
    },
)
def restore_from_meta(prefix):
    """Restore the variables "A" and "B" without their code: return a list of two arrays.

    The default graph is empty. The files of the checkpoint are all there, with .meta.
    """
    # The graph comes from the file. What is returned is a Saver that knows the imported variables.
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        # No Python name leads to the tensors, so they are fetched by name: operation A, output 0.
        return sess.run(["A:0", "B:0"])


@restore_from_meta.examiner
def _(attempt):
    for first, second in ((3, 5), (-1, 40)):
        prefix = f"pair{first}"
        save_pair(first, second, prefix)
        answer = attempt(prefix)
        judge_pair(answer, [[first] * 2, [second] * 3])
    return "`.meta` brought the graph, `.data` and `.index` the values, and the names led to the tensors."


def judge_pair(answer, values):
    expected = f"A list of two arrays with the values `{values[0]}` and `{values[1]}`."
    if not isinstance(answer, list | tuple) or len(answer) != 2:
        raise NotYet(
            seen=f"The function returned an object of type `{type(answer).__name__}`.",
            expected=expected,
            because="`sess.run` of a list of two tensors returns a list of two arrays. Hand it back with `return`.",
        )
    for given in answer:
        must_be_array(
            given,
            expected,
            none='`"A"` is the name of an operation, and running it gives `None`. The tensor that it puts out is '
            '`"A:0"`.',
            seen="In the list is",
        )
    found = [np.asarray(given).tolist() for given in answer]
    if found != values:
        raise NotYet(
            seen=f"The values are `{found[0]}` and `{found[1]}`.",
            expected=expected,
            because="The imported graph brings its initializer along. It was run after `restore`, or in place of it."
            if found == [[0, 0], [0, 0, 0]]
            else "The order is that of the names: `A`, then `B`.",
        )


@restore_from_meta.wrong_attempt(says="In the list is `None`")
def fetches_operations(prefix):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(["A", "B"])


@restore_from_meta.wrong_attempt(says="No tensor has this name")
def fetches_python_names(prefix):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(["a:0", "b:0"])


@restore_from_meta.wrong_attempt(says="the graph was imported twice")
def imports_twice(prefix):
    tf.train.import_meta_graph(prefix + ".meta")
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(["A_1:0", "B_1:0"])


@restore_from_meta.wrong_attempt(says="wants a file: the prefix with `.meta`")
def imports_the_prefix(prefix):
    saver = tf.train.import_meta_graph(prefix)
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(["A:0", "B:0"])


@restore_from_meta.wrong_attempt(says="without `.meta`")
def restores_from_the_meta_file(prefix):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix + ".meta")
        return sess.run(["A:0", "B:0"])


@restore_from_meta.wrong_attempt(says="It was run after `restore`")
def runs_the_imported_initializer(prefix):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        sess.run("init")
        return sess.run(["A:0", "B:0"])


@exercise(
    hints=[
        "Nobody told you the names of the tensors. What else of the graph did `.meta` keep?",
        'After the import, `tf.get_collection("inputs")` returns the list of what was put there: one tensor. The same '
        'for `"outputs"`.',
        "In a session, after `restore`: `return sess.run(output, feed_dict={input: x})`, with the two tensors out of "
        "the collections.",
    ],
    raised={
        "You must feed a value for placeholder": "The model's input is a placeholder. `feed_dict` gives it `x`.",
        "list index out of range": "The collection is empty. Collections come with the import, so look after it.",
        "unhashable type: 'list'": "`tf.get_collection` returns a list. Take its one element: `[0]`.",
        "uninitialized value": "`restore` was not called in this session.",
        "does not exist in the graph": "That name was a guess: each model calls its tensors otherwise. The collections "
        "have them.",
        "not in the graph": "That name was a guess: each model calls its tensors otherwise. The collections have them.",
        "File does not exist": "`import_meta_graph` wants a file: the prefix with `.meta` at its end.",
    },
)
def apply_model(prefix, x):
    """Restore a model that you know nothing of. Return its output for x, as an array.

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


@apply_model.examiner
def _(attempt):
    for number, (names, factor) in enumerate(((("x", "y"), 3.0), (("images", "score"), -0.5))):
        prefix = f"model-{number}"
        save_model(names, factor, prefix)
        answer = attempt(prefix, [[1.0, 2.0], [4.0, 8.0]])
        expected = f"`{[factor * 3, factor * 12]}`: the sum of each row, times a variable of the model."
        must_be_array(answer, expected, none="Hand back what `sess.run` returns, with `return`.")
        if answer.tolist() == [[0.0], [0.0]] or answer.tolist() == [0.0, 0.0]:
            raise NotYet(
                seen=f"The function returned `{answer.tolist()}`.",
                expected=expected,
                because="The variable is at its start, zero. The initializer was run after `restore`, or in place of "
                "it.",
            )
        if answer.tolist() != [factor * 3, factor * 12]:
            raise NotYet(
                seen=f"The function returned `{answer.tolist()}`.",
                expected=expected,
                because="That is not the output for `x`: feed `x` itself, and fetch the tensor in `outputs`.",
            )
    return "The two models had other names for everything. Their collections said which tensors matter."


def save_model(names, factor, prefix):
    """Saves a model that sums each row and multiplies by a variable, and leaves an empty default graph."""
    tf.reset_default_graph()
    x = tf.placeholder(tf.float32, [None, 2], name=names[0])
    scale = tf.get_variable("scale", initializer=0.0)
    tf.add_to_collection("inputs", x)
    tf.add_to_collection("outputs", tf.multiply(tf.reduce_sum(x, axis=1), scale, name=names[1]))
    tf.global_variables_initializer()
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(scale.assign(factor))
        saver.save(sess, prefix)
    tf.reset_default_graph()


@apply_model.wrong_attempt(says="The model's input is a placeholder")
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


@apply_model.wrong_attempt(says="The collection is empty")
def looks_before_importing(prefix, x):
    model_input = tf.get_collection("inputs")[0]
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(tf.get_collection("outputs")[0], feed_dict={model_input: x})


@apply_model.wrong_attempt(says="returns a list. Take its one element")
def feeds_the_list(prefix, x):
    saver = tf.train.import_meta_graph(prefix + ".meta")
    with tf.Session() as sess:
        saver.restore(sess, prefix)
        return sess.run(tf.get_collection("outputs")[0], feed_dict={tf.get_collection("inputs"): x})


@apply_model.wrong_attempt(says="The variable is at its start")
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
