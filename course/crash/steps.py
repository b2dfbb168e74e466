"""``watch``: calls a function before each step that this process takes on the files of a folder.

Python's own steps are seen by an audit hook and a profile function. TensorFlow's are C++: ``interpose`` puts a function
in the place of ``rename`` and its like.
"""

import os
import re
import sys
from contextlib import contextmanager

from course.crash.interpose import interpose

WRITING = os.O_WRONLY | os.O_RDWR


TEMPORARY = re.compile(r"(\.tempstate|\.tmp)[0-9a-f]+")


@contextmanager
def watch(folder, before):
    """Calls ``before(text)`` ahead of each step on a file in ``folder``, within the block. For a process of its own.

    Steps are renames, deletions, and writing to a file under its final name: opening it, which empties it, and each
    write that Python does. What happens to a file with a temporary name counts when it is renamed.

    An audit hook cannot be taken away again, so it stays, and is silent after the block.
    """
    inside = os.path.abspath(folder) + os.sep
    on = True

    def step(verb, path, target=None):
        path = os.path.abspath(os.fsdecode(path))
        if on and path.startswith(inside) and not (verb in ("open", "write") and TEMPORARY.search(path)):
            names = [short(os.fsdecode(name), inside) for name in (path, target) if name is not None]
            before(f"{verb} {' -> '.join(names)}")

    def audit(event, arguments):
        if event == "open" and not isinstance(arguments[0], int):
            path, mode, flags = arguments
            if (set(mode) & set("wax+")) if mode else flags & WRITING:
                step("open", path)
                sys.setprofile(profile)  # not before: it makes Python slow
        elif event == "os.rename":
            step("rename", arguments[0], arguments[1])
        elif event in ("os.remove", "os.rmdir"):
            step("delete", arguments[0])

    def profile(_, event, function):
        if event == "c_call" and getattr(function, "__name__", "") == "write":
            name = getattr(getattr(function, "__self__", None), "name", None)
            if isinstance(name, str):
                step("write", name)

    sys.addaudithook(audit)
    with interpose(step):
        try:
            yield
        finally:
            sys.setprofile(None)
            on = False


def short(path, inside):
    """A path as the lesson shows it: below the folder, and without the random numbers of temporary names."""
    path = os.path.abspath(path).removeprefix(inside).replace(os.sep, "/")
    return TEMPORARY.sub(r"\1…", path)
