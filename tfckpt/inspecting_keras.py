"""``of_keras`` and ``of_hdf5``: an ``Inspection`` of a file of Keras. Nothing in it is run or unpickled."""

import json
from pathlib import Path

from tfckpt.danger.keras_code import Code, code_in
from tfckpt.danger.two_files import doubts_of_hdf5, doubts_of_zip
from tfckpt.errors import CheckpointError
from tfckpt.inspection import Inspection, Tensor
from tfckpt.readers.keras import KerasFile
from tfckpt.roles import Role

MOST = 20  # classes and functions that a model needs, which are named


def of_keras(path, verify, progress):
    path, keras = Path(path), KerasFile(path)
    found = Inspection(path.as_posix(), "keras", "a model in Keras's own format")
    found.files = [(name, bytes_, "") for name, bytes_ in keras.members.items()]
    version, date = keras.metadata.get("keras_version"), keras.metadata.get("date_saved")
    program = "tf_keras (Keras 2)" if str(keras.config.get("module")).startswith("tf_keras") else "Keras"
    found.written_by = f"{program} {version}" + (f", {date}" if date else "") if version else ""
    found.suspects = doubts_of_zip(path, keras.archive)
    add_code(found, keras.config)
    add_keras_model(found, keras.config)
    for name in keras.climbing:
        found.problems.append(f"{name!r} in it would be unpacked outside of its folder: somebody wants to do harm.")
    if keras.weights is None:
        found.problems.append("It has no model.weights.h5: its values are missing.")
    else:
        add_hdf5(found, keras.weights)
        found.checked = "sizes"  # the zip around it has checksums, HDF5 has none
    if verify:
        try:
            keras.verify(progress(sum(keras.members.values())))
            found.checked = "checksums"
        except CheckpointError as error:
            found.problems.append(str(error))
    return found


def add_code(found, config):
    """Adds what of a configuration is not known to compute only, and what it needs to be loaded."""
    needs = []
    for code in code_in(config):
        (needs if code.needs else found.suspects).append(code)
    found.notes += [f"{code}: import what defines it before you load, or give custom_objects." for code in needs[:MOST]]
    if len(needs) > MOST:
        found.notes.append(f"It needs {len(needs) - MOST} more classes and functions that are not part of Keras.")


def add_keras_model(found, config):
    layers = config.get("config", {}).get("layers") if isinstance(config.get("config"), dict) else None
    kind = config.get("class_name")
    if kind:
        count = f" of {len(layers)} layers" if isinstance(layers, list) else ""
        found.graph.append(f"{str(kind)[:100]}{count}")


def of_hdf5(path, verify, progress):
    from tfckpt.readers.hdf5 import Hdf5  # not before it is needed: h5py takes a while to load

    path, hdf5 = Path(path), Hdf5(path)
    weights = path.name.endswith(".weights.h5") or "layers" in {name.split("/")[0] for name in hdf5.entries}
    what = "a model in Keras's old format, HDF5" if "model_config" in hdf5.texts else "an HDF5 file"
    found = Inspection(path.as_posix(), "hdf5", "weights of a Keras model, HDF5" if weights else what)
    found.files = [(path.name, path.stat().st_size, "")]
    if "keras_version" in hdf5.texts:
        backend = f" on {hdf5.texts['backend']}" if "backend" in hdf5.texts else ""
        found.written_by = f"Keras {hdf5.texts['keras_version']}{backend}"
    found.suspects = doubts_of_hdf5(path)
    for name, what in (("model_config", "model's"), ("training_config", "training's")):
        if name in hdf5.unread:
            found.suspects.append(Code(name, "is no text, or too large: nobody knows what it does"))
        elif name in hdf5.texts:
            try:
                config = json.loads(hdf5.texts[name])
            except (ValueError, RecursionError) as error:
                found.problems.append(f"The {what} configuration in it cannot be read: {error}.")
                found.suspects.append(Code(name, "cannot be read: nobody knows what it does"))
            else:
                add_code(found, config)
                if name == "model_config":
                    add_keras_model(found, config if isinstance(config, dict) else {})
    add_hdf5(found, hdf5)
    if verify and not found.problems:
        told = progress(sum(tensor.size or 0 for tensor in found.tensors))
        for tensor in found.tensors:
            try:
                hdf5.tensor(tensor.name)
            except CheckpointError as error:
                found.problems.append(str(error))
            told(tensor.size or 0)
        found.checked = "values"
    return found


def add_hdf5(found, hdf5):
    found.reader, found.checked = hdf5, "structure"
    for name, sentence in hdf5.leads:
        found.problems.append(f"{name!r} {sentence}. It was not followed.")
    for name, entry in hdf5.entries.items():
        found.tensors.append(Tensor(name, entry.dtype, entry.shape, entry.size, role_of(entry).name, "", entry.layer))


def role_of(entry):
    """The ``Role`` of a tensor in a file of Keras, where the optimizer's have a folder of their own."""
    first, last = entry.name.partition("/")[0], entry.name.rpartition("/")[2]
    if first in ("optimizer", "optimizer_weights"):
        counter = entry.dtype == "int64" and not entry.shape
        return Role("counter" if counter else "slot" if entry.shape else "optimizer")
    return Role("average" if last in ("moving_mean", "moving_variance") else "variable")


BUILDERS = {"keras": of_keras, "hdf5": of_hdf5}
