"""``explain()`` in a notebook: what the last error means."""

import sys
import traceback

from course import expected_errors
from course.setup.usage import program
from tfckpt.document import Note
from tfckpt.explain.explanation import Explanation
from tfckpt.explain.which_tf import Tf


class Explained(Explanation):
    """What an error means, framed in a notebook as a verdict is, and as plain text everywhere else."""

    def _repr_markdown_(self):
        quoted = "\n".join(f"> {line}".rstrip() for line in self.markdown.splitlines())
        return f'<div class="verdict not-yet">\n\n{quoted}\n\n</div>'


def explain(text=None):
    """Says what an error means: the cause with the names that stand in it, what to do, and the lesson.

    It compares the message with those that are known, and invents nothing where it is none of them.

    Args:
        text: a message, or a traceback with whatever stands around it. Without it, the last error of this notebook,
            one that ``course.outcome()`` or ``course.expect_error()`` has caught included.
    """
    if text is None:
        text = last_error()
    elif isinstance(text, BaseException):
        text = "".join(traceback.format_exception(text))
    if not text:
        return Note('There was no error yet. `course.explain("the message")` explains one that you have.')
    return Explained(str(text), program(), tf=tf_of_the_notebook())


def tf_of_the_notebook():
    """``Tf.V1`` where this notebook's ``tf`` is ``tensorflow.compat.v1``, as in most lessons; None where it is not."""
    name = getattr(getattr(sys.modules.get("__main__"), "tf", None), "__name__", "")
    return Tf.V1 if name.endswith("compat.v1") else None


def last_error():
    """The text of the last error that this notebook showed, in full or in a line; None if there was none."""
    shown = getattr(sys, "last_value", None)
    caught = expected_errors.last
    if caught and caught.before is shown:  # no other one was shown since
        return caught.text
    return "".join(traceback.format_exception(shown)) if shown is not None else None
