"""Truth 9: what people tell in words, where no message came, gets causes to try, and what is none of it gets none."""

import json
import subprocess
import sys

import nbformat
import pytest

from conftest import says
from course import notebooks
from tfckpt.explain.catalog import CatalogError, catalog, read
from tfckpt.explain.explanation import Explanation

SYMPTOMS = catalog().symptoms
TOLD = {
    "loaded-model-answers-otherwise": [
        "Keras: I save with model.save('m.h5'). In a new session load_model gives an accuracy of about 20, it was 70.",
        "After tf.train.Saver restore the predictions are random on each run.",
        "tf.keras, no error.\nI get different results after loading the weights.",
        "I load the weights with Keras and the model performs as if it had never been trained.",
        "AutoKeras: the performance of the exported model in Keras is much poorer.",
        "The output of the Mask R-CNN demo is completely random with TensorFlow 2.6.",
    ],
    "training-begins-anew": [
        "When I restore yolo.ckpt the code seems to train from scratch again.",
        "TensorFlow. I set it to snapshot-610000 to resume, but the loss is as high as the beginning of my training.",
        "Loss spikes after restoring. When I resume from model.ckpt-100, the loss jumps to 7.",
        "After restart with the latest ckpt the epoch starts from 0.",
        "The log says that the checkpoint was restored, but the training starts from scratch.",
        "The program saves before it restores the checkpoint, so the training begins from zero.",
    ],
    "converted-model-answers-otherwise": [
        "My converted TFLite model gives wrong predictions, the Keras model is right.",
        "I froze the graph to .pb, and the results are different from those of the checkpoint.",
    ],
    "only-the-last-checkpoints-stay": [
        "tf.train.Saver: older checkpoints get deleted, only the last 5 stay.",
        "TensorFlow keeps only the newest checkpoints, how do I keep all?",
        "My checkpoints are disappearing during training, only the latest ones remain.",
        "tf.train.Saver deletes old checkpoints",
    ],
    "folder-of-checkpoints-was-moved": [
        "I moved the directory of my checkpoints, and restoring the graph fails: it has absolute paths.",
        "Are checkpoints portable? I copied the trained graph to another machine, and it looks in the old path for it.",
    ],
    "optimizer-comes-back-empty": [
        "TensorFlow 2.7: after load_model the optimizer's state is lost, no warning.",
        "keras.models.load_model resets the optimizer's state.",
        "Keras load_model: the weights load, but the optimizer is reset.",
        "tf 2.4: load_model of the folder predicts as before, but its optimizer is brand new.",
        "TensorFlow: after load_model the optimizer's list of weights is empty, the predictions are right.",
        "Keras: what load_model returns has an empty optimizer, so the training starts over.",
    ],
    "restored-object-has-no-variables": [
        "With the Adam optimizer: after checkpoint.restore(path) the model's weights are empty. tf.keras",
        "TensorFlow 2, tf.train.Checkpoint(optimizer=optimizer, model=model): I restore, and model.variables is empty.",
    ],
    "loaded-model-answers-the-same-for-all": [
        "After load_weights the Keras model always predicts the same class.",
        "My Keras model in streamlit keeps returning the same value, and works well in the notebook.",
    ],
    "vocabulary-is-empty": ["I save the tf.keras model, and load it: the vocabulary of TextVectorization is empty."],
    "loading-again-and-again-grows": ["Keras: there is a memory leak when I call load_model in a loop."],
    "best-only-saves-all-or-none": [
        "ModelCheckpoint(save_best_only=True) of tf.keras saves the model at every epoch.",
        "tf.keras: with save_best_only=True the file is not overwritten after the first epoch.",
    ],
    "old-learning-rate-comes-back": ["Resuming in Keras with load_weights loses the reduced learning rate."],
    "loading-by-name-takes-nothing": [
        "model.load_weights('coco.h5', by_name=True) of Keras raises no error, but it does not load anything.",
        "tf.keras: with skip_mismatch=True and by_name=True all the weights stay random.",
    ],
    "tuner-does-not-find-its-epochs": ["kerastuner: get_best_models looks for epoch_3, which was deleted."],
    "copy-without-its-weights": ["Keras: the copy of my model made by clone_model has other weights, random outputs."],
    "server-wants-a-saved-model": ["TensorFlow 2.16: how do I deploy model.keras with TensorFlow Serving?"],
    "own-weights-not-in-an-h5-file": [
        "A tf.Variable of my Model subclass in tf.keras is lost after save_weights and load_weights with h5."
    ],
    "loads-with-another-version-alone": ["load_model of Keras fails with tensorflow 2.1, but works with 2.4."],
    "values-do-not-change": ["I call load_weights of Keras, and the weights don't change at all."],
}
NOT_TOLD = [  # of another library, of no failure, or of no saving
    "PyTorch: after torch.load of model.pth and load_state_dict the accuracy is random.",
    "My flax model restored with orbax gives different results.",
    "How can I save a TensorFlow model with tf.train.Saver and load it in another program?",
    "The results are different each time I train with TensorFlow.",
    "The game saves, but after loading the scores are wrong.",
    "import tensorflow as tf\n(x, y), _ = tf.keras.datasets.mnist.load_data()\nWhy is the accuracy so low?",
    "Keras: loading the data takes long, and the results are bad from the first epoch on.",
    "Should I take a pretrained Keras model or train from scratch?",
    "tf.keras: the memory grows with each epoch, x = load_data() is called once.",
    "My Keras model always predicts the same class, whatever I train.",
    "Which optimizer should I not use with Keras for images that I loaded?",
    "How do I adapt TextVectorization of Keras to Chinese?",
    "With tf.keras the loss continues to increase, and goes up to 9.",
    "tf.keras: the weights do not change in training, x = load_data().",
    "Which learning rate is not too high for tf.keras on images that I load_data?",
    "My Spark checkpoints kept vanishing, only the latest are in the folder.",
    "In the game, the checkpoints vanish when I restart the level.",
    "PyTorch: after loading the checkpoint it says loaded, and training starts from scratch.",
    "Hyper-V checkpoints disappeared after the restore, and it starts from scratch.",
    "Postgres: the last checkpoint is deleted, I moved the data directory with absolute paths.",
    "With transformers only the last checkpoints are kept in the folder.",
    "The checkpoint at the border was restored, and the queue starts from zero.",
    "How often should I save a checkpoint in training?",
    "My Mask R-CNN in Keras has a low mAP after 5 epochs, how many should I train?",
    "Keras Tuner: how do I choose the number of trials?",
    "Keras: is clone_model faster than a new model?",
    "How do I train a tf.keras model on Android?",
    "tf.keras: my own layer made with add_weight does not learn, its loss is random.",
    "My training works with tensorflow 2.2 but not with 2.1.",
    "Keras: layers by name, how do I get one without an error?",
    "I copy checkpoints with tf.train.Saver to the bucket. Is that fast?",
]


@pytest.mark.parametrize("symptom", SYMPTOMS, ids=[symptom.id for symptom in SYMPTOMS])
def test_each_is_found_by_the_words_of_its_example(symptom):
    told = Explanation(symptom.example).suspected
    assert told and told.symptom.id == symptom.id
    assert all(" ".join(word.split()).rstrip("…") in symptom.example for word in told.words)
    assert 1 <= len(told.causes) <= 3 and all(cause.tell for cause in symptom.causes)


@pytest.mark.parametrize("symptom, text", [(name, text) for name, texts in TOLD.items() for text in texts])
def test_what_people_tell(symptom, text):
    told = Explanation(text).suspected
    assert told and told.symptom.id == symptom


@pytest.mark.parametrize("text", NOT_TOLD)
def test_what_is_none_of_it_stays_not_known(text):
    explanation = Explanation(text)
    assert explanation.found is None and explanation.suspected is None
    assert "Not known" in str(explanation)


def test_a_text_with_an_error_is_not_judged_by_its_words():
    text = "After load_model of Keras the predictions are random.\n\nRuntimeError: the server is on fire"
    assert Explanation(text).suspected is None
    known = Explanation("After the restore the loss is high again.\n\nValueError: No variables to save")
    assert known.found.message.id == "no-variables-to-save" and known.suspected is None


def test_who_was_told_that_it_loaded_is_told_of_the_order():
    """A new session that is saved over the checkpoint comes before the causes of those whose program says nothing."""
    said = Explanation("It prints that the weights were restored from the checkpoint, and training begins from zero.")
    assert "The order is wrong" in said.suspected.causes[0].what
    silent = Explanation("When I restore yolo.ckpt the code seems to train from scratch again.")
    assert all("The order is wrong" not in cause.what for cause in silent.suspected.causes)


def test_evidence_comes_first():
    text = (
        "After saver.restore(sess, 'model.ckpt') the accuracy is random, global_variables_initializer is called below."
    )
    assert "initializer ran after the restore" in Explanation(text).suspected.causes[0].what


def test_the_answer_shows_the_words_and_that_there_is_no_message(tmp_path):
    file = tmp_path / "told.txt"
    file.write_text(SYMPTOMS[0].example, encoding="utf-8")
    command = [sys.executable, "-m", "tfckpt", "explain", str(file)]
    done = subprocess.run([*command, "--no-pager"], capture_output=True, text=True, encoding="utf-8", timeout=280)
    says(done, "none was found in this text", "different results", "Nothing here proves a cause")
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, encoding="utf-8", timeout=280)
    answer = json.loads(done.stdout)
    assert answer["known"] is False and answer["symptom"] == SYMPTOMS[0].id and answer["words"]
    assert {cause["label"] for cause in answer["causes"]} == {"Possibly"}


def test_the_lessons_and_cells_exist():
    for symptom in SYMPTOMS:
        for cause in symptom.causes:
            if cause.lesson:
                ids = {cell.id for cell in nbformat.read(notebooks.find(cause.lesson), as_version=4).cells}
                assert cause.cell in ids, (symptom.id, cause.lesson, cause.cell)


@pytest.mark.parametrize(
    "change, problem",
    [
        (("words = ['lost']", "words = ['(']"), "one of its words is no regular expression"),
        (('tell = "Look."', ""), "tell is missing"),
        (('id = "all-lost"', 'id = "All lost"'), "kebab case"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, change, problem):
    good = (
        '[[symptom]]\nid = "all-lost"\nwords = [\'lost\']\nexample = "lost"\nseen = "here"\n'
        '[[symptom.cause]]\nwhat = "It is."\ndo = "Look."\ntell = "Look."\n'
    )
    (tmp_path / "one.toml").write_text(good, encoding="utf-8")
    assert read(tmp_path).symptoms[0].id == "all-lost"
    (tmp_path / "one.toml").write_text(good.replace(*change), encoding="utf-8")
    with pytest.raises(CatalogError, match=problem):
        read(tmp_path)


def test_a_load_that_returns_the_model_is_told_where_its_answer_is_thrown_away():
    text = "stable-baselines, tensorflow 1.14: bad results after loading\nmodel = PPO2(Policy, env)\n{}model.load('x')"
    first = [Explanation(text.format(kept)).suspected.causes[0].what for kept in ("", "model = ")]
    assert "throws that away" in first[0] and "throws that away" not in first[1]
