"""Exercises of lesson 11c: a moved folder, a damaged checkpoint, a graph that cannot be imported."""

import re
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise

VALUES = {"bias": np.float32([1, 2]), "embedding": np.float32([[3, 4], [5, 6]]), "scale": np.float32([7])}


def save_values(prefix):
    """Saves ``VALUES`` and leaves an empty default graph."""
    Path(prefix).parent.mkdir(exist_ok=True)
    tf.reset_default_graph()
    for name, value in VALUES.items():
        tf.get_variable(name, initializer=tf.constant(value))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, prefix, write_meta_graph=False, write_state=False)
    tf.reset_default_graph()


@exercise(
    hints=[
        "The text file `checkpoint` has the names in order. Which part of an old path is still true?",
        "`tf.train.get_checkpoint_state(folder)` reads the text; its `all_model_checkpoint_paths` are from oldest to "
        "newest. Keep the last part of each: `Path(path).name`.",
        "Go through them with `reversed(...)`: `prefix = (Path(folder) / Path(path).name).as_posix()`. Return the "
        'first one for which `Path(prefix + ".index").exists()`.',
    ],
    raised={
        "'NoneType' object has no attribute": "Without a file `checkpoint`, `get_checkpoint_state` returns `None`.",
    },
)
def newest_prefix(folder):
    """Return the prefix of the newest checkpoint that is in folder, as text, or None.

    The folder was moved: its text file "checkpoint" has the paths of the old place. Some
    of the checkpoints that it lists were not copied, and newer ones are listed later.
    """
    from pathlib import Path

    state = tf.train.get_checkpoint_state(folder)
    if state is None:  # no file "checkpoint"
        return None
    for path in reversed(state.all_model_checkpoint_paths):
        # The folder of the old place is gone. The last part of the path is true as ever.
        prefix = (Path(folder) / Path(path).name).as_posix()
        if Path(prefix + ".index").exists():
            return prefix
    return None


@newest_prefix.examiner
def _(attempt):
    Path("empty").mkdir()
    listed = ["/old-machine/run/words-8", "/old-machine/run/words-9", "/old-machine/run/words-10"]
    for folder, present, wanted in (
        ("moved", ("words-9", "words-10"), "words-10"),
        ("picked", ("words-8", "words-9", "best-99"), "words-9"),
        ("bare", (), None),
    ):
        Path(folder).mkdir()
        for name in present:
            save_values(f"{folder}/{name}")
        tf.train.update_checkpoint_state(folder, listed[-1], listed)
        judge_newest(attempt(folder), folder, wanted)
    judge_newest(attempt("empty"), "empty", None)
    return "The list's order counts, the folder's own place counts, and only what is there was returned."


def judge_newest(answer, folder, wanted):
    expected = f"{folder}/{wanted}" if wanted else None
    if answer is not None and not isinstance(answer, str):
        raise NotYet(
            seen=f"The function returned an object of type `{type(answer).__name__}`.",
            expected=f"The text `{expected}`.",
            because="A Saver takes the prefix as text. `as_posix()` makes it of a `Path`.",
        )
    if answer == expected:
        return
    said = str(answer)
    if answer is None:
        because = "`tf.train.latest_checkpoint` looks at the old place only, finds nothing there, and says `None`."
    elif said.startswith("/old-machine"):
        because = "That is the old place. Joining a folder and an absolute path gives the absolute path."
    elif re.search(r"\.(index|data|meta)", said):
        because = "That is a file. The prefix has no ending."
    elif wanted == "words-10":
        because = "In the order of the alphabet `words-9` comes after `words-10`. The file `checkpoint` has the order."
    elif "best" in said:
        because = "`best-99` is not in the list. A file may lie in the folder for other reasons."
    else:
        because = "This one is listed, but it was not copied: there is no `.index` of it here."
    raise NotYet(seen=f"For the folder `{folder}` it returned `{answer}`.", expected=f"`{expected}`", because=because)


@newest_prefix.wrong_attempt(says="looks at the old place only")
def asks_tensorflow(folder):
    return tf.train.latest_checkpoint(folder)


@newest_prefix.wrong_attempt(says="That is the old place")
def joins_the_whole_path(folder):
    from pathlib import Path

    return (Path(folder) / tf.train.get_checkpoint_state(folder).model_checkpoint_path).as_posix()


@newest_prefix.wrong_attempt(says="In the order of the alphabet")
def sorts_the_names(folder):
    from pathlib import Path

    found = sorted(path.as_posix().removesuffix(".index") for path in Path(folder).glob("*.index"))
    return found[-1] if found else None


@newest_prefix.wrong_attempt(says="it was not copied")
def trusts_the_list(folder):
    from pathlib import Path

    state = tf.train.get_checkpoint_state(folder)
    return (Path(folder) / Path(state.model_checkpoint_path).name).as_posix() if state else None


@newest_prefix.wrong_attempt(says="Without a file `checkpoint`")
def expects_a_state(folder):
    from pathlib import Path

    for path in reversed(tf.train.get_checkpoint_state(folder).all_model_checkpoint_paths):
        prefix = (Path(folder) / Path(path).name).as_posix()
        if Path(prefix + ".index").exists():
            return prefix
    return None


@exercise(
    hints=[
        "A Saver restores all or nothing. Which object reads one value at a time?",
        "`reader = tf.train.load_checkpoint(prefix)`, then `reader.get_tensor(name)` for each name. It raises "
        "`tf.errors.OpError` for a wrong checksum, and `IndexError` for a value that the file ends before.",
        "Put the `try` inside the loop over `reader.get_variable_to_shape_map()`, around the one line that reads, so "
        "that the loop goes on after an error.",
    ],
    raised={
        "Checksum does not match": "One value is damaged, and the error ended the function. The others are still "
        "there: read them one by one.",
        "Read less bytes than requested": "The data file ends too early for one value. For that the reader raises "
        "Python's `IndexError`, which is no `tf.errors.OpError`.",
    },
)
def read_what_is_whole(prefix):
    """Return {name: array} with the values of a damaged checkpoint that are still whole.

    The table in .index is good. Some values in .data are not, or the file ends before
    them. Those are left out.
    """
    reader = tf.train.load_checkpoint(prefix)
    values = {}
    for name in reader.get_variable_to_shape_map():
        try:  # for each value by itself: the checksum that fails is this value's alone
            values[name] = reader.get_tensor(name)
        except (tf.errors.OpError, IndexError):  # a wrong checksum; or the file ends before the value does
            continue
    return values


@read_what_is_whole.examiner
def _(attempt):
    offsets = {"bias": 0, "embedding": 8, "scale": 24}  # the values stand in the order of their names
    for number, (damaged, length) in enumerate(((["bias"], 28), (["embedding", "scale"], 26), ([], 28))):
        prefix = f"hurt-{number}"
        save_values(prefix)
        path = Path(prefix + ".data-00000-of-00001")
        content = bytearray(path.read_bytes()[:length])
        for name in damaged:
            content[offsets[name]] ^= 1
        path.write_bytes(content)
        whole = {name: value for name, value in VALUES.items() if name not in damaged}
        judge_whole(attempt(prefix), whole)
    return "Each value has a checksum of its own, so one that is damaged takes no other one with it."


def judge_whole(answer, whole):
    expected = f"The names {list(whole)}, with their saved values."
    if not isinstance(answer, dict):
        raise NotYet(
            seen=f"The function returned an object of type `{type(answer).__name__}`.",
            expected=expected,
            because="Collect the values in a dict and hand it back with `return`.",
        )
    more, less = sorted(answer.keys() - whole.keys()), sorted(whole.keys() - answer.keys())
    if more:
        raise NotYet(
            seen=f"The dict has {more} as well.",
            expected=expected,
            because="A damaged value is in it, as `None`. Leave its name out."
            if any(answer[name] is None for name in more)
            else "The bytes were taken as they are. `course.checkpoint.Bundle` gives them unchecked; its "
            "`verify(name)` compares the checksums.",
        )
    if less:
        raise NotYet(
            seen=f"The dict lacks {less}.",
            expected=expected,
            because="The first damaged value ended the loop. The `try` belongs inside, around a single value.",
        )
    for name, value in whole.items():
        if not np.array_equal(answer[name], value):
            raise NotYet(
                seen=f"`{name}` is `{answer[name]}`.",
                expected=f"`{value.tolist()}`",
                because="That is not what was saved under this name. Return the arrays as they were read.",
            )


@read_what_is_whole.wrong_attempt(says="and the error ended the function. The others")
def reads_all_or_nothing(prefix):
    reader = tf.train.load_checkpoint(prefix)
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


@read_what_is_whole.wrong_attempt(says="The `try` belongs inside")
def stops_at_the_first(prefix):
    reader = tf.train.load_checkpoint(prefix)
    values = {}
    try:
        for name in sorted(reader.get_variable_to_shape_map()):
            values[name] = reader.get_tensor(name)
    except tf.errors.OpError:
        pass
    return values


@read_what_is_whole.wrong_attempt(says="The bytes were taken as they are")
def does_not_check(prefix):
    from course.checkpoint import Bundle

    bundle = Bundle(prefix)
    return {name: bundle.tensor(name) for name in bundle.entries}


@read_what_is_whole.wrong_attempt(says="as `None`. Leave its name out")
def keeps_a_place_for_it(prefix):
    reader = tf.train.load_checkpoint(prefix)
    values = {}
    for name in reader.get_variable_to_shape_map():
        try:
            values[name] = reader.get_tensor(name)
        except (tf.errors.OpError, IndexError):
            values[name] = None
    return values


@read_what_is_whole.wrong_attempt(says="which is no `tf.errors.OpError`")
def expects_one_kind_of_error(prefix):
    reader = tf.train.load_checkpoint(prefix)
    values = {}
    for name in reader.get_variable_to_shape_map():
        try:
            values[name] = reader.get_tensor(name)
        except tf.errors.OpError:
            continue
    return values


@exercise(
    hints=[
        "A `.meta` that cannot be imported can still be read. What does patient 19's cell read it with?",
        "`meta = tf.MetaGraphDef.FromString(Path(path).read_bytes())`; each `node` of `meta.graph_def.node` has its "
        "type in `node.op`. This TensorFlow has a function in `tf.raw_ops` for every type that it knows.",
        "Collect `{node.op for node in nodes if not hasattr(tf.raw_ops, node.op)}`. Nodes are also in the bodies of "
        "functions: `for function in meta.graph_def.library.function`, its `function.node_def`. Return it `sorted`.",
    ],
    raised={
        "Op type not registered": "That imported the graph. Import nothing: read the bytes and look at the nodes.",
        "object has no attribute 'node'": "The nodes are in `meta.graph_def.node`; in a function's body they are "
        "called `node_def`.",
    },
)
def unknown_operations(path):
    """Return the types of the operations in a .meta that this TensorFlow lacks, sorted.

    path is the file. Each type is listed once, such as "ThreeNN". A graph has operations
    of its own, and others in the bodies of its functions (its library).
    """
    from pathlib import Path

    graph = tf.MetaGraphDef.FromString(Path(path).read_bytes()).graph_def  # reads, and builds no graph
    nodes = list(graph.node)
    for function in graph.library.function:
        nodes += function.node_def
    return sorted({node.op for node in nodes if not hasattr(tf.raw_ops, node.op)})


@unknown_operations.examiner
def _(attempt):
    save_meta("old.meta", {"first": "ThreeNN", "second": "ThreeNN", "third": "Resampler"}, {"inner": "GRUBlockCell0"})
    save_meta("new.meta", {}, {})
    for path, wanted in (("old.meta", ["GRUBlockCell0", "Resampler", "ThreeNN"]), ("new.meta", [])):
        answer = attempt(path)
        if answer == wanted:
            continue
        given = list(answer) if isinstance(answer, list | tuple | set) else []
        if sorted(set(given)) == wanted:
            because = "Each type belongs in the list once, and the list is sorted."
        elif "first" in given or "inner" in given:
            because = "`node.name` is what its author called it. The type is `node.op`."
        elif given == [name for name in wanted if name != "GRUBlockCell0"]:
            because = "One of them is in the body of a function: `meta.graph_def.library.function`."
        elif "MatMul" in given or "VariableV2" in given:
            because = "This TensorFlow has `MatMul` and `VariableV2`. A list written down by hand is never complete; "
            because += "`hasattr(tf.raw_ops, node.op)` asks TensorFlow."
        else:
            because = "Compare each node's `op` with what `tf.raw_ops` has."
        raise NotYet(seen=f"For `{path}` the function returned `{answer}`.", expected=f"`{wanted}`", because=because)
    return "You read a graph that cannot be imported, functions included. Nothing in it was run."


def save_meta(path, operations, in_a_function):
    """Writes a ``.meta`` of a small model, with operations of other types added: ``{name: type}``."""
    with tf.Graph().as_default():
        tf.matmul(tf.get_variable("kernel", initializer=tf.ones([2, 2])), tf.ones([2, 2]))
        meta = tf.train.export_meta_graph()
    for name, kind in operations.items():
        meta.graph_def.node.add(name=name, op=kind)
    function = meta.graph_def.library.function.add()
    function.signature.name = "body"
    for name, kind in in_a_function.items():
        function.node_def.add(name=name, op=kind)
    Path(path).write_bytes(meta.SerializeToString())


@unknown_operations.wrong_attempt(says="That imported the graph")
def imports_it(path):
    with tf.Graph().as_default() as graph:
        tf.train.import_meta_graph(path)
    return sorted({op.type for op in graph.get_operations() if not hasattr(tf.raw_ops, op.type)})


@unknown_operations.wrong_attempt(says="One of them is in the body of a function")
def forgets_the_functions(path):
    from pathlib import Path

    meta = tf.MetaGraphDef.FromString(Path(path).read_bytes())
    return sorted({node.op for node in meta.graph_def.node if not hasattr(tf.raw_ops, node.op)})


@unknown_operations.wrong_attempt(says="is what its author called it")
def returns_the_names(path):
    from pathlib import Path

    graph = tf.MetaGraphDef.FromString(Path(path).read_bytes()).graph_def
    nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
    return sorted(node.name for node in nodes if not hasattr(tf.raw_ops, node.op))


@unknown_operations.wrong_attempt(says="in the list once")
def lists_each_operation(path):
    from pathlib import Path

    graph = tf.MetaGraphDef.FromString(Path(path).read_bytes()).graph_def
    nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
    return [node.op for node in nodes if not hasattr(tf.raw_ops, node.op)]


@unknown_operations.wrong_attempt(says="`hasattr(tf.raw_ops, node.op)` asks TensorFlow")
def asks_for_a_function_of_its_name(path):
    from pathlib import Path

    graph = tf.MetaGraphDef.FromString(Path(path).read_bytes()).graph_def
    nodes = [*graph.node, *(node for function in graph.library.function for node in function.node_def)]
    return sorted({node.op for node in nodes if not hasattr(tf, node.op.lower())})
