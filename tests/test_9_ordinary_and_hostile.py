"""Truth 9, what ``inspect`` calls suspicious: nothing in ordinary models, and what does harm when it is loaded."""

import json
import pickle
import re
import shutil
import subprocess
import sys
from collections import Counter

import hostile_files
import known_keras
import ordinary_files
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1

from tfckpt.commands import run
from tfckpt.danger.keras_code import OBJECTS, code_in
from tfckpt.inspect import examine

# What is said of each: what it does, with what, and when.
SAYS = {
    "savers_own_constant_is_a_path": "SaveV2 'early' writes a checkpoint .*harm'.*, when you initialize$",
    "merges_another_checkpoint_away": "MergeV2Checkpoints .* merges and deletes the shards .*, when you save$",
    "joined_by_a_way_out": "SaveV2 'save/SaveV2' writes a checkpoint .*'harm'.*, when you save$",
    "way_out_in_two_pieces": r"SaveV2 'save/SaveV2' writes a checkpoint .*'/\.', '\./harm'.*, when you save$",
    "another_output_of_what_is_fed": "SaveV2 'save/SaveV2' writes a checkpoint .*harm'.*, when you save$",
    "saves_at_each_prediction": "SaveV2 'save/SaveV2' writes a checkpoint .*'.*harm'.*, when you save$",
    "another_saver_at_each_prediction": "SaveV2 'other/SaveV2' writes a checkpoint .*, only when you run it",
    "saves_when_it_restores": "SaveV2 'save/again' writes a checkpoint .*'-harm'.*, when you restore$",
    "another_saver_of_the_collection": "SaveV2 'save_1/SaveV2' writes a checkpoint '.*harm', when you restore or save$",
    "writes_behind_a_function_with_two_callers": "SaveV2 .* writes a checkpoint .*the function: '.*harm', 'model'",
    "attribute_with_two_values": "the attribute 'output_stream' has two values",
    "attribute_that_stands_twice": "the attribute 'output_stream' has two values",
    "text_in_two_places": "a tensor whose values stand in two places",
    "text_that_stands_end_to_end": "SaveV2 'save/SaveV2' writes a checkpoint .*'/../../harm'.*, when you save$",
    "attribute_that_a_caller_fills": "PrintV2 'o' in the function speak prints .as the caller of the function says.",
    "second_graph_def_is_merged": "a field, number 2, that stands twice",
    "graph_in_a_text": "DatasetFromGraph 'data' runs a graph that is in a string, when you restore$",
    "graph_in_a_text_in_two_pieces": "DatasetFromGraph 'data' runs a graph that is in a string, when you restore$",
    "python_function_in_a_function": "PyFunc .* calls a Python function 'pyfunc_.', only when you run it or what needs",
    "compiled_program": "XlaCallModule 'x' runs a compiled program, when you restore$",
    "cache_whose_name_is_computed": "CacheDataset .* writes and reads a file .computed.*when you restore$",
    "asset_that_escapes": "InitializeTable.* reads a file .*'assets/../../secret'.*, when you load$",
    "asset_with_an_absolute_path": "InitializeTable.* reads a file .*secret'.*, when you load$",
    "table_that_is_filled_from_another_constant": "InitializeTable.* reads a file .*secret'.*, when you load$",
    "reads_when_it_is_imported": "ReadFile 'ReadFile' reads a file '.*secret', when you import or load it ",
    "writes_when_it_is_imported": "DebugIdentity 'spy' sends values away 'file://.*harm', when you import or load it ",
    "writes_when_it_is_loaded": "WriteFile 'w' in the function .* writes a file '.*harm', when you load$",
    "bytecode_in_an_activation": "'s/activation' has Python bytecode in it",
    "bytecode_in_what_was_trained": "'s' has Python bytecode in it",
    "vocabulary_from_any_file": "'s/stringlookup' reads its vocabulary from the file '.*secret'",
    "saved_model_from_elsewhere": "'s/tfsmlayer' loads a SavedModel from elsewhere: '.*sm'",
    "function_of_python_as_a_layer": "'s' has a function in the place of a layer: 'exec', which is called",
    "function_of_keras_as_a_layer": "'s' takes 'load_model' of 'keras.models', which is not known to be harmless",
    "class_that_is_a_function": "'s' has Keras make a 'ResNet50V2' of 'keras.applications'",
    "operation_of_tensorflow_as_a_layer": "'s/tfoplambda' calls tf.io.write_file, which is not known to be harmless",
    "operation_in_a_node_of_a_layer": "'s/tensorflowoplayer' runs the operation 'WriteFile', which writes a file",
    "bytecode_in_an_h5": "/dense.*' has Python bytecode in it",
    "bytecode_in_the_training_of_an_h5": "The model has Python bytecode in it",
    "bad_node_before_the_code": "'l' has Python bytecode in it",
    "code_in_the_objects_of_a_saved_model": "'l' is a Lambda layer",
    "zip_after_an_hdf5": "'m.keras' is an HDF5 file as well as a zip",
    "bytes_before_a_zip": "'m.keras' has 2 bytes before its zip begins",
    "zip_in_a_user_block": "'both.h5' is a zip as well as an HDF5 file",
    "text_beside_a_saved_model": "'saved_model.pbtxt' stands beside saved_model.pb",
}
# What is in these stands beside what makes them two files in one, and is found as well.
ALSO = {
    "bad_node_before_the_code": "'root' has a configuration that cannot be read",
    "zip_after_an_hdf5": "has Python bytecode in it",
    "bytes_before_a_zip": "has Python bytecode in it",
    "zip_in_a_user_block": "has Python bytecode in it",
    "text_beside_a_saved_model": "WriteFile 'w' in the function",
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Where all are, ``{name: path}`` of the ordinary and of the hostile ones; what was found in these, and what they
    did to another process."""
    import tensorflow.compat.v1 as tf

    tf.reset_default_graph()
    tf.enable_v2_behavior()  # before the fixture that does it for each test
    hostile, ordinary = {}, {}
    folder = tmp_path_factory.mktemp("h")
    for name, (_, _, make) in hostile_files.MADE.items():
        (folder / name).mkdir()
        hostile[name], how = make(folder / name)
        (folder / name / "how.json").write_text(json.dumps([str(hostile[name]), how]))
    seen = {name: sentences(path) for name, path in hostile.items()}
    victim = subprocess.Popen(
        [sys.executable, hostile_files.__file__, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    for name, make in ordinary_files.MADE.items():
        here = tmp_path_factory.mktemp(name, numbered=False)
        ordinary[name] = make(here)
    output, _ = victim.communicate(timeout=300)
    did = {line["name"]: line for line in map(json.loads, output.splitlines())}
    return ordinary, hostile, seen, did


def sentences(path):
    """What is found in a file: all that is suspicious, and what is damaged."""
    found = examine(path)
    inspections = [found, *found.inner]
    return [str(suspect) for each in inspections for suspect in each.suspects], found.problems


def test_at_most_one_ordinary_model_of_sixty_is_called_suspicious(folders):
    ordinary, *_ = folders
    assert len(ordinary) >= 60
    found = {name: sentences(path) for name, path in ordinary.items()}
    assert [name for name, (_, problems) in found.items() if problems] == []
    assert {name: suspects for name, (suspects, _) in found.items() if suspects} == {}


@pytest.mark.parametrize("name", hostile_files.MADE)
def test_what_is_hostile_does_its_harm_and_is_found(folders, name):
    _, _, seen, did = folders
    _, harms, _ = hostile_files.MADE[name]
    done = did[name]
    if harms and sys.platform == "linux":
        secret = hostile_files.SECRET in done["gives"] or done["gives"] == "(7,)"
        assert done["harm"] or done["gone"] or secret, f"it is harmless: {done['says']}"
    suspects, problems = seen[name]
    said = suspects or problems
    assert any(re.search(SAYS[name], sentence) for sentence in said), said
    assert name not in ALSO or any(ALSO[name] in sentence for sentence in said), said


def test_each_kind_has_variants():
    counts = Counter(kind for kind, _, _ in hostile_files.MADE.values())
    assert set(counts) == set(range(1, 7))
    assert min(counts.values()) >= 4
    assert SAYS.keys() == hostile_files.MADE.keys()


def test_strict_says_so_in_its_exit_code(folders, capsys):
    ordinary, hostile, *_ = folders
    for path, strict, code in (
        (hostile["writes_when_it_is_imported"], True, 3),
        (hostile["writes_when_it_is_imported"], False, 0),
        (hostile["attribute_with_two_values"], True, 3),  # damaged: it was not looked into
        (hostile["attribute_with_two_values"], False, 1),
        (ordinary["classifier_with_adam"], True, 0),
        (ordinary["class_of_ones_own_keras"], True, 0),
    ):
        arguments = ["inspect", str(path), *(["--strict"] if strict else [])]
        assert run(arguments, "tfckpt") == code, path
    capsys.readouterr()
    folder = hostile["writes_when_it_is_imported"].parent
    assert run(["inspect", str(folder), "--strict", "--json"], "tfckpt") == 3
    assert json.loads(capsys.readouterr().out)["inner"]


def unreadable(folder):
    """Files that cannot be looked at, and what could be: pairs of a path and the exit code."""
    whole = folder / "whole"
    with tf1.Graph().as_default(), tf1.Session() as sess:
        tf1.get_variable("w", [2])
        sess.run(tf1.global_variables_initializer())
        tf1.train.Saver().save(sess, str(whole))
    for name in ("cut", "values"):
        for file in folder.glob("whole.*"):
            shutil.copy(file, file.with_name(file.name.replace("whole", name)))
    cut, values = folder / "cut.meta", folder / "values.data-00000-of-00001"
    cut.write_bytes(cut.read_bytes()[:-9])
    values.write_bytes(b"")
    (folder / "p").write_bytes(pickle.dumps([1], protocol=2))
    (folder / "m.keras").write_bytes(b"PK\x03\x04" + bytes(99))
    (folder / "saved").mkdir()
    (folder / "saved" / "saved_model.pb").write_bytes(b"\x08\x01\x12\x7f")
    module = tf.Module()
    tf.saved_model.save(module, folder / "keras2")
    (folder / "keras2" / "keras_metadata.pb").write_bytes(b"\x0a\x7f")
    (folder / "lost" / "variables").mkdir(parents=True)
    shutil.copy(folder / "whole.index", folder / "lost" / "variables" / "variables.index")
    yield from ((folder / name, 3) for name in ("cut", "cut.meta", "p", "m.keras", "saved", "keras2"))
    yield from ((folder / name, 1) for name in ("values", "nothing", "lost"))
    yield folder / "whole", 0


def test_what_cannot_be_looked_at_is_not_called_harmless(tmp_path, capsys):
    for path, code in unreadable(tmp_path):
        assert run(["inspect", str(path), "--strict"], "tfckpt") == code, path
        said = capsys.readouterr()
        assert ("is not called harmless" in " ".join((said.out + said.err).split())) == (code == 3), path
        assert run(["inspect", str(path)], "tfckpt") == min(code, 1), path
        capsys.readouterr()
    assert run(["inspect", str(tmp_path / "whole"), "--strict", "--values", "gone"], "tfckpt") == 1


def test_the_list_of_keras_is_that_of_the_installed_keras():
    assert OBJECTS == known_keras.FILE
    assert known_keras.FILE.read_text(encoding="utf-8") == known_keras.text(), (
        "python tests/known_keras.py writes it anew"
    )


def test_what_a_model_needs_is_told_from_what_runs():
    def of(**value):
        return [(str(code), code.needs) for code in code_in({"config": {"name": "x"}, **value})]

    own = {"class_name": "Scale", "registered_name": "shop>Scale", "module": None}
    assert of(**own) == [("'x' needs the class 'Scale', registered as 'shop>Scale', which is not part of Keras", True)]
    assert of(class_name="shop>Scale") == of(**own), "as an .h5 has it"
    ((says, needs),) = of(**{**own, "module": "shop.layers"})
    assert needs
    assert says.endswith("(of the module 'shop.layers', which Keras before 3.9 imports)")
    ((says, needs),) = of(**{**own, "module": "subprocess"})
    assert not needs
    assert says == "'x' has Keras import the module 'subprocess' for 'Scale'"
    assert of(class_name="function", config="swish_of_mine", module="builtins")[0][1]
    assert not of(class_name="function", config="eval", module="builtins")[0][1]
    assert of(class_name="function", config="relu", module="builtins") == []
    assert of(class_name="Dense", module="keras.layers", registered_name=None) == []
    assert of(class_name="Dense", module="tf_keras.src.layers.core.dense", registered_name="Dense") == []
    ((says, needs),) = of(class_name="ModelCheckpoint", module="keras.callbacks", registered_name="p>Mine")
    assert not needs, "Keras would make what it knows under this name"


def test_layers_that_wrap_tensorflow():
    def of(kind, **config):
        return [code.does for code in code_in({"class_name": kind, "config": {"name": "x", **config}})]

    assert of("TFOpLambda", function="math.add") == of("TFOpLambda", function="compat.v1.nn.relu") == []
    assert of("TFOpLambda", function="reshape") == of("TFOpLambda", function="__operators__.getitem") == []
    for name in ("io.write_file", "raw_ops.WriteFile", "py_function", "load_op_library", "reshape.x", ""):
        assert of("TFOpLambda", function=name), name
    assert of("TFOpLambda")
    assert of("TensorFlowOpLayer", node_def={"op": "Relu"}) == []
    assert of("TensorFlowOpLayer", node_def="\n\x01r\x12\x04Relu") == []
    assert of("TensorFlowOpLayer", node_def="\n\x01r\x12\x09WriteFile") == [
        "runs the operation 'WriteFile', which writes a file"
    ]
    assert of("TensorFlowOpLayer", node_def="{") and of("TensorFlowOpLayer")


def test_a_keras_file_with_two_configurations(tmp_path):
    import zipfile

    path = hostile_files.zipped(tmp_path / "m.keras", [])
    assert sentences(path)[0] == []
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("config.json", json.dumps({"class_name": "Lambda", "config": {"name": "l"}}))
    suspects, _ = sentences(path)
    assert "'m.keras' has 2 files 'config.json' in its zip: Keras takes the last one, which was looked at" in suspects
    assert any("'l' is a Lambda layer" in suspect for suspect in suspects)


def test_a_keras_file_that_is_unpacked(tmp_path):
    """Keras loads the folder as it loads the file."""
    import zipfile

    path = hostile_files.zipped(tmp_path / "m.keras", [hostile_files.layer("Lambda")])
    zipfile.ZipFile(path).extractall(tmp_path / "m")
    assert (
        "'s/lambda' is a Lambda layer: it calls a Python function each time the model is called"
        in sentences(tmp_path / "m")[0]
    )
    (tmp_path / "m" / "config.json").write_text("{")
    assert "'config.json' cannot be read: nobody knows what it does" in sentences(tmp_path / "m")[0]
    (tmp_path / "m" / "config.json").write_text('{"model_type": "bert"}')
    assert sentences(tmp_path / "m")[0] == []


def test_a_configuration_that_is_no_text(tmp_path):
    import h5py

    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.attrs["model_config"] = [1, 2, 3]
    assert sentences(tmp_path / "m.h5")[0] == ["'model_config' is no text, or too large: nobody knows what it does"]
