"""The verdict on an attempt: one of three states, each with an icon and a word, never by color alone."""

import json

from tfckpt.document import Note, fenced

CORRECT, NOT_YET, BLANK = "✅ Correct", "❌ Not yet", "✏️ Not attempted"
CLASS = {CORRECT: "correct", NOT_YET: "not-yet", BLANK: "blank"}  # what course/lab/custom.css colors


class NotYet(Exception):
    """Raised by an examiner: the attempt is not right yet.

    Args:
        seen: what the attempt did.
        expected: what it should have done.
        because: the likely misconception, and what to look at; None if it is not known.
    """

    def __init__(self, seen, expected, because):
        super().__init__(seen, expected, because)
        self.seen, self.expected, self.because = seen, expected, because


def must_be_array(answer, expected, none, seen="The function returned"):
    """Raises ``NotYet`` for what beginners return in place of values: nothing, a part of the graph, or a list.

    Args:
        answer: what the attempt returned: should be an array, or a number out of one.
        expected: what it should have returned, in words.
        none: the likely cause when it is ``None``.
        seen: how the sentence begins that says what it is.
    """
    import numpy as np  # not before it is needed: this module is imported by `course.check`

    if answer is None:
        raise NotYet(f"{seen} `None`.", expected, none)
    if not isinstance(answer, np.ndarray | np.generic):
        raise NotYet(
            seen=f"{seen} an object of type `{type(answer).__name__}`.",
            expected=expected,
            because="That is not the value of a tensor. A session has the values: `sess.run(...)` fetches them."
            if type(answer).__module__.startswith("tensorflow")
            else "An array is asked for, as `sess.run(...)` returns it for one tensor. For a list of tensors it "
            "returns a list; `.tolist()`, `str` and the like make something else of an array.",
        )


def same(one, other):
    """True when two values are equal: shape, kind of dtype, and each element, NaN and NaN being equal."""
    import numpy as np

    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    return one.tobytes() == other.tobytes() or bool(np.all((one == other) | ((one != one) & (other != other))))


class Verdict(Note):
    """The outcome of one check. ``state`` is ``CORRECT``, ``NOT_YET`` or ``BLANK``.

    Args:
        state: one of the three.
        text: Markdown: why it works, or what was seen, what was expected and the likely cause.
        printed: what the attempt printed, shown below the text.
        because: the likely cause alone: two attempts with the same one are wrong in the same way.
    """

    source = None  # of the attempt that it judges, set where the attempt is run
    actions = None  # what the buttons below it do, in a notebook: set where the lessons are known

    def __init__(self, state, text, printed="", because=None):
        shown = f"\n\nYour function printed:\n\n{fenced(printed.rstrip())}" if printed.strip() else ""
        super().__init__(f"**{state}.**{text if text.startswith(chr(10)) else ' ' + text}{shown}")
        self.state, self.text, self.printed, self.because = state, text, printed, because

    def saying(self, text):
        """The same verdict with another text."""
        other = Verdict(self.state, text, self.printed, self.because)
        other.source, other.actions = self.source, self.actions
        return other

    def saying_also(self, text):
        """The same verdict with another paragraph, above what the attempt printed."""
        return self.saying(f"{self.text}\n\n{text}")

    def saying_first(self, text):
        """The same verdict with a paragraph before it."""
        return self.saying(f"{text}\n\n{self.text.strip()}")

    def _repr_markdown_(self):
        quoted = "\n".join(f"> {line}".rstrip() for line in self.markdown.splitlines())
        return f'<div class="verdict {CLASS[self.state]}">\n\n{quoted}\n\n</div>'

    def _repr_mimebundle_(self, include=None, exclude=None):
        """The buttons. What else an output has comes from the two methods above and below."""
        if not self.actions:
            return {}
        from course.practice.panel import VIEW, panel

        return {VIEW: panel(self, self.actions).get_view_spec()}

    def as_json(self):
        """The verdict as bytes, for another process. Numbers and text only: what comes back cannot run anything."""
        return json.dumps([self.state, self.text, self.printed, self.because]).encode()

    @classmethod
    def from_json(cls, data):
        """The verdict of ``as_json``. Raises ValueError for anything else."""
        match json.loads(data):
            case [str(state), str(text), str(printed), because]:
                return cls(state, text, printed, because)
        raise ValueError("that is no verdict")

    @classmethod
    def not_yet(cls, problem, printed=""):
        """The verdict that a ``NotYet`` leads to."""
        lines = [
            f"- **Seen:** {problem.seen}",
            f"- **Expected:** {problem.expected}",
        ]
        if problem.because is not None:
            lines.append(f"- **Likely cause:** {problem.because}")
        return cls(NOT_YET, "\n\n" + "\n".join(lines), printed, problem.because)
