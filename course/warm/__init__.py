"""Warm kernels: on Linux a lesson's kernel is forked from a process that has imported TensorFlow already.

``import tensorflow`` takes three seconds and 200 MB, in each lesson that is opened. A process that has done it once,
the warm process, can be copied in a few hundredths of a second, and the copies share that memory. Jupyter asks for a
kernel through its ordinary door, a *kernel provisioner*: a setting of jupyter_client, or the variable
``JUPYTER_DEFAULT_PROVISIONER_NAME``, names the one that ``pyproject.toml`` announces, so that JupyterLab, papermill and
nbval use it, and no notebook is changed. What still differs: the seed of ``hash`` is the same in all warm kernels of a
server, and ``ps`` shows them as ``zygote.py``.

Wherever something is not as expected, the kernel is an ordinary one: on other systems, where memory is short, where a
kernel is to start with another environment, where the warm process does not answer. The first kernel of a server is
an ordinary one too, unless ``COURSE_WARM`` is ``on``: the warm process starts when the first lesson has.

=================  ==============================================================================
``COURSE_WARM``    which kernels are warm
=================  ==============================================================================
not set            those after the first one, where memory is not short
``on``             all, from the first one, which waits for the warm process; for tests
``off``            none
=================  ==============================================================================

=================  ==============================================================================
module             what it is
=================  ==============================================================================
``provisioner``    what Jupyter asks for a kernel
``choice``         whether it is to be a warm one
``process``        the warm process and its kernels, seen from there
``zygote``         the warm process itself: a script that imports nothing of the course
``memory``         how much is free
=================  ==============================================================================

Whether a kernel is a warm one, three decide in turn: ``why_none``, below, for all kernels of this Python; the
provisioner, whether the warm process can stand for what Jupyter asks for; ``choice``, whether that process is there, or
is to be started. ``doctor`` says what ``why_none`` does.
"""

import os
import sys
from importlib import metadata

NAME = "course-warm"  # of the provisioner, in pyproject.toml
DOOR = "JUPYTER_DEFAULT_PROVISIONER_NAME"  # what jupyter_client reads when a kernelspec names no provisioner
SWITCH = "COURSE_WARM"
NOT_ANNOUNCED = "the course is not installed in this environment, or was before it had warm ones"


def environment():
    """The environment variables that make a program such as papermill ask for warm kernels; empty where none are."""
    return {} if why_none() else {DOOR: NAME}


def options():
    """The same as options for JupyterLab: its terminals, in which other environments may be used, do not get them."""
    return [f"--KernelProvisionerFactory.default_provisioner_name={name}" for name in environment().values()]


def why_none():
    """Why this Python's kernels are all ordinary ones, as the end of a sentence; empty where they need not be."""
    if sys.platform != "linux":
        return "they are for Linux"
    if os.environ.get(SWITCH) == "off":
        return f"{SWITCH} is off"
    if not hasattr(os, "pidfd_open"):
        return "this Python cannot watch processes (os.pidfd_open)"
    if not is_announced():
        return NOT_ANNOUNCED
    if os.environ.get(DOOR, NAME) != NAME:
        return f"{DOOR} is {os.environ[DOOR]}"
    return ""


def is_announced():
    """True where Jupyter finds the provisioner: an installed package has to announce it (an entry point)."""
    try:
        announced = metadata.distribution("save-and-restore-course").entry_points
    except metadata.PackageNotFoundError:
        return False
    return any(entry.group == "jupyter_client.kernel_provisioners" and entry.name == NAME for entry in announced)
