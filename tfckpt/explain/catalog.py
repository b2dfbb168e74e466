"""The one source of messages, the files in ``messages``, as objects; what is wrong in it is said in a sentence."""

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tfckpt.explain.audience import SIGNS
from tfckpt.explain.patterns import compiled, exactness

FOLDER = Path(__file__).resolve().parents[1] / "messages"
WORLDS = ("saver", "checkpoint", "keras", "savedmodel", "estimator", "distributed")
GROUPS = (
    *("key", "other_key", "shape", "other_shape", "dtype", "other_dtype"),
    *("prefix", "path", "name", "op", "layer", "version"),
)
ANYWHERE = "prefix"  # the one group that is also looked for in the rest of the text
LISTED = "listed"  # the checkpoints whose files the text names besides: a cause that speaks of them needs some
BRACES = re.compile(r"\{([a-z_]+)\}")
KINDS = {**dict.fromkeys(("worlds", "cause", "words", "not_for", "only_for"), list), "lessons": dict}  # the rest: str
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class CatalogError(ValueError):
    """What is wrong in ``messages``: all of it, a line each."""


@dataclass(frozen=True)
class Cause:
    """One cause of a message. The texts have ``{key}`` and the like in them.

    Attributes:
        what: the cause, in a sentence.
        do: what to do.
        tell: how to tell it from the message's other causes. A cause that has it, and a ``when``, is also shown
            with the others where the text is a message alone, without the frames in which the evidence would stand.
        when, unless: what the whole text must have, or must not have, for it to be this one: patterns, or empty.
        not_for, only_for: readers of ``tfckpt.explain.audience.SIGNS`` whose cause it cannot be, or who alone can have
            it.
        code: lines of Python to paste; empty if there are none.
        run: the command to type next; empty if there is none.
        lesson: its number; empty if there is none.
        cell: the id of its cell.
    """

    what: str
    do: str
    tell: str = ""
    when: str = ""
    unless: str = ""
    not_for: tuple = ()
    only_for: tuple = ()
    code: str = ""
    run: str = ""
    lesson: str = ""
    cell: str = ""

    @property
    def speaks_of_listed(self):
        """Whether it needs the checkpoints whose files the text names."""
        return f"{{{LISTED}}}" in f"{self.what} {self.do}"


@dataclass(frozen=True)
class Message:
    """A message that people meet. CONTRIBUTING.md says what each field means.

    Attributes:
        every: a pattern of a line that a text may have many times, ``Key … not found``: each of them has to be this
            message. If one is not, it is no matter of this kind of names alone, and a more general message counts.
    """

    id: str
    worlds: tuple
    pattern: str
    example: str
    causes: tuple
    made_by: str = ""
    seen: str = ""
    since: str = ""
    until: str = ""
    every: str = ""
    lessons: dict = field(default_factory=dict)
    exactness: int = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "exactness", exactness(self.pattern))


@dataclass(frozen=True)
class Symptom:
    """What people tell in words where no message came.

    Attributes:
        words: patterns that each have to be in the text, in any case.
        also: a pattern by which a text is taken for one about TensorFlow that names neither it nor another library.
    """

    id: str
    words: tuple
    example: str
    seen: str
    causes: tuple
    also: str = ""


@dataclass(frozen=True)
class Catalog:
    """All messages, the more exact ones first, the symptoms, and the titles of the lessons by their numbers.

    Example:

        >>> catalog().lessons["06"]
        'Rebuild the graph'
    """

    messages: tuple
    lessons: dict
    symptoms: tuple = ()


@cache
def catalog():
    """The catalog that comes with this package.

    Example:

        >>> catalog().lessons["06"]
        'Rebuild the graph'
    """
    return read(FOLDER)


def read(folder):
    """The catalog of a folder, whose files are read as one. Raises CatalogError with everything that is wrong in it."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"), key=lambda path: path.name)]
    tables = tomllib.loads("\n".join(texts))
    wrong = [f"a table {name!r} is not known" for name in tables.keys() - {"message", "symptom", "lessons"}]
    messages, symptoms = [], []
    for number, table in enumerate(tables.get("message", []), 1):
        problems = list(problems_of(table))
        wrong += [f"message {number} ({table.get('id', 'without id')}): {problem}" for problem in problems]
        if not problems:
            causes = tuple(Cause(**cause) for cause in table["cause"])
            rest = {name: value for name, value in table.items() if name not in ("cause", "worlds")}
            messages.append(Message(worlds=tuple(table["worlds"]), causes=causes, **rest))
    for number, table in enumerate(tables.get("symptom", []), 1):
        problems = list(problems_of_symptom(table))
        wrong += [f"symptom {number} ({table.get('id', 'without id')}): {problem}" for problem in problems]
        if not problems:
            causes = tuple(Cause(**cause) for cause in table["cause"])
            rest = {name: value for name, value in table.items() if name not in ("cause", "words")}
            symptoms.append(Symptom(words=tuple(table["words"]), causes=causes, **rest))
    ids = [each.id for each in (*messages, *symptoms)]
    wrong += [f"the id {name} stands there {ids.count(name)} times" for name in sorted(set(ids)) if ids.count(name) > 1]
    if wrong:
        raise CatalogError(f"{folder}:\n" + "\n".join(wrong))
    messages = tuple(sorted(messages, key=lambda message: -message.exactness))
    return Catalog(messages, tables.get("lessons", {}), tuple(symptoms))


def problems_of(table):
    """Yields what is wrong in the table of one message."""
    yield from wrong_fields(table, Message, required=("id", "worlds", "pattern", "example", "cause"), other=("cause",))
    if not KEBAB.fullmatch(str(table.get("id"))):
        yield "its id is not in kebab case, such as key-not-found"
    for world in set(table.get("worlds", [])) - set(WORLDS):
        yield f"{world} is none of the worlds {', '.join(WORLDS)}"
    if bool(table.get("made_by")) == bool(table.get("seen")):
        yield "it needs either made_by or seen"
    if not is_pattern(table.get("every", "")):
        yield "every is no regular expression"
    if not table.get("pattern") or not is_pattern(table["pattern"]):
        yield "its pattern is no regular expression"
        return
    groups = set(compiled(table["pattern"]).groupindex)
    for name in groups - set(GROUPS):
        yield f"the group {name} is none of {', '.join(GROUPS)}"
    for number, cause in enumerate(table.get("cause", []), 1):
        for problem in problems_of_cause(cause, groups):
            yield f"cause {number}: {problem}"


def problems_of_symptom(table):
    """Yields what is wrong in the table of one symptom."""
    yield from wrong_fields(table, Symptom, required=("id", "words", "example", "seen", "cause"), other=("cause",))
    if not KEBAB.fullmatch(str(table.get("id"))):
        yield "its id is not in kebab case, such as training-begins-anew"
    if not all(is_pattern(word) for word in table.get("words", [])):
        yield "one of its words is no regular expression"
    if not is_pattern(table.get("also", "")):
        yield "also is no regular expression"
    for number, cause in enumerate(table.get("cause", []), 1):
        problems = list(problems_of_cause(cause, set()))
        problems += [] if cause.get("tell") else ["tell is missing: nothing in words proves a cause"]
        yield from (f"cause {number}: {problem}" for problem in problems)


def problems_of_cause(cause, groups):
    """Yields what is wrong in the table of a cause, whose message's pattern has some groups."""
    yield from wrong_fields(cause, Cause, required=("what", "do"))
    for name in sorted({*cause.get("not_for", []), *cause.get("only_for", [])} - set(SIGNS)):
        yield f"{name} is none of the readers {', '.join(SIGNS)}"
    for name in ("when", "unless"):
        if not is_pattern(cause.get(name, "")):
            yield f"{name} is no regular expression"
    for name in ("what", "do", "tell", "code", "run"):
        used = set(BRACES.findall(str(cause.get(name, ""))))
        if name == "code":  # Python has braces of its own
            used &= {*GROUPS, LISTED}
        for group in sorted(used - groups - {ANYWHERE, LISTED}):
            yield f"{name} has {{{group}}}, which its pattern does not have"
    if bool(cause.get("lesson")) != bool(cause.get("cell")):
        yield "lesson and cell go together"
    if cause.get("run") and not re.match("tfckpt (inspect|diff|export) ", cause["run"]):
        yield "run is no command of tfckpt"


def wrong_fields(table, kind, required, other=()):
    """Yields what is wrong with the names and types of a table's fields, which are those of a class."""
    known = {name for name, each in kind.__dataclass_fields__.items() if each.init} | set(other)
    known -= {"causes"}
    for name in sorted(table.keys() - known):
        yield f"the field {name} is not known"
    for name in required:
        if not table.get(name):
            yield f"{name} is missing"
    for name in sorted(table.keys() & known):
        expected = KINDS.get(name, str)
        if not isinstance(table[name], expected):
            yield f"{name} is not a {expected.__name__}"


def is_pattern(text):
    try:
        compiled(text)
    except (re.error, TypeError, AttributeError):
        return False
    return True
