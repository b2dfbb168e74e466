"""A learner's progress (``progress``, ``report``), and their notebooks (``reset``, ``update``)."""
