"""Who reads the advice, and with which version: what cannot be of use to them is left out."""

import re
from dataclasses import replace
from functools import lru_cache

# Programs that make graph and session themselves, by their names in a command or a frame.
TOOLS = re.compile(
    r"\b(?:freeze_graph|optimize_for_inference|saved_model_cli|tflite_convert|toco|tensorflowjs_converter|mo_tf|tf2onnx"
    r"|mmconvert|mmtoir|mmvismeta|onnx_tf|snpe-tensorflow-to-dlc|convert-to-uff"
    r"|export_inference_graph|export_tflite_ssd_graph|model_main(?:_tf2)?|exporter(?:_main_v2)?"
    r"|run_(?:classifier|squad|pretraining|ner)\w*|extract_features|t2t[-_](?:trainer|decoder|exporter|avg_all)"
    r"|train_image_classifier|eval_image_classifier|DeepSpeech|tensorflow_model_server|g2p-seq2seq|label_image"
    r"|interactive_conditional_samples|generate_unconditional_samples|demo_server)(?:\.py\b|\.exe\b|\b)|deeplab/\w+\.py"
    r"|tensorflow_serving|org\.tensorflow|SavedModelBundle|gpt_2_simple|tensor2tensor/|mesh_tensorflow/"
)
BEFORE_A_NUMBER = r"(?:\.__version__)?[\s:=v']{0,25}(?:[Vv]ersion[\s:=v']{0,4})?"
TENSORFLOW = rf"(?:\btf|[Tt]ensor[Ff]low(?:[-_](?:gpu|cpu|intel|macos))?){BEFORE_A_NUMBER}"
KERAS = rf"\b[Kk]eras{BEFORE_A_NUMBER}"
SESSIONS = (
    r"client/session\.py|\b[Ss]ess(?:ion)?\.run\b|\bSession\(|\bsess\b|get_session|set_session|compat[./]v1|disable_v2"
    r"|disable_eager|[Ee]stimator|import_meta_graph|training/saver\.py|Saver\("
)
MOST = 200_000  # characters at the beginning of a text, and at its end, that are looked at
# What a reader has: a pattern that says so in the text, and one that says that it is not so.
SIGNS = {
    "tensorflow 1": (
        rf"{TENSORFLOW}[01]\.\d|python2\.\d|python3\.[3-5]\b|[Pp]ython ?(?:2\.\d|3\.[3-5]\b)|tensorflow/contrib/"
        r"|tf\.contrib\.|training/monitored_session\.py|ops/gen_logging_ops\.py",
        rf"{TENSORFLOW}2\.\d|keras/src/|tf_keras/|traceback_utils\.py|polymorphic_function",
    ),
    "tensorflow 2": (
        rf"{TENSORFLOW}2\.\d|{KERAS}3\.\d|keras/src/|tf_keras/|traceback_utils\.py|polymorphic_function"
        r"|tensorflow/python/(?:checkpoint|trackable)/",
        rf"{TENSORFLOW}[01]\.\d|tensorflow/contrib/|tf\.contrib\.",
    ),
    "no session": (
        rf"{TENSORFLOW}2\.\d|{KERAS}3\.\d|keras/src/|tf_keras/|traceback_utils\.py|polymorphic_function"
        r"|tensorflow/python/(?:checkpoint|trackable)/",
        rf"{SESSIONS}|{TENSORFLOW}[01]\.\d|tensorflow/contrib/|tf\.contrib\.",
    ),
    "old keras": (  # the package on its own, before 2.4: it is not that of TensorFlow, and has .h5 for a model alone
        rf"[Uu]sing (?:TensorFlow|Theano|CNTK) backend|{KERAS}(?:[01]\.\d|2\.[0-3]\b)|keras/legacy/"
        r"|(?<!python/)keras/engine/(?:saving|topology|network)\.py|keras/backend/(?:tensorflow|theano)_backend\.py",
        r"python/keras/|keras/src/|tf_keras/|traceback_utils\.py|\btf\.keras|tensorflow\.keras"
        rf"|from tensorflow import keras|{KERAS}(?:2\.(?:[4-9]|1\d)|3\.)",
    ),
    "before 2.12": (  # of TensorFlow and of Keras: they have no .keras file, and no .weights.h5 of its own form
        rf"{TENSORFLOW}(?:[01]\.\d|2\.(?:\d|1[01])\b)|[Uu]sing (?:TensorFlow|Theano|CNTK) backend|tensorflow/contrib/"
        rf"|{KERAS}(?:[01]\.\d|2\.(?:\d|1[01])\b)|python2\.\d|python3\.[3-7]\b|[Pp]ython ?(?:2\.\d|3\.[3-7]\b)"
        r"|keras/engine/(?:saving|topology|network)\.py|python/keras/",
        rf"keras/src/|tf_keras|{KERAS}3\.\d|{TENSORFLOW}2\.(?:1[2-9]|[2-9]\d)|(?<!\btf)(?<!tensorflow)\.keras\b(?![./])"
        r"|\.weights\.h5",
    ),
    "keras 3": (
        rf"{KERAS}3\.\d|keras/src/(?:models/(?:model|functional|sequential)\.|layers/layer\.|"
        r"backend/(?:tensorflow|jax|torch|common)/|trainers/|ops/|dtype_policies/)",
        rf"tf_keras|{KERAS}[012]\.\d|{TENSORFLOW}(?:1\.\d|2\.(?:\d|1[0-5])\b)",
    ),
    "address": (r"(?:gs|s3|hdfs)://", r"(?!)"),
    "windows": (r"\b[A-Z]:[/\\]\w|WinError|\.exe\b", r"(?:File '|^)/(?:usr|home|opt)/"),
    "no python": (r"org\.tensorflow|\bat [\w.$]+\([\w]+\.java:\d+\)|\.go:\d+|goroutine \d", r"\.py', line \d|\.py in "),
}
ABOUT_CODE = re.compile(r"\b[Tt]he code (?:prints|stops|does|takes|gives)\b")
SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-Z`])")
SESSION = re.compile(r"\bsess(?:ion)?\b|\bglobal_variables\(\)")
LATER = re.compile(  # the file that Keras writes since 2.12, and not a module such as horovod.keras
    r"(?<!\btf)(?<!tensorflow)(?<!horovod)\.keras\b(?![./]\w)|\bkeras\.saving\b|\btf_keras\b"
    r"|register_keras_serializable"
)
LATER_ALONE = re.compile(  # a sentence that says from when on, or what else there is, is true for everybody
    r"^(?!.*(?:Checkpoint|SavedModel|later|newer|[Ss]ince|[Ff]rom \w+ \d|[Bb]efore))(?:Or |Better |From now on,? )?"
    rf"(?:[Ss]ave|[Uu]se|`).*(?:{LATER.pattern}|\.weights\.h5)"
)
CHECKPOINT = re.compile(r"\btf\.train\.Checkpoint\b")  # it follows models of TensorFlow's own Keras, and no others
ADDRESS = re.compile(r"(?:gs|s3|hdfs)://")
ON_DISK = re.compile(r"\bos\.|\bglob\.|\bopen\(|h5py|\bPath\(|\bshutil\.|zipfile")
IN_A_BUCKET = {
    "import glob\n": "import tensorflow as tf\n",
    "import os\n": "",
    "os.getcwd(), ": "",
    "glob.glob(": "tf.io.gfile.glob(",
    "os.listdir(": "tf.io.gfile.listdir(",
    "os.path.exists(": "tf.io.gfile.exists(",
}


@lru_cache(maxsize=4)
def audience_of(text):
    """Who pasted a text: those of ``SIGNS`` that it shows, a set. Without a sign, nothing is known, and none is in it.

    Example:

        >>> sorted(audience_of("TensorFlow version: 2.3.0, the model is in gs://mine/model"))
        ['address', 'before 2.12', 'no session', 'tensorflow 2']
    """
    text = f"{text[:MOST]}\n{text[MOST:][-MOST:]}".replace("\\", "/")
    signs = SIGNS.items()
    return frozenset(name for name, (yes, no) in signs if re.search(yes, text) and not re.search(no, text, re.M))


def for_the_reader(cause, text, groups):
    """A cause as it is of use to the one who pasted a text; None if it cannot be theirs.

    Args:
        cause: a ``Cause``.
        text: all of the text, with one kind of quotation marks.
        groups: what was read in the message, ``{"key": "A_1"}``.
    """
    readers = audience_of(text)
    if readers & set(cause.not_for) or (cause.only_for and not readers & set(cause.only_for)):
        return None
    code, do = cause.code, cause.do
    if SESSION.search(code) and ("no session" in readers or TOOLS.search(text)):
        code, do = "", without(ABOUT_CODE, do)
    if "no session" in readers:
        do = without(SESSION, do)
    if "before 2.12" in readers:
        code, do = ("", without(ABOUT_CODE, do)) if LATER.search(code) else (code, do)
        do = without(LATER_ALONE, do)
    if "old keras" in readers:
        do = without(CHECKPOINT, do)
    if any(ADDRESS.match(groups.get(name, "")) for name in ("path", "prefix") if f"{{{name}}}" in code):
        code = in_a_bucket(code)
    return replace(cause, code=code, do=do)


def without(pattern, text):
    """A text without the sentences that speak of something; all of it, if no other sentence would be left."""
    return " ".join(each for each in SENTENCE.split(text) if not pattern.search(each)) or text


def in_a_bucket(code):
    """Code for files on a disk, as it is for those at an address; empty if it cannot work there."""
    for old, new in IN_A_BUCKET.items():
        code = code.replace(old, new)
    return "" if ON_DISK.search(code) else code
