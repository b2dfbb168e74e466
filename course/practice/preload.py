"""What the server of the child processes imports first, for its effect: TensorFlow, in a group of its own.

Who ends the notebook's process with all of its group leaves the server the time to clear up, and ipykernel, which ends
the group when a kernel shuts down, does not wait for its end.

Without collections of garbage the import takes a fifth less time. It makes few circles and many objects, through which
each collection would go.
"""

import gc
import os

os.setpgid(0, 0)
gc.disable()
try:
    import tensorflow.compat.v1  # noqa: F401
finally:
    gc.enable()
