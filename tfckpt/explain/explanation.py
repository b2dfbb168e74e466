"""``explain``: what a message means, to read in a terminal or a notebook, or as JSON."""

import re
from dataclasses import replace

from tfckpt.document import Document, fenced, printable
from tfckpt.explain import filled
from tfckpt.explain.catalog import catalog
from tfckpt.explain.find import Passage, Text, best, find
from tfckpt.explain.folds import unfolded, unwrapped
from tfckpt.explain.lines import most_telling
from tfckpt.explain.nearest import nearest
from tfckpt.explain.symptoms import suspected
from tfckpt.explain.which_tf import tf_of, written_for

LONGEST_SHOWN = 300  # characters of the reader's message


class Explanation(Document):
    """What a message means.

    Args:
        text: a message, or a traceback and whatever stands around it.
        program: how the commands are called that it names.
        known: the ``Catalog``.
        tf: what ``tf`` is in the program that it comes from, a ``Tf``, where that is known otherwise than by the text.

    Attributes:
        found: the ``Found``; None if the message is not known.
        nearest: if it is not known, messages that are like it: pairs of a ``Message`` and the words that both have.
        logged: if it is not known, a known message that a log has before it, as a ``Found``; or None.
        suspected: if the text has no error, what it tells of in words, as a ``Suspected``; or None.

    Example:

        >>> Explanation("ValueError: No variables to save").found.message.id
        'no-variables-to-save'
    """

    def __init__(self, text, program="tfckpt", known=None, tf=None):
        super().__init__()
        self.program, self.known = program, known or catalog()
        pasted = unfolded(text)
        text, whole = Text(pasted), unwrapped(pasted)
        self.found = find(Text(whole), self.known.messages) if whole != pasted else None
        self.found = self.found or find(text, self.known.messages)
        self.nearest, self.logged, self.suspected = [], None, None
        if self.found:
            self.found = written(self.found, tf or tf_of(text.whole.text))
            self.tell()
        elif told := suspected(text, self.known.symptoms):
            causes = tuple(written_for(cause, tf or tf_of(text.whole.text)) for cause in told.causes)
            self.suspected = replace(told, causes=causes)
            self.suspect()
        else:
            self.asked = text.failures[-1].lines[0] if text.failures else most_telling(text.lines)
            subject = "\n".join(text.failures[-1].lines) if text.failures else text.whole.text
            # A message that the text has is none of them: it is known, and the text speaks for none of its causes.
            whole = Passage(subject.split("\n"))
            others = [message for message in self.known.messages if not whole.search(message.pattern)]
            self.nearest = nearest(subject, others)
            self.logged = best(text.whole, text, self.known.messages) if text.failures else None
            self.admit()

    def tell(self):
        """The cause or the causes, and what to do."""
        found = self.found
        self.fact("Message", shortened(found.shown))
        if found.ends_in:
            self.fact("But", f"the text ends in another error, which is not known: {shortened(found.ends_in)}", "bad")
        self.weigh(found.causes, found.label)
        if found.also:
            self.tell_also(found.also)

    def weigh(self, causes, label):
        """Each of some causes, with how to tell it and what to do."""
        for number, cause in enumerate(causes, 1):
            if len(causes) > 1:
                self.heading(f"{number} of {len(causes)} possible causes")
            self.say(label, cause.what)
            if cause.tell:
                self.say("Tell by", cause.tell)
            self.say("To do", cause.do)
            if code := filled.python(cause.code, self.groups):
                self.paste(code)
            self.lead_on(cause)

    def suspect(self):
        """That there is no message, by which words the text was taken for a silent failure, and what may be behind."""
        self.fact("Message", "none was found in this text")
        self.fact("By words", "; ".join(f"“{words}”" for words in self.suspected.words))
        text = "Nothing here proves a cause. These are frequent where people tell of that; try what stands at Tell by."
        self.fact("So", text)
        self.weigh(self.suspected.causes, "Possibly")

    @property
    def groups(self):
        """What was read in the message, ``{"key": "A_1"}``."""
        return self.found.groups if self.found else {}

    def tell_also(self, other):
        """Another error in the text, in short; where it may have several causes, that it has to be asked for."""
        self.heading("Another error earlier in the text, which is known too. It may be settled by now")
        self.fact("Message", shortened(other.shown))
        if len(other.causes) > 1:
            self.fact("To do", "It has several possible causes: explain that line alone.")
            return
        self.say(other.label, other.causes[0].what, other)
        self.say("To do", other.causes[0].do, other)

    def lead_on(self, cause):
        """The command to type next, and the lesson."""
        if command := filled.command(cause.run, self.groups, self.program):
            self.fact("Type next", "")
            self.add(fenced(printable(command)), ("command", f"    {printable(command)}", None))
        if cause.lesson:
            self.lesson(cause.lesson)

    def lesson(self, number):
        """The number, the title and the file of a lesson; in a notebook, a link to it."""
        title, file = self.known.lessons[number], lesson_file(number, self.known.lessons)
        self.add(
            f"- **Lesson:** [{number} {title}]({file})",
            ("", f"  {'Lesson':<12}{number} {title}: notebooks/{file} in the course", 14),
        )

    def admit(self):
        """That the message is not known, what is like it, and nothing else."""
        self.fact("Message", shortened(self.asked))
        self.fact("Not known", "This is not one of the messages of saving and restoring that are known here.", "bad")
        if self.logged:
            text = f"Earlier in the text stands one that is known: {shortened(self.logged.shown)}"
            self.fact("But", f"{text} Explain that line alone if it is what you ask about.")
        if self.nearest:
            self.heading("The nearest that are known, by their words. Perhaps none of them is yours")
            for message, shared in self.nearest:
                self.fact("", f"{shortened(message.example)} (both have: {', '.join(shared[:6])})")

    def say(self, label, text, found=None):
        """A word and a text of the catalog, with what was read in the message, or in another one."""
        groups = found.groups if found else self.groups
        self.add(
            f"- **{label}:** {filled.markdown(text, groups)}",
            ("", f"  {label:<12}{filled.words(text, groups)}", 14),
        )

    def paste(self, code):
        lines = [("code", f"    {line}", None) for line in code.splitlines()]
        self.add(fenced(code, "python"), ("", "", None), *lines, ("", "", None))

    def as_dict(self):
        """All of it for a script."""
        if self.suspected:
            return {
                "known": False,
                "message": None,
                "symptom": self.suspected.symptom.id,
                "words": list(self.suspected.words),
                "causes": [self.cause_as_dict(cause) for cause in self.suspected.causes],
            }
        if not self.found:
            return {
                "known": False,
                "message": self.asked,
                "nearest": [{"id": message.id, "example": message.example} for message, _ in self.nearest],
                "earlier": self.logged and {"id": self.logged.message.id, "message": self.logged.shown},
            }
        found = self.found
        return {
            "known": True,
            "id": found.message.id,
            "worlds": list(found.message.worlds),
            "message": found.shown,
            "read": found.groups,
            "ends_in": found.ends_in or None,
            "also": found.also and {"id": found.also.message.id, "message": found.also.shown},
            "causes": [self.cause_as_dict(cause) for cause in found.causes],
        }

    def cause_as_dict(self, cause):
        groups = self.groups
        return {
            "label": self.found.label if self.found else "Possibly",
            "what": filled.words(cause.what, groups),
            "tell": filled.words(cause.tell, groups) or None,
            "do": filled.words(cause.do, groups),
            "code": filled.python(cause.code, groups) or None,
            "run": filled.command(cause.run, groups, self.program),
            "lesson": cause.lesson or None,
            "title": self.known.lessons.get(cause.lesson),
            "cell": cause.cell or None,
        }


def written(found, tf):
    """A ``Found``, and its ``also``, whose causes write the names of TensorFlow as the reader has to."""
    causes = tuple(written_for(cause, tf) for cause in found.causes)
    return replace(found, causes=causes, also=found.also and written(found.also, tf))


def lesson_file(number, lessons):
    """The name of a lesson's notebook.

    Example:

        >>> lesson_file("06", {"06": "Rebuild the graph"})
        '06_rebuild_the_graph.ipynb'
    """
    return "_".join([number, *re.findall(r"\w+", lessons[number].lower())]) + ".ipynb"


def shortened(text):
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
