"""Checkpoints on disk: which files belong to a prefix, and what is in them."""

from course.checkpoint.describe import CheckpointError, files, found, variables

__all__ = ["CheckpointError", "files", "found", "variables"]
