"""The rooms of the house as benchmarks/mutation.py sees them: what can be changed in them, and what tests reach it."""

import ast
import copy
import difflib
import random
import re
from collections import Counter

from small_changes import compiles, places, with_change

# For each room: how its modules' paths begin, and a word that the test files have which are about it.
ROOMS = {
    "tfckpt": ("tfckpt/", r"\btfckpt\b|course\.(inspect|diff)\b"),
    "practice": ("course/practice/", r"(?m)^from course(\.practice| import .*\bpractice\b)"),
    "guards": ("course/guards.py", r"\bguards\b"),
    "durable": ("course/durable.py", r"\bdurable\b"),
}
# They look at the text of the code, at the environment, at servers, or at what a learner has done.
LEFT_OUT = {
    f"test_9_{name}.py"
    for name in (
        *("drop_page", "front_door", "glossary", "imports", "lab", "legacy_files", "new_lesson", "progress"),
        *("reset_and_update", "setup", "site", "style", "warm_kernels"),
    )
}
# Each guard is a right answer to the exercise of its name: an examiner tries it, in a test that is not measured.
EXAMINED = {"guards": "tests/test_4_every_solution_passes.py::test_right_attempt[{0}-{0}]"}
# What zip is by default; and a guard against our own mistake, which takes hold where a test fails anyhow.
BY_DEFAULT, GUARD = ", strict=False", ", strict=True"
EACH = 0.05  # seconds that pytest takes for a test
EMPTIED = -1  # the way to change a text of several words


class Module:
    """A module of a room: its source, all places to change it, and which of its lines run when it is imported."""

    def __init__(self, name, source):
        self.name, self.source, self.tree = name, source, ast.parse(source)
        nodes = list(ast.walk(self.tree))
        texts = {number for number, node in enumerate(nodes) if isinstance(node, ast.Constant) and is_wording(node)}
        ways = ((number, EMPTIED if number in texts else way) for number, way in places(self.tree))
        self.places = sorted(set(ways))
        functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        self.inner = {line for node in functions for line in range(node.body[0].lineno, node.end_lineno + 1)}
        self.functions = {line: node.name for node in functions for line in range(node.lineno, node.end_lineno + 1)}
        outer = [node for node in self.tree.body if isinstance(node, ast.FunctionDef)]
        self.outer = {line: node.name for node in outer for line in range(node.lineno, node.end_lineno + 1)}
        self.mentions = {}
        for node in nodes:
            if isinstance(node, ast.Name | ast.Attribute):
                self.mentions.setdefault(node.lineno, set()).add(getattr(node, "id", None) or node.attr)
        self.imports = {
            name
            for node in nodes
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in (
                [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
                if isinstance(node, ast.ImportFrom)
                else [alias.name for alias in node.names]
            )
        }

    def change(self, number, way):
        """The source with a change, or None where that is no other program."""
        if way == EMPTIED:
            other = copy.deepcopy(self.tree)
            node = list(ast.walk(other))[number]
            node.value = node.value[:0]
            text = ast.unparse(other)
        else:
            text = with_change(self.tree, number, way)
        return text if neutral(text) != neutral(self.source) and compiles(text) else None

    def line(self, text):
        """The number of the line that a change is in."""
        matcher = difflib.SequenceMatcher(None, self.source.splitlines(), text.splitlines(), autojunk=False)
        return next(begin for tag, begin, *_ in matcher.get_opcodes() if tag != "equal") + 1

    def named(self, line):
        """The names that a line outside of functions gives something to, and those outside that are made of them.

        Of a line of a class, or of the head of a function, it is their name.
        """
        outside = [node for node in self.tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
        found = {name for node in outside if node.lineno == line for name in assigned(node)}
        kinds = ast.ClassDef | ast.FunctionDef
        found |= {node.name for node in self.tree.body if isinstance(node, kinds) and line in lines_of(node)}
        before = None
        while found != before:
            before = set(found)
            made_of_them = (node for node in outside if found & self.mentions.get(node.lineno, set()))
            found |= {name for node in made_of_them for name in assigned(node)}
        return found


def assigned(node):
    """The names that a statement gives something to."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}


def lines_of(node):
    """The lines of a class or function, those of its decorators included."""
    return range(min([node.lineno, *(each.lineno for each in node.decorator_list)]), node.end_lineno + 1)


def neutral(text):
    """A source without what makes no difference that a test could see."""
    return text.replace(BY_DEFAULT, "").replace(GUARD, "")


def is_wording(node):
    return isinstance(node.value, str) and " " in node.value.strip()


class Room:
    """A room of the house, with the tests that are about it.

    Args:
        name: one of ``ROOMS``.
        house: the ``House``.
        enough: how many seconds of tests each change gets.
    """

    def __init__(self, name, house, enough):
        self.name, self.house, self.enough = name, house, enough
        begin, word = ROOMS[name]
        self.modules = {path: Module(path, text) for path, text in house.sources.items() if path.startswith(begin)}
        files = sorted((house.folder / "tests").glob("test_9_*.py"))
        about = [path for path in files if re.search(word, path.read_text(encoding="utf-8"))]
        self.seconds, self.shared, self.lines = {}, {}, {}
        self.texts = {f"tests/{path.name}": path.read_text(encoding="utf-8") for path in about}
        for path in about:
            if path.name not in LEFT_OUT:
                self.add(house.reach(f"tests/{path.name}"))

    def add(self, reach):
        """Takes in what ``House.reach`` measured of a test file. What failed there without a change is left out."""
        tests = list(reach["seconds"])
        good = {test for test in tests if test not in reach["failed"]}
        for test in sorted(set(tests) - good):
            print(f"left out, since it fails without a change: {test}")
        self.seconds |= {test: reach["seconds"][test] + EACH for test in good}
        for test in good:
            file = test.partition("::")[0]
            self.shared[test] = {(file, name): reach["fixtures"][name] for name in reach["needs"].get(test, ())}
        for path, lines in reach["lines"].items():
            for line, numbers in lines.items():
                whole_file = -1 in numbers
                reached = good if whole_file else {tests[number] for number in numbers} & good
                self.lines.setdefault(path, {}).setdefault(int(line), set()).update(reached)

    def tests_of(self, module, line):
        """``{test: seconds}`` of those that are to notice a change in a line."""
        examined = EXAMINED.get(self.name, "").format(module.outer.get(line))
        chosen = self.timed(self.reaching(module, line), self.naming(module, line))
        return chosen | ({examined: 1} if examined and line in module.outer else {})

    def reaching(self, module, line):
        """The tests that reach a line; where none was seen on it, those of its module, or else of the room.

        Outside of functions, those are meant that reach a line with a name which the line gives something to.
        """
        reached = self.lines.get(module.name, {})
        if line in module.inner:
            return reached.get(line) or self.inside([module]) or self.inside(self.modules.values())
        everywhere = self.inside(self.modules.values())
        dotted = module.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        users = [module, *(other for other in self.modules.values() if dotted in other.imports)]
        calling_nothing = self.seconds.keys() - everywhere  # they look at what stands outside of functions, if at all
        return (self.inside(users, module.named(line)) or self.inside(users) or everywhere) | calling_nothing

    def naming(self, module, line):
        """The tests that have in their names, or their file has in it, what a line outside of functions is about.

        So a test is found that looks at a table, or at a class, and calls nothing that uses it.
        """
        if line in module.inner:
            return set()
        word = re.compile(rf"\b(?:{'|'.join(map(re.escape, module.named(line))) or '(?!)'})\b")
        files = {file for file, text in self.texts.items() if word.search(text)}
        return {test for test in self.seconds if test.partition("::")[0] in files or word.search(test)}

    def inside(self, modules, names=None):
        """The tests that reach a function of one of these modules, on a line with one of some names if they are given.

        A name is found by its spelling: the same one may be another thing in another module.
        """
        return {
            test
            for module in modules
            for line, tests in self.lines.get(module.name, {}).items()
            if line in module.inner and (names is None or names & module.mentions.get(line, set()))
            for test in tests
        }

    def timed(self, tests, naming=()):
        """``{test: seconds}`` of some tests: one, and as many as take ``enough`` seconds together.

        The quickest ones are taken until half of that is used up, first those in ``naming``. Then the others, the quick
        ones first: of each test function one set of values, then of each a second one.
        """
        tests = {*tests, *naming}
        cost = {test: self.seconds[test] + sum(self.shared[test].values()) for test in tests}
        turns = Counter()
        by_turn = []
        quickest = sorted(tests, key=lambda test: (cost[test], test))
        for test in quickest:
            function = test.partition("[")[0]
            by_turn.append((turns[function], cost[test], test))
            turns[function] += 1
        in_turns = [test for *_, test in sorted(by_turn)]
        chosen, there, total = {}, {}, 0
        named = [test for test in quickest if test in naming]
        for order, until in ((named, self.enough / 3), (quickest, self.enough / 2), (in_turns, self.enough)):
            for test in order:
                takes = self.seconds[test] + sum(
                    self.shared[test][each] for each in self.shared[test].keys() - there.keys()
                )
                if test in chosen or (chosen and total + takes > until):
                    continue
                chosen[test] = takes
                there |= self.shared[test]
                total += takes
        return chosen

    def sample(self, seed):
        """All changes of the room in a random order: pairs of a module and a place."""
        every = [(module, place) for module in self.modules.values() for place in module.places]
        random.Random(seed).shuffle(every)
        return every
