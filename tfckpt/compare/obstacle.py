"""``Obstacle``: what stands in the way of a restore although names, dtypes and shapes fit."""

from dataclasses import dataclass

from tfckpt.document import code as in_code

LONGEST = 120  # characters of a name: it may come from a stranger
BY_NAME = (
    "The values can be had without the graph: the command `export`, or `tf.train.load_checkpoint`. Build the graph in "
    "code, and give them to it by name."
)


@dataclass(frozen=True)
class Obstacle:
    """One obstacle. Its texts are Markdown, and names in them are code.

    Attributes:
        stage: what it stops: ``"path"`` (no file is found), ``"import"`` (of the graph), ``"saver"`` (a plain Saver
            cannot be made), ``"own saver"`` (the one that an import returns), ``"place"`` (a restore on a machine
            that lacks something), ``"crossed"`` (nothing, but a plain Saver takes other values than the graph's), or
            ``"shared"`` (nothing, but two variables get one value).
        says: what is wrong, as a piece of a sentence.
        cure: what to do, in sentences.
        code: lines that prepare ``meta``, a ``MetaGraphDef``, for its import; empty if no such lines help.
        clear_devices: whether an import with ``clear_devices=True`` is the cure.
    """

    stage: str
    says: str
    cure: str
    code: str = ""
    clear_devices: bool = False


def code(text):
    """A name as code, as far as it is not too long."""
    return in_code(text if len(text) <= LONGEST else f"{text[:LONGEST]}…") if text else "an empty name"


def more(count):
    """How many there are beside the one that is told; or nothing."""
    return f", and {count} more" if count > 0 else ""
