"""``Runs``: what runs what in a graph, found without running it: back along inputs, into the bodies of functions."""

from collections import deque
from itertools import islice

from tfckpt.danger.side_effects import RESTORING, SAVING
from tfckpt.readers.meta import bare

MOST_STEPS = 100  # from an operation back along its inputs
MOST_VISITS = 5_000_000  # of operations, for all signatures together
INITIALIZING = ("init_op", "local_init_op", "table_initializer")  # collections
LOADING = ("saved_model_main_op", "legacy_init_op")
# Through these a file's name comes from where the Saver is fed with it. Their first input is the beginning of the name.
BEGINNINGS = ("Identity", "PlaceholderWithDefault", "StringJoin", "ShardedFilename", "Pack", "ConcatV2", "ExpandDims")
OF_ANOTHER_SAVER = "model"  # in the current folder: what a Saver writes to when it is fed with nothing
CALLS = ("PartitionedCall", "StatefulPartitionedCall")  # they hand their inputs on, in order


class Runs:
    """Answers for the operations of a ``Meta``. The work is bounded by the size of the file."""

    def __init__(self, meta):
        self.meta, self.bodies, self.callers, self._strings = meta, {}, {}, {}
        self.calls = {}  # by the place of an operation: which functions it names
        for operation in meta.operations:
            self.bodies.setdefault(operation.function, {})[operation.name] = operation
            if meta.functions:
                called = meta.functions.keys() & {operation.type, *operation.functions()}
                if called:
                    self.calls[place(operation)] = called
                for name in called:
                    self.callers.setdefault(name, []).append(operation)
        self.whens = {when: 1 << bit for bit, when in enumerate(self.starts())}
        self.reached = {}  # by the place of an operation: the bits of what runs it
        for when, names in self.starts().items():
            for here in self.needed_by(names):
                self.reached[here] = self.reached.get(here, 0) | self.whens[when]

    def starts(self):
        """The tensors and operations that are run: ``{when: names}``."""
        meta = self.meta
        names = {
            "restore": [meta.saver.restore] if meta.saver else [],
            "save": [meta.saver.save] if meta.saver else [],
            "load": [name for key in LOADING for name in meta.collections.get(key, [])],
            "initialize": [name for key in INITIALIZING for name in meta.collections.get(key, [])],
        }
        for number, (key, (_, outputs)) in enumerate(meta.signatures.items()):
            told_apart = number < MOST_VISITS // (len(meta.operations) + 1)  # more would take minutes
            when = key if told_apart else "another signature"
            when = "load" if key == "__saved_model_init_op" else when
            names.setdefault(when, []).extend(name for name, _, _ in outputs.values())
        return names

    def needed_by(self, names):
        """The places of all operations that run when these of the graph do, in functions as well."""
        waiting, seen, entered = [("", bare(name)) for name in names], set(), set()
        while waiting:
            here = waiting.pop()
            function, name = here
            operation = self.bodies.get(function, {}).get(name)
            if here in seen or operation is None:
                continue
            seen.add(here)
            waiting += [(function, bare(source)) for source in operation.inputs]
            for called in self.calls.get(here, set()) - entered:
                entered.add(called)
                waiting += [(called, inner) for inner in self.bodies.get(called, ())]
        return seen

    def when(self, operation):
        """When an operation runs, as ``Suspect.runs`` has it."""
        reached = self.reached.get(place(operation), 0)
        return tuple(when for when, bit in self.whens.items() if reached & bit)

    def constants(self, operation, number):
        """The texts of the constants that an input of an operation is made of, each once."""
        body, found = self.bodies[operation.function], []
        waiting, seen = deque(operation.inputs[number : number + 1]), set()
        while waiting and len(seen) < MOST_STEPS:
            name = waiting.popleft()
            source = body.get(bare(name))
            if name.startswith("^") or source is None or source.name in seen:
                continue
            seen.add(source.name)
            waiting.extend(islice(source.inputs, MOST_STEPS))
            found += self.strings(source)
        return list(dict.fromkeys(found))

    def is_constant(self, operation, number):
        """Whether an input of an operation is a constant itself, and not made of some."""
        source = self.bodies[operation.function].get(bare("".join(operation.inputs[number : number + 1])))
        return source is not None and source.type == "Const"

    def strings(self, operation):
        if place(operation) not in self._strings:
            self._strings[place(operation)] = operation.strings()
        return self._strings[place(operation)]

    def is_savers(self, operation):
        """Whether it saves or restores, for the Saver, the file whose name the Saver is given, and no other one."""
        if self.meta.saver is None or operation.type not in SAVING and operation.type not in RESTORING:
            return False
        numbers = (0, 1) if operation.type == "MergeV2Checkpoints" else (0,)
        return all(self.is_fed(operation, number) for number in numbers)

    def is_fed(self, operation, number):
        """Whether an input is a file's name that begins with what the Saver, or another one, is fed with.

        From the body of a function the way leads on to the operation that calls it; there must be one such only.
        """
        fed = self.meta.saver.filename.removesuffix(":0")
        for _ in range(MOST_STEPS):
            body = self.bodies[operation.function]
            tensor = "".join(operation.inputs[number : number + 1])
            if not operation.function and tensor.removesuffix(":0") == fed:
                return True
            name = bare(tensor)
            source = body.get(name)
            if source is not None:
                if self.strings(source) == [OF_ANOTHER_SAVER]:
                    return True
                if source.type not in BEGINNINGS or self.climbs(source, body):
                    return False
                operation, number = source, 0
                continue
            callers, arguments = self.callers.get(operation.function, []), self.meta.functions.get(operation.function)
            if len(callers) != 1 or name not in arguments:
                return False
            (operation,), number = callers, arguments.index(name)
            if operation.type not in (*CALLS, *self.meta.functions):
                return False
        return False

    def climbs(self, operation, body):
        """Whether a constant that is joined to a file's name, or what joins them, leads out of its folder."""
        if operation.type == "StringJoin" and operation.attribute("separator"):  # a Saver joins without one
            return True
        rest = [body[bare(name)] for name in operation.inputs[1:MOST_STEPS] if bare(name) in body]
        texts = [text for source in rest for text in self.strings(source)]
        if operation.type in ("Pack", "ConcatV2"):  # a list of files: each is one that the Saver is given
            return bool(texts)
        return ".." in "".join(texts)


def place(operation):
    return operation.function, operation.name
