"""What a text tells in words where it has no message: a model that answers otherwise, a training that begins anew."""

import re
from dataclasses import dataclass

from tfckpt.explain.audience import for_the_reader

MOST_CAUSES = 3
MOST_LETTERS = 60_000  # of a text: people tell in words at its beginning
LONGEST_WORDS = 90  # characters of what was found that are shown
OURS = re.compile(
    r"tensor ?flow|\bkeras\b|(?<![\w.])tf\d?\b(?!-?idf)|\b(?:load|save)_(?:model|weights)\b|\bsaver\b|ckpt|\.h5\b"
    r"|\.hdf5|\.keras\b|saved_?model|tf ?lite|\bestimator\b|model_dir|sess\.|\.meta\b|\.pb\b",
    re.IGNORECASE,
)
OTHERS = re.compile(
    r"\btorch|pytorch|\.pth?\b|safetensors|\bjax\b|\bflax\b|orbax|sklearn|scikit|\bmxnet|paddle|caffe|lightgbm|xgboost"
    r"|state_dict|\blightning\b|nn\.Module|\bmmdet|\.cuda\(\)",
    re.IGNORECASE,
)

ELSEWHERE = re.compile(  # where there are checkpoints that have nothing to do with a model
    r"\bspark|\bflink|kafka|hadoop|hyper-?v\b|vmware|virtual machine|\bVM\b|docker|\bcriu\b|postgres|sqlite|mysql"
    r"|database|\bWAL\b|rocksdb|\bgame|\bplayer|\blevel\b|\bunity\b|unreal|\bsave ?game|firewall|airport|hugging ?face"
    r"|transformers|diffusers|stable ?diffusion|comfyui|\bLoRA\b|langgraph|langchain"
    r"|notebook checkpoint|\.ipynb_checkpoints|deepspeed|megatron"
    r"|accelerate|\bvllm\b|\bllama|\bgpt-?[34]|ultralytics|\byolov?(?:5|8|11)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Suspected:
    """What a text tells of in words.

    Attributes:
        symptom: the ``Symptom``.
        words: what was found in the text for it, as the reader has it.
        causes: those that may be it, at most three.
    """

    symptom: object
    words: tuple
    causes: tuple


def suspected(text, symptoms):
    """What a text without an error tells of in words, a ``Suspected``; None if nothing, or if it is of another library.

    Args:
        text: a ``tfckpt.explain.find.Text``.
        symptoms: those of the catalog, the more special ones first.
    """
    told = text.whole.text[:MOST_LETTERS]
    if text.failures or len(OTHERS.findall(told)) > len(OURS.findall(told)):
        return None
    if not OURS.search(told):
        elsewhere = OTHERS.search(told) or ELSEWHERE.search(told)
        symptoms = (
            () if elsewhere else [one for one in symptoms if one.also and re.search(one.also, told, re.IGNORECASE)]
        )
    for symptom in symptoms:
        matches = [re.search(word, told, re.IGNORECASE) for word in symptom.words]
        if all(matches):
            words = tuple(dict.fromkeys(shown(match[0]) for match in matches))
            return Suspected(symptom, words, possible(symptom, told))
    return None


def possible(symptom, told):
    """The causes that a text speaks for, and then those that need nothing in it; one may be given for both."""
    mine = [cause for cause in symptom.causes if not (cause.unless and re.search(cause.unless, told))]
    mine = [each for cause in mine if (each := for_the_reader(cause, told, {}))]
    spoken_for = [cause for cause in mine if cause.when and re.search(cause.when, told)]
    in_order = {cause.what: cause for cause in [*(each for each in mine if not each.when), *spoken_for]}
    first = [cause.what for cause in spoken_for]
    return tuple([in_order[what] for what in dict.fromkeys([*first, *in_order])][:MOST_CAUSES])


def shown(words):
    words = " ".join(words.split())
    return words if len(words) <= LONGEST_WORDS else f"{words[: LONGEST_WORDS - 1]}…"
