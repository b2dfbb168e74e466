"""The cases of whole_reports.py: files as TensorFlow and Keras write them, hostile ones, damaged ones, and others."""

import functools
import io
import json
import pickle
import re
import shutil
import tarfile
import zipfile
from pathlib import Path

import hostile_files
import numpy as np
import ordinary_files
from fuzz_bundle import encoded
from test_9_bundle import message, written
from whole_reports import GROUPS, group, store  # noqa: F401  for the command and the tests

OURS = Path(__file__).with_name("tf-1.15.5")
DATA = "model.data-00000-of-00001"


def copied(*names):
    """Copies folders of what TensorFlow 1.15.5 wrote into the current folder."""
    for name in names:
        shutil.copytree(OURS / name, Path(name).name)


@group
def genuine():
    """What TensorFlow 1.15.5 wrote, with all options of the commands."""

    def each(name, prefix):
        def make(folder):
            copied(name)
            path = f"{Path(name).name}/{prefix}"
            yield "inspect", Path(name).name
            yield "inspect", path, "--verify", "--strict"
            yield "inspect", path, "--json"
            yield "inspect", f"{path}.meta"
            yield "diff", path, f"{path}.meta", "--json"
            yield "export", path, "--to", "some.npz"
            yield "export", path, "--to", "all.safetensors", "--all"
            yield "inspect", "some.npz", "--verify"
            yield "inspect", "all.safetensors", "--json"
            yield "diff", path, path

        return make

    def values(folder):
        copied("kinds", "pair")
        for name in ("float32", "float64", "int8", "bool", "string", "complex64", "half", "bfloat16", "partitioned"):
            yield "inspect", "kinds/model", "--values", name
        yield "inspect", "pair/model", "--values", "A", "--values", "B", "--verify"
        yield "inspect", "pair/model", "--values", "C"
        yield "inspect", "pair/model", "--values", "C", "--json"

    def filters(folder):
        copied("kinds", "regression")
        for pattern in ("int", "*int", "float*", "?nt8", "[u]*", "nothing", "/"):
            yield "inspect", "kinds/model", "--filter", pattern
        yield "inspect", "regression/model-50", "--filter", "w", "--json"

    def exports(folder):
        copied("kinds", "pair", "regression")
        Path("there.npz").touch()
        for path, to, *options in (
            ("pair/model", "there.npz"),
            ("pair/model", "new.txt"),
            ("pair/model", "new"),
            ("pair/model", "nowhere/new.npz"),
            ("pair/nothing", "new.npz"),
            ("pair/model.meta", "new.npz"),
            ("pair/model", "1.npz", "--rename", "A=a", "--rename", "B=b/c"),
            ("pair/model", "2.npz", "--rename", "A=B"),
            ("pair/model", "3.npz", "--rename", "A"),
            ("pair/model", "3.npz", "--rename", "=A"),
            ("pair/model", "3.npz", "--rename", "A="),
            ("pair/model", "3.npz", "--rename", "C=c"),
            ("pair/model", "3.npz", "--rename", "A=a", "--filter", "B"),
            ("pair/model", "4.npz", "--filter", "C"),
            ("pair/model", "5.npz", "--rename", "A=/a"),
            ("pair/model", "6.npz", "--rename", "A=a/../b"),
            ("pair/model", "7.npz", "--rename", "A=a/..b"),
            ("pair/model", "8.safetensors", "--rename", "A=/a"),
            ("pair/model", "9.npz", "--rename", f"A={'x' * 70_000}"),
            ("regression", "10.npz"),
            ("regression/model-50", "11.npz", "--filter", "w*"),
            ("regression/model-50", "12.npz", "--filter", "Adam"),
            ("regression/model-50", "13.npz", "--filter", "Adam", "--all"),
            ("regression/model-50", "14.npz", "--rename", "w/Adam=m"),
            ("regression/model-50", "15.npz", "--rename", "w/Adam=m", "--all"),
            ("kinds/model", "16.safetensors", "--filter", "q*"),
            ("kinds/model", "17.npz", "--filter", "string"),
            ("kinds/model", "18.safetensors", "--filter", "string"),
        ):
            yield "export", path, "--to", to, *options
        for number in (1, 5, 7, 16, 17):
            for path in sorted(folder.glob(f"{number}.*")):
                yield "inspect", path.name, "--json"

    def wrong_usage(folder):
        copied("pair")
        yield ()
        for words in (
            "inspect",
            "diff",
            "diff pair/model",
            "export pair/model",
            "inspect --help",
            "diff --help",
            "export --help",
            "inspect pair/model --nothing",
            "nothing",
            "inspect pair/model more",
        ):
            yield tuple(words.split())

    cases = {
        name: each(name, prefix)
        for name, prefix in (
            *(("pair", "model"), ("kinds", "model"), ("regression", "model-50"), ("sharded", "model")),
            *((f"graphs/{name}", "model") for name in ("functions", "loops", "many", "resource")),
        )
    }
    return cases | {f.__name__: f for f in (values, filters, exports, wrong_usage)}


def of_one_size(folder):
    """Has the files with numbers that are others each time be as long as each time."""
    for path in folder.rglob("fingerprint.pb"):
        path.write_bytes(bytes(99))
    for path in folder.rglob("checkpoint"):
        if path.is_file():
            path.write_text(re.sub(r"\d{10}\.\d+", "1.5", path.read_text()))


def looked_at(make, *options):
    """A case of a file that a function makes in a folder: what ``inspect`` says of it."""

    def case(folder):
        made = make(folder)
        path = (made[0] if isinstance(made, tuple) else made).relative_to(folder)
        of_one_size(folder)
        yield "inspect", path
        for more in options:
            yield "inspect", path, *more
        if path.suffix == ".meta":
            yield "diff", path.with_suffix(""), path

    return case


@group
def ordinary():
    made = dict(ordinary_files.MADE)
    del made["recurrent_layer_export"]  # Keras numbers its variables in an order that is another one each time
    return {name: looked_at(make, ["--verify", "--strict"]) for name, make in made.items()}


@group
def hostile():
    return {name: looked_at(make, ["--json"]) for name, (_, _, make) in hostile_files.MADE.items()}


def compared(make, *options):
    """A case of a prefix and a ``.meta`` that a function makes in a folder."""

    def case(folder):
        prefix, meta = make(folder)
        yield "diff", prefix, meta, *options

    return case


@group
def verdicts():
    from test_9_diff_verdicts import MADE

    plain = {name: compared(make) for name, (make, _) in MADE.items()}
    return plain | {f"{name}, as JSON": compared(MADE[name][0], "--json") for name in list(MADE)[::6]}


@functools.cache
def graph_to_change():
    """The bytes of the files of a checkpoint, and its graph."""
    import tempfile

    import tensorflow.compat.v1 as tf
    from test_9_diff_imports import build

    with tempfile.TemporaryDirectory() as folder, tf.Graph().as_default(), tf.Session() as sess:
        tf.set_random_seed(1)
        saver = build()
        sess.run(tf.global_variables_initializer())
        saver.save(sess, f"{folder}/m", write_state=False)
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def changed(change):
    def case(folder):
        import tensorflow.compat.v1 as tf

        for name, content in graph_to_change().items():
            Path(name).write_bytes(content)
        graph = tf.MetaGraphDef.FromString(Path("m.meta").read_bytes())
        change(graph)
        Path("m.meta").write_bytes(graph.SerializeToString(deterministic=True))
        yield "diff", "m", "m.meta"

    return case


@group
def imports():
    from test_9_diff_imports import CHANGES

    return {name: changed(change) for name, change in CHANGES.items()}


DTYPES = {"float32": 1, "float64": 2, "int32": 3, "int64": 9}


def checkpoint(prefix, variables):
    """Writes a checkpoint without TensorFlow: its values are the numbers 0, 1, 2 and so on, as bytes."""
    from tfckpt.format import crc32c

    entries, content = {}, b""
    for name, (dtype, shape) in sorted(variables.items()):
        size = int(np.prod(shape or (1,))) * np.dtype(dtype).itemsize
        values = np.arange(size, dtype="u1").tobytes()
        sizes = b"".join(b"\x12" + encoded(len(each)) + each for each in (message((1, n)) for n in shape or ()))
        place = message((4, len(content)), (5, size)) + b"\x35"
        entries[name.encode()] = (
            message((1, DTYPES[dtype]))
            + b"\x12"
            + encoded(len(sizes))
            + sizes
            + place
            + crc32c.masked(crc32c.extend(0, values)).to_bytes(4, "little")
        )
        content += values
    written(Path(f"{prefix}.index"), entries)
    Path(f"{prefix}.data-00000-of-00001").write_bytes(content)


def graph_of(path, variables):
    """Writes a ``.meta`` with variables without initializers and a Saver of its own."""
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    with tf.Graph().as_default():
        for name, (dtype, shape) in variables.items():
            tf.get_variable(name, shape, dtype, initializer=tf.zeros_initializer(), validate_shape=shape is not None)
        tf.train.Saver().export_meta_graph(str(path))


@group
def renames():
    """What was renamed and what may have been: checkpoints beside graphs, and beside checkpoints."""
    import test_9_diff as diff
    import test_9_diff_renames_in_doubt as doubt

    pairs = {name: (left, right) for name, (left, right, *_) in (diff.RIGHT | diff.AMBIGUOUS).items()}
    pairs |= {
        name: (left, {**right, **dict.fromkeys(same, ("float32", (4, 4)))})
        for name, (left, right, same, _) in diff.AMBIGUOUS.items()
    }
    pairs |= diff.NOT_RENAMED
    pairs |= {name: pair[:2] for name, pair in (doubt.SHIFTS | doubt.NO_SHIFTS | doubt.LIBRARIES).items()}
    for name, (old, new) in doubt.HEADS.items():
        left, right = doubt.dense(old, (13, 10)), doubt.dense(new, (13, 10))
        pairs[f"head: {name}"] = doubt.trunk() | left, doubt.trunk() | right
    del pairs["shape not known"]

    def case(left, right, as_json):
        def make(folder):
            small = {
                each: tuple(min(size, 9) for size in sizes)
                for _, sizes in [*left.values(), *right.values()]
                for each in [sizes]
                if max(each, default=0) > 9
            }
            one, other = (
                {name: (dtype, small.get(shape, shape)) for name, (dtype, shape) in side.items()}
                for side in (left, right)
            )
            checkpoint("left", one)
            checkpoint("right", other)
            yield "diff", "left", "right", "--values"
            if not any(":" in name for name in other):
                graph_of("right.meta", other)
                yield "diff", "left", "right.meta", *(["--json"] if as_json else [])

        return make

    return {name: case(*pair, as_json=number % 6 == 5) for number, (name, pair) in enumerate(pairs.items())}


@group
def damaged():
    """Checkpoints that are not whole, what a save left over, and folders with several of them."""

    def pair():
        for path in (OURS / "pair").iterdir():
            shutil.copy(path, path.name)

    def after(change, *commands):
        def make(folder):
            pair()
            change()
            yield from commands or (("inspect", "model"), ("inspect", "model", "--verify", "--json"), ("inspect", "."))

        return make

    def rewrite(name, change):
        def rewritten():
            path = Path(name)
            path.write_bytes(change(path.read_bytes()))

        return rewritten

    def flip(at):
        return lambda content: content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]

    def move(old, new):
        return lambda: shutil.move(old, new)

    def copy(*pairs):
        def copying():
            for old, new in pairs:
                Path(new).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(old, new)

        return copying

    def all_of(*changes):
        return lambda: [change() for change in changes]

    def remove(*names):
        return lambda: [Path(name).unlink() for name in names]

    def write(name, content):
        return lambda: Path(name).write_bytes(content)

    def second():
        copy(("model.index", "model-9.index"), (DATA, DATA.replace("model", "model-9")))()
        copy(("model.index", "model-10.index"), (DATA, DATA.replace("model", "model-10")))()

    state = 'model_checkpoint_path: "{}"\nall_model_checkpoint_paths: "{}"\n'
    shards = ("sharded/model.data-00000-of-00002", "sharded/model.data-00001-of-00002")
    of_shards = (
        ("inspect", "sharded/model"),
        ("inspect", "sharded/model", "--json"),
        ("inspect", "sharded"),
        ("export", "sharded/model", "--to", "new.npz"),
        ("diff", "sharded/model", "sharded/model.meta"),
    )
    return {
        "no data file": after(remove(DATA)),
        "no index": after(remove("model.index")),
        "no graph": after(remove("model.meta")),
        "only the graph": after(remove("model.index", DATA)),
        "a short data file": after(rewrite(DATA, lambda content: content[:10])),
        "an empty data file": after(write(DATA, b"")),
        "data that is a pointer": after(write(DATA, b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n")),
        "one wrong byte": after(
            rewrite(DATA, flip(0)),
            ("inspect", "model", "--verify"),
            ("inspect", "model"),
            ("export", "model", "--to", "new.npz"),
            ("inspect", "model", "--values", "A"),
        ),
        "of another save": after(write(DATA, bytes(20))),
        "an index that is cut": after(rewrite("model.index", lambda content: content[:-9])),
        "an index that is empty": after(write("model.index", b"")),
        "an index with a wrong byte": after(rewrite("model.index", flip(9))),
        "an index that is a page": after(write("model.index", b"<!DOCTYPE html><html>")),
        "a graph that is cut": after(rewrite("model.meta", lambda content: content[:-9])),
        "a graph that is empty": after(write("model.meta", b"")),
        "a graph that is a page": after(write("model.meta", b"<html>")),
        "an index left over": after(copy(("model.index", "model.index.tempstate9"))),
        "an index left over, of the data": after(
            all_of(move("model.index", "model.index.tempstate9"), write("model.index", b""))
        ),
        "both left over": after(
            all_of(move("model.index", "model.index.tempstate9"), move(DATA, f"{DATA}.tempstate7"))
        ),
        "values left over": after(all_of(move(DATA, f"{DATA}.tempstate7"))),
        "only values left over": after(all_of(move(DATA, f"{DATA}.tempstate7"), remove("model.index"))),
        "half an index left over": after(
            all_of(
                copy(("model.index", "model.index.tempstate9")),
                rewrite("model.index.tempstate9", lambda content: content[:50]),
            )
        ),
        "a folder left over": after(
            all_of(
                copy(("model.index", "model_temp/part.index"), (DATA, "model_temp/part.data-00000-of-00001")),
                remove("model.index", DATA),
            )
        ),
        "a folder left over beside": after(
            copy(("model.index", "model_temp_ab1/part.index"), (DATA, "model_temp_ab1/part.data-00000-of-00001"))
        ),
        "a folder of parts left over": after(
            copy(("model.index", "model_temp/a.index"), ("model.index", "model_temp/b.index"))
        ),
        "an empty folder left over": after(lambda: Path("model_temp").mkdir()),
        "a folder with half an index": after(
            all_of(copy(("model.index", "model_temp/a.index")), rewrite("model_temp/a.index", lambda c: c[:50]))
        ),
        "several": after(second),
        "several, the newest damaged": after(all_of(second, write("model-10.data-00000-of-00001", b""))),
        "several, the latest damaged": after(all_of(second, write(DATA, b""))),
        "several, all damaged": after(
            all_of(second, *(write(f"model{end}.data-00000-of-00001", b"") for end in ("", "-9", "-10")))
        ),
        "several, and no state": after(all_of(second, remove("checkpoint"))),
        "a state of what is gone": after(write("checkpoint", state.format("gone", "gone").encode())),
        "a state with a path": after(
            write("checkpoint", state.format("/else/where/model", "/else/where/model").encode())
        ),
        "a state that says nothing": after(write("checkpoint", b"")),
        "a state that is damaged": after(write("checkpoint", b'model_checkpoint_path: "mo')),
        "a state of another": after(all_of(second, write("checkpoint", state.format("model-9", "model").encode()))),
        "a state alone": after(remove("model.index", "model.meta", DATA)),
        "other things in the folder": after(
            all_of(
                write("a.txt", b"words"),
                write("b.gz", b"\x1f\x8b\x08"),
                write("c.pt", b"\x80\x02}"),
                write("d", b""),
                copy(("model.index", "deep/model.index")),
            )
        ),
        "a name that is taken for a pattern": after(
            all_of(*(move(f"model{end}", f"m[1]{end}") for end in (".index", ".meta", ".data-00000-of-00001"))),
            ("inspect", "m[1]"),
            ("diff", "m[1]", "m[1].meta"),
        ),
        "another name for the index": after(move("model.index", "other"), ("inspect", "other")),
        "another name for the data": after(all_of(move(DATA, "model"), remove("model.index")), ("inspect", "model")),
        "not there": after(
            lambda: Path("empty").mkdir(),
            *(("inspect", path) for path in NOWHERE),
            ("inspect", "nothing", "--strict"),
            ("inspect", "empty", "--strict"),
            ("diff", "nothing", "model"),
            ("diff", "model", "nothing"),
            ("diff", "empty", "model"),
            ("diff", "model", "empty"),
            ("diff", "model", "nothing.meta"),
            ("diff", "model.meta", "model"),
            ("diff", "model.meta", "model.meta"),
            ("diff", ".", "model.meta"),
            ("diff", "checkpoint", "model.index"),
            ("diff", DATA, "model.meta", "--json"),
        ),
        "a shard is missing": after(all_of(lambda: copied("sharded"), lambda: Path(shards[0]).unlink()), *of_shards),
        "both shards are missing": after(all_of(lambda: copied("sharded"), remove(*shards)), *of_shards),
        "a short shard": after(all_of(lambda: copied("sharded"), write(shards[1], b"1")), *of_shards),
    }


NOWHERE = [
    *(
        "nothing",
        "a/b",
        "a/",
        "empty",
        "",
        "~/m",
        "gs://b/m",
        "HF://b/m",
        "ftp://b/m",
        "m.keras",
        "a/m.h5",
        "empty/m.npz",
    ),
    *("model.idx", "./", "mod\0el"),
]
NEITHER = {  # how files begin that are no checkpoint
    "empty": b"",
    "zeros": bytes(5000),
    "git lfs": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n",
    "git annex": b"/annex/objects/SHA256E-s1--0\n",
    "gguf": b"GGUF\3\0\0\0",
    "npy": b"\x93NUMPY\1\0",
    "gzip": b"\x1f\x8b\x08\0",
    "zstd": b"\x28\xb5\x2f\xfd\0",
    "bzip2": b"BZh91AY",
    "xz": b"\xfd7zXZ\0\0",
    "7z": b"7z\xbc\xaf\x27\x1c\0",
    "rar": b"Rar!\x1a",
    "pdf": b"%PDF-1.7",
    "png": b"\x89PNG\r\n",
    "elf": b"\x7fELF\2\1",
    "exe": b"MZ\x90\0",
    "html": b"<html lang=en>",
    "doctype": b"\n <!DOCTYPE HTML>",
    "bom": b"\xef\xbb\xbf<!doctype html>",
    "xml": b'<?xml version="1.0"?><Error/>',
    "nodes": b'node {\n  name: "a"\n}',
    "library": b"library{}",
    "versions": b"versions {\n}",
    "meta as text": b"meta_info_def {\n}",
    "graph as text": b"graph_def {\n}",
    "saved model as text": b"saved_model_schema_version: 1",
    "tensorflow.js": b'{"format": "layers-model", "modelTopology": {}}',
    "weights of tensorflow.js": b'{"weightsManifest": []}',
    "json": b'{"class_name": "Sequential"}',
    "a list": b"[1]",
    "tflite": b"\x1c\0\0\0TFL3" + bytes(90),
    "pickle 2": b"\x80\x02}q\0.",
    "pickle 4": b"\x80\x04\x95\x0b",
    "pickle 5": b"\x80\x05\x95\x0b",
    "no pickle": b"\x80\x06\x95\x0b",
    "pickle of a dict": b"(dp0\n.",
    "pickle of a list": b"(lp0\n.",
    "pickle of collections": b"ccollections\nOrderedDict\n",
    "pickle of numpy": b"cnumpy\n",
    "onnx": b"\x08\x07\x12\x07pytorch\x1a\x031.0",
    "onnx, another maker": b"\x08\x0a\x12\x02ab\x1a\x031.0",
    "no onnx": b"\x08\x21\x12\x07pytorch",
    "words": b"some words about training",
    "bytes": bytes(range(1, 200)),
    "safetensors, cut": b'\x40\0\0\0\0\0\0\0{"w": {"dtype"' + bytes(100),
    "a zip, cut": b"PK\x03\x04 cut off",
    "hdf5, cut": b"\x89HDF\r\n\x1a\n",
    "a saved model, cut": b"\x08\x01\x12\x7f",
    "a graph, cut": b"\x0a\x7f\x12\x03abc",
}
ZIPS = {
    "pytorch": {"archive/data.pkl": b""},
    "saved model": {"m/saved_model.pb": b""},
    "checkpoint": {"m/model.index": b""},
    "npz, bad": {"a.npy": b""},
    "npz and more": {"a.npy": b"", "readme": b""},
    "any": {"readme": b""},
    "none": {},
    "keras, no weights": {"config.json": b'{"class_name": "Sequential", "config": {"name": "s", "layers": []}}'},
    "keras, no config": {"model.weights.h5": b"\x89HDF\r\n\x1a\n"},
    "keras, bad config": {"config.json": b"{"},
    "keras, a list": {"config.json": b"[]"},
}


def records(kind):
    from tfckpt.format.crc32c import extend, masked

    content = b"brain.Event:2" if kind == "events" else b"an example"
    length = len(content).to_bytes(8, "little")
    return length + masked(extend(0, length)).to_bytes(4, "little") + content + bytes(4)


@group
def neither():
    """What is no checkpoint: it is said what it is, and what to do."""

    def of_bytes(content):
        def make(folder):
            Path("file").write_bytes(content)
            yield "inspect", "file"
            Path("m.index").write_bytes(content)
            Path("m.data-00000-of-00001").write_bytes(content)
            yield "inspect", "m", "--strict"

        return make

    def of_zip(members):
        def make(folder):
            with zipfile.ZipFile("file", "w") as archive:
                for name, content in members.items():
                    archive.writestr(name, content)
            yield "inspect", "file"
            yield "export", "file", "--to", "new.npz"

        return make

    def folders(folder):
        for name in (
            *("orbax/_METADATA", "steps/7/_CHECKPOINT_METADATA", "coreml/Manifest.json", "coreml/Data/x"),
            *("text/saved_model.pbtxt", "lost/variables/variables.index", "inside/a/x", "inside/b/x"),
            *("half/saved_model.pb", "half/variables/x"),
        ):
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_bytes(b"x")
        for name in ("orbax", "steps", "coreml", "text", "lost", "inside", "half"):
            yield "inspect", name
        Path("link").symlink_to("gone")
        Path("loop").symlink_to("loop")
        yield "inspect", "link"
        yield "inspect", "loop"

    def tar(folder):
        with tarfile.open("file", "w") as archive:
            archive.addfile(tarfile.TarInfo("a"), io.BytesIO())
        yield "inspect", "file"

    def unpickled(folder):
        Path("file").write_bytes(pickle.dumps({"w": [1.0]}))
        yield "inspect", "file", "--strict"

    cases = {name: of_bytes(content) for name, content in NEITHER.items()}
    cases |= {f"a zip: {name}": of_zip(members) for name, members in ZIPS.items()}
    cases |= {f"records: {kind}": of_bytes(records(kind)) for kind in ("events", "examples")}
    return cases | {"folders": folders, "tar": tar, "pickled": unpickled}


LAYERS = {
    "Lambda": {"function": "x"},
    "TFSMLayer": {"filepath": "/elsewhere"},
    "TorchModuleWrapper": {"module": "UEsDB"},
    "JaxLayer": {},
    "FlaxLayer": {},
    "InstanceMethod": {},
    "ClassMethod": {},
    "StringLookup": {"vocabulary": "/secret"},
    "IntegerLookup": {"vocabulary": "assets/v"},
    "TextVectorization": {"vocabulary": ["a"]},
    "TFOpLambda": {"function": "io.write_file"},
    "TensorFlowOpLayer": {"node_def": {"op": "WriteFile"}},
    "Dense": {"units": 2, "activation": "relu7", "kernel_initializer": "ones", "bias_initializer": "mine"},
}


@group
def keras():
    """Configurations of Keras, written by hand, and what they would run or need."""

    def file(config, weights=None, **more):
        def make(folder):
            with zipfile.ZipFile("m.keras", "w") as archive:
                archive.writestr("config.json", json.dumps(config))
                archive.writestr("metadata.json", json.dumps({"keras_version": "3.1.0", "date_saved": "2024"}))
                for name, content in more.items():
                    archive.writestr(name, content)
            yield "inspect", "m.keras", "--strict"

        return make

    def model(*layers, **more):
        config = {"name": "s", "layers": list(layers)}
        return {"module": "keras", "class_name": "Sequential", "config": config, "registered_name": None, **more}

    def layer(kind, module="keras.layers", registered=None, **config):
        config = {"name": kind.lower(), **config}
        return {"module": module, "class_name": kind, "config": config, "registered_name": registered}

    def function(name, module="builtins"):
        return {"module": module, "class_name": "function", "config": name, "registered_name": "function"}

    cases = {kind: file(model(layer(kind, **config))) for kind, config in LAYERS.items()}
    cases |= {
        "an own layer": file(model(layer("Scale", "shop.layers", "shop>Scale"))),
        "an own layer without a module": file(model(layer("Scale", None, "shop>Scale"))),
        "a layer of a package": file(model(layer("Scale", "subprocess", "shop>Scale"))),
        "a layer that Keras lacks": file(model(layer("Mine", "keras.layers", "p>Mine"))),
        "a callback": file(model(layer("ModelCheckpoint", "keras.callbacks"))),
        "functions": file(model(function("eval"), function("relu"), function("mine"), function("system", "os"))),
        "a function of Keras": file(model(function("enable_unsafe_deserialization", "keras.config"))),
        "bytecode": file(model(layer("Dense", activation={"class_name": "__lambda__", "config": {"value": "4wEA"}}))),
        "layers within": file(model(layer("TimeDistributed", layer=layer("Lambda", function="x")), layer("Lambda"))),
        "trained with": file(
            model(
                layer("Dense"),
                compile_config={
                    "optimizer": layer("Adam", "keras.optimizers"),
                    "loss": "huber_loss",
                    "metrics": ["mae", "f1_m"],
                },
            )
        ),
        "nothing": file({}),
        "no class": file({"config": {"name": "x"}}),
        "a text": file("x"),
        "other files in it": file(model(), **{"../../x": b"", "assets/../../y": b"", "assets/v": b"a"}),
    }

    def hdf5(folder):
        import h5py

        with h5py.File("m.h5", "w") as written:
            written.attrs["keras_version"] = "2.4.0"
            written.attrs["backend"] = "tensorflow"
            written.attrs["model_config"] = json.dumps(model(layer("Lambda", function="x"), layer("Dense")))
            written.attrs["training_config"] = json.dumps({"loss": "huber_loss", "metrics": [["f1_m"]]})
            written["model_weights/dense/dense/kernel:0"] = np.ones((2, 3), "f4")
            written["model_weights/dense/dense/bias:0"] = np.zeros(3, "f4")
            written["optimizer_weights/Adam/iter:0"] = np.int64(3)
            written["optimizer_weights/Adam/dense/kernel/m:0"] = np.ones((2, 3), "f4")
            written["other"] = np.array([np.nan, 1.0])
            written["text"] = "words"
            written["soft"] = h5py.SoftLink("/other")
            written["gone"] = h5py.SoftLink("/nothing")
            written["away"] = h5py.ExternalLink("secret.h5", "x")
        values = (["--values", name] for name in ("other", "text", "soft"))
        for options in ([], ["--json"], ["--verify"], *values):
            yield "inspect", "m.h5", *options
        yield "export", "m.h5", "--to", "new.npz", "--all"
        yield "diff", "m.h5", "m.h5"

    def weights(folder):
        import h5py

        with h5py.File("m.weights.h5", "w") as written:
            written["layers/dense/vars/0"] = np.ones((2, 3), "f4")
            written["layers/dense/vars/1"] = np.zeros(3, "f2")
            written["layers/dense"].attrs["name"] = "out"
            written["layers/dense_1/vars/0"] = np.array([True])
            written["optimizer/vars/0"] = np.int64(3)
        yield "inspect", "m.weights.h5"
        yield "inspect", "m.weights.h5", "--json"
        yield "export", "m.weights.h5", "--to", "new.safetensors"

    return cases | {"hdf5": hdf5, "weights": weights}


@group
def arrays():
    """Files of arrays: .npz and .safetensors."""

    def npz(folder):
        kinds = {kind: np.arange(3).astype(kind) for kind in ("f2", "f4", "f8", "i1", "i8", "u2", "?", "c8")}
        others = {"text": np.array(["a", "bc"]), "bytes": np.array([b"a"]), "pickle": np.array([{}], object)}
        np.savez(
            "a.npz",
            nan=np.array([1.0, np.nan, np.inf]),
            empty=np.zeros((0, 3)),
            **kinds,
            **others,
            record=np.zeros(2, [("x", "f4")]),
            scalar=np.float32(2.5),
        )
        yield "inspect", "a.npz"
        yield "inspect", "a.npz", "--verify", "--json"
        for name in ("f2", "?", "c8", "text", "pickle", "nan", "empty", "record", "scalar", "f3"):
            yield "inspect", "a.npz", "--values", name
        yield "export", "a.npz", "--to", "b.safetensors"
        yield "export", "a.npz", "--to", "c.npz", "--filter", "nothing"
        yield "inspect", "b.safetensors", "--json"

    def safetensors(folder):
        def tensor(**more):
            return {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **more}

        headers = {
            "good": {"__metadata__": {"format": "tf"}, "a": tensor(), "b": tensor(data_offsets=[8, 16], dtype="I32")},
            "dtype": {"a": tensor(dtype="F4")},
            "shape": {"a": tensor(shape=[3])},
            "offsets": {"a": tensor(data_offsets=[0, 99])},
            "gap": {"a": tensor(data_offsets=[8, 16])},
            "overlap": {"a": tensor(), "b": tensor()},
            "keys": {"a": {"dtype": "F32"}},
            "list": [1],
            "metadata": {"__metadata__": [1], "a": tensor()},
        }
        for name, header in headers.items():
            text = json.dumps(header).encode()
            Path(f"{name}.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + bytes(16))
            yield "inspect", f"{name}.safetensors"
        yield "inspect", "good.safetensors", "--json"
        yield "inspect", "dtype.safetensors", "--values", "a"
        yield "inspect", "good.safetensors", "--values", "b"

    return {"npz": npz, "safetensors": safetensors}


@group
def notebooks():
    """The same in Markdown, as a notebook shows it."""

    def genuine(folder):
        copied("pair", "kinds", "regression", "sharded", "graphs/loops", "graphs/functions")
        for path in "pair kinds/model regression/model-50 sharded/model loops/model.meta functions/model".split():
            yield f"inspect({path!r})"
        yield "inspect('kinds/model', filter='int*')"
        yield "inspect('kinds/model', verify=True)"
        for function in ("files", "variables"):
            for path in ("kinds/model", "sharded/model", "regression/model-50"):
                yield f"{function}({path!r})"
        yield "diff('pair/model', 'regression/model-50')"
        yield "diff('pair/model', 'pair/model.meta')"
        yield "diff('kinds/model', 'regression/model-50.meta')"

    def many(folder):
        """More rows than a notebook shows, and names that Markdown takes for marks."""
        kinds = {f"layer_{number}/kernel": ("float32", (2, 3)) for number in range(70)}
        checkpoint("many", kinds | {"a*b_c`d|<e>$f~[g](h)": ("int32", ()), "x\n\x1b[2J": ("int64", (1,))})
        checkpoint("fewer", dict(list(kinds.items())[:50]))
        yield "inspect('many')"
        yield "diff('many', 'fewer')"
        yield "files('many')"
        yield "variables('many')"
        yield "inspect", "many"
        yield "diff", "many", "fewer"
        yield "diff", "many", "fewer", "--all"

    def hostile(folder):
        for name in ("writes_when_it_is_loaded", "bytecode_in_an_activation", "savers_own_constant_is_a_path"):
            (folder / name).mkdir()
            hostile_files.MADE[name][2](folder / name)
        of_one_size(folder)
        yield from (
            f"inspect({str(path.relative_to(folder))!r})"
            for path in sorted(folder.glob("*/*"))
            if path.suffix in (".meta", ".keras")
        )

    def broken(folder):
        copied("pair")
        Path("pair", DATA).unlink()
        shutil.copy("pair/model.index", "pair/model.index.tempstate9")
        yield "inspect('pair')"
        yield "diff('pair/model', 'pair/model.meta')"

    return {f.__name__: f for f in (genuine, many, hostile, broken)}


@group
def terminals():
    """The same in a terminal: colors, and lines that are as wide as it is."""

    def case(columns):
        def make(folder):
            copied("pair", "regression")
            shutil.copytree("pair", "pair without its data, in a folder of a long name")
            Path("pair without its data, in a folder of a long name", DATA).unlink()
            graph_of("other.meta", {f"a/rather/long/name/of/a/scope/{name}": ("int32", (2,)) for name in "AB"})
            yield columns, "inspect", "pair", "--no-pager"
            yield columns, "inspect", "regression/model-50", "--verify"
            yield columns, "inspect", "regression/model-50", "--values", "w"
            yield columns, "inspect", "pair without its data, in a folder of a long name"
            yield columns, "inspect", "pair/nothing"
            yield columns, "diff", "pair/model", "other.meta", "--no-pager"
            yield columns, "diff", "pair/model", "regression/model-50.meta"
            yield columns, "export", "pair/model", "--to", "new.npz"

        return make

    def a_pipe(folder):
        copied("pair", "regression")
        yield "diff", "pair/model", "regression/model-50.meta"

    return {f"{columns} columns": case(columns) for columns in (30, 60, 200)} | {"a pipe": a_pipe}
