"""Exercises of lesson 17b: a format for each task, a reader of safetensors, an archive that proves itself."""

import json
import shutil
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

from course.legacy_files import legacy
from course.practice import NotYet, exercise
from course.practice.verdict import same

FILES = Path(__file__).parent / "files" / "17b_choose_a_format"


def dense_with_adam():
    """The net of the legacy folder ``dense`` with its weights, and three steps of Adam."""
    import keras  # takes a second, so not before it is needed
    from keras import layers

    inputs = keras.Input([4])
    hidden = layers.Dense(16, activation="relu", name="fc1")(inputs)
    model = keras.Model(inputs, layers.Dense(3, name="fc2")(hidden))
    reader = tf.train.load_checkpoint((legacy("dense") / "model-40").as_posix())
    for weight in model.weights:
        weight.assign(reader.get_tensor(weight.path))
    model.compile("adam", "mse", run_eagerly=True)
    x, y = (np.load(legacy("dense") / f"{name}.npy") for name in "xt")
    return trained(model, x, y)


def normalized_with_momentum():
    """A Sequential model whose normalization has moving averages, a Dropout, and SGD with momentum."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(2)
    model = keras.Sequential([keras.Input([5]), layers.BatchNormalization(), layers.Dense(2), layers.Dropout(0.5)])
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mae", run_eagerly=True)
    rng = np.random.default_rng(6)
    return trained(model, rng.normal(2, 3, [12, 5]).astype("f"), rng.normal(0, 1, [12, 2]).astype("f"))


def trained(model, x, y):
    for _ in range(3):
        model.train_on_batch(x, y)
    return model, x, y


@exercise(
    hints=[
        "What does each reader have: your code, Keras, TensorFlow, or NumPy only?",
        "The colleague's program gets everything from one `.keras` file. A server without Keras runs what "
        "`model.export` wrote. And NumPy reads an `.npz` file.",
        'For "share": `np.savez(path, **{weight.path: weight.numpy() for weight in model.weights})`. '
        "`model.save_weights` adds the optimizer of a compiled model.",
    ],
    raised={
        "Invalid filepath extension": 'Keras goes by the ending: `model.save` writes to a name that ends in ".keras".',
        "must end in `.weights.h5`": 'Keras goes by the ending: `model.save_weights` wants ".weights.h5".',
    },
    tensorflow=2,
)
def save_for(task, model, folder):
    """Save a Keras model below folder for one of three tasks, and return the path.

    "resume": a colleague's program, which has Keras and none of your code, goes on with
    the training as if it had never stopped.
    "serve": a server with TensorFlow, which has neither Keras nor your code, computes
    answers, for any number of inputs at a time.
    "share": strangers use the weights. They read the file with NumPy or h5py, and nothing
    in it can run on their machine. It has the weights alone, so that it is small.
    """
    if task == "resume":
        path = f"{folder}/model.keras"  # architecture, weights and optimizer, in one file
        model.save(path)
    elif task == "serve":
        path = f"{folder}/served"  # the computation itself: no class and no layer is looked for
        model.export(path, verbose=False)
    else:
        path = f"{folder}/weights.npz"  # save_weights would add the optimizer's state
        np.savez(path, **{weight.path: weight.numpy() for weight in model.weights})
    return path


for harmless, because in {
    "model.export(path, verbose=False) -> model.export(path)": "It prints what it exports, and exports the same.",
    "model.export(path, verbose=False) -> model.export(path, verbose=True)": "The same.",
    "path = f'{folder}/served' -> path = f'{folder}/serve'": "A folder may have any name.",
    "path = f'{folder}/served' -> path = f'{folder}/servedd'": "A folder may have any name.",
}.items():
    save_for.may_pass(harmless, because)


@save_for.examiner
def _(attempt):
    for number, made in enumerate((dense_with_adam, normalized_with_momentum)):
        model, x, y = made()
        folder = Path(f"runs.{number}").resolve()
        folder.mkdir()
        for task, look in (("serve", must_serve), ("share", must_share), ("resume", must_resume)):
            optimizer, *values = state(model)
            path = attempt(task, model, folder.as_posix())
            if model.optimizer is not optimizer or not all(map(same, values, state(model)[1:])):
                raise NotYet(
                    seen=f"After the call for {task!r}, the model has another optimizer, or other values.",
                    expected="A model that was saved, and can be trained further as before.",
                    because="Taking the optimizer off, or compiling anew, ends the training of whoever passed the "
                    "model. Save what is wanted, and leave the model alone.",
                )
            if not isinstance(path, str | Path) or not Path(path).exists():
                raise NotYet(
                    seen=f"For {task!r} the function returned `{path!r}`, and no file or folder is called so.",
                    expected="The path of what was saved.",
                    because="Hand the path back with `return`, in each of the three cases.",
                )
            if folder not in Path(path).resolve().parents:
                raise NotYet(
                    seen=f"For {task!r} the file is not below the folder that was asked for.",
                    expected="A file or folder below `folder`.",
                    because="The path has to begin with the argument `folder`.",
                )
            look(Path(path), model, x, y)
    return "The colleague goes on training, the server answers without Keras, and strangers get numbers only."


def state(model):
    """The optimizer of a model, then the values of its weights and of the optimizer."""
    return [model.optimizer, *(v.numpy() for v in [*model.weights, *getattr(model.optimizer, "variables", ())])]


def must_serve(path, model, x, y):
    expected = "A folder that `tf.saved_model.load` loads, with a signature that computes the outputs."
    because = "The server has no Keras. A SavedModel holds the computation: `model.export` writes one."
    try:
        written = saved_model_pb2.SavedModel.FromString((path / "saved_model.pb").read_bytes())
        loaded = tf.saved_model.load(path.as_posix())
        serve = loaded.signatures["serving_default"]
    except (OSError, KeyError, ValueError) as error:
        raise NotYet(f"For 'serve', loading raised `{type(error).__name__}`.", expected, because) from error
    graphs = [meta.graph_def for meta in written.meta_graphs]
    nodes = [
        node
        for graph in graphs
        for part in (graph, *graph.library.function)
        for node in (*getattr(part, "node", ()), *getattr(part, "node_def", ()))
    ]
    if python := [node.name for node in nodes if "PyFunc" in node.op]:
        raise NotYet(
            seen=f"For 'serve', the operation `{python[0]}` calls a function of Python.",
            expected=expected,
            because="The file has a number for such a function, and the function itself is in this process only. "
            "The server has neither it nor Keras.",
        )
    taken = serve.structured_input_signature[1]
    if len(taken) != 1:
        raise NotYet(f"For 'serve', the signature takes {sorted(taken)}.", expected, "The model has one input.")
    ((name, spec),) = taken.items()
    for rows in (x, x[:1]):
        if not spec.shape.is_compatible_with(rows.shape):
            raise NotYet(
                seen=f"For 'serve', the signature takes an input of the shape {list(spec.shape)}.",
                expected="Any number of inputs at a time.",
                because="Leave the first size open: `None`, as `model.export` does by itself.",
            )
        (answer,) = serve(**{name: tf.constant(rows)}).values()
        if not np.allclose(answer, model(rows), atol=1e-5):
            raise NotYet(
                seen=f"For 'serve', the answers for {len(rows)} inputs are not the model's.",
                expected=expected,
                because="The model itself is to be exported, as it is, with its weights.",
            )


def must_share(path, model, x, y):
    arrays = numbers_in(path)
    own = [weight.numpy() for weight in model.weights]
    if len(arrays) > len(own) and all(any(same(one, other) for other in arrays) for one in own):
        raise NotYet(
            seen=f"For 'share', the file has {len(arrays)} arrays. The model has {len(own)} weights.",
            expected="The weights alone.",
            because="The optimizer came along: `save_weights` of a compiled model saves it as well. Strangers do not "
            "need it, and with Adam the file is three times as large.",
        )
    if len(arrays) != len(own) or not all(any(same(one, other) for other in arrays) for one in own):
        raise NotYet(
            seen=f"For 'share', the file has {len(arrays)} arrays, and they are not the model's {len(own)} weights.",
            expected="Each weight, exactly.",
            because=why_not_the_weights(arrays, model),
        )


def why_not_the_weights(arrays, model):
    """The likely cause of arrays that are not the weights of a model."""
    if len(arrays) == len(model.weights):
        return "Their numbers are others. Whoever rounds or casts them shares another model."
    trained = [weight.numpy() for weight in model.trainable_weights]
    if len(arrays) >= len(trained) and all(any(same(one, other) for other in arrays) for one in trained):
        return "All of `model.weights` count, trained or not: a moving average is one of them."
    return (
        "Each weight is an array, under a name that no other one has: the last part, such as `kernel`, may come twice. "
        "What is joined in one array cannot be taken apart without the shapes."
    )


def numbers_in(path):
    """The arrays in an .npz, .h5 or .safetensors file, read without anything that could run."""
    import h5py

    expected = "A file of arrays that NumPy or h5py reads, such as `.npz` or `.weights.h5`."
    try:
        if path.suffix == ".npy":
            return [np.load(path, allow_pickle=False)]
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as file:
                return [file[name] for name in file.files]
        if path.suffix in (".h5", ".hdf5"):
            found = []
            with h5py.File(path) as file:
                file.visititems(lambda name, item: found.append(item[()]) if isinstance(item, h5py.Dataset) else None)
                whole = "model_config" in file.attrs  # Keras' older format, with an architecture
            if not whole:
                return found
        if path.suffix == ".safetensors":
            return list(read_safetensors.reference(path).values())
    except (OSError, ValueError) as error:
        raise NotYet(
            seen=f"For 'share', reading the file raised `{type(error).__name__}: {error}`",
            expected=expected,
            because="NumPy stores anything that is no array of numbers as a pickle, which runs code when it is loaded. "
            "Give `np.savez` one array for each name.",
        ) from error
    raise NotYet(
        seen=f"For 'share', the file is called `{path.name}`.",
        expected=expected,
        because="NumPy and h5py do not read it, so a stranger has to write a reader first."
        if path.suffix in (".json", ".txt", ".csv", ".yaml")
        else "Such a file may hold more than numbers: code, or an architecture or a computation, which Keras or "
        "TensorFlow builds and runs on the stranger's machine.",
    )


def must_resume(path, model, x, y):
    import keras

    expected = "A file that `keras.saving.load_model` loads, with the optimizer as it was."
    try:
        other = keras.saving.load_model(path)
    except (OSError, ValueError, TypeError) as error:
        because = (
            "The colleague has none of your code, so the file has to bring the layers, too. Weights alone, a "
            "checkpoint or a SavedModel do not."
        )
        if path.suffix == ".h5" and not path.name.endswith(".weights.h5"):
            because = "This is Keras' older format, and this version of Keras does not bring all of it back. Its own "
            because += "format is `.keras`."
        raise NotYet(
            f"For 'resume', `keras.saving.load_model` raised `{type(error).__name__}`.", expected, because
        ) from error
    compiled = getattr(other, "optimizer", None) is not None
    states = [optimizer.variables for optimizer in (model.optimizer, other.optimizer)] if compiled else [[0], []]
    if len(states[0]) != len(states[1]) or not all(same(a.numpy(), b.numpy()) for a, b in zip(*states, strict=True)):
        raise NotYet(
            seen="For 'resume', the loaded model's optimizer is not the one that was saved.",
            expected=expected,
            because="`model.save` to a `.keras` file keeps the optimizer of a compiled model. A copy that was not "
            "compiled has none, and one that was compiled anew has a new one.",
        )
    if not all(same(a.numpy(), b.numpy()) for a, b in zip(model.weights, other.weights, strict=True)):
        raise NotYet("For 'resume', the loaded weights are others.", expected, "The model itself is to be saved.")
    losses = [float(np.ravel(each.evaluate(x, y, verbose=0))[0]) for each in (model, other)]
    if not np.isclose(*losses, rtol=1e-4):
        raise NotYet(
            seen=f"For 'resume', the loss of the loaded model is {losses[1]:.4g}, of the same inputs.",
            expected=f"{losses[0]:.4g}, as the model's own.",
            because="It computes the same, and is trained for something else: the loss was compiled anew.",
        )


@save_for.right_attempt
def other_formats(task, model, folder):
    from pathlib import Path

    import keras

    path = Path(folder, {"resume": "a b.keras", "serve": "1", "share": "only.weights.h5"}[task])
    if task == "resume":
        keras.saving.save_model(model, path)
    if task == "serve":
        tf.saved_model.save(model, str(path))
    if task == "share":
        bare = keras.Model(model.inputs, model.outputs)  # the same layers, not compiled: no optimizer
        bare.save_weights(path)
    return path


@save_for.right_attempt
def with_one_archive(task, model, folder):
    import h5py

    match task:
        case "resume":
            model.save(folder + "/resume.keras", zipped=True)
            return folder + "/resume.keras"
        case "serve":
            archive = tf.keras.export.ExportArchive()
            archive.track(model)
            spec = tf.TensorSpec([None, *model.input_shape[1:]], tf.float32)
            archive.add_endpoint("serving_default", model.call, input_signature=[spec])
            archive.write_out(folder + "/serve", verbose=False)
            return folder + "/serve"
    with h5py.File(folder + "/share.h5", "w") as file:
        for weight in model.weights:
            file[weight.path] = weight.numpy()
    return folder + "/share.h5"


@save_for.wrong_attempt(says="so the file has to bring the layers, too")
def resumes_with_weights(task, model, folder):
    if task == "serve":
        model.export(folder + "/served", verbose=False)
        return folder + "/served"
    if task == "resume":
        model.save_weights(folder + "/model.weights.h5")
        return folder + "/model.weights.h5"
    np.savez(folder + "/weights.npz", *model.get_weights())
    return folder + "/weights.npz"


@save_for.wrong_attempt(says="The server has no Keras")
def serves_a_keras_file(task, model, folder):
    if task == "share":
        np.savez(folder + "/weights.npz", *model.get_weights())
        return folder + "/weights.npz"
    model.save(folder + "/model.keras")
    return folder + "/model.keras"


@save_for.wrong_attempt(says="Leave the first size open")
def serves_one_at_a_time(task, model, folder):
    if task == "serve":
        model.export(folder + "/served", verbose=False, input_signature=[tf.TensorSpec([1, *model.input_shape[1:]])])
        return folder + "/served"
    if task == "resume":
        model.save(folder + "/model.keras")
        return folder + "/model.keras"
    np.savez(folder + "/weights.npz", *model.get_weights())
    return folder + "/weights.npz"


@save_for.wrong_attempt(says="ends the training of whoever passed the model")
def takes_the_optimizer_off(task, model, folder):
    if task != "share":
        return save_for.reference(task, model, folder)
    model.optimizer = None
    model.save_weights(f"{folder}/shared.weights.h5")
    return f"{folder}/shared.weights.h5"


@save_for.wrong_attempt(says="The optimizer came along")
def shares_the_optimizer(task, model, folder):
    if task == "serve":
        model.export(folder + "/served", verbose=False)
        return folder + "/served"
    if task == "resume":
        model.save(folder + "/model.keras")
        return folder + "/model.keras"
    model.save_weights(folder + "/model.weights.h5")
    return folder + "/model.weights.h5"


@save_for.wrong_attempt(says="Such a file may hold more than numbers")
def shares_the_whole_model(task, model, folder):
    if task == "serve":
        model.export(folder + "/served", verbose=False)
        return folder + "/served"
    if task == "resume":
        model.save(folder + "/model.keras")
        return folder + "/model.keras"
    model.save(folder + "/model.h5")  # Keras' older format, which has the architecture, too
    return folder + "/model.h5"


@save_for.wrong_attempt(says="stores anything that is no array of numbers as a pickle")
def shares_a_pickle(task, model, folder):
    if task == "serve":
        model.export(folder + "/served", verbose=False)
        return folder + "/served"
    if task == "resume":
        model.save(folder + "/model.keras")
        return folder + "/model.keras"
    np.savez(folder + "/weights.npz", weights={weight.path: weight.numpy() for weight in model.weights})
    return folder + "/weights.npz"


@save_for.wrong_attempt(says="a moving average is one of them")
def shares_what_is_trained(task, model, folder):
    if task == "serve":
        model.export(folder + "/served", verbose=False)
        return folder + "/served"
    if task == "resume":
        model.save(folder + "/model.keras")
        return folder + "/model.keras"
    np.savez(folder + "/weights.npz", **{weight.path: weight.numpy() for weight in model.trainable_weights})
    return folder + "/weights.npz"


@save_for.wrong_attempt(says="keeps the optimizer of a compiled model")
def resumes_with_a_copy(task, model, folder):
    import keras

    if task == "serve":
        model.export(folder + "/served", verbose=False)
        return folder + "/served"
    if task == "resume":
        copy = keras.Model(model.inputs, model.outputs)
        copy.save(folder + "/model.keras")
        return folder + "/model.keras"
    np.savez(folder + "/weights.npz", *model.get_weights())
    return folder + "/weights.npz"


@save_for.wrong_attempt(says="the function itself is in this process only")
def serves_a_function_of_python(task, model, folder):
    if task != "serve":
        return save_for.reference(task, model, folder)

    def answer(inputs):
        outputs = tf.numpy_function(lambda rows: model(rows).numpy(), [inputs], tf.float32)
        return tf.ensure_shape(outputs, model.output_shape)

    module = tf.Module()
    module.run = tf.function(answer, input_signature=[tf.TensorSpec(model.input_shape)])
    tf.saved_model.save(module, f"{folder}/served", signatures=module.run)
    return f"{folder}/served"


@save_for.wrong_attempt(says="Whoever rounds or casts them")
def shares_halves(task, model, folder):
    if task != "share":
        return save_for.reference(task, model, folder)
    np.savez(f"{folder}/w.npz", **{weight.path: weight.numpy().astype("float16") for weight in model.weights})
    return f"{folder}/w.npz"


@save_for.wrong_attempt(says="under a name that no other one has")
def shares_by_the_last_name(task, model, folder):
    if task != "share":
        return save_for.reference(task, model, folder)
    np.savez(f"{folder}/w.npz", **{weight.name: weight.numpy() for weight in model.weights})
    return f"{folder}/w.npz"


@save_for.wrong_attempt(says="a stranger has to write a reader first")
def shares_a_text(task, model, folder):
    if task != "share":
        return save_for.reference(task, model, folder)
    values = {weight.path: weight.numpy().tolist() for weight in model.weights}
    Path(folder, "weights.json").write_text(json.dumps(values))
    return f"{folder}/weights.json"


@save_for.wrong_attempt(says="the loss was compiled anew")
def resumes_with_another_loss(task, model, folder):
    import keras

    path = save_for.reference(task, model, folder)
    if task == "resume":
        copy = keras.saving.load_model(path)
        copy.compile(copy.optimizer, "huber")
        copy.save(path)
    return path


@save_for.wrong_attempt(says="in each of the three cases")
def forgets_to_return(task, model, folder):
    if task == "serve":
        model.export(folder + "/served", verbose=False)
    elif task == "resume":
        model.save(folder + "/model.keras")
    else:
        np.savez(folder + "/weights.npz", *model.get_weights())


@save_for.wrong_attempt(says="has to begin with the argument")
def saves_here(task, model, folder):
    if task == "serve":
        model.export("served", verbose=False)
        return "served"
    if task == "resume":
        model.save("model.keras")
        return "model.keras"
    np.savez("weights.npz", *model.get_weights())
    return "weights.npz"


def stranger(path, entries, data, metadata=None):
    """Writes a .safetensors file by hand, with a header in any order."""
    header = {**({"__metadata__": metadata} if metadata else {}), **entries}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    Path(path).write_bytes(len(text).to_bytes(8, "little") + text + data)


def places(**entries):
    """Entries of a header: ``name=(dtype, shape, begin, end)``."""
    return {
        name: {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}
        for name, (dtype, shape, begin, end) in entries.items()
    }


@exercise(
    hints=[
        "Where does the header end, and from where are the offsets counted?",
        'In a file opened with "rb": `int.from_bytes(file.read(8), "little")` is the length of the header. Of what '
        "`file.read()` returns next, `data[:length]` is the header, in JSON, and the offsets count in what follows. "
        "Compare `length` with `len(data)` first.",
        'For each name but `__metadata__`: `begin, end = entry["data_offsets"]`, then '
        '`np.frombuffer(data[begin:end], dtype).reshape(entry["shape"])`, and a ValueError comes of itself.',
    ],
    raised={
        "Extra data": "The header ends after as many bytes as the first eight say. What follows is no JSON.",
        "codec can't decode": "The header ends after as many bytes as the first eight say. What follows is no text.",
        "buffer is too small": "`np.ndarray` raises a TypeError where bytes are missing, and nothing where there are "
        "too many. Compare both numbers yourself, and raise a ValueError.",
        "string indices must be integers": "`__metadata__` is no array: it has notes, and no dtype.",
        "'__metadata__'": 'A file may have no `__metadata__`: `header.pop("__metadata__", None)`.',
        "'data_offsets'": "`__metadata__` is no array: it has notes, and no offsets.",
        "'dtype'": "`__metadata__` is no array: it has notes, and no dtype.",
        "No module named 'safetensors'": "The format is simple enough for ten lines of your own: a header in JSON, and "
        "bytes.",
    },
    tensorflow=2,
)
def read_safetensors(path):
    """Return {name: array} for all arrays in a .safetensors file.

    Its first eight bytes are the length of the header, as a little-endian integer. The
    header is JSON: {name: {"dtype": …, "shape": …, "data_offsets": [begin, end]}}, and it
    may have "__metadata__", which is no array. The rest are the arrays' bytes; offsets
    count from the end of the header. The dtypes here are "F32", "F16" and "I64", which
    NumPy calls "<f4", "<f2" and "<i8". Raise ValueError if the header or an array is not
    all there, or if an array has more bytes than its shape needs.
    """
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        data = file.read()
    # A broken or hostile file may promise more than any memory holds, so look before taking as many bytes.
    if length > len(data):
        raise ValueError(f"{path} ends before its header, which has {length} bytes")
    header, data = json.loads(data[:length]), data[length:]  # the offsets count from here
    header.pop("__metadata__", None)
    arrays = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        dtype = {"F32": "<f4", "F16": "<f2", "I64": "<i8"}[entry["dtype"]]
        # Where bytes are missing or too many, reshape raises ValueError.
        arrays[name] = np.frombuffer(data[begin:end], dtype).reshape(entry["shape"])
    return arrays


for unneeded in (
    "dropped: if length > len(data):",
    "raise ValueError(f'{path} ends before its header, which has {length} bytes') -> pass",
):
    read_safetensors.may_pass(
        unneeded, because="`json.loads` of half a header raises a ValueError, too. It does not say what is wrong."
    )
read_safetensors.may_pass(
    "dtype = {'F32': '<f4', 'F16': '<f2', 'I64': '<i8'}[entry['dtype']] -> "
    "dtype = {'F32': '<f', 'F16': '<f2', 'I64': '<i8'}[entry['dtype']]",
    because="NumPy calls the same dtype `<f`, too.",
)


@read_safetensors.examiner
def _(attempt):
    rng = np.random.default_rng(17)
    real = {  # what net.safetensors was made of, by safetensors 0.8.0
        "fc1/kernel": rng.normal(size=[4, 3]).astype("f"),
        "fc1/bias": np.arange(3, dtype="<f2"),
        "step": np.array(40, "<i8"),
        "nothing": np.zeros([0, 3], "f"),
    }
    own = shutil.copy(FILES / "net.safetensors", Path.cwd())  # an attempt may do to it what it likes
    must_be_arrays(arrays_of(attempt, str(own)), real, "A file that safetensors 0.8.0 wrote")
    Path("a folder").mkdir()
    data = np.arange(6, dtype="<f4").tobytes() + b"a gap: {} bytes." + np.array([7, -8], "<i8").tobytes()
    # The entries are not in the order of their bytes, two share some, and 16 bytes belong to no array. And only one
    # name is reserved, not all that begin like it.
    others = places(
        z=("I64", [2], 40, 56), a=("F32", [3, 2], 0, 24), b=("F16", [2], 4, 8), __scale__=("F32", [], 8, 12)
    )
    stranger("a folder/other", others, data)
    expected = {
        "z": np.array([7, -8], "<i8"),
        "a": np.arange(6, dtype="f").reshape(3, 2),
        "b": np.frombuffer(data[4:8], "<f2"),
        "__scale__": np.array(2, "f"),
    }
    must_be_arrays(
        arrays_of(attempt, Path("a folder/other")), expected, "A file without `__metadata__`, in another order"
    )
    for what, shape, end in (
        ("The end of the file was cut off.", [4], 16),
        ("A shape needs less.", [2], 12),
        ("A shape needs three numbers, and there is one.", [3], 4),
    ):
        stranger("broken.safetensors", places(a=("F32", shape, 0, end)), np.arange(3, dtype="<f4").tobytes())
        if attempt.refusal("broken.safetensors", kinds=(ValueError,)) is None:
            raise NotYet(
                seen=f"{what} Your function raised nothing.",
                expected="A ValueError.",
                because="A file that a stranger made, or a download that broke off, may promise what is not there. "
                "Compare the bytes with the shape: `reshape` does.",
            )
    stranger("empty.safetensors", places(nothing=("F32", [0, 2], 0, 0)), b"")
    must_be_arrays(
        arrays_of(attempt, "empty.safetensors"),
        {"nothing": np.zeros([0, 2], "f")},
        "A file that ends with its header, since its only array is empty",
    )
    notes = {"what was done": "step after step, " * 5_000}
    stranger("notes.safetensors", places(a=("F32", [2], 0, 8)), np.array([5, 6], "<f4").tobytes(), notes)
    must_be_arrays(
        arrays_of(attempt, "notes.safetensors"), {"a": np.array([5, 6], "f")}, "A file with 80,000 bytes of notes"
    )
    must_refuse_the_header(attempt)
    return "You read what safetensors wrote, with Python and NumPy alone. In ten years it will still be as easy."


def must_refuse_the_header(attempt):
    """Two files that end before their header does: a download that broke off, and one that promises the impossible."""
    text = json.dumps(places(a=("F32", [3], 0, 12))).encode()[:-9]
    whole = json.dumps(places(a=("F32", [], 0, 4))).encode()
    for length, there in ((len(text) + 9, text), (2**62, text), (2**48 + len(whole), whole + bytes(4))):
        Path("cut.safetensors").write_bytes(length.to_bytes(8, "little") + there)
        seen = f"A file promises a header of {length:,} bytes and ends after {len(there)}. Your function raised "
        try:
            refused = attempt.refusal("cut.safetensors", kinds=(ValueError,))
        except NotYet as problem:
            if isinstance(problem.__cause__, ValueError):  # json.loads: more follows than a header
                continue
            raise NotYet(
                seen=f"{seen}`{type(problem.__cause__).__name__}`.",
                expected="A ValueError.",
                because="`file.read(length)` asks for a memory of that size before it looks at the file. Read what "
                "there is, and compare its length with the one that is promised.",
            ) from problem
        if refused is None:
            raise NotYet(
                seen=f"{seen}nothing.",
                expected="A ValueError.",
                because="The length has eight bytes, and all of them count. Whoever reads the first two or four of "
                "them takes this file for a whole one."
                if length > 2**48 and there.startswith(whole)
                else "Without its whole header, nobody knows what a file has. `json.loads` raises a ValueError "
                "unless its error is caught.",
            )
    for length in (0, 3, 7):
        Path("cut.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0"[:length])
        if attempt.refusal("cut.safetensors", kinds=(Exception,)) is None:
            raise NotYet(
                seen=f"A file ends after {length} bytes. Your function raised nothing.",
                expected="A ValueError.",
                because="A file without arrays has a header, too: `{}`. Where there is none, something broke off.",
            )


def arrays_of(attempt, path):
    """What the attempt reads. NumPy's ValueError is right for a broken file; for a whole one it has a cause."""
    before = Path(path).read_bytes()
    try:
        arrays = attempt(path)
        if not Path(path).exists() or Path(path).read_bytes() != before:
            raise NotYet(
                seen="Afterwards the file is gone, or another one.",
                expected="The file as it was.",
                because="To read changes nothing: the mode is `rb`.",
            )
        return arrays
    except NotYet as problem:
        if isinstance(problem.__cause__, MemoryError | OverflowError):
            raise NotYet(
                seen=f"For a whole file of a few hundred bytes, your function raised "
                f"`{type(problem.__cause__).__name__}`: it asked for more memory than there is.",
                expected="The arrays of the file.",
                because="A number in the file was read in the wrong order of bytes. The length of the header is "
                'little-endian, its lowest byte first: `int.from_bytes(file.read(8), "little")`.',
            ) from problem.__cause__
        if isinstance(problem.__cause__, ValueError) and ("reshape" in problem.seen or "buffer" in problem.seen):
            raise NotYet(
                seen=problem.seen,
                expected="The arrays of a file in which nothing is missing.",
                because="The bytes are not those of this array: `data_offsets` says where it begins and ends, counted "
                "from the end of the header, and `dtype` how wide its numbers are.",
            ) from problem.__cause__
        if isinstance(problem.__cause__, ValueError) and Path(path).name == "notes.safetensors":
            raise NotYet(
                seen=problem.seen,
                expected="The arrays of a file with 80,000 bytes of notes in its header.",
                because="This header has more than 65,535 bytes, so its length does not fit into two. It has eight.",
            ) from problem.__cause__
        if isinstance(problem.__cause__, ValueError) and Path(path).name == "other":
            raise NotYet(
                seen=problem.seen,
                expected="The arrays of a file in which each array is all there.",
                because="The entries of this file are in another order than their bytes, two of them share some, and "
                "16 bytes belong to none: nothing says that the arrays fill it without gaps. Look at each by itself.",
            ) from problem.__cause__
        raise


def must_be_arrays(answer, expected, what):
    if not isinstance(answer, dict):
        raise NotYet(
            seen=f"The function returned an object of type `{type(answer).__name__}`.",
            expected="A dictionary of arrays by name.",
            because="Collect the arrays in a dictionary, and hand it back with `return`.",
        )
    if answer.keys() != expected.keys():
        raise NotYet(
            seen=f"{what}: your function found {', '.join(map(str, sorted(answer)))}.",
            expected=", ".join(sorted(expected)) + ".",
            because="Only `__metadata__` is no array. Another name may begin with an underscore, too."
            if expected.keys() - answer.keys() == {"__scale__"}
            else "Each name in the header is an array, apart from `__metadata__`.",
        )
    for name, array in expected.items():
        got = np.asarray(answer[name])
        if got.shape != array.shape or got.dtype != array.dtype:
            raise NotYet(
                seen=f"{what}: `{name}` has the shape {got.shape} and the dtype {got.dtype}.",
                expected=f"{array.shape} and {array.dtype}.",
                because="The entry says both. An empty shape is a single number, and a shape with a 0 has none.",
            )
        if not same(got, array):
            raise NotYet(
                seen=f"{what}: `{name}` holds other numbers.",
                expected="Its own, exactly.",
                because="The offsets say where its bytes are. They count from the end of the header, and the entries "
                "may stand in any order.",
            )


@read_safetensors.right_attempt
def from_all_bytes(path):
    import struct

    with open(path, "rb") as file:
        whole = file.read()
    (length,) = struct.unpack("<Q", whole[:8])
    names = {"F32": np.float32, "F16": np.float16, "I64": np.int64}
    found = {}
    for name, entry in json.loads(whole[8 : 8 + length].decode()).items():
        if name == "__metadata__":
            continue
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        array = np.frombuffer(whole[begin:end], names[entry["dtype"]])
        if array.size != np.prod(entry["shape"], dtype=int):
            raise ValueError(f"{name} needs {entry['shape']}")
        found[name] = array.reshape(entry["shape"]).copy()
    return found


@read_safetensors.wrong_attempt(says="Only `__metadata__` is no array")
def skips_what_begins_with_an_underscore(path):
    data = Path(path).read_bytes()
    begin = 8 + int.from_bytes(data[:8], "little")
    header, data = json.loads(data[8:begin]), data[begin:]
    arrays = {}
    for name, entry in header.items():
        if not name.startswith("_"):
            dtype = {"F32": "<f4", "F16": "<f2", "I64": "<i8"}[entry["dtype"]]
            arrays[name] = np.frombuffer(data[slice(*entry["data_offsets"])], dtype).reshape(entry["shape"])
    return arrays


@read_safetensors.wrong_attempt(says="nothing says that the arrays fill it without gaps")
def adds_up_the_sizes(path):
    data = Path(path).read_bytes()
    begin = 8 + int.from_bytes(data[:8], "little")
    header, data = json.loads(data[8:begin]), data[begin:]
    header.pop("__metadata__", None)
    if sum(entry["data_offsets"][1] - entry["data_offsets"][0] for entry in header.values()) != len(data):
        raise ValueError("the size of the file is wrong")
    dtypes = {"F32": "<f4", "F16": "<f2", "I64": "<i8"}
    return {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], dtypes[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
    }


@read_safetensors.wrong_attempt(says="read in the wrong order of bytes")
def reads_the_length_from_the_other_end(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8))))  # "big" is the default
        data = file.read()
    header.pop("__metadata__", None)
    found = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        dtype = {"F32": "<f4", "F16": "<f2", "I64": "<i8"}[entry["dtype"]]
        found[name] = np.frombuffer(data[begin:end], dtype).reshape(entry["shape"])
    return found


@read_safetensors.wrong_attempt(says="asks for a memory of that size")
def reads_what_is_promised(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    header.pop("__metadata__", None)
    found = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        dtype = {"F32": "<f4", "F16": "<f2", "I64": "<i8"}[entry["dtype"]]
        found[name] = np.frombuffer(data[begin:end], dtype).reshape(entry["shape"])
    return found


@read_safetensors.wrong_attempt(says="Whoever reads the first two or four of them")
def reads_a_length_of_four_bytes(path):
    data = Path(path).read_bytes()
    begin = 8 + int.from_bytes(data[:4], "little")
    header, data = json.loads(data[8:begin]), data[begin:]
    header.pop("__metadata__", None)
    dtypes = {"F32": "<f4", "F16": "<f2", "I64": "<i8"}
    return {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], dtypes[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
    }


@read_safetensors.wrong_attempt(says="This header has more than 65,535 bytes")
def reads_a_length_of_two_bytes(path):
    data = Path(path).read_bytes()
    begin = 8 + int.from_bytes(data[:2], "little")
    header, data = json.loads(data[8:begin]), data[begin:]
    header.pop("__metadata__", None)
    dtypes = {"F32": "<f4", "F16": "<f2", "I64": "<i8"}
    return {
        name: np.frombuffer(data[slice(*entry["data_offsets"])], dtypes[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
    }


@read_safetensors.wrong_attempt(says="nobody knows what a file has")
def takes_a_header_that_cannot_be_parsed_for_none(path):
    with open(path, "rb") as file:
        length, rest = int.from_bytes(file.read(8), "little"), file.read()
    try:
        header = json.loads(rest[:length])
    except json.JSONDecodeError:
        header = {}
    found = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = (length + offset for offset in entry["data_offsets"])
            dtype = {"F32": "<f4", "F16": "<f2", "I64": "<i8"}[entry["dtype"]]
            found[name] = np.frombuffer(rest[begin:end], dtype).reshape(entry["shape"])
    return found


@read_safetensors.wrong_attempt(says="the mode is `rb`")
def takes_it_away(path):
    arrays = read_safetensors.reference(path)
    Path(path).unlink()
    return arrays


@read_safetensors.wrong_attempt(says="Where there is none, something broke off")
def takes_a_short_file_for_an_empty_one(path):
    if Path(path).stat().st_size < 8:
        return {}
    return read_safetensors.reference(path)


@read_safetensors.wrong_attempt(says="A shape needs three numbers, and there is one")
def writes_into_zeros(path):
    data = Path(path).read_bytes()
    begin = 8 + int.from_bytes(data[:8], "little")
    found = {}
    for name, entry in json.loads(data[8:begin]).items():
        if name != "__metadata__":
            first, last = (begin + offset for offset in entry["data_offsets"])
            found[name] = np.zeros(entry["shape"], {"F32": "<f4", "F16": "<f2", "I64": "<i8"}[entry["dtype"]])
            found[name].reshape(-1)[:] = np.frombuffer(data[first:last], found[name].dtype)
    return found


@read_safetensors.wrong_attempt(says="They count from the end of the header")
def reads_one_after_the_other(path):
    found = {}
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        header.pop("__metadata__", None)
        for name, entry in header.items():
            dtype = np.dtype({"F32": "<f4", "F16": "<f2", "I64": "<i8"}[entry["dtype"]])
            count = int(np.prod(entry["shape"]))
            found[name] = np.frombuffer(file.read(count * dtype.itemsize), dtype).reshape(entry["shape"])
    return found


@read_safetensors.wrong_attempt(says="it has notes, and no offsets")
def takes_the_notes_for_an_array(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    found = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        dtype = {"F32": "<f4", "F16": "<f2", "I64": "<i8"}[entry["dtype"]]
        found[name] = np.frombuffer(data[begin:end], dtype).reshape(entry["shape"])
    return found


@read_safetensors.wrong_attempt(says="What follows is no")
def reads_all_as_the_header(path):
    with open(path, "rb") as file:
        file.read(8)
        header = json.loads(file.read())
    return header


@read_safetensors.wrong_attempt(says="A file may have no `__metadata__`")
def counts_on_the_notes(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    del header["__metadata__"]
    found = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        dtype = {"F32": "<f4", "F16": "<f2", "I64": "<i8"}[entry["dtype"]]
        found[name] = np.frombuffer(data[begin:end], dtype).reshape(entry["shape"])
    return found


@read_safetensors.wrong_attempt(says="how wide its numbers are")
def takes_all_for_float32(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    header.pop("__metadata__", None)
    found = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        found[name] = np.frombuffer(data[begin:end], np.float32).reshape(entry["shape"])
    return found


@read_safetensors.wrong_attempt(says="The entry says both")
def leaves_the_arrays_flat(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    header.pop("__metadata__", None)
    found = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        found[name] = np.frombuffer(data[begin:end], {"F32": "<f4", "F16": "<f2", "I64": "<i8"}[entry["dtype"]])
    return found


@read_safetensors.wrong_attempt(says="The end of the file was cut off")
def takes_as_many_as_it_needs(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    header.pop("__metadata__", None)
    found = {}
    for name, entry in header.items():
        dtype = np.dtype({"F32": "<f4", "F16": "<f2", "I64": "<i8"}[entry["dtype"]])
        count = int(np.prod(entry["shape"]))
        array = np.frombuffer(data + b"\0" * 100, dtype, count, entry["data_offsets"][0])
        found[name] = array.reshape(entry["shape"])
    return found


def half_precision():
    """A model with a layer in bfloat16, a normalization that training changes, and one input."""
    import keras
    from keras import layers

    keras.utils.set_random_seed(3)
    inputs = keras.Input([5])
    h = layers.BatchNormalization(name="norm")(inputs)
    h = layers.Dropout(0.5)(layers.Dense(4, dtype="bfloat16", name="half")(h))
    h = layers.Dense(4, dtype="float16", name="other_half")(h)
    model = keras.Model(inputs, layers.Dense(2, dtype="bfloat16", name="last")(h))
    x = np.random.default_rng(8).normal(1, 2, [6, 5])  # float64, which Keras casts by itself
    model(x, training=True)  # the moving averages are others than at first
    return model, x


@exercise(
    hints=[
        "Which arrays would let somebody in ten years find out whether the numbers were read right?",
        "The weights by path, `x`, and `model(x)`, which does not train by default. Look at the dtype of each: "
        "`array.dtype` of a bfloat16 weight is one that NumPy itself does not know.",
        'Collect all in one dictionary; then `np.savez(path, **{name: array.astype("float32") if array.dtype == '
        '"bfloat16" else array for name, array in arrays.items()})`.',
    ],
    raised={
        "got multiple values for keyword argument 'file'": "A weight's path is a name in the archive.",
        "has no attribute 'numpy'": "`model.get_weights()` returns arrays, and `model.weights` the weights, which have "
        "a path and `.numpy()`.",
    },
    tensorflow=2,
)
def archive(model, x, path):
    """Write an .npz file to path that NumPy alone can read, and that can be checked.

    It has each weight of the model under its path, and besides "input", which is x, and
    "output": what the model makes of x when it is not training. NumPy itself has no
    bfloat16, so arrays of this dtype are stored as float32, which holds each of their
    values exactly. All others keep their dtype.
    """
    arrays = {weight.path: weight.numpy() for weight in model.weights}
    # A probe: whoever rebuilds the model can compare. Without it, one can only believe.
    arrays |= {"input": x, "output": np.asarray(model(x))}
    for name, array in arrays.items():
        if array.dtype == "bfloat16":  # np.savez would write two nameless bytes for each number
            arrays[name] = array.astype("float32")
    np.savez(path, **arrays)


@archive.examiner
def _(attempt):
    for number, (model, x) in enumerate((dense_with_adam()[:2], half_precision())):
        path = Path(f"kept.{number}").resolve() / "net.npz"
        path.parent.mkdir()
        output = np.asarray(model(x))
        before, trained = [weight.numpy() for weight in model.weights], len(model.trainable_weights)
        given = x.copy()
        attempt(model, given, path.as_posix())
        if not path.exists():
            raise NotYet(
                seen=f"Afterwards there is no file {path.name} at the path that was given.",
                expected="An .npz file there.",
                because="`np.savez(path, …)`, with the argument `path` as it is.",
            )
        if not all(same(weight.numpy(), value) for weight, value in zip(model.weights, before, strict=True)):
            raise NotYet(
                seen="Afterwards the model's weights are others than before.",
                expected="The model stays as it is.",
                because="With `training=True`, a normalization moves its averages.",
            )
        if len(model.trainable_weights) != trained or not same(given, x):
            raise NotYet(
                seen=f"Afterwards {'`x` has other numbers' if not same(given, x) else 'less of the model is trained'}.",
                expected="The model and `x` as they were.",
                because="`model(x)` does not train by itself, and an archive needs no change of either.",
            )
        expected = {weight.path: value for weight, value in zip(model.weights, before, strict=True)}
        must_be_archived(path, {**expected, "input": x, "output": output})
    return "NumPy alone reads it, and the output in it tells whoever rebuilds the model whether it is the same."


def must_be_archived(path, expected):
    try:
        with np.load(path, allow_pickle=False) as file:
            found = {name: file[name] for name in file.files}
    except ValueError as error:
        raise NotYet(
            seen=f"`np.load` raised `ValueError: {error}`",
            expected="One array of numbers under each name.",
            because="NumPy stores a dictionary or a list of unlike arrays as a pickle, which can run code when it is "
            "loaded. Give `np.savez` each array under its own name.",
        ) from error
    if missing := sorted(expected.keys() - found.keys()):
        because = "Each weight stands under its `path`: `model.weights` has all of them, trained or not."
        if {"input", "output"} & set(missing):
            because = "Without an input and its output, nobody can check what was read."
        raise NotYet(f"The archive lacks {', '.join(missing)}.", f"The {len(expected)} arrays.", because)
    if extra := sorted(found.keys() - expected.keys()):
        because = "Nothing else was asked for."
        if any("seed_generator" in name for name in extra):
            because = "`model.variables` has the state of a Dropout's random numbers, too, which is no weight: "
            because += "`model.weights` is without it."
        raise NotYet(f"The archive also has {', '.join(extra)}.", f"The {len(expected)} arrays.", because)
    for name, array in expected.items():
        must_be_kept(name, found[name], array)


def must_be_kept(name, found, array):
    half = array.dtype == "bfloat16"
    wanted = np.dtype("float32") if half else array.dtype
    if found.dtype != wanted:
        because = "Every other dtype is NumPy's own, and is kept."
        if half:
            because = (
                "NumPy has no name for bfloat16 in a file: there it is two bytes of void. float32 holds each value."
            )
        raise NotYet(f"`{name}` has the dtype `{found.dtype}`.", f"`{wanted}`.", because)
    equal = same(found, array.astype(wanted))
    if name == "output":  # another way to call the model may round differently
        tolerance = 0.02 if half else 1e-5
        equal = found.shape == array.shape and np.allclose(found, array.astype(wanted), tolerance, tolerance)
    if not equal:
        raise NotYet(
            seen=f"`{name}` holds other numbers.",
            expected="Those of the model, exactly.",
            because="`output` is what the model makes of `input` when it does not train: `model(x)`."
            if name == "output"
            else "Each array stands under its own name, in its own shape.",
        )


@archive.right_attempt
def with_keras_operations(model, x, path):
    import keras

    arrays = {}
    for weight in model.weights:
        value = weight.value
        arrays[weight.path] = keras.ops.convert_to_numpy(
            keras.ops.cast(value, "float32") if weight.dtype == "bfloat16" else value
        )
    output = model.predict(x, verbose=0, batch_size=len(x))
    if not isinstance(output.dtype.type(0), np.floating):
        output = output.astype(np.float32)
    with open(path, "wb") as file:
        np.savez_compressed(file, input=x, output=output, **arrays)


@archive.wrong_attempt(says="which is no weight: `model.weights` is without it")
def takes_all_variables(model, x, path):
    arrays = {variable.path: np.asarray(variable) for variable in model.variables}
    arrays |= {"input": np.asarray(x), "output": np.asarray(model(x, training=False))}
    np.savez(path, **{name: each.astype("f") if each.dtype == "bfloat16" else each for name, each in arrays.items()})


@archive.wrong_attempt(says="two bytes of void")
def leaves_bfloat16(model, x, path):
    np.savez(path, input=x, output=np.asarray(model(x)), **{weight.path: weight.numpy() for weight in model.weights})


@archive.wrong_attempt(says="nobody can check what was read")
def keeps_the_weights_only(model, x, path):
    np.savez(path, **{weight.path: weight.numpy().astype("float32") for weight in model.weights})


@archive.wrong_attempt(says="as a pickle, which can run code")
def keeps_a_dictionary(model, x, path):
    weights = {weight.path: weight.numpy() for weight in model.weights}
    np.savez(path, input=x, output=np.asarray(model(x)), weights=weights)


@archive.wrong_attempt(says="has all of them, trained or not")
def keeps_what_is_trained(model, x, path):
    arrays = {weight.path: weight.numpy().astype("float32") for weight in model.trainable_weights}
    np.savez(path, input=x, output=np.asarray(model(x)).astype("float32"), **arrays)


@archive.wrong_attempt(says="With `training=True`")
def computes_as_in_training(model, x, path):
    arrays = {weight.path: weight.numpy().astype("float32") for weight in model.weights}
    np.savez(path, input=x, output=np.asarray(model(x, training=True)).astype("float32"), **arrays)


@archive.wrong_attempt(says="Every other dtype is NumPy's own")
def halves_all(model, x, path):
    arrays = {weight.path: weight.numpy().astype("float16") for weight in model.weights}
    np.savez(path, input=x, output=np.asarray(model(x)), **arrays)


@archive.wrong_attempt(says="with the argument `path` as it is")
def saves_under_a_name_of_its_own(model, x, path):
    arrays = {weight.path: weight.numpy().astype("float32") for weight in model.weights}
    np.savez("archive", input=x, output=np.asarray(model(x)).astype("float32"), **arrays)
