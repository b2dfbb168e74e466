"""Truth 9, ``diff``: what libraries renamed is known, and what is only alike stays out of the code."""

import subprocess
import sys
from pathlib import Path

import known_kernels
import pytest
import tensorflow.compat.v1 as tf

import course
from tfckpt.compare.kernels import KERNELS
from tfckpt.compare.libraries import in_todays_words

F = "float32"


def dense(scope, sizes, kernel="kernel", bias="bias"):
    return {f"{scope}/{kernel}": (F, sizes), f"{scope}/{bias}": (F, sizes[1:])}


def trunk(scope=""):
    """A net of six layers of six shapes."""
    return {name: kind for i in range(6) for name, kind in dense(f"{scope}block{i}", (7 + i, 8 + i)).items()}


def cells(prefix, kernel, bias, count=2):
    layers = [prefix.format(number) for number in range(count)]
    return {name: kind for layer in layers for name, kind in dense(layer, (8, 16), kernel, bias).items()}


def graph(variables):
    tf.disable_v2_behavior()
    built = tf.Graph()
    with built.as_default():
        for name, (dtype, shape) in variables.items():
            tf.get_variable(name, shape, dtype)
    return built


def compare(left, right, folder):
    """``diff`` of a checkpoint with the variables on the left, and a graph with those on the right."""
    with graph(left).as_default(), tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, str(Path(folder, "left")))
    return course.diff(Path(folder, "left"), graph(right))


HEADS = {
    "a new classifier": ("logits", "classifier"),
    "an old and a new one": ("fc8", "fc8_new"),
    "a scope within": ("Logits/Conv2d_1c_1x1", "MyLogits/Conv2d_1c_1x1"),
    "of two tasks": ("cls/predictions/transform/dense", "squad/transform/dense"),
    "none of its own": ("cls/seq_relationship", "out"),
}


@pytest.mark.parametrize("name", HEADS)
@pytest.mark.parametrize("scope", ["", "model/"], ids=["the rest is the same", "the rest has moved"])
def test_two_heads_of_one_shape(name, scope, in_folder):
    """A question, and a comment in the code, which does not restore it."""
    old, new = HEADS[name]
    difference = compare(trunk() | dense(old, (13, 10)), trunk(scope) | dense(scope + new, (13, 10)), in_folder)
    pair = {f"{old}/{part}": f"{scope}{new}/{part}" for part in ("kernel", "bias")}
    asked = {a: b for _, group, _ in difference.doubtful for a, b in group.items()}
    assert asked == pair, difference
    assert not pair.keys() & difference.mapping.keys()
    assert "Is it the same thing?" in repr(difference)
    made = {"tf": tf}
    with difference.right.graph.as_default():
        exec(difference.code, made)
    assert f'# Is it the same thing?\n    # "{old}/kernel":' in difference.code
    assert set(difference.only_right) == set(pair.values())


def test_a_head_in_a_small_model_that_has_moved(in_folder):
    """Half of it is explained without the head: that is no proof for the head."""
    left = dense("enc/a", (4, 4)) | dense("head", (4, 4))
    difference = compare(left, dense("encoder/a", (4, 4)) | dense("classifier", (4, 4)), in_folder)
    assert difference.mapping == {f"enc/a/{part}": f"encoder/a/{part}" for part in ("kernel", "bias")}, difference
    assert [group for _, group, _ in difference.doubtful] == [
        {"head/kernel": "classifier/kernel", "head/bias": "classifier/bias"}
    ]


def test_letters_that_are_alike_by_chance(in_folder):
    """``critic`` has a letter of ``pi``, and ``actor`` has none: it is the policy all the same."""
    left = dense("actor/fc", (4, 4)) | dense("critic/fc", (4, 4))
    difference = compare(left, dense("pi/fc", (4, 4)) | dense("vf/fc", (4, 4)), in_folder)
    assert not difference.mapping, difference
    assert difference.ambiguous["actor/fc/kernel"] == ["pi/fc/kernel", "vf/fc/kernel"]


def numbered(name, *numbers, sizes=(4, 4)):
    """Layers of a series, as TensorFlow counts them: ``dense``, ``dense_1`` and so on."""
    scopes = [f"{name}_{number}" if number else name for number in numbers]
    return {name: kind for scope in scopes for name, kind in dense(scope, sizes).items()}


SHIFTS = {  # checkpoint, graph, and the scopes of the same name that may be another layer
    "one less": (numbered("dense", 1, 2, 3), numbered("dense", 0, 1, 2), ["dense_1", "dense_2"]),
    "one more": (numbered("fc", 0, 1, 2), numbered("fc", 1, 2, 3), ["fc_1", "fc_2"]),
    "three more": (numbered("dense", 0, 1, 2, 3), numbered("dense", 3, 4, 5, 6), ["dense_3"]),
    "one less, of several shapes": (
        numbered("d", 1, sizes=(4, 5)) | numbered("d", 2, 3, sizes=(5, 5)) | numbered("d", 4, sizes=(5, 6)),
        numbered("d", 0, sizes=(4, 5)) | numbered("d", 1, 2, sizes=(5, 5)) | numbered("d", 3, sizes=(5, 6)),
        ["d_2"],
    ),
    "within a scope, and a trunk": (
        trunk() | {f"net/{name}": kind for name, kind in numbered("conv", 1, 2, 3).items()},
        trunk() | {f"net/{name}": kind for name, kind in numbered("conv", 0, 1, 2).items()},
        ["net/conv_1", "net/conv_2"],
    ),
}
NO_SHIFTS = {
    "one layer more": (numbered("dense", 0, 1), numbered("dense", 0, 1, 2)),
    "one layer less": (numbered("dense", 0, 1, 2), numbered("dense", 0, 1)),
    "the first is new": (numbered("dense", 1, 2), numbered("dense", 0, 1, 2)),
    "another head, of other shapes": (
        numbered("d", 0, sizes=(3, 5)) | numbered("d", 1, sizes=(5, 7)) | numbered("d", 2, sizes=(7, 2)),
        numbered("d", 0, sizes=(3, 5)) | numbered("d", 1, sizes=(5, 7)) | numbered("d", 3, sizes=(7, 2)),
    ),
    "another series": (trunk() | numbered("dense", 3), trunk() | numbered("dense", 0)),
}


@pytest.mark.parametrize("case", SHIFTS)
def test_numbers_that_are_shifted(case, in_folder):
    """What has the same name is not the same: the code to paste has it as a comment, or not at all."""
    left, right, scopes = SHIFTS[case]
    difference = compare(left, right, in_folder)
    same = {name for name in difference.same if name.rpartition("/")[0] in scopes}
    assert same and same <= difference.shifted.keys(), difference
    shown = " ".join(repr(difference).split())
    assert "or are its numbers shifted, so that equal names are not the same?" in shown
    assert "The same name, and perhaps another layer" in shown and "if the numbers are shifted, it is" in shown
    made = {"tf": tf}
    with difference.right.graph.as_default():
        exec(difference.code, made)
    restored = made.get("var_list", {}).keys()
    assert restored == (trunk().keys() if "trunk" in case else set())
    assert all(f'    # "{name}":' in difference.code for name in same) or not restored


@pytest.mark.parametrize("case", NO_SHIFTS)
def test_numbers_that_are_not_shifted(case, in_folder):
    difference = compare(*NO_SHIFTS[case], in_folder)
    assert not difference.shifted, difference
    assert "numbers shifted" not in repr(difference) and "# Is it" not in difference.code


def test_what_may_be_another_layer_is_not_cast(in_folder):
    left = {name: ("float64", shape) for name, (_, shape) in numbered("dense", 1, 2, 3).items()}
    difference = compare(left | {"a": ("float64", (2,))}, numbered("dense", 0, 1, 2) | {"a": (F, (2,))}, in_folder)
    assert {"dense_1/kernel", "dense_2/bias"} <= difference.mismatched.keys() & difference.shifted.keys(), difference
    assert '"a": variables["a"]' in difference.code and '"dense_1/kernel"' not in difference.code


def test_the_whole_model_has_moved(in_folder):
    """With its head, by one rule: that is no question."""
    left = trunk() | dense("logits", (13, 10))
    difference = compare(left, {f"model/{name}": kind for name, kind in left.items()}, in_folder)
    assert not difference.doubtful
    assert difference.mapping == {name: f"model/{name}" for name in left}
    assert [evidence.doubt for evidence in difference.evidence] == ["little"]
    assert "model_dir" not in repr(difference), "nothing is to be given another folder"


LIBRARIES = {
    "cells of 1.2": (
        cells("rnn/multi_rnn_cell/cell_{}/basic_lstm_cell", "weights", "biases", 3),
        cells("rnn/multi_rnn_cell/cell_{}/basic_lstm_cell", "kernel", "bias", 3),
        "recurrent cells of TensorFlow 1.2",
    ),
    "cells of 1.0": (
        cells("RNN/MultiRNNCell/Cell{}/BasicLSTMCell/Linear", "Matrix", "Bias"),
        cells("rnn/multi_rnn_cell/cell_{}/basic_lstm_cell", "kernel", "bias"),
        "recurrent cells of TensorFlow 1.0",
    ),
    "gates": (
        cells("rnn/gru_cell/gates", "weights", "biases", 1) | cells("rnn/gru_cell/candidate", "weights", "biases", 1),
        cells("rnn/gru_cell/gates", "kernel", "bias", 1) | cells("rnn/gru_cell/candidate", "kernel", "bias", 1),
        "recurrent cells of TensorFlow 1.2",
    ),
    "both directions": (
        cells("b/fw/lstm_cell", "weights", "biases", 1) | cells("b/bw/lstm_cell", "weights", "biases", 1),
        cells("b/fw/lstm_cell", "kernel", "bias", 1) | cells("b/bw/lstm_cell", "kernel", "bias", 1),
        "recurrent cells of TensorFlow 1.2",
    ),
    "a cell of Keras": (
        cells("lstm/lstm_cell_3", "kernel", "recurrent_kernel", 1),
        cells("lstm", "kernel", "recurrent_kernel", 1),
        "recurrent layers of Keras",
    ),
    "layers of contrib": (
        dense("fully_connected", (5, 5), "weights", "biases") | dense("fully_connected_1", (5, 5), "weights", "biases"),
        dense("dense", (5, 5)) | dense("dense_1", (5, 5)),
        "layers of tf.contrib",
    ),
    "the first of two towers": (trunk("tower_0/") | trunk("tower_1/"), trunk(), "the first of several GPUs"),
}


@pytest.mark.parametrize(
    ("was", "now", "since"),
    [
        ("RNN/BasicLSTMCell/Linear/Matrix", "rnn/basic_lstm_cell/kernel", "recurrent cells of TensorFlow 1.0"),
        ("BasicRNNCell/Linear/Bias", "basic_rnn_cell/bias", "recurrent cells of TensorFlow 1.0"),
        ("BasicRNNCell/w", "basic_rnn_cell/w", "recurrent cells of TensorFlow 1.0"),
        ("LSTMCell/W_0", "lstm_cell/kernel", "recurrent cells of TensorFlow 1.0"),
        ("LSTMCell/B", "lstm_cell/bias", "recurrent cells of TensorFlow 1.0"),
        ("LSTMCell/w", "lstm_cell/w", "recurrent cells of TensorFlow 1.0"),
        ("GRUCell/Gates/w", "gru_cell/gates/w", "recurrent cells of TensorFlow 1.0"),
        ("Gates/w", "gates/w", "recurrent cells of TensorFlow 1.0"),
        ("Candidate/w", "candidate/w", "recurrent cells of TensorFlow 1.0"),
        ("MultiRNNCell/Cell12/w", "multi_rnn_cell/cell_12/w", "recurrent cells of TensorFlow 1.0"),
        ("BiRNN/w", "bidirectional_rnn/w", "recurrent cells of TensorFlow 1.0"),
        ("BiRNN_/w", "bidirectional_rnn/w", "recurrent cells of TensorFlow 1.0"),
        ("FW/w", "fw/w", "recurrent cells of TensorFlow 1.0"),
        ("BW/w", "bw/w", "recurrent cells of TensorFlow 1.0"),
        ("gru_2/gru_cell_4/w", "gru_2/w", "recurrent layers of Keras"),
        ("simple_rnn/simple_rnn_cell/w", "simple_rnn/w", "recurrent layers of Keras"),
        ("fully_connected_2/w", "dense_2/w", "layers of tf.contrib"),
        ("Conv/w", "conv2d/w", "layers of tf.contrib"),
        ("Conv_12/w", "conv2d_12/w", "layers of tf.contrib"),
        ("Conv2d_transpose_1/w", "conv2d_transpose_1/w", "layers of tf.contrib"),
        ("SeparableConv2d_1/w", "separable_conv2d_1/w", "layers of tf.contrib"),
        ("BatchNorm/w", "batch_normalization/w", "layers of tf.contrib"),
        ("BatchNorm_3/w", "batch_normalization_3/w", "layers of tf.contrib"),
        ("LayerNorm_1/w", "layer_normalization_1/w", "layers of tf.contrib"),
        ("tower_0/w", "w", "the first of several GPUs"),
        ("gpu0/w", "w", "the first of several GPUs"),
        ("clone_0/w", "w", "the first of several GPUs"),
        ("replica_0/w", "w", "the first of several GPUs"),
    ],
)
def test_each_name_that_a_library_gave_is_known_in_todays_words(was, now, since):
    assert in_todays_words(was) == (in_todays_words(now)[0], (since,))
    assert in_todays_words(now)[1] == ()
    assert in_todays_words(f"x{was.replace('/', 'x/')}")[1] == (), "a word of its own, and not the end of another"


@pytest.mark.parametrize("name", LIBRARIES)
def test_what_libraries_renamed(name, in_folder):
    """In the order of both, whatever the shapes: it needs no other evidence."""
    left, right, why = LIBRARIES[name]
    difference = compare(left, right, in_folder)
    assert difference.mapping == dict(zip(left, right, strict=False)), difference
    assert {reason for reason, _ in difference.renames} == {why}
    assert {evidence.doubt for evidence in difference.evidence} == {"none"}
    with difference.right.graph.as_default(), tf.Session() as sess:
        made = {"tf": tf}
        exec(difference.code, made)
        made["saver"].restore(sess, str(in_folder / "left"))


def test_other_towers_are_no_second_building(in_folder):
    difference = compare(trunk("tower_0/"), trunk("tower_0/") | trunk("tower_1/"), in_folder)
    assert "12 variables of other GPUs, such as tower_1/block0/kernel: copies of those of the first" in repr(difference)
    assert "built twice" not in repr(difference)


def test_one_layer_more_may_be_a_part_built_twice(in_folder):
    difference = compare(
        trunk() | dense("dense", (3, 3)), trunk() | dense("dense", (3, 3)) | dense("dense_1", (3, 3)), in_folder
    )
    assert "ends, with dense_1 (2 variables)" in repr(difference)
    assert "or was a part of it built twice?" in repr(difference)


def test_a_table_that_a_saver_restores_is_a_name_too(in_folder):
    """A plain Saver asks for it, although it is no variable."""
    tf.disable_v2_behavior()
    with tf.Graph().as_default() as built, tf.Session() as sess:
        tf.get_variable("w", [2])
        prefixes = [str(in_folder / name) for name in ("without", "with")]
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, prefixes[0])
        tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1, name="words")
        tf.train.Saver().save(sess, prefixes[1])
        absent, whole = (course.diff(prefix, built) for prefix in prefixes)
        assert "not in the checkpoint" in repr(absent).splitlines()[0]
        assert "words" not in absent.code, "code goes by the names of variables"
        with pytest.raises(tf.errors.NotFoundError):
            tf.train.Saver().restore(sess, prefixes[0])
        assert "finds every variable." in repr(whole).splitlines()[0]
        tf.train.Saver().restore(sess, prefixes[1])


def test_the_list_of_kernels_is_that_of_tensorflow():
    assert KERNELS.read_text(encoding="utf-8") == known_kernels.text(), "python tests/known_kernels.py writes it anew"


def test_diff_needs_none_of_the_packages_for_values(in_folder):
    """A trained copy is told by bytes. What has to be read as numbers is asked for with ``values=True`` only."""
    difference = compare(trunk("tower_0/") | trunk("tower_1/"), trunk("tower_0/"), in_folder)
    with difference.right.graph.as_default():
        tf.train.export_meta_graph("right.meta")
    code = (
        "import sys; sys.modules.update(dict.fromkeys(['numpy', 'ml_dtypes', 'google_crc32c', 'h5py']));"
        "from tfckpt import diff; print(diff('left', 'right.meta')); print(diff('left', 'left').json())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "finds every variable" in done.stdout
