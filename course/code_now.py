"""What a cell of a notebook does: at its beginning, by its statements; and now, by what its thread executes."""

import ast
import linecache
import re
import sys
import textwrap

LENGTH = 72  # characters of a call


def begins_with_imports(source):
    """True where a cell comes to ``import course`` before anything that may show something."""
    try:
        statements = ast.parse(source).body
    except SyntaxError:  # a line for IPython alone, such as %time
        return False
    for node in statements:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            return False
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [name.name for name in node.names]
        if any(name.split(".")[0] == "course" for name in names):
            return True
    return False


def running(thread, namespace, source):
    """The code of a cell that a thread executes now, most often a call, in one line; empty where it cannot be said."""
    frame, outermost = sys._current_frames().get(thread), None
    while frame:
        if frame.f_globals is namespace and frame.f_code.co_name == "<module>":
            outermost = frame
        frame = frame.f_back
    if outermost is None:
        return ""
    positions = list(outermost.f_code.co_positions())
    first, last, begin, end = positions[outermost.f_lasti // 2]
    lines = [line.encode() for line in linecache.getlines(outermost.f_code.co_filename)[(first or 0) - 1 : last]]
    if not lines or None in (first, last, begin, end):
        return ""
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][begin:]
    code = b"".join(lines).decode()
    if code.startswith("get_ipython()"):  # what IPython makes of its own lines, such as %time
        code = source.splitlines()[first - 1] if first <= source.count("\n") + 1 else ""
    if re.match(r"(async )?(with|for|class|def)\b", code):
        code = code.partition("\n")[0]  # without what is in it
    code = re.sub(r"(?<=[(\[{])\s*\n\s*|,?\s*\n\s*(?=[)\]}])", "", code)
    short = textwrap.shorten(code, LENGTH, placeholder=" …")
    return short if short != " …" else code[:LENGTH]
