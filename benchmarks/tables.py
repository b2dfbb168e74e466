"""Tables of measurements, and where benchmarks/README.md has them."""

import os
import platform
import re
import time
from pathlib import Path

README = Path(__file__).with_name("README.md")


def markdown(rows, runs):
    """The rows ``(what, compared with, measured, at most, kept)`` as a table, below a line that says where and when.

    A row that promises nothing has None for ``kept``.
    """
    cores, system = os.cpu_count(), f"{platform.system()} {platform.machine()}"
    machine = f"{system}, {cores} cores, Python {platform.python_version()}"
    head = f"{time.strftime('%Y-%m-%d')}, {machine}, medians of {runs} runs:\n\n"
    head += "| what | compared with | measured | at most | promise |\n| --- | --- | ---: | ---: | --- |\n"
    words = {True: "kept", False: "**not kept**", None: ""}
    return head + "\n".join(f"| {a} | {b} | {c} | {d} | {words[kept]} |" for a, b, c, d, kept in rows)


def store(table, begin, end):
    """Puts a table into the README, between two comments of HTML."""
    text = README.read_text(encoding="utf-8")
    marks = re.compile(rf"(?<=<!-- {begin} -->\n).*(?=<!-- {end} -->)", re.DOTALL)
    README.write_text(marks.sub(lambda _: table + "\n", text), encoding="utf-8", newline="\n")
