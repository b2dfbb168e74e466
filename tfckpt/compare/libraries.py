"""What libraries have renamed, as one table, and what a name says by it, whichever version wrote it.

Sources: ``tensorflow/contrib/rnn/python/tools/checkpoint_convert.py`` of TensorFlow 1.15 for recurrent cells; the
layers of ``tf.contrib.layers``, ``tf.layers`` and Keras; the towers of TensorFlow's own examples for several GPUs.
"""

import functools
import re
from typing import NamedTuple

from tfckpt.compare.names import parsed


class Renaming(NamedTuple):
    """Parts of names that a library has renamed.

    Attributes:
        since: what has renamed them, in a few words.
        was: a regular expression for whole parts of a name.
        now: what stands in their place today, which may name groups of ``was``.
    """

    since: str
    was: str
    now: str


CELLS_1_0 = "recurrent cells of TensorFlow 1.0"
CELLS_1_2 = "recurrent cells of TensorFlow 1.2"
KERAS_CELLS = "recurrent layers of Keras"
LAYERS = "layers of tf.contrib"
TOWERS = "the first of several GPUs"
RENAMED = (
    Renaming(CELLS_1_0, r"Linear/Matrix", "kernel"),
    Renaming(CELLS_1_0, r"Linear/Bias", "bias"),
    Renaming(CELLS_1_0, r"BasicLSTMCell", "basic_lstm_cell"),
    Renaming(CELLS_1_0, r"BasicRNNCell", "basic_rnn_cell"),
    Renaming(CELLS_1_0, r"LSTMCell/W_0", "lstm_cell/kernel"),
    Renaming(CELLS_1_0, r"LSTMCell/B", "lstm_cell/bias"),
    Renaming(CELLS_1_0, r"LSTMCell", "lstm_cell"),
    Renaming(CELLS_1_0, r"GRUCell", "gru_cell"),
    Renaming(CELLS_1_0, r"Gates", "gates"),
    Renaming(CELLS_1_0, r"Candidate", "candidate"),
    Renaming(CELLS_1_0, r"MultiRNNCell", "multi_rnn_cell"),
    Renaming(CELLS_1_0, r"Cell(\d+)", r"cell_\1"),
    Renaming(CELLS_1_0, r"BiRNN|BiRNN_", "bidirectional_rnn"),
    Renaming(CELLS_1_0, r"RNN", "rnn"),
    Renaming(CELLS_1_0, r"FW", "fw"),
    Renaming(CELLS_1_0, r"BW", "bw"),
    Renaming(KERAS_CELLS, r"((?:lstm|gru|simple_rnn)(?:_\d+)?)/(?:lstm|gru|simple_rnn)_cell(?:_\d+)?", r"\1"),
    Renaming(LAYERS, r"fully_connected(_\d+)?", r"dense\1"),
    Renaming(LAYERS, r"Conv(_\d+)?", r"conv2d\1"),
    Renaming(LAYERS, r"Conv2d_transpose(_\d+)?", r"conv2d_transpose\1"),
    Renaming(LAYERS, r"SeparableConv2d(_\d+)?", r"separable_conv2d\1"),
    Renaming(LAYERS, r"BatchNorm(_\d+)?", r"batch_normalization\1"),
    Renaming(LAYERS, r"LayerNorm(_\d+)?", r"layer_normalization\1"),
    Renaming(TOWERS, r"(?:tower|gpu|clone|replica)_?0/(.+)", r"\1"),
)
# A variable of another GPU than the first: a checkpoint has one copy of it.
OTHER_TOWER = re.compile(r"(?:^|/)((?:tower|gpu|clone|replica)_?[1-9]\d*|replica)(?:/|$)")
CELL = re.compile(r"(?:^|/)\w*(?:rnn|cell)\w*(?:/|$)", re.IGNORECASE)
WAS = tuple(re.compile(rf"(?:^|(?<=/))(?:{renaming.was})(?=/|$)") for renaming in RENAMED)
# Most names have none of these words, which is asked first: it is a hundred times faster.
WORDS = ("Linear", "RNN", "Cell", "_cell", "Gates", "Candidate", "FW", "BW", "fully_connected", "Conv", "Norm")
WORDS += ("tower", "gpu", "clone", "replica")


@functools.cache
def in_todays_words(name):
    """A name as ``parsed`` says it, in today's words, and what has renamed it: a tuple of texts."""
    reasons = []
    if any(word in name for word in WORDS):
        for renaming, was in zip(RENAMED, WAS, strict=True):
            name, count = was.subn(renaming.now, name)
            if count:
                reasons.append(renaming.since)
    return parsed(name), tuple(dict.fromkeys(reasons))


def of_libraries(left, right, fits):
    """Pairs of names that are the same in today's words, on either side one.

    Args:
        left, right: ``{name: (dtype, shape)}``.
        fits: tells whether two of these fit.

    Returns:
        A list of ``(reasons, left, right)``.
    """
    mine, other = (unique(side) for side in (left, right))
    pairs = []
    for key, a in mine.items():
        b = other.get(key)
        if a is not None and b is not None and parsed(a).may_be(parsed(b)) and fits(left[a], right[b]):
            reasons = dict.fromkeys([*in_todays_words(a)[1], *in_todays_words(b)[1]])
            if not reasons and {ending(a), ending(b)} in CELLS and CELL.search(a):
                reasons = [CELLS_1_2]
            pairs.append((tuple(reasons), a, b))
    return pairs


CELLS = ({"weights", "kernel"}, {"biases", "bias"})


def ending(name):
    return name.rpartition("/")[2]


def unique(names):
    """``{what a name says: the name}``, and None where several say the same."""
    result = {}
    for name in names:
        key = in_todays_words(name)[0]
        result[key] = None if key in result else name
    return result
