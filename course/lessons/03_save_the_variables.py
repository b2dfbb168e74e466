"""Exercises of lesson 03: two variables saved, and the bytes of their values read back without TensorFlow."""

from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise


@exercise(
    hints=[
        "Five things have to happen, in this order: variables, Saver, session, initializer, save. Which one is "
        "missing, or too early?",
        "The Saver is made after both variables. `saver.save` needs an open session with values in it, and returns the "
        "prefix.",
        'The last line, inside the `with` block, is `return saver.save(sess, f"{folder}/weights")`. Before it: '
        "`sess.run(...)` with the initializer.",
    ],
    raised={
        "uninitialized value": "A Saver writes the values that the session holds, and this session holds none: run the "
        "initializer in it first.",
        "No variables to save": "The Saver was made before the variables. It looks at the graph once, when it is made.",
        "Attempted to use a closed Session": "The session was closed when its `with` block ended. `saver.save` belongs "
        "inside.",
        "doesn't exist, can't save": "The prefix leads to a folder that is not there. It has to begin with `folder`, "
        "which is.",
    },
)
def save_weights(folder):
    """Save two variables in folder, prefix "weights". Return what saver.save returns.

    The variables: "layer/kernel" of shape [2, 2] and "layer/bias" of shape [2].
    Every element is 0.5. folder is a text: the path of a folder that exists.
    """
    tf.get_variable("layer/kernel", initializer=tf.constant(0.5, shape=[2, 2]))
    tf.get_variable("layer/bias", initializer=tf.constant(0.5, shape=[2]))
    # After the variables: a Saver looks at the graph once, when it is made.
    saver = tf.train.Saver()
    with tf.Session() as sess:
        # A Saver writes what the session holds, so the session has to hold something.
        sess.run(tf.global_variables_initializer())
        # Not a file name: several files will begin like this.
        return saver.save(sess, f"{folder}/weights")


@save_weights.examiner
def _(attempt):
    folder = Path("run")
    folder.mkdir()
    answer = attempt(folder.as_posix())
    prefix = f"{folder.as_posix()}/weights"
    names = sorted(path.name for path in folder.iterdir())
    if not names:
        raise NotYet(
            seen="The folder is empty after the call"
            + (", and the function returned `None`." if answer is None else "."),
            expected="A checkpoint in the folder.",
            because="Making a Saver saves nothing. `saver.save(sess, prefix)` does, and it takes the folder from the "
            "prefix.",
        )
    if ".index" in names:
        raise NotYet(
            seen=f"The files are called {', '.join(f'`{name}`' for name in names)}.",
            expected="Files that begin with `weights`.",
            because="A prefix that ends in `/` has an empty last part, so the files have no name of their own and are "
            "hidden on Linux and macOS. The prefix goes on after the folder: `folder + '/weights'`.",
        )
    if "weights.index" not in names:
        raise NotYet(
            seen=f"The files are called {', '.join(f'`{name}`' for name in names)}.",
            expected="Files that begin with `weights.`",
            because="The last part of the prefix becomes the beginning of each file's name, as it is: no ending, no "
            "step, no other word.",
        )
    reader = tf.train.NewCheckpointReader(prefix)
    saved = {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}
    expected = {"layer/kernel": np.full((2, 2), 0.5, np.float32), "layer/bias": np.full(2, 0.5, np.float32)}
    if set(saved) < set(expected):
        raise NotYet(
            seen=f"The checkpoint has only {', '.join(f'`{name}`' for name in sorted(saved))}.",
            expected="Two variables: `layer/kernel` and `layer/bias`.",
            because="A Saver made between two variables knows only the first, and says nothing. Make it after the last "
            "variable.",
        )
    if set(saved) != set(expected):
        raise NotYet(
            seen=f"The checkpoint has {', '.join(f'`{name}`' for name in sorted(saved))}.",
            expected="Two variables: `layer/kernel` and `layer/bias`.",
            because="The names in a checkpoint are the TensorFlow names, with their scopes: the first argument of "
            "`tf.get_variable`.",
        )
    for name, array in expected.items():
        if saved[name].shape != array.shape or not np.array_equal(saved[name], array):
            raise NotYet(
                seen=f"`{name}` was saved with the shape `{list(saved[name].shape)}` and the values "
                f"`{saved[name].tolist()}`.",
                expected=f"Shape `{list(array.shape)}`, values `{array.tolist()}`.",
                because="The initializers decide: `tf.constant(0.5, shape=[2, 2])` and `tf.constant(0.5, shape=[2])`.",
            )
    if answer != prefix:
        raise NotYet(
            seen=f"The checkpoint is right. The function returned `{answer!r}`.",
            expected=f"`{prefix!r}`: what `saver.save` returns.",
            because="`saver.save` returns the prefix, which is what `restore` will want. A single file's name will not "
            "do, and neither will `None`.",
        )
    return (
        "Variables, Saver, session, initializer, save: in this order. The prefix that came back is all that a restore "
        "needs to know."
    )


@save_weights.wrong_attempt(says="this session holds none")
def does_not_initialize(folder):
    tf.get_variable("layer/kernel", initializer=tf.constant(0.5, shape=[2, 2]))
    tf.get_variable("layer/bias", initializer=tf.constant(0.5, shape=[2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        return saver.save(sess, f"{folder}/weights")


@save_weights.wrong_attempt(says="The Saver was made before the variables")
def makes_the_saver_first(folder):
    saver = tf.train.Saver()
    tf.get_variable("layer/kernel", initializer=tf.constant(0.5, shape=[2, 2]))
    tf.get_variable("layer/bias", initializer=tf.constant(0.5, shape=[2]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return saver.save(sess, f"{folder}/weights")


@save_weights.wrong_attempt(says="knows only the first, and says nothing")
def makes_the_saver_in_between(folder):
    tf.get_variable("layer/kernel", initializer=tf.constant(0.5, shape=[2, 2]))
    saver = tf.train.Saver()
    tf.get_variable("layer/bias", initializer=tf.constant(0.5, shape=[2]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return saver.save(sess, f"{folder}/weights")


@save_weights.wrong_attempt(says="`saver.save` belongs inside")
def saves_after_closing(folder):
    tf.get_variable("layer/kernel", initializer=tf.constant(0.5, shape=[2, 2]))
    tf.get_variable("layer/bias", initializer=tf.constant(0.5, shape=[2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
    return saver.save(sess, f"{folder}/weights")


@save_weights.wrong_attempt(says="A prefix that ends in `/`")
def passes_the_folder(folder):
    tf.get_variable("layer/kernel", initializer=tf.constant(0.5, shape=[2, 2]))
    tf.get_variable("layer/bias", initializer=tf.constant(0.5, shape=[2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return saver.save(sess, f"{folder}/")


@save_weights.wrong_attempt(says="The names in a checkpoint are the TensorFlow names")
def leaves_the_names_to_tensorflow(folder):
    kernel = tf.Variable(tf.constant(0.5, shape=[2, 2]))
    bias = tf.Variable(tf.constant(0.5, shape=[2]))
    saver = tf.train.Saver([kernel, bias])
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return saver.save(sess, f"{folder}/weights")


@save_weights.wrong_attempt(says="A single file's name will not do")
def returns_a_file(folder):
    tf.get_variable("layer/kernel", initializer=tf.constant(0.5, shape=[2, 2]))
    tf.get_variable("layer/bias", initializer=tf.constant(0.5, shape=[2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        saver.save(sess, f"{folder}/weights")
    return f"{folder}/weights.data-00000-of-00001"


@save_weights.wrong_attempt(says="Making a Saver saves nothing")
def forgets_to_save(folder):
    tf.get_variable("layer/kernel", initializer=tf.constant(0.5, shape=[2, 2]))
    tf.get_variable("layer/bias", initializer=tf.constant(0.5, shape=[2]))
    tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())


@exercise(
    hints=[
        "Which of the files has the values, and how many bytes does one `float32` take?",
        'The file is the prefix with `".data-00000-of-00001"` behind it. `np.fromfile` reads a file as numbers, '
        "of the `dtype` that you name.",
        'The line is `return np.fromfile(prefix + ".data-00000-of-00001", dtype=...)`. In place of the dots stands '
        "NumPy's name for a 32-bit float.",
    ],
    raised={
        "No such file or directory": "The prefix is not a file. The values are in the file whose name goes on with "
        "`.data-00000-of-00001`.",
        "is not defined": "`np` is NumPy: `import numpy as np`, in the function or in a cell above.",
    },
)
def read_floats(prefix):
    """Return all values of a checkpoint as one array of float32, without TensorFlow.

    prefix is a text: the checkpoint's prefix. It is in one part, and its variables are
    all float32.
    """
    # The file has no header: it begins with the first value. Names and shapes are in the .index file.
    # The dtype has to be said, because bytes do not tell what they mean; NumPy would take them for float64.
    return np.fromfile(prefix + ".data-00000-of-00001", dtype=np.float32)


@read_floats.examiner
def _(attempt):
    for values in ([0.5, 1.5, 2.5, 3.5], [7.25, 0.125]):
        prefix = f"checkpoint_of_{len(values)}"
        tf.reset_default_graph()
        tf.get_variable("v", initializer=tf.constant(values, tf.float32))
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            tf.train.Saver().save(sess, prefix)
        # The answer may not come from TensorFlow: the attempt sees a graph without variables.
        tf.reset_default_graph()
        judge_floats(attempt(prefix), values)
    return "The file holds the values end to end and nothing else, so four bytes at a time are a `float32` each."


def judge_floats(answer, values):
    expected = f"`{np.array(values, np.float32)!r}`"
    if not isinstance(answer, np.ndarray):
        raise NotYet(
            seen=f"The function returned an object of type `{type(answer).__name__}`.",
            expected=expected,
            because="Bytes or a text are not yet numbers. `np.fromfile` reads a file as an array, and `np.frombuffer` "
            "takes bytes.",
        )
    size = 4 * len(values)
    if answer.dtype == np.float64:
        raise NotYet(
            seen=f"An array of {answer.size} numbers of 8 bytes (`float64`).",
            expected=expected,
            because="Without `dtype=`, NumPy takes eight bytes for one number. A `float32` has four.",
        )
    if answer.dtype != np.float32:
        raise NotYet(
            seen=f"An array of `{answer.dtype}`: `{answer}`.",
            expected=expected,
            because="The bytes are right, and read as another kind of number. The same four bytes mean one thing as an "
            "integer and another as a float.",
        )
    if answer.nbytes != size:
        raise NotYet(
            seen=f"An array of {answer.nbytes} bytes.",
            expected=f"{expected}, which is {size} bytes.",
            because="Another file was read, or only a part. The values are in the file that ends in "
            "`.data-00000-of-00001`.",
        )
    if answer.tolist() != values:
        raise NotYet(
            seen=f"`{answer!r}`",
            expected=expected,
            because="The numbers were converted after reading, or read in another order. Read them as `float32` from "
            "the start.",
        )


@read_floats.wrong_attempt(says="Without `dtype=`, NumPy takes eight bytes")
def forgets_the_dtype(prefix):
    return np.fromfile(prefix + ".data-00000-of-00001")


@read_floats.wrong_attempt(says="read as another kind of number")
def takes_the_dtype_of_the_lesson(prefix):
    return np.fromfile(prefix + ".data-00000-of-00001", dtype=np.int32)


@read_floats.wrong_attempt(says="Another file was read")
def reads_the_index(prefix):
    size = Path(prefix + ".index").stat().st_size // 4
    return np.fromfile(prefix + ".index", dtype=np.float32, count=size)


@read_floats.wrong_attempt(says="The prefix is not a file")
def passes_the_prefix(prefix):
    return np.fromfile(prefix, dtype=np.float32)


@read_floats.wrong_attempt(says="Bytes or a text are not yet numbers")
def returns_bytes(prefix):
    return Path(prefix + ".data-00000-of-00001").read_bytes()


@read_floats.wrong_attempt(says="converted after reading")
def converts_integers(prefix):
    return np.fromfile(prefix + ".data-00000-of-00001", dtype=np.int32).astype(np.float32)
