"""``lacking``: names in a Keras configuration by which Keras would look for a function or class that it does not have.

A layer names its activation, a model its loss and its metrics. A name that is not Keras's own is of whoever made the
model, or of another version.
"""

KINDS = ("activation", "initializer", "regularizer", "constraint")  # of what a layer names, as in "kernel_initializer"
COMPILED = {"loss": "loss", "metrics": "metric", "weighted_metrics": "metric", "optimizer": "optimizer"}
# What `compile` takes in the place of a metric, and finds the right one for.
SHORT = {"accuracy", "acc", "crossentropy", "ce"}


def lacking(config, known):
    """Yields what a layer's configuration names and Keras lacks: pairs of a kind and a name.

    Args:
        config: a dict.
        known: ``{kind: names}``.

    Example:

        >>> list(lacking({"activation": "relu7"}, {"activation": {"relu"}}))
        [('activation', 'relu7')]
    """
    for key, name in config.items():
        kind = key.rpartition("_")[2]
        if kind in KINDS and isinstance(name, str) and name not in known[kind]:
            yield kind, name


def lacking_to_compile(config, known):
    """The same of how a model was compiled: ``compile_config`` of a ``.keras``, ``training_config`` of an ``.h5``.

    Example:

        >>> list(lacking_to_compile({"metrics": [["accuracy", "own"]]}, {"metric": {"mse"}}))
        [('metric', 'own')]
    """
    for key, kind in COMPILED.items():
        for name in texts_in(config.get(key)):
            same = name.lower() if kind == "optimizer" else name
            if same not in known[kind] and not (kind == "metric" and name in SHORT):
                yield kind, name


def texts_in(value):
    """Yields the texts in lists and dicts, but not in an object, which names its class."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            waiting += reversed(value)
        elif isinstance(value, dict) and "class_name" not in value:
            waiting += reversed(value.values())
