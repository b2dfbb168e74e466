"""An ``Inspection`` of a file of Keras. Nothing in it is run or unpickled."""

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from tfckpt.danger.keras_code import Code, code_in, code_to_compile, known_objects
from tfckpt.danger.two_files import Doubt, doubts_of_hdf5, doubts_of_zip
from tfckpt.errors import CheckpointError, missing_package
from tfckpt.format.lists import LISTS
from tfckpt.format.opaque import BFLOAT16, OPAQUE
from tfckpt.inspection import Checked, Inspection, Integrity, Tensor
from tfckpt.inspectors.keras_model import model_lines
from tfckpt.kind import Kind
from tfckpt.readers.hdf5 import Hdf5
from tfckpt.readers.hdf5_text import MOST as MOST_TEXTS
from tfckpt.readers.hdf5_text import texts
from tfckpt.readers.keras import OTHER_WEIGHTS, WEIGHTS, KerasFile
from tfckpt.roles import Role

# Losses of Keras that its load_model does not find by these names in an .h5 file.
REFUSED_LOSSES = {
    *("mse", "mae", "mape", "msle", "bce", "kld"),
    *("kullback_leibler_divergence", "logcosh", "huber_loss", "cosine_proximity"),
}
MOST = 20  # classes and functions that a model needs, which are named


def of_keras(path, verify, progress):
    path = Path(path)
    keras = KerasFile(path)
    program = "tf_keras (Keras 2)" if str(keras.config.get("module")).startswith("tf_keras") else "Keras"
    version, date = keras.metadata.get("keras_version"), keras.metadata.get("date_saved")
    unread = [of_tensors(keras.lacking)] if keras.lacking else []
    problems = [
        f"{name!r} in it would be unpacked outside of its folder: somebody wants to do harm." for name in keras.escaping
    ]
    if WEIGHTS not in keras.members and OTHER_WEIGHTS in keras.members:
        unread.append(f"Its values, which are in {OTHER_WEIGHTS}: Keras writes it where h5py is lacking.")
    elif WEIGHTS not in keras.members:
        problems.append("It has no model.weights.h5: its values are missing.")
    elif keras.weights:
        problems += leads(keras.weights)
    # The zip around it has checksums, HDF5 has none.
    integrity = Integrity(tuple(problems), Checked.SIZES if keras.weights else Checked.NOTHING)
    if verify:
        try:
            keras.verify(progress(sum(keras.members.values())))
            integrity = integrity.also(checked=Checked.CHECKSUMS)
        except CheckpointError as error:
            integrity = integrity.also(str(error))
    suspects, notes = code_of(keras.config)
    return Inspection(
        path.as_posix(),
        Kind.KERAS,
        "a model in Keras's own format",
        written_by=f"{program} {version}" + (f", {date}" if date else "") if version else "",
        integrity=integrity,
        tensors=tensors_of(keras.weights) if keras.weights else (),
        files=tuple((name, size, "") for name, size in keras.members.items()),
        graph=model_lines(keras.config, layers=bool(keras.lacking)),
        unread=tuple(unread),
        suspects=(*doubts_of_zip(path, keras.archive, keras.escaping), *suspects, *outside(keras.weights)),
        notes=(*notes, *another_ending(path, ".keras", "a .keras file (a zip)"), *of_old_keras(version, program)),
        reader=keras.weights,
    )


def of_hdf5(path, verify, progress):
    path = Path(path)
    try:
        hdf5 = Hdf5(path)
    except ModuleNotFoundError as error:
        return of_hdf5_as_text(path, of_tensors(error))
    weights = path.name.endswith(".weights.h5") or hdf5.is_of_layers
    what = "a model in Keras's old format, HDF5" if "model_config" in hdf5.texts else "an HDF5 file"
    written_by = ""
    if "keras_version" in hdf5.texts:
        backend = f" on {hdf5.texts['backend']}" if "backend" in hdf5.texts else ""
        written_by = f"Keras {hdf5.texts['keras_version']}{backend}"
    model, training = configuration(hdf5, "model"), configuration(hdf5, "training")
    integrity = Integrity((*model.problems, *training.problems, *leads(hdf5)), Checked.STRUCTURE)
    tensors, unread = tensors_of(hdf5), []
    if verify and not integrity.problems:
        integrity = Integrity(tuple(unreadable(hdf5, tensors, progress)), Checked.VALUES)
        unread = of_lists(hdf5)
    return Inspection(
        path.as_posix(),
        Kind.HDF5,
        "weights of a Keras model, HDF5" if weights else what,
        written_by=written_by,
        integrity=integrity,
        tensors=tensors,
        files=((path.name, path.stat().st_size, ""),),
        graph=model_lines(model.config if isinstance(model.config, dict) else {}),
        unread=tuple(unread),
        suspects=(*doubts_of_hdf5(path), *model.suspects, *training.suspects, *outside(hdf5)),
        notes=(
            *model.notes,
            *training.notes,
            *of_losses(training.config),
            *of_bytes(tensors, "model_config" in hdf5.texts),
            *another_ending(path, (".h5", ".hdf5"), "HDF5"),
            *of_old_keras(hdf5.texts.get("keras_version") if "model_config" in hdf5.texts else None, "Keras"),
        ),
        reader=hdf5,
    )


def of_hdf5_as_text(path, unread):
    """An ``Inspection`` of an HDF5 file where h5py is lacking: of the configurations that stand as text in it."""
    configs = texts(path)
    model = next((config for config in configs if "class_name" in config), {})
    code, notes = code_of(configs)
    if len(configs) == MOST_TEXTS:
        code.append(Code("", f"has {MOST_TEXTS} configurations or more in its file: nobody knows which one counts"))
    said = "The configuration was found as text among its bytes, without a look at which attribute has it."
    return Inspection(
        path.as_posix(),
        Kind.HDF5,
        "a model in Keras's old format, HDF5" if model else "an HDF5 file",
        files=((path.name, path.stat().st_size, ""),),
        graph=model_lines(model, layers=True),
        unread=(unread,),
        suspects=(*doubts_of_hdf5(path), *code),
        notes=(*notes, said if configs else "No configuration of a model was found as text among its bytes."),
    )


def of_tensors(error):
    """What was not read of a file for want of h5py, a sentence."""
    return f"names, shapes and values of its tensors, which are in HDF5. {missing_package(error)}"


@dataclass(frozen=True)
class Configuration:
    """A configuration in an HDF5 file: from JSON, what is wrong with it, and what ``code_of`` says of it."""

    config: object
    problems: tuple = ()
    suspects: tuple = ()
    notes: tuple = ()


def configuration(hdf5, of):
    """The ``Configuration`` of the ``"model"`` or of its ``"training"``."""
    name = f"{of}_config"
    if name in hdf5.unread:
        return Configuration({}, suspects=(Code(name, "is no text, or too large: nobody knows what it does"),))
    try:
        config = json.loads(hdf5.texts.get(name, "{}"))
    except (ValueError, RecursionError) as error:
        problem = f"The {of}'s configuration in it cannot be read: {error}."
        return Configuration({}, (problem,), (Code(name, "cannot be read: nobody knows what it does"),))
    compiled = {**config, "loss": None} if of == "training" and isinstance(config, dict) else {}  # see of_losses
    suspects, notes = code_of(config, compiled)
    return Configuration(config, (), tuple(suspects), tuple(notes))


def code_of(config, compiled=None):
    """What of a configuration is not known to compute only, and what it needs to be loaded, sentences.

    Args:
        config: of a model.
        compiled: how it was compiled, where that stands by itself.
    """
    code = [*code_in(config), *code_to_compile("", compiled or {})]
    needs = [each for each in code if each.needs]
    notes = [f"{each}: import what defines it before you load, or give custom_objects." for each in needs[:MOST]]
    if len(needs) > MOST:
        notes.append(f"It needs {len(needs) - MOST} more classes and functions that are not part of Keras.")
    return [each for each in code if not each.needs], notes


def another_ending(path, endings, content):
    """What to say of a file whose name ends otherwise than its content wants: a sentence, or nothing."""
    if path.name.lower().endswith(endings) or not path.suffix:
        return []
    right = endings if isinstance(endings, str) else endings[0]
    return [f"Its name ends in {path.suffix}, and its content is {content}: Keras goes by the name. End it in {right}."]


def of_old_keras(version, program):
    """What to say of a model that Keras 1 or 2 wrote: a sentence, or nothing."""
    if program != "Keras":
        return ["Keras 3 cannot load it. The package tf_keras can, with TF_USE_LEGACY_KERAS=1 set before the import."]
    if str(version).partition(".")[0] not in ("1", "2"):
        return []
    return [
        f"Keras {version} wrote it: load_model of Keras 3 may refuse it. Build the same layers and load_weights, or "
        "load it with the package tf_keras."
    ]


def of_losses(training):
    """What to say of losses that an ``.h5`` file has by a name that ``load_model`` of Keras 3 stumbles over: sentences.

    Seen in Keras 3.15: it looks for a short name such as ``mse`` among the metrics, and no longer knows some names of
    Keras 2; of a function of one's own it says "string indices must be integers". Metrics it takes as they are.
    """
    loss = training.get("loss") if isinstance(training, dict) else None
    named = [loss] if isinstance(loss, str) else list(loss.values() if isinstance(loss, dict) else loss or ())
    if isinstance(loss, dict) and "class_name" in loss or not isinstance(loss, str | dict | list):
        return []
    known = known_objects()["function"] | known_objects()["class"]
    names = dict.fromkeys(name for name in named if isinstance(name, str))
    return [
        f"load_model of Keras 3 stumbles over its loss {name[:100]!r}: give compile=False, and compile it anew."
        for name in names
        if name.lower() in REFUSED_LOSSES or name not in known
    ][:MOST]


def of_bytes(tensors, is_model):
    """What to say of values that HDF5 has no dtype for: sentences. In a ``.weights.h5`` Keras wrote it beside them."""
    kinds = defaultdict(list)
    for tensor in tensors:
        if is_model and tensor.dtype == BFLOAT16 or tensor.dtype.startswith("void"):
            kinds[tensor.dtype].append(tensor.name)
    for dtype, (name, *others) in kinds.items():
        names = f"{name!r}{f' and {len(others)} more' if others else ''}"
        if dtype == BFLOAT16:
            yield (
                f"load_model and load_weights of Keras 3 fail at bfloat16 in such a file ('No cast function "
                f"available'): {names}. Save the model as .keras, or read the values here."
            )
        else:
            only = " Of the dtypes of Keras, only bfloat16 has two bytes." if dtype == OPAQUE else ""
            yield f"{names}: HDF5 has no dtype for these bytes, {dtype}, and the file does not say what they are.{only}"


def of_lists(hdf5):
    """What to say of datasets whose values are not read, a sentence, or nothing."""
    if not hdf5.lists:
        return []
    name, *others = sorted(hdf5.lists)
    return [f"the values of {name!r}{f' and {len(others)} more' if others else ''}: {LISTS}"]


def leads(hdf5):
    """The links in a file that lead out of it, sentences."""
    return [f"{name!r} {sentence}. It was not followed." for name, sentence in hdf5.leads]


def outside(hdf5):
    """What in a file has whoever loads it read another one, as a list of ``Doubt``: it may be any of this machine."""
    found = hdf5.outside if hdf5 else ()
    return [Doubt(name, f"{sentence}: whoever loads it may read that file") for name, sentence in found]


def tensors_of(hdf5):
    """A ``Tensor`` for each dataset."""
    return tuple(
        Tensor(name, entry.dtype, entry.shape, entry.size, role_of(entry).name, "", entry.layer)
        for name, entry in hdf5.entries.items()
    )


def unreadable(hdf5, tensors, progress):
    """Reads all values but those of ``hdf5.lists``, and yields what cannot be read, sentences."""
    tell, not_read = progress(sum(tensor.size or 0 for tensor in tensors)), set(hdf5.lists)
    for tensor in tensors:
        try:
            if tensor.name not in not_read:
                hdf5.read(tensor.name)
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
