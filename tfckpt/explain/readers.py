"""Who reads the advice: code with a session is of no use to somebody who runs a tool and wrote none."""

import re
from dataclasses import replace

# Programs that make graph and session themselves, by their names in a command or a frame.
TOOLS = re.compile(
    r"\b(?:freeze_graph|optimize_for_inference|saved_model_cli|tflite_convert|toco|tensorflowjs_converter|mo_tf|tf2onnx"
    r"|export_inference_graph|export_tflite_ssd_graph|model_main(?:_tf2)?|exporter(?:_main_v2)?"
    r"|run_(?:classifier|squad|pretraining|ner)\w*|extract_features|t2t[-_](?:trainer|decoder|exporter|avg_all)"
    r"|train_image_classifier|eval_image_classifier|DeepSpeech|tensorflow_model_server)(?:\.py\b|\.exe\b|\b)"
    r"|tensorflow_serving|org\.tensorflow|SavedModelBundle|gpt_2_simple|tensor2tensor/|mesh_tensorflow/"
)
SESSION = re.compile(r"\bsess(?:ion)?\b|\bglobal_variables\(\)")
ABOUT_CODE = re.compile(r"\b[Tt]he code (?:prints|stops|does|takes|gives)\b")
END = re.compile(r"(?<=[.!?:]) (?=[A-Z`])")


def for_the_reader(cause, text):
    """A cause as it is of use to the one who pasted a text: without code for a session that he did not make.

    Args:
        cause: a ``Cause``.
        text: all of the text, with one kind of quotation marks.
    """
    if not (SESSION.search(cause.code) and TOOLS.search(text)):
        return cause
    return replace(cause, code="", do=" ".join(each for each in END.split(cause.do) if not ABOUT_CODE.search(each)))
