"""``FileList``: JSON that says in which files beside it the weights of a model are, and what is in each.

Keras writes one (``.weights.json``), and so do the libraries that cut safetensors, HDF5 or pickles into shards
(``.index.json``), and TensorFlow.js (``model.json``, ``weights_manifest.json``).
"""

import json
import os
from pathlib import Path, PurePosixPath

from tfckpt.errors import CheckpointError, reading
from tfckpt.format.opened import opened

LARGEST = 16 * 2**20  # bytes: as JSON in memory, it takes thirty times as many
MOST_FILES = 10_000
MARKS = (b'"weight_map"', b'"weightsManifest"')  # what is in such a file and in no other JSON
NAMES = (".index.json", ".weights.json", "weights_manifest.json")  # how such files are called
ITEM_SIZES = {  # bytes, as TensorFlow.js stores them
    "float32": 4, "int32": 4, "bool": 1, "complex64": 8, "uint8": 1, "uint16": 2, "float16": 2,
}  # fmt: skip
CAUSE = "Likely a copy or download that did not finish."


class NoListError(CheckpointError):
    """JSON that lists no files: somebody else's.

    Example:

        >>> issubclass(NoListError, CheckpointError)
        True
    """


class FileList:
    """The list of a model's files.

    Args:
        path: of the list.

    Attributes:
        files: ``{name of a file: [name of what is in it, …]}``, in the order of the list.
        groups: ``[(names of files, bytes), …]``: how many bytes some of them should have together.

    Raises:
        CheckpointError: it is damaged; ``NoListError``: it is no such list.

    Example:

        >>> path = Path("model.weights.json")
        >>> _ = path.write_text('{"weight_map": {"/layers/dense/vars": "model_00000.weights.h5"}}')
        >>> FileList(path).files
        {'model_00000.weights.h5': ['/layers/dense/vars']}
    """

    def __init__(self, path):
        self.path, self.files, self.groups = Path(path), {}, []
        with reading(self.path, CAUSE):
            try:
                listed = json.loads(content_of(self.path))
            except RecursionError:
                raise ValueError("it is nested too deeply") from None
            if isinstance(listed, dict) and "weight_map" in listed:
                self.add_map(listed["weight_map"])
            else:
                self.add_groups(listed.get("weightsManifest") if isinstance(listed, dict) else listed)
            if len(self.files) > MOST_FILES:
                raise ValueError(f"it lists {len(self.files)} files")

    def add_map(self, weight_map):
        """Adds what Keras and the shards of safetensors have: for each name the file that it is in, or several."""
        for name, files in as_a(dict, weight_map).items():
            for file in files if isinstance(files, list) else [files]:
                self.files.setdefault(as_a(str, file), []).append(name)

    def add_groups(self, groups):
        """Adds what TensorFlow.js has: groups of files, which have the values of some weights end to end."""
        if (
            not isinstance(groups, list)
            or not groups
            or not all(isinstance(group, dict) and "paths" in group for group in groups)
        ):
            raise NoListError(f"{self.path.as_posix()} lists no files.")
        for group in groups:
            weights = [as_a(dict, weight) for weight in as_a(list, group.get("weights", []))]
            names = [as_a(str, weight.get("name", "")) for weight in weights]
            files = [as_a(str, file) for file in as_a(list, group["paths"])]
            self.files |= dict.fromkeys(files, names)  # one list for all: together they may be very many
            sizes = [size_of(weight) for weight in weights]
            if None not in sizes:
                self.groups.append((files, sum(sizes)))

    def beside(self, file):
        """The path of one of its files; None if that is not in the same folder, or below it."""
        path = PurePosixPath(file.replace("\\", "/"))
        if not path.parts or path.is_absolute() or ".." in path.parts or "\0" in file or ":" in path.parts[0]:
            return None
        return self.path.parent / path

    @property
    def missing(self):
        """The names of its files that are not there, where they are in its folder."""
        places = ((file, self.beside(file)) for file in self.files)
        return [file for file, place in places if place is not None and not os.path.exists(place)]


def as_a(kind, value):
    """A value that must be of a type. Raises ValueError for another one."""
    if not isinstance(value, kind):
        raise ValueError(f"it has {type(value).__name__} where {kind.__name__} belongs")
    return value


def size_of(weight):
    """How many bytes the values of a weight take, as TensorFlow.js stores them; None if that is not known."""
    quantized = weight.get("quantization")
    dtype = quantized.get("dtype") if isinstance(quantized, dict) else weight.get("dtype")
    size = ITEM_SIZES.get(dtype) if isinstance(dtype, str) else None
    for length in as_a(list, weight.get("shape", [])):
        if type(length) is not int or not 0 <= length < 2**40 or size is None:
            return None
        size = min(size * length, 2**62)
    return size


def content_of(path):
    """The bytes of a list. Raises ValueError for too many of them."""
    try:
        with opened(path) as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise CheckpointError(f"{path.as_posix()} cannot be opened: {error.strerror}.") from error
    if len(content) > LARGEST:
        raise ValueError(f"it has more than {LARGEST} bytes")
    return content


def is_list(path):
    """Whether a file is such a list, by its name or by what stands in it. It may be damaged all the same.

    Example:

        >>> is_list(Path("weights.npz"))
        False
    """
    if not path.name.endswith(".json") or not os.path.isfile(path):
        return False
    if path.name.endswith(NAMES):
        return True
    try:
        content = content_of(path)
    except (CheckpointError, ValueError):
        return False
    return any(mark in content for mark in MARKS)


def not_there(path):
    """What to say of a list whose files are not there, after what it is: a sentence with a blank before it, or nothing.

    Example:

        >>> not_there(Path("weights.npz"))
        ''
    """
    try:
        missing = FileList(path).missing if is_list(path) else []
    except CheckpointError:
        return ""
    more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    return f" Not here: {', '.join(missing[:5])}{more}." if missing else ""
