"""What ``import course`` switches off, so that TensorFlow starts without a word. Standard library only.

TensorFlow's log lines; its notices of deprecation, which are kept for ``hidden``; oneDNN, Intel's library of faster
operations, which may add up in another order and so change the last bits of a result; and what matplotlib says on its
first use, below whatever cell runs then.
"""

import logging
import os
import re

# What TensorFlow reads in the environment when it is imported.
SETTINGS = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
_hidden = []


def start_quietly():
    """Sets what TensorFlow reads when it is imported. A setting that the environment already has stays."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    logging.getLogger("tensorflow").addFilter(_keep)
    logging.getLogger("matplotlib.font_manager").addFilter(_is_no_wait)


def _keep(record):
    """What TensorFlow's Python logger may say: warnings and errors, but no progress and no notices of deprecation.

    A filter, because in a notebook TensorFlow sets the level of its logger anew when it is imported.
    """
    if "is deprecated and will be removed" in record.getMessage():
        notice = re.sub(r"^From .*?:\d+: ", "From […]: ", record.getMessage())
        if notice not in _hidden:
            _hidden.append(notice)
        return False
    return record.levelno >= logging.WARNING


def _is_no_wait(record):
    """False for what matplotlib says when it has looked for fonts for five seconds, once for each user."""
    return "building the font cache" not in record.getMessage()


def hidden():
    """The notices of deprecation that were hidden in this process so far, without the places where they arose.

    Introduced in lesson 00.
    """
    return list(_hidden)
