"""``CheckpointError``: the one error of this room."""


class CheckpointError(Exception):
    """A checkpoint that cannot be found or read. The text says what was seen and what to do."""
