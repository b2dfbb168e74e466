"""Exercises of lesson 15: what a restore would run, values without the stranger's graph, code inside a Keras file."""

import json
import zipfile
from pathlib import Path

import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise

SURPRISE = "surprise.txt"


def hostile_meta(path, hidden):
    """Writes a ``.meta`` whose restore writes a file as well, at once or behind two harmless operations.

    Returns:
        The names of all operations that its restore runs, sorted.
    """
    tf.reset_default_graph()
    weights = tf.get_variable("weights", initializer=tf.zeros([2]))
    tf.identity(weights, name="output")
    tf.io.write_file(SURPRISE, "Hello from the graph.", name="tidy_up")
    saver = tf.train.Saver()
    meta = saver.export_meta_graph()
    nodes = {node.name: node for node in meta.graph_def.node}
    last = "tidy_up"
    for name in ("second", "first") if hidden else ():
        nodes[name] = meta.graph_def.node.add(name=name, op="NoOp", input=[f"^{last}"])
        last = name
    nodes[saver.saver_def.restore_op_name].input.append(f"^{last}")
    with tf.Session() as sess:
        sess.run(weights.assign([3.0, 4.0]))
        saver.save(sess, path.removesuffix(".meta"), write_meta_graph=False)
    Path(path).write_bytes(meta.SerializeToString())
    tf.reset_default_graph()
    return sorted(ancestors(nodes, meta.saver_def.restore_op_name))


def ancestors(nodes, name):
    found = {name}
    for given in nodes[name].input:
        found |= ancestors(nodes, given.removeprefix("^").partition(":")[0])
    return found


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
        "Its name is `meta.saver_def.restore_op_name`. Each node has a list `input`, with names such as `A`, `A:1` and "
        "`^A`: all three are the operation `A`. Go from one to the next until nothing new comes.",
        "Keep a set of what was found and a list of what is waiting. Take a name from the list, cut it with "
        '`name.removeprefix("^").partition(":")[0]`, and, if it is new, add it and put its inputs on the list.',
    ],
    raised={
        "KeyError: '^": "`^A` means: after `A`. Cut the `^` off to look `A` up.",
        "'^": "`^A` means: after `A`. Cut the `^` off to look `A` up.",
        ":1'": "`A:1` is a tensor of the operation `A`. Cut off what follows the colon.",
        "maximum recursion depth": "The same operation was visited again and again.",
    },
)
def runs_on_restore(path):
    """Return the names of all operations that restoring with this .meta runs, sorted.

    Those are the Saver's operation for restoring, what it takes in, what that takes in,
    and so on. The file is read and not imported. Its graph has no functions.
    """
    from pathlib import Path

    meta = tf.MetaGraphDef.FromString(Path(path).read_bytes())
    inputs = {node.name: node.input for node in meta.graph_def.node}
    found, waiting = set(), [meta.saver_def.restore_op_name]
    while waiting:
        name = waiting.pop().removeprefix("^").partition(":")[0]  # "^A" and "A:1" are both of the operation A
        if name not in found:  # many operations take in the same one
            found.add(name)
            waiting += inputs[name]
    return sorted(found)


@runs_on_restore.examiner
def _(attempt):
    for number, hidden in enumerate((False, True)):
        wanted = hostile_meta(f"gift-{number}.meta", hidden)
        answer = attempt(f"gift-{number}.meta")
        must_be_untouched("It was restored, to see what happens.")
        if isinstance(answer, list) and sorted(map(str, answer)) != answer and sorted(map(str, answer)) == wanted:
            raise NotYet(f"`{answer}`", "The same names, sorted.", "`sorted(...)` makes a sorted list of a set.")
        if answer != wanted:
            given = {str(name) for name in answer} if isinstance(answer, list | tuple | set) else set()
            raise NotYet(
                seen=f"The function returned `{sorted(given) or answer}`.",
                expected=f"The list `{wanted}`.",
                because=why_not_all(given, set(wanted)),
            )
    return "A restore runs whatever its last operation waits for. You can read that before anybody runs it."


def why_not_all(given, wanted):
    if any(name.startswith("^") or ":" in name for name in given):
        return "Some names still have their `^` or `:0`. They are the same operations without."
    if "output" in given:
        return "`output` is in the graph, and nothing in the restore needs it. Start at `restore_op_name` and go back."
    if given and given < wanted:
        return "Operations further back are missing: the inputs of an input run as well, at any distance."
    if not given:
        return "Collect the names in a list, and hand it back with `return`."
    return "Compare the two lists: follow `input` from each operation that you have found."


@runs_on_restore.wrong_attempt(says="at any distance")
def looks_one_step_back(path):
    from pathlib import Path

    meta = tf.MetaGraphDef.FromString(Path(path).read_bytes())
    last = next(node for node in meta.graph_def.node if node.name == meta.saver_def.restore_op_name)
    return sorted([last.name, *(name.removeprefix("^") for name in last.input)])


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


@runs_on_restore.wrong_attempt(says="nothing in the restore needs it")
def lists_the_whole_graph(path):
    from pathlib import Path

    return sorted(node.name for node in tf.MetaGraphDef.FromString(Path(path).read_bytes()).graph_def.node)


@runs_on_restore.wrong_attempt(says="It was restored, to see what happens")
def tries_it(path):
    saver = tf.train.import_meta_graph(path)
    with tf.Session() as sess:
        saver.restore(sess, path.removesuffix(".meta"))
    return []


@exercise(
    hints=[
        "Which two of the files have the values, and which one has the program?",
        "The values are in `.index` and `.data`. A Saver made in your own graph reads these two, and so does "
        "`tf.train.load_checkpoint(prefix)`. Nobody has to open `.meta`.",
        "For each variable: `variable.load(reader.get_tensor(variable.op.name), sess)`. Or: "
        "`tf.train.Saver(variables).restore(sess, prefix)`.",
    ],
    raised={
        "not found in checkpoint": "A name in the file is `variable.op.name`, without `:0`.",
        "At least two variables have the same name": "The stranger's graph was imported beside yours.",
    },
)
def load_values(sess, variables, prefix):
    """Fill the variables from a stranger's checkpoint, and run nothing of the stranger's.

    variables are those of a model of your own, in the graph of sess. Their names are in
    the checkpoint. With its files came a .meta.
    """
    reader = tf.train.load_checkpoint(prefix)  # opens .index and .data, which hold no operations
    for variable in variables:
        variable.load(reader.get_tensor(variable.op.name), sess)


@load_values.examiner
def _(attempt):
    hostile_meta("gift.meta", hidden=True)
    mine = tf.get_variable("weights", initializer=tf.ones([2]))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        attempt(sess, [mine], "gift")
        must_be_untouched("The Saver that `import_meta_graph` returns runs what the stranger's graph says.")
        if sess.run(mine).tolist() != [3.0, 4.0]:
            raise NotYet(
                seen=f"`weights` is `{sess.run(mine).tolist()}`.",
                expected="`[3.0, 4.0]`, from the checkpoint.",
                because="The values did not get into this session: an assignment has to be run, in `sess`.",
            )
        if len(tf.global_variables()) > 1:
            raise NotYet(
                seen=f"The graph has {[v.op.name for v in tf.global_variables()]}.",
                expected="Your own variable, and nothing of the stranger's.",
                because="`import_meta_graph` put the stranger's graph beside yours. From now on a slip runs it.",
            )
    return "The values are numbers, and numbers do nothing. The program stayed in its file."


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


@load_values.wrong_attempt(says="an assignment has to be run")
def assigns_and_does_not_run(sess, variables, prefix):
    reader = tf.train.load_checkpoint(prefix)
    for variable in variables:
        variable.assign(reader.get_tensor(variable.op.name))


@load_values.wrong_attempt(says="without `:0`")
def asks_for_tensors(sess, variables, prefix):
    reader = tf.train.load_checkpoint(prefix)
    for variable in variables:
        variable.load(reader.get_tensor(variable.name), sess)


def layer(name, class_name="Dense", module="keras.layers", **config):
    return {"module": module, "class_name": class_name, "config": {"name": name, **config}, "registered_name": None}


def code_layer(name):
    function = {"class_name": "__lambda__", "config": {"code": "4wEAAA==", "defaults": None, "closure": None}}
    return layer(name, "Lambda", function=function, arguments={})


def named_layer(name):
    """A ``Lambda`` whose function is named, not stored: the file has no code of it."""
    return layer(name, "Lambda", function={"module": "keras.activations", "class_name": "function", "config": "relu"})


def write_keras(path, layers):
    """Writes a Keras file as Keras 3 lays it out: a zip archive with the architecture in ``config.json``."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.15.1"}))
        archive.writestr("config.json", json.dumps(layer("gift", "Sequential", "keras", layers=layers)))


@exercise(
    hints=[
        "A `.keras` file is a zip archive. Which of its files says what the layers are?",
        '`json.loads(zipfile.ZipFile(path).read("config.json"))` gives dicts and lists inside each other. Stored '
        'code is a dict with `"class_name": "__lambda__"`, as the `"function"` in the config of a layer.',
        'Write a function that looks at one value: if it is a dict whose `value.get("function")` is such a dict, note '
        '`value["name"]`; then it calls itself for each value of a dict, and each element of a list.',
    ],
    raised={
        "Requested the deserialization of a `Lambda` layer": "That loaded the model, and Keras refused. Open the "
        "archive by yourself: `zipfile.ZipFile(path)`.",
        "UnicodeDecodeError": "The file is a zip archive. `zipfile.ZipFile(path)` opens it.",
        "codec can't decode": "The file is a zip archive. `zipfile.ZipFile(path)` opens it.",
    },
)
def layers_with_code(path):
    """Return the layers of a .keras file whose function is Python code: sorted names.

    Such a layer's config has a "function" of the class "__lambda__". A layer may stand
    inside another one, at any depth. Nothing is loaded.
    """
    import json
    import zipfile

    found = []

    def look(value):
        if isinstance(value, dict):
            function = value.get("function")
            if isinstance(function, dict) and function.get("class_name") == "__lambda__":
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
    nested = layer("inner", "Sequential", "keras", layers=[layer("dense_2"), code_layer("helper")])
    wrapped = layer("every_step", "TimeDistributed", layer=code_layer("in_a_wrapper"))
    for path, layers, wanted in (
        ("one.keras", [layer("dense", units=1), code_layer("scale"), named_layer("relu")], ["scale"]),
        ("none.keras", [layer("dense"), layer("__lambda__")], []),
        ("deep.keras", [wrapped, nested, code_layer("scale")], ["helper", "in_a_wrapper", "scale"]),
    ):
        write_keras(path, layers)
        answer = attempt(path)
        if answer == wanted:
            continue
        given = list(answer) if isinstance(answer, list | tuple | set) else []
        if sorted(given) == wanted:
            because = "The names are right. `sorted(...)` puts them in order, in a list."
        elif "relu" in given:
            because = (
                "`relu` is a `Lambda` with the *name* of a function that Keras has. The file brings no code for it."
            )
        elif path == "none.keras":
            because = "A text in the file is not yet code: this layer is only called `__lambda__`."
        elif path == "deep.keras":
            because = "A layer that stands inside another layer was not found. Look into every dict and list."
        else:
            because = (
                'Code is a dict whose `"class_name"` is `"__lambda__"`. The layer\'s name stands beside `"function"`.'
            )
        raise NotYet(seen=f"For `{path}` the function returned `{answer}`.", expected=f"`{wanted}`", because=because)
    return "You read the architecture as text. The code in it stayed a text, too."


@layers_with_code.wrong_attempt(says="was not found. Look into every dict and list")
def looks_at_the_top_only(path):
    import json
    import zipfile

    layers = json.loads(zipfile.ZipFile(path).read("config.json"))["config"]["layers"]
    functions = {each["config"]["name"]: each["config"].get("function") for each in layers}
    return sorted(name for name, function in functions.items() if function and function["class_name"] == "__lambda__")


@layers_with_code.wrong_attempt(says="with the *name* of a function that Keras has")
def takes_every_lambda_layer(path):
    import json
    import zipfile

    layers = json.loads(zipfile.ZipFile(path).read("config.json"))["config"]["layers"]
    return sorted(each["config"]["name"] for each in layers if each["class_name"] == "Lambda")


@layers_with_code.wrong_attempt(says="That loaded the model, and Keras refused")
def loads_it(path):
    from tensorflow import keras

    model = keras.models.load_model(path)
    return sorted(each.name for each in model.layers if isinstance(each, keras.layers.Lambda))


@layers_with_code.wrong_attempt(says="`zipfile.ZipFile(path)` opens it")
def reads_it_as_text(path):
    from pathlib import Path

    return ["scale"] if "__lambda__" in Path(path).read_text(encoding="utf-8") else []


@layers_with_code.wrong_attempt(says="A text in the file is not yet code")
def searches_for_the_word(path):
    import re
    import zipfile

    text = zipfile.ZipFile(path).read("config.json").decode()
    return sorted(re.findall(r'"name": "(\w+)", "function": {"class_name": "__lambda__"', text)) or (
        ["__lambda__"] if "__lambda__" in text else []
    )
