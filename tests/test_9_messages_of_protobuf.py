"""Truth 9, the readers' parsers, byte by byte: numbers, messages, values, operations, objects and graphs, by hand."""

import numpy as np
import pytest
import tensorflow as tf
from fuzz_bundle import encoded
from test_9_origins import calls, field, node, texts

from tfckpt import Meta
from tfckpt.errors import CheckpointError, CorruptError
from tfckpt.format import slices, strings, wire
from tfckpt.format.dtypes import MOST_ELEMENTS, NAMES, elements, item_size, numpy_dtype
from tfckpt.format.entry import VERSIONS, entry_from, is_refused, known_dtype
from tfckpt.format.entry import shape as shape_of_entry
from tfckpt.format.node import is_one_value, operation, shape
from tfckpt.format.not_finite import FORMS, NotFinite, has_not_finite
from tfckpt.format.objects import saved as saved_objects
from tfckpt.format.tensor_proto import has_values, values
from tfckpt.readers.meta_graph import Saver, meta_graph, meta_graph_of_graph_def
from tfckpt.readers.saved_objects import SavedObject, captures, saved_object


def number(at, value):
    return encoded(at << 3) + encoded(value)


# Numbers and fields


@pytest.mark.parametrize("value", [0, 1, 127, 128, 300, 2**32, 2**63, 2**64 - 1])
def test_a_number_of_any_length(value):
    assert wire.varint(b"x" + encoded(value) + b"y", 1) == (value, 1 + len(encoded(value)))
    assert wire.signed(value) == (value if value < 2**63 else value - 2**64)
    for cut in range(len(encoded(value))):
        with pytest.raises(CorruptError, match="a number runs past the end"):
            wire.varint(encoded(value)[:cut], 0)


def test_a_number_of_more_than_ten_bytes():
    assert wire.varint(b"\x80" * 9 + b"\x01", 0) == (2**63, 10)
    assert wire.varint(b"\xff" * 9 + b"\x7f", 0)[0] == 2**64 - 1, "what is above 64 bits is left out"
    with pytest.raises(CorruptError, match="a number of more than ten bytes") as caught:
        wire.varint(b"x" + b"\x80" * 11, 1)
    assert caught.value.at == 1


def test_fields_of_each_kind():
    content = number(1, 300) + field(2, b"ab") + b"\x1d\x01\x00\x00\x00" + b"\x21\x02" + bytes(7) + number(200, 5)
    content += field(3, b"x" * 200)
    assert list(wire.fields(content)) == [(1, 300), (2, b"ab"), (3, 1), (4, 2), (200, 5), (3, b"x" * 200)]
    assert list(wire.fields(b"")) == []
    assert wire.single(number(1, 5) + field(2, b"a"), repeated=(3,)) == {1: 5, 2: b"a"}
    assert wire.single(field(3, b"a") + field(3, b"b"), repeated=(3,)) == {}
    with pytest.raises(CorruptError, match="a field, number 1, that stands twice"):
        wire.single(number(1, 5) + number(1, 5))


@pytest.mark.parametrize(
    ("content", "says", "at"),
    [
        (b"\x00", "a field with the number 0", 0),
        (b"\x08\x01\x00", "a field with the number 0", 2),
        (b"\x0b", "a field of kind 3", 0),
        (b"\x0c", "a field of kind 4", 0),
        (b"\x0e", "a field of kind 6", 0),
        (b"\x0a\x02a", "2 bytes are announced, but 1 are left", 2),
        (b"\x0d\x01\x00\x00", "4 bytes are announced, but 3 are left", 1),
        (b"\x09" + bytes(7), "8 bytes are announced, but 7 are left", 1),
        (b"\x0a\x80\x01a", "128 bytes are announced, but 1 are left", 3),
        (b"\x0a", "a number runs past the end", 1),
    ],
)
def test_what_is_no_message(content, says, at):
    with pytest.raises(CorruptError) as caught:
        list(wire.fields(content))
    assert str(caught.value).startswith(says) and caught.value.at == at


def test_a_number_where_something_else_belongs_and_the_other_way_round():
    for call, wrong in ((wire.integer, b"a"), (wire.signed, b"a"), (wire.raw, 5), (wire.text, 5)):
        with pytest.raises(ValueError, match="where a"):
            call(wrong)
    with pytest.raises(ValueError, match="a number where a message belongs"):
        list(wire.fields(5))
    assert wire.numbers(2**64 - 1) == (-1,) and wire.numbers(b"") == () and wire.numbers(b"\x01\x80\x01") == (1, 128)


def test_a_message_by_the_names_of_its_fields():
    inner = wire.Message(a=(1, wire.integer))
    message = wire.Message(n=(1, wire.signed), t=(2, wire.text), each=(3, [inner.decode]), one=(4, inner.decode))
    assert message.decode(b"") == {"n": 0, "t": "", "each": [], "one": {"a": 0}}
    content = number(1, 2**64 - 2) + field(2, b"x") + field(3, number(1, 7)) + field(3, b"") + field(4, number(1, 8))
    assert message.decode(content + field(9, b"more")) == {
        "n": -2, "t": "x", "each": [{"a": 7}, {"a": 0}], "one": {"a": 8}}  # fmt: skip
    message.decode(content)["each"].append("changed")
    assert message.decode(b"")["each"] == []


# Dtypes and shapes


def test_dtypes_are_those_of_tensorflow():
    for at, name in NAMES.items():
        assert tf.dtypes.as_dtype(at).name == name
        if name not in ("string", "resource", "variant"):
            ours = numpy_dtype(name)
            assert item_size(name) == ours.itemsize
            if name[0] != "q":
                assert ours == tf.dtypes.as_dtype(name).as_numpy_dtype
        else:
            assert item_size(name) is None and numpy_dtype(name) is None
        assert known_dtype(at, "w") == name
    with pytest.raises(ValueError, match="'w' has a dtype of number 34, which TensorFlow 2.21 does not know"):
        known_dtype(34, "w")
    with pytest.raises(ValueError, match="number 0"):
        known_dtype(0, "w")


def test_how_many_elements_a_shape_has():
    assert elements((2, 3, 4)) == 24 and elements((2**70, 0)) == 0 and elements((2**62, 2)) == MOST_ELEMENTS
    assert elements((2**63 - 1,)) == 2**63 - 1 and elements((2**63,)) == 2**63 - 1 == MOST_ELEMENTS


def sizes(*numbers):
    return b"".join(field(2, number(1, each % 2**64)) for each in numbers)


def test_shapes():
    assert shape(sizes(2, -1, 0)) == (2, None, 0) and shape(b"") == () and shape(sizes(2) + number(3, 1)) is None
    assert shape(sizes(2) + number(3, 0)) == (2,) and shape(field(2, b"")) == (0,)
    assert shape_of_entry(sizes(2, 3)) == (2, 3) and len(shape_of_entry(sizes(*[1] * 254))) == 254 == len(
        shape(sizes(*[1] * 254))
    )
    for read in (shape, shape_of_entry):
        with pytest.raises(ValueError, match="a shape of 255 dimensions"):
            read(sizes(*[1] * 255))
    with pytest.raises(ValueError, match="a shape of .2, -1."):
        shape_of_entry(sizes(2, -1))


def test_an_entry_of_an_index():
    content = (
        number(1, 1) + field(2, sizes(2, 3)) + number(3, 4) + number(4, 5) + number(5, 24) + b"\x35\x07\x00\x00\x00"
    )
    found = entry_from("w", content + field(7, field(1, b"") + field(1, number(1, 2) + number(2, 3))))
    assert (found.name, found.dtype, found.shape, found.shard) == ("w", "float32", (2, 3), 4)
    assert (found.offset, found.size, found.crc32c, found.slices) == (5, 24, 7, (((0, -1), (2, 3)),))
    plain = entry_from("w", number(1, 3))
    assert (plain.shape, plain.shard, plain.offset, plain.size, plain.crc32c, plain.slices) == ((), 0, 0, 0, 0, ())


@pytest.mark.parametrize(
    ("versions", "refused"),
    [
        (b"", False),
        (number(1, 9), False),
        (number(2, 1), False),
        (number(2, 2), True),
        (number(2, 2**64 - 1), False),
        (number(3, 1), True),
        (number(3, 2), False),
        (field(3, b"\x05\x01"), True),
    ],
)
def test_which_versions_may_read_a_checkpoint(versions, refused):
    assert is_refused(VERSIONS.decode(versions)) == refused


# Parts and strings


def test_the_region_of_a_part():
    array = np.arange(12).reshape(4, 3)
    assert slices.region(array, ((1, 2), (0, -1)), "w").tolist() == [[3, 4, 5], [6, 7, 8]]
    assert slices.region(array, ((2, -1), (1, 1)), "w").tolist() == [[7], [10]]
    assert slices.region(np.array(5), (), "w").shape == ()
    with pytest.raises(ValueError, match=r"the part \(\(0, 1\),\) of 'w' does not fit into the shape \(4, 3\)"):
        slices.region(array, ((0, 1),), "w")


def test_strings_end_to_end():
    content = b"\x01\x00\x02" + bytes(4) + b"abb"
    assert strings.split_strings(content, 3) == [b"a", b"", b"bb"]
    assert strings.split_strings(b"\x01\x02abb", 2, between=0) == [b"a", b"bb"]
    assert strings.split_strings(b"", 0, between=0) == []
    for wrong, count in ((content + b"x", 3), (content[:-1], 3), (content, 2)):
        for call in (strings.split_strings, strings.checksum_of_strings):
            with pytest.raises(ValueError, match=r"\d strings of \d+ bytes together do not fill \d+ bytes"):
                call(wrong, count)
    for call in (strings.split_strings, strings.checksum_of_strings):
        with pytest.raises(ValueError, match="99 strings in 10 bytes"):
            call(content, 99)


def test_the_checksum_of_strings_takes_lengths_as_numbers(monkeypatch):
    taken = []
    monkeypatch.setattr(strings, "extend", lambda checksum, content: taken.append(content) or len(taken))
    monkeypatch.setattr(strings, "masked", lambda checksum: checksum)
    assert strings.checksum_of_strings(b"\x01\x02" + bytes(4) + b"abb", 2) == 2
    assert taken == [b"\x01\0\0\0\x02\0\0\0", bytes(4) + b"abb"]
    taken.clear()
    monkeypatch.setattr(strings, "check_sum", lambda *arguments: None)
    strings.checksum_of_strings(encoded(2**32 - 1) + encoded(2**32), 2)
    assert taken == [(2**32 - 1).to_bytes(4, "little") + (2**32).to_bytes(8, "little")]


# Values


def packed(*numbers):
    return b"".join(encoded(each % 2**64) for each in numbers)


@pytest.mark.parametrize(
    ("content", "dtype", "found"),
    [
        (field(5, np.array([1.5, 2], "<f4").tobytes()), "float32", [1.5, 2]),
        (b"\x2d\x00\x00\xc0\x3f", "float32", [1.5]),
        (field(6, np.array([1.5], "<f8").tobytes()), "float64", [1.5]),
        (b"\x31" + np.array([1.5], "<f8").tobytes(), "float64", [1.5]),
        (field(9, np.array([1, 2], "<f4").tobytes()), "complex64", [1 + 2j]),
        (field(12, np.array([1, 2], "<f8").tobytes()), "complex128", [1 + 2j]),
        (field(10, packed(-1, 5)), "int64", [-1, 5]),
        (number(10, 7), "int64", [7]),
        (field(11, packed(1, 0)), "bool", [True, False]),
        (field(13, packed(0x3C00)), "float16", [1]),
        (field(16, packed(2**32 - 1)), "uint32", [2**32 - 1]),
        (field(17, packed(2**64 - 1)), "uint64", [2**64 - 1]),
        (field(7, packed(-2, 300)), "int32", [-2, 300]),
        (field(7, packed(-2)), "int8", [-2]),
        (field(7, packed(200)), "uint8", [200]),
        (field(7, packed(1)) + field(7, packed(2)), "int32", [1, 2]),
        (number(7, 1) + number(7, 2), "int32", [1, 2]),
        (field(4, np.array([1, 2], "<i4").tobytes()), "int32", [1, 2]),
    ],
)
def test_values_of_each_dtype(content, dtype, found):
    assert values(content, len(found), np.dtype(dtype)).tolist() == found
    assert has_values(content)
    if len(found) == 1 and content[0] >> 3 != 4:
        assert values(content, 3, np.dtype(dtype)).tolist() == found * 3, "the last one stands for all that follow"


def test_values_of_small_dtypes():
    import ml_dtypes

    assert values(field(13, packed(0x3F80)), 1, np.dtype(ml_dtypes.bfloat16)).tolist() == [1]
    assert values(field(18, b"\x38"), 1, np.dtype(ml_dtypes.float8_e4m3fn)).tolist() == [1]
    assert values(field(8, b"a") + field(8, b"bc"), 3, np.dtype(object)).tolist() == [b"a", b"bc", b"bc"]
    assert values(b"", 0, np.dtype("int32")).tolist() == []
    assert not has_values(number(1, 1) + field(2, b"") + number(3, 1)) and has_values(field(4, b""))


@pytest.mark.parametrize(
    ("content", "count", "dtype", "says"),
    [
        (field(7, packed(1, 2)), 1, "int32", "a tensor has 2 values, and should have 1"),
        (b"", 1, "int32", "a tensor has 0 values, and should have 1"),
        (field(4, bytes(8)), 1, "int32", "a tensor has 2 values, and should have 1"),
        (field(4, bytes(4)), 2, "int32", "a tensor has 1 values, and should have 2"),
        (field(5, bytes(3)), 1, "float32", "3 bytes are no row of numbers"),
        (field(9, bytes(4)), 1, "complex64", "half of a complex number"),
        (field(7, b"\x80"), 1, "int32", "a number runs past the end"),
        (field(7, b"\x01\x80"), 1, "int32", "a number runs past the end"),
        (field(7, b"\x80" * 10 + b"\x01"), 1, "int32", "a number of more than ten bytes"),
    ],
)
def test_values_that_are_not_so_many(content, count, dtype, says):
    with pytest.raises(ValueError, match=says):
        values(content, count, np.dtype(dtype))


@pytest.mark.parametrize("dtype", FORMS)
def test_numbers_that_are_not_finite(dtype):
    kind = numpy_dtype(dtype)
    for value, odd in ((0, False), (1.5, False), (-2, False), (np.nan, True), (np.inf, True), (-np.inf, True)):
        content = np.array([1, value, 2]).astype(kind).tobytes()
        assert has_not_finite(dtype, content) == odd, value
        looked = NotFinite(dtype, "little")
        looked.look(content)
        assert looked.seen == odd
        other = NotFinite(dtype, "big")
        other.look(content)
        assert not other.seen
    largest = np.array([np.finfo(kind).max if dtype != "bfloat16" else 3.3e38]).astype(kind)
    assert not has_not_finite(dtype, np.repeat(largest, 3).tobytes())
    looked = NotFinite(dtype, "little")
    looked.look(np.repeat(largest, 3).tobytes())
    assert not looked.seen, "the sum is infinite, and no value is"
    looked.look(np.array([np.nan]).astype(kind).tobytes())
    looked.look(largest.tobytes())
    assert looked.seen, "it stays so"
    looked = NotFinite(dtype, "little")
    looked.look(np.array([np.nan]).astype(kind).tobytes() + b"x")
    assert not looked.seen, "half a number is none"


# Operations


def test_an_operation_and_its_attributes():
    content = (
        field(1, b"n") + field(2, b"Kind") + field(3, b"a:1") + field(3, b"^b") + field(4, b"/cpu:0") + field(9, b"x")
    )
    found = operation(content, None, "f")
    assert (found.name, found.type, found.inputs, found.device, found.function) == (
        "n",
        "Kind",
        ("a:1", "^b"),
        "/cpu:0",
        "f",
    )
    each = node(
        "n", "Kind", s=field(2, b"text"), i=number(3, 2**64 - 5), b=number(5, 1), t=number(6, 101), odd=number(6, 77),
        shape=field(7, sizes(2)), none=b"", given=field(9, b"x"),
        listed=field(1, field(2, b"a") + field(2, b"b") + number(3, 1)),
    )  # fmt: skip
    assert [each.attribute(name) for name in ("s", "i", "b", "t", "odd", "shape", "none", "gone")] == [
        b"text", -5, 1, "float32", "unknown", (2,), None, None]  # fmt: skip
    assert each.is_given("given") and not each.is_given("s") and not each.is_given("gone")
    assert each.listed("listed") == [b"a", b"b"] and each.listed("s") == [] == each.listed("gone")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (field(1, b"a") + field(1, b"b"), "an operation with two names, types or devices"),
        (field(5, field(1, b"k")) + field(5, field(1, b"k")), "the attribute 'k' has two values"),
        (field(5, field(1, b"k") + field(2, number(3, 1) + number(5, 1))), "the attribute 'k' has two values"),
        (field(5, field(1, b"k") + field(1, b"l")), "a field, number 1, that stands twice"),
    ],
)
def test_what_no_program_writes(content, says):
    with pytest.raises(CorruptError, match=says):
        operation(content, None)


def test_how_many_values_an_attribute_has():
    one = [
        b"",
        number(3, 1),
        number(3, 300),
        field(2, b"x" * 5),
        field(2, b"x" * 200),
        number(3, 2**40),
        b"\x25\0\0\0\0",
    ]
    for content in one:
        assert is_one_value(content) and (not content or not is_one_value(content * 2))
    with pytest.raises(ValueError, match="a number where the value of an attribute belongs"):
        is_one_value(5)


def test_the_functions_that_an_operation_names():
    both = field(1, field(9, field(1, b"g")) + field(9, field(1, b"h") + field(2, field(1, b"a"))) + field(2, b"text"))
    found = node("n", "If", f=calls("f"), listed=both, s=field(2, b"text"), b=number(5, 1), given=field(9, b"x"))
    assert found.functions() == ["f", "g", "h"] and node("n", "If").functions() == []


def test_the_texts_of_a_constant():
    assert node("c", "Const", value=texts("a", "b")).strings() == ["a", "b"]
    assert node("c", "Other", value=texts("a")).strings() == [] == node("c", "Const").strings()
    content = field(8, number(1, 7) + field(2, sizes(2)) + field(4, b"\x01\x02abb"))
    assert node("c", "Const", value=content).strings() == ["a", "bb"]
    for twice in (number(1, 7) + number(1, 7), field(4, b"") + field(4, b""), field(4, b"\x00") + field(8, b"a")):
        with pytest.raises(CheckpointError, match="a tensor (with two dtypes|whose values stand in two places)"):
            node("c", "Const", value=field(8, twice)).strings()


@pytest.mark.parametrize(
    ("kind", "tensor", "holds"),
    [
        ("Const", number(1, 21), True),
        ("Const", number(1, 20), True),
        ("HostConst", number(1, 21), True),
        ("Const", number(1, 19), False),
        ("Const", number(1, 22), False),
        ("Other", number(1, 21), False),
        ("Const", b"", False),
        ("Const", field(2, b"") + number(1, 21), True),
    ],
)
def test_a_constant_that_holds_an_object(kind, tensor, holds):
    assert node("c", kind, value=field(8, tensor)).holds_an_object() == holds


# Objects


def child(at, name):
    return {"node": at, "name": name}


def object_(children=(), attributes=(), slots=()):
    return {"children": list(children), "attributes": list(attributes), "slots": list(slots)}


def value_of(key, name="VARIABLE_VALUE", full_name=""):
    return {"name": name, "full_name": full_name, "key": key}


def test_the_paths_of_objects_and_slots():
    nodes = [
        object_([child(1, "model"), child(4, "optimizer"), child(9, "gone")]),
        object_([child(2, "layer"), child(0, "back")]),
        object_([child(3, "w")], slots=[]),
        object_(attributes=[value_of("W", full_name="dense/w")]),
        object_(
            [child(3, "again")],
            slots=[{"variable": 3, "name": "m", "slot": 5}, {"variable": 9, "name": "v", "slot": 6}],
        ),
        object_(attributes=[value_of("M")]),
        object_(attributes=[value_of("V"), value_of("C", "CONFIG")]),
    ]
    found = saved_objects(nodes)
    assert found["W"].path == ("optimizer", "again") and found["W"].full_name == "dense/w" and found["W"].slot == ""
    assert (found["M"].path, found["M"].slot, found["M"].slot_of) == ((), "m", ("optimizer", "again"))
    assert (found["V"].slot, found["V"].slot_of) == ("v", ("gone",)) and found["C"].attribute == "CONFIG"
    assert saved_objects([]) == {}


@pytest.mark.parametrize(
    ("content", "kind", "says"),
    [
        (field(4, field(1, b"_tf_keras") + field(3, b"{}")), "user", ("_tf_keras", "{}")),
        (field(5, number(1, 3)), "asset", 3),
        (field(5, b""), "asset", 0),
        (field(6, field(1, b"f") + field(1, b"g") + field(2, b"x")), "function", ("f", "g")),
        (field(8, field(1, b"f") + field(2, b"x") + field(2, b"y")), "function", ("f",)),
        (field(7, b""), "variable", None),
        (field(9, field(1, b"c")), "constant", "c"),
        (field(10, b""), "resource", None),
        (b"", "", None),
        (field(99, b"x"), "", None),
    ],
)
def test_an_object_of_a_saved_model(content, kind, says):
    assert saved_object(content) == SavedObject(kind, (), says, (), ())


def test_the_children_of_an_object_and_what_saves_it():
    children = field(1, number(1, 3) + field(2, b"a")) + field(15, field(2, b"b"))
    own = field(11, field(1, b"k") + field(2, number(2, 4) + number(3, 5)))
    assert saved_object(children + own) == SavedObject("", (("a", 3), ("b", 0)), None, (5,), (4,))
    with pytest.raises(ValueError, match="an object of two kinds"):
        saved_object(field(7, b"") + field(10, b""))


def test_what_functions_take_in():
    def of(name, *taken):
        return field(2, field(1, name) + field(2, b"".join(taken)))

    content = field(1, b"x") + of(b"f", number(2, 300), field(2, packed(1, 2))) + of(b"g", number(3, 1))
    assert captures(content) == {"f": (300, 1, 2), "g": ()}
    with pytest.raises(ValueError, match="the function 'f' is there twice"):
        captures(of(b"f") * 2)


# Graphs


def collection(key, kind, *listed):
    return field(4, field(1, key.encode()) + field(2, field(kind, b"".join(field(1, each) for each in listed))))


def test_a_graph_and_what_was_exported_with_it():
    function = field(1, field(1, b"f") + field(2, field(1, b"a")) + field(2, field(1, b"b")) + field(3, field(1, b"c")))
    body = field(1, function + field(3, field(1, b"inner") + field(2, b"NoOp")))
    graph = field(1, field(1, b"n") + field(2, b"NoOp")) + field(2, body) + field(4, number(1, 27))
    information = field(2, field(1, field(1, b"NoOp"))) + field(4, b"serve") + field(4, b"gpu") + field(5, b"2.15")
    saver = field(1, b"save/Const:0") + field(2, b"s") + field(3, b"r") + number(5, 1) + number(7, 2)
    found = meta_graph(field(1, information) + field(2, graph) + field(3, saver), None)
    assert [(each.name, each.function) for each in found.operations] == [("n", ""), ("inner", "f")]
    assert found.functions == {"f": ("a", "b")} and found.producer == 27 and found.has_graph
    assert found.tags == ("serve", "gpu") and found.tensorflow_version == "2.15" and found.stripped_ops == ["NoOp"]
    assert found.saver == Saver("save/Const:0", "s", "r", "V2", True)
    assert meta_graph(field(3, field(1, b"x")), None).saver == Saver("x", "", "", "V1", False)
    empty = meta_graph(b"", None)
    assert not empty.has_graph and empty.saver is None and empty.operations == []
    alone = meta_graph_of_graph_def(field(1, field(1, b"n") + field(2, b"NoOp")) + number(3, 21), None)
    assert alone.producer == 21 and alone.has_graph and [each.name for each in alone.operations] == ["n"]
    with pytest.raises(ValueError, match="'f' is there twice"):
        meta_graph(field(2, field(2, body * 2)), None)


def test_signatures_and_assets():
    info = field(1, b"x:0") + number(2, 1) + field(3, sizes(-1, 2))
    signature = field(1, field(1, b"in") + field(2, info)) + field(2, field(1, b"out") + field(2, field(1, b"y:0")))
    asset = field(6, field(1, field(1, b"a:0")) + field(2, b"v.txt"))
    found = meta_graph(field(5, field(1, b"s") + field(2, signature + field(3, b"method"))) + asset * 2, None)
    assert found.signatures == {"s": ({"in": ("x:0", "float32", (None, 2))}, {"out": ("y:0", "unknown", None)})}
    assert found.assets == [("a:0", "v.txt")] * 2 and found.asset_names == {"a": ["v.txt", "v.txt"]}
    listed = collection("saved_model_assets", 5, field(2, field(1, field(1, b"b:0")) + field(2, b"w.txt")))
    assert (
        meta_graph(listed, None).assets == [("b:0", "w.txt")] and meta_graph(listed + asset, None).assets[0][0] == "a:0"
    )
    assert meta_graph(collection("other", 5, field(2, b"")), None).assets == []
    for twice in (field(5, field(1, b"s")) * 2, field(5, field(1, b"s") + field(2, field(1, field(1, b"in")) * 2))):
        with pytest.raises(ValueError, match="is there twice"):
            meta_graph(twice, None)


def test_collections():
    variable = field(1, b"w:0") + field(2, b"w/Assign")
    runner = field(1, b"queue") + field(2, b"fill") + field(2, b"more") + field(3, b"close") + field(4, b"cancel")
    saver = field(1, b"save/Const:0") + field(2, b"s") + field(3, b"r")
    found = meta_graph(
        collection("train_op", 1, b"a", b"b")
        + collection("variables", 2, variable, number(2, 5))
        + collection("queue_runners", 2, runner)
        + collection("savers", 2, saver, number(1, 5))
        + collection("mine", 2, b"\xff\xff", field(2, b"x")),
        None,
    )
    assert found.collections == {
        "train_op": ["a", "b"], "variables": ["w:0", "(2 bytes)"], "queue_runners": ["queue"],
        "savers": ["save/Const:0", "(2 bytes)"], "mine": ["(2 bytes)", "(3 bytes)"],
    }  # fmt: skip
    assert [each.filename for each in found.savers] == ["save/Const:0"]
    assert found.runners == ["fill", "more", "close", "cancel"]
    for key in "variables trainable_variables local_variables model_variables metric_variables".split():
        assert meta_graph(collection(key, 2, variable), None).initializers == ["w/Assign"], key
    for key in ("moving_average_variables", "global_step"):
        assert meta_graph(collection(key, 2, variable), None).initializers == ["w/Assign"], key
    assert meta_graph(collection("mine", 2, variable), None).initializers == []


def test_the_objects_of_a_graph():
    content = field(
        7, field(1, field(9, field(1, b"c"))) + field(1, b"") + field(2, field(1, b"f") + field(2, number(2, 1)))
    )
    found = meta_graph(content, None)
    assert [each.kind for each in found.objects] == ["constant", ""] and found.captures == {"f": (1,)}


def test_what_a_saver_saves(in_folder):
    """Names and variables, as the operations that save say it; also of parts, and of what passes a value on."""

    def written(name, *nodes, saver=("save/Const:0", "s", "r")):
        graph = b"".join(field(1, each) for each in nodes)
        of_saver = b"".join(field(at, text.encode()) for at, text in enumerate(saver, 1))
        (in_folder / name).write_bytes(field(2, graph) + field(3, of_saver))
        return Meta(in_folder / name)

    def plain(name, kind, *inputs, **attributes):
        said = [(1, name), (2, kind), *((3, each) for each in inputs)]
        content = b"".join(field(number_, text.encode()) for number_, text in said)
        return content + b"".join(field(5, field(1, key.encode()) + field(2, each)) for key, each in attributes.items())

    common = [
        plain("save/Const", "Const"),
        plain("v", "VariableV2", dtype=number(6, 1), shape=field(7, sizes(2))),
        plain("h", "VarHandleOp", dtype=number(6, 3)),
        plain("read", "ReadVariableOp", "h"),
        plain("cast", "Cast", "read"),
        plain("sum", "Add", "v"),
        plain("names", "Const", value=texts("V", "H", "S", "P")),
        plain("parts", "Const", value=texts("", "", "", "4 0,2")),
    ]
    saves = plain("s", "SaveV2", "save/Const", "names", "parts", "v", "cast:0", "sum", "v", "^read")
    found = written("m.meta", *common, saves)
    assert found.variables == {"v": ("float32", (2,)), "h": ("int32", None)}
    assert found.saver.names == {"V": "v", "H": "h", "S": None, "P": "v"} and found.saver.parts == {
        "P": [("v", "4 0,2")]
    }
    old = written("m.meta", *common, plain("s", "Save", "save/Const", "names", "v", "h"))
    assert old.saver.names == {"V": "v", "H": "h"} and old.saver.parts == {}
    joined = plain("j", "StringJoin", "save/Const"), plain("s", "SaveV2", "j", "names", "parts", "v")
    assert written("m.meta", *common, *joined).saver.names == {"V": "v"}
    elsewhere = plain("s", "SaveV2", "names", "names", "parts", "v")
    assert written("m.meta", *common, elsewhere).saver.names == {}, "its file is not the one that the Saver is given"
