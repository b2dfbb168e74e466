"""Whether a function is what its newest cell says: where a cell ends in an error, Python keeps the older function."""

import ast
import re
import sys


def error_of_its_cell(function, source):
    """What kept the cell that was run last for a function from defining it; empty where nothing did.

    Without this, an older attempt would be judged while a newer one stands before the learner's eyes. It is said only
    where an older cell of this notebook made the function: it may as well come from a file.

    Args:
        function: the function, whose name is looked for in the cells that were run.
        source: its source, as ``exercise.source_of`` returns it.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    name, newest = function.__name__, ""
    for cell in reversed(shell.history_manager.input_hist_raw if shell else []):
        if not re.search(rf"^[ \t]*def {name}\b", cell, re.MULTILINE):
            continue
        magic = re.match(r"(%%.*\n)*", cell)[0]  # such as %%time: what is below it is Python
        try:
            made = definitions(shell.transform_cell(cell[len(magic) :]), name)
        except SyntaxError as error:
            place = (error.lineno or 1) + magic.count("\n")
            newest = newest or f"{type(error).__name__} in its line {place}: {error.msg}"
            continue
        if made & definitions(source, name):
            return newest
        if made:
            newest = newest or f"it did not come to `def {name}`"
    return ""


def definitions(source, name):
    """What the functions of a name do that a source defines: their code without decorators, comments and layout."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef) and node.name == name]
    for node in nodes:
        node.decorator_list = []
    return {ast.unparse(node) for node in nodes}
