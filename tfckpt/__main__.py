"""``python3 -m tfckpt``, and the command ``tfckpt``."""

import sys

from tfckpt.commands import run


def main():
    for stream in (sys.stdout, sys.stderr):  # a console of another encoding prints "?", it does not fail
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:], "tfckpt" if sys.argv[0].endswith(("tfckpt", "tfckpt.exe")) else "python3 -m tfckpt"))


if __name__ == "__main__":
    main()
