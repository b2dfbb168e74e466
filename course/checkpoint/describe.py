"""Tables that describe a checkpoint: ``files`` and ``variables``."""

import math
import os
import re
from pathlib import Path

from course.note import Table


class CheckpointError(Exception):
    """A checkpoint that cannot be found or read. The text says what was seen and what to do."""


def files(prefix):
    """Returns the files that a save to ``prefix`` left on disk, with their sizes and roles, as a table.

    Args:
        prefix: what was passed to ``saver.save``, with the ``-step`` suffix if there is one.

    Raises:
        CheckpointError: no file has this prefix.

    Introduced in lesson 03.
    """
    rows = [(f"`{path.name}`", size(path.stat().st_size), text) for path, text in found(prefix)]
    return Table(["file", "size", "what it holds"], rows, align="lrl")


def variables(prefix):
    """Returns the variables in a checkpoint, sorted by name, with their shapes, dtypes and sizes, as a table.

    ``tf.train.list_variables`` tells the same, but for a prefix that is also a folder it reads another checkpoint:
    the latest one in that folder.

    Args:
        prefix: what was passed to ``saver.save``, with the ``-step`` suffix if there is one.

    Raises:
        CheckpointError: no file has this prefix, or TensorFlow cannot read what is there.

    Introduced in lesson 03.
    """
    reader = reader_of(prefix)
    dtypes = reader.get_variable_to_dtype_map()
    rows = []
    for name, shape in sorted(reader.get_variable_to_shape_map().items()):
        width = dtypes[name].size
        rows.append((f"`{name}`", shape, dtypes[name].name, size(math.prod(shape) * width) if width else "varies"))
    return Table(["variable", "shape", "dtype", "size"], rows, align="lllr")


def reader_of(prefix):
    """TensorFlow's own reader of the checkpoint with exactly this prefix.

    Raises:
        CheckpointError: no file has this prefix, or TensorFlow cannot read what is there.
    """
    import tensorflow.compat.v1 as tf  # not before it is needed: it takes seconds

    found(prefix)
    try:
        return tf.train.NewCheckpointReader(os.fspath(prefix))
    except (tf.errors.OpError, RuntimeError) as error:
        raise CheckpointError(f"TensorFlow cannot read the checkpoint {Path(prefix).as_posix()}: {error}") from error


ROLES = (
    (r"\.data-(\d{5})-of-(\d{5})", "the values of the variables, end to end"),
    (r"\.index", "a table: the name of each variable, its dtype, its shape, and where its values are"),
    (r"\.meta", "the graph, and which of its operations save and restore"),
    (r"\..*tempstate\d+", "left over from a save that did not finish"),
)


def found(prefix):
    """The files of a prefix as ``(path, role)``, in the order of ``ROLES``, and the file ``checkpoint`` beside them.

    Raises:
        CheckpointError: there are none.
    """
    prefix = Path(prefix)
    folder = prefix.parent
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    rows = []
    for pattern, role in ROLES:
        for name in names:
            match = name.startswith(prefix.name) and re.fullmatch(pattern, name[len(prefix.name) :])
            if match:
                shard = (
                    f" (part {int(match[1]) + 1} of {int(match[2])})" if match.groups() and int(match[2]) > 1 else ""
                )
                rows.append((folder / name, role + shard))
    if not rows:
        raise CheckpointError(advice(prefix, names))
    if "checkpoint" in names:
        rows.append((folder / "checkpoint", "text: which checkpoint in this folder is the latest"))
    return rows


def advice(prefix, names):
    """What to say when no file has the prefix: that it is a file's name, or which prefixes the folder has."""
    seen = f"No checkpoint has the prefix {prefix.as_posix()!r}."
    shorter = re.sub(r"\.(index|meta|data-\d{5}-of-\d{5})$", "", prefix.name)
    if prefix.name in names and shorter != prefix.name:
        return (
            f"{seen} That is one of its files. Pass the prefix, the part that its files share: "
            f"{(prefix.parent / shorter).as_posix()!r}."
        )
    others = [name.removesuffix(".index") for name in names if name.endswith(".index")]
    if others:
        return f"{seen} The prefixes in that folder are: {', '.join(map(repr, others))}."
    if prefix.parent.is_dir():
        return f"{seen} The folder {prefix.parent.as_posix()!r} has no checkpoint in it (no file that ends in .index)."
    return f"{seen} There is no folder {prefix.parent.as_posix()!r}."


def size(count):
    """A number of bytes as text: exact below 1,000, rounded above, since the size of a graph varies between systems."""
    if count < 1000:
        return f"{count} bytes"
    if count < 999_500:
        return f"{count / 1000:.0f} kB"
    if count < 999_950_000:
        return f"{count / 1e6:.1f} MB"
    return f"{count / 1e9:.1f} GB"
