"""Exercises of lesson 15: what a restore would run, values without the stranger's graph, code inside a Keras file."""

import contextlib
import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, same, watch

SURPRISE = "surprise.txt"
GENUINE = Path(__file__).parent / "files" / "tf-1.15.5" / "pair.meta"  # saved by TensorFlow 1.15.5; does no harm
UNKNOWN = "StrangersOwnOperation"  # a type of operation that no TensorFlow knows


def plain_gift(path):
    """Writes a checkpoint and a ``.meta`` whose restore writes a file as well. Returns ``{name: value}``."""
    tf.reset_default_graph()
    tf.get_variable("weights", initializer=[3.0, 4.0])
    tf.get_variable("head/bias", initializer=[0.5, 0.25, 0.125])
    text = tf.unstack(tf.constant(["Hello", "Hello from the graph."]), name="words")[1]
    tf.io.write_file(SURPRISE, text, name="tidy_up")
    return save_gift(path, tf.train.Saver(), "tidy_up")


def hidden_gift(path):
    """The same behind a loop and two harmless operations, with Savers of other names and an unknown operation."""
    tf.reset_default_graph()
    weights = tf.get_variable("weights", initializer=[[5.0, 6.0], [7.0, 0.1]])
    tf.get_variable("head/bias", initializer=[9.0])
    tf.get_variable("a/slot", initializer=[1.0, 2.0, 3.0], trainable=False)  # not in the learner's model
    tf.get_variable("step", initializer=12, trainable=False)
    tf.get_variable("tail/weights", initializer=[[8.0, 8.5], [9.0, 9.5]])
    tf.identity(weights, name="output")
    tf.train.Saver([weights])  # its operation is called save/restore_all, and nobody runs it
    rounds = tf.while_loop(lambda i: i < 3, lambda i: i + 1, [0], name="rounds")
    text = tf.unstack(tf.constant(["Hello"] * 10 + ["Hello from behind a loop."]), name="words")[10]  # words:10
    with tf.control_dependencies([rounds]):
        tf.io.write_file(SURPRISE, text, name="tidy_up")
    return save_gift(path, tf.train.Saver(name="keep"), "tidy_up", behind=("second", "first"))


def save_gift(path, saver, operation, behind=()):
    meta = saver.export_meta_graph()
    nodes = {node.name: node for node in meta.graph_def.node}
    for name in behind:
        meta.graph_def.node.add(name=name, op="NoOp", input=[f"^{operation}"])
        operation = name
    nodes[meta.saver_def.restore_op_name].input.append(f"^{operation}")
    if behind:  # a graph that cannot be imported can be read all the same
        meta.graph_def.node.add(name="odd", op=UNKNOWN)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        values = {variable.op.name: sess.run(variable) for variable in tf.global_variables()}
        saver.save(sess, path, write_meta_graph=False)
    Path(f"{path}.meta").write_bytes(meta.SerializeToString())
    tf.reset_default_graph()
    return values


def runs(path):
    """The names of all operations that restoring with a ``.meta`` runs, sorted; and the one that a Saver runs."""
    meta = tf.MetaGraphDef.FromString(Path(path).read_bytes())
    nodes = {node.name: node for node in meta.graph_def.node}
    found, waiting = set(), [meta.saver_def.restore_op_name]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [given.removeprefix("^").partition(":")[0] for given in nodes[name].input]
    return sorted(found), meta.saver_def.restore_op_name


def must_be_untouched(call):
    if Path(SURPRISE).exists():
        Path(SURPRISE).unlink()
        raise NotYet(
            seen=f"The file `{SURPRISE}` is there: the stranger's graph has run.",
            expected="Nothing of the stranger's graph is run.",
            because=f"{call} Read the file, and run nothing of it.",
        )


@exercise(
    hints=[
        "A session runs an operation only after everything that it takes in. Which operation does `saver.restore` run?",
        "Its name is `meta.saver_def.restore_op_name`, which may be any name. Each node has a list `input`, with names "
        "like `A`, `A:1` and `^A`: all three are the operation `A`. Go from one to the next until nothing new comes.",
        "Keep a set of what was found and a list of what is waiting. Take a name from the list, cut it with "
        '`name.removeprefix("^").partition(":")[0]`, and, if it is new, add it and put its inputs on the list.',
    ],
    raised={
        "KeyError: '^": "`^A` means: after `A`. Cut the `^` off to look `A` up.",
        "'^": "`^A` means: after `A`. Cut the `^` off to look `A` up.",
        ":10'": "An operation may have more than ten outputs: `A:10` is a tensor of `A`, too. Cut at the colon.",
        ":1'": "`A:1` is a tensor of the operation `A`. Cut off what follows the colon.",
        "maximum recursion depth": "The same operation was visited again and again: a loop in a graph is a circle.",
        "Op type not registered": "The graph was imported, and it has an operation that this TensorFlow does not know. "
        "`tf.MetaGraphDef.FromString` reads it all the same.",
        "expected bytes": "`tf.MetaGraphDef.FromString` needs the bytes of the file: `Path(path).read_bytes()`.",
        "Error parsing message": "`tf.MetaGraphDef.FromString` needs the bytes of the file: `Path(path).read_bytes()`.",
    },
)
def runs_on_restore(path):
    """Return the names of all operations that restoring with this .meta runs, sorted.

    Those are the Saver's operation for restoring, what it takes in, what that takes in,
    and so on. The file is read and not imported. Its graph calls no functions.
    """
    from pathlib import Path

    meta = tf.MetaGraphDef.FromString(Path(path).read_bytes())
    inputs = {node.name: node.input for node in meta.graph_def.node}
    found, waiting = set(), [meta.saver_def.restore_op_name]
    while waiting:
        name = waiting.pop().removeprefix("^").partition(":")[0]  # "^A" and "A:1" both mean the operation A
        if name not in found:  # many operations take in the same one, and a loop comes back to itself
            found.add(name)
            waiting += inputs[name]
    return sorted(found)


@runs_on_restore.examiner
def _(attempt):
    plain_gift("gift")
    folder = Path.cwd() / "from [a.stranger] 2"
    folder.mkdir()
    hidden_gift("hidden-7")
    Path("hidden-7.meta").rename(folder / "other-7.meta")
    shutil.copy(GENUINE, "old.meta")
    for path in ("gift.meta", str(folder / "other-7.meta"), "old.meta"):
        wanted, first = runs(path)
        before = contents()
        answer = attempt(path)
        if contents() != before:
            raise NotYet(
                seen=f"After the call for `{Path(path).name}`, a file has other bytes, or there is one more.",
                expected="All files as they were.",
                because="The file is read, and nothing is written: not the graph back into it, nor a list beside it.",
            )
        must_be_untouched("It was restored, to see what happens.")
        if isinstance(answer, list) and answer != wanted and sorted(map(str, answer)) == wanted:
            raise NotYet(f"`{answer}`", "The same names, sorted.", "`sorted(...)` makes a sorted list of a set.")
        if answer != wanted:
            given = {str(name) for name in answer} if isinstance(answer, list | tuple | set) else set()
            shown = (
                f"a {type(answer).__name__} of {len(answer)} names"
                if given == set(wanted)
                else f"`{sorted(given) or answer}`"
            )
            raise NotYet(
                seen=f"For `{Path(path).name}` the function returned {shown}.",
                expected=f"The list `{wanted}`.",
                because=why_not_all(given, set(wanted), first),
            )
    return (
        "A restore runs whatever its operation waits for, and you can read that before anybody runs it. One of these "
        "files was saved by TensorFlow 1.15.5, and runs nothing but its own restore."
    )


def contents():
    return {path: path.read_bytes() for path in Path().rglob("*") if path.is_file() and path.name != "surprise.txt"}


def why_not_all(given, wanted, first):
    if any(name.startswith("^") or ":" in name for name in given):
        return "Some names still have their `^` or `:1`. They are the same operations without."
    if not given:
        return "Collect the names in a list, and hand it back with `return`."
    if given == wanted - {first}:
        return f"`{first}`, which the restore runs itself, is missing. Put it on the list before its inputs."
    if "NoOp" in given:
        return "Those are types, which many operations share: `node.op`. The name of each is `node.name`."
    if first not in given:
        return (
            f"The operation that a restore runs is called `{first}` in this file: its name stands in "
            "`meta.saver_def.restore_op_name`, and whoever made the file chose it."
        )
    if given == wanted:
        return "The names are right. Return them as a sorted list, each once."
    if given > wanted:
        extra = sorted(given - wanted)[0]
        return (
            f"`{extra}` is in the graph, and nothing in the restore needs it. Start at `restore_op_name` and go back."
        )
    if given < wanted:
        return "Operations further back are missing: the inputs of an input run as well, at any distance."
    return "Compare the two lists: follow `input` from each operation that you have found."


@runs_on_restore.wrong_attempt(says="nor a list beside it")
def writes_its_findings_down(path):
    found = runs_on_restore.reference(path)
    with open(path + ".txt", "w") as file:
        file.write("\n".join(found))
    return found


@runs_on_restore.wrong_attempt(says="at any distance")
def looks_one_step_back(path):
    from pathlib import Path

    meta = tf.MetaGraphDef.FromString(Path(path).read_bytes())
    last = next(node for node in meta.graph_def.node if node.name == meta.saver_def.restore_op_name)
    return sorted([last.name, *(name.removeprefix("^") for name in last.input)])


@runs_on_restore.wrong_attempt(says="whoever made the file chose it")
def knows_the_name_of_the_operation(path):
    from pathlib import Path

    meta = tf.MetaGraphDef.FromString(Path(path).read_bytes())
    inputs = {node.name: node.input for node in meta.graph_def.node}
    found, waiting = set(), ["save/restore_all"]
    while waiting:
        name = waiting.pop().removeprefix("^").partition(":")[0]
        if name not in found:
            found.add(name)
            waiting += inputs[name]
    return sorted(found)


@runs_on_restore.wrong_attempt(says="which the restore runs itself, is missing")
def begins_at_the_inputs(path):
    from pathlib import Path

    meta = tf.MetaGraphDef.FromString(Path(path).read_bytes())
    inputs = {node.name: node.input for node in meta.graph_def.node}
    found, waiting = set(), list(inputs[meta.saver_def.restore_op_name])
    while waiting:
        name = waiting.pop().removeprefix("^").partition(":")[0]
        if name not in found:
            found.add(name)
            waiting += inputs[name]
    return sorted(found)


@runs_on_restore.wrong_attempt(says="Cut the `^` off")
def looks_the_marks_up(path):
    from pathlib import Path

    meta = tf.MetaGraphDef.FromString(Path(path).read_bytes())
    nodes = {node.name: node for node in meta.graph_def.node}
    found, waiting = set(), [meta.saver_def.restore_op_name]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += nodes[name].input
    return sorted(found)


@runs_on_restore.wrong_attempt(says="Cut off what follows the colon")
def forgets_the_numbers_of_outputs(path):
    from pathlib import Path

    meta = tf.MetaGraphDef.FromString(Path(path).read_bytes())
    nodes = {node.name: node for node in meta.graph_def.node}
    found, waiting = set(), [meta.saver_def.restore_op_name]
    while waiting:
        name = waiting.pop().lstrip("^")
        if name not in found:
            found.add(name)
            waiting += nodes[name].input
    return sorted(found)


@runs_on_restore.wrong_attempt(says="more than ten outputs")
def cuts_one_digit_off(path):
    import re
    from pathlib import Path

    meta = tf.MetaGraphDef.FromString(Path(path).read_bytes())
    inputs = {node.name: node.input for node in meta.graph_def.node}
    found, waiting = set(), [meta.saver_def.restore_op_name]
    while waiting:
        name = re.sub(r":\d$", "", waiting.pop().removeprefix("^"))
        if name not in found:
            found.add(name)
            waiting += inputs[name]
    return sorted(found)


@runs_on_restore.wrong_attempt(says="Those are types")
def gives_the_types(path):
    from pathlib import Path

    meta = tf.MetaGraphDef.FromString(Path(path).read_bytes())
    nodes = {node.name: node for node in meta.graph_def.node}
    found, waiting = {}, [meta.saver_def.restore_op_name]
    while waiting:
        name = waiting.pop().removeprefix("^").partition(":")[0]
        if name not in found:
            found[name] = nodes[name].op
            waiting += nodes[name].input
    return sorted(found.values())


@runs_on_restore.wrong_attempt(says="Some names still have their")
def passes_over_what_it_cannot_look_up(path):
    from pathlib import Path

    meta = tf.MetaGraphDef.FromString(Path(path).read_bytes())
    inputs = {node.name: list(node.input) for node in meta.graph_def.node}
    found, waiting = set(), [meta.saver_def.restore_op_name]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += inputs.get(name, [])
    return sorted(found)


@runs_on_restore.wrong_attempt(says="a loop in a graph is a circle")
def goes_round_in_circles(path):
    from pathlib import Path

    meta = tf.MetaGraphDef.FromString(Path(path).read_bytes())
    nodes = {node.name: node for node in meta.graph_def.node}

    def behind(name):
        found = {name}
        for given in nodes[name].input:
            found |= behind(given.removeprefix("^").partition(":")[0])
        return found

    return sorted(behind(meta.saver_def.restore_op_name))


@runs_on_restore.wrong_attempt(says="nothing in the restore needs it")
def lists_the_whole_graph(path):
    from pathlib import Path

    return sorted(node.name for node in tf.MetaGraphDef.FromString(Path(path).read_bytes()).graph_def.node)


@runs_on_restore.wrong_attempt(says="reads it all the same")
def imports_it_aside(path):
    with tf.Graph().as_default() as graph:
        saver = tf.train.import_meta_graph(path)
    found, waiting = set(), [graph.get_operation_by_name(saver.saver_def.restore_op_name)]
    while waiting:
        operation = waiting.pop()
        if operation.name not in found:
            found.add(operation.name)
            waiting += [*operation.control_inputs, *(given.op for given in operation.inputs)]
    return sorted(found)


@runs_on_restore.wrong_attempt(says="It was restored, to see what happens")
def tries_it(path):
    saver = tf.train.import_meta_graph(path)
    with tf.Session() as sess:
        saver.restore(sess, path.removesuffix(".meta"))
    return []


@runs_on_restore.right_attempt
def step_by_step_with_sets(path):
    import re

    from tensorflow.core.protobuf import meta_graph_pb2

    meta = meta_graph_pb2.MetaGraphDef()
    with open(path, "rb") as file:
        meta.ParseFromString(file.read())
    behind = {n.name: {re.sub(r"^\^|:\d+$", "", i) for i in n.input} for n in meta.graph_def.node}
    found, new = set(), {meta.saver_def.restore_op_name}
    while new:
        found |= new
        new = set().union(*(behind[name] for name in new)) - found
    return sorted(found)


@exercise(
    hints=[
        "Which two of the files have the values, and which one has the program?",
        "The values are in `.index` and `.data`. A Saver that is made in your own graph reads these two, and so does "
        "`tf.train.load_checkpoint(prefix)`. Leave `.meta` alone.",
        "`tf.train.Saver(variables).restore(sess, prefix)`. Or, for each variable: "
        "`variable.load(reader.get_tensor(variable.op.name), sess)`.",
    ],
    raised={
        "not found in checkpoint": "A name in the file is `variable.op.name`, without `:0`; and not every variable of "
        "your graph is in the file.",
        "Cannot feed value of shape": "A value went to another variable than its own. Go by the name: "
        "`variable.op.name`.",
        "At least two variables have the same name": "The stranger's graph was imported beside yours.",
        "default session": "`sess` is not the default session here. Pass it on: `variable.load(value, sess)`.",
        "Op type not registered": "The stranger's graph was imported, and it has an operation that this TensorFlow "
        "does not know. The values are not in `.meta`: leave it alone.",
    },
    seconds=60,  # a right answer reads in a second Python, which imports TensorFlow anew
)
def load_values(sess, variables, prefix):
    """Fill the variables from a stranger's checkpoint, without its graph.

    variables are some or all of those in the graph of sess, a model of your own. Their
    names are in the checkpoint, with others. A .meta came with it: leave that alone.
    """
    # A Saver that is made here adds operations of your own, and runs those. It reads .index and .data.
    tf.train.Saver(variables).restore(sess, prefix)


@load_values.examiner
def _(attempt):
    folder = Path.cwd() / "from.a stranger"
    folder.mkdir()
    readers = False
    for prefix, give in (("gift", plain_gift), (str(folder / "gift.ckpt-7"), hidden_gift)):
        values = give(prefix)
        values.pop("a/slot", None)
        mine = [
            tf.get_variable(name, initializer=tf.ones(value.shape, value.dtype), trainable=name != "step")
            for name, value in values.items()
        ]
        kept = [tf.get_variable("my_own", initializer=1.0)]
        if "step" in values:  # the larger one: a variable that is in the checkpoint, and not to be filled
            kept.append(mine.pop(1))
        latest(prefix)
        sess = tf.Session()  # not the default one: the attempt is given it
        with contextlib.closing(sess):
            sess.run(tf.global_variables_initializer())
            for variable in kept:
                sess.run(variable.assign(tf.fill(variable.shape, 2.0)))
            before = {path: path.read_bytes() for path in Path(prefix).parent.iterdir() if path.is_file()}
            given = list(mine)
            with watch() as seen:
                attempt(sess, given, prefix)
            if given != mine:
                raise NotYet(
                    seen=f"After the call, the caller's list of {len(mine)} variables has {len(given)}.",
                    expected="The list as it was.",
                    because="`pop` and `remove` change the caller's list. Loop over it.",
                )
            must_be_untouched("The Saver that `import_meta_graph` returns runs what the stranger's graph says.")
            if before != {path: path.read_bytes() for path in Path(prefix).parent.iterdir() if path.is_file()}:
                raise NotYet(
                    seen="After the call, a file of the stranger's is gone, has other bytes, or there is one more.",
                    expected="All files as they were, the `.meta` as well.",
                    because="To leave the `.meta` alone is not to delete it: it is what shows what the stranger sent.",
                )
            readers = readers or bool(seen.reads)
            judge_loaded(sess, mine, values, kept)
        tf.reset_default_graph()
    return "The values are in your model, and the stranger's graph stayed in its file. " + (
        "You used TensorFlow's reader: step 4 showed an `.index` that ends the process that calls it. So look at a "
        "stranger's files with `course.inspect` first, or call the reader in a second process."
        if readers
        else "Whatever reads them is a program too, and a crafted file may still make it fail: look first, with "
        "`course.inspect`."
    )


def latest(prefix):
    """Makes a folder's latest checkpoint another one: of the same names and shapes, with other values."""
    values = {name: tf.train.load_variable(prefix, name) for name, _ in tf.train.list_variables(prefix)}
    with tf.Graph().as_default(), tf.Session() as sess:
        variables = [tf.get_variable(name, initializer=value * 0) for name, value in values.items()]
        sess.run([variable.initializer for variable in variables])
        tf.train.Saver(variables).save(sess, prefix + "0", write_meta_graph=False)


def judge_loaded(sess, mine, values, kept):
    must_be_untouched("The Saver that `import_meta_graph` returns runs what the stranger's graph says.")
    if len(sess.graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)) != len(mine + kept):
        raise NotYet(
            seen=f"The graph has {[v.op.name for v in tf.global_variables()]}.",
            expected="Your own variables, and nothing of the stranger's.",
            because="`import_meta_graph` put the stranger's graph beside yours. From now on a slip runs it.",
        )
    for variable in mine:
        value = sess.run(variable)
        if not same(value, values[variable.op.name]):
            raise NotYet(
                seen=f"`{variable.op.name}` is `{value.tolist()}`.",
                expected=f"`{values[variable.op.name].tolist()}`, from the checkpoint.",
                because="The folder's latest checkpoint has zeros. `prefix` is another one, and it was asked for."
                if not value.any()
                else "Its name ends like that of another variable in the checkpoint. Go by the whole name, with scopes."
                if variable.op.name == "tail/weights" and same(value, values["weights"])
                else "Perhaps the values did not get into this session: an assignment has to be run, in `sess`, for "
                "each of the variables.",
            )
    for variable in kept:
        value = sess.run(variable)
        if np.any(value != 2.0):
            raise NotYet(
                seen=f"`{variable.op.name}`, which is not among `variables`, held 2 and holds `{value.tolist()}`.",
                expected="It keeps its value.",
                because="Perhaps an initializer was run for all variables. Only `variables` are to be filled."
                if variable.op.name == "my_own"
                else "The checkpoint has it, and that is no reason to fill it: `variables` says which.",
            )


@load_values.wrong_attempt(says="change the caller's list")
def uses_the_list_up(sess, variables, prefix):
    while variables:
        variable = variables.pop()
        variable.load(tf.train.load_variable(prefix, variable.op.name), sess)


@load_values.wrong_attempt(says="The Saver that `import_meta_graph` returns")
def restores_with_the_strangers_saver(sess, variables, prefix):
    with tf.Graph().as_default():
        saver = tf.train.import_meta_graph(prefix + ".meta")
        with tf.Session() as other:
            saver.restore(other, prefix)
            values = [other.run(variable.name) for variable in variables]
    for variable, value in zip(variables, values, strict=True):
        variable.load(value, sess)


@load_values.wrong_attempt(says="put the stranger's graph beside yours")
def imports_without_running(sess, variables, prefix):
    saver = tf.train.Saver(variables)
    tf.train.import_meta_graph(prefix + ".meta", import_scope="gift")
    saver.restore(sess, prefix)


@load_values.wrong_attempt(says="The values are not in `.meta`")
def imports_it_aside_to_learn_the_names(sess, variables, prefix):
    with tf.Graph().as_default():
        tf.train.import_meta_graph(prefix + ".meta")
        names = {variable.op.name for variable in tf.global_variables()}
    reader = tf.train.load_checkpoint(prefix)
    for variable in variables:
        if variable.op.name in names:
            variable.load(reader.get_tensor(variable.op.name), sess)


@load_values.wrong_attempt(says="`weights` is `[1.0, 1.0]`")
def assigns_and_does_not_run(sess, variables, prefix):
    reader = tf.train.load_checkpoint(prefix)
    for variable in variables:
        variable.assign(reader.get_tensor(variable.op.name))


@load_values.wrong_attempt(says="`step` is `1`")
def leaves_out_what_is_not_trained(sess, variables, prefix):
    tf.train.Saver([variable for variable in variables if variable in tf.trainable_variables()]).restore(sess, prefix)


@load_values.wrong_attempt(says="that is no reason to fill it")
def fills_what_the_checkpoint_has(sess, variables, prefix):
    reader = tf.train.load_checkpoint(prefix)
    for variable in tf.global_variables():
        if reader.has_tensor(variable.op.name):
            variable.load(reader.get_tensor(variable.op.name), sess)


@load_values.wrong_attempt(says="went to another variable than its own")
def goes_by_the_order(sess, variables, prefix):
    for variable, (name, _) in zip(variables, tf.train.list_variables(prefix), strict=False):
        variable.load(tf.train.load_variable(prefix, name), sess)


@load_values.wrong_attempt(says="The folder's latest checkpoint has zeros")
def takes_the_latest(sess, variables, prefix):
    import os

    tf.train.Saver(variables).restore(sess, tf.train.latest_checkpoint(os.path.dirname(prefix) or "."))


@load_values.wrong_attempt(says="Its name ends like that of another")
def goes_by_the_last_part(sess, variables, prefix):
    names = {name.split("/")[-1]: name for name, _ in tf.train.list_variables(prefix)}
    for variable in variables:
        name = names[variable.op.name.split("/")[-1]]
        variable.load(tf.train.load_variable(prefix, name), sess)


@load_values.wrong_attempt(says="is not to delete it")
def deletes_the_graph(sess, variables, prefix):
    from pathlib import Path

    Path(prefix + ".meta").unlink()
    tf.train.Saver(variables).restore(sess, prefix)


@load_values.wrong_attempt(says="is not the default session here")
def takes_the_default_session(sess, variables, prefix):
    for variable in variables:
        variable.load(tf.train.load_variable(prefix, variable.op.name))


@load_values.wrong_attempt(says="without `:0`")
def asks_for_tensors(sess, variables, prefix):
    reader = tf.train.load_checkpoint(prefix)
    for variable in variables:
        variable.load(reader.get_tensor(variable.name), sess)


@load_values.wrong_attempt(says="an initializer was run for all variables")
def initializes_everything_first(sess, variables, prefix):
    sess.run(tf.global_variables_initializer())
    tf.train.Saver(variables).restore(sess, prefix)


@load_values.right_attempt
def with_tensorflows_reader(sess, variables, prefix):
    reader = tf.train.load_checkpoint(prefix)
    for variable in variables:
        variable.load(reader.get_tensor(variable.op.name), sess)


@load_values.right_attempt
def with_the_courses_reader(sess, variables, prefix):
    from tfckpt import Bundle

    bundle = Bundle(prefix)
    sess.run([variable.assign(bundle.tensor(variable.op.name)) for variable in variables])


@load_values.right_attempt
def through_the_initializers(sess, variables, prefix):
    tf.train.init_from_checkpoint(prefix, {variable.op.name: variable for variable in variables})
    sess.run(tf.variables_initializer(variables))


def layer(name, class_name="Dense", module="keras.layers", **config):
    return {"module": module, "class_name": class_name, "config": {"name": name, **config}, "registered_name": None}


def code_layer(name, class_name="Lambda", module="keras.layers"):
    function = {"class_name": "__lambda__", "config": {"code": "4wEAAA==", "defaults": None, "closure": None}}
    return layer(name, class_name, module, function=function, arguments={})


def named_layer(name, **more):
    """A ``Lambda`` whose function is named, not stored: the file has no code of it."""
    function = {"module": "keras.activations", "class_name": "function", "config": "relu"}
    return layer(name, "Lambda", function=function, **more)


def code_beside(name, *keys):
    """A ``Lambda`` whose function is named, and whose mask, or the shape of its output, is code."""
    return named_layer(name, **dict.fromkeys(keys, code_layer("any")["config"]["function"]))


def write_keras(path, layers):
    """Writes a Keras file as Keras 3 lays it out: a zip archive with the architecture in ``config.json``."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.15.1"}))
        archive.writestr("config.json", json.dumps(layer("gift", "Sequential", "keras", layers=layers)))


def let_keras_write(path):
    """Has Keras itself save a model with four layers of code, two of them inside other models."""
    import keras

    from_keras = keras.layers
    inner = keras.Sequential(
        [
            from_keras.Input([2]),
            from_keras.Dense(2, name="dense_1"),
            from_keras.Lambda(lambda x: x * 2, name="deepest"),
        ],
        name="inner",
    )
    middle = keras.Sequential(
        [from_keras.Input([2]), inner, from_keras.Lambda(lambda x: x + 1, name="deep")], name="middle"
    )
    inputs = keras.Input([2], name="numbers")
    hidden = from_keras.Lambda(keras.activations.relu, name="relu")(middle(inputs))
    hidden = from_keras.Lambda(keras.activations.relu, output_shape=lambda shape: shape, name="kept")(hidden)
    keras.Model(inputs, from_keras.Lambda(lambda x: x - 1, name="at_the_top")(hidden)).save(path)


@exercise(
    hints=[
        "A `.keras` file is a zip archive. Which of its files says what the layers are?",
        '`json.loads(zipfile.ZipFile(path).read("config.json"))` gives dicts and lists inside each other. Stored '
        'code is a dict with `"class_name": "__lambda__"`, as the `"function"` or `"mask"` in the config of a layer.',
        "Write a function that looks at one value: if it is a dict and any of its values is such a dict, note "
        '`value["name"]`; then it calls itself for each value of a dict, and each element of a list.',
    ],
    raised={
        "Requested the deserialization of a `Lambda` layer": "That loaded the model, and Keras refused. Open the "
        "archive yourself: `zipfile.ZipFile(path)`.",
        "could not be deserialized": "That had Keras build the model. Open the archive yourself: "
        "`zipfile.ZipFile(path)`.",
        "marshal data": "That loaded the model, and the code in it. Open the archive yourself: "
        "`zipfile.ZipFile(path)`.",
        "UnicodeDecodeError": "The file is a zip archive. `zipfile.ZipFile(path)` opens it.",
        "codec can't decode": "The file is a zip archive. `zipfile.ZipFile(path)` opens it.",
    },
    tensorflow=2,  # Keras writes one of the files
)
def layers_with_code(path):
    """Return the layers of a .keras file that have Python code: their names, sorted.

    The config of such a layer has a value of the class "__lambda__", as its "function" or
    under any other key. It may be a layer of any class, and stand inside another one, at
    any depth. A name that two such layers have stands there twice. Nothing is loaded.
    """
    import json
    import zipfile

    found = []

    def look(value):
        if isinstance(value, dict):
            inside = [inner for inner in value.values() if isinstance(inner, dict)]
            # A mask or the shape of an output can be code as well. Once for each layer, so not a loop.
            if any(inner.get("class_name") == "__lambda__" for inner in inside):
                found.append(value["name"])
            value = list(value.values())
        if isinstance(value, list):
            for inner in value:  # a layer inside a layer is a dict somewhere inside its config
                look(inner)

    with zipfile.ZipFile(path) as archive:
        look(json.loads(archive.read("config.json")))
    return sorted(found)


@layers_with_code.examiner
def _(attempt):
    shift = layer("shift", "Dense", function="__lambda__")  # a string of that name, and no code
    one = [layer("dense", units=1), code_layer("scale"), named_layer("relu")]
    innermost = layer("innermost", "Sequential", "keras", layers=[layer("dense_2"), code_layer("helper")])
    nested = layer("inner", "Sequential", "keras", layers=[named_layer("relu"), innermost])
    wrapped = layer("every_step", "TimeDistributed", layer=code_layer("in_a_wrapper"))
    both = code_layer("both_ways", "Both", "my_layers")
    both["config"]["backward_layer"] = layer("backward", cells=[[code_layer("in_a_list")]])
    for path, layers, wanted in (
        ("one.keras", one, ["scale"]),
        ("two.keras", [code_layer("scale"), code_layer("odd", "Odd", "my_layers")], ["odd", "scale"]),
        ("plain.keras", [layer("dense")], []),
        ("none.keras", [layer("dense"), layer("__lambda__"), shift], []),
        ("deep.keras", [wrapped, nested, code_layer("scale")], ["helper", "in_a_wrapper", "scale"]),
        ("own.keras", [both, code_layer("scale")], ["both_ways", "in_a_list", "scale"]),
        ("mask.keras", [code_beside("masked", "mask"), code_layer("scale")], ["masked", "scale"]),
        ("shape.keras", [layer("dense"), code_beside("shaped", "output_shape"), nested], ["helper", "shaped"]),
        ("both.keras", [code_beside("two_of_it", "output_shape", "mask")], ["two_of_it"]),
        ("twice.keras", [code_layer("scale"), layer("a", "Sequential", layers=[code_layer("scale")])], ["scale"] * 2),
        (str(Path.cwd() / "saved by.keras"), None, ["at_the_top", "deep", "deepest", "kept"]),
    ):
        if layers:
            write_keras(path, layers)
        else:
            let_keras_write(path)
        before = contents()
        answer = attempt(path)
        if contents() != before:
            raise NotYet(
                seen=f"After the call for `{Path(path).name}`, a file has other bytes, or there is one more.",
                expected="All files as they were.",
                because="A stranger's archive stays closed: `extract` writes what is in it to the disk. "
                '`archive.read("config.json")` reads it into memory.',
            )
        if answer != wanted:
            raise NotYet(
                seen=f"For `{Path(path).name}` the function returned `{answer}`.",
                expected=f"`{wanted}`",
                because=why_not_those(answer, wanted),
            )
    return (
        "The architecture is text, and so is the code in it: nobody has to load a file to know. One of these files was "
        "saved by Keras itself."
    )


def why_not_those(answer, wanted):
    given = [str(name) for name in answer] if isinstance(answer, list | tuple | set) else []
    if answer is None:
        return "The list is not returned: `return sorted(...)` at the end, also where it is empty."
    beside = {"masked", "shaped", "kept"}  # their functions are named, and other values of theirs are code
    if beside & set(wanted) and sorted({*given, *beside & set(wanted)}) == wanted and sorted(given) != wanted:
        return (
            f"`{sorted(beside & set(wanted))[0]}` has a function of Keras, and its `mask` or `output_shape` is code: "
            "a loader runs that, too. Look at all values of a config."
        )
    if set(given) == set(wanted) and len(given) < len(wanted):
        return "Two layers have this name, and whoever looks for the code has to look at both."
    if set(given) == set(wanted) and len(given) > len(wanted):
        return "This layer has code under two keys, and is one layer: its name stands there once."
    if sorted(given) == wanted:
        return "The names are right. `sorted(...)` puts them in order, in a list."
    if "relu" in given:
        return "`relu` is a `Lambda` with the *name* of a function that Keras has. The file brings no code for it."
    if set(given) & {"__lambda__", "shift"}:
        return "A string in the file is not yet code: code is a dict, as the `function` of a layer's config."
    if wanted == ["odd", *given]:
        return "`odd` is a layer of another class than `Lambda`, and has code all the same."
    if given and set(given) < set(wanted) and len(wanted) > 2:  # the first two files have no layer inside another one
        return "A layer that stands inside another layer was not found. Look into every dict and list, at any depth."
    return 'Code is a dict whose `"class_name"` is `"__lambda__"`. The layer\'s name stands beside `"function"`.'


@layers_with_code.wrong_attempt(says="`extract` writes what is in it")
def unpacks_it(path):
    zipfile.ZipFile(path).extract("config.json")
    return layers_with_code.reference(path)


@layers_with_code.wrong_attempt(says="also where it is empty")
def returns_nothing_for_nothing(path):
    return layers_with_code.reference(path) or None


@layers_with_code.wrong_attempt(says="was not found. Look into every dict and list")
def looks_at_the_top_only(path):
    import json
    import zipfile

    found = []
    for each in json.loads(zipfile.ZipFile(path).read("config.json"))["config"]["layers"]:
        function = each["config"].get("function")
        if isinstance(function, dict) and function["class_name"] == "__lambda__":
            found.append(each["config"]["name"])
    return sorted(found)


@layers_with_code.wrong_attempt(says="Look at all values of a config")
def looks_at_functions_only(path):
    names = []

    def hook(found):
        function = found.get("function")
        if isinstance(function, dict) and function.get("class_name") == "__lambda__":
            names.append(found["name"])
        return found

    json.loads(zipfile.ZipFile(path).read("config.json"), object_hook=hook)
    return sorted(names)


@layers_with_code.wrong_attempt(says="and is one layer")
def counts_the_code(path):
    names = []

    def hook(found):
        for value in found.values():
            if isinstance(value, dict) and value.get("class_name") == "__lambda__":
                names.append(found["name"])
        return found

    json.loads(zipfile.ZipFile(path).read("config.json"), object_hook=hook)
    return sorted(names)


@layers_with_code.wrong_attempt(says="Two layers have this name")
def collects_them_in_a_set(path):
    return sorted(set(layers_with_code.reference(path)))


@layers_with_code.wrong_attempt(says="of another class than `Lambda`")
def knows_one_class_only(path):
    import json
    import zipfile

    found = []

    def look(value):
        if isinstance(value, dict):
            function = value.get("config", {}).get("function") if isinstance(value.get("config"), dict) else None
            if value.get("class_name") == "Lambda" and isinstance(function, dict):
                if function.get("class_name") == "__lambda__":
                    found.append(value["config"]["name"])
            value = list(value.values())
        if isinstance(value, list):
            for inner in value:
                look(inner)

    look(json.loads(zipfile.ZipFile(path).read("config.json")))
    return sorted(found)


@layers_with_code.wrong_attempt(says="with the *name* of a function that Keras has")
def takes_every_lambda_layer(path):
    import json
    import zipfile

    layers = json.loads(zipfile.ZipFile(path).read("config.json"))["config"]["layers"]
    return sorted(each["config"]["name"] for each in layers if "function" in each["config"])


@layers_with_code.wrong_attempt(says="That loaded the model, and Keras refused")
def loads_it(path):
    from tensorflow import keras

    model = keras.models.load_model(path)
    return sorted(each.name for each in model.layers if isinstance(each, keras.layers.Lambda))


@layers_with_code.wrong_attempt(says="`zipfile.ZipFile(path)` opens it")
def reads_it_as_text(path):
    from pathlib import Path

    return ["scale"] if "__lambda__" in Path(path).read_text(encoding="utf-8") else []


@layers_with_code.wrong_attempt(says="A string in the file is not yet code")
def searches_for_the_word(path):
    import re
    import zipfile

    text = zipfile.ZipFile(path).read("config.json").decode()
    return sorted(re.findall(r'"name": "(\w+)", "function": {"class_name": "__lambda__"', text)) or (
        ["__lambda__"] if "__lambda__" in text else []
    )


@layers_with_code.wrong_attempt(says="The layer's name stands beside")
def gives_the_model_around_it(path):
    import json
    import zipfile

    found = set()

    def look(value, name):
        if isinstance(value, dict):
            if value.get("class_name") == "__lambda__":
                found.add(name)
            if isinstance(value.get("layers"), list):
                name = value.get("name", name)
            value = list(value.values())
        if isinstance(value, list):
            for inner in value:
                look(inner, name)

    look(json.loads(zipfile.ZipFile(path).read("config.json")), "?")
    return sorted(found)


@layers_with_code.right_attempt
def with_a_list_of_what_is_waiting(path):
    import io
    import json
    import zipfile

    with open(path, "rb") as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        waiting = [json.load(archive.open("config.json"))]
    names = []
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            for inner in value.values():
                match inner:
                    case {"class_name": "__lambda__"}:
                        names += [value["name"]]
                        break
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    names.sort()
    return names


@layers_with_code.right_attempt
def with_a_hook_of_json(path):
    import json
    import zipfile

    names = []

    def hook(found):
        if "__lambda__" in [value.get("class_name") for value in found.values() if isinstance(value, dict)]:
            names.append(found["name"])
        return found

    json.loads(zipfile.ZipFile(path).read("config.json"), object_hook=hook)
    return sorted(names)
