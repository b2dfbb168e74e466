"""What can be done with the inputs and the outputs of a graph: Python to paste, and the lesson that explains it."""

from dataclasses import dataclass
from keyword import iskeyword

from tfckpt.bounds import LONGEST_WORD
from tfckpt.describe import quoted
from tfckpt.feeds import is_feed
from tfckpt.inspectors.training import loss, train_operations
from tfckpt.outputs import NORMS, PLACEHOLDERS
from tfckpt.readers.meta import bare

MOST_FED = 8
BEFORE = "before a loss"  # what an output is
LONGEST_PATH = 200
IMPORTS = "import tensorflow.compat.v1 as tf\n\ntf.disable_v2_behavior()\n"
OF_META = """{imports}{read}with tf.Graph().as_default(), tf.Session() as sess:
    saver = tf.train.import_meta_graph({meta}{clear})
{values}{run}"""
READ_BYTES = """with open({path}, "rb") as file:
    {message}.ParseFromString(file.read())
"""
READ_TEXT = """with open({path}, encoding="utf-8") as file:
    text_format.Merge(file.read(), {message})
"""
OF_TEXT = "from google.protobuf import text_format\n\n"  # is imported for it
WITHOUT_RECORDS = """meta = tf.MetaGraphDef()
{read}for node in meta.graph_def.node:
    node.attr.pop("_output_shapes", None)  # shapes that TensorFlow 1 recorded, and that TensorFlow 2 does not find
"""
RESTORE = """    saver.restore(sess, {prefix})  # which reads {index} and {data}
"""
RANDOM = """    sess.run(tf.global_variables_initializer())  # random values: nothing is learned yet
    # Where {index} and {data} are, instead of that line:
    # saver.restore(sess, {prefix})
"""
LOCAL = "    sess.run(tf.local_variables_initializer())\n"
TRAIN = """    # To train anew, run this for each batch:
    # sess.run({run}, {{{fed}}})
"""
NO_TRAINING = "    # No operation that trains was found in the graph: to train anew, add one (lesson 18a).\n"
TABLES = "    sess.run(tf.tables_initializer())\n"
ELSEWHERE = ("GPU", "TPU", "/JOB:")  # in the names of devices that another machine may lack
OF_FROZEN = """{imports}graph_def = tf.GraphDef()
{read}with tf.Graph().as_default(), tf.Session() as sess:
    tf.import_graph_def(graph_def, name="")
{run}"""
RUN = "    print(sess.run({output}, {{{fed}}}))"
OF_SAVED_MODEL = """import tensorflow as tf

model = tf.saved_model.load({path})
print(model.signatures[{key}]({arguments}))"""


@dataclass(frozen=True)
class Use:
    """What can be done with a graph.

    Attributes:
        says: what the code is for, a few words; where there is none, what to do, in sentences.
        code: Python, in which ``...`` stands for what goes in; or empty.
        lesson: the number of the lesson that explains it.
    """

    says: str
    code: str
    lesson: str


def use_of_graph(meta, outputs, path):
    """The ``Use`` of a ``.meta`` file that lies alone; None if nothing in it can be run by a name.

    Args:
        meta: a ``Meta``.
        outputs: each an ``End``.
        path: as a text.
    """
    run = run_line(meta, outputs)
    if not run or len(path) > LONGEST_PATH:
        return None
    if meta.variables and not meta.saver and "variables" not in meta.collections:  # of which a Saver would be made
        return None
    values, says = values_lines(meta, outputs, path) if meta.variables else ("", "With TensorFlow")
    clear = (
        ", clear_devices=True" if any(map(is_elsewhere, {operation.device for operation in meta.operations})) else ""
    )
    tables = TABLES if "table_initializer" in meta.collections else ""
    refused = any(operation.type in NORMS for operation in meta.operations)
    imports, read = reading(meta, path, "meta")
    read, source = (WITHOUT_RECORDS.format(read=read), "meta") if refused else ("", quoted(path))
    imports = imports if refused else IMPORTS
    code = OF_META.format(imports=imports, read=read, meta=source, clear=clear, values=tables + values, run=run)
    return Use(says, code, "07")


def reading(meta, path, message):
    """The lines that import what is needed to read the file of a ``Meta``, and those that read it into a message."""
    lines = (READ_TEXT if meta.source.is_text else READ_BYTES).format(path=quoted(path), message=message)
    return IMPORTS.replace("import", f"{OF_TEXT}import", 1) if meta.source.is_text else IMPORTS, lines


def values_lines(meta, outputs, path):
    """The lines that give the variables of a graph their values, and what is said of the code with them.

    Where a graph lies alone, these are random ones, and its values a comment. Where its variables cannot be initialized
    by what is in the file, nothing but their values can be taken. Arguments are as for ``use_of_graph``.
    """
    named = operations_of(meta)
    prefix = path.removesuffix(".meta").removesuffix(".pbtxt")
    names = {key: quoted(prefix + end) for key, end in (("prefix", ""), ("index", ".index"), ("data", ".data-…"))}
    local = LOCAL if "local_variables" in meta.collections else ""
    if not can_be_initialized(meta, named, best(outputs)):
        return RESTORE.format(**names) + local, "With TensorFlow and the values"
    return RANDOM.format(**names) + local + train_line(meta, named, outputs), "With TensorFlow and random values"


def can_be_initialized(meta, named, output):
    """Whether each variable that an output needs is listed with what initializes it, and that needs no input."""
    listed = {bare(name) for key in ("variables", "local_variables") for name in meta.collections.get(key, ())}
    _, behind = needs(named, output)
    fed, _ = needs(named, *(name for part in meta.parts for name in part.initializers))
    return not fed and not (behind & meta.variables.keys()) - listed


def train_line(meta, named, outputs):
    """The line, a comment, that says what to run to train a graph, and with what."""
    trains = train_operations(meta, named)
    if not trains:
        return NO_TRAINING
    lost = loss(meta, named, outputs)
    run = [*trains, *([lost] if lost else [])]
    fed, behind = needs(named, *run)
    defaults = {f"{name}:0" for name in behind if named[name].type == "PlaceholderWithDefault"}
    fed = sorted({*fed, *defaults})
    if len(run) > MOST_FED or len(fed) > MOST_FED or any(len(name) > LONGEST_WORD / 4 for name in (*run, *fed)):
        return ""
    listed = quoted(run[0]) if len(run) == 1 else f"[{', '.join(map(quoted, run))}]"
    return TRAIN.format(run=listed, fed=", ".join(f"{quoted(name)}: ..." for name in fed))


def operations_of(meta):
    """``{name: Operation}`` of a graph, without those in its functions."""
    return {operation.name: operation for operation in meta.operations if not operation.function}


def is_elsewhere(device):
    """Whether the name of a device is that of one that another machine may lack."""
    return any(part in device.upper() for part in ELSEWHERE)


def use_of_frozen(meta, outputs, path):
    """The ``Use`` of a frozen graph. Arguments are as for ``use_of_graph``."""
    run = run_line(meta, outputs)
    if not run or meta.variables or len(path) > LONGEST_PATH:
        return None
    imports, read = reading(meta, path, "graph_def")
    return Use("With TensorFlow", OF_FROZEN.format(imports=imports, read=read, run=run), "18b")


def use_of_saved_model(meta, path):
    """The ``Use`` of a SavedModel that has a signature. Arguments are as for ``use_of_graph``."""
    keys = [key for key in meta.signatures if not key.startswith("__")]
    if not keys or len(path) > LONGEST_PATH or meta.graphs > 1:
        return None
    key = "serving_default" if "serving_default" in keys else keys[0]
    names = list(meta.signatures[key][0])
    if len(names) > MOST_FED or any(len(name) > LONGEST_WORD for name in (key, *names)):
        return None
    plain = all(name.isidentifier() and not iskeyword(name) for name in names)
    given = ", ".join(f"{name}=tf.constant(...)" if plain else f"{quoted(name)}: tf.constant(...)" for name in names)
    arguments = given if plain else f"**{{{given}}}"
    return Use("With TensorFlow", OF_SAVED_MODEL.format(path=quoted(path), key=quoted(key), arguments=arguments), "17b")


def run_line(meta, outputs):
    """The line that computes an output of what it needs; empty where there is none, or where it would be too long."""
    output = best(outputs)
    if not output:
        return ""
    needed, _ = needs(operations_of(meta), output)
    if len(needed) > MOST_FED or any(len(name) > LONGEST_WORD / 4 for name in (output, *needed)):
        return ""
    return RUN.format(output=quoted(output), fed=", ".join(f"{quoted(name)}: ..." for name in needed))


def best(outputs):
    """The name of the output that people most likely want; empty if there is none."""
    own = [each for each in outputs if not each.signature]
    before = [each for each in own if each.what == BEFORE]
    predicted = [each for each in before if "loss" not in each.name]
    return next((each.name for each in reversed(predicted or before or own)), "")


def needs(named, *outputs):
    """What has to be fed so that some outputs can be computed, names of tensors; and what else is behind them.

    Args:
        named: ``{name: Operation}`` of a graph.
        outputs: the names of tensors or operations.

    Returns:
        A sorted list of the names of tensors, and a set of the names of operations.
    """
    waiting, seen, fed = list(outputs), set(), set()
    while waiting:
        name = waiting.pop()
        operation = named.get(bare(name))
        if operation is None:
            continue
        if is_feed(operation) or (operation.type in PLACEHOLDERS and operation.type != "PlaceholderWithDefault"):
            tensor = name.removeprefix("^")
            fed.add(tensor if ":" in tensor else f"{tensor}:0")
        elif operation.name not in seen:
            seen.add(operation.name)
            waiting += operation.inputs
    return sorted(fed), seen
