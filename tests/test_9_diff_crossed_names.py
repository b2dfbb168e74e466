"""Truth 9, ``diff``: names that could cross: what is proposed puts the right values into the right variable."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from test_9_diff_renames_in_doubt import F, compare, dense, numbered

import course
from tfckpt.compare.rules import similarity

SQUARE = (4, 4)


def layers(*scopes, sizes=SQUARE):
    return {name: kind for scope in scopes for name, kind in dense(scope, sizes).items()}


def scopes(difference):
    """``{scope: scope}`` of what is proposed."""
    return {a.rpartition("/")[0]: b.rpartition("/")[0] for a, b in difference.mapping.items()}


def test_what_ends_alike_belongs_together_whatever_is_explained_as_well(in_folder):
    """``conv2/conv2_1`` to ``conv1_1`` explains as many, and is wrong."""
    left = [f"conv{i}/conv{i}_{j}" for i in (1, 2) for j in (1, 2)]
    difference = compare(layers(*left), layers(*(scope[6:] for scope in left)), in_folder)
    assert scopes(difference).items() <= {scope: scope[6:] for scope in left}.items(), difference


@pytest.mark.parametrize(
    ("left", "right", "right_ones"),
    [
        (("mean", "std"), ("mu", "sigma"), {"mean": "mu"}),
        (("first", "second"), ("one", "two"), {}),
        (("source", "target"), ("src", "tgt"), {"source": "src", "target": "tgt"}),
        (("user", "item"), ("tower_item", "tower_user"), {"user": "tower_user", "item": "tower_item"}),
        (("forward", "backward"), ("fw", "bw"), {"forward": "fw", "backward": "bw"}),
    ],
)
def test_letters_that_words_share(left, right, right_ones, in_folder):
    difference = compare(layers(*left), layers(*right), in_folder)
    assert scopes(difference).items() <= right_ones.items(), difference
    if len(right_ones) == 2:
        assert scopes(difference) == right_ones, difference


def test_an_abbreviation_has_the_letters_in_their_order():
    for short, word in (("tgt", "target"), ("q", "query"), ("item", "tower_item"), ("fw", "forward"), ("a", "a")):
        assert similarity(short, word) == similarity(word, short) >= 0.6
    for one, other in (("one", "second"), ("mean", "sigma"), ("tgr", "target_"), ("ow", "forward"), ("pi", "critic")):
        assert similarity(one, other) == 0, (one, other)


UNEVEN = {
    "some layers of more": (
        layers(*(f"bert/layer_{i}" for i in range(6))),
        layers(*(f"mini/layer_{i}" for i in (0, 1))),
    ),
    "one layer more": (layers("p/fc", "p/fc_1"), layers("q/fc", "q/fc_1", "q/fc_2")),
    "counted from elsewhere": (layers("hidden1", "hidden2", "out"), numbered("dense", 0, 1, 2)),
    "of several kinds": (layers(*(f"row-{i}" for i in range(4))), layers("dense", "coder", "dense_1", "head")),
}


@pytest.mark.parametrize("case", UNEVEN)
def test_a_series_with_more_numbers_on_one_side(case, in_folder):
    """What it was called before has nothing in common with what it is called now, so it may be any of them."""
    difference = compare(*UNEVEN[case], in_folder)
    assert not difference.mapping and not difference.code, difference
    assert any(len(rights) > 1 for rights in difference.ambiguous.values()), difference


def test_what_has_no_number_is_found_beside_such_a_series(in_folder):
    left, right = UNEVEN["some layers of more"]
    difference = compare(left | dense("bert/words", (9, 4)), right | dense("mini/words", (9, 4)), in_folder)
    assert difference.mapping["bert/words/kernel"] == "mini/words/kernel", difference


@pytest.mark.parametrize("old, new", [("enc", "dec"), ("fc1", "fc2"), ("dense", "dense_1")])
def test_transposed_matrices_are_not_exchanged(old, new, in_folder):
    """By their shapes, each would be the other one."""
    left = {f"{old}/kernel": (F, (3, 5)), f"{new}/kernel": (F, (5, 3))}
    right = {f"net/{old}/kernel": (F, (5, 3)), f"net/{new}/kernel": (F, (3, 5))}
    difference = compare(left, right, in_folder)
    assert not difference.mapping and not difference.code, difference


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("Adam", "AdaMax"), ("Adam_1", "AdaMax_1"), ("Momentum", "RMSProp_1"), ("Adagrad", "Ftrl")],
)
@pytest.mark.parametrize("scope", ["", "net/"])
def test_another_optimizer_has_other_slots(ours, theirs, scope, in_folder):
    left, right = layers("d"), layers(f"{scope}d")
    left |= {f"{name}/{ours}": kind for name, kind in layers("d").items()}
    same = compare(left, right | {f"{scope}{name}": kind for name, kind in left.items()}, in_folder)
    assert f"d/kernel/{ours}" in same.mapping, same
    difference = compare(left, right | {f"{name}/{theirs}": kind for name, kind in right.items()}, in_folder)
    assert not any(theirs in name for name in difference.mapping.values()), difference


def saved(folder, **values):
    with tf.Graph().as_default(), tf.Session() as sess:
        variables = {name.replace("_of_", "/"): tf.Variable(value) for name, value in values.items()}
        sess.run(tf.global_variables_initializer())
        prefix = Path(folder, f"m{len(list(Path(folder).iterdir()))}")
        tf.train.Saver(variables).save(sess, str(prefix))
    return prefix


A, B, C = (np.arange(4, dtype="f4") + n for n in (1, 10, 20))


def test_one_value_over_and_over_tells_no_layer(in_folder):
    left = saved(in_folder, a_of_bias=A * 0, a_of_scale=A * 0 + 1, steps=np.int64(7))
    right = saved(in_folder, head_of_beta=A * 0, norm_of_sigma=A * 0 + 1, epoch=np.int64(7))
    difference = course.diff(left, right)
    assert not difference.mapping and not difference.code, difference


@pytest.mark.parametrize(
    ("left", "right", "mapping"),
    [
        ({"a": A, "b": B}, {"a": B, "b": A}, {"a": "b", "b": "a"}),
        ({"a": A, "b": B, "c": C}, {"a": B, "b": C, "c": A}, {"a": "c", "b": "a", "c": "b"}),
        ({"a_of_w": A, "b_of_w": B}, {"b_of_w": A, "c_of_w": B}, {"a/w": "b/w", "b/w": "c/w"}),
        ({"main": A, "follows": B}, {"main": C, "follows": A}, {"main": "main", "follows": "follows"}),
        ({"a": A, "b": A}, {"a": A, "b": A}, {"a": "a", "b": "b"}),
        ({"a": A * 0, "b": A * 0 + 1}, {"a": A * 0 + 1, "b": A * 0}, {"a": "a", "b": "b"}),
    ],
    ids=["two", "three", "moved on", "a copy that follows", "copies", "as before the first step"],
)
def test_layers_that_have_changed_places(left, right, mapping, in_folder):
    """Equal bytes tell it where both sides have the same names."""
    assert course.diff(saved(in_folder, **left), saved(in_folder, **right)).mapping == mapping
