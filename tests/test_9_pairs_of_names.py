"""Truth 9, ``diff``: copies of a net, parts of variables, values and renames, each function by itself."""

from types import SimpleNamespace

import numpy as np
import pytest

from tfckpt import CheckpointError
from tfckpt.compare import diff, pasted
from tfckpt.compare.copies import (
    Trained,
    first_values,
    going_on,
    numbered_copies,
    other_towers,
    reasons,
    scoped_copies,
    trained_copy,
)
from tfckpt.compare.exported import Part
from tfckpt.compare.partitions import whole
from tfckpt.compare.renames import likely
from tfckpt.compare.values import compared, difference, same_bytes
from tfckpt.kind import Kind
from tfckpt.roles import Role

F2, F3, I2 = ("float32", (2,)), ("float32", (3,)), ("int32", (2,))


def kinds(*names, kind=F2):
    return dict.fromkeys(names, kind)


# Copies


@pytest.mark.parametrize(
    ("names", "others", "copies"),
    [
        (["d/w"], ["d_1/w"], [{"d/w": "d_1/w"}]),
        (["d/w"], ["d_1/w", "d_2/w"], [{"d/w": "d_1/w"}, {"d/w": "d_2/w"}]),
        (["d/w"], ["d_2/w", "d_10/w"], [{"d/w": "d_2/w"}, {"d/w": "d_10/w"}]),
        (["d/w", "e/w"], ["d_1/w", "e_1/w"], [{"d/w": "d_1/w", "e/w": "e_1/w"}]),
        (["d/w", "d_1/w"], ["d_2/w", "d_3/w"], [{"d/w": "d_2/w", "d_1/w": "d_3/w"}]),
        (["d/w", "e/w"], ["d_1/w"], []),
        (["d/w", "e/w"], ["d_1/w", "d_2/w", "e_1/w"], []),
        (["d/w", "d_1/w"], ["d_2/w"], []),
        (["d_0/w"], ["d_1/w"], []),
        (["d/w"], ["e/w"], []),
        (["d/w"], [], []),
        ([], ["d/w"], []),
        (["d/w"], ["x/d/w", "d_1/w"], [{"d/w": "d_1/w"}]),
    ],
)
def test_copies_that_tensorflow_has_numbered(names, others, copies):
    assert numbered_copies(names, others, kinds(*names), kinds(*others)) == copies
    if copies:
        assert numbered_copies(names, others, kinds(*names), kinds(*others, kind=F3)) == []


@pytest.mark.parametrize(
    ("names", "others", "copies"),
    [
        (["a/d/w"], ["b/d/w"], [{"a/d/w": "b/d/w"}]),
        (["d/w"], ["b/d/w"], [{"d/w": "b/d/w"}]),
        (["a/d/w"], ["d/w"], [{"a/d/w": "d/w"}]),
        (["a/d/w", "a/e"], ["b/d/w", "b/e"], [{"a/d/w": "b/d/w", "a/e": "b/e"}]),
        (["a/d/w", "c/e"], ["b/d/w", "b/e"], []),
        (["a/d/w", "a/e"], ["b/d/w"], []),
        (["a/d/w"], ["bd/w"], [{"a/d/w": "bd/w"}]),
        (["a/d/w"], ["a/d/w"], []),
        ([], ["a/d/w"], []),
        (["a/d/w"], ["b/d/w", "c/d/w"], [{"a/d/w": "b/d/w"}, {"a/d/w": "c/d/w"}]),
    ],
)
def test_copies_in_another_scope(names, others, copies):
    assert scoped_copies(names, others, kinds(*names), kinds(*others)) == copies
    if copies:
        assert scoped_copies(names, others, kinds(*names), kinds(*others, kind=F3)) == []


class Side:
    """Of a checkpoint in a dict."""

    kind, title, saveables, parts, written_by_objects, meta, obstacles = Kind.CHECKPOINT, "m", (), {}, False, None, ()

    def __init__(self, values=None, slots_of=(), unreadable=(), kinds=None):
        values = values or {}
        self.values = {name: np.asarray(value, "f4") for name, value in values.items()}
        self.variables = kinds or {name: ("float32", value.shape) for name, value in self.values.items()}
        self.unreadable = dict.fromkeys(unreadable, "m.data")
        self.roles = {f"{name}/Adam": Role("slot", name) for name in slots_of}
        self.reader = self

    def tensor(self, name):
        if name in self.unreadable:
            raise CheckpointError("it is not there")
        return self.values[name]

    def bytes_in_file(self, name):
        return self.values[name].tobytes()

    def bytes_of(self, name):
        if name not in self.values:
            return None
        return "little", "float32", self.variables[name][1], (), self.values[name].tobytes()

    def of_the_model(self, names):
        return list(names)


def test_values_as_before_the_first_step():
    values = {
        "zeros": [0, 0],
        "equal": [7, 7],
        "other": [0, 1],
        "one": [0],
        "one trained": [3],
        "matrix": [[0]],
        "none": [],
    }
    side = Side(values, unreadable=["lost"])
    assert first_values(side, values) == {
        "zeros": True, "equal": True, "other": False, "one": True, "one trained": False}  # fmt: skip
    side.variables |= {"whole": I2, "lost": F2}
    assert first_values(side, ["whole", "lost"]) == {}


@pytest.mark.parametrize(
    ("first", "second", "slots", "found"),
    [
        ([0, 0], [1, 2], [], ["the biases and moving averages of the others are as before the first step"]),
        ([0, 0], [1, 2], ["b"], ["only it has slots of an optimizer", "the biases and moving averages of the others"]),
        ([0, 0], [1, 2], ["a"], ["the biases and moving averages"]),
        ([0, 0], [1, 2], ["a", "b"], ["the biases and moving averages"]),
        ([1, 2], [3, 4], ["b"], []),
        ([0, 0], [0, 0], ["b"], []),
        ([[0, 0]], [[1, 2]], ["b"], ["only it has slots of an optimizer"]),
        ([[0, 0]], [[1, 2]], [], []),
    ],
)
def test_what_tells_that_a_copy_was_trained(first, second, slots, found):
    side = Side({"a": first, "b": second}, slots)
    told = reasons(side, {"a": "b"})
    assert len(told) == len(found) and all(one.startswith(begin) for one, begin in zip(told, found, strict=True))


def test_the_copy_that_was_trained():
    side = Side({"d/b": [0, 0], "d_1/b": [0, 0], "d_2/b": [1, 2], "d_3/b": [1, 3]}, ["d_3/b"])
    found = trained_copy(side, ["d/b"], ["d_1/b", "d_2/b", "d_3/b"])
    assert found.names == {"d/b": "d_3/b"} and len(found.reasons) == 2
    assert trained_copy(side, ["d/b"], ["d_1/b"]) is None
    assert trained_copy(side, [], ["d_1/b"]) is None and trained_copy(side, ["d/b"], []) is None
    scoped = Side({"a/b": [0, 0], "c/b": [1, 2]})
    assert trained_copy(scoped, ["a/b"], ["c/b"]).names == {"a/b": "c/b"}


@pytest.mark.parametrize("word", ["tower", "gpu", "clone", "replica"])
def test_towers_of_other_gpus(word):
    mine = [f"{word}_1/w", f"{word}2/w", f"a/{word}_10", "replica/w", "a/replica"]
    assert other_towers([*mine, f"{word}_0/w", f"{word}_/w", f"x{word}_1/w", f"{word}_1x/w", "w"]) == mine


def test_a_series_that_goes_on():
    assert going_on(["l_2/w", "l_3/w"], ["l_0/w", "l_1/w"]) == {"l_2": ["l_2/w"], "l_3": ["l_3/w"]}
    assert going_on(["l2/w"], ["l1/w"]) == {"l2": ["l2/w"]} and going_on(["l-2/w"], ["l-1/w"]) == {"l-2": ["l-2/w"]}
    assert going_on(["d_1/w"], ["d/w"]) == {"d_1": ["d_1/w"]}
    assert going_on(["l_1/w"], ["l_1/w"]) == going_on(["l_1/w"], ["l_2/w"]) == going_on(["l_2/w"], ["l_1/b"]) == {}
    assert going_on(["a/l_2/w"], ["b/l_1/w"]) == going_on(["w"], ["w"]) == {}


# Parts


def test_parts_are_put_together():
    variables = {"w/part_1": ("float32", (2, 3)), "w/part_0": ("float32", (4, 3)), "b": F2}
    assert whole(variables, {}) == ({"b": F2, "w": ("float32", (6, 3))}, {"w": ["w/part_0", "w/part_1"]})
    parts = {"x": Part("v", (6, 3), (4, 0)), "y": Part("v", (6, 3), (0, 0)), "gone": Part("z", (1,), (0,))}
    variables = {"x": ("float32", (2, 3)), "y": ("float32", (4, 3))}
    assert whole(variables, parts) == ({"v": ("float32", (6, 3))}, {"v": ["y", "x"]})


@pytest.mark.parametrize(
    ("variables", "together"),
    [
        ({"w/part_0": F2}, {"w": F2}),
        ({"w/part_0": F2, "w/part_1": F2}, {"w": ("float32", (4,))}),
        ({"w/part_0": ("float32", (2, 1)), "w/part_1": ("float32", (2, 3))}, {"w": ("float32", (2, 4))}),
        ({"w/part_0": F2, "w/part_2": F2}, None),
        ({"w/part_1": F2}, None),
        ({"w/part_0": F2, "w/part_1": I2}, None),
        ({"w/part_0": ("float32", (2, 1)), "w/part_1": ("float32", (3, 3))}, None),
        ({"w/part_0": F2, "w/part_1": ("float32", (2, 1))}, None),
        ({"w/part_0": ("float32", ())}, None),
        ({"w/part_0": ("float32", None)}, None),
        ({"w/part_0": ("float32", (None,))}, None),
        ({"w/part_0": F2, "w": F2}, None),
        ({"part_0": F2}, None),
        ({"w/part_x": F2}, None),
    ],
)
def test_what_is_a_part_by_its_name(variables, together):
    found, parts = whole(variables, {})
    assert found == (variables if together is None else together) and bool(parts) == (together is not None)


# Values


@pytest.mark.parametrize(
    ("one", "other", "says"),
    [
        ([1.0, 2.0], [1.0, 2.0], "equal values"),
        ([1.0, np.nan], [1.0, np.nan], "equal values"),
        ([1.0, 2.0], [1.0, 4.5], "1 of 2 elements differ, by at most 2.5"),
        ([1.0, 2.0, 3.0], [4.0, 0.0, 3.0], "2 of 3 elements differ, by at most 3"),
        ([1.0, np.nan, 3.0], [2.0, 2.0, 3.0], "2 of 3 elements differ, by at most 1, 1 of them NaN on one side"),
        ([np.nan], [2.0], "1 of 1 elements differ, 1 of them NaN on one side"),
        ([True, False], [True, True], "1 of 2 elements differ"),
        ([True], [True], "equal values"),
        ([1 + 2j], [1 - 2j], "1 of 1 elements differ, by at most 4"),
    ],
)
def test_how_far_values_are_apart(one, other, says):
    assert difference(np.array(one), np.array(other)) == says


def test_how_far_strings_are_apart():
    texts = np.array([b"a", b"b"], object)
    assert difference(texts, texts) == "equal values" and difference(texts, texts[::-1]) == "2 of 2 elements differ"


def test_what_is_known_of_values():
    left, right = Side({"a": [1, 2], "b": [1, 2]}), Side({"a": [1, 2], "b": [1, 3]})
    assert compared(left, right, "a", "a", False) == compared(left, right, "a", "a", True) == "same bytes"
    assert compared(left, right, "b", "b", False) == "other values"
    assert compared(left, right, "b", "b", True) == "1 of 2 elements differ, by at most 1"
    lost = Side({"b": [1, 3]}, unreadable=["b"])
    assert compared(left, lost, "b", "b", True) == compared(lost, left, "b", "a", True) == "could not be read"
    left.bytes_of = lambda name: None
    assert compared(left, right, "a", "b", False) == "1 of 2 elements differ, by at most 1", "without checksums"
    broken = Side({"b": [1, 3]})
    broken.tensor = lost.tensor
    with pytest.raises(CheckpointError):
        compared(left, broken, "b", "b", True)


def test_equal_bytes_belong_together_if_no_others_are_equal():
    left = Side({"a": [1, 2], "b": [3, 4], "c": [5, 5], "d": [6, 6], "e": [6, 6]})
    right = Side({"p": [1, 2], "q": [3, 4], "r": [3, 4], "s": [6, 6], "t": [9, 9]})
    assert same_bytes(left, right, left.variables, right.variables) == [("a", "p")]
    right.reader = None
    assert same_bytes(left, right, left.variables, right.variables) == []


# Renames


def groups(left, right, **more):
    return likely(left, right, **more).groups


@pytest.mark.parametrize(
    ("left", "right", "why"),
    [
        ("a/w", "b/a/w", "b/ added"),
        ("b/a/w", "a/w", "b/ removed"),
        ("x/c/b/w", "c/b/w", "x/ removed"),
        ("crow/b/w", "crows/b/w", "another scope"),
        ("a/w", "a_1/w", "another number"),
        ("a/w", "a/kernel", "another spelling"),
        ("a/w", "a/w:0", ":0 at the end"),
        ("a/w/.ATTRIBUTES/VARIABLE_VALUE", "a/w", "a path of objects"),
        ("a/w/.ATTRIBUTES/VARIABLE_VALUE", "b/a/kernel:0", "b/ added, a path of objects, another spelling"),
        ("a/w/ExponentialMovingAverage", "a/w", "its moving average"),
        ("Conv/w", "conv2d/w", "layers of tf.contrib"),
    ],
)
def test_what_a_likely_rename_is_called(left, right, why):
    assert groups(kinds(left), kinds(right)) == [(why, {left: right})]
    assert groups(kinds(left), kinds(right, kind=F3)) == []


def test_equal_bytes_are_told_before_names():
    found = likely(kinds("x/w", "a/w"), kinds("b/a/w", "q/w"), same_bytes=[("x/w", "b/a/w")])
    assert ("the same bytes", {"x/w": "b/a/w"}) in found.groups and [kind for kind, _ in found.rules] == [
        "name",
        "bytes",
    ]


def test_what_several_could_be_is_ambiguous():
    found = likely(kinds("a/w"), kinds("b/w", "c/w"))
    assert found.groups == [] and found.ambiguous == {"a/w": ["b/w", "c/w"]}
    shifted = likely(kinds("d_1/w"), kinds("d_2/w"), taken=["d/w"])
    assert shifted.groups == [] and shifted.ambiguous == {"d_1/w": ["d_2/w"]}


def test_what_does_not_fit_and_what_is_only_left():
    left = {"a/d/w": F2, "a/e/w": F3, "crow": ("float32", (5, 5)), "s": ("float32", ()), "u": ("float32", (None,))}
    right = {"b/d/w": F2, "b/e/w": ("float32", (4,)), "tent": ("float32", (5, 5)), "t": ("float32", ())}
    found = likely(left, right)
    assert found.groups == [("another scope", {"a/d/w": "b/d/w"})]
    assert found.misfits == {"a/e/w": "b/e/w"} and found.guesses == {"crow": "tent"}


def test_the_largest_group_is_told_first():
    left, right = kinds("m/a/w", "m/b/w", "c/w"), kinds("a/w", "b/w", "n/c/w")
    assert groups(left, right) == [
        ("m/ removed", {"m/a/w": "a/w", "m/b/w": "b/w"}), ("n/ added", {"c/w": "n/c/w"})]  # fmt: skip


# A whole comparison


def graph(*names, kind=F2, **more):
    side = Side(kinds=dict.fromkeys(names, kind))
    side.kind, side.title, side.reader = Kind.GRAPH, "the graph", None
    for name, value in more.items():
        setattr(side, name, value)
    return side


def by_names(left, right):
    return diff.by_names(left, right)


def test_a_comparison_by_names():
    left = Side(kinds={"a": F2, "b": F2, "m/c/w": F2, "lost": F3})
    left.reader = None
    right = graph("a", "c/w")
    right.variables |= {"b": F3, "new": ("float32", (9,))}
    found = by_names(left, right)
    assert found.same == ["a"] and found.mismatched == {"b": "b"} and found.mapping == {"a": "a", "m/c/w": "c/w"}
    assert found.only_left == ["lost"] and found.only_right == ["new"] and found.renames[0][0] == "m/ removed"
    assert found.differs and found.restores and found.troubled
    same = by_names(left, graph("a", "b"))
    assert same.only_left == ["m/c/w", "lost"] and same.differs
    equal = Side(kinds={"a": F2})
    assert not by_names(equal, graph("a")).differs and not by_names(equal, graph("a")).troubled
    assert (
        not by_names(equal, Side(kinds={"a": F2})).restores and by_names(equal, Side(kinds={"a": F2})).obstacles == []
    )
    stopped = by_names(equal, graph("a", obstacles=("x",)))
    assert stopped.obstacles == ["x"] and stopped.troubled and not stopped.differs
    values = by_names(equal, Side(kinds={"a": F2}))
    for says, differs in (("same bytes", False), ("equal values", False), ("other values", True)):
        values.values = {"a": says}
        assert values.differs == differs


def test_what_is_cast():
    def cast(ours, theirs, shape=(2,), other=(2,), unreadable=(), **more):
        left = Side(kinds={"a": (ours, shape)}, unreadable=unreadable)
        left.reader = None
        return pasted.castable(by_names(left, graph("a", kind=(theirs, other), **more)))

    for ours, theirs in (("float16", "float64"), ("bfloat16", "float32"), ("int8", "uint64"), ("uint8", "int32"),
                         ("int16", "int64"), ("uint16", "uint32")):  # fmt: skip
        assert cast(ours, theirs) == {"a": "a"} and cast(ours, theirs, other=(3,)) == {}
        assert cast(ours, theirs, unreadable=["a"]) == {} and cast(ours, theirs, parts={"a": ["b"]}) == {}
    assert cast("float32", "int32") == cast("string", "bool") == cast("float32", "float32", other=(3,)) == {}
    left, right = Side(kinds={"a": ("float32", (2,))}), Side(kinds={"a": ("float64", (2,))})
    right.reader = None
    assert pasted.castable(by_names(left, right)) == {}


def test_the_code_to_paste():
    left = Side(kinds={"m/owl/w": F2, "b": F2})
    left.reader = None
    right = graph("owl/w", "b", "new")
    made = by_names(left, right).code
    lines = made.splitlines()
    assert '    "m/owl/w": variables["owl/w"],' in lines and '    "b": variables["b"],' in lines and "new" not in made
    assert by_names(left, graph("m/owl/w", "b")).code == "" == by_names(left, graph("x", kind=F3)).code
    assert '"m/owl/w"' not in by_names(Side(kinds=left.variables, unreadable=["m/owl/w"]), right).code
    right.written_by_objects = True
    assert by_names(left, right).code == 'names = {\n    "m/owl/w": "owl/w",\n}\n'
    right.kind = Kind.GRAPH
    backwards = by_names(graph("w"), Side(kinds={"m/w": F2}))
    assert backwards.code == ""


def test_code_for_a_trained_copy():
    left = Side(kinds={"d/b": F2, "d_1/b": F2, "c": F2})
    left.reader = None
    found = by_names(left, graph("d/b", "c"))
    found.trained = Trained({"d/b": "d_1/b"}, ["x"])
    assert (
        '"d_1/b": variables["d/b"]' in found.code and '"d/b":' not in found.code and '"c": variables["c"]' in found.code
    )
    found.trained = None
    assert found.code == ""


def obstacle(stage="import", code="", clear_devices=False):
    return SimpleNamespace(stage=stage, code=code, clear_devices=clear_devices)


@pytest.mark.parametrize(
    ("obstacles", "code"),
    [
        ([], ""),
        ([obstacle()], ""),
        (
            [obstacle("place", clear_devices=True)],
            'saver = tf.train.import_meta_graph("the graph", clear_devices=True)\n',
        ),
        (
            [obstacle("place", clear_devices=True), obstacle("place")],
            'saver = tf.train.import_meta_graph("the graph", cl',
        ),
        ([obstacle("place", clear_devices=True), obstacle()], ""),
        ([obstacle("saver", code="x")], ""),
        (
            [obstacle(code="x = 1\n"), obstacle(code="y = 2\n")],
            'meta = tf.MetaGraphDef()\nwith open("the graph", "rb")',
        ),
        ([obstacle("place")], ""),
    ],
)
def test_code_that_imports_a_graph(obstacles, code):
    meta = SimpleNamespace(is_saved_model=False, source=SimpleNamespace(is_text=False))
    right = graph("a", meta=meta, obstacles=obstacles)
    made = by_names(Side(kinds={"a": F2}), right).code
    assert made.startswith(code) and bool(made) == bool(code)
    if "x = 1" in "".join(each.code for each in obstacles):
        assert made.endswith("x = 1\ny = 2\nsaver = tf.train.import_meta_graph(meta)\n")
    right.meta.is_saved_model = True
    assert by_names(Side(kinds={"a": F2}), right).code == ""
