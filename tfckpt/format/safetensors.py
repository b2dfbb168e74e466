"""The header of a safetensors file: the number of its bytes, then JSON that says of each tensor what and where it is.

Source: https://github.com/huggingface/safetensors#format
"""

import json
from itertools import pairwise

from tfckpt.format.entry import MOST_DIMENSIONS

LARGEST_HEADER = 100_000_000  # bytes, as the format's own reader has it
METADATA = "__metadata__"  # what is said of the whole file stands under this name, as if it were a tensor
DTYPES = {  # TensorFlow's name of a dtype, and the format's
    "bool": "BOOL", "uint8": "U8", "int8": "I8", "uint16": "U16", "int16": "I16", "uint32": "U32", "int32": "I32",
    "uint64": "U64", "int64": "I64", "float16": "F16", "bfloat16": "BF16", "float32": "F32", "float64": "F64",
    "float8_e4m3fn": "F8_E4M3", "float8_e5m2": "F8_E5M2", "complex64": "C64",
}  # fmt: skip
NAMES = {theirs: ours for ours, theirs in DTYPES.items()}


def header(described, metadata=None):
    """The first bytes of a file.

    Args:
        described: ``{name: (dtype, shape, bytes)}``, in the order in which their values follow.
        metadata: texts by name, about the file.

    Example:

        >>> header({"w": ("float32", (2,), 8)})[8:]
        b'{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  '
    """
    tensors, at = {METADATA: metadata} if metadata else {}, 0
    for name, (dtype, shape, size) in described.items():
        tensors[name] = {"dtype": DTYPES[dtype], "shape": list(shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(tensors, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # so that the values begin where a number of eight bytes may
    return len(text).to_bytes(8, "little") + text


def described(data):
    """What the header of a file says.

    Args:
        data: a ``memoryview`` of the whole file.

    Returns:
        ``{name: (dtype, shape, first byte, bytes)}``, and its metadata.

    Raises:
        ValueError: it is no such file, or the header does not fit the values.

    Example:

        >>> described(memoryview(header({"w": ("float32", (2,), 8)}) + bytes(8)))[0]
        {'w': ('float32', (2,), 64, 8)}
    """
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > min(len(data) - 8, LARGEST_HEADER):
        raise ValueError(f"its header is said to have {length} bytes, and the file has {len(data)}")
    try:
        tensors = json.loads(bytes(data[8 : 8 + length]), parse_constant=refuse)
    except RecursionError:
        raise ValueError("its header is nested too deeply") from None
    if not isinstance(tensors, dict):
        raise ValueError("its header is no JSON object")
    metadata = tensors.pop(METADATA, None) or {}
    if not isinstance(metadata, dict) or not all(isinstance(text, str) for text in metadata.values()):
        raise ValueError("its __metadata__ is no JSON object of texts")
    room = len(data) - 8 - length
    result = {name: tensor_of(name, tensor, 8 + length, room) for name, tensor in tensors.items()}
    taken = sorted((start, start + size) for _, _, start, size in result.values() if size)
    if any(start < end for (_, end), (start, _) in pairwise(taken)):
        raise ValueError("tensors in it share bytes")
    return result, metadata


def unused(data, tensors):
    """The bytes of a file that belong to no tensor: pairs of the first one and the one after the last.

    The format's own library reads no file with such bytes.

    Args:
        data: a ``memoryview`` of the whole file.
        tensors: what ``described`` returns of it.

    Example:

        >>> data = memoryview(header({"w": ("float32", (2,), 8)}) + bytes(10))
        >>> unused(data, described(data)[0])
        [(72, 74)]
    """
    end, gaps = 8 + int.from_bytes(data[:8], "little"), []
    for start, size in sorted((start, size) for _, _, start, size in tensors.values() if size):
        if start > end:
            gaps.append((end, start))
        end = start + size
    return [*gaps, (end, len(data))] if end < len(data) else gaps


def refuse(word):
    """Raises ValueError for a word that Python takes in JSON, and nobody else."""
    raise ValueError(f"its header has {word} in it, which is not JSON")


def tensor_of(name, tensor, begin, room):
    """What a header says of a tensor, as ``described`` returns it.

    Args:
        name: of the tensor.
        tensor: what the header has under the name.
        begin: the byte at which values begin.
        room: how many bytes there are of them.
    """
    try:
        dtype, shape, (start, end) = tensor["dtype"], tuple(tensor["shape"]), tensor["data_offsets"]
        whole = isinstance(dtype, str) and all(type(number) is int for number in (*shape, start, end))
        fits = whole and 0 <= start <= end <= room and min(shape, default=0) >= 0 and len(shape) <= MOST_DIMENSIONS
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(f"the header does not say where {name[:100]!r} is") from error
    if not fits:
        raise ValueError(f"{name[:100]!r} lies outside of the file")
    return NAMES.get(dtype, str(dtype)), shape, begin + start, end - start
