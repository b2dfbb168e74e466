"""Checkpoints on disk: which files belong to a prefix, and what is in them. Nothing here imports TensorFlow."""

from course.checkpoint.bundle import Bundle
from course.checkpoint.describe import files, variables
from course.checkpoint.errors import CheckpointError
from course.checkpoint.inspection.inspecting import inspect
from course.checkpoint.meta import Meta

__all__ = ["Bundle", "CheckpointError", "Meta", "files", "inspect", "variables"]
