"""Truth 9, a file is told by its bytes, at the edge of what makes it one; and what a restore will do, in words."""

import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from test_9_origins import field
from test_9_pairs_of_names import F2, F3, Side, by_names
from test_9_pairs_of_names import graph as of_graph

from conftest import OURS
from tfckpt import CheckpointError
from tfckpt.compare import verdict
from tfckpt.compare.copies import Trained
from tfckpt.compare.kernels import needs
from tfckpt.compare.latest import latest
from tfckpt.compare.path import of_path, of_versions
from tfckpt.compare.words import counted, cut, listed, variables
from tfckpt.foreign import UnknownFileError, foreign, graph_kind, is_onnx, is_records, kind_of
from tfckpt.format.crc32c import extend, masked
from tfckpt.kind import Kind
from tfckpt.misnamed import instead, other_than


def record(length=8):
    number = length.to_bytes(8, "little")
    return number + masked(extend(0, number)).to_bytes(4, "little")


TEXTS = {
    b"<!doctype html>": "a web page",
    b"<HTML>": "a web page",
    b"\xef\xbb\xbf \r\n\t<html": "a web page",
    b"<?xml": "XML",
    b'{\n"modelTopology": 1': "a model of TensorFlow.js",
    b'{"x": 1, "weightsManifest"': "a model of TensorFlow.js",
    b'{"weight_map"': "the list of a model's files, of Keras (.weights.json) or safetensors",
    b"{": "JSON",
    b"[1]": "JSON",
    b"x {": None,
}
BINARY = {
    b"1234TFL3": "a model of TensorFlow Lite",
    b"12345TFL3": None,
    bytes(1) + b"x" * 256 + b"ustar": "a tar archive",
    b"x" * 258 + b"ustar": None,
    b"\x80\x02": "a pickle of Python's",
    b"\x80\x05": "a pickle of Python's",
    b"\x80\x01": None,
    b"\x80\x06": None,
    b"(dp": "a pickle of Python's",
    b"(lp": "a pickle of Python's",
    b"ccollections": "a pickle of Python's",
    b"cnumpy": "a pickle of Python's",
    b"cother": None,
    b"\x08\x07\x12\x07pytorch\x1a": "a model of ONNX, or something alike",
    record() + b"x": "a TFRecord file: records, mostly data to train with, no model",
    record() + b"x" * 10 + b"brain.Event:": "a log for TensorBoard (events), no model",
    record() + b"x" * 60 + b"brain.Event:": "a TFRecord file: records, mostly data to train with, no model",
}
FIXED = {
    b"version https://git-lfs.github.com/spec/": "a pointer of Git LFS, not the file itself",
    b"/annex/objects/": "a pointer of git-annex, not the file itself",
    b"GGUF": "a GGUF file, for llama.cpp",
    b"\x93NUMPY": "an array of NumPy's",
    b"\x1f\x8b": "compressed with gzip",
    b"\x28\xb5\x2f\xfd": "compressed with zstd",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ\x00": "compressed with xz",
    b"7z\xbc\xaf\x27\x1c": "an archive of 7-Zip",
    b"Rar!": "a RAR archive",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\x7fELF": "a program or library",
    b"MZ": "a program or library of Windows",
}


GRAPHS = {
    b"node {": Kind.GRAPH_DEF,
    b"versions{": Kind.GRAPH_DEF,
    b"# a comment\n\tlibrary # and another\n {": Kind.GRAPH_DEF,
    b"node: <": Kind.GRAPH_DEF,
    b"node": None,
    b"nodes {": None,
    b"Node {": None,
    b"meta_info_def {": Kind.GRAPH,
    b"graph_def:{": Kind.GRAPH,
    b"collection_def [": Kind.GRAPH,
    b"saved_model_schema_version: 1": Kind.SAVED_MODEL,
    b"meta_graphs {": Kind.SAVED_MODEL,
}


@pytest.mark.parametrize(("head", "kind"), GRAPHS.items())
def test_how_graphs_in_text_form_begin(in_folder, head, kind):
    assert foreign(head, len(head)) == kind
    for name in ("f", "f.pbtxt", "f.txt"):
        Path(name).write_bytes(head)
        assert other_than(Path(name)) is None, "a graph may have such a name"
    Path("f.index").write_bytes(head)
    assert (other_than(Path("f.index")) or (None,))[0] == (f"a {kind.title}" if kind else None)


@pytest.mark.parametrize(("head", "what"), [*TEXTS.items(), *BINARY.items(), *FIXED.items()])
def test_how_files_of_others_begin(in_folder, head, what):
    found = foreign(head, len(head))
    assert (found[0] if found else None) == what
    Path("f").write_bytes(head)
    if what:
        assert instead(Path("f"), ValueError("x")) == f"f is {found[0]}. {found[1]}"
        with pytest.raises(CheckpointError) as caught:
            kind_of(Path("f"))
        assert str(caught.value) == f"f is {found[0]}. {found[1]}"
    else:
        assert instead(Path("f"), ValueError("it is so")) == "it is so"
    if head in FIXED:
        assert foreign(head[:-1], len(head)) is None


def test_nothing_and_zeros():
    assert foreign(b"", 0)[0] == "empty: 0 bytes"
    assert foreign(bytes(9), 9)[0] == "full of zeros, as far as was looked" and foreign(bytes(9) + b"x", 10) is None


def test_safetensors_begin_with_a_length():
    for length, size, kind in ((5, 6, Kind.SAFETENSORS), (6, 6, None), (0, 0, None)):
        head = length.to_bytes(8, "little") + b"{"
        assert foreign(head, size) == kind or size == 0
    assert foreign((5).to_bytes(8, "little") + b"[", 99) is None


@pytest.mark.parametrize(
    ("version", "length", "maker", "is_one"),
    [
        (7, 7, b"pytorch", True),
        (31, 2, b"ab", True),
        (32, 2, b"ab", False),
        (7, 1, b"a", False),
        (7, 63, b"a" * 63, True),
        (7, 64, b"a" * 64, False),
        (7, 4, b"a-b/", False),
    ],
)
def test_onnx_begins_with_a_version_and_a_maker(version, length, maker, is_one):
    head = bytes([8, version, 0x12, length]) + maker + b"\x1a\x01"
    assert is_onnx(head) == is_one and not is_onnx(b"\x09" + head[1:]) and not is_onnx(head[:2] + b"\x1a" + head[3:])


def test_records_begin_with_a_checksum():
    assert is_records(record()) and not is_records(record()[:11]) and not is_records(record()[:8] + bytes(4))


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x08\x01\x12", Kind.SAVED_MODEL),
        (b"\x08\x02\x12", None),
        (field(1, field(5, b"2.15")), Kind.GRAPH),
        (field(1, field(2, b"\x00")), Kind.GRAPH),
        (field(1, field(1, b"w") + field(2, b"Const")), Kind.GRAPH_DEF),
        (field(1, field(1, b"w") + field(2, b"\x0aop")), Kind.GRAPH),
        (field(1, field(1, b"w")), None),
        (field(1, b""), None),
        (field(2, b"x"), Kind.GRAPH),
        (field(3, b"x"), None),
        (field(1, field(1, b"w") + field(2, b"Const") + field(5, b"x" * 300))[:40], Kind.GRAPH_DEF),
        (field(2, b"x" * 9000)[:40], Kind.GRAPH),
        (field(3, b"x" * 9000)[:40], None),
        (b"\x0f", None),
        (b"", None),
    ],
)
def test_what_a_graph_begins_with(head, kind):
    assert graph_kind(head) == kind


def test_what_tensorflow_wrote(in_folder):
    for name, kind in (("model.index", Kind.TABLE), ("model.meta", Kind.GRAPH), ("checkpoint", Kind.STATE)):
        assert kind_of(OURS / "pair" / name) is kind
    Path("words").write_text("some words")
    with pytest.raises(UnknownFileError, match="words is no checkpoint, nor any file that is known here"):
        kind_of(Path("words"))
    with pytest.raises(CheckpointError, match="gone cannot be opened: No such file"):
        kind_of(Path("gone"))
    assert instead(Path("gone"), ValueError("it is gone")) == "it is gone"
    Path("s").write_bytes((5).to_bytes(8, "little") + b"{}   ")
    assert instead(Path("s"), ValueError("x")).startswith("s is a safetensors file. It has another name here")


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (["config.json"], Kind.KERAS),
        (["model.weights.h5"], Kind.KERAS),
        (["a.npy"], Kind.NPZ),
        (["a.npy", "b"], Kind.NPZ),
        (["a/data.pkl", "a.npy"], "a checkpoint of PyTorch: a zip with a pickle"),
        (["m/saved_model.pb", "m/variables.index"], "a zip with a SavedModel in it"),
        (["m.index", "a.npy"], "a zip with a checkpoint in it"),
        (["x"], "a zip"),
    ],
)
def test_what_a_zip_is(in_folder, names, what):
    with zipfile.ZipFile("z", "w") as archive:
        for name in names:
            archive.writestr(name, "")
    if isinstance(what, Kind):
        assert kind_of(Path("z")) is what
    else:
        with pytest.raises(CheckpointError, match=f"^z is {what}\\. "):
            kind_of(Path("z"))
    Path("z").write_bytes(Path("z").read_bytes()[:-1])
    with pytest.raises(CheckpointError, match="z begins like a zip and does not end like one: "):
        kind_of(Path("z"))


# Verdicts


def obstacle(stage, clear_devices=False):
    return SimpleNamespace(stage=stage, says=f"the {stage} is so", clear_devices=clear_devices)


@pytest.mark.parametrize(
    ("stages", "says"),
    [
        (["path", "import"], "A restore with a plain `tf.train.Saver()` will fail: the path is so."),
        (["import", "saver"], "`tf.train.import_meta_graph` will fail: the import is so."),
        (["saver", "place"], "A restore with a plain `tf.train.Saver()` will fail: the saver is so."),
        (["place", "own saver"], "A restore fails on a machine that has only a CPU: the place is so."),
        (
            ["own saver", "crossed"],
            "The Saver that `tf.train.import_meta_graph` returns will fail, a plain one will not: ",
        ),
        (
            ["crossed"],
            "Compared names, shapes and dtypes: a plain `tf.train.Saver()` finds every variable, but takes other",
        ),
        ([], "Compared names, shapes and dtypes: a plain `tf.train.Saver()` finds every variable."),
    ],
)
def test_what_is_in_the_way_of_a_restore(stages, says):
    meta = SimpleNamespace(is_saved_model=False)
    right = of_graph("a", obstacles=[obstacle(stage) for stage in reversed(stages)], meta=meta)
    left = Side(kinds={"a": F2})
    left.missing_files = list
    left.readable = ["a"]
    found = verdict.verdict(by_names(left, right))
    assert found == says if says.endswith(".") else found.startswith(says)


def told(left, right, **more):
    left.missing_files, left.readable = more.get("missing", list), more.get("readable", ["x"])
    return verdict.verdict(by_names(left, right))


FAILS = "A restore with a plain `tf.train.Saver()` will fail: "


def test_a_verdict_in_words():
    a = Side(kinds={"a": F2})
    assert told(a, of_graph()) == "There are no variables in the graph, so there is nothing to restore."
    assert told(a, of_graph("a", "b")) == f"{FAILS}`b` is not in the checkpoint."
    assert told(a, of_graph("a", "b", "c")) == f"{FAILS}`b` and `c` are not in the checkpoint."
    assert told(a, of_graph("a", "b", "c", "d")) == f"{FAILS}`b` and 2 more are not in the checkpoint."
    assert told(a, of_graph("a", kind=("int32", (2,)))) == f"{FAILS}`a` has another dtype in the checkpoint."
    assert told(a, of_graph("a", kind=F3)) == (f"{FAILS[:-2]} or go wrong: `a` has another shape in the checkpoint.")
    place = of_graph("a", obstacles=[obstacle("place", True)])
    assert told(a, place) == "A restore fails where there is no such device: the place is so."
    saved_model = of_graph("a", obstacles=[obstacle("import")], meta=SimpleNamespace(is_saved_model=True))
    assert told(a, saved_model) == "An import of this graph will fail: the import is so."
    lost = Side(kinds={"a": F2}, unreadable=["a"])
    assert told(lost, of_graph("a")) == f"{FAILS}a data file ends before `a`."
    assert told(lost, of_graph("a"), missing=lambda: ["m.data"]) == f"{FAILS}a data file is missing."
    assert told(a, of_graph("a"), missing=lambda: ["m.data"], readable=[]) == f"{FAILS}a data file is missing."
    assert told(a, of_graph("a"), missing=lambda: ["m.data"]).endswith("finds every variable.")
    found = by_names(a, of_graph("a"))
    found.trained = Trained({"a": "b"}, ["x"])
    assert verdict.verdict(found).endswith("takes the copy that looks untrained: `a`, where `b` was trained.")
    objects = Side(kinds={"a": F2})
    objects.written_by_objects = True
    assert told(objects, of_graph("a")).startswith("`tf.train.Checkpoint` wrote it, with paths of objects for names")


def test_two_that_are_alike():
    def of(left, right, **values):
        found = by_names(Side(kinds=left), Side(kinds=right))
        found.values = values
        return verdict.verdict(found)

    assert of({"a": F2}, {"a": F2}, a="same bytes") == "The two have the same names, shapes, dtypes and bytes."
    assert of({"a": F2}, {"a": F2}, a="equal values") == "The two have the same names, shapes, dtypes and values."
    assert of({"a": F2}, {"a": F2}) == "The two have the same names, shapes and dtypes."
    assert of({"a": F2}, {"a": F2}, a="other values") == "The two differ in values."
    found = by_names(of_graph("a"), of_graph("a", "b"))
    assert verdict.verdict(found) == "The two differ in names."
    assert verdict.verdict(by_names(of_graph("a"), of_graph("a", kind=F3))) == "The two differ in shapes or dtypes."
    found = by_names(of_graph("a"), of_graph("a", kind=F3))
    found.only_left, found.values = ["x"], {"a": "other values"}
    assert verdict.verdict(found) == "The two differ in names and in shapes or dtypes and in values."


def test_the_saver_of_a_graph():
    def says(names, there, asked):
        meta = SimpleNamespace(saver=SimpleNamespace(names=dict.fromkeys(asked)), is_saved_model=False)
        return verdict.of_its_own_saver(by_names(Side(kinds=dict.fromkeys(there, F2)), of_graph(*names, meta=meta)))

    assert says("a", "a", "a") == says("a", "a", "") == says("ab", "ab", "a") == ""
    assert says("a", "b", "b").endswith("use the one that `tf.train.import_meta_graph` returns.")
    begin = "The Saver of the graph asks for other names than a plain one: "
    assert says("a", "a", "b") == f"{begin}`b` is not in the checkpoint."
    assert says("a", "a", "bc") == f"{begin}`b`, `c` are not in the checkpoint."
    assert says("ab", "b", "a") == ""


def test_words_of_a_report():
    assert listed(["a", "b"]) == "`a`, `b`" and listed(list("abcd")).endswith("`d`")
    assert listed(list("abcdef")) == "`a`, `b`, `c`, `d` and 2 more" and listed(list("ab"), 1, "or") == "`a` or 1 more"
    assert (variables(1), variables(2), variables(0)) == ("1 variable", "2 variables", "0 variables")
    assert cut(list("abc"), None) == cut(list("abc"), 3) == list("abc") and cut(list("abc"), 2) == ["a", "… and 2 more"]
    side = SimpleNamespace(role=lambda name: {"s": "slot", "v": "variable"}[name[0]])
    assert counted(side, ["s1", "v1", "v2"]) == "2 variables, 1 optimizer slot" and counted(side, []) == "no variables"


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("CudnnRNN", "runs on a GPU only"),
        ("NcclReduce", "runs on a GPU only"),
        ("XTPUY", "runs on a TPU only"),
        ("InfeedEnqueue", "runs on a TPU only"),
        ("OutfeedDequeue", "runs on a TPU only"),
        ("XInfeed", "has no implementation for a CPU"),
    ],
)
def test_what_an_operation_needs(kind, says):
    assert needs(kind) == says


def test_what_tensorflow_does_not_read(in_folder):
    for name, letters in (("run[1]", "`[ ]`"), ("run\\1", "`\\`"), ("run[\\1]", "`[ ]` and `\\`")):
        Path(name).mkdir()
        Path(name, "m.index").touch()
        (found,) = of_path(f"{name}/m")
        assert (
            found.stage == "path"
            and found.says == f"TensorFlow takes {letters} in its path for a pattern, and finds no file"
        )
    assert of_path("run/m") == [] == of_versions(SimpleNamespace(is_refused=False)) == of_versions(None)
    (found,) = of_versions(SimpleNamespace(is_refused=True))
    assert found.stage == "path" and found.says.startswith("the checkpoint says that TensorFlow 2.21 may not read it")


def test_which_checkpoint_of_a_folder_is_compared(in_folder):
    def says():
        with pytest.raises(CheckpointError) as caught:
            latest(Path("."))
        return str(caught.value)

    content = (OURS / "pair" / "model.index").read_bytes()
    assert says() == "'.' is a folder with no checkpoints in it, and a comparison needs one."
    Path("variables").mkdir()
    Path("variables/variables.index").write_bytes(content)
    assert latest(Path(".")) == (Kind.CHECKPOINT, Path("variables/variables"))
    Path("a.index").write_bytes(content)
    assert latest(Path("."))[1] == "./a"
    Path("b.index").write_bytes(content)
    assert says() == "'.' is a folder with 2 checkpoints in it, and a comparison needs one. Pass one of: 'a', 'b'."
    Path("checkpoint").write_text('model_checkpoint_path: "b"\n')
    assert latest(Path("."))[1] == "./b"
    Path("b.index").rename("b.data-00000-of-00001")
    assert says() == (
        "'.' is a folder whose file checkpoint names 'b' as the latest, and b.index is not there. Pass one of: 'a'."
    )
