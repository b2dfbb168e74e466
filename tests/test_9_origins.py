"""Truth 9, what an operation takes in and what runs it is found, in graphs that are written by hand."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from fuzz_bundle import encoded

from tfckpt.danger.audit import suspects
from tfckpt.format.node import Source, operation
from tfckpt.readers.meta_graph import MetaGraph, Saver
from tfckpt.readers.saved_objects import SavedObject

IDLE = ", only when you run it or what needs it"


def field(number, content):
    return encoded(number << 3 | 2) + encoded(len(content)) + content


def texts(*values):
    """The value of an attribute: a constant of texts."""
    return field(8, b"\x08\x07" + b"".join(field(8, value.encode()) for value in values))


def calls(name):
    """The value of an attribute that names a function."""
    return field(10, field(1, name.encode()))


def node(name, kind, *inputs, function="", **attributes):
    said = [(1, name), (2, kind), *((3, each) for each in inputs)]
    content = b"".join(field(number, text.encode()) for number, text in said)
    content += b"".join(field(5, field(1, key.encode()) + field(2, value)) for key, value in attributes.items())
    return operation(content, Source(Path("graph.pb"), memoryview(b"")), function)


def const(name, *values, function=""):
    return node(name, "Const", function=function, value=texts(*values))


def suspected(*operations, **graph):
    return suspects(SimpleNamespace(parts=[MetaGraph(operations=list(operations), **graph)]))


def told(*operations, **graph):
    """What is said of a graph that is not expected of it."""
    return [str(suspect) for suspect in suspected(*operations, **graph) if not suspect.expected]


def saved(kind, says=None, children=(), restoring=(), saving=()):
    return SavedObject(kind, tuple(children), says, tuple(restoring), tuple(saving))


# Which texts an operation takes in

A, B = const("a", "x"), const("b", "y")
READS = node("r", "ReadFile", "path", function="f")
OF_F = {"functions": {"f": ("other", "path")}}
GIVEN = "ReadFile 'r' in the function f reads a file (given by what calls the function"


@pytest.mark.parametrize(
    ("operations", "says"),
    [
        ([A, node("r", "ReadFile", "a")], " 'x'"),
        ([A, B, node("j", "StringJoin", "a", "b"), node("r", "ReadFile", "j")], " (computed from strings: 'x', 'y')"),
        ([A, node("j", "StringJoin", "a", "a:0"), node("r", "ReadFile", "j")], " (computed from strings: 'x')"),
        ([A, B, node("i", "Identity", "a", "^b"), node("r", "ReadFile", "i")], " (computed from strings: 'x')"),
        ([const("a", "x", "x", "z"), node("r", "ReadFile", "a")], " 'x', 'z'"),
        ([A, node("i", "Relu", "i", "a"), node("r", "ReadFile", "i")], " (computed from strings: 'x')"),
        ([node("i", "Relu"), node("r", "ReadFile", "i")], " (computed from strings)"),
        ([node("r", "ReadFile")], " (given by what calls the function)"),
    ],
)  # fmt: skip
def test_the_texts_behind_an_input(operations, says):
    assert told(*operations) == [f"ReadFile 'r' reads a file{says}{IDLE}"]


@pytest.mark.parametrize("kind", ["PartitionedCall", "StatefulPartitionedCall", "f"])
def test_what_calls_a_function_gives_its_arguments_in_their_order(kind):
    call = node("call", kind, "a", "b", f=calls("f"))
    assert told(A, B, call, READS, **OF_F) == [f"{GIVEN}: 'y'){IDLE}"]
    deep = node("inner", kind, "b", "given", function="g", f=calls("f"))
    outer = node("call", "PartitionedCall", "a", f=calls("g"))
    functions = {"f": ("other", "path"), "g": ("given",)}
    assert told(A, B, outer, deep, READS, functions=functions) == [f"{GIVEN}: 'x'){IDLE}"]


def test_what_else_names_a_function_gives_it_nothing_in_that_order():
    assert told(A, B, node("m", "While", "a", "b", body=calls("f")), READS, **OF_F) == [f"{GIVEN}){IDLE}"]


def test_of_two_callers_both_give_it_something():
    both = [node(name, "PartitionedCall", name, name, f=calls("f")) for name in "ab"]
    both[0] = node("c", "PartitionedCall", "a", "a", f=calls("f"))
    both[1] = node("d", "PartitionedCall", "b", "b", f=calls("f"))
    assert told(A, B, *both, READS, **OF_F) == [f"{GIVEN}: 'x', 'y'){IDLE}"]


@pytest.mark.parametrize(
    ("captures", "objects", "says"),
    [
        ((0,), [saved("constant", "a")], ": 'x')"),
        ((1, 0), [saved("constant", "a"), saved("constant", "b")], ": 'x')"),
        ((0, 1), [saved("constant", "a"), saved("constant", "b")], ": 'y')"),
        ((0,), [saved("variable", "a")], ")"),
        ((1,), [saved("constant", "a")], ")"),
        ((), [saved("constant", "a")], ")"),
    ],
)
def test_what_a_function_always_takes_in_stands_behind_what_its_caller_gives(captures, objects, says):
    assert told(A, B, READS, captures={"f": captures}, objects=objects, **OF_F) == [f"{GIVEN}{says}{IDLE}"]


def test_what_a_caller_gives_is_not_what_a_function_always_takes_in():
    reads = node("r", "ReadFile", "other", function="f")
    assert told(A, reads, captures={"f": (0,)}, objects=[saved("constant", "a")], **OF_F) == [f"{GIVEN}){IDLE}"]


def test_an_asset_is_told_by_its_name():
    assets = {"assets": [("a:0", "v.txt"), ("a:0", "w.txt")]}
    assert told(A, node("w", "WriteFile", "a"), **assets) == [
        f"WriteFile 'w' writes a file 'assets/v.txt', 'assets/w.txt'{IDLE}"
    ]
    inner = [const("a", "x", function="f"), node("w", "WriteFile", "a", function="f")]
    assert told(A, *inner, functions={"f": ()}, **assets) == [
        f"WriteFile 'w' in the function f writes a file 'x'{IDLE}"
    ]
    writes = node("w", "WriteFile", "path", function="f")
    taken = {"captures": {"f": (0,)}, "objects": [saved("asset", 1)], "assets": [(f"{n}:0", n) for n in "vwx"]}
    assert told(writes, **taken, **OF_F)[0].startswith(
        "WriteFile 'w' in the function f writes a file (given by what calls the function: 'assets/w')"
    )


# The assets of a SavedModel, which a loader fills in

ASSET = [("a:0", "v.txt")]
TABLE = node("t", "InitializeTableFromTextFileV2", "table", "a")
VARIABLE = [node("i", "ReadVariableOp", "v"), node("s", "AssignVariableOp", "v", "a")]


def handle_of(name):
    return node("other", "VarHandleOp", shared_name=field(2, name.encode()))


@pytest.mark.parametrize("file", ["v.txt", "sub/v.txt", ".hidden", "a..b"])
def test_a_file_among_the_assets_is_no_matter(file):
    assert told(A, TABLE, assets=[("a:0", file)]) == []


@pytest.mark.parametrize("file", ["", "/v", "../v", "a/../../v", "a\\v", "c:v", "a\0b", "..", "sub/.."])
def test_a_file_that_is_not_among_the_assets_is_told(file):
    assert len(told(A, TABLE, assets=[("a:0", file)])) == 1
    assert len(told(A, TABLE, assets=[("a:0", "v.txt"), ("a:0", file)])) == 1


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({"collections": {"table_initializer": ["t"]}}, 0),
        ({"collections": {"saved_model_main_op": ["t"]}}, 0),
        ({"collections": {"train_op": ["t"]}}, 1),
        ({"signatures": {"s": ({}, {"y": ("t:0", "float32", ())})}}, 1),
    ],
)
def test_a_loader_fills_in_assets_when_it_loads_and_not_later(more, count):
    assert len(told(A, TABLE, assets=ASSET, **more)) == count


@pytest.mark.parametrize(
    ("operations", "count"),
    [
        ([node("i", "Identity", "a")], 0),
        ([node("i", "Identity", "a:1")], 1),
        ([node("j", "Identity", "a"), node("i", "Identity", "j:1")], 1),
        ([node("i", "Identity", "a:" + "9" * 5000)], 1),
        ([node("i", "Identity", "a:x")], 1),
        ([node("i", "Identity", "a:x:0")], 0),
        ([node("i", "Identity", "j"), node("j", "Identity", "i")], 0),
        ([node("i", "Relu", "a")], 1),
        ([node("i", "Identity", "b")], 1),
        ([node("i", "ReadVariableOp", "v"), node("v", "VarHandleOp"), node("s", "AssignVariableOp", "v", "a")], 0),
        ([node("i", "ReadVariableOp", "v"), node("v", "VarHandleOp"), node("s", "AssignVariableOp", "v", "b")], 1),
        ([node("i", "ReadVariableOp", "v"), node("v", "VarHandleOp")], 1),
        ([node("i", "ReadVariableOp", "v"), node("v", "Placeholder"), node("s", "AssignVariableOp", "v", "a")], 1),
        ([node("i", "ReadVariableOp")], 1),
        ([*VARIABLE, node("v", "VarHandleOp", shared_name=field(2, b"v")), handle_of("v")], 1),
        ([*VARIABLE, node("v", "VarHandleOp", shared_name=field(2, b"v")), handle_of("w")], 0),
        (
            [node("i", "ReadVariableOp", "v"), node("v", "VarHandleOp"), node("s", "AssignVariableOp", "v", "a"),
             node("w", "VarHandleOp")],
            1,
        ),
        (
            [node("i", "ReadVariableOp", "v"), node("v", "VarHandleOp"), node("s", "AssignVariableOp", "v", "a"),
             node("k", "VarIsInitializedOp", "v"), node("c", "NoOp", "^v")],
            0,
        ),
        (
            [node("i", "ReadVariableOp", "v"), node("v", "VarHandleOp"), node("s", "AssignVariableOp", "v", "a"),
             node("k", "AssignAddVariableOp", "v", "b")],
            1,
        ),
        (
            [node("i", "ReadVariableOp", "v"), node("v", "VarHandleOp"), node("s", "AssignVariableOp", "v", "a"),
             node("k", "AssignVariableOp", "v", "b")],
            1,
        ),
    ],
)  # fmt: skip
def test_an_asset_reaches_an_operation_unchanged_in_every_way(operations, count):
    """A variable passes it on if nothing else is assigned to it, and no other variable shares its name."""
    table = node("t", "InitializeTableFromTextFileV2", "table", "i")
    assert len(told(A, B, *operations, table, assets=ASSET)) == count


OF_A_TABLE = node("t", "InitializeTableFromTextFileV2", "other", "path", function="f")
FUNCTION = saved("function", ("f",))


@pytest.mark.parametrize(
    ("callers", "more", "count"),
    [
        ([], {"captures": {"f": (0,)}, "objects": [saved("asset", 0), FUNCTION]}, 0),
        ([], {"captures": {"f": (0,)}, "objects": [saved("asset", 1), FUNCTION]}, 1),
        ([], {"captures": {"f": (0,)}, "objects": [saved("constant", "a"), FUNCTION]}, 1),
        ([], {"captures": {"f": ()}, "objects": [saved("asset", 0), FUNCTION]}, 1),
        ([], {"objects": [FUNCTION]}, 1),
        ([], {}, 1),
        ([node("c", "PartitionedCall", "b", "a", f=calls("f"))], {}, 0),
        ([node("c", "PartitionedCall", "a", "b", f=calls("f"))], {}, 1),
        ([node("c", "PartitionedCall", "b", f=calls("f"))], {}, 1),
        ([node("c", "While", "b", "a", body=calls("f"))], {}, 1),
        ([node("c", "PartitionedCall", "b", "a", f=calls("f"))], {"objects": [FUNCTION]}, 1),
        ([node(name, "PartitionedCall", "b", "a", f=calls("f")) for name in "cd"], {}, 0),
        ([node(name, "PartitionedCall", "b", each, f=calls("f")) for name, each in ("ca", "db")], {}, 1),
    ],
)
def test_an_asset_reaches_a_function_in_every_way_in_which_it_is_called(callers, more, count):
    assert len(told(A, B, *callers, OF_A_TABLE, assets=ASSET, **OF_F, **more)) == count


# The operations of a Saver

NAME = const("save/Const", "model")
SAVER = Saver(filename="save/Const:0", save="save/control_dependency:0", restore="save/restore_all")


def saver(filename="save/Const", name=NAME):
    return [
        name,
        node("A", "VariableV2"),
        node("x", "Placeholder"),
        const("save/names", "A"),
        node("save/SaveV2", "SaveV2", filename, "save/names", "save/names", "A"),
        node("save/control_dependency", "Identity", "save/Const", "^save/SaveV2"),
        node("save/RestoreV2", "RestoreV2", "save/Const", "save/names", "save/names"),
        node("save/Assign", "Assign", "A", "save/RestoreV2"),
        node("save/restore_all", "NoOp", "^save/Assign"),
    ]


def types_told(*operations, **graph):
    return sorted(says.partition(" ")[0] for says in told(*operations, **graph))


def test_a_saver_does_what_is_expected():
    assert types_told(*saver(), saver=SAVER) == []
    assert types_told(*saver(), savers=[SAVER]) == []
    assert types_told(*saver()) == [], "one that the graph was not exported with"


@pytest.mark.parametrize(
    ("more", "types"),
    [
        ([node("out", "Relu", "x", "^save/SaveV2")], ["SaveV2"]),
        ([node("out", "Relu", "x", "^save/control_dependency")], ["SaveV2"]),
        ([node("out", "Relu", "x", "^save/restore_all")], ["RestoreV2"]),
        ([node("out", "Relu", "save/RestoreV2")], ["RestoreV2"]),
        ([node("net", "Relu", "x"), node("out", "Identity", "net", "^save/SaveV2")], ["SaveV2"]),
        ([node("net", "Relu", "x"), node("out", "NoOp", "^net", "^save/restore_all")], ["RestoreV2"]),
        ([node("out", "NoOp", "^gone", "^save/SaveV2")], ["SaveV2"]),
        ([node("out", "NoOp", "^save/restore_all", "^save/SaveV2")], []),
        ([node("out", "NoOp", "^save/Const", "^save/SaveV2")], []),
        ([node("cast", "Cast", "save/RestoreV2"), node("again", "AssignVariableOp", "A", "cast")], []),
        ([node("cast", "Cast", "save/RestoreV2"), node("out", "Relu", "cast")], ["RestoreV2"]),
    ],
)
def test_whoever_runs_more_than_a_saver_may_save_or_restore_with_it(more, types):
    assert types_told(*saver(), *more, saver=SAVER) == types


def test_what_a_saver_runs_to_restore_is_a_savers():
    """Whatever it is, such as the initializer of a table; what it takes in beside is looked at by itself."""
    own = [node("save/own", "Relu", "save/RestoreV2"), node("save/all", "NoOp", "^save/own", "^save/restore_all")]
    restore = Saver(filename="save/Const:0", save="save/control_dependency:0", restore="save/all")
    assert types_told(*saver(), *own, saver=restore) == []
    assert types_told(*saver(), *own, saver=SAVER) == ["RestoreV2"]


@pytest.mark.parametrize(
    ("body", "more", "types"),
    [
        ("SaveV2", [], []),
        ("SaveV2", [node("out", "Relu", "x", "^call")], ["SaveV2"]),
        ("SaveV2", [node("out", "NoOp", "^call")], []),
        ("WriteFile", [], ["WriteFile"]),
    ],
)
def test_a_function_that_saves(body, more, types):
    """As TensorFlow 2 exports a Saver: its name comes from the one that is fed."""
    call = node("call", "PartitionedCall", "save/Const", f=calls("f"))
    outer = node("save/control_dependency", "Identity", "save/Const", "^call")
    inner = node("s", body, "path", function="f")
    rest = [each for each in saver() if each.name not in ("save/SaveV2", "save/control_dependency")]
    assert types_told(*rest, call, outer, inner, *more, saver=SAVER, functions={"f": ("path",)}) == types


def test_a_function_that_saves_nothing_is_no_matter():
    call = node("call", "PartitionedCall", "save/Const", f=calls("f"))
    outer = node("save/control_dependency", "Identity", "save/Const", "^call")
    inner = node("s", "SaveV2", "path", function="f")
    other = [node("net", "PartitionedCall", "x", f=calls("g")), node("y", "Relu", "given", function="g")]
    rest = [each for each in saver() if each.name not in ("save/SaveV2", "save/control_dependency")]
    functions = {"f": ("path",), "g": ("given",)}
    out = node("out", "Relu", "net")
    assert types_told(*rest, call, outer, inner, *other, out, saver=SAVER, functions=functions) == []


def test_a_function_that_calls_one_that_saves():
    call = node("call", "PartitionedCall", "save/Const", f=calls("g"))
    outer = node("save/control_dependency", "Identity", "save/Const", "^call")
    inner = [
        node("inner", "PartitionedCall", "given", function="g", f=calls("f")),
        node("s", "SaveV2", "path", function="f"),
    ]
    rest = [each for each in saver() if each.name not in ("save/SaveV2", "save/control_dependency")]
    functions = {"f": ("path",), "g": ("given",)}
    assert types_told(*rest, call, outer, *inner, saver=SAVER, functions=functions) == []
    out = node("out", "Relu", "x", "^call")
    assert types_told(*rest, call, outer, *inner, out, saver=SAVER, functions=functions) == ["SaveV2"]


def test_an_operation_of_two_savers_with_names_of_their_own():
    other = Saver(filename="x:0", save="save/control_dependency:0", restore="save/restore_all")
    assert types_told(*saver(), saver=SAVER, savers=[other]) == ["RestoreV2", "SaveV2"]


def test_saving_when_it_restores():
    crossed = Saver(filename="save/Const:0", save="save/restore_all", restore="save/control_dependency:0")
    assert types_told(*saver(), saver=crossed) == ["RestoreV2", "SaveV2"]


def test_what_a_saver_runs_to_save_may_be_no_savers():
    """Only what it runs to restore is one whatever it is."""
    own = node("save/own", "Relu", "x", "^save/SaveV2")
    with_more = Saver(filename="save/Const:0", save="save/own:0", restore="save/restore_all")
    assert types_told(*saver(), own, saver=with_more) == ["SaveV2"]


def test_a_name_in_a_function_is_not_that_of_the_graph():
    """What a Saver runs in a function is no reason to trust what the graph has under the same name."""
    inner = [node("out", "Relu", "given", function="f"), node("call", "PartitionedCall", "save/Const", f=calls("f"))]
    after = node("save/all", "NoOp", "^call", "^save/restore_all")
    out = node("out", "Relu", "x", "^save/SaveV2")
    restore = Saver(filename="save/Const:0", save="save/control_dependency:0", restore="save/all")
    told_of = types_told(*saver(), *inner, after, out, saver=restore, functions={"f": ("given",)})
    assert "SaveV2" in told_of


def test_saving_when_somebody_else_asks_for_it():
    assert types_told(*saver(), saver=SAVER, collections={"train_op": ["save/control_dependency"]}) == ["SaveV2"]


@pytest.mark.parametrize(
    ("pieces", "more", "count"),
    [
        (["-1"], [], 0),
        (["_temp/part"], [], 0),
        (["_temp_0af/part"], [], 0),
        (["_temp_0AF/part"], [], 1),
        (["_temp/parts"], [], 1),
        (["_temp/part", "x"], [], 1),
        (["/x"], [], 1),
        (["\\x"], [], 1),
        (["..x"], [], 1),
        (["a\0"], [], 1),
        (["-1", ".x"], [], 0),
        ([".", ".x"], [], 1),
        ([None], [], 1),
    ],
)
def test_what_is_joined_to_the_name_of_a_file(pieces, more, count):
    names = [f"p{number}" for number in range(len(pieces))]
    constants = [const(name, piece) for name, piece in zip(names, pieces, strict=True) if piece is not None]
    join = node("join", "StringJoin", "save/Const", *names)
    assert len(told(*saver("join"), *constants, join, saver=SAVER)) == count


@pytest.mark.parametrize(
    ("kind", "texts_of_b", "count"),
    [("Select", ["-2"], 0), ("SelectV2", ["-2"], 0), ("Select", ["/2"], 1), ("Select", ["a", "b"], 1),
     ("Where", ["-2"], 1)],
)  # fmt: skip
def test_a_choice_that_is_joined_to_the_name_of_a_file(kind, texts_of_b, count):
    choice = [const("p", "-1"), const("q", *texts_of_b), node("s", kind, "x", "p", "q")]
    assert len(told(*saver("join"), *choice, node("join", "StringJoin", "save/Const", "s"), saver=SAVER)) == count
    both = node("join", "StringJoin", "save/Const", "s", "p")
    assert len(told(*saver("join"), *choice, both, saver=SAVER)) == 1, "of two pieces, none is chosen"
    gone = [const("p", "-1"), node("s", kind, "x", "p", "gone"), node("join", "StringJoin", "save/Const", "s")]
    assert len(told(*saver("join"), *gone, saver=SAVER)) == 1


@pytest.mark.parametrize(
    ("between", "count"),
    [
        ([node("n", "Identity", "save/Const")], 0),
        ([node("n", "ShardedFilename", "save/Const", "x", "x")], 0),
        ([node("n", "StringJoin", "save/Const")], 0),
        ([node("n", "Relu", "save/Const")], 1),
        ([node("m", "Identity", "save/Const"), node("n", "Identity", "m:1")], 1),
        ([node("n", "Identity", "save/Const:1")], 1),
        ([const("n", "model")], 1),
        ([], 1),
    ],
)
def test_how_a_file_gets_the_name_that_is_fed(between, count):
    assert len(told(*saver("n"), *between, saver=SAVER)) == count


@pytest.mark.parametrize(
    ("inputs", "count"),
    [
        (["Pack", "path", "m"], 0),
        (["Pack", "path", "other"], 1),
        (["Pack", "other", "path"], 1),
        (["Pack", "path", "^other"], 0),
        (["ConcatV2", "path", "m", "other"], 0),
        (["ConcatV2", "path", "other", "other"], 1),
        (["ExpandDims", "path", "other"], 0),
        (["ExpandDims", "other", "path"], 1),
        (["Concat", "path", "m"], 1),
    ],
)
def test_the_parts_that_a_saver_joins(inputs, count):
    """The last input of some is no part: along which axis they are put together."""
    kind, *names = inputs
    body = [
        const("other", "/x", function="f"),
        node("m", "Identity", "path", function="f"),
        node("parts", kind, *names, function="f"),
        node("merge", "MergeV2Checkpoints", "parts", "path", function="f"),
    ]
    call = node("call", "PartitionedCall", "save/Const", "^save/SaveV2", f=calls("f"))
    outer = node("save/again", "Identity", "save/Const", "^call", "^save/control_dependency")
    more = {"saver": Saver("save/Const:0", "save/again:0", "save/restore_all"), "functions": {"f": ("path",)}}
    assert len(told(*saver(), *body, call, outer, **more)) == count
    elsewhere = node("merge", "MergeV2Checkpoints", "m", "other", function="f")
    assert len(told(*saver(), *body[:2], elsewhere, call, outer, **more)) == 1


@pytest.mark.parametrize(
    ("name", "more", "count"),
    [
        (const("save/Const", "model"), [], 0),
        (const("save/Const", "other"), [], 2),
        (const("save/Const", "model", "model"), [], 2),
        (node("save/Const", "Placeholder"), [], 0),
        (node("save/Const", "PlaceholderWithDefault", "d"), [const("d", "model")], 0),
        (node("save/Const", "PlaceholderWithDefault", "d"), [const("d", "other")], 2),
        (node("save/Const", "PlaceholderWithDefault", "d"), [], 2),
        (node("save/Const", "PlaceholderWithDefault"), [], 2),
        (node("save/Const", "VariableV2"), [], 2),
    ],
)
def test_the_name_before_it_is_fed(name, more, count):
    assert len(told(*saver(name=name), *more, saver=SAVER)) == count
    assert len(told(*saver(name=name), *more)) == count, "and of one that nothing runs"


# What runs an operation

WRITES = node("w", "WriteFile", "a")


@pytest.mark.parametrize(
    ("more", "when"),
    [
        ({"collections": {"init_op": ["w"]}}, "initialize"),
        ({"collections": {"saved_model_main_op": ["w"]}}, "load"),
        ({"collections": {"legacy_init_op": ["w"]}}, "load"),
        ({"collections": {"train_op": ["w:0"]}}, "run what a collection names"),
        ({"runners": ["w"]}, "run what a collection names"),
        ({"initializers": ["w"]}, "initialize"),
        ({"signatures": {"__saved_model_init_op": ({}, {"y": ("w", "float32", ())})}}, "load"),
        ({"signatures": {"s": ({"x": ("w", "", ())}, {}), "t": ({}, {"y": ("w", "", ())})}}, "call 't'"),
        ({"saver": Saver("n:0", "w", "r")}, "save"),
        ({"saver": Saver("n:0", "s", "w")}, "restore"),
        ({"saver": Saver("n:0", "w", "w")}, "restore or save"),
        ({"collections": {"train_op": ["w"], "init_op": ["w"]}}, "initialize or run what a collection names"),
    ],
)
def test_when_an_operation_runs(more, when):
    assert told(A, WRITES, **more) == [f"WriteFile 'w' writes a file 'x', when you {when}"]


def test_what_runs_an_operation_runs_what_that_takes_in_or_waits_for():
    writes = "WriteFile 'w' writes a file 'x', when you initialize"
    for kind, name in (("Identity", "w:0"), ("NoOp", "^w")):
        chain = [node("i", kind, name), node("j", "Identity", "i")]
        assert told(A, WRITES, *chain, collections={"init_op": ["j"]}) == [writes]
    assert told(A, WRITES, node("user", "Identity", "w"), collections={"init_op": ["a", "gone"]}) == [
        f"WriteFile 'w' writes a file 'x'{IDLE}"
    ]


def test_what_calls_a_function_runs_all_that_is_in_it():
    inner = [const("a", "x", function="f"), node("w", "WriteFile", "a", function="f")]
    middle = node("m", "PartitionedCall", function="g", f=calls("f"))
    functions = {"f": (), "g": ()}
    says = "WriteFile 'w' in the function f writes a file 'x'"
    start = {"collections": {"init_op": ["call"]}, "functions": functions}
    for call in (
        node("call", "PartitionedCall", f=calls("g")),
        node("call", "g"),
        node("call", "While", body=calls("g")),
    ):
        assert told(*inner, middle, call, **start) == [f"{says}, when you initialize"]
    assert told(*inner, middle, node("call", "NoOp"), **start) == [f"{says}{IDLE}"]


@pytest.mark.parametrize(
    ("objects", "when"),
    [
        ([saved("user", children=[("_initialize", 1)]), FUNCTION], "load"),
        ([saved("user", children=[("_create_resource", 1)]), FUNCTION], "load"),
        ([saved("resource", children=[("_destroy_resource", 1)]), FUNCTION], "load"),
        ([saved("user", children=[("predict", 1)]), FUNCTION], "call 'predict'"),
        ([saved("user", restoring=[1]), FUNCTION], "load"),
        ([saved("user", saving=[1]), FUNCTION], "save"),
    ],
)
def test_when_a_function_of_an_object_runs(objects, when):
    inner = [const("a", "x", function="f"), node("w", "WriteFile", "a", function="f")]
    assert told(*inner, functions={"f": ()}, objects=objects) == [
        f"WriteFile 'w' in the function f writes a file 'x', when you {when}"
    ]


def test_a_function_that_is_not_there_runs_nothing():
    objects = [saved("user", children=[("_initialize", 1)]), saved("function", ("gone", "f"))]
    assert told(A, WRITES, functions={"f": ()}, objects=objects) == [f"WriteFile 'w' writes a file 'x'{IDLE}"]
    call = node("call", "PartitionedCall", f=calls("f"))
    assert told(A, WRITES, call, functions={"f": ()}, collections={"init_op": ["call"]}) == [
        f"WriteFile 'w' writes a file 'x'{IDLE}"
    ]


def test_places_that_lead_to_no_function_run_nothing():
    inner = [const("a", "x", function="f"), node("w", "WriteFile", "a", function="f")]
    for place in (2, 3, 9):
        objects = [saved("user", children=[("_initialize", place)]), FUNCTION, saved("variable")]
        (says,) = told(*inner, functions={"f": ()}, objects=objects)
        assert says.endswith(IDLE), place
    own = [saved("function", ("f",), children=[("_initialize", 0)])]
    assert told(*inner, functions={"f": ()}, objects=own)[0].endswith(IDLE)


IMPORT = "import or load it (if a shape depends on it)"


@pytest.mark.parametrize(
    ("source", "imports"),
    [
        ([A], True),
        ([node("b", "Const"), node("a", "Identity", "b")], True),
        ([node("a", "Placeholder")], False),
        ([node("a", "PlaceholderV2")], False),
        ([node("p", "Placeholder"), node("a", "Identity", "p")], False),
        ([node("a", "PlaceholderWithDefault", "b"), B], True),
        ([node("a", "VariableV2")], False),
        ([node("a", "NobodyKnows")], False),
        ([node("a", "Identity", "gone")], False),
        ([node("a", "Relu", "i"), node("i", "Relu", "a")], True),
    ],
)
def test_what_an_import_may_run(source, imports):
    """TensorFlow runs what has no state, and takes in nothing that has, where a shape depends on its value."""
    runs = [says for says in told(*source, node("r", "ReadFile", "a"), node("f", "Fill", "r")) if "ReadFile" in says]
    assert [IMPORT in says for says in runs] == [imports]


def test_an_import_runs_nothing_that_nobody_takes_and_nothing_with_a_state():
    assert IMPORT not in told(A, node("r", "ReadFile", "a"), node("n", "NoOp", "^r"))[0]
    assert IMPORT not in told(A, WRITES, node("f", "Fill", "w"))[0]
    inner = [
        const("a", "x", function="f"),
        node("r", "ReadFile", "a", function="f"),
        node("u", "Fill", "r", function="f"),
    ]
    assert IMPORT in told(*inner, functions={"f": ()})[0]
    taken = [node("r", "ReadFile", "a", function="f"), node("u", "Fill", "r", function="f")]
    assert IMPORT not in told(A, *taken, functions={"f": ("a",)})[0]
