"""In a folder without git: the course's notebooks as they were given, put aside for ``course reset``."""

from course import places


def folder():
    return places.root() / ".course" / "fresh"


def store():
    """Puts the notebooks aside, unless there is git, which has them. Each start of the course does: it is cheap."""
    root = places.root()
    if (root / ".git").exists():
        return
    for path in sorted((root / "notebooks").glob("[0-9][0-9]*_*.ipynb")):
        stored, content = folder() / path.name, path.read_bytes()
        if not (stored.exists() and stored.read_bytes() == content):
            store_if_the_courses(content, stored)


def store_if_the_courses(content, stored):
    """A notebook that a learner has saved is passed over, so what was stored of it before stays."""
    from course.notebooks import is_the_courses, write_bytes  # takes half a second, on the first start only

    if is_the_courses(content):
        stored.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(content, stored)
