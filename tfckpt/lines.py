"""Lines that fit a window: what is prose is broken between words, what is to be copied where a shell joins it again."""

import os
import shlex
import textwrap


def wrapped(lines, width):
    """A report's lines as pairs ``(style, line)``, each as wide as a window, where it can be.

    Args:
        lines: as ``Report.lines`` has them.
        width: of the window, in characters.
    """
    for style, line, indent in lines:
        pieces = folded(line, width) if style == "command" else [line]
        if indent is not None and len(line) > width:
            # A path stays in one piece, so that it can be copied: the terminal breaks it.
            keep = {"break_on_hyphens": False, "break_long_words": False}
            pieces = textwrap.wrap(line, width, subsequent_indent=" " * indent, **keep)
        yield from ((style, piece) for piece in pieces)


def folded(command, width):
    """A command in lines that a shell joins again, as wide as the window where it can be. Windows joins none."""
    if len(command) <= width or os.name == "nt":
        return [command]
    indent = command[: len(command) - len(command.lstrip())]
    lines = [""]
    for word in map(shlex.quote, shlex.split(command)):
        together = f"{lines[-1]} {word}".lstrip()
        lines = [*lines[:-1], together] if len(indent + together) <= width - 6 or not lines[-1] else [*lines, word]
    after = f" \\\n{indent}    "
    return (indent + after.join(lines)).splitlines()
