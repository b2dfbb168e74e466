"""An ``Inspection`` of a ``.safetensors`` or an ``.npz`` file: arrays by name, and nothing else."""

from dataclasses import replace
from pathlib import Path

from tfckpt.danger.two_files import Doubt
from tfckpt.errors import CheckpointError
from tfckpt.inspection import Checked, Inspection, Integrity, Tensor
from tfckpt.kind import Kind
from tfckpt.readers.npz import PICKLE, Npz
from tfckpt.readers.safetensors import Safetensors
from tfckpt.roles import roles
from tfckpt.unfinished_names import says_of

MOST_GAPS = 5  # that are named


def of_safetensors(path, verify, progress):
    reader = Safetensors(path)
    notes = [f"{key}: {value}" for key, value in list(reader.metadata.items())[:20]]
    gaps = ", ".join(f"{start} to {end - 1}" for start, end in reader.unused[:MOST_GAPS])
    refused = f"Its bytes {gaps} belong to no tensor: the package safetensors refuses it. Its tensors are read here."
    integrity = Integrity((refused,) if gaps else (), Checked.STRUCTURE)
    return of_arrays(path, Kind.SAFETENSORS, "a safetensors file", reader, integrity, notes)


def of_npz(path, verify, progress):
    reader = Npz(path)
    integrity = Integrity((), Checked.SIZES)
    if verify:
        try:
            reader.verify(progress(Path(path).stat().st_size))
            integrity = Integrity((), Checked.CHECKSUMS)
        except CheckpointError as error:
            integrity = integrity.also(str(error))
    pickles = [name for name, entry in reader.entries.items() if entry.dtype == PICKLE]
    does = "is a pickle of Python's. It was not read: to read one runs what is in it"
    found = of_arrays(path, Kind.NPZ, "arrays of NumPy's (.npz)", reader, integrity, ())
    return replace(found, suspects=tuple(Doubt(name, does) for name in pickles))


def of_arrays(path, kind, what, reader, integrity, notes):
    path, known = Path(path), roles(reader.entries, {})
    tensors = tuple(
        Tensor(name, entry.dtype, entry.shape, entry.size, known[name].name, known[name].of)
        for name, entry in reader.entries.items()
    )
    files = ((path.name, path.stat().st_size, ""),)
    return Inspection(
        path.as_posix(),
        kind,
        what,
        integrity=integrity.also(unfinished) if (unfinished := says_of(path.name)) else integrity,
        tensors=tensors,
        files=files,
        notes=tuple(notes),
        reader=reader,
    )
