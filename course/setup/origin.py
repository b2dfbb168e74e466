"""Where a clone came from: the addresses that follow from its ``origin``. Standard library only."""

import re
from dataclasses import dataclass

from course.setup import git

BINDER = "https://mybinder.org"
COLAB = "https://colab.research.google.com"
PAGES = "gh-pages"  # the branch that .github/workflows/site.yml publishes the site on


@dataclass(frozen=True)
class Origin:
    """A repository on GitHub or GitLab.

    Args:
        host: ``github`` or ``gitlab``.
        owner, name: as its address has them. On GitLab an owner may be a group in a group, with a slash.
        branch: the one that readers see first.
    """

    host: str
    owner: str
    name: str
    branch: str = "main"

    @property
    def address(self):
        return f"https://{self.host}.com/{self.owner}/{self.name}"

    @property
    def binder(self):
        """The address that opens the course on Binder, laid out as ``python3 -m course`` lays it out."""
        path = f"{self.owner}/{self.name}"
        place = f"gh/{path}" if self.host == "github" else f"gl/{path.replace('/', '%2F')}"
        return f"{BINDER}/v2/{place}/HEAD?urlpath=lab%2Fworkspaces%2Fcourse"

    def colab(self, path):
        """The address that opens a notebook of the published site on Colab, which reads from GitHub alone; or None."""
        on_github = self.host == "github"
        return f"{COLAB}/github/{self.owner}/{self.name}/blob/{PAGES}/{path}" if on_github else None


def of(folder):
    """The ``Origin`` of the clone in a folder. None without git, without a clone, or with an origin elsewhere."""
    try:
        address = git.text(folder, "remote", "get-url", "origin")
    except git.GitError:
        return None
    # GitHub's and GitLab's addresses for networks that close port 22 name another one.
    owner = r"(?:(github)\.com(?::443)?[:/]([^/]+)|(gitlab)\.com(?::443)?[:/](.+))"
    found = re.search(owner + r"/([^/]+?)(?:\.git)?/?$", address)
    return Origin(*filter(None, found.groups()), branch=branch_of(folder)) if found else None


def branch_of(folder):
    """The branch that the origin shows first, as far as the clone knows; else ``main``."""
    try:
        return git.text(folder, "symbolic-ref", "--short", "refs/remotes/origin/HEAD").removeprefix("origin/")
    except git.GitError:  # a clone of one commit, as the workflows make it
        return Origin.branch
