"""Truth 9, what is in a folder, and which of it is the latest: told by names and a few bytes."""

import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import tensorflow.compat.v1 as tf

from conftest import OURS
from tfckpt import CheckpointError, inspect
from tfckpt.format.checkpoint_state import State, read_state
from tfckpt.identify import data_file_by_another_name, in_folder, is_table, kinds_of, recognize
from tfckpt.inspectors import folders
from tfckpt.kind import Kind

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and separators are other ones there")

PAIR = OURS / "pair"


def pair(name):
    """Copies a checkpoint of two variables."""
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    for path in PAIR.glob("model.*"):
        shutil.copy(path, path.name.replace("model", name, 1))


# What is at a path


def test_a_prefix_a_file_of_it_and_its_folder(in_folder):
    pair("m")
    for name in ("m", "m.index", "m.meta", "m.data-00000-of-00001"):
        (found,) = recognize(name)
        assert found[0] is Kind.CHECKPOINT and os.path.basename(found[1]) == "m", name
    assert recognize(".") == [(Kind.FOLDER, Path("."))]
    Path("m.index").unlink()
    assert recognize("m")[0][0] is Kind.CHECKPOINT, "some of it is there"
    assert recognize("m.meta")[0][0] is Kind.GRAPH
    Path("m.data-00000-of-00001").unlink()
    assert recognize("m") == [(Kind.GRAPH, Path("m.meta"))]


def test_two_things_of_one_name(in_folder):
    pair("m")
    Path("m").mkdir()
    assert [kind for kind, _ in recognize("m")] == [Kind.CHECKPOINT, Kind.FOLDER]
    Path("m").rmdir()
    Path("m").write_bytes(b"\x89HDF\r\n\x1a\n")
    assert [kind for kind, _ in recognize("m")] == [Kind.CHECKPOINT, Kind.HDF5]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("", "The path is empty. Is it a variable of the shell"),
        ("a\0b", "No path has a zero character in it, as 'a\\x00b' has."),
        ("none/", "There is no folder 'none/', nor a checkpoint with this prefix."),
        ("none", "No checkpoint has the prefix 'none'."),
        ("gs://b/m", "gs://b/m is an address"),
        ("file/", "There is no folder 'file/'"),
        ("link", "link is a link to 'gone', which is not here"),
    ],
)
def test_nothing_at_a_path(in_folder, path, says):
    Path("file").touch()
    os.symlink("gone", "link")
    with pytest.raises(CheckpointError) as caught:
        recognize(path)
    assert str(caught.value).startswith(says)


@pytest.mark.parametrize(
    ("files", "kind", "says"),
    [
        (["saved_model.pb"], Kind.SAVED_MODEL, None),
        (["variables/variables.index"], Kind.SAVED_MODEL, None),
        (["variables/other.index"], Kind.FOLDER, None),
        (["saved_model.pbtxt"], Kind.SAVED_MODEL, None),
        (["saved_model.pbtxt", "saved_model.pb"], Kind.SAVED_MODEL, None),
        (["_CHECKPOINT_METADATA"], None, "d is a checkpoint of Orbax"),
        (["_METADATA"], None, "d is a checkpoint of Orbax"),
        (["manifest.ocdbt"], None, "d is a checkpoint of Orbax"),
        (["1/x", "2/_METADATA"], None, "d/2 is a checkpoint of Orbax"),
        (["1/_METADATA", "2/x"], Kind.FOLDER, None),
        (["a/_METADATA"], Kind.FOLDER, None),
        (["Manifest.json", "Data/x"], None, "d is a model of Core ML (.mlpackage)"),
        (["Manifest.json"], Kind.FOLDER, None),
        (["Manifest.json", "Data"], Kind.FOLDER, None),
        (["Data/x"], Kind.FOLDER, None),
    ],
)
def test_the_kind_of_a_folder(in_folder, files, kind, says):
    for name in files:
        Path("d", name).parent.mkdir(parents=True, exist_ok=True)
        Path("d", name).touch()
    if says:
        with pytest.raises(CheckpointError) as caught:
            recognize("d")
        assert says in str(caught.value)
    else:
        assert recognize("d") == [(kind, Path("d"))]


def test_which_files_have_a_prefix(in_folder):
    for name in (
        "m.index",
        "m.meta",
        "m.data-00001-of-00002",
        "m.index.tempstate12",
        "m.tmpx",
        "m.txt",
        "m-1.index",
        "m_temp",
    ):
        Path(name).touch()
    Path("n.index.tmp12").touch()
    assert kinds_of("m") == {".index", ".meta", ".data-00001-of-00002", "_temp"}
    assert kinds_of("m-1") == {".index"} and kinds_of("n") == {".index"}
    assert kinds_of("") == set() and kinds_of("gone/m") == set() and kinds_of("x") == set()
    Path("d").mkdir()
    Path("d/.index").touch()
    assert kinds_of("d/") == {".index"}


def test_a_data_file_by_another_name(in_folder):
    pair("m")
    shutil.copy("m.data-00000-of-00001", "m")
    found = data_file_by_another_name(Path("m"))
    assert str(found).startswith("m has 20 bytes, as all variables of m.meta together")
    assert "Rename it back to m.data-00000-of-00001, and get m.index" in str(found)
    Path("m").write_bytes(bytes(21))
    assert data_file_by_another_name(Path("m")) is None
    Path("m.meta").write_bytes(b"\x0f")
    assert data_file_by_another_name(Path("m")) is None and data_file_by_another_name(Path("x")) is None


def test_a_table(in_folder):
    pair("m")
    assert is_table(Path("m.index")) and not is_table(Path("gone"))
    Path("html").write_text("<html>")
    assert not is_table(Path("html")) and not is_table(Path("."))


def test_what_is_in_a_folder(in_folder):
    pair("m-10")
    pair("m-9")
    Path("checkpoint").write_text('model_checkpoint_path: "m-9"\n')
    Path("notes.txt").write_text("words")
    Path("inner").mkdir()
    Path("saved").mkdir()
    Path("saved/saved_model.pb").touch()
    Path("t_temp").mkdir()
    Path("empty_temp").mkdir()
    shutil.copy("m-9.index", "t_temp/part-00000-of-00001.index")
    os.mkfifo("pipe")
    found = [(kind, os.path.basename(place)) for kind, place in in_folder_(Path("."))]
    assert found == [
        (Kind.CHECKPOINT, "m-9"), (Kind.CHECKPOINT, "m-10"), (Kind.SAVED_MODEL, "saved"),
        (Kind.CHECKPOINT, "t")]  # fmt: skip
    with pytest.raises(CheckpointError, match="gone cannot be opened: No such file"):
        in_folder_(Path("gone"))


in_folder_ = in_folder  # the fixture has the same name


# Which is the latest


def state(latest, *others, folder="."):
    return State(Path(folder), latest, others)


PLACES = {"a": (Kind.CHECKPOINT, "a"), "b": (Kind.CHECKPOINT, "b"), "g": (Kind.GRAPH, Path("g.meta"))}


@pytest.mark.parametrize(
    ("latest", "damaged", "chosen", "says"),
    [
        ("a", set(), "a", []),
        (None, set(), "g", []),
        ("gone", set(), "b", ["The newest that is here and whole: b"]),
        ("a", {"b"}, "a", []),
        ("a", {"a"}, "b", ["a, which its file checkpoint names as the latest, is not whole. The newest that is: b"]),
        ("a", {"a", "b"}, "a", []),
        (None, {"g"}, "b", ["g is not whole. The newest that is: b"]),
    ],
)
def test_what_is_looked_at_in_a_folder(latest, damaged, chosen, says):
    assert folders.choose(PLACES, latest, damaged) == (chosen, says)
    assert folders.choose({}, latest, set()) == (None, [])


def test_the_name_of_the_latest():
    assert folders.latest_name(None, PLACES) is None
    assert folders.latest_name(state("d/a"), PLACES) == "a"
    bare = {"d/": (Kind.CHECKPOINT, "d/"), **PLACES}
    assert folders.latest_name(state("d/"), bare) == folders.latest_name(state("d/."), bare) == "d/"
    assert folders.latest_name(state("d/"), PLACES) == "" and folders.latest_name(state("a"), bare) == "a"


def test_what_the_file_checkpoint_says_and_is_not_so(in_folder):
    here = os.fspath(in_folder)
    assert folders.contradictions(None, PLACES) == [] == folders.contradictions(state("a"), PLACES)
    (says,) = folders.contradictions(state("x"), PLACES)
    assert says.startswith("its file checkpoint says that the latest one is 'x', which is not here: tf.train")
    (says,) = folders.contradictions(state("/elsewhere/a"), PLACES)
    assert says.startswith("its file checkpoint says that the latest one is '/elsewhere/a', in another folder")
    assert folders.contradictions(state(f"{here}/a"), PLACES) == []


def test_what_the_file_checkpoint_speaks_of_and_is_not_there():
    assert folders.gone(None, PLACES) == [] == folders.gone(state("x", "a", "b", ".", "x"), PLACES)
    assert folders.gone(state("a", "d/x", "y"), PLACES) == ["Its file checkpoint speaks of x, y as well: not here."]
    assert folders.gone(state("a", *"uvwxy"), PLACES)[0].endswith("of u, v, w, x, y as well: not here.")
    assert folders.gone(state("a", *"uvwxyz"), PLACES)[0].endswith("of u, v, w, x, y and 1 more as well: not here.")


def test_texts_in_a_sentence():
    assert [folders.joined(texts) for texts in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert folders.name_of("d/m") == "m" and folders.name_of("d/") == "d/"


def test_the_state_of_a_folder(in_folder):
    assert folders.state_of(Path(".")) == (None, [])
    Path("checkpoint").write_text("x")
    found, (says,) = folders.state_of(Path("."))
    assert found is None and says.startswith("checkpoint has no line that begins with model_checkpoint_path")
    Path("checkpoint").write_text('model_checkpoint_path: "a"\n')
    assert folders.state_of(Path("."))[0].latest == "a"


@pytest.mark.parametrize(
    ("content", "latest", "others"),
    [
        (
            'model_checkpoint_path: "a"\nall_model_checkpoint_paths: "b"\nall_model_checkpoint_paths: "a"\n',
            "a",
            ("b", "a"),
        ),
        ("model_checkpoint_path:'a'", "a", ()),
        (' model_checkpoint_path : "a b"', "a b", ()),
        ('model_checkpoint_path: "a"\nmodel_checkpoint_path: "b"', "b", ()),
        ("model_checkpoint_path: a.b-1", "", ()),
        ('model_checkpoint_path: "a\\\\b\\"c\\n\\t\\r\\x"', 'a\\b"c\n\t\rx', ()),
        ('model_checkpoint_path: "\\303\\244\\101"', "äA", ()),
        ('other: "x"\nmodel_checkpoint_path: "a"\nlast_preserved_timestamp: 1.5', "a", ()),
        ('model_checkpoint_path: ""', "", ()),
        ('model_checkpoint_path: "a" all_model_checkpoint_paths: "b"', "a", ()),
    ],
)
def test_what_the_file_checkpoint_says(in_folder, content, latest, others):
    Path("checkpoint").write_text(content)
    found = read_state("checkpoint")
    assert (found.latest, found.all, found.folder) == (latest, others, Path("."))
    assert found.path("x") == "./x" and found.path("/x") == "/x"


def test_a_file_checkpoint_that_says_nothing(in_folder):
    for content, says in (
        (" \n", "checkpoint is empty: it was cut off"),
        ("x: 1", "checkpoint has no line that begins"),
    ):
        Path("checkpoint").write_text(content)
        with pytest.raises(CheckpointError) as caught:
            read_state("checkpoint")
        assert str(caught.value).startswith(says)


def test_the_bytes_of_what_is_in_a_folder(in_folder):
    pair("m")
    Path("checkpoint").write_bytes(bytes(1000))
    Path("d/e").mkdir(parents=True)
    Path("d/e/x").write_bytes(bytes(7))
    Path("d/y").write_bytes(bytes(5))
    of_pair = sum(path.stat().st_size for path in Path(".").glob("m.*"))
    assert (
        folders.bytes_of(Kind.CHECKPOINT, "m", None) == of_pair and folders.bytes_of(Kind.CHECKPOINT, "gone", None) == 0
    )
    assert folders.bytes_of(Kind.SAVED_MODEL, Path("d"), None) == 12 and folders.bytes_of(Kind.HDF5, "d/y", None) == 5
    places = {"m": (Kind.CHECKPOINT, "m"), "d": (Kind.SAVED_MODEL, Path("d"))}
    assert folders.files_in(places, "m", {"m", "d"}) == (
        ("m", of_pair, "checkpoint, the latest, not whole"), ("d", 12, "SavedModel, not whole"))  # fmt: skip


def test_which_checkpoints_are_damaged(in_folder):
    pair("m")
    pair("n")
    Path("n.data-00000-of-00001").write_bytes(b"")
    places = {name: (Kind.CHECKPOINT, name) for name in "mno"}
    assert folders.damaged_ones(places, "m") == {"n", "o"}
    assert folders.damaged_ones({"g": (Kind.GRAPH, Path("g"))}, None) == set()
    asked = []
    original = folders.is_damaged
    folders.is_damaged = lambda kind, place: asked.append(place) or False
    try:
        many = {f"m{n}": (Kind.CHECKPOINT, f"m{n}") for n in range(60)}
        folders.damaged_ones(many, "m0")
        folders.damaged_ones(many, "m59")
    finally:
        folders.is_damaged = original
    assert asked == [f"m{n}" for n in [*range(10, 60), 0, *range(10, 60)]], "the newest, and the latest"


def test_other_programs_files_in_a_folder(in_folder):
    for number in range(25):
        Path(f"page {number}.html").write_text("<html>")
    Path("words").write_text("some words")
    Path("checkpoint").write_text("<html>")
    Path("d").mkdir()
    notes = folders.notes_on_others(Path("."))
    assert len(notes) == 20 and notes[0].startswith("page 0.html") and notes[2].startswith("page 2.html")


def test_a_folder_with_nothing(in_folder):
    with pytest.raises(CheckpointError) as caught:
        folders.of_folder(".", None)
    assert str(caught.value) == "There is no checkpoint, graph or model in the folder '.'."
    for number in range(12):
        Path(f"d{number:02}").mkdir()
    with pytest.raises(CheckpointError, match="It has the folders d00, d01, .*, d09.$"):
        folders.of_folder(".", None)
    Path("m.meta").write_bytes((PAIR / "model.meta").read_bytes())
    found = folders.of_folder(".", lambda kind, place: SimpleNamespace(kind=kind, place=place))
    assert found.what == "a folder with 1 graph in it" and found.inner[0].kind is Kind.GRAPH and found.files == ()


# Which is the newest where no file checkpoint says so


def at(name, seconds):
    """A checkpoint that was written at a time."""
    pair(name)
    for path in Path(".").glob(f"{name}.*"):
        os.utime(path, (seconds, seconds))


NOBODY = "No file checkpoint says which one is the latest. "


@pytest.mark.parametrize(
    ("files", "newest", "rule"),
    [
        ({"b-20": 1000, "a-300": 1000}, "a-300", "a-300 has the highest step."),
        ({"b-20": 5000, "a-300": 1000}, "a-300", "a-300 has the highest step, but b-20 was written later."),
        ({"m-9": 1000, "m-10": 1000}, "m-10", "m-10 has the highest step."),
        ({"m-5": 1000, "n-5": 500}, "m-5", "m-5 has the highest step."),
        ({"cp-0002.ckpt": 1, "best-0001.ckpt": 1}, "cp-0002.ckpt", "cp-0002.ckpt has the highest step."),
        ({"z": 1000, "a-300": 5000}, "a-300", "a-300 was written last, by the time of its files."),
        ({"final": 5000, "m-300": 1000}, "final", "final was written last, by the time of its files."),
        ({"y": 1000, "x": 1001}, "y", "y is the last by name."),
        ({"a{}-1": 9000, "b-2": 1}, "b-2", "b-2 has the highest step, but a{}-1 was written later."),
    ],
)
def test_the_newest_by_step_or_by_time(in_folder, files, newest, rule):
    for name, seconds in files.items():
        at(name, seconds)
    found = inspect(".").inspection
    assert found.inner[0].path == newest and NOBODY + rule in found.notes and not found.problems


def test_the_newest_of_those_that_are_whole(in_folder):
    for name in ("z-1", "a-30", "b-2"):
        at(name, 1000)
    Path("a-30.data-00000-of-00001").write_bytes(b"")
    found = inspect(".").inspection
    assert found.inner[0].path == "b-2" and found.problems == ("a-30 is not whole. The newest that is: b-2",)
    assert f"{NOBODY}b-2 has the highest step of those that are whole." in found.notes


def test_a_file_checkpoint_or_a_single_one_needs_no_rule(in_folder):
    at("a-30", 1000)
    Path("z.html").write_text("<html>")
    assert not [note for note in inspect(".").inspection.notes if note.startswith(NOBODY)]
    at("z-1", 1000)
    Path("checkpoint").write_text('model_checkpoint_path: "z-1"\n')
    found = inspect(".").inspection
    assert found.inner[0].path == "z-1" and not [note for note in found.notes if note.startswith(NOBODY)]


def test_a_checkpoint_is_looked_at_before_other_things(in_folder):
    at("a-30", 1000)
    shutil.copy(PAIR / "model.meta", "z.meta")
    assert inspect(".").inspection.inner[0].path == "a-30"


def test_shards_of_the_first_format_are_one_checkpoint_of_several_files(in_folder):
    tf.disable_v2_behavior()
    for number in range(2):
        with tf.Graph().as_default(), tf.Session() as sess:
            variable = tf.get_variable(f"v{number}", initializer=tf.ones([2]), use_resource=False)
            sess.run(variable.initializer)
            for step in (7, 30):
                path = f"m-{step}-{number:05}-of-00002"
                tf.train.Saver(write_version=tf.train.SaverDef.V1).save(
                    sess, path, write_meta_graph=False, write_state=False
                )
    found = inspect(".").inspection
    assert "2 checkpoints of the V1 format" in found.what and "one file" not in repr(inspect("."))
    assert found.inner[0].path == "m-30-?????-of-00002"
    Path("m-30-00000-of-00002").unlink()
    found = inspect(".").inspection
    assert found.inner[0].path == "m-7-?????-of-00002"
    assert found.problems == ("m-30-?????-of-00002 is not whole. The newest that is: m-7-?????-of-00002",)
