"""The texts of the catalog with what was read in the reader's message put into their braces."""

import os
import re
import shlex

from tfckpt.bounds import LONGEST_WORD, shortened_word
from tfckpt.document import escaped, plain, printable
from tfckpt.explain.catalog import ANYWHERE, BRACES, GROUPS, LISTED

OF_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|[^/]*\\")  # a path of Windows, whatever machine explains it
NOT_IN_DOUBLE_MARKS = re.compile(r"[\"$`!%]|\\$")  # a shell would read these there
UNKNOWN = "PREFIX"  # stands for the prefix, where the text has none
NOTE = f"# {UNKNOWN} is what stands before .index, such as run/model-100\n"


def markdown(text, groups):
    """A text of the catalog in Markdown. What was read may come from a stranger: nothing in it is taken for a mark.

    Args:
        text: with ``{key}`` and the like in it, in backticks or not.
        groups: ``{"key": "A_1"}``.

    Example:

        >>> markdown("no `{key}` in {path}", {"key": "A_1", "path": "run_2"})
        'no `A_1` in run\\\\_2'
    """
    pieces = re.split(r"(`[^`]*`)", text)
    return "".join(put_in(piece, groups, as_code if piece.startswith("`") else escaped) for piece in pieces)


def words(text, groups):
    """The same for a terminal.

    Example:

        >>> words("no `{key}` in {path}", {"key": "A_1", "path": "run_2"})
        'no A_1 in run_2'
    """
    return plain(put_in(text, groups, as_code))


def put_in(text, groups, form):
    def value(match):
        name = match[1]
        if name not in (*GROUPS, LISTED):
            return match[0]
        return form(shortened_word(groups.get(name, UNKNOWN if name == ANYWHERE else "…"), LONGEST_WORD))

    return BRACES.sub(value, text)


def as_code(value):
    return printable(value).replace("`", "'")


def python(code, groups):
    """Lines of Python with what was read in them, always within quotation marks: no value can end its text.

    They are empty where a value that they need was not read.

    Example:

        >>> python('print("{path}")', {"path": "C:\\\\run\\\\model"})
        'print("C:/run/model")'
    """
    if any(name in GROUPS and name != ANYWHERE and name not in groups for name in BRACES.findall(code)):
        return ""
    safe = {name: re.sub(r"[\"'\n{}]", "", value.replace("\\", "/")) for name, value in groups.items()}
    note = NOTE if ANYWHERE not in groups and f"{{{ANYWHERE}}}" in code else ""
    return note + put_in(code.strip("\n"), safe, printable)


def command(run, groups, program):
    """The command to type next; None if something in it is not known.

    Args:
        run: of the catalog; it begins with ``tfckpt``.
        groups: as above.
        program: how this program was called, such as ``python3 -m course``.

    Example:

        >>> command("tfckpt inspect {prefix}", {"prefix": "my run/model"}, "course")
        "course inspect 'my run/model'"
        >>> command("tfckpt inspect {prefix}", {}, "course")
    """
    if not run or any(name not in groups for name in BRACES.findall(run)):
        return None
    filled = [put_in(word, groups, printable) for word in run.split()[1:]]
    return " ".join([program, *(quoted(word) for word in filled)])


def quoted(word):
    """A word for a shell, that of Windows or another one. A path of Windows gets the marks that all of them know.

    Example:

        >>> quoted("run/model")
        'run/model'
        >>> print(quoted(r"C:\\my run\\model"))
        "C:\\my run\\model"
    """
    if OF_WINDOWS.match(word) and not NOT_IN_DOUBLE_MARKS.search(word):
        return f'"{word}"'
    if os.name == "nt":
        return f'"{word}"' if " " in word else word
    return shlex.quote(word)
