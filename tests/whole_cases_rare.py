"""Cases of whole_reports.py that are rare: what only few files have, and what only somebody writes who wants harm."""

import json
import shutil
import zipfile
from pathlib import Path

import h5py
import numpy as np
from fuzz_bundle import encoded, with_right_checksums
from test_9_bundle import message, written
from whole_cases import DATA, OURS, checkpoint, copied, graph_of
from whole_reports import group


def layer(kind, name="", **config):
    return {"class_name": kind, "config": {"name": name or kind.lower(), **config}}


def model(*layers, **config):
    return {"class_name": "Sequential", "config": {"name": "s", "layers": list(layers), **config}}


def keras_file(name, config, version="3.1.0", **members):
    with zipfile.ZipFile(name, "w") as archive:
        archive.writestr("config.json", config if isinstance(config, str) else json.dumps(config))
        archive.writestr("metadata.json", json.dumps({"keras_version": version}))
        for member, content in members.items():
            archive.writestr(member, content)


@group
def rare():
    def configurations(folder):
        """Of Keras, in HDF5: what cannot be read, and what older versions wrote."""
        many = [{**layer("Own", f"own{number}"), "registered_name": f"p>Own{number}"} for number in range(30)]
        configs = {
            "cut": "{",
            "deep": "[" * 50_000,
            "number": 7,
            "list": "[1]",
            "merge": json.dumps(model(layer("Merge", mode_type="lambda"), layer("Merge", mode_type="raw"))),
            "lambda": json.dumps(model(layer("Lambda", function=["4wEA", None, None]))),
            "many": json.dumps(model(*many)),
            "old": json.dumps({"class_name": "Sequential", "config": [layer("Dense", units=2), layer("Dropout")]}),
            "odd": json.dumps({"class_name": 7, "config": {"layers": 7}}),
            "nothing": json.dumps({"class_name": None}),
            "long": json.dumps(model(layer("X" * 300, "y" * 300))),
            "vocabulary": json.dumps(model(layer("TextVectorization", vocabulary_file="/v", vocabulary=""))),
        }
        for name, config in configs.items():
            with h5py.File(f"{name}.h5", "w") as file:
                file.attrs["keras_version"] = "1.2.2" if name == "merge" else "2.15.0"
                file.attrs["model_config"] = config
                file.attrs["training_config"] = "{" if name == "cut" else json.dumps({"loss": ["mse"], "metrics": None})
                file["w"] = np.ones(2)
            yield "inspect", f"{name}.h5", "--strict"

    def packed(folder):
        """A .keras of other versions, with other things in it, and under another name."""
        weights = Path("w.h5")
        with h5py.File(weights, "w") as file:
            file["layers/dense/vars/0"] = np.ones((2, 3), "f4")
        content = weights.read_bytes()
        for version in ("2.12.0", "2.15.0", "3.0.0", "", None, 3):
            keras_file("m.keras", model(layer("Dense")), version, **{"model.weights.h5": content})
            yield "inspect", "m.keras"
        for name in ("m.h5", "m.hdf5", "m.weights.h5", "m.zip", "m"):
            shutil.copy("m.keras", name)
            yield "inspect", name
        for name in ("w.keras", "w.zip", "w"):
            shutil.copy("w.h5", name)
            yield "inspect", name
        keras_file("broken.keras", model(), **{"model.weights.h5": content[:500]})
        keras_file("page.keras", model(), **{"model.weights.h5": "<html>"})
        keras_file("cut.keras", "{", **{"model.weights.h5": content})
        keras_file("assets.keras", model(), **{"model.weights.h5": content, "assets/a/v.txt": "a", "notes": "b"})
        Path("before.keras").write_bytes(b"before" + Path("m.keras").read_bytes())
        Path("after.keras").write_bytes(Path("m.keras").read_bytes() + b"after")
        Path("both.h5").write_bytes(content + Path("m.keras").read_bytes())
        Path("both.keras").write_bytes(content + Path("m.keras").read_bytes())
        for name in "broken page cut assets before after both".split():
            yield "inspect", f"{name}.keras", "--strict", "--verify"
        yield "inspect", "both.h5", "--strict"
        yield "inspect", "assets.keras", "--json"
        Path("folder").mkdir()
        zipfile.ZipFile("assets.keras").extractall("folder")
        yield "inspect", "folder"

    def indexes(folder):
        """An .index that no TensorFlow writes: places and parts that do not fit."""
        shape = b"\x12\x04\x12\x02\x08\x02"
        whole = message((1, 1)) + shape
        part = message((1, 1)) + shape + b"\x3a\x04\x0a\x02\x10\x01"
        for name, entries, header in (
            ("far", {b"a": whole + message((3, 5), (5, 8))}, message((1, 1))),
            ("short", {b"a": whole + message((5, 4))}, message((1, 1))),
            ("parts", {b"a": part}, message((1, 1))),
            ("past", {b"a": whole + message((4, 99), (5, 8))}, message((1, 1))),
            ("none", {}, message((1, 1))),
            ("shards", {b"a": whole + message((5, 8))}, message((1, 3))),
            ("many", {b"a": whole + message((5, 8))}, message((1, 200_000))),
            ("order", {b"a": whole + message((5, 8))}, message((1, 1), (2, 7))),
            ("version", {b"a": whole + message((5, 8))}, message((1, 1)) + b"\x1a\x02\x08\x09"),
            ("dtype", {b"a": message((1, 99)) + shape + message((5, 8))}, message((1, 1))),
            ("negative", {b"a": message((1, 1)) + b"\x12\x0d\x12\x0b\x08" + encoded(2**64 - 1)}, message((1, 1))),
            ("name", {b"\xff\xfe": whole + message((5, 8))}, message((1, 1))),
            ("bad", {b"a": b"\x0f"}, message((1, 1))),
        ):
            written(Path(f"{name}.index"), entries, header)
            Path(f"{name}.data-00000-of-00001").write_bytes(bytes(8))
            yield "inspect", name
            yield "inspect", name, "--verify", "--json"
            yield "inspect", name, "--values", "a"
            yield "export", name, "--to", f"{name}.npz"
            yield "diff", name, name, "--values"

    def tables(folder):
        """Tables that are compressed, cut or out of order."""
        from test_9_limits import one_table

        from tfckpt.format import layout

        for name, blocks in {
            "no description": [[(b"a", b"")]],
            "empty description": [[(b"", b"\x0a\x00")]],
            "description that is cut": [[(b"", b"\x0a\x05")]],
            "two blocks": [[(b"", b"\x08\x01")], [(b"a", b"\x08\x01")]],
        }.items():
            content = with_right_checksums(one_table(blocks))
            Path(name).write_bytes(content)
            Path(f"{name}.index").write_bytes(content)
            yield "inspect", f"./{name}"
            yield "inspect", f"{name}.index"
        data = (OURS / "pair" / "model.index").read_bytes()
        lines = [f"{section.name} {section.start} {section.size}: {[row.name for row in section.rows]}"
                 for section in layout.layout(data)]  # fmt: skip
        yield {"the sections of an index": "\n".join(lines)}

    def shown(folder):
        """What readers show of themselves."""
        from tfckpt import Bundle, Meta

        copied("pair", "sharded")
        readers = [Bundle("pair/model"), Bundle("sharded/model"), Meta("pair/model.meta")]
        yield {"readers": "\n".join(map(repr, readers))}

    def graphs(folder):
        """Graphs that TensorFlow does not write."""
        import tensorflow.compat.v1 as tf

        copied("pair")
        original = tf.MetaGraphDef.FromString(Path("pair/model.meta").read_bytes())

        def node(graph, name):
            return next(each for each in graph.graph_def.node if each.name == name)

        def of_other_names(graph):
            for name in ("save/SaveV2/tensor_names", "save/RestoreV2/tensor_names"):
                node(graph, name).attr["value"].tensor.string_val[0] = b"old/A"

        def signatures(graph):
            for number in range(30):
                signature = graph.signature_def[f"s{number:02}"]
                signature.method_name = "tensorflow/serving/predict"
                for key in ("x", "y"):
                    signature.inputs[key].name, signature.inputs[key].dtype = f"{key}:0", 1
                    signature.inputs[key].tensor_shape.dim.add(size=-1)
                signature.outputs["z"].name = "z:0"

        changes = {
            "two of a name": lambda graph: setattr(node(graph, "B"), "name", "A"),
            "a name that is none": lambda graph: setattr(node(graph, "B"), "name", "-B"),
            "an input that is none": lambda graph: node(graph, "B").input.append("gone"),
            "saveable objects": lambda graph: graph.collection_def["saveable_objects"].bytes_list.value.append(b"x"),
            "a Saver of other names": of_other_names,
            "signatures": signatures,
            "tags": lambda graph: graph.meta_info_def.tags.extend(["serve", "gpu"]),
            "stripped": lambda graph: setattr(graph.meta_info_def, "stripped_default_attrs", True),
            "no version": lambda graph: graph.meta_info_def.ClearField("tensorflow_version"),
            "no Saver": lambda graph: graph.ClearField("saver_def"),
            "no nodes": lambda graph: graph.graph_def.ClearField("node"),
            "placeholders": lambda graph: [graph.graph_def.node.add(name=f"p{n}", op="Placeholder") for n in range(30)],
            "operations of nobody": lambda graph: [
                graph.graph_def.node.add(name=f"n{n}", op="NobodyKnows") for n in range(4)],
            "several that read": lambda graph: [
                graph.graph_def.node.add(name=f"n{n}", op="ReadFile", input=["A"]) for n in range(4)],
        }  # fmt: skip
        for name, change in changes.items():
            graph = tf.MetaGraphDef()
            graph.CopyFrom(original)
            change(graph)
            content = graph.SerializeToString(deterministic=True)
            Path("pair/model.meta").write_bytes(content)
            Path("alone.meta").write_bytes(content)
            yield {f"a graph with {name}": ""}
            yield "inspect", "pair/model", "--strict"
            yield "inspect", "alone.meta"
            yield "diff", "pair/model", "alone.meta"

    def folders(folder):
        """Folders of a comparison, and what is beside a checkpoint."""
        copied("pair")
        for name in ("saved/variables/variables", "two/one", "two/two", "one/one"):
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy("pair/model.index", f"{name}.index")
            shutil.copy(f"pair/{DATA}", f"{name}.data-00000-of-00001")
        Path("gone").mkdir()
        shutil.copy("pair/model.meta", "gone/model.meta")
        shutil.copy(f"pair/{DATA}", "gone")
        shutil.copy("pair/checkpoint", "gone/checkpoint")
        shutil.copy("two/one.index", "gone/other.index")
        Path("empty").mkdir()
        for name in ("pair", "saved", "two", "one", "gone", "empty", "pair/model.meta"):
            yield "diff", name, "pair"
            yield "diff", "pair", name
            yield "inspect", name, "--filter", "nothing"
        Path("two/checkpoint").write_text('model_checkpoint_path: "two"\n')
        yield "diff", "two", "pair"
        yield "inspect", "two"
        for number in range(25):
            Path(f"two/note {number}.html").write_text("<html>")
        yield "inspect", "two"

    def many(folder):
        """More than a list shows."""
        kinds = {f"net/layer_{n}/{part}": ("float32", (n % 7 + 1,)) for n in range(40) for part in ("w", "b")}
        other = {f"model/{name}": kind for name, kind in kinds.items()}
        checkpoint("left", kinds | {f"only_{n}": ("int64", ()) for n in range(15)})
        checkpoint("right", other | {f"more_{n}": ("float32", (n, 3)) for n in range(15)})
        graph_of(
            "right.meta", dict(list(other.items())[:60]) | {f"more_{n}": ("float32", (n + 1, 3)) for n in range(15)}
        )
        for options in ([], ["--all"]):
            yield "diff", "left", "right", *options
            yield "diff", "left", "right.meta", *options
        yield "inspect", "left", "--filter", "only"

    return {f.__name__: f for f in (configurations, packed, indexes, tables, shown, graphs, folders, many)}


@group
def operations():
    """Each operation that touches what is outside of a graph, with the names that TensorFlow gives to its inputs."""

    def touching(folder):
        import known_operations
        from test_9_origins import const, field, node, suspected

        from tfckpt.danger.side_effects import TOUCHES

        definitions = {definition.name: definition for definition in known_operations.definitions()}
        lines = []
        for kind in TOUCHES:
            inputs = [argument.name for argument in definitions[kind].input_arg]
            texts = [each.name for each in definitions[kind].attr if each.type in ("string", "list(string)")]
            said = {name: field(2, name.encode()) for name in texts}
            found = suspected(*(const(name, f"its {name}") for name in inputs), node("n", kind, *inputs, **said))
            lines += [f"{suspect.touches}: {suspect}" for suspect in found]
        yield {"what touches files, network or Python": "\n".join(lines)}

    return {"touching": touching}
