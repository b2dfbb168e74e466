"""Pictures of what is really there: each has the same content in words."""

from course.show.graph import graph

__all__ = ["graph"]
