"""Checkpoints on disk: which files belong to a prefix, and what is in them."""

from course.checkpoint.describe import CheckpointError, files, reader_of, variables

__all__ = ["CheckpointError", "files", "reader_of", "variables"]
