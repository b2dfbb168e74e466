"""Truth 9, style: ruff has nothing to say, of the lessons' code either, and no path is a machine's own."""

import re
import subprocess
import sys

from conftest import ROOT

WRITTEN_BY_HAND = {".py", ".toml", ".md", ".ipynb", ".txt", ".yml", ".yaml", ".json", ".cfg", ".css", ".js", ".html"}
ROOMS = ("benchmarks", "binder", "course", "docs", "notebooks", "paper", "tests", "tfckpt")
OF_A_MACHINE = re.compile(r"(?<![A-Za-z0-9_.])/(?:wo[r]k|ro[o]t|tmp/ipykernel)[/_][^\s'\"]*")


def test_style():
    for command in (["check"], ["format", "--check", "--diff"]):
        result = subprocess.run([sys.executable, "-m", "ruff", *command, "."], cwd=ROOT, capture_output=True, text=True)
        assert result.returncode == 0, result.stdout + result.stderr


def test_no_path_of_a_machine():
    """The folder of whoever wrote it, or of somebody who reported a message, says nothing to others."""
    found, looked_at = [], 0
    for path in [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in WRITTEN_BY_HAND]:
        if {"scratch", ".ipynb_checkpoints", "node_modules"} & set(path.parts) or not path.is_file():
            continue
        looked_at += 1
        text = path.read_text(encoding="utf-8", errors="ignore")
        found += [f"{path.relative_to(ROOT).as_posix()}: {match[0][:80]}" for match in OF_A_MACHINE.finditer(text)]
    assert looked_at > 300 and found == []
