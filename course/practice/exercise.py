"""An exercise: a reference solution, the examiner that judges attempts, three hints, and known wrong attempts."""

import ast
import inspect
import re
import textwrap
from dataclasses import dataclass
from itertools import groupby

from course.practice.verdict import CORRECT
from tfckpt.document import Note, fenced


@dataclass(frozen=True)
class WrongAttempt:
    """An attempt that real people make, and a piece of the verdict that it must get."""

    function: object
    says: str


class Exercise:
    """One exercise of the course.

    A lesson's module makes it from its reference solution with the decorator ``exercise``, then adds the rest::

        @exercise(hints=["a question?", "a nudge.", "nearly there."])
        def read_it(value):
            '''What to do. This docstring is the stub's too.'''
            return value  # and why

        @read_it.examiner
        def _(attempt):
            if attempt(3) != 3:
                raise NotYet(seen="…", expected="…", because="…")
            return "Why it works."

        @read_it.wrong_attempt(says="a piece of its verdict")
        def forgets_to_return(value):
            value

        @read_it.right_attempt
        def in_an_unusual_form(value):
            return list([value])[0]
    """

    def __init__(self, reference, hints, raised=None, lesson=None, tensorflow=1, seconds=20):
        self.reference = reference
        self.hints = tuple(hints)
        self.raised = dict(raised or {})
        self.tensorflow = tensorflow
        self.seconds = seconds
        self.examine = None
        self.hints_given = 0
        self.told_to_try = False  # the solution was asked for before the first attempt
        self.tried = []  # the verdicts of this process
        self.wrong_attempts = []
        self.right_attempts = []
        self.harmless_changes = {}  # a small change of the reference that may pass -> why
        # Pickled by reference, so that the process that runs an attempt finds it in the lesson's module.
        self.__name__ = self.__qualname__ = reference.__name__
        self.__module__ = lesson or reference.__module__

    def __reduce__(self):
        return self.__name__

    def examiner(self, function):
        """Decorator: ``function(attempt)`` calls the attempt, then raises ``NotYet`` or returns why it is right."""
        self.examine = function
        return function

    def wrong_attempt(self, says):
        """Decorator: adds a known wrong attempt, whose verdict contains ``says``."""

        def add(function):
            self.wrong_attempts.append(WrongAttempt(function, says))
            return function

        return add

    def right_attempt(self, function):
        """Decorator: adds a right answer in an unusual form, which must be accepted."""
        self.right_attempts.append(function)
        return function

    def may_pass(self, change, because):
        """Lists a small change of the reference solution that may pass, in the words of truth 5's test, and why."""
        self.harmless_changes[change] = because

    @property
    def solved(self):
        """Whether an attempt of this process was correct."""
        return any(verdict.state == CORRECT for verdict in self.tried)

    def hint(self):
        """The next hint, as a ``Note``. After the last one, the last again."""
        self.hints_given = number = min(self.hints_given + 1, len(self.hints))
        then = (
            "Ask again for the next one."
            if number < len(self.hints)
            else f"What is left is `course.solution({self.__name__})`."
        )
        return Note(f"{self.numbered(number)}\n\n{then}")

    def numbered(self, number):
        """A hint, with its number before it."""
        return f"**Hint {number} of {len(self.hints)}.** {self.hints[number - 1]}"

    def show_solution(self):
        """The reference solution, as a ``Note``."""
        return Note(f"A solution of `{self.__name__}`, with the reasons:\n\n{fenced(self.to_read, 'python')}")

    @property
    def to_read(self):
        """The reference solution as it is shown: without the docstring, and with comments that do not wrap."""
        return wrapped_comments(without_docstring(self.solution))

    @property
    def solution(self):
        """The reference solution's source, as a learner would write it: without its decorator."""
        return source_of(self.reference)

    @property
    def stub(self):
        """The function as the notebook has it: the signature, the docstring and ``...``."""
        tree = ast.parse(self.solution)
        last_of_docstring = tree.body[0].body[0].end_lineno
        return "\n".join(self.solution.splitlines()[:last_of_docstring]) + "\n    ..."


def without_docstring(source):
    """A function's source without its docstring, which the learner has before their eyes; as it is if it has none."""
    function = ast.parse(source).body[0]
    if ast.get_docstring(function) is None:
        return source
    docstring, lines = function.body[0], source.splitlines()
    before = lines[docstring.lineno - 1].encode()[: docstring.col_offset]
    behind = lines[docstring.end_lineno - 1].encode()[docstring.end_col_offset :]
    if before.strip() or behind.strip():  # it shares a line with code
        return source
    return "\n".join(lines[: docstring.lineno - 1] + lines[docstring.end_lineno :])


def wrapped_comments(source, width=76):
    """Source whose comments are at most ``width`` characters wide: one behind code goes above it where it is too long.

    Lines of comment in a row that begin at the same place are one paragraph.
    """
    result = []
    for mark, group in groupby(source.splitlines(), key=mark_of_comment):
        lines = list(group)
        if mark and max(map(len, lines)) > width:
            result += wrapped(" ".join(line.removeprefix(mark).strip() for line in lines), mark, width)
            continue
        for line in lines:
            code, behind, comment = line.partition("  # ")
            if len(line) > width and behind:
                indent = line[: len(line) - len(line.lstrip())]
                result += [*wrapped(comment, f"{indent}#", width), code]
            else:
                result.append(line)
    return "\n".join(result)


def mark_of_comment(line):
    """The beginning of a line of comment, such as ``    #``; None for any other line."""
    match = re.match(" *#", line)
    return match and match[0]


def wrapped(comment, mark, width):
    return textwrap.wrap(comment, width, initial_indent=f"{mark} ", subsequent_indent=f"{mark} ")


def exercise(hints, raised=None, lesson=None, tensorflow=1, seconds=20):
    """Decorator: makes an ``Exercise`` from its reference solution.

    Args:
        hints: three texts in Markdown: a question, a nudge, nearly there.
        raised: what to say of an attempt that raises: ``{part of the message: likely cause}``.
        lesson: the ``__name__`` of the lesson's module, for a reference solution that is defined in another one.
        tensorflow: 1 for attempts that run after ``tf.disable_v2_behavior()``, 2 for TensorFlow 2 as it is.
        seconds: how long an attempt may take, for one that rightly starts a process of its own.
    """
    return lambda reference: Exercise(reference, hints, raised, lesson, tensorflow, seconds)


class NoSource(ValueError):
    """There is no source of a function. The message says what to do."""


def source_of(function):
    """A function's source without decorators, indented from the left edge.

    Raises:
        NoSource: it was made by ``exec``, is a lambda or Python's own, or a part of a longer line.
    """
    try:
        text = textwrap.dedent(inspect.getsource(function))
        (node, *_) = ast.parse(text).body
    except (OSError, TypeError, SyntaxError, IndexError, ValueError):
        node = None
    if not isinstance(node, ast.FunctionDef) or node.name != function.__name__:  # None, a class, or some other text
        raise NoSource(
            f"The source of `{function.__name__}` cannot be read. Define it with `def` in a cell, and run that cell."
        )
    return "\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno])


def is_blank(source):
    """True when a function's body has nothing but its docstring, ``...`` and ``pass``."""
    body = ast.parse(source).body[0].body
    if ast.get_docstring(ast.parse(source).body[0]) is not None:
        body = body[1:]
    return all(isinstance(node, ast.Pass) or ast.unparse(node) == "..." for node in body)
