"""Gets a newer version of the course into a git clone, and loses nothing of what the learner wrote in the notebooks."""

import os
from dataclasses import dataclass
from pathlib import Path

import click

from course import places
from course.learner.reset import keep_beside, work
from course.setup.git import GitError, git, is_clone, names, text

NO_CLONE = """\
{root} is no git clone, so nothing can be fetched into it. Unpack the newer version into a folder of its own: your
notebooks stay in this one, and your progress counts in both."""
NO_UPSTREAM = """\
This branch follows no other one, so it is not known where newer versions come from. If the course's is origin's main
branch, type:  git branch --set-upstream-to=origin/main"""
NO_BRANCH = """\
No branch is checked out here, but a single commit, so it is not known where newer versions come from. If the course's
is the main branch, type:  git switch main"""
OWN_COMMITS = """\
This clone has {count} of your own, so the newer version cannot take its place. Nothing was changed. To keep
your commits on a branch called my-work and go on with the newer version, type:

  git branch my-work
  git reset --keep @{{upstream}}

The second command refuses rather than lose a change that is not committed. Or merge: git pull --no-rebase"""
IN_THE_WAY = """\
You changed what the newer version changes too: {files}. Nothing was updated. Commit your changes, or take
them back with  git restore FILE,  then try again."""


@dataclass(frozen=True)
class Update:
    """The outcome of an update: the days of the versions before and after, the new lessons, the learner's copies."""

    before: str
    after: str
    new: list
    kept: list


def update():
    """Fetches the newer version and moves to it. Notebooks that both changed are kept beside as ``my_…``.

    Returns:
        An ``Update``, or None when this is the newest version.

    Raises:
        click.ClickException: what stands in the way. Then nothing was changed.
    """
    try:
        return fetch_and_move(places.root())
    except GitError as error:
        raise click.ClickException(str(error)) from None


def fetch_and_move(root):
    if not is_clone(root):
        raise click.ClickException(NO_CLONE.format(root=root))
    if unfinished(root):
        raise click.ClickException("This clone is in the middle of a merge or a rebase. Finish it, then try again.")
    if text(root, "rev-parse", "--abbrev-ref", "HEAD") == "HEAD":
        raise click.ClickException(NO_BRANCH)
    try:
        text(root, "rev-parse", "--abbrev-ref", "@{upstream}")
    except GitError:
        raise click.ClickException(NO_UPSTREAM) from None
    click.echo("Asking for newer versions.", err=True)
    git(root, "fetch", "--quiet")
    if text(root, "rev-list", "--count", "HEAD..@{upstream}") == "0":
        return None
    own = int(text(root, "rev-list", "--count", "@{upstream}..HEAD"))
    if own:
        raise click.ClickException(OWN_COMMITS.format(count="1 commit" if own == 1 else f"{own} commits"))
    return move(root, Path(text(root, "rev-parse", "--show-toplevel")))


def unfinished(root):
    return any(os.path.exists(Path(root, text(root, "rev-parse", "--git-path", name))) for name in STATES)


STATES = ("MERGE_HEAD", "rebase-merge", "rebase-apply", "CHERRY_PICK_HEAD")


def move(root, top):
    """Makes way for the incoming files, then moves to them. Paths that git gives begin at ``top``."""
    # A file that has another name there counts as two: its old name is in the way as well.
    incoming = names(top, "diff", "--no-renames", "--name-only", "-z", "HEAD", "@{upstream}")
    committed = names(top, "ls-tree", "-r", "--name-only", "-z", "HEAD")
    changed = names(top, "diff", "--no-renames", "--name-only", "-z", "HEAD")
    changed |= {name for name in incoming if name not in committed and os.path.lexists(top / name)}
    both = sorted(incoming & changed)
    blocked = [name for name in both if not is_lesson(root, top / name)]
    if blocked:
        raise click.ClickException(IN_THE_WAY.format(files=", ".join(blocked)))
    before = text(root, "log", "-1", "--format=%cs")
    added = names(top, "diff", "--name-only", "--diff-filter=A", "-z", "HEAD", "@{upstream}")
    kept = [copy for name in both if (copy := make_way(top, name, name in committed))]
    try:
        git(root, "merge", "--ff-only", "--quiet", "@{upstream}")
    except GitError as error:
        copies = f"\nYour notebooks are kept as {', '.join(path.name for path in kept)}." if kept else ""
        raise click.ClickException(f"{error}{copies}") from None
    new = sorted(Path(name).stem for name in added if is_lesson(root, top / name))
    return Update(before, text(root, "log", "-1", "--format=%cs"), new, kept)


def is_lesson(root, path):
    return path.suffix == ".ipynb" and path.resolve().parent == (root / "notebooks").resolve()


def make_way(top, name, committed):
    """Gives a notebook back as the last commit has it, so that git can change it. Returns the path of the copy that
    keeps the learner's work, or None when it has none."""
    path = top / name
    content = path.read_bytes() if path.exists() else None
    old = git(top, "cat-file", "blob", f"HEAD:{name}") if committed else None
    new = git(top, "cat-file", "blob", f"@{{upstream}}:{name}") if exists(top, name) else None
    others = [work(version) for version in (old, new) if version is not None]
    kept = keep_beside(path, content) if content is not None and work(content) not in others else None
    if committed:
        git(top, "checkout", "--quiet", "HEAD", "--", name)
    else:
        git(top, "rm", "--cached", "--quiet", "--ignore-unmatch", "--", name)
        path.unlink()
    return kept


def exists(top, name):
    return name in names(top, "ls-tree", "--name-only", "-z", "@{upstream}", "--", name)
