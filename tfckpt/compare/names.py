"""What the name of a variable says: where it stands, what it is, and whose slot it is.

``conv1/weights``, ``model/conv_1/kernel:0`` and ``conv1/kernel/.ATTRIBUTES/VARIABLE_VALUE`` say the same but for a
scope. The spellings are those of TensorFlow 1 (``tf.layers``, ``tf.contrib.layers``, ``rnn_cell`` of several versions),
Keras and ``tf.train.Checkpoint``.
"""

import functools
import re
from dataclasses import dataclass, field

ATTRIBUTE = "/.ATTRIBUTES/VARIABLE_VALUE"
SLOT = ".OPTIMIZER_SLOT"
ROLES = {  # what a variable is called -> one of its names
    **dict.fromkeys(("weights", "weight", "w", "matrix", "filter", "filters", "kernel"), "kernel"),
    **dict.fromkeys(("bias", "biases", "b"), "bias"),
    **dict.fromkeys(("gamma", "scale"), "gamma"),
    **dict.fromkeys(("beta", "offset", "shift"), "beta"),
    **dict.fromkeys(("running_mean", "mean", "mu"), "moving_mean"),
    **dict.fromkeys(("running_var", "running_variance", "moving_var", "variance", "var"), "moving_variance"),
    **dict.fromkeys(("embedding", "embedding_weights", "embedding_table", "lookup_table"), "embeddings"),
    "depthwise_weights": "depthwise_kernel",
    "pointwise_weights": "pointwise_kernel",
    "iterations": "iter",
}
AVERAGE = "moving average"
OUTPUT = re.compile(r":\d+$")
NUMBERED = re.compile(r"(.*?)[_-]?(\d{0,6})", re.DOTALL)
SLOTS = {  # the last part of a slot's name in TensorFlow 1 -> what tf.train.Checkpoint calls it
    "Adam": "m",
    "Adam_1": "v",
    "AdaMax": "m",
    "AdaMax_1": "v",
    "Momentum": "momentum",
    "RMSProp": "rms",
    "RMSProp_1": "momentum",
    "Adagrad": "accumulator",
    "Adadelta": "accum_grad",
    "Adadelta_1": "accum_var",
    "Ftrl": "accumulator",
    "Ftrl_1": "linear",
    "ExponentialMovingAverage": AVERAGE,
}


@dataclass(frozen=True, slots=True)
class Name:
    """A name, taken apart.

    Attributes:
        scopes: where it stands, each part a pair ``(stem, number)``: ``dense`` is ``("dense", 0)``, ``dense_1`` is
            ``("dense", 1)``.
        role: what it is, such as ``("kernel", 0)``, in one spelling for all.
        slots: whose slot it is: ``("m",)`` for Adam's first moment, ``()`` for a variable of the model.
        optimizers: whose slots they are, as far as the name says it: ``("Adam",)``. Equal names may differ in these.
    """

    scopes: tuple
    role: tuple
    slots: tuple
    optimizers: tuple = field(default=(), compare=False)

    def may_be(self, other):
        """Whether no other optimizer made the slots of the other one: each computes something else."""
        return not (self.optimizers and other.optimizers) or self.optimizers == other.optimizers

    @property
    def path(self):
        return (*self.scopes, self.role)


@functools.cache
def parsed(name):
    """The ``Name`` that a text says.

    Example:

        >>> parsed("net/conv1/weights").role
        ('kernel', 0)
    """
    parts = OUTPUT.sub("", name).removesuffix(ATTRIBUTE).split("/")
    slots, optimizers = (), ()
    if SLOT in parts:
        at = parts.index(SLOT)
        parts, slots = parts[:at], parts[-1:]
    while len(parts) > 1 and parts[-1] in SLOTS:
        optimizers = (parts[-1].removesuffix("_1"), *optimizers)
        slots = (SLOTS[parts.pop()], *slots)
    *scopes, (stem, number) = [stem_and_number(part) for part in parts if part] or [("", 0)]
    return Name(tuple(scopes), (ROLES.get(stem.lower(), stem), number), tuple(slots), optimizers)


def stem_and_number(part):
    if not part[-1:].isdecimal():  # most have no number, and this is asked very often
        return part[:-1] if part.endswith(("_", "-")) else part, 0
    stem, number = NUMBERED.fullmatch(part).groups()
    return stem, int(number or 0)


def spelling(name):
    """How the end of a name is spelled: its last part, and what stands behind it."""
    bare = OUTPUT.sub("", name)
    ends = bare.removesuffix(ATTRIBUTE)
    return ends.rpartition("/")[2], name[len(ends) :]
