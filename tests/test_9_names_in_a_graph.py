"""Truth 9, ``diff``: what stops an import, by hand: names that are not there, circles, contexts, shapes and devices."""

from types import SimpleNamespace

import pytest
from fuzz_bundle import encoded
from test_9_origins import calls, field, node

from tfckpt.compare import importing
from tfckpt.compare.arities import gives, is_element, is_tensor, takes
from tfckpt.compare.elements import Names, of_another_kind, wrong
from tfckpt.compare.exported import Exported
from tfckpt.compare.kernels import kernels
from tfckpt.compare.obstacle import code, more
from tfckpt.compare.references import of_calls, of_circles, of_functions, of_inputs, of_kinds, of_names, places, reached
from tfckpt.compare.shapes import contradict, contradictions
from tfckpt.readers.meta_graph import Saver


def number(at, value):
    return encoded(at << 3) + encoded(value)


def graph(*operations, functions=(), **more_of_it):
    own = [each for each in operations if not each.function]
    said = {"graphs": 1, "producer": 30, "variables": {}, "collections": {}, "saver": None, "tensorflow_version": "",
            "is_saved_model": False, "path": "m.meta"}  # fmt: skip
    said |= {"operations": list(operations), "functions": dict.fromkeys(functions, ()), "own": own}
    return SimpleNamespace(**(said | more_of_it))


NAMES = Names([node("v", "VarHandleOp", shape=field(7, b"")), node("w", "VariableV2"), node("i", "NoOp"),
               node("r", "ReadVariableOp", "v"), node("s", "Split", "w"), node("t", "Identity", "r")])  # fmt: skip


# Names


def test_how_many_tensors_an_operation_takes_and_gives():
    assert (takes("MatMul"), gives("MatMul"), takes("AddN"), gives("Split"), takes("x"), gives("x")) == (
        2, 1, None, None, None, None)  # fmt: skip
    types = {"w": "VariableV2", "n": "NoOp", "s": "Split", "x": "NobodyKnows"}
    for name, is_one in (("w:0", True), ("w:1", False), ("w", False), ("w:", False), ("n:0", False), ("s:9", True),
                         ("x:5", True), ("gone:0", False), ("w:²", False), ("w:-1", False),
                         ("w:0:0", False)):  # fmt: skip
        assert is_tensor(name, types) == is_one, name
        assert is_element(name, types) == (is_one or name in types)


def test_names_in_sentences():
    assert code("a_b") == "`a_b`" and code("") == "an empty name" and code("x" * 120) == f"`{'x' * 120}`"
    assert code("x" * 121) == f"`{'x' * 120}…`" and more(0) == more(-1) == "" and more(1) == ", and 1 more"


# Elements of collections


def variable(**said):
    numbers = {"name": 1, "initializer": 2, "snapshot": 3, "first": 6}
    content = b"".join(field(numbers[key], value.encode()) for key, value in said.items() if key in numbers)
    for key, at in (("resource", 5), ("synchronization", 8), ("aggregation", 9)):
        content += number(at, said[key]) if key in said else b""
    return content


PLAIN = {"name": "w:0", "initializer": "i", "snapshot": "t:0"}
RESOURCE = {"name": "v:0", "initializer": "i", "resource": 1}


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (PLAIN, None),
        ({**PLAIN, "first": "t:0"}, None),
        ({**PLAIN, "name": ""}, "has a variable an empty name, which is not in the graph"),
        ({**PLAIN, "name": "gone:0"}, "has a variable `gone:0`, which is not in the graph"),
        ({**PLAIN, "initializer": "gone"}, "names `gone`, which is not in the graph"),
        ({**PLAIN, "initializer": ""}, "names an empty name, which is not in the graph"),
        ({**PLAIN, "snapshot": "gone:0"}, "names `gone:0`, which is not in the graph"),
        ({**PLAIN, "first": "gone:0"}, "names `gone:0`, which is not in the graph"),
        ({**PLAIN, "synchronization": 3, "aggregation": 3}, None),
        ({**PLAIN, "synchronization": 4}, "has a way to synchronize or to aggregate that TensorFlow does not know"),
        ({**PLAIN, "aggregation": 4}, "has a way to synchronize or to aggregate that TensorFlow does not know"),
        ({**RESOURCE, "snapshot": "r:0"}, None),
        ({**RESOURCE, "snapshot": "t:0"}, None),
        (RESOURCE, "says that `v/Read/ReadVariableOp:0` reads it, which is no tensor of the graph"),
        ({**RESOURCE, "name": "v"}, "has a variable `v`, which is no handle in the graph"),
        ({**RESOURCE, "name": "w:0"}, "has a variable `w:0`, which is no handle in the graph"),
        ({**RESOURCE, "initializer": "gone", "snapshot": "r:0"}, "names `gone`, which is not in the graph"),
        ({**RESOURCE, "first": "gone:0", "snapshot": "r:0"}, "names `gone:0`, which is not in the graph"),
        ({**RESOURCE, "snapshot": "v:0"}, "says that `:0` reads it, which is no tensor of the graph"),
    ],
)
def test_a_variable_of_a_collection(said, says):
    assert wrong("variable", variable(**said), NAMES) == says


def test_a_variable_of_another_kind():
    assert (
        of_another_kind(variable(name="w:0"), NAMES) is None and of_another_kind(variable(name="v:0"), NAMES) == "v:0"
    )
    assert of_another_kind(variable(name="w"), NAMES) == "w" and of_another_kind(variable(name="gone:0"), NAMES) is None
    assert of_another_kind(variable(name="v:0", resource=1), NAMES) is None


@pytest.mark.parametrize(
    ("kind", "content", "says"),
    [
        ("savers", field(2, b"s") + field(3, b"r"), None),
        ("savers", field(3, b"r"), "has a Saver without a `save_tensor_name`"),
        ("savers", field(2, b"s") + field(3, b""), "has a Saver without a `restore_op_name`"),
        ("queue_runners", field(1, b"w") + field(2, b"i") + field(3, b"i") + field(4, b"i"), None),
        ("queue_runners", field(2, b"i") + field(3, b"i") + field(4, b"i"), "names an empty name, which is not in the"),
        ("queue_runners", field(1, b"w") + field(2, b"x") + field(3, b"i") + field(4, b"i"), "names `x`, which is not"),
        ("queue_runners", field(1, b"w") + field(3, b"x") + field(4, b"i"), "names `x`, which is not"),
        ("queue_runners", field(1, b"w") + field(3, b"i") + field(4, b"x"), "names `x`, which is not"),
        ("queue_runners", field(1, b"w") + field(3, b"i") + field(4, b"i") + number(5, 16) + field(5, b"\x01"), None),
        (
            "queue_runners",
            field(1, b"w") + field(3, b"i") + field(4, b"i") + number(5, 17),
            "has a code of an error that",
        ),
        ("queue_runners", field(1, b"w") + field(3, b"i") + field(4, b"i") + field(5, b"\x01\x00"), "has a code of an"),
        ("cond_context", field(2, b"w:0") + field(3, b"i"), None),
        ("cond_context", field(3, b"i"), "names an empty name"),
        ("cond_context", field(2, b"w:0") + field(3, b"x"), "names `x`"),
        ("while_context", field(5, b"i") + field(6, b"i") + field(7, b"i"), None),
        ("while_context", field(5, b"i") + field(6, b"i"), "names an empty name"),
        ("while_context", field(5, b"i") + field(6, b"i") + field(7, b"i") + field(11, b"x"), "names `x`"),
        ("while_context", field(5, b"i") + field(6, b"i") + field(7, b"i") + field(8, b"x"), "names `x`"),
        ("while_context", field(5, b"i") + field(6, b"i") + field(7, b"i") + field(10, b"x"), "names `x`"),
        ("while_context", field(5, b"i") + field(6, b"i") + field(7, b"i") + field(9, field(1, b"x:0")), "names `x`"),
    ],
)
def test_other_elements_of_collections(kind, content, says):
    found = wrong(kind, content, NAMES)
    assert found is None if says is None else found.startswith(says)


def test_what_is_in_a_context_and_within():
    begin = field(2, b"w:0") + field(3, b"i")

    def inside(*values):
        return wrong("cond_context", begin + field(5, b"".join(values)), NAMES)

    outer = field(2, field(1, b"x:0") + field(2, b"w:0"))
    assert inside(field(1, b"w:0"), field(1, b"i")) is None and inside(field(1, b"x:0"), outer) is None
    assert inside(field(1, b"y:0"), outer).startswith("names `y`")
    assert inside(field(2, field(1, b"w:0") + field(2, b"gone:0"))).startswith("names `gone:0`")
    loop = field(5, b"i") + field(6, b"i") + field(7, b"i")
    for within, says in ((field(1, begin), None), (field(2, loop), None), (field(1, field(2, b"x")), "names `x`"),
                         (field(2, field(5, b"x")), "names `x`"), (field(3, b"x"), None)):  # fmt: skip
        found = wrong("cond_context", begin + field(6, within), NAMES)
        assert found is None if says is None else found.startswith(says)
        found = wrong("while_context", loop + field(12, within), NAMES)
        assert found is None if says is None else found.startswith(says)


# Inputs, circles, functions


def inputs(*operations):
    return list(of_inputs(operations, Names(operations)))


def test_what_operations_take():
    w = node("w", "VariableV2")
    assert inputs(w, node("r", "Relu", "w", "^w"), node("n", "AddN", "w", "w:0", "w")) == []
    assert inputs(w, node("r", "Relu", "w", "w")) == ["`r` (`Relu`) takes 2 tensors, and should take 1"]
    assert inputs(w, node("r", "Relu")) == ["`r` (`Relu`) takes 0 tensors, and should take 1"]
    assert inputs(w, node("r", "Relu", "w:1")) == ["`r` takes `w:1`, and that operation gives no such tensor"]
    assert inputs(node("n", "NoOp"), node("r", "Relu", "n")) == [
        "`r` takes `n`, and that operation gives no such tensor"
    ]
    assert inputs(w, node("r", "Relu", "^w", "w")) == [
        "`r` names an operation that comes before it ahead of the tensors that it takes"]  # fmt: skip


def circles(*operations):
    return list(of_circles(Names(operations)))


@pytest.mark.parametrize(("merge", "goes_on"), [("Merge", "NextIteration"), ("RefMerge", "RefNextIteration")])
def test_a_circle_that_is_no_loop(merge, goes_on):
    assert circles(node("a", "Relu"), node("b", "Relu", "a"), node("c", "Relu", "a", "b")) == []
    assert circles(node("a", "Relu", "b"), node("b", "Relu", "a"), node("c", "Relu", "b")) == [
        "`a`, and 2 more go in a circle, and are no loop"]  # fmt: skip
    assert circles(node("a", "Relu", "^a")) == ["`a` go in a circle, and are no loop"]
    assert circles(node("m", merge, "n"), node("i", "Relu", "m"), node("n", goes_on, "i")) == []
    assert circles(node("m", merge, "i"), node("i", "Relu", "m")) != []
    assert circles(node("m", "Relu", "n"), node("n", goes_on, "m")) != []


def test_gradients_of_functions():
    def says(functions, *gradients):
        return list(of_functions(graph(functions=functions), Exported(gradients=list(gradients))))

    assert says("fg", ("f", "g")) == [] == says("", ("f", "g")) == says("fg") == says("fg", ("f", "g"), ("f", "g"))
    assert says("f", ("gone", "f")) == ["a gradient is recorded of or by the function `gone`, which is not there"]
    assert says("fg", ("f", "gone")) == ["a gradient is recorded of or by the function `gone`, which is not there"]
    assert says("fgh", ("f", "g"), ("f", "h")) == ["the function `f` has two gradients"]
    assert says("fg", ("f", "g"), ("g", "f")) == [
        "each of its functions has a gradient, so that their gradients go in a circle"]  # fmt: skip


def test_functions_that_an_import_goes_through():
    operations = [
        node("c", "PartitionedCall", f=calls("f")),
        node("d", "StatefulPartitionedCall", f=calls("g")),
        node("e", "h"),
        node("x", "While", body=calls("i")),
        node("inner", "PartitionedCall", function="f", f=calls("j")),
        node("inner", "k", function="l"),
    ]
    assert reached(graph(*operations, functions="fghijkl")) == {"f", "g", "h", "j"}
    assert reached(graph(node("r", "Relu"), functions=["Relu"])) == set()


def test_a_call_of_what_is_not_there():
    for kind in ("PartitionedCall", "StatefulPartitionedCall"):
        called = node("c", kind, f=calls("f"))
        assert list(of_calls(graph(called))) == ["`c` calls the function `f`, which is not in the graph"]
        assert list(of_calls(graph(called, functions="f"))) == []
    assert list(of_calls(graph(node("c", "While", f=calls("f"))))) == []
    assert list(of_calls(graph(node("c", "PartitionedCall", function="g", f=calls("f"))))) == []


def test_where_an_operation_has_to_be():
    place = field(1, field(2, b"loc:@w") + field(2, b"other") + field(2, b"loc:@v"))
    assert list(places(node("n", "NoOp", _class=place))) == ["w", "v"] and list(places(node("n", "NoOp"))) == []
    assert importing.is_placed_beside(node("n", "NoOp", _class=field(1, field(2, b"loc:@w"))))
    assert not importing.is_placed_beside(node("w", "NoOp", _class=field(1, field(2, b"loc:@w"))))


def says_of_names(meta, **beside):
    return [obstacle.says for obstacle in of_names(meta, Exported(**beside))]


def test_names_that_are_not_there():
    float32 = number(6, 1)
    w, r = node("w", "VariableV2", dtype=float32, shape=field(7, b"")), node("r", "Relu", "w", T=float32)
    assert says_of_names(graph(w, r)) == []
    assert says_of_names(graph(r)) == ["`r` names `w`, which is not in the graph"]
    assert says_of_names(graph(r, node("n", "NoOp", "^x", _class=field(1, field(2, b"loc:@y"))))) == [
        "`r` names `w`, which is not in the graph, and 2 more"]  # fmt: skip
    assert says_of_names(graph(w), mentioned={"train_op": ["w:0", "gone"]}) == [
        "`train_op` names `gone`, which is not in the graph"]  # fmt: skip
    assert says_of_names(graph(w, w)) == ["two of its operations have the same name"]
    assert says_of_names(graph(w, w, graphs=2)) == []
    assert says_of_names(graph(w, node("r", "Relu", "w:7", T=float32))) == [
        "`r` takes `w:7`, and that operation gives no such tensor"
    ]


# What else stops an import


def says(found):
    return [obstacle.says for obstacle in found]


def test_operations_that_nobody_knows():
    assert says(importing.of_unknown(graph(node("r", "Relu"), node("f", "f"), functions="f"))) == []
    (told,) = says(
        importing.of_unknown(graph(node("n", "NobodyKnows"), node("m", "NorThis"), node("o", "NobodyKnows")))
    )
    assert told.endswith("does not know the operation `NobodyKnows` (of `n`, and 1 more)")
    inner = node("n", "NobodyKnows", function="f")
    assert says(importing.of_unknown(graph(inner, functions="f"))) == []
    assert len(says(importing.of_unknown(graph(inner, node("c", "PartitionedCall", f=calls("f")), functions="f")))) == 1


def test_operations_that_were_removed():
    kind, version = next(iter(kernels().removed.items()))
    (told,) = says(importing.of_removed(graph(node("n", kind), producer=version)))
    assert told.endswith(f"has removed the operation `{kind}` (of `n`)")
    assert says(importing.of_removed(graph(node("n", kind), producer=version - 1))) == []
    assert says(importing.of_removed(graph(node("n", kind, function="f"), producer=version))) == []
    assert says(importing.of_removed(graph(node("n", "Relu"), producer=10**6))) == []


def test_versions_that_may_not_read_a_graph():
    ours = kernels().graph_version
    for beside, refused in (({"min_consumer": ours}, 0), ({"min_consumer": ours + 1}, 1),
                            ({"bad_consumers": (ours,)}, 1), ({"bad_consumers": (ours - 1,)}, 0)):  # fmt: skip
        assert len(says(importing.of_consumers(Exported(**beside)))) == refused


def test_names_that_no_operation_may_have():
    assert says(importing.of_refused_names(graph(node("a/b", "NoOp"), node("-", "NoOp", function="f")))) == []
    assert says(importing.of_refused_names(graph(node("-a", "NoOp"), node("b c", "NoOp")))) == [
        "no operation may have the name `'-a'`, and 1 more"]  # fmt: skip
    (told,) = says(importing.of_refused_names(graph(functions=["Relu", "f", "Add"])))
    assert told == "a function of it is called `Relu`, as an operation of TensorFlow is, and 1 more"


@pytest.mark.parametrize(
    "version", ["2.15.0", "v1.15", "1!2.0", "2.0rc1", "2.0-beta_2", "1.0.post1", "2.0.dev3", "2.0+cpu.a", " 2.0 "]
)
def test_a_version_that_can_be_read(version):
    assert says(importing.of_version(graph(tensorflow_version=version))) == []
    assert says(importing.of_version(graph(tensorflow_version=f"{version}?"))) != []
    assert says(importing.of_version(graph(tensorflow_version=""))) == []


@pytest.mark.parametrize(
    ("device", "pinned"),
    [
        ("", False), ("/cpu:0", False), ("/device:CPU:0", False), ("/device:CPU:*", False), ("/cpu", False),
        ("/job:localhost/replica:0/task:0/device:CPU:0", False), ("/job:localhost", False), ("/CPU:1", True),
        ("/gpu:0", True), ("/job:ps/task:0/cpu:0", True), ("/job:localhost/replica:1", True), ("/task:1", True),
        ("cpu:0", False), ("/device:*:*", False), ("//cpu:0/", False), ("/job:*/device:cpu:00", False),
        ("/device:cpu:0/job:localhost", False), ("/job:ps/job:localhost", False), ("/device:Cpu:0", True),
        ("/device:XLA_CPU:0", True), ("/job:local", True), ("/task:01", True),
    ],
)  # fmt: skip
def test_a_device_that_not_every_machine_has(device, pinned):
    found = importing.of_operations([("n", "Relu", device)])
    assert bool(found) == pinned
    if pinned:
        assert found[0].says == f"the operation `n` is pinned to `{device}`" and found[0].clear_devices
        both = importing.of_operations([("n", "Relu", device), ("m", "Relu", "/gpu:9"), ("o", "Relu", device)])
        assert both[0].says == f"3 operations, such as `n`, are pinned to `{device}`"


def test_an_operation_that_needs_more_than_a_cpu():
    kind = sorted(kernels().not_on_a_cpu)[0]
    (found,) = importing.of_operations([("n", kind, ""), ("m", kind, ""), ("o", "Relu", "")])
    assert found.stage == "place" and found.says.startswith(f"`{kind}` ") and found.says.endswith("(the operation `n`)")
    assert not found.clear_devices


def test_what_stops_the_saver_of_a_graph():
    def found(*operations, beside=None, **more_of_it):
        obstacles = importing.of_saver(graph(*operations, **more_of_it), beside or Exported())
        return [(obstacle.stage, obstacle.says) for obstacle in obstacles]

    saver = Saver("n:0", "s", "r")
    own = node("n", "Const"), node("r", "NoOp")
    assert found(*own, saver=saver) == [] == found()
    assert found(own[0], saver=saver) == [("own saver", "the Saver of the graph uses `r`, which is not in the graph")]
    assert found(own[1], saver=saver) == [("own saver", "the Saver of the graph uses `n:0`, which is not in the graph")]
    lists = "no collection of the graph lists its variables, so a plain `tf.train.Saver()` finds none to restore"
    assert found(variables={"w": 1}) == [("saver", lists)]
    assert found(variables={"w": 1}, collections={"variables": []}) == []
    assert found(variables={"w": 1}, beside=Exported(variables={"w": None})) == []
    with_calls = found(node("c", "PartitionedCall", f=calls("f")))
    assert with_calls == [("saver", "`c` calls the function `f`, which is not in the graph")]


def test_variables_recorded_as_another_kind(tmp_path):
    operations = [node("v", "VarHandleOp"), node("w", "VariableV2")]
    meta = graph(*operations, path=tmp_path / "m.meta")
    for name, told in (("w:0", []), ("v:0", ["a collection has `v:0` as a variable of another kind than it is"])):
        beside = Exported(elements=[("savers", b""), ("variable", variable(name=name))])
        assert list(of_kinds(meta, beside)) == told


def test_names_that_are_crossed():
    def found(names, variables):
        meta = graph(saver=SimpleNamespace(names=names))
        return says(importing.of_crossed_names(meta, Exported(variables=dict.fromkeys(variables))))

    assert found({"a": "b", "b": "a"}, "ab") == ["that one keeps `b` under the name `a`"]
    assert found({"a": "a"}, "a") == found({"a": "b"}, "b") == found({"a": "b"}, "a") == found({"a": None}, "a") == []
    assert says(importing.of_crossed_names(graph(), Exported())) == []


# Shapes


def shaped(name, kind, *inputs_of_it, shapes=(), **attributes):
    sizes = [b"".join(field(2, number(1, each)) for each in one) if one is not None else number(3, 1) for one in shapes]
    listed = field(1, b"".join(field(7, each) for each in sizes))
    return node(name, kind, *inputs_of_it, _output_shapes=listed, **attributes)


def told_of(*operations, producer=30):
    meta = graph(*operations, producer=producer)
    return [(each.name, at, one, other) for each, at, one, other in contradictions(meta)]


def shape_of(*sizes):
    return field(7, b"".join(field(2, number(1, each)) for each in sizes))


def test_shapes_that_contradict_the_graph():
    w = shaped("w", "VariableV2", shapes=[(2, 3)], shape=shape_of(2, 3))
    assert told_of(w, shaped("r", "Relu", "w", shapes=[(2, 3)])) == []
    assert told_of(w, shaped("r", "Relu", "w", shapes=[(2, 4)])) == [("r", 0, (2, 4), (2, 3))]
    assert (
        told_of(w, shaped("r", "Relu", "w", shapes=[None]))
        == []
        == told_of(w, shaped("r", "Conv2D", "w", shapes=[(1,)]))
    )
    assert told_of(shaped("w", "VariableV2", shapes=[(9,)], shape=shape_of(2))) == [("w", 0, (9,), (2,))]
    assert told_of(shaped("w", "VariableV2", shapes=[(9,)], shape=shape_of(2)), producer=20) == []
    assert len(told_of(shaped("w", "VariableV2", shapes=[(9,)], shape=shape_of(2)), producer=21)) == 1
    assert told_of(shaped("w", "Variable", shapes=[(9,)])) == [] == told_of(w, node("r", "Relu", "w"))
    for kind in ("Assign", "AssignAdd", "AssignSub"):
        assert told_of(w, shaped("r", kind, "w", shapes=[(4,)])) == [("r", 0, (4,), (2, 3))]
        assert told_of(w, shaped("r", kind, "w", shapes=[(4,)], validate_shape=number(5, 1))) != []
        assert told_of(w, shaped("r", kind, "w", shapes=[(4,)], validate_shape=number(5, 0))) == []
    constant = field(8, number(1, 1) + field(2, field(2, number(1, 2))))
    assert told_of(shaped("c", "Const", shapes=[(3,)], value=constant)) == [("c", 0, (3,), (2,))]
    assert told_of(shaped("c", "Const", shapes=[(3,)], value=field(8, number(1, 1)))) == [("c", 0, (3,), ())]


def test_shapes_of_products():
    a, b = shaped("a", "VariableV2", shapes=[(2, 3)], shape=shape_of(2, 3)), shaped(
        "b", "VariableV2", shapes=[(3, 5)], shape=shape_of(3, 5))  # fmt: skip
    yes = number(5, 1)
    assert told_of(a, b, shaped("p", "MatMul", "a", "b", shapes=[(2, 5)])) == []
    assert told_of(a, b, shaped("p", "MatMul", "a", "b", shapes=[(9, 9)])) == [("p", 0, (9, 9), (2, 5))]
    both = shaped("p", "MatMul", "a", "b", shapes=[(9, 9)], transpose_a=yes, transpose_b=yes)
    assert told_of(a, b, both) == [("p", 0, (9, 9), (3, 3))]
    assert told_of(a, b, shaped("p", "MatMul", "a", "gone", shapes=[(9, 9)])) == []
    row = shaped("b", "VariableV2", shapes=[(3,)], shape=shape_of(3))
    assert told_of(a, row, shaped("p", "MatMul", "a", "b", shapes=[(9, 9)])) == []


def test_outputs_that_tensorflow_gives_no_size_today():
    for kind in ("FusedBatchNormGrad", "FusedBatchNormGradV2", "FusedBatchNormGradV3"):
        assert told_of(shaped("n", kind, shapes=[(1,), (1,), (1,), (0,), (5,)])) == [("n", 4, (5,), (0,))]
        assert told_of(shaped("n", kind, shapes=[(1,), (1,), (1,), (7,)])) == [("n", 3, (7,), (0,))]


def test_shapes_that_cannot_be_those_of_one_tensor():
    assert contradict((1,), (2,)) and contradict((1,), (1, 1)) and contradict((None, 1), (2, 2))
    assert not (contradict(None, (1,)) or contradict((1,), None) or contradict((None, 1), (2, 1)) or contradict((), ()))
    assert importing.text_of((1, None)) == "`[1, ?]`"
