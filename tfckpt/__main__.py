"""``python3 -m tfckpt``, and the command ``tfckpt``."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from tfckpt.errors import PACKAGES


def main():
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy multiplies no matrices here: a second thread costs 40 ms
    for stream in (sys.stdout, sys.stderr):  # a console of another encoding prints "?", it does not fail
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    lacking = [package for module, package in PACKAGES.items() if find_spec(module) is None]
    if lacking and (Path(__file__).resolve().parents[1] / "requirements.lock").exists():  # the checkout of the course
        import subprocess

        sys.exit(subprocess.call([sys.executable, "-m", "course.setup", *sys.argv[1:]]))
    if "click" in lacking:
        sys.exit(f"tfckpt needs {', '.join(lacking)}. Type:  {sys.executable} -m pip install {' '.join(lacking)}")
    from tfckpt.commands import run

    name = os.path.basename(sys.argv[0]).removesuffix(".exe")
    sys.exit(run(sys.argv[1:], "tfckpt" if name == "tfckpt" else "python3 -m tfckpt"))


if __name__ == "__main__":
    main()
