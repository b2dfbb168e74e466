"""What a checkpoint, a graph or a model holds: one reader for each format of file."""
