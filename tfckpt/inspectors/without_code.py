"""What to do with a graph for which there is no code to paste, since it cannot be imported or run as it is."""

from tfckpt.bounds import shortened_word
from tfckpt.inspectors.uses import Use

MOST_TYPES = 5  # of operations that are named
LONGEST = 100  # of the name of a type
UNKNOWN = (
    "TensorFlow cannot import it: it does not know {types}, of tf.contrib perhaps, or of a library that the old "
    "program loaded. Make a placeholder of each: what does not need it runs, and you can feed it with what a function "
    "of your own computes in its place."
)
PYTHON = (
    "What needs {types} cannot be run: the graph calls a Python function there, which was in the memory of the old "
    "program and is in no file. Feed what it returned, or write it anew."
)
OTHERS = "There is no code here, because of what is suspicious. See what it would do before you run any of it."
VALUES = "The values need no graph: where {name}.index and {name}.data-… are, export them (lesson 18b)."


def what_to_do(suspects, name=""):
    """A ``Use`` without code for a graph that has something suspicious.

    Args:
        suspects: each a ``Suspect``, at least one that is not expected.
        name: what the names of the files with its values begin with; empty if it has no variables.
    """
    unknown = [suspect for suspect in suspects if suspect.does.startswith("is not known to TensorFlow")]
    python = [suspect for suspect in suspects if suspect.touches == "Python"]
    says = [text.format(types=types(those)) for text, those in ((UNKNOWN, unknown), (PYTHON, python)) if those]
    lesson = "18a" if says else "15"
    says += [OTHERS] * (len(unknown) + len(python) < len(suspects))
    return Use(" ".join([*says, *([VALUES.format(name=name)] if name else [])]), "", lesson)


def types(suspects):
    """The types of some operations in words."""
    names = list(dict.fromkeys(shortened_word(suspect.operation.type, LONGEST) for suspect in suspects))
    *rest, last = [*names[:MOST_TYPES], f"{len(names) - MOST_TYPES} more"] if len(names) > MOST_TYPES else names
    return f"{', '.join(rest)} and {last}" if rest else last
