"""Where Keras configurations stand beside a model or within one, and what of them is not known to compute only."""

import json
from pathlib import Path

from tfckpt.danger.keras_code import LONGEST, Code, code_in
from tfckpt.errors import CheckpointError, reading
from tfckpt.format.opened import opened
from tfckpt.format.shard import mapped
from tfckpt.format.wire import fields, single, text

LARGEST = 2**31  # bytes
LARGEST_TEXT = 16 * 2**20  # bytes of a configuration that stands by itself


def configuration(content):
    """JSON as Python objects. Raises ValueError for what is none, or nested too deeply."""
    try:
        return json.loads(content if isinstance(content, str) else text(content))
    except RecursionError:
        raise ValueError("a configuration in it is nested too deeply") from None


def code_in_folder(folder):
    """What runs when Keras loads a folder: with a ``config.json`` in it, it is an unpacked ``.keras`` file."""
    path = Path(folder) / "config.json"
    if not path.is_file():
        return []
    try:
        with opened(path) as file:
            content = file.read(LARGEST_TEXT + 1)
        config = configuration(content) if len(content) <= LARGEST_TEXT else None
    except (CheckpointError, OSError, ValueError):
        config = None
    if config is None:
        return [Code(path.name, "cannot be read: nobody knows what it does")]
    return [code for code in code_in(config) if not code.needs]


def code_in_metadata(path):
    """What runs when Keras 2 loads a SavedModel: as ``code_in``, from its ``keras_metadata.pb``.

    A configuration in it that cannot be read is named, and hides nothing of the others.

    Raises:
        CheckpointError: the file itself cannot be read.
    """
    with mapped(path, LARGEST) as data, reading(path, "Likely a copy that did not finish.", whole=data):
        nodes = [single(node) for number, node in fields(data) if number == 1]
        return code_in_texts((text(node.get(3, b"")), text(node.get(5, b""))) for node in nodes)


def code_in_objects(graphs):
    """The same from the objects of the ``MetaGraph``s of a SavedModel, where earlier versions of Keras 2 had it."""
    saved = (saved.says for graph in graphs for saved in graph.objects if saved.kind == "user")
    return code_in_texts(pair for pair in saved if pair[0].startswith("_tf_keras"))


def code_in_texts(texts):
    """The same from pairs of a name and JSON: classes that are not of Keras are not needed to load these."""
    unique = {}
    for name, content in texts:
        if not len(content):
            continue
        try:
            inside = code_in(configuration(content))
        except ValueError:
            inside = [Code(name[:LONGEST], "has a configuration that cannot be read: nobody knows what it does")]
        unique |= {code: code for code in inside if not code.needs}
    return list(unique)
