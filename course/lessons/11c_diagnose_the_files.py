"""Exercises of lesson 11c: a path that is no prefix, a damaged checkpoint, a graph that cannot be imported."""

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
        "Each of the six answers is decided by names of files. Which names stand beside the last part of the path?",
        "`Path(path).parent` is the folder, if `is_dir()`, and `iterdir()` lists it; `Path(path).name` is the last "
        "part. Ask for the `.index` first: a prefix may be a folder's name as well.",
        'In this order: `name + ".index"` in the list, with or without a name that begins with `name + ".data-"`; '
        'then `is_file()`; then a name like `name-12.index`, with `re.fullmatch(re.escape(name) + r"-\\d+\\.index", '
        "other)`; then `is_dir()`.",
    ],
    raised={
        "No such file or directory": "The folder that the path leads to need not exist. Ask `is_dir()` first.",
        "cannot find the path": "The folder that the path leads to need not exist. Ask `is_dir()` first.",
    },
)
def what_is_at(path):
    """Return what somebody passed for a prefix: the first of these that holds.

    "prefix": right, an .index of this name is there, and a .data-… with it;
    "no data": the .index is there, and no .data-…;
    "file": a file, such as one of a checkpoint;
    "no step": there is no such prefix, but one with a step after it, such as path-100;
    "folder": a folder;
    "nothing": none of these.
    """
    import re
    from pathlib import Path

    folder, name = Path(path).parent, Path(path).name
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    if name + ".index" in names:  # before folders: a prefix may be the name of a folder as well
        return "prefix" if any(each.startswith(name + ".data-") for each in names) else "no data"
    if Path(path).is_file():
        return "file"
    if any(re.fullmatch(re.escape(name) + r"-\d+\.index", each) for each in names):
        return "no step"
    return "folder" if Path(path).is_dir() else "nothing"


@what_is_at.examiner
def _(attempt):
    for prefix in ("run/words-9", "run/words-10", "run/best", "run/lost"):
        save_values(prefix)
    Path("run/lost.data-00000-of-00001").unlink()
    Path("run/best").mkdir()
    there = ", ".join(sorted(path.name for path in Path("run").iterdir()))
    for path, wanted in (
        ("run/words-9", "prefix"),
        ("run/words-9.index", "file"),
        ("run/words-10.data-00000-of-00001", "file"),
        ("run/words", "no step"),
        ("run", "folder"),
        ("run/word", "nothing"),
        ("run/words-1", "nothing"),
        ("run/lost", "no data"),
        ("run/best", "prefix"),
        ("rum/words", "nothing"),
    ):
        answer = attempt(path)
        if answer != wanted:
            raise NotYet(
                seen=f"For `{path}` the function returned `{answer!r}`.",
                expected=f'`"{wanted}"`. In `run` there are: {there}.',
                because=why_not_at(path, wanted),
            )
    return "The names in the folder told it all. No file was opened."


def why_not_at(path, wanted):
    if path == "run/best":
        return "`run/best` is a prefix and a folder. `restore` takes it for the prefix, so ask for its `.index` first."
    if wanted == "prefix":
        return "A prefix is no file, so `exists()` does not find it. Its `.index` is one."
    if wanted == "no data":
        return "The `.index` is half of it: without a `.data-…` there are no values."
    if path in ("run/word", "run/words-1"):
        return "Other names begin like this one. A step is a hyphen and digits, up to `.index`."
    return "Compare the path with each of the six descriptions."


@what_is_at.wrong_attempt(says="`run/best` is a prefix and a folder")
def asks_for_folders_first(path):
    import re
    from pathlib import Path

    folder, name = Path(path).parent, Path(path).name
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    if Path(path).is_dir():
        return "folder"
    if name + ".index" in names:
        return "prefix" if any(each.startswith(name + ".data-") for each in names) else "no data"
    if Path(path).is_file():
        return "file"
    return "no step" if any(re.fullmatch(re.escape(name) + r"-\d+\.index", each) for each in names) else "nothing"


@what_is_at.wrong_attempt(says="A prefix is no file")
def asks_whether_it_exists(path):
    from pathlib import Path

    if not Path(path).exists():
        return "nothing"
    return "folder" if Path(path).is_dir() else "file"


@what_is_at.wrong_attempt(says="is half of it")
def trusts_the_index(path):
    import re
    from pathlib import Path

    folder, name = Path(path).parent, Path(path).name
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    if name + ".index" in names:
        return "prefix"
    if Path(path).exists():
        return "folder" if Path(path).is_dir() else "file"
    return "no step" if any(re.fullmatch(re.escape(name) + r"-\d+\.index", each) for each in names) else "nothing"


@what_is_at.wrong_attempt(says="Other names begin like this one")
def takes_whatever_begins_so(path):
    from pathlib import Path

    folder, name = Path(path).parent, Path(path).name
    names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    if name + ".index" in names:
        return "prefix" if any(each.startswith(name + ".data-") for each in names) else "no data"
    if Path(path).exists():
        return "folder" if Path(path).is_dir() else "file"
    return "no step" if any(each.startswith(name) for each in names) else "nothing"


@what_is_at.wrong_attempt(says="The folder that the path leads to need not exist")
def lists_the_folder_at_once(path):
    import re
    from pathlib import Path

    name = Path(path).name
    names = [each.name for each in Path(path).parent.iterdir()]
    if name + ".index" in names:
        return "prefix" if any(each.startswith(name + ".data-") for each in names) else "no data"
    if Path(path).exists():
        return "folder" if Path(path).is_dir() else "file"
    return "no step" if any(re.fullmatch(re.escape(name) + r"-\d+\.index", each) for each in names) else "nothing"


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
