"""Asks git, where the course is a clone. Standard library only."""

import subprocess


class GitError(Exception):
    """What git answered in place of doing what it was asked to."""


def git(folder, *arguments):
    """Runs ``git ARGUMENTS`` in a folder. Returns what it prints, as bytes.

    Raises:
        GitError: git refused, or is not on this machine.
    """
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True)
    except OSError:
        raise GitError("There is no git on this machine.") from None
    if done.returncode:
        message = done.stderr.decode("utf-8", errors="replace").strip()
        raise GitError(f"git {arguments[0]} says: {message or f'exit code {done.returncode}'}")
    return done.stdout


def text(folder, *arguments):
    """What git prints, as a text without the last newline."""
    return git(folder, *arguments).decode("utf-8", errors="replace").strip()


def names(folder, *arguments):
    """What git prints, as a set of file names, for a command with ``-z``."""
    return set(git(folder, *arguments).decode("utf-8", errors="surrogateescape").split("\0")) - {""}


def is_clone(folder):
    """True when a folder is in a clone that git can read."""
    try:
        return text(folder, "rev-parse", "--is-inside-work-tree") == "true"
    except GitError:
        return False
