"""``Runs``: what runs what in a graph, found without running it: back along inputs, into the bodies of functions."""

from functools import cached_property

from tfckpt.danger.origins import MOST_STEPS, Origins, place
from tfckpt.danger.saver_only import SaverOnly
from tfckpt.danger.side_effects import known
from tfckpt.danger.starts import starts
from tfckpt.readers.meta import bare

MOST_VISITS = 2_000_000  # of operations, for all that is run together
GIVEN = ("Placeholder", "PlaceholderV2")  # what is fed: an import does not know it


class Runs(Origins):
    """Answers for the operations of a ``MetaGraph``. The work is bounded by the size of the file.

    Attributes:
        starts: a list of ``Start``: what is run from outside.
        reached: ``{place: bits}``: which of them run the operation at a place.
    """

    def __init__(self, graph):
        super().__init__(graph)
        self.starts = starts(graph, MOST_VISITS // (len(graph.operations) + 1))
        self.reached = {}
        for bit, start in enumerate(self.starts):
            for here in self.needed_by(start):
                self.reached[here] = self.reached.get(here, 0) | 1 << bit

    def needed_by(self, start):
        """The places of all operations that run when these of the graph do, in functions as well."""
        waiting, seen, entered = [("", bare(name)) for name in start.names], set(), set()
        for called in start.functions:
            entered.add(called)
            waiting += [(called, inner) for inner in self.bodies.get(called, ())]
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
        at_import = ["import"] if self.on_import(operation) else []
        return tuple(dict.fromkeys(at_import + [start.when for start in self.reached_by(operation)]))

    def reached_by(self, operation):
        """The ``Start``s that run an operation, as a list."""
        reached = self.reached.get(place(operation), 0)
        return [start for bit, start in enumerate(self.starts) if reached >> bit & 1]

    def on_import(self, operation):
        """Whether an import may run it: it is registered as one without state, and so is all that it takes in.

        TensorFlow runs such operations where the shape of another one depends on their value.
        """
        body, waiting, seen = self.bodies[operation.function], [operation], set()
        types = known()[0]
        if types.get(operation.type) != "stateless" or place(operation) not in self.users:
            return False
        while waiting and len(seen) < MOST_STEPS:
            here = waiting.pop()
            if not types.get(here.type) or types[here.type] == "state" or here.type in GIVEN:
                return False
            for name in here.inputs:
                source = body.get(bare(name))
                if source is None:  # an argument of a function
                    return False
                if source.name not in seen:
                    seen.add(source.name)
                    waiting.append(source)
        return True

    @cached_property
    def saver_only(self):
        starts = [1 << bit for bit, start in enumerate(self.starts) if start.saver and start.when == "restore"]
        reached = ((name, bits) for (function, name), bits in self.reached.items() if not function)
        return SaverOnly(self.graph, self.calls, {name for name, bits in reached if bits & sum(starts)})
