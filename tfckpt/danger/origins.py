"""``Origins``: where inputs of operations come from: back along inputs, and from a function's body to its callers."""

from collections import Counter, deque
from functools import cached_property
from itertools import islice

from tfckpt.readers.meta import bare

MOST_STEPS = 100  # from an operation back along its inputs
CALLS = ("PartitionedCall", "StatefulPartitionedCall")  # they hand their inputs on, in order


class Origins:
    """Answers for the operations of a ``MetaGraph``.

    Attributes:
        graph: the ``MetaGraph``.
        bodies: ``{function: {name: operation}}``; the graph's own operations are those of the function ``""``.
        callers: ``{function: [operation, …]}``.
        calls: ``{place: names of functions}`` that the operation at a place names.
    """

    def __init__(self, graph):
        self.graph, self.bodies, self.callers, self.calls, self._strings = graph, {}, {}, {}, {}
        for operation in graph.operations:
            self.bodies.setdefault(operation.function, {})[operation.name] = operation
            if graph.functions:
                called = graph.functions.keys() & {operation.type, *operation.functions()}
                if called:
                    self.calls[place(operation)] = called
                for name in called:
                    self.callers.setdefault(name, []).append(operation)

    def constants(self, operation, number):
        """The texts of the constants that an input of an operation is made of, each once, and the names of assets.

        From the body of a function the way leads on to all that give its arguments.
        """
        texts, seen = [], set()
        waiting = deque((operation.function, name) for name in operation.inputs[number : number + 1])
        while waiting and len(seen) < MOST_STEPS:
            function, name = waiting.popleft()
            if name.startswith("^") or (function, bare(name)) in seen:
                continue
            seen.add((function, bare(name)))
            source = self.bodies.get(function, {}).get(bare(name))
            if source is None:
                texts += self.assets_given(function, name)
                waiting.extend(islice(self.sources_of(function, name), MOST_STEPS))
                continue
            waiting.extend((function, each) for each in islice(source.inputs, MOST_STEPS))
            asset = () if function else self.graph.asset_names.get(source.name, ())
            texts += [f"assets/{file}" for file in asset] or self.strings(source)
        return list(dict.fromkeys(texts))

    def sources_of(self, function, argument):
        """The tensors that an argument of a function gets its value from, as ``(function, name)``."""
        arguments = self.graph.functions.get(function, ())
        if argument in arguments:
            number = arguments.index(argument)
            for caller in self.callers.get(function, ())[:MOST_STEPS]:
                if caller.type in (*CALLS, function):
                    yield from ((caller.function, name) for name in caller.inputs[number : number + 1])
            taken = self.taken_in(function, number)
            if taken is not None and taken.kind == "constant":
                yield "", taken.says

    def assets_given(self, function, argument):
        """The name of the asset that an argument of a function is, in a list; an empty one if it is none."""
        arguments = self.graph.functions.get(function, ())
        taken = self.taken_in(function, arguments.index(argument)) if argument in arguments else None
        files = self.graph.assets[taken.says : taken.says + 1] if taken and taken.kind == "asset" else ()
        return [f"assets/{file}" for _, file in files]

    def taken_in(self, function, number):
        """The ``SavedObject`` that a function takes in as an argument of a number, always the same one; or None."""
        taken = self.graph.captures.get(function, ())
        at = number - (len(self.graph.functions.get(function, ())) - len(taken))
        known_one = 0 <= at < len(taken) and taken[at] < len(self.graph.objects)
        return self.graph.objects[taken[at]] if known_one else None

    def how_computed(self, operation, number):
        """How an input of an operation comes about if it is no constant itself, in words; or an empty text."""
        source = self.bodies[operation.function].get(bare("".join(operation.inputs[number : number + 1])))
        if source is None:
            return "given by what calls the function"
        return "" if source.type == "Const" else "computed from strings"

    def strings(self, operation):
        if place(operation) not in self._strings:
            self._strings[place(operation)] = operation.strings()
        return self._strings[place(operation)]

    def comes_from(self, operation, number, source_is, object_is=lambda saved: False):
        """Whether an input is, in every way in which it gets its value, what two functions say that it has to be.

        From the body of a function the way leads on to all that call it.

        Args:
            operation, number: the operation, and which of its inputs.
            source_is: a function of an operation and the number of one of its outputs: whether that is it, or a list of
                inputs, ``(operation, number)``, all of which have to be.
            object_is: a function of a ``SavedObject`` that a function takes in: whether that is it.
        """
        waiting, seen = [(operation, number)], set()
        while waiting:
            here, at = waiting.pop()
            if len(seen) > MOST_STEPS or at >= len(here.inputs):
                return False
            name, output = tensor(here.inputs[at])
            if (here.function, name, output) in seen:
                continue
            seen.add((here.function, name, output))
            source = self.bodies[here.function].get(name)
            if source is None:
                follow = self.given_by(here.function, name, object_is)
                waiting += follow or ()
            else:
                follow = source_is(source, output)
                waiting += follow if isinstance(follow, list) else ()
            if follow is False:
                return False
        return bool(seen)

    def given_by(self, function, argument, object_is):
        """What gives an argument of a function its value: ``[(operation, number of its input), …]``; False if it is
        none, nothing calls the function, or what calls it does not say."""
        arguments, callers = self.graph.functions.get(function, ()), self.callers.get(function, [])
        if argument not in arguments or len(callers) > MOST_STEPS:
            return False
        if any(caller.type not in (*CALLS, function) for caller in callers):
            return False
        number = arguments.index(argument)
        if function in self.called_by_objects:
            taken = self.taken_in(function, number)
            if taken is None or not object_is(taken):
                return False
        elif not callers:
            return False
        return [(caller, number) for caller in callers]

    @cached_property
    def called_by_objects(self):
        """The functions that the objects of a SavedModel have, which can be called without an operation."""
        names = [name for saved in self.graph.objects if saved.kind == "function" for name in saved.says]
        return {*names, *self.graph.captures}

    @cached_property
    def users(self):
        """What takes a value from an operation: ``{place: [operation, …]}``."""
        takers = {}
        for each in self.graph.operations:
            for name in each.inputs:
                if not name.startswith("^"):
                    takers.setdefault((each.function, bare(name)), []).append(each)
        return takers

    def assigned(self, read):
        """What gives a variable of the graph its values, which an operation reads: ``[(operation, 1), …]``.

        False if that is not all that can be done with the variable.
        """
        handle = self.bodies[read.function].get(bare("".join(read.inputs[:1])))
        if handle is None or handle.type != "VarHandleOp" or handle.function:
            return False
        users = self.users.get(place(handle), [])
        if len(users) > MOST_STEPS or self.shared_names[handle.attribute("shared_name")] > 1:
            return False
        if any(user.type not in ("ReadVariableOp", "AssignVariableOp", "VarIsInitializedOp") for user in users):
            return False
        return [(user, 1) for user in users if user.type == "AssignVariableOp"] or False

    @cached_property
    def shared_names(self):
        """How many variables have a name that they share with others: a ``Counter``."""
        return Counter(each.attribute("shared_name") for each in self.graph.operations if each.type == "VarHandleOp")


def tensor(name):
    """The operation and the number of the output in the name of a tensor: ``A``, ``A:1``, or ``A:output:1``."""
    operation, _, rest = name.partition(":")
    number = rest.rpartition(":")[2] or "0"
    return operation, int(number) if number.isdecimal() and len(number) < 10 else -1


def place(operation):
    return operation.function, operation.name
