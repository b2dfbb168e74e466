"""The messages that are most like an unknown one: those that share the most words with it, rare words counting more."""

import math
import re
from collections import Counter

WORD = re.compile(r"[A-Za-z]{3,}")
LEAST = 0.25  # of an example's words, by weight: below, it is like it by chance
MOST_WORDS = 300  # of a message that are looked at


def words(text):
    return set(list(dict.fromkeys(word.lower() for word in WORD.findall(text)))[:MOST_WORDS])


def nearest(text, messages, count=3):
    """The messages that are most like a text, at most ``count`` of them: pairs of a message and the words shared.

    Args:
        text: of an error's message.
        messages: of the catalog.
    """
    examples = [(message, words(message.example)) for message in messages]
    often = Counter(word for _, known in examples for word in known)
    weight = {word: math.log(1 + len(examples) / number) for word, number in often.items()}
    mine, scored = words(text), []
    for message, known in examples:
        shared = mine & known
        total = sum(weight[word] for word in sorted(known))  # in an order, since a sum of fractions depends on it
        share = sum(weight[word] for word in sorted(shared)) / total if total else 0
        if share >= LEAST:
            scored.append((share, message, sorted(shared, key=lambda word: (-weight[word], word))))
    scored.sort(key=lambda each: (-each[0], each[1].id))
    return [(message, shared) for _, message, shared in scored[:count]]
