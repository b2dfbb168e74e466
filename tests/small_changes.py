"""Small changes of a reference solution, such as a slip of the hand makes."""

import ast
import copy
import itertools

OTHER_NAME = {
    "global_variables": "trainable_variables",
    "trainable_variables": "global_variables",
    "global_variables_initializer": "local_variables_initializer",
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "startswith": "endswith",
    "endswith": "startswith",
    "removesuffix": "removeprefix",
    "partition": "rpartition",
    "rpartition": "partition",
    "isdecimal": "isalpha",
    "append": "remove",
    "glob": "rglob",
    "reduce_mean": "reduce_sum",
}
OTHER_COMPARISON = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
OTHER_OPERATOR = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.BitAnd: ast.BitOr}


def small_changes(source):
    """All small changes of a function's source, as ``{description: changed source}``.

    A statement, a filter, an argument or an exception is dropped; a comparison, a condition, a sum or an ``and`` is
    turned; a number, a text, or the name of a function is changed. What is only said to a person stays as it is: the
    docstring, the message of an error, and what is printed.
    """
    tree = ast.parse(source)
    whole = ast.unparse(tree)
    changes = {}
    for place in places(tree):
        text = with_change(tree, *place)
        if text != whole and text not in changes.values() and compiles(text):
            changes[unused(difference(whole, text), changes)] = text
    return changes


def places(tree):
    """Where a syntax tree can be changed: pairs of a node's number in ``ast.walk`` and the number of a way to do it."""
    said = {id(node) for outer in ast.walk(tree) if speaks(outer) for node in ast.walk(outer) if node is not outer}
    for number, node in enumerate(ast.walk(tree)):
        if id(node) not in said:
            for way, _ in enumerate(changed(node)):
                yield number, way


def with_change(tree, number, way):
    """The source of a tree, changed at one of its ``places``. The tree stays as it is."""
    other = copy.deepcopy(tree)
    node = next(itertools.islice(ast.walk(other), number, None))
    list(changed(node))[way]()
    return ast.unparse(ast.fix_missing_locations(other))


def compiles(text):
    try:
        compile(text, "<changed>", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def changed(node):
    """The ways to change a node of a syntax tree in place, each a function that does it."""
    yield from without_a_statement(node)
    yield from without_a_part(node)
    yield from turned(node)
    yield from other_names(node)
    if isinstance(node, ast.Constant):
        yield from other_values(node)


def without_a_statement(node):
    for field in ("body", "orelse", "finalbody"):
        statements = getattr(node, field, None)
        if isinstance(statements, list) and not isinstance(node, ast.Module):
            for position, statement in enumerate(statements):
                if not is_docstring(statement) and not isinstance(statement, ast.Pass | ast.Import | ast.ImportFrom):
                    yield lambda statements=statements, position=position: drop(statements, position)


def without_a_part(node):
    """A filter, an argument, or an exception is dropped."""
    if isinstance(node, ast.comprehension):
        for position in range(len(node.ifs)):
            yield lambda position=position: node.ifs.pop(position)
    if isinstance(node, ast.Call):
        for position in range(len(node.args)):
            if len(node.args) + len(node.keywords) > 1:
                yield lambda position=position: node.args.pop(position)
        for position in range(len(node.keywords)):
            yield lambda position=position: node.keywords.pop(position)
    if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Tuple):
        for position in range(len(node.type.elts)):
            yield lambda position=position: node.type.elts.pop(position)


def turned(node):
    """A comparison, an ``and``, a sum or a condition is turned."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in OTHER_COMPARISON:
        yield lambda: node.ops.__setitem__(0, OTHER_COMPARISON[type(node.ops[0])]())
    if isinstance(node, ast.BoolOp):
        yield lambda: setattr(node, "op", ast.And() if isinstance(node.op, ast.Or) else ast.Or())
        for position in range(len(node.values)):
            yield lambda position=position: drop_operand(node, position)
    if isinstance(node, ast.BinOp) and type(node.op) in OTHER_OPERATOR:
        yield lambda: setattr(node, "op", OTHER_OPERATOR[type(node.op)]())
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))
        if isinstance(node, ast.If | ast.IfExp):
            yield lambda: setattr(node, "test", ast.Constant(True))


def other_names(node):
    if isinstance(node, ast.Attribute) and node.attr in OTHER_NAME:
        yield lambda: setattr(node, "attr", OTHER_NAME[node.attr])
    if isinstance(node, ast.Name) and node.id in OTHER_NAME:
        yield lambda: setattr(node, "id", OTHER_NAME[node.id])


def other_values(node):
    if isinstance(node.value, bool):
        yield lambda: setattr(node, "value", not node.value)
    elif isinstance(node.value, int | float):
        yield lambda: setattr(node, "value", node.value + 1)
    elif isinstance(node.value, str | bytes) and node.value:
        yield lambda: setattr(node, "value", node.value[:-1])
        if node.value[-1:] != "*":  # from Python 3.13 on, two stars in a pattern of a name are as one
            yield lambda: setattr(node, "value", node.value + node.value[-1:])


def drop(statements, position):
    if len(statements) == 1:
        statements[position] = ast.Pass()
    else:
        statements.pop(position)


def drop_operand(node, position):
    if len(node.values) > 2:
        node.values.pop(position)
    else:  # an "and" of one operand is that operand
        node.values = [node.values[1 - position]] * 2


def is_docstring(statement):
    return isinstance(statement, ast.Expr) and isinstance(getattr(statement, "value", None), ast.Constant)


def speaks(node):
    """True for a docstring, a ``raise`` and a ``print``: what stands in them is said to a person."""
    return (
        is_docstring(node)
        or isinstance(node, ast.Raise)
        or (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print")
    )


def difference(one, other):
    """What a change did, in the first line that differs: ``a line -> the line after``, or ``dropped: a line``."""
    before, after = ([line for line in text.splitlines() if line.strip()] for text in (one, other))
    place = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    old, new = ([*lines, ""][place].strip() for lines in (before, after))
    return f"dropped: {old}" if len(after) < len(before) else f"{old} -> {new}"


def unused(description, changes):
    """The description, numbered where the same line stands in the function more than once."""
    number, name = 1, description
    while name in changes:
        number += 1
        name = f"{description} ({number})"
    return name
