"""Truth 9, ``course/durable.py`` against adversaries: each function is tried where it would lose a checkpoint."""

import ast
import contextlib
import itertools
import os
import resource
import shutil
import stat
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from conftest import ROOT
from course import durable

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes, links and limits of POSIX")


class Run:
    """A program that saves ``A`` and ``B``: what another process with this prefix would do, in a graph of its own."""

    def __init__(self, prefix, **options):
        self.prefix = prefix
        self.graph = tf.Graph()
        with self.graph.as_default():
            self.a = tf.get_variable("A", initializer=[0, 0], use_resource=False)
            self.b = tf.get_variable("B", initializer="", trainable=False, use_resource=False)
            self.set_a, self.in_a = tf.assign(self.a, in_a := tf.placeholder(tf.int32, [2])), in_a
            self.set_b, self.in_b = tf.assign(self.b, in_b := tf.placeholder(tf.string, [])), in_b
            self.saver = tf.train.Saver(**{"max_to_keep": 2, **options})
        self.session = tf.Session(graph=self.graph)
        self.put(0)

    def put(self, value):
        self.session.run([self.set_a, self.set_b], {self.in_a: [value, value], self.in_b: f"b{value}" * 50})

    def save(self, step, prefix=None):
        self.put(step)
        return durable.save_durably(self.saver, self.session, prefix or self.prefix, step)

    def careless(self, step, prefix=None):
        self.put(step)
        return self.saver.save(self.session, prefix or self.prefix, global_step=step)

    def resume(self):
        return durable.resume(self.saver, self.session, self.prefix)

    def value(self):
        a, b = self.session.run([self.a, self.b])
        assert a[0] == a[1]
        assert b == f"b{a[0]}".encode() * 50
        return a[0]


@pytest.fixture(autouse=True)
def folder(in_folder):
    tf.disable_v2_behavior()
    (in_folder / "run").mkdir()
    return in_folder / "run"


@pytest.mark.parametrize(
    "value",
    [
        *(b"", b"a", b"a" * 127, b"a" * 128, b"a" * 16383, b"a" * 16384, b"ends with a zero\0", b"\0\0"),
        *([b"one\0", b"a" * 200, b""], [[b"a"], [b"b\0"]], [1, 2, 3], 4.0, [True, False], [[0.5], [1.5]], [1j]),
    ],
    ids=lambda value: repr(value)[:12],
)
def test_the_bytes_that_values_take(value):
    """What was read is compared with the size of the data files, so both have to be counted alike."""
    with tf.Graph().as_default(), tf.Session() as sess:
        variable = tf.get_variable("A", initializer=tf.constant(value), use_resource=False)
        sess.run(variable.initializer)
        tf.train.Saver().save(sess, "run/model", write_meta_graph=False)
    assert durable.read_all("run/model") == os.path.getsize("run/model.data-00000-of-00001")


def there(folder="run"):
    """The names of the checkpoints in a folder."""
    return {path.stem for path in Path(folder).glob("*.index")}


def flip(path, place=0):
    content = bytearray(Path(path).read_bytes())
    content[place] ^= 1
    Path(path).write_bytes(content)


@contextlib.contextmanager
def no_file_longer_than(size):
    """A disk that is full: no file can grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def content(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()
    }


# newest_readable


@pytest.mark.parametrize("order", [(7, 8, 9, 10), (10, 9, 8, 7), (7, 7, 7, 7)])
def test_dates_do_not_count(order):
    run = Run("run/model", max_to_keep=None)
    for step in (7, 8, 9, 10):
        run.save(step)
    for step, date in zip((7, 8, 9, 10), order, strict=True):
        for path in Path("run").glob(f"model-{step}.*"):
            os.utime(path, (1e9 + date, 1e9 + date))
    assert durable.newest_readable("run") == "run/model-10"


@pytest.mark.parametrize("name", ["model-²", "best2", "lr-0.01", "v2", "model-", "model-5-", "model-٣", "2"])
def test_what_is_not_a_step_comes_last(name):
    """Superscript and Arabic digits, a number without a hyphen, and a number with a point are no steps."""
    run = Run("run/model")
    run.save(1)
    for path in list(Path("run").glob("model-1.*")):
        shutil.copy(path, Path("run", name + path.name[len("model-1") :]))
    assert durable.newest_readable("run") == "run/model-1"
    flip("run/model-1.data-00000-of-00001")
    assert durable.newest_readable("run") == f"run/{name}"
    assert durable.newest_readable("./run/../run") == f"./run/../run/{name}"


def test_the_folder_as_it_is_spelled(folder, monkeypatch):
    Run("run/model").save(3)
    Path("link").symlink_to("run")
    for spelling in ("run", "./run", "link", "run/../link", "run/", str(folder)):
        prefix = durable.newest_readable(spelling)
        assert os.path.samefile(prefix + ".index", "run/model-3.index")
        again = Run(os.path.join(spelling, "model"))
        assert again.resume() == os.path.join(spelling, "model-3")
        assert again.value() == 3
    monkeypatch.chdir(folder)
    assert os.path.normpath(durable.newest_readable(".")) == durable.newest_readable("") == "model-3"


def test_a_folder_that_is_not_there_is_an_error_and_no_new_beginning():
    for look in (lambda: durable.newest_readable("rum"), Run("rum/model").resume):
        with pytest.raises(FileNotFoundError):
            look()


@pytest.mark.parametrize("name", ["run[1]", "run*", "run?", "run\\1", "[!x]"])
def test_a_path_that_tensorflow_takes_for_a_pattern_is_refused(name):
    """A Saver saves there, cannot read it, or deletes in another folder: before anything is done, an error."""
    Path(name).mkdir()
    run = Run(f"{name}/model")
    run.careless(5)
    before = content(name)
    for look in (lambda: durable.newest_readable(name), run.resume, lambda: run.save(6)):
        with pytest.raises(ValueError, match="for a pattern"):
            look()
    assert content(name) == before


def test_brackets_above_the_relative_path_do_not_matter(folder, monkeypatch):
    inner = folder / "run[1]"
    inner.mkdir()
    monkeypatch.chdir(inner)
    Run("model").save(1)
    assert os.path.normpath(durable.newest_readable(".")) == "model-1"


def test_what_is_in_the_folder_beside_checkpoints():
    Run("run/model").save(4)
    Path("run/folder-9.index").mkdir()
    Path("run/vectors-9.index").write_bytes(bytes(100))
    Path("run/empty-9.index").touch()
    Path("run/nowhere-9.index").symlink_to("nowhere")
    Path("run/loop-9.index").symlink_to("loop-9.index")
    assert durable.newest_readable("run") == "run/model-4"


def test_the_state_of_an_input_pipeline_is_no_damage():
    """NumPy has no type for it, so TensorFlow's reader cannot give it: a healthy checkpoint is not passed over."""
    with tf.Graph().as_default(), tf.Session() as sess:
        iterator = tf.data.make_initializable_iterator(tf.data.Dataset.range(10))
        a = tf.get_variable("A", initializer=1, use_resource=False)
        tf.add_to_collection(tf.GraphKeys.SAVEABLE_OBJECTS, tf.data.experimental.make_saveable_from_iterator(iterator))
        sess.run([a.initializer, iterator.initializer])
        saved = durable.save_durably(tf.train.Saver(), sess, "run/model", 1)
    assert durable.newest_readable("run") == saved
    flip("run/model-1.data-00000-of-00001")
    assert durable.newest_readable("run") is None


def hostile(prefix, shape, kind=1):
    """A checkpoint with a shape or kind that no Saver writes, and with right checksums."""
    from fuzz_bundle import encoded
    from test_9_bundle import message, written

    dimensions = [message((1, size % 2**64)) for size in shape]
    of_shape = b"".join(b"\x12" + encoded(len(size)) + size for size in dimensions)
    entry = message((1, kind)) + b"\x12" + encoded(len(of_shape)) + of_shape + message((5, 8))
    written(Path(f"{prefix}.index"), {b"weights": entry})
    Path(f"{prefix}.data-00000-of-00001").write_bytes(bytes(8))


# resume


def test_a_copy_reversed_dates_and_another_spelling_lose_nothing(folder):
    """The file ``checkpoint`` of a copy has the paths of the original, and its files the dates of the copying."""
    run = Run(str(folder / "model"), max_to_keep=3)
    for step in (8, 9, 10):
        run.save(step)
    shutil.copytree("run", "copy")
    for date, step in enumerate((10, 9, 8)):
        for path in Path("copy").glob(f"model-{step}.*"):
            os.utime(path, (1e9 + date, 1e9 + date))
    again = Run("copy/model", max_to_keep=3)
    assert again.resume() == "copy/model-10"
    assert again.save(11) == "copy/model-11"
    assert there("copy") == {"model-9", "model-10", "model-11"}
    assert there("run") == {"model-8", "model-9", "model-10"}


@pytest.mark.parametrize("spelling", ["./run/model", "run/../run/model", "link/model", "{}/run/model"])
def test_a_step_saved_again_in_another_spelling_loses_nothing(spelling):
    Path("link").symlink_to("run")
    Run("run/model").save(10)
    run = Run("run/model")
    assert run.resume() == "run/model-10"
    with pytest.raises(FileExistsError, match="is there already"):
        run.save(10, prefix=spelling.format(os.getcwd()))
    run.save(11, prefix=spelling.format(os.getcwd()))
    assert there() == {"model-10", "model-11"}
    run.save(12, prefix=spelling.format(os.getcwd()))
    assert there() == {"model-11", "model-12"}


def test_what_was_kept_on_purpose_stays():
    first = Run("run/model", keep_checkpoint_every_n_hours=1e-9)  # each that drops out of the list is kept
    for step in range(1, 7):
        first.save(step)
    assert len(there()) == 6
    for name in ("best", "final", "best-3", "model-x-3", "my-model-3", "model"):
        for path in list(Path("run").glob("model-3.*")):
            shutil.copy(path, Path("run", name + path.name[len("model-3") :]))
    again = Run("run/model")
    assert again.resume() == "run/model-6"
    for step in range(7, 11):
        again.save(step)
    expected = {*(f"model-{step}" for step in (1, 2, 3, 4)), "model-9", "model-10"}
    assert there() == expected | {"best", "final", "best-3", "model-x-3", "my-model-3", "model"}


@pytest.mark.parametrize("keep", [None, 0])
def test_a_saver_that_keeps_all_goes_on_to_keep_all(keep):
    for _ in range(2):
        run = Run("run/model", max_to_keep=keep)
        last = int((run.resume() or "-0").rpartition("-")[2])
        for step in range(last + 1, last + 4):
            run.save(step)
    assert there() == {f"model-{step}" for step in range(1, 7)}
    fewer = Run("run/model")
    fewer.resume()
    fewer.save(7)
    fewer.save(8)
    # Of a run that kept all, the file "checkpoint" lists the last.
    assert there() == {*(f"model-{step}" for step in range(1, 6)), "model-7", "model-8"}


def test_damaged_newer_ones_do_not_count():
    """With them in its list, a Saver that keeps two would delete the only good one."""
    run = Run("run/model", max_to_keep=3)
    for step in (1, 2, 3):
        run.save(step)
    flip("run/model-3.data-00000-of-00001")
    again = Run("run/model")
    assert again.resume() == "run/model-2"
    assert again.value() == 2
    again.save(21)
    assert there() == {"model-2", "model-3", "model-21"}
    assert not set(again.saver.last_checkpoints) & {"run/model-3"}


@pytest.mark.parametrize("left", [b"", b"\x00" * 100, b'model_checkpoint_path: "mo', None, b"\xff\xfe"])
def test_a_broken_list_of_checkpoints(left):
    Run("run/model").save(1)
    Run("run/model").save(2)
    Path("run/checkpoint").unlink() if left is None else Path("run/checkpoint").write_bytes(left)
    run = Run("run/model")
    assert run.resume() == "run/model-2"
    run.save(3)
    run.save(4)
    assert {"model-1", "model-3", "model-4"} == there(), "what is not listed is not the Saver's"


def test_none_that_can_be_read_is_no_new_beginning():
    run = Run("run/model")
    assert run.resume() is None
    run.save(1)
    flip("run/model-1.data-00000-of-00001")
    with pytest.raises(ValueError, match=r"no checkpoint run/model-… can be read"):
        Run("run/model").resume()
    for path in Path("run").glob("model-1.*"):
        path.unlink()
    Path("run/model-1.meta").touch()
    with pytest.raises(ValueError, match="can be read"):
        Run("run/model").resume()


@pytest.mark.parametrize("sharded", [False, True])
def test_checkpoints_of_the_old_format_are_found(sharded):
    old = Run("run/model", write_version=tf.train.SaverDef.V1, sharded=sharded)
    old.careless(3)
    with pytest.raises(ValueError, match="old format"):
        old.save(4)
    run = Run("run/model")
    if sharded:  # not by this name: never a new beginning
        with contextlib.suppress(ValueError):
            assert run.resume() == "run/model-3"
    else:
        assert run.resume() == "run/model-3"
        assert run.value() == 3


def test_steps_with_zeros_in_front_and_a_name_of_digits_and_signs():
    for prefix in ("run/0-7.x+(a)", "run/"):
        run = Run(prefix, max_to_keep=3)
        for step in (9, 10, 11):
            run.save(step)
        again = Run(prefix)
        assert again.resume() == f"{prefix}-11"
    for path in list(Path("run").glob("0-7.x+(a)-11.*")):
        path.rename(Path("run", path.name.replace("-11.", "-0012.")))
    assert Run("run/0-7.x+(a)").resume() == "run/0-7.x+(a)-0012"


def test_what_it_goes_on_from_is_on_the_disk(monkeypatch):
    """A save that was killed did not come to ``fsync``, and the next one deletes an older checkpoint for it."""
    Run("run/model").save(1)
    Run("run/model").careless(2)
    flushed, real = [], durable.flush
    monkeypatch.setattr(durable, "flush", lambda path: (flushed.append(os.path.basename(path)), real(path)))
    assert Run("run/model").resume() == "run/model-2"
    assert {"model-2.index", "model-2.data-00000-of-00001", "run"} <= set(flushed)


def test_a_lower_max_to_keep_deletes_one_with_each_save():
    """As the docstring says: a default that somebody forgot to set must not delete a hundred at once."""
    run = Run("run/model", max_to_keep=5)
    for step in range(1, 6):
        run.save(step)
    again = Run("run/model")
    again.resume()
    assert len(there()) == 5
    for step in range(6, 9):
        again.save(step)
    assert there() == {f"model-{step}" for step in range(4, 9)}


@pytest.mark.parametrize("name", ["model-2024", "a-1-2", "2024", "-", "model-", "-5", "model.ckpt"])
def test_names_that_end_in_digits_and_hyphens(name):
    run = Run(f"run/{name}")
    for step in (9, 10, 11):
        run.save(step)
    again = Run(f"run/{name}")
    assert again.resume() == durable.newest_readable("run") == f"run/{name}-11"
    again.save(12)
    assert there() == {f"{name}-11", f"{name}-12"}


def test_a_path_object():
    run = Run("run/model")
    run.put(1)
    assert durable.save_durably(run.saver, run.session, Path("run/model"), 1) == "run/model-1"
    assert durable.newest_readable(Path("run")) == "run/model-1"
    assert durable.resume(run.saver, run.session, Path("run/model")) == "run/model-1"
    durable.rescue(Path("run/model-1"))


# rescue


def of_two_saves(orphans=()):
    """What a kill between two renames leaves: the data of 5, the index of 3, the index of 5 as an orphan."""
    run = Run("run/model", max_to_keep=None)
    for value, name in ((3, "old"), (4, "other"), (5, "new")):
        run.put(value)
        run.saver.save(run.session, f"run/{name}")
    with tf.Graph().as_default(), tf.Session() as sess:
        a = tf.get_variable("A", initializer=[5, 5], use_resource=False)
        sess.run(a.initializer)
        tf.train.Saver().save(sess, "run/smaller")  # reads its values from the data of 5, and leaves B out
    shutil.copy("run/new.data-00000-of-00001", "run/model.data-00000-of-00001")
    shutil.copy("run/old.index", "run/model.index")
    for number, name in enumerate(orphans):
        shutil.copy(f"run/{name}.index", f"run/model.index.tempstate{number}")


def held(prefix="run/model"):
    reader = tf.train.NewCheckpointReader(prefix)
    return {name: np.asarray(reader.get_tensor(name)).tolist() for name in reader.get_variable_to_shape_map()}


@pytest.mark.parametrize("orphans", itertools.permutations(["smaller", "other", "new"]))
def test_an_orphan_of_a_smaller_saver_is_not_the_right_one(orphans):
    of_two_saves(orphans)
    durable.rescue("run/model")
    assert held() == {"A": [5, 5], "B": b"b5" * 50}
    assert len(list(Path("run").glob("model.index.tempstate*"))) == 2, "other orphans stay"


def test_a_rescue_in_the_current_folder(monkeypatch):
    of_two_saves(["smaller", "new"])
    monkeypatch.chdir("run")
    durable.rescue("model")
    assert held("model") == {"A": [5, 5], "B": b"b5" * 50}


def test_an_index_of_a_smaller_saver_in_place_is_not_the_right_one():
    of_two_saves(["new"])
    shutil.copy("run/smaller.index", "run/model.index")
    durable.rescue("run/model")
    assert held() == {"A": [5, 5], "B": b"b5" * 50}


@pytest.mark.parametrize("orphans", [[], ["smaller"], ["other", "smaller", "old"]])
@pytest.mark.parametrize("index", [True, False])
def test_without_a_right_one_nothing_is_changed(orphans, index):
    of_two_saves(orphans)
    if not index:
        Path("run/model.index").unlink()
    before = content(".")
    with pytest.raises(ValueError, match="no orphans fit"):
        durable.rescue("run/model")
    assert content(".") == before


def test_two_that_fit_and_differ():
    """The same bytes under other names: nobody but a person knows which names are right."""
    of_two_saves(["new"])
    with tf.Graph().as_default(), tf.Session() as sess:
        c = tf.get_variable("C", initializer=[5, 5], use_resource=False)
        d = tf.get_variable("D", initializer="b5" * 50, use_resource=False)
        sess.run([c.initializer, d.initializer])
        tf.train.Saver().save(sess, "run/renamed")
    shutil.copy("run/renamed.index", "run/model.index.tempstate7")
    shutil.copy("run/new.index", "run/model.index.tempstate8")
    before = content(".")
    with pytest.raises(ValueError, match="2 orphans fit"):
        durable.rescue("run/model")
    assert content(".") == before
    Path("run/model.index.tempstate7").unlink()
    durable.rescue("run/model")  # two that are equal are one


def test_what_can_be_read_stays():
    of_two_saves(["other", "smaller", "new"])
    shutil.copy("run/new.index", "run/model.index")
    before = content(".")
    durable.rescue("run/model")
    assert content(".") == before


def test_several_data_files_and_leftovers_of_another_number():
    """Three of two kinds: only those that belong together must add up."""
    with tf.Graph().as_default(), tf.Session(config=tf.ConfigProto(device_count={"CPU": 2})) as sess:
        for device in (0, 1):
            with tf.device(f"/cpu:{device}"):
                tf.get_variable(f"v{device}", initializer=[device] * 10, use_resource=False)
        sess.run(tf.global_variables_initializer())
        tf.train.Saver(sharded=True).save(sess, "run/model")
        tf.train.Saver([tf.global_variables()[0]], sharded=True).save(sess, "run/smaller")
    assert Path("run/model.data-00001-of-00002").exists()
    shutil.copy("run/smaller.index", "run/model.index.tempstate1")
    shutil.copy("run/smaller.data-00000-of-00001", "run/model.data-00000-of-00001")
    Path("run/model.index").rename("run/model.index.tempstate2")
    Path("run/model.data-00001-of-00002.tempstate9").write_bytes(b"half")
    before = content("run")
    with contextlib.suppress(ValueError):  # with a whole smaller one beside it, both fit: then it must not guess
        durable.rescue("run/model")
    assert content("run") == before
    Path("run/model.data-00000-of-00001").unlink()
    durable.rescue("run/model")
    assert set(held()) == {"v0", "v1"}


def test_rescue_on_a_full_disk_and_in_a_folder_with_brackets(folder):
    of_two_saves(["other", "new"])
    Path("run").rename("a[b]*")
    with no_file_longer_than(0):
        durable.rescue("a[b]*/model")
    Path("a[b]*").rename("run")
    assert held() == {"A": [5, 5], "B": b"b5" * 50}


def test_rescue_where_the_system_has_no_room_for_a_temporary_folder(monkeypatch):
    of_two_saves(["other", "new"])
    before = content(".")
    monkeypatch.setattr(durable.tempfile, "TemporaryDirectory", full_disk)
    with pytest.raises(OSError, match="No space"):
        durable.rescue("run/model")
    assert content(".") == before


def test_rescue_does_not_blame_the_orphan_for_the_temporary_folder(monkeypatch):
    of_two_saves(["new"])
    Path("t[1]").mkdir()
    monkeypatch.setattr(durable.tempfile, "tempdir", os.path.abspath("t[1]"))
    with pytest.raises(ValueError, match="for a pattern"):
        durable.rescue("run/model")


def full_disk(*_, **__):
    raise OSError(28, "No space left on device")


# save_durably


def test_a_step_that_is_there_is_not_saved_over():
    """A run that forgot to resume would put its files among those of the older one, and a kill would leave a mix."""
    Run("run/model").save(1)
    before = content("run")
    for step in (1, np.int64(1)):
        with pytest.raises(FileExistsError):
            Run("run/model").save(step)
    assert content("run") == before
    flip("run/model-1.data-00000-of-00001")
    Run("run/model").save(1)  # one that is broken may be
    assert durable.readable("run/model-1")


@pytest.mark.parametrize("sharded", [False, True])
def test_a_full_disk_at_each_size_loses_nothing(sharded):
    run = Run("run/model", sharded=sharded)
    run.save(1)
    run.save(2)
    longest = max(len(data) for data in content("run").values())
    safe, failed = 2, 0
    for step, size in enumerate([*range(0, 200, 9), *range(200, longest + 300, 150)], start=3):
        with contextlib.suppress(OSError, tf.errors.OpError, IndexError, ValueError), no_file_longer_than(size):
            failed += 1
            run.save(step)
            safe = step
            failed -= 1
        assert durable.readable(f"run/model-{safe}"), "what was promised last is there"
        found = durable.newest_readable("run")
        assert int(found.rpartition("-")[2]) >= safe
        complete = {f"{prefix}.{ending}" for prefix in there() for ending in ("index", "meta", "data-00000-of-00001")}
        assert set(os.listdir("run")) <= complete | {"checkpoint"}, "what failed does not go on to fill the disk"
        assert len(there()) <= 5
        assert all(durable.readable(f"run/{name}") for name in there())
    assert failed > 5
    assert safe > 2
    again = Run("run/model")
    assert int(again.resume().rpartition("-")[2]) >= safe


def test_in_the_current_folder_all_is_as_in_another_one():
    """Where the prefix has no folder: what failed is taken back, and what is whole is found."""
    run = Run("model")
    run.save(1)
    failed = 0
    for step, size in enumerate(range(0, 500, 30), start=2):
        with contextlib.suppress(OSError, tf.errors.OpError, IndexError, ValueError), no_file_longer_than(size):
            failed += 1
            run.save(step)
            failed -= 1
        files = set(os.listdir(".")) - {"checkpoint", "run"}
        assert all(durable.readable(file.partition(".")[0]) for file in files), files
    assert failed > 5
    run.save(100)
    assert durable.newest_readable("") == "model-100"
    assert Run("model").resume() == "model-100"


def test_a_save_leaves_no_file_open():
    run = Run("run/model")
    run.save(1)
    before = os.listdir("/dev/fd")
    run.save(2)
    assert len(os.listdir("/dev/fd")) == len(before)


@pytest.mark.parametrize("options", [{}, {"pad_step_number": True}, {"sharded": True}])
@pytest.mark.parametrize("fails", ["read_all", "flush", "flush_folder"])
def test_a_save_that_fails_does_not_push_an_older_one_out(fails, options, monkeypatch):
    """If it counted, two failed saves would have deleted all that was safe."""
    run = Run("run/model", **options)
    run.save(1)
    run.save(2)
    with monkeypatch.context() as patched:
        patched.setattr(durable, fails, full_disk)
        for step in (3, 4, 5):
            with pytest.raises(OSError, match="No space"):
                run.save(step)
        assert run.saver.last_checkpoints[-1] == "run/model-2"
    assert "model-2" in there()
    Path("run/model-5.5.index").write_bytes(b"of somebody else")
    run.save(6)
    assert Path("run/model-5.5.index").exists()
    assert {"model-2", "model-6"} <= there()


def test_a_padded_step_is_not_saved_over():
    """Savers with ``pad_step_number`` call it model-00000001: the file to look for must be the one that is written."""
    Run("run/model", pad_step_number=True).save(1)
    for step in (1, True):
        with pytest.raises(FileExistsError):
            Run("run/model", pad_step_number=True).save(step)
    assert there() == {"model-1"}
    assert Run("run/model", pad_step_number=True).resume() == "run/model-1"


def test_a_step_below_zero_is_refused():
    """Its name, model--5, would count as step 5 in one function, and as none in another."""
    run = Run("run/model")
    run.save(3)
    with pytest.raises(ValueError, match="step -5"):
        run.save(-5)
    assert there() == {"model-3"}


def test_a_folder_that_is_not_there_is_named_in_the_error():
    with pytest.raises(ValueError, match="Parent directory of a/b/model"):
        Run("a/b/model").save(1)


def test_what_is_called_like_a_leftover_of_tensorflow_stays():
    run = Run("run/model")
    run.save(1)
    Path("run/model-2_temp_notes").mkdir()
    Path("run/model-2.meta.tmp_backup").write_text("mine")
    Path("run/checkpoint.tmp_backup").write_text("mine")
    before = content("run")
    with pytest.raises(tf.errors.OpError), no_file_longer_than(10):
        run.save(2)
    assert content("run") == before
    assert Path("run/model-2_temp_notes").exists()


def test_an_interrupt_in_the_middle_is_let_out_and_does_not_count(monkeypatch):
    run = Run("run/model")
    run.save(1)

    def interrupted(path):
        raise KeyboardInterrupt

    monkeypatch.setattr(durable, "flush", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.save(2)
    assert run.saver.last_checkpoints == ["run/model-2", "run/model-1"], "the first to be deleted"


def test_the_way_to_a_new_folder_is_on_the_disk_and_the_folder_comes_last(monkeypatch):
    Path("run/a/b").mkdir(parents=True)
    done, real = [], os.fsync

    def fsync(descriptor):
        done.append(os.readlink(f"/proc/self/fd/{descriptor}") if sys.platform == "linux" else "")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    Run("run/a/b/model").save(1)
    if sys.platform == "linux":
        here = os.path.realpath("run/a/b")
        names = [os.path.relpath(path, here) for path in done]
        assert set(names[:4]) == {"model-1.index", "model-1.meta", "model-1.data-00000-of-00001", "checkpoint"}
        assert names[4:7] == [".", "..", "../.."]


def test_on_macos_the_drive_is_told_too(monkeypatch):
    told = []

    class Mac:
        F_FULLFSYNC = 51

        @staticmethod
        def fcntl(descriptor, command):
            told.append(command)
            raise OSError("not on this disk")

    monkeypatch.setattr(durable, "fcntl", Mac)
    Run("run/model").save(1)
    assert len(told) > 4
    assert set(told) == {51}
    monkeypatch.setattr(durable, "fcntl", None)  # Windows
    Run("run/model").save(2)


def test_what_save_durably_refuses_and_takes():
    before = content("run")
    with pytest.raises(ValueError, match="keep 2 or more"):
        Run("run/model", max_to_keep=1).save(1)
    with pytest.raises(ValueError, match="old format"):
        Run("run/model", write_version=tf.train.SaverDef.V1).save(1)
    assert content("run") == before
    run = Run("run/model")
    with run.graph.as_default():
        step = tf.Variable(7, name="step", use_resource=False)
        run.session.run(step.initializer)
    run.put(7)
    assert durable.save_durably(run.saver, run.session, "run/model", step) == "run/model-7"
    assert run.save(np.int32(8)) == "run/model-8"
    Path("run/model-9_temp").mkdir()
    Path("run/model-9.d").mkdir()
    assert run.save(9) == "run/model-9"


# save_keras


class Model:
    """Stands in for a Keras model: it writes a text, slowly, and may break off."""

    def __init__(self, text, breaks=None):
        self.text, self.breaks = text, breaks

    def save(self, path):
        assert str(path).endswith(".keras")
        with open(path, "w", encoding="utf-8") as file:
            for letter in self.text:
                file.write(letter)
                file.flush()
                if letter == self.breaks:
                    raise OSError(28, "No space left on device")


@pytest.fixture
def steps(monkeypatch):
    """What is handed to the disk and what gets a name, in that order."""
    done = []
    flush, replace = durable.flush, os.replace
    monkeypatch.setattr(durable, "flush", lambda path: (done.append(("flush", str(path))), flush(path)))
    monkeypatch.setattr(os, "replace", lambda old, new: (done.append(("name", str(old))), replace(old, new)))
    return done


def test_save_keras_has_the_file_on_the_disk_before_it_gets_its_name(steps):
    durable.save_keras(Model("abc"), "m.keras")
    ((at, (_, temporary)),) = [(at, step) for at, step in enumerate(steps) if step[0] == "name"]
    assert ("flush", temporary) in steps[:at], "else a power failure may leave the new name on an empty file"
    assert any(what == "flush" for what, _ in steps[at:]), "and its folder after that"


def test_rescue_has_the_values_on_the_disk_before_the_index_says_that_they_are_there(steps):
    of_two_saves(["new"])
    steps.clear()
    durable.rescue("run/model")
    at = steps.index(("name", "run/model.index.tempstate0"))
    assert {path for _, path in steps[:at]} == {"run/model.index.tempstate0", "run/model.data-00000-of-00001"}
    assert not Path("run/model.index.tempstate0").exists(), "nothing is left over"


@pytest.mark.parametrize("name", ["m.h5", "m.weights.h5", "m", "m.keras.zip", "m.KERAS", "m.keras/", ""])
def test_an_ending_that_keras_could_not_load_is_refused(name):
    before = content(".")
    for path in (name, Path(name)):
        if str(path).endswith(".keras"):  # a Path drops the slash
            continue
        with pytest.raises(ValueError, match="does not end in .keras"):
            durable.save_keras(Model("new"), path)
    assert content(".") == before


def test_a_model_that_raises_after_writing_ends_or_writes_no_file():
    durable.save_keras(Model("old"), "run/m.keras")

    def leaves(path):
        Path(path).write_text("new")
        sys.exit(3)

    for save, error in ((leaves, SystemExit), (lambda path: None, OSError), (os.mkdir, OSError)):
        model = Model("")
        model.save = save
        with pytest.raises(error):
            durable.save_keras(model, "run/m.keras")
        assert content(".") == {"run/m.keras": b"old"}
        assert os.listdir("run") == ["m.keras"]


@pytest.mark.parametrize("breaks", "new")
def test_a_save_that_breaks_off_leaves_the_old_file_and_nothing_else(breaks):
    durable.save_keras(Model("old"), "run/m.keras")
    with pytest.raises(OSError, match="No space"):
        durable.save_keras(Model("new", breaks), "run/m.keras")
    assert content(".") == {"run/m.keras": b"old"}
    assert os.listdir("run") == ["m.keras"]


@pytest.mark.parametrize("link", ["relative", "absolute", "dangling", "of a link", "another ending"])
def test_a_symbolic_link_stays_one(link):
    Path("store").mkdir()
    target = Path("store", "blob" if link == "another ending" else "m.keras")
    if link != "dangling":
        target.write_text("old")
    Path("run/m.keras").symlink_to(target.absolute() if link == "absolute" else Path("..", target))
    path = "run/m.keras"
    if link == "of a link":
        path = "run/latest.keras"
        Path(path).symlink_to("m.keras")
    durable.save_keras(Model("new"), path)
    assert Path(path).is_symlink()
    assert Path("run/m.keras").is_symlink()
    assert target.read_text() == "new"
    assert not target.is_symlink()


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o666])
def test_the_mode_is_kept_and_a_new_file_gets_the_usual_one(mode):
    Path("usual").touch()
    durable.save_keras(Model("old"), Path("run/m.keras"))
    assert Path("run/m.keras").stat().st_mode == Path("usual").stat().st_mode
    Path("run/m.keras").chmod(mode)
    durable.save_keras(Model("new"), "run/m.keras")
    assert stat.S_IMODE(Path("run/m.keras").stat().st_mode) == mode
    assert Path("run/m.keras").read_text() == "new"


@pytest.mark.parametrize("name", ["a[1]*?.keras", "ü ' \".keras", "-m.keras", "x" * 249 + ".keras", ".keras"])
def test_names_that_are_long_or_strange(name):
    for text in ("old", "new"):
        durable.save_keras(Model(text), Path("run", name))
    assert content("run") == {name: text.encode()}


def test_a_folder_at_the_target_or_none_above_it():
    Path("run/m.keras").mkdir()
    for path in ("run/m.keras", "nowhere/m.keras"):
        with pytest.raises(OSError):
            durable.save_keras(Model("new"), path)
    assert os.listdir("run") == ["m.keras"]


def keras_model(value):
    import keras

    tf.enable_v2_behavior()
    model = keras.Sequential([keras.Input([1]), keras.layers.Dense(1, use_bias=False)])
    model.layers[0].kernel.assign([[value]])
    return model


def whole(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_a_full_disk_at_each_size_with_keras_itself():
    durable.save_keras(keras_model(1), "run/m.keras")
    old, model = content("run"), keras_model(2)
    size = len(old["run/m.keras".removeprefix("run/")])
    for most in range(0, size, size // 12):
        with pytest.raises((OSError, ValueError, RuntimeError)), no_file_longer_than(most):
            durable.save_keras(model, "run/m.keras")
        assert content("run") == old
        assert os.listdir("run") == ["m.keras"]
    durable.save_keras(model, "run/m.keras")
    assert content("run") != old


WRITER = """
import os, sys
from course import durable

class Model:
    def save(self, path):
        with open(path, "w") as file:
            for _ in range(20):
                file.write(100 * sys.argv[1])
                file.flush()

print("ready", flush=True)
while not os.path.exists("enough"):
    durable.save_keras(Model(), "run/m.keras")
"""


def test_two_writers_of_one_path_and_a_reader():
    """The reader never sees half a file, and no writer gets an error."""
    durable.save_keras(Model("0" * 2000), "run/m.keras")
    here = {**os.environ, "PYTHONPATH": str(ROOT)}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, number], env=here, stdout=subprocess.PIPE) for number in "12"
    ]
    for writer in writers:
        assert writer.stdout.readline() == b"ready\n"
    turns, last, end = 0, "", time.monotonic() + 120
    while turns <= 50 and time.monotonic() < end:
        text = Path("run/m.keras").read_text()
        assert len(text) == 2000
        assert len(set(text)) == 1
        turns += text[0] != last
        last = text[0]
    Path("enough").touch()
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert turns > 50, "they wrote at the same time"
    assert os.listdir("run") == ["m.keras"]


def test_threads_with_keras_itself():
    """One process with two threads has one name for its process: the temporary one must not be made from that."""
    model = keras_model(1)
    durable.save_keras(model, "run/m.keras")
    errors = []

    def save():
        try:
            for _ in range(10):
                durable.save_keras(model, "run/m.keras")
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=save) for _ in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert "model.weights.h5" in whole("run/m.keras")
    assert errors == []
    assert os.listdir("run") == ["m.keras"]


# a file made to crash the reader


def test_a_file_made_to_crash_the_reader():
    Run("run/model").save(3)
    hostile("run/model-9", [2**62, 4])
    assert durable.newest_readable("run", check=durable.readable_apart) == "run/model-3"
    hostile("run/model-9", [-5])
    run, asked = Run("run/model"), []

    def check(prefix):
        asked.append(prefix)
        return prefix == "run/model-3"

    assert durable.resume(run.saver, run.session, "run/model", check=check) == "run/model-3"
    assert asked == ["run/model-9", "run/model-3"]
    code = "from course import durable; durable.newest_readable('run')"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode < 0, "the docstring says so: without it, the process is ended"


def test_a_second_python_without_tensorflow_says_nothing_about_the_checkpoint(monkeypatch):
    Run("run/model").save(3)
    Path("elsewhere").mkdir()
    Path("elsewhere/tensorflow.py").write_text("raise ImportError('no memory')")
    monkeypatch.setenv("PYTHONPATH", os.path.abspath("elsewhere"))
    with pytest.raises(RuntimeError, match="no memory"):
        durable.readable_apart("run/model-3")


def test_a_module_beside_the_checkpoint_is_not_run(monkeypatch):
    """``python -c`` would import a stranger's numpy.py from the current folder."""
    Run("run/model").save(3)
    Path("run/numpy.py").write_text("open('owned', 'w').close()")
    monkeypatch.chdir("run")
    assert durable.readable_apart("model-3")
    assert not Path("owned").exists()


# copying


def test_each_function_runs_when_it_is_copied_with_the_imports_and_what_its_row_says():
    source = (ROOT / "course" / "durable.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    functions = {node.name: ast.get_source_segment(source, node) for node in tree.body if hasattr(node, "name")}
    imports = "\n".join(ast.get_source_segment(source, node) for node in tree.body[1:] if not hasattr(node, "name"))
    rows = rows_of(durable.__doc__)
    for name, needed in rows.items():
        namespace = {}
        exec("\n".join([imports, *(functions[other] for other in needed), functions[name]]), namespace)
        called = {
            node.id for node in ast.walk(ast.parse(functions[name])) if isinstance(node, ast.Name)
        } & functions.keys() - {name}
        reached = called | {
            node.id for other in called for node in ast.walk(ast.parse(functions[other])) if isinstance(node, ast.Name)
        } & functions.keys() - {name}
        assert reached == set(needed), name
    assert rows.keys() | {other for needed in rows.values() for other in needed} == functions.keys()


WIDTH = 92  # of the first two columns


def rows_of(text):
    """The table in the docstring: ``{function: what to copy with it}``."""
    rows, name = {}, None
    for line in text.splitlines():
        if line.startswith(("``", "      ")) and len(line) > WIDTH:
            if line.startswith("``"):
                name = line.split("``")[1]
            rows.setdefault(name, []).extend(line[WIDTH:].split("``")[1::2])
    return rows


def test_it_is_written_for_the_pythons_of_tensorflow_1():
    """Python 3.7 can read it, and what came later is not called."""
    source = (ROOT / "course" / "durable.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))
    for later in ("removesuffix", "removeprefix", "missing_ok", "math.prod", "strict="):
        assert later not in source
