"""Truth 9, ``diff``: it proposes the renames that are right, names those that are ambiguous, and its code works."""

import io
import json
import os
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from test_9_bundle import message, written

import course
from course import cli
from tfckpt import Bundle, CheckpointError
from tfckpt.compare.renames import likely
from tfckpt.compare.rules import fits
from tfckpt.compare.values import difference
from tfckpt.format import crc32c

F = "float32"
OBJECT = "/.ATTRIBUTES/VARIABLE_VALUE"


def table(*names, kind=(F, (4, 4))):
    return dict.fromkeys(names, kind)


def dense(scope, sizes, kernel="kernel", bias="bias"):
    """A layer's kernel and bias."""
    return {f"{scope}{kernel}": (F, sizes), f"{scope}{bias}": (F, sizes[1:])}


def network(scopes, sizes, **spelling):
    layers = zip(scopes, zip(sizes, sizes[1:], strict=False), strict=True)
    return {name: kind for scope, both in layers for name, kind in dense(scope, both, **spelling).items()}


def renamed(change, *tables):
    """``{name: changed name}`` of all names."""
    return {name: change(name) for one in tables for name in one}


def adam(variables):
    return variables | {f"{name}/{slot}": kind for name, kind in variables.items() for slot in ("Adam", "Adam_1")}


MLP = network(["fc1/", "fc2/", "fc3/"], [784, 100, 100, 10])
EQUAL = network([f"fc{i}/" for i in range(1, 13)], [64] * 13)


def case(left, change, right=None):
    """Left, right and the pairs that are right: ``change`` makes the new name of each, None where it is gone."""
    pairs = {name: change(name) for name in left if change(name)}
    return left, {pairs[name]: left[name] for name in pairs} | (right or {}), pairs


def replaced(old, new):
    return lambda name: name.replace(old, new)


def spelled(name):
    return name.replace("kernel", "weights").replace("bias", "biases")


def numbered(stem, step):
    """``fc3/…`` becomes ``<stem>_<3 + step>/…``, and ``<stem>/…`` where that is 0, as TensorFlow numbers layers."""

    def change(name):
        scope, rest = name.split("/", 1)
        number = int(scope.removeprefix("fc")) + step
        return f"{stem}_{number}/{rest}" if number else f"{stem}/{rest}"

    return change


def object_path(name):
    """As ``tf.keras.Sequential.save_weights`` of TensorFlow 2 wrote it."""
    scope, rest = name.split("/", 1)
    return f"layer_with_weights-{int(scope.removeprefix('fc')) - 1}/{rest}{OBJECT}"


def slot_path(name):
    parts = name.split("/")
    slot = {"Adam": "m", "Adam_1": "v"}.get(parts[-1])
    return (
        object_path(name)
        if slot is None
        else (object_path("/".join(parts[:-1])).removesuffix(OBJECT) + f"/.OPTIMIZER_SLOT/optimizer/{slot}{OBJECT}")
    )


NORM = {"scale": "gamma", "offset": "beta", "mean": "moving_mean", "variance": "moving_variance"}
NORMS = {f"conv{i}/BatchNorm/{name}": (F, (64,)) for i in (1, 2, 3) for name in ("gamma", "beta", "moving_mean")}
CODER = {
    f"{half}/layer_{i}/{name}": (F, (64, 64)) for half in ("encoder", "decoder") for i in range(6) for name in "qkv"
}
RIGHT = {
    "scope added": case(MLP, lambda name: f"model/{name}"),
    "scope removed": case({f"model/{name}": kind for name, kind in MLP.items()}, replaced("model/", "")),
    "scope changed": case({f"old/{name}": kind for name, kind in MLP.items()}, replaced("old/", "new/")),
    "two scopes for one": case({f"a/b/{name}": kind for name, kind in MLP.items()}, replaced("a/b/", "net/")),
    "a scope in the middle": case({f"net/x/{name}": kind for name, kind in MLP.items()}, replaced("/x/", "/")),
    "scope added to equal layers": case(EQUAL, lambda name: f"model/{name}"),
    "scope added, one layer new": case(EQUAL, lambda name: f"model/{name}", dense("model/fc13/", (64, 64))),
    "scope added, with slots": case(adam(MLP), lambda name: f"model/{name}"),
    "slots are gone": case(adam(MLP), lambda name: None if "Adam" in name else f"model/{name}"),
    "slots are elsewhere": case(adam(MLP), lambda name: f"train/{name}" if "Adam" in name else f"net/{name}"),
    ":0 left in": case({f"{name}:0": kind for name, kind in MLP.items()}, replaced(":0", "")),
    ":0 in the graph's names": case(MLP, lambda name: f"{name}:0"),
    "_1 of a second building": case(table("A_1", "B_1"), replaced("_1", "")),
    "_1 in the graph": case(table("A", "B"), lambda name: f"{name}_1"),
    "_1 at the end of a scope": case(dense("net_1/out/", (4, 2)), replaced("net_1", "net")),
    "layers counted on": case(
        network(["dense_3/", "dense_4/"], [9, 9, 9]), lambda name: name.replace("_3", "").replace("_4", "_1")
    ),
    "shifted by one": case(
        network(["dense_1/", "dense_2/"], [784, 100, 10]),
        lambda name: name.replace("dense_1", "dense").replace("dense_2", "dense_1"),
    ),
    "spelled weights and biases": case(MLP, spelled),
    "spelled, and a scope": case(EQUAL, lambda name: f"slim/{spelled(name)}"),
    "recurrent cells of 0.x": case(
        {"rnn/BasicLSTMCell/Linear/Matrix": (F, (9, 16)), "rnn/BasicLSTMCell/Linear/Bias": (F, (16,))},
        lambda name: {"M": "rnn/basic_lstm_cell/kernel", "B": "rnn/basic_lstm_cell/bias"}[name.split("/")[3][0]],
    ),
    "w and b": case({"w": (F, (3, 1)), "b": (F, (1,))}, lambda name: f"out/{ {'w': 'kernel', 'b': 'bias'}[name] }"),
    "W and b": case({"W": (F, (3, 1)), "b": (F, (1,))}, lambda name: f"{ {'W': 'w', 'b': 'bias'}[name] }"),
    "norm of another layer": case(NORMS, replaced("BatchNorm", "batch_normalization")),
    "norm, spelled": case(
        {"bn/scale": (F, (8,)), "bn/offset": (F, (8,)), "bn/mean": (F, (8,)), "bn/variance": (F, (8,))},
        lambda name: f"norm/{NORM[name.split('/')[1]]}",
    ),
    "another stem, same numbers": case(EQUAL, numbered("layer", 0)),
    "another stem, from 0": case(EQUAL, numbered("conv2d", -1)),
    "tf.train.Checkpoint": case(MLP, object_path),
    "tf.train.Checkpoint, equal layers": case(EQUAL, object_path),
    "tf.train.Checkpoint, with slots": case(adam(EQUAL), slot_path),
    "from tf.train.Checkpoint": case(
        {object_path(name): kind for name, kind in MLP.items()},
        lambda name: f"fc{int(name[19]) + 1}{name[20:].removesuffix(OBJECT)}",
    ),
    "halves": case(CODER, lambda name: name.replace("encoder", "enc").replace("decoder", "dec")),
    "generator": case(
        network(["generator/", "discriminator/"], [8, 8, 8]),
        lambda name: name.replace("generator", "G").replace("discriminator", "D"),
    ),
    "another dtype beside": case({"a/x": ("int64", ()), "b/x": (F, ())}, lambda name: f"new_{name}"),
    "average in place": case(
        {f"{name}/ExponentialMovingAverage": kind for name, kind in MLP.items()},
        replaced("/ExponentialMovingAverage", ""),
    ),
    "average in place, scope added": case(
        {f"{name}/ExponentialMovingAverage": kind for name, kind in MLP.items()},
        lambda name: f"eval/{name.replace('/ExponentialMovingAverage', '')}",
    ),
    "shape not known": (MLP, {f"m/{name}": (F, None) for name in MLP}, {name: f"m/{name}" for name in MLP}),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_renames(name):
    left, right, pairs = RIGHT[name]
    same = [each for each in left if right.get(each) == left[each] and pairs.get(each) == each]
    left = {each: kind for each, kind in left.items() if each not in same}
    right = {each: kind for each, kind in right.items() if each not in same}
    found = likely(left, right, same)
    proposed = {a: b for _, group in found.groups for a, b in group.items()}
    assert proposed == {a: b for a, b in pairs.items() if a not in same}, found.ambiguous


MANY = {
    "scope added": lambda name: f"model/{name}",
    "scope changed in the middle": lambda name: name.replace("/layer_", "/deep/layer_"),
    "another stem and spelling": lambda name: name.replace("layer_", "fc").replace("kernel", "weights"),
    "objects": lambda name: name.replace("block_", "blocks/").replace("layer_", "layers/") + OBJECT,
}


@pytest.mark.parametrize("change", MANY.values(), ids=MANY)
def test_very_many_of_one_shape(change):
    """Not every pair of them is looked at: those that are decide."""
    left = {f"net/block_{i // 10}/layer_{i}/kernel": (F, (64, 64)) for i in range(400)}
    found = likely(left, {change(name): kind for name, kind in left.items()})
    assert {a: b for _, group in found.groups for a, b in group.items()} == {name: change(name) for name in left}


AMBIGUOUS = {
    "two towers": (
        {"old/w": (F, (4, 4))},
        {"tower_a/w": (F, (4, 4)), "tower_b/w": (F, (4, 4))},
        [],
        {"old/w": ["tower_a/w", "tower_b/w"]},
    ),
    "two of the same": (
        {"one/w": (F, (4, 4)), "two/w": (F, (4, 4))},
        {"x/w": (F, (4, 4)), "y/w": (F, (4, 4))},
        [],
        {"one/w": ["x/w", "y/w"], "two/w": ["x/w", "y/w"]},
    ),
    "a series that may be shifted": (table("fc_2/w"), table("fc/w"), ["fc_1/w"], {"fc_2/w": ["fc/w"]}),
    "a layer more, from 0": (
        table(*(f"conv{i}/w" for i in range(1, 4))),
        table(*(f"layer{i}/w" for i in range(4))),
        [],
        None,
    ),
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_ambiguous_renames(name):
    left, right, same, expected = AMBIGUOUS[name]
    found = likely(left, right, same)
    print(found)
    assert not found.groups
    assert found.ambiguous == expected if expected else found.ambiguous


NOT_RENAMED = {
    "another shape": ({"a/w": (F, (4, 4))}, {"b/w": (F, (4, 5))}),
    "another rank": ({"a/w": (F, (4,))}, {"b/w": (F, (4, 1))}),
    "another dtype": ({"a/w": (F, (4, 4))}, {"b/w": ("float64", (4, 4))}),
    "a bias is no gamma": ({"a/bias": (F, (4,))}, {"a/gamma": (F, (4,))}),
    "a slot is no weight": ({"w/Adam": (F, (4, 4))}, {"w": (F, (4, 4))}),
    "a weight is no average": ({"w": (F, (4, 4))}, {"w/ExponentialMovingAverage": (F, (4, 4))}),
    "two counters": ({"global_step": ("int64", ())}, {"counter": ("int64", ())}),
    "moments": ({"a/w/Adam": (F, (4, 4))}, {"b/w/Adam_1": (F, (4, 4))}),
}


@pytest.mark.parametrize("name", NOT_RENAMED)
def test_what_is_not_renamed(name):
    found = likely(*NOT_RENAMED[name])
    assert not found.groups
    assert not found.ambiguous


def test_a_bias_is_not_renamed_where_its_kernel_does_not_fit():
    found = likely(dense("enc/", (4, 9)), dense("out/", (5, 9)))
    assert not found.groups


def test_one_pair_with_nothing_in_common_is_a_guess():
    found = likely(table("a/b/c/kernel"), table("x/y/z/kernel"))
    assert not found.groups
    assert found.guesses == {"a/b/c/kernel": "x/y/z/kernel"}


def test_an_abbreviation_is_alike():
    """By letters alone, ``decoder`` and ``enc`` are as near as ``decoder`` and ``d``."""
    found = likely(table("encoder/w", "decoder/w"), table("e/w", "d/w"))
    assert {a: b for _, group in found.groups for a, b in group.items()} == {"encoder/w": "e/w", "decoder/w": "d/w"}


def test_a_guess_is_no_rename():
    found = likely(table("Variable") | {"Variable_1": (F, (4,))}, table("out/kernel") | {"out/bias": (F, (4,))})
    assert not found.groups
    assert found.guesses == {"Variable": "out/kernel", "Variable_1": "out/bias"}


PARTS = st.sampled_from(["a", "b", "net", "net_1", "fc", "fc_1", "fc2", "conv1"])
LASTS = st.sampled_from(["kernel", "bias", "w", "w_1", "gamma", "w/Adam", "w/Adam_1", "w/ExponentialMovingAverage"])
NAMES = st.builds(lambda parts, last: "/".join([*parts, last]), st.lists(PARTS, max_size=3), LASTS)
KINDS = st.tuples(st.sampled_from([F, "int32"]), st.sampled_from([(), (2,), (2, 2), (3, 2), None]))
TABLES = st.dictionaries(NAMES, KINDS, max_size=12)


@settings(deadline=None)
@given(TABLES, TABLES)
def test_whatever_is_proposed_fits_and_is_used_once(left, right):
    """Two tables that may have nothing to do with one another."""
    same = [name for name in left if right.get(name) == left[name]]
    ours = {name: kind for name, kind in left.items() if name not in same}
    theirs = {name: kind for name, kind in right.items() if name not in same}
    found = likely(ours, theirs, same)
    pairs = [pair for _, group in found.groups for pair in group.items()]
    assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)
    unclear = set(found.ambiguous), {b for several in found.ambiguous.values() for b in several}
    for a, b in pairs:
        assert fits(ours[a], theirs[b])
        assert a not in unclear[0]
        assert b not in unclear[1]
        assert ("/Adam" in a) == ("/Adam" in b), "a slot is never restored into a weight"
    for a, b in [*found.guesses.items(), *found.misfits.items()]:
        assert a not in dict(pairs)
        assert b not in dict(pairs).values()
    assert likely(ours, theirs, same) == found


@settings(deadline=None)
@given(TABLES, st.sampled_from(["model", "net/inner", "fc_3"]), st.booleans())
def test_a_scope_around_it_all_is_found(table, scope, removed):
    """Whatever the names: what is proposed is right, and nothing is left that is not ambiguous."""
    table = {name: kind for name, kind in table.items() if kind[1] is not None}
    around = {f"{scope}/{name}": kind for name, kind in table.items()}
    left, right = (around, table) if removed else (table, around)
    same = [name for name in left if right.get(name) == left[name]]
    found = likely({a: left[a] for a in left if a not in same}, {b: right[b] for b in right if b not in same}, same)
    pairs = {a: b for _, group in found.groups for a, b in group.items()}
    for a, b in pairs.items():
        assert f"{scope}/{b}" == a if removed else f"{scope}/{a}" == b
    if not same:
        assert set(pairs) | set(found.ambiguous) == set(left)


# What follows saves and restores for real.


def build(variables):
    """A new default graph with these variables, of shapes and dtypes as given, and with random values."""
    tf.disable_v2_behavior()
    tf.reset_default_graph()
    for number, (name, (dtype, shape)) in enumerate(variables.items()):
        values = np.random.default_rng(number).uniform(1, 100, shape).astype(dtype)
        tf.get_variable(name, initializer=values)
    return tf.get_default_graph()


def save(variables, prefix):
    """Saves them, and returns ``{name: value}``."""
    build(variables)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, prefix)
        return sess.run({variable.op.name: variable for variable in tf.global_variables()})


def restored_with(code, prefix):
    """Runs code that was pasted, restores, and returns ``{name: value}``. What it leaves out is -1."""
    pasted = {"tf": tf}
    exec(code, pasted)
    with tf.Session() as sess:
        sess.run([variable.assign(-tf.ones_like(variable)) for variable in tf.global_variables()])
        pasted["saver"].restore(sess, prefix)
        return sess.run({variable.op.name: variable for variable in tf.global_variables()})


def is_no_name(name):
    return re.search(r"[:]|^_", name)


SAVED = [name for name, (left, right, _) in RIGHT.items() if not any(map(is_no_name, [*left, *right]))]


@pytest.mark.parametrize("name", [name for name in SAVED if "not known" not in name])
def test_the_code_restores_what_was_saved(name, in_folder):
    left, right, pairs = RIGHT[name]
    saved = save(left, "checkpoint_of_left")
    graph = build(right)
    found = course.diff("checkpoint_of_left", graph)
    assert found.mapping == pairs
    restored = restored_with(found.code, "checkpoint_of_left")
    for a, b in pairs.items():
        np.testing.assert_array_equal(restored[b], saved[a])
    for b in set(right) - set(pairs.values()):
        assert (restored[b] == -1).all()
    assert found.code in found._repr_markdown_()


def test_code_of_many_variables_is_short(in_folder):
    """A scope around 500 variables is one line of the report, and one entry of the code, and still restores them."""
    model = {f"block_{i // 10}/layer_{i}/w": (F, (2,)) for i in range(500)}
    saved = save({"old/" + name: kind for name, kind in model.items()} | table("step"), "many")
    graph = build({"net/" + name: kind for name, kind in model.items()} | table("step") | {"net/head/w": (F, (3,))})
    found = course.diff("many", graph)
    assert [(why, len(group)) for why, group in found.renames] == [("another scope", 500)]
    assert "- old/… → net/…: 500 variables (another scope)" in repr(found).splitlines()
    assert len(found.code.splitlines()) < 15, found.code
    assert '"net/head/w"' in found.code, "what is not in the checkpoint is left out of the rule"
    restored = restored_with(found.code, "many")
    assert all((restored["net/" + name] == saved["old/" + name]).all() for name in model)
    assert (restored["step"] == saved["step"]).all()
    assert (restored["net/head/w"] == -1).all()


def test_partitioned(in_folder):
    """A graph has the parts of a variable apart; a checkpoint has it as one."""
    tf.disable_v2_behavior()
    for scope in ("old", "new"):
        tf.reset_default_graph()
        with tf.variable_scope(scope, partitioner=tf.fixed_size_partitioner(3)):
            tf.get_variable("w", [10, 4], initializer=tf.random_uniform_initializer(seed=1))
        if scope == "old":
            with tf.Session() as sess:
                sess.run(tf.global_variables_initializer())
                tf.train.Saver().save(sess, "parts")
    found = course.diff("parts", tf.get_default_graph())
    assert found.mapping == {"old/w": "new/w"}
    restored = restored_with(found.code, "parts")
    together = np.concatenate([restored[f"new/w/part_{i}"] for i in range(3)])
    np.testing.assert_array_equal(together, Bundle("parts").tensor("old/w"))
    assert not course.diff("parts", "parts.meta").differs


def test_graph_and_meta_say_the_same(in_folder):
    save(adam(MLP), "model")
    graph = build({"net/" + name: kind for name, kind in MLP.items()})
    tf.train.export_meta_graph("net.meta")
    assert course.diff("model", graph).code == course.diff("model", "net.meta").code
    assert course.diff("net.meta", "model").code == course.diff("model", "net.meta").code


FINDS = "Compared names, shapes and dtypes: a plain `tf.train.Saver()` finds every variable."
FAILS = "A restore with a plain tf.train.Saver() will fail: "


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, FINDS.replace("`", "")),
        ({"late": (F, (2,))}, f"{FAILS}late is not in the checkpoint."),
        ({"late": (F, (2,)), "B": (F, (2,))}, f"{FAILS}late and B are not in the checkpoint."),
        (
            {"late": (F, (2,)), "B": (F, (2,)), "C": (F, ())},
            f"{FAILS}late and 2 more are not in the checkpoint.",
        ),
        ({"fc1/bias": ("int32", (100,))}, f"{FAILS}fc1/bias has another dtype in the checkpoint."),
        ({"fc1/bias": (F, (7,))}, f"{FAILS[:-2]} or go wrong: fc1/bias has another shape in the checkpoint."),
    ],
    ids=["all of it", "one is missing", "two are missing", "three are missing", "a dtype", "a shape"],
)
def test_the_first_line_says_what_a_plain_restore_does(in_folder, change, says):
    """And TensorFlow does it."""
    saved = save(MLP, "model")
    graph = build(MLP | change)
    assert repr(course.diff("model", graph)).splitlines()[0] == says
    with tf.Session(graph=graph) as sess:
        saver = tf.train.Saver()
        if not change:
            saver.restore(sess, "model")
            assert all((sess.run(name + ":0") == value).all() for name, value in saved.items())
            return
        with pytest.raises((tf.errors.NotFoundError, tf.errors.InvalidArgumentError)):
            saver.restore(sess, "model")


def test_nothing_is_promised_of_a_checkpoint_of_objects(in_folder):
    """A Saver finds its variables by what the objects say of them, or it does not. The names do not tell."""
    tf.reset_default_graph()
    tf.enable_v2_behavior()
    import tensorflow as tf2

    tf2.train.Checkpoint(late=tf2.Variable([1.0, 2.0])).write("objects")
    said = repr(course.diff("objects", build({"late": (F, (2,))}))).splitlines()[0]
    assert said.startswith("tf.train.Checkpoint wrote it") and said.endswith("a plain tf.train.Saver() may fail.")
    assert repr(course.diff("objects", build({}))).startswith("There are no variables in the graph")


def test_a_graph_that_needs_no_code(in_folder):
    save(MLP, "model")
    found = course.diff("model", build(MLP))
    assert (found.differs, found.code) == (False, "")
    assert FINDS in found._repr_markdown_()
    found = course.diff("model", build({"fc1/kernel": MLP["fc1/kernel"]}))
    assert (found.differs, found.code) == (True, "")
    assert FINDS.replace("`", "") in repr(found)


def test_a_rename_whose_shape_does_not_fit(in_folder):
    """A new head: the scope tells what it is, and that it does not fit."""
    saved = save(network(["fc1/", "fc2/", "head/"], [8, 8, 8, 10]), "model")
    graph = build(network(["net/fc1/", "net/fc2/", "net/head/"], [8, 8, 8, 3]))
    found = course.diff("model", graph)
    assert found.mismatched == {"head/kernel": "net/head/kernel", "head/bias": "net/head/bias"}
    assert "- head/bias → net/head/bias: float32 [10] in the checkpoint, float32 [3] in the graph" in repr(found)
    assert (restored_with(found.code, "model")["net/fc2/kernel"] == saved["fc2/kernel"]).all()


def test_a_graph_that_was_built_twice(in_folder):
    save(table("A", "B"), "model")
    found = course.diff("model", build(table("A", "B", "A_1", "B_1")))
    assert "was the graph built twice?" in repr(found)
    assert found.only_right == ["A_1", "B_1"]


def test_other_shapes(in_folder):
    save({"A": ("int32", (2,)), "B": ("int32", (3,))}, "model")
    found = course.diff("model", build({"A": ("int32", (4,)), "B": (F, (3,))}))
    assert "- A: int32 [2] in the checkpoint, int32 [4] in the graph" in repr(found)
    assert "- B: int32 [3] in the checkpoint, float32 [3] in the graph" in repr(found)
    assert found.code == ""


def test_two_checkpoints(in_folder):
    save(MLP, "one")
    save(MLP, "two")
    assert not course.diff("one", "two").differs
    assert repr(course.diff("one", "two")).startswith("The two have the same names, shapes, dtypes and bytes.")
    build(MLP)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(tf.global_variables()[0].assign_add(np.full((784, 100), 2, np.float32)))
        tf.train.Saver().save(sess, "two")
    found = course.diff("one", "two")
    assert found.differs
    assert repr(found).startswith("The two differ in values.\n")
    assert repr(course.diff("one", "two", values=True)).startswith("The two differ in values.\n")
    assert found.values["fc1/kernel"] == "other values"
    assert set(found.values.values()) == {"same bytes", "other values"}
    assert course.diff("one", "two", values=True).values["fc1/kernel"] == (
        "78400 of 78400 elements differ, by at most 2"
    )


def test_equal_bytes_tell_what_was_renamed(in_folder):
    """Of two checkpoints: names that have nothing in common, and two that would be ambiguous."""
    save({"one/w": (F, (4, 4)), "two/w": (F, (4, 4)), "Variable": (F, (3,))}, "left")
    build({"x/w": (F, (4, 4)), "y/w": (F, (4, 4)), "bias": (F, (3,))})
    with tf.Session() as sess:
        x, y, bias = tf.global_variables()
        sess.run(tf.global_variables_initializer())
        tf.train.Saver({"x/w": y, "y/w": x, "bias": bias}).save(sess, "right")
    found = course.diff("left", "right")
    assert found.mapping == {"one/w": "y/w", "two/w": "x/w", "Variable": "bias"}
    assert set(found.values.values()) == {"same bytes"}
    assert repr(found).startswith("The two differ in names.\n")


def test_bad_input(in_folder):
    save(MLP, "model")
    Path("folder").mkdir()
    Path("page.meta").write_text("<!DOCTYPE html>")
    for arguments, says in {
        ("typo", "model"): "The first of the two: No checkpoint has the prefix 'typo'. The prefixes in that folder are",
        ("model", "typo"): "The second of the two: No checkpoint",
        (
            "folder",
            "model",
        ): "The first of the two: 'folder' is a folder with no checkpoints in it, and a comparison needs one.",
        ("model", "typo.meta"): "The second of the two: typo.meta cannot be opened",
        ("model", "page.meta"): "The second of the two: page.meta is a web page",
    }.items():
        with pytest.raises(CheckpointError, match=re.escape(says)):
            course.diff(*arguments)
    assert not course.diff("model.index", "model.data-00000-of-00001").differs


def test_names_of_a_stranger(in_folder):
    """They move no cursor, and end no text of the code that is to be pasted."""
    hostile = ['x/"]: os.system("true"), "y/kernel', "x/\x1b[2J/kernel", "x/a\n\"b'/kernel", "x/`code`/kernel"]
    with tf.Graph().as_default(), tf.Session() as sess:
        tensors = [tf.constant(np.full((i + 1, 2), i, np.float32)) for i in range(len(hostile))]
        names = sorted(hostile, key=str.encode)
        sess.run(tf.raw_ops.SaveV2(prefix="m", tensor_names=names, shape_and_slices=[""] * 4, tensors=tensors))
    graph = build({f"safe_{i}/kernel": (F, (i + 1, 2)) for i in range(4)} | {"other": (F, (7,))})
    found = course.diff("m", graph)
    assert set(found.mapping) == set(hostile)
    assert "\x1b" not in repr(found) + found._repr_markdown_() + found.code
    restored = restored_with(found.code, "m")
    assert [restored[f"safe_{i}/kernel"][0, 0] for i in range(4)] == [0, 1, 2, 3]


def test_a_missing_data_file_is_said(in_folder):
    save(MLP, "model")
    Path("model.data-00000-of-00001").unlink()
    said = repr(course.diff("model", "model.meta"))
    assert "Missing: model.data-00000-of-00001. Without it nothing of the checkpoint can be restored." in said
    assert said.startswith("A restore with a plain tf.train.Saver() will fail: a data file is missing.")


def test_json(in_folder):
    save(MLP, "model")
    found = json.loads(course.diff("model", build({"net/" + name: kind for name, kind in MLP.items()})).json())
    assert found["differs"] is True
    names = {name: "net/" + name for name in MLP}
    assert found["renames"] == [{"why": "net/ added", "names": names, "doubt": "little"}]
    assert found["verdict"].startswith("A restore with a plain tf.train.Saver() will fail: net/fc1/kernel and 5 more")
    assert found["right"] == {"path": "the graph", "kind": "graph", "variables": 6}


def command(*arguments):
    """Runs ``course diff``. Returns its exit code and what it prints."""
    output, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(output), redirect_stderr(errors):
        code = cli.run(["diff", *arguments])
    return code, output.getvalue(), errors.getvalue()


def test_command(in_folder, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    save({"old/" + name: kind for name, kind in MLP.items()}, "model")
    saved = save({"a/very/long/scope/of/a/model/" + name: kind for name, kind in MLP.items()}, "other")
    build(saved_kinds := {name: (F, value.shape) for name, value in saved.items()})
    tf.train.export_meta_graph("other.meta")
    assert command("model", "model")[0] == 0
    code, output, errors = command("model", "other.meta")
    assert (code, errors) == (1, "")
    prose, pasted = output.split("\nvariables = ")
    assert max(map(len, prose.splitlines())) <= 80
    restored = restored_with("variables = " + pasted, "model")
    assert set(restored) == set(saved_kinds)
    assert not any((value == -1).any() for value in restored.values())
    code, output, _ = command("model", "other", "--json")
    assert (code, json.loads(output)["differs"]) == (1, True)
    code, output, errors = command("model", "nothing.meta")
    assert (code, output) == (2, "")
    assert errors == "Error: The second of the two: nothing.meta cannot be opened: No such file or directory.\n"
    assert command("model")[0] == 2, "as of any wrong usage"


def test_command_cuts_long_lists(in_folder):
    save({f"{letter}{letter}": (F, (2,)) for letter in "abcdefghijklmnop"}, "model")
    save({"x": (F, (3,))}, "other")
    assert "… and 7 more" in command("model", "other")[1]
    assert "pp: float32 [2]" in command("model", "other", "--all")[1]


REAL = Path(os.environ.get("COURSE_CHECKPOINTS", "none"))


@pytest.mark.skipif(not REAL.is_dir(), reason="needs COURSE_CHECKPOINTS")
def test_real_checkpoints_against_their_graphs():
    compared = 0
    for meta in sorted(REAL.rglob("*.meta")):
        prefix = meta.with_suffix("")
        if prefix.exists() or prefix.with_name(prefix.name + ".index").exists():
            found = course.diff(prefix, meta)
            assert found.same, meta
            assert not found.differs, f"{meta}\n{found}"
            compared += 1
    assert compared > 6


@pytest.mark.skipif(not REAL.is_dir(), reason="needs COURSE_CHECKPOINTS")
@pytest.mark.parametrize(
    ("left", "right", "says"),
    {
        "V1 and V2": (
            "serving-v1-bad-half-plus-two/export",
            "serving-v2-half-plus-two/export",
            ["export (2 variables)", "2 variables of the same name, dtype and shape."],
        ),
        "a folder, and the SavedModel's variables": (
            "serving-savedmodel-half-plus-three",
            "serving-savedmodel-half-plus-three/saved_model.pb",
            ["variables/variables (3 variables)", "a plain tf.train.Saver() finds every variable"],
        ),
        "a SavedModel's graph": (
            "serving-v1-bad-half-plus-two/export",
            "serving-savedmodel-half-plus-three/saved_model.pb",
            ["Are these two of the same model?", "Only in the graph (3)", "c: float32 []"],
        ),
        "a prefix that is a folder too": (
            "tf2-cp-dsp/training_1",
            "tf2-cp-dsp/training_1/cp.ckpt",
            [
                "tf2-cp-dsp/training_1 (6 variables, 12 optimizer slots, 1 counter)",
                "layer_with_weights-0/kernel: float32 [211, 64] in the first",
            ],
        ),
        "the latest in a folder": (
            "tf2onnx-regression",
            "tf2onnx-regression/model.index",
            ["The two have the same names, shapes, dtypes and bytes."],
        ),
        "objects against names": (
            "serving-savedmodel-tf2-half-plus-two",
            "serving-savedmodel-half-plus-three/saved_model.pb",
            ["Likely renamed (3)", '"a/.ATTRIBUTES/VARIABLE_VALUE": variables["a"]'],
        ),
        "names against objects": (
            "serving-savedmodel-half-plus-three",
            "serving-savedmodel-tf2-half-plus-two",
            ["The second was written by tf.train.Checkpoint", '"c": "c/.ATTRIBUTES/VARIABLE_VALUE"'],
        ),
        "no data file": (
            "oselm-mnist/model.ckpt",
            "oselm-mnist/model.ckpt.meta",
            ["Missing: model.ckpt.data-00000-of-00001. Without it nothing of the checkpoint can be restored."],
        ),
    }.values(),
    ids=lambda value: value.rpartition("/")[2] if isinstance(value, str) else "",
)
def test_real_pairs(left, right, says):
    said = repr(course.diff(REAL / left, REAL / right))
    for text in says:
        assert text in said, said


def test_v1_has_no_checksums(in_folder):
    """The values themselves are compared."""
    build(MLP)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.train.Saver(write_version=tf.train.SaverDef.V1).save(sess, "old")
        tf.train.Saver().save(sess, "new")
        sess.run(tf.global_variables()[1].assign_add(np.ones(100, np.float32)))
        tf.train.Saver().save(sess, "other")
    assert not course.diff("old", "new").differs
    assert course.diff("old", "other").values["fc1/bias"] == "100 of 100 elements differ, by at most 1"


def test_a_file_of_keras(in_folder):
    import h5py

    with h5py.File("model.weights.h5", "w") as file:
        file["x"] = [1.0]
    with pytest.raises(CheckpointError, match="model.weights.h5 is a file of Keras, which a Saver cannot read"):
        course.diff("model.weights.h5", "model.weights.h5")


def test_it_needs_no_tensorflow():
    """Nor with a graph: what is asked of it needs no import."""
    code = (
        "import sys, course; found = course.diff(sys.argv[1], sys.argv[1] + '.meta'); "
        "assert not found.differs, found; repr(found); found.json(); assert 'tensorflow' not in sys.modules"
    )
    prefix = Path(__file__).parent / "tf-1.15.5" / "kinds" / "model"
    done = subprocess.run([sys.executable, "-c", code, prefix], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        ([True, False], [True, False], "equal values"),
        ([True, False], [True, True], "1 of 2 elements differ"),
        ([b"a", b"b", b"c"], [b"a", b"x", b"y"], "2 of 3 elements differ"),
        ([b"a"], [b"a"], "equal values"),
        ([1.0, np.nan], [1.0, np.nan], "equal values"),
        ([1.0, np.nan], [3.0, np.nan], "1 of 2 elements differ, by at most 2"),
        ([1.0, np.nan], [1.0, 2.0], "1 of 2 elements differ, 1 of them NaN on one side"),
        (
            [1.0, np.nan, np.inf],
            [2.0, 2.0, -np.inf],
            "3 of 3 elements differ, by at most inf, 1 of them NaN on one side",
        ),
        ([1, 2, 3], [1, 2, 7], "1 of 3 elements differ, by at most 4"),
        ([1j, 2], [1j, 2], "equal values"),
    ],
)
def test_how_far_values_are_apart(one, other, says):
    dtype = object if isinstance(one[0], bytes) else None
    assert difference(np.array(one, dtype), np.array(other, dtype)) == says


def test_the_order_of_bytes_is_not_that_of_values(in_folder):
    """The same bytes in another order are other values, and other bytes may be the same values."""
    entry = message((1, 3)) + b"\x12\x04\x12\x02\x08\x02" + message((5, 8))  # int32 [2]
    little, big = np.array([1, 2], "<i4").tobytes(), np.array([1, 2], ">i4").tobytes()
    for name, endianness, content in (("little", 0, little), ("same_bytes", 1, little), ("same_values", 1, big)):
        checksum = b"\x35" + crc32c.masked(crc32c.extend(0, content)).to_bytes(4, "little")
        written(Path(f"{name}.index"), {b"x": entry + checksum}, header=message((1, 1), (2, endianness)))
        Path(f"{name}.data-00000-of-00001").write_bytes(content)
    assert course.diff("little", "little").values == {"x": "same bytes"}
    assert course.diff("little", "same_bytes").values["x"].startswith("2 of 2 elements differ")
    assert course.diff("little", "same_values").values == {"x": "equal values"}


@pytest.mark.parametrize(("fewer", "ambiguous"), [(4, 0), (6, 6), (7, 7)])
def test_one_of_two_scopes_is_chosen_where_it_explains_clearly_more(fewer, ambiguous):
    """Eight variables fit into one scope, and some of them into another one: of half of them that is no doubt."""
    words = "alpha beta gamma delta epsilon zeta eta theta".split()
    right = table(*[f"x/{word}/kernel" for word in words], *[f"y/{word}/kernel" for word in words[:fewer]])
    renames = likely(table(*[f"a/{word}/kernel" for word in words]), right)
    assert len(renames.ambiguous) == ambiguous
    pairs = {a: b for _, group in renames.groups for a, b in group.items()}
    assert pairs == {f"a/{word}/kernel": f"x/{word}/kernel" for word in words[ambiguous:]}
