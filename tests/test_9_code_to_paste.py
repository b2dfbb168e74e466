"""Truth 9, ``diff``: the Python code that it proposes, entry by entry, and what stands in the way, by hand."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from fuzz_bundle import encoded
from test_9_origins import field

from tfckpt.compare import var_list as code
from tfckpt.compare.exported import Part, exported
from tfckpt.compare.pattern import pattern
from tfckpt.format.node import Source


def entries(group, everything=(), parts=None):
    made = code.var_list([group], parts or {}, everything)
    assert made.startswith("var_list = {\n") and made.endswith("\n}\nsaver = tf.train.Saver(var_list)\n")
    compile(made, "pasted", "exec")
    return made.removeprefix("var_list = {\n").removesuffix("\n}\nsaver = tf.train.Saver(var_list)\n").split("\n")


def many(count, left="old/{}", right="new/{}"):
    return {left.format(f"w{n:02}"): right.format(f"w{n:02}") for n in range(count)}


def run(made, names):
    """What a ``var_list`` becomes where the graph has variables of some names."""
    saver = SimpleNamespace(Saver=dict)
    space = {"variables": {name: name for name in names}, "tf": SimpleNamespace(train=saver)}
    exec(made, space)
    return space["var_list"]


def test_few_entries_are_written_one_by_one():
    assert entries({"a": "b"}) == ['    "a": variables["b"],']
    assert entries({"a'": 'b"'}) == ["    \"a'\": variables['b\"'],"]
    assert len(entries(many(16))) == 16 and len(entries(many(17))) == 5


def test_a_long_entry_goes_on_in_the_next_line():
    for length, lines in ((88, 1), (89, 2)):
        name = "x" * (length - len('    "a": variables[""],'))
        made = entries({"a": name})
        assert len(made) == lines and made[-1].endswith(f'variables["{name}"],')
    assert made[0] == '    "a":' and made[1].startswith("        variables")


@pytest.mark.parametrize(
    ("left", "right", "lines"),
    [
        ("old/{}", "new/{}", ['"old/" + name[len("new/"):]: variable', 'if name.startswith("new/")']),
        ("{}", "new/{}", ['name[len("new/"):]: variable', 'if name.startswith("new/")']),
        ("old/{}", "{}", ['"old/" + name: variable']),
        ("{}/old", "{}/new", ['name[:-len("/new")] + "/old": variable', 'if name.endswith("/new")']),
        (
            "a/{}/b",
            "c/{}/d",
            ['"a/" + name[len("c/"):-len("/d")] + "/b": variable', 'if name.startswith("c/") and name.endswith("/d")'],
        ),
    ],
)
def test_one_entry_for_many(left, right, lines):
    group = many(17, left, right)
    made = entries(group)
    assert made[0] == "    **{" and made[-1] == "    },"
    assert [line.strip() for line in made[1:-1] if "for name, variable" not in line] == lines
    assert run(code.var_list([group], {}), group.values()) == group


def test_other_names_are_left_out_of_one_entry_for_many():
    group = many(17)
    for extra in (["new/x"], [f"new/x{n}" for n in range(16)]):
        made = code.var_list([group], {}, extra)
        assert run(made, [*group.values(), *extra, "another"]) == group
        assert "not in [" in made and ("not in [\n" in made) == (len(extra) > 1)
    assert len(entries(group, [f"new/x{n}" for n in range(17)])) == 17, "too many to leave out"
    assert "not in" not in code.var_list([group], {}, ["other/x"])


def test_partitioned_variables_and_questions():
    parts = {"b": ["b/part_0", "b/part_1"]}
    assert entries({"a": "b", "c": "d"}, parts=parts) == [
        '    "c": variables["d"],', '    "a": [variables["b/part_0"], variables["b/part_1"]],']  # fmt: skip
    made = code.var_list([{"a": "b"}], {}, questions=[("c", "d"), ("e", "x" * 80)])
    assert made.splitlines()[2:7] == [
        "    # Is it the same thing?", '    # "c": variables["d"],', "    # Is it the same thing?", '    # "e":',
        f'    #     variables["{"x" * 80}"],']  # fmt: skip
    group = {**many(17), "p": "new/p"}
    assert run(code.var_list([group], {"new/p": ["new/p/part_0"]}), [*many(17).values(), "new/p/part_0"]) == {
        **many(17), "p": ["new/p/part_0"]}  # fmt: skip


def test_what_is_cast_and_what_has_names_alone():
    made = code.casts({"a": "b"})
    assert made.startswith('cast = {\n    "a": variables["b"],\n}\n\n\ndef restore(sess, prefix):\n')
    loaded = []

    class Variable:
        dtype = SimpleNamespace(base_dtype=SimpleNamespace(as_numpy_dtype=float))

        def load(self, value, sess):
            loaded.append((value, sess))

    reader = SimpleNamespace(get_tensor=lambda name: SimpleNamespace(astype=lambda kind: (name, kind)))
    tf = SimpleNamespace(train=SimpleNamespace(load_checkpoint=lambda prefix: reader))
    restored = []
    saver = SimpleNamespace(restore=lambda sess, prefix: restored.append(prefix))
    space = {"variables": {"b": Variable()}, "tf": tf, "saver": saver}
    exec(made, space)
    space["restore"]("session", "run/m")
    assert loaded == [(("a", float), "session")] and restored == ["run/m"]
    assert code.plain_mapping({"a": "b"}) == 'names = {\n    "a": "b",\n}\n'


def test_a_pattern_of_names():
    both = pattern({"a/x/1": "b/x/2", "a/yy/1": "b/yy/2"})
    assert both.begins == ("a/", "b/") and both.made("b/z/2") == "a/z/1" and both.made("c/z/2") is None
    assert pattern({"a/x": "b/x", "a/y": "c/y"}) is None


# What a .meta says beside its operations


def number(at, value):
    return encoded(at << 3) + encoded(value)


def said(content):
    path = Path("m.meta")
    return exported(SimpleNamespace(source=Source(path, memoryview(content)), is_saved_model=False, operations=[]))


def collection(key, kind, *values):
    return field(4, field(1, key.encode()) + field(2, field(kind, b"".join(field(1, value) for value in values))))


def test_what_collections_say(in_folder):
    found = said(
        collection("train_op", 1, b"a", b"b:0")
        + collection("unbound_inputs", 1, b"x")
        + collection("unbound_inputs", 2, b"y")
        + collection("savers", 2, b"s")
        + collection("queue_runners", 2, b"q")
        + collection("cond_context", 2, b"c")
        + collection("while_context", 2, b"w")
        + collection("mine", 2, b"m")
        + collection("numbers", 3, b"1")
    )
    assert found.mentioned == {"train_op": ["a", "b:0"]} and found.unbound == ["x", "y"]
    assert found.elements == [
        ("savers", b"s"),
        ("queue_runners", b"q"),
        ("cond_context", b"c"),
        ("while_context", b"w"),
    ]
    assert not found.unreadable and found.variables == {}
    assert said(collection("saveable_objects", 2, b"x")).unreadable == ["saveable_objects"]
    assert not said(collection("saveable_objects", 2)).unreadable


@pytest.mark.parametrize(
    "key",
    "variables trainable_variables local_variables model_variables metric_variables moving_average_variables "
    "global_step".split(),
)
def test_what_the_variables_of_a_collection_say(in_folder, key):
    plain = field(1, b"w:0") + field(2, b"w/Assign") + field(3, b"w/read:0") + field(6, b"w/init:0")
    part = field(1, b"p/part_0:0") + field(
        4, field(1, b"p") + number(2, 4) + field(2, b"\x03") + number(3, 2) + number(3, 0)
    )
    empty = field(1, b"e:0") + field(4, b"")
    found = said(collection(key, 2, plain, part, empty))
    assert found.elements == [("variable", plain), ("variable", part), ("variable", empty)]
    variables = {"w": None, "p/part_0": Part("p", (4, 3), (2, 0)), "e": None}
    assert found.variables == (variables if key == "variables" else {})


def test_which_versions_may_read_a_graph(in_folder):
    versions = number(1, 30) + number(2, 12) + number(3, 5) + field(3, b"\x07\x08")
    gradients = field(1, b"") + field(2, field(1, b"f") + field(2, b"g")) + field(2, b"")
    found = said(field(2, field(4, versions) + field(2, gradients)))
    assert (found.min_consumer, found.bad_consumers) == (12, (5, 7, 8))
    assert found.gradients == [("f", "g"), ("", "")]
    assert said(b"").min_consumer == 0 and said(b"").bad_consumers == ()


def test_of_a_saved_model_each_graph_is_read(in_folder):
    content = number(1, 1) + b"".join(field(2, collection("train_op", 1, name)) for name in (b"a", b"b"))
    source = Source(Path("saved_model.pb"), memoryview(content))
    assert exported(SimpleNamespace(source=source, is_saved_model=True, operations=[])).mentioned == {
        "train_op": ["a", "b"]
    }
