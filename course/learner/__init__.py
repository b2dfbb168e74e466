"""The learner's room: how far they are (``overview``, ``report``), their notebooks kept (``fresh``, ``update``)."""

from course.learner.overview import progress

__all__ = ["progress"]
