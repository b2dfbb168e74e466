"""What ``tf`` is in the reader's program, and the names of TensorFlow 1 written so that they work there."""

import re
from dataclasses import replace
from enum import Enum, auto

from tfckpt.explain.audience import audience_of
from tfckpt.explain.lines import quotes_alike

# What the catalog writes behind ``tf.``, and TensorFlow 2 has in compat.v1 only. Of a name with dots, the beginning.
OLD_NAMES = (
    *("AUTO_REUSE", "ConfigProto", "FixedLenFeature", "GraphDef", "MetaGraphDef", "Session", "assign"),
    *("disable_v2_behavior", "get_default_graph", "get_default_session", "get_variable", "gfile", "global_variables"),
    *("global_variables_initializer", "initialize_all_variables", "initialize_variables", "layers", "local_variables"),
    *("local_variables_initializer", "metrics.accuracy", "nn.rnn_cell", "placeholder", "py_func"),
    *("report_uninitialized_variables", "reset_default_graph", "saved_model.loader", "saved_model.tag_constants"),
    *("tables_initializer", "train.AdamOptimizer", "train.CheckpointSaverHook", "train.Saver", "train.SaverDef"),
    *("train.get_or_create_global_step", "train.import_meta_graph", "train.init_from_checkpoint"),
    *("lite.TFLiteConverter.from_frozen_graph", "saved_model.simple_save", "train.update_checkpoint_state"),
    *("train.Scaffold", "train.export_meta_graph", "train.write_graph", "trainable_variables", "variable_scope"),
    "variables_initializer",
)
OLD = re.compile(rf"(?<![\w.])tf\.(?=(?:{'|'.join(map(re.escape, OLD_NAMES))})\b)")
NOTE = "# tf is tensorflow.compat.v1\n"
OLD_IMPORT = "import tensorflow.compat.v1 as tf\n"
NEW_IMPORT = "import tensorflow as tf\n"
CODE = re.compile(r"(`[^`]*`)")  # in a sentence
ADVISES_THE_IMPORT = re.compile(r"tensorflow\.compat\.v1|Import the old interface")
# In the reader's text. What TensorFlow itself says of a name is no line of a program.
BESIDE_THE_NEW = re.compile(r"(?<![\w.])tf\.compat\.v1\.\w")
RECOMMENDED = re.compile(r"(?:Please use|Use) '?tf\.compat\.v1\.\S+")
IMPORTED_AS_TF = re.compile(r"tensorflow\.compat\.v1 as tf\b|tensorflow\.compat import v1 as tf\b")
IN_A_PROGRAM = re.compile(rf"(?:[=(,\[]|\b(?:with|return|in)) ?{OLD.pattern}")
NOT_THERE = re.compile(r"module 'tensorflow[\w.]*' has no attribute")


class Tf(Enum):
    """What ``tf`` is in a program.

    Example:

        >>> tf_of("import tensorflow.compat.v1 as tf") is Tf.V1
        True
    """

    V1 = auto()  # TensorFlow 1, or what TensorFlow 2 has of it in compat.v1
    V2 = auto()  # TensorFlow 2, as far as one can see
    BOTH = auto()  # TensorFlow 2, and the program writes tf.compat.v1 for what is older
    UNKNOWN = auto()


def tf_of(text):
    """What ``tf`` is in the program that a text comes from.

    Example:

        >>> tf_of("saver = tf.compat.v1.train.Saver()"), tf_of("Key A not found in checkpoint")
        (<Tf.BOTH: 3>, <Tf.UNKNOWN: 4>)
    """
    text = RECOMMENDED.sub("", quotes_alike(text))
    if BESIDE_THE_NEW.search(text):
        return Tf.BOTH
    if NOT_THERE.search(text):
        return Tf.V2
    readers = audience_of(text)
    if "tensorflow 1" in readers or IMPORTED_AS_TF.search(text) or IN_A_PROGRAM.search(text):
        return Tf.V1
    return Tf.V2 if "tensorflow 2" in readers else Tf.UNKNOWN


def written_for(cause, tf):
    """A cause whose sentences and code have the names of TensorFlow 1 as a program has to write them.

    Where nobody knows what ``tf`` is there, the code begins with a comment that says for which it is. Code that has an
    import of its own is right as it is; a program that writes ``tf.compat.v1`` has another import, and gets that.

    Args:
        cause: a ``Cause``.
        tf: what ``tf`` is in the program, a ``Tf``.

    Example:

        >>> from tfckpt.explain.catalog import Cause
        >>> written_for(Cause("It is so.", "Call `tf.reset_default_graph()`."), Tf.BOTH).do
        'Call `tf.compat.v1.reset_default_graph()`.'
    """
    own_import = OLD_IMPORT in cause.code
    if ADVISES_THE_IMPORT.search(f"{cause.what} {cause.do}") or tf is Tf.V1 or (own_import and tf is not Tf.BOTH):
        return cause
    if tf is Tf.UNKNOWN:
        noted = OLD.search(cause.code) and NEW_IMPORT not in cause.code
        return replace(cause, code=NOTE + cause.code.strip("\n")) if noted else cause
    return replace(
        cause,
        **{name: in_sentences(getattr(cause, name)) for name in ("what", "tell", "do")},
        code=OLD.sub("tf.compat.v1.", cause.code.replace(OLD_IMPORT, NEW_IMPORT)),
    )


def in_sentences(text):
    """The same for what a sentence has in backticks."""
    return "".join(OLD.sub("tf.compat.v1.", each) if each.startswith("`") else each for each in CODE.split(text))
