"""``doubts``: whether a file is two in one, so that what one program looks at is not what another one loads.

Or whether what is loaded with it stands elsewhere, behind a link.
"""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tfckpt.format.opened import opened

HDF5 = b"\x89HDF\r\n\x1a\n"
MOST_LINKS = 20  # that are named
STORES = ("blobs", ".git/annex/objects", ".dvc/cache")  # of Hugging Face and our own page, git-annex, DVC
LOCAL_HEADER = 30 + 128  # bytes before the content of a file in a zip, beside its name, at most


@dataclass(frozen=True)
class Doubt:
    """A file, and why it may be another one for another program."""

    name: str
    does: str

    def __str__(self):
        return f"{self.name!r} {self.does}"

    def as_dict(self):
        """It as texts, for JSON."""
        return {"name": self.name, "touches": "files", "does": self.does}


def hdf5_begins(path):
    """The byte at which HDF5 begins in a file: 0, 512, or that doubled again and again; None if it does not."""
    with opened(path) as file:
        at = 0
        while True:
            file.seek(at)
            piece = file.read(len(HDF5))
            if piece == HDF5:
                return at
            if len(piece) < len(HDF5):
                return None
            at = 2 * at or 512


def is_zip(path):
    from zipfile import is_zipfile  # not before it is needed

    with opened(path) as file:
        return is_zipfile(file)


def loaded_as(path):
    """What Keras takes a file for by the end of its name, ``"zip"`` or ``"hdf5"``, if it is one; or by its content.

    None if it is neither.
    """
    path, begins = Path(path), hdf5_begins(path)
    with opened(path) as file:
        zip_first = file.read(4) == b"PK\x03\x04"
    if path.name.endswith(".keras") and is_zip(path):
        return "zip"
    if begins is not None and (not zip_first or path.name.endswith((".h5", ".hdf5"))):
        return "hdf5"
    return "zip" if zip_first else None


def doubts_of_zip(path, archive, escaping=()):
    """What is doubtful of a file that Keras loads as a zip: a list of ``Doubt``.

    Args:
        escaping: the names in it that lead out of the folder in which somebody would unpack it.
    """
    doubts, members = [], archive.infolist()
    if escaping:
        doubts.append(f"has {escaping[0][:100]!r} in it, which would be unpacked outside of its folder")
    first = min((member.header_offset for member in members), default=0)
    begins = hdf5_begins(path)
    stored = [member for member in members if member.filename.endswith((".h5", ".hdf5"))]
    ends = {member.header_offset: LOCAL_HEADER + len(member.filename.encode()) for member in stored}
    if begins is not None and not any(start < begins <= start + length for start, length in ends.items()):
        doubts.append("is an HDF5 file as well as a zip: Keras loads the zip, which was looked at, others the HDF5")
    elif first:
        doubts.append(f"has {first} bytes before its zip begins, which were not looked at")
    (often, count), *_ = Counter(member.filename for member in members).most_common(1) or [("", 0)]
    if count > 1:
        doubts.append(f"has {count} files {often[:100]!r} in its zip: Keras takes the last one, which was looked at")
    return [Doubt(Path(path).name, does) for does in doubts]


def doubts_of_hdf5(path):
    """What is doubtful of a file that is loaded as HDF5: a list of ``Doubt``."""
    path, begins = Path(path), hdf5_begins(path)
    if is_zip(path):
        does = "is a zip as well as an HDF5 file: the HDF5 was looked at, others may load the zip"
    elif begins:
        does = f"has {begins} bytes before its HDF5 begins, which were not looked at"
    else:
        return []
    return [Doubt(path.name, does)]


def doubts_of_folder(folder):
    """The same of the folder of a SavedModel: files that another loader may take in place of ``saved_model.pb``."""
    names = ("saved_model.pb", "saved_model.pbtxt", "saved_model.cpb")  # as TensorFlow looks for them; the last, never
    first, *others = [name for name in names if (Path(folder) / name).exists()] or [""]
    loaded = first.removeprefix("saved_model")
    does = f"stands beside {first}: TensorFlow loads the {loaded}, which was looked at, others may load this one"
    if first == names[-1]:
        others = [first]
        does = "is a graph in another form, which was not looked at: TensorFlow 2.21 does not load it, others may"
    return [Doubt(name, does) for name in others]


def doubts_of_assets(graph):
    """The files that a SavedModel loads through a link that leads out of it: a list of ``Doubt``.

    Where the graph itself is a link into a store of files, what is in that store is of the model.

    Args:
        graph: the path of ``saved_model.pb``.
    """
    folder = Path(graph).parent
    own, assets = [os.path.realpath(folder)], folder / "assets"
    if os.path.islink(graph):
        own += stores(os.path.realpath(graph))
    if leads_out(assets, own):
        links = [assets]
    else:
        paths = (Path(root, name) for root, *names in os.walk(assets) for name in (*names[0], *names[1]))
        links = [path for path in paths if path.is_symlink() and leads_out(path, own)]
    return [
        Doubt(
            path.relative_to(folder).as_posix(),
            f"is a link to {os.readlink(path)[:100]!r}, outside of the model: TensorFlow reads what is there",
        )
        for path in sorted(links)[:MOST_LINKS]
    ]


def leads_out(path, folders):
    """Whether a path leads to none of some folders, whose real paths are given."""
    real = os.path.realpath(path)
    return not any(os.path.join(real, "").startswith(os.path.join(folder, "")) for folder in folders)


def stores(path):
    """The folders of stores of files that a file lies in, as a list of none or one."""
    for store in STORES:
        before, inside, _ = Path(path).as_posix().rpartition(f"/{store}/")
        if inside:
            return [os.path.normpath(f"{before}/{store}")]
    return []
