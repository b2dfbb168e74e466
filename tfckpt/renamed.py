"""Whether the data files of a checkpoint were renamed: by their names, and by a checksum of what is in them."""

from contextlib import suppress
from dataclasses import replace

from tfckpt.errors import CheckpointError
from tfckpt.prefix import files_of

MOST_TRIED = 20  # data files that are tried in the place of another one


def exchanged(bundle, wrong):
    """Which data files have the bytes that belong into others, as the checksum of one tensor each shows: sentences.

    Args:
        bundle: a ``Bundle``.
        wrong: the names of tensors whose checksums are wrong.

    Example:

        >>> from tfckpt import Bundle
        >>> exchanged(Bundle("run/model-50"), ["A"])
        []
    """
    sentences, parts = [], {}
    for name in wrong:
        with suppress(ValueError):
            for part in bundle.stored(bundle.entries[name]):
                if part.size and part.dtype != "string":
                    parts[part.shard] = min(parts.get(part.shard, part), part, key=lambda each: each.size)
    for number, part in parts.items():
        for other in range(min(bundle.num_shards, MOST_TRIED)):
            with suppress(CheckpointError):
                if other != number and bundle.checksum(replace(part, shard=other)) == part.crc32c:
                    names = bundle.data_file(number).name, bundle.data_file(other).name
                    sentences.append(f"What belongs into {names[0]} is in {names[1]}.")
                    break
    return sentences


def of_another_number(bundle):
    """The names of data files that have the prefix, and that the index does not speak of.

    Example:

        >>> from tfckpt import Bundle
        >>> of_another_number(Bundle("run/model-50"))
        []
    """
    names = [path.name for path, _ in files_of(bundle.prefix) if ".data-" in path.name and ".temp" not in path.name]
    return [name for name in names if not name.endswith(f"-of-{bundle.num_shards:05d}")]
