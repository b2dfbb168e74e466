"""``collect_later``: no collection of garbage while a cell imports TensorFlow. Standard library only."""

import gc
import sys


def collect_later():
    """Leaves the collection of garbage until the end of the cell that runs, if that is to import TensorFlow.

    The import makes few circles and many objects, through which each collection would go: a fifth of its time. Those
    that are there at the end of the cell are passed over later, too.
    """
    if "tensorflow" in sys.modules or not gc.isenabled():
        return
    events = sys.modules["IPython"].get_ipython().events

    def again():
        gc.freeze()
        gc.enable()
        events.unregister("post_execute", again)

    gc.disable()
    events.register("post_execute", again)
