"""Truth 9, the guards on what they may meet in other projects: none cries at a healthy restore, none is silent at a bad
one. Where a guard does not look, its docstring says so.
"""

import ast
import inspect
import os
import shutil
import warnings
from pathlib import Path

import h5py
import keras
import ml_dtypes
import numpy as np
import pytest
import tensorflow as tf2
import tensorflow.compat.v1 as tf

from course import guards

BOTH_KINDS = pytest.mark.parametrize("resource", [False, True], ids=["reference", "resource"])
NUMBERS = [
    np.float32([np.nan, 1]),
    np.float64([-0.0, np.inf]),
    np.float16(1),
    np.array([1, np.nan]).astype(ml_dtypes.bfloat16),
    np.array([1j], np.complex64),
    np.array([True]),
    np.uint64([2**64 - 1]),
    np.int8(-1),
    np.zeros([0, 3], np.float32),
]
# A Saver saves these in resource variables only.
SMALL = [np.array([1, 2]).astype(dtype) for dtype in (ml_dtypes.float8_e5m2, ml_dtypes.float8_e4m3fn, ml_dtypes.int4)]


@pytest.fixture
def sess(in_folder):
    """A session and a graph of its own, as the default ones."""
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


def variable(name, value, resource=False, **options):
    return tf.get_variable(name, initializer=tf.constant(value), use_resource=resource, **options)


def save(sess, prefix, variables=None, **options):
    """Give all variables their initial values, and save these."""
    sess.run(tf.global_variables_initializer())
    return tf.train.Saver(variables, **options).save(sess, prefix)


def both(prefix, sess):
    guards.all_saved(prefix)
    guards.same_as_file(sess, prefix, tf.global_variables())


# Which Python


def test_the_guards_for_tensorflow_1_run_on_the_pythons_of_tensorflow_1():
    newer = {"removesuffix", "removeprefix", "is_relative_to", "with_stem", "missing_ok", "dirs_exist_ok", "strict"}
    for guard in (
        guards.same_as_file,
        guards.all_saved,
        guards.latest_in,
        guards.all_listed,
        guards.named_prefix,
    ):
        tree = ast.parse(inspect.getsource(guard), feature_version=(3, 6))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        keywords = {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}
        assert not newer & (names | keywords), guard.__name__


# same_as_file and all_saved


@BOTH_KINDS
@pytest.mark.parametrize("value", NUMBERS, ids=lambda value: f"{value.dtype}{list(value.shape)}")
def test_values_that_are_not_equal_to_themselves_or_unknown_to_numpy(sess, value, resource):
    v = variable("v", value, resource)
    save(sess, "run")
    both("run", sess)
    if value.size:
        sess.run(v.assign(np.zeros(value.shape, value.dtype)))
        with pytest.raises(ValueError, match="not as in run: v$"):
            guards.same_as_file(sess, "run", [v])


@pytest.mark.parametrize("value", SMALL, ids=lambda value: str(value.dtype))
def test_values_of_less_than_a_byte_or_so(sess, value):
    v = variable("v", value, resource=True)
    save(sess, "run")
    both("run", sess)
    assert guards.same_as_file(sess, "run", [v]) is None


@BOTH_KINDS
@pytest.mark.parametrize(("value", "other"), [([b"a\0", b""], [b"a", b""]), (b"ab\0", b"ab")])
def test_texts(sess, value, other, resource):
    v = variable("v", value, resource)
    save(sess, "run")
    both("run", sess)
    sess.run(v.assign(other))
    with pytest.raises(ValueError, match="not as in run: v"):
        guards.same_as_file(sess, "run", [v])


def test_quantized_values(sess):
    v = tf.get_variable("v", initializer=tf.bitcast(tf.constant([1, 2], tf.int8), tf.qint8))
    save(sess, "run")
    guards.same_as_file(sess, "run", [v])


@pytest.mark.parametrize("near", [1e-7, np.nan, np.inf])
def test_one_element_of_many(sess, near):
    v = variable("v", np.full([100, 3], 0.5, np.float32))
    save(sess, "run")
    changed = np.full([100, 3], 0.5, np.float32)
    changed[57, 1] += np.float32(near)
    sess.run(v.assign(changed))
    with pytest.raises(ValueError, match="not as in run: v"):
        guards.same_as_file(sess, "run", [v])


@BOTH_KINDS
def test_a_variable_without_a_value_is_named_with_the_others(sess, resource):
    a, b = variable("a", [1.0], resource), variable("b", [2.0], resource)
    save(sess, "run")
    with tf.Session() as another:
        tf.train.Saver([a]).restore(another, "run")
        with pytest.raises(ValueError, match="not as in run: b$"):
            guards.same_as_file(another, "run", [a, b])


@BOTH_KINDS
@pytest.mark.parametrize("sharded", [False, True])
def test_partitioned_variables(sess, resource, sharded):
    kernel = tf.get_variable("scope/kernel", [5, 2], partitioner=tf.fixed_size_partitioner(2), use_resource=resource)
    variable("plain", [1.0], resource)
    save(sess, "run", sharded=sharded)
    both("run", sess)
    sess.run(list(kernel)[1].assign(np.zeros([2, 2])))
    with pytest.raises(ValueError, match="not as in run: scope/kernel/part_1$"):
        guards.same_as_file(sess, "run", tf.global_variables())


def test_a_partitioned_variable_of_which_a_part_was_saved(sess):
    first, _ = tf.get_variable("kernel", [5, 2], partitioner=tf.fixed_size_partitioner(2))
    plain = variable("plain", [1.0])
    save(sess, "part", [first, plain])
    save(sess, "none", [plain])
    for prefix in ("part", "none"):
        with pytest.raises(ValueError, match=f"not saved in {prefix}: kernel$"):
            guards.all_saved(prefix)
        with pytest.raises(ValueError, match="kernel"):
            guards.same_as_file(sess, prefix, tf.global_variables())


def test_an_imported_graph_under_a_scope(sess):
    tf.get_variable("kernel", [5, 2], partitioner=tf.fixed_size_partitioner(2))
    save(sess, "run")
    with tf.Graph().as_default(), tf.Session() as another:
        saver = tf.train.import_meta_graph("run.meta", import_scope="copy")
        saver.restore(another, "run")
        # The Saver has other names than the variables have, which the docstring excludes: it cries, and is not silent.
        with pytest.raises(ValueError, match="copy/kernel"):
            guards.same_as_file(another, "run", tf.global_variables())


@pytest.mark.parametrize("options", [{"sharded": True}, {"write_version": 1}, {"write_version": 1, "sharded": True}])
def test_checkpoints_of_other_forms(sess, options):
    v = variable("v", [1.0, 2.0])
    variable("scope/average", 3, trainable=False)
    prefix = save(sess, "run", **options)  # of the shards of V1, a pattern
    both(prefix, sess)
    sess.run(v.assign([1.0, 3.0]))
    with pytest.raises(ValueError, match=": v$"):
        guards.same_as_file(sess, prefix, [v])


def test_a_data_file_that_is_lost(sess):
    v = variable("v", [1.0, 2.0])
    save(sess, "run")
    Path("run.data-00000-of-00001").unlink()
    guards.all_saved("run")  # only names, as it says
    with pytest.raises(tf.errors.OpError):
        guards.same_as_file(sess, "run", [v])


def test_another_dtype_in_a_variable_of_the_same_values(sess):
    variable("v", [1.0, 2.0])
    save(sess, "run")
    with tf.Graph().as_default(), tf.Session() as another:
        half = variable("v", np.float16([1, 2]))
        another.run(half.initializer)
        with pytest.raises(ValueError, match="not as in run: v"):
            guards.same_as_file(another, "run", [half])


def test_nothing_to_compare_is_an_error(sess):
    variable("v", [1.0])
    save(sess, "run")
    with tf.Graph().as_default():  # where the model is not
        with pytest.raises(ValueError, match="no variables"):
            guards.all_saved("run")
        with pytest.raises(ValueError, match="no variables"):
            guards.same_as_file(sess, "run", tf.global_variables())


def test_a_filter_that_leaves_nothing(sess):
    v = variable("v", [1.0])
    save(sess, "run")
    guards.same_as_file(sess, "run", filter(lambda each: each is v, tf.global_variables()))
    with pytest.raises(ValueError, match="no variables"):
        guards.same_as_file(sess, "run", filter(lambda each: "head" in each.name, tf.global_variables()))


def test_what_goes_by_other_names_is_refused_and_not_passed_over(sess):
    """As the docstrings say: a Saver with other names, and tf.train.Checkpoint in graph mode."""
    v = variable("v", [1.0], resource=True)
    save(sess, "run", {"other": v})
    written = tf.train.Checkpoint(v=v).save("objects", session=sess)
    for prefix in ("run", written):
        with pytest.raises(ValueError, match=": (save_counter, )?v$"):
            guards.all_saved(prefix)
        with pytest.raises(ValueError, match=": v$"):
            guards.same_as_file(sess, prefix, [v])


def test_lookup_tables_are_not_looked_for(sess):
    variable("v", [1.0])
    tf.lookup.experimental.DenseHashTable(tf.string, tf.int64, -1, "", "deleted", checkpoint=True)
    save(sess, "run", tf.global_variables())
    assert [name for name, _ in tf.train.list_variables("run")] == ["v"]
    guards.all_saved("run")  # only variables, as it says


def test_local_variables(sess):
    variable("v", [1.0])
    tf.metrics.mean([1.0], name="accuracy")
    save(sess, "run")
    both("run", sess)
    with pytest.raises(ValueError, match="accuracy/total, accuracy/count"):  # they were asked for, and have no value
        guards.same_as_file(sess, "run", tf.global_variables() + tf.local_variables())


def test_a_finalized_graph(sess):
    v = variable("v", [1.0], resource=True)
    save(sess, "run")
    tf.get_default_graph().finalize()
    both("run", sess)
    assert sess.run(v) == [1.0]


# latest_in, all_listed and named_prefix


def a_run(sess, folder, steps=(1, 2), **options):
    """Save to a folder with one Saver, at each of the steps."""
    saver = tf.train.Saver(**options)
    for step in steps:
        saver.save(sess, f"{folder}/model", global_step=step)


@pytest.fixture
def model(sess):
    variable("v", [1.0])
    sess.run(tf.global_variables_initializer())
    return sess


@pytest.mark.parametrize("relative", [False, True])
def test_a_run_under_each_of_its_paths(model, in_folder, relative):
    Path("run").mkdir()
    a_run(model, in_folder / "run" if not relative else "run", save_relative_paths=relative)
    Path("link").symlink_to("run")
    for folder in ("run", "run/", "./run", "link", str(in_folder / "run"), "run/../run"):
        assert Path(guards.latest_in(folder)).name == "model-2"
        guards.all_listed(folder)


def test_the_folder_where_the_program_runs(model):
    tf.train.Saver().save(model, "./model", global_step=1)
    for folder in (".", ""):  # os.path.dirname("model-1") is empty
        assert Path(guards.latest_in(folder)).name == "model-1"
        guards.all_listed(folder)
    tf.train.Saver().save(model, "./model", global_step=2)
    for folder in (".", ""):
        with pytest.raises(ValueError, match="not listed in .: model-1$"):
            guards.all_listed(folder)


@pytest.mark.parametrize("name", ["run 1", "run.1", "run-{a}", "é", "run#%", "a" * 200])
def test_folders_of_other_names(model, name):
    Path(name).mkdir()
    a_run(model, name)
    assert guards.latest_in(name) == f"{name}/model-2"
    guards.all_listed(name)
    assert guards.named_prefix(f"{name}/model") == f"{name}/model"


def test_a_copied_run_lists_the_files_of_the_other(model, in_folder):
    Path("run").mkdir()
    a_run(model, in_folder / "run")
    shutil.copytree("run", "copy")
    with pytest.raises(ValueError, match="leads elsewhere"):
        guards.latest_in("copy")
    with pytest.raises(ValueError, match="not listed in copy: model-1, model-2"):
        guards.all_listed("copy")
    guards.all_listed("run")


def test_a_path_with_brackets_is_no_empty_folder_to_train_in(model):
    Path("run[1]").mkdir()
    a_run(model, "run[1]")
    with pytest.raises(ValueError, match="cannot be found"):
        guards.latest_in("run[1]")


def test_a_hidden_checkpoint_is_in_its_folder(model):
    Path("run").mkdir()
    tf.train.Saver().save(model, "run/")
    assert Path(guards.latest_in("run")).resolve() == Path("run").resolve()


def test_a_folder_that_is_not_there_yet(in_folder):
    guards.all_listed("run")
    with pytest.raises(ValueError, match="no checkpoint in run"):
        guards.latest_in("run")


def test_other_names_beside_the_listed(model):
    Path("run").mkdir()
    a_run(model, "run")
    for name in ("model-2.index.tempstate123", "index", "model.index.old"):
        Path("run", name).touch()
    guards.all_listed("run")
    Path("run/words.index").touch()  # of a search engine, for example: counted, as the docstring says
    with pytest.raises(ValueError, match="not listed in run: words$"):
        guards.all_listed("run")
    Path("run/words.index").unlink()
    tf.train.Saver().save(model, "run/best", latest_filename="best_checkpoint")
    with pytest.raises(ValueError, match="not listed in run: best$"):
        guards.all_listed("run")


@pytest.mark.parametrize("character", ["*", "?", "[", "]", "{a,b}", "\\", "!", "~", "$1", " "])
@pytest.mark.parametrize("where", ["run{0}/model", "run/model{0}5"])
def test_a_prefix_is_refused_if_tensorflow_takes_its_characters_for_a_pattern(model, character, where):
    prefix = where.format(character)
    if character in "*?[\\":
        with pytest.raises(ValueError, match="pattern"):
            guards.named_prefix(prefix)
    else:
        assert guards.named_prefix(prefix) == prefix
        Path(prefix).parent.mkdir(parents=True)
        tf.train.Saver().save(model, prefix)
        assert guards.latest_in(str(Path(prefix).parent)) == prefix
        guards.all_saved(prefix)


def test_what_the_refused_characters_do(model):
    for prefix in ("run[1]", "run\\1"):
        tf.train.Saver().save(model, prefix)
        assert Path(f"{prefix}.index").exists()
        assert not tf.train.checkpoint_exists(prefix)
    tf.train.Saver().save(model, "run1")
    for prefix in ("run*", "run?"):
        assert tf.train.checkpoint_exists(prefix)  # which nobody saved


@pytest.mark.parametrize("folder", ["lr[12]", "lr*", "lr?"])
def test_a_saver_in_such_a_folder_deletes_the_checkpoints_of_other_runs(model, folder):
    """What lesson 12b says in step 4, lessons 09 and 11c in their tables, and the docstring of named_prefix."""
    for each in ("lr1", "lr2", folder):
        Path(each).mkdir()
        a_run(model, each, steps=(1, 2, 3), max_to_keep=2 if each == folder else 5)
    left = {
        each: sorted(path.stem for path in Path(each).iterdir() if path.suffix == ".index") for each in os.listdir()
    }
    others = ["model-2", "model-3"]  # of three that were saved and that nobody deleted
    # A pattern of brackets does not match its own name, so what it was meant for stays.
    own = ["model-1", *others] if "[" in folder else others
    assert left == {"lr1": others, "lr2": others, folder: own}


def test_a_manager_of_tensorflow_2_does_so_too(in_folder):
    for folder, keep in (("lr1", 5), ("lr[12]", 2)):
        checkpoint = tf2.train.Checkpoint(v=tf2.Variable(1.0))
        manager = tf2.train.CheckpointManager(checkpoint, folder, max_to_keep=keep)
        for _ in range(3):
            manager.save()
    assert sorted(path.name for path in Path("lr1").glob("*.index")) == ["ckpt-2.index", "ckpt-3.index"]


@pytest.mark.parametrize(
    "prefix", ["run/", "new/", ".", "..", "run/.", "new/.", "run/..", "run/.model", "/", "", "run"]
)
def test_a_prefix_that_hides_its_files_or_is_a_folder(in_folder, prefix):
    Path("run").mkdir()
    with pytest.raises(ValueError, match="hidden|folder"):
        guards.named_prefix(prefix)


def test_a_path_that_is_none_of_this_machine(model):
    """TensorFlow has file systems of its own, such as ram:// and gs://."""
    a_run(model, "ram://guards")
    guards.all_listed("ram://guards")
    assert guards.latest_in("ram://guards") == "ram://guards/model-2"
    a_run(model, "ram://guards", steps=[3])
    with pytest.raises(ValueError, match="not listed in ram://guards: model-1, model-2$"):
        guards.all_listed("ram://guards")


# restore_completely


def objects(**values):
    return tf2.train.Checkpoint(**{name: tf2.Variable(value, name=name) for name, value in values.items()})


def named(prefix, **values):
    """Write a file as a Saver does: with names."""
    with tf.Graph().as_default(), tf.Session() as sess:
        for name, value in values.items():
            variable(name, value)
        save(sess, prefix)


def test_a_savers_file_is_refused_whether_something_is_left_over_or_not(in_folder):
    named("run", a=[1.0], b=[2.0])
    for held in ({"a": [0.0]}, {"a": [0.0], "b": [0.0]}, {"a": [0.0], "b": [0.0], "c": [0.0]}, {"d": [0.0]}):
        with pytest.raises((ValueError, AssertionError)):
            guards.restore_completely(objects(**held), "run")


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "string", "int4", "bool"])
def test_objects_of_other_dtypes(in_folder, dtype):
    value = tf2.constant(["a"]) if dtype == "string" else tf2.cast([1], dtype)
    path = objects(a=value).save("run/model")
    fresh = objects(a=tf2.constant([""]) if dtype == "string" else tf2.cast([0], dtype))
    guards.restore_completely(fresh, path)
    assert fresh.a.numpy().tobytes() == value.numpy().tobytes() or fresh.a.numpy() == value.numpy()


@pytest.mark.parametrize("path", [None, "gone/model-1", "run"])
def test_a_path_that_is_no_checkpoint(in_folder, path):
    objects(a=[1.0]).save("run/model")
    with pytest.raises((AssertionError, ValueError, tf.errors.OpError)):
        guards.restore_completely(objects(a=[0.0]), path)


def test_what_is_only_on_one_side(in_folder):
    path = objects(a=[1.0], b=[2.0]).save("run/model")
    for held in ({"a": [0.0]}, {"a": [0.0], "b": [0.0], "c": [0.0]}, {"a": [0.0], "renamed": [0.0]}):
        with pytest.raises(AssertionError):
            guards.restore_completely(objects(**held), path)


def test_a_folder_that_is_called_as_the_checkpoint(in_folder):
    path = objects(a=[1.0]).save("run/model")
    Path(path).mkdir()
    fresh = objects(a=[0.0])
    guards.restore_completely(fresh, Path(path))
    assert fresh.a.numpy() == [1.0]
    named("run", a=[1.0], b=[2.0])
    with pytest.raises(ValueError, match="by a Saver"):  # although the folder has a checkpoint with objects
        guards.restore_completely(objects(a=[0.0]), "run")


def test_layers_that_were_tied_or_untied_since(in_folder):
    shared = tf2.Variable([3.0])
    path = tf2.train.Checkpoint(a=shared, b=shared).save("tied")
    with pytest.raises(AssertionError):
        guards.restore_completely(objects(a=[0.0], b=[0.0]), path)
    path = objects(a=[3.0], b=[5.0]).save("untied")
    shared = tf2.Variable([0.0])
    guards.restore_completely(tf2.train.Checkpoint(a=shared, b=shared), path)  # the docstring says so
    assert shared.numpy() == [3.0]


def test_an_optimizer_without_slots_is_not_all_there(in_folder):
    path = tf2.train.Checkpoint(model=trained()).save("run/model")
    with pytest.raises(AssertionError):
        guards.restore_completely(tf2.train.Checkpoint(model=a_model()), path)
    built = a_model()
    built.optimizer.build(built.trainable_variables)
    guards.restore_completely(tf2.train.Checkpoint(model=built), path)


# all_tracked


def reached(checkpoint, variable):
    """Whether a save of the checkpoint changes when the variable does: what all_tracked is to know without saving."""

    def arrays():
        reader = tf2.train.load_checkpoint(checkpoint.write("probe/model"))
        keys = [key for key in reader.get_variable_to_shape_map() if key != "_CHECKPOINTABLE_OBJECT_GRAPH"]
        return [reader.get_tensor(key).tobytes() for key in sorted(keys)]

    before, value = arrays(), variable.numpy()
    variable.assign(value + 1)
    after = arrays()
    variable.assign(value)
    return before != after


def module_with(**attributes):
    made = tf2.Module()
    for name, value in attributes.items():
        setattr(made, name, value)
    return made


def net_with(kind):
    """A Keras model of a class of its own, whose layers are kept in something of the given kind."""

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            layers = [keras.layers.Dense(2), keras.layers.BatchNormalization()]
            self.inner = {"a": layers[0], "b": layers[1]} if kind is dict else kind(layers)

        def call(self, x):
            if isinstance(self.inner, keras.Sequential):
                return self.inner(x)
            for layer in self.inner.values() if kind is dict else self.inner:
                x = layer(x)
            return x

    net = Net()
    net(np.ones([1, 2], "float32"))
    return net


@pytest.mark.parametrize("kind", [list, tuple, dict, keras.Sequential])
def test_layers_that_a_model_keeps_in_something(in_folder, kind):
    net = net_with(kind)
    for checkpoint in (tf2.train.Checkpoint(net=net), tf2.train.Checkpoint(all=net.weights)):
        for variable in net.weights:
            if reached(checkpoint, variable):
                guards.all_tracked(checkpoint, [variable])
            else:
                with pytest.raises(ValueError, match=f"in no save of this checkpoint: {variable.path}$"):
                    guards.all_tracked(checkpoint, [variable])
    inside = [variable.value for variable in net.weights]
    guards.all_tracked(tf2.train.Checkpoint(inside=inside), net.weights)


def test_modules_and_what_they_hold(in_folder):
    one, other = tf2.Variable(1.0, name="one"), tf2.Variable(1.0, name="other")
    for holds in ([one, other], {"x": one, "y": [other]}, (one, module_with(deep=other)), {one.ref(), other.ref()}):
        checkpoint = tf2.train.Checkpoint(net=module_with(holds=holds))
        if reached(checkpoint, one) and reached(checkpoint, other):
            guards.all_tracked(checkpoint, [one, other])
        else:
            with pytest.raises(ValueError, match="one:0, other:0"):
                guards.all_tracked(checkpoint, [one, other])
    with pytest.raises(ValueError, match="other:0"):
        guards.all_tracked(tf2.train.Checkpoint(net=module_with(one=one)), iter([one, other]))


def test_nothing_to_look_for(in_folder):
    with pytest.raises(ValueError, match="never called"):
        guards.all_tracked(tf2.train.Checkpoint(net=keras.Sequential([keras.layers.Dense(1)])), [])


def test_an_optimizer_is_reached_through_its_model(in_folder):
    model = trained()
    checkpoint = tf2.train.Checkpoint(model)
    guards.all_tracked(checkpoint, model.weights + model.optimizer.variables)
    assert all(reached(checkpoint, variable) for variable in model.optimizer.variables)


# going_on


def managed(folder, saves=2):
    """A folder that so many checkpoints were saved in, of a variable ``a`` whose value is the number of the save."""
    checkpoint = objects(a=0.0)
    manager = tf2.train.CheckpointManager(checkpoint, folder, max_to_keep=3)
    for number in range(1, saves + 1):
        checkpoint.a.assign(number)
        manager.save()


@pytest.mark.parametrize("folder", ["run", "a/run.1", "run 1", Path("run"), "."])
def test_a_run_goes_on_under_its_numbers(in_folder, folder):
    for expected in ("ckpt-1", "ckpt-2"):
        checkpoint = objects(a=0.0)
        manager = guards.going_on(checkpoint, folder)
        assert checkpoint.a.numpy() == float(expected[-1]) - 1
        checkpoint.a.assign_add(1.0)
        assert Path(manager.save()).name == expected


def test_a_run_that_was_moved_goes_on(in_folder):
    managed("old/run")
    shutil.move("old", "new")
    checkpoint = objects(a=0.0)
    assert Path(guards.going_on(checkpoint, "new/run").save()).name == "ckpt-3"
    assert checkpoint.a.numpy() == 2


@pytest.mark.parametrize("folder", ["run", "run(1)", "run 1"])
def test_a_run_whose_list_is_lost(in_folder, folder):
    managed("made")
    shutil.move("made", folder)
    Path(folder, "checkpoint").unlink()
    with pytest.raises(ValueError, match="'checkpoint' is missing"):
        guards.going_on(objects(a=0.0), folder)


@pytest.mark.parametrize("folder", ["run[1]", "run*", "run?", Path("run?")], ids=str)
def test_a_folder_that_is_a_pattern_is_refused_because_a_manager_deletes_by_it(in_folder, folder):
    managed("run1", saves=3)
    with pytest.raises(ValueError, match="for a pattern"):
        guards.going_on(objects(a=0.0), folder)
    assert len([*Path("run1").glob("*.index")]) == 3
    managed(folder, saves=4)  # what the guard refuses: if this keeps all three, it is needed no more
    assert len([*Path("run1").glob("*.index")]) == 2


def test_a_run_of_other_objects_or_a_damaged_one(in_folder):
    managed("run")
    for held in ({"b": 0.0}, {"a": 0.0, "b": 0.0}):
        with pytest.raises(AssertionError):
            guards.going_on(objects(**held), "run")
    Path("run/ckpt-2.data-00000-of-00001").write_bytes(b"")
    with pytest.raises((tf.errors.OpError, IndexError)):
        guards.going_on(objects(a=0.0), "run")


def test_a_model_goes_on_with_its_optimizer_and_one_that_was_never_called_is_not_missed(in_folder):
    old = trained()
    tf2.train.CheckpointManager(tf2.train.Checkpoint(old), "run", max_to_keep=3).save()
    new = a_model()
    guards.going_on(tf2.train.Checkpoint(new), "run")
    new.optimizer.build(new.trainable_variables)  # its slots come when they are made
    for one, other in zip(
        old.variables + old.optimizer.variables, new.variables + new.optimizer.variables, strict=True
    ):
        assert np.array_equal(one, other)
    uncalled = net_with(tuple)
    tf2.train.CheckpointManager(tf2.train.Checkpoint(uncalled), "other", max_to_keep=3).save()
    fresh = type(uncalled)()
    guards.going_on(tf2.train.Checkpoint(fresh), "other")  # the docstring says so
    with pytest.raises(ValueError, match="never called"):
        guards.all_tracked(tf2.train.Checkpoint(fresh), fresh.weights)


# weights_loaded and optimizer_loaded

FILE = "model.weights.h5"


def a_model(*layers, optimizer="adam", policy="float32", **compiled):
    dense = keras.layers.Dense
    layers = layers or (dense(3, dtype=policy), keras.layers.BatchNormalization(dtype=policy), dense(1, dtype=policy))
    model = keras.Sequential([keras.Input([2]), *layers])
    if optimizer:
        model.compile(optimizer, "mse", run_eagerly=True, **compiled)  # which is faster for two steps
    return model


def fit(model):
    model.fit(np.ones([2, 2], "float32"), np.ones([2, 1], "float32"), epochs=2, verbose=0)
    return model


def trained(*layers, **options):
    return fit(a_model(*layers, **options))


@pytest.fixture(autouse=True)
def names_from_the_start():
    keras.utils.set_random_seed(1)
    keras.backend.clear_session()


def loaded(model):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.load_weights(FILE)
    return model


def resumed(**options):
    model = a_model(**options)
    model.optimizer.build(model.trainable_variables)
    return loaded(model)


@pytest.mark.parametrize(
    ("policy", "optimizer"),
    [
        ("float32", "adam"),
        ("float32", "sgd"),
        ("float32", "adafactor"),
        ("bfloat16", "adam"),
        ("bfloat16", "rmsprop"),
        ("mixed_float16", "adam"),
        ("mixed_bfloat16", "ftrl"),
        ("float64", "adam"),
    ],
)
def test_each_policy_and_optimizer(in_folder, policy, optimizer):
    trained(policy=policy, optimizer=optimizer).save_weights(FILE)
    model = resumed(policy=policy, optimizer=optimizer)
    guards.weights_loaded(model, FILE)
    guards.optimizer_loaded(model, FILE)
    fresh = loaded(a_model(policy=policy, optimizer=optimizer))
    guards.weights_loaded(fresh, FILE)
    if optimizer != "sgd":  # which has no slots, and is loaded whole
        with pytest.raises(ValueError, match="optimizer"):
            guards.optimizer_loaded(fresh, FILE)
    for variable in (model.layers[-1].bias, model.optimizer.variables[-1 if optimizer != "sgd" else 0]):
        variable.assign(variable + 1)
    for guard in (guards.weights_loaded, guards.optimizer_loaded):
        with pytest.raises(ValueError, match=FILE):
            guard(model, FILE)


@pytest.mark.parametrize(
    "make",
    [
        lambda: keras.optimizers.SGD(momentum=0.9),
        lambda: keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)),
        lambda: keras.optimizers.Adam(use_ema=True),
        lambda: keras.optimizers.Adam(gradient_accumulation_steps=2),
        lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam()),
    ],
    ids=["momentum", "schedule", "average", "accumulation", "loss scale"],
)
def test_optimizers_with_other_variables(in_folder, make):
    trained(optimizer=make()).save_weights(FILE)
    guards.optimizer_loaded(resumed(optimizer=make()), FILE)


def test_the_state_of_another_kind_of_optimizer(in_folder):
    """One slot for each weight in both: Keras loads the one into the other, and gives no warning."""
    trained(optimizer="rmsprop").save_weights(FILE)
    model = resumed(optimizer=keras.optimizers.SGD(momentum=0.9))
    assert model.optimizer.iterations.numpy() == 2
    with pytest.raises(ValueError, match="optimizer"):
        guards.optimizer_loaded(model, FILE)


def test_a_file_without_the_name_of_the_optimizer(in_folder):
    """As older versions of Keras wrote it."""
    trained().save_weights(FILE)

    def forget(name, item):
        item.attrs.pop("name", None)

    with h5py.File(FILE, "a") as file:
        file.visititems(forget)
    model = resumed()
    guards.optimizer_loaded(model, FILE)
    model.optimizer.variables[2].assign(model.optimizer.variables[2] + 1)
    with pytest.raises(ValueError, match="optimizer"):
        guards.optimizer_loaded(model, FILE)


def test_a_second_optimizer_beside_the_models_own(in_folder):
    """What counts is the file's group "optimizer", and nothing whose name begins so."""

    def with_another(optimizer):
        model = a_model()
        model.optimizer_of_the_game = optimizer
        return model

    fit(with_another(keras.optimizers.SGD())).save_weights(FILE)
    with h5py.File(FILE) as file:
        assert "optimizer_of_the_game/vars/0" in file
    model = with_another(keras.optimizers.Adagrad())
    model.optimizer.build(model.trainable_variables)
    loaded(model)
    guards.optimizer_loaded(model, FILE)
    guards.weights_loaded(model, FILE)
    model.optimizer_of_the_game.learning_rate = 0.5
    guards.optimizer_loaded(model, FILE)
    with pytest.raises(ValueError, match="does not hold the same"):
        guards.weights_loaded(model, FILE)


def test_slots_that_were_built_in_another_order(in_folder):
    """Slots of equal shape go by their place, as the docstring says."""

    def two():
        return a_model(keras.layers.Dense(2, use_bias=False), keras.layers.Dense(2, use_bias=False))

    model, turned = two(), two()
    model.fit(np.ones([2, 2], "float32"), np.ones([2, 2], "float32"), verbose=0)
    model.save_weights(FILE)
    turned.optimizer.build(turned.trainable_variables[::-1])
    guards.optimizer_loaded(loaded(turned), FILE)


@pytest.mark.parametrize(("one", "other", "by_name"), [("decode", "encode", True), ("left", "right", False)])
def test_layers_of_a_class_of_its_own_in_another_order(in_folder, one, other, by_name):
    """As lesson 12c says: attributes that come after "layers" in the alphabet go by their order."""

    class Model(keras.Model):
        def __init__(self, *names):
            super().__init__()
            for name in names:
                setattr(self, name, keras.layers.Dense(2, use_bias=False))

        def call(self, inputs):
            return getattr(self, one)(getattr(self, other)(inputs))

    model, turned = Model(one, other), Model(other, one)
    for each in (model, turned):
        each(np.ones([1, 2], "float32"))
    model.save_weights(FILE)
    guards.weights_loaded(loaded(turned), FILE)  # the arrays are all there, as its docstring says
    assert np.array_equal(getattr(model, one).kernel, getattr(turned, one).kernel) is by_name


def test_a_variable_of_tensorflow_in_a_model_of_keras(in_folder):
    """It is in no file, as the docstring says."""

    class Model(keras.Model):
        def __init__(self, start):
            super().__init__()
            self.dense = keras.layers.Dense(1)
            self.table = tf2.Variable([start])

        def call(self, inputs):
            return self.dense(inputs) + self.table

    model, fresh = Model(1.0), Model(0.0)
    for each in (model, fresh):
        each(np.ones([1, 2], "float32"))
    model.save_weights(FILE)
    guards.weights_loaded(loaded(fresh), FILE)
    assert fresh.table.numpy() == [0.0]


def test_models_without_an_optimizer(in_folder):
    trained().save_weights(FILE)
    uncompiled = loaded(a_model(optimizer=None))
    guards.weights_loaded(uncompiled, FILE)
    with pytest.raises(ValueError, match="optimizer"):
        guards.optimizer_loaded(uncompiled, FILE)
    uncompiled.save_weights(FILE)
    for model in (uncompiled, trained(), a_model()):
        with pytest.raises(ValueError, match="optimizer"):
            guards.optimizer_loaded(model, FILE)


def test_metrics_are_no_weights(in_folder):
    trained(metrics=["mae", "accuracy"]).save_weights(FILE)
    guards.weights_loaded(loaded(a_model()), FILE)
    guards.weights_loaded(loaded(a_model(optimizer=None)), FILE)


def test_lora(in_folder):
    a_model(keras.layers.Dense(3)).save_weights(FILE)
    model = a_model(keras.layers.Dense(3))
    model.layers[0].enable_lora(1)
    guards.weights_loaded(loaded(model), FILE)
    model.layers[0].lora_kernel_a.assign([[1.0], [1.0]])  # fine-tuned: no longer what is in the file
    model.layers[0].lora_kernel_b.assign([[1.0, 1.0, 1.0]])
    with pytest.raises(ValueError, match=FILE):
        guards.weights_loaded(model, FILE)


@pytest.mark.parametrize("value", [np.nan, -0.0, np.inf])
def test_weights_that_are_not_equal_to_themselves(in_folder, value):
    model = a_model()
    model.layers[0].bias.assign([value] * 3)
    model.save_weights(FILE)
    guards.weights_loaded(loaded(a_model()), FILE)
    model.layers[0].bias.assign([0.0] * 3)
    with pytest.raises(ValueError, match=FILE):
        guards.weights_loaded(model, FILE)


@pytest.mark.parametrize(
    "layers",
    [
        lambda: [keras.layers.Dense(3), keras.layers.Dropout(0.5), keras.layers.Dense(1)],
        lambda: [keras.layers.Reshape([2, 1]), keras.layers.LSTM(3), keras.layers.Dense(1)],
        lambda: [keras.layers.Reshape([2, 1]), keras.layers.Bidirectional(keras.layers.GRU(2)), keras.layers.Dense(1)],
        lambda: [keras.Sequential([keras.layers.Dense(3), keras.layers.Dense(2)]), keras.layers.Dense(1)],
        lambda: [keras.layers.Dense(1, trainable=False), keras.layers.Dense(1)],
        lambda: [keras.layers.Normalization(), keras.layers.Dense(1)],
    ],
    ids=["dropout", "lstm", "bidirectional", "nested", "frozen", "normalization"],
)
def test_layers_of_other_kinds(in_folder, layers):
    trained(*layers()).save_weights(FILE)
    guards.weights_loaded(loaded(a_model(*layers())), FILE)
    with pytest.raises(ValueError, match=FILE):
        guards.weights_loaded(a_model(*layers()), FILE)


def test_a_quantized_model(in_folder):
    model = a_model(optimizer=None)
    model.quantize("int8")
    model.save_weights(FILE)
    guards.weights_loaded(model, FILE)


def test_a_model_of_the_same_bytes_in_another_shape(in_folder):
    zeros = {"kernel_initializer": "zeros", "use_bias": False}
    keras.Sequential([keras.Input([2]), keras.layers.Dense(3, **zeros)]).save_weights(FILE)
    with pytest.raises(ValueError, match=FILE):
        guards.weights_loaded(keras.Sequential([keras.Input([3]), keras.layers.Dense(2, **zeros)]), FILE)


@keras.saving.register_keras_serializable()
class TwoOptimizers(keras.Model):
    """As a GAN has them: attributes of the model, which Keras saves beside the layers."""

    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1)
        self.other_optimizer = keras.optimizers.Adam()

    def call(self, inputs):
        return self.dense(inputs)


def test_an_optimizer_that_is_an_attribute(in_folder):
    model, fresh = TwoOptimizers(), TwoOptimizers()
    for each in (model, fresh):
        each(np.ones([1, 2], "float32"))
        each.other_optimizer.build(each.trainable_variables)
    model.other_optimizer.apply([2 * v for v in model.trainable_variables])
    model.save_weights(FILE)
    guards.weights_loaded(loaded(fresh), FILE)


def test_files_without_arrays_and_models_that_are_not_built(in_folder):
    keras.Sequential([keras.Input([2]), keras.layers.Flatten()]).save_weights(FILE)
    with pytest.raises(ValueError, match="0 arrays"):
        guards.weights_loaded(keras.Sequential([keras.Input([2]), keras.layers.Flatten()]), FILE)
    a_model().save_weights(FILE)
    with pytest.raises(ValueError, match="built"):
        guards.weights_loaded(keras.Sequential([keras.layers.Dense(3)]), FILE)


def test_the_guards_leave_no_files_and_change_nothing(in_folder):
    model = trained()
    model.save_weights(FILE)
    before = Path(FILE).read_bytes()
    guards.weights_loaded(model, FILE)
    guards.optimizer_loaded(model, FILE)
    assert [path.name for path in in_folder.iterdir()] == [FILE]
    assert Path(FILE).read_bytes() == before
