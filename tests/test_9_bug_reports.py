"""Truth 9: what is said of small inputs that bug reports stand behind. Each is read where it stands.

``COURSE_CASES`` is the folder in which they are; without it these tests are skipped.
"""

import os
import re
import shutil
from pathlib import Path

import pytest

import course
from tfckpt import CheckpointError, commands


@pytest.fixture
def cases():
    """The folder of the cases. Nothing is written there."""
    folder = Path(os.environ.get("COURSE_CASES", "none"))
    if not folder.is_dir():
        pytest.skip("needs COURSE_CASES")
    return folder


DIFFS = {  # case: (checkpoint, graph or checkpoint, what is said, what is not said)
    "a_shard_is_missing": (
        "s.ckpt-3",
        "s.ckpt-3.meta",
        [
            "Missing: s.ckpt-3.data-00001-of-00002, and with it a. Still readable: c.",
            'var_list = {\n        "c": variables["c"],\n    }',
        ],
        ["nothing of", "finds every variable"],
    ),
    "bert_other_head_is_called_a_rename": (
        "model.ckpt-20",
        "classifier.meta",
        [
            "Perhaps renamed (2), so only a comment in the code",
            "only the last part and the shape are the same",
            "Is it the same thing?",
            '# "cls/seq_relationship/output_bias": variables["output_bias"],',
            "it goes on with what is in its model_dir",
            "(20 variables, 1 counter) against",
        ],
        ["Likely renamed", '\n        "cls/seq_relationship/output_bias":'],
    ),
    "brackets_in_prefix": (
        "run/epoch0_[200]_lr.ckpt-5",
        "run/epoch0_[200]_lr.ckpt-5.meta",
        ["will fail: TensorFlow takes [ ] in its path for a pattern", "Rename all files of the prefix", "the line in"],
        ["finds every variable", "as it is"],
    ),
    "built_twice_and_the_second_was_trained": (
        "net",
        "once.meta",
        [
            "takes the copy that looks untrained: Variable, where Variable_4 was trained",
            "Variable_4 and so on have the shapes of Variable and so on, in the same order",
            "only it has slots of an optimizer",
            '"Variable_4": variables["Variable"],',
            '"Variable_7": variables["Variable_3"],',
            "(8 variables, 8 optimizer slots, 2 other values of the optimizer)",
        ],
        ["as it is", "goes on where"],
    ),
    "deeper_model_is_called_built_twice": (
        "model.ckpt-20",
        "large.meta",
        ["the graph goes on where the checkpoint ends, with layer_2 (12 variables): a model that is deeper"],
        ["built twice", "numbered copies"],
    ),
    "gpu_only_operation": (
        "m.ckpt-2",
        "m.ckpt-2.meta",
        ["fails on a machine that has only a CPU: CudnnRNNCanonicalToParams runs on a GPU only", "the command export"],
        ["finds every variable"],
    ),
    "partitioned_variables_of_an_estimator": (
        "../../legacy/estimator/run/model.ckpt-20",
        "../../legacy/estimator/run/model.ckpt-20.meta",
        [
            "a plain tf.train.Saver() finds every variable.",
            "5 variables, 5 optimizer slots, 1 counter of the same name, dtype and shape.",
        ],
        ["Only in", "a guess", "To paste"],
    ),
    "prefix_is_a_bare_dot": ("dot/", "dot/.meta", ["dot/ (2 variables) against", "finds every variable"], ["Only in"]),
    "rnn_weights_biases_to_kernel_bias": (
        "old.ckpt-100",
        "new.meta",
        [
            "Likely renamed (6)",
            "…/weights → …/kernel: 3 variables (recurrent cells of TensorFlow 1.2)",
            '"decoder/multi_rnn_cell/cell_1/basic_lstm_cell/biases":\n            '
            'variables["decoder/multi_rnn_cell/cell_1/basic_lstm_cell/bias"],',
        ],
        ["Ambiguous", "Only in", "Initialize before"],
    ),
    "savedmodel_without_its_pb": ("module", "module/variables/variables", ["The two have the same names"], ["differ"]),
    "values_line_of_two_checkpoints": (
        "cap/ckpt-1",
        "cap18/ckpt-1",
        ["of the 1 that fits: the same bytes", "2 could not be compared", "1 counter of the same name"],
        ["all the same bytes", "(3 variables)"],
    ),
}


@pytest.mark.parametrize("case", DIFFS)
def test_what_diff_says(case, cases):
    left, right, says, says_not = DIFFS[case]
    difference = course.diff(os.path.join(cases / case, left), os.path.join(cases / case, right))
    said = repr(difference)
    for text in says:
        assert text in said, said
    for text in says_not:
        assert text not in said, said
    assert difference.troubled == (case not in FINE)


FINE = ("partitioned_variables_of_an_estimator", "prefix_is_a_bare_dot", "savedmodel_without_its_pb")


@pytest.mark.parametrize(
    ("left", "right", "says"),
    [
        (
            "gs://bucket/model.ckpt-100",
            "ner.ckpt-99",
            "gs://bucket/model.ckpt-100 is an address, and this reads local files only",
        ),
        ("s3://bucket/m", "ner.ckpt-99", "First copy its files: aws s3 cp"),
        ("https://example.com/model.ckpt", "ner.ckpt-99", "reads local files only. First download it"),
        ("ner.ckpt-99", "gs://bucket/m.meta", "The second of the two: gs://bucket/m.meta is an address"),
        ("ner.ckpt-99", "nothere.keras", "There is no file 'nothere.keras'. The folder has:"),
        ("~/models", "ner.ckpt-99", "a shell takes ~ for your home folder, but not within quotes"),
    ],
)
def test_paths_only(left, right, says, cases, monkeypatch):
    monkeypatch.chdir(cases / "paths_only")
    with pytest.raises(CheckpointError) as raised:
        course.diff(left, right)
    assert says in str(raised.value)


def test_the_latest_of_a_folder_is_broken(cases):
    folder = cases / "latest_is_broken_which_one_is_whole"
    with pytest.raises(
        CheckpointError, match=r"names 'ckpt-3' as the latest, and ckpt-3\.index is not there"
    ) as raised:
        course.diff(folder, folder / "ckpt-1")
    assert "Pass one of: " in str(raised.value) and str(raised.value).count("ckpt-2") == 1


def test_brackets_are_fine_once_renamed(cases, tmp_path):
    """The cure that is named is one."""
    for file in (cases / "brackets_in_prefix" / "run").iterdir():
        shutil.copyfile(file, tmp_path / file.name.replace("[", "").replace("]", ""))
    prefix = tmp_path / "epoch0_200_lr.ckpt-5"
    assert "finds every variable" in repr(course.diff(prefix, f"{prefix}.meta"))


INSPECTED = {  # case, what is inspected: exit code, what is said, what is not
    ("a_shard_is_missing", "s.ckpt-3"): (1, ["Lost with it: a.", "Still readable: c."], []),
    ("brackets_in_prefix", "run/epoch0_[200]_lr.ckpt-5"): (1, ["takes brackets", "rename them"], ["not whole"]),
    ("brackets_in_prefix", "run"): (1, ["takes brackets"], ["not whole"]),
    ("built_twice_and_the_second_was_trained", "net"): (
        0,
        ["Variable_4 … Variable_7 have the dtypes and shapes of Variable … Variable_3 in the same order"],
        [],
    ),
    ("data_file_renamed_to_the_prefix", "."): (0, ["model.ckpt-20 has 3464 bytes, as all variables"], []),
    ("data_file_renamed_to_the_prefix", "model.ckpt-20"): (1, ["Rename it back to model.ckpt-20.data-00000"], []),
    ("ending_and_content_disagree", "renamed.h5"): (0, ["Its name ends in .h5", "End it in .keras."], []),
    ("ending_and_content_disagree", "renamed.keras"): (0, ["Its name ends in .keras", "End it in .h5."], []),
    ("folder_of_other_models", "."): (
        0,
        ["frozen_regression.pb", "model.safetensors", "model.tflite is a model of TensorFlow Lite"],
        ["There is no checkpoint"],
    ),
    ("graphdef_with_variables_and_a_saver", "regression_model.pb"): (
        0,
        ["a graph without values (a GraphDef)", "2 variables", "tf.import_graph_def reads it", "x:0"],
        ["nothing to restore", "constants in place of variables"],
    ),
    ("keras2_savedmodel_with_slots", "sm"): (0, ["object has no attribute 'add_slot'"], []),
    ("keras_needs_your_class", "custom.keras"): (0, ["needs the class 'Scale', registered as 'shop>Scale'"], []),
    ("keras_needs_your_class", "custom.h5"): (0, ["needs the class 'Scale', registered as 'shop>Scale'"], []),
    ("latest_is_broken_which_one_is_whole", "."): (
        1,
        ["ckpt-3, which its file checkpoint names as the latest, is not whole. The newest that is: ckpt-2"],
        ["It is the latest one"],
    ),
    ("nan_after_verify", "."): (0, ["NaN or infinite in w, z"], []),
    ("orbax_folder", "orbax_ckpt"): (1, ["is a checkpoint of Orbax"], ["There is no checkpoint"]),
    ("paths_only", "gs://bucket/model.ckpt-100"): (1, ["gcloud storage cp"], ["gs:/b"]),
    ("paths_only", "nothere.keras"): (1, ["There is no file 'nothere.keras'"], ["prefix"]),
    ("paths_only", "~/models"): (1, ["a shell takes ~ for your home folder"], []),
    ("prefix_is_a_bare_dot", "dot"): (0, ["In it       2 tensors", "begin with a dot"], ["no values beside"]),
    ("prefix_is_a_bare_dot", "dot/"): (0, ["In it       2 tensors", "begin with a dot"], ["is a folder as well"]),
    ("savedmodel_asset_is_not_the_old_path", "asset_sm"): (0, ["of the known kinds was found"], ["reads a file '("]),
    ("savedmodel_without_its_pb", "module"): (1, ["a SavedModel without its saved_model.pb", "13 tensors"], []),
    ("tf_keras_file_is_called_suspicious", "k2_full.keras"): (
        0,
        ["Written by  tf_keras (Keras 2)", "Keras 3 cannot load it", "no code of the known kinds"],
        ["has Keras import"],
    ),
    ("tfrecord_and_events_unknown", "train.tfrecord"): (1, ["is a TFRecord file"], []),
    ("tfrecord_and_events_unknown", "expected.tfrecord"): (1, ["is a TFRecord file"], []),
    ("tfrecord_and_events_unknown", "logs"): (1, ["is a log for TensorBoard"], []),
    ("wrong_file_given_to_import_meta_graph", "frozen.pb"): (0, ["a frozen graph (a GraphDef)"], []),
}


@pytest.mark.parametrize(("case", "path"), INSPECTED)
def test_what_inspect_says(case, path, cases, monkeypatch, capsys):
    code, says, says_not = INSPECTED[case, path]
    monkeypatch.chdir(cases / case)
    assert commands.run(["inspect", path, "--verify"], "tfckpt") == code
    said = "".join(capsys.readouterr())
    for text in says:
        assert text in said, said
    for text in says_not:
        assert text not in said, said


def test_steps_in_the_order_of_numbers(cases, monkeypatch, capsys):
    monkeypatch.chdir(cases / "steps_in_the_order_of_text")
    commands.run(["inspect", "."], "tfckpt")
    listed = re.findall(r"model\.ckpt-(\d+) +checkpoint", capsys.readouterr().out)
    assert listed == ["0", "999", "1000", "20000", "100000"]
