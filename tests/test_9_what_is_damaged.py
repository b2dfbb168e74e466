"""Truth 9, what is missing, damaged or left over of a checkpoint: each sentence by itself, of two small variables."""

import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from fuzz_bundle import encoded
from test_9_bundle import written
from test_9_origins import field

from conftest import OURS
from tfckpt import Bundle, CheckpointError
from tfckpt.danger.audit import Suspect, shortened
from tfckpt.format.crc32c import extend, masked
from tfckpt.inspection import Checked, Inspection, Integrity, Tensor
from tfckpt.inspectors import checkpoints, graphs
from tfckpt.integrity import check, check_checksums, check_names, check_sizes, damaged, lost, named
from tfckpt.kind import Kind
from tfckpt.left_overs import beginning_with, folders_among, left_overs
from tfckpt.renamed import exchanged, of_another_number

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="paths are other ones there")

DATA = "m.data-00000-of-00001"


@pytest.fixture
def pair(in_folder):
    """A checkpoint ``m`` of A, two int32, and B, three."""
    for path in (OURS / "pair").glob("model.*"):
        shutil.copy(path, path.name.replace("model", "m"))
    return Bundle("m")


def number(at, value):
    return encoded(at << 3) + encoded(value)


def entry(content, shard=0, offset=0, size=None, checksum=None, shape=None):
    """An entry of an index: of uint8 values."""
    size = len(content) if size is None else size
    checksum = masked(extend(0, content)) if checksum is None else checksum
    shape = field(2, field(2, number(1, size if shape is None else shape)))
    said = number(1, 4) + shape + number(3, shard) + number(4, offset) + number(5, size)
    return said + b"\x35" + checksum.to_bytes(4, "little")


def checkpoint(shards, **entries):
    """Writes a checkpoint ``c`` in several data files, whose bytes are given."""
    written(Path("c.index"), {name.encode(): each for name, each in entries.items()}, number(1, len(shards)))
    for at, content in enumerate(shards):
        if content is not None:
            Path(f"c.data-{at:05}-of-{len(shards):05}").write_bytes(content)
    return Bundle("c")


# Sizes


def test_what_sizes_show(pair):
    assert check_sizes(pair) == []
    Path(DATA).write_bytes(Path(DATA).read_bytes()[:19])
    (says,) = check_sizes(Bundle("m"))
    assert says.startswith(f"{DATA} has 19 bytes, and the index speaks of 20. Likely a copy that did not finish")
    Path(DATA).unlink()
    assert check_sizes(Bundle("m")) == [f"{DATA} is missing, and with it its values."]


def test_a_data_file_of_several_that_is_missing(in_folder):
    bundle = checkpoint([b"ab", None, b"ef"], a=entry(b"ab"), b=entry(b"cd", 1), c=entry(b"ef", 2))
    missing = "c.data-00001-of-00003 is missing, and with it its values."
    assert check_sizes(bundle) == [missing, "Lost with it: b.", "Still readable: a, c."]
    shutil.copy("c.data-00000-of-00003", "c.data-00001-of-00002")
    assert check_sizes(bundle)[:2] == [
        missing, "The index speaks of 3 data files. Renamed, or of another save: c.data-00001-of-00002."]  # fmt: skip
    assert of_another_number(bundle) == ["c.data-00001-of-00002"]
    assert lost(bundle, {0: 2, 1: 2, 2: 2}) == [] == lost(bundle, {})


def test_sizes_that_contradict_each_other(in_folder):
    bundle = checkpoint([b"abcd"], a=entry(b"ab", size=2, shape=3), b=entry(b"ab", offset=2))
    assert check_sizes(bundle) == ["'a' has 2 bytes, and its shape takes 3."]
    elsewhere = checkpoint([b"ab"], a=entry(b"ab", shard=4))
    assert check_sizes(elsewhere) == ["The index sends to data file number 4, and says that there are 1."]
    parts = checkpoint([b"ab"], a=entry(b"ab") + field(7, field(1, number(2, 1))))
    assert check_sizes(parts) == ["the part ((0, 1),) of 'a' is not in the table."]


def test_names_in_a_sentence():
    assert named(["a", "b"]) == "a, b" and named([]) == ""
    assert named(list("abcdefghijklmnopqrst")).endswith(", t")
    assert named(list("abcdefghijklmnopqrstu")).endswith(", t and 1 more")


# Checksums


def test_what_checksums_show(pair):
    told = []
    assert check(pair, False, None).checked is Checked.SIZES
    whole = check(pair, True, lambda total: told.append(total) or told.append)
    assert whole.checked is Checked.CHECKSUMS and whole.problems == () and told == [20, 8, 12]
    content = bytearray(Path(DATA).read_bytes())
    content[0] ^= 1
    Path(DATA).write_bytes(content)
    broken = check(Bundle("m"), True, lambda total: lambda count: None)
    assert broken.problems[0].startswith("A: stored checksum ") and ", and its bytes give " in broken.problems[0]
    assert broken.problems[1] == "1 of 2 tensors are not what was saved. Likely a damaged copy."
    Path(DATA).write_bytes(bytes(20))
    problems = check(Bundle("m"), True, lambda total: lambda count: None).problems
    assert problems[-1] == (
        "2 of 2 tensors are not what was saved. Likely a data file and an .index of two different saves."
    )
    Path(DATA).write_bytes(bytes(19))
    assert check(Bundle("m"), True, None).checked is Checked.SIZES, "checksums are not compared"


def test_data_files_that_were_exchanged(in_folder):
    bundle = checkpoint([b"cd", b"ab", b"ef"], a=entry(b"ab"), b=entry(b"cd", 1), c=entry(b"ef", 2))
    wrong = check_checksums(bundle).wrong
    assert list(wrong) == ["a", "b"]
    assert exchanged(bundle, wrong) == [
        "What belongs into c.data-00000-of-00003 is in c.data-00001-of-00003.",
        "What belongs into c.data-00001-of-00003 is in c.data-00000-of-00003.",
    ]
    assert damaged(bundle, wrong)[-1].startswith(
        "2 of 3 tensors are not what was saved. What belongs into c.data-00000"
    )
    assert damaged(bundle, wrong)[-1].endswith(" Likely renamed.") and damaged(bundle, {}) == []
    other = checkpoint([b"xy", b"zz"], a=entry(b"ab"), b=entry(b"cd", 1))
    assert exchanged(other, check_checksums(other).wrong) == []


def test_no_thread_is_started_for_few_bytes(pair, monkeypatch):
    def fails(count):
        raise AssertionError("a thread")

    monkeypatch.setattr("concurrent.futures.ThreadPoolExecutor", fails)
    assert check_checksums(pair).wrong == {}
    monkeypatch.setattr("tfckpt.integrity.WORTH_TWO", 21)
    assert check_checksums(pair).wrong == {}
    monkeypatch.setattr("tfckpt.integrity.WORTH_TWO", 20)
    with pytest.raises(AssertionError, match="a thread"):
        check_checksums(pair)


# Graphs


def operation(name, *inputs, function=""):
    return SimpleNamespace(name=name, inputs=inputs, function=function)


@pytest.mark.parametrize(
    ("operations", "says"),
    [
        ([operation("a"), operation("b/c.d-e_f>g", "a:0", "^a")], None),
        ([operation("a", "gone:1")], "the operation 'a' takes its input from 'gone', which is not there"),
        ([operation("-a")], "no operation may have the name '-a'"),
        ([operation("a b")], "no operation may have the name 'a b'"),
        ([operation("")], "no operation may have the name ''"),
        ([operation("a", "x", function="f"), operation("-", function="f")], None),
    ],
)
def test_what_names_in_a_graph_show(operations, says):
    found = check_names(SimpleNamespace(operations=operations, path=Path("m.meta")))
    begin = "m.meta is damaged, and TensorFlow will not import it: "
    assert found == ([f"{begin}{says}. The values are not in this file."] if says else [])


# What a save left over


def said(prefix="m", whole=True, asked=False):
    return [
        (left.path.name, left.says, [(a.name, b.name) for a, b in left.renames])
        for left in left_overs(prefix, whole, asked)
    ]


FITS = "an index that fits the data files, as all its checksums show"
NOTHING = "it rescues nothing."


def test_an_index_that_was_left_over(pair):
    assert said() == []
    shutil.copy("m.index", "m.index.tempstate5")
    assert said() == [("m.index.tempstate5", f"{FITS}. So does the index in use: it is not needed.", [])]
    for whole in (False, None):
        renamed = [("m.index.tempstate5", "m.index")]
        assert said(whole=whole) == [("m.index.tempstate5", f"{FITS}. Renamed, it rescues them.", renamed)]
    Path(DATA).write_bytes(bytes(20))
    assert said() == [
        ("m.index.tempstate5", f"an index that does not fit the data files, as checksums show: {NOTHING}", [])
    ]
    Path(DATA).write_bytes(bytes(19))
    assert said()[0][1] == f"an index that does not fit the data files, as their sizes show: {NOTHING}"
    Path("m.index.tempstate5").write_bytes(b"x")
    assert said()[0][1].startswith(f"an index that was not written to its end: {NOTHING} (m.index.tempstate5 cannot be")


def test_values_that_were_left_over(pair):
    os.rename(DATA, f"{DATA}.tempstate7")
    values = "values of a save that was stopped before its index was written"
    assert said() == [(f"{DATA}.tempstate7", f"{values}. Without an index {NOTHING}", [])]
    os.rename("m.index", "m.index.tempstate7")
    both = [(f"{DATA}.tempstate7", DATA), ("m.index.tempstate7", "m.index")]
    assert said(whole=False) == [("m.index.tempstate7", f"{FITS}. Renamed, it rescues them.", both)]
    shutil.copy(f"{DATA}.tempstate7", f"{DATA}.tempstate8")
    assert [each[1:] for each in said(whole=False)[1:]] == [(values, []), (values, [])], (
        "which of the two, nobody knows"
    )


def test_a_folder_that_was_left_over(pair):
    Path("m_temp").mkdir()
    assert said() == [("m_temp", f"a folder of a save that was stopped, with no index in it: {NOTHING}", [])]
    shutil.copy("m.index", "m_temp/part.index")
    renames = [("part.index", "m.index")]
    assert said(whole=False) == [("m_temp", f"{FITS}. Renamed, it rescues them.", renames)]
    shutil.copy(DATA, "m_temp/part.data-00000-of-00001")
    assert said(whole=False)[0][2] == [("part.data-00000-of-00001", DATA), *renames]
    shutil.copy("m.index", "m_temp/other.index")
    shards = "2 shards of a save that was stopped before they were merged, each a checkpoint of its own"
    assert said() == [("m_temp", shards, [])]
    Path("m_temp/other.index").unlink()
    Path("m_temp/part.index").write_bytes(b"x")
    assert said()[0][1].startswith(f"a shard of a save that cannot be read: {NOTHING} (m_temp/part.index cannot be")


def test_what_begins_with_a_prefix(in_folder):
    for name in ("m_temp", "m_temp_0af", "m_tempx", "mm_temp", "m_temp_"):
        Path(name).mkdir()
    Path("m_temp_file").touch()
    rests = beginning_with("m")
    assert [(path.name, rest) for path, rest in rests][0] == ("m_temp", "_temp") and len(rests) == 6
    assert [path.name for path in folders_among(rests)] == ["m_temp", "m_temp_0af"]
    assert beginning_with("gone/m") == [] and beginning_with(os.path.join(in_folder, "mm"))[0][1] == "_temp"


# What is said of a checkpoint


def tensors(*described):
    return [Tensor(name, "float32", shape, 4, role, of) for name, shape, role, of in described]


def test_a_graph_that_was_built_twice_and_trained_once():
    one = [(f"a{n}", (n,), "variable", "") for n in (1, 2)]
    two = [(f"b{n}", (n,), "variable", "") for n in (1, 2)]
    slots = [(f"b{n}/Adam", (n,), "slot", f"b{n}") for n in (1, 2)]
    (says,) = checkpoints.notes_on_names("m", tensors(*one, *two, *slots))
    assert says.startswith("b1 … b2 have the dtypes and shapes of a1 … a2 in the same order, and only they have slots")
    assert checkpoints.notes_on_names("m", tensors(*one, *two)) == []
    assert checkpoints.notes_on_names("m", tensors(*one[:1], *two[:1], *slots[:1])) == []
    assert checkpoints.notes_on_names("m", tensors(one[0], ("a2", (9,), "variable", ""), *two, *slots)) == []
    assert checkpoints.notes_on_names("d/", []) == [
        "Its files begin with a dot: they are hidden, and * passes over them."
    ]


def test_what_the_file_checkpoint_says_of_one(pair):
    assert checkpoints.state_notes("m") == []
    Path("checkpoint").write_text('model_checkpoint_path: "m"\n')
    assert checkpoints.state_notes("m") == ["It is the latest one, as checkpoint says."]
    assert checkpoints.state_notes("n") == ["checkpoint says that the latest one is 'm'."]
    Path("m.index").unlink()
    assert checkpoints.state_notes("m") == [
        "checkpoint names it as the latest one, and tf.train.latest_checkpoint returns None."]  # fmt: skip
    Path("checkpoint").write_text("x")
    assert checkpoints.state_notes("m")[0].startswith("checkpoint has no line") and checkpoints.state_notes("d/") == []


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("m.index", "names, dtypes, shapes, places"),
        ("m.meta", "graph"),
        ("checkpoint", "which one is the latest"),
        ("m.data-00000-of-00001", "values"),
        ("m.index.tempstate1", "left over from a save that was stopped"),
    ],
)
def test_what_a_file_of_a_checkpoint_is(name, role):
    assert checkpoints.role_of(Path(name)) == role


def test_a_v1_checkpoint_that_is_none(pair):
    shutil.copy("m.index", "renamed")
    for name in ("m.index", "renamed"):
        with pytest.raises(
            CheckpointError, match=f"{name} is the .index of a checkpoint under another name. Rename it"
        ):
            checkpoints.of_v1(name, False, None)
    assert not checkpoints.is_index(Path(DATA)) and checkpoints.is_index(Path("renamed"))


# What is said of a graph


def test_names_that_a_saver_asks_for_in_vain():
    graph = graphs.Graph(SimpleNamespace(saver=SimpleNamespace(names={"b": "b", "a": "a", "c": "c"})), ())
    assert graph.missing({"a", "b", "c", "d"}) == [] == graph.missing(set())
    (says,) = graph.missing({"c"})
    assert says.startswith("The graph's Saver asks for 2 names that the checkpoint does not have, such as 'a': restor")
    assert graphs.Graph(SimpleNamespace(saver=None), ()).missing({"a"}) == []


def test_a_graph_is_added_to_an_inspection():
    inspection = Inspection("m", Kind.CHECKPOINT, "x", "before", Integrity(("one",)), unseen=("this",))
    unread = graphs.Graph(None, ("two",), unseen=("that",)).added_to(inspection)
    assert unread.problems == ("one", "two") and unread.unseen == ("this", "that") and unread.written_by == "before"
    own = SimpleNamespace(name="n", type="T", function="")
    suspects = [Suspect(own, "files", "reads", (), "", (), expected) for expected in (True, False, True)]
    for version, by in (("2.15", "TensorFlow 2.15"), ("", "before")):
        meta = SimpleNamespace(saver=None, tensorflow_version=version)
        found = graphs.Graph(meta, (), lines=("a line",), suspicious=tuple(suspects)).added_to(inspection)
        assert found.written_by == by and found.graph == ("a line",) and found.expected == 2
        assert found.suspects == (suspects[1],)


# What is said of an operation


def test_an_operation_in_words():
    own = SimpleNamespace(name="n", type="T", function="")
    inside = SimpleNamespace(name="n", type="T", function="f")

    def says(operation, texts=(), computed="", runs=(), touches="files"):
        return str(Suspect(operation, touches, "reads a file", texts, computed, runs, False))

    assert says(own) == "T 'n' reads a file, only when you run it or what needs it"
    assert says(own, touches="unknown") == "T 'n' reads a file"
    assert says(inside, ("a", "b"), runs=("save",)) == "T 'n' in the function f reads a file 'a', 'b', when you save"
    assert says(own, ("a",), "computed from strings", ("restore", "x")) == (
        "T 'n' reads a file (computed from strings: 'a'), when you restore or call 'x'")  # fmt: skip
    for run, words in (("import", "import or load it (if a shape depends on it)"), ("load", "load"),
                       ("initialize", "initialize"), ("use", "run what a collection names")):  # fmt: skip
        assert says(own, computed="given", runs=(run,)) == f"T 'n' reads a file (given), when you {words}"
    told = Suspect(inside, "files", "reads", ("a",), "c", ("save",), True).as_dict()
    assert told == {"name": "n", "type": "T", "function": "f", "touches": "files", "does": "reads", "texts": ["a"],
                    "computed": "c", "runs": ["save"]}  # fmt: skip
    assert shortened(["a", "b", "c"]) == ("a", "b", "c") and shortened(["a"] * 4) == ("a", "a", "a", "… and 1 more")
    assert shortened(["a" * 200]) == ("a" * 200,) and shortened(["a" * 201]) == ("a" * 200 + "…",)
