"""``KerasFile``: what is in a ``.keras`` file, a zip of a configuration and weights. Nothing is unpickled or run."""

import json
import shutil
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from tfckpt.bounds import is_bomb
from tfckpt.errors import missing_package, reading
from tfckpt.format.zips import UNREADABLE, harmful, zip_at
from tfckpt.readers.hdf5 import Hdf5

LARGEST_TEXT = 16 * 2**20  # bytes: in memory, JSON takes thirty times as many
SMALL_TEXT = 2**20
WEIGHTS = "model.weights.h5"
OTHER_WEIGHTS = "model.weights.npz"  # where h5py was lacking
CAUSE = "Likely a copy or save that did not finish: Keras writes this file in place."


class KerasFile:
    """A ``.keras`` file.

    Attributes:
        metadata: a dict with ``keras_version`` and ``date_saved``.
        config: the model's configuration, a dict; empty if it has none.
        weights: an ``Hdf5`` of the weights; None if they are not in it, or not as HDF5, or h5py is lacking.
        lacking: the ``ModuleNotFoundError`` of h5py where the weights could not be looked at for want of it; or None.
        members: ``{name: bytes}`` of what is in the zip.
        archive: the ``ZipFile``.
        escaping: the names in it that lead out of the folder in which somebody would unpack it.

    Raises:
        CheckpointError: it is no zip, or it is damaged, or would become larger than is sensible.

    Example:

        >>> KerasFile("model.keras").metadata["keras_version"]
        '3.14.1'
    """

    def __init__(self, path):
        self.path = Path(path)
        with self.reading():
            self.archive = zip_at(self.path)
            self.members = {member.filename: member.file_size for member in self.archive.infolist()}
            self.escaping = [name for name in self.members if escapes(name)]
            self.metadata, self.config = self.read_json("metadata.json"), self.read_json("config.json")
            self.weights, self.lacking = None, None
            try:
                self.weights = self.open_weights() if WEIGHTS in self.members else None
            except ModuleNotFoundError as error:
                missing_package(error)  # which raises another one again
                self.lacking = error

    def reading(self):
        """Makes a CheckpointError of what the zip and the texts in it raise."""
        return reading(self.path, CAUSE, UNREADABLE, form="a zip")

    def verify(self, progress):
        """Compares the checksum of each file in the zip. ``progress`` is told how many bytes were read.

        Raises:
            CheckpointError: one differs.
        """
        with self.reading():
            for name in self.members:
                with self.archive.open(name) as file:
                    while chunk := file.read(2**20):
                        progress(len(chunk))

    def read_json(self, name):
        """A JSON object in the zip as a dict; an empty one if it is not there."""
        if name not in self.members:
            return {}
        member = self.archive.getinfo(name)
        if member.file_size > LARGEST_TEXT or is_bomb(member.file_size, member.compress_size, few=SMALL_TEXT):
            raise harmful(self.path, f"{name} in it becomes {member.file_size} bytes of {member.compress_size}")
        try:
            content = json.loads(self.archive.read(name))
        except RecursionError:
            raise harmful(self.path, f"{name} in it is nested too deeply") from None
        if not isinstance(content, dict):
            raise ValueError(f"{name} in it is no JSON object")
        return content

    def open_weights(self):
        """The weights where they are, if they are stored as they are; or from a temporary file, up to a limit."""
        name = f"{self.path.as_posix()}:{WEIGHTS}"
        member = self.archive.getinfo(WEIGHTS)
        if member.compress_type == zipfile.ZIP_STORED:
            return Hdf5(self.archive.open(WEIGHTS), name)
        if is_bomb(member.file_size, member.compress_size):
            raise harmful(self.path, f"{WEIGHTS} in it becomes {member.file_size} bytes of {member.compress_size}")
        unpacked = tempfile.TemporaryFile()  # noqa: SIM115, it lives as long as the weights are read
        with self.archive.open(WEIGHTS) as file:
            shutil.copyfileobj(file, unpacked, 2**20)
        return Hdf5(unpacked, name)


def escapes(name):
    """Whether a name in an archive leads out of the folder that it is unpacked in."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name
