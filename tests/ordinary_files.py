"""Ordinary models, as people save them: nothing in them touches more than the model's own files.

``MADE`` has a function for each, which writes it into an empty folder and returns its path.

    python tests/ordinary_files.py FOLDER
"""

import sys
from pathlib import Path

MADE = {}


def made(make):
    MADE[make.__name__] = make
    return make


# Graphs of TensorFlow 1 with a Saver


def graph(build, **saver):
    """Registers a graph: ``build`` gets ``tf`` and makes operations; what it returns may be a Saver."""

    def make(folder):
        import tensorflow.compat.v1 as tf

        with tf.Graph().as_default(), tf.Session() as sess:
            tf.get_variable("step", initializer=0, trainable=False, use_resource=False)
            found = build(tf)
            sess.run(tf.global_variables_initializer())
            writer = found if isinstance(found, tf.train.Saver) else tf.train.Saver(**saver)
            writer.save(sess, f"{folder}/m", write_state=False)
        return folder / "m.meta"

    MADE[build.__name__] = make
    return build


def net(tf, resource=False):
    x = tf.placeholder(tf.float32, [None, 4], "x")
    w = tf.get_variable("w", [4, 3], use_resource=resource)
    b = tf.get_variable("b", [3], initializer=tf.zeros_initializer(), use_resource=resource)
    return x, tf.nn.xw_plus_b(x, w, b, name="logits")


@graph
def classifier_with_adam(tf):
    _, logits = net(tf)
    labels = tf.placeholder(tf.int64, [None], "labels")
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
    tf.train.AdamOptimizer().minimize(loss, tf.train.get_or_create_global_step())
    tf.add_to_collection("losses", loss)


@graph
def regression_with_resource_variables(tf):
    _, y = net(tf, resource=True)
    rate = tf.train.exponential_decay(0.1, tf.train.get_or_create_global_step(), 10, 0.9)
    optimizer = tf.train.MomentumOptimizer(rate, 0.9)
    pairs = optimizer.compute_gradients(tf.reduce_sum(tf.square(y)))
    clipped, _ = tf.clip_by_global_norm([gradient for gradient, _ in pairs], 5.0)
    tf.add_to_collection("train_op", optimizer.apply_gradients(zip(clipped, tf.trainable_variables(), strict=True)))


@graph
def convolutions_with_batch_norm(tf):
    x = tf.placeholder(tf.float32, [None, 8, 8, 3], "x")
    x = tf.nn.relu(tf.nn.conv2d(x, tf.get_variable("k", [3, 3, 3, 4]), 1, "SAME"))
    scale, offset = tf.get_variable("scale", [4]), tf.get_variable("offset", [4])
    x, mean, variance = tf.nn.fused_batch_norm(x, scale, offset)
    moving = tf.get_variable("moving_mean", [4], trainable=False)
    tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, tf.assign(moving, 0.9 * moving + 0.1 * mean))
    x = tf.nn.dropout(tf.nn.max_pool2d(x, 2, 2, "VALID"), rate=0.5)
    tf.train.RMSPropOptimizer(0.1).minimize(tf.reduce_sum(x) + tf.reduce_sum(variance))


@graph
def partitioned_embedding(tf):
    table = tf.get_variable("e", [10, 4], partitioner=tf.fixed_size_partitioner(3))
    tf.nn.embedding_lookup(table, tf.placeholder(tf.int32, [None], "ids"), "div")


@graph
def while_loop(tf):
    n = tf.placeholder(tf.int32, [], "n")
    tf.identity(tf.while_loop(lambda i, s: i < n, lambda i, s: (i + 1, s + tf.cast(i, tf.float32)), [0, 0.0])[1], "s")
    tf.gradients(tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s * 2.0), [0, tf.ones([2])])[1], [])


@graph
def conditions(tf):
    x = tf.placeholder(tf.float32, [], "x")
    tf.cond(x > 0, lambda: tf.sin(x), lambda: tf.cos(x))
    tf.case([(x > 1, lambda: x), (x > 2, lambda: -x)], lambda: x * 2)


@graph
def recurrent_net_by_hand(tf):
    x = tf.placeholder(tf.float32, [5, None, 3], "x")
    w = tf.get_variable("w", [6, 3])
    steps = tf.TensorArray(tf.float32, 5).unstack(x)
    outputs = tf.TensorArray(tf.float32, 5)

    def step(i, state, outputs):
        state = tf.tanh(tf.matmul(tf.concat([steps.read(i), state], 1), w))
        return i + 1, state, outputs.write(i, state)

    start = tf.zeros([tf.shape(x)[1], 3])
    _, _, outputs = tf.while_loop(lambda i, *_: i < 5, step, [0, start, outputs])
    tf.train.AdagradOptimizer(0.1).minimize(tf.reduce_sum(outputs.stack()))


@graph
def functional_loops(tf):
    x = tf.placeholder(tf.float32, [None, 2], "x")
    tf.map_fn(lambda row: row * 2, x)
    tf.scan(lambda a, row: a + row, x, tf.zeros([2]))
    tf.foldl(lambda a, row: a + row, x, tf.zeros([2]))


@graph
def functions_of_tensorflow_2(tf):
    import tensorflow as tf2

    @tf2.function(input_signature=[tf2.TensorSpec([None])])
    def f(x):
        for _ in tf2.range(3):
            if tf2.reduce_sum(x) > 1:
                x = tf2.sin(x)
        return x

    f(tf.placeholder(tf.float32, [None], "x"))


def savers(**options):
    def build(tf):
        net(tf)
        return tf.train.Saver(**options)

    return build


for _name, _options in {
    "sharded_saver": {"sharded": True},
    "saver_of_the_v1_format": {"write_version": 1},
    "sharded_saver_of_the_v1_format": {"write_version": 1, "sharded": True},
    "saver_with_another_name": {"name": "keep", "max_to_keep": 1},
}.items():
    _build = savers(**_options)
    _build.__name__ = _name
    graph(_build)


@graph
def saver_with_names_of_its_own(tf):
    net(tf)
    return tf.train.Saver({"weights": tf.trainable_variables()[0], "old/bias": tf.trainable_variables()[1]})


@graph
def several_savers(tf):
    net(tf)
    tf.train.Saver(name="best")
    tf.train.Saver(tf.trainable_variables(), name="weights_only", sharded=True)


@made
def monitored_session(folder):
    """As MonitoredTrainingSession and Estimator export a graph: with a Scaffold and its Savers in a collection."""
    import tensorflow.compat.v1 as tf

    with tf.Graph().as_default():
        x, logits = net(tf)
        step = tf.train.get_or_create_global_step()
        tf.summary.scalar("loss", tf.reduce_mean(logits))
        train = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(logits), step)
        scaffold = tf.train.Scaffold(saver=tf.train.Saver(sharded=True, save_relative_paths=True))
        with tf.train.MonitoredTrainingSession(
            scaffold=scaffold, checkpoint_dir=f"{folder}", log_step_count_steps=None
        ) as sess:
            sess.run(train, {x: [[1.0, 2.0, 3.0, 4.0]]})
    return folder / "model.ckpt-1.meta"


@graph
def estimator_like(tf):
    """With a table, metrics, assertions, and an iterator that is in the graph."""
    data = tf.data.Dataset.from_tensor_slices({"x": [[1.0, 2.0]], "y": [0]}).shuffle(3).repeat().batch(2)
    iterator = tf.data.make_initializable_iterator(data)
    tf.add_to_collection(tf.GraphKeys.TABLE_INITIALIZERS, iterator.initializer)
    features = iterator.get_next()
    w = tf.get_variable("w", [2, 1])
    with tf.control_dependencies([tf.debugging.assert_rank(features["x"], 2, name="rank")]):
        y = tf.matmul(features["x"], w)
    value, update = tf.metrics.mean_squared_error(tf.cast(features["y"], tf.float32), y[:, 0])
    tf.add_to_collection("eval_op", update)
    tf.metrics.accuracy(features["y"], features["y"])
    tf.train.FtrlOptimizer(0.1).minimize(tf.reduce_sum(y) + value, tf.train.get_or_create_global_step())


@graph
def summaries(tf):
    x, y = net(tf)
    tf.summary.scalar("mean", tf.reduce_mean(y))
    tf.summary.histogram("y", y)
    tf.summary.image("image", tf.zeros([1, 4, 4, 3]))
    tf.summary.audio("sound", tf.zeros([1, 100]), 8000)
    tf.summary.text("text", tf.constant("words"))
    tf.summary.merge_all()


@graph
def assertions_and_prints(tf):
    x, y = net(tf)
    with tf.control_dependencies([
        tf.Assert(tf.reduce_all(y > -9), [y]),
        tf.debugging.assert_equal(tf.shape(x)[0], tf.shape(y)[0]),
        tf.print("y", y),
        tf.debugging.assert_all_finite(y, "no"),
    ]):  # fmt: skip
        tf.Print(tf.check_numerics(y, "nan"), [y], "y is")
    tf.add_check_numerics_ops()


@graph
def queues(tf):
    number = tf.train.range_input_producer(10, shuffle=True).dequeue()
    tf.train.shuffle_batch([number], 2, 100, 10)
    queue = tf.PaddingFIFOQueue(5, [tf.float32], [[None]])
    tf.train.add_queue_runner(tf.train.QueueRunner(queue, [queue.enqueue([[1.0]])]))


@graph
def accumulators_and_stages(tf):
    gradients = tf.ConditionalAccumulator(tf.float32, [2])
    gradients.apply_grad([1.0, 2.0])
    gradients.take_grad(1)
    tf.raw_ops.Stage(values=[tf.constant(1.0)], shared_name="area")


@graph
def tables(tf):
    fixed = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a", "b"], [0, 1]), -1)
    fixed.lookup(tf.placeholder(tf.string, [None], "words"))
    tf.lookup.StaticVocabularyTable(tf.lookup.KeyValueTensorInitializer(["a"], [0], value_dtype=tf.int64), 3)
    growing = tf.lookup.experimental.DenseHashTable(tf.int64, tf.int64, -1, -1, -2)
    growing.insert([1], [2])


@graph
def data_in_the_graph(tf):
    data = tf.data.Dataset.range(10).map(lambda x: x * 2).filter(lambda x: x > 3).cache().prefetch(1)
    data = data.interleave(lambda x: tf.data.Dataset.from_tensors(x).repeat(2), cycle_length=2)
    data = data.window(2).flat_map(lambda w: w.batch(2))
    tf.data.make_one_shot_iterator(data).get_next()


@graph
def data_from_python_values(tf):
    data = tf.data.Dataset.zip((tf.data.Dataset.from_tensor_slices([1.0, 2.0]), tf.data.Dataset.range(2)))
    data = data.padded_batch(2, ([], [])).concatenate(data.padded_batch(1, ([], []))).take(3).skip(1)
    tf.data.make_initializable_iterator(data).get_next()


@graph
def texts(tf):
    text = tf.placeholder(tf.string, [None], "text")
    tf.strings.to_hash_bucket_fast(tf.strings.split(text).values, 10)
    tf.strings.regex_replace(tf.strings.lower(text), "[^a-z]", " ")
    tf.strings.join([tf.strings.substr(text, 0, 2), tf.as_string(tf.strings.length(text))], separator="/")
    tf.strings.to_number(text)


@graph
def examples_and_pictures(tf):
    row = tf.placeholder(tf.string, [None], "examples")
    features = {"image": tf.FixedLenFeature([], tf.string), "tags": tf.VarLenFeature(tf.int64)}
    parsed = tf.parse_example(row, features)
    picture = tf.image.decode_jpeg(parsed["image"][0], channels=3)
    picture = tf.image.random_flip_left_right(tf.image.resize(picture, [8, 8]))
    tf.image.random_brightness(tf.image.random_crop(picture, [4, 4, 3]), 0.1)
    tf.decode_csv(row, [[0.0], [1]])
    tf.image.sample_distorted_bounding_box([9, 9, 3], tf.zeros([1, 1, 4]))


@graph
def averages(tf):
    net(tf, resource=True)
    average = tf.train.ExponentialMovingAverage(0.9)
    average.apply(tf.trainable_variables())
    return tf.train.Saver(average.variables_to_restore())


@graph
def sparse_tensors(tf):
    s = tf.sparse.placeholder(tf.float32, [None, 5], "s")
    w = tf.get_variable("w", [5, 2])
    tf.sparse.sparse_dense_matmul(s, w)
    tf.nn.embedding_lookup_sparse(w, tf.sparse.from_dense([[1, 2]]), None, combiner="mean")
    tf.scatter_update(w, [0], tf.ones([1, 2]))


@graph
def sampled_losses(tf):
    w, b = tf.get_variable("w", [50, 4]), tf.get_variable("b", [50])
    x, y = tf.placeholder(tf.float32, [2, 4]), tf.placeholder(tf.int64, [2, 1])
    loss = tf.nn.nce_loss(w, b, y, x, 5, 50) + tf.nn.sampled_softmax_loss(w, b, y, x, 5, 50)
    tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    tf.nn.ctc_loss(tf.sparse.from_dense([[1, 2]]), tf.zeros([4, 1, 5]), [4])
    tf.nn.ctc_beam_search_decoder(tf.zeros([4, 1, 5]), [4])


@graph
def linear_algebra(tf):
    x = tf.placeholder(tf.float32, [4, 4], "x")
    tf.linalg.svd(x), tf.linalg.cholesky(x), tf.einsum("ij,jk->ik", x, x), tf.signal.rfft(x)
    tf.random.categorical(x, 2), tf.random.truncated_normal([2]), tf.random.gamma([2], 1.0)
    tf.unique(tf.argsort(x)[0]), tf.nn.top_k(x), tf.space_to_depth(x[None, :, :, None], 2)


# SavedModels


@made
def simple_save(folder):
    import tensorflow.compat.v1 as tf

    with tf.Graph().as_default(), tf.Session() as sess:
        x, y = net(tf)
        sess.run(tf.global_variables_initializer())
        tf.saved_model.simple_save(sess, f"{folder}/sm", {"x": x}, {"y": y})
    return folder / "sm"


@made
def vocabulary_as_an_asset(folder):
    """With a main operation that fills the table, and the path of the machine that wrote it."""
    import tensorflow.compat.v1 as tf

    (folder / "words.txt").write_text("a\nb\n")
    with tf.Graph().as_default(), tf.Session() as sess:
        file = tf.constant(f"{folder}/words.txt", name="asset_path")
        tf.add_to_collection(tf.GraphKeys.ASSET_FILEPATHS, file)
        key, value = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
        table = tf.lookup.StaticHashTable(tf.lookup.TextFileInitializer(file, tf.string, key, tf.int64, value), -1)
        q = tf.placeholder(tf.string, [None])
        tf.get_variable("w", [2])
        sess.run([tf.global_variables_initializer(), tf.tables_initializer()])
        builder = tf.saved_model.Builder(f"{folder}/sm")
        signature = tf.saved_model.predict_signature_def({"q": q}, {"id": table.lookup(q)})
        builder.add_meta_graph_and_variables(
            sess,
            ["serve"],
            {"serving_default": signature},
            assets_collection=tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS),
            main_op=tf.tables_initializer(),
        )
        builder.save()
    return folder / "sm"


@made
def two_graphs_of_one_model(folder):
    import tensorflow.compat.v1 as tf

    builder = tf.saved_model.Builder(f"{folder}/sm")
    for tags in (["train"], ["serve"]):
        with tf.Graph().as_default(), tf.Session() as sess:
            x, y = net(tf)
            if tags == ["train"]:
                tf.train.AdamOptimizer().minimize(tf.reduce_sum(y))
            sess.run(tf.global_variables_initializer())
            signature = {"serving_default": tf.saved_model.predict_signature_def({"x": x}, {"y": y})}
            if tags == ["train"]:
                builder.add_meta_graph_and_variables(sess, tags, signature)
            else:
                builder.add_meta_graph(tags, signature)
    builder.save()
    return folder / "sm"


def module(build):
    """Registers a SavedModel of TensorFlow 2: ``build`` gets ``tf`` and returns a module, and perhaps signatures."""

    def make(folder):
        import tensorflow as tf

        made = build(tf, folder)
        tf.saved_model.save(made, f"{folder}/sm")
        return folder / "sm"

    MADE[build.__name__] = make
    return build


@module
def module_with_variables(tf, folder):
    found = tf.Module()
    found.w, found.inner = tf.Variable([[1.0, 2.0]]), tf.Module()
    found.inner.v = tf.Variable(3)
    found.f = tf.function(lambda x: tf.matmul(x, found.w), input_signature=[tf.TensorSpec([None, 1])])
    found.g = tf.function(lambda x: tf.cast(found.inner.v, tf.float32) + x)
    found.g(tf.constant(1.0)), found.g(tf.constant([1.0, 2.0]))
    return found


@module
def module_that_trains(tf, folder):
    found = tf.Module()
    found.w = tf.Variable([1.0, 2.0])

    @tf.function(input_signature=[tf.TensorSpec([2])])
    def train(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(found.w - x))
        found.w.assign_sub(0.1 * tape.gradient(loss, found.w))
        tf.print("loss", loss)
        tf.debugging.assert_less(loss, 1e9)
        return loss

    found.train = train
    return found


@module
def module_with_a_table_from_a_file(tf, folder):
    (folder / "words.txt").write_text("a\nb\n")
    found = tf.Module()
    initializer = tf.lookup.TextFileInitializer(
        f"{folder}/words.txt",
        tf.string,
        tf.lookup.TextFileIndex.WHOLE_LINE,
        tf.int64,
        tf.lookup.TextFileIndex.LINE_NUMBER,
    )
    found.table = tf.lookup.StaticVocabularyTable(initializer, 2)
    found.f = tf.function(lambda x: found.table.lookup(x), input_signature=[tf.TensorSpec([None], tf.string)])
    return found


@module
def module_with_tables_in_memory(tf, folder):
    found = tf.Module()
    found.table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a"], [1]), -1)
    found.growing = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1)
    found.growing.insert(["x"], tf.constant([1], tf.int64))
    found.f = tf.function(
        lambda x: tf.cast(found.table.lookup(x), tf.int64) + found.growing.lookup(x),
        input_signature=[tf.TensorSpec([None], tf.string)],
    )
    return found


@module
def module_with_data(tf, folder):
    found = tf.Module()

    @tf.function(input_signature=[tf.TensorSpec([None])])
    def f(x):
        total = 0.0
        for row in tf.data.Dataset.from_tensor_slices(x).map(lambda y: y * 2).batch(2).prefetch(1):
            total += tf.reduce_sum(row)
        return total

    found.f = f
    return found


@module
def module_with_loops_and_ragged_tensors(tf, folder):
    found = tf.Module()

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string), tf.TensorSpec([], tf.int32)])
    def f(text, n):
        words = tf.strings.split(text)
        i = 0
        while i < n:
            i += 1
        return tf.concat([words, words], 1).to_tensor(), tf.vectorized_map(lambda x: x + i, tf.range(3))

    found.f = f
    return found


# Keras


def model(build, *formats):
    """Registers a Keras model in some formats: ``build`` gets ``keras``."""

    def register(ending):
        def make(folder):
            import keras

            found = build(keras)
            path = folder / f"m{ending}"
            if ending == ".export":
                found.export(path, verbose=False)
            elif ending == ".weights.h5":
                found.save_weights(path)
            else:
                found.save(path)
            return path

        MADE[build.__name__ + ending.replace(".", "_")] = make

    for ending in formats or (".keras", ".h5"):
        register(ending)
    return build


def formats(*endings):
    return lambda build: model(build, *endings)


@model
def dense_net(keras):
    layers, l2 = keras.layers, keras.regularizers.L2(0.1)
    found = keras.Sequential([
        layers.Input([4]),
        layers.Dense(3, "relu", kernel_regularizer=l2, kernel_constraint=keras.constraints.MaxNorm(2)),
        layers.Dense(3, keras.activations.gelu, kernel_initializer=keras.initializers.HeNormal(3)),
        layers.Dropout(0.5), layers.LeakyReLU(), layers.PReLU(), layers.ELU(), layers.GaussianNoise(0.1),
        layers.Dense(2, "softmax", bias_initializer=keras.initializers.Constant(0.5)),
    ])  # fmt: skip
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    metrics = [keras.metrics.AUC(), keras.metrics.SparseCategoricalAccuracy()]
    found.compile(keras.optimizers.Adam(rate), keras.losses.SparseCategoricalCrossentropy(), metrics=metrics)
    return found


@formats(".keras", ".h5", ".weights.h5")
def convolutional_net(keras):
    layers = keras.layers
    return keras.Sequential([
        layers.Input([16, 16, 3]), layers.Rescaling(1 / 255), layers.Conv2D(4, 3, padding="same"),
        layers.BatchNormalization(), layers.ReLU(), layers.MaxPooling2D(), layers.SeparableConv2D(4, 3),
        layers.DepthwiseConv2D(2), layers.SpatialDropout2D(0.1), layers.Conv2DTranspose(2, 2), layers.UpSampling2D(),
        layers.ZeroPadding2D(), layers.Cropping2D(), layers.AveragePooling2D(2), layers.GroupNormalization(2),
        layers.LayerNormalization(), layers.UnitNormalization(), layers.GlobalAveragePooling2D(), layers.Dense(1),
    ])  # fmt: skip


@model
def convolutions_in_one_and_three_dimensions(keras):
    layers = keras.layers
    a, b = keras.Input([16, 2]), keras.Input([4, 4, 4, 1])
    x = layers.GlobalMaxPooling1D()(layers.Conv1DTranspose(2, 2)(layers.SeparableConv1D(3, 2)(layers.Conv1D(2, 3)(a))))
    y = layers.Flatten()(layers.MaxPooling3D(2)(layers.Conv3D(2, 2, padding="same")(b)))
    return keras.Model([a, b], layers.Concatenate()([x, y]))


@formats(".export")
def recurrent_layer(keras):
    return keras.Sequential([keras.layers.Input([5, 2]), keras.layers.LSTM(3)])


@model
def recurrent_net(keras):
    layers = keras.layers
    return keras.Sequential([
        layers.Input([5], dtype="int32"), layers.Embedding(10, 4, mask_zero=True),
        layers.Bidirectional(layers.LSTM(3, return_sequences=True)), layers.GRU(3, return_sequences=True),
        layers.RNN([layers.LSTMCell(2), layers.GRUCell(2)], return_sequences=True),
        layers.TimeDistributed(layers.Dense(2)), layers.SimpleRNN(2), layers.RepeatVector(3), layers.Permute([2, 1]),
    ])  # fmt: skip


@model
def attention(keras):
    layers = keras.layers
    x = keras.Input([4, 8])
    y = layers.LayerNormalization()(x + layers.MultiHeadAttention(2, 4)(x, x))
    y = layers.Add()([y, layers.EinsumDense("abc,cd->abd", output_shape=[None, 8])(y)])
    y = layers.Attention()([y, y]) * layers.AdditiveAttention()([y, y])
    return keras.Model(x, layers.GlobalAveragePooling1D()(layers.SpectralNormalization(layers.Dense(3))(y)))


@formats(".keras")
def operations_of_keras(keras):
    x = keras.Input([6])
    y = keras.ops.concatenate([keras.ops.sin(x), x[:, 1:3] ** 2], axis=-1)
    y = keras.ops.where(y > 0, y, keras.ops.abs(y) + 1.0)
    return keras.Model(x, keras.ops.reshape(keras.ops.softmax(y), [-1, 2, 4]))


@model
def merges(keras):
    layers = keras.layers
    a, b = keras.Input([3], name="a"), keras.Input([3], name="b")
    outputs = [kind()([a, b]) for kind in (layers.Add, layers.Subtract, layers.Multiply, layers.Average)]
    outputs += [layers.Maximum()([a, b]), layers.Minimum()([a, b]), layers.Dot(1)([a, b])]
    inner = keras.Sequential([layers.Input([3]), layers.Dense(2), layers.ActivityRegularization(0.1)], name="inner")
    return keras.Model({"a": a, "b": b}, [*outputs, inner(a), inner(b)])


@formats(".keras")
def preprocessing(keras):
    import numpy as np

    layers = keras.layers
    number, word = keras.Input([1], name="n"), keras.Input([1], dtype="string", name="w")
    normal = layers.Normalization(axis=None)
    normal.adapt(np.array([1.0, 2.0, 3.0]))
    words = layers.StringLookup()
    words.adapt(np.array(["a", "b"]))
    outputs = [
        normal(number), layers.Discretization([1.0, 2.0])(number), words(word),
        layers.StringLookup(vocabulary=["x", "y"], output_mode="one_hot")(word), layers.Hashing(3)(word),
        layers.CategoryEncoding(3, "one_hot")(layers.IntegerLookup(vocabulary=[1, 2])(number)),
    ]  # fmt: skip
    return keras.Model([number, word], outputs)


@formats(".keras", ".export")
def texts_as_vectors(keras):
    layers = keras.layers
    vectors = layers.TextVectorization(20, output_sequence_length=4)
    vectors.adapt(["some words", "and others"])
    return keras.Sequential([layers.Input([1], dtype="string"), vectors, layers.Embedding(20, 2), layers.Flatten()])


@formats(".keras")
def augmentation(keras):
    layers = keras.layers
    return keras.Sequential([
        layers.Input([8, 8, 3]), layers.Resizing(9, 9), layers.CenterCrop(8, 8), layers.RandomFlip(),
        layers.RandomRotation(0.1), layers.RandomZoom(0.1), layers.RandomContrast(0.1), layers.RandomBrightness(0.1),
        layers.RandomTranslation(0.1, 0.1), layers.RandomCrop(6, 6),
    ])  # fmt: skip


@formats(".keras")
def mixed_precision(keras):
    found = keras.Sequential([keras.layers.Input([4]), keras.layers.Dense(2, dtype="mixed_float16")])
    found.compile(keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1, 0.9)), "mse", metrics=["mae"])
    return found


@formats(".keras")
def features(keras):
    space = keras.utils.FeatureSpace({
        "a": keras.utils.FeatureSpace.float_normalized(),
        "b": keras.utils.FeatureSpace.string_categorical(num_oov_indices=1),
    })  # fmt: skip
    import tensorflow as tf

    space.adapt(tf.data.Dataset.from_tensor_slices({"a": [1.0, 2.0], "b": ["x", "y"]}))
    return space


@formats(".keras")
def class_of_ones_own(keras):
    """Which whoever loads it needs, but which is no danger by itself."""

    @keras.saving.register_keras_serializable("shop")
    class Scale(keras.layers.Layer):
        def call(self, x):
            return x * 2

    Scale.__module__ = "shop.layers"
    return keras.Sequential([keras.layers.Input([4]), Scale(), keras.layers.Dense(2)])


@made
def keras_model_as_a_saved_model(folder):
    import keras
    import tensorflow as tf

    found = keras.Sequential([keras.layers.Input([3]), keras.layers.Dense(2)])
    found.compile("adam", "mse")
    tf.saved_model.save(found, f"{folder}/sm")
    return folder / "sm"


@made
def checkpoint_of_a_training(folder):
    import keras
    import tensorflow as tf

    found = keras.Sequential([keras.layers.Input([3]), keras.layers.Dense(2)])
    tf.train.CheckpointManager(tf.train.Checkpoint(model=found), folder, 2).save()
    return folder


def main(folder):
    for name, make in MADE.items():
        here = Path(folder, name)
        here.mkdir(parents=True)
        print(make(here))


if __name__ == "__main__":
    main(sys.argv[1])
