"""Which files belong to a prefix, and what to say when none does."""

import errno
import glob
import os
import re
from bisect import bisect_left
from itertools import islice, takewhile
from pathlib import Path

from tfckpt.errors import CheckpointError

ROLES = (
    (r"\.data-(\d{5})-of-(\d{5})", "the values of the variables, end to end"),
    (r"\.index", "a table: the name of each variable, its dtype, its shape, and where its values are"),
    (r"\.meta", "the graph, and which of its operations save and restore"),
    (r"\.(?:index|data-\d{5}-of-\d{5})\.tempstate\d+", "left over from a save that did not finish"),
)
OF_V1_SHARDS = re.compile(r"(.*)-\?{5}-of-(\d{5})", re.DOTALL)
# What brings files here from an address that TensorFlow may read, and others.
COPIERS = {
    "gs": "copy its files: gcloud storage cp",
    "s3": "copy its files: aws s3 cp",
    "hdfs": "copy its files: hdfs dfs -get",
    "http": "download it",
    "https": "download it",
    "az": "copy its files: azcopy copy",
    "abfs": "copy its files: azcopy copy",
    "hf": "download it: hf download",
}
OF_FILES = (".keras", ".h5", ".hdf5", ".pb", ".pbtxt", ".safetensors", ".npz", ".tflite", ".onnx", ".zip", ".meta")


def files_of(prefix, names=None):
    """The files of a prefix as ``(path, role)``, in the order of ``ROLES``, and the file ``checkpoint`` beside them.

    Args:
        prefix: a text or a path.
        names: of the files in its folder, sorted, if they are known.

    Raises:
        CheckpointError: there are none, or one is a link to a file that is not there.

    Example:

        >>> [path.name for path, role in files_of("run/model-50")]
        ['model-50.data-00000-of-00001', 'model-50.index', 'model-50.meta', 'checkpoint']
    """
    parent, start = os.path.split(os.fspath(prefix))  # a prefix may end in a separator: d/.index is its file
    prefix, folder = Path(prefix), Path(parent)
    if names is None:
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    first = bisect_left(names, start)
    its_own = list(takewhile(lambda name: name.startswith(start), islice(names, first, None)))
    rows = []
    for pattern, role in ROLES:
        for name in its_own:
            match = re.fullmatch(pattern, name[len(start) :])
            if match:
                shards = int(match[2]) if match.groups() else 1
                shard = f" (one of {shards} shards)" if shards > 1 else ""
                rows.append((folder / name, role + shard))
    if not rows:
        raise CheckpointError(advice(prefix, names))
    for path, _ in rows:
        if not path.exists():
            raise link_to_nowhere(path)
    if (folder / "checkpoint").is_file():
        rows.append((folder / "checkpoint", "text: which checkpoint in this folder is the latest"))
    return rows


def v1_shards(path):
    """The files of a checkpoint in the V1 format: one, or those that a name with ``?????`` stands for.

    Returns:
        Their paths, and the names of those that are not there.

    Example:

        >>> v1_shards(Path("run/model"))
        ([PosixPath('run/model')], [])
    """
    match = OF_V1_SHARDS.fullmatch(path.name)
    if not match:
        return [path], []
    count, here = int(match[2]), set(os.listdir(path.parent))
    names = [f"{match[1]}-{number:05}-of-{count:05}" for number in range(count)]
    return [path.with_name(name) for name in names if name in here], [name for name in names if name not in here]


def is_pattern(prefix):
    """Whether TensorFlow takes a prefix for a pattern that no file fits: then it does not find what is there.

    That is so with brackets, as in ``run_[1]/model``, and with a backslash where that is no separator. ``*`` and ``?``
    match themselves, and so does ``[`` without ``]``. It is enough that some file matches: the pattern is only asked
    whether there is one, and the prefix is then opened as it is written.

    Source: ``Saver.restore`` and ``TensorSliceReader``, which call ``GetMatchingPaths``, and so fnmatch(3).

    Example:

        >>> is_pattern("run_[1]/model")
        True
    """
    prefix = os.fspath(prefix)
    if "[" not in prefix and ("\\" not in prefix or os.sep == "\\"):
        return False
    return not any(glob.glob(as_python_has_it(name)) for name in (f"{prefix}.index", prefix))


def as_python_has_it(pattern):
    """A pattern of fnmatch(3) as one of Python, to which a backslash means nothing."""
    if os.sep == "\\":
        return pattern
    letters, result = iter(pattern), []
    for letter in letters:
        result.append(glob.escape(next(letters, "")) if letter == "\\" else letter)
    return "".join(result)


def nowhere(text):
    """What to say of a path at which there is nothing and can be nothing: a sentence, or None.

    Args:
        text: as it was given.

    Example:

        >>> nowhere("gs://bucket/model")
        'gs://bucket/model is an address, and this reads local files only. First copy its files: gcloud storage cp.'
    """
    address = re.match(r"([A-Za-z][A-Za-z0-9+.-]+)://", text)
    if address:
        tool = COPIERS.get(address[1].lower(), "copy it here")
        return f"{text} is an address, and this reads local files only. First {tool}."
    if text.startswith("~"):
        return (
            f"There is no {text!r}: a shell takes ~ for your home folder, but not within quotes. Write the folder out."
        )
    if text.lower().endswith(OF_FILES):
        folder = Path(text).parent
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else None
        if names is None:
            return f"There is no file {text!r}, and no folder {folder.as_posix()!r}."
        more = f" and {len(names) - 10} more" if len(names) > 10 else ""
        has = f"The folder has: {', '.join(names[:10])}{more}." if names else "The folder is empty."
        return f"There is no file {text!r}. {has}"
    return None


def link_to_nowhere(path):
    """A CheckpointError for a link whose file is not there."""
    try:
        os.stat(path)
    except OSError as error:
        if error.errno == errno.ELOOP:
            return CheckpointError(f"{path.as_posix()} is a link that leads back to itself.")
    return CheckpointError(
        f"{path.as_posix()} is a link to {os.readlink(path)!r}, which is not here. Tools such as git-annex and DVC "
        "leave such links: fetch the file itself with them."
    )


def advice(prefix, names):
    """What to say when no file has the prefix: that it is a file's name, or which prefixes the folder has.

    Example:

        >>> advice(Path("run/model"), ["model-50.index"])
        "No checkpoint has the prefix 'run/model'. The prefixes in that folder are: 'model-50'."
    """
    seen = f"No checkpoint has the prefix {prefix.as_posix()!r}."
    shorter = re.sub(r"\.(index|meta|data-\d{5}-of-\d{5})$", "", prefix.name)
    if prefix.name in names and shorter != prefix.name:
        return (
            f"{seen} That is one of its files. Pass the prefix, the part that its files share: "
            f"{(prefix.parent / shorter).as_posix()!r}."
        )
    others = [name.removesuffix(".index") for name in names if name.endswith(".index")]
    if others:
        return f"{seen} The prefixes in that folder are: {', '.join(map(repr, others))}."
    if prefix.parent.is_dir():
        return f"{seen} The folder {prefix.parent.as_posix()!r} has no checkpoint in it (no file that ends in .index)."
    return f"{seen} There is no folder {prefix.parent.as_posix()!r}."


def no_such_tensor(path, name, names):
    """A CheckpointError for a name that a checkpoint does not have: which of its names are alike.

    Example:

        >>> print(no_such_tensor(Path("model"), "dense/kernal", ["dense/kernel"]))
        model has no tensor 'dense/kernal' among its 1. Names like it: 'dense/kernel'.
    """
    import difflib

    alike = difflib.get_close_matches(name, names, n=3)
    like = f"Names like it: {', '.join(map(repr, alike))}." if alike else "No name is like it."
    return CheckpointError(f"{path.as_posix()} has no tensor {name!r} among its {len(names)}. {like}")
