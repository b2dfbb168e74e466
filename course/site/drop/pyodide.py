"""Pyodide, Python for the browser: fetched with npm, compared with a hash, and kept in the user's cache."""

import base64
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import platformdirs

from course.progress_file import COURSE

VERSION = "314.0.7"  # Python 3.14
SHA512 = "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="  # of the package
FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json", "README.md")
LONGEST = 300  # seconds for 6.5 MB


class NoPyodide(Exception):
    """Pyodide cannot be had. The text says why, and what to do."""


def unpack(folder):
    """Writes the files of Pyodide that a page needs into a new folder.

    Raises:
        NoPyodide: it is not in the cache and cannot be fetched, or what was fetched is not what it should be.
    """
    with tarfile.open(package()) as archive:
        folder.mkdir()
        for name in FILES:
            with archive.extractfile(f"package/{name}") as source, open(folder / name, "wb") as target:
                shutil.copyfileobj(source, target)


def package():
    """The path of the npm package in the user's cache, fetched if it is not there. Raises NoPyodide."""
    cache = Path(platformdirs.user_cache_dir(COURSE, appauthor=False))
    path = cache / f"pyodide-{VERSION}.tgz"
    try:
        if path.is_file() and sha512(path) == SHA512:
            return path
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            fetched = fetch(Path(folder))
            if (found := sha512(fetched)) != SHA512:
                raise NoPyodide(
                    f"npm brought a pyodide {VERSION} with the SHA-512 {found}, and it should be {SHA512}. It was not "
                    "used. Is npm set to a registry or a mirror of somebody else's?"
                )
            fetched.replace(path)
    except OSError as error:
        raise NoPyodide(f"the cache {cache} cannot be used: {error.strerror or error}.") from error
    return path


def fetch(folder):
    """Has npm fetch the package into a folder. Returns its path. Raises NoPyodide."""
    npm = shutil.which("npm")
    if npm is None:
        raise NoPyodide("npm, which fetches Pyodide, is not installed. Install Node.js, which brings it.")
    command = [npm, "pack", f"pyodide@{VERSION}", "--ignore-scripts", "--silent"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        raise NoPyodide(f"npm did not fetch Pyodide within {LONGEST // 60} minutes.") from None
    packages = list(folder.glob("*.tgz"))
    if done.returncode or not packages:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        says = f" It says: {lines[0][:300]}" if lines else ""
        raise NoPyodide(f"npm could not fetch pyodide {VERSION} (exit code {done.returncode}).{says}")
    return packages[0]


def sha512(path):
    """The SHA-512 of a file as npm writes it."""
    with open(path, "rb") as file:
        return base64.b64encode(hashlib.file_digest(file, "sha512").digest()).decode()
