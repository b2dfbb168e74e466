"""``SaverOnly``: which operations that save or restore are run by nothing but a save or a restore.

Whoever runs an operation runs all that it takes in. If the output of a net waits for an operation that saves, each
prediction saves. So what follows an operation of a Saver must be a Saver's as well: assignments, groups of them, and
what hands the file's name on.
"""

from tfckpt.danger.side_effects import RESTORING, SAVING
from tfckpt.readers.meta import bare

ASSIGNING = {
    *("Assign", "AssignVariableOp", "LookupTableImport", "LookupTableImportV2", "BoostedTreesDeserializeEnsemble"),
    *("BoostedTreesQuantileStreamResourceDeserialize", "Reshape", "Cast"),
}
GROUPING = {
    "NoOp",
    "Identity",
    "Pack",
    "MergeV2Checkpoints",
    "ShardedFilespec",
}  # all that they take in has to be a Saver's
NAMING = {"Const", "Placeholder", "PlaceholderWithDefault", "StringJoin", "ShardedFilename"}


class SaverOnly:
    """Answers for the operations of a graph that save or restore, and for those in functions.

    Args:
        graph: a ``MetaGraph``.
        calls: ``{place: names of functions}`` that the operation at a place names.
        restoring: the names of the operations that its Savers run to restore: they are a Saver's, whatever they are.
            What they take in beside is looked at by itself.
    """

    def __init__(self, graph, calls, restoring):
        self.restoring = restoring
        self.own = [operation for operation in graph.operations if not operation.function]
        self.followers = {}
        for operation in self.own:
            for name in operation.inputs:
                self.followers.setdefault(bare(name), []).append(operation)
        functions = saving_functions(graph, calls)
        first = [each for each in self.own if each.type in SAVING or each.type in RESTORING]
        calling = [each for each in self.own if calls.get(("", each.name), set()) & functions]
        after = self.after([*first, *calling])
        self.names = after - self.run_by_others(after)
        self.of_functions = all(each.name in self.names for each in calling)

    def covers(self, operation):
        """Whether nothing but a Saver's operations runs an operation that saves or restores."""
        return self.of_functions if operation.function else operation.name in self.names

    def after(self, first):
        """The names of operations and of all of a Saver's that follow them."""
        names, waiting = {each.name for each in first}, [each.name for each in first]
        while waiting:
            for follower in self.followers.get(waiting.pop(), ()):
                ours = follower.type in ASSIGNING or follower.type in GROUPING or follower.name in self.restoring
                if ours and follower.name not in names:
                    names.add(follower.name)
                    waiting.append(follower.name)
        return names

    def run_by_others(self, after):
        """The names of those among them that something else runs: it follows them, or a group of others does."""
        by_name = {operation.name: operation for operation in self.own}
        taken = {name for name in after if any(each.name not in after for each in self.followers.get(name, ()))}
        taken |= {name for name in after if self.groups_others(by_name[name], after, by_name)}
        waiting = list(taken)
        while waiting:
            for source in map(bare, by_name[waiting.pop()].inputs):
                if source in after and source not in taken:
                    taken.add(source)
                    waiting.append(source)
        return taken

    def groups_others(self, operation, after, by_name):
        """Whether an operation waits for several, and for one of them that is not among those that follow a Saver's."""
        if operation.type not in GROUPING or operation.name in self.restoring:
            return False
        sources = [by_name.get(bare(source)) for source in operation.inputs]
        return any(each is None or each.name not in after and each.type not in NAMING for each in sources)


def saving_functions(graph, calls):
    """The names of the functions in which something saves or restores, or that call such a one."""
    functions = {each.function for each in graph.operations if each.type in SAVING or each.type in RESTORING} - {""}
    callers = {}
    for (function, _), called in calls.items():
        for name in called:
            callers.setdefault(name, set()).add(function)
    waiting = list(functions)
    while waiting:
        for function in callers.get(waiting.pop(), set()) - functions - {""}:
            functions.add(function)
            waiting.append(function)
    return functions
