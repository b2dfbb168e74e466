"""``Inspection``: all that can be said of a checkpoint, a graph or a model on disk without running or loading it."""

from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path

from tfckpt.errors import CheckpointError
from tfckpt.kind import Kind
from tfckpt.prefix import no_such_tensor

NAMES = "a checkpoint of names, as a Saver writes it"
OBJECTS = "a checkpoint of objects, as TensorFlow 2 writes it"
TAIL = "/.ATTRIBUTES/VARIABLE_VALUE"  # what the name of a variable ends in, in a checkpoint of objects


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor in a file.

    Attributes:
        name: in the file.
        dtype, shape: its dtype's name, and a tuple.
        size: of its values in bytes; None if that is not known without reading them.
        role: a key of ``roles.HEADINGS``.
        of: the name of the variable that a slot or an average belongs to, or empty.
        own_name: another name that is recorded for it: the variable's own, or its layer's. Or empty.

    Example:

        >>> Tensor("w/.ATTRIBUTES/VARIABLE_VALUE", "float32", (2,), 8).short
        'w'
    """

    name: str
    dtype: str
    shape: tuple
    size: int | None
    role: str = "variable"
    of: str = ""
    own_name: str = ""

    @property
    def short(self):
        """The name without the end that the names of all variables share in a checkpoint of objects."""
        return self.name.removesuffix(TAIL)


class Checked(Enum):
    """How far a file was looked at for damage. The value is the word that JSON has for it.

    Example:

        >>> Checked.CHECKSUMS.value
        'checksums'
    """

    NOTHING = ""
    STRUCTURE = "structure"
    SIZES = "sizes"
    CHECKSUMS = "checksums"
    VALUES = "values"


@dataclass(frozen=True)
class Integrity:
    """What is missing or damaged, sentences, and how far that was looked at.

    Example:

        >>> Integrity().also("model.index is missing.").problems
        ('model.index is missing.',)
    """

    problems: tuple = ()
    checked: Checked = Checked.NOTHING
    not_finite: tuple = ()  # names of tensors with NaN or infinite values, where all values were read

    def also(self, *problems, checked=None, not_finite=()):
        """The same with more problems, or looked at further."""
        return Integrity((*self.problems, *problems), checked or self.checked, (*self.not_finite, *not_finite))


@dataclass(frozen=True)
class Inspection:
    """What is at a path.

    Attributes:
        path: as a text.
        kind: a ``Kind``.
        what: what it is, a sentence.
        written_by: who wrote it, where that is recorded, or empty.
        integrity: an ``Integrity``, whose ``problems`` and ``checked`` can be asked of the inspection itself.
        tensors: each a ``Tensor``, sorted by name.
        files: triples ``(name, bytes, role)``.
        graph: what is known of its graph, lines; empty if there is none.
        inputs, outputs: of its graph, each an ``End``.
        use: what can be done with the names of these, a ``Use``; None if nothing is known to do.
        lacking: what belongs to it and is not here, although nothing is wrong with it, sentences.
        suspects: what touches the world outside or runs code, not counting what is expected.
        expected: how many operations of the Saver touch files, as they must.
        obstacles: what keeps TensorFlow from reading it although it is whole, sentences.
        unread: what was not looked at, for want of a package or since it may end the program, sentences.
        notes: what else is worth knowing, sentences.
        left_overs: each a ``LeftOver``.
        inner: an ``Inspection`` of the latest of what a folder has, in a tuple; empty for anything else.
        unseen: what could do harm and could not be looked at, such as a damaged graph, sentences.
        reader: what reads its values: its ``tensor(name)`` returns an array. None if there are none.
        mistaken: whether it is another thing than its name says; then ``what`` says so, and ``problems`` why.

    Example:

        >>> Inspection("run/model-50", Kind.CHECKPOINT, NAMES).kind.title
        'checkpoint'
    """

    path: str
    kind: Kind
    what: str
    written_by: str = ""
    integrity: Integrity = Integrity()
    tensors: tuple = ()
    files: tuple = ()
    graph: tuple = ()
    inputs: tuple = ()
    outputs: tuple = ()
    use: object = None
    lacking: tuple = ()
    suspects: tuple = ()
    expected: int = 0
    obstacles: tuple = ()
    unread: tuple = ()
    notes: tuple = ()
    left_overs: tuple = ()
    inner: tuple = ()
    unseen: tuple = ()
    reader: object = None
    mistaken: bool = False

    @property
    def problems(self):
        """What is missing or damaged here, sentences."""
        return self.integrity.problems

    @property
    def checked(self):
        """How far that was looked at, a ``Checked``."""
        return self.integrity.checked

    @property
    def whole(self):
        """Whether nothing is missing or damaged, as far as was looked, here and within."""
        return not self.problems and all(inner.whole for inner in self.inner)

    @property
    def obstructed(self):
        """Whether something keeps TensorFlow from reading what is here or within, although it is whole."""
        return bool(self.obstacles) or any(inner.obstructed for inner in self.inner)

    @property
    def incomplete(self):
        """Whether something here or within was not looked at: see ``unread``."""
        return bool(self.unread) or any(inner.incomplete for inner in self.inner)

    @property
    def suspicious(self):
        """Whether anything was found, here or within, that is not known to be harmless."""
        return bool(self.suspects) or any(inner.suspicious for inner in self.inner)

    @property
    def unclear(self):
        """What could do harm and could not be looked at, here or within, sentences."""
        return (*self.unseen, *(sentence for inner in self.inner for sentence in inner.unclear))

    def find(self, name):
        """The ``Tensor`` that a name means: its own, that without the shared end, or the variable's own one.

        Raises:
            CheckpointError: there is none, or there are several.
        """
        for names in (lambda t: (t.name,), lambda t: (t.short,), lambda t: (t.own_name,)):
            named = [tensor for tensor in self.tensors if name in names(tensor)]
            if len(named) == 1:
                return named[0]
            if named:
                alike = ", ".join(repr(tensor.short) for tensor in named[:5])
                raise CheckpointError(f"{self.path} has several tensors that are called {name!r}: {alike}.")
        for inner in self.inner:
            if inner.tensors:
                return inner.find(name)
        raise no_such_tensor(Path(self.path), name, [tensor.short for tensor in self.tensors])

    def values(self, name):
        """The values of a tensor as a NumPy array. ``name`` is as ``find`` takes it. Raises CheckpointError."""
        for inspection in (self, *self.inner):
            if inspection.tensors and inspection.reader:
                tensor = inspection.find(name)
                try:
                    return inspection.reader.tensor(tensor.name)
                except (ValueError, MemoryError) as error:  # a shape that NumPy does not take, or too many values
                    says = f"the values of {tensor.short[:200]!r} cannot be read: {error}"
                    raise CheckpointError(f"{inspection.path}: {says}") from error
        reasons = [problem for inspection in (self, *self.inner) for problem in inspection.problems]
        raise CheckpointError(reasons[0] if reasons else f"{self.path} is {self.what}: there are no values in it.")

    def as_dict(self):
        """All of it as dicts, lists, texts and numbers, for JSON."""
        return {
            "path": self.path,
            "kind": self.kind.value,
            "what": self.what,
            "written_by": self.written_by,
            "whole": self.whole,
            "checked": self.checked.value,
            "not_finite": list(self.integrity.not_finite),
            "problems": list(self.problems),
            "lacking": list(self.lacking),
            "obstacles": list(self.obstacles),
            "unread": list(self.unread),
            "unseen": list(self.unseen),
            "suspects": [suspect.as_dict() for suspect in self.suspects],
            "notes": list(self.notes),
            "tensors": [
                {
                    "name": tensor.name,
                    "dtype": tensor.dtype,
                    "shape": None if tensor.shape is None else list(tensor.shape),
                    "bytes": tensor.size,
                    "role": tensor.role,
                    "of": tensor.of,
                    "own_name": tensor.own_name,
                }
                for tensor in self.tensors
            ],
            "files": [{"name": name, "bytes": size, "role": role} for name, size, role in self.files],
            "graph": list(self.graph),
            "inputs": [asdict(end) for end in self.inputs],
            "outputs": [asdict(end) for end in self.outputs],
            "use": asdict(self.use) if self.use else None,
            "left_overs": [
                {
                    "path": left.path.as_posix(),
                    "says": left.says,
                    "renames": [[source.as_posix(), target.as_posix()] for source, target in left.renames],
                }
                for left in self.left_overs
            ],
            "inner": [inner.as_dict() for inner in self.inner],
        }
