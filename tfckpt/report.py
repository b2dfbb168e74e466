"""``Report``: an ``Inspection`` to read, as Markdown in a notebook and as plain text everywhere else."""

import shlex
from collections import Counter, defaultdict
from fnmatch import fnmatchcase

from tfckpt.describe import natural, shape_text, size
from tfckpt.document import Document, code, escaped, plain, printable
from tfckpt.inspection import NAMES, OBJECTS, TAIL, Checked
from tfckpt.kind import Kind
from tfckpt.roles import HEADINGS

MOST_ROWS = 60  # of a table in a notebook
MOST_PROBLEMS = 20
MOST_ENDS = 20  # inputs, or outputs of a graph
MORE = ": course.inspect(path, filter='…') shows those that it names"
PLAINLY = {NAMES: "a TensorFlow 1 checkpoint (Saver)", OBJECTS: "a TensorFlow 2 checkpoint (tf.train.Checkpoint)"}
NOT_THERE = "shape not in the file"
ALL_ENDS = ": --json lists them"
CHECKED = {
    Checked.SIZES: "yes, as far as names and sizes tell. Checksums were not compared",
    Checked.CHECKSUMS: "yes: all checksums are right",
    Checked.STRUCTURE: "yes, as far as its structure tells. Its format has no checksums",
    Checked.VALUES: "yes: all values could be read. Its format has no checksums",
}
PARTLY = "yes, as far as its values were read. Its format has no checksums"
OF_GRAPHS = (Kind.GRAPH, Kind.GRAPH_DEF, Kind.SAVED_MODEL)  # of which one wants to know what goes in and what comes out
LONE = (Kind.GRAPH, Kind.GRAPH_DEF)
OPEN = "A `?` in a shape: any size will do there, such as that of a batch."
BESIDE_VALUES = (Kind.CHECKPOINT, Kind.V1, Kind.SAVED_MODEL)  # that may have a graph beside their values


class Report(Document):
    """What ``course.inspect`` returns, and ``course inspect`` prints.

    Args:
        inspection: an ``Inspection``.
        pattern: which tensors to list: a piece of a name, or a whole name with wildcards; empty for all.
        rows: how many rows a table may have; None for all. What is left out is said.
        commands: what to type next: pairs of a command and what it is for.

    Attributes:
        inspection: as given.

    Example:

        >>> from tfckpt.inspect import examine
        >>> Report(examine("run/model-50")).values("A")
        array([3, 3], dtype=int32)
    """

    def __init__(self, inspection, pattern="", rows=MOST_ROWS, commands=()):
        super().__init__()
        self.inspection, self.pattern, self.rows = inspection, pattern, rows
        self.describe(inspection, commands)

    def values(self, name):
        """The values of a tensor as a NumPy array. Raises CheckpointError."""
        return self.inspection.values(name)

    def describe(self, inspection, commands=()):
        inner = inspection.inner[0] if inspection.inner and not inspection.tensors else None
        self.head(inspection)
        self.dangers(inspection)
        of_graph = inspection.kind in OF_GRAPHS
        if commands and not inner and not of_graph:
            self.fact("Type next", "")
            for command, why in commands:
                self.command(command, why)
        for sentence in inspection.notes:
            self.fact("Note", sentence)
        for left in inspection.left_overs:
            self.left_over(left)
        if of_graph:
            self.graph(inspection, commands)
        if len(inspection.files) > 1:
            rows = [(size(bytes_), name, role) for name, bytes_, role in inspection.files]
            self.table(f"files: {len(rows)}", ["size", "file", "what it is"], rows, "rll", 1, self.rows, MORE)
        self.tensors(inspection)
        if not of_graph:
            self.graph(inspection)
        if inner:
            self.add("", ("", "", None))
            self.describe(inner, commands)

    def graph(self, inspection, commands=()):
        """What is in its graph, what goes in and what comes out, and what can be done with these names."""
        if inspection.graph:
            self.heading("graph")
        for line in inspection.graph:
            self.add(f"- {escaped(line)}", ("", f"  {printable(line)}", 4))
        self.ends("inputs", inspection.inputs)
        self.ends("outputs", inspection.outputs)
        if inspection.kind in LONE and has_open_shapes(inspection):
            self.paragraph(OPEN)
        if commands:
            self.heading("type next")
        for command, why in commands:
            self.command(command, why)
        use = inspection.use
        if use and not use.code:
            self.paragraph(f"**What to do** (lesson {use.lesson}): {escaped(use.says)}")
        elif use:
            self.paragraph(f"**{use.says}**, in Python (lesson {use.lesson}), with your arrays in place of `...`:")
            self.code(use.code)

    def ends(self, title, ends):
        """The table of the inputs or the outputs of a graph, but for those of signatures, which are among its lines."""
        own = [end for end in ends if not end.signature]
        if own:
            rows = [
                (end.dtype or "?", NOT_THERE if end.shape is None else shape_text(end.shape), end.name, end.what)
                for end in own
            ]
            self.table(
                f"{title}: {len(own)}", ["dtype", "shape", "tensor", "what it is"], rows, "llll", 2, MOST_ENDS, ALL_ENDS
            )

    def left_over(self, left):
        """What a save that was stopped left behind, and what to type if that rescues the checkpoint."""
        self.fact("Left over", f"{left.path.name}: {left.says}", "bad" if left.renames else "")
        for source, target in left.renames:
            self.command(f"mv {shlex.quote(source.as_posix())} {shlex.quote(target.as_posix())}")

    def head(self, inspection):
        """What it is, how much is in it, whether it is whole, and who wrote it."""
        what = PLAINLY.get(inspection.what, inspection.what)
        what += ", and it is not whole" * bool(inspection.problems and not inspection.mistaken)
        title = printable(f"{inspection.path} is {what}.")
        self.add(f"{code(inspection.path)} is **{escaped(what)}**.", ("heading", title, 2))
        if inspection.tensors:
            self.fact("In it", contents(inspection.tensors))
        self.wholeness(inspection)
        for sentence in inspection.lacking:
            self.fact("Missing", sentence)
        for sentence in inspection.obstacles:
            self.fact("But", sentence, "bad")
        for sentence in inspection.unread:
            self.fact("Not read", sentence, "bad")
        odd = [name.removesuffix(TAIL) for name in inspection.integrity.not_finite]
        if odd:
            more = f" and {len(odd) - MOST_PROBLEMS} more" * (len(odd) > MOST_PROBLEMS)
            self.fact("Values", f"NaN or infinite in {', '.join(odd[:MOST_PROBLEMS])}{more}", "bad")
        if inspection.kind is not Kind.FOLDER and not inspection.mistaken:
            self.fact("Written by", inspection.written_by or "not recorded")

    def wholeness(self, inspection):
        """What is missing or damaged or, where nothing was found, how far that was looked at."""
        problems = inspection.problems
        for number, problem in enumerate(problems[:MOST_PROBLEMS]):
            label, no = ("Reason", "") if inspection.mistaken else ("Whole", "no: ")
            self.fact("" if number else label, ("" if number else no) + problem, "bad")
        if len(problems) > MOST_PROBLEMS:
            self.fact("", f"and {len(problems) - MOST_PROBLEMS} more problems, which --json lists", "bad")
        if not problems and inspection.checked is not Checked.NOTHING:
            graph = ". A graph has none" if inspection.graph and inspection.kind in BESIDE_VALUES else ""
            partly = inspection.unread and inspection.checked is Checked.VALUES
            self.fact("Whole", PARTLY if partly else CHECKED[inspection.checked] + graph, "good")

    def dangers(self, inspection):
        """What touches the world outside. What is the same but for its name is said once."""
        if not inspection.suspects and (inspection.graph or inspection.expected):
            own = " (its Saver's own files aside)" if inspection.expected else ""
            kind = "code" if inspection.kind in (Kind.KERAS, Kind.HDF5) else "operation"
            seen = f"no {kind} of the known kinds was found that touches files, network or Python{own}"
            self.fact("Suspicious", f"{seen}. That is no proof")
        alike = defaultdict(list)
        for suspect in inspection.suspects:
            operation = getattr(suspect, "operation", None)
            key = (operation.type, suspect.does, suspect.texts, suspect.runs) if operation else suspect
            alike[key].append(suspect)
        for number, group in enumerate(alike.values()):
            others = f" (and {len(group) - 1} more like it)" if len(group) > 1 else ""
            self.fact("" if number else "Suspicious", f"{group[0]}{others}", "bad")

    def tensors(self, inspection):
        """The tensors that fit the pattern, a table for each role."""
        chosen = [tensor for tensor in inspection.tensors if matches(tensor, self.pattern)]
        if self.pattern and inspection.tensors:
            self.heading(f"{len(chosen)} of {len(inspection.tensors)} tensors match {self.pattern!r}")
        for role, heading in HEADINGS.items():
            group = [tensor for tensor in chosen if tensor.role == role]
            if group:
                self.group(heading, sorted(group, key=lambda tensor: natural(tensor.name)))
        if any(tensor.name.endswith(TAIL) for tensor in chosen):
            says = f"In the file, the names of variables and slots end in `{TAIL}`."
            self.add(says, ("", plain(says), 0))

    def group(self, heading, tensors):
        """The table of the tensors of one role."""
        total = sum(tensor.size or 0 for tensor in tensors)
        title = f"{heading}: {len(tensors)}" + (f", {size(total)}" if total else "")
        own = any(other_name(tensor) for tensor in tensors)
        columns = ["dtype", "shape", "size", "name", *(["own name"] if own else [])]
        rows = [row(tensor, own) for tensor in tensors]
        self.table(title, columns, rows, "llrl" + "l" * own, 3, self.rows, MORE)


def has_open_shapes(inspection):
    """Whether a table of inputs or outputs has a shape with a size that is open."""
    ends = (*inspection.inputs, *inspection.outputs)
    return any(None in (end.shape or ()) for end in ends if not end.signature)


def contents(tensors):
    """How many tensors there are, of which roles, and how many bytes they take."""
    total = sum(tensor.size or 0 for tensor in tensors)
    counts = Counter(tensor.role for tensor in tensors)
    kinds = ", ".join(f"{counts[role]} {words(role, counts[role])}" for role in HEADINGS if counts[role])
    sizes = f", {size(total)}" if total else ""
    return f"{len(tensors)} tensor{'s' * (len(tensors) != 1)}{sizes}: {kinds}"


def row(tensor, own):
    """A tensor's line in a table."""
    bytes_ = "?" if tensor.size is None else size(tensor.size)
    cells = [tensor.dtype, shape_text(tensor.shape), bytes_, tensor.short]
    return [*cells, other_name(tensor)] if own else cells


def other_name(tensor):
    """The tensor's own name, if it says more than its name in the file; or empty."""
    return "" if tensor.own_name == tensor.short or ".OPTIMIZER_SLOT" in tensor.name else tensor.own_name


def words(role, count):
    """A heading of ``HEADINGS`` for one or for several.

    Example:

        >>> words("slot", 2)
        'optimizer slots'
    """
    heading = HEADINGS[role]
    return heading.removesuffix("s") if count == 1 and heading.split()[-1] in ONE else heading


ONE = ("variables", "averages", "slots", "counters", "constants")


def matches(tensor, pattern):
    """Whether a name has the pattern in it or, if that has wildcards, fits it whole.

    Example:

        >>> from tfckpt.inspection import Tensor
        >>> matches(Tensor("dense/kernel", "float32", (2,), 8), "dense/*")
        True
    """
    names = (tensor.name, tensor.short, tensor.own_name)
    if set(pattern) & set("*?["):
        return any(fnmatchcase(name, pattern) for name in names)
    return any(pattern in name for name in names)
