"""Exercises of lesson 13: the two pieces that a reader of checkpoints lacks: whole keys, and values."""

from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from course.checkpoint import Bundle
from course.checkpoint.format.layout import layout
from course.checkpoint.format.table import TRAILER
from course.checkpoint.format.wire import fields
from course.practice import NotYet, exercise


def varint(data, at):
    """As in the notebook, so that the attempts below meet the same errors as a learner's."""
    number = shift = 0
    while data[at] >= 128:
        number |= (data[at] - 128) << shift
        shift, at = shift + 7, at + 1
    return number | data[at] << shift, at + 1


def save_variables(arrays, prefix):
    """Saves ``{name: array}``, and leaves an empty default graph."""
    tf.reset_default_graph()
    for name, array in arrays.items():
        tf.get_variable(name, initializer=array)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.train.Saver().save(sess, prefix)
    tf.reset_default_graph()


def block_of(arrays, prefix):
    """The data block of a checkpoint of ``{name: array}``, and the entries in it as ``{key: value}``."""
    save_variables(arrays, prefix)
    data = Path(prefix + ".index").read_bytes()
    section = next(section for section in layout(data) if section.name == "Data block")
    values = [next(group.content for group in row.groups if group.kind == "value") for row in section.rows[:-1]]
    keys = [b"", *(name.encode() for name in Bundle(prefix).entries)]
    return data[section.start : section.start + section.size - TRAILER], dict(zip(keys, values, strict=True))


@exercise(
    hints=[
        "Of which key are the shared bytes a part: of the first one, or of the one just before?",
        "Keep the last key in a variable: the new one is `key[:shared]` with the new bytes behind it. The entries end "
        "where the restarts begin, and the last four bytes say how many there are.",
        'Before the loop: `count = int.from_bytes(block[-4:], "little")` and `end = len(block) - 4 - 4 * count`. The '
        "loop goes on `while at < end`, with `key = key[:shared] + block[at : at + new]` in it.",
    ],
    raised={
        "index out of range": "It read on behind the last entry, into the restarts and over the end. The entries end "
        "`4 + 4 * count` bytes before the end of the block.",
        "is not defined": "`varint` is a cell of this notebook: run it, then define your function again.",
        "can't concat": 'Texts and bytes do not mix: keys are bytes, and the first one is `b""`.',
    },
)
def entries_of(block):
    """Return the entries of a block as {key: value}, both bytes, with whole keys.

    At the end of a block stand the restarts: places of four bytes each, then, in the last
    four bytes, how many there are. The lowest byte comes first. They are no entries.
    """
    # The block is read from both ends: its last bytes say where the entries stop.
    count = int.from_bytes(block[-4:], "little")
    end = len(block) - 4 - 4 * count
    entries, key, at = {}, b"", 0
    while at < end:
        shared, at = varint(block, at)
        new, at = varint(block, at)
        size, at = varint(block, at)
        # What is shared is shared with the key just before, which had been put together in the same way.
        key = key[:shared] + block[at : at + new]
        entries[key] = block[at + new : at + new + size]
        at += new + size
    return entries


@entries_of.examiner
def _(attempt):
    pair = {"pair/A": np.full(2, 3, np.int32), "pair/B": np.full(3, 5, np.int32)}
    judge_entries(attempt, *block_of(pair, "pair"))
    towers = {name: np.zeros(2, np.float32) for name in ("left/bias", "left/kernel", "right/bias", "right/kernel")}
    judge_entries(attempt, *block_of(towers, "towers"))
    layers = {f"layer_{i:02d}/kernel": np.zeros([2, 2], np.float32) for i in range(20)}
    judge_entries(attempt, *block_of(layers, "layers"))
    judge_long_names(attempt, *block_of({"scope/" * 30 + "kernel": np.zeros(2, np.float32)}, "long"))
    return (
        "Each key is made from the one before it, and the restarts are left alone. They are there for a search: a key "
        "at such a place is written in full, so one can begin to read there."
    )


def judge_entries(attempt, block, expected):
    answer = attempt(block)
    shown = f"{len(expected)} entries, with the keys {listed(expected)}."
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
            f"A key is the text `{texts[0]!r}`.",
            shown,
            "Keys stay bytes here: slices of `block`. A partitioned variable has keys that are no text.",
        )
    seen = f"{len(answer)} {'entry' if len(answer) == 1 else 'entries'}, with the keys {listed(answer)}."
    lacking = [key for key in expected if key not in answer]
    others = [key for key in answer if key not in expected]
    if lacking and all(any(key.endswith(other) and other != key for key in lacking) for other in others) and others:
        raise NotYet(
            seen,
            shown,
            "The shared bytes are missing: a key begins with the first `shared` bytes of the key before it.",
        )
    if lacking and others:
        raise NotYet(
            seen,
            shown,
            "The shared bytes come from another key than the one just before. Keep each key, once it is whole, for the "
            "next one.",
        )
    if lacking:
        raise NotYet(seen, shown, "It stopped too early: the loop goes on as long as `at` is before the restarts.")
    if others or answer[b""] != expected[b""]:
        raise NotYet(
            seen + ("" if others else " The value of `b''`, the header, is gone."),
            shown,
            "Restarts were taken for entries. How many there are differs from block to block: the last four bytes say "
            "it.",
        )
    for key, value in expected.items():
        if answer[key] != value:
            raise NotYet(
                f"The value of `{key!r}` is `{answer[key]!r}`.",
                f"`{value!r}`",
                "The keys are right. A value begins behind the new bytes of its key, and has as many bytes as the "
                "third number says.",
            )


def judge_long_names(attempt, block, expected):
    """A name of more than 127 bytes: its length takes two bytes."""
    because = (
        "Here a name has 186 bytes, so its length takes two bytes, `ba 01`. Each of the three numbers is read with "
        "`varint`."
    )
    try:
        answer = attempt(block)
    except Exception as error:
        raise NotYet(
            f"`{type(error).__name__}: {error}`", "The entry of a variable with a long name.", because
        ) from None
    if answer != expected:
        raise NotYet(f"Keys of {[len(key) for key in answer]} bytes.", "Keys of 0 and of 186 bytes.", because)


def listed(entries):
    keys = [f"`{key[:24]!r}`" for key in entries]
    return ", ".join(keys[:4]) + (f" and {len(keys) - 4} more" if len(keys) > 4 else "")


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


@entries_of.wrong_attempt(says="Restarts were taken for entries")
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


@entries_of.wrong_attempt(says="its length takes two bytes")
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


@exercise(
    hints=[
        "What do field 4 and field 5 count: elements, or bytes?",
        "The bytes of the variable are `data[offset : offset + size]`, and `np.frombuffer` makes an array of them, of "
        'the dtype that you name: `"<f4"` is a little-endian `float32`.',
        "`entry.get(4, 0)` is the offset, also where it was left out. The last line is "
        "`return np.frombuffer(data[offset : offset + size], dtype)`.",
    ],
    raised={
        "buffer size must be a multiple": "The bytes are no whole number of elements. Cut out of `data` exactly `size` "
        "bytes, from byte `offset` on.",
        "buffer is smaller than requested": "More elements were asked for than there are bytes. Field 5 counts bytes, "
        "and an element has four.",
    },
)
def values_of(data, entry):
    """Return the values of a variable as a flat array.

    data is all bytes of the data file, and entry what fields returns, such as
    {1: 3, 2: ..., 4: 8, 5: 12, 6: ...}. Dtype 1 is float32, and 3 is int32.
    """
    # A field that is 0 is left out, so the first variable of a file has no offset.
    offset, size = entry.get(4, 0), entry.get(5, 0)
    # Both count bytes. Said with "<", the lowest byte comes first on every machine.
    dtype = {1: "<f4", 3: "<i4"}[entry[1]]
    return np.frombuffer(data[offset : offset + size], dtype)


@values_of.examiner
def _(attempt):
    arrays = {
        "A": np.array([3, 4], np.int32),
        "B": np.array([5, 6, 7], np.int32),
        "C": np.array([0.5, 1.5, 2.5], np.float32),
        "D": np.array([8, 9], np.int32),
    }
    _, entries = block_of(arrays, "four")
    data = Path("four.data-00000-of-00001").read_bytes()
    for name in ("B", "D", "C", "A"):
        entry = dict(fields(entries[name.encode()]))
        judge_values(attempt, data, entry, arrays[name])
    return "The table says where a variable begins, how many bytes it has and what they mean. Nothing else is needed."


def judge_values(attempt, data, entry, array):
    said = f"`{array!r}`, of the entry `{entry!r}`."
    try:
        answer = attempt(data, entry)
    except NotYet as problem:
        if not isinstance(problem.__cause__, KeyError):
            raise
        raise NotYet(
            problem.seen,
            said,
            "A field that is 0 is left out. This variable begins at byte 0, so it has no field 4.",
        ) from None
    if not isinstance(answer, np.ndarray):
        raise NotYet(
            f"The function returned {'`None`' if answer is None else f'an object of type `{type(answer).__name__}`'}.",
            said,
            "Return an array: `np.frombuffer(bytes, dtype)` makes one of bytes.",
        )
    if answer.dtype.newbyteorder("=") == array.dtype and answer.tolist() == array.tolist():
        return
    shown = f"`{answer!r}`"
    if answer.tolist() == array.byteswap().tolist():
        raise NotYet(shown, said, "The bytes were read with the highest first. In a checkpoint the lowest comes first.")
    if answer.dtype.newbyteorder("=") != array.dtype:
        raise NotYet(shown, said, "The bytes are read as another kind of number. Field 1 is the dtype: look at it.")
    if answer.size > array.size and answer[: array.size].tolist() == array.tolist():
        raise NotYet(
            shown, said, "It did not stop: what stands behind the variable belongs to others. Field 5 is the size."
        )
    raise NotYet(
        shown,
        said,
        "It began at another place. Field 4 counts bytes, and an element has four: cut the bytes, then convert.",
    )


@values_of.wrong_attempt(says="with the highest first")
def reads_big_endian(data, entry):
    offset, size = entry.get(4, 0), entry.get(5, 0)
    return np.frombuffer(data[offset : offset + size], {1: ">f4", 3: ">i4"}[entry[1]])


@values_of.wrong_attempt(says="It began at another place")
def takes_the_offset_for_a_count_of_elements(data, entry):
    offset, size = entry.get(4, 0), entry.get(5, 0)
    return np.frombuffer(data, {1: "<f4", 3: "<i4"}[entry[1]])[offset : offset + size]


@values_of.wrong_attempt(says="Field 5 counts bytes")
def takes_the_size_for_a_count_of_elements(data, entry):
    dtype = {1: "<f4", 3: "<i4"}[entry[1]]
    return np.frombuffer(data, dtype, count=entry.get(5, 0), offset=entry.get(4, 0))


@values_of.wrong_attempt(says="so it has no field 4")
def expects_every_field(data, entry):
    return np.frombuffer(data[entry[4] : entry[4] + entry[5]], {1: "<f4", 3: "<i4"}[entry[1]])


@values_of.wrong_attempt(says="as another kind of number")
def takes_all_for_integers(data, entry):
    offset, size = entry.get(4, 0), entry.get(5, 0)
    return np.frombuffer(data[offset : offset + size], "<i4")


@values_of.wrong_attempt(says="It did not stop")
def reads_on_to_the_end(data, entry):
    return np.frombuffer(data, {1: "<f4", 3: "<i4"}[entry[1]], offset=entry.get(4, 0))


@values_of.wrong_attempt(says="Return an array")
def returns_the_bytes(data, entry):
    offset, size = entry.get(4, 0), entry.get(5, 0)
    return data[offset : offset + size]
