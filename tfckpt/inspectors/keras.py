"""An ``Inspection`` of a file of Keras. Nothing in it is run or unpickled."""

import json
from pathlib import Path

from tfckpt.danger.keras_code import code_in
from tfckpt.errors import CheckpointError
from tfckpt.inspection import Checked, Inspection, Integrity, Tensor
from tfckpt.kind import Kind
from tfckpt.readers.hdf5 import Hdf5
from tfckpt.readers.keras import KerasFile
from tfckpt.roles import Role


def of_keras(path, verify, progress):
    path = Path(path)
    keras = KerasFile(path)
    version, date = keras.metadata.get("keras_version"), keras.metadata.get("date_saved")
    problems = [
        f"{name!r} in it would be unpacked outside of its folder: somebody wants to do harm." for name in keras.climbing
    ]
    problems += leads(keras.weights) if keras.weights else ["It has no model.weights.h5: its values are missing."]
    # The zip around it has checksums, HDF5 has none.
    integrity = Integrity(tuple(problems), Checked.SIZES if keras.weights else Checked.NOTHING)
    if verify:
        try:
            keras.verify(progress(sum(keras.members.values())))
            integrity = integrity.also(checked=Checked.CHECKSUMS)
        except CheckpointError as error:
            integrity = integrity.also(str(error))
    return Inspection(
        path.as_posix(),
        Kind.KERAS,
        "a model in Keras's own format",
        written_by=f"Keras {version}" + (f", {date}" if date else "") if version else "",
        integrity=integrity,
        tensors=tensors_of(keras.weights) if keras.weights else (),
        files=tuple((name, size, "") for name, size in keras.members.items()),
        graph=model_lines(keras.config),
        suspects=tuple(code_in(keras.config)),
        reader=keras.weights,
    )


def of_hdf5(path, verify, progress):
    path = Path(path)
    hdf5 = Hdf5(path)
    weights = path.name.endswith(".weights.h5") or "layers" in {name.split("/")[0] for name in hdf5.entries}
    what = "a model in Keras's old format, HDF5" if "model_config" in hdf5.texts else "an HDF5 file"
    written_by = ""
    if "keras_version" in hdf5.texts:
        backend = f" on {hdf5.texts['backend']}" if "backend" in hdf5.texts else ""
        written_by = f"Keras {hdf5.texts['keras_version']}{backend}"
    model, problems = configuration(hdf5, "model")
    training, more = configuration(hdf5, "training")
    integrity = Integrity((*problems, *more, *leads(hdf5)), Checked.STRUCTURE)
    tensors = tensors_of(hdf5)
    if verify and not integrity.problems:
        integrity = Integrity(tuple(unreadable(hdf5, tensors, progress)), Checked.VALUES)
    return Inspection(
        path.as_posix(),
        Kind.HDF5,
        "weights of a Keras model, HDF5" if weights else what,
        written_by=written_by,
        integrity=integrity,
        tensors=tensors,
        files=((path.name, path.stat().st_size, ""),),
        graph=model_lines(model if isinstance(model, dict) else {}),
        suspects=(*code_in(model), *code_in(training)),
        reader=hdf5,
    )


def configuration(hdf5, of):
    """The configuration of the ``"model"`` or of its ``"training"``, and what is wrong with it, sentences."""
    text = hdf5.texts.get(f"{of}_config")
    try:
        return json.loads(text) if text is not None else {}, []
    except (ValueError, RecursionError) as error:
        return {}, [f"The {of}'s configuration in it cannot be read: {error}."]


def model_lines(config):
    """What a model's configuration says of it, a line or nothing."""
    inner, kind = config.get("config"), config.get("class_name")
    layers = inner.get("layers") if isinstance(inner, dict) else None
    count = f" of {len(layers)} layers" if isinstance(layers, list) else ""
    return (f"{str(kind)[:100]}{count}",) if kind else ()


def leads(hdf5):
    """The links in a file that lead out of it, sentences."""
    return [f"{name!r} {sentence}. It was not followed." for name, sentence in hdf5.leads]


def tensors_of(hdf5):
    """A ``Tensor`` for each dataset."""
    return tuple(
        Tensor(name, entry.dtype, entry.shape, entry.size, role_of(entry).name, "", entry.layer)
        for name, entry in hdf5.entries.items()
    )


def unreadable(hdf5, tensors, progress):
    """Reads all values, and yields what cannot be read, sentences."""
    tell = progress(sum(tensor.size or 0 for tensor in tensors))
    for tensor in tensors:
        try:
            hdf5.tensor(tensor.name)
        except CheckpointError as error:
            yield str(error)
        tell(tensor.size or 0)


def role_of(entry):
    """The ``Role`` of a tensor in a file of Keras, where the optimizer's have a folder of their own."""
    first, last = entry.name.partition("/")[0], entry.name.rpartition("/")[2]
    if first in ("optimizer", "optimizer_weights"):
        counter = entry.dtype == "int64" and not entry.shape
        return Role("counter" if counter else "slot" if entry.shape else "optimizer")
    return Role("average" if last in ("moving_mean", "moving_variance") else "variable")
