"""More cases of whole_reports.py: each format with its values, and what is rare in a file."""

import contextlib
import io
import json
import shutil
import sys
import zipfile
from pathlib import Path
from unittest import mock

import h5py
import ml_dtypes
import numpy as np
from whole_cases import DATA, OURS, checkpoint, copied, graph_of
from whole_reports import group

ALL = "float32 float64 int32 uint8 int16 int8 complex64 complex128 int64 bool float16 uint16 qint8".split()


def as_variables(tf, names=ALL):
    """Variables of all dtypes, with the values -3 to 200, and one of strings."""
    for dtype in names:
        values = [[0, 1, 100], [7, 3, 200 if dtype in ("uint8", "uint16") else 2]]
        signed = values if dtype.startswith(("u", "bool")) else [[0, -1, 100], [-3, 3, 2]]
        tf.Variable(tf.cast(tf.constant(signed), dtype), name=dtype)
    tf.Variable(tf.constant(["a", "", "bcd"]), name="string")
    tf.Variable(tf.fill([5], 2.5), name="alike")
    tf.get_variable("parts", initializer=tf.reshape(tf.range(8.0), [4, 2]), partitioner=tf.fixed_size_partitioner(2))


@contextlib.contextmanager
def session():
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    with tf.Graph().as_default(), tf.Session() as sess:
        yield tf, sess


@group
def formats():
    """Each format with its values."""

    def v1(folder):
        with session() as (tf, sess):
            as_variables(tf)
            sess.run(tf.global_variables_initializer())
            tf.train.Saver(write_version=tf.train.SaverDef.V1).save(sess, "./old", write_state=False)
            tf.train.Saver().save(sess, "./new", write_state=False)
        yield "inspect", "old", "--verify"
        for name in (*ALL, "string", "alike", "parts", "parts/part_0", "gone"):
            yield "inspect", "old", "--values", name
            yield "inspect", "new", "--values", name
        yield "diff", "old", "new"
        yield "diff", "new", "old", "--values"
        yield "diff", "old", "old.meta"
        yield "export", "old", "--to", "old.npz"
        yield "export", "new", "--to", "new.safetensors"
        yield "inspect", "old.npz", "--json"
        content = bytearray(Path("old").read_bytes())
        content[100] ^= 1
        Path("old").write_bytes(content)
        yield "inspect", "old", "--verify"
        yield "inspect", "old", "--values", "int8"
        shutil.copy("new.index", "other")
        yield "inspect", "other"

    def graph_defs(folder):
        with session() as (tf, sess):
            as_variables(tf, ["float32", "int32"])
            x = tf.placeholder(tf.float32, [None, 2], "x")
            tf.matmul(x, tf.get_variable("w", initializer=[[1.0, 2.0], [3.0, 4.0]]), name="y")
            sess.run(tf.global_variables_initializer())
            tf.train.Saver().save(sess, "./m", write_state=False)
            graph = sess.graph.as_graph_def()
            Path("whole.pb").write_bytes(graph.SerializeToString())
            without = [node.name for node in graph.node if not node.name.startswith("save")]
            part = tf.graph_util.extract_sub_graph(graph, [name for name in without if name in ("y", "w/Assign")])
            Path("part.pb").write_bytes(part.SerializeToString())
            frozen = tf.graph_util.convert_variables_to_constants(sess, graph, ["y"])
            Path("frozen.pb").write_bytes(frozen.SerializeToString())
        for name in ("whole", "part", "frozen"):
            yield "inspect", f"{name}.pb"
            yield "diff", "m", f"{name}.pb"
        yield "inspect", "frozen.pb", "--json"
        yield "inspect", "frozen.pb", "--values", "w"
        yield "inspect", "frozen.pb", "--values", "gone"
        yield "export", "frozen.pb", "--to", "frozen.npz"
        Path("cut.pb").write_bytes(Path("frozen.pb").read_bytes()[:-5])
        yield "inspect", "cut.pb", "--strict"

    def big_endian(folder):
        from test_9_bundle import message, written

        from tfckpt.format import crc32c

        entries, content = {}, b""
        for name, number, values in (("half", 19, ">f2"), ("int", 3, ">i4"), ("double", 2, ">f8")):
            data = np.array([1, -2], values).tobytes()
            checksum = b"\x35" + crc32c.masked(crc32c.extend(0, data)).to_bytes(4, "little")
            shape = b"\x12\x04\x12\x02\x08\x02"
            place = message((4, len(content)), (5, len(data)))
            entries[name.encode()] = message((1, number)) + shape + place + checksum
            content += data
        written(Path("m.index"), entries, header=message((1, 1), (2, 1)))
        Path("m.data-00000-of-00001").write_bytes(content)
        yield "inspect", "m", "--verify"
        for name in ("half", "int", "double"):
            yield "inspect", "m", "--values", name
        yield "diff", "m", "m", "--values"
        yield "export", "m", "--to", "m.npz"

    def layouts(folder):
        from tfckpt.format import layout

        copied("kinds", "pair", "sharded")
        for name in ("kinds/model", "pair/model", "sharded/model"):
            lines = []
            for section in layout.layout(Path(f"{name}.index").read_bytes()):
                lines.append(f"{section.name}, from byte {section.start}, {section.size} bytes")
                for row in section.rows:
                    lines.append(f"  {row.start} {row.name}")
                    lines += [f"    {g.kind}: {g.says} | {g.label} | {g.content.hex()}" for g in row.groups]
            yield {f"the bytes of {name}.index": "\n".join(lines)}

    def dtypes(folder):
        """Of all numbers that a dtype has in an index, a value of two elements; and all that safetensors has."""
        from test_9_bundle import message, written

        entries, content = {}, b""
        for number in range(36):
            size = {2: 16, 8: 16, 9: 16, 18: 32, 23: 16}.get(number, 8)
            size = {4: 2, 5: 4, 6: 2, 10: 2, 11: 2, 12: 2, 14: 4, 15: 4, 16: 4, 17: 4, 19: 4}.get(number, size)
            size = 2 if number > 23 else size
            shape = b"\x12\x04\x12\x02\x08\x02"
            entries[b"%02d" % number] = message((1, number)) + shape + message((4, len(content)), (5, size))
            content += bytes([0, 1] * 16)[:size]
        for number in range(1, 34):
            if number not in (7, 20, 21):
                written(Path(f"d{number}.index"), {b"x": entries[b"%02d" % number]})
                Path(f"d{number}.data-00000-of-00001").write_bytes(content)
                yield "inspect", f"d{number}", "--values", "x"
        for number in (0, 7, 20, 21, 34, 35):
            written(Path(f"d{number}.index"), {b"x": entries[b"%02d" % number]})
            Path(f"d{number}.data-00000-of-00001").write_bytes(content)
            yield "inspect", f"d{number}"
            yield "inspect", f"d{number}", "--values", "x"
        sizes = {"BOOL": 1, "BF16": 2, "C64": 8, "F8_E4M3": 1, "F8_E5M2": 1, "F4": 1, "E8M0": 1}
        sizes |= {f"{kind}{bits}": bits // 8 for kind in "UIF" for bits in (8, 16, 32, 64)}
        header, end = {}, 0
        for name, size in sizes.items():
            header[name] = {"dtype": name, "shape": [2], "data_offsets": [end, end + 2 * size]}
            end += 2 * size
        text = json.dumps(header).encode()
        Path("all.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + bytes(range(end)))
        yield "inspect", "all.safetensors"
        for name in sizes:
            yield "inspect", "all.safetensors", "--values", name
        yield "export", "all.safetensors", "--to", "new.npz"
        yield "export", "all.safetensors", "--to", "new.safetensors"
        yield "inspect", "new.safetensors"
        yield "inspect", "new.npz"

    def safetensors_headers(folder):
        """What a header may be that no program writes: each is refused, and it is said why."""

        def tensor(**more):
            return {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **more}

        wrong = {
            "dtype": [[], 7, None, "x" * 300],
            "shape": [[-1], [2.0], [True], 2, None, [[1]], [0], [], [1] * 300, [2, 0], ["2"]],
            "data_offsets": [[8, 0], [0], [0, 8, 9], [-1, 7], [0.0, 8.0], [9, 17], [16, 24], [0, 17], [16, 16], None],
        }
        headers = [json.dumps({"a": tensor(**{key: each})}) for key, several in wrong.items() for each in several]
        headers += [json.dumps(each) for each in (
            {"a": 7}, {"a": []}, {"a": {}}, 7, None, {"__metadata__": {"a": 1}}, {"__metadata__": None, "a": tensor()},
            {"a": tensor(), "b": tensor(data_offsets=[7, 15])}, {"a": tensor(), "b": tensor(data_offsets=[8, 16])},
            {"__metadata__": {f"key {number}": "text" for number in range(30)}},
        )]  # fmt: skip
        headers += ["[" * 100_000, '{"a": ' * 50_000, "", "{", "{}x"]
        for number, header in enumerate(headers):
            text = header.encode()
            Path(f"{number}.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + bytes(16))
            yield {header[:90]: ""}
            yield "inspect", f"{number}.safetensors"
        for length in (0, 1, 2, 17, 18, 19, 2**62):
            Path(f"of {length}.safetensors").write_bytes(length.to_bytes(8, "little") + b"{}" + bytes(16))
            yield "inspect", f"of {length}.safetensors"
        Path("short.safetensors").write_bytes(bytes([9]) + bytes(5))
        yield "inspect", "short.safetensors"

    def states(folder):
        """The text file checkpoint, as TensorFlow and people write it."""
        copied("pair")
        path = Path("pair/checkpoint")
        for text in (
            b'model_checkpoint_path: "model"',
            b"model_checkpoint_path:'model'\n",
            b'model_checkpoint_path : "mod" "el"',
            b'# a comment\nmodel_checkpoint_path: "model" # another\n',
            b'model_checkpoint_path: "mo\\144el"',
            b'model_checkpoint_path: "m\\303\\266del"',
            b'model_checkpoint_path: "m\\377"',
            b'model_checkpoint_path: "a\\tb\\nc\\rd\\"e\\\\f"',
            b'model_checkpoint_path: "gone"\nall_model_checkpoint_paths: "one"\nall_model_checkpoint_paths: "model"',
            b"".join(b'all_model_checkpoint_paths: "m%d"\n' % n for n in range(9)) + b'model_checkpoint_path: "model"',
            b'model_checkpoint_path: "./model"',
            b'model_checkpoint_path: "../pair/model"',
            b'model_checkpoint_path: ""',
            b'model_checkpoint_path: "/nowhere/model"',
            b"model_checkpoint_path: model",
            b'model_checkpoint_path: "\xff"',
            b'model_checkpoint_path: "model"\nlast_preserved_timestamp: 1.5\nall_model_checkpoint_timestamps: 1.5\n',
            b'model_checkpoint_path: "model"\nother: 7\n',
            b'model_checkpoint_path: "model" }',
            b"{}",
        ):
            path.write_bytes(text)
            yield {repr(text): ""}
            yield "inspect", "pair", "--filter", "nothing"
            yield "diff", "pair", "pair/model"

    return {f.__name__: f for f in (v1, graph_defs, big_endian, layouts, dtypes, safetensors_headers, states)}


@group
def values():
    """How far the values of two checkpoints are apart, and values that are not finite."""

    def written(prefix, **arrays):
        with session() as (tf, sess):
            names = sorted(arrays)
            tensors = [tf.constant(arrays[name]) for name in names]
            sess.run(tf.raw_ops.SaveV2(
                prefix=prefix, tensor_names=names, shape_and_slices=[""] * len(names), tensors=tensors))  # fmt: skip

    def apart(folder):
        one = {
            "a": np.float32([1, 2, 3]),
            "b": np.int64([[1], [2]]),
            "c": np.array([True, False]),
            "e": np.float16([1]),
        }
        other = {
            "a": np.float32([1, 2.5, 7]),
            "b": np.int64([[1], [2]]),
            "c": np.array([True, True]),
            "e": np.float16([2]),
        }
        odd = {"s": np.array([b"x", b"y"]), "z": np.complex64([1j, 2]), "n": np.float64([np.nan, 1, np.inf, np.nan])}
        written("one", **one, **odd, only=np.float32([1]))
        written("other", **other, s=np.array([b"x", b"z"]), z=np.complex64([1j, 3]), more=np.float32([1, 2]),
                n=np.float64([np.nan, np.nan, 3, 2]))  # fmt: skip
        for options in ([], ["--values"], ["--values", "--json"], ["--values", "--all"]):
            yield "diff", "one", "other", *options
        yield "diff", "one", "one", "--values"
        yield "inspect", "one", "--verify"
        yield "inspect", "one", "--values", "n", "--values", "z", "--values", "c"

    def not_finite(folder):
        nan, inf = np.array([1.0, np.nan]), np.array([-np.inf, 2.0])
        written("m", **{f"{dtype}_{kind}": each.astype(dtype) for dtype in ("f2", "f4", "f8")
                        for kind, each in (("nan", nan), ("inf", inf), ("no", np.ones(2)))},
                bfloat=nan.astype(ml_dtypes.bfloat16), complex=np.complex64([np.nan, 1]))  # fmt: skip
        yield "inspect", "m"
        yield "inspect", "m", "--verify"
        yield "inspect", "m", "--verify", "--json"
        yield "inspect", "m", "--values", "f4_nan", "--values", "bfloat"
        with mock.patch.dict(sys.modules, numpy=None):
            yield "inspect", "m", "--verify"

    def many_not_finite(folder):
        written("m", **{f"v{number}": np.float32([np.nan]) for number in range(30)})
        yield "inspect", "m", "--verify"

    def many_problems(folder):
        checkpoint("m", {f"v{number}": ("float32", (2,)) for number in range(50)})
        Path("m.data-00000-of-00001").write_bytes(bytes(400))
        yield "inspect", "m", "--verify"
        yield "diff", "m", "m", "--values"

    return {f.__name__: f for f in (apart, not_finite, many_not_finite, many_problems)}


@group
def hdf5():
    """Files in HDF5 as they can be, with and without h5py."""

    def filters(folder):
        data = np.arange(1200, dtype="f4")
        with h5py.File("m.h5", "w") as file:
            for name, options in {
                "gzip": {"compression": "gzip"}, "lzf": {"compression": "lzf"}, "shuffle": {"shuffle": True},
                "fletcher": {"fletcher32": True}, "both": {"compression": "gzip", "fletcher32": True},
                "scaled": {"scaleoffset": 2}, "chunks": {"chunks": (100,)},
            }.items():  # fmt: skip
                file.create_dataset(name, data=data, **options)
            file.create_dataset("texts", data=["a", "b"] * 100, compression="gzip")
            file.create_dataset("bomb", (10**12,), "f8", chunks=(10**6,))
            file.create_dataset("zeros", (10**8,), "f8", compression="gzip")
            file.create_dataset("large", (10**9,), "f8")
            file.create_dataset("empty", data=h5py.Empty("f4"))
            file.create_dataset("ends", data=[0, 1, np.inf])
        yield "inspect", "m.h5", "--verify"
        for name in "gzip lzf shuffle fletcher both scaled chunks texts bomb zeros large empty ends".split():
            yield "inspect", "m.h5", "--values", name
        yield "export", "m.h5", "--to", "m.npz"

    def elsewhere(folder):
        with h5py.File("secret.h5", "w") as file:
            file["x"] = np.arange(3.0)
        Path("raw").write_bytes(bytes(24))
        with h5py.File("m.h5", "w") as file:
            file["again"] = file
            file.create_dataset("outside", (3,), "f8", external=[("raw", 0, 24)])
            layout = h5py.VirtualLayout((3,), "f8")
            layout[:] = h5py.VirtualSource("secret.h5", "x", (3,))
            file.create_virtual_dataset("virtual", layout)
            file["kind"] = np.dtype("f4")
            file["reference"] = np.array([file.ref], h5py.ref_dtype)
            file["record"] = np.zeros(2, [("x", "f4")])
            file["times"] = np.zeros(2, ("f4", (2,)))
        yield "inspect", "m.h5", "--strict"
        for name in ("outside", "virtual", "kind", "reference", "record", "times"):
            yield "inspect", "m.h5", "--values", name

    def lists(folder):
        with h5py.File("m.h5", "w") as file:
            file["w"], file["texts"] = np.ones(2, "f4"), ["a", "bc"]
            file["reference"] = file["w"].ref
            file.create_dataset("list", (2,), h5py.vlen_dtype("i4"))
            file.create_dataset("record", (2,), [("x", "f4"), ("text", h5py.string_dtype())])
        yield "inspect", "m.h5"
        yield "inspect", "m.h5", "--verify"
        yield "inspect", "m.h5", "--verify", "--json"
        for name in ("list", "record", "texts"):
            yield "inspect", "m.h5", "--values", name
        yield "export", "m.h5", "--to", "m.npz"

    def opaque(folder):
        policy = {"class_name": "DTypePolicy", "config": {"name": "bfloat16"}}
        config = {"layers": [{"class_name": "Dense", "config": {"name": "a", "dtype": policy}},
                             {"class_name": "Dense", "config": {"name": "b", "dtype": "float32"}}]}  # fmt: skip
        with h5py.File("m.h5", "w") as file:
            file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": config})
            for name in ("a/a/kernel", "b/b/kernel"):
                file[f"model_weights/{name}"] = np.ones(3, ml_dtypes.bfloat16).view("V2")
            file["optimizer_weights/adam/a_kernel_momentum"] = np.ones(3, "V2")
            file["optimizer_weights/adam/other"] = np.ones(3, "V2")
            file["one"] = np.zeros((2, 2), "V1")
        yield "inspect", "m.h5"
        yield "inspect", "m.h5", "--values", "model_weights/a/a/kernel"
        yield "export", "m.h5", "--to", "m.npz", "--all"

    def without_h5py(folder):
        def layer(kind, **config):
            return {"class_name": kind, "config": {"name": kind.lower(), **config}}

        layers = [layer("Dense", units=2), layer("Lambda", function="x"), {"class_name": "X"}, 7]
        with h5py.File("m.h5", "w") as file:
            file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": {"layers": layers}})
            file.attrs["training_config"] = json.dumps({"loss": "huber_loss", "metrics": [["f1_m"]]})
            file["w"] = np.ones(3)
        with h5py.File("plain.h5", "w") as file:
            file["w"] = np.ones(3)
        shutil.copy("m.h5", "m.keras")
        shutil.copy("m.h5", "m.weights.h5")
        for name in ("m.keras", "m.weights.h5", "m.h5"):
            yield "inspect", name
        with mock.patch.dict(sys.modules, h5py=None):
            for name in ("m.h5", "plain.h5"):
                yield "inspect", name, "--strict"
            yield "inspect", "m.h5", "--json"
            yield "export", "m.h5", "--to", "m.npz"

    def compressed(folder):
        """A .keras whose weights are compressed, as another program may pack it."""
        weights = io.BytesIO()
        with h5py.File(weights, "w") as file:
            file["layers/dense/vars/0"] = np.ones((20, 30), "f4")
        with zipfile.ZipFile("m.keras", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("config.json", json.dumps({"class_name": "Sequential", "config": {"name": "s"}}))
            archive.writestr("metadata.json", json.dumps({"keras_version": "3.0.0", "date_saved": 7}))
            archive.writestr("model.weights.h5", weights.getvalue())
        yield "inspect", "m.keras", "--verify"
        yield "inspect", "m.keras", "--values", "layers/dense/vars/0"
        yield "export", "m.keras", "--to", "m.safetensors"

    def models(folder):
        import keras

        keras.utils.set_random_seed(1)
        inputs = keras.Input((3,), name="given")
        out = keras.layers.Dense(2, name="out", kernel_initializer="ones")(
            keras.layers.BatchNormalization(name="n")(inputs)
        )
        model = keras.Model(inputs, out, name="whole")
        model.compile("adam", "mse", metrics=["mae"])
        model.fit(np.ones((2, 3)), np.ones((2, 2)), verbose=0)
        for name in ("m.keras", "m.h5", "m.weights.h5"):
            (model.save_weights if "weights" in name else model.save)(name)
            yield "inspect", name, "--verify"
            yield "inspect", name, "--filter", "kernel"
        yield "inspect", "m.keras", "--json"
        yield "export", "m.keras", "--to", "m.npz"
        yield "export", "m.h5", "--to", "all.npz", "--all"
        yield "diff", "m.keras", "m.keras"
        shutil.copy("m.keras", "m.zip")
        shutil.copy("m.h5", "other.keras")
        yield "inspect", "m.zip"
        yield "inspect", "other.keras"

    return {f.__name__: f for f in (filters, elsewhere, lists, opaque, without_h5py, compressed, models)}


@group
def objects():
    """What tf.train.Checkpoint and tf.saved_model write, whole and damaged, and what is two things at once."""

    def training(folder):
        import keras
        import tensorflow as tf

        keras.utils.set_random_seed(1)
        model = keras.Sequential(
            [keras.Input((3,)), keras.layers.Dense(2, name="d"), keras.layers.BatchNormalization()]
        )
        model.compile("adam", "mse")
        model.optimizer.build(model.trainable_variables)
        tf.train.Checkpoint(model=model, optimizer=model.optimizer, step=tf.Variable(3)).write("run")
        module = tf.Module()
        module.w, module.inner = tf.Variable([1.0, 2.0], name="w"), tf.Module()
        module.inner.v = tf.Variable(3, name="v")
        tf.train.Checkpoint(module=module).write("module")
        yield "inspect", "run"
        yield "inspect", "run", "--json"
        yield "inspect", "run", "--filter", "*momentum*"
        yield "inspect", "module", "--values", "module/w"
        yield "inspect", "module", "--values", "w"
        yield "inspect", "module", "--values", "v", "--verify"
        yield "diff", "run", "module"
        checkpoint("names", {"w": ("float32", (2,)), "v": ("int32", ())})
        graph_of("names.meta", {"w": ("float32", (2,)), "v": ("int32", ())})
        yield "diff", "names", "module"
        yield "diff", "module", "names"
        yield "diff", "module", "names.meta"
        yield "export", "run", "--to", "run.npz"
        yield "export", "module", "--to", "module.npz", "--rename", "module/w=w"

    def saved(folder):
        import tensorflow as tf

        module = tf.Module()
        module.w, module.b = tf.Variable([[1.0, 2.0]], name="w"), tf.Variable(3, name="b")
        module.f = tf.function(
            lambda x: x @ tf.transpose(module.w), input_signature=[tf.TensorSpec([None, 2], name="x")]
        )
        tf.saved_model.save(module, "saved", signatures={"serve": module.f.get_concrete_function()})
        Path("saved/fingerprint.pb").write_bytes(bytes(99))
        yield "inspect", "saved"
        yield "inspect", "saved", "--json"
        yield "inspect", "saved/variables/variables"
        yield "diff", "saved", "saved"
        yield "diff", "saved", "saved/saved_model.pb"
        yield "export", "saved", "--to", "saved.npz"
        for name in ("variables.index", "variables.data-00000-of-00001"):
            shutil.copytree("saved", f"no {name}")
            Path(f"no {name}/variables/{name}").unlink()
            yield "inspect", f"no {name}"
        shutil.copytree("saved", "no graph")
        Path("no graph/saved_model.pb").unlink()
        yield "inspect", "no graph"
        shutil.copytree("saved", "cut")
        Path("cut/saved_model.pb").write_bytes(b"\x08\x01\x12\x7f")
        yield "inspect", "cut", "--strict"
        shutil.copytree("saved", "odd")
        Path("odd/keras_metadata.pb").write_bytes(b"\x0a\x7f")
        yield "inspect", "odd", "--strict"

    def both(folder):
        for path in (OURS / "pair").iterdir():
            shutil.copy(path, path.name)
        Path("model").mkdir()
        shutil.copy("model.index", "model/other.index")
        yield "inspect", "model"
        yield "inspect", "model/"
        for name in ("m.h5", "model.index"):
            shutil.copy("model.index", f"{name}.index")
            shutil.copy(DATA, f"{name}.data-00000-of-00001")
        with h5py.File("m.h5", "w") as file:
            file["w"] = np.ones(2)
        yield "inspect", "m.h5"
        yield "inspect", "model.index"
        Path("d").mkdir()
        for ending in (".index", ".data-00000-of-00001", ".meta"):
            shutil.copy(f"model{ending}", f"d/{ending}")
        yield "inspect", "d/"
        yield "inspect", "d"
        yield "inspect", "d", "--filter", "A", "--json"

    def twice(folder):
        """Built twice, and only the second has slots; several Savers; names that the Saver of the graph asks for."""
        kinds = {"w": ("float32", (2, 2)), "b": ("float32", (2,))}
        copies = {f"{name}_1": kind for name, kind in kinds.items()}
        slots = {f"{name}/Adam": kind for name, kind in copies.items()}
        checkpoint("m", kinds | copies | slots | {"global_step": ("int64", ()), "beta1_power": ("float32", ())})
        graph_of("m.meta", kinds)
        graph_of("other.meta", {f"x/{name}": kind for name, kind in kinds.items()})
        yield "inspect", "m"
        yield "diff", "m", "m.meta"
        yield "diff", "m", "other.meta"
        checkpoint("towers", {f"tower_{number}/{name}": kind for number in range(3) for name, kind in kinds.items()})
        yield "diff", "towers", "m.meta"
        checkpoint("parts", {f"w/part_{number}": ("float32", (2, 3)) for number in range(3)}
                   | {f"v/part_{number}": ("float32", (number + 1, 3)) for number in range(2)}
                   | {f"u/part_{number}": ("float32", (number + 1, number)) for number in range(2)}
                   | {"t/part_0": ("float32", (1,)), "t/part_2": ("float32", (1,))}
                   | {"s/part_0": ("float32", (1,)), "s/part_1": ("int32", (1,))})  # fmt: skip
        graph_of("whole.meta", {"w": ("float32", (6, 3)), "v": ("float32", (3, 3))})
        yield "diff", "parts", "whole.meta"
        yield "diff", "parts", "whole.meta", "--json"

    return {f.__name__: f for f in (training, saved, both, twice)}
