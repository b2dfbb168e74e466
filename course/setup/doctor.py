"""What is here, what is missing and what to type. Standard library only, so that it answers before any set-up."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

import course
from course import warm
from course.setup import origin, requirements
from course.setup.checkout import Checkout, find
from course.warm.memory import PLENTY, available_memory
from tfckpt.document import Note

LESSON_BYTES = 1_000_000_000  # a kernel with TensorFlow takes 0.6 GB, attempts at exercises 0.2 GB more
# Where TensorFlow, Keras and matplotlib would write into the user's home as soon as they are imported.
WRITTEN_TO = ("KERAS_HOME", "MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
NOT_ON_COLAB = ("jupyterlab", "papermill")  # for commands that are not used there
INDENT = 25  # columns before what was seen, of which an icon takes two
NO_BINDER = "This checkout has no origin on GitHub or GitLab, so no Binder link."
OK, NOTE, MISSING = "ok", "note", "missing"
ICONS = {OK: "✅", NOTE: "💡", MISSING: "❌"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what it is, how it stands, what was seen, and what to type if it should stand better."""

    what: str
    state: str
    seen: str
    advice: str = ""


def report():
    """Prints every finding, the slow ones too. Returns the exit code: 1 when something is missing."""
    checkout = here()
    print(f"The course in {checkout.root}\n")
    findings = []
    looks = [python, environment, disk]
    if not lacking():
        looks += [tensorflow, versions, jupyterlab, memory, kernels]
    for look in looks:
        finding = look()
        findings.append(finding)
        label = f"{ICONS[finding.state]} {finding.state:8}{finding.what:14}"
        print(label + ("\n" + " " * INDENT).join(lines_of(finding.seen)), flush=True)
        if finding.advice:
            print(" " * INDENT + ("\n" + " " * INDENT).join(lines_of(finding.advice)))
    missing = [finding.what for finding in findings if finding.state == MISSING]
    link = binder_link(checkout)
    print(f"\nThis checkout's origin on Binder:\n  {link}" if link else f"\n{NO_BINDER}")
    print("\n" + (f"Not ready: {', '.join(missing)}." if missing else "This machine is ready for the course."))
    return 1 if missing else 0


def here():
    """The checkout; the folder of the package where there is none."""
    return find() or Checkout(Path(course.__file__).resolve().parents[1])


def lines_of(text):
    """A text in lines that fit 80 columns beside what it is about. A command or a path is not broken."""
    command = text.startswith("Type:")
    return [text] if command else textwrap.wrap(text, 80 - INDENT, break_long_words=False, break_on_hyphens=False)


def verdict():
    """The quick findings as a ``Note``, for a notebook: in words that are the same on every machine that is ready.

    Introduced in lesson 00.
    """
    findings = [python(), tensorflow(start=False), jupyterlab(), memory(), disk()]
    missing = [finding for finding in findings if finding.state == MISSING]
    said = [finding for finding in findings if finding.state != OK]
    lines = "\n".join(f"- **{finding.what}:** {finding.seen} {finding.advice}" for finding in said)
    if missing:
        return Note(f"**❌ Something is missing.**\n\n{lines}")
    ready = f"**✅ This machine is ready.** Looked at: {', '.join(finding.what for finding in findings)}."
    return Note(f"{ready}\n\n{lines}" if lines else ready)


def python():
    version = "{}.{}.{}".format(*sys.version_info)
    if sys.version_info[:2] in course.PYTHONS:
        return Finding("Python", OK, version)
    return Finding("Python", MISSING, version, "The course needs 3.11, 3.12 or 3.13.")


def on_colab():
    """True on Colab, whose programs come from Google: another TensorFlow, and no JupyterLab."""
    try:
        return util.find_spec("google.colab") is not None
    except ModuleNotFoundError:  # there is no package google at all
        return False


def lacking():
    """What this Python lacks for the course; on Colab, what it lacks for the lessons' kernels."""
    absent = requirements.missing("lab")
    if on_colab():
        return [name for name in absent if name not in NOT_ON_COLAB and not name.startswith("tensorflow ")]
    return absent


def environment():
    absent = lacking()
    if not absent:
        return Finding("environment", OK, "the course's .venv" if here().runs_this else sys.prefix)
    seen = {
        "absent": "not set up yet",
        "foreign": "there is a .venv that the course did not make",
        "unfinished": "the last set-up did not finish",
        "outdated": "the requirements have changed since the last set-up",
        "ready": f"the course's .venv is ready; this Python ({sys.executable}) lacks {', '.join(absent)}",
    }[here().state]
    return Finding("environment", MISSING, seen, "Type:  python3 -m course")


def tensorflow(start=True):
    """TensorFlow's version; with ``start``, it is imported in a process of its own and timed."""
    version = requirements.tensorflow_version()
    if version is None:
        return Finding("TensorFlow", MISSING, "not installed.", "Type:  python3 -m course")
    if not version.startswith(requirements.TENSORFLOW):
        seen = f"{version}, and the course is checked with {requirements.TENSORFLOW}*."
        if on_colab():
            return Finding("TensorFlow", NOTE, seen, "It is Colab's own, so some outputs differ from the stored ones.")
        return Finding("TensorFlow", MISSING, seen, "Type:  python3 -m course")
    if not start:
        return Finding("TensorFlow", OK, version)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as folder:
        result = subprocess.run(
            [sys.executable, "-c", "import tensorflow"],
            env={**os.environ, **dict.fromkeys(WRITTEN_TO, folder)},
            capture_output=True,
            text=True,
            errors="replace",
        )
    seconds = time.monotonic() - began
    if result.returncode:
        reason = (result.stderr.strip().splitlines() or [f"exit code {result.returncode}"])[-1]
        return Finding(
            "TensorFlow", MISSING, f"{version} does not start: {reason}", "Delete .venv and type:  python3 -m course"
        )
    return Finding("TensorFlow", OK, f"{version}, starts in {seconds:.1f} s")


def versions():
    """Compares what is installed with ``requirements.lock``."""
    checkout = here()
    if not checkout.lock.exists():
        return Finding("versions", NOTE, "there is no requirements.lock beside the package to compare with")
    pins = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==([^\s;\\]+)", checkout.requirements, re.MULTILINE):
        pins.setdefault(name, set()).add(version)
    other = []
    for name, allowed in pins.items():
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue  # for another system, or reported as missing above
        if installed not in allowed:
            other.append(f"{name} {installed} ({' or '.join(sorted(allowed))})")
    if other:
        return Finding(
            "versions",
            NOTE,
            f"{len(other)} not as in requirements.lock: {', '.join(other[:5])}{' …' if len(other) > 5 else ''}",
        )
    return Finding("versions", OK, "as in requirements.lock")


def jupyterlab():
    if util.find_spec("jupyterlab") is None:
        if on_colab() or in_a_kernel():
            return Finding("JupyterLab", OK, "not installed, and not needed: another program shows the lessons.")
        return Finding("JupyterLab", MISSING, "not installed.", "Type:  python3 -m course")
    return Finding("JupyterLab", OK, metadata.version("jupyterlab"))


def in_a_kernel():
    """True in a notebook: some program shows it already."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return hasattr(shell, "kernel")


def memory():
    available = available_memory()
    seen = f"{available / 10**9:.1f} GB free; a lesson needs 1 GB."
    if available < LESSON_BYTES:
        return Finding(
            "memory", MISSING, seen, "Shut down kernels you do not need (in JupyterLab: Kernel, Shut Down All Kernels)."
        )
    return Finding("memory", OK, seen)


def kernels():
    """Which kernels lessons get, warm or ordinary ones, and why. A warm process is started, to see."""
    why = warm.why_none()
    if why:
        advice = f"Type:  {sys.executable} -m pip install --no-deps --editable ." if why == warm.NOT_ANNOUNCED else ""
        return Finding("kernels", NOTE if advice else OK, f"ordinary ones: {why}.", advice)
    from course.warm import choice

    if available_memory() < PLENTY:
        return Finding("kernels", OK, f"ordinary ones: warm ones need {PLENTY / 10**9:g} GB of free memory.")
    with tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as folder:
        try:
            seconds = choice.trial({**os.environ, **dict.fromkeys(WRITTEN_TO, folder)})
        except choice.WarmError as error:
            return Finding("kernels", NOTE, f"ordinary ones: {error}.")
    seen = f"the first ordinary, then warm: forked from a process that loads TensorFlow once (in {seconds:.1f} s)"
    return Finding("kernels", OK, seen)


def disk():
    here = Path.cwd()
    free = shutil.disk_usage(here).free
    if not os.access(here, os.W_OK):
        return Finding(
            "disk space", MISSING, "this folder cannot be written to.", "Put the checkout into a folder of your own."
        )
    if free < 10**8:
        return Finding("disk space", MISSING, f"{free / 10**6:.0f} MB free; a lesson needs 100 MB.", "Free some space.")
    return Finding("disk space", OK, f"{free / 10**9:.0f} GB free")


def binder_link(checkout):
    """The address that opens the course on Binder from the checkout's ``origin``; None without one."""
    found = origin.of(checkout.root)
    return found.binder if found else None
