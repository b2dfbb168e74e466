"""Whole reports: all that the commands print about files of many kinds, held against what is stored in tests/reports.

What a report says is looked through once, when it is stored. After that, a word that is another one shows.

    python tests/whole_reports.py           stores all of them anew; then look through `git diff tests/reports`
    python tests/whole_reports.py hostile   those of one group

A case is a function that writes files into the current folder, which is empty, and yields commands: arguments of
``tfckpt``. They are stored as they are typed, with what they print and the exit code. A command that begins with a
number is typed in a terminal of so many columns. A text is Python, which makes something to read in a notebook. A dict
is stored as it is.
"""

import contextlib
import io
import json
import os
import re
import secrets
import shlex
import shutil
import sys
from pathlib import Path

STORED = Path(__file__).with_name("reports")
GROUPS = {}  # by their names: functions that return {name: case}
HEAD = "=== "
# What HDF5 says of a few bytes depends on what stands behind them in its memory.
OF_HDF5 = re.compile(r"(?<=synchronously open file )\(bad (?:byte number in an address|superblock version number)\)")
# What differs from one installation, process or folder to the next.
FUNCTION = re.compile(r"(__(?:inference|forward|backward)_|_SavedModel_|pyfunc_|_fn_|while_(?:body|cond)_)(\w*?)\d+")

# Of a graph, in a list of files as text and as JSON, and where it is damaged: it has such numbers and paths in it.
SIZE = re.compile(
    r"\d+(?= kB  \S+\.(?:meta|pb)\b)|(?<=\.meta\", \"bytes\": )\d+|(?<=\.pb\", \"bytes\": )\d+"
    r"|(?<=\.meta cannot be read at byte )\d+|(?<=\.pb cannot be read at byte )\d+"
)
OF_BYTECODE = re.compile(  # of each Python
    r"\d+(?= (?:bytes|kB)  config\.json\b)|(?<=config\.json\", \"bytes\": )\d+|\d+(?= (?:bytes|kB) \| `config\.json`)"
)


def group(cases):
    GROUPS[cases.__name__] = cases
    return cases


def report(make):
    """What is stored of a case: each command, what it prints, and its exit code. Runs in an empty folder of its own."""
    import keras
    import tensorflow.compat.v1 as tf

    before = Path.cwd()
    tf.reset_default_graph()
    tf.enable_v2_behavior()  # whatever the case before has switched off
    keras.utils.clear_session()  # which counts the layers of a class, for their names
    # Its length shows where lines are cut, and an underscore where Markdown escapes: always as long, and without one.
    folder = Path("/tmp") / f"tmp{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    os.chdir(folder)
    try:
        said = [shown(command) for command in make(folder)]
    finally:
        os.chdir(before)
        shutil.rmtree(folder)
    return neutral("\n".join(said), str(folder))


def shown(command):
    """A command or a piece of Python, and what it shows."""
    if isinstance(command, dict):
        return "".join(f"{title}\n{text}\n" for title, text in command.items())
    if isinstance(command, str):
        import tfckpt

        names = {name: getattr(tfckpt, name) for name in tfckpt.__all__}
        return f">>> {command}\n{eval(command, names)._repr_markdown_()}\n"
    columns, words = (0, command) if not command or isinstance(command[0], str) else (command[0], command[1:])
    words = [str(word) for word in words]
    setting = f"COLUMNS={columns} " * bool(columns)
    return f"$ {setting}{shlex.join(['tfckpt', *words])}\n{printed(words, columns)}"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def printed(words, columns):
    """What a command prints, JSON in few lines, and its exit code in brackets."""
    from tfckpt.commands import run

    out, err = (Terminal() if columns else io.StringIO() for _ in range(2))
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(columns or 80)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(words, "tfckpt")
    finally:
        os.environ.pop("COLUMNS") if before is None else os.environ.update(COLUMNS=before)
    text = out.getvalue().replace("\x1b", "ESC")
    if "--json" in words and text:
        text = "".join(lines_of(*each) for each in json.loads(text).items())
    return f"{text}{err.getvalue()}[{code}]\n"


def lines_of(key, value):
    """A field of JSON: on one line, or one for each item of a list or a dict that has several."""
    several = isinstance(value, dict | list) and len(value) > 1
    items = [{name: each} for name, each in value.items()] if isinstance(value, dict) else value
    pieces = [json.dumps(each, ensure_ascii=False) for each in (items if several else [value])]
    return f"{key}: " + "\n  ".join(["", *pieces] if several else pieces).lstrip(" ") + "\n"


def neutral(text, folder):
    """A text without what differs between machines: versions, paths, numbers in names that TensorFlow gives."""
    import keras
    import tensorflow as tf

    for place in {os.path.realpath(folder), folder}:
        text = text.replace(place, "FOLDER")
    text = OF_HDF5.sub("(REASON)", text.replace(sys.executable, "PYTHON"))
    for module in (keras, tf):
        text = re.sub(rf"(Keras|TensorFlow) {re.escape(module.__version__)}\b", r"\1 VERSION", text)
    text = re.sub(r"20\d\d-\d\d-\d\d@[\d:]{8}", "DATE", FUNCTION.sub(r"\1\2N", text))
    for size in (SIZE, OF_BYTECODE) if "has Python bytecode in it" in text else (SIZE,):
        text = size.sub(lambda match: "#" * len(match[0]), text)
    return text


def stored(name):
    """``{case: its report}`` of a group, as they are stored."""
    text = (STORED / f"{name}.txt").read_text(encoding="utf-8")
    return dict(each.split("\n", 1) for each in text.split(f"\n{HEAD}")[1:])


def store(*names):
    """Writes all reports of some groups; of all if none is named."""
    STORED.mkdir(exist_ok=True)
    for name in names or GROUPS:
        said = "".join(f"\n{HEAD}{case}\n{report(make)}" for case, make in GROUPS[name]().items())
        (STORED / f"{name}.txt").write_text(said, encoding="utf-8")
        print(f"tests/{STORED.name}/{name}.txt")


if __name__ == "__main__":
    import whole_cases
    import whole_cases_of_formats  # noqa: F401  registers its groups
    import whole_cases_rare  # noqa: F401

    whole_cases.store(*sys.argv[1:])
