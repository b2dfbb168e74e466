"""Pictures of what is really there: each has the same content in words."""

from course.show.curves import curves
from course.show.disk import disk
from course.show.graph import graph
from course.show.graphs import graphs
from course.show.index import index
from course.show.training import training
from course.show.values import values
from course.show.walk import walk

__all__ = ["curves", "disk", "graph", "graphs", "index", "training", "values", "walk"]
