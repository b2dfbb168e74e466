"""The prefix of the checkpoint that a traceback is about, where the text has it."""

import re

ENDING = re.compile(r"\.(?:data(?:-\d{5}-of-\d{5})?|index|meta)$")
PATH = r"(?:(?:gs|s3|hdfs|file)://|\b[A-Za-z]:)?[^\s'<>|*?,;:()\[\]]+"
OPTION = re.compile(r"^--?\w+=")  # of a command line, with the path behind it
NO_NAME = re.compile(r"(?:^|[/\\])\.\w*$|^[.*…]+[/\\]?$")  # an ending that somebody speaks of, or a blank to fill in
LISTED = re.compile(r"(?:^|[\s/\\'(,│])(?P<name>[\w=+.-]*\w)\.(?:index|data-\d{5}-of-\d{5})(?![\w.-])", re.MULTILINE)
PUT_TOGETHER = re.compile(r"(?:\+|\bjoin\([^'\n]*,)\s*[rRuUbBfF]{0,2}'$")  # what follows is only the end of a path
LONGEST_CALL = 200  # characters before a path that say whether it is all of it
MOST_LISTED = 3  # checkpoints that are named
DOUBLED = re.compile(r"[^\\](?:\\\\)+[^\\]")
SINGLE = re.compile(r"(?<!\\)\\(?:\\\\)*(?!\\)")  # an odd number of backslashes: nobody has doubled them
# Where a prefix stands, the surest place first.
PLACES = [
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"Restoring parameters from (?P<path>(?:[A-Za-z]:)?[^\s:][^\n:]*?)\s*$",  # a folder's name may have blanks
        r"Restoring parameters from (?P<path>\S+)",
        r"(?:restore|load_checkpoint|load_variable|NewCheckpointReader|load_weights)"
        r"\((?:\w+, *)?[rRuUbB]{0,2}'(?P<path>[^'\n{}]+)'",
        r"not a valid checkpoint: (?P<path>[^\n]+?)\s*$",
        r"matching files for (?P<path>[^\n]+?)\s*(?:\[\[|$)",
        r"Unable to open table file (?P<path>[^\n]+?\.(?:data-\d{5}-of-\d{5}|index|meta)):",
        r"TensorBundle at (?P<path>[^\n]+?) shard \d",
        r"not found in checkpoint files (?P<path>\S+)",
        r"import_meta_graph\([rRuUbB]{0,2}'(?P<path>[^'\n{}]+)'",
        rf"(?P<path>{PATH}\.(?:data-\d{{5}}-of-\d{{5}}|index|meta))(?!\w)",
    )
]


def prefix_in(text):
    r"""The prefix that a text names, without the ending of a file; None if there is none.

    Args:
        text: with one kind of quotation marks.

    Example:

        >>> prefix_in("saver.restore(sess, 'run/model-50')")
        'run/model-50'
        >>> prefix_in("a .ckpt.index file, and run/model.ckpt-50.index")
        'run/model.ckpt-50'
        >>> prefix_in("tf.train.import_meta_graph(folder + 'model.meta')")
    """
    for place in PLACES:
        for match in place.finditer(text):
            path = unescaped(ENDING.sub("", OPTION.sub("", match["path"].rstrip(".:'"))))
            before = text[max(0, match.start("path") - LONGEST_CALL) : match.start("path")]
            if path and not NO_NAME.search(path) and not PUT_TOGETHER.search(before):
                return file_within(with_folder(path, text), text)
    return None


def with_folder(path, text):
    r"""A prefix as another place of the text has it with its folder; as it is, if it has one or none is told.

    Example:

        >>> with_folder("model-5", "found model-5.index\nCould not open run/model-5.index")
        'run/model-5'
    """
    if re.search(r"[/\\]", path):
        return path
    named = re.compile(rf"(?P<path>{PATH}[/\\]{re.escape(path)})\.(?:data-\d{{5}}-of-\d{{5}}|index|meta)(?!\w)")
    folders = {unescaped(match["path"]) for match in named.finditer(text)}
    return folders.pop() if len(folders) == 1 else path


def file_within(path, text):
    r"""The prefix of the one checkpoint that a text names in a folder, where a folder was given for a prefix.

    Example:

        >>> file_within("run/a", "import_meta_graph('run/a/model-5.meta') and restore(sess, 'run/a')")
        'run/a/model-5'
    """
    files = re.compile(
        rf"(?P<path>{re.escape(path)}[/\\][^\s'<>|*?,;:()\[\]]+)\.(?:data-\d{{5}}-of-\d{{5}}|index|meta)(?!\w)"
    )
    inside = {match["path"] for match in files.finditer(text)}
    return inside.pop() if len(inside) == 1 else path


def listed_in(text, asked):
    r"""The checkpoints whose files a text names, as in a listing of a folder: ``a or b``, without their folders.

    It is None where there are none, and where the one that was asked for is among them.

    Args:
        text: with one kind of quotation marks.
        asked: the path that was not found.

    Example:

        >>> listed_in("ls run\nmodel-50.index  model-50.data-00000-of-00001", "run/model")
        'model-50'
    """
    names = list(dict.fromkeys(match["name"] for match in LISTED.finditer(text)))
    name = re.split(r"[/\\]", ENDING.sub("", asked))[-1]
    if not names or name in names or len(names) > 2 * MOST_LISTED:
        return None
    return " or ".join(names[-MOST_LISTED:])


def unescaped(path):
    r"""A path of Windows with single backslashes, where Python's way of writing a text has doubled them.

    Example:

        >>> print(unescaped(r"C:\\Users\\Ana\\model"), unescaped(r"\\server\share\model"))
        C:\Users\Ana\model \\server\share\model
    """
    return path.replace(r"\\", "\\") if DOUBLED.search(path) and not SINGLE.search(path) else path
