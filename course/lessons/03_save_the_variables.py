"""Exercises of lesson 03: two variables saved, and the bytes of their values read back without TensorFlow."""

import array
import os
import shutil
import struct
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, watch

FILES = Path(__file__).with_name("files")


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
        "No variables to save": "The Saver was made when the graph had no variables yet, or nothing makes one: "
        "`tf.constant` does not. A Saver looks at the graph once, when it is made.",
        # Before the next one, which is a part of it.
        "Expected binary or unicode string, got <tensorflow": "The session comes first and the prefix second: "
        "`saver.save(sess, prefix)`. The prefix is a string.",
        "Expected binary or unicode string": "`saver.save` wants a string: `str(path)` or `path.as_posix()`.",
        "Attempted to use a closed Session": "The session was closed: its `with` block had ended, or `sess.close()` "
        "was called. `saver.save` belongs inside the block, or before that call.",
        "'NoneType' object has no attribute 'run'": "There is no session where one is needed. A `tf.train.Checkpoint`, "
        "which Part 4 is about, looks for a default one; a `tf.train.Saver` takes it as an argument.",
        "doesn't exist, can't save": "Either the prefix leads to a folder that is not there (it has to begin with "
        "`folder`, which is), or the prefix has no folder and the session no values: this message hides that.",
    },
)
def save_weights(folder):
    """Save two variables in folder, prefix "weights". Return what saver.save returns.

    The variables: "layer/kernel" of shape [2, 2] and "layer/bias" of shape [2].
    Every element is 0.5. folder is a string: the path of a folder that exists. It may
    have other files in it.
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


# A folder beside this process and one far away, with what real folders have in their names: dots, digits, a space.
FOLDERS = ("run", Path("runs.v2", "2026-11-26 second").as_posix())


@save_weights.examiner
def _(attempt):
    for folder in (FOLDERS[0], Path(FOLDERS[1]).absolute().as_posix()):
        tf.reset_default_graph()
        Path(folder).mkdir(parents=True)
        Path(folder, "notes.txt").write_text("of somebody else")
        here = Path.cwd()
        with watch() as seen:
            answer = attempt(folder)
        os.chdir(here)
        check_notes(Path(folder, "notes.txt"))
        check_files(answer, folder, seen.saves)
        check_values(Path(folder, "weights"))
        check_prefix(answer, Path(folder, "weights"))
    return (
        "The folder has a checkpoint of the two variables, and the prefix that came back is all that a restore needs "
        "to know about the files."
    )


def check_notes(path):
    if not path.exists() or path.read_text() != "of somebody else":
        raise NotYet(
            seen=f"A file that was in the folder, `{path.name}`, is gone or has something else in it.",
            expected="The folder's other files stay as they are.",
            because="The folder was emptied, or a file in it was overwritten. It exists: there is nothing to prepare.",
        )


def check_files(answer, folder, saves):
    names = sorted({path.name for path in Path(folder).iterdir()} - {"notes.txt", "checkpoint"})
    quoted = ", ".join(f"`{name}`" for name in names)
    if "weights.index" in names:
        return
    if not names and saves:
        raise NotYet(
            seen=f"Called with the folder `{folder}`, the function saved with the prefix `{saves[-1]}`.",
            expected="Files that begin with `weights.`, in the folder.",
            because="The prefix has to lead into the folder: the folder, then `/`, then `weights`. Without the `/`, "
            "the folder's name becomes a part of the files' names; without the folder, they go to the current one.",
        )
    if not names:
        raise NotYet(
            seen="The call saved nothing" + (", and the function returned `None`." if answer is None else "."),
            expected="A checkpoint in the folder.",
            because="Making a Saver saves nothing. `saver.save(sess, prefix)` does, and it takes the folder from the "
            "prefix.",
        )
    if not saves:
        raise NotYet(
            seen=f"The folder now has {quoted}. No Saver was asked to save.",
            expected="A checkpoint in the folder.",
            because="These files are not a Saver's. `tf.train.Saver().save(sess, prefix)` writes a checkpoint.",
        )
    if ".index" in names:
        raise NotYet(
            seen=f"The folder now has {quoted}.",
            expected="Files that begin with `weights.`",
            because="A prefix that ends in `/` has an empty last part, so the files' names begin with their dots (such "
            "files are hidden on Linux and macOS). The prefix goes on after the folder: `folder + '/weights'`.",
        )
    if Path(folder, "weights").is_dir():
        raise NotYet(
            seen="The folder now has another folder in it, `weights`.",
            expected="Files that begin with `weights.`, in the folder itself.",
            because="What stands before the last `/` of a prefix is a folder. `weights` is the last part: the "
            "beginning of the files' names.",
        )
    raise NotYet(
        seen=f"The folder now has {quoted}.",
        expected="Files that begin with `weights.`",
        because="The last part of the prefix becomes the beginning of each file's name, as it is: no ending, no step, "
        "no other word. Capital letters count.",
    )


def check_values(prefix):
    reader = tf.train.load_checkpoint(prefix.as_posix())
    saved = {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}
    expected = {"layer/kernel": [[0.5, 0.5], [0.5, 0.5]], "layer/bias": [0.5, 0.5]}
    seen = f"The checkpoint has {', '.join(f'`{name}`' for name in sorted(saved))}."
    two = "Two variables: `layer/kernel` and `layer/bias`."
    if set(saved) < set(expected):
        raise NotYet(
            seen=seen,
            expected=two,
            because="A Saver covers the variables that exist when it is made, or those that it was given in a list. It "
            "leaves the others out without a warning. Make it after the last variable.",
        )
    if set(saved) > set(expected):
        raise NotYet(
            seen=seen,
            expected=f"{two} No others.",
            because="The graph has more variables than the two, and a Saver made without arguments takes them all.",
        )
    if set(saved) != set(expected):
        raise NotYet(
            seen=seen,
            expected=two,
            because="The names in a checkpoint are the TensorFlow names, with their scopes: the first argument of "
            "`tf.get_variable`.",
        )
    for name, values in expected.items():
        if saved[name].tolist() != values:
            shape = list(np.shape(values))
            raise NotYet(
                seen=f"`{name}` was saved with the shape `{list(saved[name].shape)}` and the values "
                f"`{saved[name].tolist()}`.",
                expected=f"Shape `{shape}`, values `{values}`.",
                because="The session's values are saved, and they come from the initializers: `tf.constant(0.5, "
                "shape=[2, 2])` and `tf.constant(0.5, shape=[2])`.",
            )


def check_prefix(answer, prefix):
    if not isinstance(answer, str) or Path(answer).absolute() != prefix.absolute():
        raise NotYet(
            seen=f"The checkpoint is right. The function returned `{answer!r}`.",
            expected=f"`{prefix.as_posix()!r}`, the prefix, as a string: what `saver.save` returns.",
            because="The prefix is what `restore` will want. The name of a single file or of the folder will not do, "
            "and neither will `None`.",
        )


@save_weights.wrong_attempt(says="this session holds none")
def does_not_initialize(folder):
    tf.get_variable("layer/kernel", initializer=tf.constant(0.5, shape=[2, 2]))
    tf.get_variable("layer/bias", initializer=tf.constant(0.5, shape=[2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        return saver.save(sess, f"{folder}/weights")


@save_weights.wrong_attempt(says="The Saver was made when the graph had no variables")
def makes_the_saver_first(folder):
    saver = tf.train.Saver()
    tf.get_variable("layer/kernel", initializer=tf.constant(0.5, shape=[2, 2]))
    tf.get_variable("layer/bias", initializer=tf.constant(0.5, shape=[2]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return saver.save(sess, f"{folder}/weights")


@save_weights.wrong_attempt(says="leaves the others out without a warning")
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


@save_weights.wrong_attempt(says="The name of a single file or of the folder")
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


@save_weights.wrong_attempt(says="Without the `/`, the folder's name becomes a part")
def forgets_the_slash(folder):
    tf.get_variable("layer/kernel", initializer=tf.constant(0.5, shape=[2, 2]))
    tf.get_variable("layer/bias", initializer=tf.constant(0.5, shape=[2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return saver.save(sess, folder + "weights")


@save_weights.wrong_attempt(says="as it is: no ending, no step")
def adds_the_step(folder):
    tf.get_variable("layer/kernel", initializer=tf.constant(0.5, shape=[2, 2]))
    tf.get_variable("layer/bias", initializer=tf.constant(0.5, shape=[2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return saver.save(sess, f"{folder}/weights", global_step=1)


@save_weights.wrong_attempt(says="The graph has more variables than the two")
def keeps_a_step_too(folder):
    tf.get_variable("layer/kernel", initializer=tf.constant(0.5, shape=[2, 2]))
    tf.get_variable("layer/bias", initializer=tf.constant(0.5, shape=[2]))
    tf.train.get_or_create_global_step()
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return saver.save(sess, f"{folder}/weights")


@save_weights.wrong_attempt(says="they come from the initializers")
def trusts_the_default_initializer(folder):
    tf.get_variable("layer/kernel", [2, 2])
    tf.get_variable("layer/bias", initializer=tf.constant(0.5, shape=[2]))
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return saver.save(sess, f"{folder}/weights")


@save_weights.wrong_attempt(says="The folder was emptied")
def empties_the_folder_first(folder):
    shutil.rmtree(folder)
    Path(folder).mkdir()
    tf.get_variable("layer/kernel", initializer=tf.constant(0.5, shape=[2, 2]))
    tf.get_variable("layer/bias", initializer=tf.constant(0.5, shape=[2]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return tf.train.Saver().save(sess, f"{folder}/weights")


@save_weights.wrong_attempt(says="`weights` is the last part")
def makes_a_folder_of_the_prefix(folder):
    Path(folder, "weights").mkdir()
    tf.get_variable("layer/kernel", initializer=tf.constant(0.5, shape=[2, 2]))
    tf.get_variable("layer/bias", initializer=tf.constant(0.5, shape=[2]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return tf.train.Saver().save(sess, f"{folder}/weights/")


@save_weights.wrong_attempt(says="The session comes first and the prefix second")
def passes_them_the_wrong_way_round(folder):
    tf.get_variable("layer/kernel", initializer=tf.constant(0.5, shape=[2, 2]))
    tf.get_variable("layer/bias", initializer=tf.constant(0.5, shape=[2]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return tf.train.Saver().save(f"{folder}/weights", sess)


@save_weights.wrong_attempt(says="`str(path)` or `path.as_posix()`")
def passes_a_path(folder):
    tf.get_variable("layer/kernel", initializer=tf.constant(0.5, shape=[2, 2]))
    tf.get_variable("layer/bias", initializer=tf.constant(0.5, shape=[2]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return tf.train.Saver().save(sess, Path(folder, "weights"))


@save_weights.wrong_attempt(says="These files are not a Saver's")
def saves_arrays(folder):
    np.savez(f"{folder}/weights", kernel=np.full((2, 2), 0.5), bias=np.full(2, 0.5))
    return f"{folder}/weights"


@save_weights.wrong_attempt(says="looks for a default one")
def takes_the_way_of_tensorflow_2(folder):
    kernel = tf.Variable([[0.5, 0.5], [0.5, 0.5]], use_resource=True)
    bias = tf.Variable([0.5, 0.5], use_resource=True)
    return tf.train.Checkpoint(kernel=kernel, bias=bias).save(f"{folder}/weights")


@save_weights.right_attempt
def joins_absolute_paths(folder):
    with tf.Graph().as_default(), tf.variable_scope("layer"):
        kernel = tf.get_variable("kernel", [2, 2], initializer=tf.constant_initializer(0.5))
        bias = tf.Variable([0.5, 0.5], trainable=False, name="bias")
        saver = tf.train.Saver([bias, kernel], sharded=True)
        with tf.Session() as sess:
            sess.run(tf.variables_initializer([kernel, bias]))
            return saver.save(sess, os.path.join(os.path.abspath(folder), "weights"))


@save_weights.right_attempt
def saves_without_a_graph_and_a_list(folder):
    kernel = tf.get_variable("layer/kernel", [2, 2], initializer=tf.zeros_initializer())
    bias = tf.get_variable("layer/bias", [2], initializer=tf.zeros_initializer(), use_resource=True)
    saver = tf.train.Saver({"layer/kernel": kernel, "layer/bias": bias})
    sess = tf.Session()
    sess.run(tf.global_variables_initializer())
    sess.run([kernel.assign_add(tf.fill([2, 2], 0.5)), bias.assign([0.5, 0.5])])
    prefix = saver.save(sess, str(Path(folder) / "weights"), write_meta_graph=False, write_state=False)
    sess.close()
    return prefix


@save_weights.right_attempt
def writes_two_slashes(folder):
    tf.get_variable("layer/kernel", initializer=tf.constant(0.5, shape=[2, 2]))
    tf.get_variable("layer/bias", initializer=tf.constant(0.5, shape=[2]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return tf.train.Saver().save(sess, folder + "//weights")


@exercise(
    hints=[
        "Which of the files has the values, and how many bytes does one `float32` take?",
        'The name of the file is the prefix, then `".data-00000-of-00001"`. `np.fromfile` reads a file as numbers, '
        "of the `dtype` that you name.",
        'The line is `return np.fromfile(prefix + ".data-00000-of-00001", dtype=...)`. Instead of the dots, write '
        "NumPy's name for a 32-bit float.",
    ],
    raised={
        "No such file or directory": "The prefix is not a file. The values are in the file whose name goes on with "
        "`.data-00000-of-00001`.",
        "name 'np' is not defined": "`np` is NumPy: `import numpy as np`, in the function or in a cell above.",
        "a bytes-like object is required": "`np.frombuffer` takes bytes, and this is a name. `np.fromfile` takes the "
        "name of a file.",
        "codec can't decode": "The file holds bytes, not text: no text reader can make sense of it.",
        "allow_pickle": "`np.load` reads files in NumPy's format, which begin with a header. This file has none: it "
        "begins with the first number.",
        "could not convert string": "The file holds bytes, not text: no text reader can make sense of it.",
    },
)
def read_floats(prefix):
    """Return all values of a checkpoint as one row of float32, without TensorFlow.

    prefix is a string: the checkpoint's prefix. There is one data file, and all variables
    are float32.
    """
    # The file has no header: it begins with the first value. Names and shapes are in the .index file.
    # The dtype has to be given, because bytes do not say what they mean; NumPy would take them for float64.
    return np.fromfile(prefix + ".data-00000-of-00001", dtype=np.float32)


@read_floats.examiner
def _(attempt):
    save_floats("pair", {"v": [0.5, 1.5, 2.5, 3.5]})
    Path("model.ckpt-100.data-00000-of-00001").write_bytes(bytes(8))  # beside it, and of another checkpoint
    far = Path("runs.v2", "model.ckpt-10").absolute().as_posix()
    Path(far).parent.mkdir()
    for other in ("0", "-1"):  # the names begin alike, and one is sorted before, one after
        Path(f"{far}{other}.data-00000-of-00001").write_bytes(bytes(8))
    save_floats(far, {"z/bias": [7.25], "kernel": [[-0.125, 3e38], [1e-38, 0.0]], "b": 2.0})
    shutil.copytree(FILES / "tf-1.15.5" / "logits", "old")
    for prefix in ("pair", far, "old/model"):
        reader = tf.train.load_checkpoint(prefix)
        names = sorted(reader.get_variable_to_shape_map())
        expected = np.concatenate([reader.get_tensor(name).ravel() for name in names])
        tf.reset_default_graph()
        with watch() as seen:
            answer = attempt(prefix)
        judge_floats(answer, expected, seen)
        if uses_tensorflow(attempt):
            raise NotYet(
                seen="The numbers are right, but the function uses TensorFlow.",
                expected="The function runs where there is no TensorFlow, too.",
                because="`tf.io.gfile` and other helpers come with it. Python's `open` and NumPy read files as well.",
            )
    return (
        "A data file of numbers holds them end to end and nothing else, so four bytes at a time are a `float32` each. "
        "One of the three files was written by TensorFlow 1.15.5."
    )


def uses_tensorflow(attempt):
    modules = {module.partition(".")[0] for module, _ in attempt.job.modules.values()}
    return "tensorflow" in modules or "import tensorflow" in attempt.source


def save_floats(prefix, values):
    """Saves variables of these values, ``{name: value}``, as float32. The single letters are not trainable."""
    tf.reset_default_graph()
    for name, value in values.items():
        tf.get_variable(name, initializer=tf.constant(value, tf.float32), trainable=len(name) > 1)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, prefix if "/" in prefix else f"./{prefix}")


def judge_floats(answer, values, seen):
    expected = f"`{values!r}`"
    if not isinstance(answer, np.ndarray):
        raise NotYet(
            seen=f"The function returned an object of type `{type(answer).__name__}`.",
            expected=expected,
            because=why_no_array(answer),
        )
    if answer.dtype == np.float64:
        raise NotYet(
            seen=f"An array of {answer.size} numbers of 8 bytes (`float64`).",
            expected=expected,
            because="Without `dtype=`, NumPy takes eight bytes for one number. A `float32` has four."
            if answer.size != values.size
            else "The count is right, so the numbers were converted after reading: `float32` is asked for.",
        )
    if answer.dtype != np.float32:
        raise NotYet(
            seen=f"An array of `{answer.dtype}`: `{answer}`.",
            expected=expected,
            because="The same bytes mean different numbers in each `dtype`, so it has to be the one that was saved.",
        )
    if answer.nbytes != values.nbytes:
        raise NotYet(
            seen=f"An array of {answer.nbytes} bytes.",
            expected=f"{expected}, which is {values.nbytes} bytes.",
            because="Another file was read, or only a part, or the numbers were written out. The values are in the "
            "file whose name is the prefix, then `.data-00000-of-00001`."
            if answer.size != values.size // 2
            else "Half as many numbers as there are, so perhaps eight bytes were taken for one. The `dtype` is for the "
            "reading: `astype` after it comes too late.",
        )
    if not np.array_equal(answer.ravel(), values):
        raise NotYet(
            seen=f"`{answer!r}`",
            expected=expected,
            because="The numbers are not the ones in the file, or are in a different order. Perhaps they were "
            "converted or sorted after reading, or another file of the same size was read.",
        )
    if answer.shape != values.shape:
        raise NotYet(
            seen=f"An array of the shape `{list(answer.shape)}`.",
            expected=f"{expected}, of the shape `{list(values.shape)}`.",
            because="The numbers are right. One row of them is asked for.",
        )
    if seen.reads or seen.runs:
        raise NotYet(
            seen="The numbers are right, and TensorFlow read them: "
            + ("a checkpoint reader was opened." if seen.reads else "a session was run."),
            expected="The function reads the data file by itself.",
            because="The point is to read the file where there is no TensorFlow: `np.fromfile` needs only its name and "
            "the `dtype`.",
        )


def why_no_array(answer):
    if answer is None:
        return "The array was made but not handed back: `return` it."
    if isinstance(answer, list | tuple):
        return "These are Python's own numbers. `np.array(..., dtype=np.float32)` makes an array of them."
    if isinstance(answer, bytes | bytearray | str):
        return "Bytes or text are not yet numbers. `np.fromfile` reads a file as an array, `np.frombuffer` takes bytes."
    return "An array is asked for: one row with all the numbers of the file, as `np.fromfile` returns it."


@read_floats.wrong_attempt(says="Without `dtype=`, NumPy takes eight bytes")
def forgets_the_dtype(prefix):
    return np.fromfile(prefix + ".data-00000-of-00001")


@read_floats.wrong_attempt(says="The same bytes mean different numbers")
def takes_the_dtype_of_the_lesson(prefix):
    return np.fromfile(prefix + ".data-00000-of-00001", dtype=np.int32)


@read_floats.wrong_attempt(says="Another file was read")
def reads_the_index(prefix):
    size = Path(prefix + ".index").stat().st_size // 4
    return np.fromfile(prefix + ".index", dtype=np.float32, count=size)


@read_floats.wrong_attempt(says="The prefix is not a file")
def passes_the_prefix(prefix):
    return np.fromfile(prefix, dtype=np.float32)


@read_floats.wrong_attempt(says="Bytes or text are not yet numbers")
def returns_bytes(prefix):
    return Path(prefix + ".data-00000-of-00001").read_bytes()


@read_floats.wrong_attempt(says="converted or sorted after reading")
def converts_integers(prefix):
    return np.fromfile(prefix + ".data-00000-of-00001", dtype=np.int32).astype(np.float32)


@read_floats.wrong_attempt(says="The point is to read the file where there is no TensorFlow")
def asks_tensorflow(prefix):
    reader = tf.train.load_checkpoint(prefix)
    return np.concatenate([reader.get_tensor(name).ravel() for name in sorted(reader.get_variable_to_shape_map())])


@read_floats.wrong_attempt(says="begin with a header")
def loads_it_as_an_array_file(prefix):
    return np.load(prefix + ".data-00000-of-00001")


@read_floats.wrong_attempt(says="These are Python's own numbers")
def unpacks_a_tuple(prefix):
    data = Path(prefix + ".data-00000-of-00001").read_bytes()
    return struct.unpack(f"<{len(data) // 4}f", data)


@read_floats.wrong_attempt(says="`tf.io.gfile` and other helpers")
def opens_it_with_tensorflow(prefix):
    with tf.io.gfile.GFile(prefix + ".data-00000-of-00001", "rb") as file:
        return np.frombuffer(file.read(), np.float32)


@read_floats.wrong_attempt(says="so the numbers were converted after reading")
def converts_to_floats_of_python(prefix):
    return np.fromfile(prefix + ".data-00000-of-00001", dtype=np.float32).astype(float)


@read_floats.wrong_attempt(says="`astype` after it comes too late")
def converts_after_reading(prefix):
    return np.fromfile(prefix + ".data-00000-of-00001").astype(np.float32)


@read_floats.wrong_attempt(says="takes bytes, and this is a name")
def makes_an_array_of_the_name(prefix):
    return np.frombuffer(prefix + ".data-00000-of-00001", np.float32)


@read_floats.wrong_attempt(says="one row with all the numbers of the file")
def returns_the_file(prefix):
    return open(prefix + ".data-00000-of-00001", "rb")


@read_floats.right_attempt
def takes_the_bytes(prefix):
    with open(f"{prefix}.data-00000-of-00001", "rb") as file:
        return np.frombuffer(file.read(), "<f4")


@read_floats.right_attempt
def maps_the_file(prefix):
    return np.memmap(Path(prefix).with_name(Path(prefix).name + ".data-00000-of-00001"), np.single, "r")


@read_floats.right_attempt
def collects_numbers(prefix):
    numbers = array.array("f")
    path = f"{prefix}.data-00000-of-00001"
    with open(path, "rb") as file:
        numbers.fromfile(file, os.path.getsize(path) // numbers.itemsize)
    return np.array(numbers, dtype="float32")
