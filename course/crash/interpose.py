"""``interpose``: calls a Python function before TensorFlow's own calls of ``rename``, ``fopen``, ``unlink``, ``rmdir``.

TensorFlow's library finds the functions of the C library through a table of addresses, one for each function: the
global offset table, which the loader fills and ``.rela.plt`` lists. ``exchanged`` puts others in their place, in the
table of this process and in nothing else: here Python functions that call the real ones afterwards.

Source of the format: System V Application Binary Interface, chapters 4 and 5 (ELF, dynamic linking), for 64 bits.
"""

import ctypes
import functools
import importlib.util
import mmap
import os
import struct
from contextlib import contextmanager
from pathlib import Path

LIBRARY = "libtensorflow_framework.so.2"  # has TensorFlow's file system
PT_LOAD, PT_DYNAMIC = 1, 2
DT_PLTRELSZ, DT_STRTAB, DT_SYMTAB, DT_JMPREL = 2, 5, 6, 23


@contextmanager
def interpose(before):
    """Calls ``before(verb, path[, target])`` ahead of TensorFlow's steps on files, within the block.

    Raises:
        NotImplementedError: the library has no such table for one of the functions.
    """
    real = ctypes.CDLL(None)
    functions = {name: made(name, getattr(real, name), before) for name in FUNCTIONS}
    with exchanged(LIBRARY, slots_of_tensorflow(), functions):
        yield


@contextmanager
def exchanged(library, offsets, functions):
    """Lets a library of this process call other functions in place of C's, within the block.

    Args:
        library: its name, as ``loaded_at`` takes it.
        offsets: ``slots`` of that library.
        functions: ``{name: the C function to call}``, made with ``ctypes``.
    """
    base = loaded_at(library)
    kept = []  # while the block runs, the functions that C calls must not be freed
    for name, function in functions.items():
        slot = ctypes.c_void_p.from_address(base + offsets[name])
        kept.append((slot, slot.value, function))
        slot.value = ctypes.cast(function, ctypes.c_void_p).value
    try:
        yield
    finally:
        for slot, value, _ in kept:
            slot.value = value


# The verb of a step, and the C function's type: what it returns, and its arguments.
TEXT = ctypes.c_char_p
FUNCTIONS = {
    "rename": ("rename", ctypes.CFUNCTYPE(ctypes.c_int, TEXT, TEXT, use_errno=True)),
    "fopen": ("open", ctypes.CFUNCTYPE(ctypes.c_void_p, TEXT, TEXT, use_errno=True)),
    "unlink": ("delete", ctypes.CFUNCTYPE(ctypes.c_int, TEXT, use_errno=True)),
    "rmdir": ("delete", ctypes.CFUNCTYPE(ctypes.c_int, TEXT, use_errno=True)),
}


def made(name, address, before):
    """A C function that tells of the step and then does it."""
    verb, kind = FUNCTIONS[name]
    real = kind(ctypes.cast(address, ctypes.c_void_p).value)

    def function(path, *more):
        if name == "rename":
            before(verb, path, *more)
        elif name != "fopen" or more[0][:1] in (b"w", b"a"):
            before(verb, path)
        return real(path, *more)

    return kind(function)


@functools.cache
def slots_of_tensorflow():
    """``slots`` of TensorFlow's library, for the functions of ``FUNCTIONS``."""
    return slots(path_of(LIBRARY), set(FUNCTIONS))


def path_of(library):
    """The file of one of TensorFlow's libraries. TensorFlow itself is not imported."""
    return Path(importlib.util.find_spec("tensorflow").origin).parent / library


def loaded_at(name):
    """The address at which this process has a library of this name.

    Raises:
        NotImplementedError: it is not loaded.
    """
    with open("/proc/self/maps", encoding="utf-8") as maps:
        starts = [int(line.split("-")[0], 16) for line in maps if line.rstrip().endswith(os.sep + name)]
    if not starts:
        raise NotImplementedError(f"{name} is not loaded: import TensorFlow first")
    return min(starts)


def slots(library, names):
    """The places of some functions in the table: ``{name: offset from the library's start}``."""
    with open(library, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as elf:
        if elf[:6] != b"\x7fELF\x02\x01":
            raise NotImplementedError(f"{library.name} is not an ELF file of 64 bits, little-endian")
        (headers,) = struct.unpack_from("<Q", elf, 32)
        size, count = struct.unpack_from("<HH", elf, 54)
        # Of each program header: type, offset in the file, address, size in the file.
        segments = [
            (kind, offset, address, length)
            for kind, _, offset, address, _, length, _, _ in (
                struct.unpack_from("<IIQQQQQQ", elf, headers + size * number) for number in range(count)
            )
        ]

        def in_file(address):
            return next(
                offset + address - start
                for kind, offset, start, length in segments
                if kind == PT_LOAD and start <= address < start + length
            )

        offset, length = next((offset, length) for kind, offset, _, length in segments if kind == PT_DYNAMIC)
        dynamic = dict(struct.iter_unpack("<QQ", elf[offset : offset + length]))
        symbols, texts, table = (in_file(dynamic[tag]) for tag in (DT_SYMTAB, DT_STRTAB, DT_JMPREL))
        places = {}
        for place, info, _ in struct.iter_unpack("<QQq", elf[table : table + dynamic[DT_PLTRELSZ]]):
            (text,) = struct.unpack_from("<I", elf, symbols + 24 * (info >> 32))
            name = elf[texts + text : elf.find(b"\0", texts + text)].decode()
            if name in names:
                places[name] = place
    if set(places) != names:
        raise NotImplementedError(f"{library.name} does not call {', '.join(sorted(names - set(places)))} by its table")
    return places
