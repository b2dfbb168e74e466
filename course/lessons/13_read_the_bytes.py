"""Exercises of lesson 13: the two pieces that a reader of checkpoints lacks: whole keys, and values."""

from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from course.practice import NotYet, exercise, same
from tfckpt import Bundle
from tfckpt.format import table

# Saved by TensorFlow 1.15.5: a linear regression with Adam, moving averages and a global step.
GENUINE = Path(__file__).parent / "files" / "tf-1.15.5" / "regression-50"


def varint(data, at):
    """As in the notebook, so that the attempts below meet the same errors as a learner's."""
    number = shift = 0
    while data[at] >= 128:
        number |= (data[at] - 128) << shift
        shift, at = shift + 7, at + 1
    return number | data[at] << shift, at + 1


def fields(message):
    """As in the notebook."""
    found, at = [], 0
    while at < len(message):
        tag, at = varint(message, at)
        kind = tag & 7
        value, at = varint(message, at) if kind in (0, 2) else ({1: 8, 5: 4}[kind], at)
        if kind:
            value, at = message[at : at + value], at + value
        found.append((tag >> 3, value))
    return found


def save_variables(arrays, prefix):
    """Saves ``{name: array}``, and leaves an empty default graph."""
    tf.reset_default_graph()
    for name, array in arrays.items():
        tf.get_variable(name, initializer=array)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, prefix)
    tf.reset_default_graph()


def blocks_of(prefix):
    """The blocks of an index, each with the entries in it as ``{key: value}``: data, meta-index and index block."""
    data = memoryview(Path(f"{prefix}.index").read_bytes())
    footer = data[-table.FOOTER :]
    meta_index, at = table.handle(footer, 0)
    index, _ = table.handle(footer, at)
    places = [(start, size) for _, start, size in table.places(data)] + [meta_index, index]
    for start, size in places:
        entries = {key: bytes(value) for key, value in table.block(data, start, size)}
        yield bytes(data[start : start + size]), entries


def of_new_save(arrays, prefix):
    """The data block of a checkpoint of ``{name: array}``, and the entries in it."""
    save_variables(arrays, prefix)
    return next(blocks_of(prefix))


def with_a_restart_for_each(entries):
    """A block as LevelDB writes it when each key is written in full, with one restart for each."""
    content, restarts = b"", b""
    for key, value in entries.items():
        restarts += len(content).to_bytes(4, "little")
        content += bytes([0, len(key), len(value)]) + key + value
    return content + restarts + len(entries).to_bytes(4, "little")


@exercise(
    hints=[
        "Which key do the shared bytes come from: the first one, or the one just before?",
        "Keep the last key in a variable: the new one is `key[:shared]` followed by the new bytes. The entries end "
        "where the restarts begin, and the last four bytes say how many restarts there are.",
        'Before the loop: `count = int.from_bytes(block[-4:], "little")` and `end = len(block) - 4 - 4 * count`. The '
        "loop runs `while at < end`, and `key = key[:shared] + block[at : at + new]` stands in it.",
    ],
    raised={
        "index out of range": "It read on past the last entry, into the restarts and over the end. The entries end "
        "`4 + 4 * count` bytes before the end of the block.",
        "is not defined": "`varint` is a cell of this notebook: run it, then define your function again.",
        "can't concat": 'Strings and bytes do not mix: keys are bytes, and the first one is `b""`.',
    },
)
def entries_of(block):
    """Return the entries of a block as {key: value}, both bytes, with whole keys.

    A block ends in its restarts: places of four bytes each. Its last four bytes say how
    many there are, with the lowest byte first. Restarts are not entries.
    """
    # The block is read from both ends: its last bytes say where the entries stop.
    count = int.from_bytes(block[-4:], "little")
    end = len(block) - 4 - 4 * count
    entries, key, at = {}, b"", 0
    while at < end:
        shared, at = varint(block, at)
        new, at = varint(block, at)
        size, at = varint(block, at)
        # What is shared is shared with the key just before, which was put together in the same way.
        key = key[:shared] + block[at : at + new]
        entries[key] = block[at + new : at + new + size]
        at += new + size
    return entries


@entries_of.examiner
def _(attempt):
    pair = {"pair/A": np.full(2, 3, np.int32), "pair/B": np.full(3, 5, np.int32)}
    judge_entries(attempt, *of_new_save(pair, "pair"))
    towers = {name: np.zeros(2, np.float32) for name in ("left/bias", "left/kernel", "right/bias", "right/kernel")}
    judge_entries(attempt, *of_new_save(towers, "towers"))
    layers = {f"layer_{i:02d}/kernel": np.zeros([2, 2], np.float32) for i in range(20)}
    judge_entries(attempt, *of_new_save(layers, "layers"))
    judge_long_names(attempt)
    genuine, empty, index = blocks_of(GENUINE)
    judge_entries(attempt, *genuine)
    judge_entries(attempt, *index)
    judge_the_empty_block(attempt, *empty)
    judge_many_restarts(attempt)
    return (
        "Each key is made from the one before it, and the restarts are left alone. They are there for searching: the "
        "key at such a place is written in full, so reading can begin there. One of the blocks was written by "
        "TensorFlow 1.15.5."
    )


def judge_entries(attempt, block, expected):
    """Raise NotYet unless the attempt returns the entries of a block."""
    answer = attempt(block)
    shown = f"{counted(expected)}, with the keys {listed(expected)}."
    judge_the_form(answer, shown)
    judge_the_keys(answer, expected, shown)
    judge_the_values(answer, expected)


def judge_the_form(answer, shown):
    if answer is None:
        raise NotYet("The function returned `None`.", shown, "The dict is not returned: `return` it after the loop.")
    if not isinstance(answer, dict):
        raise NotYet(
            f"The function returned an object of type `{type(answer).__name__}`.",
            shown,
            "Return a dict: `{key: value}`.",
        )
    texts = [key for key in answer if isinstance(key, str)]
    if texts:
        raise NotYet(
            f"A key is the string `{texts[0]!r}`.",
            shown,
            "Keys stay bytes here: slices of `block`. The keys of a partitioned variable's parts are not text.",
        )


def judge_the_keys(answer, expected, shown):
    seen = f"{counted(answer)}, with the keys {listed(answer)}."
    lacking = [key for key in expected if key not in answer]
    others = [key for key in answer if key not in expected]
    if lacking:
        to_the_end = list(expected)[-1] in answer
        raise NotYet(seen, shown, why_keys_are_lacking(lacking, others, to_the_end))
    restarts = (
        "Perhaps restarts were taken for entries. How many there are differs from block to block: the last four bytes "
        "say it."
    )
    if others:
        raise NotYet(seen, shown, restarts)
    if b"" in expected and isinstance(answer[b""], bytes) and answer[b""] != expected[b""]:
        raise NotYet(f"{seen} The value of `b''`, the header, is `{answer[b'']!r}`.", shown, restarts)


def why_keys_are_lacking(lacking, others, to_the_end):
    """The likely cause, where ``others`` are keys that are not in the block; and whether its last key was found."""
    if others and all(any(key.endswith(other) and other != key for key in lacking) for other in others):
        return "The shared bytes are missing: a key begins with the first `shared` bytes of the key before it."
    if lacking == [b""]:
        return "The header is an entry like the others: its key is empty. Keep it."
    if others or to_the_end:  # it got to the end, and made wrong keys on the way
        return (
            "Perhaps the shared bytes come from another key than the one just before: keep each key, once it is whole, "
            "for the next one. Or an entry was not read from its first byte: `at` goes on by `new + size`."
        )
    return (
        "Perhaps it stopped too early: the loop goes on as long as `at` is before the restarts. How many there are is "
        "a number whose lowest byte comes first."
    )


def judge_the_values(answer, expected):
    for key, value in expected.items():
        if not isinstance(answer[key], bytes):
            raise NotYet(
                f"The value of `{key!r}` is an object of type `{type(answer[key]).__name__}`.",
                f"`{value!r}`",
                "Values are bytes, as slices of `block` are.",
            )
        if answer[key] != value:
            raise NotYet(
                f"The value of `{key!r}` is `{answer[key]!r}`.",
                f"`{value!r}`",
                "The keys are right. A value is the bytes after the new bytes of its key, as many as the third number "
                "says.",
            )


def judge_long_names(attempt):
    """Names of more than 127 bytes: how long they are, and how much they share, takes two bytes."""
    scope = "scope/" * 30
    block, expected = of_new_save({scope + "bias": np.zeros(2, np.float32), scope + "kernel": np.ones(2)}, "long")
    because = (
        "Here the names have 184 and 186 bytes, and share 180, so these numbers take two bytes each: `b8 01` is 184. "
        "Read each of the three numbers with `varint`."
    )
    try:
        answer = attempt(block)
    except Exception as error:
        seen = error.seen if isinstance(error, NotYet) else f"`{type(error).__name__}: {error}`"
        raise NotYet(seen, "The entries of two variables with long names.", because) from None
    if not isinstance(answer, dict) or answer.keys() != expected.keys():
        raise NotYet(f"Keys of {[len(key) for key in answer]} bytes.", "Keys of 0, 184 and 186 bytes.", because)
    judge_the_values(answer, expected)


def judge_the_empty_block(attempt, block, expected):
    answer = attempt(block)
    if answer != expected:
        raise NotYet(
            f"For a block without entries the function returned `{answer!r}`.",
            "`{}`",
            "The meta-index block of each index is like that: one restart, and no entries.",
        )


def judge_many_restarts(attempt):
    expected = {f"layer_{i:03d}".encode(): bytes([i % 251]) for i in range(300)}
    expected[b"layer_007"] = b""
    answer = attempt(with_a_restart_for_each(expected))
    if isinstance(answer, dict) and expected.keys() - answer.keys() == {b"layer_007"}:
        raise NotYet(
            "The entry of `b'layer_007'` is lacking.",
            "`b''`, its value.",
            "A value may be empty: no bytes, after a size of 0. The entry is there all the same.",
        )
    if answer != expected:
        raise NotYet(
            f"For a block with 300 entries and 300 restarts the function returned {counted(answer)}.",
            "300 entries.",
            "How many restarts there are takes all of the last four bytes: 300 is `2c 01 00 00`.",
        )


def counted(entries):
    return f"{len(entries)} {'entry' if len(entries) == 1 else 'entries'}"


def listed(entries):
    keys = [f"`{key[:24]!r}`" if isinstance(key, bytes) else f"`{key!r}`" for key in entries]
    return ", ".join(keys[:4]) + (f" and {len(keys) - 4} more" if len(keys) > 4 else "")


@entries_of.wrong_attempt(says="A value may be empty")
def leaves_empty_values_out(block):
    return {key: value for key, value in entries_of.reference(block).items() if value}


@entries_of.wrong_attempt(says="as slices of `block` are")
def returns_views(block):
    return {key: memoryview(value) for key, value in entries_of.reference(block).items()}


@entries_of.wrong_attempt(says="The shared bytes are missing")
def ignores_what_is_shared(block):
    end = len(block) - 4 - 4 * int.from_bytes(block[-4:], "little")
    entries, at = {}, 0
    while at < end:
        shared, at = varint(block, at)
        new, at = varint(block, at)
        size, at = varint(block, at)
        entries[block[at : at + new]] = block[at + new : at + new + size]
        at += new + size
    return entries


@entries_of.wrong_attempt(says="from another key than the one just before")
def shares_with_the_first_name(block):
    end = len(block) - 4 - 4 * int.from_bytes(block[-4:], "little")
    entries, first, at = {}, b"", 0
    while at < end:
        shared, at = varint(block, at)
        new, at = varint(block, at)
        size, at = varint(block, at)
        key = first[:shared] + block[at : at + new]
        first = first or key
        entries[key] = block[at + new : at + new + size]
        at += new + size
    return entries


@entries_of.wrong_attempt(says="into the restarts and over the end")
def reads_to_the_end(block):
    entries, key, at = {}, b"", 0
    while at < len(block):
        shared, at = varint(block, at)
        new, at = varint(block, at)
        size, at = varint(block, at)
        key = key[:shared] + block[at : at + new]
        entries[key] = block[at + new : at + new + size]
        at += new + size
    return entries


@entries_of.wrong_attempt(says="Perhaps restarts were taken for entries")
def counts_on_one_restart(block):
    entries, key, at = {}, b"", 0
    while at < len(block) - 8:
        shared, at = varint(block, at)
        new, at = varint(block, at)
        size, at = varint(block, at)
        key = key[:shared] + block[at : at + new]
        entries[key] = block[at + new : at + new + size]
        at += new + size
    return entries


@entries_of.wrong_attempt(says="is a number whose lowest byte comes first")
def takes_the_highest_byte_first(block):
    end = len(block) - 4 - 4 * int.from_bytes(block[-4:], "big")
    entries, key, at = {}, b"", 0
    while at < end:
        shared, at = varint(block, at)
        new, at = varint(block, at)
        size, at = varint(block, at)
        key = key[:shared] + block[at : at + new]
        entries[key] = block[at + new : at + new + size]
        at += new + size
    return entries


@entries_of.wrong_attempt(says="takes all of the last four bytes")
def takes_one_byte_for_the_count(block):
    end = len(block) - 4 - 4 * block[-4]
    entries, key, at = {}, b"", 0
    while at < end:
        shared, at = varint(block, at)
        new, at = varint(block, at)
        size, at = varint(block, at)
        key = key[:shared] + block[at : at + new]
        entries[key] = block[at + new : at + new + size]
        at += new + size
    return entries


@entries_of.wrong_attempt(says="so these numbers take two bytes each")
def takes_a_byte_for_a_number(block):
    end = len(block) - 4 - 4 * int.from_bytes(block[-4:], "little")
    entries, key, at = {}, b"", 0
    while at < end:
        shared, new, size = block[at : at + 3]
        at += 3
        key = key[:shared] + block[at : at + new]
        entries[key] = block[at + new : at + new + size]
        at += new + size
    return entries


@entries_of.wrong_attempt(says="A value is the bytes after the new bytes of its key")
def takes_the_value_from_the_key(block):
    end = len(block) - 4 - 4 * int.from_bytes(block[-4:], "little")
    entries, key, at = {}, b"", 0
    while at < end:
        shared, at = varint(block, at)
        new, at = varint(block, at)
        size, at = varint(block, at)
        key = key[:shared] + block[at : at + new]
        entries[key] = block[at : at + size]
        at += new + size
    return entries


@entries_of.wrong_attempt(says="The header is an entry like the others")
def leaves_the_header_out(block):
    end = len(block) - 4 - 4 * int.from_bytes(block[-4:], "little")
    entries, key, at = {}, b"", 0
    while at < end:
        shared, at = varint(block, at)
        new, at = varint(block, at)
        size, at = varint(block, at)
        key = key[:shared] + block[at : at + new]
        if key:
            entries[key] = block[at + new : at + new + size]
        at += new + size
    return entries


@entries_of.wrong_attempt(says="Keys stay bytes here")
def decodes_the_keys(block):
    end = len(block) - 4 - 4 * int.from_bytes(block[-4:], "little")
    entries, key, at = {}, "", 0
    while at < end:
        shared, at = varint(block, at)
        new, at = varint(block, at)
        size, at = varint(block, at)
        key = key[:shared] + block[at : at + new].decode()
        entries[key] = block[at + new : at + new + size]
        at += new + size
    return entries


@entries_of.right_attempt
def from_the_last_key_of_a_dict(block):
    import struct

    (count,) = struct.unpack("<I", block[len(block) - 4 :])
    left, entries = block[: len(block) - 4 * (count + 1)], {}
    while left:
        shared, at = varint(left, 0)
        new, at = varint(left, at)
        size, at = varint(left, at)
        last = list(entries)[-1] if entries else b""
        entries[last[:shared] + left[at : at + new]] = left[at + new :][:size]
        left = left[at + new + size :]
    return entries


@entries_of.right_attempt
def with_a_function_for_the_three_numbers(block):
    def three(at):
        numbers = []
        for _ in range(3):
            number, at = varint(block, at)
            numbers.append(number)
        return *numbers, at

    stop = len(block) - 4 * (1 + int.from_bytes(block[-4:], byteorder="little"))
    pairs, before, at = [], bytearray(), 0
    while at != stop:
        shared, new, size, at = three(at)
        before = before[:shared] + block[at : at + new]
        pairs.append((bytes(before), block[at + new : at + new + size]))
        at = at + new + size
    return dict(pairs)


entries_of.may_pass(
    "end = len(block) - 4 - 4 * count -> end = len(block) - 5 - 4 * count",
    because="An entry has at least three bytes, so none begins at the last byte before the restarts.",
)


@exercise(
    hints=[
        "Do fields 4 and 5 count elements, or bytes?",
        "The bytes of the variable are `data[offset : offset + size]`, and `np.frombuffer` makes a flat array of them, "
        'of the dtype that you name: `"<f4"` is a little-endian `float32`. `.reshape(...)` gives it its shape, which '
        "is a message inside field 2.",
        "`found = dict(fields(entry))`, and `found.get(4, 0)` is the offset, also where it was left out. A shape has a "
        "field 2 for each dimension, so no dict of it: `[dict(fields(dimension)).get(1, 0) for _, dimension in "
        "fields(found[2])]`.",
    ],
    raised={
        "buffer size must be a multiple": "The bytes are not a whole number of elements. Cut exactly `size` bytes out "
        "of `data`, from byte `offset` on.",
        "buffer is smaller than requested": "More elements were asked for than there are bytes. Field 5 counts bytes, "
        "and an element has four or eight.",
        "cannot reshape array": "The shape does not fit the number of elements. Are the bytes "
        "`data[offset : offset + size]`? In a shape, field 2 occurs once for each dimension, and a dict would keep "
        "only the last one.",
        "'bytes' object has no attribute": "`entry` is bytes, as they are in the index: `fields(entry)` reads it.",
        "'int' and 'bytes'": "A field that is 0 is left out, so the third pair is not always the offset. Look for the "
        "number of the field: `dict(fields(entry)).get(4, 0)`.",
        "is not defined": "`fields` and `varint` are cells of this notebook: run them, then define your function "
        "again.",
    },
)
def values_of(data, entry):
    """Return the values of a variable as an array of its shape.

    data is all bytes of the data file that the variable is in. entry is its value in the
    index, as entries_of returns it. Dtype 1 is float32, 3 is int32, and 9 is int64.
    """
    found = dict(fields(entry))  # in an entry of a variable in one piece, each number occurs once at most
    # In a shape, field 2 occurs once for each dimension, and a dict would keep only the last one.
    shape = [dict(fields(dimension)).get(1, 0) for _, dimension in fields(found[2])]
    # A field that is 0 is left out: the first variable of a file has no offset, and an empty one has no size.
    offset, size = found.get(4, 0), found.get(5, 0)
    # "<": the lowest byte comes first, whatever the machine that reads it.
    dtype = {1: "<f4", 3: "<i4", 9: "<i8"}[found[1]]
    return np.frombuffer(data[offset : offset + size], dtype).reshape(shape)


@values_of.examiner
def _(attempt):
    save_variables(
        {
            "A": np.array([3, 4], np.int32),
            "B": np.array([5, 6, 7], np.int32),
            "C": np.array([0.5, 1.5, 2.5], np.float32),
            "empty": np.zeros([0, 300], np.float32),  # 300 takes two bytes
            "kernel": np.arange(8, dtype=np.float32).reshape(4, 2) / 4,
            "layers": np.arange(12, dtype=np.int32).reshape(2, 3, 2),
            "scale": np.float32(0.25),
            "step": np.int64(2**40 + 1),
            "truth": np.array([True, False, True]),  # behind the others: the file has an odd number of bytes
        },
        "eight",
    )
    for name in ("B", "C", "A", "kernel", "layers", "scale", "step", "empty"):
        judge_values(attempt, "eight", name)
    for name in Bundle(GENUINE).entries:
        judge_values(attempt, GENUINE, name)
    return (
        "The entry says where a variable begins, how many bytes it has, and what they mean. That is all it takes for "
        "numbers that were saved in one piece, whether TensorFlow 2.21 or 1.15.5 saved them: both were tried."
    )


def judge_values(attempt, prefix, name):
    """Compares what an attempt returns for a variable with what the course's own reader says."""
    entry = next(blocks_of(prefix))[1][name.encode()]
    array = np.array(Bundle(prefix).tensor(name))
    said = f"`{array!r}`, from an entry with the fields `{fields(entry)!r}`."
    try:
        answer = attempt(Path(f"{prefix}.data-00000-of-00001").read_bytes(), entry)
    except NotYet as problem:
        if isinstance(problem.__cause__, KeyError):
            raise NotYet(problem.seen, said, lacking(problem.__cause__.args[0])) from None
        raise
    if not isinstance(answer, np.ndarray | np.generic):
        raise NotYet(
            f"The function returned {'`None`' if answer is None else f'an object of type `{type(answer).__name__}`'}.",
            said,
            "Return an array: `np.frombuffer(bytes, dtype)` makes one of bytes.",
        )
    answer = np.asarray(answer)
    shown = f"`{answer!r}`"
    native = answer.astype(answer.dtype.newbyteorder("="))
    if same(native, array):
        return
    if native.dtype == array.dtype and same(native.ravel(), array.ravel()):
        raise NotYet(shown, said, "The values are right, and the shape is not. It is a message, in field 2.")
    if answer.tobytes() == array.tobytes() and native.dtype == array.dtype or same(native, array.byteswap()):
        raise NotYet(shown, said, "The bytes were read with the highest first. In a checkpoint the lowest comes first.")
    if native.dtype != array.dtype:
        raise NotYet(shown, said, "Perhaps the bytes are read as another kind of number. Field 1 is the dtype.")
    if same(native.ravel()[: array.size], array.ravel()):
        raise NotYet(
            shown, said, "It did not stop: what stands behind the variable belongs to others. Field 5 is the size."
        )
    if same(np.sort(native, axis=None), np.sort(array, axis=None)):
        raise NotYet(shown, said, "The values are right, and not at their places: the last dimension changes fastest.")
    raise NotYet(
        shown,
        said,
        "Perhaps it began at another place. Field 4 counts bytes, and an element has four or eight: cut the bytes, "
        "then convert.",
    )


def lacking(key):
    """The likely cause when a dict had no such key."""
    if key == 4:
        return "A field that is 0 is left out. This variable begins at byte 0, so it has no field 4."
    if key in (1, 5):
        return "A field that is 0 is left out. This variable has a dimension of 0, so it has no elements and no bytes."
    if key == 9:
        return "This variable is an `int64`, as a global step usually is. The docstring has the number."
    if key == 2:
        return "This variable is a scalar: its shape has no dimensions, so no field 2."
    return f"A dict was asked for `{key!r}`, which it does not have. Compare with the fields of the entry."


@values_of.wrong_attempt(says="not a whole number of elements")
def converts_all_that_follows(data, entry):
    given = dict(fields(entry))
    shape = [dict(fields(each)).get(1, 0) for number, each in fields(given.get(2, b"")) if number == 2]
    numbers = np.frombuffer(data, {1: np.float32, 3: np.int32, 9: np.int64}[given[1]], offset=given.get(4, 0))
    return numbers[: int(np.prod(shape))].reshape(shape)


@values_of.wrong_attempt(says="with the highest first")
def reads_big_endian(data, entry):
    found = dict(fields(entry))
    shape = [dict(fields(dimension)).get(1, 0) for _, dimension in fields(found[2])]
    offset, size = found.get(4, 0), found.get(5, 0)
    return np.frombuffer(data[offset : offset + size], {1: ">f4", 3: ">i4", 9: ">i8"}[found[1]]).reshape(shape)


@values_of.wrong_attempt(says="the last dimension changes fastest")
def fills_column_by_column(data, entry):
    found = dict(fields(entry))
    shape = [dict(fields(dimension)).get(1, 0) for _, dimension in fields(found[2])]
    offset, size = found.get(4, 0), found.get(5, 0)
    values = np.frombuffer(data[offset : offset + size], {1: "<f4", 3: "<i4", 9: "<i8"}[found[1]])
    return values.reshape(shape, order="F")


@values_of.wrong_attempt(says="Perhaps it began at another place")
def takes_the_offset_for_a_count_of_elements(data, entry):
    found = dict(fields(entry))
    shape = [dict(fields(dimension)).get(1, 0) for _, dimension in fields(found[2])]
    offset, count = found.get(4, 0), found.get(5, 0) // 4
    return np.frombuffer(data[: len(data) // 4 * 4], "<i4")[offset // 2 :][:count].reshape(shape)


@values_of.wrong_attempt(says="Field 5 counts bytes")
def takes_the_size_for_a_count_of_elements(data, entry):
    found = dict(fields(entry))
    dtype = {1: "<f4", 3: "<i4", 9: "<i8"}[found[1]]
    return np.frombuffer(data, dtype, count=found.get(5, 0) * 8, offset=found.get(4, 0))


@values_of.wrong_attempt(says="so it has no field 4")
def expects_every_field(data, entry):
    found = dict(fields(entry))
    shape = [dict(fields(dimension)).get(1, 0) for _, dimension in fields(found[2])]
    values = data[found[4] : found[4] + found[5]]
    return np.frombuffer(values, {1: "<f4", 3: "<i4", 9: "<i8"}[found[1]]).reshape(shape)


@values_of.wrong_attempt(says="so it has no elements and no bytes")
def expects_a_size(data, entry):
    found = dict(fields(entry))
    shape = [dict(fields(dimension)).get(1, 0) for _, dimension in fields(found[2])]
    offset = found.get(4, 0)
    values = data[offset : offset + found[5]]
    return np.frombuffer(values, {1: "<f4", 3: "<i4", 9: "<i8"}[found[1]]).reshape(shape)


@values_of.wrong_attempt(says="as another kind of number")
def takes_all_for_integers(data, entry):
    found = dict(fields(entry))
    shape = [dict(fields(dimension)).get(1, 0) for _, dimension in fields(found[2])]
    offset, size = found.get(4, 0), found.get(5, 0)
    return np.frombuffer(data[offset : offset + size], "<i4").reshape(shape)


@values_of.wrong_attempt(says="as a global step usually is")
def knows_no_global_step(data, entry):
    found = dict(fields(entry))
    shape = [dict(fields(dimension)).get(1, 0) for _, dimension in fields(found[2])]
    offset, size = found.get(4, 0), found.get(5, 0)
    return np.frombuffer(data[offset : offset + size], {1: "<f4", 3: "<i4"}[found[1]]).reshape(shape)


@values_of.wrong_attempt(says="It did not stop")
def reads_on_to_the_end(data, entry):
    found = dict(fields(entry))
    dtype = np.dtype({1: "<f4", 3: "<i4", 9: "<i8"}[found[1]])
    rest = data[found.get(4, 0) :]
    return np.frombuffer(rest[: len(rest) // dtype.itemsize * dtype.itemsize], dtype)


@values_of.wrong_attempt(says="and the shape is not")
def returns_a_flat_array(data, entry):
    found = dict(fields(entry))
    offset, size = found.get(4, 0), found.get(5, 0)
    return np.frombuffer(data[offset : offset + size], {1: "<f4", 3: "<i4", 9: "<i8"}[found[1]])


@values_of.wrong_attempt(says="a dict would keep only the last one")
def keeps_one_dimension(data, entry):
    found = dict(fields(entry))
    shape = dict(fields(dict(fields(found[2]))[2]))[1]
    offset, size = found.get(4, 0), found.get(5, 0)
    return np.frombuffer(data[offset : offset + size], {1: "<f4", 3: "<i4", 9: "<i8"}[found[1]]).reshape(shape)


@values_of.wrong_attempt(says="Return an array")
def returns_the_bytes(data, entry):
    found = dict(fields(entry))
    offset, size = found.get(4, 0), found.get(5, 0)
    return data[offset : offset + size]


@values_of.right_attempt
def as_a_view_of_all_bytes(data, entry):
    import math

    number, offset, sizes = 0, 0, []
    for field, value in fields(entry):
        if field == 1:
            number = value
        elif field == 2:
            sizes = [sum(size for _, size in fields(dimension)) for _, dimension in fields(value)]
        elif field == 4:
            offset = value
    dtype = np.dtype({1: np.float32, 3: np.int32, 9: np.int64}[number])
    values = data[offset : offset + math.prod(sizes) * dtype.itemsize]
    return np.ndarray(sizes, dtype, values) if sizes else np.frombuffer(values, dtype)[0]


@values_of.right_attempt
def with_struct(data, entry):
    import struct

    found = dict(fields(entry))
    letter, dtype = {1: ("f", "float32"), 3: ("i", "int32"), 9: ("q", "int64")}[found.get(1)]
    offset, size = found.get(4, 0), found.get(5, 0)
    numbers = struct.unpack(f"<{size // struct.calcsize('<' + letter)}{letter}", data[offset : offset + size])
    shape = tuple(dict(fields(dimension)).get(1, 0) for _, dimension in fields(found[2]))
    return np.array(numbers, dtype).reshape(shape)


for change in ("{1: '<f', 3: '<i4', 9: '<i8'}", "{1: '<f4', 3: '<i', 9: '<i8'}"):
    values_of.may_pass(
        f"dtype = {{1: '<f4', 3: '<i4', 9: '<i8'}}[found[1]] -> dtype = {change}[found[1]]",
        because="`<f` and `<i` are NumPy's other names for `<f4` and `<i4`.",
    )
