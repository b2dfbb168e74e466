"""The course's checkout, and the environments that are made in it. Standard library only.

What a set-up learns it writes to ``course-setup.json`` in the environment; a folder of that name without such a file is
somebody else's, and is left alone.
"""

import hashlib
import json
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from course.setup.requirements import SMALL


@dataclass(frozen=True)
class Checkout:
    """A checkout of the course, with one of the two environments that are made in it.

    Args:
        root: its folder.
        small: whether it is the environment of ``tfckpt``, of the commands ``explain``, ``inspect``, ``diff`` and
            ``export``, which has five packages; the other one has all that ``requirements.lock`` names.
    """

    root: Path
    small: bool = False

    @property
    def venv(self):
        return self.root / (".venv-inspect" if self.small else ".venv")

    @property
    def lock(self):
        return self.root / "requirements.lock"

    @property
    def record(self):
        return self.venv / "course-setup.json"

    @property
    def python(self):
        return self.venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    @property
    def python_path(self):
        """What PYTHONPATH has to be for a program that is to find the course, and what it had before."""
        before = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        return os.pathsep.join([str(self.root), *(path for path in before if path not in ("", str(self.root)))])

    @property
    def requirements(self):
        """The packages of the environment with their versions and hashes, as ``requirements.lock`` has them."""
        return self.locked(SMALL) if self.small else self.lock.read_text(encoding="utf-8")

    def locked(self, names):
        """The lines of some packages in ``requirements.lock``."""
        packages = re.split(r"^(?=[a-z0-9])", self.lock.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
        return "".join(package for package in packages if package.partition("==")[0] in names)

    @property
    def names(self):
        """The names of the packages. Some are for other systems, and some stand there twice."""
        return re.findall(r"^([a-z0-9-]+)==", self.requirements, re.MULTILINE)

    @property
    def state(self):
        """``absent``, ``foreign`` (not the course's), ``unfinished``, ``outdated`` or ``ready``."""
        if not self.venv.exists():
            return "foreign" if self.venv.is_symlink() else "absent"  # a link that leads nowhere is somebody's, too
        try:
            record = json.loads(self.record.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return "foreign" if any(self.venv.iterdir()) else "unfinished"
        except (ValueError, OSError):
            return "unfinished"
        if not record.get("finished") or record.get("folder") != str(self.root) or not self.python.exists():
            return "unfinished"  # a moved checkout or a Python that was uninstalled leaves scripts that point nowhere
        return "ready" if record.get("lock") == self.lock_hash else "outdated"

    @property
    def announced(self):
        """What the installed course announces, of pyproject.toml: its commands, and how Jupyter finds warm kernels."""
        text = (self.root / "pyproject.toml").read_text(encoding="utf-8")
        return "".join(re.findall(r"^\[project\.(?:scripts|entry-points).*?(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL))

    @property
    def lock_hash(self):
        wanted = self.requirements if self.small else self.requirements + self.announced
        return hashlib.sha256(wanted.encode()).hexdigest()

    @property
    def runs_this(self):
        """True in a Python of this environment."""
        return Path(sys.prefix).resolve() == self.venv.resolve()

    def note(self, finished):
        """Writes what ``state`` reads. An unfinished set-up has a record too: it tells ours from somebody else's."""
        values = {"finished": finished, "lock": self.lock_hash, "folder": str(self.root), "process": os.getpid()}
        self.record.write_text(json.dumps(values), encoding="utf-8")


def find():
    """The checkout: the folder above this package, or else the current folder or one above it. None without one."""
    here = Path.cwd()
    for folder in (Path(__file__).resolve().parents[2], here, *here.parents):
        if (folder / "notebooks" / "00_start_here.ipynb").exists():
            return Checkout(folder)
    return None
