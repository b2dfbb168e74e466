"""What the server of the child processes does last, for its effect, before it forks the first of them.

The server ends when the notebook's process and all its children have ended, whatever ended them, so it is the one that
can leave nothing behind. ``course.practice.child`` says in ``TEMPORARY`` who that process is, and what to clear away.
"""

import atexit
import gc
import os
import shutil
import tempfile
import time

from course.practice.child import TEMPORARY

SECONDS = 0.5  # in which a process that has closed its files has ended


NOTEBOOK, _, FOLDER = os.environ[TEMPORARY].partition(":")


def clear_away():
    """Removes the folder if the notebook's process, our parent, has ended. If not, it will start a new server."""
    until = time.monotonic() + SECONDS
    while os.getppid() == int(NOTEBOOK) and time.monotonic() < until:
        time.sleep(0.01)
    if os.getppid() != int(NOTEBOOK):
        shutil.rmtree(FOLDER, ignore_errors=True)


atexit.register(clear_away)
# What children put into temporary files goes there: of those that are killed, TensorFlow's autograph leaves some.
tempfile.tempdir = FOLDER
# A child shares the server's memory until it writes there. The first full collection of garbage would write into nearly
# all of it, to count: a hundred megabytes that are copied, and a child that stands still for a second.
gc.freeze()
