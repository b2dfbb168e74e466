"""Truth 9, style: ruff has nothing to say, of the lessons' code either."""

import subprocess
import sys

from conftest import ROOT


def test_style():
    for command in (["check"], ["format", "--check", "--diff"]):
        result = subprocess.run([sys.executable, "-m", "ruff", *command, "."], cwd=ROOT, capture_output=True, text=True)
        assert result.returncode == 0, result.stdout + result.stderr
