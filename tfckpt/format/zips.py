"""``zip_at``: a zip to read, as Keras and NumPy write it: what is made to become gigabytes is not unpacked."""

import zipfile
import zlib

from tfckpt.errors import CheckpointError
from tfckpt.format.opened import opened

UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, NotImplementedError)
WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
LARGEST_DIRECTORY = 10 * 2**20  # bytes of the list of members: each takes ten times as much in memory
FEW = 64 * 2**20  # bytes that may come of very few
MOST_TIMES = 100  # how much more than that may come of compressed bytes


def zip_at(path):
    """A ``ZipFile``, of which each member may be read: neither overlaps another one, nor is it encrypted.

    Raises:
        CheckpointError: it is no file, it is encrypted, or no program that saves a model writes such a zip.
        BadZipFile: it is no zip.
    """
    with opened(path) as file:
        size, ends = file.seek(0, 2), zipfile._EndRecData(file)  # of which one is the size of the list of members
    if ends and ends[5] > LARGEST_DIRECTORY:  # to open the zip reads all of that
        raise harmful(path, f"it is a zip with a list of members of {ends[5]} bytes")
    archive = zipfile.ZipFile(path)
    try:
        refuse(archive.infolist(), path, size)
    except CheckpointError:
        archive.close()
        raise
    return archive


def refuse(members, path, size):
    """Raises CheckpointError for members of a zip of so many bytes that cannot be read, or are made to do harm."""
    if any(member.flag_bits & 1 for member in members):
        raise CheckpointError(f"{path.as_posix()} is an encrypted zip. Unpack it with its password first.")
    if any(member.compress_type not in WAYS for member in members):
        raise CheckpointError(f"{path.as_posix()}: Keras and NumPy compress no zip like this. Unpack it first.")
    if sum(member.compress_size for member in members) > size:
        raise harmful(path, "members of the zip share bytes, so that more comes of them than there is")


def harmful(path, what):
    """A CheckpointError for what no program writes that saves a model."""
    return CheckpointError(f"{path.as_posix()}: {what}. Keras and NumPy write no such file: somebody wants to do harm.")


def is_bomb(becomes, stored, few=FEW):
    """Whether more bytes come of some than of the values or the texts of a model.

    Args:
        becomes: how many bytes come of them.
        stored: how many there are.
        few: how many are no matter.
    """
    return becomes > few and becomes > MOST_TIMES * stored
