"""``texts``: a model's configuration as it stands as text in the bytes of an HDF5 file, where there is no h5py.

HDF5 has a text in one piece and as it is. That it was found does not say which attribute it belongs to.
"""

import json
import re

from tfckpt.format.opened import opened

BEGINS = re.compile(rb'\{"(?:class_name|module|registered_name|loss|optimizer_config|optimizer)": ?')
OVERLAP = 64  # bytes: longer than what BEGINS matches
PIECE = 2**20
FIRST = 2**16  # bytes in which a configuration is looked for at first
LARGEST_TEXT = 16 * 2**20  # bytes, as with h5py
MOST = 1000  # configurations


def texts(path):
    r"""The JSON objects in a file that look like a configuration of Keras, each a dict, in the order of their places.

    Example:

        >>> from pathlib import Path
        >>> path = Path("m.h5")
        >>> _ = path.write_bytes(b'\x89HDF\r\n\x1a\n\0\0{"class_name": "Sequential", "config": {}}\0')
        >>> texts(path)
        [{'class_name': 'Sequential', 'config': {}}]
    """
    found, end = [], 0
    with opened(path) as file:
        for at in places(file):
            if at < end:  # within the one before
                continue
            config, size = object_at(file, at)
            if config is not None:
                found.append(config)
                end = at + size
            if len(found) == MOST:
                break
    return found


def places(file):
    """Yields the bytes at which a configuration may begin, reading a file piece by piece."""
    start, last = 0, -1
    while True:
        file.seek(start)
        piece = file.read(PIECE + OVERLAP)
        for match in BEGINS.finditer(piece):
            if start + match.start() > last:
                last = start + match.start()
                yield last
        if len(piece) <= PIECE:
            return
        start += PIECE


def object_at(file, at):
    """The JSON object at a byte of a file and about how many bytes it has; None and 0 if there is none."""
    size = FIRST
    while True:
        file.seek(at)
        content = file.read(size)
        text = content.decode("utf-8", errors="replace")
        try:
            config, length = json.JSONDecoder().raw_decode(text)
            return config, len(text[:length].encode("utf-8"))
        except (ValueError, RecursionError):
            if len(content) < size or size >= LARGEST_TEXT:
                return None, 0
            size *= 16
