"""What the server of the child processes does last, for its effect, before it forks the first of them.

``course.practice.child`` names the folder in ``TEMPORARY``. The server ends when the notebook's process and all its
children have ended, whatever ended them, so it is the one that can leave nothing behind.
"""

import atexit
import gc
import os
import shutil
import tempfile

from course.practice.child import TEMPORARY

# What children put into temporary files goes there: of those that are killed, TensorFlow's autograph leaves some.
tempfile.tempdir = os.environ[TEMPORARY]
atexit.register(shutil.rmtree, tempfile.tempdir, ignore_errors=True)
# A child shares the server's memory until it writes there. The first full collection of garbage would write into nearly
# all of it, to count: a hundred megabytes that are copied, and a child that stands still for a second.
gc.freeze()
