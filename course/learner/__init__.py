"""The learner's room: how far they are (``overview``, ``report``), their notebooks kept (``fresh``, ``update``)."""
