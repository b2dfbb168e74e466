"""What the server of the child processes imports first, for its effect: TensorFlow.

Without collections of garbage the import takes a fifth less time. It makes few circles and many objects, through which
each collection would go.
"""

import gc

gc.disable()
try:
    import tensorflow.compat.v1  # noqa: F401
finally:
    gc.enable()
