"""Truth 9, tables of TensorFlow's names in ``tfckpt``: each name is one that TensorFlow has."""

import known_operations
import pytest
from fuzz_bundle import encoded
from test_9_origins import field, node

from tfckpt import ends as of_ends
from tfckpt.compare import references, shapes
from tfckpt.danger import expected, origins, reachability, saver_only
from tfckpt.danger.side_effects import known
from tfckpt.feeds import FEEDING, Feed, feeds, is_feed
from tfckpt.format.node import CONSTANTS
from tfckpt.inspectors.graphs import SAVING_AND_RESTORING
from tfckpt.readers import meta

TABLES = {
    "placeholders": of_ends.PLACEHOLDERS,
    "variables": of_ends.VARIABLES,
    "sizes": of_ends.SIZES,
    "what passes values on in loops": of_ends.PASSING,
    "what feeds": FEEDING,
    "merges": references.MERGING,
    "what goes on in loops": references.GOING_ON,
    "calls of functions": references.CALLS,
    "calls that are followed": origins.CALLS,
    "one shape": shapes.SAME_SHAPE,
    "what assigns": shapes.ASSIGNING,
    "variables with a shape": shapes.VARIABLES,
    "norms": shapes.NORMS,
    "one name": expected.SAME,
    "names that are joined": expected.JOINED,
    "names in a list": expected.LISTED,
    "what is fed with a name": expected.UNFED,
    "what is fed": reachability.GIVEN,
    "what a Saver assigns with": saver_only.ASSIGNING,
    "groups": saver_only.GROUPING,
    "names": saver_only.NAMING,
    "constants": CONSTANTS,
    "variables of a graph": meta.VARIABLES,
    "what passes a variable on": meta.PASSING,
    "what saves": meta.SAVING,
    "what saves and restores": SAVING_AND_RESTORING,
}


@pytest.mark.parametrize("name", TABLES)
def test_the_types_of_operations_are_those_of_tensorflow(name):
    assert TABLES[name]
    assert set(TABLES[name]) - known()[0].keys() == set()


def test_what_is_no_result_is_an_operation_that_tensorflow_has():
    assert set(of_ends.NO_RESULTS) - known()[0].keys() == set()


def listed(number, *contents):
    """The value of an attribute: a list, whose values have the number of a field."""
    return field(1, b"".join(field(number, content) for content in contents))


def dtypes(*numbers, packed=False):
    if packed:
        return field(1, field(6, b"".join(map(encoded, numbers))))
    return field(1, b"".join(b"\x30" + encoded(number) for number in numbers))


PAIR, UNKNOWN_RANK = b"\x12\x02\x08\x02", b"\x18\x01"


@pytest.mark.parametrize("kind", FEEDING)
def test_what_feeds_a_graph_says_dtypes_and_shapes_where_tensorflow_has_them(kind):
    """The attributes are lists of types and of shapes, and what it gives has these types."""
    source, types, of_shapes = FEEDING[kind]
    definition = next(each for each in known_operations.definitions() if each.name == kind)
    attributes = {attribute.name: attribute.type for attribute in definition.attr}
    assert attributes[types] == "list(type)"
    assert [output.type_list_attr for output in definition.output_arg] == [types]
    shapes_of_it = [name for name, what in attributes.items() if what == "list(shape)"]
    assert shapes_of_it == [of_shapes] * bool(of_shapes)
    operation = node("n", kind, **{types: dtypes(1, 9)}, **{each: listed(7, PAIR) for each in shapes_of_it})
    assert is_feed(operation)
    assert feeds(operation) == [
        Feed("n:0", source, "float32", (2,) if of_shapes else None),
        Feed("n:1", source, "int64", None),
    ]
    assert source in ("an iterator (tf.data)", "a queue", "a staging area", "the infeed of a TPU")
    words = {"Iterator": "iterator", "Queue": "queue", "Unstage": "staging", "Infeed": "infeed"}
    assert [word for begin, word in words.items() if kind.startswith(begin)][0] in source


def test_what_feeds_a_graph_is_read_as_it_can_be_written():
    """Numbers one by one or packed; what an export has recorded before what the operation says; references."""
    plain = node("n", "IteratorGetNext", output_types=dtypes(101, 300, packed=True), output_shapes=listed(7, PAIR, b""))
    assert feeds(plain) == [
        Feed("n:0", "an iterator (tf.data)", "float32", (2,)),
        Feed("n:1", "an iterator (tf.data)", "unknown", ()),
    ]
    recorded = {"_output_shapes": listed(7, UNKNOWN_RANK, PAIR), "output_shapes": listed(7, PAIR)}
    assert [feed.shape for feed in feeds(node("n", "IteratorGetNext", output_types=dtypes(1, 1), **recorded))] == [
        None,
        (2,),
    ]
    assert feeds(node("n", "IteratorGetNext", output_types=b"\x10\x01")) == []
    assert not is_feed(node("n", "Identity"))
