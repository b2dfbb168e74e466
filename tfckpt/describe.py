"""Tables that describe a checkpoint: ``files`` and ``variables``."""

import re

from tfckpt.document import Table
from tfckpt.format.dtypes import elements, item_size
from tfckpt.prefix import files_of
from tfckpt.readers.bundle import Bundle


def files(prefix):
    """Returns the files that a save to ``prefix`` left on disk, with their sizes and roles, as a table.

    Args:
        prefix: what was passed to ``saver.save``, with the ``-step`` suffix if there is one.

    Raises:
        CheckpointError: no file has this prefix.

    Example:

        >>> files("run/model-50").rows[1][:2]
        ['model-50.data-00000-of-00001', '20 bytes']

    Introduced in lesson 03.
    """
    rows = [(f"`{path.name}`", size(path.stat().st_size), text) for path, text in files_of(prefix)]
    return Table(["file", "size", "what it holds"], rows, align="lrl")


def variables(prefix):
    """Returns the variables in a checkpoint, sorted by name, with their shapes, dtypes and sizes, as a table.

    ``tf.train.list_variables`` tells the same, but for a prefix that is also a folder it reads another checkpoint:
    the latest one in that folder.

    Args:
        prefix: what was passed to ``saver.save``, with the ``-step`` suffix if there is one.

    Raises:
        CheckpointError: no file has this prefix, or what is there cannot be read.

    Example:

        >>> variables("run/model-50").rows
        [['variable', 'shape', 'dtype', 'size'], ['A', '[2]', 'int32', '8 bytes'], ['B', '[3]', 'int32', '12 bytes']]

    Introduced in lesson 03.
    """
    rows = [
        (f"`{entry.name}`", list(entry.shape), entry.dtype, size(size_of(entry)))
        for entry in Bundle(prefix).entries.values()
    ]
    return Table(["variable", "shape", "dtype", "size"], rows, align="lllr")


def size_of(entry):
    """How many bytes the values of an ``Entry`` take. A partitioned variable counts all its parts.

    Example:

        >>> size_of(Bundle("run/model-50").entry("A"))
        8
    """
    return elements(entry.shape) * (item_size(entry.dtype) or 0) if entry.slices else entry.size


def natural(name):
    """What sorts names so that 2 comes before 10.

    Example:

        >>> sorted(["w10", "w2"], key=natural)
        ['w2', 'w10']
    """
    return [int(part) if number % 2 else part for number, part in enumerate(re.split(r"([0-9]{1,18})", name))]


def size(count):
    """A number of bytes as text: exact below 1,000, rounded above, since the size of a graph varies between systems.

    Example:

        >>> size(999), size(1_500_000)
        ('999 bytes', '1.5 MB')
    """
    if count < 1000:
        return f"{count} byte{'' if count == 1 else 's'}"
    if count < 999_500:
        return f"{count / 1000:.0f} kB"
    if count < 999_950_000:
        return f"{count / 1e6:.1f} MB"
    return f"{count / 1e9:.1f} GB" if count < 10**18 else "more than 10^18 bytes"


def shape_text(shape):
    """A shape as text: ``[2, 3]``, with ``?`` for what is not known.

    Example:

        >>> shape_text((None, 3)), shape_text(None)
        ('[?, 3]', '?')
    """
    if shape is None:
        return "?"
    return "[" + ", ".join("?" if length is None else str(length) for length in shape) + "]"


def quoted(name):
    """A name as Python code, in double quotes where that needs no escape.

    Example:

        >>> print(quoted("dense/kernel"))
        "dense/kernel"
    """
    return f'"{name}"' if repr(name) == f"'{name}'" and '"' not in name else repr(name)
